"""The one life of a file that the worker makes: once, kept if still wanted, failures counted."""

from contextlib import closing, nullcontext
from io import BytesIO

import pytest
from django.db import OperationalError

from appels.models import GenrePapier, Papier
from appels.socle import fabrique
from appels.socle.pdf import RenduImpossible
from contrat_ville.celery import app
from tests.fabriques import PENDANT, creer_agent, creer_dossier_complet

pytestmark = pytest.mark.django_db


@pytest.fixture
def papier(horloge_figee) -> Papier:
    return Papier.objects.create(
        dossier=creer_dossier_complet(),
        genre=GenrePapier.DOSSIER,
        marque="premiere",
        demande_le=PENDANT,
        demande_par=creer_agent(),
    )


def donner(octets: bytes):
    return lambda ouvrage: closing(BytesIO(octets))


def echouer(erreur: Exception):
    def produire(ouvrage):
        raise erreur

    return produire


def lire(papier: Papier) -> bytes:
    with Papier.objects.get(pk=papier.pk).fichier.open("rb") as fichier:
        return fichier.read()


def test_le_fichier_se_fait_une_fois(papier):
    fabrique.fabriquer(papier, donner(b"un"))
    fabrique.fabriquer(Papier.objects.get(), donner(b"deux"))
    fabrique.fabriquer(papier, donner(b"trois"))  # another process, which read the row before
    garde = Papier.objects.get()
    assert (lire(papier), garde.taille, garde.etabli_le, garde.est_a_faire) == (
        b"un",
        2,
        PENDANT,
        False,
    )


def test_ce_qui_n_est_plus_demande_n_est_pas_garde(papier):
    Papier.objects.update(marque="seconde")
    fabrique.fabriquer(papier, donner(b"un"))
    assert (Papier.objects.get().est_pret, bool(Papier.objects.get().fichier)) == (False, False)


def test_une_ligne_retiree_entre_temps_ne_revient_pas(papier):
    Papier.objects.all().delete()
    fabrique.fabriquer(papier, donner(b"un"))
    assert Papier.objects.count() == 0


@pytest.mark.parametrize("erreur", [RenduImpossible("Trop long."), OSError(28, "Disque plein")])
def test_un_echec_se_compte_se_dit_et_finit(papier, erreur):
    for _ in range(Papier.ESSAIS_MAX + 2):
        fabrique.fabriquer(Papier.objects.get(), echouer(erreur))
    garde = Papier.objects.get()
    assert (garde.essais, garde.erreur, garde.a_echoue) == (Papier.ESSAIS_MAX, str(erreur), True)
    assert list(Papier.objects.a_etablir()) == []


def test_un_echec_d_une_demande_ancienne_ne_compte_pas(papier):
    Papier.objects.update(marque="seconde")
    fabrique.fabriquer(papier, echouer(RenduImpossible("Trop long.")))
    assert (Papier.objects.get().essais, Papier.objects.get().erreur) == (0, "")


def test_redemande_on_essaie_a_nouveau(papier):
    Papier.objects.update(essais=Papier.ESSAIS_MAX, erreur="Trop long.")
    papier.refresh_from_db()
    papier.redemander()
    papier.save()
    fabrique.fabriquer(papier, donner(b"un"))
    assert lire(papier) == b"un"


def test_la_suite_se_fait_dans_la_meme_transaction(papier):
    def suite(ouvrage, fichier):
        assert fichier.read() == b"un"
        raise ValueError("la suite")

    with pytest.raises(ValueError, match="la suite"):
        fabrique.fabriquer(papier, donner(b"un"), ensuite=suite)
    garde = Papier.objects.get()
    assert (garde.est_pret, garde.essais) == (False, 0)


# --- The catch-up ------------------------------------------------------------------------------
def test_une_ligne_qui_echoue_n_arrete_pas_les_autres(papier):
    """K12: a row nobody foresaw is counted and said; the sound ones behind it are made."""
    sain = Papier.objects.create(
        dossier=papier.dossier,
        genre=GenrePapier.PIECES,
        marque="seconde",
        demande_le=PENDANT,
        demande_par=papier.demande_par,
    )

    def etablir(ouvrage):
        if ouvrage.pk == papier.pk:
            raise ValueError("essai")
        fabrique.fabriquer(ouvrage, donner(b"deux"))

    for _ in range(Papier.ESSAIS_MAX + 2):
        fabrique.rattraper(Papier.objects.a_etablir().order_by("pk"), etablir)
    papier.refresh_from_db()
    assert (lire(sain), papier.essais, papier.a_echoue, papier.erreur) == (
        b"deux",
        Papier.ESSAIS_MAX,
        True,
        fabrique.IMPREVU,
    )


@pytest.mark.parametrize(
    ("erreur", "monte"), [(OSError(28, "Plein"), False), (OperationalError(), True)]
)
def test_un_disque_plein_ou_une_base_absente_ne_se_comptent_pas(papier, erreur, monte):
    def etablir(ouvrage):
        raise erreur

    with pytest.raises(OperationalError) if monte else nullcontext():
        fabrique.rattraper(Papier.objects.a_etablir(), etablir)
    assert Papier.objects.get().essais == 0


@pytest.mark.parametrize(
    ("nom", "arguments", "file"),
    [
        ("appels.fabriquer", ("recepisse", 1), "urgent"),
        ("appels.fabriquer", ("papier", 1), "urgent"),
        ("appels.fabriquer", ("lettre", 1), "masse"),
        ("appels.fabriquer", ("export", 1), "masse"),
        ("appels.rattraper", (), "urgent"),
        ("appels.rattraper_la_masse", (), "masse"),
        ("appels.rappeler", (), "masse"),
        ("appels.envoyer_courriels", (), "courriels"),
        ("appels.veiller", (), "ordinaire"),
    ],
)
def test_ce_qui_presse_n_attend_pas_derriere_la_masse(nom, arguments, file):
    """What Celery itself would do of it."""
    route = app.amqp.router.route({}, nom, args=arguments)
    assert route["queue"].name == file
