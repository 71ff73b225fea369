/* SPDX-License-Identifier: Apache-2.0 */
/* Projections: which entries become rows for SQL. A new kind of entry is a row of the table here, with its table and view in schema.c. */
#include "internal.h"

#include <string.h>

/*
 * What the SQL is given: ?1 customer, ?2 seq, ?3 at, ?4 day (since the epoch), ?5 body, ?6 subject. It must bear any body: what is not there is
 * NULL, and a row that cannot be made is left out, never the commit. `mark` is what the body must contain, so that most inputs cost nothing.
 */
typedef struct projection {
    const char *kind, *mark, *sql;
} projection;

/* clang-format off */
#define OF(path) "json_extract(?5, '$." path "')"
/* Times in bodies are RFC 3339; in tables they are milliseconds. */
#define TIME(path) "CAST(round((julianday(" OF(path) ") - 2440587.5) * 86400000.0) AS INTEGER)"
/*
 * No json_valid() here: when SQLite has no memory that says "not valid", and the row would be lost. A body that is no JSON fails json_extract(), which is the body's own failure.
 * The WHERE tells an ON CONFLICT from a join.
 */
#define ALWAYS "WHERE true "
/* The last entry of an enrollment says whether it succeeded; no other does. */
#define ENDS OF("event") " IN ('completed', 'exited', 'failed')"
#define ENDED OF("change") " IS 'ended'"
#define ACTS OF("change") " IS 'action'"
#define IN_GROUP(path) "json_extract(g.value, '$." path "')"
#define GROUPS(ruling) \
    "INSERT INTO project_selections(customer, seq, place, at, ruling, guard, reason, until, candidates, more) " \
    "SELECT ?1, ?2, '" ruling "' || g.key, ?3, '" ruling "', " IN_GROUP("guard") ", " IN_GROUP("reason") ", " \
    "CAST(round((julianday(" IN_GROUP("until") ") - 2440587.5) * 86400000.0) AS INTEGER), " IN_GROUP("of") ", " \
    "coalesce(" IN_GROUP("more") ", 0) FROM json_each(?5, '$." ruling "') g"

