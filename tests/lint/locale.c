/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into a program under test: sets the locale of the environment before main, as a host would. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void set_locale(void)
{
    const char *wanted = getenv("CHECK_LOCALE");
    const char *got = setlocale(LC_ALL, "") ? setlocale(LC_NUMERIC, NULL) : NULL;
    if (!wanted || !got || strcmp(got, wanted) != 0) {
        fprintf(stderr, "the locale %s is not there\n", wanted ? wanted : "(none)");
        abort();
    }
}
