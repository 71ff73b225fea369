/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that the caller owns: a block with its own allocator, terminated behind its end. */
#include "base/owned.h"

#include "base/str.h"

#include <string.h>

struct csuccess_text {
    csuccess_allocator mem;
    size_t bytes; /* of the whole block */
    csuccess_str view;
};

csuccess_result csuccess__text_make(csuccess_text **out, const csuccess_allocator *mem,
                                    csuccess_str bytes)
{
    size_t size;
    *out = NULL;
    if (!csuccess__add_size(&size, sizeof(csuccess_text) + 1, bytes.len)) {
        return CSUCCESS_ENOMEM;
    }
    csuccess_text *text = csuccess__alloc(mem, 1, size);
    if (!text) {
        return CSUCCESS_ENOMEM;
    }
    char *copy = (char *)(text + 1);
    if (bytes.len) {
        memcpy(copy, bytes.ptr, bytes.len);
    }
    *text = (csuccess_text){*mem, size, {copy, bytes.len}};
    *out = text;
    return CSUCCESS_OK;
}

csuccess_str csuccess_text_view(const csuccess_text *text)
{
    return text ? text->view : csuccess__str(NULL);
}

void csuccess_text_free(csuccess_text *text)
{
    if (text) {
        csuccess_allocator mem = text->mem;
        csuccess__release(&mem, text, 1, text->bytes);
    }
}
