/* SPDX-License-Identifier: Apache-2.0 */
/* The rules around a score, from a document: modifiers, rounding and bands, trend, alerts
   and contradictions. */
#include "score/health_internal.h"

#include "text/numeral.h"

static const char *const modifier_keys[] = {"when",  "multiply", "add",         "floor", "cap",
                                            "label", "order",    "description", NULL};
static const char *const modify_words[] = {
#define CSUCCESS__MODIFY(name, text) text,
    CSUCCESS__MODIFIES(CSUCCESS__MODIFY)
#undef CSUCCESS__MODIFY
        NULL};
static const char *const rounding_words[] = {
#define CSUCCESS__ROUNDING(name, text) text,
    CSUCCESS__ROUNDINGS(CSUCCESS__ROUNDING)
#undef CSUCCESS__ROUNDING
        NULL};
static const char *const severity_words[] = {
#define CSUCCESS__SEVERITY(name, text) text,
    CSUCCESS__SEVERITIES(CSUCCESS__SEVERITY)
#undef CSUCCESS__SEVERITY
        NULL};
static const char *const band_keys[] = {"from",  "above",       "review_after",
                                        "label", "description", NULL};
static const char *const on_words[] = {"raw", "rounded", NULL};
static const char *const trend_keys[] = {"over",          "against",     "on",
                                         "stable_within", "description", NULL};
static const char *const against_words[] = {"previous", NULL};
/* From `leave` on they are read in the room flow, which knows what becomes of an alert. */
static const char *const alert_keys[] = {
    "when", "severity", "message",  "label",   "order",  "description", "leave",
    "for",  "key",      "cooldown", "purpose", "notify", NULL};
static const char *const contradiction_keys[] = {
    "when", "severity", "message", "lowers_confidence", "label", "order", "description", NULL};

enum { SIGNALS_MOST = 64, BANDS_MOST = 64, TREND_DAYS_MOST = 3660 };

const char *csuccess__severity_name(csuccess__severity severity)
{
    return severity_words[severity];
}

/* ---- Modifiers ---- */

static void read_modifier(csuccess__health_build *b, const csuccess__json *json,
                          csuccess__modifier *modifier)
{
    if (!csuccess__read_object(b->problems, json, modifier_keys)) return;
    uint32_t found = 0;
    for (int i = 0; modify_words[i]; i++) {
        if (!csuccess__json_member(json, modify_words[i])) continue;
        modifier->kind = (csuccess__modify)i;
        modifier->by = csuccess__read_number(b->problems, json, modify_words[i], 0, -1e9, 1e9);
        found++;
    }
    if (found != 1) {
        csuccess__problem(
            b->problems, json, CSUCCESS_ECONFIG,
            "a modifier does one of \"multiply\", \"add\", \"floor\", \"cap\"; found "
            "%u of them",
            found);
    }
    modifier->id = json->key;
    modifier->label = csuccess__read_string(b->problems, json, "label", json->key);
    modifier->when = csuccess__health_condition(b, json, "when");
}

void csuccess__modifiers_read(csuccess__health_build *b, csuccess__profile *profile)
{
    uint32_t n;
    const csuccess__json **members = csuccess__health_members(b, profile->at, "modifiers", &n);
    csuccess__modifier *list = csuccess__health_array(b, n, sizeof *list);
    if (!list) return;
    for (uint32_t i = 0; i < n; i++) read_modifier(b, members[i], &list[i]);
    profile->modifiers = list;
    profile->modifier_count = n;
}

/* ---- Rounding and bands ---- */

bool csuccess__review_read(csuccess__health_build *b, const csuccess__json *json,
                           csuccess__duration *out)
{
    const csuccess__json *after = csuccess__json_member(json, "review_after");
    csuccess__time_error error = {0, "a duration"};
    if (!after) return false;
    bool text = after->type == CSUCCESS__JSON_STRING;
    if (text && csuccess__duration_parse(out, after->string, &error) &&
        !csuccess__duration_is_negative(*out)) {
        return true;
    }
    csuccess__problem(b->problems, after, CSUCCESS_ECONFIG,
                      "\"review_after\" is a duration that is not negative, such as \"P7D\"");
    return false;
}

