"""What GeoNames' list cannot tell, written by hand from public knowledge.

Communes named after an island or an archipelago, and places the list does not hold: towns of
more than 7 000 inhabitants, islands (their neighbours are across the water) and overseas
communes (theirs are too far). Everything here is marked approximate in the file.
"""

from __future__ import annotations

from territoires.donnees.points import Point

# The village of the town hall, under which GeoNames knows the commune.
CHEFS_LIEUX = {
    "97130": "Petites Anses",
    "97501": "Miquelon",
    "97701": "Gustavia",
    "97801": "Marigot",
    "98612": "Leava",
    "98613": "Mata-Utu",
    "98711": "Tukuhora",
    "98714": "Vaitape",
    "98719": "Rikitea",
    "98720": "Otepa",
    "98723": "Atuona",
    "98724": "Fare",
    "98729": "Afareaitu",
    "98731": "Taiohae",
    "98740": "Avatoru",
    "98742": "Tapuarava",
    "98744": "Moerai",
    "98747": "Afaahiti",
    "98748": "Vairao",
    "98753": "Mataura",
    "98754": "Tevaitoa",
    "98801": "Wala",
    "98809": "Vao",
    "98814": "Wé",
    "98815": "Tadine",
}

# Centres to about 2 km, given as longitude, latitude.
_TOWNS = {
    "01313": (6.075, 46.257),  # Prévessin-Moëns
    "06105": (7.052, 43.663),  # Roquefort-les-Pins
    "12176": (2.559, 44.366),  # Onet-le-Château
    "14431": (-0.075, 49.075),  # Mézidon Vallée d'Auge
    "22360": (-2.740, 48.491),  # Trégueux
    "24053": (0.766, 45.180),  # Boulazac Isle Manoire
    "26325": (4.817, 45.293),  # Saint-Rambert-d'Albon
    "33236": (-1.147, 44.796),  # Lège-Cap-Ferret
    "33366": (-0.446, 44.995),  # Saint-André-de-Cubzac
    "34079": (3.432, 43.628),  # Clermont-l'Hérault
    "38053": (5.274, 45.586),  # Bourgoin-Jallieu
    "38425": (4.777, 45.396),  # Saint-Maurice-l'Exil
    "44066": (-1.608, 47.362),  # Grandchamp-des-Fontaines
    "49092": (-0.729, 47.213),  # Chemillé-en-Anjou
    "49267": (-0.494, 47.467),  # Saint-Barthélemy-d'Anjou
    "56078": (-3.488, 47.790),  # Guidel
    "59143": (2.895, 50.673),  # La Chapelle-d'Armentières
    "61214": (0.628, 48.764),  # L'Aigle
    "66171": (3.007, 42.618),  # Saint-Cyprien
    "69194": (4.798, 45.813),  # Saint-Didier-au-Mont-d'Or
    "74250": (6.373, 46.060),  # Saint-Pierre-en-Faucigny
    "76305": (0.233, 49.505),  # Gonfreville-l'Orcher
    "79079": (-0.747, 46.923),  # Mauléon
    "79270": (-0.208, 46.413),  # Saint-Maixent-l'École
    "85288": (-1.617, 46.467),  # Talmont-Saint-Hilaire
}
_ISLANDS = {
    "17004": (-1.174, 46.013),  # Île-d'Aix
    "22016": (-3.000, 48.847),  # Île-de-Bréhat
    "29082": (-4.013, 48.745),  # Île-de-Batz
    "29083": (-4.849, 48.037),  # Île-de-Sein
    "29084": (-4.956, 48.397),  # Île-Molène
    "56085": (-2.877, 47.340),  # Hœdic
    "56086": (-2.957, 47.391),  # Île-d'Houat
    "56088": (-2.803, 47.592),  # Île-d'Arz
}
_OVERSEAS = {
    "97106": (-61.769, 16.130),  # Bouillante
    "97108": (-61.222, 15.899),  # Capesterre-de-Marie-Galante
    "97110": (-61.075, 16.302),  # La Désirade
    "97114": (-61.571, 16.135),  # Goyave
    "97116": (-61.457, 16.331),  # Morne-à-l'Eau
    "97126": (-61.315, 15.956),  # Saint-Louis
    "97131": (-61.582, 15.866),  # Terre-de-Haut
    "97133": (-61.701, 15.952),  # Vieux-Fort
    "97202": (-61.081, 14.489),  # Les Anses-d'Arlet
    "97204": (-61.181, 14.710),  # Le Carbet
    "97205": (-61.139, 14.643),  # Case-Pilote
    "97206": (-61.028, 14.477),  # Le Diamant
    "97208": (-61.130, 14.732),  # Fonds-Saint-Denis
    "97215": (-61.139, 14.876),  # Macouba
    "97216": (-61.031, 14.805),  # Le Marigot
    "97219": (-61.225, 14.802),  # Le Prêcheur
    "97221": (-60.973, 14.530),  # Rivière-Salée
    "97233": (-61.146, 14.706),  # Le Morne-Vert
    "97234": (-61.164, 14.671),  # Bellefontaine
    "97313": (-52.494, 4.893),  # Montsinéry-Tonnegrande
    "97314": (-51.668, 4.210),  # Ouanary
    "97352": (-53.207, 3.623),  # Saül
    "97356": (-52.337, 3.166),  # Camopi
    "97358": (-53.285, 4.823),  # Saint-Élie
    "97362": (-54.150, 3.810),  # Papaichton
    "98411": (77.570, -37.800),  # Îles Saint-Paul et Nouvelle-Amsterdam
    "98412": (70.220, -49.350),  # Archipel des Kerguelen
    "98413": (51.860, -46.430),  # Archipel des Crozet
    "98414": (140.000, -66.660),  # La Terre-Adélie
    "98415": (47.290, -11.570),  # Îles Éparses (the Glorieuses)
    "98713": (-146.730, -15.310),  # Arutua
    "98716": (-145.620, -16.060),  # Fakarava
    "98717": (-140.860, -15.820),  # Fangatau
    "98718": (-138.680, -10.510),  # Fatu-Hiva
    "98721": (-142.610, -17.600),  # Hikueru
    "98726": (-143.570, -16.630),  # Makemo
    "98727": (-146.070, -14.460),  # Manihi
    "98728": (-152.250, -16.450),  # Maupiti
    "98730": (-141.270, -14.170),  # Napuka
    "98732": (-138.770, -19.280),  # Nukutavake
    "98737": (-138.810, -14.820),  # Pukapuka
    "98739": (-147.660, -23.870),  # Raivavae
    "98741": (-144.330, -27.620),  # Rapa
    "98743": (-152.810, -22.650),  # Rimatara
    "98746": (-139.110, -9.940),  # Tahuata
    "98749": (-145.030, -14.480),  # Takaroa
    "98750": (-151.360, -16.840),  # Taputapuatea
    "98751": (-138.450, -17.340),  # Tatakoto
    "98752": (-149.410, -17.770),  # Teva I Uta
    "98755": (-138.560, -20.830),  # Tureia
    "98756": (-139.570, -8.940),  # Ua-Huka
    "98757": (-140.050, -9.360),  # Ua-Pou
    "98806": (165.770, -21.660),  # Farino
    "98832": (166.930, -22.150),  # Yaté
    "98833": (165.820, -21.390),  # Kouaoua
    "98901": (-109.220, 10.300),  # Île de Clipperton
}

POINTS = {c: Point(*lon_lat) for c, lon_lat in (_TOWNS | _ISLANDS | _OVERSEAS).items()}
