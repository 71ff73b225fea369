/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the payloads of what a state knows, and as an input upon it: damage is told, what is read has one spelling, and
   facts, terms, printing and forgetting go on. */
#include <string.h>

#include "base/error.h"
#include "customer/facts.h"
#include "customer/subscriptions.h"
#include "fuzz.h"
#include "text/json.h"

#define NOW INT64_C(1767225600000) /* 2026-01-01 */

static const char document[] =
    "{\"attributes\": {\"n\": {\"type\": \"number\", \"min\": 0, \"max_age\": \"P1M\"},"
    "\"s\": {\"type\": \"string\", \"in\": [\"a\", \"b\"]}, \"l\": {\"type\": \"list\", "
    "\"of\": \"money\"},"
    "\"d\": {\"type\": \"date\", \"migrate\": {\"from\": \"t\", \"type\": \"time\", \"value\": "
    "\"old\"}},"
    "\"used\": {\"type\": \"number\", \"at_most\": \"total\"}, \"total\": {\"type\": "
    "\"number\"},"
    "\"churned_at\": {\"type\": \"time\"}},"
    "\"records\": {\"contacts\": {\"max\": 3, \"of\": {\"role\": {\"type\": \"string\"},"
    "\"age\": {\"type\": \"number\", \"max\": 150}}}, \"subscriptions\": {\"max\": 3, \"of\": {"
    "\"product\": {\"type\": \"string\"}, \"amount\": {\"type\": \"money\"}, \"renews\": "
    "{\"type\": \"date\"}}}}}";

static const struct {
    csuccess__state_kind kind;
    const char *name;
} places[] = {
    {CSUCCESS__STATE_ATTRIBUTE, "n"},         {CSUCCESS__STATE_ATTRIBUTE, "s"},
    {CSUCCESS__STATE_ATTRIBUTE, "l"},         {CSUCCESS__STATE_ATTRIBUTE, "t"},
    {CSUCCESS__STATE_ATTRIBUTE, "used"},      {CSUCCESS__STATE_ATTRIBUTE, "total"},
    {CSUCCESS__STATE_RECORD, "contacts/bob"}, {CSUCCESS__STATE_RECORD, "subscriptions/x"},
    {CSUCCESS__STATE_SUBSCRIPTION, "x"},      {CSUCCESS__STATE_SUBSCRIPTION, "y"},
    {CSUCCESS__STATE_QUARANTINE, ""},         {CSUCCESS__STATE_LAST_EVENT, "login"}};
enum { PLACES = sizeof places / sizeof *places };

/* Made once: the definitions. */
static struct {
    bool made;
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__schema *schema;
    csuccess__constants *constants;
    csuccess__sources sources;
} all;

static void make(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__problems problems;
    csuccess__json *root;
    if (all.made) return;
    csuccess__limits_take(&all.limits, NULL, NULL);
    csuccess__arena_init(&all.arena, csuccess__malloc_allocator(), 0);
    csuccess__problems_init(&problems, &all.arena, 10);
    all.schema = csuccess__schema_new(&all.arena);
    all.constants = csuccess__constants_new(&all.arena);
    csuccess__scope scope = csuccess__schema_scope(all.schema);
    csuccess__compiler with = {.arena = &all.arena,
                               .mem = csuccess__malloc_allocator(),
                               .limits = &all.limits,
                               .scope = &scope,
                               .constants = all.constants};
    csuccess__json_options options = {.limits = &all.limits, .lines = true};
    csuccess_str text = {document, sizeof document - 1};
    FUZZ_CHECK(csuccess__json_read(&root, &all.arena, text, &options, &err) == CSUCCESS_OK);
    csuccess__attributes_compile(all.schema, &with, &problems,
                                 csuccess__json_member(root, "attributes"));
    csuccess__records_compile(all.schema, &with, &problems,
                              csuccess__json_member(root, "records"));
    FUZZ_CHECK(problems.count == 0 && !problems.lost);
    all.made = true;
}

/* What a reader takes is what the writer writes. */
static void check_spelling(csuccess__state_kind kind, csuccess_str payload,
                           csuccess__arena *arena)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__readings readings;
    csuccess__record record;
    csuccess__subscription_log log;
    bool read = false;
    if (kind == CSUCCESS__STATE_ATTRIBUTE) {
        read = csuccess__readings_get(payload, &readings);
        if (read) csuccess__readings_put(&out, &readings);
    } else if (kind == CSUCCESS__STATE_RECORD) {
        read = csuccess__record_get(payload, &record, arena) == CSUCCESS_OK;
        if (read) FUZZ_CHECK(csuccess__record_put(&out, &record, arena));
    } else if (kind == CSUCCESS__STATE_SUBSCRIPTION) {
        read = csuccess__subscription_get(payload, &log);
        if (read) csuccess__subscription_put(&out, &log);
    }
    if (read) FUZZ_CHECK(csuccess__str_eq(csuccess__buffer_view(&out), payload));
    csuccess__buffer_free(&out);
}

