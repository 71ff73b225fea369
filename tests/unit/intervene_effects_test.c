/* SPDX-License-Identifier: Apache-2.0 */
/* What came of interventions, campaigns and experiments: counted from entries, merged in any order to the same bytes; uplift only where somebody was held out; priors before and after; a patch that a configuration takes. */
#include "check.h"

#include "base/digest.h"
#include "base/error.h"
#include "text/json.h"
#include <csuccess/csuccess.h>

enum { CUSTOMERS = 400, PARTS = 4 };

#define DOCUMENT \
    "{`csuccess`: 1, `attributes`: {`churned_at`: {`type`: `time`}, `x`: {`type`: " \
    "`number`}}, " \
    "`channels`: {`email`: {}, `phone`: {}}, `templates`: {`a`: {`locales`: {`en`: {`text`: " \
    "`A`}}}}, " \
    "`interventions`: {`mail`: {`type`: `email`, `template`: `a`, `effect`: {`prior`: " \
    "{`successes`: " \
    "30, `of`: 100}}}, `call`: {`type`: `phone_call`, `title`: `Call`, `owner`: `csm`}, " \
    "`known`: " \
    "{`type`: `email`, `template`: `a`, `effect`: {`uplift`: 0.1, `interval`: [0.05, 0.15], " \
    "`source`: `experiment`}}}, " \
    "`campaigns`: {`save`: {`type`: `reactive`, `category`: `engagement`, `status`: " \
    "`active`, `when`: " \
    "`x > 1`, `actions`: {`one`: {`intervention`: `mail`}}, `targets`: {`retention`: 0.5, " \
    "`engagement`: 0.9, `revenue`: 100}}}, " \
    "" \
    "`experiments`: {`mail_works`: {`for`: [`intervention/mail`], `arms`: {`on`: {`share`: " \
    "0.5}, `off`: " \
    "{`share`: 0.5, `hold`: true}}, `horizon`: `P30D`, `outcome`: `has(churned_at)`}, `all`: " \
    "{`for`: " \
    "[`*`], `arms`: {`on`: {`share`: 0.9}, `off`: {`share`: 0.1, `hold`: true}}, `horizon`: " \
    "`P90D`, " \
    "`outcome`: `has(churned_at)`}}}"

/* Double quotes for backticks. */
static void quote(char *out, size_t room, const char *text)
{
    snprintf(out, room, "%s", text);
    for (char *p = out; *p; p++) {
        if (*p == '`') *p = '"';
    }
}

static csuccess_config *compiled(const csuccess_allocator *mem, const char *document)
{
    char quoted[8192];
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = mem;
    quote(quoted, sizeof quoted, document);
    csuccess_result r = csuccess_config_compile(&config, check_view(quoted), &options, &err);
    if (r < 0 && r != CSUCCESS_ENOMEM) {
        printf("# %s at %s\n", err.message, err.pointer);
        CHECK_OK(r);
    }
    return config;
}

static csuccess_accumulator *made(csuccess_config *config, const char *name)
{
    csuccess_accumulator *a = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_accumulator_new(&a, config, check_view(name), NULL, &err))) {
        printf("# %s\n", err.message);
    }
    return a;
}

static csuccess_result add(csuccess_accumulator *a, const char *kind, const char *body)
{
    char quoted[1024];
    quote(quoted, sizeof quoted, body);
    csuccess_entry e = {.size = sizeof e, .kind = check_view(kind), .body = check_view(quoted)};
    return csuccess_accumulator_add_entry(a, &e, NULL);
}

static csuccess_text *saved(const csuccess_accumulator *a)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_accumulator_save(a, &text, NULL));
    return text;
}

static bool same_bytes(const csuccess_accumulator *a, const csuccess_accumulator *b)
{
    csuccess_text *x = saved(a), *y = saved(b);
    csuccess_str s = csuccess_text_view(x), t = csuccess_text_view(y);
    bool same = s.len == t.len && memcmp(s.ptr, t.ptr, s.len) == 0;
    csuccess_text_free(x);
    csuccess_text_free(y);
    return same;
}

/* ---- Reports ---- */

typedef struct report {
    csuccess__arena arena;
    csuccess__json *json;
    csuccess_text *text;
} report;

static void read_report(report *r, const csuccess_accumulator *a)
{
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    r->text = NULL;
    r->json = NULL;
    csuccess__arena_init(&r->arena, csuccess__malloc_allocator(), 0);
    CHECK_OK(csuccess_accumulator_json(a, &r->text, NULL));
    CHECK_OK(
        csuccess__json_read(&r->json, &r->arena, csuccess_text_view(r->text), &options, NULL));
}

