"""Stage 5: a theme: tokens, templates and static files in a folder.

In: a name or a folder. Out: a `Theme` with everything that it inherits. What a theme does
not have comes from the one it extends, so a theme may be a single template or one colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from runfolio.errors import UsageError
from runfolio.model.problems import near_miss

__all__ = ["Theme", "is_built_in", "load_theme", "theme_names"]

DEFAULT = "default"

_KEYS = {"title", "extends", "tokens", "styles", "scripts"}
_TOKEN_NAME = re.compile(r"[a-z][a-z0-9-]*")
_TOKEN_VALUE = re.compile(r"[^;{}<>\\\n]+")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme, with everything from the themes it extends.

    Parameters
    ----------
    name : str
        The name of its folder.
    folders : tuple of Path
        Where templates and static files are looked for: its own, then its parents'.
    tokens : mapping of str to (mapping of str to str)
        Values of the CSS custom properties (without ``--``) under ``shared``, ``light``
        and ``dark``.
    styles : tuple of str
        Stylesheets in the order in which they are joined.
    scripts : mapping of str to str
        Files by the names under which pages ask for them.
    """

    name: str
    folders: tuple[Path, ...]
    tokens: Mapping[str, Mapping[str, str]]
    styles: tuple[str, ...]
    scripts: Mapping[str, str]

    @property
    def template_folders(self) -> list[Path]:
        """Where templates are looked for, the nearest first."""
        return [folder / "templates" for folder in self.folders]

    def static(self, name: str) -> bytes:
        """Return the static file `name`, from the nearest folder that has it."""
        for folder in self.folders:
            path = folder / "static" / name
            if path.is_file():
                return path.read_bytes()
        raise UsageError(
            f"The theme {self.name!r} lists {name!r}, but neither it nor a theme that it "
            f"extends has static/{name}. Add the file or take it off the list in theme.yaml.",
            "theme-file-missing",
        )

    def with_tokens(self, told: Mapping[str, str]) -> Theme:
        """Return the theme with some tokens changed.

        Parameters
        ----------
        told : mapping of str to str
            By name: ``accent`` is the colour on light paper, ``accent-dark`` the one in the
            dark; tokens that both share have one name.

        Raises
        ------
        UsageError
            If there is no such token, or a value cannot stand in a stylesheet.
        """
        tokens = {group: dict(values) for group, values in self.tokens.items()}
        known = [*tokens["shared"], *tokens["light"], *(f"{n}-dark" for n in tokens["dark"])]
        for name, value in told.items():
            if name not in known:
                hint = near_miss(name, known, "Known are")
                raise UsageError(f"The theme has no token {name!r}. {hint}", "theme-token-unknown")
            if not _TOKEN_VALUE.fullmatch(value):
                raise UsageError(
                    f"The theme's token {name!r} must be a text without ; {{ }} < > and \\.",
                    "theme-token-invalid",
                )
            if name in tokens["shared"] or name in tokens["light"]:
                tokens["shared" if name in tokens["shared"] else "light"][name] = value
            else:
                tokens["dark"][name.removesuffix("-dark")] = value
        return replace(self, tokens=tokens)


def load_theme(name: str | Path = DEFAULT, project: Path | None = None) -> Theme:
    """Read a theme and those it extends.

    Parameters
    ----------
    name : str or Path
        A name, looked up in the project's ``themes/`` and then among runfolio's own; or
        the path of a theme's folder.
    project : Path or None
        The project's folder.

    Raises
    ------
    UsageError
        If there is no such theme or its theme.yaml cannot be used.
    """
    chain: list[tuple[Path, dict[str, Any]]] = []
    wanted: str | Path | None = name
    while wanted is not None:
        folder = _find(wanted, project, exclude=[folder for folder, _ in chain])
        settings = _read(folder / "theme.yaml")
        chain.append((folder, settings))
        # A theme of the project called "default" extends runfolio's own of that name.
        wanted = settings.get("extends")
    tokens: dict[str, dict[str, str]] = {"shared": {}, "light": {}, "dark": {}}
    styles: list[str] = []
    scripts: dict[str, str] = {}
    for _, settings in reversed(chain):
        for group, values in settings.get("tokens", {}).items():
            tokens[group].update(values)
        styles += [style for style in settings.get("styles", []) if style not in styles]
        scripts.update(settings.get("scripts", {}))
    return Theme(
        name=chain[0][0].name,
        folders=tuple(folder for folder, _ in chain),
        tokens=tokens,
        styles=tuple(styles),
        scripts=scripts,
    )


