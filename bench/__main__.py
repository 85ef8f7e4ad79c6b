"""`python -m bench [NAME…]`: run all benches, or some, and print one JSON object a line."""

import argparse
import json
import sys
from collections.abc import Sequence

from bench import blind, detect, intake, launches, mail, moods, opening, pages, programs, sentiment

# What measures each line; some measure several together. "detect" stands for all detect_* lines,
# "respondent_page" for a line in each language, and each of intake for those that begin with it.
BENCHES = {
    "intake_sqlite": intake.run_sqlite,
    "intake_postgresql": intake.run_postgresql,
    "blind_sign": blind.run,
    "open_round": opening.run,
    "open_round_two_processes": opening.run,
    "sentiment_short": sentiment.run,
    "sentiment_long": sentiment.run,
    "sentiment_and_themes": moods.run,
    "sentiment_worst": moods.run,
    "sentiment_foreign_left_out": moods.run,
    "sentiment_english_kept": moods.run,
    "sentiment_tweets_r": moods.run,
    "sentiment_tweets_scored": moods.run,
    "sentiment_reviews_r": moods.run,
    "sentiment_reviews_scored": moods.run,
    "detect": detect.run,
    "mail": mail.run,
    "mail_launch": launches.run,
    "results_page": pages.run,
    "results_page_growth": pages.run,
    "respondent_page": pages.respondents_way,
    "overview_page": programs.run,
    "program_page": programs.run,
    "alert_desk": programs.run,
    "calendar_page": programs.run,
    "people_page": programs.run,
    "overview_page_postgresql": programs.run_postgresql,
    "program_page_postgresql": programs.run_postgresql,
    "alert_desk_postgresql": programs.run_postgresql,
    "calendar_page_postgresql": programs.run_postgresql,
    "people_page_postgresql": programs.run_postgresql,
}
_FAMILIES = ("detect", "respondent_page", "intake_sqlite", "intake_postgresql")


def main() -> int:
    """Print the lines that were asked for, each as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHES)}")
    asked = parser.parse_args().names or list(BENCHES)
    unknown = sorted(set(asked) - set(BENCHES))
    if unknown:
        parser.error(f"no such bench: {', '.join(unknown)}")
    for run in dict.fromkeys(BENCHES[name] for name in asked):
        for entry in run():
            if _asked_for(str(entry["name"]), asked):
                print(json.dumps(entry), flush=True)
    return 0


def _asked_for(name: str, asked: Sequence[str]) -> bool:
    return name in asked or any(name.startswith(f"{one}_") for one in _FAMILIES if one in asked)


if __name__ == "__main__":
    sys.exit(main())