static void free_report(report *r)
{
    csuccess__arena_free(&r->arena);
    csuccess_text_free(r->text);
}

static const csuccess__json *at(const report *r, const char *pointer)
{
    return csuccess__json_at(r->json, check_view(pointer));
}

static double number_at(const report *r, const char *pointer)
{
    const csuccess__json *node = at(r, pointer);
    return node && node->type == CSUCCESS__JSON_NUMBER ? node->number : NAN;
}

static const char *word_at(const report *r, const char *pointer)
{
    const csuccess__json *node = at(r, pointer);
    return node && node->type == CSUCCESS__JSON_STRING ? node->string.ptr : "";
}

/* ---- A life of customers ---- */

typedef struct sink {
    csuccess_accumulator *whole, *parts[PARTS];
    uint64_t *seed;
} sink;

/* To all of it, and to some part. */
static void tell(const sink *to, const char *kind, const char *body)
{
    CHECK(add(to->whole, kind, body) >= 0);
    if (to->parts[0]) CHECK(add(to->parts[check_random(to->seed) % PARTS], kind, body) >= 0);
}

static void expose(const sink *to, int i, bool treated)
{
    char body[512];
    snprintf(body, sizeof body,
             "{`experiment`: `mail_works`, `arm`: `%s`, `unit`: `u%d`, `probability`: 0.5, "
             "`definition`: `intervention/mail`%s}",
             treated ? "on" : "off", i, treated ? "" : ", `held`: true");
    tell(to, "exposure", body);
    if (!treated) return;
    snprintf(body, sizeof body,
             "{`change`: `scheduled`, `execution`: `e%d`, `intervention`: `mail`, `programme`: "
             "`campaign/save`, `channel`: `email`, `cost`: 100, `value_at_stake`: 500}",
             i);
    tell(to, "intervention", body);
}

static void end(const sink *to, int i, bool treated)
{
    char body[512];
    bool churns = treated ? i / 2 % 10 == 0 : i / 2 % 10 < 3, good = i % 8 == 1;
    snprintf(body, sizeof body,
             "{`experiment`: `mail_works`, `arm`: `%s`, `unit`: `u%d`, `outcome`: %s}",
             treated ? "on" : "off", i, churns ? "true" : "false");
    tell(to, "outcome", body);
    if (!treated) return;
    snprintf(body, sizeof body,
             "{`change`: `judged`, `intervention`: `mail`, `programme`: `campaign/save`, "
             "`success`: `%s`}",
             good ? "reached" : "missed");
    tell(to, "intervention", body);
    snprintf(body, sizeof body,
             "{`change`: `completed`, `intervention`: `mail`, `programme`: `campaign/save`, "
             "`outcome`: `successful`, `cost`: 100%s}",
             good ? ", `response`: `positive`" : "");
    tell(to, "intervention", body);
}

/* Of 400 customers every second is treated; of those whose horizon is over (half of them) one in five churns, of the others two. */
static void live(const sink *to)
{
    for (int i = 0; i < CUSTOMERS; i++) {
        expose(to, i, i % 2);
        if (i % 4 < 2) end(to, i, i % 2);
    }
    for (int i = 0; i < 50; i++) {
        tell(
            to, "intervention",
            "{`change`: `scheduled`, `intervention`: `call`, `programme`: `intervention/call`, "
            "`channel`: `phone`, `task`: `t1`, `cost`: 5000}");
    }
    tell(to, "campaign", "{`change`: `started`, `campaign`: `save`, `run`: `r`}");
    tell(to, "campaign", "{`change`: `ended`, `campaign`: `save`, `state`: `completed`}");
    tell(to, "campaign", "{`change`: `judged`, `campaign`: `save`, `success`: `met`}");
    tell(to, "intervention",
         "{`change`: `scheduled`, `intervention`: `old`, `channel`: `email`, `cost`: 7}");
    tell(to, "outcome", "{`outcome`: `churned`, `effective`: `2026-01-01T00:00:00Z`}");
    tell(to, "journey", "{}");
}

/* ---- What is read ---- */

