#!/usr/bin/env python3
"""Writes rules/schemas/*.yaml: what each version of each operator takes, as the onnx and onnxruntime packages say.

    tools/gen-schemas.py            rewrite the files from the installed packages
    tools/gen-schemas.py --check    exit 1 when a committed file differs from what they say

The ONNX domains come from onnx.defs, the version table from onnx.helper. onnxruntime's own domains, and the
operators that only onnxruntime registers in the ONNX domain (marked ort-only), come from its schema registry.
What the packages state only in prose (allowed values of string attributes) is the table ONE_OF below, which is
checked against that prose.
"""
import argparse
import difflib
import os
import re
import struct
import sys

import onnx
import onnx.defs
import onnx.helper

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "rules", "schemas")

# Allowed values of string attributes: (operator, attribute, first version, last version or None, values). Each is
# listed in the attribute's documentation (https://onnx.ai/onnx/operators/, or ContribOperators.md of onnxruntime);
# "*" is any operator that has the attribute. First match wins.
PADS = "NOTSET SAME_UPPER SAME_LOWER VALID"
POST = "NONE SOFTMAX LOGISTIC SOFTMAX_ZERO PROBIT"
NODES = "BRANCH_LEQ BRANCH_LT BRANCH_GTE BRANCH_GT BRANCH_EQ BRANCH_NEQ LEAF"
ONE_OF = [
    ("BitShift", "direction", 1, None, "LEFT RIGHT"),
    ("*", "direction", 1, None, "forward reverse bidirectional"),
    ("*", "auto_pad", 1, None, PADS),
    ("Cast", "round_mode", 1, None, "up down nearest"),
    ("CastLike", "round_mode", 1, None, "up down nearest"),
    ("CausalConvWithState", "activation", 1, None, "none silu swish"),
    ("VarlenCausalConvWithState", "activation", 1, None, "none silu swish"),
    ("GatedRMSNorm", "activation", 1, None, "silu swish sigmoid"),
    ("DepthToSpace", "mode", 1, None, "DCR CRD"),
    ("SpaceToDepth", "mode", 1, None, "DCR CRD"),
    ("Gelu", "approximate", 1, None, "none tanh"),
    # the two spellings of GridSample: opset 16 and com.microsoft 1, then opset 20
    ("GridSample", "mode", 1, 19, "bilinear nearest bicubic"),
    ("GridSample", "mode", 20, None, "linear nearest cubic"),
    ("GridSample", "padding_mode", 1, None, "zeros border reflection"),
    ("ImageDecoder", "pixel_format", 1, None, "RGB BGR Grayscale"),
    ("LinearAttention", "update_rule", 1, None, "linear gated delta gated_delta"),
    ("GatedDeltaNet", "update_rule", 1, None, "linear gated delta gated_delta"),
    ("NegativeLogLikelihoodLoss", "reduction", 1, None, "none sum mean"),
    ("SoftmaxCrossEntropyLoss", "reduction", 1, None, "none sum mean"),
    ("Pad", "mode", 1, 18, "constant reflect edge"),
    ("Pad", "mode", 19, None, "constant reflect edge wrap"),
    ("Resize", "mode", 10, 10, "nearest linear"),
    ("Resize", "mode", 11, None, "nearest linear cubic"),
    ("Resize", "nearest_mode", 1, None, "round_prefer_floor round_prefer_ceil floor ceil"),
    ("Resize", "keep_aspect_ratio_policy", 1, None, "stretch not_larger not_smaller"),
    ("Resize", "coordinate_transformation_mode", 11, 12,
     "half_pixel pytorch_half_pixel align_corners asymmetric tf_half_pixel_for_nn tf_crop_and_resize"),
    ("Resize", "coordinate_transformation_mode", 13, 18,
     "half_pixel pytorch_half_pixel align_corners asymmetric tf_crop_and_resize"),
    ("Resize", "coordinate_transformation_mode", 19, None,
     "half_pixel half_pixel_symmetric pytorch_half_pixel align_corners asymmetric tf_crop_and_resize"),
    ("RoiAlign", "mode", 1, None, "avg max"),
    ("RoiAlign", "coordinate_transformation_mode", 1, None, "half_pixel output_half_pixel"),
    ("CropAndResize", "mode", 1, None, "bilinear nearest"),
    ("ScatterElements", "reduction", 1, 17, "none add mul"),
    ("ScatterElements", "reduction", 18, None, "none add mul max min"),
    ("ScatterND", "reduction", 1, 17, "none add mul"),
    ("ScatterND", "reduction", 18, None, "none add mul max min"),
    ("StringNormalizer", "case_change_action", 1, None, "LOWER UPPER NONE"),
    ("TensorScatter", "mode", 1, None, "linear circular"),
    ("TfIdfVectorizer", "mode", 1, None, "TF IDF TFIDF"),
    ("Upsample", "mode", 1, 6, "nearest bilinear"),
    ("Upsample", "mode", 7, None, "nearest linear"),
    ("CastMap", "cast_to", 1, None, "TO_FLOAT TO_STRING TO_INT64"),
    ("CastMap", "map_form", 1, None, "DENSE SPARSE"),
    ("*", "post_transform", 1, None, POST),
    ("Normalizer", "norm", 1, None, "MAX L1 L2"),
    ("*", "kernel_type", 1, None, "LINEAR POLY RBF SIGMOID"),
    ("TreeEnsembleClassifier", "nodes_modes", 1, None, NODES),
    ("TreeEnsembleRegressor", "nodes_modes", 1, None, NODES),
    ("TreeEnsembleRegressor", "aggregate_function", 1, None, "AVERAGE SUM MIN MAX"),
    ("Momentum", "mode", 1, None, "nesterov standard"),
    ("*", "k_quant_type", 1, None, "NONE PER_TENSOR PER_CHANNEL"),
    ("*", "v_quant_type", 1, None, "NONE PER_TENSOR PER_CHANNEL"),
    ("PagedAttention", "kv_cache_layout", 1, None, "SEPARATE LATENT"),
]
UNLISTED_DOMAINS = ("com.microsoft.nchwc",)  # documents no attribute: no lists but auto_pad

