/* SPDX-License-Identifier: Apache-2.0 */
/* The state of a customer: the bytes of format 1 written out by hand, every damage refused with its place, and a plain
   list of fields as a model of putting and dropping. */
#include "check.h"
#include "customer/state.h"
#include "text/json.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
enum { MOST = 1 << 20 };

/* Format 1 as state.h has it: an alert and two attributes, advanced at 1970-01-01T00:00:01Z, one entry. */
static const char sample[] = "CSU\x01"
                             "\x00"             /* flags */
                             "\xd0\x0f"         /* created_at 1000 */
                             "\xa0\x1f"         /* at 2000 */
                             "\xf4\x03"         /* due 500 later */
                             "\x01"             /* seq */
                             "0123456789abcdef" /* chain */
                             "0123456789ABCDEF"
                             "pseudonym16bytes"
                             "hash of the conf" /* config */
                             "iguration, 32 by"
                             "\x03"             /* fields */
                             "\x01\x04name\x00" /* attribute "name", empty */
                             "\x01\x04plan\x03pro"
                             "\x28\x01z\x02\x00\xff"; /* alert */
enum { SAMPLE = sizeof sample - 1, FIELDS = 4 + 8 + 32 + 16 + 32 };

static csuccess_str text(const char *s)
{
    return (csuccess_str){s, strlen(s)};
}

static bool same(csuccess_str a, csuccess_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static csuccess__state start(void)
{
    csuccess__state state;
    csuccess__state_init(&state, csuccess__malloc_allocator());
    return state;
}

static csuccess__buffer written(const csuccess__state *state)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__state_write(&out, state);
    CHECK_RESULT(out.status, CSUCCESS_OK);
    return out;
}

static void the_bytes_of_format_1(void)
{
    csuccess__state state = start();
    state.head.created_at = 1000;
    state.head.at = 2000;
    state.head.due = 2500;
    state.head.seq = 1;
    memcpy(state.head.chain, "0123456789abcdef0123456789ABCDEF", 32);
    memcpy(state.head.pseudonym, "pseudonym16bytes", 16);
    memcpy(state.head.config, "hash of the configuration, 32 by", 32);
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_ALERT, text("z"),
                              (csuccess_str){"\x00\xff", 2}));
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan"), text("pro")));
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_ATTRIBUTE, text("name"), text("")));
    csuccess__buffer out = written(&state);
    CHECK_UINT(out.len, SAMPLE);
    CHECK(same(csuccess__buffer_view(&out), (csuccess_str){sample, SAMPLE}));
    csuccess__buffer_free(&out);
    csuccess__state_free(&state);
}

