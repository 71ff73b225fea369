/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess check: every problem of a configuration, and lint. */
#include "commands.h"

#include "config_file.h"
#include "output.h"

#include <stdio.h>
#include <string.h>

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

static void print_one(const cli_document *doc, const csuccess_problem *problem,
                      const char *form, size_t index)
{
    if (!form) {
        problem_print(doc, problem);
        return;
    }
    bool lines = strcmp(form, "jsonl") == 0;
    if (!lines) printf(index ? ",\n" : "[\n");
    print_json(problem);
    if (lines) putchar('\n');
}

/* `form` is what -o asks for; NULL: messages. The exit code. */
static int print_all(const cli_document *doc, const csuccess_problems *list, const char *form)
{
    size_t count = csuccess_problems_count(list), errors = 0;
    for (size_t i = 0; i < count; i++) {
        csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(list, i, &problem);
        if (problem.code < 0) errors++;
        print_one(doc, &problem, form, i);
    }
    if (form && strcmp(form, "json") == 0) printf(count ? "\n]\n" : "[]\n");
    if (!form && count == 0) printf("%s: no problems\n", doc->name);
    return errors > 0 ? 1 : 0;
}

int check_run(const args *given)
{
    cli_document doc;
    const char *form = given->values[OPTION_OUTPUT];
    csuccess_problems *list = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    int code = 0;
    if (form && strcmp(form, "jsonl") != 0 && strcmp(form, "json") != 0) {
        return args_usage("check", "-o %s: it is jsonl or json here", form);
    }
    if (!document_open(&doc, given->words[0], given)) return 1;
    csuccess_result result = csuccess_config_check(&list, doc.body, &doc.options, &err);
    if (list) {
        code = print_all(&doc, list, form);
    } else {
        fprintf(stderr, "%s: %s\n", doc.name, err.message);
        code = result < 0 ? 1 : 0;
    }
    csuccess_problems_free(list);
    document_close(&doc);
    return output_finish(code);
}
