/* SPDX-License-Identifier: Apache-2.0 */
/* The SQLite store where the contract's own tests do not look: its file, its upgrades, full disks, damage, and what an erasure leaves on the disk. */
#include "stored.h"

#include "../../lib/adapters/sqlite/statements.h"

#include <sys/stat.h>
#include <sys/wait.h>

static const char id_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char id_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

static void first_plan(plan *p, const char *customer, const char *input)
{
    plan_start(p);
    plan_write(p, CSUCCESS_RECORD_CUSTOMER, customer, 0, "state-1")->due_ms = 100;
    plan_write(p, CSUCCESS_RECORD_SECRET, customer, 0, "secret");
    plan_entry(p, customer, 1, "input", "{\"type\":\"track\"}");
    plan_entry(p, customer, 2, "health", "{\"after\":{\"score\":70}}")->subject = str("ann");
    plan_input(p, customer, input);
}

/* ---- What a commit says ---- */

static void a_commit_again_is_already_and_a_part_of_it_a_conflict(void)
{
    stored s;
    if (!stored_start(&s, "again")) return;
    plan p;
    first_plan(&p, "c1", "i1");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_ALREADY);
    plan_input(&p, "c1", "i2");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_CONFLICT);
    csuccess_input_key asked[] = {{str("c1"), str("i1")}, {str("c1"), str("i2")}};
    CHECK_OK(stored_load(&s, NULL, 0, asked, 2));
    CHECK(s.reply.known[0] && !s.reply.known[1]); /* nothing of the conflict stayed */
    const csuccess__answer *answer = stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "c1");
    CHECK_UINT(answer->revision, 1);
    CHECK_STR(answer->body, "state-1");
    stored_end(&s);
}

static void batches_of_a_request_stand_by_themselves(void)
{
    stored s;
    if (!stored_start(&s, "apart")) return;
    plan p[4];
    const csuccess_batch *batches[4];
    for (size_t i = 0; i < 4; i++) {
        plan_start(&p[i]);
        plan_write(&p[i], CSUCCESS_RECORD_CUSTOMER, i == 3 ? "c0" : "cx", i == 3 ? 0 : i,
                   i ? "two" : "one");
        plan_delta(&p[i], "budget", 6, 10);
        batches[i] = &p[i].batch;
    }
    p[1].writes[0].expected = 7; /* a revision that is not there */
    p[2].writes[0].expected = 1; /* sees the first, and passes the limit */
    plan_write(&p[3], CSUCCESS_RECORD_LEDGER, "budget", 0, ""); /* is never written */
    p[3].batch.delta_count = 0;
    CHECK_OK(stored_commit_all(&s, batches, 4, 1));
    CHECK_INT(s.reply.answers[0].verdict, CSUCCESS__VERDICT_APPLIED);
    CHECK_INT(s.reply.answers[1].verdict, CSUCCESS__VERDICT_CONFLICT);
    CHECK_INT(s.reply.answers[2].verdict, CSUCCESS__VERDICT_REFUSED);
    CHECK_INT(s.reply.answers[3].verdict, CSUCCESS__VERDICT_NONE);
    CHECK_STR(stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "cx")->body, "one");
    CHECK_INT(stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "c0")->verdict, CSUCCESS__VERDICT_NONE);
    CHECK_INT(stored_get(&s, CSUCCESS_RECORD_LEDGER, "budget")->sum, 6);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM store_customers"), 1);
    stored_end(&s);
}

/* ---- The file ---- */

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    if (!file) abort();
    fputs(text, file);
    fclose(file);
}

static void check_refused(stored *s, csuccess_result code, const char *message)
{
    CHECK_RESULT(stored_open(s, NULL), code);
    CHECK(s->store == NULL);
    CHECK_HAS(s->err.message, message);
    CHECK_INT(s->err.code, code);
}

static void files_that_are_not_ours(void)
{
    stored s;
    stored_name(&s, "foreign");
    write_file(s.path, "These are notes of a meeting and no database at all, however long one "
                       "reads on in them. "
                       "There are more of them in the drawer.\n");
    check_refused(&s, CSUCCESS_ESTATE, "no SQLite database");
    CHECK_HAS(s.err.message, s.path);
    stored_remove(s.path);
    CHECK(stored_exec(s.path, "CREATE TABLE pets(name)"));
    check_refused(&s, CSUCCESS_ESTATE, "another program");
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM sqlite_schema"), 1);
    stored_remove(s.path);
    CHECK_OK(stored_open(&s, NULL));
    stored_close(&s);
    CHECK(stored_exec(s.path, "PRAGMA user_version = 99"));
    check_refused(&s, CSUCCESS_EUNSUPPORTED, "version 99");
    stored_end(&s);
}

