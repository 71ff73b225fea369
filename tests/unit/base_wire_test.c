/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical bytes: published spellings of varints, every other spelling refused, what was written read back. */
#include "base/wire.h"
#include "check.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static csuccess__buffer start(void)
{
    csuccess__buffer out;
    csuccess__buffer_init(&out, csuccess__malloc_allocator(), 0);
    return out;
}

static csuccess__wire opened(const char *bytes, size_t n)
{
    return csuccess__wire_open((csuccess_str){bytes, n});
}

static void whole_numbers_are_spelled_as_published(void)
{
    /* LEB128: DWARF 5, table 7.7 and figure C.1; 2^64 - 1 by hand: nine bytes of seven ones, one of one. */
    static const struct {
        uint64_t value;
        const char *bytes;
        size_t length;
    } rows[] = {
        {0, "\x00", 1},
        {2, "\x02", 1},
        {127, "\x7f", 1},
        {128, "\x80\x01", 2},
        {129, "\x81\x01", 2},
        {12857, "\xb9\x64", 2},
        {624485, "\xe5\x8e\x26", 3},
        {UINT64_MAX, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10},
    };
    csuccess__buffer out = start();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        csuccess__buffer_clear(&out);
        csuccess__wire_u64(&out, rows[i].value);
        CHECK_UINT(out.len, rows[i].length);
        CHECK(memcmp(out.ptr, rows[i].bytes, rows[i].length) == 0);
        csuccess__wire in = opened(rows[i].bytes, rows[i].length);
        CHECK_UINT(csuccess__wire_get_u64(&in), rows[i].value);
        CHECK(csuccess__wire_done(&in));
    }
    csuccess__buffer_free(&out);
}

static void signed_numbers_are_zigzag(void)
{
    /* The table of "Protocol Buffers: Encoding, Signed Integers". */
    static const struct {
        int64_t value;
        uint64_t zigzag;
    } rows[] = {
        {0, 0},
        {-1, 1},
        {1, 2},
        {-2, 3},
        {INT64_C(2147483647), UINT64_C(4294967294)},
        {INT64_C(-2147483648), UINT64_C(4294967295)},
        {INT64_MAX, UINT64_MAX - 1},
        {INT64_MIN, UINT64_MAX},
    };
    csuccess__buffer out = start();
    for (size_t i = 0; i < LENGTH(rows); i++) {
        csuccess__buffer_clear(&out);
        csuccess__wire_i64(&out, rows[i].value);
        csuccess__wire in = opened(out.ptr, out.len);
        CHECK_UINT(csuccess__wire_get_u64(&in), rows[i].zigzag);
        in = opened(out.ptr, out.len);
        CHECK_INT(csuccess__wire_get_i64(&in), rows[i].value);
        CHECK(csuccess__wire_done(&in));
    }
    csuccess__buffer_free(&out);
}

/* Whether a double is written in so many bytes and comes back as `back`. */
static void check_double(double value, double back, size_t bytes)
{
    csuccess__buffer out = start();
    csuccess__wire_double(&out, value);
    CHECK_UINT(out.len, bytes);
    csuccess__wire in = opened(out.ptr, out.len);
    double got = csuccess__wire_get_double(&in);
    CHECK(memcmp(&got, &back, sizeof got) == 0);
    CHECK(csuccess__wire_done(&in));
    csuccess__buffer_free(&out);
}

static void doubles_have_one_spelling(void)
{
    check_double(0, 0, 2);
    check_double(-0.0, 0, 2);
    check_double(-1, -1, 2);
    check_double(63, 63, 2);
    check_double(64, 64, 3);
    check_double(0x1p53, 0x1p53, 9);
    check_double(-0x1p53, -0x1p53, 9);
    check_double(0x1.0000000000001p53, 0x1.0000000000001p53, 9);
    check_double(0.1, 0.1, 9);
    check_double(-1e300, -1e300, 9);
    check_double(5e-324, 5e-324, 9);
}

static void what_is_not_finite_is_not_written(void)
{
    static const double bad[] = {INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < LENGTH(bad); i++) {
        csuccess__buffer out = start();
        csuccess__wire_double(&out, bad[i]);
        CHECK_RESULT(out.status, CSUCCESS_ERANGE);
        CHECK_UINT(out.len, 0);
        csuccess__buffer_free(&out);
    }
}

typedef struct spelling {
    char what; /* u number, i signed, d double, s text */
    const char *bytes;
    size_t length;
} spelling;

static void read_one(csuccess__wire *in, char what)
{
    switch (what) {
    case 'u':
        (void)csuccess__wire_get_u64(in);
        break;
    case 'i':
        (void)csuccess__wire_get_i64(in);
        break;
    case 'd':
        (void)csuccess__wire_get_double(in);
        break;
    default:
        (void)csuccess__wire_get_str(in);
        break;
    }
}

