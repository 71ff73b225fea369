/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs about subscriptions: read, put among the changes of their subscription, and told as movements.

   subscription_started, _amended, _renewed, _contracted, _ended. Properties: id (default: the product, else "main"), product, amount (a number
   in major units, or {"amount", "currency"}), currency, effective (default: `starts`, else the event's time), starts, renews (the end of the
   term), notice_by, term (ISO 8601, whole days or months: terms follow one another by themselves), reason. */
#include "customer/subscriptions.h"

#include "base/number.h"
#include "calendar/time_json.h"

typedef struct reading {
    csuccess__applying *at;
    csuccess__change change;
    csuccess_str id;
    csuccess__text reason; /* of what is wrong; empty: nothing */
} reading;

static void wrong(reading *r, const char *what)
{
    if (r->reason.len == 0) csuccess__text_put(&r->reason, csuccess__str(what));
}

/* ---- Reading ---- */

static void read_text(reading *r, const char *name, csuccess_str *out, uint32_t bit)
{
    const csuccess__property *property =
        csuccess__input_property(r->at->input, csuccess__str(name));
    if (!property || (csuccess__is_missing(property->value) && !property->json)) return;
    csuccess_str text = property->value.as.string;
    if (property->value.kind != CSUCCESS__KIND_STRING || text.len > CSUCCESS__KEPT_NAME) {
        if (r->reason.len > 0) return;
        csuccess__text_format(&r->reason, "\"%s\" must be a text of at most %u bytes", name,
                              (uint32_t)CSUCCESS__KEPT_NAME);
        return;
    }
    *out = text;
    r->change.says |= bit;
}

static void read_time(reading *r, const char *name, int64_t *out, uint32_t bit)
{
    bool no_time = false;
    if (csuccess__time_property(r->at->input, name, out, &no_time)) r->change.says |= bit;
    if (!no_time || r->reason.len > 0) return;
    csuccess__text_format(&r->reason, "\"%s\" must be a date such as \"2026-01-31\", or a time",
                          name);
}

static void read_term(reading *r)
{
    csuccess_str text = {NULL, 0};
    uint32_t before = r->change.says;
    read_text(r, "term", &text, CSUCCESS__SAYS_TERM);
    if (r->change.says == before) return;
    csuccess__duration *term = &r->change.term;
    bool whole = csuccess__duration_parse(term, text, NULL) && term->ms == 0 &&
                 term->months >= 0 && term->days >= 0 && term->months + term->days > 0;
    if (!whole) wrong(r, "\"term\" must be whole days or months, such as \"P1Y\"");
}

/* {"amount": 12.5, "currency": "EUR"} */
static bool read_money(csuccess__change *change, const csuccess__json *node)
{
    const csuccess__json *amount = csuccess__json_member(node, "amount");
    const csuccess__json *currency = csuccess__json_member(node, "currency");
    if (!amount || amount->type != CSUCCESS__JSON_NUMBER) return false;
    change->amount = amount->number;
    if (!currency) return true;
    change->currency = currency->string;
    change->says |= CSUCCESS__SAYS_CURRENCY;
    return currency->type == CSUCCESS__JSON_STRING;
}

static void read_amount(reading *r)
{
    const csuccess__property *property =
        csuccess__input_property(r->at->input, CSUCCESS_STR("amount"));
    if (!property || (csuccess__is_missing(property->value) && !property->json)) return;
    csuccess__change *change = &r->change;
    if (property->value.kind == CSUCCESS__KIND_NUMBER) {
        change->amount = property->value.as.number;
    } else if (!read_money(change, property->json)) {
        wrong(r, "\"amount\" must be a number or {\"amount\": 12.5, \"currency\": \"EUR\"}");
        return;
    }
    change->says |= CSUCCESS__SAYS_AMOUNT;
    if (!(change->amount >= 0 && change->amount <= CSUCCESS__MOST_AMOUNT)) {
        wrong(r, "\"amount\" must be from 0 to 900 thousand million");
    }
}

static const csuccess__attribute *collection_of(const csuccess__schema *schema)
{
    uint32_t slot = csuccess__schema_find(schema, CSUCCESS_STR("subscriptions"), NULL);
    if (slot >= schema->inputs) return NULL;
    const csuccess__attribute *attribute = schema->slots[slot].attribute;
    return attribute->type == CSUCCESS__ATTRIBUTE_RECORDS ? attribute : NULL;
}

static const csuccess__attribute *amount_of(const csuccess__schema *schema)
{
    const csuccess__attribute *collection = collection_of(schema);
    for (uint32_t i = 0; collection && i < collection->field_count; i++) {
        const csuccess__attribute *field = &collection->fields[i];
        if (csuccess__str_is(field->name, "amount")) return field;
    }
    return NULL;
}

