"""onnxruntime-cpu: from the kernel registry of the installed onnxruntime package.

A kernel registered for a closed range [a, b] runs operator version v when a <= v <= b, one registered from a without
an end runs version a only; so rows name operator versions. A version without a kernel is `partial` when ONNX gives it
a function body (onnxruntime expands it), else `none`. Where a kernel takes float but not float16, onnxruntime puts
Casts around the node, so float16 counts when the schema has it and an input is of that type variable. Kernels that
take some combinations of types only become a condition. What was measured otherwise are the tables below and those of
ort_cpu_conditions.py.
"""
from collections import defaultdict

import onnx
import onnx.defs
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as state

import ort_cpu_conditions as own
import ort_release_types
import ort_releases
from common import schemas, text

NAME = "onnxruntime-cpu"
OPEN = 2147483647

# Limits of the package, by loading a model with an empty body at each version: 28 / 5 / 14 load, 29 / 6 / 15 do not.
VERSION, DATE = "1.32.0", "2026-11-23"
OPSETS = {"": (1, 28), "ai.onnx.ml": (1, 5), "ai.onnx.preview": (1, 1), "ai.onnx.preview.training": (1, 1),
          "com.microsoft": (1, 1), "com.microsoft.nchwc": (1, 1)}
IR = (3, 14)

HALF = "tensor(float16)"
BY_FUNCTION = "no kernel for this version: runs by expanding the ONNX function body"
NO_KERNEL = "no kernel for this operator version"
NO_SCHEMA = "onnxruntime does not know this operator"
LIFTED = "becomes an initializer when the model is loaded; no kernel runs"

# What one-node models showed where the registry alone would mislead: (domain, op, since or None) -> (status, note).
MEASURED = {
    ("", "Constant", None): ("full", LIFTED),
    ("", "GroupNormalization", 18): ("partial", BY_FUNCTION),  # deprecated, yet accepted
    ("", "Bernoulli", 22): ("none", "the function body needs RandomUniformLike 22, which has no kernel"),
    ("", "SwiGLU", 28): ("none", "the function body needs Swish, which does not run at this opset"),
}
# A function body that is expanded at some opsets only: (domain, op) -> [(first opset, last, status, note)].
BY_OPSET = {
    ("", "Swish"): [(24, 24, "partial", BY_FUNCTION),
                    (25, 28, "none", "no kernel, and the function body is expanded at opset 24 only")],
}


MIXES = {} # conditions that the registry gives
NAMES = {"float": "float32", "double": "float64"}


def kernels():
    """(domain, op) -> [(first, last, {constraint: types})] of the CPU provider."""
    out = defaultdict(list)
    for k in state.get_all_opkernel_def():
        if k.provider == "CPUExecutionProvider":
            out[k.domain, k.op_name].append((k.version_range[0], k.version_range[1], dict(k.type_constraints)))
    return out


def covers(k, since):
    return k[0] == since if k[1] >= OPEN else k[0] <= since <= k[1]


def versions():
    """(domain, op, since) -> (has a function body, known to onnxruntime, {type variable: types}).

    Deprecated versions are refused, but for those in MEASURED."""
    out = {}
    for s in state.get_all_operator_schema():
        if not s.deprecated or (s.domain, s.name, s.since_version) in MEASURED:
            types = {t.type_param_str: set(t.allowed_type_strs) for t in s.type_constraints}
            out[s.domain, s.name, s.since_version] = [False, True, types]
    for s in onnx.defs.get_all_schemas_with_history():
        known = (s.domain, s.name, s.since_version) in out
        if not s.deprecated or (s.domain, s.name, s.since_version) in MEASURED:
            out[s.domain, s.name, s.since_version] = [
                bool(s.has_function or s.has_context_dependent_function), known,
                {t.type_param_str: set(t.allowed_type_strs) for t in s.type_constraints}]
    return out


