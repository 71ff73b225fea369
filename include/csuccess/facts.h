/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: what is known of one customer, for scoring without a store. */
#ifndef CSUCCESS_FACTS_H
#define CSUCCESS_FACTS_H

#include <csuccess/config.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The facts of one customer at a time: a value for each attribute of a configuration, and its small
 * collections of records. What was never set is missing, and missing is not zero, false or "".
 *
 * A value outside what its definition allows (range, allowed values) or beyond the years 1 to 9999 is
 * *quarantined*: kept aside with the reason, never applied, and the attribute is missing. Such a call
 * returns CSUCCESS_ERANGE and the facts stay usable. Strings are copied.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_facts csuccess_facts;

/**
 * Makes empty facts for a configuration, which is referenced until csuccess_facts_free().
 * *out is NULL on failure. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param allocator borrowed for the call; NULL: the configuration's
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_new(csuccess_facts **out, csuccess_config *config,
                                                const csuccess_allocator *allocator,
                                                csuccess_error *err);

/** Frees facts; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_facts_free(csuccess_facts *facts);

/** Makes everything missing again, keeping the memory for the next customer. @since 0.1 */
CSUCCESS_API void csuccess_facts_clear(csuccess_facts *facts);

/**
 * Sets an attribute by name. All of these return CSUCCESS_ENAME for a name that the configuration does
 * not define, CSUCCESS_ETYPE when the attribute has another type, CSUCCESS_ERANGE when the value is
 * quarantined (not finite, outside `min`/`max`, not in `in`), CSUCCESS_EENCODING, CSUCCESS_ELIMIT
 * (string_bytes, list_items), CSUCCESS_ENOMEM. After CSUCCESS_ERANGE the attribute is missing, after any
 * other error the earlier value stands.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_set_number(csuccess_facts *facts, csuccess_str name,
                                                       double value);
/** A `bool` attribute; any non-zero value is true. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_set_bool(csuccess_facts *facts, csuccess_str name,
                                                     int32_t value);
/** A `string` attribute. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_set_string(csuccess_facts *facts, csuccess_str name,
                                                       csuccess_str value);
/** A `time` or `date` attribute: milliseconds since the epoch, UTC, in the years 1 to 9999; a date is the midnight
 * before. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_set_time(csuccess_facts *facts, csuccess_str name,
                                                     int64_t ms);
/**
 * A `money` attribute: an amount in major units and its currency (ISO 4217, three capitals; empty: the
 * attribute's own). A currency other than the attribute's is CSUCCESS_ERANGE: amounts are not mixed.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_set_money(csuccess_facts *facts, csuccess_str name,
                                                      double amount, csuccess_str currency);
/**
 * Any attribute, list, duration or collection from JSON text: the value as a row of input would have it
 * (times RFC 3339, durations ISO 8601, money a number or {"amount": …, "currency": …}, a collection
 * {"id": {…}}); null makes it missing. {"value": …, "at": "…"} gives the time it was observed.
 * CSUCCESS_EJSON besides the errors above; err says where.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_set_json(csuccess_facts *facts, csuccess_str name,
                                                     csuccess_str json, csuccess_error *err);
/** Makes an attribute missing. CSUCCESS_ENAME. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_unset(csuccess_facts *facts, csuccess_str name);
/**
 * When the attribute's present value was observed, for `max_age`: a value older than that at the time of
 * scoring is missing (stale). Without it a value counts as fresh. CSUCCESS_ENAME, CSUCCESS_EMISSING (there is no
 * value, or only the default), CSUCCESS_ERANGE (not in the years 1 to 9999).
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_set_observed(csuccess_facts *facts,
                                                         csuccess_str name, int64_t ms);

/**
 * The same by slot (csuccess_config_slot), for hosts that set a million. CSUCCESS_EINVALID for a slot
 * that is not an input, else as by name.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_put_number(csuccess_facts *facts, uint32_t slot,
                                                       double value);
/** By slot. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_put_bool(csuccess_facts *facts, uint32_t slot,
                                                     int32_t value);
/** By slot. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_put_string(csuccess_facts *facts, uint32_t slot,
                                                       csuccess_str value);
/** By slot. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_put_time(csuccess_facts *facts, uint32_t slot,
                                                     int64_t ms);

/**
 * Reads a whole row: a JSON object of attributes by name, collections as objects by id
 * ({"contacts": {"c1": {…}}}), and "customer_id", which is kept. Facts are cleared first. All problems of
 * the row are looked at; the first is in err with its pointer, line and column, and nothing is applied: CSUCCESS_EJSON,
 * CSUCCESS_EENCODING, CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_ELIMIT, CSUCCESS_ENOMEM. Impossible values are
 * quarantined, counted, and do not fail the row.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_read_json(csuccess_facts *facts, csuccess_str json,
                                                      csuccess_error *err);

/**
 * Whether csuccess_facts_read_json() passes over attributes that the configuration does not define (`on` not 0)
 * or refuses the row (0, as at first). Exports hold more than a configuration asks for; but a misspelt name then
 * goes unnoticed. CSUCCESS_EINVALID.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_ignore_unknown(csuccess_facts *facts, int32_t on);

/** The row's "customer_id", or as set; empty without one; borrowed until the facts change. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_facts_customer(const csuccess_facts *facts);
/** Sets the customer id. CSUCCESS_EENCODING, CSUCCESS_ELIMIT, CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_facts_set_customer(csuccess_facts *facts,
                                                         csuccess_str id);

/**
 * Sets an attribute from text, as a CSV cell has it: by the attribute's type (number; true, false, yes, no, 1, 0;
 * RFC 3339 time or date; ISO 8601 duration; JSON for lists and collections). The empty text is missing, and blanks
 * around anything but a string do not count.
 * CSUCCESS_ETYPE when the text is not of that type, else as csuccess_facts_set_number(). err names what was
 * expected.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_set_text(csuccess_facts *facts, csuccess_str name,
                                                     csuccess_str text, csuccess_error *err);

/** How many values are quarantined since the last clear. @since 0.1 */
CSUCCESS_API size_t csuccess_facts_quarantined(const csuccess_facts *facts);
/**
 * One quarantined value: the attribute, the reason as a sentence. Borrowed until the facts change.
 * CSUCCESS_EINVALID when index is out of range.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_facts_quarantine(const csuccess_facts *facts,
                                                       size_t index, csuccess_str *attribute,
                                                       csuccess_str *reason);

#ifdef __cplusplus
}
#endif

#endif
