"""All targets but keras and onnxruntime-cpu: from a folder of fact tables, DIR/targets/*.json.

A fact table has a header and rows {domain, op, min_opset, max_opset, dtypes, status, limitation}; those of onnxruntime's
providers also dtypes_by_constraint and covers_since_versions. TARGETS below says what each table is about and how it is
to be read; the limitations become expressions in conditions.py.
"""
import json
import os

import yaml

from common import Row, body, flow, schemas, text, type_list, wrap
from conditions import EVERY, LIMITS, resolve

DATE = "2026-11-23"
NEWEST = 28
ML, MS, NHWC = "ai.onnx.ml", "com.microsoft", "com.ms.internal.nhwc"
KNOWN = ("", ML, MS, NHWC, "com.microsoft.nchwc", "ai.onnx.preview", "ai.onnx.preview.training")
BY_FUNCTION = "no kernel for this version: runs by expanding the ONNX function body"
LIFTED = "becomes a stored tensor when the model is read"

# how: "opset" - rows hold for the opsets of the model that the table accepts; "since" - rows name operator versions.
# opsets: of ai.onnx, that the target accepts (None: open); tested: that the project says it is tested with.
TARGETS = {
    "tensorrt": dict(
        file="tensorrt", title="NVIDIA TensorRT, ONNX parser", aliases=["trt"], evidence="table", opsets=(9, 24),
        older=[("10.1", "tensorrt_10_1", (9, 20))], version="10.15",
        urls={"operators.md of onnx-tensorrt": "https://github.com/onnx/onnx-tensorrt/blob/main/docs/operators.md"},
        about="The ONNX parser of TensorRT, and what the builder takes of each operator. A local function is expanded. Types are those of "
              "network tensors: double is narrowed to float32 with clamping; int8, int4, float8 and float4 come only from "
              "QuantizeLinear and DequantizeLinear; uint8 only stands at inputs, outputs and Cast.",
        caveat="The table speaks of operators, not of opsets. Plugins that are loaded beside the parser are not in it.",
        widen={"float": ["double"]}),
    "openvino": dict(
        file="openvino", title="OpenVINO, ONNX frontend", evidence="probe", how="since", opsets=(1, None), default="unknown",
        urls={"supported operations": "https://docs.openvino.ai/2026/documentation/compatibility-and-support/supported-operations.html"},
        about="Reading the model: one node of each operator version was given to the frontend. none: the frontend names the operator as "
              "unknown. partial: it is registered, but the generic one-node model was refused, so its conditions are unknown.",
        caveat="Import only: what the CPU, GPU and NPU plugins refuse later is not in it. A translator of an older version also serves newer "
               "ones, and may ignore their new attributes."),
    "opencv-dnn": dict(
        file="opencv_dnn", title="OpenCV dnn, ONNX importer (new engine, then classic)", aliases=["opencv"], evidence="probe", how="since",
        opsets=(1, None), default="unknown",
        urls={"opencv-python-headless": "https://pypi.org/project/opencv-python-headless/5.0.0.93/"},
        about="Reading the model with readNetFromONNX: one node of each operator version. Outputs need a known shape.",
        caveat="Import only, no forward pass was run."),
    "opencv-dnn-classic": dict(
        file="opencv_dnn_classic", title="OpenCV dnn, classic ONNX importer", evidence="names", opsets=(1, None), custom="unknown",
        urls={"onnx_importer.cpp": "https://github.com/opencv/opencv/blob/4.x/modules/dnn/src/onnx/onnx_importer.cpp"},
        about="The importer of OpenCV 4: names of its registry. A name that is not there is looked up among custom layers."),
    "onnxruntime-cuda": dict(
        file="ort_cuda", title="ONNX Runtime, CUDA execution provider", aliases=["cuda"], evidence="kernels", how="since", opsets=(1, 25),
        ort=True, urls={"OperatorKernels.md": "https://github.com/microsoft/onnxruntime/blob/main/docs/OperatorKernels.md"}),
    "onnxruntime-directml": dict(
        file="ort_dml", title="ONNX Runtime, DirectML execution provider", aliases=["directml", "dml", "onnxruntime-dml"],
        evidence="kernels", how="since", opsets=(1, 25), ort=True,
        urls={"OperatorKernels.md": "https://github.com/microsoft/onnxruntime/blob/main/docs/OperatorKernels.md"}),
    "onnxruntime-webgpu": dict(
        file="ort_web_webgpu", title="ONNX Runtime Web, WebGPU execution provider", aliases=["webgpu"], evidence="table", how="kernel",
        opsets=(1, 25), ort=True, dtypes=True,
        urls={"webgpu-operators.md": "https://github.com/microsoft/onnxruntime/blob/main/js/web/docs/webgpu-operators.md"},
        caveat="Types are those that the provider works with; the table has none."),
    "onnxruntime-webnn": dict(
        file="ort_web_webnn", title="ONNX Runtime Web, WebNN execution provider", aliases=["webnn"], evidence="table", how="range",
        opsets=(1, 25), ort=True,
        urls={"webnn-operators.md": "https://github.com/microsoft/onnxruntime/blob/main/js/web/docs/webnn-operators.md"},
        caveat="What runs depends on the browser's WebNN backend."),
    "onnxruntime-webgl": dict(
        file="ort_web_webgl", title="ONNX Runtime Web, WebGL backend", aliases=["webgl"], evidence="table", how="range", opsets=(7, 25),
        urls={"webgl-operators.md": "https://github.com/microsoft/onnxruntime/blob/main/js/web/docs/webgl-operators.md"},
        about="The WebGL backend has no other to fall back to: one operator that it lacks fails the session. It computes in float32 "
              "textures; other types serve as shapes and indices only.",
        caveat="The backend is no longer developed; WebGPU takes its place."),
    "onnxruntime-coreml": dict(
        file="coreml_mlprogram", title="ONNX Runtime, CoreML execution provider (MLProgram)", evidence="table", opsets=(1, 25), ort=True,
        aliases=["coreml"],
        urls={"coreml_supported_mlprogram_ops.md":
              "https://github.com/microsoft/onnxruntime/blob/main/tools/ci_build/github/apple/coreml_supported_mlprogram_ops.md"}),
    "onnxruntime-coreml-neuralnetwork": dict(
        file="coreml_neuralnetwork", title="ONNX Runtime, CoreML execution provider (NeuralNetwork)", evidence="table", opsets=(1, 25),
        ort=True,
        urls={"coreml_supported_neuralnetwork_ops.md":
              "https://github.com/microsoft/onnxruntime/blob/main/tools/ci_build/github/apple/coreml_supported_neuralnetwork_ops.md"}),
    "onnxruntime-nnapi": dict(
        file="nnapi", title="ONNX Runtime, NNAPI execution provider", aliases=["nnapi"], evidence="table", opsets=(1, 25), ort=True,
        urls={"nnapi_supported_ops.md":
              "https://github.com/microsoft/onnxruntime/blob/main/tools/ci_build/github/android/nnapi_supported_ops.md",
              "checks of the NNAPI builders":
              "https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/core/providers/nnapi/nnapi_builtin/builders/impl"}),
    "onnxruntime-qnn": dict(
        file="qnn", title="ONNX Runtime, QNN execution provider", aliases=["qnn"], evidence="names", opsets=(1, 25), ort=True, dtypes=True,
        urls={"op_builder_factory.cc":
              "https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/qnn/builder/op_builder_factory.cc"},
        caveat="Names of the builders only; ranks are mostly limited to 5. The HTP backend wants quantized (QDQ) or float16 models."),
    "onnxruntime-xnnpack": dict(
        file="xnnpack", title="ONNX Runtime, XNNPACK execution provider",
        caveat="A Relu or Clip after a Conv or pool is fused into it; the preview of islands counts it as left out.", aliases=["xnnpack"], evidence="table", how="kernel",
        opsets=(1, 25), ort=True, dtypes=True,
        urls={"xnnpack_execution_provider.cc":
              "https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/xnnpack/xnnpack_execution_provider.cc",
              "checks of the XNNPACK kernels": "https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/core/providers/xnnpack"}),
    "onnx2tf": dict(
        file="onnx2tf_tf_converter", title="TensorFlow by onnx2tf (tf_converter)", aliases=["tensorflow", "onnx2tf-tensorflow"],
        evidence="table", opsets=(1, None),
        urls={"onnx2tf": "https://github.com/PINTO0309/onnx2tf#readme"},
        about="Conversion to a TensorFlow SavedModel or Keras model. Layouts are turned from NCHW to NHWC by heuristics: compare the results.",
        caveat="The table speaks of operators, not of opsets."),
    "onnx2tf-tflite": dict(
        file="onnx2tf_flatbuffer_direct", title="TFLite (LiteRT) by onnx2tf (flatbuffer_direct)", aliases=["tflite", "litert"],
        evidence="table", opsets=(1, None),
        urls={"onnx2tf": "https://github.com/PINTO0309/onnx2tf#readme"},
        about="Conversion to a TFLite file of built-in operators.",
        caveat="The table speaks of operators, not of opsets."),
    "onnx-tf": dict(
        file="onnx_tf", title="TensorFlow by onnx-tensorflow (onnx-tf)", evidence="table", how="range", opsets=(1, 16),
        urls={"support_status.md": "https://github.com/onnx/onnx-tensorflow/blob/main/doc/support_status.md"},
        about="The archived converter to TensorFlow 2.8.", caveat="The project is no longer maintained."),
    "ncnn": dict(
        file="ncnn_onnx2ncnn", title="ncnn by onnx2ncnn", evidence="names", opsets=(1, None),
        urls={"onnx2ncnn.cpp": "https://github.com/Tencent/ncnn/blob/master/tools/onnx/onnx2ncnn.cpp"},
        about="The converter onnx2ncnn: names in its dispatch.",
        caveat="The project recommends pnnx instead, which this table is not about. onnx2ncnn expects a simplified model with constant shapes."),
    "mnn": dict(
        file="mnn", title="MNN by MNNConvert", evidence="names", opsets=(1, None),
        urls={"MNN tools/converter": "https://github.com/alibaba/MNN/tree/master/tools/converter/source/onnx"},
        about="The ONNX front end of MNNConvert: names in its registry."),
    "tract": dict(
        file="tract", title="tract (Rust)", evidence="names", opsets=(1, None), tested=(9, 18),
        urls={"tract onnx/src/ops": "https://github.com/sonos/tract/tree/main/onnx/src/ops"},
        about="The loader of tract: names in its registry. It warns outside opset 9 to 18, the range that it is tested with."),
    "burn": dict(
        file="burn", title="burn by burn-onnx (Rust)", evidence="table", opsets=(1, 24),
        urls={"SUPPORTED-ONNX-OPS.md": "https://github.com/tracel-ai/burn-onnx/blob/main/SUPPORTED-ONNX-OPS.md"},
        about="The importer that turns a model into Rust code for burn."),
    "onnx2keras": dict(
        file="onnx2keras", title="Keras 2 by onnx2keras", evidence="names", opsets=(1, None), tested=(1, 11),
        urls={"layers.py": "https://github.com/gmalivenko/onnx2keras/blob/master/onnx2keras/layers.py"},
        about="The converter of 2020: names in its registry. It was written for opsets up to 11: parameters that became inputs later are not "
              "handled, and many must be constant."),
    "onnx2kerastl": dict(
        file="onnx2kerastl", title="Keras 2 by onnx2kerastl", evidence="names", opsets=(1, None), tested=(1, 18),
        urls={"onnx2kerastl": "https://github.com/tensorleap/onnx2keras"},
        about="Tensorleap's fork of onnx2keras: names in its registry."),
}

