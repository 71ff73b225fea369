/* SPDX-License-Identifier: Apache-2.0 */
/* Models as handles: what a document says, what is refused with its place, seals, XGBoost's files. */
#include "churn_models.h"

static void a_document_says_what_it_is(void)
{
    csuccess_model *model = models_load(MODELS_DOCUMENT);
    csuccess_str name, type;
    int64_t at = 0;
    if (!CHECK(model != NULL)) return;
    CHECK_STR(csuccess_model_name(model), "telco");
    CHECK_STR(csuccess_model_kind(model), "additive");
    CHECK_STR(csuccess_model_target(model), "churn");
    CHECK_UINT(csuccess_model_digest(model).len, 71);
    CHECK_STR(csuccess_model_parent(model), "");
    CHECK_NUM(csuccess_model_horizon_days(model), 30, 0);
    CHECK_INT(csuccess_model_calibrated(model), 1);
    CHECK_INT(csuccess_model_dated(model), 1);
    CHECK_OK(csuccess_model_trained_at(model, &at));
    CHECK_INT(at, 1767225600000);
    CHECK_UINT(csuccess_model_metrics(model), 2);
    CHECK_OK(csuccess_model_metric(model, 1, &name, &type));
    CHECK_STR(name, "plan");
    CHECK_STR(type, "string");
    CHECK_RESULT(csuccess_model_metric(model, 2, &name, &type), CSUCCESS_EINVALID);
    CHECK(csuccess_model_ref(model) == model);
    csuccess_model_unref(model);
    csuccess_model_unref(model);
    csuccess_model_unref(NULL);
    CHECK_STR(csuccess_model_name(NULL), "");
}

/* The text with the first `from` replaced; the caller frees. */
static char *edited(csuccess_str text, const char *from, const char *to)
{
    char *out = malloc(text.len + strlen(to) + 1);
    const char *at = strstr(text.ptr, from);
    if (!out) abort();
    CHECK(at != NULL);
    snprintf(out, text.len + strlen(to) + 1, "%.*s%s%s", at ? (int)(at - text.ptr) : 0,
             text.ptr, to, at ? at + strlen(from) : "");
    return out;
}

static void an_edit_breaks_the_seal_until_it_is_sealed_again(void)
{
    csuccess_text *sealed = models_seal(MODELS_DOCUMENT), *again = NULL, *third = NULL;
    csuccess_model *model = NULL, *first = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char *text = edited(csuccess_text_view(sealed), "0.9", "0.8");
    CHECK_RESULT(csuccess_model_load(&model, check_view(text), NULL, &err), CSUCCESS_EDIGEST);
    CHECK(model == NULL);
    CHECK_HAS(err.message, "seal it again");
    CHECK_CSTR(err.pointer, "/digest");
    CHECK(err.line > 0 && err.column > 0);
    CHECK_OK(csuccess_model_load(&first, csuccess_text_view(sealed), NULL, &err));
    CHECK_RESULT(csuccess_model_seal(&again, check_view(text), NULL, &err), CSUCCESS_OK);
    CHECK_OK(csuccess_model_load(&model, csuccess_text_view(again), NULL, &err));
    csuccess_str parent = csuccess_model_parent(model), digest = csuccess_model_digest(first);
    CHECK(parent.len == digest.len && memcmp(parent.ptr, digest.ptr, digest.len) == 0);
    CHECK_RESULT(csuccess_model_seal(&third, csuccess_text_view(again), NULL, &err),
                 CSUCCESS_UNCHANGED);
    csuccess_text_free(third);
    csuccess_text_free(again);
    csuccess_text_free(sealed);
    csuccess_model_unref(model);
    csuccess_model_unref(first);
    free(text);
}

