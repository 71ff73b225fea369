/* SPDX-License-Identifier: Apache-2.0 */
/* The CDNOW log as events of 2,357 customers, against a plain count in Python (oracles/cdnow.py): on the way at 20 dates, and all at the
   end in another order. */
#include "customer_series.h"

enum { PURCHASES = 7000, CUSTOMERS = 2400, ROWS = 400 };

static const char definitions[] =
    "{\"aggregates\": {"
    "\"orders_30d\": {\"event\": \"order\", \"count\": true, \"window\": \"P30D\"},"
    "\"orders_before\": {\"event\": \"order\", \"count\": true, \"window\": \"P30D\", "
    "\"offset\": \"P30D\"},"
    "\"orders_p1m\": {\"event\": \"order\", \"count\": true, \"window\": \"P1M\"},"
    "\"orders_ever\": {\"event\": \"order\", \"count\": true, \"window\": \"lifetime\"},"
    "\"orders_ever_then\": {\"event\": \"order\", \"count\": true, \"window\": \"lifetime\", "
    "\"offset\": \"P90D\"},"
    "\"cents_90d\": {\"event\": \"order\", \"sum\": \"cents\", \"window\": \"P90D\"},"
    "\"cents_month\": {\"event\": \"order\", \"sum\": \"cents\", \"window\": \"month\"},"
    "\"cents_quarter\": {\"event\": \"order\", \"sum\": \"cents\", \"window\": \"quarter\"},"
    "\"cents_ever\": {\"event\": \"order\", \"sum\": \"cents\", \"window\": \"lifetime\"},"
    "\"least_year\": {\"event\": \"order\", \"min\": \"cents\", \"window\": \"P1Y\"},"
    "\"most_90d\": {\"event\": \"order\", \"max\": \"cents\", \"window\": \"P90D\"},"
    "\"days_180d\": {\"event\": \"order\", \"distinct\": \"day\", \"window\": \"P180D\"},"
    "\"days_ever\": {\"event\": \"order\", \"distinct\": \"day\", \"window\": \"lifetime\"},"
    "\"quantities_365d\": {\"event\": \"order\", \"distinct\": \"quantity\", \"window\": "
    "\"P365D\"},"
    "\"quantities_ever\": {\"event\": \"order\", \"distinct\": \"quantity\", \"window\": "
    "\"lifetime\"},"
    "\"first_cents\": {\"event\": \"order\", \"first\": \"cents\", \"window\": \"lifetime\"},"
    "\"last_cents_90d\": {\"event\": \"order\", \"last\": \"cents\", \"window\": \"P90D\"},"
    "\"last_order\": {\"event\": \"order\", \"last_time\": true, \"window\": \"lifetime\"},"
    "\"large_90d\": {\"event\": \"order\", \"count\": true, \"window\": \"P90D\","
    "  \"where\": \"cents > 5000 && quantity >= 2\", \"properties\": {\"cents\": \"number\", "
    "\"quantity\": \"number\"}}"
    "}}";

typedef struct purchase {
    int customer, quantity, cents;
    int64_t day;
    char id[8];
} purchase;

static purchase purchases[PURCHASES];
static size_t purchase_count;

typedef struct row {
    char date[12], name[24];
    int64_t missing, total, weighted;
    int64_t is_missing, is_total, is_weighted;
} row;
static row rows[ROWS];
static size_t row_count;

static char *read_lines(const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/data/%s", CHECK_SOURCE_ROOT, name);
    char *text = check_read(path, NULL);
    CHECK(text != NULL);
    return text;
}

static const char *next_line(const char *line)
{
    line += check_span(line, "\n");
    return *line ? line + 1 : line;
}

static void read_all(void)
{
    char *text = read_lines("cdnow.tsv"), date[12];
    purchase_count = row_count = 0;
    for (const char *line = text; line && *line; line = next_line(line)) {
        purchase *p = &purchases[purchase_count];
        if (*line == '#') continue;
        if (!CHECK(sscanf(line, "%d\t%11s\t%d\t%d", &p->customer, date, &p->quantity,
                          &p->cents) == 4))
            break;
        p->day = ms(date);
        snprintf(p->id, sizeof p->id, "%05zu", purchase_count++);
    }
    free(text);
    text = read_lines("cdnow.aggregates.tsv");
    for (const char *line = text; line && *line; line = next_line(line)) {
        row *r = &rows[row_count++];
        long long missing, total, weighted;
        *r = (row){.missing = 0};
        if (!CHECK(sscanf(line, "%11s\t%23s\t%lld\t%lld\t%lld", r->date, r->name, &missing,
                          &total, &weighted) == 5))
            break;
        r->missing = missing, r->total = total, r->weighted = weighted;
    }
    free(text);
    CHECK_UINT(purchase_count, 6919);
    CHECK_UINT(row_count, 380);
}

