/* SPDX-License-Identifier: Apache-2.0 */
/* Counting scored customers, and keeping the ten that need attention most. */
#include "summary.h"

#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STATUSES = 64,
    WORST = 10,
    REASONS = 3,
    TEXT = 256,
    BINS = 100002 /* of the score, 0 to 100 by thousandths, and one beyond each end */
};

typedef struct group {
    char name[64];
    uint64_t customers, known, left;
} group;

typedef struct concern {
    double score;
    char id[TEXT], status[64], level[64], value[64], reasons[REASONS][TEXT], parts[TEXT];
} concern;

struct summary {
    const char *outcome;
    uint64_t customers, scored;
    group statuses[STATUSES]; /* in the order in which they came */
    int status_count;
    group all;
    concern worst[WORST]; /* lowest score first */
    int worst_count;
    uint64_t stayed[BINS], left[BINS];
};

summary *summary_new(const char *outcome)
{
    summary *s = calloc(1, sizeof *s);
    if (s) s->outcome = outcome;
    return s;
}

void summary_free(summary *s)
{
    free(s);
}

/* As much as fits, in whole characters. */
static void copy(char *to, size_t cap, csuccess_str from)
{
    size_t n = from.len < cap - 1 ? from.len : cap - 1;
    while (n > 0 && n < from.len && ((unsigned char)from.ptr[n] & 0xC0) == 0x80) n--;
    if (n > 0) memcpy(to, from.ptr, n);
    to[n] = '\0';
}

static group *status_of(summary *s, csuccess_str name)
{
    group fresh = {.customers = 0};
    copy(fresh.name, sizeof fresh.name, name);
    for (int i = 0; i < s->status_count; i++) {
        if (strcmp(fresh.name, s->statuses[i].name) == 0) return &s->statuses[i];
    }
    if (s->status_count == STATUSES) return &s->statuses[STATUSES - 1];
    s->statuses[s->status_count] = fresh;
    return &s->statuses[s->status_count++];
}

static void count(group *g, int outcome)
{
    g->customers++;
    g->known += outcome >= 0;
    g->left += outcome == 1;
}

static size_t bin_of(double score)
{
    if (score < 0) return 0;
    if (score > 100) return BINS - 1;
    return (size_t)(score * 1000) + 1;
}

static void member(csuccess_str object, const char *key, char *to, size_t cap)
{
    char buf[TEXT + 4]; /* a character more, so that a cut is seen */
    copy(to, cap, output_decode(buf, sizeof buf, slice_member(object, key)));
}

/* What the risk factors say, strongest first. */
static void risk_reasons(concern *c, csuccess_str result)
{
    csuccess_str factors = slice_member(slice_member(result, "churn"), "risk_factors");
    csuccess_str item = slice_first(factors);
    for (int n = 0; n < REASONS && item.len > 0; n++, item = slice_next(factors, item)) {
        member(item, "say", c->reasons[n], TEXT);
        if (c->reasons[n][0] == '\0') member(item, "type", c->reasons[n], TEXT);
    }
}

/* Behind what is there; how much is used then, at most TEXT. */
static size_t add_part(concern *c, size_t at, const csuccess_explanation_row *row)
{
    char score[32] = "unknown";
    if (row->flags & CSUCCESS_ROW_SCORED) snprintf(score, sizeof score, "%.0f", row->score);
    int n = snprintf(c->parts + at, TEXT - at, "%s%.*s %s", at ? ", " : "", (int)row->label.len,
                     row->label.ptr, score);
    at += n > 0 ? (size_t)n : 0;
    return at < TEXT ? at : TEXT;
}

/* The parts of the score, with what each of them gives. */
static void give_parts(concern *c, const csuccess_explanation *why)
{
    size_t at = 0;
    for (uint32_t i = 0; i < csuccess_explanation_count(why) && at < TEXT; i++) {
        csuccess_explanation_row row = CSUCCESS_EXPLANATION_ROW_INIT;
        csuccess_explanation_get(why, i, &row);
        bool part = row.kind == CSUCCESS_ROW_GROUP || row.kind == CSUCCESS_ROW_METRIC;
        if (part && row.depth == 0) at = add_part(c, at, &row);
    }
}

/* Keeps the lowest scores, in order; equals stay in the order of the input. */
static void consider(summary *s, const csuccess_score *score, const csuccess_scorer *scorer,
                     csuccess_str result)
{
    if (s->worst_count == WORST && score->raw >= s->worst[WORST - 1].score) return;
    int at = s->worst_count < WORST ? s->worst_count++ : WORST - 1;
    for (; at > 0 && s->worst[at - 1].score > score->raw; at--) s->worst[at] = s->worst[at - 1];
    concern *c = &s->worst[at];
    memset(c, 0, sizeof *c);
    c->score = score->raw;
    copy(c->status, sizeof c->status, score->status);
    member(result, "customer_id", c->id, sizeof c->id);
    member(slice_member(result, "churn"), "level", c->level, sizeof c->level);
    member(slice_member(result, "churn"), "value_at_risk", c->value, sizeof c->value);
    risk_reasons(c, result);
    give_parts(c, csuccess_scorer_explanation(scorer));
}

void summary_add(summary *s, const csuccess_score *score, const csuccess_scorer *scorer,
                 csuccess_str result, int outcome)
{
    s->customers++;
    count(&s->all, outcome);
    if (!(score->present & CSUCCESS_SCORE_VALUE)) return;
    s->scored++;
    count(status_of(s, score->status), outcome);
    if (outcome >= 0) (outcome ? s->left : s->stayed)[bin_of(score->raw)]++;
    if (outcome != 1) consider(s, score, scorer, result);
}

