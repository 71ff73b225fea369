/* SPDX-License-Identifier: Apache-2.0 */
/* One line to the end of a file that others write to as well: locked, whole, on the disk. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 8, LONGEST_NAP_MS = 16 };

/* ---- Saying what is wrong ---- */

static csuccess__file_said later(int error)
{
    static const struct {
        int error;
        const char *reason;
    } reasons[] = {
        {ENOSPC, "the disk is full"},
        {EDQUOT, "the disk quota is used up"},
        {EFBIG, "the file may not grow any more"},
        {EWOULDBLOCK, "another process keeps the file locked"},
        {EACCES, "the file may not be written to"},
        {EPERM, "the file may not be written to"},
        {EROFS, "the file system is read-only"},
        {ENOENT, "the directory is gone"},
        {EMFILE, "too many files are open"},
        {ENFILE, "too many files are open"},
        {ENOMEM, "out of memory"},
        {EISDIR, "there is no regular file under its name"},
        {ENXIO, "there is no regular file under its name"},
        {EINVAL, "there is no regular file under its name"},
        {ENOLCK, "the file system has no locks"},
        {EOPNOTSUPP, "the file system has no locks"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].error != error) continue;
        return (csuccess__file_said){CSUCCESS_SENT_LATER, reasons[i].reason};
    }
    return (csuccess__file_said){CSUCCESS_SENT_LATER, "the file cannot be written"};
}

/* ---- Opening and locking ---- */

void csuccess__file_sink_close(csuccess__file_sink *sink)
{
    if (sink->fd >= 0) close(sink->fd);
    sink->fd = -1;
}

/* Whatever is on its way to the disk, once it is there. */
static bool flush(int fd)
{
    int done;
#ifdef F_FULLFSYNC
    if (fcntl(fd, F_FULLFSYNC) == 0) return true;
#endif
    do {
        done = fsync(fd);
    } while (done != 0 && errno == EINTR);
    return done == 0;
}

static bool open_sink(csuccess_file *file, csuccess__file_sink *sink)
{
    const int flags = O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    struct stat is;
    sink->fd = openat(file->directory, sink->name, flags, (mode_t)file->options.mode);
    if (sink->fd < 0) return false;
    bool good = fstat(sink->fd, &is) == 0;
    if (good && !S_ISREG(is.st_mode)) {
        errno = EINVAL;
        good = false;
    }
    /* The name must outlive a crash as the line does, whoever gave it. EINVAL: names are not synced here. */
    if (good && !(file->options.flags & CSUCCESS_FILE_UNSYNCED)) {
        good = flush(file->directory) || errno == EINVAL;
    }
    /* What is there already is read before others are kept waiting. */
    sink->known = 0;
    if (good && (file->options.flags & CSUCCESS_FILE_DEDUPE)) {
        good = csuccess__file_ids_catch_up(file, sink, is.st_size);
    }
    if (!good) {
        int error = errno;
        csuccess__file_sink_close(sink);
        errno = error;
        return false;
    }
    sink->device = is.st_dev;
    sink->inode = is.st_ino;
    return true;
}

static int64_t monotonic_ms(void)
{
    struct timespec t = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool lock(const csuccess_file *file, int fd)
{
    int64_t until = monotonic_ms() + file->options.busy_ms;
    for (long nap = 1;; nap = nap < LONGEST_NAP_MS ? nap * 2 : nap) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
        if (errno == EINTR) continue;
        if (errno != EWOULDBLOCK || monotonic_ms() >= until) return false;
        nanosleep(&(struct timespec){0, nap * 1000000}, NULL);
    }
}

/* Whether the open file is still the one of that name. */
static bool is_current(const csuccess_file *file, const csuccess__file_sink *sink)
{
    struct stat is;
    return fstatat(file->directory, sink->name, &is, 0) == 0 && is.st_dev == sink->device &&
           is.st_ino == sink->inode;
}

/* Opens and locks the file that bears the name now. It may be moved away between the one and the other. */
static bool enter(csuccess_file *file, csuccess__file_sink *sink)
{
    for (int i = 0; i < TRIES; i++) {
        if (sink->fd < 0 && !open_sink(file, sink)) return false;
        if (!lock(file, sink->fd)) return false;
        if (is_current(file, sink)) return true;
        csuccess__file_sink_close(sink); /* and its lock */
    }
    errno = EWOULDBLOCK;
    return false;
}

/* ---- Writing ---- */

/* One write. What came of it only in part is taken back: nothing is in the file that is not answered for. */
static bool write_line(int fd, const csuccess__envelope *line, off_t size)
{
    ssize_t n;
    do {
        n = write(fd, line->bytes, line->len);
    } while (n < 0 && errno == EINTR);
    if (n == (ssize_t)line->len) return true;
    int error = n < 0 ? errno : ENOSPC;
    if (n > 0 && ftruncate(fd, size) != 0) error = errno; /* the next line repairs it */
    errno = error;
    return false;
}

typedef enum place { PLACE_FAILED, PLACE_THERE, PLACE_WRITTEN } place;

/* Under the lock. */
static place put(csuccess_file *file, csuccess__file_sink *sink, const unsigned char *id)
{
    const bool dedupes = file->options.flags & CSUCCESS_FILE_DEDUPE;
    struct stat is;
    if (fstat(sink->fd, &is) != 0) return PLACE_FAILED;
    off_t size = csuccess__file_repair(sink, is.st_size);
    if (size < 0) return PLACE_FAILED;
    if (dedupes && !csuccess__file_ids_catch_up(file, sink, size)) return PLACE_FAILED;
    if (dedupes && id && csuccess__file_ids_have(&sink->ids, id)) return PLACE_THERE;
    if (!write_line(sink->fd, &file->line, size)) return PLACE_FAILED;
    /* Its id is added once it is on the disk; until then a retry writes it again. */
    if (dedupes) sink->known = size + (off_t)file->line.len;
    return PLACE_WRITTEN;
}

csuccess__file_said csuccess__file_append(csuccess_file *file, csuccess__file_sink *sink,
                                          csuccess_str id)
{
    unsigned char bytes[CSUCCESS__FILE_ID];
    bool known = csuccess__file_id_read(bytes, id);
    if (!enter(file, sink)) return later(errno);
    place became = put(file, sink, known ? bytes : NULL);
    int error = errno;
    flock(sink->fd, LOCK_UN);
    if (became == PLACE_FAILED) return later(error);
    /* One that is there already may be another process's, which has not brought it to the disk yet. */
    if (!(file->options.flags & CSUCCESS_FILE_UNSYNCED) && !flush(sink->fd)) {
        return (csuccess__file_said){CSUCCESS_SENT_UNKNOWN,
                                     "the disk did not confirm the line"};
    }
    /* Without memory for the id it is written once more when it comes once more. */
    if (became == PLACE_WRITTEN && known && (file->options.flags & CSUCCESS_FILE_DEDUPE)) {
        (void)csuccess__file_ids_add(&sink->ids, bytes);
    }
    return (csuccess__file_said){CSUCCESS_SENT_DELIVERED, ""};
}
