"""Speed and memory of onnxlint beside onnx, whole processes, in one run: `onnxlint check` and onnx.checker.check_model(path);
`onnxlint show --values` and onnx.shape_inference.infer_shapes_path, both of which write what they find.

Usage: bench.py BINARY [--scale S] [--repeat N]
The program `measure` lies beside BINARY. Models are generated: 2 GB of weights in one file, the same as external data, 100,000 and 1,000,000 nodes, a small one.
Prints medians of wall time, peak resident memory, and their ratios.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import numpy as np
import onnx
from onnx import TensorProto, helper

ARGS = None
CHECKER = "import sys, onnx; onnx.checker.check_model(sys.argv[1])"
INFERENCE = ("import sys, onnx; "
             "onnx.shape_inference.infer_shapes_path(sys.argv[1], sys.argv[1] + '.inferred', data_prop=True)")


def weights(path, total, external):
    """A chain of Conv-like MatMul layers whose weights fill `total` bytes. Sparse on disk where the system can."""
    n, side = 60, int((total / 60 / 4) ** 0.5)
    nodes, inits, x = [], [], "x"
    size = side * side * 4
    for i in range(n):
        t = TensorProto(name=f"layer{i}.weight", data_type=TensorProto.FLOAT, dims=[side, side])
        if external:
            t.data_location = TensorProto.EXTERNAL
            for key, value in (("location", os.path.basename(path) + ".data"), ("offset", i * size), ("length", size)):
                t.external_data.add(key=key, value=str(value))
        inits.append(t)
        nodes.append(helper.make_node("MatMul", [x, t.name], [f"h{i}"], name=f"/layer{i}/MatMul"))
        nodes.append(helper.make_node("Relu", [f"h{i}"], [f"r{i}"], name=f"/layer{i}/Relu"))
        x = f"r{i}"
    io = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "bench", [io("x", 1, ["N", side])], [io(x, 1, ["N", side])], inits)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if external:
        onnx.save(model, path)
        with open(path + ".data", "wb") as f:
            block = np.random.default_rng(0).standard_normal(size // 4).astype("<f4").tobytes()
            for _ in range(n):
                f.write(block)
        return
    # written by hand: a ModelProto past what Python's protobuf can hold at once would not serialize
    def varint(v):
        out = b""
        while v > 127:
            out += bytes([v & 127 | 128])
            v >>= 7
        return out + bytes([v])

    block = np.random.default_rng(0).standard_normal(size // 4).astype("<f4").tobytes()
    raw = b"\x4a" + varint(size)  # TensorProto.raw_data
    heads = [t.SerializeToString() + raw for t in inits]
    del model.graph.initializer[:]
    rest = model.graph.SerializeToString()
    body = len(rest) + sum(1 + len(varint(len(h) + size)) + len(h) + size for h in heads)
    model.ClearField("graph")
    with open(path, "wb") as f:
        f.write(model.SerializeToString() + b"\x3a" + varint(body) + rest)
        for h in heads:
            f.write(b"\x2a" + varint(len(h) + size) + h)
            f.write(block)


def many_nodes(path, n):
    nodes = [helper.make_node("Relu" if i % 2 else "Add", [f"v{i}"] if i % 2 else [f"v{i}", f"v{max(0, i - 3)}"],
                              [f"v{i + 1}"], name=f"/block{i // 8}/node{i}") for i in range(n)]
    io = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "bench", [io("v0", 1, ["N", 64])], [io(f"v{n}", 1, ["N", 64])])
    with open(path, "wb") as f:
        f.write(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8).SerializeToString())


def run(cmd):
    """(seconds, MiB, exit status) of a whole process."""
    out = subprocess.run([os.path.join(os.path.dirname(ARGS.binary), "measure"), *cmd], capture_output=True, text=True)
    seconds, kib, status = out.stdout.split()
    return float(seconds), int(kib) / 1024, int(status)


def measure(cmd, repeat):
    rows = [run(cmd) for _ in range(repeat)]
    return (statistics.median(r[0] for r in rows), max(r[1] for r in rows), rows[-1][2])


def read_weights(a, tmp, rows, name, path):
    """Speed of `check --weights` beside a loop that adds up the same bytes, with as many threads, in one process."""
    here, build = os.path.dirname(os.path.abspath(__file__)), os.path.dirname(os.path.abspath(a.binary))
    program = os.path.join(tmp, "weights")
    compiled = subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O3", "-march=native", "-o", program,
                               os.path.join(here, "weights.c"), "-I" + os.path.join(here, "..", "..", "include"),
                               os.path.join(build, "libonnxlint.a"), "-lprotobuf-c", "-lyaml", "-lpcre2-8", "-lm", "-lpthread"],
                              capture_output=True, text=True)
    if compiled.returncode:
        print("weights.c does not build:", compiled.stderr[-500:])
        return
    data = path + ".data" if os.path.exists(path + ".data") else path
    with open(data, "rb") as f:  # cached as by reading, in large pieces, not as by writing: mapping costs ten times less then
        os.fsync(f.fileno())
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while f.read(1 << 24):
            pass
    for threads in sorted({1, len(os.sched_getaffinity(0))}):
        out = subprocess.run([program, path, data, str(threads), str(max(a.repeat, 5))], capture_output=True, text=True)
        if out.returncode == 0:
            rows.append((name, threads, *map(float, out.stdout.split())))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("binary")
    ap.add_argument("--scale", type=float, default=1.0, help="share of the full sizes")
    ap.add_argument("--repeat", type=int, default=3)
    global ARGS
    a = ARGS = ap.parse_args()
    total, nodes = int(1.93 * 2**30 * a.scale), lambda n: max(100, int(n * a.scale))
    makers = [
        ("2 GB in one file", lambda p: weights(p, total, False), False),
        ("2 GB external", lambda p: weights(p, total, True), False),
        (f"{nodes(100_000):,} nodes", lambda p: many_nodes(p, nodes(100_000)), True),
        (f"{nodes(1_000_000):,} nodes", lambda p: many_nodes(p, nodes(1_000_000)), True),
        ("small model", lambda p: many_nodes(p, 100), True),
    ]
    rows, read = [], []
    for name, make, values in makers:
        with tempfile.TemporaryDirectory() as tmp:
            path = os.path.join(tmp, "m.onnx")
            make(path)
            with open(path, "rb") as f:  # both read a warm page cache
                while f.read(1 << 24):
                    pass
            rows.append((name, measure([a.binary, "check", path], max(a.repeat, 5)),
                         measure([sys.executable, "-c", CHECKER, path], a.repeat), "check"))
            if name.startswith("2 GB"):
                read_weights(a, tmp, read, name, path)
            if values:
                rows.append((name, measure([a.binary, "show", "--values", "-f", "json", path], max(a.repeat, 5)),
                             measure([sys.executable, "-c", INFERENCE, path], a.repeat), "values"))
    for kind, title in (("check", "onnx.checker"), ("values", "infer_shapes_path")):
        print(f"{'model':18}{'onnxlint ' + ('check' if kind == 'check' else 'show --values'):>24}"
              f"{title + ' ' + onnx.__version__:>25}{'faster':>10}{'memory':>10}")
        for name, ours, theirs, of in rows:
            if of != kind:
                continue
            print(f"{name:18}{ours[0] * 1000:12.1f} ms {ours[1]:6.0f} MiB{theirs[0] * 1000:13.0f} ms {theirs[1]:6.0f} MiB"
                  f"{theirs[0] / ours[0]:9.1f}x{ours[1] / theirs[1]:10.3f}"
                  + (f"  (exit {ours[2]} and {theirs[2]})" if ours[2] or theirs[2] else ""), flush=True)
    print(f"{'weights read, GB/s':24}{'a loop that adds up':>21}{'--weights':>11}{'share':>8}{'copied':>9}{'share':>8}")
    for name, threads, loop, mapped, copied, _ in read:
        print(f"{name + ', ' + str(threads) + (' threads' if threads > 1 else ' thread'):28}{loop:17.1f}{mapped:11.1f}"
              f"{mapped / loop:8.0%}{copied:9.1f}{copied / loop:8.0%}")


main()
