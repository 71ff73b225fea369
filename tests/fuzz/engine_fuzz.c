/* SPDX-License-Identifier: Apache-2.0 */
/* A host that answers anything: operations of every call are answered by the memory store, by bytes, twice, or not at all, in any order. The engine ends its calls, or can be freed under way; nothing of it is
   read or written that is not its own, and what was committed verifies. */
#include <stdbool.h>
#include <string.h>

#include <csuccess/csuccess.h>

#include "fuzz.h"

enum { MOST_STEPS = 600, MOST_OUT = 16, SECONDS = 1000 };

static const char document[] =
    "{\"csuccess\":1,\"sources\":{\"product\":{}},"
    "\"aggregates\":{\"logins\":{\"event\":\"login\",\"count\":true,\"window\":\"P30D\"}},"
    "\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"sum\",\"of\":{"
    "\"use\":{\"value\":\"logins\",\"points\":{\"linear\":[[0,0],[10,100]]}}}},"
    "\"bands\":{\"healthy\":{\"from\":50},\"critical\":{}},"
    "\"alerts\":{\"quiet\":{\"when\":\"health.raw < 30\",\"severity\":\"high\","
    "\"notify\":{\"first\":{\"channel\":\"slack\"}}}}}}},"
    "\"policies\":{\"mass_change\":{\"share\":0.5,\"at_least\":1}},"
    "\"channels\":{\"slack\":{\"cost\":1,\"budget\":{\"limit\":2}}},"
    "\"checks\":{\"operation_failures\":{\"above\":0,\"notify\":{\"a\":{\"channel\":\"slack\"}}"
    "}}}";

typedef struct run {
    const uint8_t *at, *end;
    csuccess_config *config;
    csuccess_memory_store *store;
    csuccess_engine *engine;
    csuccess_events *events[3];
    uint64_t tickets[3];
    const csuccess_op *out[MOST_OUT];
    bool called[MOST_OUT];
    uint32_t count;
    int64_t now;
    uint8_t salt;
} run;

static uint8_t next(run *r)
{
    return r->at < r->end ? *r->at++ : 0;
}

static csuccess_str text(run *r)
{
    static const char *const known[] = {"acme", "beta",  "t",     "slack",
                                        "",     "CSU\1", "input", "\xff"};
    uint8_t what = next(r);
    if (what < 8) return (csuccess_str){known[what], strlen(known[what])};
    size_t len = what % 40, left = (size_t)(r->end - r->at);
    csuccess_str out = {(const char *)r->at, len < left ? len : left};
    r->at += out.len;
    return out;
}

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    run *r = ud;
    memset(bytes, ++r->salt, count);
    return CSUCCESS_OK;
}

static void send(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    run *r = ud;
    FUZZ_CHECK(request->message->id.len > 0 && request->recipient.len >= 2);
    csuccess_reply_sent(reply, next(r) % 7, (int64_t)next(r) * 1000, text(r));
    if (next(r) % 4) csuccess_reply_done(reply, CSUCCESS_OK, (csuccess_str){NULL, 0});
}
static const csuccess_channel_ops channel = {sizeof channel, send};

/* ---- Answers that nobody asked for ---- */

static void say_message(run *r, csuccess_reply *reply)
{
    csuccess_message message = {.size = sizeof message,
                                .id = text(r),
                                .customer = text(r),
                                .channel = text(r),
                                .target = text(r),
                                .body = text(r),
                                .created_ms = r->now - next(r) * SECONDS,
                                .not_before_ms = r->now - next(r) * SECONDS,
                                .expires_ms = r->now + next(r) * SECONDS,
                                .flags = next(r) % 2,
                                .attempts = next(r)};
    csuccess_reply_message(reply, &message, text(r));
}

static void say_entry(run *r, csuccess_reply *reply)
{
    csuccess_entry entry = {.size = sizeof entry,
                            .customer = text(r),
                            .seq = next(r),
                            .at_ms = r->now,
                            .kind = text(r),
                            .body = text(r),
                            .commitment = text(r),
                            .digest = text(r)};
    csuccess_reply_entry(reply, &entry);
}

/* reason: a case for each answer that there is. */
static void say(run *r, csuccess_reply *reply)
{
    size_t index = next(r) % 8;
    switch (next(r) % 12) {
    case 0:
        csuccess_reply_record(reply, index, next(r), text(r));
        break;
    case 1:
        csuccess_reply_ledger(reply, index, next(r));
        break;
    case 2:
        csuccess_reply_known(reply, index);
        break;
    case 3:
        csuccess_reply_applied(reply, index);
        break;
    case 4:
        csuccess_reply_conflict(reply, index);
        break;
    case 5:
        csuccess_reply_refused(reply, index, next(r) % 4);
        break;
    case 6:
        csuccess_reply_already(reply, index);
        break;
    case 7:
        csuccess_reply_lease(reply, text(r), text(r), r->now - next(r), next(r));
        break;
    case 8:
        say_message(r, reply);
        break;
    case 9:
        say_entry(r, reply);
        break;
    case 10:
        csuccess_reply_row(reply, text(r), next(r), text(r));
        break;
    default:
        csuccess_reply_erased(reply, text(r), next(r));
    }
}

