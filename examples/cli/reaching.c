/* SPDX-License-Identifier: Apache-2.0 */
/* What reached a customer, what waits and why, what runs and who has to decide, for people. */
#include "reaching.h"

#include "output.h"
#include "slice.h"
#include "telling.h"

#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 2000, ROWS_MOST = 20 };

static csuccess_str at(csuccess_str object, const char *a, const char *b)
{
    return slice_member(slice_member(object, a), b);
}

static bool is(csuccess_str object, const char *key, const char *word)
{
    return slice_is(slice_plain(slice_member(object, key)), word);
}

static void put_line(const words *line)
{
    printf("  ");
    output_column((csuccess_str){line->text, line->len}, (int)line->len, false);
    putchar('\n');
}

/* ---- What is said of an item ---- */

static const telling sent[] = {
    {"", "decided_at"},   {"  ", "definition"},        {"/", "step"},
    {" by ", "channel"},  {" to ", "contact"},         {", delivered ", "delivered_at"},
    {", cost ", "$cost"}, {", response ", "response"}, {NULL, NULL}};

static const telling waiting[] = {{"", "definition"},
                                  {"/", "step"},
                                  {" by ", "channel"},
                                  {" to ", "contact"},
                                  {": ", "ruling"},
                                  {" by guard ", "guard"},
                                  {", ", "reason"},
                                  {", until ", "until"},
                                  {"; priority ", "priority"},
                                  {", cost ", "$cost"},
                                  {", expected value ", "expected_value"},
                                  {", uplift ", "uplift"},
                                  {", source ", "source"},
                                  {NULL, NULL}};

static const telling execution[] = {{"", "created_at"},
                                    {"  ", "intervention"},
                                    {" of ", "programme"},
                                    {" by ", "channel"},
                                    {": ", "state"},
                                    {", ", "outcome"},
                                    {", ", "owner"},
                                    {", due ", "due_at"},
                                    {", ended ", "ended_at"},
                                    {", response ", "response"},
                                    {", success ", "success"},
                                    {", is judged ", "judge_at"},
                                    {", cost ", "$cost"},
                                    {", value at stake ", "value_at_stake"},
                                    {NULL, NULL}};

static const telling urgent[] = {{"", "description"}, {" (", "type"},
                                 {"), ", "priority"}, {", due ", "due_at"},
                                 {", ", "owner"},     {", minutes: ", "effort_minutes"},
                                 {NULL, NULL}};

static const telling campaign[] = {{"", "campaign"},
                                   {" of ", "strategy"},
                                   {": ", "state"},
                                   {" since ", "started_at"},
                                   {", ended ", "ended_at"},
                                   {", ", "by"},
                                   {", planned until ", "planned_until"},
                                   {", probability of churn ", "%probability"},
                                   {", may take off ", "%impact"},
                                   {" by ", "of"},
                                   {", success ", "success"},
                                   {", follow-up ", "follow_up_at"},
                                   {NULL, NULL}};

static const telling offer[] = {
    {"", "offer"},           {": ", "state"},          {", ", "type"},
    {" worth ", "$value"},   {", months: ", "months"}, {", made ", "made_at"},
    {", until ", "expires"}, {", ended ", "ended_at"}, {NULL, NULL}};

static const telling approval[] = {{"", "#approval"},
                                   {" for ", "for"},
                                   {": ", "state"},
                                   {", the role ", "approver"},
                                   {" until ", "until"},
                                   {", asked ", "asked_at"},
                                   {", cost ", "$cost"},
                                   {", value ", "$value"},
                                   {", expected value ", "expected_value"},
                                   {", standing", "?standing"},
                                   {", used", "?used"},
                                   {NULL, NULL}};

static const telling decision[] = {
    {" by ", "by"}, {" at ", "decided_at"}, {": ", "reasoning"}, {NULL, NULL}};

