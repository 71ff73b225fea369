/* SPDX-License-Identifier: Apache-2.0 */
/* Intervene as a whole: which machine looks first. */
#include "intervene/intervene.h"

#include "text/reader.h"

/* ---- Compiling ---- */

static const csuccess__json *section_of(csuccess__intervene_build *build, const char *key)
{
    return csuccess__read_section(build->flow->problems, build->flow->document, key,
                                  CSUCCESS__JSON_OBJECT);
}

static uint32_t slot_of(const csuccess__intervene_build *build, const char *path)
{
    return csuccess__schema_find(build->flow->schema, csuccess__str(path), NULL);
}

/* Sections name one another: offers are named by interventions, these by campaigns, all of them by patterns. */
static bool compile_sections(csuccess__intervene_build *build)
{
    csuccess__intervene *out = build->intervene;
    const csuccess__json *policies = section_of(build, "policies");
    out->reach = csuccess__reach_compile(
        build, policies ? csuccess__read_section(build->flow->problems, policies, "reach",
                                                 CSUCCESS__JSON_OBJECT)
                        : NULL);
    if (!out->reach) return false;
    out->offers = csuccess__offers_compile(build, section_of(build, "offers"));
    if (!out->offers) return false;
    out->expansion = csuccess__expansion_compile(build, section_of(build, "expansion"));
    if (!out->expansion) return false;
    out->interventions =
        csuccess__interventions_compile(build, section_of(build, "interventions"));
    if (!out->interventions) return false;
    out->campaigns = csuccess__campaigns_compile(build, section_of(build, "campaigns"));
    if (!out->campaigns) return false;
    out->approvals = csuccess__approvals_compile(build, section_of(build, "approvals"));
    if (!out->approvals) return false;
    out->experiments = csuccess__experiments_compile(build, section_of(build, "experiments"));
    return out->experiments != NULL;
}

static bool has_standing(const csuccess__intervene *of)
{
    bool standing = of->campaigns->count > 0;
    for (uint32_t i = 0; i < of->interventions->count; i++) {
        standing = standing || of->interventions->list[i].when;
    }
    return standing;
}

const csuccess__intervene *csuccess__intervene_compile(csuccess__intervene_build *build)
{
    csuccess__intervene *out = CSUCCESS__NEW(build->flow->with->arena, csuccess__intervene);
    build->intervene = out;
    if (!out) {
        build->flow->problems->lost = true;
        return NULL;
    }
    out->flow = build->flow->flow;
    out->channels = build->channels;
    out->policies = build->policies;
    out->privacy = build->privacy;
    out->access = build->access;
    out->churned = slot_of(build, "health.status");
    out->risk = slot_of(build, "churn.probability");
    out->at_risk = slot_of(build, "churn.value_at_risk");
    out->time_to_churn = slot_of(build, "churn.time_to_churn_days");
    if (!compile_sections(build)) {
        build->flow->problems->lost = true;
        return NULL;
    }
    const csuccess__reach *reach = out->reach;
    bool budgets =
        reach->has_customer_budget || reach->has_campaign_budget || reach->has_total_budget;
    out->standing = has_standing(out);
    out->tracks = reach->cap_count > 0 || budgets || out->interventions->count > 0;
    out->idle = !out->tracks && out->approvals->count == 0 && out->experiments->count == 0 &&
                out->expansion->count == 0;
    return out;
}

csuccess_result csuccess__intervene_desk_new(csuccess__intervene_desk *desk,
                                             const csuccess_allocator *mem)
{
    (void)desk;
    (void)mem;
    return CSUCCESS_OK;
}

void csuccess__intervene_desk_free(csuccess__intervene_desk *desk)
{
    (void)desk;
}

csuccess_result csuccess__intervene_apply(csuccess__turn *t, const csuccess__input *input,
                                          csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

csuccess_result csuccess__intervene_delivered(csuccess__turn *t, const csuccess__input *input,
                                              csuccess__text *reason)
{
    (void)t;
    (void)input;
    (void)reason;
    return CSUCCESS_OK;
}

void csuccess__intervene_step(csuccess__turn *t)
{
    (void)t;
}

void csuccess__intervene_publish(csuccess__turn *t)
{
    (void)t;
}

void csuccess__intervene_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__intervene_release(csuccess__turn *t)
{
    (void)t;
}

void csuccess__intervene_forget(csuccess__turn *t, csuccess_str contact)
{
    (void)t;
    (void)contact;
}
