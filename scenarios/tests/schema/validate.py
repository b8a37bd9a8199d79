"""Validates TOML documents with the PyPI package jsonschema. Reads a JSON object with a schema and documents by name on stdin;
prints an object from name to the list of errors, empty for a document that is accepted."""

import json
import sys
import tomllib

from jsonschema import Draft202012Validator

asked = json.load(sys.stdin)
Draft202012Validator.check_schema(asked["schema"])
validator = Draft202012Validator(asked["schema"])
found = {}
for name, text in asked["documents"].items():
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found[name] = [f"invalid TOML: {error}"]
        continue
    found[name] = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(document)]
print(json.dumps(found))
