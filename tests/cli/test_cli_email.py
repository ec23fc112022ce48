"""``report email``: from logs to a mailbox, and what is told on the way."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pypdf
import pytest
import yaml

from mail_servers import PASSWORD, USER, Authority, Mailbox, mail_server
from runfolio import pipeline
from runfolio.cli import main
from stores import put, write_folder


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def box(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    monkeypatch.setenv("RUNFOLIO_SMTP_USER", USER)
    monkeypatch.setenv("RUNFOLIO_SMTP_PASSWORD", PASSWORD)
    with mail_server(authority) as box:
        yield box


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for seed, value in enumerate((0.95, 0.96, 0.97)):
        about = {"params": {"model": "forest", "seed": seed}, "status": "finished"}
        write_folder(tmp_path / f"logs/run-{seed}", {"recall": value}, about)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    configure(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def made() -> dict[tuple[object, ...], Any]:
    """Reports by what they are made from."""
    return {}


@pytest.fixture(autouse=True)
def each_report_once(made: dict[tuple[object, ...], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the same logs with the same configuration once in this file."""
    report = pipeline._report

    def shared(project: Any, request: Any, clock: Any) -> Any:
        key = (Path("report.yaml").read_text("utf-8"), request)
        if key not in made:
            made[key] = report(project, request, clock)
        return made[key]

    monkeypatch.setattr(pipeline, "_report", shared)


def configure(project: Path, **told: Any) -> None:
    settings = {
        "title": "Screening",
        "sources": ["logs"],
        "objective": {"metric": "recall", "goal": "maximize"},
        "requirements": [{"name": "Catches most", "metric": "recall", "at_least": 0.99}],
        "deliver": told,
    }
    put(project, {"report.yaml": yaml.safe_dump(settings)})


