/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of tests/data/stories: inputs at their times over a shipped configuration, and what must come of them, line by line, as it was written by hand. */
#ifndef FLOW_STORY_H
#define FLOW_STORY_H

#include "check.h"
#include <csuccess/csuccess.h>

/* A story begins on Monday, 5 January 2026, 09:00 UTC.

   == NAME                    begins one
   preset NAME [, …}]         the configuration, and what else it says
   customer ID                whose story it is; c1 without it
   show PREFIX, PREFIX        lines of these beginnings are told, and no others; without it all
   of DEFINITION              tasks of others are neither told nor meant
   also KEY, KEY              lines of tasks say these members as well
   >! TIME …                  the same as below, and it must be refused
   > TIME JSON                an input, such as {"type": "group", "traits": {…}}
   > TIME xN JSON             so many of these
   > TIME task STEP WORD JSON a person's word on the last task of that step, with properties
   until TIME                 lets time pass
   sent N                     so many messages have gone out by now, those to the team left out
   TIME TEXT                  a line that must be told, in this order

   TIME is 0, 2d, 2d12h or 3h since the beginning. Lines are of these shapes:

   journey J enrolled | journey J -> STEP | journey J STEP -WAY-> STEP | journey J completed|exited|failed HOW [BY] [success] | journey J refused
   playbook P STATE [SUCCESS] | task WORD STEP [OUTCOME] | message CHANNEL DEFINITION STEP | held DEFINITION STEP GUARD
   segment S entered|left | milestone M WORD | alert A STATE | health SCORE

   Words to the team (channel slack) are not told. */
enum { STORY_START = 1767603600 /* s */, STORY_LINE = 512, STORY_LINES = 400, STORY_IDS = 16 };

typedef struct story {
    char name[64], show[STORY_LINE], customer[32], of[64], also[STORY_LINE];
    csuccess_config *config;
    csuccess_simulation *simulation;
    char *told[STORY_LINES], *wanted[STORY_LINES];
    char *steps[STORY_LINES], *tasks[STORY_LINES]; /* created tasks: step and id */
    size_t told_count, wanted_count, task_count, inputs, sent;
    bool refused; /* what an input is to meet */
} story;

/* ---- What is told ---- */

/* The value of a member of the entry's body, unquoted; empty: there is none. */
static void story_member(const char *body, const char *key, char *out, size_t cap)
{
    char pattern[64];
    snprintf(pattern, sizeof pattern, "\"%s\":", key);
    const char *at = strstr(body, pattern);
    size_t n = 0;
    out[0] = '\0';
    if (!at) return;
    at += strlen(pattern);
    bool quoted = *at == '"';
    if (quoted) at++;
    while (n + 1 < cap && *at && (quoted ? *at != '"' : *at != ',' && *at != '}')) {
        out[n++] = *at++;
    }
    out[n] = '\0';
}

static void story_time(int64_t seconds, char *out, size_t cap)
{
    long days = (long)(seconds / 86400), hours = (long)(seconds % 86400 / 3600);
    if (seconds == 0) {
        snprintf(out, cap, "0");
    } else if (hours == 0) {
        snprintf(out, cap, "%ldd", days);
    } else if (days == 0) {
        snprintf(out, cap, "%ldh", hours);
    } else {
        snprintf(out, cap, "%ldd%ldh", days, hours);
    }
}

static void story_journey(const char *body, char *out, size_t cap)
{
    char j[64], event[32], from[64], way[64], step[64], how[64], by[64], success[16];
    story_member(body, "journey", j, sizeof j);
    story_member(body, "event", event, sizeof event);
    story_member(body, "from", from, sizeof from);
    story_member(body, "way", way, sizeof way);
    story_member(body, "step", step, sizeof step);
    story_member(body, "how", how, sizeof how);
    story_member(body, "by", by, sizeof by);
    story_member(body, "success", success, sizeof success);
    if (strcmp(event, "step") != 0) {
        bool ends = success[0] != '\0';
        snprintf(out, cap, "journey %s %s%s%s%s%s%s", j, event, ends ? " " : "",
                 ends ? how : "", ends && by[0] ? " " : "", ends ? by : "",
                 strcmp(success, "true") == 0 ? " success" : "");
    } else if (from[0]) {
        snprintf(out, cap, "journey %s %s -%s-> %s", j, from, way, step);
    } else {
        snprintf(out, cap, "journey %s -> %s", j, step);
    }
}

