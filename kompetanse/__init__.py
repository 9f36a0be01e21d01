"""Facilitation workbooks for municipal leadership groups in a programme of digital transformation."""

__version__ = "0.1.0"
