/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of scoring and columns whose shape no rule covers. */
#include "addon.h"

#include <stdlib.h>
#include <string.h>

static void close_handle(frame *f, handle *h)
{
    if (h->lender)
        frame_error(f, CSUCCESS_EINVALID, "is lent, and goes with what lent it");
    else if (h->busy)
        frame_error(f, CSUCCESS_EBUSY, "is in use by the call that made this one");
    else
        handle_close(h);
}

napi_value free_handle(napi_env env, napi_callback_info info, const char *name,
                       const handle_kind *kind)
{
    frame f;
    napi_value argv[1];
    if (!frame_begin(&f, env, info, 1, argv)) return NULL;
    f.function = name;
    f.name = "handle";
    handle *h = handle_of(f.addon, argv[0]);
    if (h && h->kind == kind)
        close_handle(&f, h);
    else if (h || !take_nothing(&f, argv[0]))
        frame_type_error(&f, kind->name);
    return frame_end(&f, NULL);
}

/* ---- Bits of segments ---- */

/* A scorer and a membership need the configuration that they were made with. */
static size_t segments_of(const handle *h)
{
    for (const need *n = h->needs; n; n = n->next) {
        if (n->on->kind == kind_of_config && n->on->object)
            return csuccess_config_segments(n->on->object);
    }
    return 0;
}

static napi_value new_bits(frame *f, size_t words, uint64_t **data)
{
    napi_value buffer = NULL, out = NULL;
    void *bytes = NULL;
    if (f->failed ||
        !frame_ok(f, napi_create_arraybuffer(f->env, words * sizeof **data, &bytes, &buffer)))
        return NULL;
    *data = bytes;
    frame_ok(f, napi_create_typedarray(f->env, napi_biguint64_array, words, buffer, 0, &out));
    return out;
}

BY_HAND(csuccess_scorer_segments)
{
    frame f;
    napi_value argv[3], value = NULL;
    uint64_t *members = NULL, *undecided = NULL;
    if (!frame_begin(&f, env, info, 3, argv)) return NULL;
    f.function = "csuccess_scorer_segments";
    f.name = "scorer";
    handle *scorer = take_handle(&f, argv[0], kind_of_scorer, true);
    f.name = "facts";
    csuccess_facts *facts = take_object(&f, argv[1], kind_of_facts, false);
    f.name = "nowMs";
    int64_t now_ms = take_i64(&f, argv[2]);
    size_t words = scorer ? (segments_of(scorer) + 63) / 64 : 0;
    members = frame_space(&f, 8 * words + 8);
    undecided = frame_space(&f, 8 * words + 8);
    csuccess_result result = CSUCCESS_OK;
    if (!f.failed) {
        memset(members, 0, 8 * words);
        memset(undecided, 0, 8 * words);
        result = csuccess_scorer_segments(scorer ? scorer->object : NULL, facts, now_ms,
                                          members, undecided, words, &f.err);
    }
    if (frame_result(&f, result)) {
        uint64_t *to = NULL;
        value = give_object(&f);
        napi_value bits = new_bits(&f, words, &to);
        if (!f.failed && words) memcpy(to, members, 8 * words);
        give_member(&f, value, "members", bits);
        bits = new_bits(&f, words, &to);
        if (!f.failed && words) memcpy(to, undecided, 8 * words);
        give_member(&f, value, "undecided", bits);
    }
    return frame_end(&f, value);
}

static napi_value
membership_bits(napi_env env, napi_callback_info info, const char *name,
                const uint64_t *(*read)(const csuccess_membership *membership))
{
    frame f;
    napi_value argv[1], value = NULL;
    uint64_t *to = NULL;
    if (!frame_begin(&f, env, info, 1, argv)) return NULL;
    f.function = name;
    f.name = "membership";
    handle *h = take_handle(&f, argv[0], kind_of_membership, false);
    if (!f.failed && !h) {
        value = give_null(&f);
    } else if (h) {
        size_t words = (segments_of(h) + 63) / 64;
        value = new_bits(&f, words, &to);
        if (!f.failed && words) memcpy(to, read(h->object), 8 * words);
    }
    return frame_end(&f, value);
}

BY_HAND(csuccess_membership_members)
{
    return membership_bits(env, info, "csuccess_membership_members",
                           csuccess_membership_members);
}

BY_HAND(csuccess_membership_undecided)
{
    return membership_bits(env, info, "csuccess_membership_undecided",
                           csuccess_membership_undecided);
}

/* ---- Columns ---- */

