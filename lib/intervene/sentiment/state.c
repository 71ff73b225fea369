/* SPDX-License-Identifier: Apache-2.0 */
/* What the state keeps of a customer's feelings, in canonical bytes: the same whatever the order in which they came. */
#include "intervene/sentiment/internal.h"

#include "base/heap.h"
#include "base/number.h"
#include "calendar/time_json.h"
#include "customer/payload.h"

#include <string.h>

#define NANOS INT64_C(1000000000)
enum { NAME_MOST = 1024, AGE_COUNT_MOST = 1000000000 };

/* ---- Order ---- */

static int compare_i64(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* The bits as they stand in the payload: by names in their order. */
static int compare(const csuccess__felt *a, const csuccess__felt *b)
{
    int c = compare_i64(b->at, a->at);
    if (c == 0) c = compare_i64(b->nanos, a->nanos);
    if (c == 0) c = compare_i64(b->label, a->label);
    if (c == 0) c = compare_u64(b->emotions, a->emotions);
    return c ? c : compare_u64(b->issues, a->issues);
}

static bool felt_before(const void *a, const void *b)
{
    return compare(a, b) < 0;
}

/* ---- Reading ---- */

static bool read_names(csuccess__wire *in, csuccess__felt_names *names)
{
    uint64_t n = csuccess__wire_get_u64(in);
    names->count = 0;
    if (in->bad || n > CSUCCESS__FELT_NAMES) return false;
    for (uint64_t i = 0; i < n; i++) {
        csuccess_str name = csuccess__payload_text(in);
        bool ordered = i == 0 || csuccess__str_cmp(names->list[i - 1], name) < 0;
        if (in->bad || name.len > NAME_MOST || !ordered) return false;
        names->list[names->count++] = name;
    }
    return true;
}

static bool fits(uint64_t bits, uint32_t count)
{
    return count >= 64 || bits >> count == 0;
}

static bool take_felt(csuccess__wire *in, const csuccess__feelings *f, csuccess__felt *felt)
{
    felt->at = csuccess__payload_time(in);
    felt->nanos = csuccess__wire_get_i64(in);
    int64_t label = csuccess__wire_get_i64(in);
    felt->emotions = csuccess__wire_get_u64(in);
    felt->issues = csuccess__wire_get_u64(in);
    if (in->bad || label < -1 || label > 1) return false;
    felt->label = (int)label;
    return felt->nanos >= -NANOS && felt->nanos <= NANOS &&
           fits(felt->emotions, f->emotions.count) && fits(felt->issues, f->issues.count);
}

static bool read_felt(csuccess__wire *in, csuccess__feelings *f)
{
    uint64_t n = csuccess__wire_get_u64(in);
    f->kept = 0;
    if (in->bad || n == 0 || n > CSUCCESS__FELT_MOST || n > f->count) return false;
    for (uint64_t i = 0; i < n; i++) {
        if (!take_felt(in, f, &f->list[i])) return false;
        if (i > 0 && compare(&f->list[i - 1], &f->list[i]) > 0) return false;
        f->kept++;
    }
    return true;
}

static bool take_age(csuccess__wire *in, int64_t width, csuccess__age *age)
{
    age->index = csuccess__wire_get_i64(in);
    age->count = csuccess__wire_get_u64(in);
    age->nanos = csuccess__wire_get_i64(in);
    if (in->bad || age->count == 0 || age->count > AGE_COUNT_MOST) return false;
    int64_t most = NANOS * (int64_t)age->count;
    bool time = age->index >= CSUCCESS__TIME_MIN / width - 1 &&
                age->index <= CSUCCESS__TIME_MAX / width;
    return time && age->nanos >= -most && age->nanos <= most;
}

static bool read_ages(csuccess__wire *in, csuccess__feelings *f)
{
    f->width_ms = csuccess__wire_get_i64(in);
    uint64_t n = csuccess__wire_get_u64(in);
    f->age_count = 0;
    if (in->bad || n == 0 || n > CSUCCESS__AGES_KEPT || f->width_ms < 1) return false;
    for (uint64_t i = 0; i < n; i++) {
        if (!take_age(in, f->width_ms, &f->ages[i])) return false;
        if (i > 0 && f->ages[i].index <= f->ages[i - 1].index) return false;
        f->age_count++;
    }
    return f->ages[n - 1].index - f->ages[0].index < CSUCCESS__AGES_KEPT;
}

static bool read_counts(csuccess__wire *in, csuccess__feelings *f)
{
    f->count = csuccess__wire_get_u64(in);
    uint64_t alerts = csuccess__wire_get_u64(in);
    if (in->bad || alerts >> CSUCCESS__SENTIMENT_ALERT_COUNT != 0) return false;
    f->alerts = (uint32_t)alerts;
    return f->count > 0 && f->count <= INT64_MAX;
}

bool csuccess__feelings_read(csuccess__feelings *out, csuccess_str payload)
{
    *out = (csuccess__feelings){.count = 0};
    if (payload.len == 0) return true;
    csuccess__wire in = csuccess__wire_open(payload);
    return read_counts(&in, out) && read_names(&in, &out->emotions) &&
           read_names(&in, &out->issues) && read_felt(&in, out) && read_ages(&in, out) &&
           csuccess__wire_done(&in);
}

/* ---- Writing ---- */

/* Where each name goes when those that are used are put in order. */
typedef struct ordering {
    csuccess_str names[CSUCCESS__FELT_NAMES];
    uint32_t count, to[CSUCCESS__FELT_NAMES];
} ordering;

static void order_names(ordering *o, const csuccess__felt_names *names, uint64_t used)
{
    o->count = 0;
    for (uint32_t i = 0; i < names->count; i++) {
        uint32_t place = 0;
        o->to[i] = UINT32_MAX;
        if (!(used >> i & 1)) continue;
        for (uint32_t k = 0; k < names->count; k++) {
            bool before = csuccess__str_cmp(names->list[k], names->list[i]) < 0;
            if (used >> k & 1 && before) place++;
        }
        o->to[i] = place;
        o->names[place] = names->list[i];
        o->count++;
    }
}

static uint64_t put_in_order(const ordering *o, uint64_t bits)
{
    uint64_t out = 0;
    for (uint32_t i = 0; i < CSUCCESS__FELT_NAMES; i++) {
        if (bits >> i & 1) out |= UINT64_C(1) << o->to[i];
    }
    return out;
}

static void take_order(csuccess__felt_names *names, const ordering *o)
{
    memcpy(names->list, o->names, o->count * sizeof *o->names);
    names->count = o->count;
}

static void settle(csuccess__feelings *f)
{
    ordering emotions, issues;
    uint64_t felt = 0, spoken = 0;
    for (uint32_t i = 0; i < f->kept; i++) {
        felt |= f->list[i].emotions;
        spoken |= f->list[i].issues;
    }
    order_names(&emotions, &f->emotions, felt);
    order_names(&issues, &f->issues, spoken);
    for (uint32_t i = 0; i < f->kept; i++) {
        f->list[i].emotions = put_in_order(&emotions, f->list[i].emotions);
        f->list[i].issues = put_in_order(&issues, f->list[i].issues);
    }
    take_order(&f->emotions, &emotions);
    take_order(&f->issues, &issues);
    csuccess__sort(f->list, f->kept, sizeof *f->list, felt_before);
}

static void write_names(csuccess__buffer *out, const csuccess__felt_names *names)
{
    csuccess__wire_u64(out, names->count);
    for (uint32_t i = 0; i < names->count; i++) csuccess__wire_str(out, names->list[i]);
}

void csuccess__feelings_write(csuccess__buffer *out, csuccess__feelings *feelings)
{
    settle(feelings);
    csuccess__wire_u64(out, feelings->count);
    csuccess__wire_u64(out, feelings->alerts);
    write_names(out, &feelings->emotions);
    write_names(out, &feelings->issues);
    csuccess__wire_u64(out, feelings->kept);
    for (uint32_t i = 0; i < feelings->kept; i++) {
        const csuccess__felt *felt = &feelings->list[i];
        csuccess__wire_i64(out, felt->at);
        csuccess__wire_i64(out, felt->nanos);
        csuccess__wire_i64(out, felt->label);
        csuccess__wire_u64(out, felt->emotions);
        csuccess__wire_u64(out, felt->issues);
    }
    csuccess__wire_i64(out, feelings->width_ms);
    csuccess__wire_u64(out, feelings->age_count);
    for (uint32_t i = 0; i < feelings->age_count; i++) {
        csuccess__wire_i64(out, feelings->ages[i].index);
        csuccess__wire_u64(out, feelings->ages[i].count);
        csuccess__wire_i64(out, feelings->ages[i].nanos);
    }
}

/* ---- Adding ---- */

uint32_t csuccess__felt_name(csuccess__felt_names *names, csuccess_str name)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (csuccess__str_eq(names->list[i], name)) return i;
    }
    if (names->count == CSUCCESS__FELT_NAMES || name.len > NAME_MOST) return UINT32_MAX;
    names->list[names->count] = name;
    return names->count++;
}

