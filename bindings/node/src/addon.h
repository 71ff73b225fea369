/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the Node addon share: a call in progress, handles, hooks (functions of the host that C calls), and tables of structs. */
#ifndef CSUCCESS_NODE_ADDON_H
#define CSUCCESS_NODE_ADDON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef NAPI_VERSION
#define NAPI_VERSION 8
#endif
#include <node_api.h>

#include <csuccess/csuccess.h>

typedef struct addon addon;
typedef struct frame frame;
typedef struct handle handle;
typedef struct hook hook;
typedef struct layout layout;

/* ---- One environment: the main thread or a worker ---- */

/** Names that results bear, each of them once: their place in an array of JavaScript stands for them. */
typedef struct word_list {
    struct word *list;
    uint16_t *places; /**< by hash: 1 + index */
    uint32_t count;
    uint32_t last[3]; /**< of the last score: the next one as a rule bears the same */
    napi_ref array;
} word_list;

struct addon {
    napi_env env;
    napi_ref error_class;
    frame *frame;         /**< the innermost call */
    csuccess_result last; /**< of the last call */
    bool ended;           /**< the environment is gone: nothing of Node may be called */
    size_t owners;        /**< the environment, and every handle */
    size_t live;          /**< objects of the library that are there */
    handle **known;       /**< every handle: a hash table of `room`, a power of two */
    size_t room, count;
    napi_ref *makers; /**< by layout: the function that makes its object */
    word_list words;
};

void addon_release(addon *a);
void words_free(addon *a);

/* ---- Handles ---- */

typedef struct handle_kind {
    const char *name;
    void (*free)(void *object); /**< NULL: never ours */
    bool shared;                /**< immutable and counted: used by any number of calls */
} handle_kind;

/** A handle that another one, or a call under way, needs. */
typedef struct need {
    struct need *next;
    handle *on;
    const char *label; /**< what takes its place has the same; NULL: nothing does */
    uint64_t ticket;   /**< of a call under way; 0: none */
} need;

struct handle {
    addon *addon;
    const handle_kind *kind;
    void *object;        /**< NULL: freed, or taken back by who lent it */
    handle *lender;      /**< whose object it is; NULL: our own */
    uint64_t generation; /**< counts the calls that change it */
    uint64_t lent_at;    /**< the lender's generation; 0: as long as the lender is there */
    size_t owners;       /**< the JavaScript object, those that need it, those that it lends */
    size_t needed;       /**< how many need it: it is not freed before them */
    int32_t busy;        /**< -1: a call changes it; else how many calls read it */
    bool closed;         /**< by the host */
    need *needs;
    hook *hooks;
    handle *lent;          /**< the first that it lends; counted by none */
    handle **lent_from;    /**< where the lender's list has it */
    handle *next_lent;     /**< the next of the same lender */
    const csuccess_op *op; /**< of a reply: the operation that it answers */
    uint64_t op_id;
    struct column *columns; /**< what is bound */
    size_t rows;            /**< of columns */
};

/** An array that is bound to columns, as it was then. */
typedef struct column {
    struct column *next;
    napi_ref array;
    const void *data;
    size_t bytes;
    uint32_t key; /**< the slot, and which of its arrays */
} column;

extern const handle_kind handle_kinds[];

handle *handle_make(addon *a, const handle_kind *kind, void *object, napi_value *value);
void handle_release(handle *h);
handle *handle_root(handle *h);
/** Takes a lent object back. */
void handle_revoke(handle *h);
/** The same for ever: its lender has nothing to do with it any more. */
void handle_return(handle *h);
/** Frees the object now, or, when something needs it, with what needs it. */
void handle_close(handle *h);
/** Whether the memory of what is bound is still there; else throws. */
bool columns_whole(frame *f, const handle *h);
bool handle_need(handle *h, handle *on, const char *label, uint64_t ticket);
void handle_forget(handle *h, const char *label, uint64_t ticket);
void handle_drop_columns(handle *h);

/* ---- A call in progress ---- */

enum { FRAME_SPACE = 1536 };

typedef struct block {
    struct block *next;
} block;

/** A handle that a call uses. */
typedef struct held {
    struct held *next;
    handle *handle;
    bool changes;
    bool by_root; /**< held because it lends another */
} held;

struct frame {
    napi_env env;
    addon *addon;
    frame *outer;
    const char *function;
    const char *name;  /**< of the parameter that is looked at */
    const char *field; /**< of its member; NULL: itself */
    bool failed;       /**< an exception is pending */
    bool stopped;      /**< the environment ends: nothing may be called any more */
    napi_ref raised;   /**< an array with the first exception of a hook */
    held *held;
    hook *hooks; /**< made for this call */
    hook *reopen;
    bool columns; /**< columns are held */
    block *blocks;
    size_t rows; /**< length of arrays whose length is a parameter of its own */
    size_t used;
    csuccess_error err;
    _Alignas(16) char space[FRAME_SPACE];
};

