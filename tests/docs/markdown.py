"""Reads the Markdown files of the documentation: fenced blocks, code spans and tables.

A fenced block may be preceded by an HTML comment that tells the tests about it:

    <!-- not run: WHY -->      the block's commands are not run
    <!-- members of: COMMAND -->   before a table: the JSON members that COMMAND writes
"""

import pathlib
import re

FENCE = re.compile(r"^(\s*)(`{3,})\s*(\S*)\s*(.*)$")
COMMENT = re.compile(r"^\s*<!--\s*(.*?)\s*-->\s*$")
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")


class Block:
    """One fenced block. `line` is the line of its fence, from 1."""

    def __init__(self, path, line, language, info, comment):
        self.path, self.line, self.language, self.info = path, line, language, info
        self.comment = comment  # the HTML comment on the line above, or ""
        self.lines = []

    @property
    def place(self):
        return f"{self.path.name}:{self.line}"

    @property
    def file(self):
        """The name in `file=NAME`, or None."""
        match = re.search(r"\bfile=(\S+)", self.info)
        return match[1] if match else None

    @property
    def is_run(self):
        return not self.comment.startswith("not run:")

    @property
    def text(self):
        return "\n".join(self.lines) + "\n"


class Page:
    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.blocks = []
        self.prose = []  # (line number, text) outside of fenced blocks
        self._read(self.path.read_text(encoding="utf-8").split("\n"))

    def _read(self, lines):
        block, indent, comment = None, "", ""
        for number, line in enumerate(lines, 1):
            fence = FENCE.match(line)
            if block is not None:
                if fence and not fence[3]:
                    block = None
                else:
                    block.lines.append(line.removeprefix(indent))
            elif fence:
                indent = fence[1]
                block = Block(self.path, number, fence[3], fence[4], comment)
                self.blocks.append(block)
                comment = ""
            else:
                self.prose.append((number, line))
                match = COMMENT.match(line)
                if match:
                    comment = match[1]
                elif line.strip():
                    comment = ""

    def spans(self):
        """Each code span of the prose, as (line number, text)."""
        for number, line in self.prose:
            for match in SPAN.finditer(line):
                yield number, match[1]

    def links(self):
        for number, line in self.prose:
            for match in LINK.finditer(line):
                yield number, match[1]

    def tables(self):
        """Each table, as (comment above, [row, …]); a row is the list of its cells' text."""
        comment, rows = "", []
        for _, line in self.prose + [(0, "")]:
            if line.startswith("|"):
                rows.append([cell.strip() for cell in line.strip().strip("|").split(" | ")])
                continue
            if rows:
                yield comment, rows[2:]
                comment, rows = "", []
            match = COMMENT.match(line)
            if match:
                comment = match[1]
            elif line.strip():
                comment = ""


def pages(root, extra=()):
    """README.md, everything in docs/, and `extra`."""
    root = pathlib.Path(root)
    paths = [root / "README.md", *sorted((root / "docs").glob("*.md")),
             *(root / name for name in extra)]
    return [Page(path) for path in paths]
