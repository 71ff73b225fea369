/* SPDX-License-Identifier: Apache-2.0 */
/* Roll-up by signals: what children said last (CHILD), what the parent was told last (PARENT), and rolling them up. */
#include "score/history_internal.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"

/* Payload of CHILD: flags · time of the signal · n · cause (the input's id) · oldest input · [raw] · [weight] · path: count, marks. */
enum { CHILD_RAW = 1, CHILD_WEIGHT = 2, CHILD_LEFT = 4, CHILD_FLAGS = 7 };

typedef struct child {
    bool has_raw, has_weight, left;
    int64_t at, oldest;
    uint64_t n;
    double raw, weight;
    csuccess_str cause;
    uint32_t path_count;
    csuccess_str path[CSUCCESS__PATH_MOST];
} child;

static void read_path(csuccess__wire *in, child *c)
{
    uint64_t n = csuccess__wire_get_u64(in);
    if (n > CSUCCESS__PATH_MOST) in->bad = true;
    for (uint64_t i = 0; i < n && !in->bad; i++) {
        c->path[c->path_count++] = csuccess__past_text(in);
    }
}

static bool parse_child(child *c, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t flags = csuccess__wire_get_u64(&in);
    c->has_raw = flags & CHILD_RAW;
    c->has_weight = flags & CHILD_WEIGHT;
    c->left = flags & CHILD_LEFT;
    c->at = csuccess__past_time(&in);
    c->n = csuccess__wire_get_u64(&in);
    c->cause = csuccess__past_text(&in);
    c->oldest = csuccess__past_time(&in);
    c->raw = c->has_raw ? csuccess__wire_get_double(&in) : 0;
    c->weight = c->has_weight ? csuccess__wire_get_double(&in) : 0;
    c->path_count = 0;
    read_path(&in, c);
    if (flags > CHILD_FLAGS || c->weight < 0) in.bad = true;
    return csuccess__wire_done(&in);
}

static void write_child(csuccess__buffer *out, const child *c)
{
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, (c->has_raw ? CHILD_RAW : 0u) |
                                (c->has_weight ? CHILD_WEIGHT : 0u) |
                                (c->left ? CHILD_LEFT : 0u));
    csuccess__wire_i64(out, c->at);
    csuccess__wire_u64(out, c->n);
    csuccess__wire_str(out, c->cause);
    csuccess__wire_i64(out, c->oldest);
    if (c->has_raw) csuccess__wire_double(out, c->raw);
    if (c->has_weight) csuccess__wire_double(out, c->weight);
    csuccess__wire_u64(out, c->path_count);
    for (uint32_t i = 0; i < c->path_count; i++) csuccess__wire_str(out, c->path[i]);
}

static void put(csuccess__step *step, csuccess__state_kind kind, csuccess_str name)
{
    if (step->scratch->status < 0) {
        csuccess__step_fail(step, step->scratch->status);
        return;
    }
    csuccess__step_put(step, kind, name, csuccess__buffer_view(step->scratch));
}

/* ---- The way of a signal ---- */

enum { MARK = 16 };

/* What stands for a customer in a path: a circle shows in it, and it names nobody to those further up. */
static csuccess_str mark_of(char out[65], csuccess_str id)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("csuccess/path/1"));
    csuccess__digest_str(&h, id);
    csuccess__sha256_finish(&h, digest);
    csuccess__hex(out, digest);
    return (csuccess_str){out, MARK};
}

/* ---- A child's signal ---- */

/* NULL, or what is wrong with the way that the signal took. */
static const char *take_path(const csuccess__step *step, const csuccess__input *input, child *c)
{
    const csuccess__property *path = csuccess__input_property(input, CSUCCESS_STR("path"));
    const csuccess__json *list = path ? path->json : NULL;
    if (!list || list->type != CSUCCESS__JSON_ARRAY || list->count == 0) {
        return "\"path\" is a list of marks, the child's last";
    }
    char own[65];
    csuccess_str self = mark_of(own, step->customer);
    if (list->count > CSUCCESS__PATH_MOST) return "the hierarchy is more than 64 levels deep";
    for (const csuccess__json *mark = list->first; mark; mark = mark->next) {
        if (mark->type != CSUCCESS__JSON_STRING || mark->string.len != MARK) {
            return "\"path\" is a list of marks, the child's last";
        }
        if (csuccess__str_eq(mark->string, self)) {
            return "a circle of parents: the signal came from this customer";
        }
        c->path[c->path_count++] = mark->string;
    }
    return NULL;
}

static bool given(csuccess__value v, double *out)
{
    bool there = v.kind == CSUCCESS__KIND_NUMBER;
    *out = there ? v.as.number : 0;
    return there;
}

