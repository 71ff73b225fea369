/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as the payload of a task, of a run of a playbook, or of ownership: refused, or read, and then their only spelling; and they print as JSON. The first byte says which. */
#include <string.h>

#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"
#include "flow/playbooks/task_internal.h"
#include "flow/team_internal.h"
#include "fuzz.h"

typedef struct world {
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch;
    csuccess_limits limits;
    csuccess__flow_desk desk;
    csuccess__step step;
    csuccess__moment moment;
} world;

static void open_world(world *w)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    memset(w, 0, sizeof *w);
    csuccess__limits_take(&w->limits, NULL, NULL);
    csuccess__state_init(&w->state, mem);
    csuccess__arena_init(&w->arena, mem, 0);
    csuccess__effects_init(&w->effects, mem, &w->arena, 1000);
    csuccess__buffer_init(&w->scratch, mem, 0);
    csuccess__arena_init(&w->desk.texts, mem, 0);
    w->step = (csuccess__step){.state = &w->state,
                               .out = &w->effects,
                               .scratch = &w->scratch,
                               .mem = mem,
                               .limits = &w->limits,
                               .quiet = true};
    w->moment = (csuccess__moment){.desk = &w->desk, .step = &w->step};
}

static void close_world(world *w)
{
    csuccess__arena_free(&w->desk.texts);
    csuccess__buffer_free(&w->scratch);
    csuccess__effects_free(&w->effects);
    csuccess__arena_free(&w->arena);
    csuccess__state_free(&w->state);
}

typedef void printer(struct csuccess__json_writer *out, const csuccess__state_field *field);

/* It prints as one JSON value, "(damaged)" when it was refused. */
static void check_print(printer *print, csuccess_str payload, bool good)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__arena arena;
    csuccess__json *json = NULL;
    csuccess_limits limits;
    const csuccess__state_field field = {.name = CSUCCESS_STR("x"), .payload = payload};
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__buffer_init(&out, mem, 0);
    csuccess__arena_init(&arena, mem, 0);
    csuccess__json_writer_init(&w, &out);
    print(&w, &field);
    csuccess__json_options options = {.limits = &limits};
    FUZZ_CHECK(csuccess__json_read(&json, &arena, csuccess__buffer_view(&out), &options,
                                   NULL) == CSUCCESS_OK);
    FUZZ_CHECK(good == (json->type != CSUCCESS__JSON_STRING));
    csuccess__arena_free(&arena);
    csuccess__buffer_free(&out);
}

/* What was put is what was read. */
static void check_same(world *w, csuccess__state_kind kind, csuccess_str name,
                       csuccess_str payload)
{
    FUZZ_CHECK(w->step.failed == CSUCCESS_OK);
    csuccess_str put = csuccess__state_get(&w->state, kind, name);
    FUZZ_CHECK(put.len == payload.len && memcmp(put.ptr, payload.ptr, put.len) == 0);
}

static void try_task(world *w, csuccess_str payload)
{
    csuccess__task task;
    bool good = csuccess__task_parse(&task, payload);
    check_print(csuccess__task_print, payload, good);
    if (!good) return;
    task.id = CSUCCESS_STR("x");
    csuccess__task_put(&w->moment, &task);
    check_same(w, CSUCCESS__STATE_TASK, task.id, payload);
    csuccess__task_plan(&task, 0);
    FUZZ_CHECK(csuccess__time_valid(task.remind_at));
}

static void try_run(world *w, csuccess_str payload)
{
    csuccess__run run;
    bool good = csuccess__run_parse(&run, payload);
    check_print(csuccess__playbook_print, payload, good);
    if (!good) return;
    run.name = CSUCCESS_STR("x");
    csuccess__run_put(&w->moment, &run);
    check_same(w, CSUCCESS__STATE_PLAYBOOK, run.name, payload);
}

static void try_owner(world *w, csuccess_str payload)
{
    csuccess__ownership o;
    bool good = csuccess__ownership_parse(&o, payload);
    check_print(csuccess__owner_print, payload, good);
    if (good) {
        /* [] is an array, so "(damaged)" is told from it */
        csuccess__ownership_put(&w->moment, CSUCCESS_STR("x"), &o);
        check_same(w, CSUCCESS__STATE_OWNER, CSUCCESS_STR("x"), payload);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const tries[])(world *, csuccess_str) = {try_task, try_run, try_owner};
    world w;
    if (size == 0) return 0;
    open_world(&w);
    tries[data[0] % 3](&w, (csuccess_str){(const char *)data + 1, size - 1});
    close_world(&w);
    return 0;
}
