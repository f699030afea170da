#!/usr/bin/env python3
"""Compares what `mxbulk validate` wrote with what make_world.py knows, row by row.

    verify.py FOLDER OUTPUT.csv      exit code 1 and the first differences where one differs
"""
import collections
import itertools
import json
import os
import sys

VERDICTS = {
    "mx": "mx_ok", "implicit_mx": "mx_ok", "rfc7505": "null_mx", "nxdomain": "no_mx",
    "no_address": "no_mx", "mx_unresolvable": "dead_mx", "mx_nonpublic": "dead_mx",
    "implicit_nonpublic": "dead_mx", "empty": "invalid", "no_at": "invalid", "dotless": "invalid",
    "bad_local": "invalid", "bad_domain": "invalid",
}
DIFFERENCES_SHOWN = 10


def compare(folder, output_path):
    """Yields a line for each difference. A row's own bytes must stand in front, as they were."""
    with open(os.path.join(folder, "expected.tsv"), encoding="ascii") as lines:
        reason_of = dict(line.rstrip("\n").split("\t") for line in lines)
    with open(os.path.join(folder, "expected.json"), encoding="ascii") as text:
        expected = json.load(text)
    counts = collections.Counter()
    with open(os.path.join(folder, "list.csv"), encoding="utf-8") as rows, \
            open(output_path, encoding="utf-8") as written:
        next(rows), next(written)
        for number, (row, out) in enumerate(itertools.zip_longest(rows, written), start=1):
            if row is None or out is None:
                yield f"row {number}: {'one too many' if row is None else 'missing'}"
                return
            row = row.rstrip("\n")
            if not out.startswith(row + ","):
                yield f"row {number}: {row!r} became {out!r}"
                continue
            verdict, reason = out[len(row) + 1:].split(",", 2)[:2]
            counts[reason] += 1
            domain = row.split(",", 4)[3].partition("@")[2]
            wanted = reason_of.get(domain)
            if VERDICTS.get(reason) != verdict:
                yield f"row {number}: {verdict}/{reason}"
            elif VERDICTS[reason] != "invalid" and reason != wanted:
                yield f"row {number}: {domain} is {reason}, its zone says {wanted}"
    if counts != collections.Counter(expected["rows_by_reason"]):
        yield f"rows by reason are {dict(counts)}, not {expected['rows_by_reason']}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    differences = list(itertools.islice(compare(sys.argv[1], sys.argv[2]), DIFFERENCES_SHOWN))
    for line in differences:
        print(line, file=sys.stderr)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
