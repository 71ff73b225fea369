/* SPDX-License-Identifier: Apache-2.0 */
/* Results as bytes: canonical, so that equal results have equal bytes, and with a digest, so that damaged ones are refused.

   version, kind, name, configuration; rows in order of path; names of steps in order; pieces in order of id, their steps by number of name; pairs; 16 bytes of SHA-256 over all before. What is zero is not written. */
#include "base/digest.h"
#include "base/heap.h"
#include "base/number.h"
#include "base/wire.h"
#include "flow/results_internal.h"
#include "text/utf8.h"

#include <string.h>

enum {
    VERSION = 1,
    DIGEST_BYTES = 16,
    PIECE_ENDED = 1,
    PIECE_SUCCEEDED = 2,
    STEP_WORDS = CSUCCESS__RESULTS_STEPS_MOST / 64
};

static void digest_of(uint8_t out[32], csuccess_str bytes)
{
    csuccess__sha256 h;
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("results"));
    csuccess__digest_str(&h, bytes);
    csuccess__sha256_finish(&h, out);
}

/* ---- Writing ---- */

static bool is_empty(const csuccess__results_row *row)
{
    return row->figure ? row->sum.count == 0 : row->count == 0;
}

static void put_tally(csuccess__buffer *out, const csuccess__tally *tally)
{
    uint64_t n = 0;
    uint32_t last = 0;
    for (uint32_t i = 0; i < tally->size; i++) n += tally->counts[i] > 0;
    csuccess__wire_u64(out, n);
    for (uint32_t i = 0; i < tally->size; i++) {
        if (tally->counts[i] == 0) continue;
        csuccess__wire_u64(out, i - last);
        csuccess__wire_u64(out, tally->counts[i]);
        last = i;
    }
}

static void put_row(csuccess__buffer *out, const csuccess__results_row *row)
{
    csuccess__wire_str(out, (csuccess_str){row->path, row->len});
    csuccess__wire_u64(out, row->figure);
    if (!row->figure) {
        csuccess__wire_u64(out, row->count);
        return;
    }
    csuccess__wire_u64(out, row->sum.count);
    csuccess__wire_i64(out, row->sum.total.hi);
    csuccess__wire_u64(out, row->sum.total.lo);
    csuccess__wire_double(out, row->sum.min);
    csuccess__wire_double(out, row->sum.max);
    put_tally(out, &row->bins);
}

static void put_rows(csuccess__buffer *out, const csuccess__results *results)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < results->row_count; i++) n += !is_empty(&results->rows[i]);
    csuccess__wire_u64(out, n);
    for (uint32_t i = 0; i < results->row_count; i++) {
        if (!is_empty(&results->rows[i])) put_row(out, &results->rows[i]);
    }
}

typedef struct placed {
    csuccess_str name;
    uint32_t was; /* its number in the results */
} placed;

static bool name_before(const void *a, const void *b)
{
    return csuccess__str_cmp(((const placed *)a)->name, ((const placed *)b)->name) < 0;
}

static bool piece_before(const void *a, const void *b)
{
    const csuccess__results_piece *const *x = a, *const *y = b;
    return memcmp((*x)->id, (*y)->id, 32) < 0;
}

static void put_piece(csuccess__buffer *out, const csuccess__results_piece *piece,
                      const placed *steps, uint32_t n)
{
    uint64_t marks = 0;
    uint32_t last = 0;
    csuccess__buffer_put(out, piece->id, 32);
    csuccess__wire_u64(out, (piece->ended ? (uint64_t)PIECE_ENDED : 0) |
                                (piece->succeeded ? (uint64_t)PIECE_SUCCEEDED : 0));
    csuccess__wire_u64(out, piece->seen);
    csuccess__wire_u64(out, piece->moves);
    for (uint32_t i = 0; i < n; i++) marks += csuccess__piece_has(piece, steps[i].was);
    csuccess__wire_u64(out, marks);
    for (uint32_t i = 0; i < n; i++) {
        if (!csuccess__piece_has(piece, steps[i].was)) continue;
        csuccess__wire_u64(out, i - last);
        last = i;
    }
}

