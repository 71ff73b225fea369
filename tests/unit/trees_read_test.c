/* SPDX-License-Identifier: Apache-2.0 */
/* Documents of XGBoost's that are damaged, hostile or of another kind: refused with the place and what would be right. */
#include "base/buffer.h"
#include "check.h"
#include "churn/trees/trees.h"

/* A whole model: one numeric split, one by category, best_iteration, words of categories. */
static const char model[] =
    "{\"learner\":{\"attributes\":{\"best_iteration\":\"1\"},"
    "\"feature_names\":[\"tenure\",\"pl\\u0061n\"],\"feature_types\":[\"float\",\"c\"],"
    "\"gradient_booster\":{\"name\":\"gbtree\",\"model\":{"
    "\"cats\":{\"enc\":[{\"offsets\":[],\"values\":[]},"
    "{\"offsets\":[0,4,7],\"values\":[102,114,101,101,112,114,111]}]},"
    "\"gbtree_model_param\":{\"num_parallel_tree\":\"1\",\"num_trees\":\"2\"},"
    "\"iteration_indptr\":[0,1,2],\"tree_info\":[0,0],\"trees\":["
    "{\"categories\":[0,2],\"categories_nodes\":[1],\"categories_segments\":[0],"
    "\"categories_sizes\":[2],\"default_left\":[1,0,0,0,0],\"id\":0,"
    "\"left_children\":[1,3,-1,-1,-1],\"right_children\":[2,4,-1,-1,-1],"
    "\"split_conditions\":[12.5,NaN,-0.5,0.25,0.75],\"split_indices\":[0,1,0,0,0],"
    "\"split_type\":[0,1,0,0,0],\"sum_hessian\":[10,6,4,2,4],"
    "\"tree_param\":{\"num_nodes\":\"5\",\"size_leaf_vector\":\"1\"}},"
    "{\"default_left\":[false],\"left_children\":[-1],\"right_children\":[-1],"
    "\"split_conditions\":[0.125],\"split_indices\":[0],\"sum_hessian\":[10]}]}},"
    "\"learner_model_param\":{\"base_score\":\"[5E-1]\",\"num_class\":\"0\","
    "\"num_feature\":\"2\",\"num_target\":\"1\"},"
    "\"objective\":{\"name\":\"binary:logistic\"}},\"version\":[3,1,0]}";

static csuccess_result read_with(csuccess__arena *arena, csuccess_str json,
                                 csuccess__forest **out, csuccess_error *err)
{
    csuccess__arena_init(arena, csuccess__malloc_allocator(), 0);
    csuccess_result result = csuccess__forest_read(out, arena, json, NULL, err);
    CHECK((result == CSUCCESS_OK) == (*out != NULL));
    CHECK_INT(err->code, result);
    return result;
}

/* The model with the first `from` behind `anchor` replaced. */
static char *changed(const char *anchor, const char *from, const char *to)
{
    const char *at = strstr(model, anchor);
    at = at ? strstr(at, from) : NULL;
    if (!CHECK(at != NULL)) {
        printf("# %s behind %s\n", from, anchor);
        exit(1);
    }
    size_t before = (size_t)(at - model), size = sizeof model + strlen(to) + 1;
    char *text = malloc(size);
    snprintf(text, size, "%.*s%s%s", (int)before, model, to, at + strlen(from));
    return text;
}

#define MODEL "/learner/gradient_booster/model"
#define TREE MODEL "/trees/0"

