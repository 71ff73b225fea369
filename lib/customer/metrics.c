/* SPDX-License-Identifier: Apache-2.0 */
/* The section `metrics`: named expressions, brought into an order in which each finds what it uses.

   A metric can be compiled when the types of the names in it are known. A first pass looks for names in the
   texts, blind to syntax, and sorts by them; so nearly every metric is compiled after those that it uses, however
   long the chain, and whatever the order in the document. What that guess misses is compiled on demand,
   to a depth, and there a metric that is met while it is being compiled is a circle. */
#include "customer/schema_internal.h"

enum { MOST_DEPTH = 64 };

typedef enum state { WAITING, OPEN, DONE } state;

typedef struct edge {
    uint32_t to;
    struct edge *next;
} edge;

typedef struct item {
    const csuccess__json *at;
    edge *uses;    /* the first pass eats them */
    uint32_t from; /* the item that led here, in the first pass */
    state state;
} item;

typedef struct csuccess__metric_pass {
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    csuccess__arena scratch;
    item *items; /* by slot - first */
    uint32_t first, count;
    uint32_t chain[MOST_DEPTH]; /* slots that are being compiled, outermost first */
    uint32_t depth;
} metric_pass;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool add_use(metric_pass *pass, item *from, csuccess_str name)
{
    uint32_t slot = csuccess__schema_find(pass->schema, name, NULL);
    if (slot == UINT32_MAX || slot < pass->first) return true;
    edge *use = CSUCCESS__NEW(&pass->scratch, edge);
    if (!use) return false;
    *use = (edge){slot - pass->first, from->uses};
    from->uses = use;
    return true;
}

/* Every word of a text that is the name of a metric; one in a quoted string does no harm. */
static bool scan_text(metric_pass *pass, item *from, csuccess_str text)
{
    size_t i = 0;
    while (i < text.len) {
        size_t start = i;
        while (i < text.len && (is_letter(text.ptr[i]) || is_digit(text.ptr[i]))) i++;
        if (i == start) {
            i++;
        } else if (!add_use(pass, from, (csuccess_str){text.ptr + start, i - start})) {
            return false;
        }
    }
    return true;
}

/* The node after `at` in document order, within `root`. */
static const csuccess__json *after(const csuccess__json *at, const csuccess__json *root)
{
    if (at->first) return at->first;
    while (at != root && !at->next) at = at->parent;
    return at == root ? NULL : at->next;
}

static bool scan_item(metric_pass *pass, item *from)
{
    for (const csuccess__json *at = from->at; at; at = after(at, from->at)) {
        if (at != from->at && !scan_text(pass, from, at->key)) return false;
        if (at->type == CSUCCESS__JSON_STRING && !scan_text(pass, from, at->string))
            return false;
    }
    return true;
}

/* Depth first from one item, without recursion; writes items behind those that they use. */
static uint32_t *sort_from(metric_pass *pass, uint32_t root, uint32_t *out)
{
    uint32_t at = root;
    pass->items[root].state = OPEN;
    pass->items[root].from = root;
    for (;;) {
        item *here = &pass->items[at];
        if (here->uses) {
            uint32_t to = here->uses->to;
            here->uses = here->uses->next;
            if (pass->items[to].state != WAITING) continue;
            pass->items[to].state = OPEN;
            pass->items[to].from = at;
            at = to;
            continue;
        }
        *out++ = at;
        if (at == root) return out;
        at = here->from;
    }
}

static bool sort(metric_pass *pass, uint32_t *order)
{
    for (uint32_t i = 0; i < pass->count; i++) {
        if (!scan_item(pass, &pass->items[i])) return false;
    }
    for (uint32_t i = 0; i < pass->count; i++) {
        if (pass->items[i].state == WAITING) order = sort_from(pass, i, order);
    }
    for (uint32_t i = 0; i < pass->count; i++) pass->items[i].state = WAITING;
    return true;
}

static void compile_one(metric_pass *pass, uint32_t slot)
{
    csuccess__schema *schema = pass->schema;
    item *here = &pass->items[slot - pass->first];
    const csuccess__type *wanted =
        here->at->type == CSUCCESS__JSON_OBJECT ? csuccess__type_of(CSUCCESS__KIND_BOOL) : NULL;
    here->state = OPEN;
    pass->chain[pass->depth++] = slot;
    const csuccess__program *program =
        csuccess__expr_read(pass->with, pass->problems, here->at, wanted);
    pass->depth--;
    here->state = DONE;
    schema->slots[slot].type = program ? program->type : csuccess__type_of(CSUCCESS__KIND_ANY);
    if (!program) return;
    schema->metrics[schema->metric_count++] =
        (csuccess__metric){schema->slots[slot].path, slot, program};
}

