/* SPDX-License-Identifier: Apache-2.0 */
/* Where one customer stands with a set of conditions, brought up to date key by key.

   Each term has two counters: of the keys whose value makes it false, and of those that are missing. They are kept as bit planes, so
   that a key that moves from one region to another adds and takes away for all terms of a word at once, and the masks of
   the regions say for which. A term is true when both counters are 0, open when only the first is.

   Of a group: 0, or 1 and the number of missing keys · regions, two a word · planes of the false · planes of the open · terms that are true · terms that are open ·
   conditions that hold · conditions that are undecided. */
#include "expr/ruleset_internal.h"

#include <string.h>

/* Regions: not looked at yet, missing, and from FIRST on those of the key. */
enum { NEW = 0, MISSING = 1, FIRST = 2 };

#define EIGHT \
    UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, \
        UINT64_MAX

/* Words that are worked on at once: the number of words of a mask is a multiple of theirs. */
#if defined(__GNUC__)
typedef uint64_t lanes __attribute__((vector_size(16)));
#else
typedef uint64_t lanes;
#endif
enum { LANES = sizeof(lanes) / sizeof(uint64_t) };

static inline lanes load(const uint64_t *words)
{
    lanes v;
    memcpy(&v, words, sizeof v);
    return v;
}

static inline void store(uint64_t *words, lanes v)
{
    memcpy(words, &v, sizeof v);
}

/* The parts of a group's standing. */
typedef struct parts {
    uint64_t *missing; /* 0: new; else 1 and how many keys are missing */
    uint32_t *regions;
    uint64_t *false_planes, *open_planes;
    uint64_t *true_terms, *open_terms;
    uint64_t *holds, *undecided;
    uint64_t *end;
} parts;

static size_t region_words(const csuccess__rule_group *group)
{
    return ((size_t)group->key_count + 1) / 2;
}

static parts parts_of(const csuccess__rule_group *group, uint64_t *at)
{
    size_t planes = (size_t)group->planes * group->words, conditions = (group->n + 63) / 64;
    parts s = {.missing = at, .regions = (uint32_t *)(void *)(at + 1)};
    s.false_planes = at + 1 + region_words(group);
    s.open_planes = s.false_planes + planes;
    s.true_terms = s.open_planes + planes;
    s.open_terms = s.true_terms + group->words;
    s.holds = s.open_terms + group->words;
    s.undecided = s.holds + conditions;
    s.end = s.undecided + conditions;
    return s;
}

static size_t words_of(const csuccess__rule_group *group)
{
    return 1 + region_words(group) + (2 * (size_t)group->planes + 2) * group->words +
           2 * (((size_t)group->n + 63) / 64);
}

size_t csuccess__ruleset_standing(const csuccess__ruleset *set)
{
    size_t words = 0;
    for (size_t g = 0; g < set->count; g++) words += words_of(&set->groups[g]);
    return words;
}

static void set_bit(uint64_t *bits, uint32_t i, bool on)
{
    uint64_t bit = UINT64_C(1) << (i % 64);
    bits[i / 64] = on ? bits[i / 64] | bit : bits[i / 64] & ~bit;
}

/* ---- Building ---- */

/* How many bits count the keys of any term. */
static uint32_t count_planes(const csuccess__rule_group *group)
{
    uint32_t most = 0, planes = 0;
    for (size_t t = 0; t < (size_t)group->words * 64; t++) {
        uint32_t keys = 0;
        for (uint32_t k = 0; k < group->key_count; k++) {
            keys += group->keys[k].readers[t / 64] >> (t % 64) & 1;
        }
        most = keys > most ? keys : most;
    }
    for (; most != 0; most >>= 1) planes++;
    return planes ? planes : 1;
}

