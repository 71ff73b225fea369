/* SPDX-License-Identifier: Apache-2.0 */
/* Keeping the likeliest. */
#include "top.h"

#include <stdlib.h>
#include <string.h>

bool top_init(top *t, size_t most)
{
    *t = (top){.most = most, .list = calloc(most ? most : 1, sizeof *t->list)};
    return t->list != NULL;
}

void top_free(top *t)
{
    for (size_t i = 0; i < t->count; i++) free(t->list[i].result);
    free(t->list);
    *t = (top){.list = NULL};
}

bool top_wants(const top *t, double probability)
{
    return t->count < t->most ||
           (t->most > 0 && probability > t->list[t->count - 1].probability);
}

bool top_add(top *t, double probability, csuccess_str result)
{
    if (!top_wants(t, probability)) return true;
    char *copy = malloc(result.len + 1);
    if (!copy) return false;
    memcpy(copy, result.ptr, result.len);
    if (t->count == t->most) free(t->list[--t->count].result);
    size_t at = t->count++;
    for (; at > 0 && t->list[at - 1].probability < probability; at--) {
        t->list[at] = t->list[at - 1];
    }
    t->list[at] = (top_entry){probability, copy, result.len};
    return true;
}