static const projection table[] = {
    {"health", NULL,
     "INSERT INTO project_health(customer, day, at, raw, score, status, previous, trend, profile, completeness) "
     "SELECT ?1, ?4, ?3, " OF("after.raw") ", " OF("after.score") ", " OF("after.status") ", " OF("before.score") ", "
     OF("after.trend") ", " OF("after.profile") ", " OF("after.completeness") " " ALWAYS
     "ON CONFLICT(customer, day) DO UPDATE SET at = excluded.at, raw = excluded.raw, score = excluded.score, "
     "status = excluded.status, trend = excluded.trend, profile = excluded.profile, completeness = excluded.completeness"},
    {"churn", NULL,
     "INSERT INTO project_churn(customer, seq, at, probability, level, previous_probability, previous_level, source, model) "
     "SELECT ?1, ?2, ?3, " OF("after.probability") ", " OF("after.level") ", " OF("before.probability") ", "
     OF("before.level") ", " OF("after.source") ", " OF("after.model") " " ALWAYS},
    {"alert", NULL,
     "INSERT INTO project_alerts(customer, alert, occurrence, key, severity, tier, state, cause, raised_at, state_at, closed_at) "
     "SELECT ?1, " OF("alert") ", coalesce(" OF("occurrence") ", 0), " OF("key") ", " OF("severity") ", " OF("tier") ", "
     OF("state") ", " OF("cause") ", ?3, ?3, CASE WHEN " OF("state") " IN ('resolved', 'cleared') THEN ?3 END " ALWAYS
     "ON CONFLICT(customer, alert, occurrence) DO UPDATE SET severity = excluded.severity, "
     "tier = coalesce(excluded.tier, tier), state = excluded.state, state_at = excluded.state_at, closed_at = excluded.closed_at"},
    {"override", NULL,
     "INSERT INTO project_overrides(customer, seq, at, score, status, reason, expires_at, ended) "
     "SELECT ?1, ?2, ?3, " OF("score") ", " OF("status") ", " OF("reason") ", " TIME("expires_at") ", "
     "CASE WHEN " OF("expired") " THEN 'expired' WHEN " OF("removed") " THEN 'removed' END " ALWAYS},
    {"consent", NULL,
     "INSERT INTO project_consents(customer, contact, purpose, channel, granted, at) "
     "SELECT ?1, coalesce(" OF("contact") ", ?6, ''), coalesce(" OF("purpose") ", ''), coalesce(" OF("channel") ", ''), "
     OF("granted") ", ?3 " ALWAYS
     "ON CONFLICT(customer, contact, purpose, channel) DO UPDATE SET granted = excluded.granted, at = excluded.at"},
    {"held", NULL,
     "INSERT INTO project_holds(customer, seq, at, message, channel, contact, definition, purpose, guard, reason, until) "
     "SELECT ?1, ?2, ?3, " OF("id") ", " OF("channel") ", " OF("contact") ", " OF("definition") ", " OF("purpose") ", "
     OF("guard") ", " OF("reason") ", " TIME("until") " " ALWAYS},
    {"subscription", NULL,
     "INSERT INTO project_subscriptions(customer, seq, at, subscription, change, movement, effective, product, currency, "
     "\"before\", \"after\", amount, reason) "
     "SELECT ?1, ?2, ?3, " OF("subscription") ", " OF("change") ", " OF("movement") ", " TIME("effective") ", " OF("product") ", "
     OF("currency") ", " OF("before") ", " OF("after") ", " OF("amount") ", " OF("reason") " " ALWAYS},
    {"outcome", NULL,
     "INSERT INTO project_outcomes(customer, seq, at, outcome, effective, amount, reason) "
     "SELECT ?1, ?2, ?3, " OF("outcome") ", " TIME("effective") ", " OF("amount") ", " OF("reason") " " ALWAYS
     "AND " OF("experiment") " IS NULL"},
    {"input", "\"type\":\"touchpoint\"",
     "INSERT INTO project_touchpoints(customer, seq, at, contact, name, properties) "
     "SELECT ?1, ?2, ?3, " OF("userId") ", " OF("event") ", " OF("properties") " " ALWAYS
     "AND " OF("type") " = 'touchpoint'"},
    /* An enrollment that was not allowed never was one; one that the definition has no place for goes on as it did. */
    {"journey", NULL,
     "INSERT INTO project_enrollments(customer, journey, number, state, step, enrolled_at, ended_at, outcome, success, reason) "
     "SELECT ?1, " OF("journey") ", " OF("number") ", "
     "CASE WHEN " OF("event") " IN ('enrolled', 'step', 'moved', 'resumed') THEN 'active' ELSE " OF("event") " END, "
     "coalesce(" OF("step") ", " OF("from") "), ?3, CASE WHEN " ENDS " THEN ?3 END, "
     "CASE WHEN " ENDS " THEN coalesce(" OF("by") ", " OF("how") ") END, " OF("success") ", " OF("reason") " " ALWAYS
     "AND " OF("event") " IS NOT 'refused' "
     "ON CONFLICT(customer, journey, number) DO UPDATE SET state = excluded.state, step = coalesce(excluded.step, step), "
     "ended_at = excluded.ended_at, outcome = excluded.outcome, success = excluded.success, reason = excluded.reason"},
    {"journey", NULL,
     "UPDATE project_journey_steps SET left_at = ?3, way = coalesce(" OF("way") ", " OF("how") "), next = " OF("step") " "
     "WHERE customer = ?1 AND journey = " OF("journey") " AND number = " OF("number") " AND left_at IS NULL "
     "AND (" OF("event") " IN ('step', 'moved') OR " ENDS ")"},
    {"journey", NULL,
     "INSERT INTO project_journey_steps(customer, journey, number, seq, step, type, entered_at) "
     "SELECT ?1, " OF("journey") ", " OF("number") ", ?2, " OF("step") ", " OF("type") ", ?3 " ALWAYS
     "AND " OF("event") " IN ('step', 'moved')"},
    {"task", NULL,
     "INSERT INTO project_tasks(customer, task, title, kind, priority, state, outcome, owner, role, definition, step, instance, "
     "starts_at, due_at, snoozed_until, created_at, ended_at, minutes) "
     "SELECT ?1, " OF("task") ", " OF("title") ", " OF("kind") ", " OF("priority") ", " OF("state") ", " OF("outcome") ", "
     OF("owner") ", " OF("role") ", " OF("definition") ", " OF("step") ", " OF("instance") ", " TIME("starts_at") ", "
     TIME("due_at") ", " TIME("snoozed_until") ", ?3, " TIME("ended_at") ", " OF("minutes") " " ALWAYS
     "ON CONFLICT(customer, task) DO UPDATE SET title = excluded.title, state = excluded.state, outcome = excluded.outcome, "
     "owner = excluded.owner, due_at = excluded.due_at, snoozed_until = excluded.snoozed_until, ended_at = excluded.ended_at, "
     "minutes = excluded.minutes"},
    {"milestone", NULL,
     "INSERT INTO project_milestones(customer, seq, at, milestone, change, threshold, achieved_at, days, times, target_at, "
     "critical_path, reason) "
     "SELECT ?1, ?2, ?3, " OF("milestone") ", " OF("change") ", " OF("threshold") ", " TIME("achieved_at") ", "
     OF("days_to_achieve") ", " OF("times") ", " TIME("target_at") ", " OF("critical_path") ", " OF("reason") " " ALWAYS},
    {"segment", NULL,
     "INSERT INTO project_segment_members(customer, segment, seq, entered_at, \"by\") "
     "SELECT ?1, " OF("segment") ", ?2, ?3, " OF("by") " " ALWAYS "AND " OF("change") " = 'entered'"},
    {"segment", NULL,
     "UPDATE project_segment_members SET left_at = ?3, left_by = " OF("by") " WHERE customer = ?1 AND segment = " OF("segment") " "
     "AND left_at IS NULL AND " OF("change") " = 'left'"},
    {"playbook", NULL,
     "INSERT INTO project_playbook_runs(customer, instance, playbook, record, state, \"by\", reason, category, priority, started_at, "
     "ended_at, success, success_within) "
     "SELECT ?1, " OF("instance") ", " OF("playbook") ", " OF("record") ", " OF("state") ", " OF("by") ", " OF("reason") ", "
     OF("category") ", " OF("priority") ", " TIME("started_at") ", " TIME("ended_at") ", " OF("success") ", "
     OF("success_within") " " ALWAYS
     "ON CONFLICT(customer, instance) DO UPDATE SET "
     "state = CASE WHEN excluded.state IN ('completed', 'cancelled') THEN excluded.state ELSE state END, "
     "ended_at = excluded.ended_at, success = excluded.success, success_within = excluded.success_within"},
    /* What was expected of it stands in its first entry alone, how the score is then in the one that judges. */
    {"intervention", NULL,
     "INSERT INTO project_interventions(customer, execution, intervention, type, programme, step, channel, contact, owner, task, state, "
     "outcome, response, success, cost, value, expected_value, uplift, source, health, health_after, satisfaction, minutes, created_at, "
     "started_at, due_at, ended_at) "
     "SELECT ?1, " OF("execution") ", " OF("intervention") ", " OF("type") ", " OF("programme") ", " OF("step") ", " OF("channel") ", "
     OF("contact") ", " OF("owner") ", " OF("task") ", " OF("state") ", " OF("outcome") ", " OF("response") ", " OF("success") ", "
     OF("cost") ", " OF("value_at_stake") ", " OF("expected_value") ", " OF("uplift") ", " OF("source") ", " OF("health") ", "
     OF("health_after") ", " OF("satisfaction") ", " OF("minutes") ", ?3, " TIME("started_at") ", " TIME("due_at") ", "
     TIME("ended_at") " " ALWAYS
     "ON CONFLICT(customer, execution) DO UPDATE SET channel = excluded.channel, contact = excluded.contact, owner = excluded.owner, "
     "task = excluded.task, state = excluded.state, outcome = excluded.outcome, response = excluded.response, "
     "success = excluded.success, cost = excluded.cost, health_after = coalesce(excluded.health_after, health_after), "
     "satisfaction = excluded.satisfaction, minutes = excluded.minutes, started_at = excluded.started_at, due_at = excluded.due_at, "
     "ended_at = excluded.ended_at"},
    /* A run may be judged when it has ended. One that had no place never was one. */
    {"campaign", NULL,
     "INSERT INTO project_campaign_runs(customer, run, campaign, times, state, started_by, ended_by, success, probability, impact, "
     "\"left\", dropped, started_at, ended_at) "
     "SELECT ?1, " OF("run") ", " OF("campaign") ", " OF("times") ", CASE WHEN " ENDED " THEN " OF("state") " ELSE 'running' END, "
     "CASE WHEN " OF("change") " = 'started' THEN " OF("by") " END, CASE WHEN " ENDED " THEN " OF("by") " END, " OF("success") ", "
     OF("probability") ", " OF("impact") ", " ACTS " AND " OF("state") " IS 'left', " ACTS " AND " OF("state") " IS NOT 'left', ?3, "
     "CASE WHEN " ENDED " THEN ?3 END " ALWAYS "AND " OF("change") " IS NOT 'refused' "
     "ON CONFLICT(customer, run) DO UPDATE SET state = CASE WHEN excluded.ended_at IS NULL THEN state ELSE excluded.state END, "
     "ended_by = coalesce(excluded.ended_by, ended_by), success = coalesce(excluded.success, success), "
     "\"left\" = \"left\" + excluded.\"left\", dropped = dropped + excluded.dropped, ended_at = coalesce(excluded.ended_at, ended_at)"},
    {"approval", NULL,
     "INSERT INTO project_approvals(customer, approval, subject, rule, approver, state, \"by\", reasoning, programme, step, cost, value, "
     "expected_value, asked_at, state_at, expires_at) "
     "SELECT ?1, " OF("approval") ", " OF("for") ", " OF("rule") ", " OF("approver") ", "
     "CASE " OF("change") " WHEN 'requested' THEN 'pending' ELSE " OF("change") " END, " OF("by") ", "
     OF("reasoning") ", " OF("programme") ", " OF("step") ", " OF("cost") ", " OF("value") ", " OF("expected_value") ", ?3, ?3, "
     TIME("expires") " " ALWAYS
     "ON CONFLICT(customer, approval) DO UPDATE SET approver = excluded.approver, state = excluded.state, \"by\" = excluded.\"by\", "
     "reasoning = excluded.reasoning, state_at = excluded.state_at, expires_at = excluded.expires_at"},
    {"offer", NULL,
     "INSERT INTO project_offers(customer, id, offer, type, state, value, months, execution, made_at, expires_at, ended_at) "
     "SELECT ?1, " OF("id") ", " OF("offer") ", " OF("type") ", CASE " OF("change") " WHEN 'made' THEN 'open' ELSE " OF("change") " END, "
     OF("value") ", " OF("months") ", " OF("execution") ", ?3, " TIME("expires") ", "
     "CASE WHEN " OF("change") " IS NOT 'made' THEN ?3 END " ALWAYS
     "ON CONFLICT(customer, id) DO UPDATE SET state = excluded.state, execution = coalesce(excluded.execution, execution), "
     "ended_at = excluded.ended_at"},
    /* What is open of it changes; `opened` is either a new one, or says that one is no longer held. */
    {"opportunity", NULL,
     "UPDATE project_opportunities SET state = CASE WHEN " OF("change") " IN ('held', 'closed') THEN " OF("change") " "
     "WHEN " OF("change") " = 'opened' THEN 'open' ELSE state END, state_at = ?3, "
     "closed_at = CASE WHEN " OF("change") " = 'closed' THEN ?3 END, rank = coalesce(" OF("rank") ", rank), "
     "value = coalesce(" OF("value") ", value), probability = " OF("probability") ", timing = " OF("timing") ", "
     "recommend = coalesce(" OF("recommend") ", recommend) "
     "WHERE customer = ?1 AND opportunity = " OF("opportunity") " AND closed_at IS NULL"},
    {"opportunity", NULL,
     "INSERT INTO project_opportunities(customer, opportunity, seq, type, state, rank, value, probability, timing, trigger, action, "
     "recommend, opened_at, state_at) "
     "SELECT ?1, " OF("opportunity") ", ?2, " OF("type") ", CASE " OF("change") " WHEN 'held' THEN 'held' ELSE 'open' END, "
     OF("rank") ", " OF("value") ", " OF("probability") ", " OF("timing") ", " OF("trigger") ", " OF("action") ", "
     OF("recommend") ", ?3, ?3 " ALWAYS "AND " OF("change") " IN ('opened', 'held') AND NOT EXISTS (SELECT 1 FROM "
     "project_opportunities WHERE customer = ?1 AND opportunity = " OF("opportunity") " AND closed_at IS NULL)"},
    /* The bare entry, then who waits and who was denied: a group a row. */
    {"selection", NULL,
     "INSERT INTO project_selections(customer, seq, place, at, ruling, candidates) "
     "SELECT ?1, ?2, '', ?3, 'sent', " OF("sent") " " ALWAYS},
    {"selection", NULL, GROUPS("held")},
    {"selection", NULL, GROUPS("denied")},
    {"exposure", NULL,
     "INSERT INTO project_exposures(customer, experiment, arm, unit, probability, held, definition, exposed_at) "
     "SELECT ?1, " OF("experiment") ", " OF("arm") ", " OF("unit") ", " OF("probability") ", coalesce(" OF("held") ", 0), "
     OF("definition") ", ?3 " ALWAYS
     "ON CONFLICT(customer, experiment) DO UPDATE SET arm = excluded.arm, unit = excluded.unit, probability = excluded.probability, "
     "held = excluded.held, definition = excluded.definition, exposed_at = excluded.exposed_at, outcome = NULL, outcome_at = NULL"},
    {"outcome", "\"experiment\":",
     "UPDATE project_exposures SET outcome = " OF("outcome") ", outcome_at = ?3 "
     "WHERE customer = ?1 AND experiment = " OF("experiment")},
    {"sentiment", NULL,
     "INSERT INTO project_sentiment(customer, seq, at, contact, source, score, label, confidence, emotions, issues, alert, severity, "
     "action) "
     "SELECT ?1, ?2, ?3, ?6, " OF("of") ", " OF("score") ", " OF("label") ", " OF("confidence") ", " OF("emotions") ", "
     OF("issues") ", " OF("alert") ", " OF("severity") ", " OF("action") " " ALWAYS},
    {"automation", NULL,
     "INSERT INTO project_automation(customer, seq, at, change, reason, until) "
     "SELECT ?1, ?2, ?3, " OF("change") ", " OF("reason") ", " TIME("until") " " ALWAYS},
};
/* clang-format on */
enum { PROJECTIONS = sizeof table / sizeof table[0] };

