/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's own jobs, at the end of a run. */
#include "engine/machine.h"

void csuccess__run_jobs(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__work_end(engine, work);
}
