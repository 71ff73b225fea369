/* SPDX-License-Identifier: Apache-2.0 */
/* Which row of the table of operations a call means, by name and types, and what to say when
   none does. */
#include "expr/build.h"

#include "base/str.h"

#include <string.h>

/* The next blank-separated word of text from *at; false at the end. */
static bool next_word(const char *text, size_t *at, csuccess_str *word)
{
    while (text[*at] == ' ') (*at)++;
    word->ptr = text + *at;
    word->len = 0;
    while (text[*at] != '\0' && text[*at] != ' ') {
        (*at)++;
        word->len++;
    }
    return word->len > 0;
}

/* Which of the row's names it is, or -1. */
static int name_index(const csuccess__op_info *info, csuccess_str name)
{
    size_t at = 0;
    csuccess_str word;
    for (int i = 0; next_word(info->names, &at, &word); i++) {
        if (csuccess__str_eq(word, name)) return i;
    }
    return -1;
}

bool csuccess__function_known(csuccess_str name, uint32_t styles)
{
    for (int op = 0; op < CSUCCESS__OP_END; op++) {
        const csuccess__op_info *info = csuccess__op_info_of((csuccess__op)op);
        if (styles >> info->style & 1u && name_index(info, name) >= 0) return true;
    }
    return false;
}

void csuccess__functions_suggest(csuccess__nearest *near)
{
    uint32_t styles = CSUCCESS__STYLES_CALL | CSUCCESS__STYLES_METHOD;
    for (int op = 0; op < CSUCCESS__OP_END; op++) {
        const csuccess__op_info *info = csuccess__op_info_of((csuccess__op)op);
        size_t at = 0;
        csuccess_str word;
        while (styles >> info->style & 1u && next_word(info->names, &at, &word)) {
            csuccess__nearest_try(near, word);
        }
    }
}

static csuccess__kind kind_of_letter(char letter)
{
    static const struct {
        char letter;
        csuccess__kind kind;
    } letters[] = {
        {'n', CSUCCESS__KIND_NUMBER},   {'b', CSUCCESS__KIND_BOOL},
        {'s', CSUCCESS__KIND_STRING},   {'t', CSUCCESS__KIND_TIME},
        {'d', CSUCCESS__KIND_DURATION}, {'r', CSUCCESS__KIND_RECORD},
        {'a', CSUCCESS__KIND_ANY},
    };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].letter == letter) return letters[i].kind;
    }
    return CSUCCESS__KIND_ANY;
}

static bool is_list_letter(char letter)
{
    return letter >= 'A' && letter <= 'Z';
}

typedef struct fit {
    csuccess__builder *b;
    const csuccess__type *any; /* what the type variable stands for so far */
} fit;

/* A type against a small letter. */
static bool fits_scalar(fit *f, char letter, const csuccess__type *type)
{
    if (letter == 'a') {
        f->any = csuccess__types_unify(f->b, f->any, type);
        return f->any != NULL;
    }
    return type->kind == CSUCCESS__KIND_ANY || type->kind == kind_of_letter(letter);
}

static bool fits(fit *f, char letter, const csuccess__term *term)
{
    if (letter == '$') {
        return term->kind == CSUCCESS__TERM_CONSTANT &&
               term->type->kind == CSUCCESS__KIND_STRING;
    }
    if (letter == '#') {
        return term->type->kind == CSUCCESS__KIND_LIST;
    }
    if (!is_list_letter(letter)) return fits_scalar(f, letter, term->type);
    if (term->type->kind == CSUCCESS__KIND_ANY) return true;
    return term->type->kind == CSUCCESS__KIND_LIST &&
           fits_scalar(f, (char)(letter + ('a' - 'A')), term->type->item);
}

static const csuccess__type *result_type(fit *f, char letter)
{
    char small = is_list_letter(letter) ? (char)(letter + ('a' - 'A')) : letter;
    const csuccess__type *type =
        small == 'a' ? f->any : csuccess__type_of(kind_of_letter(small));
    return small == letter ? type : csuccess__list_type(f->b, type);
}

/* The result's type when the signature takes the terms, else NULL. */
static const csuccess__type *try_signature(csuccess__builder *b, csuccess_str signature,
                                           const csuccess__overload_query *query)
{
    fit f = {.b = b, .any = csuccess__type_of(CSUCCESS__KIND_ANY)};
    uint32_t used = 0;
    size_t i = 0;
    for (; signature.ptr[i] != ':'; i++) {
        bool more = signature.ptr[i] == '+';
        if (!more && used == query->count) return NULL;
        if (!more && !fits(&f, signature.ptr[i], &query->terms[used++])) return NULL;
        while (more && used < query->count) {
            if (!fits(&f, signature.ptr[i - 1], &query->terms[used++])) return NULL;
        }
    }
    return used == query->count ? result_type(&f, signature.ptr[i + 1]) : NULL;
}

