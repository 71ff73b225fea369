/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of the command line, and help. */
#include "args.h"

#include <stdio.h>
#include <string.h>

static const struct row {
    const char *name;
    char letter;
    const char *value, *help;
} rows[] = {
#define OPTION(id, name, letter, value, help) {name, letter, value, help},
    OPTIONS(OPTION)
#undef OPTION
};

void args_help(const cli_command *command)
{
    printf("usage: csuccess %s %s\n\n%s.\n%s\noptions:\n", command->name, command->usage,
           command->does, command->details);
    for (int i = 0; i < OPTION_COUNT; i++) {
        if (!(command->options >> i & 1) && i != OPTION_HELP) continue;
        char form[64];
        snprintf(form, sizeof form, "%s%c%s--%s%s%s", rows[i].letter ? "-" : "",
                 rows[i].letter ? rows[i].letter : ' ', rows[i].letter ? ", " : "   ",
                 rows[i].name, rows[i].value ? " " : "", rows[i].value ? rows[i].value : "");
        printf("  %-32s %s\n", form, rows[i].help);
    }
}

int args_usage(const char *command, const char *format, const char *what)
{
    fprintf(stderr, "csuccess %s: ", command);
    fprintf(stderr, format, what);
    fprintf(stderr, "\nsee csuccess %s --help\n", command);
    return 2;
}

/* The option that arg names, and where its value begins behind "=" (NULL: none). */
static int find(const char *arg, const char **value)
{
    *value = NULL;
    for (int i = 0; i < OPTION_COUNT; i++) {
        size_t len = strlen(rows[i].name);
        if (arg[1] == '-' && strncmp(arg + 2, rows[i].name, len) == 0) {
            if (arg[2 + len] == '\0') return i;
            if (arg[2 + len] == '=') {
                *value = arg + 3 + len;
                return i;
            }
        }
        if (rows[i].letter && arg[1] == rows[i].letter && arg[2] == '\0') return i;
    }
    return -1;
}

/* Whether it looks like an option rather than like -1 or -(x): a letter behind the minus signs, and only letters. */
static bool looks_like_option(const char *arg)
{
    const char *at = arg + (arg[1] == '-' ? 2 : 1);
    if (*at == '\0') return false;
    for (; *at && *at != '='; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at == '-';
        if (!letter) return false;
    }
    return true;
}

static bool is_word(const cli_command *command, const char *arg)
{
    if (arg[0] != '-' || arg[1] == '\0') return true;
    const char *value;
    return command->expression && find(arg, &value) < 0 && !looks_like_option(arg);
}

static bool is_format(const char *value)
{
    return strcmp(value, "jsonl") == 0 || strcmp(value, "json") == 0 ||
           strcmp(value, "csv") == 0 || strcmp(value, "table") == 0;
}

/* -1: go on. */
static int put_value(args *out, const cli_command *command, int which, const char *value)
{
    bool writes_model = command->options >> OPTION_MODEL_OUT & 1;
    if (which == OPTION_OUTPUT && writes_model && !is_format(value)) {
        which = OPTION_MODEL_OUT;
    }
    if (which == OPTION_MODEL) {
        if (out->model_count == MODELS_MOST) {
            return args_usage(command->name, "--model %s: that is one too many", value);
        }
        out->models[out->model_count++] = value;
    }
    if (which == OPTION_MODEL_OUT && out->values[which]) {
        return args_usage(command->name, "-o %s: a file to write was given already", value);
    }
    out->values[which] = value;
    return -1;
}

/* Takes argv[*i] and, where it has one, its value. -1: go on. */
static int take_option(args *out, const cli_command *command, int argc, char **argv, int *i)
{
    const char *value;
    const char *arg = argv[*i];
    int found = find(arg, &value);
    if (found == OPTION_HELP) {
        args_help(command);
        return 0;
    }
    if (found < 0 || !(command->options >> found & 1)) {
        return args_usage(
            command->name,
            command->expression
                ? "unknown option %s (put -- before an expression that begins with -)"
                : "unknown option %s",
            arg);
    }
    if (!rows[found].value) {
        if (value) return args_usage(command->name, "%s takes no value", arg);
        out->values[found] = "";
        return -1;
    }
    if (!value && *i + 1 < argc) value = argv[++*i];
    if (!value) return args_usage(command->name, "%s needs a value", arg);
    return put_value(out, command, found, value);
}

static int take_word(args *out, const cli_command *command, const char *arg)
{
    if (out->count == command->most) {
        return args_usage(command->name, "\"%s\" is one argument too many", arg);
    }
    out->words[out->count++] = arg;
    return -1;
}

int args_read(args *out, const cli_command *command, int argc, char **argv)
{
    memset(out, 0, sizeof *out);
    out->command = command->name;
    bool words_only = false;
    int result = -1;
    for (int i = 0; i < argc && result < 0; i++) {
        if (!words_only && strcmp(argv[i], "--") == 0) {
            words_only = true;
        } else if (words_only || is_word(command, argv[i])) {
            result = take_word(out, command, argv[i]);
        } else {
            result = take_option(out, command, argc, argv, &i);
        }
    }
    if (result < 0 && out->count < command->least) {
        return args_usage(command->name, "an argument is missing: %s", command->usage);
    }
    return result;
}
