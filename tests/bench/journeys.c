/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys, measured: journeys.py runs it round by round beside journeys.mjs. Prints a JSON line.
   bench_journeys kept JOURNEYS20 ENROLLMENTS TICKS: the machine of journeys20.json as a journey; for each event the state's bytes are read, a step of flow taken, and the bytes written; processor time. */
#include "config/config.h"
#include "flow/flow.h"
#include "flow/journeys/enrollment.h"
#include "flow/zones.h"

#include <csuccess/csuccess.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define START INT64_C(1767225600000)
enum { NAME_BYTES = 24 };

typedef struct kept { /* a customer's state, as a store has it */
    char *bytes;
    uint32_t len, room;
} kept;

typedef struct bench {
    csuccess_config *config;
    csuccess_limits limits;
    csuccess__machine *machine;
    csuccess__value *slots;
    csuccess__flow_desk desk;
    csuccess__state state;
    csuccess__arena arena;
    csuccess__effects effects;
    csuccess__buffer scratch, bytes;
    uint32_t health;
} bench;

static void must(csuccess_result result, const char *what)
{
    if (result >= 0) return;
    fprintf(stderr, "bench_journeys: %s: %d\n", what, (int)result);
    exit(1);
}

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* As in shared/bench/customers.h. */
static uint64_t mix64(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
static uint32_t uniform(uint64_t i, uint32_t k, uint32_t n)
{
    return (uint32_t)((mix64(42 + (i * 64 + k + 1) * 0x9E3779B97F4A7C15u) >> 33) % n);
}

/* ---- A machine as a journey ---- */

typedef struct machine {
    csuccess__arena arena;
    const csuccess__json *root, *states, *events, *transitions;
} machine;

static const csuccess__json *item(const csuccess__json *array, uint32_t at)
{
    const csuccess__json *node = array->first;
    while (at-- > 0 && node) node = node->next;
    return node;
}

static void read_machine(machine *m, const char *path)
{
    static char text[1 << 16];
    csuccess_limits limits;
    csuccess__json *root = NULL;
    csuccess__limits_take(&limits, NULL, NULL);
    csuccess__json_options options = {.limits = &limits};
    FILE *file = fopen(path, "rb");
    if (!file) must(CSUCCESS_EINVALID, path);
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    csuccess__arena_init(&m->arena, csuccess__malloc_allocator(), 0);
    must(csuccess__json_read(&root, &m->arena, (csuccess_str){text, len}, &options, NULL),
         path);
    m->root = root;
    m->states = csuccess__json_member(root, "states");
    m->events = csuccess__json_member(root, "events");
    m->transitions = csuccess__json_member(root, "transitions");
}

/* A state is a wait, a transition one of its events, a guard its `where`. */
static void write_state(csuccess__text *out, const machine *m, csuccess_str state)
{
    uint32_t n = 0;
    csuccess__text_format(out, "%q:{\"type\":\"wait\",\"until\":{", state);
    for (const csuccess__json *t = m->transitions->first; t; t = t->next) {
        const csuccess__json *event = item(t, 1), *to = item(t, 2), *guard = item(t, 3);
        if (!csuccess__str_eq(t->first->string, state)) continue;
        csuccess__text_format(out, "%s\"w%u\":{\"event\":%q,\"next\":%q%s}", n ? "," : "", n,
                              event->string, to->string,
                              guard ? ",\"where\":\"fitness < 50\"" : "");
        n++;
    }
    csuccess__text_format(out, "}}");
}

static void write_journey(csuccess__text *out, const machine *m)
{
    csuccess__text_format(out,
                          "{\"csuccess\":1,\"attributes\":{\"fitness\":{\"type\":\"number\"}},"
                          "\"journeys\":{\"j\":{\"time_limit\":\"P9000D\",\"steps\":{");
    for (const csuccess__json *s = m->states->first; s; s = s->next) {
        if (s->position) csuccess__text_format(out, ",");
        write_state(out, m, s->string);
    }
    csuccess__text_format(out, "}}}}");
}

/* ---- Customers ---- */

static void bench_open(bench *b, csuccess_str document)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    memset(b, 0, sizeof *b);
    csuccess_result result = csuccess_config_compile(&b->config, document, &options, &err);
    if (result < 0) fprintf(stderr, "%s at %s\n", err.message, err.pointer);
    must(result, "the configuration");
    csuccess__limits_take(&b->limits, NULL, NULL);
    must(csuccess__machine_new(&b->machine, mem, &b->limits), "a machine");
    b->slots = csuccess__alloc(mem, b->config->schema->count, sizeof *b->slots);
    must(csuccess__flow_desk_new(&b->desk, b->config->flow, mem), "a desk");
    csuccess__state_init(&b->state, mem);
    csuccess__arena_init(&b->arena, mem, 0);
    csuccess__effects_init(&b->effects, mem, &b->arena, 1000);
    csuccess__buffer_init(&b->scratch, mem, 0);
    csuccess__buffer_init(&b->bytes, mem, 0);
    b->health = csuccess__schema_find(b->config->schema, view("fitness"), NULL);
}

