/* SPDX-License-Identifier: Apache-2.0 */
/* The section `sentiment`, emotions and issues, what the state keeps in whatever order it comes, and alerts on their edge. */
#include "flow_life.h"

#include "base/number.h"
#include "intervene/sentiment/internal.h"

#define DOCUMENT \
    "{\"csuccess\":1,\"channels\":{\"slack\":{}},\"sentiment\":{\"of\":{\"ticket\":\"text\"," \
    "\"praised\":\"words\"},\"words\":{\"Laggy\":-1.9,\"good\":0},\"recent\":2," \
    "\"half_life\":\"P8D\",\"alerts\":{\"channel\":\"slack\"}},\"metrics\":{\"m\":" \
    "\"sentiment.overall\"}}"

typedef struct bench {
    life l;
    csuccess__regex_scratch *scratch;
    unsigned inputs;
} bench;

static csuccess_result bench_open(bench *b, const char *document, const csuccess_allocator *mem)
{
    *b = (bench){.inputs = 0};
    csuccess_result result = life_open(&b->l, document, mem);
    if (result < 0) return result;
    b->scratch = csuccess__regex_scratch_new(b->l.step.mem);
    return b->scratch ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static void bench_close(bench *b)
{
    csuccess__regex_scratch_free(b->scratch);
    life_close(&b->l);
}

static const csuccess__sentiment *section(const bench *b)
{
    return b->l.config->sentiment;
}

/* A feeling of that score at an hour. */
static csuccess_result feel(bench *b, int64_t hour, csuccess__feeling feeling)
{
    char text[256], time[CSUCCESS__TIME_TEXT], say[100];
    csuccess__input input;
    csuccess__text reason;
    csuccess__text_init(&reason, say, sizeof say);
    csuccess__time_format(time, LIFE_START + hour * LIFE_HOUR);
    snprintf(
        text, sizeof text,
        "{\"type\":\"ticket\",\"messageId\":\"t%u\",\"timestamp\":\"%s\",\"groupId\":\"c1\","
        "\"properties\":{\"text\":\"x\"}}",
        ++b->inputs, time);
    life_at(&b->l, LIFE_START + 9999 * LIFE_HOUR, "cause");
    csuccess_result result = life_input(&b->l, &input, text);
    if (result < 0) return result;
    CHECK_OK(csuccess__feeling_check(section(b), &feeling, &reason));
    csuccess__effects_clear(&b->l.effects);
    csuccess__sentiment_apply(section(b), &b->l.step, &input, &feeling);
    if (b->l.step.failed < 0) return b->l.step.failed;
    return b->l.effects.failed;
}

static csuccess__feeling scored(double score)
{
    return (csuccess__feeling){
        .score = score, .confidence = 0.5, .label = CSUCCESS__LABEL_BY_SCORE};
}

static csuccess_str payload_of(const bench *b)
{
    return csuccess__state_get(&b->l.state, CSUCCESS__STATE_SENTIMENT, CSUCCESS_STR(""));
}

static double slot(const bench *b, int which)
{
    csuccess__value values[CSUCCESS__SENTIMENT_SLOT_COUNT];
    if (!CHECK(csuccess__sentiment_values(section(b), &b->l.state, LIFE_START, values)))
        return NAN;
    return values[which].kind == CSUCCESS__KIND_NUMBER ? values[which].as.number : NAN;
}

/* ---- Texts ---- */

/* Names that bits stand for, parted by blanks: emotions, a bar, issues. */
static void name_bits(const csuccess__sentiment *of, const csuccess__feeling *f,
                      csuccess__text *out)
{
    for (uint32_t i = 0; i < 32; i++) {
        if (f->emotions >> i & 1)
            csuccess__text_format(out, "%S ", csuccess__sentiment_emotion(of, i));
    }
    csuccess__text_format(out, "|");
    for (uint32_t i = 0; i < 32; i++) {
        if (f->issues >> i & 1)
            csuccess__text_format(out, " %S", csuccess__sentiment_issue(of, i));
    }
}

static void emotions_and_issues(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {{"I am so frustrated", "frustration |"},
                {"I am not frustrated", "|"},
                {"we are not at all angry", "|"},
                {"We are not angry, we are FURIOUS", "anger |"},
                {"not a good day. angry", "anger |"},
                {"never so angry", "anger |"},
                {"not only angry", "anger |"},
                {"isn't it annoying? no. I am angry", "anger |"},
                {"I love it, but the invoice is wrong", "joy | billing"},
                {"it crashes and the support does not answer", "| reliability support"},
                {"the page is slow, and hard to use", "| performance usability"},
                {"this makes no sense and I regret it", "confusion disappointment |"},
                {"nobody was happy", "|"},
                {"", "|"},
                {"slowly", "| performance"},
                {"slot", "|"}};
    bench b;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            csuccess__feeling f;
            char bytes[200] = "";
            csuccess__text out;
            csuccess__text_init(&out, bytes, sizeof bytes);
            CHECK_OK(csuccess__sentiment_score(section(&b), b.scratch, check_view(rows[i].text),
                                               &f));
            name_bits(section(&b), &f, &out);
            if (!CHECK_CSTR(bytes, rows[i].expected)) printf("# %s\n", rows[i].text);
            CHECK_UINT(f.undecided, 0);
        }
    }
    bench_close(&b);
}

