#!/usr/bin/env python3
"""Writes ort_release_types.yaml: the element types that kernels of an older release of onnxruntime do not take yet.

    ort_release_types.py DIR...    DIR: a release, installed with pip install --no-deps --target DIR onnxruntime==VERSION

Each registry is read in a process of its own, and compared with that of the installed package: a line says that the
kernels of these operator versions lack the types up to and including a release. Where a kernel takes float, float16
is no lack: Casts are put around the node.
"""
import json
import os
import subprocess
import sys
from collections import defaultdict

import yaml

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ort_release_types.yaml")
READ = """
import json, sys
sys.path.insert(0, sys.argv[1])
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state
json.dump([onnxruntime.__version__, [[k.domain, k.op_name, *k.version_range, dict(k.type_constraints)]
           for k in state.get_all_opkernel_def() if k.provider == "CPUExecutionProvider"]], sys.stdout)
"""


def types(kernels, since, covers):
    out = {}
    for k in kernels:
        if covers(k, since):
            for var, ts in k[2].items():
                out.setdefault(var, set()).update(ts)
    return out


def main():
    import ort_cpu

    releases = {}
    for folder in sys.argv[1:]:
        version, kernels = json.loads(subprocess.run([sys.executable, "-c", READ, folder], capture_output=True,
                                                     check=True).stdout)
        releases[version] = table = defaultdict(list)
        for domain, op, first, last, constraints in kernels:
            table[domain, op].append((first, last, constraints))
    order = sorted(releases, key=lambda v: [int(x) for x in v.split(".")])
    newest, lacks = ort_cpu.kernels(), defaultdict(list)
    for domain, op, since in sorted(ort_cpu.versions()):
        last = {}
        for r in order:
            old = types(releases[r][domain, op], since, ort_cpu.covers)
            for var, ts in types(newest[domain, op], since, ort_cpu.covers).items():
                for t in ts - old.get(var, ts):
                    if t != ort_cpu.HALF or "tensor(float)" not in old[var]:
                        last[var, t] = r
        by = defaultdict(set)
        for (var, t), r in last.items():
            by[var, r].add(ort_cpu.schemas.bare(t))
        for (var, r), ts in by.items():
            lacks[order.index(r), domain, op, var, tuple(sorted(ts))].append(since)
    with open(FILE, "w", encoding="utf-8") as f:
        f.write("# Element types that kernels lack up to and including a release of onnxruntime.\n"
                "# Written by tools/gen-targets/ort_release_types.py from the wheels of "
                f"{', '.join(order)}.\n")
        for (r, domain, op, var, ts), since in sorted(lacks.items()):
            f.write(f"- {{until: {order[r]}, domain: {domain or 'ai.onnx'}, op: {op}, since: {since}, var: {var}, "
                    f"types: [{', '.join(ts)}]}}\n")


def read(releases):
    """{(domain, op, since): [(index of the last release, variable, types)]}"""
    names = [r["version"] for r in releases]
    out = defaultdict(list)
    with open(FILE, encoding="utf-8") as f:
        for row in yaml.safe_load(f):
            for v in row["since"]:
                domain = "" if row["domain"] == "ai.onnx" else row["domain"]
                out[domain, row["op"], v].append((names.index(row["until"]), row["var"], set(row["types"])))
    return out


if __name__ == "__main__":
    main()
