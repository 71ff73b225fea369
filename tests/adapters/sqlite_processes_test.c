/* SPDX-License-Identifier: Apache-2.0 */
/* Processes over one file: nothing twice, nothing lost, nothing half, and one ledger never past its limit, whether they end or are killed. */
#include "stored.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { CUSTOMERS = 16, LIMIT = 500 };

typedef struct job {
    int number; /* of the process */
    int inputs; /* all processes apply inputs 0 .. inputs - 1 of each customer, each racing for all of them */
    uint64_t seed;
    int told; /* where it writes what was acknowledged, or, dispatching, what it sends */
    bool dispatches;
} job;

static void sleep_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

/* The state says how many inputs it has seen, and their sum: what a commit that was lost or doubled would spoil. */
typedef struct counted {
    unsigned count;
    unsigned long long sum;
} counted;

static counted read_state(const csuccess__answer *answer)
{
    counted c = {0, 0};
    char text[64];
    if (answer->verdict != CSUCCESS__VERDICT_RECORD) return c;
    snprintf(text, sizeof text, "%.*s", (int)answer->body.len, answer->body.ptr);
    sscanf(text, "%u %llu", &c.count, &c.sum);
    return c;
}

typedef struct work {
    plan plan;
    char customer[16], input[24], state[64], body[64], message[65];
    unsigned number;
    bool spends;
} work;

/* An entry, a message and a delta of one input. */
static void prepare(work *w, int customer, int input, const csuccess__answer *state)
{
    counted c = read_state(state);
    uint64_t revision = state->verdict == CSUCCESS__VERDICT_RECORD ? state->revision : 0;
    plan_start(&w->plan);
    snprintf(w->customer, sizeof w->customer, "c%d", customer);
    snprintf(w->input, sizeof w->input, "i%d", input);
    snprintf(w->state, sizeof w->state, "%u %llu", c.count + 1, c.sum + (unsigned)input);
    snprintf(w->body, sizeof w->body, "{\"input\":%d}", input);
    snprintf(w->message, sizeof w->message, "%032x%032x", customer, input);
    plan_write(&w->plan, CSUCCESS_RECORD_CUSTOMER, w->customer, revision, w->state)->due_ms =
        input;
    plan_entry(&w->plan, w->customer, c.count + 1, "input", w->body)->cause = str(w->input);
    plan_message(&w->plan, w->customer, w->message);
    plan_input(&w->plan, w->customer, w->input);
    if (w->spends) plan_delta(&w->plan, "budget", 3, LIMIT);
}

/* Applies one input for certain: loads, commits, and again after a conflict. A refusal is applied without spending. */
static bool apply(stored *s, int customer, int input, csuccess__verdict *out)
{
    work w = {.spends = true};
    for (;;) {
        char id[16];
        snprintf(id, sizeof id, "c%d", customer);
        prepare(&w, customer, input, stored_get(s, CSUCCESS_RECORD_CUSTOMER, id));
        *out = stored_commit(s, &w.plan, 1);
        if (*out == CSUCCESS__VERDICT_APPLIED || *out == CSUCCESS__VERDICT_ALREADY) return true;
        if (*out == CSUCCESS__VERDICT_REFUSED) w.spends = false;
        if (*out == CSUCCESS__VERDICT_NONE && s->result != CSUCCESS_EBUSY) return false;
    }
}

static void tell(const job *j, int customer, int input)
{
    char line[32];
    int n = snprintf(line, sizeof line, "%d %d\n", customer, input);
    if (j->told >= 0 && write(j->told, line, (size_t)n) != n) _exit(3);
}

/* One process: every input of every customer, in an order of its own. */
static int run(const job *j, const char *path)
{
    stored s = {0};
    snprintf(s.path, sizeof s.path, "%s", path);
    csuccess__reply_init(&s.reply, csuccess__malloc_allocator());
    if (stored_open(&s, NULL) < 0) return 4;
    uint64_t seed = j->seed;
    int total = CUSTOMERS * j->inputs, start = (int)(check_random(&seed) % (unsigned)total);
    for (int i = 0; i < total; i++) {
        int at = (int)(((long)start + (long)i * 7919) % total);
        csuccess__verdict verdict;
        if (!apply(&s, at % CUSTOMERS, at / CUSTOMERS, &verdict)) return 5;
        tell(j, at % CUSTOMERS, at / CUSTOMERS);
    }
    stored_close(&s);
    csuccess__reply_free(&s.reply);
    return check_failures ? 6 : 0;
}

