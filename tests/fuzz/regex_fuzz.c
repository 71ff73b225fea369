/* SPDX-License-Identifier: Apache-2.0 */
/* A pattern up to the first zero byte or else the first line, and a subject behind it: refused with a place, or
   searched, where the plan for plain text must say what PCRE2 says. */
#include <string.h>

#include "base/error.h"
#include "fuzz.h"
#include "text/regex.h"
#include "text/utf8.h"

static csuccess__regex *compile(csuccess_str pattern, const csuccess_limits *limits)
{
    csuccess__regex *regex = NULL;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess__regex_new(&regex, csuccess__malloc_allocator(), pattern, limits, &err);
    FUZZ_CHECK((result == CSUCCESS_OK) == (regex != NULL));
    if (!regex) {
        FUZZ_CHECK(err.code == result && err.message[0] != '\0' && err.offset <= pattern.len);
    }
    return regex;
}

static void search_both(csuccess_str pattern, csuccess_str subject,
                        const csuccess_limits *limits)
{
    csuccess__regex *regex = compile(pattern, limits);
    if (!regex) return;
    /* A comment in front changes nothing for PCRE2 and is nothing that the plan knows. */
    char text[128] = "(?#)";
    memcpy(text + 4, pattern.ptr, pattern.len);
    csuccess__regex *slow = compile((csuccess_str){text, pattern.len + 4}, limits);
    csuccess__regex_scratch *scratch =
        csuccess__regex_scratch_new(csuccess__malloc_allocator());
    FUZZ_CHECK(slow && scratch);
    csuccess__match a = csuccess__regex_search(regex, scratch, subject, NULL);
    csuccess__match b = csuccess__regex_search(slow, scratch, subject, NULL);
    FUZZ_CHECK(a == b || b == CSUCCESS__UNDECIDED);
    FUZZ_CHECK(csuccess__regex_search(regex, scratch, subject, NULL) == a);
    csuccess__regex_scratch_free(scratch);
    csuccess__regex_free(regex);
    csuccess__regex_free(slow);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    csuccess_limits limits;
    csuccess__limits_take(&limits, NULL, NULL);
    const char *text = (const char *)data;
    const char *end = size ? memchr(text, 0, size) : NULL;
    if (!end && size) end = memchr(text, '\n', size);
    size_t n = end ? (size_t)(end - text) : size;
    csuccess_str subject = {end ? end + 1 : NULL, end ? size - n - 1 : 0};
    if (n > 100 || subject.len > 300) return 0;
    if (!csuccess__utf8_check(subject, NULL)) subject.len = 0;
    search_both((csuccess_str){text, n}, subject, &limits);
    return 0;
}
