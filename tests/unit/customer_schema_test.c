/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of attributes and collections: what stands after compiling, and what is said of wrong ones. */
#include "customer_fixture.h"

static const csuccess__attribute *attribute(const fixture *f, const char *name)
{
    uint32_t slot = csuccess__schema_find(f->schema, check_view(name), NULL);
    if (!CHECK(slot != UINT32_MAX)) return NULL;
    return f->schema->slots[slot].attribute;
}

static void definitions_mean_what_they_say(void)
{
    fixture f;
    CHECK_OK(fixture_start(
        &f, NULL,
        "{\"attributes\": {"
        "\"nps\": {\"type\": \"number\", \"min\": 0, \"max\": 10, \"max_age\": \"P180D\","
        "          \"unit\": \"points\", \"default\": 7},"
        "\"plan\": {\"type\": \"string\", \"in\": [\"free\", \"team\"], \"default\": \"free\"},"
        "\"tags\": {\"type\": \"list\", \"of\": \"string\", \"in\": [\"a\", \"b\"],"
        "           \"default\": [\"b\", null]},"
        "\"arr\": {\"type\": \"money\", \"currency\": \"EUR\", \"default\": {\"amount\": 5,"
        "          \"currency\": \"EUR\"}},"
        "\"email\": {\"type\": \"string\", \"pii\": true, \"description\": \"x\"},"
        "\"churned\": {\"type\": \"bool\", \"outcome\": true},"
        "\"since\": {\"type\": \"date\"}, \"sla\": {\"type\": \"duration\"}}}"));
    fixture_problems(&f, (const char *const[]){NULL});
    CHECK_UINT(f.schema->inputs, 8);
    const csuccess__attribute *a = attribute(&f, "nps");
    CHECK(a->has_min && a->has_max && a->has_max_age);
    CHECK_NUM(a->max, 10, 0);
    CHECK_INT(a->max_age.days, 180);
    CHECK_STR(a->unit, "points");
    CHECK_INT(a->fallback.kind, CSUCCESS__KIND_NUMBER);
    CHECK_NUM(a->fallback.as.number, 7, 0);
    CHECK_INT(a->fallback.defaulted, 1);
    a = attribute(&f, "plan");
    CHECK_UINT(a->allowed_count, 2);
    CHECK(a->fallback.code != 0); /* equality with 'free' is one of numbers */
    CHECK_UINT(a->fallback.code,
               csuccess__constants_find(f.with.constants, CSUCCESS_STR("free")));
    a = attribute(&f, "tags");
    CHECK_INT(a->value->item->kind, CSUCCESS__KIND_STRING);
    CHECK_UINT(a->fallback.as.many.count, 2);
    CHECK(a->fallback.as.many.items[0].code != 0);
    CHECK(csuccess__is_missing(a->fallback.as.many.items[1]));
    a = attribute(&f, "arr");
    CHECK_STR(a->currency, "EUR");
    CHECK_INT(a->value->kind, CSUCCESS__KIND_NUMBER);
    CHECK_NUM(a->fallback.as.number, 5, 0);
    CHECK(attribute(&f, "email")->pii && attribute(&f, "churned")->outcome);
    CHECK(csuccess__is_missing(attribute(&f, "since")->fallback));
    CHECK_INT(attribute(&f, "since")->value->kind, CSUCCESS__KIND_TIME);
    CHECK_INT(attribute(&f, "sla")->value->kind, CSUCCESS__KIND_DURATION);
    fixture_finish(&f);
}

