/* SPDX-License-Identifier: Apache-2.0 */
/* Reading history into samples. */
#include "history.h"

#include "clock.h"
#include "config_file.h"
#include "infer.h"
#include "slice.h"

#include <stdlib.h>
#include <string.h>

/* Without --now it is today, midnight UTC: the same rows give the same bytes all day. */
#define DAY_MS INT64_C(86400000)

/* ---- Options ---- */

static csuccess_str view(const char *names)
{
    return (csuccess_str){names, names ? strlen(names) : 0};
}

bool list_split(name_list *out, const char *names)
{
    out->count = 0;
    while (names && *names) {
        size_t len = strcspn(names, ",");
        if (out->count == LIST_MOST) {
            fprintf(stderr, "csuccess: a list of more than %d names\n", LIST_MOST);
            return false;
        }
        if (len > 0) out->items[out->count++] = (csuccess_str){names, len};
        names += len + (names[len] == ',');
    }
    return true;
}

/* A usage error that names the option and its value. */
static bool refuse(const args *given, option which, const char *what)
{
    static const char *const names[] = {
#define OPTION(id, name, letter, value, help) "--" name,
        OPTIONS(OPTION)
#undef OPTION
    };
    char message[300];
    snprintf(message, sizeof message, "%s %.100s: it is %s", names[which], given->values[which],
             what);
    args_usage(given->command, "%s", message);
    return false;
}

bool number_option(const args *given, option which, double low, double high, double *out)
{
    const char *word = given->values[which];
    char *end, range[100];
    *out = 0;
    if (!word) return true;
    *out = strtod(word, &end);
    if (*word && *end == '\0' && *out >= low && *out <= high) return true;
    snprintf(range, sizeof range, "a number from %g to %g", low, high);
    return refuse(given, which, range);
}

bool whole_option(const args *given, option which, uint64_t most, uint64_t *out)
{
    const char *word = given->values[which];
    char *end, range[100];
    *out = 0;
    if (!word) return true;
    *out = strtoull(word, &end, 10);
    if (word[0] >= '0' && word[0] <= '9' && *end == '\0' && *out <= most) return true;
    snprintf(range, sizeof range, "a whole number up to %llu", (unsigned long long)most);
    return refuse(given, which, range);
}

bool word_option(const args *given, option which, const char *const *words, uint32_t *out)
{
    const char *word = given->values[which];
    char list[200] = "one of";
    *out = 0;
    for (uint32_t i = 0; word && words[i]; i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = i;
            return true;
        }
        size_t at = strlen(list);
        snprintf(list + at, sizeof list - at, "%s %s", i ? "," : "", words[i]);
    }
    return !word || refuse(given, which, list);
}

static bool time_option(const args *given, option which, int64_t *out)
{
    *out = 0;
    return !given->values[which] || clock_parse(given->values[which], out) ||
           refuse(given, which, "a time such as 2026-01-31T00:00:00Z");
}

/* ---- Opening ---- */

/* reason: which options go together, each pair with its own message. */
static int check_usage(const args *given)
{
    bool dated = given->values[OPTION_AS_OF] != NULL;
    bool times = given->values[OPTION_OUTCOME_AT] || given->values[OPTION_OUTCOMES];
    if (times && !dated) {
        return args_usage(given->command,
                          "%s goes with --as-of: rows of one date cannot be dated",
                          given->values[OPTION_OUTCOMES] ? "--outcomes" : "--outcome-at");
    }
    if (dated && !times) {
        return args_usage(given->command, "%s needs --outcome-at COLUMN or --outcomes FILE",
                          "--as-of");
    }
    if (!dated && !given->values[OPTION_OUTCOME]) {
        return args_usage(given->command, "%s is required: what holds for those who left",
                          "--outcome EXPR");
    }
    if (dated && given->values[OPTION_OUTCOME]) {
        return args_usage(given->command, "%s is for rows without dates", "--outcome");
    }
    return 0;
}

