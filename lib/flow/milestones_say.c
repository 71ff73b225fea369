/* SPDX-License-Identifier: Apache-2.0 */
/* What a milestone says when it moves: an entry, a celebration, a happening; and what a person says of one. */
#include "calendar/time_json.h"
#include "flow/flow.h"
#include "flow/milestones_internal.h"
#include "text/json.h"
#include "text/numeral.h"

enum { DEFINITION_BYTES = 256 };

/* ---- Entries ---- */

/* "threshold", "year", "number" of an occurrence that may come again. */
static const char *key_name(const csuccess__milestone *of)
{
    if (of->kind == CSUCCESS__MILESTONE_COUNT) return "threshold";
    if (of->kind == CSUCCESS__MILESTONE_ANNIVERSARY) return "year";
    return of->each ? "number" : NULL;
}

static void put_times(csuccess__json_writer *w, const csuccess__milestone_item *item,
                      const csuccess__milestone_mark *mark)
{
    if (!(mark->bits & CSUCCESS__MARK_STANDS)) return;
    csuccess__json_put_time(w, "achieved_at", mark->achieved_at);
    if (!item->knows_since) return;
    int64_t taken = mark->achieved_at - item->since;
    csuccess__json_put_num(w, "days_to_achieve",
                           taken > 0 ? (double)taken / (double)CSUCCESS__DAY_MS : 0);
}

typedef struct saying {
    const csuccess__milestone_mark *mark; /* NULL: none */
    const char *change;
    csuccess_str reason;
    bool celebrated;
} saying;

static void say(csuccess__milestone_work *w, const csuccess__milestone_item *item, saying s)
{
    csuccess__step *step = w->m->step;
    if (step->failed < 0) return;
    csuccess__json_writer *out = csuccess__step_body(step);
    const char *key = key_name(item->of);
    csuccess__json_put_str(out, "milestone", item->of->id);
    csuccess__json_put_str(out, "change", csuccess__str(s.change));
    if (s.mark && key && s.mark->key > 0) csuccess__json_put_num(out, key, s.mark->key);
    if (s.mark) put_times(out, item, s.mark);
    csuccess__json_put_num(out, "times", (double)csuccess__milestone_times(&item->field));
    if (item->target != CSUCCESS__NEVER) {
        csuccess__json_put_time(out, "target_at", item->target);
    }
    if (item->of->critical) csuccess__json_put_bool(out, "critical_path", true);
    if (s.celebrated) csuccess__json_put_bool(out, "celebrated", true);
    csuccess__json_put_given(out, "reason", s.reason);
    csuccess__step_entry(step, "milestone", (csuccess_str){"", 0},
                         csuccess__step_body_end(step));
}

void csuccess__milestone_say(csuccess__milestone_work *w, const csuccess__milestone_item *item,
                             const csuccess__milestone_mark *mark, const char *change,
                             csuccess_str reason)
{
    say(w, item, (saying){.mark = mark, .change = change, .reason = reason});
}

/* ---- Celebrations ---- */

/* Whether the message was left. What the trigger knows of the happening its texts may say too. */
static bool celebrate(csuccess__milestone_work *w, const csuccess__milestone_item *item,
                      const csuccess__milestone_mark *mark, const csuccess__happening *h)
{
    char bytes[DEFINITION_BYTES];
    csuccess__text definition;
    csuccess__moment *m = w->m;
    const csuccess__milestone *of = item->of;
    if (m->step->quiet || !of->celebrate) return false;
    csuccess__text_init(&definition, bytes, sizeof bytes);
    csuccess__text_put(&definition, CSUCCESS_STR("milestone/"));
    csuccess__text_put(&definition, of->id);
    csuccess__want want = {.sending = of->celebrate,
                           .definition = {definition.ptr, definition.len},
                           .step = h->detail.len ? h->detail : CSUCCESS_STR("celebrate"),
                           .occurrence = mark->key >= 1 ? (uint64_t)mark->key : 1,
                           .text = of->label};
    csuccess__kept_show(m, csuccess__kept_take(m, h));
    bool left = csuccess__send(m, &want);
    csuccess__kept_show(m, (csuccess_str){"", 0});
    return left;
}

/* An anniversary that nobody noticed for long is no occasion any more. */
static bool is_stale(const csuccess__milestone_work *w, const csuccess__milestone_item *item,
                     const csuccess__milestone_mark *mark)
{
    return item->of->kind == CSUCCESS__MILESTONE_ANNIVERSARY &&
           w->m->step->now - mark->happened_at > CSUCCESS__ANNIVERSARY_LATE_MS;
}

void csuccess__milestone_achieved(csuccess__milestone_work *w, csuccess__milestone_item *item,
                                  csuccess__milestone_mark *mark, csuccess_str reason)
{
    char digits[CSUCCESS__NUMERAL_MAX];
    bool stale = is_stale(w, item, mark), celebrated = false;
    csuccess__happening h = {.kind = CSUCCESS__HAPPENING_ACHIEVED, .id = item->of->id};
    if (key_name(item->of) && mark->key > 0) {
        h.detail = (csuccess_str){digits, csuccess__numeral_write(digits, mark->key)};
    }
    if (!(mark->bits & CSUCCESS__MARK_SETTLED) && !stale) {
        celebrated = celebrate(w, item, mark, &h);
    }
    mark->bits |= CSUCCESS__MARK_SETTLED;
    say(w, item,
        (saying){
            .mark = mark, .change = "achieved", .reason = reason, .celebrated = celebrated});
    if (!stale) csuccess__moment_tell(w->m, &h);
}

/* ---- What people say ---- */

