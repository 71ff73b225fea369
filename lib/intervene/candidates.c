/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates of the messages of a step and of those that wait, and what the arbiter adds to all of them. */
#include "intervene/selection.h"

#include <math.h>
#include <string.h>

/* Channels that are used without being declared, such as that of a task. */
typedef struct csuccess__channel_made {
    csuccess__channel channel;
    struct csuccess__channel_made *next;
} csuccess__channel_made;

const csuccess__channel *csuccess__channel_of_name(csuccess__turn *t, csuccess_str name)
{
    struct csuccess__answers *answers = t->desk->answers;
    const csuccess__channel *declared = csuccess__channel_find(t->of->channels, name);
    if (declared) return declared;
    for (const csuccess__channel_made *m = answers->made; m; m = m->next) {
        if (csuccess__str_eq(m->channel.name, name)) return &m->channel;
    }
    csuccess__channel_made *made = CSUCCESS__NEW(&t->desk->texts, csuccess__channel_made);
    if (!made) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return NULL;
    }
    made->channel.name = name;
    made->channel.enabled = true;
    made->next = answers->made;
    answers->made = made;
    return &made->channel;
}

bool csuccess__answers_open(csuccess__turn *t)
{
    struct csuccess__answers *answers =
        CSUCCESS__NEW(&t->desk->texts, struct csuccess__answers);
    uint32_t count = 0;
    t->desk->answers = answers;
    if (!answers) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return false;
    }
    (void)csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_REACHED, &count);
    answers->reached = count > 0;
    (void)csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_APPROVAL, &count);
    answers->decided = count > 0;
    answers->campaigns.touches = UINT32_MAX;
    return true;
}

csuccess__class csuccess__class_of(csuccess_str programme)
{
    static const char *const nurture[] = {"intervention/", "campaign/", "offer/"};
    for (size_t i = 0; i < sizeof nurture / sizeof nurture[0]; i++) {
        if (csuccess__str_starts(programme, csuccess__str(nurture[i]))) {
            return CSUCCESS__CLASS_NURTURE;
        }
    }
    return CSUCCESS__CLASS_SERVICE;
}

/* ---- What the arbiter adds ---- */

static const csuccess__intervention *definition_of(const csuccess__candidate *c)
{
    return c->action ? &c->action->what : c->intervention;
}

/* What a person decided of it. */
static void heed(csuccess__turn *t, csuccess__candidate *c)
{
    csuccess__approved changes = {0};
    if (!t->desk->answers->decided || !csuccess__approval_changes(t, c, &changes)) return;
    if (changes.priority_given) c->priority = changes.priority;
    if (changes.cost) c->cost = changes.cost_is;
    if (changes.not_before > c->not_before) c->not_before = changes.not_before;
    if (changes.channel.len == 0) return;
    c->channel = csuccess__channel_of_name(t, changes.channel);
    c->fallback_count = 0;
}

static void find_channel(csuccess__turn *t, csuccess__candidate *c)
{
    const csuccess__intervention *of = definition_of(c);
    if (!c->channel && c->message) {
        c->channel = csuccess__channel_of_name(t, c->message->channel);
    } else if (!c->channel) {
        csuccess_str name = of ? of->sending.channel : CSUCCESS_STR("");
        if (name.len == 0 && of && of->type) name = of->type->channel;
        c->channel = csuccess__channel_of_name(t, name);
    }
    if (!c->channel || c->fallback_count > 0) return;
    c->fallback = c->channel->fallback;
    c->fallback_count = c->channel->fallback_count;
}

/* What is said to customers to win them is asked about as marketing where it names no purpose; what people
 * do is asked about by the purpose it names alone. */
static bool is_marketing(const csuccess__candidate *c)
{
    bool by_person = c->intervention && c->intervention->type && c->intervention->type->task;
    return c->class_ == CSUCCESS__CLASS_NURTURE && !c->internal && !by_person &&
           c->purpose.len == 0;
}

void csuccess__candidate_prepare(csuccess__turn *t, csuccess__candidate *c)
{
    find_channel(t, c);
    if (t->m->refused_count > 0) (void)csuccess__candidate_id(t, c);
    if (!csuccess__is_written(c)) heed(t, c);
    bool known = c->effect.source != CSUCCESS__EFFECT_UNKNOWN;
    if (!known || !(fabs(c->expected) <= 1e300)) c->expected = 0; /* of NaN too */
    if (!(fabs(c->priority) <= 1e300)) c->priority = 0;
    if (is_marketing(c)) c->purpose = CSUCCESS_STR("marketing");
}

/* ---- Those that carry their text ---- */