static bool place_extras(csuccess__arena *arena, csuccess__rule_group *group)
{
    uint32_t *extras = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)group->n + 1);
    uint64_t *simple = CSUCCESS__NEW_ARRAY(arena, uint64_t, ((size_t)group->n + 63) / 64);
    if (!extras || !simple) return false;
    for (uint32_t t = group->n; t < group->words * 64; t++) {
        if (csuccess__bit(group->initial, t)) extras[group->condition[t] + 1]++;
    }
    extras[0] = group->n;
    for (uint32_t c = 0; c < group->n; c++) {
        if (extras[c + 1] == 0) set_bit(simple, c, true);
        extras[c + 1] += extras[c];
    }
    for (uint32_t i = 0; i < group->whole_count; i++) {
        set_bit(simple, group->whole[i], false);
    }
    group->extras = extras;
    group->simple = simple;
    return true;
}

/* The terms of conditions of several. */
static bool mark_joined(csuccess__arena *arena, csuccess__rule_group *group)
{
    uint64_t *joined = CSUCCESS__NEW_ARRAY(arena, uint64_t, group->words);
    for (uint32_t t = 0; joined && t < group->words * 64; t++) {
        uint32_t c = group->condition[t];
        if (group->extras[c] < group->extras[c + 1]) set_bit(joined, t, true);
    }
    group->joined = joined;
    return joined != NULL;
}

/* The slots that a key's value comes of. */
static const uint32_t *sources(const csuccess__rule_key *key, uint32_t *count)
{
    *count = key->program ? key->program->input_count : 1;
    return key->program ? key->program->inputs : &key->slot;
}

static uint32_t count_slots(const csuccess__rule_group *group, size_t *most)
{
    uint32_t slots = 0, n;
    *most = 0;
    for (uint32_t k = 0; k < group->key_count; k++) {
        const uint32_t *from = sources(&group->keys[k], &n);
        for (uint32_t i = 0; i < n; i++) slots = from[i] >= slots ? from[i] + 1 : slots;
        *most += n;
    }
    return slots;
}

/* Where the keys of each slot begin; slots + 2 long, so that filling one slot's moves its own beginning to the next one's. */
static void count_askers(const csuccess__rule_group *group, uint32_t slots, uint32_t *first)
{
    uint32_t n;
    for (uint32_t k = 0; k < group->key_count; k++) {
        const uint32_t *from = sources(&group->keys[k], &n);
        for (uint32_t i = 0; i < n; i++) first[from[i] + 2]++;
    }
    for (uint32_t i = 1; i <= slots; i++) first[i + 1] += first[i];
}

/* Keys by the slots that they ask for, those of a slot in a row. */
static bool list_askers(csuccess__arena *arena, csuccess__rule_group *group)
{
    size_t most;
    uint32_t slots = count_slots(group, &most), n;
    uint32_t *first = CSUCCESS__NEW_ARRAY(arena, uint32_t, (size_t)slots + 2);
    uint32_t *askers = CSUCCESS__NEW_ARRAY(arena, uint32_t, most);
    uint32_t *timely = CSUCCESS__NEW_ARRAY(arena, uint32_t, group->key_count);
    if (!first || !askers || !timely) return false;
    count_askers(group, slots, first);
    for (uint32_t k = 0; k < group->key_count; k++) {
        const csuccess__rule_key *key = &group->keys[k];
        const uint32_t *from = sources(key, &n);
        for (uint32_t i = 0; i < n; i++) askers[first[from[i] + 1]++] = k;
        if (key->program && key->program->reads_now) timely[group->timely_count++] = k;
    }
    group->first_asker = first;
    group->asked_slots = slots;
    group->askers = askers;
    group->timely = timely;
    return true;
}

/* By condition: where its terms are; at most 63 behind the first. */
static bool list_joined(csuccess__arena *arena, csuccess__rule_group *group)
{
    csuccess__rule_terms_of *list =
        CSUCCESS__NEW_ARRAY(arena, csuccess__rule_terms_of, group->n);
    for (uint32_t c = 0; list && c < group->n; c++) {
        uint32_t from = group->extras[c], terms = group->extras[c + 1] - from;
        uint64_t mask = (UINT64_C(1) << terms) - 1;
        uint32_t shift = from % 64;
        list[c] = (csuccess__rule_terms_of){.own = UINT64_C(1) << (c % 64),
                                            .more = {mask << shift, mask >> 1 >> (63 - shift)},
                                            .own_word = c / 64,
                                            .more_word = from / 64};
    }
    group->terms_of = list;
    return list != NULL;
}

