/* SPDX-License-Identifier: Apache-2.0 */
/* When a channel is given a rest, and how fast it is fed: the breaker and the token bucket. */
#include "intervene/channels.h"

#include <string.h>

/* ---- Breaker ---- */

static int64_t later(int64_t now, int64_t by)
{
    return now > INT64_MAX - by ? INT64_MAX : now + by;
}

bool csuccess__breaker_allows(csuccess__breaker *breaker, int64_t now, int64_t *until)
{
    if (breaker->open_until == 0) return true;
    /* A clock that went back does not make the rest longer than it was. */
    int64_t longest = later(now, breaker->rest_ms);
    if (breaker->open_until > longest) breaker->open_until = longest;
    if (now < breaker->open_until) {
        *until = breaker->open_until;
        return false;
    }
    breaker->trying = true;
    breaker->open_until = longest;
    return true;
}

static void open_breaker(csuccess__breaker *breaker, const csuccess__channel *channel,
                         int64_t now)
{
    breaker->trying = false;
    breaker->rest_ms = channel->rest_ms;
    breaker->open_until = later(now, channel->rest_ms);
    if (breaker->open_until == 0) breaker->open_until = 1; /* 0 is closed */
}

void csuccess__breaker_told(csuccess__breaker *breaker, const csuccess__channel *channel,
                            bool delivered, int64_t now)
{
    bool closed = breaker->open_until == 0;
    if (delivered) {
        memset(breaker, 0, sizeof *breaker);
        return;
    }
    if (!closed && !breaker->trying) return;
    if (breaker->failures < UINT32_MAX) breaker->failures++;
    if (breaker->trying || breaker->failures >= channel->failures) {
        open_breaker(breaker, channel, now);
    }
}

/* ---- Token bucket ---- */

bool csuccess__bucket_takes(csuccess__bucket *bucket, const csuccess__channel *channel,
                            int64_t now, int64_t *until)
{
    if (channel->rate == 0) return true;
    int64_t rate = channel->rate, price = channel->rate_ms, full = rate * price;
    int64_t since = bucket->at != 0 && now > bucket->at ? now - bucket->at : 0;
    if (bucket->at == 0 || since >= price) {
        bucket->credit = full;
    } else {
        int64_t brought = since * rate;
        bucket->credit = bucket->credit > full - brought ? full : bucket->credit + brought;
    }
    bucket->at = now != 0 ? now : 1;
    if (bucket->credit >= price) {
        bucket->credit -= price;
        return true;
    }
    *until = later(now, (price - bucket->credit + rate - 1) / rate);
    return false;
}
