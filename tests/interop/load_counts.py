#!/usr/bin/env python3
"""Compares what the loader makes of models with what the onnx package makes of them.

  load_counts.py DRIVER MODEL...      DRIVER: build of tests/interop/load_counts.c; folders are searched for *.onnx

Every difference in counts, opsets, versions and the interface is printed; exit status 1 when there was one.
"""
import json
import os
import subprocess
import sys

import onnx
from google.protobuf.message import DecodeError

KINDS = {"tensor_type": 1, "sparse_tensor_type": 2, "sequence_type": 3, "map_type": 4, "optional_type": 5, "opaque_type": 6}


def elements(dims):
    n = 1
    for d in dims:
        n *= d
    return max(n, 0)


def tensors_of(graph_nodes):
    for n in graph_nodes:
        for a in n.attribute:
            if a.HasField("t"):
                yield a.t
            yield from a.tensors
            for s in ([a.sparse_tensor] if a.HasField("sparse_tensor") else []) + list(a.sparse_tensors):
                yield from (t for k, t in (("values", s.values), ("indices", s.indices)) if s.HasField(k))


def info(v):
    kind = v.type.WhichOneof("value")
    elem, shape = 0, None
    if kind in ("tensor_type", "sparse_tensor_type"):
        t = getattr(v.type, kind)
        elem = t.elem_type
        if t.HasField("shape"):
            shape = [d.dim_value if d.HasField("dim_value") else d.dim_param if d.HasField("dim_param") else None
                     for d in t.shape.dim]
    elif kind == "map_type":
        elem = v.type.map_type.key_type
    return [v.name, KINDS.get(kind, 0), elem, shape]


def truth(path):
    m = onnx.load(path, load_external_data=False)
    graphs = [m.graph] + [g for t in m.training_info for g in (t.initialization, t.algorithm) if g.ByteSize()]
    bodies = [f.node for f in m.functions]
    attrs = sum(len(f.attribute_proto) for f in m.functions)
    d = dict(nodes=0, initializers=0, sparse_initializers=0, external_tensors=0, params=0)
    for g in graphs:
        bodies.append(g.node)
        tensors = list(g.initializer) + [t for s in g.sparse_initializer for t in (s.values, s.indices)]
        d["initializers"] += len(g.initializer)
        d["sparse_initializers"] += len(g.sparse_initializer)
        d["params"] += sum(elements(t.dims) for t in g.initializer)
        d["external_tensors"] += sum(t.data_location == 1 for t in tensors)
        for b in [g.node]:
            graphs.extend(s for n in b for a in n.attribute for s in ([a.g] if a.HasField("g") else []) + list(a.graphs))
    for f in m.functions:  # graphs inside functions
        queue = [f.node]
        while queue:
            b = queue.pop()
            for n in b:
                for a in n.attribute:
                    for s in ([a.g] if a.HasField("g") else []) + list(a.graphs):
                        queue.append(s.node)
                        bodies.append(s.node)
                        graphs.append(s)
                        d["initializers"] += len(s.initializer)
                        d["params"] += sum(elements(t.dims) for t in s.initializer)
    for b in bodies:
        d["nodes"] += len(b)
        attrs += sum(len(n.attribute) for n in b)
        d["external_tensors"] += sum(t.data_location == 1 for t in tensors_of(b))
    d.update(ir_version=m.ir_version, producer=m.producer_name, attrs=attrs, functions=len(m.functions),
             graphs=len(graphs) + len(m.functions), nodes_main=len(m.graph.node),
             opset_import=[[o.domain, o.version] for o in m.opset_import],
             inputs=[info(v) for v in m.graph.input], outputs=[info(v) for v in m.graph.output], complete=True)
    return d


def main():
    paths = []
    for p in sys.argv[2:]:
        if os.path.isdir(p):
            paths += [os.path.join(r, f) for r, _, fs in sorted(os.walk(p)) for f in sorted(fs) if f.endswith(".onnx")]
        else:
            paths.append(p)
    out = subprocess.run([sys.argv[1]], input="\n".join(paths) + "\n", capture_output=True, text=True, check=True).stdout
    bad = refused = 0
    for line in out.splitlines():
        ours = json.loads(line)
        try:
            want = truth(ours["path"])
        except (DecodeError, OSError, UnicodeDecodeError) as e:
            refused += 1
            if ours.get("complete"):
                print(ours["path"], "onnx refuses it:", str(e)[:80], "| ours complete,", ours["diags"][:2])
            continue
        wrong = {k: (v, ours.get(k)) for k, v in want.items() if ours.get(k) != v}
        if wrong:
            bad += 1
            print(ours["path"], "(onnx, ours):", {k: v for k, v in wrong.items()}, ours.get("diags", [])[:2])
    print(f"{len(paths)} models, {bad} differ, {refused} refused by onnx")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
