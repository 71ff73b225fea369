/* SPDX-License-Identifier: Apache-2.0 */
/* One customer's advance: batching that makes no difference, repeats, quarantine, denials, refused budgets, erasure, views, and memory that is refused. */
#include "check.h"
#include "engine/advance.h"
#include <csuccess/csuccess.h>

#define MS(day) (INT64_C(1767225600000) + (int64_t)(day)*86400000) /* days after 2026-01-01 */

static const char document[] =
    "{\"csuccess\":1,\"attributes\":{\"plan\":{\"type\":\"string\"},\"seats\":{\"type\":"
    "\"number\",\"min\":0},"
    "\"csm\":{\"type\":\"string\"}},"
    "\"records\":{\"contacts\":{\"max\":9,\"of\":{\"email\":{\"type\":\"string\",\"pii\":true}}"
    "}},"
    "\"aggregates\":{\"logins_30d\":{\"event\":\"login\",\"count\":true,\"window\":\"P30D\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{"
    "\"use\":{\"value\":\"logins_30d\",\"points\":{\"linear\":[[0,0],[10,100]]}}}},"
    "\"bands\":{\"healthy\":{\"from\":50},\"critical\":{}},"
    "\"alerts\":{\"quiet\":{\"when\":\"health.raw < 30\",\"severity\":\"high\","
    "\"notify\":{\"first\":{\"channel\":\"slack\"}}}}}}},"
    "\"access\":{\"owner\":\"csm\"},"
    "\"channels\":{\"slack\":{\"cost\":3,\"budget\":{\"limit\":5,\"per\":\"month\"}}}}";

typedef struct bench {
    check_memory memory;
    csuccess_config *config;
    csuccess__desk *desk;
    csuccess_events *events;
    /* What a store would hold of the one customer. */
    char state[1 << 16], secret[32];
    size_t state_len;
    uint64_t revision;
    bool has_secret;
    unsigned entries, messages;
    char last_kind[64];
} bench;

static csuccess_result ones(void *ud, uint8_t *bytes, size_t count)
{
    (void)ud;
    memset(bytes, 1, count);
    return CSUCCESS_OK;
}

static void open_bench(bench *b)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    *b = (bench){.state_len = 0};
    check_memory_start(&b->memory);
    CHECK_OK(csuccess_config_compile(&b->config, check_view(document), NULL, &err));
    if (!b->config) printf("# %s at %s\n", err.message, err.pointer);
    CHECK_OK(csuccess__limits_take(&limits, NULL, &err));
    csuccess__desk_options options = {.mem = &b->memory.allocator,
                                      .limits = limits,
                                      .tenant = CSUCCESS_STR("t"),
                                      .random = ones,
                                      .effects = 1000,
                                      .state_bytes = 1 << 16};
    CHECK_OK(csuccess__desk_new(&b->desk, b->config, &options, &err));
    CHECK_OK(csuccess_events_new(&b->events, NULL, NULL, &err));
}

static void close_bench(bench *b)
{
    csuccess_events_free(b->events);
    csuccess__desk_free(b->desk);
    csuccess_config_unref(b->config);
    CHECK_UINT(b->memory.live, 0);
}

static void add(bench *b, const char *json)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_events_add_json(b->events, check_view(json), &err))) {
        printf("# %s\n", err.message);
    }
}

static void login(bench *b, const char *id, int day)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_event event = CSUCCESS_EVENT_INIT;
    event.type = CSUCCESS_EVENT_TRACK;
    event.id = check_view(id);
    event.customer = CSUCCESS_STR("acme");
    event.name = CSUCCESS_STR("login");
    event.at_ms = MS(day);
    CHECK_OK(csuccess_events_add(b->events, &event, &err));
}

static csuccess__principal host = {.id = {"host", 4}, .host = true};

static csuccess__advance *begin(bench *b, int64_t now, csuccess__purpose purpose)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__advance *advance = NULL;
    csuccess__about about = {.purpose = purpose,
                             .customer = CSUCCESS_STR("acme"),
                             .contact = {"", 0},
                             .events = csuccess_events_count(b->events) ? b->events : NULL,
                             .principal = &host,
                             .now = now,
                             .token = {"", 0}};
    csuccess__advance_new(&advance, b->desk, &about, &err);
    return advance;
}

