/* SPDX-License-Identifier: Apache-2.0 */
/* Drift of a model: metrics against the snapshot, calibration that lags, what is called for. */
#include "requirement.h"

static const char configuration[] =
    "{`csuccess`: 1, `attributes`: {`logins`: {`type`: `number`}, `plan`: {`type`: `string`}, "
    "`champion_left`: {`type`: `bool`}}, `metrics`: {`twice`: `logins * 2`}}";

/* Trained on 1,000 rows of 2026-01-01: logins half up to 10 and half above, none missing; plans 60, 30, 10 %. */
static const char document[] =
    "{`csuccess_model`: 1, `name`: `test`, `kind`: `additive`, `target`: `churn`, "
    "`horizon`: `P30D`, `dated`: true, `calibrated`: true,"
    "`metrics`: {`twice`: {`type`: `number`}, `plan`: {`type`: `string`}, `champion_left`: "
    "{`type`: `bool`}},"
    "`scorecard`: {`combine`: `sum`, `link`: `logistic`, `intercept`: -1, `of`: {"
    "`twice`: {`value`: `twice`, `points`: {`upto`: [[20, 1]], `else`: 0}, `missing`: "
    "{`value`: "
    "0}},"
    "`plan`: {`value`: `plan`, `points`: {`map`: {`free`: 1}, `else`: 0}, `missing`: {`value`: "
    "0}},"
    "`champion_left`: {`value`: `champion_left`, `points`: {`map`: {`true`: 1}, `else`: 0}, "
    "`missing`: {`value`: 0}}}},"
    "`training`: {`at`: `2026-01-01T00:00:00Z`},"
    "`snapshot`: {`rows`: 1000, `of`: {"
    "`twice`: {`edges`: [20], `share`: [0.5, 0.5], `missing`: 0, `mean`: 20},"
    "`plan`: {`words`: {`free`: 0.6, `team`: 0.3}, `else`: 0.1, `missing`: 0},"
    "`champion_left`: {`words`: {`false`: 0.9, `true`: 0.1}, `else`: 0, `missing`: 0}}},"
    "`parent`: null}";

#define NOW INT64_C(1769817600000) /* 2026-01-31T00:00:00Z */
#define DAY INT64_C(86400000)

static csuccess_model *load(const char *text)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *sealed = NULL;
    csuccess_model *model = NULL;
    char *json = quoted(text);
    if (csuccess_model_seal(&sealed, check_view(json), NULL, &err) < 0 ||
        csuccess_model_load(&model, csuccess_text_view(sealed), NULL, &err) < 0) {
        printf("# %s: %s\n", err.pointer, err.message);
    }
    csuccess_text_free(sealed);
    free(json);
    return model;
}

typedef struct fixture {
    csuccess_config *config;
    csuccess_model *model;
    csuccess_facts *facts;
} fixture;

static bool open_fixture(fixture *f)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    f->config = bench_compile(configuration, &err);
    f->model = load(document);
    f->facts = NULL;
    return CHECK(f->config && f->model) &&
           CHECK_OK(csuccess_facts_new(&f->facts, f->config, NULL, &err));
}

static void close_fixture(fixture *f)
{
    csuccess_facts_free(f->facts);
    csuccess_model_unref(f->model);
    csuccess_config_unref(f->config);
}

static csuccess_drift *start(const fixture *f, const csuccess_drift_options *options)
{
    csuccess_drift *d = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_drift_new(&d, f->config, f->model, options, &err) < 0) {
        printf("# %s: %s\n", err.pointer, err.message);
    }
    CHECK(d != NULL);
    return d;
}

static void set_row(csuccess_facts *facts, double logins, const char *plan, int left)
{
    csuccess_facts_clear(facts);
    if (!isnan(logins)) csuccess_facts_set_number(facts, CSUCCESS_STR("logins"), logins);
    csuccess_facts_set_string(facts, CSUCCESS_STR("plan"), check_view(plan));
    csuccess_facts_set_bool(facts, CSUCCESS_STR("champion_left"), left);
}

