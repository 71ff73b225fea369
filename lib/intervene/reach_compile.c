/* SPDX-License-Identifier: Apache-2.0 */
/* The policy `policies.reach` from a document. */
#include "flow/playbooks/task_read.h"
#include "intervene/reach_internal.h"

#define MOST_MS (366 * CSUCCESS__DAY_MS)
#define MONEY_MOST INT64_C(9007199254740991) /* 2^53 - 1: what a number of JSON holds */

/* ---- Reading ---- */

int64_t csuccess__reach_whole(const csuccess__reach_build *b, const csuccess__json *object,
                              const char *key, int64_t fallback, csuccess__span range)
{
    double x = csuccess__read_number(b->problems, object, key, (double)fallback,
                                     (double)range.least, (double)range.most);
    int64_t whole = (int64_t)x;
    if (!(x > (double)whole)) return whole;
    csuccess__problem(b->problems, csuccess__json_member(object, key), CSUCCESS_ECONFIG,
                      "\"%s\" is a whole number, such as %s", key, range.example);
    return fallback;
}

static void note_word(const csuccess__reach_build *b, const csuccess__json *at,
                      const char *const *words)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, at->string);
    for (size_t i = 0; words[i]; i++) csuccess__nearest_try(&near, csuccess__str(words[i]));
    csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                      near.best.ptr ? "there is no %q (did you mean %q?)"
                                    : "there is no %q; these are words such as \"%s\"",
                      at->string, near.best, words[0]);
}

uint32_t csuccess__reach_bits(const csuccess__reach_build *b, const csuccess__json *object,
                              const char *key, const char *const *words, uint32_t fallback)
{
    const csuccess__json *list =
        csuccess__read_section(b->problems, object, key, CSUCCESS__JSON_ARRAY);
    uint32_t bits = 0;
    if (!list) return fallback;
    for (const csuccess__json *m = list->first; m; m = m->next) {
        uint32_t i = 0;
        if (m->type != CSUCCESS__JSON_STRING) {
            csuccess__problem(b->problems, m, CSUCCESS_ECONFIG,
                              "\"%s\" lists words such as \"%s\"; this is %s", key, words[0],
                              csuccess__json_type_name(m));
            continue;
        }
        while (words[i] && !csuccess__str_is(m->string, words[i])) i++;
        if (words[i]) {
            bits |= UINT32_C(1) << i;
        } else {
            note_word(b, m, words);
        }
    }
    return bits;
}

bool csuccess__reach_class_read(const csuccess__reach_build *b, const csuccess__json *object,
                                csuccess__class *out)
{
    int word = csuccess__read_word(b->problems, object, "class", csuccess__class_words, -1);
    if (word < 0) return false;
    *out = (csuccess__class)word;
    return true;
}

/* People call by phone, whether or not a section says what that costs. */
static bool is_of_a_type(const csuccess__reach_build *b, csuccess_str channel)
{
    static const char *const given[] = {
#define TYPE(name, task, channel, kind) channel,
        CSUCCESS__INTERVENTION_TYPES(TYPE)
#undef TYPE
            NULL};
    const csuccess__json *types =
        csuccess__json_at(b->build->flow->document, CSUCCESS_STR("/interventions/types"));
    if (csuccess__str_among(channel, given)) return true;
    bool listed = types && types->type == CSUCCESS__JSON_OBJECT;
    for (const csuccess__json *m = listed ? types->first : NULL; m; m = m->next) {
        const csuccess__json *own = csuccess__json_member(m, "channel");
        if (own && own->type == CSUCCESS__JSON_STRING &&
            csuccess__str_eq(own->string, channel)) {
            return true;
        }
    }
    return false;
}

csuccess_str csuccess__reach_channel_read(const csuccess__reach_build *b,
                                          const csuccess__json *object)
{
    csuccess_str name = {"", 0};
    const csuccess__json *at = csuccess__json_member(object, "channel");
    if (at && at->type == CSUCCESS__JSON_STRING && is_of_a_type(b, at->string)) {
        return at->string;
    }
    csuccess__read_channel(b->build->flow, object, "channel", &name);
    return name;
}

const csuccess__json **csuccess__reach_list(const csuccess__reach_build *b,
                                            const csuccess__json *object, uint32_t most,
                                            uint32_t *count)
{
    *count = 0;
    if (!object) return NULL;
    if (object->count > most) {
        csuccess__problem(b->problems, object, CSUCCESS_ELIMIT,
                          "there are at most %u of these; this has %u", most, object->count);
        return NULL;
    }
    const csuccess__json **list =
        CSUCCESS__NEW_ARRAY(b->arena, const csuccess__json *, object->count + 1);
    if (!list) {
        b->problems->lost = true;
        return NULL;
    }
    csuccess__read_order(object, list);
    *count = object->count;
    return list;
}

