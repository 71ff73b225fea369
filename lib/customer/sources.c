/* SPDX-License-Identifier: Apache-2.0 */
/* Sources of data: the section `sources`, and how far each reaches. */
#include "customer/sources.h"

#include "base/heap.h"
#include "calendar/time_json.h"
#include "text/reader.h"

/* ---- The section ---- */

/* A source of the document, and its place by precedence. */
typedef struct placed {
    const csuccess__json *at;
    double precedence;
    uint32_t position, rank;
} placed;

static bool by_precedence(const void *one, const void *other)
{
    const placed *a = one, *b = other;
    if (a->precedence < b->precedence || b->precedence < a->precedence) {
        return a->precedence < b->precedence;
    }
    return a->position < b->position;
}

static bool by_name(const void *one, const void *other)
{
    return csuccess__str_cmp(((const placed *)one)->at->key, ((const placed *)other)->at->key) <
           0;
}

static void read_stale_after(csuccess__source_rule *out, csuccess__problems *problems,
                             const csuccess__json *at)
{
    const csuccess__json *node = csuccess__json_member(at, "stale_after");
    csuccess_str text =
        csuccess__read_string(problems, at, "stale_after", (csuccess_str){NULL, 0});
    if (!node || !text.ptr) return;
    csuccess__duration d, back;
    out->has_stale_after = csuccess__duration_parse(&d, text, NULL) &&
                           csuccess__duration_negate(&back, d) &&
                           csuccess__duration_is_negative(back);
    if (out->has_stale_after) {
        out->stale_after = d;
        return;
    }
    csuccess__problem(problems, node, CSUCCESS_ECONFIG,
                      "%q is not a duration above zero (ISO 8601), such as \"P2D\"", text);
}

static bool read_rule(csuccess__source_rule *out, csuccess__compiler *with,
                      csuccess__problems *problems, const placed *place)
{
    static const char *const known[] = {"stale_after", "precedence", "description", NULL};
    *out = (csuccess__source_rule){.rank = place->rank};
    if (place->at->key.len == 0) {
        csuccess__problem(problems, place->at, CSUCCESS_ECONFIG, "a source needs a name");
        return false;
    }
    if (!csuccess__read_object(problems, place->at, known)) return false;
    read_stale_after(out, problems, place->at);
    csuccess__read_number(problems, place->at, "precedence", 0, -1e9, 1e9);
    out->name = csuccess__arena_copy(with->arena, place->at->key);
    if (!out->name.ptr) problems->lost = true;
    return out->name.ptr != NULL;
}

/* Sources in the order of their names, each with its rank. */
static void place_all(placed *list, const csuccess__json *section)
{
    uint32_t n = 0;
    for (const csuccess__json *m = section->first; m; m = m->next) {
        const csuccess__json *node = csuccess__json_member(m, "precedence");
        bool given = node && node->type == CSUCCESS__JSON_NUMBER;
        list[n] = (placed){m, given ? node->number : (double)n, n, 0};
        n++;
    }
    csuccess__sort(list, n, sizeof *list, by_precedence);
    for (uint32_t i = 0; i < n; i++) list[i].rank = i;
    csuccess__sort(list, n, sizeof *list, by_name);
}

const csuccess__sources *csuccess__sources_compile(csuccess__compiler *with,
                                                   csuccess__problems *problems,
                                                   const csuccess__json *section)
{
    uint32_t most = section ? section->count : 0;
    csuccess__sources *set = CSUCCESS__NEW(with->arena, csuccess__sources);
    csuccess__source_rule *list = CSUCCESS__NEW_ARRAY(with->arena, csuccess__source_rule, most);
    placed *order = CSUCCESS__NEW_ARRAY(with->arena, placed, most);
    if (!set || !list || !order) {
        problems->lost = true;
        return NULL;
    }
    set->list = list;
    if (section) place_all(order, section);
    for (uint32_t i = 0; i < most; i++) {
        if (read_rule(&list[set->count], with, problems, &order[i])) set->count++;
    }
    return set;
}

uint32_t csuccess__sources_find(const csuccess__sources *sources, csuccess_str name)
{
    uint32_t low = 0, high = sources ? sources->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = csuccess__str_cmp(sources->list[middle].name, name);
        if (order == 0) return middle;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return UINT32_MAX;
}

/* ---- Coverage ---- */

/* Feeds that speak in whole seconds end at 23:59:59 and go on at 00:00:00. */
static bool adjoins(csuccess__coverage a, csuccess__coverage b)
{
    return a.from <= b.to + CSUCCESS__SECOND_MS && b.from <= a.to + CSUCCESS__SECOND_MS;
}

void csuccess__coverage_join(csuccess__coverage *into, csuccess__coverage more)
{
    if (!more.known) return;
    if (!into->known) {
        *into = more;
    } else if (adjoins(*into, more)) {
        if (more.from < into->from) into->from = more.from;
        if (more.to > into->to) into->to = more.to;
    } else if (more.from > into->to) {
        *into = more;
    }
}

