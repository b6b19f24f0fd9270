"""What is kept is what was built, and is put back only where the test before it is the same."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from commerce.models import User
from tests.kept import TODAY, keep_helpers, keeps, kept, story, take_part

pytestmark = pytest.mark.django_db


@contextmanager
def a_test(name: str) -> Iterator[None]:
    """What one test does, of which its end leaves nothing."""
    with transaction.atomic():
        with story(name):
            yield
        transaction.set_rollback(True)


class Builder:
    """Builds people, and counts how many it really built."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self) -> User:
        self.built += 1
        return User.objects.create_user(f"person-{self.built}@example.com")


@pytest.fixture
def build() -> Builder:
    return Builder()


def rows() -> list[tuple[object, ...]]:
    """Everything the table holds of the people who were built."""
    found = User.objects.filter(email__startswith="person-")
    return list(found.order_by("pk").values_list())


def test_what_begins_alike_is_put_back_as_it_was(build: Builder) -> None:
    seen = []
    for _time in range(2):
        with a_test("alike"):
            first, second = kept("first", build), kept("second", build)
            assert [first.email, second.email] == ["person-1@example.com", "person-2@example.com"]
            seen.append(rows())
    assert build.built == 2
    assert seen[0] == seen[1] != []


def test_no_test_has_what_another_one_changed_in_what_it_was_given(build: Builder) -> None:
    for _time in range(2):
        with a_test("changed"):
            person = kept("person", build)
            assert person.email == "person-1@example.com"
            person.email = "other@example.com"


def do_nothing() -> None:
    """A test that goes straight on."""


def write_a_row() -> None:
    User.objects.create_user("own@example.com")


def write_over(value: bool) -> Callable[[], None]:
    def act() -> None:
        User.objects.update(is_staff=value)

    return act


@pytest.mark.parametrize(
    ("first", "then", "built"),
    [
        (do_nothing, do_nothing, 2),
        (write_a_row, do_nothing, 3),
        (write_a_row, write_a_row, 3),
        (write_over(True), write_over(True), 2),
        (write_over(True), write_over(False), 3),
        (do_nothing, write_over(True), 3),
    ],
    ids=["alike", "one inserts", "both insert", "same update", "other update", "one updates"],
)
def test_what_a_test_writes_itself_belongs_to_its_story(
    build: Builder,
    request: pytest.FixtureRequest,
    first: Callable[[], None],
    then: Callable[[], None],
    built: int,
) -> None:
    for act in (first, then):
        with a_test(request.node.name):
            kept("one", build)
            act()
            later = kept("two", build)
            assert not User.objects.get(pk=later.pk).is_staff
    assert build.built == built


def test_a_rollback_ends_what_is_known(build: Builder) -> None:
    for _time in range(2):
        with a_test("rolled back"):
            with transaction.atomic():
                kept("one", build)
                transaction.set_rollback(True)
            kept("two", build)
            assert len(rows()) == 1
    assert build.built == 3, "only what came before the rollback was known the second time"


@pytest.mark.parametrize("differs", ["day", "language"])
def test_another_day_or_language_is_another_story(build: Builder, differs: str) -> None:
    for day, language in ((1, "en"), (2, "ja")):
        moment = TODAY.replace(day=day) if differs == "day" else TODAY
        with (
            time_machine.travel(moment),
            translation.override(language if differs == "language" else "en"),
            a_test(differs),
        ):
            kept("one", build)
    assert build.built == 2


def test_who_counts_statements_sees_them_all(build: Builder) -> None:
    counts = []
    for _time in range(2):
        with a_test("counted"), CaptureQueriesContext(connection) as asked:
            kept("one", build)
            counts.append(len(asked))
    assert counts[0] == counts[1] > 0
    assert build.built == 2


@dataclass
class Bystander:
    """Someone beside the database who takes part."""

    told: int = 0


def test_what_a_bystander_knew_comes_back_and_tells_stories_apart(build: Builder) -> None:
    def tell(one: Bystander) -> Callable[[], User]:
        def telling() -> User:
            one.told += 1
            return build()

        return telling

    for knew in (0, 0, 5):
        with a_test("bystander"):
            bystander = Bystander(knew)
            take_part(bystander)
            kept("one", tell(bystander))
            assert bystander.told == knew + 1
    assert build.built == 2


def test_files_come_back(build: Builder) -> None:
    place = storages["private"]

    def build_with_file() -> User:
        place.save("kept/one.txt", ContentFile(b"one"))
        return build()

    for _time in range(2):
        with a_test("file"):
            kept("one", build_with_file)
            with place.open("kept/one.txt") as file:
                assert file.read() == b"one"
        place.delete("kept/one.txt")
    assert build.built == 1


def test_helpers_are_kept_only_where_a_test_says_so(build: Builder) -> None:
    @keeps
    def helper(name: str) -> User:
        return build()

    for allowed, built in ((False, 1), (False, 2), (True, 3), (True, 3)):
        with a_test("helper"):
            if allowed:
                keep_helpers()
            helper("one")
        assert build.built == built
    with a_test("helper"):
        keep_helpers()
        helper("another")
    assert build.built == 4