static int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Sends what was claimed, one after another, and settles each. */
static int send_all(stored *s, int sink)
{
    char ids[8][80], token[32] = "";
    size_t count = s->reply.row_count;
    for (size_t i = 0; i < count; i++) {
        csuccess_str id = s->reply.rows[i].message.id;
        snprintf(ids[i], sizeof ids[i], "%.*s\n", (int)id.len, id.ptr);
        snprintf(token, sizeof token, "%.*s", (int)s->reply.rows[i].token.len,
                 s->reply.rows[i].token.ptr);
    }
    for (size_t i = 0; i < count; i++) {
        if (write(sink, ids[i], strlen(ids[i])) != (ssize_t)strlen(ids[i])) return 3;
        ids[i][strlen(ids[i]) - 1] = '\0';
        csuccess_result result =
            stored_settle(s, ids[i], str(token), CSUCCESS_SETTLE_DELIVERED, clock_ms());
        if (result < 0 && result != CSUCCESS_ECONFLICT && result != CSUCCESS_EBUSY) return 5;
    }
    return 0;
}

/* One dispatcher, until nothing has been waiting for longer than a lease lasts. */
static int dispatch(const job *j, const char *path)
{
    enum { LEASE = 100 };
    stored s = {0};
    int bad = 0;
    snprintf(s.path, sizeof s.path, "%s", path);
    csuccess__reply_init(&s.reply, csuccess__malloc_allocator());
    if (stored_open(&s, NULL) < 0) return 4;
    for (int idle = 0; idle < 10 && !bad;) {
        int64_t now = clock_ms();
        csuccess_result result = stored_claim(&s, now, 8, now + LEASE);
        idle = result >= 0 && s.reply.row_count == 0 ? idle + 1 : 0;
        if (idle) sleep_ms(LEASE / 4);
        if (result < 0 && result != CSUCCESS_EBUSY) bad = 5;
        if (result >= 0) bad = send_all(&s, j->told);
    }
    stored_close(&s);
    csuccess__reply_free(&s.reply);
    return bad;
}

static pid_t spawn(const job *j, const char *path)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(j->dispatches ? dispatch(j, path) : run(j, path));
    return child;
}

/* ---- What must hold in the end ---- */

static void check_ledger(const char *path)
{
    int64_t spent = stored_sql(path, "SELECT coalesce(sum(sum), 0) FROM store_ledgers");
    CHECK(spent >= 0 && spent <= LIMIT);
    CHECK_INT(spent % 3, 0);
}

/* No half batch: as many entries and messages as inputs, without gaps, and the state counts them. */
static void check_whole(const char *path)
{
    CHECK_INT(
        stored_sql(path,
                   "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
        0);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM (SELECT customer, count(*) n, max(seq) m "
                               "FROM store_entries GROUP BY customer) WHERE n <> m"),
              0);
    CHECK_INT(stored_sql(path, "SELECT (SELECT count(*) FROM store_inputs) - (SELECT count(*) "
                               "FROM store_entries)"),
              0);
    CHECK_INT(stored_sql(path, "SELECT (SELECT count(*) FROM store_inputs) - (SELECT count(*) "
                               "FROM store_messages)"),
              0);
    CHECK_INT(stored_sql(path,
                         "SELECT count(*) FROM store_entries e LEFT JOIN store_inputs i ON "
                         "i.customer = e.customer AND i.id = e.cause WHERE i.id IS NULL"),
              0);
    CHECK_INT(stored_sql(path,
                         "SELECT count(*) FROM store_states s JOIN (SELECT customer, count(*) "
                         "n, sum(json_extract(body, '$.input')) t FROM store_entries "
                         "GROUP BY customer) e ON e.customer = s.num WHERE CAST(s.body AS "
                         "TEXT) <> e.n || ' ' || e.t OR s.revision <> e.n"),
              0);
}

static void race(int processes, int inputs)
{
    stored s;
    pid_t children[8];
    if (!stored_start(&s, "race")) return;
    stored_close(&s);
    stored_remove(s.path); /* they make it, all at once */
    for (int i = 0; i < processes; i++) {
        job j = {i, inputs, (uint64_t)i * 77 + 1, -1, false};
        children[i] = spawn(&j, s.path);
    }
    for (int i = 0; i < processes; i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        CHECK_INT(status, 0);
    }
    check_whole(s.path);
    check_ledger(s.path);
    CHECK_INT(stored_sql(s.path, "SELECT count(*) FROM store_inputs"), CUSTOMERS * inputs);
    CHECK_INT(stored_sql(s.path, "SELECT sum FROM store_ledgers"),
              CUSTOMERS * inputs * 3 < LIMIT ? CUSTOMERS * inputs * 3 : LIMIT / 3 * 3);
    stored_end(&s);
}

