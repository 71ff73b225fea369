/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a journey is told with its place, the nearest name and what would be right; all of it together. */
#include "flow_journeys.h"

typedef struct wrong {
    const char *journeys, *pointer, *message;
} wrong;

#define AROUND(journeys) \
    "{`csuccess`: 1, `attributes`: {`x`: {`type`: `number`}}, `channels`: {`email`: {}}, " \
    "`calendars`: {`standard`: {}}, `segments`: {`beta`: {`type`: `static`}, `big`: {`when`: " \
    "`x " \
    "> 5`}}, `templates`: {`hello`: {`locales`: {`en`: {`body`: `You`}}}}, `journeys`: " \
    "{" journeys "}}"
#define STEPS(steps) "`j`: {`steps`: {" steps "}}"

static const wrong all[] = {
    {"`j`: {}", "/journeys/j", "needs \"steps\""},
    {"`j`: {`steps`: {}}", "/journeys/j", "needs \"steps\""},
    {"`j`: 5", "/journeys/j", "expected an object, found a number"},
    {"`j`: {`trigerr`: {}, `steps`: {`a`: {`type`: `exit`}}}", "/journeys/j/trigerr",
     "did you mean \"trigger\"?"},
    {"`j`: {`type`: `winback`, `steps`: {`a`: {`type`: `exit`}}}", "/journeys/j/type",
     "did you mean \"win_back\"?"},
    {"`j`: {`start`: `aa`, `steps`: {`ab`: {`type`: `exit`}, `c`: {`type`: `exit`}}}",
     "/journeys/j/start", "there is no step \"aa\""},
    {"`j`: {`goal`: {}, `steps`: {`a`: {`type`: `exit`}}}", "/journeys/j/goal",
     "either \"when\", a condition, or \"event\""},
    {"`j`: {`exit`: {`o`: {`when`: `x > 1`, `event`: `e`}}, `steps`: {`a`: {`type`: `exit`}}}",
     "/journeys/j/exit/o", "either \"when\""},
    {"`j`: {`exit`: {`o`: {`when`: `y > 1`}}, `steps`: {`a`: {`type`: `exit`}}}",
     "/journeys/j/exit/o/when", "unknown name \"y\""},
    {"`j`: {`on_change`: `move`, `steps`: {`a`: {`type`: `exit`}}}", "/journeys/j/on_change",
     "\"pin\" or"},
    {"`j`: {`on_change`: {`map`: {`old`: `welcom`}}, `steps`: {`welcome`: {`type`: `exit`}}}",
     "/journeys/j/on_change/map/old", "did you mean \"welcome\"?"},
    {"`j`: {`reenroll`: {`most`: 0}, `steps`: {`a`: {`type`: `exit`}}}",
     "/journeys/j/reenroll/most", "must be a number from 1"},
    {"`j`: {`reenroll`: {`most`: 1.5}, `steps`: {`a`: {`type`: `exit`}}}",
     "/journeys/j/reenroll/most", "whole number"},
    {"`j`: {`concurrent`: {`customer`: 2.5}, `steps`: {`a`: {`type`: `exit`}}}",
     "/journeys/j/concurrent/customer", "whole number"},
    {"`j`: {`time_limit`: `P0D`, `steps`: {`a`: {`type`: `exit`}}}", "/journeys/j/time_limit",
     "longer than nothing"},
    {"`j`: {`time_limit`: `90 days`, `steps`: {`a`: {`type`: `exit`}}}",
     "/journeys/j/time_limit", "P90D"},
    {"`j`: {`calendar`: `standart`, `steps`: {`a`: {`type`: `exit`}}}", "/journeys/j/calendar",
     "did you mean \"standard\"?"},
    {STEPS("`a`: {}"), "/journeys/j/steps/a", "needs \"type\""},
    {STEPS("`a`: {`type`: `emial`, `template`: `hello`}"), "/journeys/j/steps/a/type",
     "did you mean \"email\"?"},
    {STEPS("`end`: {`type`: `exit`}"), "/journeys/j/steps/end", "no name for a step"},
    {STEPS("`a`: {`type`: `email`}"), "/journeys/j/steps/a", "needs \"template\""},
    {STEPS("`a`: {`type`: `email`, `template`: `helo`}"), "/journeys/j/steps/a/template",
     "hello"},
    {STEPS("`a`: {`type`: `email`, `template`: `hello`, `next`: `bb`}, `bc`: {`type`: `exit`}"),
     "/journeys/j/steps/a/next", "there is no step \"bb\""},
    {STEPS("`a`: {`type`: `email`, `template`: `hello`, `next`: 4}"),
     "/journeys/j/steps/a/next", "the name of a step or \"end\", found a number"},
    {STEPS("`a`: {`type`: `exit`, `next`: `a`}"), "/journeys/j/steps/a/next",
     "unknown key \"next\""},
    {STEPS("`a`: {`type`: `webhook`}"), "/journeys/j/steps/a", "needs \"channel\""},
    {STEPS("`a`: {`type`: `human_touchpoint`}"), "/journeys/j/steps/a", "needs \"title\""},
    {STEPS("`a`: {`type`: `human_touchpoint`, `title`: `Call`, `timeout`: `end`}"),
     "/journeys/j/steps/a/timeout", "has no time"},
    {STEPS("`a`: {`type`: `task`, `title`: `Call`, `unsuccessful`: `end`}"),
     "/journeys/j/steps/a/unsuccessful", "unknown key"},
    {STEPS("`a`: {`type`: `wait`}"), "/journeys/j/steps/a", "waits for nothing"},
    {STEPS("`a`: {`type`: `wait`, `for`: `P1D`, `at`: `now`}"), "/journeys/j/steps/a",
     "more than one time"},
    {STEPS("`a`: {`type`: `wait`, `for`: `P1D`, `timeout`: `end`}"),
     "/journeys/j/steps/a/timeout", "without events has no timeout"},
    {STEPS("`a`: {`type`: `wait`, `until`: {`e`: {}}}"), "/journeys/j/steps/a/until/e",
     "needs \"event\""},
    {STEPS("`a`: {`type`: `wait`, `until`: {`timeout`: {`event`: `e`}}}"),
     "/journeys/j/steps/a/until/timeout", "rename the event"},
    {STEPS("`a`: {`type`: `wait`, `until`: {`e`: {`event`: `e`, `correlate`: {`id`: `x`}}}}"),
     "/journeys/j/steps/a/until/e/correlate/id", "declared under \"properties\""},
    {STEPS("`a`: {`type`: `condition`}"), "/journeys/j/steps/a", "needs \"when\""},
    {STEPS("`a`: {`type`: `condition`, `when`: `x > 2`, `tru`: `end`}"),
     "/journeys/j/steps/a/tru", "did you mean \"true\"?"},
    {STEPS("`a`: {`type`: `split`}"), "/journeys/j/steps/a", "needs \"arms\""},
    {STEPS("`a`: {`type`: `split`, `arms`: {`l`: {`share`: 0.5}, `r`: {`share`: 0.4}}}"),
     "/journeys/j/steps/a/arms", "must add up to 1"},
    {STEPS("`a`: {`type`: `segment_update`}"), "/journeys/j/steps/a", "needs \"add\""},
    {STEPS("`a`: {`type`: `segment_update`, `add`: `betta`}"), "/journeys/j/steps/a/add",
     "did you mean \"beta\"?"},
    {STEPS("`a`: {`type`: `segment_update`, `add`: [`big`]}"), "/journeys/j/steps/a/add/0",
     "is not static"},
    {STEPS("`a`: {`type`: `start_playbook`, `playbook`: `help`}"),
     "/journeys/j/steps/a/playbook", "there is no playbook \"help\""},
    {STEPS("`a`: {`type`: `enroll`, `journey`: `jj`}"), "/journeys/j/steps/a/journey",
     "there is no journey \"jj\""}};