/* Names that some live piece has, in order; how many. */
static uint32_t used_steps(placed *steps, const csuccess__results *results)
{
    uint64_t used[STEP_WORDS] = {0};
    uint32_t n = 0;
    for (size_t k = 0; k < results->pieces.count; k++) {
        const csuccess__results_piece *piece = &results->pieces.list[k];
        for (uint32_t i = 0; !piece->dead && i < piece->words; i++) used[i] |= piece->steps[i];
    }
    for (uint32_t i = 0; i < results->step_count; i++) {
        if (used[i / 64] >> i % 64 & 1) steps[n++] = (placed){results->steps[i], i};
    }
    csuccess__sort(steps, n, sizeof *steps, name_before);
    return n;
}

static void put_pieces(csuccess__buffer *out, const csuccess__results *results)
{
    const csuccess_allocator *mem = &results->mem;
    size_t count = results->pieces.count, live = 0, step_room = results->step_count + 1;
    placed *steps = csuccess__alloc(mem, step_room, sizeof *steps);
    const csuccess__results_piece **list = csuccess__alloc(mem, count + 1, sizeof(void *));
    if (!steps || !list) {
        out->status = CSUCCESS_ENOMEM;
    } else {
        uint32_t n = used_steps(steps, results);
        csuccess__wire_u64(out, n);
        for (uint32_t i = 0; i < n; i++) csuccess__wire_str(out, steps[i].name);
        for (size_t i = 0; i < count; i++) {
            if (!results->pieces.list[i].dead) list[live++] = &results->pieces.list[i];
        }
        csuccess__sort(list, live, sizeof *list, piece_before);
        csuccess__wire_u64(out, live);
        for (size_t i = 0; i < live; i++) put_piece(out, list[i], steps, n);
    }
    csuccess__release(mem, steps, step_room, sizeof *steps);
    csuccess__release(mem, (void *)(uintptr_t)list, count + 1, sizeof(void *));
}

void csuccess__results_save(csuccess__buffer *out, const csuccess__results *results,
                            csuccess_str config)
{
    uint8_t digest[32];
    csuccess__wire_u64(out, VERSION);
    csuccess__wire_u64(out, results->kind);
    csuccess__wire_str(out, results->name);
    csuccess__wire_str(out, config);
    put_rows(out, results);
    put_pieces(out, results);
    put_tally(out, &results->pairs);
    if (out->status < 0) return;
    digest_of(digest, csuccess__buffer_view(out));
    csuccess__buffer_put(out, digest, DIGEST_BYTES);
}

/* ---- Reading ---- */

typedef struct reading {
    csuccess__wire in;
    csuccess__results *results;
    csuccess_result status;
    uint64_t used[STEP_WORDS]; /* names that some piece has */
} reading;

static bool refuse(reading *r, csuccess_result code)
{
    if (r->status >= 0) r->status = code;
    return false;
}

static bool goes_on(reading *r)
{
    return r->status >= 0 && (!r->in.bad || refuse(r, CSUCCESS_ESTATE));
}

/* reason: every way in which bytes can be other than written is one condition. */
static bool get_tally(reading *r, csuccess__tally *tally)
{
    uint64_t n = csuccess__wire_get_u64(&r->in), key = 0;
    for (uint64_t i = 0; i < n && goes_on(r); i++) {
        uint64_t step = csuccess__wire_get_u64(&r->in), count = csuccess__wire_get_u64(&r->in);
        if (r->in.bad || count == 0 || (i > 0 && step == 0) || step >= tally->limit ||
            key + step >= tally->limit) {
            return refuse(r, CSUCCESS_ESTATE);
        }
        key += step;
        csuccess_result status = csuccess__tally_add(tally, (uint32_t)key, count);
        if (status < 0) {
            return refuse(r, status == CSUCCESS_ELIMIT ? CSUCCESS_ESTATE : status);
        }
    }
    return goes_on(r);
}

