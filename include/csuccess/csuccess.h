/* SPDX-License-Identifier: Apache-2.0 */
/* Everything public, in one include. */
#ifndef CSUCCESS_CSUCCESS_H
#define CSUCCESS_CSUCCESS_H

#include <csuccess/access.h>
#include <csuccess/arrow.h>
#include <csuccess/base.h>
#include <csuccess/channel.h>
#include <csuccess/config.h>
#include <csuccess/conformance.h>
#include <csuccess/drift.h>
#include <csuccess/engine.h>
#include <csuccess/events.h>
#include <csuccess/facts.h>
#include <csuccess/flow.h>
#include <csuccess/forecast.h>
#include <csuccess/intervene.h>
#include <csuccess/model.h>
#include <csuccess/model_drift.h>
#include <csuccess/patterns.h>
#include <csuccess/priorities.h>
#include <csuccess/score.h>
#include <csuccess/scorer.h>
#include <csuccess/selection.h>
#include <csuccess/sentiment.h>
#include <csuccess/signals.h>
#include <csuccess/simulate.h>
#include <csuccess/store.h>
#include <csuccess/survival.h>
#include <csuccess/tracking.h>
#include <csuccess/train.h>
#include <csuccess/txn.h>
#include <csuccess/validation.h>

#endif
