/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as stored consents and suppressions: asked, printed as valid JSON, overridden by an input, forgotten; damage is told and changes nothing. The
   first byte says how many bytes the consent has, what is left is the suppression. */
#include "base/error.h"
#include "customer/input.h"
#include "text/json.h"
#include "trust/consent.h"
#include <string.h>

#include "fuzz.h"

static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */
static const char *const inputs[] = {
    "{\"type\":\"consent\",\"messageId\":\"k1\",\"timestamp\":\"2026-01-31T00:00:00Z\","
    "\"groupId\":\"c\",\"userId\":\"a\",\"properties\":{\"purpose\":\"p\",\"granted\":true,"
    "\"channel\":\"e\"}}",
    "{\"type\":\"response\",\"event\":\"bounced\",\"messageId\":\"k2\",\"timestamp\":\"2026-01-"
    "31T00:00:00Z\",\"groupId\":\"c\",\"userId\":\"a\",\"properties\":{\"channel\":\"e\"}}"};

typedef struct bench {
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__state state;
    csuccess__effects effects;
    csuccess__buffer scratch, out;
    const csuccess__privacy *privacy;
} bench;

static csuccess__json *parse(bench *b, csuccess_str text)
{
    const csuccess__json_options options = {.limits = &b->limits};
    csuccess__json *json = NULL;
    FUZZ_CHECK(csuccess__json_read(&json, &b->arena, text, &options, NULL) == CSUCCESS_OK);
    return json;
}

static bool prints(bench *b, uint32_t index)
{
    csuccess__json_writer w;
    const csuccess__state_field *field = &b->state.fields[index];
    csuccess__buffer_clear(&b->out);
    csuccess__json_writer_init(&w, &b->out);
    (field->kind == CSUCCESS__STATE_CONSENT ? csuccess__consent_print
                                            : csuccess__suppression_print)(&w, field);
    csuccess__json *json = parse(b, csuccess__buffer_view(&b->out));
    return json->type == CSUCCESS__JSON_OBJECT;
}

static csuccess_result ask(bench *b, const char *purpose)
{
    char bytes[200];
    csuccess__text reason;
    const csuccess__consent_question q = {
        CSUCCESS_STR("a"), csuccess__str(purpose), CSUCCESS_STR("e"), {NULL, 0}, now};
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess_result result = csuccess__consent_ask(b->privacy, &b->state, &q, &reason);
    FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_EDENIED ||
               result == CSUCCESS_ESTATE);
    FUZZ_CHECK((result == CSUCCESS_EDENIED) == (bytes[0] != '\0'));
    return result;
}

static void tell(bench *b, const char *json, bool good)
{
    char bytes[200];
    csuccess__text reason;
    csuccess__input input;
    csuccess__step step = {.state = &b->state,
                           .out = &b->effects,
                           .scratch = &b->scratch,
                           .mem = b->state.mem,
                           .limits = &b->limits,
                           .now = now,
                           .due = CSUCCESS__NEVER};
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess__json *root = parse(b, csuccess__str(json));
    FUZZ_CHECK(csuccess__input_read(&input, root, &b->arena, &b->limits, false, NULL) ==
               CSUCCESS_OK);
    csuccess_result result = csuccess__consent_apply(b->privacy, &step, &input, &reason);
    FUZZ_CHECK(good ? result >= 0 && step.failed == CSUCCESS_OK : result == CSUCCESS_ESTATE);
    FUZZ_CHECK(good || step.failed == CSUCCESS_ESTATE);
    for (uint32_t i = 0; i < b->effects.entry_count; i++) parse(b, b->effects.entries[i].body);
}

static void run(bench *b, csuccess_str consent, csuccess_str suppression)
{
    FUZZ_CHECK(csuccess__state_put(&b->state, CSUCCESS__STATE_CONSENT, CSUCCESS_STR("a/p/e"),
                                   consent));
    FUZZ_CHECK(csuccess__state_put(&b->state, CSUCCESS__STATE_SUPPRESSION, CSUCCESS_STR("a/e"),
                                   suppression));
    bool good_consent = prints(b, 0), good_suppression = prints(b, 1);
    FUZZ_CHECK((ask(b, "") == CSUCCESS_ESTATE) == !good_suppression);
    csuccess_result result = ask(b, "p");
    FUZZ_CHECK(result != CSUCCESS_ESTATE || !good_consent || !good_suppression);
    tell(b, inputs[0], good_consent);
    tell(b, inputs[1], good_suppression);
    FUZZ_CHECK(prints(b, 0) == good_consent && prints(b, 1) == good_suppression);
    FUZZ_CHECK(!csuccess__consent_forget(&b->state, CSUCCESS_STR("a/p")));
    FUZZ_CHECK(csuccess__consent_forget(&b->state, CSUCCESS_STR("a")) && b->state.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    bench b = {.privacy = NULL};
    csuccess__problems problems;
    size_t first = size ? data[0] : 0;
    if (size && first > size - 1) first = size - 1;
    const char *bytes = size ? (const char *)data + 1 : "";
    csuccess__limits_take(&b.limits, NULL, NULL);
    csuccess__arena_init(&b.arena, mem, 0);
    csuccess__state_init(&b.state, mem);
    csuccess__effects_init(&b.effects, mem, &b.arena, 100);
    csuccess__buffer_init(&b.scratch, mem, 0);
    csuccess__buffer_init(&b.out, mem, 0);
    csuccess__problems_init(&problems, &b.arena, 10);
    csuccess__compiler with = {.arena = &b.arena, .mem = mem, .limits = &b.limits};
    b.privacy = csuccess__privacy_compile(NULL, &with, &problems, NULL);
    FUZZ_CHECK(b.privacy != NULL);
    run(&b, (csuccess_str){bytes, first},
        (csuccess_str){bytes + first, size ? size - 1 - first : 0});
    csuccess__buffer_free(&b.out);
    csuccess__buffer_free(&b.scratch);
    csuccess__effects_free(&b.effects);
    csuccess__state_free(&b.state);
    csuccess__arena_free(&b.arena);
    return 0;
}
