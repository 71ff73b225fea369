/* SPDX-License-Identifier: Apache-2.0 */
/* The ceilings on hostile input: their defaults, and how far a caller may raise them. */
#include "base/error.h"

/* Field, default, greatest. What is walked by counted recursion has a greatest value that a
   thread's stack of 512 KiB holds; the others end where 32-bit sizes do. */
#define LIMITS(X) \
    X(document_bytes, 4194304, 1073741824) \
    X(document_depth, 64, 256) \
    X(document_nodes, 200000, 100000000) \
    X(string_bytes, 65536, 1073741824) \
    X(expression_bytes, 16384, 16777216) \
    X(expression_depth, 64, 256) \
    X(expression_nodes, 4096, 1000000) \
    X(evaluation_steps, 100000, 1000000000) \
    X(pattern_bytes, 1024, 65536) \
    X(subject_bytes, 8192, 1073741824) \
    X(collection_records, 1000, 1000000) \
    X(list_items, 1000, 1000000) \
    X(problems, 100, 10000) \
    X(output_bytes, 16777216, 1073741824) \
    X(extends_depth, 8, 64)

struct row {
    const char *name;
    size_t at;
    uint32_t usual, greatest;
};

static const struct row rows[] = {
#define ROW(field, usual, greatest) {#field, offsetof(csuccess_limits, field), usual, greatest},
    LIMITS(ROW)
#undef ROW
};

csuccess_result csuccess__limits_take(csuccess_limits *out, const csuccess_limits *in,
                                      csuccess_error *err)
{
    csuccess_limits taken = {.size = sizeof taken};
    if (in) {
        csuccess_result r = csuccess__struct_take(&taken, sizeof taken, sizeof taken.size, in,
                                                  "csuccess_limits", err);
        if (r < 0) {
            return r;
        }
    }
    if (taken.reserved != 0) {
        return csuccess__fail(err, CSUCCESS_EABI, "csuccess_limits.reserved must be 0");
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint32_t *field = (uint32_t *)(void *)((char *)&taken + rows[i].at);
        if (*field == 0) {
            *field = rows[i].usual;
        } else if (*field > rows[i].greatest) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "csuccess_limits.%s is %u; at most %u is possible",
                                  rows[i].name, *field, rows[i].greatest);
        }
    }
    *out = taken;
    return CSUCCESS_OK;
}