static const struct {
    const char *anchor, *from, *to;
    csuccess_result code;
    const char *pointer, *message;
} refused[] = {
    /* Another kind of model. */
    {"objective", "binary:logistic", "multi:softprob", CSUCCESS_EMODEL,
     "/learner/objective/name", "binary:logistic"},
    {"objective", "binary:logistic", "survival:cox", CSUCCESS_EMODEL, "/learner/objective/name",
     "\"survival:cox\" gives no probability"},
    {"gradient", "gbtree", "gblinear", CSUCCESS_EMODEL, "/learner/gradient_booster/name",
     "gbtree and dart"},
    {"num_class", "\"0\"", "\"3\"", CSUCCESS_EMODEL, "/learner/learner_model_param/num_class",
     "3 outputs"},
    {"num_target", "\"1\"", "\"2\"", CSUCCESS_EMODEL, "/learner/learner_model_param/num_target",
     "one"},
    {"tree_info", "[0,0]", "[0,1]", CSUCCESS_EMODEL, MODEL "/tree_info/1", "from 0 to 0"},
    {"size_leaf", "\"1\"", "\"3\"", CSUCCESS_EMODEL, TREE "/tree_param/size_leaf_vector",
     "one output"},
    /* Base score. */
    {"base_score", "[5E-1]", "[5E-1,2E-1]", CSUCCESS_EMODEL,
     "/learner/learner_model_param/base_score", "5E-1"},
    {"base_score", "[5E-1]", "1E0", CSUCCESS_EMODEL, "/learner/learner_model_param/base_score",
     "between 0 and 1"},
    {"base_score", "[5E-1]", "-5E-1", CSUCCESS_EMODEL,
     "/learner/learner_model_param/base_score", "probability"},
    {"base_score", "[5E-1]", "nan", CSUCCESS_EMODEL, "/learner/learner_model_param/base_score",
     "one number"},
    {"base_score", "\"[5E-1]\"", "[0.5]", CSUCCESS_EMODEL,
     "/learner/learner_model_param/base_score", "an array stands where a string belongs"},
    /* Shape. */
    {"{", "\"learner\"", "\"lerner\"", CSUCCESS_EMODEL, "", "\"learner\" is missing"},
    {"{", "\"version\"", "\"ver\"", CSUCCESS_EMODEL, "", "\"version\" is missing"},
    {"version", "[3,1,0]", "[3,1]", CSUCCESS_EMODEL, "/version", "three numbers"},
    {"{", "{\"learner\":{", "{\"learner\":[{", CSUCCESS_EJSON, "", "comma"},
    {"objective", "{\"name\"", "{\"name\":\"x\",\"name\"", CSUCCESS_EJSON,
     "/learner/objective/name", "stands twice"},
    {"left_children", "[1,3,-1,-1,-1]", "{\"a~/\":1}", CSUCCESS_EMODEL, TREE "/left_children",
     "an object stands where an array belongs"},
    {"trees", "[{", "[7,{", CSUCCESS_EMODEL, MODEL "/trees/0", "where an object belongs"},
    {"num_trees", "\"2\"", "\"3\"", CSUCCESS_EMODEL, MODEL "/tree_info", "num_trees is 3"},
    {"gbtree_model_param", ",\"num_trees\":\"2\"", "", CSUCCESS_EMODEL,
     MODEL "/gbtree_model_param", "\"num_trees\" is missing"},
    {"indptr", "[0,1,2]", "[0,2,1,2]", CSUCCESS_EMODEL, MODEL "/iteration_indptr/2",
     "from 2 to 2"},
    {"indptr", "[0,1,2]", "[0,1,1]", CSUCCESS_EMODEL, MODEL "/iteration_indptr/2", "2"},
    {"best_iteration", "\"1\"", "\"-2\"", CSUCCESS_EMODEL, "/learner/attributes/best_iteration",
     "from 0"},
    /* Trees that are none. */
    {"left_children", "[1,3,", "[0,3,", CSUCCESS_EMODEL, TREE "/left_children/0",
     "reached twice"},
    {"left_children", "[1,3,", "[1,0,", CSUCCESS_EMODEL, TREE "/left_children/1",
     "node 0 is reached twice"},
    {"right_children", "[2,4,", "[1,4,", CSUCCESS_EMODEL, TREE "/right_children/0",
     "node 1 is reached twice"},
    {"right_children", "[2,4,", "[2,2,", CSUCCESS_EMODEL, TREE "/right_children/1",
     "one parent"},
    {"left_children", "[1,3,", "[1,5,", CSUCCESS_EMODEL, TREE "/left_children/1",
     "from -1 to 4"},
    {"right_children", "[2,4,", "[2,-1,", CSUCCESS_EMODEL, TREE "/right_children/1",
     "from 0 to 4"},
    {"right_children", "[2,4,-1,-1,-1]", "[2,4,3,-1,-1]", CSUCCESS_EMODEL,
     TREE "/right_children/2", "from -1 to -1"},
    {"left_children", "[1,3,", "[1.5,3,", CSUCCESS_EMODEL, TREE "/left_children/0",
     "1.5 stands where a whole number"},
    {"left_children", "[1,3,-1,-1,-1]", "[]", CSUCCESS_EMODEL, TREE "/left_children",
     "at least one leaf"},
    {"left_children", "[1,3,-1,-1,-1]", "[1,3,-1,-1]", CSUCCESS_EMODEL, TREE "/right_children",
     "5 items, but left_children has 4"},
    {"sum_hessian", "[10,6,4,2,4]", "[10,6,4,2,4,1]", CSUCCESS_EMODEL, TREE "/sum_hessian",
     "one length"},
    {"num_nodes", "\"5\"", "\"7\"", CSUCCESS_EMODEL, TREE "/tree_param/num_nodes", "damaged"},
    /* Numbers. */
    {"split_conditions", "12.5", "NaN", CSUCCESS_EMODEL, TREE "/split_conditions/0",
     "a number that is not finite"},
    {"split_conditions", "12.5", "-Infinity", CSUCCESS_EMODEL, TREE "/split_conditions/0",
     "not finite"},
    {"split_conditions", "12.5", "1e39", CSUCCESS_EMODEL, TREE "/split_conditions/0",
     "32 bits"},
    {"split_conditions", "12.5", "1e999", CSUCCESS_EJSON, "", ""},
    {"split_conditions", "12.5", "null", CSUCCESS_EMODEL, TREE "/split_conditions/0",
     "null stands where a finite number belongs"},
    {"split_conditions", "12.5", "\"x\"", CSUCCESS_EMODEL, TREE "/split_conditions/0",
     "\"x\" stands where"},
    {"split_conditions", "-0.5", "NaN", CSUCCESS_EMODEL, TREE "/split_conditions/2", "finite"},
    {"split_conditions", "-0.5", "3e38", CSUCCESS_EMODEL, MODEL "/trees", "1e30"},
    {"split_indices", "[0,1,", "[2,1,", CSUCCESS_EMODEL, TREE "/split_indices/0",
     "from 0 to 1"},
    {"default_left", "[1,0,", "[2,0,", CSUCCESS_EMODEL, TREE "/default_left/0", "from 0 to 1"},
    {"sum_hessian", "[10,", "[-1,", CSUCCESS_EMODEL, TREE "/sum_hessian/0", "below 0"},
    {"sum_hessian", "[10,", "[NaN,", CSUCCESS_EMODEL, TREE "/sum_hessian/0", "finite"},
    {"tree_param", "\"5\"", "NaN", CSUCCESS_EMODEL, TREE "/tree_param/num_nodes", "finite"},
    /* Categories. */
    {"split_type", "[0,1,", "[1,1,", CSUCCESS_EMODEL, TREE "/split_type/0",
     "not in categories_nodes"},
    {"split_type", "[0,1,", "[0,2,", CSUCCESS_EMODEL, TREE "/split_type/1", "from 0 to 1"},
    {"categories_nodes", "[1]", "[9]", CSUCCESS_EMODEL, TREE "/categories_nodes/0",
     "from 0 to 4"},
    {"categories_nodes", "[1]", "[1,1]", CSUCCESS_EMODEL, TREE "/categories_segments",
     "categories_nodes 2"},
    {"categories_segments", "[0]", "[3]", CSUCCESS_EMODEL, TREE "/categories_segments/0",
     "from 0 to 2"},
    {"categories_segments", "[0]", "[1]", CSUCCESS_EMODEL, TREE "/categories_sizes/0",
     "from 0 to 1"},
    {"\"categories\"", "[0,2]", "[0,-2]", CSUCCESS_EMODEL, TREE "/categories/1", "16777215"},
    {"\"categories\"", "[0,2]", "[0,2e9]", CSUCCESS_EMODEL, TREE "/categories/1", "16777215"},
    /* Features. */
    {"num_feature", "\"2\"", "\"3\"", CSUCCESS_EMODEL, "/learner/feature_names",
     "num_feature is 3"},
    {"num_feature", "\"2\"", "\"99999\"", CSUCCESS_ELIMIT,
     "/learner/learner_model_param/num_feature", "30000"},
    {"feature_types", "\"c\"", "\"z\"", CSUCCESS_EMODEL, "/learner/feature_types/1",
     "float, int"},
    {"feature_types", "[\"float\",\"c\"]", "[\"c\"]", CSUCCESS_EMODEL, "/learner/feature_types",
     "1 items"},
    {"feature_names", "\"tenure\"", "null", CSUCCESS_EMODEL, "/learner/feature_names/0",
     "null stands where a string belongs"},
    {"offsets\":[0", "[0,4,7]", "[0,4,8]", CSUCCESS_EMODEL, MODEL "/cats/enc/1/offsets/2",
     "from 4 to 7"},
    {"offsets\":[0", "[0,4,7]", "[5,4,7]", CSUCCESS_EMODEL, MODEL "/cats/enc/1/offsets/1",
     "from 5 to 7"},
    {"offsets\":[0", "111]", "300]", CSUCCESS_EMODEL, MODEL "/cats/enc/1/values/6", "255"},
    {"offsets\":[0", "112,114,111]", "112,114,-61]", CSUCCESS_EMODEL,
     MODEL "/cats/enc/1/values/4", "not UTF-8"},
    {"\"enc\"", "[{", "[{\"values\":[]},{", CSUCCESS_EMODEL, MODEL "/cats/enc/2",
     "more items than features"},
};

