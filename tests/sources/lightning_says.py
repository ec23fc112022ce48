"""Print as JSON what PyYAML makes of the plain values in Lightning's hyperparameters.

Called with files ``hparams.yaml``; objects of Python, which only an unsafe loader would
make, are left out.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import yaml


class Plain(yaml.SafeLoader):
    """Takes objects of Python for nothing."""


def _nothing(loader: Plain, suffix: str, node: yaml.Node) -> list[Any]:
    return []


Plain.add_multi_constructor("tag:yaml.org,2002:python/", _nothing)
said = {}
for file in sys.argv[1:]:
    with open(file, encoding="utf-8") as text:
        values = yaml.load(text, Loader=Plain)
    said[file] = {
        name: value
        for name, value in values.items()
        if value is None or isinstance(value, str | bool | int | float)
    }
print(json.dumps(said))
