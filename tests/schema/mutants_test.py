# SPDX-License-Identifier: Apache-2.0
"""The valid documents, each changed in one place at random: mutants_test.py LIBRARY ROOT [SEED [COUNT]]
What the C validator takes, the schema takes. What the C validator refuses for its shape (not for a name, a type, an
expression or a limit), the schema refuses too, but for what takes two places of a document to see."""
import copy
import ctypes
import json
import random
import re
import sys
from pathlib import Path

from schemas import validator

ECONFIG, EUNSUPPORTED = -7, -18
VALUES = [None, True, 0, 1, -1, 2.5, 1e12, "", "x", "P7D", "-P1D", "2026-01-31", "<4", [], [1], [[1, 2]], ["a"], {}, {"x": 1},
          {"value": 1}, "gone", "x > 1"]
SEES_TWO_PLACES = re.compile(
    r'"range": \[worst, best\] is needed|must ascend|in ascending order|is below its "min"|is above "max"|one of several values is'
    r'|is text: write|begins where|id of another node|has no weight|add up to 0|its categories are|already; a|is computed here'
    r'|"gives" is a list of|row of "gives" is|its words are|isotonic line rises|stands in "(rows|columns)" twice'
    r'|groups nest deeper|default of \w+: .*(not one of|the (min|max)imum|no "currency"|where all are)|at most P3660D|reach back|event is not available|from 1 to 1000,|/migrate/of: |/migrate: .*(changes nothing|has no "(of|value)")'
    r'|duration without months, such as|shorter than the first|spent by what messages cost|is what another alert is called|has none beside it'
    r'|each locale has the same|no member has the role|cannot stand in for|and "owners" has no rule for it'
    r'|above "approval_above" nobody is there|a message needs a text|is for the team; "owner" says|ends at the time at which it begins|must add up to 1'
    r'|every arm is held out|another template is for interventions|is tried once; name each other channel')


class Str(ctypes.Structure):
    _fields_ = [("ptr", ctypes.c_char_p), ("len", ctypes.c_size_t)]


class Error(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("code", ctypes.c_int32), ("line", ctypes.c_uint32), ("offset", ctypes.c_uint64),
                ("column", ctypes.c_uint32), ("reserved", ctypes.c_uint32), ("pointer", ctypes.c_char * 256),
                ("message", ctypes.c_char * 512)]


def compiler(path):
    library = ctypes.CDLL(path)
    library.csuccess_config_compile.argtypes = [ctypes.c_void_p, Str, ctypes.c_void_p, ctypes.c_void_p]
    library.csuccess_config_unref.argtypes = [ctypes.c_void_p]

    def compiled(document):
        text, config, error = json.dumps(document).encode(), ctypes.c_void_p(), Error(size=ctypes.sizeof(Error))
        result = library.csuccess_config_compile(ctypes.byref(config), Str(text, len(text)), None, ctypes.byref(error))
        library.csuccess_config_unref(config)
        return result, f"{error.pointer.decode()}: {error.message.decode('utf-8', 'replace')}"
    return compiled


def places(node, path=()):
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield path + (key,)
        yield from places(node[key], path + (key,))


def at(document, path):
    for key in path:
        document = document[key]
    return document


def mutant(rng, documents, parts, keys):
    document = copy.deepcopy(rng.choice(documents))
    path = rng.choice(list(places(document)))
    parent, key = at(document, path[:-1]), path[-1]
    how, value = rng.random(), copy.deepcopy(rng.choice(rng.choice((VALUES, parts))))
    if how < 0.2:
        del parent[key]
    elif how < 0.7 or isinstance(parent, list):
        parent[key] = value
    else:
        parent[rng.choice(keys)] = value
    return document


def complaint(schema, compiled, document):
    result, text = compiled(document)
    error = next(schema.iter_errors(document), None)
    if error is not None and result >= 0:
        return f"C takes it, the schema says {error.json_path}: {error.message[:150]}"
    if error is None and result in (ECONFIG, EUNSUPPORTED) and not SEES_TWO_PLACES.search(text):
        return f"the schema takes it, C says {text}"
    return None


def main(library, root, seed="1", count="1500"):
    schema, compiled = validator(root, "configuration"), compiler(library)
    valid = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(root, "tests/schema").glob("corpus/valid/*.json"))]
    # A patch may remove what is not there, and bindings stand for anything: of these a schema sees too little.
    documents = [one for one in valid if "extends" not in one and "bindings" not in one]
    paths = [(one, path) for one in documents for path in places(one)]
    parts, keys = [at(*one) for one in paths], sorted({str(path[-1]) for _, path in paths})
    rng, bad = random.Random(int(seed)), 0
    for _ in range(int(count)):
        document = mutant(rng, documents, parts, keys)
        text = complaint(schema, compiled, document)
        if text:
            bad += 1
            print(f"{text}\n    {json.dumps(document)[:600]}")
    print(f"{count} mutants, {bad} complaints")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
