/* SPDX-License-Identifier: Apache-2.0 */
/* One process of crash_test.py, race_test.py and budget_processes_test.py, a host over the public headers: worker ingest|work|dispatch|deliver|erase|read DB CONFIG.json OFFSET_MS WHAT [SINK], where the clock is the machine's and
   OFFSET_MS more.

   ingest FILE   hands in the events of the file (JSON Lines) until every one of them is applied or known
   work FILE SINK   the same, doing what is due between, then until nothing is due within a second; with leases that nobody outlives; says how many it applied and how many were known
   dispatch SINK does what is due, for ever; what is sent is a line "ID CUSTOMER CHANNEL" at the end of SINK
   deliver SINK  the same through channels that fail: by the first digit of its id a message never arrives (0, 1), nobody knows (2), or its first attempt fails (3)
   erase COUNT   erases the customers c0 …
   read COUNT    the results of customers c0 … as lines, then what verifying the chains of all says */
#include <csuccess/csuccess.h>
#include <csuccess/sqlite.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CALL = 12, LEASE_MS = 400, ID = 64 };

typedef struct host {
    csuccess_config *config;
    csuccess_sqlite *sqlite;
    csuccess_engine *engine;
    csuccess_error err;
    int64_t offset;
    int sink;
    bool works, moody;
} host;

static csuccess_str str(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static int64_t clock_ms(const host *h)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + h->offset;
}

static void rest(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void die(const host *h, const char *what)
{
    fprintf(stderr, "%s: %s\n", what, h->err.message);
    exit(1);
}

static char *read_all(const host *h, const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (!file) die(h, path);
    fseek(file, 0, SEEK_END);
    *len = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(*len + 1);
    if (!text || fread(text, 1, *len, file) != *len) die(h, path);
    text[*len] = '\0';
    fclose(file);
    return text;
}

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    int from = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
    (void)ud;
    ssize_t got = from >= 0 ? read(from, bytes, count) : -1;
    if (from >= 0) close(from);
    return got == (ssize_t)count ? CSUCCESS_OK : CSUCCESS_EGENERIC;
}

/* As its channel would have it. */
static uint32_t answer_of(const host *h, const csuccess_send_request *request)
{
    char first = request->message->id.ptr[0];
    if (!h->moody || first > '3') return CSUCCESS_SENT_DELIVERED;
    if (first == '2') return CSUCCESS_SENT_UNKNOWN;
    if (first == '3')
        return request->attempt > 1 ? CSUCCESS_SENT_DELIVERED : CSUCCESS_SENT_LATER;
    return CSUCCESS_SENT_NEVER;
}

/* One write for a line, which is whole at the end of the file or not there; and on the disk before it is answered. */
static void send_line(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    const host *h = ud;
    const csuccess_message *m = request->message;
    char line[256];
    int n =
        snprintf(line, sizeof line, "%.*s %.*s %.*s\n", (int)m->id.len, m->id.ptr,
                 (int)m->customer.len, m->customer.ptr, (int)m->channel.len, m->channel.ptr);
    uint32_t answer = answer_of(h, request);
    bool arrives = answer == CSUCCESS_SENT_DELIVERED || answer == CSUCCESS_SENT_UNKNOWN;
    bool done = !arrives || (write(h->sink, line, (size_t)n) == n && fdatasync(h->sink) == 0);
    csuccess_reply_sent(reply, done ? answer : CSUCCESS_SENT_UNKNOWN, 0, str(""));
    csuccess_reply_done(reply, CSUCCESS_OK, str(""));
}

static const csuccess_channel_ops channel = {sizeof channel, send_line};

static void open_host(host *h, char **argv)
{
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    csuccess_sqlite_options file = CSUCCESS_SQLITE_OPTIONS_INIT;
    size_t len;
    char *document = read_all(h, argv[3], &len);
    h->offset = strtoll(argv[4], NULL, 10);
    options.random = random_bytes;
    options.lease_ms = strcmp(argv[1], "work") == 0 ? 0 : LEASE_MS;
    file.busy_ms = 20000;
    if (csuccess_config_compile(&h->config, (csuccess_str){document, len}, NULL, &h->err) < 0)
        die(h, argv[3]);
    if (csuccess_sqlite_open(&h->sqlite, str(argv[2]), &file, &h->err) < 0) die(h, argv[2]);
    if (csuccess_engine_new(&h->engine, h->config, &options, &h->err) < 0 ||
        csuccess_engine_set_store(h->engine, csuccess_sqlite_ops(), h->sqlite, NULL, &h->err) <
            0 ||
        csuccess_engine_add_channel(h->engine, str("mail"), &channel, h, NULL, &h->err) < 0 ||
        csuccess_engine_add_channel(h->engine, str("pager"), &channel, h, NULL, &h->err) < 0)
        die(h, "the engine");
    free(document);
}

static void close_host(host *h)
{
    csuccess_engine_free(h->engine);
    csuccess_sqlite_close(h->sqlite);
    csuccess_config_unref(h->config);
}

