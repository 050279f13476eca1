#!/usr/bin/env python3
"""Compares the reader for ONNX text syntax with onnx.parser, field by field.

    text_vs_onnx.py [TEXT2ONNX] [--corpus DIR] [--limit N] [--mutate N] [-v]

TEXT2ONNX is the program built from text2onnx.c (default: $ONNXLINT_BUILD/interop/). Three sources of text:
  - CASES below: one per piece of grammar, good and bad;
  - models of DIR (*.onnx), printed by onnx.printer;
  - every `model: |` block of DIR's and the project's rule files;
and with --mutate, N texts made by deleting, doubling and swapping words of those (fixed seed).
Where the two are meant to differ, CASES say so and why. Exit status 1 on any other difference.
"""

import argparse, collections, glob, math, os, random, re, subprocess, sys, tempfile

import onnx
from onnx import parser, printer
from google.protobuf.descriptor import FieldDescriptor

H = '<ir_version: 8, opset_import: ["" : 18]>\n'
DTYPES = (
    "float uint8 int8 uint16 int16 int32 int64 bool float16 double uint32 uint64 complex64 complex128 bfloat16 "
    "float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz float8e8m0 uint4 int4 float4e2m1 uint2 int2 float6e2m3 float6e3m2"
).split()


def node(text):
    return H + "g (float[N] x) => (float[N] y) { " + text + " }"


def attr(text):
    return node("y = Op <" + text + "> (x)")


def io(text):
    return H + "g (" + text + ") => (float y) { y = Op () }"


def init(text):
    return H + "g (float[N] x) => (float[N] y) <" + text + "> { y = Op (x) }"


def head(text):
    return "<" + text + ">\ng (float[N] x) => (float[N] y) { y = Relu (x) }"


def func(text):
    return node("y = d.f (x)") + text


