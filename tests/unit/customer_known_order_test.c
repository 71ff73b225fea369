/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs in thousands of orders: the same state to the byte, and what a plain model finds by going through all of them. */
#include "base/digest.h"
#include "customer_known.h"

static const char document[] =
    "{\"attributes\": {\"a\": {\"type\": \"number\", \"max\": 8},"
    "\"used\": {\"type\": \"number\", \"at_most\": \"total\"}, \"total\": {\"type\": "
    "\"number\"},"
    "\"churned_at\": {\"type\": \"date\"}},"
    "\"records\": {\"contacts\": {\"of\": {\"role\": {\"type\": \"number\", \"max\": 8},"
    "\"age\": {\"type\": \"number\"}}}}}";

enum { OPS = 14, NONE = -1000, BAD = 9 };
enum { SET_A, SET_USED, SET_TOTAL, SET_ROLE, SET_AGE, REMOVE, CHURN, RETURN, SELL, KINDS };

/* One input: something is set to a value (NONE: taken back) at a time, as a source says. */
typedef struct op {
    int kind, value, contact, day, rank;
    uint64_t tie;
    char json[512];
} op;

static uint64_t tie_of(const char *id)
{
    csuccess__sha256 h;
    uint8_t digest[32];
    uint64_t tie = 0;
    csuccess__sha256_start(&h);
    csuccess__sha256_add(&h, id, strlen(id));
    csuccess__sha256_finish(&h, digest);
    for (int i = 0; i < 8; i++) tie = tie * 256 + digest[i];
    return tie;
}

static void write_value(char *out, size_t cap, const op *o, const char *name)
{
    if (o->value == NONE) {
        snprintf(out, cap, "\"%s\":null", name);
    } else {
        snprintf(out, cap, "\"%s\":%d", name, o->value);
    }
}

/* reason: a line of JSON for each kind of input. */
static void write_op(op *o, uint64_t *random, int i)
{
    static const char *const names[] = {"a", "used", "total", "role", "age"};
    static const char *const sources[] = {"", "crm", "billing", "product", "other"};
    static const char *const changes[] = {"started", "amended", "renewed", "contracted",
                                          "ended"};
    char id[32], value[64] = "", head[256];
    int source = (int)(check_random(random) % 5);
    snprintf(id, sizeof id, "i%d-%u", i, (unsigned)(check_random(random) % 1000));
    o->rank = source >= 1 && source <= 3 ? source : 100;
    o->tie = tie_of(id);
    snprintf(head, sizeof head,
             "{\"groupId\":\"acme\",\"messageId\":\"%s\",\"timestamp\":\"2025-12-%02dT00:00:"
             "00Z\"%s%s%s",
             id, o->day, source ? ",\"source\":\"" : "", sources[source], source ? "\"" : "");
    if (o->kind <= SET_AGE) write_value(value, sizeof value, o, names[o->kind]);
    const char *contact = o->contact ? "bob" : "ann";
    if (o->kind <= SET_TOTAL) {
        snprintf(o->json, sizeof o->json, "%s,\"type\":\"group\",\"traits\":{%s}}", head,
                 value);
    } else if (o->kind <= SET_AGE) {
        snprintf(o->json, sizeof o->json,
                 "%s,\"type\":\"identify\",\"userId\":\"%s\",\"traits\":{%s}}", head, contact,
                 value);
    } else if (o->kind == REMOVE) {
        snprintf(
            o->json, sizeof o->json,
            "%s,\"type\":\"record\",\"properties\":{\"collection\":\"contacts\",\"id\":\"%s\","
            "\"removed\":true}}",
            head, contact);
    } else if (o->kind == SELL) {
        snprintf(o->json, sizeof o->json,
                 "%s,\"type\":\"subscription_%s\",\"properties\":{\"id\":\"%s\",\"amount\":%d,"
                 "\"effective\":\"2025-%02d-%02d\"}}",
                 head, changes[(unsigned)o->value % 5], contact, o->value, 1 + o->value,
                 o->day);
    } else {
        snprintf(o->json, sizeof o->json,
                 "%s,\"type\":\"outcome\",\"event\":\"%s\",\"properties\":{}}", head,
                 o->kind == CHURN ? "churned" : "reactivated");
    }
}

