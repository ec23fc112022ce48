from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runfolio.errors import UsageError
from runfolio.render.assets import bundle_assets
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.theme import Theme, load_theme, theme_names
from runfolio.views.blocks import Prose
from sample_pages import NAV, page_of


def write(project: Path, name: str, **files: str) -> Path:
    folder = project / "themes" / name
    for path, content in files.items():
        target = folder / path.replace("__", "/").replace("_dot_", ".")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    return folder


def rendered(theme: Theme) -> str:
    site = SiteInfo("Site", NAV, "0.1", "mlruns")
    return HtmlRenderer(theme, site, bundle_assets(theme, {})).page(page_of(Prose(("theirs",))))


def style(theme: Theme) -> str:
    assets = bundle_assets(theme, {})
    return assets.files[assets.style].decode("utf-8")


def test_the_default_theme_is_found() -> None:
    assert load_theme().name == "default"
    assert "default" in theme_names()


def test_a_project_may_change_one_colour(tmp_path: Path) -> None:
    write(
        tmp_path, "ours", theme_dot_yaml="extends: default\ntokens: {light: {accent: '#123456'}}\n"
    )
    theme = load_theme("ours", tmp_path)
    assert "--accent: #123456;" in style(theme)
    assert theme.tokens["light"]["paper"] == load_theme().tokens["light"]["paper"]
    assert theme_names(tmp_path) == ["default", "ours"]


def test_a_project_may_change_one_block_and_add_one_style(tmp_path: Path) -> None:
    write(
        tmp_path,
        "ours",
        theme_dot_yaml="extends: default\nstyles: [ours.css]\n",
        static__ours_dot_css=".ours { color: red }",
        templates__prose_dot_html="{% macro prose(block, page) %}<p>OURS</p>{% endmacro %}",
    )
    theme = load_theme("ours", tmp_path)
    assert style(theme).endswith(".ours { color: red }")
    assert "<p>OURS</p>" in rendered(theme)
    assert "<h1>A page</h1>" in rendered(theme)
    assert "theirs" in rendered(load_theme())


def test_a_theme_may_have_the_name_of_the_one_it_extends(tmp_path: Path) -> None:
    write(tmp_path, "default", theme_dot_yaml="extends: default\ntokens: {dark: {ink: '#ffffff'}}")
    theme = load_theme("default", tmp_path)
    assert len(theme.folders) == 2
    assert theme.tokens["dark"]["ink"] == "#ffffff"


def test_a_theme_is_given_by_its_folder_too(tmp_path: Path) -> None:
    folder = write(tmp_path, "ours", theme_dot_yaml="extends: default\n")
    assert load_theme(folder).folders[0] == folder.resolve()
    assert load_theme("themes/ours", tmp_path).folders[0] == folder.resolve()


def test_an_unknown_theme_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean 'default'"):
        load_theme("defualt")
    with pytest.raises(UsageError, match=r"theme\.yaml"):
        load_theme("no/such/folder")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("extend: default", "Did you mean 'extends'"),
        ("tokens: {light: {ink: 'red; } body { color: blue'}}", "without ;"),
        ("tokens: {light: {'In k': red}}", "no name for a token"),
        ("tokens: {night: {}}", "`tokens`"),
        ("styles: ['../../secret.css']", "no file name"),
        ("styles: {a: b}", "`styles`"),
        ("- a", "mapping"),
        ("a: [", "cannot be read"),
        ("extends: ours", "extends itself"),
    ],
)
def test_mistakes_in_a_theme_name_the_file(tmp_path: Path, content: str, words: str) -> None:
    write(tmp_path, "ours", theme_dot_yaml=content)
    with pytest.raises(UsageError) as caught:
        load_theme("ours", tmp_path)
    assert words in str(caught.value)
    assert "ours" in str(caught.value)


def test_a_missing_file_of_a_theme_is_named(tmp_path: Path) -> None:
    write(tmp_path, "ours", theme_dot_yaml="extends: default\nstyles: [gone.css]\n")
    with pytest.raises(UsageError, match=r"gone\.css"):
        bundle_assets(load_theme("ours", tmp_path), {})


# ---- Contrast (WCAG 2.2) -----------------------------------------------------------------


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    (text, ground) for text in ("ink", "muted", "accent") for ground in ("paper", "soft", "card")
]
TEXT += [(tone, f"{tone}-bg") for tone in ("good", "bad", "unsure")]
TEXT += [("ink", f"{tone}-bg") for tone in ("good", "bad", "unsure")]
TEXT += [("accent", f"{tone}-bg") for tone in ("good", "bad", "unsure")]
# Lines of a chart carry their names in their own colour.
TEXT += [(f"series-{number}", "paper") for number in range(1, 9)]
SHAPES = [("champion", "paper"), ("baseline", "paper"), ("muted", "paper"), ("champion", "soft")]


def pairs() -> Iterator[tuple[str, str, str, float]]:
    for scheme in ("light", "dark"):
        yield from ((scheme, *pair, 4.5) for pair in TEXT)
        yield from ((scheme, *pair, 3.0) for pair in SHAPES)


@pytest.mark.parametrize(("scheme", "front", "ground", "least"), list(pairs()))
def test_colours_stand_out_from_their_ground(
    scheme: str, front: str, ground: str, least: float
) -> None:
    tokens = load_theme().tokens[scheme]
    assert contrast(tokens[front], tokens[ground]) >= least


def test_the_contrast_of_black_on_white_is_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_variable_that_the_styles_use_is_a_token() -> None:
    theme = load_theme()
    used = set(re.findall(r"var\(--([a-z0-9-]+)\)", style(theme)))
    known = theme.tokens["shared"].keys() | theme.tokens["light"].keys()
    assert used <= known
    assert theme.tokens["light"].keys() == theme.tokens["dark"].keys()
