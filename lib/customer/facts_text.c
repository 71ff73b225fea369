/* SPDX-License-Identifier: Apache-2.0 */
/* Facts from texts, as the cells of a CSV file hold them. */
#include "customer/facts_internal.h"

#include "base/number.h"
#include "text/numeral.h"

/* What a cell must hold, by type, and how it is read. */
typedef csuccess_result cell_reader(csuccess_facts *facts, uint32_t slot, csuccess_str text);

/* Overflow is a number that cannot be; anything else that is no number is another type. */
static csuccess_result read_number(csuccess_facts *facts, uint32_t slot, csuccess_str text)
{
    size_t used;
    double v = csuccess__numeral_read(text, &used);
    if (used == 0 || used != text.len) return CSUCCESS_ETYPE;
    return csuccess__put_number(facts, slot, v);
}

static csuccess_result read_bool(csuccess_facts *facts, uint32_t slot, csuccess_str text)
{
    static const char *const words[] = {"true",  "false", "TRUE", "FALSE", "True",
                                        "False", "1",     "0",    "yes",   "no",
                                        "Yes",   "No",    "YES",  "NO"}; /* even places: true */
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!csuccess__str_is(text, words[i])) continue;
        return csuccess__put_value(facts, slot, csuccess__boolean(i % 2 == 0));
    }
    return CSUCCESS_ETYPE;
}

static csuccess_result read_time(csuccess_facts *facts, uint32_t slot, csuccess_str text)
{
    int64_t ms;
    if (!csuccess__time_parse(&ms, text, NULL) && !csuccess__date_parse(&ms, text, NULL)) {
        return CSUCCESS_ETYPE;
    }
    return csuccess__put_time(facts, slot, ms);
}

static csuccess_result read_date(csuccess_facts *facts, uint32_t slot, csuccess_str text)
{
    int64_t ms;
    if (!csuccess__date_parse(&ms, text, NULL)) return CSUCCESS_ETYPE;
    return csuccess__put_time(facts, slot, ms);
}

static csuccess_result read_duration(csuccess_facts *facts, uint32_t slot, csuccess_str text)
{
    csuccess__duration d;
    if (!csuccess__duration_parse(&d, text, NULL)) return CSUCCESS_ETYPE;
    return csuccess__put_value(facts, slot, csuccess__duration_value(d));
}

/* Lists and collections have no reader: their cells are JSON. */
static const struct {
    cell_reader *read;
    const char *expected;
} cells[] = {
    [CSUCCESS__ATTRIBUTE_NUMBER] = {read_number, "a number such as 1234.5"},
    [CSUCCESS__ATTRIBUTE_BOOL] = {read_bool, "true or false (also yes, no, 1, 0)"},
    [CSUCCESS__ATTRIBUTE_STRING] = {csuccess__put_string, "UTF-8 text"},
    [CSUCCESS__ATTRIBUTE_TIME] = {read_time,
                                  "a time such as 2026-01-31T08:00:00Z (RFC 3339) or a date"},
    [CSUCCESS__ATTRIBUTE_DATE] = {read_date, "a date such as 2026-01-31"},
    [CSUCCESS__ATTRIBUTE_DURATION] = {read_duration,
                                      "a duration such as P7D or PT24H (ISO 8601)"},
    [CSUCCESS__ATTRIBUTE_MONEY] = {read_number, "an amount such as 1234.5"},
    [CSUCCESS__ATTRIBUTE_LIST] = {NULL, "a list as JSON, such as [1, 2]"},
    [CSUCCESS__ATTRIBUTE_RECORDS] = {NULL, "records as JSON, such as {\"id1\": {...}}"},
};

static csuccess_str trim(csuccess_str text)
{
    while (text.len > 0 && (*text.ptr == ' ' || *text.ptr == '\t')) {
        text.ptr++;
        text.len--;
    }
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t')) {
        text.len--;
    }
    return text;
}

static csuccess_result say(const csuccess_facts *facts, uint32_t slot, csuccess_str text,
                           csuccess_result result, csuccess_error *err)
{
    const csuccess__attribute *attribute = csuccess__facts_attribute(facts, slot);
    const csuccess__fact_set *set = facts->set;
    switch (result) {
    case CSUCCESS_ETYPE:
        return csuccess__fail(err, result, "%S: expected %s, found %q", attribute->name,
                              cells[attribute->type].expected, text);
    case CSUCCESS_ERANGE:
        return csuccess__fail(err, result, "%s",
                              set->quarantined[set->quarantined_count - 1].reason);
    case CSUCCESS_ELIMIT:
        return csuccess__fail(err, result,
                              "%S: more than %u bytes of text (limits.string_bytes)",
                              attribute->name, facts->limits->string_bytes);
    default:
        return csuccess__fail(err, result, "%S: %s", attribute->name,
                              csuccess_result_text(result));
    }
}

csuccess_result csuccess_facts_set_text(csuccess_facts *facts, csuccess_str name,
                                        csuccess_str text, csuccess_error *err)
{
    if (!facts) return csuccess__fail(err, CSUCCESS_EINVALID, "facts is required");
    uint32_t slot = csuccess__facts_slot(facts, name);
    if (slot == UINT32_MAX) return csuccess__facts_unknown(facts, name, err);
    csuccess__attribute_type type = csuccess__facts_attribute(facts, slot)->type;
    if (type != CSUCCESS__ATTRIBUTE_STRING) text = trim(text);
    if (text.len == 0) return csuccess__put_value(facts, slot, facts->blank[slot]);
    if (!cells[type].read) return csuccess__put_json(facts, slot, text, err);
    csuccess_result result = cells[type].read(facts, slot, text);
    return result == CSUCCESS_OK ? result : say(facts, slot, text, result, err);
}
