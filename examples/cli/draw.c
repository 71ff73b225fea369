/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess draw: a journey or playbook as text or for Graphviz, or all of them with their bounds. */
#include "commands.h"
#include "config_file.h"
#include "host.h"
#include "output.h"

#include <csuccess/flow.h>
#include <stdio.h>
#include <string.h>

static void print_bound(const char *what, uint32_t most)
{
    if (most == UINT32_MAX) {
        printf("  any number of messages %s", what);
    } else {
        printf("  at most %lu message%s %s", (unsigned long)most, most == 1 ? "" : "s", what);
    }
}

static csuccess_result print_bounds(const csuccess_config *config, csuccess_str name,
                                    csuccess_error *err)
{
    csuccess_flow_bounds bounds = {.size = sizeof bounds};
    csuccess_result result = csuccess_config_bounds(config, name, &bounds, err);
    if (result < 0) return result;
    output_plain(name);
    if (bounds.longest_ms == CSUCCESS_TIME_NEVER) {
        printf("  of any length");
    } else {
        printf("  at most %.1f days", (double)bounds.longest_ms / 86400000.0);
    }
    print_bound("in all", bounds.messages);
    print_bound("a day", bounds.messages_a_day);
    putchar('\n');
    return CSUCCESS_OK;
}

static csuccess_result list(const csuccess_config *config, csuccess_error *err)
{
    csuccess_result result = CSUCCESS_OK;
    uint32_t count = csuccess_config_programs(config);
    if (count == 0) printf("it has no \"journeys\" and no \"playbooks\"\n");
    for (uint32_t i = 0; i < count && result >= 0 && output_works(); i++) {
        csuccess_str name;
        result = csuccess_config_program(config, i, &name);
        if (result >= 0) result = print_bounds(config, name, err);
    }
    return result;
}

static csuccess_result draw(const csuccess_config *config, const args *given, bool dot,
                            csuccess_error *err)
{
    csuccess_text *text = NULL;
    csuccess_str name = {given->words[0], strlen(given->words[0])};
    csuccess_result result = csuccess_config_draw(
        config, name, dot ? CSUCCESS_DRAW_DOT : CSUCCESS_DRAW_TEXT, &text, err);
    if (result < 0) return result;
    output_plain(csuccess_text_view(text));
    csuccess_text_free(text);
    return CSUCCESS_OK;
}

/* 0, or 2 after telling. */
static int check_given(const args *given, bool *dot)
{
    const char *form = given->values[OPTION_OUTPUT];
    *dot = form && strcmp(form, "dot") == 0;
    if (form && !*dot && strcmp(form, "text") != 0) {
        return args_usage(given->command, "-o %s: it draws text or dot", form);
    }
    if (*dot && given->count == 0) {
        return args_usage(given->command, "%s", "-o dot goes with a NAME");
    }
    if (given->values[OPTION_CONFIG]) return 0;
    return args_usage(given->command, "%s is required", "-c CONFIG");
}

int draw_run(const args *given)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    bool dot;
    int code = check_given(given, &dot);
    if (code != 0) return code;
    csuccess_config *config = config_load(given->values[OPTION_CONFIG], given);
    if (!config) return 1;
    csuccess_result result = given->count ? draw(config, given, dot, &err) : list(config, &err);
    if (result < 0) code = host_tell(given, result, &err);
    csuccess_config_unref(config);
    return output_finish(code);
}
