"""What a user asks for: a build, a comparison, a registration."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

__all__ = [
    "CommentWish",
    "DiffRequest",
    "EmailWish",
    "PdfWish",
    "PublishWish",
    "RegisterWish",
    "Request",
]


@dataclass(frozen=True, slots=True)
class Request:
    """What to build.

    Parameters
    ----------
    sources : tuple of str
        Folders and files with run logs; empty for those of the configuration, else the
        current folder. A folder with a report.yaml is a project: its configuration is used.
    output : Path or None
        Where the site goes; None for no site.
    config : Path or None
        The configuration; None for the one beside the sources, if any.
    theme : str or None
        Overrides the configuration's theme.
    strict : bool
        Whether any problem in the input fails the build.
    compare : str or None
        A branch against another, as ``main..HEAD``: what it changes gets a page of its own.
    as_of : date or None
        Overrides the configuration's day of the report.
    locale : str or None
        Overrides the configuration's locale.
    audience : str or None
        Who it is for, as report.yaml names them; None for ``internal``.
    anonymize : bool
        Whether pseudonyms stand for people, organisations, runs and repositories.
    single_file : Path or None
        Where the report goes as one HTML file; None for none.
    archive : Path or None
        Where the site goes with all that it is made of, as one zip; None for none.
    run_pages : bool
        Whether each run gets a page.
    url : str
        The address at which the site will be read; empty for the configuration's.
    password : str
        Without which nobody can read the report; empty where everybody can.
    """

    sources: tuple[str, ...] = ()
    output: Path | None = Path("site")
    _: KW_ONLY  # they are many, and a password in the place of an address would be published
    config: Path | None = None
    theme: str | None = None
    strict: bool = False
    compare: str | None = None
    as_of: date | None = None
    locale: str | None = None
    audience: str | None = None
    anonymize: bool = False
    single_file: Path | None = None
    archive: Path | None = None
    run_pages: bool = True
    url: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PublishWish:
    """How a site is published.

    Parameters
    ----------
    remote, branch : str
        The branch that pages are served from; empty for those of the configuration.
    folder : str
        Where below the address; empty for the address itself.
    to : str
        Address of a store that gets the site instead, such as ``s3://bucket/folder``.
    site : Path or None
        A built site; None to build one.
    url : str
        The address at which it will be read; empty for what the configuration or the remote
        tells.
    cname : str
        The host name under which the pages are served; empty to leave it as it is.
    keep : int or None
        How many reports with a folder of their own stay; None for all.
    prune : bool
        Whether reports go that were made for a branch that is no more.
    remove : tuple of str
        Folders of reports that are taken away; then nothing is published.
    dry_run : bool
        Whether nothing is changed anywhere.
    public_ok : bool
        Whether the report for the team itself may be published.
    """

    remote: str = ""
    branch: str = ""
    folder: str = ""
    to: str = ""
    site: Path | None = None
    url: str = ""
    cname: str = ""
    keep: int | None = None
    prune: bool = False
    remove: tuple[str, ...] = ()
    dry_run: bool = False
    public_ok: bool = False


@dataclass(frozen=True, slots=True)
class CommentWish:
    """How a comment is made.

    Parameters
    ----------
    flavour : str
        The host whose limits it keeps: ``github`` or ``gitlab``.
    key : str
        By which it is found again beside those of other reports.
    url : str
        Address of the site; empty for that of the configuration.
    job_summary : bool
        Whether it goes into the summary of a job of GitHub Actions, too.
    host : str
        Where it is posted: ``github``, ``gitlab``, or empty for nowhere.
    number : int or None
        Of the pull request; None for the one that the job runs for.
    dry_run : bool
        Whether to look only.
    """

    flavour: str = "github"
    key: str = "report"
    url: str = ""
    job_summary: bool = False
    host: str = ""
    number: int | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class PdfWish:
    """What is printed.

    Parameters
    ----------
    output : Path
        Where the PDF goes.
    roles : tuple of str
        Whose pages; empty for those of all roles, with what they rest on.
    """

    output: Path = Path("report.pdf")
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterWish:
    """How the champion is registered.

    Parameters
    ----------
    name : str
        Name of the model; empty for the one that the report has.
    force : bool
        Whether it is registered although a requirement holds it back.
    mlflow : str
        URI of an MLflow registry that gets a version, too; empty for none.
    """

    name: str = ""
    force: bool = False
    mlflow: str = ""


@dataclass(frozen=True, slots=True)
class EmailWish:
    """A message that is asked for; what is empty is as the configuration says.

    Parameters
    ----------
    to : tuple of str
        Recipients.
    role : str
        Whose page it tells.
    sender, subject : str
    attach : str
        ``none``, ``single-file`` or ``pdf``.
    send, dry_run : bool
        Whether it is sent; whether nothing is written nor sent after all.
    smtp : str
        The mail server's address.
    insecure : bool
        Whether it is spoken to without encryption.
    ca_file : Path or None
        Certificates that are trusted instead of the system's.
    output : Path or None
        The file; None for ``report.eml`` where it is not sent, else for none.
    date : datetime
        Of the message.
    """

    to: tuple[str, ...] = ()
    role: str = ""
    sender: str = ""
    subject: str = ""
    attach: str = ""
    send: bool = False
    dry_run: bool = False
    smtp: str = ""
    insecure: bool = False
    ca_file: Path | None = None
    output: Path | None = None
    date: datetime = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DiffRequest:
    """What to compare.

    Parameters
    ----------
    before : str
        A revision, a run's id or name, or a built site's folder; also ``A..B``, ``A...B``.
    after : str or None
        Another of the same kind; None for the files that are there now.
    source : str or None
        Where the revisions or runs are; None for the current folder.
    config : Path or None
        The configuration; None for the one beside the source, if any.
    locale : str or None
        Overrides the configuration's locale.
    """

    before: str
    after: str | None = None
    source: str | None = None
    config: Path | None = None
    locale: str | None = None
