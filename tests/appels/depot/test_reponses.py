"""Before attesting: every answer shown has its own « Modifier », and it leads to its very field."""

import html
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from appels.models import Benevolat, Dossier, Financement, Lieu, LigneBudget, PartDuQuartier
from appels.models.appel import OPTIONS_CG
from appels.models.contenu import Indicateur, MoyenHumain
from appels.socle import figement
from partenaires.models import Agrement, Fiche, Role
from partenaires.models.fiche import LigneBudgetOrganisme
from partenaires.socle import plan_comptable
from quartiers.models import Commune, Quartier
from tests.epreuves import documents
from tests.fabriques import (
    FERMETURE,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
)
from tests.pages_lues import elements

pytestmark = pytest.mark.django_db
TOUT = {
    "site_web": "https://exemple.org",
    "recepisse_prefecture": "W621000000",
    "registre_alsace_moselle": "volume 3",
    "utilite_publique": False,
    "impots_commerciaux": False,
    "commissaire_aux_comptes": True,
    "reseau": "Réseau fictif",
    "benevoles": 0,
    "salaries": 1,
    "salaries_etpt": "0.50",
    "adherents": 3,
    "contact_prenom": "Zoé",
    "contact_nom": "Fictive",
    "correspondance": "1 place de l’Exemple",
}


class Page(HTMLParser):
    """The answers that a page shows, each with the links beside it; its fields, folded or not."""

    def __init__(self, texte: str):
        super().__init__()
        self.reponses: list[tuple[str, list[str]]] = []
        self.champs: dict[str, bool] = {}  # {id: it is behind something folded}
        self._plis: list[bool] = []
        self._en_question = False
        self.feed(texte)

    def handle_starttag(self, tag, attrs):
        dits = dict(attrs)
        if "id" in dits and tag != "template":
            self.champs[dits["id"]] = any(self._plis)
        if tag == "details":
            self._plis.append("open" not in dits)
        self._en_question |= tag == "dt" or (tag, dits.get("scope")) == ("th", "row")
        if tag == "dt" or (tag, dits.get("scope")) == ("th", "row") or tag == "li":
            self.reponses.append(("", []))
        mene = (dits.get("aria-label") or "").replace("Modifier cette partie", "")
        if tag == "a" and self.reponses and "Modifier" in mene:
            self.reponses[-1][1].append(dits["href"])

    def handle_endtag(self, tag):
        if tag == "details":
            self._plis.pop()
        if tag in ("dt", "th"):
            self._en_question = False

    def handle_data(self, data):
        if self._en_question and self.reponses:
            texte, liens = self.reponses[-1]
            self.reponses[-1] = (" ".join(f"{texte} {data}".split()), liens)


def tout_dire(dossier: Dossier) -> None:
    """An answer of each kind: two places with points, shares, lines of one's own, three funders."""
    fiche = Fiche.objects.get_or_create(partenaire=dossier.porteur)[0]
    Fiche.objects.filter(pk=fiche.pk).update(**TOUT)
    Agrement.objects.create(fiche=fiche, nature="Jeunesse", numero="62-1")
    code = next(iter(plan_comptable.comptes_organisme()))
    LigneBudgetOrganisme.objects.create(fiche=fiche, code=code, montant=12_000)
    autre = Quartier.objects.exclude(lieu__dossier=dossier).first()
    Lieu.objects.create(dossier=dossier, quartier=autre, latitude="50.29", longitude="2.77")
    for lieu in dossier.lieux.all():
        PartDuQuartier.objects.create(dossier=dossier, cle=lieu.quartier.code, pourcent=50)
    dossier.moyens.all().delete()
    MoyenHumain.objects.create(dossier=dossier, categorie="benevoles", nombre=0)
    MoyenHumain.objects.create(dossier=dossier, categorie="salaries", nombre=1, etpt="0.25")
    Indicateur.objects.create(dossier=dossier, libelle="Repas", cible=1, unite="repas")
    compte = plan_comptable.comptes()["601"]
    for libelle in ("Graines", compte.libelle):
        LigneBudget.objects.create(dossier=dossier, code="601", libelle=libelle, montant=0)
    for code in ("864", "870"):
        LigneBudget.objects.filter(dossier=dossier, code=code).delete()
        LigneBudget.objects.create(dossier=dossier, code=code, montant=1_500)
    Benevolat.objects.create(dossier=dossier, heures=1, valeur=1_500)
    premier = dossier.financements.exclude(partenaire=None).first()
    Financement.objects.create(
        dossier=dossier,
        partenaire=premier.partenaire,
        sous_poste=premier.sous_poste,
        montant=None,
        credits_contrat=0,
    )
    Financement.objects.create(
        dossier=dossier, libelle="Fondation fictive", sous_poste="74autres", commentaire="Espéré"
    )
    Dossier.objects.filter(pk=dossier.pk).update(moyens_materiels="Une salle", recrutement_etpt=1)


