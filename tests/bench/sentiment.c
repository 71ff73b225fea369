/* SPDX-License-Identifier: Apache-2.0 */
/* Texts scored, one by one: sentiment FILE ROUNDS [patterns]. FILE: id, rating, text, parted by tabs. Prints texts, processor seconds, sum of the scores as JSON. */
#include <csuccess/csuccess.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TEXTS = 10000, LINE = 65536 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t read_texts(FILE *file, csuccess_str *texts)
{
    static char line[LINE];
    size_t n = 0;
    while (n < TEXTS && fgets(line, sizeof line, file)) {
        char *text = strchr(line, '\t');
        text = text ? strchr(text + 1, '\t') : NULL;
        if (!text) continue;
        size_t len = strcspn(++text, "\r\n");
        char *copy = malloc(len + 1);
        if (!copy) abort();
        memcpy(copy, text, len);
        texts[n++] = (csuccess_str){copy, len};
    }
    return n;
}

static csuccess_sentiment *scorer(int patterns)
{
    csuccess_sentiment *s = NULL;
    csuccess_config *config = NULL;
    const csuccess_str document = CSUCCESS_STR("{\"csuccess\":1,\"sentiment\":{}}");
    if (patterns && csuccess_config_compile(&config, document, NULL, NULL) < 0) abort();
    if (csuccess_sentiment_new(&s, config, NULL, NULL) < 0) abort();
    csuccess_config_unref(config);
    return s;
}

int main(int argc, char **argv)
{
    static csuccess_str texts[TEXTS];
    FILE *file = argc > 2 ? fopen(argv[1], "rb") : NULL;
    if (!file) return 2;
    size_t n = read_texts(file, texts);
    long rounds = strtol(argv[2], NULL, 10);
    csuccess_sentiment *s = scorer(argc > 3);
    double sum = 0, start = seconds();
    for (long r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++) {
            csuccess_feeling f = CSUCCESS_FEELING_INIT;
            if (csuccess_sentiment_score(s, texts[i], &f, NULL) < 0) return 1;
            sum += f.score;
        }
    }
    double took = seconds() - start;
    printf("{\"texts\": %zu, \"seconds\": %.9f, \"sum\": %.3f}\n", n * (size_t)rounds, took,
           sum);
    csuccess_sentiment_free(s);
    for (size_t i = 0; i < n; i++) free((void *)(size_t)texts[i].ptr);
    fclose(file);
    return 0;
}
