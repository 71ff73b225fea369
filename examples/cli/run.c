/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess run and import: events into the database, and what comes due. */
#include "clock.h"
#include "commands.h"
#include "event_rows.h"
#include "figures.h"
#include "history.h"
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 1000, BATCH_MOST = 1000000 };

typedef struct running {
    const args *given;
    cli_host host;
    event_rows rows;
    csuccess_events *batch, *one; /* one: for a look at the time of the event at hand */
    uint64_t *lines;              /* of the batch's events */
    uint64_t batch_most;
    int64_t until;
    output_format format;
    bool follows, begun; /* --clock events; its clock has begun */
    bool import, has_rows;
    uint64_t later, late, refused; /* behind `until`; behind others; refused by the engine */
    bool failed;
} running;

/* ---- What became of events ---- */

static void tell(running *r, size_t index, const char *what, csuccess_str reason)
{
    fprintf(stderr, "%s:%llu: %s%.*s\n", r->rows.in.name, (unsigned long long)r->lines[index],
            what, (int)reason.len, reason.ptr ? reason.ptr : "");
}

/* Tells what is not as it should be. False: an event was refused, and that ends it. */
static bool tell_results(running *r)
{
    bool good = true;
    for (size_t i = 0; i < csuccess_events_count(r->batch); i++) {
        csuccess_str reason;
        csuccess_result result = csuccess_events_result(r->batch, i, &reason);
        if (result >= 0) continue;
        if (result == CSUCCESS_ERANGE) {
            tell(r, i, "quarantined: ", reason);
        } else if (result == CSUCCESS_EEXPIRED) {
            tell(r, i, "expired: ", reason);
        } else {
            const char *said = csuccess_result_text(result);
            if (reason.len == 0) reason = (csuccess_str){said, strlen(said)};
            tell(r, i, "", reason);
            r->refused++;
            good = r->rows.in.keep_going && good;
        }
    }
    return good;
}

/* Hands the batch in. False after telling. */
static bool flush(running *r)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    cli_host *h = &r->host;
    if (csuccess_events_count(r->batch) == 0) return true;
    csuccess_result result =
        r->import ? csuccess_engine_import(h->engine, r->batch, h->principal, h->now, &err)
                  : csuccess_engine_ingest(h->engine, r->batch, h->principal, h->now, &err);
    bool good = tell_results(r);
    if (result < 0) host_tell(r->given, result, &err);
    csuccess_events_clear(r->batch);
    return good && result >= 0;
}

/* ---- Time that follows the events ---- */

/* Lets time go on to an event: what came before it is handed in, and done what is due up to it. */
static bool follow(running *r, int64_t at)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    cli_host *h = &r->host;
    csuccess_result result = CSUCCESS_OK;
    if (!r->begun) {
        r->begun = true;
        h->now = at;
        return true;
    }
    r->late += at < h->now;
    if (at <= h->now) return true;
    if (!flush(r)) return false;
    result = host_pass(h, at, &err);
    if (result >= 0) result = host_clock(h, at, &err);
    if (result < 0 && result != CSUCCESS_ECANCELLED) host_tell(r->given, result, &err);
    return result >= 0;
}

/* The time of an event. False: it is none, and that was told. *ends: nothing more may be read. */
static bool time_of(running *r, csuccess_str line, int64_t *at)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_event event = CSUCCESS_EVENT_INIT;
    csuccess_events_clear(r->one);
    if (csuccess_events_add_json(r->one, line, &err) < 0) {
        r->failed = !input_refuse(&r->rows.in, err.message);
        return false;
    }
    csuccess_events_get(r->one, 0, &event);
    *at = event.at_ms;
    return true;
}

/* ---- Reading ---- */

/* One event into the batch; a full one is handed in. False: that is the end. */
static bool take(running *r, csuccess_str line)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int64_t at = 0;
    if (r->follows) {
        if (!time_of(r, line, &at)) return !r->failed;
        if (at > r->until) {
            r->later++;
            return true;
        }
        if (!follow(r, at)) return false;
    }
    if (csuccess_events_add_json(r->batch, line, &err) < 0) {
        r->failed = !input_refuse(&r->rows.in, err.message);
        return !r->failed;
    }
    size_t count = csuccess_events_count(r->batch);
    r->lines[count - 1] = r->rows.in.line;
    return count < r->batch_most || flush(r);
}

/* Facts of no time are of now. */
static bool date(running *r)
{
    if (!r->follows || r->begun) return event_rows_date(&r->rows.json, r->host.now);
    r->failed = !input_refuse(&r->rows.in, "with --clock events the first row needs a time: "
                                           "--as-of says in which column it stands");
    r->rows.json.len = 0;
    return !r->failed;
}

