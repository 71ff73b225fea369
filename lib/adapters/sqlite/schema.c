/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, and the steps by which a file of an older version becomes one of this. A step that was released is never changed. */
#include "internal.h"

/*
 * Version 1: the records. Customers (and pseudonyms, and targets of signals) have a number, under which everything of theirs stands; their row is
 * small, so that leases and due times do not rewrite states. `due` is NULL when nothing is due. The indexes for giving out hold only what may be given
 * out. Entries stand in the order in which they came, full page after full page, and are found by an index: kept in one tree by customer, each commit
 * would rewrite and split pages all over the file, at twice the cost (docs/adr/0006). Texts that come again and again stand once, in store_words.
 */
static const char records[] =
    "CREATE TABLE store_meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "INSERT INTO store_meta(key, value) VALUES('token', 0), ('projects', 1);"
    "CREATE TABLE store_tenants(num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);"
    "CREATE TABLE store_words(num INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE store_customers(num INTEGER PRIMARY KEY, tenant INTEGER NOT "
    "NULL, id TEXT NOT NULL, due INTEGER, leased INTEGER, "
    "token TEXT, failures INTEGER NOT NULL DEFAULT 0, parked INTEGER NOT NULL DEFAULT 0, "
    "reason TEXT, UNIQUE(tenant, id));"
    "CREATE INDEX store_customers_due ON store_customers(tenant, due, id) WHERE due IS NOT "
    "NULL AND leased IS NULL AND parked = 0;"
    "CREATE INDEX store_customers_leased ON store_customers(tenant, leased) WHERE leased IS "
    "NOT NULL;"
    "CREATE INDEX store_customers_parked ON store_customers(tenant, id) WHERE parked = 1;"
    "CREATE TABLE store_states(num INTEGER PRIMARY KEY, revision INTEGER NOT NULL, body BLOB "
    "NOT NULL);"
    "CREATE TABLE store_records(tenant INTEGER NOT NULL, kind INTEGER NOT NULL, id TEXT NOT "
    "NULL, revision INTEGER NOT NULL, body BLOB NOT NULL, "
    "PRIMARY KEY(tenant, kind, id)) WITHOUT ROWID;"
    "CREATE TABLE store_inputs(customer INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY "
    "KEY(customer, id)) WITHOUT ROWID;"
    "CREATE TABLE store_ledgers(tenant INTEGER NOT NULL, key TEXT NOT NULL, sum INTEGER NOT "
    "NULL, PRIMARY KEY(tenant, key)) WITHOUT ROWID;"
    "CREATE TABLE store_entries(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER "
    "NOT NULL, kind INTEGER NOT NULL, cause TEXT NOT NULL, "
    "principal INTEGER NOT NULL, config INTEGER NOT NULL, subject TEXT, body TEXT, commitment "
    "NOT NULL, digest NOT NULL, "
    "UNIQUE(customer, seq));"
    "CREATE TABLE store_messages(num INTEGER PRIMARY KEY, tenant INTEGER NOT NULL, id NOT "
    "NULL, customer INTEGER NOT NULL, target INTEGER, "
    "channel TEXT NOT NULL, contact TEXT NOT NULL, purpose TEXT NOT NULL, definition TEXT NOT "
    "NULL, body TEXT NOT NULL, created INTEGER NOT NULL, "
    "not_before INTEGER NOT NULL, expires INTEGER, flags INTEGER NOT NULL, attempts INTEGER "
    "NOT NULL DEFAULT 0, outcome INTEGER NOT NULL DEFAULT 0, "
    "leased INTEGER, token TEXT, reason TEXT, settled INTEGER, UNIQUE(tenant, id));"
    "CREATE INDEX store_messages_waiting ON store_messages(tenant, not_before, id) WHERE "
    "outcome = 0 AND leased IS NULL;"
    "CREATE INDEX store_messages_leased ON store_messages(tenant, leased) WHERE leased IS NOT "
    "NULL;"
    "CREATE INDEX store_messages_created ON store_messages(tenant, created, id);"
    "CREATE INDEX store_messages_customer ON store_messages(customer, created, id);"
    "CREATE INDEX store_messages_target ON store_messages(target) WHERE target IS NOT NULL;";

