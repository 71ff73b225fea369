#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes numeral_powers.c to standard output: powers of ten, exact integer arithmetic only.

Checks on the way that the integer approximations of logarithms in numeral.c hold on their ranges."""

MIN, MAX, EXACT = -342, 324, 55


def floor_log2(e):
    """floor(log2(10^e))"""
    if e >= 0:
        return (10 ** e).bit_length() - 1
    return -(10 ** -e - 1).bit_length()


def power(e):
    shift = 127 - floor_log2(e)
    if e >= 0:
        return (10 ** e << shift) if shift >= 0 else 10 ** e >> -shift
    return (1 << shift) // 10 ** -e


def floor_log10_of_two(q, closer):
    """floor(log10(2^q)), or of 3/4 of it"""
    num, den = (1 << q, 1) if q >= 0 else (1, 1 << -q)
    if closer:
        num, den = num * 3, den * 4
    k = len(str(num)) - len(str(den))
    while num * 10 ** max(-k, 0) < den * 10 ** max(k, 0):
        k -= 1
    while num * 10 ** max(-(k + 1), 0) >= den * 10 ** max(k + 1, 0):
        k += 1
    return k


def check():
    for e in range(MIN, MAX + 1):
        assert power(e) >> 127 == 1 and power(e) < 1 << 128
        assert e * 1741647 >> 19 == floor_log2(e), e
        exact = e >= 0 and 5 ** e < 1 << 128
        assert exact == (0 <= e <= EXACT), e
    for q in range(-1074, 972):
        assert q * 1262611 >> 22 == floor_log10_of_two(q, False), q
        assert q * 1262611 - 524031 >> 22 == floor_log10_of_two(q, True), q


def main():
    check()
    print("/* SPDX-License-Identifier: Apache-2.0 */")
    print("/* Powers of ten to 128 bits; written by numeral_powers.py. */")
    print('#include "text/numeral_powers.h"\n')
    print("/* clang-format off */")
    print("const csuccess__power")
    print("    csuccess__powers[CSUCCESS__POWER_MAX - CSUCCESS__POWER_MIN + 1] = {")
    row = []
    for e in range(MIN, MAX + 1):
        row.append("{0x%016x, 0x%016x}," % (power(e) >> 64, power(e) & (1 << 64) - 1))
        if len(row) == 2 or e == MAX:
            print("    " + " ".join(row))
            row = []
    print("};")
    print("/* clang-format on */")


if __name__ == "__main__":
    main()
