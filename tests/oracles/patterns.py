#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/patterns.tsv: two-by-two tables with Fisher's p-value by SciPy, corrected by statsmodels.

    python3 tests/oracles/patterns.py > tests/data/patterns.tsv

Rows, fields separated by a tab; every number is a double as its bits in hexadecimal:
    c CASE STAYED LEFT                              customers of a case
    i CASE ITEM STAYED_WITH LEFT_WITH P BENJAMINI_HOCHBERG HOLM
Tables of which a margin is below 20 have P and what follows as NaN and take no part in the corrections."""
import random
import struct

from scipy.stats import chi2_contingency, fisher_exact
from statsmodels.stats.multitest import multipletests


def row(kind, *values):
    print(kind, *(struct.pack(">d", float(value)).hex() for value in values), sep="\t")


def p_of(table):
    (a, b), (c, d) = table
    if min(a + b, c + d, a + c, b + d) > 10000:
        return chi2_contingency(table, correction=False)[1]
    return fisher_exact(table)[1]


def main():
    r = random.Random("patterns")
    for case, (stayed, left, items) in enumerate(((300, 100, 12), (60, 45, 5), (2000, 150, 30), (26000, 24000, 3))):
        row("c", case, stayed, left)
        tables = []
        for _ in range(items):
            share = r.choice((0.02, 0.2, 0.5, 0.9))
            effect = r.choice((1, 1, 1, 0.8, 0.5))
            with_stayed = sum(r.random() < share for _ in range(stayed))
            with_left = sum(r.random() < share * effect for _ in range(left))
            tables.append(((with_stayed, with_left), (stayed - with_stayed, left - with_left)))
        kept = [i for i, t in enumerate(tables) if sum(t[0]) >= 20 and sum(t[1]) >= 20]
        ps = [p_of(tables[i]) for i in kept]
        bh = multipletests(ps, method="fdr_bh")[1]
        holm = multipletests(ps, method="holm")[1]
        for i, t in enumerate(tables):
            n = kept.index(i) if i in kept else None
            known = (ps[n], bh[n], holm[n]) if n is not None else (float("nan"),) * 3
            row("i", case, i, *t[0], *known)


if __name__ == "__main__":
    main()
