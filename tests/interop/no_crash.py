"""No crash, hang or sanitizer report over real and backend models. Usage: no_crash.py BINARY"""
import concurrent.futures
import glob
import os
import sys
import tempfile

from common import SHARED, Tally, backend_models, check

binary = sys.argv[1]
tally = Tally()
with tempfile.TemporaryDirectory() as tmp:
    paths = sorted(glob.glob(os.path.join(SHARED, "corpus", "**", "*.onnx"), recursive=True))
    paths += sorted(glob.glob(os.path.join(SHARED, "defects", "**", "*.onnx"), recursive=True))
    for i, (_, model) in enumerate(backend_models()):
        path = os.path.join(tmp, f"{i}.onnx")
        with open(path, "wb") as f:
            f.write(model.SerializeToString())
        paths.append(path)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, (rc, _, err) in zip(paths, pool.map(
                lambda p: check(p, "--target", "keras,onnxruntime-cpu", binary=binary), paths)):
            bad = rc not in (0, 1, 2) or "Sanitizer" in err or "runtime error" in err
            tally.check(not bad, f"{path}: {rc} {err[-500:]}")
tally.end()
