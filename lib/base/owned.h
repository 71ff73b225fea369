/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that the library makes and the caller owns: csuccess_text. */
#ifndef CSUCCESS__BASE_OWNED_H
#define CSUCCESS__BASE_OWNED_H

#include "base/alloc.h"

/* A text for the caller, copied. ENOMEM. */
csuccess_result csuccess__text_make(csuccess_text **out, const csuccess_allocator *mem,
                                    csuccess_str bytes);

#endif