static void make_ops(op *ops, uint64_t *random)
{
    for (int i = 0; i < OPS; i++) {
        ops[i] = (op){.kind = (int)(check_random(random) % KINDS),
                      .value = (int)(check_random(random) % 10),
                      .contact = (int)(check_random(random) % 2),
                      .day = 1 + (int)(check_random(random) % 6)};
        if (ops[i].kind <= SET_AGE && check_random(random) % 6 == 0) ops[i].value = NONE;
        write_op(&ops[i], random, i);
    }
}

/* ---- The plain model ---- */

/* Whether a holds over b. */
static bool beats(const op *a, const op *b)
{
    if (a->day != b->day) return a->day > b->day;
    if (a->rank != b->rank) return a->rank < b->rank;
    return a->tie > b->tie;
}

static bool is_bad(const op *o)
{
    return (o->kind == SET_A || o->kind == SET_ROLE) && o->value == BAD;
}

/* The op that holds among those of a kind (and contact, -1: any) after `since`; NULL: none. */
static const op *best(const op *ops, int kind, int contact, const op *since, bool bad)
{
    const op *found = NULL;
    for (int i = 0; i < OPS; i++) {
        if (ops[i].kind != kind || is_bad(&ops[i]) != bad) continue;
        if (contact >= 0 && ops[i].contact != contact) continue;
        if (since && !beats(&ops[i], since)) continue;
        if (!found || beats(&ops[i], found)) found = &ops[i];
    }
    return found;
}

static const char *say(const op *o, const op *bad)
{
    static char texts[4][32];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    if (!o && bad) return "missing: quarantined";
    if (!o || o->value == NONE) return "missing: never_set";
    snprintf(text, 32, "%d", o->value);
    return text;
}

/* used may not exceed total: the last four of each, from the oldest on. reason: the plain model is one loop within another. */
static void model_compared(const op *ops, const op *out[2], bool refused[2])
{
    const op *line[OPS];
    int n = 0;
    out[0] = out[1] = NULL;
    refused[0] = refused[1] = false;
    for (int k = 0; k < 2; k++) {
        int kind = k == 0 ? SET_USED : SET_TOTAL, left = 4;
        const op *below = NULL;
        for (; left > 0; left--) {
            const op *next = NULL;
            for (int i = 0; i < OPS; i++) {
                if (ops[i].kind != kind || (below && !beats(below, &ops[i]))) continue;
                if (!next || beats(&ops[i], next)) next = &ops[i];
            }
            if (!next) break;
            line[n++] = below = next;
        }
    }
    for (int done = 0; done < n; done++) {
        int first = done;
        for (int i = done; i < n; i++) {
            if (beats(line[first], line[i])) first = i;
        }
        const op *o = line[first];
        line[first] = line[done];
        int own = o->kind == SET_TOTAL;
        const op *other = out[1 - own];
        bool clash = o->value != NONE && other && other->value != NONE &&
                     (own ? other->value > o->value : o->value > other->value);
        refused[own] = refused[own] || clash;
        if (!clash) out[own] = o;
    }
}

/* reason: the plain model is one loop within another. */
static void model_contacts(const op *ops, char *text, size_t cap)
{
    size_t len = 0;
    bool known = false;
    len += (size_t)snprintf(text, cap, "[");
    for (int c = 0; c < 2; c++) {
        const op *gone = best(ops, REMOVE, c, NULL, false);
        const op *role = best(ops, SET_ROLE, c, gone, false);
        const op *age = best(ops, SET_AGE, c, gone, false);
        const op *odd = best(ops, SET_ROLE, c, gone, true);
        known = known || gone || role || age || odd;
        if (!role && !age && !odd) continue;
        len += (size_t)snprintf(text + len, cap - len, "%s{\"id\":\"%s\"", len > 1 ? "," : "",
                                c ? "bob" : "ann");
        for (int f = 0; f < 2; f++) {
            const op *o = f ? age : role;
            len += (size_t)snprintf(text + len, cap - len, ",\"%s\":", f ? "age" : "role");
            len += o && o->value != NONE
                       ? (size_t)snprintf(text + len, cap - len, "%d", o->value)
                       : (size_t)snprintf(text + len, cap - len, "null");
        }
        len += (size_t)snprintf(text + len, cap - len, "}");
    }
    snprintf(text + len, cap - len, "]");
    if (!known) snprintf(text, cap, "missing: never_set");
}