static void bench_close(bench *b)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__buffer_free(&b->bytes);
    csuccess__buffer_free(&b->scratch);
    csuccess__effects_free(&b->effects);
    csuccess__arena_free(&b->arena);
    csuccess__state_free(&b->state);
    csuccess__flow_desk_free(&b->desk, b->config->flow);
    csuccess__release(mem, b->slots, b->config->schema->count, sizeof *b->slots);
    csuccess__machine_free(b->machine);
    csuccess_config_unref(b->config);
}

static void keep(bench *b, kept *k)
{
    csuccess__buffer_clear(&b->bytes);
    csuccess__state_write(&b->bytes, &b->state);
    must(b->bytes.status, "writing");
    if (b->bytes.len > k->room) {
        k->room = (uint32_t)b->bytes.len + 32;
        k->bytes = realloc(k->bytes, k->room);
        if (!k->bytes) must(CSUCCESS_ENOMEM, "a state");
    }
    memcpy(k->bytes, b->bytes.ptr, b->bytes.len);
    k->len = (uint32_t)b->bytes.len;
}

/* One input on one customer: bytes, state, step, bytes. */
static void advance(bench *b, kept *k, csuccess_str customer, const csuccess__input *input)
{
    csuccess__zones_asked asked = {.moment = NULL};
    csuccess__state_clear(&b->state);
    if (k->len) {
        must(csuccess__state_read(&b->state, (csuccess_str){k->bytes, k->len}, 1 << 20, NULL),
             "reading");
    }
    csuccess__effects_clear(&b->effects);
    csuccess__arena_reset(&b->arena);
    csuccess__step step = {.state = &b->state,
                           .out = &b->effects,
                           .scratch = &b->scratch,
                           .mem = csuccess__malloc_allocator(),
                           .limits = &b->limits,
                           .tenant = CSUCCESS_STR("default"),
                           .customer = customer,
                           .config = b->config->hash,
                           .cause = input->id,
                           .now = input->at,
                           .due = CSUCCESS__NEVER};
    csuccess__moment m = {.flow = b->config->flow,
                          .desk = &b->desk,
                          .step = &step,
                          .input = input,
                          .machine = b->machine,
                          .slots = b->slots,
                          .schema = b->config->schema,
                          .constants = b->config->constants,
                          .zones = csuccess__zones_source(&asked)};
    asked.moment = &m;
    csuccess__machine_reset(b->machine);
    csuccess__flow_begin(&b->desk);
    if (input->type == CSUCCESS__INPUT_JOURNEY) {
        char bytes[128];
        csuccess__text reason;
        csuccess__text_init(&reason, bytes, sizeof bytes);
        must(csuccess__flow_apply(&m, input, &reason), "applying");
    }
    csuccess__flow_look(&m);
    csuccess__flow_step(&m);
    must(step.failed, "a step");
    b->state.head.at = input->at;
    b->state.head.due = step.due;
    keep(b, k);
}

static void enroll(bench *b, kept *k, csuccess_str customer, const char *journey, int64_t at)
{
    csuccess__property named = {.name = CSUCCESS_STR("journey")};
    named.value = csuccess__string(view(journey));
    const csuccess__input input = {.type = CSUCCESS__INPUT_JOURNEY,
                                   .id = CSUCCESS_STR("enroll"),
                                   .customer = customer,
                                   .name = CSUCCESS_STR("enroll"),
                                   .at = at,
                                   .properties = &named,
                                   .count = 1};
    advance(b, k, customer, &input);
}

