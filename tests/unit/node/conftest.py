"""Tests here may be coroutines."""

from tests.coroutines import pytest_pyfunc_call  # noqa: F401
