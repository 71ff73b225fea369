/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations; refused memory; damaged payloads; what a definition says wrong. */
#include "customer_known.h"

/* ---- Migrations ---- */

static const char before_it[] =
    "{\"attributes\": {\"seats\": {\"type\": \"number\"}, \"level\": {\"type\": \"number\"},"
    "\"vip\": {\"type\": \"string\"}, \"since\": {\"type\": \"time\"}, \"words\": {\"type\": "
    "\"list\", \"of\": \"number\"},"
    "\"gone\": {\"type\": \"bool\"}, \"mrr\": {\"type\": \"number\"}}}";
static const char after_it[] =
    "{\"attributes\": {\"users\": {\"type\": \"number\", \"migrate\": {\"from\": \"seats\"}},"
    "\"level\": {\"type\": \"string\", \"in\": [\"free\", \"team\"], \"migrate\": {\"type\": "
    "\"number\","
    "\"value\": \"old > 3 ? 'team' : 'free'\"}},"
    "\"key_account\": {\"type\": \"bool\", \"migrate\": {\"from\": \"vip\", \"type\": "
    "\"string\","
    "\"value\": \"vip.lowerAscii() == 'yes'\"}},"
    "\"since\": {\"type\": \"date\", \"migrate\": {\"type\": \"time\", \"value\": \"old\"}},"
    "\"words\": {\"type\": \"list\", \"of\": \"string\"},"
    "\"mrr\": {\"type\": \"number\", \"max\": 5}}}";

/* The state of one configuration under another. */
static void move_state(customer *from, customer *to, const char *document,
                       csuccess__buffer *bytes)
{
    csuccess__buffer_init(bytes, csuccess__malloc_allocator(), 0);
    csuccess__state_write(bytes, &from->state);
    CHECK_OK(customer_start(to, NULL, document));
    fixture_problems(&to->f, (const char *const[]){NULL});
    CHECK_OK(
        csuccess__state_read(&to->state, csuccess__buffer_view(bytes), SIZE_MAX, &to->err));
}

#define GROUP(id, at, traits) \
    "\"type\":\"group\",\"messageId\":\"" id "\",\"timestamp\":\"" at \
    "T00:00:00Z\",\"traits\":{" traits "}"

static void values_move_into_new_definitions(void)
{
    customer old, c;
    csuccess__buffer bytes;
    CHECK_OK(customer_start(&old, NULL, before_it));
    CHECK_OK(customer_take(
        &old, GROUP("g1", "2025-12-01",
                    "\"seats\":12,\"level\":4,\"vip\":\"YES\",\"gone\":true,"
                    "\"since\":\"2020-01-31T18:00:00Z\",\"words\":[1],\"mrr\":9")));
    move_state(&old, &c, after_it, &bytes);
    for (int i = 0; i < 2; i++) {
        customer_facts_now(&c);
        CHECK_CSTR(customer_fact(&c, "users"), "12");
        CHECK_CSTR(customer_fact(&c, "level"), "\"team\"");
        CHECK_CSTR(customer_fact(&c, "key_account"), "true");
        CHECK_CSTR(customer_fact(&c, "since"), "\"2020-01-31T00:00:00Z\"");
        CHECK_CSTR(customer_fact(&c, "words"), "missing: never_set"); /* nobody said how */
        CHECK_CSTR(customer_fact(&c, "mrr"), "missing: quarantined"); /* not allowed any more */
        csuccess__value slots[8];
        csuccess__facts_fill(c.facts, NOW, slots);
        CHECK(slots[1].code != 0);
        CHECK_INT(c.facts->set->observed[0], NOW - 31 * DAY);
        /* The next input notes it, once; nothing else changes. */
        customer_take(&c,
                      "\"type\":\"track\",\"event\":\"x\",\"messageId\":\"t\",\"timestamp\":"
                      "\"2025-12-02T00:00:00Z\"");
        CHECK_UINT(customer_entries(&c, "migration"), 4);
    }
    CHECK_STR(
        customer_entry(&c, "migration"),
        "{\"attribute\":\"since\",\"type\":\"date\",\"from\":\"since\",\"from_type\":\"time\","
        "\"value\":\"old\"}");
    CHECK_HAS(customer_print(&c), "\"seats\":{\"value\":12,");
    CHECK_OK(customer_take(&c, GROUP("g2", "2025-12-03", "\"users\":13,\"level\":\"free\"")));
    customer_facts_now(&c);
    CHECK_CSTR(customer_fact(&c, "users"), "13");
    CHECK_CSTR(customer_fact(&c, "level"), "\"free\"");
    CHECK(!strstr(customer_print(&c), "\"seats\""));
    CHECK_HAS(customer_print(&c), "\"gone\":{\"value\":true,"); /* stays, until an erasure */
    CHECK_UINT(customer_entries(&c, "migration"), 4);
    customer_finish(&c);
    csuccess__buffer_free(&bytes);
    customer_finish(&old);
}

