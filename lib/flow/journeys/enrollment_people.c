/* SPDX-License-Identifier: Apache-2.0 */
/* What people say of enrollments: inputs of type journey. */
#include "flow/journeys/enrollment.h"

#include "flow/journeys/enrollment_internal.h"

static csuccess_result pause(csuccess__moment *m, csuccess__enrolled *r, csuccess_str reason)
{
    if (r->e.state == CSUCCESS__ENROLLMENT_PAUSED) return CSUCCESS_UNCHANGED;
    const csuccess__journey_say say = {.event = "paused",
                                       .step = r->e.step,
                                       .how = "person",
                                       .reason = reason,
                                       .in_step_ms = -1};
    r->e.state = CSUCCESS__ENROLLMENT_PAUSED;
    r->e.paused_at = m->step->now;
    csuccess__journey_entry(m, &r->e, &say);
    csuccess__enrollment_put(m->step, r->name, &r->e);
    return CSUCCESS_OK;
}

static csuccess_result tell(csuccess__moment *m, csuccess__happening_kind kind,
                            const csuccess__enrollment *e, csuccess_str detail)
{
    const csuccess__happening h = {
        .kind = kind, .id = e->journey, .detail = detail, .instance = e->id};
    csuccess__moment_tell(m, &h);
    return CSUCCESS_OK;
}

/* What is said of one that is live. */
static csuccess_result apply_to(csuccess__moment *m, csuccess__enrolled *r,
                                const csuccess__input *input)
{
    csuccess_str reason = csuccess__input_string(input, "reason");
    if (csuccess__str_is(input->name, "pause")) return pause(m, r, reason);
    if (csuccess__str_is(input->name, "exit")) {
        return tell(m, CSUCCESS__HAPPENING_EXIT, &r->e, reason);
    }
    if (r->e.state != CSUCCESS__ENROLLMENT_PAUSED) return CSUCCESS_UNCHANGED;
    return tell(m, CSUCCESS__HAPPENING_RESUME, &r->e, reason);
}

static csuccess_result enroll_by(csuccess__moment *m, const csuccess__input *input,
                                 csuccess_str id)
{
    const csuccess__happening h = {.kind = CSUCCESS__HAPPENING_ENROLL,
                                   .id = id,
                                   .detail = CSUCCESS_STR("input"),
                                   .input = input};
    csuccess__moment_tell(m, &h);
    return CSUCCESS_OK;
}

csuccess_result csuccess__journey_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason)
{
    static const char *const words[] = {"enroll", "exit", "pause", "resume", NULL};
    csuccess__enrolled r;
    csuccess_str id = csuccess__input_string(input, "journey");
    bool enrolls = csuccess__str_is(input->name, "enroll");
    bool known = csuccess__journey_find(m->flow->journeys, id) != UINT32_MAX;
    if (!csuccess__str_among(input->name, words)) {
        csuccess__text_format(reason, "%q is not enroll, exit, pause or resume", input->name);
        return CSUCCESS_ERANGE;
    }
    if (id.len == 0) {
        csuccess__text_format(reason, "the property \"journey\" must name a journey");
        return CSUCCESS_ERANGE;
    }
    if (enrolls && !known) {
        csuccess__text_format(reason, "there is no journey %q in the section \"journeys\"", id);
        return CSUCCESS_ERANGE;
    }
    if (m->step->quiet) return CSUCCESS_UNCHANGED; /* history: nobody is enrolled by it */
    if (enrolls) return enroll_by(m, input, id);
    if (csuccess__enrolled_live(&r, m, id)) return apply_to(m, &r, input);
    csuccess__text_format(reason, "the customer is not in the journey %q", id);
    return CSUCCESS_ERANGE;
}
