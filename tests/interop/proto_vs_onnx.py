"""proto/onnx.proto against the descriptors of the onnx package: messages, fields, numbers, types, enums."""
import re

from google.protobuf import descriptor_pb2
from onnx import onnx_ml_pb2

from common import Tally

WORD = {1: "double", 2: "float", 3: "int64", 4: "uint64", 5: "int32", 8: "bool", 9: "string", 12: "bytes", 13: "uint32"}
LABEL = {1: "optional", 2: "required", 3: "repeated"}


def theirs():
    f = descriptor_pb2.FileDescriptorProto()
    onnx_ml_pb2.DESCRIPTOR.CopyToProto(f)
    out = set()

    def enum(e, path):
        for v in e.value:
            out.add((path + e.name, v.name, v.number))

    def message(m, path):
        path += m.name + "."
        for e in m.enum_type:
            enum(e, path)
        for n in m.nested_type:
            message(n, path)
        for x in m.field:
            kind = WORD.get(x.type) or x.type_name.rsplit(".", 1)[-1]
            label = "" if x.HasField("oneof_index") else LABEL[x.label]
            out.add((path[:-1], label, kind, x.name, x.number, x.options.packed))

    for e in f.enum_type:
        enum(e, "")
    for m in f.message_type:
        message(m, "")
    return out


def ours():
    out, path = set(), []
    for line in open("proto/onnx.proto"):
        line = line.split("//")[0].strip()
        if m := re.match(r"(message|enum|oneof) (\w+) \{$", line):
            path.append((m[1], m[2]))
        elif line == "}":
            path.pop()
        elif m := re.match(r"(\w+) = (\d+);$", line):
            if path:
                out.add((".".join(n for _, n in path), m[1], int(m[2])))
        elif m := re.match(r"(?:(optional|repeated|required) )?(\w+) (\w+) = (\d+)( \[packed = true\])?;$", line):
            where = ".".join(n for k, n in path if k == "message")
            out.add((where, m[1] or "", m[2], m[3], int(m[4]), bool(m[5])))
    return out


tally = Tally()
a, b = theirs(), ours()
for row in sorted(a | b, key=str):
    tally.check(row in a and row in b, f"{row}: only {'onnx has it' if row in a else 'ours has it'}")
tally.end()
