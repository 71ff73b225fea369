/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of tables done at once: random cards over random rows give the same bits for one
   customer, for one that is explained (node by node) and for columns in every form of memory. */
#include "score_case.h"

#include "columns/scorer.h"
#include "customer/facts.h"
#include "score/additive.h"
#include "text/numeral.h"

#include <stdarg.h>

enum { ROWS = 1300, NUMBERS = 5, WORDS = 7, FLAGS = 2, TEXTS = 2 };
static const char attributes[] =
    "\"attributes\":{\"n0\":{\"type\":\"number\"},\"n1\":{\"type\":\"number\"},"
    "\"n2\":{\"type\":\"number\"},\"n3\":{\"type\":\"number\"},"
    "\"n4\":{\"type\":\"number\",\"default\":3},\"b0\":{\"type\":\"bool\"},"
    "\"b1\":{\"type\":\"bool\",\"default\":true},\"s0\":{\"type\":\"string\"},"
    "\"s1\":{\"type\":\"string\",\"default\":\"x\"}}";
static const char *const words[WORDS] = {"x",        "y",   "zz",         "Month-to-month",
                                         "\xc3\xbc", "MiX", "never named"};

typedef struct generator {
    uint64_t state;
    char *ptr;
    size_t cap, len;
} generator;

static uint32_t below(generator *g, uint32_t n)
{
    return (uint32_t)(check_random(&g->state) >> 33) % n;
}

static void put(generator *g, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(g->ptr + g->len, g->cap - g->len, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= g->cap - g->len) abort();
    g->len += (size_t)n;
}

/* Not by printf, which has the locale's comma. Good until the fourth call after. */
static const char *text_of(double x)
{
    static char texts[4][CSUCCESS__NUMERAL_MAX + 1];
    static uint32_t next;
    char *text = texts[next++ % 4];
    text[csuccess__numeral_write(text, x)] = '\0';
    return text;
}

static double amount(generator *g)
{
    return (below(g, 4001) - 2000.0) / 1000.0;
}

/* ---- Cards ---- */

static const char *const number_values[] = {"n0", "n1", "n2", "n3", "n4", "n0 / n1", "n2 + n4"};
static const char *const word_values[] = {"s0", "s1", "s0", "s0.lowerAscii()",
                                          "n0 > 50 ? s0 : s1"};

static uint32_t put_bounds(generator *g, bool pairs)
{
    uint32_t n = 1 + below(g, below(g, 3) ? 6 : 40);
    double at = -5;
    for (uint32_t i = 0; i < n; i++) {
        at += (1 + below(g, 60)) / 4.0;
        put(g, pairs ? "%s[%s,%s]" : "%s%s", i ? "," : "", text_of(at), text_of(amount(g)));
    }
    return n;
}

static uint32_t put_words(generator *g, bool map)
{
    uint32_t from = below(g, WORDS - 1), n = 0;
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t at = (from + i * 2) % (WORDS - 1);
        if (i > 0 && at == from) break;
        put(g, map ? "%s\"%s\":%s" : "%s\"%s\"", n++ ? "," : "", words[at], text_of(amount(g)));
    }
    return n;
}

/* An axis of a grid: its value, and how many bounds or words it has. */
static uint32_t put_side(generator *g, const char *value, const char *list)
{
    uint32_t kind = below(g, 5), n = 2;
    static char side[512];
    generator s = {.state = g->state, .ptr = side, .cap = sizeof side};
    if (kind == 0) {
        put(g, "\"%s\":\"b%u\",", value, below(&s, 2));
        put(&s, "\"true\",\"false\"");
        n = 1 + below(&s, 2);
        if (n == 1) side[6] = '\0';
    } else if (kind < 3) {
        put(g, "\"%s\":\"%s\",", value, word_values[below(&s, 5)]);
        n = put_words(&s, false);
    } else {
        put(g, "\"%s\":\"%s\",", value, number_values[below(&s, 7)]);
        n = put_bounds(&s, false);
    }
    g->state = s.state;
    put(g, "\"@%s\":[%s],", list, side);
    return n;
}

