/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation with checked sizes, arenas and buffers: contents, ceilings, and refusals of
   memory. */
#include "check.h"
#include "base/alloc.h"
#include "base/arena.h"
#include "base/buffer.h"

static bool is_zero(const void *block, size_t n)
{
    const unsigned char *p = block;
    for (size_t i = 0; i < n; i++) {
        if (p[i]) return false;
    }
    return true;
}

static void blocks_are_zeroed_and_keep_their_contents(void)
{
    check_memory memory;
    check_memory_start(&memory);
    const csuccess_allocator *mem = &memory.allocator;
    uint32_t *block = csuccess__alloc(mem, 10, sizeof *block);
    if (!CHECK(block && is_zero(block, 40))) return;
    block[9] = 77;
    block = csuccess__resize(mem, block, 10, 20, sizeof *block);
    CHECK(block && block[9] == 77 && is_zero(block + 10, 40));
    block = csuccess__resize(mem, block, 20, 3, sizeof *block);
    csuccess__release(mem, block, 3, sizeof *block);
    csuccess__release(mem, NULL, 0, 8);
    CHECK_MEMORY_EMPTY(&memory);
}

static void impossible_sizes_are_refused_without_asking(void)
{
    check_memory memory;
    check_memory_start(&memory);
    const csuccess_allocator *mem = &memory.allocator;
    size_t out = 1;
    CHECK(csuccess__alloc(mem, SIZE_MAX / 2, 3) == NULL);
    CHECK(csuccess__alloc(mem, 0, 3) == NULL);
    CHECK(csuccess__resize(mem, NULL, 0, SIZE_MAX / 2, 3) == NULL);
    CHECK_UINT(memory.calls, 0);
    CHECK(!csuccess__add_size(&out, SIZE_MAX, 1));
    CHECK(!csuccess__mul_size(&out, SIZE_MAX / 4 + 1, 4));
    CHECK(csuccess__mul_size(&out, SIZE_MAX / 4, 4) && out == SIZE_MAX - 3);
    CHECK(csuccess__mul_size(&out, SIZE_MAX, 0) && out == 0);
}

static void an_allocator_must_be_whole(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_allocator out, in = *csuccess__malloc_allocator();
    CHECK_OK(csuccess__allocator_take(&out, NULL, &err));
    CHECK(out.alloc == in.alloc);
    CHECK_OK(csuccess__allocator_take(&out, &in, &err));
    in.resize = NULL;
    CHECK_RESULT(csuccess__allocator_take(&out, &in, &err), CSUCCESS_EINVALID);
    CHECK_HAS(err.message, "resize");
    in.size = sizeof in - 1;
    CHECK_RESULT(csuccess__allocator_take(&out, &in, &err), CSUCCESS_EABI);
    in.size = 0;
    CHECK_RESULT(csuccess__allocator_take(&out, &in, NULL), CSUCCESS_EABI);
}

/* Takes pieces of sizes that follow from `seed` and checks that none overlaps another. */
static bool take_pieces(csuccess__arena *arena, uint64_t seed, size_t n)
{
    static unsigned char *pieces[300];
    static size_t sizes[300];
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        sizes[i] =
            check_random(&seed) % 16 ? check_random(&seed) % 200 : check_random(&seed) % 20000;
        pieces[i] = csuccess__arena_take(arena, sizes[i], 1);
        if (!pieces[i]) return false;
        good = good && (uintptr_t)pieces[i] % 16 == 0 && is_zero(pieces[i], sizes[i]);
        memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < sizes[i]; j++) good = good && pieces[i][j] == i % 255 + 1;
    }
    return good;
}

static void a_warm_arena_allocates_nothing(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess__arena arena;
    csuccess__arena_init(&arena, &memory.allocator, 0);
    CHECK(take_pieces(&arena, 5, 300));
    size_t calls = memory.calls;
    for (int i = 0; i < 20; i++) {
        csuccess__arena_reset(&arena);
        CHECK(take_pieces(&arena, 5, 300));
    }
    CHECK_UINT(memory.calls, calls);
    for (uint64_t seed = 0; seed < 200; seed++) { /* other pieces: it stops growing too */
        csuccess__arena_reset(&arena);
        CHECK(take_pieces(&arena, seed % 10, 300));
        if (seed == 100) calls = memory.calls;
    }
    CHECK_UINT(memory.calls, calls);
    csuccess__arena_free(&arena);
    CHECK_MEMORY_EMPTY(&memory);
}

