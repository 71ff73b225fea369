/* SPDX-License-Identifier: Apache-2.0 */
/* The buckets of a series: finding a day, adding to it, moving old ones into the base. */
#include "customer/series_internal.h"

#include <string.h>

static const uint8_t widths[CSUCCESS__PART_END][CSUCCESS__COLUMNS] = {
    [CSUCCESS__PART_COUNT] = {sizeof(uint64_t), 0},
    [CSUCCESS__PART_SUM] = {sizeof(uint64_t), sizeof(csuccess__fixed)},
    [CSUCCESS__PART_MIN] = {sizeof(double), 0},
    [CSUCCESS__PART_MAX] = {sizeof(double), 0},
    [CSUCCESS__PART_FIRST] = {sizeof(csuccess__mark), 0},
    [CSUCCESS__PART_LAST] = {sizeof(csuccess__mark), 0},
    [CSUCCESS__PART_LAST_TIME] = {sizeof(int64_t), 0},
    [CSUCCESS__PART_DISTINCT] = {0, 0},
    [CSUCCESS__PART_DAYS] = {0, 0},
};

/* ---- Memory ---- */

void csuccess__series_init(csuccess__series *s, csuccess__part part)
{
    memset(s, 0, sizeof *s);
    s->part = part;
    for (int c = 0; c < CSUCCESS__COLUMNS; c++) s->columns[c].width = widths[part][c];
    csuccess__series_clear(s);
}

void csuccess__series_free(csuccess__series *s, const csuccess_allocator *mem)
{
    csuccess__release(mem, s->days, s->room, sizeof *s->days);
    for (int c = 0; c < CSUCCESS__COLUMNS; c++) {
        csuccess__release(mem, s->columns[c].data, s->room, s->columns[c].width);
    }
    csuccess__release(mem, s->pool, s->pool_room, 1);
    csuccess__release(mem, s->hashes, s->pair_room, sizeof *s->hashes);
    csuccess__release(mem, s->hash_days, s->pair_room, sizeof *s->hash_days);
    csuccess__series_init(s, s->part);
}

void csuccess__series_clear(csuccess__series *s)
{
    s->n = s->pool_len = s->pairs = s->values = s->levels = s->level = 0;
    s->introduced = s->folded = s->sifted = CSUCCESS__DAY_NONE;
    s->lost = s->away = false;
    s->scale = 9;
    memset(s->base, 0, sizeof s->base);
}

static uint32_t doubled(uint32_t room, uint32_t n)
{
    uint32_t more = room ? room : 32;
    while (more < n) more *= 2;
    return more;
}

/* Takes new arrays, all or none, and moves the old ones' contents. */
static bool grow_all(void **arrays[], const size_t *bytes, size_t count, uint32_t rooms[2],
                     const csuccess_allocator *mem)
{
    void *fresh[1 + CSUCCESS__COLUMNS] = {NULL};
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        if (bytes[i] == 0) continue;
        fresh[i] = csuccess__alloc(mem, rooms[1], bytes[i]);
        ok = fresh[i] != NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] == 0) continue;
        if (!ok) {
            csuccess__release(mem, fresh[i], rooms[1], bytes[i]);
            continue;
        }
        if (rooms[0]) memcpy(fresh[i], *arrays[i], rooms[0] * bytes[i]);
        csuccess__release(mem, *arrays[i], rooms[0], bytes[i]);
        *arrays[i] = fresh[i];
    }
    return ok;
}

csuccess_result csuccess__series_reserve(csuccess__series *s, const csuccess_allocator *mem,
                                         uint32_t n)
{
    if (n <= s->room) return CSUCCESS_OK;
    if (n > CSUCCESS__BUCKETS_MOST) return CSUCCESS_ELIMIT;
    uint32_t rooms[2] = {s->room, doubled(s->room, n)};
    void *days = s->days;
    void **arrays[1 + CSUCCESS__COLUMNS] = {&days, &s->columns[0].data, &s->columns[1].data};
    size_t bytes[1 + CSUCCESS__COLUMNS] = {sizeof *s->days, s->columns[0].width,
                                           s->columns[1].width};
    if (!grow_all(arrays, bytes, 1 + CSUCCESS__COLUMNS, rooms, mem)) return CSUCCESS_ENOMEM;
    s->days = days;
    s->room = rooms[1];
    return CSUCCESS_OK;
}

