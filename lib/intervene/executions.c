/* SPDX-License-Identifier: Apache-2.0 */
/* Executions: beginning one, as a message that leaves or a task that is made. */
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

enum { REASON_BYTES = 400 };
static const csuccess_str none = {"", 0};

typedef struct beginning {
    csuccess__turn *t;
    csuccess__candidate *c;
    const csuccess__intervention *of;
    csuccess__approved approved;
    csuccess__made_offer offer;
    csuccess_str *why;
} beginning;

/* ---- What it is at the beginning ---- */

static bool number_of(const csuccess__turn *t, uint32_t slot, double *out)
{
    if (slot == UINT32_MAX || t->m->slots[slot].kind != CSUCCESS__KIND_NUMBER) return false;
    *out = t->m->slots[slot].as.number;
    return true;
}

bool csuccess__execution_health(const csuccess__turn *t, double *out)
{
    return number_of(t, csuccess__schema_find(t->m->schema, CSUCCESS_STR("health.score"), NULL),
                     out);
}

static void measure(const beginning *b, csuccess__execution *e)
{
    if (csuccess__execution_health(b->t, &e->health)) e->has |= CSUCCESS__HAS_HEALTH;
    if (number_of(b->t, b->t->of->risk, &e->risk)) e->has |= CSUCCESS__HAS_RISK;
    if (csuccess__intervention_value(b->t, b->of, &e->value)) e->has |= CSUCCESS__HAS_VALUE;
}

/* With that of its channel; no more than the state holds, whatever a person decided that it costs. */
static int64_t cost_of(const csuccess__candidate *c)
{
    const int64_t most = INT64_C(1) << 53;
    int64_t channel = c->by ? c->by->cost : 0;
    return c->cost > most - channel ? most : c->cost + channel;
}

static csuccess__execution describe(const beginning *b)
{
    int64_t now = b->t->m->step->now;
    const csuccess__candidate *c = b->c;
    bool message = !b->of->type->task;
    csuccess__execution e = {.id = c->id,
                             .intervention = b->of->id,
                             .programme = c->programme,
                             .step = c->step,
                             .channel = csuccess__candidate_channel(c, c->by),
                             .contact = c->contact,
                             .assigned = none,
                             .task = none,
                             .cause = c->cause,
                             .asked = c->asked,
                             .created_at = now,
                             .cost = cost_of(c),
                             .items = none};
    measure(b, &e);
    e.started = csuccess__judging_keep(b->t, &b->of->success);
    e.judge_at = csuccess__judging_at(b->t, &b->of->success, now);
    /* A campaign follows up on its whole run. */
    if (!c->action) e.follow_up_at = csuccess__follow_up_at(b->t, &b->of->follow_up, now);
    if (message && b->of->type->internal) { /* nobody tells what becomes of it */
        e.state = CSUCCESS__EXECUTION_IN_PROGRESS;
        e.started_at = now;
    }
    return e;
}

/* ---- A message ---- */

