# SPDX-License-Identifier: Apache-2.0
"""The schemas of docs/schemas, each held to its own metaschema before it judges; one may refer to another by its $id."""
import json
from pathlib import Path

from jsonschema import Draft202012Validator
from referencing import Registry, Resource


def validator(root, name):
    schemas = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(root, "docs/schemas").glob("*.schema.json"))]
    registry = Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas if "$id" in schema)
    schema = json.loads(Path(root, f"docs/schemas/{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, registry=registry)
