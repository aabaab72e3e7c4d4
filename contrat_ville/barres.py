"""The bars of what everybody reads, on the example that is here: `manage.py mesurer --publics`.

What was funded (SUITES F6), the API (F7), the residents' say (F8), past years (F17). The same
things are held by the suite on small worlds; here they are counted on a whole one, and printed.
"""

import csv
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from appels.models import Dossier, Soutien
from appels.public import scdl, soutiens
from appels.public.exemples_api import EXEMPLES
from appels.public.vues.api import routes
from appels.public.vues.api.socle import PAR_MINUTE
from appels.socle import soutiens as lignes_publiques
from contrat_ville import mauvaises_subventions, mesures_reprises
from partenaires.concertation import mesures as paroles
from partenaires.concertation.mesures import Mesure
from partenaires.models import Partenaire
from quartiers import horloge
from quartiers.horloge import a_paris
from quartiers.models import Parution

AU_HASARD = 60  # addresses of several filters, beside each value of each filter
HOSTILES = 1000
PROJET = re.compile(r'<a href="/projets/([^/"?]+)/">')
ENSEMBLE = re.compile(
    r'Ensemble</th>\s*<td class="nb"[^>]*>([^<]+)<.*?>([^<>]+)\u00a0€</td>\s*</tr>', re.DOTALL
)
CANARI = "CANARI-DU-LIEU-PROTEGE"
Ligne = tuple[str, str, int, str]  # number, funder, cents, quartiers


def dire(mesures: Iterable[Mesure], sortie: OutputWrapper) -> list[str]:
    """Each one printed; the names of those that are missed."""
    dits = {True: "tenue", False: "MANQUÉE", None: "sans barre"}
    manquees = []
    for mesure in mesures:
        sortie.write(f"{mesure.nom} : {mesure.valeur} [{dits[mesure.tenue]}]")
        if mesure.tenue is False:
            manquees.append(mesure.nom)
    return manquees


def toutes() -> Iterator[Mesure]:
    """Every bar, on the example; what was written to try it is taken back."""
    with transaction.atomic():
        yield from mesures_reprises.promesses()
        transaction.set_rollback(True)
    yield from des_projets()
    yield from de_l_api()
    yield from des_paroles()
    with transaction.atomic():
        yield du_lieu_protege()
        transaction.set_rollback(True)


def _sur(nom: str, tenues: int, toutes: int) -> Mesure:
    """So many of so many; held when all are, and there are some."""
    return Mesure(nom, f"{tenues} sur {toutes}", 0 < tenues == toutes)


class Visite:
    """Somebody without an account, from another address each time when it is the API that counts.

    Nothing is taken from the memory of the pages.
    """

    def __init__(self) -> None:
        self.client = Client(HTTP_HOST="127.0.0.1")
        self.client.cookies[settings.SESSION_COOKIE_NAME] = "mesure"
        self.venues = 0

    def lire(self, adresse: str, **entetes: str) -> Any:
        self.venues += 1
        d_ou = f"10.{self.venues // 65536}.{self.venues // 256 % 256}.{self.venues % 256}"
        return self.client.get(adresse, REMOTE_ADDR=d_ou, headers=entetes)

    def texte(self, adresse: str) -> str:
        return b"".join(self.lire(adresse)).decode("utf-8-sig")

    def json(self, adresse: str) -> Any:
        return json.loads(self.texte(adresse))


# --- What was funded ------------------------------------------------------------------------------


def des_projets() -> Iterator[Mesure]:
    """List, map, files and API say the same; parts make the whole; nothing protected leaves."""
    visite = Visite()
    adresses = list(_adresses())
    egales = sum(_dit_partout_la_meme_chose(visite, adresse) for adresse in adresses)
    yield _sur("Liste, carte, CSV, JSON, GeoJSON et API égaux, adresses", egales, len(adresses))
    lus = Soutien.objects.prefetch_related("places", "parts")
    justes = sum(
        sum(place.montant for place in projet.places.all()) + projet.hors_quartier == projet.total
        and sum(part.montant for part in projet.parts.all()) == projet.total
        for projet in lus
    )
    yield _sur("Parts des quartiers et des financeurs égales au total, projets", justes, len(lus))
    yield _des_fichiers(visite)
    yield from _des_subventions()


