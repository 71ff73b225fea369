/* SPDX-License-Identifier: Apache-2.0 */
/* A population whose odds to leave are known, as samples, and reading of reports. */
#ifndef COLUMNS_PEOPLE_H
#define COLUMNS_PEOPLE_H

#include "check.h"

#include "base/number.h"
#include <csuccess/csuccess.h>

static const char document[] =
    "{\"csuccess\": 1, \"attributes\": {\"usage\": {\"type\": \"number\"}, \"plan\": "
    "{\"type\": \"string\"},"
    " \"champion\": {\"type\": \"bool\"}, \"mrr\": {\"type\": \"money\"}, \"seen\": {\"type\": "
    "\"time\"},"
    " \"email\": {\"type\": \"string\", \"pii\": true}, \"left\": {\"type\": \"bool\", "
    "\"outcome\": true},"
    " \"reason\": {\"type\": \"string\"}},"
    " \"metrics\": {\"per_seat\": \"mrr / usage\", \"gone\": \"left ? 1 : 0\", \"echo\": "
    "\"gone * 2\","
    " \"why\": \"reason == 'price'\"},"
    " \"health\": {\"profiles\": {\"default\": {\"score\": {\"combine\": \"weighted_mean\", "
    "\"of\": {"
    " \"use\": {\"weight\": 0.2, \"value\": \"usage\", \"range\": [0, 100]},"
    " \"money\": {\"weight\": 0.8, \"value\": \"clamp(mrr, 0, 100)\", \"range\": [0, 100]}}},"
    " \"modifiers\": {\"no_champion\": {\"when\": \"!champion\", \"multiply\": 0.9}},"
    " \"bands\": {\"good\": {\"from\": 50}, \"bad\": {}}}}},"
    " \"churn\": {\"model\": {\"scorecard\": {\"combine\": \"noisy_or\", \"of\": {"
    " \"quiet\": {\"weight\": 0.5, \"value\": \"usage < 30\"}}}}, \"horizon\": \"P30D\"}}";

static inline csuccess_config *compile(const csuccess_allocator *mem, csuccess_error *err)
{
    csuccess_config *config = NULL;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = mem;
    csuccess_config_compile(&config, check_view(document), &options, err);
    return config;
}

/* ---- A population: the odds to leave fall with usage, and are higher without a champion and on plan "free" ---- */

typedef struct person {
    char id[16];
    double usage, mrr;
    bool has_usage, champion, left;
    const char *plan;
} person;

static inline double uniform(uint64_t *state)
{
    return (double)(check_random(state) >> 11) / 9007199254740992.0;
}

static inline person draw(uint64_t *state, int i)
{
    static const char *const plans[] = {"free", "team", "enterprise"};
    person p = {.usage = 100 * uniform(state), .mrr = 100 * uniform(state)};
    snprintf(p.id, sizeof p.id, "c%d", i);
    p.has_usage = uniform(state) > 0.05;
    p.champion = uniform(state) > 0.3;
    p.plan = plans[check_random(state) % 3];
    double log_odds = 0.5 - 0.05 * p.usage + (p.champion ? 0 : 1) + (p.plan[0] == 'f' ? 1 : 0);
    p.left = uniform(state) < csuccess__sigmoid(log_odds);
    return p;
}

static inline csuccess_result set_facts(csuccess_facts *facts, const person *p)
{
    csuccess_facts_clear(facts);
    csuccess_result r = csuccess_facts_set_customer(facts, check_view(p->id));
    if (r >= 0 && p->has_usage)
        r = csuccess_facts_set_number(facts, CSUCCESS_STR("usage"), p->usage);
    if (r >= 0)
        r = csuccess_facts_set_money(facts, CSUCCESS_STR("mrr"), p->mrr, CSUCCESS_STR(""));
    if (r >= 0) r = csuccess_facts_set_bool(facts, CSUCCESS_STR("champion"), p->champion);
    if (r >= 0) r = csuccess_facts_set_string(facts, CSUCCESS_STR("plan"), check_view(p->plan));
    if (r >= 0) r = csuccess_facts_set_bool(facts, CSUCCESS_STR("left"), p->left);
    return r;
}

/* `rows` customers of a cross-section, whose outcome is the attribute `left`. */
static inline csuccess_result fill(csuccess_samples *samples, csuccess_config *config,
                                   const csuccess_allocator *mem, int rows, csuccess_error *err)
{
    csuccess_facts *facts;
    csuccess_result r = csuccess_facts_new(&facts, config, mem, err);
    uint64_t state = 7;
    for (int i = 0; i < rows && r >= 0; i++) {
        person p = draw(&state, i);
        csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
        sample.present = CSUCCESS_SAMPLE_OUTCOME;
        sample.outcome = p.left;
        r = set_facts(facts, &p);
        if (r >= 0) r = csuccess_samples_add(samples, facts, &sample, err);
    }
    csuccess_facts_free(facts);
    return r;
}

static inline csuccess_samples *population(csuccess_config *config, int rows)
{
    csuccess_samples *samples = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_samples_new(&samples, config, NULL, &err)) ||
        !CHECK_OK(fill(samples, config, NULL, rows, &err))) {
        printf("# %s\n", err.message);
    }
    return samples;
}

/* ---- Reading reports: "key":number, the first behind a place ---- */

static inline double number_after(csuccess_str report, const char *place, const char *key)
{
    const char *at = strstr(report.ptr, place);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "\"%s\":", key);
    at = at ? strstr(at, wanted) : NULL;
    return at ? check_number(at + strspn(at + strlen(wanted), " ") + strlen(wanted)) : -1e9;
}

static inline bool same(const csuccess_text *a, const csuccess_text *b)
{
    csuccess_str x = csuccess_text_view(a), y = csuccess_text_view(b);
    return x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0;
}

#endif
