#!/usr/bin/env python3
"""Compares the compiled-in schemas and the onnxruntime-cpu target with the packages themselves.

    tests/interop/schemas_vs_onnx.py build/interop/schema_dump

Truth is asked of the installed onnx (onnx.defs.get_schema for every operator and opset) and onnxruntime (its schema
and kernel registries), not of the files that the tables were generated from. Exits 1 when anything differs.
"""
import argparse
import json
import os
import re
import subprocess
import sys
from collections import defaultdict

import onnx
import onnx.defs
import onnx.helper

UNBOUNDED = 65535
BIG = 2147483647
DTYPE = {n.lower(): v for n, v in onnx.TensorProto.DataType.items()}
bad = []


def differ(what, ours, theirs):
    bad.append(f"{what}: have {ours!r}, the package says {theirs!r}")


def same(what, ours, theirs):
    if ours != theirs:
        differ(what, ours, theirs)


def dump(prog, *args):
    out = subprocess.run([prog, *args], stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def masks(types):
    """The masks of struct ol_typeset, from the package's type strings."""
    m = [0] * 7
    for t in types:
        t = t.replace(" ", "")
        for i, wrap in enumerate((r"tensor\((\w+)\)", r"sparse_tensor\((\w+)\)", r"seq\(tensor\((\w+)\)\)",
                                  r"optional\(tensor\((\w+)\)\)", r"optional\(seq\(tensor\((\w+)\)\)\)")):
            found = re.fullmatch(wrap, t)
            if found:
                m[i] |= 1 << DTYPE[found.group(1)]
                break
        else:
            m[5] |= 1 if t.startswith("map(") else 2 if t.startswith("seq(map(") else 1 << 30
    return m


def default(attr):
    if attr.type == 0:
        return None
    v = onnx.helper.get_attribute_value(attr)
    return v.decode() if isinstance(v, bytes) else v


def check_attr(where, a, s, dv):
    same(where + " type", a["type"], int(getattr(onnx.AttributeProto, str(s.type).rsplit(".", 1)[-1])))
    same(where + " required", a["required"], bool(s.required))
    same(where + " is found by name", a["found"], True)
    want = None if s.required else default(dv)
    have = a["default"]
    if want is None or want == "":
        same(where + " default", have, "")
    elif isinstance(want, float):
        same(where + " default", onnx.numpy_helper.np.float32(have), onnx.numpy_helper.np.float32(want))
    elif isinstance(want, (int, str)):
        same(where + " default", have, str(want))
    else:
        same(where + " default", have, str([x.decode() if isinstance(x, bytes) else x for x in want]))
    for word in a["one_of"].split():
        if s.description.strip() and word.lower() not in s.description.lower():
            differ(where + " allowed value", word, "nothing of it")
    if a["one_of"] and want and want not in a["one_of"].split() and want != "foward":  # GRU 1 misspells its default
        differ(where + " default among the allowed values", a["one_of"], want)


def check_row(row, s, ort):
    where = f"{row['domain'] or 'ai.onnx'}::{row['op']} {row['since']}"
    same(where + " deprecated", row["deprecated"], bool(s.deprecated))
    same(where + " experimental", row["experimental"], "EXPERIMENTAL" in str(s.support_level).upper())
    for side in ("input", "output"):
        big = getattr(s, "max_" + side)
        same(f"{where} min {side}s", row["min_" + side], getattr(s, "min_" + side))
        same(f"{where} max {side}s", row["max_" + side], UNBOUNDED if big >= BIG else big)
        theirs = list(getattr(s, side + "s"))
        same(f"{where} number of {side}s", len(row[side + "s"]), len(theirs))
        for p, t in zip(row[side + "s"], theirs):
            at = f"{where} {side} {t.name}"
            same(at + " name", p["name"], t.name)
            same(at + " type", p["type"], (t.typeStr if ort else t.type_str).replace(" ", ""))
            same(at + " option", p["option"], ["single", "optional", "variadic"].index(
                str(t.option).rsplit(".", 1)[-1].lower()))
            if p["option"] == 2:
                same(at + " homogeneous", p["homogeneous"], bool(t.isHomogeneous if ort else t.is_homogeneous))
                if not ort:
                    same(at + " min arity", p["min"], t.min_arity)
            same(at + " types", p["types"], masks(t.types))
    attrs = {a["name"]: a for a in row["attributes"]}
    same(where + " attributes", sorted(attrs), sorted(s.attributes))
    for name, a in attrs.items():
        t = s.attributes.get(name)
        if t is None:
            continue
        if ort:
            dv = onnx.AttributeProto()
            dv.ParseFromString(t._default_value)
        else:
            dv = t.default_value
        check_attr(f"{where} attribute {name}", a, t, dv)
    if not ort:
        same(where + " function", row["function"], bool(s.has_function or s.has_context_dependent_function))


def check_rows(prog, ort_schemas):
    std = {(s.domain, s.name, s.since_version): s for s in onnx.defs.get_all_schemas_with_history()}
    ort = {(s.domain, s.name, s.since_version): s for s in ort_schemas or []}
    seen = set()
    for row in dump(prog, "rows"):
        key = (row["domain"], row["op"], row["since"])
        seen.add(key)
        if key in std:
            check_row(row, std[key], False)
            same(f"{key} ort_only", row["ort_only"], False)
        elif ort_schemas is not None:
            if key not in ort:
                differ(f"{key}", "a row", "no such schema")
                continue
            check_row(row, ort[key], True)
            same(f"{key} ort_only", row["ort_only"], key[0] == "")
    for key in sorted((set(std) | set(ort)) - seen):
        differ(f"{key}", "no row", "a schema")
    return len(seen)


def check_lookups(prog, ort_schemas):
    """Each operator at each opset: our lookup against onnx.defs.get_schema; where that has none, against the rows."""
    versions = defaultdict(list)
    for s in list(ort_schemas or []) + list(onnx.defs.get_all_schemas_with_history()):
        versions[s.domain, s.name].append(s.since_version)
    n = 0
    for row in dump(prog, "lookups"):
        key = (row["domain"], row["op"])
        if not versions[key]:
            continue
        for opset in range(1, 31):
            n += 1
            try:
                want = onnx.defs.get_schema(row["op"], opset, row["domain"]).since_version
            except onnx.defs.SchemaError:
                want = max([v for v in versions[key] if v <= opset], default=0)
            same(f"{key} at opset {opset}", row["since"][opset - 1], want)
        std = [s for s in onnx.defs.get_all_schemas_with_history() if (s.domain, s.name) == key]
        if std:
            same(f"{key} first version", row["first"], min(s.since_version for s in std))
            last = max(std, key=lambda s: s.since_version)
            same(f"{key} deprecated since", row["deprecated_since"], last.since_version if last.deprecated else 0)
            same(f"{key} last opset", row["last"], BIG)
    return n


def check_versions(prog):
    n = 0
    for row in dump(prog, "versions"):
        n += 1
        key = (row["domain"] or "ai.onnx", row["opset"])
        want = onnx.helper.OP_SET_ID_VERSION_MAP.get(key)
        if want is not None:
            same(f"IR of {key}", row["ir"], want)
        col = {"ai.onnx": 2, "ai.onnx.ml": 3, "ai.onnx.preview.training": 4}[key[0]]
        first = next((r[0] for r in onnx.helper.VERSION_TABLE if len(r) > col and r[col] >= key[1]), "")
        same(f"release of {key}", row["release"], first)
        same("newest IR", row["newest_ir"], onnx.IR_VERSION)
    return n


def check_measured():
    """Where the registry alone misleads, a session tells: {(domain, op, since): 3 loads, 1 refused}."""
    import onnxruntime
    onnxruntime.set_default_logger_severity(4)
    h, out = onnx.helper, {}
    value = h.make_tensor("v", onnx.TensorProto.FLOAT, [2], [1.0, 2.0])
    cases = [("Constant", v, [], {"value": value}, [2]) for v in (7, 9, 11, 12, 13, 19, 21, 23, 24, 25)]
    cases += [("Bernoulli", 22, ["x"], {}, [4]), ("SwiGLU", 28, ["x", "z"], {}, [4])]
    for op, opset, inputs, attrs, shape in cases:
        info = h.make_tensor_value_info
        graph = h.make_graph([h.make_node(op, inputs, ["y"], **attrs)], "g",
                             [info(i, onnx.TensorProto.FLOAT, [4]) for i in inputs],
                             [info("y", onnx.TensorProto.FLOAT, shape)])
        model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8)
        try:
            onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
            status = 3
        except Exception as e:  # pylint: disable=broad-except
            status = 1
            if "NOT_IMPLEMENTED" not in str(e) and "implementation" not in str(e):
                print(f"{op} {opset}: refused for another reason: {str(e)[:200]}")
        out["", op, 1 if op == "Constant" and opset == 7 else opset] = status
    return out