static void words_of_the_section(void)
{
    bench b;
    csuccess__feeling f;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        const csuccess__sentiment *of = section(&b);
        CHECK_OK(csuccess__sentiment_score(of, b.scratch, CSUCCESS_STR("LAGGY"), &f));
        CHECK_NUM(f.score, -1.9 / sqrt(1.9 * 1.9 + 15), 1e-9);
        CHECK_OK(csuccess__sentiment_score(of, b.scratch, CSUCCESS_STR("not laggy"), &f));
        CHECK_NUM(f.score, 1.406 / sqrt(1.406 * 1.406 + 15), 1e-9);
        CHECK_OK(csuccess__sentiment_score(of, b.scratch, CSUCCESS_STR("good"), &f));
        CHECK_NUM(f.score, 0, 0);
        CHECK_STR(csuccess__sentiment_emotion(of, 99), "");
        CHECK_STR(csuccess__sentiment_issue(NULL, 0), "");
    }
    bench_close(&b);
}

/* Patterns see 8 KiB at once; an emotion behind that is found all the same. */
static void long_texts_come_in_pieces(void)
{
    enum { BYTES = 40000 };
    char *text = malloc(BYTES);
    csuccess__feeling f;
    bench b;
    if (!text) abort();
    for (size_t i = 0; i < BYTES; i++) text[i] = i % 7 ? 'y' : ' ';
    memcpy(text + 30000, " angry ", 7);
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        csuccess_str view = {text, BYTES};
        CHECK_OK(csuccess__sentiment_score(section(&b), b.scratch, view, &f));
        CHECK_UINT(f.emotions, 2);
        memset(text, 'y', BYTES);
        CHECK_OK(csuccess__sentiment_score(section(&b), b.scratch, view, &f));
        CHECK_UINT(f.emotions | f.undecided, 0);
        for (size_t i = 0; i + 3 <= BYTES; i += 3) memcpy(text + i, "\xE2\x82\xAC", 3);
        view.len = BYTES - BYTES % 3;
        CHECK_OK(csuccess__sentiment_score(section(&b), b.scratch, view, &f));
        CHECK_UINT(f.emotions | f.undecided, 0);
    }
    bench_close(&b);
    free(text);
}

