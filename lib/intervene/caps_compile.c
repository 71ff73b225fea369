/* SPDX-License-Identifier: Apache-2.0 */
/* Caps from a document: `caps`, `max_daily_communications`, and `max_per_day` of channels. */
#include "intervene/reach_internal.h"

static const char *const cap_keys[] = {"most",  "per",         "of",   "channel",   "class",
                                       "type",  "each",        "skip", "programme", "label",
                                       "order", "description", NULL};
static const char *const per_words[] = {"day", "week", "month", NULL};
static const csuccess__span counts = {"3", 0, CSUCCESS__CAP_MOST};

static void read_per(const csuccess__reach_build *b, const csuccess__json *at,
                     csuccess__cap *out)
{
    const csuccess__span rolling = {"P1D", CSUCCESS__MINUTE_MS, 366 * CSUCCESS__DAY_MS};
    const csuccess__json *per = csuccess__json_member(at, "per");
    if (!per) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "a cap needs \"per\": day, week, month, or a duration such as "
                          "\"P1D\"");
        return;
    }
    for (int i = 0; per->type == CSUCCESS__JSON_STRING && per_words[i]; i++) {
        if (!csuccess__str_is(per->string, per_words[i])) continue;
        out->per = (csuccess__cap_per)i;
        return;
    }
    out->per = CSUCCESS__PER_ROLLING;
    out->rolling_ms = csuccess__read_ms(b->problems, at, "per", CSUCCESS__DAY_MS, rolling);
}

/* The registry is read later; what it will have is known. */
static bool is_type(const csuccess__reach_build *b, csuccess_str name, csuccess__nearest *near)
{
    static const char *const given[] = {
#define TYPE(name, task, channel, kind) name,
        CSUCCESS__INTERVENTION_TYPES(TYPE)
#undef TYPE
            NULL};
    const csuccess__json *types =
        csuccess__json_at(b->build->flow->document, CSUCCESS_STR("/interventions/types"));
    if (csuccess__str_among(name, given)) return true;
    bool listed = types && types->type == CSUCCESS__JSON_OBJECT;
    if (listed && csuccess__json_get(types, name)) return true;
    bool may = listed && csuccess__nearest_may(&b->problems->compared, types->count);
    for (size_t i = 0; given[i]; i++) csuccess__nearest_try(near, csuccess__str(given[i]));
    for (const csuccess__json *m = may ? types->first : NULL; m; m = m->next) {
        csuccess__nearest_try(near, m->key);
    }
    return false;
}

static csuccess_str read_type(const csuccess__reach_build *b, const csuccess__json *at)
{
    csuccess__nearest near;
    csuccess_str none = {"", 0};
    csuccess_str name = csuccess__read_string(b->problems, at, "type", none);
    if (name.len == 0) return none;
    csuccess__nearest_start(&near, name);
    if (is_type(b, name, &near)) return name;
    csuccess__problem(b->problems, csuccess__json_member(at, "type"), CSUCCESS_ENAME,
                      near.best.ptr
                          ? "there is no type of interventions %q (did you mean %q?)"
                          : "there is no type of interventions %q; others than those given "
                            "are declared under \"types\" of \"interventions\"",
                      name, near.best);
    return none;
}

static void read_cap(const csuccess__reach_build *b, const csuccess__json *at,
                     csuccess__cap *out)
{
    static const char *const of_words[] = {"customer", "contact", NULL};
    static const char *const each_words[] = {"programme", "channel", NULL};
    csuccess_str none = {"", 0};
    *out = (csuccess__cap){.id = at->key, .most = 1, .channel = none, .type = none};
    if (!csuccess__read_object(b->problems, at, cap_keys)) return;
    if (!csuccess__json_member(at, "most")) {
        csuccess__problem(b->problems, at, CSUCCESS_ECONFIG,
                          "a cap needs \"most\": how many at most, such as 3");
    }
    (void)csuccess__read_string(b->problems, at, "label", none);
    out->most = (uint32_t)csuccess__reach_whole(b, at, "most", 1, counts);
    read_per(b, at, out);
    out->of_contact = csuccess__read_word(b->problems, at, "of", of_words, 0) == 1;
    int each = csuccess__read_word(b->problems, at, "each", each_words, -1);
    out->each_programme = each == 0;
    out->each_channel = each == 1;
    out->by_class = csuccess__reach_class_read(b, at, &out->class_);
    out->channel = csuccess__reach_channel_read(b, at);
    out->type = read_type(b, at);
    out->skip = csuccess__reach_bits(b, at, "skip", csuccess__class_words, 0);
    const csuccess__json *programme = csuccess__json_member(at, "programme");
    out->has_programme =
        programme && csuccess__pattern_read(&out->programme, b->build, programme);
}

