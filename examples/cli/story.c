/* SPDX-License-Identifier: Apache-2.0 */
/* Stories: lines of a trace, cut down to what a person reads, by customer. */
#include "story.h"

#include "output.h"
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TELLS_MOST = 10, TEXT_BYTES = 400 };

struct story_line {
    char *customer, *text;
    size_t place; /* so that equal customers keep their order */
};

/* Kinds of entry that people read, and what is told of their bodies: a member, behind some words that are left out with it. */
static const struct {
    const char *kind;
    struct {
        const char *before, *key;
    } tells[TELLS_MOST];
} kinds[] = {
    {"journey",
     {{" ", "journey"},
      {": ", "event"},
      {" ", "from"},
      {" -> ", "step"},
      {", ", "way"},
      {", ", "how"},
      {": ", "by"},
      {", ", "reason"},
      {", until ", "until"}}},
    {"playbook",
     {{" ", "playbook"},
      {" for ", "record"},
      {": ", "state"},
      {", ", "reason"},
      {"; success ", "success"}}},
    {"task",
     {{" ", "title"},
      {": ", "event"},
      {", ", "outcome"},
      {", ", "owner"},
      {", due ", "due_at"},
      {": ", "reason"}}},
    {"milestone",
     {{" ", "milestone"},
      {": ", "change"},
      {", ", "threshold"},
      {", in days: ", "days_to_achieve"},
      {": ", "reason"}}},
    {"segment", {{" ", "segment"}, {": ", "change"}}},
    {"feature", {{" ", "feature"}, {": ", "from"}, {" -> ", "stage"}, {" -> ", "level"}}},
    {"goal", {{" ", "goal"}, {": ", "from"}, {" -> ", "status"}}},
    {"owner", {{" ", "role"}, {": ", "was"}, {" -> ", "owner"}}},
    {"alert", {{" ", "alert"}, {": ", "state"}, {", ", "severity"}}},
    {"held",
     {{" ", "definition"},
      {"/", "step"},
      {" by ", "channel"},
      {" for guard ", "guard"},
      {": ", "reason"},
      {", until ", "until"}}},
    {"zone", {{" ", "zone"}, {": minutes east of UTC: ", "offset_minutes"}}},
    {"stopped", {{": ", "reason"}}},
};

typedef struct words {
    char *text;
    size_t len, cap;
} words;

static void put(words *to, csuccess_str text)
{
    size_t room = to->cap - to->len - 1;
    size_t n = text.len < room ? text.len : room;
    if (n) memcpy(to->text + to->len, text.ptr, n);
    to->len += n;
    to->text[to->len] = '\0';
}

/* The member's text behind `before`, if there is one. */
static void tell(words *to, const char *before, csuccess_str object, const char *key)
{
    char decoded[TEXT_BYTES];
    csuccess_str value = output_decode(decoded, sizeof decoded, slice_member(object, key));
    if (value.len == 0) return;
    put(to, (csuccess_str){before, strlen(before)});
    put(to, value);
}

csuccess_str story_definition(csuccess_str definition)
{
    /* A kind, an id and a step; then, of a task, which one. What people make has neither id nor step. */
    bool made = definition.len > 5 && memcmp(definition.ptr, "task/", 5) == 0;
    /* Of an alert its profile, itself and the tier. */
    bool alert = definition.len > 6 && memcmp(definition.ptr, "alert/", 6) == 0;
    size_t parts = made ? 1 : alert ? 4 : 3, at = 0;
    while (at < definition.len && (definition.ptr[at] != '/' || --parts > 0)) at++;
    return (csuccess_str){definition.ptr, at};
}

/* A message's definition behind " of ". */
static void tell_definition(words *to, csuccess_str line)
{
    char decoded[TEXT_BYTES];
    csuccess_str value =
        output_decode(decoded, sizeof decoded, slice_member(line, "definition"));
    if (value.len == 0) return;
    put(to, (csuccess_str){" of ", 4});
    put(to, story_definition(value));
}

static bool tell_body(words *to, csuccess_str kind, csuccess_str body)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!slice_is(kind, kinds[i].kind)) continue;
        for (size_t k = 0; k < TELLS_MOST && kinds[i].tells[k].key; k++) {
            tell(to, kinds[i].tells[k].before, body, kinds[i].tells[k].key);
        }
        return true;
    }
    return false;
}

bool story_words(char *out, size_t cap, csuccess_str kind, csuccess_str body)
{
    words w = {out, 0, cap};
    out[0] = '\0';
    return tell_body(&w, kind, body);
}

/* Whether people read the line; then it is in words. */
static bool tell_line(words *to, csuccess_str line)
{
    csuccess_str body = slice_member(line, "body");
    if (slice_member(line, "message").len > 0) {
        tell(to, "", line, "not_before");
        tell(to, "  message by ", line, "channel");
        tell(to, " to ", line, "contact");
        tell_definition(to, line);
        tell(to, ": ", body, "subject");
        tell(to, ": ", body, "title");
        tell(to, ": ", body, "text");
        return true;
    }
    csuccess_str kind = slice_plain(slice_member(line, "kind"));
    tell(to, "", line, "at");
    put(to, (csuccess_str){"  ", 2});
    put(to, kind);
    return tell_body(to, kind, body);
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
    char text[TEXT_BYTES];
    words w = {text, 0, sizeof text};
    if (!tell_line(&w, line)) return true;
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
        const char *text = of->lines[i].text;
        bool next = i == 0 || strcmp(of->lines[i].customer, of->lines[i - 1].customer) != 0;
        if (next) printf("%s%s\n", i ? "\n" : "", of->lines[i].customer);
        printf("  ");
        output_column((csuccess_str){text, strlen(text)}, (int)strlen(text), false);
        putchar('\n');
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
