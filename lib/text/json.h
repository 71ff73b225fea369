/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents as trees of our own nodes: strict reading (the only use of cJSON), look-up by exact
   name, RFC 7396 merge with provenance, pointers and places, canonical writing. */
#ifndef CSUCCESS__TEXT_JSON_H
#define CSUCCESS__TEXT_JSON_H

#include "base/arena.h"
#include "base/buffer.h"

typedef enum csuccess__json_type {
    CSUCCESS__JSON_NULL,
    CSUCCESS__JSON_BOOL,
    CSUCCESS__JSON_NUMBER,
    CSUCCESS__JSON_STRING,
    CSUCCESS__JSON_ARRAY,
    CSUCCESS__JSON_OBJECT
} csuccess__json_type;

/* A text that nodes came from; lives as long as its nodes (copied into their arena). */
typedef struct csuccess__json_source {
    csuccess_str
        name; /* as people know it: "enterprise@1", a file; empty: the text handed in */
    csuccess_str text;
} csuccess__json_source;

/* One value. Nodes form a tree with parents, so a node knows its own JSON Pointer. Members keep the
   order of the document. Nodes live in an arena and are not freed one by one. */
typedef struct csuccess__json csuccess__json;
struct csuccess__json {
    uint8_t type; /* csuccess__json_type */
    bool boolean;
    uint32_t count;    /* members or items */
    uint32_t position; /* place among the siblings */
    uint32_t offset;   /* of the value in source->text, bytes */
    double number;
    csuccess_str key;    /* when a member of an object; decoded, terminated */
    csuccess_str string; /* decoded, terminated; may hold NUL bytes */
    const csuccess__json_source *source;
    csuccess__json *parent, *first, *last, *next;
    const csuccess__json *
        *sorted; /* by key, of a large object that was read or merged; else NULL */
};

typedef struct csuccess__json_options {
    csuccess_str name;             /* of the source; empty: none */
    const csuccess_limits *limits; /* with defaults filled in */
    bool lines;                    /* keep the text for places; false for rows of data */
} csuccess__json_options;

/* Reads exactly one value. Refuses, with EJSON and the place: anything RFC 8259 does not allow
   (leading zeros, NaN, comments, trailing commas or bytes, a byte order mark, control characters in
   strings), duplicate keys, lone surrogates, `\u0000` in a key, numbers that overflow; EENCODING for bytes that
   are not UTF-8; ELIMIT for depth, nodes, bytes. Numbers are the nearest doubles, whatever the locale. */
csuccess_result csuccess__json_read(csuccess__json **out, csuccess__arena *arena,
                                    csuccess_str text, const csuccess__json_options *options,
                                    csuccess_error *err);

/* Look-up is exact and case-sensitive, in logarithmic time where an object is large. NULL when absent
   or when node is not an object. */
const csuccess__json *csuccess__json_get(const csuccess__json *object, csuccess_str key);
const csuccess__json *csuccess__json_member(const csuccess__json *object, const char *key);
/* RFC 6901; NULL when nothing is there. */
const csuccess__json *csuccess__json_at(const csuccess__json *root, csuccess_str pointer);

/* Writes the RFC 6901 pointer of node into the buffer. */
void csuccess__json_pointer(csuccess__buffer *out, const csuccess__json *node);
/* Fills err's pointer and place from the node; message and code stay. */
void csuccess__json_place(csuccess_error *err, const csuccess__json *node);
/* Word for messages: "a number", "an object" … */
const char *csuccess__json_type_name(const csuccess__json *node);

/* Building. Nodes are made in the arena; NULL when memory is refused. */
csuccess__json *csuccess__json_new(csuccess__arena *arena, csuccess__json_type type);
/* Appends child, which stands in no tree yet, to parent (an object takes key; an array ignores it);
   replaces a member of that name in place. False when memory is refused: parent is as before. */
bool csuccess__json_put(csuccess__arena *arena, csuccess__json *parent, csuccess_str key,
                        csuccess__json *child);
/* A copy with texts of its own. The source is shared: where there is one, its arena must outlive the copy.
   NULL when memory is refused. */
csuccess__json *csuccess__json_copy(csuccess__arena *arena, const csuccess__json *node);
/* RFC 7396 of patch over base into a new tree. `whole` (may be NULL) says which members are replaced
   whole instead of merged: asked with the patch's member. Members keep the order of base, new ones follow
   in that of patch. Nodes keep their provenance (an object of both: that of patch), as copies do.
   NULL when memory is refused. */
typedef bool csuccess__json_whole(const csuccess__json *patch_member);
csuccess__json *csuccess__json_merge(csuccess__arena *arena, const csuccess__json *base,
                                     const csuccess__json *patch, csuccess__json_whole *whole);
bool csuccess__json_equal(const csuccess__json *a,
                          const csuccess__json *b); /* member order aside */

/* Writing: no spaces, members in order (sorted by bytes when `sorted`), shortest numbers, only the
   escapes that JSON demands. Deep trees are written without recursion. */
void csuccess__json_write(csuccess__buffer *out, const csuccess__json *node, bool sorted);

/* A streaming writer for results: commas and escapes by itself. Depth at most 32. */
typedef struct csuccess__json_writer {
    csuccess__buffer *out;
    uint32_t depth;
    uint64_t used; /* bit per depth: something stands at this level already */
} csuccess__json_writer;
void csuccess__json_writer_init(csuccess__json_writer *w, csuccess__buffer *out);
void csuccess__json_open(csuccess__json_writer *w, char bracket);  /* '{' or '[' */
void csuccess__json_close(csuccess__json_writer *w, char bracket); /* '}' or ']' */
void csuccess__json_key(csuccess__json_writer *w, csuccess_str key);
void csuccess__json_str(csuccess__json_writer *w, csuccess_str value);
void csuccess__json_num(csuccess__json_writer *w, double value); /* NaN, infinities: null */
void csuccess__json_bool(csuccess__json_writer *w, bool value);
void csuccess__json_null(csuccess__json_writer *w);
/* A member with its value. */
void csuccess__json_put_str(csuccess__json_writer *w, const char *key, csuccess_str value);
void csuccess__json_put_num(csuccess__json_writer *w, const char *key, double value);
void csuccess__json_put_bool(csuccess__json_writer *w, const char *key, bool value);
/* An empty string: null. */
void csuccess__json_put_or_null(csuccess__json_writer *w, const char *key, csuccess_str value);
/* An empty string: no member. */
void csuccess__json_put_given(csuccess__json_writer *w, const char *key, csuccess_str value);
/* A member whose value is JSON text already, written as it is. */
void csuccess__json_text(csuccess__json_writer *w, const char *key, csuccess_str json);
/* A whole tree, as csuccess__json_write() has it. */
void csuccess__json_raw(csuccess__json_writer *w, const csuccess__json *node);
/* An escaped, quoted string, without commas. */
void csuccess__json_quote(csuccess__buffer *out, csuccess_str value);

#endif
