#!/usr/bin/env python3
"""One ticket with the standard library of Python 3.8 or newer."""

import json
import os
import sys
import time
import urllib.error
import urllib.request


def classify(url, key, request, attempts=4):
    """Asks the server; waits and tries again when it says so."""
    body = json.dumps(request, ensure_ascii=False).encode("utf-8", "replace")
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    for attempt in range(1, attempts + 1):
        try:
            question = urllib.request.Request(f"{url}/v1/classify", body, headers)
            with urllib.request.urlopen(question, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            problem = json.load(refused)
            if refused.code in (429, 503) and attempt < attempts:
                time.sleep(min(30, problem.get("retry_after", 1)))
                continue
            sys.exit(f"{problem['status']} {problem['title']}: {problem.get('detail', '')}")


def main():
    if len(sys.argv) != 2:
        sys.exit("give the text of a ticket")
    url, key = os.environ["SUPPORT_TRIAGE_URL"], os.environ["SUPPORT_TRIAGE_KEY"]
    decision = classify(url, key, {"text": sys.argv[1], "facts": {"licence": "demo"}})
    print(f"{decision['verdict']} {decision['confidence']:.2f} {decision['topic'] or '-'}\n\n{decision['reply']}")
    for requirement in decision["requirements"]:
        if requirement["state"] == "unmet":
            print(f"- {requirement['title']}: {requirement['text']}")


if __name__ == "__main__":
    main()
