/* SPDX-License-Identifier: Apache-2.0 */
/* Types of interventions: a table of those that are given, and `types` of the section. */
#include "intervene/intervention_types.h"

#include "flow/playbooks/task_internal.h"
#include "intervene/intervene.h"
#include "text/reader.h"

enum { TYPES_MOST = 1000 };

static const struct {
    const char *name, *channel;
    bool task;
    csuccess__task_kind kind;
} given[] = {
#define CSUCCESS__INTERVENTION_TYPE(name, task, channel, kind) \
    {name, channel, task, CSUCCESS__TASK_KIND_##kind},
    CSUCCESS__INTERVENTION_TYPES(CSUCCESS__INTERVENTION_TYPE)
#undef CSUCCESS__INTERVENTION_TYPE
};
enum { GIVEN = sizeof given / sizeof given[0] };

static const csuccess__intervention_type *find(const csuccess__interventions *of,
                                               csuccess_str name)
{
    for (uint32_t i = 0; i < of->type_count; i++) {
        if (csuccess__str_eq(of->types[i].name, name)) return &of->types[i];
    }
    return NULL;
}

static bool is_internal(csuccess_str channel)
{
    return csuccess__str_is(channel, "internal");
}

/* One that the document declares. False: it is none. */
static bool read_type(csuccess__intervention_type *out, csuccess__problems *problems,
                      const csuccess__json *at)
{
    static const char *const keys[] = {"does",        "channel", "kind", "label",
                                       "description", "order",   NULL};
    static const char *const does[] = {"message", "task", NULL};
    const csuccess_str none = {"", 0};
    if (!csuccess__read_object(problems, at, keys)) return false;
    int what = csuccess__read_word(problems, at, "does", does, -1);
    *out = (csuccess__intervention_type){.name = at->key, .task = what == 1};
    out->channel = csuccess__read_string(problems, at, "channel", none);
    out->kind = (csuccess__task_kind)csuccess__read_word(
        problems, at, "kind", csuccess__task_kind_words, CSUCCESS__TASK_KIND_CUSTOM);
    out->internal = is_internal(out->channel);
    if (!csuccess__json_member(at, "does") || out->channel.len == 0) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "a type of interventions says what it \"does\", \"message\" or "
                          "\"task\", and by which \"channel\"");
    }
    return true;
}

static void add_type(csuccess__interventions *out, csuccess__intervention_type *list,
                     csuccess__problems *problems, const csuccess__json *at)
{
    csuccess__intervention_type type;
    if (find(out, at->key)) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "the type %q is given already: give this another name", at->key);
        return;
    }
    if (read_type(&type, problems, at)) list[out->type_count++] = type;
}

bool csuccess__intervention_types_read(csuccess__interventions *out,
                                       struct csuccess__intervene_build *build,
                                       const csuccess__json *section)
{
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *more =
        section ? csuccess__read_section(problems, section, "types", CSUCCESS__JSON_OBJECT)
                : NULL;
    uint32_t n = more ? more->count : 0;
    if (n > TYPES_MOST) {
        csuccess__problem(problems, more, CSUCCESS_ELIMIT,
                          "there are at most %u types of interventions; this has %u",
                          (uint32_t)TYPES_MOST, n);
        n = 0;
    }
    csuccess__intervention_type *list =
        CSUCCESS__NEW_ARRAY(build->flow->with->arena, csuccess__intervention_type, GIVEN + n);
    if (!list) {
        problems->lost = true;
        return false;
    }
    out->types = list;
    for (uint32_t i = 0; i < GIVEN; i++) {
        csuccess_str channel = csuccess__str(given[i].channel);
        list[out->type_count++] =
            (csuccess__intervention_type){.name = csuccess__str(given[i].name),
                                          .channel = channel,
                                          .task = given[i].task,
                                          .internal = is_internal(channel),
                                          .kind = given[i].kind};
    }
    for (const csuccess__json *m = n ? more->first : NULL; m; m = m->next) {
        add_type(out, list, problems, m);
    }
    return true;
}

const csuccess__intervention_type *
csuccess__intervention_type_of(const csuccess__interventions *of,
                               struct csuccess__intervene_build *build,
                               const csuccess__json *object)
{
    csuccess__nearest near;
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *at = csuccess__json_member(object, "type");
    csuccess_str name = csuccess__read_string(problems, object, "type", (csuccess_str){"", 0});
    if (!at) {
        csuccess__problem(problems, object, CSUCCESS_ECONFIG,
                          "an intervention needs a \"type\", such as \"email\" or "
                          "\"phone_call\"");
    }
    if (!at || at->type != CSUCCESS__JSON_STRING) return NULL;
    const csuccess__intervention_type *type = find(of, name);
    if (type) return type;
    csuccess__nearest_start(&near, name);
    bool may = csuccess__nearest_may(&problems->compared, of->type_count);
    for (uint32_t i = 0; may && i < of->type_count; i++) {
        csuccess__nearest_try(&near, of->types[i].name);
    }
    csuccess__problem(
        problems, at, CSUCCESS_ENAME,
        near.best.ptr
            ? "there is no type of intervention %q (did you mean %q?)"
            : "there is no type of intervention %q: \"interventions.types\" can declare it",
        name, near.best);
    return NULL;
}
