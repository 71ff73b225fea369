/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts of access. Read by layout_test.c inside its table. */
/* clang-format off */
/* access.h */
SIZE(csuccess_principal, 40),
FIELD(csuccess_principal, size, 0),
FIELD(csuccess_principal, id, 8),
FIELD(csuccess_principal, roles, 24),
FIELD(csuccess_principal, role_count, 32),
SIZE(csuccess_access_question, 80),
FIELD(csuccess_access_question, size, 0),
FIELD(csuccess_access_question, principal, 8),
FIELD(csuccess_access_question, resource, 16),
FIELD(csuccess_access_question, action, 32),
FIELD(csuccess_access_question, owner, 48),
FIELD(csuccess_access_question, leads, 64),
FIELD(csuccess_access_question, leads_ud, 72),
