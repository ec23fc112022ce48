"""Frozen dataclasses with tables in them as JSON, Parquet and NumPy's files, and back.

What is nested is JSON by the types of its fields (`cattrs`); a DataFrame or a long array in it
is a file of its own, named in its place. No code is ever stored, nor run when it is read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from io import BytesIO
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cattrs import Converter

__all__ = ["from_plain", "to_plain"]

T = TypeVar("T")

_TABLE = "table"
_ARRAY = "array"
_SHORT = 256
"""Numbers of an array that stand in the text."""


def to_plain(value: Any) -> tuple[str, dict[str, bytes]]:
    """Return a dataclass as JSON, and the files that this names.

    Parameters
    ----------
    value : dataclass

    Returns
    -------
    (str, dict of str to bytes)
        The same value gives the same bytes.
    """
    files: dict[str, bytes] = {}

    def keep(content: BytesIO, ending: str) -> str:
        name = f"{len(files):04}.{ending}"
        files[name] = content.getvalue()
        return name

    def table(frame: pd.DataFrame) -> dict[str, Any]:
        buffer = BytesIO()
        frame.to_parquet(buffer, engine="pyarrow", compression="zstd")
        # Parquet does not tell texts from objects that are all texts.
        kinds = [str(frame.index.dtype), *map(str, frame.dtypes)]
        return {_TABLE: keep(buffer, "parquet"), "dtypes": kinds}

    def array(held: NDArray[Any]) -> dict[str, Any]:
        if held.size <= _SHORT:
            numbers = [converter.unstructure(number) for number in held.ravel().tolist()]
            return {_ARRAY: numbers, "dtype": held.dtype.str, "shape": list(held.shape)}
        buffer = BytesIO()
        np.save(buffer, held, allow_pickle=False)
        return {_ARRAY: keep(buffer, "npy")}

    converter = _converter()
    converter.register_unstructure_hook(pd.DataFrame, table)
    converter.register_unstructure_hook_func(_is_array, array)
    plain = converter.unstructure(value)
    return json.dumps(plain, ensure_ascii=True, allow_nan=False, indent=0), files


def from_plain(text: str, files: Callable[[str], bytes], kind: type[T]) -> T:
    """Return the dataclass of which `to_plain` made a text.

    Parameters
    ----------
    text : str
    files : callable
        Returns the content of a file by its name.
    kind : type

    Raises
    ------
    ValueError
        If the text or a file is not what `to_plain` writes.
    """
    converter = _converter()

    def table(told: Any, _: Any) -> pd.DataFrame:
        frame = pd.read_parquet(BytesIO(files(str(told[_TABLE]))), engine="pyarrow")
        index, *columns = told["dtypes"]
        frame = frame.astype(dict(zip(frame.columns, columns, strict=True)))
        if str(frame.index.dtype) != index:
            frame.index = frame.index.astype(index)
        return frame

    def array(told: Any, _: Any) -> NDArray[Any]:
        held = told[_ARRAY]
        if isinstance(held, str):
            loaded: NDArray[Any] = np.load(BytesIO(files(held)), allow_pickle=False)
            return loaded
        kind = np.dtype(told["dtype"])
        if kind.hasobject:
            raise ValueError("an array of objects")
        return np.array(list(map(float, held)) if kind.kind == "f" else held, kind).reshape(
            told["shape"]
        )

    converter.register_structure_hook(pd.DataFrame, table)
    converter.register_structure_hook_func(_is_array, array)
    try:
        return converter.structure(json.loads(text), kind)
    except Exception as error:  # cattrs raises groups of whatever the parts raise
        from cattrs import transform_error

        raise ValueError("; ".join(transform_error(error)[:3])) from error


def _converter() -> Converter:
    from cattrs import Converter

    converter = Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(float, _number)
    converter.register_structure_hook(float, lambda told, _: float(told))
    converter.register_structure_hook_func(lambda kind: bool(_words(kind)), _word)
    # A mapping may have keys that are no texts, and its order is part of what it says.
    converter.register_unstructure_hook_factory(_is_mapping, lambda kind: _pairs(converter, kind))
    converter.register_structure_hook_factory(_is_mapping, lambda kind: _mapping(converter, kind))
    return converter


def _words(kind: Any) -> tuple[Any, ...]:
    """Return the words of a union of literals; none where it is something else."""
    if get_origin(kind) not in (Union, UnionType):
        return ()
    parts = get_args(kind)
    literal = all(get_origin(part) is Literal for part in parts)
    return tuple(word for part in parts for word in get_args(part)) if literal else ()


def _word(told: Any, kind: Any) -> Any:
    if told not in _words(kind):
        raise ValueError(f"{told!r} is none of {_words(kind)}")
    return told


def _number(value: float) -> float | str:
    return float(value) if math.isfinite(value) else str(float(value))


def _is_array(kind: Any) -> bool:
    return (get_origin(kind) or kind) is np.ndarray


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind) or kind
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _pairs(converter: Converter, kind: Any) -> Callable[[Mapping[Any, Any]], list[Any]]:
    key, value = get_args(kind) or (Any, Any)
    return lambda told: [
        [converter.unstructure(k, key), converter.unstructure(v, value)] for k, v in told.items()
    ]


def _mapping(converter: Converter, kind: Any) -> Callable[[Any, Any], dict[Any, Any]]:
    key, value = get_args(kind) or (Any, Any)
    return lambda told, _: {
        converter.structure(k, key): converter.structure(v, value) for k, v in told
    }
