#!/usr/bin/env python3
"""Writes the generated files of rules/targets/.

    tools/gen-targets.py                      rewrite what the installed packages say
    tools/gen-targets.py --facts DIR          rewrite also what comes from a folder of fact tables
    tools/gen-targets.py --check [NAME...]    exit 1 when a committed file differs from what its sources say

One module of tools/gen-targets/ a source. keras is written by hand.
"""
import argparse
import difflib
import importlib
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "gen-targets"))
import common  # noqa: E402

GENERATORS = ["ort_cpu", "facts"]


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--check", action="store_true", help="compare with the committed files; write nothing")
    ap.add_argument("--facts", metavar="DIR", help="fact tables: DIR/targets/*.json and others")
    ap.add_argument("names", nargs="*", metavar="NAME", help="only these targets")
    args = ap.parse_args()
    common.CHECK = args.check
    differ = False
    for g in GENERATORS:
        for name, text in importlib.import_module(g).generate(args.facts).items():
            if args.names and name not in args.names:
                continue
            path = common.path(name)
            if not args.check:
                with open(path, "w", encoding="utf-8") as f:
                    f.write(text)
                print(f"{path}: {len(text)} bytes")
                continue
            old = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
            differ |= old != text
            for line in list(difflib.unified_diff(old.splitlines(), text.splitlines(), path, g, lineterm=""))[:40]:
                print(line)
    sys.exit(differ)


if __name__ == "__main__":
    main()
