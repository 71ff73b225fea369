/* SPDX-License-Identifier: Apache-2.0 */
/* The field HEALTH: its bytes, what trends ask of it, its JSON. */
#include "score/history_internal.h"

#include "base/number.h"
#include "text/utf8.h"

/* Payload: flags · at · at - since · completeness · [raw · score] · status · profile · trend · band · definition · modifiers ·
   parts: count, each 0 or 1 and the score · points: count, each the day (the first) or the days since the one before, and
   0: no score; 1: raw, by the definition of the point before; 2: definition, raw. */

enum { FLAG_SCORE = 1, FLAG_OVERRIDDEN = 2, FLAGS = 3 };
enum { POINT_NONE, POINT_SAME, POINT_OTHER };

/* Beyond the years 1 to 9999 there is no day. */
#define DAY_MIN (CSUCCESS__TIME_MIN / CSUCCESS__DAY_MS - 1)
#define DAY_MAX (CSUCCESS__TIME_MAX / CSUCCESS__DAY_MS + 1)

static uint64_t get_definition(csuccess__wire *in)
{
    csuccess_str bytes = csuccess__wire_get_bytes(in, 8);
    uint64_t definition = 0;
    for (size_t i = 0; i < bytes.len; i++) definition = definition << 8 | (uint8_t)bytes.ptr[i];
    return definition;
}

static void put_definition(csuccess__buffer *out, uint64_t definition)
{
    char bytes[8];
    for (size_t i = 0; i < 8; i++) bytes[i] = (char)(definition >> (56 - 8 * i));
    csuccess__buffer_put(out, bytes, 8);
}

csuccess_str csuccess__past_text(csuccess__wire *in)
{
    csuccess_str text = csuccess__wire_get_str(in);
    if (!csuccess__utf8_check(text, NULL)) in->bad = true;
    return text;
}

int64_t csuccess__past_time(csuccess__wire *in)
{
    int64_t at = csuccess__wire_get_i64(in);
    if (csuccess__time_valid(at)) return at;
    in->bad = true;
    return 0;
}

/* How many items of at least `bytes` each follow; what the rest cannot hold is damage. */
static uint32_t get_count(csuccess__wire *in, size_t bytes)
{
    uint64_t n = csuccess__wire_get_u64(in);
    size_t left = in->bad ? 0 : (size_t)(in->end - in->at);
    if (n > left / bytes || n > UINT32_MAX) {
        in->bad = true;
        return 0;
    }
    return (uint32_t)n;
}

static void read_head(csuccess__wire *in, csuccess__health_past *past)
{
    uint64_t flags = csuccess__wire_get_u64(in);
    past->at = csuccess__past_time(in);
    uint64_t lasted = csuccess__wire_get_u64(in);
    past->completeness = csuccess__wire_get_double(in);
    past->has_score = flags & FLAG_SCORE;
    past->overridden = flags & FLAG_OVERRIDDEN;
    if (past->has_score) {
        past->raw = csuccess__wire_get_double(in);
        past->score = csuccess__wire_get_double(in);
    }
    past->status = csuccess__past_text(in);
    past->profile = csuccess__past_text(in);
    past->trend = csuccess__past_text(in);
    past->band = csuccess__past_text(in);
    past->definition = get_definition(in);
    past->modifiers = csuccess__wire_get_u64(in);
    bool damaged = flags > FLAGS || lasted > (uint64_t)(past->at - CSUCCESS__TIME_MIN);
    if (damaged) in->bad = true;
    past->since = in->bad ? 0 : past->at - (int64_t)lasted;
}

static csuccess_result read_parts(csuccess__wire *in, csuccess__health_past *past,
                                  csuccess__arena *arena)
{
    uint32_t n = get_count(in, 1);
    if (n > CSUCCESS__PAST_PARTS) in->bad = true;
    if (in->bad) return CSUCCESS_ESTATE;
    csuccess__past_part *parts = CSUCCESS__NEW_ARRAY(arena, csuccess__past_part, n);
    if (!parts) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t there = csuccess__wire_get_u64(in);
        parts[i].there = there == 1;
        if (there == 1) parts[i].score = csuccess__wire_get_double(in);
        if (there > 1) in->bad = true;
    }
    past->parts = parts;
    past->part_count = n;
    return CSUCCESS_OK;
}

