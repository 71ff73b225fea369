/* SPDX-License-Identifier: Apache-2.0 */
/* The section `channels`, and what follows from it: which ledger pays, and how long a retry waits. */
#include "intervene/channels.h"

#include "base/digest.h"
#include "base/str.h"
#include "calendar/duration_read.h"
#include "text/reader.h"

static const char *const channel_keys[] = {
    "delivery", "cost",    "budget",    "retry",       "breaker",  "rate",
    "timeout",  "enabled", "available", "needs",       "calendar", "max_per_day",
    "fallback", "label",   "order",     "description", NULL};
static const char *const delivery_words[] = {"at_least_once", "at_most_once", NULL};
static const char *const budget_keys[] = {"limit", "per", "description", NULL};
static const char *const per_words[] = {"month", NULL};
static const char *const retry_keys[] = {"first",  "factor",      "most", "attempts",
                                         "jitter", "description", NULL};
static const char *const breaker_keys[] = {"failures", "rest", "description", NULL};
static const char *const rate_keys[] = {"limit", "per", "description", NULL};

#define WHOLE_MOST 9007199254740991.0 /* 2^53 - 1 */
static const csuccess__span waits = {"PT1M", CSUCCESS__SECOND_MS, 30 * CSUCCESS__DAY_MS};
static const csuccess__span timeouts = {"PT30S", 100, CSUCCESS__HOUR_MS};
static const csuccess__span rates = {"PT1M", CSUCCESS__SECOND_MS, 30 * CSUCCESS__DAY_MS};

/* ---- The section ---- */

/* A whole number; what is none is noted. */
static int64_t read_whole(csuccess__problems *problems, const csuccess__json *object,
                          const char *key, int64_t fallback, double most)
{
    double least = fallback > 0 ? 1 : 0;
    double x = csuccess__read_number(problems, object, key, (double)fallback, least, most);
    if (!(x > (double)(int64_t)x) && !(x < (double)(int64_t)x)) return (int64_t)x;
    csuccess__problem(problems, csuccess__json_member(object, key), CSUCCESS_ECONFIG,
                      "\"%s\" must be a whole number", key);
    return fallback;
}

/* The member when it is an object with those keys only. */
static const csuccess__json *part(csuccess__problems *problems, const csuccess__json *json,
                                  const char *key, const char *const *known)
{
    const csuccess__json *node = csuccess__json_member(json, key);
    return node && csuccess__read_object(problems, node, known) ? node : NULL;
}

static void need(csuccess__problems *problems, const csuccess__json *object, const char *key,
                 const char *such)
{
    if (csuccess__json_member(object, key)) return;
    csuccess__problem(problems, object, CSUCCESS_ECONFIG, "%q needs \"%s\", such as %s",
                      object->key, key, such);
}

/* "budget/total/2026-11" and "budget/campaign/spring" are ledgers of policies.reach and of campaigns. */
static void refuse_ledgers_of_others(csuccess__problems *problems,
                                     const csuccess__channel *channel)
{
    static const char *const others[] = {"total", "campaign", NULL};
    if (channel->cost == 0 || !csuccess__str_among(channel->name, others)) return;
    csuccess__problem(problems, channel->at, CSUCCESS_ECONFIG,
                      "a channel called %q would be paid from another ledger of that name; "
                      "give it another name, or no cost",
                      channel->name);
}

static void read_budget(csuccess__problems *problems, csuccess__channel *channel)
{
    const csuccess__json *json = part(problems, channel->at, "budget", budget_keys);
    channel->cost = read_whole(problems, channel->at, "cost", 0, 1e12);
    refuse_ledgers_of_others(problems, channel);
    if (!json) return;
    channel->has_budget = true;
    need(problems, json, "limit", "10000");
    channel->budget = read_whole(problems, json, "limit", 0, WHOLE_MOST);
    channel->monthly = csuccess__json_member(json, "per") != NULL;
    (void)csuccess__read_word(problems, json, "per", per_words, 0);
    if (channel->cost > 0) return;
    csuccess__problem(problems, json, CSUCCESS_ECONFIG,
                      "a budget is spent by what messages cost; state \"cost\" beside it, such "
                      "as 3, or remove the budget");
}

static void read_retry(csuccess__problems *problems, csuccess__channel *channel)
{
    const csuccess__json *json = part(problems, channel->at, "retry", retry_keys);
    channel->first_ms = csuccess__read_ms(problems, json, "first", CSUCCESS__MINUTE_MS, waits);
    channel->most_ms = csuccess__read_ms(problems, json, "most", 6 * CSUCCESS__HOUR_MS, waits);
    channel->factor = csuccess__read_number(problems, json, "factor", 2, 1, 100);
    channel->jitter = csuccess__read_number(problems, json, "jitter", 0.2, 0, 1);
    channel->attempts = (uint32_t)read_whole(problems, json, "attempts", 8, 100);
    if (channel->most_ms >= channel->first_ms) return;
    const csuccess__json *most = csuccess__json_member(json, "most");
    csuccess__problem(problems, most ? most : json, CSUCCESS_ECONFIG,
                      "the longest wait is shorter than the first; \"most\" is at least "
                      "\"first\"");
}

