/* SPDX-License-Identifier: Apache-2.0 */
/* The section `sentiment` read: inputs, words, patterns, and the slots that it declares. */
#include "intervene/sentiment/internal.h"

#include "calendar/duration_read.h"
#include "text/reader.h"

#include <string.h>

enum { RATING_MOST = 4, RECENT = 5, OPTION = 4 /* bytes of (?i) */ };
static const csuccess__span half_lives = {"P30D", CSUCCESS__HOUR_MS, 3660 * CSUCCESS__DAY_MS};

/* What the patterns of a name are where the section does not say; chosen. */
typedef struct given {
    const char *name, *pattern;
} given;
static const given given_emotions[] = {
    {"frustration",
     "\\b(?:frustrat(?:e[sd]?|ing|ingly|ions?)|fed up|(?:sick|tired) "
     "of|annoy(?:ed|ing|s|ance)?|irritat(?:ed|ing|es?)|exasperat(?:ed|ing)|wast(?:e|ing)"
     " (?:of )?(?:our |my )?(?:time|money)|giv(?:e|ing) up|wits?'? end|(?:again and|over "
     "and over) again|had enough)\\b"},
    {"anger", "\\b(?:angr(?:y|ily|ier)|anger(?:ed|s)?|furious(?:ly)?|outrag(?:ed|eous)|enraged|"
              "livid|mad "
              "(?:at|about)|infuriat(?:ed|ing|es)|pissed(?: "
              "off)?|hat(?:e[sd]?|ing)|unacceptable|disgust(?:ed|ing)|irate)\\b"},
    {"joy",
     "\\b(?:lov(?:e[sd]?|ing)|delight(?:ed|ful|s)?|happ(?:y|ily|ier)|thrilled|excit(?:ed|ing)|"
     "wonderful|amazing|awesome|fantastic|joy(?:ful)?|pleased|glad)\\b"},
    {"confusion",
     "\\b(?:confus(?:ed?|ing|es|ion)|unclear|puzzl(?:ed|ing)|(?:don'?t|do not|can'?t|cannot) "
     "(?:understand|figure out)|not (?:sure|clear) (?:how|what|why|where|which|whether)|makes? "
     "no "
     "sense|baffl(?:ed|ing)|bewilder(?:ed|ing))\\b"},
    {"disappointment",
     "\\b(?:disappoint(?:ed|ing|ments?|s)?|let(?: us| me)? down|letdown|expected "
     "(?:more|better)|regret(?:ted|s)?|not what (?:i|we) "
     "(?:expected|hoped)|underwhelm(?:ed|ing)|(?:un|dis)satisf(?:ied|ying|actory|action))\\b"}};
static const given given_issues[] = {
    {"performance",
     "\\b(?:slow(?:er|est|ly|ness|s|ed)?|lag(?:s|gy|ging)?|latency|tim(?:e|es|ed|ing)[ "
     "-]?outs?|unresponsive|hang(?:s|ing)?|fr(?:eezes?|eezing|ozen?)|tak(?:es?|ing) "
     "(?:forever|ages|too long)|sluggish)\\b"},
    {"billing", "\\b(?:invoic(?:es?|ed|ing)|bill(?:s|ed|ing)?|(?:over)?charg(?:es?|ed|ing)|"
                "refund(?:s|ed)?|"
                "pric(?:es?|ing|ey)|payments?|credit cards?|receipts?|renewal fees?)\\b"},
    {"usability",
     "\\b(?:(?:hard|difficult|easy) to "
     "(?:use|find|understand|navigate)|(?:un)?intuitive|clunky|user[- "
     "]?friendl(?:y|iness)|confusing|interface|navigat(?:e|ion|ing)|(?:can'?t|cannot|could "
     "not|couldn'?t) find|complicated|ui|ux|usability)\\b"},
    {"reliability", "\\b(?:crash(?:es|ed|ing)?|bugs?|buggy|errors?|outages?|down "
                    "?time|broke(?:n)?|fail(?:s|ed|ing|ures?)?|data "
                    "loss|(?:un)?reliab(?:le|ility)|unstable|(?:does "
                    "?n[o']t|did ?n[o']t|not|stopped) work(?:ing)?)\\b"},
    {"support", "\\b(?:support|help ?desk|customer (?:service|care)|no "
                "(?:response|reply|answer)|respon(?:se|d) "
                "times?|unanswered|(?:waiting|waited) for (?:an? "
                ")?(?:reply|response|answer)|tickets?|nobody "
                "(?:answers|answered|replied))\\b"}};