static void patterns_that_stay_open_are_told(void)
{
    static const char document[] =
        "{\"csuccess\":1,\"sentiment\":{\"issues\":{\"x\":[\"(a|aa)+$\"]}}}";
    char text[400];
    csuccess__feeling f;
    bench b;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = '!';
    if (CHECK_OK(bench_open(&b, document, NULL))) {
        CHECK_OK(csuccess__sentiment_score(section(&b), b.scratch,
                                           (csuccess_str){text, sizeof text}, &f));
        CHECK(f.undecided == 1 && f.issues == 0);
    }
    bench_close(&b);
}

/* ---- The section ---- */

static void problems_are_told(void)
{
    static const struct {
        const char *section, *pointer, *message;
    } rows[] = {
        {"{\"off\":{}}", "/sentiment/off", "\"of\""},
        {"{\"words\":{\"a b\":1}}", "/sentiment/words/a b", "no single word"},
        {"{\"words\":{\"a\":5}}", "/sentiment/words/a", "-4 to 4"},
        {"{\"issues\":{\"a\":[\"(\"]}}", "/sentiment/issues/a/0", "the pattern \"(\""},
        {"{\"issues\":{\"a\":[]}}", "/sentiment/issues/a", "1 to 32"},
        {"{\"emotions\":{\"a\":[3]}}", "/sentiment/emotions/a/0", "a number"},
        {"{\"of\":{\"ticket\":7}}", "/sentiment/of/ticket", "the property"},
        {"{\"recent\":0}", "/sentiment/recent", "1"},
        {"{\"half_life\":\"PT1S\"}", "/sentiment/half_life", "P30D"},
        {"{\"alerts\":{\"channel\":\"slak\"}}", "/sentiment/alerts/channel", "\"slack\""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char document[300];
        csuccess_config *config = NULL;
        csuccess_error err = CSUCCESS_ERROR_INIT;
        snprintf(document, sizeof document,
                 "{\"csuccess\":1,\"channels\":{\"slack\":{}},\"sentiment\":%s}",
                 rows[i].section);
        CHECK(csuccess_config_compile(&config, check_view(document), NULL, &err) < 0);
        if (!CHECK_CSTR(err.pointer, rows[i].pointer) ||
            !CHECK_HAS(err.message, rows[i].message))
            printf("# %s: %s\n", rows[i].section, err.message);
        csuccess_config_unref(config);
    }
}

static void texts_of_inputs(void)
{
    static const struct {
        const char *input, *expected; /* NULL: none */
    } rows[] = {
        {"{\"type\":\"ticket\",\"messageId\":\"1\",\"timestamp\":\"2026-01-01T00:00:00Z\","
         "\"groupId\":\"c1\",\"properties\":{\"text\":\"hello\"}}",
         "hello"},
        {"{\"type\":\"track\",\"event\":\"praised\",\"messageId\":\"1\",\"timestamp\":\"2026-"
         "01-"
         "01T00:00:00Z\",\"groupId\":\"c1\",\"properties\":{\"words\":\"great\",\"text\":\"x\"}"
         "}",
         "great"},
        {"{\"type\":\"ticket\",\"messageId\":\"1\",\"timestamp\":\"2026-01-01T00:00:00Z\","
         "\"groupId\":\"c1\",\"properties\":{\"text\":5}}",
         NULL},
        {"{\"type\":\"touchpoint\",\"messageId\":\"1\",\"timestamp\":\"2026-01-01T00:00:00Z\","
         "\"groupId\":\"c1\",\"properties\":{\"text\":\"x\"}}",
         NULL}};
    bench b;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            csuccess__input input;
            CHECK_OK(life_input(&b.l, &input, rows[i].input));
            csuccess_str text = csuccess__sentiment_text(section(&b), &input);
            CHECK((text.ptr != NULL) == (rows[i].expected != NULL));
            if (rows[i].expected) CHECK_STR(text, rows[i].expected);
            CHECK(csuccess__sentiment_text(NULL, &input).ptr == NULL);
        }
    }
    bench_close(&b);
}