static bool try_row(csuccess__builder *b, csuccess__op op,
                    const csuccess__overload_query *query, csuccess__overload *out)
{
    const csuccess__op_info *info = csuccess__op_info_of(op);
    if (!(query->styles >> info->style & 1u)) return false;
    int named = name_index(info, query->name);
    size_t at = 0;
    csuccess_str signature;
    for (int i = 0; named >= 0 && next_word(info->signatures, &at, &signature); i++) {
        if (op == CSUCCESS__OP_SAME && i != named) continue;
        const csuccess__type *type = try_signature(b, signature, query);
        if (type) {
            *out = (csuccess__overload){.op = op, .type = type};
            return true;
        }
    }
    return false;
}

/* "number, list(string)" for the terms of a call; the one before the point of a method is
   left out. */
static void put_types(csuccess__builder *b, csuccess__text *text,
                      const csuccess__overload_query *query)
{
    uint32_t first = query->styles & 1u << CSUCCESS__STYLE_CALL ? 0 : 1;
    for (uint32_t i = first; i < query->count; i++) {
        csuccess__text_format(text, "%s%s", i > first ? ", " : "",
                              csuccess__type_words(b, query->terms[i].type));
    }
}

static const char *letter_words(char letter)
{
    static const struct {
        char letter;
        const char *words;
    } letters[] = {{'n', "number"},         {'b', "bool"},
                   {'s', "string"},         {'t', "time"},
                   {'d', "duration"},       {'a', "value"},
                   {'N', "list(number)"},   {'B', "list(bool)"},
                   {'S', "list(string)"},   {'T', "list(time)"},
                   {'D', "list(duration)"}, {'A', "list"},
                   {'$', "'literal text'"}, {'#', "[[number, number], ...]"}};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if (letters[i].letter == letter) return letters[i].words;
    }
    return "record";
}

static void put_signature(csuccess__text *text, csuccess_str name, csuccess_str signature,
                          bool method)
{
    size_t i = 0;
    if (method) csuccess__text_format(text, "%s.", letter_words(signature.ptr[i++]));
    csuccess__text_format(text, "%S(", name);
    size_t first = i;
    for (; signature.ptr[i] != ':'; i++) {
        if (signature.ptr[i] == '+') {
            bool one_type = signature.ptr[i - 1] == 'a';
            csuccess__text_format(text, one_type ? ", ... of one type" : ", ...");
        } else {
            csuccess__text_format(text, "%s%s", i > first ? ", " : "",
                                  letter_words(signature.ptr[i]));
        }
    }
    csuccess__text_format(text, ")");
}

/* "min(number, ...) or min(list(number))": every way to call it. */
static void put_ways(csuccess__text *text, const csuccess__overload_query *query)
{
    const char *between = "";
    for (int op = 0; op < CSUCCESS__OP_END; op++) {
        const csuccess__op_info *info = csuccess__op_info_of((csuccess__op)op);
        int named = query->styles >> info->style & 1u ? name_index(info, query->name) : -1;
        size_t at = 0;
        csuccess_str signature;
        for (int i = 0; named >= 0 && next_word(info->signatures, &at, &signature); i++) {
            if (op == CSUCCESS__OP_SAME && i != named) continue;
            csuccess__text_format(text, "%s", between);
            put_signature(text, query->name, signature,
                          !(query->styles & 1u << CSUCCESS__STYLE_CALL));
            between = " or ";
        }
    }
}

static void put_operator_trouble(csuccess__builder *b, csuccess__text *text,
                                 const csuccess__overload_query *query)
{
    const char *first = csuccess__type_words(b, query->terms[0].type);
    if (query->count == 1) {
        csuccess__text_format(text, "%S does not apply to %s", query->name, first);
        return;
    }
    const char *second = csuccess__type_words(b, query->terms[1].type);
    if (csuccess__str_is(query->name, "in")) {
        csuccess__text_format(
            text, "in looks for an item in a list of such items, not %s in %s", first, second);
    } else if (strcmp(first, second) == 0) {
        csuccess__text_format(text, "%S does not apply to two of %s", query->name, first);
    } else {
        csuccess__text_format(text, "%S does not apply to %s and %s", query->name, first,
                              second);
    }
    char sign = query->name.ptr[0];
    if (query->terms[0].type->kind == CSUCCESS__KIND_BOOL && (sign == '<' || sign == '>')) {
        csuccess__text_format(text, "; comparisons are not chained: write a < b && b < c");
    }
}

bool csuccess__overload_find(csuccess__builder *b, const csuccess__overload_query *query,
                             csuccess__overload *out)
{
    for (int op = 0; op < CSUCCESS__OP_END; op++) {
        if (try_row(b, (csuccess__op)op, query, out)) return true;
        if (b->status != CSUCCESS_OK) return false;
    }
    char words[400];
    csuccess__text text;
    csuccess__text_init(&text, words, sizeof words);
    if (query->styles & (1u << CSUCCESS__STYLE_INFIX | 1u << CSUCCESS__STYLE_PREFIX)) {
        put_operator_trouble(b, &text, query);
    } else {
        put_ways(&text, query);
        csuccess__text_format(&text, " is known, not with (");
        put_types(b, &text, query);
        csuccess__text_format(&text, ")");
    }
    return csuccess__build_fail(b, CSUCCESS_ETYPE, query->at, "%s", words);
}
