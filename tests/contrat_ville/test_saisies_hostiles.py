"""Every form of every page, filled with hostile values: a sentence or a refusal, never a 500."""

from datetime import timedelta
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from appels.decision.actions import comites, dauphin, lectures, scenarios
from appels.instruction.actions import deports
from appels.models import Dossier, Numerotation
from appels.reprises.actions import reception
from contrat_ville.verification import Formulaires
from partenaires.concertation import reperes
from partenaires.contenus.forms.registre import CONTENUS
from partenaires.models import (
    Appartenance,
    EtatParole,
    Invitation,
    Partenaire,
    Role,
    Texte,
    Utilisateur,
)
from partenaires.models.appartenance import empreinte_du_jeton
from partenaires.organismes.actions import rectifications
from quartiers.models import Axe
from tests.conftest import oublier
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_lettre,
    creer_membre,
    creer_signataire,
    deposer,
    poser_service,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = [pytest.mark.django_db, pytest.mark.campagne]
HOSTILES = {
    "vide": "",
    "NUL": "a\0b",
    "long": "x" * 70_000,
    "négatif": "-1",
    "énorme": "9" * 40,
    "sans fin": "9" * 5_000,  # more digits than Python reads
    "contrôle": "a\x07\x1b[31m\u202e\ud7ff",
    "balise": "<script>alert(1)</script>",
    "gabarit": "{{ 7|add:7 }}{% now 'Y' %}",
    "sql": "' OR 1=1; --",
    "chemin": "../../etc/passwd",
    "formule": "=1+1",
}
PUBLIQUES = [
    "/compte/login/",
    "/compte/signup/",
    "/compte/password/reset/",
    "/appel/eligibilite/",
    "/commencer/",
    "/verifier/",
    "/contact/ecrire/",
    "/invitations/{jeton}/",
    "/participer/{consultation}/ecrire/",
    "/participer/suivre/",
    "/participer/suivi/{refusee}/",
    "/participer/suivi/{a_corriger}/corriger/",
    "/participer/{consultation}/{parole}/utile/",
    "/participer/{consultation}/{parole}/moi-aussi/",
    "/participer/{consultation}/{parole}/signaler/",
    "/participer/quartiers/QN06258M/suivre/",
]
PORTEUR = [
    "/dossiers/nouveau/2027/",
    "/dossiers/nouveau/2027/?reprendre={t}",
    "/dossiers/{t}/papiers/",
    *(
        f"/dossiers/{{d}}/partie/{partie}/"
        for partie in ("projet", "description", "lieux", "moyens", "evaluation", "budget")
    ),
    "/dossiers/{d}/organisme/",
    "/dossiers/{d}/pieces/",
    "/dossiers/{d}/signature/",
    "/dossiers/{d}/echanges/",
    "/dossiers/{n}/renoncer/",
    "/dossiers/{d}/deposer/",
    "/dossiers/{d}/rib/",
    "/organismes/nouveau/",
    "/organismes/{o}/fiche/",
    "/organismes/{o}/documents/",
    "/organismes/{o}/membres/",
    "/organismes/{o}/rectifier/",
    "/organismes/{o}/qualite/",
    "/mon-compte/",
    "/mon-compte/connexions/",
    "/compte/email/",
    "/compte/password/change/",
]
AGENT = [
    "/instruction/appels/nouveau/",
    "/instruction/appels/{a}/",
    "/instruction/equipe/",
    "/instruction/connexions/",
    "/instruction/qualites/",
    "/dossiers/{t}/decisions/",
    "/instruction/appels/{a}/brouillons/",
    "/instruction/appels/{a}/papier/",
    "/instruction/consultations/nouvelle/",
    "/instruction/consultations/{k}/modifier/",
    "/instruction/consultations/{k}/recueillir/",
    "/instruction/consultations/{k}/rencontres/",
    "/instruction/consultations/{k}/bilan/",
    "/instruction/paroles/",
    "/instruction/paroles/{recue}/",
    "/instruction/paroles/{parole}/",
    "/instruction/paroles/{parole}/dossiers/",
    "/instruction/appels/{a}/prolonger/",
    "/instruction/appels/{a}/delais/",
    "/instruction/appels/{a}/dauphin/",
    "/instruction/dauphin/{i}/colonnes/",
    "/instruction/annees-passees/",
    "/instruction/annees-passees/{p}/colonnes/",
    "/instruction/annees-passees/{p}/noms/",
    "/instruction/annees-passees/{p}/quartiers/",
    "/instruction/organismes/nouveau/",
    "/instruction/organismes/",
    "/instruction/organismes/{o}/",
    *(
        f"/instruction/contenus/{genre}/nouveau/"
        for genre, contenu in CONTENUS.items()
        if contenu.nouveau
    ),
    "/instruction/contenus/axes/{axe}/",
    "/instruction/contenus/textes/{texte}/",
]
INSTRUCTION = [
    "/instruction/",
    "/instruction/colonnes/",
    "/instruction/vues/",
    "/instruction/exports/",
    "/instruction/selection/?choix={t}",
    "/instruction/selection/?acte=demander&choix={t}",
    "/instruction/selection/?acte=ecrire&choix={t}",
    "/instruction/selection/comite/?choix={t}",
    "/instruction/selection/avis/?choix={t}",
    *(
        f"/instruction/dossiers/{{t}}/{page}"
        for page in ("", "pieces/", "complements/", "notes/", "confier/", "irrecevable/", "serie/")
    ),
    "/dossiers/{t}/echanges/",
    *(f"/instruction/dossiers/{{n}}/{page}/" for page in ("reprendre", "derogation")),
    "/instruction/dossiers/{t}/derogation/",
    "/instruction/appels/{a}/retenus/",
    "/instruction/appels/{a}/decisions/",
    "/instruction/rectifications/{r}/",
    "/instruction/qualites/{q}/refuser/",
    "/instruction/deports/{deport}/lever/",
    "/instruction/lettres/{l}/",
    "/instruction/organismes/{orphelin}/",
    "/instruction/appels/{a}/repartir/",
    "/instruction/appels/{a}/reconduire/",
    "/instruction/equipe/{moi}/",
    "/instruction/equipe/{moi}/acces/",
    "/instruction/appels/{a}/grille/",
    "/instruction/dossiers/{t}/lecture/",
    "/instruction/dossiers/{t}/avis/",
    "/instruction/appels/{a}/enveloppes/",
    "/instruction/appels/{a}/scenarios/",
    "/instruction/scenarios/{s}/",
    "/instruction/dossiers/{t}/deport/",
    "/instruction/appels/{a}/comites/",
    "/instruction/comites/{c}/",
    "/instruction/comites/{c}/projets/1/",
    "/instruction/comites/{c}/ordre-du-jour/",
    "/instruction/comites/{c}/reglages/",
    "/instruction/lettres/auteurs/",
    "/instruction/appels/{a}/decider/",
    "/instruction/appels/{a}/lettres/",
    "/instruction/appels/{a}/lots/",
    "/instruction/lettres/modeles/refuse/0/",
]
FINANCEUR = [
    "/instruction/",
    "/instruction/avis/en-lot/",
    "/instruction/en-notre-nom/",
    "/instruction/dossiers/{n}/avis/",
    "/instruction/dossiers/{n}/lecture/",
]
LUES = [  # pages that read parameters of their address
    *INSTRUCTION[:4],
    "/instruction/selection/",
    "/instruction/selection/comite/",
    "/instruction/scenarios/{s}/",
    "/instruction/scenarios/{s}/mouvements/",
    "/instruction/appels/{a}/scenarios/",
    "/instruction/appels/{a}/lettres/",
    "/instruction/appels/{a}/decisions/",
    "/instruction/appels/{a}/lots/",
    "/instruction/appels/{a}/repartir/",
    "/instruction/comites/{c}/ordre-du-jour/",
    "/instruction/tableau/",
    "/instruction/journal/",
    "/instruction/paroles/",
    "/instruction/dossiers/{t}/",
    "/instruction/dossiers/{t}/avis/",
    "/instruction/avis/en-lot/",
    "/instruction/organismes/",
    "/commencer/",
    "/projets/",
    "/recherche/",
]
PARAMETRES = (
    *("tri", "groupe", "page", "q", "axe", "quartier", "commune", "vue", "avec", "a", "b"),
    *("financeur", "decision", "voir", "liste", "rang", "choix", "sel", "vus", "col", "file"),
    *("appel", "etat", "minimum", "maximum", "annee", "par", "acte", "genre", "version"),
)
SORTIES = ("/compte/logout/",)


