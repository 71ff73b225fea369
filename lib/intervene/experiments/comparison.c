/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a comparison: added, put together, merged, as bytes. */
#include "intervene/experiments/comparison.h"

#include "base/digest.h"
#include "base/heap.h"
#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

#define COUNT_MOST (UINT64_C(1) << 53)

enum { FIRST_ROWS = 64, FIRST_ARMS = 4, ARM_BYTES = 512 };

void csuccess__comparison_init(csuccess__comparison *comparison, const csuccess_allocator *mem)
{
    *comparison = (csuccess__comparison){.mem = mem};
}

void csuccess__comparison_free(csuccess__comparison *comparison)
{
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        csuccess__release(comparison->mem, (char *)(uintptr_t)comparison->arms[i].ptr,
                          comparison->arms[i].len + 1, 1);
    }
    csuccess__release(comparison->mem, comparison->arms, comparison->arm_cap,
                      sizeof *comparison->arms);
    csuccess__release(comparison->mem, comparison->rows, comparison->cap,
                      sizeof *comparison->rows);
    csuccess__comparison_init(comparison, comparison->mem);
}

/* ---- Arms ---- */

static uint32_t find_arm(const csuccess__comparison *comparison, csuccess_str name)
{
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        if (csuccess__str_eq(comparison->arms[i], name)) return i;
    }
    return UINT32_MAX;
}

static bool room_for_arm(csuccess__comparison *comparison)
{
    uint32_t cap = comparison->arm_cap ? comparison->arm_cap * 2 : FIRST_ARMS;
    if (comparison->arm_count < comparison->arm_cap) return true;
    csuccess_str *arms = csuccess__resize(comparison->mem, comparison->arms,
                                          comparison->arm_cap, cap, sizeof *arms);
    if (!arms) return false;
    comparison->arms = arms;
    comparison->arm_cap = cap;
    return true;
}

/* Made when it is not there: an arm without rows does not show. */
static csuccess_result know_arm(csuccess__comparison *comparison, csuccess_str name,
                                uint32_t *out)
{
    *out = find_arm(comparison, name);
    if (*out != UINT32_MAX) return CSUCCESS_OK;
    if (comparison->arm_count == CSUCCESS__COMPARISON_ARMS_MOST) return CSUCCESS_ELIMIT;
    if (!room_for_arm(comparison)) return CSUCCESS_ENOMEM;
    char *copy = csuccess__alloc(comparison->mem, name.len + 1, 1);
    if (!copy) return CSUCCESS_ENOMEM;
    if (name.len) memcpy(copy, name.ptr, name.len);
    *out = comparison->arm_count;
    comparison->arms[comparison->arm_count++] = (csuccess_str){copy, name.len};
    return CSUCCESS_OK;
}

/* ---- Rows ---- */

static int compare(const csuccess__comparison_row *a, const csuccess__comparison_row *b)
{
    int order = memcmp(a->unit, b->unit, sizeof a->unit);
    return order != 0 ? order : (a->arm > b->arm) - (a->arm < b->arm);
}

static bool before(const void *a, const void *b)
{
    return compare(a, b) < 0;
}

/* At the most it stays there, so that no order of adding shows. */
static uint64_t add_counts(uint64_t a, uint64_t b)
{
    return a + b < COUNT_MOST ? a + b : COUNT_MOST;
}

/* Puts rows in order and adds up those of one unit and arm; how many are left. */
static size_t put_together(csuccess__comparison_row *rows, size_t count)
{
    size_t kept = 0;
    csuccess__sort(rows, count, sizeof *rows, before);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || compare(&rows[kept - 1], &rows[i]) != 0) {
            rows[kept++] = rows[i];
            continue;
        }
        for (size_t k = 0; k < CSUCCESS__COMPARISON_WHATS; k++) {
            rows[kept - 1].counts[k] = add_counts(rows[kept - 1].counts[k], rows[i].counts[k]);
        }
    }
    return kept;
}

