/* SPDX-License-Identifier: Apache-2.0 */
/* A channel that writes messages to files, a line of JSON each: for the command, for tests, and for whoever fetches them from there. The library is
   libcsuccess-file (pkg-config: csuccess-file). */
#ifndef CSUCCESS_FILE_H
#define CSUCCESS_FILE_H

#include <csuccess/channel.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A directory in which DIR/<channel>.jsonl receives the messages of each channel that it is registered for. A line is
 *
 *   {"id":…,"channel":…,"customer":…,"contact":…,"purpose":…,"definition":…,"at":"2026-01-31T08:00:00.250Z","attempt":1,"recipient":{…},"body":{…}}
 *
 * with these keys in this order, the recipient and the body as the library gave them, and `at` the time of the attempt. In a file's name bytes of the channel's other than
 * letters, digits, "_", "-" and a "." that is not the first are written as %XX.
 *
 * A message is delivered when its line is whole in the file and, unless CSUCCESS_FILE_UNSYNCED is set, on the disk. Any number of objects, of one process or of several on one
 * machine, may write to one directory: a line is one write to the end of the file, under the file's lock (flock). What a crash left of a line is removed before the next one is written; an
 * unfinished line that is not of this library is ended instead, so that the next begins a line of its own. A file that was moved away (logrotate) or removed is begun anew.
 * What is in the files is the reader's: an erasure in the store does not reach it.
 *
 * How an attempt ends: delivered; CSUCCESS_SENT_LATER with the reason when nothing was written (a full disk, a file that cannot be opened or written to, or that another process keeps locked);
 * CSUCCESS_SENT_UNKNOWN when the line is there and the disk did not confirm it; CSUCCESS_SENT_NEVER for a body or recipient that is no JSON, and a channel's name of more than 200 bytes in a file's.
 * Under a limit of file size (RLIMIT_FSIZE) the process must ignore SIGXFSZ. An object must not be carried over fork().
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_file csuccess_file;

#define CSUCCESS_FILE_UNSYNCED \
    1u /**< flags: delivered once the system has the line; one that stops at once (power) may lose it */
#define CSUCCESS_FILE_DEDUPE \
    2u /**< flags: an id that is in the channel's file, whoever wrote it, is delivered and not written again; 132 bytes of memory an id at most */

/** How a directory is used; zero is the default of a field. @since 0.1 */
typedef struct csuccess_file_options {
    size_t size;
    uint32_t flags;   /**< CSUCCESS_FILE_* */
    uint32_t busy_ms; /**< how long to wait for another's lock; 5,000; at most 600,000 */
    uint32_t
        mode; /**< permissions of files that are made, before the umask; 0600, since messages are about people; at most 0777 */
    uint32_t reserved;
} csuccess_file_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_FILE_OPTIONS_INIT {sizeof(csuccess_file_options), 0, 0, 0, 0}
#else
#define CSUCCESS_FILE_OPTIONS_INIT {.size = sizeof(csuccess_file_options)}
#endif
/* clang-format on */

/**
 * Takes a directory, which must be there; files are made by the first message of their channel. *out is NULL on failure. The message in err names the directory and the remedy.
 *
 * CSUCCESS_EMISSING: it is not there. CSUCCESS_EDENIED: it may not be written to. CSUCCESS_EINVALID (empty, a NUL in it, no directory, unknown flags), CSUCCESS_ERANGE (a number beyond its limit),
 * CSUCCESS_EABI, CSUCCESS_ENOMEM, CSUCCESS_EGENERIC: what the system said.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_file_open(csuccess_file **out, csuccess_str directory,
                                                const csuccess_file_options *options,
                                                csuccess_error *err);
/** Closes the files; NULL does nothing. Not while an engine uses it. @since 0.1 */
CSUCCESS_API void csuccess_file_close(csuccess_file *file);

/** The slots; `ud` for them is the object, which may be registered for many channels. @since 0.1 */
CSUCCESS_API const csuccess_channel_ops *csuccess_file_ops(void);

#ifdef __cplusplus
}
#endif

#endif
