/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a directory and giving it back. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static csuccess_result take_options(csuccess_file_options *out,
                                    const csuccess_file_options *given, csuccess_error *err)
{
    csuccess_result result = csuccess__envelope_options(out, sizeof *out, given, err);
    if (result < 0) return result;
    if (out->flags & ~(CSUCCESS_FILE_UNSYNCED | CSUCCESS_FILE_DEDUPE)) {
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, (csuccess_str){NULL, 0},
                                       "csuccess_file_options.flags has an unknown flag");
    }
    result = csuccess__envelope_number(&out->busy_ms, 5000, 600000, err);
    return result < 0 ? result : csuccess__envelope_number(&out->mode, 0600, 0777, err);
}

static csuccess_result explain(int error, csuccess_str path, csuccess_error *err)
{
    static const struct {
        int error;
        csuccess_result result;
        const char *why;
    } words[] = {
        {ENOENT, CSUCCESS_EMISSING, "there is no such directory; make it first"},
        {ENOTDIR, CSUCCESS_EINVALID, "it is no directory; name the one to write in"},
        {EACCES, CSUCCESS_EDENIED, "it may not be written to; change its owner or permissions"},
        {EPERM, CSUCCESS_EDENIED, "it may not be written to; change its owner or permissions"},
        {EROFS, CSUCCESS_EDENIED, "it is on a read-only file system; name another"},
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].error == error) {
            return csuccess__envelope_fail(err, words[i].result, path, words[i].why);
        }
    }
    return csuccess__envelope_fail(err, CSUCCESS_EGENERIC, path, "it cannot be used");
}

/* Its descriptor, once it may be written to; -1: errno says why. */
static int open_directory(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == 0) return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

csuccess_result csuccess_file_open(csuccess_file **out, csuccess_str directory,
                                   const csuccess_file_options *options, csuccess_error *err)
{
    csuccess_file_options taken;
    csuccess_result result = CSUCCESS_OK;
    csuccess_file *file = NULL;
    char *path = NULL;
    if (!out) {
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, (csuccess_str){NULL, 0},
                                       "out is NULL");
    }
    *out = NULL;
    result = take_options(&taken, options, err);
    if (result >= 0) {
        result = csuccess__envelope_terminated(&path, directory, "the directory", err);
    }
    if (result < 0) return result;
    int fd = open_directory(path);
    if (fd < 0) result = explain(errno, directory, err);
    if (fd >= 0) file = calloc(1, sizeof *file);
    if (file) {
        *file = (csuccess_file){.directory = fd, .options = taken};
        *out = file;
    } else if (fd >= 0) {
        close(fd);
        result = csuccess__envelope_fail(err, CSUCCESS_ENOMEM, directory, "out of memory");
    }
    free(path);
    return result;
}

void csuccess_file_close(csuccess_file *file)
{
    if (!file) return;
    for (size_t i = 0; i < file->sink_count; i++) {
        csuccess__file_sink *sink = file->sinks[i];
        csuccess__file_sink_close(sink);
        csuccess__envelope_free(&sink->channel);
        free(sink->ids.slots);
        free(sink);
    }
    free(file->sinks);
    csuccess__envelope_free(&file->line);
    csuccess__envelope_free(&file->read);
    close(file->directory);
    free(file);
}

const csuccess_channel_ops *csuccess_file_ops(void)
{
    static const csuccess_channel_ops ops = {sizeof ops, csuccess__file_send};
    return &ops;
}
