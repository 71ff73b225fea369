/* SPDX-License-Identifier: Apache-2.0 */
/* The engine, measured: engine.py runs it round by round beside engine.mjs. Prints a JSON line per figure.
   bench_engine hand|txn batches|singles CUSTOMERS VISITS: 30 aggregates by hand, or through csuccess_txn over the memory store; processor time.
   bench_engine simulate CUSTOMERS DAYS: daily scoring, simulated; processor time.
   bench_engine memory CUSTOMERS FILE: what the engine takes over SQLite; bench_engine ingest batches|singles CUSTOMERS FILE: events a second there, by the wall. */
#include "engine_stream.h"

#include "config/config.h"
#include "engine/reply.h"
#include <csuccess/csuccess.h>
#ifdef BENCH_SQLITE
#include <csuccess/sqlite.h>
#endif

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 1000 };

typedef struct counted {
    size_t now, peak;
} counted;

typedef struct bench {
    csuccess_config *config;
    csuccess_engine *engine;
    csuccess_events *events;
    csuccess_memory_store *store;
    csuccess_reply reply; /* of commits */
    counted memory;
    uint64_t random;
} bench;

static void must(csuccess_result result, const csuccess_error *err)
{
    if (result >= 0) return;
    fprintf(stderr, "bench_engine: %s\n", err->message);
    exit(1);
}

static csuccess_str str(const char *text)
{
    csuccess_str s = {text, strlen(text)};
    return s;
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static csuccess_result draw(void *ud, uint8_t *bytes, size_t count)
{
    bench *b = ud;
    for (size_t i = 0; i < count; i++) {
        b->random = b->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        bytes[i] = (uint8_t)(b->random >> 56);
    }
    return CSUCCESS_OK;
}

static void *count_alloc(void *ud, size_t bytes)
{
    counted *c = ud;
    c->now += bytes;
    if (c->now > c->peak) c->peak = c->now;
    return malloc(bytes);
}
static void *count_resize(void *ud, void *block, size_t old_bytes, size_t new_bytes)
{
    counted *c = ud;
    c->now += new_bytes - old_bytes;
    if (c->now > c->peak) c->peak = c->now;
    return realloc(block, new_bytes);
}
static void count_release(void *ud, void *block, size_t bytes)
{
    ((counted *)ud)->now -= block ? bytes : 0;
    free(block);
}

/* ---- The configuration: 30 aggregates, and what is made of them ---- */

static const char health[] =
    ",\"health\":{\"profiles\":{\"default\":{\"score\":{\"combine\":\"weighted_mean\",\"of\":{"
    "\"use\":{\"weight\":0.5,\"value\":\"login_count_30\",\"points\":{\"linear\":[[0,0],[3,100]"
    "]}},"
    "\"depth\":{\"weight\":0.3,\"value\":\"export_count_90 + "
    "report_count_90\",\"points\":{\"linear\":"
    "[[0,0],[8,100]]}},"
    "\"orders\":{\"weight\":0.2,\"value\":\"order_sum_90\",\"points\":{\"linear\":[[0,0],[4000,"
    "100]]}}}},"
    "\"bands\":{\"healthy\":{\"from\":70},\"at_risk\":{\"from\":40},\"critical\":{}},"
    "\"trend\":{\"over\":\"P30D\",\"stable_within\":5},"
    "\"alerts\":{\"quiet\":{\"when\":\"login_count_30 == "
    "0\",\"for\":\"P7D\",\"severity\":\"high\","
    "\"cooldown\":\"P30D\",\"notify\":{\"first\":{\"channel\":\"slack\"}}}}}}},\"channels\":{"
    "\"slack\":{}}";

static csuccess_config *compile(const char *more)
{
    static char text[16384];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config;
    size_t n = (size_t)snprintf(text, sizeof text, "{\"csuccess\":1,\"aggregates\":{");
    for (size_t k = 0; k < STREAM_VALUES; k++) {
        const char *name = stream_names[k / 2 / STREAM_WINDOWS];
        int days = stream_windows[k / 2 % STREAM_WINDOWS], sum = k % 2;
        n += (size_t)snprintf(text + n, sizeof text - n,
                              "%s\"%s_%s_%d\":{\"event\":\"%s\",\"%s\":%s,\"window\":\"P%dD\"}",
                              k ? "," : "", name, sum ? "sum" : "count", days, name,
                              sum ? "sum" : "count", sum ? "\"amount\"" : "true", days);
    }
    snprintf(text + n, sizeof text - n, "}%s}", more);
    must(csuccess_config_compile(&config, str(text), NULL, &err), &err);
    return config;
}

static void open_bench(bench *b, const char *more)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    const csuccess_allocator counting = {.size = sizeof counting,
                                         .ud = &b->memory,
                                         .alloc = count_alloc,
                                         .resize = count_resize,
                                         .release = count_release};
    b->config = compile(more);
    options.allocator = &counting;
    options.random = draw;
    options.random_ud = b;
    must(csuccess_engine_new(&b->engine, b->config, &options, &err), &err);
    must(csuccess_events_new(&b->events, NULL, NULL, &err), &err);
    must(csuccess_memory_store_new(&b->store, NULL, &err), &err);
}

