/* SPDX-License-Identifier: Apache-2.0 */
/* Numbering of words. */
#include "columns/samples.h"

void csuccess__words_init(csuccess__words *words, const csuccess_allocator *mem)
{
    *words = (csuccess__words){.mem = mem};
    csuccess__arena_init(&words->text, mem, 0);
}

void csuccess__words_free(csuccess__words *words)
{
    if (!words->mem) {
        return;
    }
    csuccess__release(words->mem, words->list, words->cap, sizeof *words->list);
    csuccess__release(words->mem, words->table, words->slots, sizeof *words->table);
    csuccess__arena_free(&words->text);
    *words = (csuccess__words){.mem = NULL};
}

/* Where the word stands, or the free place where it would. */
static uint32_t place(const csuccess__words *words, csuccess_str word)
{
    uint32_t mask = words->slots - 1;
    uint32_t at = (uint32_t)csuccess__str_hash(word) & mask;
    while (words->table[at] && !csuccess__str_eq(words->list[words->table[at] - 1], word)) {
        at = (at + 1) & mask;
    }
    return at;
}

/* At most half full. */
static bool grow_table(csuccess__words *words)
{
    uint32_t slots = words->slots ? words->slots * 2 : 16;
    uint32_t *table = csuccess__alloc(words->mem, slots, sizeof *table);
    if (!table) {
        return false;
    }
    csuccess__release(words->mem, words->table, words->slots, sizeof *words->table);
    words->table = table;
    words->slots = slots;
    for (uint32_t i = 0; i < words->count; i++) {
        words->table[place(words, words->list[i])] = i + 1;
    }
    return true;
}

static bool make_room(csuccess__words *words)
{
    if (words->count == words->cap) {
        uint32_t cap = words->cap ? words->cap * 2 : 8;
        csuccess_str *list =
            csuccess__resize(words->mem, words->list, words->cap, cap, sizeof *list);
        if (!list) {
            return false;
        }
        words->list = list;
        words->cap = cap;
    }
    return words->slots > words->count * 2 || grow_table(words);
}

uint32_t csuccess__words_add(csuccess__words *words, csuccess_str word)
{
    if (words->count >= UINT32_MAX / 8 || !make_room(words)) {
        return CSUCCESS__NO_WORD;
    }
    uint32_t at = place(words, word);
    if (words->table[at]) {
        return words->table[at] - 1;
    }
    csuccess_str copy = csuccess__arena_copy(&words->text, word);
    if (!copy.ptr) {
        return CSUCCESS__NO_WORD;
    }
    words->list[words->count] = copy;
    words->table[at] = ++words->count;
    return words->count - 1;
}
