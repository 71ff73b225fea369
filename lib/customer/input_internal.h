/* SPDX-License-Identifier: Apache-2.0 */
/* What inputs share that come as structs and as JSON: what is asked of their texts, words and times, their weight against the
   limits, and keeping them. */
#ifndef CSUCCESS__CUSTOMER_INPUT_INTERNAL_H
#define CSUCCESS__CUSTOMER_INPUT_INTERNAL_H

#include "customer/input.h"

enum { CSUCCESS__INPUT_PROPERTIES = 4096 }; /* most of one input */

/* The texts of an input, in canonical order. */
typedef enum csuccess__input_text {
    CSUCCESS__INPUT_TEXT_NAME,
    CSUCCESS__INPUT_TEXT_ID,
    CSUCCESS__INPUT_TEXT_CUSTOMER,
    CSUCCESS__INPUT_TEXT_USER,
    CSUCCESS__INPUT_TEXT_SOURCE,
    CSUCCESS__INPUT_TEXTS
} csuccess__input_text;
csuccess_str *csuccess__input_text_of(csuccess__input *input, csuccess__input_text which);
/* Its key in JSON: "messageId" … */
const char *csuccess__input_text_key(csuccess__input_text which);

/* 0: no such type. `signals` allows those from 64. */
csuccess__input_type csuccess__input_type_find(csuccess_str name, bool signals);
bool csuccess__input_type_known(uint32_t type, bool signals);
/* Names of types, or the names that a type allows (NULL: any), ended by NULL. */
extern const char *const csuccess__input_type_names[];
const char *const *csuccess__input_names(csuccess__input_type type);

/* A text that may be stored: UTF-8, at most string_bytes; `key` as well without NUL. EENCODING, ELIMIT. */
csuccess_result csuccess__input_text_check(csuccess_str text, bool key,
                                           const csuccess_limits *limits);
/* Everything but the properties: texts that the type asks for (`missing` when they are empty), names, lengths, times. `where` (may be
   NULL) becomes the text that is wrong, or INPUT_TEXTS. */
csuccess_result csuccess__input_check(csuccess__input *input, const csuccess_limits *limits,
                                      csuccess_result missing, csuccess__input_text *where,
                                      csuccess_error *err);

/* Of an input with its properties, as its canonical text would have them: bytes at most, values exactly. */
typedef struct csuccess__weight {
    uint64_t bytes, nodes;
} csuccess__weight;
csuccess__weight csuccess__input_weigh(csuccess__input *input); /* without properties */
/* Of a property: ELIMIT for what is nested deeper than document_depth, or a string beyond string_bytes, inside. */
csuccess_result csuccess__property_weigh(csuccess__weight *out,
                                         const csuccess__property *property,
                                         const csuccess_limits *limits);
/* Whether the canonical text keeps to the limits: where `weight` leaves that open, the text is written and its length noted
   there. ELIMIT, ENOMEM. */
csuccess_result csuccess__input_fits(const csuccess__input *input, csuccess__weight *weight,
                                     const csuccess_limits *limits,
                                     const csuccess_allocator *mem);

/* Copies the texts into one piece of the arena. */
bool csuccess__input_keep(csuccess__input *input, csuccess__arena *arena);
/* The property of a JSON value, which is copied into the arena; its name is not. False: no memory. */
bool csuccess__property_read(csuccess__property *out, const csuccess__json *node,
                             csuccess__arena *arena);
/* As csuccess__input_read(), and gives the weight. */
csuccess_result csuccess__input_take(csuccess__input *out, csuccess__weight *weight,
                                     const csuccess__json *json, csuccess__arena *arena,
                                     const csuccess_limits *limits, bool signals,
                                     csuccess_error *err);

/* The list: inputs in one array; what they point to in the arena, which clear() empties and keeps. */
struct csuccess_events {
    csuccess_allocator mem;
    csuccess_limits limits;
    csuccess__input *inputs;
    size_t count, cap;
    csuccess__arena arena;
    csuccess__arena scratch;      /* under the JSON reader, emptied with every text */
    csuccess_allocator borrowing; /* hands out of `scratch` */
    uint32_t held;
    /* Of the last input: its properties as they may be changed, the room there, and what it weighs. */
    csuccess__property *open;
    uint32_t room;
    csuccess__weight weight;
};

/* Reads one JSON text into the scratch, which it empties first. */
csuccess_result csuccess__events_parse(csuccess_events *events, csuccess__json **out,
                                       csuccess_str json, csuccess_error *err);

#endif
