/* SPDX-License-Identifier: Apache-2.0 */
/* A customer's feelings for people: what they come to, what stands out, and what to do. */
#include "intervene/sentiment/internal.h"

#include "calendar/time_json.h"

#define STEADY 0.1 /* chosen: a smaller change is none */

static const char *trend_of(const csuccess__mood *m)
{
    if (!m->has_change) return "unknown";
    if (m->change > STEADY) return "improving";
    return m->change < -STEADY ? "declining" : "stable";
}

/* How many of the kept feelings have each name; returns the number of the most frequent, first by name. */
static uint32_t put_counts(csuccess__json_writer *w, const char *key,
                           const csuccess__feelings *f, bool issues, uint32_t *most)
{
    const csuccess__felt_names *names = issues ? &f->issues : &f->emotions;
    uint32_t best = UINT32_MAX;
    *most = 0;
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t n = 0;
        for (uint32_t k = 0; k < f->kept; k++) {
            n += (issues ? f->list[k].issues : f->list[k].emotions) >> i & 1;
        }
        csuccess__json_key(w, names->list[i]);
        csuccess__json_num(w, n);
        if (n > *most) {
            *most = n;
            best = i;
        }
    }
    csuccess__json_close(w, '}');
    return best;
}

/* One sentence of the report, with a name behind it. */
static void put_sentence(csuccess__json_writer *w, const char *format, csuccess_str name,
                         uint32_t n, uint32_t of)
{
    char bytes[256];
    csuccess__text text;
    csuccess__text_init(&text, bytes, sizeof bytes);
    csuccess__text_format(&text, format, n, of);
    if (name.len) csuccess__text_format(&text, " (%S)", name);
    csuccess__json_str(w, (csuccess_str){text.ptr, text.len});
}

typedef struct standing {
    const csuccess__feelings *feelings;
    const csuccess__mood *mood;
    uint32_t window, emotion, emotion_count, issue, issue_count;
} standing;

static void put_insights(csuccess__json_writer *w, const standing *s)
{
    const csuccess_str none = {"", 0};
    const csuccess__mood *m = s->mood;
    csuccess__json_key(w, CSUCCESS_STR("insights"));
    csuccess__json_open(w, '[');
    if (m->has_change && m->change < -STEADY) {
        put_sentence(w, "the last %u texts are more negative than those before", none,
                     s->window, 0);
    }
    if (m->has_change && m->change > STEADY) {
        put_sentence(w, "the last %u texts are more positive than those before", none,
                     s->window, 0);
    }
    if (m->negatives > 0) {
        put_sentence(w, "%u of the last %u texts are negative", none, m->negatives, s->window);
    }
    if (s->issue_count > 0) {
        put_sentence(w, "the issue that comes up most, in %u of %u texts",
                     s->feelings->issues.list[s->issue], s->issue_count, s->feelings->kept);
    }
    if (s->emotion_count > 0) {
        put_sentence(w, "the emotion that comes up most, in %u of %u texts",
                     s->feelings->emotions.list[s->emotion], s->emotion_count,
                     s->feelings->kept);
    }
    csuccess__json_close(w, ']');
}

static void put_alerts(csuccess__json_writer *w, const csuccess__mood *m)
{
    csuccess__json_key(w, CSUCCESS_STR("alerts"));
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < CSUCCESS__SENTIMENT_ALERT_COUNT; i++) {
        if (!(m->alerts >> i & 1)) continue;
        csuccess__json_open(w, '{');
        csuccess__json_put_str(w, "alert", csuccess__str(csuccess__sentiment_alert_name(i)));
        csuccess__json_put_str(w, "severity",
                               csuccess__str(csuccess__sentiment_alert_severity(i)));
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
    csuccess__json_key(w, CSUCCESS_STR("actions"));
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < CSUCCESS__SENTIMENT_ALERT_COUNT; i++) {
        if (!(m->alerts >> i & 1)) continue;
        csuccess__json_str(w, csuccess__str(csuccess__sentiment_alert_action(i)));
    }
    csuccess__json_close(w, ']');
}

void csuccess__sentiment_report(const csuccess__sentiment *of, const csuccess__state *state,
                                int64_t now, struct csuccess__json_writer *out)
{
    csuccess__feelings f;
    (void)now; /* all age alike */
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_SENTIMENT, (csuccess_str){"", 0});
    if (!of || !payload.ptr || payload.len == 0 || !csuccess__feelings_read(&f, payload)) {
        csuccess__json_null(out);
        return;
    }
    csuccess__mood m = csuccess__mood_of(of, &f);
    standing s = {.feelings = &f, .mood = &m};
    s.window = of->recent < f.kept ? of->recent : f.kept;
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "overall", m.overall);
    csuccess__json_put_str(out, "label", csuccess__str(csuccess__feeling_label(m.label)));
    csuccess__json_put_num(out, "recent", m.recent);
    if (m.has_change) csuccess__json_put_num(out, "before", m.before);
    if (m.has_change) csuccess__json_put_num(out, "change", m.change);
    csuccess__json_put_str(out, "trend", csuccess__str(trend_of(&m)));
    csuccess__json_put_num(out, "count", (double)m.count);
    csuccess__json_put_num(out, "negatives", m.negatives);
    csuccess__json_put_time(out, "last_at", f.list[0].at);
    s.emotion = put_counts(out, "emotions", &f, false, &s.emotion_count);
    s.issue = put_counts(out, "issues", &f, true, &s.issue_count);
    put_alerts(out, &m);
    put_insights(out, &s);
    csuccess__json_close(out, '}');
}