static void check_uplift(const report *r, const char *root)
{
    char path[128];
    snprintf(path, sizeof path, "%s/uplift/value", root);
    CHECK_NUM(number_at(r, path), 0.2, 1e-9);
    snprintf(path, sizeof path, "%s/uplift/interval/0", root);
    double low = number_at(r, path);
    snprintf(path, sizeof path, "%s/uplift/interval/1", root);
    double high = number_at(r, path);
    /* p (1 - p) / (n - 1) of 100 each, Student's quantile of Welch's 190.38 degrees: 1.97251 */
    double error = sqrt((0.2 * 0.8 + 0.4 * 0.6) / 99);
    CHECK_NUM(low, 0.2 - 1.97251 * error, 1e-4);
    CHECK_NUM(high, 0.2 + 1.97251 * error, 1e-4);
    snprintf(path, sizeof path, "%s/uplift/experiment", root);
    CHECK_CSTR(word_at(r, path), "mail_works");
}

static void effects_are_told(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "effects");
    report r;
    live(&(sink){.whole = a});
    read_report(&r, a);
    check_uplift(&r, "/interventions/mail");
    CHECK_NUM(number_at(&r, "/interventions/mail/prevented_churn/value"), 0.2 * 100, 1e-6);
    CHECK_NUM(number_at(&r, "/interventions/mail/saved_revenue/value"), 0.2 * 100 * 500, 1e-4);
    CHECK_NUM(number_at(&r, "/interventions/mail/executions"), 200, 0);
    CHECK_NUM(number_at(&r, "/interventions/mail/success_share"), 0.5, 1e-9);
    CHECK_NUM(number_at(&r, "/interventions/mail/response_rate"), 0.5, 1e-9);
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/before/successes"), 30, 0);
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/before/of"), 100, 0);
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/after/successes"), 80, 0);
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/after/of"), 200, 0);
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/after/mean"), 0.4, 1e-9);
    /* SciPy: beta.ppf([0.025, 0.975], 80, 120) */
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/after/interval/0"), 0.33329826121889683,
              1e-8);
    CHECK_NUM(number_at(&r, "/interventions/mail/prior/after/interval/1"), 0.4685964451381751,
              1e-8);
    CHECK_HAS(word_at(&r, "/interventions/mail/prior/note"), "regression to the mean");
    CHECK_CSTR(word_at(&r, "/interventions/call/uplift"), "not identified");
    CHECK_CSTR(word_at(&r, "/interventions/call/prevented_churn"), "not identified");
    CHECK_CSTR(word_at(&r, "/interventions/call/saved_revenue"), "not identified");
    CHECK_NUM(number_at(&r, "/interventions/old/executions"), 1, 0);
    CHECK_CSTR(word_at(&r, "/all/uplift"), "not identified");
    CHECK_NUM(number_at(&r, "/automation/executions"), 251, 0);
    CHECK_NUM(number_at(&r, "/automation/ratio"), 201.0 / 251, 1e-9);
    CHECK_NUM(number_at(&r, "/cost"), 200 * 100 + 50 * 5000 + 7, 1e-6);
    CHECK_NUM(number_at(&r, "/experiments/mail_works/exposed"), 400, 0);
    CHECK_NUM(number_at(&r, "/experiments/mail_works/open"), 200, 0);
    free_report(&r);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

/* A holdout of everything says what everything changes. */
static void all_of_it_is_told_where_somebody_is_held_out_of_all(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "effects");
    report r;
    live(&(sink){.whole = a});
    for (int i = 0; i < 200; i++) {
        char body[256];
        bool on = i % 2, churns = i / 2 % 10 < (on ? 1 : 4);
        snprintf(body, sizeof body,
                 "{`experiment`: `all`, `arm`: `%s`, `unit`: `u%d`, `outcome`: %s}",
                 on ? "on" : "off", i, churns ? "true" : "false");
        CHECK_OK(add(a, "outcome", body));
    }
    read_report(&r, a);
    CHECK_NUM(number_at(&r, "/all/uplift/value"), 0.3, 1e-9);
    CHECK_CSTR(word_at(&r, "/all/uplift/experiment"), "all");
    CHECK_NUM(number_at(&r, "/all/prevented_churn/value"), 30, 1e-6);
    CHECK_NUM(number_at(&r, "/all/saved_revenue/value"), 30 * 500, 1e-4);
    CHECK(number_at(&r, "/all/prevented_churn/interval/0") < 30);
    free_report(&r);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

