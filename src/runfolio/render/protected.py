"""Stage 5: the page that asks for the password of a protected report, and then becomes it.

In: a single file, encrypted. Out: an HTML document that tells nothing but that it is protected.
The scripts of the report inside may run once it is open, so their hashes stand in its policy.
"""

from __future__ import annotations

import base64
import re

from runfolio.render.assets import Assets, stylesheet
from runfolio.render.html import HtmlRenderer, SiteInfo
from runfolio.render.inline import hash_of, inline
from runfolio.render.single_file import MARK
from runfolio.render.theme import Theme
from runfolio.views.blocks import Page

__all__ = ["policy_of", "protected_page"]

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"')
_SOURCES = re.compile(r"(script-src|style-src)((?: [^;]+)?)")


def policy_of(html: str) -> str:
    """Return the content security policy that a document states."""
    found = _POLICY.search(html)
    if found is None:
        raise ValueError("the document states no policy")
    return found[1].replace("&#39;", "'")


def protected_page(
    theme: Theme, policy: str, *, salt: bytes, nonce: bytes, data: bytes, rounds: int
) -> str:
    """Return the page.

    Parameters
    ----------
    theme : Theme
    policy : str
        Of the document inside.
    salt, nonce, data : bytes
        As `runfolio.deliver.encryption.Sealed` holds them.
    rounds : int
        Of the key's derivation.
    """
    style = inline(stylesheet(theme) + theme.static("protected.css").decode("utf-8"))
    script = inline(theme.static("protected.js").decode("utf-8"))
    more = {"script-src": hash_of(script), "style-src": hash_of(style)}
    info = SiteInfo("Protected report", (), "", "")
    renderer = HtmlRenderer(theme, info, Assets({}, "", {}, "", ""))
    return renderer.filled(
        "protected.html",
        Page("index.html", "", info.title, ()),
        content_policy=_SOURCES.sub(lambda found: f"{found[0]} {more[found[1]]}", policy),
        style=style,
        script=script,
        salt=_text(salt),
        nonce=_text(nonce),
        data=_text(data),
        rounds=rounds,
        mark=MARK,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
