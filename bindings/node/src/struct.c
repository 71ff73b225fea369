/* SPDX-License-Identifier: Apache-2.0 */
/* Plain objects to structs and back, by the tables that are made of the headers. */
#include "addon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- In ---- */

/* Arrays that share a length have to have the same. */
static void store_count(frame *f, const field *d, char *out, size_t count, bool *seen)
{
    size_t before = f->rows;
    if (d->counted == COUNT_SIZE) {
        memcpy(&before, out + d->at, sizeof before);
        memcpy(out + d->at, &count, sizeof count);
    } else if (d->counted == COUNT_U32) {
        uint32_t narrow = 0, now = (uint32_t)count;
        memcpy(&narrow, out + d->at, sizeof narrow);
        before = narrow;
        memcpy(out + d->at, &now, sizeof now);
        if (count > UINT32_MAX) frame_type_error(f, "shorter");
    } else {
        *seen = true;
    }
    if (*seen && before != count) frame_type_error(f, "as long as the arrays beside it");
}

static bool counted_before(const layout *of, const field *d, uint64_t set)
{
    for (uint32_t i = 0; i < of->count; i++) {
        const field *other = &of->fields[i];
        if (set >> i & 1 && other->kind == FIELD_ARRAY && other->counted == d->counted &&
            other->at == d->at)
            return true;
    }
    return false;
}

static void take_hooked(frame *f, napi_value value, const field *d, char *out)
{
    hook *h = take_hook(f, value);
    if (!h) return;
    memcpy(out + d->offset, &d->hook, sizeof d->hook);
    if (d->at)
        memcpy(out + d->at, &h, sizeof h);
    else
        f->reopen = h;
}

static void put_pointer(char *at, const void *pointer)
{
    memcpy(at, &pointer, sizeof pointer);
}

static void take_inside(frame *f, napi_value value, const layout *of, void *out)
{
    const char *field_name = f->field;
    take_struct(f, value, of, out);
    f->field = field_name;
}

static void take_number_field(frame *f, napi_value value, const field *d, char *at)
{
    switch (d->kind) {
    case FIELD_U32:
        *(uint32_t *)(void *)at = take_u32(f, value);
        break;
    case FIELD_I32:
        *(int32_t *)(void *)at = take_i32(f, value);
        break;
    case FIELD_U64:
        *(uint64_t *)(void *)at = take_u64(f, value);
        break;
    case FIELD_I64:
        *(int64_t *)(void *)at = take_i64(f, value);
        break;
    case FIELD_SIZE:
        *(size_t *)(void *)at = take_size(f, value);
        break;
    default:
        *(double *)(void *)at = take_f64(f, value);
        break;
    }
}

/* A struct that is being filled. */
typedef struct filling {
    const layout *of;
    char *out;
    uint64_t set; /* which of its fields were given */
} filling;

static void take_list(frame *f, napi_value value, const field *d, const filling *to)
{
    size_t count = 0;
    put_pointer(to->out + d->offset, take_array(f, value, d->element, d->of, &count));
    bool seen = counted_before(to->of, d, to->set);
    store_count(f, d, to->out, count, &seen);
}

static void take_kept(frame *f, napi_value value, const field *d, const filling *to)
{
    char *at = to->out + d->offset;
    if (d->kind == FIELD_HANDLE)
        put_pointer(at, take_object(f, value, d->handle, d->length != 0));
    else if (d->kind == FIELD_HOOK)
        take_hooked(f, value, d, to->out);
    else if (d->kind == FIELD_CUSTOMERS)
        put_pointer(at, take_customers(f, value));
    else if (d->kind < FIELD_STR)
        take_number_field(f, value, d, at);
}

static void take_field(frame *f, napi_value value, const field *d, const filling *to)
{
    char *at = to->out + d->offset;
    switch (d->kind) {
    case FIELD_STR:
    case FIELD_NULLABLE:
    case FIELD_BYTES:
        *(csuccess_str *)(void *)at = take_str(f, value);
        break;
    case FIELD_STRUCT:
        take_inside(f, value, d->of, at);
        break;
    case FIELD_POINTER:
        put_pointer(at, take_pointer(f, value, d->of));
        break;
    case FIELD_ARRAY:
        take_list(f, value, d, to);
        break;
    default:
        take_kept(f, value, d, to);
        break;
    }
}

