/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of enrollments: which steps were seen of each, until all of it was. */
#include "flow/results_internal.h"

#include <string.h>

/* ---- Names of steps ---- */

static uint32_t step_of(const csuccess__results *results, csuccess_str name)
{
    for (uint32_t i = 0; i < results->step_count; i++) {
        if (csuccess__str_eq(results->steps[i], name)) return i;
    }
    return UINT32_MAX;
}

uint32_t csuccess__results_step(csuccess__results *results, csuccess_str name,
                                csuccess_result *status)
{
    uint32_t at = step_of(results, name), cap = results->step_cap;
    *status = CSUCCESS_OK;
    if (at != UINT32_MAX) return at;
    if (results->step_count == CSUCCESS__RESULTS_STEPS_MOST) {
        *status = CSUCCESS_ELIMIT;
        return UINT32_MAX;
    }
    if (results->step_count == cap) {
        uint32_t more = cap ? cap * 2 : 32;
        csuccess_str *steps =
            csuccess__resize(&results->mem, results->steps, cap, more, sizeof *steps);
        if (steps) {
            results->steps = steps;
            results->step_cap = more;
        }
    }
    char *copy = results->step_count < results->step_cap
                     ? csuccess__alloc(&results->mem, name.len + 1, 1)
                     : NULL;
    if (!copy) {
        *status = CSUCCESS_ENOMEM;
        return UINT32_MAX;
    }
    if (name.len) memcpy(copy, name.ptr, name.len);
    results->steps[results->step_count] = (csuccess_str){copy, name.len};
    return results->step_count++;
}

csuccess_result csuccess__results_prepare_step(csuccess__results *results, csuccess_str step)
{
    static const char *const leaves[] = {"ended", "succeeded"};
    csuccess_result status = CSUCCESS_OK;
    (void)csuccess__results_step(results, step, &status);
    for (size_t i = 0; i < 2 && status >= 0; i++) {
        csuccess__results_path path;
        csuccess__results_path_start(&path, "steps");
        csuccess__path_add(&path, step);
        csuccess__path_add(&path, csuccess__str(leaves[i]));
        if (path.cut) return CSUCCESS_ELIMIT;
        (void)csuccess__results_row_of(results, csuccess__path_view(&path), false, &status);
    }
    return status;
}

/* ---- Runs ---- */

static csuccess__results_piece *find(const csuccess__results_pieces *p, const uint8_t id[32])
{
    size_t end = p->count;
    for (uint32_t r = p->run_count; r-- > 0;) {
        size_t low = end - p->runs[r], high = end;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            int order = memcmp(p->list[middle].id, id, 32);
            if (order == 0) return &p->list[middle];
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        end -= p->runs[r];
    }
    return NULL;
}

/* The last two runs become one; what is dead goes. `room` is for the shorter of them. */
static void join(csuccess__results *results, csuccess__results_piece *room)
{
    csuccess__results_pieces *p = &results->pieces;
    size_t m = p->runs[p->run_count - 1], n = p->runs[p->run_count - 2];
    csuccess__results_piece *first = p->list + (p->count - m - n), *out = first + n + m;
    memcpy(room, first + n, m * sizeof *room);
    size_t i = n, k = m;
    while (i + k > 0) { /* from the end, so that the longer one need not move out of the way */
        bool second = i == 0 || (k > 0 && memcmp(room[k - 1].id, first[i - 1].id, 32) > 0);
        *--out = second ? room[--k] : first[--i];
    }
    size_t kept = 0;
    for (i = 0; i < m + n; i++) {
        if (first[i].dead) {
            csuccess__release(&results->mem, first[i].steps, first[i].words, sizeof(uint64_t));
        } else {
            first[kept++] = first[i];
        }
    }
    p->count -= m + n - kept;
    p->run_count--;
    p->runs[p->run_count - 1] = kept;
}

