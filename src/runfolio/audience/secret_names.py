"""Stage 2b: secrets that are known by what they are called: ``api_key``, ``--password``.

What is called so and is plainly none stays: ``max_tokens``, ``pad_token: [PAD]``, ``password:
None``, the path of a file that holds the secret, a variable that stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from runfolio.audience.named_values import plain_name
from runfolio.audience.secret_rules import Span, entropy

__all__ = ["ASSIGNED_KEYWORDS", "assigned", "is_secret", "kind_of_name"]

_PASSWORD_NAME = re.compile(
    r"(?:password|passwd|passphrase|contrasena|(?:^|_)pwd|(?:^|_)secret|"
    r"(?:^|_)(?:db|database|user|key|smtp|mail|ftp|ssh|ldap)_?pass)(?:_?\d)?$"
)
_KEY_NAME = re.compile(
    r"(?:(?:api|access|secret|private|auth|account|service|encryption|signing|subscription|master|"
    r"client|license|licence|storage|shared|function|webhook|wandb|kaggle|openai|anthropic|cohere|"
    r"mistral|comet|hf|huggingface|pinecone|azure|aws|gcp|google|github|gitlab|minio)_?key(?:_?id)?|"
    r"(?:^|_)(?:token|pat|jwt|bearer|credentials?|authorization|auth|cookie|session_?id)|"
    r"(?:auth|access|api|bearer|hub|refresh|id|bot)token)(?:_?\d)?$"
)
_NONE = frozenset(
    {
        *("", "-", "none", "null", "nil", "na", "n/a", "nan", "true", "false", "yes", "no", "on"),
        *("off", "set", "unset", "empty", "default", "required", "optional", "prompt", "ask"),
        *("env", "environment", "keyring", "vault", "example", "dummy", "test", "todo", "tbd"),
        *("secret", "password", "passwd", "pass", "pwd", "token", "key", "apikey", "api_key"),
        *(
            "changeme",
            "change_me",
            "redacted",
            "hidden",
            "masked",
            "removed",
            "(secret masked)",
            "value",
        ),
        *("str", "string", "text", "undefined", "missing", "unknown", "anonymous", "not set"),
    }
)
_STANDS_FOR = re.compile(
    r"[*x.•#_?-]+|\$.*|\{.*|<.*|%.*%|\[.*|\(.*|@.*|env[:.].*|os\.environ.*|"
    r"(?:your|my|the|some)[-_ ].*|vault:.*|keyring:.*|secret[s]?[:./].*|(?:\.{0,2}|~)[/\\].*|[A-Za-z]:[/\\].*|[\w.+-]+://.*|"
    r".*\.(?:json|ya?ml|toml|env|pem|txt|key|cfg|ini|p12|pfx)",
    re.IGNORECASE | re.DOTALL,
)
"""What stands for a secret, or says where it is: a variable, a placeholder, a path."""
_RUN = re.compile(r"[A-Za-z0-9]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TOKEN = re.compile(r"[\w.=+/~:|!@#$%^&*-]{16,5000}")
_SHORTEST_PASSWORD = 3
_SHORTEST_IN_PROSE = 6
_SHORTEST_RUN = 12

_WORDS = {
    "password": ("password", "passwd", "passphrase", "pwd", "secret"),
    "key": (
        *(
            f"{word}{by}key"
            for word in ("api", "access", "secret", "private", "auth", "account")
            for by in ("", "_", "-", " ")
        ),
        *("token", "credential", "credentials", "authorization"),
    ),
}
_KIND_OF = {word: kind for kind, words in _WORDS.items() for word in words}
ASSIGNED_KEYWORDS = tuple(_KIND_OF)
"""One of these is in every text in which `assigned` finds something."""
_ANY = "|".join(sorted(_KIND_OF, key=len, reverse=True))
_ASSIGNED = re.compile(
    rf"(?P<flag>(?<![\w-])--?[\w-]{{0,40}})?(?P<name>{_ANY})(?![A-Za-z0-9_-])"
    r"(?P<close>[\"'\])`*]{0,4})"
    r"(?P<by>\s{0,3}(?:=>|:?={1,3}|:)\s{0,3}|,\s{0,3}(?=[\"'])|\s{1,3})"
    r"(?:[*_]{1,3}\s{0,3})?(?:(?:bearer|basic|token)\s{1,3})?"
    r"(?:(?P<quote>[\"'`])(?P<quoted>(?:(?!(?P=quote))[^\n]){1,500})(?P=quote)"
    r"|(?P<plain>[^\s\"'`,;&<>(){}\[\]|]{1,500}))",
    re.IGNORECASE,
)


@lru_cache(maxsize=100_000)
def kind_of_name(name: str) -> str:
    """Return what the value of a param or tag is, if its name says that it is a secret.

    Examples
    --------
    >>> kind_of_name("db.Password"), kind_of_name("wandb/apiKey"), kind_of_name("max_tokens")
    ('password', 'key', '')
    """
    if name.startswith(("/", "./", "../", "~/")):
        return ""  # a file
    plain = plain_name(name)
    if _PASSWORD_NAME.search(plain):
        return "password"
    return "key" if _KEY_NAME.search(plain) else ""


def is_secret(kind: str, value: str, name: str = "") -> bool:
    """Tell whether a value that is called a password or a key is one, and no placeholder.

    Parameters
    ----------
    kind : {"password", "key", ""}
        Of `kind_of_name`. A key is long and looks like chance; a password may be any text.
    value : str
    name : str
        What is its own name is no secret.

    Examples
    --------
    >>> is_secret("password", "hunter2"), is_secret("password", "${DB_PASSWORD}")
    (True, False)
    """
    value = value.strip()
    if not kind or value.lower() in _NONE or value == name or _STANDS_FOR.fullmatch(value):
        return False
    return _is_token(value) if kind == "key" else len(value) >= _SHORTEST_PASSWORD


def assigned(text: str) -> Iterator[Span]:
    """Yield where values stand in a text that are given to a name of a secret."""
    for found in _ASSIGNED.finditer(text):
        group = "quoted" if found["quoted"] else "plain"
        value, name = found[group], found["name"]
        start, end = found.span(group)
        if group == "plain":
            value = value.rstrip(".:!?*_\\")
            end = start + len(value)
        kind = _KIND_OF[name.lower()]
        is_flag = bool(found["flag"])
        if not found["by"].strip() and not is_flag:
            continue  # only a word before another one
        if kind == "password" and group == "plain" and not is_flag and not _is_odd(value):
            continue
        if is_secret("key" if kind == "key" else "password", value, name):
            yield Span(start, end, kind)


def _is_odd(value: str) -> bool:
    """Tell whether a text is hardly a word or a number of a sentence."""
    letters = any(sign.isalpha() for sign in value)
    return letters and not value.isalpha() and len(value) >= _SHORTEST_IN_PROSE


def _is_token(value: str) -> bool:
    if not _TOKEN.fullmatch(value):
        return False
    if _UUID.fullmatch(value):
        return True
    runs = _RUN.findall(value)
    mixed = [run for run in runs if not run.isalpha() and not run.isdigit()]
    letters = [run for run in runs if run.isalpha() and not (run.islower() or run.isupper())]
    longest = max(map(len, mixed), default=0)
    is_mixed = longest >= _SHORTEST_RUN and entropy(value) >= 3.0
    return is_mixed or any(len(run) >= 24 and entropy(run) >= 4.0 for run in letters)
