"""Configuration: ``report.yaml`` becomes typed, frozen settings.

In: the file, every key of which is optional. Out: `Settings`, or one `ConfigError` with
all mistakes at once, each with its line and what was probably meant. Pydantic is
imported here only; ``config_mistakes`` tells its errors in plain words.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import PydanticCustomError

from runfolio.config_mistakes import line_of, tell
from runfolio.errors import ConfigError, UsageError
from runfolio.marked_yaml import MAX_BYTES, Marked, Mistake, Where, parse
from runfolio.model.problems import Problem, near_miss
from runfolio.model.records import Goal
from runfolio.registry import names

__all__ = [
    "FILE_NAMES",
    "Compared",
    "Goal",
    "HistorySettings",
    "MetricSettings",
    "Objective",
    "Replicates",
    "Selector",
    "Settings",
    "SimpleSummary",
    "SourceSettings",
    "SummaryOf",
    "ThemeSettings",
    "Tolerance",
    "find_config",
    "json_schema",
    "load_settings",
]

FILE_NAMES = ("report.yaml", "report.yml")
"""The names under which the configuration is found without being named."""

SimpleSummary = Literal["last", "first", "best", "min", "max", "mean"]

AsLogged = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Text that may look like a number: it is compared as it was written."""


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_more, json_schema_input_type=str | tuple[str, ...]),
]
"""Texts, or one alone."""


def _switch(value: Any) -> Any:
    return {"true": "on", "false": "off"}.get(str(value).lower(), value)


def _text_is(key: str) -> Any:
    """Let plain text stand for a mapping with the one key `key`."""
    return lambda value: {key: value} if isinstance(value, str) else value


def _number_is(key: str) -> Any:
    """Let a number stand for a mapping with the one key `key`."""
    return lambda value: (
        value if isinstance(value, dict | BaseModel) or value is None else {key: value}
    )


class _Part(BaseModel, frozen=True, extra="forbid"):
    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_default(cls, data: Any) -> Any:
        """Take ``key:`` with nothing after it as if the key were not there."""
        if data is None:
            return {}
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if v is not None or k not in cls.model_fields}


class SourceSettings(_Part, frozen=True):
    """A place to read run logs from."""

    path: str = Field(
        min_length=1,
        description="Folder or file with run logs, relative to this file, or a database's URL.",
    )
    format: str | None = Field(
        default=None, description="Read it as this format only (`report list sources` names them)."
    )
    experiment: str | None = Field(
        default=None, description="Name of the experiment that all runs found there belong to."
    )


class SummaryOf(_Part, frozen=True):
    """The rule by which a series becomes one number: one of its keys."""

    rule: SimpleSummary | None = Field(
        default=None, description="A rule in one word; `best` follows the goal."
    )
    best_by: str | None = Field(
        default=None,
        description="The value at the step where this metric was at its best, such as `val/loss`.",
    )
    mean_of_last: int | None = Field(
        default=None, ge=1, le=100, description="The mean of that many last values."
    )

    @model_validator(mode="after")
    def _is_one_rule(self) -> SummaryOf:
        if sum(told is not None for told in (self.rule, self.best_by, self.mean_of_last)) != 1:
            raise PydanticCustomError(
                "config-summary",
                "is no rule.",
                {"hint": "Give a word such as best, best_by: METRIC or mean_of_last: NUMBER."},
            )
        return self


class Objective(_Part, frozen=True):
    """What the runs are ranked by."""

    metric: str | None = Field(
        default=None,
        description="The metric to rank by; without it the report chooses one and says so.",
    )
    goal: Goal | None = Field(
        default=None,
        description="Which direction is better; without it, told from the metric's name.",
    )
    summary: Annotated[
        SummaryOf,
        BeforeValidator(_text_is("rule"), json_schema_input_type=SimpleSummary | SummaryOf),
    ] = Field(
        default=SummaryOf(rule="last"),
        description="Which value of a run's series counts: `best` follows the goal; `best_by` is "
        "the value where another metric was best, `mean_of_last` the mean of the last values.",
    )


