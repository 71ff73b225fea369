/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes and fields: reading a definition, reading a value of one. */
#ifndef CSUCCESS__CUSTOMER_ATTRIBUTE_H
#define CSUCCESS__CUSTOMER_ATTRIBUTE_H

#include "customer/facts.h"

/* "number", "bool" ...; static. */
const char *csuccess__attribute_type_name(csuccess__attribute_type type);
/* The type in expressions of a scalar attribute. */
const csuccess__type *csuccess__attribute_kind(csuccess__attribute_type type);

/* What reading definitions needs. */
typedef struct csuccess__defining {
    csuccess__compiler *with;
    csuccess__problems *problems;
    bool field; /* of a collection, not an attribute */
} csuccess__defining;

/* Reads the definition at `at`, whose key is the name. What is wrong is noted, and then what could be read stands;
   false: nothing of use. */
bool csuccess__attribute_define(csuccess__attribute *out, const csuccess__defining *defining,
                                const csuccess__json *at);
/* The type named by a key; `most` is the first one that may not be named. False, noted: none. */
bool csuccess__type_read(const csuccess__defining *defining, const csuccess__json *at,
                         const char *key, csuccess__attribute_type most,
                         csuccess__attribute_type *out);
/* Reads "migrate" of a definition, when it has one, into out->migrate. */
void csuccess__migration_read(csuccess__attribute *out, const csuccess__defining *defining,
                              const csuccess__json *at);
/* Gives strings in a definition their codes; memory that is refused is noted as lost. */
void csuccess__attribute_intern(const csuccess__defining *defining, csuccess__value *value);

/* Reading values. `note` (may be NULL) is told of each impossible field of a record, which is then missing;
   false: no memory. */
typedef struct csuccess__reading {
    csuccess__arena *arena;
    const csuccess__constants *constants;
    const csuccess_limits *limits;
    csuccess__text *reason; /* of ERANGE */
    csuccess_error *err;
    csuccess_str record; /* id of the record that is being read */
    void *ud;
    bool (*note)(void *ud, csuccess_str record, csuccess_str reason);
} csuccess__reading;

csuccess_result csuccess__value_read(csuccess__value *out, const csuccess__attribute *attribute,
                                     const csuccess__json *node, csuccess__reading *reading);

/* Scalars that are in hand already: ERANGE with the reason when the definition does not allow them. */
csuccess_result csuccess__number_allowed(const csuccess__attribute *attribute, double value,
                                         csuccess__text *reason);
csuccess_result csuccess__string_allowed(const csuccess__attribute *attribute,
                                         csuccess_str value, csuccess__text *reason);
csuccess_result csuccess__currency_allowed(const csuccess__attribute *attribute,
                                           csuccess_str currency, csuccess__text *reason);
bool csuccess__currency_check(csuccess_str code); /* three capitals (ISO 4217) */

#endif