static void paths_and_options_that_cannot_be(void)
{
    stored s;
    csuccess_sqlite_options options = CSUCCESS_SQLITE_OPTIONS_INIT;
    stored_name(&s, "no-such-folder/x");
    check_refused(&s, CSUCCESS_EMISSING, "folder");
    stored_name(&s, "absent");
    options.flags = CSUCCESS_SQLITE_EXISTING;
    CHECK_RESULT(stored_open(&s, &options), CSUCCESS_EMISSING);
    options.flags = 64;
    CHECK_RESULT(stored_open(&s, &options), CSUCCESS_EINVALID);
    options.flags = 0;
    options.busy_ms = 4000000;
    CHECK_RESULT(stored_open(&s, &options), CSUCCESS_ERANGE);
    options.size = 1;
    CHECK_RESULT(stored_open(&s, &options), CSUCCESS_EABI);
    s.path[0] = '\0';
    CHECK_RESULT(stored_open(&s, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_sqlite_open(NULL, str("x"), NULL, NULL), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_sqlite_open(&s.store, str(":memory:"), NULL, NULL),
                 CSUCCESS_EUNSUPPORTED);
    CHECK_RESULT(csuccess_sqlite_rebuild(NULL, &s.err), CSUCCESS_EINVALID);
    csuccess_sqlite_close(NULL);
    csuccess__reply_free(&s.reply);
}

/* As a user who may read the file only; the file and its folder are made by the one who runs the tests. */
static void a_file_that_may_only_be_read(void)
{
    stored s;
    if (!stored_start(&s, "readonly")) return;
    stored_close(&s);
    chmod(s.path, 0444);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool another = geteuid() != 0 || setuid(65534) == 0;
        csuccess_result result = another ? stored_open(&s, NULL) : CSUCCESS_EDENIED;
        _exit(result == CSUCCESS_EDENIED || result == CSUCCESS_EMISSING ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK_INT(status, 0);
    stored_end(&s);
}

static void a_file_that_is_locked(void)
{
    stored s;
    sqlite3 *other = NULL;
    csuccess_sqlite_options options = CSUCCESS_SQLITE_OPTIONS_INIT;
    options.busy_ms = 30;
    stored_name(&s, "locked");
    stored_remove(s.path);
    CHECK_OK(stored_open(&s, &options));
    sqlite3_open(s.path, &other);
    CHECK_INT(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    plan p;
    first_plan(&p, "c1", "i1");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_NONE);
    CHECK_RESULT(s.result, CSUCCESS_EBUSY);
    CHECK_INT(stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "c1")->verdict,
              CSUCCESS__VERDICT_NONE); /* reading goes on */
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    stored_close(&s);
    sqlite3_exec(other,
                 "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE store_meta SET "
                 "value = value; COMMIT",
                 NULL, NULL, NULL);
    CHECK_RESULT(stored_open(&s, &options), CSUCCESS_EBUSY);
    CHECK_HAS(s.err.message, "locked");
    sqlite3_close(other);
    stored_end(&s);
}

/* ---- Upgrades ---- */

static void drop_all(const char *path, const char *how, const char *const *names, size_t count)
{
    char sql[96];
    for (size_t i = 0; i < count; i++) {
        snprintf(sql, sizeof sql, "%s%s", how, names[i]);
        CHECK(stored_exec(path, sql));
    }
}

/* Makes the file one of version 1 (without any projection), 2 (without those of flow) or 3 (without those of intervene). */
static void make_older(const char *path, int version)
{
    static const char *const views[] = {
        "customers",       "health_scores", "churn_predictions", "alerts",      "overrides",
        "consents",        "subscriptions", "outcomes",          "touchpoints", "interventions",
        "audit",           "enrollments",   "journey_steps",     "tasks",       "milestones",
        "segment_members", "playbook_runs", "campaign_runs",     "approvals",   "offers",
        "opportunities",   "selections",    "exposures",         "sentiment",   "automation",
        "messages"};
    static const char *const first[] = {"health",        "churn",    "alerts",
                                        "overrides",     "consents", "holds",
                                        "subscriptions", "outcomes", "touchpoints"};
    static const char *const flow[] = {"enrollments", "journey_steps",   "tasks",
                                       "milestones",  "segment_members", "playbook_runs"};
    static const char *const intervene[] = {"interventions", "campaign_runs", "approvals",
                                            "offers",        "opportunities", "selections",
                                            "exposures",     "sentiment",     "automation"};
    char pragma[40];
    drop_all(path, "DROP VIEW ", views, sizeof views / sizeof views[0]);
    drop_all(path, "DROP TABLE project_", intervene, sizeof intervene / sizeof intervene[0]);
    if (version < 3) drop_all(path, "DROP TABLE project_", flow, sizeof flow / sizeof flow[0]);
    if (version == 1) {
        drop_all(path, "DROP TABLE project_", first, sizeof first / sizeof first[0]);
    }
    snprintf(pragma, sizeof pragma, "PRAGMA user_version = %d", version);
    CHECK(stored_exec(path, pragma));
}

static void check_brought_up(int version)
{
    stored s;
    static const char *const names[] = {"upgrade-1", "upgrade-2", "upgrade-3"};
    if (!stored_start(&s, names[version - 1])) return;
    plan p;
    first_plan(&p, "c1", "i1");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    stored_close(&s);
    make_older(s.path, version);
    CHECK_OK(stored_open(&s, NULL));
    CHECK_INT(stored_sql(s.path, "PRAGMA user_version"), 4);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM enrollments"), 0);
    CHECK_INT(stored_sql(s.path, "SELECT score FROM health_scores WHERE tenant = 'acme' AND "
                                 "customer = 'c1' AND day = '1970-01-01'"),
              70);
    CHECK_STR(stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "c1")->body, "state-1");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_ALREADY);
    stored_end(&s);
}

