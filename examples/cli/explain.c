/* SPDX-License-Identifier: Apache-2.0 */
/* The page for a success manager: how it stands and why, what is open, what was decided and told, what comes next. */
#include "explain.h"

#include "output.h"
#include "reaching.h"
#include "slice.h"
#include "standing.h"
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 16, DECISIONS = 12, TEXT_MOST = 4096, WORDS = 1000 };

/* ---- Pieces ---- */

/* A text in full, without control characters. */
static void put(csuccess_str json)
{
    static char buf[TEXT_MOST];
    csuccess_str plain = output_decode(buf, sizeof buf, json);
    output_column(plain, (int)plain.len, false);
}

static csuccess_str at(csuccess_str object, const char *a, const char *b)
{
    return slice_member(slice_member(object, a), b);
}

static bool is_there(csuccess_str value)
{
    return value.len > 0 && !slice_is(value, "null") && !slice_is(value, "[]") &&
           !slice_is(value, "{}") && !slice_is(value, "\"\"");
}

static double number(csuccess_str json)
{
    char digits[40];
    if (!json.ptr || json.len >= sizeof digits) return 0;
    memcpy(digits, json.ptr, json.len);
    digits[json.len] = '\0';
    return strtod(digits, NULL);
}

static void put_number(csuccess_str json, int decimals)
{
    if (is_there(json)) {
        printf("%.*f", decimals, number(json));
    } else {
        printf("-");
    }
}

/* " LABEL value" where there is one. */
static void put_if(const char *before, csuccess_str value, const char *behind)
{
    if (!is_there(value)) return;
    printf("%s", before);
    put(value);
    printf("%s", behind);
}

static void heading(const char *title)
{
    printf("\n%s\n", title);
}

/* ---- The score ---- */

static void put_component(csuccess_str name, csuccess_str c, int depth)
{
    printf("  %*s", 2 * depth, "");
    output_column(name, 30 - 2 * depth, false);
    if (is_there(slice_member(c, "missing"))) {
        put_if("      missing: ", slice_member(c, "missing"), "\n");
        return;
    }
    printf(" %7.1f  contributes %6.2f", number(slice_member(c, "score")),
           number(slice_member(c, "contribution")));
    put_if("  (value ", slice_member(c, "value"), ")");
    printf("\n");
}

/* One open object of the tree. */
typedef struct level {
    csuccess_str object;
    size_t from;
} level;

static void put_components(csuccess_str components)
{
    level levels[DEPTH_MOST] = {{components, 0}};
    int depth = 0;
    while (depth >= 0) {
        csuccess_str name, value;
        level *here = &levels[depth];
        if (!slice_each(here->object, &here->from, &name.ptr, &name.len, &value)) {
            depth--;
            continue;
        }
        put_component(name, value, depth);
        csuccess_str of = slice_member(value, "of");
        if (is_there(of) && depth + 1 < DEPTH_MOST) levels[++depth] = (level){of, 0};
    }
}

static void put_members(const char *title, csuccess_str object)
{
    csuccess_str name, value;
    for (size_t from = 0; slice_each(object, &from, &name.ptr, &name.len, &value);) {
        printf("  %s ", title);
        output_column(name, 28, false);
        printf(" ");
        put(value);
        printf("\n");
    }
}

static void put_health(csuccess_str result, csuccess_str state)
{
    csuccess_str health = slice_member(result, "health");
    heading("Health");
    if (!is_there(health)) {
        printf("  is not scored\n");
        return;
    }
    printf("  score ");
    put_number(slice_member(health, "score"), 0);
    put_if(" since ", at(state, "health", "since"), "");
    put_if(", ", slice_member(health, "status"), "");
    put_if(", ", slice_member(health, "trend"), "");
    if (is_there(slice_member(health, "previous"))) {
        printf(" (was ");
        put_number(slice_member(health, "previous"), 0);
        printf(")");
    }
    printf("; %.0f %% of it is known\n", 100 * number(slice_member(health, "completeness")));
    put_if("  failed: ", slice_member(health, "failed"), "\n");
    put_if("  overridden: ", slice_member(health, "override"), "\n");
    put_components(slice_member(health, "components"));
    put_members("modifier", slice_member(health, "modifiers"));
}