SAME = [
    # headers
    "g (float[N] x) => (float[N] y) { y = Relu(x) }",
    "g (float x) => (float y) {}",
    "g () => () {}",
    "g => (float y) {}",
    '"a graph" (float x) => (float y) {}',
    "# comment\n # another\n g (float x) # here\n => (float y) {} # end",
    head("ir_version: 10"),
    head("ir_version: 10, opset_import: []"),
    head('opset_import: ["": 7, "ai.onnx.ml" : 3, "com.acme": 1]'),
    head('opset_import: ["": 7], opset_import: ["b" : 2]'),
    head(
        'ir_version: 8, producer_name: "p", producer_version: "1.0", domain: "d.e", model_version: 3, '
        'doc_string: "doc \\"quoted\\" \\\\ and\n two lines"'
    ),
    head('ir_version: -3, opset_import: ["" : -1]'),
    head("metadata_props: []"),
    head('metadata_props: ["k": "v", "k2" : ""], ir_version: 3'),
    "<>\ng (float x) => (float y) {}",
    head("ir_version 8"),
    head('ir_version: "8"'),
    head("ir_version: 8,"),
    head("nonsense: 8"),
    head("ir_version: 8.5"),
    head('opset_import: ["" 10]'),
    head('opset_import: ["" : 10 "b": 1]'),
    head("opset_import: [b : 1]"),
    head("producer_name: p"),
    head('metadata_props: ["k"]'),
    head('overload: "x"'),
    head("ir_version: 99999999999999999999"),
    H + "g (float[N] x) = > (float[N] y) {}",
    H + "g (float[N] x) -> (float[N] y) {}",
    H,
    "",
    "<",
    "g",
    "g (",
    "g ()",
    "g () =>",
    "g () => (",
    "g () => ()",
    "g () => () {",
    "g () => () { y",
    "g () => () { y = ",
    "g () => () { y = Op",
    "g () => () { y = Op (",
    "g () => () { y = Op ()",
    "g () => () { y = Op <",
    "g () => () { y = Op <a",
    "g () => () {} x",
    # types
    *(io(t + "[2, N, ?] x, " + t + " s, " + t + "[] u") for t in DTYPES + ["string"]),
    io(
        "seq(float[N]) x, seq(seq(int64)) y, map(int64, float[]) z, map(string, seq(map(int32, string[2]))) w"
    ),
    io(
        "optional(float) x, optional(seq(float[1])) y, sparse_tensor(float[1000]) z, sparse_tensor(int8) a, "
        "sparse_tensor(double[]) b"
    ),
    io("opaque() x, opaque(MyType) y, opaque(test.domain, MyType) z, opaque(a . b) w"),
    io('float["M + N", "3", batch_size, -1, 0] x'),
    io("x"),
    io('x, float y, "quoted name" , float "q 2"'),
    io("float[N,] x"),
    io("float[,N] x"),
    io("float[N x"),
    io("flot x"),
    io("float[1.5] x"),
    io("seq() x"),
    io("seq float x"),
    io("map(float[1], float) x"),
    io("map(int64) x"),
    io("sparse_tensor(seq(float)) x"),
    io("optional(float x"),
    io("float[2] x = {1, 2}"),
    io("float[2] x = {1, 2}, int64 z = {3}"),
    io("x = {1}"),
    io("float[?] x = {1}"),
    io("float x,"),
    io(",float x"),
    io("float float"),
    io('float "float"'),
    io("opaque(a,b.c) x"),
    io("opaque(,) x"),
    # initializers and value infos
    *(init(t + "[2] w = {1, 2}") for t in DTYPES),
    init('string[3] w = {"a", "b \\" c", ""}'),
    init(
        'float[2] w = {1.0, 2.0}, float[N] v, int64[1] i = {-5}, float[N,M] "v w", double z = {0.1}'
    ),
    init("float[0] w = {}"),
    init("float w = {3}"),
    init(""),
    init("v"),
    init("v, float w"),
    init("float[8] w = {nan, -nan, inf, -inf, INFINITY, NaN, -Inf, infinity}"),
    init("double[4] w = {nan, -inf, 1e308, 4.9e-324}"),
    init("float[9] w = {1e10, 1.5E-3, 2e+4, 1., 0.1, -0.0, -0, 3.4028235e38, 123456789.123456789}"),
    init("float[2] w = {0.30000001192092896, 16777217}"),
    init("int64[2] w = {9223372036854775807, -9223372036854775808}"),
    init("int64[1] w = {9223372036854775808}"),
    init("uint64[1] w = {18446744073709551615}"),
    init("uint64[1] w = {18446744073709551616}"),
    init("int32[2] w = {2147483647, -2147483648}"),
    init("int32[1] w = {2147483648}"),
    init("int8[1] w = {300}"),
    init("float16[2] w = {15360, 65535}"),
    init("float16[1] w = {1.5}"),
    init("bool[2] w = {0, 1}"),
    init("bool[1] w = {true}"),
    init('float[1] w = {"1"}'),
    init("string[1] w = {1}"),
    init("float[1] w = {1e}"),
    init("float[1] w = {.5}"),
    init("float[1] w = {+5}"),
    init("float[1] w = {- 5}"),
    init("float[1] w = {--5}"),
    init("float[1] w = {1.2.3}"),
    init("float[1] w = {1e400}"),
    init("float[1] w = {infx}"),
    init("float[1] w = {nan0}"),
    init("int64[1] w = {1.0}"),
    init("float[1] w = {1e-50}"),
    init("double[1] w = {1e-400}"),
    init("double[1] w = {1e400}"),
    init("float[2] w = {1 2}"),
    init("float[2] w = {1,}"),
    init("float[N] w = {1}"),
    init("float[] w = {1}"),
    init("seq(float) w = {1}"),
    init("w = {1}"),
    init("float[2] w {1, 2}"),
    init("float[2] = {1, 2}"),
    init('float[2] w = ["location": "weights.bin"]'),
    init('float[2] w = ["location": "w.bin", "offset" : "64", "length": "8"], float[1] v = {1}'),
    init("float[2] w = []"),
    init('float[2] w = ["location"]'),
    init('float[2] w = [location: "x"]'),
    init("float[2] w = {1, 2"),
    init('float[2] w = {"a'),
    init("float[1] w = {1}, "),
    # nodes
    node("y = Relu (x)"),
    node("y=Relu(x)"),
    node("[n] y = Relu (x)"),
    node('["a b/c"] y = Relu (x)'),
    node("[] y = Relu (x)"),
    node("y, z = Split (x)"),
    node("= Op ()"),
    node(", = Op (,)"),
    node("y, = Op (x,)"),
    node(",y = Op (,x)"),
    node('"" = Op ("")'),
    node('"", y = Op ("", x)'),
    node("y = Op (x, , z)"),
    node("y = Op (x,,)"),
    node("y = Op (,,)"),
    node('"a/b:0" = Op ("x.1", x)'),
    node("y = com.acme.Op (x)"),
    node("y = a . b . c . Op (x)"),
    node("y = Op:over (x)"),
    node("y = com.acme.Op:o_1 (x)"),
    node("y = Op <a = 1> (x)"),
    node("y = Op (x) <a = 1>"),
    node("y = Op <a=1> (x) <b=1>"),
    node("y = Op <> (x)"),
    node("y = Op (x"),
    node("y = Op x)"),
    node("y Op (x)"),
    node("y = (x)") + " junk",
    node("y = 1Op (x)"),
    node("y = a.1 (x)"),
    node("y = Op: (x)"),
    node("[n y = Op (x)"),
    node("y = Op [x]"),
    node("y = Op (x);"),
    node("y = Op (x) z = Op (y)"),
    node("y = Op (x y)"),
    node("y = Op (1)"),
    node("float = Op (int64)"),
    node('y = "Op" (x)'),
    node(""),
    node("# nothing\n"),
    node("y = Op (x) # c }\n"),
    node('y = Op ("a\\"b\\\\")'),
    # attributes
    *(
        attr(a)
        for a in [
            "a = 1",
            "a = -1",
            "a = 1.5",
            'a = "s"',
            'a = ""',
            "a = [1, 2]",
            "a = [1.0, 2]",
            'a = ["x", "y\\"z"]',
            "a: int = 1",
            "a: float = 1",
            "a: float = -0",
            "a: floats = [1, 2.5]",
            "a: ints = []",
            "a: floats = []",
            "a: strings = []",
            "a: tensors = []",
            "a: graphs = []",
            "a: sparse_tensors = []",
            "a: type_protos = []",
            'a: string = "s"',
            "a = nan",
            "a = -inf",
            "a: float = Infinity",
            "a = 1e3",
            "a = [inf, -nan]",
            "a = @b",
            "a: int = @b",
            "a: ints = @b",
            "a: graph = @b",
            'a = @"b c"',
            "a = @",
            "a = float[2] {1, 2}",
            "a = float[2] t {1, 2}",
            "a = float[2] t = {1, 2}",
            "a = float[2] = {1, 2}",
            "a = int64 {3}",
            'a: tensor = string[1] {"s"}',
            'a = float[2] ["location": "x"]',
            'a = float[2] t = ["location": "x"]',
            "a = float[2]",
            "a = float",
            "a = seq(float[N])",
            "a: type_proto = optional(int64)",
            "a = map(string, float[])",
            "a = opaque(x)",
            "a = 9223372036854775807",
            "a = 9223372036854775808",
            "a: float = 9223372036854775808",
            "a = 1e39",
            "a = g (float x) => (float y) { y = Relu (x) }",
            "a = g => (float y) { y = Op () }",
            "a: graph = g () => () {}, b = 2",
            "a = g (float x) => (float y) <float[1] w = {1}, float v> { y = Op <b = h () => () { z = Q(w) }> (x) }",
            "a = 1, b = 2, a = 3",
            "a",
            "a = ",
            "a: nope = 1",
            "a: int",
            "a: int = 1.5",
            'a: float = "s"',
            "a: ints = 5",
            "a = []",
            "a: int = []",
            "a = [1, 2.0]",
            'a = [1, "s"]',
            'a = ["s", 1]',
            "a: ints = [1.0]",
            "a = [1, 2",
            "a = [1 2]",
            "a = [1,]",
            "a = true",
            "a = SAME_UPPER",
            "a = 'x'",
            "a = {1}",
            'a = "s',
            '"a" = 1',
            "1 = 1",
            "a == 1",
            "a = 1 b = 2",
            "a = 1,",
            "a = -",
            "a: graph = 1",
            "a: tensor = float[1]",
            "a: type_proto = float[1] {1}",
            "a = [[1], [2]]",
            "a = float[N] {1}",
            "a = infinit",
        ]
    ),
    # functions
    func('\n<domain: "d", opset_import: ["" : 18]> f (x) => (y) { y = Relu (x) }'),
    func(
        '\n<domain: "d", overload: "o", opset_import: ["" : 18, "e":2], doc_string: "doc"> f <alpha, beta: float = 1.0, gamma=2> '
        '(x, "a b") => (y, z) { y = Op <alpha: float = @alpha> (x) }'
    ),
    func(
        '\n<domain: "d", opset_import: ["" : 18]> f (x) => (y) { y = Relu (x) }\n<domain: "d"> h () => () {}'
    ),
    func('\n<domain: "d"> f (float[N] x, z) => (float[N] y) <float[M] t, u> { y = Relu (x) }'),
    func('\n<domain: "d"> f (x) => (y) <> { y = Relu (x) }'),
    func('\n"f g" (x) => (y) { y = Relu (x) }'),
    func('\nf <"quoted attr", a: ints = []> (x) => (y) {}'),
    func("\nf <a: graph = g () => () {}> (x) => (y) {}"),
    func("\n<domain: d> f (x) => (y) {}"),
    func("\n<ir_version: 8> f (x) => (y) {}"),
    func('\n<domain: "d"> f x => (y) {}'),
    func('\n<domain: "d"> f (x) (y) {}'),
    func('\n<domain: "d"> f (x) => (y)'),
    func('\n<domain: "d"> f (x,) => (y) {}'),
    func('\n<domain: "d"> f (x) => (y) <float[1] t = {1}> {}'),
    func('\n<domain: "d"> f <> (x) => (y) {}'),
    func('\n<domain: "d">'),
]