def formulaires(client, chemin: str):
    """(address, values) of each form of the page, but signing out."""
    page = client.get(chemin)
    assert page.status_code == 200, (chemin, page.status_code)
    for formulaire in Formulaires(page.content.decode()).formulaires:
        if formulaire["action"] not in SORTIES:
            yield formulaire["action"] or chemin, formulaire["champs"], formulaire["noms"]


@pytest.fixture
def monde(horloge_figee, settings):
    settings.ACCOUNT_EMAIL_CONFIRMATION_COOLDOWN = 0
    appel = creer_appel()
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    Appartenance.objects.filter(utilisateur=signataire).update(roles={Role.SIGNATAIRE})
    creer_membre(porteur, Role.ADMINISTRATEUR, est_premiere=True)
    responsable = creer_agent(Role.RESPONSABLE)
    lectures.proposer_une_grille(appel)
    scenario = scenarios.creer(appel, "A", depuis=None, par=responsable, recu_le=PENDANT)
    comite = comites.convoquer(
        appel, {"nom": "C", "lieu": "", "scenario": scenario, "tenu_le": PENDANT}, par=responsable
    )
    tenu = admettre(deposer(creer_dossier_complet(appel, porteur)))
    lettre = creer_lettre(creer_accord(tenu))
    deport = deports.declarer(tenu, creer_agent(), motif="x", par=responsable, recu_le=PENDANT)
    pretendante = creer_membre(creer_association(), Role.ADMINISTRATEUR, est_premiere=True)
    rectification = rectifications.demander(
        porteur, "nom", "Un autre nom", motif="x", document=None, par=signataire, recu_le=PENDANT
    )
    poser_service(email="contact@example.org")
    consultation = creer_consultation(moi_aussi=True, par=responsable)
    repondue = creer_contribution(consultation, EtatParole.SUITE_DONNEE, par=responsable)
    refusee = creer_contribution(consultation, EtatParole.REFUSEE, par=responsable)
    a_corriger = creer_contribution(consultation, EtatParole.REFUSEE, par=responsable)
    recue = creer_contribution(consultation, EtatParole.RECUE)
    return {
        "consultation": consultation.adresse,
        "k": consultation.pk,
        "recue": recue.pk,
        "parole": repondue.pk,
        "refusee": reperes.jeton("suivi", refusee.pk),
        "a_corriger": reperes.jeton("suivi", a_corriger.pk),
        "n": tenu.pk,
        "l": lettre.pk,
        "deport": deport.pk,
        "q": pretendante.appartenances.get().pk,
        "r": rectification.pk,
        "orphelin": creer_association().pk,
        "jeton": inviter(porteur, responsable),
        "c": comite.pk,
        "s": scenario.pk,
        "moi": responsable.appartenances.get().pk,
        "t": deposer(creer_dossier_complet(appel, porteur)).pk,
        "axe": Axe.objects.first().pk,
        "texte": Texte.objects.first().pk,
        "d": creer_dossier_complet(appel, porteur).pk,
        "o": porteur.pk,
        "a": appel.pk,
        "i": dauphin.recevoir(
            appel, "a.csv", b"Dossier;Du\n1;2\n", par=responsable, recu_le=PENDANT
        ).pk,
        "p": reception.recevoir(
            "a.csv",
            b"Organisme;Action;Exercice;Financeur;Demande;QPV\nA;B;2024;CUA;5;Ouest\n",
            par=responsable,
            recu_le=PENDANT,
        ).pk,
        "financeur": creer_financeur(),
        "signataire": signataire,
        "responsable": responsable,
    }


