/* SPDX-License-Identifier: Apache-2.0 */
/* What accumulators say of experiments, interventions and campaigns, as tables and rows. */
#include "evidence.h"

#include "output.h"
#include "slice.h"
#include "telling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 8, NAME_BYTES = 512, LINE_BYTES = 1000 };

static bool is_object(csuccess_str value)
{
    return value.len > 0 && value.ptr[0] == '{';
}

bool evidence_is(csuccess_str json)
{
    return is_object(slice_member(json, "arms")) ||
           is_object(slice_member(json, "interventions"));
}

/* ---- Cells ---- */

static double number(csuccess_str text)
{
    char digits[40];
    size_t n = text.len < sizeof digits ? text.len : sizeof digits - 1;
    if (n) memcpy(digits, text.ptr, n);
    digits[n] = '\0';
    return strtod(digits, NULL);
}

/* How a column shows its number. */
typedef enum shape { COUNT, DECIMALS, SHARE, MINOR } shape;

static void put_cell(csuccess_str value, shape as, int width)
{
    static const struct {
        const char *format;
        double times;
    } shapes[] = {{"%.0f", 1}, {"%.4f", 1}, {"%.1f%%", 100}, {"%.2f", 0.01}};
    char text[340] = "-";
    if (value.len > 0 && value.ptr[0] != '"' && value.ptr[0] != 'n') {
        snprintf(text, sizeof text, shapes[as].format, shapes[as].times * number(value));
    }
    output_column((csuccess_str){text, strlen(text)}, width, true);
}

typedef struct column {
    const char *title, *key, *in; /* in: the object of the row that has it; NULL: itself */
    shape as;
    int width;
} column;

static void put_head(const char *first, int width, const column *columns, size_t count)
{
    printf("\n%-*s", width, first);
    for (size_t i = 0; i < count; i++) printf("%*s", columns[i].width, columns[i].title);
    putchar('\n');
}

static void put_row(csuccess_str name, int width, csuccess_str of, const column *columns,
                    size_t count)
{
    output_column(name, width, false);
    for (size_t i = 0; i < count; i++) {
        csuccess_str in = columns[i].in ? slice_member(of, columns[i].in) : of;
        csuccess_str value = slice_member(in, columns[i].key);
        put_cell(value, columns[i].as, columns[i].width);
    }
}

/* ---- An experiment ---- */

static void put_words(const telling *list, csuccess_str object)
{
    char text[LINE_BYTES] = "";
    words line = {text, 0, sizeof text};
    words_tell(&line, list, object);
    output_column((csuccess_str){line.text, line.len}, (int)line.len, false);
    putchar('\n');
}

static void put_difference(csuccess_str name, csuccess_str of, csuccess_str control)
{
    static const telling known[] = {{": ", "difference"}, {NULL, NULL}};
    static const telling sure[] = {
        {", standard error ", "standard_error"}, {", p ", "p"}, {NULL, NULL}};
    static const telling unknown[] = {{": ", "difference"}, {": ", "reason"}, {NULL, NULL}};
    char text[LINE_BYTES] = "", interval[120];
    words line = {text, 0, sizeof text};
    csuccess_str low = slice_first(slice_member(of, "interval"));
    words_put(&line, name);
    words_put_text(&line, " against ");
    words_put(&line, control);
    words_tell(&line, low.len ? known : unknown, of);
    if (low.len) {
        csuccess_str high = slice_next(slice_member(of, "interval"), low);
        snprintf(interval, sizeof interval, ", 95 %% interval %.4f to %.4f", number(low),
                 number(high));
        words_put_text(&line, interval);
        words_tell(&line, sure, of);
    }
    output_column((csuccess_str){line.text, line.len}, (int)line.len, false);
    putchar('\n');
}

