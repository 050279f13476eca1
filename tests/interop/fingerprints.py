"""Fingerprints survive what a new export changes: a node inserted, other nodes renamed or renumbered, bytes written anew.

For each model with findings: the changes are made with the onnx package, both versions are audited, and the findings about
things that the change did not touch must have the same fingerprints."""
import glob
import json
import os
import subprocess
import sys
import tempfile

import onnx
from onnx import helper

from common import BIN, SHARED, Tally

tally = Tally()
work = tempfile.mkdtemp()


def findings(path):
    p = subprocess.run([BIN, "check", "--no-config", "--target", "keras", "--max-findings", "100000", "-f", "json", path],
                       capture_output=True)
    return json.loads(p.stdout)["models"][0]["findings"]


def rewritten(m):
    """The same content, through the onnx package's own serializer."""
    return onnx.ModelProto.FromString(m.SerializeToString(deterministic=True))


def inserted(m):
    """An Identity before the first use of the first input: every node gets another number."""
    taken = {i.name for i in m.graph.initializer}
    inputs = [i.name for i in m.graph.input if i.name not in taken]
    if not inputs:
        return None
    for n in m.graph.node:
        for k, v in enumerate(n.input):
            if v == inputs[0]:
                n.input[k] = "fp_inserted"
    m.graph.node.insert(0, helper.make_node("Identity", [inputs[0]], ["fp_inserted"], "fp_identity"))
    return m


def renumbered(m):
    """Names that an exporter counts out (Conv_12, 123) are counted from another number on."""
    names = {}

    def auto(name, op=None):
        head = name.rstrip("0123456789").rstrip("_")
        return name and name != head and (head == "" or head.lower() == (op or "").lower())

    makers = {o: n.op_type for n in m.graph.node for o in n.output}
    keep = {v.name for v in list(m.graph.input) + list(m.graph.output)} | {i.name for i in m.graph.initializer}
    for v, op in makers.items():
        if v not in keep and auto(v, op):
            names[v] = v.rstrip("0123456789") + str(int(v[len(v.rstrip("0123456789")):]) + 1000)
    if any("graph" in str(a.type) for n in m.graph.node for a in n.attribute if a.type in (5, 10)):
        return None
    for n in m.graph.node:
        n.input[:] = [names.get(v, v) for v in n.input]
        n.output[:] = [names.get(v, v) for v in n.output]
        if auto(n.name, n.op_type):
            n.name = n.name.rstrip("0123456789") + str(int(n.name[len(n.name.rstrip("0123456789")):]) + 1000)
    for v in m.graph.value_info:
        v.name = names.get(v.name, v.name)
    return m


def retold(m):
    """Another producer and version, and a doc string: what each export writes."""
    m.producer_version = "99.1"
    m.doc_string = "exported again"
    return m


changes = [rewritten, inserted, renumbered, retold]
models = sorted(glob.glob("testdata/**/*.onnx", recursive=True))
models += sorted(glob.glob(os.path.join(SHARED, "defects", "*", "*.onnx")))
models += sorted(glob.glob(os.path.join(SHARED, "corpus", "**", "*.onnx"), recursive=True))
most = int(os.environ.get("FP_MODELS", "150"))
if len(models) > most:
    models = models[::len(models) // most + 1]
kept = {c.__name__: [0, 0] for c in changes}
for path in models:
    if os.path.getsize(path) > 4 << 20:
        continue
    try:
        model = onnx.load(path, load_external_data=False)
        before = findings(path)
    except Exception:
        continue
    # findings on the file itself are about its bytes, those on external data about the folder that it lies in
    before = [f for f in before if f["rule"].split("/")[0] not in ("model", "hygiene", "export", "size")
              and not f["rule"].startswith("tensor/external")]
    for change in changes:
        m = onnx.ModelProto()
        m.CopyFrom(model)
        m = change(m)
        if m is None:
            continue
        out = os.path.join(work, "m.onnx")
        try:
            onnx.save(m, out)
        except Exception:
            continue
        after = {f["fingerprint"] for f in findings(out)}
        lost = [f for f in before if f["fingerprint"] not in after]
        kept[change.__name__][0] += len(before) - len(lost)
        kept[change.__name__][1] += len(before)
        if lost and "-v" in sys.argv:
            for f in lost[:4]:
                print(change.__name__, path, f["rule"], f["location"].get("where"), f["message"][:100])
for name, (good, all_) in kept.items():
    share = good / all_ if all_ else 0
    print(f"{name}: {good} of {all_} fingerprints kept ({share:.1%})")
    tally.check(all_ > 0 and share >= (1 if name in ("rewritten", "retold") else 0.95), f"{name}: {share:.1%}")
tally.end()