static void add(series_bench *b, const purchase *p)
{
    const csuccess__property properties[] = {
        {CSUCCESS_STR("cents"), csuccess__number(p->cents), NULL},
        {CSUCCESS_STR("quantity"), csuccess__number(p->quantity), NULL}};
    csuccess__input input = event_of("order", p->id, p->day, properties, 2);
    CHECK_OK(csuccess__series_add(b->desk, b->machine, &input, &b->reason));
}

static void tally(series_bench *b, row *r, int customer)
{
    uint32_t slot = csuccess__schema_find(b->f.schema, check_view(r->name), NULL);
    csuccess__value v = b->slots[slot];
    if (csuccess__is_missing(v)) {
        CHECK_INT(v.absence, CSUCCESS__ABSENCE_EMPTY);
        r->is_missing++;
        return;
    }
    int64_t whole = v.kind == CSUCCESS__KIND_TIME ? v.as.time : (int64_t)v.as.number;
    r->is_total += whole;
    r->is_weighted += customer * whole;
}

static void shuffle(size_t *order, size_t n, uint64_t *random)
{
    for (; n > 1; n--) {
        size_t other = (size_t)(check_random(random) % n), swap = order[n - 1];
        order[n - 1] = order[other];
        order[other] = swap;
    }
}

/* The customer's purchases as they come, in groups between the dates, each group shuffled; its state at the end. */
static void live(series_bench *b, int customer, const size_t *own, size_t n, uint64_t *random)
{
    size_t order[256], at = 0;
    memcpy(order, own, n * sizeof *order);
    csuccess__state_clear(&b->state);
    for (size_t i = 0; i < row_count; i++) {
        int64_t now = ms(rows[i].date) + DAY / 2;
        if (i == 0 || strcmp(rows[i].date, rows[i - 1].date) != 0) {
            size_t from = at;
            while (at < n && purchases[order[at]].day <= now) at++;
            shuffle(order + from, at - from, random);
            csuccess__series_open(b->desk, &b->state, i == 0, now);
            for (size_t k = from; k < at; k++) add(b, &purchases[order[k]]);
            CHECK_OK(csuccess__series_values(b->desk, now, &b->context, b->slots));
            CHECK_OK(csuccess__series_close(b->desk, &b->state, now));
        }
        tally(b, &rows[i], customer);
    }
}

/* All at once, shuffled. */
static void import(series_bench *b, const size_t *own, size_t n, uint64_t *random)
{
    size_t order[256];
    memcpy(order, own, n * sizeof *order);
    shuffle(order, n, random);
    int64_t now = ms(rows[row_count - 1].date) + DAY / 2;
    csuccess__state_clear(&b->state);
    csuccess__series_open(b->desk, &b->state, true, now);
    for (size_t i = 0; i < n; i++) add(b, &purchases[order[i]]);
    CHECK_OK(csuccess__series_close(b->desk, &b->state, now));
}

/* reason: every customer twice, and then all rows. */
static void every_customer_at_20_dates(void)
{
    series_bench b;
    csuccess__buffer states[2];
    uint64_t random = 7;
    size_t most = 0;
    read_all();
    CHECK_OK(bench_start(&b, NULL, definitions));
    for (int i = 0; i < 2; i++) csuccess__buffer_init(&states[i], &b.f.memory->allocator, 0);
    for (size_t from = 0; from < purchase_count;) {
        size_t own[256], n = 0;
        int customer = purchases[from].customer;
        for (; from < purchase_count && purchases[from].customer == customer; from++)
            own[n++] = from;
        for (int i = 0; i < 2; i++) {
            if (i == 0) live(&b, customer, own, n, &random);
            if (i == 1) import(&b, own, n, &random);
            csuccess__buffer_clear(&states[i]);
            csuccess__state_write(&states[i], &b.state);
        }
        bool same = states[0].len == states[1].len &&
                    memcmp(states[0].ptr, states[1].ptr, states[0].len) == 0;
        if (!CHECK(same)) break;
        if (states[0].len > most) most = states[0].len;
    }
    for (size_t i = 0; i < row_count; i++) {
        bool right = CHECK_INT(rows[i].is_missing, rows[i].missing) &&
                     CHECK_INT(rows[i].is_total, rows[i].total) &&
                     CHECK_INT(rows[i].is_weighted, rows[i].weighted);
        if (!right) printf("# %s at %s\n", rows[i].name, rows[i].date);
    }
    CHECK(most > 0 && most <= 8192);
    for (int i = 0; i < 2; i++) csuccess__buffer_free(&states[i]);
    bench_finish(&b);
}

CHECK_MAIN(CHECK_TEST(every_customer_at_20_dates))