def _adresses() -> Iterator[str]:
    """Nothing asked, each value of each filter, then some of several at once."""
    offres = soutiens.catalogue(Parution.actuelle()).offres
    valeurs = {nom: [offre.valeur for offre in liste] for nom, liste in offres.items()}
    porteurs = Soutien.objects.order_by("porteur").values_list("porteur", flat=True).distinct()
    valeurs["organisme"] = [str(porteur) for porteur in porteurs]
    yield ""
    for nom, dites in valeurs.items():
        yield from (_suite({nom: valeur}) for valeur in dites[:12])
    hasard = random.Random(15)  # noqa: S311 (the same draw each time)
    for _ in range(AU_HASARD):
        noms = hasard.sample(sorted(valeurs), hasard.randint(2, 4))
        choix = {nom: hasard.choice(valeurs[nom]) for nom in noms}
        yield _suite({**choix, "tri": hasard.choice(sorted(soutiens.TRIS))})


def _suite(choix: dict[str, str]) -> str:
    adresse = QueryDict(mutable=True)
    adresse.update(choix)
    return f"?{adresse.urlencode()}"


def _dit_partout_la_meme_chose(visite: Visite, suite: str) -> bool:
    objets = visite.json(f"/projets/projets.json{suite}")
    du_json = _du_json(objets["projets"])
    entites = visite.json(f"/projets/projets.geojson{suite}")["features"]
    empreintes = {
        _empreinte(du_json),
        _empreinte(_du_csv(visite.texte(f"/projets/projets.csv{suite}"))),
        _empreinte(_du_json(entite["properties"] for entite in entites)),
        _empreinte(_de_l_api(visite, suite)),
    }
    numeros, carte = _de_la_page(visite, suite)
    total = sum(centimes for _, _, centimes, _ in du_json)
    return (
        len(empreintes) == 1
        and numeros == [projet["numero"] for projet in objets["projets"]]
        and carte == (len(numeros), total)
        and (objets["nombre"], _centimes(objets["montant_vote_euros"])) == (len(numeros), total)
    )


def _empreinte(lignes: Iterable[Ligne]) -> str:
    return hashlib.sha256(repr(sorted(lignes)).encode()).hexdigest()


def _centimes(euros: str) -> int:
    entiers, _, reste = re.sub(r"\s", "", euros).replace(",", ".").partition(".")
    return int(entiers or "0") * 100 + int((reste or "0").ljust(2, "0"))


def _du_json(projets: Iterable[dict[str, Any]]) -> list[Ligne]:
    return [
        (
            projet["numero"],
            un["financeur"],
            _centimes(un["montant_vote_euros"]),
            ", ".join(projet["quartiers"]),
        )
        for projet in projets
        for un in projet["financements"]
    ]


def _du_csv(texte: str) -> list[Ligne]:
    return [
        (un["numero"], un["financeur"], _centimes(un["montant_vote_euros"]), un["quartiers"])
        for un in csv.DictReader(StringIO(texte), delimiter=";")
    ]


def _de_l_api(visite: Visite, suite: str) -> list[Ligne]:
    """The rows of every page; the API has an order of its own."""
    lignes = []
    adresse = f"/api/v1/projets{suite}"
    while adresse:
        page = visite.json(adresse)
        for projet in page["resultats"]:
            lieux = ", ".join(quartier["code"] for quartier in projet["quartiers"])
            lignes += [
                (projet["numero"], part["nom"], round(part["montant_euros"] * 100), lieux)
                for part in projet["financeurs"]
            ]
        adresse = (page["suivante"] or "").removeprefix(settings.URL_PUBLIQUE)
    return lignes