csuccess_result csuccess__series_reserve_pairs(csuccess__series *s,
                                               const csuccess_allocator *mem, uint32_t n)
{
    if (n <= s->pair_room) return CSUCCESS_OK;
    if (n > UINT32_MAX / 4) return CSUCCESS_ELIMIT;
    uint32_t rooms[2] = {s->pair_room, doubled(s->pair_room, n)};
    void *hashes = s->hashes, *days = s->hash_days;
    void **arrays[2] = {&hashes, &days};
    size_t bytes[2] = {sizeof *s->hashes, sizeof *s->hash_days};
    if (!grow_all(arrays, bytes, 2, rooms, mem)) return CSUCCESS_ENOMEM;
    s->hashes = hashes;
    s->hash_days = days;
    s->pair_room = rooms[1];
    return CSUCCESS_OK;
}

/* ---- Marks ---- */

static csuccess_str mark_bytes(const csuccess__series *s, csuccess__mark mark)
{
    return (csuccess_str){s->pool + mark.at, mark.len};
}

/* By time, then by id, then by what follows it: a total order of different events. */
static int compare_marks(int64_t time, csuccess_str a, int64_t other, csuccess_str b)
{
    if (time != other) return time < other ? -1 : 1;
    csuccess_str id = {a.ptr + 1, (uint8_t)a.ptr[0]}, other_id = {b.ptr + 1, (uint8_t)b.ptr[0]};
    int order = csuccess__str_cmp(id, other_id);
    if (order != 0) return order;
    return csuccess__str_cmp(
        (csuccess_str){id.ptr + id.len, a.len - 1 - id.len},
        (csuccess_str){other_id.ptr + other_id.len, b.len - 1 - other_id.len});
}

static bool mark_wins(const csuccess__series *s, csuccess__mark old, int64_t time,
                      csuccess_str bytes)
{
    int order = compare_marks(time, bytes, old.time, mark_bytes(s, old));
    return s->part == CSUCCESS__PART_FIRST ? order < 0 : order > 0;
}

/* Puts bytes behind the others; there is room. */
static csuccess__mark pool_mark(csuccess__series *s, int64_t time, csuccess_str bytes)
{
    csuccess__mark mark = {time, s->pool_len, (uint32_t)bytes.len};
    memcpy(s->pool + s->pool_len, bytes.ptr, bytes.len);
    s->pool_len += (uint32_t)bytes.len;
    return mark;
}

static void move_mark(csuccess__mark *mark, char *to, uint32_t *len, const char *from)
{
    if (mark->len) memcpy(to + *len, from + mark->at, mark->len);
    mark->at = *len;
    *len += mark->len;
}

/* Replaces the pool by one with `more` bytes free, without what no mark has any more. */
csuccess_result csuccess__series_reserve_pool(csuccess__series *s,
                                              const csuccess_allocator *mem, size_t more)
{
    if (more <= s->pool_room - s->pool_len) return CSUCCESS_OK;
    size_t live = s->folded != CSUCCESS__DAY_NONE ? s->base[0].mark.len : 0;
    csuccess__mark *marks = csuccess__series_marks(s);
    for (uint32_t i = 0; i < s->n; i++) live += marks[i].len;
    uint32_t room = doubled(s->pool_room, (uint32_t)(live + more) * 2);
    char *pool = csuccess__alloc(mem, room, 1);
    if (!pool) return CSUCCESS_ENOMEM;
    uint32_t len = 0;
    if (s->folded != CSUCCESS__DAY_NONE) move_mark(&s->base[0].mark, pool, &len, s->pool);
    for (uint32_t i = 0; i < s->n; i++) move_mark(&marks[i], pool, &len, s->pool);
    csuccess__release(mem, s->pool, s->pool_room, 1);
    s->pool = pool;
    s->pool_len = len;
    s->pool_room = room;
    return CSUCCESS_OK;
}

/* ---- Finding ---- */

uint32_t csuccess__series_at(const csuccess__series *s, int32_t day)
{
    const int32_t *days = s->days;
    uint32_t n = s->n;
    if (n == 0 || day > days[n - 1]) return n;
    if (day == days[n - 1]) return n - 1;
    if (day <= days[0]) return 0;
    /* Where there is a bucket for every day, the last ones tell the place. */
    uint32_t back = (uint32_t)(days[n - 1] - day);
    if (back < n && days[n - 1 - back] == day) return n - 1 - back;
    const int32_t *low = days;
    while (n > 1) {
        uint32_t half = n / 2;
        low += low[half - 1] < day ? half : 0;
        n -= half;
    }
    return (uint32_t)(low - days) + (*low < day);
}