/* Does what is due; whether there was, or more is due by `soon`. */
static bool run_once(host *h, int64_t soon)
{
    int64_t next = 0;
    csuccess_result result =
        csuccess_engine_run(h->engine, NULL, clock_ms(h), NULL, &next, &h->err);
    if (result < 0 && result != CSUCCESS_ECALLBACK) die(h, "run");
    return result == CSUCCESS_OK || next <= soon;
}

/* ---- ingest ---- */

/* Until each has its result; false: one of them was refused. */
static bool hand_in(host *h, csuccess_events *events)
{
    for (int tries = 0; tries < 1000; tries++) {
        bool done = true;
        csuccess_result result =
            csuccess_engine_ingest(h->engine, events, NULL, clock_ms(h), &h->err);
        for (size_t i = 0; i < csuccess_events_count(events); i++) {
            csuccess_str why = {"", 0};
            csuccess_result one = csuccess_events_result(events, i, &why);
            if (one == CSUCCESS_OK || one == CSUCCESS_UNCHANGED) continue;
            done = false;
            if (one == CSUCCESS_ERANGE || one == CSUCCESS_EDENIED || one == CSUCCESS_EEXPIRED) {
                fprintf(stderr, "refused: %.*s\n", (int)why.len, why.ptr);
                return false;
            }
        }
        if (done && result >= 0) return true;
        rest(1);
    }
    die(h, "it does not get through");
    return false;
}

static int ingest(host *h, const char *path)
{
    size_t len;
    char *text = read_all(h, path, &len);
    csuccess_events *events = NULL;
    int code = 0;
    if (csuccess_events_new(&events, NULL, NULL, &h->err) < 0) die(h, "events");
    for (char *line = text; code == 0 && *line;) {
        char *end = strchr(line, '\n');
        csuccess_str json = {line, (size_t)(end - line)};
        if (csuccess_events_add_json(events, json, &h->err) < 0) die(h, line);
        line = end + 1;
        if (csuccess_events_count(events) < CALL && *line) continue;
        if (!hand_in(h, events)) code = 3;
        if (h->works) run_once(h, clock_ms(h));
        csuccess_events_clear(events);
    }
    csuccess_events_free(events);
    free(text);
    return code;
}

/* ---- dispatch ---- */

static void open_sink(host *h, const char *path)
{
    h->sink = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (h->sink < 0) die(h, path);
}

static int dispatch(host *h, const char *path)
{
    open_sink(h, path);
    while (h->sink >= 0) {
        if (!run_once(h, clock_ms(h))) rest(3);
    }
    return 1;
}

static int deliver(host *h, const char *path)
{
    h->moody = true;
    return dispatch(h, path);
}

/* ---- erase ---- */

static int erase(host *h, const char *count)
{
    char id[24];
    csuccess_text *text = NULL;
    for (long i = 0; i < strtol(count, NULL, 10); i++) {
        snprintf(id, sizeof id, "c%ld", i);
        csuccess_result result = csuccess_engine_erase(h->engine, str(id), str(""), NULL,
                                                       clock_ms(h), &text, &h->err);
        if (result < 0 && result != CSUCCESS_EMISSING) die(h, id);
        csuccess_text_free(text);
        text = NULL;
    }
    return 0;
}

/* ---- read ---- */

static int work(host *h, const char *path)
{
    csuccess_engine_counts counts = {.size = sizeof counts};
    h->works = true;
    int code = ingest(h, path);
    while (code == 0 && run_once(h, clock_ms(h) + 1000)) rest(3);
    csuccess_engine_figures(h->engine, &counts);
    printf("%llu %llu %llu\n", (unsigned long long)counts.inputs_applied,
           (unsigned long long)counts.inputs_known, (unsigned long long)counts.conflicts);
    return code;
}

static void put(csuccess_text *text)
{
    if (text) puts(csuccess_text_view(text).ptr);
    csuccess_text_free(text);
}

static int read_back(host *h, const char *count)
{
    char id[24];
    csuccess_text *text = NULL;
    for (long i = 0; i < strtol(count, NULL, 10); i++) {
        snprintf(id, sizeof id, "c%ld", i);
        if (csuccess_engine_score(h->engine, str(id), NULL, clock_ms(h), &text, &h->err) < 0)
            die(h, id);
        put(text);
    }
    csuccess_result result =
        csuccess_engine_verify(h->engine, str(""), NULL, clock_ms(h), &text, &h->err);
    put(text);
    return result < 0 ? 4 : 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(host *h, const char *what);
    } jobs[] = {{"ingest", ingest},   {"work", work},   {"dispatch", dispatch},
                {"deliver", deliver}, {"erase", erase}, {"read", read_back}};
    host h = {.err = CSUCCESS_ERROR_INIT, .sink = -1};
    int code = 2;
    if (argc < 6) return code;
    open_host(&h, argv);
    if (argc > 6) open_sink(&h, argv[6]);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        if (strcmp(argv[1], jobs[i].name) == 0) code = jobs[i].run(&h, argv[5]);
    }
    close_host(&h);
    return code;
}