int csuccess__sqlite_projections(void)
{
    return PROJECTIONS;
}

static bool is(csuccess_str text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

/* Whether a row of the table reads the entry. */
static bool reads(const projection *p, const csuccess_entry *entry)
{
    if (!entry->body.ptr || entry->body.len == 0 || !is(entry->kind, p->kind)) return false;
    if (!p->mark) return true;
    size_t n = strlen(p->mark);
    const char *at = entry->body.ptr, *end = at + entry->body.len;
    while ((size_t)(end - at) >= n) {
        at = memchr(at, p->mark[0], (size_t)(end - at) - n + 1);
        if (!at) return false;
        if (memcmp(at, p->mark, n) == 0) return true;
        at++;
    }
    return false;
}

static int64_t day_of(int64_t ms)
{
    enum { DAY = 86400000 };
    return ms / DAY - (ms % DAY < 0 ? 1 : 0);
}

/* Failures of the file or of memory are those of the commit; what is said of the values is not. */
static bool is_the_bodys(int rc)
{
    int code = rc & 0xff;
    return code == SQLITE_ERROR || code == SQLITE_CONSTRAINT || code == SQLITE_MISMATCH ||
           code == SQLITE_TOOBIG || code == SQLITE_RANGE;
}

static sqlite3_stmt *prepared(csuccess_sqlite *store, size_t index)
{
    sqlite3_stmt **kept = &store->projections[index];
    if (!*kept) {
        int rc = sqlite3_prepare_v3(store->db, table[index].sql, -1, SQLITE_PREPARE_PERSISTENT,
                                    kept, NULL);
        if (rc != SQLITE_OK) csuccess__sqlite_failed(store, rc);
    }
    return *kept;
}

static void project(csuccess_sqlite *store, size_t index, int64_t customer,
                    const csuccess_entry *entry)
{
    csuccess_str none = {NULL, 0};
    sqlite3_stmt *stmt = prepared(store, index);
    int values = stmt ? sqlite3_bind_parameter_count(stmt) : 0;
    csuccess__sqlite_int(store, stmt, 1, customer);
    csuccess__sqlite_int(store, stmt, 2, (int64_t)entry->seq);
    csuccess__sqlite_int(store, stmt, 3, entry->at_ms);
    csuccess__sqlite_int(store, stmt, 4, day_of(entry->at_ms));
    csuccess__sqlite_text(store, stmt, 5, entry->body);
    if (values >= 6) {
        csuccess_str subject = entry->subject.len ? entry->subject : none;
        csuccess__sqlite_text_or_null(store, stmt, 6, subject);
    }
    if (store->result != CSUCCESS_OK) return;
    int rc = sqlite3_step(stmt);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW && !is_the_bodys(rc)) {
        csuccess__sqlite_failed(store, rc);
    }
    sqlite3_reset(stmt);
}

