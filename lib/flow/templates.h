/* SPDX-License-Identifier: Apache-2.0 */
/* The section `templates`: texts per locale, and sending them. */
#ifndef CSUCCESS__FLOW_TEMPLATES_H
#define CSUCCESS__FLOW_TEMPLATES_H

#include "expr/template.h"
#include "flow/moment.h"

struct csuccess__flow_build;

typedef struct csuccess__template_part {
    csuccess_str name; /* "subject" */
    const csuccess__template *text;
} csuccess__template_part;
typedef struct csuccess__template_locale {
    csuccess_str locale; /* BCP 47, as written */
    const csuccess__template_part *parts;
    uint32_t part_count;
} csuccess__template_locale;
/* `defaults`: what a name is where it is missing. */
typedef struct csuccess__template_default {
    csuccess_str name;                       /* as it is written in texts */
    const csuccess__program *of, *otherwise; /* the name itself; what it is else */
    uint32_t slot; /* what texts read, filled before they are rendered */
} csuccess__template_default;
/* Of a template that the host writes: a name whose value goes to it. */
typedef struct csuccess__template_variable {
    csuccess_str name;
    const csuccess__program *of;
} csuccess__template_variable;
typedef struct csuccess__message_template {
    csuccess_str id;
    csuccess__escape escape;
    bool host; /* it has no texts of ours: the host writes them, of these */
    const csuccess__template_variable *variables;
    uint32_t variable_count;
    const csuccess__template_default *defaults;
    uint32_t default_count;
    const csuccess__template_locale *locales; /* in effective order */
    uint32_t locale_count;
    const csuccess__json *at;
} csuccess__message_template;
typedef struct csuccess__templates {
    const csuccess__message_template *list;
    uint32_t count;
    uint32_t contact; /* slot of the collection `contacts`; UINT32_MAX: none */
    const uint32_t
        *contact_slots; /* of contact.x, by field of its records; the first is the id */
    uint32_t contact_count, contact_locale; /* which of them is `locale`; UINT32_MAX: none */
    uint32_t locale_slot; /* attribute `locale` of the customer; UINT32_MAX: none */
} csuccess__templates;

const csuccess__templates *csuccess__templates_compile(struct csuccess__flow_build *build,
                                                       const csuccess__json *section);
/* Written such as "en" or "de-AT". */
bool csuccess__is_locale(csuccess_str text);
const csuccess__message_template *csuccess__templates_find(const csuccess__templates *templates,
                                                           csuccess_str id);

/* What a definition sends: keys `template`, `channel`, `to`, `purpose` of a step, a celebration, a reminder. */
typedef struct csuccess__sending {
    const csuccess__message_template *template_; /* NULL: `text` is told instead */
    csuccess_str channel, purpose;
    const csuccess__program *to; /* over the fields of `contacts`; NULL: the customer itself */
    bool internal;               /* to staff */
} csuccess__sending;
/* Says that `section`, whose key is `what` with an s, has no such name, and the nearest that it has. */
void csuccess__note_unknown(struct csuccess__flow_build *build, const csuccess__json *at,
                            csuccess_str name, const csuccess__json *section, const char *what);
/* The member `to` alone, as a condition over the fields of `contacts`; NULL: there is none, or a problem was noted. */
const csuccess__program *csuccess__recipient_read(struct csuccess__flow_build *build,
                                                  const csuccess__json *object);
/* Reads and checks these keys of an object; `channel` is the default. False: a problem was noted. */
bool csuccess__sending_read(csuccess__sending *out, struct csuccess__flow_build *build,
                            const csuccess__json *object, const char *channel);

/* One message that is wanted. */
typedef struct csuccess__want {
    const csuccess__sending *sending;
    csuccess_str definition, step; /* "journey/onboarding", "welcome" */
    uint64_t occurrence;
    csuccess_str instance; /* of the enrollment or playbook; goes into the body */
    csuccess_str text;     /* without a template: the text itself */
    csuccess_str to_owner; /* to this member of the team (internal); empty: by `to` */
    int64_t expires_at;    /* 0: never */
} csuccess__want;
/* Renders in the locale of each recipient and leaves a message for each, or an entry "held" that says what is missing: {"definition", "step", "channel", "contact", "guard": "template" | "recipient", "reason"}. True: at least one was left. */
bool csuccess__send(csuccess__moment *m, const csuccess__want *want);

/* ---- For who chooses the recipient itself ---- */

/* The fields of a record of `contacts` in the slots contact.x and those that conditions on contacts read; NULL: of nobody. */
void csuccess__contact_show(csuccess__moment *m, const csuccess__value *record);
/* The record of that id among `contacts`; NULL: there is none. */
const csuccess__value *csuccess__contact_find(const csuccess__moment *m, csuccess_str contact);
/* Whether the template has a text in the language of the recipient that is shown; what the host writes is in any. */
bool csuccess__template_speaks(const csuccess__moment *m,
                               const csuccess__message_template *template_);
/* Renders what is wanted for one contact (empty: the customer) and gives the body of its message, which lives as long as the batch. False: *reason says what it lacks, or the step failed. */
bool csuccess__send_body(csuccess__moment *m, const csuccess__want *want, csuccess_str contact,
                         csuccess_str *body, csuccess__text *reason);

#endif
