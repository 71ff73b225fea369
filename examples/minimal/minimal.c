/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest host: one customer, one score, and why. Build: cc minimal.c $(pkg-config --cflags --libs csuccess) */
#include <csuccess/csuccess.h>
#include <stdio.h>
#include <time.h>

/* A configuration of one's own: a preset, with one weight changed and one attribute added. */
static const char document[] =
    "{\"csuccess\": 1, \"extends\": \"enterprise\", \"name\": \"acme@1\","
    " \"attributes\": {\"region\": {\"type\": \"string\", \"in\": [\"emea\", \"apac\"]}},"
    " \"health\": {\"profiles\": {\"default\": {\"weights\": {\"support\": 0.2}}}},"
    " \"segments\": {\"emea_at_risk\": {\"when\": {\"region\": \"emea\", \"health_score\": "
    "{\"lt\": 60}}}}}";

static int tell(const csuccess_error *err)
{
    fprintf(stderr, "%s (at %s, line %u)\n", err->message, err->pointer, (unsigned)err->line);
    return 1;
}

static void print_text(const char *before, csuccess_str text)
{
    printf("%s%.*s", before, (int)text.len, text.ptr);
}

/* Every row of the explanation, indented like the scorecard; contributions add up to the score. */
static void print_explanation(const csuccess_explanation *why)
{
    for (uint32_t i = 0; i < csuccess_explanation_count(why); i++) {
        csuccess_explanation_row row = CSUCCESS_EXPLANATION_ROW_INIT;
        csuccess_explanation_get(why, i, &row);
        printf("%7.2f  %*s", row.contribution, (int)row.depth * 2, "");
        print_text("", row.label);
        if (row.value.len > 0) print_text(" = ", row.value);
        if (row.absence.len > 0) print_text(" is missing: ", row.absence);
        putchar('\n');
    }
}

static int score(csuccess_config *config, csuccess_facts *facts, csuccess_scorer *scorer)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_score result = CSUCCESS_SCORE_INIT;
    uint64_t members = 0;
    int64_t now_ms = (int64_t)time(NULL) * 1000; /* the library has no clock */
    csuccess_str row =
        CSUCCESS_STR("{\"customer_id\": \"acme\", \"region\": \"emea\", \"features_used\": 9,"
                     " \"total_features\": 20, \"logins_30d\": 4, \"nps_score\": 6,"
                     " \"open_escalations\": 1, \"champion_active\": true}");

    if (csuccess_facts_read_json(facts, row, &err) < 0) return tell(&err);
    if (csuccess_scorer_explain(scorer, facts, now_ms, &result, &err) < 0) return tell(&err);
    printf("score %.0f", result.value);
    print_text(", ", result.status);
    printf(", %.0f %% of the weight is known\n\n", result.completeness * 100);
    print_explanation(csuccess_scorer_explanation(scorer));

    if (csuccess_scorer_segments(scorer, facts, now_ms, &members, NULL, 1, &err) < 0)
        return tell(&err);
    for (uint32_t i = 0; i < csuccess_config_segments(config); i++) {
        csuccess_str id;
        csuccess_config_segment(config, i, &id);
        print_text("\nsegment ", id);
        printf(members >> i & 1 ? ": yes\n" : ": no\n");
    }
    return 0;
}

int main(void)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    csuccess_facts *facts = NULL;
    csuccess_scorer *scorer = NULL;
    csuccess_str text = {document, sizeof document - 1};
    int code = 1;

    if (csuccess_config_compile(&config, text, NULL, &err) < 0 ||
        csuccess_facts_new(&facts, config, NULL, &err) < 0 ||
        csuccess_scorer_new(&scorer, config, NULL, &err) < 0) {
        tell(&err);
    } else {
        code = score(config, facts, scorer);
    }
    csuccess_scorer_free(scorer);
    csuccess_facts_free(facts);
    csuccess_config_unref(config);
    return code;
}
