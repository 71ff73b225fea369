/* SPDX-License-Identifier: Apache-2.0 */
/* The doors to compiling: from text, and from a value of a document. */
#include "base/str.h"
#include "expr/build.h"
#include "text/utf8.h"

void csuccess__cleanup_run(struct csuccess__cleanup *list)
{
    for (; list; list = list->next) csuccess__regex_free(list->regex);
}

static bool check_text(csuccess__builder *b)
{
    uint32_t most = b->with->limits->expression_bytes;
    size_t bad;
    if (b->text.len > most) {
        return csuccess__build_fail(b, CSUCCESS_ELIMIT, most,
                                    "the expression has %z bytes; at most %u are allowed "
                                    "(expression_bytes)",
                                    b->text.len, most);
    }
    if (!csuccess__utf8_check(b->text, &bad)) {
        return csuccess__build_fail(b, CSUCCESS_EENCODING, bad, "this byte is not UTF-8");
    }
    return true;
}

static bool keep(csuccess__builder *b, csuccess__term *result, const csuccess__type *wanted,
                 csuccess__program **out)
{
    csuccess__program *program = CSUCCESS__NEW(b->with->arena, csuccess__program);
    if (!program) return csuccess__build_no_memory(b);
    if (!csuccess__build_finish(b, result, wanted, program)) return false;
    *out = program;
    return true;
}

static bool compile_text(csuccess__builder *b, const csuccess__type *wanted,
                         csuccess__program **out)
{
    csuccess__term result;
    if (!check_text(b) || !csuccess__parse_expression(b, &result)) return false;
    if (!keep(b, &result, wanted, out)) return false;
    (*out)->text = csuccess__arena_copy(b->with->arena, b->text);
    return (*out)->text.ptr || csuccess__build_no_memory(b);
}

csuccess_result csuccess__expr_compile(const csuccess__program **out, csuccess__compiler *with,
                                       csuccess_str text, const csuccess__type *wanted,
                                       csuccess_error *err)
{
    csuccess__builder b;
    csuccess__program *program = NULL;
    csuccess__build_start(&b, with, text);
    bool done = compile_text(&b, wanted, &program);
    if (!done) {
        (void)csuccess__fail(err, b.status, "%s", b.error.message);
        csuccess__error_at(err, text, (size_t)b.error.offset);
    }
    csuccess_result result = b.status;
    csuccess__build_end(&b);
    *out = done ? program : NULL;
    return result;
}

/* The error of the builder as a problem of the node; inside it, when it is a string. */
static void note(const csuccess__builder *b, csuccess__problems *list,
                 const csuccess__json *node)
{
    if (b->status == CSUCCESS_ENOMEM) {
        list->lost = true;
    } else if (node->type == CSUCCESS__JSON_STRING) {
        csuccess__problem_inside(list, node, (size_t)b->error.offset, b->status, "%s",
                                 b->error.message);
    } else {
        csuccess__problem(list, node, b->status, "%s", b->error.message);
    }
}

static void print_name(void *ud, csuccess__buffer *out, uint32_t slot)
{
    const csuccess__slot_name *name = ((const csuccess__builder *)ud)->names;
    while (name && name->slot != slot) name = name->next;
    if (name) csuccess__buffer_str(out, name->path);
}

/* A program that was not written as text gets the text that it prints as. */
static bool print_text(csuccess__builder *b, csuccess__program *program)
{
    csuccess__names names = {.ud = b, .print = print_name};
    csuccess__buffer text;
    csuccess__buffer_init(&text, b->with->mem, b->with->limits->output_bytes);
    csuccess__program_print(&text, program, &names);
    program->text = csuccess__arena_copy(b->with->arena, csuccess__buffer_view(&text));
    csuccess_result status = text.status;
    csuccess__buffer_free(&text);
    if (status == CSUCCESS_ELIMIT) {
        return csuccess__build_fail(b, status, 0,
                                    "the rule is too long as text (output_bytes)");
    }
    return (status == CSUCCESS_OK && program->text.ptr) || csuccess__build_no_memory(b);
}

static bool build_literal(const csuccess__json *node, csuccess__term *out)
{
    bool number = node->type == CSUCCESS__JSON_NUMBER;
    csuccess__value value =
        number ? csuccess__number(node->number) : csuccess__boolean(node->boolean);
    *out = csuccess__term_constant(
        value, csuccess__type_of(number ? CSUCCESS__KIND_NUMBER : CSUCCESS__KIND_BOOL), 0);
    return number || node->type == CSUCCESS__JSON_BOOL;
}

static bool wants_bool(const csuccess__type *wanted)
{
    return !wanted || wanted->kind == CSUCCESS__KIND_BOOL || wanted->kind == CSUCCESS__KIND_ANY;
}

/* A value that is no text; false is noted, or failed. */
static bool read_value(csuccess__builder *b, csuccess__problems *list,
                       const csuccess__json *node, const csuccess__type *wanted,
                       csuccess__term *result)
{
    bool object = node->type == CSUCCESS__JSON_OBJECT;
    if (object && wants_bool(wanted)) return csuccess__rules_build(b, list, node, result);
    if (build_literal(node, result)) return true;
    if (object) {
        csuccess__problem(
            list, node, CSUCCESS_ETYPE,
            "a rule is a condition; %s is wanted here, as an expression in a string",
            csuccess__type_words(b, wanted));
    } else {
        csuccess__problem(
            list, node, CSUCCESS_ECONFIG,
            "expected an expression in a string, a number, true or false%s, not %s",
            wants_bool(wanted) ? ", or a rule" : "", csuccess__json_type_name(node));
    }
    return false;
}

const csuccess__program *csuccess__expr_read(csuccess__compiler *with, csuccess__problems *list,
                                             const csuccess__json *node,
                                             const csuccess__type *wanted)
{
    csuccess__builder b;
    csuccess__program *program = NULL;
    csuccess__term result;
    bool done = false;
    csuccess__build_start(
        &b, with, node->type == CSUCCESS__JSON_STRING ? node->string : (csuccess_str){"", 0});
    if (node->type == CSUCCESS__JSON_STRING) {
        done = compile_text(&b, wanted, &program);
    } else if (read_value(&b, list, node, wanted, &result)) {
        done = keep(&b, &result, wanted, &program) && print_text(&b, program);
    }
    if (b.status != CSUCCESS_OK) note(&b, list, node);
    csuccess__build_end(&b);
    return done ? program : NULL;
}
