"""What a browser may say on a socket, and nothing else."""

from uuid import UUID

import pytest

from messagerie.cadence import Cadence
from messagerie.erreurs import TrameIllisible
from messagerie.trames import Battement, Depuis, Ecrit, Envoi, Lu, lire_trame

CLE = "7d2c6f0e-0f6b-4c8e-9a57-0d2f3a1b4c5d"


def test_les_cinq_trames_se_lisent() -> None:
    assert lire_trame('{"type": "ecrit"}') == Ecrit()
    assert lire_trame('{"type": "battement"}') == Battement()
    assert lire_trame('{"type": "depuis", "numero": 0}') == Depuis(0)
    assert lire_trame('{"type": "lu", "numero": 12}') == Lu(12)
    assert lire_trame(f'{{"type": "message", "texte": "é", "cle": "{CLE}"}}') == Envoi("é", UUID(CLE))


@pytest.mark.parametrize(
    "brut",
    [
        None,
        "",
        "bonjour",
        "[]",
        "null",
        "{}",
        "[" * 5000,
        '{"type": "depuis"}',
        '{"type": "depuis", "numero": -1}',
        '{"type": "depuis", "numero": 2147483648}',
        '{"type": "depuis", "numero": 1e400}',
        '{"type": "depuis", "numero": true}',
        '{"type": "depuis", "numero": "1"}',
        '{"type": "lu", "numero": 1.5}',
        '{"type": "message", "texte": "sans clé"}',
        '{"type": "message", "texte": "a", "cle": "pas une clé"}',
        f'{{"type": "message", "texte": ["a"], "cle": "{CLE}"}}',
        '{"type": "rattrapage"}',
        '{"type": "message.ecrit", "numero": 1}',
    ],
)
def test_le_reste_est_refuse(brut: str | None) -> None:
    with pytest.raises(TrameIllisible):
        lire_trame(brut)


def test_la_cadence_accorde_tant_dans_la_fenetre(monkeypatch: pytest.MonkeyPatch) -> None:
    instant = 100.0
    monkeypatch.setattr("messagerie.cadence.monotonic", lambda: instant)
    cadence = Cadence(3, 10)
    assert [cadence.accorde() for _ in range(5)] == [True, True, True, False, False]
    instant = 109.9
    assert not cadence.accorde()
    instant = 110.0
    assert [cadence.accorde() for _ in range(4)] == [True, True, True, False]
