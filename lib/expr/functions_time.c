/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of the row machine: times and durations. */
#include "expr/machine.h"

/* Where a field stands in csuccess__civil, and what is taken off to count as CEL does. */
typedef struct time_field {
    size_t offset;
    int32_t less;
} time_field;

#define FIELD(op, member, less) \
    [CSUCCESS__OP_##op - CSUCCESS__OP_GET_FULL_YEAR] = {offsetof(csuccess__civil, member), less}

static const time_field fields[CSUCCESS__OP_WEEKDAY - CSUCCESS__OP_GET_FULL_YEAR + 1] = {
    FIELD(GET_FULL_YEAR, year, 0),
    FIELD(GET_MONTH, month, 1),
    FIELD(GET_DATE, day, 0),
    FIELD(GET_DAY_OF_MONTH, day, 1),
    FIELD(GET_DAY_OF_WEEK, cel_weekday, 0),
    FIELD(GET_DAY_OF_YEAR, yearday, 1),
    FIELD(GET_HOURS, hour, 0),
    FIELD(GET_MINUTES, minute, 0),
    FIELD(GET_SECONDS, second, 0),
    FIELD(GET_MILLISECONDS, millisecond, 0),
    FIELD(YEAR, year, 0),
    FIELD(MONTH, month, 0),
    FIELD(DAY, day, 0),
    FIELD(WEEKDAY, weekday, 0),
};

bool csuccess__k_time_field(double *out, unsigned op, int64_t t, int32_t offset_minutes)
{
    csuccess__civil civil;
    if (!csuccess__civil_from(&civil, t, offset_minutes)) return false;
    const time_field *field = &fields[op - CSUCCESS__OP_GET_FULL_YEAR];
    const char *member = (const char *)&civil + field->offset;
    *out = (double)(*(const int32_t *)(const void *)member - field->less);
    return true;
}

bool csuccess__k_duration_field(double *out, unsigned op, csuccess__duration d)
{
    int64_t ms = 0;
    if (!csuccess__duration_exact(&ms, d)) return false;
    int64_t unit = CSUCCESS__SECOND_MS;
    if (op == CSUCCESS__OP_DURATION_HOURS) unit = CSUCCESS__HOUR_MS;
    if (op == CSUCCESS__OP_DURATION_MINUTES) unit = CSUCCESS__MINUTE_MS;
    bool within = op == CSUCCESS__OP_DURATION_MILLISECONDS;
    *out = (double)(within ? ms % unit : ms / unit);
    return true;
}

bool csuccess__k_time_from_seconds(int64_t *out, double seconds)
{
    double ms = csuccess__floor(seconds * 1000.0);
    bool inside = ms >= (double)CSUCCESS__TIME_MIN && ms <= (double)CSUCCESS__TIME_MAX;
    if (inside) *out = (int64_t)ms;
    return inside;
}

static uint32_t give_time(csuccess__value *out, bool good, int64_t t)
{
    if (!good) return csuccess__give_missing(out, CSUCCESS__ABSENCE_OVERFLOWED);
    *out = (csuccess__value){.kind = CSUCCESS__KIND_TIME};
    out->as.time = t;
    return CSUCCESS__DONE;
}

static uint32_t give_duration(csuccess__value *out, bool good, csuccess__duration d)
{
    if (!good) return csuccess__give_missing(out, CSUCCESS__ABSENCE_OVERFLOWED);
    *out = (csuccess__value){.kind = CSUCCESS__KIND_DURATION};
    out->as.duration = d;
    return CSUCCESS__DONE;
}

uint32_t csuccess__row_time_duration(csuccess__machine *machine, const csuccess__node *node,
                                     csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    int64_t t = 0;
    bool good = false;
    if (node->op == CSUCCESS__OP_ADD_DURATION_TIME) {
        good = csuccess__k_add_time(&t, b->as.time, a->as.duration);
    } else if (node->op == CSUCCESS__OP_ADD_TIME_DURATION) {
        good = csuccess__k_add_time(&t, a->as.time, b->as.duration);
    } else {
        good = csuccess__k_subtract_duration(&t, a->as.time, b->as.duration);
    }
    return give_time(out, good, t);
}

uint32_t csuccess__row_subtract_time(csuccess__machine *machine, const csuccess__node *node,
                                     csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    return give_duration(out, true, csuccess__k_subtract_time(a->as.time, b->as.time));
}

uint32_t csuccess__row_durations(csuccess__machine *machine, const csuccess__node *node,
                                 csuccess__value *out)
{
    const csuccess__value *a = csuccess__operand(machine, node, 0);
    const csuccess__value *b = csuccess__operand(machine, node, 1);
    if (!csuccess__is_there(a) || !csuccess__is_there(b)) {
        return csuccess__not_all_there(machine, node, out);
    }
    csuccess__duration d = {0};
    bool good = node->op == CSUCCESS__OP_ADD_DURATION
                    ? csuccess__k_add_duration(&d, a->as.duration, b->as.duration)
                    : csuccess__k_subtract_durations(&d, a->as.duration, b->as.duration);
    return give_duration(out, good, d);
}

uint32_t csuccess__row_negate_duration(csuccess__machine *machine, const csuccess__node *node,
                                       csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    csuccess__duration d = {0};
    bool good = csuccess__k_negate_duration(&d, v->as.duration);
    return give_duration(out, good, d);
}

uint32_t csuccess__row_time_field(csuccess__machine *machine, const csuccess__node *node,
                                  csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    double field = 0;
    if (!csuccess__k_time_field(&field, node->op, v->as.time, node->as.offset_minutes)) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_OVERFLOWED);
    }
    return csuccess__give_number(out, field);
}

uint32_t csuccess__row_duration_field(csuccess__machine *machine, const csuccess__node *node,
                                      csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    double field = 0;
    if (!csuccess__k_duration_field(&field, node->op, v->as.duration)) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_UNDECIDED);
    }
    return csuccess__give_number(out, field);
}

uint32_t csuccess__row_since(csuccess__machine *machine, const csuccess__node *node,
                             csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    int64_t now = machine->frame->now;
    if (!csuccess__time_valid(now)) {
        return csuccess__give_missing(out, CSUCCESS__ABSENCE_OVERFLOWED);
    }
    if (node->op == CSUCCESS__OP_DAYS_SINCE) {
        return csuccess__give_number(out, csuccess__k_days_since(now, v->as.time));
    }
    if (node->op == CSUCCESS__OP_HOURS_SINCE) {
        return csuccess__give_number(out, csuccess__k_hours_since(now, v->as.time));
    }
    return csuccess__give_number(out, csuccess__k_days_until(now, v->as.time));
}

uint32_t csuccess__row_time_number(csuccess__machine *machine, const csuccess__node *node,
                                   csuccess__value *out)
{
    const csuccess__value *v = csuccess__operand(machine, node, 0);
    if (!csuccess__is_there(v)) return csuccess__not_all_there(machine, node, out);
    if (node->op == CSUCCESS__OP_INT_TIME) {
        return csuccess__give_number(out, csuccess__k_seconds(v->as.time));
    }
    int64_t t = 0;
    bool good = csuccess__k_time_from_seconds(&t, v->as.number);
    return give_time(out, good, t);
}
