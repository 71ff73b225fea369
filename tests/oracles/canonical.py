# SPDX-License-Identifier: Apache-2.0
"""Canonical texts of events and bytes of states, by Python's json and datetime and a plain writer of format 1.

Rows, tab-separated:
event  JSON as a host sends it  canonical JSON
state  flags created at due seq  chain pseudonym config (hex)  fields as kind:name:payload (hex), by commas, in any order  bytes (hex)
"""
import json
import random
import sys
from datetime import datetime, timedelta, timezone

ORDER = ["type", "event", "messageId", "timestamp", "groupId", "userId", "source", "expires", "priority", "properties"]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
TEXTS = ["a", "login", "über", "\"q\"", "\\", "a b", "\x01\x1f", "🙂", "zz\n\t", "null", "/~", "\x7f", "ｆｕｌｌ", "x" * 40]
NUMBERS = [0.0, -0.0, 1.0, -1.5, 0.1, 1e20, 1e21, 1.5e-7, 123456789012345680000.0, 5e-324, 1.7976931348623157e308, 100.0,
           9007199254740993.0, 0.000001, 1e-6, 1e-7]


def number(value):
    """Number::toString of ECMA-262 from the shortest digits, which are those of repr."""
    if value == 0:
        return "0"
    sign, text = ("-", repr(-value)) if value < 0 else ("", repr(value))
    mantissa, _, power = text.partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    tail = ("." + digits[1:]) if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+d}"


def text(value):
    short = {"\"": "\\\"", "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return "\"" + "".join(short.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in value) + "\""


def write(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    members = sorted(value.items(), key=lambda item: item[0].encode())
    return "{" + ",".join(text(key) + ":" + write(item) for key, item in members) + "}"


def time(ms):
    when = EPOCH + timedelta(milliseconds=ms)
    return when.strftime("%Y-%m-%dT%H:%M:%S").rjust(20 - 1, "0") + (f".{ms % 1000:03d}" if ms % 1000 else "") + "Z"


def local(pick, ms):
    """The same moment somewhere else, with more digits than count."""
    offset = pick.choice([0, 60, -210, 765])
    when = EPOCH + timedelta(milliseconds=ms, minutes=offset)
    digits = f".{ms % 1000:03d}" + pick.choice(["", "9", "000"]) if ms % 1000 or pick.random() < 0.3 else ""
    zone = "Z" if offset == 0 else f"{'+' if offset > 0 else '-'}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    return when.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + digits + zone


def value(pick, depth=0):
    kind = pick.randrange(7 if depth < 3 else 5)
    if kind < 2:
        return pick.choice(NUMBERS) if pick.random() < 0.6 else pick.uniform(-1e6, 1e6)
    if kind == 2:
        return pick.choice(TEXTS)
    if kind == 3:
        return pick.random() < 0.5
    if kind == 4:
        return None
    if kind == 5:
        return [value(pick, depth + 1) for _ in range(pick.randrange(4))]
    return {pick.choice(TEXTS): value(pick, depth + 1) for _ in range(pick.randrange(4))}


def sent(pick, given):
    """JSON as somebody's encoder writes it."""
    items = list(given.items())
    pick.shuffle(items)
    spaces = pick.choice([(",", ":"), (", ", ": "), (" ,", " :")])
    return json.dumps(dict(items), ensure_ascii=pick.random() < 0.5, separators=spaces)


def event(pick):
    word, kind, name = pick.choice([("track", "track", "login"), ("identify", "identify", None), ("group", "group", None),
                                    ("subscription_renewed", "subscription", "renewed"), ("outcome", "outcome", "churned"),
                                    ("page", "track", "page"), ("payment", "payment", None)])
    at, expires = pick.randrange(-10**12, 4 * 10**12), pick.randrange(1, 4 * 10**12)
    want = {"type": kind, "event": name, "messageId": pick.choice(TEXTS), "timestamp": time(at), "groupId": pick.choice(TEXTS)}
    give = {"type": word, "messageId": want["messageId"], "timestamp": local(pick, at)}
    give[pick.choice(["groupId", "customer_id"])] = want["groupId"]
    if word in ("track", "outcome") or (name and pick.random() < 0.3):
        give["event"] = name
    for key in ("userId", "source"):
        if pick.random() < 0.4:
            give[key] = want[key] = pick.choice(TEXTS)
    if pick.random() < 0.3:
        want["expires"], give["expires"] = time(expires), local(pick, expires)
    if pick.random() < 0.3:
        want["priority"] = give["priority"] = pick.randrange(1, 2**32)
    properties = {pick.choice(TEXTS): value(pick) for _ in range(pick.randrange(6))}
    if properties or pick.random() < 0.2:
        give[pick.choice(["properties", "traits"])] = properties
    if pick.random() < 0.3:
        give["context"] = {"library": {"name": "x"}}
    if pick.random() < 0.2:
        give["anonymousId"] = None
    parts = [text(key) + ":" + (str(want[key]) if key == "priority" else text(want[key]))
             for key in ORDER[:-1] if want.get(key) is not None]
    if properties:
        parts.append("\"properties\":" + write(properties))
    print("event", sent(pick, give), "{" + ",".join(parts) + "}", sep="\t")


def varint(number_):
    out = b""
    while number_ > 127:
        out, number_ = out + bytes([number_ % 128 + 128]), number_ // 128
    return out + bytes([number_])


def signed(number_):
    return varint(2 * number_ if number_ >= 0 else -2 * number_ - 1)


def state(pick):
    created = pick.randrange(-10**12, 10**12)
    at = created + pick.randrange(0, 10**11)
    due = 0 if pick.random() < 0.3 else at + pick.randrange(1, 10**pick.randrange(1, 11))
    seq, flags = pick.choice([0, 1, 127, 128, 2**40]), pick.randrange(2)
    digests = [bytes(32) if seq == 0 else pick.randbytes(32), pick.randbytes(16), pick.randbytes(32)]
    fields = {(pick.choice([1, 2, 3, 4, 16, 32, 56]), pick.choice(["", "a", "b", "ab", "é", "contact/1"])):
              pick.randbytes(pick.choice([0, 1, 5, 130])) for _ in range(pick.randrange(8))}
    out = b"CSU\x01" + varint(flags) + signed(created) + signed(at) + varint(due - at if due else 0) + varint(seq)
    out += b"".join(digests) + varint(len(fields))
    for (kind, name), payload in sorted(fields.items(), key=lambda item: (item[0][0], item[0][1].encode())):
        out += varint(kind) + varint(len(name.encode())) + name.encode() + varint(len(payload)) + payload
    rows = [f"{kind}:{name.encode().hex()}:{payload.hex()}" for (kind, name), payload in fields.items()]
    print("state", flags, created, at, due, seq, *(d.hex() for d in digests), ",".join(rows), out.hex(), sep="\t")


def main():
    pick = random.Random(20260131)
    print("# Made by tests/oracles/canonical.py")
    for _ in range(200):
        event(pick)
    for _ in range(40):
        state(pick)


sys.stdout.reconfigure(encoding="utf-8", newline="\n")
main()
