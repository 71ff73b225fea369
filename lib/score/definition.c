/* SPDX-License-Identifier: Apache-2.0 */
/* What makes the scores of a profile comparable over time: its tree, weights, modifiers and name, hashed. */
#include "score/health_internal.h"

#include "base/digest.h"
#include "text/reader.h"

static void add_json(csuccess__sha256 *h, csuccess__buffer *scratch, const csuccess__json *node)
{
    csuccess__buffer_clear(scratch);
    if (node) csuccess__json_write(scratch, node, true);
    csuccess__digest_str(h, csuccess__buffer_view(scratch));
}

/* In the order in which they apply; where they stand in the document is nothing. */
static bool add_modifiers(csuccess__sha256 *h, csuccess__buffer *scratch,
                          const csuccess__json *modifiers)
{
    if (!modifiers || modifiers->type != CSUCCESS__JSON_OBJECT) return true;
    const csuccess__json **list =
        csuccess__alloc(scratch->mem, (size_t)modifiers->count + 1, sizeof *list);
    if (!list) return false;
    csuccess__read_order(modifiers, list);
    bool good = true;
    for (uint32_t i = 0; good && i < modifiers->count; i++) {
        csuccess__digest_str(h, list[i]->key);
        add_json(h, scratch, list[i]);
        good = scratch->status == CSUCCESS_OK;
    }
    csuccess__release(scratch->mem, list, (size_t)modifiers->count + 1, sizeof *list);
    return good;
}

uint64_t csuccess__definition_hash(csuccess__health_build *b, const csuccess__json *profile,
                                   const csuccess__json *score)
{
    csuccess__sha256 h;
    csuccess__buffer scratch;
    uint8_t digest[32];
    uint64_t definition = 0;
    csuccess__sha256_start(&h);
    csuccess__buffer_init(&scratch, b->with->mem, 0);
    csuccess__digest_str(&h, profile->key);
    add_json(&h, &scratch, score);
    bool good = scratch.status == CSUCCESS_OK;
    add_json(&h, &scratch, csuccess__json_member(profile, "weights"));
    good = good && scratch.status == CSUCCESS_OK &&
           add_modifiers(&h, &scratch, csuccess__json_member(profile, "modifiers"));
    csuccess__buffer_free(&scratch);
    if (!good) {
        b->problems->lost = b->no_memory = true;
        return 0;
    }
    csuccess__sha256_finish(&h, digest);
    for (size_t i = 0; i < 8; i++) definition = definition << 8 | digest[i];
    return definition != 0 ? definition : 1;
}
