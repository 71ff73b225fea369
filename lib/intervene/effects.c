/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence from entries: read, merged, as bytes. */
#include "intervene/effects.h"

#include "base/digest.h"
#include "flow/results_internal.h"
#include "intervene/intervene.h"

#include <string.h>

enum { VERSION = 1, DIGEST_BYTES = 16, CHANGES_MOST = 12 };

/* ---- A whole one ---- */

static csuccess_result fill(csuccess__evidence *e, uint32_t experiment)
{
    bool one = e->kind == CSUCCESS__EVIDENCE_EXPERIMENT;
    bool all = e->kind == CSUCCESS__EVIDENCE_EFFECTS;
    e->first = one ? experiment : 0;
    e->comparison_count = one ? 1 : all ? e->of->experiments->count : 0;
    csuccess__arena_init(&e->scratch, &e->mem, 0);
    e->comparisons =
        csuccess__alloc(&e->mem, (size_t)e->comparison_count + 1, sizeof *e->comparisons);
    if (!e->comparisons) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < e->comparison_count; i++) {
        csuccess__comparison_init(&e->comparisons[i], &e->mem);
    }
    return csuccess__results_new(&e->rows, CSUCCESS__RESULTS_EFFECTS, (csuccess_str){"", 0}, 0,
                                 &e->mem);
}

csuccess_result csuccess__evidence_new(csuccess__evidence **out, csuccess__evidence_kind kind,
                                       const csuccess__intervene *of, uint32_t experiment,
                                       const csuccess_allocator *mem)
{
    *out = NULL;
    csuccess__evidence *e = csuccess__alloc(mem, 1, sizeof *e);
    if (!e) return CSUCCESS_ENOMEM;
    e->mem = *mem;
    e->of = of;
    e->kind = kind;
    csuccess_result status = fill(e, experiment);
    if (status < 0) {
        csuccess__evidence_free(e);
        return status;
    }
    *out = e;
    return CSUCCESS_OK;
}

void csuccess__evidence_free(csuccess__evidence *evidence)
{
    if (!evidence) return;
    csuccess_allocator mem = evidence->mem;
    for (uint32_t i = 0; evidence->comparisons && i < evidence->comparison_count; i++) {
        csuccess__comparison_free(&evidence->comparisons[i]);
    }
    csuccess__release(&mem, evidence->comparisons, (size_t)evidence->comparison_count + 1,
                      sizeof *evidence->comparisons);
    csuccess__results_free(evidence->rows);
    csuccess__arena_free(&evidence->scratch);
    csuccess__release(&mem, evidence, 1, sizeof *evidence);
}

/* ---- Bodies ---- */

typedef struct work {
    csuccess__evidence *e;
    const csuccess__json *body;
    csuccess__results_path paths[CHANGES_MOST];
    csuccess__results_change changes[CHANGES_MOST];
    uint32_t count;
    csuccess_result status; /* OK, UNCHANGED, or what is wrong */
} work;

static csuccess_str text_of(const work *w, const char *key)
{
    const csuccess__json *m = csuccess__json_member(w->body, key);
    return m && m->type == CSUCCESS__JSON_STRING ? m->string : (csuccess_str){"", 0};
}

/* "true", "false", "null", or a text as it is. */
static csuccess_str word_of(const work *w, const char *key)
{
    const csuccess__json *m = csuccess__json_member(w->body, key);
    if (m && m->type == CSUCCESS__JSON_BOOL) {
        return m->boolean ? CSUCCESS_STR("true") : CSUCCESS_STR("false");
    }
    if (m && m->type == CSUCCESS__JSON_NULL) return CSUCCESS_STR("null");
    return text_of(w, key);
}

static bool has_nul(csuccess_str text)
{
    return text.len > 0 && memchr(text.ptr, 0, text.len) != NULL;
}

/* Where counts and figures of an intervention or a campaign go. */
typedef struct place {
    const char *first; /* "interventions" */
    csuccess_str name;
} place;

static csuccess__results_change *change(work *w, place at, const char *leaf, csuccess_str word)
{
    csuccess__results_path *path = &w->paths[w->count];
    csuccess__results_change *c = &w->changes[w->count++];
    csuccess__results_path_start(path, at.first);
    csuccess__path_add(path, at.name);
    csuccess__path_add(path, csuccess__str(leaf));
    if (word.len) csuccess__path_add(path, word);
    if (has_nul(at.name) || has_nul(word)) w->status = CSUCCESS_ESTATE;
    if (path->cut && w->status >= 0) w->status = CSUCCESS_ELIMIT;
    *c = (csuccess__results_change){.path = csuccess__path_view(path)};
    return c;
}

