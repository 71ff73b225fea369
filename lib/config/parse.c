/* SPDX-License-Identifier: Apache-2.0 */
/* One text as one document, with what JSON finds wrong noted as a problem of it. */
#include "base/error.h"
#include "config/config.h"

csuccess__json *csuccess__document_parse(csuccess_str text, csuccess_str name,
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
    if (root->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, root, CSUCCESS_ECONFIG,
                          "a configuration is an object, {\"csuccess\": 1, …}; this is %s",
                          csuccess__json_type_name(root));
        return NULL;
    }
    return root;
}
