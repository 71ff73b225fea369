/* SPDX-License-Identifier: Apache-2.0 */
/* Buffered reading, byte by byte. */
#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool stream_open(stream *in, const char *path)
{
    in->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    in->at = in->used = 0;
    in->line = 1;
    in->any = false;
    in->broken = 0;
    return in->file != NULL;
}

void stream_close(stream *in)
{
    if (in->file && in->file != stdin) fclose(in->file);
    in->file = NULL;
}

int stream_peek(stream *in)
{
    if (in->at == in->used) {
        in->at = 0;
        in->used = fread(in->bytes, 1, sizeof in->bytes, in->file);
        if (in->used == 0) {
            if (ferror(in->file) && !in->broken) in->broken = errno ? errno : EIO;
            return EOF;
        }
        in->any = true;
    }
    return in->bytes[in->at];
}

int stream_next(stream *in)
{
    int byte = stream_peek(in);
    if (byte == EOF) return EOF;
    in->at++;
    if (byte == '\n') in->line++;
    return byte;
}

void stream_skip_mark(stream *in)
{
    stream_peek(in);
    if (in->used >= 3 && memcmp(in->bytes, "\xef\xbb\xbf", 3) == 0) in->at = 3;
}

void stream_skip_line(stream *in)
{
    int byte = stream_next(in);
    while (byte != EOF && byte != '\n') byte = stream_next(in);
}

bool text_put(text *to, char byte)
{
    if (to->len == to->cap) {
        if (to->cap >= ROW_MOST) return false;
        size_t cap = to->cap ? to->cap * 2 : 4096;
        char *ptr = realloc(to->ptr, cap);
        if (!ptr) return false;
        to->ptr = ptr;
        to->cap = cap;
    }
    to->ptr[to->len++] = byte;
    return true;
}

void text_free(text *of)
{
    free(of->ptr);
    of->ptr = NULL;
    of->len = of->cap = 0;
}
