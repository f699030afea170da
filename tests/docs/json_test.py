#!/usr/bin/env python3
"""The tables of docs/json.md have the members that the program writes, with their types.

    json_test.py PROGRAM ROOT

A comment `<!-- members of: COMMAND -->` stands above each table. The objects that COMMAND writes to
standard output are taken together. `a.b` is a member of an object, `a[]` an element of an array;
below `object of …` and `array of …` nothing is compared.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import commands_test
import markdown

TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null",
         dict: "object", list: "array"}


def collect(value, path, opaque, found):
    """The type names of each path below `value`."""
    found.setdefault(path, set()).add(TYPES[type(value)])
    if path in opaque:
        return
    if isinstance(value, dict):
        for key, member in value.items():
            collect(member, f"{path}.{key}" if path else key, opaque, found)
    elif isinstance(value, list):
        for element in value:
            collect(element, path + "[]", opaque, found)


def documented(rows):
    """path -> the words of its type."""
    types = {}
    for row in rows:
        for path in re.findall(r"`([^`]+)`", row[0]):
            types[path] = row[1]
    return types


def compare(command, types, objects):
    faults = []
    opaque = {path for path, words in types.items() if " of " in words}
    found = {}
    for value in objects:
        collect(value, "", opaque, found)
    parents = {re.sub(r"(\.[^.\[]+|\[\])$", "", path) for path in found} | {""}
    for path, seen in sorted(found.items()):
        if path not in types:
            # An object or element needs no row of its own if its members have some.
            if path not in parents or seen - {"object"}:
                faults.append(f"`{path}` is not in the table")
            continue
        allowed = set(re.findall(r"\w+", types[path])) | ({"integer"} if "number" in types[path] else set())
        for name in sorted(seen - allowed):
            faults.append(f"`{path}` is {name}, not {types[path]}")
    faults += [f"`{path}` is not written" for path in sorted(types.keys() - found.keys())]
    return [f"{command}: {fault}" for fault in faults]


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: json_test.py PROGRAM ROOT")
    runner = commands_test.Runner(sys.argv[1], sys.argv[2])
    page = markdown.Page(pathlib.Path(sys.argv[2]) / "docs/json.md")
    faults, count = [], 0
    with tempfile.TemporaryDirectory(prefix="mxbulk-docs-") as name:
        folder = pathlib.Path(name)
        runner.prepare(folder)
        for comment, rows in page.tables():
            if not comment.startswith("members of: "):
                continue
            command = comment.removeprefix("members of: ")
            count += 1
            done = subprocess.run(runner.wrap + ["bash", "-c", command], cwd=folder,
                                  env=runner.environment, capture_output=True, text=True,
                                  encoding="utf-8", timeout=commands_test.SECONDS_MAX)
            objects = [json.loads(line) for line in done.stdout.splitlines()]
            if not objects:
                faults.append(f"{command}: wrote nothing; {done.stderr}")
            faults += compare(command, documented(rows), objects)
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{count} tables, {len(faults)} faults")
    sys.exit(1 if faults or count == 0 else 0)


if __name__ == "__main__":
    main()
