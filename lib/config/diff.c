/* SPDX-License-Identifier: Apache-2.0 */
/* The differences of two effective documents, as operations with JSON Pointers. */
#include "base/error.h"
#include "config/config.h"
#include "text/reader.h"

typedef struct differ {
    csuccess__json_writer writer;
    csuccess__arena *arena;
    size_t found;
    bool lost;
} differ;

static void write_pointer(differ *d, const csuccess__json *node)
{
    csuccess__buffer pointer;
    csuccess__buffer_init(&pointer, d->arena->mem, 0);
    csuccess__json_pointer(&pointer, node);
    d->lost = d->lost || pointer.status < 0;
    csuccess__json_str(&d->writer, csuccess__buffer_view(&pointer));
    csuccess__buffer_free(&pointer);
}

static void open_operation(differ *d, const char *op, const csuccess__json *at)
{
    d->found++;
    csuccess__json_open(&d->writer, '{');
    csuccess__json_key(&d->writer, CSUCCESS_STR("op"));
    csuccess__json_str(&d->writer, csuccess__str(op));
    csuccess__json_key(&d->writer, CSUCCESS_STR("path"));
    write_pointer(d, at);
}

static void write_value(differ *d, const char *key, const csuccess__json *value)
{
    csuccess__json_key(&d->writer, csuccess__str(key));
    if (value) {
        csuccess__json_raw(&d->writer, value);
    } else {
        csuccess__json_null(&d->writer);
    }
}

static void write_change(differ *d, const char *op, const csuccess__json *before,
                         const csuccess__json *after)
{
    open_operation(d, op, after ? after : before);
    write_value(d, "before", before);
    write_value(d, "after", after);
    csuccess__json_close(&d->writer, '}');
}

/* The keys of an ordered object that both have, in effective order. */
static size_t shared_keys(differ *d, const csuccess__json *of, const csuccess__json *other,
                          const csuccess__json ***out)
{
    *out = CSUCCESS__NEW_ARRAY(d->arena, const csuccess__json *, of->count);
    if (!*out) {
        d->lost = true;
        return 0;
    }
    csuccess__read_order(of, *out);
    size_t n = 0;
    for (size_t i = 0; i < of->count; i++) {
        if (csuccess__json_get(other, (*out)[i]->key)) {
            (*out)[n++] = (*out)[i];
        }
    }
    return n;
}

static void write_keys(differ *d, const char *key, const csuccess__json *const *list, size_t n)
{
    csuccess__json_key(&d->writer, csuccess__str(key));
    csuccess__json_open(&d->writer, '[');
    for (size_t i = 0; i < n; i++) {
        csuccess__json_str(&d->writer, list[i]->key);
    }
    csuccess__json_close(&d->writer, ']');
}

static void compare_order(differ *d, const csuccess__json *before, const csuccess__json *after)
{
    const csuccess__json **a, **b;
    size_t n = shared_keys(d, before, after, &a), m = shared_keys(d, after, before, &b);
    bool same = true;
    for (size_t i = 0; i < n && i < m; i++) {
        same = same && csuccess__str_eq(a[i]->key, b[i]->key);
    }
    if (same) {
        return;
    }
    open_operation(d, "reorder", after);
    write_keys(d, "before", a, n);
    write_keys(d, "after", b, m);
    csuccess__json_close(&d->writer, '}');
}

/* Recursion is bounded: both documents' depth was limited when they were read. */
static void compare(differ *d, const csuccess__json *before, const csuccess__json *after)
{
    if (before->type != CSUCCESS__JSON_OBJECT || after->type != CSUCCESS__JSON_OBJECT) {
        if (!csuccess__json_equal(before, after)) {
            write_change(d, "replace", before, after);
        }
        return;
    }
    if (csuccess__order_matters(after)) {
        compare_order(d, before, after);
    }
    for (const csuccess__json *m = before->first; m; m = m->next) {
        const csuccess__json *other = csuccess__json_get(after, m->key);
        if (other) {
            compare(d, m, other);
        } else {
            write_change(d, "remove", m, NULL);
        }
    }
    for (const csuccess__json *m = after->first; m; m = m->next) {
        if (!csuccess__json_get(before, m->key)) {
            write_change(d, "add", NULL, m);
        }
    }
}

csuccess_result csuccess_config_diff(csuccess_text **out, const csuccess_config *before,
                                     const csuccess_config *after, csuccess_error *err)
{
    if (out) {
        *out = NULL;
    }
    if (!out || !before || !after) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out, before and after are required");
    }
    csuccess_config *owner = (csuccess_config *)(uintptr_t)after;
    csuccess__arena arena;
    csuccess__buffer buffer;
    csuccess__arena_init(&arena, &owner->mem, 0);
    csuccess__buffer_init(&buffer, &owner->mem, owner->limits.output_bytes);
    differ d = {.arena = &arena};
    csuccess__json_writer_init(&d.writer, &buffer);
    csuccess__json_open(&d.writer, '[');
    compare(&d, before->document, after->document);
    csuccess__json_close(&d.writer, ']');

    csuccess_result status = d.lost ? CSUCCESS_ENOMEM : buffer.status;
    if (status == CSUCCESS_OK) {
        status = csuccess__text_make(out, &owner->mem, csuccess__buffer_view(&buffer));
    }
    csuccess__buffer_free(&buffer);
    csuccess__arena_free(&arena);
    if (status < 0) {
        return csuccess__fail(err, status,
                              status == CSUCCESS_ELIMIT
                                  ? "the differences exceed the limit output_bytes"
                                  : "out of memory");
    }
    return d.found ? CSUCCESS_OK : CSUCCESS_UNCHANGED;
}