/* Two to four members of the body behind the kind, as they stand in `keys`. */
static void story_plain(const char *kind, const char *body, const char *const *keys, char *out,
                        size_t cap)
{
    size_t n = (size_t)snprintf(out, cap, "%s", kind);
    for (size_t i = 0; keys[i]; i++) {
        char value[128];
        story_member(body, keys[i], value, sizeof value);
        if (value[0] && n < cap) n += (size_t)snprintf(out + n, cap - n, " %s", value);
    }
}

/* Whether it is no task, or one of the definition that the story is about. */
static bool story_is_of(const story *s, const char *kind, const char *body)
{
    char definition[128];
    if (!s->of[0] || strcmp(kind, "task") != 0) return true;
    story_member(body, "definition", definition, sizeof definition);
    return strcmp(definition, s->of) == 0;
}

static bool story_shows(const story *s, const char *text)
{
    if (!s->show[0]) return true;
    for (const char *at = s->show; *at;) {
        while (*at == ' ' || *at == ',') at++;
        size_t len = check_span(at, ",");
        if (len && strncmp(text, at, len) == 0) return true;
        at += len;
    }
    return false;
}

static char *story_copy(const char *text)
{
    size_t len = strlen(text) + 1;
    char *copy = malloc(len);
    memcpy(copy, text, len);
    return copy;
}

static void story_note_task(story *s, const char *body)
{
    char event[32], step[64], id[80];
    story_member(body, "event", event, sizeof event);
    story_member(body, "step", step, sizeof step);
    story_member(body, "task", id, sizeof id);
    if (strcmp(event, "created") != 0 || s->task_count == STORY_LINES) return;
    s->steps[s->task_count] = story_copy(step);
    s->tasks[s->task_count++] = story_copy(id);
}

static bool story_render(const char *kind, const char *body, char *out, size_t cap)
{
    static const char *const playbook[] = {"playbook", "state", "success", "success_within",
                                           NULL};
    static const char *const task[] = {"event", "step", "outcome", NULL};
    static const char *const message[] = {"channel", "definition", "step", NULL};
    static const char *const held[] = {"definition", "step", "guard", NULL};
    static const char *const segment[] = {"segment", "change", NULL};
    static const char *const milestone[] = {"milestone", "change", NULL};
    static const char *const alert[] = {"alert", "state", NULL};
    static const char *const health[] = {"score", NULL};
    static const struct {
        const char *kind;
        const char *const *keys;
    } kinds[] = {{"playbook", playbook}, {"task", task},       {"message", message},
                 {"held", held},         {"segment", segment}, {"milestone", milestone},
                 {"alert", alert}};
    if (strcmp(kind, "journey") == 0) {
        story_journey(body, out, cap);
        return true;
    }
    if (strcmp(kind, "health") == 0) {
        const char *after = strstr(body, "\"after\":");
        story_plain(kind, after ? after : body, health, out, cap);
        return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kind, kinds[i].kind) != 0) continue;
        story_plain(kind, body, kinds[i].keys, out, cap);
        return strncmp(out, "message slack", 13) != 0;
    }
    return false;
}

