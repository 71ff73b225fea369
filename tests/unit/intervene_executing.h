/* SPDX-License-Identifier: Apache-2.0 */
/* Interventions of one customer, step by step, with an arbiter that lets everything go whose delay is over. What a step left is told in short, as "mail:scheduled email | mail:delivered | T call"; between any two steps the state may be bytes. */
#ifndef INTERVENE_EXECUTING_H
#define INTERVENE_EXECUTING_H

#include "flow_journeys.h"

#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

enum { EXEC_TOLD = 16384 };

typedef struct exec {
    trip t;
    csuccess__intervene_desk desk;
    bool desk_open;
    bool restarts; /* the state is bytes between any two steps */
    bool holds;    /* nothing is let go */
    bool real;     /* the library's own arbiter weighs */
    char told[EXEC_TOLD], reason[512], why[512];
    char last[65]; /* id of the execution that was told of last */
    csuccess_result applied;
    int64_t due;
    uint32_t candidates, inputs, messages; /* of the last step; in all; of the last step */
} exec;

static inline csuccess_result exec_under(exec *x)
{
    if (x->desk_open) csuccess__intervene_desk_free(&x->desk);
    x->desk_open = true;
    return csuccess__intervene_desk_new(&x->desk, x->t.mem);
}

static inline csuccess_result exec_open(exec *x, const char *document,
                                        const csuccess_allocator *mem)
{
    memset(x, 0, sizeof *x);
    csuccess_result result = trip_open(&x->t, document, mem);
    return result < 0 ? result : exec_under(x);
}

static inline csuccess_result exec_config(exec *x, const char *document)
{
    csuccess_result result = trip_config(&x->t, document);
    return result < 0 ? result : exec_under(x);
}

static inline void exec_close(exec *x)
{
    if (x->desk_open) csuccess__intervene_desk_free(&x->desk);
    trip_close(&x->t);
}

static inline void exec_number(exec *x, const char *name, double value)
{
    trip_set(&x->t, name, csuccess__number(value));
}

static inline void exec_bool(exec *x, const char *name, bool value)
{
    trip_set(&x->t, name, csuccess__boolean(value));
}

/* ---- The arbiter of tests ---- */

static inline void exec_let(exec *x, csuccess__turn *t)
{
    x->candidates = t->desk->count;
    x->why[0] = '\0';
    for (uint32_t i = 0; i < t->desk->count && t->m->step->failed >= 0; i++) {
        csuccess__candidate c = t->desk->list[i];
        csuccess_str why;
        if (x->holds || c.kind != CSUCCESS__CANDIDATE_INTERVENTION) continue;
        if (c.not_before > t->m->step->now) continue;
        csuccess__channel plain = {.name = c.intervention->sending.channel, .enabled = true};
        c.by = c.channel ? c.channel : &plain;
        if (csuccess__execution_begin(t, &c, &why) || why.len == 0) continue;
        snprintf(x->why, sizeof x->why, "%.*s", (int)why.len, why.ptr);
    }
}

/* ---- What was told ---- */

static inline void exec_put(csuccess__text *out, csuccess_str text)
{
    if (text.len) csuccess__text_format(out, " %S", text);
}

static inline bool exec_entry(exec *x, csuccess__text *out, const csuccess__effect_entry *entry)
{
    const csuccess__json *body = trip_body(&x->t, entry);
    if (!body) return false;
    bool task = csuccess__str_is(entry->kind, "task");
    bool made = csuccess__str_is(trip_word(body, "event"), "created");
    if (task ? !made : !csuccess__str_is(entry->kind, "intervention")) return true;
    if (out->len) csuccess__text_format(out, " | ");
    if (task) {
        csuccess__text_format(out, "T %S", trip_word(body, "step"));
        return true;
    }
    csuccess_str change = trip_word(body, "change"), id = trip_word(body, "execution");
    if (id.len == 64) memcpy(x->last, id.ptr, id.len);
    csuccess__text_format(out, "%S:%S", trip_word(body, "intervention"), change);
    if (csuccess__str_is(change, "scheduled")) exec_put(out, trip_word(body, "channel"));
    exec_put(out, trip_word(body, "outcome"));
    if (csuccess__str_is(change, "judged")) exec_put(out, trip_word(body, "success"));
    return true;
}

static inline const char *exec_tell(exec *x, uint32_t from)
{
    csuccess__text out;
    csuccess__text_init(&out, x->told, sizeof x->told);
    x->told[0] = '\0';
    for (uint32_t i = from; i < x->t.effects.entry_count; i++) {
        if (!exec_entry(x, &out, &x->t.effects.entries[i])) return NULL;
    }
    return x->told;
}

/* ---- A step ---- */

