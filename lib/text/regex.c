/* SPDX-License-Identifier: Apache-2.0 */
/* Regular expressions over PCRE2, bounded in two attempts. The only file that sees PCRE2. */
#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "text/regex_literal.h"
#include "text/utf8.h"

enum {
    FIRST_MATCH_LIMIT = 1000,
    CALLOUT_BUDGET = 200000,
    /* The budget is what ends a second attempt; these only back it up. Limits are counts, not bytes,
       so that they are met at the same place on every platform. */
    SECOND_MATCH_LIMIT = 10000000,
    FRAME_BYTES =
        16 << 20, /* what the frames of a nested match may take, by our own estimate */
    FRAME_BASE = 160,
    FRAME_PER_GROUP = 16,
    HEAP_KIB = 1 << 18,
    BLOCK_HEAD = 16 /* keeps the alignment of the allocator */
};

struct csuccess__regex {
    csuccess_allocator mem;
    uint32_t subject_bytes;
    uint32_t depth_limit;
    pcre2_code *plain;   /* NULL when the literals decide */
    pcre2_code *counted; /* the same pattern with automatic callouts */
    csuccess__literal_plan literals;
};

struct csuccess__regex_scratch {
    csuccess_allocator mem;
    pcre2_general_context *general;
    pcre2_match_data *data;
    pcre2_match_context *first, *second;
    uint32_t callouts; /* of the attempt that runs */
};

/* PCRE2 does not give sizes back: each block carries its own. */
static void *take_block(size_t bytes, void *ud)
{
    const csuccess_allocator *mem = ud;
    size_t total;
    if (!csuccess__add_size(&total, bytes, BLOCK_HEAD)) return NULL;
    char *block = mem->alloc(mem->ud, total);
    if (!block) return NULL;
    memcpy(block, &total, sizeof total);
    return block + BLOCK_HEAD;
}

static void give_block(void *bytes, void *ud)
{
    const csuccess_allocator *mem = ud;
    size_t total;
    if (!bytes) return;
    char *block = (char *)bytes - BLOCK_HEAD;
    memcpy(&total, block, sizeof total);
    mem->release(mem->ud, block, total);
}

static csuccess_result no_memory(csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_ENOMEM, "no memory for a regular expression");
}

static csuccess_result refuse(csuccess_error *err, csuccess_result result, csuccess_str pattern,
                              size_t offset, const char *message)
{
    csuccess__fail(err, result, "regular expression: %s", message);
    csuccess__error_at(err, pattern, offset);
    return result;
}

/* What can be said of a pattern before it is compiled. */
static csuccess_result check_pattern(csuccess_str pattern, const csuccess_limits *limits,
                                     csuccess_error *err)
{
    size_t bad;
    if (pattern.len > limits->pattern_bytes) {
        csuccess__fail(err, CSUCCESS_ELIMIT,
                       "a regular expression of %z bytes, more than %u (limit pattern_bytes)",
                       pattern.len, limits->pattern_bytes);
        csuccess__error_at(err, pattern, limits->pattern_bytes);
        return CSUCCESS_ELIMIT;
    }
    if (!csuccess__utf8_check(pattern, &bad)) {
        return refuse(err, CSUCCESS_EENCODING, pattern, bad, "not UTF-8");
    }
    if (csuccess__str_starts(pattern, CSUCCESS_STR("(*"))) {
        return refuse(err, CSUCCESS_EEXPRESSION, pattern, 0,
                      "it may not begin with a setting (*...); remove it");
    }
    return CSUCCESS_OK;
}

static csuccess_result compile(pcre2_code **out, csuccess_str pattern, uint32_t options,
                               pcre2_compile_context *context, csuccess_error *err)
{
    int code;
    PCRE2_SIZE offset;
    *out =
        pcre2_compile((PCRE2_SPTR)(pattern.len ? pattern.ptr : ""), pattern.len,
                      options | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, context);
    if (*out) return CSUCCESS_OK;
    if (code == PCRE2_ERROR_HEAP_FAILED) return no_memory(err);
    PCRE2_UCHAR message[256];
    if (pcre2_get_error_message(code, message, sizeof message) < 0) {
        message[0] = '\0';
    }
    return refuse(err, CSUCCESS_EEXPRESSION, pattern, offset, (const char *)message);
}

