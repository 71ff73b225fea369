/* SPDX-License-Identifier: Apache-2.0 */
/* Every operation of the language on values that are there, and every reason for which it is missing. */
#include "expr_rows.h"

/* never: never_set, stale: stale; x 5, y 2, zero 0, huge 1e308, usual 7 (by default). */
static void arithmetic(void)
{
    static const rows_case cases[] = {
        {"x + y", "7"},
        {"x - y", "3"},
        {"x * y", "10"},
        {"x / y", "2.5"},
        {"x % y", "1"},
        {"-x % y", "-1"}, /* the sign of the left operand */
        {"x % -y", "1"},
        {"5.5 % y", "1.5"},
        {"-x", "-5"},
        {"0.1 + 0.2 == 0.3", "false"},
        {"x - y - 1 + zero", "2"},
        {"x / zero", "missing: division_by_zero"},
        {"zero / zero", "missing: division_by_zero"},
        {"-x / zero", "missing: division_by_zero"},
        {"x % zero", "missing: division_by_zero"},
        {"huge * 10", "missing: overflow"},
        {"huge + huge * 9", "missing: overflow"},
        {"-huge - huge", "missing: overflow"},
        {"huge * 10 - huge * 10", "missing: overflow"},
        {"huge / 1e-10", "missing: overflow"},
        /* The reason of the first operand that is missing. */
        {"never + stale", "missing: never_set"},
        {"stale + never", "missing: stale"},
        {"x * never", "missing: never_set"},
        {"-stale", "missing: stale"},
        {"x / zero + never", "missing: division_by_zero"},
        {"0 * never", "missing: never_set"}, /* missing is not zero, and nothing times it is */
    };
    ROWS_CHECK(cases);
}

static void numbers(void)
{
    static const rows_case cases[] = {
        {"abs(-x)", "5"},
        {"math.abs(zero)", "0"},
        {"ceil(1.2)", "2"},
        {"ceil(-1.2)", "-1"},
        {"floor(x / y)", "2"},
        {"floor(-x / y)", "-3"},
        {"round(x / y)", "3"}, /* half away from zero */
        {"round(-x / y)", "-3"},
        {"round(0.49999999999999994 + zero)", "0"},
        {"trunc(-x / y)", "-2"},
        {"int(x / y)", "2"},
        {"sign(-x)", "-1"},
        {"sign(zero)", "0"},
        {"sqrt(x * x)", "5"},
        {"exp(zero)", "1"},
        {"ln(exp(zero))", "0"},
        {"pow(y, 10)", "1024"},
        {"pow(zero, zero)", "1"},
        {"sigmoid(zero)", "0.5"},
        {"sigmoid(1000 * x)", "1"},
        {"sqrt(-x)", "missing: undecided"},
        {"ln(zero)", "missing: undecided"},
        {"ln(-x)", "missing: undecided"},
        {"pow(-x, 0.5)", "missing: undecided"},
        {"pow(zero, -1)", "missing: overflow"},
        {"exp(1000 * x)", "missing: overflow"},
        {"abs(never)", "missing: never_set"},
        {"pow(x, stale)", "missing: stale"},
        {"clamp(x, 0, 3)", "3"},
        {"clamp(-x, 0, 3)", "0"},
        {"clamp(y, 0, 3)", "2"},
        {"clamp(x, 3, 3)", "3"},
        {"clamp(x, 6, 2)", "missing: undecided"},
        {"clamp(never, 0, 1)", "missing: never_set"},
        {"clamp(x, 0, stale)", "missing: stale"},
        {"change(x, y)", "1.5"},
        {"change(y, x)", "-0.6"},
        {"change(-1 * y / y, -y)", "0.5"}, /* from -2 to -1 is a rise */
        {"change(x, zero)", "missing: division_by_zero"},
        {"change(never, x)", "missing: never_set"},
        {"min(x, y, 3)", "2"},
        {"max(x, y, 3)", "5"},
        {"math.least(usual)", "7"},
        {"math.greatest(x, -x)", "5"},
        {"min(x, never)", "missing: never_set"},
        {"max(stale, x)", "missing: stale"},
    };
    ROWS_CHECK(cases);
}