static void targets_are_reached_or_not(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "effects");
    report r;
    live(&(sink){.whole = a});
    read_report(&r, a);
    CHECK_CSTR(word_at(&r, "/campaigns/save/targets/retention/reached"), "not known");
    CHECK_NUM(number_at(&r, "/campaigns/save/targets/engagement/actual"), 0.5, 1e-9);
    CHECK(at(&r, "/campaigns/save/targets/engagement/reached") &&
          !at(&r, "/campaigns/save/targets/engagement/reached")->boolean);
    CHECK_NUM(number_at(&r, "/campaigns/save/executions"), 200, 0);
    CHECK_NUM(number_at(&r, "/campaigns/save/success_share"), 1, 0);
    CHECK_NUM(number_at(&r, "/campaigns/save/ends/completed"), 1, 0);
    free_report(&r);
    CHECK_OK(
        add(a, "campaign",
            "{`change`: `judged`, `campaign`: `save`, `success`: `missed`, `retained`: true, "
            "`revenue`: 99.5}"));
    read_report(&r, a);
    CHECK_NUM(number_at(&r, "/campaigns/save/targets/retention/actual"), 1, 0);
    CHECK(at(&r, "/campaigns/save/targets/retention/reached")->boolean);
    CHECK(!at(&r, "/campaigns/save/targets/revenue/reached")->boolean);
    CHECK_NUM(number_at(&r, "/campaigns/save/success_share"), 0.5, 1e-9);
    free_report(&r);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

/* What is written is a document that extends the configuration. */
static void the_patch_can_be_merged(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT), *patched;
    csuccess_accumulator *a = made(config, "effects");
    csuccess__buffer text;
    csuccess__arena arena;
    csuccess__json *base;
    csuccess_limits limits;
    report r;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    live(&(sink){.whole = a});
    CHECK_OK(add(a, "intervention",
                 "{`change`: `judged`, `intervention`: `call`, `success`: true}"));
    CHECK_OK(add(a, "intervention",
                 "{`change`: `judged`, `intervention`: `known`, `success`: true}"));
    read_report(&r, a);
    const csuccess__json *patch = at(&r, "/patch");
    CHECK_NUM(number_at(&r, "/patch/interventions/mail/effect/uplift"), 0.2, 1e-9);
    CHECK(at(&r, "/patch/interventions/mail/effect/prior")->type == CSUCCESS__JSON_NULL);
    CHECK_NUM(number_at(&r, "/patch/interventions/call/effect/prior/successes"), 1, 0);
    CHECK(at(&r, "/patch/interventions/known") == NULL);
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    char quoted[8192];
    quote(quoted, sizeof quoted, DOCUMENT);
    CHECK_OK(csuccess__json_read(&base, &arena, check_view(quoted), &options, NULL));
    csuccess__json_write(&text, csuccess__json_merge(&arena, base, patch, NULL), false);
    patched = compiled(NULL, text.ptr);
    CHECK(patched != NULL);
    csuccess_config_unref(patched);
    csuccess__buffer_free(&text);
    csuccess__arena_free(&arena);
    free_report(&r);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

static void an_experiment_is_read_alone(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "experiment/mail_works");
    report r;
    live(&(sink){.whole = a});
    read_report(&r, a);
    CHECK_CSTR(word_at(&r, "/experiment"), "mail_works");
    CHECK_CSTR(word_at(&r, "/control"), "off");
    CHECK_CSTR(word_at(&r, "/horizon"), "P30D");
    CHECK_NUM(number_at(&r, "/arms/on/exposed"), 200, 0);
    CHECK_NUM(number_at(&r, "/arms/on/open"), 100, 0);
    CHECK_NUM(number_at(&r, "/arms/on/rate"), 0.2, 1e-9);
    CHECK_NUM(number_at(&r, "/differences/on/difference"), -0.2, 1e-9);
    CHECK_NUM(number_at(&r, "/effect/difference"), -0.2, 1e-9);
    CHECK(at(&r, "/interventions") == NULL);
    free_report(&r);
    csuccess_accumulator_free(a);
    a = made(config, "experiment/all");
    live(&(sink){.whole = a});
    read_report(&r, a);
    CHECK_CSTR(word_at(&r, "/differences/on/difference"), "not identified");
    CHECK_CSTR(word_at(&r, "/differences/on/reason"), "an arm has no outcomes yet");
    free_report(&r);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

