# SPDX-License-Identifier: Apache-2.0
"""Writes lib/churn/trees/quadrature.h: points and weights of Gauss and Legendre on 0 to 1, 30 digits, as nearest doubles."""
import mpmath

SIZES = (2, 4, 6, 8, 12, 16, 24, 32)
mpmath.mp.dps = 40


def rule(n):
    """Roots of the Legendre polynomial of degree n by Newton's method, and 2 / ((1 - x^2) P'(x)^2)."""
    points = []
    for i in range(1, n + 1):
        x = mpmath.cos(mpmath.pi * (i - mpmath.mpf(1) / 4) / (n + mpmath.mpf(1) / 2))
        for _ in range(60):
            p, before = x, mpmath.mpf(1)
            for k in range(2, n + 1):
                p, before = ((2 * k - 1) * x * p - (k - 1) * before) / k, p
            slope = n * (x * p - before) / (x * x - 1)
            step = p / slope
            x -= step
            if abs(step) < mpmath.mpf(10) ** -36:
                break
        points.append(((1 + x) / 2, (1 - x) / 2, 1 / ((1 - x * x) * slope ** 2)))
    return sorted(points)


def main():
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Gauss-Legendre quadrature on 0 to 1, exact for polynomials of degree 2 n - 1; computed by")
    print("   tests/oracles/quadrature.py. */")
    print("#ifndef CSUCCESS__CHURN_TREES_QUADRATURE_H")
    print("#define CSUCCESS__CHURN_TREES_QUADRATURE_H\n")
    print("#include <stdint.h>\n")
    start, starts, points = 0, [], []
    for n in SIZES:
        starts.append((n, start))
        start += n
        points += rule(n)
    columns = (("t", "The points.", lambda t, rest, weight: t), ("rest", "1 minus the point.", lambda t, rest, weight: rest),
               ("inverse", "1 over that.", lambda t, rest, weight: 1 / rest),
               ("weight", "The weights.", lambda t, rest, weight: weight))
    for name, what, of in columns:
        print(f"/* {what} */")
        print(f"static const double quadrature_{name}[] = {{")
        print("    " + ", ".join(float(of(*point)).hex() for point in points) + "};\n")
    print("/* Rules that are there: how many points, and where they begin. */")
    print("static const struct {\n    uint32_t points, first;\n} quadrature_rules[] = {")
    print("    " + ", ".join("{%d, %d}" % pair for pair in starts) + "};\n")
    print("#endif")


main()
