/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting and keeping the first n, against insertion into a list. */
#include "base/firsts.h"
#include "check.h"

enum { MOST = 80 };

/* Not a multiple of eight bytes, and with padding. */
typedef struct thing {
    uint16_t key;
    uint8_t tag;
    char *own; /* allocated: its key */
} thing;

static bool comes_before(const void *a, const void *b)
{
    return ((const thing *)a)->key < ((const thing *)b)->key;
}

static bool copy_thing(void *to, const void *from, const csuccess_allocator *mem)
{
    thing *out = to;
    *out = *(const thing *)from;
    out->own = csuccess__alloc(mem, 1, 1);
    return out->own != NULL;
}

static void drop_thing(void *item, const csuccess_allocator *mem)
{
    csuccess__release(mem, ((thing *)item)->own, 1, 1);
}

static const csuccess__firsts_item things = {sizeof(thing), comes_before, copy_thing,
                                             drop_thing};

/* Puts a key where it belongs among those that are in order. */
static void insert(uint16_t *list, size_t n, uint16_t key)
{
    size_t at = n;
    for (; at > 0 && list[at - 1] > key; at--) list[at] = list[at - 1];
    list[at] = key;
}

static void sorts_as_insertion_does(void)
{
    uint64_t state = 7;
    for (size_t n = 0; n <= MOST; n++) {
        thing items[MOST] = {{0}};
        uint16_t keys[MOST];
        for (size_t i = 0; i < n; i++) {
            items[i].key = (uint16_t)(check_random(&state) % (n + 1));
            items[i].tag = (uint8_t)(items[i].key * 3);
            insert(keys, i, items[i].key);
        }
        csuccess__sort(items, n, sizeof *items, comes_before);
        for (size_t i = 0; i < n; i++) {
            CHECK_UINT(items[i].key, keys[i]);
            CHECK_UINT(items[i].tag, (uint8_t)(keys[i] * 3));
        }
    }
}

static void check_kept(const csuccess__firsts *firsts, const uint16_t *keys, size_t n)
{
    const thing *items = firsts->items;
    CHECK_UINT(firsts->count, n);
    for (size_t i = 0; i < n && i < firsts->count; i++) CHECK_UINT(items[i].key, keys[i]);
}

static void keeps_and_merges_the_first(void)
{
    check_memory memory;
    uint64_t state = 11;
    check_memory_start(&memory);
    for (uint64_t most = 0; most < 40; most++) {
        csuccess__firsts a = {.of = &things, .mem = &memory.allocator, .most = most}, b = a;
        uint16_t keys[MOST];
        size_t n = 0, all = (size_t)(check_random(&state) % MOST);
        while (n < all) {
            thing one = {.key = (uint16_t)(check_random(&state) % 100)};
            CHECK_OK(csuccess__firsts_keep(check_random(&state) % 2 ? &a : &b, &one));
            insert(keys, n++, one.key);
        }
        CHECK_OK(csuccess__firsts_merge(&a, &b));
        csuccess__firsts_order(&a);
        check_kept(&a, keys, most > 0 && most < n ? (size_t)most : n);
        CHECK(most == 0 || a.cap <= most);
        csuccess__firsts_free(&a);
        csuccess__firsts_free(&b);
    }
    CHECK_MEMORY_EMPTY(&memory);
}

static csuccess_result keep_some(csuccess__firsts *firsts, uint16_t from)
{
    csuccess_result result = CSUCCESS_OK;
    for (uint16_t i = 0; i < 20 && result >= 0; i++) {
        thing one = {.key = (uint16_t)(from + 20 - i)};
        size_t before = firsts->count;
        result = csuccess__firsts_keep(firsts, &one);
        if (result < 0) CHECK_UINT(firsts->count, before);
    }
    return result;
}

static csuccess_result merge_some(check_memory *memory, void *ud)
{
    csuccess__firsts a = {.of = &things, .mem = &memory->allocator, .most = 24}, b = a;
    csuccess_result result = keep_some(&a, 100);
    (void)ud;
    if (result >= 0) result = keep_some(&b, 110);
    if (result >= 0) {
        result = csuccess__firsts_merge(&a, &b);
        CHECK_UINT(a.count, result < 0 ? 20 : 24);
    }
    csuccess__firsts_free(&a);
    csuccess__firsts_free(&b);
    return result;
}

static void survives_refused_memory(void)
{
    CHECK(check_faults(merge_some, NULL) > 60);
}

CHECK_MAIN(CHECK_TEST(sorts_as_insertion_does), CHECK_TEST(keeps_and_merges_the_first),
           CHECK_TEST(survives_refused_memory))
