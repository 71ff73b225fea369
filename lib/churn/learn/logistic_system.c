/* SPDX-License-Identifier: Apache-2.0 */
/* Cholesky with a diagonal block eliminated first. Loops add multiples of rows, so that compilers vectorise them without reordering a sum. */
#include "churn/learn/logistic_system.h"

#include <math.h>
#include <string.h>

/* A pivot below this share of its column's own square says that the column is a combination of those before. */
static const double dependent = 1e-10;

csuccess_result csuccess__system_new(csuccess__system *out, csuccess__arena *arena,
                                     uint32_t dense, uint32_t sparse)
{
    size_t square, cross;
    *out = (csuccess__system){.dense = dense, .sparse = sparse};
    if (!csuccess__mul_size(&square, dense, dense) ||
        !csuccess__mul_size(&cross, dense, sparse)) {
        return CSUCCESS_ENOMEM;
    }
    out->a = CSUCCESS__NEW_ARRAY(arena, double, square);
    out->b = CSUCCESS__NEW_ARRAY(arena, double, cross);
    out->d = CSUCCESS__NEW_ARRAY(arena, double, sparse);
    out->original = CSUCCESS__NEW_ARRAY(arena, double, dense);
    out->column = CSUCCESS__NEW_ARRAY(arena, double, dense);
    out->dropped = CSUCCESS__NEW_ARRAY(arena, bool, (size_t)dense + sparse);
    return out->a && out->b && out->d && out->original && out->column && out->dropped
               ? CSUCCESS_OK
               : CSUCCESS_ENOMEM;
}

void csuccess__system_clear(csuccess__system *system)
{
    size_t dense = system->dense, sparse = system->sparse;
    memset(system->a, 0, dense * dense * sizeof *system->a);
    memset(system->b, 0, dense * sparse * sizeof *system->b);
    memset(system->d, 0, sparse * sizeof *system->d);
}

/* to[0 .. n) -= factor * from[0 .. n) */
static void subtract(double *restrict to, const double *restrict from, double factor, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] -= factor * from[i];
    }
}

/* a -= b' d^-1 b, lower triangle. Words that share few rows with others leave most of b zero. */
static void eliminate_sparse(csuccess__system *system)
{
    size_t n = system->dense;
    for (size_t j = 0; j < system->sparse; j++) {
        const double *row = system->b + j * n;
        system->dropped[n + j] = !(system->d[j] > 0);
        for (size_t i = 0; i < n && system->d[j] > 0; i++) {
            if (row[i] != 0) {
                subtract(system->a + i * n, row, row[i] / system->d[j], i + 1);
            }
        }
    }
}

void csuccess__system_factor(csuccess__system *system)
{
    size_t n = system->dense;
    double *a = system->a;
    for (size_t k = 0; k < n; k++) {
        system->original[k] = a[k * n + k];
    }
    eliminate_sparse(system);
    for (size_t k = 0; k < n; k++) {
        double pivot = a[k * n + k];
        system->dropped[k] = !(pivot > dependent * system->original[k]);
        double root = system->dropped[k] ? 1 : sqrt(pivot);
        a[k * n + k] = root;
        for (size_t i = k + 1; i < n; i++) {
            a[i * n + k] = system->column[i] = system->dropped[k] ? 0 : a[i * n + k] / root;
        }
        for (size_t i = k + 1; i < n; i++) {
            if (system->column[i] != 0) {
                subtract(a + i * n + k + 1, system->column + k + 1, system->column[i], i - k);
            }
        }
    }
}

/* Solves L y = y in place, from element `first` on (those before are 0). */
static void forward(const csuccess__system *system, double *y, size_t first)
{
    size_t n = system->dense;
    for (size_t i = first; i < n; i++) {
        const double *row = system->a + i * n;
        double sum = y[i];
        for (size_t k = first; k < i; k++) {
            sum -= row[k] * y[k];
        }
        y[i] = system->dropped[i] ? 0 : sum / row[i];
    }
}

/* Solves L' x = x in place. */
static void backward(const csuccess__system *system, double *x)
{
    size_t n = system->dense;
    for (size_t i = n; i-- > 0;) {
        const double *row = system->a + i * n;
        x[i] = system->dropped[i] ? 0 : x[i] / row[i];
        subtract(x, row, x[i], i);
    }
}

void csuccess__system_solve(const csuccess__system *system, double *right)
{
    size_t n = system->dense;
    for (size_t j = 0; j < system->sparse; j++) {
        double *at = &right[n + j];
        *at = system->dropped[n + j] ? 0 : *at / system->d[j];
        subtract(right, system->b + j * n, *at, n);
    }
    forward(system, right, 0);
    backward(system, right);
    for (size_t j = 0; j < system->sparse; j++) {
        const double *row = system->b + j * n;
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            sum += row[i] * right[i];
        }
        if (!system->dropped[n + j]) {
            right[n + j] -= sum / system->d[j];
        }
    }
}

double csuccess__system_inverse_at(csuccess__system *system, uint32_t column)
{
    size_t n = system->dense, first = column < n ? column : 0;
    double *y = system->column, sum = 0;
    if (system->dropped[column]) {
        return 0;
    }
    memset(y, 0, n * sizeof *y);
    if (column < n) {
        y[column] = 1;
    } else {
        memcpy(y, system->b + (column - n) * n, n * sizeof *y);
        for (size_t i = 0; i < n; i++) {
            y[i] /= system->d[column - n];
        }
        sum = 1 / system->d[column - n];
    }
    forward(system, y, first);
    for (size_t i = first; i < n; i++) {
        sum += y[i] * y[i];
    }
    return sum;
}
