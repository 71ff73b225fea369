/* SPDX-License-Identifier: Apache-2.0 */
/* The library's side of engine_model.py: a script of operations, a JSON object a line, over one store in memory; what came of each is a line of the same. */
#include "../unit/check.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"
#include "text/json.h"
#include <csuccess/csuccess.h>

enum { RUNS_MOST = 100000 };

typedef struct host {
    csuccess_config *config;
    csuccess_engine *engine;
    csuccess_memory_store *store;
    csuccess_events *events;
    uint64_t random;
} host;

/* One line of the script, and what is told of it. */
typedef struct turn {
    host *host;
    const csuccess__json *line;
    int64_t now;
    csuccess_error err;
    csuccess_text *text;
} turn;

static csuccess_str member(const csuccess__json *object, const char *key)
{
    const csuccess__json *node = csuccess__json_member(object, key);
    return node && node->type == CSUCCESS__JSON_STRING ? node->string : (csuccess_str){"", 0};
}

static csuccess_result random_bytes(void *ud, uint8_t *bytes, size_t count)
{
    host *h = ud;
    for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)check_random(&h->random);
    return CSUCCESS_OK;
}

static void deliver(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    (void)ud;
    (void)request;
    csuccess_reply_sent(reply, CSUCCESS_SENT_DELIVERED, 0, CSUCCESS_STR(""));
    csuccess_reply_done(reply, CSUCCESS_OK, CSUCCESS_STR(""));
}

static void shut(host *h)
{
    csuccess_engine_free(h->engine);
    csuccess_events_free(h->events);
    csuccess_memory_store_free(h->store);
    csuccess_config_unref(h->config);
    *h = (host){.random = 1};
}

/* ---- Operations ---- */

static csuccess_result open_engine(turn *t)
{
    static const csuccess_channel_ops channel = {sizeof channel, deliver};
    host *h = t->host;
    csuccess_engine_options options = CSUCCESS_ENGINE_OPTIONS_INIT;
    shut(h);
    options.random = random_bytes;
    options.random_ud = h;
    csuccess_result result =
        csuccess_config_compile(&h->config, member(t->line, "document"), NULL, &t->err);
    if (result >= 0) result = csuccess_engine_new(&h->engine, h->config, &options, &t->err);
    if (result >= 0) result = csuccess_memory_store_new(&h->store, NULL, &t->err);
    if (result >= 0) result = csuccess_events_new(&h->events, NULL, NULL, &t->err);
    if (result < 0) return result;
    csuccess_engine_set_store(h->engine, csuccess_memory_store_ops(), h->store, NULL, NULL);
    return csuccess_engine_add_channel(h->engine, CSUCCESS_STR("mail"), &channel, NULL, NULL,
                                       &t->err);
}

static csuccess_result configure(turn *t)
{
    csuccess_config *config = NULL;
    csuccess_result result =
        csuccess_config_compile(&config, member(t->line, "document"), NULL, &t->err);
    if (result >= 0)
        result = csuccess_engine_set_config(t->host->engine, config, NULL, &t->err);
    if (result < 0) {
        csuccess_config_unref(config);
        return result;
    }
    csuccess_config_unref(t->host->config);
    t->host->config = config;
    return result;
}

/* Each event is the text that a host would hand in. */
static csuccess_result ingest(turn *t)
{
    const csuccess__json *list = csuccess__json_member(t->line, "events");
    csuccess_events_clear(t->host->events);
    for (const csuccess__json *one = list->first; one; one = one->next) {
        csuccess_result result =
            csuccess_events_add_json(t->host->events, one->string, &t->err);
        if (result < 0) return result;
    }
    return csuccess_engine_ingest(t->host->engine, t->host->events, NULL, t->now, &t->err);
}

/* Everything that comes due until `now`, each at its time from `from` on. */
static csuccess_result run(turn *t)
{
    const csuccess__json *from = csuccess__json_member(t->line, "from");
    int64_t at = from ? (int64_t)from->number : t->now, next = 0;
    for (int i = 0; i < RUNS_MOST; i++) {
        csuccess_result result =
            csuccess_engine_run(t->host->engine, NULL, at, NULL, &next, &t->err);
        if (result < 0 || (next > t->now && at == t->now))
            return result < 0 ? result : CSUCCESS_OK;
        at = next > t->now ? t->now : next > at ? next : at;
    }
    return CSUCCESS_ELIMIT;
}