static const char *take_signal(const csuccess__step *step, const csuccess__input *input,
                               child *c)
{
    double n = 0;
    csuccess__value left = csuccess__input_value(input, "left", CSUCCESS__KIND_BOOL);
    csuccess__value at = csuccess__input_value(input, "at", CSUCCESS__KIND_TIME);
    c->left = left.kind == CSUCCESS__KIND_BOOL && left.as.boolean;
    c->at = input->at;
    c->cause = input->id;
    c->oldest = csuccess__is_missing(at) ? input->at : at.as.time;
    c->has_raw =
        given(csuccess__input_value(input, "raw", CSUCCESS__KIND_NUMBER), &c->raw) && !c->left;
    c->has_weight =
        given(csuccess__input_value(input, "weight", CSUCCESS__KIND_NUMBER), &c->weight) &&
        !c->left;
    given(csuccess__input_value(input, "n", CSUCCESS__KIND_NUMBER), &n);
    if (!(n >= 0 && n < 9007199254740992.0)) return "\"n\" is not a count";
    if (c->weight < 0) return "\"weight\" is below 0";
    c->n = (uint64_t)n;
    return take_path(step, input, c);
}

/* Who left long ago is forgotten; nobody's signal is under way that long. */
static void forget_gone(csuccess__step *step)
{
    uint32_t count, first = csuccess__state_of_kind(step->state, CSUCCESS__STATE_CHILD, &count);
    for (uint32_t i = count; i-- > 0;) {
        child c;
        const csuccess__state_field *field = &step->state->fields[first + i];
        if (!parse_child(&c, field->payload)) {
            csuccess__step_fail(step, CSUCCESS_ESTATE);
            return;
        }
        if (!c.left || c.at >= step->now - CSUCCESS__CHILD_GONE_MS) continue;
        csuccess__state_drop(step->state, CSUCCESS__STATE_CHILD, field->name);
    }
}

/* Whether what is known of the child came later. */
static bool is_stale(const child *next, const child *before)
{
    if (next->at != before->at) return next->at < before->at;
    return next->n <= before->n;
}

/* Who the input says it is of, and what. NULL, or what is wrong with it. */
static const char *take_child(const csuccess__step *step, const csuccess__input *input,
                              csuccess_str *id, child *c)
{
    csuccess__value v = csuccess__input_value(input, "child", CSUCCESS__KIND_STRING);
    if (v.kind != CSUCCESS__KIND_STRING || v.as.string.len == 0) {
        return "\"child\" is the id of the child";
    }
    *id = v.as.string;
    return take_signal(step, input, c);
}

csuccess_result csuccess__child_apply(csuccess__step *step, const csuccess__input *input,
                                      csuccess__text *reason)
{
    child next = {.left = false}, before;
    csuccess_str id;
    const char *wrong = take_child(step, input, &id, &next);
    if (wrong) {
        csuccess__text_format(reason, "%s", wrong);
        return CSUCCESS_ERANGE;
    }
    csuccess_str payload = csuccess__state_get(step->state, CSUCCESS__STATE_CHILD, id);
    if (payload.ptr && !parse_child(&before, payload)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return CSUCCESS_ESTATE;
    }
    if (payload.ptr && is_stale(&next, &before)) return CSUCCESS_UNCHANGED;
    write_child(step->scratch, &next);
    put(step, CSUCCESS__STATE_CHILD, id);
    forget_gone(step);
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

bool csuccess__child_forget(csuccess__state *state, csuccess_str id)
{
    bool there = csuccess__state_get(state, CSUCCESS__STATE_CHILD, id).ptr != NULL;
    if (there) csuccess__state_drop(state, CSUCCESS__STATE_CHILD, id);
    return there;
}

/* ---- Rolling up ---- */

static csuccess_result add_child(csuccess_rollup *rollup, const child *c)
{
    csuccess_rollup_member member = CSUCCESS_ROLLUP_MEMBER_INIT;
    member.score = c->raw;
    member.weight = c->weight;
    member.input_at = c->oldest;
    member.present = (c->has_raw ? CSUCCESS_ROLLUP_SCORE : 0u) |
                     (c->has_weight ? CSUCCESS_ROLLUP_WEIGHT : 0u) | CSUCCESS_ROLLUP_INPUT_AT;
    return csuccess_rollup_add(rollup, &member, NULL);
}

static csuccess_result add_self(csuccess_rollup *rollup, const csuccess__health_result *own,
                                int64_t now)
{
    csuccess_rollup_member member = CSUCCESS_ROLLUP_MEMBER_INIT;
    if (!own) return CSUCCESS_OK;
    member.is_self = 1;
    member.score = own->has_score ? own->raw : 0;
    member.weight = own->has_weight ? own->weight : 0;
    member.input_at = now;
    member.present = (own->has_score ? CSUCCESS_ROLLUP_SCORE : 0u) |
                     (own->has_weight ? CSUCCESS_ROLLUP_WEIGHT : 0u) | CSUCCESS_ROLLUP_INPUT_AT;
    return csuccess_rollup_add(rollup, &member, NULL);
}

static csuccess_result add_children(csuccess_rollup *rollup, const csuccess__state *state,
                                    uint32_t *children)
{
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_CHILD, &count);
    csuccess_result result = CSUCCESS_OK;
    *children = 0;
    for (uint32_t i = 0; i < count && result == CSUCCESS_OK; i++) {
        child c;
        if (!parse_child(&c, state->fields[first + i].payload)) return CSUCCESS_ESTATE;
        if (c.left) continue;
        ++*children;
        result = add_child(rollup, &c);
    }
    return result;
}

