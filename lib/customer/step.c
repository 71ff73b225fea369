/* SPDX-License-Identifier: Apache-2.0 */
/* What a step leaves behind: entries, messages and deltas, with texts of their own. */
#include "customer/step.h"

#include "base/digest.h"
#include "base/str.h"

enum { FIRST_EFFECTS = 8 };

void csuccess__effects_init(csuccess__effects *effects, const csuccess_allocator *mem,
                            csuccess__arena *arena, uint32_t most)
{
    *effects = (csuccess__effects){.mem = mem, .arena = arena, .most = most};
    csuccess__buffer_init(&effects->body, mem, 0);
}

void csuccess__effects_clear(csuccess__effects *effects)
{
    effects->entry_count = effects->message_count = effects->delta_count = 0;
    effects->failed = CSUCCESS_OK;
    csuccess__buffer_clear(&effects->body);
}

void csuccess__effects_free(csuccess__effects *effects)
{
    csuccess__release(effects->mem, effects->entries, effects->entry_cap,
                      sizeof *effects->entries);
    csuccess__release(effects->mem, effects->messages, effects->message_cap,
                      sizeof *effects->messages);
    csuccess__release(effects->mem, effects->deltas, effects->delta_cap,
                      sizeof *effects->deltas);
    csuccess__buffer_free(&effects->body);
    csuccess__effects_init(effects, effects->mem, effects->arena, effects->most);
}

void csuccess__cause_id(char out[65], const csuccess__cause *cause)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, csuccess__str(cause->domain));
    csuccess__digest_str(&h, cause->tenant);
    csuccess__digest_str(&h, cause->customer);
    csuccess__digest_str(&h, cause->cause);
    csuccess__digest_str(&h, cause->definition);
    csuccess__digest_str(&h, cause->step);
    csuccess__digest_u64(&h, cause->occurrence);
    csuccess__sha256_finish(&h, digest);
    csuccess__hex(out, digest);
}

static void fail(csuccess__step *step, csuccess_result code)
{
    if (step->out->failed == CSUCCESS_OK) step->out->failed = code;
    csuccess__step_fail(step, code);
}

static bool has_failed(const csuccess__step *step)
{
    return step->failed < 0 || step->out->failed < 0;
}

void csuccess__step_put(csuccess__step *step, csuccess__state_kind kind, csuccess_str name,
                        csuccess_str payload)
{
    if (!csuccess__state_put(step->state, kind, name, payload)) {
        csuccess__step_fail(step, CSUCCESS_ENOMEM);
    }
}

csuccess__json_writer *csuccess__step_body(csuccess__step *step)
{
    csuccess__effects *out = step->out;
    csuccess__buffer_clear(&out->body);
    out->body.ceiling = step->limits->output_bytes;
    csuccess__json_writer_init(&out->writer, &out->body);
    csuccess__json_open(&out->writer, '{');
    return &out->writer;
}

csuccess_str csuccess__step_body_end(csuccess__step *step)
{
    csuccess__effects *out = step->out;
    csuccess_str text = {NULL, 0};
    csuccess__json_close(&out->writer, '}');
    if (out->body.status < 0) {
        fail(step, out->body.status);
    } else {
        text = csuccess__arena_copy(out->arena, csuccess__buffer_view(&out->body));
        if (!text.ptr) fail(step, CSUCCESS_ENOMEM);
    }
    return text;
}

/* A list with room for one more; NULL after a failure. */
static void *grow(csuccess__step *step, void *list, uint32_t count, uint32_t *cap, size_t bytes)
{
    if (has_failed(step)) return NULL;
    if (count >= step->out->most) {
        fail(step, CSUCCESS_ELIMIT);
        return NULL;
    }
    if (count < *cap) return list;
    uint32_t more = *cap ? *cap < UINT32_MAX / 2 ? *cap * 2 : UINT32_MAX : FIRST_EFFECTS;
    void *grown = csuccess__resize(step->out->mem, list, *cap, more, bytes);
    if (grown) {
        *cap = more;
    } else {
        fail(step, CSUCCESS_ENOMEM);
    }
    return grown;
}

/* Makes a text live as long as the batch; the same text of the effect before it is shared. */
static void keep(csuccess__step *step, csuccess_str *text, csuccess_str before)
{
    if (text->len == 0) {
        *text = (csuccess_str){"", 0};
    } else if (before.len && csuccess__str_eq(*text, before)) {
        *text = before;
    } else {
        *text = csuccess__arena_copy(step->out->arena, *text);
        if (!text->ptr) fail(step, CSUCCESS_ENOMEM);
    }
}

void csuccess__step_entry(csuccess__step *step, const char *kind, csuccess_str subject,
                          csuccess_str body)
{
    static const csuccess__effect_entry none;
    csuccess__effects *out = step->out;
    csuccess__effect_entry *entries =
        grow(step, out->entries, out->entry_count, &out->entry_cap, sizeof *entries);
    if (!entries) return;
    out->entries = entries;
    const csuccess__effect_entry *before =
        out->entry_count ? &entries[out->entry_count - 1] : &none;
    csuccess__effect_entry entry = {.kind = csuccess__str(kind),
                                    .subject = subject,
                                    .cause = step->cause,
                                    .by = step->by,
                                    .body = body,
                                    .at = step->now};
    keep(step, &entry.subject, before->subject);
    keep(step, &entry.cause, before->cause);
    keep(step, &entry.by, before->by);
    if (has_failed(step)) return;
    entries[out->entry_count++] = entry;
}

uint32_t csuccess__step_message(csuccess__step *step, const csuccess__effect_message *message)
{
    static const csuccess__effect_message none;
    csuccess__effects *out = step->out;
    if (step->quiet) return UINT32_MAX;
    csuccess__effect_message *messages =
        grow(step, out->messages, out->message_count, &out->message_cap, sizeof *messages);
    if (!messages) return UINT32_MAX;
    out->messages = messages;
    const csuccess__effect_message *before =
        out->message_count ? &messages[out->message_count - 1] : &none;
    csuccess__effect_message copy = *message;
    keep(step, &copy.id, before->id); /* of one that waited: the state does not live as long */
    keep(step, &copy.customer, before->customer);
    keep(step, &copy.channel, before->channel);
    keep(step, &copy.contact, before->contact);
    keep(step, &copy.purpose, before->purpose);
    keep(step, &copy.definition, before->definition);
    keep(step, &copy.step, before->step);
    keep(step, &copy.cause, before->cause);
    keep(step, &copy.body, before->body);
    if (has_failed(step)) return UINT32_MAX;
    messages[out->message_count] = copy;
    return out->message_count++;
}

void csuccess__step_delta(csuccess__step *step, const csuccess__effect_delta *delta)
{
    csuccess__effects *out = step->out;
    if (step->quiet && delta->delta >= 0) return;
    csuccess__effect_delta *deltas =
        grow(step, out->deltas, out->delta_count, &out->delta_cap, sizeof *deltas);
    if (!deltas) return;
    out->deltas = deltas;
    csuccess__effect_delta copy = *delta;
    keep(step, &copy.key, (csuccess_str){NULL, 0});
    if (copy.pays.len) keep(step, &copy.pays, (csuccess_str){NULL, 0});
    if (has_failed(step)) return;
    deltas[out->delta_count++] = copy;
}