static void an_arena_ends_at_its_ceiling(void)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 64);
    CHECK(csuccess__arena_take(&arena, 3, 16) != NULL);
    CHECK(csuccess__arena_take(&arena, 17, 1) == NULL);
    CHECK(csuccess__arena_take(&arena, SIZE_MAX, 1) == NULL);
    CHECK(csuccess__arena_take(&arena, SIZE_MAX / 2, 4) == NULL);
    CHECK(csuccess__arena_take(&arena, 0, 16) != NULL);
    CHECK(csuccess__arena_take(&arena, 1, 1) == NULL);
    csuccess__arena_reset(&arena);
    CHECK(csuccess__arena_take(&arena, 64, 1) != NULL);
    csuccess__arena_free(&arena);
    CHECK_UINT(arena.used, 0);
}

static void a_copy_is_terminated(void)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, csuccess__malloc_allocator(), 0);
    csuccess_str copy = csuccess__arena_copy(&arena, (csuccess_str){"health", 4});
    CHECK_CSTR(copy.ptr, "heal");
    copy = csuccess__arena_copy(&arena, (csuccess_str){NULL, 0});
    CHECK_CSTR(copy.ptr, "");
    csuccess__arena_free(&arena);
}

static csuccess_result arena_scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess__arena arena;
    csuccess__arena_init(&arena, &memory->allocator, 0);
    bool good = take_pieces(&arena, 9, 200);
    csuccess__arena_free(&arena);
    return good ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

static void a_buffer_grows_and_stays_terminated(void)
{
    check_memory memory;
    check_memory_start(&memory);
    csuccess__buffer buf;
    csuccess__buffer_init(&buf, &memory.allocator, 0);
    char expected[5000] = "";
    size_t len = 0;
    for (unsigned i = 0; i < 1000; i++) {
        len += (size_t)snprintf(expected + len, sizeof expected - len, "%u", i);
        csuccess__buffer_uint(&buf, i);
        CHECK(buf.ptr[buf.len] == '\0');
    }
    CHECK_STR(csuccess__buffer_view(&buf), expected);
    size_t calls = memory.calls;
    csuccess__buffer_clear(&buf);
    csuccess__buffer_uint(&buf, UINT64_MAX);
    csuccess__buffer_char(&buf, ' ');
    csuccess__buffer_str(&buf, (csuccess_str){NULL, 0});
    csuccess__buffer_cstr(&buf, "kept");
    CHECK_STR(csuccess__buffer_view(&buf), "18446744073709551615 kept");
    CHECK_UINT(memory.calls, calls);
    csuccess__buffer_free(&buf);
    CHECK_MEMORY_EMPTY(&memory);
}

static void a_failure_of_a_buffer_sticks(void)
{
    csuccess__buffer buf;
    csuccess__buffer_init(&buf, csuccess__malloc_allocator(), 10);
    csuccess__buffer_cstr(&buf, "12345678");
    csuccess__buffer_cstr(&buf, "abc");
    CHECK_RESULT(buf.status, CSUCCESS_ELIMIT);
    csuccess__buffer_char(&buf, 'd');
    CHECK_STR(csuccess__buffer_view(&buf), "12345678");
    csuccess__buffer_clear(&buf);
    csuccess__buffer_cstr(&buf, "1234567890");
    CHECK_RESULT(buf.status, CSUCCESS_OK);
    csuccess__buffer_free(&buf);
}

static csuccess_result buffer_scenario(check_memory *memory, void *ud)
{
    (void)ud;
    csuccess__buffer buf;
    csuccess__buffer_init(&buf, &memory->allocator, 0);
    size_t before = 0;
    for (int i = 0; i < 500 && buf.status >= 0; i++) {
        before = buf.len;
        csuccess__buffer_cstr(&buf, "0123456789");
    }
    csuccess_result r = buf.status;
    CHECK(r < 0 ? buf.len == before : buf.len == 5000);
    csuccess__buffer_free(&buf);
    return r;
}

static void refused_memory_leaves_everything_as_it_was(void)
{
    CHECK(check_faults(arena_scenario, NULL) > 3);
    CHECK(check_faults(buffer_scenario, NULL) > 3);
}

CHECK_MAIN(CHECK_TEST(blocks_are_zeroed_and_keep_their_contents),
           CHECK_TEST(impossible_sizes_are_refused_without_asking),
           CHECK_TEST(an_allocator_must_be_whole), CHECK_TEST(a_warm_arena_allocates_nothing),
           CHECK_TEST(an_arena_ends_at_its_ceiling), CHECK_TEST(a_copy_is_terminated),
           CHECK_TEST(a_buffer_grows_and_stays_terminated),
           CHECK_TEST(a_failure_of_a_buffer_sticks),
           CHECK_TEST(refused_memory_leaves_everything_as_it_was))
