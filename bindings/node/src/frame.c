/* SPDX-License-Identifier: Apache-2.0 */
/* A call from JavaScript in progress: its memory, the handles that it holds, and how it fails. */
#include "addon.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool frame_begin(frame *f, napi_env env, napi_callback_info info, size_t count,
                 napi_value *argv)
{
    void *data = NULL;
    size_t given = count;
    f->env = env;
    f->failed = f->stopped = f->columns = false;
    f->raised = NULL;
    f->name = f->field = f->function = "";
    f->field = NULL;
    f->held = NULL;
    f->hooks = f->reopen = NULL;
    f->blocks = NULL;
    f->rows = f->used = 0;
    f->err.size = sizeof f->err;
    f->err.code = 0;
    f->err.line = f->err.column = f->err.reserved = 0;
    f->err.offset = 0;
    f->err.pointer[0] = f->err.message[0] = 0;
    if (napi_get_cb_info(env, info, &given, argv, NULL, &data) != napi_ok) return false;
    f->addon = data;
    f->outer = f->addon->frame;
    f->addon->frame = f;
    f->addon->last = CSUCCESS_OK;
    return true;
}

static void throw_raised(frame *f)
{
    napi_value box = NULL, exception = NULL;
    if (napi_get_reference_value(f->env, f->raised, &box) == napi_ok &&
        napi_get_element(f->env, box, 0, &exception) == napi_ok)
        napi_throw(f->env, exception);
    napi_delete_reference(f->env, f->raised);
}

napi_value frame_end(frame *f, napi_value value)
{
    f->addon->frame = f->outer;
    for (held *h = f->held; h; h = h->next)
        h->handle->busy = h->changes ? 0 : h->handle->busy - 1;
    while (f->hooks) {
        hook *first = f->hooks;
        f->hooks = first->next;
        hook_free(first);
    }
    while (f->blocks) {
        block *first = f->blocks;
        f->blocks = first->next;
        free(first);
    }
    if (f->raised) {
        bool pending = false;
        napi_is_exception_pending(f->env, &pending);
        if (!pending)
            throw_raised(f);
        else
            napi_delete_reference(f->env, f->raised);
        return NULL;
    }
    return f->failed || f->stopped ? NULL : value;
}

void *frame_space(frame *f, size_t bytes)
{
    size_t need_bytes = (bytes + 15) & ~(size_t)15;
    if (need_bytes >= bytes && need_bytes <= FRAME_SPACE - f->used) {
        void *at = f->space + f->used;
        f->used += need_bytes;
        return at;
    }
    block *b = bytes <= SIZE_MAX - 16 ? malloc(16 + bytes) : NULL;
    if (!b) {
        frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
        return NULL;
    }
    b->next = f->blocks;
    f->blocks = b;
    return (char *)b + 16;
}

static void describe(const frame *f, char *out, size_t size, const char *what)
{
    const char *dot = f->field ? "." : "";
    snprintf(out, size, "%s: %s%s%s %s", f->function, f->name, dot, f->field ? f->field : "",
             what);
}

void frame_type_error(frame *f, const char *wanted)
{
    char text[512], what[256];
    if (f->failed) return;
    snprintf(what, sizeof what, "must be %s", wanted);
    describe(f, text, sizeof text, what);
    napi_throw_type_error(f->env, "ERR_INVALID_ARG_TYPE", text);
    f->failed = true;
}

/* new CsuccessError(message, code, result, {pointer, offset, line, column}) */
static napi_value make_error(frame *f, csuccess_result result, const char *message)
{
    napi_value class = NULL, error = NULL, argv[4];
    argv[0] = give_chars(f, message);
    argv[1] = give_chars(f, csuccess_result_name(result));
    argv[2] = give_i32(f, result);
    argv[3] = give_object(f);
    give_member(f, argv[3], "pointer", give_chars(f, f->err.pointer));
    give_member(f, argv[3], "offset", give_u64(f, f->err.offset));
    give_member(f, argv[3], "line", give_u32(f, f->err.line));
    give_member(f, argv[3], "column", give_u32(f, f->err.column));
    if (f->failed) return NULL;
    if (f->addon->error_class &&
        napi_get_reference_value(f->env, f->addon->error_class, &class) == napi_ok && class) {
        frame_ok(f, napi_new_instance(f->env, class, 4, argv, &error));
        return error;
    }
    if (frame_ok(f, napi_create_error(f->env, argv[1], argv[0], &error)))
        give_member(f, error, "result", argv[2]);
    return error;
}

