"""Aligning two readings of one paper: words by a longest common subsequence, larger things by how alike they are."""
import difflib
import re
import unicodedata
from collections import Counter


def matched_words(truth, ours):
    """Indices of `truth` that stand in `ours` in the same order (Myers' O(ND) comparison after equal runs of rare words)."""
    found = [False] * len(truth)
    _match(truth, 0, len(truth), ours, 0, len(ours), found, 0)
    return found


def _match(a, a0, a1, b, b0, b1, found, depth):
    while a0 < a1 and b0 < b1 and a[a0] == b[b0]:
        found[a0] = True
        a0, b0 = a0 + 1, b0 + 1
    while a0 < a1 and b0 < b1 and a[a1 - 1] == b[b1 - 1]:
        found[a1 - 1] = True
        a1, b1 = a1 - 1, b1 - 1
    if a0 == a1 or b0 == b1:
        return
    # Anchors: runs of three words that occur once on each side, kept in increasing order on both (patience).
    anchors = _anchors(a, a0, a1, b, b0, b1) if depth < 50 else []
    if not anchors:
        matcher = difflib.SequenceMatcher(None, a[a0:a1], b[b0:b1], autojunk=False)
        for block in matcher.get_matching_blocks():
            for i in range(block.size):
                found[a0 + block.a + i] = True
        return
    i, j = a0, b0
    for x, y in [*anchors, (a1, b1)]:
        if x < i or y < j:
            continue
        _match(a, i, x, b, j, y, found, depth + 1)
        i, j = x, y
        while i < a1 and j < b1 and a[i] == b[j]:
            found[i] = True
            i, j = i + 1, j + 1


def _anchors(a, a0, a1, b, b0, b1):
    def once(words, start, end):
        seen = {}
        for i in range(start, end - 2):
            key = (words[i], words[i + 1], words[i + 2])
            seen[key] = None if key in seen else i
        return seen
    left, right = once(a, a0, a1), once(b, b0, b1)
    pairs = sorted((i, right[key]) for key, i in left.items() if i is not None and right.get(key) is not None)
    # Longest increasing run of the right-hand places.
    tails, back, last = [], {}, []
    for n, (_, j) in enumerate(pairs):
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            if pairs[tails[middle]][1] < j:
                low = middle + 1
            else:
                high = middle
        back[n] = tails[low - 1] if low else None
        tails[low:low + 1] = [n]
    n = tails[-1] if tails else None
    while n is not None:
        last.append(pairs[n])
        n = back[n]
    return last[::-1]


# Two names of one sign.
SAME = {"gets": "leftarrow", "to": "rightarrow", "le": "leq", "ge": "geq", "ne": "neq", "land": "wedge", "lor": "vee", "owns": "ni"}


def signature(tex):
    """What a formula or a cell says, without how it is set: letters, digits and the names of symbol commands."""
    tex = re.sub(r"%\n", "", tex)
    tex = re.sub(r"(\\begin\s*\{(?:array|subarray|tabular)\})\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}", r"\1", tex)
    tex = re.sub(r"\\(begin|end)\s*\{[a-z]*\*?\}|\\substack\b", " ", tex)
    tex = re.sub(r"\\(label|ref|eqref|color|textcolor|vspace|hspace)\s*(\[[^\]]*\])?\s*\{[^{}]*\}", " ", tex)
    tex = re.sub(r"\\(displaystyle|textstyle|left|right|big|Big|bigg|Bigg|[bB]igg?[lrm]|mathbf|boldsymbol|bm|mathrm|mathit|mathbb|mathcal|"
                 r"mathsf|mathtt|text|textbf|textit|textrm|texttt|textsc|rm|bf|it|operatorname|begin|end|quad|qquad|limits|nolimits|"
                 r"middle|mathop|mathnormal|hfill|hbox|mbox|scriptstyle|small|tiny|scriptsize|footnotesize|underline|emph|notag|textsubscript|textsuperscript|mathlarger|"
                 r"nonumber|tag)\b\*?", " ", tex)
    tex = re.sub(r"\\(?:[hv]skip|arraycolsep|kern|mkern)\s*=?\s*-?[\d.]+\s*[a-z]{2}", " ", tex)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: " %s " % SAME.get(m.group(1), m.group(1)), tex)
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[a-z]+|\d|[^\W\d_]", text)


def alike(a, b):
    """0..1: how much of two signatures is the same, in order."""
    if not a and not b:
        return 1.0
    if len(a) + len(b) > 400:  # long ones by what they hold: difflib's choice of runs gets arbitrary, and slow
        return 2 * sum((Counter(a) & Counter(b)).values()) / (len(a) + len(b))
    return difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()


def align(truth, ours, likeness, least):
    """Pairs (i, j) in increasing order with the largest sum of likeness, each pair at least `least` alike."""
    n, m = len(truth), len(ours)
    best = [[0.0] * (m + 1) for _ in range(n + 1)]
    like = [[likeness(x, y) for y in ours] for x in truth]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            pair = like[i][j] + best[i + 1][j + 1] if like[i][j] >= least else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    out, i, j = [], 0, 0
    while i < n and j < m:
        if like[i][j] >= least and best[i][j] == like[i][j] + best[i + 1][j + 1]:
            out.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return out
