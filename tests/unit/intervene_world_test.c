/* SPDX-License-Identifier: Apache-2.0 */
/* Random worlds over the public API: whatever the rules, the inputs, the answers of channels and the order in which engines take turns, nothing reaches a customer that may not, no budget is exceeded and none is lost. */
#include "intervene_world.h"

/* How many worlds; WORLDS in the environment asks for more. */
enum { WORLDS = 320, MOVES = 60, RUN_FOREVER = 20000 };

/* ---- Opening and closing ---- */

static csuccess_result give_random(void *ud, uint8_t *bytes, size_t count)
{
    world *w = ud;
    for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)draw(w, 256);
    return CSUCCESS_OK;
}

static bool open_engine(world *w, csuccess_engine **out)
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

static void draw_rules(world *w)
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
    w->trouble = draw(w, 3) * 25;
}

static bool open_world(world *w, uint64_t seed)
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

static void close_world(world *w)
{
    for (int i = 0; i < w->engine_count; i++) csuccess_engine_free(w->engines[i]);
    csuccess_memory_store_free(w->store);
    csuccess_events_free(w->events);
    csuccess_config_unref(w->config);
    free(w->sent);
}

static csuccess_engine *any_engine(world *w)
{
    return w->engines[draw(w, (uint32_t)w->engine_count)];
}

/* ---- Work ---- */

/* All that is due is done: the states have heard what became of everything. */
static void run_all(world *w)
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

static void run_some(world *w)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_run_limits limits = {
        .size = sizeof limits, .customers = draw(w, 3), .messages = 1 + draw(w, 3)};
    csuccess_result result =
        csuccess_engine_run(any_engine(w), NULL, w->now, &limits, NULL, &err);
    if (!CHECK(result >= 0)) printf("# run: %s\n", err.message);
}

/* One operation of an engine, or the end of its call; false: it is at its end. */
static bool step_engine(world *w, csuccess_engine *engine, uint64_t ticket)
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
static void run_beside(world *w)
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

/* Hands one in; what became of it. */
static csuccess_result tell(world *w, const customer *c, const char *format, ...)
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
    csuccess_result result =
        csuccess_engine_ingest(any_engine(w), w->events, NULL, w->now, &err);
    if (!CHECK(result >= 0)) printf("# ingest: %s\n", err.message);
    return csuccess_events_result(w->events, 0, &why);
}

static void begin_customer(world *w, customer *c)
{
    customer fresh = {.there = true, .generation = c->generation + 1};
    memcpy(fresh.name, c->name, sizeof fresh.name);
    fresh.zone = (int)draw(w, ZONES);
    for (int i = 0; i <= CONTACTS; i++) fresh.contacts[i].zone = fresh.zone;
    *c = fresh;
}

static void tell_traits(world *w, customer *c)
{
    char in_zone[64] = "";
    if (!c->there) begin_customer(w, c);
    if (c->zone) snprintf(in_zone, sizeof in_zone, ",`zone`:`%s`", zones[c->zone].name);
    CHECK_OK(tell(w, c, "`type`:`group`,`traits`:{`arr`:%u,`risk`:%u%s}", draw(w, 100),
                  draw(w, 10), in_zone));
}

static void tell_track(world *w, customer *c)
{
    CHECK_OK(tell(w, c, "`type`:`track`,`event`:`%s`", draw(w, 2) ? "start" : "paid"));
}

static void tell_contact(world *w, customer *c)
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

static int any_contact(world *w, char user[32])
{
    int which = (int)draw(w, CONTACTS + 1);
    user[0] = '\0';
    if (which != OWN) snprintf(user, 32, ",`userId`:`%c`", 'a' + which);
    return which;
}

static void tell_consent(world *w, customer *c)
{
    char user[32];
    int which = any_contact(w, user), purpose = 1 + (int)draw(w, PURPOSES - 1);
    bool given = draw(w, 3) != 0;
    CHECK_OK(tell(w, c, "`type`:`consent`%s,`properties`:{`purpose`:`%s`,`granted`:%s}", user,
                  purpose_names[purpose], given ? "true" : "false"));
    c->contacts[which].consent[purpose] = given ? 1 : -1;
}

static void tell_address(world *w, customer *c)
{
    static const char *const events[] = {"bounced", "complained", "restored", "restored"};
    char user[32];
    int which = any_contact(w, user), channel = (int)draw(w, SLACK), what = (int)draw(w, 4);
    if (c->contacts[which].bounced[channel]) return; /* which of both is later? */
    CHECK_OK(tell(w, c, "`type`:`response`,`event`:`%s`%s,`properties`:{`channel`:`%s`}",
                  events[what], user, channel_names[channel]));
    c->contacts[which].suppressed[channel] = what < 2;
}