class Tolerance(_Part, frozen=True):
    """The smallest difference that matters: both parts count, where both are given."""

    absolute: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="In the metric's logged unit."
    )
    relative: float = Field(
        default=0.0,
        ge=0,
        allow_inf_nan=False,
        description="As a share of the value that is compared with.",
    )

    def of(self, value: float) -> float:
        """Return the smallest difference from a value that matters."""
        return max(self.absolute, self.relative * abs(value))


class MetricSettings(_Part, frozen=True):
    """What the logs cannot say about a metric."""

    label: str | None = Field(default=None, description="Name shown to people.")
    unit: str = Field(default="", description="Unit of the values, such as `ms` or `%`.")
    goal: Goal | None = Field(default=None, description="Which direction is better.")
    explain: str = Field(default="", description="One sentence that says what the metric tells.")
    tolerance: Annotated[
        Tolerance,
        BeforeValidator(_number_is("absolute"), json_schema_input_type=float | Tolerance),
    ] = Field(
        default=Tolerance(),
        description="Smaller differences do not matter: a number in the metric's unit, or "
        "`relative` and `absolute`.",
    )


class Selector(_Part, frozen=True):
    """Picks a run: all conditions given must hold; of several runs the best one counts."""

    run: str | None = Field(default=None, description="The run's id or name.")
    experiment: str | None = Field(default=None, description="Name of its experiment.")
    tags: dict[str, AsLogged] = Field(
        default={}, description="Tags that it has, with these values."
    )
    params: dict[str, AsLogged] = Field(
        default={}, description="Params that it has, with these values."
    )

    @model_validator(mode="after")
    def _picks(self) -> Selector:
        if not (self.run or self.experiment or self.tags or self.params):
            raise PydanticCustomError(
                "config-empty-selector",
                "picks no run in particular.",
                {"hint": "Give a run's id or name, tags, params or an experiment."},
            )
        return self


class Compared(_Part, frozen=True):
    """Which runs are compared."""

    also: Annotated[
        tuple[Literal["failed", "killed", "unfinished"], ...],
        BeforeValidator(_one_or_more, json_schema_input_type=str | tuple[str, ...]),
    ] = Field(
        default=(),
        description="How runs may have ended that are compared beside those that finished.",
    )
    evaluation: Texts = Field(
        default=(),
        description="Patterns of params and tags that tell how metrics were measured, beside those "
        "whose names say so; with `!` in front, such a name that does not.",
    )
    force: bool = Field(
        default=False,
        description="Whether runs are compared that were not measured alike; verdicts say so.",
    )


class Replicates(_Part, frozen=True):
    """Which runs repeat one configuration."""

    ignore: Texts = Field(
        default=(
            "seed",
            "random_seed",
            "random_state",
            "rng_seed",
            "global_seed",
            "manual_seed",
            "numpy_seed",
            "np_seed",
            "torch_seed",
        ),
        description="Params in which seed replicates differ; all other params must be equal.",
    )
    pair_by: str = Field(
        default="seed",
        description="The param by which runs of two configurations belong together, such as "
        "`fold`; `seed` is the run's seed, whatever it is called.",
    )


class HistorySettings(_Part, frozen=True):
    """What of a git repository's history is reported."""

    follow: Annotated[
        Literal["on", "off", "auto"],
        BeforeValidator(_switch, json_schema_input_type=bool | Literal["on", "off", "auto"]),
    ] = Field(
        default="auto",
        description="`auto` follows sources that are the top of a repository; `on` also the "
        "repository that a source lies in.",
    )
    paths: Texts = Field(
        default=(),
        description="Files of metrics to follow, also as patterns; without it they are found.",
    )
    params: Texts = Field(
        default=(),
        description="Files of params to follow, also as patterns; without it they are found.",
    )
    branch: str | None = Field(
        default=None, description="The branch to follow; without it, the current one."
    )
    since: str | None = Field(
        default=None, description="Follow only the commits after this revision, such as a tag."
    )
    tags: str = Field(default="*", description="Pattern of the tags that are shown as marks.")
    first_parent: bool = Field(
        default=True,
        description="Whether a merge counts as one commit; false follows what it brought in, too.",
    )
    authors: bool = Field(default=False, description="Whether the authors of commits are shown.")


