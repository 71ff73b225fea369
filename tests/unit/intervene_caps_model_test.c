/* SPDX-License-Identifier: Apache-2.0 */
/* Caps against a plain model: a list of everything that was sent, counted anew for every question, and time gone through step by step until there is room. Histories are lived as an engine would live them, with
   deliveries that come late or never; at the end no cap may have been exceeded by when things were delivered. */
#include "intervene_touching.h"

#define MINUTE INT64_C(60000)
#define STEP (15 * MINUTE) /* every clock change and every window of the tests lies on one */

enum {
    STEPS_A_DAY = 96,
    DAYS = 150,
    STEPS = DAYS * STEPS_A_DAY,
    BEFORE = 60, /* days of them before the change of the clock */
    SENDS_MOST = 64,
    CAPS_MOST = 5,
    NO = -1
};

/* ---- Places: when their clocks change, as published; to what, in minutes ---- */

typedef struct place {
    const char *name;
    int offset;
    struct {
        const char *at;
        int offset;
    } change;
} place;

static const place places_[] = {
    {"Berlin-spring", 60, {"2026-03-29T01:00:00Z", 120}},
    {"Berlin-autumn", 120, {"2026-10-25T01:00:00Z", 60}},
    {"New-York-spring", -300, {"2026-03-08T07:00:00Z", -240}},
    {"New-York-autumn", -240, {"2026-11-01T06:00:00Z", -300}},
    {"Lord-Howe-autumn", 660, {"2026-04-04T15:00:00Z", 630}},
    {"Lord-Howe-spring", 630, {"2026-10-03T15:30:00Z", 660}},
    {"Beirut-spring", 120, {"2026-03-28T22:00:00Z", 180}}, /* leaves midnight out */
    {"Beirut-autumn",
     180,
     {"2026-10-24T21:00:00Z", 120}}, /* midnight, then the old day again */
    {"Havana-spring", -300, {"2026-03-08T05:00:00Z", -240}},
    {"Havana-autumn", -240, {"2026-11-01T05:00:00Z", -300}}, /* midnight twice */
    {"Sao-Paulo-spring", -180, {"2018-11-04T03:00:00Z", -120}},
    {"Sao-Paulo-autumn", -120, {"2018-02-18T02:00:00Z", -180}},
    {"St-Johns-spring", -210, {"2006-04-02T03:31:00Z", -150}},
    {"St-Johns-autumn", -150, {"2006-10-29T02:31:00Z", -210}}, /* a minute of the new day */
    {"Apia", -600, {"2011-12-30T10:00:00Z", 840}},             /* without 30 December */
    {"Kolkata", 330, {"2026-01-01T00:00:00Z", 330}},
};
enum { PLACES = sizeof places_ / sizeof places_[0] };

/* By step: the local date, week and month that the clock has come to; it does not go back. */
typedef struct calendar {
    int64_t start;
    int32_t of[3][STEPS]; /* day, week, month */
} calendar;
static calendar calendars[PLACES];

static int month_of(int64_t day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t left = day - 10957; /* 2000-01-01 */
    for (int month = 0;; month++) {
        int year = 2000 + month / 12;
        bool leap = month % 12 == 1 && year % 4 == 0; /* none of the tests is beyond 2099 */
        int length = lengths[month % 12] + (leap ? 1 : 0);
        if (left < length) return month;
        left -= length;
    }
}

static void make_calendar(calendar *out, const place *p)
{
    int64_t change = places_ms(p->change.at), last = 0;
    out->start = change - change % (24 * 60 * MINUTE) - BEFORE * (24 * 60 * MINUTE);
    for (int i = 0; i < STEPS; i++) {
        int64_t at = out->start + i * STEP;
        int64_t local = at / MINUTE + (at < change ? p->offset : p->change.offset);
        int64_t day = local / 1440;
        if (day < last) day = last;
        last = day;
        out->of[0][i] = (int32_t)day;
        out->of[1][i] = (int32_t)((day + 3) / 7); /* 1970-01-01 was a Thursday */
        out->of[2][i] = month_of(day);
    }
}