void frame_error(frame *f, csuccess_result result, const char *what)
{
    char text[512];
    if (f->failed) return;
    f->addon->last = result;
    f->err.line = f->err.column = 0;
    f->err.offset = 0;
    f->err.pointer[0] = 0;
    describe(f, text, sizeof text, what);
    napi_value error = make_error(f, result, text);
    if (error) napi_throw(f->env, error);
    f->failed = true;
}

bool frame_ok(frame *f, napi_status status)
{
    if (status == napi_ok) return !f->failed;
    bool pending = false;
    napi_is_exception_pending(f->env, &pending);
    if (!pending && !f->failed && status != napi_cannot_run_js)
        napi_throw_error(f->env, "ERR_NAPI", "csuccess: Node refused a value");
    f->failed = true;
    return false;
}

bool frame_ready(frame *f)
{
    for (const held *h = f->columns ? f->held : NULL; h && !f->failed; h = h->next) {
        if (h->handle->columns) columns_whole(f, h->handle);
    }
    return !f->failed;
}

bool frame_result(frame *f, csuccess_result result)
{
    f->addon->last = result;
    if (f->raised || f->stopped) return false;
    if (result >= 0) return !f->failed;
    const char *message = f->err.message[0] ? f->err.message : csuccess_result_text(result);
    napi_value error = make_error(f, result, message);
    if (error) napi_throw(f->env, error);
    f->failed = true;
    return false;
}

void frame_report(frame *f, csuccess_text *text, bool first)
{
    napi_value error = NULL, report = NULL;
    bool pending = false;
    if (!text) return;
    csuccess_str view = csuccess_text_view(text);
    /* What a hook threw is thrown as it is, later. */
    napi_is_exception_pending(f->env, &pending);
    if (first && pending && napi_get_and_clear_last_exception(f->env, &error) == napi_ok) {
        if (napi_create_string_utf8(f->env, view.len ? view.ptr : "", view.len, &report) ==
            napi_ok)
            napi_set_named_property(f->env, error, "report", report);
        napi_throw(f->env, error);
    }
    csuccess_text_free(text);
}

void frame_raise(addon *a)
{
    frame *f = a->frame;
    napi_value exception = NULL;
    bool pending = false;
    if (!f) return;
    napi_is_exception_pending(a->env, &pending);
    if (!pending || napi_get_and_clear_last_exception(a->env, &exception) != napi_ok) {
        f->stopped = true;
        return;
    }
    if (f->raised) return;
    /* A reference holds objects only, and anything can be thrown: it lies in an array. */
    napi_value box = NULL;
    if (napi_create_array_with_length(a->env, 1, &box) != napi_ok ||
        napi_set_element(a->env, box, 0, exception) != napi_ok ||
        napi_create_reference(a->env, box, 1, &f->raised) != napi_ok)
        f->stopped = true;
}

static void keep_hooks(frame *f, handle *owner, const char *label)
{
    for (hook **at = &owner->hooks; label && *at;) {
        hook *old = *at;
        if (old->label != label) {
            at = &old->next;
            continue;
        }
        *at = old->next;
        hook_free(old);
    }
    while (f->hooks) {
        hook *first = f->hooks;
        f->hooks = first->next;
        first->label = label;
        first->next = owner->hooks;
        owner->hooks = first;
    }
}

void frame_keep(frame *f, handle *owner, const char *label)
{
    owner = handle_root(owner);
    if (label) handle_forget(owner, label, 0);
    for (held *h = f->held; h; h = h->next) {
        handle *root = handle_root(h->handle);
        if (root != owner && !h->by_root && !handle_need(owner, root, label, 0))
            frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
    }
    keep_hooks(f, owner, label);
}
