/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of the candidates that do not carry their text: interventions and campaigns that wait or were denied, grouped by guard, reason and time. The state keeps a digest of what
   was last said, so that it is said again only when it changes: with a thousand campaigns live, those that do not get through cost 16 bytes. */
#include "base/digest.h"
#include "calendar/time_json.h"
#include "intervene/selection.h"

enum { DIGEST_BYTES = 16, NAMES_MOST = 1000 /* in an entry */, TABLE_LEAST = 16 };

/* ---- The digest: two sums of 64 bits that nothing hostile has to be kept from ---- */

typedef struct digest {
    uint64_t a, b;
} digest;

static void mix(digest *d, uint64_t v)
{
    d->a = (d->a ^ v) * UINT64_C(0x9E3779B97F4A7C15);
    d->a ^= d->a >> 29;
    d->b = (d->b + v) * UINT64_C(0xD6E8FEB86659FD93);
    d->b ^= d->b >> 32;
}

/* The hash of a reason; most are the same text as that before. */
typedef struct reason_hash {
    const char *ptr;
    size_t len;
    uint64_t hash;
} reason_hash;

static uint64_t hash_reason(reason_hash *memo, csuccess_str reason)
{
    if (memo->ptr == reason.ptr && memo->len == reason.len) return memo->hash;
    *memo = (reason_hash){reason.ptr, reason.len, csuccess__str_hash(reason)};
    return memo->hash;
}

/* Its place in the configuration says who it is, as long as the configuration is the same. */
static void mix_candidate(digest *d, const csuccess__turn *t, const csuccess__candidate *c)
{
    if (c->action) {
        const csuccess__campaign *of = c->action->of;
        mix(d,
            (uint64_t)(of - t->of->campaigns->list) << 8 | (uint64_t)(c->action - of->actions));
    } else {
        mix(d, ~csuccess__str_hash(c->programme));
    }
}

static bool is_told(const csuccess__candidate *c)
{
    return !csuccess__is_written(c) && c->verdict.ruling != CSUCCESS__ALLOW;
}

/* False: there is nothing to say. */
static bool digest_of(char out[DIGEST_BYTES], const csuccess__weighing *w)
{
    const csuccess__turn *t = w->t;
    reason_hash memo = {0};
    bool any = false;
    digest d = {csuccess__str_hash(t->m->step->config), 1};
    for (uint32_t i = 0; i < w->count; i++) {
        const csuccess__candidate *c = &t->desk->list[w->order[i].at];
        if (!is_told(c)) continue;
        any = true;
        mix_candidate(&d, t, c);
        mix(&d, (uint64_t)csuccess__told_until(c->verdict.guard, c->verdict.until));
        mix(&d, hash_reason(&memo, c->verdict.reason) + (uint64_t)c->verdict.guard * 8 +
                    (uint64_t)c->verdict.ruling);
    }
    for (int i = 0; i < DIGEST_BYTES; i++) {
        out[i] = (char)((i < 8 ? d.a : d.b) >> (i % 8 * 8) & 0xFF);
    }
    return any;
}

/* ---- Groups ---- */

typedef struct group {
    csuccess__ruled ruled;
    uint32_t first, last; /* candidates in w->order, from 1, chained by `next` */
    uint32_t count;
} group;
typedef struct groups {
    group *list; /* in the order of their first */
    uint32_t count;
    uint32_t *table; /* index + 1 by hash */
    uint32_t size;
    uint32_t *next; /* by place in w->order: the next of its group, from 1 */
} groups;

static bool groups_open(groups *g, const csuccess__weighing *w)
{
    csuccess__arena *texts = &w->t->desk->texts;
    *g = (groups){.size = TABLE_LEAST};
    while (g->size < 2 * w->count) g->size *= 2;
    g->list = CSUCCESS__NEW_ARRAY(texts, group, w->count);
    g->next = CSUCCESS__NEW_ARRAY(texts, uint32_t, w->count);
    g->table = CSUCCESS__NEW_ARRAY(texts, uint32_t, g->size);
    return g->list && g->next && g->table;
}

static bool is_same(const csuccess__ruled *a, const csuccess__ruled *b)
{
    return a->ruling == b->ruling && a->guard == b->guard && a->until == b->until &&
           (a->reason.ptr == b->reason.ptr || csuccess__str_eq(a->reason, b->reason));
}

static group *group_of(groups *g, const csuccess__ruled *ruled, uint64_t hash)
{
    digest d = {hash, 0};
    mix(&d, (uint64_t)ruled->until);
    mix(&d, (uint64_t)ruled->guard * 8 + (uint64_t)ruled->ruling);
    uint32_t at = (uint32_t)(d.a >> 32) & (g->size - 1);
    for (; g->table[at]; at = (at + 1) & (g->size - 1)) {
        group *one = &g->list[g->table[at] - 1];
        if (is_same(&one->ruled, ruled)) return one;
    }
    g->table[at] = ++g->count;
    g->list[g->count - 1] = (group){.ruled = *ruled};
    return &g->list[g->count - 1];
}