/* The lists were put before "points", under names that no document has; they move into it. */
static void put_grid(generator *g)
{
    static char inside[1 << 16];
    generator s = {.state = g->state, .ptr = inside, .cap = sizeof inside};
    char *lists[2];
    size_t from = g->len;
    uint32_t high = put_side(&s, "value", "rows");
    uint32_t wide = put_side(&s, "by", "columns");
    g->state = s.state;
    lists[0] = strstr(inside, "\"@rows\"");
    lists[1] = strstr(inside, "\"@columns\"");
    char *by = strstr(inside, "\"by\"");
    put(g, "%.*s%.*s", (int)(lists[0] - inside), inside, (int)(lists[1] - by), by);
    put(g, "\"points\":{\"grid\":{\"%.*s\"%s\"gives\":[", (int)(by - lists[0] - 2),
        lists[0] + 2, lists[1] + 2);
    CHECK(g->len > from);
    for (uint32_t i = 0; i < high + 2; i++) {
        put(g, "%s[", i ? "," : "");
        for (uint32_t k = 0; k < wide + 2; k++)
            put(g, "%s%s", k ? "," : "", text_of(amount(g)));
        put(g, "]");
    }
    put(g, "]}}");
}

static void put_policy(generator *g, bool ranged)
{
    uint32_t kind = below(g, ranged ? 4 : 2);
    if (kind < 2) {
        put(g, ",\"missing\":{\"value\":%s}", text_of(amount(g)));
    } else {
        put(g, ",\"missing\":\"%s\"", kind == 2 ? "worst" : "best");
    }
}

static void put_main(generator *g)
{
    uint32_t kind = below(g, 10);
    const char *number = number_values[below(g, 7)];
    if (kind < 4) {
        put(g, "\"value\":\"%s\",\"points\":{\"upto\":[", number);
        put_bounds(g, true);
        put(g, kind ? "],\"else\":%s}" : "]}", text_of(amount(g)));
        put_policy(g, true);
    } else if (kind < 7) {
        put(g, "\"value\":\"%s\",\"points\":{\"map\":{", word_values[below(g, 5)]);
        put_words(g, true);
        put(g, "},\"else\":%s}", text_of(amount(g)));
        put_policy(g, true);
    } else if (kind == 7) {
        put(g, "\"value\":\"b%u\",\"points\":{\"map\":{\"true\":%s,\"false\":%s}}", below(g, 2),
            text_of(amount(g)), text_of(amount(g)));
        put_policy(g, true);
    } else if (kind == 8) {
        put(g, "\"value\":\"%s\",\"points\":{\"%s\":[", number,
            below(g, 2) ? "linear" : "from");
        put_bounds(g, true);
        put(g, "]}");
        put_policy(g, true);
    } else {
        put(g, "\"value\":\"%s\",\"range\":[0,100]", below(g, 3) ? number : "b0");
        put_policy(g, true);
    }
}

static void put_ends(generator *g)
{
    static const char *const ends[] = {
        "",
        "",
        "\"link\":\"logistic\",\"intercept\":-0.75,",
        "\"link\":\"logistic\",\"calibration\":{\"platt\":[1.25,-0.5]},",
        "\"link\":\"logistic\",\"intercept\":1,\"calibration\":{\"isotonic\":[[0.1,0],[0.2,0.3]"
        ","
        "[0.6,0.3],[0.9,1]]},",
        "\"calibration\":{\"isotonic\":[[0,0.25],[1,0.5]]},",
        "\"calibration\":{\"platt\":[-1,0]},"};
    static const char *const bounds[] = {"", "", "", "\"min\":-3,\"max\":2.5,",
                                         "\"scale\":0.5,"};
    put(g, "%s%s", ends[below(g, 7)], bounds[below(g, 5)]);
}