static const struct {
    const char *document, *problem;
} wrong_definitions[] = {
    {"\"a\": {\"type\": \"number\", \"at_most\": \"b\"}, \"bb\": {\"type\": \"number\"}",
     "/attributes/a/at_most: unknown attribute \"b\""},
    {"\"used\": {\"type\": \"number\", \"at_most\": \"totl\"}, \"total\": {\"type\": "
     "\"number\"}",
     "/attributes/used/at_most: unknown attribute \"totl\" (did you mean \"total\"?)"},
    {"\"a\": {\"type\": \"number\", \"at_most\": \"a\"}",
     "/attributes/a/at_most: \"at_most\" of \"a\" names itself; name another number"},
    {"\"a\": {\"type\": \"number\", \"at_most\": \"b\"}, \"b\": {\"type\": \"bool\"}",
     "/attributes/a/at_most: \"at_most\" names a number or money; \"b\" is a bool"},
    {"\"a\": {\"type\": \"number\", \"at_most\": 5}",
     "/attributes/a/at_most: \"at_most\" is the name of another attribute, found a number"},
    {"\"a\": {\"type\": \"bool\", \"at_most\": \"b\"}, \"b\": {\"type\": \"number\"}",
     "/attributes/a/at_most: \"at_most\" means nothing for a bool: it names another number"},
    {"\"a\": {\"type\": \"number\", \"migrate\": {\"from\": \"b\"}}, \"b\": {\"type\": "
     "\"number\"}",
     "/attributes/a/migrate/from: \"b\" is an attribute of this configuration; only one that "
     "is "
     "gone can be migrated from"},
    {"\"a\": {\"type\": \"number\", \"migrate\": {}}",
     "/attributes/a/migrate: \"migrate\" of \"a\" changes nothing: give \"from\", the name "
     "that it "
     "had, or \"type\" and \"value\""},
    {"\"a\": {\"type\": \"number\", \"migrate\": {\"type\": \"string\"}}",
     "/attributes/a/migrate: \"migrate\" of \"a\" has no \"value\": give the expression that "
     "makes "
     "a number of `old`"},
    {"\"a\": {\"type\": \"number\", \"migrate\": {\"type\": \"string\", \"value\": \"old\"}}",
     "/attributes/a/migrate/value: this is string; number is wanted here"},
    {"\"a\": {\"type\": \"number\", \"migrate\": {\"value\": "
     "\"days_since(timestamp('2020-01-01T00:00:00Z')) + old\"}}",
     "/attributes/a/migrate/value: a migration cannot use `now`: the same value must come of "
     "it "
     "whenever it is made"},
    {"\"a\": {\"type\": \"number\", \"migrate\": {\"from\": \"b\", \"of\": \"string\"}}",
     "/attributes/a/migrate/of: \"of\" means nothing for a number: it gives the type of a "
     "list's "
     "items"},
    {"\"a\": {\"type\": \"number\", \"migrate\": {\"frm\": \"b\"}}",
     "/attributes/a/migrate/frm: unknown key \"frm\" (did you mean \"from\"?)"},
};

static void wrong_definitions_are_told(void)
{
    for (size_t i = 0; i < sizeof wrong_definitions / sizeof *wrong_definitions; i++) {
        fixture f;
        char document[512], text[800] = "";
        snprintf(document, sizeof document, "{\"attributes\": {%s}}",
                 wrong_definitions[i].document);
        CHECK_OK(fixture_start(&f, NULL, document));
        const csuccess__noted *p = f.problems.first;
        if (p) {
            snprintf(text, sizeof text, "%.*s: %.*s", (int)p->pointer.len, p->pointer.ptr,
                     (int)p->message.len, p->message.ptr);
        }
        CHECK_CSTR(text, wrong_definitions[i].problem);
        fixture_finish(&f);
    }
}

static void names_of_a_migration_are_its_own(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{\"attributes\": {\"b\": {\"type\": \"number\"}, \"a\": {\"type\": "
                           "\"number\", \"migrate\": {\"value\": \"b + 1\"}}}}"));
    CHECK_UINT(f.problems.errors, 1);
    CHECK_HAS(f.problems.first ? f.problems.first->message.ptr : "", "unknown name \"b\"");
    fixture_finish(&f);
}