static void put_churn(csuccess_str result)
{
    csuccess_str churn = slice_member(result, "churn");
    if (!is_there(churn)) return;
    heading("Churn");
    printf("  probability %.1f %%", 100 * number(slice_member(churn, "probability")));
    put_if(" within ", slice_member(churn, "horizon_days"), " days");
    put_if(", ", slice_member(churn, "level"), "");
    put_if(" (", slice_member(churn, "source"), ")");
    printf("\n");
    csuccess_str factors = slice_member(churn, "risk_factors");
    for (csuccess_str x = slice_first(factors); x.len; x = slice_next(factors, x)) {
        put_if("  ", slice_member(x, "severity"), ": ");
        put(slice_member(x, "say"));
        printf("\n");
    }
}

/* ---- Alerts ---- */

/* What the alert says: results know alerts without their profile. */
static csuccess_str alert_text(csuccess_str result, csuccess_str id, const char *what)
{
    csuccess_str list = at(result, "health", "alerts");
    for (csuccess_str x = slice_first(list); x.len; x = slice_next(list, x)) {
        csuccess_str name = slice_plain(slice_member(x, "id"));
        bool same = name.len <= id.len &&
                    memcmp(id.ptr + id.len - name.len, name.ptr, name.len) == 0 &&
                    (name.len == id.len || id.ptr[id.len - name.len - 1] == '/');
        if (same) return slice_member(x, what);
    }
    return (csuccess_str){"", 0};
}

static bool holds(csuccess_str text, const char *part)
{
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text.len; i++) {
        if (memcmp(text.ptr + i, part, len) == 0) return true;
    }
    return false;
}

static void put_alerts(csuccess_str result, csuccess_str state)
{
    csuccess_str id, alert;
    csuccess_str alerts = slice_member(state, "alerts");
    heading("Alerts");
    if (!is_there(alerts)) printf("  none\n");
    for (size_t from = 0; slice_each(alerts, &from, &id.ptr, &id.len, &alert);) {
        printf("  ");
        output_column(id, 28, false);
        printf(" ");
        put(slice_member(alert, "state"));
        csuccess_str raised = slice_member(alert, "raised_at");
        put_if(" since ", is_there(raised) ? raised : slice_member(alert, "since"), "");
        put_if(", until ", slice_member(alert, "until"), "");
        put_if(", cools down until ", slice_member(alert, "cooldown_until"), "");
        put_if(", ", alert_text(result, id, "severity"), "");
        csuccess_str message = alert_text(result, id, "message");
        /* What is to be filled in was, where it was sent; here it would only be read as it is written. */
        if (!holds(message, "{{")) put_if(": ", message, "");
        printf("\n");
    }
}

/* ---- Decisions ---- */

static void put_causes(csuccess_str causes)
{
    const char *before = "  because ";
    for (csuccess_str x = slice_first(causes); x.len; x = slice_next(causes, x)) {
        printf("%s", before);
        put(slice_member(x, "id"));
        put_if(" was ", slice_member(x, "before"), "");
        put_if(" is ", slice_member(x, "after"), "");
        before = ", ";
    }
}

static void put_change(csuccess_str body, const char *what)
{
    printf(" ");
    put_number(at(body, "before", what), 2);
    printf(" -> ");
    put_number(at(body, "after", what), 2);
}

