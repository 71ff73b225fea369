/* SPDX-License-Identifier: Apache-2.0 */
/* What a trigger hands on: trigger.x as bytes that an instance keeps, and back.

   Five texts (event, segment, milestone, record, contact), then properties in ascending order of their names until the end: name, kind, value. Nothing at all is no bytes. */
#include "flow/trigger_internal.h"

/* ---- Making ---- */

static void put_value(csuccess__buffer *out, const csuccess__event_property *p,
                      csuccess__value v)
{
    csuccess__wire_str(out, p->name);
    csuccess__wire_u64(out, (uint64_t)p->kind);
    switch (p->kind) {
    case CSUCCESS__KIND_NUMBER:
        csuccess__wire_double(out, v.as.number);
        break;
    case CSUCCESS__KIND_BOOL:
        csuccess__wire_u64(out, v.as.boolean ? 1 : 0);
        break;
    case CSUCCESS__KIND_TIME:
        csuccess__wire_i64(out, v.as.time);
        break;
    default:
        csuccess__wire_str(out, v.as.string);
    }
}

/* Appends one; what would be beyond the limit stays out, whole. */
static void add_property(csuccess__buffer *out, const csuccess__event_names *names,
                         const csuccess__input *input, csuccess_str name)
{
    const csuccess__declared *d = csuccess__declared_find(names, name);
    if (!d || d->property.trigger_slot == UINT32_MAX) return;
    csuccess__value v = csuccess__input_value(input, d->property.name.ptr, d->property.kind);
    size_t before = out->len;
    if (csuccess__is_missing(v)) return;
    put_value(out, &d->property, v);
    if (out->len > CSUCCESS__KEPT_BYTES) out->len = before;
}

/* Whether all of them were put. */
static bool put_texts(csuccess__buffer *out, const csuccess_str texts[CSUCCESS__HANDED])
{
    size_t room = CSUCCESS__KEPT_BYTES / 2; /* the texts leave half of it for properties */
    bool all = true;
    csuccess__buffer_clear(out);
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) {
        bool fits = texts[i].len <= room;
        csuccess__wire_str(out, fits ? texts[i] : (csuccess_str){"", 0});
        if (fits) room -= texts[i].len;
        all = all && fits;
    }
    return all;
}

csuccess_str csuccess__kept_make(csuccess__moment *m, const csuccess__handing *of)
{
    csuccess__buffer *out = m->step->scratch;
    csuccess_str none = {"", 0}, names[CSUCCESS__HANDED];
    memcpy(names, of->texts, sizeof names);
    if (of->input) names[CSUCCESS__HANDED_CONTACT] = csuccess__input_subject(of->input);
    /* Without the contact's name nobody could forget what is the contact's. */
    bool known = put_texts(out, names) || names[CSUCCESS__HANDED_CONTACT].len == 0;
    size_t texts = out->len;
    for (uint32_t i = 0; known && of->input && i < of->input->count; i++) {
        add_property(out, m->flow->events, of->input, of->input->properties[i].name);
    }
    if (out->status < 0) {
        csuccess__step_fail(m->step, out->status);
        return none;
    }
    if (out->len == texts && texts == CSUCCESS__HANDED) return none;
    return csuccess__moment_copy(m, csuccess__buffer_view(out));
}

csuccess__handing csuccess__handing_of(const csuccess__moment *m, const csuccess__happening *h)
{
    csuccess__handing of = {.input = NULL};
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) of.texts[i] = (csuccess_str){"", 0};
    if (h->record.len) of.texts[CSUCCESS__HANDED_RECORD] = h->record;
    switch (h->kind) {
    case CSUCCESS__HAPPENING_EVENT:
        of.texts[CSUCCESS__HANDED_EVENT] = h->id;
        of.input = h->input;
        break;
    case CSUCCESS__HAPPENING_ENTERED:
    case CSUCCESS__HAPPENING_LEFT:
        of.texts[CSUCCESS__HANDED_SEGMENT] = h->id;
        break;
    case CSUCCESS__HAPPENING_ACHIEVED:
        of.texts[CSUCCESS__HANDED_MILESTONE] = h->id;
        break;
    default: /* by a person: what was said with it */
        if (csuccess__str_is(h->detail, "input")) of.input = m->input;
    }
    return of;
}