def places():
    """(domain, op, since): {type variable: expression for its first operand}, inputs first."""
    out = {}
    for s in [*state.get_all_operator_schema(), *onnx.defs.get_all_schemas_with_history()]:
        at = out[s.domain, s.name, s.since_version] = {}
        for kind, params in (("input", s.inputs), ("output", s.outputs)):
            for i, p in enumerate(params):
                var = p.type_str if hasattr(p, "type_str") else p.typeStr
                at.setdefault(var, (kind, i))
    return out


def combinations(mine, types, at):
    """The expression that no kernel's types are mixed with another's, or None where every mix has a kernel."""
    def half(var, ts):
        return ts | {HALF} if "tensor(float)" in ts and at.get(var, ("output",))[0] == "input" else ts

    sets = [{v: half(v, set(k[2][v])) & types[v] for v in k[2]} for k in mine]
    held = [v for v in sorted(types) if len({frozenset(s.get(v, ())) for s in sets}) > 1 and v in at]
    if len(held) < 2:
        return None
    want = 1
    for v in held:
        want *= len(types[v])
    have = set()
    for s in sets:
        mixes = [()]
        for v in held:
            mixes = [m + (t,) for m in mixes for t in sorted(s.get(v, ()))]
        have.update(mixes)
    if len(have) == want or not all(t.startswith("tensor(") for v in held for t in types[v]):
        return None
    # mixes that differ in one variable only share a term, the last variable first
    terms = {tuple(frozenset([t]) for t in m) for m in have}
    for i in reversed(range(len(held))):
        by_rest = defaultdict(set)
        for m in terms:
            by_rest[m[:i] + m[i + 1:]] |= m[i]
        terms = {rest[:i] + (frozenset(ts),) + rest[i:] for rest, ts in by_rest.items()}

    def name(v):
        kind, i = at[v]
        return f"node.{kind}({i})"

    def one(v, ts):
        # the schemas' names, as in the type lists of this file, are not those of expressions
        words = ", ".join(sorted(f"'{NAMES.get(schemas.bare(t), schemas.bare(t))}'" for t in ts))
        return f"({name(v)} == null || {name(v)}.dtype in [{words}])"

    return " || ".join(sorted("(" + " && ".join(one(v, ts) for v, ts in zip(held, t)) + ")" for t in terms))


def conditions_of(domain, op, since):
    return [c for d, ops, versions_, names in own.WHEN if d == domain and op in ops and (not versions_ or since in versions_)
            for c in names]


def rows():
    table, at = kernels(), places()
    for (domain, op, since), (function, known, allowed_by) in sorted(versions().items()):
        if domain not in OPSETS or (domain, op) in BY_OPSET:
            continue
        mine = [k for k in table[domain, op] if covers(k, since)]
        types = {}
        for k in mine:
            for var, allowed in k[2].items():
                types.setdefault(var, set()).update(allowed)
        when = conditions_of(domain, op, since)
        for var, have in types.items():
            if "tensor(float)" in have and HALF in allowed_by.get(var, ()) and HALF not in have:
                if at[domain, op, since].get(var, ("output",))[0] == "input":
                    have.add(HALF)
                elif any(HALF in allowed_by.get(v, ()) and where == "input"
                         for v, (where, _) in at[domain, op, since].items()):
                    have.add(HALF)
                    when = when + ["half-in"]
        # where there is a function body, it runs what no kernel takes
        mix = combinations(mine, types, at[domain, op, since]) if types and not function else None
        if mix:
            name = f"types-{op.lower()}-{since}"
            MIXES[name] = (mix, "there is no kernel for this combination of element types")
            when = when + [name]
        if not domain:
            for var, more in own.MORE.get((op, since), {}).items():
                types.setdefault(var, set()).update(f"tensor({t})" for t in more.split())
            for var, less in own.LESS.get((op, since), {}).items():
                types[var] = allowed_by[var] - {f"tensor({t})" for t in less.split()}
        when = tuple(when)
        types = tuple((var, tuple(schemas.bare(t) for t in sorted(ts, key=schemas.type_key)))
                      for var, ts in sorted(types.items()))
        measured = MEASURED.get((domain, op, since)) or MEASURED.get((domain, op, None))
        if mine:
            yield domain, op, since, "full", None, types, when
        elif measured:
            yield domain, op, since, measured[0], measured[1], (), when if measured[0] != "none" else ()
        elif not known:
            yield domain, op, since, "none", NO_SCHEMA, (), ()
        elif function:
            yield domain, op, since, "partial", BY_FUNCTION, types, when
        else:
            yield domain, op, since, "none", NO_KERNEL, (), ()


