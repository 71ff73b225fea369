/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The harness of the unit tests: checks, a table of tests, and an allocator that counts and fails.
 *
 *     static void adds(void) { CHECK_INT(1 + 1, 2); }
 *     CHECK_MAIN(CHECK_TEST(adds))
 *
 * A failed check is printed and counted and the test goes on; every CHECK is an expression, 1 when it
 * held and 0 when not: `if (!CHECK(p != NULL)) return;`. Output is TAP. `program NAME` runs one test,
 * `program --list` prints the names. The locale of the environment is set, so that the same tests
 * run under de_DE and tr_TR.
 */
#ifndef CHECK_H
#define CHECK_H

#include <csuccess/base.h>
#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct check_test {
    const char *name;
    void (*run)(void);
} check_test;

static unsigned check_failures; /* of the test that runs */

#define CHECK_TEST(function) \
    { \
#function, function \
    }
#define CHECK_MAIN(...) \
    int main(int argc, char **argv) \
    { \
        static const check_test tests[] = {__VA_ARGS__}; \
        return check_main(tests, sizeof tests / sizeof tests[0], argc, argv); \
    }

/* Whether a condition holds. */
#define CHECK(condition) check_that((condition) ? true : false, #condition, __FILE__, __LINE__)
/* Whole numbers, both sides within int64_t. */
#define CHECK_INT(actual, expected) \
    check_int((int64_t)(actual), (int64_t)(expected), #actual, __FILE__, __LINE__)
#define CHECK_UINT(actual, expected) \
    check_uint((uint64_t)(actual), (uint64_t)(expected), #actual, __FILE__, __LINE__)
/* Doubles, to an absolute tolerance; tolerance 0 asks for the same value. NaN only equals NaN. */
#define CHECK_NUM(actual, expected, tolerance) \
    check_num((actual), (expected), (tolerance), #actual, __FILE__, __LINE__)
/* A csuccess_str against a terminated string. */
#define CHECK_STR(actual, expected) check_str((actual), (expected), #actual, __FILE__, __LINE__)
/* A terminated string against another. */
#define CHECK_CSTR(actual, expected) \
    check_str(check_view(actual), (expected), #actual, __FILE__, __LINE__)
/* A result that is not an error; a result that is exactly `code`. */
#define CHECK_OK(result) check_result((result), 0, true, #result, __FILE__, __LINE__)
#define CHECK_RESULT(result, code) \
    check_result((result), (code), false, #result, __FILE__, __LINE__)
/* Whether a text contains another. */
#define CHECK_HAS(text, part) check_has((text), (part), #text, __FILE__, __LINE__)

static inline int check_that(bool holds, const char *what, const char *file, int line)
{
    if (!holds) {
        check_failures++;
        printf("# %s:%d: %s\n", file, line, what);
    }
    return holds;
}

static inline int check_int(int64_t actual, int64_t expected, const char *what,
                            const char *file, int line)
{
    if (actual == expected) return true;
    printf("# is %lld, expected %lld\n", (long long)actual, (long long)expected);
    return check_that(false, what, file, line);
}

static inline int check_uint(uint64_t actual, uint64_t expected, const char *what,
                             const char *file, int line)
{
    if (actual == expected) return true;
    printf("# is %llu, expected %llu\n", (unsigned long long)actual,
           (unsigned long long)expected);
    return check_that(false, what, file, line);
}

/* reason: the parameters are those of every check, of which two are where it stands. */
static inline int check_num(double actual, double expected, double tolerance, const char *what,
                            const char *file, int line)
{
    if (isnan(expected) ? isnan(actual) : actual == expected) return true;
    if (tolerance > 0 && fabs(actual - expected) <= tolerance) return true;
    printf("# is %.17g, expected %.17g within %g\n", actual, expected, tolerance);
    return check_that(false, what, file, line);
}

static inline csuccess_str check_view(const char *text)
{
    csuccess_str view = {text, text ? strlen(text) : 0};
    return view;
}

static inline int check_str(csuccess_str actual, const char *expected, const char *what,
                            const char *file, int line)
{
    size_t len = strlen(expected);
    if (actual.len == len && (len == 0 || memcmp(actual.ptr, expected, len) == 0)) return true;
    printf("# is       \"%.*s\"\n# expected \"%s\"\n", (int)actual.len,
           actual.len ? actual.ptr : "", expected);
    return check_that(false, what, file, line);
}

/* reason: the parameters are those of every check, of which two are where it stands. */
static inline int check_result(csuccess_result result, csuccess_result code, bool any_good,
                               const char *what, const char *file, int line)
{
    if (any_good ? result >= 0 : result == code) return true;
    printf("# is %d, expected %d%s\n", (int)result, (int)code, any_good ? " or more" : "");
    return check_that(false, what, file, line);
}

static inline int check_has(const char *text, const char *part, const char *what,
                            const char *file, int line)
{
    if (text && strstr(text, part)) return true;
    printf("# \"%s\"\n# does not contain \"%s\"\n", text ? text : "(null)", part);
    return check_that(false, what, file, line);
}

/*
 * An allocator that counts. Every block carries its size, so a release or resize with another size than
 * it was made with is a failure of the test, and so is a block that is left.
 */
typedef struct check_memory {
    csuccess_allocator allocator; /* hand &memory.allocator to the library */
    size_t calls;                 /* requests for memory so far: alloc and resize */
    size_t fail_at;               /* the request that is refused, from 1; 0: none */
    bool fail_on;                 /* and every one after it */
    bool fired;                   /* a request was refused */
    size_t live, live_bytes, peak_bytes;
    size_t total; /* blocks ever given */
    unsigned wrong_sizes;
} check_memory;

#define CHECK_MEMORY_HEAD 32 /* keeps the alignment of malloc */
#define CHECK_MEMORY_MARK 0x6373756363657373u

static inline bool check_memory_refuses(check_memory *memory)
{
    memory->calls++;
    bool refuse = memory->fail_at != 0 && (memory->fail_on ? memory->calls >= memory->fail_at
                                                           : memory->calls == memory->fail_at);
    memory->fired = memory->fired || refuse;
    return refuse;
}

static inline void check_memory_count(check_memory *memory, size_t more, size_t less)
{
    memory->live_bytes = memory->live_bytes + more - less;
    if (memory->live_bytes > memory->peak_bytes) memory->peak_bytes = memory->live_bytes;
}

static inline void *check_memory_alloc(void *ud, size_t bytes)
{
    check_memory *memory = ud;
    if (check_memory_refuses(memory)) return NULL;
    uint64_t *head = malloc(CHECK_MEMORY_HEAD + (bytes ? bytes : 1));
    if (!head) abort();
    head[0] = CHECK_MEMORY_MARK;
    head[1] = bytes;
    memset((char *)head + CHECK_MEMORY_HEAD, 0xA5, bytes);
    memory->live++;
    memory->total++;
    check_memory_count(memory, bytes, 0);
    return (char *)head + CHECK_MEMORY_HEAD;
}

static inline void check_memory_release(void *ud, void *block, size_t bytes)
{
    check_memory *memory = ud;
    uint64_t *head = (uint64_t *)(void *)((char *)block - CHECK_MEMORY_HEAD);
    if (head[0] != CHECK_MEMORY_MARK || head[1] != bytes) {
        memory->wrong_sizes++;
        printf("# release of a block of %llu bytes as %llu\n", (unsigned long long)head[1],
               (unsigned long long)bytes);
    }
    memory->live--;
    check_memory_count(memory, 0, (size_t)head[1]);
    head[0] = 0;
    free(head);
}

/* Always moves, so that a pointer kept over a resize is found by the address sanitizer. */
static inline void *check_memory_resize(void *ud, void *block, size_t old_bytes,
                                        size_t new_bytes)
{
    void *moved = check_memory_alloc(ud, new_bytes);
    if (!moved) return NULL;
    memcpy(moved, block, old_bytes < new_bytes ? old_bytes : new_bytes);
    check_memory_release(ud, block, old_bytes);
    return moved;
}

static inline void check_memory_start(check_memory *memory)
{
    memset(memory, 0, sizeof *memory);
    memory->allocator.size = sizeof memory->allocator;
    memory->allocator.alloc = check_memory_alloc;
    memory->allocator.resize = check_memory_resize;
    memory->allocator.release = check_memory_release;
    memory->allocator.ud = memory;
}

/* Nothing is left and every size was right. */
#define CHECK_MEMORY_EMPTY(memory) check_memory_empty((memory), __FILE__, __LINE__)
static inline int check_memory_empty(const check_memory *memory, const char *file, int line)
{
    if (memory->live != 0) {
        printf("# %zu blocks of %zu bytes are left\n", memory->live, memory->live_bytes);
    }
    return check_that(memory->live == 0 && memory->wrong_sizes == 0, "memory is as before",
                      file, line);
}

/*
 * A scenario uses the library from creation to release with the given allocator and returns the first
 * error it meets, or CSUCCESS_OK. It checks its outcome only when that is CSUCCESS_OK, and may check
 * that objects are as they were after an error and that a retry works. It releases everything.
 */
typedef csuccess_result (*check_scenario)(check_memory *memory, void *ud);

/* One run with the k-th request refused; whether it fired. */
static inline bool check_fault(check_scenario scenario, void *ud, size_t k, bool on)
{
    check_memory memory;
    check_memory_start(&memory);
    memory.fail_at = k;
    memory.fail_on = on;
    unsigned before = check_failures;
    csuccess_result result = scenario(&memory, ud);
    CHECK_MEMORY_EMPTY(&memory);
    CHECK_RESULT(result, memory.fired ? CSUCCESS_ENOMEM : CSUCCESS_OK);
    if (check_failures != before) {
        printf("# with request %zu refused%s\n", k, on ? " and every later one" : "");
    }
    return memory.fired;
}

/* Runs the scenario with request 1, 2, 3 ... refused, once and from then on, until none fires.
   Gives the number of requests; stops at the first k that fails. */
static inline size_t check_faults(check_scenario scenario, void *ud)
{
    unsigned before = check_failures;
    size_t last = 0;
    for (int on = 0; on <= 1; on++) {
        size_t k = 1;
        while (check_fault(scenario, ud, k, on == 1) && check_failures == before) k++;
        last = k - 1;
    }
    return last;
}

/* The number at the beginning of a text, with a point whatever the locale. */
static inline double check_number(const char *text)
{
    char digits[64];
    size_t n = 0;
    for (; n + 1 < sizeof digits && text[n] && strchr("+-.0123456789eE", text[n]); n++) {
        digits[n] = text[n] == '.' ? localeconv()->decimal_point[0] : text[n];
    }
    digits[n] = '\0';
    return strtod(digits, NULL);
}

/* Of a text in which digits stand on both sides of the locale's decimal comma: a point instead. */
static inline void check_decimal_points(char *text)
{
    char mark = localeconv()->decimal_point[0];
    for (char *p = text; *p; p++) {
        if (*p == mark && p > text && strchr("0123456789", p[-1]) && p[1] &&
            strchr("0123456789", p[1])) {
            *p = '.';
        }
    }
}

/* Bytes before the first of `ends`, or before the end of the text: strcspn() without the sanitizers' look at all that follows, which
   makes reading a long text line by line quadratic. */
static inline size_t check_span(const char *text, const char *ends)
{
    size_t n = 0;
    for (; text[n]; n++) {
        for (const char *end = ends; *end; end++) {
            if (text[n] == *end) return n;
        }
    }
    return n;
}

/* A file below the source tree as terminated bytes; NULL when it cannot be read. Caller frees. */
static inline char *check_read(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *text = NULL;
    size_t used = 0, cap = 0;
    for (;;) {
        if (cap - used < 2) {
            cap = cap ? cap * 2 : 65536;
            text = realloc(text, cap);
            if (!text) abort();
        }
        size_t n = fread(text + used, 1, cap - used - 1, file);
        if (n == 0) break;
        used += n;
    }
    fclose(file);
    text[used] = '\0';
    if (len) *len = used;
    return text;
}

/* A small deterministic generator for property tests (splitmix64). */
static inline uint64_t check_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* The locale of the environment; when CHECK_LOCALE names one, having it is part of the test. */
static inline bool check_locale(void)
{
    const char *wanted = getenv("CHECK_LOCALE");
    const char *got = setlocale(LC_ALL, "") ? setlocale(LC_NUMERIC, NULL) : NULL;
    if (!wanted || (got && strcmp(got, wanted) == 0)) return true;
    printf("Bail out! locale %s is not there\n", wanted);
    return false;
}

static inline bool check_one(const check_test *test, size_t number)
{
    check_failures = 0;
    test->run();
    printf("%s %zu - %s\n", check_failures ? "not ok" : "ok", number, test->name);
    fflush(stdout);
    return check_failures == 0;
}

static inline bool check_is(const char *text, const char *name)
{
    return text && strcmp(text, name) == 0;
}

static inline int check_list(const check_test *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) printf("%s\n", tests[i].name);
    return 0;
}

static inline int check_main(const check_test *tests, size_t count, int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : NULL;
    if (check_is(only, "--list")) return check_list(tests, count);
    if (!check_locale()) return 1;
    size_t ran = 0, failed = 0;
    for (size_t i = 0; i < count; i++) {
        if (only && !check_is(only, tests[i].name)) continue;
        if (!check_one(&tests[i], ++ran)) failed++;
    }
    printf("1..%zu\n", ran);
    return failed != 0 || ran == 0;
}

#endif