static void files_of_older_versions_are_brought_up(void)
{
    check_brought_up(1);
    check_brought_up(2);
    check_brought_up(3);
}

static void an_upgrade_that_fails_leaves_the_old_tables(void)
{
    stored s;
    if (!stored_start(&s, "half")) return;
    stored_close(&s);
    CHECK(stored_exec(
        s.path, "PRAGMA user_version = 1")); /* the tables of version 2 stand in the way */
    CHECK_RESULT(stored_open(&s, NULL), CSUCCESS_ESTATE);
    CHECK_HAS(s.err.message, "project_health already exists");
    CHECK_INT(stored_sql(s.path, "PRAGMA user_version"), 1);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM sqlite_schema WHERE type = 'view'"), 26);
    stored_end(&s);
}

/* ---- Full and damaged ---- */

static void limit_pages(stored *s, int64_t more)
{
    char sql[96];
    int64_t pages = stored_sql(s->path, "PRAGMA page_count");
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)(pages + more));
    /* The limit is the connection's: the first member of a store is its connection. */
    sqlite3 *db = *(sqlite3 **)(void *)s->store;
    CHECK_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static void a_full_disk_loses_nothing(void)
{
    stored s;
    char id[16], customer[16], *large = malloc(20001);
    if (!large || !stored_start(&s, "full")) return;
    memset(large, 'x', 20000);
    large[20000] = '\0';
    limit_pages(&s, 60);
    int applied = 0;
    csuccess__verdict verdict = CSUCCESS__VERDICT_APPLIED;
    while (verdict == CSUCCESS__VERDICT_APPLIED && applied < 100) {
        plan p;
        plan_start(&p);
        snprintf(customer, sizeof customer, "c%d", applied);
        snprintf(id, sizeof id, "i%d", applied);
        plan_write(&p, CSUCCESS_RECORD_CUSTOMER, customer, 0, large);
        plan_entry(&p, customer, 1, "input", "{}");
        plan_input(&p, customer, id);
        verdict = stored_commit(&s, &p, 1);
        applied += verdict == CSUCCESS__VERDICT_APPLIED;
    }
    CHECK(applied > 2 && applied < 100);
    CHECK_RESULT(s.result, CSUCCESS_ELIMIT);
    CHECK_HAS(s.err.message, "full");
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM store_states"), applied);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM store_inputs"), applied);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM store_entries"), applied);
    limit_pages(&s, 1000);
    plan p;
    first_plan(&p, "later", "i");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    free(large);
    stored_end(&s);
}

/* Asks a little of everything; the first error. */
static csuccess_result use(stored *s)
{
    plan p;
    csuccess_result result = CSUCCESS_OK;
    first_plan(&p, "new", "i1");
    plan_message(&p, "new", id_a);
    if (stored_commit(s, &p, 1) == CSUCCESS__VERDICT_NONE) result = s->result;
    if (stored_due(s, 200, 100, 300) < 0) result = s->result;
    for (int i = 0; i < 40; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        if (stored_history(s, customer, 0, 10) < 0) result = s->result;
    }
    return result;
}