csuccess_result csuccess__children_roll(const csuccess__health *health,
                                        const csuccess__step *step,
                                        const csuccess__health_result *own,
                                        csuccess__rolled *out)
{
    csuccess_rollup *rollup = NULL;
    uint32_t count;
    *out = (csuccess__rolled){.has_score = false};
    (void)csuccess__state_of_kind(step->state, CSUCCESS__STATE_CHILD, &count);
    if (!health || !health->rollup || count == 0) return CSUCCESS_UNCHANGED;
    csuccess_result result = csuccess__rollup_make(&rollup, health, step->mem, NULL);
    if (result == CSUCCESS_OK) result = add_children(rollup, step->state, &out->children);
    if (result == CSUCCESS_OK && out->children == 0) result = CSUCCESS_UNCHANGED;
    if (result == CSUCCESS_OK) result = add_self(rollup, own, step->now);
    csuccess_rollup_result all = CSUCCESS_ROLLUP_RESULT_INIT;
    if (result == CSUCCESS_OK) result = csuccess_rollup_finish(rollup, &all, NULL);
    csuccess_rollup_free(rollup);
    if (result != CSUCCESS_OK) return result;
    out->has_score = all.present & CSUCCESS_ROLLUP_SCORE;
    out->score = all.score;
    out->counted = (uint32_t)(all.members - all.missing);
    out->oldest = all.input_at;
    return CSUCCESS_OK;
}

/* ---- Telling the parent ---- */

/* Payload of PARENT: flags · parent (empty: none any more) · signals so far · [raw] · [weight]. */
typedef struct told {
    bool has_raw, has_weight;
    csuccess_str parent;
    uint64_t n;
    double raw, weight;
} told;

static bool parse_told(told *t, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t flags = csuccess__wire_get_u64(&in);
    t->has_raw = flags & CHILD_RAW;
    t->has_weight = flags & CHILD_WEIGHT;
    t->parent = csuccess__past_text(&in);
    t->n = csuccess__wire_get_u64(&in);
    t->raw = t->has_raw ? csuccess__wire_get_double(&in) : 0;
    t->weight = t->has_weight ? csuccess__wire_get_double(&in) : 0;
    if (flags > (CHILD_RAW | CHILD_WEIGHT)) in.bad = true;
    return csuccess__wire_done(&in);
}

static void put_told(csuccess__step *step, const told *t)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out,
                       (t->has_raw ? CHILD_RAW : 0u) | (t->has_weight ? CHILD_WEIGHT : 0u));
    csuccess__wire_str(out, t->parent);
    csuccess__wire_u64(out, t->n);
    if (t->has_raw) csuccess__wire_double(out, t->raw);
    if (t->has_weight) csuccess__wire_double(out, t->weight);
    put(step, CSUCCESS__STATE_PARENT, (csuccess_str){"", 0});
}