/** Reads `count` arguments; what is not given is undefined. False: throw already done. */
bool frame_begin(frame *f, napi_env env, napi_callback_info info, size_t count,
                 napi_value *argv);
/** Gives back what the call holds; throws what a hook threw. */
napi_value frame_end(frame *f, napi_value value);
/**
 * Right before C is called: whether nothing has failed, and what columns are bound to is still there. Looking at objects may have run
 * code of the host.
 */
bool frame_ready(frame *f);
/** After C returned. True: there is a result to give; else an exception is pending. */
bool frame_result(frame *f, csuccess_result result);
/** Hooks and handles of this call live as long as `owner`. `label`: instead of those of the call before with the same label. */
void frame_keep(frame *f, handle *owner, const char *label);
/** Memory until the call ends, aligned for anything; NULL: thrown. */
void *frame_space(frame *f, size_t bytes);
/** A text that came with an error goes with it, as `report`; the first one. Freed. */
void frame_report(frame *f, csuccess_text *text, bool first);
void frame_type_error(frame *f, const char *wanted);
void frame_error(frame *f, csuccess_result result, const char *what);
/** What a call of Node says; anything but napi_ok ends the call. */
bool frame_ok(frame *f, napi_status status);
/** Keeps what a hook threw. */
void frame_raise(addon *a);

handle *take_handle(frame *f, napi_value value, const handle_kind *kind, bool changes);
void *take_object(frame *f, napi_value value, const handle_kind *kind, bool changes);
/** Whether it is one of ours: NULL when not. Never throws. */
handle *handle_of(addon *a, napi_value value);
bool handle_hold(frame *f, handle *h, bool changes);

/* ---- Values in ---- */

bool take_nothing(frame *f, napi_value value); /**< null or undefined */
double take_f64(frame *f, napi_value value);
const double *take_f64_or_null(frame *f, napi_value value);
int64_t take_i64(frame *f, napi_value value);
uint64_t take_u64(frame *f, napi_value value);
size_t take_size(frame *f, napi_value value);
uint32_t take_u32(frame *f, napi_value value);
int32_t take_i32(frame *f, napi_value value);
csuccess_str take_str(frame *f, napi_value value);

enum element {
    ELEMENT_U8,
    ELEMENT_I32,
    ELEMENT_U32,
    ELEMENT_I64,
    ELEMENT_F64,
    ELEMENT_STR,
    ELEMENT_STRUCT
};
/** An array of plain values, copied. NULL for null. */
const void *take_array(frame *f, napi_value value, enum element element, const layout *of,
                       size_t *count);

/* ---- Values out ---- */

napi_value give_null(frame *f);
napi_value give_f64(frame *f, double value);
napi_value give_i64(frame *f, int64_t value);
napi_value give_u64(frame *f, uint64_t value);
napi_value give_u32(frame *f, uint32_t value);
napi_value give_i32(frame *f, int32_t value);
napi_value give_str(frame *f, csuccess_str value);
napi_value give_chars(frame *f, const char *value);
napi_value give_bytes(frame *f, csuccess_str value);
napi_value give_text(frame *f, csuccess_text *text); /**< and frees it */
napi_value
give_text_bytes(frame *f, csuccess_text *text); /**< the same of what is no text, as a Buffer */
napi_value give_own(frame *f, const handle_kind *kind, void *object, const char *label);
napi_value give_lent(frame *f, const handle_kind *kind, const void *object, handle *lender,
                     bool until_changed);
void give_member(frame *f, napi_value object, const char *key, napi_value value);
napi_value give_object(frame *f);

/* ---- Structs ---- */

enum field_kind {
    FIELD_U32,
    FIELD_I32,
    FIELD_U64,
    FIELD_I64,
    FIELD_SIZE,
    FIELD_F64,
    FIELD_STR,
    FIELD_NULLABLE, /**< text, null where there is none */
    FIELD_BYTES,    /**< of opaque bytes, null where there are none */
    FIELD_STRUCT,   /**< inside */
    FIELD_POINTER,  /**< to a struct */
    FIELD_ARRAY,
    FIELD_U64S, /**< a fixed number of them */
    FIELD_HANDLE,
    FIELD_HOOK,
    FIELD_CUSTOMERS,
    FIELD_TEXT,
    FIELD_BATCHES
};
enum count_kind { COUNT_SIZE, COUNT_U32, COUNT_ROWS };

