/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC by the vectors of RFC 4231 and by python3's, the chain by bytes that python3 reckoned, and every kind of tampering found where it is. */
#include "check.h"

#include "base/str.h"
#include "trust/chain.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static csuccess_str text(const char *s)
{
    return csuccess__str(s);
}

static bool fast_or_not(size_t way)
{
    return way && csuccess__sha256_fast();
}

/* ---- HMAC ---- */

static void filled(char out[132], size_t n, char with)
{
    memset(out, with, n);
}

/* RFC 4231, 4.2 to 4.8; 4.6 is about truncation. */
static void the_vectors_of_rfc_4231(void)
{
    static char k0b[132], kaa[132], dd[132], cd[132];
    filled(k0b, 20, '\x0b');
    filled(kaa, 131, '\xaa');
    filled(dd, 50, '\xdd');
    filled(cd, 50, '\xcd');
    const struct {
        csuccess_str key, data;
        const char *mac;
    } rows[] = {
        {{k0b, 20},
         CSUCCESS_STR("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {CSUCCESS_STR("Jefe"), CSUCCESS_STR("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {{kaa, 20},
         {dd, 50},
         "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
        {CSUCCESS_STR("\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24\25\26\27\30\31"),
         {cd, 50},
         "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
        {{kaa, 131},
         CSUCCESS_STR("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {{kaa, 131},
         CSUCCESS_STR(
             "This is a test using a larger than block-size key and a larger than block-size "
             "data. The key needs to be hashed before being used by the HMAC algorithm."),
         "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
    };
    for (size_t i = 0; i < 2 * LENGTH(rows); i++) {
        csuccess__hmac key;
        uint8_t mac[32];
        char hex[65];
        csuccess__hmac_start(&key, rows[i / 2].key, fast_or_not(i % 2));
        csuccess__hmac_of(mac, &key, rows[i / 2].data);
        csuccess__hmac_of(mac, &key, rows[i / 2].data); /* the key is as before */
        csuccess__hex(hex, mac);
        CHECK_CSTR(hex, rows[i / 2].mac);
    }
}

/* python3: h = hashlib.sha256(); for n in range(201): h.update(hmac.new(key[:n], data[:200 - n], hashlib.sha256).digest()) */
static void keys_and_bodies_of_every_length(void)
{
    char key[200], data[200], hex[65];
    for (size_t i = 0; i < 200; i++) {
        key[i] = (char)(i * 11 + 3);
        data[i] = (char)(i * 7);
    }
    for (size_t way = 0; way < 2; way++) {
        csuccess__sha256 h;
        uint8_t mac[32];
        csuccess__sha256_start(&h);
        for (size_t n = 0; n <= 200; n++) {
            csuccess__hmac k;
            csuccess__hmac_start(&k, (csuccess_str){n ? key : NULL, n}, fast_or_not(way));
            csuccess__hmac_of(mac, &k, (csuccess_str){n < 200 ? data : NULL, 200 - n});
            csuccess__sha256_add(&h, mac, 32);
        }
        csuccess__sha256_finish(&h, mac);
        csuccess__hex(hex, mac);
        CHECK_CSTR(hex, "d6b5393c40b1abfdd27cb4373ce41e6546392dc364f4af499ba4bca0c64bf794");
    }
}

/* ---- Chains ---- */

enum { MOST = 12 };

typedef struct chain {
    uint8_t secret[32];
    csuccess__hmac key;
    csuccess__state_head head;
    csuccess_entry entries[MOST + 1];
    char hex[MOST + 1][2][64];
    size_t count;
} chain;

static csuccess_str secret_of(const chain *c)
{
    return (csuccess_str){(const char *)c->secret, sizeof c->secret};
}

static void begin(chain *c, bool fast)
{
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < sizeof c->secret; i++) c->secret[i] = (uint8_t)i;
    csuccess__hmac_start(&c->key, secret_of(c), fast);
    csuccess__chain_pseudonym(c->head.pseudonym, &c->key);
}

static void add(chain *c, csuccess_entry entry)
{
    size_t i = c->count++;
    entry.size = sizeof entry;
    c->entries[i] = entry;
    csuccess__chain_add(&c->head, &c->key, &c->entries[i], c->hex[i][0], c->hex[i][1]);
}

/* The digests are python3's, of the fields as docs/reference/audit.md has them. */
static void the_bytes_of_a_chain(void)
{
    for (size_t way = 0; way < 2; way++) {
        chain c;
        char hex[32];
        begin(&c, fast_or_not(way));
        csuccess__hex_put(hex, c.head.pseudonym, 16);
        CHECK_STR(((csuccess_str){hex, 32}), "0106fb5f4e5c24bf53c0bbb909cc3496");
        add(&c, (csuccess_entry){.at_ms = 1767225600000,
                                 .kind = text("input"),
                                 .cause = text("e1"),
                                 .by = text("host"),
                                 .config = text("sha256:00"),
                                 .body = text("{\"type\":\"track\"}")});
        add(&c, (csuccess_entry){.at_ms = -1,
                                 .kind = text("health"),
                                 .cause = text("e1"),
                                 .by = text("anna"),
                                 .subject = text("ada"),
                                 .body = text("{}")});
        CHECK_STR(c.entries[0].commitment,
                  "25c90828d2dc706b25748cdeb0aa48a5feade7f4c0a57513eecb42cfdbe02be7");
        CHECK_STR(c.entries[0].digest,
                  "85aa67098818c6095a1a6cc2868a22bef0707d1eedcffdd164728fc066de424a");
        CHECK_STR(c.entries[1].commitment,
                  "86227fe96722a2247dcfee12c07d89c1b0567bbc9aa6a8d804838f66a3da843f");
        CHECK_STR(c.entries[1].digest,
                  "8713828d5d748232b243e603ea2fd663e53399b658abb6d385dd813fef8f4760");
        CHECK_UINT(c.entries[1].seq, 2);
        CHECK_UINT(c.head.seq, 2);
        csuccess__hex_put(hex, c.head.chain, 16);
        CHECK_STR(((csuccess_str){hex, 32}), "8713828d5d748232b243e603ea2fd663");
    }
}

static void grow(chain *c, size_t count)
{
    static const char *const words[] = {"input", "health",    "e1",        "e2",       "host",
                                        "anna",  "sha256:aa", "{\"a\":1}", "{\"b\":2}"};
    uint64_t seed = 3;
    begin(c, csuccess__sha256_fast());
    for (size_t i = 0; i < count; i++) {
        csuccess_str t[5];
        for (size_t k = 0; k < 5; k++) t[k] = text(words[check_random(&seed) % LENGTH(words)]);
        add(c, (csuccess_entry){.at_ms = (int64_t)(1000 * i),
                                .kind = t[0],
                                .cause = t[1],
                                .by = t[2],
                                .config = t[3],
                                .body = t[4]});
    }
}

/* 0: whole; n: the n-th link is bad; -1: the end is. */
static int walked(const chain *c, const csuccess_entry *entries, size_t count, bool with_key)
{
    csuccess__chain_walk walk;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str none = {NULL, 0};
    CHECK_OK(csuccess__chain_walk_start(&walk, with_key ? secret_of(c) : none,
                                        c->head.pseudonym, fast_or_not(count % 2)));
    for (size_t i = 0; i < count; i++) {
        csuccess_result result = csuccess__chain_walk_add(&walk, &entries[i], &err);
        if (result == CSUCCESS_OK) continue;
        char place[40];
        snprintf(place, sizeof place, "entry %zu of the chain: ", i + 1);
        CHECK_RESULT(result, CSUCCESS_EDIGEST);
        CHECK_HAS(err.message, place);
        CHECK_UINT(walk.seq, i); /* and it stays there */
        CHECK_RESULT(csuccess__chain_walk_add(&walk, &entries[i], NULL), CSUCCESS_EDIGEST);
        return (int)(i + 1);
    }
    csuccess_result end = csuccess__chain_walk_end(&walk, &c->head, &err);
    CHECK(end == CSUCCESS_OK || (end == CSUCCESS_EDIGEST && err.message[0]));
    return end == CSUCCESS_OK ? 0 : -1;
}

static void a_chain_verifies_whole_and_erased(void)
{
    for (size_t count = 0; count <= MOST; count++) {
        chain c;
        grow(&c, count);
        CHECK_INT(walked(&c, c.entries, count, true), 0);
        CHECK_INT(walked(&c, c.entries, count, false), 0);
        for (size_t i = 0; i < count; i += 2) c.entries[i].body = (csuccess_str){NULL, 0};
        CHECK_INT(walked(&c, c.entries, count, true), 0);
        CHECK_INT(walked(&c, c.entries, count, false), 0);
    }
}

/* Every field of every entry, each of its bytes changed, one byte more, one less, none at all. */
static void every_changed_field_is_found(void)
{
    chain c;
    grow(&c, MOST);
    for (size_t i = 0; i < MOST; i++) {
        csuccess_entry whole = c.entries[i];
        csuccess_str *const fields[] = {&c.entries[i].kind,       &c.entries[i].cause,
                                        &c.entries[i].by,         &c.entries[i].config,
                                        &c.entries[i].commitment, &c.entries[i].digest,
                                        &c.entries[i].body};
        for (size_t f = 0; f < LENGTH(fields); f++) {
            char bytes[80];
            csuccess_str good = *fields[f];
            memcpy(bytes, good.ptr, good.len);
            for (size_t b = 0; b < 8 * good.len; b++) {
                bytes[b / 8] = (char)(bytes[b / 8] ^ 1 << b % 8);
                *fields[f] = (csuccess_str){bytes, good.len};
                CHECK_INT(walked(&c, c.entries, MOST, true), (int)i + 1);
                bytes[b / 8] = good.ptr[b / 8];
            }
            bytes[good.len] = '0';
            for (size_t n = 0; n <= good.len + 1; n++) {
                *fields[f] = (csuccess_str){bytes, n};
                if (n != good.len) CHECK_INT(walked(&c, c.entries, MOST, true), (int)i + 1);
            }
            *fields[f] = good;
        }
        for (int b = 0; b < 64; b++) {
            c.entries[i].at_ms = (int64_t)((uint64_t)whole.at_ms ^ UINT64_C(1) << b);
            CHECK_INT(walked(&c, c.entries, MOST, true), (int)i + 1);
            c.entries[i].at_ms = whole.at_ms;
            c.entries[i].seq = whole.seq ^ UINT64_C(1) << b;
            CHECK_INT(walked(&c, c.entries, MOST, true), (int)i + 1);
            c.entries[i].seq = whole.seq;
        }
    }
    CHECK_INT(walked(&c, c.entries, MOST, true), 0);
}

static void moved(csuccess_entry *out, const chain *c, size_t from, size_t to)
{
    memcpy(out, c->entries, sizeof c->entries);
    if (from == to) return;
    memmove(out + from, out + from + 1, (MOST - from - 1) * sizeof *out);
    memmove(out + to + 1, out + to, (MOST - to - 1) * sizeof *out);
    out[to] = c->entries[from];
}

/* The entries i and k change places, i is moved to k, k stands in front of i a second time. */
static void check_places(const chain *c, size_t i, size_t k)
{
    csuccess_entry out[MOST + 1];
    int first = i == k ? 0 : (int)(i < k ? i : k) + 1;
    memcpy(out, c->entries, sizeof out);
    out[i] = c->entries[k];
    out[k] = c->entries[i];
    CHECK_INT(walked(c, out, MOST, false), first);
    out[i].seq = i + 1; /* numbered as if they stood there */
    out[k].seq = k + 1;
    CHECK_INT(walked(c, out, MOST, false), first);
    moved(out, c, i, k);
    CHECK_INT(walked(c, out, MOST, false), first);
    memcpy(out, c->entries, sizeof out);
    memmove(out + i + 1, c->entries + i, (MOST - i) * sizeof *out);
    out[i] = c->entries[k];
    CHECK_INT(walked(c, out, MOST + 1, false), i == k ? (int)i + 2 : (int)i + 1);
}

/* Without i, also numbered anew; cut off before i. */
static void check_without(const chain *c, size_t i)
{
    csuccess_entry out[MOST + 1];
    int bad = i + 1 == MOST ? -1 : (int)i + 1;
    memcpy(out, c->entries, sizeof out);
    memmove(out + i, c->entries + i + 1, (MOST - i - 1) * sizeof *out);
    CHECK_INT(walked(c, out, MOST - 1, true), bad);
    for (size_t k = 0; k < MOST - 1; k++) out[k].seq = k + 1;
    CHECK_INT(walked(c, out, MOST - 1, true), bad);
    CHECK_INT(walked(c, c->entries, i, true), -1);
}

static void every_change_of_order_is_found(void)
{
    chain c;
    grow(&c, MOST);
    for (size_t i = 0; i < MOST; i++) {
        for (size_t k = 0; k < MOST; k++) check_places(&c, i, k);
        check_without(&c, i);
    }
}

/* An entry that fits, made with the secret, but which the state does not know of: only the head tells. */
static void more_than_the_state_knows_of_is_found(void)
{
    chain c, longer;
    grow(&c, MOST - 1);
    grow(&longer, MOST);
    CHECK_INT(walked(&c, longer.entries, MOST, true), -1);
    longer.head.chain[31] ^= 1;
    CHECK_INT(walked(&longer, longer.entries, MOST, true), -1);
}

static void another_customers_chain_does_not_fit(void)
{
    chain c, other;
    csuccess__chain_walk walk;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    grow(&c, 3);
    other = c;
    other.secret[0] ^= 1;
    csuccess__hmac_start(&other.key, secret_of(&other), false);
    csuccess__chain_pseudonym(other.head.pseudonym, &other.key);
    CHECK_RESULT(csuccess__chain_walk_start(&walk, secret_of(&other), c.head.pseudonym, false),
                 CSUCCESS_EDIGEST);
    CHECK_INT(walked(&other, c.entries, 3, false), 1);
    CHECK_OK(csuccess__chain_walk_start(&walk, secret_of(&c), c.head.pseudonym, false));
    CHECK_RESULT(csuccess__chain_walk_end(&walk, &other.head, &err), CSUCCESS_EDIGEST);
    CHECK_HAS(err.message, "pseudonym");
}

/* Without the secret a body cannot be proved, and a changed one passes; the digests hold all the same. */
static void bodies_need_the_secret(void)
{
    chain c;
    csuccess__chain_walk walk;
    grow(&c, 4);
    c.entries[1].body = (csuccess_str){NULL, 0};
    c.entries[2].body = text("{\"forged\":true}");
    CHECK_INT(walked(&c, c.entries, 4, true), 3);
    CHECK_INT(walked(&c, c.entries, 4, false), 0);
    CHECK_OK(
        csuccess__chain_walk_start(&walk, (csuccess_str){NULL, 0}, c.head.pseudonym, false));
    for (size_t i = 0; i < 4; i++)
        CHECK_OK(csuccess__chain_walk_add(&walk, &c.entries[i], NULL));
    CHECK_UINT(walk.bodies, 3);
    CHECK_UINT(walk.erased, 1);
}

static void hex_is_read_as_it_is_written(void)
{
    static const char *const bad[] = {"", "0", "000", "0G", "0A", "x0", " 0", "0\xff"};
    uint8_t byte;
    char hex[2];
    for (unsigned i = 0; i < 256; i++) {
        uint8_t value = (uint8_t)i, back = 0;
        csuccess__hex_put(hex, &value, 1);
        CHECK(csuccess__hex_take(&back, 1, (csuccess_str){hex, 2}));
        CHECK_UINT(back, i);
    }
    uint64_t seed = 5;
    for (size_t n = 0; n <= 40; n++) {
        uint8_t bytes[40], again[40];
        char got[81], wanted[81] = "";
        for (size_t i = 0; i < n; i++) {
            bytes[i] = (uint8_t)check_random(&seed);
            snprintf(wanted + 2 * i, 3, "%02x", bytes[i]);
        }
        csuccess__hex_put(got, bytes, n);
        got[2 * n] = '\0';
        CHECK_CSTR(got, wanted);
        CHECK(csuccess__hex_take(again, n, text(got)));
        CHECK(memcmp(again, bytes, n) == 0);
    }
    for (size_t i = 0; i < LENGTH(bad); i++) CHECK(!csuccess__hex_take(&byte, 1, text(bad[i])));
    CHECK(!csuccess__hex_take(&byte, 1, (csuccess_str){NULL, 2}));
}

/* Entries of every length around the ends of blocks, some with fields too long for one piece: many at once against one by one. */
static void many_links_are_those_of_one_by_one(void)
{
    enum { LINKS = 150 };
    static csuccess_entry entries[LINKS];
    static char digits[LINKS][2][64], filler[2000];
    memset(filler, 'x', sizeof filler);
    for (size_t way = 0; way < 2; way++) {
        for (size_t count = 0; count <= LINKS; count += count < 4 ? 1 : 73) {
            chain one, all;
            begin(&one, fast_or_not(way));
            begin(&all, fast_or_not(way));
            for (size_t i = 0; i < count; i++) {
                entries[i] = (csuccess_entry){
                    .at_ms = (int64_t)i - 3,
                    .kind = text("input"),
                    .cause = {filler, i % 7 == 3 ? 1900 : i},
                    .by = text("host"),
                    .config = {filler, i % 11 == 5 ? 1500 : 71},
                    .body = {i == 2 ? NULL : filler, i == 2 ? 0 : (i * 5) % 300}};
            }
            csuccess__chain_add_all(&all.head, &all.key, entries, count, digits[0][0]);
            for (size_t i = 0; i < count; i++) {
                csuccess_entry entry = entries[i];
                char commitment[64], digest[64];
                csuccess__chain_add(&one.head, &one.key, &entry, commitment, digest);
                CHECK_UINT(entries[i].seq, entry.seq);
                CHECK(csuccess__str_eq(entries[i].commitment, (csuccess_str){commitment, 64}));
                CHECK(csuccess__str_eq(entries[i].digest, (csuccess_str){digest, 64}));
            }
            CHECK(memcmp(&one.head, &all.head, sizeof one.head) == 0);
        }
    }
}

CHECK_MAIN(CHECK_TEST(many_links_are_those_of_one_by_one), CHECK_TEST(the_vectors_of_rfc_4231),
           CHECK_TEST(keys_and_bodies_of_every_length), CHECK_TEST(the_bytes_of_a_chain),
           CHECK_TEST(a_chain_verifies_whole_and_erased),
           CHECK_TEST(every_changed_field_is_found), CHECK_TEST(every_change_of_order_is_found),
           CHECK_TEST(more_than_the_state_knows_of_is_found),
           CHECK_TEST(another_customers_chain_does_not_fit), CHECK_TEST(bodies_need_the_secret),
           CHECK_TEST(hex_is_read_as_it_is_written))
