/* SPDX-License-Identifier: Apache-2.0 */
/* Gamma, normal, chi-square and Kolmogorov's distribution. */
#include "stats/special.h"

#include "base/number.h"

#include <float.h>

/* ---- Gamma ---- */

/* Stirling's series for x >= 16 (its next term is below 1e-19), the recurrence below. */
double csuccess__ln_gamma(double x)
{
    static const double series[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                    1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
    const double half_ln_2_pi = 0.91893853320467274178;
    double product = 1;
    if (!(x > 0)) return x <= 0 ? (double)INFINITY : x;
    while (x < 16) {
        product *= x;
        x += 1;
    }
    double sum = 0, inverse = 1 / x, square = inverse * inverse;
    for (size_t i = sizeof series / sizeof series[0]; i-- > 0;) sum = sum * square + series[i];
    return (x - 0.5) * csuccess__ln(x) - x + half_ln_2_pi + sum * inverse -
           csuccess__ln(product);
}

/* exp(-x) x^a / gamma(a); near x = a by the distance, where both powers are large. */
static double gamma_factor(double a, double x)
{
    if (a < 30) return csuccess__exp(a * csuccess__ln(x) - x - csuccess__ln_gamma(a));
    double t = (x - a) / a, power; /* ln(1 + t) - t, by its series where it cancels */
    if (fabs(t) < 0.1) {
        double term = t;
        power = 0;
        for (int k = 2; k < 40; k++) {
            term *= -t;
            power += term / k;
        }
    } else {
        power = csuccess__ln(x / a) - t;
    }
    double inverse = 1 / a, square = inverse * inverse;
    double stirling = inverse * (1.0 / 12 + square * (-1.0 / 360 + square * (1.0 / 1260)));
    return csuccess__exp(a * power - stirling) * sqrt(a / 6.283185307179586477);
}

static double gamma_lower_series(double a, double x)
{
    double term = 1 / a, sum = term, n = a;
    while (term > sum * (DBL_EPSILON / 8)) {
        n += 1;
        term *= x / n;
        sum += term;
    }
    return sum * gamma_factor(a, x);
}

/* Legendre's continued fraction by Lentz's method as modified by Thompson and Barnett (1986). */
static double gamma_upper_fraction(double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int i = 1; i < 100000; i++) {
        double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + an / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) break;
    }
    return h * gamma_factor(a, x);
}

double csuccess__gamma_upper(double a, double x)
{
    if (!(x > 0)) return 1;
    if (!csuccess__is_finite(x)) return 0;
    double upper = x < a + 1 ? 1 - gamma_lower_series(a, x) : gamma_upper_fraction(a, x);
    return upper < 0 ? 0 : upper > 1 ? 1 : upper;
}

double csuccess__chi_square_upper(double x, uint32_t df)
{
    return df == 0 || !(x > 0) ? 1 : csuccess__gamma_upper(df / 2.0, x / 2);
}

/* ---- Normal ---- */

double csuccess__normal_cdf(double z)
{
    if (z != z) return z;
    double half = z * z / 2;
    if (half < 1) {
        double middle = half > 0 ? gamma_lower_series(0.5, half) : 0;
        return z < 0 ? 0.5 - middle / 2 : 0.5 + middle / 2;
    }
    double tail = csuccess__gamma_upper(0.5, half) / 2;
    return z < 0 ? tail : 1 - tail;
}

static double ratio(const double *above, const double *below, double x)
{
    double a = 0, b = 0;
    for (int i = 8; i-- > 0;) {
        a = a * x + above[i];
        b = b * x + below[i];
    }
    return a / b;
}

/* The coefficients of PPND16, from the power 0 on. */
static const double middle_above[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                      1.9715909503065514427e3, 1.3731693765509461125e4,
                                      4.5921953931549871457e4, 6.7265770927008700853e4,
                                      3.3430575583588128105e4, 2.5090809287301226727e3};
static const double middle_below[] = {1,
                                      4.2313330701600911252e1,
                                      6.8718700749205790830e2,
                                      5.3941960214247511077e3,
                                      2.1213794301586595867e4,
                                      3.9307895800092710610e4,
                                      2.8729085735721942674e4,
                                      5.2264952788528545610e3};
static const double tail_above[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                    5.76949722146069140550e0,  3.64784832476320460504e0,
                                    1.27045825245236838258e0,  2.41780725177450611770e-1,
                                    2.27238449892691845833e-2, 7.74545014278341407640e-4};
static const double tail_below[] = {1,
                                    2.05319162663775882187e0,
                                    1.67638483018380384940e0,
                                    6.89767334985100004550e-1,
                                    1.48103976427480074590e-1,
                                    1.51986665636164571966e-2,
                                    5.47593808499534494600e-4,
                                    1.05075007164441684324e-9};
static const double far_above[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                   1.78482653991729133580e0,  2.96560571828504891230e-1,
                                   2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
static const double far_below[] = {1,
                                   5.99832206555887937690e-1,
                                   1.36929880922735805310e-1,
                                   1.48753612908506148525e-2,
                                   7.86869131145613259100e-4,
                                   1.84631831751005468180e-5,
                                   1.42151175831644588870e-7,
                                   2.04426310338993978564e-15};

double csuccess__normal_quantile(double p)
{
    if (!(p >= 0 && p <= 1)) return (double)NAN;
    double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * ratio(middle_above, middle_below, 0.180625 - q * q);
    double tail = q < 0 ? p : 1 - p;
    if (!(tail > 0)) return q < 0 ? -(double)INFINITY : (double)INFINITY;
    double r = sqrt(-csuccess__ln(tail));
    double z =
        r <= 5 ? ratio(tail_above, tail_below, r - 1.6) : ratio(far_above, far_below, r - 5);
    return q < 0 ? -z : z;
}

double csuccess__normal_two_sided(double confidence)
{
    return -csuccess__normal_quantile((1 - confidence) / 2);
}

/* ---- Kolmogorov ---- */

/* By the series that converges faster: of the tail from 1 on, of the theta function below. */
double csuccess__kolmogorov_upper(double l)
{
    const double pi = 3.14159265358979323846;
    double sum = 0;
    if (!(l > 0.04)) return 1; /* within 1e-300 */
    if (l < 1) {
        double step = -pi * pi / (8 * l * l);
        for (int k = 1; k < 12; k += 2) sum += csuccess__exp(step * k * k);
        return 1 - sqrt(2 * pi) / l * sum;
    }
    for (int k = 1; k < 12; k++) {
        double term = csuccess__exp(-2.0 * k * k * l * l);
        sum += k % 2 ? term : -term;
    }
    return 2 * sum;
}
