"""The table URL × role, enumerated from the resolver: an unlisted URL fails."""

import hashlib
import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch, get_resolver, reverse

from appels.decision.actions import comites, dauphin, decisions, lettres, scenarios
from appels.demonstration import dossiers, exemple
from appels.depot.actions import papiers, recepisses
from appels.instruction.actions import deports, echanges, exports, rattachements
from appels.instruction.listes import Liste
from appels.models import DemandePapier, Lettre, Piece, Recepisse
from appels.public import syntheses
from appels.redaction.actions import rappels
from appels.reprises.actions import reception
from contrat_ville import acces
from partenaires.concertation import reperes
from partenaires.contenus import revisions
from partenaires.contenus.forms.registre import CONTENUS
from partenaires.models import (
    Abonnement,
    EtatParole,
    Genre,
    NatureDeDocument,
    Partenaire,
    Role,
)
from partenaires.organismes.actions import porte_documents, rectifications
from partenaires.socle import entree, fichiers
from partenaires.socle.entree import Entree
from quartiers.models import ChiffreCle, Quartier
from tests import pages_lues
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_document,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
    poser_tribunal,
    publier_les_decisions,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db


def noms_du_resolveur(resolveur=None, prefixe="") -> set[str]:
    noms = set()
    for motif in (resolveur or get_resolver()).url_patterns:
        if hasattr(motif, "url_patterns"):
            noms |= noms_du_resolveur(motif, f"{motif.namespace}:" if motif.namespace else prefixe)
        else:
            noms.add(f"{prefixe}{motif.name}")
    return noms


def test_chaque_adresse_declare_qui_y_entre():
    assert set(acces.table()) == noms_du_resolveur()


def test_une_adresse_sans_porte_manque_a_la_table(monkeypatch):
    """The control: an address added without a word beside it is seen."""
    publics = get_resolver().url_patterns[0].url_patterns[0].url_patterns
    monkeypatch.setattr("partenaires.socle.entree.de", lambda vue: None)
    assert set(acces.table()) & {f"appels:{motif.name}" for motif in publics} == set()


