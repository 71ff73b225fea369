/* SPDX-License-Identifier: Apache-2.0 */
/* A stranger's program: compiled as C11 and as C++17 against an installed library only. */
#include <csuccess/csuccess.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_limits limits = CSUCCESS_LIMITS_INIT;
    csuccess_str name = CSUCCESS_STR("expressions");
    if (csuccess_abi() != CSUCCESS_ABI) return 1;
    if (err.size != sizeof err || limits.size != sizeof limits) return 2;
    if (csuccess_feature(name) != 1) return 3;
    if (strcmp(csuccess_result_name(CSUCCESS_ELIMIT), "CSUCCESS_ELIMIT") != 0) return 4;
    printf("%s\n", csuccess_version());
    return 0;
}
