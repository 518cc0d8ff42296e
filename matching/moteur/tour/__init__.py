"""A territory's round: disjoint circles and chains that serve the most, with a proof of how good they are.

`resoudre` is the entry point, `lire_graphe` reads a file, `verifier_tour` checks an answer. See
docs/moteur.md.
"""
