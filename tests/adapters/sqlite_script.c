/* SPDX-License-Identifier: Apache-2.0 */
/* Does to a SQLite store what lines of text say, for projections_test.py: sqlite_script FILE [bare] < LINES. Fields are parted by tabs:
   entry CUSTOMER SEQ AT KIND CAUSE SUBJECT BODY; message CUSTOMER ID CREATED CHANNEL DEFINITION; erase CUSTOMER CONTACT PSEUDONYM; rebuild. */
#include "stored.h"

#include <inttypes.h>

enum { FIELDS = 8 };

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void commit(stored *s, const plan *p, const char *what)
{
    if (stored_commit(s, p, 1) != CSUCCESS__VERDICT_APPLIED) stop(what, s->err.message);
}

static void add_entry(stored *s, char **f)
{
    plan p;
    plan_start(&p);
    csuccess_entry *e = plan_entry(&p, f[1], strtoull(f[2], NULL, 10), f[4], f[7]);
    csuccess_key key = {CSUCCESS_RECORD_CUSTOMER, 0, str(f[1])};
    if (stored_load(s, &key, 1, NULL, 0) < 0) stop("load", s->err.message);
    bool fresh = s->reply.answers[0].verdict == CSUCCESS__VERDICT_NONE;
    e->at_ms = strtoll(f[3], NULL, 10);
    e->cause = str(f[5]);
    e->subject = str(f[6]);
    if (fresh) plan_write(&p, CSUCCESS_RECORD_CUSTOMER, f[1], 0, "state");
    commit(s, &p, f[7]);
}

static void add_message(stored *s, char **f)
{
    plan p;
    plan_start(&p);
    csuccess_message *m = plan_message(&p, f[1], f[2]);
    m->created_ms = strtoll(f[3], NULL, 10);
    m->channel = str(f[4]);
    m->definition = str(f[5]);
    commit(s, &p, f[2]);
}

static void obey(stored *s, char **f)
{
    if (strcmp(f[0], "entry") == 0) add_entry(s, f);
    if (strcmp(f[0], "message") == 0) add_message(s, f);
    if (strcmp(f[0], "erase") == 0 && stored_erase(s, f[1], f[2], f[3]) < 0)
        stop("erase", s->err.message);
    if (strcmp(f[0], "rebuild") == 0 && csuccess_sqlite_rebuild(s->store, &s->err) < 0)
        stop("rebuild", s->err.message);
}

static void split(char *line, char **f)
{
    static char nothing[] = "";
    for (int i = 0; i < FIELDS; i++) f[i] = nothing;
    line[check_span(line, "\n")] = '\0';
    for (int i = 0; i < FIELDS; i++) {
        f[i] = line;
        size_t n = i + 1 < FIELDS ? check_span(line, "\t") : strlen(line);
        if (!line[n]) return;
        line[n] = '\0';
        line += n + 1;
    }
}

int main(int argc, char **argv)
{
    static char line[65536];
    stored s = {0};
    char *f[FIELDS];
    csuccess_sqlite_options options = CSUCCESS_SQLITE_OPTIONS_INIT;
    if (argc < 2) stop("usage", "sqlite_script FILE [bare]");
    if (argc > 2) options.flags = CSUCCESS_SQLITE_BARE;
    snprintf(s.path, sizeof s.path, "%s", argv[1]);
    csuccess__reply_init(&s.reply, csuccess__malloc_allocator());
    if (stored_open(&s, &options) < 0) stop("open", s.err.message);
    while (fgets(line, sizeof line, stdin)) {
        split(line, f);
        obey(&s, f);
    }
    stored_close(&s);
    csuccess__reply_free(&s.reply);
    return check_failures != 0;
}
