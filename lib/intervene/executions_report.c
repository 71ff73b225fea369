/* SPDX-License-Identifier: Apache-2.0 */
/* What explanations say of executions: those that are open, what is urgent among them, those that are over. */
#include "calendar/time_json.h"
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

/* An action that somebody has to take at once. */
static void write_urgent(csuccess__json_writer *out, const csuccess__execution *e,
                         const csuccess__intervention *of)
{
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "type", of->urgent);
    csuccess__json_put_str(out, "description", of->label);
    csuccess__json_put_str(out, "priority",
                           csuccess__str(csuccess__priority_words[of->task.priority]));
    if (e->due_at != 0) csuccess__json_put_time(out, "due_at", e->due_at);
    csuccess__json_put_given(out, "owner", e->assigned);
    if (of->effort_ms > 0) {
        csuccess__json_put_num(out, "effort_minutes",
                               (double)of->effort_ms / (double)CSUCCESS__MINUTE_MS);
    }
    csuccess__json_put_str(out, "execution", e->id);
    csuccess__json_put_given(out, "task", e->task);
    csuccess__json_close(out, '}');
}

void csuccess__urgent_report(csuccess__turn *t, csuccess__json_writer *out)
{
    uint32_t count = csuccess__executions_count(t);
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e) || !csuccess__execution_is_open(&e)) continue;
        const csuccess__intervention *of = csuccess__execution_of(t, &e);
        if (of && of->urgent.len) write_urgent(out, &e, of);
    }
    csuccess__json_close(out, ']');
}

static void write_all(csuccess__turn *t, csuccess__json_writer *out, bool open)
{
    uint32_t count = csuccess__executions_count(t);
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        csuccess__execution e;
        if (!csuccess__execution_at(t, i, &e) || csuccess__execution_is_open(&e) != open) {
            continue;
        }
        csuccess__json_open(out, '{');
        csuccess__execution_members(out, &e);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
}

void csuccess__executions_report(csuccess__turn *t, csuccess__json_writer *out)
{
    csuccess__json_open(out, '{');
    csuccess__json_key(out, CSUCCESS_STR("open"));
    write_all(t, out, true);
    csuccess__json_key(out, CSUCCESS_STR("urgent"));
    csuccess__urgent_report(t, out);
    csuccess__json_key(out, CSUCCESS_STR("ended"));
    write_all(t, out, false);
    csuccess__json_close(out, '}');
}