/* n rows of which a share has few logins; the plans and champions are those of training. */
static void add_rows(csuccess_drift *d, csuccess_facts *facts, int n, double few)
{
    for (int i = 0; i < n; i++) {
        double logins = (double)(i * 37 % 100) < few * 100 ? 5 : 15;
        const char *plan = i % 10 < 6 ? "free" : i % 10 < 9 ? "team" : "other";
        set_row(facts, logins, plan, i % 10 == 3);
        CHECK_OK(csuccess_drift_add(d, facts, NOW, NULL));
    }
}

static csuccess_drift_verdict verdict(const csuccess_drift *d)
{
    csuccess_drift_verdict v = CSUCCESS_DRIFT_VERDICT_INIT;
    CHECK_OK(csuccess_drift_judge(d, NOW, &v));
    return v;
}

static csuccess_drift_metric metric(const csuccess_drift *d, uint32_t i)
{
    csuccess_drift_metric m = CSUCCESS_DRIFT_METRIC_INIT;
    CHECK_OK(csuccess_drift_metric_at(d, i, &m));
    return m;
}

static void the_same_rows_are_stable(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift *d = start(&f, NULL);
    add_rows(d, f.facts, 500, 0.5);
    csuccess_drift_verdict v = verdict(d);
    CHECK_UINT(v.rows, 500);
    CHECK_UINT(v.inputs, CSUCCESS_DRIFT_STABLE);
    CHECK_UINT(v.verdict, CSUCCESS_DRIFT_STABLE);
    CHECK_UINT(v.advice, CSUCCESS_DRIFT_KEEP);
    CHECK_UINT(v.calibration, CSUCCESS_DRIFT_TOO_FEW);
    CHECK_INT(v.needs_outcomes, 1);
    CHECK_NUM(v.lag_days, 30, 0);
    for (uint32_t i = 0; i < 3; i++) CHECK_NUM(metric(d, i).psi, 0, 1e-9);
    csuccess_drift_free(d);
    close_fixture(&f);
}

/* 50 % to 80 %: PSI 0.3 ln(0.8 / 0.5) - 0.3 ln(0.2 / 0.5), distance 0.3. The first answer is the intercept. */
static void handle_model_drift(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift_options o = CSUCCESS_DRIFT_OPTIONS_INIT;
    csuccess_drift *d = start(&f, &o);
    add_rows(d, f.facts, 500, 0.8);
    csuccess_drift_metric m = metric(d, 0);
    CHECK_STR(m.name, "twice");
    CHECK_NUM(m.psi, 0.3 * log(1.6) - 0.3 * log(0.4), 1e-9);
    CHECK_NUM(m.ks, 0.3, 1e-12);
    CHECK(m.psi_p < 1e-6 && m.ks_p < 1e-6);
    CHECK_UINT(m.verdict, CSUCCESS_DRIFT_DRIFT);
    CHECK_NUM(m.mean_then, 20, 0);
    CHECK_NUM(m.mean_now, 0.8 * 10 + 0.2 * 30, 1e-9);
    CHECK_UINT(metric(d, 1).verdict, CSUCCESS_DRIFT_STABLE);
    csuccess_drift_verdict v = verdict(d);
    CHECK_UINT(v.verdict, CSUCCESS_DRIFT_DRIFT);
    CHECK_UINT(v.metrics_drift, 1);
    CHECK_UINT(v.advice, CSUCCESS_DRIFT_RECALIBRATE);
    CHECK_INT(v.due_by_drift, 1);
    csuccess_drift_free(d);
    o.recalibrated = 1; /* that has been done: now retrain */
    d = start(&f, &o);
    add_rows(d, f.facts, 500, 0.8);
    CHECK_UINT(verdict(d).advice, CSUCCESS_DRIFT_RETRAIN);
    csuccess_drift_free(d);
    close_fixture(&f);
}