/* Among effects its id is a key, and stands there without it. */
static void put_experiment(csuccess_str id, csuccess_str json)
{
    static const telling head[] = {{" measures ", "measures"},
                                   {", horizon ", "horizon"},
                                   {", exposed ", "exposed"},
                                   {", still open ", "open"},
                                   {NULL, NULL}};
    static const column columns[] = {{"share", "share", NULL, SHARE, 9},
                                     {"units", "units", NULL, COUNT, 8},
                                     {"exposed", "exposed", NULL, COUNT, 9},
                                     {"open", "open", NULL, COUNT, 7},
                                     {"yes", "yes", NULL, COUNT, 7},
                                     {"no", "no", NULL, COUNT, 7},
                                     {"undecided", "undecided", NULL, COUNT, 11},
                                     {"rate", "rate", NULL, SHARE, 8},
                                     {"error", "rate_error", NULL, SHARE, 8}};
    enum { COLUMNS = sizeof columns / sizeof columns[0], WIDTH = 20 };
    csuccess_str name, of, arms = slice_member(json, "arms");
    csuccess_str control = slice_plain(slice_member(json, "control"));
    printf("experiment ");
    output_column(id, (int)id.len, false);
    put_words(head, json);
    put_head("arm", WIDTH, columns, COLUMNS);
    for (size_t from = 0; slice_each(arms, &from, &name.ptr, &name.len, &of);) {
        put_row(name, WIDTH, of, columns, COLUMNS);
        printf("%s\n", slice_is(slice_member(of, "hold"), "true") ? "  held out" : "");
    }
    putchar('\n');
    csuccess_str differences = slice_member(json, "differences");
    size_t told = 0;
    for (size_t from = 0; slice_each(differences, &from, &name.ptr, &name.len, &of); told++) {
        put_difference(name, of, control);
    }
    if (told == 1) return; /* which is all there is */
    const csuccess_str treated = {"all who are not held out", 24};
    put_difference(treated, slice_member(json, "effect"), control);
}

/* ---- Interventions, campaigns, and what they changed ---- */

/* "0.0400 by experiment" or why it is not known. */
static void put_uplift(csuccess_str of)
{
    static const telling known[] = {
        {"  uplift ", "value"}, {" of ", "experiment"}, {" by ", "source"}, {NULL, NULL}};
    static const telling unknown[] = {{"  uplift ", "uplift"}, {NULL, NULL}};
    csuccess_str uplift = slice_member(of, "uplift");
    char text[LINE_BYTES] = "";
    words line = {text, 0, sizeof text};
    if (is_object(uplift)) {
        words_tell(&line, known, uplift);
    } else {
        words_tell(&line, unknown, of);
    }
    output_column((csuccess_str){line.text, line.len}, (int)line.len, false);
}

static void put_programmes(const char *title, csuccess_str list)
{
    static const column columns[] = {{"executions", "executions", NULL, COUNT, 12},
                                     {"tasks", "tasks", NULL, COUNT, 8},
                                     {"completed", "completed", "changes", COUNT, 11},
                                     {"answered", "response_rate", NULL, SHARE, 10},
                                     {"success", "success_share", NULL, SHARE, 9},
                                     {"cost", "total", "cost", MINOR, 13},
                                     {"at stake", "total", "value", COUNT, 12}};
    enum { COLUMNS = sizeof columns / sizeof columns[0], WIDTH = 26 };
    csuccess_str name, of;
    if (!is_object(list)) return;
    put_head(title, WIDTH, columns, COLUMNS);
    for (size_t from = 0;
         output_works() && slice_each(list, &from, &name.ptr, &name.len, &of);) {
        if (number(slice_member(of, "executions")) <= 0) continue;
        put_row(name, WIDTH, of, columns, COLUMNS);
        put_uplift(of);
        putchar('\n');
    }
}

