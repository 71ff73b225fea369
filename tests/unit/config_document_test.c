/* SPDX-License-Identifier: Apache-2.0 */
/* The document: versions, extending, merging, order, hash, differences, problems, bindings. */
#include "check.h"

#include <csuccess/csuccess.h>

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static csuccess_config *compile(const char *text)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    if (!CHECK_OK(csuccess_config_compile(&config, view(text), NULL, &err))) {
        printf("# %s at %s, line %u\n", err.message, err.pointer, (unsigned)err.line);
    }
    return config;
}

static csuccess_result refuse(const char *text, csuccess_error *err)
{
    csuccess_config *config = NULL;
    csuccess_result result = csuccess_config_compile(&config, view(text), NULL, err);
    CHECK(config == NULL);
    csuccess_config_unref(config);
    return result;
}

static void version_is_required(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(refuse("{}", &err), CSUCCESS_ECONFIG);
    CHECK_HAS(err.message, "\"csuccess\": 1");
    CHECK_RESULT(refuse("{\"csuccess\": 2}", &err), CSUCCESS_ECONFIG);
    CHECK_CSTR(err.pointer, "/csuccess");
    CHECK_UINT(err.column, 14);
    CHECK_RESULT(refuse("[1]", &err), CSUCCESS_ECONFIG);
    CHECK_HAS(err.message, "an array");
    csuccess_config *config = compile("{\"csuccess\": 1}");
    CHECK_UINT(csuccess_config_inputs(config), 0);
    csuccess_config_unref(config);
}

static void text_must_be_json(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(refuse("{\"csuccess\": 1,\n  \"name\": \"x\",\n}", &err), CSUCCESS_EJSON);
    CHECK_UINT(err.line, 3);
    CHECK_UINT(err.column, 1);
    CHECK_RESULT(refuse("{\"csuccess\": 1, \"csuccess\": 1}", &err), CSUCCESS_EJSON);
    CHECK_UINT(err.column, 17);
    CHECK_RESULT(refuse("", &err), CSUCCESS_EJSON);
    CHECK_RESULT(refuse("{\"csuccess\": 1, \"name\": \"\xFF\"}", &err), CSUCCESS_EENCODING);
}

static void sections_are_known(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(refuse("{\"csuccess\": 1, \"atributes\": {}}", &err), CSUCCESS_ECONFIG);
    CHECK_HAS(err.message, "did you mean \"attributes\"?");
    CHECK_CSTR(err.pointer, "/atributes");
    CHECK_RESULT(refuse("{\"csuccess\": 1, \"analytics\": {}}", &err), CSUCCESS_EUNSUPPORTED);
    CHECK_HAS(err.message, "\"analytics\"");
}

/* One slot per problem: five mistakes, five problems, each where it stands. */
static void all_problems_are_reported(void)
{
    static const char text[] = "{\"csuccess\": 1,\n"
                               " \"attributes\": {\"a\": {\"type\": \"numbr\"}},\n"
                               " \"metrics\": {\"m\": \"b + 1\"},\n"
                               " \"segments\": {\"s\": {\"when\": {\"a\": \"<40\"}},\n"
                               "               \"t\": {\"when\": \"1 +\"}},\n"
                               " \"nmae\": 1}";
    csuccess_problems *problems = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK(csuccess_config_check(&problems, view(text), NULL, &err) < 0);
    size_t n = csuccess_problems_count(problems);
    CHECK(n >= 4);
    static const char *const wanted[] = {"/attributes/a/type", "/metrics/m", "/segments/t/when",
                                         "/nmae"};
    static const uint32_t lines[] = {2, 3, 5, 6};
    for (size_t k = 0; k < 4; k++) {
        bool found = false;
        for (size_t i = 0; i < n; i++) {
            csuccess_problem p = CSUCCESS_PROBLEM_INIT;
            CHECK_OK(csuccess_problems_get(problems, i, &p));
            if (p.pointer.len == strlen(wanted[k]) &&
                memcmp(p.pointer.ptr, wanted[k], p.pointer.len) == 0) {
                found = true;
                CHECK_UINT(p.line, lines[k]);
                CHECK(p.code < 0);
            }
        }
        if (!CHECK(found)) printf("# nothing at %s\n", wanted[k]);
    }
    csuccess_problem p = CSUCCESS_PROBLEM_INIT;
    CHECK_RESULT(csuccess_problems_get(problems, n, &p), CSUCCESS_EINVALID);
    csuccess_problems_free(problems);
}

