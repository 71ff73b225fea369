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

typedef enum rest {
    REST_UNREAD, /* errno says why */
    REST_OURS,   /* the beginning of one of our lines: it was never answered for, and goes */
    REST_OTHER   /* somebody else's, or a whole message of ours but for its end */
} rest;

/* What the unended line from `start` on is. */
static rest judge(int fd, off_t start, off_t size)
{
    static const char head[] = CSUCCESS__FILE_HEAD;
    const size_t n = sizeof head - 1;
    csuccess__envelope copy = {0};
    rest found = REST_OTHER;
    if (size - start > LONGEST) return REST_OTHER;
    size_t len = (size_t)(size - start);
    char *bytes = malloc(len);
    errno = ENOMEM;
    if (!bytes || !read_at(fd, bytes, len, start)) {
        found = REST_UNREAD;
    } else if (memcmp(bytes, head, len < n ? len : n) == 0) {
        bool whole =
            csuccess__envelope_json(&copy, (csuccess_str){bytes, len}, CSUCCESS__FILE_DEPTH);
        if (!whole) found = REST_OURS;
    }
    csuccess__envelope_free(&copy);
    free(bytes);
    return found;
}

off_t csuccess__file_repair(const csuccess__file_sink *sink, off_t size)
{
    char last = '\n';
    if (size > 0 && !read_at(sink->fd, &last, 1, size - 1)) return -1;
    if (last == '\n') return size;
    off_t start = last_line(sink->fd, size);
    if (start < 0) return -1;
    rest found = judge(sink->fd, start, size);
    if (found == REST_UNREAD) return -1;
    if (found == REST_OURS) return ftruncate(sink->fd, start) == 0 ? start : -1;
    ssize_t n = write(sink->fd, "\n", 1);
    if (n == 0) errno = ENOSPC;
    return n == 1 ? size + 1 : -1;
}
