/* SPDX-License-Identifier: Apache-2.0 */
/* The section `interventions`: what can be done for a customer; and those of them that are candidates by their own `when`. */
#ifndef CSUCCESS__INTERVENE_INTERVENTIONS_H
#define CSUCCESS__INTERVENE_INTERVENTIONS_H

#include "flow/playbooks/task.h"
#include "intervene/turn.h"

struct csuccess__intervene_build;
struct csuccess__offer;

/* Types that are given: name, whether people do it, its channel, kind of task. Those of the channel "internal" are of the team. */
#define CSUCCESS__INTERVENTION_TYPES(X) \
    X("email", false, "email", EMAIL) \
    X("email_sequence", false, "email", EMAIL) \
    X("newsletter", false, "email", EMAIL) \
    X("survey", false, "email", EMAIL) \
    X("in_app_message", false, "in_app", CUSTOM) \
    X("feature_tour", false, "in_app", CUSTOM) \
    X("feature_unlock", false, "in_app", CUSTOM) \
    X("sms", false, "sms", CUSTOM) \
    X("chat", false, "chat", CUSTOM) \
    X("webhook", false, "webhook", CUSTOM) \
    X("offer", false, "email", CUSTOM) \
    X("webinar", false, "webinar", TRAINING) \
    X("document", false, "document", CUSTOM) \
    X("phone_call", true, "phone", CALL) \
    X("video_call", true, "video_call", CALL) \
    X("meeting", true, "meeting", MEETING) \
    X("in_person", true, "in_person", MEETING) \
    X("internal_task", true, "internal", INTERNAL_TASK) \
    X("alert", false, "internal", INTERNAL)

typedef struct csuccess__intervention_type {
    csuccess_str name, channel;
    bool task;     /* else a message */
    bool internal; /* of the team: no caps, consent or hours hold it */
    csuccess__task_kind kind;
} csuccess__intervention_type;

/* What is measured when a campaign is judged. */
#define CSUCCESS__MEASURES(X) X(SATISFACTION, "satisfaction") X(REVENUE, "revenue")
typedef enum csuccess__measure_kind {
#define CSUCCESS__MEASURE(name, text) CSUCCESS__MEASURE_##name,
    CSUCCESS__MEASURES(CSUCCESS__MEASURE)
#undef CSUCCESS__MEASURE
        CSUCCESS__MEASURE_COUNT
} csuccess__measure_kind;
/* `success`, of an intervention or a campaign. */
typedef struct csuccess__judging {
    bool given;
    csuccess__duration within;
    const csuccess__program *when; /* with started('x') */
    const csuccess__program
        *measures[CSUCCESS__MEASURE_COUNT]; /* numbers, with it too; NULL: nobody asks */
} csuccess__judging;
/* `follow_up`; a task. */
typedef struct csuccess__follow_up {
    bool none;                /* null */
    csuccess__duration after; /* P7D */
    csuccess__task_def task;
} csuccess__follow_up;

typedef struct csuccess__intervention {
    csuccess_str id, programme; /* "intervention/id" */
    csuccess_str label;
    const csuccess__intervention_type *type;
    csuccess__sending sending;        /* template, to, purpose, channel */
    const csuccess__channel *channel; /* NULL: of a task whose channel is not declared */
    const csuccess__channel *const *fallback;
    uint32_t fallback_count;
    csuccess__task_def
        task; /* title, owner, due, priority: of one that does a task; of all when channels are used up */
    const csuccess__program *when, *audience, *value;
    int64_t delay_ms, frequency_ms;
    csuccess__duration valid_for;
    bool has_validity, has_priority;
    csuccess__class class_;
    double priority;
    int64_t cost;
    csuccess__effect effect;
    double prior_a, prior_b;      /* counts of the Beta prior; 0, 0: none */
    double prior_low, prior_high; /* its 95 per cent */
    csuccess__judging success;
    csuccess__follow_up follow_up;
    const struct csuccess__offer *offer;
    csuccess_str urgent; /* "call_required"; empty: it is not */
    int64_t effort_ms;   /* how long it takes people; 0: not said */
    uint32_t last_at_slot, times_slot, state_slot,
        outcome_slot; /* UINT32_MAX: nothing reads it */
    const csuccess__json *at;
} csuccess__intervention;
typedef struct csuccess__interventions {
    const csuccess__intervention *list; /* in effective order */
    uint32_t count;
    const uint32_t *sorted;   /* by id */
    const uint32_t *standing; /* those with `when`, in effective order */
    uint32_t standing_count;
    bool timed;                      /* time alone may change an answer of `when` */
    const uint32_t *timed_audiences; /* places of those whose audience time alone may change */
    uint32_t timed_audience_count;
    const struct csuccess__ruleset *set; /* `when` of those that stand, by place */
    const uint32_t *shown; /* those that the document speaks of: intervention('x') */
    uint32_t shown_count;
    const csuccess__intervention_type *types;
    uint32_t type_count;
} csuccess__interventions;
enum { CSUCCESS__INTERVENTIONS_MOST = 10000 /* of a configuration */ };