static void count(work *w, place at, const char *leaf, csuccess_str word)
{
    if (word.len) change(w, at, leaf, word);
}

static void measure(work *w, place at, const char *leaf, const char *key)
{
    const csuccess__json *m = csuccess__json_member(w->body, key);
    if (!m || m->type == CSUCCESS__JSON_NULL) return;
    if (m->type != CSUCCESS__JSON_NUMBER) {
        w->status = CSUCCESS_ESTATE;
        return;
    }
    csuccess__results_change *c = change(w, at, leaf, (csuccess_str){"", 0});
    c->figure = true;
    c->value = m->number;
}

static void settle(work *w)
{
    if (w->status != CSUCCESS_OK) return;
    w->status = csuccess__results_prepare(w->e->rows, w->changes, w->count);
    if (w->status >= 0) csuccess__results_apply(w->e->rows, w->changes, w->count);
}

/* ---- Interventions and campaigns ---- */

/* What of an execution is also its campaign's. */
static bool campaign_of(const work *w, place *out)
{
    const csuccess_str prefix = CSUCCESS_STR("campaign/");
    csuccess_str programme = text_of(w, "programme");
    if (!csuccess__str_starts(programme, prefix) || programme.len == prefix.len) return false;
    *out = (place){"campaigns", {programme.ptr + prefix.len, programme.len - prefix.len}};
    return true;
}

static void read_scheduled(work *w, place at)
{
    const csuccess__json *task = csuccess__json_member(w->body, "task");
    bool by_person = task && task->type == CSUCCESS__JSON_STRING && task->string.len > 0;
    place campaign;
    count(w, at, "by", by_person ? CSUCCESS_STR("task") : CSUCCESS_STR("message"));
    count(w, at, "channels", text_of(w, "channel"));
    measure(w, at, "cost", "cost");
    measure(w, at, "value", "value_at_stake");
    if (!campaign_of(w, &campaign)) return;
    change(w, campaign, "executions", (csuccess_str){"", 0});
    measure(w, campaign, "cost", "cost");
    measure(w, campaign, "value", "value_at_stake");
}

/* It never arrived: what was reserved for it is free again. */
static void read_returned(work *w, place at)
{
    place campaign;
    measure(w, at, "returned", "cost");
    if (!campaign_of(w, &campaign)) return;
    count(w, campaign, "returns", text_of(w, "change"));
    measure(w, campaign, "returned", "cost");
}

static void read_response(work *w, place at)
{
    place campaign;
    csuccess_str response = text_of(w, "response");
    count(w, at, "responses", response);
    if (campaign_of(w, &campaign)) count(w, campaign, "responses", response);
}

static void read_completed(work *w, place at)
{
    place campaign;
    csuccess_str response = text_of(w, "response");
    if (response.len == 0) response = CSUCCESS_STR("none");
    count(w, at, "outcomes", text_of(w, "outcome"));
    count(w, at, "answers", response);
    measure(w, at, "spent", "cost");
    measure(w, at, "satisfaction", "satisfaction");
    measure(w, at, "minutes", "minutes");
    if (!campaign_of(w, &campaign)) return;
    count(w, campaign, "outcomes", text_of(w, "outcome"));
    count(w, campaign, "answers", response);
    measure(w, campaign, "spent", "cost");
    measure(w, campaign, "rating", "satisfaction");
}

static void read_judged(work *w, place at)
{
    count(w, at, "success", word_of(w, "success"));
}

static void add_intervention(work *w)
{
    static const struct {
        const char *change;
        void (*read)(work *, place);
    } words[] = {{"scheduled", read_scheduled},    {"taken_back", read_returned},
                 {"not_delivered", read_returned}, {"responded", read_response},
                 {"completed", read_completed},    {"judged", read_judged}};
    const place at = {"interventions", text_of(w, "intervention")};
    csuccess_str word = text_of(w, "change");
    if (at.name.len == 0 || word.len == 0) {
        w->status = CSUCCESS_ESTATE;
        return;
    }
    count(w, at, "changes", word);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (csuccess__str_is(word, words[i].change)) words[i].read(w, at);
    }
    settle(w);
}

