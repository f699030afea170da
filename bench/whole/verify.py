#!/usr/bin/env python3
"""Compares what mxbulk wrote with what the maker of the world knows, row by row.

    verify.py FOLDER OUTPUT.csv      of `mxbulk validate`
    verify.py FOLDER OUTPUT.jsonl    of `mxbulk resolve`

Exit code 1 and the first differences if there are any.
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


def read_expected(folder):
    """The reason of each domain, followed by its exchange if the world has only one."""
    with open(os.path.join(folder, "expected.tsv"), encoding="ascii") as lines:
        return {domain: facts for domain, *facts in (line.split() for line in lines)}


def compare_resolved(folder, output_path, unknown_max=0):
    """Yields a line for each difference: every domain once, as its zone says. At most
    `unknown_max` may be unknown."""
    expected = read_expected(folder)
    unknown = 0
    with open(output_path, encoding="utf-8") as written:
        for record in map(json.loads, written):
            domain = record["domain"]
            facts = expected.pop(domain, None)
            if facts is None:
                yield f"{domain}: not asked for, or twice"
            elif record["verdict"] == "unknown":
                unknown += 1
            elif [record["reason"], *record["mx_hosts"]][:len(facts)] != facts:
                yield f"{domain} is {record['reason']} {record['mx_hosts']}, its zone says {facts}"
            elif VERDICTS.get(record["reason"]) != record["verdict"]:
                yield f"{domain}: {record['verdict']}/{record['reason']}"
    if expected:
        yield f"{len(expected)} domains are missing, {next(iter(expected))} among them"
    if unknown > unknown_max:
        yield f"{unknown} domains are unknown"


def compare(folder, output_path):
    """Yields a line for each difference. A row must begin with its own bytes, unchanged."""
    reason_of = {domain: facts[0] for domain, facts in read_expected(folder).items()}
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
            email, verdict, reason = out[len(row) + 1:].split(",", 3)[:3]
            counts[reason] += 1
            address = row.split(",", 4)[3]
            domain = address.partition("@")[2]
            wanted = reason_of.get(domain)
            if VERDICTS.get(reason) != verdict:
                yield f"row {number}: {verdict}/{reason}"
            elif email != ("" if verdict == "invalid" else address):
                yield f"row {number}: the address {email!r} of {address!r}"
            elif VERDICTS[reason] != "invalid" and reason != wanted:
                yield f"row {number}: {domain} is {reason}, its zone says {wanted}"
    if counts != collections.Counter(expected["rows_by_reason"]):
        yield f"rows by reason are {dict(counts)}, not {expected['rows_by_reason']}"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    compares = compare_resolved if sys.argv[2].endswith(".jsonl") else compare
    differences = list(itertools.islice(compares(sys.argv[1], sys.argv[2]), DIFFERENCES_SHOWN))
    for line in differences:
        print(line, file=sys.stderr)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
