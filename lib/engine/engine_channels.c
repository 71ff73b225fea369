/* SPDX-License-Identifier: Apache-2.0 */
/* The channels of an engine: what the configuration says of them, what the host registered, and their breakers and buckets. */
#include "engine/machine.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

csuccess__engine_channel *csuccess__channel_of(const csuccess_engine *engine, csuccess_str name)
{
    for (uint32_t i = 0; i < engine->channel_count; i++) {
        if (csuccess__str_eq(engine->channels[i].name, name)) return &engine->channels[i];
    }
    return NULL;
}

/* What the configuration says, or what a channel is that it does not name. */
static csuccess__channel rule_of(const csuccess_engine *engine, csuccess_str name)
{
    const csuccess__channels *channels = engine->config->channels;
    const csuccess__channel *found = channels ? csuccess__channel_find(channels, name) : NULL;
    const csuccess__channel usual = {.name = name,
                                     .first_ms = CSUCCESS__MINUTE_MS,
                                     .most_ms = 6 * CSUCCESS__HOUR_MS,
                                     .factor = 2,
                                     .jitter = 0.2,
                                     .attempts = 8,
                                     .failures = 5,
                                     .rest_ms = 5 * CSUCCESS__MINUTE_MS,
                                     .rate_ms = CSUCCESS__MINUTE_MS,
                                     .timeout_ms = 30 * CSUCCESS__SECOND_MS};
    return found ? *found : usual;
}

static bool grow(csuccess_engine *engine)
{
    uint32_t count = engine->channel_count;
    csuccess__engine_channel *more = csuccess__resize(&engine->mem, engine->channels, count,
                                                      (size_t)count + 1, sizeof *more);
    if (more) engine->channels = more;
    return more != NULL;
}

void csuccess__channels_rule(csuccess_engine *engine)
{
    for (uint32_t i = 0; i < engine->channel_count; i++) {
        csuccess__engine_channel *channel = &engine->channels[i];
        channel->rule = rule_of(engine, channel->name);
        memset(&channel->bucket, 0, sizeof channel->bucket);
        channel->booked = 0;
    }
}

/* Checked and copied; room for one more is made before anything changes. */
static csuccess_result take_channel(csuccess_engine *engine, csuccess_str *name,
                                    csuccess_channel_ops *to, const csuccess_channel_ops *ops,
                                    csuccess_error *err)
{
    csuccess_result result =
        csuccess__struct_take(to, sizeof *to, sizeof(size_t), ops, "csuccess_channel_ops", err);
    if (result < 0) return result;
    if (!to->send) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "the slot send of the channel is NULL");
    }
    if (name->len == 0 || !name->ptr) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a channel has a name");
    }
    if (!csuccess__utf8_check(*name, NULL)) {
        return csuccess__fail(err, CSUCCESS_EENCODING, "the channel's name is not UTF-8");
    }
    if (csuccess__channel_of(engine, *name)) return CSUCCESS_OK;
    csuccess_str copy = csuccess__arena_copy(&engine->texts, *name);
    if (!copy.ptr || !grow(engine))
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *name = copy;
    engine->channels[engine->channel_count++] =
        (csuccess__engine_channel){.name = copy, .rule = rule_of(engine, copy)};
    return CSUCCESS_OK;
}

csuccess_result csuccess_engine_add_channel(csuccess_engine *engine, csuccess_str name,
                                            const csuccess_channel_ops *ops, void *ud,
                                            void (*ud_free)(void *ud), csuccess_error *err)
{
    csuccess_channel_ops taken;
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result >= 0 && engine->tickets) {
        result = csuccess__fail(err, CSUCCESS_EBUSY, "calls are under way");
    }
    if (result >= 0) result = take_channel(engine, &name, &taken, ops, err);
    if (result < 0) return result;
    csuccess__engine_channel *channel = csuccess__channel_of(engine, name);
    if (channel->registered && channel->ud_free) {
        engine->inside = true;
        channel->ud_free(channel->ud);
        engine->inside = false;
    }
    channel->ops = taken;
    channel->ud = ud;
    channel->ud_free = ud_free;
    channel->registered = true;
    memset(&channel->breaker, 0, sizeof channel->breaker);
    memset(&channel->bucket, 0, sizeof channel->bucket);
    channel->booked = 0;
    return CSUCCESS_OK;
}
