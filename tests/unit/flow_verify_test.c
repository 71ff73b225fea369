/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier: planted defects, each found by its rule at its place; sound programmes, of which nothing is said; conditions against a search over values. */
#include "check.h"

#include "config/config.h"
#include <csuccess/csuccess.h>

/* A grave accent is a double quote here. */
#define HEAD \
    "{`csuccess`: 1, `attributes`: {" \
    "`score`: {`type`: `number`, `min`: 0, `max`: 100, `default`: 50}, " \
    "`seats`: {`type`: `number`, `min`: 1, `max`: 500}, " \
    "`plan`: {`type`: `string`, `in`: [`free`, `pro`, `team`], `default`: `free`}, " \
    "`paid`: {`type`: `bool`, `default`: false}, `renews`: {`type`: `time`}, " \
    "`churned_at`: {`type`: `time`}}, " \
    "`records`: {`contacts`: {`max`: 7, `of`: {`name`: {`type`: `string`}, `role`: {`type`: " \
    "`string`}}}, " \
    "`subscriptions`: {`max`: 5, `of`: {`renews`: {`type`: `time`}}}}, " \
    "`metrics`: {`share`: `score / 100`, `double`: `2 * score + 10`}, " \
    "`channels`: {`email`: {`rate`: {`limit`: 1, `per`: `P1D`}}, `in_app`: {}, `crm`: " \
    "{`cost`: 5, `budget`: {`limit`: 9, `per`: `month`}}}, " \
    "`templates`: {`hi`: {`locales`: {`en`: {`subject`: `Hi`, `body`: `Hello`}}}}, " \
    "`calendars`: {`office`: {`zone`: `UTC`}}, " \
    "`segments`: {`low`: {`when`: `score < 40`}, `manual`: {`static`: true}}, "

static char *text_of(const char *sections)
{
    size_t head = strlen(HEAD), n = strlen(sections);
    char *text = malloc(head + n + 2);
    if (!text) abort();
    memcpy(text, HEAD, head);
    memcpy(text + head, sections, n);
    memcpy(text + head + n, "}", 2);
    for (char *p = text; *p; p++) {
        if (*p == '`') *p = '"';
    }
    return text;
}

static const char *const rules[] = {"unreachable",
                                    "no-end",
                                    "loop-without-wait",
                                    "never-taken",
                                    "always-taken",
                                    "past-limit",
                                    "wait-without-timeout",
                                    "exit-never-comes",
                                    "fires-into-exit",
                                    "same-trigger",
                                    "cap",
                                    "undecided"};

static bool begins(csuccess_str text, const char *word)
{
    size_t n = strlen(word);
    return text.len > n + 2 && memcmp(text.ptr, word, n) == 0 && text.ptr[n] == ':' &&
           text.ptr[n + 1] == ' ';
}

/* How many problems are the verifier's; how many of them have this rule and place. */
typedef struct found {
    unsigned all, these, errors;
} found;

/* reason: the list of problems is gone through once. */
static found look(const char *sections, const char *rule, const char *place)
{
    found f = {0, 0, 0};
    char *text = text_of(sections);
    csuccess_problems *list = NULL;
    csuccess_config_check(&list, check_view(text), NULL, NULL);
    if (!CHECK(list != NULL)) return f;
    for (size_t i = 0; i < csuccess_problems_count(list); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        bool known = false;
        CHECK_OK(csuccess_problems_get(list, i, &p));
        for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
            known = known || begins(p.message, rules[k]);
        }
        if (!known && p.code >= 0) continue; /* lint of others */
        f.all++;
        f.errors += p.code < 0;
        bool here = place && p.pointer.len == strlen(place) &&
                    memcmp(p.pointer.ptr, place, p.pointer.len) == 0;
        bool this_one = rule && begins(p.message, rule) && here;
        f.these += this_one;
        if (!this_one) {
            printf("# also: %.*s at %.*s\n", (int)p.message.len, p.message.ptr,
                   (int)p.pointer.len, p.pointer.ptr);
        }
    }
    csuccess_problems_free(list);
    free(text);
    return f;
}