bool csuccess__rule_standing(csuccess__arena *arena, csuccess__rule_group *group)
{
    group->planes = count_planes(group);
    return place_extras(arena, group) && mark_joined(arena, group) &&
           list_askers(arena, group) && list_joined(arena, group);
}

/* ---- One group again ---- */

typedef struct again {
    const csuccess__rule_group *group;
    csuccess__machine *machine;
    const csuccess__frame *frame;
    parts s;
    bool moved, open;              /* some key; some is missing, or was */
    uint64_t missing;              /* as in the standing */
    const csuccess__program *last; /* that was run, and what it gave */
    csuccess__value value;
    csuccess_result failed;
    /* Terms whose counter is not 0, once something moved. */
    uint64_t dead[CSUCCESS__GROUP_WORDS], gaps[CSUCCESS__GROUP_WORDS];
} again;

static const csuccess__value *value_of(again *a, const csuccess__rule_key *key)
{
    if (!key->program) return &a->frame->slots[key->slot];
    if (a->last != key->program) {
        a->value = csuccess__program_run(key->program, a->machine, a->frame, &a->failed);
        a->last = key->program;
    }
    return &a->value;
}

/* Counts up the terms that are in `before` and not in `now`, and down the others that differ; `any` becomes the terms whose counter is not 0.
   Without a branch that depends on them: which terms a value moves is nothing that a processor could guess. */
static void count(uint64_t *planes, const csuccess__rule_group *group, const uint64_t *before,
                  const uint64_t *now, uint64_t *any)
{
    const uint32_t words = group->words, end = words * group->planes;
    for (uint32_t w = 0; w < words; w += LANES) {
        lanes old = load(before + w), new = load(now + w);
        lanes up = old & ~new, down = new & ~old, some = up ^ up;
        for (uint32_t p = w; p < end; p += words) {
            lanes was = load(planes + p), is = was ^ up ^ down;
            store(planes + p, is);
            some |= is;
            up &= was;
            down &= ~was;
        }
        store(any + w, some);
    }
}

/* The terms that a key leaves alive in a region; one that was never looked at, or is missing, all. */
static const uint64_t *left_alive(const csuccess__rule_group *group,
                                  const csuccess__rule_key *key, uint32_t region)
{
    static const uint64_t all[CSUCCESS__GROUP_WORDS] = {EIGHT, EIGHT, EIGHT, EIGHT,
                                                        EIGHT, EIGHT, EIGHT, EIGHT};
    return region < FIRST ? all : key->masks + (size_t)(region - FIRST) * group->words;
}

/* Counts for a key that moves from one region to another. */
static void put_region(again *a, uint32_t k, uint32_t is)
{
    const csuccess__rule_group *group = a->group;
    const csuccess__rule_key *key = &group->keys[k];
    uint32_t was = a->s.regions[k];
    if (was == is) return;
    a->s.regions[k] = is;
    a->moved = true;
    count(a->s.false_planes, group, left_alive(group, key, was), left_alive(group, key, is),
          a->dead);
    if ((was == MISSING) == (is == MISSING)) return;
    static const uint64_t none[CSUCCESS__GROUP_WORDS];
    bool missing = is == MISSING;
    a->open = true;
    a->missing += missing ? 1 : UINT64_MAX;
    count(a->s.open_planes, group, missing ? key->readers : none, missing ? none : key->readers,
          a->gaps);
}

static void move_key(again *a, uint32_t k)
{
    const csuccess__rule_key *key = &a->group->keys[k];
    const csuccess__value *value = value_of(a, key);
    bool missing = value->kind == CSUCCESS__KIND_ANY;
    if (a->failed < 0) return;
    put_region(a, k, missing ? MISSING : FIRST + csuccess__region_of(key, value));
}