@pytest.fixture
def monde(horloge_figee):
    """A deposited dossier, a draft, and one person of each profile."""
    appel = creer_appel()
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    brouillon = creer_dossier_complet(appel, porteur)
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    recepisses.etablir(depose.versions.get())
    for dossier in (brouillon, depose):
        DemandePapier.objects.create(
            dossier=dossier,
            signataire="Ada",
            scan=ContentFile(b"x", "a.bin"),
            nom="a.pdf",
            mime="application/pdf",
            sha256=hashlib.sha256(b"x").hexdigest(),
            saisie_par=signataire,
            saisie_le=PENDANT,
        )
        papiers.etablir(papiers.demander(dossier, "pieces", par=signataire, recu_le=PENDANT))
    rappels.rappeler(FERMETURE.replace(hour=10))
    gens = {
        "anonyme": None,
        "signataire": signataire,
        "redacteur": creer_membre(porteur),
        "lecteur": creer_membre(porteur, Role.LECTEUR),
        "administrateur": creer_membre(porteur, Role.ADMINISTRATEUR),
        "etranger": creer_signataire(creer_association()),
        "agent": creer_agent(),
        "responsable": creer_agent(Role.RESPONSABLE),
        "financeur": creer_financeur(),
        "financeur_non_sollicite": creer_financeur("departement"),
    }
    appartenance = signataire.appartenances.get()
    appartenance.justificatif_sha256 = hashlib.sha256(b"x").hexdigest()
    appartenance.justificatif.save("a.bin", ContentFile(b"x"))
    garde = porte_documents.ajouter(
        porteur,
        fichiers.controler(SimpleUploadedFile("s.pdf", dossiers.pdf_fictif("Statuts"))),
        nature=NatureDeDocument.COMPTES,
        date=None,
        expire_le=None,
        par=signataire,
        recu_le=PENDANT,
    )
    chiffre = ChiffreCle.objects.first()
    revision = revisions.ecrire(
        "chiffres", chiffre, CONTENUS["chiffres"].champs, par=gens["agent"], recu_le=PENDANT
    )
    message = echanges.ecrire(
        depose,
        "organisme",
        "Bonjour",
        [fichiers.controler(SimpleUploadedFile("a.pdf", dossiers.pdf_fictif("a")))],
        cle=uuid4(),
        par=signataire,
        recu_le=PENDANT,
    )
    export = exports.demander(
        Liste(), ["porteur"], "csv", par=gens["agent"], recu_le=PENDANT, total=1
    )
    exports.etablir(export)
    scenario = scenarios.creer(appel, "A", depuis=None, par=gens["agent"], recu_le=PENDANT)
    deport = deports.declarer(
        depose, creer_agent(), motif="x", par=gens["responsable"], recu_le=PENDANT
    )
    caf = depose.financements.get(partenaire__genre="caf")
    caf.decision = "refuse"
    caf.motif = "Motif"
    admettre(depose)
    decisions.saisir(depose, [caf], par=gens["agent"], recu_le=PENDANT)
    lettres.ecrire_un_gabarit(
        "refuse",
        None,
        {"objet": "Refus", "corps": "{motif}", "signataire": "Ada Fictive", "qualite": "Direction"},
        par=gens["agent"],
        recu_le=PENDANT,
    )
    lettres.preparer(poser_tribunal(appel), par=gens["agent"], recu_le=PENDANT)
    lettre = Lettre.objects.get()
    lettres.etablir(lettre)
    diffusion = lettres.liberer(appel, [lettre.pk], 1, par=gens["responsable"], recu_le=PENDANT)
    lettres.ouvrir(lettre, par=signataire, recu_le=PENDANT)
    comite = comites.convoquer(
        appel,
        {"nom": "Comité", "lieu": "", "scenario": scenario, "tenu_le": PENDANT},
        par=gens["agent"],
    )
    rectification = rectifications.demander(
        porteur,
        "nom",
        "Un autre nom",
        motif="x",
        document=fichiers.controler(SimpleUploadedFile("a.pdf", dossiers.pdf_fictif("a"))),
        par=gens["administrateur"],
        recu_le=PENDANT,
    )
    cle = uuid4()
    parole = creer_contribution(
        creer_consultation(moi_aussi=True),
        EtatParole.SUITE_DONNEE,
        envoi=reperes.empreinte("envoi", cle.hex),
    )
    close = creer_consultation(
        close_le=PENDANT,
        close_par=gens["responsable"],
        bilan_themes="Les trajets.",
        bilan_changements="Un banc.",
        bilan_publie_le=PENDANT,
        bilan_publie_par=gens["responsable"],
    )
    creer_contribution(close, EtatParole.SANS_SUITE)
    syntheses.imprimer()
    return {
        "attribuant": publier_une_subvention(appel),
        "rectification": rectification,
        "lettre": lettre,
        "diffusion": diffusion,
        "comite": comite,
        "scenario": scenario,
        "deport": deport,
        "message": message,
        "export": export,
        "import": dauphin.recevoir(
            appel, "a.csv", b"numero\n01234567\n", par=gens["agent"], recu_le=PENDANT
        ),
        "reprise": reception.recevoir(
            "a.csv",
            b"Organisme;Action;Exercice;Financeur;Demande\nA;B;2024;CUA;5\n",
            par=gens["agent"],
            recu_le=PENDANT,
        ),
        "chiffre": chiffre,
        "garde": garde,
        "revision": revision,
        "document": creer_document(),
        "parole": parole,
        "consultation": parole.consultation,
        "finie": close,
        "rencontre": close.rencontres.create(le=PENDANT, lieu="Salle d’essai"),
        "rattachement": rattachements.rattacher(parole, depose, par=gens["agent"], recu_le=PENDANT),
        "merci": cle,
        "abonnement": Abonnement.objects.create(
            quartier=Quartier.objects.get(code="QN06258M"),
            courriel="suit@example.org",
            demande_le=PENDANT,
        ),
        "appel": appel,
        "brouillon": brouillon,
        "depose": depose,
        "gens": gens,
        "porteur": porteur,
        "appartenance": appartenance,
    }


