/* SPDX-License-Identifier: Apache-2.0 */
/* Stories: lines of a trace, cut down to what a person reads, by customer. */
#include "story.h"

#include "output.h"
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TELLS_MOST = 12, TEXT_BYTES = 400 };

struct story_line {
    char *customer, *text;
    size_t place; /* so that equal customers keep their order */
};

/* Kinds of entry that are told, and the members of their bodies, in the order in which they are told. */
static const struct {
    const char *kind;
    const char *tells[TELLS_MOST];
} kinds[] = {
    {"journey", {"journey", "event", "from", "way", "step", "reason", "outcome", NULL}},
    {"playbook", {"playbook", "record", "event", "step", "reason", "success", NULL}},
    {"task", {"title", "event", "state", "outcome", "owner", "due_at", "reason", NULL}},
    {"milestone", {"milestone", "event", "times", "reason", NULL}},
    {"segment", {"segment", "change", NULL}},
    {"feature", {"feature", "before", "stage", NULL}},
    {"goal", {"goal", "before", "status", NULL}},
    {"owner", {"role", "from", "to", "reason", NULL}},
    {"alert", {"alert", "state", "severity", NULL}},
    {"held", {"definition", "step", "channel", "guard", "reason", NULL}},
    {"stopped", {"reason", NULL}},
};

typedef struct words {
    char text[TEXT_BYTES];
    size_t len;
} words;

/* Adds the member's text behind a blank, if there is one. */
static void tell(words *to, csuccess_str object, const char *key)
{
    char decoded[TEXT_BYTES];
    csuccess_str value = slice_member(object, key);
    if (value.len == 0) return;
    value = output_decode(decoded, sizeof decoded, value);
    if (value.len == 0 || to->len + value.len + 2 > sizeof to->text) return;
    to->text[to->len++] = ' ';
    memcpy(to->text + to->len, value.ptr, value.len);
    to->len += value.len;
}

static void begin(words *to, csuccess_str line, const char *what)
{
    to->len = 0;
    tell(to, line, slice_member(line, "at").len ? "at" : "not_before");
    int n = snprintf(to->text + to->len, sizeof to->text - to->len, "  %s", what);
    if (n > 0) to->len += (size_t)n;
}

/* Whether people read lines of this kind; then they are in words. */
static bool tell_entry(words *to, csuccess_str line)
{
    csuccess_str kind = slice_plain(slice_member(line, "kind"));
    csuccess_str body = slice_member(line, "body");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!slice_is(kind, kinds[i].kind)) continue;
        begin(to, line, kinds[i].kind);
        for (size_t k = 0; kinds[i].tells[k]; k++) tell(to, body, kinds[i].tells[k]);
        return true;
    }
    return false;
}

static void tell_message(words *to, csuccess_str line)
{
    csuccess_str body = slice_member(line, "body");
    begin(to, line, "message");
    tell(to, line, "channel");
    tell(to, line, "contact");
    tell(to, line, "definition");
    tell(to, body, "subject");
    tell(to, body, "title");
}

static char *keep(const char *text, size_t len)
{
    char *copy = malloc(len + 1);
    if (!copy) return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

bool story_add(story *to, csuccess_str line)
{
    words w;
    if (slice_member(line, "message").len > 0) {
        tell_message(&w, line);
    } else if (!tell_entry(&w, line)) {
        return true;
    }
    if (to->count == to->cap) {
        size_t cap = to->cap ? 2 * to->cap : 256;
        struct story_line *more = realloc(to->lines, cap * sizeof *more);
        if (!more) return false;
        to->lines = more;
        to->cap = cap;
    }
    csuccess_str customer = slice_plain(slice_member(line, "customer"));
    struct story_line *at = &to->lines[to->count];
    *at = (struct story_line){keep(customer.ptr ? customer.ptr : "", customer.len),
                              keep(w.text, w.len), to->count};
    if (at->customer && at->text) {
        to->count++;
        return true;
    }
    free(at->customer);
    free(at->text);
    return false;
}

static int compare(const void *a, const void *b)
{
    const struct story_line *x = a, *y = b;
    int order = strcmp(x->customer, y->customer);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

void story_print(story *of)
{
    if (of->count) qsort(of->lines, of->count, sizeof *of->lines, compare);
    for (size_t i = 0; i < of->count && output_works(); i++) {
        bool next = i == 0 || strcmp(of->lines[i].customer, of->lines[i - 1].customer) != 0;
        if (next) printf("%s%s\n", i ? "\n" : "", of->lines[i].customer);
        printf(" %s\n", of->lines[i].text);
    }
}

void story_free(story *of)
{
    for (size_t i = 0; i < of->count; i++) {
        free(of->lines[i].customer);
        free(of->lines[i].text);
    }
    free(of->lines);
    *of = (story){0};
}