static void gather(groups *g, const csuccess__weighing *w)
{
    reason_hash memo = {0};
    for (uint32_t i = 0; i < w->count; i++) {
        const csuccess__candidate *c = &w->t->desk->list[w->order[i].at];
        if (!is_told(c)) continue;
        group *of = group_of(g, &c->verdict, hash_reason(&memo, c->verdict.reason));
        if (of->count++ == 0) {
            of->first = i + 1;
        } else {
            g->next[of->last - 1] = i + 1;
        }
        of->last = i + 1;
    }
}

/* ---- The entry ---- */

static void put_name(csuccess__turn *t, csuccess__json_writer *out,
                     const csuccess__candidate *c)
{
    csuccess__buffer *text = &t->desk->text;
    csuccess__buffer_clear(text);
    csuccess__buffer_str(text, c->programme);
    if (c->step.len) csuccess__buffer_char(text, '/');
    csuccess__buffer_str(text, c->step);
    if (text->status < 0) csuccess__step_fail(t->m->step, text->status);
    csuccess__json_str(out, csuccess__buffer_view(text));
}

static void put_group(const csuccess__weighing *w, csuccess__json_writer *out, const groups *g,
                      const group *of, uint32_t *room)
{
    uint32_t left = of->count;
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "guard", csuccess__str(csuccess__guard_name(of->ruled.guard)));
    csuccess__json_put_str(out, "reason", of->ruled.reason);
    if (of->ruled.until != CSUCCESS__NEVER)
        csuccess__json_put_time(out, "until", of->ruled.until);
    csuccess__json_key(out, CSUCCESS_STR("of"));
    csuccess__json_open(out, '[');
    for (uint32_t at = of->first; at && *room > 0; at = g->next[at - 1], left--, --*room) {
        put_name(w->t, out, &w->t->desk->list[w->order[at - 1].at]);
    }
    csuccess__json_close(out, ']');
    if (left > 0) csuccess__json_put_num(out, "more", left);
    csuccess__json_close(out, '}');
}

static void put_groups(const csuccess__weighing *w, csuccess__json_writer *out, const groups *g,
                       csuccess__ruling ruling)
{
    uint32_t room = NAMES_MOST;
    csuccess__json_key(out, ruling == CSUCCESS__DENY ? CSUCCESS_STR("denied")
                                                     : CSUCCESS_STR("held"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < g->count; i++) {
        if (g->list[i].ruled.ruling == ruling && room > 0)
            put_group(w, out, g, &g->list[i], &room);
    }
    csuccess__json_close(out, ']');
}

static void put_sent(const csuccess__weighing *w, csuccess__json_writer *out)
{
    csuccess__json_key(out, CSUCCESS_STR("sent"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < w->count; i++) {
        const csuccess__candidate *c = &w->t->desk->list[w->order[i].at];
        if (csuccess__is_written(c) || c->verdict.ruling != CSUCCESS__ALLOW) continue;
        csuccess__json_str(out, c->id);
    }
    csuccess__json_close(out, ']');
}

static void tell(const csuccess__weighing *w)
{
    csuccess__step *step = w->t->m->step;
    groups g;
    if (!groups_open(&g, w)) {
        csuccess__step_fail(step, CSUCCESS_ENOMEM);
        return;
    }
    gather(&g, w);
    csuccess__json_writer *out = csuccess__step_body(step);
    put_sent(w, out);
    put_groups(w, out, &g, CSUCCESS__DEFER);
    put_groups(w, out, &g, CSUCCESS__DENY);
    csuccess__step_entry(step, "selection", (csuccess_str){"", 0},
                         csuccess__step_body_end(step));
}

void csuccess__selection_tell(csuccess__weighing *w)
{
    csuccess__step *step = w->t->m->step;
    char bytes[DIGEST_BYTES];
    const csuccess_str none = {"", 0}, now = {bytes, DIGEST_BYTES};
    csuccess_str was = csuccess__state_get(step->state, CSUCCESS__STATE_SELECTION, none);
    bool any = digest_of(bytes, w);
    if (!any && !was.ptr) return;
    if (any && was.ptr && csuccess__str_eq(was, now)) return;
    tell(w);
    if (any) {
        csuccess__step_put(step, CSUCCESS__STATE_SELECTION, none, now);
    } else {
        csuccess__state_drop(step->state, CSUCCESS__STATE_SELECTION, none);
    }
}
