#!/usr/bin/env python3
"""The JSON Schema that `onnxlint rules schema config` prints, judged by the jsonschema package, against what the program itself
takes and refuses; and reports with suppressions, a baseline and statistics against the report's schema."""
import json
import os
import subprocess
import tempfile

import jsonschema
import yaml

from common import BIN, Tally

tally = Tally()
schema = json.loads(subprocess.run([BIN, "rules", "schema", "config"], check=True, capture_output=True).stdout)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

GOOD = {
    "all keys": """
select: [op, graph/unused*]
ignore: graph/unused-initializer
severity: {op/unknown: note, graph: off}
targets: [keras, onnxruntime-cpu]
fail-on: never
limits: {memory: 1000000000, name-length: 100000}
paths:
  - paths: "old/**"
    ignore: [op]
    targets: keras
suppressions:
  - rule: [op/unknown, graph]
    reason: |
      two
      lines
    expires: 2999-12-31
    by: somebody
    paths: [a, b/**]
    targets: keras
    node: "*"
    value: v
    op_type: Foo
    at: node:x
    fingerprint: 0123456789abcdef
""",
    "one word": "ignore: op",
    "numbers are text": "suppressions: [{rule: op, reason: 1234, by: 5}]",
}
BAD = {
    "unknown key": "selct: op",
    "severity": "severity: {op: fatal}",
    "severity list": "severity: [op]",
    "fail-on": "fail-on: off",
    "no reason": "suppressions: [{rule: op}]",
    "no rule": "suppressions: [{reason: because}]",
    "section without paths": "paths: [{ignore: op}]",
    "section in a section": "paths: [{paths: x, paths2: y}]",
    "extends in a section": "paths: [{paths: x, extends: y}]",
    "empty list": "select: []",
    "mapping for a list": "select: {op: true}",
    "suppressions as a mapping": "suppressions: {rule: op, reason: x}",
}


class Text(yaml.SafeLoader):
    """Scalars as text, which is how they are read; true, false and numbers stay what they are."""


Text.yaml_implicit_resolvers = {}
work = tempfile.mkdtemp()
model = os.path.join(work, "m.onnxtxt")
open(model, "w").write('<ir_version: 8, opset_import: ["": 17]>\n'
                       "g (float[3] x) => (float[3] y) <float[3] w = {1, 2, 3}> { [foo] a = Foo (x) y = Bar (a) }\n")


def takes(text):
    path = os.path.join(work, "c.yaml")
    open(path, "w").write(text)
    return subprocess.run([BIN, "check", "-q", "--config", path, model], capture_output=True).returncode != 2


for name, text in GOOD.items():
    tally.check(validator.is_valid(yaml.load(text, Text)), f"{name}: the schema refuses it")
    tally.check(takes(text), f"{name}: the program refuses it")
for name, text in BAD.items():
    tally.check(not validator.is_valid(yaml.load(text, Text)), f"{name}: the schema takes it")
    tally.check(not takes(text), f"{name}: the program takes it")

report = jsonschema.Draft202012Validator(json.load(open("rules/schema/report-1.schema.json")))
config = os.path.join(work, "c.yaml")
open(config, "w").write("suppressions: [{rule: op, node: foo, reason: ours, by: me, expires: 2999-01-01}]\n")
baseline = os.path.join(work, "b.json")
subprocess.run([BIN, "check", "-q", "--no-config", "--select", "graph", "--write-baseline", baseline, model], capture_output=True)
p = subprocess.run([BIN, "check", "--config", config, "--baseline", baseline, "--statistics", "-f", "json", model],
                   capture_output=True)
d = json.loads(p.stdout)
errors = [e.message[:200] for e in report.iter_errors(d)]
tally.check(not errors, f"the report's schema: {errors[:3]}")
found = d["models"][0]["findings"]
tally.check(any(f.get("suppressed", {}).get("reason") == "ours" for f in found), "no suppressed finding in the report")
tally.check(any(f.get("baseline") == "unchanged" for f in found), "no finding of the baseline in the report")
tally.check(any(f.get("baseline") == "new" for f in found), "no new finding in the report")
tally.check(len(d["statistics"]["rules"]) > 50, "no statistics in the report")
aside = [f for f in found if "suppressed" in f or f.get("baseline") == "unchanged"]
tally.check(found[-len(aside):] == aside, "what is set aside is not behind the others")
left = {s: sum(f["severity"] == s for f in found if f not in aside) for s in ("error", "warning", "note")}
tally.check(left == d["summary"], f"the summary counts what is set aside: {left} {d['summary']}")
tally.end()
