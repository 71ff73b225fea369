/* SPDX-License-Identifier: Apache-2.0 */
/* Who is in which segment, counted from the states in a database: what entering, leaving and people made of it. */
#ifndef CLI_MEMBERSHIPS_H
#define CLI_MEMBERSHIPS_H

#include "host.h"
#include "output.h"

/* Of every customer that may be seen. An exit code, after telling. */
int memberships_print(cli_host *host, const args *given, output_format format);

#endif