# Text where the two differ on purpose: "we refuse" or "we accept", and why.
DIFFER = [
    (node("y = (x)"), "refuse", "a node without an operator is a slip of the pen"),
    (init("float[2] w = , float[1] v = {1}"), "refuse", "the grammar wants data behind '='"),
    (init("uint64[1] w = {-1}"), "refuse", "the reference wraps it to 2^64-1"),
    (attr("a: int = [1, 2]"), "refuse", "a list where the type says one value"),
    (attr("a = [@b]"), "refuse", "the reference drops it without a word"),
    (attr("a: float = [1.0, 2.0]"), "refuse", "a list where the type says one value"),
    (head("ir_version: 8, ir_version: 9"), "refuse", "the reference takes the last"),
    (func("\nf <a: int = > (x) => (y) {}"), "refuse", "the reference overlooks the error"),
    (attr('a = "g h" (float x) => (float y) { y = Relu (x) }'), "accept", "onnx.printer writes it"),
    (attr('a = float[1] "t u" {1}'), "accept", "onnx.printer writes it"),
    (attr("a = inf_graph () => () {}"), "accept", "a name that begins with inf"),
    ("\ufeff" + node("y = Relu(x)"), "accept", "editors write byte order marks"),
    (
        attr("a: tensors = [float[1] {1}, float[1] t {2}]"),
        "differ",
        "the reference drops the tensors",
    ),
    (attr("a: type_protos = [float, seq(float)]"), "differ", "the reference drops the types"),
    (attr("a = [g () => () {}, h () => () {}]"), "differ", "the reference drops the graphs"),
]


