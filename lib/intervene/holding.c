/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that do not leave now: kept until they may, or dropped, and told either way. */
#include "calendar/time_json.h"
#include "intervene/selection.h"

/* Under the cause of the message, so that whoever follows it sees what became of it. */
static void tell(csuccess__turn *t, csuccess__candidate *c, const char *guard, bool dropped)
{
    csuccess__step *step = t->m->step;
    csuccess_str cause = step->cause;
    step->cause = c->cause;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "id", c->id);
    csuccess__json_put_str(w, "channel", c->by->name);
    csuccess__json_put_given(w, "contact", c->contact);
    csuccess__json_put_str(w, "definition", c->programme);
    csuccess__json_put_given(w, "step", c->step);
    csuccess__json_put_given(w, "purpose", c->purpose);
    csuccess__json_put_str(w, "guard", csuccess__str(guard));
    csuccess__json_put_str(w, "reason", c->verdict.reason);
    if (c->verdict.until != CSUCCESS__NEVER)
        csuccess__json_put_time(w, "until", c->verdict.until);
    if (dropped) csuccess__json_put_bool(w, "dropped", true);
    csuccess__step_entry(step, "held", c->contact, csuccess__step_body_end(step));
    step->cause = cause;
}

static void drop(csuccess__weighing *w, csuccess__candidate *c, const char *guard)
{
    csuccess__turn *t = w->t;
    tell(t, c, guard, true);
    if (c->kind != CSUCCESS__CANDIDATE_WAITING) return;
    csuccess__state_drop(t->m->step->state, CSUCCESS__STATE_MESSAGE, c->message->id);
    w->waiting_count--;
    w->waiting_bytes -= c->message->body.len;
}

static const csuccess__waiting *waiting_of(const csuccess__candidate *c)
{
    static const csuccess__waiting none = {.until = CSUCCESS__NEVER};
    return c->kind == CSUCCESS__CANDIDATE_WAITING
               ? (const csuccess__waiting *)(const void *)((const char *)c->message -
                                                           offsetof(csuccess__waiting, message))
               : &none;
}

static void keep(csuccess__weighing *w, const csuccess__candidate *c)
{
    const csuccess__waiting *was = waiting_of(c);
    csuccess__waiting held = {.message = *c->message,
                              .since = c->since,
                              .until = c->verdict.until,
                              .guard = c->verdict.guard,
                              .reason = c->verdict.reason,
                              .returns = was->returns};
    held.message.id = c->id;
    held.message.purpose = c->purpose;
    csuccess__waiting_put(w->t->m->step, &held);
    w->kept_bytes += c->message->body.len;
    if (c->kind == CSUCCESS__CANDIDATE_GIVEN) {
        w->waiting_count++;
        w->waiting_bytes += c->message->body.len;
    }
    csuccess__step_due(w->t->m->step, c->verdict.until);
    if (c->valid_until != 0) csuccess__step_due(w->t->m->step, c->valid_until);
}

/* Whether those that wait leave it no room: in number, or in bytes, of which the rest of the state needs its part. What comes new does not put out what waits; of what was taken back, more than there is room for, the first in order stay. */
static bool is_full(const csuccess__weighing *w, const csuccess__candidate *c)
{
    size_t ceiling = w->t->m->step->scratch->ceiling, bytes = c->message->body.len;
    size_t most = (ceiling ? ceiling : SIZE_MAX) / 2;
    bool given = c->kind == CSUCCESS__CANDIDATE_GIVEN;
    size_t others = given ? w->waiting_bytes : w->kept_bytes;
    if (given && w->waiting_count >= CSUCCESS__WAITING_MOST) return true;
    return bytes > most || others > most - bytes;
}

/* Why it does not even wait; NULL: it does. */
static const char *drops_by(const csuccess__weighing *w, const csuccess__candidate *c)
{
    const csuccess__ruled *ruled = &c->verdict;
    int64_t now = w->t->m->step->now;
    if (c->valid_until != 0 && now >= c->valid_until) return "expired";
    if (csuccess__is_over_by_then(c)) return csuccess__guard_name(ruled->guard);
    return is_full(w, c) ? "too_many" : NULL;
}

/* Whether the history has it already. */
static bool was_told(const csuccess__candidate *c)
{
    const csuccess__waiting *was = waiting_of(c);
    csuccess__guard_kind guard = c->verdict.guard;
    return was->reason.len > 0 && was->guard == guard &&
           csuccess__told_until(guard, was->until) ==
               csuccess__told_until(guard, c->verdict.until);
}

void csuccess__written_hold(csuccess__weighing *w, csuccess__candidate *c)
{
    const char *guard = drops_by(w, c);
    if (c->kind == CSUCCESS__CANDIDATE_GIVEN) w->gone[c->message - w->given] = true;
    (void)csuccess__candidate_id(w->t, c);
    if (guard) {
        drop(w, c, guard);
        return;
    }
    if (!was_told(c)) tell(w->t, c, csuccess__guard_name(c->verdict.guard), false);
    keep(w, c);
}
