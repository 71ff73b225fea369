/* SPDX-License-Identifier: Apache-2.0 */
/* What an evaluation makes of the field HEALTH, and the entry of what changed. */
#include "score/history_internal.h"

#include <string.h>

static const char *const trend_words[] = {
#define CSUCCESS__TREND(name, text) text,
    CSUCCESS__TRENDS(CSUCCESS__TREND)
#undef CSUCCESS__TREND
};

static bool same(double a, double b)
{
    return !(a < b) && !(a > b);
}

/* ---- What is there now ---- */

static csuccess__past_part *parts_of(const csuccess__profile *profile,
                                     const csuccess__health_result *result,
                                     csuccess__past_part *parts, uint32_t *count)
{
    /* A card that is summed at once fills its nodes only where they are explained. */
    const csuccess__scorecard *card = profile ? profile->card : NULL;
    *count = 0;
    if (!card || card->additive) return parts;
    for (uint32_t i = 1; i < card->count && *count < CSUCCESS__PAST_PARTS;) {
        csuccess__past_part *part = &parts[(*count)++];
        part->there = !result->nodes[i].missing;
        part->score = part->there ? csuccess__round9(result->nodes[i].score) : 0;
        i = card->nodes[i].end > i ? card->nodes[i].end : i + 1;
    }
    return parts;
}

static uint64_t modifiers_of(const csuccess__health_result *result)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < result->modified_count; i++) {
        uint32_t at = result->modified[i].modifier;
        if (at < CSUCCESS__PAST_MODIFIERS) bits |= UINT64_C(1) << at;
    }
    return bits;
}

static csuccess__health_past now_of(const csuccess__step *step, const csuccess__health *health,
                                    const csuccess__health_result *result)
{
    return (csuccess__health_past){
        .there = true,
        .at = step->now,
        .since = step->now,
        .has_score = result->has_score,
        .overridden = result->overridden,
        .raw = result->has_score ? result->raw : 0,
        .score = result->has_score ? result->score : 0,
        .completeness = result->completeness,
        .status = result->status,
        .profile = csuccess__health_profile_name(health, result->profile),
        .trend = csuccess__str(trend_words[result->trend]),
        .band = csuccess__health_band_name(health, result->profile, result->settled),
        .definition = csuccess__health_definition(health, result->profile),
        .modifiers = modifiers_of(result)};
}

static bool changed(const csuccess__health_past *a, const csuccess__health_past *b)
{
    return a->has_score != b->has_score || !same(a->raw, b->raw) ||
           !csuccess__str_eq(a->status, b->status) || !csuccess__str_eq(a->profile, b->profile);
}

/* ---- Points ---- */

static bool same_score(const csuccess__past_score *a, const csuccess__past_score *b)
{
    return a->definition == b->definition && same(a->raw, b->raw);
}

/* The last point is today's, where today differs from what was: only changes have points. Gives how many there are. */
static uint32_t put_today(csuccess__past_score *points, uint32_t n, csuccess__past_score last)
{
    const csuccess__past_score none = {.day = 0};
    if (n > 0 && points[n - 1].day > last.day) last.day = points[n - 1].day;
    while (n > 0 && points[n - 1].day == last.day) n--;
    if (same_score(n > 0 ? &points[n - 1] : &none, &last)) return n;
    points[n] = last;
    return n + 1;
}

/* The first that is still looked at: the newest of those further back than any trend looks. Before the first score there is
   nothing to remember. */
static uint32_t first_kept(const csuccess__past_score *points, uint32_t n, int64_t back)
{
    uint32_t first = 0;
    while (first + 1 < n && points[first + 1].day <= back) first++;
    while (first < n && points[first].definition == 0) first++;
    return first;
}

/* `points` has room for one more than there were. */
static void keep_points(const csuccess__step *step, int32_t longest,
                        const csuccess__health_past *past, csuccess__past_score *points,
                        csuccess__health_past *next)
{
    const csuccess__past_score last = {.day = csuccess__days_between(0, step->now),
                                       .raw = next->raw,
                                       .definition = next->has_score ? next->definition : 0};
    uint32_t n = past->count;
    if (n > 0) memcpy(points, past->points, n * sizeof *points);
    n = put_today(points, n, last);
    uint32_t first = first_kept(points, n, last.day - longest);
    next->points = points + first;
    next->count = n - first;
    /* Then only the last can differ. */
    bool kept = first == 0 && n == past->count && next->definition == past->definition;
    if (kept && n > 0) {
        kept = points[n - 1].day == past->points[n - 1].day &&
               same_score(&points[n - 1], &past->points[n - 1]);
    }
    if (kept) next->written = past->written;
}

/* ---- The entry ---- */

static void write_side(csuccess__json_writer *w, const char *key,
                       const csuccess__health_past *side)
{
    csuccess__past_key(w, key);
    if (!side->there) {
        csuccess__json_null(w);
        return;
    }
    csuccess__json_open(w, '{');
    csuccess__past_put_number(w, "score", side->has_score, side->score);
    csuccess__past_put_number(w, "raw", side->has_score, side->raw);
    csuccess__json_put_or_null(w, "status", side->status);
    csuccess__json_put_or_null(w, "profile", side->profile);
    csuccess__json_put_or_null(w, "trend", side->trend);
    csuccess__past_put_number(w, "completeness", true, side->completeness);
    csuccess__json_close(w, '}');
}