/* What the definition of the field `amount` allows; its currency is the one that nobody says. */
static void check_amount(reading *r)
{
    csuccess__change *change = &r->change;
    const csuccess__attribute *field = amount_of(r->at->with->schema);
    bool amount = (change->says & CSUCCESS__SAYS_AMOUNT) != 0;
    if ((change->says & CSUCCESS__SAYS_CURRENCY) &&
        !csuccess__currency_check(change->currency)) {
        wrong(r, "\"currency\" must be three capitals (ISO 4217), such as \"EUR\"");
    }
    if (!field || r->reason.len > 0) return;
    if (field->currency.len > 0) {
        csuccess__currency_allowed(field, change->currency, &r->reason);
        if (amount) change->currency = field->currency;
        if (amount) change->says |= CSUCCESS__SAYS_CURRENCY;
    }
    if (amount) csuccess__number_allowed(field, change->amount, &r->reason);
}

static void check_dates(reading *r)
{
    const csuccess__change *change = &r->change;
    int64_t starts = change->says & CSUCCESS__SAYS_STARTS ? change->starts : change->effective;
    if (change->kind == CSUCCESS__CHANGE_STARTED && (change->says & CSUCCESS__SAYS_RENEWS) &&
        change->renews <= starts) {
        wrong(r, "\"renews\" must lie after the start of the term");
    }
    if ((change->says & CSUCCESS__SAYS_STARTS) && (change->says & CSUCCESS__SAYS_RENEWS) &&
        change->renews <= change->starts) {
        wrong(r, "\"renews\" must lie after \"starts\"");
    }
}

static void read_kind(reading *r)
{
    for (int i = CSUCCESS__CHANGE_STARTED; i <= CSUCCESS__CHANGE_ENDED; i++) {
        csuccess__change_kind kind = (csuccess__change_kind)i;
        if (csuccess__str_is(r->at->input->name, csuccess__change_name(kind))) {
            r->change.kind = kind;
            return;
        }
    }
    wrong(r, "a subscription is started, amended, renewed, contracted or ended");
}

static void read_id(reading *r)
{
    read_text(r, "id", &r->id, 0);
    if (r->id.len == 0) r->id = r->change.product;
    if (r->id.len == 0) r->id = CSUCCESS_STR("main");
}

static void read_change(reading *r)
{
    csuccess__change *change = &r->change;
    read_kind(r);
    read_text(r, "product", &change->product, CSUCCESS__SAYS_PRODUCT);
    read_text(r, "reason", &change->reason, CSUCCESS__SAYS_REASON);
    read_text(r, "currency", &change->currency, CSUCCESS__SAYS_CURRENCY);
    read_amount(r);
    read_time(r, "starts", &change->starts, CSUCCESS__SAYS_STARTS);
    read_time(r, "renews", &change->renews, CSUCCESS__SAYS_RENEWS);
    read_time(r, "notice_by", &change->notice_by, CSUCCESS__SAYS_NOTICE);
    read_term(r);
    bool starts =
        change->kind == CSUCCESS__CHANGE_STARTED && (change->says & CSUCCESS__SAYS_STARTS) != 0;
    change->effective = starts ? change->starts : r->at->input->at;
    read_time(r, "effective", &change->effective, 0);
    change->at = r->at->input->at;
    change->tie = r->at->tie;
    read_id(r);
    check_amount(r);
    check_dates(r);
}

/* ---- Movements ---- */

typedef struct movements {
    csuccess__movement list[CSUCCESS__MOST_CHANGES + 1];
} movements;

static void work_out(const csuccess__subscription_log *log, movements *out)
{
    static const csuccess__subscription none = {
        .product = {"", 0}, .currency = {"", 0}, .reason = {"", 0}};
    csuccess__subscription on = log->has_base ? log->base : none;
    for (uint32_t i = 0; i < log->count; i++) {
        out->list[i] = csuccess__subscription_fold(&on, &log->changes[i]);
    }
}

static bool is_same(const csuccess__movement *a, const csuccess__movement *b)
{
    return a->kind == b->kind && a->has_money == b->has_money && a->before == b->before &&
           a->after == b->after;
}

static void leave_entry(reading *r, const csuccess__subscription_log *log, uint32_t i,
                        const csuccess__movement *movement, bool restated)
{
    const csuccess__change *change = &log->changes[i];
    csuccess__subscription on = csuccess__subscription_at(log, change->effective);
    csuccess__step *step = r->at->step;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_given(w, "subscription", r->id);
    csuccess__json_put_given(w, "change", csuccess__str(csuccess__change_name(change->kind)));
    csuccess__json_put_given(w, "movement",
                             csuccess__str(csuccess__movement_name(movement->kind)));
    csuccess__json_put_time(w, "effective", change->effective);
    csuccess__json_put_given(w, "product", on.product);
    csuccess__json_put_given(w, "currency", on.currency);
    if (movement->has_money) {
        csuccess__json_put_num(w, "before", (double)movement->before);
        csuccess__json_put_num(w, "after", (double)movement->after);
        csuccess__json_put_num(w, "amount", (double)(movement->after - movement->before));
    }
    csuccess__json_put_given(w, "reason", change->reason);
    if (restated) {
        csuccess__json_key(w, CSUCCESS_STR("restated"));
        csuccess__json_bool(w, true);
    }
    csuccess__step_entry(step, "subscription", r->at->input->user,
                         csuccess__step_body_end(step));
    r->at->changed = true;
}

