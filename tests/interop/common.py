"""What the scripts share: running onnxlint, counting, and the backend models of the onnx package."""
import json
import os
import subprocess
import sys
import warnings

SHARED = os.environ.get("ONNXLINT_SHARED", "../shared")
BIN = os.environ.get("ONNXLINT", "build/onnxlint")
BUILD = os.environ.get("ONNXLINT_BUILD", "build")


def check(path, *args, timeout=120, binary=None):
    """(exit status, findings of one model, stderr); the status is 'crash' or 'timeout' when it is no answer."""
    cmd = [binary or BIN, "check", str(path), "--format", "json", *args]
    try:
        p = subprocess.run(cmd, capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return "timeout", [], ""
    err = p.stderr.decode("utf-8", "replace")
    if p.returncode not in (0, 1, 2):
        return "crash", [], err
    try:
        found = [f for m in json.loads(p.stdout)["models"] for f in m["findings"]]
    except ValueError:
        return ("crash" if p.returncode != 2 else 2), [], err
    return p.returncode, found, err


def backend_models():
    """(name, ModelProto) of every backend test model of the onnx package that has a model."""
    import onnx
    from onnx.backend.test.case.model import collect_testcases as model_cases
    from onnx.backend.test.case.node import collect_testcases as node_cases

    warnings.filterwarnings("ignore")
    seen = set()
    for case in list(node_cases(None)) + list(model_cases()):
        if case.model is not None and case.name not in seen:
            seen.add(case.name)
            yield case.name, case.model
    data = os.path.join(os.path.dirname(onnx.__file__), "backend", "test", "data")
    for folder, _, files in sorted(os.walk(data)):
        for f in sorted(files):
            if f.endswith(".onnx"):
                path = os.path.join(folder, f)
                yield os.path.relpath(path, data), onnx.load(path)


class Tally:
    """Counts passed and failed, prints failures, ends the script."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            if self.failed <= 100:
                print("FAIL", what)
        return good

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)