class ThemeSettings(_Part, frozen=True, extra="allow"):
    """A theme and the tokens that are changed in it."""

    __pydantic_extra__: dict[str, AsLogged] = Field(init=False)

    extends: str = Field(default="default", description="Name of a theme, or the folder of one.")

    @property
    def tokens(self) -> dict[str, str]:
        """The theme's tokens that are set here, by name."""
        return dict(self.__pydantic_extra__)


History = Annotated[
    HistorySettings,
    BeforeValidator(
        lambda value: value if isinstance(value, dict | BaseModel) else {"follow": value},
        json_schema_input_type=bool | Literal["on", "off", "auto"] | HistorySettings,
    ),
]
Source = Annotated[
    SourceSettings,
    BeforeValidator(_text_is("path"), json_schema_input_type=str | SourceSettings),
]
Baseline = Annotated[
    Selector, BeforeValidator(_text_is("run"), json_schema_input_type=str | Selector)
]
Theme = Annotated[
    ThemeSettings, BeforeValidator(_text_is("extends"), json_schema_input_type=str | ThemeSettings)
]


class Settings(_Part, frozen=True):
    """What ``report.yaml`` says. Paths are relative to its folder."""

    title: str | None = Field(default=None, description="Title of the report.")
    subtitle: str | None = Field(default=None, description="The question that the report answers.")
    description: str | None = Field(
        default=None,
        description="Markdown shown on the overview, or the path of a .md file with it.",
    )
    theme: Theme = Field(
        default=ThemeSettings(),
        description="Name of a theme, a theme's folder, or `extends` and the tokens to change.",
    )
    sources: Annotated[
        tuple[Source, ...],
        BeforeValidator(_one_or_more, json_schema_input_type=Source | tuple[Source, ...]),
    ] = Field(
        default=(),
        description="Where the run logs are; without it, what is found in the current folder.",
    )
    dedupe: Annotated[
        Literal["on", "off"],
        BeforeValidator(_switch, json_schema_input_type=bool | Literal["on", "off"]),
    ] = Field(
        default="on",
        description="Whether one run in several logs is one run: `on`, or `off` to count each.",
    )
    aliases: dict[str, str] = Field(
        default={},
        description="Names of metrics as logged, each with the name that it gets everywhere.",
    )
    history: History = Field(
        default=HistorySettings(),
        description="The history in git: `on`, `off`, or what to follow.",
    )
    objective: Objective = Field(
        default=Objective(), description="The metric that decides, and how."
    )
    metrics: dict[str, MetricSettings] = Field(
        default={}, description="What the logs cannot say about metrics, by the metric's name."
    )
    baseline: Baseline | None = Field(
        default=None, description="The run to compare with: its id or name, or conditions."
    )
    champion: Annotated[
        Baseline | None,
        BeforeValidator(
            lambda value: None if value == "auto" else value,
            json_schema_input_type=Literal["auto"] | Baseline,
        ),
    ] = Field(
        default=None,
        description="The run put forward: `auto`, the best by the objective (None in Python), "
        "or one given like the baseline.",
    )
    compared: Compared = Field(
        default=Compared(),
        description="Runs that did not finish are shown and counted, and compared only if told.",
    )
    replicates: Replicates = Field(
        default=Replicates(), description="When runs count as one configuration that was repeated."
    )
    previous: str | None = Field(
        default=None,
        description="Folder of an earlier site: what is new since then is told.",
    )
    roles: str | None = Field(
        default=None,
        description="Folder with role files that add to the built-in roles or change them.",
    )


def find_config(sources: Sequence[str], folder: Path) -> Path | None:
    """Find the configuration that belongs to a build where none is named.

    It is the one in a folder given as a source, else the one in the current folder.

    Parameters
    ----------
    sources : sequence of str
        As given on the command line.
    folder : Path
        The current folder.

    Raises
    ------
    UsageError
        If several of the given folders have one.
    """
    paths = [folder / source for source in sources if "://" not in source]
    given = [found for path in paths if (found := _config_in(path))]
    if len(given) > 1:
        raise UsageError(
            f"{' and '.join(map(_place, given))} could both be meant. Name one with -c.",
            "config-ambiguous",
        )
    return given[0] if given else _config_in(folder)


