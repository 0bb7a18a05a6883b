"""Bad sources and bad run directories: one clear line each, the documented exit code, and nothing lost."""
import gzip
import io
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import tarfile
import time
import unittest
import zipfile

import tiny_scenario
from support import PROGRAM, TINY_PAPER, EndToEndTest, Mock, kill, tree

PAPER = open(os.path.join(TINY_PAPER, "main.tex"), "rb").read()


def pdf(text):
    """A one-page PDF that shows the text, or nothing."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode() if text else b""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
               b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + table + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(data)


def tar(entries):
    """A tar.gz of (name, content) pairs; content may be a TarInfo for links and devices."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in entries:
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
            else:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return name, info


def zipped(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


class BadSourceTest(EndToEndTest):
    def test_each_bad_source_is_one_line(self):
        bomb = tar([("main.tex", PAPER), ("zeros.bin", bytes(64 << 20))])
        cases = [
            ("nothing.tex", None, [3], "nothing.tex"),
            ("empty.pdf", b"", [4, 5], "empty.pdf"),
            ("blank.pdf", pdf(""), [5], "blank.pdf"),
            ("cut.pdf", pdf("Invoice")[:200], [4, 5], "cut.pdf"),
            ("page.pdf", b"<!DOCTYPE html><html><body>Sign in</body></html>", [4], "page.pdf"),
            ("noise.tar.gz", bytes(range(256)) * 40, [4], "noise.tar.gz"),
            ("upwards.tar.gz", tar([("main.tex", PAPER), ("../evil.tex", b"x")]), [6], "upwards.tar.gz"),
            ("absolute.tar.gz", tar([("main.tex", PAPER), ("/tmp/p2c-evil.tex", b"x")]), [6], "absolute.tar.gz"),
            ("linked.tar.gz", tar([link("main.tex", "/etc/passwd")]), [6], "linked.tar.gz"),
            ("hardlink.tar.gz", tar([("a.tex", PAPER), link("main.tex", "../../etc/passwd", tarfile.LNKTYPE)]), [6], "hardlink.tar.gz"),
            ("upwards.zip", zipped([("main.tex", PAPER), ("../../evil.tex", b"x")]), [6], "upwards.zip"),
            ("bomb.tar.gz", bomb, [6, 7], "bomb.tar.gz"),
            ("bomb.zip", zipped([("main.tex", PAPER), ("zeros.bin", bytes(64 << 20))]), [6, 7], "bomb.zip"),
            ("bomb.gz", gzip.compress(gzip.compress(bytes(64 << 20))), [4, 6, 7], "bomb.gz"),
            ("many.tar.gz", tar([(f"f{i}.tex", b"") for i in range(6000)]), [6, 7], "many.tar.gz"),
            ("macros/macros.tex", b"\\newcommand{\\x}{y}\n", [4], "macros"),
            ("short.md", b"# A title\n", [4], "short.md"),
        ]
        for name, content, codes, word in cases:
            with self.subTest(name):
                shutil.rmtree(self.path("out"), ignore_errors=True)  # a case that fails must not fail the next
                if content is not None:
                    self.write(name, content)
                # A folder is named for the one case that is about a folder.
                source = os.path.dirname(name) or name
                before = tree(self.folder)
                process = self.command("read", source, "-o", "out", "--quiet", timeout=60)
                self.assertIn(process.returncode, codes, process.stderr)
                self.assert_error(process, process.returncode, word)
                after = tree(self.folder)
                self.assertEqual({k: v for k, v in after.items() if not k.startswith(("out/", "cache/"))}, before)
                self.assertFalse(os.path.exists("/tmp/p2c-evil.tex"))
                self.assertFalse(os.path.exists(self.path("out", "paper.json")), "half a paper")

    def test_a_pdf_that_is_no_paper_can_be_read_but_no_run_begins_with_it(self):
        self.write("invoice.pdf", pdf("Invoice 17, please pay soon"))
        self.assert_success(self.command("read", "invoice.pdf", "-o", "read", "--quiet"))
        with open(self.path("read", "paper.json"), encoding="utf-8") as f:
            self.assertIn("not look like a paper", " ".join(w["message"] for w in json.load(f)["warnings"]))
        process = self.command("run", "invoice.pdf", "-o", "out", "--base-url", "http://127.0.0.1:9/v1", "--model", "none", "--quiet")
        self.assertIn(process.returncode, [4, 5], process.stderr)
        self.assert_error(process, process.returncode, "invoice.pdf")
        self.assertFalse(os.path.exists(self.path("out", "paper", "paper.json")))

    def test_an_empty_folder_is_no_paper(self):
        os.mkdir(self.path("empty"))
        self.assert_error(self.command("read", "empty", "--quiet"), 4, "empty")

    def test_run_tells_a_bad_source_likewise_and_may_be_repeated_when_it_is_mended(self):
        self.write("paper/main.tex", "\\newcommand{\\x}{y}\n")
        with Mock(tiny_scenario.scenario()) as mock:
            options = ["-o", "run", "--base-url", mock.url, "--model", "tiny", "--quiet", "--until", "planner"]
            self.assert_error(self.command("run", "paper", *options), 4, "paper")
            self.assertEqual(mock.requests(), [])
            self.write("paper/main.tex", PAPER)
            self.assert_success(self.command("run", "paper", *options))


class RunDirectoryTest(EndToEndTest):
    def setUp(self):
        super().setUp()
        self.options = ["-o", "run", "--model", "tiny", "--until", "ingest", "--quiet"]

    def test_a_folder_with_other_things(self):
        self.write("run/thesis.tex", "mine")
        self.assert_error(self.command("run", TINY_PAPER, *self.options), 4, "thesis.tex", "-o")
        self.assertEqual(tree(self.path("run")), {"thesis.tex": b"mine"})

    def test_a_run_of_another_version_is_left_alone(self):
        self.assert_success(self.command("run", TINY_PAPER, *self.options))
        database = sqlite3.connect(self.path("run", "run.db"))
        database.execute("PRAGMA user_version = 2")
        database.commit()
        database.close()
        before = tree(self.path("run"))
        for arguments in [["run", TINY_PAPER, *self.options], ["resume", "run"], ["status", "run"], ["report", "run"],
                          ["record", "run", "-o", "recording"]]:
            self.assert_error(self.command(*arguments), 22, "version 2", "version 1")
        # Onlookers may leave an empty log beside the database; the next run takes it away.
        after = tree(self.path("run"))
        for name, data in before.items():
            if name != "run.lock":
                self.assertEqual(after[name], data, name)

    def test_a_damaged_database(self):
        self.write("run/run.db", os.urandom(4096))
        for arguments in [["resume", "run", "--quiet"], ["status", "run"]]:
            self.assert_error(self.command(*arguments), 4, "run.db")

    def test_an_artefact_of_another_version(self):
        self.assert_success(self.command("run", TINY_PAPER, *self.options))
        path = self.path("run", "paper", "paper.json")
        text = tree(self.path("run", "paper"))["paper.json"].replace(b'"schema_version": 1', b'"schema_version": 7')
        self.write(path, text)
        # A changed artefact is made again, not read.
        with Mock(tiny_scenario.scenario()) as mock:
            self.assert_success(self.command("resume", "run", "--until", "planner", "--quiet", "--base-url", mock.url))
        self.assertNotEqual(tree(self.path("run", "paper"))["paper.json"], text)

    def test_two_runs_on_one_directory(self):
        with Mock(tiny_scenario.scenario(latency_ms=3000)) as mock:
            options = ["-o", "run", "--base-url", mock.url, "--model", "tiny", "--until", "planner", "--quiet"]
            first = subprocess.Popen([PROGRAM, "run", TINY_PAPER, *options], cwd=self.folder, env=self.environment(),
                                     stdin=subprocess.DEVNULL)
            try:
                self.wait_for(lambda: mock.requests())
                self.assert_error(self.command("run", TINY_PAPER, *options), 21, f"process {first.pid}", "status")
                self.assert_error(self.command("resume", "run"), 21, f"process {first.pid}")
                self.assert_error(self.command("report", "run"), 21, f"process {first.pid}")
                status = self.command("status", "run")
                self.assert_success(status)
                self.assertIn("a process works on it now", status.stdout)
                self.assert_success(self.command("record", "run", "-o", "recording"))
            finally:
                kill(first)
        self.assertIn("interrupted", self.command("status", "run").stdout)

    def wait_for(self, condition):
        for _ in range(600):
            if condition():
                return
            time.sleep(0.05)
        self.fail("waited 30 s in vain")


@unittest.skipUnless(os.geteuid() == 0, "a small disk is only mounted by root")
class FullDiskTest(EndToEndTest):
    def mount(self, size):
        os.mkdir(self.path("disk"))
        if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.path("disk")], check=False,
                          capture_output=True).returncode != 0:
            self.skipTest("mounting a small disk is not permitted here")
        self.addCleanup(subprocess.run, ["umount", self.path("disk")], check=True)

    def environment(self, **changes):
        return super().environment(PATH=self.without_sandbox(), **changes)

    def test_reading_onto_a_full_disk(self):
        self.mount("8k")
        self.assert_error(self.command("read", TINY_PAPER, "-o", "disk/out", "--quiet"), 9, "space")

    def test_a_run_stops_with_its_answers_and_goes_on_when_there_is_space(self):
        self.mount("6m")
        with Mock(tiny_scenario.scenario()) as mock:
            options = ["-o", "disk/run", "--base-url", mock.url, "--model", "tiny", "--quiet"]
            # All but a little is taken after the start, so that the disk fills up in the middle of the work.
            self.assert_success(self.command("run", TINY_PAPER, *options, "--until", "ingest"))
            free = os.statvfs(self.path("disk"))
            filler = free.f_bavail * free.f_frsize - (4 << 20) - (160 << 10)  # the run keeps 4 MiB in reserve
            self.write("disk/filler", bytes(filler))
            process = self.command("run", TINY_PAPER, *options)
            self.assert_error(process, 9, "space", "resume")
            paid = {request["sha"] for request in mock.requests()}
            self.assertGreater(len(paid), 0, "the disk was full too early for this test")
            os.remove(self.path("disk", "filler"))
            self.assertEqual(self.command("resume", "disk/run", "--quiet").returncode, 1)
            shas = [request["sha"] for request in mock.requests()]
            self.assertEqual(len(shas), len(set(shas)), "an answer got lost on the full disk and was paid for again")


class EndpointGoneTest(EndToEndTest):
    def test_an_address_where_nobody_listens(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        process = self.command("run", TINY_PAPER, "-o", "run", "--base-url", url, "--model", "tiny", "--quiet", "--retries", "0")
        self.assert_error(process, 10, "127.0.0.1")
        with Mock(tiny_scenario.scenario()) as mock:
            self.assert_success(self.command("resume", "run", "--base-url", mock.url, "--until", "planner", "--quiet"))


if __name__ == "__main__":
    unittest.main()
