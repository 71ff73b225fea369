# SPDX-License-Identifier: Apache-2.0
"""A verifier of exported chains, written from docs/reference/audit.md with hashlib and hmac alone:
chain.py verify FILE [--secret HEX]      ends with 1 at the first link that does not fit, naming it
chain.py compare PROGRAM [COUNT [SEED]]  chains made by the library (chain_lines.c), whole and tampered with: both verifiers must say the same"""
import hashlib
import hmac
import json
import random
import subprocess
import sys

DOMAIN = b"csuccess/entry/1"
HEX = set("0123456789abcdef")


class Bad(Exception):
    """The number of the entry, or None for the head, and why."""


def text(b):
    return b"s" + len(b).to_bytes(8, "little") + b


def number(n):
    return b"u" + (n % 2**64).to_bytes(8, "little")


def raw(digits, n):
    if not isinstance(digits, str) or len(digits) != 2 * n or not set(digits) <= HEX:
        raise ValueError(f"not {2 * n} lower-case hex digits")
    return bytes.fromhex(digits)


def mac(secret, body):
    return hmac.new(secret, body, hashlib.sha256).digest()


def link(previous, pseudonym, entry, commitment):
    words = [entry[key].encode() for key in ("kind", "cause", "by", "config")]
    fields = [text(DOMAIN), text(previous), text(pseudonym), number(entry["seq"]), number(entry["at_ms"]), *map(text, words), text(commitment)]
    return hashlib.sha256(b"".join(fields)).digest()


def verify(lines, secret=None):
    """How many entries and bodies there are; Bad."""
    head, previous, bodies, seq = json.loads(lines[0]), bytes(32), 0, 0
    pseudonym = raw(head["pseudonym"], 16)
    if secret and mac(secret, b"csuccess/pseudonym/1")[:16] != pseudonym:
        raise Bad(None, "the pseudonym is not that of the secret")
    for seq, line in enumerate(lines[1:], 1):
        entry = json.loads(line)
        try:
            if entry["seq"] != seq:
                raise ValueError(f"number {entry['seq']} stands in its place")
            commitment, digest = raw(entry["commitment"], 32), raw(entry["digest"], 32)
        except ValueError as error:
            raise Bad(seq, str(error)) from None
        if link(previous, pseudonym, entry, commitment) != digest:
            raise Bad(seq, "the digest is not that of the entry and the one before it")
        if entry["body"] is not None:
            bodies += 1
            if secret and mac(secret, entry["body"].encode()) != commitment:
                raise Bad(seq, "the body is not the one that was committed to")
        previous = digest
    if (seq, previous) != (head["seq"], raw(head["digest"], 32)):
        raise Bad(None, f"the chain ends at {seq}, the head says {head['seq']} or another digest")
    return seq, bodies


# ---- Tampering ----

def other_hex(rng, digits):
    at = rng.randrange(len(digits))
    return digits[:at] + rng.choice(sorted(HEX - {digits[at]})) + digits[at + 1:]


def flip(rng, entries):
    """Another value for one field of one entry."""
    at = rng.randrange(len(entries))
    entry = dict(entries[at])
    key = rng.choice([k for k in entry if k != "subject"])
    value = entry[key]
    if key in ("seq", "at_ms"):
        entry[key] = max(0, value + rng.choice([-1, 1, 1000]))
        if entry[key] == value:
            entry[key] += 1
    elif key in ("commitment", "digest"):
        entry[key] = rng.choice([other_hex(rng, value), value[:-1], value.upper() if value.upper() != value else "", ""])
    elif value is None:
        entry[key] = "{}"
    else:
        entry[key] = rng.choice([value + " ", value[:-1], "", value[::-1] + "x"])
        if entry[key] == value:
            entry[key] = value + "y"
    return entries[:at] + [entry] + entries[at + 1:]


def drop(rng, entries):
    at = rng.randrange(len(entries))
    return entries[:at] + entries[at + 1:]


def swap(rng, entries):
    a, b = rng.randrange(len(entries)), rng.randrange(len(entries))
    out = list(entries)
    out[a], out[b] = out[b], out[a]
    return out


def insert(rng, entries):
    at = rng.randrange(len(entries) + 1)
    return entries[:at] + [dict(rng.choice(entries))] + entries[at:]


def renumber(rng, entries):
    """What a careful forger does: drops one and numbers the rest anew."""
    return [dict(entry, seq=i) for i, entry in enumerate(drop(rng, entries), 1)]


def truncate(rng, entries):
    return entries[:rng.randrange(len(entries))]


def erase(rng, entries):
    """No tampering: bodies go, digests stay."""
    return [dict(entry, body=None) if rng.random() < 0.5 else entry for entry in entries]


KINDS = (flip, drop, swap, insert, renumber, truncate, erase)


def said_here(lines, secret):
    try:
        entries, bodies = verify(lines, secret)
        return f"ok {entries} {bodies}"
    except Bad as bad:
        return f"bad {bad.args[0] or 'end'}"


def dump(entry):
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def chains(program, seed):
    made = subprocess.run([program, "make", str(seed)], check=True, capture_output=True, text=True).stdout
    secret, *lines = made.rstrip("\n").split("\n")
    return bytes.fromhex(secret), lines


def compare(program, count="60", seed="1"):
    rng, cases, detected = random.Random(int(seed)), [], 0
    for i in range(int(count)):
        secret, lines = chains(program, rng.randrange(2**32))
        cases.append((secret, lines, "whole"))
        entries = [json.loads(line) for line in lines[1:]]
        for change in KINDS * 4 if entries else ():
            cases.append((rng.choice([secret, None]), [lines[0], *map(dump, change(rng, entries))], change.__name__))
    # One run of the program over all cases: the secret or "-", then the lines, then an empty line.
    asked = "".join("\n".join([s.hex() if s else "-", *lines, "", ""]) for s, lines, _ in cases)
    done = subprocess.run([program, "verify"], input=asked, check=True, capture_output=True, text=True)
    bad = 0
    for (secret, lines, kind), there in zip(cases, done.stdout.splitlines(), strict=True):
        here = said_here(lines, secret)
        detected += here.startswith("bad")
        if here != there or (kind in ("whole", "erase") and not here.startswith("ok")):
            bad += 1
            print(f"{kind}: here {here}, the library {there}")
    print(f"{len(cases)} chains, {detected} of them damaged, {bad} complaints")
    return 1 if bad or not detected else 0


def main(args):
    if args[0] == "compare":
        return compare(*args[1:])
    secret = bytes.fromhex(args[3]) if len(args) > 3 and args[2] == "--secret" else None
    with open(args[1], encoding="utf-8") as file:
        lines = file.read().rstrip("\n").split("\n")
    try:
        entries, bodies = verify(lines, secret)
    except Bad as bad:
        number_of, why = bad.args
        print(f"entry {number_of}: {why}" if number_of else f"the head: {why}")
        return 1
    print(f"{entries} entries, {bodies} bodies" + ("" if secret else ", not proved without the secret"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
