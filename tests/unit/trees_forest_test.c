/* SPDX-License-Identifier: Apache-2.0 */
/* Imported trees: XGBoost's own answers, plain walks and Shapley values by their definition over random forests. */
#include "trees_random.h"

#define DATA CHECK_SOURCE_ROOT "/tests/data/trees/"

static csuccess__forest *read_text(csuccess__arena *arena, csuccess_str text, uint32_t rounds)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__forest_options options = {.rounds = rounds};
    csuccess__forest *forest;
    if (!CHECK_OK(csuccess__forest_read(&forest, arena, text, &options, &err))) {
        printf("# %s: %s\n", err.pointer, err.message);
    }
    return forest;
}

static csuccess__forest *read_file(csuccess__arena *arena, const char *name)
{
    char path[512];
    size_t len;
    snprintf(path, sizeof path, DATA "%s.json", name);
    char *text = check_read(path, &len);
    if (!CHECK(text != NULL)) return NULL;
    CHECK(csuccess__forest_recognised((csuccess_str){text, len}));
    csuccess__forest *forest = read_text(arena, (csuccess_str){text, len}, 0);
    free(text);
    return forest;
}

/* ---- What XGBoost answered ---- */

enum { FIXTURE_FEATURES = 12 };

static float float_of(uint64_t bits)
{
    uint32_t narrow = (uint32_t)bits;
    float value;
    memcpy(&value, &narrow, sizeof value);
    return value;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A row of a table: its features, the margin, the probability, and SHAP values where there are any. */
static void check_line(const csuccess__forest *forest, csuccess__forest_work *work,
                       const char *line)
{
    float row[FIXTURE_FEATURES];
    double ours[FIXTURE_FEATURES + 1], sum = 0;
    char *end = (char *)line - 1;
    for (int i = 0; i < FIXTURE_FEATURES; i++) row[i] = float_of(strtoull(end + 1, &end, 16));
    float margin = float_of(strtoull(end + 1, &end, 16));
    double probability = double_of(strtoull(end + 1, &end, 16));
    float got = csuccess__forest_margin(forest, work, row);
    CHECK(memcmp(&got, &margin, sizeof got) == 0);
    CHECK_NUM(csuccess__forest_probability(got), probability, 1e-6);
    CHECK(csuccess__forest_explain(forest, work, row, ours) == got);
    for (int i = 0; i <= FIXTURE_FEATURES; i++) {
        if (*end == '\t') CHECK_NUM(ours[i], double_of(strtoull(end + 1, &end, 16)), 1e-5);
        sum += ours[i];
    }
    CHECK_NUM(sum, (double)got, 1e-9);
}

static void check_fixture(const char *name)
{
    csuccess__arena arena;
    char path[512];
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__forest *forest = read_file(&arena, name);
    snprintf(path, sizeof path, DATA "%s.tsv", name);
    char *rows = check_read(path, NULL);
    int lines = 0;
    if (CHECK(forest && rows)) {
        CHECK_UINT(forest->feature_count, FIXTURE_FEATURES);
        csuccess__forest_work *work = csuccess__forest_work_new(&arena, forest, true);
        for (char *line = rows; *line; line = strchr(line, '\n') + 1, lines++) {
            check_line(forest, work, line);
        }
    }
    CHECK_INT(lines, 60);
    free(rows);
    csuccess__arena_free(&arena);
}

static const char *const versions[] = {"1.7.6", "2.1.4", "3.2.0"};
static const char *const kinds[] = {"missing", "categories", "dart"};

static void models_of_three_versions_answer_as_xgboost_does(void)
{
    for (int v = 0; v < 3; v++) {
        for (int k = 0; k < 3; k++) {
            char name[64];
            snprintf(name, sizeof name, "%s-%s", kinds[k], versions[v]);
            check_fixture(name);
        }
    }
}

static void a_forest_knows_its_features(void)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__forest *forest = read_file(&arena, "categories-3.2.0");
    if (CHECK(forest)) {
        CHECK_STR(forest->features[0].name, "f0");
        CHECK_INT(forest->features[0].kind, CSUCCESS__FOREST_NUMBER);
        CHECK_INT(forest->features[10].kind, CSUCCESS__FOREST_CATEGORY);
        CHECK(forest->features[11].used);
        CHECK_UINT(forest->version[0], 3);
        CHECK_UINT(forest->rounds, 6);
        CHECK_INT(forest->best_round, -1);
        CHECK_STR(forest->objective, "binary:logistic");
        CHECK(!forest->dart && !forest->raw);
    }
    csuccess__arena_free(&arena);
}