static void put_decision(csuccess_str entry)
{
    char words[WORDS];
    csuccess_str kind = slice_member(entry, "kind"), body = slice_member(entry, "body");
    put_if("  ", slice_member(entry, "at"), "  ");
    put(kind);
    if (slice_is(kind, "\"health\"")) {
        put_change(body, "raw");
        put_if(" ", at(body, "after", "status"), "");
        put_causes(slice_member(body, "causes"));
    } else if (slice_is(kind, "\"churn\"")) {
        put_change(body, "probability");
        put_if(" ", at(body, "after", "level"), "");
        put_causes(slice_member(body, "causes"));
    } else if (slice_is(kind, "\"message\"")) {
        put_if(" ", slice_member(body, "definition"), "");
        put_if("/", slice_member(body, "step"), "");
        put_if(" by ", slice_member(body, "channel"), "");
        put_if(" to ", slice_member(body, "contact"), "");
    } else if (story_words(words, sizeof words, slice_plain(kind), body)) {
        output_column((csuccess_str){words, strlen(words)}, (int)strlen(words), false);
    } else {
        put_if(" ", body, "");
    }
    put_if("  [", slice_member(entry, "cause"), "]\n");
}

/* The last ones that are no inputs. */
static void put_decisions(csuccess_str explanation)
{
    csuccess_str ring[DECISIONS], entries = at(explanation, "history", "entries");
    unsigned count = 0;
    for (csuccess_str x = slice_first(entries); x.len; x = slice_next(entries, x)) {
        if (slice_is(slice_member(x, "kind"), "\"input\"")) continue;
        ring[count++ % DECISIONS] = x;
    }
    heading("Last decisions");
    if (count == 0) printf("  none\n");
    for (unsigned i = 0; i < DECISIONS && i < count; i++) {
        put_decision(ring[(count - 1 - i) % DECISIONS]);
    }
}

/* ---- Messages ---- */

static void put_cell(const char *before, csuccess_str cell)
{
    if (cell.len == 0) return;
    printf("%s", before);
    output_column(cell, (int)cell.len, false);
}

static bool put_message(void *ud, const csuccess_str *cells, int count)
{
    int *told = ud;
    (void)count;
    ++*told;
    put_cell("  ", cells[0]);
    put_cell("  ", cells[3]);
    put_cell(" by ", cells[1]);
    put_cell(" to ", cells[2]);
    put_cell(": ", cells[4]);
    put_cell(" by guard ", cells[6]);
    put_cell(", ", cells[7]);
    put_cell(", until ", cells[8]);
    printf("\n");
    return true;
}

static int put_messages(const database *db, csuccess_str customer)
{
    int told = 0;
    heading("Messages");
    int code = database_messages(db, customer, put_message, &told);
    if (code == 0 && told == 0) printf("  none\n");
    return code;
}

/* ---- What was kept aside, what comes ---- */

static void put_quarantine(csuccess_str state)
{
    csuccess_str last = at(state, "quarantine", "last");
    if (!is_there(last)) return;
    heading("Quarantined");
    for (csuccess_str x = slice_first(last); x.len; x = slice_next(last, x)) {
        put_if("  ", slice_member(x, "at"), "  ");
        put(slice_member(x, "reason"));
        put_if("  [", slice_member(x, "input"), "]");
        printf("\n");
    }
}

static void put_next(csuccess_str state)
{
    csuccess_str due = slice_member(state, "due");
    heading("Next");
    printf("  it is looked at again ");
    if (is_there(due)) {
        put_if("at ", due, "\n");
    } else {
        printf("when something happens\n");
    }
}

int explain_print(const database *db, csuccess_str customer, csuccess_str explanation)
{
    csuccess_str result = slice_member(explanation, "result");
    csuccess_str state = slice_member(explanation, "state");
    put(slice_member(explanation, "customer"));
    put_if(" on ", slice_member(result, "at"), "");
    put_if("; last changed ", slice_member(state, "at"), "\n");
    put_if("configuration ", slice_member(result, "config"), "\n");
    put_health(result, state);
    put_churn(result);
    put_alerts(result, state);
    standing_print(state);
    reaching_print(slice_member(explanation, "interventions"),
                   slice_member(explanation, "sentiment"));
    put_decisions(explanation);
    int code = put_messages(db, customer);
    put_quarantine(state);
    put_next(state);
    return code;
}
