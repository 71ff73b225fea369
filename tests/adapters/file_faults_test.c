/* SPDX-License-Identifier: Apache-2.0 */
/* Every request for memory, every read, write, sync, lock and truncation of the file channel fails, once and from then on: what it calls delivered is there and
   whole, and trying again comes to the same end. The linker puts this file's functions before those of the system (--wrap). */
#include "filed.h"

#include <errno.h>
#include <sys/file.h>

typedef struct plan {
    bool armed, onward, fired;
    long calls, at;
    bool syncs; /* they alone fail */
    bool half;  /* a write is done in part, as by a disk that fills up, and not refused */
} plan;

static plan faults;

static bool counted(void)
{
    faults.calls++;
    bool now = faults.onward ? faults.calls >= faults.at : faults.calls == faults.at;
    faults.fired = faults.fired || now;
    return now;
}

static bool fails(void)
{
    return faults.armed && !faults.syncs && counted();
}

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__real_realloc(void *block, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes)
{
    return fails() ? NULL : __real_realloc(block, bytes);
}

ssize_t __real_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len);
ssize_t __wrap_write(int fd, const void *bytes, size_t len)
{
    if (!fails()) return __real_write(fd, bytes, len);
    if (faults.half) return __real_write(fd, bytes, len / 2);
    errno = ENOSPC;
    return -1;
}

ssize_t __real_pread(int fd, void *bytes, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t len, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t len, off_t at)
{
    if (!fails()) return __real_pread(fd, bytes, len, at);
    errno = EIO;
    return -1;
}

/* Those that take no more than a descriptor and a number. */
#define WRAP(name, type) \
    int __real_##name(int fd, type value); \
    int __wrap_##name(int fd, type value); \
    int __wrap_##name(int fd, type value) \
    { \
        if (!fails()) return __real_##name(fd, value); \
        errno = EIO; \
        return -1; \
    }
WRAP(ftruncate, off_t)
WRAP(flock, int)
WRAP(fstat, struct stat *)

int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    if (!faults.armed || !counted()) return __real_fsync(fd);
    errno = EIO;
    return -1;
}

/* ---- What is done under them ---- */

static const char email[] = "email.jsonl";

/* A file with a message, one that a crash cut off, and two to send: one new, one that is there. */
static void begin(filed *f, uint32_t flags)
{
    filed_start(f, "faults", flags);
    CHECK_UINT(filed_send_number(f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    char path[256];
    filed_name(f, email, path);
    int fd = open(path, O_WRONLY | O_APPEND);
    CHECK_INT(__real_write(fd, "{\"id\":\"ab", 9), 9);
    close(fd);
    filed_close(f);
}

/* Whether what was said is true; `count` of them were in the file. */
static void check_said(const sent *s, int count, bool dedupes)
{
    CHECK_OK(s->result);
    if (s->outcome == CSUCCESS_SENT_DELIVERED) CHECK(dedupes ? count == 1 : count >= 1);
    if (s->outcome == CSUCCESS_SENT_LATER) CHECK_INT(count, 0);
    CHECK(s->outcome == CSUCCESS_SENT_DELIVERED || s->outcome == CSUCCESS_SENT_LATER ||
          s->outcome == CSUCCESS_SENT_UNKNOWN);
}

/* One run with the failure planted; false when it did not come to pass. */
static bool try_at(uint32_t flags, plan planted)
{
    filed f;
    size_t broken;
    bool dedupes = flags & CSUCCESS_FILE_DEDUPE;
    sent s = {.outcome = CSUCCESS_SENT_LATER};
    begin(&f, flags);
    faults = planted;
    faults.armed = true;
    csuccess_result opened = filed_open(&f, flags);
    char id[65];
    csuccess_message m;
    sent_message(&m, id, 2);
    csuccess_send_request request = sent_request(&m);
    csuccess_reply reply;
    faults.armed = false;
    csuccess__reply_init(&reply, csuccess__malloc_allocator());
    csuccess__reply_open(&reply, CSUCCESS__OPERATION_SEND, 1, 0, 0);
    faults.armed = true;
    if (opened >= 0) csuccess_file_ops()->send(f.file, &request, &reply);
    faults.armed = false;
    if (opened >= 0) {
        s.outcome = (uint32_t)reply.answers[0].revision;
        s.result = csuccess__reply_end(&reply, NULL);
    }
    csuccess__reply_free(&reply);
    char *text = filed_read(&f, email);
    if (opened >= 0 && s.result != CSUCCESS_ENOMEM)
        check_said(&s, filed_count(text, 2), dedupes);
    free(text);
    if (opened < 0) CHECK_OK(filed_open(&f, flags));
    CHECK_UINT(filed_send_number(&f, 2).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    filed_lines(&f, email, &broken);
    CHECK_UINT(broken, 0);
    filed_end(&f);
    return faults.fired;
}

static void sweep(uint32_t flags, bool onward, bool half)
{
    long at = 1;
    while (at < 500 && try_at(flags, (plan){.at = at, .onward = onward, .half = half})) at++;
    CHECK(at > 8 && at < 500);
    printf("# %ld failures\n", at - 1);
}

static void each_fails_once(void)
{
    sweep(0, false, false);
    sweep(CSUCCESS_FILE_DEDUPE, false, false);
}
static void each_fails_from_then_on(void)
{
    sweep(0, true, false);
    sweep(CSUCCESS_FILE_DEDUPE, true, false);
}
static void writes_are_done_in_part(void)
{
    sweep(0, false, true);
    sweep(CSUCCESS_FILE_DEDUPE, false, true);
    sweep(CSUCCESS_FILE_DEDUPE, true, true);
}

/* A line that the disk did not confirm is written again, although it can be read: the system forgets what it could not write. */
static void what_was_not_confirmed_is_written_again(void)
{
    filed f;
    if (!filed_start(&f, "unconfirmed", CSUCCESS_FILE_DEDUPE)) return;
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    faults = (plan){.at = 1, .armed = true, .syncs = true};
    sent s = filed_send_number(&f, 2);
    CHECK_UINT(s.outcome, CSUCCESS_SENT_UNKNOWN);
    CHECK_CSTR(s.reason, "the disk did not confirm the line");
    faults.armed = false;
    for (int i = 0; i < 3; i++) {
        CHECK_UINT(filed_send_number(&f, 2).outcome, CSUCCESS_SENT_DELIVERED);
    }
    char *text = filed_read(&f, email);
    CHECK_INT(filed_count(text, 2), 2);
    free(text);
    filed_end(&f);
}

CHECK_MAIN(CHECK_TEST(each_fails_once), CHECK_TEST(each_fails_from_then_on),
           CHECK_TEST(writes_are_done_in_part),
           CHECK_TEST(what_was_not_confirmed_is_written_again))
