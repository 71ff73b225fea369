/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing for Graphviz: nodes are "step ID", "begin" and "end"; labels are what the text says. */
#include "flow/graph/draw_words.h"

static const char *const shapes[CSUCCESS__STEP_TYPE_COUNT] = {
    [CSUCCESS__STEP_EMAIL] = "note",
    [CSUCCESS__STEP_IN_APP] = "note",
    [CSUCCESS__STEP_WEBHOOK] = "cds",
    [CSUCCESS__STEP_TASK] = "box",
    [CSUCCESS__STEP_HUMAN] = "box",
    [CSUCCESS__STEP_WAIT] = "ellipse",
    [CSUCCESS__STEP_CONDITION] = "diamond",
    [CSUCCESS__STEP_SPLIT] = "trapezium",
    [CSUCCESS__STEP_SEGMENT_UPDATE] = "box",
    [CSUCCESS__STEP_HEALTH_CHECK] = "diamond",
    [CSUCCESS__STEP_START_PLAYBOOK] = "component",
    [CSUCCESS__STEP_ENROLL] = "component",
    [CSUCCESS__STEP_EXIT] = "doubleoctagon"};

static void put_node(csuccess__buffer *out, csuccess_str id)
{
    csuccess__buffer name;
    csuccess__buffer_init(&name, out->mem, 0);
    csuccess__buffer_cstr(&name, "step ");
    csuccess__buffer_str(&name, id);
    csuccess__draw_quote(out, csuccess__buffer_view(&name));
    if (name.status < 0) out->status = name.status;
    csuccess__buffer_free(&name);
}

static void put_label(csuccess__buffer *out, csuccess__buffer *label)
{
    csuccess__buffer_cstr(out, " [label=");
    csuccess__draw_quote(out, csuccess__buffer_view(label));
    if (label->status < 0) out->status = label->status;
}

static void put_step(csuccess__buffer *out, csuccess_str id, const csuccess__json *at,
                     const char *shape)
{
    csuccess__buffer label;
    csuccess__buffer_init(&label, out->mem, 0);
    csuccess__buffer_str(&label, id);
    csuccess__buffer_char(&label, '\n');
    csuccess__draw_step(&label, at);
    csuccess__buffer_cstr(out, "  ");
    put_node(out, id);
    put_label(out, &label);
    csuccess__buffer_cstr(out, ", shape=");
    csuccess__buffer_cstr(out, shape);
    csuccess__buffer_cstr(out, "];\n");
    csuccess__buffer_free(&label);
}

static void put_head(csuccess__buffer *out, const char *what, csuccess_str id,
                     const csuccess__json *at)
{
    csuccess__buffer label;
    csuccess__buffer_init(&label, out->mem, 0);
    csuccess__buffer_cstr(&label, what);
    csuccess__buffer_char(&label, '/');
    csuccess__buffer_str(&label, id);
    csuccess__buffer_cstr(out, "digraph ");
    csuccess__draw_quote(out, csuccess__buffer_view(&label));
    csuccess__buffer_cstr(out, " {\n  begin");
    csuccess__buffer_char(&label, '\n');
    csuccess__draw_members(&label, csuccess__json_member(at, "trigger"));
    put_label(out, &label);
    csuccess__buffer_cstr(out, ", shape=oval, style=bold];\n"
                               "  end [label=\"end\", shape=doublecircle];\n");
    csuccess__buffer_free(&label);
}

/* ---- Journeys ---- */

static void put_edge(csuccess__buffer *out, const csuccess__journey *journey, uint32_t step,
                     uint32_t to)
{
    csuccess__buffer label;
    csuccess__buffer_init(&label, out->mem, 0);
    if (csuccess__draw_ways(&label, journey, step, to)) {
        csuccess__buffer_cstr(out, "  ");
        put_node(out, journey->steps[step].id);
        csuccess__buffer_cstr(out, " -> ");
        if (to < journey->step_count) {
            put_node(out, journey->steps[to].id);
        } else {
            csuccess__buffer_cstr(out, "end");
        }
        put_label(out, &label);
        csuccess__buffer_cstr(out, "];\n");
    }
    if (label.status < 0) out->status = label.status;
    csuccess__buffer_free(&label);
}

