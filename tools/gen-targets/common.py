"""What the generators of target tables share: where the tables are, and how YAML is written.

A generator is a module with `generate(facts)`: {name of the target: the text of its file}. `facts` is the folder of
--facts, or None: then a generator that needs one returns {}.
"""
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OUT = os.path.join(ROOT, "rules", "targets")

sys.path.insert(0, os.path.dirname(HERE))
schemas = importlib.import_module("gen-schemas")  # type order and quoting are those of the schema files


def path(name):
    return os.path.join(OUT, name + ".yaml")
