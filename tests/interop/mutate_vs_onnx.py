"""Faults in single operators: onnxlint against onnx's strict inference and onnxruntime, on mutated backend models.

Each backend test model of one node is changed in one place (a dim, a rank, an attribute, a dtype, a value of a
constant input, an operand left out), half of the time in an older operator version. The mutant is judged by
onnx.shape_inference (strict, data_prop) and by onnxruntime, which creates a session and runs it. Passes when no
mutant that both accept and onnxruntime really runs is told as an error (shape/*, dtype/*, op/*); how many of the
refused ones are told is reported.

Usage: mutate_vs_onnx.py [--ops REGEX] [--seed N] [--per-case N] [--seconds S] [--keep DIR] [--verbose]
"""
import argparse
import collections
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

from common import BIN, Tally

warnings.filterwarnings("ignore")
FAMILIES = ("shape/", "dtype/", "op/")
# Words that the documentation does not list: onnxruntime takes any for some attributes, silently.
SPECIFIED = ("op/attribute-value",)
DTYPES = [TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.INT64, TensorProto.INT32,
          TensorProto.UINT8, TensorProto.BOOL]


# ---- mutants ----

def set_dims(value, dims):
    shape = value.type.tensor_type.shape
    del shape.dim[:]
    for d in dims:
        shape.dim.add().dim_value = d


def tensor_inputs(graph):
    return [v for v in graph.input if v.type.HasField("tensor_type") and v.type.tensor_type.HasField("shape")
            and all(d.HasField("dim_value") for d in v.type.tensor_type.shape.dim)]


def mutate_dim(r, model, data):
    values = [v for v in tensor_inputs(model.graph) if v.type.tensor_type.shape.dim]
    if not values:
        return None
    v = r.choice(values)
    dims = [d.dim_value for d in v.type.tensor_type.shape.dim]
    i = r.randrange(len(dims))
    was = dims[i]
    dims[i] = max(0, r.choice([was + 1, was - 1, was * 2, 1, was + 3, 0]))
    if dims[i] == was:
        dims[i] += 1
    set_dims(v, dims)
    if v.name in data:
        data[v.name] = np.resize(data[v.name], dims)
    return f"{v.name}: dim {i} {was} -> {dims[i]}"


def mutate_rank(r, model, data):
    values = tensor_inputs(model.graph)
    if not values:
        return None
    v = r.choice(values)
    dims = [d.dim_value for d in v.type.tensor_type.shape.dim]
    new = list(dims)
    how = r.choice(["front", "back", "drop", "two"])
    if how == "drop" and new:
        new.pop(r.randrange(len(new)))
    elif how == "front":
        new.insert(0, 1)
    elif how == "two":
        new[:0] = [1, 1]
    else:
        new.append(r.choice([1, 2]))
    set_dims(v, new)
    if v.name in data:
        data[v.name] = np.resize(data[v.name], new)
    return f"{v.name}: {dims} -> {new}"


def mutate_dtype(r, model, data):
    values = tensor_inputs(model.graph)
    if not values:
        return None
    v = r.choice(values)
    was = v.type.tensor_type.elem_type
    v.type.tensor_type.elem_type = r.choice([t for t in DTYPES if t != was])
    for o in model.graph.output:  # its dtype may follow
        o.ClearField("type")
    if v.name in data:
        try:
            data[v.name] = np.asarray(data[v.name]).astype(helper.tensor_dtype_to_np_dtype(v.type.tensor_type.elem_type))
        except (ValueError, TypeError):
            return None
    return f"{v.name}: dtype {was} -> {v.type.tensor_type.elem_type}"


WORDS = ["NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER", "none", "mean", "sum", "linear", "nearest", "cubic", "bogus",
         "bidirectional", "forward", "reverse", "", "constant", "tanh"]


def new_int(r, v):
    return r.choice([0, -1, 1, v + 1, v - 1, 2 * v, 100, -v if v else -2, 2, 3])


