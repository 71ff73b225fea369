/* SPDX-License-Identifier: Apache-2.0 */
/* The words of results: which there are, and which of them a byte of csuccess_column_results means. */
#include "columns/arrow/arrow.h"

/* As it is without this name: a profile, a band, a level. */
typedef csuccess_str (*naming)(const csuccess_config *config, uint32_t index);

static csuccess_str profile_name(const csuccess_config *config, uint32_t index)
{
    return config->health ? csuccess__health_profile_name(config->health, index)
                          : csuccess__str(NULL);
}

static csuccess_str level_name(const csuccess_config *config, uint32_t index)
{
    return config->churn ? csuccess__churn_level_name(config->churn, (int32_t)index)
                         : csuccess__str(NULL);
}

static csuccess_str trend_name(const csuccess_config *config, uint32_t index)
{
    static const char *const names[] = {
#define NAME(name, text) text,
        CSUCCESS__TRENDS(NAME)
#undef NAME
    };
    (void)config;
    return csuccess__str(index + 1 < CSUCCESS__TREND_COUNT ? names[index + 1] : NULL);
}

static csuccess_str source_name(const csuccess_config *config, uint32_t index)
{
    static const char *const names[] = {
#define NAME(name, text) text,
        CSUCCESS__SOURCES(NAME)
#undef NAME
    };
    (void)config;
    return csuccess__str(index + 1 < sizeof names / sizeof *names ? names[index + 1] : NULL);
}

static const struct {
    naming name;
    uint32_t first; /* the byte of the first word */
} namings[] = {
    [CSUCCESS__ARROW_WORDING_TREND] = {trend_name, 1},
    [CSUCCESS__ARROW_WORDING_PROFILE] = {profile_name, 0},
    [CSUCCESS__ARROW_WORDING_LEVEL] = {level_name, 0},
    [CSUCCESS__ARROW_WORDING_SOURCE] = {source_name, 1},
};

enum { BYTES = 256, CHURNED = 254, MOST_WORDS = INT16_MAX };

/* The number of the word, which is added when it is new; -1: no memory, or there are too many. */
static int32_t add_word(csuccess__arrow_words *out, csuccess__arena *arena, csuccess_str word)
{
    for (uint32_t i = 0; i < out->count; i++) {
        if (csuccess__str_eq(out->words[i], word)) return (int32_t)i;
    }
    out->too_many = out->count == MOST_WORDS;
    if (out->too_many) return -1;
    if (out->count == out->room) {
        uint32_t room = out->room ? out->room * 2 : 8;
        csuccess_str *grown = CSUCCESS__NEW_ARRAY(arena, csuccess_str, room);
        if (!grown) return -1;
        if (out->count > 0) memcpy(grown, out->words, out->count * sizeof *grown);
        out->words = grown;
        out->room = room;
    }
    out->words[out->count] = word;
    return (int32_t)out->count++;
}

static bool make_map(csuccess__arrow_words *out, csuccess__arena *arena, size_t rows)
{
    out->map = CSUCCESS__NEW_ARRAY(arena, int16_t, rows * BYTES);
    for (size_t i = 0; out->map && i < rows * BYTES; i++) out->map[i] = -1;
    return out->map != NULL;
}

/* The bands of all profiles, each name once, and "churned". */
static bool make_statuses(csuccess__arrow_words *out, csuccess__arena *arena,
                          const csuccess_config *config)
{
    while (profile_name(config, out->profiles).len > 0) out->profiles++;
    if (!make_map(out, arena, (size_t)out->profiles + 1)) return false;
    for (uint32_t p = 0; p < out->profiles; p++) {
        for (int32_t b = 0; b < CHURNED; b++) {
            csuccess_str name = csuccess__health_band_name(config->health, p, b);
            if (name.len == 0) break;
            int32_t word = add_word(out, arena, name);
            if (word < 0) return false;
            out->map[p * BYTES + (uint32_t)b] = (int16_t)word;
        }
    }
    int32_t churned = config->health ? add_word(out, arena, CSUCCESS_STR("churned")) : 0;
    for (uint32_t p = 0; p < out->profiles && churned >= 0; p++) {
        out->map[p * BYTES + CHURNED] = (int16_t)churned;
    }
    return churned >= 0;
}

bool csuccess__arrow_words_make(csuccess__arrow_words *out, csuccess__arena *arena,
                                const csuccess_config *config, csuccess__arrow_wording wording)
{
    *out = (csuccess__arrow_words){.words = NULL};
    if (wording == CSUCCESS__ARROW_WORDING_STATUS) return make_statuses(out, arena, config);
    if (!make_map(out, arena, 1)) return false;
    const uint32_t first = namings[wording].first;
    for (uint32_t i = 0; i + first < BYTES; i++) {
        csuccess_str name = namings[wording].name(config, i);
        if (name.len == 0) break;
        int32_t word = add_word(out, arena, name);
        if (word < 0) return false;
        out->map[i + first] = (int16_t)word;
    }
    return true;
}

bool csuccess__arrow_words_array(struct ArrowArray *out, const csuccess_allocator *mem,
                                 const csuccess__arrow_words *words)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < words->count; i++) bytes += words->words[i].len;
    const csuccess__arrow_shape shape = {
        .rows = words->count,
        .buffers = 3,
        .bytes = {0, ((size_t)words->count + 1) * sizeof(int32_t), bytes + 1}};
    if (!csuccess__array_make(out, mem, &shape)) return false;
    int32_t *offsets = (int32_t *)(uintptr_t)out->buffers[1];
    char *to = (char *)(uintptr_t)out->buffers[2];
    offsets[0] = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        memcpy(to + offsets[i], words->words[i].ptr, words->words[i].len);
        offsets[i + 1] = offsets[i] + (int32_t)words->words[i].len;
    }
    return true;
}
