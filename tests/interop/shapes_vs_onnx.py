"""Inferred types and shapes of all backend models against onnx.shape_inference (strict, data_prop) and the models' real outputs.

For every value that onnx knows: ours agrees or is more precise ("same"), knows less, or contradicts ("wrong").
For every output of a test's data: no inferred shape contradicts it. Passes when nothing contradicts; less is reported.

The models of the corpus (../shared/corpus, where it is there) are held against what was recorded of onnx's inference, which
is not strict there, and of onnxruntime's runs. Their disagreements, with the reason of each, stand in shapes_known.tsv: one
that does not stand there fails, one that stands there and is gone is told. `shapes_vs_onnx.py --list` prints the table's rows.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import onnx
from onnx.backend.test.case.model import collect_testcases as model_cases
from onnx.backend.test.case.node import collect_testcases as node_cases
from onnx.shape_inference import infer_shapes

from common import BIN, SHARED, Tally

warnings.filterwarnings("ignore")
NAMES = {1: "float32", 11: "float64", 10: "float16"}


def values_of(path):
    """By (graph, name)."""
    p = subprocess.run([BIN, "show", path, "--values", "--format", "json"], capture_output=True, timeout=120)
    return {(v["graph"], v["name"]): v for v in json.loads(p.stdout)["values"]}


def ours(data):
    with tempfile.NamedTemporaryFile(suffix=".onnx") as f:
        f.write(data)
        f.flush()
        return {name: v for (graph, name), v in values_of(f.name).items() if graph == "main"}


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


# ---- the corpus ----

def judge(dtype, dims, v):
    """same, less or wrong. A negative size is no size."""
    if v is None or not v.get("dtype"):
        return "less"
    if dtype not in ("undefined", v["dtype"]):
        return "wrong"
    have = v.get("shape")
    if dims is None:
        return "same"
    if have is None:
        return "less"
    if len(have) != len(dims):
        return "wrong"
    known = [(t, o) for t, o in zip(dims, have) if isinstance(t, int) and t >= 0]
    if any(isinstance(o, int) and o != t for t, o in known):
        return "wrong"
    return "same" if all(isinstance(o, int) for _, o in known) else "less"


def text(dtype, dims):
    if dims is None:
        return dtype or "?"
    return f"{dtype or '?'}[{', '.join('?' if d is None else str(d) for d in dims)}]"


def corpus():
    """Disagreements as (model, value, ours, onnx or onnxruntime), and how many values were held against one another."""
    root = os.path.join(SHARED, "corpus")
    n = 0
    found = []
    for line in open(os.path.join(root, "truth.jsonl")):
        r = json.loads(line)
        path = os.path.join(SHARED, r["path"])
        if "shapes" not in r or r.get("format") != "onnx" or not os.path.exists(path):
            continue
        mine = values_of(path)
        model = r["path"].removeprefix("corpus/")
        side = json.load(gzip.open(os.path.join(SHARED, r["shapes"])))
        for graph, groups in side.get("inferred", {}).items():
            for name, t in {k: t for group in groups.values() for k, t in group.items()}.items():
                if t[0] in ("seq", "opt", "map", None) or str(t[0]).startswith("sparse"):
                    continue
                n += 1
                dtype = {"float": "float32", "double": "float64"}.get(t[0].lower(), t[0].lower())
                v = mine.get((graph, name))
                if judge(dtype, t[1], v) != "same":
                    have = text(v.get("dtype"), v.get("shape")) if v else "?"
                    found.append((model, f"{graph}:{name}", have, "onnx " + text(dtype, t[1])))
        for name, dtype, dims in r.get("ort_run", {}).get("outputs", []):
            v = mine.get(("main", name))
            if not isinstance(dims, list):
                continue # a sequence or map
            n += 1
            if v is None or judge("undefined", dims, dict(v, shape=[d if o is None or isinstance(o, str) else o for d, o in
                                  zip(dims, v["shape"])] if len(v.get("shape") or []) == len(dims) else v.get("shape"))) != "same":
                have = text(v.get("dtype"), v.get("shape")) if v else "?"
                found.append((model, f"main:{name}", have, "ran " + text(dtype, dims)))
    return sorted(set(found)), n


def corpus_against_table(tally):
    if not os.path.exists(os.path.join(SHARED, "corpus", "truth.jsonl")):
        print("= corpus: not there, its models are skipped")
        return
    table = os.path.join(os.path.dirname(__file__), "shapes_known.tsv")
    rows = [line.rstrip("\n").split("\t") for line in open(table) if line.strip() and not line.startswith("#")][1:]
    known = {tuple(row[:4]): row[4] for row in rows}
    found, n = corpus()
    for row in found:
        tally.check(row in known, "not in shapes_known.tsv: " + ": ".join(row))
    for row in known:
        if row not in found:
            print("= gone, its row of shapes_known.tsv can go too:", ": ".join(row))
    print(f"= corpus: {n} values, {len(found)} disagreements, all explained" if not set(found) - set(known) else
          f"= corpus: {n} values, {len(found)} disagreements, {len(set(found) - set(known))} of them new")


if sys.argv[1:] == ["--list"]:
    for row in corpus()[0]:
        print("\t".join(row))
    sys.exit()

# ---- the backend models ----

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
corpus_against_table(tally)
tally.end()
