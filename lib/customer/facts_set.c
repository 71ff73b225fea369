/* SPDX-License-Identifier: Apache-2.0 */
/* Setting facts one at a time, by name or slot. */
#include "customer/facts_internal.h"

#include "base/number.h"
#include "text/utf8.h"

#include <string.h>

#define BIT(type) (1u << CSUCCESS__ATTRIBUTE_##type)

/* OK when the slot is an input of one of these types. */
static csuccess_result check_slot(const csuccess_facts *facts, uint32_t slot, unsigned types)
{
    if (!facts || slot >= facts->inputs) return CSUCCESS_EINVALID;
    bool fits = (types & 1u << csuccess__facts_attribute(facts, slot)->type) != 0;
    return fits ? CSUCCESS_OK : CSUCCESS_ETYPE;
}

static csuccess_result find(const csuccess_facts *facts, csuccess_str name, uint32_t *slot)
{
    if (!facts) return CSUCCESS_EINVALID;
    *slot = csuccess__facts_slot(facts, name);
    return *slot == UINT32_MAX ? CSUCCESS_ENAME : CSUCCESS_OK;
}

csuccess_result csuccess__put_value(csuccess_facts *facts, uint32_t slot, csuccess__value value)
{
    csuccess__set_value(facts->set, slot, value);
    return CSUCCESS_OK;
}

csuccess_result csuccess__put_number(csuccess_facts *facts, uint32_t slot, double value)
{
    char bytes[248];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    const csuccess__attribute *attribute = csuccess__facts_attribute(facts, slot);
    if (csuccess__number_allowed(attribute, value, &reason) != CSUCCESS_OK) {
        return csuccess__set_quarantine(facts, facts->set, slot,
                                        (csuccess_str){reason.ptr, reason.len});
    }
    return csuccess__put_value(facts, slot, csuccess__number(value));
}

csuccess_result csuccess__put_string(csuccess_facts *facts, uint32_t slot, csuccess_str value)
{
    if (!csuccess__utf8_check(value, NULL)) return CSUCCESS_EENCODING;
    if (value.len > facts->limits->string_bytes) return CSUCCESS_ELIMIT;
    char reason_bytes[248];
    csuccess__text reason;
    csuccess__text_init(&reason, reason_bytes, sizeof reason_bytes);
    const csuccess__attribute *attribute = csuccess__facts_attribute(facts, slot);
    if (csuccess__string_allowed(attribute, value, &reason) != CSUCCESS_OK) {
        return csuccess__set_quarantine(facts, facts->set, slot,
                                        (csuccess_str){reason.ptr, reason.len});
    }
    csuccess__bytes *bytes = &facts->set->strings[slot];
    if (!csuccess__bytes_reserve(facts, bytes, value.len + 1)) return CSUCCESS_ENOMEM;
    if (value.len > 0) memmove(bytes->ptr, value.ptr, value.len);
    bytes->ptr[value.len] = '\0';
    csuccess__value v = csuccess__string((csuccess_str){bytes->ptr, value.len});
    v.code = csuccess__constants_find(facts->constants, v.as.string);
    return csuccess__put_value(facts, slot, v);
}

csuccess_result csuccess__put_time(csuccess_facts *facts, uint32_t slot, int64_t ms)
{
    if (!csuccess__time_valid(ms)) {
        char bytes[248];
        csuccess__text reason;
        csuccess__text_init(&reason, bytes, sizeof bytes);
        csuccess__text_format(&reason, "%S: a time outside the years 1 to 9999",
                              csuccess__facts_attribute(facts, slot)->name);
        return csuccess__set_quarantine(facts, facts->set, slot,
                                        (csuccess_str){reason.ptr, reason.len});
    }
    if (csuccess__facts_attribute(facts, slot)->type == CSUCCESS__ATTRIBUTE_DATE) {
        ms = csuccess__days_between(0, ms) * CSUCCESS__DAY_MS; /* midnight of its day */
    }
    return csuccess__put_value(facts, slot, csuccess__time(ms));
}

