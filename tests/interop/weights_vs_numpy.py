#!/usr/bin/env python3
"""Compares what `check --weights` says of tensors with what numpy counts: weights_vs_numpy.py ONNXLINT [MODEL or folder...]

Random tensors of float32, float64, float16 and int64 with faults at random places are written as raw data, as typed fields and as external
data; every message's count and position must be numpy's. Models given (or found in folders) are then judged alike.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOATS = {TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.FLOAT16}


def faults(a):
    """Rule -> mask, of one tensor."""
    if a.dtype == np.int64:
        bound = (a >= np.iinfo(np.int64).max - 1) | (a <= np.iinfo(np.int64).min + 2)
        return {"past-int32": ((a > 2**31 - 1) | (a < -2**31)) & ~bound}
    with np.errstate(all="ignore"):
        finite, size = np.isfinite(a), np.abs(a)
        past = finite & (size >= 65520)
        if past.any() and (a[past] < 0).all() and len(np.unique(a[past])) == 1:  # a mask
            past = np.zeros_like(past)
        return {"nan": np.isnan(a), "infinite": np.isinf(a), "past-float16": past,
                "denormal": (size > 0) & (size < np.finfo(a.dtype).tiny) & (a.dtype != np.float16)}


def compare(binary, path, tensors):
    out = subprocess.run([binary, "check", "--select", "weights", "--weights", "--max-per-rule", "1000000", "--max-findings", "1000000",
                          "--fail-on", "never", "-f", "json", path], capture_output=True, text=True)
    said = {}
    for f in json.loads(out.stdout)["models"][0]["findings"]:
        m = re.search(r"'(.*)' holds .*?([\d,]+) (?:NaN |infinit\w+ )?of ([\d,]+) elements?.*the first at (\[[^]]*\])", f["message"])
        if m:
            said[m[1], f["rule"].split("/")[1]] = (int(m[2].replace(",", "")), m[4])
    bad = 0
    for name, a in tensors.items():
        for rule, mask in faults(a).items():
            n = int(mask.sum())
            if a.size < 2:
                continue
            want = (n, str([int(i) for i in np.unravel_index(int(np.argmax(mask)), a.shape)])) if n else None
            if said.get((name, rule)) != want:
                print(f"{path}: {name}: {rule}: numpy {want}, onnxlint {said.get((name, rule))}")
                bad += 1
    return len(tensors) - min(bad, len(tensors)), bad


def sample(rng, dtype):
    shape = tuple(int(d) for d in rng.integers(1, 40, rng.integers(1, 5)))
    if dtype == np.int64:
        a = rng.integers(-1000, 1000, shape)
        odd = [2**31, -2**31 - 1, 2**31 - 1, 2**63 - 1, -2**63, 2**40]
    else:
        a = rng.standard_normal(shape).astype(dtype)
        odd = [np.nan, np.inf, -np.inf, 65504, 65519.99, 65520, -70000, 1e-40, -1e-310, 0.0, 1e-7]
    flat = a.reshape(-1)
    with np.errstate(all="ignore"):
        for i in rng.integers(0, flat.size, rng.integers(0, 6)):
            flat[i] = np.asarray(odd[rng.integers(len(odd))]).astype(a.dtype)
    return a


def typed(name, a):
    if a.dtype == np.float16:
        return helper.make_tensor(name, TensorProto.FLOAT16, a.shape, a.reshape(-1))
    return helper.make_tensor(name, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape, a.reshape(-1).tolist())


def main():
    binary, rng, passed, failed = sys.argv[1], np.random.default_rng(7), 0, 0
    with tempfile.TemporaryDirectory() as tmp:
        for form in ("raw", "typed", "external"):
            tensors = {f"t{i}": sample(rng, (np.float32, np.float64, np.float16, np.int64)[i % 4]) for i in range(60)}
            inits = [typed(k, a) if form == "typed" else numpy_helper.from_array(a, k) for k, a in tensors.items()]
            # each is an output too, so that none is unused
            io = [helper.make_tensor_value_info(k + "o", t.data_type, t.dims) for k, t in zip(tensors, inits)]
            graph = helper.make_graph([helper.make_node("Identity", [k], [k + "o"]) for k in tensors], "g", [], io, inits)
            path = os.path.join(tmp, form + ".onnx")
            onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path,
                      save_as_external_data=form == "external", size_threshold=0, location="data.bin")
            p, f = compare(binary, path, tensors)
            passed, failed = passed + p, failed + f
    for top in sys.argv[2:]:
        paths = [top] if os.path.isfile(top) else [os.path.join(d, n) for d, _, ns in os.walk(top) for n in ns if n.endswith(".onnx")]
        for path in sorted(paths):
            try:
                inits = [t for t in onnx.load(path).graph.initializer if t.data_type in FLOATS | {TensorProto.INT64}]
                tensors = {t.name: numpy_helper.to_array(t) for t in inits}
            except Exception:  # not a model that onnx reads: nothing to compare with
                continue
            slices = {i for n in onnx.load(path, load_external_data=False).graph.node if n.op_type == "Slice" for i in n.input}
            p, f = compare(binary, path, {k: a for k, a in tensors.items() if k not in slices})
            passed, failed = passed + p, failed + f
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
