"""Whatever a hidden text was written into, it is found there; and the error does not repeat it."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import quopri
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from email.message import EmailMessage
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runfolio.audience import unpacking
from runfolio.audience.hidden import HiddenValue
from runfolio.audience.leaks import LeakSearch
from runfolio.errors import LeakError
from runfolio.render.markdown_text import plain_text

RULE = "hide: params: *_path"
SECRET = 'Zoë & Co. <"north/west"> @ring_7'


def as_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def as_lines_of_base64(text: str) -> str:
    return base64.encodebytes(text.encode()).decode()


def as_address_of_base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def as_quoted_printable(text: str) -> str:
    return quopri.encodestring(text.encode()).decode()


def as_numbers_of_html(text: str) -> str:
    return "".join(f"&#x{ord(sign):x};" for sign in text)


def as_script(text: str) -> str:
    return json.dumps(text).replace("<", "\\u003c").replace("/", "\\/")


def as_hexadecimal(text: str) -> str:
    return "".join(f"\\x{ord(s):02x}" if ord(s) < 256 else f"\\u{{{ord(s):x}}}" for s in text)


def as_csv(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


WRITINGS: dict[str, Callable[[str], str]] = {
    "HTML": html.escape,
    "HTML in numbers": as_numbers_of_html,
    "JSON": json.dumps,
    "JavaScript": as_script,
    "JavaScript in numbers": as_hexadecimal,
    "an address": quote,
    "a whole address": lambda text: quote(text, safe=""),
    "a form": quote_plus,
    "Markdown": plain_text,
    "CSV": as_csv,
    "quoted-printable": as_quoted_printable,
    "base64": as_base64,
    "base64 in lines": as_lines_of_base64,
    "base64 in an address": as_address_of_base64,
}


def search(*texts: str, rule: str = RULE, shared: Iterable[bytes] = ()) -> LeakSearch:
    return LeakSearch([HiddenValue(text, rule) for text in texts], shared)


def found(secret: str, data: str | bytes, path: str = "data/runs.js") -> bool:
    content = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    try:
        search(secret).search(path, content)
    except LeakError:
        return True
    return False


@pytest.mark.parametrize("outer", WRITINGS)
@pytest.mark.parametrize("inner", WRITINGS)
def test_it_is_found_in_any_two_writings_at_once(inner: str, outer: str) -> None:
    written = WRITINGS[outer](WRITINGS[inner](SECRET))
    assert found(SECRET, f"<p title='{written}'>of the run</p>")
    assert not found(SECRET, WRITINGS[outer](WRITINGS[inner](SECRET.replace("7", "8"))))


letters = st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo", "Nd"))
names = st.text(letters | st.sampled_from(" <>&\"'/-_.:,;()@#é日"), min_size=6, max_size=40).filter(
    lambda text: sum(map(str.isalpha, text)) > 3 and len(text.strip()) >= 6
)
"""Texts without signs that would be read as another text: ``%41`` may be meant as it is."""
amid = st.text(st.characters(codec="utf-8", exclude_characters="\\%&=<>+/\"'"), max_size=30)


@given(names, st.sampled_from([*WRITINGS]), st.sampled_from([*WRITINGS]), amid, amid)
def test_any_text_is_found_amid_any_other(
    secret: str, inner: str, outer: str, before: str, after: str
) -> None:
    # Markdown has no broken lines, without which a broken word of a mail stays broken.
    assume((inner, outer) != ("quoted-printable", "Markdown"))
    written = WRITINGS[outer](WRITINGS[inner](secret.strip()))
    assert found(secret, f'{before} "{written}" {after}')


@given(names, st.lists(st.sampled_from([*WRITINGS]), max_size=2), amid)
def test_no_other_text_is_taken_for_it(secret: str, writings: list[str], other: str) -> None:
    for writing in writings:
        other = WRITINGS[writing](other)
    assert not found(f"{secret} {SECRET}", other)


@pytest.mark.parametrize(
    "data",
    [
        "the site of NORTH-WIND\tENERGY",
        "<b>north</b>-wind energy",
        "nor<wbr>th-w&shy;ind ener\u200bgy",
        "north-wind\n   energy",
        "<td>north-wind<br>energy</td>",
        "north-\u2060wind energy",
        "(north-wind energy)",
        "my_north-wind energy",
        "\ufeffnorth-wind energy".encode("utf-16-le"),
        "\ufeffnorth-wind energy".encode(),
        "data:image/svg+xml,%3Csvg%3E%3Ctext%3Enorth-wind%20energy%3C/text%3E%3C/svg%3E",
        b"\xff\xd8\xff\xfe\x00\x12north-wind energy\xff\xd9",
    ],
)
def test_case_gaps_and_tags_make_no_difference(data: str | bytes) -> None:
    assert found("North-Wind Energy", data)


@pytest.mark.parametrize("data", ["snorth-wind energy", "north-wind energys", "north-wind-energy"])
def test_a_part_of_a_longer_word_is_another_text(data: str) -> None:
    assert not found("North-Wind Energy", data)


def test_scripts_without_spaces_need_none() -> None:
    assert found("機密計画", "これは機密計画です")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    head = (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixels = (b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*c) for c in (head, *chunks, pixels, (b"IEND", b""))
    )


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def parquet(columns: Mapping[str, Sequence[object]], about: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(dict(columns)).replace_schema_metadata(about), out, compression="zstd")
    return out.getvalue()


def message(**parts: str) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = parts.get("subject", "Report")
    mail.set_content(parts.get("text", "Nothing"), cte="quoted-printable")
    mail.add_alternative(parts.get("html", "<p>Nothing</p>"), subtype="html", cte="base64")
    mail.add_attachment(
        parts.get("attached", "x").encode(),
        maintype="application",
        subtype="octet-stream",
        filename=parts.get("name", "a.bin"),
    )
    return mail.as_bytes()


LONG = "Zoë of the north-western region, who signed the contract for the whole of the year 2026"

FILES = {
    "PNG, tEXt": png((b"tEXt", b"Comment\0" + SECRET.encode("latin-1"))),
    "PNG, zTXt": png((b"zTXt", b"Comment\0\0" + zlib.compress(SECRET.encode("latin-1")))),
    "PNG, iTXt": png((b"iTXt", b"Title\0\0\0en\0\0" + SECRET.encode())),
    "PNG, iTXt packed": png((b"iTXt", b"Title\0\1\0en\0\0" + zlib.compress(SECRET.encode()))),
    "PNG, keyword": png((b"iTXt", b"Title\0\0\0\0" + SECRET.encode() + b"\0x")),
    "PNG, Exif": png((b"eXIf", b"II*\0" + SECRET.encode())),
    "PNG, behind its end": png() + SECRET.encode(),
    "PNG in a page": b"<img src='data:image/png;base64,"
    + base64.b64encode(png((b"zTXt", b"C\0\0" + zlib.compress(SECRET.encode("latin-1")))))
    + b"'>",
    "zip": zipped(a=b"", b=html.escape(SECRET).encode()),
    "zip, name": zipped(**{f"x/{SECRET}.txt": b""}),
    "zip in zip": zipped(a=zipped(b=json.dumps(SECRET).encode())),
    "gzip": gzip.compress(SECRET.encode()),
    "zip in a script": b"x='" + base64.b64encode(zipped(b=SECRET.encode())) + b"'",
    "Parquet, values": parquet({"name": ["a", "b"] * 500 + [SECRET]}),
    "Parquet, names": parquet({SECRET: [1.0]}),
    "Parquet, metadata": parquet({"a": [1.0]}, {"about": SECRET}),
    "Parquet, lists": parquet({"a": [["x"], [SECRET]]}),
    "mail, subject": message(subject=SECRET),
    "mail, text": message(text=f"A line of words before it: {SECRET}, and words behind it.\n" * 3),
    "mail, HTML": message(html=f"<p>{html.escape(SECRET)}</p>"),
    "mail, attachment": message(attached=SECRET),
    "mail, name of attachment": message(name=SECRET),
}


@pytest.mark.parametrize("kind", FILES)
def test_files_are_opened(kind: str) -> None:
    assert found(SECRET, FILES[kind], "some.file")
    assert not found(SECRET.replace("7", "8"), FILES[kind], "some.file")


def test_long_headers_of_mails_are_put_together() -> None:
    assert found(LONG, message(subject=LONG), "a.eml")


@pytest.mark.parametrize("packed", [True, False])
def test_pdf_is_read(packed: bool) -> None:
    text = b"BT /F1 12 Tf 20 100 Td (for the north-wind energy board) Tj ET"
    stream = zlib.compress(text) if packed else text
    kind = b"/Filter /FlateDecode " if packed else b""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font "
        b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< %s/Length %d >>\nstream\n%s\nendstream" % (kind, len(stream), stream),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table + end
    assert found("North-Wind Energy", out, "report.pdf")
    assert not found("South-Wind Energy", out, "report.pdf")


@pytest.mark.parametrize(
    "path", ["runs/North-Wind Energy.html", "runs/north-wind%20energy.html", "a/North-Wind Energy"]
)
def test_names_of_files_are_searched(path: str) -> None:
    with pytest.raises(LeakError) as caught:
        search("North-Wind Energy").search(path, b"")
    assert "in the name of" in caught.value.message
    assert "north" not in caught.value.message.lower()


def test_the_error_names_file_and_rule_and_not_the_text() -> None:
    with pytest.raises(LeakError) as caught:
        search("/srv/clinic-7/train.csv").search("runs/a.html", b"from /srv/clinic-7/train.csv")
    told = str(caught.value)
    assert "runs/a.html" in told
    assert RULE in told
    assert "clinic" not in told
    assert told.endswith("[leak]")
    assert caught.value.exit_code == 1


def test_a_rule_that_is_the_text_is_not_repeated_either() -> None:
    with pytest.raises(LeakError) as caught:
        search("north-wind", rule="hide: runs: North-Wind").search("a.html", b"north-wind")
    assert "hide: runs" in caught.value.message
    assert "wind" not in caught.value.message.lower()


def test_shared_files_are_left_alone_also_where_others_hold_them() -> None:
    library = b"var lib = 'gradient descent';" * 50
    search("gradient descent", shared=[library]).search("assets/vega.js", library)
    page = b"<script>" + library + b"</script>"
    search("gradient descent", shared=[library]).search("report.html", page)
    inline = b"src='data:text/javascript;base64," + base64.b64encode(library) + b"'"
    search("gradient descent", shared=[library]).search("report.html", inline)
    with pytest.raises(LeakError):
        search("gradient descent", shared=[library]).search("x", page + b"gradient descent")


def test_what_unfolds_to_more_than_can_be_searched_is_not_let_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(unpacking, "LARGEST", 2**20)
    bomb = gzip.compress(bytes(2**21))
    with pytest.raises(LeakError, match="unfolds to more") as caught:
        search(SECRET).search("a.gz", bomb)
    assert caught.value.slug == "leak-unsearchable"
    deep = b"x"
    for _ in range(12):
        deep = gzip.compress(deep)
    with pytest.raises(LeakError, match="unfolds to more"):
        search(SECRET).search("a.gz", deep)


def test_damaged_files_are_searched_as_they_are() -> None:
    for data in FILES.values():
        search("not in any of them").search("x", data[: len(data) // 2])
    assert found("north-wind", b"PK\x03\x04 north-wind")
    assert found("north-wind", b"PAR1 north-wind PAR1")
    assert found("north-wind", b"%PDF-1.7 north-wind")
    assert found("north-wind", b"\x1f\x8b north-wind")


def test_nothing_hidden_is_nothing_searched() -> None:
    LeakSearch(()).search("a", b"\x1f\x8b")
