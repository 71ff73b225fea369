/* SPDX-License-Identifier: Apache-2.0 */
/* Flow on the desk: what a step hands it, definitions of earlier configurations, ledgers, zones of the host. */
#include "engine/desk.h"

#include "base/error.h"
#include "flow/flow.h"

#include <string.h>

/* ---- Zones that the host knows ---- */

static bool ask_host(void *ud, csuccess_str zone, int64_t at, csuccess__zone_span *out)
{
    const csuccess__desk_options *options = ud;
    csuccess_zone_answer answer = {.size = sizeof answer};
    if (options->zone(options->zone_ud, zone, at, &answer) < 0) return false;
    csuccess__zone_span span = {.from = answer.from_ms ? answer.from_ms : INT64_MIN,
                                .until = answer.until_ms ? answer.until_ms : INT64_MAX,
                                .offset_minutes = answer.offset_minutes};
    bool can_be = span.offset_minutes >= -1439 && span.offset_minutes <= 1439 &&
                  span.from <= at && at < span.until;
    if (can_be) *out = span;
    return can_be;
}

/* ---- Names that the host knows ---- */

static bool ask_variable(void *ud, csuccess_str customer, csuccess_str name, csuccess_str *json)
{
    const csuccess__desk_options *options = ud;
    *json = (csuccess_str){"", 0};
    csuccess_result status = options->variable(options->variable_ud, customer, name, json);
    return status == CSUCCESS_OK && json->ptr && json->len > 0;
}

/* ---- What was last seen of an event ---- */

static bool find_last_events(csuccess__desk *desk)
{
    const csuccess__schema *schema = desk->config->schema;
    uint32_t *slots = CSUCCESS__NEW_ARRAY(&desk->texts, uint32_t, schema->count);
    if (!slots) return false;
    for (uint32_t i = schema->inputs; i < schema->count; i++) {
        if (csuccess__str_is(schema->slots[i].path, "last_event")) {
            slots[desk->last_event_count++] = i;
        }
    }
    desk->last_events = slots;
    return true;
}