def same_value(fd, a, b):
    if fd.cpp_type in (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE):
        return (
            a == b and math.copysign(1, a) == math.copysign(1, b) or math.isnan(a) and math.isnan(b)
        )
    return a == b


def difference(a, b, path="model"):
    """The first difference of two messages, presence included; None when equal. Iterative: models nest."""
    todo = [(a, b, path)]
    while todo:
        a, b, path = todo.pop()
        for fd in a.DESCRIPTOR.fields:
            here = path + "." + fd.name
            x, y = getattr(a, fd.name), getattr(b, fd.name)
            if fd.is_repeated:
                if len(x) != len(y):
                    return f"{here}: {len(x)} items and {len(y)}"
                pairs = [(f"{here}[{i}]", p, q) for i, (p, q) in enumerate(zip(x, y))]
            else:
                if a.HasField(fd.name) != b.HasField(fd.name):
                    return f"{here}: present in one only"
                pairs = [(here, x, y)] if a.HasField(fd.name) else []
            for at, p, q in pairs:
                if fd.cpp_type == FieldDescriptor.CPPTYPE_MESSAGE:
                    todo.append((p, q, at))
                elif not same_value(fd, p, q):
                    return f"{at}: {p!r} and {q!r}"
    return None


def reference(text):
    try:
        return parser.parse_model(text)
    except Exception as e:  # ParseError, and what the number conversions throw
        return str(e).strip().splitlines()[-1] if str(e).strip() else type(e).__name__


