/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC, the chain of entries, and following it. */
#include "trust/chain.h"

#include <string.h>

/* ---- HMAC, RFC 2104 ---- */

static void start_padded(csuccess__sha256 *h, const uint8_t key[64], uint8_t pad, bool fast)
{
    uint8_t block[64];
    for (size_t i = 0; i < sizeof block; i++) {
        block[i] = key[i] ^ pad;
    }
    csuccess__sha256_start_as(h, fast);
    csuccess__sha256_add(h, block, sizeof block);
}

void csuccess__hmac_start(csuccess__hmac *key, csuccess_str secret, bool fast)
{
    uint8_t block[64] = {0};
    if (secret.len > sizeof block) {
        csuccess__sha256 h;
        csuccess__sha256_start_as(&h, fast);
        csuccess__sha256_add(&h, secret.ptr, secret.len);
        csuccess__sha256_finish(&h, block);
    } else if (secret.len) {
        memcpy(block, secret.ptr, secret.len);
    }
    start_padded(&key->inner, block, 0x36, fast);
    start_padded(&key->outer, block, 0x5c, fast);
}

void csuccess__hmac_of(uint8_t out[32], const csuccess__hmac *key, csuccess_str bytes)
{
    csuccess__sha256 h = key->inner;
    csuccess__sha256_add(&h, bytes.ptr, bytes.len);
    csuccess__sha256_finish(&h, out);
    h = key->outer;
    csuccess__sha256_add(&h, out, 32);
    csuccess__sha256_finish(&h, out);
}

void csuccess__chain_pseudonym(uint8_t out[16], const csuccess__hmac *key)
{
    uint8_t whole[32];
    csuccess__hmac_of(whole, key, CSUCCESS_STR(CSUCCESS__PSEUDONYM_DOMAIN));
    memcpy(out, whole, 16);
}

/* ---- One link ---- */

static csuccess_str bytes_of(const uint8_t *bytes, size_t n)
{
    return (csuccess_str){(const char *)bytes, n};
}

/* The links before and what they are of: the fields of a digest that no entry has. */
typedef struct link {
    const uint8_t *previous, *pseudonym, *commitment;
    bool fast;
} link;

static void digest_of(uint8_t out[32], const link *l, const csuccess_entry *entry)
{
    csuccess__sha256 h;
    csuccess__sha256_start_as(&h, l->fast);
    csuccess__digest_str(&h, CSUCCESS_STR(CSUCCESS__CHAIN_DOMAIN));
    csuccess__digest_str(&h, bytes_of(l->previous, 32));
    csuccess__digest_str(&h, bytes_of(l->pseudonym, 16));
    csuccess__digest_u64(&h, entry->seq);
    csuccess__digest_u64(&h, (uint64_t)entry->at_ms);
    csuccess__digest_str(&h, entry->kind);
    csuccess__digest_str(&h, entry->cause);
    csuccess__digest_str(&h, entry->by);
    csuccess__digest_str(&h, entry->config);
    csuccess__digest_str(&h, bytes_of(l->commitment, 32));
    csuccess__sha256_finish(&h, out);
}

void csuccess__chain_add(csuccess__state_head *head, const csuccess__hmac *key,
                         csuccess_entry *entry, char commitment[64], char digest[64])
{
    uint8_t committed[32];
    const link l = {head->chain, head->pseudonym, committed, key->inner.fast};
    csuccess__hmac_of(committed, key, entry->body);
    entry->seq = ++head->seq;
    digest_of(head->chain, &l, entry);
    csuccess__hex_put(commitment, committed, sizeof committed);
    csuccess__hex_put(digest, head->chain, sizeof head->chain);
    entry->commitment = (csuccess_str){commitment, 64};
    entry->digest = (csuccess_str){digest, 64};
}

/* ---- Many links ---- */

enum { LINK_BYTES = 1024 };

static uint8_t *put_u64(uint8_t *at, uint8_t tag, uint64_t v)
{
    *at++ = tag;
    for (size_t i = 0; i < 8; i++) at[i] = (uint8_t)(v >> (8 * i));
    return at + 8;
}

static uint8_t *put_str(uint8_t *at, csuccess_str text)
{
    at = put_u64(at, 's', text.len);
    if (text.len) memcpy(at, text.ptr, text.len);
    return at + text.len;
}

/* The bytes that digest_of() digests, one behind the other; 0: they are too many. */
static size_t link_bytes(uint8_t out[LINK_BYTES], const link *l, const csuccess_entry *entry)
{
    enum { FIXED = 9 * 9 + 16 + 32 + 16 + 32 };
    const size_t room = LINK_BYTES - FIXED - 9;
    if (entry->kind.len > room / 4 || entry->cause.len > room / 4 || entry->by.len > room / 4 ||
        entry->config.len > room / 4) {
        return 0;
    }
    uint8_t *at = put_str(out, CSUCCESS_STR(CSUCCESS__CHAIN_DOMAIN));
    at = put_str(at, bytes_of(l->previous, 32));
    at = put_str(at, bytes_of(l->pseudonym, 16));
    at = put_u64(at, 'u', entry->seq);
    at = put_u64(at, 'u', (uint64_t)entry->at_ms);
    at = put_str(at, entry->kind);
    at = put_str(at, entry->cause);
    at = put_str(at, entry->by);
    at = put_str(at, entry->config);
    at = put_str(at, bytes_of(l->commitment, 32));
    return (size_t)(at - out);
}

