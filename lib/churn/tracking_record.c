/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the JSON record of a prediction with its outcome. */
#include "churn/tracking.h"

#include "base/error.h"
#include "base/str.h"
#include "calendar/time.h"
#include "text/json.h"

enum { MOST_ACTIONS = 64 };

typedef struct record {
    csuccess_tracked prediction;
    csuccess_tracked_outcome outcome;
    bool has_outcome;
    csuccess_str actions[MOST_ACTIONS];
    csuccess__duration horizon;
    csuccess_error *err;
} record;

static csuccess_result refuse(record *r, const csuccess__json *node, csuccess_result code,
                              const char *expected)
{
    csuccess__fail(r->err, code, "%q: expected %s, found %s", node->key, expected,
                   csuccess__json_type_name(node));
    csuccess__json_place(r->err, node);
    return code;
}

static csuccess_result read_flag(record *r, const csuccess__json *node, int32_t *out)
{
    if (node->type != CSUCCESS__JSON_BOOL) {
        return refuse(r, node, CSUCCESS_ETYPE, "true or false");
    }
    *out = node->boolean;
    return CSUCCESS_OK;
}

static csuccess_result read_text(record *r, const csuccess__json *node, csuccess_str *out)
{
    if (node->type != CSUCCESS__JSON_STRING) return refuse(r, node, CSUCCESS_ETYPE, "a string");
    *out = node->string;
    return CSUCCESS_OK;
}

static csuccess_result read_time(record *r, const csuccess__json *node, int64_t *out)
{
    bool good =
        node->type == CSUCCESS__JSON_STRING && (csuccess__time_parse(out, node->string, NULL) ||
                                                csuccess__date_parse(out, node->string, NULL));
    return good ? CSUCCESS_OK
                : refuse(r, node, CSUCCESS_ETYPE,
                         "a time such as \"2026-01-31T08:00:00Z\", or a date");
}

static csuccess_result read_customer(record *r, const csuccess__json *node)
{
    csuccess_str id;
    return node->type == CSUCCESS__JSON_NUMBER ? CSUCCESS_OK : read_text(r, node, &id);
}

static csuccess_result read_at(record *r, const csuccess__json *node)
{
    return read_time(r, node, &r->prediction.at_ms);
}

static csuccess_result read_horizon(record *r, const csuccess__json *node)
{
    bool good = node->type == CSUCCESS__JSON_STRING &&
                csuccess__duration_parse(&r->horizon, node->string, NULL);
    return good ? CSUCCESS_OK
                : refuse(r, node, CSUCCESS_ETYPE, "an ISO 8601 duration such as \"P30D\"");
}

static csuccess_result read_probability(record *r, const csuccess__json *node)
{
    if (node->type != CSUCCESS__JSON_NUMBER || !(node->number >= 0 && node->number <= 1)) {
        bool number = node->type == CSUCCESS__JSON_NUMBER;
        return refuse(r, node, number ? CSUCCESS_ERANGE : CSUCCESS_ETYPE, "a number of 0 to 1");
    }
    r->prediction.probability = node->number;
    return CSUCCESS_OK;
}

static csuccess_result read_calibrated(record *r, const csuccess__json *node)
{
    return read_flag(r, node, &r->prediction.calibrated);
}

static csuccess_result read_alarm(record *r, const csuccess__json *node)
{
    r->prediction.present |= CSUCCESS_TRACKED_ALARM;
    return read_flag(r, node, &r->prediction.alarm);
}

static csuccess_result read_first(record *r, const csuccess__json *node)
{
    r->prediction.present |= CSUCCESS_TRACKED_FIRST;
    return read_flag(r, node, &r->prediction.first);
}

static csuccess_result read_level(record *r, const csuccess__json *node)
{
    return read_text(r, node, &r->prediction.level);
}

static csuccess_result read_model(record *r, const csuccess__json *node)
{
    return read_text(r, node, &r->prediction.model);
}

static csuccess_result read_actions(record *r, const csuccess__json *node)
{
    if (node->type != CSUCCESS__JSON_ARRAY) return refuse(r, node, CSUCCESS_ETYPE, "an array");
    if (node->count > MOST_ACTIONS) {
        return refuse(r, node, CSUCCESS_ELIMIT, "at most 64 actions");
    }
    for (const csuccess__json *item = node->first; item; item = item->next) {
        csuccess_result result = read_text(r, item, &r->actions[r->prediction.actions]);
        if (result < 0) return result;
        r->prediction.actions++;
    }
    return CSUCCESS_OK;
}