static csuccess_result refuse(csuccess__text *reason, const char *format, csuccess_str name)
{
    csuccess__text_format(reason, format, name);
    return CSUCCESS_ERANGE;
}

static bool stands(csuccess__milestone_field *field, double key)
{
    const csuccess__milestone_mark *mark = csuccess__milestone_mark_of(field, key);
    return mark && mark->bits & CSUCCESS__MARK_STANDS;
}

/* The last that has happened and was not taken back. */
static csuccess_result word_revokes(csuccess__milestone_word *out,
                                    csuccess__milestone_field *field, bool named)
{
    uint32_t alive = CSUCCESS__MARK_STANDS | CSUCCESS__MARK_WAITING;
    for (uint32_t i = field->count; i-- > 0;) {
        const csuccess__milestone_mark *mark = &field->marks[i];
        bool other = named && (mark->key < out->key || mark->key > out->key);
        if (other || !(mark->bits & alive)) continue;
        out->key = mark->key;
        return CSUCCESS_OK;
    }
    return CSUCCESS_UNCHANGED;
}

/* The first threshold that does not stand, or the one that was named. */
static csuccess_result next_threshold(csuccess__milestone_word *out,
                                      csuccess__milestone_field *field,
                                      const csuccess__milestone *of, bool named)
{
    for (uint32_t i = 0; i < of->threshold_count; i++) {
        double threshold = of->thresholds[i];
        if (named && (threshold < out->key || threshold > out->key)) continue;
        if (stands(field, threshold)) continue;
        out->key = threshold;
        return CSUCCESS_OK;
    }
    return CSUCCESS_UNCHANGED;
}

/* The one that was taken back last, or waits, else the next. */
static csuccess_result word_achieves(csuccess__milestone_word *out,
                                     csuccess__milestone_field *field,
                                     const csuccess__milestone *of, bool named)
{
    uint32_t n = field->count;
    if (of->each) {
        bool back = n > 0 && !(field->marks[n - 1].bits & CSUCCESS__MARK_STANDS);
        out->key = n == 0 ? (double)field->older + 1 : field->marks[n - 1].key + !back;
        return CSUCCESS_OK;
    }
    if (of->kind == CSUCCESS__MILESTONE_COUNT) return next_threshold(out, field, of, named);
    out->key = 0;
    bool other = !csuccess__milestone_mark_of(field, 0) && csuccess__milestone_times(field) > 0;
    return other || stands(field, 0) ? CSUCCESS_UNCHANGED : CSUCCESS_OK;
}

static uint32_t find(const csuccess__milestones *all, csuccess_str id)
{
    for (uint32_t i = 0; all && i < all->count; i++) {
        if (csuccess__str_eq(all->list[i].id, id)) return i;
    }
    return UINT32_MAX;
}

static bool has_threshold(const csuccess__milestone *of, double threshold)
{
    for (uint32_t i = 0; i < of->threshold_count; i++) {
        if (of->thresholds[i] >= threshold && of->thresholds[i] <= threshold) return true;
    }
    return false;
}

/* Which milestone, which word, which threshold. */
static csuccess_result word_reads(csuccess__milestone_word *out, csuccess__moment *m,
                                  const csuccess__input *input, csuccess__text *reason)
{
    csuccess_str id = csuccess__input_string(input, "milestone");
    csuccess__value v = csuccess__input_value(input, "threshold", CSUCCESS__KIND_NUMBER);
    out->index = find(m->flow->milestones, id);
    out->revoke = csuccess__str_is(input->name, "revoke");
    out->key = v.kind == CSUCCESS__KIND_NUMBER ? v.as.number : 0;
    out->at = input->at < m->step->now ? input->at : m->step->now;
    out->reason = csuccess__input_string(input, "reason");
    if (!out->revoke && !csuccess__str_is(input->name, "achieve")) {
        return refuse(reason, "%q is not one of achieve, revoke", input->name);
    }
    if (out->index == UINT32_MAX) {
        return refuse(reason, "there is no milestone %q; property \"milestone\" names one", id);
    }
    const csuccess__milestone *of = &m->flow->milestones->list[out->index];
    if (v.kind == CSUCCESS__KIND_NUMBER && !has_threshold(of, v.as.number)) {
        return refuse(reason, "the milestone %q has no such threshold", id);
    }
    if (!out->revoke && of->kind == CSUCCESS__MILESTONE_ANNIVERSARY) {
        return refuse(reason, "the milestone %q is an anniversary, which comes by itself", id);
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__milestone_word_take(csuccess__milestone_word *out,
                                              csuccess__moment *m, const csuccess__input *input,
                                              csuccess__text *reason)
{
    csuccess__milestone_mark marks[CSUCCESS__MILESTONE_MARKS];
    csuccess__milestone_field field = {.cap = CSUCCESS__MILESTONE_MARKS, .marks = marks};
    csuccess_result result = word_reads(out, m, input, reason);
    if (result < 0) return result;
    const csuccess__milestone *of = &m->flow->milestones->list[out->index];
    csuccess_str payload =
        csuccess__state_get(m->step->state, CSUCCESS__STATE_MILESTONE, of->id);
    if (payload.ptr && !csuccess__milestone_parse(&field, payload)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return m->step->failed;
    }
    bool named = out->key > 0;
    return out->revoke ? word_revokes(out, &field, named)
                       : word_achieves(out, &field, of, named);
}

csuccess_result csuccess__milestone_apply(csuccess__moment *m, const csuccess__input *input,
                                          csuccess__text *reason)
{
    csuccess__milestone_word word;
    return csuccess__milestone_word_take(&word, m, input, reason);
}
