/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes expressions: whatever compiles prints as text that compiles to the same program,
   and runs for a customer with values and for one without, within its budget; whatever does
   not has a place in the text. */
#include "../unit/expr_scope.h"
#include "fuzz.h"

static csuccess__value sample(const csuccess__type *type);

static csuccess__value sample_many(const csuccess__type *type)
{
    static csuccess__value numbers[3], strings[2], owner[2], deal[5], deals[2];
    csuccess__value many = {.kind = (uint8_t)type->kind};
    csuccess__value *items = type == &scope_numbers   ? numbers
                             : type == &scope_strings ? strings
                             : type == &scope_owner   ? owner
                             : type == &scope_deal    ? deal
                                                      : deals;
    many.as.many.count = type->kind == CSUCCESS__KIND_RECORD ? type->field_count : 2;
    many.as.many.items = items;
    for (uint32_t i = 0; i < many.as.many.count; i++) {
        items[i] =
            sample(type->kind == CSUCCESS__KIND_RECORD ? type->fields[i].type : type->item);
    }
    if (type == &scope_strings) items[1] = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    return many;
}

static csuccess__value sample(const csuccess__type *type)
{
    switch (type->kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__number(3);
    case CSUCCESS__KIND_BOOL:
        return csuccess__boolean(true);
    case CSUCCESS__KIND_STRING:
        return csuccess__string(CSUCCESS_STR("team \xc3\xa9"));
    case CSUCCESS__KIND_TIME:
        return csuccess__time(INT64_C(1769817600000));
    case CSUCCESS__KIND_DURATION:
        return csuccess__duration_value((csuccess__duration){1, 2, 3});
    default:
        return sample_many(type);
    }
}

static void run(const csuccess__program *program, const csuccess_limits *limits, bool known)
{
    csuccess__value slots[SCOPE_NAMES];
    csuccess__machine *machine = NULL;
    csuccess_result failed = CSUCCESS_OK;
    for (uint32_t i = 0; i < SCOPE_NAMES; i++) {
        slots[i] = known ? sample(scope_names[i].type)
                         : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
    csuccess__frame frame = {slots, SCOPE_NAMES, INT64_C(1769817600000)};
    FUZZ_CHECK(csuccess__machine_new(&machine, csuccess__malloc_allocator(), limits) ==
               CSUCCESS_OK);
    csuccess__value v = csuccess__program_run(program, machine, &frame, &failed);
    FUZZ_CHECK(failed == CSUCCESS_OK || failed == CSUCCESS_ELIMIT);
    FUZZ_CHECK(csuccess__is_missing(v) || v.kind == program->type->kind ||
               program->type->kind == CSUCCESS__KIND_ANY);
    FUZZ_CHECK(v.kind != CSUCCESS__KIND_NUMBER || v.as.number - v.as.number == 0);
    uint32_t blamed[8];
    if (csuccess__is_missing(v)) csuccess__program_blame(program, machine, &frame, blamed, 8);
    csuccess__machine_free(machine);
}

static void survives(scope_world *w, const csuccess__program *program)
{
    csuccess__buffer text;
    csuccess_error error = CSUCCESS_ERROR_INIT;
    const csuccess__program *printed;
    csuccess__buffer_init(&text, csuccess__malloc_allocator(), 0);
    csuccess__program_print(&text, program, &scope_printer);
    /* Canonical text may be longer or nest a level more than what was written. */
    w->limits.expression_bytes = UINT32_MAX;
    w->limits.expression_depth = UINT32_MAX;
    csuccess_result result = csuccess__expr_compile(&printed, &w->compiler,
                                                    csuccess__buffer_view(&text), NULL, &error);
    FUZZ_CHECK(result == CSUCCESS_OK && scope_same_program(program, printed));
    csuccess__buffer_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    scope_world w;
    csuccess_error error = CSUCCESS_ERROR_INIT;
    const csuccess__program *program;
    csuccess_str text = {(const char *)data, size};
    FUZZ_CHECK(scope_start(&w, csuccess__malloc_allocator()) == CSUCCESS_OK);
    if (csuccess__expr_compile(&program, &w.compiler, text, NULL, &error) == CSUCCESS_OK) {
        survives(&w, program);
        run(program, &w.limits, true);
        run(program, &w.limits, false);
    } else {
        csuccess__buffer caret;
        FUZZ_CHECK(error.line >= 1 && error.offset <= size && error.message[0] != '\0');
        csuccess__buffer_init(&caret, csuccess__malloc_allocator(), 0);
        if (error.code != CSUCCESS_EENCODING) {
            csuccess__expr_caret(&caret, text, (size_t)error.offset);
        }
        csuccess__buffer_free(&caret);
    }
    scope_end(&w);
    return 0;
}
