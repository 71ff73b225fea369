/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions as the state keeps them. */
#include "customer/subscriptions.h"

#include "customer/payload.h"
#include "text/utf8.h"

enum { EVERYTHING = 255, BEGUN = 1, RUNNING = 2, AMOUNT = 4, RENEWS = 8, NOTICE = 16 };
enum { HAS_ENDED = 32, ROLLS = 64, TURNS = 128, EVERY_FLAG = 255 };

/* ---- Reading ---- */

static csuccess_str get_text(csuccess__wire *in)
{
    csuccess_str text = csuccess__wire_get_str(in);
    if (in->bad || text.len > CSUCCESS__KEPT_NAME || !csuccess__utf8_check(text, NULL)) {
        in->bad = true;
        return (csuccess_str){"", 0};
    }
    return text;
}

static csuccess_str get_currency(csuccess__wire *in)
{
    csuccess_str code = get_text(in);
    if (code.len > 0 && !csuccess__currency_check(code)) in->bad = true;
    return code;
}

static double get_amount(csuccess__wire *in)
{
    double amount = csuccess__wire_get_double(in);
    if (amount < 0 || amount > CSUCCESS__MOST_AMOUNT) in->bad = true;
    return amount;
}

static csuccess__duration get_period(csuccess__wire *in)
{
    int64_t months = csuccess__wire_get_i64(in), days = csuccess__wire_get_i64(in);
    if (months < 0 || months > CSUCCESS__DURATION_MONTHS || days < 0 ||
        days > CSUCCESS__DURATION_DAYS) {
        in->bad = true;
        return (csuccess__duration){0};
    }
    return (csuccess__duration){.months = (int32_t)months, .days = (int32_t)days};
}

static uint64_t get_tie(csuccess__wire *in)
{
    csuccess_str bytes = csuccess__wire_get_bytes(in, 8);
    uint64_t tie = 0;
    for (size_t i = 0; i < bytes.len; i++) tie = tie << 8 | (uint8_t)bytes.ptr[i];
    return tie;
}

static void get_said(csuccess__wire *in, csuccess__change *out)
{
    uint32_t says = out->says;
    if (says & CSUCCESS__SAYS_PRODUCT) out->product = get_text(in);
    if (says & CSUCCESS__SAYS_AMOUNT) out->amount = get_amount(in);
    if (says & CSUCCESS__SAYS_CURRENCY) out->currency = get_currency(in);
    if (says & CSUCCESS__SAYS_STARTS) out->starts = csuccess__payload_time(in);
    if (says & CSUCCESS__SAYS_RENEWS) out->renews = csuccess__payload_time(in);
    if (says & CSUCCESS__SAYS_NOTICE) out->notice_by = csuccess__payload_time(in);
    if (says & CSUCCESS__SAYS_REASON) out->reason = get_text(in);
    if (says & CSUCCESS__SAYS_TERM) out->term = get_period(in);
}

static void get_change(csuccess__wire *in, csuccess__change *out)
{
    static const csuccess__change none;
    *out = none;
    uint64_t kind = csuccess__wire_get_u64(in);
    uint64_t says = csuccess__wire_get_u64(in);
    if (kind < CSUCCESS__CHANGE_STARTED || kind > CSUCCESS__CHANGE_ENDED || says > EVERYTHING) {
        in->bad = true;
        return;
    }
    out->kind = (csuccess__change_kind)kind;
    out->says = (uint32_t)says;
    out->effective = csuccess__payload_time(in);
    out->at = csuccess__payload_time(in);
    out->tie = get_tie(in);
    get_said(in, out);
    if ((says & CSUCCESS__SAYS_TERM) && !in->bad && out->term.months + out->term.days == 0) {
        in->bad = true;
    }
}

static void get_base(csuccess__wire *in, csuccess__subscription_log *log)
{
    csuccess__subscription *out = &log->base;
    uint64_t flags = csuccess__wire_get_u64(in);
    if (flags > EVERY_FLAG) in->bad = true;
    *out = (csuccess__subscription){.begun = (flags & BEGUN) != 0,
                                    .running = (flags & RUNNING) != 0,
                                    .has_amount = (flags & AMOUNT) != 0,
                                    .has_renews = (flags & RENEWS) != 0,
                                    .has_notice = (flags & NOTICE) != 0,
                                    .has_ended = (flags & HAS_ENDED) != 0,
                                    .rolls = (flags & ROLLS) != 0,
                                    .has_turn = (flags & TURNS) != 0};
    out->product = get_text(in);
    out->currency = get_currency(in);
    out->reason = get_text(in);
    out->amount = get_amount(in);
    out->starts = csuccess__payload_time(in);
    out->ended = csuccess__payload_time(in);
    out->term_start = csuccess__payload_time(in);
    out->turn = csuccess__payload_time(in);
    out->renews = csuccess__payload_time(in);
    out->notice_by = csuccess__payload_time(in);
    out->anchor = csuccess__payload_time(in);
    out->period = get_period(in);
    for (int i = 0; i < CSUCCESS__MOVEMENT_NONE; i++) {
        out->moved[i] = csuccess__wire_get_i64(in);
    }
    log->base_effective = csuccess__payload_time(in);
    log->base_at = csuccess__payload_time(in);
    log->base_tie = get_tie(in);
}

