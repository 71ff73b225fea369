/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates against a slow plain model: every event is kept and counted again for every question, over a table of all days. Definitions,
   events, their order and how they are grouped are random. */
#include "customer_series.h"

enum { FIRST_DAY = -719162, DAYS = 3652059, EVENTS = 160, AGGREGATES = 12, NAMES = 3 };

/* ---- The calendar as a table ---- */

typedef struct date {
    int16_t year;
    int8_t month, day;
} date;
static date *dates; /* by day - FIRST_DAY */

static int month_days(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return lengths[month - 1] + (month == 2 && leap);
}

static void make_dates(void)
{
    if (dates) return;
    dates = malloc(DAYS * sizeof *dates);
    if (!dates) abort();
    int year = 1, month = 1, day = 1;
    for (int i = 0; i < DAYS; i++) {
        dates[i] = (date){(int16_t)year, (int8_t)month, (int8_t)day};
        if (++day <= month_days(year, month)) continue;
        day = 1;
        if (++month <= 12) continue;
        month = 1;
        year++;
    }
}

/* The day that many months before, at the end of its month when that is shorter; far below when there is none. */
static int months_before(int day, int months)
{
    if (months == 0) return day;
    if (day < FIRST_DAY) return FIRST_DAY - 1;
    date d = dates[day - FIRST_DAY];
    int month = d.year * 12 + d.month - 1 - months;
    if (month < 12) return FIRST_DAY - 1;
    int last = month_days(month / 12, month % 12 + 1), wanted = d.day < last ? d.day : last;
    for (;; day--) {
        date at = dates[day - FIRST_DAY];
        if (at.year == month / 12 && at.month == month % 12 + 1 && at.day == wanted) return day;
    }
}

/* ---- Definitions ---- */

typedef enum what {
    COUNT,
    SUM,
    MEAN,
    MIN,
    MAX,
    FIRST,
    LAST,
    LAST_TIME,
    DAY_COUNT,
    DISTINCT,
    WHATS
} what;
typedef enum kind { DURATION, MONTH, QUARTER, TERM, LIFETIME, KINDS } kind;

typedef struct definition {
    what what;
    int event, condition; /* condition 0: none; 1: amount > 10; 2: plan is pro */
    kind kind;
    int months, days, back_months, back_days;
    bool text; /* first, last: of plan; distinct: of user_id instead of plan */
} definition;

typedef struct happening {
    int64_t at;
    char id[12];
    int name;
    bool has_amount, has_plan;
    double amount;
    const char *plan;
    char user[4];
} happening;

static int pick(uint64_t *random, int n)
{
    return (int)(check_random(random) % (uint64_t)n);
}

static definition random_definition(uint64_t *random)
{
    static const int lengths[][2] = {{0, 1}, {0, 7}, {0, 30}, {0, 90},
                                     {1, 0}, {3, 0}, {12, 0}, {1, 5}};
    definition d = {0};
    d.what = (what)pick(random, WHATS);
    d.event = pick(random, NAMES);
    d.condition = pick(random, 4) == 0 ? 1 + pick(random, 2) : 0;
    d.kind = pick(random, 2) ? DURATION : (kind)pick(random, KINDS);
    const int *length = lengths[pick(random, 8)];
    if (d.kind == DURATION) d.months = length[0], d.days = length[1];
    if (d.kind != TERM && pick(random, 3) == 0) {
        const int *back = lengths[pick(random, 8)];
        d.back_months = back[0], d.back_days = back[1];
    }
    d.text = pick(random, 2);
    return d;
}

static size_t put_duration(char *out, size_t room, int months, int days)
{
    char m[16] = "", d[16] = "";
    if (months) snprintf(m, sizeof m, "%dM", months);
    if (days) snprintf(d, sizeof d, "%dD", days);
    return (size_t)snprintf(out, room, "P%s%s", m, d);
}

