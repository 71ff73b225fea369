/* SPDX-License-Identifier: Apache-2.0 */
/* Which messages a file holds: the ids of its whole lines, read as far as others have written since. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { FIRST = 256, CHUNK = 65536, LONGEST = 64 << 20 };

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool csuccess__file_id_read(unsigned char out[CSUCCESS__FILE_ID], csuccess_str id)
{
    if (id.len != CSUCCESS__FILE_ID_TEXT) return false;
    for (size_t i = 0; i < CSUCCESS__FILE_ID; i++) {
        int high = digit(id.ptr[2 * i]), low = digit(id.ptr[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

/* Ids are digests, but a file may be somebody's who chose them to fall on one place: the seed is not known beforehand. */
static uint64_t hash(const csuccess__file_ids *ids, const unsigned char *id)
{
    uint64_t h = ids->seed, word;
    for (size_t i = 0; i < CSUCCESS__FILE_ID; i += sizeof word) {
        memcpy(&word, id + i, sizeof word);
        h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        h ^= h >> 29;
    }
    return h ^ h >> 32;
}

/* Where the id is, or would be. */
static size_t place(const csuccess__file_ids *ids, const unsigned char *id)
{
    size_t at = (size_t)hash(ids, id) & (ids->cap - 1);
    while (ids->slots[at].used && memcmp(ids->slots[at].bytes, id, CSUCCESS__FILE_ID) != 0) {
        at = (at + 1) & (ids->cap - 1);
    }
    return at;
}

static uint64_t seed(const void *somewhere)
{
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return ((uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec) ^
           (uint64_t)(uintptr_t)somewhere << 20;
}

static bool grow(csuccess__file_ids *ids)
{
    csuccess__file_ids larger = {.cap = ids->cap ? ids->cap * 2 : FIRST, .seed = seed(ids)};
    larger.slots = calloc(larger.cap, sizeof *larger.slots);
    if (!larger.slots) return false;
    for (size_t i = 0; i < ids->cap; i++) {
        if (!ids->slots[i].used) continue;
        larger.slots[place(&larger, ids->slots[i].bytes)] = ids->slots[i];
    }
    larger.count = ids->count;
    free(ids->slots);
    *ids = larger;
    return true;
}

bool csuccess__file_ids_have(const csuccess__file_ids *ids, const unsigned char *id)
{
    return ids->cap && ids->slots[place(ids, id)].used;
}

bool csuccess__file_ids_add(csuccess__file_ids *ids, const unsigned char *id)
{
    if (ids->count * 2 >= ids->cap && !grow(ids)) return false;
    csuccess__file_id *slot = &ids->slots[place(ids, id)];
    ids->count += !slot->used;
    slot->used = 1;
    memcpy(slot->bytes, id, CSUCCESS__FILE_ID);
    return true;
}

/* A line counts when it is one of ours and whole: blocks that a power failure took from its middle are no message. */
static bool add_line(csuccess__file_ids *ids, csuccess__envelope *line)
{
    static const char head[] = CSUCCESS__FILE_HEAD;
    const size_t n = sizeof head - 1;
    unsigned char id[CSUCCESS__FILE_ID];
    csuccess__envelope copy = {0};
    bool ours =
        line->len > n + CSUCCESS__FILE_ID_TEXT && memcmp(line->bytes, head, n) == 0 &&
        line->bytes[n + CSUCCESS__FILE_ID_TEXT] == '"' &&
        csuccess__file_id_read(id, (csuccess_str){line->bytes + n, CSUCCESS__FILE_ID_TEXT});
    if (!ours) return true;
    bool whole = csuccess__envelope_json(&copy, (csuccess_str){line->bytes, line->len},
                                         CSUCCESS__FILE_DEPTH);
    bool good = !copy.failed && (!whole || csuccess__file_ids_add(ids, id));
    csuccess__envelope_free(&copy);
    return good;
}

/* Takes in a part of the file that begins at `base`; lines end where they end, whatever the parts. */
static bool add_part(csuccess_file *file, csuccess__file_sink *sink, csuccess_str part,
                     off_t base)
{
    for (size_t i = 0; i < part.len;) {
        const char *end = memchr(part.ptr + i, '\n', part.len - i);
        size_t n = end ? (size_t)(end - part.ptr) - i : part.len - i;
        if (file->read.len <= LONGEST) csuccess__envelope_put(&file->read, part.ptr + i, n);
        if (file->read.failed) return false;
        i += n + (end != NULL);
        if (!end) continue;
        if (file->read.len <= LONGEST && !add_line(&sink->ids, &file->read)) return false;
        csuccess__envelope_reset(&file->read);
        sink->known = base + (off_t)i;
    }
    return true;
}

/* The next part of the file; less than was asked for where it is cut short meanwhile, by its repair. -1: errno says why. */
static ssize_t read_part(int fd, char *bytes, off_t at, off_t end)
{
    size_t most = end - at < CHUNK ? (size_t)(end - at) : CHUNK;
    ssize_t n;
    do {
        n = pread(fd, bytes, most, at);
    } while (n < 0 && errno == EINTR);
    return n;
}

bool csuccess__file_ids_catch_up(csuccess_file *file, csuccess__file_sink *sink, off_t end)
{
    char *bytes = malloc(CHUNK);
    bool good = bytes != NULL;
    if (sink->known > end) sink->known = 0; /* it was cut short by somebody */
    csuccess__envelope_reset(&file->read);
    if (!good) errno = ENOMEM;
    for (off_t at = sink->known; good && at < end;) {
        ssize_t n = read_part(sink->fd, bytes, at, end);
        if (n == 0) break;
        good = n > 0;
        if (good && !add_part(file, sink, (csuccess_str){bytes, (size_t)n}, at)) {
            errno = ENOMEM;
            good = false;
        }
        at += n;
    }
    free(bytes);
    return good;
}
