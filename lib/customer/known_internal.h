/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources behind known.h share: values as they are kept, with when and from where they came; records; and one
   application of an input.

   Payloads (base/wire.h; every list in one order, so equal knowledge has equal bytes):
   value       tag, then by tag: number; bool 0 or 1; string; time in ms; date in days; duration months, days, ms; money
               currency, amount; list tag of the items, count, items (0 where missing, else 1 and the value).
   stamp       observed, source, tie: the first 8 bytes of the SHA-256 of the input's id.
   ATTRIBUTE   count + 8 when a migration was noted, then value and stamp of each, the one in force first. More than one only
               where at_most compares: see known_pairs.c.
   RECORD      flags (1: set, 2: removed), count and stamps in ascending order, the stamp's number of each flag, count and
               fields in ascending order: name, number of the stamp, value.
   LAST_EVENT  time. */
#ifndef CSUCCESS__CUSTOMER_KNOWN_INTERNAL_H
#define CSUCCESS__CUSTOMER_KNOWN_INTERNAL_H

#include "customer/facts_internal.h"
#include "customer/known.h"

/* What a kept value is: the number in the format (never used again for another thing), and the type of attribute. */
#define CSUCCESS__KEPT_TYPES(X) \
    X(NUMBER, 1) \
    X(BOOL, 2) \
    X(STRING, 3) \
    X(TIME, 4) \
    X(DATE, 5) \
    X(DURATION, 6) \
    X(MONEY, 7) \
    X(LIST, 8)

enum {
    CSUCCESS__KEPT_UNSET = 0, /* taken back */
#define CSUCCESS__KEPT_TYPE(name, number) CSUCCESS__KEPT_##name = number,
    CSUCCESS__KEPT_TYPES(CSUCCESS__KEPT_TYPE)
#undef CSUCCESS__KEPT_TYPE
        CSUCCESS__KEPT_QUARANTINED = 9, /* an impossible value came, and never another */
    CSUCCESS__KEPT_READINGS = 4,        /* of an attribute that at_most compares */
    CSUCCESS__KEPT_EVENTS = 64,         /* names whose last event is remembered: the latest */
    CSUCCESS__KEPT_NAME = 256,          /* bytes of an id or a name of an event that is kept */
    CSUCCESS__SOURCE_NAME = 128 /* of the name of a source; longer is as if there were none */
};

typedef struct csuccess__stamp {
    int64_t observed;
    uint64_t tie;
    csuccess_str source;
} csuccess__stamp;

/* One value as it is kept. Texts and bytes are borrowed. */
typedef struct csuccess__kept {
    uint8_t tag, item;     /* item: of a list */
    csuccess__value value; /* of scalars; missing for the others */
    csuccess_str currency; /* of money */
    csuccess_str items;    /* of a list */
    uint32_t count;
    csuccess_str raw; /* the value as it is written */
} csuccess__kept;

typedef struct csuccess__reading_kept {
    csuccess__kept kept;
    csuccess__stamp stamp;
} csuccess__reading_kept;

/* An attribute's payload. */
typedef struct csuccess__readings {
    csuccess__reading_kept list[CSUCCESS__KEPT_READINGS]; /* the one in force first */
    uint32_t count;
    bool noted; /* that it is migrated */
} csuccess__readings;

/* Readers mark `in` as bad where the payload is damaged. */
void csuccess__kept_get(csuccess__wire *in, csuccess__kept *out);
void csuccess__stamp_get(csuccess__wire *in, csuccess__stamp *out);
bool csuccess__readings_get(csuccess_str payload, csuccess__readings *out);
void csuccess__stamp_put(csuccess__buffer *out, const csuccess__stamp *stamp);
void csuccess__readings_put(csuccess__buffer *out, const csuccess__readings *readings);
/* A value of an attribute's type, never missing. */
void csuccess__kept_put(csuccess__buffer *out, const csuccess__attribute *attribute,
                        csuccess__value value);
/* By bytes of the format, not by precedence. */
int csuccess__stamp_order(const csuccess__stamp *a, const csuccess__stamp *b);

/* Whether a value that was kept has the type of a definition, or the type that its migration is from. */
bool csuccess__kept_fits(const csuccess__kept *kept, csuccess__attribute_type type,
                         csuccess__attribute_type item);
/* The value; items of a list go to the arena. False: no memory. */
bool csuccess__kept_value(csuccess__value *out, const csuccess__kept *kept,
                          const csuccess__constants *constants, csuccess__arena *arena);
/* The next item of kept->items; false where it is missing. */
bool csuccess__kept_item(csuccess__wire *in, const csuccess__kept *list, csuccess__kept *out);
/* Writes it as JSON; nothing that is kept is null. */
void csuccess__kept_print(struct csuccess__json_writer *out, const csuccess__kept *kept);

/* ---- Records ---- */

typedef struct csuccess__record_field {
    csuccess_str name;
    csuccess__kept kept;
    csuccess__stamp stamp;
} csuccess__record_field;

typedef struct csuccess__record {
    bool is_set, is_gone; /* is_gone and not is_set: what is left of one that was removed */
    csuccess__stamp set, gone;
    csuccess__record_field *fields; /* by name */
    uint32_t count;
} csuccess__record;

/* Into the arena. OK, ESTATE, ENOMEM. */
csuccess_result csuccess__record_get(csuccess_str payload, csuccess__record *out,
                                     csuccess__arena *arena);
/* Whether it is there, else when it was removed. False: damaged. */
bool csuccess__record_glance(csuccess_str payload, bool *is_set, csuccess__stamp *gone);
/* False: no memory for its list of stamps. */
bool csuccess__record_put(csuccess__buffer *out, const csuccess__record *record,
                          csuccess__arena *arena);