static size_t put_definition(char *out, size_t room, const definition *d, int number)
{
    static const char *const whats[] = {"\"count\": true",       "\"sum\": \"amount\"",
                                        "\"mean\": \"amount\"",  "\"min\": \"amount\"",
                                        "\"max\": \"amount\"",   "\"first\": \"amount\"",
                                        "\"last\": \"amount\"",  "\"last_time\": true",
                                        "\"distinct\": \"day\"", "\"distinct\": \"plan\""};
    static const char *const texts[] = {[FIRST] = "\"first\": \"plan\", \"type\": \"string\"",
                                        [LAST] = "\"last\": \"plan\", \"type\": \"string\"",
                                        [DISTINCT] = "\"distinct\": \"user_id\""};
    static const char *const wheres[] = {
        "", ", \"where\": \"amount > 10\", \"properties\": {\"amount\": \"number\"}",
        ", \"where\": {\"plan\": \"pro\"}, \"properties\": {\"plan\": \"string\"}"};
    static const char *const kinds[] = {"", "month", "quarter", "term", "lifetime"};
    char window[40], offset[64] = "", back[40];
    bool text = d->text && (d->what == FIRST || d->what == LAST || d->what == DISTINCT);
    snprintf(window, sizeof window, "%s", kinds[d->kind]);
    if (d->kind == DURATION) put_duration(window, sizeof window, d->months, d->days);
    if (d->back_months || d->back_days) {
        put_duration(back, sizeof back, d->back_months, d->back_days);
        snprintf(offset, sizeof offset, ", \"offset\": \"%s\"", back);
    }
    return (size_t)snprintf(
        out, room, "%s\"a%d\": {\"event\": \"e%d\", %s, \"window\": \"%s\"%s%s}",
        number ? ", " : "", number, d->event, text ? texts[d->what] : whats[d->what], window,
        offset, wheres[d->condition]);
}

/* ---- The model ---- */

typedef struct answer {
    bool none, is_text;
    double number;
    const char *text;
} answer;

static int day_of(int64_t at)
{
    return (int)((at - FIRST_DAY * DAY) / DAY) + FIRST_DAY;
}

static bool is_in(const definition *d, int64_t now, int64_t term, int day)
{
    int end = months_before(day_of(now), d->back_months) - d->back_days;
    int start = months_before(end, d->months) - d->days + 1;
    if (day > end) return false;
    if (d->kind == LIFETIME) return true;
    if (d->kind == TERM) return day >= day_of(term);
    if (d->kind == DURATION) return day >= start;
    if (end < FIRST_DAY) return false;
    date e = dates[end - FIRST_DAY], at = dates[day - FIRST_DAY];
    if (e.year != at.year) return false;
    return d->kind == MONTH ? e.month == at.month : (e.month - 1) / 3 == (at.month - 1) / 3;
}

/* reason: every rule of what counts stands here once. */
static bool counts(const definition *d, const happening *h)
{
    if (h->name != d->event) return false;
    if (d->condition == 1 && !(h->has_amount && h->amount > 10)) return false;
    if (d->condition == 2 && !(h->has_plan && strcmp(h->plan, "pro") == 0)) return false;
    bool amount = d->what == SUM || d->what == MEAN || d->what == MIN || d->what == MAX;
    bool mark = d->what == FIRST || d->what == LAST;
    if ((amount || (mark && !d->text)) && !h->has_amount) return false;
    if ((mark && d->text) || (d->what == DISTINCT && !d->text)) return h->has_plan;
    return true;
}

static bool is_earlier(const happening *a, const happening *b)
{
    return a->at != b->at ? a->at < b->at : strcmp(a->id, b->id) < 0;
}

static bool same_value(const definition *d, const happening *a, const happening *b)
{
    if (d->what == DAY_COUNT) return day_of(a->at) == day_of(b->at);
    return strcmp(d->text ? a->user : a->plan, d->text ? b->user : b->plan) == 0;
}