static void read_point(csuccess__wire *in, csuccess__past_score *point, uint64_t *definition)
{
    uint64_t code = csuccess__wire_get_u64(in);
    if (code > POINT_OTHER) in->bad = true;
    if (code == POINT_OTHER) {
        *definition = get_definition(in);
        if (*definition == 0) in->bad = true;
    }
    if (code == POINT_NONE) return;
    if (*definition == 0) in->bad = true;
    point->definition = *definition;
    point->raw = csuccess__wire_get_double(in);
}

/* The day of a point: the first as it is, later ones by the days since the one before. */
static int64_t read_day(csuccess__wire *in, const csuccess__past_score *before)
{
    uint64_t step = before ? csuccess__wire_get_u64(in) : 0;
    int64_t day = before ? before->day : csuccess__wire_get_i64(in);
    bool ascends = day >= DAY_MIN && day <= DAY_MAX && step <= (uint64_t)(DAY_MAX - day) &&
                   (step > 0 || !before);
    if (!ascends) in->bad = true;
    return in->bad ? 0 : day + (int64_t)step;
}

static csuccess_result read_points(csuccess__wire *in, csuccess__health_past *past,
                                   csuccess__arena *arena)
{
    const char *start = in->at;
    uint32_t n = get_count(in, 2);
    uint64_t definition = past->definition;
    if (in->bad) return CSUCCESS_ESTATE;
    csuccess__past_score *points = CSUCCESS__NEW_ARRAY(arena, csuccess__past_score, n);
    if (!points) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < n && !in->bad; i++) {
        points[i].day = read_day(in, i > 0 ? &points[i - 1] : NULL);
        read_point(in, &points[i], &definition);
    }
    past->points = points;
    past->count = n;
    past->written = (csuccess_str){start, (size_t)(in->at - start)};
    return CSUCCESS_OK;
}

static csuccess_result read_payload(csuccess__health_past *past, csuccess_str payload,
                                    csuccess__arena *arena)
{
    csuccess__wire in = csuccess__wire_open(payload);
    read_head(&in, past);
    csuccess_result result = read_parts(&in, past, arena);
    if (result == CSUCCESS_OK) result = read_points(&in, past, arena);
    if (result == CSUCCESS_OK && !csuccess__wire_done(&in)) result = CSUCCESS_ESTATE;
    past->there = result == CSUCCESS_OK;
    return result;
}

csuccess_result csuccess__past_open(csuccess__health_past *past, const csuccess__state *state,
                                    csuccess__arena *arena)
{
    *past = (csuccess__health_past){.there = false};
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_HEALTH, (csuccess_str){"", 0});
    if (!payload.ptr) return CSUCCESS_OK;
    csuccess_result result = read_payload(past, payload, arena);
    if (result < 0) *past = (csuccess__health_past){.there = false};
    return result;
}

static void write_point(csuccess__buffer *out, const csuccess__past_score *point,
                        uint64_t *definition)
{
    if (point->definition == 0) {
        csuccess__wire_u64(out, POINT_NONE);
        return;
    }
    bool same = point->definition == *definition;
    csuccess__wire_u64(out, same ? POINT_SAME : POINT_OTHER);
    if (!same) put_definition(out, point->definition);
    csuccess__wire_double(out, point->raw);
    *definition = point->definition;
}

static void write_points(csuccess__buffer *out, const csuccess__health_past *past)
{
    uint64_t definition = past->definition;
    csuccess__wire_u64(out, past->count);
    for (uint32_t i = 0; i < past->count; i++) {
        if (i == 0) csuccess__wire_i64(out, past->points[0].day);
        if (i > 0) {
            csuccess__wire_u64(out, (uint64_t)(past->points[i].day - past->points[i - 1].day));
        }
        write_point(out, &past->points[i], &definition);
    }
}