static void put_edges(csuccess__buffer *out, const csuccess__journey *journey, uint32_t step)
{
    const csuccess__journey_step *s = &journey->steps[step];
    for (uint32_t i = 0; i < s->way_count; i++) {
        bool first = csuccess__way_there(s, i);
        uint32_t to = s->ways[i].to < journey->step_count ? s->ways[i].to : journey->step_count;
        for (uint32_t k = 0; k < i && first; k++) {
            first = s->ways[k].to != s->ways[i].to || !csuccess__way_there(s, k);
        }
        if (first) put_edge(out, journey, step, to);
    }
    if (s->type != CSUCCESS__STEP_EXIT) return;
    csuccess__buffer_cstr(out, "  ");
    put_node(out, s->id);
    csuccess__buffer_cstr(out, " -> end;\n");
}

static void put_tail(csuccess__buffer *out, csuccess_result status,
                     const csuccess__flow_bounds *bounds)
{
    csuccess__buffer label;
    csuccess__buffer_init(&label, out->mem, 0);
    if (status >= 0) csuccess__draw_bounds(&label, bounds);
    csuccess__buffer_cstr(out, "  label=");
    csuccess__draw_quote(out, csuccess__buffer_view(&label));
    csuccess__buffer_cstr(out, ";\n}\n");
    if (label.status < 0) out->status = label.status;
    if (status < 0) out->status = status;
    csuccess__buffer_free(&label);
}

void csuccess__journey_dot(csuccess__buffer *out, const csuccess__flow *flow,
                           const csuccess__journey *journey)
{
    csuccess__flow_bounds bounds;
    put_head(out, "journey", journey->id, journey->at);
    for (uint32_t i = 0; i < journey->step_count; i++) {
        const csuccess__journey_step *step = &journey->steps[i];
        put_step(out, step->id, step->at, shapes[step->type]);
    }
    if (journey->step_count > 0) {
        csuccess__buffer_cstr(out, "  begin -> ");
        put_node(out, journey->steps[journey->start].id);
        csuccess__buffer_cstr(out, ";\n");
    }
    for (uint32_t i = 0; i < journey->step_count; i++) put_edges(out, journey, i);
    put_tail(out, csuccess__journey_bounds(&bounds, flow, journey, out->mem), &bounds);
}

/* ---- Playbooks ---- */

static bool is_last(const csuccess__playbook *playbook, uint32_t step)
{
    for (uint32_t i = 0; i < playbook->step_count; i++) {
        if (playbook->steps[i].after == step) return false;
    }
    return true;
}

void csuccess__playbook_dot(csuccess__buffer *out, const csuccess__flow *flow,
                            const csuccess__playbook *playbook)
{
    csuccess__flow_bounds bounds;
    put_head(out, "playbook", playbook->id, playbook->at);
    for (uint32_t i = 0; i < playbook->step_count; i++) {
        const csuccess__playbook_step *step = &playbook->steps[i];
        put_step(out, step->id, step->at, step->optional ? "box, style=dashed" : "box");
        csuccess__buffer_cstr(out, "  ");
        if (step->after < playbook->step_count) {
            put_node(out, playbook->steps[step->after].id);
        } else {
            csuccess__buffer_cstr(out, "begin");
        }
        csuccess__buffer_cstr(out, " -> ");
        put_node(out, step->id);
        csuccess__buffer_cstr(out, ";\n");
        if (!is_last(playbook, i)) continue;
        csuccess__buffer_cstr(out, "  ");
        put_node(out, step->id);
        csuccess__buffer_cstr(out, " -> end;\n");
    }
    put_tail(out, csuccess__playbook_bounds(&bounds, flow, playbook, out->mem), &bounds);
}