/* Waits until the other end of the pipe is shut, opens, looks and closes. */
static int open_at_once(const int gun[2], const char *path)
{
    stored s = {0};
    char byte;
    snprintf(s.path, sizeof s.path, "%s", path);
    csuccess__reply_init(&s.reply, csuccess__malloc_allocator());
    close(gun[1]);
    if (read(gun[0], &byte, 1) != 0) return 3;
    if (stored_open(&s, NULL) < 0) {
        fprintf(stderr, "# %s\n", s.err.message);
        return 4;
    }
    stored_get(&s, CSUCCESS_RECORD_CUSTOMER, "nobody");
    bool good = s.result >= 0;
    stored_close(&s);
    csuccess__reply_free(&s.reply);
    return good ? 0 : 5;
}

static void a_new_file_may_be_made_by_all_at_once(void)
{
    stored s;
    if (!stored_start(&s, "born")) return;
    stored_close(&s);
    fflush(stdout);
    for (int round = 0; round < 40; round++) {
        pid_t children[8];
        int gun[2];
        stored_remove(s.path);
        if (!CHECK(pipe(gun) == 0)) return;
        for (int i = 0; i < 8; i++) {
            children[i] = fork();
            if (children[i] == 0) _exit(open_at_once(gun, s.path));
        }
        close(gun[0]);
        close(gun[1]);
        for (int i = 0; i < 8; i++) {
            int status = -1;
            waitpid(children[i], &status, 0);
            CHECK_INT(status, 0);
        }
    }
    stored_end(&s);
}

static void two_processes_apply_each_input_once(void)
{
    race(2, 8);
}
static void four_processes_apply_each_input_once(void)
{
    race(4, 8);
}
static void eight_processes_apply_each_input_once(void)
{
    race(8, 12);
}

/* ---- Killed ---- */

/* Every line that was told whole must be there. */
static void check_told(const char *path, const char *log)
{
    size_t len = 0;
    char *text = check_read(log, &len), sql[160];
    int missing = 0;
    for (char *line = text; line && *line;) {
        int customer, input;
        size_t n = check_span(line, "\n");
        if (!line[n]) break;
        if (sscanf(line, "%d %d", &customer, &input) == 2) {
            snprintf(sql, sizeof sql,
                     "SELECT count(*) FROM store_inputs i JOIN store_customers c ON c.num = "
                     "i.customer WHERE c.id = 'c%d' AND i.id = 'i%d'",
                     customer, input);
            missing += stored_sql(path, sql) != 1;
        }
        line += n + 1;
    }
    CHECK_INT(missing, 0);
    free(text);
}