def load_settings(path: Path) -> Settings:
    """Read and check ``report.yaml``.

    A description that names a Markdown file is replaced by the text of that file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ConfigError
        With every mistake in the file, in the order of their lines.
    """
    marked = _read(path)
    mistakes = list(marked.mistakes)
    content = {} if marked.value is None else marked.value
    settings = Settings()
    if isinstance(content, dict):
        mistakes += _look_up(content, path.parent, marked)
        try:
            settings = Settings.model_validate(content)
        except ValidationError as error:
            mistakes += tell(error.errors(), Settings, marked)
    else:
        hint = "Start with a line such as 'title: My report'."
        message = "The file must hold keys with values."
        mistakes.append(Mistake(1, "config-wrong-type", message, hint))
    if mistakes:
        place = _place(path)
        raise ConfigError(
            [
                Problem(
                    f"{place}:{m.line}" if m.line else place, m.slug, m.message, m.hint, "error"
                )
                for m in sorted(mistakes, key=lambda mistake: mistake.line)
            ]
        )
    return settings


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``report.yaml``, for editors."""
    schema = Settings.model_json_schema(mode="validation", schema_generator=_Schema)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **schema,
        "title": "report.yaml",
        "description": "What `report build` should know beyond the run logs. No key is required.",
    }


class _Schema(GenerateJsonSchema):
    """Leaves out titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _config_in(folder: Path) -> Path | None:
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


def _read(path: Path) -> Marked:
    try:
        with path.open("rb") as file:
            return parse(file.read(MAX_BYTES + 1))
    except OSError as error:
        mistake = Mistake(
            0,
            "config-unreadable",
            f"The configuration cannot be read: {error.strerror or error}.",
            "Check the path after -c.",
        )
        return Marked(mistakes=(mistake,))


def _look_up(content: dict[str, Any], folder: Path, marked: Marked) -> list[Mistake]:
    """Check what the file refers to; put the description's text into `content`."""
    mistakes: list[Mistake] = []

    def wrong(where: Where, slug: str, message: str, hint: str) -> None:
        mistakes.append(Mistake(line_of(where, marked), slug, message, hint))

    description = content.get("description")
    if isinstance(description, str) and _names_markdown(description):
        try:
            with (folder / description).open("rb") as file:
                content["description"] = file.read(MAX_BYTES).decode("utf-8-sig")
        except UnicodeDecodeError:
            message = f"The description '{description}' is not UTF-8 text."
            wrong(("description",), "config-encoding", message, "Save it as UTF-8.")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            message = f"The description '{description}' cannot be read: {reason}."
            hint = "Its path is relative to report.yaml."
            wrong(("description",), "config-file-missing", message, hint)
    roles = content.get("roles")
    if isinstance(roles, str) and not os.path.isdir(folder / roles):
        message = f"The folder '{roles}' of 'roles' does not exist."
        hint = "Its path is relative to report.yaml."
        wrong(("roles",), "config-folder-missing", message, hint)
    sources = content.get("sources")
    for index, source in enumerate(sources if isinstance(sources, list) else [sources]):
        wanted = source.get("format") if isinstance(source, dict) else None
        if isinstance(wanted, str) and wanted not in (known := _formats()):
            where = ("sources", index, "format") if isinstance(sources, list) else ("sources",)
            hint = near_miss(wanted, known, "Formats")
            wrong(where, "config-unknown-format", f"There is no format '{wanted}'.", hint)
    return mistakes


def _names_markdown(text: str) -> bool:
    return "\n" not in text and text.endswith(".md")


def _formats() -> list[str]:
    return names("runfolio.sources", "source")


def _place(path: Path) -> str:
    """Return the path as shown: relative to the current folder, else only its name."""
    full = path.absolute()
    return full.relative_to(Path.cwd()).as_posix() if full.is_relative_to(Path.cwd()) else path.name
