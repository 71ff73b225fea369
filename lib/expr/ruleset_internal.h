/* SPDX-License-Identifier: Apache-2.0 */
/* How a set of conditions is held.

   Conditions are and-inverter graphs over *leaves*: an edge is a node and whether it is negated, a node is the
   conjunction of two edges or a leaf, equal nodes stand once. Kleene's logic keeps De Morgan's laws
   and distribution, so this changes no answer; it has no law of the excluded middle, so nothing is
   simplified by one.

   A leaf is a test of a *key*: a slot, or a part of a program that is no test of a constant. Keys of
   numbers and times hold ascending cuts (x >= cut; strict: x > cut), keys of texts the texts that some
   leaf asks for. So the value of a key falls into one of few *regions*, and each test is a set of them.

   Rows use *terms*: each condition as a disjunction of conjunctions of leaves. For each region of each key a
   mask says which terms it leaves alive; a missing key leaves a term possible, but never true. */
#ifndef CSUCCESS__EXPR_RULESET_INTERNAL_H
#define CSUCCESS__EXPR_RULESET_INTERNAL_H

#include "expr/column_kernels.h"
#include "expr/kernels.h"
#include "expr/ruleset.h"

enum {
    CSUCCESS__GROUP_CONDITIONS = CSUCCESS__RULESET_GROUP, /* a larger set is several */
    CSUCCESS__GROUP_WORDS = 64,    /* of a mask over a group's terms, at most */
    CSUCCESS__CONDITION_TERMS = 64 /* beyond this a condition runs as its own program in rows */
};

/* node << 1 | negated */
typedef uint32_t csuccess__edge;
enum { CSUCCESS__EDGE_TRUE = 0, CSUCCESS__EDGE_FALSE = 1 };

typedef enum csuccess__rule_kind {
    CSUCCESS__RULE_TRUE, /* node 0 */
    CSUCCESS__RULE_AND,  /* of edges a and b */
    CSUCCESS__RULE_CUT,  /* key a, cut `cut`, the b-th once all are known */
    CSUCCESS__RULE_FLAG, /* key a, a bool */
    CSUCCESS__RULE_TEXTS /* key a is one of texts[0 .. b) */
} csuccess__rule_kind;

typedef struct csuccess__rule_node {
    csuccess__rule_kind kind;
    uint32_t a, b;
    double cut;
    const uint32_t *texts; /* ascending indices of the key's texts */
    bool depends;          /* on a costly key */
} csuccess__rule_node;

typedef struct csuccess__rule_key {
    const csuccess__program *program; /* NULL: the slot itself */
    uint32_t slot;
    csuccess__kind kind; /* NUMBER, TIME, BOOL, STRING */
    bool strict;         /* cuts are x > cut */
    bool costly;         /* asked only for rows where it can still matter */
    const double *cuts;
    const csuccess__value *texts;
    uint32_t count;        /* of cuts or texts */
    const uint32_t *codes; /* ascending numbers of texts, their regions beside them */
    const uint32_t *regions;
    uint32_t code_count;
    const uint32_t *by_code; /* region by number, where numbers are small; NULL otherwise */
    uint32_t first_atom;     /* its bitmaps in a block */
    const uint64_t *masks;   /* region_count masks */
    const uint64_t *readers; /* terms that test it */
    const uint32_t *asking;  /* of a program: the terms in `readers`, listed */
    uint32_t asking_count;
} csuccess__rule_key;

/* The terms of a condition: that of its own number, and those behind it, bits of two words that stand in a row. */
typedef struct csuccess__rule_terms_of {
    uint64_t own, more[2];
    uint32_t own_word, more_word;
} csuccess__rule_terms_of;