static void what_is_read_is_there(void)
{
    csuccess__state state = start();
    CHECK_OK(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE}, MOST, NULL));
    CHECK_INT(state.head.created_at, 1000);
    CHECK_INT(state.head.at, 2000);
    CHECK_INT(state.head.due, 2500);
    CHECK_UINT(state.head.seq, 1);
    CHECK(memcmp(state.head.pseudonym, "pseudonym16bytes", 16) == 0);
    csuccess_str empty = csuccess__state_get(&state, CSUCCESS__STATE_ATTRIBUTE, text("name"));
    CHECK(empty.ptr != NULL && empty.len == 0);
    CHECK_STR(csuccess__state_get(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan")), "pro");
    CHECK(!csuccess__state_get(&state, CSUCCESS__STATE_ATTRIBUTE, text("pla")).ptr);
    CHECK(!csuccess__state_get(&state, CSUCCESS__STATE_RECORD, text("plan")).ptr);
    uint32_t count = 0;
    CHECK_UINT(csuccess__state_of_kind(&state, CSUCCESS__STATE_ATTRIBUTE, &count), 0);
    CHECK_UINT(count, 2);
    CHECK_UINT(csuccess__state_of_kind(&state, CSUCCESS__STATE_ALERT, &count), 2);
    CHECK_UINT(count, 1);
    CHECK_UINT(csuccess__state_of_kind(&state, CSUCCESS__STATE_HEALTH, &count), 2);
    CHECK_UINT(count, 0);
    csuccess__state_free(&state);
}

static void the_state_of_nobody_reads_as_it_is(void)
{
    csuccess__state state = start(), again = start();
    CHECK_INT(state.head.due, INT64_MAX);
    csuccess__buffer out = written(&state);
    CHECK_OK(csuccess__state_read(&again, csuccess__buffer_view(&out), MOST, NULL));
    CHECK_INT(again.head.due, INT64_MAX);
    CHECK_UINT(again.count, 0);
    csuccess__state_free(&state);
    csuccess__state_free(&again);
    csuccess__buffer_free(&out);
}

typedef struct damage {
    size_t at; /* where these bytes stand instead */
    const char *bytes;
    size_t length;
    csuccess_result code;
    const char *message;
} damage;

static void check_damage(const damage *d)
{
    char bytes[SAMPLE];
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__state state = start();
    memcpy(bytes, sample, SAMPLE);
    memcpy(bytes + d->at, d->bytes, d->length);
    CHECK_RESULT(csuccess__state_read(&state, (csuccess_str){bytes, SAMPLE}, MOST, &err),
                 d->code);
    CHECK_CSTR(err.message, d->message);
    CHECK_UINT(state.count, 0);
    CHECK_INT(state.head.at, 0);
    csuccess__state_free(&state);
}

static void damage_is_refused_with_its_place(void)
{
    static const damage rows[] = {
        {1, "X", 1, CSUCCESS_ESTATE,
         "a state, byte 0: expected \"CSU\" and the number of a format"},
        {3, "\0", 1, CSUCCESS_ESTATE,
         "a state, byte 3: expected the number of a format, from 1"},
        {3, "\2", 1, CSUCCESS_EUNSUPPORTED,
         "a state, byte 3: expected format 1; this state was written by a later version of the "
         "library"},
        {4, "\2", 1, CSUCCESS_EUNSUPPORTED,
         "a state, byte 4: expected flags of this version; a later one wrote this state"},
        {6, "\x8f", 1, CSUCCESS_ESTATE, /* takes the bytes behind it along */
         "a state, byte 9: expected a time not before that of the first advance"},
        {8, "\x00", 1, CSUCCESS_ESTATE, /* 2000 in a longer spelling */
         "a state, byte 7: expected a time not before that of the first advance"},
        {11, "\x00", 1, CSUCCESS_ESTATE,
         "a state, byte 12: expected the 32 bytes of a digest, zeros before the first entry"},
        {FIELDS, "\x02", 1, CSUCCESS_ESTATE, "a state, byte 110: expected the end"},
        {FIELDS, "\x04", 1, CSUCCESS_ESTATE,
         "a state, byte 116: expected a kind, from 1 to 255"},
        {FIELDS, "\x20", 1, CSUCCESS_ESTATE,
         "a state, byte 92: expected the number of the fields that follow"},
        {FIELDS + 1, "\x00", 1, CSUCCESS_ESTATE,
         "a state, byte 93: expected a kind, from 1 to 255"},
        {FIELDS + 1, "\x3f", 1, CSUCCESS_EUNSUPPORTED,
         "a state, byte 93: expected a kind of this version; a later one wrote this state"},
        {FIELDS + 2, "\x7f", 1, CSUCCESS_ESTATE,
         "a state, byte 94: expected a name's length and as many bytes"},
        {FIELDS + 7, "\x7f", 1, CSUCCESS_ESTATE,
         "a state, byte 99: expected a payload's length and as many bytes"},
        {FIELDS + 3, "z", 1, CSUCCESS_ESTATE, /* before "plan" */
         "a state, byte 100: expected a field behind the one before it, by kind and name"},
        {FIELDS + 10, "name", 4, CSUCCESS_ESTATE, /* twice */
         "a state, byte 100: expected a field behind the one before it, by kind and name"},
        {FIELDS + 1, "\x02", 1, CSUCCESS_ESTATE, /* a record before an attribute */
         "a state, byte 100: expected a field behind the one before it, by kind and name"},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        unsigned before = check_failures;
        check_damage(&rows[i]);
        if (check_failures != before) printf("# row %zu\n", i);
    }
}

/* Cut anywhere, or longer by a byte, it is no state. */
static void no_prefix_is_a_state(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__state state = start();
    for (size_t n = 0; n < SAMPLE; n++) {
        CHECK_RESULT(csuccess__state_read(&state, (csuccess_str){sample, n}, MOST, &err),
                     CSUCCESS_ESTATE);
    }
    CHECK_RESULT(csuccess__state_read(&state, (csuccess_str){NULL, 0}, MOST, &err),
                 CSUCCESS_ESTATE);
    CHECK_RESULT(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE + 1}, MOST, &err),
                 CSUCCESS_ESTATE);
    CHECK_RESULT(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE}, SAMPLE - 1, &err),
                 CSUCCESS_ELIMIT);
    CHECK_HAS(err.message, "a state has ");
    csuccess__state_free(&state);
}

