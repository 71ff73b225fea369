/* SPDX-License-Identifier: Apache-2.0 */
/* The section `approvals` from a document. */
#include "intervene/approvals_internal.h"

#include "calendar/duration_read.h"
#include "intervene/intervene.h"
#include "text/reader.h"

enum { RULES_MOST = 1000, PATTERNS_MOST = 64 };

static void read_for(csuccess__intervene_build *build, const csuccess__json *at,
                     csuccess__approval_rule *out)
{
    csuccess__problems *problems = build->flow->problems;
    const csuccess__json *list = csuccess__json_member(at, "for");
    bool good = list && list->type == CSUCCESS__JSON_ARRAY && list->count > 0;
    if (!good || list->count > PATTERNS_MOST) {
        csuccess__problem(problems, list ? list : at, CSUCCESS_ECONFIG,
                          "a rule of \"approvals\" needs \"for\": a list of 1 to %u programmes "
                          "that ask, such as [\"offer/*\"]",
                          (uint32_t)PATTERNS_MOST);
        return;
    }
    csuccess__pattern *patterns =
        CSUCCESS__NEW_ARRAY(build->flow->with->arena, csuccess__pattern, list->count);
    if (!patterns) {
        problems->lost = true;
        return;
    }
    uint32_t n = 0;
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (csuccess__pattern_read(&patterns[n], build, item)) n++;
    }
    out->for_ = patterns;
    out->for_count = n;
}

static void read_channel(csuccess__intervene_build *build, const csuccess__json *at,
                         csuccess__approval_rule *out)
{
    const csuccess__json *member = csuccess__json_member(at, "channel");
    out->channel =
        csuccess__read_string(build->flow->problems, at, "channel", (csuccess_str){"", 0});
    if (!member || member->type != CSUCCESS__JSON_STRING) return;
    if (csuccess__json_get(build->flow->channels, out->channel)) return;
    csuccess__note_unknown(build->flow, member, out->channel, build->flow->channels, "channel");
}

static void read_expiry(csuccess__problems *problems, const csuccess__json *at,
                        csuccess__approval_rule *out)
{
    static const char *const words[] = {"reject", "approve", "escalate", NULL};
    const csuccess__duration none = {0, 0, 0};
    const csuccess__json *member = csuccess__json_member(at, "expires");
    out->expires = (csuccess__duration){0, 3, 0};
    if (member) out->expires = csuccess__read_period(problems, at, "expires", "P3D");
    bool text = member && member->type == CSUCCESS__JSON_STRING;
    if (text && csuccess__duration_compare(out->expires, none).most <= 0) {
        csuccess__problem(problems, member, CSUCCESS_ECONFIG,
                          "whoever decides needs time: \"expires\" such as \"P3D\"");
    }
    out->on_expiry = (csuccess__on_expiry)csuccess__read_word(problems, at, "on_expiry", words,
                                                              CSUCCESS__EXPIRY_REJECT);
    if (out->on_expiry == CSUCCESS__EXPIRY_ESCALATE && out->escalate_to.len == 0) {
        csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                          "\"on_expiry\": \"escalate\" needs \"escalate_to\": the role that "
                          "decides then");
    }
}

static void read_rule(csuccess__intervene_build *build, const csuccess__json *at,
                      csuccess__approval_rule *out)
{
    static const char *const keys[] = {"for",     "when",      "approver",    "priority",
                                       "expires", "on_expiry", "escalate_to", "channel",
                                       "label",   "order",     "description", NULL};
    static const char *const priorities[] = {
#define CSUCCESS__PRIORITY(name, number, text) text,
        CSUCCESS__PRIORITIES(CSUCCESS__PRIORITY)
#undef CSUCCESS__PRIORITY
            NULL};
    const csuccess_str none = {"", 0};
    csuccess__problems *problems = build->flow->problems;
    *out = (csuccess__approval_rule){
        .id = at->key, .approver = none, .escalate_to = none, .channel = none};
    if (!csuccess__read_object(problems, at, keys)) return;
    (void)csuccess__read_string(problems, at, "label", at->key);
    read_for(build, at, out);
    const csuccess__json *when = csuccess__json_member(at, "when");
    if (when) {
        out->when = csuccess__expr_read(build->flow->with, problems, when,
                                        csuccess__type_of(CSUCCESS__KIND_BOOL));
    }
    out->approver = csuccess__read_string(problems, at, "approver", none);
    out->escalate_to = csuccess__read_string(problems, at, "escalate_to", none);
    out->priority = (csuccess__priority)csuccess__read_word(
        problems, at, "priority", priorities, CSUCCESS__PRIORITY_MEDIUM);
    read_channel(build, at, out);
    read_expiry(problems, at, out);
    if (out->approver.len > 0) return;
    csuccess__problem(problems, at, CSUCCESS_ECONFIG,
                      "a rule of \"approvals\" needs \"approver\": the role that decides");
}

bool csuccess__approval_is_for(const csuccess__approval_rule *rule, csuccess_str programme)
{
    for (uint32_t i = 0; i < rule->for_count; i++) {
        if (csuccess__pattern_fits(&rule->for_[i], programme)) return true;
    }
    return false;
}

/* An offer that must be approved above a limit, and nobody whom it could ask. */
static void check_offers(csuccess__intervene_build *build, const csuccess__approvals *all)
{
    const csuccess__offers *offers = build->intervene->offers;
    for (uint32_t i = 0; offers && i < offers->count; i++) {
        const csuccess__offer *of = &offers->list[i];
        bool asks = !of->has_approval;
        for (uint32_t k = 0; k < all->count && !asks; k++) {
            asks = csuccess__approval_is_for(&all->list[k], of->programme);
        }
        if (asks) continue;
        csuccess__problem(build->flow->problems,
                          csuccess__json_member(of->at, "approval_above"), CSUCCESS_ECONFIG,
                          "above \"approval_above\" nobody is there to ask: add a rule to "
                          "\"approvals\" that is for %q, such as {\"for\": [\"offer/*\"], "
                          "\"when\": \"false\", \"approver\": \"manager\"}",
                          of->programme);
    }
}

const csuccess__approvals *csuccess__approvals_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section)
{
    csuccess__arena *arena = build->flow->with->arena;
    uint32_t count = section ? section->count : 0;
    if (count > RULES_MOST) {
        csuccess__problem(build->flow->problems, section, CSUCCESS_ELIMIT,
                          "a configuration has at most %u approvals; this has %u",
                          (uint32_t)RULES_MOST, count);
        count = 0;
    }
    csuccess__approvals *out = CSUCCESS__NEW(arena, csuccess__approvals);
    csuccess__approval_rule *list = CSUCCESS__NEW_ARRAY(arena, csuccess__approval_rule, count);
    const csuccess__json **members =
        CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, section ? section->count : 0);
    if (!out || !list || !members) return NULL;
    if (count) csuccess__read_order(section, members);
    for (uint32_t i = 0; i < count; i++) read_rule(build, members[i], &list[i]);
    out->list = list;
    out->count = count;
    out->any_principal = !csuccess__json_member(build->flow->document, "access");
    check_offers(build, out);
    return build->flow->problems->lost ? NULL : out;
}

const csuccess__approval_rule *csuccess__approval_rule_find(const csuccess__approvals *of,
                                                            csuccess_str id)
{
    for (uint32_t i = 0; i < of->count; i++) {
        if (csuccess__str_eq(of->list[i].id, id)) return &of->list[i];
    }
    return NULL;
}