static void tables(void)
{
    static const rows_case cases[] = {
        /* Bounds are inclusive above. */
        {"bands(zero, [[1, 10], [5, 20]], 0)", "10"},
        {"bands(1 + zero, [[1, 10], [5, 20]], 0)", "10"},
        {"bands(1.0000001 + zero, [[1, 10], [5, 20]], 0)", "20"},
        {"bands(x, [[1, 10], [5, 20]], 0)", "20"},
        {"bands(x + 1, [[1, 10], [5, 20]], y)", "2"},
        {"bands(x + 1, [[1, 10], [5, 20]], never)", "missing: never_set"},
        {"bands(x, [[1, 10], [5, 20]], never)", "20"}, /* not looked at */
        {"bands(stale, [[1, 10]], never)", "missing: stale"},
        {"linear(zero, [[0, 0], [10, 100]])", "0"},
        {"linear(x, [[0, 0], [10, 100]])", "50"},
        {"linear(x, [[0, 0], [5, 7.1], [10, 100]])", "7.1"},
        {"linear(x * 10, [[0, 0], [10, 100]])", "100"},
        {"linear(-x, [[0, 3], [10, 100]])", "3"},
        {"linear(y, [[0, 10], [4, 0]])", "5"},
        {"linear(x, [[1, 42]])", "42"},
        {"linear(never, [[1, 42]])", "missing: never_set"},
        {"percentile(x, 'peers')", "70"}, /* 1, 2, 2, 5, 10: three of five below, one equal */
        {"percentile(zero, 'peers')", "0"},
        {"percentile(y, 'peers')", "40"},
        {"percentile(huge, 'peers')", "100"},
        {"percentile(x, 'nobody')", "missing: empty"},
        {"percentile(never, 'peers')", "missing: never_set"},
    };
    ROWS_CHECK(cases);
}

static void order(void)
{
    static const rows_case cases[] = {
        {"x > y", "true"},
        {"x < y", "false"},
        {"x <= 5 && x >= 5 && x == 5", "true"},
        {"x != 5", "false"},
        {"zero == -zero", "true"},
        {"yes > no", "true"},
        {"no >= yes", "false"},
        {"no == no", "true"},
        {"yes != no", "true"},
        {"words[1] < words[0]", "true"},
        {"words[2] == words[0]", "true"},
        {"words[2] <= 'b'", "true"},
        {"'\\u00e9' > 'z'", "true"}, /* by code points */
        {"'\\U00010000' > '\\uffff'", "true"},
        {"'ab' < 'abc'", "true"},
        {"'' < words[1]", "true"},
        {"seen < now", "true"},
        {"soon <= now", "false"},
        {"seen == seen", "true"},
        {"span > duration('P1D')", "true"},
        {"span == duration('PT26H0.345S')", "true"},
        {"one_month >= duration('P28D')", "true"},
        {"one_month > duration('P28D')", "missing: undecided"}, /* 28 to 31 days */
        {"one_month == duration('P30D')", "missing: undecided"},
        {"one_month != duration('P32D')", "true"},
        {"one_month < duration('P32D')", "true"},
        {"one_month == duration('P1M')", "true"},
        /* A missing operand leaves a comparison open, whatever it was missing for. */
        {"never == never", "missing: undecided"},
        {"never != 1", "missing: undecided"},
        {"x < stale", "missing: undecided"},
        {"stale >= x", "missing: undecided"},
        {"maybe == yes", "missing: undecided"},
        {"no_word == ''", "missing: undecided"},
        {"no_word < 'a'", "missing: undecided"},
        {"no_time <= now", "missing: undecided"},
        {"no_span > duration('P1D')", "missing: undecided"},
        {"x / zero > 1", "missing: undecided"},
    };
    ROWS_CHECK(cases);
}

static void equality_of_lists(void)
{
    static const rows_case cases[] = {
        {"numbers == [1, 2, 3]", "true"},
        {"numbers != [1, 2, 3]", "false"},
        {"numbers == [1, 2]", "false"},
        {"none == []", "true"},
        {"gaps == [1, 2, 3]", "missing: undecided"},
        {"gaps != [1, 2, 3]", "missing: undecided"},
        {"gaps == [1, 2, 4]", "false"}, /* another item differs */
        {"gaps != [1, 2, 4]", "true"},
        {"gaps == [1, 2]", "false"},
        {"gaps == gaps", "missing: undecided"},
        {"no_list == numbers", "missing: undecided"},
        {"words == ['b', 'a', 'b']", "true"},
        {"[numbers, [x]] == [[1, 2, 3], [5]]", "true"},
        {"[[x, never]] == [[5, 1]]", "missing: undecided"},
        {"[[x, never]] == [[4, 1]]", "false"},
        {"deals[0] == deals[0]", "true"},
        {"deals[0] == deals[1]", "false"},
        {"deals[2] == deals[2]", "missing: undecided"}, /* renews is missing in it */
        {"[one_month] == [duration('P30D')]", "missing: undecided"},
        {"2 in numbers", "true"},
        {"4 in numbers", "false"},
        {"1 in gaps", "true"},
        {"9 in gaps", "missing: undecided"},
        {"never in numbers", "missing: undecided"},
        {"never in none", "false"}, /* nothing is in the empty list */
        {"2 in no_list", "missing: undecided"},
        {"'a' in words", "true"},
        {"'A' in words", "false"},
        {"no_word in words", "missing: undecided"},
        {"no_word in ['a']", "missing: undecided"},
        {"yes in flags", "true"},
        {"no in flags", "true"},
        {"maybe in flags", "missing: undecided"},
        {"now in times", "true"},
        {"seen in times", "false"},
        {"[1] in [[2], [1]]", "true"},
        {"[9] in [[2], [never]]", "missing: undecided"},
        {"deals[1] in deals", "true"},
    };
    ROWS_CHECK(cases);
}

