/* SPDX-License-Identifier: Apache-2.0 */
/* The module: what it exports, and what one environment keeps. Scores by the fast way. */
#include "addon.h"

#include <stdlib.h>
#include <string.h>

/* ---- The fast way to a score ---- */

typedef struct word {
    char *bytes;
    size_t len;
} word;

enum { MOST_WORDS = 1024, WORD_PLACES = 4096 };

static void words_clear(word_list *w)
{
    for (uint32_t i = 0; i < w->count; i++) free(w->list[i].bytes);
    w->count = 0;
    if (w->places) memset(w->places, 0, WORD_PLACES * sizeof *w->places);
}

void words_free(addon *a)
{
    words_clear(&a->words);
    free(a->words.list);
    free(a->words.places);
    if (a->words.array) napi_delete_reference(a->env, a->words.array);
    a->words = (word_list){0};
}

static bool words_begin(frame *f)
{
    word_list *w = &f->addon->words;
    napi_value array = NULL;
    if (w->array) return true;
    w->list = calloc(MOST_WORDS, sizeof *w->list);
    w->places = calloc(WORD_PLACES, sizeof *w->places);
    if (!w->list || !w->places) {
        frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
        return false;
    }
    return frame_ok(f, napi_create_array(f->env, &array)) &&
           frame_ok(f, napi_create_reference(f->env, array, 1, &w->array));
}

static uint32_t add_word(frame *f, word_list *w, csuccess_str text, uint16_t *place)
{
    napi_value array = NULL;
    char *copy = malloc(text.len + 1);
    if (!copy) {
        frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
        return 0;
    }
    if (text.len) memcpy(copy, text.ptr, text.len);
    uint32_t index = w->count++;
    w->list[index] = (word){copy, text.len};
    *place = (uint16_t)(index + 1);
    if (frame_ok(f, napi_get_reference_value(f->env, w->array, &array)))
        frame_ok(f, napi_set_element(f->env, array, index, give_str(f, text)));
    return index;
}

static bool is_word(const word *at, csuccess_str text)
{
    return at->len == text.len && (text.len == 0 || memcmp(at->bytes, text.ptr, text.len) == 0);
}

/* The place of a text in the array; one that is not there yet is added. */
static uint32_t find_word(frame *f, csuccess_str text)
{
    word_list *w = &f->addon->words;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < text.len; i++)
        hash = (hash ^ (unsigned char)text.ptr[i]) * 16777619u;
    for (uint32_t i = hash % WORD_PLACES;; i = (i + 1) % WORD_PLACES) {
        if (!w->places[i]) return add_word(f, w, text, &w->places[i]);
        if (is_word(&w->list[w->places[i] - 1], text)) return (uint32_t)w->places[i] - 1;
    }
}

static uint32_t word_of(frame *f, csuccess_str text, uint32_t which)
{
    word_list *w = &f->addon->words;
    if (w->last[which] >= w->count || !is_word(&w->list[w->last[which]], text))
        w->last[which] = find_word(f, text);
    return w->last[which];
}

enum { SCORE_ITEMS = 13 };

static void put_score(frame *f, const csuccess_score *s, double *out)
{
    /* Three more may come; the places of one result have to belong together. */
    if (f->addon->words.count + 3 > MOST_WORDS) words_clear(&f->addon->words);
    out[0] = s->present;
    out[1] = s->flags;
    out[2] = s->value;
    out[3] = s->raw;
    out[4] = s->previous;
    out[5] = s->change;
    out[6] = s->completeness;
    out[7] = s->confidence;
    out[8] = s->weight;
    out[9] = (double)s->review_at;
    out[10] = word_of(f, s->status, 0);
    out[11] = word_of(f, s->trend, 1);
    out[12] = word_of(f, s->profile, 2);
}

/* scorerRunInto(scorer, facts, now, Float64Array): the items in the order of put_score(); the last three are places in scoreWords(). */
static napi_value scorer_run_into(napi_env env, napi_callback_info info)
{
    frame f;
    napi_value argv[4];
    napi_typedarray_type type = napi_int8_array;
    size_t count = 0;
    void *data = NULL;
    csuccess_score score = {.size = sizeof score};
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 4, argv)) return NULL;
    f.function = "scorerRunInto";
    f.name = "scorer";
    void *scorer = take_object(&f, argv[0], kind_of_scorer, true);
    f.name = "facts";
    void *facts = take_object(&f, argv[1], kind_of_facts, false);
    f.name = "nowMs";
    int64_t now_ms = take_i64(&f, argv[2]);
    f.name = "out";
    if (!f.failed) result = csuccess_scorer_run(scorer, facts, now_ms, &score, &f.err);
    if (!frame_result(&f, result) || !words_begin(&f)) return frame_end(&f, NULL);
    /* Looked at behind the call: a hook may have taken the memory away. */
    if (napi_get_typedarray_info(env, argv[3], &type, &count, &data, NULL, NULL) != napi_ok ||
        type != napi_float64_array || count < SCORE_ITEMS)
        frame_type_error(&f, "a Float64Array of 13 items");
    else
        put_score(&f, &score, data);
    return frame_end(&f, NULL);
}

