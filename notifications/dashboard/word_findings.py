"""What was found about a shop's own words, told to staff."""

from __future__ import annotations

from difflib import get_close_matches

from django.utils.translation import gettext as _

from notifications.dashboard.word_forms import LABELS
from notifications.services.wording_checks import Finding

LANGUAGES = {"en": "English", "ja": "日本語"}


def tell(finding: Finding) -> str:
    """Return one or two sentences: what is wrong, and what would be right."""
    detail, known = finding.detail, ", ".join(finding.known)
    match finding.code:
        case "no_subject":
            return _("The subject is missing.")
        case "no_blocks":
            return _("There is no block yet: add a text.")
        case "needed":
            return _("“%(field)s” is missing.") % {"field": LABELS.get(detail, detail)}
        case "unknown_fact":
            return _("Messages of this kind cannot show this. They can show: %(known)s.") % {
                "known": detail or "–"
            }
        case "must_say":
            return _("%(variable)s has to be said, too.") % {"variable": detail}
        case "no_picture":
            return _("The picture is not one of yours. Upload it again.")
        case "too_long":
            return _("The mail is larger than 102 kB; mail programs would cut it off.")
        case "long_subject":
            return _("Phones cut off a subject as long as this.")
        case "spam_word":
            return _("Spam filters count “%(word)s”.") % {"word": detail}
        case "shouting":
            return _("Capitals and rows of exclamation marks look like spam.")
        case "contrast":
            return _("These colours are hard to read: %(colours)s.") % {"colours": detail}
        case "no_heading":
            return _("Without a heading, the subject stands in its place.")
        case "other_language":
            return _("In %(language)s our words go out.") % {
                "language": LANGUAGES.get(detail, detail)
            }
    return _of_link(finding) or _of_variable(finding, known) or _of_mjml(finding, known)


def _of_link(finding: Finding) -> str:
    told = {"link": finding.detail}
    match finding.code:
        case "link_address":
            return _("This is no address: %(link)s") % told
        case "link_not_https":
            return _("Links have to begin with https://: %(link)s") % told
        case "link_private":
            return _("Shoppers cannot reach this address: %(link)s") % told
        case "link_no_page":
            return _("There is no such page here: %(link)s") % told
    return ""


def _meant(finding: Finding) -> str:
    """Return the known name that looks most like the one that was written, or ""."""
    written = finding.detail.strip("{ }").split("|")[0].strip().split(".")
    near = (get_close_matches(step, finding.known, n=1) for step in reversed(written))
    return next((found[0] for found in near if found), "")


def _of_variable(finding: Finding, known: str) -> str:
    told = {"variable": finding.detail, "known": known or "–"}
    match finding.code:
        case "variable_tag":
            return _("Only variables can stand in braces, no commands: %(variable)s") % told
        case "variable_grammar":
            return _("This is no variable: %(variable)s. Write it like {{ order.number }}.") % told
        case "variable_unknown":
            words = _("%(variable)s is not known here. There are: %(known)s.") % told
            meant = _meant(finding)
            return f"{words} {_('Did you mean %(name)s?') % {'name': meant}}" if meant else words
        case "variable_filter":
            return _("There is no filter “%(variable)s”. There are: %(known)s.") % told
        case "variable_argument":
            return _("What stands behind the colon does not fit: %(variable)s") % told
        case "variable_missing":
            return (
                _(
                    "%(variable)s has no value here, so our words go out instead. Give it some: "
                    '|default:"…"'
                )
                % told
            )
        case "variable_unfit" | "variable_no_words":
            return (
                _("%(variable)s cannot be said like this. Choose it from the list of variables.")
                % told
            )
    return ""


def _of_mjml(finding: Finding, known: str) -> str:
    told = {"detail": finding.detail, "known": known or "–"}
    match finding.code:
        case "mjml_not_allowed":
            return _("%(detail)s cannot stand here. Allowed are: %(known)s.") % told
        case "mjml_attribute":
            return _("This attribute or its value is not allowed: %(detail)s.") % told
        case "mjml_address":
            return _("This address is not allowed: %(detail)s. It begins with: %(known)s.") % told
        case "mjml_not_well_formed":
            return _("The MJML is not complete at %(detail)s (line and column).") % told
        case "mjml_nested":
            return _("%(detail)s cannot stand inside of another tag.") % told
        case "mjml_words_outside":
            return _("Words have to stand in <mj-text>: %(detail)s") % told
        case "mjml_alt":
            return _("A picture needs alt, which says what it shows.")
    return _("The MJML cannot be laid out.")