/* A copy of the file with noise in one page. */
static void write_damaged(const char *path, const char *good, size_t len, size_t page)
{
    uint64_t seed = page;
    FILE *file = fopen(path, "wb");
    if (!file) abort();
    fwrite(good, 1, len, file);
    fseek(file, (long)(page * 4096 + (page ? 0 : 100)), SEEK_SET);
    for (int i = 0; i < 400; i++) fputc((int)(check_random(&seed) & 0xff), file);
    fclose(file);
}

/* Whatever the store says of a damaged page, it ends, and the process lives. */
static void damage_gives_errors(void)
{
    stored s;
    if (!stored_start(&s, "damage")) return;
    for (int i = 0; i < 40; i++) {
        char customer[16];
        snprintf(customer, sizeof customer, "c%d", i);
        plan p;
        first_plan(&p, customer, "i1");
        CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    }
    stored_close(&s);
    size_t len = 0, errors = 0;
    char *good = check_read(s.path, &len);
    for (size_t page = 0; good && page < len / 4096; page++) {
        stored_remove(s.path);
        write_damaged(s.path, good, len, page);
        csuccess_result result = stored_open(&s, NULL);
        if (result == CSUCCESS_OK) result = use(&s);
        errors += result < 0;
        stored_close(&s);
    }
    CHECK(errors > 5);
    free(good);
    stored_end(&s);
}

/* ---- Erasure ---- */

static bool on_disk(const stored *s, const char *word)
{
    static const char *const suffixes[] = {"", "-wal"};
    bool found = false;
    for (int i = 0; i < 2; i++) {
        char name[320];
        size_t len = 0, n = strlen(word);
        snprintf(name, sizeof name, "%s%s", s->path, suffixes[i]);
        char *bytes = check_read(name, &len);
        for (size_t at = 0; bytes && at + n <= len && !found; at++)
            found = memcmp(bytes + at, word, n) == 0;
        free(bytes);
    }
    return found;
}

