/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the alerts of health profiles, from the document: when they leave, how long they wait, whom they tell. */
#include "flow/alerts.h"

#include "base/heap.h"
#include "calendar/duration_read.h"
#include "score/health_internal.h"
#include "text/reader.h"

#include <string.h>

static const char *const tier_keys[] = {"after", "channel",     "contact",
                                        "order", "description", NULL};
static const csuccess__span afters = {"PT4H", 0, 3660 * CSUCCESS__DAY_MS};

typedef struct build {
    csuccess__compiler *with;
    csuccess__problems *problems;
    const csuccess__json *channels;
} build;

static csuccess_str id_of(const build *b, csuccess_str profile, csuccess_str alert)
{
    csuccess_str id = {NULL, 0};
    size_t len = profile.len + 1 + alert.len;
    char *text = csuccess__arena_take(b->with->arena, len + 1, 1);
    if (!text) {
        b->problems->lost = true;
        return id;
    }
    memcpy(text, profile.ptr, profile.len);
    text[profile.len] = '/';
    memcpy(text + profile.len + 1, alert.ptr, alert.len);
    return (csuccess_str){text, len};
}

/* ---- Tiers ---- */

static void check_channel(const build *b, const csuccess__json *tier, csuccess_str name)
{
    csuccess__nearest near;
    const csuccess__json *at = csuccess__json_member(tier, "channel");
    if (!at) {
        csuccess__problem(b->problems, tier, CSUCCESS_ECONFIG,
                          "a tier needs \"channel\": the name of one in \"channels\"");
    }
    if (!at || at->type != CSUCCESS__JSON_STRING) return;
    if (csuccess__json_get(b->channels, name)) return;
    csuccess__nearest_start(&near, name);
    const csuccess__json *m = b->channels ? b->channels->first : NULL;
    bool may =
        csuccess__nearest_may(&b->problems->compared, b->channels ? b->channels->count : 0);
    for (; m && may; m = m->next) csuccess__nearest_try(&near, m->key);
    if (near.best.ptr) {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "there is no channel %q in \"channels\" (did you mean %q?)", name,
                          near.best);
    } else {
        csuccess__problem(b->problems, at, CSUCCESS_ENAME,
                          "there is no channel %q in the section \"channels\"", name);
    }
}

static void read_tier(const build *b, const csuccess__json *json, csuccess__alert_tier *tier)
{
    csuccess_str none = {"", 0};
    tier->id = json->key;
    if (!csuccess__read_object(b->problems, json, tier_keys)) return;
    tier->channel = csuccess__read_string(b->problems, json, "channel", none);
    tier->contact = csuccess__read_string(b->problems, json, "contact", none);
    tier->internal = tier->contact.len == 0;
    tier->after_ms = csuccess__read_ms(b->problems, json, "after", 0, afters);
    check_channel(b, json, tier->channel);
}

static bool tier_before(const void *one, const void *other)
{
    const csuccess__alert_tier *a = one, *b = other;
    if (a->after_ms != b->after_ms) return a->after_ms < b->after_ms;
    return csuccess__str_cmp(a->id, b->id) < 0;
}

csuccess__tiers csuccess__tiers_read(csuccess__compiler *with, csuccess__problems *problems,
                                     const csuccess__json *channels, const csuccess__json *of)
{
    const build b = {with, problems, channels};
    csuccess__tiers out = {NULL, 0};
    const csuccess__json *notify =
        csuccess__read_section(problems, of, "notify", CSUCCESS__JSON_OBJECT);
    if (!notify) return out;
    if (notify->count > CSUCCESS__TIERS_MOST) {
        csuccess__problem(problems, notify, CSUCCESS_ELIMIT,
                          "there are at most %u tiers; this has %u",
                          (uint32_t)CSUCCESS__TIERS_MOST, notify->count);
        return out;
    }
    csuccess__alert_tier *tiers =
        CSUCCESS__NEW_ARRAY(with->arena, csuccess__alert_tier, notify->count);
    if (!tiers) {
        problems->lost = true;
        return out;
    }
    for (const csuccess__json *m = notify->first; m; m = m->next) {
        read_tier(&b, m, &tiers[out.count++]);
    }
    csuccess__sort(tiers, out.count, sizeof *tiers, tier_before);
    out.list = tiers;
    return out;
}

/* ---- An alert ---- */

/* A text that is there, and not empty. */
static csuccess_str read_name(const build *b, const csuccess__json *json, const char *key,
                              csuccess_str fallback)
{
    const csuccess__json *node = csuccess__json_member(json, key);
    csuccess_str text = csuccess__read_string(b->problems, json, key, fallback);
    if (node && node->type == CSUCCESS__JSON_STRING && text.len == 0) {
        csuccess__problem(b->problems, node, CSUCCESS_ECONFIG,
                          "\"%s\" is empty; remove it, or say something", key);
    }
    return text;
}