static bool read_rows(running *r)
{
    bool good = true;
    while (good && !stop_asked() && event_rows_next(&r->rows)) {
        csuccess_str line;
        size_t at = 0;
        if (r->rows.undated) good = date(r);
        while (good && event_rows_line(&r->rows.json, &at, &line)) good = take(r, line);
    }
    /* What was read before something went wrong is good, and is kept. */
    return flush(r) && good;
}

/* ---- The whole ---- */

static int take_until(running *r)
{
    int64_t now = r->host.now;
    const char *clock = r->given->values[OPTION_CLOCK];
    static const char *const clocks[] = {"now", "events", NULL};
    uint32_t which = 0;
    if (clock && !word_option(r->given, OPTION_CLOCK, clocks, &which)) return 2;
    r->follows = which == 1;
    if (!host_time(r->given, OPTION_UNTIL, now, &r->until)) return 2;
    if (!r->follows && r->until < now) {
        return args_usage(r->given->command,
                          "--until %s lies before now; --now says what now is",
                          r->given->values[OPTION_UNTIL]);
    }
    if (!whole_option(r->given, OPTION_BATCH, BATCH_MOST, &r->batch_most)) return 2;
    if (r->batch_most > 0) return 0;
    r->batch_most = BATCH;
    return r->given->values[OPTION_BATCH]
               ? args_usage(r->given->command, "--batch %s: give 1 or more", "0")
               : 0;
}

static int make_lists(running *r)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    r->lines = calloc(r->batch_most, sizeof *r->lines);
    if (r->lines && csuccess_events_new(&r->batch, NULL, NULL, &err) >= 0 &&
        csuccess_events_new(&r->one, NULL, NULL, &err) >= 0) {
        return 0;
    }
    fprintf(stderr, "csuccess: out of memory\n");
    return 1;
}

static int open_all(running *r)
{
    const char *outbox = r->given->values[OPTION_OUTBOX];
    int code = output_choose(&r->format, r->given);
    if (code == 0)
        code = host_open(&r->host, r->given, HOST_MAKES | HOST_SUCCEEDS, (csuccess_str){"", 0});
    if (code == 0) code = take_until(r);
    if (code == 0 && outbox) code = host_send_into(&r->host, outbox);
    if (code == 0) code = make_lists(r);
    r->host.db.patience = r->until;
    r->has_rows = code == 0 && r->given->count > 0;
    if (r->has_rows) code = event_rows_open(&r->rows, r->given, r->host.config);
    if (code == 0) stop_listen();
    return code;
}

/* What is due up to the end. */
static int finish_time(running *r)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    cli_host *h = &r->host;
    if (r->import || stop_asked()) return 0;
    if (r->follows && !r->begun) h->now = r->until;
    csuccess_result result = host_pass(h, r->until, &err);
    if (result >= 0 && r->until > h->now) result = host_clock(h, r->until, &err);
    return result < 0 && result != CSUCCESS_ECANCELLED ? host_tell(r->given, result, &err) : 0;
}

static int conclude(running *r, int code)
{
    int read = r->has_rows ? input_finish(&r->rows.in) : 0;
    figures of = {.counts = {.size = sizeof of.counts},
                  .rows = r->rows.in.count,
                  .passed_over = r->rows.in.bad,
                  .later = r->later,
                  .next = r->host.next,
                  .stopped = stop_asked()};
    csuccess_engine_figures(r->host.engine, &of.counts);
    figures_print(r->format, &of);
    if (r->late) {
        fprintf(stderr,
                "%s: %llu events stand behind later ones and were applied late; sort the file "
                "by time to have each at its own\n",
                r->rows.in.name, (unsigned long long)r->late);
    }
    if (r->refused) {
        fprintf(stderr, "%s: %llu events were refused\n", r->rows.in.name,
                (unsigned long long)r->refused);
    }
    if (code == 0) code = read;
    if (code == 0 && r->refused) code = r->rows.in.keep_going ? 3 : 1;
    if (code == 0 && stop_asked()) code = 130;
    return output_finish(code);
}

static int run_or_import(const args *given, bool import)
{
    running r;
    memset(&r, 0, sizeof r);
    r.given = given;
    r.import = import;
    int code = open_all(&r);
    if (code == 0) {
        bool good = !r.has_rows || read_rows(&r);
        bool stopped = stop_asked();
        code = good || stopped ? finish_time(&r) : 1;
        code = conclude(&r, code);
    }
    csuccess_events_free(r.batch);
    csuccess_events_free(r.one);
    free(r.lines);
    event_rows_close(&r.rows);
    host_close(&r.host);
    return code;
}

int run_run(const args *given)
{
    return run_or_import(given, false);
}

int import_run(const args *given)
{
    return run_or_import(given, true);
}