BY_HAND(csuccess_columns_new)
{
    frame f;
    napi_value argv[2], value = NULL;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_columns_new";
    f.name = "config";
    csuccess_config *config = take_object(&f, argv[0], kind_of_config, true);
    f.name = "rows";
    size_t rows = take_size(&f, argv[1]);
    csuccess_columns *out = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (!f.failed) result = csuccess_columns_new(&out, config, rows, NULL, &f.err);
    if (frame_result(&f, result)) {
        value = give_own(&f, kind_of_columns, out, NULL);
        handle *h = f.failed ? NULL : handle_of(f.addon, value);
        if (h) h->rows = rows;
    }
    return frame_end(&f, value);
}

typedef struct view {
    napi_value array;
    const void *data;
    size_t count, bytes;
} view;

enum { BITS = 100, BYTES_OF = 101 };

static const struct {
    napi_typedarray_type type;
    size_t bytes;
    const char *name;
} views[] = {
    {napi_uint8_array, 1, "a Uint8Array"},        {napi_int32_array, 4, "an Int32Array"},
    {napi_uint16_array, 2, "a Uint16Array"},      {napi_uint32_array, 4, "a Uint32Array"},
    {napi_bigint64_array, 8, "a BigInt64Array"},  {napi_float64_array, 8, "a Float64Array"},
    {napi_biguint64_array, 8, "a BigUint64Array"}};
enum { VIEW_U8, VIEW_I32, VIEW_U16, VIEW_U32, VIEW_I64, VIEW_F64, VIEW_U64 };

/* The memory of a typed array of that type, with at least so many items; NULL for null. */
static void *take_view(frame *f, napi_value value, int which, size_t least, view *out)
{
    napi_typedarray_type type = napi_int8_array;
    bool is = false;
    void *data = NULL;
    *out = (view){0};
    if (f->failed || take_nothing(f, value)) return NULL;
    if (!frame_ok(f, napi_is_typedarray(f->env, value, &is))) return NULL;
    if (is && frame_ok(f, napi_get_typedarray_info(f->env, value, &type, &out->count, &data,
                                                   NULL, NULL)))
        is = type == views[which].type;
    if (!is) {
        frame_type_error(f, views[which].name);
        return NULL;
    }
    if (out->count < least) {
        frame_error(f, CSUCCESS_EINVALID,
                    "is too short: it has fewer items than there are rows");
        return NULL;
    }
    out->array = value;
    out->data = data;
    out->bytes = out->count * views[which].bytes;
    /* An empty array need not have memory; nothing is read or written there. */
    static const double nothing = 0;
    return data ? data : (void *)(uintptr_t)&nothing;
}

/* Columns hold on to the array; what was bound to that place before is let go. */
static bool keep_view(frame *f, handle *h, uint32_t key, const view *v)
{
    for (column **at = &h->columns; *at; at = &(*at)->next) {
        column *old = *at;
        if (old->key != key) continue;
        *at = old->next;
        napi_delete_reference(f->env, old->array);
        free(old);
        break;
    }
    if (!v->array) return true;
    column *c = calloc(1, sizeof *c);
    if (!c || napi_create_reference(f->env, v->array, 1, &c->array) != napi_ok) {
        free(c);
        frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
        return false;
    }
    c->data = v->data;
    c->bytes = v->bytes;
    c->key = key;
    c->next = h->columns;
    h->columns = c;
    return true;
}

bool columns_whole(frame *f, const handle *h)
{
    for (const column *c = h->columns; c; c = c->next) {
        napi_value array = NULL;
        napi_typedarray_type type = napi_int8_array;
        size_t count = 0;
        void *data = NULL;
        if (!frame_ok(f, napi_get_reference_value(f->env, c->array, &array)) ||
            !frame_ok(
                f, napi_get_typedarray_info(f->env, array, &type, &count, &data, NULL, NULL)))
            return false;
        size_t width = 1;
        for (size_t i = 0; i < sizeof views / sizeof *views; i++)
            width = views[i].type == type ? views[i].bytes : width;
        if (data != c->data || count * width < c->bytes) {
            frame_error(f, CSUCCESS_EINVALID,
                        "has an array whose memory was taken away (transferred or resized)");
            return false;
        }
    }
    return true;
}

/* What every binding begins with. */
typedef struct binding {
    handle *columns;
    uint32_t slot;
    const uint8_t *validity;
    view values, bits;
} binding;