static void open_cause(csuccess__json_writer *w, const char *what, csuccess_str id)
{
    csuccess__json_open(w, '{');
    csuccess__json_put_or_null(w, "what", csuccess__str(what));
    if (id.len > 0) csuccess__json_put_or_null(w, "id", id);
}

static void write_flag_cause(csuccess__json_writer *w, const char *what, csuccess_str id,
                             bool after)
{
    open_cause(w, what, id);
    csuccess__past_key(w, "before");
    csuccess__json_bool(w, !after);
    csuccess__past_key(w, "after");
    csuccess__json_bool(w, after);
    csuccess__json_close(w, '}');
}

static void write_parts(csuccess__json_writer *w, const csuccess__scorecard *card,
                        const csuccess__health_past *past, const csuccess__health_past *next)
{
    uint32_t node = 1;
    for (uint32_t i = 0; i < next->part_count && i < past->part_count; i++) {
        const csuccess__past_part *a = &past->parts[i], *b = &next->parts[i];
        const csuccess__card_node *at = &card->nodes[node];
        node = at->end > node ? at->end : node + 1;
        if (a->there == b->there && same(a->score, b->score)) continue;
        open_cause(w, "component", at->id);
        csuccess__past_put_number(w, "before", a->there, a->score);
        csuccess__past_put_number(w, "after", b->there, b->score);
        csuccess__json_close(w, '}');
    }
}

static void write_modifiers(csuccess__json_writer *w, const csuccess__profile *profile,
                            uint64_t before, uint64_t after)
{
    for (uint32_t i = 0; i < profile->modifier_count && i < CSUCCESS__PAST_MODIFIERS; i++) {
        if (!((before ^ after) >> i & 1)) continue;
        write_flag_cause(w, "modifier", profile->modifiers[i].id, after >> i & 1);
    }
}

/* What differs between the two; their parts, where they are comparable. */
static void write_causes(csuccess__json_writer *w, const csuccess__profile *profile,
                         const csuccess__health_past *past, const csuccess__health_past *next)
{
    const csuccess_str none = {"", 0};
    csuccess__past_key(w, "causes");
    csuccess__json_open(w, '[');
    if (past->there && !csuccess__str_eq(past->profile, next->profile)) {
        open_cause(w, "profile", none);
        csuccess__json_put_or_null(w, "before", past->profile);
        csuccess__json_put_or_null(w, "after", next->profile);
        csuccess__json_close(w, '}');
    } else if (past->there && past->definition != next->definition) {
        open_cause(w, "definition", none);
        csuccess__json_close(w, '}');
    } else if (past->there && profile) {
        write_parts(w, profile->card, past, next);
        write_modifiers(w, profile, past->modifiers, next->modifiers);
    }
    if (past->overridden != next->overridden) {
        write_flag_cause(w, "override", none, next->overridden);
    }
    csuccess__json_close(w, ']');
}

static void leave_entry(csuccess__step *step, const csuccess__profile *profile,
                        const csuccess__health_past *past, const csuccess__health_past *next)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    write_side(w, "before", past);
    write_side(w, "after", next);
    write_causes(w, profile, past, next);
    csuccess_str body = csuccess__step_body_end(step);
    if (body.ptr) csuccess__step_entry(step, "health", (csuccess_str){"", 0}, body);
}

static void put_field(csuccess__step *step, const csuccess__health_past *next)
{
    csuccess__buffer_clear(step->scratch);
    csuccess__past_write(step->scratch, next);
    if (step->scratch->status < 0) {
        csuccess__step_fail(step, step->scratch->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_HEALTH, (csuccess_str){"", 0},
                       csuccess__buffer_view(step->scratch));
}

void csuccess__past_note(csuccess__step *step, const csuccess__health *health,
                         const csuccess__health_past *past,
                         const csuccess__health_result *result, bool *band_changed)
{
    csuccess__past_part parts[CSUCCESS__PAST_PARTS];
    bool chosen = result->profile < health->profile_count;
    const csuccess__profile *profile = chosen ? &health->profiles[result->profile] : NULL;
    csuccess__health_past next = now_of(step, health, result);
    size_t room = (size_t)past->count + 1;
    csuccess__past_score *points = csuccess__alloc(step->mem, room, sizeof *points);
    *band_changed = false;
    if (!points) {
        csuccess__step_fail(step, CSUCCESS_ENOMEM);
        return;
    }
    next.parts = parts_of(profile, result, parts, &next.part_count);
    keep_points(step, health->longest_trend, past, points, &next);
    bool differs = changed(past, &next);
    *band_changed =
        past->there && past->status.len > 0 && !csuccess__str_eq(past->status, next.status);
    if (past->there && !differs && past->since <= next.at) next.since = past->since;
    if (differs) leave_entry(step, profile, past, &next);
    put_field(step, &next);
    csuccess__release(step->mem, points, room, sizeof *points);
}
