"""The pages a person looks at, in a real browser: formulas drawn, pictures there, nothing refused, nothing loaded."""
import os
import re
import shutil
import subprocess
import unittest

from support import SOURCE, EndToEndTest

EXAMPLE = os.path.join(SOURCE, "examples", "neural-graph-fingerprints")


def browser():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    raise AssertionError("no Chromium: tools/install-packages.sh browser installs it")


class BrowserTest(EndToEndTest):
    def open_page(self, path):
        """The page's DOM after its scripts ran; its console must stay silent."""
        process = subprocess.run(
            [browser(), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder}/browser",
             "--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1400,1000", "--virtual-time-budget=10000",
             "--enable-logging=stderr", "--dump-dom", "file://" + path],
            capture_output=True, text=True, timeout=240)
        self.assertEqual(process.returncode, 0, process.stderr[-2000:])
        console = [line for line in process.stderr.splitlines() if "CONSOLE" in line]
        self.assertEqual(console, [])
        return process.stdout

    def read(self, source, name):
        self.assert_success(self.command("read", source, "-o", name, "--preview"))
        return os.path.join(self.folder, name, "preview.html")

    def test_every_formula_of_the_preview_is_drawn(self):
        dom = self.open_page(self.read(os.path.join(EXAMPLE, "paper"), "latex"))
        self.assertNotIn("libjs-katex", dom)  # the package is there
        marked = len(re.findall(r'class="tex[ "]', dom))
        self.assertGreater(marked, 50)
        self.assertEqual(dom.count('data-drawn="yes"'), marked)
        self.assertNotIn("undrawn", re.sub(r"<(style|script)>.*?</\1>", "", dom, flags=re.S))
        self.assertIn("data:image/png;base64,", dom)
        self.assertIn("Algorithm 2", dom)
        self.assertRegex(dom, r"paper_for_arxiv\.tex, lines \d+ to \d+")

    def test_a_pdf_shows_the_pieces_of_its_pages(self):
        dom = self.open_page(self.read(os.path.join(EXAMPLE, "paper.pdf"), "pdf"))
        self.assertGreater(len(re.findall(r'class="cut p\d+"', dom)), 50)
        self.assertIn(".p9{background-image", dom)

    def test_the_report_filters_its_requirements(self):
        # The script unhides the filter; without it (or with a wrong hash in the policy) the form stays hidden.
        dom = self.open_page(os.path.join(EXAMPLE, "report.html"))
        form = re.search(r'<[a-z]+ class="filter"[^>]*>', dom)
        self.assertIsNotNone(form)
        self.assertNotIn("hidden", form.group(0))


if __name__ == "__main__":
    unittest.main()
