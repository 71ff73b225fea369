/* SPDX-License-Identifier: Apache-2.0 */
/* Enrollments. */
#include "flow/journeys/enrollment.h"

void csuccess__journeys_publish(csuccess__moment *m)
{
    (void)m;
}
void csuccess__journey_enroll(csuccess__moment *m, const csuccess__happening *enroll)
{
    (void)m;
    (void)enroll;
}
void csuccess__journeys_step(csuccess__moment *m)
{
    (void)m;
}
void csuccess__journeys_happened(csuccess__moment *m, const csuccess__happening *happening)
{
    (void)m;
    (void)happening;
}
csuccess_result csuccess__journey_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason)
{
    (void)m;
    (void)input;
    (void)reason;
    return 0;
}
void csuccess__journeys_release(csuccess__moment *m)
{
    (void)m;
}
uint32_t csuccess__split_way(const csuccess__journey *journey,
                             const csuccess__journey_step *step, csuccess_str customer)
{
    (void)journey;
    (void)step;
    (void)customer;
    return 0;
}
void csuccess__journey_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
void csuccess__enrollment_print(struct csuccess__json_writer *out,
                                const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