def ours(program, texts):
    """ModelProto or message for each text."""
    out = []
    with tempfile.TemporaryDirectory() as d:
        names = []
        for i, t in enumerate(texts):
            names.append(os.path.join(d, str(i)))
            with open(names[-1], "wb") as f:
                f.write(t if isinstance(t, bytes) else t.encode())
        for k in range(0, len(names), 500):
            subprocess.run([program] + names[k : k + 500], check=True)
        for n in names:
            if os.path.exists(n + ".out"):
                with open(n + ".out", "rb") as f:
                    out.append(onnx.ModelProto.FromString(f.read()))
            else:
                with open(n + ".err", encoding="utf-8", errors="replace") as f:
                    out.append(f.read().strip())
    return out


QUOTED = re.compile(r': tensor = \w+(?:\[[0-9,]*\])? "|: graph = "')


# The refusals of DIFFER, by their message: mutated texts run into them too.
MEANT = re.compile(
    r"we refuse: \d+:\d+: (expected an operator after '='|expected '{' and values or|an attribute reference"
    r"|'\w+' is given twice|expected one \w+ as the attribute's type|-\d+ is out of the range of uint64)"
)


def has_header(text):
    bare = re.sub(r"#[^\n]*", "", text).strip()
    return bare.startswith("<")


def compare(text, mine, ref):
    """None when they agree, else what differs."""
    bad, refbad = isinstance(mine, str), isinstance(ref, str)
    if bad and refbad:
        return None
    if bad:
        return f"we refuse: {mine}"
    if refbad:
        return f"we accept; the reference: {ref}"
    if not has_header(text):  # the documented defaults
        if mine.ir_version != 10 or [(o.domain, o.version) for o in mine.opset_import] != [
            ("", 21)
        ]:
            return "defaults of a graph without header"
        mine.ClearField("ir_version")
        del mine.opset_import[:]
    return difference(mine, ref)


def kind(diff):
    return (
        "none"
        if diff is None
        else (
            "refuse"
            if diff.startswith("we refuse")
            else "accept" if diff.startswith("we accept") else "differ"
        )
    )


def run(program, name, texts, verbose, expect=None):
    mine = ours(program, texts)
    bad = accepted = printer_only = meant = 0
    for i, (t, m) in enumerate(zip(texts, mine)):
        ref = reference(t)
        accepted += not isinstance(m, str)
        d = compare(t, m, ref)
        want = expect[i] if expect else "none"
        if want == "none" and kind(d) == "accept" and QUOTED.search(t):
            printer_only += 1  # DIFFER: onnx.printer writes it, onnx.parser cannot read it
        elif want == "none" and d and MEANT.match(d):
            meant += 1
        elif kind(d) != want:
            bad += 1
            if bad <= 20 or verbose:
                print(f"-- {name} {i}: {d or 'no difference, expected ' + want}\n{t[:400]}")
    print(
        f"= {name}: {len(texts)} texts, {accepted} accepted, {bad} disagreements"
        + (f", {meant} refused on purpose" if meant else "")
        + (f", {printer_only} that the reference prints but cannot read" if printer_only else "")
    )
    return bad