/* Whether the changes stand in order, behind the base. */
static bool is_in_order(const csuccess__subscription_log *log)
{
    csuccess__change before = {
        .effective = log->base_effective, .at = log->base_at, .tie = log->base_tie};
    for (uint32_t i = 0; i < log->count; i++) {
        if ((i > 0 || log->has_base) &&
            csuccess__change_order(&before, &log->changes[i]) >= 0) {
            return false;
        }
        before = log->changes[i];
    }
    return true;
}

bool csuccess__subscription_get(csuccess_str payload, csuccess__subscription_log *out)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t base = csuccess__wire_get_u64(&in);
    out->has_base = base == 1;
    out->count = 0;
    if (out->has_base) get_base(&in, out);
    uint64_t count = csuccess__wire_get_u64(&in);
    if (base > 1 || in.bad || count > CSUCCESS__MOST_CHANGES || (count == 0 && base == 0)) {
        return false;
    }
    for (; out->count < count; out->count++) get_change(&in, &out->changes[out->count]);
    return csuccess__wire_done(&in) && is_in_order(out);
}

/* ---- Writing ---- */

static void put_tie(csuccess__buffer *out, uint64_t tie)
{
    for (int i = 0; i < 8; i++) csuccess__buffer_char(out, (char)(tie >> (56 - 8 * i) & 0xFF));
}

static void put_period(csuccess__buffer *out, csuccess__duration period)
{
    csuccess__wire_i64(out, period.months);
    csuccess__wire_i64(out, period.days);
}

static void put_change(csuccess__buffer *out, const csuccess__change *change)
{
    uint32_t says = change->says;
    csuccess__wire_u64(out, change->kind);
    csuccess__wire_u64(out, says);
    csuccess__wire_i64(out, change->effective);
    csuccess__wire_i64(out, change->at);
    put_tie(out, change->tie);
    if (says & CSUCCESS__SAYS_PRODUCT) csuccess__wire_str(out, change->product);
    if (says & CSUCCESS__SAYS_AMOUNT) csuccess__wire_double(out, change->amount);
    if (says & CSUCCESS__SAYS_CURRENCY) csuccess__wire_str(out, change->currency);
    if (says & CSUCCESS__SAYS_STARTS) csuccess__wire_i64(out, change->starts);
    if (says & CSUCCESS__SAYS_RENEWS) csuccess__wire_i64(out, change->renews);
    if (says & CSUCCESS__SAYS_NOTICE) csuccess__wire_i64(out, change->notice_by);
    if (says & CSUCCESS__SAYS_REASON) csuccess__wire_str(out, change->reason);
    if (says & CSUCCESS__SAYS_TERM) put_period(out, change->term);
}

static uint64_t flags_of(const csuccess__subscription *s)
{
    return (s->begun ? BEGUN : 0u) | (s->running ? RUNNING : 0u) |
           (s->has_amount ? AMOUNT : 0u) | (s->has_renews ? RENEWS : 0u) |
           (s->has_notice ? NOTICE : 0u) | (s->has_ended ? HAS_ENDED : 0u) |
           (s->rolls ? ROLLS : 0u) | (s->has_turn ? TURNS : 0u);
}

static void put_base(csuccess__buffer *out, const csuccess__subscription_log *log)
{
    const csuccess__subscription *s = &log->base;
    csuccess__wire_u64(out, flags_of(s));
    csuccess__wire_str(out, s->product);
    csuccess__wire_str(out, s->currency);
    csuccess__wire_str(out, s->reason);
    csuccess__wire_double(out, s->amount);
    csuccess__wire_i64(out, s->starts);
    csuccess__wire_i64(out, s->ended);
    csuccess__wire_i64(out, s->term_start);
    csuccess__wire_i64(out, s->turn);
    csuccess__wire_i64(out, s->renews);
    csuccess__wire_i64(out, s->notice_by);
    csuccess__wire_i64(out, s->anchor);
    put_period(out, s->period);
    for (int i = 0; i < CSUCCESS__MOVEMENT_NONE; i++) csuccess__wire_i64(out, s->moved[i]);
    csuccess__wire_i64(out, log->base_effective);
    csuccess__wire_i64(out, log->base_at);
    put_tie(out, log->base_tie);
}

void csuccess__subscription_put(csuccess__buffer *out, const csuccess__subscription_log *log)
{
    csuccess__wire_u64(out, log->has_base);
    if (log->has_base) put_base(out, log);
    csuccess__wire_u64(out, log->count);
    for (uint32_t i = 0; i < log->count; i++) put_change(out, &log->changes[i]);
}
