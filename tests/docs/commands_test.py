#!/usr/bin/env python3
"""Runs every command of README.md and docs/ as printed, and compares what it writes.

    commands_test.py PROGRAM ROOT [PAGE…]

Fenced blocks mean:

    ```console          `$ command` lines (a `\\` at the end continues one), each followed by what
                        it writes to standard output and standard error
    ```sh               a script; it must end with 0, its output is not compared
    ```sh file=NAME     written to NAME, executable, for later blocks to run; so with any language
    ```crontab          the command of each line is run by /bin/sh in $HOME, as cron does

The blocks of a page share one folder and run in order; each console block is one shell. A command
that fails must be followed by `$ echo $?`. In expected output a line `…` stands for any lines, a `…`
inside of a line for any text, and these match any of their kind: durations (`0.1 s`, `31 µs`),
times (`2026-01-31T02:15:00Z`), numbers of JSON members in `_ms` and `seconds`, ports of 127.0.0.1.

The folder holds `list.csv` (data/sample.csv) and `data`. MXBULK_RESOLVER is `lab`, and where the
system permits it everything runs in a network namespace of its own: no packet leaves the machine.
Loaders of warehouses (LOADERS) are stubs: they succeed if a file that they are given has content.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import markdown

SECONDS_MAX = 60  # for one block
MARK = "\x1e"     # between the outputs of a block's commands
LOADERS = ("bq", "psql", "duckdb", "clickhouse-client")
LOADER = """#!/bin/sh
for word in $*; do
  word=$(printf %s "$word" | tr -d "';")
  [ -s "$word" ] && exit 0
