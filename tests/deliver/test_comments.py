"""One comment on a pull request, kept up to date, over real HTTP; and all that can go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import comment_hosts
from comment_hosts import Fault, Host, HostKind
from mail_servers import Authority
from runfolio.deliver.comments import Comments, looked_up, posted
from runfolio.deliver.github import github_comments
from runfolio.deliver.gitlab import gitlab_comments
from runfolio.errors import DeliveryError, UsageError

MARKER = "<!-- runfolio: report -->"
TEXT = f"{MARKER}\n\n### Triage: ✗ 2 metrics worse\n"
POST = {"github": "POST /repos", "gitlab": "POST /api/v4/projects"}
LIST = {"github": "GET /repos", "gitlab": "GET /api/v4/projects"}
BOT = {"github": "github-actions[bot]", "gitlab": "bot"}


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    kind: HostKind = request.param
    with comment_hosts.running(kind) as host:
        yield host


def environment(host: Host, token: str = "good") -> dict[str, str]:
    if host.kind == "github":
        return {
            "GITHUB_TOKEN": token,
            "GITHUB_REPOSITORY": "ada/triage",
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_API_URL": host.address,
            "GITHUB_GRAPHQL_URL": f"{host.address}/graphql",
        }
    return {
        "GITLAB_TOKEN": token,
        "CI_API_V4_URL": f"{host.address}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_PROJECT_URL": "https://example.org/ada/triage",
        "CI_MERGE_REQUEST_IID": "7",
    }


def comments(host: Host, token: str = "good", waits: list[float] | None = None) -> Comments:
    find = github_comments if host.kind == "github" else gitlab_comments
    return find(environment(host, token), wait=(waits if waits is not None else []).append)


def test_the_first_comment_is_written_and_later_ones_replace_it(host: Host) -> None:
    host.written("ada", "Looks good")
    first = posted(comments(host), MARKER, TEXT)
    assert first.is_new
    assert first.address.startswith("https://example.org/")
    again = posted(comments(host), MARKER, TEXT + "More.\n")
    assert (again.is_new, again.others, again.address) == (False, 0, first.address)
    assert host.by(BOT[host.kind]) == [TEXT + "More.\n"]
    assert host.by("ada") == ["Looks good"]


def test_it_is_found_on_the_last_page_between_comments_of_five_megabytes(host: Host) -> None:
    for number in range(230):
        host.written("ada", f"Comment {number}")
    host.comments[3]["body"] = "ä" * 2_500_000
    own = host.written(BOT[host.kind], TEXT)
    host.written("ada", "Thanks")
    posted(comments(host), MARKER, "new")
    assert next(one for one in host.comments if one["id"] == own)["body"] == "new"
    assert len(host.comments) == 232


def test_comments_of_others_and_of_other_reports_are_left_alone(host: Host) -> None:
    host.written("ada", TEXT)  # somebody who copied it
    host.written(BOT[host.kind], "<!-- runfolio: report2 -->\nOther")
    host.written(BOT[host.kind], f"> {TEXT}")
    before = [dict(one) for one in host.comments]
    assert posted(comments(host), MARKER, TEXT).is_new
    assert host.comments[:-1] == before


def test_of_several_the_oldest_is_updated_and_the_others_are_told(host: Host) -> None:
    late, early = host.written(BOT[host.kind], TEXT, 900), host.written(BOT[host.kind], TEXT, 300)
    done = posted(comments(host), MARKER, "new")
    assert (done.is_new, done.others) == (False, 1)
    assert str(early) in done.address
    assert {one["id"]: one["body"] for one in host.comments} == {late: TEXT, early: "new"}


def test_a_look_changes_nothing(host: Host) -> None:
    assert looked_up(comments(host), MARKER).is_new
    own = host.written(BOT[host.kind], TEXT)
    found = looked_up(comments(host), MARKER)
    assert not found.is_new
    assert str(own) in found.address
    assert host.requests("PATCH") == host.requests("PUT") == []
    assert [path for path in host.requests("POST") if "graphql" not in path] == []


@pytest.mark.parametrize("status", [502, 503, 0])
def test_what_was_written_before_the_host_failed_is_not_written_twice(
    host: Host, status: int
) -> None:
    host.faults.append(Fault(POST[host.kind], status, done=True))
    done = posted(comments(host), MARKER, TEXT)
    assert host.by(BOT[host.kind]) == [TEXT]
    assert done.address


@pytest.mark.parametrize("status", [502, 503, 504, 0])
def test_what_was_not_written_is_written_when_the_host_is_back(host: Host, status: int) -> None:
    host.faults.append(Fault(POST[host.kind], status, "<html>bad gateway"))
    assert posted(comments(host), MARKER, TEXT).is_new
    assert host.by(BOT[host.kind]) == [TEXT]


def test_a_host_that_stays_away_is_an_error_that_says_so(host: Host) -> None:
    host.faults += [Fault(LIST[host.kind], 502)] * 9
    waits: list[float] = []
    with pytest.raises(DeliveryError, match=r"answered 502.*4 times.*later"):
        posted(comments(host, waits=waits), MARKER, TEXT)
    assert sorted(waits) == waits
    assert len(waits) == 3
    assert host.comments == []


def test_it_is_said_when_nobody_knows_whether_it_was_written(host: Host) -> None:
    host.faults += [Fault(POST[host.kind], 502)] * 9
    with pytest.raises(DeliveryError, match=r"Whether it was done is not known") as caught:
        posted(comments(host), MARKER, TEXT)
    assert caught.value.slug == "host-dropped"


def test_a_limit_is_waited_for_as_long_as_the_host_asks(host: Host) -> None:
    host.faults.append(Fault(POST[host.kind], 429, {}, {"Retry-After": "7"}))
    waits: list[float] = []
    assert posted(comments(host, waits=waits), MARKER, TEXT).is_new
    assert waits == [7.0]


def test_a_limit_that_lasts_long_is_told_and_not_waited_for(host: Host) -> None:
    host.faults.append(Fault(POST[host.kind], 429, {}, {"Retry-After": "3600"}))
    waits: list[float] = []
    with pytest.raises(DeliveryError, match="3600 s"):
        posted(comments(host, waits=waits), MARKER, TEXT)
    assert waits == []


def test_the_limits_of_github(tmp_path: Path) -> None:
    with comment_hosts.running("github") as host:
        told = {"message": "You have exceeded a secondary rate limit. Please wait."}
        host.faults.append(Fault("POST /repos", 403, told))
        waits: list[float] = []
        assert posted(comments(host, waits=waits), MARKER, TEXT).is_new
        assert waits == [60.0]
        used = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1767225600"}
        host.faults.append(Fault("GET /repos", 403, {}, used))
        with pytest.raises(DeliveryError, match="before 2026-01-01 00:00 UTC"):
            posted(comments(host), MARKER, TEXT)


@pytest.mark.parametrize(
    ("token", "slug", "said"),
    [
        ("wrong-one", "token-refused", "not valid"),
        ("reader", "token-may-not", "may not comment"),
    ],
)
def test_what_a_token_lacks_is_told_without_the_token(
    host: Host, token: str, slug: str, said: str
) -> None:
    with pytest.raises(DeliveryError, match=said) as caught:
        posted(comments(host, token), MARKER, TEXT)
    assert caught.value.slug == slug
    wanted = "pull-requests: write" if host.kind == "github" else "GITLAB_TOKEN"
    assert wanted in caught.value.message
    assert token == "reader" or token not in str(caught.value)
    assert host.by(BOT[host.kind]) == []


def test_a_token_that_the_host_repeats_is_not_shown(host: Host) -> None:
    host.faults.append(Fault(LIST[host.kind], 418, {"message": "no s3cret-token here"}))
    host.tokens["s3cret-token"] = BOT[host.kind]
    with pytest.raises(DeliveryError, match="418") as caught:
        posted(comments(host, "s3cret-token"), MARKER, TEXT)
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(comments(host, "s3cret-token"))


def test_what_is_not_there_and_what_is_too_long_is_told(host: Host) -> None:
    with pytest.raises(DeliveryError, match="too long") as caught:
        posted(comments(host), MARKER, MARKER + "x" * 1_000_000)
    assert caught.value.slug == "comment-refused"
    find = github_comments if host.kind == "github" else gitlab_comments
    with pytest.raises(DeliveryError, match=r"there is no (pull|merge) request !?8") as caught:
        posted(find(environment(host), 8), MARKER, TEXT)
    assert caught.value.slug == "pull-request-not-found"


def test_an_answer_without_end_is_not_read(host: Host) -> None:
    host.faults.append(Fault(LIST[host.kind], zeros=500 * 2**20))
    with pytest.raises(DeliveryError, match="more than 64 MiB"):
        posted(comments(host), MARKER, TEXT)
    host.faults.append(Fault(LIST[host.kind], 200, [], {"X": "y"}))
    assert posted(comments(host), MARKER, TEXT).is_new


def test_the_token_does_not_follow_to_another_host(host: Host) -> None:
    with comment_hosts.running("github") as other:
        where = {"Location": f"{other.address}/elsewhere"}
        for method in (LIST, POST):
            for status in (301, 302, 307, 308):
                host.faults.append(Fault(method[host.kind], status, {}, where))
                with pytest.raises(DeliveryError, match="another host"):
                    posted(comments(host), MARKER, TEXT)
        assert other.asked == []
    assert host.comments == []


def test_a_moved_repository_is_followed_on_the_same_host() -> None:
    with comment_hosts.running("github") as host:
        moved = f"{host.address}/repos/ada/triage/issues/7/comments"
        host.faults.append(Fault("POST /repos", 307, {}, {"Location": moved}))
        assert posted(comments(host), MARKER, TEXT).is_new
        assert host.by(BOT["github"]) == [TEXT]
        host.faults += [Fault("GET /repos", 301, {}, {"Location": moved})] * 9
        with pytest.raises(DeliveryError, match="in circles"):
            posted(comments(host), MARKER, TEXT)


@pytest.mark.parametrize("location", ["http://[", "http://h:99999/", "//h:x/", "/ä\xff b"])
def test_a_redirect_to_what_is_no_address_is_told(location: str) -> None:
    with comment_hosts.running("github") as host:
        host.faults.append(Fault("GET /repos", 301, {}, {"Location": location}))
        with pytest.raises(DeliveryError, match=r"another host|answered 404"):
            posted(comments(host), MARKER, TEXT)


def test_a_page_of_another_host_is_not_asked_for() -> None:
    with comment_hosts.running("github") as host, comment_hosts.running("github") as other:
        link = f'<{other.address}/repos/ada/triage/issues/7/comments?page=2>; rel="next"'
        host.faults.append(Fault("GET /repos", 200, [], {"Link": link}))
        with pytest.raises(DeliveryError, match="another host"):
            posted(comments(host), MARKER, TEXT)
        assert other.asked == []


@pytest.mark.parametrize(
    "address",
    [
        *("http://example.org/api", "ftp://127.0.0.1/", "file:///etc/passwd", "example.org"),
        *("https://[", "https://example.org:x/"),
    ],
)
def test_no_token_travels_in_the_clear(host: Host, address: str) -> None:
    name = "GITHUB_API_URL" if host.kind == "github" else "CI_API_V4_URL"
    also = {"GITHUB_GRAPHQL_URL": ""}
    find = github_comments if host.kind == "github" else gitlab_comments
    with pytest.raises(UsageError, match="must begin with https://"):
        posted(find({**environment(host), **also, name: address}), MARKER, TEXT)


def test_the_certificate_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority.made(tmp_path)
    with comment_hosts.running("github", authority.server) as host:
        with pytest.raises(DeliveryError, match=r"certificate of https://localhost:\d+ is not"):
            posted(comments(host), MARKER, TEXT)
        assert host.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.ca))
        assert posted(comments(host), MARKER, TEXT).is_new


def test_what_stays_on_this_machine_goes_past_proxies(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert posted(comments(host), MARKER, TEXT).is_new


def test_a_host_that_nobody_reaches_is_told() -> None:
    with comment_hosts.running("gitlab") as host:
        gone = environment(host)
    with pytest.raises(DeliveryError, match="cannot be reached"):
        posted(gitlab_comments(gone, wait=print), MARKER, TEXT)


@pytest.mark.parametrize("token", ["", "  ", "a b", "a\nb", "tökén"])
def test_what_is_no_token_is_not_shown(host: Host, token: str) -> None:
    with pytest.raises(UsageError) as caught:
        comments(host, token)
    assert caught.value.slug in ("token-missing", "token-unusable")
    assert not token.strip() or token not in str(caught.value)


def test_a_token_with_a_line_end_is_the_token(host: Host) -> None:
    assert posted(comments(host, "good\n"), MARKER, TEXT).is_new


def test_a_pull_request_is_found_in_what_github_tells_of_the_event(tmp_path: Path) -> None:
    def number(event: object, **more: str) -> int:
        path = tmp_path / "event.json"
        path.write_text(event if isinstance(event, str) else json.dumps(event), "utf-8")
        told = {"GITHUB_TOKEN": "t", "GITHUB_REPOSITORY": "ada/triage"}
        return github_comments({**told, "GITHUB_EVENT_PATH": str(path), **more}).number

    assert number({"pull_request": {"number": 3, "body": "x" * 5_000_000}}) == 3
    assert number({"issue": {"number": 4, "pull_request": {}}}) == 4
    assert number({"workflow_run": {"pull_requests": [{"number": 5}]}}) == 5
    assert number({}, GITHUB_REF="refs/pull/6/merge") == 6
    others: list[object] = [{}, {"issue": {"number": 4}}, {"workflow_run": {"pull_requests": []}}]
    for event in (*others, "[", "[]"):
        with pytest.raises(UsageError, match="does not run for a pull request"):
            number(event, GITHUB_REF="refs/heads/main")
    for repository in ("../x", "x/..", "x", "a/b/c", "a/b?c"):
        with pytest.raises(UsageError, match="GITHUB_REPOSITORY"):
            number({}, GITHUB_REPOSITORY=repository)


def test_a_fork_is_told_what_it_can_do(tmp_path: Path) -> None:
    with comment_hosts.running("github") as host:
        event = {
            "pull_request": {
                "number": 7,
                "head": {"repo": {"full_name": "eve/triage"}},
                "base": {"repo": {"full_name": "ada/triage"}},
            },
            "repository": {"private": False},
        }
        path = tmp_path / "event.json"
        path.write_text(json.dumps(event), "utf-8")
        told = {**environment(host, "reader"), "GITHUB_EVENT_PATH": str(path)}
        with pytest.raises(DeliveryError, match=r"comes from a fork.*workflow_run.*--summary"):
            posted(github_comments(told), MARKER, TEXT)
        assert "public" in github_comments(told).notes[0]


def test_a_merge_request_of_a_fork_is_commented_on_where_it_is_asked_for() -> None:
    with comment_hosts.running("gitlab") as host:
        told = {**environment(host), "CI_PROJECT_ID": "99", "CI_MERGE_REQUEST_PROJECT_ID": "42"}
        assert posted(gitlab_comments(told), MARKER, TEXT).is_new
    for missing in ("CI_MERGE_REQUEST_IID", "CI_API_V4_URL", "CI_PROJECT_ID"):
        told = {key: value for key, value in environment(host).items() if key != missing}
        with pytest.raises(UsageError):
            gitlab_comments(told)
