/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess segment: who is in which segment, how large they are, how much they have in common. */
#include "commands.h"

#include "input.h"
#include "output.h"
#include "overlap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS_SHOWN = 10 };

/* Ids of members, each behind its length; only when they are asked for. */
typedef struct listed {
    char *ptr;
    size_t len, cap;
} listed;

typedef struct segmenting {
    const cli_session *session;
    output_format format;
    overlap counts;
    uint64_t *members, *open; /* bits of the customer at hand */
    size_t words;
    listed *lists; /* by segment; NULL: not asked for */
} segmenting;

static csuccess_str id_of(const segmenting *s, uint32_t segment)
{
    csuccess_str id = {NULL, 0};
    csuccess_config_segment(s->session->config, segment, &id);
    return id;
}

static bool make(segmenting *s, bool members)
{
    uint32_t n = csuccess_config_segments(s->session->config);
    s->words = ((size_t)n + 63) / 64;
    s->members = calloc(s->words + 1, sizeof *s->members);
    s->open = calloc(s->words + 1, sizeof *s->open);
    s->lists = members ? calloc((size_t)n + 1, sizeof *s->lists) : NULL;
    return overlap_make(&s->counts, n) && s->members && s->open && (s->lists || !members);
}

static void release(segmenting *s)
{
    for (uint32_t i = 0; s->lists && i < s->counts.count; i++) free(s->lists[i].ptr);
    free(s->lists);
    free(s->members);
    free(s->open);
    overlap_free(&s->counts);
}

static bool append(listed *to, csuccess_str id)
{
    size_t need = sizeof id.len + id.len;
    if (to->cap - to->len < need) {
        size_t cap = (to->cap + need) * 2;
        char *ptr = realloc(to->ptr, cap);
        if (!ptr) return false;
        to->ptr = ptr;
        to->cap = cap;
    }
    memcpy(to->ptr + to->len, &id.len, sizeof id.len);
    if (id.len > 0) memcpy(to->ptr + to->len + sizeof id.len, id.ptr, id.len);
    to->len += need;
    return true;
}

/* A line of JSON for the customer at hand, who is a member of n. */
static void print_customer(const segmenting *s, csuccess_str customer, uint32_t n)
{
    printf("{\"customer_id\":");
    output_quoted_or_null(customer);
    printf(",\"segments\":[");
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) putchar(',');
        output_quoted(id_of(s, s->counts.here[i]));
    }
    printf("]}\n");
}

/* False: no memory for the lists. */
static bool take_customer(segmenting *s)
{
    csuccess_str customer = csuccess_facts_customer(s->session->facts);
    uint32_t n = overlap_add(&s->counts, s->members, s->open);
    if (s->format == OUTPUT_JSONL) print_customer(s, customer, n);
    for (uint32_t i = 0; s->lists && i < n; i++) {
        if (!append(&s->lists[s->counts.here[i]], customer)) return false;
    }
    return true;
}

static int take_rows(segmenting *s, input *in)
{
    const cli_session *c = s->session;
    while (output_works() && input_next(in, c->facts)) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_result result = csuccess_scorer_segments(c->scorer, c->facts, c->now,
                                                          s->members, s->open, s->words, &err);
        if (result < 0 && !input_refuse(in, err.message)) break;
        if (result >= 0 && !take_customer(s)) {
            fprintf(stderr, "%s: out of memory for the members\n", in->name);
            return 1;
        }
    }
    return input_finish(in);
}

static double share(const segmenting *s, uint64_t size)
{
    return s->counts.customers ? (double)size / (double)s->counts.customers : 0;
}

static void print_members(const listed *list)
{
    printf(",\"members\":[");
    for (size_t at = 0; at < list->len;) {
        csuccess_str id;
        memcpy(&id.len, list->ptr + at, sizeof id.len);
        id.ptr = list->ptr + at + sizeof id.len;
        if (at > 0) putchar(',');
        output_quoted_or_null(id);
        at += sizeof id.len + id.len;
    }
    putchar(']');
}

static void print_json(const segmenting *s)
{
    const overlap *c = &s->counts;
    printf("{\"customers\":%llu,\n\"segments\":{", (unsigned long long)c->customers);
    for (uint32_t i = 0; i < c->count; i++) {
        printf(i ? ",\n" : "\n");
        output_quoted(id_of(s, i));
        printf(":{\"size\":%llu,\"share\":%.6g,\"undecided\":%llu",
               (unsigned long long)c->sizes[i], share(s, c->sizes[i]),
               (unsigned long long)c->undecided[i]);
        if (s->lists) print_members(&s->lists[i]);
        putchar('}');
    }
    printf("},\n\"overlap\":{");
    for (uint32_t b = 0; b < c->count; b++) {
        printf(b ? ",\n" : "\n");
        output_quoted(id_of(s, b));
        printf(":{");
        const char *comma = "";
        for (uint32_t a = 0; a < c->count; a++) {
            if (a == b || overlap_of(c, a, b) == 0) continue;
            printf("%s", comma);
            output_quoted(id_of(s, a));
            printf(":%llu", (unsigned long long)overlap_of(c, a, b));
            comma = ",";
        }
        putchar('}');
    }
    printf("}}\n");
}

