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
