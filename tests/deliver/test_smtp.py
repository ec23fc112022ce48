from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mail_servers import PASSWORD, USER, Authority, Mailbox, mail_server
from runfolio.deliver.smtp import Receipt, send
from runfolio.deliver.smtp_server import SmtpServer, server_of
from runfolio.errors import DeliveryError, UsageError

MESSAGE = (
    b"From: ci@example.org\r\nTo: a@example.org\r\nSubject: Figures\r\n\r\n"
    b"One\r\n.\r\n..two\r\nthree\r\n"
)
FROM, A, B, C = "ci@example.org", "a@example.org", "b@example.org", "c@example.org"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def box(authority: Authority) -> Iterator[Mailbox]:
    with mail_server(authority) as box:
        yield box


def at(box: Mailbox, authority: Authority, scheme: str = "smtp", **told: Any) -> SmtpServer:
    environment = {"RUNFOLIO_SMTP_USER": USER, "RUNFOLIO_SMTP_PASSWORD": PASSWORD}
    environment = told.pop("environment", environment)
    told = {"ca_file": authority.ca, **told}
    return server_of(f"{scheme}://localhost:{box.port}", environment, **told)


class Waits:
    """Takes the place of sleeping, and counts."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def sent(server: SmtpServer, *recipients: str, **told: Any) -> tuple[Receipt, ...]:
    return send(server, FROM, recipients or (A,), MESSAGE, **{"wait": Waits(), **told})


def outcomes(receipts: tuple[Receipt, ...]) -> list[str]:
    return [receipt.outcome for receipt in receipts]


def test_starttls_and_login_and_every_byte_arrives(box: Mailbox, authority: Authority) -> None:
    receipts = sent(at(box, authority), A, B)
    assert outcomes(receipts) == ["sent", "sent"]
    assert [(r.recipient, r.tries) for r in receipts] == [(A, 1), (B, 1)]
    assert box.messages == [(FROM, (A, B), MESSAGE)]
    assert box.users == [USER]


def test_the_server_does_not_learn_this_machines_name(box: Mailbox, authority: Authority) -> None:
    sent(at(box, authority))
    assert set(box.names) == {"[127.0.0.1]"}


def test_implicit_tls(authority: Authority) -> None:
    with mail_server(authority, tls="implicit") as box:
        assert outcomes(sent(at(box, authority, "smtps"))) == ["sent"]
        assert box.messages[0][2] == MESSAGE


def test_a_wrong_password_is_told_without_it(box: Mailbox, authority: Authority) -> None:
    environment = {"RUNFOLIO_SMTP_USER": USER, "RUNFOLIO_SMTP_PASSWORD": "hunter2 and more"}
    server = at(box, authority, environment=environment)
    with pytest.raises(DeliveryError) as error:
        sent(server)
    assert error.value.slug == "smtp-login"
    assert USER in str(error.value)
    assert "535" in str(error.value)
    assert "Nothing was sent" in str(error.value)
    assert "hunter2" not in str(error.value) + repr(server)
    assert box.messages == []
    assert box.connections == 1, "a wrong password is not tried again: accounts get locked"


def test_a_password_beyond_ascii_is_tried_and_not_told(box: Mailbox, authority: Authority) -> None:
    environment = {"RUNFOLIO_SMTP_USER": USER, "RUNFOLIO_SMTP_PASSWORD": "pässwörd"}
    with pytest.raises(DeliveryError, match="smtp-login") as error:
        sent(at(box, authority, environment=environment))
    assert "pässwörd" not in str(error.value)


def test_no_login_where_the_server_asks_for_one(box: Mailbox, authority: Authority) -> None:
    with pytest.raises(DeliveryError, match="RUNFOLIO_SMTP_PASSWORD") as error:
        sent(at(box, authority, environment={}))
    assert error.value.slug == "smtp-login-needed"


def test_one_refused_recipient_of_three(box: Mailbox, authority: Authority) -> None:
    box.answers[B] = ["550 5.1.1 Nobody of that name here"]
    receipts = sent(at(box, authority), A, B, C)
    assert outcomes(receipts) == ["sent", "refused", "sent"]
    assert receipts[1].words == "550 5.1.1 Nobody of that name here"
    assert [message[1] for message in box.messages] == [(A, C)]


def test_all_refused_sends_no_message(box: Mailbox, authority: Authority) -> None:
    box.answers.update({A: ["550 no"], B: ["552 full"]})
    receipts = sent(at(box, authority), A, B)
    assert outcomes(receipts) == ["refused", "refused"]
    assert box.messages == []


def test_a_server_without_encryption_gets_nothing(authority: Authority) -> None:
    with mail_server(authority, tls="none", login=False) as box:
        with pytest.raises(DeliveryError, match="--insecure-smtp") as error:
            sent(at(box, authority, environment={}))
        assert error.value.slug == "smtp-no-tls"
        assert box.messages == []
        server = at(box, authority, environment={}, insecure=True)
        assert outcomes(sent(server)) == ["sent"]


def test_a_server_that_speaks_plain_where_tls_was_asked_for(authority: Authority) -> None:
    with mail_server(authority, tls="none", login=False) as box:
        with pytest.raises(DeliveryError, match="STARTTLS") as error:
            sent(at(box, authority, "smtps", environment={}))
        assert error.value.slug == "smtp-no-tls"


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_a_certificate_that_nobody_vouches_for(authority: Authority, tls: str) -> None:
    scheme = {"starttls": "smtp", "implicit": "smtps"}[tls]
    with mail_server(authority, tls=tls) as box:
        with pytest.raises(DeliveryError, match="SSL_CERT_FILE") as error:
            sent(at(box, authority, scheme, ca_file=None))
        assert error.value.slug == "smtp-certificate"
        assert box.users == []
        assert box.messages == []


def test_a_certificate_for_another_name(authority: Authority, box: Mailbox) -> None:
    environment = {"RUNFOLIO_SMTP_USER": USER, "RUNFOLIO_SMTP_PASSWORD": PASSWORD}
    server = server_of(f"smtp://127.0.0.1:{box.port}", environment, ca_file=authority.ca)
    with pytest.raises(DeliveryError, match="certificate"):
        sent(server)
    assert box.users == []


def test_the_authority_may_be_named_by_the_environment(
    box: Mailbox, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    assert outcomes(sent(at(box, authority, ca_file=None))) == ["sent"]


@pytest.mark.parametrize("when", ["DATA", ""])
def test_lost_mid_message_is_not_known_and_not_sent_again(
    box: Mailbox, authority: Authority, when: str
) -> None:
    box.answers[when] = ["drop"]
    box.answers[B] = ["550 no"]
    receipts = sent(at(box, authority), A, B)
    assert outcomes(receipts) == ["not known", "refused"]
    assert "while the message was on its way" in receipts[0].words
    assert box.connections == 1
    assert box.messages == []


def test_an_answer_that_is_neither_yes_nor_no_is_not_known(
    box: Mailbox, authority: Authority
) -> None:
    box.answers[""] = ["Bye"]
    receipts = sent(at(box, authority), A)
    assert outcomes(receipts) == ["not known"]
    assert box.connections == 1


def test_a_server_that_never_asked_for_the_message_was_not_sent_it(
    box: Mailbox, authority: Authority
) -> None:
    box.answers["DATA"] = ["250 OK"]
    assert outcomes(sent(at(box, authority), A)) == ["refused"]
    assert box.messages == []


def test_a_password_that_the_server_repeats_is_not_told(
    box: Mailbox, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    password = "two  blanks and much more and much more"
    monkeypatch.setattr("mail_servers.PASSWORD", password)
    box.answers[A] = [f"550 {'x' * 280} {password}"]
    environment = {"RUNFOLIO_SMTP_USER": USER, "RUNFOLIO_SMTP_PASSWORD": password}
    receipts = sent(at(box, authority, environment=environment), A)
    assert outcomes(receipts) == ["refused"]
    assert "two" not in receipts[0].words
    assert "***" in receipts[0].words


def test_what_is_put_off_is_sent_later_and_to_nobody_twice(
    box: Mailbox, authority: Authority
) -> None:
    box.answers[B] = ["451 4.7.1 Greylisted, try later", "450 4.7.1 Still greylisted"]
    waits = Waits()
    receipts = sent(at(box, authority), A, B, wait=waits)
    assert outcomes(receipts) == ["sent", "sent"]
    assert [receipt.tries for receipt in receipts] == [1, 3]
    assert [message[1] for message in box.messages] == [(A,), (B,)]
    assert waits.seconds == sorted(waits.seconds)
    assert len(waits.seconds) == 2


@pytest.mark.parametrize("when", ["MAIL", "DATA", ""])
def test_a_temporary_no_at_any_step_is_tried_again(
    box: Mailbox, authority: Authority, when: str
) -> None:
    box.answers[when] = ["452 4.3.1 Out of space"]
    assert outcomes(sent(at(box, authority), A)) == ["sent"]
    assert len(box.messages) == 1


def test_tries_come_to_an_end(box: Mailbox, authority: Authority) -> None:
    box.answers[A] = ["451 later"] * 99
    waits = Waits()
    receipts = sent(at(box, authority), A, B, wait=waits)
    assert outcomes(receipts) == ["not sent", "sent"]
    assert receipts[0].words == "451 later"
    assert receipts[0].tries == len(waits.seconds) + 1 == 4


def test_an_interruption_does_not_hide_who_has_it(box: Mailbox, authority: Authority) -> None:
    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    box.answers[B] = ["451 later"]
    receipts = sent(at(box, authority), A, B, wait=interrupted)
    assert outcomes(receipts) == ["sent", "not sent"]


def test_an_interruption_on_the_way_leaves_it_open(
    box: Mailbox, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_smtp: smtplib.SMTP, _data: bytes) -> None:
        raise KeyboardInterrupt

    server = at(box, authority)
    box.answers[B] = ["550 no"]
    original = smtplib.SMTP.send
    monkeypatch.setattr(
        smtplib.SMTP,
        "send",
        lambda smtp, data: (interrupted if "Figures" in str(data) else original)(smtp, data),
    )
    assert outcomes(sent(server, A, B)) == ["not known", "refused"]


def test_a_large_message_and_a_slow_server_have_their_time(
    box: Mailbox, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = []
    original = smtplib.SMTP.send

    def watched(smtp: smtplib.SMTP, data: Any) -> None:
        if "Figures" in str(data):
            assert smtp.sock is not None
            limits.append(smtp.sock.gettimeout())
        original(smtp, data)

    server = at(box, authority)
    monkeypatch.setattr(smtplib.SMTP, "send", watched)
    assert outcomes(sent(server)) == ["sent"]
    # Ten minutes (RFC 5321, 4.5.3.2.6), however soon the other answers are to come.
    assert limits == [600]
    assert server.seconds < 600


def test_a_message_that_is_refused_as_a_whole(box: Mailbox, authority: Authority) -> None:
    box.answers[""] = ["554 5.7.1 Looks like spam"]
    receipts = sent(at(box, authority), A, B)
    assert outcomes(receipts) == ["refused", "refused"]
    assert "Looks like spam" in receipts[0].words


def test_a_sender_that_is_refused_says_what_to_set(box: Mailbox, authority: Authority) -> None:
    box.answers["MAIL"] = ["553 5.7.1 Not your address"]
    with pytest.raises(DeliveryError, match="--from") as error:
        sent(at(box, authority))
    assert error.value.slug == "smtp-sender-refused"


def test_a_message_that_is_too_large_is_not_begun(authority: Authority) -> None:
    with mail_server(authority, data_size_limit=50) as box:
        with pytest.raises(DeliveryError, match="attachment") as error:
            sent(at(box, authority))
        assert error.value.slug == "smtp-too-large"


def test_letters_beyond_ascii_need_a_server_that_takes_them(authority: Authority) -> None:
    with mail_server(authority) as box:
        with pytest.raises(DeliveryError, match="SMTPUTF8") as error:
            sent(at(box, authority), "jörg@example.org", utf8=True)
        assert error.value.slug == "smtp-no-utf8"
    with mail_server(authority, enable_SMTPUTF8=True) as box:
        assert outcomes(sent(at(box, authority), "jörg@example.org", utf8=True)) == ["sent"]
        assert box.messages[0][1] == ("jörg@example.org",)


def test_nobody_answers_at_that_port(box: Mailbox, authority: Authority) -> None:
    server = at(box, authority)
    with mail_server(authority) as gone:
        port = gone.port
    with pytest.raises(DeliveryError, match="cannot be reached") as error:
        sent(server_of(f"smtp://localhost:{port}", {}, ca_file=server.ca_file))
    assert error.value.slug == "smtp-unreachable"


def test_a_failure_after_some_have_it_is_told_of_each(box: Mailbox, authority: Authority) -> None:
    box.answers[B] = ["451 later"]
    box.answers["MAIL"] = ["250 OK", "553 5.7.1 Enough for today"]
    receipts = sent(at(box, authority), A, B)
    assert outcomes(receipts) == ["sent", "not sent"]
    assert "Enough for today" in receipts[1].words


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("smtp://me:hunter2@mail.example.org", "smtp-password-in-url"),
        ("smtps://:hunter2@mail.example.org", "smtp-password-in-url"),
        ("mail.example.org", "smtp-url"),
        ("http://mail.example.org", "smtp-url"),
        ("smtp://mail.example.org:port", "smtp-url"),
        ("smtp://mail.example.org/path", "smtp-url"),
        ("smtp://mail.example.org\r\nDATA", "smtp-url"),
        ("smtp://", "smtp-url"),
        ("smtp://[::1", "smtp-url"),
    ],
)
def test_addresses_that_are_none(url: str, slug: str) -> None:
    with pytest.raises(UsageError) as error:
        server_of(url, {})
    assert error.value.slug == slug
    assert "hunter2" not in str(error.value)


def test_where_name_and_password_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def get_password(service: str, user: str) -> str | None:
        asked.append((service, user))
        return "from the keyring"

    keyring = pytest.importorskip("keyring")
    monkeypatch.setattr(keyring, "get_password", get_password)
    server = server_of("smtp://me%40example.org@mail.example.org", {})
    assert (server.user, server.password, server.port) == (
        *("me@example.org", "from the keyring", 587),
    )
    assert asked == [("smtp://mail.example.org", "me@example.org")]
    told = {"RUNFOLIO_SMTP_USER": "other", "RUNFOLIO_SMTP_PASSWORD": "secret"}
    server = server_of("smtps://mail.example.org", told)
    assert (server.user, server.password, server.port) == ("other", "secret", 465)
    assert "secret" not in repr(server)
    monkeypatch.setattr(keyring, "get_password", lambda *_: None)
    with pytest.raises(UsageError, match="keyring set") as error:
        server_of("smtp://me@mail.example.org", {})
    assert error.value.slug == "smtp-password-missing"
    with pytest.raises(UsageError, match="RUNFOLIO_SMTP_USER") as error:
        server_of("smtp://mail.example.org", {"RUNFOLIO_SMTP_PASSWORD": "secret"})
    assert "secret" not in str(error.value)


def test_a_file_of_certificates_that_holds_none(
    box: Mailbox, authority: Authority, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no file"):
        at(box, authority, ca_file=tmp_path / "none.pem")
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(UsageError, match="certificates"):
        sent(at(box, authority, ca_file=tmp_path / "empty.pem"))


def test_the_contexts_check_certificates_and_names(authority: Authority) -> None:
    from runfolio.deliver.smtp_connection import _context

    context = _context(SmtpServer("localhost", 587, "starttls", ca_file=authority.ca))
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