static bool is_told(const csuccess_problems *problems, const wrong *w)
{
    for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        char message[1024];
        CHECK_OK(csuccess_problems_get(problems, i, &p));
        snprintf(message, sizeof message, "%.*s", (int)p.message.len, p.message.ptr);
        if (p.code < 0 && csuccess__str_is(p.pointer, w->pointer) &&
            strstr(message, w->message)) {
            return true;
        }
    }
    return false;
}

static void each_is_told_with_its_place(void)
{
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char document[2048];
        csuccess_problems *problems = NULL;
        snprintf(document, sizeof document, AROUND("%s"), all[i].journeys);
        char *text = trip_quoted(document);
        CHECK(csuccess_config_check(&problems, check_view(text), NULL, NULL) < 0);
        if (!CHECK(is_told(problems, &all[i]))) {
            printf("# %s\n# wanted %s: %s\n", text, all[i].pointer, all[i].message);
            for (size_t k = 0; k < csuccess_problems_count(problems); k++) {
                csuccess_problem p = CSUCCESS_PROBLEM_INIT;
                CHECK_OK(csuccess_problems_get(problems, k, &p));
                printf("# is %.*s: %.*s\n", (int)p.pointer.len, p.pointer.ptr,
                       (int)p.message.len, p.message.ptr);
            }
        }
        csuccess_problems_free(problems);
        free(text);
    }
}

