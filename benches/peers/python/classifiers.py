"""Trained classifiers: they learn from TRAIN what the rules would say and only predict the topic, in one batch."""
import tempfile

from matchers import words


class LogisticRegression:
    """TF-IDF of two to four letters and logistic regression."""

    def __init__(self, train):
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn import linear_model
        self.features = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), max_features=100_000, sublinear_tf=True)
        self.model = linear_model.LogisticRegression(max_iter=40, C=4.0)
        train = train[:8000]  # more would not fit into the minutes there are
        self.model.fit(self.features.fit_transform([t["text"] for t in train]), [t["topic"] for t in train])

    def predict(self, texts):
        return self.model.predict(self.features.transform(texts)).tolist()


class FastText:
    def __init__(self, train):
        import fasttext
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
            for t in train:
                f.write(f"__label__{t['topic']} {self.clean(t['text'])}\n")
            f.flush()
            self.model = fasttext.train_supervised(f.name, epoch=15, lr=0.5, wordNgrams=2, minn=3, maxn=5, dim=64, bucket=200_000, thread=1, verbose=0)

    clean = staticmethod(lambda t: " ".join(words(t)))

    def predict(self, texts):
        return [int(labels[0].removeprefix("__label__")) for labels in self.model.predict([self.clean(t) for t in texts])[0]]
