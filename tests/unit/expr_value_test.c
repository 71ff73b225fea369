/* SPDX-License-Identifier: Apache-2.0 */
/* Types, values, their JSON, and the numbered constants of a configuration. */
#include "expr_rows.h"

static const char *print_type(const csuccess__type *type, char out[256])
{
    csuccess__buffer buf;
    csuccess__buffer_init(&buf, csuccess__malloc_allocator(), 0);
    csuccess__type_print(&buf, type);
    csuccess_str view = csuccess__buffer_view(&buf);
    snprintf(out, 256, "%.*s", (int)view.len, view.ptr);
    csuccess__buffer_free(&buf);
    return out;
}

static void types_print_as_people_say_them(void)
{
    char out[256];
    CHECK_CSTR(print_type(csuccess__type_of(CSUCCESS__KIND_DURATION), out), "duration");
    CHECK_CSTR(print_type(csuccess__type_list_of(CSUCCESS__KIND_STRING), out), "list(string)");
    CHECK_CSTR(print_type(csuccess__type_list_of(CSUCCESS__KIND_ANY), out), "list(any)");
    CHECK_CSTR(print_type(rows_deals_type(), out),
               "list(record(amount: number, product: string, renews: time))");
    csuccess__field fields[5];
    for (size_t i = 0; i < 5; i++) fields[i] = rows_deals_type()->item->fields[0];
    csuccess__type record = {CSUCCESS__KIND_RECORD, NULL, fields, 5};
    CHECK_CSTR(print_type(&record, out),
               "record(amount: number, amount: number, amount: number, \xE2\x80\xA6)");
}

static void types_are_compared_by_structure(void)
{
    const csuccess__type *number = csuccess__type_of(CSUCCESS__KIND_NUMBER);
    csuccess__type numbers = {CSUCCESS__KIND_LIST, number, NULL, 0};
    csuccess__type nested = {CSUCCESS__KIND_LIST, &numbers, NULL, 0};
    CHECK(csuccess__type_equal(&numbers, csuccess__type_list_of(CSUCCESS__KIND_NUMBER)));
    CHECK(!csuccess__type_equal(&numbers, csuccess__type_list_of(CSUCCESS__KIND_STRING)));
    CHECK(!csuccess__type_equal(&numbers, &nested));
    CHECK(!csuccess__type_equal(number, &numbers));
    CHECK(csuccess__type_equal(&nested, csuccess__type_list_of(CSUCCESS__KIND_ANY)));
    csuccess__field other[3];
    memcpy(other, rows_deals_type()->item->fields, sizeof other);
    csuccess__type record = {CSUCCESS__KIND_RECORD, NULL, other, 3};
    CHECK(csuccess__type_equal(&record, rows_deals_type()->item));
    other[1].name = CSUCCESS_STR("service");
    CHECK(!csuccess__type_equal(&record, rows_deals_type()->item));
    record.field_count = 2;
    CHECK(!csuccess__type_equal(&record, rows_deals_type()->item));
    CHECK(csuccess__type_of(CSUCCESS__KIND_LIST) == NULL);
    CHECK(csuccess__type_list_of(CSUCCESS__KIND_RECORD) == NULL);
}

static void what_is_not_finite_is_missing(void)
{
    CHECK_INT(csuccess__number(HUGE_VAL).absence, CSUCCESS__ABSENCE_OVERFLOWED);
    CHECK(csuccess__is_missing(csuccess__number(-HUGE_VAL)));
    CHECK(csuccess__is_missing(csuccess__number(NAN)));
    CHECK(!csuccess__is_missing(csuccess__number(1.7976931348623157e308)));
    CHECK(!csuccess__is_missing(csuccess__string(CSUCCESS_STR(""))));
}

static void values_are_equal_part_by_part(void)
{
    csuccess__value a[2] = {csuccess__number(1), csuccess__missing(CSUCCESS__ABSENCE_STALE)};
    csuccess__value b[2] = {csuccess__number(1), csuccess__missing(CSUCCESS__ABSENCE_EMPTY)};
    CHECK(csuccess__value_equal(rows_list(a, 2), rows_list(b, 2)));
    CHECK(!csuccess__value_equal(rows_list(a, 2), rows_list(a, 1)));
    CHECK(!csuccess__value_equal(rows_list(a, 2), rows_record(a, 2)));
    b[1] = csuccess__number(0);
    CHECK(!csuccess__value_equal(rows_list(a, 2), rows_list(b, 2)));
    CHECK(!csuccess__value_equal(csuccess__time(0), csuccess__number(0)));
    csuccess__duration day = {0, 1, 0}, hours = {0, 0, CSUCCESS__DAY_MS};
    CHECK(
        !csuccess__value_equal(csuccess__duration_value(day), csuccess__duration_value(hours)));
    csuccess__value text = csuccess__string(CSUCCESS_STR("a"));
    text.code = 7; /* the same text, numbered or not */
    CHECK(csuccess__value_equal(text, csuccess__string(CSUCCESS_STR("a"))));
}

