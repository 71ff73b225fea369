/* SPDX-License-Identifier: Apache-2.0 */
/* The policy `policies.reach`: caps, quiet hours, send windows, classes and priorities of programmes, budgets, and what stops automation. */
#ifndef CSUCCESS__INTERVENE_REACH_H
#define CSUCCESS__INTERVENE_REACH_H

#include "intervene/turn.h"

struct csuccess__intervene_build;

/* A pattern of programmes: "campaign/x", "campaign/" followed by an asterisk, or an asterisk alone. */
typedef struct csuccess__pattern {
    csuccess_str text; /* without the asterisk */
    bool whole;        /* the text itself; else a beginning */
} csuccess__pattern;
bool csuccess__pattern_fits(const csuccess__pattern *pattern, csuccess_str programme);
/* Reads one; an unknown kind or, of journeys, playbooks, milestones, campaigns, interventions, offers and alerts, an unknown name is noted with the nearest. False: no pattern (noted). */
bool csuccess__pattern_read(csuccess__pattern *out, struct csuccess__intervene_build *build,
                            const csuccess__json *at);
/* The same of a member's key. */
bool csuccess__pattern_read_key(csuccess__pattern *out, struct csuccess__intervene_build *build,
                                const csuccess__json *at);

enum {
    CSUCCESS__CAPS_MOST = 32,  /* with those that channels and max_daily_communications are */
    CSUCCESS__CAP_MOST = 1000, /* that one counts to: fewer than touches are kept */
    CSUCCESS__HOURS_MOST = 32, /* quiet hours, and windows */
    CSUCCESS__SEND_TIMES_MOST = 48,
    CSUCCESS__PROGRAMMES_MOST = 1000,
    CSUCCESS__SPIRAL_MOST = 100
};
typedef enum csuccess__cap_per {
    CSUCCESS__PER_DAY,
    CSUCCESS__PER_WEEK,
    CSUCCESS__PER_MONTH,
    CSUCCESS__PER_ROLLING
} csuccess__cap_per;
typedef struct csuccess__cap {
    csuccess_str id;
    uint32_t most;
    csuccess__cap_per per;
    int64_t rolling_ms;
    bool of_contact, each_programme, each_channel, by_class;
    csuccess__class class_;
    csuccess_str channel, type; /* empty: any */
    bool has_programme;
    csuccess__pattern programme;
    uint32_t skip; /* bits by class */
} csuccess__cap;

typedef struct csuccess__hours { /* quiet hours, or a window */
    csuccess_str id;
    int32_t from,
        until;     /* minutes of the local day, 0 to 1440; until <= from goes over midnight */
    uint32_t days; /* bits, Monday 1; on which it begins */
    uint32_t calendar;    /* of a window; UINT32_MAX: from, until, days */
    csuccess_str channel; /* empty: any */
    bool by_class;
    csuccess__class class_;
} csuccess__hours;

typedef enum csuccess__unanswered {
    CSUCCESS__UNANSWERED_STOP,
    CSUCCESS__UNANSWERED_CHANNEL,
    CSUCCESS__UNANSWERED_OWNER
} csuccess__unanswered;
typedef struct csuccess__programme_rule {
    csuccess__pattern of;
    bool has_class, has_priority;
    csuccess__class class_;
    double priority;
} csuccess__programme_rule;

typedef struct csuccess__reach {
    const csuccess__cap *
        caps; /* with max_daily_communications and channels' max_per_day as caps of their own */
    uint32_t cap_count;
    const csuccess__hours *quiet, *windows;
    uint32_t quiet_count, window_count;
    const int32_t *times; /* optimal_send_times, minutes, ascending */
    uint32_t time_count;
    int64_t between_campaigns_ms, frequency_ms /* 7 days */, delay_ms;
    const csuccess__programme_rule *programmes; /* exact names first, then kinds, then all */
    uint32_t programme_count;
    bool has_customer_budget, has_campaign_budget, has_total_budget;
    int64_t customer_budget, campaign_budget,
        total_budget;          /* minor units, a calendar month (UTC), but for a campaign's */
    uint32_t unanswered_after; /* 0: not */
    int64_t unanswered_ms;
    csuccess__unanswered unanswered;
    uint32_t spiral; /* negative responses; 0: not */
    int64_t spiral_ms;
    csuccess_str owner;        /* role; csm */
    int64_t longest_ms;        /* of all caps and cooldowns: how long touches are kept */
    const uint32_t *calendars; /* of channels, by their place in the list: UINT32_MAX none */
    uint32_t
        zone_field; /* of a record of contacts: which item is its `zone`; UINT32_MAX: none */
} csuccess__reach;
/* Never NULL but for memory (noted). `section`: policies.reach, may be NULL. */
const csuccess__reach *csuccess__reach_compile(struct csuccess__intervene_build *build,
                                               const csuccess__json *section);
/* Class and priority of a programme that does not say its own: *class_ comes in as what its kind is, and stays that where no rule says another; the priority is that of a rule, else that of the class. */
void csuccess__reach_class(const csuccess__reach *reach, csuccess_str programme,
                           csuccess__class *class_, double *priority);

/* What would leave: to where, by which channel, of which class. */
typedef struct csuccess__going {
    csuccess__zone zone;
    const csuccess__channel *by;
    csuccess__class class_;
} csuccess__going;
/* A rule that holds it: "quiet hours", "outside the send window", "outside the calendar", and its name. */
typedef struct csuccess__hold {
    const char *what;
    csuccess_str id;
} csuccess__hold;
/* The first moment from `at` on at which quiet hours, windows and the channel's calendar let it go, on the clock of its zone. NEVER: none within a year. False: the zone is not known (then as in UTC, and the caller goes on with it). Days of a change of the clock: see the page. */
bool csuccess__reach_next(int64_t *out, csuccess__turn *t, const csuccess__going *what,
                          int64_t at);
/* What holds it at `at`, the first rule in their order; false: nothing does. */
bool csuccess__reach_holds(csuccess__turn *t, const csuccess__going *what, int64_t at,
                           csuccess__hold *out);
/* The next of the optimal send times, from `at` on, at which it may go, or `at` itself where one was within the hour before. NEVER: none within eight days. */
int64_t csuccess__reach_optimal(csuccess__turn *t, const csuccess__going *what, int64_t at);
/* Zone of a contact: field `zone` of its record, else the customer's, else the tenant's, else UTC: the first that is known. */
csuccess__zone csuccess__contact_zone(csuccess__turn *t, csuccess_str contact);

/* Whether automation is stopped (t->halted): reads the state, keeps nothing. lifecycle.c, state kind AUTOMATION. */
void csuccess__lifecycle_open(csuccess__turn *t);
/* What time and touches bring: holds that are over, definitions that nobody answers told to their owner; lowers due. Nothing while it is only looked. */
void csuccess__lifecycle_step(csuccess__turn *t);
csuccess_result csuccess__automation_apply(csuccess__turn *t, const csuccess__input *input,
                                           csuccess__text *reason);
/* A response was read: spirals are counted here. `positive` changes nothing: who answered well once is not asked the less. */
void csuccess__lifecycle_responded(csuccess__turn *t, bool negative, bool positive, int64_t at);
void csuccess__automation_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field);
void csuccess__automation_report(csuccess__turn *t, struct csuccess__json_writer *out);

#endif