/* The terms of which a counter is not 0, where nothing was counted. */
static void any_plane(const uint64_t *planes, const csuccess__rule_group *group, uint64_t *any)
{
    const uint32_t words = group->words;
    for (uint32_t w = 0; w < words; w++) any[w] = planes[w];
    for (uint32_t p = 1; p < group->planes; p++) {
        for (uint32_t w = 0; w < words; w++) any[w] |= planes[(size_t)p * words + w];
    }
}

/* The bit of a condition, where some term of it is set. Two words are read: the one beyond the terms is another part of the standing. */
static inline uint64_t some_term(const uint64_t *bits, const csuccess__rule_terms_of *of)
{
    const uint64_t *more = &bits[of->more_word];
    uint64_t some =
        (bits[of->own_word] & of->own) | (more[0] & of->more[0]) | (more[1] & of->more[1]);
    return some ? of->own : 0;
}

static inline void put_bit(uint64_t *bits, const csuccess__rule_terms_of *of, uint64_t on)
{
    bits[of->own_word] = (bits[of->own_word] & ~of->own) | on;
}

/* Conditions of several terms hold by one that is true; without one they are undecided by one that is open. Those of the terms of a word. */
static void answer(const again *a, uint32_t w, uint64_t moved)
{
    const csuccess__rule_group *group = a->group;
    const uint16_t *condition = group->condition + 64 * (size_t)w;
    for (; moved != 0; moved &= moved - 1) {
        const csuccess__rule_terms_of *of =
            &group->terms_of[condition[csuccess__bits_lowest(moved)]];
        uint64_t holds = some_term(a->s.true_terms, of);
        put_bit(a->s.holds, of, holds);
        if (a->open) put_bit(a->s.undecided, of, some_term(a->s.open_terms, of) & ~holds);
    }
}

/* Brings all terms up to date, and says which moved. */
static void settle_true(const again *a, uint64_t *moved)
{
    const csuccess__rule_group *group = a->group;
    for (uint32_t w = 0; w < group->words; w += LANES) {
        lanes is = load(group->initial + w) & ~load(a->dead + w);
        store(moved + w, load(a->s.true_terms + w) ^ is);
        store(a->s.true_terms + w, is);
    }
}

/* The same where something is missing, or was before. */
static void settle_open(const again *a, uint64_t *moved)
{
    const csuccess__rule_group *group = a->group;
    for (uint32_t w = 0; w < group->words; w += LANES) {
        lanes gaps = load(a->gaps + w), alive = load(group->initial + w) & ~load(a->dead + w);
        lanes is = alive & ~gaps, may = alive & gaps;
        store(moved + w, (load(a->s.true_terms + w) ^ is) | (load(a->s.open_terms + w) ^ may));
        store(a->s.true_terms + w, is);
        store(a->s.open_terms + w, may);
    }
}

/* Terms, then conditions: those of one term are what it is, a word of them at a time; of the others those of which a term moved. */
static void settle(const again *a)
{
    const csuccess__rule_group *group = a->group;
    uint64_t moved[CSUCCESS__GROUP_WORDS];
    if (a->open) {
        settle_open(a, moved);
    } else {
        settle_true(a, moved);
    }
    for (uint32_t w = 0; w < (group->n + 63) / 64; w++) {
        uint64_t simple = group->simple[w];
        a->s.holds[w] = (a->s.holds[w] & ~simple) | (a->s.true_terms[w] & simple);
        if (a->open) {
            a->s.undecided[w] = (a->s.undecided[w] & ~simple) | (a->s.open_terms[w] & simple);
        }
    }
    for (uint32_t w = 0; w < group->words; w++) answer(a, w, moved[w] & group->joined[w]);
}

static bool reads(const csuccess__program *program, const uint32_t *changed, size_t n)
{
    bool read = program->reads_now;
    for (size_t i = 0; i < n && !read; i++) {
        for (uint32_t k = 0; k < program->input_count && !read; k++) {
            read = program->inputs[k] == changed[i];
        }
    }
    return read;
}

