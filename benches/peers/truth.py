#!/usr/bin/env python3
"""What the first tickets contain, by two checks of every rule at every word: slow and simple, so that a matcher can be held to it.

usage: truth.py RULES.json TICKETS.jsonl OUT.json [--tickets 300]

OUT.json: {"stems": [[rule, …], …], "lexemes": [[rule, …], …]}, a list a ticket. By stems two words are the same if their Snowball stems are; by lexemes if
pymorphy3 can read them as forms of one word. The tickets were inflected by pymorphy3 too, which favours peers that use it.
"""
import argparse
import json
import re
from functools import lru_cache
from pathlib import Path

import pymorphy3
import Stemmer

WORD, GAP, MAX_GAP = re.compile(r"\w+"), " … ", 3
MORPHOLOGY, STEMMER = pymorphy3.MorphAnalyzer(), Stemmer.Stemmer("russian")


def words(text):
    return WORD.findall(text.lower().replace("ё", "е"))


@lru_cache(None)
def stem(word):
    return frozenset([STEMMER.stemWord(word)])


@lru_cache(None)
def lexemes(word):
    """Normal forms, nouns apart from other parts of speech, and the word itself."""
    return frozenset((parse.normal_form.replace("ё", "е"), parse.tag.POS in ("NOUN", "NPRO")) for parse in MORPHOLOGY.parse(word)) | {word}


def stands_at(text, at, part):
    return len(text) - at >= len(part) and all(text[at + k] & word for k, word in enumerate(part))


def occurs(parts, text):
    first, *second = parts
    for at in range(len(text)):
        if stands_at(text, at, first):
            after = at + len(first)
            if not second or any(stands_at(text, after + gap, second[0]) for gap in range(MAX_GAP + 1)):
                return True
    return False


def check(rules, tickets, norm):
    """The rules in each ticket, two words being the same if what `norm` gives for them has something in common."""
    phrases = {r["id"]: [[norm(w) for w in words(part)] for part in r["text"].split(GAP)] for r in rules if "text" in r}
    regexes = {r["id"]: re.compile(r["regex"], re.I) for r in rules if "regex" in r}
    found = []
    for text in tickets:
        normal = [norm(word) for word in words(text)]
        hits = [rule for rule, parts in phrases.items() if occurs(parts, normal)] + [rule for rule, regex in regexes.items() if regex.search(text)]
        found.append(sorted(hits))
    return found


def main():
    parser = argparse.ArgumentParser()
    for name in ("rules", "tickets_file", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--tickets", type=int, default=300)
    options = parser.parse_args()
    rules = json.loads(options.rules.read_text("utf-8"))["rules"]
    with open(options.tickets_file, encoding="utf-8") as file:
        tickets = [json.loads(line)["text"] for line, _ in zip(file, range(options.tickets))]
    truth = {"stems": check(rules, tickets, stem), "lexemes": check(rules, tickets, lexemes)}
    options.out.write_text(json.dumps(truth) + "\n")


if __name__ == "__main__":
    main()