static csuccess_result read_churned_at(record *r, const csuccess__json *node)
{
    r->outcome.present |= CSUCCESS_TRACKED_OUTCOME_CHURNED;
    return read_time(r, node, &r->outcome.churned_at);
}

static csuccess_result read_observed_until(record *r, const csuccess__json *node)
{
    return read_time(r, node, &r->outcome.observed_until);
}

static csuccess_result read_acted(record *r, const csuccess__json *node)
{
    return read_flag(r, node, &r->outcome.acted);
}

static csuccess_result read_outcome(record *r, const csuccess__json *node);

typedef struct field {
    const char *key;
    csuccess_result (*read)(record *r, const csuccess__json *node);
} field;

static const field record_fields[] = {
    {"customer_id", read_customer},  {"at", read_at},
    {"horizon", read_horizon},       {"probability", read_probability},
    {"calibrated", read_calibrated}, {"alarm", read_alarm},
    {"first", read_first},           {"level", read_level},
    {"model", read_model},           {"actions", read_actions},
    {"outcome", read_outcome},       {NULL, NULL},
};

static const field outcome_fields[] = {
    {"churned_at", read_churned_at},
    {"observed_until", read_observed_until},
    {"acted", read_acted},
    {NULL, NULL},
};

/* null is as absent. */
static csuccess_result read_fields(record *r, const csuccess__json *object, const field *fields)
{
    if (object->type != CSUCCESS__JSON_OBJECT) {
        return refuse(r, object, CSUCCESS_ETYPE, "an object");
    }
    for (const csuccess__json *node = object->first; node; node = node->next) {
        const field *f = fields;
        while (f->key && !csuccess__str_is(node->key, f->key)) f++;
        if (!f->key) return refuse(r, node, CSUCCESS_ENAME, "no such key");
        if (node->type == CSUCCESS__JSON_NULL) continue;
        csuccess_result result = f->read(r, node);
        if (result < 0) return result;
    }
    return CSUCCESS_OK;
}

static csuccess_result read_outcome(record *r, const csuccess__json *node)
{
    r->has_outcome = true;
    r->outcome.observed_until = INT64_MIN;
    return read_fields(r, node, outcome_fields);
}

static csuccess_result check_record(record *r, const csuccess__json *root)
{
    static const char *const required[] = {"at", "horizon", "probability", NULL};
    for (size_t i = 0; required[i]; i++) {
        const csuccess__json *node = csuccess__json_member(root, required[i]);
        if (!node || node->type == CSUCCESS__JSON_NULL) {
            csuccess__fail(r->err, CSUCCESS_EMISSING, "a prediction needs \"%s\"", required[i]);
            csuccess__json_place(r->err, root);
            return CSUCCESS_EMISSING;
        }
    }
    int64_t end;
    bool good = csuccess__time_add(&end, r->prediction.at_ms, r->horizon);
    r->prediction.horizon_ms = good ? end - r->prediction.at_ms : 0;
    return CSUCCESS_OK; /* 0 is refused when it is added */
}

csuccess_result csuccess_tracking_add_json(csuccess_tracking *tracking, csuccess_str text,
                                           csuccess_error *err)
{
    if (!tracking) return csuccess__fail(err, CSUCCESS_EINVALID, "tracking is required");
    if (!text.ptr && text.len > 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "the record is NULL");
    }
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits, .lines = true};
    csuccess__arena arena;
    csuccess__json *root;
    record r = {.prediction = CSUCCESS_TRACKED_INIT, .err = err};
    r.outcome = (csuccess_tracked_outcome)CSUCCESS_TRACKED_OUTCOME_INIT;
    csuccess__arena_init(&arena, &tracking->mem, 0);
    csuccess_result result = csuccess__json_read(&root, &arena, text, &options, err);
    if (result >= 0) result = read_fields(&r, root, record_fields);
    if (result >= 0) result = check_record(&r, root);
    if (result >= 0) {
        r.prediction.action = r.actions;
        result = csuccess_tracking_add(tracking, &r.prediction,
                                       r.has_outcome ? &r.outcome : NULL, err);
    }
    csuccess__arena_free(&arena);
    return result;
}