static const struct {
    const char *document, *problem;
} wrong_definitions[] = {
    {"{\"a\": 1}", "/attributes/a: expected an object, found a number"},
    {"{\"a\": {}}", "/attributes/a: \"a\" has no \"type\": give one of number, bool, string, "
                    "time, date, duration, money, list"},
    {"{\"a\": {\"type\": \"numbr\"}}",
     "/attributes/a/type: \"type\" cannot be \"numbr\" (did you mean \"number\"?)"},
    {"{\"a\": {\"type\": \"list\"}}", "/attributes/a: \"a\" has no \"of\": give one of number, "
                                      "bool, string, time, date, duration, money"},
    {"{\"a\": {\"type\": \"list\", \"of\": \"list\"}}",
     "/attributes/a/of: \"of\" cannot be \"list\" (known: number, bool, string, time, "
     "date, duration, money)"},
    {"{\"a\": {\"type\": \"number\", \"of\": \"string\"}}",
     "/attributes/a/of: \"of\" means nothing for a number: it gives the type of a list's "
     "items"},
    {"{\"a\": {\"type\": \"number\", \"mni\": 1}}",
     "/attributes/a/mni: unknown key \"mni\" (did you mean \"min\"?)"},
    {"{\"a\": {\"type\": \"string\", \"min\": 1}}",
     "/attributes/a/min: \"min\" means nothing for a string: it belongs to numbers and "
     "money"},
    {"{\"a\": {\"type\": \"number\", \"min\": 2, \"max\": 1}}",
     "/attributes/a/max: \"max\" of \"a\" is below its \"min\""},
    {"{\"a\": {\"type\": \"number\", \"in\": [\"x\"]}}",
     "/attributes/a/in: \"in\" means nothing for a number: it lists allowed strings; a "
     "number "
     "has \"min\" and \"max\""},
    {"{\"a\": {\"type\": \"string\", \"in\": []}}",
     "/attributes/a/in: \"in\" is empty: nothing would be allowed"},
    {"{\"a\": {\"type\": \"string\", \"in\": [1]}}",
     "/attributes/a/in/0: \"in\" lists strings, found a number"},
    {"{\"a\": {\"type\": \"list\", \"of\": \"number\", \"in\": [\"x\"]}}",
     "/attributes/a/in: \"in\" lists allowed strings, these are none"},
    {"{\"a\": {\"type\": \"number\", \"max_age\": \"180\"}}",
     "/attributes/a/max_age: \"180\" is not a duration above zero (ISO 8601), such as "
     "\"P180D\""},
    {"{\"a\": {\"type\": \"number\", \"max_age\": \"PT0S\"}}",
     "/attributes/a/max_age: \"PT0S\" is not a duration above zero (ISO 8601), such as "
     "\"P180D\""},
    {"{\"a\": {\"type\": \"number\", \"max_age\": \"-P1D\"}}",
     "/attributes/a/max_age: \"-P1D\" is not a duration above zero (ISO 8601), such as "
     "\"P180D\""},
    {"{\"a\": {\"type\": \"number\", \"default\": \"1\"}}",
     "/attributes/a/default: default of a: expected a number such as 12.5, without quotes, "
     "found the string \"1\""},
    {"{\"a\": {\"type\": \"number\", \"max\": 5, \"default\": 6}}",
     "/attributes/a/default: default of a: 6 is above the maximum of 5"},
    {"{\"a\": {\"type\": \"string\", \"in\": [\"free\", \"team\"], \"default\": \"fre\"}}",
     "/attributes/a/default: default of a: \"fre\" is not one of \"free\", \"team\" (did "
     "you "
     "mean \"free\"?)"},
    {"{\"a\": {\"type\": \"number\", \"default\": null}}",
     "/attributes/a/default: a default cannot be null: leave it out, absent is missing "
     "already"},
    {"{\"a\": {\"type\": \"money\", \"currency\": \"euro\"}}",
     "/attributes/a/currency: \"euro\" is not a currency: ISO 4217 codes are three "
     "capitals, "
     "such as \"EUR\""},
    {"{\"a\": {\"type\": \"bool\", \"pii\": \"yes\"}}",
     "/attributes/a/pii: \"pii\" must be true or false, found a string"},
    {"{\"true\": {\"type\": \"bool\"}}",
     "/attributes/true: \"true\" cannot be the name of an attribute: the word is reserved"},
    {"{\"health\": {\"type\": \"number\"}}", "/attributes/health: \"health\" cannot be the "
                                             "name of an attribute: the word is reserved"},
    {"{\"customer_id\": {\"type\": \"string\"}}",
     "/attributes/customer_id: \"customer_id\" cannot be the name of an attribute: the "
     "word is "
     "reserved"},
    {"{\"a-b\": {\"type\": \"bool\"}}",
     "/attributes/a-b: \"a-b\" cannot be the name of an attribute: expressions know names "
     "of "
     "letters, digits and underscores that do not begin with a digit"},
    {"{\"1a\": {\"type\": \"bool\"}}",
     "/attributes/1a: \"1a\" cannot be the name of an attribute: expressions know names of "
     "letters, digits and underscores that do not begin with a digit"},
    {"[]", "/attributes: \"attributes\" must be an object of definitions by name, found an "
           "array"},
};

static void every_wrong_definition_is_told(void)
{
    for (size_t i = 0; i < sizeof wrong_definitions / sizeof wrong_definitions[0]; i++) {
        char document[400];
        snprintf(document, sizeof document, "{\"attributes\": %s}",
                 wrong_definitions[i].document);
        fixture f;
        CHECK_OK(fixture_start(&f, NULL, document));
        fixture_problems(&f, (const char *const[]){wrong_definitions[i].problem, NULL});
        fixture_finish(&f);
    }
}

