"""Stage 1b: what is known of the settings of a training with Hugging Face's Trainer.

In: a model's folder. Out: params. The training's own arguments are in a pickle; they are found
in the model card (``README.md``), where the Trainer lists those that matter. ``config.json``
tells of the model (``model.hidden_size``) and ``adapter_config.json`` of what PEFT added to it
(``adapter.r``); of their many keys those are taken that tell two models apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runfolio.model.problems import Problem
from runfolio.model.records import DatasetUse
from runfolio.sources.reading.documents import read_mapping, read_text
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.parsing import ParseError, Tree, parse_yaml, text_of
from runfolio.storage.base import Place

__all__ = ["CARD", "read_card", "read_model"]

CARD = "README.md"

_MODEL = "config.json"
_ADAPTER = "adapter_config.json"
_TELLING = {
    _MODEL: (
        *("_name_or_path", "architectures", "model_type", "problem_type", "dtype", "torch_dtype"),
        *("hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads"),
        *("intermediate_size", "max_position_embeddings", "vocab_size", "hidden_act"),
        *("n_embd", "n_layer", "n_head", "d_model", "d_ff", "num_layers", "num_heads"),
        *("hidden_dropout_prob", "attention_probs_dropout_prob", "attention_dropout", "dropout"),
        *("image_size", "patch_size", "num_experts", "num_local_experts"),
    ),
    _ADAPTER: (
        *("base_model_name_or_path", "peft_type", "task_type", "r", "lora_alpha", "lora_dropout"),
        *("bias", "target_modules", "modules_to_save", "use_dora", "use_rslora"),
        *("num_virtual_tokens", "num_layers", "layers_to_transform"),
    ),
}
_OF_A_MODEL = frozenset({"model_type", "architectures", "transformers_version"})
_HYPERPARAMETERS = "hyperparameters were used during training:"
_ITEM = re.compile(r"[-*] +([\w./ -]+?) *: +(.*\S)")
_HEAD = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_PATH = re.compile(r"[/\\~.]|[A-Za-z]:|\w+://")


def read_model(folders: Sequence[Place], problems: list[Problem]) -> dict[str, str]:
    """Return the params of a model and its adapter, of each from the first folder that has it."""
    params: dict[str, str] = {}
    for name, prefix in ((_MODEL, "model"), (_ADAPTER, "adapter")):
        place = next((f / name for f in folders if name in names_listed(f)), None)
        if place is None:
            continue
        findings = Findings(place)
        tree = read_mapping(place, findings, numbers_as_text=True)
        problems += findings.problems()
        if name == _MODEL and not _OF_A_MODEL & tree.keys():
            continue  # the config of something else
        for key in _TELLING[name]:
            if (value := _written(key, tree.get(key))) is not None:
                params[f"{prefix}.{key}"] = value
    return params


def read_card(
    place: Place, problems: list[Problem]
) -> tuple[dict[str, str], tuple[DatasetUse, ...]]:
    """Return the params and datasets in a model card, if it is one that the Trainer wrote."""
    findings = Findings(place)
    text = read_text(place, findings)
    problems += findings.problems()
    _, found, listed = (text or "").partition(_HYPERPARAMETERS)
    if not found:
        return {}, ()  # the README of something else
    lines: dict[str, list[str]] = {}
    name = ""
    for line in map(str.strip, listed.splitlines()):
        if line.startswith("#"):
            break  # the next heading
        if item := _ITEM.fullmatch(line):
            name = item[1]
            lines[name] = [item[2]]
        elif line and name:  # the arguments of an optimizer stand on a line of their own
            lines[name].append(line)
    params = {name: " ".join(parts) for name, parts in lines.items()}
    head = _head(text or "")
    if (base := _written("_name_or_path", head.get("base_model"))) is not None:
        params.setdefault("base_model", base)
    names = head.get("datasets")
    return params, tuple(
        DatasetUse(name)
        for name in (names if isinstance(names, list) else [names])
        if isinstance(name, str) and name
    )


def _head(text: str) -> dict[str, Tree]:
    found = _HEAD.match(text)
    try:
        tree = parse_yaml(found[1]) if found else None
    except ParseError:
        tree = None  # people edit cards; the list above does not depend on it
    return tree if isinstance(tree, dict) else {}


def _written(key: str, value: Tree) -> str | None:
    """Return a value as text; None where there is nothing to tell."""
    if value is None or value in ("", [], {}) or isinstance(value, dict):
        return None
    if isinstance(value, list):
        # The modules of an adapter are a set, which is written in another order each time.
        return text_of(sorted(value, key=text_of) if key == "target_modules" else value)
    text = text_of(value)
    if key.endswith("name_or_path") and _PATH.match(text):  # a folder of somebody's machine
        return re.split(r"[/\\]", text.rstrip("/\\"))[-1] or None
    return text
