/* SPDX-License-Identifier: Apache-2.0 */
/* Steps over events, engines with a store in memory, and simulations. */
#include "vectors.h"

#include <string.h>

/* A counter: secrets that every language makes alike. */
static csuccess_result count_up(void *ud, uint8_t *bytes, size_t count)
{
    world *w = ud;
    for (size_t i = 0; i < count; i++) bytes[i] = w->random++;
    return CSUCCESS_OK;
}

static void trace(void *ud, csuccess_str line)
{
    say_json(ud, line);
}

/* What a channel answers is the outcome that it was registered with. */
static void send_one(csuccess_reply *reply, uint32_t outcome)
{
    csuccess_result result =
        csuccess_reply_sent(reply, outcome, 0, CSUCCESS_STR("as the case says"));
    csuccess_reply_done(reply, result, CSUCCESS_STR(""));
}

static void send_delivered(void *ud, const csuccess_send_request *r, csuccess_reply *reply)
{
    (void)ud;
    (void)r;
    send_one(reply, CSUCCESS_SENT_DELIVERED);
}

static void send_later(void *ud, const csuccess_send_request *r, csuccess_reply *reply)
{
    (void)ud;
    (void)r;
    send_one(reply, CSUCCESS_SENT_LATER);
}

static void send_never(void *ud, const csuccess_send_request *r, csuccess_reply *reply)
{
    (void)ud;
    (void)r;
    send_one(reply, CSUCCESS_SENT_NEVER);
}

static void send_bounced(void *ud, const csuccess_send_request *r, csuccess_reply *reply)
{
    (void)ud;
    (void)r;
    send_one(reply, CSUCCESS_SENT_BOUNCED);
}

static const csuccess_channel_ops channels[] = {
    {sizeof(csuccess_channel_ops), send_delivered},
    {sizeof(csuccess_channel_ops), send_later},
    {sizeof(csuccess_channel_ops), send_never},
    {sizeof(csuccess_channel_ops), send_bounced},
};

static csuccess_engine *engine_of(world *w)
{
    return w->engine ? w->engine : csuccess_simulation_engine(w->simulation);
}

static csuccess_events *events_of(world *w)
{
    if (!w->events) went(w, csuccess_events_new(&w->events, NULL, NULL, &w->err));
    return w->events;
}

/* {"id": …, "roles": […]}; absent: the host itself. */
typedef struct asking {
    csuccess_principal principal;
    csuccess_str roles[8];
} asking;

static const csuccess_principal *principal_of(world *w, const cJSON *args, int i, asking *a)
{
    const cJSON *given = cJSON_GetArrayItem(args, i);
    if (!cJSON_IsObject(given)) return NULL;
    *a = (asking){.principal = {.size = sizeof a->principal,
                                .id = member_text(w, given, "id"),
                                .roles = a->roles}};
    const cJSON *role;
    cJSON_ArrayForEach(role, cJSON_GetObjectItem(given, "roles"))
    {
        a->roles[a->principal.role_count++] =
            (csuccess_str){role->valuestring, strlen(role->valuestring)};
    }
    return &a->principal;
}

/* ---- Events ---- */

static void one_event(world *w, csuccess_str line, double number)
{
    (void)number;
    if (line.len) went(w, csuccess_events_add_json(events_of(w), line, &w->err));
}

/* ["events", lines]: a new list of them */
static void events(world *w, const cJSON *args)
{
    csuccess_events_clear(events_of(w));
    each_line(arg_text(w, args, 1), one_event, w, 0);
}

/* ["add_json", event]: one more, whatever line breaks it has */
static void add_json(world *w, const cJSON *args)
{
    went(w, csuccess_events_add_json(events_of(w), arg_text(w, args, 1), &w->err));
}

/* ["add", {"type": number, "id": …, "customer": …, …}] */
static void add(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_event e = {.size = sizeof e,
                        .type = (uint32_t)member_number(given, "type", 0),
                        .priority = (uint32_t)member_number(given, "priority", 0),
                        .id = member_text(w, given, "id"),
                        .customer = member_text(w, given, "customer"),
                        .user = member_text(w, given, "user"),
                        .name = member_text(w, given, "name"),
                        .source = member_text(w, given, "source"),
                        .at_ms = (int64_t)member_number(given, "at_ms", 0),
                        .expires_at_ms = (int64_t)member_number(given, "expires_at_ms", 0)};
    went(w, csuccess_events_add(events_of(w), &e, &w->err));
}

static void property_number(world *w, const cJSON *args)
{
    went_plain(
        w, csuccess_events_number(events_of(w), arg_text(w, args, 1), arg_number(args, 2, 0)));
}

static void property_string(world *w, const cJSON *args)
{
    went_plain(
        w, csuccess_events_string(events_of(w), arg_text(w, args, 1), arg_text(w, args, 2)));
}

static void property_bool(world *w, const cJSON *args)
{
    went_plain(w, csuccess_events_bool(events_of(w), arg_text(w, args, 1),
                                       arg_number(args, 2, 0) != 0));
}