/* ---- Refused memory ---- */

static const char everything[] =
    "{\"attributes\": {\"a\": {\"type\": \"number\", \"migrate\": {\"from\": \"z\", \"type\": "
    "\"string\","
    "\"value\": \"size(old + 'x')\"}},"
    "\"used\": {\"type\": \"number\", \"at_most\": \"total\"}, \"total\": {\"type\": "
    "\"number\"},"
    "\"tags\": {\"type\": \"list\", \"of\": \"string\"}, \"churned_at\": {\"type\": \"time\"},"
    "\"s\": {\"type\": \"string\", \"migrate\": {\"from\": \"y\", \"value\": \"old + '!'\"}}},"
    "\"records\": {\"contacts\": {\"of\": {\"role\": {\"type\": \"string\"}}},"
    "\"subscriptions\": {\"of\": {\"product\": {\"type\": \"string\"}}}}}";

static const char *const happenings[] = {
    GROUP("g1", "2025-12-01", "\"used\":3,\"total\":5,\"tags\":[\"a\",\"b\"]"),
    GROUP("g2", "2025-12-02", "\"used\":9,\"total\":\"x\",\"tags\":null"),
    GROUP("g3", "2025-11-02", "\"total\":2,\"tags\":[\"c\"]"),
    "\"type\":\"identify\",\"messageId\":\"i\",\"userId\":\"bob\",\"timestamp\":\"2025-12-"
    "01T00:00:00Z\","
    "\"traits\":{\"role\":\"cto\"}",
    "\"type\":\"record\",\"messageId\":\"r\",\"timestamp\":\"2025-12-03T00:00:00Z\","
    "\"properties\":"
    "{\"collection\":\"contacts\",\"id\":\"bob\",\"removed\":true}",
    "\"type\":\"outcome\",\"event\":\"churned\",\"messageId\":\"o\",\"timestamp\":\"2025-12-"
    "03T00:00:00Z\"",
    "\"type\":\"subscription_started\",\"messageId\":\"s\",\"timestamp\":\"2025-12-03T00:00:"
    "00Z\","
    "\"properties\":{\"product\":\"crm\",\"amount\":12,\"term\":\"P1M\"}",
    "\"type\":\"subscription_amended\",\"messageId\":\"s2\",\"timestamp\":\"2025-12-02T00:00:"
    "00Z\","
    "\"properties\":{\"id\":\"crm\",\"amount\":15}",
};

static csuccess_result everything_happens(check_memory *memory, void *ud)
{
    customer c;
    csuccess__buffer payload;
    csuccess_result result = customer_start(&c, memory, everything);
    csuccess__buffer_init(&payload, &memory->allocator, 0);
    const csuccess_str name = CSUCCESS_STR("y");
    if (result == CSUCCESS_OK) {
        csuccess__buffer_put(&payload,
                             "\x01\x03\x02hi\x02\x00"
                             "12345678",
                             15);
        result = payload.status;
    }
    if (result == CSUCCESS_OK && !csuccess__state_put(&c.state, CSUCCESS__STATE_ATTRIBUTE, name,
                                                      csuccess__buffer_view(&payload))) {
        result = CSUCCESS_ENOMEM;
    }
    for (size_t i = 0; result >= 0 && i < sizeof happenings / sizeof *happenings; i++) {
        result = customer_take(&c, happenings[i]);
    }
    if (result >= 0) {
        result = csuccess__known_facts(&c.with, &c.state, NOW, c.facts, &c.err);
    }
    if (result >= 0) {
        CHECK_CSTR(customer_fact(&c, "s"), "\"hi!\"");
        CHECK_CSTR(customer_fact(&c, "used"), "missing: quarantined");
        CHECK(csuccess__known_forget(&c.state, CSUCCESS_STR("bob")));
    }
    (void)ud;
    csuccess__buffer_free(&payload);
    customer_finish(&c);
    return result < 0 ? result : CSUCCESS_OK;
}

static void refused_memory_is_survived(void)
{
    CHECK(check_faults(everything_happens, NULL) > 30);
}

