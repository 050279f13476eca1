"""The verdict of a target against what onnxruntime does: is a session created, or is the model refused?

Usage: session_verdict.py backend|corpus|FOLDER [--target NAME] [--onnxruntime DIR] [--list]

backend: the models of the onnx package's backend tests; corpus: the real models of the shared folder; FOLDER: all
*.onnx below it. Sessions are created for real, with the CPU provider of the installed package, or of the release in DIR
(pip install --no-deps --target DIR onnxruntime==1.22.1, to go with --target onnxruntime-cpu@1.22.1).

A model that the verdict blocks, and that gets a session all the same, is tried with inputs of ones and of zeros: where
no run succeeds the verdict is right, and the model counts as explained. Other exceptions must stand in
session_verdict.yaml, with the reason. Passes when the agreement is at least the bound below, both of the models that get
a session and of those that do not, explained exceptions aside, and when nothing is unexplained.
"""
import argparse
import fnmatch
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile

import yaml

from common import BIN, SHARED, Tally, backend_models

BOUND = 0.98
TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "session_verdict.yaml")
SECONDS, CHUNK, RECYCLE = 60, 50, 1500


# ---- onnxruntime, in a process of its own: models may crash it or never end ----
def runs(ort, path, options):
    """Does any run of the session succeed?"""
    import numpy as np

    kinds = {"float": "float32", "double": "float64"}
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    for value in (1, 0):
        feed = {}
        for i in session.get_inputs():
            kind = re.fullmatch(r"tensor\((\w+)\)", i.type)
            if not kind:
                return False
            shape = [d if isinstance(d, int) else 2 for d in i.shape]
            kind = kinds.get(kind[1], kind[1])
            feed[i.name] = np.full(shape, "a", object) if kind == "string" else np.full(shape, value, kind)
        try:
            session.run(None, feed)
            return True
        except Exception:  # whatever it is that the runtime dislikes
            pass
    return False


def serve(pipe, package):
    if package:
        sys.path.insert(0, package)
    import onnxruntime as ort

    ort.set_default_logger_severity(4)
    while True:
        path, run = pipe.recv()
        options = ort.SessionOptions()
        options.log_severity_level = 4
        options.intra_op_num_threads = 1
        try:
            if run:
                pipe.send(runs(ort, path, options))
                continue
            ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            pipe.send("ok")
        except Exception as e:
            pipe.send(False if run else f"{type(e).__name__}: {e}")


class Runtime:
    def __init__(self, package):
        self.process, self.package = None, package
        self.start()

    def start(self):
        self.stop()
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(theirs, self.package), daemon=True)
        self.process.start()
        theirs.close()
        self.asked = 0

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.join()

    def ask(self, path, run=False):
        """'ok', the message of the refusal, 'crash' or 'timeout'; with run: whether a run succeeds."""
        if self.asked >= RECYCLE:
            self.start()
        self.asked += 1
        self.pipe.send((path, run))
        try:
            if self.pipe.poll(SECONDS):
                return self.pipe.recv()
            answer = "timeout"
        except (EOFError, ConnectionResetError):
            answer = "crash"
        self.start()
        return False if run else answer


# ---- onnxlint ----
def verdicts(paths, target):
    """{path: (verdict, [(rule, message) of the errors])}"""
    out = {}
    for i in range(0, len(paths), CHUNK):
        p = subprocess.run([BIN, "check", *paths[i:i + CHUNK], "--target", target, "--format", "json"],
                           capture_output=True)
        for m in json.loads(p.stdout)["models"]:
            errors = [(f["rule"], f["message"]) for f in m["findings"] if f["severity"] == "error"]
            out[m["path"]] = (m["targets"][0]["verdict"], errors)
    return out


# ---- models ----
def models(what, scratch):
    if what == "backend":
        for name, model in backend_models():
            path = os.path.join(scratch, name.replace(os.sep, "_") + ".onnx")
            with open(path, "wb") as f:
                f.write(model.SerializeToString())
            yield name, path
    elif what == "corpus":
        for line in open(os.path.join(SHARED, "corpus", "truth.jsonl")):
            r = json.loads(line)
            if r.get("format") == "onnx":
                yield r["path"], os.path.join(SHARED, r["path"])
    else:
        for folder, _, files in sorted(os.walk(what)):
            for f in sorted(files):
                if f.endswith(".onnx"):
                    yield os.path.join(folder, f), os.path.join(folder, f)


def explanation(table, name, answer):
    for row in table:
        if re.search(row["onnxruntime"], answer) and any(fnmatch.fnmatch(name, g) for g in row["models"]):
            return row["why"]
    return None


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what")
    ap.add_argument("--target", default="onnxruntime-cpu")
    ap.add_argument("--onnxruntime", metavar="DIR", help="another release than the installed one")
    ap.add_argument("--list", action="store_true", help="print explained exceptions too")
    args = ap.parse_args()
    tally, runtime = Tally(), Runtime(args.onnxruntime)
    table = yaml.safe_load(open(TABLE, encoding="utf-8"))
    with tempfile.TemporaryDirectory() as scratch:
        all_models = list(models(args.what, scratch))
        ours = verdicts([p for _, p in all_models], args.target)
        count = {"gets a session": [0, 0, 0], "is refused": [0, 0, 0]}
        for name, path in all_models:
            answer = runtime.ask(path)
            if not tally.check(path in ours, f"{name}: no verdict"):
                continue
            verdict, errors = ours[path]
            row = count["gets a session" if answer == "ok" else "is refused"]
            row[0] += 1
            if (verdict == "ready") == (answer == "ok"):
                row[1] += 1
                continue
            why = explanation(table, name, answer)
            if not why and answer == "ok" and not runtime.ask(path, run=True):
                why = "a session is created, but no run succeeds"
            row[2] += bool(why)
            told = answer.replace("\n", " ")[:300]
            if tally.check(why, f"{name}: {verdict}, onnxruntime: {told} {errors[:2]}") and args.list:
                print(f"explained: {name}: {verdict}, onnxruntime: {told[:120]}: {why}")
    runtime.stop()
    for kind, (n, good, explained) in count.items():
        share = (good + explained) / max(n, 1)
        print(f"= {kind}: {good}/{n} agree = {100 * good / max(n, 1):.2f}%, {explained} explained, "
              f"{n - good - explained} not")
        tally.check(share >= BOUND, f"{kind}: {share:.2%} is below {BOUND:.0%}")
    n = sum(r[0] for r in count.values())
    print(f"= together: {sum(r[1] for r in count.values())}/{n} = {100 * sum(r[1] for r in count.values()) / max(n, 1):.2f}%")
    tally.end()


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