static bool binding_begin(frame *f, binding *b, napi_value *argv, napi_value validity)
{
    f->name = "columns";
    b->columns = take_handle(f, argv[0], kind_of_columns, true);
    f->name = "slot";
    b->slot = take_u32(f, argv[1]);
    f->name = "validity";
    b->validity =
        take_view(f, validity, VIEW_U8, b->columns ? (b->columns->rows + 7) / 8 : 0, &b->bits);
    f->name = "values";
    return !f->failed;
}

static napi_value binding_end(frame *f, binding *b, csuccess_result result)
{
    napi_value value = NULL;
    if (frame_result(f, result)) {
        bool kept = keep_view(f, b->columns, b->slot * 4, &b->values) &&
                    keep_view(f, b->columns, b->slot * 4 + 1, &b->bits);
        value = kept ? give_i32(f, result) : NULL;
    }
    return frame_end(f, value);
}

#define BIND(name, type, which, items) \
    BY_HAND(csuccess_columns_bind_##name) \
    { \
        frame f; \
        binding b = {0}; \
        napi_value argv[4]; \
        csuccess_result result = CSUCCESS_OK; \
        if (!frame_begin(&f, env, info, 4, argv)) return NULL; \
        f.function = "csuccess_columns_bind_" #name; \
        const type *values = NULL; \
        if (binding_begin(&f, &b, argv, argv[3])) { \
            size_t rows = b.columns ? b.columns->rows : 0; \
            values = take_view(&f, argv[2], which, items, &b.values); \
        } \
        if (!f.failed) \
            result = csuccess_columns_bind_##name(b.columns ? b.columns->object : NULL, \
                                                  b.slot, values, b.validity); \
        return binding_end(&f, &b, result); \
    }
BIND(f64, double, VIEW_F64, rows)
BIND(i64, int64_t, VIEW_I64, rows)
BIND(i32, int32_t, VIEW_I32, rows)
BIND(u8, uint8_t, VIEW_U8, rows)
BIND(bits, uint8_t, VIEW_U8, (rows + 7) / 8)

/* The library trusts the offsets: the last one must be within the bytes. */
static void check_offsets(frame *f, const int32_t *offsets, size_t rows, size_t bytes)
{
    if (f->failed || !offsets) return;
    for (size_t i = 0; i <= rows; i++) {
        if (offsets[i] < 0 || (size_t)offsets[i] > bytes) {
            frame_error(f, CSUCCESS_ERANGE, "has an offset beyond the bytes");
            return;
        }
    }
}

/* (columns, slot, offsets, bytes, validity) */
BY_HAND(csuccess_columns_bind_utf8)
{
    frame f;
    binding b = {0};
    view text;
    napi_value argv[5], value = NULL;
    const int32_t *offsets = NULL;
    const char *bytes = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 5, argv)) return NULL;
    f.function = "csuccess_columns_bind_utf8";
    if (binding_begin(&f, &b, argv, argv[4])) {
        f.name = "offsets";
        size_t rows = b.columns ? b.columns->rows : 0;
        offsets = take_view(&f, argv[2], VIEW_I32, rows + 1, &b.values);
        f.name = "bytes";
        bytes = take_view(&f, argv[3], VIEW_U8, 0, &text);
        f.name = "offsets";
        check_offsets(&f, offsets, rows, text.count);
    }
    if (!f.failed)
        result = csuccess_columns_bind_utf8(b.columns ? b.columns->object : NULL, b.slot,
                                            offsets, bytes, b.validity);
    if (!f.failed && result >= 0 && !keep_view(&f, b.columns, b.slot * 4 + 2, &text))
        return frame_end(&f, value);
    return binding_end(&f, &b, result);
}

static int code_view(frame *f, uint32_t width)
{
    if (width == 2) return VIEW_U16;
    if (width != 1 && width != 4) frame_type_error(f, "1, 2 or 4");
    return width == 4 ? VIEW_U32 : VIEW_U8;
}

/* (columns, slot, codes, width, words, validity) */
BY_HAND(csuccess_columns_bind_dictionary)
{
    frame f;
    binding b = {0};
    napi_value argv[6];
    const void *codes = NULL;
    const csuccess_str *words = NULL;
    size_t count = 0;
    uint32_t width = 0;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 6, argv)) return NULL;
    f.function = "csuccess_columns_bind_dictionary";
    /* First, since looking at a list may run code of the host. */
    f.name = "words";
    words = take_array(&f, argv[4], ELEMENT_STR, NULL, &count);
    if (binding_begin(&f, &b, argv, argv[5])) {
        f.name = "width";
        width = take_u32(&f, argv[3]);
        int which = code_view(&f, width);
        f.name = "codes";
        codes = take_view(&f, argv[2], which, b.columns ? b.columns->rows : 0, &b.values);
    }
    if (!f.failed)
        result =
            csuccess_columns_bind_dictionary(b.columns ? b.columns->object : NULL, b.slot,
                                             codes, width, words, (uint32_t)count, b.validity);
    return binding_end(&f, &b, result);
}