/* Notes where the first callout that the pattern itself asks for stands. */
static int note_callout(pcre2_callout_enumerate_block *block, void *offset)
{
    *(size_t *)offset = block->pattern_position;
    return 1;
}

static uint32_t depth_limit(const pcre2_code *code)
{
    uint32_t groups = 0;
    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &groups);
    return FRAME_BYTES / (FRAME_BASE + FRAME_PER_GROUP * (groups + 1));
}

static csuccess_result compile_both(csuccess__regex *regex, csuccess_str pattern,
                                    pcre2_compile_context *context, csuccess_error *err)
{
    /* What the build of PCRE2 has as default must not show. */
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    pcre2_set_bsr(context, PCRE2_BSR_UNICODE);
    csuccess_result result = compile(&regex->plain, pattern, 0, context, err);
    if (result != CSUCCESS_OK) return result;
    size_t offset = 0;
    if (pcre2_callout_enumerate(regex->plain, note_callout, &offset) != 0) {
        return refuse(err, CSUCCESS_EEXPRESSION, pattern, offset,
                      "callouts (?C) are not available; remove it");
    }
    csuccess__literal_plan_make(&regex->literals, pattern);
    if (regex->literals.decides) {
        pcre2_code_free(regex->plain);
        regex->plain = NULL;
        return CSUCCESS_OK;
    }
    regex->depth_limit = depth_limit(regex->plain);
    return compile(&regex->counted, pattern, PCRE2_AUTO_CALLOUT, context, err);
}

csuccess_result csuccess__regex_new(csuccess__regex **out, const csuccess_allocator *mem,
                                    csuccess_str pattern, const csuccess_limits *limits,
                                    csuccess_error *err)
{
    pcre2_general_context *general = NULL;
    pcre2_compile_context *context = NULL;
    csuccess__regex *regex = NULL;
    *out = NULL;
    csuccess_result result = check_pattern(pattern, limits, err);
    if (result != CSUCCESS_OK) return result;
    regex = csuccess__alloc(mem, 1, sizeof *regex);
    if (!regex) return no_memory(err);
    regex->mem = *mem;
    regex->subject_bytes = limits->subject_bytes;
    general = pcre2_general_context_create(take_block, give_block, &regex->mem);
    if (general) {
        context = pcre2_compile_context_create(general);
    }
    result = context ? compile_both(regex, pattern, context, err) : no_memory(err);
    pcre2_compile_context_free(context);
    pcre2_general_context_free(general);
    if (result != CSUCCESS_OK) {
        csuccess__regex_free(regex);
        return result;
    }
    *out = regex;
    return CSUCCESS_OK;
}

void csuccess__regex_free(csuccess__regex *regex)
{
    if (!regex) return;
    pcre2_code_free(regex->plain);
    pcre2_code_free(regex->counted);
    csuccess_allocator mem = regex->mem;
    csuccess__release(&mem, regex, 1, sizeof *regex);
}

/* Called before every item of the pattern that the second attempt tries. */
static int count_callout(pcre2_callout_block *block, void *ud)
{
    csuccess__regex_scratch *scratch = ud;
    (void)block;
    return ++scratch->callouts > CALLOUT_BUDGET ? PCRE2_ERROR_CALLOUT : 0;
}

