/* SPDX-License-Identifier: Apache-2.0 */
/* The time to score at: the library has no clock. */
#ifndef CLI_CLOCK_H
#define CLI_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds since the epoch, UTC, of an RFC 3339 time or a date (midnight UTC). */
bool clock_parse(const char *text, int64_t *ms);
int64_t clock_now(void);
/* As RFC 3339, UTC, of the years 1 to 9999. */
enum { CLOCK_TEXT = 64 };
void clock_format(char text[CLOCK_TEXT], int64_t ms);

#endif
