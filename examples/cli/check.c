/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess check: every problem of a configuration, and lint. */
#include "commands.h"

#include "config_file.h"
#include "output.h"

#include <stdio.h>

static void print_json(const csuccess_problem *problem)
{
    printf("{\"code\":\"%s\",\"line\":%u,\"column\":%u,\"document\":",
           problem->code < 0 ? csuccess_result_name(problem->code) : "LINT", problem->line,
           problem->column);
    output_quoted(problem->document);
    printf(",\"pointer\":");
    output_quoted(problem->pointer);
    printf(",\"message\":");
    output_quoted(problem->message);
    putchar('}');
}

static int print_all(const cli_document *doc, const csuccess_problems *list, const args *given,
                     output_format format)
{
    size_t count = csuccess_problems_count(list), errors = 0;
    bool json = given->values[OPTION_OUTPUT] && format == OUTPUT_JSON;
    bool lines = given->values[OPTION_OUTPUT] && format == OUTPUT_JSONL;
    for (size_t i = 0; i < count; i++) {
        csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(list, i, &problem);
        if (problem.code < 0) errors++;
        if (json) printf(i ? ",\n" : "[\n");
        if (json || lines) print_json(&problem);
        if (lines) putchar('\n');
        if (!json && !lines) problem_print(doc, &problem);
    }
    if (json) printf(count ? "\n]\n" : "[]\n");
    if (!json && !lines && count == 0) printf("%s: no problems\n", doc->name);
    return errors > 0 ? 1 : 0;
}

int check_run(const args *given)
{
    cli_document doc;
    output_format format;
    csuccess_problems *list = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int code = output_choose(&format, given);
    if (code != 0) return code;
    if (!document_open(&doc, given->words[0], given->values[OPTION_BINDINGS])) return 1;
    csuccess_result result = csuccess_config_check(&list, doc.body, &doc.options, &err);
    if (list) {
        code = print_all(&doc, list, given, format);
    } else {
        fprintf(stderr, "%s: %s\n", doc.name, err.message);
        code = result < 0 ? 1 : 0;
    }
    csuccess_problems_free(list);
    document_close(&doc);
    return output_finish(code);
}
