/* SPDX-License-Identifier: Apache-2.0 */
/* The file channel: what a line says, whose file it is in, what a crash left, ids that are there already, and directories that will not do. */
#include "filed.h"

#include <sys/file.h>
#include <sys/resource.h>
#include <signal.h>

#define ID1 \
    "0000000000000000000000009e3779b1" \
    "00000000000000000000000000000001"
static const char email[] = "email.jsonl";

static void a_line_has_every_part(void)
{
    filed f;
    char id[65];
    csuccess_message m;
    if (!filed_start(&f, "parts", 0)) return;
    sent_message(&m, id, 1);
    m.body = sent_str(
        " {\"text\" : \"a \\\"b\\\"\\n\",\n \"n\": [1.50, -0e+2, true , null, {}, [ ] ] }\n");
    m.contact = sent_str("an\"n\n\x01\xff\xc3\xbc");
    CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_DELIVERED);
    char *text = filed_read(&f, email);
    CHECK_CSTR(text,
               "{\"id\":\"" ID1 "\",\"channel\":\"email\",\"customer\":\"acme\","
               "\"contact\":\"an\\\"n\\n\\u0001\xEF\xBF\xBD\xc3\xbc\",\"purpose\":\"service\","
               "\"definition\":\"alert/usage_low/"
               "tier1\",\"at\":\"2026-01-31T08:01:00Z\",\"attempt\":1,"
               "\"recipient\":{\"email\":\"ann@example.com\"},"
               "\"body\":{\"text\":\"a \\\"b\\\"\\n\",\"n\":[1.50,-0e+2,true,null,{},[]]}}\n");
    free(text);
    filed_end(&f);
}

static void times_are_those_of_the_calendar(void)
{
    /* date -u -d @SECONDS +%FT%TZ */
    static const struct {
        int64_t ms;
        const char *text;
    } times[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {INT64_C(951782400007), "2000-02-29T00:00:00.007Z"},
        {INT64_C(4107542399000), "2100-02-28T23:59:59Z"},
        {INT64_C(4107542400000), "2100-03-01T00:00:00Z"},
        {INT64_C(-62135596800000), "0001-01-01T00:00:00Z"},
        {INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
        {INT64_C(253402300800000), ""},
        {INT64_C(-62135596800001), ""},
        {INT64_MAX, ""},
        {INT64_MIN, ""},
    };
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        char text[32];
        size_t n = csuccess__envelope_time(text, times[i].ms);
        CHECK_STR(((csuccess_str){text, n}), times[i].text);
    }
}

static void every_channel_has_a_file_of_its_own_in_the_directory(void)
{
    static const struct {
        const char *channel, *name;
    } cases[] = {{"slack", "slack.jsonl"},       {"../up", "%2E.%2Fup.jsonl"},
                 {".hidden", "%2Ehidden.jsonl"}, {"a.b-c_D9", "a.b-c_D9.jsonl"},
                 {"100%", "100%25.jsonl"},       {"\xc3\xbc", "%C3%BC.jsonl"}};
    filed f;
    char id[65], path[256];
    csuccess_message m;
    struct stat is;
    if (!filed_start(&f, "names", 0)) return;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sent_message(&m, id, i);
        m.channel = sent_str(cases[i].channel);
        CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_DELIVERED);
        filed_name(&f, cases[i].name, path);
        CHECK_INT(stat(path, &is), 0);
        CHECK_INT(is.st_mode & 0777, 0600);
    }
    char longest[301];
    memset(longest, 'x', 300);
    longest[300] = '\0';
    m.channel = sent_str(longest);
    CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_NEVER);
    m.channel = sent_str("");
    CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_NEVER);
    filed_end(&f);
}

static void what_is_no_json_is_never_written(void)
{
    static const char *const bodies[] = {
        "{",
        "}",
        "[1,]",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{1:2}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "tru",
        "nul",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"a\nb\"",
        "\"\xff\"",
        "\"\xed\xa0\x80\"",
        "1 2",
        "[1 2]",
        "{}}",
        "NaN",
        "'a'",
        "[",
        ",",
        "\"\xc3\"",
        "-",
        "{\"a\":}",
        " ",
    };
    filed f;
    char id[65], deep[400];
    csuccess_message m;
    size_t broken;
    if (!filed_start(&f, "hostile", 0)) return;
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        sent_message(&m, id, i);
        m.body = sent_str(bodies[i]);
        if (!CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_NEVER))
            printf("# %s\n", bodies[i]);
    }
    for (size_t depth = 127; depth <= 129; depth++) {
        memset(deep, '[', depth);
        memset(deep + depth, ']', depth);
        m.body = (csuccess_str){deep, 2 * depth};
        CHECK_UINT(filed_send(&f, &m).outcome,
                   depth > 128 ? CSUCCESS_SENT_NEVER : CSUCCESS_SENT_DELIVERED);
    }
    m.body = (csuccess_str){NULL, 0};
    CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_lines(&f, email, &broken), 3);
    CHECK_UINT(broken, 0);
    filed_end(&f);
}

