"""Validates FHIR R4B resources with the PyPI package fhir.resources. Reads a JSON object from name to resource on stdin;
prints an object from name to the list of what is wrong, empty for a resource that is accepted."""

import json
import sys

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

found = {}
for name, resource in json.load(sys.stdin).items():
    found[name] = []
    try:
        get_fhir_model_class(resource.get("resourceType", "")).model_validate(resource)
    except ValidationError as wrong:
        found[name] = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in wrong.errors()]
    except ValueError:  # from get_fhir_model_class, for a type that does not exist
        found[name] = ["resourceType: there is no such resource"]
print(json.dumps(found))
