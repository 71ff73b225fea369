/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of contacts, kept and brought together; see nps.h. */
#include "customer/nps.h"

#include "base/number.h"
#include "calendar/duration_read.h"
#include "calendar/time_json.h"
#include "customer/known_internal.h"
#include "text/json.h"
#include "text/reader.h"

enum { SCORE_MOST = 10, PROMOTER = 9, DETRACTOR = 6 };

/* ---- Names ---- */

int csuccess__nps_slot(csuccess_str path)
{
    static const char *const names[] = {
#define NAME(name) "nps." #name,
        CSUCCESS__NPS_SLOTS(NAME)
#undef NAME
    };
    int slot = 0;
    while (slot < CSUCCESS__NPS_SLOT_COUNT && !csuccess__str_is(path, names[slot])) slot++;
    return slot;
}

csuccess__value csuccess__nps_value(const csuccess__nps *nps, int slot)
{
    const double values[] = {nps->score, nps->mean, nps->n, nps->promoters, nps->detractors};
    if (nps->n == 0 && slot != CSUCCESS__NPS_n) {
        return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
    return csuccess__number(values[slot]);
}

/* ---- The section ---- */

static const csuccess__attribute *contacts_of(const csuccess__schema *schema)
{
    uint32_t slot = csuccess__schema_find(schema, CSUCCESS_STR("contacts"), NULL);
    if (slot >= schema->inputs) return NULL;
    const csuccess__attribute *a = schema->slots[slot].attribute;
    return a && a->type == CSUCCESS__ATTRIBUTE_RECORDS ? a : NULL;
}

/* Roles are texts of a field that contacts have. */
static void check_role(const csuccess__schema *schema, csuccess__problems *problems,
                       const csuccess__json *at, csuccess_str role)
{
    const csuccess__attribute *contacts = contacts_of(schema);
    for (uint32_t i = 0; contacts && i < contacts->field_count; i++) {
        const csuccess__attribute *field = &contacts->fields[i];
        if (!csuccess__str_eq(field->name, role)) continue;
        if (field->type == CSUCCESS__ATTRIBUTE_STRING) return;
        csuccess__problem(problems, at, CSUCCESS_ETYPE,
                          "the weights of answers go by texts, which the field %q of "
                          "\"contacts\" does not hold",
                          role);
        return;
    }
    csuccess__problem(problems, at, CSUCCESS_ENAME,
                      "the weights of answers go by the field %q of the records of "
                      "\"contacts\", and \"records\" defines none of that name",
                      role);
}

static bool read_weights(csuccess__nps_rule *rule, csuccess__compiler *with,
                         csuccess__problems *problems, const csuccess__json *section)
{
    const csuccess__json *list =
        csuccess__read_section(problems, section, "weights", CSUCCESS__JSON_OBJECT);
    if (!list) return true;
    csuccess__nps_weight *weights =
        CSUCCESS__NEW_ARRAY(with->arena, csuccess__nps_weight, list->count + 1);
    if (!weights) {
        problems->lost = true;
        return false;
    }
    for (const csuccess__json *m = list->first; m; m = m->next) {
        bool good = m->type == CSUCCESS__JSON_NUMBER && m->number >= 0 &&
                    m->number <= CSUCCESS__NPS_WEIGHT_MOST;
        if (good) {
            weights[rule->weight_count++] = (csuccess__nps_weight){m->key, m->number};
            continue;
        }
        csuccess__problem(problems, m, CSUCCESS_ERANGE,
                          "the weight of a role is a number from 0 (its answers do not count) "
                          "to %u",
                          (uint32_t)CSUCCESS__NPS_WEIGHT_MOST);
    }
    rule->weights = weights;
    return true;
}

const csuccess__nps_rule *csuccess__nps_compile(const csuccess__schema *schema,
                                                csuccess__compiler *with,
                                                csuccess__problems *problems,
                                                const csuccess__json *section)
{
    static const char *const keys[] = {"half_life", "expires",     "role",
                                       "weights",   "description", NULL};
    const csuccess__span halves = {"P180D", CSUCCESS__DAY_MS, 3660 * CSUCCESS__DAY_MS};
    const csuccess__span ends = {"P365D", CSUCCESS__DAY_MS, 3660 * CSUCCESS__DAY_MS};
    csuccess__nps_rule *rule = CSUCCESS__NEW(with->arena, csuccess__nps_rule);
    if (!rule) {
        problems->lost = true;
        return NULL;
    }
    *rule = (csuccess__nps_rule){.role = CSUCCESS_STR("role")};
    if (!section || !csuccess__read_object(problems, section, keys)) return rule;
    rule->half_life_ms = csuccess__read_ms(problems, section, "half_life", 0, halves);
    rule->expires_ms = csuccess__read_ms(problems, section, "expires", 0, ends);
    rule->role = csuccess__read_string(problems, section, "role", rule->role);
    const csuccess__json *role = csuccess__json_member(section, "role");
    const csuccess__json *weights = csuccess__json_member(section, "weights");
    if (weights || role) check_role(schema, problems, role ? role : weights, rule->role);
    return read_weights(rule, with, problems, section) ? rule : NULL;
}

/* ---- Bytes ---- */

typedef struct answer {
    int64_t at;
    double score;
} answer;

/* False: damaged. */
static bool get_answer(csuccess_str payload, answer *out)
{
    csuccess__wire in = csuccess__wire_open(payload);
    out->at = csuccess__wire_get_i64(&in);
    out->score = csuccess__wire_get_double(&in);
    return csuccess__wire_done(&in) && csuccess__time_valid(out->at) && out->score >= 0 &&
           out->score <= SCORE_MOST;
}

void csuccess__nps_print(struct csuccess__json_writer *out, const csuccess__state_field *field)
{
    answer a;
    if (!get_answer(field->payload, &a)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "score", a.score);
    csuccess__json_put_time(out, "at", a.at);
    csuccess__json_close(out, '}');
}

/* ---- What they come to ---- */

static bool is_over(const csuccess__nps_rule *rule, const answer *a, int64_t now)
{
    return rule->expires_ms > 0 && a->at <= now - rule->expires_ms;
}

static double weight_of_role(const csuccess__nps_rule *rule, csuccess_str role)
{
    for (uint32_t i = 0; i < rule->weight_count; i++) {
        if (csuccess__str_eq(rule->weights[i].role, role)) return rule->weights[i].weight;
    }
    return 1;
}

/* The weight by the role that the contact's record has. False: the record is damaged. */
static bool weigh(const csuccess__nps_rule *rule, const csuccess__state *state,
                  csuccess_str contact, double *weight)
{
    enum { PREFIX = 9 };
    char bytes[PREFIX + CSUCCESS__KEPT_NAME];
    csuccess__text name;
    csuccess_str field;
    csuccess__kept kept;
    csuccess__record_scan scan;
    *weight = 1;
    if (rule->weight_count == 0 || contact.len > CSUCCESS__KEPT_NAME) return true;
    csuccess__text_init(&name, bytes, sizeof bytes);
    csuccess__text_format(&name, "contacts/%S", contact);
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_RECORD, (csuccess_str){name.ptr, name.len});
    if (!payload.ptr) return true;
    csuccess__record_open(&scan, payload);
    while (csuccess__record_next(&scan, &field, &kept)) {
        if (!csuccess__str_eq(field, rule->role) || kept.tag != CSUCCESS__KEPT_STRING) continue;
        *weight = weight_of_role(rule, kept.value.as.string);
    }
    return !scan.in.bad;
}

