#!/usr/bin/env python3
"""The examples for systemd and cron are valid.

    units_test.py PROGRAM ROOT

systemd-analyze verifies the units, with PROGRAM in the place of the installed one; shellcheck reads the
script for cron. Both must know every flag that they use. Exit code 77 if a tool is missing.
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

program, root = sys.argv[1], pathlib.Path(sys.argv[2])
for tool in ("systemd-analyze", "shellcheck"):
    if shutil.which(tool) is None:
        print(f"there is no {tool}")
        sys.exit(77)

faults = 0
with tempfile.TemporaryDirectory() as folder:
    units = []
    for unit in sorted((root / "scripts" / "systemd").iterdir()):
        text = unit.read_text().replace("/usr/local/bin/mxbulk", program)
        units.append(pathlib.Path(folder) / unit.name)
        units[-1].write_text(text)
    run = subprocess.run(["systemd-analyze", "verify", *map(str, units)], capture_output=True, text=True,
                         timeout=60)
    if run.returncode != 0 or run.stderr.strip():
        print(run.stdout + run.stderr)
        faults += 1

job = root / "scripts" / "cron.example"
run = subprocess.run(["shellcheck", str(job)], capture_output=True, text=True, timeout=60)
if run.returncode != 0:
    print(run.stdout)
    faults += 1

known = subprocess.run([program, "validate", "--help"], capture_output=True, text=True, timeout=60).stdout
for path in (job, root / "scripts" / "systemd" / "mxbulk.service"):
    command = re.search(r"mxbulk validate (.*?[^\\])\n", path.read_text(), re.S).group(1)
    for flag in re.findall(r"--[a-z-]+", command):
        if flag not in known:
            print(f"{path.name}: {flag} is no flag")
            faults += 1
sys.exit(1 if faults else 0)