#define JOURNEY(keys) "`journeys`: {`j`: {" keys "}}"
#define STEPS(steps) "`journeys`: {`j`: {`steps`: {" steps "}}}"
#define STEP(id) "/journeys/j/steps/" id
#define EMAIL "`type`: `email`, `template`: `hi`"
#define DAY "{`type`: `wait`, `for`: `P1D`}"
#define TWO(a, b) "`journeys`: {`a`: {" a "}, `b`: {" b "}}"
#define PLAYBOOK(keys) \
    "`playbooks`: {`p`: {" keys ", `steps`: {`one`: {`type`: `call`, `title`: `Call`}}}}"
#define CALL(keys) "{`type`: `call`, `title`: `Call`" keys "}"

static const struct {
    const char *what, *rule, *place, *sections;
    unsigned more; /* that come with it */
} defects[] = {
    /* Structure */
    {"a step behind an end", "unreachable", STEP("b"),
     STEPS("`a`: {`type`: `exit`}, `b`: {" EMAIL "}"), 0},
    {"a step that is jumped over", "unreachable", STEP("b"),
     STEPS("`a`: {" EMAIL ", `next`: `c`}, `b`: {" EMAIL "}, `c`: {`type`: `exit`}"), 0},
    {"an island of two", "unreachable", STEP("b"),
     STEPS("`a`: {" EMAIL
           ", `next`: `end`}, `b`: {`type`: `wait`, `for`: `P1D`, `next`: `c`}, `c`: "
           "{" EMAIL ", `next`: `b`}"),
     1},
    {"a start in the middle", "unreachable", STEP("a"),
     JOURNEY("`start`: `b`, `steps`: {`a`: {" EMAIL "}, `b`: {" EMAIL "}}"), 0},
    {"a holdout without a share", "unreachable", STEP("late"),
     STEPS("`a`: {`type`: `split`, `arms`: {`x`: {`share`: 1, `next`: `end`}}, `holdout`: "
           "{`share`: 0, `next`: `late`}}, `late`: {`type`: `exit`}"),
     0},
    {"a circle with no way out", "no-end", STEP("b"),
     STEPS("`a`: {" EMAIL "}, `b`: {`type`: `wait`, `for`: `P1D`, `next`: `c`}, `c`: {" EMAIL
           ", `next`: `b`}"),
     2},
    {"a wait for itself", "no-end", STEP("a"),
     STEPS("`a`: {`type`: `wait`, `for`: `P1D`, `next`: `a`}"), 0},
    {"a circle that only a goal ends", "no-end", STEP("a"),
     JOURNEY("`goal`: {`when`: `paid`}, `steps`: {`a`: {`type`: `wait`, `for`: `P1D`, `next`: "
             "`a`}}"),
     0},
    {"a step that is its own next", "loop-without-wait", STEP("a"),
     JOURNEY("`time_limit`: `P9D`, `steps`: {`a`: {`type`: `segment_update`, `add`: "
             "[`manual`], `next`: "
             "`a`}}"),
     0},
    {"a condition that is asked again at once", "loop-without-wait", STEP("a"),
     STEPS(
         "`a`: {`type`: `condition`, `when`: `paid`, `true`: `end`, `false`: `b`}, `b`: {" EMAIL
         ", `next`: `a`}"),
     0},
    {"a circle of three", "loop-without-wait", STEP("b"),
     STEPS("`a`: " DAY ", `b`: {" EMAIL "}, `c`: {" EMAIL
           "}, `d`: {`type`: `condition`, `when`: `paid`, `true`: `end`, `false`: `b`}"),
     0},
    {"a wait for no time", "loop-without-wait", STEP("a"),
     STEPS("`a`: {`type`: `wait`, `for`: `PT0S`}, `b`: {`type`: `condition`, `when`: `paid`, "
           "`true`: "
           "`end`, `false`: `a`}"),
     0},
    {"a wait for a time that may be past", "loop-without-wait", STEP("a"),
     STEPS("`a`: {`type`: `wait`, `at`: `coalesce(renews, now)`}, `b`: {`type`: `condition`, "
           "`when`: "
           "`paid`, `true`: `end`, `false`: `a`}"),
     0},
    {"a task that nobody waits for", "loop-without-wait", STEP("a"),
     STEPS("`a`: {`type`: `task`, `title`: `Look`}, `b`: {`type`: `condition`, `when`: `paid`, "
           "`true`: "
           "`end`, `false`: `a`}"),
     0},
    {"journeys that enroll one another", "loop-without-wait", "/journeys/a",
     TWO("`reenroll`: {}, `steps`: {`x`: {`type`: `enroll`, `journey`: `b`}}",
         "`reenroll`: {}, `steps`: {`y`: {`type`: `enroll`, `journey`: `a`}}"),
     0},
    {"the same, which re-enrollment stops", "loop-without-wait", "/journeys/a",
     TWO("`steps`: {`x`: {`type`: `enroll`, `journey`: `b`}}",
         "`steps`: {`y`: {`type`: `enroll`, `journey`: `a`}}"),
     0},
    {"journeys that follow one another's end", "loop-without-wait", "/journeys/a",
     TWO("`reenroll`: {}, `trigger`: {`journey`: `b`, `ended`: `completed`}, `steps`: {`x`: "
         "{`type`: "
         "`segment_update`, `add`: [`manual`]}}",
         "`reenroll`: {}, `trigger`: {`journey`: `a`}, `steps`: {`y`: {`type`: `exit`, "
         "`outcome`: "
         "`success`}}"),
     0},
    {"a journey that its own end begins", "loop-without-wait", "/journeys/j",
     JOURNEY("`reenroll`: {}, `trigger`: {`journey`: `j`}, `steps`: {`x`: {`type`: `exit`}}"),
     0},
    /* Waits */
    {"a wait for an event alone", "wait-without-timeout", STEP("a"),
     STEPS("`a`: {`type`: `wait`, `until`: {`b`: {`event`: `booked`}}}"), 0},
    {"a person who may never answer", "wait-without-timeout", STEP("a"),
     STEPS("`a`: {`type`: `human_touchpoint`, `title`: `Call`}"), 0},
    {"a task that is waited for", "wait-without-timeout", STEP("a"),
     JOURNEY("`time_limit`: `P30D`, `steps`: {`a`: {`type`: `task`, `title`: `Look`, `wait`: "
             "true}}"),
     0},
    {"a playbook that is waited for", "wait-without-timeout", STEP("a"),
     STEPS("`a`: {`type`: `start_playbook`, `playbook`: `p`, `wait`: true}") ", " PLAYBOOK(
         "`category`: `custom`"),
     0},
    {"a step behind the limit", "past-limit", STEP("b"),
     JOURNEY("`time_limit`: `P7D`, `steps`: {`a`: {`type`: `wait`, `for`: `P30D`}, `b`: {" EMAIL
             "}}"),
     0},
    {"a step behind two waits", "past-limit", STEP("d"),
     JOURNEY("`time_limit`: `P2D`, `steps`: {`a`: " DAY ", `b`: {" EMAIL "}, `c`: " DAY
             ", `d`: {`type`: `exit`}}"),
     0},
    /* Ways by conditions */
    {"more than the range has", "never-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: `score > 100`, `true`: `b`, `false`: `end`}, "
           "`b`: {" EMAIL "}"),
     0},
    {"two that do not meet", "never-taken", STEP("a") "/when",
     STEPS(
         "`a`: {`type`: `condition`, `when`: `score > 60 && score < 40`, `true`: `b`, `false`: "
         "`end`}, `b`: {" EMAIL "}"),
     0},
    {"a rule map that contradicts itself", "never-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: {`score`: {`gt`: 60, `lt`: 40}}, `true`: `b`, "
           "`false`: "
           "`end`}, `b`: {" EMAIL "}"),
     0},
    {"a word that there is not", "never-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: `plan == 'pro' && plan == 'team'`, `true`: `b`, "
           "`false`: `end`}, `b`: {" EMAIL "}"),
     0},
    {"all words refused", "never-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: `plan != 'pro' && plan != 'team' && plan != "
           "'free'`, "
           "`true`: `b`, `false`: `end`}, `b`: {" EMAIL "}"),
     0},
    {"through a metric", "never-taken", STEP("a") "/when",
     STEPS(
         "`a`: {`type`: `condition`, `when`: `share > 1.5`, `true`: `b`, `false`: `end`}, `b`: "
         "{" EMAIL "}"),
     0},
    {"through arithmetic", "never-taken", STEP("a") "/when",
     STEPS(
         "`a`: {`type`: `condition`, `when`: `score * 2 + 1 > 150 && score < 70`, `true`: `b`, "
         "`false`: `end`}, `b`: {" EMAIL "}"),
     0},
    {"in every branch of an or", "never-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: `paid && (score < 0 || (score > 50 && score < "
           "20) || "
           "!paid)`, `true`: `b`, `false`: `end`}, `b`: {" EMAIL "}"),
     0},
    {"more than itself", "never-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `health_check`, `when`: `score > double && score < double`, `true`: "
           "`b`, "
           "`false`: `end`}, `b`: {" EMAIL "}"),
     0},
    {"what cannot fail", "always-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: `score >= 0`, `true`: `b`, `false`: `end`}, "
           "`b`: {" EMAIL "}"),
     0},
    {"an or that covers everything", "always-taken", STEP("a") "/when",
     STEPS("`a`: {`type`: `condition`, `when`: `score < 50 || score >= 30`, `true`: `b`, "
           "`false`: "
           "`end`}, `b`: {" EMAIL "}"),
     0},
    {"an arm without a share", "never-taken", STEP("a"),
     STEPS("`a`: {`type`: `split`, `arms`: {`x`: {`share`: 1, `next`: `b`}, `y`: {`share`: 0, "
           "`next`: "
           "`b`}}}, `b`: {" EMAIL "}"),
     0},
    {"an awaited event that cannot fit", "never-taken", STEP("a"),
     STEPS("`a`: {`type`: `wait`, `for`: `P1D`, `until`: {`e`: {`event`: `paid`, `properties`: "
           "{`amount`: `number`}, `where`: `amount > 5 && amount < 3`}}}"),
     0},
    {"a branch on what may be missing", "undecided", STEP("a"),
     STEPS("`a`: {`type`: `condition`, `when`: `seats > 3`, `true`: `b`, `false`: `end`}, `b`: "
           "{" EMAIL "}"),
     0},
    /* Ends */
    {"an exit that cannot hold", "exit-never-comes", "/journeys/j/exit/x",
     JOURNEY("`exit`: {`x`: {`when`: `score < 0`}}, `steps`: {`a`: {" EMAIL "}}"), 0},
    {"an exit behind the goal", "exit-never-comes", "/journeys/j",
     JOURNEY("`goal`: {`when`: `score > 50`}, `exit`: {`x`: {`when`: `score > 80`}}, `steps`: "
             "{`a`: "
             "{" EMAIL "}}"),
     0},
    {"an exit behind another", "exit-never-comes", "/journeys/j",
     JOURNEY(
         "`exit`: {`x`: {`when`: `score < 50`}, `y`: {`when`: `score < 20 && paid`}}, `steps`: "
         "{`a`: {" EMAIL "}}"),
     0},
    {"an exit by an event that cannot fit", "exit-never-comes", "/journeys/j/exit/x",
     JOURNEY("`exit`: {`x`: {`event`: `left`, `properties`: {`n`: `number`}, `where`: `n > 5 "
             "&& n < "
             "3`}}, `steps`: {`a`: {" EMAIL "}}"),
     0},
    {"a goal that cannot be reached", "exit-never-comes", "/journeys/j/goal",
     JOURNEY("`goal`: {`when`: `score > 200`}, `steps`: {`a`: {" EMAIL "}}"), 0},
    {"an exit that always holds", "always-taken", "/journeys/j/exit/x",
     JOURNEY("`exit`: {`x`: {`when`: `score <= 100`}}, `steps`: {`a`: {" EMAIL "}}"), 0},
    /* Triggers */
    {"a trigger into an exit", "fires-into-exit", "/journeys/j/trigger",
     JOURNEY("`trigger`: {`when`: `score < 30`}, `exit`: {`x`: {`when`: `score < 50`}}, "
             "`steps`: {`a`: "
             "{" EMAIL "}}"),
     0},
    {"a segment into a goal", "fires-into-exit", "/journeys/j/trigger",
     JOURNEY(
         "`trigger`: {`segment`: `low`}, `goal`: {`when`: `score < 70`}, `steps`: {`a`: {" EMAIL
         "}}"),
     0},
    {"an if into an exit", "fires-into-exit", "/journeys/j/trigger",
     JOURNEY("`trigger`: {`event`: `bought`, `if`: `paid`}, `exit`: {`x`: {`when`: `paid`}}, "
             "`steps`: "
             "{`a`: {" EMAIL "}}"),
     0},
    {"a trigger that cannot fire", "never-taken", "/journeys/j/trigger",
     JOURNEY("`trigger`: {`when`: `score < 30 && score > 40`}, `steps`: {`a`: {" EMAIL "}}"),
     0},
    {"an if that contradicts the trigger", "never-taken", "/journeys/j/trigger",
     JOURNEY("`trigger`: {`when`: `score < 30`, `if`: `score > 40`}, `steps`: {`a`: {" EMAIL
             "}}"),
     0},
    {"a trigger that holds for everybody", "always-taken", "/journeys/j/trigger",
     JOURNEY("`trigger`: {`when`: `score <= 100`}, `steps`: {`a`: {" EMAIL "}}"), 0},
    /* Limits */
    {"again, but once in all", "cap", "/journeys/j/reenroll",
     JOURNEY("`reenroll`: {`after`: `P1D`, `most`: 1}, `steps`: {`a`: {" EMAIL "}}"), 0},
    {"into itself", "cap", STEP("a"),
     STEPS("`a`: {`type`: `enroll`, `journey`: `j`}, `b`: " DAY), 1},
    {"into one that is full as long as this goes on", "cap", "/journeys/a/steps/x",
     TWO("`concurrent`: {`customer`: 1}, `steps`: {`x`: {`type`: `enroll`, `journey`: `b`}, "
         "`y`: " DAY "}",
         "`concurrent`: {`customer`: 1}, `steps`: {`z`: {" EMAIL "}}"),
     0},
    {"more mails a day than all may get", "cap", "/journeys/j",
     STEPS("`a`: {" EMAIL "}, `b`: {" EMAIL "}, `c`: {" EMAIL "}"), 0},
    {"one customer spends the budget", "cap", "/journeys/j",
     STEPS("`a`: {`type`: `webhook`, `channel`: `crm`, `template`: `hi`}, `b`: {`type`: "
           "`webhook`, "
           "`channel`: `crm`, `template`: `hi`}"),
     0},
    /* Playbooks */
    {"two playbooks for the same", "same-trigger", "/playbooks/q",
     "`playbooks`: {`p`: {`category`: `custom`, `trigger`: {`when`: `score < 50`}, `steps`: "
     "{`a`: " CALL("") "}}, `q`: {`category`: `custom`, `trigger`: {`when`: {`score`: {`lt`: "
                       "50}}}, `steps`: {`a`: " CALL("") "}}}",
     0},
    {"two for one event", "same-trigger", "/playbooks/q",
     "`playbooks`: {`p`: {`category`: `custom`, `trigger`: {`event`: `left`}, `steps`: "
     "{`a`: " CALL("") "}}, `q`: {`category`: `custom`, `trigger`: {`event`: `left`}, `steps`: "
                       "{`a`: " CALL("") "}}}",
     0},
    {"a playbook that closes as it begins", "fires-into-exit", "/playbooks/p/trigger",
     PLAYBOOK(
         "`category`: `custom`, `trigger`: {`when`: `score < 30`}, `close_when`: `score < 60`"),
     0},
    {"a success that cannot be", "never-taken", "/playbooks/p/success",
     PLAYBOOK("`category`: `custom`, `success`: {`within`: `P30D`, `when`: `score > 100`}"), 0},
    {"a close that cannot be", "exit-never-comes", "/playbooks/p/close_when",
     PLAYBOOK("`category`: `custom`, `close_when`: `score > 100`"), 0},
    {"a step after success was looked at", "past-limit", "/playbooks/p/steps/b",
     "`playbooks`: {`p`: {`category`: `custom`, `success`: {`within`: `P10D`, `when`: `paid`}, "
     "`steps`: "
     "{`a`: " CALL("") ", `b`: " CALL(", `days_from_start`: 20") "}}}",
     0}};