/* As a counter carries: runs stay of falling length. False: no memory; nothing has changed but the order of runs. */
static bool carry(csuccess__results *results)
{
    csuccess__results_pieces *p = &results->pieces;
    while (p->run_count > 1 && p->runs[p->run_count - 2] <= p->runs[p->run_count - 1] * 2) {
        size_t m = p->runs[p->run_count - 1];
        csuccess__results_piece *room = csuccess__alloc(&results->mem, m ? m : 1, sizeof *room);
        if (!room) return false;
        join(results, room);
        csuccess__release(&results->mem, room, m ? m : 1, sizeof *room);
    }
    return true;
}

static bool room_for_piece(csuccess__results *results)
{
    csuccess__results_pieces *p = &results->pieces;
    size_t cap = p->cap ? p->cap * 2 : 64;
    if (!carry(results)) return false;
    if (p->count < p->cap) return true;
    csuccess__results_piece *list =
        csuccess__resize(&results->mem, p->list, p->cap, cap, sizeof *list);
    if (!list) return false;
    p->list = list;
    p->cap = cap;
    return true;
}

/* Room for the bits of all steps. */
static bool widen(csuccess__results *results, csuccess__results_piece *piece)
{
    uint32_t words = (results->step_count + 63) / 64;
    if (words <= piece->words) return true;
    uint64_t *steps =
        csuccess__resize(&results->mem, piece->steps, piece->words, words, sizeof *steps);
    if (!steps) return false;
    piece->steps = steps;
    piece->words = words;
    return true;
}

csuccess__results_piece *csuccess__results_piece_of(csuccess__results *results,
                                                    const uint8_t id[32],
                                                    csuccess_result *status)
{
    csuccess__results_pieces *p = &results->pieces;
    csuccess__results_piece *piece = find(p, id);
    *status = CSUCCESS_OK;
    if (!piece) {
        if (p->count == CSUCCESS__RESULTS_PIECES_MOST) {
            *status = CSUCCESS_ELIMIT;
            return NULL;
        }
        if (!room_for_piece(results)) {
            *status = CSUCCESS_ENOMEM;
            return NULL;
        }
        piece = &p->list[p->count++];
        *piece = (csuccess__results_piece){.dead = true};
        memcpy(piece->id, id, 32);
        p->runs[p->run_count++] = 1;
    }
    if (!widen(results, piece)) {
        *status = CSUCCESS_ENOMEM;
        return NULL;
    }
    return piece;
}

bool csuccess__piece_has(const csuccess__results_piece *piece, uint32_t step)
{
    return step / 64 < piece->words && (piece->steps[step / 64] >> step % 64 & 1);
}

void csuccess__piece_mark(csuccess__results_piece *piece, uint32_t step)
{
    if (step / 64 < piece->words) piece->steps[step / 64] |= UINT64_C(1) << step % 64;
}

void csuccess__results_settle(csuccess__results *results, csuccess__results_piece *piece)
{
    if (!piece->ended || piece->seen != piece->moves) return;
    for (uint32_t i = 0; i < results->step_count; i++) {
        csuccess__results_path path;
        if (!csuccess__piece_has(piece, i)) continue;
        csuccess__results_path_start(&path, "steps");
        csuccess__path_add(&path, results->steps[i]);
        csuccess__results_path ended = path;
        csuccess__path_add(&ended, CSUCCESS_STR("ended"));
        csuccess__path_add(&path, CSUCCESS_STR("succeeded"));
        const csuccess__results_change changes[] = {{.path = csuccess__path_view(&ended)},
                                                    {.path = csuccess__path_view(&path)}};
        csuccess__results_apply(results, changes, piece->succeeded ? 2 : 1);
    }
    if (piece->words) memset(piece->steps, 0, piece->words * sizeof *piece->steps);
    piece->seen = piece->moves = 0;
    piece->ended = piece->succeeded = false;
    piece->dead = true;
}
