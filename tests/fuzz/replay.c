/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target without libFuzzer: over files, and over mutations of them that are the same in every
 * run. `replay [--runs N] PATH...`, where a path is a file or a folder of files.
 */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

enum { LARGEST = 1 << 16, MOST_SEEDS = 4096, DEFAULT_RUNS = 4000 };

typedef struct seed {
    char *name;
    uint8_t *bytes;
    size_t size;
} seed;

static seed seeds[MOST_SEEDS];
static size_t seed_count;
static char current[600]; /* what runs, for the message of a crash */

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void report_crash(int number)
{
    ssize_t ignored = write(STDERR_FILENO, current, strlen(current));
    (void)ignored;
    signal(number, SIG_DFL);
    raise(number);
}

static void *must(void *block)
{
    if (!block) {
        fputs("no memory\n", stderr);
        exit(1);
    }
    return block;
}

static void add_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || seed_count == MOST_SEEDS) {
        fprintf(stderr, "cannot take %s\n", path);
        exit(1);
    }
    seed *s = &seeds[seed_count++];
    s->name = must(strdup(path));
    s->bytes = must(malloc(LARGEST));
    s->size = fread(s->bytes, 1, LARGEST, file);
    fclose(file);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const seed *)a)->name, ((const seed *)b)->name);
}

static void add_path(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISDIR(info.st_mode)) {
        add_file(path);
        return;
    }
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)) != NULL) {
        char name[512];
        if (entry->d_name[0] == '.') continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        add_file(name);
    }
    if (folder) closedir(folder);
}

/* An input that is being changed. */
typedef struct input {
    uint8_t *bytes;
    size_t size;
} input;

/* Replaces `cut` bytes at `at` by n others, as far as there is room. */
static void replace(input *in, size_t at, size_t cut, const uint8_t *bytes, size_t n)
{
    if (cut > in->size - at) cut = in->size - at;
    if (in->size - cut + n > LARGEST) return;
    memmove(in->bytes + at + n, in->bytes + at + cut, in->size - at - cut);
    memcpy(in->bytes + at, bytes, n);
    in->size = in->size - cut + n;
}

/* One small change: a bit, a byte, a piece taken out, doubled, or brought from another seed. */
static void mutate(input *in, uint64_t *state)
{
    static const uint8_t odd[] = {0,   '"', '\\', '{', '}', '[',  ']',  '(',
                                  ')', ',', ':',  '0', '-', 0xFF, 0xC3, '\n'};
    size_t at = next_random(state) % (in->size + 1);
    size_t n = next_random(state) % 16 + 1;
    uint8_t piece[64];
    const seed *other = &seeds[next_random(state) % seed_count];
    size_t from = next_random(state) % (other->size + 1);
    size_t taken = other->size - from < sizeof piece ? other->size - from : sizeof piece;
    switch (next_random(state) % 6) {
    case 0:
        if (at < in->size) in->bytes[at] ^= (uint8_t)(1u << next_random(state) % 8);
        break;
    case 1:
        replace(in, at, 0, &odd[next_random(state) % sizeof odd], 1);
        break;
    case 2:
        replace(in, at, 1, &odd[next_random(state) % sizeof odd], 1);
        break;
    case 3:
        replace(in, at, n, piece, 0);
        break;
    case 4:
        if (n > in->size - at) n = in->size - at;
        memcpy(piece, in->bytes + at, n);
        replace(in, at, 0, piece, n);
        break;
    default:
        memcpy(piece, other->bytes + from, taken);
        replace(in, at, n, piece, taken);
    }
}

static void run_seeds(void)
{
    for (size_t i = 0; i < seed_count; i++) {
        snprintf(current, sizeof current, "with %s\n", seeds[i].name);
        LLVMFuzzerTestOneInput(seeds[i].bytes, seeds[i].size);
    }
}

static void run_mutations(size_t runs)
{
    input in = {must(malloc(LARGEST)), 0};
    for (size_t run = 0; run < runs && seed_count; run++) {
        uint64_t state = run + 1;
        const seed *s = &seeds[run % seed_count];
        in.size = s->size;
        memcpy(in.bytes, s->bytes, s->size);
        for (size_t n = next_random(&state) % 5 + 1; n > 0; n--) mutate(&in, &state);
        snprintf(current, sizeof current, "with mutation %zu of %s\n", run, s->name);
        /* A block of exactly this size, so that the address sanitizer sees one byte too many. */
        uint8_t *exact = must(malloc(in.size ? in.size : 1));
        memcpy(exact, in.bytes, in.size);
        LLVMFuzzerTestOneInput(exact, in.size);
        free(exact);
    }
    free(in.bytes);
}

int main(int argc, char **argv)
{
    size_t runs = DEFAULT_RUNS;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            runs = (size_t)strtoull(argv[++i], NULL, 10);
        } else {
            add_path(argv[i]);
        }
    }
    qsort(seeds, seed_count, sizeof seeds[0], by_name);
    signal(SIGABRT, report_crash);
    signal(SIGSEGV, report_crash);
    run_seeds();
    run_mutations(runs);
    printf("%zu seeds, %zu mutations\n", seed_count, seed_count ? runs : 0);
    for (size_t i = 0; i < seed_count; i++) {
        free(seeds[i].name);
        free(seeds[i].bytes);
    }
    return seed_count ? 0 : 1;
}
