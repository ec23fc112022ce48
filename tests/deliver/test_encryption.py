"""What is encrypted opens with the password alone, by the standards that it names."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from runfolio.deliver.encryption import ITERATIONS, Sealed, password_problem, seal

PASSWORD = "four words to open"


def opened(sealed: Sealed, password: str) -> str:
    """Open it with another implementation of the key's derivation."""
    key = PBKDF2HMAC(SHA256(), 32, sealed.salt, ITERATIONS).derive(password.encode("utf-8"))
    packed = AESGCM(key).decrypt(sealed.nonce, sealed.data, None)
    return gzip.decompress(packed).decode("utf-8")


def test_the_password_opens_it_and_no_other_does() -> None:
    text = "It is worth EUR 120,000 a year. ✓\n" * 50
    sealed = seal(text, PASSWORD)
    assert opened(sealed, PASSWORD) == text
    with pytest.raises(InvalidTag):
        opened(sealed, PASSWORD + " ")
    assert b"worth" not in sealed.data
    assert (len(sealed.salt), len(sealed.nonce)) == (16, 12)
    # OWASP's least for PBKDF2-HMAC-SHA-256.
    assert ITERATIONS >= 600_000


def test_the_same_gives_the_same_and_another_text_another_key() -> None:
    one, again, other = seal("a", PASSWORD), seal("a", PASSWORD), seal("b", PASSWORD)
    assert one == again
    assert one.salt != other.salt  # so no nonce is used twice with one key
    assert one.nonce != other.nonce
    # Neither can be made without the password.
    digests = {hashlib.new(name, b"a").digest()[:16] for name in ("sha256", "sha1", "md5")}
    assert one.salt not in digests
    assert seal("a", "another password").salt != one.salt


def test_letters_that_look_alike_are_one_password() -> None:
    composed, apart = "caf\u00e9 au lait grand", "cafe\u0301 au lait grand"
    assert opened(seal("a", apart), composed) == "a"


def test_a_password_that_can_be_tried_is_refused() -> None:
    assert "at least 12" in password_problem("eleven char")
    assert password_problem("twelve chars") == ""
