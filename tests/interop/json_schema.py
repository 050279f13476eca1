"""The JSON report of many models against the JSON Schema that is shipped, and against the contract's own keys."""
import glob
import json
import os
import subprocess

import jsonschema

from common import BIN, SHARED, Tally

schema = json.load(open("rules/schema/report-1.schema.json"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
tally = Tally()
models = sorted(glob.glob("testdata/**/*.onnx*", recursive=True))
models += sorted(glob.glob(os.path.join(SHARED, "defects", "*", "*.onnx")))
models += sorted(glob.glob(os.path.join(SHARED, "hostile", "names", "*.onnx")))
models += sorted(glob.glob(os.path.join(SHARED, "hostile", "wire", "*.onnx")))
for model in models:
    for extra in ([], ["--target", "keras,onnxruntime-cpu"], ["--target", "all"]):
        p = subprocess.run([BIN, "check", model, "--format", "json", *extra], capture_output=True)
        try:
            errors = [e.message[:200] for e in validator.iter_errors(json.loads(p.stdout))]
        except ValueError as e:
            errors = [str(e)]
        tally.check(not errors, f"{model} {extra}: {errors[:3]}")
# a document that breaks the contract must not validate: the schema can fail
broken = json.loads(subprocess.run([BIN, "check", "testdata/detector-small.onnx", "--format", "json"],
                                   capture_output=True).stdout)
broken["models"][0]["findings"][0]["severity"] = "fatal"
tally.check(any(validator.iter_errors(broken)), "a wrong severity passes the schema")
tally.end()
