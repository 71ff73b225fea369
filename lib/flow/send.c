/* SPDX-License-Identifier: Apache-2.0 */
/* Sending: what a definition says of a message, who receives it, and the one door by which messages of flow leave. */
#include "flow/templates_internal.h"

#include "text/reader.h"

#include <string.h>

enum { REASON_BYTES = 400 };

/* ---- Reading ---- */

void csuccess__note_unknown(csuccess__flow_build *build, const csuccess__json *at,
                            csuccess_str name, const csuccess__json *section, const char *what)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, name);
    bool may = csuccess__nearest_may(&build->problems->compared, section ? section->count : 0);
    for (const csuccess__json *m = section ? section->first : NULL; m && may; m = m->next) {
        csuccess__nearest_try(&near, m->key);
    }
    if (near.best.ptr) {
        csuccess__problem(build->problems, at, CSUCCESS_ENAME,
                          "there is no %s %q in \"%ss\" (did you mean %q?)", what, name, what,
                          near.best);
    } else {
        csuccess__problem(build->problems, at, CSUCCESS_ENAME,
                          "there is no %s %q in the section \"%ss\"", what, name, what);
    }
}

static void read_channel(csuccess__sending *out, csuccess__flow_build *build,
                         const csuccess__json *object, const char *channel)
{
    const csuccess__json *at = csuccess__json_member(object, "channel");
    out->channel =
        csuccess__read_string(build->problems, object, "channel", csuccess__str(channel));
    if (!at && out->channel.len == 0) {
        csuccess__problem(build->problems, object, CSUCCESS_ECONFIG,
                          "what is sent needs \"channel\": the name of one in \"channels\"");
        return;
    }
    if (at && at->type != CSUCCESS__JSON_STRING) return;
    if (csuccess__json_get(build->channels, out->channel)) return;
    csuccess__note_unknown(build, at ? at : object, out->channel, build->channels, "channel");
}

static void read_template(csuccess__sending *out, csuccess__flow_build *build,
                          const csuccess__json *object)
{
    const csuccess__json *at = csuccess__json_member(object, "template");
    csuccess_str id =
        csuccess__read_string(build->problems, object, "template", (csuccess_str){"", 0});
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    out->template_ = csuccess__templates_find(build->flow->templates, id);
    if (out->template_) return;
    csuccess__note_unknown(build, at, id, csuccess__json_member(build->document, "templates"),
                           "template");
}

const csuccess__program *csuccess__recipient_read(csuccess__flow_build *build,
                                                  const csuccess__json *object)
{
    const csuccess__json *at = csuccess__json_member(object, "to");
    if (!at || !build->flow->templates) return NULL;
    if (build->flow->templates->contact == UINT32_MAX) {
        csuccess__problem(build->problems, at, CSUCCESS_ECONFIG,
                          "\"to\" chooses among the records of \"contacts\", which \"records\" "
                          "does not have");
        return NULL;
    }
    csuccess__contact_scope scope;
    csuccess__contact_scope_open(&scope, build, build->flow->templates);
    scope.plain = true;
    csuccess__compiler with = *build->with;
    with.scope = &scope.scope;
    const csuccess__program *to =
        csuccess__expr_read(&with, build->problems, at, csuccess__type_of(CSUCCESS__KIND_BOOL));
    build->with->cleanup = with.cleanup;
    return to;
}

bool csuccess__sending_read(csuccess__sending *out, csuccess__flow_build *build,
                            const csuccess__json *object, const char *channel)
{
    uint32_t errors = build->problems->errors;
    csuccess_str none = {"", 0};
    *out = (csuccess__sending){.channel = none, .purpose = none};
    read_channel(out, build, object, channel);
    read_template(out, build, object);
    out->to = csuccess__recipient_read(build, object);
    out->purpose = csuccess__read_string(build->problems, object, "purpose", none);
    return build->problems->errors == errors && !build->problems->lost;
}

/* ---- Sending ---- */

typedef struct work {
    csuccess__moment *m;
    const csuccess__want *want;
    csuccess_str contact; /* empty: the customer, or staff */
} work;

static void hold(const work *w, const char *guard, csuccess_str reason)
{
    csuccess__step *step = w->m->step;
    if (step->failed < 0) return;
    csuccess__json_writer *out = csuccess__step_body(step);
    csuccess__json_put_str(out, "definition", w->want->definition);
    csuccess__json_put_given(out, "step", w->want->step);
    csuccess__json_put_str(out, "channel", w->want->sending->channel);
    csuccess__json_put_given(out, "contact", w->contact);
    csuccess__json_put_given(out, "instance", w->want->instance);
    csuccess__json_put_str(out, "guard", csuccess__str(guard));
    csuccess__json_put_str(out, "reason", reason);
    csuccess__step_entry(step, "held", w->contact, csuccess__step_body_end(step));
}

/* For the host to write: in whose language, and of what. */
static void put_variables(csuccess__json_writer *out, const csuccess__rendering *of)
{
    const csuccess__message_template *t = of->template_;
    csuccess__json_put_str(out, "template", t->id);
    csuccess__json_put_given(out, "locale", of->language);
    csuccess__json_put_str(out, "content", CSUCCESS_STR("host"));
    csuccess__json_key(out, CSUCCESS_STR("variables"));
    csuccess__json_open(out, '{');
    for (uint32_t i = 0; i < t->variable_count; i++) {
        csuccess__json_key(out, t->variables[i].name);
        csuccess__value_write(out, of->values[i], t->variables[i].of->type);
    }
    csuccess__json_close(out, '}');
}