static int64_t story_seconds(const char *rfc3339)
{
    int y, mo, d, h;
    if (sscanf(rfc3339, "%d-%d-%dT%d", &y, &mo, &d, &h) != 4) return -1;
    int64_t era = y - (mo <= 2), day = (153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    int64_t days = era * 365 + era / 4 - era / 100 + era / 400 + day - 719468;
    return days * 86400 + h * 3600 - STORY_START;
}

/* What `also` asks for of a task. */
static void story_tell_more(const story *s, const char *body, char *text, size_t cap)
{
    char key[64], value[256];
    for (const char *at = s->also; *at;) {
        while (*at == ' ' || *at == ',') at++;
        size_t n = check_span(at, ", "), len = strlen(text);
        if (n == 0) return;
        snprintf(key, sizeof key, "%.*s", (int)n, at);
        story_member(body, key, value, sizeof value);
        if (value[0] && len < cap) snprintf(text + len, cap - len, " %s", value);
        at += n;
    }
}

static void story_trace(void *ud, csuccess_str line)
{
    story *s = ud;
    char text[STORY_LINE], full[STORY_LINE + 32], at[32], when[32], kind[32];
    char *copy = malloc(line.len + 1);
    memcpy(copy, line.ptr, line.len);
    copy[line.len] = '\0';
    const char *body = strstr(copy, "\"body\":");
    story_member(copy, "kind", kind, sizeof kind);
    story_member(copy, "at", at, sizeof at);
    if (body && strstr(copy, "\"seq\":")) {
        if (strcmp(kind, "task") == 0 && story_is_of(s, kind, body)) story_note_task(s, body);
        if (story_is_of(s, kind, body) && story_render(kind, body, text, sizeof text) &&
            story_shows(s, text) && s->told_count < STORY_LINES) {
            if (strcmp(kind, "task") == 0) story_tell_more(s, body, text, sizeof text);
            story_time(story_seconds(at), when, sizeof when);
            snprintf(full, sizeof full, "%s %s", when, text);
            s->told[s->told_count++] = story_copy(full);
        }
    }
    free(copy);
}

/* ---- What is done ---- */

static int64_t story_ms(const char *text)
{
    int64_t total = 0, n = 0;
    for (; *text && *text != ' '; text++) {
        if (*text >= '0' && *text <= '9') n = 10 * n + (*text - '0');
        if (*text == 'd') total += n * 86400, n = 0;
        if (*text == 'h') total += n * 3600, n = 0;
    }
    return (STORY_START + total) * 1000;
}

/* Days since 1970-01-01 as a date (the algorithm of Hinnant's civil_from_days). */
static void story_date(int64_t ms, char *out, size_t cap)
{
    int64_t seconds = ms / 1000, z = seconds / 86400 + 719468, era = z / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t day = doy - (153 * mp + 2) / 5 + 1, month = mp + (mp < 10 ? 3 : -9);
    snprintf(out, cap, "%04d-%02d-%02dT%02d:00:00Z", (int)(yoe + era * 400 + (month <= 2)),
             (int)month, (int)day, (int)(seconds % 86400 / 3600));
}

/* An object is given its id, customer and time. */
static void story_input(story *s, int64_t at, const char *json)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_events *events = NULL;
    char text[2048], date[64];
    story_date(at, date, sizeof date);
    snprintf(text, sizeof text,
             "{\"messageId\":\"m%u\",\"groupId\":\"%s\",\"timestamp\":\"%s\",%s",
             (unsigned)++s->inputs, s->customer, date, json + 1);
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, &err));
    if (!CHECK_OK(csuccess_events_add_json(events, check_view(text), &err))) {
        printf("# %s: %s in %s\n", s->name, err.message, text);
    }
    if (!CHECK_OK(csuccess_simulation_feed(s->simulation, events, &err))) {
        printf("# %s: %s\n", s->name, err.message);
    }
    for (size_t i = 0; i < csuccess_events_count(events); i++) {
        csuccess_str why;
        if ((csuccess_events_result(events, i, &why) != CSUCCESS_OK) != s->refused) {
            check_that(false, "an input of the story is taken, or with >! refused", __FILE__,
                       __LINE__);
            printf("# %s: %.*s: %s\n", s->name, (int)why.len, why.ptr, text);
        }
    }
    csuccess_events_free(events);
}

static void story_task(story *s, int64_t at, char *words)
{
    char step[64], word[32], json[1024];
    int used = 0;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (sscanf(words, "%63s %31s %n", step, word, &used) < 2) {
        check_that(false, "a story says > TIME task STEP WORD", __FILE__, __LINE__);
        return;
    }
    CHECK_OK(csuccess_simulation_run(s->simulation, at, &err));
    for (size_t i = s->task_count; i-- > 0;) {
        if (strcmp(s->steps[i], step) != 0) continue;
        bool more = words[used] == '{' && words[used + 1] != '}';
        snprintf(json, sizeof json,
                 "{\"type\":\"task\",\"event\":\"%s\",\"properties\":{\"task\":\"%s\"%s%s}",
                 word, s->tasks[i], more ? "," : "", more ? words + used + 1 : "}");
        story_input(s, at, json);
        return;
    }
    check_that(false, "a story speaks of a task that was made", __FILE__, __LINE__);
    printf("# %s: no task of %s\n", s->name, step);
}

static uint32_t story_send(void *ud, const csuccess_send_request *request)
{
    story *s = ud;
    const char *slack = "slack";
    bool staff = request->channel.len == strlen(slack) &&
                 memcmp(request->channel.ptr, slack, strlen(slack)) == 0;
    s->sent += !staff;
    return CSUCCESS_SENT_DELIVERED;
}

static bool story_open(story *s, const char *preset)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    char text[2048];
    const char *more = strchr(preset, ',');
    snprintf(text, sizeof text, "{\"csuccess\":1,\"extends\":\"%.*s\"%s",
             (int)(more ? (size_t)(more - preset) : strlen(preset)), preset, more ? more : "}");
    if (!CHECK_OK(csuccess_config_compile(&s->config, check_view(text), NULL, &err))) {
        printf("# %s: %s at %s\n", preset, err.message, err.pointer);
        return false;
    }
    csuccess_simulation_options options = {.size = sizeof options,
                                           .start_ms = INT64_C(1000) * STORY_START,
                                           .send = story_send,
                                           .send_ud = s,
                                           .trace = story_trace,
                                           .trace_ud = s};
    return CHECK_OK(csuccess_simulation_new(&s->simulation, s->config, &options, &err));
}

