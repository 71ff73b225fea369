/* SPDX-License-Identifier: Apache-2.0 */
/* Processes over one directory: whole lines only, nothing lost that was acknowledged, nothing twice where it dedupes, whether they end or are killed. */
#include "filed.h"

#include <signal.h>
#include <time.h>

enum { PROCESSES = 8, MESSAGES = 120, KILLED = 4, LARGE = 150000, LARGE_MESSAGES = 50 };

static const char email[] = "email.jsonl";

typedef struct job {
    unsigned long first; /* of its numbers, which it goes through in a circle */
    unsigned long count;
    uint32_t flags;
    size_t bytes; /* of a body */
    int told;     /* where it writes what was acknowledged; -1: nowhere */
} job;

static void tell(const job *j, unsigned long number)
{
    char line[32];
    int n = snprintf(line, sizeof line, "%lu\n", number);
    if (j->told >= 0 && write(j->told, line, (size_t)n) != n) _exit(3);
}

static int run(const job *j, const char *path)
{
    filed f = {.file = NULL};
    char id[65], *body = malloc(j->bytes + 2);
    csuccess_message m;
    snprintf(f.path, sizeof f.path, "%s", path);
    if (!body || filed_open(&f, j->flags) < 0) return 4;
    memset(body, 'b', j->bytes + 2);
    body[0] = body[j->bytes + 1] = '"';
    for (unsigned long i = 0; i < j->count; i++) {
        unsigned long number = (j->first + i) % j->count;
        sent_message(&m, id, j->flags & CSUCCESS_FILE_DEDUPE ? number : j->first + i);
        m.body = (csuccess_str){body, j->bytes + 2};
        if (filed_send(&f, &m).outcome != CSUCCESS_SENT_DELIVERED) return 5;
        tell(j, number);
    }
    filed_close(&f);
    free(body);
    return check_failures ? 6 : 0;
}

static pid_t spawn(const job *j, const char *path)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(run(j, path));
    return child;
}

static void race(uint32_t flags, size_t lines)
{
    filed f;
    pid_t children[PROCESSES];
    size_t broken;
    if (!filed_start(&f, "race", flags)) return;
    for (unsigned long i = 0; i < PROCESSES; i++) {
        bool shared = flags & CSUCCESS_FILE_DEDUPE;
        job j = {shared ? i * 7 : i * MESSAGES, MESSAGES, flags, 3000 + 400 * i, -1};
        children[i] = spawn(&j, f.path);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        waitpid(children[i], &status, 0);
        CHECK_INT(status, 0);
    }
    CHECK_UINT(filed_lines(&f, email, &broken), lines);
    CHECK_UINT(broken, 0);
    char *text = filed_read(&f, email);
    for (unsigned long i = 0; i < lines; i++) CHECK_INT(filed_count(text, i), 1);
    free(text);
    filed_end(&f);
}

static void eight_processes_append_whole_lines(void)
{
    race(0, PROCESSES * MESSAGES);
}
static void eight_processes_write_each_id_once(void)
{
    race(CSUCCESS_FILE_DEDUPE, MESSAGES);
}

static int kill_and_start(const filed *f, pid_t children[KILLED], const job *like, int kills)
{
    uint64_t seed = 5;
    int killed = 0;
    for (int k = 0; k < kills; k++) {
        int victim = (int)(check_random(&seed) % KILLED), status = 0;
        long ms = (long)(check_random(&seed) % 14);
        nanosleep(&(struct timespec){0, ms * 1000000 + 100000}, NULL);
        kill(children[victim], SIGKILL);
        waitpid(children[victim], &status, 0);
        CHECK(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
        killed += WIFSIGNALED(status);
        job j = *like;
        j.first = (unsigned long)(check_random(&seed) % LARGE_MESSAGES);
        children[victim] = spawn(&j, f->path);
    }
    return killed;
}

static void check_told(const char *log, const char *text, bool once)
{
    size_t len;
    char *told = check_read(log, &len);
    int missing = 0, twice = 0;
    for (const char *line = told; line && *line;) {
        size_t n = strcspn(line, "\n");
        if (!line[n]) break;
        int count = filed_count(text, strtoul(line, NULL, 10));
        missing += count == 0;
        twice += count > 1;
        line += n + 1;
    }
    CHECK_INT(missing, 0);
    if (once) CHECK_INT(twice, 0);
    free(told);
}

static void what_was_acknowledged_outlives_kills(void)
{
    filed f;
    char log[300];
    size_t broken;
    pid_t children[KILLED];
    const char *asked = getenv("CSUCCESS_KILLS");
    int kills = asked ? (int)check_number(asked) : 48;
    if (!filed_start(&f, "kills", 0)) return;
    snprintf(log, sizeof log, "%s.log", f.path);
    int told = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (!CHECK(told >= 0)) return;
    job j = {0, LARGE_MESSAGES, CSUCCESS_FILE_DEDUPE, LARGE, told};
    for (int i = 0; i < KILLED; i++) {
        j.first = (unsigned long)i * 11;
        children[i] = spawn(&j, f.path);
    }
    int killed = kill_and_start(&f, children, &j, kills);
    for (int i = 0; i < KILLED; i++) {
        kill(children[i], SIGKILL);
        waitpid(children[i], NULL, 0);
    }
    close(told);
    CHECK_UINT(filed_send_number(&f, 1000).outcome, CSUCCESS_SENT_DELIVERED);
    size_t lines = filed_lines(&f, email, &broken);
    CHECK_UINT(broken, 0);
    CHECK(lines <= LARGE_MESSAGES + 1);
    char *text = filed_read(&f, email);
    check_told(log, text, true);
    free(text);
    CHECK(killed > kills / 4);
    printf("# %d kills at work, %zu lines\n", killed, lines);
    unlink(log);
    filed_end(&f);
}

CHECK_MAIN(CHECK_TEST(eight_processes_append_whole_lines),
           CHECK_TEST(eight_processes_write_each_id_once),
           CHECK_TEST(what_was_acknowledged_outlives_kills))
