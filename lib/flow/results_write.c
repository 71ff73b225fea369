/* SPDX-License-Identifier: Apache-2.0 */
/* Results as JSON: what people read (docs/reference/flow.md "Results"). */
#include "flow/results_internal.h"

#include "base/number.h"

typedef struct report {
    csuccess__json_writer *w;
    const csuccess__results *results;
} report;

/* The first row under a path (with the NUL behind it), and the row behind the last. */
typedef struct span {
    uint32_t from, to;
    size_t skip; /* bytes of the path */
} span;

static csuccess_str path_of(const report *r, uint32_t i)
{
    return (csuccess_str){r->results->rows[i].path, r->results->rows[i].len};
}

static bool is_under(csuccess_str path, csuccess_str root)
{
    return path.len > root.len && csuccess__str_starts(path, root) &&
           path.ptr[root.len] == '\0';
}

static span under(const report *r, csuccess_str root)
{
    uint32_t low = 0, high = r->results->row_count;
    while (low < high) { /* the first that is not before the root */
        uint32_t middle = low + (high - low) / 2;
        if (csuccess__str_cmp(path_of(r, middle), root) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    span s = {low, low, root.len + 1};
    while (s.from < r->results->row_count && csuccess__str_eq(path_of(r, s.from), root))
        s.from++;
    s.to = s.from;
    while (s.to < r->results->row_count && is_under(path_of(r, s.to), root)) s.to++;
    return s;
}

/* The name that comes next in a row's path. */
static csuccess_str name_at(const report *r, uint32_t i, size_t skip)
{
    csuccess_str path = path_of(r, i);
    size_t n = 0;
    while (skip + n < path.len && path.ptr[skip + n] != '\0') n++;
    return (csuccess_str){path.ptr + skip, n};
}

static uint64_t count_of(const report *r, const char *first, csuccess_str a, csuccess_str b)
{
    csuccess__results_path path;
    csuccess__results_path_start(&path, first);
    if (a.len) csuccess__path_add(&path, a);
    if (b.len) csuccess__path_add(&path, b);
    const csuccess__results_row *row =
        csuccess__results_find(r->results, csuccess__path_view(&path));
    return row ? row->count : 0;
}

static uint64_t plain(const report *r, const char *name)
{
    return count_of(r, name, (csuccess_str){"", 0}, (csuccess_str){"", 0});
}

static void put_count(const report *r, const char *key, uint64_t n)
{
    csuccess__json_put_num(r->w, key, (double)n);
}

/* {"by": n, …} of all counts under a path; the sum of them. */
static uint64_t put_counts(const report *r, const char *key, csuccess_str root, bool write)
{
    span s = under(r, root);
    uint64_t all = 0;
    bool open = false;
    for (uint32_t i = s.from; i < s.to; i++) {
        uint64_t n = r->results->rows[i].count;
        all += n;
        if (!write || n == 0) continue;
        if (!open) {
            csuccess__json_key(r->w, csuccess__str(key));
            csuccess__json_open(r->w, '{');
            open = true;
        }
        csuccess__json_key(r->w, name_at(r, i, s.skip));
        csuccess__json_num(r->w, (double)n);
    }
    if (open) csuccess__json_close(r->w, '}');
    return all;
}

static void put_figure(const report *r, const char *key, const csuccess__results_row *row)
{
    double mean;
    if (!row || !csuccess__sum_mean(&mean, &row->sum)) return;
    csuccess__json_key(r->w, csuccess__str(key));
    csuccess__json_open(r->w, '{');
    csuccess__json_put_num(r->w, "n", (double)row->sum.count);
    csuccess__json_put_num(r->w, "mean", csuccess__round9(mean));
    csuccess__json_put_num(r->w, "min", row->sum.min);
    csuccess__json_put_num(r->w, "max", row->sum.max);
    if (row->bins.total > 0) {
        csuccess__json_put_num(r->w, "p50", csuccess__results_quantile(row, 0.5));
        csuccess__json_put_num(r->w, "p90", csuccess__results_quantile(row, 0.9));
    }
    csuccess__json_close(r->w, '}');
}

static csuccess_str leaf(csuccess__results_path *path, const csuccess__results_path *root,
                         const char *name)
{
    *path = *root;
    csuccess__path_add(path, csuccess__str(name));
    return csuccess__path_view(path);
}

/* ---- Steps ---- */

static void put_step(const report *r, csuccess_str step)
{
    static const char *const counts[] = {"entered", "made", "reopened", NULL};
    static const char *const tables[] = {"left", "ended_by", "outcome", NULL};
    static const char *const figures[] = {"time_ms", "minutes", NULL};
    csuccess__results_path root, path;
    csuccess__results_path_start(&root, "steps");
    csuccess__path_add(&root, step);
    csuccess__json_key(r->w, step);
    csuccess__json_open(r->w, '{');
    for (size_t i = 0; counts[i]; i++) {
        uint64_t n = count_of(r, "steps", step, csuccess__str(counts[i]));
        if (n) put_count(r, counts[i], n);
    }
    for (size_t i = 0; tables[i]; i++) {
        (void)put_counts(r, tables[i], leaf(&path, &root, tables[i]), true);
    }
    for (size_t i = 0; figures[i]; i++) {
        put_figure(r, figures[i],
                   csuccess__results_find(r->results, leaf(&path, &root, figures[i])));
    }
    uint64_t ended = count_of(r, "steps", step, CSUCCESS_STR("ended"));
    uint64_t succeeded = count_of(r, "steps", step, CSUCCESS_STR("succeeded"));
    if (ended) {
        put_count(r, "ended", ended);
        put_count(r, "succeeded", succeeded);
        csuccess__json_put_num(r->w, "success",
                               csuccess__round9((double)succeeded / (double)ended));
    }
    csuccess__json_close(r->w, '}');
}

static bool in_order(const csuccess__results_names *order, csuccess_str name)
{
    for (uint32_t i = 0; order && i < order->count; i++) {
        if (csuccess__str_eq(order->list[i], name)) return true;
    }
    return false;
}

/* Those of the definition first, in its order, then those of earlier ones. */
static void put_steps(const report *r, const csuccess__results_names *order)
{
    csuccess_str before = {"", 0};
    csuccess__json_key(r->w, CSUCCESS_STR("steps"));
    csuccess__json_open(r->w, '{');
    for (uint32_t i = 0; order && i < order->count; i++) put_step(r, order->list[i]);
    span s = under(r, CSUCCESS_STR("steps"));
    for (uint32_t i = s.from; i < s.to; i++) {
        csuccess_str name = name_at(r, i, s.skip);
        bool empty = r->results->rows[i].count == 0 && r->results->rows[i].sum.count == 0;
        if (empty || csuccess__str_eq(name, before) || in_order(order, name)) continue;
        before = name;
        put_step(r, name);
    }
    csuccess__json_close(r->w, '}');
}

/* ---- Journeys and playbooks ---- */

static void put_ends(const report *r, const char *word, uint64_t *ended)
{
    csuccess_str root = csuccess__str(word);
    uint64_t n = put_counts(r, word, root, false);
    *ended += n;
    csuccess__json_key(r->w, root);
    csuccess__json_open(r->w, '{');
    put_count(r, "total", n);
    (void)put_counts(r, "by", root, true);
    csuccess__json_close(r->w, '}');
}

static void write_journey(const report *r, const csuccess__results_names *order)
{
    static const char *const ends[] = {"completed", "exited", "failed"};
    static const char *const counts[] = {"paused", "resumed", "moved", "not_moved", "refused"};
    uint64_t enrolled = plain(r, "enrolled"), ended = 0;
    put_count(r, "enrolled", enrolled);
    for (size_t i = 0; i < 3; i++) put_ends(r, ends[i], &ended);
    put_count(r, "under_way", enrolled > ended ? enrolled - ended : 0);
    put_count(r, "succeeded", plain(r, "succeeded"));
    for (size_t i = 0; i < 5; i++) {
        uint64_t n = plain(r, counts[i]);
        if (n) put_count(r, counts[i], n);
    }
    put_steps(r, order);
}

static void write_playbook(const report *r, const csuccess__results_names *order)
{
    uint64_t started = plain(r, "started"), completed = plain(r, "completed");
    uint64_t ended = completed + plain(r, "cancelled");
    put_count(r, "started", started);
    put_count(r, "completed", completed);
    put_count(r, "cancelled", ended - completed);
    put_count(r, "under_way", started > ended ? started - ended : 0);
    put_count(r, "again", plain(r, "again"));
    (void)put_counts(r, "success", CSUCCESS_STR("success"), true);
    (void)put_counts(r, "success_within", CSUCCESS_STR("success_within"), true);
    put_steps(r, order);
}

/* ---- Segments ---- */

static void put_overlap(const report *r, const csuccess__results_names *order, uint32_t a)
{
    csuccess__json_key(r->w, CSUCCESS_STR("overlap"));
    csuccess__json_open(r->w, '{');
    for (uint32_t b = 0; b < order->count; b++) {
        if (a == b) continue;
        uint32_t pair =
            csuccess__results_pair(r->results->segments, a < b ? a : b, a < b ? b : a);
        uint64_t n = csuccess__tally_get(&r->results->pairs, pair);
        if (n == 0) continue;
        csuccess__json_key(r->w, order->list[b]);
        csuccess__json_num(r->w, (double)n);
    }
    csuccess__json_close(r->w, '}');
}

static void put_segment(const report *r, const csuccess__results_names *order, uint32_t i)
{
    csuccess__results_path root, path;
    double mean;
    csuccess__results_path_start(&root, "segments");
    csuccess__path_add(&root, order->list[i]);
    csuccess__json_key(r->w, order->list[i]);
    csuccess__json_open(r->w, '{');
    put_count(r, "members", count_of(r, "segments", order->list[i], CSUCCESS_STR("members")));
    const csuccess__results_row *arr =
        csuccess__results_find(r->results, leaf(&path, &root, "arr"));
    const csuccess__results_row *health =
        csuccess__results_find(r->results, leaf(&path, &root, "health"));
    if (arr && arr->sum.count > 0) {
        csuccess__json_put_num(r->w, "arr", csuccess__sum_total(&arr->sum));
    }
    if (health && csuccess__sum_mean(&mean, &health->sum)) {
        csuccess__json_put_num(r->w, "health", csuccess__round9(mean));
        put_count(r, "health_n", health->sum.count);
    }
    if (r->results->pairs.total > 0) put_overlap(r, order, i);
    csuccess__json_close(r->w, '}');
}

static void write_segments(const report *r, const csuccess__results_names *order)
{
    put_count(r, "customers", plain(r, "customers"));
    csuccess__json_key(r->w, CSUCCESS_STR("segments"));
    csuccess__json_open(r->w, '{');
    uint32_t n = order && order->count == r->results->segments ? order->count : 0;
    for (uint32_t i = 0; i < n; i++) put_segment(r, order, i);
    csuccess__json_close(r->w, '}');
}

void csuccess__results_write(csuccess__json_writer *w, const csuccess__results *results,
                             const csuccess__results_names *order)
{
    typedef void write(const report *, const csuccess__results_names *);
    static write *const writers[] = {write_journey, write_playbook, write_segments};
    report r = {w, results};
    if (results->kind < CSUCCESS__RESULTS_EFFECTS) writers[results->kind](&r, order);
}