static void property_json(world *w, const cJSON *args)
{
    went(w, csuccess_events_json(events_of(w), arg_text(w, args, 1), arg_text(w, args, 2),
                                 &w->err));
}

/* What became of every event. */
static void results(world *w)
{
    for (size_t i = 0; i < csuccess_events_count(w->events); i++) {
        csuccess_str reason = {NULL, 0};
        csuccess_result result = csuccess_events_result(w->events, i, &reason);
        cJSON *value = cJSON_CreateObject();
        cJSON_AddStringToObject(value, "result", csuccess_result_name(result));
        cJSON_AddItemToObject(value, "reason", json_text(reason));
        say(w, value);
    }
}

/* ---- Engines ---- */

/* ["engine", {"tenant": …, "channels": {"email": CSUCCESS_SENT_*}, "trace": true, "batch": …}] */
static void engine(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_memory_options memory = {.size = sizeof memory};
    csuccess_engine_options o = CSUCCESS_ENGINE_OPTIONS_INIT;
    o.random = count_up;
    o.random_ud = w;
    o.tenant = member_text(w, given, "tenant");
    o.batch = (uint32_t)member_number(given, "batch", 0);
    o.shard = (uint32_t)member_number(given, "shard", 0);
    o.shards = (uint32_t)member_number(given, "shards", 0);
    if (!w->store && !went(w, csuccess_memory_store_new(&w->store, &memory, &w->err))) return;
    csuccess_engine_free(w->engine);
    w->engine = NULL;
    if (!went(w, csuccess_engine_new(&w->engine, w->config, &o, &w->err))) return;
    went(w, csuccess_engine_set_store(w->engine, csuccess_memory_store_ops(), w->store, NULL,
                                      &w->err));
    const cJSON *channel;
    cJSON_ArrayForEach(channel, cJSON_GetObjectItem(given, "channels"))
    {
        csuccess_str name = {channel->string, strlen(channel->string)};
        const csuccess_channel_ops *ops = &channels[channel->valueint - 1];
        went(w, csuccess_engine_add_channel(w->engine, name, ops, NULL, NULL, &w->err));
    }
    if (cJSON_IsTrue(cJSON_GetObjectItem(given, "trace"))) {
        csuccess_engine_set_trace(w->engine, trace, w);
    }
}

/* ["ingest", now, principal] */
static void ingest(world *w, const cJSON *args)
{
    asking a;
    const csuccess_principal *p = principal_of(w, args, 2, &a);
    if (went(w, csuccess_engine_ingest(w->engine, events_of(w), p,
                                       (int64_t)arg_number(args, 1, 0), &w->err))) {
        results(w);
    }
}

/* ["import", now, principal] */
static void import(world *w, const cJSON *args)
{
    asking a;
    const csuccess_principal *p = principal_of(w, args, 2, &a);
    if (went(w, csuccess_engine_import(w->engine, events_of(w), p,
                                       (int64_t)arg_number(args, 1, 0), &w->err))) {
        results(w);
    }
}

/* ["preview", now, principal] */
static void preview(world *w, const cJSON *args)
{
    asking a;
    csuccess_text *out = NULL;
    const csuccess_principal *p = principal_of(w, args, 2, &a);
    if (went(w, csuccess_engine_preview(w->engine, events_of(w), p,
                                        (int64_t)arg_number(args, 1, 0), &out, &w->err))) {
        say_taken(w, out);
    }
}

/* ["run", now, principal]: when to come back; null: never */
static void run(world *w, const cJSON *args)
{
    asking a;
    int64_t next = 0;
    const csuccess_principal *p = principal_of(w, args, 2, &a);
    if (went(w, csuccess_engine_run(w->engine, p, (int64_t)arg_number(args, 1, 0), NULL, &next,
                                    &w->err))) {
        say(w, next == CSUCCESS_TIME_NEVER ? cJSON_CreateNull() : json_int(next));
    }
}

typedef csuccess_result (*look_fn)(csuccess_engine *engine, csuccess_str customer,
                                   const csuccess_principal *principal, int64_t now_ms,
                                   csuccess_text **out, csuccess_error *err);

/* [step, customer, now, principal] */
static void look(world *w, const cJSON *args, look_fn function)
{
    asking a;
    csuccess_text *out = NULL;
    const csuccess_principal *p = principal_of(w, args, 3, &a);
    csuccess_str customer = arg_text(w, args, 1);
    if (went(w, function(engine_of(w), customer, p, (int64_t)arg_number(args, 2, 0), &out,
                         &w->err))) {
        say_taken(w, out);
    } else {
        csuccess_text_free(out);
    }
}

static void engine_score(world *w, const cJSON *args)
{
    look(w, args, csuccess_engine_score);
}

static void engine_explain(world *w, const cJSON *args)
{
    look(w, args, csuccess_engine_explain);
}

static void state(world *w, const cJSON *args)
{
    look(w, args, csuccess_engine_state);
}

static void verify(world *w, const cJSON *args)
{
    look(w, args, csuccess_engine_verify);
}

static void parked(world *w, const cJSON *args)
{
    look(w, args, csuccess_engine_parked);
}

