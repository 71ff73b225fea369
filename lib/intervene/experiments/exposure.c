/* SPDX-License-Identifier: Apache-2.0 */
/* Exposures: the arms of one customer as its state keeps them, from the first time that something came to the guard until their outcome is known. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "intervene/intervene.h"
#include "text/json.h"

/* ---- Bytes: flags · arm · unit · definition · probability · at · judge at ---- */

enum { HELD = 1, OUTCOME_SHIFT = 1, FLAGS_MOST = 7 };

bool csuccess__exposure_read(csuccess__exposure *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t flags = csuccess__wire_get_u64(&in);
    out->arm = csuccess__payload_text(&in);
    out->unit = csuccess__payload_text(&in);
    out->definition = csuccess__payload_text(&in);
    out->probability = csuccess__wire_get_double(&in);
    out->at = csuccess__payload_time(&in);
    out->judge_at = csuccess__payload_time(&in);
    if (!csuccess__wire_done(&in) || flags > FLAGS_MOST) return false;
    out->held = flags & HELD;
    out->outcome = (csuccess__exposed)(flags >> OUTCOME_SHIFT);
    bool open = out->outcome == CSUCCESS__EXPOSED_OPEN;
    return out->arm.len > 0 && out->probability >= 0 && out->probability <= 1 &&
           (open ? out->judge_at > out->at : out->judge_at == 0);
}

static void put(csuccess__step *step, csuccess_str id, const csuccess__exposure *e)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (uint64_t)e->outcome << OUTCOME_SHIFT | (e->held ? HELD : 0u));
    csuccess__wire_str(out, e->arm);
    csuccess__wire_str(out, e->unit);
    csuccess__wire_str(out, e->definition);
    csuccess__wire_double(out, e->probability);
    csuccess__wire_i64(out, e->at);
    csuccess__wire_i64(out, e->judge_at);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_EXPOSURE, id, csuccess__buffer_view(out));
}

/* False: there is none, or it is damaged, which fails the step. */
static bool get(csuccess__step *step, csuccess_str id, csuccess__exposure *out)
{
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_EXPOSURE, id);
    if (!payload.ptr) return false;
    if (csuccess__exposure_read(out, payload)) return true;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return false;
}

/* ---- Whom it is for, and in which arm ---- */

static bool is_for(const csuccess__experiment *of, const csuccess__candidate *c)
{
    if (of->by_class && of->class_ != c->class_) return false;
    for (uint32_t i = 0; i < of->for_count; i++) {
        if (csuccess__pattern_fits(&of->for_[i], c->programme)) return true;
    }
    return false;
}

/* A root account is its own: where nothing names another, the customer is the unit. */
static csuccess_str unit_of(csuccess__turn *t, const csuccess__experiment *of)
{
    csuccess__moment *m = t->m;
    csuccess__value unit = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    uint32_t parent = t->of->experiments->parent;
    if (of->unit) {
        unit = csuccess__moment_value(m, of->unit);
    } else if (parent != UINT32_MAX) {
        unit = m->slots[parent];
    }
    bool named = unit.kind == CSUCCESS__KIND_STRING && unit.as.string.len > 0;
    return named ? unit.as.string : m->step->customer;
}

/* The arm that is kept, else that of the hash. */
static bool arm_of(csuccess__turn *t, const csuccess__experiment *of, csuccess__exposure *out)
{
    if (get(t->m->step, of->id, out)) {
        uint32_t at = csuccess__arm_find(of, out->arm);
        if (at != UINT32_MAX) out->held = of->arms[at].hold;
        return true;
    }
    csuccess_str unit = unit_of(t, of);
    const csuccess__arm *arm = &of->arms[csuccess__experiment_arm(of, unit)];
    *out = (csuccess__exposure){.arm = arm->id,
                                .unit = unit,
                                .definition = {"", 0},
                                .probability = arm->share,
                                .held = arm->hold,
                                .at = t->m->step->now};
    return false;
}

/* ---- The guard ---- */

static void tell_exposure(csuccess__step *step, csuccess_str id, const csuccess__exposure *e)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "experiment", id);
    csuccess__json_put_str(w, "arm", e->arm);
    csuccess__json_put_str(w, "unit", e->unit);
    csuccess__json_put_num(w, "probability", e->probability);
    csuccess__json_put_str(w, "definition", e->definition);
    if (e->held) csuccess__json_put_bool(w, "held", true);
    csuccess__step_entry(step, "exposure", (csuccess_str){"", 0},
                         csuccess__step_body_end(step));
}

static void expose(csuccess__turn *t, const csuccess__experiment *of,
                   const csuccess__candidate *c)
{
    csuccess__step *step = t->m->step;
    csuccess__exposure e;
    if (arm_of(t, of, &e) || step->failed < 0) return;
    e.definition = c->programme;
    if (!csuccess__time_add(&e.judge_at, e.at, of->horizon)) {
        e.judge_at = CSUCCESS__TIME_MAX; /* a horizon beyond all times: it stays open */
    }
    put(step, of->id, &e);
    tell_exposure(step, of->id, &e);
    csuccess__step_due(step, e.judge_at);
}

/* How many experiments hold it out, and the first of them. */
typedef struct holders {
    uint32_t count, first;
} holders;

