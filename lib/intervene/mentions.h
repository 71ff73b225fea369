/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups that a document speaks of, such as intervention('x'): slots cost every customer something, so there are those and no others. */
#ifndef CSUCCESS__INTERVENE_MENTIONS_H
#define CSUCCESS__INTERVENE_MENTIONS_H

#include "text/json.h"

struct csuccess__intervene_build;

/* What is done with the id of a member that is spoken of; it may be called more than once. */
typedef void csuccess__mention(struct csuccess__intervene_build *build, csuccess_str id);
/* Every member of `section` whose id stands behind `call`, such as "intervention(", in a text of the document; an id that the section does not have brings all, so that the nearest can be named. */
void csuccess__mentions(struct csuccess__intervene_build *build, const csuccess__json *section,
                        csuccess_str call, csuccess__mention *mention);

#endif