@pytest.fixture
def dossier(horloge_figee):
    return creer_dossier_complet(
        creer_appel(options=list(OPTIONS_CG)),
        creer_association(commune=Commune.objects.first()),
    )


def lire(client, dossier: Dossier) -> Page:
    return Page(client.get(f"/dossiers/{dossier.pk}/deposer/").content.decode())


def test_une_page_ou_tout_est_repondu_reste_legere(connecter, dossier):
    """CONCEPTION §5: 620 elements where one writes."""
    tout_dire(dossier)
    client = connecter(creer_membre(dossier.porteur, Role.SIGNATAIRE, Role.ADMINISTRATEUR))
    page = client.get(f"/dossiers/{dossier.pk}/deposer/").content.decode()
    assert elements(page) <= 620


TOTAUX = ("Total des charges", "Total des produits", "Avec le bénévolat et les dons en nature")


@pytest.mark.parametrize("roles", [[Role.SIGNATAIRE], [Role.SIGNATAIRE, Role.ADMINISTRATEUR]])
@pytest.mark.parametrize("plein", [False, True])
def test_toute_reponse_montree_mene_a_son_champ(connecter, dossier, plein, roles):
    """Enumerated from the page, and each link followed: the field is there, nothing hides it."""
    if plein:
        tout_dire(dossier)
    client = connecter(creer_membre(dossier.porteur, *roles))
    montrees = lire(client, dossier).reponses
    muettes = [question for question, liens in montrees if question and not liens]
    assert [question for question in muettes if question not in TOTAUX] == []
    assert str(montrees).count("#id_document-") == len(figement.presentes(dossier))
    pages: dict[str, Page] = {}
    perdus = []
    for question, liens in montrees:
        for lien in liens:
            adresse, _, ancre = lien.partition("#")
            if adresse not in pages:
                reponse = client.get(adresse)
                assert reponse.status_code == 200, adresse
                pages[adresse] = Page(reponse.content.decode())
            if pages[adresse].champs.get(ancre, True):
                perdus.append((question, lien))
    assert perdus == []


def test_ce_qui_est_atteste_de_l_organisme_se_lit(connecter, dossier):
    """Every answer of the sheet that is frozen, in words; « non » and zero are answers."""
    tout_dire(dossier)
    html = connecter(creer_signataire(dossier.porteur)).get(f"/dossiers/{dossier.pk}/deposer/")
    page = html.content.decode()
    fiche = Fiche.objects.get(partenaire=dossier.porteur)
    tus = [
        nom
        for nom in (*figement.FICHE_PUBLIQUE, *figement.FICHE_PERSONNES)
        if getattr(fiche, nom) not in (None, "") and not re.search(rf"ouvrir={nom}#id_{nom}", page)
    ]
    assert tus == []
    assert ("Jeunesse" in page, "ouvrir=agrements-0-nature#" in page) == (True, True)


def test_une_page_fermee_n_offre_rien_a_modifier(connecter, dossier, horloge_figee):
    """Closed: no link leads to a part that cannot be written, and nothing says it was deposited."""
    horloge_figee(FERMETURE)
    client = connecter(creer_signataire(dossier.porteur))
    page = client.get(f"/dossiers/{dossier.pk}/deposer/").content.decode()
    assert ("Modifier" in page, "comme déposée" in page) == (False, False)