static void lists(void)
{
    static const rows_case cases[] = {
        {"[x, y]", "[5,2]"},
        {"[x, never]", "[5,null]"},
        {"numbers[0]", "1"},
        {"numbers[2]", "3"},
        {"numbers[3]", "missing: empty"},
        {"numbers[-1]", "missing: empty"},
        {"numbers[0.5]", "missing: empty"},
        {"numbers[huge]", "missing: empty"},
        {"numbers[never]", "missing: never_set"},
        {"gaps[1]", "missing: stale"},
        {"none[0]", "missing: empty"},
        {"no_list[0]", "missing: never_set"},
        {"deals[1].product", "\"chat\""},
        {"deals[2].renews", "missing: never_set"},
        {"deals[3].renews", "missing: empty"},
        {"numbers + gaps", "[1,2,3,1,null,3]"},
        {"numbers + no_list", "missing: never_set"},
        {"none + none", "[]"},
        {"size(gaps)", "3"},
        {"gaps.size()", "3"},
        {"count(gaps)", "2"},
        {"count(none)", "0"},
        {"count(no_list)", "missing: never_set"},
        {"size(no_list)", "missing: never_set"},
        {"sum(numbers)", "6"},
        {"sum(none)", "0"},
        {"sum(gaps)", "missing: stale"}, /* a missing item is not left out by itself */
        {"sum(no_list)", "missing: never_set"},
        {"sum([huge, huge * 0.9])", "missing: overflow"},
        {"mean(numbers)", "2"},
        {"mean(none)", "missing: empty"},
        {"mean(gaps)", "missing: stale"},
        {"min(numbers)", "1"},
        {"max(numbers)", "3"},
        {"min(none)", "missing: empty"},
        {"max(gaps)", "missing: stale"},
        {"max([x, y])", "5"},
        {"min(times)", "\"1970-01-01T00:00:00Z\""},
        {"max(times)", "\"2026-01-31T00:00:00Z\""},
        {"min(seen, soon)", "\"2026-01-27T23:59:59.999Z\""},
        {"max(seen, no_time)", "missing: never_set"},
    };
    ROWS_CHECK(cases);
}

static void macros(void)
{
    static const rows_case cases[] = {
        {"numbers.all(n, n > 0)", "true"},
        {"numbers.all(n, n > 1)", "false"},
        {"none.all(n, n > 1)", "true"},
        {"gaps.all(g, g > 0)", "missing: undecided"},
        {"gaps.all(g, g < 3)", "false"},
        {"numbers.exists(n, n == y)", "true"},
        {"numbers.exists(n, n > x)", "false"},
        {"none.exists(n, true)", "false"},
        {"gaps.exists(g, g > 2)", "true"},
        {"gaps.exists(g, g > 3)", "missing: undecided"},
        {"numbers.exists_one(n, n > y)", "true"},
        {"numbers.exists_one(n, n > 1)", "false"},
        {"gaps.exists_one(g, g > 2)", "missing: undecided"},
        {"gaps.exists_one(g, g > 0)", "false"}, /* two hold already */
        {"numbers.filter(n, n % 2 == 1)", "[1,3]"},
        {"gaps.filter(g, g > 1)", "missing: undecided"},
        {"none.filter(n, never > n)", "[]"},
        {"gaps.map(g, g * 2)", "[2,null,6]"},
        {"numbers.map(n, never)", "[null,null,null]"},
        {"none.map(n, n)", "[]"},
        {"no_list.all(n, true)", "missing: undecided"},
        {"no_list.map(n, n)", "missing: never_set"},
        {"numbers.map(a, numbers.map(b, a * b))", "[[1,2,3],[2,4,6],[3,6,9]]"},
        {"numbers.map(a, numbers.filter(b, b > a))", "[[2,3],[3],[]]"},
        {"numbers.all(a, numbers.exists(b, a + b == 4))", "true"},
        {"numbers.map(x, x).map(x, x + y)", "[3,4,5]"}, /* the variable hides the attribute */
        {"numbers.map(a, sum(numbers))", "[6,6,6]"},
        {"numbers.map(a, words.map(w, w + string(a)))",
         "[[\"b1\",\"a1\",\"b1\"],[\"b2\",\"a2\",\"b2\"],[\"b3\",\"a3\",\"b3\"]]"},
        {"deals.exists(d, d.renews < now && d.product == 'mail')", "true"},
        {"deals.all(d, d.renews < now + duration('P90D'))", "missing: undecided"},
        {"sum(deals.filter(d, d.product == 'mail').map(d, d.amount))", "400"},
        {"deals.filter(d, has(d.renews)).size()", "2"},
        {"numbers.exists(n, n / zero > 1)", "missing: undecided"},
        {"numbers.exists(n, n > 2 || never > n)", "true"},
    };
    ROWS_CHECK(cases);
}