def mutate_attribute(r, model, data):
    node = model.graph.node[0]
    if not node.attribute:
        return None
    a = r.choice(list(node.attribute))
    was = helper.printable_attribute(a) if a.type not in (AttributeProto.TENSOR, AttributeProto.GRAPH) else a.name
    if r.random() < 0.15:
        node.attribute.remove(a)
        return f"without {was}"
    if a.type == AttributeProto.INT:
        a.i = new_int(r, a.i)
    elif a.type == AttributeProto.FLOAT:
        a.f = r.choice([0, -1, 1, a.f + 1, -a.f])
    elif a.type == AttributeProto.STRING:
        a.s = r.choice(WORDS).encode()
    elif a.type == AttributeProto.INTS:
        v = list(a.ints)
        how = r.random()
        if v and how < 0.6:
            i = r.randrange(len(v))
            v[i] = new_int(r, v[i])
        elif v and how < 0.8:
            v.pop()
        else:
            v.append(r.choice([0, 1, 2]))
        a.ints[:] = v
    elif a.type == AttributeProto.FLOATS:
        v = list(a.floats)
        v = v[:-1] if v and r.random() < 0.5 else v + [1.0]
        a.floats[:] = v
    else:
        return None
    return f"{was} -> {helper.printable_attribute(a)}"


def mutate_new_attribute(r, model, data):
    """One more attribute of the schema, with a value like others have."""
    node = model.graph.node[0]
    opset = {d.domain: d.version for d in model.opset_import}.get(node.domain, 1)
    try:
        schema = onnx.defs.get_schema(node.op_type, opset, node.domain)
    except onnx.defs.SchemaError:
        return None
    free = [a for n, a in sorted(schema.attributes.items()) if n not in {x.name for x in node.attribute}]
    kinds = {onnx.defs.OpSchema.AttrType.INT: lambda: r.choice([0, 1, -1, 2, 3, 100]),
             onnx.defs.OpSchema.AttrType.INTS: lambda: [r.choice([0, 1, 2, -1]) for _ in range(r.randrange(1, 5))],
             onnx.defs.OpSchema.AttrType.STRING: lambda: r.choice(WORDS),
             onnx.defs.OpSchema.AttrType.FLOAT: lambda: r.choice([0.0, 1.0, -1.0])}
    free = [a for a in free if a.type in kinds]
    if not free:
        return None
    a = r.choice(free)
    node.attribute.append(helper.make_attribute(a.name, kinds[a.type]()))
    return "with " + helper.printable_attribute(node.attribute[-1])


def mutate_constant(r, model, data):
    values = [t for t in model.graph.initializer if t.data_type in (TensorProto.INT64, TensorProto.INT32,
                                                                   TensorProto.FLOAT) and np.prod(t.dims) > 0]
    if not values:
        return None
    t = r.choice(values)
    a = numpy_helper.to_array(t).copy()
    flat = a.reshape(-1)
    i = r.randrange(flat.size)
    was = flat[i]
    flat[i] = new_int(r, int(was)) if a.dtype != np.float32 else r.choice([0, -1, 2 * was, was + 0.5])
    t.CopyFrom(numpy_helper.from_array(a, t.name))
    return f"{t.name}[{i}] {was} -> {flat[i]}"


def mutate_left_out(r, model, data):
    node = model.graph.node[0]
    given = [i for i, n in enumerate(node.input) if n]
    if len(given) < 2:
        return None
    i = r.choice(given[1:])
    was = node.input[i]
    node.input[i] = ""
    while node.input and not node.input[-1]:
        node.input.pop()
    return f"input {i} ({was}) left out"


MUTATIONS = [mutate_dim, mutate_dim, mutate_rank, mutate_attribute, mutate_attribute, mutate_attribute, mutate_dtype,
             mutate_constant, mutate_constant, mutate_new_attribute, mutate_left_out]


