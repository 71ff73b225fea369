/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with interventions: inputs of type intervention. */
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

enum { MINUTES_MOST = 100000, ITEMS_MOST = 4096 };

static const char *const event_words[] = {
#define CSUCCESS__EXECUTION_EVENT(name, text) text,
    CSUCCESS__EXECUTION_EVENTS(CSUCCESS__EXECUTION_EVENT)
#undef CSUCCESS__EXECUTION_EVENT
        NULL};
static const char *const change_words[] = {"started", "completed", "cancelled", "escalated"};
static const char *const outcome_words[] = {
#define CSUCCESS__EXECUTION_OUTCOME(name, number, text) text,
    CSUCCESS__EXECUTION_OUTCOMES(CSUCCESS__EXECUTION_OUTCOME)
#undef CSUCCESS__EXECUTION_OUTCOME
        NULL};
static const char *const answer_words[] = {"no_response", "positive", "neutral", "negative",
                                           NULL};

typedef struct wish {
    csuccess__turn *t;
    const csuccess__input *input;
    csuccess__text *reason;
} wish;

static csuccess_result refuse(const wish *w, const char *what)
{
    csuccess__text_format(w->reason, "%q %s", w->input->name, what);
    return CSUCCESS_ERANGE;
}

static bool is_given(const wish *w, const char *key)
{
    return csuccess__input_property(w->input, csuccess__str(key)) != NULL;
}

/* ---- Values ---- */

/* The number of a word; absent: *out stays. False: it is none of them. */
static bool read_word(const wish *w, const char *key, const char *const *words, int *out)
{
    csuccess_str word = csuccess__input_string(w->input, key);
    if (!is_given(w, key)) return true;
    for (int i = 0; words[i]; i++) {
        if (word.len == 0 || !csuccess__str_is(word, words[i])) continue;
        *out = i;
        return true;
    }
    return false;
}

/* A whole number from low to high; absent: *out stays. */
static bool read_whole(const wish *w, const char *key, int64_t low, int64_t high, int64_t *out)
{
    csuccess__value v = csuccess__input_value(w->input, key, CSUCCESS__KIND_NUMBER);
    if (!is_given(w, key)) return true;
    if (v.kind != CSUCCESS__KIND_NUMBER || !(v.as.number >= (double)low) ||
        !(v.as.number <= (double)high)) {
        return false;
    }
    int64_t whole = (int64_t)v.as.number;
    if ((double)whole != v.as.number) return false;
    *out = whole;
    return true;
}

/* A text of one line, behind those before. */
static bool add_item(csuccess__buffer *text, const csuccess__json *item)
{
    bool line = item->type == CSUCCESS__JSON_STRING && item->string.len > 0 &&
                csuccess__str_find(item->string, CSUCCESS_STR("\n")) == SIZE_MAX;
    if (!line || text->len + item->string.len >= ITEMS_MOST) return false;
    if (text->len) csuccess__buffer_char(text, '\n');
    csuccess__buffer_str(text, item->string);
    return true;
}

static bool read_items(const wish *w, csuccess_str *out)
{
    const csuccess__property *p = csuccess__input_property(w->input, CSUCCESS_STR("items"));
    csuccess__buffer *text = &w->t->desk->text;
    if (!p) return true;
    if (!p->json || p->json->type != CSUCCESS__JSON_ARRAY) return false;
    csuccess__buffer_clear(text);
    for (const csuccess__json *item = p->json->first; item; item = item->next) {
        if (!add_item(text, item)) return false;
    }
    if (text->status < 0) csuccess__step_fail(w->t->m->step, text->status);
    *out = csuccess__turn_copy(w->t, csuccess__buffer_view(text));
    return true;
}

static csuccess_result read_counts(const wish *w, csuccess__execution *e)
{
    int64_t satisfaction = e->satisfaction, minutes = e->minutes;
    if (!read_whole(w, "satisfaction", 1, 5, &satisfaction)) {
        return refuse(w, "has a \"satisfaction\" from 1 to 5");
    }
    if (!read_whole(w, "minutes", 0, MINUTES_MOST, &minutes)) {
        return refuse(w, "has \"minutes\", a whole number from 0 to 100000");
    }
    if (!read_whole(w, "cost", 0, INT64_C(1) << 52, &e->cost)) {
        return refuse(w, "has a \"cost\" in minor units, a whole number");
    }
    e->satisfaction = (uint32_t)satisfaction;
    e->minutes = (uint32_t)minutes;
    return CSUCCESS_OK;
}

/* What a person says of how it went. */
static csuccess_result read_completion(const wish *w, csuccess__execution *e)
{
    int outcome = CSUCCESS__EXECUTION_OUTCOME_SUCCESSFUL, answer = CSUCCESS__RESPONSE_NONE;
    csuccess_result result = read_counts(w, e);
    if (result < 0) return result;
    if (!read_word(w, "outcome", outcome_words, &outcome)) {
        return refuse(w, "has an \"outcome\" of successful, partially_successful, "
                         "unsuccessful, follow_up_required, churned, upgraded");
    }
    if (!read_word(w, "response", answer_words, &answer)) {
        return refuse(w, "has a \"response\" of positive, neutral, negative, no_response");
    }
    if (!read_items(w, &e->items)) {
        return refuse(w, "has \"items\", a list of texts of one line, at most 4096 bytes");
    }
    e->outcome = (csuccess__execution_outcome)outcome;
    csuccess__execution_respond(e, (csuccess__response)answer);
    return CSUCCESS_OK;
}

/* ---- Which ---- */

