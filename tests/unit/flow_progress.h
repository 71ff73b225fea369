/* SPDX-License-Identifier: Apache-2.0 */
/* A customer whose milestones, features and goals are looked at, without an engine: one state, one configuration, steps of flow as an advance does them. */
#ifndef FLOW_PROGRESS_H
#define FLOW_PROGRESS_H

#include "flow_life.h"

#include "flow/features_internal.h"
#include "flow/flow.h"
#include "flow/goals_internal.h"
#include "flow/milestones_internal.h"
#include "flow/pins.h"

typedef struct way {
    life l;
    csuccess__flow_desk desk;
    csuccess__moment moment;
    char row[2048]; /* what is known, as JSON with backticks */
    bool open, fresh;
    unsigned inputs;
    csuccess_result word; /* what csuccess__flow_apply() said last */
} way;

/* Backticks become double quotes. */
static inline void way_quote(char *text)
{
    for (; *text; text++) {
        if (*text == '`') *text = '"';
    }
}

static inline csuccess_result way_open(way *w, const char *document,
                                       const csuccess_allocator *mem)
{
    size_t len = strlen(document) + 1;
    char *text = malloc(len);
    if (!text) abort();
    memcpy(text, document, len);
    way_quote(text);
    memset(w, 0, sizeof *w);
    csuccess_result result = life_open(&w->l, text, mem);
    free(text);
    w->fresh = true;
    snprintf(w->row, sizeof w->row, "{}");
    if (result < 0) return result;
    result = csuccess__flow_desk_new(&w->desk, w->l.config->flow, w->l.step.mem);
    w->open = true;
    if (result < 0) return result;
    return csuccess__pins_new(&w->desk.pins, w->l.config->flow, w->l.config->constants,
                              &w->l.limits, w->l.step.mem);
}

static inline void way_close(way *w)
{
    if (w->open) {
        csuccess__flow_desk_free(&w->desk, w->l.config->flow);
    }
    life_close(&w->l);
}

static inline csuccess_result way_moment(way *w, const csuccess__input *input)
{
    csuccess_scorer *s = w->l.scorer;
    char row[sizeof w->row];
    memcpy(row, w->row, sizeof row);
    way_quote(row);
    csuccess_result result = csuccess_facts_read_json(w->l.facts, check_view(row), NULL);
    if (result >= 0) {
        result = csuccess__scorer_inputs(s, w->l.facts, w->l.step.now, NULL);
    }
    if (w->fresh) w->l.state.head.created_at = w->l.step.now;
    w->l.state.head.at = w->l.step.now;
    w->moment = (csuccess__moment){.flow = w->l.config->flow,
                                   .desk = &w->desk,
                                   .step = &w->l.step,
                                   .input = input,
                                   .machine = s->machine,
                                   .slots = s->slots,
                                   .schema = w->l.config->schema,
                                   .constants = w->l.config->constants,
                                   .fresh = w->fresh};
    csuccess__flow_begin(&w->desk);
    return result;
}

/* What flow does in a step, of these machines and in its order. */
static inline csuccess_result way_flow(way *w, const csuccess__input *input,
                                       csuccess__text *reason)
{
    csuccess__moment *m = &w->moment;
    if (input && input->type == CSUCCESS__INPUT_MILESTONE) {
        w->word = csuccess__milestone_apply(m, input, reason);
        if (w->word < 0 && w->word != CSUCCESS_ERANGE) return w->word;
    }
    csuccess__event_slots(m);
    csuccess__kept_show(m, (csuccess_str){"", 0});
    csuccess__milestones_publish(m);
    csuccess__features_publish(m);
    csuccess__features_step(m);
    csuccess__goals_step(m);
    csuccess__milestones_step(m);
    w->fresh = false;
    if (w->l.step.failed < 0) return w->l.step.failed;
    return w->l.effects.failed;
}