static void planted_defects_are_found(void)
{
    CHECK(sizeof defects / sizeof defects[0] >= 50);
    for (size_t i = 0; i < sizeof defects / sizeof defects[0]; i++) {
        found f = look(defects[i].sections, defects[i].rule, defects[i].place);
        bool fine = f.these == 1 && f.all == 1 + defects[i].more;
        if (!CHECK(fine)) {
            printf("# %s: %s at %s\n", defects[i].what, defects[i].rule, defects[i].place);
        }
    }
}

enum { SOUND_FAULTS = 8 }; /* with a trigger, exits and conditions */

static const char *const sound[] = {
    STEPS("`a`: {" EMAIL "}"),
    STEPS("`a`: {" EMAIL "}, `b`: " DAY
          ", `c`: {`type`: `condition`, `when`: `paid`, `true`: `end`, `false`: `b`}"),
    STEPS("`a`: {`type`: `wait`, `for`: `P1D`, `until`: {`e`: {`event`: `booked`, `next`: "
          "`end`}}, "
          "`timeout`: `b`}, `b`: {" EMAIL "}"),
    STEPS("`a`: {`type`: `human_touchpoint`, `title`: `Call`, `timeout`: {`after`: `P7D`, "
          "`next`: `b`}}, "
          "`b`: {`type`: `exit`, `outcome`: `late`}"),
    STEPS("`a`: {`type`: `condition`, `when`: `seats > 3`, `true`: `b`, `false`: `end`, "
          "`undecided`: "
          "`end`}, `b`: {" EMAIL "}"),
    STEPS("`a`: {`type`: `condition`, `when`: `has(seats) && seats > 3`, `true`: `b`, `false`: "
          "`end`}, "
          "`b`: {" EMAIL "}"),
    STEPS("`a`: {`type`: `condition`, `when`: `score > 20 && (plan != 'pro' || paid) && score "
          "!= 30`, "
          "`true`: `b`, `false`: `end`}, `b`: {" EMAIL "}"),
    JOURNEY(
        "`time_limit`: `P30D`, `steps`: {`a`: {`type`: `wait`, `for`: `P1D`, `next`: `a`}}"),
    JOURNEY("`trigger`: {`when`: `score < 50`}, `exit`: {`x`: {`when`: `score > 70`}, `y`: "
            "{`when`: "
            "`has(churned_at)`}}, `steps`: {`a`: {" EMAIL "}}"),
    JOURNEY(
        "`trigger`: {`segment`: `low`}, `goal`: {`when`: `score > 60`}, `reenroll`: {`after`: "
        "`P90D`, `most`: 3}, `steps`: {`a`: {" EMAIL "}}"),
    TWO("`steps`: {`x`: " DAY ", `z`: {`type`: `enroll`, `journey`: `b`}}",
        "`reenroll`: {}, `steps`: {`y`: " DAY ", `z`: {`type`: `enroll`, `journey`: `a`}}"),
    TWO("`concurrent`: {`customer`: 1}, `steps`: {`x`: {`type`: `enroll`, `journey`: `b`, "
        "`next`: "
        "`end`}}",
        "`concurrent`: {`customer`: 1}, `steps`: {`z`: {" EMAIL "}}"),
    "`playbooks`: {`p`: {`category`: `custom`, `order`: 1, `trigger`: {`event`: `left`}, "
    "`steps`: {`a`: " CALL("") "}}, `q`: {`category`: `custom`, `order`: 2, `trigger`: "
                               "{`event`: `left`}, `steps`: {`a`: " CALL("") "}}}",
    PLAYBOOK(
        "`category`: `custom`, `trigger`: {`when`: `score < 30`, `leave`: `score > 40`}, "
        "`close_when`: `score > 60`, `success`: {`within`: `P30D`, `when`: `score >= 50`}"),
    "`playbooks`: {`p`: {`category`: `custom`, `steps`: {`a`: " CALL(
        ", `every`: `FREQ=WEEKLY;COUNT=4`") ", `b`: " CALL(", `after`: `a`") "}}}"};

