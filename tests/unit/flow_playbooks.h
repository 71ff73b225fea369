/* SPDX-License-Identifier: Apache-2.0 */
/* Playbooks, tasks and owners of one customer, step by step: what a step left is told in short, as
   "risk:started | assess+ 01-02 ann | O csm ann | M chat ann". */
#ifndef FLOW_PLAYBOOKS_H
#define FLOW_PLAYBOOKS_H

#include "flow_journeys.h"

#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"
#include "flow/team_internal.h"

/* The sums of ledgers, as a store would have them. */
typedef struct office {
    trip t;
    csuccess__ledger_sum sums[16];
    uint32_t sum_count;
    char told[4096], reason[512];
    unsigned inputs;
    csuccess_result applied;
} office;

static inline csuccess_result office_open(office *o, const char *document,
                                          const csuccess_allocator *mem)
{
    memset(o, 0, sizeof *o);
    return trip_open(&o->t, document, mem);
}

/* What the store makes of the deltas of a step. */
static inline void office_commit(office *o, uint32_t from)
{
    for (uint32_t i = from; i < o->t.effects.delta_count; i++) {
        const csuccess__effect_delta *d = &o->t.effects.deltas[i];
        for (uint32_t k = 0; k < o->sum_count; k++) {
            if (csuccess__str_eq(o->sums[k].key, d->key)) o->sums[k].sum += d->delta;
        }
    }
}

static inline void office_load(office *o)
{
    uint32_t count;
    const csuccess_str *keys = csuccess__flow_ledgers(trip_now(&o->t)->flow, &count);
    for (o->sum_count = 0; o->sum_count < count && o->sum_count < 16; o->sum_count++) {
        o->sums[o->sum_count].key = keys[o->sum_count];
    }
}

static inline int64_t office_sum(const office *o, const char *key)
{
    for (uint32_t k = 0; k < o->sum_count; k++) {
        if (csuccess__str_is(o->sums[k].key, key)) return o->sums[k].sum;
    }
    return -1;
}

/* "01-02", with " 13:30" unless it is midnight. */
static inline void office_time(csuccess__text *out, csuccess_str time)
{
    if (time.len < 16) return;
    csuccess__text_format(out, " %S", (csuccess_str){time.ptr + 5, 5});
    csuccess_str clock = {time.ptr + 11, 5};
    if (!csuccess__str_is(clock, "00:00")) csuccess__text_format(out, " %S", clock);
}

static inline void office_task(office *o, csuccess__text *out, const csuccess__json *body)
{
    const csuccess__json *n = csuccess__json_member(body, "occurrence");
    csuccess_str event = trip_word(body, "event"), step = trip_word(body, "step");
    (void)o;
    csuccess__text_format(out, "%S", step.len ? step : trip_word(body, "title"));
    if (n) csuccess__text_format(out, "#%u", (uint32_t)n->number);
    if (csuccess__str_is(event, "created")) {
        csuccess__text_format(out, "+");
        office_time(out, trip_word(body, "due_at"));
        csuccess_str owner = trip_word(body, "owner");
        if (owner.len) csuccess__text_format(out, " %S", owner);
        return;
    }
    csuccess__text_format(out, " %S", event);
    if (csuccess__str_is(event, "moved")) office_time(out, trip_word(body, "due_at"));
    if (csuccess__str_is(event, "reassigned")) {
        csuccess__text_format(out, " %S", trip_word(body, "owner"));
    }
}

/* False: no memory. */
static inline bool office_entry(office *o, csuccess__text *out,
                                const csuccess__effect_entry *entry)
{
    const csuccess__json *body = trip_body(&o->t, entry);
    if (!body) return false;
    if (csuccess__str_is(entry->kind, "task")) {
        office_task(o, out, body);
    } else if (csuccess__str_is(entry->kind, "playbook")) {
        csuccess_str record = trip_word(body, "record"), met = trip_word(body, "success"),
                     within = trip_word(body, "success_within");
        csuccess__text_format(out, "%S%s%S:%S", trip_word(body, "playbook"),
                              record.len ? "/" : "", record, trip_word(body, "state"));
        if (met.len) csuccess__text_format(out, " %S", met);
        if (within.len) csuccess__text_format(out, " within:%S", within);
    } else if (csuccess__str_is(entry->kind, "owner")) {
        csuccess_str was = trip_word(body, "was");
        csuccess__text_format(out, "O %S %S%s%S", trip_word(body, "role"),
                              trip_word(body, "owner"), was.len ? "<" : "", was);
    } else {
        csuccess__text_format(out, "%S", entry->kind);
    }
    return true;
}

