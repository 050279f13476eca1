"""What `onnxlint targets NAME` says of every operator version against the fact tables that the target files were made
from, read here on their own: a no must be a no, a yes a yes, and what is partial must say under which conditions."""
import json
import os
import subprocess
import sys

from common import BIN, SHARED, Tally

# fact table, target; how its rows name versions: "since" an operator version, "opset" opsets of the model, "" all
TABLES = [
    ("tensorrt", "tensorrt", ""), ("tensorrt_10_1", "tensorrt@10.1", ""), ("openvino", "openvino", "since"),
    ("opencv_dnn", "opencv-dnn", "since"), ("opencv_dnn_classic", "opencv-dnn-classic", ""),
    ("ort_cuda", "onnxruntime-cuda", "covers"), ("ort_dml", "onnxruntime-directml", "covers"),
    ("ort_web_webgpu", "onnxruntime-webgpu", "kernel"), ("ort_web_webnn", "onnxruntime-webnn", "opset"),
    ("ort_web_webgl", "onnxruntime-webgl", "opset"), ("coreml_mlprogram", "onnxruntime-coreml", ""),
    ("coreml_neuralnetwork", "onnxruntime-coreml-neuralnetwork", ""), ("nnapi", "onnxruntime-nnapi", ""),
    ("qnn", "onnxruntime-qnn", ""), ("xnnpack", "onnxruntime-xnnpack", "kernel"), ("onnx2tf_tf_converter", "onnx2tf", ""),
    ("onnx2tf_flatbuffer_direct", "onnx2tf-tflite", ""), ("onnx_tf", "onnx-tf", "opset"), ("ncnn_onnx2ncnn", "ncnn", ""),
    ("mnn", "mnn", ""), ("tract", "tract", ""), ("burn", "burn", ""), ("onnx2keras", "onnx2keras", ""),
    ("onnx2kerastl", "onnx2kerastl", ""),
]


def versions(row, how, have, newest):
    """The operator versions that a fact row speaks of."""
    lo, hi = row["min_opset"], row["max_opset"]
    if how == "":
        return list(have)
    if how == "covers":
        if "expanding the ONNX function" in (row["limitation"] or "") or row["status"] == "none":
            return [lo]
        return row.get("covers_since_versions", [])
    if how == "since":
        return [lo]
    if how == "kernel":
        return [v for v in have if v == lo or (hi is not None and lo <= v <= hi)]
    # opset: a version is asked about at its last opset that the target takes
    return [v for v, o in have.items() if v <= (newest or 10**9) and (lo or 1) <= min(o["opset"][1] or 10**9, newest or 10**9) <= (hi or 10**9)]


def agrees(fact, said):
    conditions = said.get("conditions") or said.get("note")
    if fact == "none":
        return said["status"] == "none"
    if fact == "full":
        return said["status"] == "full" or (said["status"] == "partial" and conditions)
    return said["status"] == "partial" and conditions or said["status"] == "full"


tally = Tally()
compared = 0
for table, target, how in TABLES:
    path = os.path.join(SHARED, "facts", "targets", table + ".json")
    if not os.path.exists(path):
        print(f"no facts at {path}")
        sys.exit(0)
    doc = json.loads(subprocess.run([BIN, "targets", target, "--format", "json"], capture_output=True, check=True).stdout)
    said = {}
    for o in doc["operators"]:
        said.setdefault((o["domain"] or "ai.onnx", o["op_type"]), {})[o["opset"][0]] = o
    newest = {o["domain"] or "ai.onnx": o["accepted"][1] for o in doc["opsets"]}
    for row in json.load(open(path))["rows"]:
        key = (row["domain"], row["op"])
        if row["domain"] == "unknown" or row["op"] == "Constant":
            continue
        for v in versions(row, how, said.get(key, {}), newest.get(key[0])):
            o = said.get(key, {}).get(v)
            if o is None:
                # silence is the default, which is "not supported" for all of these domains
                tally.check(row["status"] == "none" or key[0] not in newest or not said.get(key),
                            f"{target}: {key} {v}: {row['status']}, said nothing")
                continue
            compared += 1
            tally.check(agrees(row["status"], o), f"{target}: {key} {v}: {row['status']} {row['limitation']}, said {o}")
print(f"= {compared} statements compared")
tally.end()