/* A moderate change warns; the same from few rows may be chance, and fewer than `least` say nothing. */
static void what_chance_explains_is_no_drift(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift *d = start(&f, NULL);
    add_rows(d, f.facts, 99, 0.9);
    CHECK_UINT(metric(d, 0).verdict, CSUCCESS_DRIFT_TOO_FEW);
    CHECK_UINT(verdict(d).verdict, CSUCCESS_DRIFT_TOO_FEW);
    csuccess_drift_free(d);
    d = start(&f, NULL);
    add_rows(d, f.facts, 1000, 0.66);
    CHECK_NUM(metric(d, 0).psi, 0.16 * log(0.66 / 0.5) - 0.16 * log(0.34 / 0.5), 1e-9);
    CHECK_UINT(metric(d, 0).verdict, CSUCCESS_DRIFT_WARN);
    CHECK_UINT(verdict(d).advice, CSUCCESS_DRIFT_KEEP);
    csuccess_drift_free(d);
    csuccess_drift_options o = CSUCCESS_DRIFT_OPTIONS_INIT;
    o.least = 10;
    d = start(&f, &o);
    for (int i = 0; i < 10; i++) { /* 7 of 10 by chance is nothing */
        set_row(f.facts, i < 7 ? 5 : 15, "free", 0);
        CHECK_OK(csuccess_drift_add(d, f.facts, NOW, NULL));
    }
    CHECK(metric(d, 0).psi > 0.1);
    CHECK_UINT(metric(d, 0).verdict, CSUCCESS_DRIFT_STABLE);
    csuccess_drift_free(d);
    close_fixture(&f);
}

static void a_feed_that_dies_is_drift_of_its_metric(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift *d = start(&f, NULL);
    for (int i = 0; i < 400; i++) {
        set_row(f.facts, i % 2 ? NAN : 5, "free", 0);
        CHECK_OK(csuccess_drift_add(d, f.facts, NOW, NULL));
    }
    csuccess_drift_metric m = metric(d, 0);
    CHECK_NUM(m.missing_then, 0, 0);
    CHECK_NUM(m.missing_now, 0.5, 1e-12);
    CHECK_UINT(m.verdict, CSUCCESS_DRIFT_DRIFT);
    csuccess_drift_free(d);
    close_fixture(&f);
}

/* 0.2 was said and 0.35 came: the log-odds lack ln(0.35 / 0.65) - ln(0.2 / 0.8) = 0.767. */
static void calibration_drift_asks_for_the_intercept(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift *d = start(&f, NULL);
    add_rows(d, f.facts, 200, 0.5);
    for (int i = 0; i < 400; i++) {
        CHECK_OK(csuccess_drift_add_outcome(d, 0.2, i % 20 < 7, NULL));
    }
    csuccess_drift_verdict v = verdict(d);
    CHECK_NUM(v.expected, 0.2, 1e-9);
    CHECK_NUM(v.observed, 0.35, 1e-9);
    CHECK_NUM(v.shift, log(0.35 / 0.65) - log(0.25), 1e-6);
    /* z = (140 - 80) / sqrt(400 * 0.16) = 7.5 */
    CHECK_NUM(v.shift_p, 6.38175e-14, 1e-18);
    CHECK_UINT(v.calibration, CSUCCESS_DRIFT_DRIFT);
    CHECK_UINT(v.inputs, CSUCCESS_DRIFT_STABLE);
    CHECK_UINT(v.verdict, CSUCCESS_DRIFT_DRIFT);
    CHECK_UINT(v.advice, CSUCCESS_DRIFT_RECALIBRATE);
    CHECK_INT(v.needs_outcomes, 0);
    csuccess_drift_free(d);
    d = start(&f, NULL);
    for (int i = 0; i < 400; i++) {
        CHECK_OK(csuccess_drift_add_outcome(d, 0.2, i % 20 < 4, NULL));
    }
    CHECK_UINT(verdict(d).calibration, CSUCCESS_DRIFT_STABLE);
    CHECK_NUM(verdict(d).shift, 0, 1e-9);
    csuccess_drift_free(d);
    close_fixture(&f);
}

