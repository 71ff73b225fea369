/* SPDX-License-Identifier: Apache-2.0 */
/* A customer's history under another configuration: its inputs are applied once more, from the first one on and at their own times, and what comes of them is held against what was kept, decision by
   decision. The coverage of sources is that of today, and bodies that were erased are passed over. */
#include "engine/machine.h"

#include "base/str.h"

#include <string.h>

enum { ENTRIES = 500 };

/* One decision: an entry that is no input. */
typedef struct decision {
    struct decision *next;
    csuccess_str kind, cause, body;
    int64_t at;
    bool met; /* the other side has it too */
} decision;

typedef struct decisions {
    decision *first, *last;
} decisions;

/* A message that a budget held. */
typedef struct held {
    struct held *next;
    csuccess_str id;
} held;

typedef struct replay {
    csuccess__desk *desk;
    csuccess__arena kept;  /* answers that do not change: of sources; `held` */
    csuccess__arena group; /* of the input at hand */
    csuccess__answer *answers;
    size_t answer_count;
    csuccess__buffer state;
    char secret[64];
    decisions was, would;
    held *held;
    csuccess_str cause; /* of the group, in `group` */
    bool nameless;      /* it began with what is told under an older cause */
    int64_t at, due;    /* of the group; of the state */
    uint64_t after, inputs, erased, same, different;
    csuccess__json_writer writer;
} replay;

static void free_replay(csuccess_engine *engine, void *whole)
{
    replay *r = whole;
    csuccess__desk_free(r->desk);
    csuccess__buffer_free(&r->state);
    csuccess__arena_free(&r->kept);
    csuccess__arena_free(&r->group);
    csuccess__release(&engine->mem, r, 1, sizeof *r);
}

static void replay_failed(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    csuccess__advance_free(work->advance); /* before its desk */
    work->advance = NULL;
    csuccess__ticket_fail(engine, work->ticket, result, true);
    csuccess__work_end(engine, work);
}