typedef struct result_field {
    const char *key;
    size_t offset;
    int which;
    bool bitmap;
} result_field;

static const result_field result_fields[] = {
    {"score", offsetof(csuccess_column_results, score), VIEW_F64, false},
    {"raw", offsetof(csuccess_column_results, raw), VIEW_F64, false},
    {"completeness", offsetof(csuccess_column_results, completeness), VIEW_F64, false},
    {"probability", offsetof(csuccess_column_results, probability), VIEW_F64, false},
    {"confidence", offsetof(csuccess_column_results, confidence), VIEW_F64, false},
    {"status", offsetof(csuccess_column_results, status), VIEW_U8, false},
    {"trend", offsetof(csuccess_column_results, trend), VIEW_U8, false},
    {"profile", offsetof(csuccess_column_results, profile), VIEW_U8, false},
    {"level", offsetof(csuccess_column_results, level), VIEW_U8, false},
    {"source", offsetof(csuccess_column_results, source), VIEW_U8, false},
    {"scored", offsetof(csuccess_column_results, scored), VIEW_U8, true},
    {"predicted", offsetof(csuccess_column_results, predicted), VIEW_U8, true},
    {"degraded", offsetof(csuccess_column_results, degraded), VIEW_U8, true},
};

enum { RESULT_FIELDS = sizeof result_fields / sizeof *result_fields };

/* What results go into. Everything is taken out of its object before any memory is looked at: taking may run code of the host. */
typedef struct results {
    napi_value members[RESULT_FIELDS], sizes, list;
    napi_value *segments;
    uint32_t length;
} results;

static void gather_segments(frame *f, napi_value object, results *r)
{
    bool is = false;
    f->field = "segmentSizes";
    if (!frame_ok(f, napi_get_named_property(f->env, object, "segmentSizes", &r->sizes)))
        return;
    f->field = "segments";
    if (!frame_ok(f, napi_get_named_property(f->env, object, "segments", &r->list)) ||
        take_nothing(f, r->list))
        return;
    if (!frame_ok(f, napi_is_array(f->env, r->list, &is))) return;
    if (!is || !frame_ok(f, napi_get_array_length(f->env, r->list, &r->length))) {
        frame_type_error(f, "an array with a Uint8Array or null for each segment");
        return;
    }
    r->segments = frame_space(f, (r->length + (size_t)1) * sizeof *r->segments);
    for (uint32_t i = 0; i < r->length && !f->failed; i++)
        frame_ok(f, napi_get_element(f->env, r->list, i, &r->segments[i]));
}

static void gather_results(frame *f, napi_value object, results *r)
{
    napi_valuetype type = napi_undefined;
    if (f->failed || !frame_ok(f, napi_typeof(f->env, object, &type))) return;
    if (type != napi_object) {
        frame_type_error(f, "an object of typed arrays");
        return;
    }
    for (size_t i = 0; i < RESULT_FIELDS && !f->failed; i++)
        frame_ok(f,
                 napi_get_named_property(f->env, object, result_fields[i].key, &r->members[i]));
    if (!f->failed) gather_segments(f, object, r);
    if (!f->failed) f->field = NULL;
}

/* A bitmap for each segment. */
static void take_segments(frame *f, const results *r, size_t count, size_t segments,
                          csuccess_column_results *out)
{
    view v;
    f->field = "segmentSizes";
    out->segment_sizes = take_view(f, r->sizes, VIEW_U64, segments, &v);
    f->field = "segments";
    if (f->failed || !r->segments) return;
    if (r->length < segments) {
        frame_type_error(f, "an array with a Uint8Array or null for each segment");
        return;
    }
    uint8_t **bitmaps = frame_space(f, (segments + 1) * sizeof *bitmaps);
    for (size_t i = 0; bitmaps && i < segments && !f->failed; i++)
        bitmaps[i] = take_view(f, r->segments[i], VIEW_U8, (count + 7) / 8, &v);
    out->segments = bitmaps;
}

static void take_results(frame *f, const results *r, size_t count, size_t segments,
                         csuccess_column_results *out)
{
    for (size_t i = 0; i < RESULT_FIELDS && !f->failed; i++) {
        const result_field *d = &result_fields[i];
        view v;
        f->field = d->key;
        void *data =
            take_view(f, r->members[i], d->which, d->bitmap ? (count + 7) / 8 : count, &v);
        memcpy((char *)out + d->offset, &data, sizeof data);
    }
    if (!f->failed) take_segments(f, r, count, segments, out);
    if (!f->failed) f->field = NULL;
}

