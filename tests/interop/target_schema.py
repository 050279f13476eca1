"""The JSON Schema of target files, judged by the jsonschema package: the shipped tables fit it, broken ones do not."""
import copy
import glob
import json
import re

import jsonschema
import yaml

from common import Tally


class Text(yaml.SafeLoader):
    """Scalars as onnxlint reads them: whole numbers, null, else text."""


Text.yaml_implicit_resolvers = {}
Text.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?[0-9]+$"), list("-0123456789"))
Text.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^null$"), ["n"])

schema = json.load(open("rules/schema/target-1.schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
tally = Tally()
for path in sorted(glob.glob("rules/targets/*.yaml")):
    doc = yaml.load(open(path), Loader=Text)
    errors = [f"{'/'.join(map(str, e.path))}: {e.message[:120]}" for e in validator.iter_errors(doc)]
    tally.check(not errors, f"{path}: {errors[:3]}")

good = {"name": "t", "title": "T", "version": "1", "source": [{"title": "s", "date": "2026"}], "opsets": {"ai.onnx": [1, 28]},
        "default": "none", "ops": [{"op": "A", "status": "full"}]}
tally.check(not list(validator.iter_errors(good)), "a small table does not fit")
for what, change in {
    "no source": lambda d: d["source"].clear(),
    "a key that is none": lambda d: d.update(speed=1),
    "a status that is none": lambda d: d["ops"][0].update(status="good"),
    "opset and since": lambda d: d["ops"][0].update(opset=[1, 2], since=[1]),
    "partial without a note": lambda d: d["ops"][0].update(status="partial"),
    "a condition without words": lambda d: d["ops"][0].update(when=[{"needs": "true"}]),
    "a range of three": lambda d: d["opsets"].update({"ai.onnx": [1, 2, 3]}),
    "evidence that is none": lambda d: d.update(evidence="hearsay"),
}.items():
    bad = copy.deepcopy(good)
    change(bad)
    tally.check(list(validator.iter_errors(bad)), f"{what} fits")
tally.end()
