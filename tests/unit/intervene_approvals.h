/* SPDX-License-Identifier: Apache-2.0 */
/* A configuration that asks for approvals, and the words by which they are asked for and decided. */
#ifndef INTERVENE_APPROVALS_H
#define INTERVENE_APPROVALS_H

#include "intervene_deciding.h"

static const char approvals_document[] =
    "{`csuccess`:1,`attributes`:{`arr`:{`type`:`number`},`strategic`:{`type`:`bool`}},"
    "`channels`:{`email`:{`cost`:1},`phone`:{`cost`:500},`slack`:{}},"
    "`policies`:{`locale`:`en`},`access`:{},"
    "`templates`:{`t`:{`locales`:{`en`:{`text`:`Hello`}}}},"
    "`offers`:{`save`:{`types`:{`x`:{}},`value`:`arr`,`approval_above`:300000}},"
    "`interventions`:{`plain`:{`type`:`email`,`template`:`t`,`cost`:100},"
    "`give`:{`type`:`offer`,`offer`:`save`,`template`:`t`},"
    "`auto`:{`type`:`email`,`template`:`t`},`call`:{`type`:`email`,`template`:`t`}},"
    "`campaigns`:{`spring`:{`type`:`proactive`,`category`:`engagement`,`status`:`active`,"
    "`when`:`true`,`repeat`:`P1D`,`actions`:{`one`:{`intervention`:`plain`},"
    "`two`:{`intervention`:`plain`,`after`:`P1D`}}}},"
    "`approvals`:{"
    "`big_offer`:{`for`:[`offer/*`],`when`:`offer.value > 1000 && offer.value < 2000`,"
    "`approver`:`chairman`,`priority`:`high`,`expires`:`P3D`,`channel`:`slack`},"
    "`strategic`:{`for`:[`campaign/*`,`intervention/plain`],`when`:`strategic`,"
    "`approver`:`chairman`,`expires`:`P2D`,`on_expiry`:`escalate`,`escalate_to`:`board`},"
    "`lenient`:{`for`:[`intervention/auto`],`approver`:`manager`,`expires`:`P1D`,"
    "`on_expiry`:`approve`},"
    "`strict`:{`for`:[`intervention/call`],`approver`:`manager`}}}";

static inline void know(deciding *d, double arr, bool strategic)
{
    trip_set(&d->trip, "arr", csuccess__number(arr));
    trip_set(&d->trip, "strategic", csuccess__boolean(strategic));
}

/* Asks about an intervention in a step of its own. */
static inline csuccess__ruled ask(deciding *d, int64_t now, const char *id)
{
    csuccess__candidate c = deciding_candidate(d, id);
    return deciding_asked(d, now, &c);
}

/* As ask(), and it leaves where it may. */
static inline csuccess__ruled go(deciding *d, int64_t now, const char *id)
{
    csuccess__candidate c = deciding_candidate(d, id);
    csuccess__ruled ruled = deciding_asked(d, now, &c);
    if (ruled.ruling == CSUCCESS__ALLOW) deciding_leave(d, &c);
    return ruled;
}

/* A word on the first request there is; `more` follows with a comma in front. */
static inline csuccess_result word(deciding *d, int64_t now, const char *event,
                                   const char *more)
{
    char text[1200];
    (void)deciding_begin(d, now);
    csuccess__request r = deciding_request(d, 0);
    snprintf(text, sizeof text, "`approval`:`%.16s`,`reasoning`:`so it is`%s", r.id.ptr, more);
    return deciding_word(d, now, event, text);
}

#define ALLOWS(ruled) CHECK_INT((ruled).ruling, CSUCCESS__ALLOW)
#define DEFERS(ruled, to) \
    do { \
        csuccess__ruled ruled_ = (ruled); \
        CHECK_INT(ruled_.ruling, CSUCCESS__DEFER); \
        CHECK_INT(ruled_.guard, CSUCCESS__GUARD_APPROVAL); \
        CHECK_INT(ruled_.until, (to)); \
        CHECK(ruled_.reason.len > 0); \
    } while (0)
#define DENIES(ruled) CHECK_INT((ruled).ruling, CSUCCESS__DENY)

#endif
