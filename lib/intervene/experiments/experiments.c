/* SPDX-License-Identifier: Apache-2.0 */
/* The section `experiments`. */
#include "intervene/experiments/experiments.h"

#include "intervene/intervene.h"

const csuccess__experiments *
csuccess__experiments_compile(struct csuccess__intervene_build *build,
                              const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__experiments);
}

uint32_t csuccess__experiment_arm(const csuccess__experiment *experiment, csuccess_str unit)
{
    (void)experiment;
    (void)unit;
    return 0;
}

const csuccess__message_template *csuccess__experiment_text(csuccess__turn *t,
                                                            const csuccess__candidate *c)
{
    (void)t;
    (void)c;
    return NULL;
}

void csuccess__experiments_step(csuccess__turn *t)
{
    (void)t;
}

void csuccess__experiments_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__exposure_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
