"""Secrets that somebody logged are masked everywhere and told; what only looks odd stays."""

from __future__ import annotations

import pickle
import random
import string
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import run, tables
from marked_texts import marked_settings, marked_tables
from runfolio.audience.secrets import SECRET_MASKED, masked, secrets_in
from runfolio.audience.texts import texts_of
from runfolio.config import Settings
from runfolio.model.records import ExperimentRecord, ModelRecord

ALNUM = string.ascii_letters + string.digits
DIGITS = string.digits
HEX = "0123456789abcdef"
Make = Callable[[Callable[[int, str], str]], str]

TOKENS: dict[str, Make] = {
    # As their makers document them; the characters are chance, so that none is real.
    "GitHub": lambda some: f"ghp_{some(36, ALNUM)}",
    "GitHub, fine-grained": lambda some: f"github_pat_{some(82, ALNUM)}",
    "GitLab": lambda some: f"glpat-{some(20, ALNUM)}",
    "Hugging Face": lambda some: f"hf_{some(34, string.ascii_letters)}",
    "OpenAI": lambda some: f"sk-{some(20, ALNUM)}T3BlbkFJ{some(20, ALNUM)}",
    "OpenAI, project": lambda some: f"sk-proj-{some(74, ALNUM)}T3BlbkFJ{some(74, ALNUM)}",
    "Anthropic": lambda some: f"sk-ant-api03-{some(93, ALNUM)}AA",
    "OpenRouter": lambda some: f"sk-or-v1-{some(64, HEX)}",
    "Groq": lambda some: f"gsk_{some(52, ALNUM)}",
    "AWS": lambda some: f"AKIA{some(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}",
    "Google": lambda some: f"AIza{some(35, ALNUM)}",
    "Databricks": lambda some: f"dapi{some(32, HEX)}",
    "Slack": lambda some: (
        f"xoxb-{some(12, '0123456789')}-{some(12, '0123456789')}{some(24, ALNUM)}"
    ),
    "Stripe": lambda some: f"sk_live_{some(24, ALNUM)}",
    "PyPI": lambda some: f"pypi-AgEIcHlwaS5vcmc{some(70, ALNUM)}",
    "npm": lambda some: f"npm_{some(36, ALNUM)}",
    "SendGrid": lambda some: f"SG.{some(22, ALNUM)}.{some(43, ALNUM)}",
    "JSON web token": lambda some: f"eyJ{some(30, ALNUM)}.eyJ{some(40, ALNUM)}.{some(43, ALNUM)}",
    "Grafana": lambda some: f"glsa_{some(32, ALNUM)}_{some(8, HEX)}",
    "AWS, for a while": lambda some: f"ASIA{some(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}",
    "Weights & Biases": lambda some: f"wandb_v1_{some(77, ALNUM)}",
    "xAI": lambda some: f"xai-{some(80, ALNUM)}",
    "Neptune": lambda some: f"eyJhcGlfYWRkcmVzcyI6{some(60, ALNUM)}==",
    "LangSmith": lambda some: f"ls__{some(32, HEX)}",
    "Telegram": lambda some: f"{some(1, '123456789')}{some(9, DIGITS)}:AA{some(33, ALNUM)}",
    "Pulumi": lambda some: f"pul-{some(40, HEX)}",
}
HARMLESS = [
    "d41d8cd98f00b204e9800998ecf8427e",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "md5: d41d8cd98f00b204e9800998ecf8427e",
    "key: patient_id",
    "primary_key=customer_account_id_2024",
    "cache_key: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3",
    "commit a94a8fe5ccb19ba61c4c0873d391e987982fbbd3 on main",
    "123e4567-e89b-12d3-a456-426614174000",
    "run 9531985d5d9d49f89818e811892f902b",
    "/data/warehouse/2026-11-02/part-00017.snappy.parquet",
    "C:\\models\\risk\\v3\\model.onnx",
    "s3://bucket/mlflow/0/9531985d5d9d49f89818e811892f902b/artifacts",
    "https://example.org/data?version=3&split=train#top",
    "git@example.org:team/project.git",
    "ssh://git@example.org/team/project.git",
    "0.30000000000000004",
    "6.02214076e+23",
    "bert-base-uncased-finetuned-sst-2-english",
    "sentence-transformers/all-MiniLM-L6-v2",
    "meta-llama/Meta-Llama-3.1-8B-Instruct",
    "token_embedding",
    "max_tokens=512",
    "max_new_tokens: 2048, temperature: 0.7",
    "{'pad_token': '[PAD]', 'eos_token': '</s>', 'bos_token': '<s>'}",
    "tokens: 1500000000",
    "num_secret_layers=3",
    "password_length=8",
    "The password must be asked for.",
    "password: see the vault",
    "The secret: more data, fewer epochs.",
    "api_key=$OPENAI_API_KEY python train.py",
    "--password ${DB_PASSWORD} --token $TOKEN",
    "api_key: <your key>",
    "hub_token=None, use_auth_token=True",
    "password=********",
    "postgresql://user:***@db.example.org/runs",
    "token: bert-base-multilingual-cased-2021",
    "LGBMClassifier(learning_rate=0.1, n_estimators=200)",
    "sk-learn",
    "task-skipping-risk-assessment-with-many-words-2024-v2",
    "basic authentication is used",
    "bearer of bad news",
    "authorization: required",
    "2026-11-02T10:15:00Z",
    "Adam(betas=(0.9, 0.999), eps=1e-08)",
]


