/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations from files and presets, and their problems. */
#ifndef CLI_CONFIG_FILE_H
#define CLI_CONFIG_FILE_H

#include "args.h"
#include <csuccess/csuccess.h>
#include <stdbool.h>

/* A whole file, terminated; NULL after telling why. The caller frees. */
char *file_read(const char *path, size_t *len);

/* A document with what it takes to compile it. */
typedef struct document {
    const char *name; /* as it was given: a file or preset:NAME */
    char *text;       /* of a file; NULL for a preset */
    csuccess_str body;
    char *bindings;
    struct extended *extended; /* texts of the files that it extends */
    const args *given;         /* its models are looked through; NULL: none */
    csuccess_config_options options;
    bool retold; /* it is compiled once more: what is wrong with its models has been printed */
} cli_document;

/* A model of a file; an XGBoost model has the name of the file without its ending. NULL after telling why. */
csuccess_model *model_load(const char *path);

/* False after telling why. NULL for name: the empty configuration. Models come from --model, else from NAME.json beside the
   document. */
bool document_open(cli_document *doc, const char *name, const args *given);
void document_close(cli_document *doc);
/* Compiles; after telling all problems NULL. */
csuccess_config *config_load(const char *name, const args *given);
/* "FILE:LINE:COL: message (pointer)" on standard error. */
void problem_print(const cli_document *doc, const csuccess_problem *problem);

#endif