/* ---- Programmes ---- */

static void read_programme(const csuccess__reach_build *b, const csuccess__json *at,
                           csuccess__programme_rule *out)
{
    static const char *const keys[] = {"class", "priority", "description", NULL};
    if (!csuccess__pattern_read_key(&out->of, b->build, at)) return;
    if (!csuccess__read_object(b->problems, at, keys)) return;
    out->has_class = csuccess__reach_class_read(b, at, &out->class_);
    out->has_priority = csuccess__json_member(at, "priority") != NULL;
    out->priority = csuccess__read_number(b->problems, at, "priority", 0, 0, 100);
}

/* Exact names, then kinds, then all. Each is there once, so that this is the whole order. */
static int rank_of(const csuccess__json *at)
{
    if (csuccess__str_is(at->key, "*")) return 2;
    return csuccess__str_ends(at->key, CSUCCESS_STR("/*"));
}

static bool read_programmes(const csuccess__reach_build *b, const csuccess__json *section)
{
    const csuccess__json *object =
        csuccess__read_section(b->problems, section, "programmes", CSUCCESS__JSON_OBJECT);
    if (!object) return true;
    if (object->count > CSUCCESS__PROGRAMMES_MOST) {
        csuccess__problem(b->problems, object, CSUCCESS_ELIMIT,
                          "at most %u programmes are told of; this has %u",
                          (uint32_t)CSUCCESS__PROGRAMMES_MOST, object->count);
        return true;
    }
    csuccess__programme_rule *list =
        CSUCCESS__NEW_ARRAY(b->arena, csuccess__programme_rule, object->count + 1);
    if (!list) return false;
    uint32_t n = 0;
    for (int rank = 0; rank <= 2; rank++) {
        for (const csuccess__json *m = object->first; m; m = m->next) {
            if (rank_of(m) == rank) read_programme(b, m, &list[n++]);
        }
    }
    b->out->programmes = list;
    b->out->programme_count = n;
    return true;
}

/* ---- Budgets, and what stops automation ---- */

static bool read_budget(const csuccess__reach_build *b, const csuccess__json *object,
                        const char *key, int64_t *out)
{
    const csuccess__span amounts = {"100000", 0, MONEY_MOST};
    *out = csuccess__reach_whole(b, object, key, 0, amounts);
    return csuccess__json_member(object, key) != NULL;
}

static void read_budgets(const csuccess__reach_build *b, const csuccess__json *section)
{
    static const char *const keys[] = {"per_customer_monthly", "per_campaign", "total_monthly",
                                       "description", NULL};
    csuccess__reach *out = b->out;
    const csuccess__json *object = csuccess__json_member(section, "budgets");
    if (!object || !csuccess__read_object(b->problems, object, keys)) return;
    out->has_customer_budget =
        read_budget(b, object, "per_customer_monthly", &out->customer_budget);
    out->has_campaign_budget = read_budget(b, object, "per_campaign", &out->campaign_budget);
    out->has_total_budget = read_budget(b, object, "total_monthly", &out->total_budget);
}

static void need(const csuccess__reach_build *b, const csuccess__json *object, const char *key,
                 const char *such)
{
    if (csuccess__json_member(object, key)) return;
    csuccess__problem(b->problems, object, CSUCCESS_ECONFIG, "%q needs \"%s\", such as %s",
                      object->key, key, such);
}

static void read_unresponsive(const csuccess__reach_build *b, const csuccess__json *section)
{
    static const char *const keys[] = {"after", "within", "then", "description", NULL};
    static const char *const words[] = {"stop", "change_channel", "owner", NULL};
    const csuccess__span counts = {"4", 1, CSUCCESS__CAP_MOST};
    const csuccess__span times = {"P14D", CSUCCESS__MINUTE_MS, MOST_MS};
    const csuccess__json *object = csuccess__json_member(section, "unresponsive");
    if (!object || !csuccess__read_object(b->problems, object, keys)) return;
    need(b, object, "after", "4");
    b->out->unanswered_after = (uint32_t)csuccess__reach_whole(b, object, "after", 1, counts);
    b->out->unanswered_ms =
        csuccess__read_ms(b->problems, object, "within", 14 * CSUCCESS__DAY_MS, times);
    b->out->unanswered =
        (csuccess__unanswered)csuccess__read_word(b->problems, object, "then", words, 0);
}

