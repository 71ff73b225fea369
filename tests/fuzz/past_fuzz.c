/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what health, churn, overrides, children and alerts keep in a state: read or refused, printed as JSON, and what was read and is
   written again reads as the same. The first byte picks the field. */
#include "churn/history.h"
#include "flow/alerts_internal.h"
#include "score/history_internal.h"
#include "text/json_check.h"
#include "text/utf8.h"

#include <string.h>

#include "fuzz.h"

typedef void printer(struct csuccess__json_writer *out, const csuccess__state_field *field);
static const struct {
    uint8_t kind;
    printer *print;
} fields[] = {{CSUCCESS__STATE_HEALTH, csuccess__health_past_print},
              {CSUCCESS__STATE_OVERRIDE, csuccess__override_print},
              {CSUCCESS__STATE_CHILD, csuccess__child_print},
              {CSUCCESS__STATE_CHURN, csuccess__churn_past_print},
              {CSUCCESS__STATE_ALERT, csuccess__alert_print},
              {CSUCCESS__STATE_PARENT, csuccess__parent_print}};
enum { FIELDS = sizeof fields / sizeof fields[0] };

static void print(const csuccess__state *state, size_t which)
{
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__json *json = NULL;
    csuccess__arena arena;
    csuccess_limits limits;
    FUZZ_CHECK(csuccess__limits_take(&limits, NULL, NULL) == CSUCCESS_OK);
    csuccess__json_options options = {.limits = &limits};
    csuccess__arena_init(&arena, state->mem, 0);
    csuccess__buffer_init(&out, state->mem, 0);
    csuccess__json_writer_init(&w, &out);
    fields[which].print(&w, &state->fields[0]);
    FUZZ_CHECK(out.status == CSUCCESS_OK);
    csuccess_result result =
        csuccess__json_read(&json, &arena, csuccess__buffer_view(&out), &options, NULL);
    FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_ELIMIT);
    csuccess__buffer_free(&out);
    csuccess__arena_free(&arena);
}

static void put(csuccess__state *state, uint8_t kind, csuccess_str payload)
{
    FUZZ_CHECK(
        csuccess__state_put(state, (csuccess__state_kind)kind, CSUCCESS_STR(""), payload));
}

/* Written, read and written again: the same bytes. */
static void health(csuccess__state *state)
{
    csuccess__health_past past;
    csuccess__arena arena;
    csuccess__buffer one, two;
    csuccess__arena_init(&arena, state->mem, 0);
    csuccess__buffer_init(&one, state->mem, 0);
    csuccess__buffer_init(&two, state->mem, 0);
    csuccess_result result = csuccess__past_open(&past, state, &arena);
    FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
    if (result == CSUCCESS_OK) {
        past.written = (csuccess_str){NULL, 0};
        csuccess__past_write(&one, &past);
        FUZZ_CHECK(one.status == CSUCCESS_OK);
        for (int64_t day = -1000; day < 1000; day += 37) {
            csuccess__value v = csuccess__past_score_at(&past, day, past.definition);
            FUZZ_CHECK(csuccess__is_missing(v) || v.kind == CSUCCESS__KIND_NUMBER);
        }
        put(state, CSUCCESS__STATE_HEALTH, csuccess__buffer_view(&one));
        FUZZ_CHECK(csuccess__past_open(&past, state, &arena) == CSUCCESS_OK);
        csuccess__past_write(&two, &past);
        FUZZ_CHECK(one.len == two.len && memcmp(one.ptr, two.ptr, one.len) == 0);
    }
    csuccess__buffer_free(&one);
    csuccess__buffer_free(&two);
    csuccess__arena_free(&arena);
}

static void others(csuccess__state *state, csuccess_str payload)
{
    csuccess__churn_past churn;
    csuccess__alert_field alert;
    csuccess_result result = csuccess__churn_past_open(&churn, state);
    FUZZ_CHECK(result == CSUCCESS_OK || result == CSUCCESS_ESTATE);
    FUZZ_CHECK(!churn.has_given || (churn.given >= 0 && churn.given <= 1));
    if (csuccess__alert_parse(&alert, payload)) {
        FUZZ_CHECK(alert.told <= CSUCCESS__TIERS_MOST &&
                   csuccess__utf8_check(alert.cause, NULL));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess__state state;
    csuccess_allocator mem;
    if (size == 0) return 0;
    size_t which = data[0] % FIELDS;
    csuccess_str payload = {(const char *)data + 1, size - 1};
    FUZZ_CHECK(csuccess__allocator_take(&mem, NULL, NULL) == CSUCCESS_OK);
    csuccess__state_init(&state, &mem);
    put(&state, fields[which].kind, payload);
    print(&state, which);
    if (fields[which].kind == CSUCCESS__STATE_HEALTH) health(&state);
    others(&state, payload);
    csuccess__state_free(&state);
    return 0;
}
