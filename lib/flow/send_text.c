/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a message for one recipient: in whose language, and filled completely or not at all. */
#include "flow/templates_internal.h"
#include "flow/variables.h"

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Tags of languages differ in neither case nor the sign between their parts. */
static bool same_locale(csuccess_str a, csuccess_str b)
{
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++) {
        char x = a.ptr[i] == '_' ? '-' : lower(a.ptr[i]);
        char y = b.ptr[i] == '_' ? '-' : lower(b.ptr[i]);
        if (x != y) return false;
    }
    return true;
}

/* The text of that locale, else of what it is a part of: de-AT, then de. */
static const csuccess__template_locale *find_text(const csuccess__message_template *t,
                                                  csuccess_str locale)
{
    while (locale.len > 0) {
        for (uint32_t i = 0; i < t->locale_count; i++) {
            if (same_locale(t->locales[i].locale, locale)) return &t->locales[i];
        }
        while (locale.len > 0 && locale.ptr[locale.len - 1] != '-' &&
               locale.ptr[locale.len - 1] != '_') {
            locale.len--;
        }
        if (locale.len > 0) locale.len--;
    }
    return NULL;
}

static csuccess_str string_in(const csuccess__moment *m, uint32_t slot)
{
    csuccess_str none = {"", 0};
    if (slot == UINT32_MAX || m->slots[slot].kind != CSUCCESS__KIND_STRING) return none;
    return m->slots[slot].as.string;
}

/* The languages of the recipient, the one that goes first before the others. */
enum { ASKED = 3 };
static void languages(const csuccess__moment *m, csuccess_str asked[ASKED])
{
    const csuccess__templates *all = m->flow->templates;
    uint32_t contact = all->contact_locale == UINT32_MAX
                           ? UINT32_MAX
                           : all->contact_slots[all->contact_locale];
    asked[0] = string_in(m, contact);
    asked[1] = string_in(m, all->locale_slot);
    asked[2] = m->flow->tenant.locale;
}

/* Why none was chosen, of three languages that were asked for. */
static void say_why(const csuccess__message_template *t, const csuccess_str *asked, bool any,
                    csuccess__text *reason)
{
    static const char *const whose[] = {"the contact's", "the customer's", "the tenant's"};
    if (!any) {
        csuccess__text_format(reason,
                              "nobody says which language of the template %q is right: "
                              "policies.locale can say the tenant's",
                              t->id);
        return;
    }
    csuccess__text_format(reason, "the template %q has no text in", t->id);
    for (size_t i = 0, n = 0; i < ASKED; i++) {
        if (asked[i].len == 0) continue;
        csuccess__text_format(reason, "%s %s language %q", n++ ? "," : "", whose[i], asked[i]);
    }
}

static const csuccess__template_locale *
choose(const csuccess__moment *m, const csuccess__message_template *t, csuccess__text *reason)
{
    csuccess_str asked[ASKED];
    bool any = false;
    languages(m, asked);
    for (size_t i = 0; i < ASKED; i++) {
        const csuccess__template_locale *found = find_text(t, asked[i]);
        if (found) return found;
        any = any || asked[i].len > 0;
    }
    /* Where nobody ever speaks of languages there is only one. */
    if (!any && t->locale_count == 1) return &t->locales[0];
    say_why(t, asked, any, reason);
    return NULL;
}

bool csuccess__template_speaks(const csuccess__moment *m,
                               const csuccess__message_template *template_)
{
    char bytes[8];
    csuccess__text nobody;
    csuccess__text_init(&nobody, bytes, sizeof bytes);
    return template_->host || choose(m, template_, &nobody) != NULL;
}

static void fill_defaults(csuccess__moment *m, const csuccess__message_template *t)
{
    for (uint32_t i = 0; i < t->default_count; i++) {
        csuccess__value v = csuccess__moment_value(m, t->defaults[i].of);
        if (csuccess__is_missing(v)) v = csuccess__moment_value(m, t->defaults[i].otherwise);
        m->slots[t->defaults[i].slot] = v;
    }
}

