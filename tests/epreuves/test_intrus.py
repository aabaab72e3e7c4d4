"""Strangers play the portal: on every address, by every form that those who may are shown, nothing
of a dossier or of an organisation reaches them, and nothing of it changes.

Each request is tried alone, on the same world, and undone: the one that leaks or changes something
is named. Short in the suite; with the forms of every role and the public pages for each, long:
`python3 manage.py eprouver intrus`.
"""

import hashlib
import logging
import os
import re
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.db.models import Q
from post_office.models import Email

from appels.demonstration import dossiers
from appels.instruction.actions import deports, echanges, exports
from appels.models import (
    CoordonneesBancaires,
    Deport,
    Dossier,
    Export,
    Mention,
    Papier,
    Piece,
)
from appels.models.dossiers import DossierQuerySet
from contrat_ville import acces
from contrat_ville.verification import Formulaires
from partenaires.models import (
    ActeOrganisme,
    Appartenance,
    Genre,
    Partenaire,
    Passation,
    Role,
)
from partenaires.socle import entree
from quartiers.models import Trace
from tests.conftest import oublier
from tests.contrat_ville.test_acces import adresse
from tests.contrat_ville.test_acces import monde as monde
from tests.fabriques import PENDANT, creer_agent, creer_financeur, creer_membre

LONGUE = os.environ.get("EPREUVE_LONGUE") == "1"
pytestmark = [pytest.mark.django_db, pytest.mark.campagne]

IBAN = " ".join(dossiers.IBAN[debut : debut + 4] for debut in range(0, len(dossiers.IBAN), 4))
# What the members read, what the service keeps for itself, the sheet of the organisation.
DES_MEMBRES = (
    "CANARI-TITRE",
    "CANARI-TEXTE",
    "CANARI-MESSAGE",
    "CANARI-LETTRE",
    "CANARI-FICHIER",
    "CANARI-PIECE",
    "CANARI-TITULAIRE",
    "Jardins d’essai",  # the title as it was frozen, and printed
    IBAN,
)
DU_SERVICE = ("CANARI-NOTE",)
DE_L_ORGANISME = ("CANARI-FICHE", "CANARI-JUSTIFICATIF")
TOUS = DES_MEMBRES + DU_SERVICE + DE_L_ORGANISME
QUI_ONT_LE_DROIT = ("dirigeante", "responsable", "financeur")
if LONGUE:
    QUI_ONT_LE_DROIT += ("signataire", "redacteur", "administrateur", "agent")
# They read the sheets of organisations: the dossiers are closed to them.
DU_METIER = ("agent limité", "agent déporté")
AILLEURS = {"communes": ["62099"]}
TAPE = "Écrit par quelqu’un qui ne devait pas."
TYPES = {"email": "nouvelle@example.org", "number": "1", "date": "2026-12-01", "time": "12:00"}


class FormulairesRemplis(Formulaires):
    """Each form as somebody in a hurry would send it: first choices taken, what is required typed,
    reasons given.
    """

    def __init__(self, html: str):
        self.boutons: list[tuple[dict, str, str]] = []
        self.textes: list[tuple[dict, str]] = []
        super().__init__(html)
        for champs, nom in self.textes:
            if not champs[nom].strip():
                champs[nom] = TAPE

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        attributs = dict(attrs)
        if tag == "button" and attributs.get("name") and self.formulaires:
            self.boutons.append(
                (self.formulaires[-1], attributs["name"], attributs.get("value") or "")
            )

    def _champ(self, tag, nom, attributs):
        super()._champ(tag, nom, attributs)
        champs = self.formulaires[-1]["champs"]
        nature = attributs.get("type")
        if nature in ("checkbox", "radio"):
            champs.setdefault(nom, [attributs.get("value") or "on"])
        elif tag == "input" and "required" in attributs and champs.get(nom) == "":
            champs[nom] = TYPES.get(nature, TAPE)
        elif tag == "textarea":
            self.textes.append((champs, nom))

    def envois(self, page: str):
        """(address, what is posted), each button of each form."""
        for formulaire in self.formulaires:
            if "csrfmiddlewaretoken" not in formulaire["noms"]:
                continue
            donnees = {
                nom: TAPE if est_un_canari(valeur) else valeur or ""
                for nom, valeur in formulaire["champs"].items()
                if nom != "csrfmiddlewaretoken"
            }
            chemin = formulaire["action"] or page
            boutons = [(nom, v) for porte, nom, v in self.boutons if porte is formulaire]
            yield chemin, donnees
            for nom, valeur in boutons:
                yield chemin, {**donnees, nom: valeur}


