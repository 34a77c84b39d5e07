"""Whose credential a value is, by the shape that its vendor publishes. Nothing is asked of the vendor."""

from __future__ import annotations

import re

SHAPES: tuple[tuple[str, str], ...] = (
    (r"ghp_[A-Za-z0-9]", "GitHub personal access token"),
    (r"github_pat_", "GitHub fine-grained personal access token"),
    (r"gho_|ghu_", "GitHub user access token"),
    (r"ghs_", "GitHub installation token"),
    (r"ghr_", "GitHub refresh token"),
    (r"glpat-", "GitLab personal access token"),
    (r"gldt-|glcbt-|glrt-", "GitLab deploy, job or runner token"),
    (r"xox[bp]-|xoxe[.-]", "Slack token"),
    (r"xapp-", "Slack app-level token"),
    (r"sk_live_|rk_live_", "Stripe live secret key"),
    (r"sk_test_|rk_test_", "Stripe test secret key"),
    (r"pk_live_", "live publishable key"),
    (r"pk_test_", "test publishable key"),
    (r"sk-ant-", "Anthropic API key"),
    (r"sk-(?:proj-|svcacct-)?[A-Za-z0-9]", "OpenAI API key"),
    (r"(?:AKIA|ASIA)[A-Z0-9]{12}", "AWS access key id"),
    (r"AIza", "Google API key"),
    (r"ya29\.", "Google OAuth access token"),
    (r"1//0", "Google OAuth refresh token"),
    (r"ATATT", "Atlassian API token"),
    (r"npm_", "npm access token"),
    (r"pypi-", "PyPI API token"),
    (r"hf_", "Hugging Face token"),
    (r"SG\.", "SendGrid API key"),
    (r"hvs\.|hvb\.", "Vault token"),
    (r"dckr_pat_", "Docker personal access token"),
    (r"dop_v1_", "DigitalOcean token"),
    (r"shpat_|shpss_", "Shopify token"),
    (r"glsa_", "Grafana service account token"),
    (r"eyJrIjoi", "Grafana API key"),
    (r"NRAK-", "New Relic key"),
    (r"lin_api_", "Linear API key"),
    (r"secret_|ntn_", "Notion token"),
    (r"figd_", "Figma token"),
    (r"dapi[0-9a-f]{16}", "Databricks token"),
    (r"cfut_|cfat_", "Cloudflare API token"),
    (r"00D[A-Za-z0-9]{12,15}!", "Salesforce session id"),
    (r"EAA[A-Za-z0-9]{20}", "Facebook access token"),
    (r"whsec_", "webhook signing secret"),
)
_SHAPES = tuple((re.compile(shape), name) for shape, name in SHAPES)


def vendor_of(value: str) -> str | None:
    """The name of the vendor's credential that begins so, None when it is like none."""
    return next((name for shape, name in _SHAPES if shape.match(value)), None)
