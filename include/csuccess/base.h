/* SPDX-License-Identifier: Apache-2.0 */
/* What every other header speaks in: results, strings, errors, allocators, limits and the version. */
#ifndef CSUCCESS_BASE_H
#define CSUCCESS_BASE_H

#include <stddef.h>
#include <stdint.h>

#include <csuccess/results.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Marks what the shared library exports. */
#if defined(_WIN32)
#define CSUCCESS_API
#elif defined(__GNUC__)
#define CSUCCESS_API __attribute__((visibility("default")))
#else
#define CSUCCESS_API
#endif

/**
 * Text handed in or out: UTF-8, not terminated, `ptr` may be NULL when `len` is 0.
 *
 * A string passed in is borrowed for the call and copied if it is kept. One handed out is
 * borrowed from the object that the function names. Bytes that are not UTF-8 are refused with
 * CSUCCESS_EENCODING. The layout is frozen.
 * @since 0.1
 */
typedef struct csuccess_str {
    const char *ptr;
    size_t len;
} csuccess_str;

/** A string literal as a csuccess_str. */
#ifdef __cplusplus
#define CSUCCESS_STR(literal) (csuccess_str{(literal), sizeof(literal) - 1})
#else
#define CSUCCESS_STR(literal) ((csuccess_str){(literal), sizeof(literal) - 1})
#endif

/**
 * What went wrong, where, and what would be right. Owned by the caller; nothing is allocated to
 * report. Any function that takes one takes NULL as well.
 *
 * `code` is the result of the failing call. `pointer` is the JSON Pointer (RFC 6901) of the place in
 * a document, or empty; `offset`, `line`, `column` its byte position in the text that was handed in:
 * offset from 0, line and column from 1, column in bytes; line 0 when there is no place. Long
 * texts are cut at a character and end in "...". Both texts are always terminated.
 * @since 0.1
 */
typedef struct csuccess_error {
    size_t size; /**< set by the caller: sizeof(csuccess_error) */
    int32_t code;
    uint32_t line;
    uint64_t offset;
    uint32_t column;
    uint32_t reserved;
    char pointer[256];
    char message[512];
} csuccess_error;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_ERROR_INIT {sizeof(csuccess_error), 0, 0, 0, 0, 0, {0}, {0}}
#else
#define CSUCCESS_ERROR_INIT {.size = sizeof(csuccess_error)}
#endif
/* clang-format on */

/**
 * Where an object takes its memory from. `size` bytes set by the caller; all three functions are required.
 *
 * `alloc` returns `bytes` bytes aligned for any type, or NULL. `resize` changes a block of `old_bytes`
 * to `new_bytes`, keeping contents, or returns NULL and leaves it. `release` takes back a block of
 * `bytes`; never NULL. The struct is copied; `ud` must live as long as the object. Calls come from the
 * thread that uses the object, and, for a shared object, from the thread that drops the last reference.
 * @since 0.1
 */
typedef struct csuccess_allocator {
    size_t size;
    void *(*alloc)(void *ud, size_t bytes);
    void *(*resize)(void *ud, void *block, size_t old_bytes, size_t new_bytes);
    void (*release)(void *ud, void *block, size_t bytes);
    void *ud;
} csuccess_allocator;

/**
 * Ceilings on hostile input. Zero means the default of the field, which stands behind it. Exceeding
 * one is CSUCCESS_ELIMIT, and the error names which and where. A field beyond what the library can keep to (such as a
 * depth of more than 256) is refused with CSUCCESS_ERANGE.
 * @since 0.1
 */
typedef struct csuccess_limits {
    size_t size;                 /**< set by the caller: sizeof(csuccess_limits) */
    uint32_t document_bytes;     /**< one JSON document; 4 MiB */
    uint32_t document_depth;     /**< nesting of a JSON document; 64 */
    uint32_t document_nodes;     /**< values in a JSON document; 200,000 */
    uint32_t string_bytes;       /**< one string value of a customer; 65,536 */
    uint32_t expression_bytes;   /**< text of one expression; 16,384 */
    uint32_t expression_depth;   /**< nesting of one expression; 64 */
    uint32_t expression_nodes;   /**< operators, names and literals of one expression; 4,096 */
    uint32_t evaluation_steps;   /**< steps of one evaluation for one customer; 100,000 */
    uint32_t pattern_bytes;      /**< a regular expression; 1,024 */
    uint32_t subject_bytes;      /**< the text it is matched against; 8,192 */
    uint32_t collection_records; /**< records in one collection of a customer; 1,000 */
    uint32_t list_items;         /**< items of one list value; 1,000 */
    uint32_t problems;           /**< problems kept of one document; 100 */
    uint32_t output_bytes;       /**< one rendered text or JSON result; 16 MiB */
    uint32_t extends_depth;      /**< documents that extend one another; 8 */
    uint32_t reserved;
} csuccess_limits;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_LIMITS_INIT {sizeof(csuccess_limits), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_LIMITS_INIT {.size = sizeof(csuccess_limits)}
#endif
/* clang-format on */

/**
 * A text that the library made and the caller owns.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_text csuccess_text;

/** The bytes of a text, UTF-8, terminated behind their end; borrowed until csuccess_text_free(). @since 0.1 */
CSUCCESS_API csuccess_str csuccess_text_view(const csuccess_text *text);
/** Frees a text; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_text_free(csuccess_text *text);

/** The version of the library that runs, such as "0.1.0". Static, terminated. @since 0.1 */
CSUCCESS_API const char *csuccess_version(void);

/**
 * The ABI generation of the library that runs: what CSUCCESS_ABI was when it was built. A host built
 * against another generation must not go on.
 * @since 0.1
 */
CSUCCESS_API uint32_t csuccess_abi(void);
#define CSUCCESS_ABI 0u

/**
 * Whether an optional part is in this build: 1 or 0, 0 for an unknown name. Names so far:
 * "expressions", "scorecards", "columns", "regex", "presets".
 * @since 0.1
 */
CSUCCESS_API int32_t csuccess_feature(csuccess_str name);

/**
 * The name of a result code, such as "CSUCCESS_ELIMIT"; an unknown negative code is
 * "CSUCCESS_EGENERIC", an unknown positive one "CSUCCESS_OK". Static, terminated.
 * @since 0.1
 */
CSUCCESS_API const char *csuccess_result_name(csuccess_result code);

/** What a result code means, one sentence, static, terminated. @since 0.1 */
CSUCCESS_API const char *csuccess_result_text(csuccess_result code);

#ifdef __cplusplus
}
#endif

#endif
