/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of counts and figures by path: rows, bins, changes in two phases, merging. */
#include "flow/results_internal.h"

#include "base/number.h"

#include <string.h>

/* ---- Paths ---- */

void csuccess__path_add(csuccess__results_path *path, csuccess_str name)
{
    size_t room = sizeof path->bytes - path->len;
    if (path->cut || name.len + 1 > room) {
        path->cut = true;
        return;
    }
    if (path->len > 0) path->bytes[path->len++] = '\0';
    if (name.len > 0) memcpy(path->bytes + path->len, name.ptr, name.len);
    path->len += name.len;
}

void csuccess__results_path_start(csuccess__results_path *path, const char *first)
{
    path->len = 0;
    path->cut = false;
    csuccess__path_add(path, csuccess__str(first));
}

csuccess_str csuccess__path_view(const csuccess__results_path *path)
{
    return (csuccess_str){path->bytes, path->len};
}

/* ---- Bins ---- */

uint32_t csuccess__results_bin(uint64_t n)
{
    uint32_t shift = 0;
    while (n >> shift >= 64) shift++;
    return shift * 32 + (uint32_t)(n >> shift);
}

double csuccess__results_bin_middle(uint32_t bin)
{
    if (bin < 64) return bin;
    uint32_t shift = bin / 32 - 1;
    uint64_t low = (uint64_t)(bin - shift * 32) << shift;
    return (double)low + ((double)((uint64_t)1 << shift) - 1) / 2;
}

double csuccess__results_quantile(const csuccess__results_row *row, double p)
{
    double wanted = ceil(p * (double)row->sum.count), below = 0;
    for (uint32_t i = 0; i < row->bins.size; i++) {
        below += (double)row->bins.counts[i];
        if (below < wanted || row->bins.counts[i] == 0) continue;
        double x = csuccess__results_bin_middle(i);
        return x < row->sum.min ? row->sum.min : x > row->sum.max ? row->sum.max : x;
    }
    return row->sum.max;
}

uint32_t csuccess__results_pairs(uint32_t n)
{
    return n < 2 ? 0 : n % 2 ? n * ((n - 1) / 2) : n / 2 * (n - 1);
}

uint32_t csuccess__results_pair(uint32_t n, uint32_t a, uint32_t b)
{
    return csuccess__results_pairs(n) - csuccess__results_pairs(n - a) + (b - a - 1);
}

/* ---- Rows ---- */

static csuccess_str path_of(const csuccess__results_row *row)
{
    return (csuccess_str){row->path, row->len};
}