/* Conditions that run as programs. */
static void run_whole(again *a, const uint32_t *changed, size_t n, bool all)
{
    const csuccess__rule_group *group = a->group;
    for (uint32_t i = 0; i < group->whole_count && a->failed >= 0; i++) {
        uint32_t c = group->whole[i];
        if (!all && !reads(group->programs[c], changed, n)) continue;
        csuccess__value v =
            csuccess__program_run(group->programs[c], a->machine, a->frame, &a->failed);
        bool missing = csuccess__is_missing(v);
        set_bit(a->s.holds, c, !missing && v.as.boolean);
        set_bit(a->s.undecided, c, missing);
    }
}

/* The keys that ask for a slot. */
static void move_slot(again *a, uint32_t slot)
{
    const csuccess__rule_group *group = a->group;
    if (slot >= group->asked_slots) return;
    for (uint32_t i = group->first_asker[slot]; i < group->first_asker[slot + 1]; i++) {
        move_key(a, group->askers[i]);
    }
}

static void move_all(again *a)
{
    for (uint32_t k = 0; k < a->group->key_count; k++) move_key(a, k);
    any_plane(a->s.false_planes, a->group, a->dead);
    a->moved = true; /* also without a key: what always holds */
}

static void move_some(again *a, const uint32_t *changed, size_t n)
{
    const csuccess__rule_group *group = a->group;
    a->moved = false;
    for (size_t i = 0; i < n; i++) move_slot(a, changed[i]);
    for (uint32_t i = 0; i < group->timely_count; i++) move_key(a, group->timely[i]);
}

static void look_at(again *a, const uint32_t *changed, size_t n, bool all)
{
    if (all) {
        move_all(a);
    } else {
        move_some(a, changed, n);
    }
    if (!a->moved || a->failed < 0) return;
    if (a->open) any_plane(a->s.open_planes, a->group, a->gaps);
    settle(a);
}

static csuccess_result group_again(again *a, const uint32_t *changed, size_t n)
{
    const csuccess__rule_group *group = a->group;
    bool fresh = *a->s.missing == 0;
    if (fresh) memset(a->s.missing, 0, words_of(group) * sizeof *a->s.missing);
    a->missing = fresh ? 1 : *a->s.missing;
    a->open = a->missing > 1;
    *a->s.missing = 0;
    if (group->words > 0) look_at(a, changed, n, fresh);
    if (group->whole_count > 0) run_whole(a, changed, n, fresh);
    if (a->failed >= 0) *a->s.missing = a->missing;
    return a->failed;
}

/* reason: of what, with what, on whom, what has changed, and where it stood. */
csuccess_result csuccess__ruleset_again(const csuccess__ruleset *set,
                                        csuccess__machine *machine,
                                        const csuccess__frame *frame, const uint32_t *changed,
                                        size_t count, uint64_t *standing)
{
    for (size_t g = 0; g < set->count; g++) {
        again a; /* the bitmaps are filled when they are needed */
        a.group = &set->groups[g];
        a.machine = machine;
        a.frame = frame;
        a.s = parts_of(a.group, standing);
        a.last = NULL;
        a.failed = CSUCCESS_OK;
        csuccess_result failed = group_again(&a, changed, count);
        if (failed < 0) return failed;
        standing = a.s.end;
    }
    return CSUCCESS_OK;
}

void csuccess__ruleset_answers(const csuccess__ruleset *set, const uint64_t *standing,
                               uint64_t *holds, uint64_t *undecided)
{
    for (size_t g = 0; g < set->count; g++) {
        const csuccess__rule_group *group = &set->groups[g];
        size_t words = ((size_t)group->n + 63) / 64, all = words_of(group);
        memcpy(holds, standing + all - 2 * words, words * sizeof *holds);
        memcpy(undecided, standing + all - words, words * sizeof *undecided);
        holds += words;
        undecided += words;
        standing += all;
    }
}