static int64_t index_of(int64_t at, int64_t width)
{
    int64_t index = at / width;
    return at % width < 0 ? index - 1 : index;
}

/* Adds a sum to the age of that index, in its place. */
static void add_age(csuccess__feelings *f, csuccess__age add)
{
    uint32_t at = f->age_count;
    while (at > 0 && f->ages[at - 1].index >= add.index) at--;
    if (at < f->age_count && f->ages[at].index == add.index) {
        if (f->ages[at].count + add.count > AGE_COUNT_MOST) return;
        f->ages[at].count += add.count;
        f->ages[at].nanos += add.nanos;
        return;
    }
    memmove(&f->ages[at + 1], &f->ages[at], (f->age_count - at) * sizeof *f->ages);
    f->ages[at] = add;
    f->age_count++;
    uint32_t old = 0; /* those that weigh nothing beside the newest */
    while (f->ages[f->age_count - 1].index - f->ages[old].index >= CSUCCESS__AGES_KEPT) old++;
    memmove(f->ages, &f->ages[old], (f->age_count - old) * sizeof *f->ages);
    f->age_count -= old;
}

/* The half-life has changed: each span goes where its beginning is. */
static void widen(csuccess__feelings *f, int64_t width_ms)
{
    csuccess__age ages[CSUCCESS__AGES_KEPT];
    uint32_t n = f->age_count;
    int64_t old = f->width_ms;
    if (old == width_ms) return;
    memcpy(ages, f->ages, n * sizeof *ages);
    f->width_ms = width_ms;
    f->age_count = 0;
    for (uint32_t i = n; i > 0; i--) {
        csuccess__age age = ages[i - 1];
        int64_t begins = age.index * old;
        if (begins < CSUCCESS__TIME_MIN) begins = CSUCCESS__TIME_MIN;
        age.index = index_of(begins, width_ms);
        add_age(f, age);
    }
}