static csuccess_str write_body(const work *w, const csuccess__rendering *of)
{
    csuccess__json_writer *out = csuccess__step_body(w->m->step);
    if (of->template_ && of->template_->host) {
        put_variables(out, of);
    } else if (of->template_) {
        csuccess__json_put_str(out, "template", of->template_->id);
        csuccess__json_put_str(out, "locale", of->locale->locale);
        for (uint32_t i = 0; i < of->locale->part_count; i++) {
            csuccess__json_key(out, of->locale->parts[i].name);
            csuccess__json_str(out, of->parts[i]);
        }
    } else {
        csuccess__json_put_str(out, "text", w->want->text);
    }
    csuccess__json_put_given(out, "owner", w->want->to_owner);
    csuccess__json_put_given(out, "instance", w->want->instance);
    return csuccess__step_body_end(w->m->step);
}

/* A message for each of several contacts has an id of its own, whoever else is there. */
static csuccess_str step_for(const work *w)
{
    csuccess_str step = w->want->step;
    if (w->contact.len == 0) return step;
    size_t len = step.len + 1 + w->contact.len;
    char *text = csuccess__arena_take(&w->m->desk->texts, len + 1, 1);
    if (!text) {
        csuccess__step_fail(w->m->step, CSUCCESS_ENOMEM);
        return step;
    }
    if (step.len) memcpy(text, step.ptr, step.len);
    text[step.len] = '/';
    memcpy(text + step.len + 1, w->contact.ptr, w->contact.len);
    return (csuccess_str){text, len};
}

/* The one door. */
static bool leave(const work *w, csuccess_str body)
{
    const csuccess__want *want = w->want;
    csuccess__step *step = w->m->step;
    if (step->failed < 0) return false;
    bool internal = want->sending->internal || want->to_owner.len > 0;
    csuccess_str none = {"", 0};
    const csuccess__effect_message message = {.channel = want->sending->channel,
                                              .contact = w->contact,
                                              .purpose =
                                                  internal ? none : want->sending->purpose,
                                              .definition = want->definition,
                                              .step = step_for(w),
                                              .occurrence = want->occurrence,
                                              .cause = step->cause,
                                              .body = body,
                                              .expires_at = want->expires_at,
                                              .internal = internal};
    return csuccess__step_message(step, &message) != UINT32_MAX;
}

/* For the contact that is shown. */
static bool render(const work *w, csuccess_str *body, csuccess__text *reason)
{
    csuccess__rendering of = {.template_ = w->want->sending->template_, .reason = reason};
    if (of.template_ && !csuccess__render(w->m, &of)) return false;
    *body = write_body(w, &of);
    return w->m->step->failed >= 0;
}

static bool send_one(const work *w)
{
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess_str body;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    if (!render(w, &body, &reason)) {
        hold(w, "template", (csuccess_str){reason.ptr, reason.len});
        return false;
    }
    return leave(w, body);
}

void csuccess__contact_show(csuccess__moment *m, const csuccess__value *record)
{
    const csuccess__templates *t = m->flow->templates;
    for (uint32_t i = 0; t && i < t->contact_count; i++) {
        m->slots[t->contact_slots[i]] = record && i < record->as.many.count
                                            ? record->as.many.items[i]
                                            : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    }
}

const csuccess__value *csuccess__contact_find(const csuccess__moment *m, csuccess_str contact)
{
    const csuccess__templates *t = m->flow->templates;
    if (!t || t->contact == UINT32_MAX || contact.len == 0) return NULL;
    const csuccess__value *contacts = &m->slots[t->contact];
    if (contacts->kind != CSUCCESS__KIND_LIST) return NULL;
    for (size_t i = 0; i < contacts->as.many.count; i++) {
        const csuccess__value *record = &contacts->as.many.items[i];
        if (csuccess__str_eq(record->as.many.items[0].as.string, contact)) return record;
    }
    return NULL;
}

bool csuccess__send_body(csuccess__moment *m, const csuccess__want *want, csuccess_str contact,
                         csuccess_str *body, csuccess__text *reason)
{
    const work w = {.m = m, .want = want, .contact = contact};
    csuccess__contact_show(m, csuccess__contact_find(m, contact));
    bool done = m->step->failed >= 0 && render(&w, body, reason);
    csuccess__contact_show(m, NULL);
    return done;
}

static bool send_to_contacts(work *w)
{
    csuccess__moment *m = w->m;
    csuccess__value contacts = m->slots[m->flow->templates->contact];
    bool left = false, found = false, open = false;
    size_t count = contacts.kind == CSUCCESS__KIND_LIST ? contacts.as.many.count : 0;
    for (size_t i = 0; i < count && m->step->failed >= 0; i++) {
        const csuccess__value *record = &contacts.as.many.items[i];
        csuccess__contact_show(m, record);
        csuccess__truth is = csuccess__moment_asks(m, w->want->sending->to);
        open = open || is == CSUCCESS__OPEN;
        if (is != CSUCCESS__TRUE) continue;
        found = true;
        w->contact = record->as.many.items[0].as.string;
        left = send_one(w) || left;
    }
    csuccess__contact_show(m, NULL);
    w->contact = (csuccess_str){"", 0};
    if (!found) {
        hold(w, "recipient",
             open ? CSUCCESS_STR("of no contact it is decided that the condition \"to\" holds")
                  : CSUCCESS_STR("there is no contact for whom the condition \"to\" holds"));
    }
    return left;
}

bool csuccess__send(csuccess__moment *m, const csuccess__want *want)
{
    work w = {.m = m, .want = want, .contact = {"", 0}};
    if (m->step->failed < 0 || m->step->quiet) return false;
    if (want->sending->to && want->to_owner.len == 0) return send_to_contacts(&w);
    csuccess__contact_show(m, NULL);
    return send_one(&w);
}