/* Version 2: the projections. */
static const char projections[] =
    "CREATE TABLE project_health(customer INTEGER NOT NULL, day INTEGER NOT NULL, at INTEGER "
    "NOT NULL, raw, score, status, previous, trend, profile, "
    "completeness, PRIMARY KEY(customer, day)) WITHOUT ROWID;"
    "CREATE TABLE project_churn(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER "
    "NOT NULL, probability, level, previous_probability, "
    "previous_level, source, model, PRIMARY KEY(customer, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_alerts(customer INTEGER NOT NULL, alert NOT NULL, occurrence NOT "
    "NULL, key, severity, tier, state, cause, raised_at INTEGER NOT NULL, "
    "state_at INTEGER NOT NULL, closed_at INTEGER, PRIMARY KEY(customer, alert, occurrence)) "
    "WITHOUT ROWID;"
    "CREATE TABLE project_overrides(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL, score, status, reason, expires_at, ended, PRIMARY KEY(customer, seq)) "
    "WITHOUT ROWID;"
    "CREATE TABLE project_consents(customer INTEGER NOT NULL, contact NOT NULL, purpose NOT "
    "NULL, channel NOT NULL, granted, at INTEGER NOT NULL, PRIMARY KEY(customer, contact, "
    "purpose, channel)) WITHOUT ROWID;"
    "CREATE TABLE project_holds(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER "
    "NOT NULL, message, channel, contact, definition, purpose, guard, reason, until, PRIMARY "
    "KEY(customer, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_subscriptions(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL, subscription, change, movement, effective, product, currency, "
    "\"before\", \"after\", amount, reason, PRIMARY KEY(customer, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_outcomes(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER "
    "NOT NULL, outcome, effective, amount, reason, PRIMARY KEY(customer, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_touchpoints(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL, contact, name, properties, PRIMARY KEY(customer, seq)) WITHOUT ROWID;";

/* Version 3: those of flow. */
static const char projections_of_flow[] =
    "CREATE TABLE project_enrollments(customer INTEGER NOT NULL, journey NOT NULL, number NOT "
    "NULL, state, step, enrolled_at INTEGER NOT NULL, ended_at INTEGER, outcome, success, "
    "reason, PRIMARY KEY(customer, journey, number)) WITHOUT ROWID;"
    "CREATE TABLE project_journey_steps(customer INTEGER NOT NULL, journey NOT NULL, number "
    "NOT NULL, seq INTEGER NOT NULL, step NOT NULL, type, entered_at INTEGER NOT NULL, left_at "
    "INTEGER, way, next, PRIMARY KEY(customer, journey, number, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_tasks(customer INTEGER NOT NULL, task NOT NULL, title, kind, "
    "priority, state, outcome, owner, role, definition, step, instance, starts_at, due_at, "
    "snoozed_until, created_at INTEGER NOT NULL, ended_at, minutes, PRIMARY KEY(customer, "
    "task)) WITHOUT ROWID;"
    "CREATE TABLE project_milestones(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL, milestone, change, threshold, achieved_at, days, times, target_at, "
    "critical_path, reason, PRIMARY KEY(customer, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_segment_members(customer INTEGER NOT NULL, segment NOT NULL, seq "
    "INTEGER NOT NULL, entered_at INTEGER NOT NULL, left_at INTEGER, \"by\", left_by, PRIMARY "
    "KEY(customer, segment, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_playbook_runs(customer INTEGER NOT NULL, instance NOT NULL, "
    "playbook, record, state, \"by\", reason, category, priority, started_at, ended_at, "
    "success, success_within, PRIMARY KEY(customer, instance)) WITHOUT ROWID;";