static csuccess_result resolve(void *ud, csuccess_str name, csuccess_str *document)
{
    (void)ud;
    static const struct {
        const char *name, *text;
    } documents[] = {
        {"base", "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": \"number\", \"min\": 0},"
                 "\"points\": {\"type\": \"number\", \"min\": 1}},"
                 "\"segments\": {\"s\": {\"when\": {\"a\": {\"gt\": 1}}, \"label\": \"S\"}}}"},
        {"middle",
         "{\"csuccess\": 1, \"extends\": \"base\", \"attributes\": {\"b\": {\"type\": "
         "\"bool\"}}}"},
        {"loop", "{\"csuccess\": 1, \"extends\": \"loop\"}"},
        {"broken", "{\"csuccess\": 1,,}"},
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
        if (name.len == strlen(documents[i].name) &&
            memcmp(name.ptr, documents[i].name, name.len) == 0) {
            *document = view(documents[i].text);
            return CSUCCESS_OK;
        }
    }
    return name.len == 4 && memcmp(name.ptr, "fail", 4) == 0 ? CSUCCESS_EGENERIC
                                                             : CSUCCESS_ENAME;
}

static csuccess_config *extend(const char *text, csuccess_error *err, csuccess_result *result)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_config *config = NULL;
    options.resolve = resolve;
    *result = csuccess_config_compile(&config, view(text), &options, err);
    return config;
}

static void documents_extend_documents(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result;
    csuccess_config *config = extend(
        "{\"csuccess\": 1, \"extends\": \"middle\", \"attributes\": {\"a\": {\"min\": null}, "
        "\"points\": {\"max\": 9}}, \"segments\": {\"s\": {\"when\": {\"b\": true}}}}",
        &err, &result);
    if (!CHECK_OK(result)) {
        printf("# %s\n", err.message);
        return;
    }
    /* A condition is replaced whole; an attribute that is called "points" is merged; null removes. */
    CHECK_STR(
        csuccess_config_document(config),
        "{\"csuccess\":1,\"attributes\":{\"a\":{\"type\":\"number\"},\"points\":{\"type\":"
        "\"number\",\"min\":1,\"max\":9},\"b\":{\"type\":\"bool\"}},\"segments\":{\"s\":{"
        "\"when\":{\"b\":true},\"label\":\"S\"}}}");
    csuccess_config_unref(config);
}

