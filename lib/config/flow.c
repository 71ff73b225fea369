/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys and playbooks of a configuration for hosts: drawn, and what they can come to. */
#include "base/error.h"
#include "config/config.h"
#include "flow/graph/draw.h"
#include <csuccess/flow.h>

/* One of both, by name. */
typedef struct found {
    const csuccess__journey *journey;
    const csuccess__playbook *playbook;
} found;

static bool take_prefix(csuccess_str *name, const char *prefix)
{
    csuccess_str p = csuccess__str(prefix);
    if (!csuccess__str_starts(*name, p)) return false;
    *name = (csuccess_str){name->ptr + p.len, name->len - p.len};
    return true;
}

static csuccess_result no_such(const csuccess__flow *flow, csuccess_str id, bool journey,
                               csuccess_error *err)
{
    csuccess__nearest near;
    const char *what = journey ? "journey" : "playbook";
    uint32_t n = journey ? flow->journeys->count : flow->playbooks->count;
    csuccess__nearest_start(&near, id);
    for (uint32_t i = 0; i < n; i++) {
        csuccess__nearest_try(&near, journey ? flow->journeys->list[i].id
                                             : flow->playbooks->list[i].id);
    }
    if (!near.best.ptr) {
        return csuccess__fail(err, CSUCCESS_ENAME, "the configuration has no %s %q", what, id);
    }
    return csuccess__fail(err, CSUCCESS_ENAME,
                          "the configuration has no %s %q (did you mean %q?)", what, id,
                          near.best);
}

static csuccess_result find(found *out, const csuccess_config *config, csuccess_str name,
                            csuccess_error *err)
{
    bool journey = take_prefix(&name, "journey/");
    *out = (found){NULL, NULL};
    if (!journey && !take_prefix(&name, "playbook/")) {
        return csuccess__fail(err, CSUCCESS_ENAME,
                              "%q is no name such as \"journey/onboarding\" or "
                              "\"playbook/risk_response\"",
                              name);
    }
    const csuccess__flow *flow = config->flow;
    uint32_t at = journey ? csuccess__journey_find(flow->journeys, name)
                          : csuccess__playbook_find(flow->playbooks, name);
    if (at == UINT32_MAX) return no_such(flow, name, journey, err);
    if (journey) {
        out->journey = &flow->journeys->list[at];
    } else {
        out->playbook = &flow->playbooks->list[at];
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_config_draw(const csuccess_config *config, csuccess_str name,
                                     uint32_t how, csuccess_text **out, csuccess_error *err)
{
    found it;
    csuccess__buffer text;
    if (out) *out = NULL;
    if (!config || !out || how > CSUCCESS_DRAW_DOT) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "config and out are required; how is CSUCCESS_DRAW_TEXT or "
                              "CSUCCESS_DRAW_DOT");
    }
    csuccess_result status = find(&it, config, name, err);
    if (status < 0) return status;
    csuccess__drawing drawing =
        how == CSUCCESS_DRAW_DOT ? CSUCCESS__DRAW_DOT : CSUCCESS__DRAW_TEXT;
    csuccess__buffer_init(&text, &config->mem, config->limits.output_bytes);
    if (it.journey) {
        csuccess__journey_draw(&text, config->flow, it.journey, drawing);
    } else {
        csuccess__playbook_draw(&text, config->flow, it.playbook, drawing);
    }
    status = text.status;
    if (status >= 0) {
        status = csuccess__text_make(out, &config->mem, csuccess__buffer_view(&text));
    }
    csuccess__buffer_free(&text);
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : CSUCCESS_OK;
}

csuccess_result csuccess_config_bounds(const csuccess_config *config, csuccess_str name,
                                       csuccess_flow_bounds *out, csuccess_error *err)
{
    found it;
    csuccess__flow_bounds bounds;
    if (!config || !out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "config and out are required");
    }
    csuccess_result status = find(&it, config, name, err);
    if (status < 0) return status;
    status = it.journey
                 ? csuccess__journey_bounds(&bounds, config->flow, it.journey, &config->mem)
                 : csuccess__playbook_bounds(&bounds, config->flow, it.playbook, &config->mem);
    if (status < 0) return csuccess__fail(err, status, "out of memory");
    csuccess_flow_bounds give = {.size = sizeof give,
                                 .longest_ms = bounds.longest_ms,
                                 .messages = bounds.messages,
                                 .messages_a_day = bounds.messages_a_day,
                                 .to_one = bounds.to_one,
                                 .to_one_a_day = bounds.to_one_a_day};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_flow_bounds", err);
}