static const telling exposure[] = {{": arm ", "arm"},
                                   {" of probability ", "probability"},
                                   {", held out", "?held"},
                                   {", by ", "definition"},
                                   {", unit ", "unit"},
                                   {", since ", "exposed_at"},
                                   {", outcome asked ", "outcome_at"},
                                   {", outcome ", "outcome"},
                                   {NULL, NULL}};

static const telling channel[] = {
    {"", "channel"},  {" for ", "contact"}, {": answered ", "responses"},
    {" of ", "sent"}, {", costs ", "cost"}, {", not usable: ", "reason"},
    {NULL, NULL}};
static const telling opportunity[] = {{"", "rank"},
                                      {". ", "opportunity"},
                                      {": ", "state"},
                                      {", worth ", "value"},
                                      {" at a probability of ", "probability"},
                                      {" comes to ", "expected"},
                                      {", ", "timing"},
                                      {", ", "trigger"},
                                      {", ", "action"},
                                      {", ", "recommend"},
                                      {", since ", "since"},
                                      {NULL, NULL}};

static const telling mood[] = {{"", "label"},
                               {" ", "overall"},
                               {", of late ", "recent"},
                               {", trend ", "trend"},
                               {" by ", "change"},
                               {", texts: ", "count"},
                               {", negative of late: ", "negatives"},
                               {", last ", "last_at"},
                               {NULL, NULL}};

/* ---- Paragraphs ---- */

typedef void more_fn(words *line, csuccess_str item);
typedef bool wanted_fn(csuccess_str item);

typedef struct paragraph {
    const char *title;
    const telling *tells;
    more_fn *more;     /* what stands behind; NULL: nothing */
    wanted_fn *wanted; /* NULL: all are */
} paragraph;

static uint32_t count(const paragraph *of, csuccess_str list)
{
    uint32_t n = 0;
    for (csuccess_str x = slice_first(list); x.len; x = slice_next(list, x)) {
        n += !of->wanted || of->wanted(x);
    }
    return n;
}

static void put_item(const paragraph *of, csuccess_str item)
{
    char text[LINE_BYTES] = "";
    words line = {text, 0, sizeof text};
    words_tell(&line, of->tells, item);
    if (of->more) of->more(&line, item);
    put_line(&line);
}

/* Those from `first` on, ROWS_MOST at the most. */
static void put_items(const paragraph *of, csuccess_str list, uint32_t first)
{
    uint32_t n = 0;
    for (csuccess_str x = slice_first(list); x.len; x = slice_next(list, x)) {
        if (of->wanted && !of->wanted(x)) continue;
        if (n >= first && n - first < ROWS_MOST) put_item(of, x);
        n++;
    }
}

/* Of a long list those at the end with `last`, else those at the beginning. */
static void put_list(const paragraph *of, csuccess_str list, bool last)
{
    uint32_t all = count(of, list), left_out = all > ROWS_MOST ? all - ROWS_MOST : 0;
    if (all == 0) return;
    printf("\n%s\n", of->title);
    if (last && left_out) printf("  … %u before these\n", left_out);
    put_items(of, list, last ? left_out : 0);
    if (!last && left_out) printf("  … and %u more\n", left_out);
}

/* ---- What needs more than a line of members ---- */

static void put_automation(csuccess_str automation)
{
    static const telling hold[] = {{"stopped since ", "since"},
                                   {", until ", "until"},
                                   {" by ", "by"},
                                   {": ", "reason"},
                                   {NULL, NULL}};
    static const telling spiral[] = {{"stopped by negative responses since ", "spiral"},
                                     {NULL, NULL}};
    static const telling unanswered[] = {
        {"its owner was told that nothing is answered: ", "*unanswered"}, {NULL, NULL}};
    const telling *const all[] = {hold, spiral, unanswered};
    bool any = false;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char text[LINE_BYTES] = "";
        words line = {text, 0, sizeof text};
        words_tell(&line, all[i], i == 0 ? slice_member(automation, "hold") : automation);
        if (line.len == 0) continue;
        printf("%s", any ? "" : "\nAutomation\n");
        put_line(&line);
        any = true;
    }
}