static void add_campaign(work *w)
{
    const place at = {"campaigns", text_of(w, "campaign")};
    csuccess_str word = text_of(w, "change");
    if (at.name.len == 0 || word.len == 0) {
        w->status = CSUCCESS_ESTATE;
        return;
    }
    count(w, at, "changes", word);
    if (csuccess__str_is(word, "ended")) count(w, at, "ends", text_of(w, "state"));
    if (csuccess__str_is(word, "judged")) {
        count(w, at, "success", word_of(w, "success"));
        count(w, at, "retained", word_of(w, "retained"));
        measure(w, at, "satisfaction", "satisfaction");
        measure(w, at, "revenue", "revenue");
    }
    settle(w);
}

/* ---- Experiments ---- */

static csuccess__comparison *comparison_of(const work *w)
{
    uint32_t at = csuccess__experiment_find(w->e->of->experiments, text_of(w, "experiment"));
    bool own =
        at != UINT32_MAX && at >= w->e->first && at - w->e->first < w->e->comparison_count;
    return own ? &w->e->comparisons[at - w->e->first] : NULL;
}

static void add_to_comparison(work *w, csuccess__comparison_what what)
{
    csuccess__comparison *comparison = comparison_of(w);
    csuccess_str arm = text_of(w, "arm"), unit = text_of(w, "unit");
    if (!comparison) {
        w->status = CSUCCESS_UNCHANGED;
    } else if (arm.len == 0 || unit.len == 0) {
        w->status = CSUCCESS_ESTATE;
    } else {
        w->status = csuccess__comparison_add(comparison, arm, unit, what);
    }
}

static void add_exposure(work *w)
{
    add_to_comparison(w, CSUCCESS__COMPARISON_EXPOSED);
}

/* Other outcomes are those of customers: churned, renewed. */
static void add_outcome(work *w)
{
    const csuccess__json *outcome = csuccess__json_member(w->body, "outcome");
    if (!csuccess__json_member(w->body, "experiment")) {
        w->status = CSUCCESS_UNCHANGED;
    } else if (outcome && outcome->type == CSUCCESS__JSON_NULL) {
        add_to_comparison(w, CSUCCESS__COMPARISON_UNDECIDED);
    } else if (outcome && outcome->type == CSUCCESS__JSON_BOOL) {
        add_to_comparison(w, outcome->boolean ? CSUCCESS__COMPARISON_YES
                                              : CSUCCESS__COMPARISON_NO);
    } else {
        w->status = CSUCCESS_ESTATE;
    }
}

/* ---- Entries ---- */

typedef void adding(work *);

static adding *adding_of(const csuccess__evidence *e, csuccess_str kind)
{
    static const struct {
        const char *kind;
        adding *add;
        bool comparison;
    } kinds[] = {{"exposure", add_exposure, true},
                 {"outcome", add_outcome, true},
                 {"intervention", add_intervention, false},
                 {"campaign", add_campaign, false}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (!csuccess__str_is(kind, kinds[i].kind)) continue;
        bool wanted = kinds[i].comparison ? e->comparison_count > 0
                                          : e->kind != CSUCCESS__EVIDENCE_EXPERIMENT;
        return wanted ? kinds[i].add : NULL;
    }
    return NULL;
}

csuccess_result csuccess__evidence_add(csuccess__evidence *evidence, csuccess_str kind,
                                       csuccess_str body, const csuccess_limits *limits)
{
    adding *add = adding_of(evidence, kind);
    csuccess__json_options options = {.limits = limits};
    csuccess__json *read = NULL;
    if (!add || !body.ptr) return CSUCCESS_UNCHANGED;
    csuccess__arena_reset(&evidence->scratch);
    csuccess_result status =
        csuccess__json_read(&read, &evidence->scratch, body, &options, NULL);
    if (status == CSUCCESS_ENOMEM) return status;
    if (status < 0 || read->type != CSUCCESS__JSON_OBJECT) return CSUCCESS_ESTATE;
    work *w = CSUCCESS__NEW(&evidence->scratch, work);
    if (!w) return CSUCCESS_ENOMEM;
    w->e = evidence;
    w->body = read;
    add(w);
    return w->status;
}

/* ---- Merging ---- */

bool csuccess__evidence_same(const csuccess__evidence *a, const csuccess__evidence *b)
{
    return a->kind == b->kind && a->first == b->first &&
           a->comparison_count == b->comparison_count;
}