static void read_breaker(csuccess__problems *problems, csuccess__channel *channel)
{
    const csuccess__json *json = part(problems, channel->at, "breaker", breaker_keys);
    channel->failures = (uint32_t)read_whole(problems, json, "failures", 5, 1e6);
    channel->rest_ms =
        csuccess__read_ms(problems, json, "rest", 5 * CSUCCESS__MINUTE_MS, waits);
}

static void read_rate(csuccess__problems *problems, csuccess__channel *channel)
{
    const csuccess__json *json = part(problems, channel->at, "rate", rate_keys);
    channel->rate_ms = CSUCCESS__MINUTE_MS;
    if (!json) return;
    need(problems, json, "limit", "100");
    channel->rate = (uint32_t)read_whole(problems, json, "limit", 1, 1e6);
    channel->rate_ms = csuccess__read_ms(problems, json, "per", CSUCCESS__MINUTE_MS, rates);
}

/* ---- What the arbiter reads ---- */

/* What the channels compile with, and the list as it is being made. */
typedef struct build {
    const csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    csuccess__channel *list;
    uint32_t count;
} build;

static const csuccess__attribute *contacts_of(const csuccess__schema *schema)
{
    uint32_t slot = csuccess__schema_find(schema, CSUCCESS_STR("contacts"), NULL);
    if (slot >= schema->inputs) return NULL;
    const csuccess__attribute *a = schema->slots[slot].attribute;
    return a && a->type == CSUCCESS__ATTRIBUTE_RECORDS ? a : NULL;
}

/* A field of contacts; where the customer is its own contact, an attribute. */
static void check_needs(const build *b, const csuccess__json *at, csuccess_str name)
{
    csuccess__nearest near;
    const csuccess__attribute *contacts = contacts_of(b->schema);
    csuccess__nearest_start(&near, name);
    if (csuccess__schema_find(b->schema, name, NULL) < b->schema->inputs) return;
    uint32_t count = contacts ? contacts->field_count : 0;
    bool may = csuccess__nearest_may(&b->problems->compared, count);
    for (uint32_t i = 0; i < count; i++) {
        if (csuccess__str_eq(contacts->fields[i].name, name)) return;
        if (may) csuccess__nearest_try(&near, contacts->fields[i].name);
    }
    csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                      near.best.ptr ? "contacts have no field %q (did you mean %q?)"
                                    : "contacts have no field %q, nor has a customer such an "
                                      "attribute; fields are defined under \"records\"",
                      name, near.best);
}

static void read_reach(const build *b, csuccess__channel *channel)
{
    const csuccess_str none = {"", 0};
    const csuccess__json *json = channel->at;
    const csuccess__json *available = csuccess__json_member(json, "available");
    const csuccess__json *needs = csuccess__json_member(json, "needs");
    channel->enabled = csuccess__read_bool(b->problems, json, "enabled", true);
    channel->needs = csuccess__read_string(b->problems, json, "needs", none);
    channel->calendar = csuccess__read_string(b->problems, json, "calendar", none);
    channel->max_per_day = (uint32_t)read_whole(b->problems, json, "max_per_day", 0, 1000);
    if (available) {
        channel->available = csuccess__expr_read(b->with, b->problems, available,
                                                 csuccess__type_of(CSUCCESS__KIND_BOOL));
    }
    if (channel->needs.len) check_needs(b, needs, channel->needs);
}

/* NULL: no such channel (noted). */
static const csuccess__channel *find_fallback(const build *b, const csuccess__json *at,
                                              const csuccess__channel *of)
{
    csuccess__nearest near;
    if (at->type != CSUCCESS__JSON_STRING) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "\"fallback\" lists names of channels, such as [\"in_app\"]");
        return NULL;
    }
    csuccess__nearest_start(&near, at->string);
    bool may = csuccess__nearest_may(&b->problems->compared, b->count);
    for (uint32_t i = 0; i < b->count; i++) {
        if (csuccess__str_eq(b->list[i].name, at->string)) return &b->list[i];
        if (may && &b->list[i] != of) csuccess__nearest_try(&near, b->list[i].name);
    }
    csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                      near.best.ptr
                          ? "there is no channel %q in \"channels\" (did you mean %q?)"
                          : "there is no channel %q in the section \"channels\"",
                      at->string, near.best);
    return NULL;
}

/* Each is tried once: a channel that is named twice, or names itself, is a mistake. */
static bool is_new(const build *b, const csuccess__json *at, const csuccess__channel *of,
                   const csuccess__channel *found, const csuccess__channel *const *list)
{
    bool again = found == of;
    for (uint32_t i = 0; i < of->fallback_count; i++) again = again || list[i] == found;
    if (!again) return true;
    csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                      "%q is tried once; name each other channel at most once", found->name);
    return false;
}

