/* SPDX-License-Identifier: Apache-2.0 */
/* Finding, reading and compiling of configurations. */
#include "config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 64 * 1024 * 1024 };

struct extended {
    char *text;
    struct extended *next;
};

static char *read_all(FILE *file, size_t *len)
{
    size_t cap = 65536;
    char *text = malloc(cap);
    *len = 0;
    while (text) {
        *len += fread(text + *len, 1, cap - *len - 1, file);
        if (*len < cap - 1 || cap >= FILE_MOST) break;
        cap *= 2;
        char *grown = realloc(text, cap);
        if (!grown) free(text);
        text = grown;
    }
    if (text) text[*len] = '\0';
    return text;
}

char *file_read(const char *path, size_t *len)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return NULL;
    }
    errno = 0;
    char *text = read_all(file, len);
    bool broken = ferror(file) != 0;
    if (!text || broken) fprintf(stderr, "%s: %s\n", path, strerror(errno ? errno : ENOMEM));
    if (file != stdin) fclose(file);
    if (broken) free(text);
    return broken ? NULL : text;
}

/* The folder of the document before the name. NULL: no memory. */
static char *beside(const char *document, csuccess_str name)
{
    const char *slash = strrchr(document, '/');
    size_t folder = slash && name.ptr[0] != '/' ? (size_t)(slash - document) + 1 : 0;
    char *path = malloc(folder + name.len + 1);
    if (!path) return NULL;
    memcpy(path, document, folder);
    memcpy(path + folder, name.ptr, name.len);
    path[folder + name.len] = '\0';
    return path;
}

/* "extends": "base.json" is a file beside the document; anything else is for the presets. */
static csuccess_result resolve(void *ud, csuccess_str name, csuccess_str *found)
{
    cli_document *doc = ud;
    if (name.len < 5 || memcmp(name.ptr + name.len - 5, ".json", 5) != 0) return CSUCCESS_ENAME;
    char *path = beside(doc->name, name);
    struct extended *entry = calloc(1, sizeof *entry);
    if (path && entry) entry->text = file_read(path, &found->len);
    free(path);
    if (!entry || !entry->text) {
        free(entry);
        return CSUCCESS_EGENERIC;
    }
    entry->next = doc->extended;
    doc->extended = entry;
    found->ptr = entry->text;
    return CSUCCESS_OK;
}

/* ---- Models ---- */

static csuccess_str stem(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *from = slash ? slash + 1 : path;
    const char *dot = strrchr(from, '.');
    return (csuccess_str){from, dot && dot > from ? (size_t)(dot - from) : strlen(from)};
}

static bool is_there(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file) fclose(file);
    return file != NULL;
}

/* `quiet`: what is wrong with it was printed before. */
static csuccess_result load(csuccess_model **out, const char *path, bool quiet)
{
    size_t len;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_model_options options = CSUCCESS_MODEL_OPTIONS_INIT;
    *out = NULL;
    char *bytes = quiet && !is_there(path) ? NULL : file_read(path, &len);
    if (!bytes) return CSUCCESS_ENAME; /* there is none: told, and absent from then on */
    options.name = stem(path);
    csuccess_result result =
        csuccess_model_load(out, (csuccess_str){bytes, len}, &options, &err);
    if (result < 0 && !quiet) {
        fprintf(stderr, "%s", path);
        if (err.line > 0) fprintf(stderr, ":%u:%u", err.line, err.column);
        fprintf(stderr, ": %s%s%s%s\n", err.message, err.pointer[0] ? " (" : "", err.pointer,
                err.pointer[0] ? ")" : "");
    }
    free(bytes);
    return result;
}

csuccess_model *model_load(const char *path)
{
    csuccess_model *model;
    load(&model, path, false);
    return model;
}

static bool is_name(const csuccess_model *model, csuccess_str name)
{
    csuccess_str own = csuccess_model_name(model);
    return own.len == name.len && (name.len == 0 || memcmp(own.ptr, name.ptr, name.len) == 0);
}

/* NAME.json in the folder of the document. */
static csuccess_result model_beside(const cli_document *doc, csuccess_str name,
                                    csuccess_model **out)
{
    char file[300];
    csuccess_result result = CSUCCESS_ENAME;
    if (name.len > 250 || name.len == 0 || memchr(name.ptr, '/', name.len)) return result;
    int len = snprintf(file, sizeof file, "%.*s.json", (int)name.len, name.ptr);
    char *path = beside(doc->name ? doc->name : "", (csuccess_str){file, (size_t)len});
    if (path && is_there(path)) result = load(out, path, doc->retold);
    free(path);
    return result;
}

