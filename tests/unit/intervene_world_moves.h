/* SPDX-License-Identifier: Apache-2.0 */
/* What happens in a random world: engines are opened, work, and are told of everything. */
#ifndef INTERVENE_WORLD_MOVES_H
#define INTERVENE_WORLD_MOVES_H

#include "intervene_world.h"

enum { RUN_FOREVER = 20000 };

/* ---- Opening and closing ---- */

static inline csuccess_result give_random(void *ud, uint8_t *bytes, size_t count)
{
    world *w = ud;
    for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)draw(w, 256);
    return CSUCCESS_OK;
}

static inline bool open_engine(world *w, csuccess_engine **out)
{
    static const uint32_t batches[] = {1, 7, 1000};
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    options.random = give_random;
    options.random_ud = w;
    options.batch = batches[draw(w, 3)];
    if (!CHECK_OK(csuccess_engine_new(out, w->config, &options, NULL))) return false;
    CHECK_OK(
        csuccess_engine_set_store(*out, csuccess_memory_store_ops(), w->store, NULL, NULL));
    for (int i = 0; i < CHANNELS; i++) {
        CHECK_OK(csuccess_engine_add_channel(*out, check_view(channel_names[i]), &world_channel,
                                             w, NULL, NULL));
    }
    return CHECK_OK(csuccess_engine_set_trace(*out, world_trace, w));
}

static inline void draw_rules(world *w)
{
    rules *r = &w->rules;
    for (int i = 0; i < CAPS; i++) r->most[i] = draw(w, 4) ? 0 : 1 + (int)draw(w, 4);
    r->quiet = draw(w, 2);
    r->lunch = draw(w, 3) == 0;
    r->spiral = draw(w, 2);
    r->total = draw(w, 2) ? 0 : 60 + (int)draw(w, 400);
    r->customer = draw(w, 2) ? 0 : 40 + (int)draw(w, 200);
    r->campaign = draw(w, 2) ? 0 : 25 + (int)draw(w, 200);
    r->mail = draw(w, 2) ? 0 : 2 + (int)draw(w, 30);
    r->participants = 1 + (int)draw(w, 3);
    r->redemptions = 1 + (int)draw(w, 3);
    r->attempts = 1 + (int)draw(w, 4);
    r->office = draw(w, 3) == 0;
    r->answers = draw(w, 3) == 0;
    r->once = draw(w, 3) == 0;
    w->trouble = draw(w, 3) * 25;
}

static inline bool open_world(world *w, uint64_t seed)
{
    char document[DOCUMENT];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(w, 0, sizeof *w);
    w->random = seed;
    w->now = START + draw(w, 25 * 24) * HOUR;
    draw_rules(w);
    w->sent = calloc(SENT, sizeof *w->sent);
    if (!w->sent) abort();
    rules_document(document, &w->rules);
    if (!CHECK_OK(csuccess_config_compile(&w->config, check_view(document), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
        return false;
    }
    CHECK_OK(csuccess_memory_store_new(&w->store, NULL, NULL));
    CHECK_OK(csuccess_events_new(&w->events, NULL, NULL, NULL));
    w->engine_count = 1 + (int)draw(w, ENGINES);
    for (int i = 0; i < w->engine_count; i++) {
        if (!open_engine(w, &w->engines[i])) return false;
    }
    for (int i = 0; i < CUSTOMERS; i++) {
        snprintf(w->customers[i].name, sizeof w->customers[i].name, "c%x%d",
                 (unsigned)draw(w, 1 << 20), i);
    }
    return true;
}

static inline void close_world(world *w)
{
    for (int i = 0; i < w->engine_count; i++) csuccess_engine_free(w->engines[i]);
    csuccess_memory_store_free(w->store);
    csuccess_events_free(w->events);
    csuccess_config_unref(w->config);
    free(w->sent);
}

static inline csuccess_engine *any_engine(world *w)
{
    return w->engines[draw(w, (uint32_t)w->engine_count)];
}

/* ---- Work ---- */

/* All that is due is done: the states have heard what became of everything. */
static inline void run_all(world *w)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_run(any_engine(w), NULL, w->now, NULL, NULL, &err);
    if (!CHECK(result >= 0)) printf("# run: %s\n", err.message);
    w->open = false;
    for (int i = 0; i < CUSTOMERS; i++) {
        for (int k = 0; k <= CONTACTS; k++) {
            contact *c = &w->customers[i].contacts[k];
            for (int n = 0; n < CHANNELS; n++) {
                c->suppressed[n] = c->suppressed[n] || c->bounced[n];
                c->bounced[n] = false;
            }
        }
    }
}

static inline void run_some(world *w)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_run_limits limits = {
        .size = sizeof limits, .customers = draw(w, 3), .messages = 1 + draw(w, 3)};
    csuccess_result result =
        csuccess_engine_run(any_engine(w), NULL, w->now, &limits, NULL, &err);
    if (!CHECK(result >= 0)) printf("# run: %s\n", err.message);
}

