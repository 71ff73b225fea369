/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of the library as JavaScript values: who owns them, who uses them now, and when they are freed. */
#include "addon.h"

#include <stdlib.h>

static size_t place_of(const addon *a, const void *pointer)
{
    uint64_t bits = (uint64_t)(uintptr_t)pointer;
    return (size_t)((bits >> 4) * 0x9E3779B97F4A7C15u >> 20) & (a->room - 1);
}

/* Only a pointer that stands here is one of ours: an external of another addon never is looked into. */
static bool known(const addon *a, const handle *h)
{
    if (a->room == 0) return false;
    for (size_t i = place_of(a, h); a->known[i]; i = (i + 1) & (a->room - 1)) {
        if (a->known[i] == h) return true;
    }
    return false;
}

static void put(addon *a, handle *h)
{
    size_t i = place_of(a, h);
    while (a->known[i]) i = (i + 1) & (a->room - 1);
    a->known[i] = h;
}

static bool grow(addon *a)
{
    if ((a->count + 1) * 2 <= a->room) return true;
    size_t old_room = a->room, room = old_room ? old_room * 2 : 64;
    handle **old = a->known, **table = calloc(room, sizeof *table);
    if (!table) return false;
    a->known = table;
    a->room = room;
    for (size_t i = 0; i < old_room; i++) {
        if (old[i]) put(a, old[i]);
    }
    free(old);
    return true;
}

/* Those behind it move up, so that no search ends too early. */
static void forget(addon *a, const handle *h)
{
    size_t hole = place_of(a, h), mask = a->room - 1;
    while (a->known[hole] != h) hole = (hole + 1) & mask;
    for (size_t i = (hole + 1) & mask; a->known[i]; i = (i + 1) & mask) {
        size_t home = place_of(a, a->known[i]);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            a->known[hole] = a->known[i];
            hole = i;
        }
    }
    a->known[hole] = NULL;
    a->count--;
}

static void finalize(napi_env env, void *data, void *hint)
{
    (void)env;
    (void)hint;
    handle_release(data);
}

handle *handle_make(addon *a, const handle_kind *kind, void *object, napi_value *value)
{
    handle *h = grow(a) ? calloc(1, sizeof *h) : NULL;
    if (!h) return NULL;
    h->addon = a;
    h->kind = kind;
    h->object = object;
    h->owners = 1;
    if (napi_create_external(a->env, h, finalize, NULL, value) != napi_ok) {
        free(h);
        return NULL;
    }
    put(a, h);
    a->count++;
    a->owners++;
    a->live++;
    return h;
}

static void free_object(handle *h);

static void drop_need(need **at)
{
    need *n = *at;
    *at = n->next;
    if (--n->on->needed == 0 && n->on->closed) free_object(n->on);
    handle_release(n->on);
    free(n);
}

void handle_drop_columns(handle *h)
{
    while (h->columns) {
        column *c = h->columns;
        h->columns = c->next;
        napi_delete_reference(h->addon->env, c->array);
        free(c);
    }
}

static void free_object(handle *h)
{
    void *object = h->object;
    h->object = NULL;
    if (!object) return;
    h->addon->live--;
    if (!h->lender && h->kind->free) h->kind->free(object);
    for (handle *other = h->lent; other; other = other->next_lent) handle_revoke(other);
    while (h->hooks) {
        hook *first = h->hooks;
        h->hooks = first->next;
        hook_free(first);
    }
    handle_drop_columns(h);
    while (h->needs) drop_need(&h->needs);
}

void handle_close(handle *h)
{
    h->closed = true;
    if (h->needed == 0) free_object(h);
}

void handle_revoke(handle *h)
{
    if (h->object) h->addon->live--;
    h->object = NULL;
    h->op = NULL;
}

void handle_return(handle *h)
{
    handle *lender = h->lender;
    handle_revoke(h);
    *h->lent_from = h->next_lent;
    if (h->next_lent) h->next_lent->lent_from = h->lent_from;
    h->lender = h->next_lent = NULL;
    handle_release(lender);
}

void handle_release(handle *h)
{
    if (--h->owners > 0) return;
    addon *a = h->addon;
    handle *lender = h->lender;
    free_object(h);
    forget(a, h);
    if (lender) handle_return(h);
    free(h);
    addon_release(a);
}

