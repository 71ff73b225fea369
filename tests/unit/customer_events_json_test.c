/* SPDX-License-Identifier: Apache-2.0 */
/* Events as structs and as JSON of any spelling are the same bytes, which read again are the same event. */
#include "check.h"
#include "customer/input.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

static void canonical(csuccess__buffer *out, csuccess_events *events, size_t index)
{
    csuccess__buffer_clear(out);
    csuccess__input_write(out, csuccess__events_at(events, index));
    CHECK_RESULT(out->status, CSUCCESS_OK);
}

/* A text as somebody's JSON: escapes where none are needed. */
static void put_text(csuccess__buffer *out, csuccess_str text, uint64_t *random)
{
    static const char hex[] = "0123456789ABCDEF";
    csuccess__buffer_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c < 0x20 || c == '"' || c == '\\' || (c < 0x80 && check_random(random) % 8 == 0)) {
            const char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
            csuccess__buffer_put(out, escape, sizeof escape);
        } else {
            csuccess__buffer_char(out, (char)c);
        }
    }
    csuccess__buffer_char(out, '"');
}

static void put_space(csuccess__buffer *out, uint64_t *random)
{
    static const char blanks[] = " \n\t\r";
    while (check_random(random) % 4 == 0) {
        csuccess__buffer_char(out, blanks[check_random(random) % 4]);
    }
}

enum { MEMBERS = 24 };
/* Members of one object, each a text by itself, which are joined in any order. */
typedef struct members {
    csuccess__buffer texts[MEMBERS];
    csuccess_str keys[MEMBERS];
    size_t count;
} members;

static csuccess__buffer *new_member(members *m, csuccess_str key, uint64_t *random)
{
    m->keys[m->count] = key;
    csuccess__buffer *out = &m->texts[m->count++];
    csuccess__buffer_init(out, csuccess__malloc_allocator(), 0);
    put_text(out, key, random);
    put_space(out, random);
    csuccess__buffer_char(out, ':');
    put_space(out, random);
    return out;
}

/* What comes later takes the place of what had its key. */
static void drop_member(members *m, csuccess_str key)
{
    for (size_t i = 0; i < m->count; i++) {
        if (!csuccess__str_eq(m->keys[i], key)) continue;
        csuccess__buffer_free(&m->texts[i]);
        m->count--;
        m->texts[i] = m->texts[m->count];
        m->keys[i] = m->keys[m->count];
        return;
    }
}

static void join(csuccess__buffer *out, members *m, uint64_t *random)
{
    csuccess__buffer_char(out, '{');
    for (size_t i = 0; i < m->count; i++) {
        size_t pick = i + check_random(random) % (m->count - i);
        csuccess__buffer swap = m->texts[pick];
        m->texts[pick] = m->texts[i];
        m->texts[i] = swap;
        if (i) csuccess__buffer_char(out, ',');
        put_space(out, random);
        csuccess__buffer_str(out, csuccess__buffer_view(&swap));
        csuccess__buffer_free(&m->texts[i]);
    }
    csuccess__buffer_char(out, '}');
    m->count = 0;
}

static csuccess_str any_text(uint64_t *random, size_t least)
{
    static const char *const texts[] = {
        "",     "a",    "login", "\xc3\xa9t\xc3\xa9",        "\"q\"",
        "\\",   "a b",  "\x01",  "\xf0\x9f\x99\x82",         "zz\n",
        "null", "1e20", "/~",    "0123456789012345678901234"};
    return view(texts[least + check_random(random) % (LENGTH(texts) - least)]);
}

static double any_number(uint64_t *random)
{
    uint64_t bits = check_random(random);
    double v;
    memcpy(&v, &bits, sizeof v);
    if (bits % 3 == 0 || !isfinite(v)) return (double)(int64_t)(bits >> 40) - 4194304;
    return bits % 3 == 1 ? (double)(int64_t)bits / 1000 : v;
}

static void put_number(csuccess__buffer *out, double v)
{
    char digits[40];
    int n = snprintf(digits, sizeof digits, "%.17e", v);
    digits[n] = '\0';
    check_decimal_points(digits);
    csuccess__buffer_cstr(out, digits);
}

static void any_property(csuccess_events *events, members *m, uint64_t *random)
{
    static const char *const lists[] = {"[]", "{}", "[1,\"a\",{\"b\":[null,true]}]",
                                        "{\"y\":{\"b\":1,\"a\":2},\"x\":\"\"}"};
    csuccess_str name = any_text(random, 1);
    drop_member(m, name);
    csuccess__buffer *out = new_member(m, name, random);
    csuccess_result result;
    if (check_random(random) % 4 == 0) {
        double v = any_number(random);
        put_number(out, v);
        result = csuccess_events_number(events, name, v);
    } else if (check_random(random) % 3 == 0) {
        csuccess_str text = any_text(random, 0);
        put_text(out, text, random);
        result = csuccess_events_string(events, name, text);
    } else if (check_random(random) % 2 == 0) {
        bool yes = check_random(random) % 2;
        csuccess__buffer_cstr(out, yes ? "true" : "false");
        result = csuccess_events_bool(events, name, yes);
    } else {
        const char *json = lists[check_random(random) % LENGTH(lists)];
        csuccess__buffer_cstr(out, json);
        result = csuccess_events_json(events, name, view(json), NULL);
    }
    CHECK_OK(result);
}

