/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration with an attribute of every type, facts for it, and all that they hold as text. */
#ifndef CUSTOMER_FACTS_H
#define CUSTOMER_FACTS_H

#include "customer_fixture.h"

static const char schema[] =
    "{\"attributes\": {"
    "\"logins\": {\"type\": \"number\", \"min\": 0, \"max\": 1000},"
    "\"nps\": {\"type\": \"number\", \"default\": 7, \"max_age\": \"P180D\"},"
    "\"left\": {\"type\": \"bool\"},"
    "\"plan\": {\"type\": \"string\", \"in\": [\"free\", \"team\"]},"
    "\"note\": {\"type\": \"string\"},"
    "\"seen\": {\"type\": \"time\"},"
    "\"since\": {\"type\": \"date\"},"
    "\"sla\": {\"type\": \"duration\"},"
    "\"arr\": {\"type\": \"money\", \"currency\": \"EUR\", \"min\": 0},"
    "\"mrr\": {\"type\": \"money\"},"
    "\"tags\": {\"type\": \"list\", \"of\": \"string\"},"
    "\"nums\": {\"type\": \"list\", \"of\": \"number\"}},"
    "\"records\": {\"subs\": {\"max\": 3, \"of\": {\"product\": {\"type\": \"string\"},"
    "\"amount\": {\"type\": \"money\", \"min\": 0}, \"renews\": {\"type\": \"date\"},"
    "\"auto\": {\"type\": \"bool\", \"default\": true}}}}}";

enum { LOGINS, NPS, LEFT, PLAN, NOTE, SEEN, SINCE, SLA, ARR, MRR, TAGS, NUMS, SUBS, INPUTS };

typedef struct bench {
    fixture f;
    csuccess_facts *facts;
    csuccess_error err;
    csuccess__value slots[INPUTS];
} bench;

static inline csuccess_result start(bench *b, check_memory *memory)
{
    b->facts = NULL;
    b->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess_result result = fixture_start(&b->f, memory, schema);
    if (result == CSUCCESS_OK) result = fixture_facts(&b->facts, &b->f, &b->err);
    if (!memory) {
        CHECK_OK(result);
        fixture_problems(&b->f, (const char *const[]){NULL});
    }
    return result;
}

static inline void finish(bench *b)
{
    csuccess_facts_free(b->facts);
    fixture_finish(&b->f);
}

static inline csuccess__value value(bench *b, int slot)
{
    csuccess__facts_fill(b->facts, 0, b->slots);
    return b->slots[slot];
}

/* Every input as JSON, the missing ones by their reason. */
static inline const char *dump(bench *b)
{
    static char text[4096];
    size_t len = 0;
    csuccess__facts_fill(b->facts, 0, b->slots);
    for (uint32_t i = 0; i < INPUTS; i++) {
        csuccess__value v = b->slots[i];
        csuccess__buffer out;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__json_writer w;
        csuccess__json_writer_init(&w, &out);
        csuccess__value_write(&w, v, b->f.schema->slots[i].type);
        csuccess_str s = csuccess__buffer_view(&out);
        len += (size_t)snprintf(text + len, sizeof text - len, "%u %u %u %.*s\n", v.absence,
                                v.defaulted, v.code, (int)s.len, s.ptr);
        csuccess__buffer_free(&out);
    }
    return text;
}

#endif