def by_release(out, releases, some):
    """Rows of the newest release, and of those before it where they differ: (…, from, until)."""
    functions = {k for k, v in versions().items() if v[0]}
    for domain, op, how, at, status, note, types in out:
        if how != "since" or (status == "full" and not types):
            yield domain, op, how, at, status, note, types, None, None
            continue
        for since, start, until, kernel in ort_releases.split(releases, some, domain, op, at, status == "full"):
            if not start and not until:
                yield domain, op, how, since, status, note, types, None, None
            elif kernel:
                yield domain, op, how, since, "full", None, types if status == "full" else (), start, until
            elif status != "full" and not until:
                yield domain, op, how, since, status, note, types, start, None
            else:
                expanded = [v for v in since if (domain, op, v) in functions]
                refused = [v for v in since if v not in expanded]
                if expanded:
                    yield domain, op, how, expanded, "partial", BY_FUNCTION, (), start, until
                if refused and not until: # else silence says the same
                    yield domain, op, how, refused, "none", NO_KERNEL, (), start, until


def by_types(rows_, releases):
    """The rows of by_release, apart where kernels of older releases take fewer types."""
    lacks = ort_release_types.read(releases)
    names = [r["version"] for r in releases]
    for domain, op, how, at, status, note, types, start, until in rows_:
        first = names.index(start) if start else 0
        last = names.index(until) if until else len(names) - 1
        parts = defaultdict(list)
        for v in at if how == "since" and types else ():
            begin, had = first, None
            for r in range(first, last + 2):
                have = None
                if r <= last:
                    gone = {(var, t) for end, var, ts in lacks.get((domain, op, v), ()) if r <= end for t in ts}
                    have = tuple((var, tuple(t for t in ts if (var, t) not in gone)) for var, ts in types)
                if r > first and have != had:
                    parts[begin, r - 1, had].append(v)
                    begin = r
                had = have
        if not parts:
            yield domain, op, how, at, status, note, types, start, until
        for (a, b, have), versions_ in parts.items():
            yield (domain, op, how, versions_, status, note, have, names[a] if a else None,
                   names[b] if b < len(names) - 1 else None)