def publier_une_subvention(appel) -> Partenaire:
    """The Communauté Urbaine publishes its file, and one grant stands in it: of another project
    than the dossier which the table tries, of which the public reads nothing.
    """
    publie = deposer(creer_dossier_complet(appel, intitule="Projet rendu public"))
    attribuant = Partenaire.objects.get(genre=Genre.CUA)
    attribuant.publie_ses_subventions = True
    attribuant.siret = exemple.siret_fictif(901)
    attribuant.save()
    accord = creer_accord(publie, Genre.CUA)
    accord.acte = "Délibération"
    accord.nature_aide = "numeraire"
    accord.verse_des = PENDANT.date()
    accord.prononcer(par=creer_agent(), le=PENDANT)
    publier_les_decisions(appel)
    return attribuant


# What an address names: the object of `monde` whose key it carries.
NOMMENT = {
    "appel": [
        "appels:prolonger",
        "appels:derogations",
        "appels:importer_dauphin",
        "appels:saisir_papier",
        "appels:appel_modifier",
        "appels:deports",
        "appels:enveloppes",
        "appels:grille_de_l_appel",
        "appels:scenarios",
        "appels:comites",
        "appels:decider",
        "appels:lettres",
        "appels:lots",
        "appels:lectures_csv",
        "appels:matrice_ouverte",
        "appels:relancer_les_avis",
        "appels:campagne_en_une_page",
        "appels:repartir",
        "appels:reconduire",
        "appels:brouillons_touches",
        "appels:journal_de_l_appel",
        "appels:rappels",
        "appels:publier_decisions",
        "appels:derogations_de_l_appel",
    ],
    "diffusion": ["appels:annuler_diffusion"],
    "scenario": [
        "appels:scenario",
        "appels:matrice_xlsx",
        "appels:mouvements",
        "appels:figer_scenario",
        "appels:rouvrir_scenario",
        "appels:montant_du_scenario",
        "appels:feuille_du_scenario",
    ],
    "comite": [
        "appels:comite",
        "appels:clore_comite",
        "appels:proces_verbal",
        "appels:reglages_du_comite",
        "appels:ordre_du_jour",
        "appels:seance_en_direct",
    ],
    "lettre": [
        "appels:lettre",
        "appels:refaire_lettre",
        "appels:lire_lettre",
        "appels:lettre_pdf",
    ],
    "deport": ["appels:lever_deport"],
    "attribuant": ["appels:subventions", "appels:subventions_csv"],
    "rectification": ["partenaires:rectification", "partenaires:document_rectification"],
    "import": ["appels:import_dauphin", "appels:colonnes_dauphin"],
    "reprise": [
        "appels:reprise",
        "appels:colonnes_reprises",
        "appels:noms_reprises",
        "appels:quartiers_repris",
        "appels:appliquer_reprise",
        "appels:liberer_reprise",
        "appels:retirer_reprise",
        "appels:defaire_reprise",
    ],
    "export": ["appels:export"],
    "porteur": [
        "partenaires:quitter",
        "partenaires:rectifier",
        "partenaires:organisme_agent",
        "appels:changements_de_l_organisme",
        "partenaires:fiche",
        "partenaires:porte_documents",
        "partenaires:retrouver",
        "partenaires:reprendre_l_adresse",
        "partenaires:membres",
        "partenaires:qualite",
    ],
    "appartenance": [
        "partenaires:depart",
        "partenaires:repondre",
        "partenaires:changer_roles",
        "partenaires:justificatif",
        "partenaires:verifier_qualite",
        "partenaires:refuser_qualite",
    ],
    "consultation": [
        "partenaires:consultation",
        "partenaires:consultation_modifier",
        "partenaires:consultation_apercu",
        "partenaires:publier_consultation",
        "partenaires:clore_consultation",
        "partenaires:recueillir",
        "partenaires:rencontres",
        "partenaires:bilan_de_la_consultation",
        "partenaires:publier_le_bilan",
    ],
    "parole": ["partenaires:parole", "appels:rattachements"],
    "rattachement": ["appels:detacher"],
    "rencontre": ["partenaires:retirer_rencontre"],
    "revision": [
        "partenaires:revision",
        "partenaires:apercu",
        "partenaires:publier",
        "partenaires:annuler",
        "partenaires:abandonner",
    ],
}
FIXES = {
    "appels:quartier": ["QN06258M"],
    "appels:paroles_du_quartier": ["QN06258M"],
    "appels:fil_du_quartier": ["QN06258M"],
    "appels:suivre_un_quartier": ["QN06258M"],
    "appels:adresse_courte": ["QN06258M"],
    "appels:affiche": ["QN06258M", "affiche-a4"],
    "appels:modele": [1],
    "appels:nouveau": [2027],
    "appels:revoquer_code": [1],
    "appels:annuler_mouvement": [1],
    "appels:annuler_serie": [1],
    "appels:projet": ["CV-2027-0002"],
    "appels:gabarit": ["refuse", 0],
    "appels:resoudre": [1],
    "appels:retirer_vue": [1],
    "appels:retirer_modele": [1],
    "appels:relancer_courriel": [1],
    "partenaires:annuler_invitation_equipe": [1],
    "partenaires:renvoyer_invitation_equipe": [1],
    "appels:axe": ["apaise"],
    "appels:api_projet": ["CV-2027-0002"],
    "appels:api_ailleurs": ["rien"],
    "appels:appel_annee": [2027],
    "appels:questions_pdf": [2027, "association"],
    "appels:aide_role": ["public"],
    "partenaires:invitation": ["jeton"],
    "partenaires:contenus_liste": ["chiffres"],
    "partenaires:contenu_nouveau": ["chiffres"],
}


