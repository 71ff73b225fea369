/* SPDX-License-Identifier: Apache-2.0 */
/* What the changes of a subscription come to: amounts and how they moved, terms and how one follows another. */
#include "customer/subscriptions.h"

#include "base/number.h"
#include "text/numeral.h"

const char *csuccess__change_name(csuccess__change_kind kind)
{
    static const char *const names[] = {
#define CSUCCESS__CHANGE(name, number, text) [number] = text,
        CSUCCESS__CHANGES(CSUCCESS__CHANGE)
#undef CSUCCESS__CHANGE
    };
    return names[kind];
}

const char *csuccess__movement_name(csuccess__movement_kind kind)
{
    static const char *const names[] = {
#define CSUCCESS__MOVEMENT(name, text) text,
        CSUCCESS__MOVEMENTS(CSUCCESS__MOVEMENT)
#undef CSUCCESS__MOVEMENT
            NULL};
    return names[kind];
}

int csuccess__change_order(const csuccess__change *a, const csuccess__change *b)
{
    if (a->effective != b->effective) return a->effective < b->effective ? -1 : 1;
    if (a->at != b->at) return a->at < b->at ? -1 : 1;
    return (a->tie > b->tie) - (a->tie < b->tie);
}

/* ---- Minor units ---- */

/* Currencies of ISO 4217 whose minor unit is not a hundredth. */
static uint32_t decimals_of(csuccess_str currency)
{
    static const char *const none[] = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                       "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                       "VND", "VUV", "XAF", "XOF", "XPF", NULL};
    static const char *const three[] = {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", NULL};
    static const char *const four[] = {"CLF", "UYW", NULL};
    if (csuccess__str_among(currency, none)) return 0;
    if (csuccess__str_among(currency, three)) return 3;
    return csuccess__str_among(currency, four) ? 4 : 2;
}

/* Takes digits onto units, at most `most`; how many there were. */
static size_t take_digits(int64_t *units, csuccess_str digits, size_t most)
{
    size_t n = 0;
    for (; n < digits.len && n < most && digits.ptr[n] != '.'; n++) {
        *units = *units * 10 + (digits.ptr[n] - '0');
    }
    return n;
}

/* An amount is what people wrote, a decimal: 1.145 lies half-way, whatever the nearest double. */
int64_t csuccess__minor_units(double amount, csuccess_str currency)
{
    char text[CSUCCESS__NUMERAL_MAX];
    csuccess_str digits = {text, csuccess__numeral_write(text, amount)};
    size_t decimals = decimals_of(currency);
    int64_t units = 0;
    if (amount < 1e-6) return 0; /* written with an exponent, and less than half of any unit */
    size_t n = take_digits(&units, digits, digits.len);
    csuccess_str rest = {digits.ptr + n + 1, n < digits.len ? digits.len - n - 1 : 0};
    n = take_digits(&units, rest, decimals);
    for (size_t i = n; i < decimals; i++) units *= 10;
    if (n == rest.len) return units;
    if (rest.ptr[n] != '5' || n + 1 < rest.len) return units + (rest.ptr[n] >= '5');
    return units + units % 2; /* half-way: to the even one */
}

/* ---- Terms ---- */

static bool is_zero(csuccess__duration d)
{
    return d.months == 0 && d.days == 0;
}

/* anchor + n periods; false beyond the year 9999. */
static bool boundary(const csuccess__subscription *on, int64_t n, int64_t *out)
{
    csuccess__duration whole;
    return csuccess__duration_multiply(&whole, on->period, n) &&
           csuccess__time_add(out, on->anchor, whole);
}

/* The least n whose boundary lies after a time; the boundaries ascend, since a period has a day at least. */
static int64_t boundary_after(const csuccess__subscription *on, int64_t time)
{
    int64_t low = 0, high = CSUCCESS__DURATION_DAYS + 1;
    while (low < high) {
        int64_t middle = low + (high - low) / 2, end;
        if (!boundary(on, middle, &end) || end > time) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

/* Lets the last day for notice lie as many days before the end of the term as it did. */
static void set_renews(csuccess__subscription *on, int64_t renews)
{
    if (on->has_notice && on->has_renews) {
        int64_t days = csuccess__days_between(on->notice_by, on->renews);
        int64_t notice = renews - days * CSUCCESS__DAY_MS;
        on->has_notice = csuccess__time_valid(notice);
        on->notice_by = on->has_notice ? notice : 0;
    }
    on->renews = renews;
    on->has_renews = true;
}

/* Where the last term that is agreed begins. */
static int64_t last_start(const csuccess__subscription *on)
{
    return on->has_turn ? on->turn : on->term_start;
}

static void turn(csuccess__subscription *on)
{
    on->term_start = last_start(on);
    on->has_turn = false;
    on->turn = 0;
}

/* The term that is in force at a time: one that was renewed early begins, and where terms follow one another by themselves one
   does. */
static void roll(csuccess__subscription *on, int64_t now)
{
    if (on->has_turn && now >= on->turn) turn(on);
    if (!on->rolls || !on->running || !on->has_renews || now < on->renews) return;
    int64_t n = boundary_after(on, now), start, end;
    if (n == 0 || !boundary(on, n - 1, &start) || !boundary(on, n, &end)) return;
    on->term_start = start;
    set_renews(on, end);
}

/* Where terms are counted from: the start where one period leads to the end, else the end. */
static void set_anchor(csuccess__subscription *on)
{
    int64_t end;
    on->anchor = last_start(on);
    if (!on->has_renews || is_zero(on->period)) return;
    bool leads = boundary(on, 1, &end) && end == on->renews;
    if (!leads) on->anchor = on->renews;
}

/* How long a term is that nobody named: whole months where they lead from its start to its end, else days. */
static csuccess__duration length_of(int64_t start, int64_t end)
{
    csuccess__civil a, b;
    csuccess__duration length = {0};
    int64_t reached;
    if (end <= start || !csuccess__civil_from(&a, start, 0) ||
        !csuccess__civil_from(&b, end, 0)) {
        return length;
    }
    length.months = (b.year - a.year) * 12 + b.month - a.month;
    if (length.months > 0 && csuccess__time_add(&reached, start, length) && reached == end) {
        return length;
    }
    int64_t days = csuccess__days_between(start, end);
    return (csuccess__duration){.days = (int32_t)days};
}

/* The end of the last term; terms of which one follows the other keep the day of the month of the first. */
static void find_renews(csuccess__subscription *on)
{
    int64_t end;
    if (is_zero(on->period)) {
        on->has_renews = on->has_notice = false;
        on->renews = on->notice_by = 0;
        return;
    }
    int64_t from = last_start(on);
    int64_t n = boundary_after(on, from), start;
    bool follows = n > 0 && boundary(on, n - 1, &start) && start == from;
    if (!follows) {
        on->anchor = from;
        n = 1;
    }
    if (boundary(on, n, &end)) set_renews(on, end);
}

static void begin_term(csuccess__subscription *on, const csuccess__change *change)
{
    bool says_starts = (change->says & CSUCCESS__SAYS_STARTS) != 0;
    on->starts = on->term_start = says_starts ? change->starts : change->effective;
    on->rolls = (change->says & CSUCCESS__SAYS_TERM) != 0;
    on->period = on->rolls ? change->term : (csuccess__duration){0};
    on->has_renews = on->has_notice = on->has_turn = false;
    on->renews = on->notice_by = on->turn = 0;
    on->anchor = on->term_start;
    if (change->says & CSUCCESS__SAYS_RENEWS) {
        set_renews(on, change->renews);
        if (!on->rolls) on->period = length_of(on->term_start, on->renews);
        set_anchor(on);
    } else if (on->rolls) {
        find_renews(on);
    }
}

/* Lets a term begin: now, or once its time has come. */
static void begin_next(csuccess__subscription *on, int64_t start, int64_t now)
{
    on->has_turn = start > now;
    on->turn = on->has_turn ? start : 0;
    if (!on->has_turn) on->term_start = start;
}

/* Where a renewal lets the next term begin. False: it had renewed already, and only the end moves. */
static bool next_start(const csuccess__subscription *on, const csuccess__change *change,
                       int64_t *start)
{
    bool says_renews = (change->says & CSUCCESS__SAYS_RENEWS) != 0;
    *start = on->has_renews ? on->renews : change->effective;
    if (change->says & CSUCCESS__SAYS_STARTS) {
        *start = change->starts;
        return true;
    }
    return !on->has_renews || (!on->has_turn && (!says_renews || change->renews > on->renews));
}

/* A new term after the one in force. */
static void renew_term(csuccess__subscription *on, const csuccess__change *change)
{
    uint32_t says = change->says;
    int64_t start;
    if (says & CSUCCESS__SAYS_TERM) {
        on->period = change->term;
        on->rolls = true;
    } else if ((on->rolls || on->has_turn) &&
               !(says & (CSUCCESS__SAYS_STARTS | CSUCCESS__SAYS_RENEWS))) {
        return; /* it had renewed by itself, or was renewed before */
    }
    if (next_start(on, change, &start)) begin_next(on, start, change->effective);
    if (!(says & CSUCCESS__SAYS_RENEWS)) {
        find_renews(on);
        return;
    }
    set_renews(on, change->renews);
    if (!on->rolls) on->period = length_of(last_start(on), on->renews);
    set_anchor(on);
}

static void amend_term(csuccess__subscription *on, const csuccess__change *change)
{
    uint32_t says = change->says;
    if (says & CSUCCESS__SAYS_STARTS) {
        if (on->term_start == on->starts) on->term_start = change->starts;
        on->starts = change->starts;
    }
    if (says & CSUCCESS__SAYS_TERM) {
        on->period = change->term;
        on->rolls = true;
    }
    if (says & CSUCCESS__SAYS_RENEWS) {
        on->renews = change->renews; /* the day for notice stands until another is said */
        on->has_renews = true;
        if (!on->rolls) on->period = length_of(last_start(on), on->renews);
    } else if ((says & CSUCCESS__SAYS_TERM) && !on->has_renews) {
        on->anchor = last_start(on);
        find_renews(on);
    }
    if (says & (CSUCCESS__SAYS_STARTS | CSUCCESS__SAYS_TERM | CSUCCESS__SAYS_RENEWS)) {
        set_anchor(on);
    }
}

/* ---- One change ---- */

static int64_t money(const csuccess__subscription *on)
{
    return on->running && on->has_amount ? csuccess__minor_units(on->amount, on->currency) : 0;
}

/* What is sold, and for how much. False: another currency than the one that runs. */
static bool set_terms_of_sale(csuccess__subscription *on, const csuccess__change *change,
                              bool begins)
{
    bool other = !begins && (change->says & CSUCCESS__SAYS_CURRENCY) && on->currency.len > 0 &&
                 !csuccess__str_eq(on->currency, change->currency);
    if (begins) {
        on->has_amount = false;
        on->amount = 0;
        on->currency = (csuccess_str){"", 0};
    }
    if (change->says & CSUCCESS__SAYS_PRODUCT) on->product = change->product;
    if (other) return false;
    if (change->says & CSUCCESS__SAYS_CURRENCY) on->currency = change->currency;
    if (change->says & CSUCCESS__SAYS_AMOUNT) {
        on->amount = change->amount;
        on->has_amount = true;
    }
    return true;
}

static void end(csuccess__subscription *on, const csuccess__change *change)
{
    on->running = false;
    on->has_ended = true;
    on->ended = change->effective;
}

/* Whether a change makes it run that did not: a start, and what can only be said of one that runs. */
static bool begins(const csuccess__subscription *on, const csuccess__change *change)
{
    if (on->running || change->kind == CSUCCESS__CHANGE_ENDED) return false;
    bool renewal =
        change->kind == CSUCCESS__CHANGE_STARTED || change->kind == CSUCCESS__CHANGE_RENEWED;
    return renewal || !on->begun;
}

static void set_term(csuccess__subscription *on, const csuccess__change *change, bool begin)
{
    if (begin) {
        begin_term(on, change);
    } else if (change->kind == CSUCCESS__CHANGE_RENEWED && on->running) {
        renew_term(on, change);
    } else {
        amend_term(on, change);
    }
    if (change->says & CSUCCESS__SAYS_NOTICE) {
        on->notice_by = change->notice_by;
        on->has_notice = true;
    }
}

static csuccess__movement_kind kind_of(bool begun, bool began, bool ran, bool runs,
                                       int64_t moved)
{
    if (began) return begun ? CSUCCESS__MOVEMENT_REACTIVATION : CSUCCESS__MOVEMENT_NEW;
    if (ran && !runs) return CSUCCESS__MOVEMENT_CHURN;
    if (moved > 0) return CSUCCESS__MOVEMENT_EXPANSION;
    return moved < 0 ? CSUCCESS__MOVEMENT_CONTRACTION : CSUCCESS__MOVEMENT_NONE;
}

/* Applies a change. False: it says another currency than the one that runs, so its amount was passed over. */
static bool apply(csuccess__subscription *on, const csuccess__change *change, bool begin)
{
    bool same = true;
    on->begun = true;
    if (begin) {
        on->running = true;
        on->has_ended = false;
        on->ended = 0;
        on->reason = (csuccess_str){"", 0};
    }
    if (change->kind == CSUCCESS__CHANGE_ENDED) {
        end(on, change);
    } else {
        same = set_terms_of_sale(on, change, begin);
        set_term(on, change, begin);
    }
    if (change->says & CSUCCESS__SAYS_REASON) on->reason = change->reason;
    return same;
}

csuccess__movement csuccess__subscription_fold(csuccess__subscription *on,
                                               const csuccess__change *change)
{
    roll(on, change->effective);
    bool begun = on->begun, ran = on->running, priced = on->has_amount || !ran;
    csuccess__movement out = {.before = money(on)};
    bool begin = begins(on, change);
    out.mixed = !apply(on, change, begin);
    out.after = money(on);
    out.has_money = priced && (on->has_amount || !on->running);
    int64_t moved = out.has_money ? out.after - out.before : 0;
    out.kind = kind_of(begun, begin, ran, on->running, moved);
    if (out.kind != CSUCCESS__MOVEMENT_NONE) {
        csuccess__add_i64(&on->moved[out.kind], on->moved[out.kind], moved);
    }
    return out;
}

csuccess__subscription csuccess__subscription_at(const csuccess__subscription_log *log,
                                                 int64_t now)
{
    static const csuccess__subscription none = {
        .product = {"", 0}, .currency = {"", 0}, .reason = {"", 0}};
    csuccess__subscription on = log->has_base ? log->base : none;
    for (uint32_t i = 0; i < log->count; i++) {
        if (log->changes[i].effective > now && (i > 0 || log->has_base)) break;
        roll(&on, log->changes[i].effective);
        apply(&on, &log->changes[i], begins(&on, &log->changes[i]));
    }
    roll(&on, now);
    return on;
}

void csuccess__subscription_shorten(csuccess__subscription_log *log)
{
    static const csuccess__subscription none = {
        .product = {"", 0}, .currency = {"", 0}, .reason = {"", 0}};
    if (!log->has_base) log->base = none;
    const csuccess__change *first = &log->changes[0];
    csuccess__subscription_fold(&log->base, first);
    log->has_base = true;
    log->base_effective = first->effective;
    log->base_at = first->at;
    log->base_tie = first->tie;
    for (uint32_t i = 1; i < log->count; i++) log->changes[i - 1] = log->changes[i];
    log->count--;
}