/* What a host does with the decision: it is asked after each batch, and trains when it is told to. */
static void drift_or_time_calls_the_retrain_hook(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift_options o = CSUCCESS_DRIFT_OPTIONS_INIT;
    o.retrain_every_ms = 60 * DAY;
    csuccess_drift *d = start(&f, &o);
    csuccess_drift_verdict v = CSUCCESS_DRIFT_VERDICT_INIT;
    int64_t trained = INT64_C(1767225600000), retrained = 0;
    for (int64_t day = 0; day < 100 && !retrained; day++) {
        CHECK_OK(csuccess_drift_judge(d, trained + day * DAY, &v));
        if (v.advice == CSUCCESS_DRIFT_RETRAIN) retrained = trained + day * DAY;
    }
    CHECK_INT(v.trained_at, trained);
    CHECK_INT(v.due_at, trained + 60 * DAY);
    CHECK_INT(v.due_by_time, 1);
    CHECK_INT(retrained, trained + 60 * DAY);
    csuccess_drift_free(d);
    o.recalibrated = 1;
    d = start(&f, &o);
    add_rows(d, f.facts, 300, 0.5);
    CHECK_UINT(verdict(d).advice, CSUCCESS_DRIFT_KEEP);
    add_rows(d, f.facts, 900, 1);
    v = verdict(d);
    CHECK_UINT(v.advice, CSUCCESS_DRIFT_RETRAIN);
    CHECK_INT(v.due_by_time, 0);
    CHECK_INT(v.due_by_drift, 1);
    csuccess_drift_free(d);
    close_fixture(&f);
}

/* Without a word of the host's the configuration says how old a model may become. */
static void the_configuration_says_how_old_a_model_may_become(void)
{
    static const char with_churn[] =
        "{`csuccess`: 1, `attributes`: {`logins`: {`type`: `number`}, `plan`: {`type`: "
        "`string`}, `champion_left`: {`type`: `bool`}}, `metrics`: {`twice`: `logins * 2`}, "
        "`churn`: {`retrain_every`: `P1M`, `model`: {`scorecard`: {`combine`: `noisy_or`, "
        "`of`: "
        "{`left`: {`weight`: 0.4, `value`: `champion_left`}}}}}}";
    fixture f;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_drift *d = NULL;
    if (!open_fixture(&f)) return;
    csuccess_config *config = bench_compile(with_churn, &err);
    if (CHECK(config != NULL) &&
        CHECK_OK(csuccess_drift_new(&d, config, f.model, NULL, &err))) {
        csuccess_drift_verdict v = verdict(d);
        CHECK(v.present & CSUCCESS_DRIFT_DUE_AT);
        CHECK_INT(v.due_at, INT64_C(1769904000000)); /* 2026-02-01 */
        CHECK_INT(v.due_by_time, 0);
    }
    csuccess_drift_free(d);
    csuccess_config_unref(config);
    close_fixture(&f);
}

static void the_report_says_everything(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_text *text = NULL;
    csuccess_drift *d = start(&f, NULL);
    add_rows(d, f.facts, 500, 0.8);
    CHECK_OK(csuccess_drift_json(&text, d, NOW, NULL));
    csuccess_str view = csuccess_text_view(text);
    cJSON *json = cJSON_ParseWithLength(view.ptr, view.len);
    bench b = {.json = json};
    CHECK_CSTR(bench_text(&b, "verdict"), "drift");
    CHECK_CSTR(bench_text(&b, "advice"), "recalibrate");
    CHECK_CSTR(bench_text(&b, "at"), "2026-01-31T00:00:00Z");
    CHECK_CSTR(bench_text(&b, "model/name"), "test");
    CHECK_CSTR(bench_text(&b, "inputs/metrics/twice/verdict"), "drift");
    CHECK_CSTR(bench_text(&b, "inputs/metrics/plan/verdict"), "stable");
    CHECK_NUM(bench_num(&b, "inputs/metrics/twice/bins/0/then"), 0.5, 1e-12);
    CHECK_NUM(bench_num(&b, "inputs/metrics/twice/bins/0/now"), 0.8, 1e-12);
    CHECK_CSTR(bench_text(&b, "inputs/metrics/plan/bins/0/word"), "free");
    CHECK_CSTR(bench_text(&b, "calibration/verdict"), "too_few");
    CHECK_NUM(bench_num(&b, "calibration/lags_days"), 30, 0);
    CHECK_INT(bench_size(&b, "because"), 2);
    CHECK_HAS(bench_text(&b, "because/1"), "lags by the horizon");
    cJSON_Delete(json);
    csuccess_text_free(text);
    csuccess_drift_free(d);
    close_fixture(&f);
}

