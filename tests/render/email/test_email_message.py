from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters import letter, role_page
from runfolio.errors import UsageError
from runfolio.render.email.addresses import addresses_of, one_line, parsed_address
from runfolio.render.email.message import Attachment, message_bytes
from runfolio.render.email.summary import EmailSummary
from runfolio.views import blocks as b
from sample_pages import dots

DAY = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)
FILE = Attachment("report.html", "text/html", "All of it", b"<!DOCTYPE html>\n" + b"<p>.\n" * 200)


@cache
def content() -> EmailSummary:
    chart = b.Section("c", "Chart", (dots("Recall over −5 °C", static=True),))
    return letter(role_page(chart, title="Recall is up: 96,9 %, “surely”"))


def written(*to: str, sender: str = "ci@example.org", date: datetime = DAY) -> bytes:
    people = addresses_of(to or ("a@example.org",), "The recipient")
    return message_bytes(
        content(),
        sender=parsed_address(sender, "The sender") if sender else None,
        recipients=people,
        date=date,
        attachments=[FILE],
        list_name="Screening triage",
    )


def read(message: bytes) -> EmailMessage:
    found = message_from_bytes(message, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert [part.defects for part in found.walk() if part.defects] == []
    return found


def test_the_tree_and_what_is_in_it() -> None:
    found = read(written())
    assert [part.get_content_type() for part in found.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related"),
        *("text/html", "image/png", "text/html"),
    ]
    html, text = found.get_body(("html",)), found.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert html.get_content().replace("\r\n", "\n") == content().html
    assert text.get_content().replace("\r\n", "\n") == content().text
    image = next(part for part in found.walk() if part.get_content_type() == "image/png")
    assert image["Content-ID"] == f"<{content().pictures[0].cid}>"
    assert f"cid:{content().pictures[0].cid}" in content().html
    assert image.get_content() == content().pictures[0].image.data
    (file,) = found.iter_attachments()
    assert file.get_filename() == "report.html"
    assert file.get_payload(decode=True) == FILE.data


def test_headers_say_who_and_what_and_that_no_person_wrote_it() -> None:
    found = read(written('"Doe, Jäne" <jane@example.org>', "b@example.org"))
    assert found["Subject"] == "Recall is up: 96,9 %, “surely”"
    assert [(one.display_name, one.addr_spec) for one in found["To"].addresses] == [
        ("Doe, Jäne", "jane@example.org"),
        ("", "b@example.org"),
    ]
    assert found["Date"].datetime == DAY
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Id"] == "<screening-triage.runfolio.example.org>"
    assert "X-Unsent" not in found


def test_every_line_can_be_sent_anywhere() -> None:
    message = written("jürgen müller <a@exämple.org>")
    assert message.isascii()
    assert message.count(b"\n") == message.count(b"\r\n") == message.count(b"\r")
    assert max(map(len, message.split(b"\r\n"))) <= 78


def test_the_same_but_for_the_date() -> None:
    one, other = written(), written(date=datetime(2027, 1, 1, tzinfo=UTC))
    assert one == written()
    differing = [
        (a, b) for a, b in zip(one.split(b"\r\n"), other.split(b"\r\n"), strict=True) if a != b
    ]
    assert differing == [
        (b"Date: Fri, 01 May 2026 08:30:00 +0000", b"Date: Fri, 01 Jan 2027 00:00:00 +0000")
    ]


def test_another_content_is_another_message() -> None:
    ids = {read(written(*to))["Message-ID"] for to in (("a@example.org",), ("b@example.org",))}
    assert len(ids) == 2


def test_without_a_sender_it_is_a_draft() -> None:
    found = read(written(sender=""))
    assert found["X-Unsent"] == "1"
    assert "From" not in found


def test_a_local_part_beyond_ascii_makes_an_utf8_message() -> None:
    message = written("jörg@example.org")
    assert "To: jörg@example.org\r\n".encode() in message


@pytest.mark.parametrize(
    ("text", "name", "mailbox"),
    [
        ("a@example.org", "", "a@example.org"),
        ("  a@example.org ", "", "a@example.org"),
        ("<a@example.org>", "", "a@example.org"),
        ("Jane Doe <jane@example.org>", "Jane Doe", "jane@example.org"),
        ('"Doe, Jane" <jane@example.org>', "Doe, Jane", "jane@example.org"),
        ("Jörg 張 <j@example.org>", "Jörg 張", "j@example.org"),
        ("o'neil+ml@sub.Example.ORG", "", "o'neil+ml@sub.example.org"),
        ("root@localhost", "", "root@localhost"),
        # IDNA 2008: these two are not the same domain.
        ("a@straße.example", "", "a@xn--strae-oqa.example"),
        ("a@strasse.example", "", "a@strasse.example"),
        ("a@例え.テスト", "", "a@xn--r8jz45g.xn--zckzah"),
    ],
)
def test_one_address(text: str, name: str, mailbox: str) -> None:
    found = parsed_address(text, "The recipient")
    assert (found.name, found.mailbox) == (name, mailbox)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a@example.org, b@example.org", "Give each on its own"),
        ("a@example.org;b@example.org", "Give each on its own"),
        ("Doe, Jane <jane@example.org>", '"Doe, Jane" <jane@example.org>'),
        ("team: a@example.org, b@example.org;", "Give each on its own"),
        ("a@example.org\r\nBcc: b@example.org", "line break"),
        ("a@example.org\nb@example.org", "line break"),
        ("a@example.org\u2028", "line break"),
        ("a@example.org\0", "control character"),
        ("", "no address"),
        ("a", "no address"),
        ("a@", "no address"),
        ("@example.org", "no address"),
        ("a b@example.org", "no address"),
        ("a@b@example.org", "before the @"),
        ("a..b@example.org", "before the @"),
        (f"{'a' * 65}@example.org", "before the @"),
        ("a@-example.org", "no valid domain"),
        ("a@exa_mple.org", "no valid domain"),
        ("a@example..org", "no valid domain"),
        ("a@[127.0.0.1]", "no valid domain"),
        ("a@exam\u200bple.org", "cannot be seen"),
        ("\u202eJane <a@example.org>", "cannot be seen"),
        ("<a@example.org> <b@example.org>", "no address"),
        ("a@example.org (a remark)", "no address"),
    ],
)
def test_what_is_not_one_address(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        parsed_address(text, "The recipient")
    assert error.value.slug == "email-address"
    assert said in error.value.message
    assert len(error.value.message.splitlines()) == 1
    assert "The recipient" in error.value.message


def test_nobody_gets_it_twice() -> None:
    texts = ("a@example.org", "A <a@EXAMPLE.org>", "b@example.org")
    assert [one.mailbox for one in addresses_of(texts, "x")] == ["a@example.org", "b@example.org"]


@given(st.text(st.characters() | st.sampled_from('@@@<>",;:\r\n ()\\'), max_size=25))
def test_any_text_is_one_address_or_refused(text: str) -> None:
    try:
        address = parsed_address(text, "The recipient")
    except UsageError:
        return
    short = EmailSummary("Recall is up", "<p>It is.</p>", "It is.", (), ())
    message = message_bytes(short, sender=None, recipients=[address], date=DAY)
    head = message.partition(b"\r\n\r\n")[0]
    found = message_from_bytes(head + b"\r\n\r\n", policy=policy.SMTPUTF8)
    assert [one.addr_spec for one in found["To"].addresses] == [address.mailbox]
    assert {name.lower() for name in found.keys()} == {  # noqa: SIM118
        *("x-unsent", "to", "subject", "date", "message-id", "auto-submitted"),
        *("x-auto-response-suppress", "content-type", "mime-version", "x-mailer"),
    }


@pytest.mark.parametrize("text", ["a\r\nBcc: b@example.org", "a\nb", "a\x0bb", "a\u2028b", "a\0"])
def test_a_subject_of_several_lines_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="one line") as error:
        one_line(text, "The subject")
    assert error.value.slug == "email-header"
