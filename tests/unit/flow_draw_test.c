/* SPDX-License-Identifier: Apache-2.0 */
/* Drawings: what the text says, and that what is for Graphviz is in its language, whatever the names are. */
#include "check.h"

#include <csuccess/csuccess.h>

static csuccess_config *compiled(const char *text)
{
    char quoted[4096];
    csuccess_config *config = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    snprintf(quoted, sizeof quoted, "%s", text);
    for (char *p = quoted; *p; p++) {
        if (*p == '`') *p = '"';
    }
    if (!CHECK_OK(csuccess_config_compile(&config, check_view(quoted), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    return config;
}

#define DOCUMENT \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`, `default`: 0}}, `channels`: " \
    "{`email`: {}}, " \
    "`templates`: {`hi`: {`locales`: {`en`: {`subject`: `Hi`, `body`: `You`}}}}, `segments`: " \
    "{`new`: " \
    "{`static`: true}}, `journeys`: {`welcome`: {`trigger`: {`segment`: `new`}, " \
    "`time_limit`: `P30D`, " \
    "`steps`: {`mail`: {`type`: `email`, `template`: `hi`}, `pause`: {`type`: `wait`, `for`: " \
    "`P2D`, " \
    "`until`: {`booked`: {`event`: `booked`, `next`: `call`}}, `timeout`: `ask`}, `ask`: " \
    "{`type`: " \
    "`condition`, `when`: `x > 1`, `true`: `call`, `false`: `end`}, `call`: {`type`: " \
    "`human_touchpoint`, `title`: `Say \\`hi\\``, `timeout`: {`after`: `P7D`, `next`: " \
    "`arms`}}, " \
    "`arms`: {`type`: `split`, `arms`: {`a`: {`share`: 0.25, `next`: `out`}, `b`: {`share`: " \
    "0.75, " \
    "`next`: `end`}}}, `out`: {`type`: `exit`, `outcome`: `success`}}}}, `playbooks`: " \
    "{`help`: " \
    "{`category`: `custom`, `steps`: {`plan`: {`type`: `internal_task`, `title`: `Plan`}, " \
    "`talk`: " \
    "{`type`: `call`, `title`: `Talk`, `after`: `plan`, `days_from_start`: 3, `optional`: " \
    "true}}}}}"

static char *draw(const csuccess_config *config, const char *name, uint32_t how)
{
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!CHECK_OK(csuccess_config_draw(config, check_view(name), how, &text, &err)))
        return NULL;
    csuccess_str view = csuccess_text_view(text);
    char *copy = malloc(view.len + 1);
    if (!copy) abort();
    memcpy(copy, view.ptr, view.len);
    copy[view.len] = '\0';
    csuccess_text_free(text);
    return copy;
}

static void the_text_says_each_step_and_its_ways(void)
{
    csuccess_config *config = compiled(DOCUMENT);
    char *text = draw(config, "journey/welcome", CSUCCESS_DRAW_TEXT);
    CHECK_CSTR(text, "journey welcome\n"
                     "  begins by segment new\n"
                     "  begins at mail\n"
                     "  - mail: email template hi; next -> pause\n"
                     "  - pause: wait for P2D until booked; timeout -> ask; booked -> call\n"
                     "  - ask: condition when x > 1; true -> call; false, undecided -> end\n"
                     "  - call: human_touchpoint title Say \"hi\"; completed, timeout after "
                     "P7D, unsuccessful, "
                     "no_response, rescheduled, cancelled -> arms\n"
                     "  - arms: split; a 0.25 -> out; b 0.75 -> end\n"
                     "  - out: exit outcome success\n"
                     "  time limit P30D\n"
                     "  at most P9D, 1 message, 1 in any 24 hours\n");
    free(text);
    text = draw(config, "playbook/help", CSUCCESS_DRAW_TEXT);
    CHECK_CSTR(text, "playbook help\n"
                     "  - plan: internal_task title Plan; after the start\n"
                     "  - talk: call title Talk; P3D after plan; optional\n"
                     "  at most any time (plan), 0 messages, 0 in any 24 hours\n");
    free(text);
    csuccess_config_unref(config);
}

/* ---- The language of Graphviz (https://graphviz.org/doc/info/lang.html), as far as drawings use it ---- */

static const char *blanks(const char *p)
{
    while (*p == ' ' || *p == '\n') p++;
    return p;
}

/* An ID: a name, or a quoted string. NULL: none. */
/* reason: an identifier has two forms, each read to its end. */
static const char *id(const char *p)
{
    p = blanks(p);
    if (*p == '"') {
        for (p++; *p && *p != '"'; p++) {
            if ((unsigned char)*p < 0x20) return NULL;
            if (*p == '\\' && *++p == '\0') return NULL;
        }
        return *p == '"' ? p + 1 : NULL;
    }
    const char *from = p;
    while ((*p >= 'a' && *p <= 'z') || *p == '_') p++;
    return p > from ? p : NULL;
}

static const char *symbol(const char *p, const char *text)
{
    if (!p) return NULL;
    p = blanks(p);
    return strncmp(p, text, strlen(text)) == 0 ? p + strlen(text) : NULL;
}

/* [a=b, c=d] */
static const char *attributes(const char *p)
{
    p = symbol(p, "[");
    while (p) {
        p = id(p);
        p = symbol(p, "=");
        if (p) p = id(p);
        if (symbol(p, "]")) return symbol(p, "]");
        p = symbol(p, ",");
    }
    return NULL;
}

/* A node, an edge, or a = b; counted. */
static const char *statement(const char *p, unsigned *nodes, unsigned *edges)
{
    p = id(p);
    if (symbol(p, "=")) {
        p = id(symbol(p, "="));
        return symbol(p, ";");
    }
    if (symbol(p, "->")) {
        p = id(symbol(p, "->"));
        ++*edges;
    } else {
        ++*nodes;
    }
    if (p && symbol(p, "[")) p = attributes(p);
    return symbol(p, ";");
}

static bool is_graph(const char *text, unsigned *nodes, unsigned *edges)
{
    const char *p = symbol(text, "digraph");
    *nodes = *edges = 0;
    if (!p || !(p = id(p)) || !(p = symbol(p, "{"))) return false;
    while (p && !symbol(p, "}")) p = statement(p, nodes, edges);
    return p && *blanks(symbol(p, "}")) == '\0';
}

static void graphviz_reads_it(void)
{
    csuccess_config *config = compiled(DOCUMENT);
    unsigned nodes, edges;
    char *text = draw(config, "journey/welcome", CSUCCESS_DRAW_DOT);
    CHECK(is_graph(text, &nodes, &edges));
    CHECK_UINT(nodes, 8);
    CHECK_UINT(edges, 10);
    CHECK_HAS(text, "\"step ask\" -> end [label=\"false, undecided\"];");
    CHECK_HAS(text, "Say \\\"hi\\\"");
    free(text);
    text = draw(config, "playbook/help", CSUCCESS_DRAW_DOT);
    CHECK(is_graph(text, &nodes, &edges));
    CHECK_UINT(nodes, 4);
    CHECK_UINT(edges, 3);
    free(text);
    csuccess_config_unref(config);
}

/* Names with everything that could end a string. */
static void names_stay_in_their_quotes(void)
{
    csuccess_config *config = compiled(
        "{`csuccess`: 1, `journeys`: {`\\`; evil -> x; \\\\`: {`steps`: {`a\\\\`: {`type`: "
        "`wait`, `for`: "
        "`P1D`}, `b\\`]\\n\\t}`: {`type`: `exit`, `reason`: `\\\\\\` -> {\\u0001`}}}}}");
    unsigned nodes = 0, edges = 0;
    if (!config) return;
    char *text = draw(config, "journey/\"; evil -> x; \\", CSUCCESS_DRAW_DOT);
    if (!CHECK(text && is_graph(text, &nodes, &edges))) printf("# %s\n", text ? text : "");
    CHECK_UINT(nodes, 4);
    CHECK_UINT(edges, 3);
    free(text);
    csuccess_config_unref(config);
}

static void what_is_asked_wrongly_is_refused(void)
{
    csuccess_config *config = compiled(DOCUMENT);
    csuccess_text *text = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    CHECK_RESULT(csuccess_config_draw(config, check_view("journey/wellcome"), 0, &text, &err),
                 CSUCCESS_ENAME);
    CHECK_HAS(err.message, "did you mean \"welcome\"");
    CHECK_RESULT(csuccess_config_draw(config, check_view("welcome"), 0, &text, &err),
                 CSUCCESS_ENAME);
    CHECK_RESULT(csuccess_config_draw(config, check_view("journey/welcome"), 2, &text, &err),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_config_draw(NULL, check_view("journey/welcome"), 0, &text, &err),
                 CSUCCESS_EINVALID);
    CHECK(text == NULL);
    csuccess_config_unref(config);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    csuccess_config *config = NULL;
    csuccess_text *text = NULL;
    csuccess_flow_bounds bounds = CSUCCESS_FLOW_BOUNDS_INIT;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = &memory->allocator;
    csuccess_result r = csuccess_config_compile(&config, check_view(ud), &options, NULL);
    for (uint32_t how = 0; how < 2 && r >= 0; how++) {
        r = csuccess_config_draw(config, check_view("journey/welcome"), how, &text, NULL);
        csuccess_text_free(text);
        text = NULL;
        if (r >= 0)
            r = csuccess_config_draw(config, check_view("playbook/help"), how, &text, NULL);
        csuccess_text_free(text);
        text = NULL;
    }
    if (r >= 0)
        r = csuccess_config_bounds(config, check_view("journey/welcome"), &bounds, NULL);
    csuccess_config_unref(config);
    return r;
}

static void memory_may_be_refused_anywhere(void)
{
    char quoted[4096];
    snprintf(quoted, sizeof quoted, "%s", DOCUMENT);
    for (char *p = quoted; *p; p++) {
        if (*p == '`') *p = '"';
    }
    CHECK(check_faults(scenario, quoted) > 100);
}

CHECK_MAIN(CHECK_TEST(the_text_says_each_step_and_its_ways), CHECK_TEST(graphviz_reads_it),
           CHECK_TEST(names_stay_in_their_quotes), CHECK_TEST(what_is_asked_wrongly_is_refused),
           CHECK_TEST(memory_may_be_refused_anywhere))
