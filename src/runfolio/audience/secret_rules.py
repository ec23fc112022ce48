"""Stage 2b: secrets that are known by their own shape: tokens, keys, passwords in addresses.

The rules are those of detect-secrets, and our own for what it has none for: tokens of makers that
machine learning logs are full of, addresses, headers and whole private keys. Its rules that take
anything that looks like chance, or any word behind ``secret:``, for a secret are not used: logs
are full of digests and ids (see `runfolio.audience.secret_names` for names).

Words that every match has in it are looked for first, in all texts at once; detect-secrets is
imported only where one of its own is found, for it takes as long as a small build.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

__all__ = ["RULES", "Rule", "Span", "entropy"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a secret stands in a text, and which rule found it."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of secret.

    Parameters
    ----------
    name : str
    keywords : tuple of str
        In lower case; a text without any of them has no such secret.
    regex : str
        Its first group is the secret; without groups, the whole match. Without it, those of
        detect-secrets' plugin of this name (``aws.AWSKeyDetector``).
    least_entropy : float
        In bits per character; what has less is an example.
    """

    name: str
    keywords: tuple[str, ...]
    regex: str = ""
    least_entropy: float = 0.0

    def spans(self, text: str) -> Iterator[Span]:
        """Yield where such secrets stand."""
        for regex in (re.compile(self.regex),) if self.regex else _of_plugin(self.name):
            for found in regex.finditer(text):
                group = max(range(regex.groups + 1), key=lambda i: len(found[i] or "") if i else 0)
                if len(found[group] or "") < _SHORTEST_GROUP and not self.regex:
                    group = 0  # only the beginning of a token
                secret = found[group]
                if entropy(secret) >= self.least_entropy and not _PLACEHOLDER.fullmatch(secret):
                    yield Span(*found.span(group), self.name)


