/* SPDX-License-Identifier: Apache-2.0 */
/* A series as JSON, for people: which days it has, and what lies before them. */
#include "customer/series_internal.h"

#include "text/json.h"

#include <string.h>

typedef struct printing {
    csuccess__json_writer *out;
    const csuccess__series *s;
} printing;

static csuccess_str date_text(char text[CSUCCESS__DATE_TEXT], int32_t day)
{
    return (csuccess_str){text, csuccess__date_format(text, day * CSUCCESS__DAY_MS)};
}

static void print_day(const printing *p, const char *key, int32_t day)
{
    char text[CSUCCESS__DATE_TEXT];
    if (day == CSUCCESS__DAY_NONE) return;
    csuccess__json_key(p->out, csuccess__str(key));
    csuccess__json_str(p->out, date_text(text, day));
}

static void print_mark(const printing *p, csuccess__mark mark)
{
    csuccess_str bytes = {p->s->pool + mark.at, mark.len};
    csuccess__value v = csuccess__mark_value(bytes);
    csuccess__json_open(p->out, '[');
    csuccess__value_write(p->out, csuccess__time(mark.time), NULL);
    csuccess__json_str(p->out, (csuccess_str){bytes.ptr + 1, (uint8_t)bytes.ptr[0]});
    csuccess__value_write(p->out, v, NULL);
    csuccess__json_close(p->out, ']');
}

static void print_sum(const printing *p, uint64_t count, csuccess__fixed sum)
{
    csuccess__json_open(p->out, '[');
    csuccess__json_num(p->out, csuccess__fixed_double(csuccess__series_unscaled(p->s, sum)));
    csuccess__json_num(p->out, (double)count);
    csuccess__json_close(p->out, ']');
}

/* What a day, or what lies before them, comes to. */
static void print_cells(const printing *p, const csuccess__cell cells[CSUCCESS__COLUMNS])
{
    switch (p->s->part) {
    case CSUCCESS__PART_COUNT:
        csuccess__json_num(p->out, (double)cells[0].count);
        break;
    case CSUCCESS__PART_SUM:
        print_sum(p, cells[0].count, cells[1].sum);
        break;
    case CSUCCESS__PART_MIN:
    case CSUCCESS__PART_MAX:
        csuccess__json_num(p->out, cells[0].number);
        break;
    case CSUCCESS__PART_FIRST:
    case CSUCCESS__PART_LAST:
        print_mark(p, cells[0].mark);
        break;
    case CSUCCESS__PART_LAST_TIME:
        csuccess__value_write(p->out, csuccess__time(cells[0].time), NULL);
        break;
    default:
        csuccess__json_bool(p->out, true);
        break;
    }
}

static void print_bucket(const printing *p, uint32_t i)
{
    const csuccess__series *s = p->s;
    csuccess__cell cells[CSUCCESS__COLUMNS];
    memset(cells, 0, sizeof cells);
    for (int c = 0; c < CSUCCESS__COLUMNS; c++) {
        size_t width = s->columns[c].width;
        if (width) memcpy(&cells[c], (const char *)s->columns[c].data + i * width, width);
    }
    /* Counts and sums are cumulative. */
    bool counted = s->part == CSUCCESS__PART_COUNT || s->part == CSUCCESS__PART_SUM;
    if (counted && i > 0) cells[0].count -= csuccess__series_counts(s)[i - 1];
    if (s->part == CSUCCESS__PART_SUM && i > 0) {
        cells[1].sum = csuccess__minus(cells[1].sum, csuccess__series_sums(s)[i - 1]);
    }
    print_cells(p, cells);
}

static void print_series(const printing *p)
{
    const csuccess__series *s = p->s;
    csuccess__json_open(p->out, '{');
    print_day(p, "complete_from", s->introduced);
    if (s->away) {
        csuccess__json_key(p->out, CSUCCESS_STR("away"));
        csuccess__json_bool(p->out, true);
    }
    print_day(p, "before_through", s->folded);
    if (s->folded != CSUCCESS__DAY_NONE) {
        csuccess__json_key(p->out, CSUCCESS_STR("before"));
        print_cells(p, s->base);
    }
    if (s->part == CSUCCESS__PART_DISTINCT) {
        csuccess__json_key(p->out, CSUCCESS_STR("values"));
        csuccess__json_num(p->out, (double)s->values);
        csuccess__json_key(p->out, CSUCCESS_STR("approximate"));
        csuccess__json_bool(p->out, s->levels > 0);
    }
    csuccess__json_key(p->out, CSUCCESS_STR("days"));
    csuccess__json_open(p->out, '{');
    for (uint32_t i = 0; i < s->n; i++) {
        char text[CSUCCESS__DATE_TEXT];
        csuccess__json_key(p->out, date_text(text, s->days[i]));
        print_bucket(p, i);
    }
    csuccess__json_close(p->out, '}');
    csuccess__json_close(p->out, '}');
}

void csuccess__series_print(struct csuccess__json_writer *out,
                            const csuccess__state_field *field)
{
    const csuccess_allocator *mem = out->out->mem;
    uint8_t part = field->payload.len ? (uint8_t)field->payload.ptr[0] : 0;
    csuccess__series s;
    csuccess_result result = CSUCCESS_ESTATE;
    if (part == 0 || part >= CSUCCESS__PART_END) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__series_init(&s, (csuccess__part)part);
    result = csuccess__series_decode(&s, mem, field->payload);
    if (result == CSUCCESS_OK) {
        const printing p = {out, &s};
        print_series(&p);
    } else if (result == CSUCCESS_ENOMEM) {
        if (out->out->status == CSUCCESS_OK) out->out->status = CSUCCESS_ENOMEM;
    } else {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
    }
    csuccess__series_free(&s, mem);
}