/* One step at a time of ms; `input` a JSON object with backticks, or NULL. */
static inline csuccess_result way_step(way *w, int64_t now, const char *input)
{
    char text[1024], cause[32], say[256];
    csuccess__input in;
    csuccess__text reason;
    csuccess__text_init(&reason, say, sizeof say);
    w->word = CSUCCESS_OK;
    snprintf(cause, sizeof cause, "i%u", ++w->inputs);
    life_at(&w->l, now, cause);
    /* the cause is kept by the effects only when an entry is made: it must outlive the step */
    w->l.step.cause = csuccess__arena_copy(&w->l.arena, check_view(cause));
    if (!w->l.step.cause.ptr) return CSUCCESS_ENOMEM;
    if (input) {
        snprintf(text, sizeof text, "%s", input);
        way_quote(text);
        csuccess_result result = life_input(&w->l, &in, text);
        if (result < 0) return result;
    }
    csuccess_result result = way_moment(w, input ? &in : NULL);
    if (result < 0) return result;
    return way_flow(w, input ? &in : NULL, &reason);
}

/* An event of its own time. */
static inline csuccess_result way_event(way *w, int64_t now, int64_t at, const char *name,
                                        const char *properties)
{
    char text[1024], time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, at);
    snprintf(text, sizeof text,
             "{`type`:`track`,`event`:`%s`,`messageId`:`e%u`,`groupId`:`c1`,`timestamp`:`%s`,"
             "`properties`:%s}",
             name, w->inputs, time, properties ? properties : "{}");
    return way_step(w, now, text);
}

/* "achieve" or "revoke" by a person; `more` are further properties with a comma in front. */
static inline csuccess_result way_word(way *w, int64_t now, const char *word, const char *id,
                                       const char *more)
{
    char text[1024], time[CSUCCESS__TIME_TEXT];
    csuccess__time_format(time, now);
    snprintf(text, sizeof text,
             "{`type`:`milestone`,`event`:`%s`,`messageId`:`w%u`,`groupId`:`c1`,`timestamp`:"
             "`%s`,`properties`:{`milestone`:`%s`%s}}",
             word, w->inputs, time, id, more);
    return way_step(w, now, text);
}

static inline const csuccess__json *way_json(way *w, csuccess_str text)
{
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &w->l.limits};
    CHECK_OK(csuccess__json_read(&json, &w->l.arena, text, &options, NULL));
    return json;
}

/* A slot's value as JSON. */
static inline csuccess_str way_slot(way *w, const char *path, const char *argument,
                                    csuccess__buffer *out)
{
    csuccess__json_writer writer;
    csuccess_str of = argument ? check_view(argument) : (csuccess_str){"", 0};
    uint32_t slot =
        csuccess__schema_find(w->moment.schema, check_view(path), argument ? &of : NULL);
    csuccess__buffer_clear(out);
    csuccess__json_writer_init(&writer, out);
    if (slot == UINT32_MAX) return CSUCCESS_STR("(no slot)");
    csuccess__value_write(&writer, w->moment.slots[slot], w->moment.schema->slots[slot].type);
    return csuccess__buffer_view(out);
}
#define WAY_SLOT(w, path, argument, expected) \
    do { \
        csuccess__buffer way_out; \
        csuccess__buffer_init(&way_out, csuccess__malloc_allocator(), 0); \
        CHECK_STR(way_slot((w), (path), (argument), &way_out), (expected)); \
        csuccess__buffer_free(&way_out); \
    } while (0)

/* A report as text, in the arena of the batch. */
static inline csuccess_str way_report(way *w, void (*report)(csuccess__moment *,
                                                             struct csuccess__json_writer *))
{
    csuccess__buffer out;
    csuccess__json_writer writer;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &out);
    report(&w->moment, &writer);
    csuccess_str text = csuccess__arena_copy(&w->l.arena, csuccess__buffer_view(&out));
    csuccess__buffer_free(&out);
    return text;
}

#endif