static void what_cannot_be_extended_is_said(void)
{
    static const struct {
        const char *text;
        csuccess_result code;
        const char *message;
    } cases[] = {
        {"{\"csuccess\": 1, \"extends\": \"enterprize\"}", CSUCCESS_ENAME, "\"enterprise\""},
        {"{\"csuccess\": 1, \"extends\": \"enterprise@99\"}", CSUCCESS_ENAME, "enterprise@99"},
        {"{\"csuccess\": 1, \"extends\": \"loop\"}", CSUCCESS_ELIMIT, "extends_depth"},
        {"{\"csuccess\": 1, \"extends\": \"fail\"}", CSUCCESS_ECALLBACK, "\"fail\""},
        {"{\"csuccess\": 1, \"extends\": 7}", CSUCCESS_ECONFIG, "name"},
        {"{\"csuccess\": 1, \"extends\": \"broken\"}", CSUCCESS_EJSON, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_result result;
        CHECK(extend(cases[i].text, &err, &result) == NULL);
        CHECK_RESULT(result, cases[i].code);
        CHECK_HAS(err.message, cases[i].message);
    }
}

static void presets_are_extended_by_name_and_version(void)
{
    size_t n = csuccess_preset_count();
    CHECK_UINT(n, 9);
    for (size_t i = 0; i < n; i++) {
        csuccess_str name, document;
        char text[128];
        CHECK_OK(csuccess_preset_get(i, &name, &document));
        snprintf(text, sizeof text, "{\"csuccess\": 1, \"extends\": \"%.*s@1\"}", (int)name.len,
                 name.ptr);
        csuccess_config *config = compile(text);
        csuccess_config *same = NULL;
        CHECK_OK(csuccess_config_compile(&same, document, NULL, NULL));
        CHECK(config && same && csuccess_config_hash(config).len == 71);
        CHECK(config && same &&
              memcmp(csuccess_config_hash(config).ptr, csuccess_config_hash(same).ptr, 71) ==
                  0);
        csuccess_config_unref(config);
        csuccess_config_unref(same);
    }
    CHECK_RESULT(csuccess_preset_get(n, NULL, NULL), CSUCCESS_EINVALID);
}

static bool same_hash(const char *a, const char *b)
{
    csuccess_config *first = compile(a), *second = compile(b);
    bool same =
        first && second &&
        memcmp(csuccess_config_hash(first).ptr, csuccess_config_hash(second).ptr, 71) == 0;
    csuccess_config_unref(first);
    csuccess_config_unref(second);
    return same;
}

#define HEAD \
    "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": \"number\"}, \"b\": {\"type\": " \
    "\"number\"}}"
static void hash_is_of_what_the_document_decides(void)
{
    static const char plain[] =
        HEAD ", \"segments\": {\"x\": {\"when\": \"a > 1\"}, \"y\": {\"when\": \"b > 1\"}}}";
    /* White space, escapes, number forms, descriptions, order where it means nothing. */
    CHECK(same_hash(
        plain,
        "{\"attributes\": {\"b\": {\"type\": \"number\"}, \"a\": {\"description\": \"A\", "
        "\"type\": \"number\"}}, \"csuccess\": 1.0, \"segments\": {\"x\": {\"when\": "
        "\"\\u0061 > 1\"}, \"y\": {\"when\": \"b > 1\"}}}"));
    /* Order of segments is effective order, however it is written. */
    CHECK(!same_hash(
        plain,
        HEAD ", \"segments\": {\"y\": {\"when\": \"b > 1\"}, \"x\": {\"when\": \"a > 1\"}}}"));
    CHECK(same_hash(
        plain, HEAD
        ", \"segments\": {\"y\": {\"order\": 2, \"when\": \"b > 1\"}, \"x\": {\"order\": 1, "
        "\"when\": \"a > 1\"}}}"));
    /* A thing that is called "order" or "description" counts. */
    CHECK(!same_hash(HEAD "}",
                     "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": \"number\"}, \"b\": "
                     "{\"type\": \"number\"}, \"order\": {\"type\": \"number\"}}}"));
    CHECK(!same_hash(
        plain,
        HEAD ", \"segments\": {\"x\": {\"when\": \"a > 2\"}, \"y\": {\"when\": \"b > 1\"}}}"));
}

/* Keys that are names elsewhere decide under "metrics", in rules, in tables of points and of weights. */
static void hash_is_of_names_that_are_words_elsewhere(void)
{
    CHECK(!same_hash(HEAD ", \"metrics\": {\"order\": \"a + 1\"}}",
                     HEAD ", \"metrics\": {\"order\": \"a + 2\"}}"));
    CHECK(!same_hash(HEAD ", \"vocabulary\": {\"description\": \"x\"}}",
                     HEAD ", \"vocabulary\": {\"description\": \"y\"}}"));
    CHECK(!same_hash(
        "{\"csuccess\": 1, \"attributes\": {\"order\": {\"type\": \"number\"}}, \"segments\": "
        "{\"x\": {\"when\": {\"any\": [{\"order\": 1}]}}}}",
        "{\"csuccess\": 1, \"attributes\": {\"order\": {\"type\": \"number\"}}, \"segments\": "
        "{\"x\": {\"when\": {\"any\": [{\"order\": 2}]}}}}"));
}

static void hash_does_not_hang_on_the_order_of_bands(void)
{
#define BANDS(list) \
    HEAD ", \"health\": {\"profiles\": {\"p\": {\"score\": {\"value\": \"a\"}, \"bands\": " \
         "{" list "}}}}}"
    CHECK(same_hash(BANDS("\"low\": {}, \"high\": {\"from\": 5}"),
                    BANDS("\"high\": {\"from\": 5}, \"low\": {}")));
    CHECK(!same_hash(BANDS("\"low\": {}, \"high\": {\"from\": 5}"),
                     BANDS("\"low\": {}, \"high\": {\"from\": 6}")));
#undef BANDS
}

static void hash_covers_the_order_in_which_profiles_are_tried(void)
{
#define PROFILES(list) HEAD ", \"health\": {\"profiles\": {" list "}}}"
#define FIRST "\"p\": {\"when\": \"b > 1\", \"score\": {\"value\": \"a\"}}"
#define SECOND "\"q\": {\"when\": \"b > 0\", \"score\": {\"value\": \"a\"}}"
#define REST "\"r\": {\"score\": {\"value\": \"b\"}}"
    /* The one without a condition is last wherever it stands. */
    CHECK(same_hash(PROFILES(FIRST ", " SECOND ", " REST),
                    PROFILES(REST ", " FIRST ", " SECOND)));
    CHECK(!same_hash(PROFILES(FIRST ", " SECOND ", " REST),
                     PROFILES(SECOND ", " FIRST ", " REST)));
#undef PROFILES
#undef FIRST
#undef SECOND
#undef REST
}

static void effective_document_compiles_to_the_same(void)
{
    csuccess_config *config =
        compile("{\"csuccess\": 1, \"extends\": \"supplier\", \"health\": {\"profiles\": "
                "{\"established\": {\"weights\": {\"onboarding\": 0.1}}}}}");
    csuccess_config *again = NULL;
    CHECK_OK(csuccess_config_compile(&again, csuccess_config_document(config), NULL, NULL));
    CHECK(config && again &&
          memcmp(csuccess_config_hash(config).ptr, csuccess_config_hash(again).ptr, 71) == 0);
    csuccess_config_unref(config);
    csuccess_config_unref(again);
}

static void check_diff(const char *a, const char *b, const char *wanted)
{
    csuccess_config *before = compile(a), *after = compile(b);
    csuccess_text *text = NULL;
    csuccess_result result = csuccess_config_diff(&text, before, after, NULL);
    CHECK_RESULT(result, strcmp(wanted, "[]") == 0 ? CSUCCESS_UNCHANGED : CSUCCESS_OK);
    CHECK_STR(csuccess_text_view(text), wanted);
    csuccess_text_free(text);
    csuccess_config_unref(before);
    csuccess_config_unref(after);
}

static void differences_are_operations(void)
{
    check_diff(HEAD "}", HEAD "}", "[]");
    check_diff(HEAD "}",
               "{\"csuccess\": 1, \"attributes\": {\"a\": {\"type\": \"bool\"}, \"c\": "
               "{\"type\": \"bool\"}}}",
               "[{\"op\":\"replace\",\"path\":\"/attributes/a/"
               "type\",\"before\":\"number\",\"after\":\"bool\"},"
               "{\"op\":\"remove\",\"path\":\"/attributes/"
               "b\",\"before\":{\"type\":\"number\"},\"after\":null},"
               "{\"op\":\"add\",\"path\":\"/attributes/"
               "c\",\"before\":null,\"after\":{\"type\":\"bool\"}}]");
    check_diff(
        HEAD ", \"segments\": {\"x\": {\"when\": \"a > 1\"}, \"y\": {\"when\": \"b > 1\"}}}",
        HEAD ", \"segments\": {\"y\": {\"when\": \"b > 1\"}, \"x\": {\"when\": \"a > 1\"}}}",
        "[{\"op\":\"reorder\",\"path\":\"/"
        "segments\",\"before\":[\"x\",\"y\"],\"after\":[\"y\",\"x\"]}]");
}

static csuccess_result bind(const char *text, const char *values, csuccess_error *err,
                            csuccess_config **out)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.bindings = view(values);
    return csuccess_config_compile(out, view(text), &options, err);
}