/* Every message that is stored was sent, and no other; how often one was sent again. */
static int check_sent(const char *path, const char *sink)
{
    char sql[700];
    int64_t messages =
        stored_sql(path, "SELECT count(*) FROM store_messages WHERE outcome = 1");
    size_t len = 0;
    char *text = check_read(sink, &len);
    int64_t lines = (int64_t)(len / 65);
    CHECK_INT(len % 65, 0);
    CHECK_INT(stored_sql(path, "SELECT count(*) FROM store_messages WHERE outcome <> 1"), 0);
    CHECK(stored_exec(path, "CREATE TABLE sent(id)"));
    sqlite3 *db = NULL;
    sqlite3_open(path, &db);
    sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    for (int64_t i = 0; i < lines; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO sent VALUES(x'%.64s')", text + 65 * i);
        CHECK_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
    CHECK_INT(stored_sql(path, "SELECT count(DISTINCT id) FROM sent"), messages);
    CHECK_INT(
        stored_sql(path,
                   "SELECT count(*) FROM sent WHERE id NOT IN (SELECT id FROM store_messages)"),
        0);
    free(text);
    return (int)(lines - messages);
}

/* Engines and dispatchers; CSUCCESS_KILLS asks for more than the suite has time for. */
enum { ENGINES = 6, DISPATCHERS = 2, KILLED = ENGINES + DISPATCHERS, INPUTS = 120 };

typedef struct battle {
    stored s;
    pid_t children[KILLED];
    char log[300], sink[300];
    int told, sent;
    uint64_t seed;
} battle;

static void start_one(battle *b, int which)
{
    bool dispatches = which >= ENGINES;
    job j = {which, INPUTS, check_random(&b->seed), dispatches ? b->sent : b->told, dispatches};
    b->children[which] = spawn(&j, b->s.path);
}

/* How many were killed at work. */
static int kill_and_start(battle *b, int kills)
{
    int killed = 0;
    for (int k = 0; k < kills; k++) {
        int victim = (int)(check_random(&b->seed) % KILLED), status = 0;
        sleep_ms((long)(check_random(&b->seed) % 12) + 1);
        kill(b->children[victim], SIGKILL);
        waitpid(b->children[victim], &status, 0);
        CHECK(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        killed += WIFSIGNALED(status);
        start_one(b, victim);
    }
    return killed;
}

static bool battle_start(battle *b)
{
    memset(b, 0, sizeof *b);
    b->seed = 11;
    if (!stored_start(&b->s, "kills")) return false;
    stored_close(&b->s);
    snprintf(b->log, sizeof b->log, "%s.log", b->s.path);
    snprintf(b->sink, sizeof b->sink, "%s.sink", b->s.path);
    b->told = open(b->log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    b->sent = open(b->sink, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    for (int i = 0; i < KILLED; i++) start_one(b, i);
    return CHECK(b->told >= 0 && b->sent >= 0) != 0;
}

static void what_was_acknowledged_outlives_kills(void)
{
    battle b;
    const char *asked = getenv("CSUCCESS_KILLS");
    int kills = asked ? (int)check_number(asked) : 48;
    if (!battle_start(&b)) return;
    int killed = kill_and_start(&b, kills);
    for (int i = 0; i < KILLED; i++) {
        kill(b.children[i], SIGKILL);
        waitpid(b.children[i], NULL, 0);
    }
    check_told(b.s.path, b.log);
    check_whole(b.s.path);
    check_ledger(b.s.path);
    CHECK(killed > kills / 2);
    long long inputs = stored_sql(b.s.path, "SELECT count(*) FROM store_inputs");
    job last = {0, INPUTS, 3, -1, false},
        drain = {0, 0, 0, b.sent, true}; /* and the work can be ended */
    CHECK_INT(run(&last, b.s.path), 0);
    CHECK_INT(dispatch(&drain, b.s.path), 0);
    CHECK_INT(stored_sql(b.s.path, "SELECT count(*) FROM store_inputs"), CUSTOMERS * INPUTS);
    check_whole(b.s.path);
    check_ledger(b.s.path);
    int again = check_sent(b.s.path, b.sink);
    printf("# %d kills at work, %lld inputs until then, %d messages sent again\n", killed,
           inputs, again);
    close(b.told);
    close(b.sent);
    unlink(b.log);
    unlink(b.sink);
    stored_end(&b.s);
}

/* ---- Leases ---- */

/* Takes what is due and defers it far away; tells how many it had. */
static int take_due(const char *path, int64_t now)
{
    stored s = {0};
    int taken = 0;
    snprintf(s.path, sizeof s.path, "%s", path);
    csuccess__reply_init(&s.reply, csuccess__malloc_allocator());
    if (stored_open(&s, NULL) < 0) return 255;
    for (int idle = 0; idle < 3;) {
        if (stored_due(&s, now, 5, now + 1000) < 0) return 255;
        taken += (int)s.reply.row_count;
        idle = s.reply.row_count ? 0 : idle + 1;
    }
    stored_close(&s);
    csuccess__reply_free(&s.reply);
    return taken;
}

static void due_customers_are_leased_once(void)
{
    stored s;
    pid_t children[8];
    char id[16];
    int taken = 0;
    if (!stored_start(&s, "leases")) return;
    for (int i = 0; i < 100; i++) {
        plan p;
        plan_start(&p);
        snprintf(id, sizeof id, "c%d", i);
        plan_write(&p, CSUCCESS_RECORD_CUSTOMER, id, 0, "s")->due_ms = i;
        CHECK_INT(stored_commit(&s, &p, 1), CSUCCESS__VERDICT_APPLIED);
    }
    stored_close(&s);
    fflush(stdout);
    for (int i = 0; i < 8; i++) {
        children[i] = fork();
        if (children[i] == 0) _exit(take_due(s.path, 500));
    }
    for (int i = 0; i < 8; i++) {
        int status = 0;
        waitpid(children[i], &status, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 100);
        taken += WEXITSTATUS(status);
    }
    CHECK_INT(taken, 100);
    CHECK_INT(take_due(s.path, 1499), 0);
    CHECK_INT(take_due(s.path, 1500), 100); /* the leases are over */
    stored_end(&s);
}

CHECK_MAIN(CHECK_TEST(a_new_file_may_be_made_by_all_at_once),
           CHECK_TEST(two_processes_apply_each_input_once),
           CHECK_TEST(four_processes_apply_each_input_once),
           CHECK_TEST(eight_processes_apply_each_input_once),
           CHECK_TEST(what_was_acknowledged_outlives_kills),
           CHECK_TEST(due_customers_are_leased_once))
