"""On which line of a TOML file a key stands; `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib

KeyPath = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_VALUE = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?'{3,5}|"(?:\\.|[^"\\])*"|'[^']*'|[^,\]}\n#]+''',
    re.DOTALL,
)


def positions(text: str) -> dict[KeyPath, int]:
    """Return the line, from 1, of every key, table and element of a valid TOML text.

    >>> positions('title = "pond" # [[cases]]')
    {('title',): 1}
    """
    scan = _Scan(text)
    scan.document()
    return scan.lines


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.counted = 0  # up to where lines have been counted
        self.lines: dict[KeyPath, int] = {}
        self.elements: dict[KeyPath, int] = {}  # of arrays of tables

    def document(self) -> None:
        table: KeyPath = ()
        while self.sees():
            if self.text.startswith("[[", self.at):
                self.at += 2
                array = self.inside(*self.keys())
                number = self.elements[array] = self.elements.get(array, -1) + 1
                table = (*array, number)
                self.mark(table)
                self.at += 2
            elif self.text.startswith("[", self.at):
                self.at += 1
                table = self.within(self.inside(*self.keys()))
                self.mark(table)
                self.at += 1
            else:
                self.pair(table)

    def pair(self, table: KeyPath) -> None:
        key = (*table, *self.keys())
        self.mark(key)
        self.at += 1  # the equals sign
        self.value(key)

    def value(self, path: KeyPath) -> None:
        opening = self.sees()
        if opening not in ("[", "{"):
            match = _VALUE.match(self.text, self.at)
            self.at = match.end() if match else self.at + 1
            return
        self.at += 1
        number = 0
        while (sign := self.sees()) not in ("]", "}", ""):
            if sign == ",":
                self.at += 1
            elif opening == "{":
                self.pair(path)
            else:
                self.mark((*path, number))
                self.value((*path, number))
                number += 1
        self.at += 1

    def keys(self) -> list[str]:
        """A key with its dots."""
        keys, dot = [], "."
        while dot and (match := _KEY.match(self.text, self.at)):
            (word, dot), self.at = match.groups(), match.end()
            quoted = word[0] in "\"'"
            keys.append(next(iter(tomllib.loads(f"{word} = 0"))) if quoted else word)
        return keys

    def inside(self, *keys: str) -> KeyPath:
        """The path of a table's header: what leads through an array of tables leads through its last element."""
        path: KeyPath = ()
        for key in keys:
            path = (*self.within(path), key)
        return path

    def within(self, path: KeyPath) -> KeyPath:
        return (*path, self.elements[path]) if path in self.elements else path

    def sees(self) -> str:
        """The next sign that is neither blank nor comment."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.text[self.at : self.at + 1]

    def mark(self, path: KeyPath) -> None:
        self.line += self.text.count("\n", self.counted, self.at)
        self.counted = self.at
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], self.line)
