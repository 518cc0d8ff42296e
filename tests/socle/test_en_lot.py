"""Questions asked together leave together, and each has its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from echange.socle.en_lot import EnLot, finir_les_lots


class Guichet:
    """Answers with the double; keeps the lots it was given, and lets them go one by one."""

    def __init__(
        self, *, de_front: int = 1, maximum: int = 100, patience: float = 0, repit: float = 0
    ) -> None:
        self.lots: list[list[int]] = []
        self.passages = asyncio.Semaphore(0)
        self.demander = EnLot(
            self.repondre, de_front=de_front, maximum=maximum, patience=patience, repit=repit
        )

    async def repondre(self, demandes: Sequence[int]) -> list[int | Exception]:
        self.lots.append(list(demandes))
        await self.passages.acquire()
        if 13 in demandes:
            raise RuntimeError("tout le lot")
        return [ValueError(str(demande)) if demande < 0 else 2 * demande for demande in demandes]

    def servir(self, combien: int) -> None:
        for _ in range(combien):
            self.passages.release()


async def demander(guichet: Guichet, *demandes: int) -> list[asyncio.Task[int]]:
    """Ask one after another, and let each question reach the counter."""
    taches = []
    for demande in demandes:
        taches.append(asyncio.create_task(guichet.demander(demande)))
        for _ in range(3):
            await asyncio.sleep(0)
    return taches


async def test_la_premiere_part_seule_les_suivantes_ensemble() -> None:
    guichet = Guichet()
    taches = await demander(guichet, 1, 2, 3)
    assert guichet.lots == [[1]]
    guichet.servir(2)
    assert await asyncio.gather(*taches) == [2, 4, 6]
    assert guichet.lots == [[1], [2, 3]]


async def test_deux_lots_au_plus_sont_en_route_et_chacun_a_sa_mesure() -> None:
    guichet = Guichet(de_front=2, maximum=2)
    taches = await demander(guichet, 1, 2, 3, 4, 5)
    assert guichet.lots == [[1], [2]]
    guichet.servir(4)
    assert await asyncio.gather(*taches) == [2, 4, 6, 8, 10]
    assert guichet.lots == [[1], [2], [3, 4], [5]]


async def test_un_second_lot_ne_part_que_si_le_premier_tarde() -> None:
    guichet = Guichet(de_front=2, patience=0.05)
    taches = await demander(guichet, 1, 2, 3)
    assert guichet.lots == [[1]]
    async with asyncio.timeout(5):
        while len(guichet.lots) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert guichet.lots == [[1], [2, 3]]
    guichet.servir(2)
    assert await asyncio.gather(*taches) == [2, 4, 6]


async def test_apres_un_retard_un_seul_porteur_continue() -> None:
    guichet = Guichet(de_front=2, maximum=1, patience=0.05)
    taches = await demander(guichet, 1, 2)
    async with asyncio.timeout(5):
        while len(guichet.lots) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    taches += await demander(guichet, 3, 4)
    guichet.servir(2)
    await asyncio.gather(*taches[:2])
    assert guichet.lots == [[1], [2], [3]]
    guichet.servir(2)
    assert await asyncio.gather(*taches) == [2, 4, 6, 8]


async def test_une_question_part_aussitot_quand_le_lot_en_route_est_en_retard() -> None:
    guichet = Guichet(de_front=2, patience=0.01)
    taches = await demander(guichet, 1)
    await asyncio.sleep(0.05)
    taches += await demander(guichet, 2)
    assert guichet.lots == [[1], [2]]
    guichet.servir(2)
    assert await asyncio.gather(*taches) == [2, 4]


async def test_pendant_le_repit_d_un_porteur_les_questions_s_attendent() -> None:
    guichet = Guichet(de_front=2, patience=5, repit=0.05)
    guichet.servir(50)
    assert await guichet.demander(1) == 2
    assert await asyncio.gather(*await demander(guichet, 2, 3, 4)) == [4, 6, 8]
    assert guichet.lots == [[1], [2, 3, 4]]
    await asyncio.sleep(0.1)
    assert await asyncio.wait_for(guichet.demander(5), 0.04) == 10  # after a silence: at once


async def test_celle_qui_est_refusee_l_est_seule() -> None:
    guichet = Guichet()
    taches = await demander(guichet, 1, 2, -3, 4)
    guichet.servir(2)
    un, deux, trois, quatre = await asyncio.gather(*taches, return_exceptions=True)
    assert (un, deux, quatre) == (2, 4, 8)
    assert isinstance(trois, ValueError)


async def test_ce_qui_casse_le_lot_est_dit_a_toutes_et_les_suivantes_passent() -> None:
    guichet = Guichet()
    taches = await demander(guichet, 1, 13, 4)
    guichet.servir(3)
    reponses = await asyncio.gather(*taches, return_exceptions=True)
    assert reponses[0] == 2
    assert all(isinstance(reponse, RuntimeError) for reponse in reponses[1:])
    assert await guichet.demander(5) == 10


async def test_qui_s_en_va_n_arrete_pas_ce_qui_est_parti() -> None:
    guichet = Guichet()
    premiere, partie, derniere = await demander(guichet, 1, 2, 3)
    partie.cancel()
    guichet.servir(2)
    assert (await premiere, await derniere) == (2, 6)
    assert guichet.lots == [[1], [2, 3]]


async def test_redemander_des_qu_on_est_servi() -> None:
    """The carrier of the lot is just leaving: the question must not stay behind."""
    guichet = Guichet(de_front=2)
    guichet.servir(50)
    async with asyncio.timeout(5):
        assert [await guichet.demander(n) for n in range(12)] == [2 * n for n in range(12)]


def test_chaque_boucle_a_sa_file() -> None:
    async def une_fois(demander_: EnLot[int, int]) -> int:
        return await demander_(21)

    async def doubler(demandes: Sequence[int]) -> list[int]:
        return [2 * demande for demande in demandes]

    en_lot = EnLot(doubler, de_front=1, maximum=10)
    assert [asyncio.run(une_fois(en_lot)) for _ in range(2)] == [42, 42]


@pytest.mark.parametrize("de_front", [1, 2, 5])
async def test_beaucoup_demandent_chacune_a_sa_reponse(de_front: int) -> None:
    guichet = Guichet(de_front=de_front, maximum=7)
    guichet.servir(1000)
    assert await asyncio.gather(*(guichet.demander(n + 20) for n in range(100))) == [
        2 * (n + 20) for n in range(100)
    ]
    assert max(map(len, guichet.lots)) <= 7


async def test_on_attend_ce_qui_est_en_route_avant_de_fermer() -> None:
    guichet = Guichet()
    (partie,) = await demander(guichet, 1)
    partie.cancel()  # its asker has left, the question has not
    fin = asyncio.create_task(finir_les_lots(5))
    await asyncio.sleep(0)
    assert not fin.done()
    guichet.servir(1)
    await asyncio.wait_for(fin, 5)


async def test_on_n_attend_pas_toujours() -> None:
    guichet = Guichet()
    await demander(guichet, 1)
    async with asyncio.timeout(5):
        await finir_les_lots(0.01)
    guichet.servir(1)
