/* SPDX-License-Identifier: Apache-2.0 */
/* Types of inputs and their names, and looking at one input. */
#include "customer/input_internal.h"

static const struct {
    csuccess__input_type type;
    const char *name;
} types[] = {
#define TYPE(name, number, text, needs) {CSUCCESS__INPUT_##name, text},
    CSUCCESS__INPUT_TYPES(TYPE)
#undef TYPE
};
enum { TYPES = sizeof types / sizeof types[0] };

const char *const csuccess__input_type_names[] = {
#define NAME(name, number, text, needs) text,
    CSUCCESS__INPUT_TYPES(NAME)
#undef NAME
        NULL};

const char *csuccess__input_type_name(csuccess__input_type type)
{
    size_t i = 0;
    while (i < TYPES && types[i].type != type) i++;
    return i < TYPES ? types[i].name : "";
}

csuccess__input_type csuccess__input_type_find(csuccess_str name, bool signals)
{
    for (size_t i = 0; i < TYPES; i++) {
        if (!csuccess__str_is(name, types[i].name)) continue;
        return csuccess__input_type_known(types[i].type, signals) ? types[i].type
                                                                  : (csuccess__input_type)0;
    }
    return (csuccess__input_type)0;
}

bool csuccess__input_type_known(uint32_t type, bool signals)
{
    if (type >= CSUCCESS__INPUT_SIGNALS && !signals) return false;
    size_t i = 0;
    while (i < TYPES && (uint32_t)types[i].type != type) i++;
    return i < TYPES;
}

const char *const *csuccess__input_names(csuccess__input_type type)
{
    static const char *const outcomes[] = {"churned",    "renewed",     "expanded",
                                           "contracted", "reactivated", NULL};
    static const char *const movements[] = {"started",    "amended", "renewed",
                                            "contracted", "ended",   NULL};
    if (type == CSUCCESS__INPUT_OUTCOME) return outcomes;
    return type == CSUCCESS__INPUT_SUBSCRIPTION ? movements : NULL;
}

const csuccess__property *csuccess__input_property(const csuccess__input *input,
                                                   csuccess_str name)
{
    uint32_t low = 0, high = input->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = csuccess__str_cmp(input->properties[middle].name, name);
        if (order == 0) return &input->properties[middle];
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

csuccess__value csuccess__input_value(const csuccess__input *input, const char *name,
                                      csuccess__kind kind)
{
    const csuccess__property *property = csuccess__input_property(input, csuccess__str(name));
    csuccess__value missing = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    int64_t ms;
    if (!property) return missing;
    if (property->value.kind == (uint8_t)kind) return property->value;
    if (kind != CSUCCESS__KIND_TIME || property->value.kind != CSUCCESS__KIND_STRING) {
        return missing;
    }
    csuccess_str text = property->value.as.string;
    bool is_time =
        csuccess__time_parse(&ms, text, NULL) || csuccess__date_parse(&ms, text, NULL);
    return is_time ? csuccess__time(ms) : missing;
}

csuccess_str csuccess__input_string(const csuccess__input *input, const char *name)
{
    csuccess__value v = csuccess__input_value(input, name, CSUCCESS__KIND_STRING);
    return v.kind == CSUCCESS__KIND_STRING ? v.as.string : (csuccess_str){"", 0};
}

csuccess_str csuccess__input_subject(const csuccess__input *input)
{
    csuccess__value of = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (input->type == CSUCCESS__INPUT_RECORD) {
        of = csuccess__input_value(input, "collection", CSUCCESS__KIND_STRING);
        bool contacts = !csuccess__is_missing(of) && csuccess__str_is(of.as.string, "contacts");
        of = csuccess__input_value(input, contacts ? "id" : "", CSUCCESS__KIND_STRING);
    } else if (input->type == CSUCCESS__INPUT_DELIVERY) {
        of = csuccess__input_value(input, "contact", CSUCCESS__KIND_STRING);
    } else if (input->type == CSUCCESS__INPUT_CHILD) {
        of = csuccess__input_value(input, "child", CSUCCESS__KIND_STRING);
    }
    return csuccess__is_missing(of) || of.as.string.len == 0 ? input->user : of.as.string;
}

csuccess_str csuccess__input_event(const csuccess__input *input, csuccess__text *scratch)
{
    const char *type = csuccess__input_type_name(input->type);
    if (input->type == CSUCCESS__INPUT_TRACK) return input->name;
    if (!csuccess__input_names(input->type)) return csuccess__str(type);
    scratch->len = 0;
    scratch->cut = false;
    csuccess__text_format(scratch, "%s_%S", type, input->name);
    return (csuccess_str){scratch->ptr, scratch->len};
}