static const csuccess__intervention *find_named(const wish *w, csuccess_str id)
{
    const csuccess__interventions *all = w->t->of->interventions;
    const csuccess__intervention *of = csuccess__intervention_find(all, id);
    csuccess__nearest near;
    if (of) return of;
    csuccess__nearest_start(&near, id);
    for (uint32_t i = 0; i < all->count; i++) csuccess__nearest_try(&near, all->list[i].id);
    csuccess__text_format(w->reason,
                          near.best.ptr ? "there is no intervention %q (did you mean %q?)"
                                        : "there is no intervention %q",
                          id, near.best);
    return NULL;
}

static bool is_open_one(const csuccess__execution *e, csuccess_str intervention)
{
    return csuccess__execution_is_open(e) && csuccess__str_eq(e->intervention, intervention);
}

/* By `execution`, else the last open one of `intervention`; with texts of the turn. */
static csuccess_result find(const wish *w, csuccess__execution *out)
{
    csuccess_str id = csuccess__input_string(w->input, "execution");
    csuccess_str name = csuccess__input_string(w->input, "intervention");
    if (id.len > 0) {
        if (csuccess__execution_take(w->t, id, out)) return CSUCCESS_OK;
        csuccess__text_format(w->reason, "there is no execution %q", id);
        return CSUCCESS_ERANGE;
    }
    if (name.len == 0) {
        return refuse(w, "needs an \"execution\", its id, or an \"intervention\"");
    }
    if (csuccess__execution_last_that(w->t, is_open_one, name, out) &&
        csuccess__execution_take(w->t, out->id, out)) {
        return CSUCCESS_OK;
    }
    csuccess__text_format(w->reason, "no execution of %q is open", name);
    return CSUCCESS_ERANGE;
}

/* ---- Applying ---- */

static csuccess_result request(const wish *w)
{
    csuccess_str id = csuccess__input_string(w->input, "intervention");
    if (id.len == 0) return refuse(w, "needs an \"intervention\", its name");
    const csuccess__intervention *of = find_named(w, id);
    if (!of) return CSUCCESS_ERANGE;
    if (w->t->m->step->quiet) return CSUCCESS_OK; /* of history nothing begins */
    csuccess__intervention_asked_for(w->t, of->id);
    return w->t->m->step->failed < 0 ? w->t->m->step->failed : CSUCCESS_OK;
}

/* Its task ends with it. */
static void end_task(const wish *w, const csuccess__execution *e, csuccess_str why)
{
    csuccess__task task;
    bool completed = e->state == CSUCCESS__EXECUTION_COMPLETED;
    bool unsuccessful = e->outcome == CSUCCESS__EXECUTION_OUTCOME_UNSUCCESSFUL ||
                        e->outcome == CSUCCESS__EXECUTION_OUTCOME_CHURNED;
    if (csuccess__execution_is_open(e) || e->task.len == 0) return;
    if (!csuccess__task_take(w->t->m, e->task, &task) || !csuccess__task_is_open(&task)) {
        return;
    }
    csuccess__task_end end = {.state = completed ? CSUCCESS__TASK_COMPLETED
                                                 : CSUCCESS__TASK_CANCELLED,
                              .reason = csuccess__moment_copy(w->t->m, why)};
    if (completed) {
        end.outcome = unsuccessful ? CSUCCESS__TASK_UNSUCCESSFUL : CSUCCESS__TASK_SUCCESSFUL;
    }
    csuccess__task_ends(w->t->m, &task, end);
}

static csuccess_result move(const wish *w, csuccess__execution_event event)
{
    csuccess__execution e;
    csuccess__execution_state to;
    csuccess_result result = find(w, &e);
    csuccess_str why = csuccess__input_string(w->input, "reason");
    if (w->t->m->step->failed < 0) return w->t->m->step->failed;
    if (result < 0) return result;
    if (!csuccess__execution_may(e.state, event, &to)) {
        csuccess__text_format(w->reason, "%q is not for an execution that is %s",
                              w->input->name, csuccess__execution_state_word(e.state));
        return CSUCCESS_ERANGE;
    }
    if (event == CSUCCESS__EXECUTION_EVENT_COMPLETE) result = read_completion(w, &e);
    if (result < 0) return result;
    bool answered = event == CSUCCESS__EXECUTION_EVENT_COMPLETE && is_given(w, "response");
    csuccess__execution_move(w->t, &e, event);
    csuccess__execution_put(w->t, &e);
    csuccess__execution_say(w->t, &e, change_words[event], why);
    end_task(w, &e, why);
    if (answered && e.response != CSUCCESS__RESPONSE_NONE) {
        (void)csuccess__touch_responded(w->t, e.id, e.channel, e.response);
        csuccess__lifecycle_responded(w->t, e.response == CSUCCESS__RESPONSE_NEGATIVE,
                                      e.response == CSUCCESS__RESPONSE_POSITIVE, w->input->at);
    }
    return w->t->m->step->failed < 0 ? w->t->m->step->failed : CSUCCESS_OK;
}

csuccess_result csuccess__execution_apply(csuccess__turn *t, const csuccess__input *input,
                                          csuccess__text *reason)
{
    const wish w = {t, input, reason};
    if (csuccess__str_is(input->name, "request")) return request(&w);
    for (uint32_t i = 0; event_words[i]; i++) {
        if (csuccess__str_is(input->name, event_words[i])) {
            return move(&w, (csuccess__execution_event)i);
        }
    }
    csuccess__text_format(reason,
                          "%q is nothing that is done with an intervention: request, start, "
                          "complete, cancel, escalate",
                          input->name);
    return CSUCCESS_ERANGE;
}