/* Version 4: those of intervene. */
static const char projections_of_intervene[] =
    "CREATE TABLE project_interventions(customer INTEGER NOT NULL, execution NOT NULL, "
    "intervention, type, programme, step, channel, contact, owner, task, state, outcome, "
    "response, success, cost, value, expected_value, uplift, source, health, health_after, "
    "satisfaction, minutes, created_at INTEGER NOT NULL, started_at, due_at, ended_at, "
    "PRIMARY KEY(customer, execution)) WITHOUT ROWID;"
    "CREATE TABLE project_campaign_runs(customer INTEGER NOT NULL, run NOT NULL, campaign, "
    "times, state, started_by, ended_by, success, probability, impact, \"left\" NOT NULL, "
    "dropped NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, PRIMARY KEY(customer, "
    "run)) WITHOUT ROWID;"
    "CREATE TABLE project_approvals(customer INTEGER NOT NULL, approval NOT NULL, subject, "
    "rule, approver, state, \"by\", reasoning, programme, step, cost, value, expected_value, "
    "asked_at INTEGER NOT NULL, state_at INTEGER NOT NULL, expires_at, PRIMARY KEY(customer, "
    "approval)) WITHOUT ROWID;"
    "CREATE TABLE project_offers(customer INTEGER NOT NULL, id NOT NULL, offer, type, state, "
    "value, months, execution, made_at INTEGER NOT NULL, expires_at, ended_at INTEGER, "
    "PRIMARY KEY(customer, id)) WITHOUT ROWID;"
    "CREATE TABLE project_opportunities(customer INTEGER NOT NULL, opportunity NOT NULL, seq "
    "INTEGER NOT NULL, type, state, rank, value, probability, timing, trigger, action, "
    "recommend, opened_at INTEGER NOT NULL, state_at INTEGER NOT NULL, closed_at INTEGER, "
    "PRIMARY KEY(customer, opportunity, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_selections(customer INTEGER NOT NULL, seq INTEGER NOT NULL, place "
    "NOT NULL, at INTEGER NOT NULL, ruling, guard, reason, until, candidates, more, PRIMARY "
    "KEY(customer, seq, place)) WITHOUT ROWID;"
    "CREATE TABLE project_exposures(customer INTEGER NOT NULL, experiment NOT NULL, arm, unit, "
    "probability, held, definition, exposed_at INTEGER NOT NULL, outcome, outcome_at INTEGER, "
    "PRIMARY KEY(customer, experiment)) WITHOUT ROWID;"
    "CREATE TABLE project_sentiment(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL, contact, source, score, label, confidence, emotions, issues, alert, "
    "severity, action, PRIMARY KEY(customer, seq)) WITHOUT ROWID;"
    "CREATE TABLE project_automation(customer INTEGER NOT NULL, seq INTEGER NOT NULL, at "
    "INTEGER NOT NULL, change, reason, until, PRIMARY KEY(customer, seq)) WITHOUT ROWID;";

/* clang-format off */
#define WHO "t.id AS tenant, c.id AS customer, "
#define PROJECTION(name) \
    " FROM project_" name " p JOIN store_customers c ON c.num = p.customer JOIN store_tenants t ON t.num = c.tenant"
#define LAST_HEALTH(column) \
    "(SELECT " column " FROM project_health p WHERE p.customer = c.num ORDER BY day DESC LIMIT 1) AS " column ", "
#define LAST_CHURN(column) \
    "(SELECT " column " FROM project_churn p WHERE p.customer = c.num ORDER BY seq DESC LIMIT 1) AS " column ", "
#define HEX(column) "CASE typeof(" column ") WHEN 'blob' THEN lower(hex(" column ")) ELSE " column " END"

