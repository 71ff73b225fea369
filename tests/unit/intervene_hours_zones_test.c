/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet hours and windows on the days on which clocks change, in a dozen zones, both ways: as a program with zoneinfo has it, and against a walk through the minutes. */
#include "intervene_reach.h"

#define MINUTE INT64_C(60000)
enum {
    DAY = 1440,
    ZONES = 16,
    CHANGES = 8,
    RULES = 6,
    MINUTES = 30 * DAY, /* of a walk */
    BEFORE = 7 * DAY    /* a change, the walk begins */
};

typedef struct zone {
    char name[32];
    int base, count;
    int64_t at[CHANGES]; /* minutes */
    int offset[CHANGES];
} zone;
typedef struct rule {
    bool window;
    int from, until;
    unsigned days;
} rule;
typedef struct bounds {
    int64_t from, until;
} bounds;

static const csuccess__channel any = {.name = {"email", 5}};

/* ---- Documents ---- */

static void put_offset(char *out, size_t cap, int offset)
{
    int minutes = offset < 0 ? -offset : offset;
    snprintf(out, cap, "%c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static size_t put_zone(char *out, size_t cap, const zone *z)
{
    char time[CSUCCESS__TIME_TEXT], offset[8];
    put_offset(offset, sizeof offset, z->base);
    size_t n = (size_t)snprintf(out, cap, "`%s`:{`offset`:`%s`,`changes`:[", z->name, offset);
    for (int i = 0; i < z->count; i++) {
        csuccess__time_format(time, z->at[i] * MINUTE);
        put_offset(offset, sizeof offset, z->offset[i]);
        n += (size_t)snprintf(out + n, cap - n, "%s[`%s`,`%s`]", i ? "," : "", time, offset);
    }
    return n + (size_t)snprintf(out + n, cap - n, "]}");
}

static size_t put_rule(char *out, size_t cap, const rule *r, int i)
{
    size_t n = (size_t)snprintf(out, cap, "`r%d`:{`from`:`%02d:%02d`,`until`:`%02d:%02d`", i,
                                r->from / 60, r->from % 60, r->until / 60, r->until % 60);
    const char *comma = "";
    n += (size_t)snprintf(out + n, cap - n, ",`days`:[");
    for (int d = 0; d < 7; d++) {
        if (!(r->days >> d & 1)) continue;
        n += (size_t)snprintf(out + n, cap - n, "%s`%s`", comma, csuccess__weekdays[d]);
        comma = ",";
    }
    return n + (size_t)snprintf(out + n, cap - n, "]}");
}

static size_t put_rules(char *out, size_t cap, const rule *rules, int count, bool windows)
{
    const char *comma = "";
    size_t n = (size_t)snprintf(out, cap, "`%s`:{", windows ? "send_windows" : "quiet_hours");
    for (int i = 0; i < count; i++) {
        if (rules[i].window != windows) continue;
        n += (size_t)snprintf(out + n, cap - n, "%s", comma);
        n += put_rule(out + n, cap - n, &rules[i], i);
        comma = ",";
    }
    return n + (size_t)snprintf(out + n, cap - n, "}");
}

static void put_document(char *out, size_t cap, const zone *z, const rule *rules, int count)
{
    size_t n = (size_t)snprintf(out, cap, "{`csuccess`:1,`calendars`:{`zones`:{");
    n += put_zone(out + n, cap - n, z);
    n += (size_t)snprintf(out + n, cap - n, "}},`policies`:{`reach`:{");
    n += put_rules(out + n, cap - n, rules, count, false);
    n += (size_t)snprintf(out + n, cap - n, ",");
    n += put_rules(out + n, cap - n, rules, count, true);
    (void)snprintf(out + n, cap - n, "}}}");
}

static bool open_rules(reacher *r, const zone *z, const rule *rules, int count)
{
    char text[4096];
    put_document(text, sizeof text, z, rules, count);
    if (CHECK_OK(reacher_open(r, text, NULL))) return true;
    printf("# %s\n", text);
    reacher_close(r);
    return false;
}

static int64_t next_of(reacher *r, const zone *z, int64_t at)
{
    int64_t out = 0;
    csuccess__turn *turn = reacher_at(r, at);
    const csuccess__going going = {reacher_zone(r, z->name), &any, CSUCCESS__CLASS_SERVICE};
    CHECK(csuccess__reach_next(&out, turn, &going, at));
    return out;
}

/* ---- What zoneinfo says ---- */

static void read_zone(char *line, zone *z)
{
    char *at = line;
    memset(z, 0, sizeof *z);
    size_t len = check_span(at, "\t");
    snprintf(z->name, sizeof z->name, "%.*s", (int)len, at);
    at += len;
    z->base = (int)strtol(at, &at, 10);
    while (*at == '\t' && z->count < CHANGES) {
        z->at[z->count] = strtoll(at, &at, 10);
        z->offset[z->count++] = (int)strtol(at, &at, 10);
    }
}

static const zone *zone_named(const zone *zones, int count, const char *name, size_t len)
{
    for (int i = 0; i < count; i++) {
        if (strlen(zones[i].name) == len && memcmp(zones[i].name, name, len) == 0) {
            return &zones[i];
        }
    }
    return NULL;
}

static int read_rules(const char *at, rule *rules)
{
    int n = 0;
    for (; *at == '\t' && n < RULES; n++) {
        char kind, *end;
        at++;
        kind = *at++;
        rules[n].window = kind == 'w';
        rules[n].from = (int)strtol(at, &end, 10);
        rules[n].until = (int)strtol(end, &end, 10);
        rules[n].days = (unsigned)strtol(end, &end, 10);
        at = end;
    }
    return n;
}

/* NAME AT NEXT RULE … */
static void check_case(const zone *zones, int count, char *line)
{
    reacher r;
    rule rules[RULES];
    size_t len = check_span(line, "\t");
    const zone *z = zone_named(zones, count, line, len);
    if (!CHECK(z != NULL)) return;
    char *at = line + len;
    int64_t from = strtoll(at, &at, 10), wanted = -1;
    at++;
    bool none = *at == '-';
    if (none) at++;
    if (!none) wanted = strtoll(at, &at, 10);
    if (!open_rules(&r, z, rules, read_rules(at, rules))) return;
    int64_t got = next_of(&r, z, from * MINUTE);
    bool right = none ? got >= (from + 14 * DAY) * MINUTE : got == wanted * MINUTE;
    if (!CHECK(right)) printf("# %s: is %lld\n", line, (long long)(got / MINUTE));
    reacher_close(&r);
}

static char *table(zone *zones, int *count)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/hours.tsv", NULL);
    *count = 0;
    for (char *line = text; line && *line;) {
        size_t len = check_span(line, "\n");
        if (strncmp(line, "zone\t", 5) == 0 && *count < ZONES) {
            read_zone(line + 5, &zones[(*count)++]);
        }
        line += len + (line[len] == '\n');
    }
    return text;
}

static void zoneinfo_agrees(void)
{
    zone zones[ZONES];
    int count, cases = 0;
    char *text = table(zones, &count);
    if (!CHECK(text != NULL)) return;
    CHECK(count >= 10);
    for (char *line = text; *line;) {
        size_t len = check_span(line, "\n");
        bool more = line[len] == '\n';
        line[len] = '\0';
        if (strncmp(line, "case\t", 5) == 0) {
            check_case(zones, count, line + 5);
            cases++;
        }
        line += len + more;
    }
    CHECK(cases >= 700);
    free(text);
}

/* ---- A walk through the minutes ---- */

typedef struct walk {
    int64_t first;          /* minute */
    int64_t shows[MINUTES]; /* local minutes */
    bool open[MINUTES], quiet[MINUTES];
    bool any_window;
} walk;

static void look_at_clock(walk *w, const zone *z)
{
    for (int m = 0; m < MINUTES; m++) {
        int offset = z->base;
        for (int i = 0; i < z->count && z->at[i] <= w->first + m; i++) offset = z->offset[i];
        w->shows[m] = w->first + m + offset;
    }
}

/* The first minute that shows so much; those more than a day and a half before cannot. */
static int first_showing(const walk *w, int64_t local)
{
    int64_t from = local - 36 * 60 - w->first;
    int m = from > 0 ? (int)from : 0;
    while (m < MINUTES && w->shows[m] < local) m++;
    return m;
}

/* The last minute that shows just that. */
static int last_showing(const walk *w, int64_t local)
{
    int64_t until = local + 36 * 60 - w->first;
    for (int m = until < MINUTES ? (int)until : MINUTES - 1; m >= 0; m--) {
        if (w->shows[m] == local) return m;
        if (w->shows[m] < local - 72 * 60) break;
    }
    return first_showing(w, local);
}

static void mark(walk *w, const rule *r)
{
    int64_t first = w->first / DAY - 2, last = (w->first + MINUTES) / DAY + 2;
    for (int64_t day = first; day <= last; day++) {
        if (!(r->days >> (day + 3) % 7 & 1)) continue;
        int64_t end = r->until <= r->from ? r->until + DAY : r->until;
        int a = first_showing(w, day * DAY + r->from);
        int b =
            r->window ? first_showing(w, day * DAY + end) : last_showing(w, day * DAY + end);
        for (int m = a; m < b && m < MINUTES; m++) {
            if (r->window) {
                w->open[m] = true;
            } else {
                w->quiet[m] = true;
            }
        }
    }
}

static void plan(walk *w, const rule *rules, int count)
{
    memset(w->open, 0, sizeof w->open);
    memset(w->quiet, 0, sizeof w->quiet);
    w->any_window = false;
    for (int i = 0; i < count; i++) {
        w->any_window = w->any_window || rules[i].window;
        mark(w, &rules[i]);
    }
}

static bool allows(const walk *w, int m)
{
    return !w->quiet[m] && (w->open[m] || !w->any_window);
}

/* The first millisecond at or after `at`; -1: none that the walk knows. */
static int64_t walk_on(const walk *w, int64_t at)
{
    int m = (int)(at / MINUTE - w->first);
    if (allows(w, m)) return at;
    while (m < MINUTES - BEFORE && !allows(w, m)) m++;
    return m < MINUTES - BEFORE ? (w->first + m) * MINUTE : -1;
}

static rule random_rule(uint64_t *seed, int64_t near)
{
    rule r = {.window = check_random(seed) % 2 == 0};
    int step = check_random(seed) % 4 == 0 ? 1 : 15;
    r.from = (int)(check_random(seed) % (unsigned)(DAY / step)) * step;
    r.until = (int)(check_random(seed) % (unsigned)(DAY / step)) * step;
    /* Every other one has a bound in the hours that come twice, or not at all. */
    if (check_random(seed) % 2) r.from = (int)(near + check_random(seed) % 180) % DAY / 5 * 5;
    if (check_random(seed) % 2) r.until = (int)(near + check_random(seed) % 180) % DAY / 5 * 5;
    if (r.from == r.until) {
        r.from = 0;
        r.until = DAY;
    }
    r.days = check_random(seed) % 3 ? 127 : 1 + (unsigned)(check_random(seed) % 127);
    return r;
}

static void check_around(reacher *r, const walk *w, const zone *z, int64_t change,
                         uint64_t *seed)
{
    for (int i = 0; i < 48; i++) {
        int64_t spread = i % 2 ? 2 * DAY : 200;
        int64_t at =
            (change - spread + (int64_t)(check_random(seed) % (uint64_t)(2 * spread))) * MINUTE;
        if (i % 4 == 0) at += (int64_t)(check_random(seed) % MINUTE);
        int64_t wanted = walk_on(w, at), got = next_of(r, z, at);
        bool right =
            wanted < 0 ? got > (w->first + MINUTES - BEFORE - 1) * MINUTE : got == wanted;
        if (!CHECK(right)) {
            char a[CSUCCESS__TIME_TEXT], b[CSUCCESS__TIME_TEXT], c[CSUCCESS__TIME_TEXT];
            csuccess__time_format(a, at);
            csuccess__time_format(b, got);
            csuccess__time_format(c, wanted);
            printf("# %s at %s: is %s, expected %s\n", z->name, a, b, c);
            return;
        }
    }
}

static void every_minute_around_a_change_agrees(void)
{
    static walk w;
    zone zones[ZONES];
    int count;
    uint64_t seed = 6;
    char *text = table(zones, &count);
    if (!CHECK(text != NULL)) return;
    for (int z = 0; z < count; z++) {
        for (int i = 0; i < zones[z].count; i++) {
            int64_t change = zones[z].at[i];
            w.first = (change / DAY) * DAY - BEFORE;
            look_at_clock(&w, &zones[z]);
            int64_t near = (change + zones[z].offset[i]) % DAY + DAY - 90;
            for (int round = 0; round < 40; round++) {
                reacher r;
                rule rules[RULES];
                int n = (int)(check_random(&seed) % 5);
                for (int k = 0; k < n; k++) rules[k] = random_rule(&seed, near);
                plan(&w, rules, n);
                if (!open_rules(&r, &zones[z], rules, n)) continue;
                check_around(&r, &w, &zones[z], change, &seed);
                reacher_close(&r);
            }
        }
    }
    free(text);
}

CHECK_MAIN(CHECK_TEST(zoneinfo_agrees), CHECK_TEST(every_minute_around_a_change_agrees))
