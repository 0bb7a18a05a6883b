#!/usr/bin/env python3
"""Reads broken, encrypted, scanned and hostile PDFs and holds what happens against what should.

The folder may hold any of the files named in EXPECTED below; others are read too and only have to stay within the
limits. A second set is made here: PDFs that ask for very much of something. Limits for every one: 60 s, 1 GB of
memory with all children, 500 MB of disk, and an exit code of the documented ones.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from pdf_reading import Peak, time  # noqa: E402

# Exit code and a word of the message or of paper.json's warnings and text.
EXPECTED = {
    "encrypted-user-password.pdf": (4, "password"),
    "scan-two-columns.pdf": (0, "OCR"),
    "scanned-paper.pdf": (0, "OCR"),
    "truncated-paper.pdf": (4, "broken or cut off"),
    "broken-xref-recoverable.pdf": (0, ""),
    "broken-xref-unrecoverable.pdf": (4, "broken or cut off"),
    "page-tree-self-reference.pdf": (0, ""),
}
SECONDS, MEGABYTES, DISK_MEGABYTES = 60, 1000, 500
EXITS = {0, 3, 4, 5, 6, 7, 8, 9, 24}


def pdf_of(objects):
    """A PDF of numbered objects, the first the catalogue."""
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def stream(data, extra=b"", packed=True):
    body = zlib.compress(data, 9) if packed else data
    return b"<< /Length %d %s%s >>\nstream\n%s\nendstream" % (len(body), b"/Filter /FlateDecode " if packed else b"",
                                                              extra, body)


def pages(contents, count=1, box=b"0 0 612 792", resources=b""):
    """`count` pages that all show the same content stream."""
    kids = b" ".join(b"%d 0 R" % (5 + i) for i in range(count))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>", contents]
    page = (b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F 3 0 R >> %s >> >>"
            % (box, resources))
    return pdf_of(objects + [page] * count)


def text(words, per_line=12):
    lines = [b"BT /F 10 Tf 12 TL 72 720 Td"]
    for i in range(0, words, per_line):
        lines.append(b"(%s) Tj T*" % b" ".join(b"word%d" % (i + k) for k in range(per_line)))
    return b"\n".join(lines + [b"ET"])


def hostile():
    """Name and bytes of PDFs that ask for too much."""
    yield "many-words-on-a-page", pages(stream(text(600_000)))
    yield "many-pages", pages(stream(text(500)), 3000)
    yield "many-words-on-many-pages", pages(stream(text(60_000)), 400)
    yield "letters-alone", pages(stream(b"BT /F 1 Tf " + b" ".join(
        b"1 0 0 1 %d %d Tm (a) Tj" % (i % 600, (i * 7) % 790) for i in range(200_000)) + b" ET"))
    yield "packed-bomb", pages(stream(b"0 0 m 1 1 l S\n" * 20_000_000))
    yield "huge-page", pages(stream(text(5_000)), box=b"0 0 2000000 2000000")
    captions = b"".join(b"BT /F 10 Tf 72 %d Td (Figure %d: something to be cut out of the page.) Tj ET\n" % (700 - 60 * i, i)
                        for i in range(11))
    yield "many-figures", pages(stream(captions + text(300)), 60)
    image = stream(b"\x80" * (12_000 * 12_000), b"/Type /XObject /Subtype /Image /Width 12000 /Height 12000 "
                   b"/ColorSpace /DeviceGray /BitsPerComponent 8 ")
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [4 0 R 5 0 R 6 0 R] /Count 3 >>",
               stream(b"q 612 0 0 792 0 0 cm /I Do Q")]
    page = (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 3 0 R "
            b"/Resources << /XObject << /I 7 0 R >> >> >>")
    yield "huge-image", pdf_of(objects + [page] * 3 + [image])
    form = [b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 700] /Resources << /XObject << /X %d 0 R >> >> /Length 11 >>\n"
            b"stream\n/X Do /X Do\nendstream" % (6 + i + 1) for i in range(30)]
    page = (b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /XObject << /X 6 0 R >> >> >>")
    yield "forms-in-forms", pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
                                    b"null", stream(b"/X Do"), page] + form +
                                   [b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream"])
    deep = [b"<< /Type /Catalog /Pages 2 0 R >>"] + [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (i + 3)
                                                     for i in range(20_000)]
    yield "deep-page-tree", pdf_of(deep + [b"<< /Type /Page /MediaBox [0 0 1 1] >>"])


def size_of(folder):
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="a folder of PDFs")
    parser.add_argument("--paper2code", default="paper2code", help="the program to measure (default: from PATH)")
    parser.add_argument("--no-hostile", action="store_true", help="leave out the PDFs made here")
    parser.add_argument("--json", type=Path, help="write the results to this file")
    parser.add_argument("--check", action="store_true", help="exit with 1 when something is not as it should be")
    options = parser.parse_args()
    results, wrong = [], 0
    print(f"{'file':<32} {'exit':>4} {'s':>6} {'MB':>5} {'disk':>6}  {'':<6} what it says")
    with tempfile.TemporaryDirectory() as place:
        files = sorted(options.folder.glob("*.pdf")) if options.folder else []
        made = () if options.no_hostile else hostile()

        def all_files():
            yield from files
            for name, data in made:
                path = Path(place) / (name + ".pdf")
                path.write_bytes(data)
                yield path
                path.unlink()

        for path in all_files():
            with tempfile.TemporaryDirectory() as folder:
                start = time.monotonic()
                child = subprocess.Popen([options.paper2code, "read", str(path), "-o", folder + "/out", "--quiet"],
                                         stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
                peak = Peak(child.pid)
                peak.start()
                message = child.communicate()[1].decode(errors="replace").strip()
                seconds = time.monotonic() - start
                peak.done.set()
                peak.join()
                out = Path(folder) / "out"
                disk = size_of(Path(folder))
                said = message
                if child.returncode == 0:
                    doc = json.loads((out / "paper.json").read_text(encoding="utf-8"))
                    said = "; ".join(w["message"] for w in doc["warnings"])
            code, word = EXPECTED.get(path.name, (child.returncode, ""))
            good = (child.returncode == code and word in said and child.returncode in EXITS and seconds <= SECONDS and
                    peak.kilobytes / 1024 <= MEGABYTES and disk <= DISK_MEGABYTES)
            wrong += not good
            print(f"{path.name[:32]:<32} {child.returncode:>4} {seconds:>6.1f} {peak.kilobytes / 1024:>5.0f} {disk:>6.1f}  "
                  f"{'ok' if good else 'WRONG':<6} {said[-110:]}", flush=True)
            results.append({"file": path.name, "exit": child.returncode, "seconds": round(seconds, 2), "says": said,
                            "megabytes": peak.kilobytes // 1024, "disk_megabytes": round(disk, 1), "good": good})
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    return 1 if options.check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