static bool get_figure(reading *r, csuccess__results_row *row)
{
    csuccess__sum *sum = &row->sum;
    sum->count = csuccess__wire_get_u64(&r->in);
    sum->total.hi = csuccess__wire_get_i64(&r->in);
    sum->total.lo = csuccess__wire_get_u64(&r->in);
    sum->min = csuccess__wire_get_double(&r->in);
    sum->max = csuccess__wire_get_double(&r->in);
    if (!get_tally(r, &row->bins)) return false;
    bool fits = sum->count > 0 && csuccess__is_finite(sum->min) &&
                csuccess__is_finite(sum->max) && sum->min <= sum->max &&
                (row->bins.total == 0 || row->bins.total == sum->count);
    return fits || refuse(r, CSUCCESS_ESTATE);
}

/* reason: every way in which bytes can be other than written is one condition. */
static bool get_row(reading *r, csuccess_str *before)
{
    csuccess_result status;
    csuccess_str path = csuccess__wire_get_str(&r->in);
    uint64_t figure = csuccess__wire_get_u64(&r->in);
    bool fits = !r->in.bad && figure <= 1 && path.len <= CSUCCESS__RESULTS_PATH_BYTES &&
                csuccess__str_cmp(*before, path) < 0 && csuccess__utf8_check(path, NULL) &&
                csuccess__results_knows(r->results, path, figure == 1);
    if (!fits) return refuse(r, CSUCCESS_ESTATE);
    *before = path;
    csuccess__results_row *row =
        csuccess__results_row_of(r->results, path, figure == 1, &status);
    if (!row) return refuse(r, status);
    if (figure) return get_figure(r, row);
    row->count = csuccess__wire_get_u64(&r->in);
    return (!r->in.bad && row->count > 0) || refuse(r, CSUCCESS_ESTATE);
}

static bool get_rows(reading *r)
{
    csuccess_str before = {"", 0};
    uint64_t n = csuccess__wire_get_u64(&r->in);
    for (uint64_t i = 0; i < n && goes_on(r); i++) {
        if (!get_row(r, &before)) return false;
    }
    return goes_on(r);
}

static bool get_steps(reading *r)
{
    csuccess_str before = {"", 0};
    uint64_t n = csuccess__wire_get_u64(&r->in);
    for (uint64_t i = 0; i < n && goes_on(r); i++) {
        csuccess_str name = csuccess__wire_get_str(&r->in);
        bool fits = !r->in.bad && csuccess__str_cmp(before, name) < 0 &&
                    memchr(name.ptr, 0, name.len) == NULL && csuccess__utf8_check(name, NULL);
        if (!fits) return refuse(r, CSUCCESS_ESTATE);
        before = name;
        csuccess_result status = csuccess__results_prepare_step(r->results, name);
        if (status < 0) return refuse(r, status);
    }
    return goes_on(r);
}

static bool get_marks(reading *r, csuccess__results_piece *piece)
{
    uint64_t n = csuccess__wire_get_u64(&r->in), at = 0;
    for (uint64_t i = 0; i < n && goes_on(r); i++) {
        uint64_t step = csuccess__wire_get_u64(&r->in);
        if ((i > 0 && step == 0) || step >= r->results->step_count ||
            at + step >= r->results->step_count) {
            return refuse(r, CSUCCESS_ESTATE);
        }
        at += step;
        csuccess__piece_mark(piece, (uint32_t)at);
        r->used[at / 64] |= UINT64_C(1) << at % 64;
    }
    return goes_on(r);
}

