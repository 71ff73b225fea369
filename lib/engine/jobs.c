/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's own jobs, at the end of a run: the health checks of itself, whose messages go straight to their channels. */
#include "engine/machine.h"

#include "base/str.h"
#include "calendar/time_json.h"

#include <string.h>

struct csuccess__ladder {
    int64_t last; /* when it was looked last */
    bool looked;
    uint32_t count;
    csuccess__check_state states[];
};

static size_t ladder_bytes(uint32_t count)
{
    return sizeof(struct csuccess__ladder) + count * sizeof(csuccess__check_state);
}

void csuccess__ladder_free(csuccess_engine *engine)
{
    struct csuccess__ladder *ladder = engine->ladder;
    if (!ladder) return;
    csuccess__release(&engine->mem, ladder, 1, ladder_bytes(ladder->count));
    engine->ladder = NULL;
    engine->had_ladder = true;
}

/* ---- Measuring ---- */

static csuccess__measure measure(const csuccess_engine *engine, csuccess__check_kind kind)
{
    const csuccess_engine_counts *counts = &engine->figures;
    const csuccess__measure measures[] = {
        [CSUCCESS__CHECK_QUEUE_AGE] = {(double)counts->oldest_message_ms, 0},
        [CSUCCESS__CHECK_LAG] = {(double)engine->worst_lag, 0},
        [CSUCCESS__CHECK_FAILURE_RATE] = {(double)engine->undelivered, (double)counts->sent},
        [CSUCCESS__CHECK_BREAKERS_OPEN] = {csuccess__breakers_open(engine), 0},
        [CSUCCESS__CHECK_PARKED] = {(double)counts->parked, 0},
        [CSUCCESS__CHECK_CONFLICTS] = {(double)counts->conflicts, 0},
        [CSUCCESS__CHECK_DEAD_LETTERS] = {(double)counts->dead, 0},
        [CSUCCESS__CHECK_OPERATION_FAILURES] = {(double)counts->operation_failures, 0},
    };
    return measures[kind];
}

static bool make_ladder(csuccess_engine *engine, const csuccess__checks *checks, int64_t now)
{
    struct csuccess__ladder *ladder =
        csuccess__alloc(&engine->mem, 1, ladder_bytes(checks->count));
    if (!ladder) return false;
    ladder->count = checks->count;
    for (uint32_t i = 0; i < checks->count; i++) {
        csuccess__measure none = {0, 0};
        csuccess__check_begin(&ladder->states[i],
                              engine->had_ladder ? measure(engine, checks->list[i].kind) : none,
                              now);
    }
    engine->ladder = ladder;
    return true;
}

/* ---- Telling ---- */

static bool write_body(csuccess_engine *engine, csuccess__work *work,
                       const csuccess__check *check, const csuccess__check_state *state)
{
    csuccess__json_writer w;
    csuccess__buffer_clear(&engine->line);
    csuccess__json_writer_init(&w, &engine->line);
    csuccess__json_open(&w, '{');
    csuccess__json_put_str(&w, "check", csuccess__str(csuccess__check_name(check->kind)));
    csuccess__json_put_str(&w, "severity", check->severity);
    csuccess__json_put_str(&w, "tier", check->tiers.list[state->told].id);
    csuccess__json_put_time(&w, "since", state->since);
    csuccess__json_put_num(&w, "value", state->value);
    csuccess__json_put_num(&w, "above", check->above);
    csuccess__json_close(&w, '}');
    return engine->line.status == CSUCCESS_OK &&
           csuccess__work_copy(work, &work->message.body, csuccess__buffer_view(&engine->line));
}

/* The same finding told to the same tier is the same message, however often it is tried. */
static bool write_message(csuccess_engine *engine, csuccess__work *work,
                          const csuccess__check *check, const csuccess__check_state *state)
{
    char bytes[128], since[CSUCCESS__TIME_TEXT], id[65];
    const csuccess__alert_tier *tier = &check->tiers.list[state->told];
    csuccess_message *message = &work->message;
    csuccess__text definition;
    csuccess__text_init(&definition, bytes, sizeof bytes);
    csuccess__text_format(&definition, "check/%s/%S", csuccess__check_name(check->kind),
                          tier->id);
    csuccess__time_format(since, state->since);
    csuccess__cause_id(
        id, &(csuccess__cause){.domain = "message",
                               .tenant = engine->options.tenant,
                               .cause = csuccess__str(since),
                               .definition = csuccess__str(csuccess__check_name(check->kind)),
                               .step = tier->id,
                               .occurrence = engine->options.shard});
    *message = (csuccess_message){.size = sizeof *message,
                                  .customer = csuccess__str(""),
                                  .channel = tier->channel,
                                  .target = csuccess__str(""),
                                  .contact = csuccess__str(""),
                                  .purpose = csuccess__str(""),
                                  .created_ms = work->now,
                                  .not_before_ms = work->now,
                                  .expires_ms = CSUCCESS_TIME_NEVER,
                                  .flags = CSUCCESS_MESSAGE_INTERNAL};
    return csuccess__work_copy(work, &message->id, csuccess__str(id)) &&
           csuccess__work_copy(work, &message->definition,
                               (csuccess_str){definition.ptr, definition.len}) &&
           write_body(engine, work, check, state);
}

