/* SPDX-License-Identifier: Apache-2.0 */
/* Newton's method with step halving. Systems are solved by Cholesky, or, when they are too large for that, by conjugate gradients with the
   diagonal as preconditioner (Hestenes and Stiefel 1952; Lin, Weng, Keerthi, Trust region Newton method for logistic
   regression, JMLR 2008, for never forming the matrix). */
#include "churn/learn/logistic_newton.h"
#include "base/number.h"

#include <string.h>

double csuccess__logistic_deviance(double linear, uint8_t label)
{
    double against = label ? -linear : linear;
    return 2 * ((against > 0 ? against : 0) + csuccess__ln(1 + csuccess__exp(-fabs(linear))));
}

static double start_of(const csuccess__newton *newton)
{
    double yes = 0, no = 0;
    for (uint32_t i = 0; i < newton->design->rows; i++) {
        *(newton->labels[i] ? &yes : &no) += newton->weights[i];
    }
    return yes > 0 && no > 0 ? csuccess__ln(yes / no) : yes > 0 ? 1 : -1;
}

static csuccess_result take_conjugate(csuccess__newton *out, csuccess__arena *arena)
{
    size_t columns = (size_t)out->design->columns + 1;
    out->curvature = CSUCCESS__NEW_ARRAY(arena, double, out->design->rows);
    out->residual = CSUCCESS__NEW_ARRAY(arena, double, columns);
    out->direction = CSUCCESS__NEW_ARRAY(arena, double, columns);
    out->image = CSUCCESS__NEW_ARRAY(arena, double, columns);
    out->inverse = CSUCCESS__NEW_ARRAY(arena, double, columns);
    return out->curvature && out->residual && out->direction && out->image && out->inverse
               ? CSUCCESS_OK
               : CSUCCESS_ENOMEM;
}

static csuccess_result take_direct(csuccess__newton *out, csuccess__arena *arena)
{
    const csuccess__design *design = out->design;
    out->system = CSUCCESS__NEW(arena, csuccess__system);
    return out->system ? csuccess__system_new(out->system, arena, design->dense,
                                              design->columns - design->dense)
                       : CSUCCESS_ENOMEM;
}

csuccess_result csuccess__newton_open(csuccess__newton *newton, csuccess__arena *arena,
                                      uint32_t direct)
{
    const csuccess__design *design = newton->design;
    size_t columns = (size_t)design->columns + 1;
    newton->coefficients = CSUCCESS__NEW_ARRAY(arena, double, columns);
    newton->step = CSUCCESS__NEW_ARRAY(arena, double, columns);
    newton->gradient = CSUCCESS__NEW_ARRAY(arena, double, columns);
    newton->linear = CSUCCESS__NEW_ARRAY(arena, double, design->rows);
    newton->along = CSUCCESS__NEW_ARRAY(arena, double, design->rows);
    if (!newton->coefficients || !newton->step || !newton->gradient || !newton->linear ||
        !newton->along) {
        return CSUCCESS_ENOMEM;
    }
    newton->coefficients[0] = start_of(newton);
    for (uint32_t i = 0; i < design->rows; i++) {
        newton->linear[i] = newton->coefficients[0];
    }
    return design->dense > direct ? take_conjugate(newton, arena) : take_direct(newton, arena);
}

/* to += factor * the columns of a row. What falls on the last, that of no column, means nothing. */
static void add_row(double *to, const csuccess__design *design, uint32_t row, double factor)
{
    const double *x = design->x + (size_t)row * design->numbers;
    const uint32_t *codes = design->codes + (size_t)row * design->groups;
    to[0] += factor;
    for (uint32_t i = 0; i < design->numbers; i++) {
        to[1 + i] += factor * x[i];
    }
    for (uint32_t g = 0; g < design->groups; g++) {
        to[codes[g]] += factor;
    }
}

/* to += w * the intercept and numbers of a row. */
static void add_numbers(double *to, const double *x, uint32_t numbers, double w)
{
    to[0] += w;
    for (uint32_t i = 0; i < numbers; i++) {
        to[1 + i] += w * x[i];
    }
}