/* The movement of the new change, and those of later ones that it makes other than they were. */
static void tell(reading *r, const csuccess__subscription_log *log, uint32_t place,
                 const movements *before)
{
    movements after;
    work_out(log, &after);
    leave_entry(r, log, place, &after.list[place], false);
    for (uint32_t i = place + 1; i < log->count; i++) {
        if (is_same(&before->list[i - 1], &after.list[i])) continue;
        leave_entry(r, log, i, &after.list[i], true);
    }
    if (after.list[place].mixed) {
        csuccess__apply_quarantine(
            r->at, CSUCCESS_STR("an amount in another currency than the subscription's was "
                                "passed over; end it and start it anew"));
    }
}

/* ---- Room ---- */

/* Of subscriptions that have ended, the one that ended first makes room. */
static bool make_room(reading *r)
{
    const csuccess__attribute *collection = collection_of(r->at->with->schema);
    uint32_t most = collection ? collection->max_records : CSUCCESS__MOST_SUBSCRIPTIONS;
    uint32_t count, oldest = 0;
    csuccess__state *state = r->at->step->state;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_SUBSCRIPTION, &count);
    if (count < most) return true;
    int64_t least = INT64_MAX;
    for (uint32_t i = first; i < first + count; i++) {
        csuccess__subscription_log log;
        if (!csuccess__subscription_get(state->fields[i].payload, &log)) {
            csuccess__step_fail(r->at->step, CSUCCESS_ESTATE);
            return true;
        }
        csuccess__subscription on = csuccess__subscription_at(&log, r->at->step->now);
        if (on.running || !on.has_ended || on.ended >= least) continue;
        least = on.ended;
        oldest = i;
    }
    if (least == INT64_MAX || r->at->asks) return least < INT64_MAX;
    csuccess__state_drop(state, CSUCCESS__STATE_SUBSCRIPTION, state->fields[oldest].name);
    return true;
}

/* ---- One change ---- */

/* Where the change belongs; its order among those that are there. */
static uint32_t place_of(const csuccess__subscription_log *log, const csuccess__change *change,
                         bool *again)
{
    uint32_t place = 0;
    int order = 1;
    while (place < log->count &&
           (order = csuccess__change_order(&log->changes[place], change)) < 0) {
        place++;
    }
    *again = place < log->count && order == 0;
    return place;
}

static bool is_too_old(const csuccess__subscription_log *log, const csuccess__change *change)
{
    csuccess__change last = {
        .effective = log->base_effective, .at = log->base_at, .tie = log->base_tie};
    return log->has_base && csuccess__change_order(change, &last) <= 0;
}

static void add_change(reading *r, csuccess__subscription_log *log)
{
    bool again;
    uint32_t place = place_of(log, &r->change, &again);
    if (again) return;
    movements before;
    work_out(log, &before);
    for (uint32_t i = log->count; i > place; i--) log->changes[i] = log->changes[i - 1];
    log->changes[place] = r->change;
    log->count++;
    tell(r, log, place, &before);
    if (log->count > CSUCCESS__MOST_CHANGES) csuccess__subscription_shorten(log);
    csuccess__buffer_clear(r->at->step->scratch);
    csuccess__subscription_put(r->at->step->scratch, log);
    csuccess__apply_put(r->at, CSUCCESS__STATE_SUBSCRIPTION, r->id);
}

csuccess_result csuccess__apply_subscription(csuccess__applying *at)
{
    static const csuccess__change none = {
        .product = {"", 0}, .currency = {"", 0}, .reason = {"", 0}};
    char bytes[248];
    reading r = {.at = at, .change = none, .id = {"", 0}};
    csuccess__text_init(&r.reason, bytes, sizeof bytes);
    read_change(&r);
    if (r.reason.len > 0) {
        return csuccess__apply_refuse(at, (csuccess_str){r.reason.ptr, r.reason.len});
    }
    csuccess__subscription_log log = {.count = 0};
    csuccess_str payload =
        csuccess__state_get(at->step->state, CSUCCESS__STATE_SUBSCRIPTION, r.id);
    if (!payload.ptr) {
        if (!make_room(&r)) {
            return csuccess__apply_refuse(
                at, CSUCCESS_STR("more subscriptions than the collection's \"max\", and none "
                                 "has ended"));
        }
    } else if (!csuccess__subscription_get(payload, &log)) {
        csuccess__step_fail(at->step, CSUCCESS_ESTATE);
        return CSUCCESS_OK;
    }
    if (is_too_old(&log, &r.change)) {
        return csuccess__apply_refuse(
            at, CSUCCESS_STR("it takes effect before what is still kept of the subscription's "
                             "changes"));
    }
    if (!at->asks) add_change(&r, &log);
    return CSUCCESS_OK;
}
