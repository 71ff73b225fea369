/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess-conformance: tests a store against the contract of csuccess/store.h. README.md says how a store of one's own is given to it. */
#include "stores.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int usage(void)
{
    fputs("usage: csuccess-conformance [--seed N] [--rounds N] [--quiet] STORE [ARGUMENT]\n\n"
          "STORE is one of:\n",
          stderr);
    for (size_t i = 0; stores[i].name; i++) {
        fprintf(stderr, "  %-10s %s\n", stores[i].name, stores[i].what);
    }
    fputs("  ./FILE.so  a shared object with csuccess_host_store_open(); ARGUMENT is handed to "
          "it\n\n"
          "Exit: 0 every test passed, 1 some did not, 2 the store could not be tested.\n",
          stderr);
    return 2;
}

/* The number behind an option; false when it is none. */
static bool number(const char *text, uint64_t most, uint64_t *out)
{
    char *end = NULL;
    if (!text || text[0] < '0' || text[0] > '9') return false;
    *out = strtoull(text, &end, 10);
    return *end == '\0' && *out <= most;
}

/* Only what did not pass, and the last line. */
static void print_failures(const char *report)
{
    const char *end;
    for (const char *line = report; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        if (strncmp(line, "ok ", 3) == 0) continue;
        printf("%.*s\n", (int)(end - line), line);
    }
}

static int run(under_test *u, const csuccess_conformance_options *options, bool quiet)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_text *report = NULL;
    csuccess_result result = csuccess_conformance_run(&report, u->ops, u->ud, options, &err);
    if (!report) {
        fprintf(stderr, "csuccess-conformance: %s\n", err.message);
        return 2;
    }
    csuccess_str text = csuccess_text_view(report);
    if (quiet) {
        print_failures(text.ptr);
    } else {
        fwrite(text.ptr, 1, text.len, stdout);
    }
    csuccess_text_free(report);
    return result == CSUCCESS_OK ? 0 : 1;
}

/* One option: how many words it took; 0: it is none. */
static int read_option(const char *word, const char *value, csuccess_conformance_options *o,
                       bool *quiet)
{
    uint64_t n = 0;
    if (strcmp(word, "--quiet") == 0) {
        *quiet = true;
        return 1;
    }
    if (strcmp(word, "--seed") == 0 && number(value, UINT64_MAX, &n)) {
        o->seed = n;
        return 2;
    }
    if (strcmp(word, "--rounds") == 0 && number(value, UINT32_MAX, &n)) {
        o->rounds = (uint32_t)n;
        return 2;
    }
    return 0;
}

/* Options up to the store's name: where that stands; 0: they are wrong. */
static int read_options(int argc, char **argv, csuccess_conformance_options *o, bool *quiet)
{
    int at = 1;
    while (at < argc && strncmp(argv[at], "--", 2) == 0) {
        int taken = read_option(argv[at], at + 1 < argc ? argv[at + 1] : NULL, o, quiet);
        if (taken == 0) return 0;
        at += taken;
    }
    return at < argc && at + 2 >= argc ? at : 0;
}

int main(int argc, char **argv)
{
    csuccess_conformance_options options = {.size = sizeof options};
    bool quiet = false;
    int at = read_options(argc, argv, &options, &quiet);
    under_test u = {.ops = NULL};
    if (at == 0) return usage();
    if (!open_store(&u, argv[at], at + 1 < argc ? argv[at + 1] : "")) return 2;
    options.reopen = u.reopen;
    int status = run(&u, &options, quiet);
    close_store(&u);
    return status;
}
