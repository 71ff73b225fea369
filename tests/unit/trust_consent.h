/* SPDX-License-Identifier: Apache-2.0 */
/* A customer whose consents are told as JSON and asked for, for the tests of consent. */
#ifndef TRUST_CONSENT_H
#define TRUST_CONSENT_H

#include "check.h"

#include "customer_fixture.h"
#include "text/json.h"
#include "trust/consent.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define DAY INT64_C(86400000)
#define START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

static const char section[] =
    "{\"attributes\": {\"country\": {\"type\": \"string\"}, \"arr\": {\"type\": \"number\"}},"
    "\"records\": {\"contacts\": {\"of\": {\"country\": {\"type\": \"string\"}, \"land\": "
    "{\"type\": \"string\"}, \"age\": {\"type\": \"number\"}}}}}";
static const char privacy_section[] =
    "{\"purposes\": {\"service\": {\"requires\": \"nothing\"}, \"marketing\": {\"requires\": "
    "\"opt_in\", \"valid_for\": \"P30D\"},"
    "\"research\": {\"requires\": \"opt_out\"}, \"news\": {}},"
    "\"jurisdiction\": \"country\", \"jurisdictions\": {\"DE\": {\"research\": \"opt_in\"}, "
    "\"US\": {\"service\": \"opt_out\"}}}";

static inline csuccess_str text(const char *s)
{
    return csuccess__str(s);
}

/* ---- A customer, and what it is compiled from ---- */

typedef struct bench {
    fixture f;
    const csuccess__privacy *privacy;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch, out;
    csuccess__step step;
    char bytes[300];
    csuccess__text reason;
} bench;

static inline csuccess_result parse(csuccess__json **out, bench *b, const char *json)
{
    const csuccess__json_options options = {.limits = &b->f.limits, .lines = true};
    return csuccess__json_read(out, &b->arena, text(json), &options, NULL);
}

static inline csuccess_result set_up(bench *b, check_memory *memory, const char *document,
                                     const char *json)
{
    csuccess__json *root = NULL;
    csuccess_result result = fixture_start(&b->f, memory, document);
    const csuccess_allocator *mem = &b->f.memory->allocator;
    csuccess__state_init(&b->state, mem);
    csuccess__arena_init(&b->arena, mem, 0);
    csuccess__effects_init(&b->effects, mem, &b->arena, 1000);
    csuccess__buffer_init(&b->scratch, mem, 0);
    csuccess__buffer_init(&b->out, mem, 0);
    b->step = (csuccess__step){.state = &b->state,
                               .out = &b->effects,
                               .scratch = &b->scratch,
                               .mem = mem,
                               .limits = &b->f.limits,
                               .customer = text("c1"),
                               .now = START,
                               .cause = text("e1"),
                               .by = text("anna"),
                               .due = CSUCCESS__NEVER};
    if (result == CSUCCESS_OK && json) result = parse(&root, b, json);
    if (result < 0) return result;
    b->privacy = csuccess__privacy_compile(b->f.schema, &b->f.with, &b->f.problems, root);
    return b->privacy ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static inline void tear_down(bench *b)
{
    csuccess__buffer_free(&b->scratch);
    csuccess__buffer_free(&b->out);
    csuccess__effects_free(&b->effects);
    csuccess__arena_free(&b->arena);
    csuccess__state_free(&b->state);
    fixture_finish(&b->f);
}

/* One input as JSON, without what every input has; `at` in days after START. */
typedef struct said {
    const char *type, *id, *user, *event, *properties;
    int64_t at;
} said;

static inline csuccess_result apply(bench *b, said s)
{
    char json[4000], time[CSUCCESS__TIME_TEXT], user[200] = "", event[100] = "";
    csuccess__json *root = NULL;
    csuccess__input input;
    csuccess__time_format(time, START + s.at * DAY);
    if (s.user[0]) snprintf(user, sizeof user, "\"userId\":\"%s\",", s.user);
    if (s.event[0]) snprintf(event, sizeof event, "\"event\":\"%s\",", s.event);
    snprintf(json, sizeof json,
             "{\"type\":\"%s\",%s%s\"messageId\":\"%s\",\"timestamp\":\"%s\",\"groupId\":"
             "\"c1\",\"properties\":%s}",
             s.type, event, user, s.id, time, s.properties);
    csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
    csuccess_result result = parse(&root, b, json);
    if (result == CSUCCESS_OK)
        result = csuccess__input_read(&input, root, &b->arena, &b->f.limits, false, NULL);
    if (result < 0) return result;
    b->step.cause = input.id;
    return csuccess__consent_apply(b->privacy, &b->step, &input, &b->reason);
}

static inline csuccess_result consent(bench *b, const char *id, int64_t at,
                                      const char *properties)
{
    return apply(b, (said){"consent", id, "ada", "", properties, at});
}

static inline csuccess_result ask(bench *b, const char *contact, const char *purpose,
                                  const char *channel, int64_t day)
{
    const csuccess__consent_question q = {
        text(contact), text(purpose), text(channel), {"FR", 2}, START + day * DAY};
    csuccess__text_init(&b->reason, b->bytes, sizeof b->bytes);
    return csuccess__consent_ask(b->privacy, &b->state, &q, &b->reason);
}

static inline void check_reason(bench *b, csuccess_result is, csuccess_result wanted,
                                const char *reason)
{
    if (!CHECK_RESULT(is, wanted) || !CHECK_CSTR(b->bytes, reason))
        printf("# where it should say \"%s\"\n", reason);
}

#endif