static void add_written(csuccess__turn *t, const csuccess__effect_message *message,
                        csuccess__candidate_kind kind, int64_t since)
{
    csuccess__candidate c = {.kind = kind,
                             .programme = message->definition,
                             .step = message->step,
                             .occurrence = message->occurrence,
                             .cause = message->cause,
                             .id = message->id,
                             .class_ = csuccess__class_of(message->definition),
                             .type = {"", 0},
                             .contact = message->contact,
                             .purpose = message->purpose,
                             .since = since,
                             .valid_until = message->expires_at,
                             .internal = message->internal,
                             .message = message};
    static const double priorities[] = {
#define CSUCCESS__CLASS(name, text, priority) priority,
        CSUCCESS__CLASSES(CSUCCESS__CLASS)
#undef CSUCCESS__CLASS
    };
    c.priority = priorities[c.class_];
    csuccess__reach_class(t->of->reach, c.programme, &c.class_, &c.priority);
    csuccess__candidate_add(t, &c);
}

/* The effects' list may move while messages are added; these stay. */
static bool add_given(csuccess__weighing *w)
{
    csuccess__turn *t = w->t;
    const csuccess__effects *out = t->m->step->out;
    w->given_count = out->message_count - t->first;
    if (w->given_count == 0) return true;
    w->given = CSUCCESS__NEW_ARRAY(&t->desk->texts, csuccess__effect_message, w->given_count);
    w->gone = CSUCCESS__NEW_ARRAY(&t->desk->texts, bool, w->given_count);
    if (!w->given || !w->gone) return false;
    memcpy(w->given, &out->messages[t->first], w->given_count * sizeof *w->given);
    for (uint32_t i = 0; i < w->given_count; i++) {
        if (w->given[i].signal) continue;
        add_written(t, &w->given[i], CSUCCESS__CANDIDATE_GIVEN, t->m->step->now);
    }
    return true;
}

static bool add_waiting(csuccess__weighing *w)
{
    csuccess__turn *t = w->t;
    const csuccess__state *state = t->m->step->state;
    uint32_t count = 0, first = csuccess__state_of_kind(state, CSUCCESS__STATE_MESSAGE, &count);
    w->waiting_count = count;
    if (count == 0) return true;
    w->waiting = CSUCCESS__NEW_ARRAY(&t->desk->texts, csuccess__waiting, count);
    if (!w->waiting) return false;
    for (uint32_t i = 0; i < count; i++) {
        csuccess__waiting *one = &w->waiting[i];
        /* What is put again is written over what was there: these texts outlive that. */
        const csuccess__state_field field = {
            .name = csuccess__turn_copy(t, state->fields[first + i].name),
            .payload = csuccess__turn_copy(t, state->fields[first + i].payload)};
        if (t->m->step->failed < 0) return false;
        if (!csuccess__waiting_read(one, &field)) {
            csuccess__step_fail(t->m->step, CSUCCESS_ESTATE);
            return false;
        }
        w->waiting_bytes += one->message.body.len;
        add_written(t, &one->message, CSUCCESS__CANDIDATE_WAITING, one->since);
    }
    return true;
}

csuccess__candidate *csuccess__weighing_said(csuccess__weighing *w, uint32_t at)
{
    csuccess__turn *t = w->t;
    const csuccess__effect_message *message = &w->given[at];
    uint32_t before = t->desk->count;
    if (message->signal || message->id.len > 0) return NULL; /* it has left */
    add_written(t, message, CSUCCESS__CANDIDATE_GIVEN, t->m->step->now);
    if (t->m->step->failed < 0 || t->desk->count == before) return NULL;
    csuccess__candidate_prepare(t, &t->desk->list[before]);
    return &t->desk->list[before];
}

uint32_t csuccess__weighing_extend(csuccess__weighing *w)
{
    csuccess__turn *t = w->t;
    const csuccess__effects *out = t->m->step->out;
    uint32_t before = w->given_count, count = out->message_count - t->first;
    if (count == before) return before;
    csuccess__effect_message *given =
        CSUCCESS__NEW_ARRAY(&t->desk->texts, csuccess__effect_message, count);
    bool *gone = CSUCCESS__NEW_ARRAY(&t->desk->texts, bool, count);
    if (!given || !gone) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return before;
    }
    memcpy(given, &out->messages[t->first], count * sizeof *given);
    if (before) memcpy(gone, w->gone, before * sizeof *gone);
    w->given = given;
    w->gone = gone;
    w->given_count = count;
    return before;
}

bool csuccess__weighing_open(csuccess__weighing *w, csuccess__turn *t)
{
    *w = (csuccess__weighing){.t = t};
    if (!csuccess__answers_open(t)) return false;
    if (!add_given(w) || !add_waiting(w)) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM); /* nothing, when it failed already */
        return false;
    }
    for (uint32_t i = 0; i < t->desk->count && t->m->step->failed >= 0; i++) {
        csuccess__candidate_prepare(t, &t->desk->list[i]);
    }
    if (t->m->step->failed < 0) return false;
    if (csuccess__weighing_sort(w)) return true;
    csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
    return false;
}