/* reason: every figure of a list of events, counted in one pass over it. */
static answer settle(const definition *d, const happening **in, size_t n)
{
    answer a = {.number = 0};
    long double sum = 0; /* of whole billionths, far below 2^63 */
    const happening *first = n ? in[0] : NULL, *last = first;
    double different = 0, least = n ? in[0]->amount : 0, most = least;
    for (size_t i = 0; i < n; i++) {
        sum += roundl((long double)in[i]->amount * 1e9L);
        if (is_earlier(in[i], first)) first = in[i];
        if (is_earlier(last, in[i])) last = in[i];
        if (in[i]->amount < least) least = in[i]->amount;
        if (in[i]->amount > most) most = in[i]->amount;
        size_t j = 0;
        bool by_value = d->what == DISTINCT || d->what == DAY_COUNT;
        while (by_value && j < i && !same_value(d, in[i], in[j])) j++;
        different += j == i;
    }
    a.none = n == 0 && d->what != COUNT && d->what != SUM && d->what != DISTINCT &&
             d->what != DAY_COUNT;
    if (a.none) return a;
    const happening *mark = d->what == FIRST ? first : last;
    a.is_text = d->text && (d->what == FIRST || d->what == LAST);
    if (a.is_text) a.text = mark->plan;
    const double numbers[] = {(double)n,
                              (double)(sum / 1e9L),
                              n ? (double)(sum / 1e9L / (long double)n) : 0,
                              least,
                              most,
                              mark ? mark->amount : 0,
                              mark ? mark->amount : 0,
                              last ? (double)last->at : 0,
                              different,
                              different};
    a.number = numbers[d->what];
    return a;
}

static answer model(const definition *d, const happening *list, size_t n,
                    const int64_t times[2])
{
    const happening *in[EVENTS];
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (counts(d, &list[i]) && is_in(d, times[0], times[1], day_of(list[i].at)))
            in[count++] = &list[i];
    }
    return settle(d, in, count);
}

/* ---- Both ---- */

typedef struct trial {
    series_bench b;
    definition definitions[AGGREGATES];
    happening events[EVENTS];
    size_t count;
    int64_t start, span;
    uint64_t random;
} trial;

static void make_events(trial *t)
{
    static const char *const plans[] = {"free", "team", "pro", "enterprise"};
    for (size_t i = 0; i < t->count; i++) {
        happening *h = &t->events[i];
        *h = (happening){.at = t->start +
                               (int64_t)(check_random(&t->random) % (uint64_t)t->span)};
        if (pick(&t->random, 3) == 0)
            h->at = t->start + (h->at - t->start) / DAY * DAY; /* ties */
        snprintf(h->id, sizeof h->id, "%04x", (unsigned)(check_random(&t->random) & 0xFFFF));
        h->name = pick(&t->random, NAMES);
        h->has_amount = pick(&t->random, 5) != 0;
        h->amount = h->has_amount ? (pick(&t->random, 20001) - 10000) /
                                        (pick(&t->random, 2) ? 100.0 : 1.0)
                                  : 0;
        if (pick(&t->random, 20) == 0) h->amount *= 1e-6;
        if (pick(&t->random, 40) == 0)
            h->amount = pick(&t->random, 2) ? 123456789012.125 : -98765432109.875;
        h->has_plan = pick(&t->random, 5) != 0;
        h->plan = plans[pick(&t->random, 4)];
        snprintf(h->user, sizeof h->user, "u%d", pick(&t->random, 30));
    }
}

static void add(trial *t, const happening *h)
{
    csuccess__property properties[2];
    uint32_t n = 0;
    if (h->has_amount)
        properties[n++] =
            (csuccess__property){CSUCCESS_STR("amount"), csuccess__number(h->amount), NULL};
    if (h->has_plan)
        properties[n++] = (csuccess__property){CSUCCESS_STR("plan"),
                                               csuccess__string(check_view(h->plan)), NULL};
    char name[4];
    snprintf(name, sizeof name, "e%d", h->name);
    csuccess__input input = event_of(name, h->id, h->at, properties, n);
    input.user = check_view(h->user);
    CHECK_OK(csuccess__series_add(t->b.desk, t->b.machine, &input, &t->b.reason));
}

