/* SPDX-License-Identifier: Apache-2.0 */
/* The canonical bytes of stored things: whole numbers as varints, doubles by their bits, texts with their length. One value
   has one spelling, so that equal things have equal bytes; a reader refuses any other. */
#ifndef CSUCCESS__BASE_WIRE_H
#define CSUCCESS__BASE_WIRE_H

#include "base/buffer.h"
#include <stdbool.h>

void csuccess__wire_u64(csuccess__buffer *out, uint64_t v); /* LEB128, shortest */
void csuccess__wire_i64(csuccess__buffer *out, int64_t v);  /* zigzag */
/* 0x00 and a zigzag varint for a whole number within 2^53, else 0x01 and 8 bytes, little-endian; -0 is 0. What is not finite fails the buffer
   with ERANGE. */
void csuccess__wire_double(csuccess__buffer *out, double v);
void csuccess__wire_str(csuccess__buffer *out, csuccess_str s); /* length, bytes */

/* Reads from the front. A failure sticks (`bad`), and then everything reads as 0 or empty; texts are borrowed. */
typedef struct csuccess__wire {
    const char *at, *end;
    bool bad;
} csuccess__wire;
csuccess__wire csuccess__wire_open(csuccess_str bytes);
uint64_t csuccess__wire_get_u64(csuccess__wire *in);
int64_t csuccess__wire_get_i64(csuccess__wire *in);
double csuccess__wire_get_double(csuccess__wire *in);
csuccess_str csuccess__wire_get_str(csuccess__wire *in);
csuccess_str csuccess__wire_get_bytes(csuccess__wire *in, size_t n); /* n bytes as they are */
/* Nothing was bad and nothing is left. */
bool csuccess__wire_done(const csuccess__wire *in);

#endif
