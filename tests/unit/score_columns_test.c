/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and columns give the same bits: random sections, random rows, every pattern of what
   is missing. */
#include "score_random.h"

enum { ROWS = 1100, NUMBERS = 7, SEGMENTS = 16 };
static const char *const number_names[NUMBERS] = {
    "a", "b", "c", "d", "e", "score_30d_ago", "previous_score"};
static const char *const words[] = {"x", "y", "z", "healthy", "good", "critical", "c"};
enum { WORDS = 7 };

/* Host memory of a batch. */
typedef struct batch {
    double numbers[NUMBERS][ROWS];
    uint8_t number_valid[NUMBERS][ROWS / 8 + 1];
    uint8_t flag[ROWS], flag_valid[ROWS / 8 + 1];
    uint8_t word[ROWS], word_valid[ROWS / 8 + 1];     /* s */
    uint8_t before[ROWS], before_valid[ROWS / 8 + 1]; /* previous_status */
    double score[ROWS], raw[ROWS], completeness[ROWS];
    uint8_t status[ROWS], trend[ROWS], profile[ROWS], scored[ROWS / 8 + 1];
    uint8_t members[SEGMENTS][ROWS / 8 + 1];
} batch;

static bool bit(const uint8_t *bits, size_t i)
{
    return bits[i / 8] >> (i % 8) & 1;
}

static void set_bit(uint8_t *bits, size_t i, bool on)
{
    bits[i / 8] = (uint8_t)((bits[i / 8] & ~(1u << (i % 8))) | ((unsigned)on << (i % 8)));
}

/* `holes`: in sixteenths of the values; the first is also missing for a whole stretch. */
static void fill(batch *b, random_text *r, uint32_t holes)
{
    for (size_t i = 0; i < ROWS; i++) {
        for (int k = 0; k < NUMBERS; k++) {
            bool there = random_number(r, holes, &b->numbers[k][i]);
            set_bit(b->number_valid[k], i, there && !(holes && k == 0 && i > 200 && i < 400));
        }
        b->flag[i] = (uint8_t)random_below(r, 2);
        set_bit(b->flag_valid, i, random_below(r, 16) >= holes);
        b->word[i] = (uint8_t)random_below(r, 3);
        set_bit(b->word_valid, i, random_below(r, 16) >= holes);
        b->before[i] = (uint8_t)random_below(r, WORDS);
        set_bit(b->before_valid, i, random_below(r, 16) >= holes);
    }
}

/* Inputs that the document does not imply are not there. */
static bool slot_of(const score_case *c, const char *name, uint32_t *slot)
{
    return csuccess_config_slot(c->config, check_view(name), slot) >= 0;
}

static void bind(const score_case *c, batch *b, csuccess_columns *in, bool holes)
{
    csuccess_str dictionary[WORDS];
    uint32_t slot;
    for (int i = 0; i < WORDS; i++) dictionary[i] = check_view(words[i]);
    for (int k = 0; k < NUMBERS; k++) {
        if (!slot_of(c, number_names[k], &slot)) continue;
        CHECK_OK(csuccess_columns_bind_f64(in, slot, b->numbers[k],
                                           holes ? b->number_valid[k] : NULL));
    }
    CHECK(slot_of(c, "f", &slot));
    CHECK_OK(csuccess_columns_bind_u8(in, slot, b->flag, holes ? b->flag_valid : NULL));
    CHECK(slot_of(c, "s", &slot));
    CHECK_OK(csuccess_columns_bind_dictionary(in, slot, b->word, 1, dictionary, WORDS,
                                              holes ? b->word_valid : NULL));
    if (!slot_of(c, "previous_status", &slot)) return;
    CHECK_OK(csuccess_columns_bind_dictionary(in, slot, b->before, 1, dictionary, WORDS,
                                              holes ? b->before_valid : NULL));
}

