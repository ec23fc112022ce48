"""Print as JSON what TensorBoard's own reader says of a folder of logs.

Every folder with event files is a run: its scalars in either encoding as [step, value, wall
time], its hyperparameters and how its session ended. No point is left out.
"""

from __future__ import annotations

import json
import math
import os
import sys
from typing import Any

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata
from tensorboard.util.tensor_util import make_ndarray

KINDS = ("scalars", "tensors", "images", "audio", "histograms", "compressedHistograms")


def number(value: float) -> float | str:
    return value if math.isfinite(value) else repr(value)


def say(folder: str) -> dict[str, Any]:
    read = EventAccumulator(folder, size_guidance=dict.fromkeys(KINDS, 0))
    read.Reload()
    tags = read.Tags()
    scalars: dict[str, list[list[Any]]] = {
        tag: [[e.step, number(e.value), e.wall_time] for e in read.Scalars(tag)]
        for tag in tags["scalars"]
    }
    for tag in tags["tensors"]:
        if read.SummaryMetadata(tag).plugin_data.plugin_name == "scalars":
            scalars[tag] = [
                [e.step, number(make_ndarray(e.tensor_proto).item()), e.wall_time]
                for e in read.Tensors(tag)
            ]
    said: dict[str, Any] = {"scalars": scalars, "images": tags["images"], "params": {}}
    content = (
        read.PluginTagToContent("hparams") if "hparams" in read._plugin_to_tag_to_content else {}
    )
    if metadata.SESSION_START_INFO_TAG in content:
        start = metadata.parse_session_start_info_plugin_data(
            content[metadata.SESSION_START_INFO_TAG]
        )
        for name, value in start.hparams.items():
            said["params"][name] = getattr(value, value.WhichOneof("kind"))
    if metadata.SESSION_END_INFO_TAG in content:
        end = metadata.parse_session_end_info_plugin_data(content[metadata.SESSION_END_INFO_TAG])
        said["status"] = end.status
    return said


root = sys.argv[1]
print(
    json.dumps(
        {
            os.path.relpath(folder, root): say(folder)
            for folder, _, files in sorted(os.walk(root))
            if any("tfevents" in name for name in files)
        }
    )
)
