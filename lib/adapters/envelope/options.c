/* SPDX-License-Identifier: Apache-2.0 */
/* What a caller asks for, taken with care: sized structs, numbers with a default, terminated texts; and saying what is wrong with it. */
#include "envelope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

csuccess_result csuccess__envelope_fail(csuccess_error *err, csuccess_result code,
                                        csuccess_str where, const char *what)
{
    if (!err || err->size < sizeof *err) return code;
    memset((char *)err + sizeof err->size, 0, sizeof *err - sizeof err->size);
    err->code = code;
    size_t len = where.len, room = sizeof err->message - 1;
    size_t most = room - strlen(what) - 2; /* texts of this library are shorter than that */
    bool cut = len > most - 3;
    if (cut) {
        for (len = most - 3; len > 0 && ((unsigned char)where.ptr[len] & 0xC0) == 0x80;) len--;
    }
    snprintf(err->message, sizeof err->message, "%.*s%s%s%s", (int)len, len ? where.ptr : "",
             cut ? "..." : "", where.len ? ": " : "", what);
    return code;
}

csuccess_result csuccess__envelope_options(void *out, size_t size, const void *given,
                                           csuccess_error *err)
{
    static const csuccess_str nowhere = {NULL, 0};
    size_t stated = 0;
    memset(out, 0, size);
    if (!given) return CSUCCESS_OK;
    memcpy(&stated, given, sizeof stated);
    if (stated < sizeof stated) {
        return csuccess__envelope_fail(err, CSUCCESS_EABI, nowhere,
                                       "the size of the options is not set; begin with the "
                                       "INIT macro");
    }
    for (size_t i = size; i < stated; i++) {
        if (((const unsigned char *)given)[i] == 0) continue;
        return csuccess__envelope_fail(err, CSUCCESS_EABI, nowhere,
                                       "the options are of a newer library");
    }
    memcpy(out, given, stated < size ? stated : size);
    return CSUCCESS_OK;
}

csuccess_result csuccess__envelope_number(uint32_t *field, uint32_t otherwise, uint32_t most,
                                          csuccess_error *err)
{
    char text[80];
    if (*field == 0) *field = otherwise;
    if (*field <= most) return CSUCCESS_OK;
    snprintf(text, sizeof text, "a number of the options is %lu; at most %lu are possible",
             (unsigned long)*field, (unsigned long)most);
    return csuccess__envelope_fail(err, CSUCCESS_ERANGE, (csuccess_str){NULL, 0}, text);
}

csuccess_result csuccess__envelope_terminated(char **out, csuccess_str s, const char *name,
                                              csuccess_error *err)
{
    csuccess_str where = {name, strlen(name)};
    *out = NULL;
    if (!s.ptr || s.len == 0 || memchr(s.ptr, '\0', s.len)) {
        return csuccess__envelope_fail(err, CSUCCESS_EINVALID, where,
                                       "it is empty or has a NUL in it");
    }
    *out = malloc(s.len + 1);
    if (!*out) return csuccess__envelope_fail(err, CSUCCESS_ENOMEM, where, "out of memory");
    memcpy(*out, s.ptr, s.len);
    (*out)[s.len] = '\0';
    return CSUCCESS_OK;
}