typedef struct section_build {
    csuccess__sentiment *out;
    csuccess__compiler *with;
    csuccess__problems *problems;
} section_build;

static bool lost(const section_build *b)
{
    b->problems->lost = true;
    return false;
}

/* ---- Patterns ---- */

/* A pattern that asks for no case. The clean-up takes the regex over. NULL: noted. */
static const csuccess__regex *compile_pattern(const section_build *b, const csuccess__json *at,
                                              csuccess_str pattern)
{
    csuccess_error error = CSUCCESS_ERROR_INIT;
    struct csuccess__cleanup *entry = CSUCCESS__NEW(b->with->arena, struct csuccess__cleanup);
    char *text = csuccess__arena_take(b->with->arena, pattern.len + OPTION + 1, 1);
    if (!entry || !text) {
        lost(b);
        return NULL;
    }
    memcpy(text, "(?i)", OPTION);
    memcpy(text + OPTION, pattern.ptr, pattern.len);
    csuccess_result result = csuccess__regex_new(&entry->regex, b->with->mem,
                                                 (csuccess_str){text, pattern.len + OPTION},
                                                 b->with->limits, &error);
    if (result == CSUCCESS_ENOMEM) {
        lost(b);
        return NULL;
    }
    if (result < 0) {
        size_t inner = error.offset > OPTION ? (size_t)error.offset - OPTION : 0;
        csuccess__problem_inside(b->problems, at, inner, result, "the pattern %q: %s", pattern,
                                 error.message);
        return NULL;
    }
    entry->next = b->with->cleanup;
    b->with->cleanup = entry;
    return entry->regex;
}

static bool add_pattern(const section_build *b, csuccess__topic *topic,
                        const csuccess__json *at, csuccess_str pattern)
{
    const csuccess__regex *regex = compile_pattern(b, at, pattern);
    if (regex) topic->patterns[topic->count++] = regex;
    return !b->problems->lost;
}

static bool give_topics(const section_build *b, csuccess__topics *topics, const given *list,
                        uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        csuccess__topic *topic = &topics->list[topics->count++];
        topic->name = csuccess__str(list[i].name);
        topic->patterns = CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__regex *, 1);
        if (!topic->patterns) return lost(b);
        if (!add_pattern(b, topic, NULL, csuccess__str(list[i].pattern))) return false;
    }
    return true;
}

static bool is_list(const section_build *b, const csuccess__json *m)
{
    bool good =
        m->type == CSUCCESS__JSON_ARRAY && m->count > 0 && m->count <= CSUCCESS__PATTERNS_EACH;
    if (good) return true;
    csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                      "the patterns of a name are a list of 1 to %u regular expressions, such "
                      "as [\"\\\\bslow\\\\b\"]",
                      (uint32_t)CSUCCESS__PATTERNS_EACH);
    return false;
}

static bool read_topic(const section_build *b, csuccess__topic *topic, const csuccess__json *m)
{
    topic->name = m->key;
    topic->patterns = CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__regex *, m->count);
    if (!topic->patterns) return lost(b);
    for (const csuccess__json *p = m->first; p; p = p->next) {
        if (p->type == CSUCCESS__JSON_STRING && p->string.len > 0) {
            if (!add_pattern(b, topic, p, p->string)) return false;
            continue;
        }
        csuccess__problem(b->problems, p, CSUCCESS_ETYPE,
                          "a pattern is a regular expression, a text that is not empty; this "
                          "is %s",
                          csuccess__json_type_name(p));
    }
    return true;
}

