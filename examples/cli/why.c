/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences from the contributions of a result. */
#include "why.h"

#include "infer.h"
#include "output.h"
#include "report.h"
#include "slice.h"

#include <math.h>
#include <string.h>

enum { SENTENCES = 6, NAME_MOST = 256, VALUE_MOST = 120 };

typedef struct cause {
    char name[NAME_MOST];
    double by;
} cause;

/* Keeps the strongest, in order. */
static int consider(cause *list, int count, csuccess_str name, double by)
{
    if (fabs(by) < 0.005 || name.len > NAME_MOST - 1) return count;
    if (count == SENTENCES && fabs(by) <= fabs(list[count - 1].by)) return count;
    int at = count < SENTENCES ? count++ : SENTENCES - 1;
    for (; at > 0 && fabs(list[at - 1].by) < fabs(by); at--) list[at] = list[at - 1];
    memcpy(list[at].name, name.ptr, name.len);
    list[at].name[name.len] = '\0';
    list[at].by = by;
    return count;
}

static int find_causes(cause *list, csuccess_str contributions)
{
    const char *key;
    size_t len, at = 0;
    int count = 0;
    char buf[NAME_MOST + 2], quoted[NAME_MOST + 2];
    csuccess_str value;
    while (slice_each(contributions, &at, &key, &len, &value)) {
        if (len + 2 > sizeof quoted) continue;
        quoted[0] = '"';
        memcpy(quoted + 1, key, len);
        quoted[len + 1] = '"';
        csuccess_str name = output_decode(buf, sizeof buf, (csuccess_str){quoted, len + 2});
        snprintf(quoted, sizeof quoted, "%.*s", (int)(value.len < 40 ? value.len : 40),
                 value.ptr);
        count = consider(list, count, name,
                         report_number((csuccess_str){quoted, strlen(quoted)}, "", 0));
    }
    return count;
}

/* Four decimals of a number are enough for people. */
static csuccess_str shorten(csuccess_str value)
{
    bool number =
        value.len > 0 && (value.ptr[0] == '-' || (value.ptr[0] >= '0' && value.ptr[0] <= '9'));
    for (size_t i = 0; i < value.len && number; i++) {
        if (value.ptr[i] == 'e') return value;
        if (value.ptr[i] == '.' && value.len > i + 5) value.len = i + 5;
    }
    return value;
}

/* "tenure = 1" for something that can be asked for, else its name. */
static void describe(char *to, size_t most, const cli_session *s, const char *name, size_t len)
{
    char buf[VALUE_MOST];
    csuccess_str json;
    csuccess_result result = csuccess_scorer_eval(s->scorer, s->facts, s->now,
                                                  (csuccess_str){name, len}, &json, NULL, NULL);
    if (result < 0) {
        snprintf(to, most, "%.*s", (int)len, name);
    } else if (result == CSUCCESS_UNDECIDED) {
        snprintf(to, most, "%.*s is unknown, which", (int)len, name);
    } else {
        csuccess_str value = output_decode(buf, sizeof buf, shorten(json));
        snprintf(to, most, "%.*s = %.*s", (int)len, name, (int)value.len, value.ptr);
    }
}

static void write_sentence(char *to, size_t most, const cli_session *s, const cause *c,
                           bool odds)
{
    char first[NAME_MOST + VALUE_MOST + 20], second[NAME_MOST + VALUE_MOST + 20] = "";
    const char *both = strstr(c->name, " & ");
    describe(first, sizeof first, s, c->name,
             both ? (size_t)(both - c->name) : strlen(c->name));
    if (both) describe(second, sizeof second, s, both + 3, strlen(both + 3));
    int at = snprintf(to, most, "%s%s%s %s", first, both ? ", with " : "", second,
                      c->by > 0 ? "raises" : "lowers");
    if (at < 0 || (size_t)at >= most) return;
    if (odds) {
        snprintf(to + at, most - (size_t)at, " the odds x %.2f", exp(c->by));
    } else {
        snprintf(to + at, most - (size_t)at, " it by %.3f", fabs(c->by));
    }
}

static bool add_quoted(text *out, const char *sentence)
{
    bool ok = text_put(out, '"');
    for (; *sentence && ok; sentence++) {
        unsigned char c = (unsigned char)*sentence;
        if (c == '"' || c == '\\') ok = text_put(out, '\\');
        ok = ok && text_put(out, c < 0x20 ? ' ' : (char)c);
    }
    return ok && text_put(out, '"');
}

bool why_write(text *out, const cli_session *session, csuccess_str result)
{
    cause list[SENTENCES];
    char sentence[2 * (NAME_MOST + VALUE_MOST) + 80];
    csuccess_str explanation = report_at(result, "churn.explanation");
    bool odds = slice_is(slice_member(explanation, "scale"), "\"log_odds\"");
    int count = find_causes(list, slice_member(explanation, "contributions"));
    bool ok = text_put(out, '[');
    for (int i = 0; i < count && ok; i++) {
        write_sentence(sentence, sizeof sentence, session, &list[i], odds);
        ok = (i == 0 || text_put(out, ',')) && add_quoted(out, sentence);
    }
    return ok && text_put(out, ']');
}

void why_print(csuccess_str sentences)
{
    char buf[2048];
    for (csuccess_str x = slice_first(sentences); x.len > 0; x = slice_next(sentences, x)) {
        csuccess_str sentence = output_decode(buf, sizeof buf, x);
        printf("      - ");
        output_column(sentence, (int)sentence.len, false);
        printf("\n");
    }
}