void csuccess__desk_last_events(csuccess__desk *desk)
{
    for (uint32_t i = 0; i < desk->last_event_count; i++) {
        uint32_t slot = desk->last_events[i];
        int64_t at = 0;
        csuccess_str name = desk->config->schema->slots[slot].argument;
        bool came = csuccess__known_last_event(&desk->state, name, &at);
        desk->scorer->slots[slot] =
            came ? csuccess__time(at) : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
}

/* ---- What the contacts answered ---- */

static void find_nps(csuccess__desk *desk)
{
    const csuccess__schema *schema = desk->config->schema;
    for (int k = 0; k < CSUCCESS__NPS_SLOT_COUNT; k++) desk->nps[k] = UINT32_MAX;
    for (uint32_t i = schema->inputs; i < schema->count; i++) {
        if (schema->slots[i].argument.ptr) continue;
        int k = csuccess__nps_slot(schema->slots[i].path);
        if (k == CSUCCESS__NPS_SLOT_COUNT) continue;
        desk->nps[k] = i;
        desk->reads_nps = true;
    }
}

bool csuccess__desk_nps(csuccess__desk *desk, int64_t now)
{
    csuccess__nps nps;
    if (!desk->reads_nps) return true;
    if (!csuccess__nps_read(desk->config->nps, &desk->state, now, &nps)) return false;
    for (int k = 0; k < CSUCCESS__NPS_SLOT_COUNT; k++) {
        uint32_t slot = desk->nps[k];
        if (slot != UINT32_MAX) desk->scorer->slots[slot] = csuccess__nps_value(&nps, k);
    }
    return true;
}

/* ---- Making ---- */

csuccess_result csuccess__desk_flow_new(csuccess__desk *desk)
{
    const csuccess_config *config = desk->config;
    desk->flows = !config->flow->idle;
    find_nps(desk);
    desk->host_zones = (csuccess__zone_source){.ud = &desk->options,
                                               .ask = desk->options.zone ? ask_host : NULL};
    desk->host_variables =
        (csuccess__variable_source){.ud = &desk->options, .ask = ask_variable};
    desk->ledgers = csuccess__flow_ledgers(config->flow, &desk->ledger_count);
    desk->sums =
        csuccess__arena_take(&desk->texts, (size_t)desk->ledger_count + 1, sizeof *desk->sums);
    if (!desk->sums || !find_last_events(desk)) return CSUCCESS_ENOMEM;
    csuccess_result status = csuccess__flow_desk_new(&desk->flow, config->flow, &desk->mem);
    if (status < 0) return status;
    status = csuccess__pins_new(&desk->flow.pins, config->flow, config->constants,
                                &desk->options.limits, &desk->mem);
    if (status == CSUCCESS_OK) csuccess__pins_in_force(desk->flow.pins, desk->hash);
    return status;
}

/* ---- A moment ---- */

csuccess__moment csuccess__desk_moment(csuccess__advance *advance, csuccess__step *step,
                                       const csuccess__input *input,
                                       csuccess__zones_asked *asked)
{
    csuccess__desk *desk = advance->desk;
    *asked = (csuccess__zones_asked){.moment = NULL,
                                     .host = desk->host_zones.ask ? &desk->host_zones : NULL};
    return (csuccess__moment){.flow = desk->config->flow,
                              .desk = &desk->flow,
                              .step = step,
                              .input = input,
                              .machine = desk->scorer->machine,
                              .slots = desk->scorer->slots,
                              .schema = desk->config->schema,
                              .constants = desk->config->constants,
                              .zones = csuccess__zones_source(asked),
                              .variables =
                                  desk->options.variable ? &desk->host_variables : NULL,
                              .ledgers = desk->sums,
                              .ledger_count = desk->ledger_count,
                              .refused = advance->refused,
                              .refused_count = advance->refused_count,
                              .fresh = advance->fresh && !advance->stepped,
                              .redefined = advance->redefined};
}

csuccess_result csuccess__desk_apply_flow(csuccess__advance *advance, csuccess__step *step,
                                          const csuccess__input *input, csuccess__text *reason)
{
    csuccess__desk *desk = advance->desk;
    csuccess__zones_asked asked;
    csuccess_result status = csuccess__desk_facts(desk, step->now, NULL);
    if (status < 0) return status;
    csuccess__machine_reset(desk->scorer->machine);
    csuccess__facts_fill(desk->facts, step->now, desk->scorer->slots);
    csuccess__moment m = csuccess__desk_moment(advance, step, input, &asked);
    asked.moment = &m;
    status = csuccess__flow_apply(&m, input, reason);
    desk->facts_stale = true; /* nothing that was filled in is of this step's end */
    return step->failed < 0 ? step->failed : status;
}

/* ---- Definitions of earlier configurations, and ledgers ---- */

static int nibble(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "sha256:…" as bytes; keys are made here, so it is one. */
static void hash_of(uint8_t out[32], csuccess_str id)
{
    const char *hex = id.ptr + 7;
    for (size_t i = 0; i < 32; i++) {
        out[i] = (uint8_t)(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
    }
}

static bool add_key(csuccess__advance *advance, const uint8_t hash[32])
{
    char text[7 + 65];
    memcpy(text, "sha256:", 7);
    csuccess__hex(text + 7, hash);
    csuccess_str id = csuccess__arena_copy(&advance->about, csuccess__str(text));
    if (!id.ptr || advance->key_count == advance->key_cap) return false;
    advance->keys[advance->key_count++] = (csuccess_key){CSUCCESS_RECORD_DEFINITION, 0, id};
    return true;
}

/* The sums of the ledgers, 0 for one that is not there. */
static void read_sums(csuccess__advance *advance, const csuccess__answer *answers)
{
    csuccess__desk *desk = advance->desk;
    size_t first = 2 + (size_t)desk->source_count;
    for (uint32_t i = 0; i < desk->ledger_count; i++) {
        const csuccess__answer *answer = &answers[first + i];
        desk->sums[i] = (csuccess__ledger_sum){desk->ledgers[i], 0};
        if (answer->verdict != CSUCCESS__VERDICT_LEDGER) continue;
        desk->sums[i].sum = answer->sum;
    }
}

csuccess_result csuccess__advance_pins(csuccess__advance *advance,
                                       const csuccess__answer *answers, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    uint8_t wanted[CSUCCESS__PINS_MOST][32], hash[32];
    uint32_t count = 0;
    csuccess_result status = CSUCCESS_OK;
    read_sums(advance, answers);
    if (!desk->flows) return status;
    for (size_t i = advance->definitions; i < advance->key_count; i++) {
        bool there = answers[i].verdict == CSUCCESS__VERDICT_RECORD;
        hash_of(hash, advance->keys[i].id);
        status = csuccess__pins_add(desk->flow.pins, hash,
                                    there ? answers[i].body : CSUCCESS_STR(""));
        if (status < 0) return csuccess__fail(err, status, "out of memory");
    }
    status = csuccess__pins_wanted(desk->flow.pins, &desk->state, wanted, CSUCCESS__PINS_MOST,
                                   &count);
    if (status < 0) {
        return csuccess__fail(err, status, "the programmes of customer %q: %s",
                              advance->customer, csuccess_result_text(status));
    }
    bool grew = false;
    for (uint32_t i = 0; i < count && advance->key_count < advance->key_cap; i++) {
        if (!add_key(advance, wanted[i])) {
            return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
        }
        grew = true;
    }
    return grew ? CSUCCESS_AGAIN : CSUCCESS_OK;
}
