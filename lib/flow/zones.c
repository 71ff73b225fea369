/* SPDX-License-Identifier: Apache-2.0 */
/* Zones as the table, the host and the state know them. Payload of a field: count, then for each span from, until, offset; ascending, at most SPANS_MOST. */
#include "flow/zones.h"

#include "calendar/time_json.h"
#include "flow/flow.h"

enum { SPANS_MOST = 8 };

typedef struct spans {
    csuccess__zone_span list[SPANS_MOST];
    uint32_t count;
} spans;

static bool parse(spans *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t count = csuccess__wire_get_u64(&in);
    out->count = 0;
    for (uint64_t i = 0; i < count && i < SPANS_MOST && !in.bad; i++) {
        csuccess__zone_span *span = &out->list[out->count++];
        span->from = csuccess__wire_get_i64(&in);
        span->until = csuccess__wire_get_i64(&in);
        int64_t offset = csuccess__wire_get_i64(&in);
        if (span->from >= span->until || offset < -1439 || offset > 1439) return false;
        span->offset_minutes = (int32_t)offset;
    }
    return count > 0 && count <= SPANS_MOST && csuccess__wire_done(&in);
}

static bool recall(spans *out, csuccess__moment *m, csuccess_str zone)
{
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_ZONE, zone);
    out->count = 0;
    if (!payload.ptr) return true;
    if (parse(out, payload)) return true;
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    return false;
}

static const csuccess__zone_span *find(const spans *known, int64_t at)
{
    for (uint32_t i = 0; i < known->count; i++) {
        if (at >= known->list[i].from && at < known->list[i].until) return &known->list[i];
    }
    return NULL;
}

static bool same(const csuccess__zone_span *a, const csuccess__zone_span *b)
{
    return a->from == b->from && a->until == b->until && a->offset_minutes == b->offset_minutes;
}

/* Takes out what the span contradicts, and the oldest one when there is no room, and puts it in its place. */
static void insert(spans *known, csuccess__zone_span span)
{
    uint32_t kept = 0, at = 0;
    for (uint32_t i = 0; i < known->count; i++) {
        bool apart = known->list[i].until <= span.from || known->list[i].from >= span.until;
        if (apart) known->list[kept++] = known->list[i];
    }
    if (kept == SPANS_MOST) {
        for (uint32_t i = 1; i < kept; i++) known->list[i - 1] = known->list[i];
        kept--;
    }
    while (at < kept && known->list[at].from < span.from) at++;
    for (uint32_t i = kept; i > at; i--) known->list[i] = known->list[i - 1];
    known->list[at] = span;
    known->count = kept + 1;
}

static void put_bound(csuccess__json_writer *w, const char *key, int64_t ms)
{
    if (csuccess__time_valid(ms)) csuccess__json_put_time(w, key, ms);
}

static void note(csuccess__moment *m, csuccess_str zone, spans *known,
                 const csuccess__zone_span *span)
{
    csuccess__buffer *payload = m->step->scratch;
    insert(known, *span);
    csuccess__buffer_clear(payload);
    csuccess__wire_u64(payload, known->count);
    for (uint32_t i = 0; i < known->count; i++) {
        csuccess__wire_i64(payload, known->list[i].from);
        csuccess__wire_i64(payload, known->list[i].until);
        csuccess__wire_i64(payload, known->list[i].offset_minutes);
    }
    csuccess__step_put(m->step, CSUCCESS__STATE_ZONE, zone, csuccess__buffer_view(payload));
    csuccess__json_writer *w = csuccess__step_body(m->step);
    csuccess__json_put_str(w, "zone", zone);
    csuccess__json_put_num(w, "offset_minutes", span->offset_minutes);
    put_bound(w, "from", span->from);
    put_bound(w, "until", span->until);
    csuccess__step_entry(m->step, "zone", (csuccess_str){"", 0},
                         csuccess__step_body_end(m->step));
}

static bool ask(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    const csuccess__zones_asked *asked = ud;
    csuccess__moment *m = asked->moment;
    const csuccess__calendars *calendars = m->flow->calendars;
    spans known;
    if (calendars && calendars->zones && csuccess__zone_table_has(calendars->zones, zone)) {
        return csuccess__zone_table_ask((void *)(uintptr_t)calendars->zones, zone, at, out);
    }
    if (!recall(&known, m, zone)) return false;
    const csuccess__zone_span *before = find(&known, at);
    if (asked->host && asked->host->ask(asked->host->ud, zone, at, out)) {
        if (!before || !same(before, out)) note(m, zone, &known, out);
        return true;
    }
    if (before) *out = *before;
    return before != NULL;
}

csuccess__zone_source csuccess__zones_source(csuccess__zones_asked *asked)
{
    return (csuccess__zone_source){.ud = asked, .ask = ask};
}

void csuccess__zone_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    spans known;
    if (!parse(&known, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < known.count; i++) {
        csuccess__json_open(out, '{');
        put_bound(out, "from", known.list[i].from);
        put_bound(out, "until", known.list[i].until);
        csuccess__json_put_num(out, "offset_minutes", known.list[i].offset_minutes);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}