/* Documents that are refused before their seal is looked at. */
static const struct hostile {
    const char *document, *pointer, *message;
    csuccess_result code;
} hostile[] = {
    {"", "", "", CSUCCESS_EJSON},
    {"[]", "", "an object", CSUCCESS_EMODEL},
    {"{}", "", "this is no model", CSUCCESS_EMODEL},
    {"{\"csuccess_model\": 2}", "/csuccess_model", "version 1", CSUCCESS_EUNSUPPORTED},
    {"{\"csuccess_model\": \"1\"}", "/csuccess_model", "version of the format",
     CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS "}", "", "\"scorecard\" is missing", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_CARD "}", "", "\"metrics\" is missing", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD ", \"metric\": {}}", "/metric",
     "did you mean \"metrics\"?", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", \"metrics\": {\"tenure\": {\"type\": \"number\"}}, " MODELS_CARD "}",
     "/scorecard/of/plan/value", "unknown name \"plan\"", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD
     ", \"metrics\": {\"tenure\": {\"type\": \"bool\"}, \"plan\": {\"type\": \"strng\"}}, "
     "" MODELS_CARD "}",
     "/metrics/plan/type", "did you mean \"string\"?", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD
     ", \"metrics\": {\"tenure\": {\"type\": \"string\"}, \"plan\": {\"type\": \"string\"}}, "
     "" MODELS_CARD "}",
     "/scorecard/of/tenure", "", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", \"scorecard\": {\"combine\": \"sum\", \"link\": "
     "\"logistic\", \"of\": {\"t\": {\"value\": "
     "\"tenure\", \"points\": {\"upto\": [[1, NaN]]}}}}}",
     "", "", CSUCCESS_EJSON},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", \"scorecard\": {\"combine\": \"sum\", \"link\": "
     "\"logistic\", \"of\": {\"t\": {\"value\": "
     "\"tenure\", \"points\": {\"upto\": [[2, 0], [1, 0]]}}}}}",
     "/scorecard/of/t/points/upto/1", "", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", \"scorecard\": {\"combine\": \"sum\", \"of\": "
     "{\"t\": {\"value\": \"tenure\", \"range\": "
     "[0, 1]}}}}",
     "/scorecard", "\"logistic\"", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD
     ", \"spread\": {\"scale\": 1, \"of\": {\"tenure\": [0.1, 0.2]}}}",
     "/spread/of/tenure", "a list of 4 numbers", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD
     ", \"spread\": {\"scale\": 1, \"of\": {\"tenur\": [0.1]}}}",
     "/spread/of/tenur", "no node", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD
     ", \"training\": {\"at\": \"today\"}}",
     "/training/at", "time of training", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD ", \"digest\": \"sha256:00\"}",
     "/digest", "64 hex digits", CSUCCESS_EMODEL},
    {"{" MODELS_HEAD ", " MODELS_METRICS ", " MODELS_CARD ", \"period\": \"P30D\"}", "/period",
     "hazard", CSUCCESS_EMODEL},
    {"{\"csuccess_model\": 1, \"name\": \"h\", \"kind\": \"hazard\", \"target\": \"churn\", "
     "" MODELS_METRICS ", " MODELS_CARD "}",
     "", "\"period\" is missing", CSUCCESS_EMODEL},
    {"{\"csuccess_model\": 1, \"name\": \"\", \"kind\": \"additiv\", \"target\": \"chrun\", "
     "\"horizon\": \"30 days\", " MODELS_METRICS ", " MODELS_CARD "}",
     "/kind", "did you mean \"additive\"?", CSUCCESS_EMODEL},
};

static void what_is_no_model_is_refused_with_the_place(void)
{
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        csuccess_model *model = NULL;
        csuccess_text *text = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        unsigned before = check_failures;
        CHECK_RESULT(csuccess_model_load(&model, check_view(hostile[i].document), NULL, &err),
                     hostile[i].code);
        CHECK(model == NULL);
        CHECK_INT(err.code, hostile[i].code);
        CHECK_HAS(err.pointer, hostile[i].pointer);
        CHECK_HAS(err.message, hostile[i].message);
        CHECK(err.line > 0);
        CHECK_RESULT(csuccess_model_seal(&text, check_view(hostile[i].document), NULL, &err),
                     hostile[i].code);
        CHECK(text == NULL);
        if (check_failures != before) printf("# in case %zu\n", i);
    }
}

/* Every beginning of a sealed document is refused, and no other byte in its middle goes unseen. */
static void cut_and_changed_documents_are_refused(void)
{
    csuccess_text *sealed = models_seal(MODELS_DOCUMENT);
    csuccess_str text = csuccess_text_view(sealed);
    while (text.len > 0 && text.ptr[text.len - 1] == '\n') text.len--;
    char *copy = malloc(text.len);
    if (!copy) abort();
    for (size_t n = 0; n < text.len; n++) {
        csuccess_model *model = NULL;
        CHECK_RESULT(csuccess_model_load(&model, (csuccess_str){text.ptr, n}, NULL, NULL),
                     CSUCCESS_EJSON);
        memcpy(copy, text.ptr, text.len);
        copy[n] = copy[n] == '1' ? '2' : '1';
        csuccess_result changed =
            csuccess_model_load(&model, (csuccess_str){copy, text.len}, NULL, NULL);
        if (!CHECK(changed < 0 && model == NULL)) {
            printf("# with byte %zu changed\n", n);
            csuccess_model_unref(model);
            break;
        }
    }
    free(copy);
    csuccess_text_free(sealed);
}

