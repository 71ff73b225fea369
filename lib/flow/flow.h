/* SPDX-License-Identifier: Apache-2.0 */
/* Flow as a whole: its sections compiled, and one look of it at a customer. */
#ifndef CSUCCESS__FLOW_FLOW_H
#define CSUCCESS__FLOW_FLOW_H

#include "flow/features.h"
#include "flow/goals.h"
#include "flow/journeys/journey.h"
#include "flow/milestones.h"
#include "flow/moment.h"
#include "flow/playbooks/playbook.h"
#include "flow/segments.h"
#include "flow/team.h"
#include "flow/templates.h"
#include "flow/trigger.h"

/* The tenant's own, from `policies`. */
typedef struct csuccess__tenant_words {
    csuccess_str zone, locale;
    uint32_t calendar; /* UINT32_MAX: none, always open */
} csuccess__tenant_words;

typedef struct csuccess__flow {
    const csuccess__schema *schema;
    csuccess__tenant_words tenant;
    csuccess__event_names *events; /* declared properties of events */
    const csuccess__calendars *calendars;
    const csuccess__templates *templates;
    const csuccess__team *team;
    const csuccess__segments *segments;
    const csuccess__milestones *milestones;
    const csuccess__features *features;
    const csuccess__goals *goals;
    const csuccess__playbooks *playbooks;
    const csuccess__journeys *journeys;
    const csuccess__triggers *triggers; /* of journeys and playbooks, by what fires them */
    const csuccess_str *programs;       /* "journey/x", "playbook/y" */
    uint32_t program_count;
    int64_t segments_every_ms, reminders_every_ms; /* schedule.segments, schedule.reminders */
    bool idle;                                     /* there is nothing to do for any customer */
} csuccess__flow;

/* What the sections compile with. They run in the order calendars, templates, team, features, milestones, (names of journeys and playbooks), playbooks, journeys, each after
   health, churn and segments; what is not compiled yet is NULL. */
typedef struct csuccess__flow_build {
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    const csuccess__json *document;
    const csuccess__json *channels;                /* section; may be NULL */
    int64_t segments_every_ms, reminders_every_ms; /* schedule */
    csuccess__flow *flow; /* being made; for who compiles after flow, made */
} csuccess__flow_build;
/* The slot of that name and argument (ptr NULL: none), found or, while the schema is open, added to the stratum FLOW. UINT32_MAX: a sealed schema has none, or there was no memory (noted). */
uint32_t csuccess__flow_slot(const csuccess__flow_build *build, csuccess_str path,
                             csuccess_str argument, const csuccess__type *type);
/* Reads calendars … journeys of the document. `segments` are compiled already. NULL: memory (noted). */
const csuccess__flow *csuccess__flow_compile(csuccess__flow_build *build,
                                             const csuccess__segments *segments);

csuccess_result csuccess__flow_desk_new(csuccess__flow_desk *desk, const csuccess__flow *flow,
                                        const csuccess_allocator *mem);
void csuccess__flow_desk_free(csuccess__flow_desk *desk, const csuccess__flow *flow);

/* Begins a step: forgets the happenings of the one before. */
void csuccess__flow_begin(csuccess__flow_desk *desk);
/* An input of type task, journey, playbook, segment, milestone or owner: checked against the state, and what needs no evaluation done at once; the rest is told. Before csuccess__flow_step() in the same step. OK, UNCHANGED, ERANGE with the reason; failures are the step's. */
csuccess_result csuccess__flow_apply(csuccess__moment *m, const csuccess__input *input,
                                     csuccess__text *reason);
/* Puts what the state knows in the slots of flow, and keeps memberships of segments, for alerts to read. Before csuccess__flow_step(). */
void csuccess__flow_look(csuccess__moment *m);
/* For what is only looked at: the slots, and nothing is kept. */
void csuccess__flow_publish(csuccess__moment *m);
/* {"onboarding": …, "features": …, "goals": …}, for explanations; after csuccess__flow_publish(). null: there is nothing of flow. */
void csuccess__flow_report(csuccess__moment *m, struct csuccess__json_writer *out);
/* Everything that is due or happened; lowers the step's due. */
void csuccess__flow_step(csuccess__moment *m);
/* A customer that is erased gives back what it holds of ledgers. */
void csuccess__flow_release(csuccess__moment *m);
/* A contact that is forgotten: what was kept of its events, and texts of tasks that may say it. */
void csuccess__flow_forget(csuccess__moment *m, csuccess_str contact);
/* Keys of the ledgers that assignments read, in the arena of the configuration. */
const csuccess_str *csuccess__flow_ledgers(const csuccess__flow *flow, uint32_t *count);

#endif
