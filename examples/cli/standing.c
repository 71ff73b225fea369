/* SPDX-License-Identifier: Apache-2.0 */
/* Where a customer stands in segments, milestones, journeys, playbooks, tasks and goals, for people. */
#include "standing.h"

#include "output.h"
#include "slice.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MOST = 4096, NAME_WIDTH = 28, ID_DIGITS = 8 };

static void put(csuccess_str json)
{
    static char buf[TEXT_MOST];
    csuccess_str plain = output_decode(buf, sizeof buf, json);
    output_column(plain, (int)plain.len, false);
}

static bool is_there(csuccess_str value)
{
    return value.len > 0 && !slice_is(value, "null") && !slice_is(value, "\"\"");
}

static void put_if(const char *before, csuccess_str object, const char *key)
{
    csuccess_str value = slice_member(object, key);
    if (!is_there(value)) return;
    printf("%s", before);
    put(value);
}

static void put_name(csuccess_str name)
{
    printf("  ");
    output_column(name, NAME_WIDTH, false);
    printf(" ");
}

/* ---- Of what there is something to say ---- */

static bool always(csuccess_str of)
{
    return of.len > 0;
}

static bool is_member(csuccess_str of)
{
    return slice_is(slice_member(of, "member"), "true");
}

static bool is_moved(csuccess_str of)
{
    return is_there(slice_member(of, "achieved_at")) || is_there(slice_member(of, "overdue"));
}

/* Enrollments under way have lines of their own. */
static bool is_past(csuccess_str of)
{
    return is_there(slice_member(of, "ended_at"));
}

static bool is_open(csuccess_str of)
{
    csuccess_str state = slice_member(of, "state");
    return !slice_is(state, "\"completed\"") && !slice_is(state, "\"cancelled\"");
}

/* Intervals stand in their order. */
static csuccess_str last_of(csuccess_str intervals)
{
    csuccess_str last = {"", 0};
    for (csuccess_str x = slice_first(intervals); x.len; x = slice_next(intervals, x)) {
        last = x;
    }
    return last;
}

static bool is_held(csuccess_str intervals)
{
    csuccess_str last = last_of(intervals);
    return last.len > 0 && !is_there(slice_member(last, "until"));
}

/* ---- What is said ---- */

static void put_segment(csuccess_str name, csuccess_str of)
{
    put_name(name);
    put_if("since ", of, "entered_at");
}

static void put_milestone(csuccess_str name, csuccess_str of)
{
    put_name(name);
    printf("%s", is_there(slice_member(of, "achieved_at")) ? "achieved" : "overdue");
    put_if(" ", of, "achieved_at");
}

static void put_enrollment(csuccess_str name, csuccess_str of)
{
    put_name(name);
    put(slice_member(of, "state"));
    put_if(" at ", of, "step");
    put_if(" since ", of, "entered_at");
    put_if(", paused ", of, "paused_at");
    put_if(", goes on by itself at ", of, "timer");
    put_if(", ends by ", of, "limit_at");
}

static void put_past(csuccess_str name, csuccess_str of)
{
    put_name(name);
    put(slice_member(of, "state"));
    put_if(" ", of, "ended_at");
    put_if(" at ", of, "step");
    put_if(", ", of, "by");
}

static void put_playbook(csuccess_str name, csuccess_str of)
{
    bool open = is_open(of);
    put_name(name);
    put(slice_member(of, "state"));
    put_if(open ? " since " : " ", of, open ? "began_at" : "ended_at");
    put_if(", ", of, "reason");
    put_if("; success ", of, "success");
    put_if("; success in its time ", of, "success_within");
}

/* The digits of the id are those that messages and --why name the task by. */
static void put_task(csuccess_str id, csuccess_str of)
{
    csuccess_str title = slice_member(of, "title");
    put_name(is_there(title) ? slice_plain(title) : slice_plain(slice_member(of, "step")));
    put(slice_member(of, "state"));
    put_if(", ", of, "owner");
    put_if(", due ", of, "due_at");
    put_if(", of ", of, "definition");
    printf("  [%.*s]", id.len < ID_DIGITS ? (int)id.len : ID_DIGITS, id.ptr);
}

static void put_owner(csuccess_str role, csuccess_str intervals)
{
    csuccess_str last = last_of(intervals);
    put_name(role);
    put(slice_member(last, "owner"));
    put_if(" since ", last, "from");
}

static void put_goal(csuccess_str id, csuccess_str of)
{
    put_name(id);
    put(slice_member(of, "status"));
    put_if(": ", of, "measure");
    put_if(" from ", of, "baseline");
    put_if(" to ", of, "target");
}

/* Sections of the state in the order of the page; rows with the same title stand under one. */
static const struct paragraph {
    const char *key, *title;
    bool (*says)(csuccess_str of);
    void (*put)(csuccess_str name, csuccess_str of);
} paragraphs[] = {
    {"segments", "Segments", is_member, put_segment},
    {"milestones", "Milestones", is_moved, put_milestone},
    {"goals", "Goals", always, put_goal},
    {"enrollments", "Journeys", always, put_enrollment},
    {"journeys", "Journeys", is_past, put_past},
    {"playbooks", "Playbooks", always, put_playbook},
    {"tasks", "Open tasks", is_open, put_task},
    {"owners", "Owners", is_held, put_owner},
};

void standing_print(csuccess_str state)
{
    const char *title = "";
    for (size_t i = 0; i < sizeof paragraphs / sizeof *paragraphs; i++) {
        const struct paragraph *p = &paragraphs[i];
        csuccess_str name, of, section = slice_member(state, p->key);
        for (size_t from = 0; slice_each(section, &from, &name.ptr, &name.len, &of);) {
            if (!p->says(of)) continue;
            if (strcmp(title, p->title) != 0) printf("\n%s\n", p->title);
            title = p->title;
            p->put(name, of);
            printf("\n");
        }
    }
}