csuccess__regex_scratch *csuccess__regex_scratch_new(const csuccess_allocator *mem)
{
    csuccess__regex_scratch *s = csuccess__alloc(mem, 1, sizeof *s);
    if (!s) return NULL;
    s->mem = *mem;
    s->general = pcre2_general_context_create(take_block, give_block, &s->mem);
    if (s->general) {
        s->data = pcre2_match_data_create(1, s->general);
        s->first = pcre2_match_context_create(s->general);
        s->second = pcre2_match_context_create(s->general);
    }
    if (!s->data || !s->first || !s->second) {
        csuccess__regex_scratch_free(s);
        return NULL;
    }
    pcre2_set_match_limit(s->first, FIRST_MATCH_LIMIT);
    pcre2_set_match_limit(s->second, SECOND_MATCH_LIMIT);
    pcre2_set_heap_limit(s->first, HEAP_KIB);
    pcre2_set_heap_limit(s->second, HEAP_KIB);
    pcre2_set_callout(s->second, count_callout, s);
    return s;
}

void csuccess__regex_scratch_free(csuccess__regex_scratch *scratch)
{
    if (!scratch) return;
    pcre2_match_data_free(scratch->data);
    pcre2_match_context_free(scratch->first);
    pcre2_match_context_free(scratch->second);
    pcre2_general_context_free(scratch->general);
    csuccess_allocator mem = scratch->mem;
    csuccess__release(&mem, scratch, 1, sizeof *scratch);
}

/* One attempt: what PCRE2 says, >= 0 for a match. */
static int attempt(const pcre2_code *code, csuccess__regex_scratch *scratch,
                   pcre2_match_context *context, csuccess_str subject, size_t from)
{
    return pcre2_match(code, (PCRE2_SPTR)subject.ptr, subject.len, from, PCRE2_NO_UTF_CHECK,
                       scratch->data, context);
}

/* The search by PCRE2, in two attempts. */
static csuccess__match search(const csuccess__regex *regex, csuccess__regex_scratch *scratch,
                              csuccess_str subject, size_t from, csuccess_result *failed)
{
    int rc = attempt(regex->plain, scratch, scratch->first, subject, from);
    if (rc == PCRE2_ERROR_MATCHLIMIT) {
        scratch->callouts = 0;
        pcre2_set_depth_limit(scratch->second, regex->depth_limit);
        rc = attempt(regex->counted, scratch, scratch->second, subject, from);
    }
    if (rc >= 0) return CSUCCESS__MATCHED;
    if (rc == PCRE2_ERROR_NOMATCH) return CSUCCESS__NO_MATCH;
    if (rc == PCRE2_ERROR_NOMEMORY) {
        *failed = CSUCCESS_ENOMEM;
    }
    return CSUCCESS__UNDECIDED;
}

csuccess__match csuccess__regex_search(const csuccess__regex *regex,
                                       csuccess__regex_scratch *scratch, csuccess_str subject,
                                       csuccess_result *failed)
{
    csuccess_result ignored;
    if (!failed) {
        failed = &ignored;
    }
    *failed = CSUCCESS_OK;
    if (subject.len > regex->subject_bytes) return CSUCCESS__UNDECIDED;
    if (subject.len == 0) {
        subject.ptr = ""; /* it may be NULL, which nothing may be added to */
    }
    if (!csuccess__literal_plan_holds(&regex->literals, subject)) return CSUCCESS__NO_MATCH;
    return regex->literals.decides ? CSUCCESS__MATCHED
                                   : search(regex, scratch, subject, 0, failed);
}

csuccess__match csuccess__regex_find(const csuccess__regex *regex,
                                     csuccess__regex_scratch *scratch, csuccess_str subject,
                                     size_t from, csuccess__span_found *found)
{
    *found = (csuccess__span_found){.failed = CSUCCESS_OK};
    bool open = subject.len > regex->subject_bytes || regex->literals.decides;
    if (open || from > subject.len) return CSUCCESS__UNDECIDED;
    if (subject.len == 0) subject.ptr = "";
    csuccess__match match = search(regex, scratch, subject, from, &found->failed);
    if (match != CSUCCESS__MATCHED) return match;
    const size_t *ends = pcre2_get_ovector_pointer(scratch->data);
    found->first = ends[0];
    found->end = ends[1];
    return match;
}
