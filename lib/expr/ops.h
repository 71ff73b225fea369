/* SPDX-License-Identifier: Apache-2.0 */
/* Every operator and function of the language, in one table: what the machines implement, how it
   is spelled, which types it takes, and what a missing operand does to it. */
#ifndef CSUCCESS__EXPR_OPS_H
#define CSUCCESS__EXPR_OPS_H

#include <csuccess/base.h>
#include <stdbool.h>

/* X(id, names, style, signatures, missing, traits)

   An operation has fixed operand kinds, so a machine never looks at types: the compiler picks the
   row whose signature fits. `names` are the spellings, separated by blanks; the first is printed.

   A signature is the operands, a colon and the result; several are separated by blanks.
     n b s t d    number, bool, string, time, duration
     a            any one type, the same wherever it stands in the signature
     N B S T D A  a list of such
     +            behind an operand: one or more of it (node->argc says how many)
     $ #          a string literal, a table literal [[x, y], ...]: no operand of the node; its
                  value, checked and compiled, is in node->as (regex, offset_minutes, table,
                  benchmark)

   Missing operands:
     LEAF     no operands
     STRICT   any missing operand, or missing item of a list operand that is looked at, makes it
              missing
     KLEENE   three-valued logic: AND and OR are decided by one deciding operand; NOT of missing
              is missing; COND looks at its condition (missing: missing) and then only at the
              chosen branch
     SPECIAL  as the comment at the row says */