def test_ce_qu_on_change_en_verifiant_ramene_a_la_verification(connecter, dossier):
    """One press back to where one was; who may not deposit is led on as ever."""
    partie = f"/dossiers/{dossier.pk}/partie/evaluation/?retour=deposer"
    bouton = "Enregistrer et revenir à la vérification"
    vus = []
    for personne in (creer_signataire(dossier.porteur), creer_membre(dossier.porteur)):
        client = connecter(personne)
        vus.append(bouton in client.get(partie).content.decode())
        version = dossier.parties.get(nom="evaluation").version
        envoi = {"version": version, "verifier": "1", "evaluation": "Une enquête"}
        envoi |= {"indicateurs-TOTAL_FORMS": "0", "indicateurs-INITIAL_FORMS": "0"}
        vus.append(client.post(partie, envoi).url)
    assert vus == [
        True,
        f"/dossiers/{dossier.pk}/deposer/",
        False,
        f"/dossiers/{dossier.pk}/partie/budget/",
    ]


def _mener_jusqu_aux_pieces(client, dossier, document) -> list[str]:
    """Where each act of the documents page leads."""
    ici = f"/dossiers/{dossier.pk}/pieces/"
    suite = "?retour=deposer"
    envoyee = client.post(
        f"{ici}{document.pk}/ajouter/{suite}",
        {"fichier": SimpleUploadedFile("devis.pdf", documents.pdf())},
    )
    piece = dossier.pieces.latest("pk")
    retiree = client.post(f"/pieces/{piece.pk}/retirer/{suite}")
    return [envoyee.url, retiree.url]


def test_la_fiche_et_les_pieces_ramenent_aussi_a_la_verification(connecter, dossier):
    """« Modifier » of the sheet and of the papers: the same way back, through every act."""
    deposer, organisme = f"/dossiers/{dossier.pk}/deposer/", f"/dossiers/{dossier.pk}/organisme/"
    client = connecter(creer_signataire(dossier.porteur))
    page = client.get(deposer).content.decode()
    vers = re.search(r'href="([^"]*/fiche/[^"]*ouvrir=objet_social[^"]*)"', page)[1]
    assert parse_qs(urlsplit(html.unescape(vers)).query)["retour"] == [
        f"{organisme}?retour=deposer"
    ]
    lue = client.get(f"{organisme}?retour=deposer").content.decode()
    assert (f'href="{deposer}"' in lue, "Revenir à la vérification" in lue) == (True, True)
    confirmee = client.post(f"{organisme}?retour=deposer", {"confirmee": "on"})
    assert confirmee.url == deposer
    document = dossier.appel.documents.get(est_bancaire=False)
    page = client.get(deposer).content.decode()
    assert f"/dossiers/{dossier.pk}/pieces/?retour=deposer" in page
    pieces = client.get(f"/dossiers/{dossier.pk}/pieces/?retour=deposer").content.decode()
    assert (f'href="{deposer}"' in pieces, "Revenir à la vérification" in pieces) == (True, True)
    assert f'action="/dossiers/{dossier.pk}/pieces/{document.pk}/ajouter/?retour=deposer"' in pieces
    ici = f"/dossiers/{dossier.pk}/pieces/?retour=deposer"
    assert _mener_jusqu_aux_pieces(client, dossier, document) == [
        f"{ici}#document-{document.pk}",
        ici,
    ]
    # who may not deposit is led to the task list as ever
    client = connecter(creer_membre(dossier.porteur))
    lue = client.get(f"{organisme}?retour=deposer").content.decode()
    assert "Revenir à la vérification" not in lue
    confirmee = client.post(f"{organisme}?retour=deposer", {"confirmee": "on"})
    assert confirmee.url == f"/dossiers/{dossier.pk}/"


def test_rester_sur_la_partie_garde_le_chemin_de_la_verification(connecter, dossier):
    """« Enregistrer et rester ici », « … et ajouter »: the page still leads there."""
    client = connecter(creer_signataire(dossier.porteur))
    partie = f"/dossiers/{dossier.pk}/partie/evaluation/?retour=deposer"
    vus = []
    for bouton in ("rester", "ajouter"):
        version = dossier.parties.get(nom="evaluation").version
        envoi = {"version": version, "evaluation": "Une enquête"}
        envoi |= {"indicateurs-TOTAL_FORMS": "0", "indicateurs-INITIAL_FORMS": "0"}
        vus.append(client.post(partie, envoi | {bouton: "indicateur"}).url)
    assert vus == [partie, f"{partie}&ligne=1#id_indicateurs-0-mesure"]
