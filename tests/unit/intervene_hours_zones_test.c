/* SPDX-License-Identifier: Apache-2.0 */
/* Quiet hours and windows on the days on which clocks change, in a dozen zones, both ways: as a program with zoneinfo has it, and against a walk through the minutes. */
#include "intervene_reach.h"
#include "intervene_walk.h"

/* ---- Documents ---- */

static const csuccess__channel any = {.name = {"email", 5}};

static void put_document(char *out, size_t cap, const walk_zone *z, const walk_rule *rules,
                         int count)
{
    size_t n = (size_t)snprintf(out, cap, "{`csuccess`:1,`calendars`:{`zones`:{");
    n += walk_put_zone(out + n, cap - n, z);
    n += (size_t)snprintf(out + n, cap - n, "}},`policies`:{`reach`:{");
    n += walk_put_rules(out + n, cap - n, rules, count, false);
    n += (size_t)snprintf(out + n, cap - n, ",");
    n += walk_put_rules(out + n, cap - n, rules, count, true);
    (void)snprintf(out + n, cap - n, "}}}");
}

static bool open_rules(reacher *r, const walk_zone *z, const walk_rule *rules, int count)
{
    char text[4096];
    put_document(text, sizeof text, z, rules, count);
    if (CHECK_OK(reacher_open(r, text, NULL))) return true;
    printf("# %s\n", text);
    reacher_close(r);
    return false;
}

static int64_t next_of(reacher *r, const walk_zone *z, int64_t at)
{
    int64_t out = 0;
    csuccess__turn *turn = reacher_at(r, at);
    const csuccess__going going = {reacher_zone(r, z->name), &any, CSUCCESS__CLASS_SERVICE};
    CHECK(csuccess__reach_next(&out, turn, &going, at));
    return out;
}

/* ---- What zoneinfo says ---- */

static const walk_zone *zone_named(const walk_zone *zones, int count, const char *name,
                                   size_t len)
{
    for (int i = 0; i < count; i++) {
        if (strlen(zones[i].name) == len && memcmp(zones[i].name, name, len) == 0) {
            return &zones[i];
        }
    }
    return NULL;
}

static int read_rules(const char *at, walk_rule *rules)
{
    int n = 0;
    for (; *at == '\t' && n < WALK_RULES; n++) {
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
static void check_case(const walk_zone *zones, int count, char *line)
{
    reacher r;
    walk_rule rules[WALK_RULES];
    size_t len = check_span(line, "\t");
    const walk_zone *z = zone_named(zones, count, line, len);
    if (!CHECK(z != NULL)) return;
    char *at = line + len;
    int64_t from = strtoll(at, &at, 10), wanted = -1;
    at++;
    bool none = *at == '-';
    if (none) at++;
    if (!none) wanted = strtoll(at, &at, 10);
    if (!open_rules(&r, z, rules, read_rules(at, rules))) return;
    int64_t got = next_of(&r, z, from * WALK_MINUTE);
    bool right =
        none ? got >= (from + 14 * WALK_DAY) * WALK_MINUTE : got == wanted * WALK_MINUTE;
    if (!CHECK(right)) printf("# %s: is %lld\n", line, (long long)(got / WALK_MINUTE));
    reacher_close(&r);
}

static void zoneinfo_agrees(void)
{
    walk_zone zones[WALK_ZONES];
    int count, cases = 0;
    char *text = walk_table(zones, &count);
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

static void check_around(reacher *r, const walk *w, const walk_zone *z, int64_t change,
                         uint64_t *seed)
{
    for (int i = 0; i < 48; i++) {
        int64_t spread = i % 2 ? 2 * WALK_DAY : 200;
        int64_t at =
            (change - spread + (int64_t)(check_random(seed) % (uint64_t)(2 * spread))) *
            WALK_MINUTE;
        if (i % 4 == 0) at += (int64_t)(check_random(seed) % WALK_MINUTE);
        int64_t wanted = walk_on(w, at), got = next_of(r, z, at);
        bool right = wanted < 0
                         ? got > (w->first + WALK_MINUTES - WALK_BEFORE - 1) * WALK_MINUTE
                         : got == wanted;
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
    walk_zone zones[WALK_ZONES];
    int count;
    uint64_t seed = 6;
    char *text = walk_table(zones, &count);
    if (!CHECK(text != NULL)) return;
    for (int z = 0; z < count; z++) {
        for (int i = 0; i < zones[z].count; i++) {
            int64_t change = zones[z].at[i];
            w.first = (change / WALK_DAY) * WALK_DAY - WALK_BEFORE;
            walk_clock(&w, &zones[z]);
            int64_t near = (change + zones[z].offset[i]) % WALK_DAY + WALK_DAY - 90;
            for (int round = 0; round < 40; round++) {
                reacher r;
                walk_rule rules[WALK_RULES];
                int n = (int)(check_random(&seed) % 5);
                for (int k = 0; k < n; k++) rules[k] = walk_random(&seed, near);
                walk_plan(&w, rules, n);
                if (!open_rules(&r, &zones[z], rules, n)) continue;
                check_around(&r, &w, &zones[z], change, &seed);
                reacher_close(&r);
            }
        }
    }
    free(text);
}

CHECK_MAIN(CHECK_TEST(zoneinfo_agrees), CHECK_TEST(every_minute_around_a_change_agrees))
