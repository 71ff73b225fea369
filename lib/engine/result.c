/* SPDX-License-Identifier: Apache-2.0 */
/* The result object of an explained run, as hosts and the command print it. */
#include "engine/scorer.h"

#include "base/error.h"

/* The shape of the record, which is stored and read again by later versions: docs/schemas/result.schema.json. */
enum { RESULT_SCHEMA = 1 };

static void write_time(csuccess__json_writer *w, int64_t ms)
{
    char text[CSUCCESS__TIME_TEXT];
    size_t n = csuccess__time_format(text, ms);
    csuccess__json_str(w, (csuccess_str){text, n});
}

/* The host's word for one of ours, when the document's `vocabulary` has one. */
static void write_label(const csuccess_config *config, csuccess__json_writer *w,
                        const char *key, csuccess_str word)
{
    const csuccess__json *vocabulary = csuccess__json_member(config->document, "vocabulary");
    const csuccess__json *label = word.len ? csuccess__json_get(vocabulary, word) : NULL;
    csuccess__json_key(w, csuccess__str(key));
    if (label) {
        csuccess__json_str(w, label->string);
    } else if (word.len) {
        csuccess__json_str(w, word);
    } else {
        csuccess__json_null(w);
    }
}

static void write_labels(const csuccess_scorer *scorer, csuccess__json_writer *w)
{
    static const char *const trends[] = {
#define TREND(name, text) text,
        CSUCCESS__TRENDS(TREND)
#undef TREND
    };
    const csuccess_config *config = scorer->config;
    if (!csuccess__json_member(config->document, "vocabulary")) {
        return;
    }
    csuccess__json_key(w, CSUCCESS_STR("labels"));
    csuccess__json_open(w, '{');
    write_label(config, w, "status",
                config->health ? scorer->health.status : csuccess__str(NULL));
    write_label(config, w, "trend",
                csuccess__str(config->health ? trends[scorer->health.trend] : NULL));
    write_label(config, w, "level",
                config->churn ? csuccess__churn_level_name(config->churn, scorer->churn.level)
                              : csuccess__str(NULL));
    csuccess__json_close(w, '}');
}

static csuccess_result write_churn(csuccess_scorer *scorer, csuccess__json_writer *w)
{
    const csuccess_config *config = scorer->config;
    csuccess__churn_run run = {.machine = scorer->machine,
                               .slots = scorer->slots,
                               .slot_count = config->schema->count,
                               .now = scorer->now,
                               .work = scorer->churn_work};
    csuccess__json_key(w, CSUCCESS_STR("churn"));
    if (!config->churn) {
        csuccess__json_null(w);
        return CSUCCESS_OK;
    }
    return csuccess__churn_write(w, config->churn, &scorer->churn, &run);
}

/* Every condition that was neither true nor false, with the inputs that would have decided it. */
static csuccess_result write_undecided(csuccess_scorer *scorer, csuccess__json_writer *w)
{
    const csuccess_config *config = scorer->config;
    csuccess__buffer names;
    csuccess__buffer_init(&names, &scorer->mem, 0);
    csuccess__open open = {
        .out = w,
        .scratch = &names,
        .schema = config->schema,
        .machine = scorer->machine,
        .frame = {.slots = scorer->slots, .count = config->schema->count, .now = scorer->now}};
    csuccess__json_key(w, CSUCCESS_STR("undecided"));
    csuccess__json_open(w, '[');
    if (config->health) {
        csuccess__health_open(&open, config->health, &scorer->health);
    }
    if (config->churn) {
        csuccess__churn_open(&open, config->churn);
    }
    csuccess__json_close(w, ']');
    csuccess__buffer_free(&names);
    return open.failed;
}

csuccess_result csuccess_scorer_json(csuccess_scorer *scorer, csuccess_str *out,
                                     csuccess_error *err)
{
    if (!scorer || !out || !scorer->explained) {
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "there is no explained run; call csuccess_scorer_explain() first");
    }
    const csuccess_config *config = scorer->config;
    csuccess__json_writer w;
    csuccess__buffer_clear(&scorer->json);
    csuccess__json_writer_init(&w, &scorer->json);
    csuccess__json_open(&w, '{');
    csuccess__json_key(&w, CSUCCESS_STR("customer_id"));
    if (scorer->customer.len > 0) {
        csuccess__json_str(&w, csuccess__buffer_view(&scorer->customer));
    } else {
        csuccess__json_null(&w);
    }
    csuccess__json_key(&w, CSUCCESS_STR("at"));
    write_time(&w, scorer->now);
    csuccess__json_key(&w, CSUCCESS_STR("config"));
    csuccess__json_str(&w, config->hash);
    csuccess__json_key(&w, CSUCCESS_STR("schema"));
    csuccess__json_num(&w, RESULT_SCHEMA);
    csuccess__json_key(&w, CSUCCESS_STR("health"));
    if (config->health) {
        csuccess__health_write(&w, config->health, config->schema, &scorer->health);
    } else {
        csuccess__json_null(&w);
    }
    csuccess_result status = write_churn(scorer, &w);
    csuccess_result open = write_undecided(scorer, &w);
    status = status < 0 ? status : open;
    write_labels(scorer, &w);
    csuccess__json_close(&w, '}');
    status = status < 0 ? status : scorer->json.status;
    if (status < 0) {
        return csuccess__fail(err, status,
                              status == CSUCCESS_ELIMIT
                                  ? "the result exceeds the limit output_bytes"
                                  : "out of memory");
    }
    *out = csuccess__buffer_view(&scorer->json);
    return CSUCCESS_OK;
}