# The order in which types are listed: as in TensorProto.DataType.
ORDER = {v: i for i, v in enumerate(
    "float uint8 int8 uint16 int16 int32 int64 string bool float16 double uint32 uint64 complex64 complex128 "
    "bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 int4 float4e2m1 float8e8m0 uint2 int2 "
    "float6e2m3 float6e3m2".split())}


def type_key(t):
    """Bare tensor types in the order of the enum, then sparse, sequences, optionals, maps."""
    base = re.sub(r".*\(([a-z0-9_]+)\).*", r"\1", t)
    shape = "" if bare(t) == base else t.replace(base, "", 1)
    return (shape, ORDER.get(base, 99), t)


def bare(t):
    """tensor(float) -> float; every other type as it is, without spaces."""
    m = re.fullmatch(r"tensor\(([a-z0-9]+)\)", t)
    return m.group(1) if m else t.replace(" ", "")


def f32(x):
    """Shortest decimal that reads back as the same float32."""
    for digits in range(1, 10):
        s = "%.*g" % (digits, x)
        if struct.pack("f", float(s)) == struct.pack("f", x):
            break
    return s if re.search(r"[.en]", s) else s + ".0"


def q(s):
    """A YAML flow scalar; quoted unless it is a plain word."""
    s = str(s)
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*|-?[0-9][0-9.e+-]*", s):
        return s
    if "'" in s:
        return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return "'" + s + "'"


def default_text(attr):
    """The default as the documentation prints it, or None."""
    if attr is None or attr.type == onnx.AttributeProto.UNDEFINED:
        return None
    v = onnx.helper.get_attribute_value(attr)
    if attr.type == onnx.AttributeProto.FLOAT:
        return f32(v)
    if attr.type == onnx.AttributeProto.FLOATS:
        return "[" + ", ".join(f32(x) for x in v) + "]"
    if attr.type == onnx.AttributeProto.STRING:
        return v.decode()
    if attr.type == onnx.AttributeProto.STRINGS:
        return str([x.decode() for x in v])
    if attr.type in (onnx.AttributeProto.INT, onnx.AttributeProto.INTS):
        return str(v if isinstance(v, int) else list(v))
    return None