/* Where a path stands, or would. */
static uint32_t place_of(const csuccess__results *results, csuccess_str path, bool *there)
{
    uint32_t low = 0, high = results->row_count;
    *there = false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = csuccess__str_cmp(path_of(&results->rows[middle]), path);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const csuccess__results_row *csuccess__results_find(const csuccess__results *results,
                                                    csuccess_str path)
{
    bool there;
    uint32_t at = place_of(results, path, &there);
    return there ? &results->rows[at] : NULL;
}

static bool room_for_row(csuccess__results *results)
{
    uint32_t cap = results->row_cap ? results->row_cap * 2 : 64;
    if (results->row_count < results->row_cap) return true;
    csuccess__results_row *rows =
        csuccess__resize(&results->mem, results->rows, results->row_cap, cap, sizeof *rows);
    if (!rows) return false;
    results->rows = rows;
    results->row_cap = cap;
    return true;
}

csuccess__results_row *csuccess__results_row_of(csuccess__results *results, csuccess_str path,
                                                bool figure, csuccess_result *status)
{
    bool there;
    uint32_t at = place_of(results, path, &there);
    *status = CSUCCESS_OK;
    if (there && results->rows[at].figure == figure) return &results->rows[at];
    if (there || results->row_count == CSUCCESS__RESULTS_ROWS_MOST || path.len == 0) {
        *status = there ? CSUCCESS_ESTATE : CSUCCESS_ELIMIT;
        return NULL;
    }
    char *copy = csuccess__alloc(&results->mem, path.len, 1);
    if (!copy || !room_for_row(results)) {
        csuccess__release(&results->mem, copy, path.len, 1);
        *status = CSUCCESS_ENOMEM;
        return NULL;
    }
    memcpy(copy, path.ptr, path.len);
    csuccess__results_row *row = &results->rows[at];
    memmove(row + 1, row, (results->row_count - at) * sizeof *row);
    results->row_count++;
    *row = (csuccess__results_row){.path = copy, .len = (uint32_t)path.len, .figure = figure};
    csuccess__sum_start(&row->sum);
    csuccess__tally_init(&row->bins, &results->mem, CSUCCESS__RESULTS_BINS);
    return row;
}

/* ---- Changes ---- */

static csuccess_result prepare(csuccess__results *results, const csuccess__results_change *c)
{
    csuccess_result status;
    csuccess__results_row *row = csuccess__results_row_of(results, c->path, c->figure, &status);
    if (!row || !c->figure) return status;
    csuccess__sum trial = row->sum;
    if (!csuccess__sum_add(&trial, c->value)) return CSUCCESS_ELIMIT;
    if (!c->binned) return CSUCCESS_OK;
    return csuccess__tally_add(&row->bins, csuccess__results_bin((uint64_t)c->value), 0);
}

csuccess_result csuccess__results_prepare(csuccess__results *results,
                                          const csuccess__results_change *changes, uint32_t n)
{
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; i < n && status >= 0; i++) status = prepare(results, &changes[i]);
    return status;
}

void csuccess__results_apply(csuccess__results *results,
                             const csuccess__results_change *changes, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const csuccess__results_change *c = &changes[i];
        csuccess_result status;
        csuccess__results_row *row =
            csuccess__results_row_of(results, c->path, c->figure, &status);
        if (!row) continue; /* it was prepared */
        if (!c->figure) {
            row->count++;
            continue;
        }
        (void)csuccess__sum_add(&row->sum, c->value);
        if (!c->binned) continue;
        (void)csuccess__tally_add(&row->bins, csuccess__results_bin((uint64_t)c->value), 1);
    }
}

/* ---- A whole one ---- */

csuccess_result csuccess__results_new(csuccess__results **out, csuccess__results_kind kind,
                                      csuccess_str name, uint32_t segments,
                                      const csuccess_allocator *mem)
{
    *out = NULL;
    csuccess__results *results = csuccess__alloc(mem, 1, sizeof *results);
    char *copy = csuccess__alloc(mem, name.len + 1, 1);
    if (!results || !copy) {
        csuccess__release(mem, copy, name.len + 1, 1);
        csuccess__release(mem, results, 1, sizeof *results);
        return CSUCCESS_ENOMEM;
    }
    if (name.len) memcpy(copy, name.ptr, name.len);
    results->mem = *mem;
    results->kind = kind;
    results->name = (csuccess_str){copy, name.len};
    results->segments = segments;
    csuccess__arena_init(&results->scratch, &results->mem, 0);
    csuccess__tally_init(&results->pairs, &results->mem, csuccess__results_pairs(segments));
    *out = results;
    return CSUCCESS_OK;
}

static void free_pieces(csuccess__results *results)
{
    csuccess__results_pieces *p = &results->pieces;
    for (size_t i = 0; i < p->count; i++) {
        csuccess__release(&results->mem, p->list[i].steps, p->list[i].words, sizeof(uint64_t));
    }
    csuccess__release(&results->mem, p->list, p->cap, sizeof *p->list);
}

