#!/usr/bin/env python3
"""The checks of the documentation can fail: each is given one wrong thing at a time."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import commands_test  # noqa: E402
import json_test  # noqa: E402
import links_test  # noqa: E402
import markdown  # noqa: E402


class Commands(unittest.TestCase):
    def faults(self, text):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            (root / "data").mkdir()
            (root / "data/sample.csv").write_text("email\n")
            (root / "README.md").write_text(text, encoding="utf-8")
            runner = commands_test.Runner("/bin/true", root)
            runner.run_page(markdown.Page(root / "README.md"))
            return runner.faults

    def test_right_output(self):
        self.assertEqual(self.faults("```console\n$ echo a; echo b >&2\na\nb\n$ true\n```\n"), [])

    def test_wrong_output(self):
        self.assertEqual(len(self.faults("```console\n$ echo a\nb\n```\n")), 1)

    def test_missing_and_further_lines(self):
        self.assertEqual(len(self.faults("```console\n$ echo a\n$ echo b\nb\nc\n```\n")), 2)

    def test_a_failure_needs_its_code(self):
        self.assertEqual(len(self.faults("```console\n$ false\n$ true\n```\n")), 1)
        self.assertEqual(self.faults("```console\n$ false\n$ echo $?\n1\n```\n"), [])

    def test_what_varies(self):
        text = "```console\n$ echo 'in 3.5 ms, code 7'\nin 120 µs, code 7\n```\n"
        self.assertEqual(self.faults(text), [])
        self.assertEqual(len(self.faults(text.replace("µs, code 7", "µs, code 8"))), 1)

    def test_left_out_text_and_lines(self):
        self.assertEqual(self.faults("```console\n$ seq 9; echo a b c\n1\n…\n9\na … c\n```\n"), [])
        self.assertEqual(len(self.faults("```console\n$ seq 9\n1\n…\n8\n```\n")), 1)

    def test_scripts_and_crontabs(self):
        script = "```sh file=a.sh\n#!/bin/sh\nexit 3\n```\n```crontab\nA=b\n1 2 * * *  ./a.sh\n```\n"
        self.assertEqual(len(self.faults(script)), 1)
        self.assertEqual(self.faults(script.replace("exit 3", "exit 0")), [])

    def test_a_command_that_no_test_runs(self):
        self.assertEqual(len(self.faults("```\nmxbulk validate list.csv\n```\n")), 1)


class Paths(unittest.TestCase):
    def faults(self, span):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)
            (root / "src/route").mkdir(parents=True)
            (root / "src/route/walk.h").touch()
            (root / "README.md").write_text(f"`{span}`\n")
            checker = links_test.Checker("/bin/true", root)
            checker.check_spans(markdown.Page(root / "README.md"), {"--only"})
            return checker.faults

    def test_paths(self):
        for span in ("src/route/walk.h", "route/walk", "src/route", "and/or", "--only"):
            self.assertEqual(self.faults(span), [], span)
        for span in ("src/route/run.h", "route/run", "src/gone/", "--gone", "mxbulk check --only x"):
            self.assertEqual(len(self.faults(span)), 1, span)


class Members(unittest.TestCase):
    def test_members(self):
        types = {"a": "integer", "b": "array", "b[].c": "string or null", "d": "object of strings"}
        good = [{"a": 1, "b": [{"c": None}], "d": {"x": "y"}}]
        self.assertEqual(json_test.compare("", types, good), [])
        for wrong in ({"a": "1"}, {"a": 1, "e": 2}, {"b": [{"c": 1}]}):
            self.assertNotEqual(json_test.compare("", types, [{**good[0], **wrong}]), [], wrong)
        self.assertNotEqual(json_test.compare("", types, [{"a": 1}]), [])


if __name__ == "__main__":
    unittest.main()
