/* SPDX-License-Identifier: Apache-2.0 */
/* Plain text in regular expressions: alternatives that replace the pattern, text that it requires. */
#include "text/regex_literal.h"

#include <string.h>

#include "base/str.h"

enum { DEEPEST = 4 };

typedef struct reading {
    csuccess_str pattern;
    size_t at;
    bool failed; /* something that is not plain text */
} reading;

static char peek(const reading *r)
{
    return r->at < r->pattern.len ? r->pattern.ptr[r->at] : '\0';
}

static bool at_end(const reading *r)
{
    return r->at >= r->pattern.len;
}

static bool next_is(const reading *r, const char *text)
{
    csuccess_str rest = {r->pattern.ptr + r->at, r->pattern.len - r->at};
    return csuccess__str_starts(rest, csuccess__str(text));
}

static bool is_one_of(char c, const char *set)
{
    return c != '\0' && memchr(set, c, strlen(set)) != NULL;
}

static bool is_alphanumeric(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether a quantifier follows the character of which `at` is the second byte or the end. */
static bool is_quantified(const reading *r, size_t at)
{
    while (at < r->pattern.len && (r->pattern.ptr[at] & 0xC0) == 0x80) {
        at++;
    }
    return at < r->pattern.len && is_one_of(r->pattern.ptr[at], "?*+{");
}

/* Takes the character at the current place when it stands for itself, escaped or not, and no
   quantifier follows. A character of several bytes comes byte by byte. */
static bool take_plain(reading *r, char *out)
{
    size_t at = r->at;
    char c = peek(r);
    if (c == '\\') {
        c = ++at < r->pattern.len ? r->pattern.ptr[at] : 'a';
        /* A backslash gives meaning to letters and digits, and takes it from everything else. */
        if (is_alphanumeric(c) || (c & 0x80)) return false;
    } else if (c == '\0' || is_one_of(c, "^$.[|()?*+{")) {
        return false;
    }
    at++;
    if (is_quantified(r, at)) return false;
    r->at = at;
    *out = c;
    return true;
}

static void add(csuccess__literals *set, const csuccess__literal *item, reading *r)
{
    if (set->count == CSUCCESS__LITERALS) {
        r->failed = true;
    } else {
        set->items[set->count++] = *item;
    }
}

static void add_byte(csuccess__literals *set, char c, reading *r)
{
    for (uint32_t i = 0; i < set->count; i++) {
        csuccess__literal *item = &set->items[i];
        if (item->length == CSUCCESS__LITERAL_BYTES) {
            r->failed = true;
            return;
        }
        item->bytes[item->length++] = c;
    }
}

/* Every text of `set` followed by every one of `more`. */
static void add_product(csuccess__literals *set, const csuccess__literals *more, reading *r)
{
    csuccess__literals product = {.count = 0};
    for (uint32_t i = 0; i < set->count; i++) {
        for (uint32_t j = 0; j < more->count; j++) {
            csuccess__literal item = set->items[i];
            const csuccess__literal *tail = &more->items[j];
            if (item.length + tail->length > CSUCCESS__LITERAL_BYTES) {
                r->failed = true;
                return;
            }
            memcpy(item.bytes + item.length, tail->bytes, tail->length);
            item.length = (uint8_t)(item.length + tail->length);
            add(&product, &item, r);
        }
    }
    *set = product;
}

static void read_group(reading *r, csuccess__literals *out, uint32_t depth);

/* Plain characters and groups up to | or ) or $ or a dot: the texts that they stand for. Recursion ends
   at DEEPEST. */
static void read_sequence(reading *r, csuccess__literals *out, uint32_t depth)
{
    *out = (csuccess__literals){.count = 1};
    while (!r->failed && !at_end(r) && !is_one_of(peek(r), "|)$.")) {
        char c;
        if (peek(r) == '(') {
            csuccess__literals group = {.count = 0};
            read_group(r, &group, depth + 1);
            add_product(out, &group, r);
        } else if (take_plain(r, &c)) {
            add_byte(out, c, r);
        } else {
            r->failed = true;
        }
    }
}

/* A group without anchors and without a quantifier behind it. */
static void read_group(reading *r, csuccess__literals *out, uint32_t depth)
{
    r->at++;
    if (next_is(r, "?:")) {
        r->at += 2;
    }
    if (depth > DEEPEST || is_one_of(peek(r), "?*")) {
        r->failed = true;
        return;
    }
    for (;;) {
        csuccess__literals sequence;
        read_sequence(r, &sequence, depth);
        for (uint32_t i = 0; i < sequence.count; i++) {
            add(out, &sequence.items[i], r);
        }
        if (r->failed || peek(r) != '|') break;
        r->at++;
    }
    r->failed = r->failed || peek(r) != ')';
    r->at++;
    r->failed = r->failed || is_one_of(peek(r), "?*+{");
}

/* Alternatives of the whole pattern, each with its anchors. */
static void read_alternatives(reading *r, csuccess__literals *out)
{
    for (;;) {
        csuccess__literals sequence;
        bool at_start = peek(r) == '^', ends;
        r->at += at_start;
        read_sequence(r, &sequence, 0);
        ends = peek(r) == '$';
        r->at += ends;
        for (uint32_t i = 0; i < sequence.count; i++) {
            sequence.items[i].at_start = at_start;
            sequence.items[i].at_end = ends;
            add(out, &sequence.items[i], r);
        }
        if (r->failed || peek(r) != '|') break;
        r->at++;
    }
    r->failed = r->failed || !at_end(r);
}

static bool holds_newline(const csuccess__literals *set)
{
    for (uint32_t i = 0; i < set->count; i++) {
        if (memchr(set->items[i].bytes, '\n', set->items[i].length)) return true;
    }
    return false;
}

/* Sequences joined by `.*`, without anchors. A dot is anything but a newline, so that with no newline
   among the texts the whole match lies on one line. */
static void read_chain(reading *r, csuccess__literal_plan *plan)
{
    plan->count = 0;
    for (;;) {
        if (plan->count == CSUCCESS__LITERAL_PARTS) {
            r->failed = true;
            return;
        }
        csuccess__literals *part = &plan->parts[plan->count++];
        read_sequence(r, part, 0);
        r->failed = r->failed || holds_newline(part);
        if (r->failed || !next_is(r, ".*")) break;
        r->at += 2;
        r->failed = is_one_of(peek(r), "?+");
    }
    r->failed = r->failed || !at_end(r);
}

/* Skips a class, whose [ stands at the current place. */
static void skip_class(reading *r)
{
    r->at++;
    r->at += peek(r) == '^';
    r->at += peek(r) == ']'; /* a bracket in first place is a member */
    while (!at_end(r) && peek(r) != ']') {
        bool escape = peek(r) == '\\';
        r->failed = peek(r) ==
                    '['; /* [:alpha:] is not worth the reading, and escapes but types neither */
        r->at++;
        if (escape) {
            r->failed = is_alphanumeric(peek(r)) && !is_one_of(peek(r), "dDsSwW");
            r->at++;
        }
        if (r->failed) return;
    }
    r->at++;
}

/* Types and word boundaries take no argument; other letters might. */
static void skip_escape(reading *r)
{
    char c = peek(r);
    r->failed = is_alphanumeric(c) ? !is_one_of(c, "dDsSwWbB") : (c & 0x80);
    r->at++;
}

/* Skips something that is not plain text: a class, a group, a dot, a type, an anchor, a quantifier or a
   character with one. Fails on what could change the meaning of the rest. */
static void skip_other(reading *r, uint32_t *open)
{
    char c = peek(r);
    if (c == '[') {
        skip_class(r);
        return;
    }
    r->at++;
    if (c == '(') {
        *open += 1;
        r->failed = is_one_of(peek(r), "?*") && !next_is(r, "?:");
        r->at += next_is(r, "?:") ? 2 : 0;
    } else if (c == ')') {
        r->failed = *open == 0;
        *open -= 1;
    } else if (c == '\\') {
        skip_escape(r);
    } else if (c == '{' || (c == '|' && *open == 0)) {
        r->failed = true; /* a count that might be 0; alternatives, of which none is required */
    }
}

/* Ranks by how often a byte stands in English text; what is not in the list is rare. */
static size_t frequency(char c)
{
    static const char order[] = "zqjxkvbywgpfmucdlhrsnioate ";
    const char *found = c ? memchr(order, c, sizeof order - 1) : NULL;
    return found ? (size_t)(found - order) + 1 : 0;
}

static void choose_rare(csuccess__literal *item)
{
    item->rare = 0;
    for (uint8_t i = 1; i < item->length; i++) {
        if (frequency(item->bytes[i]) < frequency(item->bytes[item->rare])) {
            item->rare = i;
        }
    }
}

/* Anchored text is found at once and rules out most. */
static bool is_better(const csuccess__literal *a, const csuccess__literal *b)
{
    if (a->length == 0 || b->length == 0) return a->length != 0;
    bool a_anchored = a->at_start || a->at_end, b_anchored = b->at_start || b->at_end;
    return a_anchored != b_anchored ? a_anchored : a->length > b->length;
}

/* Ends a run at what is not plain text, which stands at the current place; ^ begins the next one. */
static void end_run(const reading *r, csuccess__literal *run, csuccess__literal *best)
{
    run->at_end = run->length && peek(r) == '$' && r->at + 1 == r->pattern.len;
    if (is_better(run, best)) {
        *best = *run;
    }
    *run = (csuccess__literal){.at_start = r->at == 0 && peek(r) == '^'};
}

/* The best run of plain characters outside of any group: text that every match holds. */
static void read_required(reading *r, csuccess__literal_plan *plan)
{
    csuccess__literal run = {0}, best = {0};
    uint32_t open = 0;
    while (!r->failed && !at_end(r)) {
        char c;
        if (open || !take_plain(r, &c)) {
            end_run(r, &run, &best);
            skip_other(r, &open);
            continue;
        }
        if (run.length == CSUCCESS__LITERAL_BYTES) {
            run = (csuccess__literal){0};
        }
        run.bytes[run.length++] = c;
        if (is_better(&run, &best)) {
            best = run;
        }
    }
    if (!r->failed && best.length) {
        plan->parts[0].items[0] = best;
        plan->parts[0].count = plan->count = 1;
    }
}

static void choose_rare_of_all(csuccess__literal_plan *plan)
{
    for (uint32_t p = 0; p < plan->count; p++) {
        for (uint32_t i = 0; i < plan->parts[p].count; i++) {
            choose_rare(&plan->parts[p].items[i]);
        }
    }
}

void csuccess__literal_plan_make(csuccess__literal_plan *plan, csuccess_str pattern)
{
    reading r = {.pattern = pattern};
    *plan = (csuccess__literal_plan){.decides = true, .count = 1};
    read_alternatives(&r, &plan->parts[0]);
    if (r.failed) {
        r = (reading){.pattern = pattern};
        read_chain(&r, plan);
    }
    if (r.failed) {
        r = (reading){.pattern = pattern};
        *plan = (csuccess__literal_plan){.decides = false};
        read_required(&r, plan);
    }
    choose_rare_of_all(plan);
}

/* Where the first occurrence ends, SIZE_MAX when there is none: looks for the rare byte, then compares
   around it. */
static size_t end_of(csuccess_str subject, const csuccess__literal *item)
{
    size_t n = item->length;
    if (n == 0) return 0;
    if (subject.len < n) return SIZE_MAX;
    const char *p = subject.ptr + item->rare;
    const char *end = p + (subject.len - n) + 1; /* behind the last place of the byte */
    while (p < end && (p = memchr(p, item->bytes[item->rare], (size_t)(end - p))) != NULL) {
        const char *start = p - item->rare;
        if (start[0] == item->bytes[0] && start[n - 1] == item->bytes[n - 1] &&
            memcmp(start, item->bytes, n) == 0) {
            return (size_t)(start - subject.ptr) + n;
        }
        p++;
    }
    return SIZE_MAX;
}

static bool holds_at_end(csuccess_str subject, const csuccess__literal *item)
{
    csuccess_str text = {item->bytes, item->length};
    return item->at_start ? csuccess__str_eq(subject, text) : csuccess__str_ends(subject, text);
}

static bool holds_anchored(csuccess_str subject, const csuccess__literal *item)
{
    if (!item->at_end) {
        return csuccess__str_starts(subject, (csuccess_str){item->bytes, item->length});
    }
    if (holds_at_end(subject, item)) return true;
    /* $ holds before a newline that ends the subject, too. */
    if (subject.len == 0 || subject.ptr[subject.len - 1] != '\n') return false;
    subject.len--;
    return holds_at_end(subject, item);
}

static bool holds_one(const csuccess__literals *set, csuccess_str subject)
{
    for (uint32_t i = 0; i < set->count; i++) {
        const csuccess__literal *item = &set->items[i];
        bool anchored = item->at_start || item->at_end;
        if (anchored ? holds_anchored(subject, item) : end_of(subject, item) != SIZE_MAX) {
            return true;
        }
    }
    return false;
}

/* Where the occurrence of the set that ends first ends. */
static size_t first_end(const csuccess__literals *set, csuccess_str subject)
{
    size_t first = SIZE_MAX;
    for (uint32_t i = 0; i < set->count; i++) {
        size_t end = end_of(subject, &set->items[i]);
        first = end < first ? end : first;
    }
    return first;
}

static void drop(csuccess_str *s, size_t n)
{
    s->ptr += n;
    s->len -= n;
}

/* On a line, the first end of one part leaves the most to the next, so one attempt per line is enough. */
static bool holds_chain(const csuccess__literal_plan *plan, csuccess_str subject)
{
    for (;;) {
        size_t end = first_end(&plan->parts[0], subject);
        if (end == SIZE_MAX) return false;
        drop(&subject, end);
        const char *newline = subject.len ? memchr(subject.ptr, '\n', subject.len) : NULL;
        size_t length = newline ? (size_t)(newline - subject.ptr) : subject.len;
        csuccess_str line = {subject.ptr, length};
        uint32_t part = 1;
        for (; part < plan->count; part++) {
            end = first_end(&plan->parts[part], line);
            if (end == SIZE_MAX) break;
            drop(&line, end);
        }
        if (part == plan->count) return true;
        if (!newline) return false;
        drop(&subject, length + 1);
    }
}

bool csuccess__literal_plan_holds(const csuccess__literal_plan *plan, csuccess_str subject)
{
    if (plan->count == 0) return true;
    return plan->count == 1 ? holds_one(&plan->parts[0], subject) : holds_chain(plan, subject);
}
