/* SPDX-License-Identifier: Apache-2.0 */
/* Which look-ups the texts of a document speak of. */
#include "intervene/mentions.h"

#include "intervene/intervene.h"
#include "text/json_tree.h"

typedef struct work {
    csuccess__intervene_build *build;
    const csuccess__json *section;
    csuccess_str call;
    csuccess__mention *mention;
} work;

/* The id behind the call, quoted and without escapes; empty: it is written in another way. */
static csuccess_str id_behind(csuccess_str text)
{
    const csuccess_str none = {"", 0};
    size_t at = 0;
    while (at < text.len && text.ptr[at] == ' ') at++;
    if (at == text.len || (text.ptr[at] != '\'' && text.ptr[at] != '"')) return none;
    csuccess_str rest = {text.ptr + at + 1, text.len - at - 1};
    size_t end = csuccess__str_find(rest, (csuccess_str){text.ptr + at, 1});
    rest.len = end == SIZE_MAX ? 0 : end;
    return csuccess__str_find(rest, CSUCCESS_STR("\\")) == SIZE_MAX ? rest : none;
}

static void look_in(const work *w, csuccess_str text)
{
    for (;;) {
        size_t at = csuccess__str_find(text, w->call);
        if (at == SIZE_MAX) return;
        text = (csuccess_str){text.ptr + at + w->call.len, text.len - at - w->call.len};
        const csuccess__json *known = csuccess__json_get(w->section, id_behind(text));
        if (known) w->mention(w->build, known->key);
        for (const csuccess__json *m = known ? NULL : w->section->first; m; m = m->next) {
            w->mention(w->build, m->key);
        }
    }
}

void csuccess__mentions(struct csuccess__intervene_build *build, const csuccess__json *section,
                        csuccess_str call, csuccess__mention *mention)
{
    const work w = {build, section, call, mention};
    const csuccess__json *document = build->flow->document;
    if (!section || section->type != CSUCCESS__JSON_OBJECT) return;
    for (const csuccess__json *node = document; node;
         node = csuccess__json_after(node, document)) {
        if (node->key.len) look_in(&w, node->key);
        if (node->type == CSUCCESS__JSON_STRING) look_in(&w, node->string);
    }
}
