"""Five questions: the policy they make, and its words."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from commerce.models import Merchant, User
from postexp.kernel import clock
from returns.enums import Outcome
from returns.models import PolicyVersion
from returns.rules.policy import read_policy
from returns.rules.wizard import Answers, Carriage, first_policy
from returns.selectors import drafts, has_own_policy, version_in_force
from returns.serializers.policy_text import write_policy
from returns.services.policies import publish_policy
from tests.returns.rules.policy_samples import asks, policy, rule

ANSWERS = Answers(
    days=14,
    outcomes=[Outcome.REFUND, Outcome.STORE_CREDIT],
    carriage=Carriage.DEDUCTED,
    currency="JPY",
    postage=800,
    review=False,
    address=("〒135-0061", "東京都江東区豊洲0-0-0"),
)
POSTED = {
    "days": "14",
    "outcomes": ["refund", "store_credit"],
    "carriage": "deducted",
    "postage": "800",
    "review": "policy",
    "address": "〒135-0061\n東京都江東区豊洲0-0-0\n",
}


def test_the_answers_are_a_whole_policy() -> None:
    policy = first_policy(ANSWERS)
    assert read_policy(policy.to_json()) == policy
    assert [(terms.outcome, terms.days) for terms in policy.outcomes] == [
        (Outcome.REFUND, 14),
        (Outcome.STORE_CREDIT, 14),
    ]
    assert policy.postage == {"JPY": 800}
    assert not policy.review


def test_postage_is_charged_only_where_it_is_deducted() -> None:
    from dataclasses import replace

    assert first_policy(replace(ANSWERS, carriage=Carriage.SHOP)).postage == {}


def test_posting_the_answers_publishes_a_version(
    scope: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    assert not has_own_policy()
    answer = client.post(reverse("dashboard:policy_wizard", args=[scope.slug]), POSTED)
    assert answer["Location"] == reverse("dashboard:policy_texts", args=[scope.slug])
    assert has_own_policy()
    version = version_in_force(clock.now())
    assert version.policy == first_policy(ANSWERS)
    assert version.published_by == owner.actor
    page = client.get(answer["Location"]).content.decode()
    assert "返品特約" in page
    assert "¥800" in page or "￥800" in page or "800円" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"days": "0"}, "days"),
        ({"outcomes": []}, "outcomes"),
        ({"postage": ""}, "postage"),
        ({"postage": "-5"}, "postage"),
        ({"postage": "8,00"}, "postage"),
        ({"address": ""}, "address"),
    ],
)
def test_a_wrong_answer_publishes_nothing(
    scope: Merchant, owner: User, client: Client, wrong: dict[str, object], field: str
) -> None:
    client.force_login(owner)
    url = reverse("dashboard:policy_wizard", args=[scope.slug])
    answer = client.post(url, {**POSTED, **wrong})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not PolicyVersion.objects.exists()


def test_a_flat_sum_is_not_asked_of_shops_that_pay(
    scope: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    url = reverse("dashboard:policy_wizard", args=[scope.slug])
    client.post(url, {**POSTED, "carriage": "shop", "postage": "nonsense"})
    assert version_in_force(clock.now()).policy.postage == {}


def test_an_amount_is_read_as_people_write_it(scope: Merchant, owner: User, client: Client) -> None:
    client.force_login(owner)
    url = reverse("dashboard:policy_wizard", args=[scope.slug])
    page = client.get(url).content.decode()
    label = page[page.index('<label for="id_postage">') :]
    assert "optional" not in label[: label.index("</label>")]
    client.post(url, {**POSTED, "postage": "８００円"})
    assert version_in_force(clock.now()).policy == first_policy(ANSWERS)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("carriage", list(Carriage))
def test_the_words_say_what_the_rules_do(
    scope: Merchant, language: str, carriage: Carriage, at: datetime
) -> None:
    from dataclasses import replace

    policy = first_policy(replace(ANSWERS, carriage=carriage))
    text = write_policy(policy, merchant=scope, language=language)
    assert len(text.parts) == 3
    assert "14" in text.parts[0]
    assert "14" in text.short
    assert ("800" in text.whole) == (carriage is Carriage.DEDUCTED)
    assert "豊洲" in text.whole
    assert "&#" not in text.whole + text.short + text.withdrawal
    assert "東京都江東区豊洲0-0-0" in text.withdrawal
    assert all(part.strip() == part and "{" not in part for part in text.parts)


def test_the_words_come_in_the_shops_own_language_first(
    scope: Merchant, owner: User, client: Client
) -> None:
    client.force_login(owner)
    texts = reverse("dashboard:policy_texts", args=[scope.slug])
    policy = reverse("dashboard:return_policy", args=[scope.slug])
    for language, order in (("ja", ["ja", "en"]), ("en", ["en", "ja"])):
        Merchant.objects.filter(pk=scope.pk).update(default_locale=language)
        shown = client.get(texts).context["texts"]
        assert [text.language for text in shown] == order
        page = client.get(policy).content.decode()
        fields = [page.index(f'name="instructions_{one}"') for one in order]
        assert fields == sorted(fields)


def test_a_shop_with_a_policy_answers_into_a_draft(
    scope: Merchant, owner: User, client: Client, at: datetime
) -> None:
    kept = rule("us", asks("country", "is", "US"), fees={"waive": True})
    own = policy(kept, send_within=9, restocking=700, postage={"USD": 795})
    publish_policy(content=own.to_json(), effective_from=at, at=at, actor="staff:0")
    client.force_login(owner)
    url = reverse("dashboard:policy_wizard", args=[scope.slug])
    assert url in client.get(reverse("dashboard:return_policy", args=[scope.slug])).content.decode()
    # The questions begin with what the policy says.
    form = client.get(url).context["form"]
    assert (form["days"].value(), form["carriage"].value(), form["review"].value()) == (
        None,
        "now",
        "policy",
    )
    answer = client.post(url, {**POSTED, "revision": drafts.editing().revision})
    assert answer["Location"].partition("#")[0] == reverse(
        "dashboard:policy_rules", args=[scope.slug]
    )
    # Nothing holds before the draft is published, and what was not asked stays.
    assert version_in_force(at).policy == own
    draft = drafts.editing().policy
    assert (draft.rules, draft.send_within, draft.restocking) == (own.rules, 9, 700)
    assert draft.postage == {"USD": 795, "JPY": 800}
    assert {terms.outcome: terms.days for terms in draft.outcomes} == {
        Outcome.REFUND: 14,
        Outcome.STORE_CREDIT: 14,
    }
    told = [one.title for one in client.get(answer["Location"]).context["changes"]]
    assert told == [
        *("Refund", "Store credit", "Exchange", "Return postage, taken from the refund"),
        *("Address for returns, line by line", "How to send it (en)", "How to send it (ja)"),
    ]
    again = client.get(url)
    assert "There is already a draft" in again.content.decode()
    assert again.context["form"]["carriage"].value() == "deducted"


def test_what_is_left_as_it_is_stays(
    scope: Merchant, owner: User, client: Client, at: datetime
) -> None:
    words = {"en": "Our courier fetches it.", "ja": "宅配業者が引き取りに伺います。"}
    own = policy(instructions=words, postage={"JPY": 500}, address=ANSWERS.address)
    publish_policy(content=own.to_json(), effective_from=at, at=at, actor="staff:0")
    client.force_login(owner)
    url = reverse("dashboard:policy_wizard", args=[scope.slug])
    posted = {**POSTED, "days": "", "carriage": "now", "revision": drafts.editing().revision}
    client.post(url, posted)
    draft = drafts.editing().policy
    assert (draft.instructions, draft.postage) == (words, {"JPY": 500})
    # Nor do days that differ by outcome change where none are named.
    assert {terms.outcome: terms.days for terms in draft.outcomes} == {
        Outcome.REFUND: 30,
        Outcome.STORE_CREDIT: 45,
    }
    # Whoever answers on an older state is told, and nothing is overwritten.
    late = client.post(url, {**posted, "days": "60"})
    assert late.status_code == 409
    assert drafts.editing().policy == draft
    # The same answers once more change nothing.
    client.post(url, {**posted, "revision": drafts.editing().revision})
    assert drafts.editing().policy == draft