static void what_a_host_may_say(void)
{
    static const struct {
        csuccess__feeling feeling;
        csuccess_result result;
    } rows[] = {{{.score = 1, .confidence = 1, .label = -1, .emotions = 31}, CSUCCESS_OK},
                {{.score = 1.01}, CSUCCESS_ERANGE},
                {{.score = -1.01}, CSUCCESS_ERANGE},
                {{.confidence = 1.5}, CSUCCESS_ERANGE},
                {{.label = 3}, CSUCCESS_ERANGE},
                {{.label = -2}, CSUCCESS_ERANGE},
                {{.emotions = 32}, CSUCCESS_ERANGE},
                {{.issues = 1u << 31}, CSUCCESS_ERANGE}};
    bench b;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        char say[200] = "";
        csuccess__text reason;
        csuccess__text_init(&reason, say, sizeof say);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            csuccess__feeling f = rows[i].feeling;
            CHECK_RESULT(csuccess__feeling_check(section(&b), &f, &reason), rows[i].result);
        }
        csuccess__feeling nan = {.score = NAN};
        CHECK_RESULT(csuccess__feeling_check(section(&b), &nan, &reason), CSUCCESS_ERANGE);
        csuccess__feeling by = scored(-0.05);
        CHECK_OK(csuccess__feeling_check(section(&b), &by, &reason));
        CHECK_INT(by.label, -1);
    }
    bench_close(&b);
}

/* ---- The state ---- */

/* Half-life of eight days, so an age is a day: weights 1 and 2^(-1/8) per day. */
static void overall_recent_change(void)
{
    bench b;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        CHECK(isnan(slot(&b, CSUCCESS__SENTIMENT_OVERALL)));
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_COUNT), 0, 0);
        CHECK_OK(feel(&b, 0, scored(0.5)));
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_OVERALL), 0.5, 1e-9);
        CHECK(isnan(slot(&b, CSUCCESS__SENTIMENT_CHANGE)));
        CHECK_OK(feel(&b, 8 * 24, scored(-0.1)));
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_OVERALL), (0.5 * 0.5 - 0.1) / 1.5, 1e-9);
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_RECENT), 0.2, 1e-9);
        CHECK_OK(feel(&b, 8 * 24 + 1, scored(0.3)));
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_OVERALL), (0.25 - 0.1 + 0.3) / 2.5, 1e-9);
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_RECENT), 0.1, 1e-9);
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_CHANGE), 0.1 - 0.5, 1e-9);
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_NEGATIVES), 1, 0);
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_COUNT), 3, 0);
        csuccess__value values[CSUCCESS__SENTIMENT_SLOT_COUNT];
        CHECK(csuccess__sentiment_values(section(&b), &b.l.state, 0, values));
        CHECK_STR(values[CSUCCESS__SENTIMENT_LABEL].as.string, "positive");
        CHECK(values[CSUCCESS__SENTIMENT_LABEL].code != 0);
    }
    bench_close(&b);
}

enum { MANY = 60 };
typedef struct planned {
    int64_t hour;
    csuccess__feeling feeling;
} planned;

static void plan_many(planned *list, uint64_t *seed)
{
    for (uint32_t i = 0; i < MANY; i++) {
        /* a few hours are shared, some lie years back */
        list[i].hour = (int64_t)(check_random(seed) % 40) * (check_random(seed) % 9 ? 1 : 300);
        list[i].feeling = scored((double)(check_random(seed) % 2001) / 1000 - 1);
        list[i].feeling.emotions = (uint32_t)(check_random(seed) % 32);
        list[i].feeling.issues = (uint32_t)(check_random(seed) % 32);
    }
}

