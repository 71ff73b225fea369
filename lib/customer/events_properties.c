/* SPDX-License-Identifier: Apache-2.0 */
/* Properties of the input that was added last, kept in the order of their names as they come. */
#include "customer/input_internal.h"

#include <string.h>

enum { FIRST_PROPERTIES = 4 };

static csuccess_result check(const csuccess_events *events, csuccess_str name)
{
    if (!events) return CSUCCESS_EINVALID;
    if (events->held > 0) return CSUCCESS_EBUSY;
    if (events->count == 0 || name.len == 0 || !name.ptr) return CSUCCESS_EINVALID;
    return csuccess__input_text_check(name, true, &events->limits);
}

/* Where a property of that name stands or would stand. Names that come in order are the usual case. */
static uint32_t place_of(const csuccess__input *input, csuccess_str name, bool *there)
{
    uint32_t low = 0, high = input->count;
    if (high && csuccess__str_cmp(input->properties[high - 1].name, name) < 0) low = high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__str_cmp(input->properties[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *there = low < input->count && csuccess__str_eq(input->properties[low].name, name);
    return low;
}

static bool reserve(csuccess_events *events, csuccess__input *input)
{
    if (input->count < events->room) return true;
    uint32_t room = input->count ? input->count * 2 : FIRST_PROPERTIES;
    csuccess__property *grown = CSUCCESS__NEW_ARRAY(&events->arena, csuccess__property, room);
    if (!grown) return false;
    if (input->count) memcpy(grown, events->open, input->count * sizeof *grown);
    input->properties = events->open = grown;
    events->room = room;
    return true;
}

/* Name and string in one piece of the arena; JSON, and the name of a property that is there, stand there already. */
static bool keep(csuccess_events *events, csuccess__property *property, bool there)
{
    csuccess_str none = {NULL, 0}, *name = there ? &none : &property->name, *string = &none;
    if (property->value.kind == CSUCCESS__KIND_STRING) string = &property->value.as.string;
    size_t total;
    if (!csuccess__add_size(&total, name->len, string->len)) return false;
    char *piece = csuccess__arena_take(&events->arena, total, 1);
    if (!piece) return false;
    if (name->len) memcpy(piece, name->ptr, name->len);
    name->ptr = piece;
    if (string->len) memcpy(piece + name->len, string->ptr, string->len);
    string->ptr = piece + name->len;
    return true;
}

/* Puts the property in its place; what does not fit the limits is taken out again. */
static csuccess_result place(csuccess_events *events, const csuccess__property *property,
                             uint32_t at, bool there)
{
    csuccess__input *input = &events->inputs[events->count - 1];
    csuccess__property *list = events->open, old = *property;
    csuccess__weight more, less = {0, 0}, *weight = &events->weight;
    uint64_t bytes = weight->bytes, nodes = weight->nodes;
    csuccess_result result = csuccess__property_weigh(&more, property, &events->limits);
    if (result < 0) return result;
    if (there) {
        old = list[at];
        (void)csuccess__property_weigh(&less, &old, &events->limits);
    } else {
        if (at < input->count) {
            memmove(&list[at + 1], &list[at], (input->count - at) * sizeof *list);
        }
        input->count++;
    }
    list[at] = *property;
    weight->bytes = bytes + more.bytes;
    weight->nodes = nodes + more.nodes - less.nodes;
    result = csuccess__input_fits(input, weight, &events->limits, &events->mem);
    if (result == CSUCCESS_OK) return CSUCCESS_OK;
    weight->bytes = bytes;
    weight->nodes = nodes;
    if (there) {
        list[at] = old;
    } else {
        input->count--;
        memmove(&list[at], &list[at + 1], (input->count - at) * sizeof *list);
    }
    return result;
}

/* Of what is replaced the bytes stay in the weight, which is a bound; once that is beyond the limit, it is measured. */
static csuccess_result put(csuccess_events *events, csuccess__property property)
{
    csuccess__input *input = &events->inputs[events->count - 1];
    bool there;
    uint32_t at = place_of(input, property.name, &there);
    if (there) {
        property.name = input->properties[at].name;
    } else if (input->count == CSUCCESS__INPUT_PROPERTIES) {
        return CSUCCESS_ELIMIT;
    } else if (!reserve(events, input)) {
        return CSUCCESS_ENOMEM;
    }
    if (!keep(events, &property, there)) return CSUCCESS_ENOMEM;
    return place(events, &property, at, there);
}

csuccess_result csuccess_events_number(csuccess_events *events, csuccess_str name, double value)
{
    csuccess_result result = check(events, name);
    if (result < 0) return result;
    csuccess__value number = csuccess__number(value + 0.0); /* -0 is 0 */
    if (csuccess__is_missing(number)) return CSUCCESS_ERANGE;
    return put(events, (csuccess__property){.name = name, .value = number});
}

csuccess_result csuccess_events_string(csuccess_events *events, csuccess_str name,
                                       csuccess_str value)
{
    csuccess_result result = check(events, name);
    if (result == CSUCCESS_OK && !value.ptr && value.len) result = CSUCCESS_EINVALID;
    if (result == CSUCCESS_OK) {
        result = csuccess__input_text_check(value, false, &events->limits);
    }
    if (result < 0) return result;
    return put(events, (csuccess__property){.name = name, .value = csuccess__string(value)});
}

csuccess_result csuccess_events_bool(csuccess_events *events, csuccess_str name, int32_t value)
{
    csuccess_result result = check(events, name);
    if (result < 0) return result;
    csuccess__value boolean = csuccess__boolean(value != 0);
    return put(events, (csuccess__property){.name = name, .value = boolean});
}

csuccess_result csuccess_events_json(csuccess_events *events, csuccess_str name,
                                     csuccess_str json, csuccess_error *err)
{
    csuccess__json *node;
    csuccess__property property = {.name = name};
    csuccess_result result = check(events, name);
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    result = csuccess__events_parse(events, &node, json, err);
    if (result < 0) return result;
    if (node->string.len > events->limits.string_bytes) {
        result = CSUCCESS_ELIMIT;
    } else if (!csuccess__property_read(&property, node, &events->arena)) {
        result = CSUCCESS_ENOMEM;
    } else {
        result = put(events, property);
    }
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    return result;
}
