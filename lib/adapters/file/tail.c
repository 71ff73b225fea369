/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a file: whatever a crash, or somebody else, left there, the next line begins on a line of its own. */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536, LONGEST = 64 << 20 };

/* All of it or nothing. */
static bool read_at(int fd, char *bytes, size_t len, off_t at)
{
    while (len > 0) {
        ssize_t n = pread(fd, bytes, len, at);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) errno = EIO;
        if (n <= 0) return false;
        bytes += n;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* Where the last line begins; -1: errno says why. */
static off_t last_line(int fd, off_t size)
{
    char *bytes = malloc(CHUNK);
    off_t found = bytes ? 0 : -1;
    errno = ENOMEM;
    for (off_t end = size; found == 0 && end > 0;) {
        size_t len = end < CHUNK ? (size_t)end : CHUNK;
        end -= (off_t)len;
        if (!read_at(fd, bytes, len, end)) {
            found = -1;
            break;
        }
        while (len > 0 && bytes[len - 1] != '\n') len--;
        found = len ? end + (off_t)len : 0;
        if (len) break;
    }
    free(bytes);
    return found;
}

/* Whether the unended line from `start` on is the beginning of one of ours: then it was never answered for, and goes. */
static bool is_remnant(int fd, off_t start, off_t size)
{
    static const char head[] = CSUCCESS__FILE_HEAD;
    csuccess__envelope copy = {0};
    size_t len = size - start < LONGEST ? (size_t)(size - start) : 0, n = sizeof head - 1;
    char *bytes = len ? malloc(len) : NULL;
    bool ours =
        bytes && read_at(fd, bytes, len, start) && memcmp(bytes, head, len < n ? len : n) == 0;
    /* Only its end is missing: it is a whole message, and is completed. */
    if (ours && csuccess__envelope_json(&copy, (csuccess_str){bytes, len})) ours = false;
    csuccess__envelope_free(&copy);
    free(bytes);
    return ours;
}

off_t csuccess__file_repair(const csuccess__file_sink *sink, off_t size)
{
    char last = '\n';
    if (size > 0 && !read_at(sink->fd, &last, 1, size - 1)) return -1;
    if (last == '\n') return size;
    off_t start = last_line(sink->fd, size);
    if (start < 0) return -1;
    if (is_remnant(sink->fd, start, size)) {
        return ftruncate(sink->fd, start) == 0 ? start : -1;
    }
    ssize_t n = write(sink->fd, "\n", 1);
    if (n == 0) errno = ENOSPC;
    return n == 1 ? size + 1 : -1;
}