def is_built_in(folder: Path) -> bool:
    """Tell whether a theme's folder came with runfolio."""
    return folder.resolve().parent == _places(None)[0].resolve()


def theme_names(project: Path | None = None) -> list[str]:
    """Return the names of all themes that can be found, sorted."""
    found = {
        folder.name
        for place in _places(project)
        if place.is_dir()
        for folder in place.iterdir()
        if (folder / "theme.yaml").is_file()
    }
    return sorted(found)


def _places(project: Path | None) -> list[Path]:
    package = Path(str(resources.files("runfolio")))
    built_in = package / "themes"
    if not built_in.is_dir():
        # An editable install: the themes lie in the checkout, beside src/.
        built_in = package.parents[1] / "themes"
    return [project / "themes", built_in] if project else [built_in]


def _find(name: str | Path, project: Path | None, exclude: Iterable[Path]) -> Path:
    if isinstance(name, Path) or "/" in name or "\\" in name:
        folder = (project or Path()) / name
        if (folder / "theme.yaml").is_file():
            return folder.resolve()
        raise UsageError(
            f"{name}: there is no theme.yaml in this folder. Give the folder of a theme or "
            f"one of these names: {', '.join(theme_names(project))}.",
            "theme-unknown",
        )
    taken = set(exclude)
    for place in _places(project):
        folder = (place / name).resolve()
        if (folder / "theme.yaml").is_file() and folder not in taken:
            return folder
    known = theme_names(project)
    if name in known:
        raise UsageError(
            f"The theme {name!r} extends itself, directly or by way of another. "
            "Take the `extends` out of one of their theme.yaml.",
            "theme-circular",
        )
    hint = near_miss(name, known, "Known are")
    raise UsageError(f"There is no theme {name!r}. {hint}", "theme-unknown")


def _read(path: Path) -> dict[str, Any]:
    """Return what theme.yaml says, checked; a mistake names the file."""
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UsageError(f"{path}: cannot be read: {error}", "theme-broken") from error
    mistakes = list(_mistakes(settings))
    if mistakes:
        raise UsageError(f"{path}: " + " ".join(mistakes), "theme-broken")
    checked: dict[str, Any] = settings
    return checked


def _mistakes(settings: object) -> Iterable[str]:
    if not isinstance(settings, dict):
        yield "must be a mapping of keys and values."
        return
    for key in settings.keys() - _KEYS:
        hint = near_miss(str(key), sorted(_KEYS), "Known keys")
        yield f"{key!r} is no key of a theme. {hint}"
    tokens = settings.get("tokens", {})
    if not isinstance(tokens, dict) or not tokens.keys() <= {"shared", "light", "dark"}:
        yield "`tokens` must hold `shared`, `light` and `dark` and nothing else."
        tokens = {}
    for values in tokens.values():
        for name, value in values.items() if isinstance(values, dict) else [("", None)]:
            if not (isinstance(name, str) and _TOKEN_NAME.fullmatch(name)):
                yield f"{name!r} is no name for a token (a-z, 0-9 and -)."
            if not (isinstance(value, str) and _TOKEN_VALUE.fullmatch(value)):
                yield f"The token {name!r} must be a text without ; {{ }} < > and \\."
    styles, scripts = settings.get("styles", []), settings.get("scripts", {})
    if not isinstance(styles, list) or not isinstance(scripts, dict):
        yield "`styles` must be a list of files and `scripts` a mapping of names to files."
        return
    for file in [*styles, *scripts.values()]:
        if not (isinstance(file, str) and _FILE.fullmatch(file)):
            yield f"{file!r} is no file name in static/."
