"""How several processes share the tests: one by one, or a whole file where its set-up is dear."""

from xdist.scheduler import LoadScopeScheduling

# Real servers, a house that was prepared, a shop with everything: made once for all of a file.
WHOLE = (
    "tests/faults/test_processes.py",
    "tests/launcher/test_server.py",
    "tests/architecture/",
    "tests/api/test_lists.py",
    "tests/commerce/test_list_exports.py",
    "tests/commerce/test_privacy_shop.py",
    "tests/integrations/test_filled_shop.py",
    "tests/notifications/test_kinds.py",
    "tests/operations/test_backup.py",
    # What one test has kept of its story, the next begins with.
    "tests/returns/",
)


class Sharing(LoadScopeScheduling):
    """Hand out the whole files first, the largest at the head, then every other test by itself.

    The mark `xdist_group` would say the same, but pytest-xdist 3.8 passes it over under pytest 9.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.startswith(WHOLE) else nodeid