static void read_band(csuccess__health_build *b, const csuccess__json *json,
                      csuccess__band *band)
{
    const csuccess__json *from = csuccess__json_member(json, "from");
    const csuccess__json *above = csuccess__json_member(json, "above");
    band->id = json->key;
    band->at = json;
    band->name = csuccess__health_name(b, json->key);
    band->bound = -(double)INFINITY;
    if (!csuccess__read_object(b->problems, json, band_keys)) return;
    (void)csuccess__read_string(b->problems, json, "label", json->key);
    if (from && above) {
        csuccess__problem(
            b->problems, above, CSUCCESS_ECONFIG,
            "a band begins \"from\" (inclusive) or \"above\" (exclusive) a score, not "
            "both");
    }
    band->has_review = csuccess__review_read(b, json, &band->review_after);
    band->exclusive = above != NULL;
    if (!from && !above) return;
    band->bound =
        csuccess__read_number(b->problems, json, above ? "above" : "from", 0, -1e9, 1e9);
}

/* Higher bounds first; at the same bound, `above` is the higher. */
static bool higher(const csuccess__band *a, const csuccess__band *b)
{
    if (a->bound > b->bound || a->bound < b->bound) return a->bound > b->bound;
    return a->exclusive && !b->exclusive;
}

static void sort_bands(csuccess__band *bands, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        csuccess__band band = bands[i];
        uint32_t j = i;
        for (; j > 0 && higher(&band, &bands[j - 1]); j--) bands[j] = bands[j - 1];
        bands[j] = band;
    }
}

static void check_bands(csuccess__health_build *b, const csuccess__band *bands, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        if (higher(&bands[i - 1], &bands[i])) continue;
        csuccess__problem(
            b->problems, bands[i].at, CSUCCESS_ECONFIG,
            "%q begins where %q begins; each band needs a bound of its own, one may "
            "have none",
            bands[i].id, bands[i - 1].id);
    }
}

void csuccess__scale_read(csuccess__health_build *b, const csuccess__json *json,
                          csuccess__scale *scale)
{
    uint32_t n;
    scale->rounding = (csuccess__rounding)csuccess__read_word(b->problems, json, "rounding",
                                                              rounding_words, 0);
    scale->band_on_rounded =
        csuccess__read_word(b->problems, json, "band_on", on_words, 0) == 1;
    const csuccess__json **members = csuccess__health_members(b, json, "bands", &n);
    if (n > BANDS_MOST) {
        csuccess__problem(b->problems, csuccess__json_member(json, "bands"), CSUCCESS_ELIMIT,
                          "there are at most %u bands", (uint32_t)BANDS_MOST);
        return;
    }
    csuccess__band *bands = csuccess__health_array(b, n, sizeof *bands);
    if (!bands) return;
    for (uint32_t i = 0; i < n; i++) {
        read_band(b, members[i], &bands[i]);
        if (!csuccess__str_is(members[i]->key, "churned")) continue;
        csuccess__problem(
            b->problems, members[i], CSUCCESS_ECONFIG,
            "\"churned\" is the status that \"churned_when\" gives; name the band "
            "otherwise");
    }
    sort_bands(bands, n);
    check_bands(b, bands, n);
    scale->bands = bands;
    scale->band_count = n;
}

/* ---- Trend ---- */

/* Whole days of `over`; 0 when it is not that. */
static int32_t trend_days(const csuccess__json *over)
{
    csuccess__duration d;
    if (!over || over->type != CSUCCESS__JSON_STRING) return 0;
    if (!csuccess__duration_parse(&d, over->string, NULL)) return 0;
    bool whole = d.months == 0 && d.ms == 0 && d.days > 0 && d.days <= TREND_DAYS_MOST;
    return whole ? d.days : 0;
}

bool csuccess__trend_input_name(const csuccess__json *trend, csuccess__text *out)
{
    const csuccess__json *over = csuccess__json_member(trend, "over");
    int32_t days = trend_days(over);
    if (over && days == 0) return false;
    if (days > 0) {
        csuccess__text_format(out, "score_%ud_ago", (uint32_t)days);
    } else {
        csuccess__text_format(out, "previous_score");
    }
    return csuccess__json_member(trend, "against") || days > 0;
}

/* The greatest double that is at most `within` when rounded to 9 decimals. Rounding is
   monotone, so halve. */