/* What was put together leaves half of it free, so that a row is moved a few times only. */
static size_t cap_for(const csuccess__comparison *comparison, size_t wanted)
{
    size_t cap = comparison->cap ? comparison->cap : FIRST_ROWS;
    if (comparison->count > cap / 2 && cap < CSUCCESS__COMPARISON_ROWS_MOST) cap *= 2;
    while (cap < wanted) cap *= 2;
    return cap;
}

/* Room for `more` rows. */
static csuccess_result make_room(csuccess__comparison *comparison, size_t more)
{
    if (comparison->cap - comparison->count >= more) return CSUCCESS_OK;
    comparison->count = put_together(comparison->rows, comparison->count);
    if (more > CSUCCESS__COMPARISON_ROWS_MOST - comparison->count) return CSUCCESS_ELIMIT;
    size_t cap = cap_for(comparison, comparison->count + more);
    if (cap == comparison->cap) return CSUCCESS_OK;
    csuccess__comparison_row *rows =
        csuccess__resize(comparison->mem, comparison->rows, comparison->cap, cap, sizeof *rows);
    if (!rows) return CSUCCESS_ENOMEM;
    comparison->rows = rows;
    comparison->cap = cap;
    return CSUCCESS_OK;
}

static void unit_of(uint8_t out[CSUCCESS__COMPARISON_UNIT_BYTES], csuccess_str unit)
{
    uint8_t digest[32];
    csuccess__sha256 h;
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("unit"));
    csuccess__digest_str(&h, unit);
    csuccess__sha256_finish(&h, digest);
    memcpy(out, digest, CSUCCESS__COMPARISON_UNIT_BYTES);
}

csuccess_result csuccess__comparison_add(csuccess__comparison *comparison, csuccess_str arm,
                                         csuccess_str unit, csuccess__comparison_what what)
{
    uint32_t at;
    if (arm.len == 0 || arm.len > ARM_BYTES) return CSUCCESS_ELIMIT;
    csuccess_result status = know_arm(comparison, arm, &at);
    if (status >= 0) status = make_room(comparison, 1);
    if (status < 0) return status;
    csuccess__comparison_row *row = &comparison->rows[comparison->count++];
    *row = (csuccess__comparison_row){.arm = at};
    unit_of(row->unit, unit);
    row->counts[what] = 1;
    return CSUCCESS_OK;
}

/* ---- Merging ---- */

csuccess_result csuccess__comparison_prepare(csuccess__comparison *into,
                                             const csuccess__comparison *from)
{
    csuccess_result status = CSUCCESS_OK;
    uint32_t at;
    for (uint32_t i = 0; i < from->arm_count && status >= 0; i++) {
        status = know_arm(into, from->arms[i], &at);
    }
    if (status >= 0 && from->count > 0) status = make_room(into, from->count);
    return status;
}

void csuccess__comparison_take(csuccess__comparison *into, const csuccess__comparison *from)
{
    for (size_t i = 0; i < from->count; i++) {
        csuccess__comparison_row *row = &into->rows[into->count++];
        *row = from->rows[i];
        row->arm = find_arm(into, from->arms[row->arm]);
    }
}

/* ---- Bytes: count of arms · names, ascending · count of rows · rows, ascending by unit and arm: 16 bytes, arm, counts ---- */

typedef struct ranked {
    csuccess_str name;
    uint32_t was;
} ranked;

static bool ranked_before(const void *a, const void *b)
{
    return csuccess__str_cmp(((const ranked *)a)->name, ((const ranked *)b)->name) < 0;
}

/* Names that have rows, in order, and the number that each arm gets by it. */
static uint32_t rank_arms(const csuccess__comparison *comparison, ranked *names, uint32_t *rank)
{
    uint32_t n = 0;
    bool used[CSUCCESS__COMPARISON_ARMS_MOST] = {false};
    for (size_t i = 0; i < comparison->count; i++) used[comparison->rows[i].arm] = true;
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        if (used[i]) names[n++] = (ranked){comparison->arms[i], i};
    }
    csuccess__sort(names, n, sizeof *names, ranked_before);
    for (uint32_t i = 0; i < n; i++) rank[names[i].was] = i;
    return n;
}

