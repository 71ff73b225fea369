/* SPDX-License-Identifier: Apache-2.0 */
/* Churn as state: what the fallback "last" stands on, entries of what changed, damage, refused memory. */
#include "flow_life.h"

#include "churn/history.h"
#include "text/utf8.h"

#define DOCUMENT \
    "{\"csuccess\":1,\"name\":\"acme\",\"attributes\":{\"x\":{\"type\":\"number\"}}," \
    "\"churn\":{" \
    "\"model\":{\"host\":{\"features\":[\"x\"],\"name\":\"ours\"}},\"fallback\":[\"model\"," \
    "\"last\"],\"levels\":{\"high\":{\"from\":0.6},\"low\":{}}}}"

/* The host's model says x itself, or, below 0, nothing. */
static csuccess_result predict(void *ud, const csuccess_predict_batch *batch)
{
    (void)ud;
    if (batch->rows != 1 || !batch->present[0] || batch->values[0] < 0)
        return CSUCCESS_ECALLBACK;
    batch->probability[0] = batch->values[0];
    batch->status[0] = CSUCCESS_OK;
    return CSUCCESS_OK;
}

static csuccess_result step_at(life *l, int hour, const char *row)
{
    csuccess_scorer *s = l->scorer;
    csuccess__churn_past past;
    life_at(l, LIFE_START + hour * LIFE_HOUR, "e");
    csuccess_result result = csuccess_facts_read_json(l->facts, check_view(row), NULL);
    if (result >= 0) result = csuccess__scorer_inputs(s, l->facts, l->step.now, NULL);
    if (result >= 0) result = csuccess__churn_past_open(&past, &l->state);
    if (result < 0) return result;
    csuccess__churn_past_slots(l->config->churn, &past, s->slots);
    bool busy = false;
    csuccess__churn_run run = {.machine = s->machine,
                               .slots = s->slots,
                               .slot_count = l->config->schema->count,
                               .now = l->step.now,
                               .work = s->churn_work,
                               .host = {.predict = predict, .busy = &busy}};
    csuccess__churn_row(l->config->churn, &run, &s->churn);
    if (run.failed < 0) return run.failed;
    csuccess__churn_past_note(&l->step, l->config->churn, &past, &s->churn);
    return l->step.failed;
}

static void last_is_what_a_model_gave(void)
{
    static const struct {
        int hour;
        const char *row;
        double probability; /* NaN: none */
        csuccess__source source;
        double age_days;
        uint32_t entries;
    } rows[] = {{0, "{\"x\":-1}", (double)NAN, CSUCCESS__SOURCE_NONE, 0, 0},
                {1, "{\"x\":0.7}", 0.7, CSUCCESS__SOURCE_HOST, 0, 1},
                {2, "{\"x\":0.7}", 0.7, CSUCCESS__SOURCE_HOST, 0, 0},
                {26, "{\"x\":-1}", 0.7, CSUCCESS__SOURCE_LAST, 1, 1}, /* another source */
                {50, "{\"x\":-1}", 0.7, CSUCCESS__SOURCE_LAST, 2, 0}, /* the age grows */
                {51, "{\"x\":-1,\"previous_churn_probability\":0.25}", 0.25,
                 CSUCCESS__SOURCE_LAST, 0, 1},
                {74, "{\"x\":-1}", 0.7, CSUCCESS__SOURCE_LAST, 3, 1},
                {75, "{\"x\":0.2}", 0.2, CSUCCESS__SOURCE_HOST, 0, 1},
                {99, "{}", 0.2, CSUCCESS__SOURCE_LAST, 1, 1}};
    life l;
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const csuccess__churn_result *r = &l.scorer->churn;
        csuccess__effects_clear(&l.effects);
        CHECK_OK(step_at(&l, rows[i].hour, rows[i].row));
        unsigned before = check_failures;
        CHECK_NUM(r->has_probability ? r->probability : (double)NAN, rows[i].probability, 0);
        if (r->has_probability) CHECK_INT(r->source, rows[i].source);
        if (rows[i].age_days > 0) CHECK_NUM(r->age_days, rows[i].age_days, 1e-9);
        CHECK_UINT(l.effects.entry_count, rows[i].entries);
        if (check_failures != before) printf("# row %zu\n", i);
    }
    life_close(&l);
}