/* One operation of an engine, or the end of its call; false: it is at its end. */
static inline bool step_engine(world *w, csuccess_engine *engine, uint64_t ticket)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_outcome out = {.size = sizeof out};
    const csuccess_op *op = csuccess_engine_next(engine, w->now);
    if (op) {
        uint64_t id = op->id;
        CHECK_OK(
            csuccess_op_call(op, csuccess_memory_store_ops(), w->store, &world_channel, w));
        if (!CHECK_OK(csuccess_engine_answer(engine, id, &err))) printf("# %s\n", err.message);
        return true;
    }
    csuccess_result result = csuccess_engine_finish(engine, ticket, &out, &err);
    if (result == CSUCCESS_AGAIN) return true;
    if (!CHECK(result >= 0)) printf("# a run beside others: %s\n", err.message);
    csuccess_text_free(out.text);
    return false;
}

/* All engines at once, operation by operation in any order. */
static inline void run_beside(world *w)
{
    uint64_t tickets[ENGINES];
    bool runs[ENGINES] = {false};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_call call = {.size = sizeof call, .kind = CSUCCESS_CALL_RUN, .now_ms = w->now};
    int left = w->engine_count, steps = 0;
    for (int i = 0; i < left; i++) {
        runs[i] = CHECK_OK(csuccess_engine_start(w->engines[i], &call, &tickets[i], &err));
    }
    while (left > 0 && CHECK(++steps < RUN_FOREVER)) {
        int i = (int)draw(w, (uint32_t)w->engine_count);
        if (!runs[i] || step_engine(w, w->engines[i], tickets[i])) continue;
        runs[i] = false;
        left--;
    }
}

/* ---- Inputs ---- */

/* Hands in what is to be handed in while the store fails in one of its ways: it may be applied, or not. */
static inline void fail_once(world *w)
{
    static const uint32_t kinds[] = {CSUCCESS_FAULT_FAIL,     CSUCCESS_FAULT_LOST,
                                     CSUCCESS_FAULT_SILENT,   CSUCCESS_FAULT_SHORT,
                                     CSUCCESS_FAULT_CONFLICT, CSUCCESS_FAULT_REFUSED,
                                     CSUCCESS_FAULT_TWICE};
    const csuccess_memory_faults plan = {
        .size = sizeof plan,
        .at = csuccess_memory_store_calls(w->store, NULL) + 1 + draw(w, 3),
        .kind = kinds[draw(w, sizeof kinds / sizeof kinds[0])]};
    CHECK_OK(csuccess_memory_store_faults(w->store, &plan));
    (void)csuccess_engine_ingest(any_engine(w), w->events, NULL, w->now, NULL);
    CHECK_OK(csuccess_memory_store_faults(w->store, NULL));
}

/* Hands one in, once more where the store failed; what became of it. */
static inline csuccess_result tell(world *w, const customer *c, const char *format, ...)
{
    char text[640], line[1024];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str why = {NULL, 0};
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    int64_t s = (w->now - START) / 1000, day = s / 86400 + 4;
    snprintf(
        line, sizeof line,
        "{`messageId`:`i%08u`,`groupId`:`%s`,`timestamp`:`2026-%02d-%02dT%02d:%02d:%02d.%03dZ`"
        ",%s}",
        ++w->inputs, c->name, (int)(3 + day / 31), (int)(day % 31 + 1), (int)(s / 3600 % 24),
        (int)(s / 60 % 60), (int)(s % 60), (int)(w->now % 1000), text);
    for (char *p = line; *p; p++) {
        if (*p == '`') *p = '"';
    }
    csuccess_events_clear(w->events);
    if (!CHECK_OK(csuccess_events_add_json(w->events, check_view(line), &err)))
        printf("# %s\n# %s\n", line, err.message);
    bool again = draw(w, 6) == 0;
    if (again) fail_once(w);
    csuccess_result result =
        csuccess_engine_ingest(any_engine(w), w->events, NULL, w->now, &err);
    if (!CHECK(result >= 0)) printf("# ingest: %s\n", err.message);
    result = csuccess_events_result(w->events, 0, &why);
    return again && result == CSUCCESS_UNCHANGED ? CSUCCESS_OK : result;
}

