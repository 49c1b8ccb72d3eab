#!/usr/bin/env python3
"""Makes the workload: rules_600.json, rules_6000.json, rules_60000.json, tickets.jsonl, train.jsonl, long.jsonl. The same bytes from the same seed.

usage: generate.py OUT_DIR [--tickets 20000] [--seed 20251122]

A rule is a phrase (each word in any inflected form, one after the other), two phrases around a gap of up to three words ("a … b"), or a regex without regard
to case. The 606 rules of lexicon.txt are about the topics of a support; the larger sets add random phrases of its words. Each smaller set begins the larger.
`planted` in a ticket lists the rules written into it in inflected form: a lower bound of what it contains, since others occur by chance.
"""
import argparse
import json
import random
from pathlib import Path

from inflect import inflected, tagged
from tickets import GAP, Rng, Tickets


VOCABULARY = ("nouns", "adjectives", "verbs")
SIZES = ("600", "6000", "60000")
REGEXES = [r"\b{a}-?{i}\d{{1,2}}\b", r"\b{a} ?v?{m}\.{k}(?:\.\d{{1,3}})?\b", r"\b{a}_{b}_\d{{2,5}}\b"]
PRODUCTS = "bx crm im rpa sale iblock main disk mail bp tasks vote forum blog".split()
MARKS = "err code id job".split()


def load_lexicon(path):
    topics, rules, vocabulary, section = [], [], {}, None
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
            if section not in ("regex", *VOCABULARY):
                topics.append(section)
        elif not line or line.startswith("#"):
            continue
        elif section == "regex":
            topic, regex = line.split(" ", 1)
            rules.append({"topic": topics.index(topic), "regex": regex.strip("/").replace("\\/", "/")})
        elif section in VOCABULARY:
            vocabulary[section] = list(dict.fromkeys(line.split()))
        else:
            rules += [{"topic": topics.index(section), "text": " ".join(text.split())} for text in line.split(";")]
    return topics, rules, vocabulary


def more_rules(rng, base, vocabulary, count, topics):
    """`base` and random phrases of the vocabulary, 15 % of them with a gap, and regexes up to 300."""
    nouns, adjectives, verbs = (vocabulary[kind] for kind in VOCABULARY)
    genitive = {word: inflected(word, "NOUN", ("gent",)) or word for word in nouns}
    accusative = {word: inflected(word, "NOUN", ("accs",)) or word for word in nouns}
    pick = rng.choice

    def pair(adjective, noun):
        parse = tagged(noun, "NOUN", "nomn")
        return (inflected(adjective, "ADJF", ("nomn", "sing", (parse and parse.tag.gender) or "masc")) or adjective) + " " + noun

    shapes = {
        lambda: pair(pick(adjectives), pick(nouns)): 26,
        lambda: pick(nouns) + " " + genitive[pick(nouns)]: 24,
        lambda: pick(verbs) + " " + accusative[pick(nouns)]: 12,
        lambda: pair(pick(adjectives), pick(nouns)) + " " + genitive[pick(nouns)]: 10,
        lambda: pick(nouns) + " " + genitive[pick(nouns)] + " " + genitive[pick(nouns)]: 8,
        lambda: pick(verbs) + " " + accusative[pick(nouns)] + " " + genitive[pick(nouns)]: 5,
        lambda: pick(verbs) + GAP + accusative[pick(nouns)]: 8,
        lambda: pick(nouns) + GAP + pick(nouns): 7,
    }
    rules, seen = list(base), {rule.get("text") for rule in base}
    for i in range(300 - sum("regex" in rule for rule in base)):
        regex = pick(REGEXES).format(a=pick(PRODUCTS), b=pick(MARKS), i=10 + i, m=i % 30, k=i % 10)
        rules.append({"topic": rng.randrange(topics), "regex": regex})
    while len(rules) < count:
        text = rng.choices(list(shapes), list(shapes.values()))[0]()
        if text not in seen:
            seen.add(text)
            rules.append({"topic": rng.randrange(topics), "text": text})
    return rules


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tickets", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=20251122)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    topics, base, vocabulary = load_lexicon(Path(__file__).parent / "lexicon.txt")
    rest = more_rules(Rng(options.seed), base, vocabulary, 60000, len(topics))[len(base):]
    Rng(1).shuffle(rest)
    # 120 of the regexes belong to the set of 6,000, the others to the largest.
    regexes, phrases = [rule for rule in rest if "regex" in rule], [rule for rule in rest if "text" in rule]
    cut = 6000 - len(base) - 120
    rules = base + regexes[:120] + phrases[:cut] + regexes[120:] + phrases[cut:]
    for number, rule in enumerate(rules):
        rule["id"] = number
    for size, count in zip(SIZES, (len(base), 6000, 60000)):
        text = json.dumps({"topics": topics, "rules": rules[:count]}, ensure_ascii=False)
        (options.out / f"rules_{size}.json").write_text(text, "utf-8")

    extra = [rule for rule in rules[len(base):] if "text" in rule]
    extra = extra[:5000] + extra[5000::25]
    files = [("tickets", options.tickets, None), ("train", options.tickets, None), ("long", 40, 80000)]
    for number, (name, count, length) in enumerate(files):
        tickets = Tickets(options.seed + number, base, extra, vocabulary)
        with open(options.out / f"{name}.jsonl", "w", encoding="utf-8") as out:
            for at in range(count):
                out.write(json.dumps({"id": at, **tickets.ticket(length)}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