static void strings(void)
{
    static const rows_case cases[] = {
        {"size(word)", "8"}, /* characters, not bytes */
        {"word.trim()", "\"Stra\xC3\x9F"
                        "e\""},
        {"' \\u00a0\\u2003 '.trim() + 'x'", "\"x\""},
        {"word.trim().size()", "6"},
        {"word.lowerAscii()", "\" stra\xC3\x9F"
                              "e \""},
        {"word.upperAscii()", "\" STRA\xC3\x9F"
                              "E \""},
        {"'[`{@'.lowerAscii() + '[`{@'.upperAscii()", "\"[`{@[`{@\""},
        {"word.contains('a\\u00df')", "true"},
        {"word.contains('strasse')", "false"},
        {"word.contains('')", "true"},
        {"word.startsWith(' S')", "true"},
        {"word.endsWith(' S')", "false"},
        {"word.matches('^ S.*e $')", "true"},
        {"word.matches('^S')", "false"},
        {"word + 'n'", "\" Stra\xC3\x9F"
                       "e n\""},
        {"'a' + words[0] + words[1] + ''", "\"aba\""},
        {"no_word + 'n'", "missing: never_set"},
        {"size(no_word)", "missing: never_set"},
        {"no_word.trim()", "missing: never_set"},
        {"no_word.upperAscii()", "missing: never_set"},
        {"no_word.contains('a')", "missing: undecided"},
        {"word.contains(no_word)", "missing: undecided"},
        {"no_word.startsWith('a')", "missing: undecided"},
        {"no_word.matches('a')", "missing: undecided"},
        {"long.matches('a*a*[bc]')", "missing: undecided"}, /* beyond subject_bytes */
        {"string(x / y)", "\"2.5\""},
        {"string(-zero)", "\"0\""},
        {"string(yes)", "\"true\""},
        {"string(soon)", "\"2026-02-02T00:00:00.001Z\""},
        {"string(span)", "\"93600.345s\""},
        {"string(one_month)", "\"P1M\""},
        {"string(never)", "missing: never_set"},
        {"double(string(x)) + 1", "6"},
        {"double(words[0])", "missing: undecided"},
        {"timestamp(string(soon)) == soon", "true"},
        {"timestamp(words[0])", "missing: undecided"},
        {"duration('P' + string(y) + 'D') == duration('48h')", "true"},
        {"duration(words[0])", "missing: undecided"},
        {"duration(no_word)", "missing: never_set"},
    };
    ROWS_CHECK(cases);
}

/* now: midnight of Saturday 2026-01-31; seen: 3 days and 1 ms before; soon: 2 days and 1 ms behind. */
static void times(void)
{
    static const rows_case cases[] = {
        {"now", "\"2026-01-31T00:00:00Z\""},
        {"now.getFullYear()", "2026"},
        {"now.getMonth()", "0"},
        {"now.getDate()", "31"},
        {"now.getDayOfMonth()", "30"},
        {"now.getDayOfWeek()", "6"},
        {"now.getDayOfYear()", "30"},
        {"seen.getHours()", "23"},
        {"seen.getMinutes()", "59"},
        {"seen.getSeconds()", "59"},
        {"seen.getMilliseconds()", "999"},
        {"seen.getDate('+11:00')", "28"},
        {"now.getHours('-02:30')", "21"},
        {"now.getMinutes('-02:30')", "30"},
        {"late.getHours('+00:01')", "missing: overflow"}, /* the year 10,000 there */
        {"no_time.getHours()", "missing: never_set"},
        {"year(now)", "2026"},
        {"month(now)", "1"},
        {"day(now)", "31"},
        {"weekday(now)", "6"},
        {"weekday(now + duration('P1D'))", "7"},
        {"day(now, '+00:00')", "31"},
        {"weekday(no_time)", "missing: never_set"},
    };
    ROWS_CHECK(cases);
}