csuccess_str csuccess__kept_take(csuccess__moment *m, const csuccess__happening *happening)
{
    if (happening->kept.len > 0) return happening->kept;
    csuccess__handing of = csuccess__handing_of(m, happening);
    return csuccess__kept_make(m, &of);
}

/* ---- Forgetting ---- */

/* The texts, as far as they can be read. */
static void get_texts(csuccess_str kept, csuccess_str texts[CSUCCESS__HANDED])
{
    csuccess__wire in = csuccess__wire_open(kept);
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) texts[i] = csuccess__wire_get_str(&in);
}

csuccess_str csuccess__kept_contact(csuccess_str kept)
{
    csuccess_str texts[CSUCCESS__HANDED];
    if (kept.len == 0) return kept;
    get_texts(kept, texts);
    return texts[CSUCCESS__HANDED_CONTACT];
}

csuccess_str csuccess__kept_without_contact(csuccess__moment *m, csuccess_str kept)
{
    csuccess__handing of = {.input = NULL};
    get_texts(csuccess__moment_copy(m, kept), of.texts);
    of.texts[CSUCCESS__HANDED_CONTACT] = (csuccess_str){"", 0};
    return csuccess__kept_make(m, &of);
}

/* ---- Showing ---- */

static void hide(csuccess__moment *m)
{
    const csuccess__event_names *names = m->flow->events;
    csuccess__value none = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) {
        if (names->handed[i] != UINT32_MAX) m->slots[names->handed[i]] = none;
    }
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t slot = names->list[i].property.trigger_slot;
        if (slot != UINT32_MAX) m->slots[slot] = none;
    }
}

static csuccess__value get_value(csuccess__moment *m, csuccess__wire *in, uint64_t kind)
{
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    uint64_t bit;
    int64_t ms;
    switch (kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__number(csuccess__wire_get_double(in));
    case CSUCCESS__KIND_BOOL:
        bit = csuccess__wire_get_u64(in);
        if (bit > 1) in->bad = true;
        return csuccess__boolean(bit == 1);
    case CSUCCESS__KIND_TIME:
        ms = csuccess__wire_get_i64(in);
        if (!csuccess__time_valid(ms)) in->bad = true;
        return csuccess__time(ms);
    case CSUCCESS__KIND_STRING:
        return csuccess__moment_string(m, csuccess__wire_get_str(in));
    default:
        in->bad = true;
        return v;
    }
}

/* One property; a name that is not declared any more, or as another type, is passed over. */
static void show_property(csuccess__moment *m, csuccess__wire *in, csuccess_str *before)
{
    csuccess_str name = csuccess__wire_get_str(in);
    uint64_t kind = csuccess__wire_get_u64(in);
    csuccess__value v = get_value(m, in, kind);
    if (name.len == 0 || (before->len && csuccess__str_cmp(*before, name) >= 0)) in->bad = true;
    *before = name;
    if (in->bad) return;
    const csuccess__declared *d = csuccess__declared_find(m->flow->events, name);
    if (!d || d->property.trigger_slot == UINT32_MAX || d->property.kind != kind) return;
    m->slots[d->property.trigger_slot] = v;
}

static void show_all(csuccess__moment *m, csuccess__wire *in)
{
    const csuccess__event_names *names = m->flow->events;
    csuccess_str before = {"", 0};
    for (size_t i = 0; i < CSUCCESS__HANDED; i++) {
        csuccess_str text = csuccess__wire_get_str(in);
        if (text.len && names->handed[i] != UINT32_MAX) {
            m->slots[names->handed[i]] = csuccess__moment_string(m, text);
        }
    }
    while (!in->bad && in->at < in->end) show_property(m, in, &before);
}

void csuccess__kept_show(csuccess__moment *m, csuccess_str kept)
{
    if (!m->flow->events) return;
    hide(m);
    if (kept.len == 0) return;
    /* The state may move what it keeps while its texts stand in slots. */
    csuccess__wire in = csuccess__wire_open(csuccess__moment_copy(m, kept));
    show_all(m, &in);
    if (!in.bad && kept.len <= CSUCCESS__KEPT_BYTES) return;
    hide(m);
    csuccess__step_fail(m->step, CSUCCESS_ESTATE);
}
