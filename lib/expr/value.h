/* SPDX-License-Identifier: Apache-2.0 */
/* Types and values of the expression language. Missing is a value. */
#ifndef CSUCCESS__EXPR_VALUE_H
#define CSUCCESS__EXPR_VALUE_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/number.h"
#include "base/str.h"
#include "calendar/time.h"

/* What an expression can be. Dates are times (midnight UTC) and money is a number in major units here. */
#define CSUCCESS__KINDS(X) \
    X(ANY, "any") /* item type of the empty list; kind of a missing value */ \
    X(NUMBER, "number") \
    X(BOOL, "bool") \
    X(STRING, "string") \
    X(TIME, "time") \
    X(DURATION, "duration") \
    X(LIST, "list") \
    X(RECORD, "record")

typedef enum csuccess__kind {
#define CSUCCESS__KIND(name, text) CSUCCESS__KIND_##name,
    CSUCCESS__KINDS(CSUCCESS__KIND)
#undef CSUCCESS__KIND
        CSUCCESS__KIND_COUNT
} csuccess__kind;

typedef struct csuccess__type csuccess__type;
typedef struct csuccess__field {
    csuccess_str name;
    const csuccess__type *type;
} csuccess__field;
struct csuccess__type {
    csuccess__kind kind;
    const csuccess__type *item;    /* of a list */
    const csuccess__field *fields; /* of a record, by document order */
    uint32_t field_count;
};
/* The constant types of the scalar kinds and of lists of them (NULL for LIST, RECORD). */
const csuccess__type *csuccess__type_of(csuccess__kind kind);
const csuccess__type *csuccess__type_list_of(csuccess__kind item);
bool csuccess__type_equal(const csuccess__type *a, const csuccess__type *b); /* ANY fits all */
/* "list(string)", "record(amount: number, …)". */
void csuccess__type_print(csuccess__buffer *out, const csuccess__type *type);

/* Why a value is missing; 0 when it is not. */
#define CSUCCESS__ABSENCES(X) \
    X(PRESENT, "present") \
    X(NEVER_SET, "never_set")     /* nobody ever said */ \
    X(STALE, "stale")             /* older than max_age */ \
    X(QUARANTINED, "quarantined") /* an impossible value was refused */ \
    X(DIVISION, "division_by_zero") \
    X(OVERFLOWED, "overflow")     /* a result beyond the doubles or the years 1 to 9999 */ \
    X(UNDECIDED, "undecided")     /* a condition, comparison or match that stays open */ \
    X(OPERAND, "missing_operand") /* some input is missing */ \
    X(EMPTY, "empty")             /* a mean, min or max of nothing; an index beyond the end */ \
    X(OTHER_DEFINITION, \
      "other_definition")         /* an earlier score under another profile or definition */ \
    X(NOT_COVERED, "not_covered") /* what it is counted from does not reach over its window */

typedef enum csuccess__absence {
#define CSUCCESS__ABSENCE(name, text) CSUCCESS__ABSENCE_##name,
    CSUCCESS__ABSENCES(CSUCCESS__ABSENCE)
#undef CSUCCESS__ABSENCE
        CSUCCESS__ABSENCE_COUNT
} csuccess__absence;

/* 24 bytes. kind ANY means missing, and `absence` says why. Strings, lists and records are borrowed. */
typedef struct csuccess__value csuccess__value;
struct csuccess__value {
    uint8_t kind;
    uint8_t absence;
    uint8_t defaulted; /* came from the definition's default */
    uint8_t reserved;
    uint32_t
        code; /* of a string: its number among the configuration's constants, 0: not one of them */
    union {
        double number;
        bool boolean;
        int64_t time; /* ms since the epoch, UTC */
        csuccess_str string;
        csuccess__duration duration;
        struct {
            const csuccess__value
                *items; /* list: items; record: fields by their type's order */
            size_t count;
        } many;
    } as;
};

static inline csuccess__value csuccess__missing(csuccess__absence why)
{
    return (csuccess__value){.kind = CSUCCESS__KIND_ANY, .absence = (uint8_t)why};
}
/* Not finite: missing, OVERFLOWED. Inline, so that it is made where it is kept: a copy would wait for the parts it was just written in. */
static inline csuccess__value csuccess__number(double number)
{
    if (!csuccess__is_finite(number)) return csuccess__missing(CSUCCESS__ABSENCE_OVERFLOWED);
    return (csuccess__value){.kind = CSUCCESS__KIND_NUMBER, .as.number = number};
}
csuccess__value csuccess__boolean(bool boolean);
csuccess__value csuccess__string(csuccess_str string);
csuccess__value csuccess__time(int64_t ms);
csuccess__value csuccess__duration_value(csuccess__duration duration);
static inline bool csuccess__is_missing(csuccess__value v)
{
    return v.kind == CSUCCESS__KIND_ANY;
}
bool csuccess__value_equal(csuccess__value a,
                           csuccess__value b); /* deep; missing equals missing */

/* Strings that the configuration names (in conditions, maps, allowed values) by number, from 1, so
   that equality on data is equality of numbers. Filled while compiling, then constant. */
typedef struct csuccess__constants csuccess__constants;
csuccess__constants *csuccess__constants_new(csuccess__arena *arena);
uint32_t csuccess__constants_add(csuccess__constants *set,
                                 csuccess_str text); /* 0: no memory */
uint32_t csuccess__constants_find(const csuccess__constants *set,
                                  csuccess_str text); /* 0: none */
csuccess_str csuccess__constants_text(const csuccess__constants *set, uint32_t code);
uint32_t csuccess__constants_count(const csuccess__constants *set);

/* JSON of a value: times RFC 3339, durations ISO 8601, missing null. Depth-counted. */
struct csuccess__json_writer;
void csuccess__value_write(struct csuccess__json_writer *out, csuccess__value v,
                           const csuccess__type *type);

#endif
