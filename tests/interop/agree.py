"""Verdicts against onnx.checker and onnxruntime. Usage: agree.py backend|corpus [--list]

valid   a model that the checker (full check) and onnxruntime accept gets no error from the families of integrity
broken  a model that the checker rejects gets at least one error
backend: the models of the onnx package's backend tests, judged by the packages here and now.
corpus:  the real models of the shared folder, whose judgements stand in truth.jsonl.

Passes when each rate is at least the bound below; every exception is printed.
"""
import json
import os
import sys
import tempfile

from common import SHARED, Tally, backend_models, check

INTEGRITY = {"model", "graph", "op", "domain", "dtype", "tensor", "shape"}
BOUND = 0.99


def judge_backend():
    import onnx
    import onnxruntime as ort

    ort.set_default_logger_severity(4)
    for name, model in backend_models():
        data = model.SerializeToString()
        with tempfile.NamedTemporaryFile(suffix=".onnx") as f:
            f.write(data)
            f.flush()
            quick = full = runs = True
            try:
                onnx.checker.check_model(model)
            except Exception:
                quick = False
            try:
                onnx.checker.check_model(model, full_check=True)
            except Exception:
                full = False
            try:
                ort.InferenceSession(data, providers=["CPUExecutionProvider"])
            except Exception:
                runs = False
            yield name, f.name, quick, full, runs


def judge_corpus():
    for line in open(os.path.join(SHARED, "corpus", "truth.jsonl")):
        r = json.loads(line)
        if r.get("format") == "onnx" and "checker" in r:
            yield (r["path"], os.path.join(SHARED, r["path"]), r["checker"] == "ok", r["checker_full"] == "ok",
                   r["ort"] == "ok")


def main():
    what = sys.argv[1]
    n = {"valid": [0, 0], "broken": [0, 0], "broken only for full check": [0, 0]}
    tally = Tally()
    for name, path, quick, full, runs in judge_backend() if what == "backend" else judge_corpus():
        rc, found, err = check(path)
        errors = [f for f in found if f["severity"] == "error"]
        own = [f for f in errors if f["rule"].split("/")[0] in INTEGRITY]
        if not tally.check(rc in (0, 1), f"{name}: {rc} {err[-300:]}"):
            continue
        kind = None
        if quick and full and runs:
            kind, good = "valid", not own
        elif not quick:
            kind, good = "broken", bool(errors)
        elif not full:
            kind, good = "broken only for full check", bool(errors)
        if kind:
            n[kind][0] += 1
            n[kind][1] += good
            if not good:
                print("exception:", kind, name, sorted({f["rule"] + ": " + f["message"][:100] for f in own}))
    for kind, (total, good) in n.items():
        print(f"= {kind}: {good}/{total} = {100 * good / max(total, 1):.2f}%")
        # type and shape inference belongs to the full check: reported, not demanded
        if kind in ("valid", "broken"):
            tally.check(total == 0 or good / total >= BOUND, f"{kind}: below {BOUND:.0%}")
    tally.end()


main()
