/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess model: what a model document says, whether it is whole, and sealing it after an edit. */
#include "commands.h"

#include "config_file.h"
#include "history.h"
#include "output.h"
#include "report.h"
#include "slice.h"

#include <stdlib.h>
#include <string.h>

static void print_text(const char *name, csuccess_str value)
{
    if (value.len == 0) return;
    printf("  %-10s ", name);
    output_column(value, (int)value.len, false);
    printf("\n");
}

static void print_metrics(const csuccess_model *model)
{
    printf("  %-10s", "reads");
    for (uint32_t i = 0; i < csuccess_model_metrics(model); i++) {
        csuccess_str name, type;
        csuccess_model_metric(model, i, &name, &type);
        printf("%s", i ? ", " : " ");
        output_column(name, (int)name.len, false);
        printf(" (%.*s)", (int)type.len, type.ptr);
    }
    printf("\n");
}

static void print_figures(csuccess_str training)
{
    csuccess_str figures = slice_member(training, "figures");
    if (figures.len == 0) return;
    printf("  %-10s %.0f rows, %.0f events\n", "learned on",
           report_number(training, "rows.usable", 0),
           report_number(training, "rows.events", 0));
    printf("  %-10s AUC %.4f, log loss %.4f, Brier %.4f, ECE %.4f (pooled)\n", "figures",
           report_number(figures, "pooled.auc.value", 0),
           report_number(figures, "pooled.log_loss", 0),
           report_number(figures, "pooled.brier", 0), report_number(figures, "pooled.ece", 0));
    printf("  %-10s ", "measured");
    report_text(figures, "measured_on");
    printf("\n");
}

static int show(const csuccess_model *model, output_format format)
{
    csuccess_str document = csuccess_model_document(model);
    if (format != OUTPUT_TABLE && document.len > 0) {
        output_plain(document);
        printf("\n");
        return 0;
    }
    printf("\"%.*s\"\n", (int)csuccess_model_name(model).len, csuccess_model_name(model).ptr);
    print_text("kind", csuccess_model_kind(model));
    print_text("target", csuccess_model_target(model));
    print_text("digest", csuccess_model_digest(model));
    print_text("parent", csuccess_model_parent(model));
    printf("  %-10s %s, %s\n", "gives",
           csuccess_model_calibrated(model) ? "calibrated probabilities"
                                            : "a ranking: it is not calibrated",
           csuccess_model_dated(model)
               ? "learned from dated rows"
               : "learned from a cross-section: nothing is known of lead time");
    print_metrics(model);
    print_figures(slice_member(document, "training"));
    return 0;
}

static int seal(const args *given)
{
    size_t len;
    csuccess_text *sealed = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const char *path = given->words[1], *to = given->values[OPTION_MODEL_OUT];
    char *bytes = file_read(path, &len);
    if (!bytes) return 1;
    csuccess_result result =
        csuccess_model_seal(&sealed, (csuccess_str){bytes, len}, NULL, &err);
    int code = 1;
    if (result < 0) {
        fprintf(stderr, "%s:%u:%u: %s (%s)\n", path, err.line, err.column, err.message,
                err.pointer);
    } else if (result == CSUCCESS_UNCHANGED && !to) {
        printf("%s: the digest is right; nothing was changed\n", path);
        code = 0;
    } else if (file_write(to ? to : path, csuccess_text_view(sealed))) {
        printf("%s: sealed\n", to ? to : path);
        code = 0;
    }
    csuccess_text_free(sealed);
    free(bytes);
    return code;
}

int model_run(const args *given)
{
    const char *verb = given->words[0];
    output_format format = OUTPUT_TABLE;
    if (strcmp(verb, "seal") == 0) return output_finish(seal(given));
    if (strcmp(verb, "show") != 0 && strcmp(verb, "check") != 0) {
        return args_usage("model", "model %s: it is show, check or seal", verb);
    }
    if (given->values[OPTION_OUTPUT] && output_choose(&format, given) != 0) return 2;
    csuccess_model *model = model_load(given->words[1]);
    if (!model) return 1;
    int code = 0;
    if (strcmp(verb, "show") == 0) {
        code = show(model, format);
    } else {
        printf("%s: no problems\n", given->words[1]);
    }
    csuccess_model_unref(model);
    return output_finish(code);
}