void csuccess__coverage_write(csuccess__buffer *out, const csuccess__coverage *coverage)
{
    if (!coverage->known) return;
    csuccess__wire_i64(out, coverage->from);
    csuccess__wire_u64(out, (uint64_t)coverage->to - (uint64_t)coverage->from);
}

bool csuccess__coverage_read(csuccess__coverage *out, csuccess_str payload)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__coverage){false, 0, 0};
    if (payload.len == 0) return true;
    int64_t from = csuccess__wire_get_i64(&in);
    uint64_t length = csuccess__wire_get_u64(&in);
    if (!csuccess__wire_done(&in) || !csuccess__time_valid(from) ||
        length > (uint64_t)(CSUCCESS__TIME_MAX - from)) {
        return false;
    }
    *out = (csuccess__coverage){true, from, from + (int64_t)length};
    return true;
}

static bool read_time(int64_t *out, const csuccess__input *input, const char *key,
                      csuccess__text *reason)
{
    csuccess__value v = csuccess__input_value(input, key, CSUCCESS__KIND_STRING);
    if (!csuccess__is_missing(v) && csuccess__time_parse(out, v.as.string, NULL)) return true;
    csuccess__text_format(reason,
                          "\"%s\" of a source is a time (RFC 3339), such as "
                          "\"2026-01-31T00:00:00Z\"",
                          key);
    return false;
}

csuccess_result csuccess__coverage_of(csuccess__coverage *out, const csuccess__input *input,
                                      csuccess__text *reason)
{
    *out = (csuccess__coverage){false, 0, 0};
    if (!read_time(&out->from, input, "covered_from", reason) ||
        !read_time(&out->to, input, "covered_to", reason)) {
        return CSUCCESS_ERANGE;
    }
    if (out->to < out->from) {
        csuccess__text_format(reason, "\"covered_to\" of a source is before \"covered_from\"");
        return CSUCCESS_ERANGE;
    }
    out->known = true;
    return CSUCCESS_OK;
}

csuccess_result csuccess__sources_open(const csuccess__sources *sources,
                                       const csuccess__state *state,
                                       const csuccess__coverage *tenant,
                                       csuccess__sources_known *out)
{
    out->count = sources ? sources->count : 0;
    for (uint32_t i = 0; i < out->count; i++) {
        csuccess_str payload =
            csuccess__state_get(state, CSUCCESS__STATE_SOURCE, sources->list[i].name);
        out->list[i] = tenant ? tenant[i] : (csuccess__coverage){false, 0, 0};
        if (!payload.ptr) continue;
        csuccess__coverage own;
        if (!csuccess__coverage_read(&own, payload)) return CSUCCESS_ESTATE;
        if (own.known) out->list[i] = own;
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__sources_apply(const csuccess__sources *sources, csuccess__step *step,
                                        const csuccess__input *input, csuccess__text *reason)
{
    csuccess__coverage more, known;
    if (csuccess__sources_find(sources, input->name) == UINT32_MAX) {
        csuccess__text_format(reason, "the configuration has no source %q", input->name);
        return CSUCCESS_ERANGE;
    }
    csuccess_result result = csuccess__coverage_of(&more, input, reason);
    if (result < 0) return result;
    csuccess_str payload =
        csuccess__state_get(step->state, CSUCCESS__STATE_SOURCE, input->name);
    if (!csuccess__coverage_read(&known, payload)) {
        csuccess__step_fail(step, CSUCCESS_ESTATE);
        return CSUCCESS_ESTATE;
    }
    csuccess__coverage before = known;
    csuccess__coverage_join(&known, more);
    if (before.known && before.from == known.from && before.to == known.to) {
        return CSUCCESS_UNCHANGED;
    }
    csuccess__buffer_clear(step->scratch);
    csuccess__coverage_write(step->scratch, &known);
    if (step->scratch->status < 0) {
        csuccess__step_fail(step, step->scratch->status);
    } else {
        csuccess__step_put(step, CSUCCESS__STATE_SOURCE, input->name,
                           csuccess__buffer_view(step->scratch));
    }
    return step->failed < 0 ? step->failed : CSUCCESS_OK;
}

bool csuccess__source_stale_at(const csuccess__source_rule *rule,
                               const csuccess__coverage *coverage, int64_t *at)
{
    return rule->has_stale_after && coverage->known &&
           csuccess__time_add(at, coverage->to, rule->stale_after);
}

int64_t csuccess__sources_next(const csuccess__sources *sources,
                               const csuccess__sources_known *known, int64_t now)
{
    int64_t next = CSUCCESS__NEVER;
    for (uint32_t i = 0; sources && i < sources->count && i < known->count; i++) {
        int64_t at;
        if (!csuccess__source_stale_at(&sources->list[i], &known->list[i], &at)) continue;
        /* It is stale from the first millisecond behind. */
        if (at >= now && at + 1 < next) next = at + 1;
    }
    return next;
}

void csuccess__source_print(struct csuccess__json_writer *out,
                            const csuccess__state_field *field)
{
    csuccess__coverage coverage;
    if (!csuccess__coverage_read(&coverage, field->payload) || !coverage.known) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_time(out, "covered_from", coverage.from);
    csuccess__json_put_time(out, "covered_to", coverage.to);
    csuccess__json_close(out, '}');
}
