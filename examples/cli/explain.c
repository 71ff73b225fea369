/* SPDX-License-Identifier: Apache-2.0 */
#include "explain.h"
void explain_print(csuccess_str explanation) { (void)explanation; }
