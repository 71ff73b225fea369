/* SPDX-License-Identifier: Apache-2.0 */
/* What benchmarks over the engine share: a counting allocator, processor time, peaks, and secrets that are the same in each run. */
#ifndef BENCH_COUNTING_H
#define BENCH_COUNTING_H

#include <csuccess/csuccess.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct counted {
    size_t now, peak;
} counted;

static inline void must(csuccess_result result, const csuccess_error *err)
{
    if (result >= 0) return;
    fprintf(stderr, "bench: %s %s\n", err->message, err->pointer);
    exit(1);
}

static inline csuccess_str str(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static inline double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ud: a uint64_t, the state of the draw. */
static inline csuccess_result draw(void *ud, uint8_t *bytes, size_t count)
{
    uint64_t *random = ud;
    for (size_t i = 0; i < count; i++) {
        *random = *random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        bytes[i] = (uint8_t)(*random >> 56);
    }
    return CSUCCESS_OK;
}

static inline void *count_alloc(void *ud, size_t bytes)
{
    counted *c = ud;
    c->now += bytes;
    if (c->now > c->peak) c->peak = c->now;
    return malloc(bytes);
}
static inline void *count_resize(void *ud, void *block, size_t old_bytes, size_t new_bytes)
{
    counted *c = ud;
    c->now += new_bytes - old_bytes;
    if (c->now > c->peak) c->peak = c->now;
    return realloc(block, new_bytes);
}
static inline void count_release(void *ud, void *block, size_t bytes)
{
    ((counted *)ud)->now -= block ? bytes : 0;
    free(block);
}
static inline csuccess_allocator counting_allocator(counted *of)
{
    return (csuccess_allocator){.size = sizeof(csuccess_allocator),
                                .ud = of,
                                .alloc = count_alloc,
                                .resize = count_resize,
                                .release = count_release};
}

/* Peak of this program in KiB; what getrusage() tells has the size of whoever started it as its floor. */
static inline long resident_kib(void)
{
    char line[128];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, "VmHWM:", 6) == 0) kib = strtol(line + 6, NULL, 10);
    }
    if (file) fclose(file);
    return kib;
}

#endif
