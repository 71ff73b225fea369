/* SPDX-License-Identifier: Apache-2.0 */
/* What the feelings of a customer come to: overall, lately, how that changed, and which alerts hold. */
#include "intervene/sentiment/internal.h"

#include "base/number.h"

#define NANOS 1e9
#define SHIFT (-0.3) /* given: 001, 5.1 */
enum { PERSISTENT_OF = 5, PERSISTENT = 3 /* given */ };

static const struct {
    const char *name, *severity, *action;
} alerts[] = {
#define ALERT(name, text, severity, action) {text, severity, action},
    CSUCCESS__SENTIMENT_ALERTS(ALERT)
#undef ALERT
};

const char *csuccess__sentiment_alert_name(uint32_t alert)
{
    return alerts[alert].name;
}

const char *csuccess__sentiment_alert_severity(uint32_t alert)
{
    return alerts[alert].severity;
}

const char *csuccess__sentiment_alert_action(uint32_t alert)
{
    return alerts[alert].action;
}

/* The mean by age. All age alike, so it changes by what comes and never because time goes on; against the newest the sum of weights is never 0. */
static double overall(const csuccess__feelings *f)
{
    double sum = 0, weights = 0;
    int64_t newest = f->ages[f->age_count - 1].index;
    for (uint32_t i = 0; i < f->age_count; i++) {
        const csuccess__age *age = &f->ages[i];
        double old = (double)(newest - age->index) / CSUCCESS__AGES;
        double weight = csuccess__pow(0.5, old);
        sum += weight * (double)age->nanos;
        weights += weight * (double)age->count;
    }
    return csuccess__round9(sum / weights / NANOS);
}

/* The mean of those from .. to-1; the sum is of whole numbers. */
static double mean(const csuccess__feelings *f, uint32_t from, uint32_t to)
{
    int64_t sum = 0;
    for (uint32_t i = from; i < to; i++) sum += f->list[i].nanos;
    return csuccess__round9((double)sum / (to - from) / NANOS);
}

static uint32_t negatives(const csuccess__feelings *f, uint32_t of)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->kept && i < of; i++) n += f->list[i].label < 0;
    return n;
}

static bool is_upset(const csuccess__feelings *f)
{
    for (uint32_t i = 0; i < f->emotions.count; i++) {
        csuccess_str name = f->emotions.list[i];
        bool upset = csuccess__str_is(name, "frustration") || csuccess__str_is(name, "anger");
        if (upset && f->list[0].emotions >> i & 1) return true;
    }
    return false;
}

csuccess__mood csuccess__mood_of(const csuccess__sentiment *of,
                                 const csuccess__feelings *feelings)
{
    csuccess__mood m = {.count = feelings->count};
    uint32_t recent = of->recent, twice = 2 * of->recent;
    if (feelings->kept == 0) return m;
    m.has_overall = true;
    m.overall = overall(feelings);
    m.label = csuccess__feeling_label_of(m.overall);
    if (recent > feelings->kept) recent = feelings->kept;
    if (twice > feelings->kept) twice = feelings->kept;
    m.recent = mean(feelings, 0, recent);
    m.negatives = negatives(feelings, of->recent);
    m.has_change = twice > of->recent;
    if (m.has_change) {
        m.before = mean(feelings, recent, twice);
        m.change = csuccess__round9(m.recent - m.before);
    }
    m.upset = is_upset(feelings);
    if (m.has_change && m.change < SHIFT) m.alerts |= 1u << CSUCCESS__ALERTS_NEGATIVE_SHIFT;
    if (negatives(feelings, PERSISTENT_OF) >= PERSISTENT) {
        m.alerts |= 1u << CSUCCESS__ALERTS_PERSISTENT_NEGATIVE;
    }
    if (m.upset) m.alerts |= 1u << CSUCCESS__ALERTS_FRUSTRATION;
    return m;
}

/* ---- Slots ---- */

int csuccess__sentiment_slot_of(csuccess_str path)
{
    static const char *const paths[] = {
#define PATH(name, path) path,
        CSUCCESS__SENTIMENT_SLOTS(PATH)
#undef PATH
    };
    int slot = 0;
    while (slot < CSUCCESS__SENTIMENT_SLOT_COUNT && !csuccess__str_is(path, paths[slot]))
        slot++;
    return slot;
}

bool csuccess__sentiment_values(const csuccess__sentiment *of, const csuccess__state *state,
                                int64_t now,
                                csuccess__value out[CSUCCESS__SENTIMENT_SLOT_COUNT])
{
    csuccess__feelings f;
    (void)now; /* all age alike */
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_SENTIMENT, (csuccess_str){"", 0});
    for (int i = 0; i < CSUCCESS__SENTIMENT_SLOT_COUNT; i++) {
        out[i] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
    if (payload.ptr && payload.len == 0) return false;
    if (!csuccess__feelings_read(&f, payload)) return false;
    csuccess__mood m = csuccess__mood_of(of, &f);
    out[CSUCCESS__SENTIMENT_COUNT] = csuccess__number((double)m.count);
    out[CSUCCESS__SENTIMENT_NEGATIVES] = csuccess__number(m.negatives);
    if (!m.has_overall) return true;
    for (int i = 0; i < CSUCCESS__SENTIMENT_ALERT_COUNT; i++) {
        out[CSUCCESS__SENTIMENT_NEGATIVE_SHIFT + i] = csuccess__boolean(m.alerts >> i & 1);
    }
    out[CSUCCESS__SENTIMENT_OVERALL] = csuccess__number(m.overall);
    out[CSUCCESS__SENTIMENT_RECENT] = csuccess__number(m.recent);
    out[CSUCCESS__SENTIMENT_LABEL] = of->labels[m.label + 1];
    if (m.has_change) out[CSUCCESS__SENTIMENT_CHANGE] = csuccess__number(m.change);
    return true;
}