static void all_problems_are_told_and_the_rest_stands(void)
{
    fixture f;
    CHECK_OK(
        fixture_start(&f, NULL,
                      "{\"attributes\": {\"a\": {\"type\": \"x\"}, \"b\": {\"type\": \"bool\"},"
                      " \"c\": {\"type\": \"number\", \"min\": \"0\", \"zzz\": 1}}}"));
    fixture_problems(
        &f, (const char *const[]){
                "/attributes/a/type: \"type\" cannot be \"x\" (known: number, bool, string, "
                "time, date, duration, money, list)",
                "/attributes/c/zzz: unknown key \"zzz\" (known: type, of, unit, "
                "currency, default, min, max, at_most, in, max_age, migrate, pii, outcome, "
                "description)",
                "/attributes/c/min: \"min\" must be a number, found a string", NULL});
    CHECK_UINT(f.schema->inputs, 2);
    fixture_finish(&f);
}

static void collections_are_lists_of_records_with_an_id(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{\"records\": {\"subs\": {\"max\": 3, \"of\": {\"product\": "
                           "{\"type\": \"string\"}, \"amount\": {\"type\": \"money\"}}},"
                           "\"contacts\": {\"of\": {}}}}"));
    fixture_problems(&f, (const char *const[]){NULL});
    const csuccess__attribute *a = attribute(&f, "subs");
    CHECK_UINT(a->max_records, 3);
    CHECK_UINT(attribute(&f, "contacts")->max_records, f.limits.collection_records);
    const csuccess__type *record = a->value->item;
    CHECK_UINT(record->field_count, 3);
    CHECK_STR(record->fields[0].name, "id");
    CHECK_STR(record->fields[1].name, "product");
    CHECK_INT(record->fields[2].type->kind, CSUCCESS__KIND_NUMBER);
    fixture_finish(&f);
}

static void wrong_collections_are_told(void)
{
    fixture f;
    CHECK_OK(fixture_start(
        &f, NULL,
        "{\"attributes\": {\"x\": {\"type\": \"bool\"}}, \"records\": {"
        "\"a\": {}, \"b\": {\"max\": 0, \"of\": {\"id\": {\"type\": \"string\"}}},"
        "\"c\": {\"of\": {\"f\": {\"type\": \"bool\", \"max_age\": \"P1D\", \"outcome\": "
        "true}}},"
        "\"x\": {\"of\": {}}, \"d\": {\"max\": 1.5, \"of\": []}, \"now\": {\"of\": {}}}}"));
    fixture_problems(
        &f,
        (const char *const[]){
            "/records/a: the collection \"a\" has no \"of\": give the fields of its records",
            "/records/b/max: \"max\" must be a number from 1 to 1000, found 0",
            "/records/b/of/id: every record has the field \"id\" already: the key that it has "
            "in "
            "its collection",
            "/records/c/of/f/max_age: \"max_age\" means nothing for a field of a collection: a "
            "record has no time of its own",
            "/records/c/of/f/outcome: \"outcome\" means nothing for a field of a collection: "
            "only "
            "an attribute can be one",
            "/records/x: \"x\" is an attribute already; a collection needs a name of its own",
            "/records/d/max: \"max\" of a collection must be a whole number",
            "/records/d/of: \"of\" must be an object, found an array",
            "/records/now: \"now\" cannot be the name of a collection: the word is reserved",
            NULL});
    fixture_finish(&f);
}

static void implicit_inputs_are_added_once(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL,
                           "{\"attributes\": {\"previous_score\": {\"type\": "
                           "\"number\", \"min\": 0}}}"));
    uint32_t declared = csuccess__schema_implicit(f.schema, CSUCCESS_STR("previous_score"),
                                                  CSUCCESS__ATTRIBUTE_NUMBER);
    CHECK_UINT(declared, 0);
    CHECK(f.schema->slots[declared].attribute->has_min);
    uint32_t added = csuccess__schema_implicit(f.schema, CSUCCESS_STR("score_30d_ago"),
                                               CSUCCESS__ATTRIBUTE_NUMBER);
    CHECK_UINT(added, 1);
    CHECK_UINT(csuccess__schema_implicit(f.schema, CSUCCESS_STR("score_30d_ago"),
                                         CSUCCESS__ATTRIBUTE_NUMBER),
               added);
    CHECK_UINT(f.schema->inputs, 2);
    CHECK(f.schema->slots[added].attribute->at == NULL);
    CHECK_INT(f.schema->slots[added].type->kind, CSUCCESS__KIND_NUMBER);
    fixture_finish(&f);
}

