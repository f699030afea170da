#!/usr/bin/env python3
"""Gives check_structure.py a good tree and one wrong thing at a time: the check can fail."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check_structure import Checker  # noqa: E402

CMAKE = """
mxbulk_room(base    DEPENDS mxbulk_public LIBS PkgConfig::xxhash)
mxbulk_room(model   DEPENDS base)
mxbulk_room(dns     DEPENDS model)
mxbulk_room(route   DEPENDS model)
mxbulk_room(engine  DEPENDS dns route LIBS Threads::Threads)
mxbulk_room(net     DEPENDS engine LIBS PkgConfig::cares PkgConfig::uv)
mxbulk_data(route words.txt)
target_link_libraries(mxbulk_cli PUBLIC mxbulk_net CLI11::CLI11 PRIVATE mxbulk_options)
"""
GOOD = {
    "CMakeLists.txt": CMAKE,
    "include/mxbulk/verdict.h": "#pragma once\n#include <cstdint>\n",
    "src/base/hash.h": "#pragma once\n#include <xxhash.h>\n",
    "src/model/name.h": '#pragma once\n#include "base/hash.h"\n#include "mxbulk/verdict.h"\n',
    "src/dns/wire.h": '#pragma once\n#include "model/name.h"\n',
    "src/route/walk.h": '#pragma once\n#include "base/hash.h"\n#include "data/words.txt.inc"\n',
    "src/engine/run.cc": '#include <unistd.h>\n#include "dns/wire.h"\n#include "route/walk.h"\n',
    "src/net/loop.cc": "#include <ares.h>\n#include <uv.h>\n",
    "src/cli/main.cc": '#include <CLI/CLI.hpp>\n#include "route/walk.h"\n',
}


def check(changes):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**GOOD, **changes}.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        checker = Checker(root)
        checker.check_all()
        program = subprocess.run(
            [sys.executable, pathlib.Path(__file__).parent / "check_structure.py", root],
            stdout=subprocess.DEVNULL)
        return checker, program.returncode


class CheckStructure(unittest.TestCase):
    def expect_fault(self, changes, fault):
        checker, code = check(changes)
        self.assertEqual(checker.faults, [fault])
        self.assertEqual(code, 1)

    def test_good_tree_passes(self):
        checker, code = check({})
        self.assertEqual(checker.faults, [])
        self.assertEqual(code, 0)
        self.assertGreater(checker.includes, 10)

    def test_upwards(self):
        self.expect_fault({"src/model/name.cc": '#include "dns/wire.h"\n'},
                          "src/model/name.cc:1: model may not use dns")

    def test_sibling(self):
        self.expect_fault({"src/dns/message.cc": '\n#include "route/walk.h"\n'},
                          "src/dns/message.cc:2: dns may not use route")

    def test_public_header_looks_inside(self):
        self.expect_fault({"include/mxbulk/x.h": '#pragma once\n#include "base/hash.h"\n'},
                          "include/mxbulk/x.h:2: public may not use base")

    def test_foreign_header_outside_its_room(self):
        self.expect_fault({"src/engine/run.cc": "#include <ares.h>\n"},
                          "src/engine/run.cc:1: <ares.h> belongs to net")
        self.expect_fault({"src/engine/run.cc": "# include <absl/hash/hash.h>\n"},
                          "src/engine/run.cc:1: <absl/hash/hash.h> belongs to table")

    def test_foreign_header_without_a_room(self):
        self.expect_fault({"src/net/loop.cc": "#include <curl/curl.h>\n"},
                          "src/net/loop.cc:1: <curl/curl.h> is foreign and has no room yet")

    def test_header_that_is_not_there(self):
        self.expect_fault({"src/dns/message.cc": '#include "wire.h"\n'},
                          'src/dns/message.cc:1: "wire.h" is not in src/')

    def test_data_of_another_room(self):
        self.expect_fault({"src/dns/message.cc": '#include "data/words.txt.inc"\n'},
                          "src/dns/message.cc:1: dns has no mxbulk_data()")

    def test_folder_that_is_no_room(self):
        self.expect_fault({"src/misc/util.cc": "\n"},
                          "src/misc/util.cc:1: misc is no room of CMakeLists.txt")

    def test_header_without_pragma_once(self):
        self.expect_fault({"src/dns/wire.h": '#include "model/name.h"\n'},
                          "src/dns/wire.h:1: has no #pragma once")
        self.expect_fault({"tests/support/x.h": "int x();\n"},
                          "tests/support/x.h:1: has no #pragma once")

    def test_circle(self):
        checker, code = check({"CMakeLists.txt": CMAKE.replace(
            "mxbulk_room(model   DEPENDS base)", "mxbulk_room(model   DEPENDS base net)")})
        self.assertIn("CMakeLists.txt:1: model depends on itself", checker.faults)
        self.assertEqual(code, 1)

    def test_no_rooms_is_no_pass(self):
        checker, code = check({"CMakeLists.txt": "project(x)\n"})
        self.assertIn("CMakeLists.txt:1: names no room", checker.faults)
        self.assertEqual(code, 1)

    def test_long_file_is_a_note(self):
        checker, code = check({"src/dns/message.cc": "\n" * 501})
        self.assertEqual(checker.notes, ["src/dns/message.cc: 501 lines"])
        self.assertEqual(code, 0)


if __name__ == "__main__":
    unittest.main()
