from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from runfolio.render.text import safe_title, visible


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_what_is_visible_is_xml_and_utf8(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    ElementTree.fromstring(f"<a>{shown.replace('&', '+').replace('<', '-')}</a>".encode())
    assert len(shown) == len(text)


@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs"))))
def test_ordinary_text_is_untouched(text: str) -> None:
    assert visible(text) == text


def test_titles_that_the_chart_library_would_misread() -> None:
    assert safe_title("a\nb\u2028c") == "a b c"
    assert "\\" not in safe_title("a\\")
    for name in ("constructor", "toString", "__proto__", " valueOf "):
        assert safe_title(name) != name.strip()
        assert safe_title(name).endswith(name.strip())
    assert safe_title("recall (%)") == "recall (%)"
