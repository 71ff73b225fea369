/* SPDX-License-Identifier: Apache-2.0 */
/* Touches in the state: their canonical bytes, and what is let go when they are opened. */
#include "calendar/time_json.h"
#include "customer/payload.h"
#include "intervene/intervene.h"

enum {
    ID_BYTES = 8,  /* 16 digits */
    KEPT_DAYS = 32 /* a calendar month in any zone, whatever the clock does in it */
};

/* Flags of one: what there is, its class from bit 1 and its response from bit 3. */
#define DELIVERED UINT64_C(1)
#define FORGOTTEN UINT64_C(32)
#define BEFORE UINT64_C(64)
#define BEFORE_TOO UINT64_C(128)
#define HOLDS UINT64_C(256)
#define BY_PERSON UINT64_C(512)
#define MAYBE UINT64_C(1024)
#define FLAGS UINT64_C(2047)
enum { CLASS_AT = 1, RESPONSE_AT = 3, WORD_MASK = 3 };

/* ---- Reservations ---- */

bool csuccess__reservation_next(csuccess_str *ledgers, csuccess_str *key, int64_t *amount)
{
    csuccess__wire in = csuccess__wire_open(*ledgers);
    if (ledgers->len == 0) return false;
    csuccess_str name = csuccess__payload_text(&in);
    uint64_t units = csuccess__wire_get_u64(&in);
    if (in.bad || name.len == 0 || units == 0 || units > INT64_MAX) return false;
    *key = name;
    *amount = (int64_t)units;
    *ledgers = (csuccess_str){in.at, (size_t)(in.end - in.at)};
    return true;
}

static bool is_good_ledgers(csuccess_str ledgers)
{
    csuccess_str key;
    int64_t amount;
    while (csuccess__reservation_next(&ledgers, &key, &amount)) {
    }
    return ledgers.len == 0;
}

/* ---- Reading ---- */

static void get_id(csuccess__wire *in, char id[16])
{
    static const char digits[] = "0123456789abcdef";
    csuccess_str bytes = csuccess__wire_get_bytes(in, ID_BYTES);
    for (size_t i = 0; i < ID_BYTES; i++) {
        uint8_t b = in->bad ? 0 : (uint8_t)bytes.ptr[i];
        id[2 * i] = digits[b >> 4];
        id[2 * i + 1] = digits[b & 15];
    }
}

/* A time as its distance from another one. */
static int64_t get_distance(csuccess__wire *in, int64_t from)
{
    int64_t by = csuccess__wire_get_i64(in);
    const int64_t most = CSUCCESS__TIME_MAX - CSUCCESS__TIME_MIN;
    if (by >= -most && by <= most && csuccess__time_valid(from + by)) return from + by;
    in->bad = true;
    return from;
}

static int64_t get_time_if(csuccess__wire *in, bool there, int64_t from)
{
    return there ? get_distance(in, from) : 0;
}

/* What has one spelling only: a flag says what there is, and nothing that has arrived holds anything. */
static bool is_right(const csuccess__touch *touch, uint64_t flags)
{
    const struct {
        uint64_t flag;
        bool there;
    } parts[] = {{DELIVERED, touch->at != 0},
                 {BEFORE, touch->before[0] != 0},
                 {BEFORE_TOO, touch->before[1] != 0},
                 {HOLDS, touch->ledgers.len != 0}};
    bool right =
        !(touch->at != 0 && touch->ledgers.len != 0) && is_good_ledgers(touch->ledgers);
    right = right && !(touch->at != 0 && (flags & MAYBE));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        right = right && parts[i].there == ((flags & parts[i].flag) != 0);
    }
    for (int i = 0; i < 2; i++) {
        right = right && (touch->before[i] == 0 || touch->before[i] <= touch->decided);
    }
    return right;
}

