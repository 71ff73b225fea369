/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence: the occurrences of a rule.

   Periods of a rule (days, weeks, months, years; every INTERVAL-th of them) are numbered from that of the start. Each has a set of days, which
   depends on nothing but the period, so that a look may begin at any of them. */
#include "calendar/recurrence.h"

enum {
    WEEK = 7,
    MONTHS = 12,
    ALL_MONTHS = (1 << MONTHS) - 1,
    ALL_WEEKDAYS = (1 << WEEK) - 1,
    SET_WORDS = 6, /* the days of a year */
    LAST_MONTH = 9999 * MONTHS + MONTHS - 1
};

/* A rule and its start, with what the rule leaves to the start filled in. */
typedef struct plan {
    const csuccess__recurrence *rule;
    int64_t first_day;    /* of the start, local, since 1970-01-01 */
    int64_t time_of_day;  /* of every occurrence */
    int64_t first_week;   /* the first day of the week of the start */
    int32_t first_month;  /* of the start, counted from year 0 */
    uint32_t front, back; /* days of the month; none: all */
    uint32_t weekdays;    /* bit 0 Monday; without ordinals */
    uint32_t months;
    bool by_weekday, ordinals;
} plan;

/* The days of a period. */
typedef struct set {
    int64_t first;            /* day of bit 0 */
    uint64_t days[SET_WORDS]; /* bits */
    int64_t next;             /* the number of the next period that can have one */
} set;

static int64_t day_of(int64_t wall)
{
    return csuccess__days_between(0, wall);
}

static int64_t rest_of(int64_t a, int64_t b)
{
    return a % b < 0 ? a % b + b : a % b;
}

/* 0 Monday; 1970-01-01 was a Thursday. */
static uint32_t weekday_of(int64_t day)
{
    return (uint32_t)rest_of(day + 3, WEEK);
}

/* The first day of a month of the years 1 to 9999. */
static int64_t first_of_month(int32_t month)
{
    csuccess__civil c = {.year = month / MONTHS, .month = month % MONTHS + 1, .day = 1};
    int64_t ms = 0;
    (void)csuccess__civil_to(&ms, &c, 0);
    return day_of(ms);
}

static int32_t month_of(int64_t day)
{
    csuccess__civil c = {0};
    (void)csuccess__civil_from(&c, day * CSUCCESS__DAY_MS, 0);
    return c.year * MONTHS + c.month - 1;
}

static int32_t days_of(int32_t month)
{
    return csuccess__month_days(month / MONTHS, month % MONTHS + 1);
}

/* ---- Bits ---- */

