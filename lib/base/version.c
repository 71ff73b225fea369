/* SPDX-License-Identifier: Apache-2.0 */
/* What this build of the library is: version, ABI, optional parts, and the names of its results. */
#include <csuccess/base.h>

#include "base/results_table.h"
#include "base/str.h"

static const char *const features[] = {"expressions", "scorecards", "columns", "regex",
                                       "presets"};

const char *csuccess_version(void)
{
    return CSUCCESS__VERSION;
}

uint32_t csuccess_abi(void)
{
    return CSUCCESS_ABI;
}

int32_t csuccess_feature(csuccess_str name)
{
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (csuccess__str_is(name, features[i])) return 1;
    }
    return 0;
}

/* The row of a code; a code of a later version is taken as the general one of its sign. */
static size_t row_of(csuccess_result code)
{
    csuccess_result fallback = code < 0 ? CSUCCESS_EGENERIC : CSUCCESS_OK;
    size_t found = 0;
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        if (results[i].code == code) return i;
        if (results[i].code == fallback) found = i;
    }
    return found;
}

const char *csuccess_result_name(csuccess_result code)
{
    return results[row_of(code)].name;
}

const char *csuccess_result_text(csuccess_result code)
{
    return results[row_of(code)].text;
}
