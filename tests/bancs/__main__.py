"""`python -m tests.bancs <banc> [options]`."""

import sys
from importlib import import_module

import django

BANCS = {
    "chemins": "One company's matches and their page, on the arêtes already in the database.",
    "communes": "Search of a commune by name or postal code, on the whole of France.",
    "compensation": "A territory's round, against HiGHS on all circles.",
    "essais": "One savoir-faire more: what it unlocks, on a simulated market.",
    "messagerie": "Conversations under load, beside a raw relay: rate, saturation, idle sockets, storm.",
    "nation": "Twenty territoires' rounds, several at a time: served, bound, gap, duration.",
    "pages": "Public pages: queries, server time, weight of a first view, what browsers may keep.",
    "pannes": "Everything that breaks, broken under load: nothing lost, nothing doubled, one order.",
    "quarante_jours": "Forty days of a territoire, told twice: its workers live, then killed; the books compared.",
    "rapprochements": "Arêtes of a new listing, in a hub of a million pairs.",
    "recherche": "Search and candidates of a besoin, on synthetic listings.",
    "suggestions": "From words to compétences: load, memory, speed, and quality beside two baselines.",
}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in BANCS:
        print("Bancs :", *(f"  {nom} — {phrase}" for nom, phrase in BANCS.items()), sep="\n")
        return 2
    django.setup()
    import_module(f"tests.bancs.{sys.argv[1]}").main(sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