/* The square of a row's columns, times w, onto the system. Groups ascend, but for that which is diagonal. */
static void add_square(csuccess__system *system, const csuccess__design *design, uint32_t row,
                       double w)
{
    const double *x = design->x + (size_t)row * design->numbers;
    const uint32_t *codes = design->codes + (size_t)row * design->groups;
    size_t n = system->dense;
    system->a[0] += w;
    for (uint32_t i = 0; i < design->numbers; i++) {
        add_numbers(system->a + (1 + (size_t)i) * n, x, i + 1, w * x[i]);
    }
    for (uint32_t g = 0; g < design->groups; g++) {
        if (codes[g] == design->columns) {
            continue;
        }
        bool diagonal = codes[g] >= n;
        double *to = diagonal ? system->b + (codes[g] - n) * n : system->a + codes[g] * n;
        add_numbers(to, x, design->numbers, w);
        for (uint32_t k = 0; k < (diagonal ? design->groups : g + 1); k++) {
            if (codes[k] < n) {
                to[codes[k]] += w;
            }
        }
        if (diagonal) {
            system->d[codes[g] - n] += w;
        }
    }
}

static void add_penalty(csuccess__system *system, double penalty)
{
    for (size_t k = 1; k < system->dense; k++) {
        system->a[k * system->dense + k] += penalty;
    }
    for (size_t j = 0; j < system->sparse; j++) {
        system->d[j] += penalty;
    }
}

/* Gradient (of the objective, turned around) and curvature at the coefficients. */
static void look(csuccess__newton *newton, double penalty)
{
    const csuccess__design *design = newton->design;
    memset(newton->gradient, 0, (design->columns + (size_t)1) * sizeof *newton->gradient);
    if (newton->system) {
        csuccess__system_clear(newton->system);
    }
    for (uint32_t i = 0; i < design->rows; i++) {
        if (newton->weights[i] == 0) {
            continue;
        }
        double p = csuccess__sigmoid(newton->linear[i]);
        double w = newton->weights[i] * p * csuccess__sigmoid(-newton->linear[i]);
        add_row(newton->gradient, design, i, newton->weights[i] * (newton->labels[i] - p));
        if (newton->system) {
            add_square(newton->system, design, i, w);
        } else {
            newton->curvature[i] = w;
        }
    }
    for (uint32_t k = 1; k < design->columns; k++) {
        newton->gradient[k] -= penalty * newton->coefficients[k];
    }
    newton->gradient[design->columns] = 0;
    if (newton->system) {
        add_penalty(newton->system, penalty);
    }
}

void csuccess__newton_information(csuccess__newton *newton, double penalty)
{
    look(newton, penalty);
    csuccess__system_factor(newton->system);
}

/* The objective at coefficients + t * step. */
static double objective(const csuccess__newton *newton, double penalty, double t)
{
    double loss = 0, squares = 0;
    for (uint32_t i = 0; i < newton->design->rows; i++) {
        if (newton->weights[i] != 0) {
            double linear = newton->linear[i] + t * newton->along[i];
            loss +=
                newton->weights[i] * csuccess__logistic_deviance(linear, newton->labels[i]) / 2;
        }
    }
    for (uint32_t k = 1; k < newton->design->columns; k++) {
        double c = newton->coefficients[k] + t * newton->step[k];
        squares += c * c;
    }
    return loss + penalty / 2 * squares;
}

