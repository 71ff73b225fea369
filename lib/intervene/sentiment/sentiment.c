/* SPDX-License-Identifier: Apache-2.0 */
/* A text scored: its tone, its emotions and issues; and what a host's own scorer may say. */
#include "intervene/sentiment/internal.h"

#include "base/number.h"

#define LABEL_FROM 0.05 /* given: Hutto and Gilbert */

int csuccess__feeling_label_of(double score)
{
    return score >= LABEL_FROM ? 1 : score <= -LABEL_FROM ? -1 : 0;
}

const char *csuccess__feeling_label(int label)
{
    return label < 0 ? "negative" : label > 0 ? "positive" : "neutral";
}

/* The first 64 KiB, cut before a character. */
static csuccess_str readable(csuccess_str text)
{
    if (text.len <= CSUCCESS__TEXT_MOST) return text;
    size_t n = CSUCCESS__TEXT_MOST;
    while (n > CSUCCESS__TEXT_MOST - 4 && ((unsigned char)text.ptr[n] & 0xC0) == 0x80) n--;
    return (csuccess_str){text.ptr, n};
}

csuccess_result csuccess__sentiment_score(const csuccess__sentiment *of,
                                          struct csuccess__regex_scratch *scratch,
                                          csuccess_str text, csuccess__feeling *out)
{
    csuccess__tone tone;
    *out = (csuccess__feeling){.score = 0};
    text = readable(text);
    csuccess_result result = csuccess__tone_of(of ? &of->own : NULL, text, &tone);
    if (result < 0) return result;
    out->score = tone.score;
    out->confidence = tone.confidence;
    out->label = csuccess__feeling_label_of(tone.score);
    return of && scratch ? csuccess__topics_find(of, scratch, text, out) : CSUCCESS_OK;
}

/* Whether bits stand for names that there are. */
static bool is_named(const csuccess__topics *topics, uint32_t bits)
{
    uint32_t count = topics ? topics->count : 0;
    return count >= 32 || bits >> count == 0;
}

static bool is_within(double v, double low, double high)
{
    return v >= low && v <= high;
}

/* What is wrong with it; NULL: nothing. */
static const char *fault_of(const csuccess__sentiment *of, const csuccess__feeling *feeling)
{
    if (!is_within(feeling->score, -1, 1)) return "a score is -1 to 1";
    if (!is_within(feeling->confidence, 0, 1)) return "a confidence is 0 to 1";
    if (!is_within(feeling->label, -1, CSUCCESS__LABEL_BY_SCORE)) {
        return "a label is -1, 0, 1, or 2 for that of the score";
    }
    bool named = is_named(of ? &of->emotions : NULL, feeling->emotions) &&
                 is_named(of ? &of->issues : NULL, feeling->issues);
    return named ? NULL
                 : "there is an emotion or issue that the section \"sentiment\" does not name";
}

csuccess_result csuccess__feeling_check(const csuccess__sentiment *of,
                                        csuccess__feeling *feeling, csuccess__text *reason)
{
    const char *fault = fault_of(of, feeling);
    if (fault) {
        csuccess__text_format(reason, "%s", fault);
        return CSUCCESS_ERANGE;
    }
    feeling->score = csuccess__round9(feeling->score);
    feeling->confidence = csuccess__round9(feeling->confidence);
    if (feeling->label == CSUCCESS__LABEL_BY_SCORE) {
        feeling->label = csuccess__feeling_label_of(feeling->score);
    }
    return CSUCCESS_OK;
}

static csuccess_str name_of(const csuccess__topics *topics, uint32_t bit)
{
    return topics && bit < topics->count ? topics->list[bit].name : (csuccess_str){"", 0};
}

csuccess_str csuccess__sentiment_emotion(const csuccess__sentiment *of, uint32_t bit)
{
    return name_of(of ? &of->emotions : NULL, bit);
}

csuccess_str csuccess__sentiment_issue(const csuccess__sentiment *of, uint32_t bit)
{
    return name_of(of ? &of->issues : NULL, bit);
}

csuccess_str csuccess__sentiment_text(const csuccess__sentiment *of,
                                      const csuccess__input *input)
{
    char bytes[256];
    csuccess__text scratch;
    csuccess_str none = {NULL, 0};
    if (!of) return none;
    csuccess__text_init(&scratch, bytes, sizeof bytes);
    csuccess_str event = csuccess__input_event(input, &scratch);
    for (uint32_t i = 0; i < of->input_count; i++) {
        if (!csuccess__str_eq(of->inputs[i].event, event)) continue;
        const csuccess__property *p = csuccess__input_property(input, of->inputs[i].property);
        bool text = p && p->value.kind == CSUCCESS__KIND_STRING && p->value.as.string.len > 0;
        return text ? p->value.as.string : none;
    }
    return none;
}