/* The answers one by one, those that count. */
typedef struct reading {
    const csuccess__nps_rule *rule;
    const csuccess__state *state;
    int64_t now;
    uint32_t at, end;
    answer answer;
    double weight;
    bool bad;
} reading;

static reading open_reading(const csuccess__nps_rule *rule, const csuccess__state *state,
                            int64_t now)
{
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_NPS, &count);
    return (reading){
        .rule = rule, .state = state, .now = now, .at = first, .end = first + count};
}

static bool next_answer(reading *r)
{
    while (r->at < r->end && !r->bad) {
        const csuccess__state_field *field = &r->state->fields[r->at++];
        r->bad = !get_answer(field->payload, &r->answer);
        if (r->bad || is_over(r->rule, &r->answer, r->now)) continue;
        r->bad = !weigh(r->rule, r->state, field->name, &r->weight);
        if (!r->bad && r->weight > 0) return true;
    }
    return false;
}

bool csuccess__nps_read(const csuccess__nps_rule *rule, const csuccess__state *state,
                        int64_t now, csuccess__nps *out)
{
    double all = 0, promoters = 0, detractors = 0, sum = 0;
    int64_t newest = INT64_MIN;
    *out = (csuccess__nps){.n = 0};
    reading r = open_reading(rule, state, now);
    while (next_answer(&r)) {
        if (r.answer.at > newest) newest = r.answer.at;
        out->n++;
    }
    if (r.bad) return false;
    if (out->n == 0) return true;
    r = open_reading(rule, state, now);
    while (next_answer(&r)) {
        double w = r.weight;
        /* Against the newest: only what they weigh against one another matters, and so the sum is never 0. */
        if (rule->half_life_ms > 0) {
            double age = (double)(newest - r.answer.at);
            w *= csuccess__pow(0.5, age / (double)rule->half_life_ms);
        }
        all += w;
        sum += w * r.answer.score;
        if (r.answer.score >= PROMOTER) promoters += w;
        if (r.answer.score <= DETRACTOR) detractors += w;
    }
    /* A sum of some of them is never above that of all, added in the same order: the shares stay within 1. */
    out->mean = sum / all < SCORE_MOST ? sum / all : SCORE_MOST;
    out->promoters = 100 * (promoters / all);
    out->detractors = 100 * (detractors / all);
    out->score = 100 * ((promoters - detractors) / all);
    return true;
}