static void starved(csuccess_engine *engine, csuccess__work *work)
{
    replay_failed(engine, work, csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"));
}

/* ---- Beginning ---- */

static csuccess_result advance_at(csuccess_engine *engine, csuccess__work *work,
                                  csuccess__advance **out, const csuccess__input *input,
                                  int64_t at)
{
    const replay *r = work->whole;
    static const csuccess__principal host = {.id = {"host", 4}, .host = true};
    csuccess__about about = {.customer = work->customer,
                             .contact = csuccess__str(""),
                             .token = csuccess__str(""),
                             .signal = input,
                             .principal = &host,
                             .now = at};
    return csuccess__advance_new(out, r->desk, &about, &engine->why);
}

static csuccess_result make_desk(csuccess_engine *engine, csuccess__work *work, replay *r)
{
    csuccess__desk_options options = {
        .mem = &engine->mem,
        .limits = engine->limits,
        .tenant = engine->options.tenant,
        .random = csuccess__engine_random,
        .random_ud = engine,
        .zone = engine->options.zone ? csuccess__engine_zone : NULL,
        .zone_ud = engine,
        .variable = engine->options.variable ? csuccess__engine_variable : NULL,
        .variable_ud = engine,
        .sentiment = engine->options.sentiment ? csuccess__engine_sentiment : NULL,
        .sentiment_ud = engine,
        .effects = engine->options.effects,
        .state_bytes = engine->options.state_bytes,
    };
    return csuccess__desk_new(&r->desk, work->ticket->config, &options, &engine->why);
}

void csuccess__replay_begin(csuccess_engine *engine, csuccess__work *work)
{
    replay *r = csuccess__alloc(&engine->mem, 1, sizeof *r);
    if (!r) {
        starved(engine, work);
        return;
    }
    csuccess__arena_init(&r->kept, &engine->mem, 0);
    csuccess__arena_init(&r->group, &engine->mem, 0);
    csuccess__buffer_init(&r->state, &engine->mem, 0);
    csuccess__json_writer_init(&r->writer, &work->ticket->text);
    work->whole = r;
    work->whole_free = free_replay;
    csuccess_result result = make_desk(engine, work, r);
    if (result >= 0) result = advance_at(engine, work, &work->advance, NULL, work->now);
    if (result < 0) {
        replay_failed(engine, work, result);
    } else {
        csuccess__work_load(engine, work, CSUCCESS__WORK_REPLAY_LOADED);
    }
}

static void ask_history(csuccess_engine *engine, csuccess__work *work)
{
    const replay *r = work->whole;
    work->request = (union csuccess__request){
        .history = {.customer = work->customer, .after = r->after, .most = ENTRIES}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_HISTORY, ENTRIES,
                       CSUCCESS__WORK_REPLAY_HISTORY);
}

/* Keeps the answers about sources; customer and secret begin anew. */
static bool keep_answers(csuccess__work *work, replay *r)
{
    const csuccess__answer *answers = csuccess__work_answers(work);
    const csuccess_key *keys = csuccess__advance_keys(work->advance, &r->answer_count);
    r->answers = CSUCCESS__NEW_ARRAY(&r->kept, csuccess__answer, r->answer_count);
    if (!r->answers) return false;
    for (size_t i = 0; i < r->answer_count; i++) {
        if (keys[i].kind != CSUCCESS_RECORD_SOURCE) continue;
        r->answers[i] = answers[i];
        r->answers[i].body = csuccess__arena_copy(&r->kept, answers[i].body);
        if (!r->answers[i].body.ptr) return false;
    }
    return true;
}

void csuccess__replay_loaded(csuccess_engine *engine, csuccess__work *work)
{
    replay *r = work->whole;
    if (work->came < 0) {
        replay_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    if (csuccess__work_answers(work)->verdict != CSUCCESS__VERDICT_RECORD) {
        replay_failed(engine, work,
                      csuccess__fail(&engine->why, CSUCCESS_EMISSING, "there is no customer %q",
                                     work->customer));
        return;
    }
    if (!keep_answers(work, r)) {
        starved(engine, work);
        return;
    }
    csuccess__advance_free(work->advance);
    work->advance = NULL;
    csuccess__json_open(&r->writer, '{');
    csuccess__json_key(&r->writer, CSUCCESS_STR("customer"));
    csuccess__json_str(&r->writer, work->customer);
    csuccess__json_key(&r->writer, CSUCCESS_STR("config"));
    csuccess__json_str(&r->writer, work->ticket->config->hash);
    csuccess__json_key(&r->writer, CSUCCESS_STR("differences"));
    csuccess__json_open(&r->writer, '[');
    ask_history(engine, work);
}

/* ---- Decisions, side by side ---- */

static bool keep(replay *r, decisions *list, const csuccess_entry *entry)
{
    decision *d = CSUCCESS__NEW(&r->group, decision);
    if (!d) return false;
    d->at = entry->at_ms;
    d->kind = csuccess__arena_copy(&r->group, entry->kind);
    d->cause = csuccess__arena_copy(&r->group, entry->cause);
    d->body = csuccess__arena_copy(&r->group, entry->body);
    if (list->last) {
        list->last->next = d;
    } else {
        list->first = d;
    }
    list->last = d;
    return d->kind.ptr && d->cause.ptr && d->body.ptr;
}

static void put_difference(replay *r, const decision *any, const decision *was,
                           const decision *would)
{
    char at[CSUCCESS__TIME_TEXT];
    csuccess__json_writer *w = &r->writer;
    size_t n = csuccess__time_format(at, any->at);
    csuccess__json_open(w, '{');
    csuccess__json_key(w, CSUCCESS_STR("at"));
    csuccess__json_str(w, (csuccess_str){at, n});
    csuccess__json_key(w, CSUCCESS_STR("kind"));
    csuccess__json_str(w, any->kind);
    csuccess__json_key(w, CSUCCESS_STR("cause"));
    csuccess__json_str(w, any->cause);
    csuccess__json_text(w, "was", was && was->body.len ? was->body : csuccess__str("null"));
    csuccess__json_text(w, "would", would ? would->body : csuccess__str("null"));
    csuccess__json_close(w, '}');
    r->different++;
}

/* The first decision of that kind on the other side that no other met; one of the same body before any other. */
static decision *partner(const decisions *list, const decision *of, bool equal)
{
    for (decision *d = list->first; d; d = d->next) {
        if (d->met || !csuccess__str_eq(d->kind, of->kind)) continue;
        if (!equal || csuccess__str_eq(d->body, of->body)) return d;
    }
    return NULL;
}

/* Compares what the group decided and what it would, and forgets both. */
static void compare(replay *r)
{
    for (decision *d = r->was.first; d; d = d->next) {
        decision *other = partner(&r->would, d, true);
        if (!other) continue;
        d->met = other->met = true;
        r->same++;
    }
    for (decision *d = r->was.first; d; d = d->next) {
        if (d->met) continue;
        decision *other = partner(&r->would, d, false);
        if (other) other->met = true;
        put_difference(r, d, d, other);
    }
    for (decision *d = r->would.first; d; d = d->next) {
        if (!d->met) put_difference(r, d, NULL, d);
    }
    r->was = r->would = (decisions){NULL, NULL};
    r->cause = csuccess__str("");
    r->nameless = false;
    csuccess__arena_reset(&r->group);
}

/* ---- Applying once more ---- */

static bool is_decision(const csuccess_entry *entry)
{
    return !csuccess__str_is(entry->kind, "input") &&
           !csuccess__str_is(entry->kind, "definition") &&
           !csuccess__str_is(entry->kind, "quarantine");
}

/* The batch becomes what is loaded next. */
static bool take_batch(replay *r, const csuccess_batch *batch)
{
    for (size_t i = 0; i < batch->write_count; i++) {
        const csuccess_write *write = &batch->writes[i];
        if (write->key.kind == CSUCCESS_RECORD_CUSTOMER) {
            r->due = write->due_ms;
            csuccess__buffer_clear(&r->state);
            csuccess__buffer_str(&r->state, write->body);
            r->answers[0] = (csuccess__answer){.verdict = CSUCCESS__VERDICT_RECORD,
                                               .revision = write->expected + 1,
                                               .body = csuccess__buffer_view(&r->state)};
        } else if (write->key.kind == CSUCCESS_RECORD_SECRET &&
                   write->body.len <= sizeof r->secret) {
            memcpy(r->secret, write->body.ptr, write->body.len);
            r->answers[1] = (csuccess__answer){.verdict = CSUCCESS__VERDICT_RECORD,
                                               .revision = 1,
                                               .body = {r->secret, write->body.len}};
        }
    }
    bool kept = r->state.status == CSUCCESS_OK;
    for (size_t i = 0; i < batch->entry_count && kept; i++) {
        if (is_decision(&batch->entries[i])) kept = keep(r, &r->would, &batch->entries[i]);
    }
    return kept;
}

static csuccess_result apply(csuccess_engine *engine, csuccess__work *work,
                             const csuccess__input *input, int64_t at)
{
    static const bool known[1] = {false};
    replay *r = work->whole;
    csuccess__advance *advance = NULL;
    csuccess_result result = advance_at(engine, work, &advance, input, at);
    if (result < 0) return result;
    result = csuccess__advance_apply(advance, r->answers, known, &engine->why);
    if (result == CSUCCESS_OK && !take_batch(r, csuccess__advance_batch(advance))) {
        result = csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    }
    csuccess__advance_free(advance);
    return result;
}

/* Times that came and decided nothing left no entry, but moved the next one: they come once more, each when it was due. */
static csuccess_result catch_up(csuccess_engine *engine, csuccess__work *work, int64_t until)
{
    const replay *r = work->whole;
    csuccess_result result = CSUCCESS_OK;
    while (result == CSUCCESS_OK && r->answers[0].verdict == CSUCCESS__VERDICT_RECORD &&
           r->due < until) {
        result = apply(engine, work, NULL, r->due);
    }
    return result;
}

/* Whether the entry's cause is that of the message, which may be older than what made it due. */
static bool is_message(const csuccess_entry *entry)
{
    return csuccess__str_is(entry->kind, "message") || csuccess__str_is(entry->kind, "held");
}

/* The time that a cause says was due; `at` for any other cause. */
static int64_t due_of(const csuccess_entry *entry)
{
    const csuccess_str before = CSUCCESS_STR("due/");
    int64_t due = entry->at_ms;
    if (is_message(entry) || !csuccess__str_starts(entry->cause, before)) return due;
    csuccess_str text = {entry->cause.ptr + before.len, entry->cause.len - before.len};
    return csuccess__time_parse(&due, text, NULL) ? due : entry->at_ms;
}

/* A new group: what an input, or the coming of a time, decided. */
static csuccess_result begin_group(replay *r, const csuccess_entry *entry)
{
    compare(r);
    r->cause = csuccess__arena_copy(&r->group, entry->cause);
    r->at = entry->at_ms;
    return r->cause.ptr ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static csuccess_result replay_input(csuccess_engine *engine, csuccess__work *work,
                                    const csuccess_entry *entry, csuccess_str body)
{
    replay *r = work->whole;
    csuccess__input input = {0};
    csuccess_result result = begin_group(r, entry);
    if (result < 0) return csuccess__fail(&engine->why, result, "out of memory");
    r->inputs++;
    if (!body.ptr) {
        r->erased++;
        return CSUCCESS_OK;
    }
    result = csuccess__written_read(&input, body, &r->group, &engine->limits, &engine->why);
    if (result >= 0) result = catch_up(engine, work, entry->at_ms);
    return result < 0 ? result : apply(engine, work, &input, entry->at_ms);
}

/* An input that was quarantined as a whole is in the history as the entry says, and may be possible under the other configuration. What was
   quarantined of an input stands behind that input, and names it. */
static csuccess_result replay_quarantine(csuccess_engine *engine, csuccess__work *work,
                                         const csuccess_entry *entry)
{
    replay *r = work->whole;
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &engine->limits};
    if (!entry->body.ptr) return CSUCCESS_OK;
    csuccess_result result =
        csuccess__json_read(&json, &r->kept, entry->body, &options, &engine->why);
    if (result < 0) return result;
    const csuccess__json *input = csuccess__json_member(json, "input");
    bool whole = input && input->type == CSUCCESS__JSON_STRING && input->string.len > 0 &&
                 input->string.ptr[0] == '{';
    return whole ? replay_input(engine, work, entry, input->string) : CSUCCESS_OK;
}

/* ---- What a budget held ---- */

/* The message of an entry `message` or `held`, which stands first there. */
static csuccess_str message_of(const csuccess_entry *entry)
{
    enum { BEFORE = 7, DIGITS = 64 }; /* {"id":" */
    if (!is_message(entry) || !entry->body.ptr || entry->body.len < BEFORE + DIGITS) {
        return (csuccess_str){"", 0};
    }
    return (csuccess_str){entry->body.ptr + BEFORE, DIGITS};
}

/* Budgets are of all customers together, so whether one held a message is no decision that the history of one customer could repeat: it counts as
   sent when it was wanted, and what became of it later is passed over. False: no memory. */
static bool unhold(replay *r, csuccess_entry *entry, bool *passed)
{
    static const char guard[] = ",\"guard\":\"budget\"";
    csuccess_str id = message_of(entry), body = entry->body;
    *passed = false;
    if (id.len == 0) return true;
    for (const held *h = r->held; h && !*passed; h = h->next) {
        *passed = csuccess__str_eq(h->id, id);
    }
    size_t at = *passed ? body.len : csuccess__str_find(body, csuccess__str(guard));
    if (at >= body.len) return true;
    held *more = CSUCCESS__NEW(&r->kept, held);
    char *copy = csuccess__arena_take(&r->kept, at + 1, 1);
    if (!more || !copy) return false;
    memcpy(copy, body.ptr, at);
    copy[at] = '}';
    *more = (held){r->held, csuccess__arena_copy(&r->kept, id)};
    r->held = more;
    entry->kind = csuccess__str("message");
    entry->body = (csuccess_str){copy, at + 1};
    return more->id.ptr != NULL;
}

/* The step's own cause, which the entries before this one do not have. */
static csuccess_result name_group(replay *r, const csuccess_entry *entry)
{
    if (entry->at_ms != r->at) return CSUCCESS_OK;
    r->nameless = false;
    r->cause = csuccess__arena_copy(&r->group, entry->cause);
    return r->cause.ptr ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

/* Of a new group: what comes due by itself is let come first. */
static csuccess_result open_group(csuccess_engine *engine, csuccess__work *work,
                                  const csuccess_entry *entry)
{
    replay *r = work->whole;
    csuccess_result result = begin_group(r, entry);
    r->nameless = is_message(entry);
    if (result < 0) return csuccess__fail(&engine->why, result, "out of memory");
    if (r->answers[0].verdict != CSUCCESS__VERDICT_RECORD) return result;
    result = catch_up(engine, work, due_of(entry));
    return result < 0 ? result : apply(engine, work, NULL, entry->at_ms);
}

/* A decision of the history. */
static csuccess_result replay_decision(csuccess_engine *engine, csuccess__work *work,
                                       const csuccess_entry *entry)
{
    replay *r = work->whole;
    csuccess_result result = CSUCCESS_OK;
    bool message = is_message(entry), adopts = r->nameless && !message;
    bool same = message || adopts || csuccess__str_eq(entry->cause, r->cause);
    if (!same || entry->at_ms != r->at) result = open_group(engine, work, entry);
    if (result >= 0 && adopts) result = name_group(r, entry);
    if (result < 0) return result;
    return keep(r, &r->was, entry)
               ? CSUCCESS_OK
               : csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
}

static csuccess_result replay_entry(csuccess_engine *engine, csuccess__work *work,
                                    const csuccess_entry *entry)
{
    csuccess_entry unheld = *entry;
    bool passed;
    if (csuccess__str_is(entry->kind, "input"))
        return replay_input(engine, work, entry, entry->body);
    if (csuccess__str_is(entry->kind, "quarantine"))
        return replay_quarantine(engine, work, entry);
    if (!is_decision(entry)) return CSUCCESS_OK;
    if (!unhold(work->whole, &unheld, &passed))
        return csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    return passed ? CSUCCESS_OK : replay_decision(engine, work, &unheld);
}

static void put_count(csuccess__json_writer *w, const char *key, uint64_t count)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_num(w, (double)count);
}

static void finish(csuccess_engine *engine, csuccess__work *work)
{
    replay *r = work->whole;
    compare(r);
    csuccess__json_close(&r->writer, ']');
    put_count(&r->writer, "inputs", r->inputs);
    put_count(&r->writer, "erased", r->erased);
    put_count(&r->writer, "same", r->same);
    put_count(&r->writer, "different", r->different);
    csuccess__json_close(&r->writer, '}');
    work->ticket->has_text = true;
    csuccess__work_end(engine, work);
}

void csuccess__replay_history(csuccess_engine *engine, csuccess__work *work)
{
    replay *r = work->whole;
    if (work->came < 0) {
        replay_failed(engine, work, csuccess__store_result(engine, work->came));
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    for (size_t i = 0; i < reply->row_count; i++) {
        csuccess_result result = replay_entry(engine, work, &reply->rows[i].entry);
        if (result < 0) {
            replay_failed(engine, work, result);
            return;
        }
        r->after = reply->rows[i].entry.seq;
    }
    if (reply->row_count == ENTRIES) {
        ask_history(engine, work);
    } else {
        finish(engine, work);
    }
}
