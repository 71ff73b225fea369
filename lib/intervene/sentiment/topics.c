/* SPDX-License-Identifier: Apache-2.0 */
/* Emotions and issues of a text: names whose patterns are found in it, where no negation stands before them. */
#include "intervene/sentiment/internal.h"
#include "intervene/sentiment/words.h"

enum {
    TRIES =
        64,   /* matches of one pattern in a piece that are looked at, while all are negated */
    REACH = 3 /* words before a match that may negate it */
};

/* ---- Negation ---- */

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* The word that ends before *at, which moves to its first byte. Empty: there is none in this sentence. */
static csuccess_str word_before(csuccess_str text, size_t *at)
{
    size_t end = *at;
    while (end > 0 && is_blank(text.ptr[end - 1])) end--;
    size_t first = end;
    while (first > 0 && !is_blank(text.ptr[first - 1])) first--;
    *at = first;
    if (first == end) return (csuccess_str){"", 0};
    char last = text.ptr[end - 1];
    if (last == '.' || last == '!' || last == '?' || last == ';') return (csuccess_str){"", 0};
    return (csuccess_str){text.ptr + first, end - first};
}

/* Whether a role denies what follows; `next`: that of the word behind it. */
static bool denies(uint8_t role, uint8_t next)
{
    switch (role) {
    case CSUCCESS__ROLE_NEGATION:
        return next != CSUCCESS__ROLE_ONLY;
    case CSUCCESS__ROLE_NEVER:
        return next != CSUCCESS__ROLE_SO && next != CSUCCESS__ROLE_THIS;
    case CSUCCESS__ROLE_WITHOUT:
        return next != CSUCCESS__ROLE_DOUBT;
    default:
        return role == CSUCCESS__ROLE_NO;
    }
}

bool csuccess__tone_negated(csuccess_str text, size_t at)
{
    uint8_t next = CSUCCESS__ROLE_NONE;
    /* What hangs on the match without a blank belongs to it. */
    while (at > 0 && !is_blank(text.ptr[at - 1])) at--;
    for (int i = 0; i < REACH; i++) {
        csuccess_str word = word_before(text, &at);
        if (word.len == 0) return false;
        csuccess__known_word known = csuccess__word_known(NULL, word);
        if (known.role == CSUCCESS__ROLE_BUT) return false;
        if (denies(known.role, next)) return true;
        next = known.role;
    }
    return false;
}

/* ---- Patterns ---- */

typedef struct search {
    csuccess__regex_scratch *scratch;
    csuccess_str text; /* a piece */
    bool negatable;
    uint32_t *undecided;
    csuccess_result *failed;
} search;

/* Behind an empty match the next character. */
static size_t next_from(csuccess_str text, csuccess__span_found found)
{
    size_t at = found.end > found.first ? found.end : found.end + 1;
    while (at < text.len && ((unsigned char)text.ptr[at] & 0xC0) == 0x80) at++;
    return at;
}

static bool holds(const search *s, const csuccess__regex *pattern)
{
    size_t from = 0;
    for (int i = 0; i < TRIES && from <= s->text.len; i++) {
        csuccess__span_found found;
        csuccess__match match =
            csuccess__regex_find(pattern, s->scratch, s->text, from, &found);
        if (match == CSUCCESS__UNDECIDED) ++*s->undecided;
        if (found.failed < 0) *s->failed = found.failed;
        if (match != CSUCCESS__MATCHED) return false;
        if (!s->negatable || !csuccess__tone_negated(s->text, found.first)) return true;
        from = next_from(s->text, found);
    }
    return false;
}

static uint32_t find_topics(const search *s, const csuccess__topics *topics, uint32_t known)
{
    for (uint32_t i = 0; i < topics->count; i++) {
        const csuccess__topic *topic = &topics->list[i];
        for (uint32_t k = 0; k < topic->count && !(known >> i & 1); k++) {
            if (holds(s, topic->patterns[k])) known |= UINT32_C(1) << i;
        }
    }
    return known;
}

/* ---- Pieces ---- */

/* Bytes of the first piece: up to a blank, where there is one in its second half. */
static size_t piece_of(csuccess_str text, size_t most)
{
    if (text.len <= most) return text.len;
    size_t at = most;
    while (at > most / 2 && !is_blank(text.ptr[at - 1])) at--;
    if (at > most / 2) return at;
    at = most;
    while (at > 1 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80) at--;
    return at;
}

csuccess_result csuccess__topics_find(const csuccess__sentiment *of,
                                      struct csuccess__regex_scratch *scratch,
                                      csuccess_str text, csuccess__feeling *out)
{
    csuccess_result failed = CSUCCESS_OK;
    while (text.len > 0 && failed == CSUCCESS_OK) {
        size_t n = piece_of(text, of->piece);
        search s = {scratch, {text.ptr, n}, true, &out->undecided, &failed};
        out->emotions = find_topics(&s, &of->emotions, out->emotions);
        s.negatable = false;
        out->issues = find_topics(&s, &of->issues, out->issues);
        text = (csuccess_str){text.ptr + n, text.len - n};
    }
    return failed;
}
