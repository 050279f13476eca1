#!/usr/bin/env python3
"""Makes the models of testdata/. The same files come out on every run.

    gen-testdata.py            writes testdata/broken/ (needs the onnx package: 1.23.2)
    gen-testdata.py --check    writes nothing; says whether the committed files are what this
                               would write, and whether the exported models and the text models
                               have the structure that tests rely on
    gen-testdata.py --export   writes the two exported models too (needs torch 2.13.0,
                               onnxscript 0.7.2, onnxruntime 1.32.0; others may name differently)

testdata/broken/ holds one file per fault that ONNX text cannot express; expect.tsv says which
rule has to fire.
"""

import argparse, collections, hashlib, io, os, struct, sys, zipfile

import onnx
from onnx import TensorProto, helper

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "testdata")


# ---- wire format, for what the onnx package refuses to write ----
def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(out + bytes([n]))


def tag(field, wire):
    return varint(field << 3 | wire)


def length(field, data):
    return tag(field, 2) + varint(len(data)) + data


def number(field, n):
    return tag(field, 0) + varint(n & (1 << 64) - 1)


OPSET = length(8, length(1, b"") + number(2, 21))
HEAD = number(1, 10) + OPSET  # ir_version, opset_import


def value(name, dims=b"", elem=1):
    """ValueInfoProto of a tensor whose TensorShapeProto is `dims`."""
    return length(1, name) + length(2, length(1, number(1, elem) + length(2, dims)))


DIM2 = length(1, number(1, 2))


def graph(node=None, extra=b"", x=b"x", dims=DIM2):
    """y = Relu(x) over float[2], with the pieces that a fault wants otherwise."""
    if node is None:
        node = length(1, x) + length(2, b"y") + length(4, b"Relu")
    return (
        length(1, node)
        + length(2, b"g")
        + extra
        + length(11, value(x, dims))
        + length(12, value(b"y", dims))
    )


def model(g=None, head=HEAD, tail=b""):
    return head + length(7, graph() if g is None else g) + tail


def external(entries, count=2, dtype=TensorProto.FLOAT, more=()):
    """y = x + w, w outside the file. entries: of external_data; more: further tensors."""
    tensors = []
    for name, pairs, n in (("w", entries, count),) + tuple(more):
        t = TensorProto(name=name, data_type=dtype, dims=[n], data_location=TensorProto.EXTERNAL)
        for k, v in pairs:
            t.external_data.add(key=k, value=v)
        tensors.append(t)
    nodes, last = [], "x"
    for i, t in enumerate(tensors):
        nodes.append(helper.make_node("Add", [last, t.name], [f"y{i}"]))
        last = f"y{i}"
    g = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", dtype, [count])],
        [helper.make_tensor_value_info(last, dtype, [count])],
        tensors,
    )
    return helper.make_model(
        g, ir_version=10, opset_imports=[helper.make_opsetid("", 21)]
    ).SerializeToString(deterministic=True)


def nested_type(depth):
    t = length(1, number(1, 1))  # tensor(float)
    for _ in range(depth):
        t = length(4, length(1, t))  # sequence
    return length(1, b"x") + length(2, t)


def zipped():
    b = io.BytesIO()
    with zipfile.ZipFile(b, "w") as z:
        z.writestr(zipfile.ZipInfo("archive/data.pkl", (2024, 1, 1, 0, 0, 0)), b"\x80\x02}q\x00.")
        z.writestr(zipfile.ZipInfo("archive/version", (2024, 1, 1, 0, 0, 0)), b"3\n")
    return b.getvalue()


WEIGHTS = struct.pack("<4f", 0.5, -1.0, 2.0, 0.25)
LFS = (
    b"version https://git-lfs.github.com/spec/v1\noid sha256:"
    + hashlib.sha256(b"weights").hexdigest().encode()
    + b"\nsize 13245678\n"
)
HTML = (
    b"<!DOCTYPE html>\n<html><head><title>404: Not Found</title></head>\n"
    b"<body>The file is not here.</body></html>\n"
)


