/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a text and as what the state keeps of feelings: scores stay in their range, what is no UTF-8 is told, what is read is written to the same bytes, damage changes nothing. */
#include "intervene/sentiment/internal.h"

#include "config/config.h"
#include "text/utf8.h"

#include "fuzz.h"

static const char document[] =
    "{\"csuccess\":1,\"sentiment\":{\"of\":{\"ticket\":\"text\"},\"words\":{\"laggy\":-2,"
    "\"x\":1},\"recent\":3}}";

/* Made once: compiling the patterns takes longer than a run. */
static csuccess_config *config;
static csuccess__regex_scratch *scratch;

static void ready(void)
{
    if (config) return;
    FUZZ_CHECK(csuccess_config_compile(&config, csuccess__str(document), NULL, NULL) ==
               CSUCCESS_OK);
    scratch = csuccess__regex_scratch_new(csuccess__malloc_allocator());
    FUZZ_CHECK(scratch != NULL);
}

static void score(csuccess_str text)
{
    csuccess__feeling alone, whole;
    csuccess_result result = csuccess__sentiment_score(NULL, NULL, text, &alone);
    if (text.len <= CSUCCESS__TEXT_MOST) {
        FUZZ_CHECK((result == CSUCCESS_OK) == csuccess__utf8_check(text, NULL));
    }
    FUZZ_CHECK(csuccess__sentiment_score(config->sentiment, scratch, text, &whole) == result);
    FUZZ_CHECK(alone.score >= -1 && alone.score <= 1 && whole.score >= -1 && whole.score <= 1);
    FUZZ_CHECK(alone.confidence >= 0 && alone.confidence <= 1);
    FUZZ_CHECK(alone.label == csuccess__feeling_label_of(alone.score));
    FUZZ_CHECK(whole.emotions < 32 && whole.issues < 32);
    for (size_t at = 0; result == CSUCCESS_OK && at <= text.len && at < 100; at++) {
        (void)csuccess__tone_negated(text, at);
    }
}

static void print(csuccess_str payload)
{
    csuccess__json *json = NULL;
    csuccess__json_writer w;
    csuccess__buffer out;
    csuccess__arena arena;
    csuccess_limits limits;
    const csuccess__json_options options = {.limits = &limits};
    const csuccess__state_field field = {.kind = CSUCCESS__STATE_SENTIMENT, .payload = payload};
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    csuccess__sentiment_print(&w, &field);
    FUZZ_CHECK(csuccess__json_read(&json, &arena, csuccess__buffer_view(&out), &options,
                                   NULL) == CSUCCESS_OK);
    csuccess__arena_free(&arena);
    csuccess__buffer_free(&out);
}

/* What was read, and one feeling more: written, read, and written the same again. */
static void keep(csuccess__feelings *f)
{
    csuccess__feelings again;
    csuccess__buffer first, second;
    const csuccess__felt felt = {.at = 0, .nanos = 1, .label = 0};
    csuccess__buffer_init(&first, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&second, csuccess__malloc_allocator(), 0);
    csuccess__feelings_add(f, &felt, CSUCCESS__FELT_MOST, CSUCCESS__DAY_MS);
    csuccess__mood m = csuccess__mood_of(config->sentiment, f);
    FUZZ_CHECK(m.overall >= -1 && m.overall <= 1 && m.recent >= -1 && m.recent <= 1);
    csuccess__feelings_write(&first, f);
    FUZZ_CHECK(first.status == CSUCCESS_OK);
    FUZZ_CHECK(csuccess__feelings_read(&again, csuccess__buffer_view(&first)));
    csuccess__feelings_write(&second, &again);
    FUZZ_CHECK(first.len == second.len && memcmp(first.ptr, second.ptr, first.len) == 0);
    csuccess__buffer_free(&second);
    csuccess__buffer_free(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__feelings f;
    csuccess_str bytes = {size ? (const char *)data : "", size};
    ready();
    score(bytes);
    print(bytes);
    if (csuccess__feelings_read(&f, bytes)) keep(&f);
    return 0;
}