static inline csuccess_result exec_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    if (input->type == CSUCCESS__INPUT_DELIVERY) {
        return csuccess__intervene_delivered(t, input, reason);
    }
    if (input->type == CSUCCESS__INPUT_TASK) return csuccess__task_apply(t->m, input, reason);
    return csuccess__intervene_apply(t, input, reason);
}

static inline void exec_turn(exec *x, csuccess__turn *t)
{
    csuccess__flow_look(t->m);
    csuccess__flow_step(t->m);
    csuccess__intervene_publish(t);
    if (x->real) {
        csuccess__intervene_step(t);
        return;
    }
    csuccess__executions_step(t);
    csuccess__interventions_candidates(t);
    exec_let(x, t);
    csuccess__touches_close(t);
}

/* What the step at `now` is about; its cause is its own. False: no memory. */
static inline bool exec_read(exec *x, const char *input, csuccess__input *in,
                             csuccess_str *cause)
{
    char name[32];
    snprintf(name, sizeof name, "i%u", ++x->inputs);
    *cause = csuccess__arena_copy(&x->t.arena, check_view(name));
    if (!cause->ptr || (input && trip_input(&x->t, in, input) < 0)) return false;
    return !x->restarts || trip_restore(&x->t) >= 0;
}

static inline csuccess__turn exec_begin(exec *x, csuccess__moment *m)
{
    csuccess__arena_reset(&x->desk.texts);
    x->desk.count = 0;
    return (csuccess__turn){.m = m,
                            .of = trip_now(&x->t)->intervene,
                            .desk = &x->desk,
                            .first = x->t.effects.message_count};
}

/* A step at `now`; `input` an object with backticks, or NULL. What it told; NULL: it failed. */
static inline const char *exec_step(exec *x, int64_t now, const char *input)
{
    csuccess__input in;
    csuccess_str cause;
    csuccess__zones_asked asked;
    csuccess__text reason;
    uint32_t entries = x->t.effects.entry_count, messages = x->t.effects.message_count;
    csuccess__text_init(&reason, x->reason, sizeof x->reason);
    x->reason[0] = '\0';
    if (!exec_read(x, input, &in, &cause)) return NULL;
    csuccess__moment m = trip_moment(&x->t, now, "", &asked);
    x->t.step.cause = cause;
    asked.moment = &m;
    m.input = input ? &in : NULL;
    csuccess__turn t = exec_begin(x, &m);
    x->applied = input ? exec_apply(&t, &in, &reason) : CSUCCESS_OK;
    if (x->applied < 0) m.input = NULL;
    exec_turn(x, &t);
    x->t.fresh = x->t.redefined = false;
    x->due = x->t.step.due;
    x->messages = x->t.effects.message_count - messages;
    bool failed = x->t.step.failed < 0 || x->t.effects.failed < 0;
    return failed ? NULL : exec_tell(x, entries);
}

/* A person's word: type, event and properties. */
static inline const char *exec_say(exec *x, int64_t now, const char *type, const char *event,
                                   const char *properties)
{
    char text[2048], time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, now);
    snprintf(text, sizeof text,
             "{`type`:`%s`,`event`:`%s`,`messageId`:`m%u`,`groupId`:`c1`,`timestamp`:`%s`,"
             "`properties`:{%s}}",
             type, event, x->inputs, time, properties);
    return exec_step(x, now, text);
}

/* What became of the message of the execution that was told of last. */
static inline const char *exec_delivered(exec *x, int64_t now, const char *outcome)
{
    char properties[256];
    snprintf(properties, sizeof properties, "`message`:`%s`,`outcome`:`%s`", x->last, outcome);
    return exec_say(x, now, "delivery", outcome, properties);
}

static inline const char *exec_intervene(exec *x, int64_t now, const char *event,
                                         const char *more)
{
    char properties[512];
    snprintf(properties, sizeof properties, "`execution`:`%s`%s", x->last, more);
    return exec_say(x, now, "intervention", event, properties);
}

/* The execution that was told of last. */
static inline bool exec_last(exec *x, csuccess__execution *out)
{
    csuccess_str payload = csuccess__state_get(&x->t.state, CSUCCESS__STATE_EXECUTION,
                                               (csuccess_str){x->last, 16});
    return payload.ptr && csuccess__execution_parse(out, payload);
}

static inline uint32_t exec_count(const exec *x)
{
    uint32_t count;
    (void)csuccess__state_of_kind(&x->t.state, CSUCCESS__STATE_EXECUTION, &count);
    return count;
}

#define TOLD(step, expected) \
    do { \
        const char *told_ = (step); \
        if (CHECK(told_ != NULL)) CHECK_CSTR(told_, (expected)); \
    } while (0)

#endif
