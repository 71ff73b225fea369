/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: checking, decoding, encoding, counting characters. */
#ifndef CSUCCESS__TEXT_UTF8_H
#define CSUCCESS__TEXT_UTF8_H

#include <csuccess/base.h>
#include <stdbool.h>

/* Whether text is well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF); *bad is the
   offset of the first bad byte (may be NULL). */
bool csuccess__utf8_check(csuccess_str text, size_t *bad);
/* The character at offset (well-formed text); *length its bytes. */
uint32_t csuccess__utf8_decode(csuccess_str text, size_t offset, size_t *length);
/* Bytes written, 1 to 4; 0 for a surrogate or beyond U+10FFFF. */
size_t csuccess__utf8_encode(char out[4], uint32_t code_point);
size_t csuccess__utf8_count(csuccess_str text);
/* White space by Unicode, as CEL's trim sees it. */
bool csuccess__utf8_is_space(uint32_t code_point);

#endif