static double dot(const double *a, const double *b, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/* image = curvature matrix * direction. */
static void multiply(csuccess__newton *newton, double penalty)
{
    const csuccess__design *design = newton->design;
    memset(newton->image, 0, (design->columns + (size_t)1) * sizeof *newton->image);
    for (uint32_t i = 0; i < design->rows; i++) {
        if (newton->curvature[i] != 0) {
            double along = csuccess__design_row(design, newton->direction, i);
            add_row(newton->image, design, i, newton->curvature[i] * along);
        }
    }
    for (uint32_t k = 1; k < design->columns; k++) {
        newton->image[k] += penalty * newton->direction[k];
    }
}

/* inverse = 1 / the diagonal of the curvature matrix. */
static void precondition(csuccess__newton *newton, double penalty)
{
    const csuccess__design *design = newton->design;
    double *diagonal = newton->inverse;
    memset(diagonal, 0, (design->columns + (size_t)1) * sizeof *diagonal);
    for (uint32_t i = 0; i < design->rows; i++) {
        const double *x = design->x + (size_t)i * design->numbers;
        const uint32_t *codes = design->codes + (size_t)i * design->groups;
        diagonal[0] += newton->curvature[i];
        for (uint32_t k = 0; k < design->numbers; k++) {
            diagonal[1 + k] += newton->curvature[i] * x[k] * x[k];
        }
        for (uint32_t g = 0; g < design->groups; g++) {
            diagonal[codes[g]] += newton->curvature[i];
        }
    }
    for (uint32_t k = 0; k < design->columns; k++) {
        double whole = diagonal[k] + (k ? penalty : 0);
        diagonal[k] = whole > 0 ? 1 / whole : 0;
    }
    diagonal[design->columns] = 0;
}

/* The step by conjugate gradients, until the residual is 1e-6 of the gradient. */
static void solve_conjugate(csuccess__newton *newton, double penalty)
{
    uint32_t n = newton->design->columns;
    double *r = newton->residual, *d = newton->direction;
    precondition(newton, penalty);
    memset(newton->step, 0, (n + (size_t)1) * sizeof *newton->step);
    memcpy(r, newton->gradient, n * sizeof *r);
    for (uint32_t k = 0; k < n; k++) d[k] = newton->inverse[k] * r[k];
    d[n] = 0;
    double now = dot(r, d, n), enough = 1e-12 * now;
    for (uint32_t iteration = 0; iteration < 1000 && now > enough; iteration++) {
        multiply(newton, penalty);
        double length = dot(d, newton->image, n), next = 0;
        if (!(length > 0)) {
            break;
        }
        for (uint32_t k = 0; k < n; k++) {
            newton->step[k] += now / length * d[k];
            r[k] -= now / length * newton->image[k];
            next += r[k] * r[k] * newton->inverse[k];
        }
        for (uint32_t k = 0; k < n; k++) d[k] = newton->inverse[k] * r[k] + next / now * d[k];
        now = next;
    }
}

static void find_step(csuccess__newton *newton, double penalty)
{
    const csuccess__design *design = newton->design;
    look(newton, penalty);
    if (newton->system) {
        csuccess__system_factor(newton->system);
        memcpy(newton->step, newton->gradient, design->columns * sizeof *newton->step);
        csuccess__system_solve(newton->system, newton->step);
    } else {
        solve_conjugate(newton, penalty);
    }
    newton->step[design->columns] = 0;
    for (uint32_t i = 0; i < design->rows; i++) {
        newton->along[i] = csuccess__design_row(design, newton->step, i);
    }
}

static void go(csuccess__newton *newton, double t)
{
    for (uint32_t k = 0; k < newton->design->columns; k++) {
        newton->coefficients[k] += t * newton->step[k];
    }
    for (uint32_t i = 0; i < newton->design->rows; i++) {
        newton->linear[i] += t * newton->along[i];
    }
}

/* Takes the step, or as much of it as lowers the objective. False: nothing does. */
static bool take_step(csuccess__newton *newton, double penalty, double *value)
{
    const double least = 1e-9, rounding = 1e-13;
    double t = 1, next = objective(newton, penalty, t);
    while (!(next <= *value * (1 + rounding)) && t > least) {
        t /= 2;
        next = objective(newton, penalty, t);
    }
    if (t > least) {
        go(newton, t);
        *value = next;
    }
    return t > least;
}

csuccess_result csuccess__newton_fit(csuccess__newton *newton, bool *converged,
                                     uint32_t *iterations,
                                     const csuccess__newton_options *options)
{
    double value = objective(newton, options->penalty, 0);
    *converged = false;
    for (uint32_t k = 0; k < options->most && !*converged; k++) {
        if (options->report && options->report(options->ud, k)) {
            return CSUCCESS_ECANCELLED;
        }
        find_step(newton, options->penalty);
        ++*iterations;
        double gain = dot(newton->gradient, newton->step, newton->design->columns) / 2;
        if (gain < options->tolerance) { /* too near for the objective to tell: the last step */
            go(newton, 1);
            *converged = true;
        } else if (!take_step(newton, options->penalty, &value)) {
            break;
        }
    }
    return CSUCCESS_OK;
}
