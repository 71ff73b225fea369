/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical texts of events and bytes of states against tests/oracles/canonical.py. */
#include "check.h"
#include "customer/input.h"
#include "customer/state.h"

enum { COLUMNS = 11, MOST = 1 << 20 };

typedef struct table {
    char *text, *at;
    csuccess_str columns[COLUMNS];
    size_t count;
} table;

static bool open_table(table *t)
{
    t->text = check_read(CHECK_SOURCE_ROOT "/tests/data/canonical.tsv", NULL);
    t->at = t->text;
    return CHECK(t->text != NULL);
}

/* The next line of that kind, by its columns. */
static bool next_row(table *t, const char *kind)
{
    while (*t->at) {
        char *line = t->at;
        size_t length = check_span(line, "\n");
        t->at += length + (line[length] == '\n');
        t->count = 0;
        for (size_t from = 0; from <= length && t->count < COLUMNS; t->count++) {
            size_t to = from;
            while (to < length && line[to] != '\t') to++;
            t->columns[t->count] = (csuccess_str){line + from, to - from};
            from = to + 1;
        }
        if (csuccess__str_is(t->columns[0], kind)) return true;
    }
    return false;
}

static void events_are_written_as_the_oracle_has_them(void)
{
    table t;
    csuccess_events *events = NULL;
    csuccess__buffer out;
    size_t rows = 0;
    if (!open_table(&t)) return;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL));
    for (; next_row(&t, "event"); rows++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        if (!CHECK_OK(csuccess_events_add_json(events, t.columns[1], &err))) {
            printf("# %s: %.*s\n", err.message, (int)t.columns[1].len, t.columns[1].ptr);
            break;
        }
        csuccess__buffer_clear(&out);
        csuccess__input_write(&out, csuccess__events_at(events, rows));
        if (csuccess__str_eq(csuccess__buffer_view(&out), t.columns[2])) continue;
        printf("# is       %.*s\n# expected %.*s\n", (int)out.len, out.ptr,
               (int)t.columns[2].len, t.columns[2].ptr);
        CHECK(false);
        break;
    }
    CHECK(rows >= 200);
    csuccess_events_free(events);
    csuccess__buffer_free(&out);
    free(t.text);
}

static size_t digit(char c)
{
    return (size_t)(strchr("0123456789abcdef", c) - "0123456789abcdef");
}

/* Hexadecimal digits as bytes, into `out`. */
static csuccess_str unhex(uint8_t *out, csuccess_str hex)
{
    for (size_t i = 0; i + 1 < hex.len; i += 2) {
        out[i / 2] = (uint8_t)(digit(hex.ptr[i]) << 4 | digit(hex.ptr[i + 1]));
    }
    return (csuccess_str){(char *)out, hex.len / 2};
}

static int64_t whole(csuccess_str text)
{
    return (int64_t)strtoll(text.ptr, NULL, 10);
}

static void put_fields(csuccess__state *state, csuccess_str fields)
{
    uint8_t name[64], payload[256];
    const char *at = fields.ptr, *end = fields.ptr + fields.len;
    while (at < end) {
        size_t kind = check_span(at, ":"), text = kind + 1 + check_span(at + kind + 1, ":");
        size_t last = text + 1 + check_span(at + text + 1, ",\t");
        csuccess_str key = unhex(name, (csuccess_str){at + kind + 1, text - kind - 1});
        csuccess_str value = unhex(payload, (csuccess_str){at + text + 1, last - text - 1});
        long number = strtol(at, NULL, 10);
        CHECK(csuccess__state_put(state, (csuccess__state_kind)number, key, value));
        at += last + 1;
    }
}

static void fill(csuccess__state *state, const table *t)
{
    csuccess__state_head *head = &state->head;
    head->flags = (uint32_t)whole(t->columns[1]);
    head->created_at = whole(t->columns[2]);
    head->at = whole(t->columns[3]);
    head->due = whole(t->columns[4]) ? whole(t->columns[4]) : INT64_MAX;
    head->seq = (uint64_t)whole(t->columns[5]);
    unhex(head->chain, t->columns[6]);
    unhex(head->pseudonym, t->columns[7]);
    unhex(head->config, t->columns[8]);
    put_fields(state, t->columns[9]);
}

/* Made of its parts it has the oracle's bytes, and those read as the same parts. */
static bool check_state(const table *t)
{
    csuccess__state made, got;
    csuccess__buffer out, again;
    uint8_t bytes[4096];
    csuccess_str wanted = unhex(bytes, t->columns[10]);
    csuccess__state_init(&made, csuccess__malloc_allocator());
    csuccess__state_init(&got, csuccess__malloc_allocator());
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&again, csuccess__malloc_allocator(), 0);
    fill(&made, t);
    csuccess__state_write(&out, &made);
    bool good = CHECK(csuccess__str_eq(csuccess__buffer_view(&out), wanted));
    good = CHECK_OK(csuccess__state_read(&got, wanted, MOST, NULL)) && good;
    good = CHECK_UINT(got.count, made.count) && CHECK_INT(got.head.due, made.head.due) && good;
    csuccess__state_write(&again, &got);
    good = CHECK(csuccess__str_eq(csuccess__buffer_view(&again), wanted)) && good;
    csuccess__buffer_free(&out);
    csuccess__buffer_free(&again);
    csuccess__state_free(&made);
    csuccess__state_free(&got);
    return good;
}

static void states_are_written_as_the_oracle_has_them(void)
{
    table t;
    size_t rows = 0;
    if (!open_table(&t)) return;
    while (next_row(&t, "state") && check_state(&t)) rows++;
    CHECK(rows >= 40);
    free(t.text);
}

CHECK_MAIN(CHECK_TEST(events_are_written_as_the_oracle_has_them),
           CHECK_TEST(states_are_written_as_the_oracle_has_them))