/* Made anew by every upgrade. */
static const struct {
    const char *name, *sql;
} views[] = {
    {"customers",
     "SELECT " WHO "s.revision, "
     "(SELECT at FROM store_entries e WHERE e.customer = c.num ORDER BY seq LIMIT 1) AS first_at, "
     "(SELECT at FROM store_entries e WHERE e.customer = c.num ORDER BY seq DESC LIMIT 1) AS last_at, "
     LAST_HEALTH("score") LAST_HEALTH("status") LAST_HEALTH("trend") LAST_CHURN("probability") LAST_CHURN("level")
     "c.due AS due_at, c.parked, c.failures, c.reason FROM store_customers c "
     "JOIN store_states s ON s.num = c.num JOIN store_tenants t ON t.num = c.tenant"},
    {"health_scores",
     "SELECT " WHO "date(day * 86400, 'unixepoch') AS day, at, raw, score, status, previous, trend, profile, completeness"
     PROJECTION("health")},
    {"churn_predictions",
     "SELECT " WHO "seq, at, probability, level, previous_probability, previous_level, source, model" PROJECTION("churn")},
    {"alerts",
     "SELECT " WHO "alert, occurrence, key, severity, tier, state, cause, raised_at, state_at, closed_at" PROJECTION("alerts")},
    {"overrides", "SELECT " WHO "seq, at, score, status, p.reason, expires_at, ended" PROJECTION("overrides")},
    {"consents", "SELECT " WHO "contact, purpose, channel, granted, at" PROJECTION("consents")},
    {"subscriptions",
     "SELECT " WHO "seq, at, subscription, change, movement, effective, product, currency, \"before\", \"after\", amount, p.reason"
     PROJECTION("subscriptions")},
    {"outcomes", "SELECT " WHO "seq, at, outcome, effective, amount, p.reason" PROJECTION("outcomes")},
    {"touchpoints", "SELECT " WHO "seq, at, contact, name, properties" PROJECTION("touchpoints")},
    {"enrollments",
     "SELECT " WHO "journey, number, state, step, enrolled_at, ended_at, outcome, success, p.reason" PROJECTION("enrollments")},
    {"journey_steps",
     "SELECT " WHO "journey, number, seq, step, type, entered_at, left_at, way, next" PROJECTION("journey_steps")},
    {"tasks",
     "SELECT " WHO "task, title, kind, priority, state, outcome, owner, role, definition, step, instance, starts_at, due_at, "
     "snoozed_until, created_at, ended_at, minutes" PROJECTION("tasks")},
    {"milestones",
     "SELECT " WHO "seq, at, milestone, change, threshold, achieved_at, days, times, target_at, critical_path, p.reason"
     PROJECTION("milestones")},
    {"segment_members", "SELECT " WHO "segment, seq, entered_at, left_at, \"by\", left_by" PROJECTION("segment_members")},
    {"playbook_runs",
     "SELECT " WHO "instance, playbook, record, state, \"by\", p.reason, category, priority, started_at, ended_at, success, "
     "success_within" PROJECTION("playbook_runs")},
    {"interventions",
     "SELECT " WHO "execution, intervention, type, programme, step, channel, contact, owner, task, state, outcome, response, success, "
     "cost, value, expected_value, uplift, source, health, health_after, satisfaction, minutes, created_at, started_at, due_at, "
     "ended_at" PROJECTION("interventions")},
    {"campaign_runs",
     "SELECT " WHO "run, campaign, times, state, started_by, ended_by, success, probability, impact, \"left\", dropped, started_at, "
     "ended_at" PROJECTION("campaign_runs")},
    {"approvals",
     "SELECT " WHO "approval, subject, rule, approver, state, \"by\", reasoning, programme, step, cost, value, expected_value, asked_at, "
     "state_at, expires_at" PROJECTION("approvals")},
    {"offers",
     "SELECT " WHO "p.id AS offer_id, offer, type, state, value, months, execution, made_at, expires_at, ended_at" PROJECTION("offers")},
    {"opportunities",
     "SELECT " WHO "opportunity, type, state, rank, value, probability, timing, trigger, action, recommend, opened_at, state_at, "
     "closed_at" PROJECTION("opportunities")},
    {"selections",
     "SELECT " WHO "seq, at, ruling, guard, p.reason, until, candidates, more, "
     "seq = (SELECT max(seq) FROM project_selections l WHERE l.customer = p.customer) AS last" PROJECTION("selections")},
    {"exposures",
     "SELECT " WHO "experiment, arm, unit, probability, held, definition, exposed_at, outcome, outcome_at" PROJECTION("exposures")},
    {"sentiment",
     "SELECT " WHO "seq, at, contact, source, score, label, confidence, emotions, issues, alert, severity, action" PROJECTION("sentiment")},
    {"automation", "SELECT " WHO "seq, at, change, p.reason, until" PROJECTION("automation")},
    {"messages",
     "SELECT " WHO HEX("m.id") " AS message, m.channel, m.contact, m.definition, m.purpose, "
     "CASE m.outcome WHEN 0 THEN 'waiting' WHEN 1 THEN 'delivered' WHEN 3 THEN 'dead' WHEN 4 THEN 'unknown' "
     "ELSE 'dropped' END AS state, m.created AS at, m.settled AS settled_at, m.attempts, NULL AS guard, m.reason, NULL AS until "
     "FROM store_messages m JOIN store_customers c ON c.num = m.customer JOIN store_tenants t ON t.num = m.tenant "
     "WHERE m.target IS NULL UNION ALL "
     "SELECT t.id, c.id, message, channel, contact, definition, purpose, 'held', at, NULL, NULL, guard, p.reason, until" PROJECTION("holds")},
    {"audit",
     "SELECT " WHO "e.seq, e.at, k.text AS kind, e.cause, b.text AS principal, f.text AS config, e.subject, e.body, "
     HEX("e.commitment") " AS commitment, " HEX("e.digest") " AS digest FROM store_entries e "
     "JOIN store_customers c ON c.num = e.customer JOIN store_tenants t ON t.num = c.tenant JOIN store_words k ON k.num = e.kind "
     "JOIN store_words b ON b.num = e.principal JOIN store_words f ON f.num = e.config"},
};
/* clang-format on */