/* Adds the slots intervention('x').… that the document speaks of, so that conditions of whatever is compiled before may read them. */
void csuccess__interventions_declare(struct csuccess__intervene_build *build,
                                     const csuccess__json *section);
const csuccess__interventions *
csuccess__interventions_compile(struct csuccess__intervene_build *build,
                                const csuccess__json *section);
const csuccess__intervention *csuccess__intervention_find(const csuccess__interventions *of,
                                                          csuccess_str id);

/* ---- What campaigns have in common with interventions ---- */

/* The member `follow_up` or `success` of an object. */
void csuccess__follow_up_read(csuccess__follow_up *out, struct csuccess__intervene_build *build,
                              const csuccess__json *object);
void csuccess__judging_read(csuccess__judging *out, struct csuccess__intervene_build *build,
                            const csuccess__json *object);
/* `from` and that much later, on the customer's calendar. */
int64_t csuccess__turn_after(csuccess__turn *t, int64_t from, csuccess__duration d);
/* When success is asked, of what begins at `began`; 0: never. */
int64_t csuccess__judging_at(csuccess__turn *t, const csuccess__judging *judging,
                             int64_t began);
/* Values of started('x') that it reads, as of now: bytes in the step's texts, to be kept. */
csuccess_str csuccess__judging_keep(csuccess__turn *t, const csuccess__judging *judging);
/* `measures` of a campaign, after its `success`. */
void csuccess__judging_measures(csuccess__judging *out, struct csuccess__intervene_build *build,
                                const csuccess__json *object);
/* What they are now, with those values; missing: it is not known, or not asked. */
void csuccess__judging_measure(csuccess__turn *t, const csuccess__judging *judging,
                               csuccess_str started,
                               csuccess__value out[CSUCCESS__MEASURE_COUNT]);
/* Whether success was reached, with those values. */
csuccess__truth csuccess__judging_ask(csuccess__turn *t, const csuccess__judging *judging,
                                      csuccess_str started);
/* When it follows up on what began at `began`; 0: never. */
int64_t csuccess__follow_up_at(csuccess__turn *t, const csuccess__follow_up *follow_up,
                               int64_t began);
/* Makes its task, which begins now: its id; empty when the step has failed. */
csuccess_str csuccess__follow_up_make(csuccess__turn *t, const csuccess__follow_up *follow_up,
                                      csuccess_str definition, csuccess_str instance);
/* What is known of the effect now: as given, or of the prior: its share of the probability of churn. */
csuccess__effect csuccess__intervention_effect(const csuccess__turn *t,
                                               const csuccess__intervention *of);
/* Value in major units; false: not known. */
bool csuccess__intervention_value(csuccess__turn *t, const csuccess__intervention *of,
                                  double *out);
/* Fills in what an intervention (or the `what` of an action) says of a candidate: of kind INTERVENTION, its programme, since now. */
void csuccess__intervention_candidate(csuccess__turn *t, const csuccess__intervention *of,
                                      csuccess__candidate *out);

/* ---- In a turn ---- */

/* Adds those whose `when` and audience hold, or that somebody asked for (input intervention, request); lowers the step's due to when time may change them. */
void csuccess__interventions_candidates(csuccess__turn *t);
void csuccess__interventions_publish(csuccess__turn *t);

#endif
