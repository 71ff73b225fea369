/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling segments, putting those that refer to others after them, and evaluating them in waves. */
#include "flow/segments_internal.h"

#include "base/heap.h"
#include "calendar/duration_read.h"
#include "text/reader.h"

#include <string.h>

static const char *const keys[] = {"type",  "static",      "when",  "leave", "refresh",
                                   "label", "description", "order", NULL};
static const char *const types[] = {"dynamic", "static", NULL};
static const csuccess__span refreshes = {"PT1H", CSUCCESS__MINUTE_MS, 366 * CSUCCESS__DAY_MS};

/* What is known of a segment while the section is compiled. */
typedef struct draft {
    csuccess__segment segment;
    uint32_t wave;
} draft;

/* `"static": true`, or `"type": "static"`; both may stand if they agree. */
static bool read_static(csuccess__problems *problems, const csuccess__json *at)
{
    const csuccess__json *type = csuccess__json_member(at, "type");
    const csuccess__json *word = csuccess__json_member(at, "static");
    bool by_type = csuccess__read_word(problems, at, "type", types, 0) == 1;
    bool by_word = csuccess__read_bool(problems, at, "static", by_type);
    if (type && word && by_type != by_word) {
        csuccess__problem(problems, word, CSUCCESS_ECONFIG,
                          "\"static\" and \"type\" say different things of the segment %q; "
                          "remove one of them",
                          at->key);
    }
    return by_word;
}

/* A static segment has none of what conditions are for. */
static void refuse_conditions(csuccess__problems *problems, const csuccess__json *at)
{
    static const char *const conditions[] = {"when", "leave", "refresh"};
    for (size_t i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
        const csuccess__json *member = csuccess__json_member(at, conditions[i]);
        if (!member) {
            continue;
        }
        csuccess__problem(problems, member, CSUCCESS_ECONFIG,
                          "the members of a static segment are added by the host; remove "
                          "\"%s\" or make the segment dynamic",
                          conditions[i]);
    }
}

static const csuccess__program *read_condition(const draft *d, csuccess__compiler *with,
                                               csuccess__problems *problems, const char *key)
{
    const csuccess__json *node = csuccess__json_member(d->segment.at, key);
    return node ? csuccess__expr_read(with, problems, node,
                                      csuccess__type_of(CSUCCESS__KIND_BOOL))
                : NULL;
}

static void compile_one(draft *d, csuccess__compiler *with, csuccess__problems *problems)
{
    const csuccess__json *at = d->segment.at;
    if (!csuccess__read_object(problems, at, keys)) {
        return;
    }
    d->segment.dynamic = !read_static(problems, at);
    d->segment.label = csuccess__read_string(problems, at, "label", at->key);
    if (!d->segment.dynamic) {
        refuse_conditions(problems, at);
        return;
    }
    if (!csuccess__json_member(at, "when")) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "the dynamic segment %q needs a condition: \"when\"", at->key);
    }
    d->segment.when = read_condition(d, with, problems, "when");
    d->segment.leave = read_condition(d, with, problems, "leave");
    d->segment.refresh_ms = csuccess__read_ms(problems, at, "refresh", 0, refreshes);
}

/* Raises a segment above those that the program refers to; whether it moved. The slots of the segments stand in a row, so a
   slot tells its segment. */
static bool raise(draft *drafts, uint32_t n, uint32_t at, const csuccess__program *program)
{
    bool moved = false;
    for (uint32_t k = 0; program && k < program->input_count; k++) {
        uint32_t other = program->inputs[k] - drafts[0].segment.slot;
        if (other < n && drafts[at].wave <= drafts[other].wave) {
            drafts[at].wave = drafts[other].wave + 1;
            moved = true;
        }
    }
    return moved;
}

