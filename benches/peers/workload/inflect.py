"""Words and phrases in other forms, by pymorphy3."""
import re
from functools import lru_cache

import pymorphy3

MORPHOLOGY = pymorphy3.MorphAnalyzer()
CASES = ["nomn", "gent", "datv", "accs", "ablt", "loct"]
VERB_FORMS = {"INFN": {"INFN"}, "past": {"VERB", "past", "plur"}, "impr": {"impr", "plur", "excl"}, "pres": {"VERB", "indc", "plur", "3per"}}


@lru_cache(None)
def parses(w):
    return MORPHOLOGY.parse(w)


def tagged(w, *grams):
    return next((p for p in parses(w) if all(g in p.tag for g in grams)), None)


@lru_cache(None)
def inflected(w, pos, grams):
    """The form of `w`, read as a part of speech in its initial form, or None."""
    for p in parses(w):
        if p.tag.POS == pos and (pos not in ("NOUN", "ADJF", "PRTF") or "nomn" in p.tag):
            q = p.inflect(set(grams))
            return q.word if q else None
    return None


def phrase_kind(words):
    """("noun", where the head is), ("verb", 0) or ("any", 0)."""
    p = parses(words[0])[0]
    if p.tag.POS in ("INFN", "VERB"):
        return "verb", 0
    for i, w in enumerate(words):
        if tagged(w, "NOUN", "nomn") and not re.match(r"[a-z]", w):
            rest = [parses(x)[0].tag.POS for x in words[i + 1:]]
            return ("any", 0) if any(r in ("VERB", "ADJS", "INFN", "PRTS", "PRCL") for r in rest) else ("noun", i)
        if not (tagged(w, "ADJF", "nomn") or tagged(w, "PRTF", "nomn")):
            break
    return "any", 0


def vary(rng, w, p):
    """Another form of the word now and then; agreement is not kept, as a matcher must not need it."""
    if not rng.flip(p):
        return w
    q = parses(w)[0]
    if q.tag.POS == "NOUN":
        q = q.inflect({"plur" if "sing" in q.tag else "sing"})
    elif q.tag.POS == "VERB" and "past" in q.tag:
        q = q.inflect({"plur"} if "sing" in q.tag else {"sing", "femn"})
    elif q.tag.POS == "VERB":
        q = q.inflect({"plur"} if "sing" in q.tag else {"sing"})
    else:
        return w
    return q.word if q else w


def inflect_phrase(rng, words):
    """The key of a frame (templates.FRAMES) and the words in the form it asks for."""
    kind, head = phrase_kind(words)
    if kind == "verb":
        key = rng.choice(list(VERB_FORMS))
        p = next(p for p in parses(words[0]) if p.tag.POS in ("INFN", "VERB"))
        q = p.inflect(VERB_FORMS[key])
        if q:
            return key, [q.word] + [vary(rng, w, 0.2) for w in words[1:]]
        return "any", words[:]
    if kind == "noun":
        case = rng.choice(CASES)
        noun = tagged(words[head], "NOUN", "nomn")
        num = noun.tag.number
        if rng.flip(0.25) and "Sgtm" not in noun.tag and "Pltm" not in noun.tag:
            num = "plur" if num == "sing" else "sing"
        out = []
        for i, w in enumerate(words):
            if i < head:
                pos = "ADJF" if tagged(w, "ADJF", "nomn") else "PRTF"
                g = (case, "plur") if num == "plur" else (case, "sing", noun.tag.gender or "masc")
                if case == "accs" and (num == "plur" or noun.tag.gender == "masc"):
                    g += ("inan",)
                out.append(inflected(w, pos, g) or w)
            elif i == head:
                out.append(inflected(w, "NOUN", (case, num)) or w)
            else:
                out.append(vary(rng, w, 0.15))
        return case, out
    return "any", [vary(rng, w, 0.3) for w in words]