static bool same(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool equal(const told *a, const told *b)
{
    return csuccess__str_eq(a->parent, b->parent) && a->has_raw == b->has_raw &&
           a->has_weight == b->has_weight && same(a->raw, b->raw) && same(a->weight, b->weight);
}

/* The way of the change: that of the child whose signal this step applies, then this customer. */
static void write_path(csuccess__json_writer *w, const csuccess__step *step)
{
    uint32_t count, first = csuccess__state_of_kind(step->state, CSUCCESS__STATE_CHILD, &count);
    csuccess__past_key(w, "path");
    csuccess__json_open(w, '[');
    for (uint32_t i = 0; i < count; i++) {
        child c;
        if (!parse_child(&c, step->state->fields[first + i].payload)) continue;
        if (!csuccess__str_eq(c.cause, step->cause)) continue;
        for (uint32_t k = 0; k < c.path_count; k++) csuccess__json_str(w, c.path[k]);
        break;
    }
    char own[65];
    csuccess__json_str(w, mark_of(own, step->customer));
    csuccess__json_close(w, ']');
}

/* An input for the parent, as csuccess__input_read() takes it. */
static csuccess_str write_signal(csuccess__step *step, const told *t, bool left, int64_t oldest)
{
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_or_null(w, "type", CSUCCESS_STR("child"));
    csuccess__json_put_time(w, "timestamp", step->now);
    csuccess__json_put_or_null(w, "groupId", t->parent);
    csuccess__past_key(w, "properties");
    csuccess__json_open(w, '{');
    csuccess__json_put_time(w, "at", oldest);
    csuccess__json_put_or_null(w, "child", step->customer);
    if (left) {
        csuccess__past_key(w, "left");
        csuccess__json_bool(w, true);
    }
    csuccess__past_put_number(w, "n", true, (double)t->n);
    write_path(w, step);
    if (t->has_raw && !left) csuccess__past_put_number(w, "raw", true, t->raw);
    if (t->has_weight && !left) csuccess__past_put_number(w, "weight", true, t->weight);
    csuccess__json_close(w, '}');
    return csuccess__step_body_end(step);
}

static void send_signal(csuccess__step *step, const told *t, bool left, int64_t oldest)
{
    csuccess_str body = write_signal(step, t, left, oldest);
    if (!body.ptr) return;
    const csuccess__effect_message message = {.signal = true,
                                              .customer = t->parent,
                                              .definition = CSUCCESS_STR("health/rollup"),
                                              .step = left ? CSUCCESS_STR("left")
                                                           : CSUCCESS_STR("child"),
                                              .occurrence = t->n,
                                              .cause = step->cause,
                                              .body = body,
                                              .internal = true};
    (void)csuccess__step_message(step, &message);
}

/* `rolled`: NULL without children. */
static void fill_told(told *t, const csuccess__health_result *own,
                      const csuccess__rolled *rolled)
{
    t->has_raw = rolled ? rolled->has_score : own->has_score;
    t->raw = !t->has_raw ? 0 : rolled ? rolled->score : own->raw;
    t->has_weight = own->has_weight;
    t->weight = own->has_weight ? own->weight : 0;
}

/* What the parent was told last; false with the step failed. */
static bool read_told(csuccess__step *step, told *t)
{
    csuccess_str payload =
        csuccess__state_get(step->state, CSUCCESS__STATE_PARENT, (csuccess_str){"", 0});
    if (!payload.ptr || parse_told(t, payload)) return true;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
    return false;
}

csuccess_result csuccess__parent_told(const csuccess__state *state, csuccess_str *parent)
{
    told t = {.has_raw = false};
    csuccess_str payload =
        csuccess__state_get(state, CSUCCESS__STATE_PARENT, (csuccess_str){"", 0});
    if (payload.ptr && !parse_told(&t, payload)) return CSUCCESS_ESTATE;
    *parent = t.parent.ptr ? t.parent : (csuccess_str){"", 0};
    return CSUCCESS_OK;
}

/* A quiet step tells nobody; the first live one will. */
static bool is_told(const csuccess__health *health, const csuccess__step *step)
{
    return health && health->rollup && !step->quiet;
}

static void say_goodbye(csuccess__step *step, told *before, told *next)
{
    bool moved = !csuccess__str_eq(before->parent, next->parent);
    if (!moved || before->parent.len == 0) return;
    before->n = ++next->n;
    send_signal(step, before, true, step->now);
}

void csuccess__parent_signal(const csuccess__health *health, csuccess__step *step,
                             csuccess_str parent, const csuccess__health_result *own,
                             const csuccess__rolled *rolled)
{
    told before = {.has_raw = false}, next = {.has_raw = false};
    if (!is_told(health, step) || !read_told(step, &before)) return;
    if (rolled && rolled->children == 0) rolled = NULL;
    /* Its own parent it cannot be. */
    if (!csuccess__str_eq(parent, step->customer)) next.parent = parent;
    if (next.parent.len > 0) fill_told(&next, own, rolled);
    if (equal(&before, &next)) return;
    next.n = before.n;
    say_goodbye(step, &before, &next);
    if (next.parent.len > 0) {
        next.n++;
        send_signal(step, &next, false, rolled ? rolled->oldest : step->now);
    }
    put_told(step, &next);
}

/* ---- Printing ---- */

void csuccess__child_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    child c;
    if (!parse_child(&c, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__past_put_number(out, "raw", c.has_raw, c.raw);
    csuccess__past_put_number(out, "weight", c.has_weight, c.weight);
    csuccess__past_key(out, "left");
    csuccess__json_bool(out, c.left);
    csuccess__json_put_time(out, "at", c.at);
    csuccess__json_put_time(out, "oldest", c.oldest);
    csuccess__json_close(out, '}');
}

void csuccess__parent_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    told t;
    if (!parse_told(&t, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_or_null(out, "parent", t.parent);
    csuccess__past_put_number(out, "raw", t.has_raw, t.raw);
    csuccess__past_put_number(out, "weight", t.has_weight, t.weight);
    csuccess__past_put_number(out, "signals", true, (double)t.n);
    csuccess__json_close(out, '}');
}
