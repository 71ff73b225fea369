/* SPDX-License-Identifier: Apache-2.0 */
/* String views: order, search against a plain model, nearest names. */
#include "check.h"
#include "base/str.h"

static csuccess_str view(const char *text)
{
    return csuccess__str(text);
}

static void comparison_is_by_bytes_then_length(void)
{
    CHECK_INT(csuccess__str_cmp(view("a"), view("b")), -1);
    CHECK_INT(csuccess__str_cmp(view("ab"), view("a")), 1);
    CHECK_INT(csuccess__str_cmp(view("z"), view("\xc3\xa9")), -1); /* bytes are unsigned */
    CHECK_INT(csuccess__str_cmp(view(""), (csuccess_str){NULL, 0}), 0);
    CHECK(csuccess__str_eq(view(""), (csuccess_str){NULL, 0}));
    CHECK(csuccess__str_eq((csuccess_str){"a\0b", 3}, (csuccess_str){"a\0b", 3}));
    CHECK(!csuccess__str_eq((csuccess_str){"a\0b", 3}, (csuccess_str){"a\0c", 3}));
    CHECK(csuccess__str_is(view("score"), "score") && !csuccess__str_is(view("score"), "scor"));
    CHECK_STR(csuccess__str(NULL), "");
}

static void ends_are_recognised(void)
{
    CHECK(csuccess__str_starts(view("health.score"), view("health.")));
    CHECK(!csuccess__str_starts(view("health"), view("health.")));
    CHECK(csuccess__str_ends(view("logins_30d"), view("30d")));
    CHECK(!csuccess__str_ends(view("30d"), view("_30d")));
    CHECK(csuccess__str_starts(view("x"), (csuccess_str){NULL, 0}));
    CHECK(csuccess__str_ends((csuccess_str){NULL, 0}, view("")));
}

static size_t plain_find(csuccess_str s, csuccess_str needle)
{
    for (size_t i = 0; i + needle.len <= s.len; i++) {
        if (needle.len == 0 || memcmp(s.ptr + i, needle.ptr, needle.len) == 0) return i;
    }
    return SIZE_MAX;
}

/* Few letters, so that periods, near misses and hits are frequent. */
static void fill(char *out, size_t n, uint64_t *state)
{
    for (size_t i = 0; i < n; i++) out[i] = check_random(state) % 6 ? 'a' : 'b';
}

static void search_agrees_with_a_plain_one(void)
{
    uint64_t state = 4;
    for (int i = 0; i < 200000; i++) {
        char text[120], part[60];
        csuccess_str s = {text, check_random(&state) % sizeof text};
        csuccess_str needle = {part, check_random(&state) % sizeof part};
        fill(text, s.len, &state);
        fill(part, needle.len, &state);
        if (needle.len <= s.len && check_random(&state) % 2) {
            memcpy(part, text + check_random(&state) % (s.len - needle.len + 1), needle.len);
        }
        if (!CHECK_UINT(csuccess__str_find(s, needle), plain_find(s, needle))) {
            printf("# \"%.*s\" in \"%.*s\"\n", (int)needle.len, part, (int)s.len, text);
            return;
        }
    }
}

/* Half a million letters in a million: a quadratic search would not come back. */
static void search_is_linear(void)
{
    enum { TEXT = 1 << 20, PART = 1 << 19 };
    char *text = malloc(TEXT + PART);
    if (!text) abort();
    memset(text, 'a', TEXT + PART);
    char *part = text + TEXT;
    part[PART / 2] = 'b';
    csuccess_str s = {text, TEXT}, needle = {part, PART};
    CHECK_UINT(csuccess__str_find(s, needle), SIZE_MAX);
    text[TEXT - PART / 2] = 'b';
    CHECK_UINT(csuccess__str_find(s, needle), TEXT - PART);
    free(text);
}

static const char *nearest(const char *wanted)
{
    static const char *const names[] = {"logins_30d", "features_used", "weight", "from",
                                        "above",      "gte",           "plan"};
    csuccess__nearest near;
    csuccess__nearest_start(&near, view(wanted));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        csuccess__nearest_try(&near, view(names[i]));
    }
    return near.best.ptr ? near.best.ptr : "-";
}

static void the_nearest_name_is_found(void)
{
    CHECK_CSTR(nearest("logins"), "logins_30d"); /* far by letters, but its beginning */
    CHECK_CSTR(nearest("log"), "-");
    CHECK_CSTR(nearest("login_30d"), "logins_30d");
    CHECK_CSTR(nearest("wieght"), "weight"); /* exchanged neighbours are one edit */
    CHECK_CSTR(nearest("form"), "from");
    CHECK_CSTR(nearest("ge"), "gte");
    CHECK_CSTR(nearest("plane"), "plan");
    CHECK_CSTR(nearest("x"), "-");
    CHECK_CSTR(nearest(""), "-");
    char longest[70];
    memset(longest, 'a', sizeof longest);
    csuccess__nearest near;
    csuccess__nearest_start(&near, (csuccess_str){longest, 70});
    csuccess__nearest_try(&near, (csuccess_str){longest, 69});
    CHECK(near.best.ptr == NULL); /* no one mistypes a name of 70 bytes; the work is bounded */
    csuccess__nearest_start(&near, (csuccess_str){longest, 64});
    csuccess__nearest_try(&near, (csuccess_str){longest, 63});
    CHECK_UINT(near.distance, 1);
}

static void hashes_spread_over_low_bits(void)
{
    unsigned buckets[256] = {0}, most = 0;
    for (unsigned i = 0; i < 10000; i++) {
        char name[16];
        snprintf(name, sizeof name, "attribute_%u", i);
        unsigned bucket = csuccess__str_hash(view(name)) & 255;
        most = ++buckets[bucket] > most ? buckets[bucket] : most;
    }
    CHECK(most < 80); /* 39 expected; 80 has a chance below 1e-8 for a random function */
    CHECK(csuccess__str_hash(view("a")) != csuccess__str_hash(view("b")));
}

CHECK_MAIN(CHECK_TEST(comparison_is_by_bytes_then_length), CHECK_TEST(ends_are_recognised),
           CHECK_TEST(search_agrees_with_a_plain_one), CHECK_TEST(search_is_linear),
           CHECK_TEST(the_nearest_name_is_found), CHECK_TEST(hashes_spread_over_low_bits))