/* Once all channels are known. */
static void read_fallback(const build *b, csuccess__channel *channel)
{
    const csuccess__json *json =
        csuccess__read_section(b->problems, channel->at, "fallback", CSUCCESS__JSON_ARRAY);
    if (!json) return;
    const csuccess__channel **list =
        CSUCCESS__NEW_ARRAY(b->with->arena, const csuccess__channel *, json->count);
    if (!list) {
        b->problems->lost = true;
        return;
    }
    channel->fallback = list;
    for (const csuccess__json *m = json->first; m; m = m->next) {
        const csuccess__channel *found = find_fallback(b, m, channel);
        if (found && is_new(b, m, channel, found, list)) {
            list[channel->fallback_count++] = found;
        }
    }
}

/* ---- All ---- */

static void read_channel(const build *b, const csuccess__json *json, csuccess__channel *channel)
{
    csuccess__problems *problems = b->problems;
    channel->name = json->key;
    channel->at = json;
    channel->needs = channel->calendar = (csuccess_str){"", 0};
    if (!csuccess__read_object(problems, json, channel_keys)) return;
    (void)csuccess__read_string(problems, json, "label", json->key);
    channel->at_most_once =
        csuccess__read_word(problems, json, "delivery", delivery_words, 0) == 1;
    channel->timeout_ms =
        csuccess__read_ms(problems, json, "timeout", 30 * CSUCCESS__SECOND_MS, timeouts);
    read_budget(problems, channel);
    read_retry(problems, channel);
    read_breaker(problems, channel);
    read_rate(problems, channel);
    read_reach(b, channel);
}

const csuccess__channels *csuccess__channels_compile(const csuccess__schema *schema,
                                                     csuccess__compiler *with,
                                                     csuccess__problems *problems,
                                                     const csuccess__json *section)
{
    uint32_t before = problems->errors, n = 0;
    if (!section) return NULL;
    if (section->count > CSUCCESS__CHANNELS_MOST) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u channels; this has %u",
                          (uint32_t)CSUCCESS__CHANNELS_MOST, section->count);
        return NULL;
    }
    csuccess__channels *out = CSUCCESS__NEW(with->arena, csuccess__channels);
    csuccess__channel *list =
        CSUCCESS__NEW_ARRAY(with->arena, csuccess__channel, section->count);
    if (!out || !list) {
        problems->lost = true;
        return NULL;
    }
    const build b = {schema, with, problems, list, section->count};
    for (const csuccess__json *m = section->first; m; m = m->next) {
        read_channel(&b, m, &list[n++]);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (list[i].at->type == CSUCCESS__JSON_OBJECT) read_fallback(&b, &list[i]);
    }
    out->list = list;
    out->count = n;
    return problems->errors == before ? out : NULL;
}

const csuccess__channel *csuccess__channel_find(const csuccess__channels *channels,
                                                csuccess_str name)
{
    for (uint32_t i = 0; channels && i < channels->count; i++) {
        if (csuccess__str_eq(channels->list[i].name, name)) return &channels->list[i];
    }
    return NULL;
}

/* ---- Budgets ---- */

void csuccess__channel_ledger(const csuccess__channel *channel, int64_t now,
                              csuccess__text *out)
{
    char date[CSUCCESS__DATE_TEXT];
    enum { MONTH = 7 }; /* "2026-11" */
    csuccess__text_format(out, "budget/%S", channel->name);
    if (!channel->monthly || csuccess__date_format(date, now) < MONTH) return;
    csuccess__text_format(out, "/%S", (csuccess_str){date, MONTH});
}

int64_t csuccess__channel_next_budget(const csuccess__channel *channel, int64_t now)
{
    csuccess__civil civil;
    int64_t next;
    if (!channel->has_budget || !channel->monthly) return INT64_MAX;
    if (!csuccess__civil_from(&civil, now, 0)) return INT64_MAX;
    const csuccess__civil first = {
        .year = civil.year + civil.month / 12, .month = civil.month % 12 + 1, .day = 1};
    return csuccess__civil_to(&next, &first, 0) ? next : INT64_MAX;
}

/* ---- Retries ---- */

/* From 0 to below 1, the same for the same message and attempt on every platform. */
static double spread(csuccess_str message, uint32_t attempt)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    uint64_t bits = 0;
    csuccess__sha256_start(&h);
    csuccess__digest_str(&h, CSUCCESS_STR("retry"));
    csuccess__digest_str(&h, message);
    csuccess__digest_u64(&h, attempt);
    csuccess__sha256_finish(&h, digest);
    for (size_t i = 0; i < 8; i++) bits = bits << 8 | digest[i];
    return (double)(bits >> 11) * 0x1p-53;
}

int64_t csuccess__channel_wait(const csuccess__channel *channel, csuccess_str message,
                               uint32_t attempt)
{
    double wait = (double)channel->first_ms, most = (double)channel->most_ms;
    for (uint32_t i = 1; i < attempt && wait < most; i++) wait *= channel->factor;
    if (wait > most) wait = most;
    return (int64_t)(wait * (1 + channel->jitter * spread(message, attempt)));
}