typedef struct field {
    const char *key;
    enum field_kind kind;
    enum element element;
    enum count_kind counted;
    uint32_t offset;
    uint32_t at; /**< of the count, or of the hook's user data */
    uint32_t length;
    const layout *of;
    const handle_kind *handle;
    void (*hook)(void);
} field;

struct layout {
    const char *name;
    uint32_t bytes;
    bool sized;
    uint32_t index;
    uint32_t count;
    const field *fields;
};

extern const layout layouts[];
extern const uint32_t layout_count;

/** Fills `out` from a plain object; false: thrown. */
bool take_struct(frame *f, napi_value value, const layout *of, void *out);
/** The same into memory of the call; NULL for null or undefined. */
const void *take_pointer(frame *f, napi_value value, const layout *of);
napi_value give_struct(frame *f, const layout *of, const void *value);
napi_value give_batch(frame *f, const csuccess_batch *batch);

/* ---- Hooks ---- */

enum { HOOK_SLOTS = 10 };

struct hook {
    hook *next;
    addon *addon;
    napi_ref self; /**< the object whose members the slots are; NULL: a plain function */
    napi_ref slots[HOOK_SLOTS];
    hook *reopen;
    const char *label;
};

void hook_free(hook *h);
/** A function; NULL for null, undefined, or thrown. */
hook *take_hook(frame *f, napi_value value);
const csuccess_customer_ops *take_customers(frame *f, napi_value value);
/** A store: a handle of one in C, or an object of functions. */
const csuccess_store_ops *take_store(frame *f, napi_value value, void **ud);
const csuccess_channel_ops *take_channel(frame *f, napi_value value, void **ud);
/** Calls a slot; false: it threw, which is kept, or the environment ends. */
bool hook_call(hook *h, unsigned slot, size_t argc, const napi_value *argv, napi_value *result);

csuccess_result hook_resolve(void *ud, csuccess_str name, csuccess_str *document);
csuccess_result hook_model(void *ud, csuccess_str name, csuccess_model **out);
int32_t hook_leads(void *ud, csuccess_str manager, csuccess_str member);
csuccess_result hook_predict(void *ud, const csuccess_predict_batch *batch);
csuccess_result hook_log(void *ud, const csuccess_prediction *list, size_t count);
csuccess_result hook_random(void *ud, uint8_t *bytes, size_t count);
csuccess_result hook_zone(void *ud, csuccess_str zone, int64_t at_ms,
                          csuccess_zone_answer *out);
csuccess_result hook_variable(void *ud, csuccess_str customer, csuccess_str name,
                              csuccess_str *json);
csuccess_result hook_sentiment(void *ud, csuccess_str customer, csuccess_str text,
                               csuccess_feeling *feeling);
void hook_trace(void *ud, csuccess_str line);
uint32_t hook_simulated_send(void *ud, const csuccess_send_request *request);
int hook_progress(void *ud, uint64_t done, uint64_t total);
csuccess_result hook_reopen(void *ud);

/* ---- Functions by hand ---- */

napi_value free_handle(napi_env env, napi_callback_info info, const char *name,
                       const handle_kind *kind);

/* A thunk, declared and defined. */
#define BY_HAND(name) \
    napi_value by_hand_##name(napi_env env, napi_callback_info info); \
    napi_value by_hand_##name(napi_env env, napi_callback_info info)

/* ---- Made from the headers ---- */

extern const handle_kind *const kind_of_config,
    *const kind_of_model, *const kind_of_facts,
                              *const kind_of_scorer,
                                  *const kind_of_membership,
                                      *const kind_of_columns,
                                          *const kind_of_calibrator,
                                              *const kind_of_survival,
                                                  *const kind_of_events,
                                                      *const kind_of_engine,
                                                          *const kind_of_txn,
                                                              *const kind_of_reply,
                                                                  *const kind_of_memory_store,
                                                                      *const kind_of_sqlite;
extern const layout *const layout_of_write,
    *const layout_of_entry,
        *const layout_of_message,
            *const layout_of_delta,
                *const layout_of_input,
                    *const layout_of_prediction,
                        *const layout_of_send_request,
                            *const layout_of_feeling,
                                *const layout_of_zone_answer,
                                    *const layout_of_call,
                                        *const layout_of_outcome,
                                            *const layout_of_log_rank,
                                                *const layout_of_conformance_options;
extern const layout *const store_layouts[HOOK_SLOTS];

typedef struct entry_point {
    const char *name;
    napi_callback call;
} entry_point;
typedef struct constant {
    const char *name;
    double value;
} constant;
extern const entry_point entry_points[];
extern const uint32_t entry_point_count;
extern const constant constants[];
extern const uint32_t constant_count;
extern const entry_point
    extra_points[]; /**< those that are not functions of the library; ends with NULL */

#endif