def _de_la_page(visite: Visite, suite: str) -> tuple[list[str], tuple[int, int]]:
    """The numbers, page after page; how many and how much the table of the map says."""
    numeros: list[str] = []
    separateur = "&" if suite else "?"
    rang = 1
    while True:
        page = visite.texte(f"/projets/{suite}{separateur}page={rang}")
        lus = PROJET.findall(page)
        numeros += lus
        if f"page={rang + 1}" not in page or not lus:
            break
        rang += 1
    dits = ENSEMBLE.search(page)
    if dits is None:
        return numeros, (0, 0)
    return numeros, (int(re.sub(r"\s", "", dits[1])), _centimes(dits[2]))


def _des_fichiers(visite: Visite) -> Mesure:
    """Whose it is, under which licence, of when, described where: in each file, or beside it."""
    chemins = [
        "/projets/projets.csv",
        "/projets/projets.json",
        "/projets/projets.geojson",
        "/quartiers/quartiers.csv",
        "/quartiers/quartiers.geojson",
        "/appel/appels.json",
        *(
            f"/donnees/scdl/{financeur.pk}/subventions.csv"
            for financeur in Partenaire.objects.publient_leurs_subventions()
        ),
    ]
    dits = 0
    for chemin in chemins:
        reponse = visite.lire(chemin)
        dit = 'rel="describedby"' in reponse["Link"]
        if "json" in reponse["Content-Type"]:
            lu = json.loads(b"".join(reponse))
            dit = dit and {"licence", "producteur", "maj", "dictionnaire"} <= lu.keys()
        dits += dit
    return _sur("Fichiers avec licence, date et dictionnaire", dits, len(chemins))


def _des_subventions() -> Iterator[Mesure]:
    """The national form, on what is here and on hostile rows."""
    for financeur in Partenaire.objects.publient_leurs_subventions():
        fautes = mauvaises_subventions.erreurs("".join(scdl.fichier(financeur)))
        compte = scdl.inventaire(financeur)
        dit = f"{compte.lignes} lignes, {len(fautes)} erreur, {compte.nombre_refuse} laissées"
        yield Mesure(f"SCDL de {financeur}", dit, not fautes)
    dites, valides = [], []
    for subvention, phrase in mauvaises_subventions.hostiles(HOSTILES):
        phrases = subvention.defauts()
        if phrase:
            dites.append([un.startswith(phrase) for un in phrases] == [True])
        if not phrases:
            valides.append(subvention)
    yield _sur("SCDL, défauts dits avant l’envoi", sum(dites), len(dites))
    fautes = mauvaises_subventions.erreurs(mauvaises_subventions.ecrire(valides))
    dit = f"{len(valides)} lignes de textes hostiles, {len(fautes)} erreur"
    yield Mesure("SCDL, ce qui part", dit, not fautes)


def du_lieu_protege() -> Mesure:
    """A protected place, with everything that a careless page would show, read everywhere.

    Writes in the database that is here: the caller takes it back, and reads nothing after.
    """
    projet = Soutien.objects.filter(quartiers__isnull=False).earliest("pk")
    dossier = Dossier.objects.get(pk=projet.dossier_id)
    dossier.lieux.all().delete()
    dossier.lieux.create(
        quartier=projet.quartiers.first(),
        intitule=CANARI,
        adresse=CANARI,
        latitude="50.287654",
        longitude="2.767654",
        publiable=True,
    )
    Dossier.objects.filter(pk=dossier.pk).update(lieu_protege=True)
    lignes_publiques.recalculer(horloge.maintenant())
    Parution.avancer(horloge.maintenant())
    visite = Visite()
    codes = dossier.lieux.values_list("quartier__code", flat=True)
    chemins = [
        f"/projets/{dossier.numero}/",
        f"/api/v1/projets/{dossier.numero}",
        *(f"/quartiers/{code}/" for code in codes),
        f"/recherche/?q={CANARI}",
        *("/", "/projets/", "/sitemap.xml", "/plan-du-site/", "/statistiques/"),
        *(f"/projets/projets.{ext}" for ext in ("csv", "json", "geojson")),
        *("/api/v1/projets?taille=100", "/api/v1/projets.geojson?taille=100"),
    ]
    surfaces = [visite.texte(chemin).replace(f"q={CANARI}", "") for chemin in chemins]
    tues = sum(
        f">{CANARI}" not in un and "50.2876" not in un and "2.7676" not in un for un in surfaces
    )
    return _sur("Lieu protégé absent, surfaces", tues, len(chemins))


