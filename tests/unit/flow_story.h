/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of tests/data/stories: inputs at their times over a shipped configuration, and what must come of them, line by line, as it was written by hand. */
#ifndef FLOW_STORY_H
#define FLOW_STORY_H

#include "story_told.h"

/* A story begins on Monday, 5 January 2026, 09:00 UTC.

   let WORD TEXT              for all stories behind it: what $WORD stands for in a preset or an input
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
   > TIME approval WORD FOR JSON
                              a decision on the last request for that, such as offer/save
   > TIME response WORD DEFINITION/STEP JSON
                              a response to the last message of that
   > TIME intervention|campaign|offer|automation WORD NAME JSON
                              an input of that type about NAME (- for automation)
   until TIME                 lets time pass
   meets CHANNEL WORD         what becomes of messages from here on: delivered, later, never, bounced, unknown
   knows NAME JSON            what the host answers when a text needs it
   says TEXT                  the last message to the customer has this in its body (JSON)
   explains TEXT              the explanation of the customer, as of now, has this in it (JSON)
   lacks TEXT                 and has not this
   sent N                     so many messages have gone out by now, those to the team left out
   TIME TEXT                  a line that must be told, in this order

   TIME is 0, 2d, 2d12h or 3h since the beginning. Lines are of these shapes:

   journey J enrolled | journey J -> STEP | journey J STEP -WAY-> STEP | journey J completed|exited|failed HOW [BY] [success] | journey J refused
   playbook P STATE [SUCCESS] | task WORD STEP [OUTCOME] | message CHANNEL DEFINITION STEP | held DEFINITION STEP GUARD
   intervention WORD I CHANNEL [OUTCOME] [RESPONSE] [SUCCESS] | campaign WORD C [ACTION] [STATE] [BY] [RUNG] [SUCCESS] | offer WORD O TYPE VALUE [MONTHS]
   approval WORD FOR [RULE] [APPROVER] [BY] | automation WORD [REASON] [RESPONSES] | opportunity WORD O [RANK] [VALUE] [TIER]
   sentiment LABEL | sentiment ALERT SEVERITY ACTION | exposure EXPERIMENT ARM [held]
   waits NAME GUARD [TIME] | denied NAME GUARD     of a selection, where the one before did not say the same
   segment S entered|left | milestone M WORD | alert A STATE | health SCORE

   Words to the team (channel slack) are not told. */
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

/* The id that goes by that name, the last one; NULL: there is none. */
static const char *story_id(const story *s, const char *name)
{
    for (size_t i = s->task_count; i-- > 0;) {
        if (strcmp(s->steps[i], name) == 0) return s->tasks[i];
    }
    check_that(false, "a story speaks of what was told", __FILE__, __LINE__);
    printf("# %s: no %s\n", s->name, name);
    return NULL;
}

/* A short form: the type of the input, the property that says what it is about, and how its ids are noted (NULL: the name is the id). */
typedef struct story_form {
    const char *word, *type, *key, *noted;
} story_form;

static const story_form *story_form_of(const char *line)
{
    static const story_form forms[] = {{"task", "task", "task", ""},
                                       {"approval", "decision", "approval", "approval "},
                                       {"response", "response", "message", "response "},
                                       {"intervention", "intervention", "intervention", NULL},
                                       {"campaign", "campaign", "campaign", NULL},
                                       {"offer", "offer", "offer", NULL},
                                       {"automation", "automation", "", NULL}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t n = strlen(forms[i].word);
        if (strncmp(line, forms[i].word, n) == 0 && line[n] == ' ') return &forms[i];
    }
    return NULL;
}

/* The input itself; `more` is the object of what else it says, or nothing. */
static void story_formed(story *s, int64_t at, const story_form *form, const char *const say[3])
{
    char about[256] = "", json[2048];
    const char *word = say[0], *id = say[1], *more = say[2];
    bool says_more = more[0] == '{' && more[1] != '}';
    if (form->key[0]) snprintf(about, sizeof about, "\"%s\":\"%s\"", form->key, id);
    snprintf(json, sizeof json, "{\"type\":\"%s\",\"event\":\"%s\",\"properties\":{%s%s%s}",
             form->type, word, about, says_more && about[0] ? "," : "",
             says_more ? more + 1 : "}");
    story_input(s, at, json);
}

