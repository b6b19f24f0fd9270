"""Is a domain ready for a shop's mail? What its owner published, judged record by record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

GOOD, WARNING, MISSING = "good", "warning", "missing"
MOST_LOOKUPS = 10


@dataclass(frozen=True, kw_only=True)
class Published:
    """The TXT records found at the four places."""

    ownership: Sequence[str]
    spf: Sequence[str]
    dkim: Sequence[str]
    dmarc: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How one record stands: `code` names the finding, `wanted` the record that would be right.

    `wanted` is empty where only the mail provider knows it.
    """

    record: str
    state: str
    code: str
    host: str
    wanted: str


def hosts(domain: str, selector: str) -> dict[str, str]:
    """Return at which name each record of a domain stands."""
    return {
        "ownership": f"_postexp.{domain}",
        "spf": domain,
        "dkim": f"{selector}._domainkey.{domain}" if selector else "",
        "dmarc": f"_dmarc.{domain}",
    }


def judge(
    published: Published, *, domain: str, selector: str, token: str, include: str
) -> list[Verdict]:
    """Return the verdicts on all four records, in the order in which they are set up.

    `include` is the domain whose servers send for us, as SPF names it; empty where nobody said.
    """
    found = {
        "ownership": _ownership(published.ownership, token),
        "spf": _spf(published.spf, include),
        "dkim": _dkim(published.dkim, selector),
        "dmarc": _dmarc(published.dmarc),
    }
    at = hosts(domain, selector)
    return [
        Verdict(record=record, state=state, code=code, host=at[record], wanted=wanted)
        for record, (state, code, wanted) in found.items()
    ]


def usable(verdicts: Sequence[Verdict]) -> bool:
    """Whether mail may be sent from the domain: it is the shop's, and receivers can check it.

    Without the proof of ownership another shop of the same server could send in its name.
    """
    good = {verdict.record for verdict in verdicts if verdict.state == GOOD}
    return "ownership" in good and bool(good & {"spf", "dkim"})


def _ownership(texts: Sequence[str], token: str) -> tuple[str, str, str]:
    wanted = f"postexp-verify={token}"
    if wanted in [text.strip() for text in texts]:
        return GOOD, "owned", wanted
    return MISSING, "not_owned", wanted


def _spf(texts: Sequence[str], include: str) -> tuple[str, str, str]:
    records = [text for text in texts if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]
    ours = f"include:{include}" if include else ""
    if len(records) > 1:
        return MISSING, "spf_twice", ""
    if not records:
        return MISSING, "spf_none", f"v=spf1 {ours} ~all" if ours else ""
    [record] = records
    terms = record.lower().split()[1:]
    if "+all" in terms or "all" in terms:
        return MISSING, "spf_everyone", " ".join(["v=spf1", *_before_all(record), ours, "~all"])
    if not ours:
        return WARNING, "spf_unknown", ""
    if ours.lower() not in [term.lstrip("+") for term in terms]:
        ending = [term for term in record.split() if term.lower() in {"-all", "~all", "?all"}]
        wanted = ["v=spf1", *_before_all(record), ours, *(ending or ["~all"])]
        return MISSING, "spf_without_us", " ".join(wanted)
    if sum(bool(re.match(r"[+~?-]?(include|a|mx|ptr|exists|redirect)\b", t)) for t in terms) > (
        MOST_LOOKUPS
    ):
        return WARNING, "spf_too_long", ""
    return GOOD, "spf_good", ""


def _before_all(record: str) -> list[str]:
    return [term for term in record.split()[1:] if not re.fullmatch(r"[+~?-]?all", term.lower())]


def _dkim(texts: Sequence[str], selector: str) -> tuple[str, str, str]:
    if not selector:
        return WARNING, "dkim_unknown", ""
    for text in texts:
        key = re.search(r"(?:^|;)\s*p\s*=\s*([^;]*)", text)
        if key and key[1].strip():
            return GOOD, "dkim_good", ""
        if key:
            return MISSING, "dkim_revoked", ""
    return MISSING, "dkim_none", ""


def _dmarc(texts: Sequence[str]) -> tuple[str, str, str]:
    wanted = "v=DMARC1; p=none"
    records = [text for text in texts if re.match(r"v\s*=\s*DMARC1\s*(;|$)", text)]
    if not records:
        return WARNING, "dmarc_none", wanted
    if len(records) > 1:
        return MISSING, "dmarc_twice", ""
    policy = re.search(r";\s*p\s*=\s*(none|quarantine|reject)\b", records[0])
    if not policy:
        return MISSING, "dmarc_broken", wanted
    return GOOD, "dmarc_watches" if policy[1] == "none" else "dmarc_good", ""