/* A line for each member of each segment, for other programs. */
static void export_members(const segmenting *s)
{
    printf("segment,customer_id\n");
    for (uint32_t i = 0; i < s->counts.count; i++) {
        const listed *list = &s->lists[i];
        for (size_t at = 0; at < list->len;) {
            csuccess_str id;
            memcpy(&id.len, list->ptr + at, sizeof id.len);
            id.ptr = list->ptr + at + sizeof id.len;
            output_cell(id_of(s, i));
            putchar(',');
            output_cell(id);
            putchar('\n');
            at += sizeof id.len + id.len;
        }
    }
}

static void print_csv(const segmenting *s)
{
    if (s->lists) {
        export_members(s);
        return;
    }
    printf("segment,size,share,undecided\n");
    for (uint32_t i = 0; i < s->counts.count; i++) {
        output_cell(id_of(s, i));
        printf(",%llu,%.6g,%llu\n", (unsigned long long)s->counts.sizes[i],
               share(s, s->counts.sizes[i]), (unsigned long long)s->counts.undecided[i]);
    }
}

/* The pair with the largest overlap below `most`, or at it and behind (*a, *b). */
static bool next_pair(const overlap *c, uint64_t most, uint32_t *a, uint32_t *b)
{
    uint64_t best = 0;
    uint32_t best_a = 0, best_b = 0;
    for (uint32_t j = 1; j < c->count; j++) {
        for (uint32_t i = 0; i < j; i++) {
            uint64_t size = overlap_of(c, i, j);
            bool later = j > *b || (j == *b && i > *a);
            if (size > best && (size < most || (size == most && later))) {
                best = size;
                best_a = i;
                best_b = j;
            }
        }
    }
    *a = best_a;
    *b = best_b;
    return best > 0;
}

static void print_table(const segmenting *s)
{
    const overlap *c = &s->counts;
    printf("%-30s  %10s  %7s  %10s\n", "segment", "size", "share", "undecided");
    for (uint32_t i = 0; i < c->count; i++) {
        output_column(id_of(s, i), 30, false);
        printf("  %10llu  %6.1f%%  %10llu\n", (unsigned long long)c->sizes[i],
               100 * share(s, c->sizes[i]), (unsigned long long)c->undecided[i]);
    }
    printf("\n%llu customers; largest overlaps\n", (unsigned long long)c->customers);
    uint32_t a = 0, b = 0;
    uint64_t most = UINT64_MAX;
    for (int shown = 0; shown < PAIRS_SHOWN && next_pair(c, most, &a, &b); shown++) {
        most = overlap_of(c, a, b);
        output_column(id_of(s, a), 30, false);
        printf("  ");
        output_column(id_of(s, b), 30, false);
        printf("  %10llu\n", (unsigned long long)most);
    }
}

static void print_summary(const segmenting *s)
{
    if (s->format == OUTPUT_JSON) print_json(s);
    if (s->format == OUTPUT_CSV) print_csv(s);
    if (s->format == OUTPUT_TABLE) print_table(s);
}

/* With a session that has segments. */
static int count_members(const cli_session *session, const args *given, output_format format)
{
    segmenting s = {.session = session, .format = format};
    input in;
    int code = 1;
    if (!make(&s, given->values[OPTION_MEMBERS] != NULL)) {
        fprintf(stderr, "csuccess: out of memory\n");
    } else {
        code = input_open(&in, given, session->facts);
        if (code == 0) {
            code = take_rows(&s, &in);
            if (code != 1) print_summary(&s);
        }
        input_close(&in);
    }
    release(&s);
    return code;
}

int segment_run(const args *given)
{
    cli_session session;
    output_format format;
    int code = output_choose(&format, given);
    bool lists = format == OUTPUT_JSON || format == OUTPUT_CSV;
    if (code == 0 && given->values[OPTION_MEMBERS] && !lists) {
        return args_usage("segment", "%s goes with -o json and -o csv", "--members");
    }
    if (code == 0) code = session_open(&session, given);
    if (code != 0) return code;
    if (csuccess_config_segments(session.config) > 0) {
        code = count_members(&session, given, format);
    } else {
        fprintf(stderr, "%s: it has no \"segments\"\n", given->values[OPTION_CONFIG]);
        code = 1;
    }
    session_close(&session);
    return output_finish(code);
}
