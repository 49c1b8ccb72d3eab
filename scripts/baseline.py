#!/usr/bin/env python3
"""The classifier a data scientist would reach for: TF-IDF over letters and stems, logistic regression.

usage: scripts/baseline.py TEST.jsonl TRAIN.jsonl…      (pip install scikit-learn snowballstemmer)

Prints the figures of README's table, counted as `support-triage evaluate` counts them: a topic in `accept` is right, "none" is right for an uncovered ticket.
The sides of the topics are read from tests/testdata/topics.tsv.
"""
import json, os, re, sys

import snowballstemmer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
side = dict(line.split("\t") for line in open(os.path.join(root, "tests/testdata/topics.tsv")).read().split("\n") if line)
load = lambda path: [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
test, train = load(sys.argv[1]), [ticket for path in sys.argv[2:] for ticket in load(path)]
stemmer = snowballstemmer.stemmer("russian")
stems = lambda text: [stemmer.stemWord(word) for word in re.findall(r"\w+", text.lower().replace("ё", "е"))]
features = make_union(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
                      TfidfVectorizer(tokenizer=stems, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True, min_df=2))
model = make_pipeline(features, LogisticRegression(C=20, max_iter=300, class_weight="balanced"))
model.fit([ticket["text"] for ticket in train], [ticket["primary"] for ticket in train])
chances, classes = model.predict_proba([ticket["text"] for ticket in test]), model.classes_

count = dict.fromkeys("verdict category topic top3 covered answered must_in refused must_out accepted none rejected".split(), 0)
for ticket, row in zip(test, chances):
    order = sorted(range(len(classes)), key=lambda k: -row[k])
    topic = classes[order[0]]
    if ticket["primary"] == "none":
        count["none"] += 1
        for key in ("rejected", "verdict", "category", "topic"): count[key] += topic == "none"
        continue
    accept = set(ticket["accept"]) | {ticket["primary"]}
    sides = {side[name] for name in accept}
    count["covered"] += 1
    count["top3"] += bool(accept & {classes[k] for k in order if classes[k] != "none"} and accept & set([classes[k] for k in order if classes[k] != "none"][:3]))
    if sides == {"in"}: count["must_in"] += 1; count["refused"] += topic != "none" and side[topic] == "out"
    if sides == {"out"}: count["must_out"] += 1; count["accepted"] += topic != "none" and side[topic] == "in"
    if topic == "none": continue
    count["answered"] += 1
    right = topic in accept
    count["topic"] += right
    count["category"] += topic.split(".")[0] in {name.split(".")[0] for name in accept}
    count["verdict"] += side[topic] == ticket["verdict"] or right
share = lambda a, b: f"{100 * count[a] / max(1, b if isinstance(b, int) else count[b]):.1f} %"
n = len(test)
for name, value in (("verdict accuracy", share("verdict", n)), ("category accuracy", share("category", n)), ("topic accuracy", share("topic", n)), ("topic among the first three", share("top3", "covered")),
                    ("answer rate", share("answered", "covered")), ("wrong refusals", share("refused", "must_in")), ("wrong acceptances", share("accepted", "must_out")), ("uncovered rejected", share("rejected", "none"))):
    print(f"{name:<28} {value}")