static void erase_setup(stored *s)
{
    plan p;
    first_plan(&p, "victim", "victims-input");
    p.writes[0].body = str("Wilhelmina state");
    p.entries[1].body = str("{\"after\":{\"score\":55,\"status\":\"Wilhelmina\"}}");
    plan_message(&p, "victim", id_a)->body = str("{\"to\":\"Wilhelmina\"}");
    plan_message(&p, "victim", id_b)->contact = str("Wilhelmina");
    CHECK_INT(stored_commit(s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    first_plan(&p, "other", "i1");
    CHECK_INT(stored_commit(s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    CHECK_OK(stored_claim(s, 50, 1, 100));
    csuccess_str token = s->reply.row_count ? s->reply.rows[0].token : stored_tenant;
    char kept[32];
    snprintf(kept, sizeof kept, "%.*s", (int)token.len, token.ptr);
    CHECK_RESULT(stored_settle(s, id_a, str(kept), CSUCCESS_SETTLE_DELIVERED, 60), CSUCCESS_OK);
    CHECK_RESULT(stored_settle(s, id_a, str(kept), CSUCCESS_SETTLE_DELIVERED, 61),
                 CSUCCESS_ECONFLICT);
}

static void what_is_erased_is_gone_from_the_disk(void)
{
    stored s;
    if (!stored_start(&s, "erase")) return;
    erase_setup(&s);
    CHECK(on_disk(&s, "Wilhelmina"));
    CHECK_OK(stored_erase(&s, "victim", "", "pseudonym-1"));
    CHECK_UINT(stored_erased(&s, "record"), 2);
    CHECK_UINT(stored_erased(&s, "input"), 1);
    CHECK_UINT(stored_erased(&s, "entry"), 2);
    CHECK_UINT(stored_erased(&s, "message"), 1);
    CHECK_UINT(stored_erased(&s, "settled"), 1);
    CHECK(!on_disk(&s, "Wilhelmina") && !on_disk(&s, "victim"));
    CHECK_OK(stored_history(&s, "pseudonym-1", 0, 10));
    CHECK_UINT(s.reply.row_count, 2);
    CHECK(s.reply.row_count == 2 && s.reply.rows[1].entry.body.ptr == NULL &&
          s.reply.rows[1].entry.digest.len == 64);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM health_scores"), 1); /* the other's */
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM messages WHERE customer = "
                                 "'pseudonym-1' AND state = 'delivered'"),
              1);
    CHECK_OK(stored_erase(&s, "victim", "", "pseudonym-1"));
    CHECK_UINT(stored_erased(&s, "entry") + stored_erased(&s, "record") +
                   stored_erased(&s, "settled"),
               0);
    stored_end(&s);
}

static void what_is_erased_goes_once_nobody_reads(void)
{
    stored s;
    plan p;
    sqlite3 *reader = NULL;
    if (!stored_start(&s, "reader")) return;
    erase_setup(&s);
    sqlite3_open(s.path, &reader);
    CHECK_INT(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM audit", NULL, NULL, NULL),
              SQLITE_OK);
    CHECK_OK(stored_erase(&s, "victim", "", "pseudonym-1"));
    CHECK(on_disk(&s, "Wilhelmina")); /* the reader's moment */
    sqlite3_exec(reader, "COMMIT", NULL, NULL, NULL);
    first_plan(&p, "next", "i1");
    CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    CHECK(!on_disk(&s, "Wilhelmina"));
    sqlite3_close(reader);
    stored_end(&s);
}

static void a_pseudonym_is_taken_once(void)
{
    stored s;
    if (!stored_start(&s, "twice")) return;
    erase_setup(&s);
    CHECK_OK(stored_erase(&s, "victim", "", "pseudonym-1"));
    CHECK_RESULT(stored_erase(&s, "other", "", "pseudonym-1"), CSUCCESS_ECONFLICT);
    CHECK_STR(stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "other")->body, "state-1");
    CHECK_OK(stored_erase(&s, "other", "", "pseudonym-2"));
    stored_end(&s);
}

static void a_contact_is_erased_by_itself(void)
{
    stored s;
    if (!stored_start(&s, "contact")) return;
    erase_setup(&s);
    CHECK_OK(stored_erase(&s, "victim", "ann", ""));
    CHECK_UINT(stored_erased(&s, "entry"), 1);
    CHECK_UINT(stored_erased(&s, "settled"), 1);
    CHECK_UINT(stored_erased(&s, "message"), 0);
    CHECK_INT(
        stored_sql(s.path, "SELECT count(*) FROM health_scores WHERE customer = 'victim'"), 0);
    CHECK_INT(
        stored_sql(s.path,
                   "SELECT count(*) FROM audit WHERE customer = 'victim' AND body IS NOT NULL"),
        1);
    CHECK_INT(
        stored_sql(s.path, "SELECT count(*) FROM store_messages WHERE contact = 'Wilhelmina'"),
        1);
    CHECK_OK(stored_erase(&s, "victim", "Wilhelmina", ""));
    CHECK_UINT(stored_erased(&s, "message"), 1);
    stored_end(&s);
}

/* What is found must be found by an index, however many customers, messages and entries there are. */
static void nothing_is_searched_row_by_row(void)
{
    static const char *const texts[] = {
#define TEXT(name, sql) sql,
        CSUCCESS__SQLITE_TABLE(TEXT)
#undef TEXT
    };
    stored s;
    if (!stored_start(&s, "plans")) return;
    sqlite3 *db = NULL;
    sqlite3_open(s.path, &db);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char sql[1200];
        sqlite3_stmt *stmt = NULL;
        snprintf(sql, sizeof sql, "EXPLAIN QUERY PLAN %s", texts[i]);
        CHECK_INT(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK);
        while (stmt && sqlite3_step(stmt) == SQLITE_ROW) {
            const char *step = (const char *)sqlite3_column_text(stmt, 3);
            bool bad = strncmp(step, "SCAN ", 5) == 0 || strstr(step, "TEMP B-TREE") != NULL;
            if (!CHECK(!bad)) printf("# %s: %s\n", texts[i], step);
        }
        sqlite3_finalize(stmt);
    }
    sqlite3_close(db);
    stored_end(&s);
}

CHECK_MAIN(CHECK_TEST(a_commit_again_is_already_and_a_part_of_it_a_conflict),
           CHECK_TEST(batches_of_a_request_stand_by_themselves),
           CHECK_TEST(files_that_are_not_ours), CHECK_TEST(paths_and_options_that_cannot_be),
           CHECK_TEST(a_file_that_may_only_be_read), CHECK_TEST(a_file_that_is_locked),
           CHECK_TEST(files_of_older_versions_are_brought_up),
           CHECK_TEST(an_upgrade_that_fails_leaves_the_old_tables),
           CHECK_TEST(a_full_disk_loses_nothing), CHECK_TEST(damage_gives_errors),
           CHECK_TEST(what_is_erased_is_gone_from_the_disk),
           CHECK_TEST(what_is_erased_goes_once_nobody_reads),
           CHECK_TEST(a_pseudonym_is_taken_once), CHECK_TEST(a_contact_is_erased_by_itself),
           CHECK_TEST(nothing_is_searched_row_by_row))
