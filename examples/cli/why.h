/* SPDX-License-Identifier: Apache-2.0 */
/* Why, in words: what moved a probability of churn, strongest first. */
#ifndef CLI_WHY_H
#define CLI_WHY_H

#include "commands.h"
#include "stream.h"

/* Appends a JSON array of sentences about the customer whose result it is, such as
   "Contract = Month-to-month raises the odds x 2.1". False: no memory. */
bool why_write(text *out, const cli_session *session, csuccess_str result);
/* Prints such an array, a sentence per line. */
void why_print(csuccess_str sentences);

#endif