/* By the version that they lead away from. */
static const char *const steps[] = {records, projections, projections_of_flow,
                                    projections_of_intervene};
enum { VERSION = sizeof steps / sizeof steps[0] };

int csuccess__sqlite_version(void)
{
    return VERSION;
}

void csuccess__sqlite_exec(csuccess_sqlite *store, const char *sql)
{
    if (store->result != CSUCCESS_OK) return;
    int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    if (rc != SQLITE_OK) csuccess__sqlite_failed(store, rc);
}

int64_t csuccess__sqlite_number(csuccess_sqlite *store, const char *sql, int64_t none)
{
    sqlite3_stmt *stmt = NULL;
    if (store->result != CSUCCESS_OK) return none;
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(stmt);
    int64_t number = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : none;
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) csuccess__sqlite_failed(store, rc);
    sqlite3_finalize(stmt);
    return number;
}

static void make_views(csuccess_sqlite *store)
{
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        char sql[1536];
        sqlite3_snprintf((int)sizeof sql, sql, "DROP VIEW IF EXISTS %s; CREATE VIEW %s AS %s",
                         views[i].name, views[i].name, views[i].sql);
        csuccess__sqlite_exec(store, sql);
    }
}

void csuccess__sqlite_upgrade(csuccess_sqlite *store, int version, bool bare)
{
    char pragmas[96];
    for (int i = version; i < VERSION; i++) csuccess__sqlite_exec(store, steps[i]);
    make_views(store);
    if (version == 0 && bare) {
        csuccess__sqlite_exec(store, "UPDATE store_meta SET value = 0 WHERE key = 'projects'");
    }
    bool projects = csuccess__sqlite_number(
        store, "SELECT value FROM store_meta WHERE key = 'projects'", 1);
    if (version > 0 && version < VERSION && projects) csuccess__sqlite_reproject(store, 0);
    sqlite3_snprintf((int)sizeof pragmas, pragmas,
                     "PRAGMA application_id = %d; PRAGMA user_version = %d;",
                     CSUCCESS__SQLITE_APPLICATION, VERSION);
    csuccess__sqlite_exec(store, pragmas);
}
