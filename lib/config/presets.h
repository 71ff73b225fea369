/* SPDX-License-Identifier: Apache-2.0 */
/* The shipped configurations: declared here, where they are asked for; filled by lib/presets. */
#ifndef CSUCCESS__CONFIG_PRESETS_H
#define CSUCCESS__CONFIG_PRESETS_H

#include <stddef.h>

typedef struct csuccess__preset_data {
    const char *name;
    const char *text; /* JSON; a NUL stands behind its end */
    size_t length;
} csuccess__preset_data;

/* In order of name; the generated file ends with an empty entry that does not count. */
extern const csuccess__preset_data csuccess__presets[];
extern const size_t csuccess__preset_count;

#endif
