"""Configuration: the project's own data, and what must hold of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.features import FeatureSettings
from runfolio.config.parts import AsLogged, Part, Texts, text_is
from runfolio.model.problems import near_miss
from runfolio.model.quality import RuleError

__all__ = ["DataSet", "DataSettings", "Dimension", "QualityRule"]

Dimension = Literal["accuracy", "completeness", "consistency", "timeliness"]


class DataSet(Part, frozen=True):
    """A table of the project's: a file, or what a database holds."""

    path: str | None = Field(
        default=None,
        min_length=1,
        description="The file (CSV, also compressed with gzip; Parquet; JSON lines; SQLite), "
        "relative to this file, or a database's URL.",
    )
    versions: dict[str, str] = Field(
        default={},
        description="Path of each version by its name, the oldest first; `path` is the present "
        "one where it is not among them.",
    )
    format: Literal["csv", "parquet", "json-lines", "sqlite"] | None = Field(
        default=None, description="What the file is; without it, told from its name."
    )
    table: str | None = Field(default=None, description="Of a database: the table to read.")
    query: str | None = Field(default=None, description="Of a database: a SELECT to read instead.")
    delimiter: str | None = Field(
        default=None, description="Of a CSV file: what parts the cells; found without it."
    )
    encoding: str = Field(default="utf-8", description="Of a text file: how it is encoded.")
    missing: Annotated[
        tuple[AsLogged, ...] | None,
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    ] = Field(
        default=None,
        description="Texts that stand for no value. An empty cell always does; without this, in "
        "text files also NA, N/A, NaN, NULL, None and the like.",
    )
    key: Texts = Field(default=(), description="The column, or columns, that tell rows apart.")
    time: str | None = Field(default=None, description="The column with the time of the event.")
    arrived: str | None = Field(
        default=None, description="The column with the time at which the row arrived here."
    )
    owner: str | None = Field(default=None, description="Who answers for it.")
    description: str | None = Field(default=None, description="What it holds, in a sentence.")

    @model_validator(mode="after")
    def _is_somewhere(self) -> DataSet:
        if self.path is None and not self.versions:
            raise PydanticCustomError(
                "config-data-set-nowhere",
                "does not say where the data are.",
                {"hint": "Give its path, or its versions with the path of each."},
            )
        return self

    @property
    def places(self) -> dict[str, str]:
        """Path by version, the oldest first; the name of the only one may be empty."""
        if self.path is None or self.path in self.versions.values():
            return dict(self.versions)
        return {**self.versions, "present" if self.versions else "": self.path}

    @property
    def present(self) -> str:
        """Path of the newest version."""
        return [*self.places.values()][-1]

    def shown(self, path: str) -> str:
        """Return what a version's path is called: never a database's URL."""
        return path if "://" not in path else self.table or "a database"


class QualityRule(Part, frozen=True, extra="allow"):
    """What must hold of a data set: one kind of rule, and how many rows it must hold for."""

    __pydantic_extra__: dict[str, Any] = Field(init=False)

    name: str | None = Field(default=None, description="What it is called in the report.")
    set: str | None = Field(default=None, description="Name of the data set.")
    dimension: Dimension | None = Field(
        default=None, description="Where it counts; without it, that of its kind."
    )
    column: str | None = Field(default=None, description="The column that it is about.")
    columns: Texts = Field(default=(), description="The columns that it is about, if several.")
    at_least: float | None = Field(
        default=None,
        allow_inf_nan=False,
        description="Share of rows that it must hold for, from 0 to 1; without it, all of them.",
    )
    at_most: float | None = Field(
        default=None, allow_inf_nan=False, description="Of a metric: its largest value."
    )
    owner: str | None = Field(default=None, description="Who answers for it.")
    why: str | None = Field(default=None, description="Why it matters, in a sentence.")

    @property
    def kinds(self) -> dict[str, Any]:
        """The keys that are those of kinds of rules, with what they ask for."""
        return dict(self.__pydantic_extra__)

    def kind(self, known: Mapping[str, Any]) -> str:
        """Return which kind of rule it is.

        Parameters
        ----------
        known : mapping of str to RuleKind
            The kinds there are, by the key that asks for each.

        Raises
        ------
        RuleError
            If it is of none, or of several.
        """
        asked = [key for key in self.kinds if key in known]
        if len(asked) > 1:
            raise RuleError(
                *(asked[1], f"cannot stand beside '{asked[0]}'."),
                "Make a rule of each.",
            )
        options = known[asked[0]].options if asked else frozenset[str]()
        for key in self.kinds:
            if key not in known and key not in options:
                keys = sorted({*known, *options, *type(self).model_fields})
                hint = near_miss(key, keys, "Known keys")
                raise RuleError(key, "is no kind of rule.", hint, "config-unknown-rule")
        self._limits_can_be_meant(asked)
        if asked:
            return asked[0]
        if self.dimension == "completeness" and (self.column or self.columns):
            return "filled"
        raise RuleError(
            *("", "says nothing that must hold."),
            f"Add one of: {', '.join(sorted(known))}.",
            "config-unknown-rule",
        )

    def own_set(self, sets: Mapping[str, DataSet]) -> DataSet:
        """Return the data set that it is about.

        Raises
        ------
        RuleError
            If it names none of these.
        """
        if self.set is None:
            raise RuleError(
                *("", "names no data set.", "Add `set:` with its name.", "config-missing-key")
            )
        if self.set not in sets:
            hint = near_miss(self.set, sets, "Data sets") if sets else "Name it in data → sets."
            message = f"names the data set '{self.set}', and there is none of that name."
            raise RuleError("set", message, hint, "config-unknown-data-set")
        return sets[self.set]

    def _limits_can_be_meant(self, kinds: Sequence[str]) -> None:
        if "metric" in kinds:
            return
        if self.at_most is not None:
            raise RuleError("at_most", "is for metrics alone.", "Use at_least, from 0 to 1.")
        if self.at_least is not None and not 0 <= self.at_least <= 1:
            raise RuleError(
                *("at_least", f"must be a share from 0 to 1, not {self.at_least:g}."),
                "Write 98 % as 0.98.",
            )


class DataSettings(Part, frozen=True):
    """The project's own data."""

    sets: dict[
        str,
        Annotated[DataSet, BeforeValidator(text_is("path"), json_schema_input_type=str | DataSet)],
    ] = Field(default={}, description="The data sets by name.")
    quality: tuple[QualityRule, ...] = Field(
        default=(), description="Rules that the data must keep."
    )
    features: FeatureSettings = Field(
        default=FeatureSettings(), description="Who answers for features, and what they mean."
    )
    examples: Literal["masked", "show"] = Field(
        default="masked",
        description="How values that break a rule are shown: only their shape (`masked`), or as "
        "they are (`show`), which may tell of people.",
    )