/* The first rounds alone are the model that stopped there. */
static void rounds_stop_early(void)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    size_t len = 0;
    char *text = check_read(DATA "missing-3.2.0.json", &len);
    csuccess_str json = {text, len};
    const float row[FIXTURE_FEATURES] = {0.5F, -1, NAN, 2, 1, 3, NAN, 0, 0.1F, 0.2F, -0.3F, 0};
    float margins[10];
    for (uint32_t rounds = 1; rounds <= 9; rounds++) {
        csuccess__forest *forest = read_text(&arena, json, rounds);
        CHECK_UINT(forest->tree_count, rounds);
        margins[rounds] = csuccess__forest_margin(
            forest, csuccess__forest_work_new(&arena, forest, false), row);
        CHECK(rounds == 1 || margins[rounds] != margins[rounds - 1]);
    }
    csuccess__forest *whole = read_text(&arena, json, 0);
    CHECK_NUM((double)csuccess__forest_margin(
                  whole, csuccess__forest_work_new(&arena, whole, false), row),
              (double)margins[9], 0);
    free(text);
    csuccess__arena_free(&arena);
}

/* ---- Random forests ---- */

typedef struct subject {
    csuccess__arena arena;
    csuccess__buffer text;
    plain_forest plain;
    csuccess__forest *forest;
    csuccess__forest_work *work;
} subject;

static bool subject_start(subject *s, int trees, int splits, uint64_t *seed)
{
    csuccess__arena_init(&s->arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&s->text, csuccess__malloc_allocator(), 0);
    plain_random(&s->plain, trees, splits, seed);
    write_forest(&s->text, &s->plain, seed);
    s->forest = read_text(&s->arena, csuccess__buffer_view(&s->text), 0);
    if (s->forest) s->work = csuccess__forest_work_new(&s->arena, s->forest, true);
    return s->forest && s->work;
}

static void subject_end(subject *s)
{
    csuccess__buffer_free(&s->text);
    csuccess__arena_free(&s->arena);
}

static float plain_margin(const plain_forest *f, const float *row)
{
    float margin = 0;
    for (int t = 0; t < f->tree_count; t++) margin += plain_leaf(&f->trees[t], row);
    return margin;
}

enum { ROWS = 203 };

/* Blocks by rows and by columns, of any number of rows, have the bits of single rows. */
static void check_blocks(const subject *s, float values[ROWS][MOST_FEATURES],
                         const float *margins, uint64_t *seed)
{
    static float columns[MOST_FEATURES][ROWS], got[ROWS];
    size_t rows = (size_t)below(seed, ROWS + 1);
    for (size_t r = 0; r < ROWS; r++) {
        for (int f = 0; f < MOST_FEATURES; f++) columns[f][r] = values[r][f];
    }
    const csuccess__forest_block layouts[] = {{values[0], MOST_FEATURES, 1, rows},
                                              {columns[0], 1, ROWS, rows}};
    for (int i = 0; i < 2; i++) {
        memset(got, 0xA5, sizeof got);
        csuccess__forest_margins(s->forest, s->work, &layouts[i], got);
        CHECK(memcmp(got, margins, rows * sizeof *got) == 0);
    }
}

static void random_forests_walk_like_plain_ones(void)
{
    uint64_t seed = 11;
    static float values[ROWS][MOST_FEATURES], margins[ROWS];
    for (int round = 0; round < 150; round++) {
        subject s;
        if (!CHECK(subject_start(&s, below(&seed, MOST_TREES + 1), 60, &seed))) return;
        for (int r = 0; r < ROWS; r++) {
            random_row(&s.plain, values[r], &seed);
            margins[r] = csuccess__forest_margin(s.forest, s.work, values[r]);
            CHECK_NUM((double)margins[r], (double)plain_margin(&s.plain, values[r]), 0);
        }
        check_blocks(&s, values, margins, &seed);
        subject_end(&s);
    }
}

/* What a tree gives on average over its training rows when only the features in `known` are known. */
static double expectation(const plain_tree *t, int at, const float *row, unsigned known)
{
    const plain_node *n = &t->nodes[at];
    if (n->left < 0) return (double)n->value;
    if (known >> n->feature & 1) return expectation(t, plain_next(n, row), row, known);
    double left = (double)t->nodes[n->left].cover, right = (double)t->nodes[n->right].cover;
    double share = left + right > 0 ? left / (left + right) : 0.5;
    return share * expectation(t, n->left, row, known) +
           (1 - share) * expectation(t, n->right, row, known);
}

