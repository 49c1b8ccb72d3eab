"""Who is measured, on how many tickets, in how many passes and rounds.

Fast peers do all 20,000 tickets in three rounds; slow ones a part of them once, so that the whole takes less than 25 minutes. A string in place of figures says
why a peer is not measured on that many patterns.
"""
from dataclasses import dataclass

SIZES = ("600", "6000", "60000")
FULL = 20_000
REFERENCE, OURS = "stem_ac", "support_triage"
REFERENCE_PASSES = 3


@dataclass
class Peer:
    label: str
    kind: str  # reference, ours, rust, java, python, classifier, prototype or limit
    sizes: dict  # patterns: (tickets, passes, rounds) or why not
    long: bool = False  # also on tickets of 100 KB


def everywhere():
    return dict.fromkeys(SIZES, (FULL, 5, 3))


PEERS = {
    REFERENCE: Peer("stem every word, Aho–Corasick (reference)", "reference", {}),
    OURS: Peer("support-triage `TermSet`", "ours", everywhere(), long=True),
    "stem_trie_memo": Peer("remembered stems and a trie", "rust", everywhere()),
    "fused_prototype": Peer("fused prototype (knows only forms seen before)", "prototype", everywhere(), long=True),
    "stem_daachorse": Peer("stems, daachorse", "rust", everywhere(), long=True),
    "copy": Peer("limit: copying the text", "limit", {"600": (FULL, 7, 3)}),
    "validate_utf8": Peer("limit: UTF-8 validation (simdutf8)", "limit", {"600": (FULL, 7, 3)}),
    "decode_fold": Peer("limit: decoding and folding", "limit", {"600": (FULL, 7, 3)}),
    "std_lowercase": Peer("limit: `str::to_lowercase`", "limit", {"600": (FULL, 7, 3)}),
    "fold_hash_probe": Peer("limit: folding, hashing, one probe a word", "limit", everywhere()),
    "bare_daachorse": Peer("limit: bare daachorse, no words, no tally", "limit", everywhere()),
    "hyperscan": Peer("Hyperscan (C library)", "rust", {"600": (FULL, 5, 3), "6000": (FULL, 3, 1), "60000": "does not compile in 15 min and 11 GB"}, long=True),
    "lucene_monitor": Peer("Lucene Monitor, RussianAnalyzer", "java", {"600": (FULL, 3, 1), "6000": (5000, 3, 1), "60000": (1000, 3, 1)}),
    "pystemmer_ahocorasick": Peer("PyStemmer + pyahocorasick", "python", {"600": (10000, 3, 1), "6000": (3000, 3, 1), "60000": (2000, 3, 1)}, long=True),
    "pymorphy3_ahocorasick": Peer("pymorphy3 + pyahocorasick", "python", {"600": (5000, 3, 1), "6000": (2000, 3, 1), "60000": (1000, 3, 1)}),
    "stem_trie": Peer("stems and a trie", "rust", everywhere()),
    "stem_ac_dfa": Peer("stems, Aho–Corasick as a DFA", "rust", everywhere()),
    "snowball_ahocorasick": Peer("snowballstemmer + pyahocorasick", "python", {"600": (5000, 3, 1), "6000": (2000, 3, 1), "60000": (1000, 3, 1)}),
    "spacy": Peer("spaCy PhraseMatcher on stems", "python", {"600": (3000, 3, 1), "6000": (500, 2, 1), "60000": (100, 1, 1)}),
    "python_hyperscan": Peer("Hyperscan from Python", "python", {"600": (FULL, 3, 1), "6000": "as from C", "60000": "as from C"}),
    "regex_loop": Peer("a loop over regexes", "rust", {"600": (300, 2, 1), "6000": (20, 1, 1), "60000": "2.7 GB at 6,000 already"}),
    "regex_set": Peer("one `RegexSet`", "rust", {"600": (1000, 1, 1), "6000": (20, 1, 1), "60000": "larger than 2 GiB"}),
    "stem_ac_regex_loop": Peer("the reference, its regexes in a loop", "rust", {"600": (10000, 3, 1), "6000": (3000, 3, 1), "60000": (2000, 3, 1)}),
    "stem_ac_regex_plain": Peer("the reference, its `RegexSet` not tuned", "rust", {"600": (2000, 3, 1), "6000": (500, 2, 1), "60000": (200, 1, 1)}),
    "yargy_pipeline": Peer("yargy morph_pipeline", "python", {"600": (300, 1, 1), "6000": (50, 1, 1), "60000": "6 tickets/s at 6,000"}),
    "yargy_rules": Peer("yargy rules", "python", {"600": (10, 1, 1), "6000": "2 tickets/s at 600", "60000": "2 tickets/s at 600"}),
    "fasttext": Peer("fastText (trained, topic only)", "classifier", {"600": (FULL, 3, 1)}),
    "logistic_regression": Peer("TF-IDF + logistic regression (trained, topic only)", "classifier", {"600": (5000, 3, 1)}),
}
LONG_TICKETS = (40, 5, 2)


def jobs(only, quick):
    """(peer, patterns, file of tickets, tickets, passes, rounds), the fast and telling ones first."""
    for name, peer in PEERS.items():
        if only and name not in only:
            continue
        todo = [(size, "tickets", how) for size, how in peer.sizes.items() if not isinstance(how, str)]
        todo += [("600", "long", LONG_TICKETS)] * peer.long
        for size, file, (tickets, passes, rounds) in todo:
            yield (name, size, file, min(tickets, 300), 1, 1) if quick else (name, size, file, tickets, passes, rounds)
