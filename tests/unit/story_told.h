/* SPDX-License-Identifier: Apache-2.0 */
/* What is told of a story: entries as lines. */
#ifndef STORY_TOLD_H
#define STORY_TOLD_H

#include "check.h"
#include <csuccess/csuccess.h>

enum {
    STORY_START = 1767603600 /* s */,
    STORY_LINE = 512,
    STORY_LINES = 400,
    STORY_IDS = 16,
    STORY_TEXT = 16384,
    STORY_NAMES = 8
};

typedef struct story {
    char name[128], show[STORY_LINE], customer[32], of[64], also[STORY_LINE];
    csuccess_config *config;
    csuccess_simulation *simulation;
    char *told[STORY_LINES], *wanted[STORY_LINES];
    /* What is spoken of by a name of its own, and its id: tasks by their step, requests and messages by what they are for. */
    char *steps[STORY_LINES], *tasks[STORY_LINES];
    size_t told_count, wanted_count, task_count, inputs, sent;
    bool refused;            /* what an input is to meet */
    char chosen[STORY_TEXT]; /* of the last selection: a line for each of whom it spoke */
    char last[STORY_TEXT];   /* the body of the last message to the customer */
    struct {
        char name[64], is[128];
    } meets[STORY_NAMES],
        variables
            [STORY_NAMES]; /* channels and what becomes of a message; what the host knows */
    size_t meets_count, variable_count;
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

static void story_note(story *s, const char *name, const char *id)
{
    if (s->task_count == STORY_LINES) return;
    s->steps[s->task_count] = story_copy(name);
    s->tasks[s->task_count++] = story_copy(id);
}

static void story_note_task(story *s, const char *body)
{
    char event[32], step[64], id[80];
    story_member(body, "event", event, sizeof event);
    story_member(body, "step", step, sizeof step);
    story_member(body, "task", id, sizeof id);
    if (strcmp(event, "created") == 0) story_note(s, step, id);
}

/* Requests are spoken of as "approval FOR", messages as "response DEFINITION/STEP". */
static void story_note_other(story *s, const char *kind, const char *body)
{
    char id[80], of[64], step[64], name[160];
    bool approval = strcmp(kind, "approval") == 0;
    if (!approval && strcmp(kind, "message") != 0) return;
    story_member(body, approval ? "approval" : "id", id, sizeof id);
    story_member(body, approval ? "for" : "definition", of, sizeof of);
    story_member(body, approval ? "" : "step", step, sizeof step);
    snprintf(name, sizeof name, "%s %s%s%s", approval ? "approval" : "response", of,
             step[0] ? "/" : "", step);
    story_note(s, name, id);
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
    static const char *const intervention[] = {"change",   "intervention", "channel", "outcome",
                                               "response", "success",      NULL};
    static const char *const campaign[] = {"change", "campaign", "action",  "state",
                                           "by",     "rung",     "success", NULL};
    static const char *const offer[] = {"change", "offer", "type", "value", "months", NULL};
    static const char *const approval[] = {"change", "for", "rule", "approver", "by", NULL};
    static const char *const automation[] = {"change", "reason", "responses", NULL};
    static const char *const opportunity[] = {"change", "opportunity", "rank",
                                              "value",  "recommend",   NULL};
    static const char *const sentiment[] = {"label", "alert", "severity", "action", NULL};
    static const char *const exposure[] = {"experiment", "arm", "held", NULL};
    static const struct {
        const char *kind;
        const char *const *keys;
    } kinds[] = {{"playbook", playbook},
                 {"task", task},
                 {"message", message},
                 {"held", held},
                 {"segment", segment},
                 {"milestone", milestone},
                 {"alert", alert},
                 {"intervention", intervention},
                 {"campaign", campaign},
                 {"offer", offer},
                 {"approval", approval},
                 {"automation", automation},
                 {"opportunity", opportunity},
                 {"sentiment", sentiment},
                 {"exposure", exposure}};
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

static void story_tell(story *s, const char *at, const char *text)
{
    char full[STORY_LINE + 32], when[32];
    if (!story_shows(s, text) || s->told_count == STORY_LINES) return;
    story_time(story_seconds(at), when, sizeof when);
    snprintf(full, sizeof full, "%s %s", when, text);
    s->told[s->told_count++] = story_copy(full);
}

typedef struct story_choice {
    story *s;
    const char *at;
    char now[STORY_TEXT]; /* the lines of this selection */
} story_choice;

/* Told where the selection before did not say the same. */
static void story_chosen(story_choice *c, const char *word, int len, const char *name,
                         const char *behind)
{
    char line[STORY_LINE], delimited[STORY_LINE + 2];
    size_t n = strlen(c->now);
    snprintf(line, sizeof line, "%s %.*s %s", word, len, name, behind);
    snprintf(delimited, sizeof delimited, "\n%s\n", line);
    if (!strstr(c->s->chosen, delimited)) story_tell(c->s, c->at, line);
    snprintf(c->now + n, sizeof c->now - n, "%s%s\n", n ? "" : "\n", line);
}

/* A group of a selection: guard, until when, and the names of whom it is said. */
static void story_group(story_choice *c, const char *word, const char *group)
{
    char guard[32], until[40], when[32], behind[80];
    const char *of = strstr(group, "\"of\":["), *time = strstr(group, "\"until\":");
    story_member(group, "guard", guard, sizeof guard);
    snprintf(behind, sizeof behind, "%s", guard);
    if (time && time < of) {
        story_member(group, "until", until, sizeof until);
        story_time(story_seconds(until), when, sizeof when);
        snprintf(behind, sizeof behind, "%s %s", guard, when);
    }
    for (const char *p = of ? of + 5 : ""; *p == '[' || *p == ',';) {
        if (p[1] != '"') return;
        size_t n = check_span(p + 2, "\"");
        story_chosen(c, word, (int)n, p + 2, behind);
        p += n + 3;
    }
}

static void story_selection(story *s, const char *at, const char *body)
{
    static story_choice c;
    c = (story_choice){.s = s, .at = at};
    const char *denied = strstr(body, "\"denied\":["), *p = strstr(body, "\"held\":[");
    while (p && denied && (p = strstr(p, "{\"guard\":")) != NULL) {
        story_group(&c, p < denied ? "waits" : "denied", p);
        p++;
    }
    snprintf(s->chosen, sizeof s->chosen, "%s", c.now);
}

static void story_entry(story *s, const char *kind, const char *at, const char *body)
{
    char text[STORY_LINE];
    if (!story_is_of(s, kind, body)) return;
    story_note_other(s, kind, body);
    if (strcmp(kind, "task") == 0) story_note_task(s, body);
    if (strcmp(kind, "selection") == 0) story_selection(s, at, body);
    if (!story_render(kind, body, text, sizeof text) || !story_shows(s, text)) return;
    if (strcmp(kind, "task") == 0) story_tell_more(s, body, text, sizeof text);
    story_tell(s, at, text);
}

static void story_trace(void *ud, csuccess_str line)
{
    char at[32], kind[32];
    char *copy = malloc(line.len + 1);
    memcpy(copy, line.ptr, line.len);
    copy[line.len] = '\0';
    const char *body = strstr(copy, "\"body\":");
    story_member(copy, "kind", kind, sizeof kind);
    story_member(copy, "at", at, sizeof at);
    if (body && strstr(copy, "\"seq\":")) story_entry(ud, kind, at, body);
    free(copy);
}

#endif