def token(kind: str, chance: random.Random) -> str:
    return TOKENS[kind](lambda n, signs: "".join(chance.choices(signs, k=n)))


@pytest.mark.parametrize("kind", TOKENS)
@settings(max_examples=10)
@given(
    chance=st.randoms(use_true_random=False), pattern=st.sampled_from(["{}", "see ({}).", "`{}`"])
)
def test_a_token_is_found_in_any_text(kind: str, chance: random.Random, pattern: str) -> None:
    text = pattern.format(secret := token(kind, random.Random(chance.random())))
    spans = secrets_in([text])[text]
    assert any(text[one.start : one.end] == secret for one in spans)


def test_tokens_are_left_in_no_place() -> None:
    chance = random.Random(8)
    secrets = [token(kind, chance) for kind in TOKENS]
    mark = "**".join(secrets)
    cut = masked(marked_tables(mark), marked_settings(mark))
    written = pickle.dumps(cut.tables) + pickle.dumps(cut.settings)
    assert not [secret for secret in secrets if secret.encode() in written]
    assert SECRET_MASKED.encode() in written
    assert {secret[:100] for secret in secrets} <= {one.text for one in cut.hidden}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_secret_stays(text: str) -> None:
    assert secrets_in([text, f"x = {text}", f"Note: `{text}`, as usual."]) == {}
    name, _, value = text.partition("=")
    old = tables(run("r", {"loss": 1.0}, params={"digest": text, name: value}, notes=text))
    assert masked(old, Settings()).tables is old


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (
            "postgresql://ada:pa55+w0rd@db.example.org:5432/runs",
            "postgresql://ada:§@db.example.org:5432/runs",
        ),
        ("see redis://:Qw3rty@cache/0.", "see redis://:§@cache/0."),
        ("mysql://u:p@ss@h/db", "mysql://u:§@h/db"),
        ("https://x1y2z3x1y2z3x1y2z3w4v5@git/r.git", "https://§@git/r.git"),
        ("train.py --password hunter2 --epochs 3", "train.py --password § --epochs 3"),
        ("train.py --api-key=4f3c2b1a9d8e7f6a5b4c --lr 1", "train.py --api-key=§ --lr 1"),
        ("DB_PASSWORD=hunter2 python train.py", "DB_PASSWORD=§ python train.py"),
        (
            "{'user': 'ada', 'password': 'x y z', 'n': 1}",
            "{'user': 'ada', 'password': '§', 'n': 1}",
        ),
        ('{"wandb": {"api_key": "0123456789abcdef0123"}}', '{"wandb": {"api_key": "§"}}'),
        ("- **Password:** `hunter2`", "- **Password:** `§`"),
        ("password: hunter2.", "password: §."),
        (
            "curl -H 'Authorization: Bearer 8f7e6d5c4b3a29181716'",
            "curl -H 'Authorization: Bearer §'",
        ),
        ("curl -s -u ada:Qw3rty! https://x.org", "curl -s -u ada:§ https://x.org"),
        ("curl -u $NAME:$PASSWORD https://x.org", "curl -u $NAME:$PASSWORD https://x.org"),
        (
            f"https://discord.com/api/webhooks/{'1' * 18}/{'aB3-' * 17}",
            f"https://discord.com/api/webhooks/{'1' * 18}/§",
        ),
        (
            "https://x.blob.core.windows.net/d?sv=2024&sig=a1B2c3D4e5%2Ff6&se=1",
            "https://x.blob.core.windows.net/d?sv=2024&sig=§&se=1",
        ),
    ],
)
def test_only_the_secret_is_masked(text: str, left: str) -> None:
    old = tables(run("r", {"loss": 1.0}, notes=text))
    cut = masked(old, Settings())
    assert cut.tables.runs["notes"].item() == left.replace("§", SECRET_MASKED)


