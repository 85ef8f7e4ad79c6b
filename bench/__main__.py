"""`python -m bench [NAME…]`: run all benches, or some, and print one JSON object a line."""

import argparse
import json
import sys

from bench import blind, detect, mail, opening, pages, sentiment

BENCHES = {
    "blind_sign": blind.run,
    "open_round": opening.run,
    "sentiment": sentiment.run,
    "detect": detect.run,
    "mail": mail.run,
    "pages": pages.run,
}


def main() -> int:
    """Print the lines of the benches that were asked for; each as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHES)}")
    asked = parser.parse_args().names or list(BENCHES)
    unknown = sorted(set(asked) - set(BENCHES))
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}")
    for name in asked:
        for entry in BENCHES[name]():
            print(json.dumps(entry), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
