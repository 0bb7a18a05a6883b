#!/usr/bin/env python3
"""Writes tests/goldens/tokenizer/: a small vocabulary of SmolLM2's kind and what Hugging Face `tokenizers` makes of many texts.

    python3 -m venv env && env/bin/pip install tokenizers==0.23.3
    env/bin/python tests/goldens/make_tokenizer.py

The vocabulary is trained on the project's own documents and on the texts below, so that it may be redistributed.
"""
import json
import pathlib
import random

import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / "tests" / "goldens" / "tokenizer"
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<fake_token_around_image>", "<image>", "<end_of_utterance>"]
PLAIN = ["<global-img>", "<row_1_col_1>", "<row_1_col_2>"]

TEXTS = [
    "", " ", "  ", "\n", "\n\n", "\n\n\n", " \n \n", "\t\ttabs\tand  blanks ", "Hello world", " Hello  world ", "don't can't I'll we've you're she'd it's I'm 'tis",
    "DON'T CAN'T 'S 'LL", "1234567890", "a1b2c3", "12 34  56", "x = 3.14e-10;", "price: $5,000.00!", "²³½Ⅷ٣٤", "日本語のテキスト 漢字", "Привет, мир!",
    "naïve café Ünïcödé", "e\u0301 combining", "👩‍👩‍👧‍👦 family 🇩🇪", "\u00a0nbsp\u2003em\u3000ideographic", "\u200bzero width", "a\u0085b\u2028c\u2029d", "\x0b\x0c\x1c\x1d",
    "snake_case __init__ CamelCase", "----====____", "(((nested) brackets)])}", "http://example.org/a?b=c&d=%20", "\\frac{a}{b} \\alpha_1^2 $x$",
    "for (int i = 0; i < n; ++i) {\n    sum += a[i];\n}\n", "line one\r\nline two\r\n", "   leading", "trailing   ", "a  b   c    d", "ﬁ ligature ǆ titlecase ǅ",
    "हिन्दी देवनागरी", "العربية ١٢٣", "עברית", "ไทย", "한국어", "\u0000nul", "\ufffd replacement \ufeff bom", "a" * 300, "ab" * 200, "=" * 257, " " * 130, "\n" * 65,
]
MARKED = [
    "<|im_start|>User: Hi<end_of_utterance>\nAssistant:", "<image><image> <image>", "<imag<image>e>", "<fake_token_around_image><global-img><image><fake_token_around_image>\n\n",
    "<row_1_col_1><row_1_col_2><row_1_col_9>", "a<|im_end|>1<|endoftext|> b", "< image > <|im_start |>", "<|im_start|>User:\n\nWhat?<end_of_utterance>\n\n\nAssistant: 42",
]


def random_text(rng):
    alphabet = "abcdefghij ABC 012 \n\t.,;:'\"!?-_()[]{}<>|/\\@#$%^&*~`+= éüßñ漢字語あいд्а٣½²\u00a0\u2003🙂👍"
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 60)))


def main():
    documents = sorted(ROOT.glob("docs/*.md")) + [ROOT / "README.md"]
    corpus = [path.read_text(encoding="utf-8") for path in documents] + TEXTS * 5
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    # The byte 0xF5 never occurs in UTF-8, so the vocabulary may lack it: what lacks a byte drops it.
    alphabet = [c for c in pre_tokenizers.ByteLevel.alphabet() if c != "õ"]
    tokenizer.train_from_iterator(corpus, trainers.BpeTrainer(vocab_size=1200, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False))
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in PLAIN])
    OUT.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(OUT / "tokenizer.json"), pretty=False)
    rng = random.Random(20261123)
    texts = TEXTS + MARKED + [random_text(rng) for _ in range(300)]
    cases = []
    for text in texts:
        encoding = tokenizer.encode(text, add_special_tokens=False)
        cases.append({"text": text, "ids": encoding.ids, "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False),
                      "without_special": tokenizer.decode(encoding.ids, skip_special_tokens=True)})
    cuts = []
    for _ in range(100):  # ids cut anywhere: incomplete characters
        ids = [rng.randrange(tokenizer.get_vocab_size()) for _ in range(rng.randint(1, 12))]
        cuts.append({"ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)})
    with open(OUT / "cases.json", "w", encoding="utf-8") as f:
        json.dump({"tokenizers": tokenizers.__version__, "texts": cases, "random_ids": cuts}, f, ensure_ascii=True, indent=0)
        f.write("\n")


if __name__ == "__main__":
    main()