def generate(facts):
    releases, some = ort_releases.read(facts)
    grouped = {}
    whens = {}
    for domain, op, since, status, note, types, when in rows():
        grouped.setdefault((domain, op, status, note, types, when), []).append(since)
        whens[domain, op, since] = when
    uses = defaultdict(list)
    for (domain, op, _, _, types, _), since in grouped.items():
        for var, ts in types:
            uses[ts].append(f"{op}-{since[0]}.{var}")
    names = {ts: at[0] for ts, at in uses.items() if len(at) > 1 and sum(map(len, ts)) > 40}
    every = sorted({t for ts in uses for t in ts if t in schemas.ORDER}, key=schemas.type_key)
    o = [
        "# What the CPU provider of onnxruntime has kernels for.",
        f"# Source: kernel registry of onnxruntime {onnxruntime.__version__}, function bodies of onnx {onnx.__version__}.",
        "# Generated by tools/gen-targets.py; do not edit. `make interop` compares it with the package.",
        "name: onnxruntime-cpu",
        "title: ONNX Runtime, CPU execution provider",
        "aliases: [onnxruntime, ort]",
        f"version: {onnxruntime.__version__}",
        "about: |",
        "  A model runs when every node has a kernel for its operator version and types, or a function body to expand.",
        "  Rows name operator versions: a kernel registered from 13 on does not cover a later revision of the operator.",
        "  Below ai.onnx opset 7 nothing is guaranteed; the rows say which kernels are still there. Measured on x86-64",
        "  Linux; graph optimizations that would remove a node are not considered. float16 stands wherever the operator",
        "  has it and a kernel takes float32: Casts are put around the node, so it runs, at the cost of the conversions.",
        "source:",
        f"- {{title: 'kernel and schema registries of the onnxruntime {onnxruntime.__version__} package', "
        f"url: 'https://pypi.org/project/onnxruntime/{onnxruntime.__version__}/', date: {DATE}}}",
        f"- {{title: 'opset and IR limits: models at each version loaded with onnxruntime {VERSION}', date: {DATE}}}",
        "- {title: 'supported versions', url: 'https://onnxruntime.ai/docs/reference/compatibility.html', "
        f"date: {DATE}}}",
        "evidence: kernels",
        *ort_releases.editions(releases),
        "opsets: {" + ", ".join(f"{d or 'ai.onnx'}: [{a}, {b}]" for d, (a, b) in OPSETS.items()) + "}",
        f"ir: [{IR[0]}, {IR[1]}]",
        "default: none # an operator of these domains without a row is refused: not known, or deprecated",
        f"dtypes: [{', '.join(every)}] # those that any kernel takes",
    ]
    o.append("typesets: # named for the first row that has it")
    for ts, name in names.items():
        o.append(f"  {name}: [{', '.join(map(schemas.q, ts))}]")
    conditions = {**own.CONDITIONS, **MIXES}
    used = sorted({w for k in grouped for w in k[5]})
    o.append("conditions: # what kernels demand when they are made: sources in tools/gen-targets/ort_cpu_conditions.py")
    o += [f"  {n}: {{needs: {text(conditions[n][0])}, note: {text(conditions[n][1])}}}" for n in used]
    o.append("tolerates: # sessions are created and run in spite of these; tried with a model each")
    for rules, where, ops, note in own.TOLERATES:
        o.append("- {rules: [" + ", ".join(rules) + "]" + (f", where: {where}" if where else "")
                 + (f", ops: [{', '.join(ops)}]" if ops else "") + f", note: {text(note)}}}")
    o.append("ops:")
    out = [(k[0], k[1], "since", since, k[2], k[3], k[4]) for k, since in grouped.items()]
    out += [(d, op, "opset", [a, b], status, note, ()) for (d, op), at in BY_OPSET.items() for a, b, status, note in at]
    for domain, op, how, at, status, note, types, start, until in sorted(
            by_types(by_release(out, releases, some), releases), key=lambda r: (r[0], r[1], r[3], r[7] or "")):
        row = [f"op: {op}"]
        if domain:
            row.append(f"domain: {domain}")
        row.append(f"{how}: [{', '.join(map(str, at))}]")
        row += [f"from: {start}"] if start else []
        row += [f"until: {until}"] if until else []
        row.append(f"status: {status}")
        when = whens.get((domain, op, at[0]), ()) if how == "since" and status in ("full", "partial") else ()
        row += [f"when: [{', '.join(when)}]"] if when else []
        if note == BY_FUNCTION:
            row.append("by_function: true")
        if types:
            row.append("dtypes: {" + ", ".join(
                f"{v}: " + (names[ts] if ts in names else f"[{', '.join(map(schemas.q, ts))}]") for v, ts in types) + "}")
        if note:
            row.append(f"note: '{note}'")
        o.append("- {" + ", ".join(row) + "}")
    if onnxruntime.__version__ != VERSION:
        print(f"{NAME}: the version limits and MEASURED are of {VERSION}: measure them again")
    return {NAME: "\n".join(o) + "\n"}