/* ---- An input ---- */

/* Whether it is an answer to the question of the NPS. */
static bool is_answer(const csuccess__input *input)
{
    const csuccess__property *survey = csuccess__input_property(input, CSUCCESS_STR("survey"));
    bool named = survey && survey->value.kind == CSUCCESS__KIND_STRING;
    if (!csuccess__input_property(input, CSUCCESS_STR("score"))) return false;
    return !survey || (named && csuccess__str_is(survey->value.as.string, "nps"));
}

csuccess_result csuccess__nps_check(const csuccess__input *input, csuccess__text *reason)
{
    if (!is_answer(input)) return CSUCCESS_OK;
    csuccess__value v = csuccess__input_value(input, "score", CSUCCESS__KIND_NUMBER);
    bool good =
        v.kind == CSUCCESS__KIND_NUMBER && v.as.number >= 0 && v.as.number <= SCORE_MOST;
    if (!good) {
        csuccess__text_format(reason, "an answer to the NPS question has a \"score\" from 0 "
                                      "to 10");
        return CSUCCESS_ERANGE;
    }
    if (input->user.len > 0 && input->user.len <= CSUCCESS__KEPT_NAME) return CSUCCESS_OK;
    csuccess__text_format(reason, "the contact who answers has an id of 1 to %u bytes",
                          (uint32_t)CSUCCESS__KEPT_NAME);
    return CSUCCESS_ERANGE;
}

/* Whether there is room for an answer of `at`: the latest stay, so which those are depends on no order. */
static bool make_room(csuccess__step *step, csuccess_str contact, int64_t at)
{
    csuccess__state *state = step->state;
    uint32_t oldest = 0, count;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_NPS, &count);
    int64_t least = INT64_MAX;
    if (count < CSUCCESS__NPS_CONTACTS) return true;
    for (uint32_t i = first; i < first + count; i++) {
        answer a = {.at = INT64_MIN}; /* a damaged one goes first */
        if (!get_answer(state->fields[i].payload, &a)) a.at = INT64_MIN;
        if (a.at >= least) continue;
        least = a.at;
        oldest = i;
    }
    csuccess_str leaving = state->fields[oldest].name;
    if (at < least || (at == least && csuccess__str_cmp(contact, leaving) < 0)) return false;
    csuccess__state_drop(state, CSUCCESS__STATE_NPS, leaving);
    return true;
}