/* ---- What a crash left ---- */

static void an_unfinished_line_of_ours_is_removed(void)
{
    static const char whole[] = "{\"id\":\"x\"}\n";
    static const char *const rests[] = {"{", "{\"id\":", "{\"id\":\"", "{\"id\":\"abc",
                                        "{\"id\":\"abc\",\"body\":{\"a\":\"}"};
    for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
        filed f;
        char before[100];
        size_t broken;
        if (!filed_start(&f, "torn", i % 2 ? CSUCCESS_FILE_DEDUPE : 0)) return;
        snprintf(before, sizeof before, "%s%s", whole, rests[i]);
        filed_write(&f, email, before);
        CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
        char *text = filed_read(&f, email);
        CHECK_INT(strncmp(text, "{\"id\":\"x\"}\n{\"id\":\"" ID1, sizeof whole + 60), 0);
        free(text);
        CHECK_UINT(filed_lines(&f, email, &broken), 2);
        CHECK_UINT(broken, 0);
        filed_end(&f);
    }
}

static void other_unfinished_lines_are_ended(void)
{
    static const char *const rests[] = {"somebody's notes", "{\"id\":\"x\"}",
                                        "{\"idea\":", "\x01\x01"};
    for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
        filed f;
        char wanted[100];
        if (!filed_start(&f, "foreign", 0)) return;
        filed_write(&f, email, rests[i]);
        CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
        char *text = filed_read(&f, email);
        snprintf(wanted, sizeof wanted, "%s\n{\"id\":\"" ID1, rests[i]);
        CHECK_INT(strncmp(text, wanted, strlen(wanted)), 0);
        free(text);
        filed_end(&f);
    }
}

static void a_long_unfinished_line_is_found(void)
{
    filed f;
    size_t len = 200000, broken;
    if (!filed_start(&f, "long", 0)) return;
    char *text = malloc(len + 1);
    if (!text) abort();
    memset(text, 'x', len);
    memcpy(text, "{}\n{\"id\":\"", 10);
    text[len] = '\0';
    filed_write(&f, email, text);
    free(text);
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_lines(&f, email, &broken), 2);
    CHECK_UINT(broken, 0);
    filed_end(&f);
}

/* ---- Ids ---- */

static void an_id_that_is_there_is_not_written_again(void)
{
    filed f, other;
    size_t broken;
    if (!filed_start(&f, "dedupe", CSUCCESS_FILE_DEDUPE)) return;
    other = f;
    CHECK_OK(filed_open(&other, CSUCCESS_FILE_DEDUPE));
    for (unsigned long i = 0; i < 700; i++) { /* the table grows twice */
        CHECK_UINT(filed_send_number(i % 2 ? &f : &other, i).outcome, CSUCCESS_SENT_DELIVERED);
    }
    for (unsigned long i = 0; i < 700; i++) {
        CHECK_UINT(filed_send_number(i % 3 ? &f : &other, i).outcome, CSUCCESS_SENT_DELIVERED);
    }
    filed_close(&f);
    CHECK_OK(filed_open(&f, CSUCCESS_FILE_DEDUPE));
    CHECK_UINT(filed_send_number(&f, 350).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_lines(&f, email, &broken), 700);
    CHECK_UINT(broken, 0);
    filed_close(&other);
    filed_end(&f);
}

/* Somebody's file, whose ids are no digests and differ in their ends only: by all their bytes. */
static void ids_that_are_much_alike_are_told_apart(void)
{
    enum { LINES = 5000 };
    filed f;
    size_t broken;
    char *text = malloc(LINES * 80 + 1), *at = text;
    if (!text || !filed_start(&f, "alike", CSUCCESS_FILE_DEDUPE)) return;
    for (unsigned i = 0; i < LINES; i++) at += snprintf(at, 81, "{\"id\":\"%064x\"}\n", i);
    filed_write(&f, email, text);
    for (unsigned i = 0; i <= LINES; i += 100) { /* the last of them is not there yet */
        char id[65], alike[65];
        csuccess_message m;
        sent_message(&m, id, i);
        snprintf(alike, sizeof alike, "%064x", i);
        m.id = sent_str(alike);
        CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_DELIVERED);
    }
    CHECK_UINT(filed_lines(&f, email, &broken), LINES + 1);
    CHECK_UINT(broken, 0);
    free(text);
    filed_end(&f);
}