static void put_interventions(csuccess_str json)
{
    static const telling head[] = {{"executions ", "executions"},
                                   {", with a task ", "tasks"},
                                   {", automated ", "%ratio"},
                                   {NULL, NULL}};
    static const telling cost[] = {{"cost ", "$cost"}, {NULL, NULL}};
    static const telling all[] = {{"of everything: uplift ", "uplift"},
                                  {": ", "reason"},
                                  {", prevented churn ", "prevented_churn"},
                                  {", saved revenue ", "saved_revenue"},
                                  {NULL, NULL}};
    put_words(head, slice_member(json, "automation"));
    put_words(cost, json);
    put_programmes("intervention", slice_member(json, "interventions"));
    put_programmes("campaign", slice_member(json, "campaigns"));
    csuccess_str of = slice_member(json, "all");
    if (!is_object(of)) return;
    putchar('\n');
    if (is_object(slice_member(of, "uplift"))) {
        printf("of everything:");
        put_uplift(of);
        putchar('\n');
    } else {
        put_words(all, of);
    }
    csuccess_str id, experiment, experiments = slice_member(json, "experiments");
    for (size_t from = 0; slice_each(experiments, &from, &id.ptr, &id.len, &experiment);) {
        putchar('\n');
        put_experiment(id, experiment);
    }
}

void evidence_table(csuccess_str json)
{
    if (is_object(slice_member(json, "arms"))) {
        put_experiment(slice_plain(slice_member(json, "experiment")), json);
    } else {
        put_interventions(json);
    }
}

/* ---- Rows ---- */

typedef struct level {
    csuccess_str object;
    size_t from, name; /* how much of the name is that of the object itself */
} level;

static void print_row(csuccess_str item, csuccess_str name, csuccess_str value)
{
    csuccess_str what = name, by = {"", 0};
    const char *dot = memchr(name.ptr, '.', name.len);
    if (dot) {
        what.len = (size_t)(dot - name.ptr);
        by = (csuccess_str){dot + 1, name.len - what.len - 1};
    }
    output_cell(item);
    putchar(',');
    output_cell(what);
    putchar(',');
    output_cell(by);
    putchar(',');
    output_cell(slice_plain(value));
    printf("\r\n");
}

/* Every number of an item, however deep: "cost", "mean". */
static void print_item(csuccess_str item, csuccess_str object)
{
    char name[NAME_BYTES];
    level levels[DEPTH_MOST] = {{object, 0, 0}};
    int depth = 0;
    while (depth >= 0) {
        level *here = &levels[depth];
        csuccess_str key, value;
        if (!slice_each(here->object, &here->from, &key.ptr, &key.len, &value)) {
            depth--;
            continue;
        }
        size_t len = here->name;
        if (len + key.len + 1 >= sizeof name) continue;
        memcpy(name + len, key.ptr, key.len);
        len += key.len;
        if (!is_object(value)) {
            print_row(item, (csuccess_str){name, len}, value);
        } else if (depth + 1 < DEPTH_MOST) {
            name[len++] = '.';
            levels[++depth] = (level){value, 0, len};
        }
    }
}

/* Each member of a section is an item: "arm/treatment", "intervention/checkin". */
static bool print_section(csuccess_str section, csuccess_str of)
{
    static const char *const sections[][2] = {{"arms", "arm/"},
                                              {"differences", "difference/"},
                                              {"interventions", "intervention/"},
                                              {"campaigns", "campaign/"},
                                              {"experiments", "experiment/"}};
    csuccess_str name, value;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        if (!slice_is(section, sections[i][0])) continue;
        for (size_t from = 0; slice_each(of, &from, &name.ptr, &name.len, &value);) {
            char item[NAME_BYTES];
            int n = snprintf(item, sizeof item, "%s%.*s", sections[i][1],
                             (int)(name.len < 400 ? name.len : 400), name.ptr);
            print_item((csuccess_str){item, (size_t)n}, value);
        }
        return true;
    }
    return false;
}

void evidence_csv(csuccess_str json)
{
    csuccess_str key, value, none = {"", 0};
    printf("item,what,by,value\r\n");
    for (size_t from = 0;
         output_works() && slice_each(json, &from, &key.ptr, &key.len, &value);) {
        if (slice_is(key, "patch") || print_section(key, value)) continue;
        if (is_object(value)) {
            print_item(key, value);
        } else {
            print_row(none, key, value);
        }
    }
}