static void take_member(frame *f, napi_value object, napi_value key, filling *to)
{
    char name[64], wanted[128];
    size_t len = 0;
    napi_value value = NULL;
    if (!frame_ok(f, napi_get_value_string_utf8(f->env, key, name, sizeof name, &len))) return;
    for (uint32_t i = 0; i < to->of->count; i++) {
        const field *d = &to->of->fields[i];
        if (strcmp(d->key, name) != 0) continue;
        f->field = d->key;
        if (!frame_ok(f, napi_get_property(f->env, object, key, &value)) ||
            take_nothing(f, value))
            return;
        take_field(f, value, d, to);
        to->set |= (uint64_t)1 << i;
        return;
    }
    snprintf(wanted, sizeof wanted, "a %s: it has no \"%s\"", to->of->name, name);
    f->field = NULL;
    frame_type_error(f, wanted);
}

/* Its own members that can be listed. */
static napi_value keys_of(frame *f, napi_value object, uint32_t *count)
{
    napi_valuetype type = napi_undefined;
    napi_value keys = NULL;
    if (f->failed || !frame_ok(f, napi_typeof(f->env, object, &type))) return NULL;
    if (type != napi_object) {
        frame_type_error(f, "an object");
        return NULL;
    }
    if (frame_ok(f, napi_get_all_property_names(f->env, object, napi_key_own_only,
                                                napi_key_enumerable | napi_key_skip_symbols,
                                                napi_key_numbers_to_strings, &keys)))
        frame_ok(f, napi_get_array_length(f->env, keys, count));
    return keys;
}

bool take_struct(frame *f, napi_value value, const layout *of, void *out)
{
    uint32_t count = 0;
    filling to = {.of = of, .out = out};
    memset(out, 0, of->bytes);
    if (of->sized) *(size_t *)out = of->bytes;
    napi_value keys = keys_of(f, value, &count);
    for (uint32_t i = 0; i < count && !f->failed; i++) {
        napi_value key = NULL;
        if (frame_ok(f, napi_get_element(f->env, keys, i, &key)))
            take_member(f, value, key, &to);
    }
    if (!f->failed) f->field = NULL;
    return !f->failed;
}

const void *take_pointer(frame *f, napi_value value, const layout *of)
{
    if (f->failed || take_nothing(f, value)) return NULL;
    void *out = frame_space(f, of->bytes);
    if (out) take_inside(f, value, of, out);
    return out;
}

/* ---- Out ---- */

static napi_value give_element(frame *f, const field *d, const char *items, size_t index)
{
    switch (d->element) {
    case ELEMENT_STRUCT:
        return give_struct(f, d->of, items + index * d->of->bytes);
    case ELEMENT_STR:
        return give_str(f, ((const csuccess_str *)(const void *)items)[index]);
    case ELEMENT_I64:
        return give_i64(f, ((const int64_t *)(const void *)items)[index]);
    default:
        return give_f64(f, ((const double *)(const void *)items)[index]);
    }
}

static size_t count_of(const field *d, const char *base)
{
    const void *at = base + d->at;
    return d->counted == COUNT_SIZE ? *(const size_t *)at : *(const uint32_t *)at;
}

static napi_value give_array(frame *f, const field *d, const char *base)
{
    const char *items = *(const char *const *)(const void *)(base + d->offset);
    size_t count = items ? count_of(d, base) : 0;
    napi_value out = NULL;
    if (f->failed || !frame_ok(f, napi_create_array_with_length(f->env, count, &out)))
        return NULL;
    for (size_t i = 0; i < count && !f->failed; i++) {
        napi_handle_scope scope = NULL;
        if (!frame_ok(f, napi_open_handle_scope(f->env, &scope))) break;
        napi_value item = give_element(f, d, items, i);
        if (!f->failed) frame_ok(f, napi_set_element(f->env, out, (uint32_t)i, item));
        napi_close_handle_scope(f->env, scope);
    }
    return out;
}