static void put_rows(csuccess__buffer *out, const csuccess__comparison_row *rows, size_t count)
{
    csuccess__wire_u64(out, count);
    for (size_t i = 0; i < count; i++) {
        csuccess__buffer_put(out, rows[i].unit, sizeof rows[i].unit);
        csuccess__wire_u64(out, rows[i].arm);
        for (size_t k = 0; k < CSUCCESS__COMPARISON_WHATS; k++) {
            csuccess__wire_u64(out, rows[i].counts[k]);
        }
    }
}

void csuccess__comparison_save(csuccess__buffer *out, const csuccess__comparison *comparison)
{
    ranked names[CSUCCESS__COMPARISON_ARMS_MOST];
    uint32_t rank[CSUCCESS__COMPARISON_ARMS_MOST] = {0};
    uint32_t n = rank_arms(comparison, names, rank);
    size_t room = comparison->count + 1;
    csuccess__comparison_row *rows = csuccess__alloc(comparison->mem, room, sizeof *rows);
    if (!rows) {
        out->status = CSUCCESS_ENOMEM;
        return;
    }
    for (size_t i = 0; i < comparison->count; i++) {
        rows[i] = comparison->rows[i];
        rows[i].arm = rank[rows[i].arm];
    }
    csuccess__wire_u64(out, n);
    for (uint32_t i = 0; i < n; i++) csuccess__wire_str(out, names[i].name);
    put_rows(out, rows, put_together(rows, comparison->count));
    csuccess__release(comparison->mem, rows, room, sizeof *rows);
}

static csuccess_result load_arms(csuccess__comparison *comparison, csuccess__wire *in)
{
    csuccess_str last = {"", 0};
    uint64_t n = csuccess__wire_get_u64(in);
    if (n > CSUCCESS__COMPARISON_ARMS_MOST) return CSUCCESS_ESTATE;
    for (uint64_t i = 0; i < n; i++) {
        uint32_t at;
        csuccess_str name = csuccess__wire_get_str(in);
        if (in->bad || name.len > ARM_BYTES || csuccess__str_cmp(last, name) >= 0 ||
            !csuccess__utf8_check(name, NULL)) {
            return CSUCCESS_ESTATE;
        }
        last = name;
        csuccess_result status = know_arm(comparison, name, &at);
        if (status < 0) return status;
    }
    return in->bad ? CSUCCESS_ESTATE : CSUCCESS_OK;
}

static bool get_row(csuccess__comparison_row *row, const csuccess__comparison *comparison,
                    csuccess__wire *in)
{
    uint64_t any = 0;
    csuccess_str unit = csuccess__wire_get_bytes(in, sizeof row->unit);
    if (in->bad) return false;
    memcpy(row->unit, unit.ptr, sizeof row->unit);
    uint64_t arm = csuccess__wire_get_u64(in);
    for (size_t k = 0; k < CSUCCESS__COMPARISON_WHATS; k++) {
        row->counts[k] = csuccess__wire_get_u64(in);
        if (row->counts[k] > COUNT_MOST) return false;
        any |= row->counts[k];
    }
    if (in->bad || arm >= comparison->arm_count || any == 0) return false;
    row->arm = (uint32_t)arm;
    return comparison->count == 0 || compare(&comparison->rows[comparison->count - 1], row) < 0;
}

csuccess_result csuccess__comparison_load(csuccess__comparison *comparison, csuccess__wire *in)
{
    bool used[CSUCCESS__COMPARISON_ARMS_MOST] = {false};
    csuccess_result status = load_arms(comparison, in);
    if (status < 0) return status;
    uint64_t n = csuccess__wire_get_u64(in);
    for (uint64_t i = 0; i < n && !in->bad; i++) {
        csuccess__comparison_row row = {.arm = 0};
        if (!get_row(&row, comparison, in)) return CSUCCESS_ESTATE;
        status = make_room(comparison, 1);
        if (status < 0) return status;
        comparison->rows[comparison->count++] = row;
        used[row.arm] = true;
    }
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        if (!used[i]) return CSUCCESS_ESTATE;
    }
    return in->bad ? CSUCCESS_ESTATE : CSUCCESS_OK;
}
