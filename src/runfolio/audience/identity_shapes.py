"""Stage 2b: the shapes of what tells where something is or who somebody is.

E-mail addresses, addresses of repositories and stores, names and addresses of machines, full
paths; and what only looks like them.
"""

from __future__ import annotations

import ipaddress
import re

__all__ = [
    "BUCKETS",
    "CODE_HOSTS",
    "HOME",
    "INTERNAL",
    "IPV4",
    "IPV6",
    "MAIL",
    "NOBODY",
    "POSIX",
    "QUOTED_PATH",
    "SCP",
    "SERVER",
    "SSH",
    "STORES",
    "SUSPECT",
    "URL",
    "WHOLE_PATH",
    "WINDOWS",
    "is_machine",
    "is_nobody",
    "is_path",
    "is_public",
]

SUSPECT = re.compile(
    r"[/\\@~]|\d\.\d{1,3}\.\d|:[0-9A-Fa-f]*:|\.(?:local|lan|int|corp|home)|ssh ", re.I
)
"""Without this there is nothing to find in a text."""
MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
URL = re.compile(
    r"\b(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,20}):(?:"
    r"//(?:(?P<login>(?:[^\s/?#@\"'<>]|\(secret masked\)){0,500})@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[^\s/?#:@\"'<>|,;)\]}]{0,255})(?::(?P<port>\d{1,5}))?|"
    r"(?=/[^/\s]))"
    r"(?P<rest>[/?#](?:[^\s\"'`<>|)\]}]{0,2000}[^\s\"'`<>|)\]}.,;:!?])?)?"
)
SCP = re.compile(
    r"(?<![\w@:/.-])(?P<login>[\w.-]{1,64})@(?P<host>[A-Za-z0-9][\w.-]{1,253}):(?P<port>(?!))?"
    r"(?P<rest>[/~A-Za-z](?:[^\s\"'`<>|,;)\]}]{0,2000}[^\s\"'`<>|,;)\]}.:!?])?)"
)
SSH = re.compile(
    r"\bssh (?:-\S+(?: \d+)? ){0,5}(?:(?P<login>[\w.-]{1,64})@)?(?P<host>[A-Za-z][\w.-]+)"
)
STORES = frozenset(
    {
        *("s3", "s3a", "s3n", "gs", "gcs", "abfs", "abfss", "wasb", "wasbs", "az", "adl", "hdfs"),
        *("webhdfs", "viewfs", "dbfs", "oss", "cos", "obs", "r2", "swift", "minio", "b2", "gdrive"),
        *("git", "git+ssh", "git+https", "git+http", "git+file", "ssh", "sftp", "ftp", "ftps"),
        *("scp", "rsync", "svn", "hg", "smb", "nfs", "postgresql", "postgres", "mysql", "mariadb"),
        *("mssql", "oracle", "mongodb", "mongodb+srv", "redis", "rediss", "snowflake", "bigquery"),
        *("databricks", "kafka", "amqp", "jdbc", "wandb", "neptune", "comet", "uc", "ws", "wss"),
    }
)
"""Schemes of addresses that lead to stores, repositories, databases and trackers."""
CODE_HOSTS = re.compile(
    r"(?:^|\.)(?:github|gitlab|bitbucket|codeberg|gitea|sr\.ht|dev\.azure|visualstudio|dagshub|wandb|"
    r"neptune|comet|amazonaws|blob\.core\.windows|storage\.googleapis|digitaloceanspaces|mlflow|"
    r"databricks|huggingface)(?:\.|$)|^(?:git|gitlab|gitea|mlflow|minio|wandb|tracking)\b",
    re.I,
)
BUCKETS = frozenset({"s3", "s3a", "s3n", "gs", "gcs", "oss", "cos", "obs", "r2", "b2", "az"})
"""Schemes of addresses whose host is the name of a bucket."""
_PUBLIC = re.compile(
    r"(?:^|\.)(?:arxiv\.org|doi\.org|wikipedia\.org|wikimedia\.org|w3\.org|python\.org|pypi\.org|"
    r"readthedocs\.io|scikit-learn\.org|pytorch\.org|tensorflow\.org|mlflow\.org|dvc\.org|keras\.io|"
    r"numpy\.org|pandas\.pydata\.org|scipy\.org|kaggle\.com|openml\.org|ics\.uci\.edu|ietf\.org|"
    r"creativecommons\.org|europa\.eu|hhs\.gov|nist\.gov|iso\.org|example\.(?:org|com|net)|"
    r"opensource\.org|apache\.org|stackoverflow\.com|jmlr\.org|openreview\.net|acm\.org|ieee\.org)$",
    re.I,
)
"""Sites that everybody reads: a link to them tells nothing of anybody's machines."""
INTERNAL = re.compile(
    r"(?<![\w@/.-])(?:(?:[A-Za-z0-9][\w-]{0,62}\.){1,5}"
    r"(?:internal|lan|corp|intranet|localdomain|home\.arpa)|[A-Za-z0-9]+-[\w-]{1,62}\.local)"
    r"(?![\w-]|\.\w)",
    re.I,
)
IPV4 = re.compile(
    r"(?<![\w.=<>~+-])(?P<address>(?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5})?(?![\w+-]|\.\d)"
)
IPV6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f:]*\d)(?P<address>(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4})(?![\w:])"
)
_CODE_SITES = re.compile(
    r"(?:^|\.)(?:github|gitlab|bitbucket|dagshub|huggingface)\.(?:com|org|co)$", re.I
)
HOME = re.compile(
    r"(?:(?<![\w~])/(?:home|Users)|[A-Za-z]:[\\/]+[Uu]sers)[\\/]+(?P<user>[^\\/\s:;,'\"\])}<>]+)"
)
_SHORTEST_IPV6 = 6
_HIGHEST_VERSION = 20
"""First part of the version of a library; addresses of machines mostly begin with more."""
_NAME = r"[^\\/\s:;,'\"`()\[\]{}<>|*?=&]"
POSIX = re.compile(
    rf"(?<![\w~./)\]}}*])(?<!models:)(?<!runs:)(?<!artifacts:)~?/(?:{_NAME}+/+)*{_NAME}+/?"
)
WINDOWS = re.compile(
    rf"(?<![A-Za-z0-9])[A-Za-z]:[\\/]+(?:{_NAME}+[\\/]+)*{_NAME}*[\\/]?|"
    rf"(?<![\\\w])\\\\+{_NAME}+[\\/]+(?:{_NAME}+[\\/]+)*{_NAME}*[\\/]?"
)
SERVER = re.compile(r"(?:\\\\+|//)([^\\/]+)[\\/]")
"""What begins the path of a shared folder."""
QUOTED_PATH = re.compile(r"([\"'`])(~?/[^\"'`\n]{1,500}|[A-Za-z]:[\\/][^\"'`\n]{1,500})\1")
WHOLE_PATH = re.compile(r"~?/[^\n=\"']{1,500}|(?:[A-Za-z]:|\\)\\[^\n=\"']{1,500}")
_TOPS = frozenset(
    {
        *("home", "users", "mnt", "data", "tmp", "var", "opt", "usr", "srv", "root", "scratch"),
        *("work", "workspace", "workspaces", "content", "kaggle", "etc", "nfs", "gpfs", "lustre"),
        *("dbfs", "volumes", "private", "media", "run", "proc", "storage", "projects", "project"),
        *("app", "code", "repo", "builds", "github", "runner", "export", "net", "shared", "share"),
        *("fsx", "efs", "datasets", "models", "mlruns", "project_data", "ssd", "hdd", "local"),
    }
)
"""Top folders that make two names a path: ``/mnt/x``, not ``/train/loss``."""