def est_un_canari(valeur) -> bool:
    """A page may give back to whoever typed it."""
    return isinstance(valeur, str) and any(canari in valeur for canari in TOUS)


# --- The world, and who intrudes ------------------------------------------------------------------


@pytest.fixture
def papiers_en_clair(monkeypatch):
    """What is printed can be searched, and nothing is laid out."""
    monkeypatch.setattr(
        "appels.socle.pdf.rendre", lambda html, **options: b"%PDF-essai" + html.encode()
    )


@pytest.fixture(autouse=True)
def refus_sans_bruit(monkeypatch):
    """Thousands of refusals are what is expected."""
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)


@pytest.fixture
def lieux(papiers_en_clair, monde):
    """The world of the table of access, where each text and each file of the dossier is a
    canary.
    """
    poses = [monde["brouillon"], monde["depose"]]
    Dossier.objects.filter(pk__in=[dossier.pk for dossier in poses]).update(
        intitule="CANARI-TITRE", besoin="CANARI-TEXTE", description="CANARI-TEXTE"
    )
    CoordonneesBancaires.objects.filter(dossier__in=poses).update(titulaire="CANARI-TITULAIRE")
    agent = monde["gens"]["agent"]
    echanges.ecrire_une_note(monde["depose"], "CANARI-NOTE", par=agent, recu_le=PENDANT)
    type(monde["message"]).objects.update(texte="CANARI-MESSAGE")
    # Of this dossier alone: what is public of another project is nobody’s secret.
    type(monde["lettre"]).objects.filter(pk=monde["lettre"].pk).update(corps="CANARI-LETTRE")
    ranger(monde["message"].fichiers.get(), "fichier", b"%PDF CANARI-FICHIER")
    for piece in Piece.objects.filter(dossier__in=poses, est_chiffree=False):
        ranger(piece, "fichier", b"%PDF CANARI-PIECE")
    monde["lettre"].refresh_from_db()
    ranger(monde["lettre"], "fichier", b"%PDF CANARI-LETTRE")
    ranger(monde["appartenance"], "justificatif", b"CANARI-JUSTIFICATIF")
    fiche = monde["porteur"].fiche
    fiche.objet_social = "CANARI-FICHE"
    fiche.save()
    monde["gens"]["dirigeante"] = creer_membre(
        monde["porteur"], Role.ADMINISTRATEUR, Role.SIGNATAIRE, Role.REDACTEUR
    )
    return monde


def ranger(ligne, champ: str, contenu: bytes) -> None:
    """These bytes instead of those of a file kept."""
    fichier = getattr(ligne, champ)
    nom = fichier.name
    fichier.storage.delete(nom)
    assert fichier.storage.save(nom, ContentFile(contenu)) == nom
    empreinte = "justificatif_sha256" if champ == "justificatif" else "sha256"
    if hasattr(ligne, empreinte):  # what was changed on the disk is kept back
        sha256 = hashlib.sha256(contenu).hexdigest()
        type(ligne).objects.filter(pk=ligne.pk).update(**{empreinte: sha256})