static void of_what_is_sound_nothing_is_said(void)
{
    for (size_t i = 0; i < sizeof sound / sizeof sound[0]; i++) {
        found f = look(sound[i], NULL, NULL);
        if (!CHECK(f.all == 0)) printf("# sound %zu\n", i);
    }
}

/* What has a problem is no graph to look at, but the others still are. */
static void a_broken_journey_hides_no_other(void)
{
    found f = look(TWO("`steps`: {`x`: {`type`: `exit`}, `y`: {`type`: `wiat`}}",
                       "`steps`: {`z`: {`type`: `exit`}, `lost`: {`type`: `exit`}}"),
                   "unreachable", "/journeys/b/steps/lost");
    CHECK_UINT(f.these, 1);
    CHECK_UINT(f.errors, 2);
}

/* ---- The standard set ---- */

/* Whether the verifier has something to say of it. */
/* reason: what is said of a preset, and what its journeys can come to. */
static void look_at_preset(csuccess_str name, csuccess_str document, unsigned *programmes)
{
    char text[200];
    csuccess_problems *list = NULL;
    csuccess_config_check(&list, document, NULL, NULL);
    for (size_t i = 0; list && i < csuccess_problems_count(list); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        bool said = false;
        CHECK_OK(csuccess_problems_get(list, i, &p));
        for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++) {
            said = said || begins(p.message, rules[k]);
        }
        if (!CHECK(!said)) {
            printf("# %.*s: %.*s at %.*s\n", (int)name.len, name.ptr, (int)p.message.len,
                   p.message.ptr, (int)p.pointer.len, p.pointer.ptr);
        }
    }
    csuccess_problems_free(list);
    csuccess_config *config = NULL;
    if (!CHECK_OK(csuccess_config_compile(&config, document, NULL, NULL))) return;
    *programmes += config->flow->journeys->count + config->flow->playbooks->count;
    for (uint32_t i = 0; i < config->flow->journeys->count; i++) {
        csuccess_flow_bounds b = CSUCCESS_FLOW_BOUNDS_INIT;
        csuccess_str id = config->flow->journeys->list[i].id;
        snprintf(text, sizeof text, "journey/%.*s", (int)id.len, id.ptr);
        CHECK_OK(csuccess_config_bounds(config, check_view(text), &b, NULL));
        /* Whoever is in a standard journey is out of it one day, and is not written to without measure. */
        if (!CHECK(b.longest_ms < INT64_MAX && b.to_one < 30 && b.to_one_a_day <= 4)) {
            printf("# %s: %lld ms, %u messages, %u a day\n", text, (long long)b.longest_ms,
                   b.messages, b.messages_a_day);
        }
    }
    csuccess_config_unref(config);
}

