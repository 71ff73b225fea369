# SPDX-License-Identifier: Apache-2.0
"""The schemas of docs/schemas, each held to its own metaschema before it judges."""
import json
from pathlib import Path

from jsonschema import Draft202012Validator


def validator(root, name):
    schema = json.loads(Path(root, f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