/* Columns and rows, in parts and at once: the same report. */
static void columns_and_parts_do_not_show(void)
{
    enum { ROWS = 300 };
    static double logins[ROWS];
    static uint8_t left[ROWS];
    fixture f;
    if (!open_fixture(&f)) return;
    csuccess_drift *all = start(&f, NULL), *a = start(&f, NULL), *b = start(&f, NULL);
    csuccess_columns *columns = NULL;
    uint32_t slot = 0;
    for (size_t i = 0; i < ROWS; i++) {
        logins[i] = (double)(i * 7 % 23);
        left[i] = i % 9 == 0;
        csuccess_facts_clear(f.facts);
        csuccess_facts_set_number(f.facts, CSUCCESS_STR("logins"), logins[i]);
        csuccess_facts_set_bool(f.facts, CSUCCESS_STR("champion_left"), left[i]);
        CHECK_OK(csuccess_drift_add(all, f.facts, NOW, NULL));
        CHECK_OK(csuccess_drift_add_outcome(all, (double)i / ROWS, i % 3 == 0, NULL));
        CHECK_OK(csuccess_drift_add_outcome(i % 2 ? a : b, (double)i / ROWS, i % 3 == 0, NULL));
    }
    CHECK_OK(csuccess_columns_new(&columns, f.config, ROWS, NULL, NULL));
    CHECK_OK(csuccess_config_slot(f.config, CSUCCESS_STR("logins"), &slot));
    CHECK_OK(csuccess_columns_bind_f64(columns, slot, logins, NULL));
    CHECK_OK(csuccess_config_slot(f.config, CSUCCESS_STR("champion_left"), &slot));
    CHECK_OK(csuccess_columns_bind_u8(columns, slot, left, NULL));
    csuccess_drift_rows rows = CSUCCESS_DRIFT_ROWS_INIT;
    rows.columns = columns;
    rows.now_ms = NOW;
    rows.count = 120;
    CHECK_OK(csuccess_drift_add_columns(a, &rows, NULL));
    rows.first = 120;
    rows.count = 180;
    CHECK_OK(csuccess_drift_add_columns(b, &rows, NULL));
    rows.count = 181;
    CHECK_RESULT(csuccess_drift_add_columns(b, &rows, NULL), CSUCCESS_ERANGE);
    CHECK_OK(csuccess_drift_merge(b, a, NULL));
    csuccess_text *x = NULL, *y = NULL;
    CHECK_OK(csuccess_drift_json(&x, all, NOW, NULL));
    CHECK_OK(csuccess_drift_json(&y, b, NOW, NULL));
    csuccess_str s = csuccess_text_view(x), t = csuccess_text_view(y);
    CHECK(s.len == t.len && memcmp(s.ptr, t.ptr, s.len) == 0);
    csuccess_text_free(x);
    csuccess_text_free(y);
    csuccess_columns_free(columns);
    csuccess_drift_free(all);
    csuccess_drift_free(a);
    csuccess_drift_free(b);
    close_fixture(&f);
}