static void what_is_read_is_written_in_the_same_bytes(void)
{
    uint64_t random = 7;
    csuccess__state state = start();
    unsigned read = 0;
    for (int i = 0; i < 20000; i++) {
        char bytes[SAMPLE];
        memcpy(bytes, sample, SAMPLE);
        for (uint64_t n = check_random(&random) % 3 + 1; n > 0; n--) {
            bytes[check_random(&random) % SAMPLE] = (char)check_random(&random);
        }
        csuccess_str any = {bytes, SAMPLE};
        if (csuccess__state_read(&state, any, MOST, NULL) < 0) continue;
        read++;
        csuccess__buffer out = written(&state);
        bool equal = CHECK(same(csuccess__buffer_view(&out), any));
        csuccess__buffer_free(&out);
        if (!equal) break;
    }
    CHECK(read > 1000);
    csuccess__state_free(&state);
}

static void an_equal_payload_changes_nothing(void)
{
    check_memory memory;
    csuccess__state state;
    check_memory_start(&memory);
    csuccess__state_init(&state, &memory.allocator);
    CHECK_OK(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE}, MOST, NULL));
    size_t used = state.arena.used;
    const char *plan = csuccess__state_get(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan")).ptr;
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan"), text("pro")));
    CHECK(plan == csuccess__state_get(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan")).ptr);
    CHECK_UINT(state.arena.used, used);
    csuccess__state_free(&state);
    CHECK_MEMORY_EMPTY(&memory);
}

static void putting_again_and_again_takes_no_more_memory(void)
{
    csuccess__state state = start();
    CHECK_OK(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE}, MOST, NULL));
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan"), text("team")));
    size_t used = state.arena.used;
    for (int i = 0; i < 1000; i++) {
        const char *plan = i % 2 ? "free" : "pro";
        CHECK(csuccess__state_put(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan"), text(plan)));
        CHECK_STR(csuccess__state_get(&state, CSUCCESS__STATE_ATTRIBUTE, text("plan")), plan);
    }
    CHECK_UINT(state.arena.used, used);
    CHECK(memcmp(sample + FIELDS + 15, "pro", 3) == 0); /* what was read is not written to */
    csuccess__state_free(&state);
}

/* 11 bytes have room for 16, which is where the next piece of the arena begins. */
static void a_payload_that_grows_leaves_its_neighbours_alone(void)
{
    csuccess__state state = start();
    static const char *const lengths[] = {"12345678901", "1234567890123456",
                                          "12345678901234567"};
    csuccess__state_put(&state, CSUCCESS__STATE_ALERT, text("a"), text(lengths[0]));
    csuccess__state_put(&state, CSUCCESS__STATE_ALERT, text("b"), text("neighbour"));
    for (size_t i = 0; i < LENGTH(lengths); i++) {
        csuccess__state_put(&state, CSUCCESS__STATE_ALERT, text("a"), text(lengths[i]));
        CHECK_STR(csuccess__state_get(&state, CSUCCESS__STATE_ALERT, text("a")), lengths[i]);
        CHECK_STR(csuccess__state_get(&state, CSUCCESS__STATE_ALERT, text("b")), "neighbour");
        CHECK(memcmp(state.fields[1].name.ptr, "b", 2) == 0);
    }
    csuccess__state_free(&state);
}

static void a_payload_may_come_from_the_one_it_replaces(void)
{
    csuccess__state state = start();
    csuccess__state_put(&state, CSUCCESS__STATE_CHURN, text(""), text("0123456789"));
    csuccess_str all = csuccess__state_get(&state, CSUCCESS__STATE_CHURN, text(""));
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_CHURN, text(""),
                              (csuccess_str){all.ptr + 1, 8}));
    CHECK_STR(csuccess__state_get(&state, CSUCCESS__STATE_CHURN, text("")), "12345678");
    csuccess__state_drop(&state, CSUCCESS__STATE_CHURN, text("x"));
    CHECK_UINT(state.count, 1);
    csuccess__state_drop(&state, CSUCCESS__STATE_CHURN, text(""));
    CHECK_UINT(state.count, 0);
    csuccess__state_free(&state);
}

