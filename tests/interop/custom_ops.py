"""Files of custom operators: bodies against the onnx package's own inference of a model that has them as functions, in
binary form with weights; signatures against calculations in Python; files against the JSON Schema that is shipped, good
and broken ones; random damage to a file never crashes."""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

import jsonschema
import numpy as np
import onnx
import onnx.parser
import onnx.shape_inference
import yaml
from onnx import TensorProto, helper, numpy_helper

from common import BIN, Tally

OPS = "testdata/custom/ops.yaml"
tally = Tally()


def run(*args):
    return subprocess.run([BIN, *args], capture_output=True, timeout=60)


def values(path, ops):
    p = run("show", "--values", "--format", "json", "--custom-ops", ops, path)
    out = {}

    def walk(x):
        if isinstance(x, dict):
            if "name" in x and ("shape" in x or "dtype" in x):
                out.setdefault(x["name"], x)
            for v in x.values():
                walk(v)
        elif isinstance(x, list):
            for v in x:
                walk(v)

    walk(json.loads(p.stdout))
    return out


def shape_of(v):
    return [d if isinstance(d, int) else str(d) for d in v.get("shape", [])]


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "m.onnx")
    # ---- bodies: onnx infers the same model with the function in it
    body = yaml.safe_load(open(OPS))["operators"][0]["function"]
    text = '<ir_version: 8, opset_import: ["" : 17, "com.acme" : 1]> g (float[2,3] x) => (y) { y = com.acme.ScaledRelu <alpha = 0.5> (x) }\n'
    whole = onnx.parser.parse_model(text + body)
    for f in whole.functions:
        assert f.domain == "com.acme"
    rng = np.random.default_rng(1)
    for dims in ([2, 3], [4], ["N", 8], [1, "A", "B"]):
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, dims)
        w = numpy_helper.from_array(rng.standard_normal((8, 5000)).astype(np.float32), "w")
        g = helper.make_graph(
            [helper.make_node("ScaledRelu", ["x"], ["a"], domain="com.acme", alpha=0.5, name="first"),
             helper.make_node("Identity", ["w"], ["v"]),
             helper.make_node("ScaledRelu", ["v"], ["b"], domain="com.acme", alpha=2.0, name="second")],
            "g", [x], [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in "ab"], [w])
        bare = helper.make_model(g, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.acme", 1)], ir_version=8)
        onnx.save(bare, path)
        full = onnx.ModelProto()
        full.CopyFrom(bare)
        full.functions.extend(whole.functions)
        truth = {v.name: v.type.tensor_type for v in
                 onnx.shape_inference.infer_shapes(full).graph.output}
        got = values(path, OPS)
        for name, t in truth.items():
            want = [d.dim_value if d.HasField("dim_value") else d.dim_param for d in t.shape.dim]
            tally.check(name in got and shape_of(got[name]) == want, f"{dims}: {name} is {got.get(name)}, onnx says {want}")
        p = run("check", "--format", "json", "--custom-ops", OPS, path)
        found = [f for f in json.loads(p.stdout)["models"][0]["findings"] if f["severity"] != "note" and "io-without" not in f["rule"]]
        tally.check(not found, f"{dims}: {found[:2]}")
        # bytes of a body are in no file: no place may point past its end
        size = os.path.getsize(path)
        for f in json.loads(p.stdout)["models"][0]["findings"]:
            tally.check(f["location"].get("offset", 0) < size, f"{f['rule']} stands past the end")

    # ---- signatures: formulas against Python's own arithmetic
    formulas = ["X[0] + 2 * X[1]", "X[-1] / 3", "(X[0] + X[1]) % 7", "min(X[0], X[1]) - 1", "max(X[2], k)", "ceil(X[1], k)",
                "rank(X) * k", "ks[1] + ks[-1]", "values(S)[1] - -1", "X[2] - X[1] / k + 1"]
    for _ in range(30):
        X, k, ks, S = [rng.integers(8, 40) for _ in range(3)], int(rng.integers(2, 6)), [int(i) for i in rng.integers(1, 9, 2)], [3, 4]
        X = [int(d) for d in X]
        ops = os.path.join(folder, "ops.yaml")
        spec = {"operators": [{"op": "t::F", "inputs": [{"name": "X", "type": "float"}, {"name": "S", "type": "int64"}],
                               "outputs": [{"name": "Y", "type": "float", "shape": formulas + ["X[1:]", "values(S)[:]", "ks[0:1]"]}],
                               "attributes": {"k": {"type": "int", "default": 2}, "ks": {"type": "ints", "required": True}}}]}
        yaml.safe_dump(spec, open(ops, "w"))
        g = helper.make_graph([helper.make_node("F", ["x", "s"], ["y"], domain="t", k=k, ks=ks)], "g",
                              [helper.make_tensor_value_info("x", TensorProto.FLOAT, X)],
                              [helper.make_value_info("y", onnx.TypeProto())],
                              [numpy_helper.from_array(np.array(S, np.int64), "s")])
        onnx.save(helper.make_model(g, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("t", 1)], ir_version=8), path)
        scope = {"X": X, "k": k, "ks": ks, "min": min, "max": max, "ceil": lambda a, b: -(-a // b), "rank": len,
                 "values": lambda s: s, "S": S}
        want = [eval(re.sub("/", "//", f), dict(scope)) for f in formulas] + X[1:] + S + ks[:1]
        want = [d if d >= 0 else "None" for d in want]  # no size of a dim: not known
        got = shape_of(values(path, ops).get("y", {}))
        tally.check(got == want, f"X {X} k {k} ks {ks}: {got}, Python says {want}")

    # ---- the schema
    schema = json.load(open("rules/schema/custom-ops-1.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    fits = jsonschema.Draft202012Validator(schema)
    good = yaml.safe_load(open(OPS))
    tally.check(fits.is_valid(good), f"{OPS}: {[e.message for e in fits.iter_errors(good)][:3]}")
    tally.check(not fits.is_valid(yaml.safe_load(open("tests/cases/custom/wrong-file/wrong.yaml"))), "wrong.yaml fits the schema")
    broken = [
        {"operators": [{"op": "a::B"}]}, {"operators": [{"op": "B", "placeholder": True}]},
        {"operators": [{"op": "ai.onnx::B", "placeholder": True}]}, {"operators": [{"op": "a::B", "placeholder": True, "since": 0}]},
        {"operators": [{"op": "a::B", "function": "x", "inputs": []}]}, {"operators": {}}, {"operator": []}, [],
        {"operators": [{"op": "a::B", "outputs": [{"type": "float"}]}]},
        {"operators": [{"op": "a::B", "inputs": [], "attributes": {"k": {}}}]},
        {"operators": [{"op": "a::B", "targets": {"keras": {}}}]}, {"operators": [{"op": "a::B", "targets": {"keras": {"package": "p"}}}]},
    ]
    onnx.save(whole, path)
    for b in broken:
        file = os.path.join(folder, "broken.yaml")
        yaml.safe_dump(b, open(file, "w"))
        p = run("show", "--custom-ops", file, path)
        tally.check(not fits.is_valid(b), f"{b} fits the schema")
        tally.check(p.returncode == 2 and b"broken.yaml:" in p.stderr, f"{b}: {p.returncode} {p.stderr[:100]}")

    # ---- damage
    random.seed(7)
    text = open(OPS, "rb").read()
    file = os.path.join(folder, "damaged.yaml")
    for i in range(300):
        t = bytearray(text)
        for _ in range(random.randint(1, 6)):
            at = random.randrange(len(t))
            kind = random.randrange(3)
            if kind == 0:
                t[at] = random.choice(b"[]{}():,\"'-+*/%?0129xX \n\x00\xff")
            elif kind == 1:
                del t[at:at + random.randint(1, 30)]
            else:
                t[at:at] = t[at:at + 20] * random.randint(1, 20)
        open(file, "wb").write(t)
        p = run("check", "-q", "--custom-ops", file, "testdata/custom/acme.onnxtxt")
        tally.check(p.returncode in (0, 1, 2) and (p.returncode != 2 or p.stderr), f"damage {i}: {p.returncode}")
tally.end()
