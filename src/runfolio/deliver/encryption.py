"""Stage 6: text that only those can read who know a password.

AES-256-GCM (NIST SP 800-38D) under a key that PBKDF2-HMAC-SHA-256 (RFC 8018) makes of the
password by 600,000 rounds, as OWASP's Password Storage Cheat Sheet asks for: what WebCrypto in
every browser can open again.

Salt and nonce come from the password and the text, as in SIV (RFC 5297): the same text under
the same password gives the same bytes, so an unchanged report is no new commit; another text has
another salt, thus another key, so that no nonce is ever used twice with one key. Without the
password they tell nothing.
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from runfolio.errors import UsageError

__all__ = ["ITERATIONS", "SHORTEST", "Sealed", "password_problem", "seal"]

ITERATIONS = 600_000
SHORTEST = 12
"""Characters of a password: whoever has the file can try as many as their machine can."""

_LABEL = b"runfolio: salt and nonce of a text"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a browser needs to open a text, but the password.

    Parameters
    ----------
    salt : bytes
        16 of them.
    nonce : bytes
        12 of them.
    data : bytes
        The text, packed by gzip and encrypted, with its tag at the end.
    """

    salt: bytes
    nonce: bytes
    data: bytes


def password_problem(password: str) -> str:
    """Say what is wrong with a password; nothing where it is fit."""
    if len(password) < SHORTEST:
        return (
            f"The password has {len(password)} characters. Whoever has the file can try as many "
            f"passwords as they like, so take at least {SHORTEST}: four or five words are best."
        )
    return ""


def seal(text: str, password: str) -> Sealed:
    """Encrypt a text.

    Parameters
    ----------
    text : str
    password : str

    Raises
    ------
    UsageError
        If the library for it is missing.
    """
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise UsageError(
            "Nothing can be encrypted: the package cryptography is missing. "
            "Install it by `pip install 'runfolio[protect]'`.",
            "protect-missing",
        ) from error
    packed = gzip.compress(text.encode("utf-8"), 9, mtime=0)
    derived = hmac.digest(_key(password, _LABEL), packed, "sha256")
    salt, nonce = derived[:16], derived[16:28]
    return Sealed(salt, nonce, AESGCM(_key(password, salt)).encrypt(nonce, packed, None))


def _key(password: str, salt: bytes) -> bytes:
    # The same letters can be typed as different characters: both sides take one form.
    known = unicodedata.normalize("NFKC", password).encode("utf-8")
    return hashlib.pbkdf2_hmac("sha256", known, salt, ITERATIONS)