static void slots_are_found_among_many(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess__arena arena;
    csuccess__arena_init(&arena, &memory.allocator, 0);
    csuccess__schema *schema = csuccess__schema_new(&arena);
    static char names[3000][16];
    for (uint32_t i = 0; i < 3000; i++) {
        snprintf(names[i], sizeof names[i], "n%u", i / 3);
        csuccess_str argument = {i % 3 == 0 ? NULL : "", 0};
        if (i % 3 == 2) argument = CSUCCESS_STR("x");
        csuccess__slot slot = {.path = check_view(names[i]), .argument = argument};
        CHECK_UINT(csuccess__schema_add(schema, &slot), i);
        CHECK_UINT(csuccess__schema_add(schema, &slot), i); /* it stands already */
    }
    csuccess_str empty = {NULL, 0}, x = CSUCCESS_STR("x"), y = CSUCCESS_STR("y");
    for (uint32_t i = 0; i < 3000; i += 3) {
        csuccess_str path = check_view(names[i]);
        CHECK_UINT(csuccess__schema_find(schema, path, NULL), i);
        CHECK_UINT(csuccess__schema_find(schema, path, &empty), i + 1);
        CHECK_UINT(csuccess__schema_find(schema, path, &x), i + 2);
        CHECK_UINT(csuccess__schema_find(schema, path, &y), UINT32_MAX);
    }
    csuccess__arena_free(&arena);
    CHECK_MEMORY_EMPTY(&memory);
}

static void slots_print_as_an_expression_names_them(void)
{
    fixture f;
    CHECK_OK(fixture_start(&f, NULL, "{\"attributes\": {\"plan\": {\"type\": \"string\"}}}"));
    static const struct {
        csuccess__slot slot;
        const char *text;
    } cases[] = {
        {{.path = {"plan", 4}}, "plan"},
        {{.path = {"health.score", 12}}, "health.score"},
        {{.path = {"component", 9}, .argument = {"usage", 5}}, "component('usage')"},
        {{.path = {"component", 9}, .argument = {"it's \\ \n", 8}},
         "component('it\\'s \\\\ \\u000a')"},
        {{.path = {"milestone.at", 12}, .argument = {"x", 1}}, "milestone('x').at"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t slot = csuccess__schema_add(f.schema, &cases[i].slot);
        csuccess__buffer out;
        csuccess__buffer_init(&out, &f.memory->allocator, 0);
        csuccess__schema_print(f.schema, &out, slot);
        CHECK_STR(csuccess__buffer_view(&out), cases[i].text);
        csuccess__buffer_free(&out);
    }
    fixture_finish(&f);
}

static csuccess_result compile(check_memory *memory, void *ud)
{
    (void)ud;
    fixture f;
    csuccess_result result = fixture_start(
        &f, memory,
        "{\"attributes\": {\"a\": {\"type\": \"number\", \"unit\": \"u\", \"default\": 1},"
        "\"p\": {\"type\": \"string\", \"in\": [\"x\", \"y\"], \"default\": \"x\"},"
        "\"l\": {\"type\": \"list\", \"of\": \"string\", \"default\": [\"x\", \"z\"]},"
        "\"bad\": {\"type\": \"numer\"}},"
        "\"records\": {\"r\": {\"of\": {\"f\": {\"type\": \"string\"}}}},"
        "\"benchmarks\": {\"c\": {\"when\": \"p == 'x'\", \"of\": {\"a\": {\"values\": [1, "
        "2]}}}},"
        "\"metrics\": {\"m\": \"n + 1\", \"n\": \"percentile(a, 'c')\","
        "              \"re\": \"p.matches('a+')\"}}");
    if (result == CSUCCESS_OK) CHECK_UINT(f.problems.count, 1);
    if (result == CSUCCESS_OK) CHECK_UINT(f.schema->metric_count, 3);
    fixture_finish(&f);
    return result;
}

static void refused_memory_is_survived(void)
{
    CHECK(check_faults(compile, NULL) > 3);
}

CHECK_MAIN(CHECK_TEST(definitions_mean_what_they_say),
           CHECK_TEST(every_wrong_definition_is_told),
           CHECK_TEST(all_problems_are_told_and_the_rest_stands),
           CHECK_TEST(collections_are_lists_of_records_with_an_id),
           CHECK_TEST(wrong_collections_are_told), CHECK_TEST(implicit_inputs_are_added_once),
           CHECK_TEST(slots_are_found_among_many),
           CHECK_TEST(slots_print_as_an_expression_names_them),
           CHECK_TEST(refused_memory_is_survived))
