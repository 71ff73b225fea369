/* SPDX-License-Identifier: Apache-2.0 */
/* The tables and trees of the memory store: against arrays that are walked, and the keyed hash against another program's. */
#include "check.h"

#include "base/alloc.h"
#include "base/str.h"
#include "engine/ordered.h"
#include "engine/table.h"

/* `PYTHONHASHSEED=0 python3 -c "print(hash(b'...') & (2**64 - 1))"`, Python 3.11 with sys.hash_info.algorithm "siphash13". */
static void the_keyed_hash_is_that_of_python(void)
{
    static const struct {
        size_t len; /* of abcdefghi */
        uint64_t hash;
    } known[] = {{1, UINT64_C(4644417185603328019)},
                 {7, UINT64_C(7904145750247929094)},
                 {8, UINT64_C(4574395652268504554)},
                 {9, UINT64_C(17913969820989044453)}};
    const csuccess__table_key zero = {0, 0}, other = {1, 0};
    char bytes[63];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        csuccess_str text = {"abcdefghi", known[i].len};
        CHECK_UINT(csuccess__table_keyed(zero, text), known[i].hash);
        CHECK(csuccess__table_keyed(other, text) != known[i].hash);
    }
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)i;
    CHECK_UINT(csuccess__table_keyed(zero, (csuccess_str){bytes, sizeof bytes}),
               UINT64_C(4061470857350050649));
}

enum { ITEMS = 300 };

typedef struct item {
    csuccess__ordered_node node;
    uint64_t hash;
    unsigned number;
    bool there;
} item;

static bool item_is(const void *one, const void *key)
{
    return ((const item *)one)->number == *(const unsigned *)key;
}

static item *found(const csuccess__table *table, const item *items, unsigned i)
{
    return csuccess__table_find(table, items[i].hash, item_is, &i);
}

/* Few hashes, so that most stand in one another's way. */
static void a_table_finds_what_is_there(void)
{
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__table table = {NULL, 0, 0};
    static item items[ITEMS];
    uint64_t random = 3;
    size_t count = 0;
    for (unsigned i = 0; i < ITEMS; i++) {
        items[i] = (item){.hash = check_random(&random) % 16 * 0x101, .number = i};
    }
    for (unsigned round = 0; round < 20000; round++) {
        unsigned i = (unsigned)(check_random(&random) % ITEMS);
        if (items[i].there) {
            csuccess__table_drop(&table, items[i].hash, &items[i]);
        } else {
            CHECK(csuccess__table_room(&table, mem, 1));
            csuccess__table_put(&table, items[i].hash, &items[i]);
        }
        items[i].there = !items[i].there;
        count = items[i].there ? count + 1 : count - 1;
        unsigned k = (unsigned)(check_random(&random) % ITEMS);
        if ((found(&table, items, k) == &items[k]) != items[k].there) CHECK(false);
    }
    CHECK_UINT(table.count, count);
    for (unsigned i = 0; i < ITEMS; i++) {
        CHECK((found(&table, items, i) == &items[i]) == items[i].there);
    }
    csuccess__table_drop(&table, 12345, &items[0]); /* is not there: nothing */
    csuccess__table_free(&table, mem);
    unsigned zero = 0;
    CHECK(csuccess__table_find(&table, 0, item_is, &zero) == NULL);
}

static void room_that_cannot_be(void)
{
    csuccess__table table = {NULL, 0, 0};
    CHECK(!csuccess__table_room(&table, csuccess__malloc_allocator(), SIZE_MAX));
    CHECK(!csuccess__table_room(&table, csuccess__malloc_allocator(), SIZE_MAX / 4));
}

static int by_number(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    unsigned x = CSUCCESS__ITEM(const item, node, a)->number;
    unsigned y = CSUCCESS__ITEM(const item, node, b)->number;
    return x < y ? -1 : x > y;
}

/* The number of the next item that is there, from `number` on; ITEMS: none. */
static unsigned next_there(const item *items, unsigned number)
{
    while (number < ITEMS && !items[number].there) number++;
    return number;
}

static unsigned number_of(const csuccess__ordered_node *node)
{
    return node ? CSUCCESS__ITEM(const item, node, node)->number : ITEMS;
}

static void a_tree_is_in_order(void)
{
    csuccess__ordered tree = {.order = by_number};
    static item items[ITEMS];
    uint64_t random = 5;
    for (unsigned i = 0; i < ITEMS; i++) items[i].number = i;
    CHECK(csuccess__ordered_first(&tree) == NULL);
    for (unsigned round = 0; round < 3000; round++) {
        item *one = &items[check_random(&random) % ITEMS];
        if (one->there) {
            csuccess__ordered_drop(&tree, &one->node);
            csuccess__ordered_drop(&tree, &one->node); /* again: nothing */
        } else {
            csuccess__ordered_put(&tree, &one->node);
        }
        one->there = !one->there;
        item probe = {.number = (unsigned)(check_random(&random) % ITEMS)};
        CHECK_UINT(number_of(csuccess__ordered_after(&tree, &probe.node, true)),
                   next_there(items, probe.number));
        CHECK_UINT(number_of(csuccess__ordered_after(&tree, &probe.node, false)),
                   next_there(items, probe.number + 1));
    }
    unsigned at = next_there(items, 0);
    for (const csuccess__ordered_node *node = csuccess__ordered_first(&tree); node;
         node = csuccess__ordered_next(node)) {
        CHECK_UINT(number_of(node), at);
        at = next_there(items, at + 1);
    }
    CHECK_UINT(at, ITEMS);
}

static unsigned depth_of(const csuccess__ordered_node *node)
{
    unsigned depth = 0;
    for (; node->parent; node = node->parent) depth++;
    return depth;
}

/* What comes in ascending order, as times do, does not make a list of it. */
static void a_tree_stays_shallow(void)
{
    enum { MANY = 20000 };
    csuccess__ordered tree = {.order = by_number};
    item *items = calloc(MANY, sizeof *items);
    unsigned deepest = 0;
    if (!items) abort();
    for (unsigned i = 0; i < MANY; i++) {
        items[i].number = i;
        csuccess__ordered_put(&tree, &items[i].node);
    }
    for (unsigned i = 0; i < MANY; i++) {
        unsigned depth = depth_of(&items[i].node);
        deepest = depth > deepest ? depth : deepest;
    }
    CHECK(deepest < 60); /* 2 ln n is 20, and the deepest lies within 4.3 ln n */
    free(items);
}

CHECK_MAIN(CHECK_TEST(the_keyed_hash_is_that_of_python),
           CHECK_TEST(a_table_finds_what_is_there), CHECK_TEST(room_that_cannot_be),
           CHECK_TEST(a_tree_is_in_order), CHECK_TEST(a_tree_stays_shallow))