static void note_negative(world *w, customer *c)
{
    if (!w->rules.spiral || c->spiral) return;
    c->negatives[0] = c->negatives[1];
    c->negatives[1] = c->negatives[2];
    c->negatives[2] = w->now;
    c->spiral = c->negatives[0] > w->now - 14 * DAY;
    if (c->spiral) memset(c->negatives, 0, sizeof c->negatives);
}

static void tell_response(world *w, customer *c)
{
    static const char *const events[] = {"negative", "replied", "opened", "positive"};
    int what = (int)draw(w, 4);
    csuccess_result result =
        tell(w, c, "`type`:`response`,`event`:`%s`,`properties`:{`channel`:`%s`}", events[what],
             channel_names[draw(w, SLACK)]);
    if (what == 0 && result == CSUCCESS_OK) note_negative(w, c);
}

static void tell_hold(world *w, customer *c)
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

static void tell_decision(world *w, customer *c)
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

static void tell_request(world *w, customer *c)
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

static void tell_outcome(world *w, customer *c)
{
    bool leaves = draw(w, 3) == 0;
    csuccess_result result =
        tell(w, c, "`type`:`outcome`,`event`:`%s`", leaves ? "churned" : "reactivated");
    if (result == CSUCCESS_OK) c->churned = leaves;
}

/* ---- Erasures ---- */

static void erase(world *w, customer *c, int which)
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

static void forget(world *w, customer *c)
{
    uint32_t which = draw(w, 8);
    if (which < CONTACTS) erase(w, c, (int)which);
    if (which == CONTACTS) erase(w, c, OWN);
}

/* ---- A world ---- */

typedef void move(world *w, customer *c);
static move *const moves[] = {
    tell_traits,   tell_traits,   tell_traits,  tell_track,   tell_track, tell_contact,
    tell_consent,  tell_consent,  tell_consent, tell_address, tell_hold,  tell_response,
    tell_decision, tell_decision, tell_request, tell_outcome, forget};
enum { KINDS = sizeof moves / sizeof moves[0] };

static void pass_time(world *w)
{
    static const int64_t steps[] = {1000,     MINUTE,    20 * MINUTE, HOUR,
                                    5 * HOUR, 11 * HOUR, DAY,         3 * DAY};
    w->now += 1 + steps[draw(w, 8)] + (int64_t)draw(w, 60000);
}

static void live(world *w)
{
    for (int i = 0; i < MOVES; i++) {
        customer *c = &w->customers[draw(w, CUSTOMERS)];
        if (w->now < START + 40 * DAY && draw(w, 2)) pass_time(w);
        w->now += 1;
        uint32_t what = draw(w, 10);
        if (what < 5) {
            if (!c->there) tell_traits(w, c);
            moves[draw(w, KINDS)](w, c);
        } else if (what < 7) {
            run_some(w);
        } else if (what == 7) {
            run_beside(w);
        }
        if (what > 7 || w->open) run_all(w);
    }
    run_all(w);
}

/* ---- What is left ---- */

/* What may have arrived has, as far as anybody knows, unless its channel said at last that it never will. */
static bool is_spent(const world *w, const sent *s)
{
    bool never = s->last == CSUCCESS_SENT_NEVER || s->last == CSUCCESS_SENT_BOUNCED;
    bool tired = s->last == CSUCCESS_SENT_LATER && s->attempts >= (uint32_t)w->rules.attempts;
    return s->done || (s->maybe && !never && !tired);
}

static bool is_known(const world *w, const char *id)
{
    for (int i = 0; i < w->sent_count; i++) {
        if (strcmp(w->sent[i].id, id) == 0) return is_spent(w, &w->sent[i]);
    }
    return false;
}

static int64_t whole_of(csuccess_str text, const char *key)
{
    char pattern[40];
    size_t len = (size_t)snprintf(pattern, sizeof pattern, "\"%s\":", key);
    for (size_t i = 0; i + len < text.len; i++) {
        if (memcmp(text.ptr + i, pattern, len) == 0)
            return strtoll(text.ptr + i + len, NULL, 10);
    }
    return -1;
}

/* Behind the object that begins here; strings are skipped. */
static const char *end_of(const char *p)
{
    int depth = 0;
    bool in_string = false;
    for (; *p; p++) {
        if (in_string && *p == '\\') {
            p++;
        } else if (*p == '"') {
            in_string = !in_string;
        } else if (!in_string && (*p == '{' || *p == '}')) {
            depth += *p == '{' ? 1 : -1;
            if (depth == 0) return p + 1;
        }
    }
    return p;
}

/* A message of the dump that is under way, as one that was sent. False: it is another, or was counted. */
static bool read_waiting(const world *w, csuccess_str text, sent *out)
{
    char channel[32], definition[128];
    word_of(text, "channel", channel, sizeof channel);
    word_of(text, "definition", definition, sizeof definition);
    *out = (sent){.created = whole_of(text, "created_ms")};
    word_of(text, "id", out->id, sizeof out->id);
    if (is_known(w, out->id)) return false;
    out->channel = place_of(check_view(channel), channel_names, CHANNELS - 1);
    out->programme = programme_of(check_view(definition));
    return whole_of(text, "outcome") == 0 && channel[0] && strcmp(channel, "slack") != 0;
}