static void time_arithmetic(void)
{
    static const rows_case cases[] = {
        {"days_since(seen)", "3"},
        {"days_since(now)", "0"},
        {"days_since(soon)", "0"},
        {"hours_since(seen)", "72"},
        {"hours_since(soon)", "0"},
        {"days_until(soon)", "2"},
        {"days_until(now)", "0"},
        {"days_until(seen)", "-4"},
        {"days_since(no_time)", "missing: never_set"},
        {"days_until(no_time)", "missing: never_set"},
        {"now + duration('P1M')", "\"2026-02-28T00:00:00Z\""},
        {"duration('P1M') + now", "\"2026-02-28T00:00:00Z\""},
        {"now - one_month", "\"2025-12-31T00:00:00Z\""},
        {"now - seen", "\"PT72H0.001S\""},
        {"span + span", "\"P2DT4H0.69S\""},
        {"span - span", "\"PT0S\""},
        {"-span", "\"-P1DT2H0.345S\""},
        {"late + span", "missing: overflow"},
        {"ages + ages", "missing: overflow"},
        {"-ages - ages", "missing: overflow"},
        {"now + ages", "missing: overflow"},
        {"now - ages", "missing: overflow"},
        {"now + no_span", "missing: never_set"},
        {"no_time - now", "missing: never_set"},
        {"-no_span", "missing: never_set"},
        {"span.getHours()", "26"},
        {"span.getMinutes()", "1560"},
        {"span.getSeconds()", "93600"},
        {"span.getMilliseconds()", "345"},
        {"(-span).getHours()", "-26"},
        {"(-span).getMilliseconds()", "-345"},
        {"one_month.getHours()", "missing: undecided"},
        {"no_span.getHours()", "missing: never_set"},
        {"timestamp(zero)", "\"1970-01-01T00:00:00Z\""},
        {"timestamp(x / y)", "\"1970-01-01T00:00:02.500Z\""},
        {"timestamp(huge)", "missing: overflow"},
        {"timestamp(never)", "missing: never_set"},
        {"int(seen)", "1769558399"},
        {"int(no_time)", "missing: never_set"},
    };
    ROWS_CHECK(cases);
}

static void a_clock_beyond_the_calendar_is_missing(void)
{
    static rows r;
    if (!CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    r.frame.now = INT64_MAX;
    CHECK_CSTR(rows_eval(&r, "days_since(seen)"), "missing: overflow");
    CHECK_CSTR(rows_eval(&r, "now"), "missing: overflow");
    r.frame.now = INT64_MIN;
    CHECK_CSTR(rows_eval(&r, "days_until(seen)"), "missing: overflow");
    rows_end(&r);
}

static void presence_and_choice(void)
{
    static const rows_case cases[] = {
        {"has(x)", "true"},
        {"has(never)", "false"},
        {"has(stale)", "false"},
        {"has(usual)", "false"}, /* only by default */
        {"usual + 0", "7"},
        {"has(deals)", "true"},
        {"deals.map(d, has(d.renews))", "[true,true,false]"},
        {"has(no_list)", "false"},
        {"coalesce(never, stale, x)", "5"},
        {"coalesce(usual, x)", "7"},
        {"coalesce(stale, never)", "missing: stale"},
        {"coalesce(no_word, 'friend')", "\"friend\""},
        {"coalesce(no_word, word.trim())", "\"Stra\xC3\x9F"
                                           "e\""},
        {"coalesce(maybe, false)", "false"},
        {"yes ? x : never", "5"},
        {"no ? x : never", "missing: never_set"},
        {"maybe ? x : x", "missing: undecided"},
        {"no ? word.matches('a') : maybe", "missing: never_set"},
    };
    ROWS_CHECK(cases);
}

CHECK_MAIN(CHECK_TEST(arithmetic), CHECK_TEST(numbers), CHECK_TEST(tables), CHECK_TEST(order),
           CHECK_TEST(equality_of_lists), CHECK_TEST(lists), CHECK_TEST(macros),
           CHECK_TEST(strings), CHECK_TEST(times), CHECK_TEST(time_arithmetic),
           CHECK_TEST(a_clock_beyond_the_calendar_is_missing), CHECK_TEST(presence_and_choice))