def printed(folder, limit):
    out = []
    paths = sorted(
        p for p in glob.glob(folder + "/**/*.onnx", recursive=True) if os.path.getsize(p) < 200_000
    )
    random.Random(1).shuffle(paths)
    for p in paths:
        if len(out) >= limit:
            break
        try:
            text = printer.to_text(onnx.load(p, load_external_data=False))
        except Exception:
            continue
        if not isinstance(text, str):
            continue
        out.append(text)
    return out


def rule_models(folders):
    import yaml

    out, todo = [], []
    for f in folders:
        for p in sorted(glob.glob(f + "/**/*.yaml", recursive=True)):
            try:
                with open(p) as fh:
                    todo.append(yaml.safe_load(fh))
            except yaml.YAMLError:
                pass
    while todo:
        x = todo.pop()
        if isinstance(x, dict):
            for k, v in x.items():
                if k in ("model", "becomes") and isinstance(v, str) and "=>" in v:
                    out.append(v)
                else:
                    todo.append(v)
        elif isinstance(x, list):
            todo.extend(x)
    return out


def mutations(texts, n):
    r = random.Random(7)
    word = re.compile(r'"(?:\\.|[^"\\])*"|[A-Za-z_0-9.]+|\s+|.', re.S)
    short = [t for t in texts if 0 < len(t) < 600]
    out = []
    while len(out) < n:
        w = word.findall(r.choice(short))
        for _ in range(r.choice((1, 1, 1, 2))):
            i, j = r.randrange(len(w)), r.randrange(len(w))
            how = r.randrange(5)
            if how == 0:
                del w[i]
            elif how == 1:
                w.insert(i, w[j])
            elif how == 2:
                w[i], w[j] = w[j], w[i]
            elif how == 3:
                w = w[: i + 1]
            else:
                w.insert(
                    i,
                    r.choice(
                        list('<>[](){},:=@".?#-') + ["=>", " ", "1", "x", "float", "nan", "seq("]
                    ),
                )
            if not w:
                break
        out.append("".join(w))
    return out


def main():
    a = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    a.add_argument(
        "program",
        nargs="?",
        default=os.path.join(os.environ.get("ONNXLINT_BUILD", "build"), "interop/text2onnx"),
    )
    a.add_argument(
        "--corpus", default=os.path.join(os.environ.get("ONNXLINT_SHARED", "../shared"), "corpus")
    )
    a.add_argument("--limit", type=int, default=300)
    a.add_argument("--mutate", type=int, default=2000)
    a.add_argument("-v", action="store_true")
    o = a.parse_args()
    if not os.path.exists(o.program):
        sys.exit(f"{o.program}: not built: run `make interop`")
    rules = rule_models(["rules", os.path.join(o.corpus, "../rule-examples")])
    sets = [
        ("cases", SAME, None),
        ("meant to differ", [t for t, _, _ in DIFFER], [k for _, k, _ in DIFFER]),
        ("rule examples", rules, None),
        # in a function's attributes the reference overlooks errors: DIFFER
        ("mutations", mutations([t for t in SAME if not re.search(r"\sf <", t)], o.mutate), None),
    ]
    if os.path.isdir(o.corpus):
        sets.append(("printed models", printed(o.corpus, o.limit), None))
    else:
        print(f"= printed models: skipped, no folder {o.corpus}")
    bad = sum(run(o.program, name, texts, o.v, expect) for name, texts, expect in sets)
    print(f"{sum(len(texts) for _, texts, _ in sets) - bad} passed, {bad} failed")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