static void close_bench(bench *b)
{
    csuccess_engine_free(b->engine);
    csuccess_events_free(b->events);
    csuccess_memory_store_free(b->store);
    csuccess_config_unref(b->config);
}

static void add(csuccess_events *events, const char *customer, const stream_event *from)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_event event = CSUCCESS_EVENT_INIT;
    event.type = CSUCCESS_EVENT_TRACK;
    event.id = str(from->id);
    event.customer = str(customer);
    event.name = str(from->name);
    event.at_ms = from->at_ms;
    must(csuccess_events_add(events, &event, &err), &err);
    must(csuccess_events_number(events, CSUCCESS_STR("amount"), from->amount), &err);
}

/* ---- Events through transactions ---- */

/* As a host commits: one batch, to a store that answers at once. */
static csuccess_result commit(bench *b, const csuccess_batch *batch, int64_t now)
{
    csuccess_commit_request request = {.size = sizeof request, .now_ms = now};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    request.tenant = CSUCCESS_STR("default");
    request.batches = &batch;
    request.count = 1;
    csuccess_reply *reply = &b->reply;
    must(csuccess__reply_open(reply, CSUCCESS__OPERATION_COMMIT, 1, 0, 0), &err);
    csuccess_memory_store_ops()->commit(b->store, &request, reply);
    must(csuccess__reply_end(reply, &err), &err);
    return reply->answers[0].verdict == CSUCCESS__VERDICT_APPLIED ? CSUCCESS_OK
                                                                  : CSUCCESS_ECONFLICT;
}

static csuccess_txn *begin(bench *b, const char *customer, csuccess_events *events, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_txn *txn;
    csuccess_txn_about about = {.size = sizeof about, .events = events, .now_ms = now};
    about.customer = str(customer);
    must(csuccess_txn_begin(&txn, b->engine, &about, &err), &err);
    csuccess_memory_store_ops()->load(b->store, csuccess_txn_need(txn),
                                      csuccess_txn_reply(txn));
    return txn;
}

