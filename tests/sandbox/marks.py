"""Marks for tests that share the session's one sandbox."""

import pytest

IN_THE_JAIL = [pytest.mark.jail, pytest.mark.asyncio(loop_scope="session")]