csuccess_str csuccess__intervention_title(csuccess__turn *t, const csuccess__intervention *of)
{
    csuccess__moment *m = t->m;
    csuccess__buffer *out = &m->desk->text;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    if (!of->task.title) return of->label;
    csuccess__buffer_clear(out);
    csuccess_result result =
        csuccess__template_render(of->task.title, m->machine, &frame, out, NULL);
    if (result == CSUCCESS_ENOMEM) csuccess__step_fail(m->step, result);
    if (result < 0 || out->len == 0 || out->len > m->step->limits->string_bytes) {
        return of->label; /* an input is missing */
    }
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

/* Its text, complete; false: *why says what it lacks. */
static bool render(const beginning *b, csuccess_str *body)
{
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__sending sending = b->of->sending;
    const csuccess__message_template *other = csuccess__experiment_text(b->t, b->c);
    csuccess__text_init(&reason, bytes, sizeof bytes);
    if (other) sending.template_ = other;
    sending.channel = csuccess__candidate_channel(b->c, b->c->by);
    csuccess__want want = {.sending = &sending,
                           .definition = b->c->programme,
                           .step = b->c->step,
                           .occurrence = b->c->occurrence,
                           .instance = b->c->id,
                           .text = none,
                           .to_owner = none};
    if (!sending.template_) want.text = csuccess__intervention_title(b->t, b->of);
    if (sending.internal) {
        want.to_owner = csuccess__owner_of(b->t->m, b->approved.owner.len ? b->approved.owner
                                                                          : b->of->task.role);
    }
    if (csuccess__send_body(b->t->m, &want, b->c->contact, body, &reason)) return true;
    *b->why = csuccess__turn_copy(b->t, (csuccess_str){reason.ptr, reason.len});
    return false;
}

/* ---- A task ---- */

csuccess_str csuccess__execution_task(csuccess__turn *t, const csuccess__task_make *make,
                                      csuccess__execution *e)
{
    csuccess__task task;
    csuccess_str id = csuccess__task_new(t->m, make);
    if (t->m->step->failed < 0 || id.len == 0) return none;
    e->task = csuccess__turn_copy(t, id);
    if (!csuccess__task_get(t->m->step, id, &task)) return e->task;
    e->due_at = task.due_at;
    e->assigned = csuccess__turn_copy(t, task.owner.len ? task.owner : task.role);
    return e->task;
}

static void make_task(const beginning *b, csuccess__execution *e)
{
    csuccess__task_def def = b->of->task;
    if (b->approved.owner.len) def.role = b->approved.owner;
    const csuccess__task_make make = {.def = &def,
                                      .definition = b->c->programme,
                                      .step = b->c->step.len ? b->c->step : b->of->id,
                                      .instance = b->c->id,
                                      .occurrence = b->c->occurrence,
                                      .starts_at = b->t->m->step->now,
                                      .contact = b->c->contact};
    (void)csuccess__execution_task(b->t, &make, e);
}

/* ---- All of it ---- */

/* Touches count all that reach a customer, those of a campaign for its intervention too; what goes to the team is counted here. */
static void count_reached(const beginning *b)
{
    if (!b->c->internal) return;
    csuccess__reached reached = csuccess__reached_of(b->t, b->of->programme);
    reached.last_at = b->t->m->step->now;
    if (reached.times < UINT32_MAX) reached.times++;
    csuccess__reached_put(b->t, b->of->programme, &reached);
}

static const char *source_of(const csuccess__effect *effect)
{
    static const char *const words[] = {"unknown", "prior", "experiment"};
    return words[effect->source];
}

static void say_begun(const beginning *b, const csuccess__execution *e)
{
    csuccess__step *step = b->t->m->step;
    const csuccess__effect *effect = &b->c->effect;
    bool known = effect->source != CSUCCESS__EFFECT_UNKNOWN;
    if (step->failed < 0) return;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "change", CSUCCESS_STR("scheduled"));
    csuccess__execution_members(w, e);
    csuccess__json_put_str(w, "type", b->of->type->name);
    csuccess__json_put_given(w, "urgent", b->of->urgent);
    if (known) csuccess__json_put_num(w, "expected_value", b->c->expected);
    if (known) csuccess__json_put_num(w, "uplift", effect->uplift);
    csuccess__json_put_str(w, "source", csuccess__str(source_of(effect)));
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "intervention", e->contact, body);
}

/* What was decided for it, and the offer that it makes. */
static bool prepare(beginning *b)
{
    if (csuccess__approval_changes(b->t, b->c, &b->approved) && b->approved.cost) {
        b->c->cost = b->approved.cost_is;
    }
    if (csuccess__candidate_id(b->t, b->c).len == 0) return false;
    if (csuccess__executions_full(b->t)) {
        *b->why = CSUCCESS_STR("too many executions are open: end some of them");
        return false;
    }
    if (!b->of->offer) return true;
    csuccess__ruled ruled = csuccess__offer_make(b->t, b->c, &b->offer);
    if (ruled.ruling == CSUCCESS__ALLOW) return b->t->m->step->failed >= 0;
    *b->why = ruled.reason;
    return false;
}

static void keep(const beginning *b, const csuccess__execution *e)
{
    if (b->t->m->step->failed < 0) return;
    if (b->of->offer) csuccess__offer_keep(b->t, &b->offer, b->c);
    count_reached(b);
    csuccess__execution_put(b->t, e);
    csuccess__intervention_begun(b->t, b->c);
    csuccess__executions_trim(b->t);
    say_begun(b, e);
    csuccess__execution_due(b->t, e);
}

bool csuccess__execution_ready(csuccess__turn *t, csuccess__candidate *c, csuccess_str *why)
{
    beginning b = {.t = t, .c = c, .of = c->intervention, .why = why};
    csuccess_str body;
    *why = none;
    if (!prepare(&b)) return false;
    bool ready = b.of->type->task || render(&b, &body);
    if (b.of->offer) csuccess__offer_hide(t);
    return ready && t->m->step->failed >= 0;
}

bool csuccess__execution_begin(csuccess__turn *t, csuccess__candidate *c, csuccess_str *why)
{
    beginning b = {.t = t, .c = c, .of = c->intervention, .why = why};
    csuccess_str body = {NULL, 0};
    *why = none;
    if (!prepare(&b)) return false;
    bool ready = b.of->type->task || render(&b, &body);
    if (!ready && b.of->offer) csuccess__offer_hide(t);
    if (!ready) return false;
    csuccess__execution e = describe(&b);
    e.tries = c->tries;
    if (b.of->type->task) make_task(&b, &e);
    if (t->m->step->failed < 0 || !csuccess__candidate_leave(t, c, body)) return false;
    keep(&b, &e);
    return t->m->step->failed >= 0;
}
