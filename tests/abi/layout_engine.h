/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts of events, and of engines. Read by layout_test.c inside its table. */
/* clang-format off */
/* events.h */
SIZE(csuccess_event, 112),
FIELD(csuccess_event, size, 0),
FIELD(csuccess_event, type, 8),
FIELD(csuccess_event, priority, 12),
FIELD(csuccess_event, id, 16),
FIELD(csuccess_event, customer, 32),
FIELD(csuccess_event, user, 48),
FIELD(csuccess_event, name, 64),
FIELD(csuccess_event, source, 80),
FIELD(csuccess_event, at_ms, 96),
FIELD(csuccess_event, expires_at_ms, 104),