/* A channel that is not there, or rests, is asked again when the checks look again. */
void csuccess__check_begin_telling(csuccess_engine *engine, csuccess__work *work)
{
    const csuccess__check *check = &engine->config->checks->list[work->group];
    csuccess__check_state *state = &engine->ladder->states[work->group];
    bool there = state->open && state->told < check->tiers.count;
    csuccess__engine_channel *channel =
        there ? csuccess__channel_of(engine, check->tiers.list[state->told].channel) : NULL;
    int64_t until = 0;
    work->from = state->told;
    if (!channel || !channel->registered ||
        !csuccess__breaker_allows(&channel->breaker, work->now, &until)) {
        csuccess__work_end(engine, work);
        return;
    }
    if (!write_message(engine, work, check, state)) {
        csuccess__ticket_fail(engine, work->ticket,
                              csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"),
                              true);
        csuccess__work_end(engine, work);
        return;
    }
    work->leaving = true;
    work->request = (union csuccess__request){.send = {.channel = work->message.channel,
                                                       .message = &work->message,
                                                       .recipient = csuccess__str("{}"),
                                                       .attempt = 1}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_SEND, 0, CSUCCESS__WORK_CHECK_SENT);
}

void csuccess__check_sent(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__engine_channel *channel = csuccess__channel_of(engine, work->message.channel);
    uint64_t outcome = CSUCCESS_SENT_UNKNOWN;
    if (work->came >= 0 &&
        csuccess__work_reply(work)->answers[0].verdict != CSUCCESS__VERDICT_NONE) {
        outcome = csuccess__work_reply(work)->answers[0].revision;
    }
    bool later = outcome == CSUCCESS_SENT_LATER || outcome == CSUCCESS_SENT_UNKNOWN;
    csuccess__breaker_told(&channel->breaker, &channel->rule, !later, work->now);
    csuccess__check_state *state = &engine->ladder->states[work->group];
    if (!later && state->told == work->from) csuccess__check_told(state);
    if (work->came == CSUCCESS_ECANCELLED || work->came == CSUCCESS_ENOMEM) {
        csuccess__ticket_fail(engine, work->ticket, work->came, true);
    }
    csuccess__work_end(engine, work);
}

/* ---- Looking ---- */

static void look(csuccess_engine *engine, csuccess__work *work, const csuccess__checks *checks)
{
    for (uint32_t i = 0; i < checks->count && !work->ticket->stopped; i++) {
        const csuccess__check *check = &checks->list[i];
        csuccess__check_state *state = &engine->ladder->states[i];
        if (!csuccess__check_look(state, check, measure(engine, check->kind), work->now))
            continue;
        csuccess__work *child = csuccess__work_new(engine, work->ticket, CSUCCESS__WORK_WHOLE,
                                                   CSUCCESS__WORK_CHECK_BEGIN);
        if (!child) break;
        child->now = work->now;
        child->group = i;
        child->parent = work;
        work->children++;
    }
    engine->worst_lag = 0;
    engine->ladder->last = work->now;
    engine->ladder->looked = true;
}

void csuccess__run_jobs(csuccess_engine *engine, csuccess__work *work)
{
    const csuccess__checks *checks = engine->config->checks;
    int64_t every = engine->config->policies->every_ms[CSUCCESS__JOB_CHECKS];
    work->op = NULL;
    work->now = engine->clock;
    if (!checks) {
        csuccess__work_end(engine, work);
        return;
    }
    if (!engine->ladder && !make_ladder(engine, checks, work->now)) {
        csuccess__ticket_fail(engine, work->ticket,
                              csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory"),
                              true);
        csuccess__work_end(engine, work);
        return;
    }
    struct csuccess__ladder *ladder = engine->ladder;
    if (!ladder->looked || work->now - ladder->last >= every) {
        work->state = CSUCCESS__WORK_RUN_JOBS;
        look(engine, work, checks);
    }
    if (work->children) return; /* comes here again with the last of them */
    csuccess__ticket_next(work->ticket, ladder->last + every);
    csuccess__work_end(engine, work);
}