/* reason: every way in which bytes can be other than written is one condition. */
static bool get_piece(reading *r, uint8_t before[32], bool first)
{
    uint8_t id[32];
    csuccess_result status;
    csuccess_str bytes = csuccess__wire_get_bytes(&r->in, 32);
    if (r->in.bad) return refuse(r, CSUCCESS_ESTATE);
    memcpy(id, bytes.ptr, 32);
    if (!first && memcmp(before, id, 32) >= 0) return refuse(r, CSUCCESS_ESTATE);
    memcpy(before, id, 32);
    csuccess__results_piece *piece = csuccess__results_piece_of(r->results, id, &status);
    if (!piece) return refuse(r, status);
    uint64_t flags = csuccess__wire_get_u64(&r->in);
    piece->dead = false;
    piece->ended = flags & PIECE_ENDED;
    piece->succeeded = flags & PIECE_SUCCEEDED;
    piece->seen = csuccess__wire_get_u64(&r->in);
    piece->moves = csuccess__wire_get_u64(&r->in);
    bool fits = flags <= (PIECE_ENDED | PIECE_SUCCEEDED) && (piece->ended || !piece->moves) &&
                (piece->ended || !piece->succeeded) &&
                (!piece->ended || piece->seen != piece->moves); /* it would be settled */
    return fits ? get_marks(r, piece) : refuse(r, CSUCCESS_ESTATE);
}

static bool get_pieces(reading *r)
{
    uint8_t before[32] = {0};
    if (!get_steps(r)) return false;
    uint64_t n = csuccess__wire_get_u64(&r->in);
    for (uint64_t i = 0; i < n && goes_on(r); i++) {
        if (!get_piece(r, before, i == 0)) return false;
    }
    for (uint32_t i = 0; i < r->results->step_count && goes_on(r); i++) {
        if (!(r->used[i / 64] >> i % 64 & 1)) return refuse(r, CSUCCESS_ESTATE);
    }
    return goes_on(r);
}

/* Whether it is of this kind, name and configuration, in this format. */
static bool get_head(reading *r, const csuccess__results *own, csuccess_str config)
{
    uint64_t version = csuccess__wire_get_u64(&r->in);
    if (!r->in.bad && version > VERSION) return refuse(r, CSUCCESS_EUNSUPPORTED);
    uint64_t kind = csuccess__wire_get_u64(&r->in);
    csuccess_str name = csuccess__wire_get_str(&r->in), of = csuccess__wire_get_str(&r->in);
    if (r->in.bad || version == 0) return refuse(r, CSUCCESS_ESTATE);
    bool same = kind == (uint64_t)own->kind && csuccess__str_eq(name, own->name) &&
                csuccess__str_eq(of, config);
    return same || refuse(r, CSUCCESS_EINVALID);
}

static bool check_digest(csuccess_str saved)
{
    uint8_t digest[32];
    if (saved.len < DIGEST_BYTES) return false;
    digest_of(digest, (csuccess_str){saved.ptr, saved.len - DIGEST_BYTES});
    return memcmp(digest, saved.ptr + saved.len - DIGEST_BYTES, DIGEST_BYTES) == 0;
}

csuccess_result csuccess__results_load(csuccess__results *results, csuccess_str saved,
                                       csuccess_str config)
{
    reading r = {.status = CSUCCESS_OK};
    if (!check_digest(saved)) return CSUCCESS_ESTATE;
    csuccess_result made = csuccess__results_new(&r.results, results->kind, results->name,
                                                 results->segments, &results->mem);
    if (made < 0) return made;
    r.in = csuccess__wire_open((csuccess_str){saved.ptr, saved.len - DIGEST_BYTES});
    bool read = get_head(&r, results, config) && get_rows(&r) && get_pieces(&r) &&
                get_tally(&r, &r.results->pairs);
    if (read && !csuccess__wire_done(&r.in)) (void)refuse(&r, CSUCCESS_ESTATE);
    if (r.status >= 0) r.status = csuccess__results_merge(results, r.results);
    csuccess__results_free(r.results);
    return r.status;
}

/* ---- The vocabulary of paths ---- */