static const char *absence_name(csuccess__absence why)
{
    static const char *const names[] = {
#define CSUCCESS__ABSENCE(name, text) text,
        CSUCCESS__ABSENCES(CSUCCESS__ABSENCE)
#undef CSUCCESS__ABSENCE
    };
    return names[why];
}

/* One text. False: it is held, or the step has failed. */
static bool fill(csuccess__moment *m, const csuccess__template_part *part, csuccess_str *out,
                 csuccess__text *reason)
{
    csuccess__held held = {.why = CSUCCESS__ABSENCE_PRESENT};
    csuccess__buffer *text = &m->desk->text;
    csuccess__frame frame = {.slots = m->slots, .count = m->schema->count, .now = m->step->now};
    csuccess__buffer_clear(text);
    text->ceiling = m->step->limits->output_bytes;
    csuccess_result result =
        csuccess__template_render(part->text, m->machine, &frame, text, &held);
    if (result == CSUCCESS_EMISSING) {
        csuccess__text_format(reason, "{{%S}} in %q has no value (%s)", held.piece, part->name,
                              absence_name(held.why));
    } else if (result == CSUCCESS_ELIMIT) {
        csuccess__text_format(reason, "%q is longer, or takes more work, than the limits allow",
                              part->name);
    } else if (result < 0) {
        csuccess__step_fail(m->step, result);
    }
    if (result < 0) return false;
    *out = csuccess__moment_copy(m, csuccess__buffer_view(text));
    return m->step->failed >= 0;
}

/* What goes to the host that writes the text. False: it is held, or the step has failed. */
static bool fill_values(csuccess__moment *m, csuccess__rendering *out)
{
    const csuccess__message_template *t = out->template_;
    csuccess__value *values =
        CSUCCESS__NEW_ARRAY(&m->desk->texts, csuccess__value, t->variable_count);
    if (!values) csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
    for (uint32_t i = 0; i < t->variable_count && m->step->failed >= 0; i++) {
        values[i] = csuccess__moment_value(m, t->variables[i].of);
        if (!csuccess__is_missing(values[i])) continue;
        csuccess__text_format(out->reason, "the variable %q has no value (%s)",
                              t->variables[i].name,
                              absence_name((csuccess__absence)values[i].absence));
        return false;
    }
    out->values = values;
    return m->step->failed >= 0;
}

/* Its texts in the language that was chosen. */
static bool fill_texts(csuccess__moment *m, csuccess__rendering *out)
{
    bool filled = true;
    out->parts = CSUCCESS__NEW_ARRAY(&m->desk->texts, csuccess_str, out->locale->part_count);
    if (!out->parts) {
        csuccess__step_fail(m->step, CSUCCESS_ENOMEM);
        return false;
    }
    for (uint32_t i = 0; i < out->locale->part_count && filled; i++) {
        filled = fill(m, &out->locale->parts[i], &out->parts[i], out->reason);
    }
    return filled;
}

/* The language of the contact, else of the customer, else of the tenant; empty: nobody says. */
static csuccess_str first_known(const csuccess_str *asked)
{
    for (size_t i = 0; i < ASKED; i++) {
        if (asked[i].len > 0) return asked[i];
    }
    return (csuccess_str){"", 0};
}

bool csuccess__render(csuccess__moment *m, csuccess__rendering *out)
{
    const csuccess__message_template *t = out->template_;
    csuccess_str asked[ASKED];
    languages(m, asked);
    out->language = t->host ? first_known(asked) : (csuccess_str){"", 0};
    out->locale = t->host ? NULL : choose(m, t, out->reason);
    if (!out->locale && !t->host) return false;
    csuccess__variables host;
    csuccess__variables_ask(m, t, out->locale, &host);
    fill_defaults(m, t);
    bool filled = m->step->failed >= 0 && (t->host ? fill_values(m, out) : fill_texts(m, out));
    csuccess__variables_forget(m, &host);
    return filled && m->step->failed >= 0;
}