void csuccess__feelings_add(csuccess__feelings *feelings, const csuccess__felt *felt,
                            uint32_t keep, int64_t width_ms)
{
    widen(feelings, width_ms);
    add_age(feelings, (csuccess__age){index_of(felt->at, width_ms), 1, felt->nanos});
    feelings->count++;
    feelings->list[feelings->kept++] = *felt;
    settle(feelings);
    if (feelings->kept > keep) feelings->kept = keep;
}

/* ---- Printing ---- */

static void print_names(csuccess__json_writer *out, const char *key,
                        const csuccess__felt_names *names, uint64_t bits)
{
    csuccess__json_key(out, csuccess__str(key));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < names->count; i++) {
        if (bits >> i & 1) csuccess__json_str(out, names->list[i]);
    }
    csuccess__json_close(out, ']');
}

void csuccess__sentiment_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field)
{
    csuccess__feelings f;
    if (!csuccess__feelings_read(&f, field->payload)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_num(out, "count", (double)f.count);
    csuccess__json_key(out, CSUCCESS_STR("alerts"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < CSUCCESS__SENTIMENT_ALERT_COUNT; i++) {
        if (f.alerts >> i & 1) {
            csuccess__json_str(out, csuccess__str(csuccess__sentiment_alert_name(i)));
        }
    }
    csuccess__json_close(out, ']');
    csuccess__json_key(out, CSUCCESS_STR("last"));
    csuccess__json_open(out, '[');
    for (uint32_t i = 0; i < f.kept; i++) {
        const csuccess__felt *felt = &f.list[i];
        csuccess__json_open(out, '{');
        csuccess__json_put_time(out, "at", felt->at);
        csuccess__json_put_num(out, "score", (double)felt->nanos / (double)NANOS);
        csuccess__json_put_str(out, "label",
                               csuccess__str(csuccess__feeling_label(felt->label)));
        print_names(out, "emotions", &f.emotions, felt->emotions);
        print_names(out, "issues", &f.issues, felt->issues);
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, ']');
    csuccess__json_close(out, '}');
}
