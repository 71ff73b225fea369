/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what a state keeps of a trigger: refused, or read, and then its only spelling; and as what an instance keeps of the trigger that began it: shown, or refused with nothing shown. */
#include <string.h>

#include "config/config.h"
#include "flow/trigger_internal.h"
#include "fuzz.h"

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"x\":{\"type\":\"number\"}},\"channels\":{\"email\":{}},"
    "\"journeys\":{\"j\":{\"trigger\":{\"event\":\"ev\",\"properties\":{\"amount\":\"number\","
    "\"level\":\"string\",\"on\":\"bool\",\"at\":\"time\"}},\"steps\":{\"done\":{\"type\":"
    "\"exit\"}}}}}";

typedef struct bench {
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess_limits limits;
    csuccess__step step;
} bench;

static void open_bench(bench *b)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    memset(b, 0, sizeof *b);
    csuccess__limits_take(&b->limits, NULL, NULL);
    csuccess__state_init(&b->state, mem);
    csuccess__arena_init(&b->arena, mem, 0);
    csuccess__effects_init(&b->effects, mem, &b->arena, 100);
    csuccess__buffer_init(&b->scratch, mem, 0);
    b->step = (csuccess__step){.state = &b->state,
                               .out = &b->effects,
                               .scratch = &b->scratch,
                               .mem = mem,
                               .limits = &b->limits,
                               .due = CSUCCESS__NEVER};
}

static void close_bench(bench *b)
{
    csuccess__buffer_free(&b->scratch);
    csuccess__effects_free(&b->effects);
    csuccess__arena_free(&b->arena);
    csuccess__state_free(&b->state);
}

/* What can be read is written as it was. */
static void check_field(bench *b, csuccess_str bytes)
{
    csuccess__trigger_field field;
    csuccess_str name = CSUCCESS_STR("journey/j");
    csuccess__state_field shown = {
        .kind = CSUCCESS__STATE_TRIGGER, .name = name, .payload = bytes};
    csuccess__json_writer writer;
    csuccess__buffer text;
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &text);
    csuccess__trigger_print(&writer, &shown);
    FUZZ_CHECK(text.status == CSUCCESS_OK && text.len > 0);
    csuccess__buffer_free(&text);
    if (!csuccess__trigger_parse(&field, bytes)) return;
    csuccess__trigger_put(&b->step, name, &field);
    csuccess_str put = csuccess__state_get(&b->state, CSUCCESS__STATE_TRIGGER, name);
    FUZZ_CHECK(put.len == bytes.len && memcmp(put.ptr, bytes.ptr, bytes.len) == 0);
}

static void check_kept(bench *b, const csuccess_config *config, csuccess_str bytes)
{
    csuccess__flow_desk desk;
    csuccess__value *slots = csuccess__alloc(b->step.mem, config->schema->count, sizeof *slots);
    FUZZ_CHECK(slots &&
               csuccess__flow_desk_new(&desk, config->flow, b->step.mem) == CSUCCESS_OK);
    csuccess__moment m = {.flow = config->flow,
                          .desk = &desk,
                          .step = &b->step,
                          .slots = slots,
                          .schema = config->schema,
                          .constants = config->constants};
    csuccess__kept_show(&m, bytes);
    FUZZ_CHECK(b->step.failed == CSUCCESS_OK || b->step.failed == CSUCCESS_ESTATE);
    for (uint32_t i = 0; i < config->schema->count; i++) {
        bool handed =
            csuccess__str_starts(config->schema->slots[i].path, CSUCCESS_STR("trigger."));
        if (handed && b->step.failed < 0) FUZZ_CHECK(csuccess__is_missing(slots[i]));
    }
    csuccess__flow_desk_free(&desk, config->flow);
    csuccess__release(b->step.mem, slots, config->schema->count, sizeof *slots);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static csuccess_config *config;
    bench b;
    csuccess_str text = {document, sizeof document - 1};
    if (!config) FUZZ_CHECK(csuccess_config_compile(&config, text, NULL, NULL) >= 0);
    if (size == 0) return 0;
    csuccess_str bytes = {(const char *)data + 1, size - 1};
    open_bench(&b);
    if (data[0] & 1) {
        check_kept(&b, config, bytes);
    } else {
        check_field(&b, bytes);
    }
    close_bench(&b);
    return 0;
}
