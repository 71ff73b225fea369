/* SPDX-License-Identifier: Apache-2.0 */
/* A customer to whom things happen: a configuration, a state, inputs as JSON texts, and what is known then as text. */
#ifndef CUSTOMER_KNOWN_H
#define CUSTOMER_KNOWN_H

#include "customer_fixture.h"

#include "customer/known_internal.h"
#include "customer/nps.h"

#define NOW INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */
#define DAY INT64_C(86400000)

typedef struct customer {
    fixture f;
    csuccess__sources sources;
    csuccess__knowing with;
    csuccess__state state;
    csuccess__arena arena; /* of the inputs and what they leave */
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess__step step;
    csuccess_facts *facts;
    csuccess_error err;
    uint32_t unknown;
    char reason[256];
} customer;

/* By name; crm comes first. */
static const csuccess__source_rule known_sources[] = {{.name = {"billing", 7}, .rank = 2},
                                                      {.name = {"crm", 3}, .rank = 1},
                                                      {.name = {"product", 7}, .rank = 3}};

static inline csuccess_result customer_start(customer *c, check_memory *memory,
                                             const char *document)
{
    memset(c, 0, sizeof *c);
    csuccess_result result = fixture_start(&c->f, memory, document);
    const csuccess_allocator *mem = &c->f.memory->allocator;
    c->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    c->sources = (csuccess__sources){known_sources, 3};
    c->with = (csuccess__knowing){.schema = c->f.schema,
                                  .constants = c->f.with.constants,
                                  .limits = &c->f.limits,
                                  .sources = &c->sources,
                                  .skew_ms = 10 * CSUCCESS__MINUTE_MS};
    csuccess__state_init(&c->state, mem);
    csuccess__arena_init(&c->arena, mem, 0);
    csuccess__effects_init(&c->effects, mem, &c->arena, 1000);
    csuccess__buffer_init(&c->scratch, mem, 0);
    c->step = (csuccess__step){.state = &c->state,
                               .out = &c->effects,
                               .scratch = &c->scratch,
                               .mem = mem,
                               .limits = &c->f.limits,
                               .customer = CSUCCESS_STR("acme"),
                               .now = NOW,
                               .by = CSUCCESS_STR("host"),
                               .due = CSUCCESS__NEVER};
    if (result == CSUCCESS_OK) result = fixture_facts(&c->facts, &c->f, &c->err);
    return result;
}

static inline void customer_finish(customer *c)
{
    csuccess_facts_free(c->facts);
    csuccess__buffer_free(&c->scratch);
    csuccess__effects_free(&c->effects);
    csuccess__arena_free(&c->arena);
    csuccess__state_free(&c->state);
    fixture_finish(&c->f);
}

/* ENOMEM, or OK with the input in the customer's arena. */
static inline csuccess_result customer_read(customer *c, const char *json,
                                            csuccess__input *input)
{
    csuccess__json *node;
    csuccess__json_options options = {.limits = &c->f.limits};
    csuccess_result result =
        csuccess__json_read(&node, &c->arena, check_view(json), &options, &c->err);
    if (result == CSUCCESS_OK) {
        result = csuccess__input_read(input, node, &c->arena, &c->f.limits, false, &c->err);
    }
    if (result < 0 && result != CSUCCESS_ENOMEM) printf("# %s: %s\n", json, c->err.message);
    return result;
}

/* Whether it would be refused is asked first, which changes nothing. */
static inline csuccess_result customer_apply(customer *c, const csuccess__input *input)
{
    csuccess__text reason;
    uint32_t fields = c->state.count, entries = c->effects.entry_count;
    csuccess__text_init(&reason, c->reason, sizeof c->reason);
    c->step.cause = input->id;
    csuccess_result asked = csuccess__known_check(&c->with, &c->step, input, &reason);
    CHECK(asked == CSUCCESS_OK || reason.len > 0 || asked != CSUCCESS_ERANGE);
    CHECK(c->state.count == fields && c->effects.entry_count == entries);
    csuccess__text_init(&reason, c->reason, sizeof c->reason);
    csuccess_result result =
        csuccess__known_apply(&c->with, &c->step, input, &c->unknown, &reason);
    CHECK((asked == CSUCCESS_ERANGE) == (result == CSUCCESS_ERANGE));
    return result;
}

/* One input as JSON without groupId, applied. */
static inline csuccess_result customer_take(customer *c, const char *json)
{
    char text[2048];
    csuccess__input input;
    snprintf(text, sizeof text, "{\"groupId\":\"acme\",%s}", json);
    csuccess_result result = customer_read(c, text, &input);
    return result < 0 ? result : customer_apply(c, &input);
}

/* What a state knows, printed; static. */
static inline const char *customer_print(const customer *c)
{
    static const csuccess__state_printer printers[] = {
        {CSUCCESS__STATE_ATTRIBUTE, csuccess__attribute_print},
        {CSUCCESS__STATE_RECORD, csuccess__record_print},
        {CSUCCESS__STATE_SUBSCRIPTION, csuccess__subscription_print},
        {CSUCCESS__STATE_QUARANTINE, csuccess__quarantine_print},
        {CSUCCESS__STATE_LAST_EVENT, csuccess__last_event_print},
        {CSUCCESS__STATE_NPS, csuccess__nps_print}};
    static char text[65536];
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, &out);
    csuccess__state_print(&w, &c->state, printers, sizeof printers / sizeof *printers);
    csuccess_str view = csuccess__buffer_view(&out);
    snprintf(text, sizeof text, "%.*s", (int)view.len, view.ptr);
    csuccess__buffer_free(&out);
    return text;
}

/* The value of one input of the facts as JSON, "missing: why" for none; static. */
static inline const char *customer_fact(customer *c, const char *name)
{
    static char texts[4][4096];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    csuccess__value slots[64];
    if (c->f.schema->inputs > 64) abort();
    csuccess__facts_fill(c->facts, c->step.now, slots);
    uint32_t slot = csuccess__schema_find(c->f.schema, check_view(name), NULL);
    if (!CHECK(slot != UINT32_MAX)) return "";
    if (csuccess__is_missing(slots[slot])) {
        static const char *const why[] = {
#define ABSENCE(name, text) text,
            CSUCCESS__ABSENCES(ABSENCE)
#undef ABSENCE
        };
        snprintf(text, 4096, "missing: %s", why[slots[slot].absence]);
        return text;
    }
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer w;
    csuccess__json_writer_init(&w, &out);
    csuccess__value_write(&w, slots[slot], c->f.schema->slots[slot].type);
    csuccess_str view = csuccess__buffer_view(&out);
    snprintf(text, 4096, "%.*s%s", (int)view.len, view.ptr,
             slots[slot].defaulted ? " (default)" : "");
    csuccess__buffer_free(&out);
    return text;
}

static inline void customer_facts_now(customer *c)
{
    CHECK_OK(csuccess__known_facts(&c->with, &c->state, c->step.now, c->facts, &c->err));
}

/* The body of the last entry of a kind; "" without one. */
static inline csuccess_str customer_entry(const customer *c, const char *kind)
{
    csuccess_str body = {"", 0};
    for (uint32_t i = 0; i < c->effects.entry_count; i++) {
        if (csuccess__str_is(c->effects.entries[i].kind, kind))
            body = c->effects.entries[i].body;
    }
    return body;
}

static inline uint32_t customer_entries(const customer *c, const char *kind)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->effects.entry_count; i++) {
        n += csuccess__str_is(c->effects.entries[i].kind, kind);
    }
    return n;
}

#endif
