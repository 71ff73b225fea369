/* SPDX-License-Identifier: Apache-2.0 */
/* Brings aggregates together: those over one series share it, and every event finds its series, conditions and properties. */
#include "customer/aggregates_compile.h"

#include "base/heap.h"

#include <string.h>

/* ---- Signatures ---- */

static const char *const part_names[CSUCCESS__PART_END] = {
#define CSUCCESS__PART(name, number, text) [number] = text,
    CSUCCESS__PARTS(CSUCCESS__PART)
#undef CSUCCESS__PART
};

static void put_escaped(csuccess__buffer *out, csuccess_str text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c > ' ' && c != '|' && c != '#' && c != ':' && c != '%' && c != 0x7F) {
            csuccess__buffer_char(out, (char)c);
            continue;
        }
        csuccess__buffer_char(out, '%');
        csuccess__buffer_char(out, digits[c >> 4]);
        csuccess__buffer_char(out, digits[c & 0xF]);
    }
}

static const char *kind_word(csuccess__kind kind)
{
    switch (kind) {
    case CSUCCESS__KIND_BOOL:
        return ":bool";
    case CSUCCESS__KIND_STRING:
        return ":string";
    case CSUCCESS__KIND_TIME:
        return ":time";
    default:
        return "";
    }
}

csuccess_str csuccess__draft_signature(const csuccess__draft *draft, csuccess__arena *arena)
{
    csuccess__buffer text;
    csuccess__buffer_init(&text, arena->mem, 0);
    put_escaped(&text, draft->event);
    csuccess__buffer_char(&text, '|');
    csuccess__buffer_cstr(&text, part_names[draft->part]);
    if (draft->property.ptr) {
        csuccess__buffer_char(&text, '|');
        put_escaped(&text, draft->property);
        csuccess__buffer_cstr(&text, kind_word(draft->kind));
    }
    if (draft->where) {
        csuccess__buffer_char(&text, '#');
        csuccess__buffer_str(&text, draft->where->print);
    }
    csuccess_str signature = {NULL, 0};
    if (text.status == CSUCCESS_OK) {
        signature = csuccess__arena_copy(arena, csuccess__buffer_view(&text));
    }
    csuccess__buffer_free(&text);
    return signature;
}

/* ---- What several share ---- */

typedef struct joining {
    const csuccess__aggregates_build *b;
    csuccess__aggregates *set;
    csuccess__pairs windows, series, conditions, properties;
    uint32_t *series_of;              /* by draft: series before they are sorted */
    const csuccess__draft **first_of; /* by series, before they are sorted: one of its drafts */
} joining;

static void *take(const joining *j, uint32_t n, size_t bytes)
{
    void *items = csuccess__arena_take(j->b->with->arena, n, bytes);
    if (!items) j->b->problems->lost = true;
    return items;
}

/* The number of a name in an index, which is `next` when it is new; *made says so. */
static uint32_t number_of(const joining *j, csuccess__pairs *index, csuccess_str name,
                          uint32_t next, bool *made)
{
    csuccess_str none = {NULL, 0};
    uint32_t known = csuccess__pairs_find(index, name, none);
    *made = known == UINT32_MAX;
    if (!*made) return known;
    if (!csuccess__pairs_add(index, name, none, next)) j->b->problems->lost = true;
    return next;
}

/* A window as a name, "0P30D P0D". */
static csuccess_str window_name(const joining *j, const csuccess__window *window)
{
    char text[2 + 2 * CSUCCESS__DURATION_TEXT];
    text[0] = (char)('0' + window->kind);
    size_t n = 1 + csuccess__duration_format(text + 1, window->length);
    text[n++] = ' ';
    n += csuccess__duration_format(text + n, window->offset);
    csuccess_str name = csuccess__arena_copy(j->b->with->arena, (csuccess_str){text, n});
    if (!name.ptr) j->b->problems->lost = true;
    return name;
}

static uint32_t join_window(joining *j, const csuccess__window *window)
{
    bool made;
    csuccess_str name = window_name(j, window);
    if (!name.ptr) return 0;
    uint32_t at = number_of(j, &j->windows, name, j->set->window_count, &made);
    if (made) j->set->windows[j->set->window_count++] = *window;
    return at;
}

/* ---- Series ---- */

static void start_series(csuccess__series_def *out, const csuccess__draft *draft)
{
    *out = (csuccess__series_def){.name = draft->signature,
                                  .part = draft->part,
                                  .kind = draft->kind,
                                  .property = UINT32_MAX,
                                  .where = UINT32_MAX,
                                  .from = {"", 0}};
}

