/* SPDX-License-Identifier: Apache-2.0 */
/* Names that people chose where the format has a word of the same spelling; limits of bindings; places of problems. */
#include "check.h"

#include <csuccess/csuccess.h>

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static csuccess_config *compile(const char *text, csuccess_config_options *options)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    if (!CHECK_OK(csuccess_config_compile(&config, view(text), options, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    return config;
}

static csuccess_result resolve(void *ud, csuccess_str name, csuccess_str *document)
{
    (void)name;
    *document = view(ud);
    return CSUCCESS_OK;
}

#define ATTRIBUTES "\"attributes\": {\"x\": {\"type\": \"number\", \"min\": 0, \"max\": 9}}"

/* A condition is replaced whole also where the segment or profile is called like a part of the format. */
static void conditions_are_replaced_whatever_their_owner_is_called(void)
{
    static const char *const names[] = {"large",    "actions", "weights", "of",
                                        "segments", "levels",  "also",    "metrics"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char base[512], patch[512];
        snprintf(
            base, sizeof base,
            "{\"csuccess\": 1, " ATTRIBUTES
            ", \"segments\": {\"%s\": {\"label\": \"L\", \"when\": {\"x\": {\"gt\": 1}}}}}",
            names[i]);
        snprintf(patch, sizeof patch,
                 "{\"csuccess\": 1, \"extends\": \"base\", \"segments\": {\"%s\": {\"when\": "
                 "{\"x\": {\"lt\": 5}}}}}",
                 names[i]);
        csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
        options.resolve = resolve;
        options.resolve_ud = base;
        csuccess_config *config = compile(patch, &options);
        if (!config) continue;
        csuccess_str document = csuccess_config_document(config);
        CHECK_HAS(document.ptr, "{\"label\":\"L\",\"when\":{\"x\":{\"lt\":5}}}");
        csuccess_config_unref(config);
    }
}

/* So are effects and audiences of interventions, while the rest is merged. */
static void effects_are_replaced_whole(void)
{
    char base[] =
        "{\"csuccess\": 1, " ATTRIBUTES ", \"interventions\": {\"effect\": {\"type\": "
        "\"phone_call\", \"audience\": {\"x\": {\"gt\": 1}}, \"effect\": "
        "{\"uplift\": 0.04, \"interval\": [0.01, 0.07], \"source\": "
        "\"experiment\"}}}}";
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.resolve = resolve;
    options.resolve_ud = base;
    csuccess_config *config = compile(
        "{\"csuccess\": 1, \"extends\": \"base\", \"interventions\": {\"effect\": "
        "{\"audience\": {\"x\": {\"lt\": 5}}, \"effect\": {\"prior\": {\"successes\": 3, "
        "\"of\": 10}}}}}",
        &options);
    if (!config) return;
    CHECK_HAS(csuccess_config_document(config).ptr,
              "{\"type\":\"phone_call\",\"audience\":{\"x\":{\"lt\":5}},\"effect\":{"
              "\"prior\":{\"successes\":3,\"of\":10}}}");
    csuccess_config_unref(config);
}

static bool same_hash(const char *a, const char *b)
{
    csuccess_config *first = compile(a, NULL), *second = compile(b, NULL);
    bool same =
        first && second &&
        memcmp(csuccess_config_hash(first).ptr, csuccess_config_hash(second).ptr, 71) == 0;
    csuccess_config_unref(first);
    csuccess_config_unref(second);
    return same;
}

/* The order of members means something in a container, not in a component or an attribute that has its name. */
static void hash_knows_names_from_words(void)
{
#define TREE(node) \
    "{\"csuccess\": 1, " ATTRIBUTES ", \"health\": {\"profiles\": {\"p\": {\"score\": " \
    "{\"combine\": \"sum\", \"of\": {\"actions\": {" node "}}}}}}}"
    CHECK(same_hash(TREE("\"value\": \"x\", \"range\": [0, 9]"),
                    TREE("\"range\": [0, 9], \"value\": \"x\"")));
#undef TREE
    CHECK(same_hash(
        "{\"csuccess\": 1, \"attributes\": {\"levels\": {\"type\": \"number\", \"min\": 1}}}",
        "{\"csuccess\": 1, \"attributes\": {\"levels\": {\"min\": 1, \"type\": \"number\"}}}"));
#define FIELDS(list) "{\"csuccess\": 1, \"records\": {\"r\": {\"of\": {" list "}}}}"
    CHECK(same_hash(FIELDS("\"a\": {\"type\": \"bool\"}, \"b\": {\"type\": \"number\"}"),
                    FIELDS("\"b\": {\"type\": \"number\"}, \"a\": {\"type\": \"bool\"}")));
#undef FIELDS
}

/* A rule asks for an attribute called "order" or "description"; a description beside it decides nothing. */
static void hash_knows_rules_from_definitions(void)
{
#define DOCUMENT(rest) \
    "{\"csuccess\": 1, \"attributes\": {\"order\": {\"type\": \"number\"}, \"x\": {\"type\": " \
    "\"number\"}}, " rest "}"
    CHECK(!same_hash(DOCUMENT("\"metrics\": {\"m\": {\"order\": {\"gt\": 1}}}"),
                     DOCUMENT("\"metrics\": {\"m\": {\"order\": {\"gt\": 2}}}")));
    CHECK(!same_hash(DOCUMENT("\"segments\": {\"when\": {\"when\": {\"order\": 1}}}"),
                     DOCUMENT("\"segments\": {\"when\": {\"when\": {\"order\": 2}}}")));
    CHECK(same_hash(DOCUMENT("\"segments\": {\"when\": {\"when\": \"x > 1\", \"order\": 1}}"),
                    DOCUMENT("\"segments\": {\"when\": {\"when\": \"x > 1\", \"order\": 2}}")));
#define CHURN(value) \
    DOCUMENT("\"churn\": {\"model\": {\"scorecard\": {\"value\": \"x\"}}, \"value\": " value \
             "}")
    CHECK(same_hash(CHURN("{\"lifetime\": \"x\", \"description\": \"a\"}"),
                    CHURN("{\"lifetime\": \"x\", \"description\": \"b\"}")));
#undef CHURN
#undef DOCUMENT
}

/* What takes effect in order, and what is looked up by name, in the sections of interventions. */
static void hash_knows_what_is_asked_in_order(void)
{
#define REACH(rest) "{\"csuccess\": 1, \"policies\": {\"reach\": {" rest "}}}"
    CHECK(!same_hash(REACH("\"caps\": {\"a\": {\"most\": 1, \"per\": \"day\"}, \"b\": "
                           "{\"most\": 2, \"per\": \"day\"}}"),
                     REACH("\"caps\": {\"b\": {\"most\": 2, \"per\": \"day\"}, \"a\": "
                           "{\"most\": 1, \"per\": \"day\"}}")));
    CHECK(same_hash(REACH("\"caps\": {\"caps\": {\"most\": 1, \"per\": \"day\"}}"),
                    REACH("\"caps\": {\"caps\": {\"per\": \"day\", \"most\": 1}}")));
    CHECK(same_hash(REACH("\"programmes\": {\"*\": {\"priority\": 1}, \"alert/*\": "
                          "{\"priority\": 2}}"),
                    REACH("\"programmes\": {\"alert/*\": {\"priority\": 2}, \"*\": "
                          "{\"priority\": 1}}")));
#undef REACH
#define TYPES(list) "{\"csuccess\": 1, \"interventions\": {\"types\": {" list "}}}"
    CHECK(same_hash(TYPES("\"a\": {\"does\": \"task\", \"channel\": \"phone\"}, \"b\": "
                          "{\"does\": \"task\", \"channel\": \"phone\"}"),
                    TYPES("\"b\": {\"does\": \"task\", \"channel\": \"phone\"}, \"a\": "
                          "{\"channel\": \"phone\", \"does\": \"task\"}")));
    CHECK(same_hash(TYPES("\"a\": {\"does\": \"task\", \"channel\": \"phone\", "
                          "\"description\": \"x\"}"),
                    TYPES("\"a\": {\"does\": \"task\", \"channel\": \"phone\"}")));
#undef TYPES
#define RULES(list) "{\"csuccess\": 1, " ATTRIBUTES ", \"expansion\": {\"rules\": {" list "}}}"
    CHECK(!same_hash(RULES("\"a\": {\"when\": \"x > 1\", \"probability\": 0.5}, \"b\": "
                           "{\"when\": \"x > 2\", \"probability\": 0.5}"),
                     RULES("\"b\": {\"when\": \"x > 2\", \"probability\": 0.5}, \"a\": "
                           "{\"when\": \"x > 1\", \"probability\": 0.5}")));
#undef RULES
}

/* The alerts of sentiment are words, and so is what stands in them. */
static void hash_knows_alerts_that_are_given(void)
{
#define ALERTS(list) \
    "{\"csuccess\": 1, \"channels\": {\"slack\": {}}, \"sentiment\": {\"of\": {\"ticket\": " \
    "\"text\"}, \"alerts\": {" list "}}}"
    CHECK(same_hash(ALERTS("\"channel\": \"slack\""),
                    ALERTS("\"description\": \"told\", \"channel\": \"slack\"")));
#undef ALERTS
}

static csuccess_result bind(const char *text, const char *values, const csuccess_limits *limits,
                            csuccess_error *err)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_config *config = NULL;
    options.bindings = view(values);
    options.limits = limits;
    csuccess_result result = csuccess_config_compile(&config, view(text), &options, err);
    csuccess_config_unref(config);
    return result;
}

/* Ten uses of a list of ten: a small document must not stand for a large one. */
static void bindings_have_the_limits_of_documents(void)
{
    static const char list[] =
        "{\"b\": [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]}";
    char text[1024] = "{\"csuccess\": 1, \"bindings\": {\"b\": {}}, \"attributes\": {";
    for (int i = 0; i < 10; i++) {
        size_t at = strlen(text);
        snprintf(text + at, sizeof text - at,
                 "%s\"a%d\": {\"type\": \"string\", \"in\": {\"binding\": \"b\"}}%s",
                 i ? ", " : "", i, i == 9 ? "}}" : "");
    }
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    limits.document_nodes = 110;
    CHECK_OK(bind(text, list, &limits, &err));
    limits.document_nodes = 109;
    CHECK_RESULT(bind(text, list, &limits, &err), CSUCCESS_ELIMIT);
    CHECK_HAS(err.message, "document_nodes");
    CHECK_CSTR(err.pointer, "/attributes/a9/in");

    CHECK_RESULT(bind(text, "[1]", NULL, &err), CSUCCESS_ECONFIG);
    CHECK_HAS(err.message, "the values of bindings are an object");
    limits.document_nodes = 0;
    limits.document_depth = 4;
    CHECK_OK(bind(text, list, &limits, &err));
    CHECK_RESULT(bind(text, "{\"b\": [[1]]}", &limits, &err), CSUCCESS_ELIMIT);
    CHECK_HAS(err.message, "document_depth");
}

/* Of a document that misspells everything the first problems come with suggestions; the search for more has an end. */
static void suggestions_have_an_end(void)
{
    enum { NAMES = 1500, EACH = 48 };
    char *text = malloc((size_t)NAMES * EACH * 2);
    if (!text) abort();
    size_t at = (size_t)snprintf(text, EACH, "{\"csuccess\": 1, \"attributes\": {");
    for (int i = 0; i < NAMES; i++) {
        at += (size_t)snprintf(text + at, EACH, "%s\"logins%d\": {\"type\": \"bool\"}",
                               i ? ", " : "", i);
    }
    at += (size_t)snprintf(text + at, EACH, "}, \"metrics\": {");
    for (int i = 0; i < NAMES; i++) {
        at += (size_t)snprintf(text + at, EACH, "%s\"m%d\": \"logons%d\"", i ? ", " : "", i, i);
    }
    snprintf(text + at, EACH, "}}");
    csuccess_problems *problems = NULL;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    limits.problems = NAMES;
    options.limits = &limits;
    CHECK_RESULT(csuccess_config_check(&problems, view(text), &options, NULL), CSUCCESS_ENAME);
    csuccess_problem first = CSUCCESS_PROBLEM_INIT, last = CSUCCESS_PROBLEM_INIT;
    CHECK_UINT(csuccess_problems_count(problems), NAMES);
    CHECK_OK(csuccess_problems_get(problems, 0, &first));
    CHECK_OK(csuccess_problems_get(problems, NAMES - 1, &last));
    CHECK_STR(first.message, "unknown name \"logons0\" (did you mean \"logins0\"?)");
    CHECK_STR(last.message, "unknown name \"logons1499\"");
    csuccess_problems_free(problems);
    free(text);
}

/* The document has a name of its own for messages; the place is in its text all the same. */
static void a_named_document_has_places(void)
{
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    options.name = CSUCCESS_STR("success.json");
    CHECK_RESULT(csuccess_config_compile(&config, view("{\"csuccess\": 1,\n \"segment\": {}}"),
                                         &options, &err),
                 CSUCCESS_ECONFIG);
    CHECK(config == NULL);
    CHECK_HAS(err.message, "success.json");
    CHECK_CSTR(err.pointer, "/segment");
    CHECK_UINT(err.line, 2);
    CHECK_UINT(err.column, 13);
    CHECK_RESULT(csuccess_config_compile(&config, view("{\"csuccess\": 1,\n]"), &options, &err),
                 CSUCCESS_EJSON);
    CHECK_UINT(err.line, 2);
}

/* Problems of the text at hand come before those of what it extends, whatever the two are called. */
static void problems_of_the_text_at_hand_come_first(void)
{
    char base[] = "{\"csuccess\": 1, \"metrics\": {\"m\": \"nobody\"}}";
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_problems *problems = NULL;
    options.resolve = resolve;
    options.resolve_ud = base;
    options.name = CSUCCESS_STR("success.json");
    CHECK_RESULT(csuccess_config_check(&problems,
                                       view("{\"csuccess\": 1, \"extends\": \"base\", "
                                            "\"metrics\": {\"n\": \"1 +\"}}"),
                                       &options, NULL),
                 CSUCCESS_ENAME);
    CHECK_UINT(csuccess_problems_count(problems), 2);
    for (size_t i = 0; i < 2; i++) {
        csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
        CHECK_OK(csuccess_problems_get(problems, i, &problem));
        CHECK_STR(problem.document, i ? "base" : "success.json");
    }
    csuccess_problems_free(problems);
}

/* A month counted from 0 is told wherever no 1 is added to it, at its place in the text. */
static void months_from_zero_are_told(void)
{
    static const char text[] =
        "{\"csuccess\": 1, \"attributes\": {\"t\": {\"type\": \"time\"}}, \"metrics\": "
        "{\"fine\": \"t.getMonth()+1 + t.getMonth('+01:00')  + 1\", \"ten\": "
        "\"t.getMonth() + 10\", \"half\": \"t.getMonth() + 1.5\", "
        "\"second\": \"t.getMonth() + 1 + t.getMonth()\", \"description\": \"t.getMonth()\"}}";
    static const char *const wanted[] = {"/metrics/ten", "/metrics/half", "/metrics/second",
                                         "/metrics/description"};
    csuccess_problems *problems = NULL;
    CHECK_OK(csuccess_config_check(&problems, view(text), NULL, NULL));
    CHECK_UINT(csuccess_problems_count(problems), 4);
    for (size_t i = 0; i < csuccess_problems_count(problems) && i < 4; i++) {
        csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
        CHECK_OK(csuccess_problems_get(problems, i, &problem));
        CHECK_STR(problem.pointer, wanted[i]);
    }
    csuccess_problems_free(problems);
}

static void a_difference_that_cannot_be_told_is_null(void)
{
    csuccess_config *config = compile("{\"csuccess\": 1}", NULL);
    csuccess_text *text = (csuccess_text *)(void *)config;
    CHECK_RESULT(csuccess_config_diff(&text, NULL, config, NULL), CSUCCESS_EINVALID);
    CHECK(text == NULL);
    csuccess_config_unref(config);
}

static void channels_are_named_in_their_order(void)
{
    csuccess_str name;
    csuccess_config *config =
        compile("{\"csuccess\": 1, \"channels\": {\"slack\": {}, \"email\": {}}}", NULL);
    CHECK_UINT(csuccess_config_channels(config), 2);
    CHECK_OK(csuccess_config_channel(config, 0, &name));
    CHECK_STR(name, "slack");
    CHECK_OK(csuccess_config_channel(config, 1, &name));
    CHECK_STR(name, "email");
    CHECK_RESULT(csuccess_config_channel(config, 2, &name), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_config_channel(config, 0, NULL), CSUCCESS_EINVALID);
    csuccess_config_unref(config);
    config = compile("{\"csuccess\": 1}", NULL);
    CHECK_UINT(csuccess_config_channels(config), 0);
    CHECK_UINT(csuccess_config_channels(NULL), 0);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(conditions_are_replaced_whatever_their_owner_is_called),
           CHECK_TEST(hash_knows_names_from_words),
           CHECK_TEST(hash_knows_rules_from_definitions),
           CHECK_TEST(effects_are_replaced_whole),
           CHECK_TEST(hash_knows_what_is_asked_in_order),
           CHECK_TEST(hash_knows_alerts_that_are_given),
           CHECK_TEST(bindings_have_the_limits_of_documents),
           CHECK_TEST(suggestions_have_an_end), CHECK_TEST(a_named_document_has_places),
           CHECK_TEST(problems_of_the_text_at_hand_come_first),
           CHECK_TEST(months_from_zero_are_told),
           CHECK_TEST(a_difference_that_cannot_be_told_is_null),
           CHECK_TEST(channels_are_named_in_their_order))