static bool read_topics(const section_build *b, csuccess__topics *topics,
                        const csuccess__json *list)
{
    if (list->count > CSUCCESS__SENTIMENT_WORDS) {
        csuccess__problem(b->problems, list, CSUCCESS_ELIMIT,
                          "there are at most %u names; this has %u",
                          (uint32_t)CSUCCESS__SENTIMENT_WORDS, list->count);
        return true;
    }
    for (const csuccess__json *m = list->first; m; m = m->next) {
        if (!is_list(b, m)) continue;
        if (!read_topic(b, &topics->list[topics->count++], m)) return false;
    }
    return true;
}

static bool read_all_topics(const section_build *b, const csuccess__json *section)
{
    enum { EMOTIONS = sizeof given_emotions / sizeof *given_emotions };
    enum { ISSUES = sizeof given_issues / sizeof *given_issues };
    const csuccess__json *emotions =
        csuccess__read_section(b->problems, section, "emotions", CSUCCESS__JSON_OBJECT);
    const csuccess__json *issues =
        csuccess__read_section(b->problems, section, "issues", CSUCCESS__JSON_OBJECT);
    bool good = emotions ? read_topics(b, &b->out->emotions, emotions)
                         : give_topics(b, &b->out->emotions, given_emotions, EMOTIONS);
    if (!good) return false;
    return issues ? read_topics(b, &b->out->issues, issues)
                  : give_topics(b, &b->out->issues, given_issues, ISSUES);
}

/* ---- Words ---- */

static bool read_word(const section_build *b, const csuccess__json *m)
{
    char folded[CSUCCESS__WORD_MOST + 1];
    size_t length = csuccess__word_fold(folded, m->key);
    bool rating = m->type == CSUCCESS__JSON_NUMBER && m->number >= -RATING_MOST &&
                  m->number <= RATING_MOST;
    if (!rating) {
        csuccess__problem(b->problems, m, CSUCCESS_ERANGE,
                          "the rating of a word is a number from -4 to 4; 0 says nothing");
        return true;
    }
    bool word = length != SIZE_MAX && length > 0;
    for (size_t i = 0; word && i < length; i++) word = (unsigned char)folded[i] > ' ';
    if (!word) {
        csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                          "%q is no single word of up to %u bytes: phrases go under "
                          "\"emotions\" and \"issues\"",
                          m->key, (uint32_t)CSUCCESS__WORD_MOST);
        return true;
    }
    csuccess_str kept = csuccess__arena_copy(b->with->arena, (csuccess_str){folded, length});
    if (!kept.ptr) return lost(b);
    csuccess__own_words_add(&b->out->own, kept, m->number);
    return true;
}

static bool read_words(const section_build *b, const csuccess__json *section)
{
    const csuccess__json *words =
        csuccess__read_section(b->problems, section, "words", CSUCCESS__JSON_OBJECT);
    if (!words) return true;
    if (words->count > CSUCCESS__OWN_WORDS_MOST) {
        csuccess__problem(b->problems, words, CSUCCESS_ELIMIT,
                          "there are at most %u words; this has %u",
                          (uint32_t)CSUCCESS__OWN_WORDS_MOST, words->count);
        return true;
    }
    if (!csuccess__own_words_new(&b->out->own, b->with->arena, words->count)) return lost(b);
    for (const csuccess__json *m = words->first; m; m = m->next) {
        if (!read_word(b, m)) return false;
    }
    return true;
}

/* ---- The rest ---- */

static bool read_inputs(const section_build *b, const csuccess__json *section)
{
    const csuccess__json *of =
        csuccess__read_section(b->problems, section, "of", CSUCCESS__JSON_OBJECT);
    if (!of) return true;
    if (of->count > CSUCCESS__SENTIMENT_INPUTS) {
        csuccess__problem(b->problems, of, CSUCCESS_ELIMIT,
                          "there are at most %u inputs; this has %u",
                          (uint32_t)CSUCCESS__SENTIMENT_INPUTS, of->count);
        return true;
    }
    b->out->inputs =
        CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__sentiment_input, (size_t)of->count + 1);
    if (!b->out->inputs) return lost(b);
    for (const csuccess__json *m = of->first; m; m = m->next) {
        if (m->type == CSUCCESS__JSON_STRING && m->string.len > 0) {
            b->out->inputs[b->out->input_count++] =
                (csuccess__sentiment_input){m->key, m->string};
            continue;
        }
        csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                          "this is the property of %q that holds a text, such as \"text\"",
                          m->key);
    }
    return true;
}