/* reason: what is equal depends on the kind of value, and the message names everything. */
static void compare(trial *t, size_t n, int64_t now)
{
    int64_t back = (int64_t)(check_random(&t->random) % 1000);
    int64_t times[2] = {now, now - back * DAY};
    if (times[1] < CSUCCESS__TIME_MIN) times[1] = CSUCCESS__TIME_MIN;
    t->b.context = (csuccess__series_context){.has_term = true, .term_start = times[1]};
    CHECK_OK(csuccess__series_values(t->b.desk, now, &t->b.context, t->b.slots));
    for (int i = 0; i < AGGREGATES; i++) {
        answer a = model(&t->definitions[i], t->events, n, times);
        csuccess__value v = t->b.slots[t->b.f.aggregates ? (uint32_t)i : 0];
        bool same = a.none == csuccess__is_missing(v) &&
                    (!a.none || v.absence == CSUCCESS__ABSENCE_EMPTY);
        double number = v.kind == CSUCCESS__KIND_TIME ? (double)v.as.time : v.as.number;
        if (same && !a.none && !a.is_text)
            same = fabs(number - a.number) <=
                   1e-9 * (fabs(a.number) > 1 ? fabs(a.number) * 1e-6 : 1e-3);
        if (same && a.is_text)
            same = v.kind == CSUCCESS__KIND_STRING && v.as.string.len == strlen(a.text) &&
                   memcmp(v.as.string.ptr, a.text, v.as.string.len) == 0;
        if (CHECK(same)) continue;
        char text[512];
        put_definition(text, sizeof text, &t->definitions[i], 0);
        printf("# %s at %lld (%d events): %.17g, model %.17g, kind %d absence %d\n", text,
               (long long)now, (int)n, number, a.number, v.kind, v.absence);
    }
}

static void document(trial *t, char *text, size_t room)
{
    size_t n = (size_t)snprintf(text, room, "{\"aggregates\": {");
    for (int i = 0; i < AGGREGATES; i++) {
        t->definitions[i] = random_definition(&t->random);
        n += put_definition(text + n, room - n, &t->definitions[i], i);
    }
    snprintf(text + n, room - n, "}}");
}

/* The state as it is stored, read again from its bytes. */
static void store_and_read(trial *t, csuccess__buffer *bytes)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__buffer_clear(bytes);
    csuccess__state_write(bytes, &t->b.state);
    CHECK_OK(csuccess__state_read(&t->b.state, csuccess__buffer_view(bytes), 1 << 24, &err));
}

/* reason: events, times and groups are one story. Runs the events in their order; closes, stores and opens again at random. `asked`: values are compared on the way. */
static void run(trial *t, const size_t *order, int64_t end, bool asked, csuccess__buffer *out)
{
    bool fresh = true, open = false;
    int64_t now = t->start;
    csuccess__buffer bytes[2];
    for (int i = 0; i < 2; i++) csuccess__buffer_init(&bytes[i], &t->b.f.memory->allocator, 0);
    csuccess__state_clear(&t->b.state);
    int turn = 0;
    for (size_t i = 0; i < t->count; i++) {
        const happening *h = &t->events[order[i]];
        if (h->at > now) now = h->at + (h->at + DAY < end ? pick(&t->random, 1000) : 0);
        if (open && pick(&t->random, 4) == 0) {
            CHECK_OK(csuccess__series_close(t->b.desk, &t->b.state, now));
            store_and_read(t, &bytes[turn ^= 1]);
            open = false;
        }
        if (!open) csuccess__series_open(t->b.desk, &t->b.state, fresh, now);
        fresh = false;
        open = true;
        add(t, h);
        if (asked && pick(&t->random, 16) == 0) compare(t, i + 1, now);
    }
    CHECK_OK(csuccess__series_close(t->b.desk, &t->b.state, now));
    csuccess__series_open(t->b.desk, &t->b.state, false, end);
    compare(t, t->count, end);
    CHECK_OK(csuccess__series_close(t->b.desk, &t->b.state, end));
    csuccess__buffer_clear(out);
    csuccess__state_write(out, &t->b.state);
    csuccess__state_clear(&t->b.state);
    for (int i = 0; i < 2; i++) csuccess__buffer_free(&bytes[i]);
}