void csuccess__sqlite_project(csuccess_sqlite *store, int64_t customer,
                              const csuccess_entry *entry)
{
    for (size_t i = 0; i < PROJECTIONS && store->result == CSUCCESS_OK; i++) {
        if (reads(&table[i], entry)) project(store, i, customer, entry);
    }
}

void csuccess__sqlite_unproject(csuccess_sqlite *store, int64_t customer)
{
    static const char *const tables[] = {
        "health",        "churn",         "alerts",     "overrides",       "consents",
        "holds",         "subscriptions", "outcomes",   "touchpoints",     "enrollments",
        "journey_steps", "tasks",         "milestones", "segment_members", "playbook_runs",
        "interventions", "campaign_runs", "approvals",  "offers",          "opportunities",
        "selections",    "exposures",     "sentiment",  "automation"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        char sql[96];
        sqlite3_snprintf((int)sizeof sql, sql, "DELETE FROM project_%s%s", tables[i],
                         customer ? " WHERE customer = " : "");
        if (customer) {
            size_t n = strlen(sql);
            sqlite3_snprintf((int)(sizeof sql - n), sql + n, "%lld", (long long)customer);
        }
        csuccess__sqlite_exec(store, sql);
    }
}

void csuccess__sqlite_reproject(csuccess_sqlite *store, int64_t customer)
{
    csuccess__sqlite_unproject(store, customer);
    sqlite3_stmt *stmt = csuccess__sqlite_use(store, CSUCCESS__SQLITE_REPROJECT);
    csuccess__sqlite_int(store, stmt, 1, customer);
    csuccess__sqlite_int(store, stmt, 2, customer ? customer : INT64_MAX);
    while (csuccess__sqlite_row(store, stmt)) {
        csuccess_entry entry = {.size = sizeof entry};
        entry.seq = (uint64_t)sqlite3_column_int64(stmt, 1);
        entry.at_ms = sqlite3_column_int64(stmt, 2);
        entry.kind = csuccess__sqlite_column(stmt, 3);
        entry.cause = csuccess__sqlite_column(stmt, 4);
        entry.subject = csuccess__sqlite_column(stmt, 5);
        entry.body = csuccess__sqlite_column(stmt, 6);
        csuccess__sqlite_project(store, sqlite3_column_int64(stmt, 0), &entry);
    }
    csuccess__sqlite_end(stmt);
}