static void damaged_documents_are_refused_with_the_place(void)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        csuccess__arena arena;
        csuccess__forest *forest;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        char *text = changed(refused[i].anchor, refused[i].from, refused[i].to);
        csuccess_str json = {text, strlen(text)};
        bool good = CHECK_RESULT(read_with(&arena, json, &forest, &err), refused[i].code) &&
                    CHECK_CSTR(err.pointer, refused[i].pointer) &&
                    CHECK_HAS(err.message, refused[i].message) && CHECK(err.line == 1);
        if (!good)
            printf("# row %zu: %s -> %s: %s\n", i, refused[i].from, refused[i].to, err.message);
        csuccess__arena_free(&arena);
        free(text);
    }
}

static void a_whole_document_is_read(void)
{
    csuccess__arena arena;
    csuccess__forest *forest;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess_str text = {model, sizeof model - 1};
    if (CHECK_OK(read_with(&arena, text, &forest, &err))) {
        csuccess__forest_work *work = csuccess__forest_work_new(&arena, forest, false);
        CHECK_STR(forest->features[1].name, "plan");
        CHECK_UINT(forest->features[1].word_count, 2);
        CHECK_STR(forest->features[1].words[0], "free");
        CHECK_STR(forest->features[1].words[1], "pro");
        CHECK(forest->features[0].words == NULL);
        CHECK_INT(forest->best_round, 1);
        CHECK_UINT(forest->rounds, 2);
        CHECK_UINT(forest->depth, 2);
        static const struct {
            float tenure, plan, margin;
        } rows[] = {{13, 0, -0.5F},    {12.5F, 0, -0.5F}, {12, 0, 0.75F},
                    {12, 1, 0.25F},    {12, 2, 0.75F},    {12, 3, 0.25F},
                    {12, NAN, 0.75F},  {NAN, 1, 0.25F},   {12, -1, 0.25F},
                    {12, 2e7F, 0.25F}, {12, 2.9F, 0.75F}, {INFINITY, 1, -0.5F}};
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            const float row[] = {rows[i].tenure, rows[i].plan};
            CHECK_NUM((double)csuccess__forest_margin(forest, work, row),
                      (double)rows[i].margin + 0.125, 0);
        }
    }
    csuccess__arena_free(&arena);
}

