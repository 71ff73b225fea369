/* SPDX-License-Identifier: Apache-2.0 */
/* A message as JSON, for channels that write it down or send it off; and what their options and errors have in common. Compiled into each of them. */
#ifndef CSUCCESS__ENVELOPE_H
#define CSUCCESS__ENVELOPE_H

#include <csuccess/channel.h>
#include <stdbool.h>

/* ---- text.c: bytes that grow ---- */

typedef struct csuccess__envelope {
    char *bytes;
    size_t len, cap;
    bool failed; /* no memory: what was put since is missing */
} csuccess__envelope;

void csuccess__envelope_free(csuccess__envelope *text);
/* Empties it, keeping its memory unless that is unusually large. */
void csuccess__envelope_reset(csuccess__envelope *text);
void csuccess__envelope_put(csuccess__envelope *text, const char *bytes, size_t len);
void csuccess__envelope_word(csuccess__envelope *text, const char *word); /* terminated */
/* A JSON string; bytes that are no UTF-8 become U+FFFD. */
void csuccess__envelope_string(csuccess__envelope *text, csuccess_str s);
/* `"key":"s",` */
void csuccess__envelope_member(csuccess__envelope *text, const char *key, csuccess_str s);
/* channel, customer, contact, purpose and definition, each followed by a comma. */
void csuccess__envelope_about(csuccess__envelope *text, const csuccess_send_request *request);
/* RFC 3339 in UTC, such as 2026-01-31T08:00:00.250Z; its length, 0 outside the years 1 to 9999. */
size_t csuccess__envelope_time(char out[32], int64_t ms);

/* Whether c is a letter or digit of ASCII, or one of `marks`. */
bool csuccess__envelope_is_word(char c, const char *marks);

/* ---- json.c ---- */

enum { CSUCCESS__ENVELOPE_DEPTH = 128 }; /* of bodies and recipients */

/* Copies one JSON value (RFC 8259, UTF-8, at most `depth` deep, which is at most 256) without the white space between its parts, so without a line's end. False: it is none, and text
   is as before. */
bool csuccess__envelope_json(csuccess__envelope *text, csuccess_str json, size_t depth);
/* How many bytes of UTF-8 the character at p has; 0: it is none. */
size_t csuccess__envelope_character(const char *p, size_t left);

/* ---- options.c ---- */

/* Fills err and gives code; `where` may be empty. */
csuccess_result csuccess__envelope_fail(csuccess_error *err, csuccess_result code,
                                        csuccess_str where, const char *what);
/* Takes the caller's struct, whose first field is its size, into one of `size` bytes; NULL is all zero. EABI. */
csuccess_result csuccess__envelope_options(void *out, size_t size, const void *given,
                                           csuccess_error *err);
/* A number or its default; ERANGE beyond the most. */
csuccess_result csuccess__envelope_number(uint32_t *field, uint32_t otherwise, uint32_t most,
                                          csuccess_error *err);
/* A terminated copy, the caller's to free. EINVAL when it is empty or has a NUL, ENOMEM; `name` is what it is called. */
csuccess_result csuccess__envelope_terminated(char **out, csuccess_str s, const char *name,
                                              csuccess_error *err);

#endif