static void other_spellings_are_refused(void)
{
    static const spelling rows[] = {
        {'u', "", 0},
        {'u', "\x80", 1},
        {'u', "\x80\x00", 2},                                  /* 0 in two bytes */
        {'u', "\xff\x00", 2},                                  /* 127 in two bytes */
        {'u', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10}, /* beyond 64 bits */
        {'u', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81", 10},
        {'u', "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01", 11},
        {'i', "\x81\x00", 2},
        {'d', "", 0},
        {'d', "\x00", 1},
        {'d', "\x00\x80\x00", 3},
        {'d', "\x00\x82\x80\x80\x80\x80\x80\x80\x20", 9}, /* 2^53 + 1 */
        {'d', "\x00\x81\x80\x80\x80\x80\x80\x80\x20", 9}, /* -2^53 - 1 */
        {'d', "\x02\x00", 2},
        {'d', "\x01\x00\x00\x00\x00\x00\x00\xf0", 8},
        {'d', "\x01\x00\x00\x00\x00\x00\x00\xf0\x3f", 9}, /* 1 by its bits */
        {'d', "\x01\x00\x00\x00\x00\x00\x00\x00\x80", 9}, /* -0 */
        {'d', "\x01\x00\x00\x00\x00\x00\x00\xf0\x7f", 9}, /* infinity */
        {'d', "\x01\x00\x00\x00\x00\x00\x00\xf8\x7f", 9}, /* NaN */
        {'s', "", 0},
        {'s', "\x01", 1},
        {'s', "\x05tex", 4},
        {'s', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01tex", 13},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        csuccess__wire in = opened(rows[i].bytes, rows[i].length);
        read_one(&in, rows[i].what);
        if (!CHECK(in.bad)) printf("# row %zu\n", i);
        CHECK(!csuccess__wire_done(&in));
    }
}

static void a_failure_sticks(void)
{
    csuccess__wire in = opened("\x80\x00\x01\x01x", 5);
    CHECK_UINT(csuccess__wire_get_u64(&in), 0);
    CHECK(in.bad);
    CHECK_UINT(csuccess__wire_get_u64(&in), 0);
    CHECK_INT(csuccess__wire_get_i64(&in), 0);
    CHECK_NUM(csuccess__wire_get_double(&in), 0, 0);
    CHECK_UINT(csuccess__wire_get_str(&in).len, 0);
    CHECK_UINT(csuccess__wire_get_bytes(&in, 0).len, 0);
    CHECK(!csuccess__wire_done(&in));
}

static void what_is_left_is_not_done(void)
{
    csuccess__wire in = opened("\x01", 1);
    CHECK(!csuccess__wire_done(&in));
    CHECK_UINT(csuccess__wire_get_u64(&in), 1);
    CHECK(csuccess__wire_done(&in));
    csuccess__wire nothing = csuccess__wire_open((csuccess_str){NULL, 0});
    CHECK(csuccess__wire_done(&nothing));
    CHECK_UINT(csuccess__wire_get_bytes(&nothing, 0).len, 0);
    CHECK(csuccess__wire_done(&nothing));
}

static double any_double(uint64_t *state)
{
    for (;;) {
        uint64_t bits = check_random(state);
        double v = (double)(int64_t)bits / 1048576.0;
        if (bits & 1) memcpy(&v, &bits, sizeof v);
        if (isfinite(v)) return bits & 2 ? floor(v) : v;
    }
}

static void what_was_written_is_read(void)
{
    uint64_t state = 1;
    csuccess__buffer out = start();
    for (int i = 0; i < 20000; i++) {
        uint64_t u = check_random(&state) >> check_random(&state) % 64;
        int64_t s = (int64_t)(check_random(&state) >> check_random(&state) % 64);
        double d = any_double(&state);
        csuccess_str text = {"0123456789abcdef", check_random(&state) % 17};
        csuccess__buffer_clear(&out);
        csuccess__wire_u64(&out, u);
        csuccess__wire_i64(&out, s);
        csuccess__wire_double(&out, d);
        csuccess__wire_str(&out, text);
        csuccess__wire in = opened(out.ptr, out.len);
        bool same = csuccess__wire_get_u64(&in) == u && csuccess__wire_get_i64(&in) == s &&
                    csuccess__wire_get_double(&in) == d;
        csuccess_str got = csuccess__wire_get_str(&in);
        same = same && got.len == text.len && memcmp(got.ptr, text.ptr, text.len) == 0;
        if (!CHECK(same && csuccess__wire_done(&in))) break;
    }
    csuccess__buffer_free(&out);
}

/* Any bytes that are read as a value are the bytes that the value is written in. */
static void what_is_read_would_be_written_so(void)
{
    uint64_t state = 2;
    csuccess__buffer out = start();
    for (int i = 0; i < 200000; i++) {
        uint64_t bits[2] = {check_random(&state), check_random(&state)};
        char bytes[12];
        memcpy(bytes, bits, sizeof bytes);
        if (i % 2) bytes[0] = (char)(i / 2 % 2);
        csuccess__buffer_clear(&out);
        csuccess__wire in = opened(bytes, sizeof bytes);
        if (i % 4 < 2) {
            csuccess__wire_double(&out, csuccess__wire_get_double(&in));
        } else {
            csuccess__wire_i64(&out, csuccess__wire_get_i64(&in));
        }
        if (in.bad) continue;
        size_t used = (size_t)(in.at - bytes);
        if (!CHECK(used == out.len && memcmp(out.ptr, bytes, used) == 0)) break;
    }
    csuccess__buffer_free(&out);
}

CHECK_MAIN(CHECK_TEST(whole_numbers_are_spelled_as_published),
           CHECK_TEST(signed_numbers_are_zigzag), CHECK_TEST(doubles_have_one_spelling),
           CHECK_TEST(what_is_not_finite_is_not_written),
           CHECK_TEST(other_spellings_are_refused), CHECK_TEST(a_failure_sticks),
           CHECK_TEST(what_is_left_is_not_done), CHECK_TEST(what_was_written_is_read),
           CHECK_TEST(what_is_read_would_be_written_so))