/* `names`: how many stand between the first and the last; `more`: a word of others follows. */
static const struct {
    uint8_t kind;
    const char *first, *leaf; /* leaf NULL: the path is `first`, or (word) `first` and a word */
    bool word, figure;
} paths[] = {{CSUCCESS__RESULTS_JOURNEY, "enrolled", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "refused", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "not_moved", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "paused", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "resumed", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "moved", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "succeeded", NULL, false, false},
             {CSUCCESS__RESULTS_JOURNEY, "completed", NULL, true, false},
             {CSUCCESS__RESULTS_JOURNEY, "exited", NULL, true, false},
             {CSUCCESS__RESULTS_JOURNEY, "failed", NULL, true, false},
             {CSUCCESS__RESULTS_JOURNEY, "steps", "entered", false, false},
             {CSUCCESS__RESULTS_JOURNEY, "steps", "left", true, false},
             {CSUCCESS__RESULTS_JOURNEY, "steps", "ended_by", true, false},
             {CSUCCESS__RESULTS_JOURNEY, "steps", "ended", false, false},
             {CSUCCESS__RESULTS_JOURNEY, "steps", "succeeded", false, false},
             {CSUCCESS__RESULTS_JOURNEY, "steps", "time_ms", false, true},
             {CSUCCESS__RESULTS_PLAYBOOK, "started", NULL, false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "again", NULL, false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "completed", NULL, false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "cancelled", NULL, false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "measured", NULL, false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "moved", NULL, false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "success", NULL, true, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "success_within", NULL, true, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "steps", "made", false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "steps", "reopened", false, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "steps", "outcome", true, false},
             {CSUCCESS__RESULTS_PLAYBOOK, "steps", "time_ms", false, true},
             {CSUCCESS__RESULTS_PLAYBOOK, "steps", "minutes", false, true},
             {CSUCCESS__RESULTS_SEGMENTS, "customers", NULL, false, false},
             {CSUCCESS__RESULTS_SEGMENTS, "segments", "members", false, false},
             {CSUCCESS__RESULTS_SEGMENTS, "segments", "arr", false, true},
             {CSUCCESS__RESULTS_SEGMENTS, "segments", "health", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "changes", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "by", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "channels", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "outcomes", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "responses", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "success", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "answers", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "spent", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "returned", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "cost", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "value", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "satisfaction", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "interventions", "minutes", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "changes", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "success", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "answers", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "spent", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "value", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "returned", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "returns", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "ends", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "executions", false, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "responses", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "outcomes", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "cost", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "retained", true, false},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "rating", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "satisfaction", false, true},
             {CSUCCESS__RESULTS_EFFECTS, "campaigns", "revenue", false, true}};

enum { PARTS_MOST = 5 };

/* The names of a path; 0 when there are too many. */
static uint32_t split(csuccess_str path, csuccess_str parts[PARTS_MOST])
{
    uint32_t n = 0;
    size_t from = 0;
    for (size_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.ptr[i] != '\0') continue;
        if (n == PARTS_MOST) return 0;
        parts[n++] = (csuccess_str){path.ptr + from, i - from};
        from = i + 1;
    }
    return n;
}

/* reason: a row of the table is compared by all that it says. */
bool csuccess__results_knows(const csuccess__results *results, csuccess_str path, bool figure)
{
    csuccess_str parts[PARTS_MOST];
    uint32_t n = split(path, parts);
    for (size_t i = 0; n > 0 && i < sizeof paths / sizeof paths[0]; i++) {
        uint32_t leaf = paths[i].leaf ? 2 : 0, least = leaf + 1;
        bool length = n == least || (paths[i].word && n == least + 1);
        if (paths[i].kind != (uint8_t)results->kind || paths[i].figure != figure || !length ||
            !csuccess__str_is(parts[0], paths[i].first)) {
            continue;
        }
        if (!paths[i].leaf || csuccess__str_is(parts[2], paths[i].leaf)) return true;
    }
    return false;
}