def inviter(porteur, par) -> str:
    """A link that lives."""
    jeton = Invitation.nouveau_jeton()
    Invitation.objects.create(
        partenaire=porteur,
        email="invitee@example.org",
        roles={Role.LECTEUR},
        empreinte=empreinte_du_jeton(jeton),
        cree_le=PENDANT,
        expire_le=PENDANT + timedelta(days=1),
        invitee_par=par,
    )
    return jeton


def empreinte_de_la_base() -> list:
    """What no hostile value may change."""
    return [
        list(Dossier.objects.values_list("etat", "numero", "porteur_id", "depose_le")),
        list(Numerotation.objects.values_list("dernier_numero")),
        sorted(Utilisateur.objects.values_list("email", "is_active", "password")),
        sorted(Appartenance.objects.values_list("utilisateur_id", "roles")),
        Partenaire.objects.count(),
    ]


def attaquer(client, chemins, monde, valeur) -> list:
    """Every field at once; then one other way, in turn from a value and a form to the next."""
    mauvais = []
    tour = count(list(HOSTILES.values()).index(valeur))
    for modele in chemins:
        chemin = modele.format(**monde)
        for adresse, champs, noms in list(formulaires(client, chemin)):
            tout = {nom: valeur for nom in {*champs, *noms} if nom != "csrfmiddlewaretoken"}
            seuls = [
                {**champs, **dict.fromkeys(sorted(noms)[:1], valeur)},
                {
                    **champs,
                    "fichier": SimpleUploadedFile(
                        "a\u202ex.pdf", valeur.encode("utf-8", "replace")
                    ),
                },
            ]
            for donnees in (tout, seuls[next(tour) % len(seuls)]):
                donnees = {cle: valeur for cle, valeur in donnees.items() if valeur is not None}
                client.raise_request_exception = False
                reponse = client.post(adresse, donnees)
                corps = b"".join(reponse).decode(errors="replace")  # a file is read to its end
                if reponse.status_code >= 500:
                    mauvais.append((chemin, adresse, reponse.status_code))
                elif (
                    reponse.status_code < 300
                    and "text/html" in reponse["Content-Type"]
                    and "alert(1)</script>" in corps
                ):
                    mauvais.append((chemin, adresse, "balise"))
    return mauvais