def one_of(domain, op, since, attr, kind, doc):
    if kind not in ("STRING", "STRINGS"):
        return None
    for o, a, first, last, values in ONE_OF:
        if a != attr or o not in ("*", op) or since < first or (last and since > last):
            continue
        if domain in UNLISTED_DOMAINS and attr != "auto_pad":
            return None
        missing = [v for v in values.split() if doc.strip() and v.lower() not in doc.lower()]
        if missing:
            sys.exit(f"{op} {since}: the documentation of {attr} does not list {missing}")
        return values.split()
    return None


class Row:
    """One operator version in the terms of the file, from either package's schema object."""

    def __init__(self, s, ort):
        self.domain = s.domain or "ai.onnx"
        self.op, self.since = s.name, s.since_version
        self.deprecated = bool(s.deprecated)
        self.experimental = "EXPERIMENTAL" in str(s.support_level).upper()
        self.function = not ort and bool(s.has_function or s.has_context_dependent_function)
        self.ort_only = ort and self.domain == "ai.onnx"
        big = 2147483647
        self.arity = [[s.min_input, "any" if s.max_input >= big else s.max_input],
                      [s.min_output, "any" if s.max_output >= big else s.max_output]]
        self.inputs = [self.param(p, ort) for p in s.inputs]
        self.outputs = [self.param(p, ort) for p in s.outputs]
        self.attrs = [self.attr(n, a, ort) for n, a in sorted(s.attributes.items())]
        tc = {t.type_param_str: t.allowed_type_strs for t in s.type_constraints}
        self.types = {k: tuple(bare(t) for t in sorted(set(v), key=type_key)) for k, v in sorted(tc.items())}

    @staticmethod
    def param(p, ort):
        opt = str(p.option).rsplit(".", 1)[-1].lower()
        out = [("name", p.name), ("type", (p.typeStr if ort else p.type_str).replace(" ", ""))]
        if opt != "single":
            out.append(("option", opt))
        if opt == "variadic":
            if not (p.isHomogeneous if ort else p.is_homogeneous):
                out.append(("homogeneous", "false"))
            if not ort and p.min_arity != 1:
                out.append(("min", p.min_arity))
        return out

    def attr(self, name, a, ort):
        kind = str(a.type).rsplit(".", 1)[-1]
        if ort:
            dv = onnx.AttributeProto()
            dv.ParseFromString(a._default_value)
        else:
            dv = a.default_value
        out = [("name", name), ("type", kind)]
        if a.required:
            out.append(("required", "true"))
        text = default_text(dv)
        if text is not None and not a.required:
            out.append(("default", text))
        values = one_of(self.domain, self.op, self.since, name, kind, a.description or "")
        if values:
            out.append(("one_of", values))
        return out


def flow(pairs):
    return "{" + ", ".join(f"{k}: [{', '.join(map(q, v))}]" if isinstance(v, list) else f"{k}: {q(v)}"
                           for k, v in pairs) + "}"


def write_domain(domain, rows, sources, newest):
    rows.sort(key=lambda r: (r.op, r.since))
    # Long type lists that occur more than once are written once, under the name of their first use.
    uses, names = {}, {}
    for r in rows:
        for var, types in r.types.items():
            uses.setdefault(types, []).append(f"{r.op}-{r.since}.{var}")
    for types, at in uses.items():
        if len(at) > 1 and sum(map(len, types)) > 60:
            names[types] = at[0]
    o = [f"# Operators of {domain}: parameters, attributes and types of each version.",
         f"# Source: {'; '.join(sources)}.",
         "# Generated by tools/gen-schemas.py; do not edit. `make interop` compares it with the packages.",
         f"domain: {domain}", f"newest: {newest}"]
    if names:
        o.append("typesets: # named for the first operator version and type variable that has it")
        for types, name in names.items():
            o.append(f"  {name}: [{', '.join(map(q, types))}]")
    o.append("ops:")
    for r in rows:
        flags = [f for f, on in (("deprecated", r.deprecated), ("experimental", r.experimental),
                                 ("function", r.function), ("ort-only", r.ort_only)) if on]
        o.append(f"- op: {r.op}")
        o.append(f"  since: {r.since}")
        if flags:
            o.append(f"  flags: [{', '.join(flags)}]")
        a = r.arity
        o.append(f"  arity: {{in: [{a[0][0]}, {a[0][1]}], out: [{a[1][0]}, {a[1][1]}]}}")
        for key, items in (("inputs", r.inputs), ("outputs", r.outputs), ("attributes", r.attrs)):
            if items:
                o.append(f"  {key}:")
                o.extend("  - " + flow(i) for i in items)
        if r.types:
            o.append("  types:")
            for var, types in r.types.items():
                o.append(f"    {q(var)}: " + (names[types] if types in names else f"[{', '.join(map(q, types))}]"))
    return "\n".join(o) + "\n"