def broken():
    """(file, bytes or link target, rule that has to fire or '-', what is wrong)"""

    def loc(*pairs):
        return external((("location", "weights.bin"),) + pairs)

    return [
        # no model at all
        ("empty.onnx", b"", "model/not-onnx", "a file without a byte"),
        (
            "lfs-pointer.onnx",
            LFS,
            "model/not-onnx",
            "a Git LFS pointer: the checkout did not fetch the model",
        ),
        ("html.onnx", HTML, "model/not-onnx", "an error page saved under the model's name"),
        ("zip.onnx", zipped(), "model/not-onnx", "a PyTorch checkpoint (zip)"),
        (
            "json.onnx",
            b'{"model_config": {"class_name": "Functional", "config": {}}}\n',
            "model/not-onnx",
            "JSON",
        ),
        (
            "hdf5.onnx",
            b"\x89HDF\r\n\x1a\n" + bytes(40),
            "model/not-onnx",
            "an HDF5 file (Keras weights)",
        ),
        (
            "tflite.onnx",
            struct.pack("<I", 28) + b"TFL3" + bytes(40),
            "model/not-onnx",
            "a TensorFlow Lite model",
        ),
        (
            "gzip.onnx",
            b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x03\x00" + bytes(8),
            "model/not-onnx",
            "a gzip archive",
        ),
        (
            "pickle.onnx",
            b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01w\x94K\x01s.",
            "model/not-onnx",
            "a pickle",
        ),
        # the message stream
        (
            "truncated.onnx",
            model()[:-20],
            "model/truncated",
            "ends inside the graph: a download that broke off",
        ),
        ("no-graph.onnx", HEAD + length(2, b"exporter"), "model/empty", "header only, no graph"),
        (
            "wire-type.onnx",
            HEAD + length(7, tag(1, 5) + b"abcd" + graph()),
            "model/malformed",
            "a node written as a 32-bit number",
        ),
        (
            "wire-type-7.onnx",
            model(graph(extra=tag(14, 7))),
            "model/malformed",
            "wire type 7 does not exist",
        ),
        (
            "field-zero.onnx",
            model(graph(extra=b"\x02\x01a")),
            "model/malformed",
            "field number 0 does not exist",
        ),
        (
            "group.onnx",
            model(graph(extra=tag(31, 3) + number(1, 1) + tag(31, 4))),
            "model/malformed",
            "a protobuf group",
        ),
        (
            "varint.onnx",
            model(head=HEAD + tag(5, 0) + b"\xff" * 10 + b"\x01"),
            "model/malformed",
            "a number of more than ten bytes",
        ),
        (
            "trailing-zeros.onnx",
            model(tail=bytes(16)),
            "model/trailing-data",
            "zeros behind the model: a copy padded to a block",
        ),
        (
            "unknown-field.onnx",
            model(tail=length(300, b"vendor")),
            "model/unknown-field",
            "field 300, which onnx.proto does not have",
        ),
        (
            "two-graphs.onnx",
            model(tail=length(7, graph(extra=length(10, b"second")))),
            "model/repeated-field",
            "the graph field twice: readers merge them",
        ),
        (
            "dim-twice.onnx",
            model(graph(dims=length(1, number(1, 2) + length(2, b"N")))),
            "model/duplicate-oneof",
            "a dimension that is 2 and N",
        ),
        (
            "deep.onnx",
            model(
                length(1, length(2, b"y") + length(4, b"Op"))
                + length(2, b"g")
                + length(11, nested_type(60))
                + length(12, value(b"y", DIM2))
            ),
            "model/limit",
            "sequence types 60 deep: protobuf readers stop at 100 messages",
        ),
        # names
        (
            "name-nul.onnx",
            model(graph(x=b"in\x00put")),
            "model/name-nul",
            "a NUL in a value's name: C readers see another name",
        ),
        (
            "name-utf8.onnx",
            model(graph(x=b"caf\xe9")),
            "model/name-utf8",
            "a name in Latin-1: protobuf readers refuse the file",
        ),
        # external data
        ("external-ok.onnx", loc(("offset", "0"), ("length", "8")), "-", "nothing: the control"),
        ("weights.bin", WEIGHTS, "", ""),
        (
            "external-missing.onnx",
            external((("location", "gone.bin"),)),
            "tensor/external-missing",
            "the data file was not shipped",
        ),
        (
            "external-short.onnx",
            external((("location", "weights.bin"), ("offset", "8"), ("length", "16")), 4),
            "tensor/external-short",
            "offset + length is past the end of the file",
        ),
        (
            "external-few.onnx",
            external((("location", "weights.bin"), ("length", "8")), 4),
            "tensor/external-length",
            "8 bytes for four floats",
        ),
        (
            "external-escapes.onnx",
            external((("location", "../gen-testdata.bin"),)),
            "tensor/external-escapes",
            "leaves the model's folder",
        ),
        (
            "external-absolute.onnx",
            external((("location", "/nonexistent/weights.bin"),)),
            "tensor/external-absolute",
            "an absolute path of the machine that exported it",
        ),
        (
            "external-symlink.onnx",
            external((("location", "link.bin"),)),
            "tensor/external-symlink",
            "a link within the model's folder: onnx refuses it, a copy may lose it",
        ),
        ("link.bin", "weights.bin", "", ""),
        (
            "external-link-out.onnx",
            external((("location", "outside.bin"),)),
            "tensor/external-escapes",
            "a link to a file outside the model's folder",
        ),
        ("outside.bin", "../README.md", "", ""),
        (
            "external-folder.onnx",
            external((("location", "folder.bin"),)),
            "tensor/external-not-regular",
            "a folder where a file should be",
        ),
        ("folder.bin/keep", b"", "", ""),
        (
            "external-bad-key.onnx",
            loc(("offset", "0"), ("size", "8")),
            "tensor/external-bad-key",
            "a key that is no key: size",
        ),
        (
            "external-bad-number.onnx",
            loc(("offset", "0x10")),
            "tensor/external-bad-number",
            "an offset in hexadecimal",
        ),
        (
            "external-no-location.onnx",
            external((("offset", "0"), ("length", "8"))),
            "tensor/external-no-location",
            "no file is named",
        ),
        (
            "external-overlap.onnx",
            external(
                (("location", "weights.bin"), ("offset", "0"), ("length", "8")),
                2,
                more=(("v", (("location", "weights.bin"), ("offset", "4"), ("length", "8")), 2),),
            ),
            "tensor/external-overlap",
            "two tensors share four bytes",
        ),
        (
            "external-checksum.onnx",
            loc(("offset", "0"), ("length", "8"), ("checksum", hashlib.sha1(b"other").hexdigest())),
            "tensor/external-checksum",
            "the data is not what the checksum says",
        ),
        (
            "external-in-memory.onnx",
            external((("location", "*/_ORT_MEM_ADDR_/*"), ("offset", "140213"), ("length", "8"))),
            "tensor/external-in-memory",
            "an address in the memory of the process that saved it",
        ),
        # text
        (
            "syntax.onnxtxt",
            b'<ir_version: 10, opset_import: ["" : 21]>\n'
            b"g (float[2] x) => (float[2] y) {\n    y = Relu x)\n}\n",
            "model/bad-text",
            "a parenthesis is missing in line 3",
        ),
    ]


