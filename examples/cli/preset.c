/* SPDX-License-Identifier: Apache-2.0 */
/* csuccess preset: the shipped configurations. */
#include "commands.h"

#include "config_file.h"
#include "output.h"
#include "slice.h"

#include <stdio.h>
#include <string.h>

static void print_entry(csuccess_str name, csuccess_str body, output_format format)
{
    char buf[512];
    csuccess_str description = slice_member(body, "description");
    if (format == OUTPUT_TABLE || format == OUTPUT_CSV) {
        csuccess_str words = output_decode(buf, sizeof buf, description);
        if (format == OUTPUT_TABLE) {
            output_column(name, 18, false);
            output_plain(words);
        } else {
            output_cell(name);
            putchar(',');
            output_cell(words);
        }
        return;
    }
    printf("{\"name\":");
    output_quoted(name);
    printf(",\"description\":");
    output_plain(description.len > 0 ? description : CSUCCESS_STR("null"));
    putchar('}');
}

static void print_names(void)
{
    for (size_t i = 0; i < csuccess_preset_count(); i++) {
        csuccess_str name, body;
        csuccess_preset_get(i, &name, &body);
        output_plain(name);
        putchar('\n');
    }
}

/* Without -o only the names, one a line, wherever it goes. */
static int list(const args *given)
{
    output_format format;
    int code = output_choose(&format, given);
    if (code != 0) return code;
    if (!given->values[OPTION_OUTPUT]) {
        print_names();
        return 0;
    }
    bool json = format == OUTPUT_JSON;
    if (format == OUTPUT_CSV) printf("name,description\n");
    for (size_t i = 0; i < csuccess_preset_count(); i++) {
        csuccess_str name, body;
        csuccess_preset_get(i, &name, &body);
        if (json) printf(i ? ",\n" : "[\n");
        print_entry(name, body, format);
        if (!json) putchar('\n');
    }
    if (json) printf("\n]\n");
    return 0;
}

static int show(const char *word)
{
    char name[256];
    cli_document doc;
    snprintf(name, sizeof name, "preset:%s",
             strncmp(word, "preset:", 7) == 0 ? word + 7 : word);
    if (!document_open(&doc, name, NULL)) return 1;
    output_plain(doc.body);
    if (doc.body.len > 0 && doc.body.ptr[doc.body.len - 1] != '\n') putchar('\n');
    document_close(&doc);
    return 0;
}

int preset_run(const args *given)
{
    bool lists = strcmp(given->words[0], "list") == 0 && given->count == 1;
    bool shows = strcmp(given->words[0], "show") == 0 && given->count == 2;
    if (!lists && !shows) {
        return args_usage("preset", "it is \"preset list\" or \"preset show NAME\", not \"%s\"",
                          given->words[0]);
    }
    return output_finish(lists ? list(given) : show(given->words[1]));
}