/* Shapley's definition: over all sets without feature i, what i adds, weighted by |S|! (n - |S| - 1)! / n!. */
static double shapley(const double *of_set, int features, int i)
{
    double sum = 0;
    for (unsigned set = 0; set < 1U << features; set++) {
        if (set >> i & 1) continue;
        double weight = 1.0 / features; /* 1 / (n over(n - 1, |S|)) */
        int size = 0;
        for (int k = 0; k < features; k++) size += set >> k & 1;
        for (int k = 0; k < size; k++) weight *= (double)(k + 1) / (features - 1 - k);
        sum += weight * (of_set[set | 1U << i] - of_set[set]);
    }
    return sum;
}

static void check_shapley(const subject *s, const float *row)
{
    double of_set[1 << MOST_FEATURES] = {0}, ours[MOST_FEATURES + 1], sum = 0;
    int features = s->plain.features;
    float margin = csuccess__forest_explain(s->forest, s->work, row, ours);
    CHECK(margin == csuccess__forest_margin(s->forest, s->work, row));
    for (unsigned set = 0; set < 1U << features; set++) {
        for (int t = 0; t < s->plain.tree_count; t++) {
            of_set[set] += expectation(&s->plain.trees[t], 0, row, set);
        }
    }
    for (int i = 0; i < features; i++) {
        CHECK_NUM(ours[i], shapley(of_set, features, i), 5e-7); /* one has what 32 bits lose */
        sum += ours[i];
    }
    CHECK_NUM(sum + ours[features], (double)margin, 1e-12);
    bool any = false;
    for (int i = 0; i < features; i++) any = any || ours[i] != 0;
    if (any) CHECK_NUM(ours[features], of_set[0], 1e-12);
}

static void contributions_are_shapley_values(void)
{
    uint64_t seed = 12;
    for (int round = 0; round < 120; round++) {
        subject s;
        if (!CHECK(subject_start(&s, 1 + below(&seed, 3), 40, &seed))) return;
        for (int r = 0; r < 8; r++) {
            float row[MOST_FEATURES];
            random_row(&s.plain, row, &seed);
            check_shapley(&s, row);
        }
        subject_end(&s);
    }
}

/* ---- Deep and wide ---- */

/* Item i of a list of the chain below: a leaf has an odd number, or is the last. */
static double chain_item(int list, int i, int depth, bool one_feature)
{
    int level = (i + 1) / 2;
    double cover = 1;
    for (int k = 0; k < level; k++) cover /= 2;
    if (i % 2 == 1 || i == 2 * depth) {
        const double leaf[] = {-1, -1, 0, i == 2 * depth, 0, cover};
        return leaf[list];
    }
    const double split[] = {i + 1, i + 2, one_feature ? 0 : level, one_feature ? level : 0,
                            0,     cover};
    return split[list];
}

/* A tree that splits on a new feature at every level, or on the same one: right goes on, left is a leaf of 0; the last leaf gives 1. Half of
   the rows go each way. */
static void write_chain(csuccess__buffer *out, int depth, bool one_feature)
{
    static const char *const names[] = {"left_children",    "right_children", "split_indices",
                                        "split_conditions", "default_left",   "sum_hessian"};
    csuccess__buffer_cstr(out, "{\"version\":[2,1,4],\"learner\":{\"learner_model_param\":"
                               "{\"base_score\":\"5E-1\",\"num_feature\":\"");
    csuccess__buffer_uint(out, one_feature ? 1 : (uint64_t)depth);
    csuccess__buffer_cstr(out, "\"},\"objective\":{\"name\":\"reg:logistic\"},"
                               "\"gradient_booster\":{\"name\":\"gbtree\",\"model\":"
                               "{\"gbtree_model_param\":{\"num_trees\":\"1\"},\"trees\":[{");
    for (int list = 0; list < 6; list++) {
        csuccess__buffer_cstr(out, list ? ",\"" : "\"");
        csuccess__buffer_cstr(out, names[list]);
        csuccess__buffer_cstr(out, "\":[");
        for (int i = 0; i <= 2 * depth; i++) {
            if (i) csuccess__buffer_char(out, ',');
            csuccess__numeral_put(out, chain_item(list, i, depth, one_feature));
        }
        csuccess__buffer_char(out, ']');
    }
    csuccess__buffer_cstr(out, "}]}}}}");
}