/* Reads a record from the front on, field by field, without memory: what facts are made of. */
typedef struct csuccess__record_scan {
    csuccess__wire in;
    bool is_set;
    uint64_t stamps, left;
    csuccess_str name; /* of the field before */
} csuccess__record_scan;
void csuccess__record_open(csuccess__record_scan *scan, csuccess_str payload);
/* False at the end, or where it is damaged: scan->in says which. */
bool csuccess__record_next(csuccess__record_scan *scan, csuccess_str *name,
                           csuccess__kept *kept);

/* ---- One application of an input ---- */

typedef struct csuccess__applying {
    const csuccess__knowing *with;
    csuccess__step *step;
    const csuccess__input *input;
    uint64_t tie; /* of the input's id */
    uint32_t *unknown;
    csuccess__text *reason; /* the first thing that was quarantined or passed over */
    bool asks;              /* whether the input would be refused: nothing is changed */
    bool changed;
} csuccess__applying;

void csuccess__apply_event(csuccess__applying *at); /* remembers when it came */
csuccess_result csuccess__apply_record(csuccess__applying *at);
csuccess_result csuccess__apply_contact(csuccess__applying *at);
csuccess_result csuccess__apply_subscription(csuccess__applying *at);

uint64_t csuccess__tie_of(csuccess_str id);
/* Lower comes first; UINT32_MAX for one that the configuration does not name. */
uint32_t csuccess__source_rank(const csuccess__knowing *with, csuccess_str source);
/* Which of two stamps holds: above 0 when it is a. Later, then the source that comes first, then the greater tie. */
int csuccess__stamp_rank(const csuccess__knowing *with, const csuccess__stamp *a,
                         const csuccess__stamp *b);
/* Of what the input says: its time, its source. */
csuccess__stamp csuccess__apply_stamp(const csuccess__applying *at);
/* A trait as a value to keep. OK; ERANGE (noted as quarantined; the tag says so too); failures are the step's. */
csuccess_result csuccess__trait_read(csuccess__applying *at,
                                     const csuccess__attribute *attribute,
                                     const csuccess__property *trait,
                                     csuccess__reading_kept *out);
/* One value: keeps the reason for the host, the first one only, notes it and leaves an entry "quarantine". */
void csuccess__apply_quarantine(csuccess__applying *at, csuccess_str reason);
/* The whole input: ERANGE with the reason. The caller notes it. */
csuccess_result csuccess__apply_refuse(csuccess__applying *at, csuccess_str reason);
/* Puts what stands in the step's scratch; notes whether it differs from what was there. */
void csuccess__apply_put(csuccess__applying *at, csuccess__state_kind kind, csuccess_str name);
/* An entry "conflict": what holds, what was passed over. */
void csuccess__apply_conflict(csuccess__applying *at, csuccess_str name,
                              const csuccess__reading_kept *kept,
                              const csuccess__reading_kept *passed);
/* Sets an attribute of the configuration. */
void csuccess__apply_reading(csuccess__applying *at, uint32_t slot,
                             const csuccess__reading_kept *fresh);
/* A value of the library's own for an attribute; the kind missing unsets it. */
void csuccess__apply_value(csuccess__applying *at, uint32_t slot, csuccess__value value);
/* "collection/id" in the batch's arena; empty: no memory, the step has failed. */
csuccess_str csuccess__record_name(csuccess__applying *at, csuccess_str collection,
                                   csuccess_str id);
/* A time property (RFC 3339 time or date). True when it is there and is one; *wrong when it is there and is none. */
bool csuccess__time_property(const csuccess__input *input, const char *name, int64_t *out,
                             bool *wrong);

/* Takes out the notes on one contact's inputs. */
bool csuccess__quarantine_forget(csuccess__state *state, csuccess_str contact);

/* ---- Attributes that at_most compares ---- */

typedef struct csuccess__candidate {
    int64_t observed;
    uint64_t tie;
    double value;
    uint32_t rank;
    uint8_t pairing, index; /* of its attribute; among the attribute's readings */
    bool unset, refused;
} csuccess__candidate;

typedef struct csuccess__judgement {
    csuccess__candidate list[CSUCCESS__PAIRINGS * CSUCCESS__KEPT_READINGS]; /* oldest first */
    uint32_t count;
    int32_t holds[CSUCCESS__PAIRINGS]; /* index in list; -1: none */
} csuccess__judgement;

/* Which readings of the compared attributes hold. False: a payload is damaged. */
bool csuccess__pairings_judge(const csuccess__knowing *with, const csuccess__state *state,
                              csuccess__judgement *out);
/* Quarantines what is refused now and was not before. */
void csuccess__pairings_note(csuccess__applying *at, const csuccess__judgement *before,
                             const csuccess__judgement *after);
/* Why a candidate is refused. */
void csuccess__pairings_say(const csuccess__schema *schema, const csuccess__judgement *on,
                            const csuccess__candidate *refused, csuccess__text *reason);

/* ---- Migration ---- */

/* Notes each attribute whose kept value is migrated from now on, once. */
void csuccess__migrations_note(csuccess__applying *at);
/* The value as the definition's migration makes it of a kept one; missing where it cannot. */
csuccess_result csuccess__migrate(csuccess__value *out, const csuccess__attribute *attribute,
                                  const csuccess__kept *kept, csuccess_facts *facts);
/* Whether a kept value is of the type that the definition's migration is from. */
bool csuccess__migrates(const csuccess__attribute *attribute, const csuccess__kept *kept);

#endif