csuccess_result csuccess__evidence_merge(csuccess__evidence *into,
                                         const csuccess__evidence *from)
{
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; i < into->comparison_count && status >= 0; i++) {
        status = csuccess__comparison_prepare(&into->comparisons[i], &from->comparisons[i]);
    }
    if (status >= 0) status = csuccess__results_merge(into->rows, from->rows);
    for (uint32_t i = 0; i < into->comparison_count && status >= 0; i++) {
        csuccess__comparison_take(&into->comparisons[i], &from->comparisons[i]);
    }
    return status < 0 ? status : CSUCCESS_OK;
}

/* ---- Bytes: version · kind · experiment · configuration · rows · comparisons, in the order of the configuration · 16 bytes of SHA-256 over all before ---- */

static void digest_of(uint8_t out[32], csuccess_str bytes)
{
    csuccess__sha256 h;
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("evidence"));
    csuccess__digest_str(&h, bytes);
    csuccess__sha256_finish(&h, out);
}

static csuccess_str name_of(const csuccess__evidence *e)
{
    if (e->kind != CSUCCESS__EVIDENCE_EXPERIMENT) return (csuccess_str){"", 0};
    return e->of->experiments->list[e->first].id;
}

void csuccess__evidence_save(csuccess__buffer *out, const csuccess__evidence *evidence,
                             csuccess_str config)
{
    uint8_t digest[32];
    csuccess__buffer rows;
    csuccess__buffer_init(&rows, &evidence->mem, 0);
    csuccess__results_save(&rows, evidence->rows, config);
    csuccess__wire_u64(out, VERSION);
    csuccess__wire_u64(out, (uint64_t)evidence->kind);
    csuccess__wire_str(out, name_of(evidence));
    csuccess__wire_str(out, config);
    csuccess__wire_str(out, csuccess__buffer_view(&rows));
    if (rows.status < 0) out->status = rows.status;
    csuccess__buffer_free(&rows);
    for (uint32_t i = 0; i < evidence->comparison_count && out->status >= 0; i++) {
        csuccess__comparison_save(out, &evidence->comparisons[i]);
    }
    if (out->status < 0) return;
    digest_of(digest, csuccess__buffer_view(out));
    csuccess__buffer_put(out, digest, DIGEST_BYTES);
}

static csuccess_result load_head(csuccess__wire *in, const csuccess__evidence *own,
                                 csuccess_str config)
{
    uint64_t version = csuccess__wire_get_u64(in);
    if (!in->bad && version > VERSION) return CSUCCESS_EUNSUPPORTED;
    uint64_t kind = csuccess__wire_get_u64(in);
    csuccess_str name = csuccess__wire_get_str(in), of = csuccess__wire_get_str(in);
    if (in->bad || version == 0) return CSUCCESS_ESTATE;
    bool same = kind == (uint64_t)own->kind && csuccess__str_eq(name, name_of(own)) &&
                csuccess__str_eq(of, config);
    return same ? CSUCCESS_OK : CSUCCESS_EINVALID;
}

static csuccess_result load_all(csuccess__evidence *e, csuccess_str bytes, csuccess_str config)
{
    csuccess__wire in = csuccess__wire_open(bytes);
    csuccess_result status = load_head(&in, e, config);
    if (status < 0) return status;
    csuccess_str rows = csuccess__wire_get_str(&in);
    status = in.bad ? CSUCCESS_ESTATE : csuccess__results_load(e->rows, rows, config);
    for (uint32_t i = 0; i < e->comparison_count && status >= 0; i++) {
        status = csuccess__comparison_load(&e->comparisons[i], &in);
    }
    if (status < 0) return status;
    return csuccess__wire_done(&in) ? CSUCCESS_OK : CSUCCESS_ESTATE;
}

csuccess_result csuccess__evidence_load(csuccess__evidence *evidence, csuccess_str saved,
                                        csuccess_str config)
{
    uint8_t digest[32];
    csuccess__evidence *read;
    if (saved.len < DIGEST_BYTES) return CSUCCESS_ESTATE;
    const csuccess_str bytes = {saved.ptr, saved.len - DIGEST_BYTES};
    digest_of(digest, bytes);
    if (memcmp(digest, bytes.ptr + bytes.len, DIGEST_BYTES) != 0) return CSUCCESS_ESTATE;
    csuccess_result status = csuccess__evidence_new(&read, evidence->kind, evidence->of,
                                                    evidence->first, &evidence->mem);
    if (status < 0) return status;
    status = load_all(read, bytes, config);
    if (status >= 0) status = csuccess__evidence_merge(evidence, read);
    csuccess__evidence_free(read);
    return status;
}
