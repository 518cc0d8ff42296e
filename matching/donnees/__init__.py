"""Hand-written reference data: the tree of compétences, a text that non-coders can mend."""
