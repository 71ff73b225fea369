/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text: against a table made with Python, round trips of random doubles, the grammar. */
#include "check.h"
#include "text/numeral.h"

static double from_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static uint64_t to_bits(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

static double read_all(csuccess_str text)
{
    size_t used = 0;
    double v = csuccess__numeral_read(text, &used);
    CHECK_UINT(used, text.len);
    return v;
}

/* One row of tests/data/numerals.tsv, whose tabs have been turned into ends of strings. */
static void check_row(char kind, uint64_t bits, const char *rest)
{
    char out[400];
    if (kind == 'f') {
        const char *text = strchr(rest, '\0') + 1;
        size_t n =
            csuccess__numeral_fixed(out, sizeof out, from_bits(bits), (uint32_t)(*rest - '0'));
        CHECK_UINT(n, strlen(text));
        CHECK_CSTR(out, text);
        return;
    }
    if (!CHECK_UINT(to_bits(read_all(check_view(rest))), bits))
        printf("# reading %.80s\n", rest);
    if (kind == 'w') {
        size_t n = csuccess__numeral_write(out, from_bits(bits));
        CHECK_UINT(n, strlen(rest));
        CHECK_CSTR(out, rest);
    }
}

static void agrees_with_the_table_of_the_oracle(void)
{
    char *text = check_read(CHECK_SOURCE_ROOT "/tests/data/numerals.tsv", NULL);
    if (!CHECK(text != NULL)) return;
    size_t rows = 0;
    char *next;
    for (char *line = text; *line; line = next) {
        next = line + strcspn(line, "\n");
        if (*next) *next++ = '\0';
        if (*line == '#') continue;
        for (char *p = line; *p; p++) {
            if (*p == '\t') *p = '\0';
        }
        check_row(line[0], strtoull(line + 2, NULL, 16), line + 19);
        rows++;
    }
    CHECK(rows >= 5000);
    free(text);
}

static void every_double_reads_back_as_itself(void)
{
    uint64_t state = 7;
    for (int i = 0; i < 400000; i++) {
        uint64_t bits = check_random(&state);
        double v = from_bits(bits);
        if (v - v != 0) continue;
        char out[CSUCCESS__NUMERAL_MAX];
        size_t n = csuccess__numeral_write(out, v);
        double back;
        if (!CHECK(n < sizeof out && csuccess__numeral_parse((csuccess_str){out, n}, &back)) ||
            !CHECK_UINT(to_bits(back), bits)) {
            return;
        }
    }
}

/* The significant digits of a number as text, as many as there are without trailing zeros. */
static int digits_of(char digits[32], const char *text)
{
    int k = 0;
    for (const char *p = text; *p && *p != 'e'; p++) {
        if (*p >= '0' && *p <= '9' && (k || *p != '0')) digits[k++] = *p;
    }
    while (k && digits[k - 1] == '0') k--;
    digits[k] = '\0';
    return k;
}

/* Whether one of the two decimals with a digit less reads as v. */
static bool is_shorter_enough(double v, const char *digits, int k)
{
    uint64_t cut = strtoull(digits, NULL, 10) / 10;
    int exponent = (int)floor(log10(v)) - (k - 2);
    for (int i = 0; i < 6; i++) { /* log10 may be one off */
        char text[64];
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)(cut + (uint64_t)(i % 2)),
                 exponent + i / 2 - 1);
        if (read_all(check_view(text)) == v) return true;
    }
    return false;
}

static void no_shorter_form_reads_back(void)
{
    uint64_t state = 11;
    for (int i = 0; i < 50000; i++) {
        double v = from_bits(check_random(&state) & INT64_MAX);
        if (v - v != 0) continue;
        char out[CSUCCESS__NUMERAL_MAX], digits[32];
        csuccess__numeral_write(out, v);
        int k = digits_of(digits, out);
        if (k > 1 && !CHECK(!is_shorter_enough(v, digits, k))) {
            printf("# for %s\n", out);
            return;
        }
    }
}

static void agrees_with_the_c_library_in_the_c_locale(void)
{
    uint64_t state = 13;
    char *saved = setlocale(LC_NUMERIC, NULL);
    char name[64];
    snprintf(name, sizeof name, "%s", saved ? saved : "C");
    setlocale(LC_NUMERIC, "C");
    for (int i = 0; i < 100000; i++) {
        char text[80];
        uint64_t a = check_random(&state), b = check_random(&state);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(a >> (b % 64)),
                 (unsigned long long)b, (int)(check_random(&state) % 640) - 320);
        if (!CHECK_UINT(to_bits(read_all(check_view(text))), to_bits(strtod(text, NULL)))) {
            printf("# %s\n", text);
            break;
        }
    }
    setlocale(LC_NUMERIC, name);
}