/* Raises each segment above those that it refers to. Without a circle nothing rises above n - 1. */
static bool settle(draft *drafts, uint32_t n)
{
    bool moved = true;
    for (uint32_t round = 0; moved && round <= n; round++) {
        moved = false;
        for (uint32_t i = 0; i < n; i++) {
            bool when = raise(drafts, n, i, drafts[i].segment.when);
            bool leave = raise(drafts, n, i, drafts[i].segment.leave);
            moved = moved || when || leave;
        }
    }
    return !moved;
}

static void note_circle(const draft *drafts, uint32_t n, csuccess__problems *problems)
{
    for (uint32_t i = 0; i < n; i++) {
        if (drafts[i].wave >= n) {
            csuccess__problem(problems, drafts[i].segment.at, CSUCCESS_ECYCLE,
                              "the segment %q refers to itself, directly or through others",
                              drafts[i].segment.id);
        }
    }
}

static bool build_wave(csuccess__segment_wave *wave, const csuccess__segment *list,
                       csuccess__arena *arena)
{
    const csuccess__program **programs =
        CSUCCESS__NEW_ARRAY(arena, const csuccess__program *, wave->count);
    static const csuccess__node never = {.op = CSUCCESS__OP_CONSTANT,
                                         .as.constant = {.kind = CSUCCESS__KIND_BOOL}};
    if (!programs) {
        return false;
    }
    for (uint32_t i = 0; i < wave->count; i++) {
        programs[i] = list[wave->first + i].when;
        if (!programs[i]) {
            /* A static segment: its members are the host's to know. */
            csuccess__program *none = CSUCCESS__NEW(arena, csuccess__program);
            if (!none) {
                return false;
            }
            csuccess__node *node = CSUCCESS__NEW(arena, csuccess__node);
            if (!node) {
                return false;
            }
            *node = never;
            node->type = csuccess__type_of(CSUCCESS__KIND_BOOL);
            none->nodes = node;
            none->count = 1;
            none->type = node->type;
            programs[i] = none;
        }
    }
    wave->set = csuccess__ruleset_new(arena, programs, wave->count);
    return wave->set != NULL;
}

/* Lists the drafts wave by wave and builds a set for each. */
static bool build(csuccess__segments *out, const draft *drafts, csuccess__arena *arena)
{
    uint32_t n = out->count, placed = 0;
    csuccess__segment *list = CSUCCESS__NEW_ARRAY(arena, csuccess__segment, n);
    csuccess__segment_wave *waves = CSUCCESS__NEW_ARRAY(arena, csuccess__segment_wave, n);
    if (!list || !waves) {
        return false;
    }
    for (uint32_t wave = 0; placed < n; wave++) {
        waves[wave].first = placed;
        for (uint32_t i = 0; i < n; i++) {
            if (drafts[i].wave == wave) {
                list[placed++] = drafts[i].segment;
            }
        }
        waves[wave].count = placed - waves[wave].first;
        if (!build_wave(&waves[wave], list, arena)) {
            return false;
        }
        out->wave_count = wave + 1;
    }
    out->list = list;
    out->waves = waves;
    return true;
}

typedef struct named {
    csuccess_str id;
    uint32_t at;
} named;

static bool named_before(const void *one, const void *other)
{
    const named *a = one, *b = other;
    return csuccess__str_cmp(a->id, b->id) < 0;
}

/* The index by id. */
static bool sort_ids(csuccess__segments *out, csuccess__arena *arena)
{
    named *names = CSUCCESS__NEW_ARRAY(arena, named, out->count);
    uint32_t *sorted = CSUCCESS__NEW_ARRAY(arena, uint32_t, out->count);
    if (!names || !sorted) {
        return false;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        names[i] = (named){out->list[i].id, i};
    }
    csuccess__sort(names, out->count, sizeof *names, named_before);
    for (uint32_t i = 0; i < out->count; i++) {
        sorted[i] = names[i].at;
    }
    out->sorted = sorted;
    return true;
}

