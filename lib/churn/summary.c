/* SPDX-License-Identifier: Apache-2.0 */
/* A churn result in one sentence, for people. */
#include "churn/internal.h"

#include "base/number.h"
#include "text/numeral.h"

enum { NAMED = 3 };

/* The metrics that moved the score most one way, the greatest first. */
typedef struct movers {
    csuccess_str names[NAMED];
    double sizes[NAMED];
    uint32_t count;
} movers;

static void add_mover(movers *m, csuccess_str name, double size)
{
    uint32_t at = m->count < NAMED ? m->count : NAMED;
    while (at > 0 && m->sizes[at - 1] < size) {
        if (at < NAMED) {
            m->sizes[at] = m->sizes[at - 1];
            m->names[at] = m->names[at - 1];
        }
        at--;
    }
    if (at < NAMED) {
        m->sizes[at] = size;
        m->names[at] = name;
        m->count += m->count < NAMED;
    }
}

/* `sign` 1: what raises the score; -1: what lowers it. `least`: smaller ones are not worth a word. */
static movers find_movers(const csuccess__chain_step *step, const csuccess__churn_result *r,
                          double sign, double least)
{
    movers m = {.count = 0};
    for (uint32_t i = 0; step->forest && i < step->feature_count; i++) {
        double size = sign * r->parts.trees[i];
        if (size > least) {
            add_mover(&m, step->features[i].name, size);
        }
    }
    for (uint32_t i = 1; step->card && i < step->card->count; i++) {
        const csuccess__card_node *node = &step->card->nodes[i];
        double size = sign * r->nodes[i].contribution;
        if (node->combine == CSUCCESS__COMBINE_NONE && size > least) {
            add_mover(&m, node->label, size);
        }
    }
    return m;
}

/* A twentieth of what moved it most is nothing that a reader should act on. */
static double worth_a_word(const movers *up, const movers *down)
{
    double most = up->count ? up->sizes[0] : 0;
    return (down->count && down->sizes[0] > most ? down->sizes[0] : most) / 20;
}

static void put_movers(csuccess__buffer *out, const char *before, const movers *m)
{
    for (uint32_t i = 0; i < m->count; i++) {
        csuccess__buffer_cstr(out, i == 0 ? before : ", ");
        csuccess__buffer_str(out, m->names[i]);
    }
}

/* A share in per cent with one decimal, a number with up to two. */
static void put_rounded(csuccess__buffer *out, double x, double scale)
{
    csuccess__numeral_put(out, csuccess__round(x * scale) / scale);
}

static void put_score(csuccess__buffer *out, const csuccess__chain_step *step,
                      const csuccess__churn_result *r)
{
    if (r->calibrated) {
        put_rounded(out, r->probability * 100, 10);
        csuccess__buffer_cstr(
            out, step->undated ? "% of customers like this one left (learned without dates, so "
                                 "not when)"
                               : "% likely to leave within ");
    } else {
        csuccess__buffer_cstr(out, "risk score ");
        put_rounded(out, r->probability * 100, 10);
        csuccess__buffer_cstr(out, " of 100 (not calibrated, so no share of customers)");
        csuccess__buffer_cstr(out, step->undated ? "" : " for ");
    }
    if (!step->undated) {
        put_rounded(out, step->horizon_days, 10);
        csuccess__buffer_cstr(out, " days");
    }
}

void csuccess__churn_summary(const csuccess__churn *churn, const csuccess__churn_result *r,
                             csuccess__buffer *out)
{
    const csuccess__chain_step *step = &churn->steps[r->step];
    if (!r->has_probability) {
        csuccess__buffer_cstr(out, "no churn score");
    } else {
        put_score(out, step, r);
    }
    if (r->level >= 0) {
        csuccess__buffer_cstr(out, ", level ");
        csuccess__buffer_str(out, churn->levels.rungs[r->level].id);
    }
    if (r->degraded) {
        csuccess__buffer_cstr(out, ", not by the model itself");
    }
    if (r->parts.there) {
        movers up = find_movers(step, r, 1, 0), down = find_movers(step, r, -1, 0);
        double least = worth_a_word(&up, &down);
        up = find_movers(step, r, 1, least);
        down = find_movers(step, r, -1, least);
        put_movers(out, "; raised by ", &up);
        put_movers(out, "; lowered by ", &down);
    }
}