/* By halves: pairs, nibbles, bytes, and their sum in the highest. */
static uint32_t bits_in(uint64_t word)
{
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
    return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

/* The place of the lowest bit of a word that has one: those below it, counted. */
static uint32_t lowest(uint64_t word)
{
    return bits_in((word & (~word + 1)) - 1);
}

static uint32_t count_of(const set *s)
{
    uint32_t n = 0;
    for (int i = 0; i < SET_WORDS; i++) n += bits_in(s->days[i]);
    return n;
}

static void put(set *s, uint32_t bit)
{
    s->days[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/* The first bit from `bit` on; the number of all when there is none. */
static uint32_t next_bit(const set *s, uint32_t bit)
{
    for (; bit < SET_WORDS * 64; bit = (bit / 64 + 1) * 64) {
        uint64_t rest = s->days[bit / 64] >> (bit % 64);
        if (rest) return bit + lowest(rest);
    }
    return bit;
}

/* Ors the days of a month into a set, from `bit` on. */
static void put_month(set *s, uint32_t bit, uint32_t days)
{
    s->days[bit / 64] |= (uint64_t)days << (bit % 64);
    if (bit % 64 > 32) s->days[bit / 64 + 1] |= (uint64_t)days >> (64 - bit % 64);
}

/* ---- The days of a month ---- */

static uint32_t days_by_number(const plan *p, int32_t length)
{
    uint32_t all = UINT32_MAX >> (32 - length), days = p->front & all;
    if (p->front == 0 && p->back == 0) return all;
    for (int32_t d = 0; d < length; d++) days |= (p->back >> d & 1) << (length - 1 - d);
    return days;
}

/* The days of weekdays, of a month whose first day is a `first`. */
static uint32_t days_by_weekday(uint32_t weekdays, uint32_t first)
{
    uint32_t week = (weekdays >> first | weekdays << (WEEK - first)) & ALL_WEEKDAYS;
    return week | week << 7 | week << 14 | week << 21 | week << 28;
}

/* The n-th of a weekday within `length` days, the first of which is a `first`, from the front or the back; -1: there is none. */
static int32_t nth(uint32_t weekday, int32_t ordinal, uint32_t first, int32_t length)
{
    int32_t front = (int32_t)((weekday + WEEK - first) % WEEK);
    int32_t last = front + (length - 1 - front) / WEEK * WEEK;
    int32_t day = ordinal > 0 ? front + (ordinal - 1) * WEEK : last + (ordinal + 1) * WEEK;
    return day >= 0 && day < length ? day : -1;
}

static void put_ordinals(const plan *p, set *s, uint32_t first, int32_t length)
{
    const csuccess__recurrence *rule = p->rule;
    for (uint32_t i = 0; i < rule->by_day_count; i++) {
        int32_t ordinal = rule->by_day[i].ordinal;
        if (ordinal == 0) continue;
        int32_t day = nth((uint32_t)rule->by_day[i].weekday - 1, ordinal, first, length);
        if (day >= 0) put(s, (uint32_t)day);
    }
}

/* What BYMONTH, BYMONTHDAY and BYDAY leave of a month; numbered weekdays are those of `ordinals`, from its bit on. */
static uint32_t days_of_month(const plan *p, int32_t month, const set *ordinals, uint32_t bit)
{
    if (!(p->months >> (month % MONTHS) & 1)) return 0;
    int32_t length = days_of(month);
    uint32_t days = days_by_number(p, length);
    if (!p->by_weekday || days == 0) return days;
    uint64_t numbered = ordinals->days[bit / 64] >> (bit % 64);
    if (bit % 64 > 32) numbered |= ordinals->days[bit / 64 + 1] << (64 - bit % 64);
    uint32_t first = weekday_of(ordinals->first + bit);
    return days & (days_by_weekday(p->weekdays, first) | (uint32_t)numbered);
}

/* ---- The days of a period; false: it is not within the years 1 to 9999 ---- */

static bool fits_day(const plan *p, const csuccess__civil *c)
{
    if (!(p->months >> (c->month - 1) & 1)) return false;
    if (p->by_weekday && !(p->weekdays >> (c->weekday - 1) & 1)) return false;
    int32_t length = csuccess__month_days(c->year, c->month);
    return days_by_number(p, length) >> (c->day - 1) & 1;
}

/* From a day in a month that is not in BYMONTH it goes on in the one after it. */
static bool fill_day(const plan *p, int64_t number, set *s)
{
    csuccess__civil c;
    int64_t interval = p->rule->interval;
    s->first = p->first_day + number * interval;
    if (!csuccess__civil_from(&c, s->first * CSUCCESS__DAY_MS, 0)) return false;
    if (fits_day(p, &c)) put(s, 0);
    if (!(p->months >> (c.month - 1) & 1)) {
        int64_t days = csuccess__month_days(c.year, c.month) - c.day + 1;
        s->next = number + (days + interval - 1) / interval;
    }
    return true;
}

static bool fill_week(const plan *p, int64_t number, set *s)
{
    s->first = p->first_week + number * p->rule->interval * WEEK;
    if (s->first * CSUCCESS__DAY_MS > CSUCCESS__TIME_MAX) return false;
    bool all = p->months == ALL_MONTHS;
    for (int64_t day = s->first; day < s->first + WEEK; day++) {
        if (!(p->weekdays >> weekday_of(day) & 1)) continue;
        bool exists = csuccess__time_valid(day * CSUCCESS__DAY_MS);
        if (exists && (all || p->months >> (month_of(day) % MONTHS) & 1)) {
            put(s, (uint32_t)(day - s->first));
        }
    }
    return true;
}

static bool fill_month(const plan *p, int64_t number, set *s)
{
    int64_t month = p->first_month + number * p->rule->interval;
    set ordinals = {0};
    if (month > LAST_MONTH) return false;
    s->first = ordinals.first = first_of_month((int32_t)month);
    if (p->ordinals) {
        put_ordinals(p, &ordinals, weekday_of(s->first), days_of((int32_t)month));
    }
    s->days[0] = days_of_month(p, (int32_t)month, &ordinals, 0);
    return true;
}

/* Numbers of weekdays count in the months of BYMONTH, without it in the year. */
static bool fill_year(const plan *p, int64_t number, set *s)
{
    int64_t month = p->first_month / MONTHS * MONTHS + number * p->rule->interval * MONTHS;
    set ordinals = {0};
    uint32_t bit = 0;
    if (month > LAST_MONTH) return false;
    int32_t january = (int32_t)month;
    s->first = ordinals.first = first_of_month(january);
    bool by_year = p->ordinals && p->rule->months == 0;
    if (by_year) {
        int32_t length = days_of(january + 1) + 337; /* 28 or 29, and the others */
        put_ordinals(p, &ordinals, weekday_of(s->first), length);
    }
    for (int32_t m = january; m < january + MONTHS; bit += (uint32_t)days_of(m), m++) {
        set month_own = {.first = s->first + bit};
        if (p->ordinals && !by_year) {
            put_ordinals(p, &month_own, weekday_of(month_own.first), days_of(m));
        }
        put_month(s, bit,
                  by_year ? days_of_month(p, m, &ordinals, bit)
                          : days_of_month(p, m, &month_own, 0));
    }
    return true;
}

/* Leaves the days of BYSETPOS. */
static void choose(const csuccess__recurrence *rule, set *s)
{
    int32_t total = (int32_t)count_of(s), nth_day = 0;
    set chosen = {0};
    for (uint32_t bit = next_bit(s, 0); bit < SET_WORDS * 64; bit = next_bit(s, bit + 1)) {
        nth_day++;
        for (uint32_t i = 0; i < rule->set_position_count; i++) {
            int32_t position = rule->set_positions[i];
            if (position < 0) position += total + 1;
            if (position == nth_day) put(&chosen, bit);
        }
    }
    for (int i = 0; i < SET_WORDS; i++) s->days[i] = chosen.days[i];
}

static bool fill(const plan *p, int64_t number, set *s)
{
    static bool (*const how[])(const plan *, int64_t, set *) = {fill_day, fill_week, fill_month,
                                                                fill_year};
    *s = (set){.next = number + 1};
    if (!how[p->rule->frequency](p, number, s)) return false;
    if (p->rule->set_position_count > 0) choose(p->rule, s);
    return true;
}

/* The days of the first period that are before the start are none of the rule's. */
static void drop_before(const plan *p, set *s)
{
    for (uint32_t bit = 0; s->first + bit < p->first_day; bit++) {
        s->days[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
    }
}

static bool fill_own(const plan *p, int64_t number, set *s)
{
    if (!fill(p, number, s)) return false;
    if (number == 0) drop_before(p, s);
    return true;
}

/* ---- A rule with its start ---- */

static void plan_weekdays(plan *p)
{
    const csuccess__recurrence *rule = p->rule;
    p->by_weekday = rule->by_day_count > 0;
    for (uint32_t i = 0; i < rule->by_day_count; i++) {
        if (rule->by_day[i].ordinal != 0)
            p->ordinals = true;
        else
            p->weekdays |= UINT32_C(1) << (rule->by_day[i].weekday - 1);
    }
}

/* Without days in the rule those of the start recur. */
static void plan_default(plan *p, const csuccess__civil *start)
{
    csuccess__frequency frequency = p->rule->frequency;
    if (p->by_weekday || p->front || p->back) return;
    if (frequency == CSUCCESS__WEEKLY) {
        p->by_weekday = true;
        p->weekdays = UINT32_C(1) << (start->weekday - 1);
    }
    if (frequency >= CSUCCESS__MONTHLY) p->front = UINT32_C(1) << (start->day - 1);
    if (frequency == CSUCCESS__YEARLY && p->rule->months == 0) {
        p->months = UINT32_C(1) << (start->month - 1);
    }
}

/* Every so many weeks it is always the same weekday; looking for another one would take long. */
static bool can_be(const plan *p)
{
    bool same = p->rule->frequency == CSUCCESS__DAILY && p->rule->interval % WEEK == 0;
    return !same || !p->by_weekday || (p->weekdays >> weekday_of(p->first_day) & 1);
}

static bool plan_make(plan *p, const csuccess__recurrence *rule, const csuccess__zone *zone,
                      int64_t start)
{
    csuccess__civil c;
    int64_t wall;
    if (!csuccess__zone_wall(&wall, zone, start) || !csuccess__civil_from(&c, wall, 0)) {
        return false;
    }
    *p = (plan){.rule = rule,
                .first_day = day_of(wall),
                .first_month = c.year * MONTHS + c.month - 1,
                .front = rule->month_days_front,
                .back = rule->month_days_back,
                .months = rule->months ? rule->months : ALL_MONTHS};
    p->time_of_day = wall - p->first_day * CSUCCESS__DAY_MS;
    p->first_week = p->first_day - rest_of(c.weekday - rule->week_start, WEEK);
    plan_weekdays(p);
    plan_default(p, &c);
    return can_be(p);
}

/* The number of the last period that begins up to a day. */
static int64_t period_at(const plan *p, int64_t day)
{
    int64_t interval = p->rule->interval;
    switch (p->rule->frequency) {
    case CSUCCESS__DAILY:
        return (day - p->first_day) / interval;
    case CSUCCESS__WEEKLY:
        return (day - p->first_week) / (interval * WEEK);
    case CSUCCESS__MONTHLY:
        return (month_of(day) - p->first_month) / interval;
    default:
        return (month_of(day) / MONTHS - p->first_month / MONTHS) / interval;
    }
}

/* ---- Counting ---- */

/* Whether nothing but weekdays decides which days of a period the rule has, so that periods need not be looked at to be counted. */
static bool is_regular(const plan *p)
{
    bool free = p->rule->set_position_count == 0 && p->months == ALL_MONTHS;
    return free && p->rule->frequency <= CSUCCESS__WEEKLY && !p->front && !p->back;
}

/* The days of a rule by days go through the weekdays in the same order every seven periods. */
static uint32_t count_days(const plan *p, int64_t number)
{
    int64_t n = 0;
    for (int64_t i = 0; i < WEEK && i < number; i++) {
        uint32_t weekday = weekday_of(p->first_day + i * p->rule->interval);
        bool named = !p->by_weekday || (p->weekdays >> weekday & 1);
        n += named ? (number - i + WEEK - 1) / WEEK : 0;
    }
    return (uint32_t)n;
}

static uint32_t count_each(const plan *p, int64_t number)
{
    set s;
    uint32_t n = 0;
    for (int64_t i = 0; i < number && fill_own(p, i, &s); i = s.next) {
        n += count_of(&s);
        if (p->rule->count > 0 && n >= (uint32_t)p->rule->count) break;
    }
    return n;
}

/* How many occurrences are in the periods before that number, or as many as COUNT has. */
static uint32_t count_before(const plan *p, int64_t number)
{
    if (number == 0 || !is_regular(p)) return count_each(p, number);
    if (p->rule->frequency == CSUCCESS__DAILY) return count_days(p, number);
    return count_each(p, 1) + (uint32_t)(number - 1) * bits_in(p->weekdays);
}

/* ---- The next one ---- */

typedef struct search {
    plan p;
    const csuccess__zone *zone;
    int64_t start, after, from; /* from: the first day that can be later than `after` */
    uint32_t index;             /* of the next one */
    int64_t found;
} search;

typedef enum outcome { FOUND, OVER, GO_ON } outcome;

/* The start is what it was given as, also where its local time comes twice. */
static outcome try_day(search *s, int64_t day)
{
    const csuccess__recurrence *rule = s->p.rule;
    if (rule->count > 0 && s->index >= (uint32_t)rule->count) return OVER;
    if (day < s->from) return GO_ON;
    int64_t wall = day * CSUCCESS__DAY_MS + s->p.time_of_day;
    if (day == s->p.first_day)
        s->found = s->start;
    else if (!csuccess__zone_from_wall(&s->found, s->zone, wall, NULL))
        return OVER;
    if (rule->has_until) {
        bool over = rule->until_is_date ? day > day_of(rule->until) : s->found > rule->until;
        if (over) return OVER;
    }
    return s->found > s->after ? FOUND : GO_ON;
}

static outcome try_period(search *s, const set *days)
{
    for (uint32_t bit = next_bit(days, 0); bit < SET_WORDS * 64;
         bit = next_bit(days, bit + 1)) {
        outcome result = try_day(s, days->first + bit);
        if (result != GO_ON) return result;
        s->index++;
    }
    return GO_ON;
}

/* The calendar repeats after 400 years, which are whole weeks; so when as many periods as these have were empty, all are. */
static bool find(search *s, int64_t number)
{
    static const int64_t cycle[] = {146097, 20871, 4800, 400};
    int64_t end = number + cycle[s->p.rule->frequency] + 1;
    set days;
    for (int64_t i = number; i <= end && fill_own(&s->p, i, &days); i = days.next) {
        outcome result = try_period(s, &days);
        if (result != GO_ON) return result == FOUND;
    }
    return false;
}

/* reason: a rule is nothing without its zone and its start. */
bool csuccess__recurrence_next(int64_t *out, const csuccess__recurrence *rule,
                               const csuccess__zone *zone, int64_t start, int64_t after,
                               uint32_t *index)
{
    csuccess__zone_memory memory;
    csuccess__zone own = csuccess__zone_remember(&memory, zone);
    search s = {.zone = &own, .start = start, .after = after};
    int64_t wall;
    if (!plan_make(&s.p, rule, &own, start)) return false;
    s.from = s.p.first_day;
    if (after >= start) {
        if (!csuccess__zone_wall(&wall, &own, after)) return false;
        s.from = day_of(wall) > s.from ? day_of(wall) : s.from;
    }
    int64_t number = period_at(&s.p, s.from);
    if (rule->count > 0 || index) s.index = count_before(&s.p, number);
    if (!find(&s, number)) return false;
    *out = s.found;
    if (index) *index = s.index;
    return true;
}
