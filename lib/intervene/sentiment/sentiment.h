/* SPDX-License-Identifier: Apache-2.0 */
/* Sentiment: texts scored by a lexicon, issues and emotions by patterns, the last of them kept of each customer, and alerts. State kind SENTIMENT, one field: scores, never texts. */
#ifndef CSUCCESS__INTERVENE_SENTIMENT_SENTIMENT_H
#define CSUCCESS__INTERVENE_SENTIMENT_SENTIMENT_H

#include "customer/schema.h"
#include "customer/step.h"

typedef struct csuccess__sentiment csuccess__sentiment; /* compiled section; immutable */
enum { CSUCCESS__SENTIMENT_WORDS = 32 };                /* of issues, and of emotions: bits */
typedef struct csuccess__feeling {
    double score, confidence;  /* -1 to 1; 0 to 1 */
    int label;                 /* -1, 0, 1 */
    uint32_t emotions, issues; /* bits by csuccess__sentiment_emotion(), _issue() */
    uint32_t undecided;        /* patterns that stayed open: the budget of a match was spent */
} csuccess__feeling;
#define CSUCCESS__SENTIMENT_SLOTS(X) \
    X(OVERALL, "sentiment.overall") \
    X(RECENT, "sentiment.recent") \
    X(CHANGE, "sentiment.change") \
    X(LABEL, "sentiment.label") \
    X(COUNT, "sentiment.count") \
    X(NEGATIVES, "sentiment.negatives") \
    X(NEGATIVE_SHIFT, "sentiment.negative_shift") \
    X(PERSISTENT_NEGATIVE, "sentiment.persistent_negative") \
    X(FRUSTRATION, "sentiment.frustration") /* alerts, in their order: whether they hold */
typedef enum csuccess__sentiment_slot {
#define CSUCCESS__SENTIMENT_SLOT(name, path) CSUCCESS__SENTIMENT_##name,
    CSUCCESS__SENTIMENT_SLOTS(CSUCCESS__SENTIMENT_SLOT)
#undef CSUCCESS__SENTIMENT_SLOT
        CSUCCESS__SENTIMENT_SLOT_COUNT
} csuccess__sentiment_slot;

/* Declares the slots (stratum of metrics) and compiles the section; NULL section: NULL. Problems are noted. After attributes, before metrics. */
const csuccess__sentiment *csuccess__sentiment_compile(csuccess__schema *schema,
                                                       csuccess__compiler *with,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *document,
                                                       const csuccess__json *section);
/* One text; what is beyond 64 KiB is not read. Warm, nothing is allocated (PCRE2 keeps what it needed in the scratch). `of` NULL: the lexicon alone. scratch: of the caller's thread, such as that of a machine; NULL: patterns are not
   asked. EENCODING: it is not UTF-8; ENOMEM. */
csuccess_result csuccess__sentiment_score(const csuccess__sentiment *of,
                                          struct csuccess__regex_scratch *scratch,
                                          csuccess_str text, csuccess__feeling *out);
/* Whether a feeling that a host gave is one: OK, or ERANGE with the reason; then what it left to the library is filled in (the label when it is 2, by the score). */
enum { CSUCCESS__LABEL_BY_SCORE = 2 };
csuccess_result csuccess__feeling_check(const csuccess__sentiment *of,
                                        csuccess__feeling *feeling, csuccess__text *reason);
/* "negative", "neutral", "positive". */
const char *csuccess__feeling_label(int label);
/* Names by bit; an empty one: there is none. `of` NULL: none. */
csuccess_str csuccess__sentiment_emotion(const csuccess__sentiment *of, uint32_t bit);
csuccess_str csuccess__sentiment_issue(const csuccess__sentiment *of, uint32_t bit);
/* The text of an input that the section names; ptr NULL: none. */
csuccess_str csuccess__sentiment_text(const csuccess__sentiment *of,
                                      const csuccess__input *input);
/* Keeps the feeling of an input (later ones may come before earlier ones), entry "sentiment", alerts on their edge (entry, and a message to the channel). */
void csuccess__sentiment_apply(const csuccess__sentiment *of, csuccess__step *step,
                               const csuccess__input *input, const csuccess__feeling *feeling);
/* The slots as of now. False: damaged. */
bool csuccess__sentiment_values(const csuccess__sentiment *of, const csuccess__state *state,
                                int64_t now,
                                csuccess__value out[CSUCCESS__SENTIMENT_SLOT_COUNT]);
/* The slot of that name; COUNT: none. */
int csuccess__sentiment_slot_of(csuccess_str path);
void csuccess__sentiment_report(const csuccess__sentiment *of, const csuccess__state *state,
                                int64_t now, struct csuccess__json_writer *out);
void csuccess__sentiment_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field);

#endif