static void get_touch(csuccess__wire *in, csuccess__touch *out, int64_t from)
{
    csuccess_str *texts[] = {&out->programme, &out->step,    &out->channel,
                             &out->type,      &out->contact, &out->intervention};
    get_id(in, out->id);
    out->decided = get_distance(in, from);
    uint64_t flags = csuccess__wire_get_u64(in);
    uint64_t class_ = flags >> CLASS_AT & WORD_MASK;
    out->at = get_time_if(in, flags & DELIVERED, out->decided);
    out->before[0] = get_time_if(in, flags & BEFORE, out->decided);
    out->before[1] = get_time_if(in, flags & BEFORE_TOO, out->decided);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i] = csuccess__payload_text(in);
    }
    uint64_t cost = csuccess__wire_get_u64(in);
    out->ledgers = flags & HOLDS ? csuccess__wire_get_str(in) : (csuccess_str){"", 0};
    bool good = flags <= FLAGS && class_ < CSUCCESS__CLASS_COUNT && cost <= INT64_MAX &&
                is_right(out, flags);
    if (!good) in->bad = true;
    out->class_ = good ? (csuccess__class)class_ : CSUCCESS__CLASS_TRANSACTIONAL;
    out->response = (csuccess__response)(flags >> RESPONSE_AT & WORD_MASK);
    out->forgotten = (flags & FORGOTTEN) != 0;
    out->by_person = (flags & BY_PERSON) != 0;
    out->maybe = (flags & MAYBE) != 0;
    out->cost = good ? (int64_t)cost : 0;
}

static bool stands_before(const csuccess__touch *a, const csuccess__touch *b)
{
    if (a->decided != b->decided) return a->decided < b->decided;
    return memcmp(a->id, b->id, sizeof a->id) < 0;
}

/* All of them, one after the other. */
typedef struct reading {
    csuccess__wire in;
    uint64_t left;
    csuccess__touch touch;
} reading;

static reading open_reading(csuccess_str payload)
{
    reading r = {.in = csuccess__wire_open(payload)};
    r.left = csuccess__wire_get_u64(&r.in);
    if (r.left == 0 || r.left > CSUCCESS__TOUCHES_MOST) r.in.bad = true;
    return r;
}

/* False: that was all, or it is damaged. */
static bool next_touch(reading *r)
{
    csuccess__touch last = r->touch;
    bool first = last.id[0] == '\0';
    if (r->in.bad || r->left == 0) return false;
    r->left--;
    get_touch(&r->in, &r->touch, last.decided);
    if (!first && !stands_before(&last, &r->touch)) r->in.bad = true;
    return !r->in.bad;
}

static bool is_whole(const reading *r)
{
    return r->left == 0 && csuccess__wire_done(&r->in);
}

/* ---- Opening ---- */

int64_t csuccess__touches_kept_ms(const struct csuccess__reach *reach)
{
    int64_t kept = KEPT_DAYS * CSUCCESS__DAY_MS;
    const int64_t looks[] = {reach->longest_ms, reach->unanswered_ms, reach->spiral_ms};
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        if (looks[i] > kept) kept = looks[i];
    }
    return kept;
}

static bool make_room(csuccess__touches *all, const csuccess_allocator *mem)
{
    enum { FIRST = 16 };
    if (all->count < all->cap) return true;
    uint32_t cap = all->cap ? 2 * all->cap : FIRST;
    csuccess__touch *list = csuccess__resize(mem, all->list, all->cap, cap, sizeof *all->list);
    if (!list) return false;
    all->list = list;
    all->cap = cap;
    return true;
}

csuccess__touch *csuccess__touches_insert(csuccess__turn *t, const csuccess__touch *touch)
{
    csuccess__touches *all = t->desk->touches;
    if (!make_room(all, t->desk->mem)) {
        csuccess__step_fail(t->m->step, CSUCCESS_ENOMEM);
        return NULL;
    }
    uint32_t at = all->count++;
    for (; at > 0 && stands_before(touch, &all->list[at - 1]); at--) {
        all->list[at] = all->list[at - 1];
    }
    all->list[at] = *touch;
    return &all->list[at];
}

void csuccess__touches_open(csuccess__turn *t)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__step *step = t->m->step;
    int64_t oldest = step->now - csuccess__touches_kept_ms(t->of->reach);
    csuccess__arena_reset(&all->texts);
    all->count = 0;
    all->changed = false;
    all->memo = NULL;
    all->changes = 0;
    all->blocked = CSUCCESS__BLOCKED_UNKNOWN;
    all->spent = -1;
    csuccess_str payload =
        csuccess__state_get(step->state, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""));
    if (!payload.ptr || step->failed < 0) return;
    reading r = open_reading(payload);
    while (next_touch(&r)) {
        bool over = r.touch.at != 0 && r.touch.at <= oldest && r.touch.decided <= oldest;
        if (!over && !csuccess__touches_insert(t, &r.touch)) return;
    }
    if (is_whole(&r)) return;
    all->count = 0;
    csuccess__step_fail(step, CSUCCESS_ESTATE);
}

/* ---- Writing ---- */