def chaque_valeur(noms):
    """Each value on the same world: what the one before it changed is taken back."""
    for nom in noms:
        oublier()
        with transaction.atomic():
            yield HOSTILES[nom]
            transaction.set_rollback(True)


A_TROIS = pytest.mark.parametrize("noms", [list(HOSTILES)[rang::3] for rang in range(3)])


@A_TROIS
def test_pages_publiques(monde, noms):
    avant = empreinte_de_la_base()
    for valeur in chaque_valeur(noms):
        # the sign-in page has a form of the library, whose JSON reads numbers without a bound
        chemins = PUBLIQUES[1:] if valeur == HOSTILES["sans fin"] else PUBLIQUES
        assert attaquer(Client(), chemins, monde, valeur) == []
        assert empreinte_de_la_base() == avant


@A_TROIS
def test_pages_du_porteur(monde, connecter, noms):
    avant = empreinte_de_la_base()
    deposes_avant = [dossier for dossier in avant[0] if dossier[3]]
    sans_les_membres = [chemin for chemin in PORTEUR if "/membres/" not in chemin]
    for valeur in chaque_valeur(noms):
        client = connecter(monde["signataire"])
        assert attaquer(client, sans_les_membres, monde, valeur) == []
        apres = empreinte_de_la_base()
        assert apres[1:4] == avant[1:4]
        deposes_apres = [dossier for dossier in apres[0] if dossier[3]]
        assert deposes_apres == deposes_avant
        assert {etat for etat, _, _, depose_le in apres[0] if not depose_le} <= {
            "brouillon",
            "a_attester",
        }