@pytest.fixture
def intrus(lieux):
    """{who: the person}; None signs in nowhere."""
    porteur = lieux["porteur"]
    cua, caf = Partenaire.objects.get(genre=Genre.CUA), Partenaire.objects.get(genre=Genre.CAF)
    pretendant = creer_membre(
        porteur, Role.ADMINISTRATEUR, Role.SIGNATAIRE, est_premiere=True, acceptee_le=PENDANT
    )
    amene = creer_membre(
        porteur,
        Role.ADMINISTRATEUR,
        Role.SIGNATAIRE,
        acceptee_le=PENDANT,
        garant=pretendant.appartenances.get(),
    )
    deporte = creer_agent(Role.RESPONSABLE)
    deports.declarer(
        lieux["depose"], deporte, motif="x", par=lieux["gens"]["responsable"], recu_le=PENDANT
    )
    return {
        "anonyme": None,
        "membre d’une autre association": lieux["gens"]["etranger"],
        "membre parti": creer_membre(
            porteur, Role.ADMINISTRATEUR, Role.SIGNATAIRE, terminee_le=PENDANT
        ),
        "demandeur en attente": creer_membre(porteur, Role.SIGNATAIRE, acceptee_le=None),
        "prétendant non vérifié": pretendant,
        "amené par un prétendant": amene,
        "financeur non sollicité": lieux["gens"]["financeur_non_sollicite"],
        "financeur limité": creer_membre(caf, Role.AVIS_FINANCEUR, perimetre=AILLEURS),
        "financeur suspendu": creer_membre(caf, Role.AVIS_FINANCEUR, suspendue_le=PENDANT),
        "agent limité": creer_membre(cua, Role.AGENT, perimetre=AILLEURS),
        "agent déporté": deporte,
        "agent membre": creer_membre(
            porteur, Role.LECTEUR, utilisateur=creer_agent(Role.RESPONSABLE)
        ),
        "agent parti": creer_membre(cua, Role.RESPONSABLE, terminee_le=PENDANT),
        "agent suspendu": creer_membre(cua, Role.RESPONSABLE, suspendue_le=PENDANT),
        "compte fermé": fermer(creer_financeur()),
    }


def fermer(personne):
    personne.is_active = False
    personne.save()
    return personne


def canaris_de(qui: str) -> tuple[str, ...]:
    """What must not reach this one."""
    if qui == "agent membre":
        return (*DU_SERVICE, "CANARI-JUSTIFICATIF")
    if qui in DU_METIER:
        return DES_MEMBRES + DU_SERVICE
    return TOUS


# --- What is tried --------------------------------------------------------------------------------


def adresses(lieux, *, gestes: bool = False, publiques: bool = False) -> list[str]:
    """Every address that names something of the dossier, of its draft or of their organisation;
    those of acts, those that everybody reads, when they are wanted.
    """
    trouvees = {
        adresse(nom, lieux, lieux[etat])
        for nom, porte in acces.table().items()
        if porte is not acces.COMPTE
        and (gestes or not porte.est_un_geste)
        and (publiques or porte.nom != entree.public.nom)
        for etat in ("brouillon", "depose")
    }
    return sorted(trouvees)


def recolter(lieux, connecter) -> tuple[list[tuple[str, dict]], set[str]]:
    """(what those who may are shown to send, and each act with nothing; the canaries they saw)."""
    envois = {}
    vus = set()
    for qui in QUI_ONT_LE_DROIT:
        client = connecter(lieux["gens"][qui])
        for chemin in adresses(lieux):
            reponse = client.get(chemin)
            corps = b"".join(reponse)  # a streamed file is read to its end
            vus.update(fuites([corps], TOUS))
            if reponse.status_code != 200 or "html" not in reponse.headers["Content-Type"]:
                continue
            page = FormulairesRemplis(corps.decode())
            for vers, donnees in page.envois(chemin):
                envois[vers, repr(sorted(donnees))] = (vers, donnees)
        vus.update(fuites(client.post(f"/dossiers/{lieux['depose'].pk}/rib/"), TOUS))
    tentes = {vers for vers, _ in envois.values()}
    for chemin in adresses(lieux, gestes=True, publiques=True):
        if chemin not in tentes or LONGUE:
            envois[chemin, ""] = (chemin, {})
    for deport in Deport.objects.en_vigueur():
        chemin = f"/instruction/deports/{deport.pk}/lever/"
        envois[chemin, "motif"] = (chemin, {"motif": TAPE})
    return [envoi for envoi in envois.values() if est_permis_de_tenter(envoi[0])], vus


def est_permis_de_tenter(chemin: str) -> bool:
    """Signing out is not an attack; what the library answers has its own tests."""
    return "logout" not in chemin and not chemin.startswith("/compte/")


# --- What is seen ---------------------------------------------------------------------------------