static csuccess_result score(turn *t)
{
    return csuccess_engine_score(t->host->engine, member(t->line, "customer"), NULL, t->now,
                                 &t->text, &t->err);
}

static csuccess_result state(turn *t)
{
    return csuccess_engine_state(t->host->engine, member(t->line, "customer"), NULL, t->now,
                                 &t->text, &t->err);
}

static csuccess_result verify(turn *t)
{
    return csuccess_engine_verify(t->host->engine, member(t->line, "customer"), NULL, t->now,
                                  &t->text, &t->err);
}

static csuccess_result replay(turn *t)
{
    csuccess_config *config = NULL;
    csuccess_result result =
        csuccess_config_compile(&config, member(t->line, "document"), NULL, &t->err);
    if (result >= 0)
        result = csuccess_engine_replay(t->host->engine, member(t->line, "customer"), config,
                                        NULL, t->now, &t->text, &t->err);
    csuccess_config_unref(config);
    return result;
}

static csuccess_result erase(turn *t)
{
    return csuccess_engine_erase(t->host->engine, member(t->line, "customer"),
                                 member(t->line, "contact"), NULL, t->now, &t->text, &t->err);
}

static csuccess_result dump(turn *t)
{
    return csuccess_memory_store_dump(&t->text, t->host->store, &t->err);
}

static const struct {
    const char *name;
    csuccess_result (*run)(turn *t);
} operations[] = {{"open", open_engine}, {"config", configure}, {"ingest", ingest},
                  {"run", run},          {"score", score},      {"state", state},
                  {"verify", verify},    {"replay", replay},    {"erase", erase},
                  {"dump", dump}};

/* ---- Lines ---- */

static void put_results(csuccess__json_writer *w, const turn *t)
{
    csuccess__json_key(w, CSUCCESS_STR("results"));
    csuccess__json_open(w, '[');
    for (size_t i = 0; i < csuccess_events_count(t->host->events); i++) {
        csuccess_result one = csuccess_events_result(t->host->events, i, NULL);
        csuccess__json_str(w, csuccess__str(csuccess_result_name(one)));
    }
    csuccess__json_close(w, ']');
}

static void tell(const turn *t, csuccess_result result)
{
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&w, &out);
    csuccess__json_open(&w, '{');
    csuccess__json_key(&w, CSUCCESS_STR("result"));
    csuccess__json_str(&w, csuccess__str(csuccess_result_name(result)));
    if (result < 0) {
        csuccess__json_key(&w, CSUCCESS_STR("message"));
        csuccess__json_str(&w, csuccess__str(t->err.message));
    }
    if (t->host->events) put_results(&w, t);
    csuccess__json_key(&w, CSUCCESS_STR("text"));
    csuccess__json_str(&w, t->text ? csuccess_text_view(t->text) : CSUCCESS_STR(""));
    csuccess__json_close(&w, '}');
    csuccess__buffer_char(&out, '\n');
    fwrite(out.ptr, 1, out.len, stdout);
    csuccess__buffer_free(&out);
}

static void take(host *h, csuccess_str text, const csuccess_limits *limits)
{
    const csuccess__json_options options = {.limits = limits};
    csuccess__arena arena;
    csuccess__json *line = NULL;
    turn t = {.host = h, .err = CSUCCESS_ERROR_INIT};
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    if (csuccess__json_read(&line, &arena, text, &options, &t.err) < 0) abort();
    const csuccess__json *now = csuccess__json_member(line, "now");
    t.line = line;
    t.now = now ? (int64_t)now->number : 0;
    csuccess_str name = member(line, "op");
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        if (csuccess__str_eq(name, csuccess__str(operations[i].name))) {
            tell(&t, operations[i].run(&t));
        }
    }
    csuccess_text_free(t.text);
    csuccess__arena_free(&arena);
}

int main(void)
{
    csuccess_limits limits;
    host h = {.random = 1};
    size_t len = 0;
    char *text = check_read("/dev/stdin", &len);
    csuccess__limits_take(&limits, NULL, NULL);
    limits.document_bytes = UINT32_MAX;
    for (char *p = text; p < text + len;) {
        size_t n = check_span(p, "\n");
        take(&h, (csuccess_str){p, n}, &limits);
        p += n + 1;
    }
    shut(&h);
    free(text);
    return 0;
}
