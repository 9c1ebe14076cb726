"""The faults of a scenario file: all of them, each with its line, its key, the value, the rule and the remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .positions import KeyPath, positions

# Where one message of a validator ends and the next begins; a remedy also stands behind a semicolon.
NEXT_FAULT = re.compile(r"\n|; (?=rows? \d)")


class ScenarioError(ValueError):
    """A file that cannot be run, with all its faults, one a line.

    >>> print(ScenarioError(["pond.toml, line 2: lake: there is no lake 'hongu'; did you mean 'honghu'?"]))
    pond.toml, line 2: lake: there is no lake 'hongu'; did you mean 'honghu'?
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@dataclass
class Faults:
    """Collects the faults of one file.

    Parameters
    ----------
    file : what the file is called in the messages
    text : its content, in which the lines are looked up
    meant : keys that are there, but misspelt, and need not be called missing as well
    elsewhere : of keys that do not stand in the file, the key on whose line their faults are to be told
    """

    file: str
    text: str = ""
    found: list[tuple[int, str]] = field(default_factory=list)
    meant: set[KeyPath] = field(default_factory=set)
    elsewhere: dict[KeyPath, KeyPath] = field(default_factory=dict)
    _lines: dict[KeyPath, int] | None = None

    def add(self, path: KeyPath, message: str) -> None:
        """Note what is wrong at a key; a message of several lines is several faults, the same is said once."""
        line = self._line(path)
        place = f"{self.file}, line {line}" if line else self.file
        for part in message.split("\n"):
            fault = line, ": ".join(filter(None, (place, spelled(path), part)))
            if fault not in self.found:
                self.found.append(fault)

    def error(self) -> ScenarioError:
        """The faults in the order of the file."""
        return ScenarioError(fault for _, fault in sorted(self.found, key=lambda found: found[0]))

    def __bool__(self) -> bool:
        return bool(self.found)

    def _line(self, path: KeyPath) -> int:
        """Line of the key, or of the nearest table around it that stands in the file; 0 if there is none."""
        if self._lines is None:
            self._lines = positions(self.text)
        while path and path not in self._lines:
            path = self.elsewhere.get(path, path[:-1])
        return self._lines.get(path, 0)


def spelled(path: KeyPath) -> str:
    """Write a key path as people do, counting from 1.

    >>> spelled(("cases", 1, "lake", "initial_level"))
    'cases[2].lake.initial_level'
    """
    words = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(words).removeprefix(".")


def nearest(word: object, words: Iterable[str], what: str = "there are") -> str:
    """Offer the nearest of the words, or else all of them.

    >>> nearest("levle", ["level", "inflow"]), nearest("x", ["level", "inflow"])
    ("did you mean 'level'?", 'there are level, inflow')
    """
    words = list(words)
    near = close(word, words)
    return f"did you mean {near!r}?" if near else f"{what} {', '.join(words) or 'none'}"


def close(word: object, words: Iterable[str]) -> str | None:
    """The word that is meant, as far as one can tell."""
    near = difflib.get_close_matches(str(word), words, 1)
    return near[0] if near else None
