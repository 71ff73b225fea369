#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/numerals.tsv: hard cases of doubles as text, judged by Python's repr(), float() and decimal.

    python3 tests/oracles/numerals.py > tests/data/numerals.tsv

Rows, bits of the double in hexadecimal, fields separated by a tab:
    w BITS TEXT            the double is written as TEXT (form of ECMAScript), and TEXT reads as the double
    r BITS TEXT            TEXT reads as the double
    f BITS DECIMALS TEXT   the double with a fixed number of decimals"""
import random
import struct
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

FRACTION = (1 << 52) - 1
INFINITY = 0x7FF << 52


def double(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def bits_of(x):
    return struct.unpack("<Q", struct.pack("<d", x))[0]


def ecmascript(x):
    """ECMA-262, Number::toString, from the digits that repr() gives."""
    if x == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(x)).normalize().as_tuple()
    s, k = "".join(map(str, digits)), len(digits)
    n = k + exponent
    if k <= n <= 21:
        text = s + "0" * (n - k)
    elif 0 < n <= 21:
        text = s[:n] + "." + s[n:]
    elif -6 < n <= 0:
        text = "0." + "0" * -n + s
    else:
        text = s[0] + ("." + s[1:] if k > 1 else "") + "e%+d" % (n - 1)
    return ("-" if sign else "") + text


def exact(x):
    """A fraction whose denominator is a power of two, as (digits, exponent of ten)."""
    k = x.denominator.bit_length() - 1
    return x.numerator * 5 ** k, -k


def middle(bits):
    """Halfway between a double and the next one."""
    above = Fraction(2) ** 1024 if bits + 1 == INFINITY else Fraction(double(bits + 1))
    return (Fraction(double(bits)) + above) / 2


def written(rng):
    for e in range(0, 2047, 2):
        for fraction in (0, 1, FRACTION):
            yield e << 52 | fraction
    for e in range(1, 2047, 16):  # 17 digits are common here
        yield e << 52 | rng.getrandbits(52)
        yield e << 52 | rng.getrandbits(26)
    for i in range(52):  # subnormals
        yield 1 << i
        yield (1 << i) + 1
        yield (1 << i + 1) - 1
    for e in range(-330, 309, 3):
        yield bits_of(float(f"1e{e}"))
        yield bits_of(float(f"{rng.randrange(1, 10 ** 6)}e{e}"))
    for _ in range(400):  # what people write
        yield bits_of(rng.randrange(-10 ** 7, 10 ** 7) / 10 ** rng.randrange(0, 6))
        yield bits_of(float(rng.randrange(10 ** rng.randrange(1, 22))))
    for n in (2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, 10 ** 15, 10 ** 20, 10 ** 21, 10 ** 22, 10 ** 23, 2 ** 63, 2 ** 64):
        yield bits_of(float(n))
        yield bits_of(-float(n))


def read(rng):
    def around(bits, digits, exponent):
        yield f"{digits}e{exponent}"
        yield f"{digits}{'0' * 12}1e{exponent - 13}"
        yield f"{digits * 10 - 1}e{exponent - 1}"

    halves = [e << 52 | rng.getrandbits(52) for e in range(900, 1150, 3)]
    halves += [e << 52 | rng.getrandbits(52) for e in range(0, 2047, 150)]
    halves += [0, 1, 2, FRACTION, 1 << 52, INFINITY - 1, INFINITY - 2]
    for bits in halves:
        yield from around(bits, *exact(middle(bits)))
    for _ in range(600):  # halfway cases of few digits: whole numbers and short fractions
        bits = bits_of(float(2 ** rng.randrange(53, 64) + rng.randrange(2 ** 53)))
        digits, exponent = exact(middle(bits))
        yield f"{digits}" if exponent == 0 else f"{digits}e{exponent}"
    for _ in range(700):  # 17 to 30 digits of anything, cut, so that the nearest double is not obvious
        bits = rng.getrandbits(63)
        if bits >= INFINITY:
            continue
        digits, exponent = exact(middle(bits))
        keep = rng.randrange(17, 31)
        s = str(digits)
        if len(s) > keep:
            yield f"{s[0]}.{s[1:keep]}e{exponent + len(s) - 1}"
    for _ in range(300):
        whole = "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, 40)))
        part = "".join(rng.choice("0123456789") for _ in range(rng.randrange(1, 40)))
        yield f"{whole}.{part}"
        yield f"-{whole}.{part}E{rng.randrange(-340, 340):+d}"
    for n in (0, 1, 18, 19, 20, 400, 799, 800, 801, 1200):
        yield "0." + "0" * n + "1" + f"e{n + 1}"
        yield "1" + "0" * n + f"e-{n}"
        yield "9" * (n + 1) + f"e-{n}"
        yield "0" * n + "7"
    yield from ("0", "-0", "0.0", "-0e5", "0e999999999999999999999", "1e400", "-1e400", "1e-400", "1e99999999999999999999",
                "1e-99999999999999999999", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
                "2.2250738585072011e-308", "2.2250738585072012e-308", "2.4703282292062327e-324",
                "2.4703282292062328e-324", "4.9406564584124654e-324", "9007199254740993", "9007199254740992.5")


def fixed(rng):
    values = [0.0, -0.0, 0.5, 1.5, 2.5, 1.005, 2.675, -2.675, 0.05, 0.0049, -0.004, 999.995, 9.5, 99.95, 1e21, 1e22, 1.5e300,
              5e-324, 1e-10, 5e-10, 4.9e-10, 0.1, 123456789.123456789, -0.5, 0.25, 0.125, 67.5885]
    values += [rng.randrange(-10 ** 9, 10 ** 9) / 10 ** rng.randrange(0, 9) for _ in range(100)]
    for x in values:
        for decimals in (0, 1, 2, 3, 6, 9):
            d = Decimal(repr(x)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, Context(prec=400))
            yield bits_of(x), decimals, f"{abs(d) if d == 0 else d:f}"


def main():
    rng = random.Random(20260131)
    print("# Written by tests/oracles/numerals.py.")
    for bits in dict.fromkeys(written(rng)):
        if bits & INFINITY == INFINITY:
            continue
        print(f"w\t{bits:016x}\t{ecmascript(double(bits))}")
    for text in read(rng):
        print(f"r\t{bits_of(float(text)):016x}\t{text}")
    for bits, decimals, text in fixed(rng):
        print(f"f\t{bits:016x}\t{decimals}\t{text}")


if __name__ == "__main__":
    main()