PAROLES = ("appels:contribution", "appels:utile", "appels:moi_aussi", "appels:signaler")
SYNTHESES = ("appels:synthese", "appels:synthese_csv", "appels:synthese_pdf")
SUIVIS = (
    "appels:suivi",
    "appels:contester",
    "appels:corriger_une_parole",
    "appels:retirer_une_parole",
)


def parametres(nom: str, monde: dict, dossier) -> list:
    """What the address carries, when it is not the dossier alone."""
    for objet, noms in NOMMENT.items():
        if nom in noms:
            return [monde[objet].pk]
    piece = Piece.objects.filter(dossier=dossier, est_chiffree=False).first()
    parole = monde["parole"]
    consultation = parole.consultation.adresse
    propres = {
        **FIXES,
        "appels:verifier_code": [Recepisse.objects.get(version__dossier=monde["depose"]).code],
        "appels:partie": [dossier.pk, "projet"],
        "appels:piece": [piece.pk],
        "appels:apercu_piece": [piece.pk],
        "appels:retirer_piece": [piece.pk],
        "appels:ajouter_piece": [dossier.pk, piece.document_id],
        "appels:papier": [dossier.pk, "pieces"],
        "appels:reprendre_piece": [dossier.pk, piece.document_id, piece.pk],
        "appels:joindre_document": [dossier.pk, piece.document_id, monde["garde"].pk],
        "partenaires:document_organisme": [monde["garde"].pk],
        "partenaires:retirer_document": [monde["garde"].pk],
        "appels:seance": [monde["comite"].pk, 1],
        "appels:fichier_message": [monde["message"].fichiers.get().pk],
        "appels:consultation": [consultation],
        "appels:charte": [consultation],
        "appels:ecrire": [consultation],
        **{nom: [consultation, parole.pk] for nom in PAROLES},
        **{nom: [reperes.jeton("suivi", parole.pk)] for nom in SUIVIS},
        **{nom: [monde["finie"].adresse] for nom in SYNTHESES},
        "appels:merci": [monde["merci"]],
        "appels:depart": ["00000000-0000-4000-8000-000000000000"],  # of nobody
        "appels:confirmer": [reperes.jeton("confirmer", monde["abonnement"].pk)],
        "appels:arreter": [reperes.jeton("arreter", monde["abonnement"].pk)],
        "appels:document": [monde["document"].cle],
        "appels:document_fichier": [monde["document"].cle],
        "partenaires:perimetre": [monde["gens"]["agent"].appartenances.get().pk],
        "appels:acces": [monde["gens"]["agent"].appartenances.get().pk],
        "partenaires:contenu": ["chiffres", monde["chiffre"].pk],
    }
    return propres.get(nom, [])


def adresse(nom: str, monde: dict, dossier) -> str:
    portes = parametres(nom, monde, dossier)
    try:
        return reverse(nom, args=portes)
    except NoReverseMatch:
        assert not portes, nom
        return reverse(nom, args=[dossier.pk])