static uint8_t digit(char c)
{
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

static uint64_t flags_of(const csuccess__touch *touch)
{
    uint64_t flags = (uint64_t)touch->class_ << CLASS_AT | (uint64_t)touch->response
                                                               << RESPONSE_AT;
    if (touch->at) flags |= DELIVERED;
    if (touch->forgotten) flags |= FORGOTTEN;
    if (touch->by_person) flags |= BY_PERSON;
    if (touch->maybe) flags |= MAYBE;
    if (touch->before[0]) flags |= BEFORE;
    if (touch->before[1]) flags |= BEFORE_TOO;
    if (touch->ledgers.len) flags |= HOLDS;
    return flags;
}

static void put_touch(csuccess__buffer *out, const csuccess__touch *touch, int64_t from)
{
    const csuccess_str texts[] = {touch->programme, touch->step,    touch->channel,
                                  touch->type,      touch->contact, touch->intervention};
    uint64_t flags = flags_of(touch);
    for (size_t i = 0; i < ID_BYTES; i++) {
        csuccess__buffer_char(
            out, (char)(digit(touch->id[2 * i]) << 4 | digit(touch->id[2 * i + 1])));
    }
    csuccess__wire_i64(out, touch->decided - from);
    csuccess__wire_u64(out, flags);
    if (touch->at) csuccess__wire_i64(out, touch->at - touch->decided);
    for (int i = 0; i < 2; i++) {
        if (touch->before[i]) csuccess__wire_i64(out, touch->before[i] - touch->decided);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        csuccess__wire_str(out, texts[i]);
    }
    csuccess__wire_u64(out, (uint64_t)touch->cost);
    if (touch->ledgers.len) csuccess__wire_str(out, touch->ledgers);
}

void csuccess__touches_close(csuccess__turn *t)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__step *step = t->m->step;
    csuccess__buffer *out = step->scratch;
    int64_t from = 0;
    if (!all->changed || t->looking || step->failed < 0) return;
    all->changed = false;
    if (all->count == 0) {
        csuccess__state_drop(step->state, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""));
        return;
    }
    csuccess__buffer_clear(out);
    csuccess__wire_u64(out, all->count);
    for (uint32_t i = 0; i < all->count; i++) {
        put_touch(out, &all->list[i], from);
        from = all->list[i].decided;
    }
    if (out->status < 0) csuccess__step_fail(step, out->status);
    csuccess__step_put(step, CSUCCESS__STATE_TOUCH, CSUCCESS_STR(""),
                       csuccess__buffer_view(out));
}

/* ---- Printing ---- */

static void print_touch(csuccess__json_writer *out, const csuccess__touch *touch)
{
    static const char *const classes[] = {
#define NAME(name, text, priority) text,
        CSUCCESS__CLASSES(NAME)
#undef NAME
    };
    static const char *const responses[] = {
#define NAME(name, number, text) text,
        CSUCCESS__RESPONSES(NAME)
#undef NAME
    };
    csuccess_str left = touch->ledgers, key;
    int64_t amount;
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "id", (csuccess_str){touch->id, sizeof touch->id});
    csuccess__json_put_time(out, "decided", touch->decided);
    if (touch->at) csuccess__json_put_time(out, "delivered", touch->at);
    csuccess__json_put_str(out, "class", csuccess__str(classes[touch->class_]));
    csuccess__json_put_str(out, "programme", touch->programme);
    csuccess__json_put_given(out, "step", touch->step);
    csuccess__json_put_given(out, "intervention", touch->intervention);
    csuccess__json_put_given(out, "channel", touch->channel);
    csuccess__json_put_given(out, "type", touch->type);
    csuccess__json_put_given(out, "contact", touch->contact);
    csuccess__json_put_str(out, "response", csuccess__str(responses[touch->response]));
    csuccess__json_put_num(out, "cost", (double)touch->cost);
    if (left.len) {
        csuccess__json_key(out, CSUCCESS_STR("reserved"));
        csuccess__json_open(out, '{');
        while (csuccess__reservation_next(&left, &key, &amount)) {
            csuccess__json_key(out, key);
            csuccess__json_num(out, (double)amount);
        }
        csuccess__json_close(out, '}');
    }
    csuccess__json_close(out, '}');
}

void csuccess__touches_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    reading r = open_reading(field->payload);
    while (next_touch(&r)) {
    }
    if (!is_whole(&r)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '[');
    r = open_reading(field->payload);
    while (next_touch(&r)) print_touch(out, &r.touch);
    csuccess__json_close(out, ']');
}
