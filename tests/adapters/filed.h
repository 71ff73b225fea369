/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of the test's own with a file channel over it, and what stands in its files. */
#ifndef FILED_H
#define FILED_H

#include "sent.h"

#include "../../lib/adapters/envelope/envelope.h"

#include <csuccess/file.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct filed {
    char path[128];
    csuccess_file *file;
    csuccess_error err;
} filed;

static inline void filed_name(const filed *f, const char *name, char out[256])
{
    snprintf(out, 256, "%s/%s", f->path, name);
}

static inline void filed_remove(const filed *f)
{
    char name[256];
    DIR *folder = opendir(f->path);
    for (struct dirent *e; folder && (e = readdir(folder)) != NULL;) {
        filed_name(f, e->d_name, name);
        if (e->d_name[0] != '.' || e->d_name[1] == '%') unlink(name);
    }
    if (folder) closedir(folder);
    rmdir(f->path);
}

static inline csuccess_result filed_open(filed *f, uint32_t flags)
{
    csuccess_file_options options = CSUCCESS_FILE_OPTIONS_INIT;
    options.flags = flags;
    f->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    return csuccess_file_open(&f->file, sent_str(f->path), &options, &f->err);
}

static inline bool filed_start(filed *f, const char *name, uint32_t flags)
{
    *f = (filed){.file = NULL};
    snprintf(f->path, sizeof f->path, "%s-%ld", name, (long)getpid());
    filed_remove(f);
    if (!CHECK_INT(mkdir(f->path, 0700), 0)) return false;
    return CHECK_OK(filed_open(f, flags)) != 0;
}

static inline void filed_close(filed *f)
{
    csuccess_file_close(f->file);
    f->file = NULL;
}

static inline void filed_end(filed *f)
{
    filed_close(f);
    filed_remove(f);
}

static inline sent filed_send(const filed *f, const csuccess_message *m)
{
    csuccess_send_request request = sent_request(m);
    return sent_by(csuccess_file_ops(), f->file, &request);
}

static inline sent filed_send_number(const filed *f, unsigned long number)
{
    char id[65];
    csuccess_message m;
    sent_message(&m, id, number);
    return filed_send(f, &m);
}

/* What a file holds; the caller's to free. Empty when there is none. */
static inline char *filed_read(const filed *f, const char *name)
{
    char path[256];
    struct stat is;
    filed_name(f, name, path);
    int fd = open(path, O_RDONLY);
    size_t size = fd >= 0 && fstat(fd, &is) == 0 ? (size_t)is.st_size : 0, at = 0;
    char *text = malloc(size + 1);
    if (!text) abort();
    for (ssize_t n; at < size && (n = read(fd, text + at, size - at)) > 0;) at += (size_t)n;
    if (fd >= 0) close(fd);
    text[at] = '\0';
    return text;
}

static inline void filed_write(const filed *f, const char *name, const char *text)
{
    char path[256];
    filed_name(f, name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    if (fd >= 0) close(fd);
}

/* How many lines a file has; `broken` of them are not JSON, or have no end. */
static inline size_t filed_lines(const filed *f, const char *name, size_t *broken)
{
    char *text = filed_read(f, name);
    size_t count = 0;
    *broken = 0;
    for (char *line = text; *line; count++) {
        size_t n = strcspn(line, "\n");
        csuccess__envelope copy = {0};
        bool whole =
            line[n] == '\n' && csuccess__envelope_json(&copy, (csuccess_str){line, n}, 256);
        *broken += !whole;
        csuccess__envelope_free(&copy);
        line += n + (line[n] == '\n');
    }
    free(text);
    return count;
}

/* In how many lines a message's id stands. */
static inline int filed_count(const char *text, unsigned long number)
{
    char id[65], head[80];
    csuccess_message m;
    int count = 0;
    sent_message(&m, id, number);
    snprintf(head, sizeof head, "{\"id\":\"%s\"", id);
    for (const char *at = text; (at = strstr(at, head)) != NULL; at++) count++;
    return count;
}

#endif