PUBLICS_VUS_PAR = {"anonyme", "signataire", "agent", "financeur"}  # one of each side
PAR_DOSSIER = {
    "organisme",
    "depose",
    "redaction",
    "signataire",
    "rib",
    "decisions",
    "examen",
    "echanges",
    "avis",
    "lecture",
}
MEMBRES = {"signataire", "redacteur", "lecteur", "administrateur"}
AGENTS = {"agent", "responsable"}
INSTRUISENT = AGENTS | {"financeur", "financeur_non_sollicite"}
ECRIVENT = MEMBRES - {"lecteur"}


def attendu(porte: Entree, qui: str, etat: str) -> set[int]:
    """The statuses allowed for a GET."""
    if porte.nom == "public":
        return {405} if porte.est_un_geste else {200, 302, 404, 503}
    if qui == "anonyme":
        return {302}
    if porte.est_un_geste:
        return {405}
    return {
        "connecte": lambda: {200, 302, 404},
        "organisme": lambda: {200, 302} if qui in MEMBRES else {404},
        "depose": lambda: {200, 302} if lit(qui, etat) else {404},
        "redaction": lambda: {200, 302, 403} if qui in MEMBRES else {404},
        "signataire": lambda: entre_signataire(qui),
        "rib": lambda: ouvre_le_rib(qui, etat),
        "agent": lambda: {200} if qui in AGENTS else {403},
        "instruction": lambda: {200} if qui in INSTRUISENT else {403},
        "comite": lambda: suit_la_seance(qui),
        "decisions": lambda: du_service(qui, etat, {200}),
        "examen": lambda: du_service(qui, etat, {200, 302}),
        "echanges": lambda: echange(qui, etat),
        "avis": lambda: donne_un_avis(qui, etat),
        "lettre": lambda: {200} if qui in MEMBRES | AGENTS else {404},
        "lecture": lambda: {200} if lit(qui, etat) else {404},
        "mien": lambda: ouvre_le_sien(qui),
        "qualite": lambda: {200} if qui in AGENTS | {"signataire"} else {403},
        "responsable": lambda: {200} if qui == "responsable" else {403},
    }[porte.nom]()


def suit_la_seance(qui: str) -> set[int]:
    """The service; a funder once the service opens its meetings, which it has not here."""
    if qui in AGENTS:
        return {200, 302}
    return {404} if qui in INSTRUISENT else {403}


def lit(qui: str, etat: str) -> bool:
    return qui in MEMBRES or (etat == "depose" and qui in AGENTS | {"financeur"})


def ouvre_le_sien(qui: str) -> set[int]:
    """The agent asked for it."""
    if qui == "agent":
        return {200}
    return {404} if qui in INSTRUISENT else {403}


def entre_signataire(qui: str) -> set[int]:
    if qui == "signataire":
        return {200, 302}
    return {403} if qui in MEMBRES else {404}


def ouvre_le_rib(qui: str, etat: str) -> set[int]:
    if qui in ECRIVENT or (qui in AGENTS and etat == "depose"):
        return {200}
    return {403} if lit(qui, etat) else {404}


def du_service(qui: str, etat: str, permis: set[int]) -> set[int]:
    if qui not in AGENTS:
        return {403}
    return permis if etat == "depose" else {404}


def echange(qui: str, etat: str) -> set[int]:
    """The thread of a draft is its organisation's, until a message opens it to the service."""
    if qui in MEMBRES:
        return {200}
    if etat == "brouillon":
        return {404}
    if qui in AGENTS:
        return {200}
    return {403} if qui == "financeur" else {404}


def donne_un_avis(qui: str, etat: str) -> set[int]:
    if qui in MEMBRES | {"etranger"}:
        return {403}
    return {404} if etat == "brouillon" or qui == "financeur_non_sollicite" else {200}


SANS_BROUILLON = (  # pages of what was deposited
    "appels:depose",
    "appels:recepisse",
    "appels:recepisse_pdf",
    "appels:dauphin",
    "appels:versions",
    "appels:corriger",
    "appels:fichier_message",
    "appels:decisions_recues",
    "appels:renoncer",
)


def etats_a_essayer(nom: str, porte: Entree) -> tuple[str, ...]:
    if (porte.nom in PAR_DOSSIER or porte.est_un_geste) and nom not in SANS_BROUILLON:
        return "brouillon", "depose"
    return ("depose",)


# What a browser cannot read in these, it sends empty: the value saved would be lost.
CHAMP_NATIF = re.compile(
    rb"<input[^>]*type=.?(?:number|date|time|datetime-local|month|week)\b[^>]*>"
)


