"""A small runner: named flows, one line for each, a count at the end."""

import os
import sys
import traceback

FLOWS = []


def flow(function):
    """Registers a flow; the first line of its docstring is its name."""
    FLOWS.append(function)
    return function


def run(*arguments):
    """Runs all flows with these arguments and ends the process."""
    failed = 0
    for function in FLOWS:
        name = function.__doc__.strip().splitlines()[0].rstrip(".")
        try:
            function(*arguments)
            print(f"ok    {name}", flush=True)
        except Exception:
            failed += 1
            print(f"FAIL  {name}", flush=True)
            traceback.print_exc()
    print(f"{len(FLOWS) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)


def lacking(what):
    """Ends a suite that cannot run here: as skipped for a person, as failed in CI."""
    if os.environ.get("CI"):
        sys.exit(f"{what} is needed in CI")
    print(f"skipped: {what} is missing")
    sys.exit(0)


def same(actual, expected, what):
    """Both values are equal; says what and both values when they are not."""
    assert actual == expected, f"{what}: {actual!r} instead of {expected!r}"


def holds(condition, what):
    """The condition holds; says what was expected when it does not."""
    assert condition, what