static void read_spiral(const csuccess__reach_build *b, const csuccess__json *section)
{
    static const char *const keys[] = {"responses", "within", "description", NULL};
    const csuccess__span counts = {"3", 1, CSUCCESS__SPIRAL_MOST};
    const csuccess__span times = {"P14D", CSUCCESS__MINUTE_MS, MOST_MS};
    const csuccess__json *object = csuccess__json_member(section, "negative_spiral");
    if (!object || !csuccess__read_object(b->problems, object, keys)) return;
    need(b, object, "responses", "3");
    b->out->spiral = (uint32_t)csuccess__reach_whole(b, object, "responses", 1, counts);
    b->out->spiral_ms =
        csuccess__read_ms(b->problems, object, "within", 14 * CSUCCESS__DAY_MS, times);
}

static void read_waits(const csuccess__reach_build *b, const csuccess__json *section)
{
    const csuccess__span waits = {"PT24H", 0, MOST_MS}, days = {"7", 0, 366};
    csuccess__reach *out = b->out;
    out->between_campaigns_ms =
        csuccess__read_ms(b->problems, section, "min_interval_between_campaigns", 0, waits);
    out->frequency_ms =
        csuccess__reach_whole(b, section, "max_frequency_days", 7, days) * CSUCCESS__DAY_MS;
    out->delay_ms = csuccess__read_ms(b->problems, section, "delay", 0, waits);
}

/* ---- The whole ---- */

/* How far back something looks. A day, a week and a month of a place are longer where its clock goes back, or where somebody moves. */
static void measure(csuccess__reach *out)
{
    static const int64_t periods[] = {3 * CSUCCESS__DAY_MS, 9 * CSUCCESS__DAY_MS,
                                      33 * CSUCCESS__DAY_MS};
    int64_t longest = out->frequency_ms;
    if (longest < out->between_campaigns_ms) longest = out->between_campaigns_ms;
    if (longest < out->unanswered_ms) longest = out->unanswered_ms;
    for (uint32_t i = 0; i < out->cap_count; i++) {
        const csuccess__cap *cap = &out->caps[i];
        int64_t ms = cap->per == CSUCCESS__PER_ROLLING ? cap->rolling_ms : periods[cap->per];
        if (longest < ms) longest = ms;
    }
    out->longest_ms = longest;
}

static uint32_t find_zone(const csuccess__intervene_build *build)
{
    const csuccess__templates *templates = build->flow->flow->templates;
    const csuccess__schema *schema = build->flow->schema;
    if (!templates || templates->contact == UINT32_MAX) return UINT32_MAX;
    const csuccess__type *record = schema->slots[templates->contact].type->item;
    for (uint32_t i = 0; i < record->field_count; i++) {
        if (csuccess__str_is(record->fields[i].name, "zone")) return i;
    }
    return UINT32_MAX;
}

static bool read_section(const csuccess__reach_build *b, const csuccess__json *section)
{
    static const char *const keys[] = {"caps",
                                       "max_daily_communications",
                                       "min_interval_between_campaigns",
                                       "max_frequency_days",
                                       "delay",
                                       "quiet_hours",
                                       "send_windows",
                                       "optimal_send_times",
                                       "programmes",
                                       "budgets",
                                       "unresponsive",
                                       "negative_spiral",
                                       "owner",
                                       "description",
                                       NULL};
    if (section) (void)csuccess__read_object(b->problems, section, keys);
    read_waits(b, section);
    read_budgets(b, section);
    read_unresponsive(b, section);
    read_spiral(b, section);
    if (section) csuccess__read_role(b->build->flow, section, "owner", &b->out->owner);
    return read_programmes(b, section) && csuccess__caps_read(b, section) &&
           csuccess__hours_read(b, section);
}

const csuccess__reach *csuccess__reach_compile(struct csuccess__intervene_build *build,
                                               const csuccess__json *section)
{
    csuccess__reach *out = CSUCCESS__NEW(build->flow->with->arena, csuccess__reach);
    const csuccess__reach_build b = {build, build->flow->problems, build->flow->with->arena,
                                     out};
    if (!out) {
        b.problems->lost = true;
        return NULL;
    }
    out->owner = CSUCCESS_STR("csm");
    out->zone_field = find_zone(build);
    if (!read_section(&b, section) || b.problems->lost) {
        b.problems->lost = true;
        return NULL;
    }
    measure(out);
    csuccess__hours_lint(&b, section);
    return out;
}