#define CSUCCESS__OPS(X) \
    /* Leaves. node->as: constant, slot, each.variable. */ \
    X(CONSTANT, "", NONE, "", LEAF, 0) \
    X(SLOT, "", NONE, "", LEAF, 0) \
    X(VARIABLE, "", NONE, "", LEAF, 0) \
    X(NOW, "now", NONE, ":t", LEAF, READS_NOW) \
    /* [a, b, ...], at least one item, not all constant. The list may hold missing items. */ \
    X(LIST, "", NONE, "a+:A", SPECIAL, 0) \
    /* The value of field as.field of a record. */ \
    X(FIELD, ".", NONE, "r:a", STRICT, 0) \
    /* Item at a whole number from 0; beyond the ends or not whole: missing, EMPTY. */ \
    X(INDEX, "[]", NONE, "An:a", STRICT, 0) \
    /* AND and OR have two operands or more: chains and nested chains are flattened. */ \
    X(AND, "&&", INFIX, "bb+:b", KLEENE, 0) \
    X(OR, "||", INFIX, "bb+:b", KLEENE, 0) \
    X(NOT, "!", PREFIX, "b:b", KLEENE, 0) \
    X(COND, "?:", NONE, "baa:a", KLEENE, 0) \
    /* Equality and order. Strings by bytes; false < true; durations as                         \
       csuccess__duration_compare decides, else missing. _ANY: lists and records, deep;         \
       missing inside makes it missing unless another part differs. */ \
    X(EQ_NUMBER, "==", INFIX, "nn:b", STRICT, 0) \
    X(EQ_BOOL, "==", INFIX, "bb:b", STRICT, 0) \
    X(EQ_STRING, "==", INFIX, "ss:b", STRICT, 0) \
    X(EQ_TIME, "==", INFIX, "tt:b", STRICT, 0) \
    X(EQ_DURATION, "==", INFIX, "dd:b", STRICT, 0) \
    X(EQ_ANY, "==", INFIX, "aa:b", SPECIAL, 0) \
    X(NE_NUMBER, "!=", INFIX, "nn:b", STRICT, 0) \
    X(NE_BOOL, "!=", INFIX, "bb:b", STRICT, 0) \
    X(NE_STRING, "!=", INFIX, "ss:b", STRICT, 0) \
    X(NE_TIME, "!=", INFIX, "tt:b", STRICT, 0) \
    X(NE_DURATION, "!=", INFIX, "dd:b", STRICT, 0) \
    X(NE_ANY, "!=", INFIX, "aa:b", SPECIAL, 0) \
    X(LT_NUMBER, "<", INFIX, "nn:b", STRICT, 0) \
    X(LT_BOOL, "<", INFIX, "bb:b", STRICT, 0) \
    X(LT_STRING, "<", INFIX, "ss:b", STRICT, 0) \
    X(LT_TIME, "<", INFIX, "tt:b", STRICT, 0) \
    X(LT_DURATION, "<", INFIX, "dd:b", STRICT, 0) \
    X(LE_NUMBER, "<=", INFIX, "nn:b", STRICT, 0) \
    X(LE_BOOL, "<=", INFIX, "bb:b", STRICT, 0) \
    X(LE_STRING, "<=", INFIX, "ss:b", STRICT, 0) \
    X(LE_TIME, "<=", INFIX, "tt:b", STRICT, 0) \
    X(LE_DURATION, "<=", INFIX, "dd:b", STRICT, 0) \
    X(GT_NUMBER, ">", INFIX, "nn:b", STRICT, 0) \
    X(GT_BOOL, ">", INFIX, "bb:b", STRICT, 0) \
    X(GT_STRING, ">", INFIX, "ss:b", STRICT, 0) \
    X(GT_TIME, ">", INFIX, "tt:b", STRICT, 0) \
    X(GT_DURATION, ">", INFIX, "dd:b", STRICT, 0) \
    X(GE_NUMBER, ">=", INFIX, "nn:b", STRICT, 0) \
    X(GE_BOOL, ">=", INFIX, "bb:b", STRICT, 0) \
    X(GE_STRING, ">=", INFIX, "ss:b", STRICT, 0) \
    X(GE_TIME, ">=", INFIX, "tt:b", STRICT, 0) \
    X(GE_DURATION, ">=", INFIX, "dd:b", STRICT, 0) \
    /* Found: true. Else, when an item is missing: missing. Else false. A missing operand:      \
       missing, but nothing is in the empty list. */ \
    X(IN_NUMBER, "in", INFIX, "nN:b", SPECIAL, 0) \
    X(IN_STRING, "in", INFIX, "sS:b", SPECIAL, 0) \
    X(IN_ANY, "in", INFIX, "aA:b", SPECIAL, 0) \
    /* Arithmetic. Not finite, a time beyond its years, a duration beyond its bounds: missing,  \
       OVERFLOWED; by zero (also %): missing, DIVISION. % has the sign of its left operand. */ \
    X(ADD_NUMBER, "+", INFIX, "nn:n", STRICT, 0) \
    X(CONCAT_STRING, "+", INFIX, "ss:s", STRICT, 0) \
    X(ADD_TIME_DURATION, "+", INFIX, "td:t", STRICT, 0) \
    X(ADD_DURATION_TIME, "+", INFIX, "dt:t", STRICT, 0) \
    X(ADD_DURATION, "+", INFIX, "dd:d", STRICT, 0) \
    /* Missing items are kept. */ \
    X(CONCAT_LIST, "+", INFIX, "AA:A", STRICT, 0) \
    X(SUB_NUMBER, "-", INFIX, "nn:n", STRICT, 0) \
    X(SUB_TIME, "-", INFIX, "tt:d", STRICT, 0) \
    X(SUB_TIME_DURATION, "-", INFIX, "td:t", STRICT, 0) \
    X(SUB_DURATION, "-", INFIX, "dd:d", STRICT, 0) \
    X(MUL_NUMBER, "*", INFIX, "nn:n", STRICT, 0) \
    X(DIV_NUMBER, "/", INFIX, "nn:n", STRICT, 0) \
    X(MOD_NUMBER, "%", INFIX, "nn:n", STRICT, 0) \
    X(NEG_NUMBER, "-", PREFIX, "n:n", STRICT, 0) \
    X(NEG_DURATION, "-", PREFIX, "d:d", STRICT, 0) \
    /* The operand is a SLOT or a FIELD: whether it is there; defaulted counts as absent. Never \
       missing. */ \
    X(HAS, "has", CALL, "a:b", SPECIAL, 0) \
    /* The first operand that is not missing. */ \
    X(COALESCE, "coalesce", CALL, "a+:a", SPECIAL, 0) \
    /* Macros. Operand 0 is the list; node->as.each holds the variable and the body (see        \
       program.h). A missing list: missing. ALL and EXISTS join the bodies as AND and OR do;    \
       EXISTS_ONE and FILTER are missing when a body is (EXISTS_ONE not when two hold); MAP     \
       keeps missing items. */ \
    X(ALL, "all", MACRO, "Ab:b", SPECIAL, 0) \
    X(EXISTS, "exists", MACRO, "Ab:b", SPECIAL, 0) \
    X(EXISTS_ONE, "exists_one", MACRO, "Ab:b", SPECIAL, 0) \
    X(FILTER, "filter", MACRO, "Ab:A", SPECIAL, 0) \
    X(MAP, "map", MACRO, "Aa:A", SPECIAL, 0) \
    /* Strings. size counts code points. matches searches, undecided: missing. */ \
    X(SIZE_STRING, "size", BOTH, "s:n", STRICT, 0) \
    X(SIZE_LIST, "size", BOTH, "A:n", STRICT, 0) /* counts missing items as well */ \
    X(CONTAINS, "contains", METHOD, "ss:b", STRICT, 0) \
    X(STARTS_WITH, "startsWith", METHOD, "ss:b", STRICT, 0) \
    X(ENDS_WITH, "endsWith", METHOD, "ss:b", STRICT, 0) \
    X(MATCHES, "matches", BOTH, "s$:b", SPECIAL, 0) \
    X(LOWER_ASCII, "lowerAscii", METHOD, "s:s", STRICT, 0) \
    X(UPPER_ASCII, "upperAscii", METHOD, "s:s", STRICT, 0) \
    X(TRIM, "trim", METHOD, "s:s", STRICT, 0) \
    /* Conversions; a text that is not one: missing, UNDECIDED. SAME never reaches a machine. */ \
    X(SAME, "timestamp duration bool string double", CALL, "t:t d:d b:b s:s n:n", STRICT, \
      0) /* the i-th name takes the i-th signature */ \
    X(TIMESTAMP_STRING, "timestamp", CALL, "s:t", STRICT, 0) \
    X(TIMESTAMP_NUMBER, "timestamp", CALL, "n:t", STRICT, 0) /* seconds since 1970 */ \
    X(DURATION_STRING, "duration", CALL, "s:d", STRICT, 0) \
    X(STRING_NUMBER, "string", CALL, "n:s", STRICT, 0) \
    X(STRING_BOOL, "string", CALL, "b:s", STRICT, 0) \
    X(STRING_TIME, "string", CALL, "t:s", STRICT, 0) \
    X(STRING_DURATION, "string", CALL, "d:s", STRICT, 0) \
    X(DOUBLE_STRING, "double", CALL, "s:n", STRICT, 0) \
    X(INT_TIME, "int", CALL, "t:n", STRICT, 0) /* seconds since 1970, towards the past */ \
    /* Fields of a time at as.offset_minutes (0: UTC), counted as CEL counts. */ \
    X(GET_FULL_YEAR, "getFullYear", METHOD, "t:n t$:n", STRICT, 0) \
    X(GET_MONTH, "getMonth", METHOD, "t:n t$:n", STRICT, 0)             /* 0 to 11 */ \
    X(GET_DATE, "getDate", METHOD, "t:n t$:n", STRICT, 0)               /* 1 to 31 */ \
    X(GET_DAY_OF_MONTH, "getDayOfMonth", METHOD, "t:n t$:n", STRICT, 0) /* 0 to 30 */ \
    X(GET_DAY_OF_WEEK, "getDayOfWeek", METHOD, "t:n t$:n", STRICT, 0)   /* 0 Sunday */ \
    X(GET_DAY_OF_YEAR, "getDayOfYear", METHOD, "t:n t$:n", STRICT, 0)   /* 0 to 365 */ \
    X(GET_HOURS, "getHours", METHOD, "t:n t$:n", STRICT, 0) \
    X(GET_MINUTES, "getMinutes", METHOD, "t:n t$:n", STRICT, 0) \
    X(GET_SECONDS, "getSeconds", METHOD, "t:n t$:n", STRICT, 0) \
    X(GET_MILLISECONDS, "getMilliseconds", METHOD, "t:n t$:n", STRICT, 0) \
    /* Of a duration: the whole of it in that unit, towards zero; milliseconds: those within    \
       the second. Of months: missing, UNDECIDED. */ \
    X(DURATION_HOURS, "getHours", METHOD, "d:n", STRICT, 0) \
    X(DURATION_MINUTES, "getMinutes", METHOD, "d:n", STRICT, 0) \
    X(DURATION_SECONDS, "getSeconds", METHOD, "d:n", STRICT, 0) \
    X(DURATION_MILLISECONDS, "getMilliseconds", METHOD, "d:n", STRICT, 0) \
    /* Ours: from 1, weekday 1 Monday to 7 Sunday. */ \
    X(YEAR, "year", CALL, "t:n t$:n", STRICT, 0) \
    X(MONTH, "month", CALL, "t:n t$:n", STRICT, 0) \
    X(DAY, "day", CALL, "t:n t$:n", STRICT, 0) \
    X(WEEKDAY, "weekday", CALL, "t:n t$:n", STRICT, 0) \
    X(DAYS_SINCE, "days_since", CALL, "t:n", STRICT, READS_NOW) \
    X(HOURS_SINCE, "hours_since", CALL, "t:n", STRICT, READS_NOW) \
    X(DAYS_UNTIL, "days_until", CALL, "t:n", STRICT, READS_NOW) \
    /* Numbers. */ \
    X(ABS, "abs math.abs", CALL, "n:n", STRICT, 0) \
    X(CEIL, "ceil math.ceil", CALL, "n:n", STRICT, 0) \
    X(FLOOR, "floor math.floor", CALL, "n:n", STRICT, 0) \
    X(ROUND, "round math.round", CALL, "n:n", STRICT, 0) /* half away from zero */ \
    X(TRUNC, "trunc math.trunc int", CALL, "n:n", STRICT, 0) \
    X(SIGN, "sign math.sign", CALL, "n:n", STRICT, 0) \
    X(SQRT, "sqrt math.sqrt", CALL, "n:n", STRICT, 0) /* below 0: missing, UNDECIDED */ \
    X(EXP, "exp", CALL, "n:n", STRICT, 0) \
    X(LN, "ln", CALL, "n:n", STRICT, 0) /* 0 or below: missing, UNDECIDED */ \
    X(POW, "pow", CALL, "nn:n", STRICT, 0) \
    X(SIGMOID, "sigmoid", CALL, "n:n", STRICT, 0) \
    X(CLAMP, "clamp", CALL, "nnn:n", STRICT, 0) /* x, lo, hi; lo > hi: missing, UNDECIDED */ \
    /* Varargs and lists: a missing operand or item makes it missing; of nothing: missing,      \
       EMPTY, but the sum of nothing is 0. count counts the items that are not missing. */ \
    X(MIN_NUMBER, "min math.least", CALL, "n+:n", STRICT, 0) \
    X(MIN_TIME, "min", CALL, "t+:t", STRICT, 0) \
    X(MIN_NUMBERS, "min math.least", CALL, "N:n", STRICT, 0) \
    X(MIN_TIMES, "min", CALL, "T:t", STRICT, 0) \
    X(MAX_NUMBER, "max math.greatest", CALL, "n+:n", STRICT, 0) \
    X(MAX_TIME, "max", CALL, "t+:t", STRICT, 0) \
    X(MAX_NUMBERS, "max math.greatest", CALL, "N:n", STRICT, 0) \
    X(MAX_TIMES, "max", CALL, "T:t", STRICT, 0) \
    X(SUM, "sum", CALL, "N:n", STRICT, 0) \
    X(MEAN, "mean", CALL, "N:n", STRICT, 0) \
    X(COUNT, "count", CALL, "A:n", SPECIAL, 0) \
    /* Operands x and otherwise: y of the first limit with x <= limit, else otherwise, which is \
       looked at only then. */ \
    X(BANDS, "bands", CALL, "n#n:n", SPECIAL, 0) \
    X(LINEAR, "linear", CALL, "n#:n", STRICT, 0) /* at least one point; clamped outside */ \
    X(CHANGE, "change", CALL, "nn:n", STRICT, 0) /* (now - before) / |before|; 0: DIVISION */ \
    /* Rank in the cohort: share below and half of those equal, 0 to 100; an empty one: EMPTY */ \
    X(PERCENTILE, "percentile", CALL, "n$:n", SPECIAL, 0)

