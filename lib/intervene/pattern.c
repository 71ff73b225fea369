/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns of programmes: "campaign/x", "campaign/" followed by an asterisk, or an asterisk alone. */
#include "intervene/intervene.h"

#include "text/reader.h"

/* What can be a programme, where its names stand in a document, and what one of them is called. Kinds without a place have names of their own. */
static const struct {
    const char *kind, *place, *what;
} kinds[] = {{"journey", "/journeys", "journey"},
             {"playbook", "/playbooks", "playbook"},
             {"milestone", "/milestones", "milestone"},
             {"alert", "/health/alerts", "alert"},
             {"campaign", "/campaigns", "campaign"},
             {"intervention", "/interventions", "intervention"},
             {"offer", "/offers", "offer"}};
enum { KINDS = sizeof kinds / sizeof *kinds };

bool csuccess__pattern_fits(const csuccess__pattern *pattern, csuccess_str programme)
{
    return pattern->whole ? csuccess__str_eq(pattern->text, programme)
                          : csuccess__str_starts(programme, pattern->text);
}

static void note_kind(csuccess__intervene_build *build, const csuccess__json *at,
                      csuccess_str text, csuccess_str kind)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, kind);
    for (size_t i = 0; i < KINDS && kind.len < text.len; i++) {
        csuccess__nearest_try(&near, csuccess__str(kinds[i].kind));
    }
    if (near.best.ptr) {
        csuccess__problem(build->flow->problems, at, CSUCCESS_ENAME,
                          "there are no programmes of the kind %q (did you mean %q?)", kind,
                          near.best);
        return;
    }
    csuccess__problem(build->flow->problems, at, CSUCCESS_ENAME,
                      "%q names no programme: one is written \"campaign/x\", all of a kind "
                      "\"campaign/*\", all of them \"*\"; kinds are journey, playbook, "
                      "milestone, alert, campaign, intervention and offer",
                      text);
}

/* `types` is no intervention. */
static bool is_there(const csuccess__json *section, csuccess_str name)
{
    const csuccess__json *found = section && section->type == CSUCCESS__JSON_OBJECT
                                      ? csuccess__json_get(section, name)
                                      : NULL;
    bool types = csuccess__str_is(name, "types") && section &&
                 csuccess__str_is(section->key, "interventions");
    return found && !types;
}

static void check_name(csuccess__intervene_build *build, const csuccess__json *at, size_t kind,
                       csuccess_str name)
{
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *section =
        csuccess__json_at(build->flow->document, csuccess__str(kinds[kind].place));
    csuccess__nearest near;
    if (is_there(section, name)) return;
    csuccess__nearest_start(&near, name);
    bool may = csuccess__nearest_may(&problems->compared, section ? section->count : 0);
    for (const csuccess__json *m = section && may ? section->first : NULL; m; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    if (near.best.ptr) {
        csuccess__problem(problems, at, CSUCCESS_ENAME, "there is no %s %q (did you mean %q?)",
                          kinds[kind].what, name, near.best);
    } else {
        csuccess__problem(problems, at, CSUCCESS_ENAME, "there is no %s %q in the document",
                          kinds[kind].what, name);
    }
}

/* Its place among the kinds; KINDS: none. */
static size_t kind_of(csuccess_str kind)
{
    size_t i = 0;
    while (i < KINDS && !csuccess__str_is(kind, kinds[i].kind)) i++;
    return i;
}

static bool read_text(csuccess__pattern *out, csuccess__intervene_build *build,
                      const csuccess__json *at, csuccess_str text)
{
    size_t slash = csuccess__str_find(text, CSUCCESS_STR("/"));
    bool whole = !csuccess__str_ends(text, CSUCCESS_STR("/*"));
    uint32_t errors = build->flow->problems->errors;
    *out = (csuccess__pattern){.text = {"", 0}, .whole = false};
    if (csuccess__str_is(text, "*")) return true;
    *out = (csuccess__pattern){.text = {text.ptr, text.len - !whole}, .whole = whole};
    csuccess_str before = {text.ptr, slash == SIZE_MAX ? text.len : slash};
    size_t kind = kind_of(before);
    if (kind == KINDS || slash == SIZE_MAX) {
        note_kind(build, at, text, before);
        return false;
    }
    csuccess_str name = {text.ptr + slash + 1, text.len - slash - 1};
    if (whole || name.len > 1) check_name(build, at, kind, name);
    return build->flow->problems->errors == errors;
}

bool csuccess__pattern_read(csuccess__pattern *out, csuccess__intervene_build *build,
                            const csuccess__json *at)
{
    *out = (csuccess__pattern){.text = {"", 0}, .whole = true};
    if (at->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(build->flow->problems, at, CSUCCESS_ECONFIG,
                          "a programme is a string such as \"campaign/x\" or \"campaign/*\"; "
                          "this is %s",
                          csuccess__json_type_name(at));
        return false;
    }
    return read_text(out, build, at, at->string);
}

bool csuccess__pattern_read_key(csuccess__pattern *out, csuccess__intervene_build *build,
                                const csuccess__json *at)
{
    return read_text(out, build, at, at->key);
}