csuccess_result csuccess_facts_put_number(csuccess_facts *facts, uint32_t slot, double value)
{
    csuccess_result result = check_slot(facts, slot, BIT(NUMBER) | BIT(MONEY));
    return result < 0 ? result : csuccess__put_number(facts, slot, value);
}

csuccess_result csuccess_facts_put_bool(csuccess_facts *facts, uint32_t slot, int32_t value)
{
    csuccess_result result = check_slot(facts, slot, BIT(BOOL));
    return result < 0 ? result
                      : csuccess__put_value(facts, slot, csuccess__boolean(value != 0));
}

csuccess_result csuccess_facts_put_string(csuccess_facts *facts, uint32_t slot,
                                          csuccess_str value)
{
    csuccess_result result = check_slot(facts, slot, BIT(STRING));
    return result < 0 ? result : csuccess__put_string(facts, slot, value);
}

csuccess_result csuccess_facts_put_time(csuccess_facts *facts, uint32_t slot, int64_t ms)
{
    csuccess_result result = check_slot(facts, slot, BIT(TIME) | BIT(DATE));
    return result < 0 ? result : csuccess__put_time(facts, slot, ms);
}

csuccess_result csuccess_facts_set_number(csuccess_facts *facts, csuccess_str name,
                                          double value)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    return result < 0 ? result : csuccess_facts_put_number(facts, slot, value);
}

csuccess_result csuccess_facts_set_bool(csuccess_facts *facts, csuccess_str name, int32_t value)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    return result < 0 ? result : csuccess_facts_put_bool(facts, slot, value);
}

csuccess_result csuccess_facts_set_string(csuccess_facts *facts, csuccess_str name,
                                          csuccess_str value)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    return result < 0 ? result : csuccess_facts_put_string(facts, slot, value);
}

csuccess_result csuccess_facts_set_time(csuccess_facts *facts, csuccess_str name, int64_t ms)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    return result < 0 ? result : csuccess_facts_put_time(facts, slot, ms);
}

csuccess_result csuccess_facts_set_money(csuccess_facts *facts, csuccess_str name,
                                         double amount, csuccess_str currency)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    if (result == CSUCCESS_OK) result = check_slot(facts, slot, BIT(MONEY));
    if (result < 0) return result;
    if (currency.len > 0 && !csuccess__currency_check(currency)) return CSUCCESS_EINVALID;
    char bytes[248];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    const csuccess__attribute *attribute = csuccess__facts_attribute(facts, slot);
    if (csuccess__currency_allowed(attribute, currency, &reason) != CSUCCESS_OK) {
        return csuccess__set_quarantine(facts, facts->set, slot,
                                        (csuccess_str){reason.ptr, reason.len});
    }
    return csuccess__put_number(facts, slot, amount);
}

csuccess_result csuccess_facts_unset(csuccess_facts *facts, csuccess_str name)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    return result < 0 ? result : csuccess__put_value(facts, slot, facts->blank[slot]);
}

csuccess_result csuccess_facts_set_observed(csuccess_facts *facts, csuccess_str name,
                                            int64_t ms)
{
    uint32_t slot = 0;
    csuccess_result result = find(facts, name, &slot);
    if (result < 0) return result;
    csuccess__value value = facts->set->values[slot];
    if (csuccess__is_missing(value) || value.defaulted) return CSUCCESS_EMISSING;
    if (!csuccess__time_valid(ms)) return CSUCCESS_ERANGE;
    facts->set->observed[slot] = ms;
    return CSUCCESS_OK;
}

csuccess_result csuccess_facts_set_customer(csuccess_facts *facts, csuccess_str id)
{
    if (!facts) return CSUCCESS_EINVALID;
    if (!csuccess__utf8_check(id, NULL)) return CSUCCESS_EENCODING;
    if (id.len > facts->limits->string_bytes) return CSUCCESS_ELIMIT;
    csuccess__fact_set *set = facts->set;
    if (!csuccess__bytes_reserve(facts, &set->id, id.len + 1)) return CSUCCESS_ENOMEM;
    if (id.len > 0) memmove(set->id.ptr, id.ptr, id.len);
    set->id.ptr[id.len] = '\0';
    set->customer = (csuccess_str){set->id.ptr, id.len};
    return CSUCCESS_OK;
}
