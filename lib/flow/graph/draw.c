/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing as text: a line a step, its ways below, and what it can come to. */
#include "flow/graph/draw_words.h"

static void put_line(csuccess__buffer *out, const char *word, csuccess_str text)
{
    if (text.len == 0) return;
    csuccess__buffer_cstr(out, "  ");
    csuccess__buffer_cstr(out, word);
    csuccess__buffer_char(out, ' ');
    csuccess__buffer_str(out, text);
    csuccess__buffer_char(out, '\n');
}

static void put_object(csuccess__buffer *out, const char *word, const csuccess__json *of,
                       const char *key)
{
    const csuccess__json *m = csuccess__json_member(of, key);
    if (!m) return;
    csuccess__buffer_cstr(out, "  ");
    csuccess__buffer_cstr(out, word);
    csuccess__buffer_char(out, ' ');
    if (m->type == CSUCCESS__JSON_OBJECT) {
        csuccess__draw_members(out, m);
    } else if (m->type == CSUCCESS__JSON_STRING) {
        csuccess__buffer_str(out, m->string);
    } else {
        csuccess__json_write(out, m, false);
    }
    csuccess__buffer_char(out, '\n');
}

static void put_bounds(csuccess__buffer *out, csuccess_result status,
                       const csuccess__flow_bounds *bounds)
{
    if (status < 0) {
        out->status = status;
        return;
    }
    csuccess__buffer_cstr(out, "  ");
    csuccess__draw_bounds(out, bounds);
    csuccess__buffer_char(out, '\n');
}

static void put_step_line(csuccess__buffer *out, csuccess_str id, const csuccess__json *at)
{
    csuccess__buffer_cstr(out, "  - ");
    csuccess__buffer_str(out, id);
    csuccess__buffer_cstr(out, ": ");
    csuccess__draw_step(out, at);
}

/* ---- Journeys ---- */

static void put_way(csuccess__buffer *out, const csuccess__journey *journey, uint32_t step,
                    uint32_t to)
{
    csuccess_str end = {"end", 3};
    csuccess__buffer ways;
    csuccess__buffer_init(&ways, out->mem, 0);
    if (csuccess__draw_ways(&ways, journey, step, to)) {
        csuccess__buffer_cstr(out, "; ");
        csuccess__buffer_str(out, csuccess__buffer_view(&ways));
        csuccess__buffer_cstr(out, " -> ");
        csuccess__buffer_str(out, to < journey->step_count ? journey->steps[to].id : end);
    }
    if (ways.status < 0) out->status = ways.status;
    csuccess__buffer_free(&ways);
}

/* Targets in the order of the ways that first lead to them. */
static void put_ways(csuccess__buffer *out, const csuccess__journey *journey, uint32_t step)
{
    const csuccess__journey_step *s = &journey->steps[step];
    for (uint32_t i = 0; i < s->way_count; i++) {
        bool first = csuccess__way_there(s, i);
        for (uint32_t k = 0; k < i && first; k++) {
            first = s->ways[k].to != s->ways[i].to || !csuccess__way_there(s, k);
        }
        uint32_t to = s->ways[i].to;
        if (first)
            put_way(out, journey, step, to < journey->step_count ? to : journey->step_count);
    }
}

static void draw_text(csuccess__buffer *out, const csuccess__flow *flow,
                      const csuccess__journey *journey)
{
    csuccess__flow_bounds bounds;
    csuccess__buffer_cstr(out, "journey ");
    csuccess__buffer_str(out, journey->id);
    csuccess__buffer_char(out, '\n');
    put_object(out, "begins by", journey->at, "trigger");
    if (journey->step_count > 0) {
        put_line(out, "begins at", journey->steps[journey->start].id);
    }
    for (uint32_t i = 0; i < journey->step_count; i++) {
        put_step_line(out, journey->steps[i].id, journey->steps[i].at);
        put_ways(out, journey, i);
        csuccess__buffer_char(out, '\n');
    }
    put_object(out, "goal", journey->at, "goal");
    put_object(out, "exits", journey->at, "exit");
    put_object(out, "time limit", journey->at, "time_limit");
    put_object(out, "enrolled again", journey->at, "reenroll");
    put_bounds(out, csuccess__journey_bounds(&bounds, flow, journey, out->mem), &bounds);
}

void csuccess__journey_draw(csuccess__buffer *out, const csuccess__flow *flow,
                            const csuccess__journey *journey, csuccess__drawing how)
{
    if (how == CSUCCESS__DRAW_DOT) {
        csuccess__journey_dot(out, flow, journey);
    } else {
        draw_text(out, flow, journey);
    }
}

/* ---- Playbooks ---- */

static void put_begin(csuccess__buffer *out, const csuccess__playbook *playbook,
                      const csuccess__playbook_step *step)
{
    char text[CSUCCESS__DURATION_TEXT];
    csuccess_str start = {"the start", 9};
    bool after = step->after < playbook->step_count;
    size_t len = csuccess__duration_format(text, step->from_start);
    csuccess__buffer_cstr(out, "; ");
    if (step->from_start.days || step->from_start.ms || step->from_start.months) {
        csuccess__buffer_put(out, text, len);
        csuccess__buffer_char(out, ' ');
    }
    csuccess__buffer_cstr(out, "after ");
    csuccess__buffer_str(out, after ? playbook->steps[step->after].id : start);
    if (step->optional) csuccess__buffer_cstr(out, "; optional");
}

void csuccess__playbook_draw(csuccess__buffer *out, const csuccess__flow *flow,
                             const csuccess__playbook *playbook, csuccess__drawing how)
{
    csuccess__flow_bounds bounds;
    if (how == CSUCCESS__DRAW_DOT) {
        csuccess__playbook_dot(out, flow, playbook);
        return;
    }
    csuccess__buffer_cstr(out, "playbook ");
    csuccess__buffer_str(out, playbook->id);
    csuccess__buffer_char(out, '\n');
    put_object(out, "begins by", playbook->at, "trigger");
    put_object(out, "for each of", playbook->at, "for_each");
    for (uint32_t i = 0; i < playbook->step_count; i++) {
        put_step_line(out, playbook->steps[i].id, playbook->steps[i].at);
        put_begin(out, playbook, &playbook->steps[i]);
        csuccess__buffer_char(out, '\n');
    }
    put_object(out, "success", playbook->at, "success");
    put_object(out, "closes when", playbook->at, "close_when");
    put_bounds(out, csuccess__playbook_bounds(&bounds, flow, playbook, out->mem), &bounds);
}