/* What the step left since; NULL: no memory. */
static inline const char *office_tell(office *o, uint32_t entry, uint32_t message)
{
    csuccess__text out;
    csuccess__text_init(&out, o->told, sizeof o->told);
    o->told[0] = '\0';
    for (uint32_t i = entry; i < o->t.effects.entry_count; i++) {
        if (out.len) csuccess__text_format(&out, " | ");
        if (!office_entry(o, &out, &o->t.effects.entries[i])) return NULL;
    }
    for (uint32_t i = message; i < o->t.effects.message_count; i++) {
        csuccess__text_format(&out, "%sM %S", out.len ? " | " : "",
                              o->t.effects.messages[i].channel);
    }
    return o->told;
}

/* A step at `now`; `input` an object with backticks, or NULL. Gives what it told. */
static inline const char *office_step(office *o, int64_t now, const char *input)
{
    char cause[32];
    csuccess__input in;
    csuccess__zones_asked asked;
    csuccess__text reason;
    uint32_t entries = o->t.effects.entry_count, messages = o->t.effects.message_count,
             deltas = o->t.effects.delta_count;
    csuccess__text_init(&reason, o->reason, sizeof o->reason);
    o->reason[0] = '\0';
    if (o->sum_count == 0) office_load(o);
    snprintf(cause, sizeof cause, "i%u", ++o->inputs);
    csuccess_str kept = csuccess__arena_copy(&o->t.arena, check_view(cause));
    if (!kept.ptr) return NULL;
    if (input && trip_input(&o->t, &in, input) < 0) return NULL;
    csuccess__moment m = trip_moment(&o->t, now, "", &asked);
    o->t.step.cause = kept;
    m.input = input ? &in : NULL;
    m.ledgers = o->sums;
    m.ledger_count = o->sum_count;
    asked.moment = &m;
    o->applied = input ? csuccess__flow_apply(&m, &in, &reason) : CSUCCESS_OK;
    csuccess__flow_look(&m);
    csuccess__flow_step(&m);
    o->t.fresh = o->t.redefined = false;
    if (o->t.step.failed < 0 || o->t.effects.failed < 0) return NULL;
    const char *told = office_tell(o, entries, messages);
    if (told) office_commit(o, deltas);
    return told;
}

/* An input of a type, with its properties. */
static inline const char *office_say(office *o, int64_t now, const char *type,
                                     const char *event, const char *properties)
{
    char text[2048], time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, now);
    snprintf(text, sizeof text,
             "{`type`:`%s`,`event`:`%s`,`messageId`:`m%u`,`groupId`:`c1`,`timestamp`:`%s`,"
             "`properties`:{%s}}",
             type, event, o->inputs, time, properties);
    return office_step(o, now, text);
}

/* The id of the latest task of a step, open ones first; empty: none. */
static inline csuccess_str office_find(const office *o, const char *step)
{
    csuccess_str found = {"", 0};
    int64_t best = INT64_MIN;
    uint32_t count, first = csuccess__state_of_kind(&o->t.state, CSUCCESS__STATE_TASK, &count);
    for (uint32_t i = 0; i < count; i++) {
        csuccess__task task;
        const csuccess__state_field *field = &o->t.state.fields[first + i];
        if (!csuccess__task_parse(&task, field->payload)) continue;
        csuccess_str name = task.step.len ? task.step : task.title;
        int64_t rank = csuccess__task_is_open(&task) ? INT64_MAX / 2 - task.starts_at
                                                     : task.ended_at - INT64_MAX / 2;
        if (!csuccess__str_is(name, step) || rank < best) continue;
        best = rank;
        found = field->name;
    }
    return found;
}

/* A person's word about the task of a step. */
static inline const char *office_task_word(office *o, int64_t now, const char *word,
                                           const char *step, const char *more)
{
    char properties[1024];
    csuccess_str id = office_find(o, step);
    snprintf(properties, sizeof properties, "`task`:`%.*s`%s", (int)id.len, id.ptr, more);
    return office_say(o, now, "task", word, properties);
}

static inline void office_close(office *o)
{
    trip_close(&o->t);
}

#define TOLD(step, expected) \
    do { \
        const char *told_ = (step); \
        if (CHECK(told_ != NULL)) CHECK_CSTR(told_, (expected)); \
    } while (0)

#endif
