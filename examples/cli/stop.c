/* SPDX-License-Identifier: Apache-2.0 */
/* Long work: progress, Ctrl-C, and files that are whole or not there. */
#define _POSIX_C_SOURCE 200809L
#include "history.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;
static int64_t started, shown;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

void stop_listen(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND; /* a second one ends at once */
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    started = clock_now();
}

bool stop_asked(void)
{
    return stopped != 0;
}

int progress_show(void *ud, uint64_t done, uint64_t total)
{
    (void)ud;
    int64_t now = clock_now();
    if (total == 0 || now - started < 1000 || now - shown < 200 || !isatty(STDERR_FILENO)) {
        return stopped;
    }
    fprintf(stderr, "\r%3d %% ", (int)(100 * done / total));
    shown = now;
    return stopped;
}

void progress_end(void)
{
    if (shown) fprintf(stderr, "\r      \r");
    shown = 0;
}

/* `whole`: it has to have reached the disk. */
static bool write_all(const char *path, csuccess_str content, bool whole)
{
    FILE *file = fopen(path, "wb");
    if (!file) return false;
    bool ok = fwrite(content.ptr, 1, content.len, file) == content.len && fflush(file) == 0 &&
              (!whole || fsync(fileno(file)) == 0);
    int problem = errno;
    if (fclose(file) != 0) ok = false;
    if (!ok) errno = problem ? problem : EIO;
    return ok;
}

/* A device, a pipe or a link: nothing is put in its place, it is written to. */
static bool is_special(const char *path)
{
    struct stat found;
    return lstat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

static bool write_into(const char *path, csuccess_str content)
{
    bool ok = write_all(path, content, false);
    if (!ok) fprintf(stderr, "%s: %s\n", path, strerror(errno));
    return ok;
}

bool file_write(const char *path, csuccess_str content)
{
    if (is_special(path)) return write_into(path, content);
    size_t len = strlen(path) + 32;
    char *beside = malloc(len);
    if (!beside) return false;
    snprintf(beside, len, "%s.%ld.tmp", path, (long)getpid());
    bool ok = write_all(beside, content, true) && rename(beside, path) == 0;
    if (!ok) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        remove(beside);
    }
    free(beside);
    return ok;
}