typedef struct csuccess__rule_group {
    const csuccess__program *const *programs;
    uint32_t n;
    const csuccess__edge *roots;
    const csuccess__rule_node *nodes; /* operands before what uses them */
    uint32_t node_count;
    const csuccess__rule_key *keys; /* slots, then cheap programs, then costly ones */
    uint32_t key_count, slot_keys;
    uint32_t atom_count;
    bool costly;               /* some key is */
    uint32_t words;            /* of a mask: a multiple of 4; 0: every condition is whole */
    const uint64_t *initial;   /* terms that are */
    const uint64_t *plain;     /* those that test slots only */
    const uint16_t *condition; /* by term; term i < n belongs to condition i */
    const uint32_t *whole;     /* conditions that run as programs, ascending */
    uint32_t whole_count;
    const uint32_t
        *extras; /* by condition: its terms behind the first stand in a row; NULL: no terms */
    uint32_t planes;             /* bits that count the keys of a term */
    const uint64_t *simple;      /* conditions of one term or none, that are not whole */
    const uint32_t *first_asker; /* by slot, one more: where its keys begin in `askers` */
    const uint32_t *askers;
    uint32_t asked_slots;
    const csuccess__rule_terms_of *terms_of; /* by condition */
    const uint64_t *joined;                  /* terms of conditions of several terms */
    const uint32_t *timely;                  /* keys that read the time */
    uint32_t timely_count;
} csuccess__rule_group;

struct csuccess__ruleset {
    const csuccess__rule_group *groups; /* CSUCCESS__GROUP_CONDITIONS each, the last fewer */
    size_t count;
};

static inline uint32_t csuccess__regions(const csuccess__rule_key *key)
{
    return key->kind == CSUCCESS__KIND_BOOL ? 2 : key->count + 1;
}
/* The region of a value that is there. */
uint32_t csuccess__region_of(const csuccess__rule_key *key, const csuccess__value *value);

/* Finds things by hash; several may share one. */
typedef struct csuccess__rule_index {
    struct csuccess__rule_entry {
        uint64_t hash;
        uint32_t value; /* plus 1; 0: empty */
    } * entries;
    size_t size, count;
} csuccess__rule_index;

/* A key while the group is read: its texts grow. */
typedef struct csuccess__rule_draft {
    csuccess__rule_key key;
    csuccess__value *texts;
    size_t text_room;
    uint32_t twin; /* of the same slot or program, the other way strict; UINT32_MAX: none */
} csuccess__rule_draft;

/* What building needs; everything in `temp` is forgotten at the end. */
typedef struct csuccess__rule_builder {
    csuccess__arena *arena;
    csuccess__arena temp;
    const csuccess__program *program; /* being read */
    bool *needed;                     /* by its nodes, for taking parts of it */
    uint32_t *place;
    size_t part_room;
    size_t part_nodes; /* copied out of it so far */
    csuccess__rule_draft *keys;
    size_t key_count, key_room;
    csuccess__rule_node *nodes;
    size_t node_count, node_room;
    csuccess__rule_index node_index, key_index, text_index;
    bool lost; /* no memory */
} csuccess__rule_builder;

/* items with room for one more than `count`. From the temporary arena: outgrown arrays stay until its end. */
void *csuccess__rule_grow(csuccess__rule_builder *builder, void *items, size_t count,
                          size_t *room, size_t bytes);
static inline uint64_t csuccess__rule_mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ (h >> 32);
}
/* The next value under `hash`; *cursor starts at SIZE_MAX. UINT32_MAX: no more. */
uint32_t csuccess__rule_seek(const csuccess__rule_index *index, uint64_t hash, size_t *cursor);
bool csuccess__rule_enter(csuccess__rule_builder *builder, csuccess__rule_index *index,
                          uint64_t hash, uint32_t value);
/* Reads a condition into the graph. */
csuccess__edge csuccess__rule_read(csuccess__rule_builder *builder,
                                   const csuccess__program *program);
/* The key of node `at` of the program at hand: a slot, or the part of the program that ends there. */
uint32_t csuccess__rule_key_of(csuccess__rule_builder *builder, uint32_t at, bool strict);
/* The number of a text among those that the key is asked for. */
uint32_t csuccess__rule_text_of(csuccess__rule_builder *builder, uint32_t key,
                                const csuccess__value *text);
/* Puts keys in their order, sorts cuts, numbers bitmaps. False: no memory. */
bool csuccess__rule_finish_keys(csuccess__rule_builder *builder, csuccess__rule_group *group);
/* Terms and masks of a group whose graph is complete. False: no memory. */
bool csuccess__rule_terms(csuccess__rule_builder *builder, csuccess__rule_group *group);
/* What standings need of a group whose terms and masks are complete. False: no memory. */
bool csuccess__rule_standing(csuccess__arena *arena, csuccess__rule_group *group);
csuccess_result csuccess__group_columns(const csuccess__rule_group *group,
                                        csuccess__column_machine *machine,
                                        const csuccess__column_frame *frame, uint64_t *holds,
                                        uint64_t *undecided);

#endif