static csuccess_result apply(bench *b, csuccess__advance *advance, csuccess_error *err)
{
    csuccess__answer answers[8] = {{0}};
    static const bool known[64];
    if (b->revision) {
        answers[0] = (csuccess__answer){.verdict = CSUCCESS__VERDICT_RECORD,
                                        .revision = b->revision,
                                        .body = {b->state, b->state_len}};
    }
    if (b->has_secret) {
        answers[1] = (csuccess__answer){
            .verdict = CSUCCESS__VERDICT_RECORD, .revision = 1, .body = {b->secret, 32}};
    }
    return csuccess__advance_apply(advance, answers, known, err);
}

static void commit(bench *b, csuccess__advance *advance)
{
    const csuccess_batch *batch = csuccess__advance_batch(advance);
    if (!CHECK(batch != NULL)) return;
    const csuccess_write *write = csuccess_batch_write(batch, 0);
    CHECK_UINT(write->expected, b->revision);
    memcpy(b->state, write->body.ptr, write->body.len);
    b->state_len = write->body.len;
    b->revision = write->expected + 1;
    if (csuccess_batch_writes(batch) > 1) {
        memcpy(b->secret, csuccess_batch_write(batch, 1)->body.ptr, 32);
        b->has_secret = true;
    }
    b->entries += (unsigned)csuccess_batch_entries(batch);
    b->messages += (unsigned)csuccess_batch_messages(batch);
    csuccess__advance_settle(advance, CSUCCESS_OK, (csuccess_str){"", 0});
}

/* Applies the events of the list at `now`, and empties it. */
static csuccess_result step(bench *b, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__advance *advance = begin(b, now, CSUCCESS__FOR_INPUTS);
    csuccess_result status = apply(b, advance, &err);
    if (status < 0) printf("# %s\n", err.message);
    if (status == CSUCCESS_OK) commit(b, advance);
    csuccess__advance_free(advance);
    csuccess_events_clear(b->events);
    return status;
}

static void however_they_are_batched(void)
{
    bench one, many;
    open_bench(&one);
    open_bench(&many);
    for (int i = 0; i < 12; i++) {
        char id[16];
        snprintf(id, sizeof id, "e%d", i);
        login(&one, id, i % 5);
        login(&many, id, i % 5);
        CHECK_RESULT(step(&one, MS(6)), CSUCCESS_OK);
    }
    CHECK_RESULT(step(&many, MS(6)), CSUCCESS_OK);
    CHECK_UINT(one.state_len, many.state_len);
    CHECK(memcmp(one.state, many.state, one.state_len) == 0);
    CHECK_UINT(one.entries, many.entries);
    CHECK_UINT(one.messages, many.messages);
    CHECK_UINT(one.messages, 1); /* quiet at the first login, told once */
    CHECK(one.state_len < 700);
    close_bench(&one);
    close_bench(&many);
}

static void what_becomes_of_inputs(void)
{
    bench b;
    csuccess_str reason;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    open_bench(&b);
    login(&b, "a", 0);
    login(&b, "a", 0);
    login(&b, "future", 9);
    add(&b, "{\"type\":\"group\",\"messageId\":\"g\",\"timestamp\":\"2026-01-01T00:00:00Z\","
            "\"groupId\":\"acme\","
            "\"expires\":\"2026-01-01T12:00:00Z\",\"traits\":{\"plan\":\"pro\"}}");
    csuccess__advance *advance = begin(&b, MS(1), CSUCCESS__FOR_INPUTS);
    CHECK_RESULT(apply(&b, advance, &err), CSUCCESS_OK);
    commit(&b, advance);
    CHECK_RESULT(csuccess_events_result(b.events, 0, &reason), CSUCCESS_OK);
    CHECK_RESULT(csuccess_events_result(b.events, 1, &reason), CSUCCESS_UNCHANGED);
    CHECK_RESULT(csuccess_events_result(b.events, 2, &reason), CSUCCESS_ERANGE);
    CHECK_HAS(reason.ptr, "future");
    CHECK_RESULT(csuccess_events_result(b.events, 3, &reason), CSUCCESS_EEXPIRED);
    csuccess__tally tally = csuccess__advance_tally(advance);
    CHECK_UINT(tally.applied, 1);
    CHECK_UINT(tally.known, 1);
    CHECK_UINT(tally.quarantined, 1);
    CHECK_UINT(tally.expired, 1);
    CHECK_UINT(csuccess_batch_inputs(csuccess__advance_batch(advance)), 2);
    csuccess__advance_free(advance);
    close_bench(&b);
}