static void order_does_not_show(void)
{
    uint64_t seed = 7;
    planned list[MANY];
    for (int round = 0; round < 20; round++) {
        char first[8192];
        size_t length = 0;
        plan_many(list, &seed);
        for (int turn = 0; turn < 4; turn++) {
            bench b;
            if (!CHECK_OK(bench_open(&b, DOCUMENT, NULL))) return;
            for (uint32_t i = 0; i < MANY; i++)
                CHECK_OK(feel(&b, list[i].hour, list[i].feeling));
            csuccess_str bytes = payload_of(&b);
            if (turn == 0 && CHECK(bytes.len <= sizeof first)) {
                memcpy(first, bytes.ptr, length = bytes.len);
            }
            CHECK(bytes.len == length && memcmp(first, bytes.ptr, length) == 0);
            bench_close(&b);
            for (uint32_t i = MANY; i > 1; i--) {
                uint32_t k = (uint32_t)(check_random(&seed) % i);
                planned swap = list[i - 1];
                list[i - 1] = list[k];
                list[k] = swap;
            }
        }
    }
}

/* However many there are, the state stays small. */
static void the_state_is_bounded(void)
{
    uint64_t seed = 9;
    bench b;
    size_t most = 0;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        for (int i = 0; i < 3000; i++) {
            CHECK_OK(feel(&b, (int64_t)(check_random(&seed) % 100000),
                          scored((double)(check_random(&seed) % 2001) / 1000 - 1)));
            if (payload_of(&b).len > most) most = payload_of(&b).len;
        }
        CHECK(most < 2048);
        CHECK_NUM(slot(&b, CSUCCESS__SENTIMENT_COUNT), 3000, 0);
    }
    bench_close(&b);
}

/* ---- Alerts ---- */

/* Names of the alerts that were told, and how many messages. */
static void alerts_of(const bench *b, csuccess__text *out)
{
    const csuccess__effects *e = &b->l.effects;
    for (uint32_t i = 0; i < e->entry_count; i++) {
        csuccess__json *json = NULL;
        csuccess__json_options options = {.limits = &b->l.limits};
        csuccess__arena *arena = (csuccess__arena *)&b->l.arena;
        CHECK_STR(e->entries[i].kind, "sentiment");
        CHECK_OK(csuccess__json_read(&json, arena, e->entries[i].body, &options, NULL));
        const csuccess__json *alert = csuccess__json_member(json, "alert");
        if (alert) csuccess__text_format(out, "%s%S", out->len ? " " : "", alert->string);
    }
    if (e->message_count) csuccess__text_format(out, " %u", e->message_count);
}

static void alerts_come_on_their_edge(void)
{
    static const struct {
        int64_t hour;
        double score;
        uint32_t emotions;
        const char *expected;
    } rows[] = {{0, 0.5, 0, ""},
                {1, 0.5, 0, ""},
                {2, -0.1, 0, ""}, /* recent 0.2, before 0.5: -0.3 is not below it */
                {3, 0.5, 0, ""},  /* 0.2 to 0.5 */
                {4, -0.2, 0, ""}, /* 0.15 to 0.2 */
                {5, -0.3, 0, "negative_shift persistent_negative 2"}, /* -0.25 to 0.2; 3 of 5 */
                {6, -0.9, 0, ""},             /* -0.6 to 0.15: both hold still */
                {7, 0.9, 0, ""},              /* 0 to -0.25: the shift is over */
                {8, 0.9, 0, ""},              /* 0.9 to -0.6; 3 of 5 still */
                {9, 0.9, 1, "frustration 1"}, /* 2 of 5 */
                {10, 0.9, 2, ""},             /* anger: still upset */
                {11, 0.9, 4, ""},             /* joy */
                {12, 0.9, 2, "frustration 1"},
                {5, 0.9, 1, ""}, /* late: not the last */
                {13, -0.9, 0, "negative_shift 1"}};
    bench b;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char bytes[200] = "";
            csuccess__text out;
            csuccess__feeling f = scored(rows[i].score);
            csuccess__text_init(&out, bytes, sizeof bytes);
            f.emotions = rows[i].emotions;
            CHECK_OK(feel(&b, rows[i].hour, f));
            alerts_of(&b, &out);
            if (!CHECK_CSTR(bytes, rows[i].expected)) printf("# row %zu\n", i);
        }
    }
    bench_close(&b);
}

