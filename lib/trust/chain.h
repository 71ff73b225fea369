/* SPDX-License-Identifier: Apache-2.0 */
/* The hash chain of a customer's entries: digest = SHA-256("csuccess/entry/1", previous digest, pseudonym, seq, at, kind, cause, by, config, commitment), commitment =
   HMAC-SHA-256(secret, body). Without the secret a commitment says nothing of the body; with it the body can be proved. The fields are csuccess__digest_str() and _u64() of
   base/digest.h, digests and commitments as their 32 bytes, the pseudonym as its 16, `at` in two's complement; before the first entry there are 32 zeros.
   The format, and that of an export, are in docs/reference/audit.md. */
#ifndef CSUCCESS__TRUST_CHAIN_H
#define CSUCCESS__TRUST_CHAIN_H

#include "base/digest.h"
#include "base/error.h"
#include "customer/state.h"
#include <csuccess/store.h>

#define CSUCCESS__CHAIN_DOMAIN "csuccess/entry/1"
#define CSUCCESS__PSEUDONYM_DOMAIN "csuccess/pseudonym/1"

/* HMAC (RFC 2104) with the key's two blocks already taken in: for many bodies of one customer. */
typedef struct csuccess__hmac {
    csuccess__sha256 inner, outer;
} csuccess__hmac;
/* `fast`: what csuccess__sha256_fast() answered when the engine was made. */
void csuccess__hmac_start(csuccess__hmac *key, csuccess_str secret, bool fast);
void csuccess__hmac_of(uint8_t out[32], const csuccess__hmac *key, csuccess_str bytes);

/* The first 16 bytes of HMAC(secret, "csuccess/pseudonym/1"). */
void csuccess__chain_pseudonym(uint8_t out[16], const csuccess__hmac *key);
/* Fills seq, commitment and digest of an entry, whose other fields are set, and moves the head (seq, chain) on. The texts are hex in `commitment` and `digest`, 64 bytes each, which
   the caller owns. */
void csuccess__chain_add(csuccess__state_head *head, const csuccess__hmac *key,
                         csuccess_entry *entry, char commitment[64], char digest[64]);

/* The same for entries one behind the other, faster; `digits` are 128 bytes for each: the texts of its commitment and its digest. */
void csuccess__chain_add_all(csuccess__state_head *head, const csuccess__hmac *key,
                             csuccess_entry *entries, size_t count, char *digits);

/* Follows a chain, entry by entry. Bodies that are there are checked against their commitments when the key is there. */
typedef struct csuccess__chain_walk {
    uint8_t digest[32], pseudonym[16];
    uint64_t seq;
    bool has_key, fast;
    csuccess__hmac key;
    uint64_t bodies, erased; /* seen */
} csuccess__chain_walk;
/* secret empty: erased. `pseudonym` as the state's head has it, or the id that an erased customer's entries have (32 hex). EDIGEST: it is not that of the secret. */
csuccess_result csuccess__chain_walk_start(csuccess__chain_walk *walk, csuccess_str secret,
                                           const uint8_t pseudonym[16], bool fast);
/* OK; EDIGEST with the reason: which link (seq), and whether order, digest, or body is wrong. */
csuccess_result csuccess__chain_walk_add(csuccess__chain_walk *walk,
                                         const csuccess_entry *entry, csuccess_error *err);
/* Whether it ends where the state's head says. EDIGEST: entries are missing at the end, or too many, or it is another customer's. */
csuccess_result csuccess__chain_walk_end(const csuccess__chain_walk *walk,
                                         const csuccess__state_head *head, csuccess_error *err);

/* Lines of an export (JSON Lines): the head, then each entry. One object, without the line's end. */
struct csuccess__json_writer;
void csuccess__chain_write_head(struct csuccess__json_writer *out,
                                const csuccess__state_head *head);
void csuccess__chain_write_entry(struct csuccess__json_writer *out,
                                 const csuccess_entry *entry);

#endif
