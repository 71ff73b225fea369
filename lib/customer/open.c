/* SPDX-License-Identifier: Apache-2.0 */
/* What left a condition open: it is asked again, and the inputs that would have decided it are named. */
#include "customer/open.h"

enum { NAMED_MOST = 32 };

static void put_inputs(csuccess__open *open, const csuccess__program *when)
{
    uint32_t slots[NAMED_MOST];
    size_t n = csuccess__program_blame(when, open->machine, &open->frame, slots, NAMED_MOST);
    csuccess__json_key(open->out, CSUCCESS_STR("inputs"));
    csuccess__json_open(open->out, '[');
    for (size_t i = 0; i < n && i < NAMED_MOST; i++) {
        csuccess__buffer_clear(open->scratch);
        csuccess__schema_print(open->schema, open->scratch, slots[i]);
        csuccess__json_str(open->out, csuccess__buffer_view(open->scratch));
        if (open->scratch->status < 0) open->failed = open->scratch->status;
    }
    csuccess__json_close(open->out, ']');
}

void csuccess__open_note(csuccess__open *open, const char *what, csuccess_str id,
                         const csuccess__program *when)
{
    csuccess_result failed = CSUCCESS_OK;
    if (!when || open->failed < 0) return;
    csuccess__value v = csuccess__program_run(when, open->machine, &open->frame, &failed);
    if (failed < 0) open->failed = failed;
    if (failed < 0 || !csuccess__is_missing(v)) return;
    csuccess__json_open(open->out, '{');
    csuccess__json_key(open->out, CSUCCESS_STR("what"));
    csuccess__json_str(open->out, csuccess__str(what));
    csuccess__json_key(open->out, CSUCCESS_STR("id"));
    csuccess__json_str(open->out, id);
    put_inputs(open, when);
    csuccess__json_close(open->out, '}');
}
