# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What sfcctl reads and writes, where it cannot: files without an end, directories, full disks, closed streams. It ends
with an exit code of its own and says what is wrong. Usage: check_files.py SFCCTL OBJECT CAPTURE"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SFCCTL = OBJECT = CAPTURE = None


class Files(unittest.TestCase):
    def run_tool(self, *arguments, **streams):
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
        return subprocess.run([SFCCTL, *arguments], text=True, timeout=120, check=False, **streams)

    def run_test(self, *arguments, **streams):
        return self.run_tool("test", OBJECT, "--in", CAPTURE, *arguments, **streams)

    def refused(self, code, words, done):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(words, done.stderr)

    def test_files_without_an_end(self):
        self.refused(1, "/dev/zero is not a capture", self.run_tool("test", OBJECT, "--in", "/dev/zero"))
        self.refused(1, "/dev/zero is not a text", self.run_test("--table", "/dev/zero"))
        self.refused(1, "/dev/zero is larger than", self.run_tool("test", "/dev/zero", "--in", CAPTURE))

    def test_directories_and_what_is_not_there(self):
        self.refused(1, "cannot read /: Is a directory", self.run_tool("test", OBJECT, "--in", "/"))
        self.refused(1, "cannot read /: Is a directory", self.run_test("--table", "/"))
        self.refused(1, "cannot read /: Is a directory", self.run_tool("test", "/", "--in", CAPTURE))
        self.refused(4, "cannot open /none: No such file", self.run_tool("test", "/none", "--in", CAPTURE))
        self.refused(4, "cannot open /none: No such file", self.run_tool("test", OBJECT, "--in", "/none"))
        self.refused(4, "cannot open /none: No such file", self.run_test("--table", "/none"))
        self.refused(1, "it is empty", self.run_tool("test", OBJECT, "--in", "/dev/null"))

    def test_a_capture_from_a_pipe(self):
        done = self.run_tool("test", OBJECT, "--in", "/dev/stdin", input=None, stdin=open(CAPTURE, "rb"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("packets in", done.stdout)

    def test_numbers(self):
        for number in "-1", "0", "x", "99999999999999999999":
            self.assertEqual(self.run_test("--inflight", number).returncode, 2, number)
        for number in "-1", "0x", "0x0x10", "1e3", "99999999999999999999":
            self.refused(2, "is not a number", self.run_test("-P", f"x={number}"))

    def test_files_that_cannot_be_written(self):
        with tempfile.TemporaryDirectory() as directory:
            for option in "--sf", "--out", "--stats", "--records":
                for path in "/dev/full", directory, f"{directory}/none/file":
                    if option == "--records" and path == "/dev/full":
                        continue  # of no record, nothing is written
                    self.refused(1, f"cannot write {path}: ", self.run_test(option, path))
            for option in "--sf", "--out":
                path = Path(directory) / "written"
                self.assertEqual(self.run_test(option, str(path)).returncode, 0)
                self.assertGreater(path.stat().st_size, 24)

    def test_standard_output_that_is_full_or_closed(self):
        for arguments in (["--json"], []):
            with open("/dev/full", "w", encoding="ascii") as full:
                self.refused(1, "cannot write to standard output: No space left", self.run_test(*arguments, stdout=full))
        with open("/dev/full", "w", encoding="ascii") as full:
            self.refused(1, "cannot write to standard output", self.run_tool("--help", stdout=full))
        for closed in ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-":
            for arguments, code in (f"test {OBJECT} --in {CAPTURE}", 0), ("test /none --in x", 4), ("nothing", 2):
                done = subprocess.run(["bash", "-c", f"{SFCCTL} {arguments} {closed}"], capture_output=True, timeout=120,
                                      check=False)
                # What could not be said is an error of its own if there was none.
                codes = (1, 0) if code == 0 else (code,)
                self.assertIn(done.returncode, codes, (arguments, closed, done.stderr))
                if code == 0 and closed == ">&-":
                    self.assertEqual(done.returncode, 1)

    def test_a_closed_stream_is_not_a_file(self):
        """What is opened later must not get the number of a closed stream, and with it what is printed there."""
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "up"
            subprocess.run(["bash", "-c", f"{SFCCTL} test {OBJECT} --in {CAPTURE} --sf {path} <&- >&- 2>&-"], timeout=120,
                           check=False)
            self.assertEqual(path.read_bytes()[:4], b"\xd4\xc3\xb2\xa1")


if __name__ == "__main__":
    SFCCTL, OBJECT, CAPTURE = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1])