static uint32_t position_of(const csuccess__json *array, csuccess_str text)
{
    for (const csuccess__json *m = array->first; m; m = m->next) {
        if (csuccess__str_eq(m->string, text)) return m->position;
    }
    return UINT32_MAX;
}

/* Where the enrollments are in the end: positions of their states, steps taken, ticks of the last one. */
static void print_sums(bench *b, const machine *m, const kept *all, uint32_t n)
{
    uint64_t states = 0, steps = 0, entered = 0, bytes = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t count;
        csuccess__enrollment e;
        csuccess__state_clear(&b->state);
        must(csuccess__state_read(&b->state, (csuccess_str){all[i].bytes, all[i].len}, 1 << 20,
                                  NULL),
             "reading");
        uint32_t first = csuccess__state_of_kind(&b->state, CSUCCESS__STATE_ENROLLMENT, &count);
        const csuccess__state_field *field = &b->state.fields[first];
        if (count != 1 || !csuccess__enrollment_read(&e, field->name, field->payload)) {
            must(CSUCCESS_ESTATE, "an enrollment");
        }
        states += position_of(m->states, e.step);
        steps += e.moves - 1;
        if (e.moves > 1) entered += (uint64_t)((e.entered_at - START) / 1000);
        bytes += all[i].len;
    }
    printf("\"sums\": [%llu, %llu, %llu], \"bytes\": %.0f", (unsigned long long)states,
           (unsigned long long)steps, (unsigned long long)entered, (double)bytes / n);
}

/* An event of a customer, made before the clock runs. */
typedef struct work {
    csuccess__input input;
    csuccess__value fitness;
    char name[NAME_BYTES], id[NAME_BYTES];
} work;

static void prepare(work *w, const machine *m, uint32_t i, uint32_t tick)
{
    int len = snprintf(w->id, sizeof w->id, "%07u-%u", i, tick);
    w->input.type = CSUCCESS__INPUT_TRACK;
    w->input.id = (csuccess_str){w->id, (size_t)len};
    w->input.name = item(m->events, uniform(i * 32u + tick, 47, 8))->string;
    w->input.at = START + (int64_t)tick * 1000;
}

static void measure_kept(const char *path, uint32_t n, uint32_t ticks)
{
    static char document[1 << 16];
    static bench b;
    machine m;
    csuccess__text text;
    csuccess__text_init(&text, document, sizeof document);
    read_machine(&m, path);
    write_journey(&text, &m);
    bench_open(&b, view(document));
    kept *all = calloc(n, sizeof *all);
    if (!all) must(CSUCCESS_ENOMEM, "states");
    work *todo = calloc(n, sizeof *todo);
    if (!todo) must(CSUCCESS_ENOMEM, "inputs");
    for (uint32_t i = 0; i < n; i++) { /* they are enrolled, off the clock */
        int len = snprintf(todo[i].name, sizeof todo[i].name, "c%07u", i);
        todo[i].fitness = csuccess__number(uniform(i, 46, 101));
        todo[i].input.customer = (csuccess_str){todo[i].name, (size_t)len};
        b.slots[b.health] = todo[i].fitness;
        enroll(&b, &all[i], todo[i].input.customer, "j", START - 1000);
    }
    double spent = 0;
    for (uint32_t tick = 0; tick < ticks; tick++) {
        for (uint32_t i = 0; i < n; i++) prepare(&todo[i], &m, i, tick);
        double start = seconds();
        for (uint32_t i = 0; i < n; i++) {
            b.slots[b.health] = todo[i].fitness;
            advance(&b, &all[i], todo[i].input.customer, &todo[i].input);
        }
        spent += seconds() - start;
    }
    free(todo);
    printf("{\"rows\": %llu, \"seconds\": %.6f, ", (unsigned long long)n * ticks, spent);
    print_sums(&b, &m, all, n);
    printf("}\n");
    for (uint32_t i = 0; i < n; i++) free(all[i].bytes);
    free(all);
    bench_close(&b);
    csuccess__arena_free(&m.arena);
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "kept") == 0) {
        measure_kept(argv[2], (uint32_t)strtoul(argv[3], NULL, 10),
                     (uint32_t)strtoul(argv[4], NULL, 10));
        return 0;
    }
    fprintf(stderr, "usage: bench_journeys kept JOURNEYS20 ENROLLMENTS TICKS\n");
    return 2;
}