static inline void begin_customer(world *w, customer *c)
{
    customer fresh = {.there = true, .generation = c->generation + 1};
    memcpy(fresh.name, c->name, sizeof fresh.name);
    fresh.zone = (int)draw(w, ZONES);
    for (int i = 0; i <= CONTACTS; i++) fresh.contacts[i].zone = fresh.zone;
    *c = fresh;
}

static inline void tell_track(world *w, customer *c)
{
    CHECK_OK(tell(w, c, "`type`:`track`,`event`:`%s`", draw(w, 2) ? "start" : "paid"));
}

static inline void tell_contact(world *w, customer *c)
{
    int which = (int)draw(w, CONTACTS), zone = (int)draw(w, ZONES);
    contact *to = &c->contacts[which];
    bool champion = draw(w, 2);
    char in_zone[64] = "";
    if (to->there) return;
    if (zone) snprintf(in_zone, sizeof in_zone, ",`zone`:`%s`", zones[zone].name);
    CHECK_OK(tell(w, c,
                  "`type`:`record`,`properties`:{`collection`:`contacts`,`id`:`%c`,`role`:"
                  "`%s`%s}",
                  'a' + which, champion ? "champion" : "user", in_zone));
    to->there = true;
    to->champion = champion;
    to->zone = zone ? zone : c->zone;
}

static inline int any_contact(world *w, char user[32])
{
    int which = (int)draw(w, CONTACTS + 1);
    user[0] = '\0';
    if (which != OWN) snprintf(user, 32, ",`userId`:`%c`", 'a' + which);
    return which;
}

static inline void tell_consent(world *w, customer *c)
{
    char user[32];
    int which = any_contact(w, user), purpose = 1 + (int)draw(w, PURPOSES - 1);
    bool given = draw(w, 3) != 0;
    CHECK_OK(tell(w, c, "`type`:`consent`%s,`properties`:{`purpose`:`%s`,`granted`:%s}", user,
                  purpose_names[purpose], given ? "true" : "false"));
    c->contacts[which].consent[purpose] = given ? 1 : -1;
}

/* A champion who is glad to be told. */
static inline void know_somebody(world *w, customer *c)
{
    CHECK_OK(tell(w, c,
                  "`type`:`record`,`properties`:{`collection`:`contacts`,`id`:`a`,"
                  "`role`:`champion`}"));
    CHECK_OK(tell(w, c,
                  "`type`:`consent`,`userId`:`a`,`properties`:{`purpose`:`marketing`,"
                  "`granted`:true}"));
    c->contacts[0].there = c->contacts[0].champion = true;
    c->contacts[0].consent[PURPOSE_MARKETING] = 1;
}

static inline void tell_traits(world *w, customer *c)
{
    char in_zone[64] = "";
    bool fresh = !c->there;
    if (fresh) begin_customer(w, c);
    if (c->zone) snprintf(in_zone, sizeof in_zone, ",`zone`:`%s`", zones[c->zone].name);
    CHECK_OK(tell(w, c, "`type`:`group`,`traits`:{`arr`:%u,`risk`:%u%s}", draw(w, 100),
                  draw(w, 10), in_zone));
    if (fresh && draw(w, 2)) know_somebody(w, c);
}

static inline void tell_address(world *w, customer *c)
{
    static const char *const events[] = {"bounced", "complained", "restored", "restored"};
    char user[32];
    int which = any_contact(w, user), channel = (int)draw(w, SLACK), what = (int)draw(w, 4);
    if (c->contacts[which].bounced[channel]) return; /* which of both is later? */
    CHECK_OK(tell(w, c, "`type`:`response`,`event`:`%s`%s,`properties`:{`channel`:`%s`}",
                  events[what], user, channel_names[channel]));
    c->contacts[which].suppressed[channel] = what < 2;
}