/* Cut anywhere, it is refused. */
static void truncated_documents_are_refused(void)
{
    const csuccess_str text = {model, sizeof model - 1};
    for (size_t len = 0; len < text.len; len++) {
        csuccess__arena arena;
        csuccess__forest *forest;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        CHECK_RESULT(read_with(&arena, (csuccess_str){text.ptr, len}, &forest, &err),
                     CSUCCESS_EJSON);
        csuccess__arena_free(&arena);
    }
}

static void other_forms_are_called_by_name(void)
{
    static const struct {
        const char *text, *message;
        csuccess_result code;
        bool recognised;
    } forms[] = {{"{L\x01\x02", "UBJSON", CSUCCESS_EMODEL, true},
                 {"binf\x01\x02", "old binary", CSUCCESS_EMODEL, true},
                 {"[1,2]", "an array stands where an object belongs", CSUCCESS_EMODEL, false},
                 {" {\"a\":{\"learner\":1}}", "\"learner\" is missing", CSUCCESS_EMODEL, false},
                 {" {\"a\":\"\\\"learner\",\"learner\":1}", "missing", CSUCCESS_EMODEL, true},
                 {"{\"csuccess_model\":1}", "missing", CSUCCESS_EMODEL, false},
                 {"", "empty", CSUCCESS_EJSON, false}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        csuccess__arena arena;
        csuccess__forest *forest;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_str json = {forms[i].text, strlen(forms[i].text)};
        CHECK_RESULT(read_with(&arena, json, &forest, &err), forms[i].code);
        CHECK_HAS(err.message, forms[i].message);
        CHECK(csuccess__forest_recognised(json) == forms[i].recognised);
        csuccess__arena_free(&arena);
    }
}

