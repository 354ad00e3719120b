"""Colours of the pages, light and dark: Okabe and Ito's hues, darkened or lightened until text and bars are readable.

Pages, drawings and figures all name a colour by its CSS variable, so that a theme switch recolours everything.
"""

from __future__ import annotations

LIGHT = {
    "bg": "#f6f5f1",
    "card": "#ffffff",
    "ink": "#1c1f24",
    "soft": "#565d69",
    "line": "#e3e0d8",
    "field": "#8b8f98",
    "tint": "#f0f3f5",
    "focus": "#0b63b0",
    "run": "#1f6f9f",
    "run-pale": "#a9cbe0",
    "long": "#3c4350",
    "straight": "#b4740c",
    "bent": "#9a4a7d",
    "ewma": "#00795a",
    "unknown": "#8b8f98",
    "rest": "#eceae4",
    "heat-low": "#cfe3ef",
    "heat-high": "#0d4c73",
    "mark": "#d9d2c0",
    "red": "#b3261e",
    "amber": "#995700",
    "green": "#25734a",
    "grey": "#636a77",
    "red-tint": "#fbeceb",
    "amber-tint": "#fbf2e4",
    "green-tint": "#eaf4ee",
    "grey-tint": "#f0f1f3",
}
DARK = {
    "bg": "#131518",
    "card": "#1c1f23",
    "ink": "#eceef0",
    "soft": "#a7afba",
    "line": "#30353b",
    "field": "#7c838d",
    "tint": "#23282d",
    "focus": "#7cc0f2",
    "run": "#6db4dc",
    "run-pale": "#31566b",
    "long": "#c9cfd8",
    "straight": "#e3a440",
    "bent": "#d98fbb",
    "ewma": "#4cc7a0",
    "unknown": "#7c838d",
    "rest": "#282c31",
    "heat-low": "#25485c",
    "heat-high": "#a5dcfb",
    "mark": "#4a4536",
    "red": "#ff8d83",
    "amber": "#d0942f",
    "green": "#7ccf9a",
    "grey": "#a2aab5",
    "red-tint": "#46221f",
    "amber-tint": "#2c2618",
    "green-tint": "#1c2b23",
    "grey-tint": "#24282d",
}


def css() -> str:
    """The CSS variables: light, dark if the system prefers it, and either by the switch; print is always light."""
    light, dark = _declarations(LIGHT), _declarations(DARK)
    return (
        f":root {{ color-scheme: light; {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root:not([data-theme=light]) {{ color-scheme: dark; {dark} }} }}\n"
        f"@media screen {{ :root[data-theme=dark] {{ color-scheme: dark; {dark} }} }}\n"
    )


def colour(name: str) -> str:
    """The CSS variable of a colour, for a figure or an SVG."""
    if name not in LIGHT:
        raise KeyError(name)
    return f"var(--{name})"


def _declarations(colours: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in colours.items())
