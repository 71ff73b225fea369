/* SPDX-License-Identifier: Apache-2.0 */
/* Sources: precedence, and how far each reaches by what is sent of it. */
#include "customer_series.h"

static void sources_by_name_and_rank(void)
{
    fixture f;
    CHECK_OK(fixture_start(
        &f, NULL,
        "{\"sources\": {\"product\": {\"stale_after\": \"P2D\"}, \"crm\": {\"precedence\": -1},"
        " \"billing\": {}, \"old crm\": {\"precedence\": 9}}}"));
    fixture_problems(&f, (const char *const[]){NULL});
    static const struct {
        const char *name;
        uint32_t rank;
    } ranks[] = {{"billing", 2}, {"crm", 0}, {"old crm", 3}, {"product", 1}};
    CHECK_UINT(f.sources->count, 4);
    for (uint32_t i = 0; i < 4; i++) {
        CHECK_STR(f.sources->list[i].name, ranks[i].name);
        CHECK_UINT(f.sources->list[i].rank, ranks[i].rank);
        CHECK_UINT(csuccess__sources_find(f.sources, check_view(ranks[i].name)), i);
    }
    CHECK(f.sources->list[3].has_stale_after && !f.sources->list[0].has_stale_after);
    CHECK_UINT(csuccess__sources_find(f.sources, CSUCCESS_STR("")), UINT32_MAX);
    CHECK_UINT(csuccess__sources_find(NULL, CSUCCESS_STR("crm")), UINT32_MAX);
    fixture_finish(&f);
}

static csuccess__coverage span(const char *from, const char *to)
{
    return (csuccess__coverage){true, ms(from), ms(to)};
}