static void the_standard_set_passes(void)
{
    unsigned programmes = 0;
    for (size_t i = 0; i < csuccess_preset_count(); i++) {
        csuccess_str name, text;
        CHECK_OK(csuccess_preset_get(i, &name, &text));
        look_at_preset(name, text, &programmes);
    }
    CHECK(programmes >= 14); /* seven journeys, seven playbooks, at least */
}

/* ---- Memory ---- */

static csuccess_result compile_all(check_memory *memory, void *ud)
{
    csuccess_config *config = NULL;
    csuccess_config_options options = CSUCCESS_CONFIG_OPTIONS_INIT;
    options.allocator = &memory->allocator;
    csuccess_result r = csuccess_config_compile(&config, check_view(ud), &options, NULL);
    csuccess_config_unref(config);
    return r;
}

static void memory_may_be_refused_anywhere(void)
{
    char *text = text_of(sound[SOUND_FAULTS]);
    CHECK(check_faults(compile_all, text) > 20);
    free(text);
}

CHECK_MAIN(CHECK_TEST(planted_defects_are_found), CHECK_TEST(of_what_is_sound_nothing_is_said),
           CHECK_TEST(a_broken_journey_hides_no_other), CHECK_TEST(the_standard_set_passes),
           CHECK_TEST(memory_may_be_refused_anywhere))
