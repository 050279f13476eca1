#!/usr/bin/env python3
"""Faults of graphs and functions, judged by onnx.checker, onnxruntime and onnxlint.

    graph_vs_checker.py [N] [SEED]      N models (default 600), each a sound random model with 0 to 2 faults

sound   the checker (with and without full check) and onnxruntime accept the model: onnxlint must give no error
broken  the checker's quick check refuses it: onnxlint must give an error
Two verdicts are ours and differ on purpose: a main graph without outputs, and an attribute reference outside of
functions; neither fault is made here. Prints how often each fault was made and what it led to.
"""
import collections
import os
import random
import sys
import tempfile

import onnx
import onnxruntime as ort
from onnx import TensorProto, checker, helper as h

from common import Tally, check

ort.set_default_logger_severity(4)
F, B, I = TensorProto.FLOAT, TensorProto.BOOL, TensorProto.INT64
UNARY = ["Relu", "Abs", "Neg", "Sigmoid", "Exp"]


def vi(name, dtype=F, shape=(2,)):
    return h.make_tensor_value_info(name, dtype, shape)


class Maker:
    """A sound model: a random graph with nested If and Loop, initializers, and local functions."""

    def __init__(self, rng):
        self.rng, self.count = rng, 0

    def name(self, stem):
        self.count += 1
        return f"{stem}{self.count}"

    def nodes(self, seen, depth, calls):
        """Nodes that read `seen`, each of which may be nested; the names they make are added to seen."""
        rng, out = self.rng, []
        for _ in range(rng.randint(1, 5)):
            kind = rng.random()
            y = self.name("v")
            label = self.name("node") if rng.random() < 0.5 else ""
            if kind < 0.15 and depth < 3:
                branches = {}
                for b in ("then_branch", "else_branch"):
                    inner = list(seen)
                    body = self.nodes(inner, depth + 1, calls)
                    branches[b] = h.make_graph(body, self.name("g"), [], [vi(body[-1].output[0])])
                out.append(h.make_node("If", ["cond"], [y], name=label, **branches))
            elif kind < 0.25 and depth < 3:
                i, c, s = self.name("i"), self.name("c"), self.name("s")
                inner = list(seen) + [s]
                body = self.nodes(inner, depth + 1, calls)
                keep = self.name("keep")
                g = h.make_graph([h.make_node("Identity", [c], [keep])] + body, self.name("g"),
                                 [vi(i, I, ()), vi(c, B, ()), vi(s)], [vi(keep, B, ()), vi(body[-1].output[0])])
                out.append(h.make_node("Loop", ["trips", "cond", rng.choice(seen)], [y], name=label, body=g))
            elif kind < 0.4 and calls:
                out.append(h.make_node(rng.choice(calls), [rng.choice(seen)], [y], name=label, domain="local"))
            elif kind < 0.7:
                out.append(h.make_node(rng.choice(UNARY), [rng.choice(seen)], [y], name=label))
            else:
                out.append(h.make_node(rng.choice(["Add", "Mul", "Sub"]), [rng.choice(seen), rng.choice(seen)], [y],
                                       name=label))
            seen.append(y)
        return out

    def model(self):
        rng, fns = self.rng, []
        calls = []
        opset = rng.choice([17, 21])
        for k in range(rng.randint(0, 3)):
            seen = ["a"]
            body = [h.make_node(rng.choice(UNARY), ["a"], ["b0"])]
            if calls and rng.random() < 0.7:
                body.append(h.make_node(rng.choice(calls), ["b0"], ["b1"], domain="local"))
            body.append(h.make_node("Identity", [body[-1].output[0]], ["z"]))
            fns.append(h.make_function("local", f"f{k}", ["a"], ["z"], body,
                                       [h.make_opsetid("", opset), h.make_opsetid("local", 1)]))
            calls.append(f"f{k}")
        seen = ["x", "w"]
        nodes = self.nodes(seen, 0, calls)
        g = h.make_graph(nodes, "g", [vi("x"), vi("cond", B, ()), vi("trips", I, ())],
                         [vi(n) for n in {nodes[-1].output[0], rng.choice(nodes).output[0]}],
                         [h.make_tensor("w", F, [2], [1, 2])])
        m = h.make_model(g, functions=fns, opset_imports=[h.make_opsetid("", opset), h.make_opsetid("local", 1)])
        m.ir_version = 10
        return m


# ---- faults: each changes the model in place, or returns False when it has nothing to change ----
def graphs_of(m):
    todo, found = [m.graph], []
    while todo:
        g = todo.pop()
        found.append(g)
        for n in g.node:
            for a in n.attribute:
                if a.type == onnx.AttributeProto.GRAPH:
                    todo.append(a.g)
    return found


def scopes(m):
    return graphs_of(m) + list(m.functions)


def all_names(m):
    return [o for g in graphs_of(m) for n in g.node for o in n.output] + ["x", "w"]


def misread(m, r):
    g = r.choice(scopes(m))
    n = r.choice(g.node)
    if not n.input:
        return False
    n.input[r.randrange(len(n.input))] = r.choice(all_names(m) + ["nowhere"])


def rename_output(m, r):
    n = r.choice(r.choice(scopes(m)).node)
    n.output[0] = r.choice(all_names(m) + ["fresh"])


def swap(m, r):
    g = r.choice(scopes(m))
    if len(g.node) < 2:
        return False
    i, j = r.sample(range(len(g.node)), 2)
    a, b = onnx.NodeProto(), onnx.NodeProto()
    a.CopyFrom(g.node[i])
    b.CopyFrom(g.node[j])
    g.node[i].CopyFrom(b)
    g.node[j].CopyFrom(a)