def test_a_private_key_goes_as_a_whole() -> None:
    chance = random.Random(3)
    body = "\n".join("".join(chance.choices(ALNUM, k=64)) for _ in range(5))
    key = f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"
    quoted = "\n".join(f"> {line}" for line in key.splitlines())
    cut_off = key[:200]
    escaped = key.replace("\n", "\\n")
    for logged in (key, quoted, cut_off, f'{{"private_key": "{escaped}"}}'):
        cut = masked(tables(run("r", {"loss": 1.0}, notes=f"Before.\n\n{logged}")), Settings())
        notes = cut.tables.runs["notes"].item()
        assert notes.startswith("Before.\n\n")
        assert SECRET_MASKED in notes
        assert not any(line in notes for line in body.splitlines())
        assert body[:20] not in notes


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "hunter2"),
        ("db.password", "correct horse battery"),
        ("db_pass", "abc"),
        ("SMTP_PASSWORD", "12345678"),
        ("clientSecret", "s3cr"),
        ("wandb_api_key", "0123456789abcdef0123456789abcdef01234567"),
        ("args/apiKey", "4f3c2b1a9d8e7f6a5b4c"),
        ("hub_token", "Zq8Yx7Wv6Ut5Sr4Qp3On"),
        ("aws_access_key_id", "Q1W2E3R4T5Y6U7I8O9P0"),
        ("KAGGLE_KEY", "0123456789abcdef0123456789abcdef"),
        ("COMET_API_KEY", "123e4567-e89b-12d3-a456-426614174000"),
    ],
)
def test_a_param_that_is_called_a_secret_is_one(name: str, value: str) -> None:
    old = tables(
        run("a", {"loss": 1.0}, params={name: value, "lr": "1"}, name="same"),
        run("b", {"loss": 1.0}, tags={name: value}, name="same"),
    )
    cut = masked(old, Settings())
    assert cut.tables.params["value"].tolist() == ["1", SECRET_MASKED] or (
        cut.tables.params["value"].tolist() == [SECRET_MASKED, "1"]
    )
    assert cut.tables.tags["value"].tolist() == [SECRET_MASKED]
    assert not any(value in text for text in texts_of(cut.tables, cut.settings))
    told = [p for p in cut.tables.problems if p.slug == "secret-masked"]
    assert {p.place.partition(": ")[2] for p in told} == {f"param {name}", f"tag {name}"}
    assert all("Revoke" in p.hint for p in told)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_tokens", "512"),
        ("token_embedding", "a1b2c3d4e5f6a7b8c9d0"),
        ("pad_token", "[PAD]"),
        ("unk_token", "<unk>"),
        ("password", "None"),
        ("password", "password"),
        ("password", "${DB_PASSWORD}"),
        ("use_password", "True"),
        ("secret_file", "hunter2"),
        ("secret", "/run/secrets/db"),
        ("account_key", "customer_id"),
        ("api_key", "OPENAI_API_KEY"),
        ("key", "patient_id"),
        ("tokenizer", "a1b2c3d4e5f6a7b8c9d0"),
        ("token", "true"),
        ("pwd", "/home/work/project"),
        ("PASSWORD", "<hidden>"),
        ("hunter2", "hunter2"),
    ],
)
def test_a_name_alone_makes_no_secret(name: str, value: str) -> None:
    old = tables(run("a", {"loss": 1.0}, params={name: value}, tags={name: value}))
    assert masked(old, Settings()).tables is old


def test_a_secret_is_masked_wherever_it_is_repeated() -> None:
    value = "Zq8Yx7Wv6Ut5"
    old = tables(
        run("a", {"loss": 1.0}, params={"password": value}, command=f"train.py {value} 3"),
        experiments=[ExperimentRecord("trial", "logs", notes=f"We use {value}.")],
        models=[ModelRecord("m", "registered", "1", "logs", description=f"({value})")],
    )
    cut = masked(old, Settings(description=f"As {value.upper()} says"))
    assert cut.tables.commands == {"a": f"train.py {SECRET_MASKED} 3"}
    assert cut.tables.experiments["notes"].item() == f"We use {SECRET_MASKED}."
    assert cut.tables.models["description"].item() == f"({SECRET_MASKED})"
    assert cut.settings.description == f"As {SECRET_MASKED} says"


def test_many_runs_with_a_secret_are_one_problem() -> None:
    runs = [
        run(f"r{i}", {"loss": 1.0}, params={"api_key": f"Zq8Yx7Wv6Ut5Sr{i}Q"}) for i in range(9)
    ]
    (told,) = masked(tables(*runs), Settings()).tables.problems
    assert told.place == "r0: param api_key"
    assert "9 runs have one there, also r1, r2, r3 and 5 more." in told.message


def test_the_name_of_a_run_can_hold_one() -> None:
    secret = token("GitHub", random.Random(1))
    cut = masked(tables(run("a", {"loss": 1.0}, name=f"try {secret}")), Settings())
    written = pickle.dumps(cut.tables).lower()
    assert secret.lower().encode() not in written
    assert secret.lower().replace("_", "-").encode()[:20] not in written
    assert cut.tables.runs["name"].item() == f"try {SECRET_MASKED}"


def test_pictures_and_numbers_are_not_looked_at() -> None:
    old = tables(run("a", {"loss": 1.0}))
    secret = token("GitHub", random.Random(1)).encode()
    images = marked_tables("x").images.assign(data=[secret, secret])
    assert masked(replace(old, images=images), Settings()).tables.images is images


def test_harmless_logs_cost_no_library(tmp_path: Path) -> None:
    # detect-secrets takes as long to import as a small build takes to be made.
    code = (
        "import sys\nfrom runfolio.audience.secrets import secrets_in\n"
        f"assert secrets_in({HARMLESS!r}) == {{}}\n"
        "assert not {'requests', 'detect_secrets'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