def test_un_nombre_de_lignes_forge_n_occupe_pas_le_portail(monde, connecter):
    """Counted one by one, a thousand billion rows would hold a process for ever."""
    gens = {"signataire": PORTEUR, "responsable": [*AGENT, *INSTRUCTION], "financeur": FINANCEUR}
    mauvais = []
    essayes = 0
    for qui, chemins in gens.items():
        client = connecter(monde[qui])
        client.raise_request_exception = False
        for chemin in [modele.format(**monde) for modele in chemins]:
            for adresse, champs, noms in list(formulaires(client, chemin)):
                for nom in sorted(nom for nom in noms if nom.endswith("_FORMS")):
                    connus = {cle: dit for cle, dit in champs.items() if dit is not None}
                    for nombre in ("9" * 12, "9" * 40, "-1", "x"):
                        essayes += 1
                        code = client.post(adresse, connus | {nom: nombre}).status_code
                        if code >= 500:
                            mauvais.append((adresse, nom, nombre, code))
    assert mauvais == []
    assert essayes > 50


def test_filtres_tris_et_groupes_forges(monde, connecter):
    """What an address asks that is unknown, unreadable or endless: a page or a sentence."""
    client = connecter(monde["responsable"])
    client.raise_request_exception = False
    valeurs = ("__class__", "-1", "0", "²", "1e3", "a__b", "1-2-3", "é" * 2_000, "9" * 5_000)
    mauvais = []
    for modele in LUES:
        chemin = modele.format(**monde).split("?")[0]
        adresses = [(valeur[:12], dict.fromkeys(PARAMETRES, valeur)) for valeur in valeurs]
        adresses.append(("listes", {nom: ["x", "", "1"] for nom in PARAMETRES}))
        adresses += [("tous", {"tous": "1", "acte": "x"}), ("tout", {"tout": "1", "page": "-1"})]
        for nom, requete in adresses:
            reponse = client.get(chemin, requete)
            if reponse.status_code not in (200, 302, 400, 404, 422):
                mauvais.append((chemin, nom, reponse.status_code))
    assert mauvais == []


def test_pages_des_financeurs(monde, connecter):
    avant = empreinte_de_la_base()
    for valeur in chaque_valeur(HOSTILES):
        assert attaquer(connecter(monde["financeur"]), FINANCEUR, monde, valeur) == []
        assert empreinte_de_la_base()[1:] == avant[1:]


def test_pages_de_l_instruction(monde, connecter):
    """Some of these values are good reasons: states may change, nothing else does."""
    avant = empreinte_de_la_base()
    # the forms are those of other pages: the worst values
    for valeur in chaque_valeur(["NUL", "balise", "sans fin"]):
        assert attaquer(connecter(monde["responsable"]), INSTRUCTION, monde, valeur) == []
        apres = empreinte_de_la_base()
        assert [dossier[1:] for dossier in apres[0]] == [dossier[1:] for dossier in avant[0]]
        assert apres[2:] == avant[2:]


@A_TROIS
def test_pages_des_agents(monde, connecter, noms):
    avant = empreinte_de_la_base()
    for valeur in chaque_valeur(noms):
        assert attaquer(connecter(monde["responsable"]), AGENT, monde, valeur) == []
        assert empreinte_de_la_base() == avant


def test_une_panne_montre_une_page_en_francais(connecter, monkeypatch):
    monkeypatch.setattr("appels.public.vues.publiques.Axe.objects.all", lambda: 1 / 0)
    client = connecter()
    client.raise_request_exception = False
    reponse = client.get("/")
    assert reponse.status_code == 500
    assert "Le site a rencontré un problème" in reponse.content.decode()
    assert "Traceback" not in reponse.content.decode()
    assert "default-src 'none'" in reponse.headers["Content-Security-Policy"]