/* reason: whose events they are, when, and into which reply the batch goes. */
static uint32_t advance(bench *b, const char *customer, const stream_event *events,
                        uint32_t count, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    uint32_t applied = 0;
    csuccess_events_clear(b->events);
    for (uint32_t i = 0; i < count; i++) add(b->events, customer, &events[i]);
    csuccess_txn *txn = begin(b, customer, b->events, now);
    must(csuccess_txn_apply(txn, &err), &err);
    const csuccess_batch *batch = csuccess_txn_batch(txn);
    must(csuccess_txn_finish(txn, batch ? commit(b, batch, now) : CSUCCESS_OK, 0, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        applied += csuccess_events_result(b->events, i, NULL) == CSUCCESS_OK;
    }
    csuccess_txn_free(txn);
    return applied;
}

/* The values as the state that the store has gives them. */
static void values_of(bench *b, const char *customer, int64_t now, csuccess__series_desk *desk,
                      double values[STREAM_VALUES])
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_txn *txn = begin(b, customer, NULL, now);
    const csuccess__series_context context = {0};
    csuccess__value slots[STREAM_VALUES + 64];
    csuccess__state state;
    csuccess_allocator mem;
    must(csuccess__config_memory(&mem, b->config, NULL, &err), &err);
    csuccess__state_init(&state, &mem);
    must(csuccess__state_read(&state, csuccess_txn_reply(txn)->answers[0].body, 1 << 20, &err),
         &err);
    csuccess__series_open(desk, &state, false, now);
    must(csuccess__series_values(desk, now, &context, slots), &err);
    for (size_t k = 0; k < STREAM_VALUES; k++) {
        char name[64];
        uint32_t at = 0;
        snprintf(name, sizeof name, "%s_%s_%d", stream_names[k / 2 / STREAM_WINDOWS],
                 k % 2 ? "sum" : "count", stream_windows[k / 2 % STREAM_WINDOWS]);
        must(csuccess_config_slot(b->config, str(name), &at), &err);
        values[k] = slots[at].kind == CSUCCESS__KIND_NUMBER ? slots[at].as.number : 0;
    }
    csuccess__state_free(&state);
    csuccess_txn_free(txn);
}

/* A visit's events of all customers, or of a turn one each. */
typedef struct visit {
    stream_event *events;
    uint32_t customers, visit, first, each;
} visit;

static void fill(visit *v)
{
    for (uint32_t c = 0; c < v->customers; c++) {
        for (uint32_t i = 0; i < v->each; i++) {
            stream_at(&v->events[c * v->each + i], v->visit, c, v->first + i);
        }
    }
}

typedef struct side {
    hand *by_hand; /* NULL: the library */
    bench *library;
    uint64_t events, applied;
    double seconds;
} side;

static void run_turn(side *s, visit *v)
{
    static char ids[65536][24];
    int64_t now = stream_now(v->visit, v->first + v->each - 1);
    fill(v);
    for (uint32_t c = 0; c < v->customers; c++)
        snprintf(ids[c], sizeof ids[c], "customer-%06u", (unsigned)c);
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
    for (uint32_t c = 0; c < v->customers; c++) {
        const stream_event *events = &v->events[(size_t)c * v->each];
        s->applied += s->by_hand ? hand_advance(s->by_hand, ids[c], events, v->each)
                                 : advance(s->library, ids[c], events, v->each, now);
    }
    s->seconds += seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
    s->events += (uint64_t)v->customers * v->each;
}

static void print_sums(side *s, uint32_t customers, uint32_t visits)
{
    double sums[STREAM_VALUES] = {0}, values[STREAM_VALUES];
    int64_t now = (STREAM_FIRST_DAY + (int64_t)visits * STREAM_VISIT_DAYS) * STREAM_DAY_MS;
    csuccess__series_desk *desk = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_allocator mem;
    if (!s->by_hand) {
        must(csuccess__config_memory(&mem, s->library->config, NULL, &err), &err);
        must(csuccess__series_desk_new(&desk, s->library->config->aggregates, &mem,
                                       &s->library->config->limits),
             &err);
    }
    for (uint32_t c = 0; c < customers; c++) {
        char id[24];
        snprintf(id, sizeof id, "customer-%06u", (unsigned)c);
        if (s->by_hand) {
            hand_values(s->by_hand, id, now, values);
        } else {
            values_of(s->library, id, now, desk, values);
        }
        for (size_t k = 0; k < STREAM_VALUES; k++) sums[k] += values[k];
    }
    csuccess__series_desk_free(desk);
    printf("{\"rows\": %llu, \"applied\": %llu, \"seconds\": %.9f, \"sums\": [",
           (unsigned long long)s->events, (unsigned long long)s->applied, s->seconds);
    for (size_t k = 0; k < STREAM_VALUES; k++) printf("%s%.2f", k ? ", " : "", sums[k]);
    printf("]}\n");
}