static void put_time(csuccess__buffer *out, int64_t ms)
{
    char text[CSUCCESS__TIME_TEXT];
    csuccess__time_format(text, ms);
    csuccess__buffer_char(out, '"');
    csuccess__buffer_cstr(out, text);
    csuccess__buffer_char(out, '"');
}

static const struct {
    uint32_t type;
    const char *word, *name;
} kinds[] = {
    {CSUCCESS_EVENT_TRACK, "track", "login"},
    {CSUCCESS_EVENT_IDENTIFY, "identify", ""},
    {CSUCCESS_EVENT_OUTCOME, "outcome", "churned"},
    {CSUCCESS_EVENT_SUBSCRIPTION, "subscription_renewed", "renewed"},
    {CSUCCESS_EVENT_CONSENT, "consent", ""},
};

static void any_event(csuccess_event *event, members *m, uint64_t *random)
{
    size_t kind = check_random(random) % LENGTH(kinds);
    *event = (csuccess_event)CSUCCESS_EVENT_INIT;
    event->type = kinds[kind].type;
    event->name = view(kinds[kind].name);
    event->id = any_text(random, 1);
    event->customer = any_text(random, 1);
    event->user = any_text(random, 0);
    event->source = any_text(random, 0);
    event->at_ms = (int64_t)(check_random(random) >> 20) - 8000000000000;
    event->expires_at_ms =
        check_random(random) % 2 ? 1 + (int64_t)(check_random(random) >> 24) : 0;
    event->priority = check_random(random) % 2 ? (uint32_t)check_random(random) : 0;
    put_text(new_member(m, view("type"), random), view(kinds[kind].word), random);
    if (event->name.len) put_text(new_member(m, view("event"), random), event->name, random);
    put_text(new_member(m, view("messageId"), random), event->id, random);
    put_text(new_member(m, view("groupId"), random), event->customer, random);
    put_text(new_member(m, view("userId"), random), event->user, random);
    put_text(new_member(m, view("source"), random), event->source, random);
    put_time(new_member(m, view("timestamp"), random), event->at_ms);
    if (event->expires_at_ms)
        put_time(new_member(m, view("expires"), random), event->expires_at_ms);
    csuccess__buffer_uint(new_member(m, view("priority"), random), event->priority);
}

static bool same(const csuccess__buffer *a, const csuccess__buffer *b)
{
    return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

/* Adds an event as a struct, and gives the same as JSON. */
static void both_ways(csuccess_events *events, csuccess__buffer *json, uint64_t *random)
{
    static members keys, properties;
    csuccess_event event;
    any_event(&event, &keys, random);
    CHECK_OK(csuccess_events_add(events, &event, NULL));
    for (uint64_t n = check_random(random) % 6; n > 0; n--) {
        any_property(events, &properties, random);
    }
    join(new_member(&keys, view(check_random(random) % 2 ? "properties" : "traits"), random),
         &properties, random);
    join(json, &keys, random);
}

/* An event as a struct, the same as JSON of any spelling, and its canonical text read again. */
static bool check_random_event(csuccess_events *events, uint64_t *random)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess__buffer json, bytes[3];
    size_t first = csuccess_events_count(events);
    csuccess__buffer_init(&json, csuccess__malloc_allocator(), 0);
    for (size_t i = 0; i < 3; i++) {
        csuccess__buffer_init(&bytes[i], csuccess__malloc_allocator(), 0);
    }
    both_ways(events, &json, random);
    canonical(&bytes[0], events, first);
    csuccess_str text = csuccess__buffer_view(&json);
    bool good = CHECK_OK(csuccess_events_add_json(events, text, &err));
    if (good) canonical(&bytes[1], events, first + 1);
    text = csuccess__buffer_view(&bytes[1]);
    good = good && CHECK_OK(csuccess_events_add_json(events, text, &err));
    if (good) canonical(&bytes[2], events, first + 2);
    good = good && CHECK(same(&bytes[0], &bytes[1])) && CHECK(same(&bytes[1], &bytes[2]));
    if (!good) printf("# %s: %.*s\n", err.message, (int)json.len, json.ptr);
    for (size_t i = 0; i < 3; i++) csuccess__buffer_free(&bytes[i]);
    csuccess__buffer_free(&json);
    return good;
}

static void structs_and_json_are_the_same_bytes(void)
{
    uint64_t random = 5;
    csuccess_events *events = NULL;
    CHECK_OK(csuccess_events_new(&events, NULL, NULL, NULL));
    for (int i = 0; i < 3000 && check_random_event(events, &random); i++) {
        if (i % 100 == 99) CHECK_OK(csuccess_events_clear(events));
    }
    csuccess_events_free(events);
}

CHECK_MAIN(CHECK_TEST(structs_and_json_are_the_same_bytes))
