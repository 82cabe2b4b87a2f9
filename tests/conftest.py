"""What every test starts from."""

import pytest
import structlog


@pytest.fixture(autouse=True)
def _every_log_level() -> None:
    """A command that ran in this process before may have turned logs down for all that follow."""
    structlog.reset_defaults()