static void reads_the_longest_number(void)
{
    static const struct {
        const char *text;
        size_t used;
        double value;
    } rows[] = {
        {"", 0, 0},          {"-", 0, 0},         {".5", 0, 0},     {"+1", 0, 0},
        {"e5", 0, 0},        {"nan", 0, 0},       {"inf", 0, 0},    {"1", 1, 1},
        {"1.", 1, 1},        {"1.e5", 1, 1},      {"1.5e", 3, 1.5}, {"1.5e+", 3, 1.5},
        {"1.5e+2x", 6, 150}, {"1.5E-2", 6, .015}, {"007", 3, 7},    {"1.2.3", 3, 1.2},
        {"1,5", 1, 1},       {"0x10", 1, 0},      {"12abc", 2, 12}, {"-3-4", 2, -3},
        {"1e5.5", 3, 1e5},   {"1_000", 1, 1},     {"0.000", 5, 0},  {"1 ", 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t used = 99;
        double v = csuccess__numeral_read(check_view(rows[i].text), &used);
        if (!CHECK_UINT(used, rows[i].used) || !CHECK_NUM(v, rows[i].value, 0)) {
            printf("# in \"%s\"\n", rows[i].text);
        }
    }
}

static void the_text_ends_where_it_says(void)
{
    size_t used;
    CHECK_NUM(csuccess__numeral_read((csuccess_str){"123456", 3}, &used), 123, 0);
    CHECK_UINT(used, 3);
    CHECK_NUM(csuccess__numeral_read((csuccess_str){"1.5e9", 4}, &used), 1.5, 0);
    CHECK_UINT(used, 3);
    CHECK_NUM(csuccess__numeral_read((csuccess_str){NULL, 0}, &used), 0, 0);
    CHECK_UINT(used, 0);
}

static void parse_takes_one_finite_number_and_nothing_else(void)
{
    static const char *const refused[] = {"",    " 1",   "1 ", "1e400", "-1e400",
                                          "1,5", "nan",  "+1", "0x10",  "1e",
                                          "-",   "1..2", "½",  "1e1e1"};
    double v = 42;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (!CHECK(!csuccess__numeral_parse(check_view(refused[i]), &v)))
            printf("# %s\n", refused[i]);
    }
    CHECK_NUM(v, 42, 0); /* a refusal leaves the target alone */
    CHECK(csuccess__numeral_parse(CSUCCESS_STR("-1.25e2"), &v));
    CHECK_NUM(v, -125, 0);
}

/* A million digits, and a halfway case that only its last digit decides. */
static void long_digit_strings_are_exact(void)
{
    enum { N = 1000000 };
    char *text = malloc(N + 40);
    if (!text) abort();
    memset(text, '0', N + 40);
    memcpy(text, "9007199254740993.", 17); /* 2^53 + 1, halfway */
    CHECK_NUM(read_all((csuccess_str){text, N}), 9007199254740992.0, 0);
    text[N - 1] = '1';
    CHECK_NUM(read_all((csuccess_str){text, N}), 9007199254740994.0, 0);
    memset(text, '9', N);
    memcpy(text + N, "e-1000000", 9);
    CHECK_NUM(read_all((csuccess_str){text, N + 9}), 1, 0);
    memcpy(text + N, "e-1000330", 9); /* 1e-330 */
    CHECK_NUM(read_all((csuccess_str){text, N + 9}), 0, 0);
    CHECK(isinf(read_all((csuccess_str){text, N})));
    free(text);
}

static void what_is_not_finite_writes_nothing(void)
{
    char out[CSUCCESS__NUMERAL_MAX];
    CHECK_UINT(csuccess__numeral_write(out, NAN), 0);
    CHECK_CSTR(out, "");
    CHECK_UINT(csuccess__numeral_write(out, -INFINITY), 0);
    CHECK_UINT(csuccess__numeral_fixed(out, sizeof out, INFINITY, 2), 0);
    CHECK_CSTR(out, "");
}

static void fixed_needs_room_for_the_end(void)
{
    char out[8];
    memset(out, 'x', sizeof out);
    CHECK_UINT(csuccess__numeral_fixed(out, 7, 1234.5, 1), 6);
    CHECK_CSTR(out, "1234.5");
    CHECK_UINT(csuccess__numeral_fixed(out, 6, 1234.5, 1), 0);
    CHECK_CSTR(out, "");
    CHECK(out[7] == 'x');
    CHECK_UINT(csuccess__numeral_fixed(out, 0, 1, 0), 0);
    CHECK_UINT(csuccess__numeral_fixed(out, sizeof out, 1, 10), 0);
}

static void put_appends_to_a_buffer(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess__buffer out;
    csuccess__buffer_init(&out, &memory.allocator, 0);
    csuccess__numeral_put(&out, 0.1);
    csuccess__buffer_char(&out, ' ');
    csuccess__numeral_put(&out, -1e21);
    CHECK_STR(csuccess__buffer_view(&out), "0.1 -1e+21");
    csuccess__buffer_free(&out);
    CHECK_MEMORY_EMPTY(&memory);
}

CHECK_MAIN(CHECK_TEST(agrees_with_the_table_of_the_oracle),
           CHECK_TEST(every_double_reads_back_as_itself),
           CHECK_TEST(no_shorter_form_reads_back),
           CHECK_TEST(agrees_with_the_c_library_in_the_c_locale),
           CHECK_TEST(reads_the_longest_number), CHECK_TEST(the_text_ends_where_it_says),
           CHECK_TEST(parse_takes_one_finite_number_and_nothing_else),
           CHECK_TEST(long_digit_strings_are_exact),
           CHECK_TEST(what_is_not_finite_writes_nothing),
           CHECK_TEST(fixed_needs_room_for_the_end), CHECK_TEST(put_appends_to_a_buffer))
