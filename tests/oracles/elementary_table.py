# SPDX-License-Identifier: Apache-2.0
"""Computes lib/base/elementary_table.h: the constants behind csuccess__exp, _ln and _pow.

    python3 tests/oracles/elementary_table.py > lib/base/elementary_table.h      (needs mpmath)
"""
from fractions import Fraction

from mpmath import mp, mpf

mp.prec = 300
STEPS = 64    # of 2^(i/64)
BINS = 128    # of the mantissa
GRID = 42     # high parts of logarithms are multiples of 2^-42, so that adding a thousand is exact


def on_grid(x, bits):
    return float(mp.nint(x * 2**bits)) / 2**bits


def literal(x):
    return float(x).hex()


def split(x):
    high = float(x)
    return high, float(x - mpf(high))


def centre(i):
    """A reciprocal of the middle of bin i in 10 bits; exactly 1 in the two bins that touch 1."""
    if i in (0, BINS - 1):
        return 1.0
    low, high = 1 + Fraction(i, BINS), 1 + Fraction(i + 1, BINS)
    if i >= turn():
        low, high = low / 2, high / 2
    middle = (low + high) / 2
    return round(1024 / middle) / 1024


def turn():
    """From this bin on a mantissa is halved, so that its logarithm is within about 0.35 of 0."""
    return 53


def main():
    log2 = mp.log(2)
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Constants of exp, ln and pow; computed by tests/oracles/elementary_table.py. */")
    print("#ifndef CSUCCESS__BASE_ELEMENTARY_TABLE_H")
    print("#define CSUCCESS__BASE_ELEMENTARY_TABLE_H\n")
    print(f"enum {{ EXP_STEPS = {STEPS}, LN_BINS = {BINS}, LN_TURN = {turn()} }};\n")
    step = log2 / STEPS
    high = on_grid(step, GRID)
    print("/* ln 2 / 64 and its inverse; the high part has 36 bits. */")
    print(f"static const double step_inverse = {literal(STEPS / log2)};")
    print(f"static const double step_high = {literal(high)};")
    print(f"static const double step_low = {literal(step - mpf(high))};\n")
    high = on_grid(log2, GRID)
    print("/* ln 2, the high part a multiple of 2^-42. */")
    print(f"static const double ln2_high = {literal(high)};")
    print(f"static const double ln2_low = {literal(log2 - mpf(high))};\n")
    print("/* 2^(i/64) as the nearest double and what it lacks. */")
    print("static const struct {\n    double high, low;\n} exp_table[EXP_STEPS] = {")
    for i in range(STEPS):
        high, low = split(mp.power(2, mpf(i) / STEPS))
        print(f"    {{{literal(high)}, {literal(low)}}},")
    print("};\n")
    print("/* Of bin i: a reciprocal c of its middle in 10 bits, and -ln c, the high part a multiple\n"
          "   of 2^-42. */")
    print("static const struct {\n    double reciprocal, high, low;\n} ln_table[LN_BINS] = {")
    for i in range(BINS):
        c = centre(i)
        log = -mp.log(mpf(c))
        high = on_grid(log, GRID)
        print(f"    {{{literal(c)}, {literal(high)}, {literal(log - mpf(high))}}},")
    print("};\n")
    print("#endif")


main()