/* ---- Adding ---- */

csuccess_result csuccess__series_prepare(csuccess__series *s, const csuccess_allocator *mem,
                                         const csuccess__entry *entry)
{
    csuccess_result result = csuccess__series_reserve(s, mem, s->n + 1);
    if (result == CSUCCESS_OK && entry->mark.ptr) {
        result = csuccess__series_reserve_pool(s, mem, entry->mark.len);
    }
    if (result == CSUCCESS_OK && s->part == CSUCCESS__PART_DISTINCT) {
        /* Beyond this a session may hold much that is not kept in the end. */
        enum { TRIMMED_FROM = 2048 };
        if (s->pairs == s->pair_room && s->pairs >= TRIMMED_FROM) csuccess__distinct_trim(s);
        result = csuccess__series_reserve_pairs(s, mem, s->pairs + 1);
    }
    return result;
}

/* Makes an empty bucket at `at`. Cumulative columns go on as they were. */
static void insert(csuccess__series *s, uint32_t at, int32_t day)
{
    size_t behind = s->n - at;
    if (behind) memmove(s->days + at + 1, s->days + at, behind * sizeof *s->days);
    s->days[at] = day;
    for (int c = 0; c < CSUCCESS__COLUMNS; c++) {
        size_t width = s->columns[c].width;
        if (width == 0) continue;
        char *cell = (char *)s->columns[c].data + at * width;
        if (behind) memmove(cell + width, cell, behind * width);
        bool cumulative = s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM;
        if (cumulative && at > 0) {
            memcpy(cell, cell - width, width);
        } else {
            memset(cell, 0, width);
        }
    }
    s->n++;
}

/* Whether an entry takes the place of what a cell of the first column holds. */
static bool wins(const csuccess__series *s, const csuccess__cell *cell,
                 const csuccess__entry *entry)
{
    switch (s->part) {
    case CSUCCESS__PART_MIN:
        return entry->number < cell->number;
    case CSUCCESS__PART_MAX:
        return entry->number > cell->number;
    case CSUCCESS__PART_LAST_TIME:
        return entry->time > cell->time;
    default:
        return mark_wins(s, cell->mark, entry->time, entry->mark);
    }
}

/* Adds to such a cell; `fresh`: there was nothing in it. */
static void put_cell(csuccess__series *s, csuccess__cell *cell, bool fresh,
                     const csuccess__entry *entry)
{
    if (s->columns[0].width == 0 || !(fresh || wins(s, cell, entry))) return;
    if (s->part == CSUCCESS__PART_FIRST || s->part == CSUCCESS__PART_LAST) {
        cell->mark = pool_mark(s, entry->time, entry->mark);
    } else if (s->part == CSUCCESS__PART_LAST_TIME) {
        cell->time = entry->time;
    } else {
        cell->number = entry->number;
    }
}

static void put_base(csuccess__series *s, const csuccess__entry *entry)
{
    bool fresh = s->folded == CSUCCESS__DAY_NONE;
    if (s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM) {
        s->base[0].count++;
        if (s->part == CSUCCESS__PART_SUM)
            csuccess__series_add_sum(s, UINT32_MAX, entry->number);
    } else {
        put_cell(s, &s->base[0], fresh, entry);
    }
    if (entry->day > s->folded) s->folded = entry->day;
    if (s->part == CSUCCESS__PART_DISTINCT) {
        csuccess__distinct_put(s, entry->hash, CSUCCESS__DAY_NONE);
        csuccess__distinct_fold(s);
    }
}

/* Nearly all have eight bytes, which need no call. */
static inline void copy_cell(void *to, const void *from, size_t width)
{
    if (width == 8) {
        memcpy(to, from, 8);
    } else {
        memcpy(to, from, width);
    }
}