# --- The API --------------------------------------------------------------------------------------


def de_l_api() -> Iterator[Mesure]:
    """What it answers is what it describes, page after page, with the heads of open data."""
    from jsonschema import (  # type: ignore[import-untyped]  # of the checkout alone
        Draft202012Validator,
    )

    visite = Visite()
    decrite = routes.description()
    schemas = decrite["components"]["schemas"].values()
    fermes = sum(schema.get("additionalProperties") is False for schema in schemas)
    yield _sur("Schémas qui refusent un champ de plus", fermes, len(schemas))
    conformes = 0
    for chemin, operations in decrite["paths"].items():
        adresse = chemin.replace("{numero}", Soutien.objects.earliest("pk").numero)
        contenu = operations["get"]["responses"]["200"]["content"]
        [schema] = [un["schema"] for un in contenu.values()]
        entier = {**schema, "components": decrite["components"]}
        conformes += Draft202012Validator(entier).is_valid(visite.json(adresse))
    yield _sur("Réponses comme elles sont décrites", conformes, len(decrite["paths"]))
    lus = [_au_bout(visite.json(f"/api/v1/{un.adresse}"), un.lecture) for un in EXEMPLES]
    yield _sur("Exemples de la page qui répondent", sum(lus), len(EXEMPLES))
    petites, grandes = _entiere(visite, 7), _entiere(visite, 100)
    compte = f"{len(petites)} puis {len(grandes)} projets"
    yield Mesure("Par pages de 7, par pages de 100", compte, petites == grandes != [])
    yield _des_entetes()


def _au_bout(lu: Any, lecture: tuple[str | int, ...]) -> bool:
    """True when the answer holds what the example reads in it, « null » included."""
    for pas in lecture:
        try:
            lu = lu[pas]
        except LookupError:
            return False
    return True


def _entiere(visite: Visite, taille: int) -> list[str]:
    numeros = []
    adresse = f"/api/v1/projets?taille={taille}"
    while adresse:
        page = visite.json(adresse)
        numeros += [projet["numero"] for projet in page["resultats"]]
        adresse = (page["suivante"] or "").removeprefix(settings.URL_PUBLIQUE)
    return numeros


def _des_entetes() -> Mesure:
    """ETag that answers 304, CORS, and the sixty-first request of a minute refused."""
    client = Client(HTTP_HOST="127.0.0.1")
    reponse = client.get("/api/v1/quartiers")
    encore = client.get("/api/v1/quartiers", headers={"If-None-Match": reponse["ETag"]})
    statuts = {client.get("/api/v1/axes").status_code for _ in range(2 * PAR_MINUTE)}
    tenues = [
        encore.status_code == 304,
        reponse["Access-Control-Allow-Origin"] == "*",
        429 in statuts,
    ]
    return _sur("ETag, CORS, limite par minute", sum(tenues), len(tenues))


# --- What residents say ---------------------------------------------------------------------------


def des_paroles() -> Iterator[Mesure]:
    """The detector on its corpus; answered, on time, offline in the base that is here."""
    yield from paroles.du_detecteur(settings.RACINE / "tests" / "donnees" / "paroles.txt")
    yield from paroles.des_paroles(a_paris(horloge.maintenant()).date())
