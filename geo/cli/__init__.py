"""The command `wangge`."""

from geo.cli.main import main

__all__ = ["main"]
