"""Homes to back up, on both databases."""

from tests.answers.conftest import postgresql, programme

__all__ = ["postgresql", "programme"]
