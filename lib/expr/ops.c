/* SPDX-License-Identifier: Apache-2.0 */
/* The table of operations as data. */
#include "expr/ops.h"

static const csuccess__op_info rows[] = {
#define ROW(id, names, style, signatures, missing, traits) \
    {names, signatures, CSUCCESS__STYLE_##style, CSUCCESS__MISSING_##missing, \
     CSUCCESS__TRAIT_##traits},
    CSUCCESS__OPS(ROW)
#undef ROW
};

const csuccess__op_info *csuccess__op_info_of(csuccess__op op)
{
    return &rows[op];
}

csuccess_str csuccess__op_name(csuccess__op op)
{
    csuccess_str name = {rows[op].names, 0};
    while (name.ptr[name.len] != '\0' && name.ptr[name.len] != ' ') name.len++;
    return name;
}
