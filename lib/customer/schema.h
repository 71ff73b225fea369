/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a customer, as a configuration defines it: attributes, collections, metrics; and the
   slots by which every room names a value. Slots 0 .. inputs-1 are set from outside, later ones computed. */
#ifndef CSUCCESS__CUSTOMER_SCHEMA_H
#define CSUCCESS__CUSTOMER_SCHEMA_H

#include "expr/next.h"
#include "expr/program.h"

#define CSUCCESS__ATTRIBUTE_TYPES(X) \
    X(NUMBER, "number", CSUCCESS__KIND_NUMBER) \
    X(BOOL, "bool", CSUCCESS__KIND_BOOL) \
    X(STRING, "string", CSUCCESS__KIND_STRING) \
    X(TIME, "time", CSUCCESS__KIND_TIME) \
    X(DATE, "date", CSUCCESS__KIND_TIME) \
    X(DURATION, "duration", CSUCCESS__KIND_DURATION) \
    X(MONEY, "money", CSUCCESS__KIND_NUMBER) \
    X(LIST, "list", CSUCCESS__KIND_LIST) \
    X(RECORDS, "records", CSUCCESS__KIND_LIST) /* a collection: a list of records */

typedef enum csuccess__attribute_type {
#define CSUCCESS__ATTRIBUTE(name, text, kind) CSUCCESS__ATTRIBUTE_##name,
    CSUCCESS__ATTRIBUTE_TYPES(CSUCCESS__ATTRIBUTE)
#undef CSUCCESS__ATTRIBUTE
} csuccess__attribute_type;

/* One attribute, or one field of a collection. */
typedef struct csuccess__attribute {
    csuccess_str name;
    csuccess__attribute_type type;
    csuccess__attribute_type item; /* of a list */
    const csuccess__type *value;   /* its type in expressions */
    csuccess_str unit, currency;
    bool has_min, has_max, has_max_age, pii, outcome;
    double min, max; /* numbers, money; times and durations have none */
    csuccess__duration max_age;
    csuccess__value fallback;    /* `default`, marked defaulted; missing when there is none */
    const csuccess_str *allowed; /* `in`, of strings */
    uint32_t allowed_count;
    const struct csuccess__attribute *fields; /* of a collection */
    uint32_t field_count;
    uint32_t max_records;                      /* of a collection */
    const struct csuccess__migration *migrate; /* `migrate`; NULL without it */
    bool paired; /* its value is compared with another attribute's: see csuccess__pairing */
    const csuccess__json *at; /* its definition, for messages; NULL when implicit */
} csuccess__attribute;

/* How a value that was kept under an earlier definition becomes one of this: `migrate`. */
typedef struct csuccess__migration {
    csuccess_str from;                   /* the name then */
    csuccess__attribute_type type, item; /* the type then */
    bool renames;                        /* `from` is another name */
    const csuccess__program *program;    /* over slot 0, `old`; NULL: the value as it is */
} csuccess__migration;

/* An attribute that `at_most` compares: it bounds others, or has a bound, or both. */
typedef struct csuccess__pairing {
    uint32_t slot;
    uint32_t most; /* index among the pairings of what it may not exceed; UINT32_MAX: nothing */
} csuccess__pairing;
enum { CSUCCESS__PAIRINGS = 32 }; /* of a configuration at most */

/* The strata of evaluation: an expression sees the slots of its own stratum and of those before it. */
#define CSUCCESS__STRATA(X) \
    X(INPUT, "inputs") \
    X(METRIC, "metrics") \
    X(HEALTH, "health") \
    X(CHURN, "churn") \
    X(SEGMENT, "segments") \
    X(FLOW, "flow") \
    X(INTERVENE, "interventions")

typedef enum csuccess__stratum {
#define CSUCCESS__STRATUM(name, text) CSUCCESS__STRATUM_##name,
    CSUCCESS__STRATA(CSUCCESS__STRATUM)
#undef CSUCCESS__STRATUM
} csuccess__stratum;

typedef struct csuccess__slot {
    csuccess_str path;     /* "last_login", "health.score", "component" */
    csuccess_str argument; /* of a look-up: component('argument'); ptr NULL without one */
    const csuccess__type *type;
    csuccess__stratum stratum;
    const csuccess__attribute *attribute; /* of an input */
    bool used;                            /* some expression reads it, for lint */
} csuccess__slot;

