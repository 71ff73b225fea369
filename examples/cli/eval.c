/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess eval: one expression for one customer. */
#include "commands.h"

#include "output.h"

#include <stdio.h>
#include <string.h>

static bool read_facts(const cli_session *s, const char *json)
{
    if (!json) return true;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str row = {json, strlen(json)};
    if (csuccess_facts_read_json(s->facts, row, &err) < 0) {
        fprintf(stderr, "--facts:%u: %s\n", err.line ? err.line : 1, err.message);
        return false;
    }
    for (size_t i = 0; i < csuccess_facts_quarantined(s->facts); i++) {
        csuccess_str name, reason;
        csuccess_facts_quarantine(s->facts, i, &name, &reason);
        fprintf(stderr, "--facts: left out: %.*s\n", (int)reason.len, reason.ptr);
    }
    return true;
}

static int evaluate(const cli_session *s, const char *expression)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str text = {expression, strlen(expression)}, value = {NULL, 0}, open;
    csuccess_result result =
        csuccess_scorer_eval(s->scorer, s->facts, s->now, text, &value, &open, &err);
    if (result < 0) {
        /* A refused expression comes with its text and a caret under the place. */
        fprintf(stderr, "%s\n%.*s", err.message, (int)value.len, value.len ? value.ptr : "");
        return 1;
    }
    output_plain(value);
    putchar('\n');
    if (result == CSUCCESS_UNDECIDED && open.len > 0) {
        fprintf(stderr, "left open by: %.*s\n", (int)open.len, open.ptr);
    }
    return 0;
}

int eval_run(const args *given)
{
    cli_session s;
    int code = session_open(&s, given);
    if (code != 0) return code;
    code = 1;
    if (read_facts(&s, given->values[OPTION_FACTS])) code = evaluate(&s, given->words[0]);
    session_close(&s);
    return output_finish(code);
}