def constants(r, model, data):
    """Small inputs become constants, so that values count."""
    for v in list(model.graph.input):
        a = data.get(v.name)
        if isinstance(a, np.ndarray) and a.size <= 16 and a.ndim <= 1 and a.dtype in (np.int64, np.int32, np.float32):
            if r.random() < 0.8:
                model.graph.initializer.append(numpy_helper.from_array(a, v.name))
                model.graph.input.remove(v)
                del data[v.name]


def older(r, model):
    node = model.graph.node[0]
    versions = [s.since_version for s in onnx.defs.get_all_schemas_with_history()
                if s.name == node.op_type and s.domain == node.domain and not s.deprecated]
    for d in model.opset_import:
        if d.domain == node.domain and versions:
            lower = [v for v in versions if v <= d.version]
            if lower:
                d.version = r.choice(lower)


def prune(model, data):
    used = {n for node in model.graph.node for n in node.input}
    for v in list(model.graph.input):
        if v.name not in used:
            model.graph.input.remove(v)
            data.pop(v.name, None)
    for t in list(model.graph.initializer):
        if t.name not in used:
            model.graph.initializer.remove(t)


def strict(model):
    try:
        onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    except Exception as e:
        return str(e)[:400] or type(e).__name__
    return None


def mutants(case, per_case, seed):
    """(what, model, data) of one backend case."""
    names = [v.name for v in case.model.graph.input]
    inputs = dict(zip(names, case.data_sets[0][0])) if case.data_sets else {}
    for i in range(per_case):
        r = random.Random(f"{seed}/{case.name}/{i}")
        model = onnx.ModelProto()
        model.CopyFrom(case.model)
        data = dict(inputs)
        for o in model.graph.output:
            if o.type.HasField("tensor_type"):
                o.type.tensor_type.ClearField("shape")
        if r.random() < 0.4:
            older(r, model)
        constants(r, model, data)
        if strict(model):
            continue
        what = r.choice(MUTATIONS)(r, model, data)
        if not what:
            continue
        prune(model, data)
        yield what, model, data


# ---- judges ----

def judge(ort, model, data):
    """(onnx's objection or None, onnxruntime's stage, its objection)."""
    said = strict(model)
    opts = ort.SessionOptions()
    opts.log_severity_level = 4
    opts.intra_op_num_threads = 1
    opts.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        s = ort.InferenceSession(model.SerializeToString(), opts, providers=["CPUExecutionProvider"])
    except Exception as e:
        text = str(e)
        stage = "unsupported" if "NOT_IMPLEMENTED" in text or "is not a registered" in text or \
            "under development" in text or "is till opset" in text or "Unsupported model IR" in text else "create"
        return said, stage, text[:400]
    try:
        out = s.run(None, {k.name: data[k.name] for k in s.get_inputs()})
    except Exception as e:
        return said, "run", str(e)[:400]
    return said, "runs", " ".join(str(list(getattr(o, "shape", "?"))) for o in out)


def work(args):
    """A child: writes mutants and verdicts; a crash of a judge costs one mutant."""
    import onnxruntime as ort
    from onnx.backend.test.case.node import collect_testcases

    end = time.time() + args.seconds
    done = set()
    log = os.path.join(args.keep, "truth.jsonl")
    if os.path.exists(log):
        with open(log) as f:
            done = {json.loads(line)["id"] for line in f}
    with open(log, "a") as f:
        for case in collect_testcases(None):
            if case.model is None or len(case.model.graph.node) != 1 or "_expanded" in case.name:
                continue
            if not re.fullmatch(args.ops, case.model.graph.node[0].op_type):
                continue
            for i, (what, model, data) in enumerate(mutants(case, args.per_case, args.seed)):
                name = f"{case.name}-{i}"
                if name in done:
                    continue
                if time.time() > end:
                    return
                path = os.path.join(args.keep, name + ".onnx")
                onnx.save(model, path)
                row = {"id": name, "op": model.graph.node[0].op_type, "what": what, "onnx": None, "stage": "crash",
                       "ort": ""}
                # a row for the case of a crash: rewritten by the verdict below
                with open(os.path.join(args.keep, "current"), "w") as c:
                    json.dump(row, c)
                row["onnx"], row["stage"], row["ort"] = judge(ort, model, data)
                f.write(json.dumps(row) + "\n")
                f.flush()