static void story_short(story *s, int64_t at, const story_form *form, const char *words)
{
    char first[160], second[160], name[192];
    int used = 0;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (sscanf(words, "%159s %159s %n", first, second, &used) < 2) {
        check_that(false, "a story says > TIME FORM WORD NAME", __FILE__, __LINE__);
        return;
    }
    CHECK_OK(csuccess_simulation_run(s->simulation, at, &err));
    bool task = strcmp(form->word, "task") == 0;
    const char *what = task ? first : second, *word = task ? second : first, *id = what;
    if (form->noted) {
        snprintf(name, sizeof name, "%s%s", form->noted, what);
        id = story_id(s, name);
    }
    if (id) story_formed(s, at, form, (const char *const[]){word, id, words + used});
}

/* What becomes of a message on the channel. */
static uint32_t story_meets(const story *s, csuccess_str channel)
{
    static const char *const words[] = {"",      "delivered", "later",
                                        "never", "bounced",   "unknown"};
    for (size_t i = s->meets_count; i-- > 0;) {
        const char *name = s->meets[i].name;
        if (strlen(name) != channel.len || memcmp(name, channel.ptr, channel.len) != 0)
            continue;
        for (uint32_t k = CSUCCESS_SENT_DELIVERED; k <= CSUCCESS_SENT_UNKNOWN; k++) {
            if (strcmp(s->meets[i].is, words[k]) == 0) return k;
        }
    }
    return CSUCCESS_SENT_DELIVERED;
}

static uint32_t story_send(void *ud, const csuccess_send_request *request)
{
    story *s = ud;
    const char *slack = "slack";
    bool staff = request->channel.len == strlen(slack) &&
                 memcmp(request->channel.ptr, slack, strlen(slack)) == 0;
    bool team = staff || (request->message->flags & CSUCCESS_MESSAGE_INTERNAL) != 0;
    csuccess_str body = request->message->body;
    s->sent += !staff;
    if (!team) snprintf(s->last, sizeof s->last, "%.*s", (int)body.len, body.ptr);
    return story_meets(s, request->channel);
}

static csuccess_result story_knows(void *ud, csuccess_str customer, csuccess_str name,
                                   csuccess_str *json)
{
    story *s = ud;
    (void)customer;
    for (size_t i = s->variable_count; i-- > 0;) {
        const char *known = s->variables[i].name;
        if (strlen(known) != name.len || memcmp(known, name.ptr, name.len) != 0) continue;
        *json = check_view(s->variables[i].is);
        return CSUCCESS_OK;
    }
    return CSUCCESS_EMISSING;
}

static bool story_open(story *s, const char *preset)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    static char text[STORY_TEXT];
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
                                           .variable = story_knows,
                                           .variable_ud = s,
                                           .trace = story_trace,
                                           .trace_ud = s};
    return CHECK_OK(csuccess_simulation_new(&s->simulation, s->config, &options, &err));
}

static void story_said(story *s, char *line)
{
    int64_t at = story_ms(line);
    char *rest = strchr(line, ' ');
    if (!CHECK(rest != NULL)) return;
    const story_form *form = story_form_of(rest + 1);
    if (form) {
        story_short(s, at, form, rest + 2 + strlen(form->word));
        return;
    }
    int times = rest[1] == 'x' ? (int)check_number(rest + 2) : 1;
    const char *json = strchr(rest, '{');
    for (int i = 0; json && i < times; i++) story_input(s, at, json);
}

static void story_pair(const char *line, char *name, char *is)
{
    if (sscanf(line, "%63s %127[^\n]", name, is) < 2) {
        check_that(false, "a story says a name and what it is", __FILE__, __LINE__);
    }
}

static void story_has(const story *s, const char *text, const char *wanted)
{
    if (text && strstr(text, wanted)) return;
    check_that(false, "a story finds what it says in a text", __FILE__, __LINE__);
    printf("# %s: no %s in\n# %s\n", s->name, wanted, text ? text : "(nothing)");
}

static void story_explains(story *s, const char *wanted, bool has)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_engine_explain(
            csuccess_simulation_engine(s->simulation), check_view(s->customer), NULL,
            csuccess_simulation_now(s->simulation), &text, &err))) {
        return;
    }
    const char *all = csuccess_text_view(text).ptr;
    if (has) {
        story_has(s, all, wanted);
    } else if (strstr(all, wanted)) {
        check_that(false, "an explanation lacks what a story says", __FILE__, __LINE__);
        printf("# %s: there is %s\n", s->name, wanted);
    }
    csuccess_text_free(text);
}

