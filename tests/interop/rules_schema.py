#!/usr/bin/env python3
"""The JSON Schema that `onnxlint rules schema` prints, judged by the jsonschema package: it is a schema, the shipped rules
fit it, and files that break the form (not what stands in expressions) do not.

usage: rules_schema.py ONNXLINT | --schema FILE   (from the project's root; needs jsonschema and pyyaml)
"""
import glob
import json
import subprocess
import sys

import jsonschema
import yaml

# broken in ways that a schema cannot see: YAML itself, CEL and templates, names of operators, relations between keys
UNSEEN = """not-sign question-mark hole-first tab quote-open second-document crlf-and-bom unknown-field unknown-variable
compare-types when-not-bool hole-open brace-alone hole-empty in-double-quotes in-single-quotes in-block in-folded-block
reserved-word over-two-lines after-wide-letters op-typo op-list-typo dtype-typo match-in-wrong-scope status-typo key-twice id-twice
let-order let-reserved let-taken grade-nothing fix-safe-by-hand fix-without-grade fix-parameter no-bad-example place-typo
good-expects builtin-typo no-target-in-examples target-typo comment-cuts anchor-and-typo alias cut-short and-word filter
single-equals two-rules-two-faults wrong-argument unknown-method""".split()


class Text(yaml.SafeLoader):
    """Scalars as onnxlint reads them: true and false, whole numbers, else text."""


Text.yaml_implicit_resolvers = {}
Text.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile("^(true|false)$"), list("tf"))
Text.add_implicit_resolver("tag:yaml.org,2002:int", __import__("re").compile("^-?[0-9]+$"), list("-0123456789"))


def main():
    if sys.argv[1] == "--schema":
        schema = json.load(open(sys.argv[2]))
    else:
        schema = json.loads(subprocess.run([sys.argv[1], "rules", "schema"], check=True, capture_output=True).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    check = jsonschema.Draft202012Validator(schema)
    bad = good = refused = 0
    for path in sorted(glob.glob("rules/checks/*.yaml")):
        for e in check.iter_errors(yaml.load(open(path), Text)):
            print(f"{path}: {'/'.join(map(str, e.absolute_path))}: {e.message}")
            bad += 1
        good += 1
    for path in sorted(glob.glob("tests/rules-bad/*.yaml")):
        if path.split("/")[-1][3:-5] in UNSEEN:
            continue
        refused += 1
        if check.is_valid(yaml.load(open(path, encoding="utf-8-sig"), Text)):
            print(f"{path}: fits the schema")
            bad += 1
    print(f"{good} files fit, {refused} are refused, {bad} surprises")
    return bad > 0


sys.exit(main())