done
echo "$0: no file with content among: $*" >&2
exit 1
"""
# What differs from run to run: as it is escaped in a pattern, and the pattern that it becomes.
VARIES = [
    (r"(?<![\w.])\d+(\\\.\d+)? (s|ms|µs)(?!\w)", r"\\d+(\\.\\d+)? (s|ms|µs)"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\\\.\d+)?Z", r"\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z"),
    (r'("(?:\w+_ms|ms|seconds)": ?)\d+(\\\.\d+)?', r"\1\\d+(\\.\\d+)?"),
    (r"127\\\.0\\\.0\\\.1:\d+", r"127\\.0\\.0\\.1:\\d+"),
]


def pattern_of(line):
    """The expected line as a regular expression."""
    parts = []
    for part in line.rstrip().split("…"):
        part = re.sub(r"[.^$*+?{}\[\]\\|()]", r"\\\g<0>", part)
        for before, after in VARIES:
            part = re.sub(before, after, part)
        parts.append(part)
    return re.compile(".*".join(parts))


def matches(expected, actual):
    """True if the lines of `actual` are what `expected` says; a line `…` stands for any lines."""
    if not expected:
        return not actual
    if expected[0].strip() == "…":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    return (bool(actual) and pattern_of(expected[0]).fullmatch(actual[0].rstrip()) is not None
            and matches(expected[1:], actual[1:]))


def sessions(block):
    """The commands of a console block, each with the lines that should follow it."""
    commands = []
    for line in block.lines:
        if commands and commands[-1][0].endswith("\\") and not commands[-1][1]:
            commands[-1][0] += "\n" + line
        elif line.startswith("$ "):
            commands.append([line[2:], []])
        elif commands:
            commands[-1][1].append(line)
        else:
            raise ValueError(f"{block.place}: output before the first command")
    return commands


class Runner:
    def __init__(self, program, root):
        self.program, self.root = pathlib.Path(program).resolve(), pathlib.Path(root).resolve()
        self.faults, self.count, self.not_run = [], 0, []
        self.wrap = self.own_network()

    @staticmethod
    def own_network():
        """The words before a command that give it a network of its own, with loopback alone."""
        words = ["unshare", "--net"] + ([] if os.getuid() == 0 else ["--map-root-user"])
        words += ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
        try:
            if subprocess.run(words + ["true"], capture_output=True, timeout=10).returncode == 0:
                return words
        except (OSError, subprocess.TimeoutExpired):
            pass
        print("note: no network namespace of its own: the network stays reachable")
        return []

    def fault(self, place, text):
        self.faults.append(f"{place}: {text}")

    def prepare(self, folder):
        tools = folder / ".bin"
        tools.mkdir()
        (tools / "mxbulk").symlink_to(self.program)
        for loader in LOADERS:
            (tools / loader).write_text(LOADER)
            (tools / loader).chmod(0o755)
        (folder / "data").symlink_to(self.root / "data")
        shutil.copy(self.root / "data/sample.csv", folder / "list.csv")
        self.environment = {
            "HOME": str(folder), "PATH": f"{tools}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
            "LC_ALL": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "TMPDIR": str(folder),
            "MXBULK_RESOLVER": "lab"}

    def run(self, folder, words, text=None):
        try:
            done = subprocess.run(self.wrap + words, input=text, cwd=folder, env=self.environment,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  encoding="utf-8", errors="replace", timeout=SECONDS_MAX)
        except subprocess.TimeoutExpired:
            return None, f"not done after {SECONDS_MAX} s"
        return done.returncode, done.stdout

    def run_console(self, block, folder):
        commands = sessions(block)
        script = "__status=0\n"
        for command, _ in commands:
            script += (f"(exit $__status)\n{command}\n__status=$?\n"
                       f"printf '{MARK}%s{MARK}' \"$__status\"\n")
        code, output = self.run(folder, ["bash", "-c", script])
        if code is None:
            return self.fault(block.place, output)
        pieces = output.split(MARK)
        for index, (command, expected) in enumerate(commands):
            self.count += 1
            if 2 * index + 1 >= len(pieces):
                return self.fault(block.place, f"$ {command}\n    did not end by itself")
            actual = pieces[2 * index].split("\n")
            if actual[-1] == "":
                actual.pop()
            while expected and expected[-1] == "":
                expected.pop()
            if not matches(expected, actual):
                self.fault(block.place, f"$ {command}\n  expected\n    " + "\n    ".join(expected) +
                           "\n  got\n    " + "\n    ".join(actual))
            follower = commands[index + 1][0] if index + 1 < len(commands) else ""
            if pieces[2 * index + 1] != "0" and not follower.startswith("echo $?"):
                self.fault(block.place, f"$ {command}\n    ended with {pieces[2 * index + 1]}")
        return None

    def run_script(self, block, folder, text, words):
        self.count += 1
        code, output = self.run(folder, words, text)
        if code != 0:
            self.fault(block.place, f"ended with {code}\n{text or ' '.join(words)}\n{output}")

    def run_crontab(self, block, folder):
        for line in block.lines:
            if not line.strip() or line.startswith("#") or re.match(r"^\w+=", line):
                continue
            command = line.split(None, 5)[5]
            self.run_script(block, folder, None, ["/bin/sh", "-c", command.replace("\\%", "%")])

    def run_block(self, block, folder):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
            if block.language == "sh":
                path.chmod(0o755)
        elif block.language not in ("console", "sh", "crontab"):
            for line in block.lines:
                if re.match(r"\s*(\$ |mxbulk |scripts/)", line):
                    self.fault(block.place, f"a command in a block that no test runs: {line}")
        elif not block.is_run:
            self.not_run.append(f"{block.place}: {block.comment}")
        elif block.language == "console":
            self.run_console(block, folder)
        elif block.language == "crontab":
            self.run_crontab(block, folder)
        else:
            self.run_script(block, folder, block.text, ["bash", "-e"])

    def run_page(self, page):
        with tempfile.TemporaryDirectory(prefix="mxbulk-docs-") as name:
            folder = pathlib.Path(name)
            self.prepare(folder)
            for block in page.blocks:
                self.run_block(block, folder)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: commands_test.py PROGRAM ROOT [PAGE…]")
    program, root, wanted = sys.argv[1], sys.argv[2], sys.argv[3:]
    runner = Runner(program, root)
    for page in markdown.pages(root):
        if not wanted or page.path.name in wanted:
            runner.run_page(page)
    for text in runner.not_run:
        print(text)
    print(*runner.faults, sep="\n\n", end="\n" if runner.faults else "")
    print(f"{runner.count} commands, {len(runner.faults)} faults")
    sys.exit(1 if runner.faults or runner.count == 0 else 0)


if __name__ == "__main__":
    main()