static csuccess_result say_circle(const metric_pass *pass, uint32_t slot, csuccess__text *say)
{
    uint32_t i = 0;
    while (pass->chain[i] != slot) i++;
    csuccess__text_format(say, "metrics refer to one another in a circle: ");
    for (; i < pass->depth; i++) {
        csuccess__text_format(say, "%S \xe2\x86\x92 ",
                              pass->schema->slots[pass->chain[i]].path);
    }
    csuccess__text_format(say, "%S", pass->schema->slots[slot].path);
    return CSUCCESS_ECYCLE;
}

csuccess_result csuccess__metric_demand(csuccess__schema *schema, uint32_t slot,
                                        csuccess__text *say)
{
    metric_pass *pass = schema->index->pass;
    if (pass->items[slot - pass->first].state == OPEN) return say_circle(pass, slot, say);
    if (pass->depth == MOST_DEPTH) {
        csuccess__text_format(
            say, "metrics refer to one another in a circle, or more than %u deep, at %S",
            (uint32_t)MOST_DEPTH, schema->slots[slot].path);
        return CSUCCESS_ELIMIT;
    }
    compile_one(pass, slot);
    return CSUCCESS_OK;
}

static bool is_free(metric_pass *pass, const csuccess__json *at)
{
    if (!csuccess__name_check(pass->problems, at, "a metric")) return false;
    if (csuccess__schema_find(pass->schema, at->key, NULL) == UINT32_MAX) return true;
    csuccess__problem(
        pass->problems, at, CSUCCESS_ECONFIG,
        "%q is an attribute or collection already; a metric needs a name of its own", at->key);
    return false;
}

/* A slot for every metric, its type not known yet. */
static bool add_slots(metric_pass *pass, const csuccess__json *metrics)
{
    csuccess__schema *schema = pass->schema;
    pass->first = schema->count;
    pass->items = CSUCCESS__NEW_ARRAY(&pass->scratch, item, metrics->count);
    schema->metrics = CSUCCESS__NEW_ARRAY(schema->arena, csuccess__metric, metrics->count);
    if (!pass->items || !schema->metrics) return false;
    for (const csuccess__json *at = metrics->first; at; at = at->next) {
        if (!is_free(pass, at)) continue;
        csuccess__slot slot = {.path = csuccess__arena_copy(schema->arena, at->key),
                               .stratum = CSUCCESS__STRATUM_METRIC};
        if (!slot.path.ptr || csuccess__schema_add(schema, &slot) == UINT32_MAX) return false;
        pass->items[pass->count++].at = at;
    }
    return true;
}

static bool compile_all(metric_pass *pass, const csuccess__json *metrics)
{
    uint32_t *order = CSUCCESS__NEW_ARRAY(&pass->scratch, uint32_t, metrics->count);
    if (!order || !add_slots(pass, metrics) || !sort(pass, order)) return false;
    for (uint32_t i = 0; i < pass->count; i++) {
        if (pass->items[order[i]].state == WAITING) compile_one(pass, pass->first + order[i]);
    }
    return true;
}

void csuccess__metrics_compile(csuccess__schema *schema, csuccess__compiler *with,
                               csuccess__problems *problems, const csuccess__json *metrics)
{
    schema->stratum = CSUCCESS__STRATUM_METRIC;
    if (!metrics) return;
    if (metrics->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, metrics, CSUCCESS_ECONFIG,
                          "\"metrics\" must be an object of expressions by name, found %s",
                          csuccess__json_type_name(metrics));
        return;
    }
    metric_pass pass = {.schema = schema, .with = with, .problems = problems};
    csuccess__arena_init(&pass.scratch, with->mem, 0);
    schema->index->pass = &pass;
    if (!compile_all(&pass, metrics)) problems->lost = true;
    schema->index->pass = NULL;
    csuccess__arena_free(&pass.scratch);
    /* After a loss some slots may have no type; nobody may meet that. */
    for (uint32_t i = 0; i < schema->count; i++) {
        if (!schema->slots[i].type) {
            schema->slots[i].type = csuccess__type_of(CSUCCESS__KIND_ANY);
        }
    }
}

csuccess_result csuccess__metrics_run(const csuccess__schema *schema,
                                      csuccess__machine *machine, csuccess__value *slots,
                                      int64_t now)
{
    csuccess__frame frame = {.slots = slots, .count = schema->count, .now = now};
    for (uint32_t i = 0; i < schema->metric_count; i++) {
        const csuccess__metric *metric = &schema->metrics[i];
        csuccess_result failed = CSUCCESS_OK;
        slots[metric->slot] = csuccess__program_run(metric->program, machine, &frame, &failed);
        if (failed < 0) return failed;
    }
    return CSUCCESS_OK;
}