static void bindings_are_filled_in(void)
{
    static const char text[] =
        "{\"csuccess\": 1, \"name\": {\"binding\": \"env\"}, \"bindings\": {\"env\": "
        "{\"description\": \"which\", \"default\": \"test\"}}}";
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    CHECK_OK(bind(text, "", &err, &config));
    CHECK_STR(csuccess_config_name(config), "test");
    csuccess_config_unref(config);
    CHECK_OK(bind(text, "{\"env\": \"live\"}", &err, &config));
    CHECK_STR(csuccess_config_name(config), "live");
    csuccess_config_unref(config);
    CHECK_RESULT(bind(text, "{\"envv\": \"live\"}", &err, &config), CSUCCESS_ENAME);
    CHECK_RESULT(
        bind("{\"csuccess\": 1, \"name\": {\"binding\": \"env\"}, \"bindings\": {\"env\": {}}}",
             "", &err, &config),
        CSUCCESS_EMISSING);
    CHECK_CSTR(err.pointer, "/name/binding");
    CHECK_RESULT(
        bind("{\"csuccess\": 1, \"name\": {\"binding\": \"evn\"}, \"bindings\": {\"env\": {}}}",
             "", &err, &config),
        CSUCCESS_ENAME);
    CHECK_HAS(err.message, "did you mean \"env\"?");
}

