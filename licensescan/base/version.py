"""State the version of licensescan."""

__version__ = "0.1.0"
