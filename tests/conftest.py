"""What every test starts from."""

import pytest
import structlog
from hypothesis import settings

# How long an example takes says how busy the machine is.
settings.register_profile("listener", deadline=None)
settings.load_profile("listener")


@pytest.fixture(autouse=True)
def _every_log_level() -> None:
    """A command that ran in this process before may have turned logs down for all that follow."""
    structlog.reset_defaults()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What mostly waits comes first, so that the processors have something to do meanwhile."""
    items.sort(key=lambda test: "tests/worker" not in test.nodeid)
