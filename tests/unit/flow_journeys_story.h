/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of journeys as tables: what happens to a customer, hour by hour, and what must come of it. */
#ifndef FLOW_JOURNEYS_STORY_H
#define FLOW_JOURNEYS_STORY_H

#include "flow_journeys.h"

/* Hour; what happens: ".": time alone; "name": an event of a track; "name id": with the property id; "enroll j", "exit j", "pause j", "resume j": a person; "x 5", "when 5": an attribute from now on; "restart": the state as bytes and back;
   "document n": another configuration; "task outcome", "playbook outcome": what the enrollment waits for came to an end. And what the entries say, with the hour to look again. */
typedef struct row {
    double hour;
    const char *what, *expected;
} row;

typedef struct story {
    trip t;
    const char *const *documents;
    unsigned inputs;
    bool over; /* nothing to go on with */
} story;

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}, `zone`: {`type`: `string`}, " \
    "`when`: {`type`: `time`}}, `channels`: {`email`: {}, `crm`: {}}, `segments`: {`beta`: " \
    "{`type`: `static`}}, `templates`: {`hello`: {`locales`: {`en`: {`subject`: `Hello`, " \
    "`body`: " \
    "`You`}}}},"
#define JOURNEYS(...) HEAD "`journeys`: {" __VA_ARGS__ "}}"

static inline int64_t at_hour(double hour)
{
    return TRIP_START + (int64_t)(hour * (double)TRIP_HOUR);
}

static inline void input_of(story *s, csuccess__input *out, const char *type, const char *name,
                            const char *properties)
{
    char text[512];
    snprintf(text, sizeof text,
             "{`type`: `%s`, `event`: `%s`, `messageId`: `m%u`, `groupId`: `c1`, `timestamp`: "
             "`2026-01-01T00:00:00Z`, `properties`: {%s}}",
             type, name, s->inputs, properties);
    if (!CHECK_OK(trip_input(&s->t, out, text))) printf("# %s\n", text);
}

/* A task or a playbook that the journey waits for ended: told as their machines tell it, in a step of time. */
static inline void ended(story *s, double hour, const char *what, const char *outcome)
{
    csuccess__enrollment e;
    char cause[24];
    snprintf(cause, sizeof cause, "t%u", s->inputs);
    if (!CHECK(trip_live(&s->t, "j", &e))) return;
    bool task = strcmp(what, "task") == 0;
    csuccess__happening h = {.kind = task ? CSUCCESS__HAPPENING_TASK
                                          : CSUCCESS__HAPPENING_PLAYBOOK_ENDED,
                             .id = e.waits_for,
                             .detail = check_view(outcome)};
    if (strcmp(what, "latetask") == 0) {
        h.kind = CSUCCESS__HAPPENING_TASK;
        h.id = check_view("0000");
    }
    trip *t = &s->t;
    csuccess__zones_asked asked;
    csuccess__moment m = trip_moment(t, at_hour(hour), cause, &asked);
    asked.moment = &m;
    csuccess__journeys_publish(&m);
    csuccess__moment_tell(&m, &h);
    csuccess__journeys_step(&m);
    while (t->desk.queue_at < t->desk.queue_count && t->step.failed >= 0) {
        csuccess__happening next = t->desk.queue[t->desk.queue_at++];
        csuccess__journeys_happened(&m, &next);
    }
    CHECK_OK(t->step.failed);
}

static inline bool is_among(const char *word, const char *list)
{
    const char *at = strstr(list, word);
    size_t n = strlen(word);
    return at && (at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0');
}

/* Values outlive the desk they were set on. */
static inline void carry(story *s, uint32_t config)
{
    csuccess__value x = s->t.slots[0];
    CHECK_OK(config < s->t.config_count ? trip_under(&s->t, config)
                                        : trip_config(&s->t, s->documents[config]));
    if (s->t.slots) s->t.slots[0] = x;
}

static inline csuccess_result happen(story *s, double hour, const char *what)
{
    char word[64] = "", rest[64] = "", properties[128] = "", cause[16];
    csuccess__input input;
    (void)sscanf(what, "%63s %63[^\n]", word, rest);
    s->inputs++;
    snprintf(cause, sizeof cause, "m%u", s->inputs);
    if (strcmp(word, "restart") == 0) CHECK_OK(trip_restore(&s->t));
    if (strcmp(word, "document") == 0) carry(s, (uint32_t)check_number(rest));
    if (strcmp(word, "x") == 0) {
        trip_set(&s->t, "x", csuccess__number(check_number(rest)));
    }
    if (strcmp(word, "when") == 0) {
        trip_set(&s->t, "when", csuccess__time(at_hour(check_number(rest))));
    }
    if (is_among(word, "task playbook latetask")) {
        ended(s, hour, word, rest);
        return CSUCCESS_OK;
    }
    if (is_among(word, ". restart document x when")) {
        return trip_step(&s->t, at_hour(hour), cause, NULL);
    }
    if (is_among(word, "enroll exit pause resume")) {
        snprintf(properties, sizeof properties, "`journey`: `%s`, `reason`: `asked`", rest);
        input_of(s, &input, "journey", word, properties);
    } else {
        if (rest[0]) snprintf(properties, sizeof properties, "`id`: `%s`", rest);
        input_of(s, &input, "track", word, properties);
    }
    return trip_step(&s->t, at_hour(hour), cause, &input);
}

static inline void describe(story *s, uint32_t from, csuccess__text *out)
{
    trip_tell(&s->t, from, out);
    for (uint32_t i = 0; i < s->t.effects.delta_count; i++) {
        const csuccess__effect_delta *d = &s->t.effects.deltas[i];
        csuccess__text_format(out, "%s%S %s1", out->len ? " " : "", d->key,
                              d->delta > 0 ? "+" : "-");
    }
    if (s->t.step.due == CSUCCESS__NEVER) return;
    csuccess__text_format(out, "%s@%l", out->len ? " " : "",
                          (s->t.step.due - TRIP_START) / TRIP_HOUR);
}

/* Every row once as it stands, and once with the state written and read before each. */
static inline void run_once(const char *const *documents, const row *rows, size_t count,
                            bool restarts)
{
    story s = {.documents = documents};
    if (!CHECK_OK(trip_open(&s.t, documents[0], NULL))) {
        trip_close(&s.t);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char bytes[2048] = "", refused[32];
        csuccess__text out;
        csuccess__text_init(&out, bytes, sizeof bytes);
        csuccess__effects_clear(&s.t.effects);
        if (restarts) CHECK_OK(trip_restore(&s.t));
        csuccess_result result = happen(&s, rows[i].hour, rows[i].what);
        describe(&s, 0, &out);
        snprintf(refused, sizeof refused, "%s%s", out.len ? " " : "",
                 result == CSUCCESS_UNCHANGED ? "unchanged" : "refused");
        if (result != CSUCCESS_OK) csuccess__text_put(&out, check_view(refused));
        if (!CHECK_CSTR(bytes, rows[i].expected)) {
            printf("# row %zu: hour %g, %s%s\n", i, rows[i].hour, rows[i].what,
                   restarts ? ", restored" : "");
        }
        CHECK(s.t.step.due > s.t.step.now);
        CHECK_OK(s.t.step.failed);
    }
    trip_close(&s.t);
}

static inline void run(const char *const *documents, const row *rows, size_t count)
{
    run_once(documents, rows, count, false);
    run_once(documents, rows, count, true);
}
#define RUN(rows, ...) \
    do { \
        static const char *const documents[] = {__VA_ARGS__}; \
        run(documents, rows, sizeof(rows) / sizeof((rows)[0])); \
    } while (0)

#endif