static napi_value give_u64s(frame *f, const field *d, const char *base)
{
    napi_value out = NULL;
    if (f->failed || !frame_ok(f, napi_create_array_with_length(f->env, d->length, &out)))
        return NULL;
    for (uint32_t i = 0; i < d->length && !f->failed; i++)
        frame_ok(f, napi_set_element(
                        f->env, out, i,
                        give_u64(f, ((const uint64_t *)(const void *)(base + d->offset))[i])));
    return out;
}

static napi_value give_batches(frame *f, const field *d, const char *base)
{
    const csuccess_batch *const *list =
        *(const csuccess_batch *const *const *)(const void *)(base + d->offset);
    size_t count = *(const size_t *)(const void *)(base + d->at);
    napi_value out = NULL;
    if (f->failed || !frame_ok(f, napi_create_array_with_length(f->env, count, &out)))
        return NULL;
    for (size_t i = 0; i < count && !f->failed; i++) {
        napi_handle_scope scope = NULL;
        if (!frame_ok(f, napi_open_handle_scope(f->env, &scope))) break;
        napi_value item = give_batch(f, list[i]);
        if (!f->failed) frame_ok(f, napi_set_element(f->env, out, (uint32_t)i, item));
        napi_close_handle_scope(f->env, scope);
    }
    return out;
}

static napi_value give_pointed(frame *f, const field *d, const char *at)
{
    const void *pointer = *(const void *const *)(const void *)at;
    return pointer ? give_struct(f, d->of, pointer) : give_null(f);
}

static napi_value give_scalar(frame *f, const field *d, const char *at)
{
    switch (d->kind) {
    case FIELD_U32:
        return give_u32(f, *(const uint32_t *)(const void *)at);
    case FIELD_I32:
        return give_i32(f, *(const int32_t *)(const void *)at);
    case FIELD_U64:
        return give_u64(f, *(const uint64_t *)(const void *)at);
    case FIELD_I64:
        return give_i64(f, *(const int64_t *)(const void *)at);
    case FIELD_SIZE:
        return give_u64(f, *(const size_t *)(const void *)at);
    case FIELD_F64:
        return give_f64(f, *(const double *)(const void *)at);
    default:
        return give_null(f);
    }
}

static napi_value give_nullable(frame *f, const char *at)
{
    const csuccess_str *text = (const void *)at;
    return text->ptr ? give_str(f, *text) : give_null(f);
}

static napi_value give_field(frame *f, const field *d, const char *base)
{
    const char *at = base + d->offset;
    switch (d->kind) {
    case FIELD_STR:
        return give_str(f, *(const csuccess_str *)(const void *)at);
    case FIELD_NULLABLE:
        return give_nullable(f, at);
    case FIELD_BYTES:
        return give_bytes(f, *(const csuccess_str *)(const void *)at);
    case FIELD_STRUCT:
        return give_struct(f, d->of, at);
    case FIELD_POINTER:
        return give_pointed(f, d, at);
    case FIELD_ARRAY:
        return give_array(f, d, base);
    case FIELD_U64S:
        return give_u64s(f, d, base);
    case FIELD_TEXT:
        return give_text(f, *(csuccess_text *const *)(const void *)at);
    case FIELD_BATCHES:
        return give_batches(f, d, base);
    default:
        return give_scalar(f, d, at);
    }
}

enum { MOST_FIELDS = 40, MAKER_BYTES = 4096 };