static void join_series(joining *j, uint32_t i)
{
    bool made;
    const csuccess__draft *draft = &j->b->drafts[i];
    csuccess__aggregates *set = j->set;
    uint32_t at = number_of(j, &j->series, draft->signature, set->series_count, &made);
    csuccess__series_def *def = &set->series[at];
    if (made) {
        set->series_count++;
        start_series(def, draft);
        j->first_of[at] = draft;
    }
    def->window_count++;
    if (draft->from.ptr) def->from = draft->from;
    if (draft->limit > def->limit) def->limit = draft->limit;
    def->lifetime = def->lifetime || draft->window.kind == CSUCCESS__WINDOW_LIFETIME;
    int32_t lag = csuccess__window_lag(&draft->window);
    if (lag > def->lag) def->lag = lag;
    int32_t reach = csuccess__window_reach(&draft->window);
    if (reach > def->reach) def->reach = reach;
    j->series_of[i] = at;
}

static void put_aggregate(joining *j, uint32_t i)
{
    const csuccess__draft *draft = &j->b->drafts[i];
    csuccess__aggregate *out = &j->set->list[i];
    out->name = j->b->schema->slots[draft->slot].path;
    out->figure = draft->figure;
    out->slot = draft->slot;
    out->series = j->series_of[i];
    out->window = join_window(j, &draft->window);
    out->source = draft->source;
    out->keep = draft->keep;
}

/* An order of series by name, for sorting. */
typedef struct ranked {
    csuccess_str name;
    uint32_t at;
} ranked;

static bool name_before(const void *a, const void *b)
{
    return csuccess__str_cmp(((const ranked *)a)->name, ((const ranked *)b)->name) < 0;
}

/* Puts series in the order of their names, in which the state has them, and renumbers. */
static void sort_series(joining *j)
{
    csuccess__aggregates *set = j->set;
    uint32_t n = set->series_count;
    ranked *order = take(j, n, sizeof *order);
    csuccess__series_def *sorted = take(j, n, sizeof *sorted);
    const csuccess__draft **firsts = take(j, n, sizeof *firsts);
    uint32_t *now_at = take(j, n, sizeof *now_at);
    if (!order || !sorted || !firsts || !now_at) return;
    for (uint32_t i = 0; i < n; i++) order[i] = (ranked){set->series[i].name, i};
    csuccess__sort(order, n, sizeof *order, name_before);
    for (uint32_t i = 0; i < n; i++) {
        sorted[i] = set->series[order[i].at];
        firsts[i] = j->first_of[order[i].at];
        now_at[order[i].at] = i;
    }
    set->series = sorted;
    j->first_of = firsts;
    for (uint32_t i = 0; i < set->count; i++) j->series_of[i] = now_at[j->series_of[i]];
}

/* Gives each series the windows of its aggregates. */
static void fill_windows(joining *j)
{
    csuccess__aggregates *set = j->set;
    for (uint32_t i = 0; i < set->series_count; i++) {
        set->series[i].windows = take(j, set->series[i].window_count, sizeof(uint32_t));
        if (!set->series[i].windows) return;
        set->series[i].window_count = 0;
    }
    for (uint32_t i = 0; i < set->count; i++) {
        csuccess__series_def *def = &set->series[set->list[i].series];
        def->windows[def->window_count++] = set->list[i].window;
    }
    for (uint32_t i = 0; i < set->series_count; i++) {
        csuccess__series_def *def = &set->series[i];
        bool ends = def->part == CSUCCESS__PART_LAST || def->part == CSUCCESS__PART_LAST_TIME;
        int32_t reach = ends ? def->lag : def->reach;
        def->step = 4;
        while (def->step < 64 && def->step * 16 <= reach) def->step *= 2;
        def->from_used =
            csuccess__pairs_find(&j->series, def->from, (csuccess_str){NULL, 0}) != UINT32_MAX;
    }
}

/* ---- Listeners ---- */

static csuccess__listener *listener_of(joining *j, csuccess_str event)
{
    bool made;
    csuccess__aggregates *set = j->set;
    uint32_t at = number_of(j, &set->by_event, event, set->listener_count, &made);
    csuccess__listener *listener = &set->listeners[at];
    if (!made) return listener;
    set->listener_count++;
    listener->event = event;
    return listener;
}

/* Room in the lists of every listener: at most one property, condition, series and check for each of its aggregates, and the
   properties that conditions ask for. */