static void offset_text(char out[8], int minutes)
{
    int size = minutes < 0 ? -minutes : minutes;
    snprintf(out, 8, "%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60, size % 60);
}

static void open_places(places *out)
{
    char text[8192] = "{\"zones\":{";
    for (int i = 0; i < PLACES; i++) {
        char one[256], a[8], b[8];
        offset_text(a, places_[i].offset);
        offset_text(b, places_[i].change.offset);
        snprintf(one, sizeof one, "%s\"%s\":{\"offset\":\"%s\",\"changes\":[[\"%s\",\"%s\"]]}",
                 i ? "," : "", places_[i].name, a, places_[i].change.at, b);
        strncat(text, one, sizeof text - strlen(text) - 1);
        make_calendar(&calendars[i], &places_[i]);
    }
    strncat(text, "}}", sizeof text - strlen(text) - 1);
    places_open(out, text);
}

/* ---- The model ---- */

static const char *const programmes[] = {"journey/a", "journey/b", "campaign/x", "campaign/y",
                                         "alert/z"};
static const char *const kinds[] = {"journey/", "campaign/", "alert/", ""};
static const int kind_of[] = {0, 0, 1, 1, 2};
static const char *const channels[] = {"email", "sms", "in_app"};
static const char *const types[] = {"", "survey", "email"};
static const char *const contacts[] = {"", "ann", "bob"};

/* Whom something is for, as numbers of the lists above. */
typedef struct who {
    int class_, programme, channel, type, contact;
} who;

typedef struct send {
    who who;
    int decided, at; /* steps; at NO: under way */
    bool gone;       /* it never arrived */
} send;

/* What a cap says; NO: nothing. */
typedef struct limit {
    int most, per /* 0 day, 1 week, 2 month, 3 rolling */, rolling /* steps */;
    int class_, channel, type, programme, kind, skip;
    bool contact, each_programme, each_channel;
} limit;

typedef struct life {
    const calendar *calendar;
    limit caps[CAPS_MOST];
    int cap_count;
    send sends[SENDS_MOST];
    int send_count;
} life;

static bool fits(int wanted, int is)
{
    return wanted == NO || wanted == is;
}

static bool counts(const limit *cap, const who *one)
{
    if (cap->skip & 1 << one->class_) return false;
    return fits(cap->class_, one->class_) && fits(cap->channel, one->channel) &&
           fits(cap->type, one->type) && fits(cap->programme, one->programme) &&
           (cap->kind == 3 || fits(cap->kind, kind_of[one->programme]));
}

static bool together(const limit *cap, const who *a, const who *b)
{
    return counts(cap, a) && (!cap->contact || a->contact == b->contact) &&
           (!cap->each_programme || a->programme == b->programme) &&
           (!cap->each_channel || a->channel == b->channel);
}

/* Whether what was delivered at one step takes room at another. One that is said to be delivered after it does, too. */
static bool takes_room(const life *l, const limit *cap, int delivered, int at)
{
    if (cap->per == 3) return delivered > at - cap->rolling;
    return l->calendar->of[cap->per][delivered] >= l->calendar->of[cap->per][at];
}

/* How many, at a step, without `but`. */
static int count_at(const life *l, const limit *cap, const who *one, int at, int but)
{
    int n = 0;
    for (int i = 0; i < l->send_count; i++) {
        const send *s = &l->sends[i];
        if (i == but || s->gone || !together(cap, &s->who, one)) continue;
        if (s->at == NO) n++;
        if (s->at != NO && takes_room(l, cap, s->at, at)) n++;
    }
    return n;
}

static bool is_past_window(const life *l, const limit *cap, int now, int at)
{
    if (cap->per == 3) return at >= now + cap->rolling;
    return l->calendar->of[cap->per][at] != l->calendar->of[cap->per][now];
}

/* What a cap counts together with somebody. */
typedef struct counted {
    int under_way, delivered, at[SENDS_MOST];
} counted;

static void count_for(counted *out, const life *l, const limit *cap, const who *one)
{
    out->under_way = out->delivered = 0;
    for (int i = 0; i < l->send_count; i++) {
        const send *s = &l->sends[i];
        if (s->gone || !together(cap, &s->who, one)) continue;
        if (s->at == NO) out->under_way++;
        if (s->at != NO) out->at[out->delivered++] = s->at;
    }
}

/* Whether the cap lets one go at a step, if from now on nothing happens. What is under way and fills it alone holds it until the window ends: no time helps. */
static bool lets(const life *l, const limit *cap, const counted *is, int now, int at)
{
    int n = is->under_way;
    if (n >= cap->most) return is_past_window(l, cap, now, at);
    for (int i = 0; i < is->delivered; i++) n += takes_room(l, cap, is->at[i], at);
    return n < cap->most;
}

static bool never(const life *l, const who *one)
{
    bool any = false;
    for (int i = 0; i < l->cap_count; i++) {
        any = any || (l->caps[i].most == 0 && counts(&l->caps[i], one));
    }
    return any;
}

/* The first step from now on at which all caps let it go. */
static int first_free(const life *l, const who *one, int now)
{
    counted is[CAPS_MOST];
    for (int i = 0; i < l->cap_count; i++) count_for(&is[i], l, &l->caps[i], one);
    for (int at = now; at < STEPS; at++) {
        bool free = true;
        for (int i = 0; free && i < l->cap_count; i++) {
            const limit *cap = &l->caps[i];
            free = !counts(cap, one) || lets(l, cap, &is[i], now, at);
        }
        if (free) return at;
    }
    return NO;
}

/* Whether delivering it now would break none, with the others under way delivered now as well. */
static bool may_arrive(const life *l, int which, int now)
{
    const who *one = &l->sends[which].who;
    for (int i = 0; i < l->cap_count; i++) {
        const limit *cap = &l->caps[i];
        if (counts(cap, one) && count_at(l, cap, one, now, which) >= cap->most) {
            return false;
        }
    }
    return true;
}

static bool is_delivered(const send *s)
{
    return !s->gone && s->at != NO;
}

/* How many were delivered up to one, and take room of the cap where it does; with it. */
static int delivered_with(const life *l, const limit *cap, const send *last)
{
    int n = 0;
    for (int i = 0; i < l->send_count; i++) {
        const send *s = &l->sends[i];
        if (!is_delivered(s) || s->at > last->at) continue;
        n += together(cap, &s->who, &last->who) && takes_room(l, cap, s->at, last->at);
    }
    return n;
}

/* By when they were delivered: nowhere more than each cap allows. */
static bool is_kept(const life *l)
{
    for (int i = 0; i < l->cap_count * l->send_count; i++) {
        const limit *cap = &l->caps[i / l->send_count];
        const send *last = &l->sends[i % l->send_count];
        if (!is_delivered(last) || !counts(cap, &last->who)) continue;
        if (delivered_with(l, cap, last) > cap->most) return false;
    }
    return true;
}

/* ---- A history ---- */

static uint64_t seed;

static int below(int n)
{
    return (int)(check_random(&seed) % (uint64_t)n);
}

static int maybe(int one_in, int n)
{
    return below(one_in) == 0 ? below(n) : NO;
}

static void make_cap(limit *out)
{
    *out = (limit){.most = below(40) == 0 ? 0 : 1 + below(4),
                   .per = below(4),
                   .rolling = 1 + below(below(2) ? 8 : 6 * STEPS_A_DAY),
                   .class_ = maybe(4, 3),
                   .channel = maybe(4, 3),
                   .type = below(6) == 0 ? 1 + below(2) : NO,
                   .programme = maybe(8, 5),
                   .kind = maybe(6, 4),
                   .skip = below(3) == 0 ? 1 << below(3) : 0,
                   .contact = below(4) == 0,
                   .each_programme = below(4) == 0,
                   .each_channel = below(4) == 0};
    if (out->programme != NO) out->kind = NO;
}

/* The same for the library. */
static csuccess__cap cap_of(const limit *l, const char *id)
{
    csuccess__cap cap = {.id = check_view(id),
                         .most = (uint32_t)l->most,
                         .per = (csuccess__cap_per)l->per,
                         .rolling_ms = l->rolling * STEP,
                         .of_contact = l->contact,
                         .each_programme = l->each_programme,
                         .each_channel = l->each_channel,
                         .by_class = l->class_ != NO,
                         .channel = check_view(l->channel == NO ? "" : channels[l->channel]),
                         .type = check_view(l->type == NO ? "" : types[l->type]),
                         .has_programme = l->programme != NO || l->kind != NO,
                         .skip = (uint32_t)l->skip};
    if (l->class_ != NO) cap.class_ = (csuccess__class)l->class_;
    if (l->programme != NO) {
        cap.programme = (csuccess__pattern){check_view(programmes[l->programme]), true};
    } else if (l->kind != NO) {
        cap.programme = (csuccess__pattern){check_view(kinds[l->kind]), false};
    }
    return cap;
}

static who somebody(void)
{
    return (who){below(3), below(5), below(3), below(3), below(3)};
}

typedef struct story {
    touching w;
    life life;
    csuccess__cap caps[CAPS_MOST];
    csuccess__channel by[3];
    int now;
    uint64_t asked, held, late, claims;
} story;

static int64_t ms_of(const story *s, int step)
{
    return s->life.calendar->start + step * STEP;
}

static csuccess__candidate candidate_of(const story *s, const who *one)
{
    return (csuccess__candidate){.kind = CSUCCESS__CANDIDATE_INTERVENTION,
                                 .programme = check_view(programmes[one->programme]),
                                 .class_ = (csuccess__class)one->class_,
                                 .type = check_view(types[one->type]),
                                 .contact = check_view(contacts[one->contact]),
                                 .by = &s->by[one->channel]};
}

/* Asks both, and sends it where it may go. */
static bool ask(story *s)
{
    char id[65];
    who one = somebody();
    csuccess__candidate c = candidate_of(s, &one);
    csuccess__ruled ruled = csuccess__ask_caps(&s->w.turn, &c, c.by);
    s->asked++;
    if (never(&s->life, &one)) return CHECK(ruled.ruling == CSUCCESS__DENY);
    int free = first_free(&s->life, &one, s->now);
    if (free != s->now) {
        s->held++;
        return CHECK(ruled.ruling == CSUCCESS__DEFER) &&
               CHECK(ruled.guard == CSUCCESS__GUARD_CAPS) && CHECK(ruled.reason.len > 0) &&
               CHECK(free != NO) && CHECK_INT(ruled.until, ms_of(s, free));
    }
    if (!CHECK(ruled.ruling == CSUCCESS__ALLOW)) return false;
    life *l = &s->life;
    if (below(8) == 0 || l->send_count == SENDS_MOST) return true;
    c.id = touching_id(id, (uint64_t)l->send_count);
    csuccess__touch_leave(&s->w.turn, &c, UINT32_MAX);
    l->sends[l->send_count++] = (send){.who = one, .decided = s->now, .at = NO};
    return CHECK_OK(s->w.step.failed);
}

/* Delivered at any time since it was decided, at times by another's clock; or never. */
static void arrive(story *s, int which)
{
    char id[65];
    send *one = &s->life.sends[which];
    one->gone = below(5) == 0;
    if (!one->gone) {
        one->at = one->decided + below(s->now - one->decided + 1);
        s->late += one->at > one->decided;
        if (below(20) == 0) one->at = s->now + below(3);
    }
    csuccess__touch_told(&s->w.turn, touching_id(id, (uint64_t)which), !one->gone,
                         one->gone ? 0 : ms_of(s, one->at));
}

/* What a claim is told, and the model. */
static bool claim(story *s, int which, bool *may)
{
    char id[65];
    csuccess_message message = {.id = touching_id(id, (uint64_t)which)};
    csuccess__ruled ruled = csuccess__caps_at_claim(&s->w.turn, &message);
    s->claims++;
    *may = may_arrive(&s->life, which, s->now);
    return CHECK(ruled.ruling == (*may ? CSUCCESS__ALLOW : CSUCCESS__DENY));
}

/* Some of what is under way is told of. While caps stay as they are no claim finds one exceeded. */
static bool tell(story *s)
{
    for (int i = 0; i < s->life.send_count; i++) {
        bool may;
        const send *one = &s->life.sends[i];
        if (one->gone || one->at != NO || below(3)) continue;
        if (!claim(s, i, &may) || !CHECK(may)) return false;
        arrive(s, i);
    }
    return true;
}

/* With caps that have become tighter, and are exceeded: claims and questions are answered as the model does. */
static bool ask_tighter(story *s)
{
    life *l = &s->life;
    bool good = true, may;
    for (int c = 0; c < l->cap_count; c++) {
        if (l->caps[c].most > 0) l->caps[c].most--;
        s->caps[c].most = (uint32_t)l->caps[c].most;
    }
    touching_begin(&s->w, ms_of(s, s->now));
    for (int i = 0; i < l->send_count && good; i++) {
        if (!l->sends[i].gone && l->sends[i].at == NO) good = claim(s, i, &may);
    }
    for (int n = 0; n < 3 && good; n++) good = ask(s);
    return good;
}

static void begin_story(story *s, const places *p)
{
    int at = below(PLACES);
    life *l = &s->life;
    memset(l, 0, sizeof *l);
    CHECK_OK(touching_open(&s->w, csuccess__malloc_allocator(), &p->source, places_[at].name));
    l->calendar = &calendars[at];
    l->cap_count = 1 + below(CAPS_MOST);
    for (int i = 0; i < l->cap_count; i++) {
        static const char *const ids[] = {"a", "b", "c", "d", "e"};
        make_cap(&l->caps[i]);
        s->caps[i] = cap_of(&l->caps[i], ids[i]);
    }
    for (int i = 0; i < 3; i++) s->by[i] = (csuccess__channel){.name = check_view(channels[i])};
    s->w.reach.caps = s->caps;
    s->w.reach.cap_count = (uint32_t)l->cap_count;
    s->w.reach.longest_ms = 31 * TOUCHING_DAY;
    s->now = (BEFORE - 20 + below(20)) * STEPS_A_DAY + below(STEPS_A_DAY);
}

static bool live(story *s, const places *p)
{
    bool good = true;
    begin_story(s, p);
    for (int i = 0; i < 14 && good; i++) {
        static const int waits[] = {1, 8, STEPS_A_DAY, 6 * STEPS_A_DAY};
        s->now += below(waits[below(4)] + 1);
        touching_begin(&s->w, ms_of(s, s->now));
        good = tell(s);
        for (int n = 1 + below(3); n > 0 && good; n--) good = ask(s);
        good = good && CHECK_OK(touching_end(&s->w));
    }
    good = good && CHECK(is_kept(&s->life)) && ask_tighter(s);
    touching_close(&s->w);
    return good;
}

static void as_the_model(void)
{
    static story s;
    places p;
    int histories = 0;
    open_places(&p);
    seed = 20261120;
    for (; histories < 20000; histories++) {
        uint64_t was = seed;
        if (live(&s, &p)) continue;
        printf("# history %d, seed %llu\n", histories, (unsigned long long)was);
        break;
    }
    printf("# %d histories: %llu questions, %llu held; %llu claims, %llu delivered late\n",
           histories, (unsigned long long)s.asked, (unsigned long long)s.held,
           (unsigned long long)s.claims, (unsigned long long)s.late);
    CHECK(s.held > 100000 && s.late > 10000);
    places_close(&p);
}

CHECK_MAIN(CHECK_TEST(as_the_model))