static void lie(run *r, csuccess_reply *reply)
{
    for (uint8_t n = next(r) % 4; n > 0; n--) say(r, reply);
    if (next(r) % 8 == 0) return;
    csuccess_result result = next(r) % 4 ? CSUCCESS_OK : -(csuccess_result)(next(r) % 30);
    csuccess_reply_done(reply, result, text(r));
}

/* ---- What happens next ---- */

static void begin(run *r)
{
    uint8_t slot = next(r) % 3;
    csuccess_call call = {.size = sizeof call,
                          .kind = 1u + next(r) % CSUCCESS_CALL_PARKED,
                          .now_ms = r->now,
                          .events = r->events[slot],
                          .customer = CSUCCESS_STR("acme"),
                          .config = r->config};
    if (r->tickets[slot]) return;
    if (next(r) % 4 == 0) call.customer = text(r);
    csuccess_engine_start(r->engine, &call, &r->tickets[slot], NULL);
}

static void answer(run *r)
{
    uint32_t at = next(r) % r->count;
    const csuccess_op *op = r->out[at];
    uint8_t how = next(r);
    if (!r->called[at] && how < 200) {
        csuccess_op_call(op, csuccess_memory_store_ops(), r->store, &channel, r);
    } else if (!r->called[at]) {
        lie(r, op->reply);
    }
    r->called[at] = true;
    if (how % 5 == 0) return; /* answered later */
    FUZZ_CHECK(csuccess_engine_answer(r->engine, op->id, NULL) == CSUCCESS_OK);
    r->out[at] = r->out[--r->count];
    r->called[at] = r->called[r->count];
}

static void finish(run *r, uint8_t slot)
{
    csuccess_outcome outcome = {.size = sizeof outcome};
    if (!r->tickets[slot]) return;
    csuccess_result result =
        csuccess_engine_finish(r->engine, r->tickets[slot], &outcome, NULL);
    FUZZ_CHECK(result == CSUCCESS_AGAIN || result != CSUCCESS_EINVALID);
    csuccess_text_free(outcome.text);
    if (result != CSUCCESS_AGAIN) r->tickets[slot] = 0;
}

static void step(run *r)
{
    uint8_t what = next(r);
    if (what < 40) {
        begin(r);
    } else if (what < 130 && r->count < MOST_OUT) {
        const csuccess_op *op = csuccess_engine_next(r->engine, r->now);
        if (op) {
            r->called[r->count] = false;
            r->out[r->count++] = op;
        }
    } else if (what < 240 && r->count) {
        answer(r);
    } else {
        r->now += (int64_t)next(r) * 600 * SECONDS;
    }
    finish(r, what % 3);
}

/* An honest store, and everything ends. */
static void end(run *r)
{
    for (int i = 0; i < MOST_STEPS; i++) {
        const csuccess_op *op =
            r->count ? r->out[--r->count] : csuccess_engine_next(r->engine, r->now);
        if (!op) break;
        if (!r->count || !r->called[r->count]) {
            csuccess_op_call(op, csuccess_memory_store_ops(), r->store, &channel, r);
        }
        r->called[r->count] = false;
        FUZZ_CHECK(csuccess_engine_answer(r->engine, op->id, NULL) == CSUCCESS_OK);
    }
    for (uint8_t i = 0; i < 3; i++) finish(r, i);
}

static void fill(csuccess_events *events, uint8_t first)
{
    for (uint8_t i = 0; i < 6; i++) {
        char id[2] = {(char)('a' + (first + i) % 20), '\0'};
        csuccess_event event = CSUCCESS_EVENT_INIT;
        event.type = CSUCCESS_EVENT_TRACK;
        event.id = (csuccess_str){id, 1};
        event.customer = i % 2 ? CSUCCESS_STR("acme") : CSUCCESS_STR("beta");
        event.name = CSUCCESS_STR("login");
        event.at_ms = INT64_C(1767312000000);
        FUZZ_CHECK(csuccess_events_add(events, &event, NULL) == CSUCCESS_OK);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    run r = {.at = data, .end = data + size, .now = INT64_C(1767484800000)};
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_str doc = {document, sizeof document - 1};
    FUZZ_CHECK(csuccess_config_compile(&r.config, doc, NULL, NULL) == CSUCCESS_OK);
    options.random = random_bytes;
    options.random_ud = &r;
    options.batch = 1u + next(&r) % 4;
    options.inputs = 1u + next(&r) % 4;
    options.in_flight = MOST_OUT;
    options.tries = 3;
    FUZZ_CHECK(csuccess_engine_new(&r.engine, r.config, &options, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_memory_store_new(&r.store, NULL, NULL) == CSUCCESS_OK);
    FUZZ_CHECK(csuccess_engine_add_channel(r.engine, CSUCCESS_STR("slack"), &channel, &r, NULL,
                                           NULL) == CSUCCESS_OK);
    for (uint8_t i = 0; i < 3; i++) {
        FUZZ_CHECK(csuccess_events_new(&r.events[i], NULL, NULL, NULL) == CSUCCESS_OK);
        fill(r.events[i], (uint8_t)(i * 4));
    }
    for (int i = 0; i < MOST_STEPS && r.at < r.end; i++) step(&r);
    if (size % 4) end(&r);
    csuccess_engine_free(r.engine); /* also with operations handed out */
    for (uint8_t i = 0; i < 3; i++) csuccess_events_free(r.events[i]);
    csuccess_memory_store_free(r.store);
    csuccess_config_unref(r.config);
    return 0;
}
