/* SPDX-License-Identifier: Apache-2.0 */
/* What entries of a history, and customers, come to in results. */
#include "flow/results_internal.h"

#include "base/digest.h"
#include "base/number.h"

#include <string.h>

enum { CHANGES_MOST = 8 };

static const double most_ms = 9007199254740992.0; /* 2^53 */

/* The changes that one entry makes. */
typedef struct work {
    csuccess__results *results;
    const csuccess__json *body;
    csuccess__results_path paths[CHANGES_MOST];
    csuccess__results_change changes[CHANGES_MOST];
    uint32_t count;
    csuccess_result status; /* OK, UNCHANGED, or what is wrong */
} work;

static csuccess_str text_of(const work *w, const char *key)
{
    const csuccess__json *m = csuccess__json_member(w->body, key);
    return m && m->type == CSUCCESS__JSON_STRING ? m->string : (csuccess_str){"", 0};
}

static bool number_of(work *w, const char *key, double *out)
{
    const csuccess__json *m = csuccess__json_member(w->body, key);
    if (!m) return false;
    if (m->type != CSUCCESS__JSON_NUMBER || !(m->number >= 0 && m->number <= most_ms)) {
        w->status = CSUCCESS_ESTATE;
        return false;
    }
    *out = m->number;
    return true;
}

/* ---- Changes ---- */

static bool has_nul(csuccess_str text)
{
    return text.len > 0 && memchr(text.ptr, 0, text.len) != NULL;
}

/* Adds one under first, and names up to an empty one. */
static csuccess__results_change *change(work *w, const char *first, const csuccess_str *names)
{
    csuccess__results_path *path = &w->paths[w->count];
    csuccess__results_change *c = &w->changes[w->count++];
    csuccess__results_path_start(path, first);
    for (; names && names->len > 0; names++) {
        if (has_nul(*names)) w->status = CSUCCESS_ESTATE;
        csuccess__path_add(path, *names);
    }
    if (path->cut && w->status >= 0) w->status = CSUCCESS_ELIMIT;
    *c = (csuccess__results_change){.path = csuccess__path_view(path)};
    return c;
}

static void count(work *w, const char *first, csuccess_str name)
{
    csuccess_str names[] = {name, {"", 0}};
    change(w, first, names);
}

static void count_step(work *w, csuccess_str step, const char *leaf, csuccess_str word)
{
    csuccess_str names[] = {step, csuccess__str(leaf), word, {"", 0}};
    if (step.len == 0) {
        w->status = CSUCCESS_ESTATE;
        return;
    }
    change(w, "steps", names);
}

static void measure_step(work *w, csuccess_str step, const char *leaf, double value)
{
    csuccess_str names[] = {step, csuccess__str(leaf), {"", 0}};
    csuccess__results_change *c = change(w, "steps", names);
    c->figure = c->binned = true;
    c->value = value;
}

/* ---- Journeys ---- */

typedef struct piece_change {
    bool wanted, step, ended, succeeded, has_moves;
    double moves;
    csuccess_str name;
} piece_change;

/* How the step before was left, and how long it took. */
static void leave_step(work *w, bool ends)
{
    const csuccess_str none = {"", 0};
    csuccess_str from = text_of(w, "from"), way = text_of(w, "way"), how = text_of(w, "how");
    double ms;
    if (from.len == 0) return;
    if (way.len) {
        count_step(w, from, "left", way);
    } else {
        count_step(w, from, ends ? "ended_by" : "left", how.len ? how : none);
    }
    if (number_of(w, "in_step_ms", &ms)) measure_step(w, from, "time_ms", ms);
}

static void enter_step(work *w, piece_change *piece)
{
    csuccess_str step = text_of(w, "step");
    count_step(w, step, "entered", (csuccess_str){"", 0});
    leave_step(w, false);
    piece->step = true;
    piece->name = step;
}

static void end_journey(work *w, piece_change *piece, const char *event)
{
    const csuccess__json *success = csuccess__json_member(w->body, "success");
    csuccess_str by = text_of(w, "by"), how = text_of(w, "how");
    count(w, event, by.len ? by : how);
    leave_step(w, true);
    piece->ended = true;
    piece->succeeded = success && success->type == CSUCCESS__JSON_BOOL && success->boolean;
    piece->has_moves = number_of(w, "steps", &piece->moves);
    if (piece->succeeded) count(w, "succeeded", (csuccess_str){"", 0});
}