@pytest.mark.campagne
@pytest.mark.typographie
def test_chaque_page_pour_chaque_profil(monde, connecter):
    """Who enters; and the French of what they read: no mark left alone, each count agreed."""
    ecarts = []
    blancs: dict[str, list[str]] = {}
    desaccords: dict[str, list[str]] = {}
    natifs = set()
    for qui, personne in monde["gens"].items():
        client = connecter(personne)
        for nom, porte in acces.table().items():
            if porte is acces.COMPTE or (
                porte.nom == entree.public.nom and qui not in PUBLICS_VUS_PAR
            ):
                continue
            for etat in etats_a_essayer(nom, porte):
                reponse = client.get(adresse(nom, monde, monde[etat]))
                corps = b"".join(reponse)  # a streamed file is read to its end
                natifs |= {(nom, balise) for balise in CHAMP_NATIF.findall(corps)}
                permis = attendu(porte, qui, etat)
                if reponse.status_code not in permis:
                    ecarts.append((qui, nom, etat, reponse.status_code, permis))
                if reponse.headers.get("Content-Type", "").startswith("text/html"):
                    lus = pages_lues.textes(corps.decode())
                    if trouves := pages_lues.blancs_secables(lus):
                        blancs[nom] = trouves
                    if trouves := pages_lues.desaccords(lus):
                        desaccords[nom] = trouves
    assert ecarts == []
    assert blancs == {}
    assert desaccords == {}
    assert natifs == set()


def test_un_geste_garde_se_refuse_avant_toute_chose(monde, connecter):
    """A POST by whoever does not pass the door: 403, whatever the row."""
    ecarts = []
    for qui, personne in monde["gens"].items():
        if personne is None:
            continue
        client = connecter(personne)
        for nom, porte in acces.table().items():
            if porte.est_un_geste and porte.passe and not porte.passe(personne):
                code = client.post(adresse(nom, monde, monde["depose"])).status_code
                if code != 403:
                    ecarts.append((qui, nom, code))
    assert ecarts == []


def test_un_anonyme_est_mene_a_la_connexion_puis_ramene(connecter):
    reponse = connecter().get("/dossiers/")
    assert (reponse.status_code, reponse.url) == (302, "/compte/login/?next=/dossiers/")


def test_aucune_page_ne_laisse_passer_une_autre_association(monde, connecter):
    """Canary: nothing of a foreign organisation in any page that a stranger may open."""
    client = connecter(monde["gens"]["etranger"])
    for nom in (
        "appels:mes_dossiers",
        "partenaires:organismes",
        "appels:accueil",
        "partenaires:espace",
    ):
        page = client.get(adresse(nom, monde, monde["depose"]), follow=True).content.decode()
        assert monde["porteur"].nom not in page
        assert "CV-2027-0001" not in page


# --- Headers --------------------------------------------------------------------------------------
CHEMINS = [
    "/",
    "/appel/",
    "/compte/login/",
    "/n-existe-pas/",
    "/static/css/portail.css",
    "/verifier/XX/",
    "/dossiers/",
    "/sante/vivant",
]