def check_ort_target(prog, facts):
    """Every since_version against the kernel registry; and, when there, the table of the shared facts."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state
    kernels = defaultdict(list)
    for k in state.get_all_opkernel_def():
        if k.provider == "CPUExecutionProvider":
            lo, hi = k.version_range
            kernels[k.domain, k.op_name].append((lo, hi, dict(k.type_constraints)))
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools", "gen-targets"))
    from ort_cpu_conditions import MORE as more  # pylint: disable=import-outside-toplevel,import-error
    variables = {(s.domain, s.name, s.since_version): {i.typeStr for i in s.inputs}
                 for s in state.get_all_operator_schema()}

    def at_input(domain, op, since):
        return variables.get((domain, op, since), set())

    measured = check_measured()
    rows = dump(prog, "target", "onnxruntime-cpu")
    by_key = {(r["domain"], r["op"], r["since"]): r["inputs"] + r["outputs"] for r in dump(prog, "rows")}
    n = 0
    for row in rows:
        key = (row["domain"], row["op"])
        mine = [k for k in kernels[key] if (k[0] == row["since"] if k[1] >= BIG else k[0] <= row["since"] <= k[1])]
        where = f"onnxruntime-cpu {key} {row['since']}"
        n += 1
        if (*key, row["since"]) in measured:
            same(where + " status (session)", row["status"], measured[(*key, row["since"])])
        elif row["by_function"]:
            same(where + " kernels behind a function row", len(mine), 0)
        elif mine and not row["ort_only"]:
            same(where + " status", row["status"], 3)
            for var in {c for k in mine for c in k[2]}:
                union = set().union(*(k[2].get(var, ()) for k in mine))
                ours = [t["types"] for t in row["by_type"] if t["var"] == var]
                allowed = [p["types"][0] for p in by_key[key[0], key[1], row["since"]] if p["type"] == var]
                # what runs by the function body beside the kernel was tried (session_verdict.py holds it to sessions)
                union |= {f"tensor({t})" for t in more.get((key[1], row["since"]), {}).get(var, "").split()}
                # float16 runs with Casts around the node: certainly where an input has it
                half = "tensor(float)" in union and allowed and allowed[0] >> DTYPE["float16"] & 1
                with_half = masks(union | {"tensor(float16)"})[:6] if half else masks(union)[:6]
                if ours and not (half and ours[0][:6] == masks(union)[:6] and var not in at_input(*key, row["since"])):
                    same(f"{where} types of {var}", ours[0][:6], with_half)
        elif not mine and row["row"]:
            same(where + " status", row["status"], 1)
    if not facts or not os.path.exists(facts):
        print(f"not compared with {facts}: no such file")
        return n
    table = json.load(open(facts, encoding="utf-8"))["rows"]
    ours = {(r["domain"] or "ai.onnx", r["op"], r["since"]): r for r in rows}
    words = {"none": 1, "partial": 2, "full": 3}
    for t in table:
        for since in t.get("covers_since_versions") or [t["min_opset"]]:
            r = ours.get((t["domain"], t["op"], since))
            n += 1
            if ("" if t["domain"] == "ai.onnx" else t["domain"], t["op"], since) in measured:
                continue
            if r is None:
                differ(f"onnxruntime-cpu {t['op']} {since}", "no schema", t["status"])
            else:
                same(f"onnxruntime-cpu {t['op']} {since}, facts", r["status"], words[t["status"]])
    return n


def check_keras_target(prog, facts):
    """Every operator version of the standard has a row; every class that a row names exists in Keras."""
    classes = None
    if os.path.exists(facts):
        classes = {c["class_name"] for c in json.load(open(facts, encoding="utf-8"))}
    else:
        print(f"class names not compared with {facts}: no such file")
    layers = {"layers." + n for n in (
        "Conv1D Conv2D Conv3D DepthwiseConv1D DepthwiseConv2D Conv1DTranspose Conv2DTranspose Conv3DTranspose "
        "MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D "
        "BatchNormalization LayerNormalization Dense Embedding Reshape LSTM GRU SimpleRNN").split()}
    n = 0
    for row in dump(prog, "target", "keras"):
        if row["domain"] or row["ort_only"] or (row["deprecated"] and row["op"] != "GroupNormalization"):
            continue
        n += 1
        where = f"keras {row['op']} {row['since']}"
        same(where + " has a row", row["row"], True)
        if row["status"] >= 2 and not row["layer"]:
            differ(where + " layer", "", "something it becomes")
        for name in re.findall(r"(?:ops|layers)\.\w+", row["layer"]):
            if name.startswith("layers."):
                same(f"{where}: {name} is a layer", name in layers, True)
            elif classes is not None:
                same(f"{where}: {name} is an operation", name[4:] in classes, True)
    return n


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("dump", help="the schema_dump program")
    shared = os.environ.get("ONNXLINT_SHARED", "../shared")
    ap.add_argument("--facts", default=os.path.join(shared, "facts/targets/ort_cpu.json"))
    args = ap.parse_args()
    try:
        from onnxruntime.capi import onnxruntime_pybind11_state as state
        ort = state.get_all_operator_schema()
    except ImportError:
        ort = None
        print("onnxruntime is not installed: only the ONNX domains are compared")
    print(f"{check_rows(args.dump, ort)} operator versions")
    print(f"{check_lookups(args.dump, ort)} lookups")
    print(f"{check_versions(args.dump)} opset facts")
    if ort is not None:
        print(f"{check_ort_target(args.dump, args.facts)} support rows")
    print(f"{check_keras_target(args.dump, os.path.join(shared, 'keras_ops.json'))} rows of keras")
    for line in bad[:60]:
        print(line)
    print(f"{len(bad)} differences")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