static void deep_and_huge_documents_meet_their_limits(void)
{
    csuccess_model *model = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char deep[600];
    memset(deep, '[', sizeof deep);
    CHECK_RESULT(csuccess_model_load(&model, (csuccess_str){deep, sizeof deep}, NULL, &err),
                 CSUCCESS_ELIMIT);
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_model_options options = CSUCCESS_MODEL_OPTIONS_INIT;
    limits.document_nodes = 20;
    options.limits = &limits;
    CHECK_RESULT(csuccess_model_load(&model, check_view(MODELS_DOCUMENT), &options, &err),
                 CSUCCESS_ELIMIT);
    CHECK_HAS(err.message, "document_nodes");
    limits.document_nodes = 0;
    limits.document_bytes = 100;
    CHECK_RESULT(csuccess_model_load(&model, check_view(MODELS_DOCUMENT), &options, &err),
                 CSUCCESS_ELIMIT);
    CHECK_RESULT(csuccess_model_load(NULL, check_view("{}"), NULL, &err), CSUCCESS_EINVALID);
    options.reserved = 1;
    options.limits = NULL;
    CHECK_RESULT(csuccess_model_load(&model, check_view("{}"), &options, &err), CSUCCESS_EABI);
    /* A million values: more than a model may hold. */
    size_t n = 2000100;
    char *huge = malloc(n);
    if (!huge) abort();
    for (size_t i = 0; i < n; i++) huge[i] = i % 2 ? ',' : '1';
    huge[0] = '[';
    huge[1] = ' ';
    huge[n - 1] = ']';
    CHECK_RESULT(csuccess_model_load(&model, (csuccess_str){huge, n}, NULL, &err),
                 CSUCCESS_ELIMIT);
    free(huge);
}

static void trees_of_xgboost_load_to_the_same_handle(void)
{
    size_t len = 0;
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/trees/missing-3.2.0.json", &len);
    csuccess_model *model = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_model_options options = CSUCCESS_MODEL_OPTIONS_INIT;
    csuccess_str name, type;
    int64_t at = 0;
    if (!CHECK(text != NULL)) return;
    options.name = CSUCCESS_STR("trees");
    CHECK_OK(csuccess_model_load(&model, (csuccess_str){text, len}, &options, &err));
    CHECK_STR(csuccess_model_name(model), "trees");
    CHECK_STR(csuccess_model_kind(model), "xgboost");
    CHECK_STR(csuccess_model_target(model), "churn");
    CHECK_UINT(csuccess_model_digest(model).len, 71);
    CHECK_UINT(csuccess_model_document(model).len, 0);
    CHECK_NUM(csuccess_model_horizon_days(model), 0, 0);
    CHECK_RESULT(csuccess_model_trained_at(model, &at), CSUCCESS_EMISSING);
    CHECK(csuccess_model_metrics(model) > 0);
    CHECK_OK(csuccess_model_metric(model, 0, &name, &type));
    CHECK_STR(type, "number");
    csuccess_model_unref(model);
    CHECK(csuccess_model_load(&model, (csuccess_str){text, len / 2}, NULL, &err) < 0);
    free(text);
}

static csuccess_result load_and_seal(check_memory *memory, void *ud)
{
    csuccess_model_options options = CSUCCESS_MODEL_OPTIONS_INIT;
    options.allocator = &memory->allocator;
    csuccess_text *text = NULL;
    csuccess_model *model = NULL;
    csuccess_result status =
        csuccess_model_seal(&text, check_view(MODELS_DOCUMENT), &options, NULL);
    if (status == CSUCCESS_OK) {
        status = csuccess_model_load(&model, csuccess_text_view(text), &options, NULL);
    }
    csuccess_text_free(text);
    csuccess_model_unref(model);
    if (status == CSUCCESS_OK && ud) {
        const csuccess_str *trees = ud;
        status = csuccess_model_load(&model, *trees, &options, NULL);
        csuccess_model_unref(model);
    }
    return status;
}

static void refused_memory_leaves_nothing_behind(void)
{
    size_t len = 0;
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/trees/missing-3.2.0.json", &len);
    csuccess_str trees = {text, len};
    CHECK(check_faults(load_and_seal, &trees) > 10);
    free(text);
}

CHECK_MAIN(CHECK_TEST(a_document_says_what_it_is),
           CHECK_TEST(an_edit_breaks_the_seal_until_it_is_sealed_again),
           CHECK_TEST(what_is_no_model_is_refused_with_the_place),
           CHECK_TEST(cut_and_changed_documents_are_refused),
           CHECK_TEST(deep_and_huge_documents_meet_their_limits),
           CHECK_TEST(trees_of_xgboost_load_to_the_same_handle),
           CHECK_TEST(refused_memory_leaves_nothing_behind))
