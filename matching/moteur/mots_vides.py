"""Words, without accents, that carry no subject in a besoin: they would match any sentence."""

MOTS_VIDES = frozenset(
    """
    a ai aider aimerais aimerait ait alors apprendre arrive arriver as au aussi aux avec avoir
    besoin bien c ca car ce cela ces cet cette chaque cherche chercher chez chose ci comme comment d
    dans de deja depuis des dire dois doit donc du elle elles en encore est et etait ete etre eu
    faire fais fait faut font g il ils j jamais je l la le les leur leurs lui m ma mais me meme mes
    mieux moi mon n ne ni nos notre nous on ont ou oui pa par parce pas peu peut peux plus pour
    pourquoi pouvoir qu quand que quel quelle quelqu quelque qui quoi rien s sa sais sait sans
    savoir se ses si son sont souhaite sur t ta te tes toi ton toujours tous tout toute toutes tres
    bonjour bonsoir salut coucou hello merci svp stp cordialement voila
    trop tu un une vers veut veux vos votre voudrais vous vraiment y
    """.split()
)
