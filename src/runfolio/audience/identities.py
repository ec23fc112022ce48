"""Stage 2b: who somebody is and where something is, taken out of single texts.

In: a text. Out: the text without e-mail addresses, full paths, machines and addresses of
repositories and stores; and what was found, each with its kind.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from runfolio.audience import identity_shapes as shapes
from runfolio.audience.identity_shapes import is_machine, is_nobody, is_path, is_public

__all__ = ["ADDRESS", "HOST", "MAIL", "USER", "Identities"]

USER, HOST, MAIL, ADDRESS = "(user)", "(host)", "(e-mail address)", "(address)"

_FILES = frozenset({"file", "sqlite", "duckdb"})
"""Schemes of addresses that are paths."""
_OWN_SCHEMES = frozenset({"models", "runs", "mlflow-artifacts", "memory", "urn", "doi", "mailto"})
"""Schemes of addresses that lead to no machine."""
_FILE_NAME = re.compile(r"[\w.-]+\.(?!git$)\w{1,8}")
_COMMAND = re.compile(r"\s[-/~]|\s[A-Za-z]:\\")
"""What does not stand in a path, but in a command."""


@dataclass(slots=True)
class Identities:
    """Takes some kinds of identities out of texts, and remembers them.

    Parameters
    ----------
    users, hosts, paths, emails, remotes : bool
        Which kinds.
    versions : collection of str
        What looks like an address and is none: versions of libraries.
    found : dict of (str, str) to None
        Kind and text of what was taken out so far, in its order.
    """

    users: bool
    hosts: bool
    paths: bool
    emails: bool
    remotes: bool
    versions: Collection[str] = ()
    found: dict[tuple[str, str], None] = field(default_factory=dict)

    def taken_out_of(self, text: str) -> str:
        """Return a text without them."""
        if text in self.versions or not shapes.SUSPECT.search(text):
            return text
        if ":" in text and "/" in text:
            text = shapes.URL.sub(self._url, text)
        if "@" in text:
            text = shapes.MAIL.sub(self._mail, shapes.SCP.sub(self._scp, text))
        if self.hosts:
            text = self._machines(text)
        return self._files(text) if "/" in text or "\\" in text else text

    def _url(self, match: re.Match[str]) -> str:
        scheme, host, rest = match["scheme"].lower(), match["host"], match["rest"] or ""
        if scheme in _FILES:
            name = f"//{host}{rest}" if host and not is_nobody(host) else rest
            return self._file(match[0], name) if is_path(name) else match[0]
        if scheme in _OWN_SCHEMES or (host is None and scheme not in shapes.STORES):
            return match[0]
        path = re.split("[?#]", rest)[0].strip("/")
        is_code = shapes.CODE_HOSTS.search(host or "") or path.endswith(".git") or "_git/" in path
        if self.remotes and (scheme in shapes.STORES or is_code):
            return self._remote(match, host or "", path)
        return match[0] if scheme in shapes.BUCKETS else self._login_and_host(match)

    def _login_and_host(self, match: re.Match[str]) -> str:
        login, host, new = match["login"] or "", match["host"] or "", match[0]
        if login and self.users:
            self._add("users", login.partition(":")[0])
            new = new.replace(f"{login}@", f"{USER}@", 1)
        if self.hosts and host and not is_public(host) and self._is_host(host):
            self._add("hosts", host.strip("[]"))
            port = f":{match['port']}" if match["port"] else ""
            new = new.replace(f"{host}{port}", HOST, 1)
        return new

    def _remote(self, match: re.Match[str], host: str, path: str) -> str:
        """Return what is left of the address of a store or a repository: the name of a file."""
        self._add("remotes", match[0].partition("://")[2].rstrip("/"))
        if self._is_host(host) and not is_public(host):
            self._add("remotes", host.strip("[]"))
        if match["login"]:
            self._add("users", match["login"].partition(":")[0])
        last = path.rpartition("/")[2]
        if _FILE_NAME.fullmatch(last):
            return f"{ADDRESS}/{last}"
        if is_public(host) or last.endswith(".git"):
            self._add("remotes", "/".join(path.removesuffix(".git").split("/")[:2]))
        return ADDRESS

    def _scp(self, match: re.Match[str]) -> str:
        """Return what is left of ``user@machine:path``."""
        login, host, path = match["login"], match["host"], match["rest"]
        is_code = login == "git" or path.endswith(".git") or shapes.CODE_HOSTS.search(host)
        if self.remotes and is_code:
            return self._remote(match, host, path.strip("/"))
        return self._login_and_host(match)

    def _mail(self, match: re.Match[str]) -> str:
        if not self.emails:
            return match[0]
        self._add("emails", match[0])
        name = match[0].partition("@")[0].partition("+")[0]
        self._add("users", name)
        self._add("users", " ".join(re.split("[._]", name)))
        return MAIL

    def _machines(self, text: str) -> str:
        if "ssh " in text:
            text = shapes.SSH.sub(self._ssh, text)
        text = shapes.IPV4.sub(self._ip, text)
        if ":" in text:
            text = shapes.IPV6.sub(self._ip, text)
        return shapes.INTERNAL.sub(self._host, text)

    def _ssh(self, match: re.Match[str]) -> str:
        self._add("hosts", match["host"])
        self._add("users", match["login"] or "")
        login = f"{match['login']}@" if match["login"] else ""
        shown = f"{USER}@{HOST}" if login else HOST
        return match[0].removesuffix(f"{login}{match['host']}") + shown

    def _ip(self, match: re.Match[str]) -> str:
        address = match["address"]
        return self._host(match, address) if is_machine(address) else match[0]

    def _host(self, match: re.Match[str], host: str = "") -> str:
        self._add("hosts", host or match[0])
        return HOST

    def _files(self, text: str) -> str:
        if not self.paths:
            return shapes.HOME.sub(self._home, text) if self.users else text
        if shapes.WHOLE_PATH.fullmatch(text) and not _COMMAND.search(text):
            return self._path(text)
        text = shapes.QUOTED_PATH.sub(lambda m: m[1] + self._path(m[2]) + m[1], text)
        text = shapes.WINDOWS.sub(lambda m: self._path(m[0]), text)
        return shapes.POSIX.sub(lambda m: self._path(m[0]), text)

    def _path(self, path: str) -> str:
        return self._file(path, path) if is_path(path) and not _COMMAND.search(path) else path

    def _file(self, whole: str, path: str) -> str:
        """Return the last name of a path."""
        for one in shapes.HOME.finditer(path):
            self._add("users", one["user"])
        if not self.paths:
            return whole
        plain = re.split("[?#]", path)[0].rstrip("/\\")
        if server := shapes.SERVER.match(plain):
            self._add("hosts", server[1])
        self._add("paths", plain)
        return re.split(r"[\\/]+", plain)[-1] or ADDRESS

    def _home(self, match: re.Match[str]) -> str:
        self._add("users", match["user"])
        return "~"

    def _is_host(self, host: str) -> bool:
        return not is_nobody(host) or is_machine(host.strip("[]"))

    def _add(self, kind: str, text: str) -> None:
        text = text.strip()
        if text and getattr(self, kind) and not (kind == "users" and is_nobody(text)):
            self.found[kind, text] = None