static void set_row(score_case *c, const batch *b, size_t i, bool holes)
{
    csuccess_facts_clear(c->facts);
    for (int k = 0; k < NUMBERS; k++) {
        if (holes && !bit(b->number_valid[k], i)) continue;
        (void)csuccess_facts_set_number(c->facts, check_view(number_names[k]),
                                        b->numbers[k][i]);
    }
    if (!holes || bit(b->flag_valid, i)) {
        csuccess_facts_set_bool(c->facts, CSUCCESS_STR("f"), b->flag[i]);
    }
    if (!holes || bit(b->word_valid, i)) {
        csuccess_facts_set_string(c->facts, CSUCCESS_STR("s"), check_view(words[b->word[i]]));
    }
    if (!holes || bit(b->before_valid, i)) {
        (void)csuccess_facts_set_string(c->facts, CSUCCESS_STR("previous_status"),
                                        check_view(words[b->before[i]]));
    }
}

static csuccess_str status_name(const score_case *c, const batch *b, size_t i)
{
    if (b->status[i] == 254) return CSUCCESS_STR("churned");
    return csuccess__health_band_name(c->config->health, b->profile[i],
                                      b->status[i] == 255 ? -1 : b->status[i]);
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool same_text(csuccess_str a, csuccess_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static bool compare_score(score_case *c, const batch *b, size_t i)
{
    static const char *const trends[] = {"", "improving", "stable", "declining"};
    csuccess_score s = CSUCCESS_SCORE_INIT;
    if (!CHECK_OK(csuccess_scorer_run(c->scorer, c->facts, SCORE_NOW, &s, NULL))) return false;
    bool same = same_bits(s.raw, b->raw[i]) && same_bits(s.value, b->score[i]) &&
                same_bits(s.completeness, b->completeness[i]);
    same = same && bit(b->scored, i) == ((s.present & CSUCCESS_SCORE_VALUE) != 0);
    same = same && same_text(s.status, status_name(c, b, i));
    same = same && same_text(s.trend, check_view(trends[b->trend[i]]));
    same = same && same_text(s.profile,
                             csuccess__health_profile_name(c->config->health, b->profile[i]));
    if (!CHECK(same)) {
        printf("# row %zu: raw %.17g %.17g, score %.17g %.17g, completeness %.17g %.17g\n", i,
               s.raw, b->raw[i], s.value, b->score[i], s.completeness, b->completeness[i]);
        printf("# status %.*s %u, trend %.*s %u, profile %.*s %u\n", (int)s.status.len,
               s.status.ptr, b->status[i], (int)s.trend.len, s.trend.ptr, b->trend[i],
               (int)s.profile.len, s.profile.ptr, b->profile[i]);
    }
    return same;
}

static bool compare_segments(score_case *c, const batch *b, size_t i)
{
    uint64_t members = 0;
    csuccess_result result =
        csuccess_scorer_segments(c->scorer, c->facts, SCORE_NOW, &members, NULL, 1, NULL);
    if (!CHECK_OK(result)) return false;
    uint64_t columns = 0;
    for (uint32_t k = 0; k < csuccess_config_segments(c->config); k++) {
        columns |= (uint64_t)bit(b->members[k], i) << k;
    }
    bool same = members == columns;
    if (!CHECK(same)) {
        printf("# row %zu: segments %llx by row, %llx by column\n", i,
               (unsigned long long)members, (unsigned long long)columns);
    }
    return same;
}

static csuccess_result run_columns(score_case *c, batch *b, const csuccess_columns *in,
                                   size_t first, size_t count)
{
    uint8_t *segments[SEGMENTS];
    for (int k = 0; k < SEGMENTS; k++) segments[k] = b->members[k];
    csuccess_column_results out = CSUCCESS_COLUMN_RESULTS_INIT;
    out.score = b->score;
    out.raw = b->raw;
    out.completeness = b->completeness;
    out.status = b->status;
    out.trend = b->trend;
    out.profile = b->profile;
    out.scored = b->scored;
    if (csuccess_config_segments(c->config) > 0) out.segments = segments;
    return csuccess_scorer_columns(c->scorer, in, first, count, SCORE_NOW, &out, NULL);
}

/* A document over one batch; `first` and `count` cross the ends of blocks. */
static void compare(const char *document, batch *b, bool holes, size_t count)
{
    score_case c;
    csuccess_columns *in = NULL;
    if (!score_open_text(&c, document)) goto done;
    if (!CHECK_OK(csuccess_columns_new(&in, c.config, ROWS, NULL, NULL))) goto done;
    bind(&c, b, in, holes);
    if (!CHECK_OK(run_columns(&c, b, in, 0, count))) goto done;
    for (size_t i = 0; i < count; i++) {
        set_row(&c, b, i, holes);
        if (!compare_score(&c, b, i) || !compare_segments(&c, b, i)) {
            printf("# %s\n", document);
            break;
        }
    }
done:
    csuccess_columns_free(in);
    score_close(&c);
}

static batch the_batch;
static char the_document[1 << 16];

static void sweep(bool with_segments, uint64_t seed, int runs)
{
    static const size_t counts[] = {1, 2, 63, 64, 65, 130, 1023, 1024, 1025, ROWS};
    random_text r = {.state = seed, .ptr = the_document, .cap = sizeof the_document};
    for (int i = 0; i < runs && check_failures == 0; i++) {
        uint32_t holes = (uint32_t)(i % 4) * 2;
        if (i % 8 == 0) fill(&the_batch, &r, 3);
        if (i % 8 == 0 || holes) fill(&the_batch, &r, holes);
        random_document(&r, with_segments);
        compare(the_document, &the_batch, holes > 0, counts[random_below(&r, i % 9 ? 6 : 10)]);
    }
}

static void rows_equal_columns(void)
{
    sweep(false, 1, 400);
}

static void later_rooms_see_the_same(void)
{
    sweep(true, 2, 400);
}

/* NaN, infinities and numbers that overflow in what is taken without looking. */
static void hostile_numbers(void)
{
    static const char document[] =
        "{\"csuccess\":1," SCORE_ATTRIBUTES ",\"health\":{\"profiles\":{\"p\":{\"score\":{"
        "\"combine\":\"weighted_mean\",\"of\":{\"x\":{\"weight\":0.3,\"value\":\"a\"},\"y\":{"
        "\"weight\":0.3,"
        "\"value\":\"b\"},\"z\":{\"weight\":0.4,\"value\":\"c\"},\"v\":{\"weight\":0,\"value\":"
        "\"e\"}}},"
        "\"modifiers\":{\"m\":{\"when\":\"f\",\"multiply\":1e9}},"
        "\"bands\":{\"healthy\":{\"from\":60},\"critical\":{}},"
        "\"trend\":{\"against\":\"previous\",\"stable_within\":5}}}}}";
    static const double nasty[] = {NAN,      INFINITY, -INFINITY, 1.7e308,
                                   -1.7e308, -0.0,     5e-324,    1e300};
    random_text r = {.state = 3};
    fill(&the_batch, &r, 0);
    for (size_t i = 0; i < ROWS; i += 3) {
        double *number = &the_batch.numbers[random_below(&r, NUMBERS)][i];
        *number = nasty[random_below(&r, 8)];
    }
    compare(document, &the_batch, false, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        CHECK(isfinite(the_batch.raw[i]) && isfinite(the_batch.score[i]));
    }
    fill(&the_batch, &r, 0);
    the_batch.numbers[6][1030] = NAN; /* one earlier score that is none */
    compare(document, &the_batch, false, ROWS);
}

/* A stretch in the middle equals the same rows of the whole. */
static void any_stretch(void)
{
    static double raw[ROWS];
    score_case c;
    csuccess_columns *in = NULL;
    random_text r = {.state = 4, .ptr = the_document, .cap = sizeof the_document};
    fill(&the_batch, &r, 2);
    random_document(&r, true);
    if (!score_open_text(&c, the_document)) goto done;
    if (!CHECK_OK(csuccess_columns_new(&in, c.config, ROWS, NULL, NULL))) goto done;
    bind(&c, &the_batch, in, true);
    CHECK_OK(run_columns(&c, &the_batch, in, 0, ROWS));
    memcpy(raw, the_batch.raw, sizeof raw);
    CHECK_OK(run_columns(&c, &the_batch, in, 37, 1050));
    for (size_t i = 0; i < 1050; i++) CHECK(same_bits(the_batch.raw[i], raw[i + 37]));
done:
    csuccess_columns_free(in);
    score_close(&c);
}

CHECK_MAIN(CHECK_TEST(rows_equal_columns), CHECK_TEST(later_rooms_see_the_same),
           CHECK_TEST(hostile_numbers), CHECK_TEST(any_stretch))