/* The configuration of a file without one. */
static int infer(history *h, const args *given)
{
    text document = {NULL, 0, 0};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int code = infer_attributes(&h->attributes, &h->outcome, given);
    if (code != 0) return code;
    bool ok = text_put(&h->attributes, '\0') &&
              text_add(&document, "{\"csuccess\": 1, \"attributes\": {") &&
              text_add(&document, h->attributes.ptr) && text_add(&document, "}}");
    csuccess_str whole = {document.ptr, document.len};
    if (!ok || csuccess_config_compile(&h->session.config, whole, NULL, &err) < 0) {
        fprintf(stderr, "%s: %s\n", given->words[0], ok ? err.message : "out of memory");
        code = 1;
    }
    text_free(&document);
    return code;
}

static int open_session(history *h, const args *given)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (given->values[OPTION_CONFIG]) return session_open(&h->session, given);
    const char *now = given->values[OPTION_NOW];
    h->session.now = clock_now();
    if (now && !clock_parse(now, &h->session.now)) {
        refuse(given, OPTION_NOW, "a time such as 2026-01-31T00:00:00Z");
        return 2;
    }
    int code = infer(h, given);
    if (code != 0) return code;
    if (csuccess_facts_new(&h->session.facts, h->session.config, NULL, &err) < 0 ||
        csuccess_scorer_new(&h->session.scorer, h->session.config, NULL, &err) < 0) {
        fprintf(stderr, "csuccess: %s\n", err.message);
        return 1;
    }
    return 0;
}

static bool is_file_of_folds(const args *given)
{
    const char *asked = given->values[OPTION_FOLDS];
    return asked && strspn(asked, "0123456789") != strlen(asked);
}

static int open_samples(history *h, const args *given)
{
    static name_list metrics, exclude;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_samples_options options = CSUCCESS_SAMPLES_OPTIONS_INIT;
    const char *horizon = given->values[OPTION_HORIZON], *gap = given->values[OPTION_GAP];
    if (!list_split(&metrics, given->values[OPTION_METRICS]) ||
        !list_split(&exclude, given->values[OPTION_EXCLUDE])) {
        return 1;
    }
    options.metrics = metrics.items;
    options.metric_count = metrics.count;
    options.exclude = exclude.items;
    options.exclude_count = exclude.count;
    options.outcome = view(given->values[OPTION_OUTCOME]);
    if (h->outcome.len > 0) options.outcome = (csuccess_str){h->outcome.ptr, h->outcome.len};
    options.now_ms = h->session.now;
    if (!time_option(given, OPTION_OBSERVED_UNTIL, &options.observed_until)) return 2;
    /* the first of several, of which backtest tries each */
    if (horizon) options.horizon = (csuccess_str){horizon, strcspn(horizon, ",")};
    if (gap) options.gap = (csuccess_str){gap, strcspn(gap, ",")};
    if (csuccess_samples_new(&h->samples, h->session.config, &options, &err) < 0) {
        fprintf(stderr, "csuccess %s: %s\n", given->command, err.message);
        return 1;
    }
    return 0;
}

/* ---- Rows ---- */

/* The time in an extra column. -1: told and refused. */
static int take_time(history *h, int which, uint32_t bit, int64_t *at, csuccess_sample *sample)
{
    char cell[64], message[200];
    input_extra(&h->in, which, cell, sizeof cell);
    if (!cell[0]) return 0;
    if (!clock_parse(cell, at)) {
        snprintf(message, sizeof message,
                 "%.60s: expected a time such as 2026-01-31T00:00:00Z, or a date, found \"%s\"",
                 h->in.extra[which], cell);
        return input_refuse(&h->in, message) ? -1 : -2;
    }
    sample->present |= bit;
    return 1;
}

/* 1: it has its times; -1: to be passed over; -2: that was the end. */
static int take_times(history *h, csuccess_sample *sample)
{
    int got = take_time(h, EXTRA_AS_OF, CSUCCESS_SAMPLE_AS_OF, &sample->as_of, sample);
    if (got == 0) {
        char message[160];
        snprintf(message, sizeof message, "%.100s is empty: the row has no date",
                 h->in.extra[EXTRA_AS_OF]);
        return input_refuse(&h->in, message) ? -1 : -2;
    }
    if (got > 0) {
        got = take_time(h, EXTRA_OUTCOME_AT, CSUCCESS_SAMPLE_OUTCOME_AT, &sample->outcome_at,
                        sample);
    }
    if (got >= 0) {
        got = take_time(h, EXTRA_NOTICE_AT, CSUCCESS_SAMPLE_NOTICE_AT, &sample->notice_at,
                        sample);
    }
    return got < 0 ? got : 1;
}