ORT_ABOUT = ("A provider of onnxruntime that takes what it can: the other nodes run on the CPU provider, with copies between the two. The "
             "partition preview counts the islands that this leaves.")


def plain(domain):
    return "" if domain == "ai.onnx" else domain


def versions_of():
    """{(domain, op): operator versions}."""
    out = {}
    for path in os.listdir(schemas.OUT):
        if not path.endswith(".yaml") or path == "versions.yaml":
            continue
        with open(os.path.join(schemas.OUT, path), encoding="utf-8") as f:
            doc = yaml.load(f, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        domain = plain(doc["domain"])
        for o in doc["ops"]:
            out.setdefault((domain, o["op"]), set()).add(o["since"])
    return out


def table(facts, name):
    with open(os.path.join(facts, "targets", name + ".json"), encoding="utf-8") as f:
        return json.load(f)


def limits_of(target, r):
    """(names of conditions, note) of a fact row."""
    names = list(EVERY.get(target, []))
    known = LIMITS.get(target, {}).get(r["op"])
    note = r["limitation"]
    if known is not None and r["status"] != "none":
        names = known[0] + names
        note = known[1]
    return names, note


def status_of(target, r, note):
    """A limitation that is wholly expressed leaves nothing partial."""
    if r["status"] == "none":
        return "none"
    if r["status"] == "partial" and r["op"] not in LIMITS.get(target, {}):
        return "partial"
    if r["status"] == "partial" and note is None:
        return "full"
    return r["status"]


# Limitations of the probes that say the same in fewer words.
NOT_PROBED = "the reader knows the operator; its conditions were not probed"
SAY = {
    "op is registered; the generic one-node probe was rejected (invalid shapes/constants in the probe), so conditions are unknown": NOT_PROBED,
    "op is recognised; the generic one-node probe was rejected (often needs constant inputs or particular shapes)": NOT_PROBED,
    "inconclusive: classic importer refuses subgraph attributes and the new engine rejected the generic probe":
        "the classic importer refuses nested graphs; the new engine's conditions were not probed",
    "minimal probe crashed the reader": "a minimal model crashed the reader",
    "partial per project table": "in part, says the project's table",
}


def types_of(target, t, r):
    own = LIMITS.get(target, {}).get(r["op"], ())
    if len(own) > 2:
        return own[2]
    if r.get("dtypes_by_constraint"):
        return {v: [schemas.bare(x) for x in ts] for v, ts in r["dtypes_by_constraint"].items()}
    if r["dtypes"] is None:
        return None
    types = [schemas.bare(x) for x in r["dtypes"]]
    for have, more in t.get("widen", {}).items():
        if have in types:
            types += [m for m in more if m not in types]
    return types


def rows_of(target, t, facts_rows, versions, used, span=None, start=None, until=None):
    how = t.get("how", "opset")
    for r in facts_rows:
        domain = plain(r["domain"])
        if domain not in KNOWN:
            continue
        names, note = limits_of(target, r)
        when = []
        for n in names:
            key, cel, words = resolve(n)
            used[key] = (cel, words)
            when.append(key)
        status = status_of(target, r, note)
        if status == "partial" and not note:
            note = "its conditions were not extracted"
        note = SAY.get(note, note)
        row = Row(r["op"], status, domain=domain, note=note, when=when if status != "none" else (), dtypes=types_of(target, t, r),
                  start=start, until=until)
        if status == "none" and t.get("default", "none") == "none" and not start and not until:
            row.note = None
        if how == "opset":
            pass
        elif how == "since":
            row.since = r.get("covers_since_versions") or [r["min_opset"]]
            if r["limitation"] and "expanding the ONNX function body" in r["limitation"]:
                row.note, row.by_function = BY_FUNCTION, True
            elif r["limitation"] and r["limitation"].startswith("registered kernel whose start"):
                continue  # matches no operator version
        elif how == "kernel":
            # a closed range covers the versions in it, an open one only the version that it begins with
            have = versions.get((domain, r["op"]), set())
            if r["max_opset"] is None:
                row.since = [r["min_opset"]] if r["min_opset"] in have else []
                if not row.since:  # the version in force there, when the row begins within it
                    continue
            else:
                row.since = sorted(v for v in have if r["min_opset"] <= v <= r["max_opset"])
            if not row.since:
                continue
        else:
            row.opset = (r["min_opset"] or 1, r["max_opset"] or "any")
        yield row


def head(target, t, header, rows):
    version = str(t.get("version") or header["version"])
    domains = sorted({r.domain for r in rows})
    least, most = t["opsets"]
    opsets = {"ai.onnx": (least, most)}
    for d in domains:
        if d:
            opsets[d] = (1, None)
    if t.get("ort"):
        for d in (ML, MS):
            opsets.setdefault(d, (1, None))
    o = [
        f"# {t['title']}.",
        "# Generated by tools/gen-targets.py from fact tables; do not edit.",
        f"name: {target}",
    ]
    if t.get("aliases"):
        o.append("aliases: " + flow(t["aliases"]))
    o += [f"title: {text(t['title'])}", f"version: {text(version)}" if not version[0].isdigit() else f"version: '{version}'"]
    o += wrap("about", t.get("about") or ORT_ABOUT)
    if t.get("caveat"):
        o.append(f"caveat: {text(t['caveat'])}")
    o.append("source:")
    for title, url in t["urls"].items():
        at = source_version(header) if title == next(iter(t["urls"])) else ""
        o.append(f"- {{title: {text(title + at)}, url: '{url}', date: {DATE}}}")
    for s in header["source"]:
        if "package" in s:
            o.append(f"- {{title: {text(s['package'] + ': ' + s['how'])}, date: {DATE}}}")
    o.append(f"evidence: {t['evidence']}")
    if t.get("older"):
        o.append("versions:")
        for v, _, (a, b) in t["older"]:
            o.append(f"- {{version: '{v}', opsets: {{ai.onnx: [{a}, {b}]}}}}")
        o.append(f"- {{version: '{version}'}}")
    o.append("opsets: {" + ", ".join(f"{d}: [{a}, {'any' if b is None else b}]" for d, (a, b) in opsets.items()) + "}")
    if t.get("tested"):
        o.append(f"tested: {{ai.onnx: [{t['tested'][0]}, {t['tested'][1]}]}}")
    o.append(f"default: {t.get('default', 'none')} # an operator of these domains without a row")
    o.append(f"custom: {t.get('custom', 'none' if not t.get('ort') else 'unknown')}")
    if t.get("ort"):
        o.append("fallback: onnxruntime-cpu")
    if t.get("dtypes"):
        o.append(f"dtypes: {type_list(sorted(header['dtypes'], key=schemas.type_key))}")
    return o


def source_version(header):
    """" at COMMIT" of the source that the table was read from."""
    for s in header["source"]:
        if s.get("commit"):
            return " at " + s["commit"][:10]
    return ""


def generate(facts):
    if not facts:
        return {}
    out = {}
    versions = versions_of()
    for target, t in TARGETS.items():
        doc = table(facts, t["file"])
        used = {}
        rows = list(rows_of(target, t, doc["rows"], versions, used))
        if t.get("older"):
            rows = older(target, t, facts, rows, versions, used)
        if t.get("ort") or {r.status for r in rows if r.op == "Constant"} != {"full"}:
            # every reader takes them for initializers; a provider never sees one
            rows = [r for r in rows if r.op != "Constant"] + [Row("Constant", "full", note=LIFTED, dtypes="any")]
        if t.get("default", "none") == "none":
            # silence says the same
            rows = [r for r in rows if r.status != "none" or r.note or r.start or r.until]
        out[target] = "\n".join(head(target, t, doc["header"], rows) + body(rows, used)) + "\n"
    return out


def older(target, t, facts, rows, versions, used):
    """Rows by version: equal ones stay as they are, others get `from` and `until`."""
    newest = t["version"]
    for version, name, _ in t["older"]:
        old = {r.op: r for r in rows_of(target, t, table(facts, name)["rows"], versions, used)}
        both = []
        for r in rows:
            o = old.pop(r.op, None)
            if o is not None and o.content() == r.content():
                both.append(r)
                continue
            r.start = newest
            both.append(r)
            if o is not None:
                o.until = version
                both.append(o)
        for o in old.values():
            o.until = version
            both.append(o)
        rows = both
    return rows
