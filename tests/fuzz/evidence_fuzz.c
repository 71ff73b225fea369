/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as saved evidence (under a right digest): refused, or read, and then their only spelling, which merges into twice as much; and any lines as bodies of entries: added or refused, and after a refusal everything is as it was. */
#include <string.h>

#include "base/digest.h"
#include "base/error.h"
#include "config/config.h"
#include "fuzz.h"
#include "intervene/effects.h"
#include <csuccess/csuccess.h>

enum { MOST = 1 << 16, EXPERIMENT = 0, LINES = 200 };

static const csuccess_str hash = {"sha256:0", 8};

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"churned_at\":{\"type\":\"time\"}},\"channels\":{"
    "\"email\":{}},"
    "\"templates\":{\"a\":{\"locales\":{\"en\":{\"text\":\"A\"}}}},"
    "\"interventions\":{\"m\":{\"type\":\"email\",\"template\":\"a\",\"effect\":{\"prior\":{"
    "\"successes\":1,\"of\":2}}}},"
    "\"experiments\":{\"e\":{\"for\":[\"intervention/"
    "m\"],\"arms\":{\"on\":{\"share\":0.5},\"off\":{\"share\":0.5,"
    "\"hold\":true}},\"horizon\":\"P30D\",\"outcome\":\"has(churned_at)\"}}}";

/* Compiled for every input: small, and nothing is kept from one to the next. */
static csuccess_config *compiled(void)
{
    csuccess_config *config = NULL;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    FUZZ_CHECK(csuccess_config_compile(&config, (csuccess_str){document, sizeof document - 1},
                                       &options, NULL) >= 0);
    return config;
}

static csuccess__evidence *made(const csuccess_config *config, uint32_t kind)
{
    csuccess__evidence *evidence = NULL;
    FUZZ_CHECK(csuccess__evidence_new(&evidence, (csuccess__evidence_kind)kind,
                                      config->intervene, EXPERIMENT,
                                      csuccess__malloc_allocator()) == CSUCCESS_OK);
    return evidence;
}

static csuccess__buffer saved(const csuccess__evidence *evidence)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__evidence_save(&out, evidence, hash);
    FUZZ_CHECK(out.status == CSUCCESS_OK);
    return out;
}

static void print(const csuccess__evidence *evidence)
{
    csuccess__buffer text;
    csuccess__json_writer w;
    csuccess__arena arena;
    csuccess__json *json;
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &text);
    csuccess__json_open(&w, '{');
    csuccess__evidence_write(&w, evidence);
    csuccess__json_close(&w, '}');
    FUZZ_CHECK(text.status == CSUCCESS_OK);
    FUZZ_CHECK(csuccess__json_read(&json, &arena, csuccess__buffer_view(&text), &options,
                                   NULL) == CSUCCESS_OK);
    csuccess__arena_free(&arena);
    csuccess__buffer_free(&text);
}

/* What a file of results ends with, as effects.c and results_wire.c have it. */
static void sign(csuccess__buffer *bytes, const char *domain)
{
    uint8_t digest[32];
    csuccess__sha256 h;
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, csuccess__str(domain));
    csuccess__digest_str(&h, csuccess__buffer_view(bytes));
    csuccess__sha256_finish(&h, digest);
    csuccess__buffer_put(bytes, digest, 16);
}

static void load(const csuccess_config *config, uint32_t kind, csuccess_str bytes)
{
    csuccess__evidence *evidence = made(config, kind), *twice = made(config, kind);
    csuccess__buffer whole;
    csuccess__buffer_init(&whole, csuccess__malloc_allocator(), 0);
    csuccess__buffer_str(&whole, bytes);
    sign(&whole, "evidence");
    if (csuccess__evidence_load(evidence, csuccess__buffer_view(&whole), hash) == CSUCCESS_OK) {
        csuccess__buffer again = saved(evidence);
        FUZZ_CHECK(again.len == whole.len && memcmp(again.ptr, whole.ptr, again.len) == 0);
        csuccess__buffer_free(&again);
        print(evidence);
        if (csuccess__evidence_merge(twice, evidence) == CSUCCESS_OK) {
            (void)csuccess__evidence_merge(twice, evidence);
            print(twice);
        }
    }
    csuccess__buffer_free(&whole);
    csuccess__evidence_free(evidence);
    csuccess__evidence_free(twice);
}

/* The part of the experiments alone, behind a head and rows that are right. */
static void load_comparison(const csuccess_config *config, csuccess_str bytes)
{
    csuccess__evidence *empty = made(config, CSUCCESS__EVIDENCE_EXPERIMENT);
    csuccess__buffer head = saved(empty);
    csuccess__buffer whole;
    csuccess__buffer_init(&whole, csuccess__malloc_allocator(), 0);
    FUZZ_CHECK(head.len > 18); /* without two counts of nothing and the digest */
    csuccess__buffer_put(&whole, head.ptr, head.len - 18);
    csuccess__buffer_str(&whole, bytes);
    load(config, CSUCCESS__EVIDENCE_EXPERIMENT, csuccess__buffer_view(&whole));
    csuccess__buffer_free(&whole);
    csuccess__buffer_free(&head);
    csuccess__evidence_free(empty);
}

static void add_lines(const csuccess_config *config, uint32_t kind, const char *text,
                      size_t size)
{
    static const csuccess_str kinds[] = {
        {"exposure", 8}, {"outcome", 7}, {"intervention", 12}, {"campaign", 8}};
    csuccess__evidence *evidence = made(config, kind);
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    for (size_t i = 0, n = 0; i < size && n < LINES; n++) {
        const char *end = memchr(text + i, '\n', size - i);
        size_t len = end ? (size_t)(end - text) - i : size - i;
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            csuccess__buffer before = saved(evidence);
            if (csuccess__evidence_add(evidence, kinds[k], (csuccess_str){text + i, len},
                                       &limits) != CSUCCESS_OK) {
                csuccess__buffer after = saved(evidence);
                FUZZ_CHECK(before.len == after.len &&
                           memcmp(before.ptr, after.ptr, before.len) == 0);
                csuccess__buffer_free(&after);
            }
            csuccess__buffer_free(&before);
        }
        i += len + 1;
    }
    csuccess__buffer bytes = saved(evidence);
    load(config, kind, (csuccess_str){bytes.ptr, bytes.len - 16});
    csuccess__buffer_free(&bytes);
    print(evidence);
    csuccess__evidence_free(evidence);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > MOST) return 0;
    uint32_t kind = data[0] % 3;
    const char *text = (const char *)data + 1;
    csuccess_config *config = compiled();
    if (data[0] & 4) {
        add_lines(config, kind, text, size - 1);
    } else if (data[0] & 8) {
        load_comparison(config, (csuccess_str){text, size - 1});
    } else {
        load(config, kind, (csuccess_str){text, size - 1});
    }
    csuccess_config_unref(config);
    return 0;
}