static void interventions_say_nothing_of_effects(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "interventions");
    report r;
    live(&(sink){.whole = a});
    read_report(&r, a);
    CHECK_NUM(number_at(&r, "/interventions/mail/executions"), 200, 0);
    CHECK_NUM(number_at(&r, "/interventions/call/tasks"), 50, 0);
    CHECK(at(&r, "/interventions/mail/uplift") == NULL);
    CHECK(at(&r, "/patch") == NULL && at(&r, "/experiments") == NULL);
    free_report(&r);
    csuccess_accumulator_free(a);
    csuccess_config_unref(config);
}

static void names_are_checked(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(
        csuccess_accumulator_new(&a, config, CSUCCESS_STR("experiment/mail_work"), NULL, &err),
        CSUCCESS_ENAME);
    CHECK_HAS(err.message, "did you mean \"experiment/mail_works\"");
    CHECK_RESULT(
        csuccess_accumulator_new(&a, config, CSUCCESS_STR("experiment/zzzzz"), NULL, &err),
        CSUCCESS_ENAME);
    CHECK(a == NULL);
    csuccess_config_unref(config);
}

static void bodies_that_cannot_be_add_nothing(void)
{
    static const struct {
        const char *kind, *body;
        csuccess_result result;
    } rows[] = {
        {"exposure", "{`experiment`: `mail_works`}", CSUCCESS_ESTATE},
        {"exposure", "{`experiment`: `mail_works`, `arm`: `on`, `unit`: ``}", CSUCCESS_ESTATE},
        {"exposure", "{`experiment`: `other`, `arm`: `on`, `unit`: `u`}", CSUCCESS_UNCHANGED},
        {"outcome", "{`experiment`: `mail_works`, `arm`: `on`, `unit`: `u`, `outcome`: 1}",
         CSUCCESS_ESTATE},
        {"outcome", "{`experiment`: `mail_works`, `arm`: `on`, `unit`: `u`}", CSUCCESS_ESTATE},
        {"outcome", "{`outcome`: `renewed`}", CSUCCESS_UNCHANGED},
        {"intervention", "{`change`: `scheduled`}", CSUCCESS_ESTATE},
        {"intervention", "{`intervention`: `mail`}", CSUCCESS_ESTATE},
        {"intervention", "{`change`: `scheduled`, `intervention`: `mail`, `cost`: `1`}",
         CSUCCESS_ESTATE},
        {"intervention", "{`change`: `scheduled`, `intervention`: `mail`, `cost`: 1e300}",
         CSUCCESS_ELIMIT},
        {"intervention", "{`change`: `a\\u0000b`, `intervention`: `mail`}", CSUCCESS_ESTATE},
        {"campaign", "{`change`: `started`}", CSUCCESS_ESTATE},
        {"campaign", "[]", CSUCCESS_ESTATE},
        {"campaign", "{", CSUCCESS_ESTATE},
        {"health", "{", CSUCCESS_UNCHANGED}};
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "effects"), *empty = made(config, "effects");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!CHECK_RESULT(add(a, rows[i].kind, rows[i].body), rows[i].result)) {
            printf("# %s\n", rows[i].body);
        }
        CHECK(same_bytes(a, empty));
    }
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(empty);
    csuccess_config_unref(config);
}

/* ---- Bytes ---- */

static void parts_in_any_order_are_the_whole(void)
{
    static const char *const names[] = {"effects", "interventions", "experiment/mail_works"};
    csuccess_config *config = compiled(NULL, DOCUMENT);
    for (uint64_t seed = 1; seed <= 9; seed++) {
        uint64_t r = seed;
        sink to = {.whole = made(config, names[seed % 3]), .seed = &r};
        csuccess_accumulator *merged = made(config, names[seed % 3]);
        csuccess_accumulator *loaded = made(config, names[seed % 3]);
        for (size_t i = 0; i < PARTS; i++) to.parts[i] = made(config, names[seed % 3]);
        live(&to);
        for (size_t i = 0; i < PARTS; i++) {
            csuccess_accumulator *part = to.parts[(i * 3 + seed) % PARTS];
            csuccess_text *bytes = saved(to.parts[i]);
            CHECK_OK(csuccess_accumulator_merge(merged, part, NULL));
            CHECK_OK(csuccess_accumulator_load(loaded, csuccess_text_view(bytes), NULL));
            csuccess_text_free(bytes);
        }
        CHECK(same_bytes(merged, to.whole));
        CHECK(same_bytes(loaded, to.whole));
        for (size_t i = 0; i < PARTS; i++) csuccess_accumulator_free(to.parts[i]);
        csuccess_accumulator_free(to.whole);
        csuccess_accumulator_free(merged);
        csuccess_accumulator_free(loaded);
    }
    csuccess_config_unref(config);
}