static void all_are_told_together(void)
{
    csuccess_problems *problems = NULL;
    char *text = trip_quoted(AROUND("`j`: {`type`: `x`, `steps`: {`a`: {`type`: `wait`}, `b`: "
                                    "{`type`: `email`}, `c`: {`type`: "
                                    "`split`}}}, `k`: {}"));
    size_t errors = 0;
    CHECK(csuccess_config_check(&problems, check_view(text), NULL, NULL) < 0);
    for (size_t i = 0; i < csuccess_problems_count(problems); i++) {
        csuccess_problem p = CSUCCESS_PROBLEM_INIT;
        CHECK_OK(csuccess_problems_get(problems, i, &p));
        errors += p.code < 0;
    }
    CHECK_UINT(errors, 5);
    csuccess_problems_free(problems);
    free(text);
}

/* The order of what has an order counts for what enrollments are pinned to; that of other keys does not. */
static void hashes_know_what_has_an_order(void)
{
    static const struct {
        const char *document;
        bool same;
    } others[] = {{AROUND("`j`: {`version`: 1, `steps`: {`a`: {`for`: `P1D`, `type`: `wait`}, "
                          "`b`: {`type`: `exit`}}}"),
                   true},
                  {AROUND("`j`: {`steps`: {`b`: {`type`: `exit`, `order`: 2}, `a`: {`type`: "
                          "`wait`, `for`: `P1D`}}, `version`: 1}"),
                   false},
                  {AROUND("`j`: {`version`: 1, `steps`: {`a`: {`type`: `wait`, `for`: `P2D`}, "
                          "`b`: {`type`: `exit`}}}"),
                   false}};
    trip t;
    if (!CHECK_OK(trip_open(&t,
                            AROUND("`j`: {`version`: 1, `steps`: {`a`: {`type`: `wait`, `for`: "
                                   "`P1D`}, `b`: {`type`: `exit`}}}"),
                            NULL)))
        return;
    const uint8_t *hash = trip_now(&t)->flow->journeys->list[0].hash;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        CHECK_OK(trip_config(&t, others[i].document));
        CHECK((memcmp(hash, trip_now(&t)->flow->journeys->list[0].hash, 16) == 0) ==
              others[i].same);
    }
    trip_close(&t);
}

CHECK_MAIN(CHECK_TEST(each_is_told_with_its_place), CHECK_TEST(all_are_told_together),
           CHECK_TEST(hashes_know_what_has_an_order))
