/* SPDX-License-Identifier: Apache-2.0 */
/* Results as they cross the boundary. */
#include "score/health_internal.h"

#include "base/error.h"

static const char *const trend_words[] = {
#define CSUCCESS__TREND(name, text) text,
    CSUCCESS__TRENDS(CSUCCESS__TREND)
#undef CSUCCESS__TREND
};

static void give_times(csuccess_score *give, const csuccess__health_result *result)
{
    if (result->has_earlier) {
        give->present |= CSUCCESS_SCORE_PREVIOUS;
        give->previous = result->earlier;
        give->change = result->change;
        give->trend = csuccess__str(trend_words[result->trend]);
    }
    if (result->review_at != 0) {
        give->present |= CSUCCESS_SCORE_REVIEW;
        give->review_at = result->review_at;
    }
}

csuccess_result csuccess__health_give(csuccess_score *out, const csuccess__health *health,
                                      const csuccess__health_result *result,
                                      csuccess_error *err)
{
    csuccess_score give = {.size = sizeof give,
                           .completeness = result->completeness,
                           .confidence = result->confidence,
                           .status = result->status};
    if (result->has_score) {
        give.present |= CSUCCESS_SCORE_VALUE;
        give.value = result->score;
        give.raw = result->raw;
    }
    if (result->has_weight) {
        give.present |= CSUCCESS_SCORE_WEIGHT;
        give.weight = result->weight;
    }
    give_times(&give, result);
    give.profile = csuccess__health_profile_name(health, result->profile);
    if (result->provisional) give.flags |= CSUCCESS_SCORE_PROVISIONAL;
    if (result->overridden) give.flags |= CSUCCESS_SCORE_OVERRIDDEN;
    if (result->churned) give.flags |= CSUCCESS_SCORE_CHURNED;
    if (result->contradictions) give.flags |= CSUCCESS_SCORE_CONTRADICTORY;
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_score", err);
}

bool csuccess__health_has_status(const csuccess__health *health, csuccess_str status)
{
    for (uint32_t p = 0; health && p < health->profile_count; p++) {
        const csuccess__scale *scale = &health->profiles[p].scale;
        for (uint32_t i = 0; i < scale->band_count; i++) {
            if (csuccess__str_eq(scale->bands[i].id, status)) return true;
        }
    }
    return false;
}