void csuccess__results_free(csuccess__results *results)
{
    if (!results) return;
    csuccess_allocator mem = results->mem;
    for (uint32_t i = 0; i < results->row_count; i++) {
        csuccess__tally_free(&results->rows[i].bins);
        csuccess__release(&mem, results->rows[i].path, results->rows[i].len, 1);
    }
    csuccess__release(&mem, results->rows, results->row_cap, sizeof *results->rows);
    for (uint32_t i = 0; i < results->step_count; i++) {
        csuccess__release(&mem, (void *)(uintptr_t)results->steps[i].ptr,
                          results->steps[i].len + 1, 1);
    }
    csuccess__release(&mem, results->steps, results->step_cap, sizeof *results->steps);
    free_pieces(results);
    csuccess__tally_free(&results->pairs);
    csuccess__arena_free(&results->scratch);
    csuccess__release(&mem, (void *)(uintptr_t)results->name.ptr, results->name.len + 1, 1);
    csuccess__release(&mem, results, 1, sizeof *results);
}

/* ---- Merging ---- */

static csuccess_result add_row(csuccess__results *into, const csuccess__results_row *from)
{
    csuccess_result status;
    csuccess__results_row *row =
        csuccess__results_row_of(into, path_of(from), from->figure, &status);
    if (!row) return status;
    if (row->count > UINT64_MAX - from->count || !csuccess__sum_merge(&row->sum, &from->sum)) {
        return CSUCCESS_ELIMIT;
    }
    row->count += from->count;
    return csuccess__tally_merge(&row->bins, &from->bins);
}

static csuccess_result add_piece(csuccess__results *into, const csuccess__results *from,
                                 const csuccess__results_piece *piece)
{
    csuccess_result status;
    csuccess__results_piece *to = csuccess__results_piece_of(into, piece->id, &status);
    if (!to) return status;
    if (to->seen > UINT64_MAX - piece->seen) return CSUCCESS_ELIMIT;
    to->dead = false;
    to->seen += piece->seen;
    to->ended = to->ended || piece->ended;
    to->succeeded = to->succeeded || piece->succeeded;
    if (piece->ended && piece->moves > to->moves) to->moves = piece->moves;
    for (uint32_t i = 0; i < from->step_count; i++) {
        if (!csuccess__piece_has(piece, i)) continue;
        csuccess__piece_mark(to, csuccess__results_step(into, from->steps[i], &status));
    }
    csuccess__results_settle(into, to);
    return CSUCCESS_OK;
}

/* Not as before after an error: into is a copy. */
static csuccess_result add_all(csuccess__results *into, const csuccess__results *from)
{
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t i = 0; i < from->row_count && status >= 0; i++) {
        status = add_row(into, &from->rows[i]);
    }
    for (uint32_t i = 0; i < from->step_count && status >= 0; i++) {
        status = csuccess__results_prepare_step(into, from->steps[i]);
    }
    for (size_t i = 0; i < from->pieces.count && status >= 0; i++) {
        if (!from->pieces.list[i].dead) {
            status = add_piece(into, from, &from->pieces.list[i]);
        }
    }
    return status < 0 ? status : csuccess__tally_merge(&into->pairs, &from->pairs);
}

/* Tables over the allocator of another. */
static void move_in(csuccess__results *into, csuccess__results *copy)
{
    csuccess__results old = *into;
    *into = *copy;
    *copy = old;
    csuccess__results *both[] = {into, copy};
    for (size_t k = 0; k < 2; k++) {
        for (uint32_t i = 0; i < both[k]->row_count; i++) {
            both[k]->rows[i].bins.mem = &both[k]->mem;
        }
        both[k]->pairs.mem = &both[k]->mem;
        both[k]->scratch.mem = &both[k]->mem;
    }
}

bool csuccess__results_same(const csuccess__results *a, const csuccess__results *b)
{
    return a->kind == b->kind && a->segments == b->segments &&
           csuccess__str_eq(a->name, b->name);
}

csuccess_result csuccess__results_merge(csuccess__results *into, const csuccess__results *from)
{
    csuccess__results *copy;
    csuccess_result status =
        csuccess__results_new(&copy, into->kind, into->name, into->segments, &into->mem);
    if (status >= 0) status = add_all(copy, into);
    if (status >= 0) status = add_all(copy, from);
    if (status >= 0) move_in(into, copy);
    csuccess__results_free(copy);
    return status < 0 ? status : CSUCCESS_OK;
}
