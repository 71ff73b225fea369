/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine counts of itself. */
#include "engine/machine.h"

void csuccess__figures_tally(csuccess_engine *engine, const csuccess__tally *tally)
{
    csuccess_engine_counts *figures = &engine->figures;
    figures->inputs_applied += tally->applied;
    figures->inputs_known += tally->known;
    figures->inputs_quarantined += tally->quarantined;
    figures->inputs_expired += tally->expired;
    figures->inputs_failed += tally->failed;
    figures->unknown_traits += tally->unknown_traits;
}

void csuccess__figures_commit(csuccess_engine *engine, const csuccess_batch *batch)
{
    engine->figures.commits++;
    engine->figures.entries += batch->entry_count;
    engine->figures.messages += batch->message_count;
}

void csuccess__figures_sent(csuccess_engine *engine, int64_t lag)
{
    static const int64_t within[] = {CSUCCESS__SECOND_MS, 10 * CSUCCESS__SECOND_MS,
                                     CSUCCESS__MINUTE_MS, 10 * CSUCCESS__MINUTE_MS,
                                     CSUCCESS__HOUR_MS,   6 * CSUCCESS__HOUR_MS,
                                     CSUCCESS__DAY_MS};
    size_t i = 0;
    while (i < sizeof within / sizeof within[0] && lag > within[i]) i++;
    engine->figures.lag_count[i]++;
    engine->figures.sent++;
    if (lag > engine->worst_lag) engine->worst_lag = lag;
}

uint32_t csuccess__breakers_open(const csuccess_engine *engine)
{
    uint32_t open = 0;
    for (uint32_t i = 0; i < engine->channel_count; i++) {
        open += engine->channels[i].breaker.open_until > engine->clock;
    }
    return open;
}

csuccess_result csuccess_engine_figures(const csuccess_engine *engine,
                                        csuccess_engine_counts *out)
{
    csuccess_result result = csuccess__engine_enter(engine, NULL);
    if (result < 0) return result;
    csuccess_engine_counts figures = engine->figures;
    figures.clock_ms = engine->clock;
    figures.breakers_open = csuccess__breakers_open(engine);
    return csuccess__struct_give(out, &figures, sizeof figures, "csuccess_engine_counts", NULL);
}
