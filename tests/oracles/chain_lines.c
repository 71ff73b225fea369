/* SPDX-License-Identifier: Apache-2.0 */
/* The library's side of chain.py: `make SEED` writes a secret and a chain as an export has it; `verify` reads such chains, each a secret (or "-"), lines, and
   an empty line, and says of each "ok ENTRIES BODIES" or "bad SEQ" ("bad end" where it is the head that does not fit). */
#include "../unit/check.h"

#include "base/str.h"
#include "text/json.h"
#include "trust/chain.h"

enum { ENTRIES = 20, TEXT = 300 };

static char *random_text(char *out, uint64_t *seed)
{
    static const char *const pieces[] = {"a",  "B", "7", "é", "€", "\"", "\\",
                                         "\n", "/", " ", "{", "}", "😀",  "\t"};
    size_t len = 0;
    for (uint64_t n = check_random(seed) % 40; n; n--) {
        const char *piece = pieces[check_random(seed) % (sizeof pieces / sizeof *pieces)];
        memcpy(out + len, piece, strlen(piece));
        len += strlen(piece);
    }
    out[len] = '\0';
    return out;
}

static void put_line(const csuccess__state_head *head, const csuccess_entry *entry)
{
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    if (entry) {
        csuccess__chain_write_entry(&w, entry);
    } else {
        csuccess__chain_write_head(&w, head);
    }
    csuccess__buffer_char(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    csuccess__buffer_free(&out);
}

static void make(uint64_t seed)
{
    static char texts[ENTRIES][6][TEXT], hex[ENTRIES][2][64];
    uint8_t secret[32];
    char digits[65];
    csuccess_entry entries[ENTRIES];
    csuccess__hmac key;
    csuccess__state_head head = {.seq = 0};
    uint64_t count = check_random(&seed) % (ENTRIES + 1);
    for (size_t i = 0; i < sizeof secret; i++) secret[i] = (uint8_t)check_random(&seed);
    csuccess__hmac_start(&key, (csuccess_str){(const char *)secret, 32},
                         check_random(&seed) % 2 && csuccess__sha256_fast());
    csuccess__chain_pseudonym(head.pseudonym, &key);
    csuccess__hex(digits, secret);
    puts(digits);
    for (uint64_t i = 0; i < count; i++) {
        csuccess_str t[6];
        for (size_t k = 0; k < 6; k++) t[k] = csuccess__str(random_text(texts[i][k], &seed));
        entries[i] = (csuccess_entry){
            .size = sizeof(csuccess_entry),
            .kind = t[0],
            .cause = t[1],
            .by = t[2],
            .config = t[3],
            .subject = t[4],
            .body = t[5],
            .at_ms = (int64_t)(check_random(&seed) % 600000000000000) - 62135596800000};
        csuccess__chain_add(&head, &key, &entries[i], hex[i][0], hex[i][1]);
    }
    put_line(&head, NULL);
    for (uint64_t i = 0; i < count; i++) put_line(NULL, &entries[i]);
}

static csuccess_str member(const csuccess__json *object, const char *key)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    return node && node->type == CSUCCESS__JSON_STRING ? node->string : (csuccess_str){NULL, 0};
}

static double number(const csuccess__json *object, const char *key)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    return node ? node->number : -1;
}

static csuccess_result read_line(const csuccess__json *line, csuccess__chain_walk *walk)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess_entry entry = {.size = sizeof entry,
                                  .seq = (uint64_t)number(line, "seq"),
                                  .at_ms = (int64_t)number(line, "at_ms"),
                                  .kind = member(line, "kind"),
                                  .cause = member(line, "cause"),
                                  .by = member(line, "by"),
                                  .config = member(line, "config"),
                                  .body = member(line, "body"),
                                  .commitment = member(line, "commitment"),
                                  .digest = member(line, "digest")};
    return csuccess__chain_walk_add(walk, &entry, &err);
}

typedef struct chain {
    csuccess__arena arena;
    csuccess__state_head head;
    csuccess__chain_walk walk;
    csuccess_result result;
    uint64_t lines, bad; /* bad: the entry; 0: the head */
    uint8_t secret[32];
    bool has_secret;
} chain;

static void start(chain *c, const csuccess__json *line)
{
    csuccess__hex_take(c->head.pseudonym, 16, member(line, "pseudonym"));
    csuccess__hex_take(c->head.chain, 32, member(line, "digest"));
    c->head.seq = (uint64_t)number(line, "seq");
    c->result = csuccess__chain_walk_start(
        &c->walk, (csuccess_str){(const char *)c->secret, c->has_secret ? 32 : 0},
        c->head.pseudonym, csuccess__sha256_fast());
}

static void take(chain *c, csuccess_str text, const csuccess_limits *limits)
{
    const csuccess__json_options options = {.limits = limits};
    csuccess__json *line = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (c->lines++ == 0) {
        c->has_secret = csuccess__hex_take(c->secret, 32, text);
        return;
    }
    if (csuccess__json_read(&line, &c->arena, text, &options, &err) < 0) abort();
    if (c->lines == 2) {
        start(c, line);
    } else if (c->result == CSUCCESS_OK) {
        c->result = read_line(line, &c->walk);
        if (c->result < 0) c->bad = c->lines - 2;
    }
}

static void finish(chain *c)
{
    if (c->result == CSUCCESS_OK)
        c->result = csuccess__chain_walk_end(&c->walk, &c->head, NULL);
    if (c->result == CSUCCESS_OK) {
        printf("ok %llu %llu\n", (unsigned long long)c->walk.seq,
               (unsigned long long)c->walk.bodies);
    } else if (c->bad) {
        printf("bad %llu\n", (unsigned long long)c->bad);
    } else {
        puts("bad end");
    }
    csuccess__arena_free(&c->arena);
}

static void verify(void)
{
    csuccess_limits limits;
    size_t len = 0;
    char *text = check_read("/dev/stdin", &len);
    csuccess__limits_take(&limits, NULL, NULL);
    for (char *p = text; p < text + len;) {
        chain c = {.lines = 0};
        csuccess__arena_init(&c.arena, csuccess__malloc_allocator(), 0);
        while (*p != '\n') {
            size_t n = check_span(p, "\n");
            take(&c, (csuccess_str){p, n}, &limits);
            p += n + 1;
        }
        p++;
        finish(&c);
    }
    free(text);
}

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "make") == 0) {
        make(strtoull(argv[2], NULL, 10));
    } else if (argc > 1 && strcmp(argv[1], "verify") == 0) {
        verify();
    } else {
        return 2;
    }
    return 0;
}