/* ---- Against a plain list ---- */

enum { NAMES = 12 };
static const char *const names[NAMES] = {"",  "a",  "aa",       "ab",        "b",          "ba",
                                         "z", "zz", "\xc3\xa9", "contact/1", "contact/10", "c"};
static const csuccess__state_kind model_kinds[] = {
    CSUCCESS__STATE_ATTRIBUTE, CSUCCESS__STATE_SERIES, CSUCCESS__STATE_HEALTH,
    CSUCCESS__STATE_MESSAGE};
enum { KINDS = LENGTH(model_kinds) };

typedef struct model {
    bool has[KINDS][NAMES];
    char payload[KINDS][NAMES][40];
    size_t length[KINDS][NAMES];
} model;

static void random_change(csuccess__state *state, model *m, uint64_t *random)
{
    size_t k = check_random(random) % KINDS, n = check_random(random) % NAMES;
    if (check_random(random) % 4 == 0) {
        csuccess__state_drop(state, model_kinds[k], text(names[n]));
        m->has[k][n] = false;
        return;
    }
    size_t length = check_random(random) % 40;
    char fill = (char)check_random(random);
    memset(m->payload[k][n], fill, length);
    m->length[k][n] = length;
    m->has[k][n] = true;
    char bytes[40];
    memset(bytes, fill, length);
    CHECK(csuccess__state_put(state, model_kinds[k], text(names[n]),
                              (csuccess_str){bytes, length}));
    memset(bytes, 0, sizeof bytes);
}

static bool agrees(const csuccess__state *state, const model *m)
{
    uint32_t count = 0;
    bool good = true;
    for (size_t k = 0; k < KINDS; k++) {
        for (size_t n = 0; n < NAMES; n++) {
            csuccess_str got = csuccess__state_get(state, model_kinds[k], text(names[n]));
            csuccess_str want = {m->payload[k][n], m->length[k][n]};
            good = good && (got.ptr != NULL) == m->has[k][n];
            good = good && (!m->has[k][n] || same(got, want));
            count += m->has[k][n];
        }
    }
    return good && state->count == count;
}

static void putting_and_dropping_agree_with_a_list(void)
{
    static model m;
    uint64_t random = 11;
    csuccess__state state = start();
    csuccess__buffer bytes = written(&state);
    for (int round = 0; round < 300; round++) {
        for (int i = 0; i < 20; i++) random_change(&state, &m, &random);
        bool good = CHECK(agrees(&state, &m));
        csuccess__buffer next = written(&state);
        CHECK_OK(csuccess__state_read(&state, csuccess__buffer_view(&next), MOST, NULL));
        good = CHECK(agrees(&state, &m)) && good;
        csuccess__buffer_free(&bytes);
        bytes = next;
        if (!good) break;
    }
    csuccess__state_free(&state);
    csuccess__buffer_free(&bytes);
}

/* ---- Printing ---- */

static void print_length(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__json_num(out, (double)field->payload.len);
}

