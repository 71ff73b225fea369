/* SPDX-License-Identifier: Apache-2.0 */
/* Words of drawings. */
#include "flow/graph/draw_words.h"

#include "text/numeral.h"

/* What of a step says more than its type, in this order; the rest is about ways. */
static const char *const said[] = {
    "title",    "template", "channel",   "playbook", "journey", "for",  "at",    "until",
    "hours",    "when",     "add",       "remove",   "kind",    "role", "owner", "due",
    "due_days", "every",    "artifacts", "outcome",  "reason",  NULL};

static void put_value(csuccess__buffer *out, const csuccess__json *v)
{
    switch (v->type) {
    case CSUCCESS__JSON_STRING:
        csuccess__buffer_str(out, v->string);
        break;
    case CSUCCESS__JSON_ARRAY:
        for (const csuccess__json *m = v->first; m; m = m->next) {
            if (m != v->first) csuccess__buffer_cstr(out, ", ");
            put_value(out, m);
        }
        break;
    default:
        csuccess__json_write(out, v, false);
        break;
    }
}

static void put_names(csuccess__buffer *out, const csuccess__json *object)
{
    for (const csuccess__json *m = object->first; m; m = m->next) {
        if (m != object->first) csuccess__buffer_cstr(out, " or ");
        csuccess__buffer_str(out, m->key);
    }
}

void csuccess__draw_step(csuccess__buffer *out, const csuccess__json *step)
{
    const csuccess__json *type = csuccess__json_member(step, "type");
    const csuccess__json *wait = csuccess__json_member(step, "wait");
    if (type && type->type == CSUCCESS__JSON_STRING) csuccess__buffer_str(out, type->string);
    for (size_t i = 0; said[i]; i++) {
        const csuccess__json *v = csuccess__json_member(step, said[i]);
        if (!v) continue;
        csuccess__buffer_char(out, ' ');
        csuccess__buffer_cstr(out, said[i]);
        csuccess__buffer_char(out, ' ');
        if (csuccess__str_is(v->key, "until") && v->type == CSUCCESS__JSON_OBJECT) {
            put_names(out, v);
        } else {
            put_value(out, v);
        }
    }
    if (wait && wait->boolean) csuccess__buffer_cstr(out, " and wait for it");
}

void csuccess__draw_members(csuccess__buffer *out, const csuccess__json *object)
{
    for (const csuccess__json *m = object ? object->first : NULL; m; m = m->next) {
        if (m != object->first) csuccess__buffer_cstr(out, ", ");
        csuccess__buffer_str(out, m->key);
        csuccess__buffer_char(out, ' ');
        if (m->type == CSUCCESS__JSON_OBJECT && m->first) {
            csuccess__buffer_char(out, '(');
            csuccess__json_write(out, m, false);
            csuccess__buffer_char(out, ')');
        } else {
            put_value(out, m);
        }
    }
}

static void put_share(csuccess__buffer *out, const csuccess__journey_step *step, uint32_t way)
{
    if (step->type != CSUCCESS__STEP_SPLIT || way < CSUCCESS__WAY_ARMS) return;
    csuccess__buffer_char(out, ' ');
    csuccess__numeral_put(out, step->shares[way - CSUCCESS__WAY_ARMS]);
}

static void put_time(csuccess__buffer *out, csuccess__duration d)
{
    char text[CSUCCESS__DURATION_TEXT];
    size_t len = csuccess__duration_format(text, d);
    csuccess__buffer_put(out, text, len);
}

bool csuccess__draw_ways(csuccess__buffer *out, const csuccess__journey *journey, uint32_t step,
                         uint32_t to)
{
    const csuccess__journey_step *s = &journey->steps[step];
    bool any = false;
    for (uint32_t i = 0; i < s->way_count; i++) {
        uint32_t node =
            s->ways[i].to < journey->step_count ? s->ways[i].to : journey->step_count;
        if (node != to || !csuccess__way_there(s, i)) continue;
        if (any) csuccess__buffer_cstr(out, ", ");
        csuccess__buffer_str(out, s->ways[i].name);
        put_share(out, s, i);
        if (i == CSUCCESS__WAY_TIMEOUT && s->has_timeout && s->waits) {
            csuccess__buffer_cstr(out, " after ");
            put_time(out, s->timeout);
        }
        any = true;
    }
    return any;
}

static void put_count(csuccess__buffer *out, uint32_t n, const char *what)
{
    if (n == UINT32_MAX) {
        csuccess__buffer_cstr(out, "any number of ");
    } else {
        csuccess__buffer_uint(out, n);
        csuccess__buffer_char(out, ' ');
    }
    csuccess__buffer_cstr(out, what);
}

static void put_why(csuccess__buffer *out, csuccess_str step)
{
    if (step.len == 0) return;
    csuccess__buffer_cstr(out, " (");
    csuccess__buffer_str(out, step);
    csuccess__buffer_char(out, ')');
}

void csuccess__draw_bounds(csuccess__buffer *out, const csuccess__flow_bounds *bounds)
{
    int64_t ms = bounds->longest_ms, most_days = CSUCCESS__DURATION_DAYS;
    csuccess__buffer_cstr(out, "at most ");
    if (ms / CSUCCESS__DAY_MS > most_days) {
        csuccess__buffer_cstr(out, "any time");
    } else {
        put_time(out, (csuccess__duration){0, (int32_t)(ms / CSUCCESS__DAY_MS),
                                           ms % CSUCCESS__DAY_MS});
    }
    put_why(out, bounds->why);
    csuccess__buffer_cstr(out, ", ");
    put_count(out, bounds->messages, bounds->messages == 1 ? "message" : "messages");
    put_why(out, bounds->why_messages);
    csuccess__buffer_cstr(out, ", ");
    put_count(out, bounds->messages_a_day, "in any 24 hours");
    if (bounds->to_one == bounds->messages) return;
    csuccess__buffer_cstr(out, "; to one recipient ");
    put_count(out, bounds->to_one, bounds->to_one == 1 ? "message" : "messages");
    csuccess__buffer_cstr(out, ", ");
    put_count(out, bounds->to_one_a_day, "in any 24 hours");
}

/* In a quoted string of Graphviz only the quote is escaped; in a label a backslash begins an escape of its own. */
void csuccess__draw_quote(csuccess__buffer *out, csuccess_str text)
{
    csuccess__buffer_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\') csuccess__buffer_char(out, '\\');
        if (c == '\n') {
            csuccess__buffer_cstr(out, "\\n");
        } else {
            csuccess__buffer_char(out, c < 0x20 ? ' ' : (char)c);
        }
    }
    csuccess__buffer_char(out, '"');
}