static void put_document(generator *g)
{
    uint32_t terms = 1 + below(g, below(g, 4) ? 8 : 45);
    g->len = 0;
    put(g, "{\"csuccess\":1,%s,\"health\":{\"profiles\":{\"p\":{\"score\":{", attributes);
    put_ends(g);
    put(g, "\"combine\":\"sum\",\"of\":{");
    for (uint32_t i = 0; i < terms; i++) {
        put(g, "%s\"t%u\":{", i ? "," : "", i);
        if (below(g, 5) < 2) {
            put_grid(g);
        } else {
            put_main(g);
        }
        put(g, "}");
    }
    put(g, "}}}}}}");
}

/* ---- Rows ---- */

/* Host memory, every number and text in several forms. */
typedef struct batch {
    double f64[NUMBERS][ROWS];
    int64_t i64[ROWS];
    int32_t i32[ROWS];
    uint8_t u8[ROWS], flag[FLAGS][ROWS], valid[NUMBERS + FLAGS + TEXTS][ROWS / 8 + 1];
    uint16_t word16[ROWS];
    uint32_t word32[ROWS];
    int32_t offsets[ROWS + 1];
    char bytes[ROWS * 16];
    uint8_t word[TEXTS][ROWS];
    uint32_t form[NUMBERS + FLAGS + TEXTS];
    bool holes;
} batch;

static bool is_set(const batch *b, uint32_t column, size_t row)
{
    return !b->holes || (b->valid[column][row / 8] >> (row % 8) & 1);
}

