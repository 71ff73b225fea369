/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the row machine: strings, and conversions to and from them. Costs are paid by length. */
#include "expr/machine.h"
#include "text/numeral.h"
#include "text/utf8.h"

#include <string.h>

/* Steps for work that is linear in a text. */
static bool pay(csuccess__machine *machine, size_t bytes)
{
    enum { BYTES_PER_STEP = 64 };
    return csuccess__charge(machine, bytes / BYTES_PER_STEP);
}

static uint32_t give_string(csuccess__value *out, const char *ptr, size_t len)
{
    *out = (csuccess__value){.kind = CSUCCESS__KIND_STRING};
    out->as.string.ptr = ptr;
    out->as.string.len = len;
    return CSUCCESS__DONE;
}

/* A copy of a short text in the machine's arena. */
static uint32_t give_copy(csuccess__machine *machine, csuccess__value *out, const char *text,
                          size_t len)
{
    char *copy = csuccess__machine_text(machine, len);
    if (!copy) return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    if (len > 0) memcpy(copy, text, len);
    return give_string(out, copy, len);
}

uint32_t csuccess__row_concat_string(csuccess__machine *machine, const csuccess__node *node,
                                     csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    csuccess_str left = a->as.string, right = b->as.string;
    char *text = csuccess__machine_text(machine, left.len + right.len);
    if (!text) return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    if (left.len > 0) memcpy(text, left.ptr, left.len);
    if (right.len > 0) memcpy(text + left.len, right.ptr, right.len);
    return give_string(out, text, left.len + right.len);
}

uint32_t csuccess__row_size_string(csuccess__machine *machine, const csuccess__node *node,
                                   csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    pay(machine, v->as.string.len);
    return csuccess__give_number(out, (double)csuccess__utf8_count(v->as.string));
}

uint32_t csuccess__row_search(csuccess__machine *machine, const csuccess__node *node,
                              csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    csuccess_str text = a->as.string, part = b->as.string;
    if (node->op == CSUCCESS__OP_STARTS_WITH) {
        return csuccess__give_bool(out, csuccess__str_starts(text, part));
    }
    if (node->op == CSUCCESS__OP_ENDS_WITH) {
        return csuccess__give_bool(out, csuccess__str_ends(text, part));
    }
    pay(machine, text.len);
    return csuccess__give_bool(out, csuccess__str_find(text, part) != SIZE_MAX);
}

/* A search can cost far more than its text, and has when it ran into its own budget. */
uint32_t csuccess__row_matches(csuccess__machine *machine, const csuccess__node *node,
                               csuccess__value *out)
{
    enum { STEPS = 48, STEPS_UNDECIDED = 5000 };
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    if (!csuccess__charge(machine, STEPS + v->as.string.len / 8)) {
        return csuccess__give_up(machine, out, CSUCCESS_ELIMIT);
    }
    if (!machine->scratch) machine->scratch = csuccess__regex_scratch_new(&machine->mem);
    if (!machine->scratch) return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    csuccess_result failed = CSUCCESS_OK;
    csuccess__match match =
        csuccess__regex_search(node->as.regex, machine->scratch, v->as.string, &failed);
    if (failed != CSUCCESS_OK) return csuccess__give_up(machine, out, failed);
    if (match == CSUCCESS__UNDECIDED) {
        csuccess__charge(machine, STEPS_UNDECIDED);
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    }
    return csuccess__give_bool(out, match == CSUCCESS__MATCHED);
}

uint32_t csuccess__row_case(csuccess__machine *machine, const csuccess__node *node,
                            csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    csuccess_str from = v->as.string;
    char *text = csuccess__machine_text(machine, from.len);
    if (!text) return csuccess__give_up(machine, out, CSUCCESS_ENOMEM);
    char first = node->op == CSUCCESS__OP_LOWER_ASCII ? 'A' : 'a';
    for (size_t i = 0; i < from.len; i++) {
        bool turns = from.ptr[i] >= first && from.ptr[i] <= first + ('Z' - 'A');
        text[i] = (char)(turns ? from.ptr[i] ^ ('a' - 'A') : from.ptr[i]);
    }
    return give_string(out, text, from.len);
}

/* The start of the character before `end`. */
static size_t character_before(csuccess_str text, size_t end)
{
    do {
        end--;
    } while (end > 0 && ((unsigned char)text.ptr[end] & 0xC0) == 0x80);
    return end;
}

uint32_t csuccess__row_trim(csuccess__machine *machine, const csuccess__node *node,
                            csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    csuccess_str text = v->as.string;
    pay(machine, text.len);
    size_t start = 0, end = text.len, length = 0;
    while (start < end &&
           csuccess__utf8_is_space(csuccess__utf8_decode(text, start, &length))) {
        start += length;
    }
    while (end > start) {
        size_t last = character_before(text, end);
        if (!csuccess__utf8_is_space(csuccess__utf8_decode(text, last, &length))) break;
        end = last;
    }
    return give_string(out, end > start ? text.ptr + start : "", end - start);
}

/* As CEL writes it, in seconds, where there are no months; else ISO 8601. */
static size_t duration_text(char *out, csuccess__duration d)
{
    int64_t ms = 0;
    if (!csuccess__duration_exact(&ms, d)) return csuccess__duration_format(out, d);
    size_t len = csuccess__numeral_write(out, (double)ms / 1000.0);
    out[len++] = 's';
    return len;
}

uint32_t csuccess__row_to_string(csuccess__machine *machine, const csuccess__node *node,
                                 csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    char text[CSUCCESS__DURATION_TEXT];
    size_t len = 0;
    switch (node->op) {
    case CSUCCESS__OP_STRING_NUMBER:
        len = csuccess__numeral_write(text, v->as.number);
        break;
    case CSUCCESS__OP_STRING_TIME:
        len = csuccess__time_format(text, v->as.time);
        break;
    case CSUCCESS__OP_STRING_DURATION:
        len = duration_text(text, v->as.duration);
        break;
    default:
        len = v->as.boolean ? 4 : 5;
        memcpy(text, v->as.boolean ? "true" : "false", len);
    }
    return give_copy(machine, out, text, len);
}

uint32_t csuccess__row_from_string(csuccess__machine *machine, const csuccess__node *node,
                                   csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    pay(machine, v->as.string.len);
    csuccess__value made = {0};
    bool good = false;
    if (node->op == CSUCCESS__OP_TIMESTAMP_STRING) {
        made.kind = CSUCCESS__KIND_TIME;
        good = csuccess__time_parse(&made.as.time, v->as.string, NULL);
    } else if (node->op == CSUCCESS__OP_DURATION_STRING) {
        made.kind = CSUCCESS__KIND_DURATION;
        good = csuccess__duration_parse_any(&made.as.duration, v->as.string, NULL);
    } else {
        made.kind = CSUCCESS__KIND_NUMBER;
        good = csuccess__numeral_parse(v->as.string, &made.as.number);
    }
    if (!good) return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    *out = made;
    return CSUCCESS__DONE;
}