static void run_events(int by_hand, int batches, uint32_t customers, uint32_t visits)
{
    bench b = {.random = 1};
    side s = {.by_hand = by_hand ? hand_new() : NULL, .library = &b};
    visit v = {.customers = customers, .each = batches ? STREAM_EVENTS : 1};
    csuccess_allocator mem;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    v.events = calloc((size_t)customers * v.each, sizeof *v.events);
    if (!v.events || customers > 65536) abort();
    open_bench(&b, "");
    must(csuccess__config_memory(&mem, b.config, NULL, &err), &err);
    csuccess__reply_init(&b.reply, &mem);
    for (v.visit = 0; v.visit < visits; v.visit++) {
        for (v.first = 0; v.first < STREAM_EVENTS; v.first += v.each) run_turn(&s, &v);
    }
    print_sums(&s, customers, visits);
    csuccess__reply_free(&b.reply);
    close_bench(&b);
    free(v.events);
}

/* ---- A year of daily scoring ---- */

/* An event a week of each customer, at whole hours. */
static void add_day(csuccess_events *events, uint32_t customers, uint32_t day)
{
    for (uint32_t hour = 0; hour < 24; hour++) {
        for (uint32_t c = 0; c < customers; c++) {
            char id[24];
            stream_event event;
            uint32_t h = stream_hash(c * 367 + day);
            if (h % 7 || (h >> 8) % 24 != hour) continue;
            stream_at(&event, day, c, 0);
            event.at_ms =
                (STREAM_FIRST_DAY + (int64_t)day) * STREAM_DAY_MS + (int64_t)hour * 3600000;
            snprintf(id, sizeof id, "customer-%06u", (unsigned)c);
            add(events, id, &event);
        }
    }
}

static void simulate(uint32_t customers, uint32_t days)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = compile(health);
    csuccess_simulation *simulation;
    csuccess_events *events;
    csuccess_engine_counts counts = {.size = sizeof counts};
    csuccess_simulation_options options = {.size = sizeof options, .seed = 1};
    uint64_t fed = 0;
    must(csuccess_simulation_new(&simulation, config, &options, &err), &err);
    must(csuccess_events_new(&events, NULL, NULL, &err), &err);
    double start = seconds(CLOCK_PROCESS_CPUTIME_ID), wall = seconds(CLOCK_MONOTONIC);
    for (uint32_t day = 0; day < days; day++) {
        csuccess_events_clear(events);
        add_day(events, customers, day);
        fed += csuccess_events_count(events);
        must(csuccess_simulation_feed(simulation, events, &err), &err);
        must(csuccess_simulation_run(
                 simulation, (STREAM_FIRST_DAY + (int64_t)day + 1) * STREAM_DAY_MS, &err),
             &err);
    }
    must(csuccess_engine_figures(csuccess_simulation_engine(simulation), &counts), &err);
    printf("{\"customers\": %u, \"days\": %u, \"rows\": %llu, \"advances\": %llu, \"entries\": "
           "%llu, "
           "\"messages\": %llu, \"seconds\": %.3f, \"wall\": %.3f}\n",
           (unsigned)customers, (unsigned)days, (unsigned long long)fed,
           (unsigned long long)counts.advances, (unsigned long long)counts.entries,
           (unsigned long long)counts.messages, seconds(CLOCK_PROCESS_CPUTIME_ID) - start,
           seconds(CLOCK_MONOTONIC) - wall);
    csuccess_events_free(events);
    csuccess_simulation_free(simulation);
    csuccess_config_unref(config);
}

/* ---- Over SQLite ---- */

