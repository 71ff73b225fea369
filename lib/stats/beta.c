/* SPDX-License-Identifier: Apache-2.0 */
/* The beta distribution, and Student's, which is made of it. */
#include "stats/special.h"

#include "base/number.h"

#include <float.h>

/* ln gamma(z) - ((z - 1/2) ln z - z + ln(2 pi) / 2): Stirling's error; its next term is below 1e-15 from 16 on. */
static double stirling_error(double z)
{
    const double half_ln_2_pi = 0.91893853320467274178;
    if (z < 16) return csuccess__ln_gamma(z) - ((z - 0.5) * csuccess__ln(z) - z + half_ln_2_pi);
    double inverse = 1 / z, square = inverse * inverse;
    return inverse *
           (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260 + square * (-1.0 / 1680))));
}

/* ln(x / at) - (x - at) / at, near at by its series, where the two cancel. */
static double ln_beyond(double x, double at)
{
    double t = (x - at) / at, term = t, sum = 0;
    if (!(fabs(t) < 0.1)) return csuccess__ln(x / at) - t;
    for (int k = 2; k < 40; k++) {
        term *= -t;
        sum += term / k;
    }
    return sum;
}

/* x^a y^b / (a B(a, b)), y = 1 - x, by the distance from a / (a + b), where all powers are large (Loader, Fast and accurate computation of binomial probabilities, 2000). */
static double beta_factor(double a, double b, double x, double y)
{
    double n = a + b;
    double power = a * ln_beyond(n * x, a) + b * ln_beyond(n * y, b);
    double error = stirling_error(n) - stirling_error(a) - stirling_error(b);
    return csuccess__exp(power + error) * sqrt(a * b / (n * 6.283185307179586477)) / a;
}

/* The continued fraction of DLMF 8.17.22 by Lentz's method as modified by Thompson and Barnett (1986); for x below (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < 100000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double before = h;
        d = 1 + even * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        d = 1 + odd * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(h - before) <= DBL_EPSILON * fabs(h)) break;
    }
    return h;
}

/* With y = 1 - x given, which x near 1 could not say. */
static double beta_lower(double a, double b, double x, double y)
{
    if (!(x > 0)) return 0;
    if (!(y > 0)) return 1;
    if (x * (a + b + 2) < a + 1) return beta_factor(a, b, x, y) * beta_fraction(a, b, x);
    return 1 - beta_factor(b, a, y, x) * beta_fraction(b, a, y);
}

double csuccess__beta_lower(double a, double b, double x)
{
    if (x != x || !(a > 0) || !(b > 0)) return (double)NAN;
    double lower = beta_lower(a, b, x, 1 - x);
    return lower < 0 ? 0 : lower > 1 ? 1 : lower;
}

/* Halving: 0 to 1 has no more than 1,100 doubles apart by factors of two, and then 53 bits. */
double csuccess__beta_quantile(double a, double b, double p)
{
    double low = 0, high = 1;
    if (p != p || !(a > 0) || !(b > 0)) return (double)NAN;
    if (!(p > 0)) return 0;
    if (!(p < 1)) return 1;
    for (int i = 0; i < 1200; i++) {
        double middle = low + (high - low) / 2;
        if (!(middle > low) || !(middle < high)) break;
        if (csuccess__beta_lower(a, b, middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + (high - low) / 2;
}

double csuccess__student_two_sided(double t, double df)
{
    double square = t * t;
    if (t != t || !(df > 0)) return (double)NAN;
    if (!csuccess__is_finite(square)) return 0;
    double p = beta_lower(df / 2, 0.5, df / (df + square), square / (df + square));
    return p < 0 ? 0 : p > 1 ? 1 : p;
}

double csuccess__student_quantile(double confidence, double df)
{
    double beyond = 1 - confidence, low = 0, high = 1;
    if (!(confidence > 0) || !(beyond > 0) || !(df > 0)) return (double)NAN;
    while (high < 1e300 && csuccess__student_two_sided(high, df) > beyond) high *= 2;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        if (!(middle > low) || !(middle < high)) break;
        if (csuccess__student_two_sided(middle, df) > beyond) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + (high - low) / 2;
}