uint32_t csuccess__segment_find(const csuccess__segments *segments, csuccess_str id)
{
    uint32_t low = 0, high = segments ? segments->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2, at = segments->sorted[middle];
        int order = csuccess__str_cmp(segments->list[at].id, id);
        if (order == 0) {
            return at;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return UINT32_MAX;
}

/* Adds the slots of all segments first, so that conditions may refer to any of them. `members` becomes their order. */
static bool open_drafts(draft *drafts, csuccess__schema *schema, const csuccess__json *section,
                        const csuccess__json **members)
{
    uint32_t n = section->count;
    csuccess__read_order(section, members);
    for (uint32_t i = 0; i < n; i++) {
        csuccess__slot slot = {.path = CSUCCESS_STR("segment"),
                               .argument = members[i]->key,
                               .type = csuccess__type_of(CSUCCESS__KIND_BOOL),
                               .stratum = CSUCCESS__STRATUM_SEGMENT};
        drafts[i].segment.at = members[i];
        drafts[i].segment.id = members[i]->key;
        drafts[i].segment.slot = csuccess__schema_add(schema, &slot);
        if (drafts[i].segment.slot == UINT32_MAX) {
            return false;
        }
    }
    return true;
}

static void compile_each(draft *drafts, uint32_t n, csuccess__compiler *with,
                         csuccess__problems *problems)
{
    for (uint32_t i = 0; i < n; i++) {
        compile_one(&drafts[i], with, problems);
    }
    if (!settle(drafts, n)) {
        note_circle(drafts, n, problems);
    }
}

static csuccess__segments *compile_all(csuccess__schema *schema, csuccess__compiler *with,
                                       csuccess__problems *problems,
                                       const csuccess__json *section)
{
    uint32_t n = section->count;
    csuccess__arena *arena = with->arena;
    const csuccess__json **members = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, n);
    draft *drafts = CSUCCESS__NEW_ARRAY(arena, draft, n);
    csuccess__segments *out = CSUCCESS__NEW(arena, csuccess__segments);
    if (!members || !drafts || !out || !open_drafts(drafts, schema, section, members)) {
        problems->lost = true;
        return NULL;
    }
    /* Everything before the segments is compiled: what reads an input until here may be health or churn. */
    const csuccess__segment_past past = {csuccess__segments_used(schema, arena),
                                         schema->reads_now};
    if (!past.used) {
        problems->lost = true;
        return NULL;
    }
    compile_each(drafts, n, with, problems);
    if (problems->errors > 0) {
        return NULL; /* of any section: a metric without a type, say, cannot be part of a set */
    }
    out->count = n;
    if (!build(out, drafts, arena) || !sort_ids(out, arena) ||
        !csuccess__segments_index(out, schema, arena, &past)) {
        problems->lost = true;
        return NULL;
    }
    return out;
}

const csuccess__segments *csuccess__segments_compile(csuccess__schema *schema,
                                                     csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *section)
{
    schema->reads_now = with->reads_now; /* by what was compiled until here */
    if (!section || section->count == 0) {
        return NULL;
    }
    if (section->count > CSUCCESS__SEGMENTS_MOST) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u segments; this has %u",
                          (uint32_t)CSUCCESS__SEGMENTS_MOST, section->count);
        return NULL;
    }
    return compile_all(schema, with, problems, section);
}

/* Copies n bits from the start of `from` to bit `first` of `to`, which is zero there. */
static void place_bits(uint64_t *to, uint32_t first, const uint64_t *from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        to[(first + i) / 64] |= (from[i / 64] >> (i % 64) & 1) << ((first + i) % 64);
    }
}