def write_versions(sources):
    o = ["# Releases of ONNX: the newest IR version and opsets that each brought.",
         f"# Source: {'; '.join(sources)}.",
         "# Generated by tools/gen-schemas.py; do not edit. `make interop` compares it with the packages.",
         "releases:"]
    for row in onnx.helper.VERSION_TABLE:
        cols = zip(("onnx", "ir", "ai.onnx", "ai.onnx.ml", "ai.onnx.preview.training"), row)
        o.append("- {" + ", ".join(f"{k}: '{v}'" if k == "onnx" else f"{k}: {v}" for k, v in cols) + "}")
    return "\n".join(o) + "\n"


def ort_schemas():
    try:
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state
    except ImportError:
        return None, None
    return onnxruntime.__version__, state.get_all_operator_schema()


def generate():
    onnx_src = f"onnx {onnx.__version__} (onnx.defs.get_all_schemas_with_history)"
    rows, have = {}, set()
    for s in onnx.defs.get_all_schemas_with_history():
        r = Row(s, False)
        rows.setdefault(r.domain, []).append(r)
        have.add((r.domain, r.op, r.since))
    std = set(rows)
    version, schemas = ort_schemas()
    if version is None:
        return None
    ort_src = f"onnxruntime {version} (schema registry of the wheel)"
    mixed = set()
    for s in schemas:
        if (s.domain or "ai.onnx", s.name, s.since_version) in have:
            continue
        r = Row(s, True)
        rows.setdefault(r.domain, []).append(r)
        if r.domain in std:
            mixed.add(r.domain)
    files = {"versions.yaml": write_versions([f"onnx {onnx.__version__} (onnx.helper.VERSION_TABLE)"])}
    newest = {"ai.onnx": onnx.defs.onnx_opset_version()}
    for row in onnx.helper.VERSION_TABLE:
        newest["ai.onnx.ml"] = max(newest.get("ai.onnx.ml", 0), row[3])
    for d, rs in rows.items():
        src = [onnx_src] if d in std else [ort_src]
        if d in mixed:
            src.append(ort_src + " for the rows flagged ort-only")
        files[d + ".yaml"] = write_domain(d, rs, src, newest.get(d, max(r.since for r in rs)))
    return files


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--check", action="store_true", help="compare with the committed files; write nothing")
    ap.add_argument("--out", default=OUT, help="folder (default: rules/schemas)")
    args = ap.parse_args()
    files = generate()
    if files is None:
        sys.exit("onnxruntime is not installed: its domains cannot be generated, nothing written")
    bad = 0
    for name, text in sorted(files.items()):
        path = os.path.join(args.out, name)
        if not args.check:
            os.makedirs(args.out, exist_ok=True)
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            print(f"{path}: {len(text)} bytes")
            continue
        try:
            with open(path, encoding="utf-8") as f:
                old = f.read()
        except FileNotFoundError:
            old = ""
        if old != text:
            bad += 1
            diff = list(difflib.unified_diff(old.splitlines(), text.splitlines(), path, "packages", lineterm=""))
            print("\n".join(diff[:40]))
    extra = set(os.listdir(args.out)) - set(files) if args.check else set()
    for name in sorted(extra):
        bad += 1
        print(f"{name}: no package has this domain any more")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