def chemins_vers(cible: type[models.Model]) -> dict[type[models.Model], list[str]]:
    """{model: the look-ups that lead from its rows to `cible`}: a new model enters by itself."""
    menent: dict[type[models.Model], list[str]] = {cible: ["pk"]}
    for _ in range(3):
        connus = dict(menent)
        for modele in apps.get_models():
            if modele is cible or modele in (Trace, Mention):
                continue
            for champ in modele._meta.concrete_fields:
                suites = connus.get(champ.related_model, ()) if champ.is_relation else ()
                routes = menent.setdefault(modele, []) if suites else []
                for suite in suites:
                    route = champ.name if suite == "pk" else f"{champ.name}__{suite}"
                    if route not in routes and route.count("__") < 3:
                        routes.append(route)
    return menent


VERS_DOSSIER = chemins_vers(Dossier)
VERS_ORGANISME = {
    modele: routes
    for modele, routes in chemins_vers(Partenaire).items()
    if modele._meta.app_label == "partenaires"
}


TABLES = {modele._meta.db_table for modele in (*VERS_DOSSIER, *VERS_ORGANISME)}
ECRIT = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


def suivis(qui: str, vers: dict) -> dict:
    """The models whose rows this one must not change.

    Who stepped aside from a dossier still answers the organisation; a member who reads asks for
    papers.
    """
    if qui == "agent déporté" and vers is VERS_ORGANISME:
        return {}
    return {m: r for m, r in vers.items() if (qui, m) != ("agent membre", Papier)}


def lignes(vers: dict, pk: list[int], personne) -> dict[str, list]:
    """{model: every row that leads there}, but the membership of the intruder, and their leave."""
    etat = {}
    for modele, routes in vers.items():
        ou = Q()
        for route in routes:
            ou |= Q(**{f"{route}__in": pk})
        trouvees = modele.objects.filter(ou)
        if modele is Appartenance:
            trouvees = trouvees.exclude(utilisateur=personne)
        if modele is Passation:
            trouvees = trouvees.exclude(par=personne, acte=ActeOrganisme.QUITTER)
        etat[modele._meta.label] = list(trouvees.order_by("pk").distinct().values_list())
    return etat


def etat_de(lieux, qui, personne) -> dict[str, list]:
    """Everything that is of the two dossiers and of their organisation."""
    les_deux = [lieux["brouillon"].pk, lieux["depose"].pk]
    return {
        **lignes(suivis(qui, VERS_ORGANISME), [lieux["porteur"].pk], personne),
        **lignes(suivis(qui, VERS_DOSSIER), les_deux, personne),
    }


class Ecritures:
    """Whether a table was written, and one that is looked at: only then is it worth comparing."""

    def __init__(self):
        self.faites = False
        self.vues = False

    def __call__(self, executer, sql, parametres, plusieurs, contexte):
        ecrite = ECRIT.match(sql)
        self.faites = self.faites or ecrite is not None
        self.vues = self.vues or bool(ecrite and ecrite[1] in TABLES)
        return executer(sql, parametres, plusieurs, contexte)


def ecarts(avant: dict, apres: dict) -> dict[str, list]:
    """{model: rows that came, went or changed}."""
    return {
        nom: [
            ligne
            for ligne in (*avant[nom], *apres[nom])
            if (ligne in avant[nom]) != (ligne in apres[nom])
        ]
        for nom in avant
        if avant[nom] != apres[nom]
    }


def fuites(reponse, canaris) -> list[str]:
    """The canaries in an answer, streamed or not."""
    corps = b"".join(reponse).decode("utf-8", "replace").replace("\u00a0", " ")
    return [canari for canari in canaris if canari in corps]


def fuites_apres_coup(personne, canaris) -> list[tuple]:
    """Those in the files that this person asked for, and in the mails they were sent."""
    if personne is None:
        return []
    trouvees = []
    for export in Export.objects.filter(demande_par=personne):
        exports.etablir(export)
        export.refresh_from_db()
        contenu = b""
        if export.fichier:
            with export.fichier.open("rb") as fichier:
                contenu = fichier.read()
        trouvees += [("export", export.genre, vu) for vu in fuites([contenu], canaris)]
    for courriel in Email.objects.filter(to__contains=personne.email):
        contenu = f"{courriel.subject} {courriel.message}".encode()
        trouvees += [("courriel", courriel.subject, vu) for vu in fuites([contenu], canaris)]
    return trouvees