/* What is looked at where it stands; false: it is another line. */
static bool story_look(story *s, const char *line)
{
    if (strncmp(line, "sent ", 5) == 0) {
        if (!CHECK_UINT(s->sent, (unsigned)check_number(line + 5))) printf("# %s\n", s->name);
    } else if (strncmp(line, "says ", 5) == 0) {
        story_has(s, s->last, line + 5);
    } else if (strncmp(line, "explains ", 9) == 0) {
        story_explains(s, line + 9, true);
    } else if (strncmp(line, "lacks ", 6) == 0) {
        story_explains(s, line + 6, false);
    } else if (strncmp(line, "meets ", 6) == 0 && s->meets_count < STORY_NAMES) {
        story_pair(line + 6, s->meets[s->meets_count].name, s->meets[s->meets_count].is);
        s->meets_count++;
    } else if (strncmp(line, "knows ", 6) == 0 && s->variable_count < STORY_NAMES) {
        story_pair(line + 6, s->variables[s->variable_count].name,
                   s->variables[s->variable_count].is);
        s->variable_count++;
    } else {
        return false;
    }
    return true;
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
    if (story_setting(s, line) || !s->simulation || story_look(s, line)) return;
    if (strncmp(line, "until ", 6) == 0) {
        CHECK_OK(csuccess_simulation_run(s->simulation, story_ms(line + 6), &err));
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

/* What `let` said, of all stories of a file. */
typedef struct story_lets {
    struct {
        char word[32], text[2048];
    } list[STORY_IDS];
    size_t count;
} story_lets;

/* The line with every $WORD as what it stands for; others as they are. */
static char *story_put(const story_lets *lets, const char *line)
{
    char word[32];
    size_t n = 0, cap = STORY_TEXT;
    char *out = malloc(cap);
    while (*line && n + 1 < cap) {
        size_t len = *line == '$' ? strspn(line + 1, "abcdefghijklmnopqrstuvwxyz_") : 0, i = 0;
        snprintf(word, sizeof word, "%.*s", (int)len, line + 1);
        while (len && i < lets->count && strcmp(lets->list[i].word, word) != 0) i++;
        if (len == 0 || i == lets->count) {
            out[n++] = *line++;
        } else {
            n += (size_t)snprintf(out + n, cap - n, "%s", lets->list[i].text);
            line += len + 1;
        }
    }
    out[n < cap ? n : cap - 1] = '\0';
    return out;
}

static void story_let(story_lets *lets, const char *line)
{
    int used = 0;
    if (!CHECK(lets->count < STORY_IDS) ||
        !CHECK(sscanf(line, "%31s %n", lets->list[lets->count].word, &used) == 1)) {
        return;
    }
    char *text = story_put(lets, line + used);
    snprintf(lets->list[lets->count++].text, sizeof lets->list[0].text, "%s", text);
    free(text);
}

/* A line of the story under way, if there is one. */
static void story_within(story *s, const story_lets *lets, char *line)
{
    bool put = line[0] == '>' || strncmp(line, "preset ", 7) == 0;
    if (!s->name[0] || line[0] == '\0' || line[0] == '#' || strncmp(line, "let ", 4) == 0)
        return;
    char *full = put ? story_put(lets, line) : NULL;
    story_line(s, full ? full : line);
    free(full);
}

/* A line of a file: a story that begins, or one of the story under way. */
static unsigned story_take(story *s, story_lets *lets, char *line, const char *prefix)
{
    if (strncmp(line, "let ", 4) == 0) story_let(lets, line + 4);
    if (strncmp(line, "== ", 3) != 0) {
        story_within(s, lets, line);
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
    static story_lets lets;
    size_t len;
    unsigned played = 0;
    char path[512];
    snprintf(path, sizeof path, CHECK_SOURCE_ROOT "/tests/data/stories/%s", file);
    char *text = check_read(path, &len);
    if (!CHECK(text != NULL)) return;
    lets.count = 0;
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = '\0';
        played += story_take(&s, &lets, line, prefix);
    }
    if (s.name[0]) story_compare(&s);
    story_close(&s);
    CHECK(played >= least);
    free(text);
}

#endif
