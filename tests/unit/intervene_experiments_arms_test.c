/* SPDX-License-Identifier: Apache-2.0 */
/* Arms of experiments: the same for ever (a table made by Python's hashlib), and as many of each as their shares say. */
#include "check.h"

#include "intervene/experiments/experiments.h"

enum { ARMS = 3, UNITS = 1000000 };

#define WHOLE 9007199254740992.0 /* 2^53 */

/* As the section makes it. */
static csuccess__experiment made(const char *id, const char *salt, csuccess__arm *arms,
                                 const double *shares, uint32_t n)
{
    csuccess__experiment e = {.id = check_view(id),
                              .salt = check_view(salt),
                              .arms = arms,
                              .arm_count = n,
                              .horizon = {0, 30, 0}};
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += shares[i];
        arms[i] = (csuccess__arm){
            .id = {&"abc"[i], 1}, .share = shares[i], .until = (uint64_t)(sum * WHOLE)};
    }
    arms[n - 1].until = (uint64_t)WHOLE;
    csuccess__experiment_begin(&e);
    return e;
}

/* "arm", salt, id, unit and the arm, behind which the line ends. */
static const char *check_line(const char *line)
{
    static const double shares[ARMS] = {0.5, 0.3, 0.2};
    char fields[4][128] = {"", "", "", ""};
    csuccess__arm arms[ARMS];
    for (size_t i = 0; i < 4; i++) {
        line += check_span(line, "\t\n") + 1;
        size_t len = check_span(line, "\t\n");
        if (!CHECK(len < sizeof fields[i])) return line;
        memcpy(fields[i], line, len);
    }
    csuccess__experiment e = made(fields[1], fields[0], arms, shares, ARMS);
    if (!CHECK_UINT(csuccess__experiment_arm(&e, check_view(fields[2])), fields[3][0] - '0')) {
        printf("# %s %s %s\n", fields[0], fields[1], fields[2]);
    }
    return line;
}

/* tests/oracles/experiments.py */
static void arms_are_the_same_for_ever(void)
{
    char *table = check_read(CHECK_SOURCE_ROOT "/tests/data/experiments.tsv", NULL);
    int rows = 0;
    if (!CHECK(table != NULL)) return;
    for (const char *line = table; *line;) {
        if (strncmp(line, "arm\t", 4) == 0) {
            line = check_line(line);
            rows++;
        }
        line += check_span(line, "\n");
        line += *line == '\n';
    }
    CHECK_INT(rows, 180);
    free(table);
}

static void shares_are_kept(void)
{
    static const double shares[ARMS] = {0.9, 0.07, 0.03};
    csuccess__arm arms[ARMS];
    csuccess__experiment e = made("save_works", "2026", arms, shares, ARMS);
    uint32_t n = UNITS, counts[ARMS] = {0};
    for (uint32_t i = 0; i < n; i++) {
        char unit[24];
        int len = snprintf(unit, sizeof unit, "customer-%u", i);
        counts[csuccess__experiment_arm(&e, (csuccess_str){unit, (size_t)len})]++;
    }
    for (size_t i = 0; i < ARMS; i++) {
        double error = sqrt(n * shares[i] * (1 - shares[i]));
        CHECK_NUM(counts[i], n * shares[i], 4 * error);
    }
}

/* Two experiments go past one another: of those in an arm of one as many are in each arm of the other as of all. */
static void experiments_do_not_know_each_other(void)
{
    static const double halves[2] = {0.5, 0.5};
    csuccess__arm a[2], b[2];
    csuccess__experiment one = made("one", "", a, halves, 2),
                         two = made("two", "", b, halves, 2);
    enum { N = 100000 };
    int both = 0;
    for (uint32_t i = 0; i < N; i++) {
        char unit[24];
        int len = snprintf(unit, sizeof unit, "%u", i);
        csuccess_str u = {unit, (size_t)len};
        both +=
            csuccess__experiment_arm(&one, u) == 0 && csuccess__experiment_arm(&two, u) == 0;
    }
    CHECK_NUM(both, N / 4.0, 4 * sqrt(N * 0.25 * 0.75));
}

/* An arm without a share gets nobody; the hash of 2^53 - 1 has an arm. */
static void every_unit_has_an_arm(void)
{
    static const double shares[ARMS] = {0, 1, 0};
    csuccess__arm arms[ARMS];
    csuccess__experiment e = made("all", "", arms, shares, ARMS);
    for (uint32_t i = 0; i < 10000; i++) {
        char unit[24];
        int len = snprintf(unit, sizeof unit, "%u", i);
        if (!CHECK_UINT(csuccess__experiment_arm(&e, (csuccess_str){unit, (size_t)len}), 1))
            return;
    }
    CHECK_UINT(csuccess__experiment_arm(&e, (csuccess_str){"", 0}), 1);
}

CHECK_MAIN(CHECK_TEST(arms_are_the_same_for_ever), CHECK_TEST(shares_are_kept),
           CHECK_TEST(experiments_do_not_know_each_other), CHECK_TEST(every_unit_has_an_arm))