static void what_is_told(void)
{
    bench b;
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        csuccess__feeling f = scored(-0.5);
        f.emotions = 3;
        f.issues = 2;
        CHECK_OK(feel(&b, 0, f));
        if (CHECK_UINT(b.l.effects.entry_count, 2)) {
            CHECK_STR(b.l.effects.entries[0].body,
                      "{\"score\":-0.5,\"label\":\"negative\",\"confidence\":0.5,\"emotions\":["
                      "\"frustration\",\"anger\"],\"issues\":[\"billing\"],\"input\":\"t1\","
                      "\"of\":\"ticket\"}");
            CHECK_STR(b.l.effects.entries[1].body,
                      "{\"alert\":\"frustration\",\"severity\":\"high\",\"action\":"
                      "\"proactive_support\",\"recent\":-0.5,\"negatives\":1}");
        }
        if (CHECK_UINT(b.l.effects.message_count, 1)) {
            const csuccess__effect_message *m = &b.l.effects.messages[0];
            CHECK_STR(m->channel, "slack");
            CHECK_STR(m->definition, "sentiment/frustration");
            CHECK(m->internal && m->purpose.len == 0 && m->contact.len == 0);
        }
        b.l.step.quiet = true;
        CHECK_OK(feel(&b, 1, scored(0.2)));
        CHECK_OK(feel(&b, 2, f));
        CHECK_UINT(b.l.effects.entry_count, 1);
        CHECK_UINT(b.l.effects.message_count, 0);
    }
    bench_close(&b);
}

static void printed_and_reported(void)
{
    bench b;
    csuccess__buffer out;
    csuccess__json_writer w;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    if (CHECK_OK(bench_open(&b, DOCUMENT, NULL))) {
        csuccess__json_writer_init(&w, &out);
        csuccess__sentiment_report(section(&b), &b.l.state, LIFE_START, &w);
        CHECK_STR(csuccess__buffer_view(&out), "null");
        csuccess__feeling f = scored(-0.5);
        f.emotions = 2;
        CHECK_OK(feel(&b, 0, scored(0.5)));
        CHECK_OK(feel(&b, 1, scored(0.5)));
        CHECK_OK(feel(&b, 2, f));
        f.issues = 1;
        f.emotions = 0;
        CHECK_OK(feel(&b, 3, f));
        csuccess__buffer_clear(&out);
        csuccess__json_writer_init(&w, &out);
        csuccess__sentiment_report(section(&b), &b.l.state, LIFE_START, &w);
        CHECK_STR(
            csuccess__buffer_view(&out),
            "{\"overall\":0,\"label\":\"neutral\",\"recent\":-0.5,\"before\":0.5,\"change\":-1,"
            "\"trend\":\"declining\",\"count\":4,\"negatives\":2,\"last_at\":\"2026-01-01T03:"
            "00:"
            "00Z\",\"emotions\":{\"anger\":1},\"issues\":{\"performance\":1},\"alerts\":[{"
            "\"alert\":\"negative_shift\",\"severity\":\"high\"}],\"actions\":["
            "\"immediate_engagement\"],\"insights\":[\"the last 2 texts are more negative than "
            "those before\",\"2 of the last 2 texts are negative\",\"the issue that comes up "
            "most, in 1 of 4 texts (performance)\",\"the emotion that comes up most, in 1 of 4 "
            "texts (anger)\"]}");
        CHECK_OK(feel(&b, 4, scored(0.1)));
        csuccess_str text =
            life_print(&out, &b.l, CSUCCESS__STATE_SENTIMENT, "", csuccess__sentiment_print);
        CHECK(text.len > 100 && memchr(text.ptr, '[', text.len) != NULL);
    }
    csuccess__buffer_free(&out);
    bench_close(&b);
}