typedef struct books {
    const char *key;
    int budget;
    int64_t month; /* a time in it */
} books;
static const books all_books[] = {{"budget/total/2026-03", BY_TOTAL, START},
                                  {"budget/total/2026-04", BY_TOTAL, START + 30 * DAY},
                                  {"budget/email/2026-03", BY_MAIL, START},
                                  {"budget/email/2026-04", BY_MAIL, START + 30 * DAY},
                                  {"budget/campaign/spring", BY_SPRING, START},
                                  {"budget/campaign/summer", BY_SUMMER, START}};

static int64_t part_of(const books *b, const sent *s)
{
    const sent month = {.created = b->month};
    if (!is_paid_by(b->budget, s, &month)) return 0;
    return b->budget == BY_MAIL ? channel_costs[EMAIL] : cost_of(s);
}

static int64_t expect_sum(const world *w, const books *b, const char *messages)
{
    int64_t sum = 0;
    for (int i = 0; i < w->sent_count; i++) {
        if (is_spent(w, &w->sent[i])) sum += part_of(b, &w->sent[i]);
    }
    for (const char *p = messages; *p == '{' || *p == ',';) {
        const char *from = *p == ',' ? p + 1 : p;
        sent s;
        p = end_of(from);
        if (read_waiting(w, (csuccess_str){from, (size_t)(p - from)}, &s))
            sum += part_of(b, &s);
    }
    return sum;
}

static int64_t sum_of(const char *ledgers, const char *key)
{
    char pattern[80];
    snprintf(pattern, sizeof pattern, "{\"key\":\"%s\",\"sum\":", key);
    const char *at = strstr(ledgers, pattern);
    return at ? strtoll(at + strlen(pattern), NULL, 10) : 0;
}

static void check_books(const world *w, bool erased)
{
    csuccess_text *text = NULL;
    CHECK_OK(csuccess_memory_store_dump(&text, w->store, NULL));
    const char *dump = csuccess_text_view(text).ptr;
    const char *ledgers = strstr(dump, "],\"ledgers\":[");
    const char *messages = strstr(dump, "],\"messages\":[");
    if (ledgers && messages) {
        for (size_t i = 0; i < sizeof all_books / sizeof all_books[0]; i++) {
            const books *b = &all_books[i];
            if (limit_of(w, b->budget) == 0) continue;
            int64_t sum = sum_of(ledgers, b->key);
            CHECK(sum <= limit_of(w, b->budget));
            if (!CHECK_INT(sum, expect_sum(w, b, messages + strlen("],\"messages\":["))))
                printf("# %s%s\n", b->key, erased ? ", after all were erased" : "");
        }
        CHECK(sum_of(ledgers, "participants/spring") <= (erased ? 0 : w->rules.participants));
        CHECK(sum_of(ledgers, "participants/spring") >= 0);
        CHECK(sum_of(ledgers, "redemptions/save") <= w->rules.redemptions);
        CHECK(sum_of(ledgers, "redemptions/save") >= 0);
    }
    csuccess_text_free(text);
}

static void end_world(world *w)
{
    check_books(w, false);
    for (int i = 0; i < CUSTOMERS; i++) {
        if (w->customers[i].there) erase(w, &w->customers[i], OWN);
    }
    check_books(w, true);
}

static void say_world(const world *w, long number)
{
    const rules *r = &w->rules;
    printf("# in world %ld: %d engines, budgets %d %d %d %d, %d attempts\n", number,
           w->engine_count, r->total, r->customer, r->campaign, r->mail, r->attempts);
    for (int i = 0; i < w->sent_count && getenv("WORLD"); i++) {
        say_sent(w, &w->sent[i], "sent");
        printf("#   %u times, last %u, arrived %lld, decided %lld\n", w->sent[i].attempts,
               w->sent[i].last, (long long)w->sent[i].at, (long long)w->sent[i].created);
    }
}

static void whatever_happens_nothing_is_broken(void)
{
    const char *more = getenv("WORLDS"), *first = getenv("WORLD");
    long from = first ? strtol(first, NULL, 10) : 1,
         count = more ? strtol(more, NULL, 10) : WORLDS;
    unsigned delivered = 0;
    for (long i = from; i < from + count && check_failures == 0; i++) {
        world w;
        if (open_world(&w, (uint64_t)i)) {
            live(&w);
            end_world(&w);
        }
        delivered += w.delivered;
        if (check_failures) say_world(&w, i);
        close_world(&w);
    }
    printf("# %ld worlds, %u messages delivered\n", count, delivered);
}

CHECK_MAIN(CHECK_TEST(whatever_happens_nothing_is_broken))
