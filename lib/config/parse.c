/* SPDX-License-Identifier: Apache-2.0 */
/* One text as JSON, with what is wrong with it noted as a problem. */
#include "base/error.h"
#include "config/config.h"

csuccess__json *csuccess__text_parse(csuccess_str text, csuccess_str name,
                                     const csuccess_limits *limits, csuccess__arena *arena,
                                     csuccess__problems *problems)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__json_options options = {.name = name, .limits = limits, .lines = true};
    csuccess__json *root = NULL;
    csuccess_result status = csuccess__json_read(&root, arena, text, &options, &err);
    if (status == CSUCCESS_ENOMEM) {
        problems->lost = true;
        return NULL;
    }
    if (status < 0) {
        csuccess__problem(problems, NULL, status, "%s", err.message);
        if (problems->last && problems->last->line == 0) {
            problems->last->line = err.line;
            problems->last->column = err.column;
            problems->last->offset = err.offset;
            problems->last->source = csuccess__arena_copy(arena, name);
        }
        return NULL;
    }
    return root;
}
