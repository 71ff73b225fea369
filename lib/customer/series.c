/* SPDX-License-Identifier: Apache-2.0 */
/* The series of one customer: opened on its state, decoded when asked for, written back when changed. */
#include "customer/series_code.h"
#include "customer/series_desk.h"

#include <string.h>

/* ---- The desk ---- */

void csuccess__series_desk_free(csuccess__series_desk *desk)
{
    if (!desk) return;
    const csuccess_allocator mem = *desk->mem;
    const csuccess__aggregates *set = desk->set;
    for (uint32_t i = 0; desk->series && i < set->series_count; i++) {
        csuccess__series_free(&desk->series[i], &mem);
    }
    csuccess__release(&mem, desk->series, set->series_count, sizeof *desk->series);
    csuccess__buffer_free(&desk->buffer);
    csuccess__arena_free(&desk->arena);
    csuccess__release(&mem, desk, 1, sizeof *desk);
}

static bool furnish(csuccess__series_desk *desk)
{
    const csuccess__aggregates *set = desk->set;
    csuccess__arena *arena = &desk->arena;
    desk->spans = CSUCCESS__NEW_ARRAY(arena, csuccess__span, set->window_count);
    desk->horizons = CSUCCESS__NEW_ARRAY(arena, int32_t, set->series_count);
    desk->asked = CSUCCESS__NEW_ARRAY(arena, csuccess__value, set->most_properties);
    desk->slots = CSUCCESS__NEW_ARRAY(arena, csuccess__value, set->most_asked);
    desk->holds = CSUCCESS__NEW_ARRAY(arena, bool, set->most_wheres);
    desk->taken = CSUCCESS__NEW_ARRAY(arena, csuccess__taken, set->most_series);
    desk->approximate = CSUCCESS__NEW_ARRAY(arena, uint64_t, set->slots / 64 + 1);
    bool days = desk->spans && desk->horizons;
    bool event = desk->asked && desk->slots && desk->holds && desk->taken;
    return days && event && desk->approximate;
}

static bool lay_out_series(csuccess__series_desk *desk)
{
    const csuccess__aggregates *set = desk->set;
    if (set->series_count == 0) return true;
    desk->series = csuccess__alloc(desk->mem, set->series_count, sizeof *desk->series);
    for (uint32_t i = 0; desk->series && i < set->series_count; i++) {
        csuccess__series_init(&desk->series[i], set->series[i].part);
        desk->series[i].def = &set->series[i];
    }
    return desk->series != NULL;
}

csuccess_result csuccess__series_desk_new(csuccess__series_desk **out,
                                          const csuccess__aggregates *aggregates,
                                          const csuccess_allocator *mem,
                                          const csuccess_limits *limits)
{
    *out = NULL;
    csuccess__series_desk *desk = csuccess__alloc(mem, 1, sizeof *desk);
    if (!desk) return CSUCCESS_ENOMEM;
    desk->set = aggregates;
    desk->mem = mem;
    desk->limits = limits;
    desk->span_day = desk->horizon_day = CSUCCESS__DAY_NONE;
    csuccess__arena_init(&desk->arena, mem, 0);
    csuccess__buffer_init(&desk->buffer, mem, 0);
    if (!furnish(desk) || !lay_out_series(desk)) {
        csuccess__series_desk_free(desk);
        return CSUCCESS_ENOMEM;
    }
    *out = desk;
    return CSUCCESS_OK;
}

/* ---- Days ---- */

void csuccess__desk_spans(csuccess__series_desk *desk, int32_t today)
{
    if (desk->span_day == today) return;
    for (uint32_t i = 0; i < desk->set->window_count; i++) {
        desk->spans[i] = csuccess__window_span(&desk->set->windows[i], today);
    }
    desk->span_day = today;
}

/* The first day that some window may still reach. A day more is kept for engines whose clocks differ, and the day is a multiple
   of the series' step, so that a series that nothing touches is not written anew every day. */
static int32_t horizon_of(const csuccess__series_desk *desk, const csuccess__series_def *def,
                          int32_t today)
{
    bool ends = def->part == CSUCCESS__PART_LAST || def->part == CSUCCESS__PART_LAST_TIME;
    int32_t first = today + 1;
    for (uint32_t i = 0; i < def->window_count; i++) {
        csuccess__span span = desk->spans[def->windows[i]];
        bool whole = ends || span.start == CSUCCESS__DAY_NONE;
        int32_t needed = whole ? span.end + 1 : span.start;
        if (needed < first) first = needed;
    }
    return (first - 1) & ~(def->step - 1);
}

static void set_horizons(csuccess__series_desk *desk, int64_t now)
{
    int32_t today = csuccess__day_of(now);
    csuccess__desk_spans(desk, today);
    if (desk->horizon_day == today) return;
    for (uint32_t i = 0; i < desk->set->series_count; i++) {
        desk->horizons[i] = horizon_of(desk, &desk->set->series[i], today);
    }
    desk->horizon_day = today;
}

/* ---- Opening ---- */