static void model_churned(const op *ops, char *text, size_t cap)
{
    const op *churned = best(ops, CHURN, -1, NULL, false);
    const op *back = best(ops, RETURN, -1, NULL, false);
    if (!churned || (back && beats(back, churned))) {
        snprintf(text, cap, "missing: never_set");
    } else {
        snprintf(text, cap, "\"2025-12-%02dT00:00:00Z\"", churned->day);
    }
}

static void compare_with_model(customer *c, const op *ops)
{
    char text[1024];
    const op *pair[2];
    bool refused[2];
    customer_facts_now(c);
    CHECK_CSTR(customer_fact(c, "a"),
               say(best(ops, SET_A, -1, NULL, false), best(ops, SET_A, -1, NULL, true)));
    model_compared(ops, pair, refused);
    CHECK_CSTR(customer_fact(c, "used"), say(pair[0], refused[0] ? &ops[0] : NULL));
    CHECK_CSTR(customer_fact(c, "total"), say(pair[1], refused[1] ? &ops[0] : NULL));
    model_contacts(ops, text, sizeof text);
    CHECK_CSTR(customer_fact(c, "contacts"), text);
    model_churned(ops, text, sizeof text);
    CHECK_CSTR(customer_fact(c, "churned_at"), text);
}

/* ---- Orders ---- */

static void apply_all(customer *c, csuccess__input *inputs, uint64_t *random, bool shuffled)
{
    csuccess__input order[OPS];
    memcpy(order, inputs, sizeof order);
    for (uint32_t i = OPS; shuffled && i > 1; i--) {
        uint32_t k = (uint32_t)(check_random(random) % i);
        csuccess__input swap = order[i - 1];
        order[i - 1] = order[k];
        order[k] = swap;
    }
    csuccess__state_clear(&c->state);
    csuccess__effects_clear(&c->effects);
    for (int i = 0; i < OPS; i++) {
        csuccess_result result = customer_apply(c, &order[i]);
        CHECK(result >= 0 || result == CSUCCESS_ERANGE);
    }
    /* What was quarantined is told as it came. */
    csuccess__state_drop(&c->state, CSUCCESS__STATE_QUARANTINE, (csuccess_str){"", 0});
}

static void one_case(customer *c, uint64_t seed, int shuffles)
{
    static op ops[OPS];
    csuccess__input inputs[OPS];
    csuccess__buffer first, other;
    uint64_t random = seed;
    unsigned before = check_failures;
    csuccess__buffer_init(&first, csuccess__malloc_allocator(), 0);
    csuccess__buffer_init(&other, csuccess__malloc_allocator(), 0);
    make_ops(ops, &random);
    csuccess__arena_reset(&c->arena);
    for (int i = 0; i < OPS; i++) CHECK_OK(customer_read(c, ops[i].json, &inputs[i]));
    apply_all(c, inputs, &random, false);
    csuccess__state_write(&first, &c->state);
    compare_with_model(c, ops);
    for (int k = 0; k < shuffles && check_failures == before; k++) {
        apply_all(c, inputs, &random, true);
        csuccess__buffer_clear(&other);
        csuccess__state_write(&other, &c->state);
        CHECK(csuccess__str_eq(csuccess__buffer_view(&first), csuccess__buffer_view(&other)));
    }
    if (check_failures != before) {
        printf("# seed %llu\n", (unsigned long long)seed);
        for (int i = 0; i < OPS; i++) printf("# %s\n", ops[i].json);
        printf("# %s\n", customer_print(c));
    }
    csuccess__buffer_free(&first);
    csuccess__buffer_free(&other);
}

static void any_order_gives_the_same(void)
{
    customer c;
    CHECK_OK(customer_start(&c, NULL, document));
    fixture_problems(&c.f, (const char *const[]){NULL});
    for (uint64_t seed = 1; seed <= 600 && check_failures == 0; seed++) one_case(&c, seed, 10);
    customer_finish(&c);
}

CHECK_MAIN(CHECK_TEST(any_order_gives_the_same))
