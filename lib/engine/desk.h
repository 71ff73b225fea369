/* SPDX-License-Identifier: Apache-2.0 */
/* The desk of an engine, on which one customer at a time lies open while an
 * advance is applied; and an advance inside. */
#ifndef CSUCCESS__ENGINE_DESK_H
#define CSUCCESS__ENGINE_DESK_H

#include "churn/history.h"
#include "customer/known.h"
#include "customer/series.h"
#include "engine/advance.h"
#include "engine/scorer.h"
#include "flow/pins.h"
#include "flow/zones.h"
#include "score/history.h"
#include "trust/chain.h"

/* How the text of an input sounds. */
typedef struct csuccess__heard {
    bool any;
    csuccess__feeling feeling;
} csuccess__heard;

struct csuccess__desk {
    csuccess_allocator mem;
    csuccess__desk_options options; /* `mem` points to the one above */
    csuccess__arena texts;          /* tenant */
    csuccess_config *config;
    uint8_t hash[32]; /* of config */
    csuccess_scorer *scorer;
    csuccess_facts *facts;
    csuccess__series_desk *series; /* NULL: no aggregates */
    csuccess__state state;
    csuccess__effects effects;
    csuccess__buffer scratch;           /* of steps */
    csuccess__buffer text;              /* of the desk's own */
    csuccess__arena past;               /* of one evaluation */
    csuccess__coverage *tenant, *known; /* by source: of all customers; in force */
    uint32_t source_count;
    uint32_t parent; /* slot of health.rollup.parent; UINT32_MAX: none */
    csuccess__knowing knowing;
    csuccess__hmac key; /* of the customer's secret */
    bool fast_hash;     /* the processor has instructions for SHA-256 */
    bool evaluates;     /* there is health or churn */
    bool flows;         /* there is something of flow */
    csuccess__flow_desk flow;
    csuccess__zone_source host_zones;
    csuccess__variable_source host_variables;
    const csuccess_str *ledgers; /* keys that flow reads */
    uint32_t ledger_count;
    csuccess__ledger_sum *sums;  /* as loaded */
    const uint32_t *last_events; /* slots last_event('name') */
    uint32_t last_event_count;
    uint32_t nps[CSUCCESS__NPS_SLOT_COUNT]; /* slots; UINT32_MAX: nothing reads it */
    bool reads_nps;
    csuccess__intervene_desk intervene;
    bool intervenes; /* there is something of intervene */
    uint32_t
        sentiment[CSUCCESS__SENTIMENT_SLOT_COUNT]; /* slots; UINT32_MAX: nothing reads it */
    bool reads_sentiment;
    csuccess__heard heard;           /* of the input that is treated */
    bool facts_stale;                /* the state knows more than the facts */
    int64_t facts_at;                /* the time that they are of */
    struct csuccess__advance *spare; /* kept with their memory */
};

struct csuccess__advance {
    csuccess__desk *desk;
    struct csuccess__advance *next; /* among the spare ones */
    csuccess__arena about;          /* of what it is about */
    csuccess__arena made;           /* of what the last apply made */
    csuccess__purpose purpose;
    csuccess_str customer, contact, token;
    csuccess__principal principal;
    int64_t now;
    bool import, preview, publish;
    csuccess_events *events;
    const uint32_t *indices;        /* of the events; NULL: all */
    const csuccess__input **inputs; /* of the events, then the signal */
    uint32_t count, of_events;
    csuccess_key *keys; /* customer, secret, sources, ledgers, definitions; or one source */
    size_t key_count, key_cap;
    size_t definitions; /* index of the first definition among the keys */
    csuccess_input_key *input_keys;
    csuccess_str *refused; /* ids of messages that their budget refused */
    csuccess_str *paid;    /* by delta of the batch: the id of the message that it
                            pays for; ptr NULL: none */
    uint32_t refused_count, refused_cap;
    /* Of the last apply: */
    csuccess_result *results; /* by input */
    csuccess_str *reasons;
    bool *consumed; /* by input: it had its step */
    uint32_t *seen; /* inputs by the hash of their id: index + 1 */
    uint32_t seen_size;
    csuccess__buffer body; /* the state's bytes */
    csuccess_batch batch;
    bool redefined; /* the first step under this configuration is under way */
    bool has_batch, fresh, stepped, has_secret, secret_is_new;
    uint64_t revision;
    char secret[32];
    char pseudonym[33];
    csuccess_str told; /* the parent of a customer that is being erased */
    uint32_t settled;  /* messages of the effects that have their id */
    csuccess__tally tally;
};

/* Opens the customer on the desk from the store's answers. */
csuccess_result csuccess__advance_open(csuccess__advance *advance,
                                       const csuccess__answer *answers, csuccess_error *err);
/* Whether the principal may; the owner is the one that the open state names. */
csuccess_result csuccess__advance_may(csuccess__advance *advance, csuccess__resource resource,
                                      csuccess__action action, csuccess__text *rule);
/* A step at `now` with its cause. */
csuccess__step csuccess__advance_step(csuccess__advance *advance, int64_t now,
                                      csuccess_str cause);
/* Why an input is not even tried: OK when it is; EEXPIRED, EDENIED. */
csuccess_result csuccess__advance_admit(csuccess__advance *advance,
                                        const csuccess__input *input, int64_t now,
                                        csuccess__text *reason);
