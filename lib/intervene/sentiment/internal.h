/* SPDX-License-Identifier: Apache-2.0 */
/* What the sources of sentiment share: the compiled section, and what the state keeps of a customer. */
#ifndef CSUCCESS__INTERVENE_SENTIMENT_INTERNAL_H
#define CSUCCESS__INTERVENE_SENTIMENT_INTERNAL_H

#include "intervene/sentiment/sentiment.h"
#include "intervene/sentiment/tone.h"
#include "text/regex.h"

enum {
    CSUCCESS__TEXT_MOST = 65536,     /* bytes of a text that are read */
    CSUCCESS__RECENT_MOST = 50,      /* of `recent` */
    CSUCCESS__PATTERNS_EACH = 32,    /* of a name */
    CSUCCESS__SENTIMENT_INPUTS = 64, /* of `of` */
    CSUCCESS__OWN_WORDS_MOST = 10000,
    CSUCCESS__AGES = 8,       /* into which a half-life is cut */
    CSUCCESS__AGES_KEPT = 128 /* 16 half-lives: what is older weighs less than 2^-16 */
};

/* Emotions or issues: a name each, and what tells it. */
typedef struct csuccess__topic {
    csuccess_str name;
    const csuccess__regex **patterns;
    uint32_t count;
} csuccess__topic;
typedef struct csuccess__topics {
    csuccess__topic list[CSUCCESS__SENTIMENT_WORDS];
    uint32_t count;
} csuccess__topics;
typedef struct csuccess__sentiment_input {
    csuccess_str event, property;
} csuccess__sentiment_input;
struct csuccess__sentiment {
    csuccess__sentiment_input *inputs;
    uint32_t input_count;
    csuccess__own_words own;
    csuccess__topics emotions, issues;
    size_t piece; /* bytes that a pattern may look at at once */
    uint32_t recent;
    int64_t half_life_ms;
    csuccess_str channel;      /* of alerts; empty: entries only */
    csuccess__value labels[3]; /* strings by label + 1, with their codes */
};

/* Finds emotions and issues of a text that is UTF-8, in pieces. ENOMEM. */
csuccess_result csuccess__topics_find(const csuccess__sentiment *of,
                                      struct csuccess__regex_scratch *scratch,
                                      csuccess_str text, csuccess__feeling *out);

/* ---- What the state keeps ---- */

/* One feeling. Those of equal time are ordered by what they say, so that the order of arrival does not show. */
typedef struct csuccess__felt {
    int64_t at, nanos; /* score times 1e9 */
    int label;
    uint64_t emotions, issues; /* bits by the names of csuccess__feelings */
} csuccess__felt;
/* The sum of those of one span of time: an eighth of a half-life. */
typedef struct csuccess__age {
    int64_t index; /* floor(at / width) */
    uint64_t count;
    int64_t nanos;
} csuccess__age;
#define CSUCCESS__SENTIMENT_ALERTS(X) \
    X(NEGATIVE_SHIFT, "negative_shift", "high", "immediate_engagement") \
    X(PERSISTENT_NEGATIVE, "persistent_negative", "critical", "escalation") \
    X(FRUSTRATION, "frustration", "high", "proactive_support")
enum {
#define CSUCCESS__SENTIMENT_ALERT(name, text, severity, action) CSUCCESS__ALERTS_##name,
    CSUCCESS__SENTIMENT_ALERTS(CSUCCESS__SENTIMENT_ALERT)
#undef CSUCCESS__SENTIMENT_ALERT
        CSUCCESS__SENTIMENT_ALERT_COUNT
};
enum { CSUCCESS__FELT_NAMES = 64 };
typedef struct csuccess__felt_names {
    csuccess_str
        list[CSUCCESS__FELT_NAMES]; /* as written: ascending by bytes, those that are used */
    uint32_t count;
} csuccess__felt_names;
enum { CSUCCESS__FELT_MOST = 2 * CSUCCESS__RECENT_MOST };
typedef struct csuccess__feelings {
    uint64_t count;  /* ever */
    uint32_t alerts; /* bits of those that hold */
    csuccess__felt_names emotions, issues;
    csuccess__felt list[CSUCCESS__FELT_MOST + 1]; /* the latest first */
    uint32_t kept;
    int64_t width_ms;                            /* of an age */
    csuccess__age ages[CSUCCESS__AGES_KEPT + 1]; /* ascending */
    uint32_t age_count;
} csuccess__feelings;
/* False: damaged. An empty payload is a customer without any. */
bool csuccess__feelings_read(csuccess__feelings *out, csuccess_str payload);
void csuccess__feelings_write(csuccess__buffer *out, csuccess__feelings *feelings);
/* Adds one, and forgets what is beyond `keep` feelings and too old. */
void csuccess__feelings_add(csuccess__feelings *feelings, const csuccess__felt *felt,
                            uint32_t keep, int64_t width_ms);
/* The number of a name, added where it is not there; UINT32_MAX: there is no room. */
uint32_t csuccess__felt_name(csuccess__felt_names *names, csuccess_str name);

/* What they come to. */
typedef struct csuccess__mood {
    bool has_overall, has_change;
    double overall, recent, before, change;
    int label;                 /* of overall */
    uint32_t negatives, upset; /* upset: the last one is frustrated or angry */
    uint32_t alerts;           /* bits of those that hold */
    uint64_t count;
} csuccess__mood;
csuccess__mood csuccess__mood_of(const csuccess__sentiment *of,
                                 const csuccess__feelings *feelings);
const char *csuccess__sentiment_alert_name(uint32_t alert);
const char *csuccess__sentiment_alert_severity(uint32_t alert);
const char *csuccess__sentiment_alert_action(uint32_t alert);
int csuccess__feeling_label_of(double score);

#endif