/* Personal data goes even where memory is refused. */
static void forgetting_needs_no_memory(void)
{
    for (size_t k = 0; k < 6; k++) {
        customer c;
        check_memory memory;
        check_memory_start(&memory);
        CHECK_OK(customer_start(&c, &memory, everything));
        CHECK_OK(customer_take(
            &c, "\"type\":\"identify\",\"messageId\":\"i\",\"userId\":\"bob\","
                "\"timestamp\":\"2025-12-01T00:00:00Z\",\"traits\":{\"role\":5}"));
        memory.fail_at = k ? memory.calls + k : 0;
        memory.fail_on = true;
        CHECK(csuccess__known_forget(&c.state, CSUCCESS_STR("bob")));
        memory.fail_at = 0;
        CHECK(!strstr(customer_print(&c), "bob"));
        customer_finish(&c);
        CHECK_MEMORY_EMPTY(&memory);
    }
}

/* ---- Damage ---- */

/* Facts, what comes next and printing say what is wrong or go on; an input fails the step or is applied. */
static void try_state(customer *c, bool apply)
{
    csuccess_result result = csuccess__known_facts(&c->with, &c->state, NOW, c->facts, &c->err);
    CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
    if (result == CSUCCESS_OK) customer_fact(c, "subscriptions");
    csuccess__known_next(&c->with, &c->state, NOW);
    int64_t start, end;
    csuccess__known_term(&c->state, NOW, &start, &end);
    customer_print(c);
    for (size_t i = 0; apply && i < sizeof happenings / sizeof *happenings; i++) {
        result = customer_take(c, happenings[i]);
        CHECK(result >= 0 || result == CSUCCESS_ERANGE || result == CSUCCESS_ESTATE);
        c->step.failed = CSUCCESS_OK;
    }
}

static void damaged_payloads_are_told(void)
{
    customer c;
    uint64_t random = 7;
    CHECK_OK(customer_start(&c, NULL, everything));
    for (size_t i = 0; i < sizeof happenings / sizeof *happenings; i++) {
        CHECK(customer_take(&c, happenings[i]) >= 0);
    }
    csuccess__buffer good;
    csuccess__buffer_init(&good, csuccess__malloc_allocator(), 0);
    csuccess__state_write(&good, &c.state);
    for (int round = 0; round < 4000; round++) {
        csuccess__effects_clear(&c.effects);
        csuccess__arena_reset(&c.arena);
        CHECK_OK(
            csuccess__state_read(&c.state, csuccess__buffer_view(&good), SIZE_MAX, &c.err));
        uint32_t at = (uint32_t)(check_random(&random) % c.state.count);
        char bytes[512];
        csuccess__state_field *field = &c.state.fields[at];
        size_t len = field->payload.len;
        if (len > sizeof bytes - 8) continue;
        memcpy(bytes, field->payload.ptr, len);
        unsigned how = (unsigned)(check_random(&random) % 3);
        size_t place = len ? (size_t)(check_random(&random) % len) : 0;
        if (how == 0) bytes[place] = (char)check_random(&random);
        if (how == 1) len = place;
        if (how == 2) bytes[len++] = (char)check_random(&random);
        /* In memory of its own length, so that the address sanitizer sees a read beyond it. */
        char *exact = malloc(len ? len : 1);
        if (!exact) abort();
        memcpy(exact, bytes, len);
        field->payload = (csuccess_str){exact, len};
        field->room = 0;
        try_state(&c, round % 4 == 0);
        csuccess__state_clear(&c.state);
        free(exact);
    }
    csuccess__buffer_free(&good);
    customer_finish(&c);
}

static void damage_names_the_field(void)
{
    customer c;
    CHECK_OK(customer_start(&c, NULL, everything));
    CHECK(csuccess__state_put(&c.state, CSUCCESS__STATE_ATTRIBUTE, CSUCCESS_STR("tags"),
                              CSUCCESS_STR("\x01\x08\x03\x7f")));
    CHECK_RESULT(csuccess__known_facts(&c.with, &c.state, NOW, c.facts, &c.err),
                 CSUCCESS_ESTATE);
    CHECK_CSTR(c.err.message,
               "the state's attribute \"tags\" is damaged; restore it, or replay the "
               "customer's history");
    CHECK_RESULT(customer_take(&c, GROUP("g1", "2025-12-01", "\"tags\":[]")), CSUCCESS_ESTATE);
    customer_finish(&c);
}

CHECK_MAIN(CHECK_TEST(values_move_into_new_definitions), CHECK_TEST(wrong_definitions_are_told),
           CHECK_TEST(names_of_a_migration_are_its_own), CHECK_TEST(refused_memory_is_survived),
           CHECK_TEST(forgetting_needs_no_memory), CHECK_TEST(damaged_payloads_are_told),
           CHECK_TEST(damage_names_the_field))