static void a_refused_budget_holds_the_message(void)
{
    bench b;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    open_bench(&b);
    login(&b, "a", 0);
    csuccess__advance *advance = begin(&b, MS(0), CSUCCESS__FOR_INPUTS);
    CHECK_RESULT(apply(&b, advance, &err), CSUCCESS_OK);
    const csuccess_batch *batch = csuccess__advance_batch(advance);
    CHECK_UINT(csuccess_batch_messages(batch), 1);
    CHECK_UINT(csuccess_batch_deltas(batch), 1);
    const csuccess_delta *delta = csuccess_batch_delta(batch, 0);
    CHECK_STR(delta->key, "budget/slack/2026-01");
    CHECK_INT(delta->delta, 3);
    CHECK_INT(delta->max, 5);
    char id[65] = {0};
    memcpy(id, csuccess_batch_message(batch, 0)->id.ptr, 64);
    CHECK(csuccess__advance_refused(advance, 0));
    CHECK_RESULT(apply(&b, advance, &err), CSUCCESS_OK);
    commit(&b, advance);
    CHECK_UINT(b.messages, 0);
    CHECK_INT(csuccess_batch_write(csuccess__advance_batch(advance), 0)->due_ms <= MS(31), 1);
    csuccess__advance_free(advance);
    csuccess_events_clear(b.events);
    /* At the beginning of the next month it goes out, with the id that it had. */
    advance = begin(&b, MS(31), CSUCCESS__FOR_INPUTS);
    CHECK_RESULT(apply(&b, advance, &err), CSUCCESS_OK);
    CHECK_UINT(csuccess_batch_messages(csuccess__advance_batch(advance)), 1);
    const csuccess_message *message =
        csuccess_batch_message(csuccess__advance_batch(advance), 0);
    if (message) CHECK_STR(message->id, id);
    csuccess__advance_free(advance);
    close_bench(&b);
}

static void views_change_nothing(void)
{
    static const csuccess__view views[] = {CSUCCESS__VIEW_SCORE, CSUCCESS__VIEW_EXPLAIN,
                                           CSUCCESS__VIEW_STATE};
    static const char *const has[] = {"\"raw\":20", "\"history\":{}", "\"aggregates\":{"};
    bench b;
    open_bench(&b);
    login(&b, "a", 0);
    login(&b, "b", 1);
    CHECK_RESULT(step(&b, MS(2)), CSUCCESS_OK);
    for (size_t i = 0; i < 3; i++) {
        csuccess_error err = CSUCCESS_ERROR_INIT;
        csuccess__buffer out;
        csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
        csuccess__advance *advance = begin(&b, MS(2), CSUCCESS__FOR_INPUTS);
        csuccess__answer answers[2] = {
            {CSUCCESS__VERDICT_RECORD, b.revision, 0, {b.state, b.state_len}},
            {CSUCCESS__VERDICT_RECORD, 1, 0, {b.secret, 32}}};
        CHECK_OK(csuccess__advance_view(advance, answers, views[i], (csuccess_str){"", 0}, &out,
                                        &err));
        CHECK_HAS(out.ptr, has[i]);
        csuccess__buffer_free(&out);
        csuccess__advance_free(advance);
    }
    close_bench(&b);
}

static void refused_memory_changes_nothing(void)
{
    for (size_t k = 1;; k++) {
        bench b;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        open_bench(&b);
        login(&b, "a", 0);
        add(&b, "{\"type\":\"group\",\"messageId\":\"g\",\"timestamp\":\"2026-01-01T00:00:"
                "00Z\",\"groupId\":\"acme\","
                "\"traits\":{\"plan\":\"pro\",\"seats\":-1}}");
        b.memory.calls = 0;
        b.memory.fired = false;
        b.memory.fail_at = k;
        csuccess__advance *advance = begin(&b, MS(1), CSUCCESS__FOR_INPUTS);
        csuccess_result status = advance ? apply(&b, advance, &err) : CSUCCESS_ENOMEM;
        bool fired = b.memory.fired;
        b.memory.fail_at = 0;
        if (fired) {
            CHECK_RESULT(status, CSUCCESS_ENOMEM);
            CHECK(!advance || !csuccess__advance_batch(advance));
        }
        if (!advance) advance = begin(&b, MS(1), CSUCCESS__FOR_INPUTS);
        CHECK_RESULT(apply(&b, advance, &err), CSUCCESS_OK);
        commit(&b, advance);
        CHECK_UINT(b.messages, 1);
        csuccess__advance_free(advance);
        close_bench(&b);
        if (!fired || check_failures) return;
    }
}

CHECK_MAIN(CHECK_TEST(however_they_are_batched), CHECK_TEST(what_becomes_of_inputs),
           CHECK_TEST(a_refused_budget_holds_the_message), CHECK_TEST(views_change_nothing),
           CHECK_TEST(refused_memory_changes_nothing))