/* A line is one level deeper than the body in it. */
static void the_deepest_body_is_known_again(void)
{
    filed f;
    char id[65], deep[256];
    csuccess_message m;
    size_t broken;
    if (!filed_start(&f, "deep", CSUCCESS_FILE_DEDUPE)) return;
    sent_message(&m, id, 1);
    memset(deep, '[', 128);
    memset(deep + 128, ']', 128);
    m.body = (csuccess_str){deep, sizeof deep};
    for (int i = 0; i < 2; i++) {
        CHECK_UINT(filed_send(&f, &m).outcome, CSUCCESS_SENT_DELIVERED);
        filed_close(&f);
        CHECK_OK(filed_open(&f, CSUCCESS_FILE_DEDUPE));
    }
    CHECK_UINT(filed_lines(&f, email, &broken), 1);
    filed_end(&f);
}

static void without_dedupe_it_is(void)
{
    filed f;
    size_t broken;
    if (!filed_start(&f, "again", CSUCCESS_FILE_UNSYNCED)) return;
    for (int i = 0; i < 3; i++)
        CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_lines(&f, email, &broken), 3);
    filed_end(&f);
}

static void only_whole_lines_count(void)
{
    filed f;
    if (!filed_start(&f, "holes", CSUCCESS_FILE_DEDUPE)) return;
    filed_write(&f, email, "{\"id\":\"" ID1 "\",\"body\":{\"a\":\x01\x01\x01}}\n");
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    char *text = filed_read(&f, email);
    CHECK_INT(filed_count(text, 1), 2);
    free(text);
    filed_end(&f);
}

static void a_file_that_was_moved_away_is_begun_anew(void)
{
    filed f;
    char from[256], to[256];
    size_t broken;
    if (!filed_start(&f, "rotate", CSUCCESS_FILE_DEDUPE)) return;
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    filed_name(&f, email, from);
    filed_name(&f, "email.jsonl.1", to);
    CHECK_INT(rename(from, to), 0);
    CHECK_UINT(filed_send_number(&f, 2).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_send_number(&f, 1).outcome,
               CSUCCESS_SENT_DELIVERED); /* known from before */
    CHECK_UINT(filed_lines(&f, email, &broken), 1);
    CHECK_UINT(filed_lines(&f, "email.jsonl.1", &broken), 1);
    CHECK_INT(truncate(from, 0), 0);
    CHECK_UINT(filed_send_number(&f, 3).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_lines(&f, email, &broken), 1);
    filed_end(&f);
}

/* ---- What will not do ---- */

static void directories_and_options_that_will_not_do(void)
{
    filed f;
    csuccess_file *file = (csuccess_file *)&f;
    csuccess_file_options options = CSUCCESS_FILE_OPTIONS_INIT;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    if (!filed_start(&f, "wrong", 0)) return;
    CHECK_RESULT(csuccess_file_open(&file, sent_str("there/is/none"), NULL, &err),
                 CSUCCESS_EMISSING);
    CHECK(file == NULL);
    CHECK_HAS(err.message, "there/is/none");
    filed_write(&f, "plain", "");
    char path[256];
    filed_name(&f, "plain", path);
    CHECK_RESULT(csuccess_file_open(&file, sent_str(path), NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_file_open(&file, sent_str(""), NULL, &err), CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_file_open(&file, (csuccess_str){"a\0b", 3}, NULL, NULL),
                 CSUCCESS_EINVALID);
    CHECK_RESULT(csuccess_file_open(NULL, sent_str("."), NULL, &err), CSUCCESS_EINVALID);
    options.flags = 4;
    CHECK_RESULT(csuccess_file_open(&file, sent_str("."), &options, &err), CSUCCESS_EINVALID);
    options.flags = 0;
    options.busy_ms = 600001;
    CHECK_RESULT(csuccess_file_open(&file, sent_str("."), &options, &err), CSUCCESS_ERANGE);
    options.busy_ms = 0;
    options.size = 0;
    CHECK_RESULT(csuccess_file_open(&file, sent_str("."), &options, &err), CSUCCESS_EABI);
    struct {
        csuccess_file_options known;
        uint32_t newer;
    } larger = {{.size = sizeof larger}, 0};
    CHECK_OK(csuccess_file_open(&file, sent_str("."), &larger.known, &err));
    csuccess_file_close(file);
    larger.newer = 1;
    CHECK_RESULT(csuccess_file_open(&file, sent_str("."), &larger.known, &err), CSUCCESS_EABI);
    csuccess_file_close(NULL);
    filed_end(&f);
}

/* In a child that is nobody in particular, since root may write anywhere. */
static void a_directory_that_may_not_be_written_to(void)
{
    filed f;
    int status = -1;
    if (!filed_start(&f, "denied", 0)) return;
    filed_close(&f);
    CHECK_INT(chmod(f.path, 0555), 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && seteuid(65534) != 0) _exit(1);
        csuccess_result result = filed_open(&f, 0);
        _exit(result == CSUCCESS_EDENIED && strstr(f.err.message, f.path) && !f.file ? 0 : 2);
    }
    waitpid(child, &status, 0);
    CHECK_INT(status, 0);
    chmod(f.path, 0700);
    filed_end(&f);
}

