"""Which lanes a test needs, found in what it and its fixtures call: a whole night, Prefect, a browser, random data in a database.

Nobody keeps a list. The names in the code of a test are followed through helpers and fixtures of tests/ to what they reach:
a function that runs nights, the installed command, Prefect, Chromium.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, ModuleType
from typing import Any

import pytest

# Names that stand for a lane wherever they are used; what is reached by them is of the product or of a library.
SIGNS = {
    "night": {"run_night", "build_layer", "run_suites", "guard_raw", "guard_staging", "guard_marts", "judge", "COMMAND"},
    "prefect": {"prefect", "scheduled"},
    "browser": {"sync_playwright", "chromium"},
}
VERB = "nightly"
DATABASE = {"database", "duckdb", "layers"}  # a test of hypothesis that builds models does so a dozen times


def lanes_of(item: pytest.Function) -> set[str]:
    """The lanes of one collected test."""
    fixtures = item._fixtureinfo.name2fixturedefs
    functions = [item.function, *(definition.func for definitions in fixtures.values() for definition in definitions)]
    reached = _reached_by(frozenset(map(_own, functions))) | set(fixtures)
    lanes = {lane for lane, signs in SIGNS.items() if signs & reached}
    return lanes | {"random"} if hasattr(item.function, "hypothesis") and DATABASE & reached else lanes


_known: dict[Callable[..., Any], tuple[set[str], set[Callable[..., Any]]]] = {}


@cache  # the cases of one test are many
def _reached_by(functions: frozenset[Callable[..., Any]]) -> set[str]:
    """Every name that these functions use, and those of tests/ that they may call."""
    reached: set[str] = set()
    waiting, seen = list(functions), set()
    while waiting:
        function = waiting.pop()
        if function in seen or not hasattr(function, "__code__"):
            continue
        seen.add(function)
        if function not in _known:
            _known[function] = _look_into(function)
        names, helpers = _known[function]
        reached |= names
        waiting += helpers
    return reached


def _own(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as it was written, without what decorators put around it."""
    function = inspect.unwrap(function)
    return getattr(getattr(function, "hypothesis", None), "inner_test", function)


def _look_into(function: Callable[..., Any]) -> tuple[set[str], set[Callable[..., Any]]]:
    """The names that a function's own code uses, with the packages they come from, and the functions of tests/ it may call."""
    names = set(_names_in(function.__code__))
    named = [function.__globals__[name] for name in names if name in function.__globals__]
    packages = {value.__name__.split(".")[0] for value in named if isinstance(value, ModuleType)}
    packages |= {str(getattr(value, "__module__", "")).split(".")[0] for value in named}
    if VERB in function.__code__.co_consts:  # tendonwatch(folder, "nightly")
        names.add("run_night")
    return names | packages, {helper for value in named for helper in _functions_of(value, names)}


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _functions_of(value: Any, names: set[str]) -> Iterator[Callable[..., Any]]:
    """A function of tests/ itself, the methods of a class of tests/, the named functions of a module of tests/."""
    if isinstance(value, ModuleType):
        if value.__name__.startswith("tests."):
            for name in names & set(vars(value)):
                yield from _functions_of(vars(value)[name], names)
    elif str(getattr(value, "__module__", "")).startswith("tests."):
        if inspect.isclass(value):
            yield from (method for method in vars(value).values() if inspect.isfunction(method))
        elif inspect.isfunction(own := _own(value)):
            yield own
