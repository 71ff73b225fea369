/* SPDX-License-Identifier: Apache-2.0 */
/* The two interventions that the tests of executions begin with: a mail that succeeds within a day, a call that is a task. */
#ifndef INTERVENE_EXECUTIONS_H
#define INTERVENE_EXECUTIONS_H

#include "intervene_executing.h"

#define START TRIP_START
#define HOUR TRIP_HOUR
#define DAY TRIP_DAY

#define HEAD \
    "{`csuccess`: 1, `attributes`: {`risk`: {`type`: `number`}, `low`: {`type`: `bool`}, " \
    "`logins`: {`type`: `number`}, `csm_id`: {`type`: `string`}}, " \
    "`health`: {`profiles`: {`default`: {`score`: {`value`: `risk * 100`}}}}, " \
    "`team`: {`owners`: {`csm`: {`attribute`: `csm_id`}}}, `policies`: {`locale`: `en`}, " \
    "`channels`: {`email`: {`fallback`: [`in_app`, `sms`]}, `in_app`: {}, `sms`: {}, " \
    "`slack`: " \
    "{}}, `templates`: {`plain`: {`locales`: {`en`: {`text`: `Hello`}}}}, "
#define INTERVENTIONS(text) HEAD "`interventions`: {" text "}}"

static const char both[] = INTERVENTIONS(
    "`mail`: {`type`: `email`, `template`: `plain`, `when`: `low`, `max_frequency_days`: 30, "
    "`success`: {`within`: `PT24H`, `when`: `logins > started('logins')`}}, "
    "`call`: {`type`: `phone_call`, `title`: `Call`, `due`: `P1D`, `owner`: `manager`}");

#endif