static void fill(batch *b, generator *g)
{
    memset(b, 0, sizeof *b);
    b->holes = below(g, 3) > 0;
    for (uint32_t k = 0; k < NUMBERS + FLAGS + TEXTS; k++) {
        b->form[k] = below(g, 4);
        for (size_t i = 0; i < ROWS; i++) {
            b->valid[k][i / 8] |= (uint8_t)((below(g, 8) > 0) << (i % 8));
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        for (uint32_t k = 0; k < NUMBERS; k++) b->f64[k][i] = (below(g, 500) - 40.0) / 4.0;
        b->i64[i] = (int64_t)below(g, 100) - 5;
        b->i32[i] = (int32_t)below(g, 100) - 5;
        b->u8[i] = (uint8_t)below(g, 100);
        if (b->form[0] == 1) b->f64[0][i] = (double)b->i64[i];
        if (b->form[1] == 1) b->f64[1][i] = b->i32[i];
        if (b->form[2] == 1) b->f64[2][i] = b->u8[i];
        for (uint32_t k = 0; k < FLAGS; k++) b->flag[k][i] = (uint8_t)below(g, 2);
        for (uint32_t k = 0; k < TEXTS; k++) b->word[k][i] = (uint8_t)below(g, WORDS);
    }
}

static const uint8_t *valid_of(const batch *b, uint32_t column)
{
    return b->holes ? b->valid[column] : NULL;
}

static csuccess_result bind_number(batch *b, csuccess_columns *in, uint32_t slot, uint32_t k)
{
    const uint8_t *valid = valid_of(b, k);
    if (b->form[k] == 1 && k == 0) return csuccess_columns_bind_i64(in, slot, b->i64, valid);
    if (b->form[k] == 1 && k == 1) return csuccess_columns_bind_i32(in, slot, b->i32, valid);
    if (b->form[k] == 1 && k == 2) return csuccess_columns_bind_u8(in, slot, b->u8, valid);
    return csuccess_columns_bind_f64(in, slot, b->f64[k], valid);
}

/* The first text in every width of codes, and as bytes. */
static void spell(batch *b)
{
    for (size_t i = 0; i < ROWS; i++) {
        const char *word = words[b->word[0][i]];
        size_t len = strlen(word);
        b->word16[i] = b->word[0][i];
        b->word32[i] = b->word[0][i];
        memcpy(b->bytes + b->offsets[i], word, len);
        b->offsets[i + 1] = b->offsets[i] + (int32_t)len;
    }
}

static csuccess_result bind_text(batch *b, csuccess_columns *in, uint32_t slot, uint32_t k)
{
    csuccess_str dictionary[WORDS];
    const uint8_t *valid = valid_of(b, NUMBERS + FLAGS + k);
    uint32_t form = k == 0 ? b->form[NUMBERS + FLAGS] : 0;
    const void *const codes[3] = {b->word[k], b->word16, b->word32};
    for (uint32_t i = 0; i < WORDS; i++) dictionary[i] = check_view(words[i]);
    if (k == 0) spell(b);
    if (form == 3) return csuccess_columns_bind_utf8(in, slot, b->offsets, b->bytes, valid);
    return csuccess_columns_bind_dictionary(in, slot, codes[form], 1u << form, dictionary,
                                            WORDS, valid);
}

static void bind(const score_case *c, batch *b, csuccess_columns *in)
{
    for (uint32_t k = 0; k < NUMBERS + FLAGS + TEXTS; k++) {
        char name[3] = {"nbs"[(k >= NUMBERS) + (k >= NUMBERS + FLAGS)],
                        (char)('0' + (k < NUMBERS           ? k
                                      : k < NUMBERS + FLAGS ? k - NUMBERS
                                                            : k - NUMBERS - FLAGS)),
                        '\0'};
        uint32_t slot = 0;
        CHECK_OK(csuccess_config_slot(c->config, check_view(name), &slot));
        if (k < NUMBERS) {
            CHECK_OK(bind_number(b, in, slot, k));
        } else if (k < NUMBERS + FLAGS) {
            CHECK_OK(csuccess_columns_bind_u8(in, slot, b->flag[k - NUMBERS], valid_of(b, k)));
        } else {
            CHECK_OK(bind_text(b, in, slot, k - NUMBERS - FLAGS));
        }
    }
}

static void set_row(score_case *c, const batch *b, size_t i)
{
    csuccess_facts_clear(c->facts);
    for (uint32_t k = 0; k < NUMBERS; k++) {
        char name[3] = {'n', (char)('0' + k), '\0'};
        if (is_set(b, k, i)) {
            CHECK_OK(csuccess_facts_set_number(c->facts, check_view(name), b->f64[k][i]));
        }
    }
    for (uint32_t k = 0; k < FLAGS; k++) {
        char name[3] = {'b', (char)('0' + k), '\0'};
        if (is_set(b, NUMBERS + k, i)) {
            CHECK_OK(csuccess_facts_set_bool(c->facts, check_view(name), b->flag[k][i]));
        }
    }
    for (uint32_t k = 0; k < TEXTS; k++) {
        char name[3] = {'s', (char)('0' + k), '\0'};
        if (is_set(b, NUMBERS + FLAGS + k, i)) {
            CHECK_OK(csuccess_facts_set_string(c->facts, check_view(name),
                                               check_view(words[b->word[k][i]])));
        }
    }
}

/* ---- The comparison ---- */

/* What one way of running a customer came to. */
typedef struct outcome {
    csuccess__value score;
    double completeness, confidence, variance;
    double nodes[64];
} outcome;

static outcome run_one(score_case *c, const csuccess__scorecard *card,
                       const csuccess__card_spread *spread, bool explain)
{
    static csuccess__card_result results[64];
    outcome out = {0};
    CHECK_OK(csuccess__scorer_inputs(c->scorer, c->facts, SCORE_NOW, NULL));
    csuccess__card_run run = {.machine = c->scorer->machine,
                              .slots = c->scorer->slots,
                              .slot_count = c->config->schema->count,
                              .now = SCORE_NOW,
                              .results = results,
                              .contributions = explain,
                              .spread = spread};
    out.score = csuccess__scorecard_run(card, &run);
    out.completeness = run.completeness;
    out.confidence = run.confidence;
    out.variance = run.variance;
    for (uint32_t i = 1; i < card->count; i++) {
        const csuccess__value *slot = &c->scorer->slots[card->nodes[i].slot];
        CHECK(slot->kind == CSUCCESS__KIND_NUMBER);
        out.nodes[i] = slot->as.number;
    }
    if (!explain) return out;
    double sum = run.calibration + (card->intercept != 0 ? card->intercept : 0);
    for (uint32_t i = 1; i < card->count; i++) sum += results[i].contribution;
    double p = out.score.as.number;
    bool far = p < 1e-6 || p > 1 - 1e-6; /* where the double p no longer says its log-odds */
    if (!card->logistic || !far) CHECK_NUM(sum, card->logistic ? log(p / (1 - p)) : p, 1e-9);
    return out;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool same(const outcome *a, const outcome *b)
{
    return !csuccess__is_missing(a->score) &&
           same_bits(a->score.as.number, b->score.as.number) &&
           same_bits(a->completeness, b->completeness) &&
           same_bits(a->confidence, b->confidence) && same_bits(a->variance, b->variance) &&
           memcmp(a->nodes, b->nodes, sizeof a->nodes) == 0;
}

static double column_score[ROWS], column_complete[ROWS], column_confidence[ROWS];

static double node_score[ROWS], node_confidence[ROWS];

static void keep_block(const csuccess__card_columns *run, const csuccess__vector *v)
{
    size_t first = run->frame->first, n = run->frame->rows;
    const csuccess__vector *sure = run->spread ? run->confidence : run->completeness;
    memcpy(column_score + first, v->as.numbers, n * sizeof *column_score);
    memcpy(column_complete + first, run->completeness->as.numbers, n * sizeof *column_score);
    memcpy(column_confidence + first, sure->as.numbers, n * sizeof *column_score);
}

/* The whole batch by blocks, straight at the card. */
static bool run_columns(score_case *c, const csuccess_columns *in,
                        const csuccess__scorecard *card, const csuccess__card_spread *spread,
                        size_t rows)
{
    static csuccess__column slots[256];
    const csuccess__schema *schema = c->config->schema;
    csuccess__column_machine *machine = NULL;
    CHECK_OK(csuccess__column_machine_new(&machine, csuccess__malloc_allocator(),
                                          &c->config->limits));
    memset(slots, 0, sizeof slots);
    memcpy(slots, in->slots, schema->inputs * sizeof *slots);
    bool good = true;
    for (size_t first = 0; first < rows && good; first += CSUCCESS__BLOCK) {
        size_t left = rows - first;
        uint32_t here = left < CSUCCESS__BLOCK ? (uint32_t)left : CSUCCESS__BLOCK;
        csuccess__column_frame frame = {slots, schema->count, SCORE_NOW, first, here};
        csuccess__card_columns run = {.machine = machine,
                                      .frame = &frame,
                                      .slots = slots,
                                      .want_completeness = true,
                                      .spread = spread};
        csuccess__column_machine_reset(machine);
        const csuccess__vector *v = csuccess__scorecard_columns(card, &run);
        good = CHECK(v && v->all_valid && run.completeness && !run.confidence == !spread);
        if (good) keep_block(&run, v);
    }
    csuccess__column_machine_free(machine);
    return good;
}

/* Standard deviations of one table, row by row where it is a grid. */
static void put_spread(generator *g, const csuccess__card_node *node)
{
    uint32_t bins = csuccess__card_bins(node);
    uint32_t wide = node->by ? node->axes[1].count + 2 : bins;
    if (node->by) put(g, "[");
    for (uint32_t k = 0; k < bins; k++) {
        put(g, "%s%s", k % wide ? "," : k ? ",[" : "[", text_of(below(g, 100) / 100.0));
        if (k % wide == wide - 1) put(g, "]");
    }
    if (node->by) put(g, "]");
}

/* Of most tables of a card. */
static const csuccess__card_spread *read_spread(score_case *c, generator *g,
                                                const csuccess__scorecard *card)
{
    static char text[1 << 20];
    generator s = {.state = g->state, .ptr = text, .cap = sizeof text};
    put(&s, "{\"scale\":0.9,\"of\":{");
    const char *comma = "";
    for (uint32_t i = 1; i < card->count; i++) {
        if (csuccess__card_bins(&card->nodes[i]) == 0 || below(&s, 5) == 0) continue;
        put(&s, "%s\"t%u\":", comma, i - 1);
        put_spread(&s, &card->nodes[i]);
        comma = ",";
    }
    put(&s, "}}");
    g->state = s.state;
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = &c->config->limits};
    CHECK_OK(csuccess__json_read(&json, &c->arena, check_view(text), &options, NULL));
    csuccess__compiler with = {.arena = &c->arena, .constants = c->config->constants};
    csuccess__problems problems;
    csuccess__problems_init(&problems, &c->arena, 10);
    return csuccess__card_spread_read(card, &with, &problems, json);
}

static batch the_batch;
static char the_document[1 << 20];

static bool compare_row(score_case *c, const csuccess__scorecard *card,
                        const csuccess__card_spread *spread, size_t i)
{
    set_row(c, &the_batch, i);
    outcome at_once = run_one(c, card, spread, false);
    outcome by_node = run_one(c, card, spread, true);
    bool good = CHECK(same(&at_once, &by_node));
    good = CHECK(same_bits(at_once.score.as.number, column_score[i])) && good;
    good = CHECK(same_bits(at_once.completeness, column_complete[i])) && good;
    good = CHECK(same_bits(at_once.confidence, column_confidence[i])) && good;
    if (!good) {
        printf("# row %zu: %.17g at once, %.17g by node, %.17g in columns\n", i,
               at_once.score.as.number, by_node.score.as.number, column_score[i]);
        printf("# complete %.17g %.17g %.17g\n# %s\n", at_once.completeness,
               by_node.completeness, column_complete[i], the_document);
    }
    return good;
}

static void compare(generator *g, size_t rows)
{
    score_case c;
    csuccess_columns *in = NULL;
    if (!score_open_text(&c, the_document)) goto done;
    const csuccess__scorecard *card = c.config->health->profiles[0].card;
    if (!CHECK(card->additive != NULL)) {
        printf("# %s\n", the_document);
        goto done;
    }
    const csuccess__card_spread *spread = card->logistic ? read_spread(&c, g, card) : NULL;
    CHECK(!card->logistic || spread);
    if (!CHECK_OK(csuccess_columns_new(&in, c.config, ROWS, NULL, NULL))) goto done;
    bind(&c, &the_batch, in);
    csuccess__scorecard by_node = *card;
    by_node.additive = NULL;
    if (!run_columns(&c, in, &by_node, spread, rows)) goto done;
    memcpy(node_score, column_score, sizeof node_score);
    memcpy(node_confidence, column_confidence, sizeof node_confidence);
    if (!run_columns(&c, in, card, spread, rows)) goto done;
    CHECK(memcmp(node_score, column_score, rows * sizeof *node_score) == 0);
    CHECK(memcmp(node_confidence, column_confidence, rows * sizeof *node_score) == 0);
    for (size_t i = 0; i < rows; i++) {
        if (!compare_row(&c, card, spread, i)) break;
    }
done:
    csuccess_columns_free(in);
    score_close(&c);
}

static void same_bits_every_way(void)
{
    static const size_t counts[] = {1, 3, 64, 65, 130};
    generator g = {.state = 11, .ptr = the_document, .cap = sizeof the_document};
    for (int i = 0; i < 500 && check_failures == 0; i++) {
        put_document(&g);
        fill(&the_batch, &g);
        compare(&g, i % 50 == 0 ? ROWS : counts[below(&g, 5)]);
    }
}

CHECK_MAIN(CHECK_TEST(same_bits_every_way))