def drop_node(m, r):
    g = r.choice(scopes(m))
    if len(g.node) < 2:
        return False
    del g.node[r.randrange(len(g.node))]


def repeat_node(m, r):
    g = r.choice(scopes(m))
    g.node.append(r.choice(g.node))


def outer_output(m, r):
    g = r.choice(graphs_of(m))
    g.output[r.randrange(len(g.output))].name = r.choice(all_names(m) + ["ghost"])


def repeat_initializer(m, r):
    m.graph.initializer.append(m.graph.initializer[0])


def inner_initializer(m, r):
    g = r.choice(graphs_of(m))
    g.initializer.append(h.make_tensor(r.choice(all_names(m)), F, [2], [3, 4]))


def repeat_input(m, r):
    g = r.choice(graphs_of(m))
    if not g.input:
        return False
    g.input.append(r.choice(g.input))


def rename_input(m, r):
    g = r.choice(graphs_of(m))
    if not g.input:
        return False
    r.choice(g.input).name = r.choice(all_names(m) + ["cond"])


def add_input(m, r):
    r.choice(graphs_of(m)).input.append(vi("extra"))


def more_outputs(m, r):
    g = r.choice(graphs_of(m))
    g.output.append(g.output[-1])


def drop_outputs(m, r):
    g = r.choice(graphs_of(m)[1:] or [m.graph])
    if len(g.output) < 2:
        return False
    del g.output[-1]


def node_output(m, r):
    n = r.choice(r.choice(graphs_of(m)).node)
    n.output.append("more")


def repeat_attribute(m, r):
    for g in graphs_of(m):
        for n in g.node:
            if n.attribute:
                n.attribute.append(n.attribute[0])
                return True
    return False


def no_graph_name(m, r):
    r.choice(graphs_of(m)).name = ""


def no_shape(m, r):
    g = r.choice(graphs_of(m))
    r.choice(list(g.output) + list(g.input)).type.tensor_type.ClearField("shape")


def no_type(m, r):
    g = r.choice(graphs_of(m))
    r.choice(list(g.output) + list(g.input)).ClearField("type")


def old_ir(m, r):
    if m.functions:
        return False
    m.ir_version = 3


def function_twice(m, r):
    if not m.functions:
        return False
    m.functions.append(r.choice(m.functions))


def function_calls(m, r):
    """Any function calls any function: cycles, and calls that are fine."""
    if not m.functions:
        return False
    f = r.choice(m.functions)
    n = r.choice(f.node)
    if len(n.input) != 1:
        return False
    n.domain, n.op_type = "local", r.choice(m.functions).name


def function_imports(m, r):
    if not m.functions:
        return False
    f = r.choice(m.functions)
    if r.random() < 0.5:
        del f.opset_import[r.randrange(len(f.opset_import))]
    else:
        f.opset_import[0].version = r.choice([5, 12, 13, 14, 20, 21])


def function_signature(m, r):
    if not m.functions:
        return False
    f = r.choice(m.functions)
    what = r.choice(["input", "output", "attribute"])
    if what == "attribute":
        f.attribute.extend(["k", "k"])
    else:
        getattr(f, what).append(getattr(f, what)[0])


FAULTS = [misread, rename_output, swap, drop_node, repeat_node, outer_output, repeat_initializer, inner_initializer,
          repeat_input, rename_input, add_input, more_outputs, drop_outputs, node_output, repeat_attribute, no_graph_name,
          no_shape, no_type, old_ir, function_twice, function_calls, function_imports, function_signature]


def accepted(act):
    try:
        act()
        return True, ""
    except Exception as e:  # the packages raise many kinds
        return False, str(e).replace("\n", " ")[:160]


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    tally, table = Tally(), collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        for k in range(count):
            m = Maker(rng).model()
            faults = rng.sample(FAULTS, rng.choice([0, 1, 1, 1, 2]))
            faults = [f for f in faults if f(m, rng) is not False]
            path = os.path.join(folder, f"{k}.onnx")
            data = m.SerializeToString()
            with open(path, "wb") as f:
                f.write(data)
            quick, why = accepted(lambda: checker.check_model(m))
            full, _ = accepted(lambda: checker.check_model(m, full_check=True))
            runs, refused = accepted(lambda: ort.InferenceSession(data, providers=["CPUExecutionProvider"]))
            status, found, err = check(path)
            errors = sorted({f["rule"] for f in found if f["severity"] == "error"})
            names = "+".join(f.__name__ for f in faults) or "none"
            case = f"{k} {names} {errors} | checker {why or 'ok'} | ort {refused or 'ok'}"
            verdict = "sound" if quick and full and runs else "broken" if not quick else "in between"
            for f in faults or [None]:
                table[f.__name__ if f else "none"][verdict] += 1
            good = status in (0, 1)
            if verdict == "sound":
                good = good and not errors
            elif verdict == "broken":
                good = good and bool(errors)
            elif not errors:
                table["(in between, no error told)"][refused[:60] if not runs else "full check only"] += 1
            if not tally.check(good, f"{verdict}: {case} {err[-200:]}") and os.environ.get("KEEP"):
                with open(os.path.join(os.environ["KEEP"], f"{k}.onnx"), "wb") as f:
                    f.write(data)
    for name, row in sorted(table.items()):
        print(f"= {name}: " + ", ".join(f"{n} {v}" for v, n in row.most_common()))
    tally.end()


if __name__ == "__main__":
    main()