static void coverage_is_joined_where_it_adjoins(void)
{
    static const struct {
        const char *from, *to, *more_from, *more_to, *then_from, *then_to;
    } cases[] = {
        {"2026-01-01", "2026-01-31", "2026-01-15", "2026-02-28", "2026-01-01", "2026-02-28"},
        {"2026-01-15", "2026-02-28", "2026-01-01", "2026-01-31", "2026-01-01", "2026-02-28"},
        {"2026-01-01", "2026-01-31", "2026-01-05", "2026-01-06", "2026-01-01", "2026-01-31"},
        {"2026-01-01", "2026-01-31T23:59:59Z", "2026-02-01", "2026-02-28", "2026-01-01",
         "2026-02-28"},
        {"2026-01-01", "2026-01-31T23:59:58Z", "2026-02-01", "2026-02-28", "2026-02-01",
         "2026-02-28"},
        {"2026-02-01", "2026-02-28", "2026-01-01", "2026-01-31T23:00:00Z", "2026-02-01",
         "2026-02-28"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess__coverage c = {false, 0, 0};
        csuccess__coverage_join(&c, span(cases[i].from, cases[i].to));
        csuccess__coverage_join(&c, span(cases[i].more_from, cases[i].more_to));
        csuccess__coverage_join(&c, (csuccess__coverage){false, 5, 5});
        CHECK(c.known);
        CHECK_INT(c.from, ms(cases[i].then_from));
        CHECK_INT(c.to, ms(cases[i].then_to));
    }
}

static csuccess__input sent(const char *name, const csuccess__property *properties,
                            uint32_t count)
{
    csuccess__input input = event_of(name, "1", 0, properties, count);
    input.type = CSUCCESS__INPUT_SOURCE;
    return input;
}

static csuccess__property text_property(const char *name, const char *text)
{
    return (csuccess__property){check_view(name), csuccess__string(check_view(text)), NULL};
}

static void what_is_sent_is_checked(void)
{
    static const struct {
        const char *from, *to, *reason;
    } cases[] = {
        {"2026-01-01T00:00:00Z", NULL,
         "\"covered_to\" of a source is a time (RFC 3339), such as \"2026-01-31T00:00:00Z\""},
        {"2026-01-01", "2026-01-02T00:00:00Z",
         "\"covered_from\" of a source is a time (RFC 3339), such as \"2026-01-31T00:00:00Z\""},
        {"2026-01-03T00:00:00Z", "2026-01-02T00:00:00Z",
         "\"covered_to\" of a source is before \"covered_from\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[200] = "";
        csuccess__text reason;
        csuccess__coverage c;
        csuccess__text_init(&reason, bytes, sizeof bytes);
        csuccess__property properties[2] = {text_property("covered_from", cases[i].from),
                                            {{NULL, 0}, {0}, NULL}};
        if (cases[i].to) properties[1] = text_property("covered_to", cases[i].to);
        csuccess__input input = sent("s", properties, cases[i].to ? 2 : 1);
        CHECK_RESULT(csuccess__coverage_of(&c, &input, &reason), CSUCCESS_ERANGE);
        CHECK_CSTR(bytes, cases[i].reason);
    }
}

/* reason: a source's name and both ends of its coverage. */
static csuccess_result apply(const fixture *f, csuccess__state *state,
                             csuccess__buffer *scratch, const char *name, const char *from,
                             const char *to)
{
    char bytes[200];
    csuccess__text reason;
    csuccess__step step = {.state = state,
                           .scratch = scratch,
                           .mem = &f->memory->allocator,
                           .due = CSUCCESS__NEVER};
    csuccess__property properties[2] = {text_property("covered_from", from),
                                        text_property("covered_to", to)};
    csuccess__input input = sent(name, properties, 2);
    csuccess__text_init(&reason, bytes, sizeof bytes);
    return csuccess__sources_apply(f->sources, &step, &input, &reason);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    fixture f;
    csuccess__state state;
    csuccess__buffer scratch;
    (void)ud;
    csuccess_result result = fixture_start(
        &f, memory, "{\"sources\": {\"s\": {\"stale_after\": \"P2D\"}, \"t\": {}}}");
    csuccess__state_init(&state, &memory->allocator);
    csuccess__buffer_init(&scratch, &memory->allocator, 0);
    if (result == CSUCCESS_OK)
        result =
            apply(&f, &state, &scratch, "s", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    if (result == CSUCCESS_OK)
        result =
            apply(&f, &state, &scratch, "s", "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z");
    if (result == CSUCCESS_OK) {
        csuccess__coverage list[2],
            tenant[2] = {span("2025-01-01", "2025-06-01"), span("2025-01-01", "2025-06-01")};
        csuccess__sources_known known = {list, 0};
        CHECK_RESULT(
            apply(&f, &state, &scratch, "s", "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z"),
            CSUCCESS_UNCHANGED);
        CHECK_RESULT(
            apply(&f, &state, &scratch, "u", "2026-01-02T00:00:00Z", "2026-01-05T00:00:00Z"),
            CSUCCESS_ERANGE);
        CHECK_OK(csuccess__sources_open(f.sources, &state, tenant, &known));
        CHECK_INT(list[0].from, ms("2026-01-01"));
        CHECK_INT(list[0].to, ms("2026-01-05"));
        CHECK_INT(list[1].to, ms("2025-06-01"));
        CHECK_INT(csuccess__sources_next(f.sources, &known, ms("2026-01-06")),
                  ms("2026-01-07") + 1);
        CHECK_INT(csuccess__sources_next(f.sources, &known, ms("2026-01-07") + 1),
                  CSUCCESS__NEVER);
        CHECK_OK(csuccess__sources_open(f.sources, &state, NULL, &known));
        CHECK(!list[1].known);
    }
    csuccess__buffer_free(&scratch);
    csuccess__state_free(&state);
    fixture_finish(&f);
    return result;
}

static void the_customers_own_goes_before_that_of_all(void)
{
    CHECK(check_faults(scenario, NULL) > 3);
}

static void bytes_have_one_spelling(void)
{
    check_memory memory;
    csuccess__buffer out, json;
    check_memory_start(&memory);
    csuccess__buffer_init(&out, &memory.allocator, 0);
    csuccess__buffer_init(&json, &memory.allocator, 0);
    csuccess__coverage c = span("2026-01-01", "2026-01-31T23:59:59Z"), back;
    csuccess__coverage_write(&out, &c);
    csuccess_str bytes = csuccess__buffer_view(&out);
    CHECK(csuccess__coverage_read(&back, bytes) && back.known && back.from == c.from &&
          back.to == c.to);
    for (size_t cut = 1; cut < bytes.len; cut++)
        CHECK(!csuccess__coverage_read(&back, (csuccess_str){bytes.ptr, cut}));
    CHECK(!csuccess__coverage_read(&back,
                                   CSUCCESS_STR("\2\xff\xff\xff\xff\xff\xff\xff\xff\xff\1")));
    CHECK(csuccess__coverage_read(&back, (csuccess_str){NULL, 0}) && !back.known);
    csuccess__json_writer writer;
    csuccess__json_writer_init(&writer, &json);
    csuccess__state_field field = {.kind = CSUCCESS__STATE_SOURCE, .payload = bytes};
    csuccess__source_print(&writer, &field);
    CHECK_STR(
        csuccess__buffer_view(&json),
        "{\"covered_from\":\"2026-01-01T00:00:00Z\",\"covered_to\":\"2026-01-31T23:59:59Z\"}");
    csuccess__buffer_clear(&json);
    csuccess__json_writer_init(&writer, &json);
    field.payload = CSUCCESS_STR("\1");
    csuccess__source_print(&writer, &field);
    CHECK_STR(csuccess__buffer_view(&json), "\"(damaged)\"");
    csuccess__buffer_free(&json);
    csuccess__buffer_free(&out);
    CHECK_MEMORY_EMPTY(&memory);
}

CHECK_MAIN(CHECK_TEST(sources_by_name_and_rank),
           CHECK_TEST(coverage_is_joined_where_it_adjoins), CHECK_TEST(what_is_sent_is_checked),
           CHECK_TEST(the_customers_own_goes_before_that_of_all),
           CHECK_TEST(bytes_have_one_spelling))