static void read_journey(work *w, piece_change *piece)
{
    static const char *const ends[] = {"completed", "exited", "failed"};
    static const char *const others[] = {"enrolled", "paused", "resumed", "moved"};
    csuccess_str event = text_of(w, "event"), none = {"", 0};
    piece->wanted = true;
    if (csuccess__str_is(event, "step")) {
        enter_step(w, piece);
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!csuccess__str_is(event, ends[i])) continue;
        end_journey(w, piece, ends[i]);
        return;
    }
    piece->wanted = false; /* only steps and ends are what a piece waits for */
    for (size_t i = 0; i < 4; i++) {
        if (csuccess__str_is(event, others[i])) count(w, others[i], none);
    }
    if (csuccess__str_is(event, "refused")) {
        count(w, text_of(w, "instance").len ? "not_moved" : "refused", none);
    }
    if (w->count == 0) w->status = CSUCCESS_UNCHANGED;
}

/* What cannot fail once the piece is there. */
static void change_piece(work *w, csuccess__results_piece *piece, const piece_change *how)
{
    csuccess_result status;
    piece->dead = false;
    if (how->step) {
        piece->seen++;
        csuccess__piece_mark(piece, csuccess__results_step(w->results, how->name, &status));
    }
    if (!how->ended) return;
    piece->ended = true;
    piece->succeeded = how->succeeded;
    piece->moves = how->has_moves ? (uint64_t)how->moves : UINT64_MAX;
    csuccess__results_settle(w->results, piece);
}

static void add_journey(work *w)
{
    csuccess__results *results = w->results;
    piece_change how = {.wanted = false};
    csuccess__results_piece *piece = NULL;
    uint8_t id[32];
    read_journey(w, &how);
    if (w->status != CSUCCESS_OK) return;
    if (how.wanted && !csuccess__hex_take(id, sizeof id, text_of(w, "instance"))) {
        w->status = CSUCCESS_ESTATE;
        return;
    }
    w->status = csuccess__results_prepare(results, w->changes, w->count);
    if (w->status >= 0 && how.step) {
        w->status = csuccess__results_prepare_step(results, how.name);
    }
    if (w->status >= 0 && how.wanted) {
        piece = csuccess__results_piece_of(results, id, &w->status);
    }
    if (w->status < 0) return;
    csuccess__results_apply(results, w->changes, w->count);
    if (piece) change_piece(w, piece, &how);
}

/* ---- Playbooks ---- */

static void read_run(work *w)
{
    static const char *const states[] = {"started",   "again",    "completed",
                                         "cancelled", "measured", "moved"};
    csuccess_str state = text_of(w, "state"), none = {"", 0};
    csuccess_str at_end = text_of(w, "success"), within = text_of(w, "success_within");
    bool ends = csuccess__str_is(state, "completed") || csuccess__str_is(state, "cancelled");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (csuccess__str_is(state, states[i])) count(w, states[i], none);
    }
    if (w->count == 0) w->status = CSUCCESS_UNCHANGED;
    if (ends && at_end.len) count(w, "success", at_end);
    if (csuccess__str_is(state, "measured") && within.len) count(w, "success_within", within);
}

static void end_task(work *w, csuccess_str step, csuccess_str outcome)
{
    int64_t from, until;
    double minutes;
    count_step(w, step, "outcome", outcome);
    if (csuccess__time_parse(&from, text_of(w, "starts_at"), NULL) &&
        csuccess__time_parse(&until, text_of(w, "ended_at"), NULL)) {
        measure_step(w, step, "time_ms", until > from ? (double)(until - from) : 0);
    }
    if (number_of(w, "minutes", &minutes)) measure_step(w, step, "minutes", floor(minutes));
}

static void read_task(work *w)
{
    csuccess_str event = text_of(w, "event"), step = text_of(w, "step"), none = {"", 0};
    csuccess_str outcome = text_of(w, "outcome");
    if (csuccess__str_is(event, "created")) {
        count_step(w, step, "made", none);
    } else if (csuccess__str_is(event, "reopened")) {
        count_step(w, step, "reopened", none);
    } else if (csuccess__str_is(event, "completed")) {
        end_task(w, step, outcome.len ? outcome : event);
    } else if (csuccess__str_is(event, "cancelled")) {
        end_task(w, step, event);
    } else {
        w->status = CSUCCESS_UNCHANGED;
    }
}

static void add_playbook(work *w, bool task)
{
    if (task) {
        read_task(w);
    } else {
        read_run(w);
    }
    if (w->status != CSUCCESS_OK) return;
    w->status = csuccess__results_prepare(w->results, w->changes, w->count);
    if (w->status >= 0) csuccess__results_apply(w->results, w->changes, w->count);
}

/* ---- Entries ---- */

