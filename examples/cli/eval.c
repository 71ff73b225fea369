/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess eval: one expression for one customer. */
#include "commands.h"

#include "config_file.h"
#include "output.h"

#include <stdio.h>
#include <stdlib.h>
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

static int evaluate(const cli_session *s, csuccess_str text)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_str value = {NULL, 0}, open = {NULL, 0};
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
    csuccess_str text = {given->words[0], strlen(given->words[0])};
    char *read = NULL;
    if (strcmp(text.ptr, "-") == 0) text.ptr = read = file_read("-", &text.len);
    code = 1;
    if (text.ptr && read_facts(&s, given->values[OPTION_FACTS])) code = evaluate(&s, text);
    free(read);
    session_close(&s);
    return output_finish(code);
}
