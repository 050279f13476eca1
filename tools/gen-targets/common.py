"""What the generators of target tables share: where the tables are, and how YAML is written.

A generator is a module with `generate(facts)`: {name of the target: the text of its file}. `facts` is the folder of
--facts, or None: then a generator that needs one returns {}.
"""
import importlib
import os
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, "rules", "targets")
CHECK = False  # compare, write nothing

sys.path.insert(0, os.path.dirname(HERE))
schemas = importlib.import_module("gen-schemas")  # type order and quoting are those of the schema files


def path(name):
    return os.path.join(OUT, name + ".yaml")


def text(s):
    """A scalar for a flow mapping: quoted where YAML would read something else."""
    if s and all(c.isalnum() or c in "_-./ ()+" for c in s) and s[0].isalpha() and s == s.strip() \
            and s.lower() not in ("true", "false", "yes", "no", "on", "off", "null"):
        return s
    if "'" in s and not any(c in s for c in '"\\'):
        return '"' + s + '"'
    return "'" + s.replace("'", "''") + "'"


def flow(items):
    return "[" + ", ".join(items) + "]"


def type_list(types):
    return flow(map(schemas.q, types))


def wrap(key, words, width=118):
    """`key: |` with the words below it, wrapped."""
    lines, line = [], ""
    for w in words.split():
        if len(line) + len(w) + 1 > width:
            lines.append(line)
            line = ""
        line = f"{line} {w}".strip()
    return [f"{key}: |"] + ["  " + x for x in lines + [line]]


class Row:
    """What a table says of some versions of an operator; rows with equal content are written as one."""

    def __init__(self, op, status, domain="", since=None, opset=None, dtypes=None, note=None, when=(), layer=None,
                 by_function=False, start=None, until=None):
        self.op, self.domain, self.since, self.opset = op, domain, since, opset
        # dtypes: {type variable: types}, or types of the whole row
        self.status, self.dtypes, self.note, self.when = status, dtypes, note, tuple(when)
        self.layer, self.by_function, self.start, self.until = layer, by_function, start, until

    def types(self):
        if self.dtypes == "any":
            return "any"
        if isinstance(self.dtypes, dict):
            return tuple((v, tuple(sorted(t, key=schemas.type_key))) for v, t in sorted(self.dtypes.items()))
        return None if self.dtypes is None else tuple(sorted(self.dtypes, key=schemas.type_key))

    def content(self):
        return (self.domain, self.status, self.types(), self.note, self.when, self.layer, self.by_function, self.start,
                self.until)


def merge(rows):
    """[(ops, row, since)]: equal content of an operator's versions first, then of operators."""
    by_op = defaultdict(list)
    for r in rows:
        by_op[r.op, r.opset, r.since is None, r.content()].append(r)
    by_content = defaultdict(list)
    for (op, opset, _, content), rs in by_op.items():
        since = None if rs[0].since is None else tuple(sorted({v for r in rs for v in r.since}))
        by_content[content, opset, since].append((op, rs[0]))
    out = [(sorted({op for op, _ in at}), at[0][1], since) for (_, _, since), at in by_content.items()]
    return sorted(out, key=lambda x: (x[1].domain, x[0][0].lower(), x[2] or x[1].opset or (), x[1].start or ""))


def body(rows, conditions):
    """`typesets`, `conditions` and `ops`. conditions: {name: (expression, note)} of those that rows name."""
    merged = merge(rows)
    uses = defaultdict(list)
    for ops, r, since in merged:
        types = r.types() if r.dtypes != "any" else ()
        sets = [("T", types)] if types and isinstance(types[0], str) else types or ()
        for var, ts in sets:
            uses[ts].append(f"{ops[0]}-{since[0] if since else (r.opset or (1,))[0]}.{var}")
    names = {}
    for ts, at in uses.items():
        if len(at) > 1 and sum(map(len, ts)) > 40:
            names[ts] = at[0]

    def types_text(ts):
        return names.get(ts) or type_list(ts)

    o = []
    if names:
        o.append("typesets: # named for the first row that has it")
        o += [f"  {n}: {type_list(ts)}" for ts, n in names.items()]
    used = sorted({w for _, r, _ in merged for w in r.when})
    if used:
        o.append("conditions: # needs: CEL over the node; undecided where a type, shape or constant is not known")
        o += [f"  {n}: {{needs: {text(conditions[n][0])}, note: {text(conditions[n][1])}}}" for n in used]
    o.append("ops:")
    for ops, r, since in merged:
        row = [f"op: {ops[0]}" if len(ops) == 1 else "op: " + flow(ops)]
        if r.domain:
            row.append(f"domain: {r.domain}")
        if since:
            row.append("since: " + flow(map(str, since)))
        if r.opset:
            row.append("opset: " + flow(str(v) for v in r.opset))
        if r.start:
            row.append(f"from: {r.start}")
        if r.until:
            row.append(f"until: {r.until}")
        row.append(f"status: {r.status}")
        if r.by_function:
            row.append("by_function: true")
        if r.when:
            row.append("when: " + flow(r.when))
        types = r.types()
        if types == "any":
            row.append("dtypes: any")
        elif types and isinstance(types[0], str):
            row.append("dtypes: " + types_text(types))
        elif types:
            row.append("dtypes: {" + ", ".join(f"{v}: {types_text(ts)}" for v, ts in types) + "}")
        if r.layer:
            row.append(f"layer: {text(r.layer)}")
        if r.note:
            row.append(f"note: {text(r.note)}")
        o.append("- {" + ", ".join(row) + "}")
    return o
