/* SPDX-License-Identifier: Apache-2.0 */
/* Every statement that a connection keeps prepared. */
#ifndef CSUCCESS__SQLITE_STATEMENTS_H
#define CSUCCESS__SQLITE_STATEMENTS_H

/* The columns that csuccess__sqlite_message_answer() reads, in its order. */
#define CSUCCESS__SQLITE_MESSAGE \
    "SELECT m.num, m.id, c.id, m.channel, t.id, m.contact, m.purpose, m.definition, m.body, " \
    "m.created, m.not_before, m.expires, m.flags, m.attempts, m.outcome " \
    "FROM store_messages m JOIN store_customers c ON c.num = m.customer " \
    "LEFT JOIN store_customers t ON t.num = m.target "
#define CSUCCESS__SQLITE_BEHIND \
    "AND (m.created, m.id) > (?2, ?3) AND (?4 = 0 OR m.outcome = 3) ORDER BY m.created, m.id " \
    "LIMIT ?5"
#define CSUCCESS__SQLITE_FREE " AND leased IS NULL AND parked = 0 "
#define CSUCCESS__SQLITE_WAITING " AND m.outcome = 0 AND m.leased IS NULL "

#define CSUCCESS__SQLITE_TABLE(X) \
    X(BEGIN, "BEGIN") \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE") \
    X(COMMIT, "COMMIT") \
    X(ROLLBACK, "ROLLBACK") \
    X(SAVEPOINT, "SAVEPOINT batch") \
    X(RELEASE, "RELEASE batch") \
    X(ROLLBACK_TO, "ROLLBACK TO batch") \
    /* names */ \
    X(TENANT, "SELECT num FROM store_tenants WHERE id = ?1") \
    X(TENANT_ADD, "INSERT INTO store_tenants(id) VALUES(?1)") \
    X(CUSTOMER, "SELECT num FROM store_customers WHERE tenant = ?1 AND id = ?2") \
    X(CUSTOMER_ADD, "INSERT INTO store_customers(tenant, id) VALUES(?1, ?2)") \
    X(WORD, "SELECT num FROM store_words WHERE text = ?1") \
    X(WORD_ADD, "INSERT INTO store_words(text) VALUES(?1)") \
    X(TOKEN, "UPDATE store_meta SET value = value + 1 WHERE key = 'token' RETURNING value") \
    /* records and inputs */ \
    X(STATE, "SELECT revision, body FROM store_states WHERE num = ?1") \
    X(STATE_ADD, "INSERT INTO store_states(num, revision, body) VALUES(?1, 1, ?2) ON " \
                 "CONFLICT DO NOTHING") \
    X(STATE_SET, "UPDATE store_states SET revision = revision + 1, body = ?3 WHERE num = ?1 " \
                 "AND revision = ?2") \
    X(STATE_DROP, "DELETE FROM store_states WHERE num = ?1 AND revision = ?2") \
    X(RECORD, \
      "SELECT revision, body FROM store_records WHERE tenant = ?1 AND kind = ?2 AND id = ?3") \
    X(RECORD_ADD, "INSERT INTO store_records(tenant, kind, id, revision, body) VALUES(?1, " \
                  "?2, ?3, 1, ?4) ON CONFLICT DO NOTHING") \
    X(RECORD_SET, "UPDATE store_records SET revision = revision + 1, body = ?4 WHERE tenant " \
                  "= ?1 AND kind = ?2 AND id = ?3 AND revision = ?5") \
    X(RECORD_DROP, "DELETE FROM store_records WHERE tenant = ?1 AND kind = ?2 AND id = ?3 " \
                   "AND revision = ?4") \
    X(LEDGER, "SELECT sum FROM store_ledgers WHERE tenant = ?1 AND key = ?2") \
    X(LEDGER_PUT, "INSERT INTO store_ledgers(tenant, key, sum) VALUES(?1, ?2, ?3) " \
                  "ON CONFLICT(tenant, key) DO UPDATE SET sum = excluded.sum") \
    X(INPUT, "SELECT 1 FROM store_inputs WHERE customer = ?1 AND id = ?2") \
    X(INPUT_ADD, \
      "INSERT INTO store_inputs(customer, id) VALUES(?1, ?2) ON CONFLICT DO NOTHING") \
    X(ENTRY_ADD, \
      "INSERT INTO store_entries(customer, seq, at, kind, cause, principal, config, subject, " \
      "body, commitment, digest) " \
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING") \
    /* due customers */ \
    X(LEASE_HELD, \
      "SELECT 1 FROM store_customers WHERE num = ?1 AND token = ?2 AND leased > ?3") \
    X(DUE_SET, "UPDATE store_customers SET due = ?2, leased = NULL, token = NULL, failures = " \
               "0, parked = 0, reason = NULL " \
               "WHERE num = ?1 AND (due IS NOT ?2 OR leased IS NOT NULL OR failures > 0 OR " \
               "parked OR reason IS NOT NULL)") \
    X(LEASES_OVER, "SELECT 1 FROM store_customers WHERE tenant = ?1 AND leased <= ?2") \
    X(LEASES_END, "UPDATE store_customers SET leased = NULL, token = NULL WHERE tenant = ?1 " \
                  "AND leased <= ?2") \
    X(DUE_LIST, "SELECT num, id, due, failures FROM store_customers WHERE tenant = ?1 AND " \
                "due <= ?2" CSUCCESS__SQLITE_FREE "ORDER BY due, id") \
    X(DUE_NEXT, "SELECT due, id FROM store_customers WHERE tenant = ?1 AND due > " \
                "?2" CSUCCESS__SQLITE_FREE "ORDER BY due") \
    X(DUE_LEASED, "SELECT leased, id FROM store_customers WHERE tenant = ?1 AND leased > ?2 " \
                  "ORDER BY leased") \
    X(LEASE, "UPDATE store_customers SET leased = ?2, token = ?3 WHERE num = ?1") \
    X(DEFER, "UPDATE store_customers SET due = ?5, leased = NULL, token = NULL, failures = " \
             "failures + ?6, reason = ?7, " \
             "parked = (?6 > 0 AND ?8 > 0 AND failures + ?6 >= ?8) WHERE tenant = ?1 AND id " \
             "= ?2 AND token = ?3 AND leased > ?4") \
    /* messages */ \
    X(MESSAGE_ADD, "INSERT INTO store_messages(tenant, id, customer, target, channel, " \
                   "contact, purpose, definition, body, " \
                   "created, not_before, expires, flags) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, " \
                   "?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING") \
    X(CANCEL, "UPDATE store_messages SET outcome = 5, leased = NULL, token = NULL, settled = " \
              "?3, reason = 'cancelled' " \
              "WHERE tenant = ?1 AND id = ?2 AND outcome = 0") \
    X(CLAIMS_OVER, "SELECT 1 FROM store_messages WHERE tenant = ?1 AND leased <= ?2") \
    X(CLAIMS_END, "UPDATE store_messages SET leased = NULL, token = NULL WHERE tenant = ?1 " \
                  "AND leased <= ?2") \
    X(CLAIM_LIST, CSUCCESS__SQLITE_MESSAGE \
      "WHERE m.tenant = ?1 AND m.not_before <= ?2" CSUCCESS__SQLITE_WAITING \
      "ORDER BY m.not_before, m.id") \
    X(CLAIM_NEXT, "SELECT m.not_before, c.id FROM store_messages m JOIN store_customers c ON " \
                  "c.num = coalesce(m.target, m.customer) " \
                  "WHERE m.tenant = ?1 AND m.not_before > ?2" CSUCCESS__SQLITE_WAITING \
                  "ORDER BY m.not_before") \
    X(CLAIM_LEASED, "SELECT m.leased, c.id FROM store_messages m JOIN store_customers c ON " \
                    "c.num = coalesce(m.target, m.customer) " \
                    "WHERE m.tenant = ?1 AND m.leased > ?2 ORDER BY m.leased") \
    X(CLAIM, "UPDATE store_messages SET leased = ?2, token = ?3, attempts = attempts + 1 " \
             "WHERE num = ?1") \
    X(SETTLE, "UPDATE store_messages SET outcome = ?5, leased = NULL, token = NULL, reason = " \
              "?6, settled = ?4 " \
              "WHERE tenant = ?1 AND id = ?2 AND token = ?3 AND leased > ?4") \
    X(RETRY, "UPDATE store_messages SET not_before = ?5, leased = NULL, token = NULL, reason " \
             "= ?6, attempts = attempts - ?7 " \
             "WHERE tenant = ?1 AND id = ?2 AND token = ?3 AND leased > ?4") \
    X(CREATED, "SELECT created FROM store_messages WHERE tenant = ?1 AND id = ?2") \
    X(OUTBOX, CSUCCESS__SQLITE_MESSAGE "WHERE m.customer = ?1 " CSUCCESS__SQLITE_BEHIND) \
    X(OUTBOX_ALL, CSUCCESS__SQLITE_MESSAGE "WHERE m.tenant = ?1 " CSUCCESS__SQLITE_BEHIND) \
    /* reading on */ \
    X(SCAN_CUSTOMERS, "SELECT c.id, s.revision, s.body FROM store_customers c JOIN " \
                      "store_states s ON s.num = c.num " \
                      "WHERE c.tenant = ?1 AND c.id > ?2 ORDER BY c.id LIMIT ?3") \
    X(SCAN_PARKED, \
      "SELECT c.id, s.revision, s.body FROM store_customers c JOIN store_states s ON s.num = " \
      "c.num " \
      "WHERE c.tenant = ?1 AND c.id > ?2 AND c.parked = 1 ORDER BY c.id LIMIT ?3") \
    X(SCAN_RECORDS, "SELECT id, revision, body FROM store_records WHERE tenant = ?1 AND kind " \
                    "= ?4 AND id > ?2 ORDER BY id LIMIT ?3") \
    X(SCAN_LEDGERS, "SELECT key, 0, CAST(sum AS TEXT) FROM store_ledgers WHERE tenant = ?1 " \
                    "AND key > ?2 ORDER BY key LIMIT ?3") \
    X(HISTORY, "SELECT e.seq, e.at, k.text, e.cause, p.text, f.text, e.subject, e.body, " \
               "e.commitment, e.digest FROM store_entries e " \
               "JOIN store_words k ON k.num = e.kind JOIN store_words p ON p.num = " \
               "e.principal JOIN store_words f ON f.num = e.config " \
               "WHERE e.customer = ?1 AND e.seq > ?2 ORDER BY e.seq LIMIT ?3") \
    /* erasing: ?1 customer, ?2 contact or pseudonym */ \
    X(ERASE_STATE, "DELETE FROM store_states WHERE num = ?1") \
    X(ERASE_RECORD, "DELETE FROM store_records WHERE tenant = ?1 AND kind = ?2 AND id = ?3") \
    X(ERASE_INPUTS, "DELETE FROM store_inputs WHERE customer = ?1") \
    X(ERASE_BODIES, "SELECT count(body) FROM store_entries WHERE customer = ?1") \
    X(ERASE_ENTRIES, "UPDATE store_entries SET body = NULL, subject = NULL WHERE customer = " \
                     "?1 AND (body IS NOT NULL OR subject IS NOT NULL)") \
    X(ERASE_MESSAGES, \
      "DELETE FROM store_messages WHERE (customer = ?1 OR target = ?1) AND outcome = 0") \
    X(ERASE_SETTLED, "UPDATE store_messages SET body = '', contact = '', reason = '' WHERE " \
                     "(customer = ?1 OR target = ?1) AND outcome <> 0") \
    X(CONTACT_BODIES, \
      "SELECT count(body) FROM store_entries WHERE customer = ?1 AND subject = ?2") \
    X(CONTACT_ENTRIES, "UPDATE store_entries SET body = NULL, subject = NULL WHERE customer " \
                       "= ?1 AND subject = ?2") \
    X(CONTACT_MESSAGES, \
      "DELETE FROM store_messages WHERE customer = ?1 AND contact = ?2 AND outcome = 0") \
    X(CONTACT_SETTLED, "UPDATE store_messages SET body = '', contact = '', reason = '' WHERE " \
                       "customer = ?1 AND contact = ?2 AND outcome <> 0") \
    X(RENAME, "UPDATE store_customers SET id = ?2, due = NULL, leased = NULL, token = NULL, " \
              "failures = 0, parked = 0, reason = NULL WHERE num = ?1") \
    X(MOVE_ENTRIES, "UPDATE OR IGNORE store_entries SET customer = ?2 WHERE customer = ?1") \
    X(MOVED, "SELECT 1 FROM store_entries WHERE customer = ?1") \
    X(MOVE_MESSAGES, "UPDATE store_messages SET customer = ?2 WHERE customer = ?1") \
    X(MOVE_TARGETS, "UPDATE store_messages SET target = ?2 WHERE target = ?1") \
    X(FORGET, "DELETE FROM store_customers WHERE num = ?1") \
    /* projections from entries */ \
    X(REPROJECT, "SELECT e.customer, e.seq, e.at, k.text, e.cause, e.subject, e.body FROM " \
                 "store_entries e JOIN store_words k ON k.num = e.kind " \
                 "WHERE e.customer >= ?1 AND e.customer <= ?2 AND e.body IS NOT NULL ORDER " \
                 "BY e.customer, e.seq")

typedef enum csuccess__sqlite_statement {
#define CSUCCESS__SQLITE_STATEMENT(name, sql) CSUCCESS__SQLITE_##name,
    CSUCCESS__SQLITE_TABLE(CSUCCESS__SQLITE_STATEMENT)
#undef CSUCCESS__SQLITE_STATEMENT
        CSUCCESS__SQLITE_STATEMENTS
} csuccess__sqlite_statement;

#endif