/* Every byte of a payload changed or cut: read as something canonical, or refused; never a crash. */
static void damaged_payloads(void)
{
    bench b;
    csuccess__feelings f;
    if (!CHECK_OK(bench_open(&b, DOCUMENT, NULL))) return;
    csuccess__feeling angry = scored(-0.5);
    angry.emotions = 2;
    for (int i = 0; i < 4; i++) CHECK_OK(feel(&b, i, angry));
    char bytes[1024], worse[1024];
    csuccess_str good = payload_of(&b);
    size_t len = good.len;
    memcpy(bytes, good.ptr, len);
    CHECK(csuccess__feelings_read(&f, (csuccess_str){bytes, len}));
    for (size_t cut = 1; cut < len; cut++) {
        CHECK(!csuccess__feelings_read(&f, (csuccess_str){bytes, cut}));
    }
    for (size_t i = 0; i < len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            memcpy(worse, bytes, len);
            worse[i] = (char)(worse[i] ^ (1 << bit));
            if (!csuccess__feelings_read(&f, (csuccess_str){worse, len})) continue;
            csuccess__mood m = csuccess__mood_of(section(&b), &f);
            CHECK(m.overall >= -1 && m.overall <= 1);
        }
    }
    csuccess__step_put(&b.l.step, CSUCCESS__STATE_SENTIMENT, CSUCCESS_STR(""),
                       CSUCCESS_STR("\x07"));
    CHECK_RESULT(feel(&b, 9, angry), CSUCCESS_ESTATE);
    csuccess__value values[CSUCCESS__SENTIMENT_SLOT_COUNT];
    CHECK(!csuccess__sentiment_values(section(&b), &b.l.state, 0, values));
    bench_close(&b);
}

/* Another half-life: the sums go where they belong, none is lost. */
static void another_half_life(void)
{
    csuccess__feelings f = {.count = 0};
    csuccess__felt felt = {.nanos = 500000000};
    for (int d = 0; d < 10; d++) {
        felt.at = LIFE_START + d * LIFE_DAY;
        csuccess__feelings_add(&f, &felt, 10, LIFE_DAY);
    }
    CHECK_UINT(f.age_count, 10);
    csuccess__feelings_add(&f, &felt, 10, 5 * LIFE_DAY);
    uint64_t n = 0;
    for (uint32_t i = 0; i < f.age_count; i++) n += f.ages[i].count;
    CHECK(n == 11 && f.age_count <= 3);
}

static csuccess_result scenario(check_memory *memory, void *ud)
{
    bench b;
    csuccess__feeling f;
    (void)ud;
    csuccess_result result = bench_open(&b, DOCUMENT, &memory->allocator);
    for (int i = 0; result >= 0 && i < 4; i++) {
        result = csuccess__sentiment_score(section(&b), b.scratch,
                                           CSUCCESS_STR("bad and angry"), &f);
        if (result >= 0) result = feel(&b, i, f);
    }
    bench_close(&b);
    return result;
}

static void memory_may_fail(void)
{
    CHECK(check_faults(scenario, NULL) > 20);
}

CHECK_MAIN(CHECK_TEST(emotions_and_issues), CHECK_TEST(words_of_the_section),
           CHECK_TEST(long_texts_come_in_pieces), CHECK_TEST(patterns_that_stay_open_are_told),
           CHECK_TEST(problems_are_told), CHECK_TEST(texts_of_inputs),
           CHECK_TEST(what_a_host_may_say), CHECK_TEST(overall_recent_change),
           CHECK_TEST(order_does_not_show), CHECK_TEST(the_state_is_bounded),
           CHECK_TEST(alerts_come_on_their_edge), CHECK_TEST(what_is_told),
           CHECK_TEST(printed_and_reported), CHECK_TEST(damaged_payloads),
           CHECK_TEST(another_half_life), CHECK_TEST(memory_may_fail))