/* Sets a flag where an expression holds. False after telling. */
static bool take_flag(history *h, const char *condition, uint32_t bit, csuccess_sample *sample)
{
    csuccess_str value;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!condition) return true;
    int64_t now = sample->present & CSUCCESS_SAMPLE_AS_OF ? sample->as_of : h->session.now;
    csuccess_result result = csuccess_scorer_eval(h->session.scorer, h->session.facts, now,
                                                  view(condition), &value, NULL, &err);
    if (result < 0) fprintf(stderr, "%s: %s\n", condition, err.message);
    if (result >= 0 && slice_is(value, "true")) sample->present |= bit;
    return result >= 0;
}

/* 1: it goes on; 0: it ends, as was told. */
static int add_row(history *h, const args *given)
{
    csuccess_sample sample = CSUCCESS_SAMPLE_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint64_t row = h->in.count - 1;
    if (h->dated) {
        int got = take_times(h, &sample);
        if (got < 0) return got == -1;
        sample.kind = h->target;
        outcomes_apply(&h->outcomes, csuccess_facts_customer(h->session.facts), h->target,
                       &sample);
    }
    if (h->has_folds && row < h->folds.count && h->folds.of[row] >= 0) {
        sample.present |= CSUCCESS_SAMPLE_FOLD;
        sample.fold = (uint32_t)h->folds.of[row];
    }
    if (!take_flag(h, given->values[OPTION_TREATED], CSUCCESS_SAMPLE_TREATED, &sample) ||
        !take_flag(h, given->values[OPTION_UNTREATED], CSUCCESS_SAMPLE_HOLDOUT, &sample)) {
        h->in.failed = true;
        return 0;
    }
    if (csuccess_samples_add(h->samples, h->session.facts, &sample, &err) >= 0) return 1;
    return input_refuse(&h->in, err.message);
}

static int read_rows(history *h, const args *given)
{
    while (!stop_asked() && input_next(&h->in, h->session.facts)) {
        if (!add_row(h, given)) break;
    }
    if (stop_asked()) {
        fprintf(stderr, "\ncsuccess %s: stopped; nothing was written\n", given->command);
        return 130;
    }
    return input_finish(&h->in);
}

/* The files beside the history: outcomes and folds. */
static bool read_beside(history *h, const args *given)
{
    const char *outcomes = given->values[OPTION_OUTCOMES];
    h->has_folds = is_file_of_folds(given);
    return (!outcomes || outcomes_read(&h->outcomes, outcomes)) &&
           (!h->has_folds || folds_read(&h->folds, given->values[OPTION_FOLDS]));
}

int history_read(history *h, const args *given)
{
    static const char *const targets[] = {"churn", "expansion", NULL};
    memset(h, 0, sizeof *h);
    int code = check_usage(given);
    if (code != 0) return code;
    if (!word_option(given, OPTION_TARGET, targets, &h->target)) return 2;
    h->dated = given->values[OPTION_AS_OF] != NULL;
    if (!read_beside(h, given)) return 1;
    code = open_session(h, given);
    if (!given->values[OPTION_NOW]) h->session.now -= h->session.now % DAY_MS;
    if (code == 0) code = open_samples(h, given);
    if (code == 0) code = input_open(&h->in, given, h->session.facts);
    if (code == 0 && !given->values[OPTION_CONFIG]) { /* what was passed over was told */
        csuccess_facts_ignore_unknown(h->session.facts, true);
    }
    return code == 0 ? read_rows(h, given) : code;
}

void history_close(history *h)
{
    csuccess_samples_free(h->samples);
    if (h->in.name) input_close(&h->in);
    session_close(&h->session);
    outcomes_free(&h->outcomes);
    folds_free(&h->folds);
    text_free(&h->attributes);
    text_free(&h->outcome);
}