static inline void note_negative(world *w, customer *c)
{
    if (!w->rules.spiral || c->spiral) return;
    c->negatives[0] = c->negatives[1];
    c->negatives[1] = c->negatives[2];
    c->negatives[2] = w->now;
    c->spiral = c->negatives[0] > w->now - 14 * DAY;
    if (c->spiral) memset(c->negatives, 0, sizeof c->negatives);
}

static inline void tell_response(world *w, customer *c)
{
    static const char *const events[] = {"negative", "replied", "opened", "positive"};
    int what = (int)draw(w, 4);
    csuccess_result result =
        tell(w, c, "`type`:`response`,`event`:`%s`,`properties`:{`channel`:`%s`}", events[what],
             channel_names[draw(w, SLACK)]);
    if (what == 0 && result == CSUCCESS_OK) note_negative(w, c);
}

static inline void tell_hold(world *w, customer *c)
{
    int64_t day = (w->now - START) / DAY + 4 + 2; /* of March, from 0 */
    if (draw(w, 2)) {
        tell(w, c, "`type`:`automation`,`event`:`resume`,`properties`:{}");
        c->held = c->spiral = false;
        return;
    }
    bool until = draw(w, 2);
    char text[64] = "";
    if (until)
        snprintf(text, sizeof text, ",`until`:`2026-%02d-%02dT00:00:00Z`", (int)(3 + day / 31),
                 (int)(day % 31 + 1));
    tell(w, c, "`type`:`automation`,`event`:`hold`,`properties`:{`reason`:`r`%s}", text);
    c->held = true;
    c->until = until ? START + (day - 4) * DAY : 0;
}

static inline void tell_decision(world *w, customer *c)
{
    static const char *const events[] = {"approve", "approve", "modify", "reject"};
    int what = (int)draw(w, 4);
    if (c->approvals == 0) return;
    csuccess_result result =
        tell(w, c,
             "`type`:`decision`,`event`:`%s`,`properties`:{`approval`:`%s`,`reasoning`:"
             "`so it is`%s}",
             events[what], c->approval[draw(w, (uint32_t)c->approvals)],
             what == 2 ? ",`changes`:{`priority`:70}" : "");
    if (result == CSUCCESS_OK && what < 3) c->approved++;
}

static inline void tell_request(world *w, customer *c)
{
    if (draw(w, 2)) {
        tell(w, c,
             "`type`:`intervention`,`event`:`request`,`properties`:{`intervention`:"
             "`asked`}");
    } else {
        tell(w, c, "`type`:`offer`,`event`:`%s`,`properties`:{`offer`:`save`}",
             draw(w, 2) ? "accept" : "decline");
    }
}

/* What people end and begin by hand; what it is about may not be there. */
static inline void tell_by_hand(world *w, customer *c)
{
    static const char *const texts[] = {
        "`type`:`intervention`,`event`:`cancel`,`properties`:{`intervention`:`letter`}",
        "`type`:`intervention`,`event`:`cancel`,`properties`:{`intervention`:`tour`}",
        "`type`:`campaign`,`event`:`start`,`properties`:{`campaign`:`spring`}",
        "`type`:`campaign`,`event`:`cancel`,`properties`:{`campaign`:`summer`,`reason`:`r`}"};
    tell(w, c, "%s", texts[draw(w, 4)]);
}

static inline void tell_outcome(world *w, customer *c)
{
    bool leaves = draw(w, 3) == 0;
    csuccess_result result =
        tell(w, c, "`type`:`outcome`,`event`:`%s`", leaves ? "churned" : "reactivated");
    if (result == CSUCCESS_OK) c->churned = leaves;
}

/* ---- Erasures ---- */

static inline void erase(world *w, customer *c, int which)
{
    const char *const names[] = {"a", "b", ""};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *text = NULL;
    run_all(w);
    csuccess_result result =
        csuccess_engine_erase(any_engine(w), check_view(c->name), check_view(names[which]),
                              NULL, w->now, &text, &err);
    if (!CHECK_OK(result)) printf("# erase: %s\n", err.message);
    csuccess_text_free(text);
    if (which == OWN) {
        c->there = false;
    } else {
        c->contacts[which] =
            (contact){.generation = c->contacts[which].generation + 1, .zone = c->zone};
    }
}

static inline void forget(world *w, customer *c)
{
    uint32_t which = draw(w, 8);
    if (which < CONTACTS) erase(w, c, (int)which);
    if (which == CONTACTS) erase(w, c, OWN);
}

#endif