static void values_are_written_as_json(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    const csuccess__type *numbers = csuccess__type_list_of(CSUCCESS__KIND_NUMBER);
    CHECK_CSTR(rows_text(&r, r.slots[ROWS_GAPS], numbers), "[1,null,3]");
    CHECK_CSTR(rows_text(&r, r.slots[ROWS_NONE], numbers), "[]");
    CHECK_CSTR(rows_text(&r, r.slots[ROWS_DEALS].as.many.items[2], rows_deals_type()->item),
               "{\"amount\":300,\"product\":\"mail\",\"renews\":null}");
    CHECK_CSTR(rows_text(&r, r.slots[ROWS_SPAN], NULL), "\"P1DT2H0.345S\"");
    CHECK_CSTR(rows_text(&r, r.slots[ROWS_LATE], NULL), "\"9999-12-31T23:59:59.999Z\"");
    CHECK_CSTR(rows_text(&r, csuccess__number(-0.0), NULL), "0");
    CHECK_CSTR(rows_text(&r, csuccess__boolean(true), NULL), "true");
    CHECK_CSTR(rows_text(&r, csuccess__string(CSUCCESS_STR("a\"\n")), NULL), "\"a\\\"\\n\"");
    rows_end(&r);
}

/* Beyond the writer's depth half a value must not pass for a whole one. */
static void what_nests_too_deep_is_a_limit(void)
{
    csuccess__value nest[81];
    nest[0] = csuccess__number(1);
    for (size_t i = 1; i < 81; i++) nest[i] = rows_list(&nest[i - 1], 1);
    for (size_t depth = 20; depth <= 80; depth += 20) {
        csuccess__buffer out;
        csuccess__json_writer writer;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__json_writer_init(&writer, &out);
        csuccess__value_write(&writer, nest[depth], NULL);
        CHECK_RESULT(out.status, depth <= 60 ? CSUCCESS_OK : CSUCCESS_ELIMIT);
        csuccess__buffer_free(&out);
    }
}

static void constants_have_numbers_from_one(void)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__constants *set = csuccess__constants_new(&arena);
    if (!CHECK(set)) return;
    CHECK_UINT(csuccess__constants_find(set, CSUCCESS_STR("a")), 0);
    char text[16];
    for (uint32_t i = 0; i < 5000; i++) {
        csuccess_str view = {text, (size_t)snprintf(text, sizeof text, "c%u", i)};
        CHECK_UINT(csuccess__constants_add(set, view), i + 1);
    }
    CHECK_UINT(csuccess__constants_add(set, CSUCCESS_STR("")), 5001);
    CHECK_UINT(csuccess__constants_add(set, CSUCCESS_STR("c1\0x")), 5002);
    for (uint32_t i = 0; i < 5000; i++) {
        csuccess_str view = {text, (size_t)snprintf(text, sizeof text, "c%u", i)};
        CHECK_UINT(csuccess__constants_find(set, view), i + 1);
        CHECK_UINT(csuccess__constants_add(set, view), i + 1);
    }
    CHECK_UINT(csuccess__constants_count(set), 5002);
    CHECK_STR(csuccess__constants_text(set, 43), "c42");
    CHECK_STR(csuccess__constants_text(set, 0), "");
    CHECK_STR(csuccess__constants_text(set, 5003), "");
    CHECK_UINT(csuccess__constants_find(set, CSUCCESS_STR("c5000")), 0);
    CHECK_UINT(csuccess__constants_find(NULL, CSUCCESS_STR("c1")), 0);
    csuccess__arena_free(&arena);
}

static csuccess_result add_many(check_memory *memory, void *ud)
{
    csuccess__arena arena;
    (void)ud;
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess__constants *set = csuccess__constants_new(&arena);
    uint32_t added = 0;
    char text[256];
    bool refused = !set;
    while (!refused && added < 500) {
        csuccess_str view = {text, (size_t)snprintf(text, sizeof text, "%0200u", added)};
        refused = csuccess__constants_add(set, view) == 0;
        if (!refused) added++;
    }
    for (uint32_t i = 0; i < added; i++) {
        csuccess_str view = {text, (size_t)snprintf(text, sizeof text, "%0200u", i)};
        CHECK_UINT(csuccess__constants_find(set, view), i + 1);
    }
    if (set) CHECK_UINT(csuccess__constants_count(set), added);
    csuccess__arena_free(&arena);
    return refused ? CSUCCESS_ENOMEM : CSUCCESS_OK;
}

static void constants_survive_refused_memory(void)
{
    CHECK(check_faults(add_many, NULL) > 3);
}

CHECK_MAIN(CHECK_TEST(types_print_as_people_say_them),
           CHECK_TEST(types_are_compared_by_structure),
           CHECK_TEST(what_is_not_finite_is_missing), CHECK_TEST(values_are_equal_part_by_part),
           CHECK_TEST(values_are_written_as_json), CHECK_TEST(what_nests_too_deep_is_a_limit),
           CHECK_TEST(constants_have_numbers_from_one),
           CHECK_TEST(constants_survive_refused_memory))