static void by_time(trial *t)
{
    for (size_t i = 1; i < t->count; i++) {
        for (size_t j = i; j > 0 && is_earlier(&t->events[j], &t->events[j - 1]); j--) {
            happening swap = t->events[j];
            t->events[j] = t->events[j - 1];
            t->events[j - 1] = swap;
        }
    }
}

/* reason: one trial from its seed to its three states. */
static bool once(uint64_t seed, int64_t start, int64_t days)
{
    static trial t;
    char text[8192];
    unsigned before = check_failures;
    t.random = seed;
    document(&t, text, sizeof text);
    if (!CHECK_OK(bench_start(&t.b, NULL, text))) printf("# %s\n", text);
    t.count = 1 + (size_t)pick(&t.random, EVENTS - 1);
    t.start = start;
    t.span = days * DAY;
    make_events(&t);
    by_time(&t);
    size_t order[EVENTS];
    for (size_t i = 0; i < t.count; i++) order[i] = i;
    csuccess__buffer states[3];
    for (int i = 0; i < 3; i++) csuccess__buffer_init(&states[i], &t.b.f.memory->allocator, 0);
    int64_t end = start + t.span + (int64_t)(check_random(&t.random) % 60) * DAY;
    if (end > CSUCCESS__TIME_MAX) end = CSUCCESS__TIME_MAX;
    for (int i = 0; i < 3; i++) {
        run(&t, order, end, i == 0, &states[i]);
        for (size_t k = t.count; i == 0 && k > 1; k--) {
            size_t other = (size_t)(check_random(&t.random) % k), swap = order[k - 1];
            order[k - 1] = order[other];
            order[other] = swap;
        }
        bool same = states[i].len == states[0].len &&
                    memcmp(states[i].ptr, states[0].ptr, states[0].len) == 0;
        CHECK(same);
    }
    for (int i = 0; i < 3; i++) csuccess__buffer_free(&states[i]);
    bench_finish(&t.b);
    if (check_failures == before) return true;
    printf("# seed %llu\n", (unsigned long long)seed);
    return false;
}

static void any_time(void)
{
    make_dates();
    for (uint64_t i = 0; i < 700; i++) {
        int64_t days = 1 + (int64_t)(i * 7 % 900);
        if (!once(1000 + i, ms("2023-02-27T06:00:00Z") + (int64_t)(i % 400) * DAY, days))
            return;
    }
}

static void month_ends_leap_days_quarters(void)
{
    static const char *const starts[] = {"2024-01-31", "2024-02-28", "2023-12-30", "2000-02-28",
                                         "2100-02-27", "2026-03-31", "2025-06-29"};
    make_dates();
    for (uint64_t i = 0; i < 280; i++) {
        if (!once(5000 + i, ms(starts[i % 7]) + (int64_t)(i % 3) * 40000000,
                  3 + (int64_t)(i % 40)))
            return;
    }
}

static void first_and_last_years(void)
{
    make_dates();
    for (uint64_t i = 0; i < 100; i++) {
        if (!once(7000 + i, CSUCCESS__TIME_MIN, 20 + (int64_t)(i * 9))) return;
        if (!once(8000 + i, ms("9999-12-31") - (int64_t)(i * 9 + 20) * DAY,
                  20 + (int64_t)(i * 9)))
            return;
    }
}

CHECK_MAIN(CHECK_TEST(any_time), CHECK_TEST(month_ends_leap_days_quarters),
           CHECK_TEST(first_and_last_years))