#ifdef BENCH_SQLITE
static void hand_in(bench *b, int64_t now)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess_engine_ingest(b->engine, b->events, NULL, now, &err);
    must(result == CSUCCESS_UNDECIDED ? CSUCCESS_EGENERIC : result, &err);
    csuccess_events_clear(b->events);
}

/* Events in lists of BATCH: `each` of a customer, one behind the other. */
static uint64_t ingest(bench *b, uint32_t customers, uint32_t each)
{
    int64_t now = stream_now(0, each - 1);
    uint64_t events = 0;
    for (uint32_t c = 0; c < customers; c++) {
        for (uint32_t i = 0; i < each; i++, events++) {
            char id[24];
            stream_event event;
            stream_at(&event, 0, c, i);
            snprintf(id, sizeof id, "customer-%06u", (unsigned)c);
            add(b->events, id, &event);
            if (csuccess_events_count(b->events) == BATCH) hand_in(b, now);
        }
    }
    if (csuccess_events_count(b->events)) hand_in(b, now);
    return events;
}

static csuccess_sqlite *connect(bench *b, const char *path)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_sqlite *store;
    must(csuccess_sqlite_open(&store, str(path), NULL, &err), &err);
    must(csuccess_engine_set_store(b->engine, csuccess_sqlite_ops(), store, NULL, &err), &err);
    return store;
}

static void over_sqlite(int batches, uint32_t customers, const char *path)
{
    bench b = {.random = 1};
    open_bench(&b, "");
    csuccess_sqlite *store = connect(&b, path);
    double start = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    uint64_t events = ingest(&b, customers, batches ? STREAM_EVENTS : 1);
    printf("{\"rows\": %llu, \"seconds\": %.6f, \"cpu\": %.6f}\n", (unsigned long long)events,
           seconds(CLOCK_MONOTONIC) - start, seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu);
    close_bench(&b);
    csuccess_sqlite_close(store);
}

/* Two events of each customer, then the next day's scoring of them all. */
static void memory(uint32_t customers, const char *path)
{
    bench b = {.random = 1};
    csuccess_error err = CSUCCESS_ERROR_INIT;
    struct rusage usage;
    open_bench(&b, health);
    csuccess_sqlite *store = connect(&b, path);
    uint64_t events = ingest(&b, customers, 2);
    size_t fed = b.memory.peak;
    must(
        csuccess_engine_run(b.engine, NULL, stream_now(0, 2) + STREAM_DAY_MS, NULL, NULL, &err),
        &err);
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"customers\": %u, \"events\": %llu, \"after_events\": %zu, \"peak\": %zu, "
           "\"resident_kib\": %ld}\n",
           (unsigned)customers, (unsigned long long)events, fed, b.memory.peak,
           usage.ru_maxrss);
    close_bench(&b);
    csuccess_sqlite_close(store);
}
#endif

static uint32_t number(const char *text)
{
    return (uint32_t)strtoul(text, NULL, 10);
}

/* reason: one line of the usage after another. */
int main(int argc, char **argv)
{
    const char *what = argc > 3 ? argv[1] : "", *how = argc > 3 ? argv[2] : "";
    if (argc == 5 && (strcmp(what, "hand") == 0 || strcmp(what, "txn") == 0)) {
        run_events(what[0] == 'h', strcmp(how, "batches") == 0, number(argv[3]),
                   number(argv[4]));
    } else if (argc == 4 && strcmp(what, "simulate") == 0) {
        simulate(number(argv[2]), number(argv[3]));
#ifdef BENCH_SQLITE
    } else if (argc == 4 && strcmp(what, "memory") == 0) {
        memory(number(argv[2]), argv[3]);
    } else if (argc == 5 && strcmp(what, "ingest") == 0) {
        over_sqlite(strcmp(how, "batches") == 0, number(argv[3]), argv[4]);
#endif
    } else {
        fprintf(stderr, "usage: bench_engine hand|txn|simulate|memory|ingest ...\n");
        return 2;
    }
    return 0;
}