/* Whether the body is about this journey or playbook. */
static bool concerns(const work *w, bool task)
{
    const csuccess_str prefix = {"playbook/", 9};
    bool journey = w->results->kind == CSUCCESS__RESULTS_JOURNEY;
    if (!task) {
        return csuccess__str_eq(text_of(w, journey ? "journey" : "playbook"), w->results->name);
    }
    csuccess_str of = text_of(w, "definition");
    if (!csuccess__str_starts(of, prefix)) return false;
    return csuccess__str_eq((csuccess_str){of.ptr + prefix.len, of.len - prefix.len},
                            w->results->name);
}

static void add_body(work *w, bool task)
{
    if (!concerns(w, task)) {
        w->status = CSUCCESS_UNCHANGED;
    } else if (w->results->kind == CSUCCESS__RESULTS_JOURNEY) {
        add_journey(w);
    } else {
        add_playbook(w, task);
    }
}

/* reason: what does not concern it is told apart from what cannot be. */
csuccess_result csuccess__results_add(csuccess__results *results, csuccess_str kind,
                                      csuccess_str body, const csuccess_limits *limits)
{
    bool journey = results->kind == CSUCCESS__RESULTS_JOURNEY;
    bool task = results->kind == CSUCCESS__RESULTS_PLAYBOOK && csuccess__str_is(kind, "task");
    bool own = csuccess__str_is(kind, journey ? "journey" : "playbook");
    if (!body.ptr || results->kind >= CSUCCESS__RESULTS_SEGMENTS || (!own && !task)) {
        return CSUCCESS_UNCHANGED;
    }
    csuccess__json_options options = {.limits = limits};
    csuccess__json *read = NULL;
    csuccess__arena_reset(&results->scratch);
    csuccess_result status =
        csuccess__json_read(&read, &results->scratch, body, &options, NULL);
    if (status == CSUCCESS_ENOMEM) return status;
    if (status < 0 || read->type != CSUCCESS__JSON_OBJECT) return CSUCCESS_ESTATE;
    work *w = CSUCCESS__NEW(&results->scratch, work);
    if (!w) return CSUCCESS_ENOMEM;
    w->results = results;
    w->body = read;
    add_body(w, task);
    return w->status;
}

/* ---- Customers ---- */

static bool is_member(const csuccess__results_customer *c, uint32_t i)
{
    return c->members[i / 64] >> (i % 64) & 1;
}

static void read_member(work *w, const csuccess__results_customer *c, uint32_t i)
{
    const double figures[] = {c->arr, c->health};
    static const char *const leaves[] = {"arr", "health"};
    csuccess_str names[] = {c->segments->list[i].id, CSUCCESS_STR("members"), {"", 0}};
    w->count = 0;
    change(w, "segments", names);
    for (size_t k = 0; k < 2; k++) {
        if (!csuccess__is_finite(figures[k])) continue;
        names[1] = csuccess__str(leaves[k]);
        csuccess__results_change *f = change(w, "segments", names);
        f->figure = true;
        f->value = figures[k];
    }
}

/* Overlaps of the first `all` segments that the customer belongs to. */
static void count_pairs(csuccess__results *results, const csuccess__results_customer *c)
{
    uint32_t n = results->segments;
    for (uint32_t a = 0; a < n; a++) {
        if (!is_member(c, a)) continue;
        for (uint32_t b = a + 1; b < n; b++) {
            if (!is_member(c, b)) continue;
            (void)csuccess__tally_add(&results->pairs, csuccess__results_pair(n, a, b), 1);
        }
    }
}

/* reason: everything is prepared before anything changes, segment by segment. */
csuccess_result csuccess__results_add_customer(csuccess__results *results,
                                               const csuccess__results_customer *customer)
{
    uint32_t n = results->segments, pairs = csuccess__results_pairs(n);
    csuccess__arena_reset(&results->scratch);
    work *w = CSUCCESS__NEW(&results->scratch, work);
    if (!w) return CSUCCESS_ENOMEM;
    w->results = results;
    change(w, "customers", NULL);
    w->status = csuccess__results_prepare(results, w->changes, w->count);
    for (uint32_t i = 0; i < n && w->status >= 0; i++) {
        if (!is_member(customer, i)) continue;
        read_member(w, customer, i);
        if (w->status < 0) break;
        w->status = csuccess__results_prepare(results, w->changes, w->count);
    }
    if (w->status >= 0 && pairs) {
        w->status = csuccess__tally_add(&results->pairs, pairs - 1, 0);
    }
    if (w->status < 0) return w->status;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_member(customer, i)) continue;
        read_member(w, customer, i);
        csuccess__results_apply(results, w->changes, w->count);
    }
    w->count = 0;
    change(w, "customers", NULL);
    csuccess__results_apply(results, w->changes, w->count);
    count_pairs(results, customer);
    return CSUCCESS_OK;
}
