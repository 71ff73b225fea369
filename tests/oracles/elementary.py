#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/elementary.tsv: exp, ln and pow of hard and random arguments, by mpmath to 80 digits.

    python3 tests/oracles/elementary.py > tests/data/elementary.tsv

Rows, doubles as their bits in hexadecimal, fields separated by a tab:
    e|l|p X Y NEAREST REST
NEAREST is the double nearest to the result, REST what the exact result has beyond it, in ulps of NEAREST. Y is
0 for exp and ln. An overflow is the bits of infinity with a rest of 0."""
import math
import random
import struct

from mpmath import mp, mpf

mp.dps = 80
COUNT = 700     # random arguments of each kind
HARD = 500      # the hardest to round of many
BINS = 128


def bits(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def double(b):
    return struct.unpack("<d", struct.pack("<Q", b))[0]


def exact(kind, x, y):
    if kind == "e":
        return mp.exp(mpf(x))
    return mp.log(mpf(x)) if kind == "l" else mp.power(mpf(x), mpf(y))


def nearest(v):
    """The nearest double and the rest in its ulps. v is rounded to whole units of its last place."""
    if v == 0:
        return 0.0, 0.0
    exponent = max(int(mp.frexp(abs(v))[1]) - 53, -1074)
    units = mp.nint(v / mpf(2) ** exponent)
    if exponent > 971 or (exponent == 971 and abs(units) == 2 ** 53):
        return math.copysign(math.inf, v), 0.0
    x = math.ldexp(int(units), exponent)
    if x == 0:
        return 0.0, float(v / mpf(2) ** -1074)
    ulp = mpf(2) ** max(math.frexp(x)[1] - 53, -1074)
    return x, float((v - mpf(x)) / ulp)


def any_double(r):
    """Of any size, positive."""
    while True:
        x = double(r.getrandbits(63))
        if 0 < x < math.inf:
            return x


def beside(x):
    return (math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf))


def exp_cases(r):
    for edge in (0.0, 1.0, -1.0, 709.782712893384, -708.3964185322641, -744.4400719213812, -745.1332191019411,
                 1e-300, 5e-324, 2.0 ** -53, 2.0 ** -54, -2.0 ** -53, 710.0, -746.0):
        yield from ((x, 0.0) for x in beside(edge))
    for k in range(-220, 220, 7):   # where the argument reduction turns over
        yield from ((x, 0.0) for x in beside((k + 0.5) * math.log(2) / 64))
    for _ in range(COUNT):
        yield r.uniform(-708, 709.7), 0.0
        yield r.gauss(0, 1) * 10 ** r.uniform(-12, 2), 0.0
    for _ in range(COUNT // 4):
        yield r.uniform(-745.2, -708), 0.0


def ln_cases(r):
    for edge in (1.0, 2.0, 0.5, math.e, 5e-324, 2.0 ** -1022, 1.7976931348623157e308, 10.0):
        yield from ((x, 0.0) for x in beside(edge) if 0 < x < math.inf)
    for i in range(BINS):           # the edges of the table
        yield from ((x, 0.0) for x in beside(1 + i / BINS))
        yield from ((x, 0.0) for x in beside((1 + i / BINS) / 2))
    for _ in range(COUNT):
        yield any_double(r), 0.0
        yield abs(1 + r.gauss(0, 1) * 10 ** r.uniform(-15, -1)), 0.0
    for _ in range(COUNT // 4):
        yield double(r.getrandbits(52) + 1), 0.0


def pow_cases(r):
    for x in (2.0, 3.0, 10.0, 0.5, 1.5, 7.0):
        yield from ((x, float(y)) for y in range(-25, 26))
    for x in (4.0, 9.0, 0.25, 2.0, 1e300, 2.0 ** -1060):
        yield from ((x, y) for y in (0.5, -0.5, 1.5, 0.25, 1 / 3))
    for edge in (1024.0, -1022.0, -1074.0, -1075.0):
        yield from ((2.0, y) for y in beside(edge))
    for size in (1e-15, 1e-10, 1e-5, 1e-2):     # near 1, to a power that makes it count
        for _ in range(COUNT // 8):
            x = 1 + math.copysign(r.uniform(0.3, 1), r.uniform(-1, 1)) * size
            yield x, r.uniform(-745, 709) / float(mp.log(mpf(x)))
    for _ in range(COUNT):
        x = any_double(r)
        yield x, r.uniform(-745, 709.7) / float(mp.log(mpf(x)))
        yield r.uniform(0.01, 5), r.uniform(-60, 60)
    for _ in range(COUNT // 4):                 # subnormal results
        x = r.uniform(0.01, 0.99)
        yield x, r.uniform(-745.1, -708.4) / float(mp.log(mpf(x)))


def hard(kind, r):
    """Those of many random arguments whose result lies nearest to the middle of two doubles."""
    found = []
    for _ in range(20 * HARD):
        x, y = (r.uniform(-40, 40), 0.0) if kind == "e" else (r.uniform(0.1, 30), 0.0)
        if kind == "p":
            y = r.uniform(-12, 12)
        rest = nearest(exact(kind, x, y))[1]
        found.append((0.5 - abs(rest), x, y))
    return [(x, y) for _, x, y in sorted(found)[:HARD]]


def main():
    for kind, cases in (("e", exp_cases), ("l", ln_cases), ("p", pow_cases)):
        r = random.Random("elementary " + kind)
        for x, y in dict.fromkeys([*cases(r), *hard(kind, r)]):
            result, rest = nearest(exact(kind, x, y))
            print(kind, *(f"{bits(v):016x}" for v in (x, y, result, rest)), sep="\t")


if __name__ == "__main__":
    main()
