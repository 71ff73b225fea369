/* SPDX-License-Identifier: Apache-2.0 */
/* The document in effect: reading, `extends`, merging. */
#include "base/error.h"
#include "config/config.h"
#include "config/presets.h"
#include "text/reader.h"

/* Members that a patch replaces whole: half of a condition or of a table of points means nothing. */
static const char *const whole_keys[] = {"when",          "enter",   "leave",    "where",
                                         "points",        "model",   "value",    "of",
                                         "calibration",   "if",      "to",       "close_when",
                                         "achieved_when", "trigger", "audience", "available",
                                         "hold_when",     "outcome", "effect",   NULL};

static bool replaced_whole(const csuccess__json *member)
{
    if (!csuccess__str_among(member->key, whole_keys) || !member->parent ||
        !member->parent->parent || !csuccess__is_word(member)) {
        return false;
    }
    csuccess_str section = csuccess__section_of(member);
    if (csuccess__str_is(member->key, "value")) { /* that of churn is a part with members */
        return member->parent->parent->parent || !csuccess__str_is(section, "churn");
    }
    if (csuccess__str_is(member->key, "of")) {
        return csuccess__str_is(section, "health") || csuccess__str_is(section, "churn");
    }
    return true;
}

/* Reads one text as a document; NULL when a problem was noted. */
static csuccess__json *parse(csuccess_str text, csuccess_str name,
                             const csuccess_limits *limits, csuccess__arena *arena,
                             csuccess__problems *problems)
{
    csuccess__json *root = csuccess__text_parse(text, name, limits, arena, problems);
    if (root && root->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, root, CSUCCESS_ECONFIG,
                          "a configuration is an object, {\"csuccess\": 1, …}; this is %s",
                          csuccess__json_type_name(root));
        return NULL;
    }
    return root;
}

static bool version_fits(const csuccess__json *root, csuccess__problems *problems)
{
    const csuccess__json *version = csuccess__json_member(root, "csuccess");
    if (!version) {
        csuccess__problem(problems, root, CSUCCESS_ECONFIG,
                          "\"csuccess\": 1 is missing; it says which format the document has");
        return false;
    }
    if (version->type != CSUCCESS__JSON_NUMBER || version->number != 1) {
        csuccess__problem(problems, version, CSUCCESS_ECONFIG,
                          "this library reads format 1: write \"csuccess\": 1");
        return false;
    }
    return true;
}

static bool preset_text(csuccess_str name, csuccess_str *out)
{
    for (size_t i = 0; i < csuccess__preset_count; i++) {
        if (csuccess__str_is(name, csuccess__presets[i].name)) {
            *out = (csuccess_str){csuccess__presets[i].text, csuccess__presets[i].length};
            return true;
        }
    }
    return false;
}

/* "enterprise@1": a preset of that very name, else the preset "enterprise" if its `name` says @1. */
static csuccess__json *parse_preset(csuccess_str name, const csuccess_limits *limits,
                                    csuccess__arena *arena, csuccess__problems *problems)
{
    csuccess_str text;
    if (preset_text(name, &text)) {
        return parse(text, name, limits, arena, problems);
    }
    size_t at = csuccess__str_find(name, CSUCCESS_STR("@"));
    if (at == SIZE_MAX || !preset_text((csuccess_str){name.ptr, at}, &text)) {
        return NULL;
    }
    csuccess__json *root = parse(text, name, limits, arena, problems);
    const csuccess__json *own = root ? csuccess__json_member(root, "name") : NULL;
    bool same =
        own && own->type == CSUCCESS__JSON_STRING && csuccess__str_eq(own->string, name);
    return same ? root : NULL;
}

static void unknown_document(const csuccess__json *at, csuccess__problems *problems)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, at->string);
    for (size_t i = 0; i < csuccess__preset_count; i++) {
        csuccess__nearest_try(&near, csuccess__str(csuccess__presets[i].name));
    }
    if (near.best.ptr) {
        csuccess__problem(problems, at, CSUCCESS_ENAME,
                          "no configuration is called %q (did you mean %q?)", at->string,
                          near.best);
    } else {
        csuccess__problem(
            problems, at, CSUCCESS_ENAME,
            "no configuration is called %q; `csuccess preset list` names the shipped "
            "ones",
            at->string);
    }
}

/* The document that `at` names, unmerged; NULL when a problem was noted. */
static csuccess__json *find_document(const csuccess__json *at,
                                     const csuccess_config_options *options,
                                     const csuccess_limits *limits, csuccess__arena *arena,
                                     csuccess__problems *problems)
{
    uint32_t errors = problems->errors;
    csuccess_str text = {NULL, 0};
    csuccess_result status = options->resolve
                                 ? options->resolve(options->resolve_ud, at->string, &text)
                                 : CSUCCESS_ENAME;
    if (status >= 0) {
        csuccess__json *root = parse(text, at->string, limits, arena, problems);
        return root && version_fits(root, problems) ? root : NULL;
    }
    if (status != CSUCCESS_ENAME) {
        csuccess__problem(problems, at, CSUCCESS_ECALLBACK,
                          "the host could not give the document %q (result %d)", at->string,
                          status);
        return NULL;
    }
    csuccess__json *root = parse_preset(at->string, limits, arena, problems);
    if (!root && problems->errors == errors) {
        unknown_document(at, problems);
    }
    return root;
}