@contextmanager
def pour_rien():
    """What is done inside is undone, and forgotten by the process."""
    ecritures = Ecritures()
    with transaction.atomic(), connection.execute_wrapper(ecritures):
        yield ecritures
        transaction.set_rollback(True)
    if ecritures.faites:
        oublier()


# --- The play -------------------------------------------------------------------------------------


def jouer_les_lectures(lieux, intrus, connecter) -> list[tuple]:
    """(who, address, what leaked)."""
    trouvees = []
    for qui, personne in intrus.items():
        client = connecter(personne)
        for chemin in adresses(lieux, publiques=personne is None or LONGUE):
            vus = fuites(client.get(chemin), canaris_de(qui))
            if vus:
                trouvees.append((qui, chemin, vus))
    return trouvees


def jouer_les_gestes(lieux, intrus, connecter, envois) -> list[tuple]:
    """(who, address, what was sent, what leaked or (model, rows that changed))."""
    trouves = []
    for qui, personne in intrus.items():
        client = connecter(personne)
        avant = etat_de(lieux, qui, personne)
        for chemin, donnees in envois:
            with pour_rien() as ecritures:
                vus = fuites(client.post(chemin, donnees), canaris_de(qui))
                if ecritures.vues:
                    vus += ecarts(avant, etat_de(lieux, qui, personne)).items()
                    vus += fuites_apres_coup(personne, canaris_de(qui))
                trouves += [(qui, chemin, donnees, vu) for vu in vus]
    return trouves


def dites(trouvees: list[tuple]) -> str:
    """One line each."""
    return "\n".join(str(trouvee)[:600] for trouvee in trouvees)


def test_rien_ne_fuit_a_qui_n_y_a_pas_droit(lieux, intrus, connecter):
    trouvees = jouer_les_lectures(lieux, intrus, connecter)
    assert not trouvees, dites(trouvees)


def test_rien_ne_change_par_qui_n_y_a_pas_droit(lieux, intrus, connecter):
    envois, vus = recolter(lieux, connecter)
    assert vus == set(TOUS)  # one that nobody ever sees would prove nothing
    assert len(envois) > 150  # the forms of every page were found
    trouves = jouer_les_gestes(lieux, intrus, connecter, envois)
    assert not trouves, dites(trouves)
    if LONGUE:
        lus = len(adresses(lieux, publiques=True))
        font = combien_changent(lieux, connecter, envois)
        print(
            f"\n{len(intrus)} intrus, {lus} adresses lues et {len(envois)} envois par chacun, dont "
            f"{font} changent quelque chose quand qui en a le droit les fait : "
            "0 fuite, 0 changement"
        )


def combien_changent(lieux, connecter, envois) -> int:
    """How many of these do something when sent by those who may: the play is not of blanks."""
    permis = {qui: lieux["gens"][qui] for qui in QUI_ONT_LE_DROIT}
    tout = jouer_les_gestes(lieux, permis, connecter, envois)
    return len({(chemin, repr(donnees)) for _, chemin, donnees, vu in tout if len(vu) == 2})


def test_temoin_une_garde_otee_se_voit(lieux, intrus, connecter, monkeypatch):
    """The control: without the look at what is closed to a person, both are found."""
    deporte = {"agent déporté": intrus["agent déporté"]}
    envois = [
        (f"/instruction/dossiers/{lieux['depose'].pk}/notes/", {"texte": TAPE}),
    ]
    assert jouer_les_gestes(lieux, deporte, connecter, envois) == []
    monkeypatch.setattr(DossierQuerySet, "_permis_a", lambda self, utilisateur: Q())
    assert jouer_les_lectures(lieux, deporte, connecter) != []
    monkeypatch.setattr(
        DossierQuerySet, "ecartes_par_un_deport", lambda self, utilisateur: self.none()
    )
    assert jouer_les_gestes(lieux, deporte, connecter, envois) != []


def test_chaque_intrus_est_bien_un_intrus(lieux, intrus):
    """None may read the dossier but as a member: the play would prove nothing."""
    lisent = [
        qui
        for qui, personne in intrus.items()
        if personne and personne.is_active
        if Dossier.objects.visibles_par(personne).filter(pk=lieux["depose"].pk).exists()
    ]
    assert lisent == ["agent membre"]
    assert Appartenance.objects.filter(utilisateur=lieux["gens"]["signataire"]).exists()