/* False: what is there holds: it is later, or of the same time and not above. */
static bool keep(const csuccess__nps_rule *rule, csuccess__step *step,
                 const csuccess__input *input, answer fresh)
{
    answer before;
    csuccess_str there = csuccess__state_get(step->state, CSUCCESS__STATE_NPS, input->user);
    if (is_over(rule, &fresh, step->now)) return false;
    if (there.ptr) {
        if (!get_answer(there, &before)) {
            csuccess__step_fail(step, CSUCCESS_ESTATE);
            return false;
        }
        bool holds =
            before.at > fresh.at || (before.at == fresh.at && before.score <= fresh.score);
        if (holds) return false;
    } else if (!make_room(step, input->user, fresh.at)) {
        return false;
    }
    csuccess__buffer_clear(step->scratch);
    csuccess__wire_i64(step->scratch, fresh.at);
    csuccess__wire_double(step->scratch, fresh.score);
    if (step->scratch->status < 0) csuccess__step_fail(step, step->scratch->status);
    csuccess__step_put(step, CSUCCESS__STATE_NPS, input->user,
                       csuccess__buffer_view(step->scratch));
    return step->failed >= 0;
}

static void put_score(csuccess__json_writer *w, const char *key, const csuccess__nps *nps)
{
    csuccess__json_key(w, csuccess__str(key));
    if (nps->n > 0) {
        csuccess__json_num(w, nps->score);
    } else {
        csuccess__json_null(w);
    }
}

static void say(csuccess__step *step, const csuccess__input *input, const csuccess__nps *before,
                const csuccess__nps *after)
{
    csuccess__value v = csuccess__input_value(input, "score", CSUCCESS__KIND_NUMBER);
    bool known = before->n > 0 && after->n > 0;
    bool same = known ? before->score == after->score : before->n == after->n;
    if (same) return;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "contact", input->user);
    csuccess__json_put_num(w, "score", v.as.number);
    put_score(w, "before", before);
    put_score(w, "after", after);
    csuccess__json_put_num(w, "n", after->n);
    csuccess__step_entry(step, "nps", input->user, csuccess__step_body_end(step));
}

csuccess_result csuccess__nps_apply(const csuccess__nps_rule *rule, csuccess__step *step,
                                    const csuccess__input *input)
{
    csuccess__nps before, after;
    csuccess__value v = csuccess__input_value(input, "score", CSUCCESS__KIND_NUMBER);
    if (!is_answer(input) || v.kind != CSUCCESS__KIND_NUMBER) return CSUCCESS_UNCHANGED;
    bool good = csuccess__nps_read(rule, step->state, step->now, &before);
    if (good && !keep(rule, step, input, (answer){input->at, v.as.number})) {
        return step->failed < 0 ? step->failed : CSUCCESS_UNCHANGED;
    }
    good = good && csuccess__nps_read(rule, step->state, step->now, &after);
    if (!good) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return CSUCCESS_ESTATE;
    }
    say(step, input, &before, &after);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

/* ---- Time ---- */

void csuccess__nps_step(const csuccess__nps_rule *rule, csuccess__step *step)
{
    csuccess__state *state = step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_NPS, &count);
    if (rule->expires_ms == 0) return;
    for (uint32_t i = first; i < first + count;) {
        answer a;
        if (!get_answer(state->fields[i].payload, &a)) {
            csuccess__step_fail(step, CSUCCESS_ESTATE);
            return;
        }
        if (is_over(rule, &a, step->now)) {
            csuccess__state_drop(state, CSUCCESS__STATE_NPS, state->fields[i].name);
            count--;
            continue;
        }
        csuccess__step_due(step, a.at + rule->expires_ms);
        i++;
    }
}

bool csuccess__nps_forget(csuccess__state *state, csuccess_str contact)
{
    if (!csuccess__state_get(state, CSUCCESS__STATE_NPS, contact).ptr) return false;
    csuccess__state_drop(state, CSUCCESS__STATE_NPS, contact);
    return true;
}