typedef struct csuccess__metric {
    csuccess_str name;
    uint32_t slot;
    const csuccess__program *program;
} csuccess__metric;

/* Grows while a configuration is compiled (section by section, in the order of the strata), then is
   constant. Lives in the compiler's arena. */
typedef struct csuccess__schema {
    csuccess__arena *arena;
    csuccess__slot *slots;
    uint32_t count, capacity;
    uint32_t inputs; /* slots below are inputs; fixed once metrics are compiled */
    const csuccess__pairing *pairings; /* by slot */
    uint32_t pairing_count;
    uint32_t migrations;       /* attributes with `migrate` */
    csuccess__metric *metrics; /* in the order of evaluation */
    uint32_t metric_count;
    const struct csuccess__benchmarks
        *benchmarks;                    /* cohorts for percentile(); see customer/benchmark.h */
    struct csuccess__slot_index *index; /* look-up by path and argument */
    csuccess__stratum
        stratum; /* being compiled now: later names are refused with that reason */
    uint64_t
        compared; /* names, for suggestions, until it is sealed; see csuccess__nearest_may() */
    bool
        any_factor; /* a model is not there to say which factors it has: factor('id') of any name is missing */
    bool sealed;    /* compiled: shared between threads, so nothing is marked any more */
    bool reads_now; /* something before segments (a metric, health, churn) reads the time */
    bool health_alias, churn_alias; /* health_score, churn_probability are free as aliases */
} csuccess__schema;

csuccess__schema *csuccess__schema_new(csuccess__arena *arena); /* NULL: no memory */
/* Adds a slot; UINT32_MAX: no memory. A path and argument that stand already: their slot. */
uint32_t csuccess__schema_add(csuccess__schema *schema, const csuccess__slot *slot);
/* UINT32_MAX when there is none. argument NULL without one. */
uint32_t csuccess__schema_find(const csuccess__schema *schema, csuccess_str path,
                               const csuccess_str *argument);
/* The scope of this schema for the compiler; keeps the stratum that schema->stratum says. */
csuccess__scope csuccess__schema_scope(csuccess__schema *schema);
/* For the printer: names a slot as an expression would. ud is the schema. */
void csuccess__schema_print(void *ud, csuccess__buffer *out, uint32_t at);

/* Section compilers: sections may be NULL (absent). Problems are noted; what could be read is added. An
   input that is not declared but that a later section offers (previous_score, score_30d_ago) is added by
   csuccess__schema_implicit before metrics are compiled. */
void csuccess__attributes_compile(csuccess__schema *schema, csuccess__compiler *with,
                                  csuccess__problems *problems,
                                  const csuccess__json *attributes);
void csuccess__records_compile(csuccess__schema *schema, csuccess__compiler *with,
                               csuccess__problems *problems, const csuccess__json *records);
uint32_t csuccess__schema_implicit(csuccess__schema *schema, csuccess_str name,
                                   csuccess__attribute_type type);
/* `metrics`: named expressions over inputs and one another, put in an order of evaluation; a circle is
   CSUCCESS_ECYCLE and names its members. */
void csuccess__metrics_compile(csuccess__schema *schema, csuccess__compiler *with,
                               csuccess__problems *problems, const csuccess__json *metrics);

/* How every slot moves with time, by slot, for csuccess__program_move() of as many programs as one likes; lives until the machine's reset.
   Metrics as their expressions do; aggregates, whose windows move, at midnight UTC; health and churn, when anything that they may come of reads the
   time, at now + grain_ms. NULL: no memory. */
const csuccess__move *csuccess__schema_moves(const csuccess__schema *schema,
                                             csuccess__machine *machine,
                                             const csuccess__frame *frame, int64_t grain_ms);
/* csuccess__program_next() through the metrics that the program reads, and all else that moves; see csuccess__schema_moves(). */
int64_t csuccess__schema_next(const csuccess__schema *schema, const csuccess__program *program,
                              csuccess__machine *machine, const csuccess__frame *frame,
                              int64_t grain_ms);
/* Evaluates the metrics into slots[] (count = schema->count). */
csuccess_result csuccess__metrics_run(const csuccess__schema *schema,
                                      csuccess__machine *machine, csuccess__value *slots,
                                      int64_t now);

#endif
