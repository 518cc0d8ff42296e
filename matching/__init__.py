"""What: compétences, besoins, savoir-faire, arêtes, échanges."""