@pytest.mark.parametrize("chemin", CHEMINS)
def test_chaque_reponse_porte_les_entetes(connecter, chemin):
    reponse = connecter().get(chemin)
    b"".join(reponse)
    csp = reponse.headers["Content-Security-Policy"]
    assert "unsafe" not in csp
    assert {
        "default-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    } <= set(csp.split("; "))
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert reponse.headers["Referrer-Policy"] == "same-origin"
    assert reponse.headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"


def test_les_pages_privees_ne_sont_pas_gardees(connecter):
    client = connecter(creer_signataire(creer_association()))
    assert client.get("/dossiers/").headers["Cache-Control"] == "no-store, private"


def test_les_cookies_sont_proteges(connecter):
    reponse = connecter().get("/compte/login/")
    jeton = reponse.cookies[settings.CSRF_COOKIE_NAME]
    assert (jeton["secure"], jeton["httponly"], jeton["samesite"]) == (True, True, "Lax")
    assert (settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY) == (True, True)


@pytest.mark.parametrize(
    ("chemin", "code"),
    [
        ("/rien/", 404),
        ("/quartiers/QP062001/", 404),
        ("/appel/questions/?pour=martiens", 404),
        ("/a%00b/", 400),
        ("/verifier/?code=%00", 400),
        ("/dossiers/nouveau/2027/x", 404),
        ("/demonstration/courriels/", 404),
        ("/verifier/" + "A" * 3000 + "/", 404),
    ],
)
def test_une_mauvaise_adresse_a_une_page_en_francais(connecter, chemin, code):
    reponse = connecter().get(chemin)
    assert reponse.status_code == code
    assert '<html lang="fr">' in reponse.content.decode()


GRAND = "9" * 30


@pytest.mark.parametrize(
    "chemin",
    [
        f"/dossiers/{GRAND}/",
        f"/dossiers/nouveau/{GRAND}/",
        f"/dossiers/{GRAND}/partie/projet/",
        f"/dossiers/{GRAND}/deposer/",
        f"/pieces/{GRAND}/",
        f"/organismes/{GRAND}/fiche/",
        "/dossiers/{brouillon}/partie/inconnue/",
        "/dossiers/-1/",
        "/invitations/%F0%9F%92%A5/",
    ],
)
def test_un_identifiant_forge_ne_trouve_rien(connecter, chemin):
    porteur = creer_association()
    brouillon = creer_dossier(creer_appel(), porteur).pk
    reponse = connecter(creer_signataire(porteur)).get(chemin.format(brouillon=brouillon))
    assert (reponse.status_code, '<html lang="fr">' in reponse.content.decode()) == (404, True)


@pytest.mark.parametrize("page", ["abc", "-1", GRAND, "1.5", ""])
def test_un_numero_de_page_forge_montre_une_page(connecter, page):
    depose = deposer(creer_dossier_complet(creer_appel()))
    reponse = connecter(creer_agent()).get(f"/instruction/?page={page}")
    assert (reponse.status_code, depose.numero in reponse.content.decode()) == (200, True)


def test_un_jeton_perime_le_dit_en_francais(horloge_figee):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    reponse = client.post(
        "/compte/login/", {"login": "x@example.org"}, headers={"Origin": "https://portail.example"}
    )
    assert reponse.status_code == 403
    assert "Ce formulaire a expiré" in reponse.content.decode()


def test_un_envoi_trop_lourd_est_refuse_sans_etre_garde(connecter, settings):
    settings.ENVOI_MAX = 1000
    reponse = connecter().generic("POST", "/verifier/AAAA/", b"x" * 1001)
    assert (reponse.status_code, "Envoi trop lourd" in reponse.content.decode()) == (413, True)


def test_l_adresse_d_un_acte_rouverte_seule_dit_quoi_faire(connecter):
    """Reloaded after an error, it was an empty page."""
    porteur = creer_association()
    brouillon = creer_dossier(creer_appel(), porteur)
    adresse = f"/dossiers/{brouillon.pk}/coordonnees/"
    client = connecter(creer_signataire(porteur))
    page = client.get(adresse)
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "Elle reçoit ce qu’un bouton envoie" in page.content.decode()
    assert client.head(adresse).status_code == 405
    assert client.get(adresse, headers={"Accept": "application/json"}).content == b""


def test_l_adresse_du_visiteur_ne_se_falsifie_pas(rf, settings):
    """Behind one trusted proxy, only the address it adds counts."""
    from allauth.account.adapter import get_adapter

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    requete = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.7", REMOTE_ADDR="10.0.0.1")
    assert get_adapter().get_client_ip(requete) == "192.0.2.7"


# --- Health ---------------------------------------------------------------------------------------
def test_vivant(connecter):
    reponse = connecter().get("/sante/vivant")
    assert (reponse.status_code, reponse.json()) == (200, {"etat": "vivant"})


@pytest.mark.parametrize(
    ("age", "code", "mot"), [(None, 503, "jamais"), (60, 200, "ok"), (3600, 503, "en retard")]
)
def test_pret_dit_l_age_du_battement(connecter, age, code, mot):
    from datetime import timedelta

    from appels.models import Battement
    from tests.fabriques import PENDANT

    if age:
        Battement.objects.create(nom="beat", le=PENDANT - timedelta(seconds=age))
    reponse = connecter().get("/sante/pret")
    assert (reponse.status_code, reponse.json()["battement"], reponse.json()["base"]) == (
        code,
        mot,
        "ok",
    )