def truths(args):
    """Runs children until one ends by itself."""
    end = time.time() + args.seconds
    current, log = os.path.join(args.keep, "current"), os.path.join(args.keep, "truth.jsonl")
    while time.time() < end:
        p = subprocess.run([sys.executable, __file__, "--work", "--ops", args.ops, "--seed", str(args.seed), "--per-case",
                            str(args.per_case), "--seconds", str(end - time.time()), "--keep", args.keep],
                           stderr=subprocess.DEVNULL)
        if p.returncode == 0 or not os.path.exists(current):
            break
        with open(current) as c, open(log, "a") as f:
            f.write(c.read() + "\n")
        os.remove(current)
    with open(log) as f:
        return [json.loads(line) for line in f]


def told(rows, keep):
    """Error findings of our families by mutant."""
    out = {}
    for i in range(0, len(rows), 500):
        paths = [os.path.join(keep, r["id"] + ".onnx") for r in rows[i:i + 500]]
        p = subprocess.run([BIN, "check", "--format", "json", *paths], capture_output=True)
        for m in json.loads(p.stdout)["models"]:
            name = os.path.basename(m["path"])[:-len(".onnx")]
            out[name] = [f for f in m["findings"] if f["rule"].startswith(FAMILIES) and f["severity"] == "error"]
    return out


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--ops", default=".*")
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--per-case", type=int, default=6)
    a.add_argument("--seconds", type=float, default=120)
    a.add_argument("--keep")
    a.add_argument("--verbose", action="store_true")
    a.add_argument("--compare", action="store_true", help="judge nothing anew: compare what --keep holds")
    a.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    args = a.parse_args()
    if args.work:
        work(args)
        return
    with tempfile.TemporaryDirectory() as scratch:
        args.keep = args.keep or scratch
        os.makedirs(args.keep, exist_ok=True)
        if args.compare:
            with open(os.path.join(args.keep, "truth.jsonl")) as f:
                rows = [json.loads(line) for line in f]
            rows = [r for r in rows if re.fullmatch(args.ops, r["op"])]
        else:
            rows = truths(args)
        found = told(rows, args.keep)
    tally = Tally()
    count = collections.Counter()
    for r in rows:
        have = found.get(r["id"])
        if have is None:
            continue
        ours = "; ".join(f"{f['rule']} {f['message']}" for f in have)
        kind = "strict" if r["onnx"] else r["stage"]
        if kind == "runs":
            have = [f for f in have if f["rule"] not in SPECIFIED]
        count[kind, bool(have)] += 1
        count["strict but runs", bool(have)] += bool(r["onnx"]) and r["stage"] == "runs"
        if kind == "runs":
            tally.check(not have, f"FALSE {r['id']} ({r['what']}): {ours}")
        elif args.verbose and not have and kind in ("strict", "create", "run"):
            print(f"MISSED {kind} {r['id']} ({r['what']}) [{r['stage']}]: {r['onnx'] or r['ort']}")
        elif args.verbose and have and r["onnx"] and r["stage"] == "runs":
            print(f"DEBATED {r['id']} ({r['what']}): {ours} / {r['onnx']}")
        if kind != "runs":
            tally.check(True, "")
    for kind in ("strict", "create", "run", "runs", "unsupported", "crash", "strict but runs"):
        yes, no = count[kind, True], count[kind, False]
        print(f"= {kind}: {yes + no} mutants, told {yes}" + (f" ({100 * yes / (yes + no):.1f} %)" if yes + no else ""))
    tally.end()


if __name__ == "__main__":
    main()