static void check_print(const csuccess__state *state, csuccess__arena *arena)
{
    static const csuccess__state_printer printers[] = {
        {CSUCCESS__STATE_ATTRIBUTE, csuccess__attribute_print},
        {CSUCCESS__STATE_RECORD, csuccess__record_print},
        {CSUCCESS__STATE_SUBSCRIPTION, csuccess__subscription_print},
        {CSUCCESS__STATE_QUARANTINE, csuccess__quarantine_print},
        {CSUCCESS__STATE_LAST_EVENT, csuccess__last_event_print}};
    csuccess__buffer text;
    csuccess__json_writer writer;
    csuccess__json *json;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__json_options options = {.limits = &all.limits};
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &text);
    csuccess__state_print(&writer, state, printers, sizeof printers / sizeof *printers);
    csuccess_result result =
        csuccess__json_read(&json, arena, csuccess__buffer_view(&text), &options, &err);
    FUZZ_CHECK(result == CSUCCESS_OK || strstr(err.message, "stands twice") ||
               strstr(err.message, "\\u0000") || result == CSUCCESS_EENCODING);
    csuccess__buffer_free(&text);
}

typedef struct run {
    csuccess__knowing with;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess__step step;
    csuccess_facts *facts;
} run;

static void look(run *r)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int64_t start = 0, end = 0;
    csuccess_result result = csuccess__known_facts(&r->with, &r->state, NOW, r->facts, &err);
    FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
    FUZZ_CHECK(csuccess__known_next(&r->with, &r->state, NOW) > NOW);
    if (csuccess__known_term(&r->state, NOW, &start, &end)) FUZZ_CHECK(start <= NOW);
    check_print(&r->state, &r->arena);
}

static void take(run *r, csuccess_str text)
{
    csuccess__json *node;
    csuccess__input input;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__json_options options = {.limits = &all.limits};
    if (csuccess__json_read(&node, &r->arena, text, &options, &err) < 0) return;
    if (csuccess__input_read(&input, node, &r->arena, &all.limits, true, &err) < 0) return;
    char bytes[256];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    uint32_t unknown = 0;
    r->step.cause = input.id;
    csuccess_result result =
        csuccess__known_apply(&r->with, &r->step, &input, &unknown, &reason);
    FUZZ_CHECK(result >= 0 || result == CSUCCESS_ERANGE || result == CSUCCESS_ESTATE ||
               result == CSUCCESS_ELIMIT);
}

/* place, length, payload; again and again; from a place that is none on an input. */
static void feed(run *r, const uint8_t *data, size_t size)
{
    while (size >= 2 && data[0] < PLACES) {
        csuccess__state_kind kind = places[data[0]].kind;
        csuccess_str name = csuccess__str(places[data[0]].name);
        size_t len = data[1] < size - 2 ? data[1] : size - 2;
        csuccess_str payload = {(const char *)data + 2, len};
        FUZZ_CHECK(csuccess__state_put(&r->state, kind, name, payload));
        check_spelling(kind, payload, &r->arena);
        data += 2 + len;
        size -= 2 + len;
    }
    look(r);
    take(r, (csuccess_str){(const char *)data, size});
    look(r);
    csuccess__known_forget(&r->state, CSUCCESS_STR("bob"));
    FUZZ_CHECK(
        !csuccess__state_get(&r->state, CSUCCESS__STATE_RECORD, CSUCCESS_STR("contacts/bob"))
             .ptr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    run r = {.facts = NULL};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    make();
    csuccess__facts_options options = {.allocator = mem,
                                       .schema = all.schema,
                                       .constants = all.constants,
                                       .limits = &all.limits};
    r.with = (csuccess__knowing){.schema = all.schema,
                                 .constants = all.constants,
                                 .limits = &all.limits,
                                 .sources = &all.sources,
                                 .skew_ms = 600000};
    csuccess__state_init(&r.state, mem);
    csuccess__arena_init(&r.arena, mem, 0);
    csuccess__effects_init(&r.effects, mem, &r.arena, 1000);
    csuccess__buffer_init(&r.scratch, mem, 0);
    r.step = (csuccess__step){.state = &r.state,
                              .out = &r.effects,
                              .scratch = &r.scratch,
                              .mem = mem,
                              .limits = &all.limits,
                              .now = NOW,
                              .due = CSUCCESS__NEVER};
    FUZZ_CHECK(csuccess__facts_make(&r.facts, &options, &err) == CSUCCESS_OK);
    feed(&r, data, size);
    csuccess_facts_free(r.facts);
    csuccess__buffer_free(&r.scratch);
    csuccess__effects_free(&r.effects);
    csuccess__arena_free(&r.arena);
    csuccess__state_free(&r.state);
    return 0;
}