void csuccess__past_write(csuccess__buffer *out, const csuccess__health_past *past)
{
    csuccess__wire_u64(out, (past->has_score ? FLAG_SCORE : 0u) |
                                (past->overridden ? FLAG_OVERRIDDEN : 0u));
    csuccess__wire_i64(out, past->at);
    csuccess__wire_u64(out, (uint64_t)(past->at - past->since));
    csuccess__wire_double(out, past->completeness);
    if (past->has_score) {
        csuccess__wire_double(out, past->raw);
        csuccess__wire_double(out, past->score);
    }
    csuccess__wire_str(out, past->status);
    csuccess__wire_str(out, past->profile);
    csuccess__wire_str(out, past->trend);
    csuccess__wire_str(out, past->band);
    put_definition(out, past->definition);
    csuccess__wire_u64(out, past->modifiers);
    csuccess__wire_u64(out, past->part_count);
    for (uint32_t i = 0; i < past->part_count; i++) {
        csuccess__wire_u64(out, past->parts[i].there);
        if (past->parts[i].there) csuccess__wire_double(out, past->parts[i].score);
    }
    if (past->written.len > 0) {
        csuccess__buffer_str(out, past->written);
    } else {
        write_points(out, past);
    }
}

/* ---- What trends ask ---- */

csuccess__value csuccess__past_score_at(const csuccess__health_past *past, int64_t day,
                                        uint64_t definition)
{
    csuccess__past_score found = {.definition = past->has_score ? past->definition : 0,
                                  .raw = past->raw};
    uint32_t low = 0, high = past->count;
    if (!past->there) return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    while (low < high && day != CSUCCESS__PAST_PREVIOUS) {
        uint32_t middle = low + (high - low) / 2;
        if (past->points[middle].day <= day) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (day != CSUCCESS__PAST_PREVIOUS) {
        if (low == 0) return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
        found = past->points[low - 1];
    }
    if (found.definition == 0) return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (found.definition != definition) {
        return csuccess__missing(CSUCCESS__ABSENCE_OTHER_DEFINITION);
    }
    return csuccess__number(found.raw);
}

/* ---- Printing ---- */

void csuccess__past_key(csuccess__json_writer *out, const char *key)
{
    csuccess__json_key(out, csuccess__str(key));
}

void csuccess__past_put_number(csuccess__json_writer *out, const char *key, bool there,
                               double x)
{
    csuccess__past_key(out, key);
    if (there) {
        csuccess__json_num(out, x + 0.0);
    } else {
        csuccess__json_null(out);
    }
}

static void print_points(csuccess__json_writer *out, const csuccess__health_past *past)
{
    csuccess__past_key(out, "history");
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < past->count; i++) {
        const csuccess__past_score *point = &past->points[i];
        char text[CSUCCESS__DATE_TEXT];
        size_t len = csuccess__date_format(text, point->day * CSUCCESS__DAY_MS);
        csuccess__json_open(out, '{');
        csuccess__json_put_or_null(out, "day", (csuccess_str){text, len});
        csuccess__past_put_number(out, "raw", point->definition != 0, point->raw);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

void csuccess__health_past_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__health_past past = {.there = false};
    csuccess__arena arena;
    csuccess__arena_init(&arena, out->out->mem, 0);
    csuccess_result result = read_payload(&past, field->payload, &arena);
    if (result == CSUCCESS_OK) {
        csuccess__json_open(out, '{');
        csuccess__past_put_number(out, "score", past.has_score, past.score);
        csuccess__past_put_number(out, "raw", past.has_score, past.raw);
        csuccess__json_put_or_null(out, "status", past.status);
        csuccess__json_put_or_null(out, "profile", past.profile);
        csuccess__json_put_or_null(out, "trend", past.trend);
        csuccess__past_put_number(out, "completeness", true, past.completeness);
        csuccess__json_put_time(out, "at", past.at);
        csuccess__json_put_time(out, "since", past.since);
        print_points(out, &past);
        csuccess__json_close(out, '}');
    } else {
        if (result == CSUCCESS_ENOMEM) out->out->status = result;
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
    }
    csuccess__arena_free(&arena);
}