static bool bit(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static void publish(const csuccess__segments *segments, csuccess__segment_wave range,
                    const uint64_t *holds, const uint64_t *undecided, csuccess__value *slots)
{
    for (uint32_t i = range.first; i < range.first + range.count; i++) {
        slots[segments->list[i].slot] = bit(undecided, i)
                                            ? csuccess__missing(CSUCCESS__ABSENCE_UNDECIDED)
                                            : csuccess__boolean(bit(holds, i));
    }
}

void csuccess__segments_publish(const csuccess__segments *segments, const uint64_t *holds,
                                const uint64_t *undecided, csuccess__value *slots)
{
    csuccess__segment_wave all = {.first = 0, .count = segments->count};
    publish(segments, all, holds, undecided, slots);
}

/* reason: what is evaluated, with what, on whom, and three places for what comes out. */
csuccess_result csuccess__segments_row(const csuccess__segments *segments,
                                       csuccess__machine *machine, const csuccess__frame *frame,
                                       csuccess__value *slots, uint64_t *holds,
                                       uint64_t *undecided)
{
    if (segments->wave_count == 1) {
        return csuccess__ruleset_row(segments->waves[0].set, machine, frame, holds, undecided);
    }
    uint64_t open[CSUCCESS__SEGMENT_WORDS_MOST], part[CSUCCESS__SEGMENT_WORDS_MOST];
    size_t words = ((size_t)segments->count + 63) / 64;
    uint64_t all_open[CSUCCESS__SEGMENT_WORDS_MOST] = {0};
    memset(holds, 0, words * sizeof *holds);
    for (uint32_t w = 0; w < segments->wave_count; w++) {
        const csuccess__segment_wave *wave = &segments->waves[w];
        csuccess_result status = csuccess__ruleset_row(wave->set, machine, frame, part, open);
        if (status < 0) {
            return status;
        }
        place_bits(holds, wave->first, part, wave->count);
        place_bits(all_open, wave->first, open, wave->count);
        publish(segments, *wave, holds, all_open, slots);
    }
    if (undecided) {
        memcpy(undecided, all_open, words * sizeof *undecided);
    }
    return CSUCCESS_OK;
}

/* Binds the answers of a wave as columns for the next ones. False: no memory.
   reason: it hands on what csuccess__segments_columns() was given, and which wave. */
static bool bind_wave(const csuccess__segments *segments, const csuccess__segment_wave *wave,
                      csuccess__column_machine *machine, const csuccess__column_frame *frame,
                      csuccess__column *slots, const uint64_t *members,
                      const uint64_t *undecided)
{
    for (uint32_t i = wave->first; i < wave->first + wave->count; i++) {
        csuccess__vector *v =
            csuccess__column_machine_vector(machine, CSUCCESS__KIND_BOOL, frame->rows);
        if (!v) {
            return false;
        }
        const size_t at = (size_t)i * CSUCCESS__BLOCK_WORDS;
        v->all_valid = true;
        for (uint32_t w = 0; w < CSUCCESS__BLOCK_WORDS; w++) {
            v->as.bits[w] = members[at + w];
            v->valid[w] = ~undecided[at + w];
            v->all_valid = v->all_valid && undecided[at + w] == 0;
        }
        slots[segments->list[i].slot] = (csuccess__column){
            .form = CSUCCESS__FORM_VECTOR, .kind = CSUCCESS__KIND_BOOL, .data = v};
    }
    return true;
}

/* reason: what is evaluated, with what, on whom, and three places for what comes out. */
csuccess_result csuccess__segments_columns(const csuccess__segments *segments,
                                           csuccess__column_machine *machine,
                                           const csuccess__column_frame *frame,
                                           csuccess__column *slots, uint64_t *members,
                                           uint64_t *undecided)
{
    for (uint32_t w = 0; w < segments->wave_count; w++) {
        const csuccess__segment_wave *wave = &segments->waves[w];
        const size_t at = (size_t)wave->first * CSUCCESS__BLOCK_WORDS;
        csuccess_result status =
            csuccess__ruleset_columns(wave->set, machine, frame, members + at, undecided + at);
        if (status < 0) {
            return status;
        }
        if (w + 1 < segments->wave_count &&
            !bind_wave(segments, wave, machine, frame, slots, members, undecided)) {
            return CSUCCESS_ENOMEM;
        }
    }
    return CSUCCESS_OK;
}