static void removing_what_is_not_there_is_told(void)
{
    csuccess_problems *problems = NULL;
    csuccess_problem one = CSUCCESS_PROBLEM_INIT;
    CHECK_RESULT(
        csuccess_config_check(
            &problems,
            view("{\"csuccess\": 1, \"extends\": \"enterprise\", \"health\": "
                 "{\"profiles\": {\"default\": {\"modifers\": null, \"trend\": null}}}}"),
            NULL, NULL),
        CSUCCESS_OK);
    CHECK_UINT(csuccess_problems_count(problems), 1);
    CHECK_OK(csuccess_problems_get(problems, 0, &one));
    CHECK_INT(one.code, 0);
    CHECK_UINT(one.line, 1);
    CHECK_STR(one.pointer, "/health/profiles/default/modifers");
    CHECK_STR(one.message,
              "there is no \"modifers\" here to remove (did you mean \"modifiers\"?)");
    csuccess_problems_free(problems);
}

static void lint_is_no_error(void)
{
    static const char text[] =
        "{\"csuccess\": 1, \"attributes\": {\"unread\": {\"type\": \"number\"}, \"a\": "
        "{\"type\": "
        "\"number\", \"min\": 0}, \"t\": {\"type\": \"time\"}}, \"metrics\": {\"m\": "
        "\"t.getMonth()\", \"fine\": \"t.getMonth() + 1\"}, \"segments\": {\"never\": "
        "{\"when\": "
        "{\"a\": {\"lt\": 3, \"gt\": 5}}}, \"negative\": {\"when\": \"a < 0\"}, \"some\": "
        "{\"when\": \"a > 3 && a <= 5\"}}}";
    csuccess_problems *problems = NULL;
    CHECK_RESULT(csuccess_config_check(&problems, view(text), NULL, NULL), CSUCCESS_OK);
    static const char *const wanted[] = {"/attributes/unread", "/metrics/m", "/segments/never",
                                         "/segments/negative"};
    CHECK_UINT(csuccess_problems_count(problems), 4);
    for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        CHECK_OK(csuccess_problems_get(problems, i, &p));
        CHECK_INT(p.code, 0);
        if (i < 4) CHECK_STR(p.pointer, wanted[i]);
    }
    csuccess_problems_free(problems);
}