static double greatest_within(double within)
{
    double inside = within, outside = within + 1e-8;
    for (;;) {
        double middle = inside + (outside - inside) / 2;
        if (!(middle > inside && middle < outside)) return inside;
        if (csuccess__round9(middle) <= within) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
}

static double least_within(double within)
{
    double inside = -within, outside = -within - 1e-8;
    for (;;) {
        double middle = inside + (outside - inside) / 2;
        if (!(middle < inside && middle > outside)) return inside;
        if (csuccess__round9(middle) >= -within) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
}

static uint32_t find_input(csuccess__health_build *b, const csuccess__json *trend,
                           csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(b->schema, name, NULL);
    if (slot == UINT32_MAX) {
        b->problems->lost = b->no_memory =
            true; /* csuccess__health_inputs was refused memory */
    } else if (b->schema->slots[slot].type->kind != CSUCCESS__KIND_NUMBER) {
        csuccess__problem(
            b->problems, trend, CSUCCESS_ETYPE,
            "the trend compares with %S, which is declared with another type than "
            "number",
            name);
    }
    return slot;
}

static void check_period(csuccess__health_build *b, const csuccess__json *trend)
{
    const csuccess__json *over = csuccess__json_member(trend, "over");
    const csuccess__json *against = csuccess__json_member(trend, "against");
    (void)csuccess__read_word(b->problems, trend, "against", against_words, 0);
    if (over && against) {
        csuccess__problem(
            b->problems, against, CSUCCESS_ECONFIG,
            "a trend is \"over\" a period or \"against\" the previous score, not both");
    } else if (over && trend_days(over) == 0) {
        csuccess__problem(
            b->problems, over, CSUCCESS_ECONFIG,
            "\"over\" is a duration of whole days, such as \"P30D\", at most P%uD",
            (uint32_t)TREND_DAYS_MOST);
    } else if (!over && !against) {
        csuccess__problem(b->problems, trend, CSUCCESS_ECONFIG,
                          "a trend needs \"over\": \"P30D\" or \"against\": \"previous\"");
    }
}

void csuccess__trend_read(csuccess__health_build *b, const csuccess__json *json,
                          csuccess__trend_rule *rule)
{
    const csuccess__json *trend = csuccess__json_member(json, "trend");
    rule->earlier = rule->change = UINT32_MAX;
    if (!trend || !csuccess__read_object(b->problems, trend, trend_keys)) return;
    rule->on_rounded = csuccess__read_word(b->problems, trend, "on", on_words, 0) == 1;
    double within = csuccess__read_number(b->problems, trend, "stable_within", 0, 0, 1e6);
    rule->high = greatest_within(within);
    rule->low = least_within(within);
    check_period(b, trend);
    char bytes[64];
    csuccess__text name;
    csuccess__text_init(&name, bytes, sizeof bytes);
    if (!csuccess__trend_input_name(trend, &name)) return;
    rule->earlier = find_input(b, trend, (csuccess_str){bytes, name.len});
    rule->days = trend_days(csuccess__json_member(trend, "over"));
}

/* ---- Alerts and contradictions ---- */

static void read_signal(csuccess__health_build *b, const csuccess__json *json, bool alert,
                        csuccess__signal *signal)
{
    signal->id = json->key;
    if (!csuccess__read_object(b->problems, json, alert ? alert_keys : contradiction_keys)) {
        return;
    }
    if (!csuccess__json_member(json, "when")) {
        csuccess__problem(b->problems, json, CSUCCESS_ECONFIG, "%q needs \"when\"", json->key);
    }
    signal->when = csuccess__health_condition(b, json, "when");
    signal->severity = (csuccess__severity)csuccess__read_word(
        b->problems, json, "severity", severity_words, CSUCCESS__SEVERITY_MEDIUM);
    signal->label = csuccess__read_string(b->problems, json, "label", json->key);
    signal->message = csuccess__read_string(b->problems, json, "message", (csuccess_str){0});
    if (alert) return;
    signal->lowers = csuccess__read_number(b->problems, json, "lowers_confidence", 0.2, 0, 1);
}

void csuccess__signals_read(csuccess__health_build *b, csuccess__profile *profile,
                            const char *key)
{
    uint32_t n;
    bool alerts = key[0] == 'a';
    const csuccess__json **members = csuccess__health_members(b, profile->at, key, &n);
    if (n > SIGNALS_MOST) {
        csuccess__problem(b->problems, csuccess__json_member(profile->at, key), CSUCCESS_ELIMIT,
                          "there are at most %u of them in a profile", (uint32_t)SIGNALS_MOST);
        return;
    }
    csuccess__signal *list = csuccess__health_array(b, n, sizeof *list);
    if (!list) return;
    for (uint32_t i = 0; i < n; i++) read_signal(b, members[i], alerts, &list[i]);
    *(alerts ? &profile->alerts : &profile->contradictions) = list;
    *(alerts ? &profile->alert_count : &profile->contradiction_count) = n;
}