/* The first of its actions that has still to come. */
static void tell_next(words *line, csuccess_str run)
{
    static const telling next[] = {
        {"; next ", "action"}, {" at ", "at"}, {", which is ", "state"}, {NULL, NULL}};
    csuccess_str actions = slice_member(run, "actions");
    for (csuccess_str x = slice_first(actions); x.len; x = slice_next(actions, x)) {
        if (!is(x, "state", "due") && !is(x, "state", "planned")) continue;
        words_tell(line, next, x);
        return;
    }
}

static void tell_decision(words *line, csuccess_str approval_)
{
    csuccess_str of = slice_member(approval_, "decision");
    words_tell(line, decision, of.len ? of : approval_);
}

static void put_exposures(csuccess_str experiments)
{
    csuccess_str name, of;
    const char *title = "\nExperiments\n";
    for (size_t from = 0; slice_each(experiments, &from, &name.ptr, &name.len, &of);) {
        char text[LINE_BYTES] = "";
        words line = {text, 0, sizeof text};
        words_put(&line, name);
        words_tell(&line, exposure, of);
        printf("%s", title);
        put_line(&line);
        title = "";
    }
}

static void put_mood(csuccess_str sentiment)
{
    static const telling alert[] = {{"alert ", "alert"}, {", ", "severity"}, {NULL, NULL}};
    static const telling says[] = {{"", "*insights"}, {NULL, NULL}};
    char text[LINE_BYTES] = "", more[LINE_BYTES] = "";
    words line = {text, 0, sizeof text}, insights = {more, 0, sizeof more};
    words_tell(&line, mood, sentiment);
    if (line.len == 0) return;
    printf("\nSentiment\n");
    put_line(&line);
    words_tell(&insights, says, sentiment);
    if (insights.len) put_line(&insights);
    csuccess_str alerts = slice_member(sentiment, "alerts");
    const paragraph of = {NULL, alert, NULL, NULL};
    for (csuccess_str x = slice_first(alerts); x.len; x = slice_next(alerts, x)) {
        put_item(&of, x);
    }
}

/* ---- The whole ---- */

static bool is_held(csuccess_str item)
{
    return is(item, "ruling", "held");
}

static bool is_denied(csuccess_str item)
{
    return is(item, "ruling", "denied");
}

void reaching_print(csuccess_str all, csuccess_str sentiment)
{
    static const paragraph messages = {"Reached by", sent, NULL, NULL},
                           held = {"Held back", waiting, NULL, is_held},
                           denied = {"Denied", waiting, NULL, is_denied},
                           calls = {"Urgent actions", urgent, NULL, NULL},
                           open = {"Interventions under way", execution, NULL, NULL},
                           ended = {"Interventions before", execution, NULL, NULL},
                           runs = {"Campaigns", campaign, tell_next, NULL},
                           offers = {"Offers", offer, NULL, NULL},
                           asked = {"Approvals", approval, tell_decision, NULL},
                           chances = {"Opportunities", opportunity, NULL, NULL},
                           channels = {"Channels, the best first", channel, NULL, NULL};
    csuccess_str executions = slice_member(all, "executions");
    put_automation(slice_member(all, "automation"));
    put_list(&messages, at(all, "messages", "sent"), true);
    put_list(&held, at(all, "messages", "waiting"), false);
    put_list(&denied, at(all, "messages", "waiting"), false);
    put_list(&calls, slice_member(executions, "urgent"), false);
    put_list(&open, slice_member(executions, "open"), true);
    put_list(&ended, slice_member(executions, "ended"), true);
    put_list(&runs, slice_member(all, "campaigns"), false);
    put_list(&offers, slice_member(all, "offers"), true);
    put_list(&asked, slice_member(all, "approvals"), true);
    put_exposures(slice_member(all, "experiments"));
    put_list(&chances, slice_member(all, "opportunities"), false);
    put_list(&channels, slice_member(all, "channels"), false);
    put_mood(sentiment);
}
