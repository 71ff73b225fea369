/* SPDX-License-Identifier: Apache-2.0 */
/* The section `sentiment`. */
#include "intervene/sentiment/sentiment.h"

const csuccess__sentiment *csuccess__sentiment_compile(csuccess__schema *schema,
                                                       csuccess__compiler *with,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *document,
                                                       const csuccess__json *section)
{
    (void)schema;
    (void)with;
    (void)problems;
    (void)document;
    (void)section;
    return NULL;
}

csuccess_result csuccess__sentiment_score(const csuccess__sentiment *of, csuccess_str text,
                                          csuccess__feeling *out)
{
    (void)of;
    (void)text;
    (void)out;
    return CSUCCESS_OK;
}

csuccess_str csuccess__sentiment_emotion(const csuccess__sentiment *of, uint32_t bit)
{
    (void)of;
    (void)bit;
    return (csuccess_str){"", 0};
}

csuccess_str csuccess__sentiment_issue(const csuccess__sentiment *of, uint32_t bit)
{
    (void)of;
    (void)bit;
    return (csuccess_str){"", 0};
}

csuccess_str csuccess__sentiment_text(const csuccess__sentiment *of,
                                      const csuccess__input *input)
{
    (void)of;
    (void)input;
    return (csuccess_str){"", 0};
}

void csuccess__sentiment_apply(const csuccess__sentiment *of, csuccess__step *step,
                               const csuccess__input *input, const csuccess__feeling *feeling)
{
    (void)of;
    (void)step;
    (void)input;
    (void)feeling;
}

bool csuccess__sentiment_values(const csuccess__sentiment *of, const csuccess__state *state,
                                int64_t now,
                                csuccess__value out[CSUCCESS__SENTIMENT_SLOT_COUNT])
{
    (void)of;
    (void)state;
    (void)now;
    (void)out;
    return false;
}

int csuccess__sentiment_slot_of(csuccess_str path)
{
    (void)path;
    return 0;
}

void csuccess__sentiment_report(const csuccess__sentiment *of, const csuccess__state *state,
                                int64_t now, struct csuccess__json_writer *out)
{
    (void)of;
    (void)state;
    (void)now;
    (void)out;
}

void csuccess__sentiment_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