static bool names_a_document(const csuccess__json *extends, csuccess__problems *problems)
{
    if (extends->type == CSUCCESS__JSON_STRING && extends->string.len > 0) {
        return true;
    }
    csuccess__problem(problems, extends, CSUCCESS_ECONFIG,
                      "\"extends\" is the name of one configuration, such as \"enterprise\"");
    return false;
}

/* chain[0] is the document at hand, each next one what the one before extends. Returns how many, 0 on a problem. */
static uint32_t follow(csuccess__json **chain, const csuccess_config_options *options,
                       const csuccess_limits *limits, csuccess__arena *arena,
                       csuccess__problems *problems)
{
    uint32_t n = 1;
    for (;;) {
        const csuccess__json *extends = csuccess__json_member(chain[n - 1], "extends");
        if (!extends) {
            return n;
        }
        if (!names_a_document(extends, problems)) {
            return 0;
        }
        if (n > limits->extends_depth) {
            csuccess__problem(
                problems, extends, CSUCCESS_ELIMIT,
                "more than %u documents extend one another (limit extends_depth); do "
                "they extend themselves?",
                limits->extends_depth);
            return 0;
        }
        chain[n] = find_document(extends, options, limits, arena, problems);
        if (!chain[n]) {
            return 0;
        }
        n++;
    }
}

/* Takes the member `extends` out: it has done its work. */
static csuccess__json *without_extends(csuccess__json *root)
{
    csuccess__json **link = &root->first;
    csuccess__json *before = NULL;
    while (*link && !csuccess__str_is((*link)->key, "extends")) {
        before = *link;
        link = &(*link)->next;
    }
    if (*link) {
        if (root->last == *link) {
            root->last = before;
        }
        *link = (*link)->next;
        root->sorted = NULL;
        root->count--;
        for (csuccess__json *m = *link; m; m = m->next) {
            m->position--;
        }
    }
    return root;
}

static void note_idle(const csuccess__json *base, const csuccess__json *removal,
                      csuccess__problems *problems)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, removal->key);
    bool may = base && csuccess__nearest_may(&problems->compared, base->count);
    for (const csuccess__json *m = may ? base->first : NULL; m; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    if (near.best.ptr) {
        csuccess__problem(problems, removal, 0,
                          "there is no %q here to remove (did you mean %q?)", removal->key,
                          near.best);
    } else {
        csuccess__problem(problems, removal, 0, "there is no %q here to remove", removal->key);
    }
}

/* Lint: a null that removes nothing is a name that was misspelt, or one that has gone. Recursion is as deep as the
   patch, which was read within the limit on nesting. */
static void idle_removals(const csuccess__json *base, const csuccess__json *patch,
                          csuccess__problems *problems)
{
    if (base && base->type != CSUCCESS__JSON_OBJECT) {
        base = NULL;
    }
    for (const csuccess__json *m = patch->first; m; m = m->next) {
        const csuccess__json *known = base ? csuccess__json_get(base, m->key) : NULL;
        if (m->type == CSUCCESS__JSON_NULL && !known) {
            note_idle(base, m, problems);
        } else if (m->type == CSUCCESS__JSON_OBJECT && !replaced_whole(m)) {
            idle_removals(known, m, problems);
        }
    }
}

csuccess__json *csuccess__document_read(csuccess_str text,
                                        const csuccess_config_options *options,
                                        const csuccess_limits *limits, csuccess__arena *arena,
                                        csuccess__problems *problems)
{
    csuccess__json *root = parse(text, options->name, limits, arena, problems);
    if (!root) {
        return NULL;
    }
    version_fits(root, problems);
    csuccess__json **chain =
        CSUCCESS__NEW_ARRAY(arena, csuccess__json *, (size_t)limits->extends_depth + 2);
    if (!chain) {
        problems->lost = true;
        return NULL;
    }
    chain[0] = root;
    uint32_t n = follow(chain, options, limits, arena, problems);
    if (n == 0) {
        return NULL;
    }
    csuccess__json *effective = without_extends(chain[n - 1]);
    for (uint32_t i = n - 1; i-- > 0;) {
        const csuccess__json *patch = without_extends(chain[i]);
        idle_removals(effective, patch, problems);
        effective = csuccess__json_merge(arena, effective, patch, replaced_whole);
        if (!effective) {
            problems->lost = true;
            return NULL;
        }
    }
    csuccess__bindings_apply(effective, options->bindings, limits, arena, problems);
    return effective;
}
