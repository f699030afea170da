#!/usr/bin/env python3
"""Random tables in every dialect of CSV that mxbulk claims to read. Python's csv module reads the
output with the same rows, cells and columns, and ours after them.

  round_trip_test.py PROGRAM [TABLES [SEED]]

A table that fails is printed with its seed, which replays it alone.
"""
import csv
import io
import os
import random
import subprocess
import sys
import tempfile

OURS = ["email", "verdict", "reason", "action", "domain", "host", "provider", "flags", "lints", "suggestion"]
DOMAINS = ["gmail.com", "acme.example", "GMX.de", "gone.example", "null.example", "yahoo.com"]
WORDS = ["Zoë", "Müller & Söhne", "O'Neil", "a, b", "c; d", "x|y", "say \"hi\"", "\"quoted\"", "tab\there",
         "two\nlines", "three\r\nlines", "back\\slash", "ends in \\", " blank ", "李", "100%", "-", "=1+1", "#",
         "'single'", "", "", "", "€ 5,00", "1.5", "2026-11-27", "+49 30 1", "N/A"]
NAMES = [["id", "uid", "No."], ["First Name", "vorname", "name"], ["Phone", "tel"], ["City", "Ort"],
         ["created_at", "Date"], ["Notes", "comment"], ["status"], ["Company", "Firma"]]
EMAILS = ["email", "E-Mail", "Email Address", "Kontakt", "login", "user.email"]


class Table:
    """One random table: its rows as Python would read them, and how they are written."""

    def __init__(self, rng):
        self.delimiter = rng.choice(",;\t|")
        self.quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        self.terminator = rng.choice(["\n", "\r\n", "\n", "\r\n", "\r"])
        if self.terminator == "\r":
            self.quoting = csv.QUOTE_ALL  # else Python's writer leaves a line feed without quotes
        self.escapes = rng.random() < 0.15
        self.skips_blanks = not self.escapes and rng.random() < 0.15
        self.bom = rng.random() < 0.2
        self.encoding = "utf-16" if rng.random() < 0.1 else "utf-8"
        width = rng.randint(1, 7)
        self.column = rng.randrange(width)
        kinds = rng.sample(NAMES, width)
        self.header = None
        if rng.random() < 0.75:
            self.header = [rng.choice(EMAILS) if i == self.column else rng.choice(kinds[i])
                           for i in range(width)]
        typed = [rng.choice(["number", "words", "words", "date"]) for _ in range(width)]
        self.rows = [[self.address(rng) if i == self.column else self.cell(rng, typed[i])
                      for i in range(width)] for _ in range(rng.randint(1, 40))]
        if not any("@" in row[self.column] for row in self.rows):
            self.rows[0][self.column] = "zoe@gmail.com"

    def address(self, rng):
        if rng.random() < 0.1:
            return rng.choice(["", "n/a", "NULL"])
        local = rng.choice(["zoe", "bob.o'neil", "x+y", "A_B", "info"]) + str(rng.randrange(1000))
        return local + "@" + rng.choice(DOMAINS)

    def cell(self, rng, kind):
        if kind == "number":
            return str(rng.randrange(10_000))
        if kind == "date":
            return f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
        text = rng.choice(WORDS)
        # Blanks before an opening quote do not belong to a cell of this dialect.
        return text.strip(" \t") if self.skips_blanks else text

    def settings(self):
        # A single column has no delimiter: ours are separated by commas.
        delimiter = self.delimiter if len(self.rows[0]) > 1 else ","
        settings = {"delimiter": delimiter, "skipinitialspace": self.skips_blanks}
        if self.escapes:
            settings.update(escapechar="\\", doublequote=False)
        return settings

    def all_rows(self):
        return ([self.header] if self.header else []) + self.rows

    def write(self, path):
        out = io.StringIO()
        settings = self.settings()
        settings.pop("skipinitialspace")
        csv.writer(out, quoting=self.quoting, lineterminator=self.terminator, **settings).writerows(
            self.all_rows())
        text = out.getvalue()
        if self.skips_blanks:
            text = self.with_blanks()
        data = text.encode(self.encoding)
        if self.bom and self.encoding == "utf-8":
            data = b"\xef\xbb\xbf" + data
        with open(path, "wb") as file:
            file.write(data)

    def with_blanks(self):
        """Every cell quoted, a blank before each but the first."""
        lines = []
        for row in self.all_rows():
            cells = ['"' + cell.replace('"', '""') + '"' for cell in row]
            lines.append((self.delimiter + " ").join(cells) + self.terminator)
        return "".join(lines)


def expected_address(cell):
    if "@" not in cell:
        return ""
    local, domain = cell.split("@")
    return local + "@" + domain.lower()


def faults_of(program, table, folder):
    path = os.path.join(folder, "list.csv")
    out = os.path.join(folder, "out.csv")
    table.write(path)
    # A small table may hold more placeholders than addresses, which is no fault of reading.
    done = subprocess.run([program, "validate", path, "-o", out, "-r", "lab", "--progress", "none",
                           "--max-invalid", "100%"], capture_output=True, timeout=60, text=True)
    if done.returncode != 0:
        yield f"exit code {done.returncode}: {done.stderr}"
        return
    with open(out, encoding="utf-8", newline="") as file:
        text = file.read().removeprefix("\ufeff")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True, **table.settings()))
    except csv.Error as error:
        yield f"the output is no CSV: {error}"
        return
    if table.header:
        header = rows.pop(0)
        if header != table.header + ["mx_" + name for name in OURS]:
            yield f"header {header}"
    if len(rows) != len(table.rows):
        yield f"{len(rows)} rows in place of {len(table.rows)}"
        return
    for number, (got, given) in enumerate(zip(rows, table.rows), 1):
        if got[:len(given)] != given or len(got) != len(given) + len(OURS):
            yield f"row {number}: {got} in place of {given}"
        elif got[len(given)] != expected_address(given[table.column]):
            yield f"row {number}: address {got[len(given)]} of {given[table.column]}"


def main():
    program = sys.argv[1]
    tables = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + tables):
            table = Table(random.Random(seed))
            faults = list(faults_of(program, table, folder))
            failed += bool(faults)
            if faults:
                print(f"seed {seed} ({vars(table)['delimiter']!r}, escapes {table.escapes}, blanks "
                      f"{table.skips_blanks}, header {table.header}): {faults[0][:300]}")
    print(f"{tables - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
