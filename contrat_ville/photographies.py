"""The pictures of the documentation: key pages of the demonstration, as each role sees them.

`manage.py documenter --images` takes them in a browser and keeps each under `POIDS_MAX`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.urls import reverse
from PIL import Image

from appels.demonstration import personnes
from appels.models import Appel, Dossier, Scenario
from appels.models.etats import Etat
from contrat_ville import mesures
from contrat_ville.parcours import Parcours

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
POIDS_MAX = 60_000  # bytes: a dozen of them stay light in the history
ECRAN = {"width": 1280, "height": 1200}
LARGEUR = 960  # pixels, of the picture that is kept
QUALITES = (80, 70, 60, 50, 40, 30, 20)  # of WebP, best first


@dataclass(frozen=True)
class Photo:
    """A page to photograph: its file, who looks (an account of the demonstration), its words."""

    nom: str
    compte: str
    titre: str


PHOTOS = (
    Photo("accueil", "", "The home page"),
    Photo("quartiers", "", "The six quartiers"),
    Photo("situer", "", "« Suis-je dans un QPV ? »"),
    Photo("appel", "", "The call for projects"),
    Photo("projets", "", "The projects that were granted money"),
    Photo("mes-dossiers", "redaction", "An organisation: its dossiers"),
    Photo("dossier", "redaction", "An organisation: the task list of a draft"),
    Photo("budget", "redaction", "An organisation: the budget"),
    Photo("relecture", "signature", "A signatory: reading the whole before it is deposited"),
    Photo("instruction", "agent", "The service: the work list"),
    Photo("examen", "agent", "The service: a deposited dossier"),
    Photo("tableau", "agent", "The service: the campaign at a glance"),
    Photo("scenario", "responsable", "The service: a scenario shares the envelopes"),
    Photo("avis", "financeur", "A funder: its opinion"),
)


def adresses() -> dict[str, str]:
    """{picture: its address}, in the database of the demonstration."""
    appel = Appel.objects.latest("annee")
    dossiers = Dossier.objects.filter(appel=appel)
    du_compte = f"redaction@{personnes.DOMAINE}"
    siens = dossiers.filter(porteur__appartenances__utilisateur__email=du_compte)
    brouillon = siens.filter(etat=Etat.A_ATTESTER).earliest("pk")  # a complete one
    depose = dossiers.filter(etat=Etat.RECEVABLE).earliest("pk")
    scenario = Scenario.objects.latest("pk")
    return {
        "accueil": reverse("appels:accueil"),
        "quartiers": reverse("appels:quartiers"),
        "situer": reverse("appels:situer"),
        "appel": reverse("appels:appel"),
        "projets": reverse("appels:projets"),
        "mes-dossiers": reverse("appels:mes_dossiers"),
        "dossier": reverse("appels:dossier", args=[brouillon.pk]),
        "budget": reverse("appels:partie", args=[brouillon.pk, "budget"]),
        "relecture": reverse("appels:relecture", args=[brouillon.pk]),
        "instruction": reverse("appels:instruction"),
        "examen": reverse("appels:examen", args=[depose.pk]),
        "tableau": reverse("appels:tableau"),
        "scenario": reverse("appels:scenario", args=[scenario.pk]),
        "avis": reverse("appels:avis", args=[depose.pk]),
    }


def prendre(racine: str, ou: dict[str, str]) -> Iterator[tuple[Path, int]]:
    """(file, bytes) of each picture, taken on the portal that answers at `racine`.

    Raises `RuntimeError` when a page does not answer 200.
    """
    IMAGES.mkdir(parents=True, exist_ok=True)
    with mesures.chromium() as navigateur:
        for compte in dict.fromkeys(photo.compte for photo in PHOTOS):
            contexte = navigateur.new_context(base_url=racine, viewport=ECRAN, locale="fr-FR")
            onglet = contexte.new_page()
            if compte:
                entrer(onglet, compte)
            for photo in PHOTOS:
                if photo.compte == compte:
                    yield garder(photo, photographier(onglet, ou[photo.nom]))
            contexte.close()


def entrer(onglet, compte: str) -> None:
    """Sign in as an account of the demonstration."""
    onglet.goto(reverse("account_login"))
    onglet.fill("input[name=login]", f"{compte}@{personnes.DOMAINE}")
    onglet.fill("input[name=password]", personnes.MOT_DE_PASSE)
    with onglet.expect_navigation():
        onglet.press("input[name=password]", "Enter")


def qui_entre(navigateur, racine: str):
    """`entrer(parcours)`: a tab on its device, signed in as its account of the demonstration,
    closed at the end.
    """

    @contextmanager
    def entrer_comme(parcours: Parcours):
        contexte = navigateur.new_context(
            base_url=racine, viewport=parcours.appareil.ecran, locale="fr-FR"
        )
        onglet = contexte.new_page()
        if parcours.compte:
            entrer(onglet, parcours.compte)
        yield onglet
        contexte.close()

    return entrer_comme


def photographier(onglet, adresse: str) -> bytes:
    """What the screen shows first, as PNG."""
    reponse = onglet.goto(adresse, wait_until="load")
    if reponse.status != 200:
        raise RuntimeError(f"{adresse} : {reponse.status}")
    return onglet.screenshot()


def garder(photo: Photo, png: bytes) -> tuple[Path, int]:
    """(file, bytes): the picture reduced, at the best quality that weighs at most `POIDS_MAX`."""
    image = Image.open(BytesIO(png)).convert("RGB")
    image = image.resize((LARGEUR, round(image.height * LARGEUR / image.width)))
    for qualite in QUALITES:
        sortie = BytesIO()
        image.save(sortie, "WEBP", quality=qualite, method=6)
        if sortie.tell() <= POIDS_MAX:
            break
    chemin = IMAGES / f"{photo.nom}.webp"
    chemin.write_bytes(sortie.getvalue())
    return chemin, sortie.tell()


def album() -> str:
    """`docs/pages.md`: each picture under its words."""
    lignes = [
        "# The pages",
        "",
        "The fictitious example, as each role sees it: pictures and page are written by",
        "`python3 manage.py documenter --images`.",
        "",
    ]
    for photo in PHOTOS:
        lignes += [f"## {photo.titre}", "", f"![{photo.titre}](images/{photo.nom}.webp)", ""]
    return "\n".join(lignes)