static void snapshots_that_are_none_are_refused(void)
{
    static const struct {
        const char *from, *to, *pointer;
        csuccess_result result;
    } cases[] = {
        {"`edges`: [20]", "`edges`: [`20`]", "/snapshot/of/twice/edges/0", CSUCCESS_EMODEL},
        {"`edges`: [20]", "`edges`: [20, 20]", "/snapshot/of/twice", CSUCCESS_EMODEL},
        {"`share`: [0.5, 0.5]", "`share`: [0.5, 1.5]", "/snapshot/of/twice/share/1",
         CSUCCESS_EMODEL},
        {"`else`: 0.1, `missing`: 0}", "`else`: 0.1}", "/snapshot/of/plan", CSUCCESS_EMODEL},
        {"`rows`: 1000", "`rows`: 0", "/snapshot", CSUCCESS_EMODEL},
        {"`rows`: 1000, `of`: {`twice`", "`rows`: 1000, `of`: {`thrice`", "/snapshot/of/thrice",
         CSUCCESS_EMODEL},
        {"`else`: 0.1", "`else`: -1", "/snapshot/of/plan", CSUCCESS_EMODEL},
    };
    fixture f;
    if (!open_fixture(&f)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        const char *at = strstr(document, cases[i].from);
        if (!CHECK(at != NULL)) continue;
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - document), document, cases[i].to,
                 at + strlen(cases[i].from));
        csuccess_model *model = load(text);
        csuccess_drift *d = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        if (!CHECK(model != NULL)) continue;
        CHECK_RESULT(csuccess_drift_new(&d, f.config, model, NULL, &err), cases[i].result);
        CHECK_CSTR(err.pointer, cases[i].pointer);
        CHECK(d == NULL);
        csuccess_model_unref(model);
    }
    close_fixture(&f);
}

static void a_configuration_without_the_metrics_is_refused(void)
{
    static const struct {
        const char *document;
        csuccess_result result;
    } cases[] = {
        {"{`csuccess`: 1, `attributes`: {`plan`: {`type`: `string`}}}", CSUCCESS_ENAME},
        {"{`csuccess`: 1, `attributes`: {`twice`: {`type`: `bool`}, `plan`: {`type`: "
         "`string`}, "
         "`champion_left`: {`type`: `bool`}}}",
         CSUCCESS_ETYPE},
    };
    fixture f;
    if (!open_fixture(&f)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess_drift *d = NULL;
        csuccess_config *config = bench_compile(cases[i].document, &err);
        if (!CHECK(config != NULL)) continue;
        CHECK_RESULT(csuccess_drift_new(&d, config, f.model, NULL, &err), cases[i].result);
        CHECK_HAS(err.message, "twice");
        csuccess_config_unref(config);
    }
    close_fixture(&f);
}

/* ---- Memory ---- */

static csuccess_result scenario(check_memory *memory, void *ud)
{
    fixture *f = ud;
    csuccess_drift_options o = CSUCCESS_DRIFT_OPTIONS_INIT;
    csuccess_drift *d = NULL;
    csuccess_text *text = NULL;
    o.allocator = &memory->allocator;
    csuccess_result result = csuccess_drift_new(&d, f->config, f->model, &o, NULL);
    set_row(f->facts, 5, "free", 1);
    if (result >= 0) result = csuccess_drift_add(d, f->facts, NOW, NULL);
    if (result >= 0) result = csuccess_drift_json(&text, d, NOW, NULL);
    csuccess_text_free(text);
    csuccess_drift_free(d);
    return result;
}

static void nothing_leaks_when_memory_fails(void)
{
    fixture f;
    if (!open_fixture(&f)) return;
    CHECK(check_faults(scenario, &f) > 5);
    close_fixture(&f);
}

CHECK_MAIN(CHECK_TEST(the_same_rows_are_stable), CHECK_TEST(handle_model_drift),
           CHECK_TEST(what_chance_explains_is_no_drift),
           CHECK_TEST(a_feed_that_dies_is_drift_of_its_metric),
           CHECK_TEST(calibration_drift_asks_for_the_intercept),
           CHECK_TEST(drift_or_time_calls_the_retrain_hook),
           CHECK_TEST(the_configuration_says_how_old_a_model_may_become),
           CHECK_TEST(the_report_says_everything), CHECK_TEST(columns_and_parts_do_not_show),
           CHECK_TEST(snapshots_that_are_none_are_refused),
           CHECK_TEST(a_configuration_without_the_metrics_is_refused),
           CHECK_TEST(nothing_leaks_when_memory_fails))