static void changes_leave_entries(void)
{
    life l;
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    CHECK_OK(step_at(&l, 0, "{\"x\":0.5}"));
    CHECK_OK(step_at(&l, 1, "{\"x\":0.50000000001}")); /* the same to 9 decimals */
    CHECK_OK(step_at(&l, 2, "{\"x\":0.75}"));
    if (CHECK_UINT(l.effects.entry_count, 2)) {
        CHECK_STR(l.effects.entries[0].kind, "churn");
        CHECK_STR(l.effects.entries[1].body,
                  "{\"before\":{\"probability\":0.5,\"level\":\"low\",\"source\":\"host\","
                  "\"model\":\"ours\"},\"after\":{\"probability\":0.75,\"level\":\"high\","
                  "\"source\":\"host\",\"model\":\"ours\"}}");
    }
    CHECK_STR(life_print(&out, &l, CSUCCESS__STATE_CHURN, "", csuccess__churn_past_print),
              "{\"probability\":0.75,\"level\":\"high\",\"source\":\"host\",\"model\":\"ours\","
              "\"at\":\"2026-01-01T02:00:00Z\",\"since\":\"2026-01-01T02:00:00Z\",\"given_at\":"
              "\"2026-01-01T02:00:00Z\"}");
    csuccess__buffer_free(&out);
    life_close(&l);
}

static void damaged_fields(void)
{
    life l;
    char bytes[256], copy[256];
    csuccess__buffer out;
    csuccess__churn_past past;
    CHECK_OK(life_open(&l, DOCUMENT, NULL));
    CHECK_OK(step_at(&l, 5, "{\"x\":0.3}"));
    csuccess_str good = csuccess__state_get(&l.state, CSUCCESS__STATE_CHURN, CSUCCESS_STR(""));
    size_t len = good.len;
    if (!CHECK(good.ptr && len < sizeof bytes)) return;
    memcpy(bytes, good.ptr, len);
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < len * 5; i++) {
        static const char flips[] = {1, 2, 16, 127, (char)-1};
        size_t at = i / 5, n = i % 5 == 0 ? at : len;
        memcpy(copy, bytes, len);
        copy[at] = (char)(copy[at] ^ flips[i % 5]);
        csuccess__state_put(&l.state, CSUCCESS__STATE_CHURN, CSUCCESS_STR(""),
                            (csuccess_str){copy, n});
        csuccess_result result = csuccess__churn_past_open(&past, &l.state);
        CHECK(result == CSUCCESS_ESTATE || (result == CSUCCESS_OK && i % 5 != 0));
        bool sane = !past.has_given || (past.given >= 0 && past.given <= 1);
        CHECK(sane);
        csuccess_str text =
            life_print(&out, &l, CSUCCESS__STATE_CHURN, "", csuccess__churn_past_print);
        CHECK(text.len > 0 && csuccess__utf8_check(text, NULL));
    }
    csuccess__buffer_free(&out);
    life_close(&l);
}

static csuccess_result whole_story(check_memory *memory, void *ud)
{
    life l;
    (void)ud;
    csuccess_result result = life_open(&l, DOCUMENT, &memory->allocator);
    if (result >= 0) result = step_at(&l, 0, "{\"x\":0.5}");
    if (result >= 0) result = step_at(&l, 24, "{\"x\":-1}");
    if (result == CSUCCESS_OK) CHECK_NUM(l.scorer->churn.age_days, 1, 1e-9);
    life_close(&l);
    return result;
}

static void memory_is_refused(void)
{
    CHECK(check_faults(whole_story, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(last_is_what_a_model_gave), CHECK_TEST(changes_leave_entries),
           CHECK_TEST(damaged_fields), CHECK_TEST(memory_is_refused))