static csuccess_result read_options(csuccess__forest_options options, csuccess_error *err)
{
    csuccess__arena arena;
    csuccess__forest *forest;
    const csuccess_str text = {model, sizeof model - 1};
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess_result result = csuccess__forest_read(&forest, &arena, text, &options, err);
    csuccess__arena_free(&arena);
    return result;
}

static void options_are_ceilings(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_OK(read_options((csuccess__forest_options){.most_nodes = 6}, &err));
    CHECK_RESULT(read_options((csuccess__forest_options){.most_nodes = 5}, &err),
                 CSUCCESS_ELIMIT);
    CHECK_CSTR(err.pointer, MODEL "/trees/1");
    CHECK_HAS(err.message, "more than 5 nodes");
    CHECK_OK(read_options((csuccess__forest_options){.rounds = 2}, &err));
    CHECK_RESULT(read_options((csuccess__forest_options){.rounds = 3}, &err), CSUCCESS_EMODEL);
    CHECK_HAS(err.message, "the model has 2");
}

/* A tree, or trees, of so many nodes that are all leaves but for the root's children. */
static char *large(size_t trees, size_t nodes, size_t *len)
{
    static const char *const names[] = {"left_children",    "right_children", "split_indices",
                                        "split_conditions", "default_left",   "sum_hessian"};
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__buffer_cstr(&out,
                          "{\"version\":[3,2,0],\"learner\":{\"learner_model_param\":"
                          "{\"base_score\":\"5E-1\",\"num_feature\":\"1\"},\"objective\":"
                          "{\"name\":\"binary:logistic\"},\"gradient_booster\":{\"name\":"
                          "\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"");
    csuccess__buffer_uint(&out, trees);
    csuccess__buffer_cstr(&out, "\"},\"trees\":[");
    for (size_t t = 0; t < trees; t++) {
        for (int list = 0; list < 6; list++) {
            csuccess__buffer_cstr(&out, list ? "],\"" : t ? "]},{\"" : "{\"");
            csuccess__buffer_cstr(&out, names[list]);
            csuccess__buffer_cstr(&out, "\":[");
            for (size_t i = 0; i < nodes; i++) {
                csuccess__buffer_cstr(&out, i ? "," : "");
                csuccess__buffer_cstr(&out, list < 2 ? "-1" : "0");
            }
        }
    }
    csuccess__buffer_cstr(&out, "]}]}}}}");
    char *text = malloc(out.len);
    memcpy(text, out.ptr, out.len);
    *len = out.len;
    csuccess__buffer_free(&out);
    return text;
}

static void a_million_nodes_are_refused(void)
{
    static const struct {
        size_t trees, nodes;
        const char *pointer, *message;
    } cases[] = {{1, 1000000, TREE "/left_children", "1000000 nodes in one tree"},
                 {20, 50000, MODEL "/trees/19", "more than 999999 nodes"},
                 {100001, 1, MODEL "/trees/100000", "more than 100000 trees"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess__arena arena;
        csuccess__forest *forest;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        size_t len;
        char *text = large(cases[i].trees, cases[i].nodes, &len);
        CHECK_RESULT(read_with(&arena, (csuccess_str){text, len}, &forest, &err),
                     CSUCCESS_ELIMIT);
        CHECK_CSTR(err.pointer, cases[i].pointer);
        CHECK_HAS(err.message, cases[i].message);
        csuccess__arena_free(&arena);
        free(text);
    }
}

/* The base of a model without trees. */
static csuccess_result base_of(const char *version, const char *objective, const char *score,
                               float *base)
{
    csuccess__arena arena;
    csuccess__forest *forest;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char text[512];
    int len =
        snprintf(text, sizeof text,
                 "{\"version\":%s,\"learner\":{\"learner_model_param\":{\"base_score\":\"%s\","
                 "\"num_feature\":\"2\"},\"objective\":{\"name\":\"%s\"},\"gradient_booster\":"
                 "{\"name\":\"gbtree\",\"model\":{\"gbtree_model_param\":{\"num_trees\":\"0\"},"
                 "\"trees\":[]}}}}",
                 version, score, objective);
    csuccess_result result =
        read_with(&arena, (csuccess_str){text, (size_t)len}, &forest, &err);
    if (forest) {
        csuccess__forest_work *work = csuccess__forest_work_new(&arena, forest, true);
        const float row[] = {NAN, 3};
        double ours[3];
        *base = csuccess__forest_explain(forest, work, row, ours);
        CHECK_NUM(ours[2], (double)*base, 0);
        CHECK(ours[0] == 0 && ours[1] == 0);
        CHECK_STR(forest->features[1].name, "f1"); /* as XGBoost calls them */
        CHECK(!forest->features[1].used);
    }
    csuccess__arena_free(&arena);
    return result;
}

/* ln(1/4 / 3/4) = -1.0986123, as XGBoost's own predict(output_margin=True) has it: 0.3 is -0.84729785. */
static void base_scores_are_probabilities_or_margins(void)
{
    static const struct {
        const char *version, *objective, *score;
        float base;
    } cases[] = {{"[1,0,0]", "binary:logistic", "2.5E-1", -1.0986123F},
                 {"[3,1,0]", "binary:logistic", "[3E-1]", -0.84729785F},
                 {"[2,0,0]", "reg:logistic", "3E-1", -0.84729785F},
                 {"[1,7,6]", "binary:logitraw", "3E-1", 0.3F},
                 {"[1,3,0]", "binary:logitraw", "3E-1", 0.3F},
                 {"[1,2,1]", "binary:logitraw", "3E-1", -0.84729785F}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        float base = 0;
        CHECK_OK(base_of(cases[i].version, cases[i].objective, cases[i].score, &base));
        CHECK_NUM((double)base, (double)cases[i].base, 0);
    }
    float base;
    CHECK_RESULT(base_of("[3,0,0]", "binary:logitraw", "1E99", &base), CSUCCESS_EMODEL);
    CHECK_OK(base_of("[3,0,0]", "binary:logistic", "1E-45", &base));
    CHECK(isfinite(base));
}

static void values_become_float32(void)
{
    CHECK_NUM((double)csuccess__forest_value(0.1), 0.100000001490116119384765625, 0);
    CHECK_NUM((double)csuccess__forest_value(1e39), INFINITY, 0);
    CHECK_NUM((double)csuccess__forest_value(-1e300), -INFINITY, 0);
    CHECK_NUM((double)csuccess__forest_value(3.4028234663852886e38), 3.4028234663852886e38, 0);
    CHECK(isnan(csuccess__forest_value(NAN)));
}

CHECK_MAIN(CHECK_TEST(damaged_documents_are_refused_with_the_place),
           CHECK_TEST(a_whole_document_is_read), CHECK_TEST(truncated_documents_are_refused),
           CHECK_TEST(other_forms_are_called_by_name), CHECK_TEST(options_are_ceilings),
           CHECK_TEST(a_million_nodes_are_refused),
           CHECK_TEST(base_scores_are_probabilities_or_margins),
           CHECK_TEST(values_become_float32))