def expect_table():
    rows = ["# file\trule\twhat is wrong"]
    rows += [f"{n}\t{rule}\t{why}" for n, _, rule, why in broken() if rule]
    return ("\n".join(rows) + "\n").encode()


def generated():
    out = {os.path.join("broken", n): data for n, data, _, _ in broken()}
    out["broken/expect.tsv"] = expect_table()
    for n, d in out.items():
        assert len(d) < 2048 or n.endswith(".tsv"), n
    return out


# What the tests rely on: at least so many nodes of an operator.
EXPORTED = {
    "mobilenet-small.onnx": {"Conv": 17, "Clip": 12, "Add": 3, "Gemm": 1},
    "detector-small.onnx": {
        "Conv": 9,
        "BatchNormalization": 7,
        "NonMaxSuppression": 1,
        "Dropout": 1,
        "Resize": 1,
        "com.microsoft.Gelu": 1,
    },
}
TEXTS = {"clean.onnxtxt": True, "faults.onnxtxt": False}  # does onnx.checker accept it?


def check_structure(complain):
    for name, want in EXPORTED.items():
        path = os.path.join(HERE, name)
        if not os.path.exists(path):
            complain(name, "missing; run with --export")
            continue
        m = onnx.load(path)
        have = collections.Counter(
            (n.domain + "." if n.domain else "") + n.op_type for n in m.graph.node
        )
        for op, n in want.items():
            if have[op] < n:
                complain(name, f"{have[op]} nodes of {op}, expected {n}")
        if os.path.getsize(path) > 300_000:
            complain(name, "more than 300,000 bytes")
        if any("stack_trace" in p.key for n in m.graph.node for p in n.metadata_props):
            complain(name, "holds paths of the machine that exported it")
    for name, good in TEXTS.items():
        with open(os.path.join(HERE, name)) as f:
            m = onnx.parser.parse_model(f.read())
        try:
            onnx.checker.check_model(m, full_check=True)
            fine = True
        except Exception as e:
            fine = False
            why = str(e).splitlines()[0]
        if fine != good:
            complain(name, "onnx.checker accepts it" if fine else why)


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument("--check", action="store_true", help="write nothing, compare")
    a.add_argument("--export", action="store_true", help="export the two models with torch as well")
    o = a.parse_args()
    bad = []

    def complain(name, what):
        bad.append(name)
        print(f"testdata/{name}: {what}", file=sys.stderr)

    files = generated()
    for name, data in files.items():
        path = os.path.join(HERE, name)
        link = isinstance(data, str)
        if not o.check:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if os.path.lexists(path):
                os.remove(path)
            if link:
                os.symlink(data, path)
            else:
                with open(path, "wb") as f:
                    f.write(data)
        elif not os.path.lexists(path):
            complain(name, "missing")
        elif (
            link != os.path.islink(path)
            or (os.readlink(path) if link else open(path, "rb").read()) != data
        ):
            complain(name, "differs from what this program writes")
    have = {
        os.path.relpath(os.path.join(d, f), HERE)
        for d, _, fs in os.walk(os.path.join(HERE, "broken"))
        for f in fs
    }
    for name in sorted(have - set(files)):
        complain(name, "not written by this program")
    if o.export and not o.check:
        sys.dont_write_bytecode = True
        from export_testdata import EXPORTS

        for name, export in EXPORTS.items():
            export(os.path.join(HERE, name))
    if o.check or o.export:
        check_structure(complain)
    print(f"testdata: {len(files)} files of broken/, {len(bad)} complaints")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
