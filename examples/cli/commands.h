/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, and what those that score have in common. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "args.h"
#include <csuccess/csuccess.h>

int score_run(const args *given);
int eval_run(const args *given);
int check_run(const args *given);
int preset_run(const args *given);
int segment_run(const args *given);
int train_run(const args *given);
int backtest_run(const args *given);
int tune_run(const args *given);
int model_run(const args *given);
/* score of what a database keeps (--db). */
int score_kept_run(const args *given);
int run_run(const args *given);
int import_run(const args *given);
int simulate_run(const args *given);
int publish_run(const args *given);
int draw_run(const args *given);
int results_run(const args *given);
int explain_run(const args *given);
int state_run(const args *given);
int replay_run(const args *given);
int parked_run(const args *given);
int audit_run(const args *given);
int privacy_run(const args *given);

/* A configuration with facts and scorer, and the time. */
typedef struct session {
    csuccess_config *config;
    csuccess_facts *facts;
    csuccess_scorer *scorer;
    int64_t now;
} cli_session;

/* 0, or the exit code after telling why. */
int session_open(cli_session *s, const args *given);
void session_close(cli_session *s);

#endif
