/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in which segment, counted from the states in a database: what entering, leaving and people made of it. */
#include "memberships.h"

#include "slice.h"

#include <csuccess/scorer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct group {
    csuccess_str id;
    unsigned long long members, scored, with_arr;
    double arr, health;
} group;

typedef struct counting {
    cli_host *host;
    const args *given;
    unsigned long long customers;
    group *groups;
    uint32_t count;
    int code;
} counting;

static bool number(csuccess_str text, double *out)
{
    char digits[40];
    if (text.len == 0 || text.len >= sizeof digits || slice_is(text, "null")) return false;
    memcpy(digits, text.ptr, text.len);
    digits[text.len] = '\0';
    *out = strtod(digits, NULL);
    return true;
}

static void count(counting *c, csuccess_str state)
{
    double arr = 0, health = 0;
    csuccess_str segments = slice_member(state, "segments");
    csuccess_str money = slice_member(slice_member(state, "attributes"), "arr");
    bool has_arr = number(slice_member(money, "value"), &arr);
    bool scored = number(slice_member(slice_member(state, "health"), "score"), &health);
    char key[256];
    c->customers++;
    for (uint32_t i = 0; i < c->count; i++) {
        group *g = &c->groups[i];
        snprintf(key, sizeof key, "%.*s", (int)g->id.len, g->id.ptr);
        if (!slice_is(slice_member(slice_member(segments, key), "member"), "true")) continue;
        g->members++;
        g->with_arr += has_arr;
        g->arr += arr;
        g->scored += scored;
        g->health += health;
    }
}

static bool each(void *ud, const csuccess_str *cells, int cell_count)
{
    counting *c = ud;
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    (void)cell_count;
    csuccess_result result = csuccess_engine_state(
        c->host->engine, cells[0], c->host->principal, c->host->now, &text, &err);
    if (result >= 0) count(c, csuccess_text_view(text));
    csuccess_text_free(text);
    if (result < 0) c->code = host_tell(c->given, result, &err);
    return result >= 0;
}

/* ---- Printing ---- */

static void put(bool is, double value, const char *format, const char *none)
{
    if (is) {
        printf(format, value);
    } else {
        fputs(none, stdout);
    }
}

static void print_table(const counting *c)
{
    printf("%-30s %10s %16s %8s\n", "segment", "members", "arr", "health");
    for (uint32_t i = 0; i < c->count; i++) {
        const group *g = &c->groups[i];
        output_column(g->id, 30, false);
        printf(" %10llu ", g->members);
        put(g->with_arr > 0, g->arr, "%16.2f", "               -");
        put(g->scored > 0, g->health / (double)g->scored, " %8.1f", "        -");
        putchar('\n');
    }
    printf("\n%llu customers\n", c->customers);
}

static void print_csv(const counting *c)
{
    printf("segment,members,arr,health,health_n\r\n");
    for (uint32_t i = 0; i < c->count; i++) {
        const group *g = &c->groups[i];
        output_cell(g->id);
        printf(",%llu,", g->members);
        put(g->with_arr > 0, g->arr, "%.17g", "");
        put(g->scored > 0, g->health / (double)g->scored, ",%.17g", ",");
        printf(",%llu\r\n", g->scored);
    }
}

static void print_json(const counting *c)
{
    printf("{\"customers\":%llu,\"segments\":{", c->customers);
    for (uint32_t i = 0; i < c->count; i++) {
        const group *g = &c->groups[i];
        if (i > 0) putchar(',');
        output_quoted(g->id);
        printf(":{\"members\":%llu,\"arr\":", g->members);
        put(g->with_arr > 0, g->arr, "%.17g", "null");
        printf(",\"health\":");
        put(g->scored > 0, g->health / (double)g->scored, "%.17g", "null");
        printf(",\"health_n\":%llu}", g->scored);
    }
    printf("}}\n");
}

static void print(const counting *c, output_format format)
{
    if (format == OUTPUT_TABLE) print_table(c);
    if (format == OUTPUT_CSV) print_csv(c);
    if (format <= OUTPUT_JSON) print_json(c);
}

int memberships_print(cli_host *host, const args *given, output_format format)
{
    counting c = {.host = host, .given = given};
    c.count = csuccess_config_segments(host->config);
    c.groups = calloc(c.count ? c.count : 1, sizeof *c.groups);
    if (!c.groups) {
        fprintf(stderr, "csuccess: out of memory\n");
        return 1;
    }
    for (uint32_t i = 0; i < c.count; i++) {
        csuccess_config_segment(host->config, i, &c.groups[i].id);
    }
    int code = database_customers(&host->db, each, &c);
    if (code == 0) code = c.code;
    if (code == 0) print(&c, format);
    free(c.groups);
    return code;
}
