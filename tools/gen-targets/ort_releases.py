"""Which release of onnxruntime has a CPU kernel for which operator version, and what each release accepts.

ort_releases.yaml beside this file holds it: the releases whose wheels were introspected, oldest first, and the operator
versions that not all of them have a kernel for. --facts DIR writes it anew from DIR/ort_cpu_history.json and
DIR/versions.json.
"""
import json
import os
from collections import defaultdict

import yaml

import common

FILE = os.path.join(common.HERE, "ort_releases.yaml")


def write(facts):
    with open(os.path.join(facts, "ort_cpu_history.json"), encoding="utf-8") as f:
        history = json.load(f)
    with open(os.path.join(facts, "versions.json"), encoding="utf-8") as f:
        limits = {r["probed"]: r for r in json.load(f)["onnxruntime_releases"] if r["probed"]}
    releases = history["header"]["releases_probed"]
    since = defaultdict(set)
    for r in history["first_ort_release_by_schema_version"]:
        since[r["domain"], r["op"]].add(r["since_version"])
    have = defaultdict(set)
    for r in history["rows"]:
        first, last = releases.index(r["first_seen"]), releases.index(r["last_seen"])
        for v in since[r["domain"], r["op"]]:
            # an open kernel runs only the version that it begins with
            if v == r["min_opset"] or (r["max_opset"] is not None and r["min_opset"] <= v <= r["max_opset"]):
                have[r["domain"], r["op"], v].update(range(first, last + 1))
    groups = defaultdict(lambda: defaultdict(list))
    for (domain, op, v), at in sorted(have.items()):
        if len(at) == len(releases):
            continue
        assert sorted(at) == list(range(min(at), max(at) + 1)), (domain, op, v, at)
        groups[min(at), max(at)][domain].append((op, v))
    o = ["# Releases of onnxruntime whose kernel registries were read, with what they load; and the operator versions that",
         "# only some of them have a CPU kernel for. Written by tools/gen-targets/ort_releases.py.", "releases:"]
    for r in releases:
        x = limits[r]
        o.append(f"- {{version: {r}, opset: {x['max_opset']}, ml: {x['max_opset_ml']}, ir: {x['max_ir']}}}")
    o.append("kernels: # in the releases from `first` to `last`")
    for (first, last), domains in sorted(groups.items()):
        for domain, ops in sorted(domains.items()):
            by_op = defaultdict(list)
            for op, v in ops:
                by_op[op].append(v)
            o.append(f"- {{first: {releases[first]}, last: {releases[last]}, domain: {domain}, ops: {{"
                     + ", ".join(f"{op}: [{', '.join(map(str, sorted(vs)))}]" for op, vs in sorted(by_op.items())) + "}}")
    with open(FILE, "w", encoding="utf-8") as f:
        f.write("\n".join(o) + "\n")


def read(facts):
    """(releases, {(domain, op, since): (first, last)}): indexes of releases."""
    if facts and not common.CHECK:
        write(facts)
    with open(FILE, encoding="utf-8") as f:
        doc = yaml.safe_load(f)
    names = [r["version"] for r in doc["releases"]]
    some = {}
    for k in doc["kernels"]:
        domain = "" if k["domain"] == "ai.onnx" else k["domain"]
        for op, versions in k["ops"].items():
            for v in versions:
                some[domain, op, v] = (names.index(k["first"]), names.index(k["last"]))
    return doc["releases"], some


def editions(releases):
    """The lines of `versions`."""
    o = ["versions: # those whose wheels were introspected; rows without `from` hold for the oldest too"]
    for r in releases:
        o.append(f"- {{version: {r['version']}, opsets: {{ai.onnx: [1, {r['opset']}], ai.onnx.ml: [1, {r['ml']}]}}, "
                 f"ir: [3, {r['ir']}]}}")
    return o


def split(releases, some, domain, op, since, full):
    """[(versions, from, until, has a kernel)] of a row. full: it has kernels in the newest release."""
    parts = defaultdict(list)
    last = len(releases) - 1
    for v in since:
        first, end = some.get((domain, op, v), (0, last) if full else (None, None))
        limit = {"": "opset", "ai.onnx.ml": "ml"}.get(domain)
        # in a release that refuses the opset, nobody asks for the version that it brought
        while first and limit and releases[first - 1][limit] < v:
            first -= 1
        if first is None:
            parts[None, None, False].append(v)
            continue
        parts[first or None, None if end == last else end, True].append(v)
        if first:
            parts[None, first - 1, False].append(v)
        if end != last:
            parts[end + 1, None, False].append(v)
    name = lambda i: None if i is None else releases[i]["version"]  # noqa: E731
    return [(vs, name(a), name(b), k) for (a, b, k), vs in sorted(parts.items(), key=lambda x: (x[1], x[0][0] or 0))]

