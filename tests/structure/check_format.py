#!/usr/bin/env python3
"""clang-format would change no file of src, include, tests and bench.

    check_format.py ROOT

Versions of clang-format format differently, so only the one that the first line of .clang-format
names is asked. Exits with 77 (skipped) if this machine does not have it, and with 1 if a file is
not formatted; what to run is printed.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

FOLDERS = ("src", "include", "tests", "bench")
FILES_AT_ONCE = 40
SKIPPED = 77


def find_program(version):
    for name in (f"clang-format-{version}", "clang-format"):
        program = shutil.which(name)
        if program is None:
            continue
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
        if re.search(rf"version {version}\.", said.stdout):
            return program
    return None


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_format.py ROOT")
    root = pathlib.Path(sys.argv[1])
    version = re.match(r"# clang-format (\d+)", (root / ".clang-format").read_text())[1]
    program = find_program(version)
    if program is None:
        print(f"skipped: no clang-format {version} here (Debian: clang-format-{version})")
        sys.exit(SKIPPED)
    files = sorted(str(path.relative_to(root)) for folder in FOLDERS
                   for path in (root / folder).rglob("*") if path.suffix in (".h", ".cc"))

    def check(some):
        return subprocess.run([program, "--dry-run", "-Werror", *some], cwd=root,
                              capture_output=True, text=True).stderr

    pieces = [files[i:i + FILES_AT_ONCE] for i in range(0, len(files), FILES_AT_ONCE)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        errors = "".join(pool.map(check, pieces))
    wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", errors, re.M)))
    if errors:
        print(errors[:4000])
        print(f"{len(wrong)} files are not formatted; run\n  {program} -i {' '.join(wrong)}")
    print(f"{len(files)} files")
    sys.exit(1 if errors or not files else 0)


if __name__ == "__main__":
    main()