static void story_said(story *s, char *line)
{
    int64_t at = story_ms(line);
    char *rest = strchr(line, ' ');
    if (!CHECK(rest != NULL)) return;
    if (strncmp(rest, " task ", 6) == 0) {
        story_task(s, at, rest + 6);
        return;
    }
    int times = rest[1] == 'x' ? (int)check_number(rest + 2) : 1;
    const char *json = strchr(rest, '{');
    for (int i = 0; json && i < times; i++) story_input(s, at, json);
}

/* What stands before the story's own lines; false: it is one of these. */
static bool story_setting(story *s, const char *line)
{
    if (strncmp(line, "preset ", 7) == 0) {
        (void)story_open(s, line + 7);
    } else if (strncmp(line, "show ", 5) == 0) {
        snprintf(s->show, sizeof s->show, "%s", line + 5);
    } else if (strncmp(line, "also ", 5) == 0) {
        snprintf(s->also, sizeof s->also, "%s", line + 5);
    } else if (strncmp(line, "of ", 3) == 0) {
        snprintf(s->of, sizeof s->of, "%s", line + 3);
    } else if (strncmp(line, "customer ", 9) == 0) {
        snprintf(s->customer, sizeof s->customer, "%s", line + 9);
    } else {
        return false;
    }
    return true;
}

static void story_line(story *s, char *line)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (story_setting(s, line) || !s->simulation) return;
    if (strncmp(line, "until ", 6) == 0) {
        CHECK_OK(csuccess_simulation_run(s->simulation, story_ms(line + 6), &err));
    } else if (strncmp(line, "sent ", 5) == 0) {
        if (!CHECK_UINT(s->sent, (unsigned)check_number(line + 5))) printf("# %s\n", s->name);
    } else if (line[0] == '>') {
        s->refused = line[1] == '!';
        story_said(s, line + 2 + s->refused);
    } else if (CHECK(s->wanted_count < STORY_LINES)) {
        s->wanted[s->wanted_count++] = line;
    }
}

/* ---- The end of one ---- */

static void story_compare(story *s)
{
    size_t most = s->told_count > s->wanted_count ? s->told_count : s->wanted_count;
    for (size_t i = 0; i < most; i++) {
        const char *told = i < s->told_count ? s->told[i] : "(nothing more)";
        const char *wanted = i < s->wanted_count ? s->wanted[i] : "(nothing more)";
        if (strcmp(told, wanted) == 0) continue;
        check_that(false, "a story goes as it is written", __FILE__, __LINE__);
        printf("# %s: line %u\n# told:   %s\n# wanted: %s\n", s->name, (unsigned)i + 1, told,
               wanted);
        break;
    }
    const char *all = getenv("STORY_TOLD");
    for (size_t i = 0; all && i < s->told_count; i++) printf("# %s\n", s->told[i]);
}

static void story_close(story *s)
{
    for (size_t i = 0; i < s->told_count; i++) free(s->told[i]);
    for (size_t i = 0; i < s->task_count; i++) {
        free(s->steps[i]);
        free(s->tasks[i]);
    }
    csuccess_simulation_free(s->simulation);
    csuccess_config_unref(s->config);
    memset(s, 0, sizeof *s);
}

/* A line of a file: a story that begins, or one of the story under way. */
static unsigned story_take(story *s, char *line, const char *prefix)
{
    if (strncmp(line, "== ", 3) != 0) {
        if (s->name[0] && line[0] && line[0] != '#') story_line(s, line);
        return 0;
    }
    if (s->name[0]) story_compare(s);
    story_close(s);
    if (strncmp(line + 3, prefix, strlen(prefix)) != 0) return 0;
    snprintf(s->name, sizeof s->name, "%s", line + 3);
    snprintf(s->customer, sizeof s->customer, "c1");
    return 1;
}

/* Plays every story of a file whose name begins so; at least `least` of them. */
static void story_play(const char *file, const char *prefix, unsigned least)
{
    static story s;
    size_t len;
    unsigned played = 0;
    char path[512];
    snprintf(path, sizeof path, CHECK_SOURCE_ROOT "/tests/data/stories/%s", file);
    char *text = check_read(path, &len);
    if (!CHECK(text != NULL)) return;
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        played += story_take(&s, line, prefix);
    }
    if (s.name[0]) story_compare(&s);
    story_close(&s);
    CHECK(played >= least);
    free(text);
}

#endif
