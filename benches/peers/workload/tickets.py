"""Tickets of templates, phrases of the rules, words of the domain and noise."""
import math
import random
import re

from inflect import MORPHOLOGY, inflect_phrase, parses
from templates import BYE, FRAMES, FUNCTION_WORDS, GREET, LOGS, REGEX_HITS

GAP = " … "


class Rng(random.Random):
    def flip(self, p):
        return self.random() < p


class Tickets:
    def __init__(self, seed, rules, extra, vocab):
        self.rng = Rng(seed)
        self.by_topic, self.extra = {}, extra
        for rule in rules:
            self.by_topic.setdefault(rule["topic"], []).append(rule)
        # Noise: words of general Russian, a few of them often.
        common = sorted({key.split(":")[0] for key in MORPHOLOGY.prob_estimator.p_t_given_w.keys()})
        self.noise = [word for word in common if re.fullmatch(r"[а-я]{3,14}", word)]
        Rng(7).shuffle(self.noise)
        total = 0.0
        self.noise_weights = [total := total + 1 / (i + 25) ** 0.85 for i in range(len(self.noise))]
        self.vocab = sorted({w for r in rules if "text" in r for w in r["text"].split() if re.match("[а-яё]", w)})
        self.wide = vocab["nouns"] + vocab["adjectives"] + vocab["verbs"]

    # The order of the draws makes the bytes: a change here is another workload.

    def noise_words(self, k):
        out = [self.rng.choice(FUNCTION_WORDS) if self.rng.flip(0.35) else w for w in self.rng.choices(self.noise, cum_weights=self.noise_weights, k=k)]
        return [self.typo(w) for w in out]

    def typo(self, w):
        if len(w) > 4 and self.rng.flip(0.03):
            i = self.rng.randrange(len(w) - 1)
            return self.rng.choice([w[:i] + w[i + 1] + w[i] + w[i + 2:], w[:i] + w[i + 1:], w[:i] + w[i] + w[i:]])
        return w

    def domain_word(self):
        f = parses(self.rng.choice(self.vocab if self.rng.flip(0.85) else self.wide))[0].lexeme
        return self.typo(self.rng.choice(f[:14]).word)

    def fill(self, s):
        r = self.rng
        return s.format(k=r.randint(1000, 9999), b=r.randint(1, 254), n=r.randint(10**6, 10**9), n3=r.randint(100, 900), x="%012x" % r.getrandbits(44),
                        d="2026-%02d-%02d" % (r.randint(1, 12), r.randint(1, 28)), t="%02d:%02d:%02d" % (r.randint(0, 23), r.randint(0, 59), r.randint(0, 59)),
                        m=r.choice("main crm im tasks disk sale iblock".split()), w="".join(r.choice("abcdefgiklmnoprstuvz") for _ in range(r.randint(4, 9))))

    def planted(self, rule):
        """Text with the rule in it, and whether it is."""
        r = self.rng
        if "regex" in rule:
            hit = next((v for k, v in REGEX_HITS.items() if k in rule["regex"]), None)
            text = self.fill(hit) if hit else ""
            return (text, re.search(rule["regex"], text, re.I) is not None)
        parts = rule["text"].split(GAP)
        key, words = inflect_phrase(r, parts[0].split())
        for p in parts[1:]:
            words += self.noise_words(r.randint(0, 3)) + inflect_phrase(r, p.split())[1]
        return r.choice(FRAMES[key]).format(" ".join(words)), True

    def sentence(self, topic, hits):
        r = self.rng
        x = r.random()
        if x < 0.52:
            rule = r.choice(self.extra) if r.flip(0.1) else r.choice(self.by_topic[topic if r.flip(0.8) else r.randrange(len(self.by_topic))])
            text, ok = self.planted(rule)
            if ok:
                hits.add(rule["id"])
            if r.flip(0.12):
                text += ", " + " ".join(self.noise_words(r.randint(2, 6)))
        elif x < 0.965:
            words = [self.domain_word() if r.flip(0.95) else w for w in self.noise_words(r.randint(4, 11))]
            text = " ".join(words)
        else:
            text = " ".join(self.noise_words(r.randint(4, 11)))
            if r.flip(0.15):
                text += " «" + " ".join(self.noise_words(2)) + "»"
        if not text:
            return ""
        return text[0].upper() + text[1:] + r.choice([".", ".", ".", "!", "?", "…", ";", "\n", ""])

    def ticket(self, length=None):
        """About 625 bytes, or `length` letters."""
        r = self.rng
        topic = r.randrange(len(self.by_topic))
        want = length or min(1380, max(40, int(math.exp(r.gauss(math.log(262), 0.72)))))
        hits, out, size, fails = set(), [], 0, 0
        logs = r.flip(0.14) or length
        if r.flip(0.5) and want > 90:
            out.append(r.choice(GREET))
            size += len(out[-1]) + 1
        while size < want and fails < (10**4 if length else 6):
            h = set()
            s = self.fill(r.choice(LOGS)) if logs and r.flip(0.4) else self.sentence(topic, h)
            if not s or size + len(s) > max(want * 1.07, 60) and out or len(s) > 1400:
                fails += 1
                continue
            out.append(s)
            size += len(s) + 1
            hits |= h
        if r.flip(0.4) and want > 120:
            out.append(r.choice(BYE))
        text = " ".join(out)
        if len(text) < 40:
            text += " " + " ".join(self.noise_words(6))
        if r.flip(0.6):
            text = text.replace("ё", "е")
        if r.flip(0.03):
            text = text.upper()
        elif r.flip(0.05):
            text = text.lower()
        return {"topic": topic, "planted": sorted(hits), "text": text}
