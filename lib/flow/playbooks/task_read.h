/* SPDX-License-Identifier: Apache-2.0 */
/* Reading what playbooks and tasks share in a document. Problems are noted; false: no memory (noted). */
#ifndef CSUCCESS__FLOW_PLAYBOOKS_TASK_READ_H
#define CSUCCESS__FLOW_PLAYBOOKS_TASK_READ_H

#include "flow/playbooks/task.h"

/* A text whose name must be a channel, or a role; *out is what holds without it. */
void csuccess__read_channel(struct csuccess__flow_build *build, const csuccess__json *object,
                            const char *key, csuccess_str *out);
void csuccess__read_role(struct csuccess__flow_build *build, const csuccess__json *object,
                         const char *key, csuccess_str *out);
/* `title`, and what the task is called without one. */
void csuccess__read_title(struct csuccess__flow_build *build, const csuccess__json *object,
                          csuccess__task_def *out);
/* A text, or a list of lines. */
bool csuccess__read_lines(struct csuccess__flow_build *build, const csuccess__json *object,
                          const char *key, csuccess_str *out);
/* What a step of a playbook says of its task; `out` holds the playbook's own. */
bool csuccess__step_task_read(csuccess__task_def *out, csuccess__duration *from_start,
                              struct csuccess__flow_build *build, const csuccess__json *object);

#endif