static void what_is_no_regular_file_is_left_alone(void)
{
    filed f;
    char path[256];
    if (!filed_start(&f, "odd", 0)) return;
    filed_name(&f, email, path);
    CHECK_INT(mkfifo(path, 0600), 0);
    sent s = filed_send_number(&f, 1);
    CHECK_UINT(s.outcome, CSUCCESS_SENT_LATER);
    CHECK_CSTR(s.reason, "there is no regular file under its name");
    unlink(path);
    CHECK_INT(mkdir(path, 0700), 0);
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_LATER);
    rmdir(path);
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    filed_end(&f);
}

static void a_file_that_another_keeps_locked_is_for_later(void)
{
    filed f;
    char path[256];
    csuccess_file_options options = CSUCCESS_FILE_OPTIONS_INIT;
    if (!filed_start(&f, "locked", 0)) return;
    filed_close(&f);
    options.busy_ms = 40;
    CHECK_OK(csuccess_file_open(&f.file, sent_str(f.path), &options, NULL));
    filed_write(&f, email, "");
    filed_name(&f, email, path);
    int fd = open(path, O_RDONLY);
    CHECK_INT(flock(fd, LOCK_EX), 0);
    sent s = filed_send_number(&f, 1);
    CHECK_UINT(s.outcome, CSUCCESS_SENT_LATER);
    CHECK_CSTR(s.reason, "another process keeps the file locked");
    close(fd);
    CHECK_UINT(filed_send_number(&f, 1).outcome, CSUCCESS_SENT_DELIVERED);
    filed_end(&f);
}

/* A limit of file size is a disk that is full in the middle of a line. */
static void a_full_disk_leaves_whole_lines_and_is_for_later(void)
{
    filed f;
    size_t broken, lines = 0;
    struct rlimit was, limit;
    if (!filed_start(&f, "full", CSUCCESS_FILE_DEDUPE)) return;
    signal(SIGXFSZ, SIG_IGN);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &was), 0);
    limit = was;
    limit.rlim_cur = 3000;
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &limit), 0);
    sent s = {.outcome = CSUCCESS_SENT_DELIVERED};
    while (lines < 100 && s.outcome == CSUCCESS_SENT_DELIVERED)
        s = filed_send_number(&f, ++lines);
    CHECK_UINT(s.outcome, CSUCCESS_SENT_LATER);
    CHECK_HAS(s.reason, "full");
    CHECK(lines > 3 && lines < 15);
    CHECK_UINT(filed_lines(&f, email, &broken), lines - 1);
    CHECK_UINT(broken, 0);
    CHECK_UINT(filed_send_number(&f, 200).outcome, CSUCCESS_SENT_LATER);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &was), 0);
    CHECK_UINT(filed_send_number(&f, lines).outcome, CSUCCESS_SENT_DELIVERED);
    CHECK_UINT(filed_lines(&f, email, &broken), lines);
    filed_end(&f);
}

CHECK_MAIN(CHECK_TEST(a_line_has_every_part), CHECK_TEST(times_are_those_of_the_calendar),
           CHECK_TEST(every_channel_has_a_file_of_its_own_in_the_directory),
           CHECK_TEST(what_is_no_json_is_never_written),
           CHECK_TEST(an_unfinished_line_of_ours_is_removed),
           CHECK_TEST(other_unfinished_lines_are_ended),
           CHECK_TEST(a_long_unfinished_line_is_found),
           CHECK_TEST(an_id_that_is_there_is_not_written_again),
           CHECK_TEST(ids_that_are_much_alike_are_told_apart),
           CHECK_TEST(the_deepest_body_is_known_again), CHECK_TEST(without_dedupe_it_is),
           CHECK_TEST(only_whole_lines_count),
           CHECK_TEST(a_file_that_was_moved_away_is_begun_anew),
           CHECK_TEST(directories_and_options_that_will_not_do),
           CHECK_TEST(a_directory_that_may_not_be_written_to),
           CHECK_TEST(what_is_no_regular_file_is_left_alone),
           CHECK_TEST(a_file_that_another_keeps_locked_is_for_later),
           CHECK_TEST(a_full_disk_leaves_whole_lines_and_is_for_later))