typedef enum csuccess__op {
#define CSUCCESS__OP(id, names, style, signatures, missing, traits) CSUCCESS__OP_##id,
    CSUCCESS__OPS(CSUCCESS__OP)
#undef CSUCCESS__OP
        CSUCCESS__OP_END
} csuccess__op;

typedef enum csuccess__op_style {
    CSUCCESS__STYLE_NONE,   /* has a syntax of its own */
    CSUCCESS__STYLE_INFIX,  /* a + b */
    CSUCCESS__STYLE_PREFIX, /* -a */
    CSUCCESS__STYLE_CALL,   /* f(a, b) */
    CSUCCESS__STYLE_METHOD, /* a.f(b) */
    CSUCCESS__STYLE_BOTH,   /* either of the two */
    CSUCCESS__STYLE_MACRO   /* a.f(x, body) */
} csuccess__op_style;

typedef enum csuccess__op_missing {
    CSUCCESS__MISSING_LEAF,
    CSUCCESS__MISSING_STRICT,
    CSUCCESS__MISSING_KLEENE,
    CSUCCESS__MISSING_SPECIAL
} csuccess__op_missing;

enum { CSUCCESS__TRAIT_0 = 0, CSUCCESS__TRAIT_READS_NOW = 1 };

typedef struct csuccess__op_info {
    const char *names;      /* blank-separated spellings, the printed one first */
    const char *signatures; /* blank-separated, as above */
    uint8_t style;          /* csuccess__op_style */
    uint8_t missing;        /* csuccess__op_missing */
    uint8_t traits;
} csuccess__op_info;

/* The row of an operation, static. */
const csuccess__op_info *csuccess__op_info_of(csuccess__op op);
/* The spelling that is printed: "abs", "+", "getHours"; empty for constants, slots, variables. */
csuccess_str csuccess__op_name(csuccess__op op);

#endif
