#!/usr/bin/env python3
"""The real command line on the digits model: every command, every exit code, hostile files, no half-written ones.

    tests/cli/test_cli.py BUILD_FOLDER [unittest options]      the folder holds tacit, and tacit-verify where it is built

Python's standard library only.
"""
import pathlib
import sys
import unittest

from auditing import Auditing  # noqa: F401: found by unittest here
from case import Case
from claims import Claims  # noqa: F401
from commands import Commands  # noqa: F401: found by unittest here
from explaining import Explaining  # noqa: F401
from hostile import Hostile  # noqa: F401
from links import Links  # noqa: F401
from privacy import Privacy  # noqa: F401
from verifying import Verify  # noqa: F401

if __name__ == "__main__":
    if len(sys.argv) < 2 or not (pathlib.Path(sys.argv[1]) / "tacit").exists():
        sys.exit("usage: test_cli.py BUILD_FOLDER [unittest options]")
    Case.build = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
