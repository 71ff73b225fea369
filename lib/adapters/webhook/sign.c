/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets and signatures of Standard Webhooks 1.0: HMAC-SHA256 over id, seconds and body, in base64. */
#include "internal.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

static const char prefix[] = "whsec_";

enum { TEXT_MOST = (CSUCCESS__WEBHOOK_KEY_MOST + 2) / 3 * 4, DIGEST = 32 };

/* How many of the bytes are base64 itself, before its padding, which may be missing; 0: it is none. */
static size_t measure(csuccess_str text)
{
    size_t n = text.len;
    while (n > 0 && text.ptr[n - 1] == '=' && text.len - n < 2) n--;
    if (n % 4 == 1 || (n < text.len && text.len % 4 != 0)) return 0;
    for (size_t i = 0; i < n; i++) {
        if (!csuccess__envelope_is_word(text.ptr[i], "+/")) return 0;
    }
    return n;
}

/* OpenSSL decodes whole groups of four. */
static bool read_key(csuccess__webhook_key *key, csuccess_str text)
{
    unsigned char groups[TEXT_MOST], bytes[TEXT_MOST];
    size_t n = measure(text);
    if (n > sizeof groups) return false;
    key->len = n / 4 * 3 + (n % 4 ? n % 4 - 1 : 0);
    if (key->len < CSUCCESS__WEBHOOK_KEY_LEAST || key->len > sizeof key->bytes) return false;
    memset(groups, 'A', sizeof groups);
    memcpy(groups, text.ptr, n);
    bool good = EVP_DecodeBlock(bytes, groups, (int)((n + 3) / 4 * 4)) >= (int)key->len;
    if (good) memcpy(key->bytes, bytes, key->len);
    OPENSSL_cleanse(groups, sizeof groups);
    OPENSSL_cleanse(bytes, sizeof bytes);
    return good;
}

csuccess_result csuccess__webhook_keys_read(csuccess__webhook_keys *out,
                                            const csuccess_str *secrets, size_t count,
                                            csuccess_error *err)
{
    const csuccess_str nowhere = {NULL, 0};
    const size_t n = sizeof prefix - 1;
    memset(out, 0, sizeof *out);
    if (!secrets || count == 0 || count > CSUCCESS__WEBHOOK_KEYS) {
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere,
                                       "1 to 8 secrets are needed to sign with");
    }
    for (out->count = 0; out->count < count; out->count++) {
        csuccess_str s = secrets[out->count];
        if (s.ptr && s.len > n && memcmp(s.ptr, prefix, n) == 0 &&
            read_key(&out->key[out->count], (csuccess_str){s.ptr + n, s.len - n})) {
            continue;
        }
        csuccess__webhook_keys_wipe(out);
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, nowhere,
                                       "a secret is \"whsec_\" and base64 of 24 to 64 random "
                                       "bytes, such as `openssl rand -base64 32` gives");
    }
    return CSUCCESS_OK;
}

void csuccess__webhook_keys_wipe(csuccess__webhook_keys *keys)
{
    OPENSSL_cleanse(keys, sizeof *keys);
}

bool csuccess__webhook_sign(csuccess__envelope *out, const csuccess__webhook_keys *keys,
                            csuccess_str signed_head, csuccess_str body)
{
    csuccess__envelope content = {0};
    bool good = true;
    csuccess__envelope_put(&content, signed_head.ptr, signed_head.len);
    csuccess__envelope_put(&content, body.ptr, body.len);
    for (size_t i = 0; i < keys->count && good && !content.failed; i++) {
        unsigned char digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
        unsigned len = 0;
        good = HMAC(EVP_sha256(), keys->key[i].bytes, (int)keys->key[i].len,
                    (const unsigned char *)content.bytes, content.len, digest, &len) &&
               len == DIGEST;
        if (!good) break;
        EVP_EncodeBlock(text, digest, DIGEST);
        csuccess__envelope_word(out, i ? " v1," : "v1,");
        csuccess__envelope_word(out, (const char *)text);
    }
    good = good && !content.failed;
    csuccess__envelope_free(&content);
    return good;
}