def ask(*words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(["email", *words])
    told = capsys.readouterr()
    return code, told.out, told.err


def sending(box: Mailbox, authority: Authority, *more: str) -> list[str]:
    server = ["--send", "--smtp", f"smtp://localhost:{box.port}", "--smtp-ca", str(authority.ca)]
    return ["--from", "Reports <ci@example.org>", *server, *more]


def test_a_file_to_open_in_a_mail_program(
    project: Path, capsys: pytest.CaptureFixture[str], made: dict[tuple[object, ...], Any]
) -> None:
    code, out, _ = ask("--to", "Jane <a@example.org>", "--to", "b@example.org", capsys=capsys)
    assert code == 0
    assert "report.eml" in out
    first = (project / "report.eml").read_bytes()
    found = message_from_bytes(first, policy=policy.default)
    assert found["To"] == "Jane <a@example.org>, b@example.org"
    assert found["Date"].datetime.isoformat() == "2026-01-01T00:00:00+00:00"
    text = found.get_body(("plain",))
    assert text is not None
    assert "Catches most  ✗\xa0Missed" in text.get_content()
    made.clear()
    assert ask("--to", "Jane <a@example.org>", "--to", "b@example.org", capsys=capsys)[0] == 0
    assert (project / "report.eml").read_bytes() == first, "the same bytes again"
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []


def test_what_arrives_is_the_file(
    project: Path, box: Mailbox, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    to = ("--to", "a@example.org", "--to", "b@example.org", "-o", "sent.eml")
    code, out, _ = ask(*sending(box, authority, *to), capsys=capsys)
    assert code == 0
    assert box.messages == [
        ("ci@example.org", ("a@example.org", "b@example.org"), (project / "sent.eml").read_bytes())
    ]
    assert "✓ a@example.org: sent" in out
    assert PASSWORD not in out


def test_one_of_three_got_nothing(
    project: Path, box: Mailbox, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    box.answers["b@example.org"] = ["550 5.1.1 No such person"]
    to = [word for name in "abc" for word in ("--to", f"{name}@example.org")]
    code, out, _ = ask(*sending(box, authority, *to, "--json"), capsys=capsys)
    told = json.loads(out)
    assert code == told["exit_code"] == 2
    assert told["ok"] is False
    assert [(one["recipient"], one["outcome"]) for one in told["receipts"]] == [
        ("a@example.org", "sent"),
        ("b@example.org", "refused"),
        ("c@example.org", "sent"),
    ]
    assert told["receipts"][1]["words"] == "550 5.1.1 No such person"
    assert not (project / "report.eml").exists()


def test_a_lost_connection_is_told_as_it_is(
    project: Path, box: Mailbox, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    box.answers["DATA"] = ["drop"]
    code, out, _ = ask(*sending(box, authority, "--to", "a@example.org"), capsys=capsys)
    assert code == 2
    assert "? a@example.org: not known" in out
    assert "before you send it again" in out


def test_a_dry_run_connects_to_nothing_and_writes_nothing(
    project: Path, box: Mailbox, authority: Authority, capsys: pytest.CaptureFixture[str]
) -> None:
    words = sending(box, authority, "--to", "a@example.org", "--dry-run", "-o", "x.eml")
    code, out, err = ask(*words, capsys=capsys)
    assert code == 0
    assert box.connections == 0
    assert not (project / "x.eml").exists()
    server = f"smtp://localhost:{box.port}"
    for part in ("a@example.org", "ci@example.org", server, "KB", "Catches most"):
        assert part in out
    assert PASSWORD not in out + err


def test_the_configuration_fills_what_is_not_said(
    project: Path,
    box: Mailbox,
    authority: Authority,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    email = {
        "role": "data-scientist",
        "to": ["a@example.org"],
        "from": "ci@example.org",
        "subject": "Weekly",
        "smtp": f"smtp://localhost:{box.port}",
    }
    configure(project, email=email, url="https://example.org/report/")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
    code, _, _ = ask("--send", capsys=capsys)
    assert code == 0
    found = message_from_bytes(box.messages[0][2], policy=policy.default)
    assert found["Subject"] == "Weekly"
    text = found.get_body(("plain",))
    assert text is not None
    assert "https://example.org/report/data-scientist.html" in text.get_content()


def test_it_is_for_the_audience_that_is_named(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(project, email={"audience": "board", "to": "a@example.org"})
    settings = yaml.safe_load((project / "report.yaml").read_text("utf-8"))
    settings["audiences"] = {"board": {"locale": "de", "hide": {"requirements": ["Catches*"]}}}
    put(project, {"report.yaml": yaml.safe_dump(settings)})
    assert ask(capsys=capsys)[0] == 0
    message = (project / "report.eml").read_bytes()
    text = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    assert text is not None
    assert "0,96" in text.get_content()
    for part in message_from_bytes(message, policy=policy.default).walk():
        if not part.is_multipart():
            assert b"Catches" not in part.get_payload(decode=True)


def test_a_subject_that_tells_what_is_hidden_is_not_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = yaml.safe_load((project / "report.yaml").read_text("utf-8"))
    settings["audiences"] = {"board": {"hide": {"requirements": ["Catches*"]}}}
    put(project, {"report.yaml": yaml.safe_dump(settings)})
    words = ("--to", "a@example.org", "--audience", "board", "--subject", "Catches most: missed")
    code, _, err = ask(*words, capsys=capsys)
    assert code == 1
    assert "report.eml/subject.txt" in err
    assert not (project / "report.eml").exists()


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (["--to", "a@example.org, b@example.org"], "email-address"),
        (["--to", "a@example.org\nBcc: b@example.org"], "email-address"),
        (["--to", "a@example.org", "--subject", "x\r\nBcc: b@example.org"], "email-header"),
        (["--to", "a@example.org", "--from", "nobody"], "email-address"),
        (["--send", "--from", "a@example.org", "--smtp", "smtp://h"], "email-without-to"),
        (["--send", "--to", "a@example.org", "--smtp", "smtp://h"], "email-without-from"),
        (["--send", "--to", "a@example.org", "--from", "b@example.org"], "email-without-server"),
        (["--to", "a@example.org", "--role", "busines-stakeholder"], "role-unknown"),
        (["--to", "a@example.org", "-o", "logs"], "output-is-a-folder"),
        (["--to", "a@example.org", "-o", "report.yaml"], "output-not-ours"),
    ],
)
def test_what_cannot_be_is_told_and_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str], slug: str
) -> None:
    code, out, _ = ask(*words, "--json", capsys=capsys)
    told = json.loads(out)
    assert code == told["exit_code"] == 2
    assert told["error"]["slug"] == slug
    assert not (project / "report.eml").exists()


def test_a_password_in_an_address_is_not_repeated(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--to", "a@example.org", "--from", "b@example.org", "--send")
    code, out, err = ask(*words, "--smtp", "smtp://me:hunter2@example.org", capsys=capsys)
    assert code == 2
    assert "smtp-password-in-url" in err
    assert "hunter2" not in out + err
    configure(project, email={"smtp": "smtp://me:hunter2@example.org"})
    code, out, err = ask(*words, capsys=capsys)
    assert code == 2
    assert "config-smtp-password" in err
    assert "hunter2" not in out + err


def test_a_single_file_goes_with_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--to", "a@example.org", "--attach", "single-file", "--json")
    code, out, _ = ask(*words, capsys=capsys)
    assert code == 0
    assert json.loads(out)["problems"] == []
    found = message_from_bytes((project / "report.eml").read_bytes(), policy=policy.default)
    (file,) = found.iter_attachments()
    assert file.get_filename() == "report.html"
    assert file.get_content().startswith("<!DOCTYPE html>")
    assert "report.html" in out


@pytest.mark.browser
def test_the_page_goes_with_it_on_paper(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask("--to", "a@example.org", "--attach", "pdf", capsys=capsys)
    assert code == 0
    assert "report.pdf" in out
    found = message_from_bytes((project / "report.eml").read_bytes(), policy=policy.default)
    (file,) = found.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("report.pdf", "application/pdf")
    pages = pypdf.PdfReader(io.BytesIO(file.get_content())).pages
    assert "Catches most" in "".join(page.extract_text() for page in pages)
    text = found.get_body(("plain",))
    assert text is not None
    assert "The page that this tells of is attached: report.pdf" in text.get_content()


def test_without_a_browser_there_is_no_pdf_and_no_log_is_read(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNFOLIO_CHROMIUM", "no-such-browser")
    monkeypatch.delattr(pipeline, "_report")
    code, _, err = ask("--to", "a@example.org", "--attach", "pdf", capsys=capsys)
    assert code == 2
    assert "browser-missing" in err
    assert not (project / "report.eml").exists()


def test_what_is_wrong_with_an_attachment_is_told(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.render.single_file.LARGEST", 1_000)
    words = ("--to", "a@example.org", "--attach", "single-file")
    code, _, err = ask(*words, capsys=capsys)
    assert code == 0
    assert "many mail servers refuse" in err


def test_a_full_disk_leaves_what_was_there(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("--to", "a@example.org", capsys=capsys)[0] == 0
    before = (project / "report.eml").read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    code, _, err = ask("--to", "b@example.org", capsys=capsys)
    assert code == 2
    assert "No space left" in err
    assert (project / "report.eml").read_bytes() == before
    assert [path.name for path in project.iterdir() if path.name.startswith(".")] == []