/* "channels.email.max_per_day" */
static bool name_cap(const csuccess__reach_build *b, csuccess_str channel, csuccess_str *out)
{
    csuccess__text text;
    csuccess_str before = CSUCCESS_STR("channels."), after = CSUCCESS_STR(".max_per_day");
    size_t len = before.len + channel.len + after.len;
    char *bytes = csuccess__arena_take(b->arena, len + 1, 1);
    if (!bytes) return false;
    csuccess__text_init(&text, bytes, len + 1);
    csuccess__text_put(&text, before);
    csuccess__text_put(&text, channel);
    csuccess__text_put(&text, after);
    *out = (csuccess_str){bytes, text.len};
    return true;
}

static uint32_t count_channels(const csuccess__channels *channels)
{
    uint32_t n = 0;
    for (uint32_t i = 0; channels && i < channels->count; i++) {
        n += channels->list[i].max_per_day > 0;
    }
    return n;
}

static bool cap_channels(const csuccess__reach_build *b, csuccess__cap *list, uint32_t *n)
{
    const csuccess__channels *channels = b->build->channels;
    for (uint32_t i = 0; channels && i < channels->count; i++) {
        const csuccess__channel *channel = &channels->list[i];
        if (channel->max_per_day == 0) continue;
        csuccess__cap *cap = &list[(*n)++];
        *cap = (csuccess__cap){.most = channel->max_per_day,
                               .per = CSUCCESS__PER_DAY,
                               .channel = channel->name,
                               .type = {"", 0}};
        if (!name_cap(b, channel->name, &cap->id)) return false;
    }
    return true;
}

bool csuccess__caps_read(const csuccess__reach_build *b, const csuccess__json *section)
{
    uint32_t given, n = 0;
    const csuccess__json *daily = csuccess__json_member(section, "max_daily_communications");
    const csuccess__json *object =
        csuccess__read_section(b->problems, section, "caps", CSUCCESS__JSON_OBJECT);
    uint32_t more = count_channels(b->build->channels) + (daily != NULL);
    const csuccess__json **members =
        csuccess__reach_list(b, object, CSUCCESS__CAPS_MOST, &given);
    csuccess__cap *list = CSUCCESS__NEW_ARRAY(b->arena, csuccess__cap, given + more + 1);
    if (!list || b->problems->lost) return false;
    if (given + more > CSUCCESS__CAPS_MOST) {
        csuccess__problem(b->problems, object ? object : section, CSUCCESS_ELIMIT,
                          "there are at most %u caps, \"max_daily_communications\" and "
                          "\"max_per_day\" of channels counted; these are %u",
                          (uint32_t)CSUCCESS__CAPS_MOST, given + more);
        return true;
    }
    for (uint32_t i = 0; i < given; i++) read_cap(b, members[i], &list[n++]);
    if (daily) {
        csuccess__cap *cap = &list[n++];
        *cap = (csuccess__cap){.id = CSUCCESS_STR("max_daily_communications"),
                               .per = CSUCCESS__PER_DAY,
                               .channel = {"", 0},
                               .type = {"", 0}};
        cap->most =
            (uint32_t)csuccess__reach_whole(b, section, "max_daily_communications", 1, counts);
    }
    b->out->caps = list;
    b->out->cap_count = n;
    return cap_channels(b, list, &b->out->cap_count);
}
