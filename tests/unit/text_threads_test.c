/* SPDX-License-Identifier: Apache-2.0 */
/* One compiled pattern, many threads, each with a scratch of its own. */
#include <pthread.h>

#include "base/error.h"
#include "check.h"
#include "text/regex.h"

enum { THREADS = 4, ROUNDS = 20 };

typedef struct worker {
    const csuccess__regex *plain, *explosive;
    unsigned wrong;
} worker;

static void *work(void *ud)
{
    worker *w = ud;
    csuccess__regex_scratch *scratch =
        csuccess__regex_scratch_new(csuccess__malloc_allocator());
    for (int i = 0; scratch && i < ROUNDS; i++) {
        csuccess_str subject = CSUCCESS_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        subject.len -= (size_t)(i % 40);
        w->wrong +=
            csuccess__regex_search(w->plain, scratch, subject, NULL) != CSUCCESS__MATCHED;
        w->wrong +=
            csuccess__regex_search(w->explosive, scratch, subject, NULL) == CSUCCESS__MATCHED;
    }
    w->wrong += scratch == NULL;
    csuccess__regex_scratch_free(scratch);
    return NULL;
}

static void a_pattern_is_shared(void)
{
    csuccess_limits limits;
    csuccess__regex *plain = NULL, *explosive = NULL;
    const csuccess_allocator *mem = csuccess__malloc_allocator();
    csuccess__limits_take(&limits, NULL, NULL);
    CHECK_OK(csuccess__regex_new(&plain, mem, CSUCCESS_STR("a+?$"), &limits, NULL));
    CHECK_OK(csuccess__regex_new(&explosive, mem, CSUCCESS_STR("(a+)+[bc]"), &limits, NULL));
    pthread_t threads[THREADS];
    worker workers[THREADS];
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){plain, explosive, 0};
        CHECK_INT(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_UINT(workers[i].wrong, 0);
    }
    csuccess__regex_free(plain);
    csuccess__regex_free(explosive);
}

CHECK_MAIN(CHECK_TEST(a_pattern_is_shared))
