/* SPDX-License-Identifier: Apache-2.0 */
/* The coefficients of a logistic fit for reports. */
#include "base/str.h"
#include "churn/learn/logistic.h"

/* More would hide the rest of a report; those of wide categories stand in the tables anyway. */
enum { MOST_WRITTEN = 200 };

static void name_value(csuccess__json_writer *w, const csuccess__coefficient *c,
                       const csuccess__feature *feature)
{
    if (c->kind == CSUCCESS__COEFFICIENT_SLOPE) {
        return;
    }
    bool word = c->kind == CSUCCESS__COEFFICIENT_WORD;
    csuccess__json_key(w, csuccess__str(word ? "is" : "where"));
    csuccess__json_str(
        w, word ? feature->words[c->word]
                : csuccess__str(c->kind == CSUCCESS__COEFFICIENT_ELSE ? "rare" : "missing"));
}

void csuccess__logistic_write(csuccess__json_writer *w, const csuccess__logistic_fit *fit,
                              const csuccess__dataset *data)
{
    const double z = 1.959963984540054; /* the normal quantile at 0.975 */
    csuccess__json_open(w, '[');
    for (uint32_t k = 1; k < fit->coefficient_count && k <= MOST_WRITTEN; k++) {
        const csuccess__coefficient *c = &fit->coefficients[k];
        csuccess__json_open(w, '{');
        csuccess__json_key(w, csuccess__str("metric"));
        csuccess__json_str(w, data->features[c->feature].name);
        name_value(w, c, &data->features[c->feature]);
        csuccess__json_put_num(w, "log_odds", c->value);
        if (c->error == c->error) {
            csuccess__json_put_num(w, "error", c->error);
            csuccess__json_put_num(w, "low", c->value - z * c->error);
            csuccess__json_put_num(w, "high", c->value + z * c->error);
        }
        csuccess__json_close(w, '}');
    }
    csuccess__json_close(w, ']');
}
