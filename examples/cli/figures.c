/* SPDX-License-Identifier: Apache-2.0 */
/* Figures as JSON, CSV and a table. */
#include "figures.h"

#include "clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* X(name, value, what a table says) */
#define FIGURES(X) \
    X(rows, of->rows, "rows of input") \
    X(passed_over, of->passed_over, "  bad ones, passed over") \
    X(later, of->later, "  events of later, left for another run") \
    X(applied, of->counts.inputs_applied, "events applied") \
    X(known, of->counts.inputs_known, "  known already") \
    X(quarantined, of->counts.inputs_quarantined, "  quarantined") \
    X(failed, of->counts.inputs_failed, "  refused") \
    X(expired, of->counts.inputs_expired, "  expired") \
    X(unknown_traits, of->counts.unknown_traits, \
      "  attributes that the configuration has not") \
    X(commits, of->counts.commits, "commits") \
    X(conflicts, of->counts.conflicts, "  conflicts with other processes") \
    X(entries, of->counts.entries, "entries of history") \
    X(messages, of->counts.messages, "messages made") \
    X(delivered, of->counts.delivered, "  delivered") \
    X(put_off, of->counts.put_off, "  put off") \
    X(dead, of->counts.dead, "  given up") \
    X(unknown, of->counts.unknown, "  of unknown fate") \
    X(dropped, of->counts.dropped, "  dropped") \
    X(parked, of->counts.parked, "customers parked")

typedef struct figure {
    const char *name, *label;
    uint64_t value;
} figure;

enum {
#define ONE(name, value, label) FIGURE_##name,
    FIGURES(ONE)
#undef ONE
        FIGURE_COUNT
};

static void print_json(const figure *list, const char *clock, const char *next, bool stopped)
{
    putchar('{');
    for (int i = 0; i < FIGURE_COUNT; i++) {
        printf("\"%s\": %llu, ", list[i].name, (unsigned long long)list[i].value);
    }
    printf("\"clock\": ");
    output_quoted_or_null((csuccess_str){clock, strlen(clock)});
    printf(", \"next_due\": ");
    output_quoted_or_null((csuccess_str){next, strlen(next)});
    printf(", \"stopped\": %s}\n", stopped ? "true" : "false");
}

static void print_csv(const figure *list, const char *clock, const char *next, bool stopped)
{
    for (int i = 0; i < FIGURE_COUNT; i++) printf("%s,", list[i].name);
    printf("clock,next_due,stopped\r\n");
    for (int i = 0; i < FIGURE_COUNT; i++) printf("%llu,", (unsigned long long)list[i].value);
    printf("%s,%s,%s\r\n", clock, next, stopped ? "true" : "false");
}

static void print_table(const figure *list, const char *clock, const char *next, bool stopped)
{
    for (int i = 0; i < FIGURE_COUNT; i++) {
        bool part = list[i].label[0] == ' ';
        if (part && list[i].value == 0) continue;
        printf("%-42s %12llu\n", list[i].label, (unsigned long long)list[i].value);
    }
    if (*clock) printf("%-30s %24s\n", "done up to", clock);
    if (next) printf("%-30s %24s\n", "next due", *next ? next : "nothing");
    if (stopped) printf("stopped; the same call goes on\n");
}

void figures_print(output_format format, const figures *of)
{
    char clock[CLOCK_TEXT] = "", next[CLOCK_TEXT] = "";
    bool looked = of->next != FIGURES_NOT_LOOKED;
    const figure list[] = {
#define ONE(name, value, label) {#name, label, value},
        FIGURES(ONE)
#undef ONE
    };
    if (of->counts.clock_ms != 0) clock_format(clock, of->counts.clock_ms);
    if (looked && of->next != CSUCCESS_TIME_NEVER) clock_format(next, of->next);
    if (format == OUTPUT_CSV) {
        print_csv(list, clock, next, of->stopped);
    } else if (format == OUTPUT_TABLE) {
        print_table(list, clock, looked ? next : NULL, of->stopped);
    } else {
        print_json(list, clock, next, of->stopped);
    }
}

/* ---- Tallies ---- */

enum { TALLY_COLUMN = 66 };

static bool is_named(const struct tally_row *row, const char *before, csuccess_str name)
{
    size_t len = strlen(before);
    return strncmp(row->name, before, len) == 0 && strlen(row->name + len) == name.len &&
           memcmp(row->name + len, name.ptr, name.len) == 0;
}

bool tally_add(tally *to, const char *before, csuccess_str name)
{
    for (size_t i = 0; i < to->count; i++) {
        if (!is_named(&to->rows[i], before, name)) continue;
        to->rows[i].count++;
        return true;
    }
    struct tally_row *grown = realloc(to->rows, (to->count + 1) * sizeof *grown);
    if (!grown) return false;
    to->rows = grown;
    size_t head = strlen(before);
    char *copy = malloc(head + name.len + 1);
    if (!copy) return false;
    memcpy(copy, before, head);
    memcpy(copy + head, name.ptr, name.len);
    copy[head + name.len] = '\0';
    grown[to->count++] = (struct tally_row){copy, 1};
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct tally_row *)a)->name, ((const struct tally_row *)b)->name);
}

void tally_print(output_format format, const tally *of)
{
    if (of->count) qsort(of->rows, of->count, sizeof *of->rows, by_name);
    if (format == OUTPUT_CSV) printf("what,count\r\n");
    if (format == OUTPUT_JSON) putchar('{');
    for (size_t i = 0; i < of->count; i++) {
        csuccess_str name = {of->rows[i].name, strlen(of->rows[i].name)};
        if (format == OUTPUT_TABLE) {
            output_column(name, TALLY_COLUMN, false);
            printf(" %12llu\n", (unsigned long long)of->rows[i].count);
        } else if (format == OUTPUT_JSON) {
            if (i) printf(", ");
            output_quoted(name);
            printf(": %llu", (unsigned long long)of->rows[i].count);
        } else {
            output_cell(name);
            printf(",%llu\r\n", (unsigned long long)of->rows[i].count);
        }
    }
    if (format == OUTPUT_JSON) printf("}\n");
}

void tally_free(tally *of)
{
    for (size_t i = 0; i < of->count; i++) free(of->rows[i].name);
    free(of->rows);
}
