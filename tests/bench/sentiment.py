# SPDX-License-Identifier: Apache-2.0
"""Texts scored beside VADER in Python: round by round, one thread, medians of five of processor time; and how both go together with ratings by people.
sentiment.py SENTIMENT_PROGRAM TEXTS. A JSON line per figure."""
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS, TIMES = 5, 20
FILES = {"tweets": "tweets_GroundTruth.txt", "Amazon": "amazonReviewSnippets_GroundTruth.txt"}


def say(**line):
    print(json.dumps(line), flush=True)


def ours(program, path, *more):
    done = subprocess.run([program, str(path), str(TIMES), *more], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def rows_of(path):
    rows = [line.rstrip("\r\n").split("\t") for line in path.read_text(encoding="utf-8").split("\n")]
    return [(float(row[1]), row[2]) for row in rows if len(row) == 3]


def vader(analyzer, rows):
    start = time.process_time()
    scores = [analyzer.polarity_scores(text)["compound"] for _, text in rows]
    return time.process_time() - start, scores


def compare(program, analyzer, name, path):
    rows, taken, scores = rows_of(path), {"csuccess": [], "csuccess, with patterns": [], "VADER 3.3.2, Python": []}, []
    for _ in range(ROUNDS):
        alone, whole = ours(program, path), ours(program, path, "patterns")
        taken["csuccess"].append(alone["seconds"] / alone["texts"])
        taken["csuccess, with patterns"].append(whole["seconds"] / whole["texts"])
        seconds, scores = vader(analyzer, rows)
        taken["VADER 3.3.2, Python"].append(seconds / len(rows))
    for who, each in taken.items():
        say(work=f"sentiment, {name}", who=who, rows=len(rows), seconds=statistics.median(each) * len(rows),
            reference=who.startswith("VADER"))
    r = statistics.correlation(scores, [rating for rating, _ in rows])
    say(fact=f"sentiment, {name}: VADER's scores correlate with ratings by people by {r:.4f} (ours: tests/unit/intervene_sentiment_tone_test.c)")


def main():
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError as error:
        say(absent="VADER", why=f"{error}; pip install vaderSentiment")
        return
    analyzer = SentimentIntensityAnalyzer()
    for name, file in FILES.items():
        compare(sys.argv[1], analyzer, name, Path(sys.argv[2]) / file)


main()