/* The digest of a link, and beside it the inner half of the next body's commitment, which needs nothing of it. */
static void digest_beside(uint8_t digest[32], const link *l, const csuccess_entry *entry,
                          const csuccess__hmac *key, uint8_t next[32])
{
    uint8_t bytes[LINK_BYTES];
    csuccess__sha256 start;
    size_t n = link_bytes(bytes, l, entry);
    if (n == 0) {
        csuccess__sha256 inner = key->inner;
        csuccess__sha256_add(&inner, entry[1].body.ptr, entry[1].body.len);
        csuccess__sha256_finish(&inner, next);
        digest_of(digest, l, entry);
        return;
    }
    csuccess__sha256_start_as(&start, l->fast);
    const csuccess__sha256_rest of_link = {&start, bytes_of(bytes, n), digest};
    const csuccess__sha256_rest of_next = {&key->inner, entry[1].body, next};
    csuccess__sha256_two(&of_link, &of_next);
}

void csuccess__chain_add_all(csuccess__state_head *head, const csuccess__hmac *key,
                             csuccess_entry *entries, size_t count, char *digits)
{
    uint8_t committed[32], inner[32];
    const link l = {head->chain, head->pseudonym, committed, key->inner.fast};
    if (count) {
        csuccess__sha256 first = key->inner;
        csuccess__sha256_add(&first, entries[0].body.ptr, entries[0].body.len);
        csuccess__sha256_finish(&first, inner);
    }
    for (size_t i = 0; i < count; i++, digits += 2 * 64) {
        csuccess__sha256 outer = key->outer;
        csuccess__sha256_add(&outer, inner, sizeof inner);
        csuccess__sha256_finish(&outer, committed);
        entries[i].seq = ++head->seq;
        if (i + 1 < count) {
            digest_beside(head->chain, &l, &entries[i], key, inner);
        } else {
            digest_of(head->chain, &l, &entries[i]);
        }
        csuccess__hex_put(digits, committed, sizeof committed);
        csuccess__hex_put(digits + 64, head->chain, sizeof head->chain);
        entries[i].commitment = (csuccess_str){digits, 64};
        entries[i].digest = (csuccess_str){digits + 64, 64};
    }
}

/* ---- Following a chain ---- */

csuccess_result csuccess__chain_walk_start(csuccess__chain_walk *walk, csuccess_str secret,
                                           const uint8_t pseudonym[16], bool fast)
{
    *walk = (csuccess__chain_walk){.has_key = secret.len > 0, .fast = fast};
    memcpy(walk->pseudonym, pseudonym, sizeof walk->pseudonym);
    if (!walk->has_key) return CSUCCESS_OK;
    uint8_t own[16];
    csuccess__hmac_start(&walk->key, secret, fast);
    csuccess__chain_pseudonym(own, &walk->key);
    return memcmp(own, pseudonym, sizeof own) == 0 ? CSUCCESS_OK : CSUCCESS_EDIGEST;
}

static csuccess_result broken(csuccess_error *err, uint64_t seq, const char *how)
{
    return csuccess__fail(err, CSUCCESS_EDIGEST, "entry %l of the chain: %s", (int64_t)seq,
                          how);
}

static csuccess_result check_body(csuccess__chain_walk *walk, const csuccess_entry *entry,
                                  const uint8_t commitment[32], csuccess_error *err)
{
    uint8_t own[32];
    if (!entry->body.ptr) {
        walk->erased++;
        return CSUCCESS_OK;
    }
    walk->bodies++;
    if (!walk->has_key) return CSUCCESS_OK;
    csuccess__hmac_of(own, &walk->key, entry->body);
    if (memcmp(own, commitment, sizeof own) == 0) return CSUCCESS_OK;
    return broken(err, walk->seq + 1, "the body is not the one that was committed to");
}

csuccess_result csuccess__chain_walk_add(csuccess__chain_walk *walk,
                                         const csuccess_entry *entry, csuccess_error *err)
{
    uint8_t own[32], stated[32], commitment[32];
    const link l = {walk->digest, walk->pseudonym, commitment, walk->fast};
    uint64_t seq = walk->seq + 1;
    if (entry->seq != seq) {
        return csuccess__fail(err, CSUCCESS_EDIGEST,
                              "entry %l of the chain: number %l stands in its place",
                              (int64_t)seq, (int64_t)entry->seq);
    }
    if (!csuccess__hex_take(commitment, sizeof commitment, entry->commitment)) {
        return broken(err, seq, "the commitment is not 64 lower-case hex digits");
    }
    if (!csuccess__hex_take(stated, sizeof stated, entry->digest)) {
        return broken(err, seq, "the digest is not 64 lower-case hex digits");
    }
    digest_of(own, &l, entry);
    if (memcmp(own, stated, sizeof own) != 0) {
        return broken(err, seq, "the digest is not that of the entry and the one before it");
    }
    csuccess_result result = check_body(walk, entry, commitment, err);
    if (result < 0) return result;
    memcpy(walk->digest, own, sizeof own);
    walk->seq = seq;
    return CSUCCESS_OK;
}

csuccess_result csuccess__chain_walk_end(const csuccess__chain_walk *walk,
                                         const csuccess__state_head *head, csuccess_error *err)
{
    if (memcmp(walk->pseudonym, head->pseudonym, sizeof head->pseudonym) != 0) {
        return csuccess__fail(err, CSUCCESS_EDIGEST,
                              "the chain and the state have different pseudonyms");
    }
    if (walk->seq != head->seq) {
        return csuccess__fail(err, CSUCCESS_EDIGEST,
                              "the chain has %l entries, the state knows of %l",
                              (int64_t)walk->seq, (int64_t)head->seq);
    }
    if (memcmp(walk->digest, head->chain, sizeof head->chain) == 0) return CSUCCESS_OK;
    return broken(err, walk->seq, "the digest is not the one that the state ends with");
}