handle *handle_root(handle *h)
{
    while (h->lender) h = h->lender;
    return h;
}

bool handle_need(handle *h, handle *on, const char *label, uint64_t ticket)
{
    need *n = on == h ? NULL : calloc(1, sizeof *n);
    if (!n) return on == h;
    *n = (need){.next = h->needs, .on = on, .label = label, .ticket = ticket};
    h->needs = n;
    on->owners++;
    on->needed++;
    return true;
}

void handle_forget(handle *h, const char *label, uint64_t ticket)
{
    for (need **at = &h->needs; *at;) {
        bool same = label ? (*at)->label == label : (*at)->ticket == ticket;
        if (same)
            drop_need(at);
        else
            at = &(*at)->next;
    }
}

handle *handle_of(addon *a, napi_value value)
{
    void *data = NULL;
    if (napi_get_value_external(a->env, value, &data) != napi_ok || !known(a, data))
        return NULL;
    return data;
}

static bool hold_one(frame *f, handle *h, bool changes, bool by_root)
{
    if (h->kind->shared) changes = false;
    if (h->busy < 0 || (changes && h->busy > 0)) {
        frame_error(f, CSUCCESS_EBUSY, "is in use by the call that made this one");
        return false;
    }
    held *mine = frame_space(f, sizeof *mine);
    if (!mine) return false;
    *mine = (held){.next = f->held, .handle = h, .changes = changes, .by_root = by_root};
    f->held = mine;
    h->busy = changes ? -1 : h->busy + 1;
    h->generation += changes;
    return true;
}

/* Whether what lent it was closed, or used in a way that ends the loan. */
static bool over(const handle *h)
{
    const handle *lender = h->lender;
    return lender && (!h->object || !lender->object || lender->closed ||
                      (h->lent_at && h->lent_at != lender->generation));
}

bool handle_hold(frame *f, handle *h, bool changes)
{
    if (!h->closed && over(h)) {
        frame_error(f, CSUCCESS_EINVALID, "is over: what lent it was closed or used again");
        return false;
    }
    if (!h->object || h->closed) {
        frame_error(f, CSUCCESS_EINVALID, "is closed");
        return false;
    }
    if (h->columns) f->columns = true;
    return (!h->lender || hold_one(f, h->lender, changes, true)) &&
           hold_one(f, h, changes, false);
}

handle *take_handle(frame *f, napi_value value, const handle_kind *kind, bool changes)
{
    if (f->failed) return NULL;
    handle *h = handle_of(f->addon, value);
    if (h && h->kind == kind) return handle_hold(f, h, changes) ? h : NULL;
    if (!h && take_nothing(f, value)) return NULL;
    frame_type_error(f, kind->name);
    return NULL;
}

void *take_object(frame *f, napi_value value, const handle_kind *kind, bool changes)
{
    handle *h = take_handle(f, value, kind, changes);
    return h ? h->object : NULL;
}

napi_value give_own(frame *f, const handle_kind *kind, void *object, const char *label)
{
    if (f->failed || !object) return give_null(f);
    napi_value value = NULL;
    handle *h = handle_make(f->addon, kind, object, &value);
    if (!h) {
        if (kind->free) kind->free(object);
        frame_error(f, CSUCCESS_ENOMEM, "could not be made");
        return NULL;
    }
    frame_keep(f, h, label);
    return value;
}

napi_value give_lent(frame *f, const handle_kind *kind, const void *object, handle *lender,
                     bool until_changed)
{
    if (f->failed || !object) return give_null(f);
    napi_value value = NULL;
    handle *h = handle_make(f->addon, kind, (void *)(uintptr_t)object, &value);
    if (!h) {
        frame_error(f, CSUCCESS_ENOMEM, "could not be made");
        return NULL;
    }
    if (lender) {
        h->lender = handle_root(lender);
        h->lent_at = until_changed ? h->lender->generation : 0;
        h->lender->owners++;
        h->lent_from = &h->lender->lent;
        h->next_lent = h->lender->lent;
        if (h->next_lent) h->next_lent->lent_from = &h->next_lent;
        h->lender->lent = h;
    }
    return value;
}