/* scoreWords(): the array that the last three items of scorerRunInto() are places in. */
static napi_value score_words(napi_env env, napi_callback_info info)
{
    frame f;
    napi_value argv[1], value = NULL;
    if (!frame_begin(&f, env, info, 0, argv)) return NULL;
    f.function = "scoreWords";
    if (words_begin(&f))
        frame_ok(&f, napi_get_reference_value(env, f.addon->words.array, &value));
    return frame_end(&f, value);
}

/* ---- The environment ---- */

static napi_value set_error_class(napi_env env, napi_callback_info info)
{
    frame f;
    napi_value argv[1];
    napi_valuetype type = napi_undefined;
    napi_ref class = NULL;
    if (!frame_begin(&f, env, info, 1, argv)) return NULL;
    f.function = "setErrorClass";
    f.name = "class";
    if (frame_ok(&f, napi_typeof(env, argv[0], &type)) && type != napi_function)
        frame_type_error(&f, "a class");
    if (!f.failed && frame_ok(&f, napi_create_reference(env, argv[0], 1, &class))) {
        if (f.addon->error_class) napi_delete_reference(env, f.addon->error_class);
        f.addon->error_class = class;
    }
    return frame_end(&f, NULL);
}

static napi_value last_result(napi_env env, napi_callback_info info)
{
    void *data = NULL;
    napi_value value = NULL;
    napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
    napi_create_int32(env, ((addon *)data)->last, &value);
    return value;
}

static napi_value live_handles(napi_env env, napi_callback_info info)
{
    void *data = NULL;
    napi_value value = NULL;
    napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
    napi_create_double(env, (double)((addon *)data)->live, &value);
    return value;
}

const entry_point extra_points[] = {
    {"setErrorClass", set_error_class}, {"lastResult", last_result},
    {"liveHandles", live_handles},      {"scorerRunInto", scorer_run_into},
    {"scoreWords", score_words},        {NULL, NULL}};

void addon_release(addon *a)
{
    if (--a->owners > 0) return;
    free(a->known);
    free(a->makers);
    free(a);
}

static void finalize(napi_env env, void *data, void *hint)
{
    addon *a = data;
    (void)hint;
    for (uint32_t i = 0; i <= layout_count; i++) {
        if (a->makers[i]) napi_delete_reference(env, a->makers[i]);
    }
    if (a->error_class) napi_delete_reference(env, a->error_class);
    a->error_class = NULL;
    words_free(a);
    addon_release(a);
}

static bool export_function(addon *a, napi_value exports, const entry_point *e)
{
    napi_value function = NULL;
    return napi_create_function(a->env, e->name, NAPI_AUTO_LENGTH, e->call, a, &function) ==
               napi_ok &&
           napi_set_named_property(a->env, exports, e->name, function) == napi_ok;
}

static bool export_constant(addon *a, napi_value exports, const constant *c)
{
    napi_value number = NULL;
    return napi_create_double(a->env, c->value, &number) == napi_ok &&
           napi_set_named_property(a->env, exports, c->name, number) == napi_ok;
}

static bool export_all(addon *a, napi_value exports)
{
    bool well = true;
    for (uint32_t i = 0; i < entry_point_count && well; i++)
        well = export_function(a, exports, &entry_points[i]);
    for (const entry_point *e = extra_points; e->name && well; e++)
        well = export_function(a, exports, e);
    for (uint32_t i = 0; i < constant_count && well; i++)
        well = export_constant(a, exports, &constants[i]);
    return well;
}

/* What the macro defines is declared by some versions of the headers only. */
int32_t NODE_API_MODULE_GET_API_VERSION(void);
NAPI_MODULE_EXPORT napi_value NAPI_MODULE_INITIALIZER(napi_env env, napi_value exports);

NAPI_MODULE_INIT()
{
    addon *a = calloc(1, sizeof *a);
    if (a) a->makers = calloc(layout_count + (size_t)1, sizeof *a->makers);
    if (!a || !a->makers || napi_set_instance_data(env, a, finalize, NULL) != napi_ok) {
        free(a ? a->makers : NULL);
        free(a);
        napi_throw_error(env, "CSUCCESS_ENOMEM", "csuccess: no memory for the addon");
        return NULL;
    }
    a->env = env;
    a->owners = 1;
    if (!export_all(a, exports)) {
        napi_throw_error(env, NULL, "csuccess: Node refused a function");
        return NULL;
    }
    return exports;
}