_SHORTEST_GROUP = 16
_PLACEHOLDER = re.compile(
    # Also the mask that programs put there themselves.
    r"[*x.•]+|\$\w+|\$\{[^}]*\}|\{\{?[^}]*\}\}?|<[^>]*>|%\w+%|\[[^\]]*\]|.*EXAMPLE|"
    r"(?:password|passwd|pass|pwd|secret|token|changeme|redacted|hidden|masked)",
    re.IGNORECASE,
)
_ADDRESS = r"\b[A-Za-z][A-Za-z0-9+.-]{1,30}://"
RULES: tuple[Rule, ...] = (
    Rule(
        "private-key",
        ("-----begin",),
        # To its end; of one that was cut off, as far as it goes.
        r"-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\S]{0,20000}?-----END[ A-Z0-9_-]{0,100}-----|[\sA-Za-z0-9+/=\\>:,.-]*)",
    ),
    Rule(
        *("password in address", ("://",)),
        _ADDRESS + r"[^\s/?#@:\"'<>]{0,200}:([^\s/?#\"'<>]{1,500})@",
    ),
    Rule(
        *("token in address", ("://",)),
        _ADDRESS + r"((?=[^\s/@]*[0-9])[^\s/?#@:\"'<>]{20,500})@",
        least_entropy=3.0,
    ),
    Rule(
        *("signature in address", ("sig=", "signature=", "security-token=")),
        r"(?i)[?&](?:sig|signature|x-(?:amz|goog)-(?:signature|security-token))="
        r"([^&\s\"'<>]{8,2000})",
    ),
    Rule(
        *("authorization", ("bearer ", "basic ")),
        r"(?i)\b(?:bearer|authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?basic)\s{1,3}"
        r"((?=\S*[0-9])[A-Za-z0-9._~+/=-]{16,5000})",
        least_entropy=3.0,
    ),
    Rule(
        *("Azure", ("accountkey=", "sharedaccesskey=")),
        r"(?i)\b(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/=]{30,200})",
    ),
    Rule(
        *("login of curl", ("curl ",)),
        r"\bcurl\s[^\n]{0,300}?(?:-u|--user)[\s=]{1,3}[\"']?[^\s:\"']{1,100}:([^\s\"']{4,200})",
    ),
    Rule(
        *("webhook", ("/api/webhooks/",)),
        r"https://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d{5,30}/([\w-]{30,200})",
    ),
    Rule("npm", (":_authtoken",), r"(?i):_authToken=\s{0,3}([^\s\"']{8,500})"),
    Rule(
        *("JSON web token", ("eyj",)),
        r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}(?:\.[\w-]{10,})?",
    ),
    Rule(
        # By the beginnings that their makers document; what follows is chance.
        "token",
        (
            *("hf_", "api_org_", "aiza", "sk-", "gsk_", "r8_", "dapi", "github_pat_", "xapp-"),
            *("xoxe", "npm_", "pypi-ag", "glsa_", "glc_", "pul-", "dop_v1_", "doo_v1_", "dor_v1_"),
            *("dckr_pat_", "hvs.", "hvb.", "ntn_", "lin_api_", "pnu_", "pnb_", "nvapi-", "pplx-"),
            *("glpat-", "gldt-", "glrt-", "glptt-", "gloas-", "glcbt-", "sk_live_", "sk_test_"),
            *("wandb_v1_", "xai-", "ls__", "zenkey_", "eyjhcglfywrkcmvzcyi6", ":aa"),
            *("rk_live_", "rk_test_", "tvly-", "lsv2_", "asia", "abia", "acca", "sg."),
        ),
        r"\b(?:(?:hf|api_org)_[A-Za-z0-9]{30,}|AIza[\w-]{35}|sk-(?:[a-z0-9]{1,12}-){0,3}\w{20,}[\w-]*|"
        r"gsk_\w{40,}|r8_\w{30,}|dapi[0-9a-f]{32}(?:-\d)?|github_pat_\w{50,}|"
        r"x(?:app|oxe)[.-][\w.-]{20,}|npm_[A-Za-z0-9]{36}|pypi-Ag[\w-]{50,}|gl(?:sa|c)_\w{30,}=*|"
        r"pul-[0-9a-f]{40}|do[opr]_v1_[0-9a-f]{64}|dckr_pat_[\w-]{20,}|hv[sb]\.[\w-]{24,}|"
        r"ntn_\w{40,}|lin_api_\w{30,}|pn[ub]_\w{30,}|nvapi-[\w-]{40,}|pplx-\w{40,}|"
        r"gl(?:pat|dt|rt|ptt|oas|cbt)-[\w.-]{20,}|[sr]k_(?:live|test)_\w{16,}|tvly-[\w-]{20,}|"
        r"A(?:SI|BI|CC)A[A-Z2-7]{16}(?![A-Za-z0-9])|SG\.[\w-]{20,}\.[\w-]{30,}|"
        r"wandb_v1_\w{40,}|xai-\w{60,}|ls__[0-9a-f]{32}|ZENKEY_\w{40,}|eyJhcGlfYWRkcmVzcyI6[\w+/-]{40,}=*|"
        r"\d{8,10}:AA[\w-]{33}(?![\w-])|"
        r"lsv2_(?:pt|sk)_\w{30,})",
        least_entropy=3.0,
    ),
    # Of detect-secrets, by plugin.
    Rule("aws.AWSKeyDetector", ("akia", "aws_", "aws-")),
    Rule("azure_storage_key.AzureStorageKeyDetector", ("accountkey=",)),
    Rule("cloudant.CloudantDetector", ("cloudant",)),
    Rule("discord.DiscordBotTokenDetector", ("discord",)),
    Rule("github_token.GitHubTokenDetector", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_")),
    Rule(
        "gitlab_token.GitLabTokenDetector",
        (
            *("glpat-", "gldt-", "glft-", "glsoat-", "glrt-", "gr1348941", "glcbt-", "glimt-"),
            *("glptt-", "glagent-", "gloas-"),
        ),
    ),
    Rule("ibm_cloud_iam.IbmCloudIamDetector", ("ibm", "bluemix")),
    Rule("ibm_cos_hmac.IbmCosHmacDetector", ("ibm",)),
    Rule("mailchimp.MailchimpDetector", ("mailchimp",)),
    Rule("openai.OpenAIDetector", ("t3blbkfj",)),
    Rule("pypi_token.PypiTokenDetector", ("pypi-ag",)),
    Rule("sendgrid.SendGridDetector", ("sendgrid",)),
    Rule("slack.SlackDetector", ("xox", "hooks.slack.com")),
    Rule("softlayer.SoftlayerDetector", ("softlayer",)),
    Rule("square_oauth.SquareOAuthDetector", ("sq0csp-",)),
    Rule("stripe.StripeDetector", ("_live_",)),
    Rule("telegram_token.TelegramBotTokenDetector", ("telegram",)),
    Rule("twilio.TwilioKeyDetector", ("twilio",)),
)


@cache
def _of_plugin(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the regular expressions of a plugin of detect-secrets."""
    module, _, kind = name.partition(".")
    plugin = getattr(import_module(f"detect_secrets.plugins.{module}"), kind)
    return tuple(plugin.denylist)


def entropy(text: str) -> float:
    """Return Shannon's entropy of the characters of a text, in bits per character.

    Examples
    --------
    >>> entropy("aabb"), entropy("")
    (1.0, 0.0)
    """
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) + 0.0