static csuccess_result read_chain(subject *s, int depth, bool one_feature, csuccess_error *err)
{
    csuccess__arena_init(&s->arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&s->text, csuccess__malloc_allocator(), 0);
    write_chain(&s->text, depth, one_feature);
    csuccess_result result = csuccess__forest_read(&s->forest, &s->arena,
                                                   csuccess__buffer_view(&s->text), NULL, err);
    s->work = s->forest ? csuccess__forest_work_new(&s->arena, s->forest, true) : NULL;
    return result;
}

/* By symmetry each of m features adds (1 - 2^-m) / m. */
static void a_chain_of_many_features_is_shared_equally(void)
{
    for (int depth = 1; depth <= 64; depth++) {
        subject s;
        float row[64];
        double ours[65];
        if (!CHECK_OK(read_chain(&s, depth, false, NULL))) return;
        for (int i = 0; i < depth; i++) row[i] = 1;
        CHECK_NUM((double)csuccess__forest_explain(s.forest, s.work, row, ours), 1, 0);
        double none = 1;
        for (int i = 0; i < depth; i++) none /= 2;
        for (int i = 0; i < depth; i++) CHECK_NUM(ours[i], (1 - none) / depth, 1e-13);
        CHECK_NUM(ours[depth], none, 1e-16);
        subject_end(&s);
    }
}

/* One feature asked 64 times has all of it, wherever the row leaves the chain. */
static void a_chain_of_one_feature_has_one_contribution(void)
{
    subject s;
    double ours[2];
    if (!CHECK_OK(read_chain(&s, 64, true, NULL))) return;
    for (int i = -1; i <= 64; i++) {
        float row = (float)i;
        double margin = (double)csuccess__forest_explain(s.forest, s.work, &row, ours);
        CHECK_NUM(margin, i >= 63 ? 1 : 0, 0);
        CHECK_NUM(ours[0], margin - 0x1p-64, 1e-15);
        CHECK_NUM(ours[1], 0x1p-64, 1e-30);
    }
    subject_end(&s);
}

static void deeper_trees_are_refused(void)
{
    subject s;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(read_chain(&s, 65, true, &err), CSUCCESS_ELIMIT);
    CHECK_CSTR(err.pointer, "/learner/gradient_booster/model/trees/0");
    CHECK_HAS(err.message, "64 splits");
    subject_end(&s);
}

/* ---- Refused memory ---- */

static csuccess_result read_and_explain(check_memory *memory, void *ud)
{
    const csuccess_str *json = ud;
    csuccess__arena arena;
    csuccess__forest *forest;
    double ours[FIXTURE_FEATURES + 1];
    csuccess__arena_init(&arena, &memory->allocator, 0);
    csuccess_result result = csuccess__forest_read(&forest, &arena, *json, NULL, NULL);
    CHECK((forest != NULL) == (result == CSUCCESS_OK));
    if (forest) {
        csuccess__forest_work *work = csuccess__forest_work_new(&arena, forest, true);
        if (!work) result = CSUCCESS_ENOMEM;
        const float row[FIXTURE_FEATURES] = {1, 2, 3, NAN, 1, 1, 1, 1, 1, 1, 2, 3};
        if (work) CHECK(isfinite(csuccess__forest_explain(forest, work, row, ours)));
    }
    csuccess__arena_free(&arena);
    return result;
}

static void refused_memory_leaves_nothing(void)
{
    for (int v = 0; v < 3; v++) {
        char path[512];
        size_t len;
        snprintf(path, sizeof path, DATA "categories-%s.json", versions[v]);
        char *text = check_read(path, &len);
        csuccess_str json = {text, len};
        if (CHECK(text)) CHECK(check_faults(read_and_explain, &json) > 20);
        free(text);
    }
}

CHECK_MAIN(CHECK_TEST(models_of_three_versions_answer_as_xgboost_does),
           CHECK_TEST(a_forest_knows_its_features), CHECK_TEST(rounds_stop_early),
           CHECK_TEST(random_forests_walk_like_plain_ones),
           CHECK_TEST(contributions_are_shapley_values),
           CHECK_TEST(a_chain_of_many_features_is_shared_equally),
           CHECK_TEST(a_chain_of_one_feature_has_one_contribution),
           CHECK_TEST(deeper_trees_are_refused), CHECK_TEST(refused_memory_leaves_nothing))
