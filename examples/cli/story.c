/* SPDX-License-Identifier: Apache-2.0 */
/* Stories: lines of a trace, cut down to what a person reads, by customer. */
#include "story.h"

#include "output.h"
#include "slice.h"
#include "telling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 1000 };

struct story_line {
    char *customer, *text;
    size_t place; /* so that equal customers keep their order */
};

/* Kinds of entry that people read, and what is told of their bodies. */
static const struct {
    const char *kind;
    telling tells[TELLINGS_MOST];
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
      {", until ", "until"},
      {", and is dropped", "?dropped"}}},
    {"intervention",
     {{" ", "intervention"},
      {": ", "change"},
      {", ", "channel"},
      {", ", "owner"},
      {", ", "outcome"},
      {", response ", "response"},
      {"; success ", "success"},
      {": ", "reason"},
      {", cost ", "$cost"},
      {", expected value ", "expected_value"},
      {", uplift ", "uplift"},
      {", source ", "source"}}},
    {"campaign",
     {{" ", "campaign"},
      {": ", "change"},
      {" ", "action"},
      {" ", "rung"},
      {" ", "state"},
      {", ", "by"},
      {": ", "reason"},
      {"; success ", "success"},
      {", until ", "until"},
      {", probability of churn ", "%probability"},
      {", may take off ", "%impact"},
      {" by ", "of"}}},
    {"offer",
     {{" ", "offer"},
      {": ", "change"},
      {", ", "type"},
      {" worth ", "$value"},
      {", months: ", "months"},
      {", until ", "expires"}}},
    {"approval",
     {{" ", "#approval"},
      {" for ", "for"},
      {": ", "change"},
      {" by ", "by"},
      {", of the role ", "approver"},
      {", cost ", "$cost"},
      {", value ", "$value"},
      {", expected value ", "expected_value"},
      {": ", "reasoning"},
      {", until ", "expires"}}},
    {"exposure",
     {{" to ", "experiment"},
      {": arm ", "arm"},
      {" of probability ", "probability"},
      {", by ", "definition"},
      {", held out", "?held"}}},
    {"outcome",
     {{" of ", "experiment"}, {", arm ", "arm"}, {": ", "outcome"}, {", ", "reason"}}},
    {"automation",
     {{": ", "change"},
      {", ", "reason"},
      {", negative responses: ", "responses"},
      {" within ", "within"},
      {", until ", "until"}}},
    {"opportunity",
     {{" ", "opportunity"},
      {": ", "change"},
      {", worth ", "value"},
      {" at a probability of ", "probability"},
      {", ", "timing"},
      {", ", "recommend"},
      {", rank ", "rank"}}},
    {"sentiment",
     {{" of ", "of"},
      {": ", "label"},
      {" ", "score"},
      {", emotions ", "*emotions"},
      {", issues ", "*issues"},
      {" alert ", "alert"},
      {", ", "severity"},
      {", ", "action"}}},
    {"delivery",
     {{" of ", "definition"}, {" by ", "channel"}, {": ", "outcome"}, {", ", "reason"}}},
    {"zone", {{" ", "zone"}, {": minutes east of UTC: ", "offset_minutes"}}},
    {"stopped", {{": ", "reason"}}},
};

/* Groups of a selection: who, and why. */
static void tell_groups(words *to, const char **before, const char *what, csuccess_str groups)
{
    static const telling why[] = {
        {" for guard ", "guard"}, {": ", "reason"}, {", until ", "until"}, {NULL, NULL}};
    for (csuccess_str x = slice_first(groups); x.len; x = slice_next(groups, x)) {
        csuccess_str more = slice_member(x, "more");
        words_put_text(to, *before);
        words_put_text(to, what);
        words_put_list(to, slice_member(x, "of"),
                       more.len ? (size_t)strtoull(more.ptr, NULL, 10) : 0);
        words_tell(to, why, x);
        *before = "; ";
    }
}

/* What leaves has an entry of its own. */
static void tell_selection(words *to, csuccess_str body)
{
    const char *before = ": ";
    tell_groups(to, &before, "waits: ", slice_member(body, "held"));
    tell_groups(to, &before, "denied: ", slice_member(body, "denied"));
    if (*before == ':') words_put_text(to, ": nothing waits");
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
    words_put_text(to, " of ");
    words_put(to, story_definition(value));
}

static bool tell_body(words *to, csuccess_str kind, csuccess_str body)
{
    if (slice_is(kind, "selection")) {
        tell_selection(to, body);
        return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!slice_is(kind, kinds[i].kind)) continue;
        words_tell(to, kinds[i].tells, body);
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
    static const telling message[] = {
        {"", "not_before"}, {"  message by ", "channel"}, {" to ", "contact"}, {NULL, NULL}};
    static const telling says[] = {
        {": ", "subject"}, {": ", "title"}, {": ", "text"}, {NULL, NULL}};
    static const telling when[] = {{"", "at"}, {NULL, NULL}};
    csuccess_str body = slice_member(line, "body");
    if (slice_member(line, "message").len > 0) {
        words_tell(to, message, line);
        tell_definition(to, line);
        words_tell(to, says, body);
        return true;
    }
    csuccess_str kind = slice_plain(slice_member(line, "kind"));
    words_tell(to, when, line);
    words_put_text(to, "  ");
    words_put(to, kind);
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
