#!/usr/bin/env python3
"""Reads every list of data/exports as a user would, and compares with the expected result beside it:
the column that was found, each row's address, verdict and action, the lines that are passed through.
Then the same list again in append mode: every line of the input is a line of the output.

  exports_test.py PROGRAM FOLDER
"""
import json
import os
import subprocess
import sys
import tempfile


def run(program, path, arguments):
    command = [program, "validate", path, "--resolver", "lab", "--max-unknown", "100%",
               "--progress", "none", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, text=True, errors="replace")


def checked_rows(program, path, flags, folder):
    """(exit code and messages, rows, summary) of a run that writes our columns alone."""
    out = os.path.join(folder, "out.jsonl")
    summary = os.path.join(folder, "summary.json")
    done = run(program, path, ["--mode", "minimal", "-o", out, "--summary-json", summary, *flags])
    if done.returncode != 0:
        return done, None, None
    with open(out, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    with open(summary, encoding="utf-8") as file:
        return done, rows, json.load(file)


def text_of(path):
    """The bytes of a list as the output of the same format has them."""
    with open(path, "rb") as file:
        data = file.read()
    return data.decode("utf-16").encode() if data.startswith((b"\xff\xfe", b"\xfe\xff")) else data


def lost_line(program, path, flags, folder):
    """A line of a table that the output in append mode lacks, or None."""
    out = os.path.join(folder, "out" + os.path.splitext(path)[1])
    kind = "tsv" if path.endswith(".tsv") else "csv"
    done = run(program, path, ["--output-format", kind, "-o", out, *flags])
    if done.returncode != 0:
        return done.stderr
    with open(out, "rb") as file:
        output = file.read()
    for line in text_of(path).removeprefix(b"\xef\xbb\xbf").splitlines():
        at = output.find(line)
        if at < 0:
            return line
        output = output[at + len(line):]
    return None


def faults_of(program, path, folder):
    with open(path + ".expected.json", encoding="utf-8") as file:
        expected = json.load(file)
    done, rows, summary = checked_rows(program, path, expected["flags"], folder)
    if rows is None:
        yield f"exit code {done.returncode}: {done.stderr}"
        return
    got = [[row["mx_email"] or "", row["mx_verdict"], row["mx_action"]] for row in rows]
    for number, (mine, theirs) in enumerate(zip(got, expected["rows"]), 1):
        if mine != theirs:
            yield f"row {number}: {mine} in place of {theirs}"
    if len(got) != len(expected["rows"]):
        yield f"{len(got)} rows in place of {len(expected['rows'])}"
    if summary["rows_passed"] != expected["passed"]:
        yield f"{summary['rows_passed']} lines passed in place of {expected['passed']}"
    found = summary["inputs"][0]
    column = expected["column"]
    if column is not None and column not in (found["column"], found["column_name"]):
        yield f"column {found['column']} {found['column_name']} in place of {column}"
    if found["format"] == "CSV":
        line = lost_line(program, path, expected["flags"], folder)
        if line is not None:
            yield f"a line is lost: {line}"


def main():
    program, exports = sys.argv[1], sys.argv[2]
    names = sorted(name for name in os.listdir(exports) if not name.endswith(".expected.json"))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            faults = list(faults_of(program, os.path.join(exports, name), folder))
            failed += bool(faults)
            for fault in faults:
                print(f"{name}: {fault}")
    print(f"{len(names) - failed} passed, {failed} failed")
    return 1 if failed or len(names) < 40 else 0


if __name__ == "__main__":
    sys.exit(main())
