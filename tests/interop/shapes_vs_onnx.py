"""Inferred types and shapes of all backend models against onnx.shape_inference (strict, data_prop) and the models' real outputs.

For every value that onnx knows: ours agrees or is more precise ("same"), knows less, or contradicts ("wrong").
For every output of a test's data: no inferred shape contradicts it. Passes when nothing contradicts; less is reported.
"""
import json
import subprocess
import tempfile
import warnings

import numpy as np
import onnx
from onnx.backend.test.case.model import collect_testcases as model_cases
from onnx.backend.test.case.node import collect_testcases as node_cases
from onnx.shape_inference import infer_shapes

from common import BIN, Tally

warnings.filterwarnings("ignore")
NAMES = {1: "float32", 11: "float64", 10: "float16"}


def ours(data):
    with tempfile.NamedTemporaryFile(suffix=".onnx") as f:
        f.write(data)
        f.flush()
        p = subprocess.run([BIN, "show", f.name, "--values", "--format", "json"], capture_output=True)
    return {v["name"]: v for v in json.loads(p.stdout)["values"] if v["graph"] == "main"}


def theirs(model):
    for v in list(model.graph.value_info) + list(model.graph.output):
        t = v.type
        if not t.HasField("tensor_type") or not t.tensor_type.elem_type:
            continue
        dims = None
        if t.tensor_type.HasField("shape"):
            dims = [d.dim_value if d.HasField("dim_value") else None for d in t.tensor_type.shape.dim]
        kind = t.tensor_type.elem_type
        yield v.name, NAMES.get(kind, onnx.TensorProto.DataType.Name(kind).lower()), dims


tally = Tally()
count = {"same": 0, "less": 0, "wrong": 0}
real = {"agree": 0, "contradict": 0, "unknown": 0}
more = 0
seen = set()
for case in list(node_cases(None)) + list(model_cases()):
    if case.model is None or case.name in seen:
        continue
    seen.add(case.name)
    data = case.model.SerializeToString()
    try:
        values = ours(data)
    except (ValueError, KeyError) as e:
        tally.check(False, f"{case.name}: no values: {e}")
        continue
    tally.check(True, case.name)
    try:
        known = list(theirs(infer_shapes(case.model, strict_mode=True, data_prop=True)))
    except onnx.shape_inference.InferenceError:
        known = []
    for name, dtype, dims in known:
        v = values.get(name, {})
        shape = v.get("shape")
        verdict = "same"
        if v.get("dtype") is None or (dims is not None and shape is None):
            verdict = "less"
        elif v["dtype"] != dtype or (dims is not None and len(dims) != len(shape)):
            verdict = "wrong"
        elif dims is not None:
            for t, o in zip(dims, shape):
                if t is not None and o != t:
                    verdict = "wrong" if isinstance(o, int) else "less"
                    break
        count[verdict] += 1
        if not tally.check(verdict != "wrong", f"{case.name} {name}: onnx {dtype} {dims}, ours {v}"):
            continue
        more += dims is None and shape is not None
    for _, outputs in case.data_sets or []:
        for info, out in zip(case.model.graph.output, outputs):
            shape = values.get(info.name, {}).get("shape")
            if not isinstance(out, np.ndarray) or shape is None:
                real["unknown"] += 1
                continue
            good = len(shape) == out.ndim and all(not isinstance(o, int) or o == d for o, d in zip(shape, out.shape))
            real["agree" if good else "contradict"] += 1
            tally.check(good, f"{case.name} {info.name}: real {out.shape}, ours {shape}")
total = sum(count.values())
print(f"= values that onnx knows: {total}; same {count['same']}, less {count['less']}, wrong {count['wrong']}; "
      f"shapes that only ours has: {more}")
print(f"= outputs of test data: {real}")
tally.end()