void csuccess__series_open(csuccess__series_desk *desk, const csuccess__state *state,
                           bool fresh, int64_t now)
{
    const csuccess__aggregates *set = desk->set;
    uint32_t count;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_SERIES, &count);
    const csuccess__state_field *field = count ? state->fields + first : NULL;
    const csuccess__state_field *end = count ? field + count : NULL;
    int64_t whole =
        now + CSUCCESS__DAY_MS - 1; /* the first day that is known from its beginning */
    desk->introduced = fresh ? CSUCCESS__DAY_NONE : csuccess__day_of(whole);
    set_horizons(desk, now);
    uint32_t met = 0;
    for (uint32_t i = 0; i < set->series_count; i++) {
        csuccess__series *s = &desk->series[i];
        const csuccess__series_def *def = s->def;
        int order = -1;
        while (field < end && (order = csuccess__str_cmp(field->name, def->name)) < 0) field++;
        bool known = field < end && order == 0;
        met += known;
        s->loaded = s->dirty = s->moved = false;
        s->payload = known ? field->payload : (csuccess_str){NULL, 0};
        if (known || def->from.len == 0) continue;
        s->payload = csuccess__state_get(state, CSUCCESS__STATE_SERIES, def->from);
        s->moved = s->payload.ptr != NULL;
    }
    desk->strangers = met < count;
}

csuccess_result csuccess__desk_load(csuccess__series_desk *desk, uint32_t at)
{
    csuccess__series *s = &desk->series[at];
    if (s->loaded) return CSUCCESS_OK;
    if (s->payload.ptr) {
        csuccess_result result = csuccess__series_decode(s, desk->mem, s->payload);
        if (result < 0) return result;
        s->dirty = s->moved || s->away;
        if (s->away && s->introduced < desk->introduced) s->introduced = desk->introduced;
        s->away = false;
        csuccess__series_fold(s, desk->horizons[at]);
    } else {
        csuccess__series_clear(s);
        s->introduced = desk->introduced;
        s->dirty = true;
    }
    s->loaded = true;
    return CSUCCESS_OK;
}

/* ---- Closing ---- */

/* Whether a series that nobody asked for has to be written: it is new, it is moved, it was away, or days have gone out of reach. */
static bool is_due(const csuccess__series_desk *desk, uint32_t at)
{
    const csuccess__series *s = &desk->series[at];
    int32_t oldest;
    if (s->loaded) return false;
    if (!s->payload.ptr || s->moved || csuccess__series_is_away(s->payload)) return true;
    return s->part != CSUCCESS__PART_DAYS && csuccess__series_oldest(s->payload, &oldest) &&
           oldest < desk->horizons[at];
}

static csuccess_result write_series(csuccess__series_desk *desk, csuccess__state *state,
                                    uint32_t at)
{
    csuccess__series *s = &desk->series[at];
    if (s->part == CSUCCESS__PART_DISTINCT) csuccess__distinct_trim(s);
    if (s->part == CSUCCESS__PART_SUM) (void)csuccess__series_rescale(s);
    csuccess__buffer_clear(&desk->buffer);
    csuccess__series_encode(&desk->buffer, s);
    if (desk->buffer.status < 0) return desk->buffer.status;
    csuccess_str bytes = csuccess__buffer_view(&desk->buffer);
    if (!csuccess__state_put(state, CSUCCESS__STATE_SERIES, s->def->name, bytes)) {
        return CSUCCESS_ENOMEM;
    }
    if (s->moved && !s->def->from_used) {
        csuccess__state_drop(state, CSUCCESS__STATE_SERIES, s->def->from);
    }
    s->dirty = s->moved = false;
    return CSUCCESS_OK;
}

/* Series of another configuration stay, but events pass them by from now on: when they are defined again they are complete only from then. */
static csuccess_result send_away(csuccess__series_desk *desk, csuccess__state *state)
{
    const csuccess__aggregates *set = desk->set;
    uint32_t count, at = 0;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_SERIES, &count);
    for (uint32_t i = first; i < first + count; i++) {
        const csuccess__state_field *field = &state->fields[i];
        int order = -1;
        while (at < set->series_count &&
               (order = csuccess__str_cmp(set->series[at].name, field->name)) < 0) {
            at++;
        }
        bool defined = at < set->series_count && order == 0;
        if (defined || field->payload.len < 2 || csuccess__series_is_away(field->payload)) {
            continue;
        }
        csuccess__buffer_clear(&desk->buffer);
        csuccess__buffer_str(&desk->buffer, field->payload);
        if (desk->buffer.status < 0) return desk->buffer.status;
        desk->buffer.ptr[1] = (char)(desk->buffer.ptr[1] | CSUCCESS__SERIES_AWAY);
        csuccess_str bytes = csuccess__buffer_view(&desk->buffer);
        if (!csuccess__state_put(state, CSUCCESS__STATE_SERIES, field->name, bytes)) {
            return CSUCCESS_ENOMEM;
        }
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__series_close(csuccess__series_desk *desk, csuccess__state *state,
                                       int64_t now)
{
    uint32_t n = desk->set->series_count;
    csuccess_result result = CSUCCESS_OK;
    set_horizons(desk, now);
    /* All are read before any is written: one that moves may share another's bytes. */
    for (uint32_t i = 0; i < n && result == CSUCCESS_OK; i++) {
        if (is_due(desk, i)) result = csuccess__desk_load(desk, i);
    }
    for (uint32_t i = 0; i < n && result == CSUCCESS_OK; i++) {
        csuccess__series *s = &desk->series[i];
        if (!s->loaded) continue;
        csuccess__series_fold(s, desk->horizons[i]);
        if (s->dirty) result = write_series(desk, state, i);
    }
    return result == CSUCCESS_OK && desk->strangers ? send_away(desk, state) : result;
}
