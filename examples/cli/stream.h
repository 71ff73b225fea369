/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a file or of standard input, with the line at hand; and a text that grows. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Rows longer than this are refused: a file without line ends must not fill the memory. */
enum { ROW_MOST = 16 * 1024 * 1024 };

typedef struct stream {
    FILE *file;
    size_t at, used;
    uint64_t line; /* of the byte that comes next, from 1 */
    bool any;      /* there was a byte */
    int broken;    /* errno, when reading failed */
    unsigned char bytes[65536];
} stream;

/* "-" is standard input. False: cannot be opened (errno says why). */
bool stream_open(stream *in, const char *path);
void stream_close(stream *in);
/* The byte that comes next without taking it, or EOF. */
int stream_peek(stream *in);
/* Takes a byte, or EOF. */
int stream_next(stream *in);
/* Takes a byte order mark, if the file begins with one. */
void stream_skip_mark(stream *in);
/* Takes all up to the end of the line, and it. */
void stream_skip_line(stream *in);

typedef struct text {
    char *ptr;
    size_t len, cap;
} text;

/* False: no memory, or beyond ROW_MOST. */
bool text_put(text *to, char byte);
void text_free(text *of);

#endif
