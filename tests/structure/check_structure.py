#!/usr/bin/env python3
"""Holds the #include lines against the rooms that CMakeLists.txt names.

    check_structure.py ROOT

Prints one line for each fault, `path:line: what`, and exits with 1 if there is one. What is only a
question to ask (a long file) is printed as a note and changes nothing.
"""

import pathlib
import re
import sys

# Foreign headers, and the rooms that may see them. Everything else in angle brackets is either the
# C++ library's (no dot in its name) or one of SYSTEM_HEADERS.
FOREIGN = {
    r"ares[\w.]*": {"net"},
    r"uv\.h": {"net"},
    r"openssl/.*": {"net"},
    r"simdjson\.h": {"input"},
    r"absl/.*": {"table"},
    r"iconv\.h": {"input"},
    r"idn2\.h": {"input"},
    r"unicode/.*": {"input"},
    r"libpsl\.h": {"enrich"},
    r"CLI/.*": {"cli"},
    r"xxhash\.h": {"base"},
    r"sqlite3\.h": {"state"},
    r"isa-l.*|igzip_lib\.h": {"input", "output"},
    r"zstd\w*\.h": {"input", "output"},
}
SYSTEM_HEADERS = re.compile(
    r"(arpa/inet|dirent|emmintrin|fcntl|immintrin|linux/\w+|net/if|netinet/\w+|poll|pthread|sched|semaphore|"
    r"signal|stdlib|sys/\w+|syslog|termios|time|tmmintrin|unistd)\.h")
LINES_TO_ASK_ABOUT = 500

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
ROOM = re.compile(r"^mxbulk_room\(\s*(\w+)\s+DEPENDS\s+([^)]*)\)", re.M)
DATA = re.compile(r"^mxbulk_data\(\s*(\w+)\s", re.M)
CLI = re.compile(r"^target_link_libraries\(mxbulk_cli PUBLIC\s+([^)]*)\)", re.M)


def read_rooms(cmake):
    """Each room's direct neighbours below, as CMake links them."""
    rooms = {}
    for name, rest in ROOM.findall(cmake):
        rooms[name] = set(rest.split("LIBS")[0].split()) - {"mxbulk_public"}
    for rest in CLI.findall(cmake):
        words = rest.split("PRIVATE")[0].split()
        rooms["cli"] = {w.removeprefix("mxbulk_") for w in words if w.startswith("mxbulk_")}
    return rooms


def reach(rooms, start):
    """What `start` may use: its neighbours below and theirs. `start` itself only in a circle."""
    found, todo = set(), list(rooms.get(start, ()))
    while todo:
        room = todo.pop()
        if room not in found:
            found.add(room)
            todo.extend(rooms.get(room, ()))
    return found


class Checker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        cmake = (self.root / "CMakeLists.txt").read_text()
        self.rooms = read_rooms(cmake)
        self.reach = {room: reach(self.rooms, room) for room in self.rooms}
        self.data_rooms = set(DATA.findall(cmake))
        self.faults = []
        self.notes = []
        self.includes = 0

    def fault(self, path, line, text):
        self.faults.append(f"{path.relative_to(self.root)}:{line}: {text}")

    def check_all(self):
        if not self.rooms:
            self.fault(self.root / "CMakeLists.txt", 1, "names no room")
        for room in self.rooms:
            for below in self.rooms[room] - self.rooms.keys():
                self.fault(self.root / "CMakeLists.txt", 1,
                           f"{room} depends on {below}, which is no room")
            if room in self.reach[room]:
                self.fault(self.root / "CMakeLists.txt", 1, f"{room} depends on itself")
        for top in ("include", "src", "tests", "bench", "fuzz"):
            for path in sorted((self.root / top).rglob("*")):
                if path.suffix in (".h", ".cc"):
                    self.check_file(path, top)
        return self.faults

    def check_file(self, path, top):
        text = path.read_text()
        lines = text.split("\n")
        if path.suffix == ".h" and not re.search(r"^#pragma once$", text, re.M):
            self.fault(path, 1, "has no #pragma once")
        if top not in ("include", "src"):
            return  # tests look into every room
        if len(lines) - 1 > LINES_TO_ASK_ABOUT:
            self.notes.append(f"{path.relative_to(self.root)}: {len(lines) - 1} lines")
        room = path.relative_to(self.root / top).parts[0] if top == "src" else "public"
        if top == "src" and room not in self.rooms:
            self.fault(path, 1, f"{room} is no room of CMakeLists.txt")
            return
        for number, line in enumerate(lines, 1):
            match = INCLUDE.match(line)
            if match is None:
                continue
            self.includes += 1
            check = self.check_foreign if match[1] == "<" else self.check_own
            check(path, number, room, match[2])

    def check_foreign(self, path, number, room, header):
        if "." not in header and "/" not in header:
            return
        for pattern, rooms in FOREIGN.items():
            if re.fullmatch(pattern, header):
                if room not in rooms:
                    self.fault(path, number, f"<{header}> belongs to {' and '.join(sorted(rooms))}")
                return
        if not SYSTEM_HEADERS.fullmatch(header):
            self.fault(path, number, f"<{header}> is foreign and has no room yet")

    def check_own(self, path, number, room, header):
        owner = header.split("/")[0]
        if owner == "data" and header.endswith(".inc"):
            if room not in self.data_rooms:
                self.fault(path, number, f"{room} has no mxbulk_data()")
            return
        place = "include" if owner == "mxbulk" else "src"
        if not (self.root / place / header).is_file():
            self.fault(path, number, f'"{header}" is not in {place}/')
        elif owner not in ("mxbulk", room) and owner not in self.reach.get(room, ()):
            self.fault(path, number, f"{room} may not use {owner}")


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_structure.py ROOT")
    checker = Checker(sys.argv[1])
    faults = checker.check_all()
    for note in checker.notes:
        print("note:", note)
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{checker.includes} includes in {len(checker.rooms)} rooms, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