/* ["replay", customer, now, document] */
static void replay(world *w, const cJSON *args)
{
    csuccess_config *other = NULL;
    csuccess_text *out = NULL;
    if (!went(w, csuccess_config_compile(&other, arg_text(w, args, 3), NULL, &w->err))) return;
    if (went(w, csuccess_engine_replay(engine_of(w), arg_text(w, args, 1), other, NULL,
                                       (int64_t)arg_number(args, 2, 0), &out, &w->err))) {
        say_taken(w, out);
    }
    csuccess_config_unref(other);
}

/* ["erase", customer, contact, now, principal] */
static void erase(world *w, const cJSON *args)
{
    asking a;
    csuccess_text *out = NULL;
    const csuccess_principal *p = principal_of(w, args, 4, &a);
    if (went(w, csuccess_engine_erase(engine_of(w), arg_text(w, args, 1), arg_text(w, args, 2),
                                      p, (int64_t)arg_number(args, 3, 0), &out, &w->err))) {
        say_taken(w, out);
    }
}

/* ["confirm_clock", now] */
static void confirm_clock(world *w, const cJSON *args)
{
    went(w,
         csuccess_engine_confirm_clock(engine_of(w), (int64_t)arg_number(args, 1, 0), &w->err));
}

/* ["set_config", document] */
static void set_config(world *w, const cJSON *args)
{
    csuccess_config *other = NULL;
    if (!went(w, csuccess_config_compile(&other, arg_text(w, args, 1), NULL, &w->err))) return;
    went(w, csuccess_engine_set_config(engine_of(w), other, NULL, &w->err));
    csuccess_config_unref(other);
}

/* ["figures"] */
static void figures(world *w, const cJSON *args)
{
    (void)args;
    csuccess_engine_counts c = {.size = sizeof c};
    if (!went_plain(w, csuccess_engine_figures(engine_of(w), &c))) return;
    const uint64_t counts[] = {c.inputs_applied, c.inputs_known, c.inputs_quarantined,
                               c.inputs_failed,  c.advances,     c.commits,
                               c.entries,        c.messages,     c.sent,
                               c.delivered,      c.put_off,      c.dead};
    cJSON *value = cJSON_CreateArray();
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        cJSON_AddItemToArray(value, json_int((int64_t)counts[i]));
    }
    say(w, value);
}

/* ["faults", {"at": …, "onward": …, "kind": …}] */
static void faults(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_memory_faults f = {.size = sizeof f,
                                .at = (uint64_t)member_number(given, "at", 0),
                                .onward = (uint32_t)member_number(given, "onward", 0),
                                .kind = (uint32_t)member_number(given, "kind", 0)};
    went_plain(w, csuccess_memory_store_faults(w->store, given ? &f : NULL));
}

/* ["dump"]: all that the store holds */
static void dump(world *w, const cJSON *args)
{
    (void)args;
    csuccess_text *out = NULL;
    if (went(w, csuccess_memory_store_dump(&out, w->store, &w->err))) say_taken(w, out);
}

/* ---- Simulations ---- */

/* ["simulation", {"seed": …, "start": …, "tenant": …}] */
static void simulation(world *w, const cJSON *args)
{
    const cJSON *given = cJSON_GetArrayItem(args, 1);
    csuccess_simulation_options o = {.size = sizeof o,
                                     .tenant = member_text(w, given, "tenant"),
                                     .seed = (uint64_t)member_number(given, "seed", 0),
                                     .start_ms = (int64_t)member_number(given, "start", 0),
                                     .trace = trace,
                                     .trace_ud = w};
    csuccess_simulation_free(w->simulation);
    w->simulation = NULL;
    went(w, csuccess_simulation_new(&w->simulation, w->config, &o, &w->err));
}

/* ["feed"] */
static void feed(world *w, const cJSON *args)
{
    (void)args;
    if (went(w, csuccess_simulation_feed(w->simulation, events_of(w), &w->err))) results(w);
}

/* ["until", time]: what the clock says then */
static void until(world *w, const cJSON *args)
{
    if (went(w, csuccess_simulation_run(w->simulation, (int64_t)arg_number(args, 1, 0),
                                        &w->err))) {
        say(w, json_int(csuccess_simulation_now(w->simulation)));
    }
}

const step engine_steps[] = {
    {"events", events},
    {"add_json", add_json},
    {"add", add},
    {"property_number", property_number},
    {"property_string", property_string},
    {"property_bool", property_bool},
    {"property_json", property_json},
    {"engine", engine},
    {"ingest", ingest},
    {"import", import},
    {"preview", preview},
    {"run", run},
    {"engine_score", engine_score},
    {"engine_explain", engine_explain},
    {"state", state},
    {"verify", verify},
    {"parked", parked},
    {"replay", replay},
    {"erase", erase},
    {"confirm_clock", confirm_clock},
    {"set_config", set_config},
    {"figures", figures},
    {"faults", faults},
    {"dump", dump},
    {"simulation", simulation},
    {"feed", feed},
    {"until", until},
    {NULL, NULL},
};