/* Share of pairs of one who left and one who stayed in which the first has the lower score, ties by half: the area
   under the ROC curve. Negative without both. */
static double agreement(const summary *s)
{
    double pairs = 0, agree = 0, left = 0, stayed = 0;
    for (size_t i = BINS; i-- > 0;) {
        agree += (double)s->left[i] * (stayed + (double)s->stayed[i] / 2);
        left += (double)s->left[i];
        stayed += (double)s->stayed[i];
    }
    pairs = left * stayed;
    return pairs > 0 ? agree / pairs : -1;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole ? 100 * (double)part / (double)whole : 0;
}

static void print_group(const summary *s, const group *g, const char *name)
{
    printf("  %-12s %10llu  %5.1f %%", name, (unsigned long long)g->customers,
           percent(g->customers, s->customers));
    if (s->outcome && g->known) printf("  %12.1f %%", percent(g->left, g->known));
    putchar('\n');
}

static void print_statuses(const summary *s)
{
    printf("%llu customers, %llu with a score\n\n  %-12s %10s  %7s",
           (unsigned long long)s->customers, (unsigned long long)s->scored, "status",
           "customers", "share");
    printf(s->outcome ? "  %14s\n" : "\n", "of them left");
    for (int i = 0; i < s->status_count; i++) {
        print_group(s, &s->statuses[i], s->statuses[i].name);
    }
    print_group(s, &s->all, "all");
}

static void print_concern(const concern *c)
{
    printf("  %-14.30s %6.2f  %-10s", c->id, c->score, c->status);
    if (c->level[0]) printf("  churn %-8s", c->level);
    if (c->value[0]) printf("  at risk %8.2f", strtod(c->value, NULL));
    putchar('\n');
    for (int i = 0; i < REASONS && c->reasons[i][0]; i++) printf("      - %s\n", c->reasons[i]);
    if (c->parts[0]) printf("      = %s\n", c->parts);
}

static void print_worst(const summary *s)
{
    printf("\nMost in need of attention%s, lowest score first:\n\n",
           s->outcome ? " among those who have not left" : "");
    for (int i = 0; i < s->worst_count; i++) print_concern(&s->worst[i]);
}

/* The tenths of the customers by score, and how many of each left. */
static void print_tenths(const summary *s)
{
    uint64_t known = 0, seen = 0, n = 0, left = 0;
    for (size_t i = 0; i < BINS; i++) known += s->left[i] + s->stayed[i];
    printf("\n  %-22s %10s  %9s\n", "tenth by score", "customers", "left");
    for (size_t i = 0, tenth = 1; i < BINS && tenth <= 10; i++) {
        n += s->left[i] + s->stayed[i];
        left += s->left[i];
        seen += s->left[i] + s->stayed[i];
        if (n == 0 || seen * 10 < tenth * known) continue;
        printf("  %2zu%-20s %10llu  %7.1f %%\n", tenth, tenth == 1 ? " (lowest)" : "",
               (unsigned long long)n, percent(left, n));
        tenth = (size_t)(seen * 10 / known) + 1;
        n = left = 0;
    }
}

static void print_agreement(const summary *s)
{
    double share = agreement(s);
    printf("\nHealth score and outcome (%s):\n\n", s->outcome);
    if (share < 0) {
        printf(
            "  nobody is known to have left, or nobody to have stayed: nothing to compare\n");
        return;
    }
    printf("  Of a customer who left and one who stayed, the one who left has the lower score "
           "in %.1f %%\n"
           "  of all pairs (area under the ROC curve %.3f; 50 %% would be chance).\n",
           100 * share, share);
    print_tenths(s);
    printf("\n  The outcome is of the same date as the facts or earlier: this tells agreement, "
           "not foresight.\n");
}

static void json_text(const char *key, const char *text)
{
    printf("\"%s\":", key);
    output_quoted_or_null((csuccess_str){text, strlen(text)});
}

static void json_group(const group *g, const char *name)
{
    putchar('{');
    json_text("status", name);
    printf(",\"customers\":%llu,\"outcome_known\":%llu,\"left\":%llu}",
           (unsigned long long)g->customers, (unsigned long long)g->known,
           (unsigned long long)g->left);
}

static void json_concern(const concern *c)
{
    putchar('{');
    json_text("customer_id", c->id);
    printf(",\"raw\":%.12g,", c->score);
    json_text("status", c->status);
    printf(",\"reasons\":[");
    for (int i = 0; i < REASONS && c->reasons[i][0]; i++) {
        if (i) putchar(',');
        output_quoted((csuccess_str){c->reasons[i], strlen(c->reasons[i])});
    }
    printf("]}");
}

static void print_json(const summary *s)
{
    double share = agreement(s);
    printf("{\"customers\":%llu,\"scored\":%llu,\"statuses\":[",
           (unsigned long long)s->customers, (unsigned long long)s->scored);
    for (int i = 0; i < s->status_count; i++) {
        if (i) putchar(',');
        json_group(&s->statuses[i], s->statuses[i].name);
    }
    printf("],\"attention\":[");
    for (int i = 0; i < s->worst_count; i++) {
        if (i) putchar(',');
        json_concern(&s->worst[i]);
    }
    printf("],\"agreement\":");
    printf(s->outcome && share >= 0 ? "%.6f}\n" : "null}\n", share);
}

void summary_print(const summary *s, output_format format)
{
    if (format == OUTPUT_JSON || format == OUTPUT_JSONL) {
        print_json(s);
        return;
    }
    print_statuses(s);
    print_worst(s);
    if (s->outcome) print_agreement(s);
}