static void read_alert(const build *b, const csuccess__json *json,
                       const csuccess__signal *signal, csuccess__alert *alert)
{
    const csuccess__json *leave = csuccess__json_member(json, "leave");
    const csuccess__json *message = csuccess__json_member(json, "message");
    alert->at = json;
    alert->severity = csuccess__str(csuccess__severity_name(signal->severity));
    alert->key = read_name(b, json, "key", alert->id);
    alert->purpose = read_name(b, json, "purpose", CSUCCESS_STR("service"));
    alert->for_ = csuccess__read_period(b->problems, json, "for", "P3D");
    alert->cooldown = csuccess__read_period(b->problems, json, "cooldown", "P7D");
    if (leave) {
        alert->leave = csuccess__expr_read(b->with, b->problems, leave,
                                           csuccess__type_of(CSUCCESS__KIND_BOOL));
    }
    if (message && message->type == CSUCCESS__JSON_STRING) {
        alert->message =
            csuccess__template_read(b->with, b->problems, message, CSUCCESS__ESCAPE_TEXT);
    }
    csuccess__tiers tiers = csuccess__tiers_read(b->with, b->problems, b->channels, alert->at);
    alert->tiers = tiers.list;
    alert->tier_count = tiers.count;
}

static void read_profile(const build *b, const csuccess__health *health, uint32_t p,
                         csuccess__alert *list)
{
    const csuccess__profile *profile = &health->profiles[p];
    const csuccess__json *alerts = csuccess__json_member(profile->at, "alerts");
    for (uint32_t i = 0; i < profile->alert_count; i++) {
        const csuccess__json *json = csuccess__json_get(alerts, profile->alerts[i].id);
        list[i].profile = p;
        list[i].signal = i;
        list[i].id = id_of(b, profile->id, profile->alerts[i].id);
        if (json && list[i].id.ptr) read_alert(b, json, &profile->alerts[i], &list[i]);
    }
}

/* ---- All of them ---- */

/* The index by id; a "/" within names may make two ids one. */
static bool index_ids(const build *b, csuccess__alerts *out)
{
    uint32_t n = out->count;
    uint32_t *sorted = CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, n);
    if (!sorted) return false;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t low = 0, high = i;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            int order = csuccess__str_cmp(out->list[sorted[middle]].id, out->list[i].id);
            if (order == 0) {
                csuccess__problem(b->problems, out->list[i].at, CSUCCESS_ECONFIG,
                                  "%q is what another alert is called; rename one of them",
                                  out->list[i].id);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        memmove(sorted + low + 1, sorted + low, (i - low) * sizeof *sorted);
        sorted[low] = i;
    }
    out->sorted = sorted;
    return true;
}

static bool list_alerts(const build *b, const csuccess__health *health, csuccess__alerts *out)
{
    for (uint32_t p = 0; p < health->profile_count; p++) {
        out->count += health->profiles[p].alert_count;
    }
    csuccess__alert *list = CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__alert, out->count);
    uint32_t *first =
        CSUCCESS__NEW_ARRAY(b->with->arena, uint32_t, (size_t)health->profile_count + 1);
    if (!list || !first) return false;
    for (uint32_t p = 0; p < health->profile_count; p++) {
        read_profile(b, health, p, list + first[p]);
        first[p + 1] = first[p] + health->profiles[p].alert_count;
    }
    out->list = list;
    out->first = first;
    out->profile_count = health->profile_count;
    out->health = health;
    return !b->problems->lost && index_ids(b, out);
}

const csuccess__alerts *csuccess__alerts_compile(csuccess__schema *schema,
                                                 csuccess__compiler *with,
                                                 csuccess__problems *problems,
                                                 const csuccess__health *health,
                                                 const csuccess__json *channels)
{
    const build b = {.with = with, .problems = problems, .channels = channels};
    uint32_t before = problems->errors;
    if (!health) return NULL;
    schema->stratum = CSUCCESS__STRATUM_SEGMENT;
    csuccess__alerts *out = CSUCCESS__NEW(with->arena, csuccess__alerts);
    if (!out || !list_alerts(&b, health, out)) {
        problems->lost = true;
        return NULL;
    }
    return problems->errors == before && out->count > 0 ? out : NULL;
}

const csuccess__alert *csuccess__alert_find(const csuccess__alerts *alerts, csuccess_str id)
{
    uint32_t low = 0, high = alerts ? alerts->count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const csuccess__alert *alert = &alerts->list[alerts->sorted[middle]];
        int order = csuccess__str_cmp(alert->id, id);
        if (order == 0) return alert;
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}