/* Everything that reads the input, each all or nothing. */
csuccess_result csuccess__advance_treat(csuccess__advance *advance, csuccess__step *step,
                                        const csuccess__input *input, csuccess__text *reason);
/* ERANGE: its time lies too far in the future. */
csuccess_result csuccess__desk_check_time(const csuccess__desk *desk,
                                          const csuccess__input *input, int64_t now,
                                          csuccess__text *reason);
/* Every input, and before them what is due; the desk then holds the state after
 * and the effects. */
csuccess_result csuccess__advance_steps(csuccess__advance *advance, const bool *known,
                                        csuccess_error *err);
/* Notes which parent the open state has told of itself. ESTATE, ENOMEM. */
csuccess_result csuccess__advance_parent(csuccess__advance *advance, csuccess_error *err);
/* Makes the batch of the state and the effects on the desk. */
csuccess_result csuccess__advance_close(csuccess__advance *advance, csuccess_error *err);
/* Erasure, forgetting, coverage of a source: in place of steps. */
csuccess_result csuccess__advance_apply_source(csuccess__advance *advance,
                                               const csuccess__answer *answers,
                                               const bool *known, csuccess_error *err);
/* One input of type source for all customers, joined to what is known. OK, with
 * the result kept; ENOMEM. */
csuccess_result csuccess__advance_source_input(csuccess__advance *advance, uint32_t index,
                                               csuccess__coverage *coverage);

/* Makes the facts those of the open state at `now`. */
csuccess_result csuccess__desk_facts(csuccess__desk *desk, int64_t now, csuccess_error *err);
/* What came before an evaluation. */
typedef struct csuccess__pasts {
    csuccess__health_past health;
    csuccess__churn_past churn;
} csuccess__pasts;
/* Walks the strata over the open state as of the step: facts, aggregates,
 * metrics, health, churn; the scorer then holds the results. */
csuccess_result csuccess__desk_walk(csuccess__desk *desk, csuccess__step *step,
                                    csuccess__pasts *pasts, bool explain, csuccess_error *err);
/* What flow is given for a step; `asked` must live as long. */
csuccess__moment csuccess__desk_moment(csuccess__advance *advance, csuccess__step *step,
                                       const csuccess__input *input,
                                       csuccess__zones_asked *asked);
csuccess_result csuccess__desk_flow_new(csuccess__desk *desk);
/* An input that flow reads, before anything counts it. */
csuccess_result csuccess__desk_apply_flow(csuccess__advance *advance, csuccess__step *step,
                                          const csuccess__input *input, csuccess__text *reason);
/* The slots last_event('name'). */
void csuccess__desk_last_events(csuccess__desk *desk);
/* The slots nps.score …. False: an answer is damaged. */
bool csuccess__desk_nps(csuccess__desk *desk, int64_t now);
csuccess_result csuccess__desk_intervene_new(csuccess__desk *desk);
/* What intervene is given for a step, over its moment. Forgets the candidates of the turn before. */
csuccess__turn csuccess__desk_turn(csuccess__advance *advance, csuccess__moment *m);
/* An input that intervene reads, and what became of a message. */
csuccess_result csuccess__desk_apply_intervene(csuccess__advance *advance, csuccess__step *step,
                                               const csuccess__input *input,
                                               csuccess__text *reason);
csuccess_result csuccess__desk_apply_delivery(csuccess__advance *advance, csuccess__step *step,
                                              const csuccess__input *input,
                                              csuccess__text *reason);
/* The text of an input, where the section `sentiment` reads it: heard before anything counts the input, for a host's model may fail (ECALLBACK); kept once it counts. */
csuccess_result csuccess__desk_hear(csuccess__desk *desk, const csuccess__step *step,
                                    const csuccess__input *input, csuccess__text *reason);
csuccess_result csuccess__desk_feel(csuccess__desk *desk, csuccess__step *step,
                                    const csuccess__input *input);
/* The slots sentiment.overall …. False: what is kept is damaged. */
bool csuccess__desk_sentiment(csuccess__desk *desk, int64_t now);
/* Compiles the definitions that were loaded; AGAIN: more are wanted, and are keys now. */
csuccess_result csuccess__advance_pins(csuccess__advance *advance,
                                       const csuccess__answer *answers, csuccess_error *err);
/* Walks, then keeps what came of it: histories, alerts, roll-up, when to look
 * again. */
csuccess_result csuccess__desk_evaluate(csuccess__advance *advance, csuccess__step *step,
                                        const csuccess__input *input, csuccess_error *err);

/* The customer is no longer one that there is; nothing when it is being erased already. */
void csuccess__desk_uncount(csuccess__desk *desk, csuccess__step *step);

/* ---- Messages ---- */

/* A signal of type delivery. */
csuccess_result csuccess__outbox_delivered(csuccess__desk *desk, csuccess__step *step,
                                           const csuccess__input *input,
                                           csuccess__text *reason);
/* Says of each message of a step that it leaves, and gives signals their ids. */
void csuccess__outbox_settle(csuccess__advance *advance, csuccess__step *step);
/* The batch's messages and deltas from the effects. False: no memory. */
bool csuccess__outbox_batch(csuccess__advance *advance);
extern const csuccess__state_printer csuccess__state_printers[];
extern const size_t csuccess__state_printer_count;

#endif
