/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes of which the host says what they are while a text is rendered. */
#include "flow/variables.h"

#include "customer/facts.h"
#include "flow/flow.h"
#include "text/json.h"

enum { REASON_BYTES = 200 };

/* A value as JSON, for the attribute; missing when it cannot be one. */
static csuccess__value read_answer(csuccess__moment *m, const csuccess__attribute *attribute,
                                   csuccess_str answer)
{
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__json *json = NULL;
    csuccess__value value = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    csuccess__arena *texts = &m->desk->texts;
    csuccess__json_options options = {.limits = m->step->limits};
    csuccess__facts_options with = {.allocator = m->step->mem,
                                    .schema = m->schema,
                                    .constants = m->constants,
                                    .limits = m->step->limits};
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess_result status = csuccess__json_read(&json, texts, answer, &options, NULL);
    if (status == CSUCCESS_OK && json->type != CSUCCESS__JSON_NULL) {
        status = csuccess__attribute_read(&value, attribute, json, texts, &with, &reason, NULL);
    }
    if (status == CSUCCESS_ENOMEM) csuccess__step_fail(m->step, status);
    return status == CSUCCESS_OK ? value : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

static void ask(csuccess__moment *m, uint32_t slot, csuccess__variables *out)
{
    const csuccess__slot *of = &m->schema->slots[slot];
    csuccess_str answer = {"", 0};
    bool plain = of->attribute && of->attribute->type != CSUCCESS__ATTRIBUTE_RECORDS;
    if (!plain || !csuccess__is_missing(m->slots[slot])) return;
    if (!m->variables->ask(m->variables->ud, m->step->customer, of->path, &answer)) return;
    csuccess__value value = read_answer(m, of->attribute, answer);
    if (csuccess__is_missing(value)) return;
    m->slots[slot] = value;
    out->slots[out->count++] = slot;
}

static void ask_for(csuccess__moment *m, const csuccess__program *program,
                    csuccess__variables *out)
{
    for (uint32_t k = 0; program && k < program->input_count; k++) {
        if (m->step->failed < 0) return;
        if (program->inputs[k] < m->schema->inputs) ask(m, program->inputs[k], out);
    }
}

void csuccess__variables_ask(csuccess__moment *m, const csuccess__message_template *of,
                             const csuccess__template_locale *texts, csuccess__variables *out)
{
    *out = (csuccess__variables){NULL, 0};
    if (!m->variables) return;
    out->slots = CSUCCESS__NEW_ARRAY(&m->desk->texts, uint32_t, m->schema->inputs + 1);
    if (!out->slots) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return;
    }
    for (uint32_t i = 0; !texts && i < of->variable_count; i++) {
        ask_for(m, of->variables[i].of, out);
    }
    for (uint32_t p = 0; texts && p < texts->part_count; p++) {
        const csuccess__template *text = texts->parts[p].text;
        for (uint32_t i = 0; i < text->count; i++) ask_for(m, text->pieces[i].program, out);
    }
}

void csuccess__variables_forget(csuccess__moment *m, const csuccess__variables *asked)
{
    for (uint32_t i = 0; i < asked->count; i++) {
        m->slots[asked->slots[i]] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
}
