#!/usr/bin/env python3
"""What the documentation names exists.

    links_test.py PROGRAM ROOT

- Links lead to files of the repository, and their `#anchors` to headings.
- A code span that looks like a path (`src/…`, `route/precedence`, `docs/json.md`) is a file, a folder
  or, without a suffix, a source file.
- A flag in a code span is one that `--help` lists, and each flag is in README.md or docs/.
- A code span with a whole command (`mxbulk check NAME`) has no flags: those belong into a block that
  commands_test.py runs.
- The exit codes of the README are those that `validate --help` lists.
- README.md has at most 200 lines.
"""

import pathlib
import re
import subprocess
import sys

import markdown

README_LINES_MAX = 200
TOPS = ("src", "include", "tests", "bench", "data", "scripts", "docs", "cmake")
ALSO = ("ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md")
COMMANDS = ("validate", "resolve", "extract", "check", "doctor", "state")
# Flags of other programs that the documentation names.
FOREIGN_FLAGS = {"--install-only", "--full", "--preset", "--build", "--rounds", "--massdns", "--zsv",
                 "--target", "--dry-run", "--stop", "--include", "--write-only", "--forward-tls"}


class Checker:
    def __init__(self, program, root):
        self.program, self.root = program, pathlib.Path(root).resolve()
        self.rooms = {path.name for path in (self.root / "src").iterdir() if path.is_dir()}
        self.faults = []

    def fault(self, page, line, text):
        self.faults.append(f"{page.path.relative_to(self.root)}:{line}: {text}")

    def exists(self, path):
        """`path` from the top, from src/ if it begins with a room; the suffix is optional."""
        words = path.rstrip("/").split("/")
        bases = [self.root]
        if words[0] in self.rooms:
            bases.append(self.root / "src")
        for base in bases:
            if (base / path).exists():
                return True
            for suffix in (".h", ".cc", ".py"):
                if (base / (path + suffix)).exists():
                    return True
            if "*" in path and any(base.glob(path)):
                return True
        return False

    def is_path(self, text):
        if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)+/?|[\w-]+/", text):
            return False
        return text.split("/")[0] in TOPS or text.split("/")[0] in self.rooms

    def check_links(self, page):
        for line, link in page.links():
            if re.match(r"\w+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (page.path.parent / path) if path else page.path
            if not target.exists():
                self.fault(page, line, f"the link {link} leads nowhere")
            elif anchor and anchor not in anchors_of(markdown.Page(target)):
                self.fault(page, line, f"{target.name} has no heading for #{anchor}")

    def check_spans(self, page, flags):
        named = set()
        for line, span in page.spans():
            if self.is_path(span) and not self.exists(span):
                self.fault(page, line, f"`{span}` does not exist")
            found = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", span))
            named |= found
            for flag in sorted(found - flags - FOREIGN_FLAGS):
                self.fault(page, line, f"`{flag}` is no flag")
            if re.match(r"mxbulk \w+\b.*\s-", span):
                self.fault(page, line, f"`{span}`: a command with flags belongs into a block")
        return named

    def flags(self):
        text = "".join(self.help(command) for command in COMMANDS)
        return set(re.findall(r"^\s+(?:-\w, )?(--[a-z-]+)", text, re.M))

    def help(self, command):
        return subprocess.run([self.program, command, "--help"], capture_output=True, check=True,
                              text=True, encoding="utf-8", timeout=60).stdout

    def check_exit_codes(self, readme):
        section = self.help("validate").split("Exit codes:\n")[1].split("\n\n")[0]
        told = re.findall(r"^  ([\d, ]+?)  ", section, re.M)
        shown = [re.sub(r"[^\d, ]", "", row[0]) for _, rows in readme.tables() for row in rows
                 if re.fullmatch(r"[\d, ]+", row[0])]
        if told != shown:
            self.fault(readme, 1, f"exit codes {shown}, and --help has {told}")

    def check_all(self):
        flags = self.flags()
        named = set()
        docs = markdown.pages(self.root)
        for page in docs:
            named |= self.check_spans(page, flags)
            for block in page.blocks:
                named |= set(re.findall(r"--[a-z][a-z-]+", block.text))
        for page in markdown.pages(self.root, ALSO)[len(docs):]:
            self.check_spans(page, flags)
        for page in markdown.pages(self.root, ALSO):
            self.check_links(page)
        readme = docs[0]
        for flag in sorted(flags - named):
            self.fault(readme, 1, f"neither README.md nor docs/ names {flag}")
        self.check_exit_codes(readme)
        lines = len(readme.path.read_text(encoding="utf-8").splitlines())
        if lines > README_LINES_MAX:
            self.fault(readme, lines, f"has {lines} lines; {README_LINES_MAX} at most")


def anchors_of(page):
    """The anchors that a Markdown viewer gives to the page's headings."""
    headings = (text for _, text in page.prose if text.startswith("#"))
    return {re.sub(r"[^\w -]", "", heading.lstrip("#").strip().lower()).replace(" ", "-")
            for heading in headings}


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: links_test.py PROGRAM ROOT")
    checker = Checker(*sys.argv[1:])
    checker.check_all()
    print(*checker.faults, sep="\n", end="\n" if checker.faults else "")
    print(f"{len(checker.faults)} faults")
    sys.exit(1 if checker.faults else 0)


if __name__ == "__main__":
    main()
