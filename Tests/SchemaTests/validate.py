"""Validates docs/asyncapi.yaml against AsyncAPI's schema, and messages against their JSON Schemas."""

import json
import pathlib
import sys

import jsonschema
import yaml

schema = json.loads(pathlib.Path(sys.argv[1]).read_text())
docs, messages = pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])

jsonschema.validators.validator_for(schema)(schema).validate(yaml.safe_load((docs / "asyncapi.yaml").read_text()))
for file in sorted(messages.iterdir()):
    own = json.loads((docs / "schemas" / (file.name.split("+")[0] + ".json")).read_text())
    jsonschema.Draft202012Validator.check_schema(own)
    jsonschema.Draft202012Validator(own).validate(json.loads(file.read_text()))
