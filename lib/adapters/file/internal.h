/* SPDX-License-Identifier: Apache-2.0 */
/* The file channel inside: a directory, and for each of its channels a file with the ids that are known to be in it. */
#ifndef CSUCCESS__FILE_INTERNAL_H
#define CSUCCESS__FILE_INTERNAL_H

#include <csuccess/file.h>
#include <stdbool.h>
#include <sys/types.h>

#include "../envelope/envelope.h"

enum {
    CSUCCESS__FILE_ID = 32,
    CSUCCESS__FILE_ID_TEXT = 64,
    CSUCCESS__FILE_NAME = 216,
    CSUCCESS__FILE_DEPTH = CSUCCESS__ENVELOPE_DEPTH + 1
};

/* How a line begins, up to the id. What begins so, or as far as it goes, and is not ended is a line of ours that a crash cut off. */
#define CSUCCESS__FILE_HEAD "{\"id\":\""

/* Ids, by open addressing in a table whose size is a power of two; kept at most half full. */
typedef struct csuccess__file_id {
    unsigned char used, bytes[CSUCCESS__FILE_ID];
} csuccess__file_id;

typedef struct csuccess__file_ids {
    csuccess__file_id *slots;
    size_t count, cap;
    uint64_t seed;
} csuccess__file_ids;

typedef struct csuccess__file_sink {
    csuccess__envelope channel;     /* its name */
    char name[CSUCCESS__FILE_NAME]; /* the file's */
    int fd;                         /* -1: not open */
    dev_t device;
    ino_t inode;
    csuccess__file_ids ids; /* of the first `known` bytes of the file, and of those before it */
    off_t known;
} csuccess__file_sink;

struct csuccess_file {
    int directory;
    csuccess_file_options options;
    csuccess__file_sink **sinks;
    size_t sink_count;
    csuccess__envelope line; /* that is written */
    csuccess__envelope read; /* that is read back */
};

/* What became of an attempt. */
typedef struct csuccess__file_said {
    uint32_t outcome; /* CSUCCESS_SENT_* */
    const char *reason;
} csuccess__file_said;

/* ---- ids.c ---- */

/* The bytes of an id of 64 lower-case hex digits; false: it is none, and is never compared. */
bool csuccess__file_id_read(unsigned char out[CSUCCESS__FILE_ID], csuccess_str id);
bool csuccess__file_ids_have(const csuccess__file_ids *ids, const unsigned char *id);
bool csuccess__file_ids_add(csuccess__file_ids *ids,
                            const unsigned char *id); /* false: no memory */
/* Adds the ids of whole lines from `known` on, which it moves behind the last of them. A line that has its end stays, so this needs no lock. False: errno says why. */
bool csuccess__file_ids_catch_up(csuccess_file *file, csuccess__file_sink *sink, off_t end);

/* ---- tail.c ---- */

/* Sees to it that the file, locked and of `size` bytes, ends with a line's end; gives its size then. -1: errno says why. */
off_t csuccess__file_repair(const csuccess__file_sink *sink, off_t size);

/* ---- append.c ---- */

/* Brings file->line into the sink's file, unless its id is there and it dedupes. */
csuccess__file_said csuccess__file_append(csuccess_file *file, csuccess__file_sink *sink,
                                          csuccess_str id);
void csuccess__file_sink_close(csuccess__file_sink *sink);

/* ---- send.c ---- */

void csuccess__file_send(void *ud, const csuccess_send_request *request, csuccess_reply *reply);

#endif