NOBODY = frozenset(
    {
        *("git", "root", "admin", "administrator", "user", "users", "ubuntu", "runner", "jovyan"),
        *("ec2-user", "docker", "nobody", "unknown", "none", "null", "default", "anonymous", "me"),
        *("hf", "oauth2", "x-access-token", "ci", "bot", "github-actions", "gitlab-ci-token", "-"),
        *("info", "contact", "support", "noreply", "no-reply", "team", "service", "system", "test"),
        *("vscode", "codespace", "kaggle", "colab", "airflow", "spark", "hadoop", "postgres"),
        *("localhost", "0.0.0.0", "127.0.0.1", "::1", "shared", "public", "", "nan", "n/a", "host"),
    }
)
"""Accounts and machines that are nobody's in particular."""


def is_nobody(name: str) -> bool:
    """Tell whether a name of an account or a machine is nobody's in particular."""
    plain = name.lower().strip(" []")
    return plain in NOBODY or not any(sign.isalpha() for sign in plain)


def is_public(host: str) -> bool:
    """Tell whether a host is one of everybody's: a site that people read, or of code."""
    return bool(_PUBLIC.search(host) or _CODE_SITES.search(host))


def is_machine(host: str) -> bool:
    """Tell whether what looks like an IP address is one, and of a machine in particular."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if address.is_loopback or address.is_unspecified:
        return False
    if address.version == 6:
        return len(host) >= _SHORTEST_IPV6
    return address.is_private or int(host.partition(".")[0]) > _HIGHEST_VERSION


def is_path(text: str) -> bool:
    """Tell whether what is written with slashes is the path of a file rather than a name.

    Examples
    --------
    >>> is_path("/mnt/x"), is_path("~/x/y"), is_path("/train/loss"), is_path("/a/b/c")
    (True, True, False, True)
    """
    names = [name for name in re.split(r"[\\/]+", text) if name]
    if text.startswith("/"):
        return len(names) > 2 or (len(names) == 2 and names[0].lower() in _TOPS)
    return len(names) > 1