/* (a0, a1) => ({value: a0, raw: a1}): an object in one go is an order of magnitude faster than member by member. */
static napi_value make_maker(frame *f, const char *const *keys, uint32_t count)
{
    char text[MAKER_BYTES];
    size_t at = 0;
    napi_value script = NULL, out = NULL;
    at += (size_t)snprintf(text + at, sizeof text - at, "((");
    for (uint32_t i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%sa%u", i ? "," : "", (unsigned)i);
    at += (size_t)snprintf(text + at, sizeof text - at, ")=>({");
    for (uint32_t i = 0; i < count; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s:a%u", i ? "," : "", keys[i],
                               (unsigned)i);
    at += (size_t)snprintf(text + at, sizeof text - at, "}))");
    if (frame_ok(f, napi_create_string_utf8(f->env, text, at, &script)))
        frame_ok(f, napi_run_script(f->env, script, &out));
    return out;
}

static napi_value maker_of(frame *f, uint32_t index, const char *const *keys, uint32_t count)
{
    napi_ref *kept = &f->addon->makers[index];
    napi_value out = NULL;
    if (*kept) {
        frame_ok(f, napi_get_reference_value(f->env, *kept, &out));
        return out;
    }
    out = make_maker(f, keys, count);
    if (out) frame_ok(f, napi_create_reference(f->env, out, 1, kept));
    return out;
}

static napi_value call_maker(frame *f, napi_value maker, uint32_t count, const napi_value *argv)
{
    napi_value undefined = NULL, out = NULL;
    if (!f->failed && frame_ok(f, napi_get_undefined(f->env, &undefined)))
        frame_ok(f, napi_call_function(f->env, undefined, maker, count, argv, &out));
    return out;
}

static bool never_given(const field *d)
{
    return d->kind == FIELD_HANDLE || d->kind == FIELD_HOOK || d->kind == FIELD_CUSTOMERS;
}

napi_value give_struct(frame *f, const layout *of, const void *value)
{
    napi_value argv[MOST_FIELDS];
    const char *keys[MOST_FIELDS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < of->count && count < MOST_FIELDS; i++) {
        if (never_given(&of->fields[i])) continue;
        keys[count] = of->fields[i].key;
        argv[count++] = give_field(f, &of->fields[i], value);
    }
    if (f->failed) return NULL;
    napi_value maker = maker_of(f, of->index, keys, count);
    return call_maker(f, maker, count, argv);
}

typedef struct part {
    const char *key;
    size_t (*count)(const csuccess_batch *batch);
    napi_value (*item)(frame *f, const csuccess_batch *batch, size_t index);
} part;

static napi_value give_parts(frame *f, const csuccess_batch *batch, const part *p)
{
    size_t count = p->count(batch);
    napi_value out = NULL;
    if (f->failed || !frame_ok(f, napi_create_array_with_length(f->env, count, &out)))
        return NULL;
    for (size_t i = 0; i < count && !f->failed; i++) {
        napi_value item = p->item(f, batch, i);
        if (!f->failed) frame_ok(f, napi_set_element(f->env, out, (uint32_t)i, item));
    }
    return out;
}

static napi_value give_write(frame *f, const csuccess_batch *batch, size_t index)
{
    return give_struct(f, layout_of_write, csuccess_batch_write(batch, index));
}

static napi_value give_entry(frame *f, const csuccess_batch *batch, size_t index)
{
    return give_struct(f, layout_of_entry, csuccess_batch_entry(batch, index));
}

static napi_value give_message(frame *f, const csuccess_batch *batch, size_t index)
{
    return give_struct(f, layout_of_message, csuccess_batch_message(batch, index));
}

static napi_value give_delta(frame *f, const csuccess_batch *batch, size_t index)
{
    return give_struct(f, layout_of_delta, csuccess_batch_delta(batch, index));
}

static napi_value give_input(frame *f, const csuccess_batch *batch, size_t index)
{
    return give_struct(f, layout_of_input, csuccess_batch_input(batch, index));
}

static napi_value give_cancel(frame *f, const csuccess_batch *batch, size_t index)
{
    return give_str(f, csuccess_batch_cancel(batch, index));
}

static const part parts[] = {{"writes", csuccess_batch_writes, give_write},
                             {"entries", csuccess_batch_entries, give_entry},
                             {"messages", csuccess_batch_messages, give_message},
                             {"deltas", csuccess_batch_deltas, give_delta},
                             {"inputs", csuccess_batch_inputs, give_input},
                             {"cancels", csuccess_batch_cancels, give_cancel}};
enum { PARTS = sizeof parts / sizeof *parts };

napi_value give_batch(frame *f, const csuccess_batch *batch)
{
    napi_value argv[PARTS];
    const char *keys[PARTS];
    if (!batch) return give_null(f);
    for (size_t i = 0; i < PARTS; i++) {
        keys[i] = parts[i].key;
        argv[i] = give_parts(f, batch, &parts[i]);
    }
    if (f->failed) return NULL;
    return call_maker(f, maker_of(f, layout_count, keys, PARTS), PARTS, argv);
}
