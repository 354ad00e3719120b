"""Which lanes a test needs, found in what it and its fixtures call: a whole night, Prefect, a browser.

Nobody keeps a list. The names in the code of a test are followed through helpers and fixtures of tests/ to what they reach:
a function that runs nights, the installed command, Prefect, Chromium.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from types import CodeType, ModuleType
from typing import Any

import pytest

# Names that stand for a lane wherever they are used; what is reached by them is of the product or of a library.
SIGNS = {
    "night": {"run_night", "run_suites", "guard_raw", "guard_staging", "guard_marts", "judge", "COMMAND"},
    "prefect": {"prefect", "scheduled"},
    "browser": {"sync_playwright", "chromium"},
}


def lanes_of(item: pytest.Function) -> set[str]:
    """The lanes of one collected test."""
    fixtures = item._fixtureinfo.name2fixturedefs
    functions = [item.function, *(definition.func for definitions in fixtures.values() for definition in definitions)]
    return _reached_by(functions) | {lane for lane, signs in SIGNS.items() if signs & set(fixtures)}


_known: dict[Callable[..., Any], tuple[set[str], set[Callable[..., Any]]]] = {}


def _reached_by(functions: Iterable[Callable[..., Any]]) -> set[str]:
    lanes: set[str] = set()
    waiting, seen = [inspect.unwrap(function) for function in functions], set()
    while waiting:
        function = waiting.pop()
        if function in seen or not hasattr(function, "__code__"):
            continue
        seen.add(function)
        if function not in _known:
            _known[function] = _look_into(function)
        direct, helpers = _known[function]
        lanes |= direct
        waiting += helpers
    return lanes


def _look_into(function: Callable[..., Any]) -> tuple[set[str], set[Callable[..., Any]]]:
    """The lanes that a function's own code names, and the functions of tests/ that it may call."""
    names = set(_names_in(function.__code__))
    globals_of = function.__globals__
    named = [globals_of[name] for name in names if name in globals_of]
    modules = {value.__name__.split(".")[0] for value in named if isinstance(value, ModuleType)}
    modules |= {str(getattr(value, "__module__", "")).split(".")[0] for value in named}
    lanes = {lane for lane, signs in SIGNS.items() if signs & (names | modules)}
    helpers = {helper for value in named for helper in _functions_of(value, names)}
    return lanes, helpers


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
        elif inspect.isfunction(unwrapped := inspect.unwrap(value)):
            yield unwrapped