static bool make_room(joining *j)
{
    csuccess__aggregates *set = j->set;
    for (uint32_t i = 0; i < set->count; i++) {
        const csuccess__draft *draft = &j->b->drafts[i];
        csuccess__listener *l = listener_of(j, draft->event);
        l->series_count++;
        l->property_count += 1 + (draft->where ? draft->where->count : 0);
    }
    for (uint32_t i = 0; i < set->listener_count; i++) {
        csuccess__listener *l = &set->listeners[i];
        l->properties = take(j, l->property_count, sizeof *l->properties);
        l->wheres = take(j, l->series_count, sizeof(csuccess__where *));
        l->series = take(j, l->series_count, sizeof *l->series);
        l->checks = take(j, l->series_count, sizeof *l->checks);
        l->property_count = l->series_count = 0;
    }
    return !j->b->problems->lost;
}

/* The number of a property or condition within its listener. */
static uint32_t within(const joining *j, csuccess__pairs *index, csuccess_str event,
                       csuccess_str name, uint32_t *count)
{
    uint32_t known = csuccess__pairs_find(index, event, name);
    if (known != UINT32_MAX) return known;
    if (!csuccess__pairs_add(index, event, name, *count)) j->b->problems->lost = true;
    return (*count)++;
}

static uint32_t ask_property(joining *j, csuccess__listener *l, csuccess_str name)
{
    uint32_t before = l->property_count;
    uint32_t at = within(j, &j->properties, l->event, name, &l->property_count);
    if (l->property_count == before) return at;
    l->properties[at] = csuccess__arena_copy(j->b->with->arena, name);
    if (!l->properties[at].ptr) j->b->problems->lost = true;
    return at;
}

static uint32_t ask_where(joining *j, csuccess__listener *l, csuccess__where *where)
{
    if (!where) return UINT32_MAX;
    uint32_t before = l->where_count;
    uint32_t at = within(j, &j->conditions, l->event, where->print, &l->where_count);
    if (l->where_count == before) return at;
    for (uint32_t i = 0; i < where->count; i++) {
        where->asked[i].property = ask_property(j, l, where->asked[i].name);
    }
    if (where->count > j->set->most_asked) j->set->most_asked = where->count;
    l->wheres[at] = where;
    return at;
}

static void listen(joining *j, uint32_t i)
{
    const csuccess__draft *draft = &j->b->drafts[i];
    csuccess__listener *l = listener_of(j, draft->event);
    uint32_t series = j->set->list[i].series;
    csuccess__series_def *def = &j->set->series[series];
    uint32_t where = ask_where(j, l, draft->where);
    uint32_t property = draft->property.ptr ? ask_property(j, l, draft->property) : UINT32_MAX;
    if (j->first_of[series] == draft) {
        def->where = where;
        def->property = property;
        l->series[l->series_count++] = series;
    }
    if (!draft->has_range) return;
    l->checks[l->check_count++] =
        (csuccess__range_check){&j->set->list[i], property, where, draft->low, draft->high};
}

static void put_listeners(joining *j)
{
    csuccess__aggregates *set = j->set;
    if (!make_room(j)) return;
    for (uint32_t i = 0; i < set->count && !j->b->problems->lost; i++) listen(j, i);
    for (uint32_t i = 0; i < set->listener_count; i++) {
        csuccess__listener *l = &set->listeners[i];
        l->event = csuccess__arena_copy(j->b->with->arena, l->event);
        if (!l->event.ptr) j->b->problems->lost = true;
        if (l->property_count > set->most_properties) set->most_properties = l->property_count;
        if (l->where_count > set->most_wheres) set->most_wheres = l->where_count;
        if (l->series_count > set->most_series) set->most_series = l->series_count;
    }
}

const csuccess__aggregates *csuccess__aggregates_build_all(const csuccess__aggregates_build *b)
{
    csuccess__arena *arena = b->with->arena;
    joining j = {.b = b};
    uint32_t n = b->count;
    csuccess__aggregates *set = j.set = take(&j, 1, sizeof *set);
    if (!set) return NULL;
    j.windows.arena = j.series.arena = j.conditions.arena = j.properties.arena = arena;
    *set = (csuccess__aggregates){.constants = b->with->constants,
                                  .sources = b->sources,
                                  .by_event = {.arena = arena},
                                  .count = n,
                                  .slots = b->schema->count};
    set->list = take(&j, n, sizeof *set->list);
    set->windows = take(&j, n, sizeof *set->windows);
    set->series = take(&j, n, sizeof *set->series);
    set->listeners = take(&j, n, sizeof *set->listeners);
    j.series_of = take(&j, n, sizeof *j.series_of);
    j.first_of = take(&j, n, sizeof *j.first_of);
    for (uint32_t i = 0; i < n && !b->problems->lost; i++) join_series(&j, i);
    if (!b->problems->lost) sort_series(&j);
    for (uint32_t i = 0; i < n && !b->problems->lost; i++) put_aggregate(&j, i);
    if (!b->problems->lost) fill_windows(&j);
    if (!b->problems->lost) put_listeners(&j);
    return b->problems->lost ? NULL : set;
}