static holders find_holders(csuccess__turn *t, const csuccess__candidate *c)
{
    const csuccess__experiments *all = t->of->experiments;
    holders out = {0, UINT32_MAX};
    for (uint32_t i = 0; i < all->count && t->m->step->failed >= 0; i++) {
        csuccess__exposure e;
        if (!is_for(&all->list[i], c)) continue;
        (void)arm_of(t, &all->list[i], &e);
        if (e.held && out.count++ == 0) out.first = i;
    }
    return out;
}

/* Who would get it if this one experiment alone let it go is eligible for it: so what another one holds out is no exposure, and an arm's own holding never decides who is counted. */
static void expose_eligible(csuccess__turn *t, const csuccess__candidate *c, holders held)
{
    const csuccess__experiments *all = t->of->experiments;
    if (t->looking || t->m->step->quiet || held.count > 1) return;
    for (uint32_t i = 0; i < all->count && t->m->step->failed >= 0; i++) {
        bool eligible = held.count == 0 || i == held.first;
        if (eligible && is_for(&all->list[i], c)) expose(t, &all->list[i], c);
    }
}

csuccess_str csuccess__experiments_ask(csuccess__turn *t, const csuccess__candidate *c)
{
    holders held = find_holders(t, c);
    expose_eligible(t, c, held);
    if (held.count == 0 || t->m->step->failed < 0) return (csuccess_str){"", 0};
    return csuccess__turn_format(t, "held out by experiment %q",
                                 t->of->experiments->list[held.first].id);
}

const csuccess__message_template *csuccess__experiment_text(csuccess__turn *t,
                                                            const csuccess__candidate *c)
{
    const csuccess__experiments *all = t->of->experiments;
    csuccess__exposure e;
    for (uint32_t i = 0; i < all->count; i++) {
        const csuccess__experiment *of = &all->list[i];
        if (!is_for(of, c)) continue;
        (void)arm_of(t, of, &e);
        if (t->m->step->failed < 0) return NULL;
        uint32_t arm = csuccess__arm_find(of, e.arm);
        if (arm != UINT32_MAX && of->arms[arm].template_) return of->arms[arm].template_;
    }
    return NULL;
}

/* ---- Outcomes ---- */

static void tell_outcome(csuccess__step *step, csuccess_str id, const csuccess__exposure *e)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "experiment", id);
    csuccess__json_put_str(w, "arm", e->arm);
    csuccess__json_put_str(w, "unit", e->unit);
    if (e->outcome == CSUCCESS__EXPOSED_UNDECIDED) {
        csuccess__json_key(w, CSUCCESS_STR("outcome"));
        csuccess__json_null(w);
    } else {
        csuccess__json_put_bool(w, "outcome", e->outcome == CSUCCESS__EXPOSED_YES);
    }
    csuccess__step_entry(step, "outcome", (csuccess_str){"", 0}, csuccess__step_body_end(step));
}

static void judge(csuccess__turn *t, const csuccess__experiment *of, csuccess__exposure *e)
{
    static const csuccess__exposed answers[] = {[CSUCCESS__FALSE] = CSUCCESS__EXPOSED_NO,
                                                [CSUCCESS__TRUE] = CSUCCESS__EXPOSED_YES,
                                                [CSUCCESS__OPEN] = CSUCCESS__EXPOSED_UNDECIDED};
    e->outcome = answers[csuccess__moment_asks(t->m, of->outcome)];
    e->judge_at = 0;
    if (t->m->step->failed < 0) return;
    tell_outcome(t->m->step, of->id, e); /* its texts are those of the field that is put */
    put(t->m->step, of->id, e);
}

void csuccess__experiments_step(csuccess__turn *t)
{
    const csuccess__experiments *all = t->of->experiments;
    csuccess__step *step = t->m->step;
    for (uint32_t i = 0; i < all->count && step->failed >= 0; i++) {
        csuccess__exposure e;
        if (!get(step, all->list[i].id, &e) || e.outcome != CSUCCESS__EXPOSED_OPEN) continue;
        if (e.judge_at > step->now) {
            csuccess__step_due(step, e.judge_at);
        } else {
            judge(t, &all->list[i], &e);
        }
    }
}

/* ---- As JSON ---- */

static void write_exposure(csuccess__json_writer *out, const csuccess__exposure *e)
{
    bool open = e->outcome == CSUCCESS__EXPOSED_OPEN;
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "arm", e->arm);
    csuccess__json_put_str(out, "unit", e->unit);
    csuccess__json_put_num(out, "probability", e->probability);
    csuccess__json_put_str(out, "definition", e->definition);
    if (e->held) csuccess__json_put_bool(out, "held", true);
    csuccess__json_put_time(out, "exposed_at", e->at);
    if (open) {
        csuccess__json_put_time(out, "outcome_at", e->judge_at);
    } else if (e->outcome == CSUCCESS__EXPOSED_UNDECIDED) {
        csuccess__json_key(out, CSUCCESS_STR("outcome"));
        csuccess__json_null(out);
    } else {
        csuccess__json_put_bool(out, "outcome", e->outcome == CSUCCESS__EXPOSED_YES);
    }
    csuccess__json_close(out, '}');
}

void csuccess__exposure_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__exposure e;
    if (csuccess__exposure_read(&e, field->payload)) {
        write_exposure(out, &e);
    } else {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
    }
}

void csuccess__experiments_report(csuccess__turn *t, csuccess__json_writer *out)
{
    const csuccess__state *state = t->m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_EXPOSURE, &count);
    csuccess__json_open(out, '{');
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__json_key(out, state->fields[i].name);
        csuccess__exposure_print(out, &state->fields[i]);
    }
    csuccess__json_close(out, '}');
}
