/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of a whole engine on the days on which clocks change, in a dozen zones, both ways: each is delivered, at the first moment at which quiet hours and windows let it go. */
#include "intervene_walk.h"

#include <csuccess/csuccess.h>

enum { PEOPLE = 24, ROUNDS = 12 };

typedef struct day {
    csuccess_config *config;
    csuccess_simulation *simulation;
    csuccess_events *events;
    int64_t wanted[PEOPLE], sent[PEOPLE]; /* 0: not sent */
} day;

static void put_document(char *out, size_t cap, const walk_zone *z, const walk_rule *rules,
                         int count)
{
    size_t n = (size_t)snprintf(
        out, cap,
        "{`csuccess`:1,`channels`:{`email`:{}},`journeys`:{`hello`:{`trigger`:{`event`:`go`},"
        "`steps`:{`mail`:{`type`:`email`,`template`:`hi`}}}},`templates`:{`hi`:{`locales`:{"
        "`en`:{`subject`:`Hello`}}}},`calendars`:{`zones`:{");
    n += walk_put_zone(out + n, cap - n, z);
    n += (size_t)snprintf(out + n, cap - n, "}},`policies`:{`zone`:`%s`,`reach`:{", z->name);
    n += walk_put_rules(out + n, cap - n, rules, count, false);
    n += (size_t)snprintf(out + n, cap - n, ",");
    n += walk_put_rules(out + n, cap - n, rules, count, true);
    (void)snprintf(out + n, cap - n, "}}}");
    for (char *c = out; *c; c++) {
        if (*c == '`') *c = '"';
    }
}

/* Customers are called "c0", "c1" … */
static uint32_t sends(void *ud, const csuccess_send_request *request)
{
    day *d = ud;
    long i = strtol(request->message->customer.ptr + 1, NULL, 10);
    if (!CHECK(i >= 0 && i < PEOPLE)) return CSUCCESS_SENT_NEVER;
    CHECK_INT(d->sent[i], 0);
    d->sent[i] = request->now_ms;
    return CSUCCESS_SENT_DELIVERED;
}

static bool day_open(day *d, const char *document, int64_t start)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(d, 0, sizeof *d);
    if (!CHECK_OK(csuccess_config_compile(&d->config, check_view(document), NULL, &err))) {
        printf("# %s at %s of %s\n", err.message, err.pointer, document);
        return false;
    }
    const csuccess_simulation_options options = {
        .size = sizeof options, .start_ms = start, .send = sends, .send_ud = d};
    return CHECK_OK(csuccess_simulation_new(&d->simulation, d->config, &options, &err)) &&
           CHECK_OK(csuccess_events_new(&d->events, NULL, NULL, &err));
}

static void day_close(day *d)
{
    csuccess_events_free(d->events);
    csuccess_simulation_free(d->simulation);
    csuccess_config_unref(d->config);
}

static void say(day *d, int person, int64_t at)
{
    char text[256], time[CSUCCESS__TIME_TEXT];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__time_format(time, at);
    snprintf(text, sizeof text,
             "{\"type\":\"track\",\"event\":\"go\",\"messageId\":\"m%d\",\"groupId\":\"c%d\","
             "\"timestamp\":\"%s\"}",
             person, person, time);
    CHECK_OK(csuccess_events_add_json(d->events, check_view(text), &err));
}

/* Everybody is sent something at some time around the change. */
static void go_through(day *d, const walk *w, int64_t change, uint64_t *seed)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    for (int i = 0; i < PEOPLE; i++) {
        int64_t spread = i % 2 ? 2 * WALK_DAY : 240;
        int64_t at = change - spread + (int64_t)(check_random(seed) % (uint64_t)(2 * spread));
        d->wanted[i] = walk_on(w, at * WALK_MINUTE);
        say(d, i, at * WALK_MINUTE);
    }
    CHECK_OK(csuccess_simulation_feed(d->simulation, d->events, &err));
    CHECK_OK(csuccess_simulation_run(
        d->simulation, (w->first + WALK_MINUTES - WALK_BEFORE - 1) * WALK_MINUTE, &err));
}

static void check_sent(const day *d, const walk_zone *z)
{
    for (int i = 0; i < PEOPLE; i++) {
        char is[CSUCCESS__TIME_TEXT], wanted[CSUCCESS__TIME_TEXT];
        int64_t expected = d->wanted[i] < 0 ? 0 : d->wanted[i];
        if (CHECK(d->sent[i] == expected)) continue;
        csuccess__time_format(is, d->sent[i]);
        csuccess__time_format(wanted, expected);
        printf("# c%d in %s: is %s, expected %s\n", i, z->name, is, wanted);
    }
}

static void nothing_is_sent_in_quiet_hours_and_nothing_is_lost(void)
{
    static walk w;
    static day d;
    walk_zone zones[WALK_ZONES];
    int count;
    uint64_t seed = 12;
    unsigned sent = 0;
    char *text = walk_table(zones, &count);
    if (!CHECK(text != NULL)) return;
    for (int z = 0; z < count; z++) {
        for (int i = 0; i < zones[z].count * ROUNDS; i++) {
            char document[6144];
            walk_rule rules[WALK_RULES];
            int64_t change = zones[z].at[i / ROUNDS];
            w.first = (change / WALK_DAY) * WALK_DAY - WALK_BEFORE;
            walk_clock(&w, &zones[z]);
            int64_t near = (change + zones[z].offset[i / ROUNDS]) % WALK_DAY + WALK_DAY - 90;
            int n = 1 + (int)(check_random(&seed) % 3);
            for (int k = 0; k < n; k++) rules[k] = walk_random(&seed, near);
            walk_plan(&w, rules, n);
            put_document(document, sizeof document, &zones[z], rules, n);
            if (day_open(&d, document, w.first * WALK_MINUTE)) {
                go_through(&d, &w, change, &seed);
                check_sent(&d, &zones[z]);
                for (int k = 0; k < PEOPLE; k++) sent += d.sent[k] != 0;
            }
            day_close(&d);
        }
    }
    CHECK(sent > 1000);
    free(text);
}

CHECK_MAIN(CHECK_TEST(nothing_is_sent_in_quiet_hours_and_nothing_is_lost))