static void note_channel(const section_build *b, const csuccess__json *at,
                         const csuccess__json *channels)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, at->string);
    for (const csuccess__json *m = channels ? channels->first : NULL; m; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                      near.best.ptr
                          ? "there is no channel %q in \"channels\" (did you mean %q?)"
                          : "there is no channel %q in the section \"channels\"",
                      at->string, near.best);
}

static void read_alerts(const section_build *b, const csuccess__json *document,
                        const csuccess__json *section)
{
    static const char *const keys[] = {"channel", "description", NULL};
    const csuccess__json *alerts =
        csuccess__read_section(b->problems, section, "alerts", CSUCCESS__JSON_OBJECT);
    if (!alerts || !csuccess__read_object(b->problems, alerts, keys)) return;
    b->out->channel =
        csuccess__read_string(b->problems, alerts, "channel", (csuccess_str){"", 0});
    const csuccess__json *at = csuccess__json_member(alerts, "channel");
    const csuccess__json *channels = csuccess__json_member(document, "channels");
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    if (!csuccess__json_get(channels, at->string)) note_channel(b, at, channels);
}

static bool declare(const section_build *b, csuccess__schema *schema)
{
    static const char *const paths[] = {
#define PATH(name, path) path,
        CSUCCESS__SENTIMENT_SLOTS(PATH)
#undef PATH
    };
    for (int i = 0; i < CSUCCESS__SENTIMENT_SLOT_COUNT; i++) {
        csuccess__kind kind =
            i == CSUCCESS__SENTIMENT_LABEL ? CSUCCESS__KIND_STRING : CSUCCESS__KIND_NUMBER;
        if (i >= CSUCCESS__SENTIMENT_NEGATIVE_SHIFT) kind = CSUCCESS__KIND_BOOL;
        const csuccess__slot slot = {.path = csuccess__str(paths[i]),
                                     .type = csuccess__type_of(kind),
                                     .stratum = CSUCCESS__STRATUM_METRIC};
        if (csuccess__schema_add(schema, &slot) == UINT32_MAX) return lost(b);
    }
    for (int label = -1; label <= 1; label++) {
        csuccess_str name = csuccess__str(csuccess__feeling_label(label));
        csuccess__value *v = &b->out->labels[label + 1];
        *v = csuccess__string(name);
        v->code = csuccess__constants_add(b->with->constants, name);
        if (v->code == 0) return lost(b);
    }
    return true;
}

const csuccess__sentiment *csuccess__sentiment_compile(csuccess__schema *schema,
                                                       csuccess__compiler *with,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *document,
                                                       const csuccess__json *section)
{
    static const char *const keys[] = {"of",       "words",       "issues",
                                       "emotions", "recent",      "half_life",
                                       "alerts",   "description", NULL};
    if (!section) return NULL;
    csuccess__sentiment *out = CSUCCESS__NEW(with->arena, csuccess__sentiment);
    const section_build b = {out, with, problems};
    if (!out) {
        lost(&b);
        return NULL;
    }
    csuccess__read_object(problems, section, keys);
    out->piece = with->limits->subject_bytes < CSUCCESS__TEXT_MOST ? with->limits->subject_bytes
                                                                   : CSUCCESS__TEXT_MOST;
    if (out->piece < 16) out->piece = 16;
    out->recent = (uint32_t)csuccess__read_number(problems, section, "recent", RECENT, 1,
                                                  CSUCCESS__RECENT_MOST);
    out->half_life_ms =
        csuccess__read_ms(problems, section, "half_life", 30 * CSUCCESS__DAY_MS, half_lives);
    read_alerts(&b, document, section);
    bool good = read_inputs(&b, section) && read_words(&b, section) &&
                read_all_topics(&b, section) && declare(&b, schema);
    return good ? out : NULL;
}