/* (scorer, columns, first, count, now, {score: Float64Array ...}) */
BY_HAND(csuccess_scorer_columns)
{
    frame f;
    napi_value argv[6], value = NULL;
    results given = {.sizes = NULL};
    csuccess_column_results out = {.size = sizeof out};
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 6, argv)) return NULL;
    f.function = "csuccess_scorer_columns";
    f.name = "out";
    gather_results(&f, argv[5], &given);
    f.name = "scorer";
    handle *scorer = take_handle(&f, argv[0], kind_of_scorer, true);
    f.name = "columns";
    handle *columns = take_handle(&f, argv[1], kind_of_columns, false);
    f.name = "first";
    size_t first = take_size(&f, argv[2]);
    f.name = "count";
    size_t count = take_size(&f, argv[3]);
    f.name = "nowMs";
    int64_t now_ms = take_i64(&f, argv[4]);
    f.name = "out";
    if (!f.failed) take_results(&f, &given, count, scorer ? segments_of(scorer) : 0, &out);
    f.name = "columns";
    if (frame_ready(&f))
        result = csuccess_scorer_columns(scorer ? scorer->object : NULL,
                                         columns ? columns->object : NULL, first, count, now_ms,
                                         &out, &f.err);
    if (frame_result(&f, result)) value = give_i32(&f, result);
    return frame_end(&f, value);
}

/* ---- Others ---- */

BY_HAND(csuccess_calibrator_apply)
{
    frame f;
    napi_value argv[2], value = NULL, buffer = NULL;
    size_t count = 0;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_calibrator_apply";
    f.name = "calibrator";
    csuccess_calibrator *calibrator = take_object(&f, argv[0], kind_of_calibrator, false);
    f.name = "scores";
    const double *scores = take_array(&f, argv[1], ELEMENT_F64, NULL, &count);
    void *out = NULL;
    if (!f.failed)
        frame_ok(&f, napi_create_arraybuffer(env, count * sizeof(double), &out, &buffer));
    if (!f.failed) result = csuccess_calibrator_apply(calibrator, scores, count, out, &f.err);
    if (frame_result(&f, result))
        frame_ok(&f, napi_create_typedarray(env, napi_float64_array, count, buffer, 0, &value));
    return frame_end(&f, value);
}

/* (events, index) -> {result, reason} */
BY_HAND(csuccess_events_result)
{
    frame f;
    napi_value argv[2], value = NULL;
    csuccess_str reason = {NULL, 0};
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_events_result";
    f.name = "events";
    csuccess_events *events = take_object(&f, argv[0], kind_of_events, false);
    f.name = "index";
    size_t index = take_size(&f, argv[1]);
    if (!f.failed && (!events || index >= csuccess_events_count(events)))
        frame_error(&f, CSUCCESS_EINVALID, "is out of range");
    if (!f.failed) {
        csuccess_result result = csuccess_events_result(events, index, &reason);
        value = give_object(&f);
        give_member(&f, value, "result", give_i32(&f, result));
        give_member(&f, value, "reason", give_str(&f, reason));
    }
    return frame_end(&f, value);
}

/* (groups) */
BY_HAND(csuccess_survival_log_rank)
{
    frame f;
    napi_value argv[1], value = NULL;
    csuccess_log_rank out = {.size = sizeof out};
    csuccess_survival **groups = NULL;
    uint32_t count = 0;
    bool is = false;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 1, argv)) return NULL;
    f.function = "csuccess_survival_log_rank";
    f.name = "groups";
    frame_ok(&f, napi_is_array(env, argv[0], &is));
    if (!is)
        frame_type_error(&f, "an array of survivals");
    else if (frame_ok(&f, napi_get_array_length(env, argv[0], &count)))
        groups = frame_space(&f, (count + (size_t)1) * sizeof *groups);
    for (uint32_t i = 0; i < count && !f.failed; i++) {
        napi_value item = NULL;
        if (frame_ok(&f, napi_get_element(env, argv[0], i, &item)))
            groups[i] = take_object(&f, item, kind_of_survival, true);
    }
    if (!f.failed) result = csuccess_survival_log_rank(&out, groups, count, &f.err);
    if (frame_result(&f, result)) value = give_struct(&f, layout_of_log_rank, &out);
    return frame_end(&f, value);
}