static void it_prints_as_json(void)
{
    static const csuccess__state_printer printers[] = {
        {CSUCCESS__STATE_ATTRIBUTE, print_length}};
    csuccess__state state = start();
    csuccess__json_writer writer;
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    csuccess__json_writer_init(&writer, &out);
    CHECK_OK(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE}, MOST, NULL));
    state.head.flags = CSUCCESS__STATE_ERASING;
    state.head.seq = UINT64_MAX;
    CHECK(csuccess__state_put(&state, CSUCCESS__STATE_HEALTH, text(""), text("H")));
    csuccess__state_put(&state, CSUCCESS__STATE_ALERT, (csuccess_str){"\xff\"", 2}, text(""));
    csuccess__state_print(&writer, &state, printers, LENGTH(printers));
    CHECK_STR(
        csuccess__buffer_view(&out),
        "{\"format\":1,\"created_at\":\"1970-01-01T00:00:01Z\",\"at\":\"1970-01-01T00:00:02Z\","
        "\"due\":\"1970-01-01T00:00:02.500Z\","
        "\"erasing\":true,\"seq\":18446744073709551615,"
        "\"chain\":\"3031323334353637383961626364656630313233343536373839414243444546\","
        "\"pseudonym\":\"70736575646f6e796d31366279746573\","
        "\"config\":\"68617368206f662074686520636f6e66696775726174696f6e2c203332206279\","
        "\"attributes\":{\"name\":0,\"plan\":3},\"health\":\"48\","
        "\"alerts\":{\"z\":\"00ff\",\"\\\\xff\\\"\":\"\"}}");
    csuccess__buffer_free(&out);
    csuccess__state_free(&state);
}

/* ---- Memory ---- */

static csuccess_result reads_and_puts(check_memory *memory, void *ud)
{
    csuccess__state state;
    csuccess__buffer out;
    bool put = false;
    (void)ud;
    csuccess__state_init(&state, &memory->allocator);
    csuccess__buffer_init(&out, &memory->allocator, 0);
    csuccess_str bytes = {sample, SAMPLE};
    csuccess_result result = csuccess__state_read(&state, bytes, MOST, NULL);
    for (int i = 0; i < 40 && result == CSUCCESS_OK; i++) {
        char name[4] = {(char)('a' + i % 20), (char)('a' + i / 20), 0, 0};
        uint32_t before = state.count;
        char payload[800];
        memset(payload, i, sizeof payload);
        put = csuccess__state_put(&state, CSUCCESS__STATE_SERIES, text(name),
                                  (csuccess_str){payload, sizeof payload});
        if (!put) {
            result = CSUCCESS_ENOMEM;
            CHECK_UINT(state.count, before);
            CHECK(!csuccess__state_get(&state, CSUCCESS__STATE_SERIES, text(name)).ptr);
        }
    }
    if (result == CSUCCESS_OK) {
        csuccess__state_write(&out, &state);
        result = out.status;
    }
    csuccess__buffer_free(&out);
    csuccess__state_free(&state);
    return result;
}

static void every_allocation_may_fail(void)
{
    CHECK(check_faults(reads_and_puts, NULL) > 5);
}

static void warm_it_allocates_nothing(void)
{
    check_memory memory;
    csuccess__state state;
    check_memory_start(&memory);
    csuccess__state_init(&state, &memory.allocator);
    size_t total = 0;
    for (int i = 0; i < 5; i++) {
        CHECK_OK(csuccess__state_read(&state, (csuccess_str){sample, SAMPLE}, MOST, NULL));
        CHECK(csuccess__state_put(&state, CSUCCESS__STATE_HEALTH, text(""), text("123")));
        CHECK(csuccess__state_put(&state, CSUCCESS__STATE_CHURN, text(""), text("123")));
        if (i == 0) total = memory.total;
        CHECK_UINT(memory.total, total);
    }
    csuccess__state_free(&state);
    CHECK_MEMORY_EMPTY(&memory);
}

CHECK_MAIN(CHECK_TEST(the_bytes_of_format_1), CHECK_TEST(what_is_read_is_there),
           CHECK_TEST(the_state_of_nobody_reads_as_it_is),
           CHECK_TEST(damage_is_refused_with_its_place), CHECK_TEST(no_prefix_is_a_state),
           CHECK_TEST(what_is_read_is_written_in_the_same_bytes),
           CHECK_TEST(an_equal_payload_changes_nothing),
           CHECK_TEST(putting_again_and_again_takes_no_more_memory),
           CHECK_TEST(a_payload_that_grows_leaves_its_neighbours_alone),
           CHECK_TEST(a_payload_may_come_from_the_one_it_replaces),
           CHECK_TEST(putting_and_dropping_agree_with_a_list), CHECK_TEST(it_prints_as_json),
           CHECK_TEST(every_allocation_may_fail), CHECK_TEST(warm_it_allocates_nothing))