static void references_keep_a_configuration(void)
{
    csuccess_config *config = compile(HEAD "}");
    CHECK(csuccess_config_ref(config) == config);
    csuccess_config_unref(config);
    uint32_t slot = 99;
    CHECK_OK(csuccess_config_slot(config, view("b"), &slot));
    CHECK_UINT(slot, 1);
    CHECK_RESULT(csuccess_config_slot(config, view("c"), &slot), CSUCCESS_ENAME);
    csuccess_str name, type;
    CHECK_OK(csuccess_config_input(config, 0, &name, &type));
    CHECK_STR(name, "a");
    CHECK_STR(type, "number");
    CHECK_RESULT(csuccess_config_input(config, 2, &name, &type), CSUCCESS_EINVALID);
    csuccess_config_unref(config);
    csuccess_config_unref(NULL);
}

static csuccess_result compile_scenario(check_memory *memory, void *ud)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_config *config = NULL;
    options.allocator = &memory->allocator;
    csuccess_result result = csuccess_config_compile(&config, view(ud), &options, NULL);
    csuccess_config_unref(config);
    return result;
}

static csuccess_result check_scenario_of(check_memory *memory, void *ud)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_problems *problems = NULL;
    options.allocator = &memory->allocator;
    csuccess_result result = csuccess_config_check(&problems, view(ud), &options, NULL);
    CHECK((problems == NULL) == (result == CSUCCESS_ENOMEM));
    csuccess_problems_free(problems);
    return result == CSUCCESS_ENAME ? CSUCCESS_OK : result;
}

static void refused_memory_changes_nothing(void)
{
    static char text[] =
        HEAD ", \"metrics\": {\"m\": \"a + b\"}, \"segments\": {\"x\": {\"when\": \"string(m)."
             "matches('1+')\"}, \"y\": {\"when\": \"segment('x')\"}}}";
    static char preset[] = "{\"csuccess\": 1, \"extends\": \"retention\"}";
    static char wrong[] = HEAD ", \"metrics\": {\"m\": \"a + x\"}}";
    CHECK(check_faults(compile_scenario, text) > 10);
    CHECK(check_faults(compile_scenario, preset) > 10);
    CHECK(check_faults(check_scenario_of, wrong) > 5);
}

CHECK_MAIN(CHECK_TEST(version_is_required), CHECK_TEST(text_must_be_json),
           CHECK_TEST(sections_are_known), CHECK_TEST(all_problems_are_reported),
           CHECK_TEST(documents_extend_documents), CHECK_TEST(what_cannot_be_extended_is_said),
           CHECK_TEST(presets_are_extended_by_name_and_version),
           CHECK_TEST(hash_is_of_what_the_document_decides),
           CHECK_TEST(hash_is_of_names_that_are_words_elsewhere),
           CHECK_TEST(hash_does_not_hang_on_the_order_of_bands),
           CHECK_TEST(hash_covers_the_order_in_which_profiles_are_tried),
           CHECK_TEST(effective_document_compiles_to_the_same),
           CHECK_TEST(differences_are_operations), CHECK_TEST(bindings_are_filled_in),
           CHECK_TEST(removing_what_is_not_there_is_told), CHECK_TEST(lint_is_no_error),
           CHECK_TEST(references_keep_a_configuration),
           CHECK_TEST(refused_memory_changes_nothing))