static void what_is_damaged_or_of_another_is_refused(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    csuccess_accumulator *a = made(config, "effects"), *b = made(config, "effects"),
                         *other = made(config, "interventions"),
                         *one = made(config, "experiment/mail_works"),
                         *two = made(config, "experiment/all");
    live(&(sink){.whole = a});
    csuccess_text *text = saved(a);
    csuccess_str view = csuccess_text_view(text);
    char *bytes = malloc(view.len);
    if (!bytes) abort();
    memcpy(bytes, view.ptr, view.len);
    for (size_t i = 0; i < view.len; i += 7) {
        bytes[i] = (char)(bytes[i] ^ 1);
        CHECK_RESULT(csuccess_accumulator_load(b, (csuccess_str){bytes, view.len}, NULL),
                     CSUCCESS_ESTATE);
        bytes[i] = (char)(bytes[i] ^ 1);
        CHECK_RESULT(csuccess_accumulator_load(b, (csuccess_str){bytes, i}, NULL),
                     CSUCCESS_ESTATE);
    }
    CHECK_RESULT(csuccess_accumulator_load(other, view, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_merge(other, a, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_merge(one, two, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_accumulator_merge(one, one, NULL), CSUCCESS_EINVALID);
    CHECK_OK(csuccess_accumulator_load(b, view, NULL));
    CHECK(same_bytes(a, b));
    free(bytes);
    csuccess_text_free(text);
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(b);
    csuccess_accumulator_free(other);
    csuccess_accumulator_free(one);
    csuccess_accumulator_free(two);
    csuccess_config_unref(config);
}

/* ---- Memory ---- */

static csuccess_result few(csuccess_accumulator *a)
{
    static const struct {
        const char *kind, *body;
    } rows[] = {
        {"exposure", "{`experiment`: `mail_works`, `arm`: `on`, `unit`: `u`}"},
        {"outcome", "{`experiment`: `mail_works`, `arm`: `off`, `unit`: `v`, `outcome`: true}"},
        {"intervention", "{`change`: `scheduled`, `intervention`: `mail`, `programme`: "
                         "`campaign/save`, `cost`: 1}"},
        {"campaign", "{`change`: `judged`, `campaign`: `save`, `success`: `met`}"}};
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < 4 && result >= 0; i++) result = add(a, rows[i].kind, rows[i].body);
    return result;
}

static csuccess_result goes_through(check_memory *memory, void *ud)
{
    csuccess_accumulator *a = NULL, *b = NULL;
    csuccess_text *json = NULL, *bytes = NULL;
    csuccess_result result =
        csuccess_accumulator_new(&a, ud, CSUCCESS_STR("effects"), &memory->allocator, NULL);
    if (result >= 0) {
        result =
            csuccess_accumulator_new(&b, ud, CSUCCESS_STR("effects"), &memory->allocator, NULL);
    }
    if (result >= 0) result = few(a);
    if (result >= 0) result = csuccess_accumulator_merge(b, a, NULL);
    if (result >= 0) result = csuccess_accumulator_save(a, &bytes, NULL);
    if (result >= 0) result = csuccess_accumulator_load(b, csuccess_text_view(bytes), NULL);
    if (result >= 0) result = csuccess_accumulator_json(b, &json, NULL);
    csuccess_text_free(json);
    csuccess_text_free(bytes);
    csuccess_accumulator_free(a);
    csuccess_accumulator_free(b);
    return result < 0 ? result : CSUCCESS_OK;
}

static void memory_may_run_out_anywhere(void)
{
    csuccess_config *config = compiled(NULL, DOCUMENT);
    CHECK(check_faults(goes_through, config) > 40);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(effects_are_told),
           CHECK_TEST(all_of_it_is_told_where_somebody_is_held_out_of_all),
           CHECK_TEST(targets_are_reached_or_not), CHECK_TEST(the_patch_can_be_merged),
           CHECK_TEST(an_experiment_is_read_alone),
           CHECK_TEST(interventions_say_nothing_of_effects), CHECK_TEST(names_are_checked),
           CHECK_TEST(bodies_that_cannot_be_add_nothing),
           CHECK_TEST(parts_in_any_order_are_the_whole),
           CHECK_TEST(what_is_damaged_or_of_another_is_refused),
           CHECK_TEST(memory_may_run_out_anywhere))