static csuccess_result find_model(void *ud, csuccess_str name, csuccess_model **out)
{
    const cli_document *doc = ud;
    *out = NULL;
    for (int i = 0; doc->given && i < doc->given->model_count; i++) {
        csuccess_result result = load(out, doc->given->models[i], doc->retold);
        if (result < 0) return result;
        if (is_name(*out, name)) return CSUCCESS_OK;
        csuccess_model_unref(*out);
        *out = NULL;
    }
    return model_beside(doc, name, out);
}

/* Whether `wanted` names this preset: whole, or without the version. */
static bool is_preset(csuccess_str name, const char *wanted)
{
    size_t len = strlen(wanted);
    if (len > name.len || memcmp(name.ptr, wanted, len) != 0) return false;
    return len == name.len || name.ptr[len] == '@';
}

static bool find_preset(cli_document *doc, const char *wanted)
{
    csuccess_str name, body;
    for (size_t i = csuccess_preset_count(); i-- > 0;) { /* the latest version stands last */
        csuccess_preset_get(i, &name, &body);
        if (!is_preset(name, wanted)) continue;
        doc->body = body;
        return true;
    }
    fprintf(stderr, "preset:%s: there is no such preset; there are", wanted);
    for (size_t i = 0; i < csuccess_preset_count(); i++) {
        csuccess_preset_get(i, &name, &body);
        fprintf(stderr, "%s %.*s", i ? "," : "", (int)name.len, name.ptr);
    }
    fprintf(stderr, "\n");
    return false;
}

static bool find_body(cli_document *doc)
{
    if (!doc->name) {
        doc->body = CSUCCESS_STR("{\"csuccess\": 1}");
        return true;
    }
    if (strncmp(doc->name, "preset:", 7) == 0) return find_preset(doc, doc->name + 7);
    doc->text = file_read(doc->name, &doc->body.len);
    doc->body.ptr = doc->text;
    return doc->text != NULL;
}

bool document_open(cli_document *doc, const char *name, const args *given)
{
    const char *bindings = given ? given->values[OPTION_BINDINGS] : NULL;
    *doc =
        (cli_document){.name = name, .given = given, .options = CSUCCESS_CONFIG_OPTIONS_INIT};
    doc->options.resolve = resolve;
    doc->options.resolve_ud = doc;
    doc->options.model = find_model;
    doc->options.model_ud = doc;
    bool ok = find_body(doc);
    if (ok && bindings) {
        doc->bindings = file_read(bindings, &doc->options.bindings.len);
        doc->options.bindings.ptr = doc->bindings;
        ok = doc->bindings != NULL;
    }
    if (!ok) document_close(doc);
    return ok;
}

void document_close(cli_document *doc)
{
    free(doc->text);
    free(doc->bindings);
    while (doc->extended) {
        struct extended *next = doc->extended->next;
        free(doc->extended->text);
        free(doc->extended);
        doc->extended = next;
    }
    doc->text = doc->bindings = NULL;
}

void problem_print(const cli_document *doc, const csuccess_problem *problem)
{
    if (problem->document.len > 0) {
        fprintf(stderr, "%.*s", (int)problem->document.len, problem->document.ptr);
    } else {
        fprintf(stderr, "%s", doc->name ? doc->name : "configuration");
    }
    if (problem->line > 0) fprintf(stderr, ":%u:%u", problem->line, problem->column);
    fprintf(stderr, ": %s%.*s", problem->code < 0 ? "" : "lint: ", (int)problem->message.len,
            problem->message.ptr);
    if (problem->pointer.len > 0) {
        fprintf(stderr, " (%.*s)", (int)problem->pointer.len, problem->pointer.ptr);
    }
    fprintf(stderr, "\n");
}

/* All of the errors, where compiling told the first. */
static void print_errors(cli_document *doc, const csuccess_error *first)
{
    csuccess_problems *list = NULL;
    doc->retold = true;
    csuccess_config_check(&list, doc->body, &doc->options, NULL);
    size_t count = list ? csuccess_problems_count(list) : 0, told = 0;
    for (size_t i = 0; i < count; i++) {
        csuccess_problem problem = CSUCCESS_PROBLEM_INIT;
        csuccess_problems_get(list, i, &problem);
        if (problem.code >= 0) continue;
        problem_print(doc, &problem);
        told++;
    }
    csuccess_problems_free(list);
    if (told == 0) fprintf(stderr, "%s: %s\n", doc->name ? doc->name : "", first->message);
}

csuccess_config *config_load(const char *name, const args *given)
{
    cli_document doc;
    csuccess_config *config = NULL;
    if (!document_open(&doc, name, given)) return NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (csuccess_config_compile(&config, doc.body, &doc.options, &err) < 0) {
        print_errors(&doc, &err);
    }
    document_close(&doc);
    return config;
}