static void put_bucket(csuccess__series *s, uint32_t at, bool fresh,
                       const csuccess__entry *entry)
{
    if (s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM) {
        uint64_t *counts = csuccess__series_counts(s);
        for (uint32_t i = at; i < s->n; i++) counts[i]++;
        if (s->part == CSUCCESS__PART_SUM) csuccess__series_add_sum(s, at, entry->number);
    } else if (s->part == CSUCCESS__PART_DISTINCT) {
        csuccess__distinct_put(s, entry->hash, entry->day);
    } else if (s->columns[0].width) {
        size_t width = s->columns[0].width;
        csuccess__cell cell;
        char *there = (char *)s->columns[0].data + at * width;
        copy_cell(&cell, there, width);
        put_cell(s, &cell, fresh, entry);
        copy_cell(there, &cell, width);
    }
}

/* Days without end are kept to a bound: beyond it only those whose mark has a zero more. */
static void thin_days(csuccess__series *s)
{
    while (s->n >= CSUCCESS__BUCKETS_MOST && s->level < CSUCCESS__LEVELS_MOST - 1) {
        uint32_t kept = 0;
        s->level++;
        for (uint32_t i = 0; i < s->n; i++) {
            if (csuccess__day_kept(s->days[i], s->level)) s->days[kept++] = s->days[i];
        }
        s->n = kept;
    }
}

void csuccess__series_put(csuccess__series *s, const csuccess__entry *entry, int32_t horizon)
{
    bool days = s->part == CSUCCESS__PART_DAYS;
    if (days && !csuccess__day_kept(entry->day, s->level)) return;
    s->dirty = true;
    if (!days && (entry->day < horizon || entry->day <= s->folded)) {
        put_base(s, entry);
        return;
    }
    uint32_t at = csuccess__series_at(s, entry->day);
    bool fresh = at == s->n || s->days[at] != entry->day;
    if (fresh) insert(s, at, entry->day);
    put_bucket(s, at, fresh, entry);
    if (days && fresh) thin_days(s);
}

/* ---- Folding ---- */

static void drop_front(csuccess__series *s, uint32_t count)
{
    s->n -= count;
    if (s->n) memmove(s->days, s->days + count, s->n * sizeof *s->days);
    for (int c = 0; c < CSUCCESS__COLUMNS; c++) {
        size_t width = s->columns[c].width;
        char *data = s->columns[c].data;
        if (width && s->n) memmove(data, data + count * width, s->n * width);
    }
}

static void fold_cumulative(csuccess__series *s, uint32_t count)
{
    uint64_t *counts = csuccess__series_counts(s), before = counts[count - 1];
    s->base[0].count += before;
    for (uint32_t i = count; i < s->n; i++) counts[i] -= before;
    if (s->part != CSUCCESS__PART_SUM) return;
    csuccess__fixed *sums = csuccess__series_sums(s), sum = sums[count - 1];
    s->base[1].sum = csuccess__plus(s->base[1].sum, sum);
    for (uint32_t i = count; i < s->n; i++) sums[i] = csuccess__minus(sums[i], sum);
}

static void fold_cells(csuccess__series *s, uint32_t count)
{
    size_t width = s->columns[0].width;
    for (uint32_t i = 0; i < count; i++) {
        csuccess__cell cell;
        memcpy(&cell, (char *)s->columns[0].data + i * width, width);
        bool marks = s->part == CSUCCESS__PART_FIRST || s->part == CSUCCESS__PART_LAST;
        bool fresh = i == 0 && s->folded == CSUCCESS__DAY_NONE;
        csuccess__entry entry = {.time = marks ? cell.mark.time : cell.time,
                                 .number = marks ? 0 : cell.number};
        if (!marks) {
            put_cell(s, &s->base[0], fresh, &entry);
        } else if (fresh ||
                   mark_wins(s, s->base[0].mark, cell.mark.time, mark_bytes(s, cell.mark))) {
            s->base[0].mark = cell.mark;
        }
    }
}

void csuccess__series_fold(csuccess__series *s, int32_t horizon)
{
    uint32_t count = s->part == CSUCCESS__PART_DAYS ? 0 : csuccess__series_at(s, horizon);
    if (count == 0) return;
    if (s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM) {
        fold_cumulative(s, count);
    } else if (s->columns[0].width) {
        fold_cells(s, count);
    }
    s->folded = s->days[count - 1];
    drop_front(s, count);
    if (s->part == CSUCCESS__PART_DISTINCT) csuccess__distinct_fold(s);
    s->dirty = true;
}
