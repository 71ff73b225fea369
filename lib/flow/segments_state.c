/* SPDX-License-Identifier: Apache-2.0 */
/* Memberships in a state. */
#include "flow/segments.h"

csuccess_result csuccess__segments_again(const csuccess__segments *segments,
                                         csuccess__machine *machine,
                                         const csuccess__frame *frame, csuccess__value *slots,
                                         const uint32_t *changed, size_t count, uint64_t *holds,
                                         uint64_t *undecided)
{
    (void)changed;
    (void)count;
    return csuccess__segments_row(segments, machine, frame, slots, holds, undecided);
}
void csuccess__segments_step(csuccess__moment *m)
{
    (void)m;
}
void csuccess__segments_look(csuccess__moment *m)
{
    (void)m;
}
csuccess_result csuccess__segment_set(csuccess__moment *m, uint32_t segment, bool member,
                                      csuccess_str by)
{
    (void)m;
    (void)segment;
    (void)member;
    (void)by;
    return CSUCCESS_ERANGE;
}
csuccess_result csuccess__segment_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason)
{
    (void)m;
    (void)input;
    (void)reason;
    return CSUCCESS_ERANGE;
}
uint32_t csuccess__segment_find(const csuccess__segments *segments, csuccess_str id)
{
    (void)segments;
    (void)id;
    return UINT32_MAX;
}
void csuccess__segment_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
