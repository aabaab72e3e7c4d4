"""One check in every act: the list of the acts is read from the code, each is done by each person
who must not.
"""

import importlib
import inspect
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from appels.decision.actions import (
    accords,
    avis,
    comites,
    dauphin,
    decisions,
    diffusions,
    franchissements,
    lectures,
    lettres,
    publications,
    renonciations,
    scenarios,
    selections,
)
from appels.depot.actions import arret, correction, depot, papiers
from appels.instruction.actions import (
    affectation,
    complements,
    demandes_papier,
    deports,
    echanges,
    echeances,
    en_nombre,
    examen,
    lieux,
    rattachements,
    series,
)
from appels.instruction.demandes import Demande
from appels.models import (
    Barriere,
    Comite,
    Cote,
    DecisionPrise,
    Deport,
    DepotDauphin,
    Diffusion,
    Dossier,
    Financement,
    Gabarit,
    GenreDiffusion,
    Lettre,
    Lieu,
    Message,
    Mouvement,
    MouvementDeSerie,
    Piece,
    Publication,
    Rattachement,
    SensAccord,
    Serie,
)
from appels.redaction.actions import accompagnement, codes, parties, pieces, redaction
from appels.socle import empechement
from appels.socle.empechement import Empeche, Empechement, MembreDeLOrganisme
from partenaires.models import (
    Appartenance,
    DocumentOrganisme,
    EtatParole,
    Genre,
    NatureDeDocument,
    Partenaire,
    Role,
    Utilisateur,
)
from partenaires.socle.fichiers import Fichier
from partenaires.socle.refus import Refus
from quartiers.models import Axe
from tests.appels.decision.test_scenarios import demander
from tests.appels.instruction.test_liste import poser
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    creer_utilisateur,
    poser_tribunal,
)
from tests.fabriques_paroles import creer_consultation, creer_contribution

pytestmark = pytest.mark.django_db
RACINE = Path(__file__).parents[3]
ENSUITE = PENDANT + timedelta(days=10)
NULLE_PART = {"axes": ["nulle-part"]}


# --- The world, and who must not act in it --------------------------------------------------------


@pytest.fixture
def monde(horloge_figee):
    """Two projects that ask the State and the CAF, one closed to some; the same on paper."""
    un_axe, autre_axe = Axe.objects.order_by("pk")[:2]
    appel = poser_tribunal(creer_appel())
    monde = {
        "appel": appel,
        "porteur": creer_association(),
        "agent": creer_agent(Role.RESPONSABLE),
        "avis": creer_financeur(),
    }
    monde["ferme"] = poser(appel, "Fermé", monde["porteur"], axe=un_axe)
    monde["voisin"] = poser(appel, "Voisin", creer_association(), axe=autre_axe)
    for nom in ("ferme", "voisin"):
        monde[f"etat_{nom}"] = demander(monde[nom], Genre.ETAT, 300_000)
        monde[f"caf_{nom}"] = demander(monde[nom], Genre.CAF, 100_000)
    monde["papier"] = creer_dossier_complet(
        appel, monde["porteur"], papier_recu_le=PENDANT, par=monde["agent"]
    )
    Dossier.objects.filter(pk=monde["papier"].pk).update(axe=un_axe)
    monde["perimetre"] = {"axes": [autre_axe.cle]}
    return monde


def un_agent(perimetre=None) -> Utilisateur:
    """The head of the service, who may do all that the service does."""
    return creer_membre(
        Partenaire.objects.get(genre=Genre.CUA), Role.RESPONSABLE, perimetre=perimetre or {}
    )


def un_financeur(role=Role.AVIS_FINANCEUR, perimetre=None) -> Utilisateur:
    caf = Partenaire.objects.get(genre=Genre.CAF)
    return creer_membre(caf, role, perimetre=perimetre or {})


def deporter(personne, monde) -> Utilisateur:
    """Stepping aside, declared by somebody else."""
    for nom in ("ferme", "papier"):
        Deport.objects.create(
            dossier=monde[nom],
            personne=personne,
            motif="Membre du bureau",
            declare_par=monde["agent"],
            declare_le=PENDANT,
        )
    return personne


def page_deja_ouverte(monde) -> Utilisateur:
    """The rights were read, then the perimeter shrank."""
    personne = un_agent()
    assert personne.mes_appartenances
    Appartenance.objects.filter(utilisateur=personne).update(perimetre=monde["perimetre"])
    return personne


def parti(personne) -> Utilisateur:
    """Left since the page was opened."""
    assert personne.mes_appartenances
    personne.appartenances.update(terminee_le=PENDANT)
    return personne


SERVICE = {
    "membre": lambda monde: creer_membre(monde["porteur"], Role.LECTEUR, utilisateur=un_agent()),
    "deport": lambda monde: deporter(un_agent(), monde),
    "hors périmètre": lambda monde: un_agent(monde["perimetre"]),
    "périmètre réduit page ouverte": page_deja_ouverte,
}
SANS_ROLE = {
    "parti": lambda monde: parti(un_agent()),
    "étranger": lambda monde: creer_signataire(creer_association()),
}
FINANCEURS = {
    "membre": lambda monde: creer_membre(
        monde["porteur"], Role.SIGNATAIRE, utilisateur=un_financeur()
    ),
    "deport": lambda monde: deporter(un_financeur(), monde),
    "hors périmètre": lambda monde: un_financeur(perimetre=monde["perimetre"]),
    "lecteur": lambda monde: un_financeur(Role.LECTEUR_FINANCEUR),
    "d’un autre financeur": lambda monde: creer_financeur(Genre.REGION),
}


# --- The acts on one dossier: refused -------------------------------------------------------------


def lettre_de(monde, nom="ferme") -> Lettre:
    """A letter ready, about a decision of the State."""
    decider(monde, nom)
    gabarit = Gabarit.objects.create(
        decision="accorde", objet="Objet", corps="Corps", par=monde["agent"], le=PENDANT
    )
    return Lettre.objects.create(
        financement=monde[f"etat_{nom}"],
        gabarit=gabarit,
        objet="Objet",
        corps="Corps",
        prise=monde[f"etat_{nom}"].prises.courantes().get(),
        preparee_le=PENDANT,
        preparee_par=monde["agent"],
    )


def decider(monde, nom="ferme") -> Financement:
    demande = monde[f"etat_{nom}"]
    demande.decision = "accorde"
    demande.montant_vote = 1000
    demande.decide_le = PENDANT.date()
    demande.prononcer(par=monde["agent"], le=PENDANT)
    Dossier.objects.filter(pk=monde[nom].pk).update(etat="recevable")
    return demande


def prise_de_la_caf(monde) -> DecisionPrise:
    """A decision entered in the name of the funder."""
    demande = monde["caf_ferme"]
    demande.decision = "accorde"
    demande.montant_vote = 1000
    demande.decide_le = PENDANT.date()
    demande.prononcer(par=monde["agent"], le=PENDANT)
    return demande.prises.get()


def scenario_de(monde, *noms):
    scenario = scenarios.creer(
        monde["appel"], str(uuid4())[:20], depuis=None, par=monde["agent"], recu_le=PENDANT
    )
    voulus = {monde[f"etat_{nom}"].pk: (None, 200_000) for nom in noms}
    scenarios.proposer(scenario, voulus, par=monde["agent"], recu_le=PENDANT)
    return scenario


def comite_de(monde):
    return comites.convoquer(
        monde["appel"],
        {"nom": "Comité", "lieu": "", "scenario": scenario_de(monde), "tenu_le": PENDANT},
        par=monde["agent"],
    )


def message_de(monde) -> Dossier:
    Message.objects.create(
        dossier=monde["ferme"],
        cote=Cote.ORGANISME,
        auteur=monde["ferme"].cree_par,
        le=PENDANT,
        texte="?",
        cle=uuid4(),
        attend_reponse=True,
    )
    return monde["ferme"]


def recevable(monde) -> Dossier:
    Dossier.objects.filter(pk=monde["ferme"].pk).update(etat="recevable")
    return monde["ferme"]


def a_completer(monde) -> Dossier:
    complements.demander(
        monde["ferme"],
        [Demande("budget", "Le détail ?")],
        avant_le=ENSUITE,
        message="",
        par=monde["agent"],
        recu_le=PENDANT,
    )
    return monde["ferme"]


def deport_d_un_autre(monde) -> Deport:
    return deports.declarer(
        monde["ferme"], un_agent(), motif="x", par=monde["agent"], recu_le=PENDANT
    )


def signal_de(monde):
    return examen.signaler(monde["ferme"], motif="x", par=monde["agent"], recu_le=PENDANT)


def mouvement_de(monde) -> Mouvement:
    return Mouvement.objects.filter(
        scenario=scenario_de(monde, "ferme"), financement__isnull=False
    ).get()


def code_de(monde):
    return echeances.accorder(
        monde["appel"],
        monde["porteur"],
        jusqu_a=ENSUITE,
        motif="x",
        par=monde["agent"],
        recu_le=PENDANT,
    )


def un_fichier() -> Fichier:
    return Fichier(
        nom="a.pdf", mime="application/pdf", contenu=b"%PDF-essai", taille=10, sha256="a" * 64
    )


def une_piece(monde) -> Piece:
    return monde["papier"].pieces.first()


def garde_de(monde) -> DocumentOrganisme:
    """What the organisation keeps for its dossiers."""
    garde = DocumentOrganisme(
        partenaire=monde["porteur"],
        nature=NatureDeDocument.STATUTS,
        nom="statuts.pdf",
        mime="application/pdf",
        taille=3,
        sha256="0" * 64,
        ajoute_le=PENDANT,
        ajoute_par=monde["agent"],
    )
    garde.ranger(b"abc")
    garde.save()
    return garde


def abandonne(monde) -> Dossier:
    arret.abandonner(monde["papier"], par=monde["agent"], recu_le=PENDANT)
    return monde["papier"]


def papier_depose(monde) -> Dossier:
    Dossier.objects.filter(pk=monde["ferme"].pk).update(papier_recu_le=PENDANT)
    return Dossier.objects.get(pk=monde["ferme"].pk)


def ne_rien_ecrire(dossier) -> None:
    """A part whose answers stay."""


def une_correction(monde) -> Dossier:
    """The paper as the next version of what was deposited."""
    monde["papier"].corrige = papier_depose(monde)
    monde["papier"].save()
    return monde["papier"]


class PartieDejaTypee:
    """What the page of a part gives to the action."""

    def __init__(self, dossier):
        self.dossier = dossier
        self.nom = "projet"

    def ecrire(self, dossier) -> None:
        Dossier.objects.filter(pk=dossier.pk).update(intitule="Autre")

    def enregistree(self):
        return self

    def valeurs(self):
        return {}

    def avant(self):
        return {}

    def apres(self):
        return {}


def geste(action, *arguments, **nommes):
    """The act, of whoever is given."""
    return lambda par: action(*arguments, par=par, **nommes)


DATE = {"recu_le": PENDANT}


def une_parole():
    return creer_contribution(creer_consultation(), EtatParole.PUBLIEE)


def un_lien(m) -> Rattachement:
    return Rattachement.objects.create(
        contribution=une_parole(), dossier=m["ferme"], par=m["agent"], le=PENDANT
    )


def une_serie(m) -> Serie:
    return Serie.objects.create(porteur=m["porteur"], premiere_annee=2026, titre="Autre")


def un_mouvement(m) -> MouvementDeSerie:
    return MouvementDeSerie.objects.create(
        geste="detacher",
        de=une_serie(m),
        vers=une_serie(m),
        dossiers=[m["ferme"].pk],
        motif="m",
        par=m["agent"],
        le=PENDANT,
    )


DU_SERVICE = {
    "decision.comites.deliberer": lambda m: geste(
        comites.deliberer, comite_de(m), recevable(m), {"sens": "favorable"}, **DATE
    ),
    "decision.comites.enregistrer": lambda m: geste(
        comites.enregistrer, comite_de(m), recevable(m), {}, {"sens": "favorable"}, **DATE
    ),
    "decision.comites.ordonner": lambda m: geste(
        comites.ordonner, comite_de(m), {recevable(m).pk: (None, 1)}, **DATE
    ),
    "decision.decisions.saisir": lambda m: geste(
        decisions.saisir, m["ferme"], [m["etat_ferme"]], **DATE
    ),
    "decision.decisions.decider": lambda m: geste(
        decisions.decider, m["ferme"], [m["etat_ferme"]], **DATE
    ),
    "decision.diffusions.annuler": lambda m: geste(diffusions.annuler, diffusion_de(m), **DATE),
    "decision.lettres.corriger": lambda m: geste(lettres.corriger, lettre_de(m), "o", "c", **DATE),
    "decision.lettres.refaire": lambda m: geste(lettres.refaire, lettre_de(m)),
    "decision.lettres.ecarter": lambda m: geste(lettres.ecarter, lettre_de(m), "m", **DATE),
    "decision.scenarios.proposer": lambda m: geste(
        scenarios.proposer, scenario_de(m), {m["etat_ferme"].pk: (None, 1)}, **DATE
    ),
    "decision.scenarios.annuler": lambda m: geste(scenarios.annuler, mouvement_de(m), **DATE),
    "decision.avis.recueillir": lambda m: geste(
        avis.recueillir, m["ferme"], [], de_qui="Lettre", **DATE
    ),
    "instruction.examen.declarer_conformes": lambda m: geste(
        examen.declarer_conformes, m["ferme"], [], **DATE
    ),
    "instruction.complements.demander": lambda m: geste(
        complements.demander,
        m["ferme"],
        [Demande("budget", "?")],
        avant_le=ENSUITE,
        message="",
        **DATE,
    ),
    "instruction.complements.prolonger": lambda m: geste(
        complements.prolonger, a_completer(m), ENSUITE + timedelta(days=9), motif="m", **DATE
    ),
    "instruction.complements.clore": lambda m: geste(
        complements.clore, a_completer(m), motif="m", **DATE
    ),
    "instruction.deports.lever": lambda m: geste(
        deports.lever, deport_d_un_autre(m), motif="m", **DATE
    ),
    "instruction.echanges.ecrire": lambda m: geste(
        echanges.ecrire, m["ferme"], Cote.SERVICE, "Bonjour", [], cle=uuid4(), **DATE
    ),
    "instruction.echanges.sans_reponse": lambda m: geste(
        echanges.sans_reponse, message_de(m), Cote.SERVICE
    ),
    "instruction.echanges.ecrire_une_note": lambda m: geste(
        echanges.ecrire_une_note, m["ferme"], "Note", **DATE
    ),
    "instruction.rattachements.rattacher": lambda m: geste(
        rattachements.rattacher, une_parole(), m["ferme"], **DATE
    ),
    "instruction.rattachements.detacher": lambda m: geste(
        rattachements.detacher, un_lien(m), **DATE
    ),
    "instruction.series.detacher": lambda m: geste(series.detacher, m["ferme"], motif="m", **DATE),
    "instruction.series.rattacher": lambda m: geste(
        series.rattacher, m["ferme"], une_serie(m), motif="m", **DATE
    ),
    "instruction.series.reunir": lambda m: geste(
        series.reunir, m["ferme"], une_serie(m), motif="m", **DATE
    ),
    "instruction.series.annuler": lambda m: geste(series.annuler, un_mouvement(m), **DATE),
    "instruction.lieux.verifier": lambda m: geste(lieux.verifier, m["ferme"], vus="", **DATE),
    "instruction.examen.examiner_les_pieces": lambda m: geste(
        examen.examiner_les_pieces, m["ferme"], {}, **DATE
    ),
    "instruction.examen.admettre": lambda m: geste(examen.admettre, m["ferme"], **DATE),
    "instruction.examen.ecarter": lambda m: geste(examen.ecarter, m["ferme"], motif="m", **DATE),
    "instruction.examen.reexaminer": lambda m: geste(
        examen.reexaminer, recevable(m), motif="m", **DATE
    ),
    "instruction.examen.signaler": lambda m: geste(examen.signaler, m["ferme"], motif="m", **DATE),
    "instruction.examen.resoudre": lambda m: geste(
        examen.resoudre, signal_de(m), resolution="r", **DATE
    ),
}
# What came on paper: the agent acts for the organisation, and vouches for what is entered.
SUR_PAPIER = {
    "decision.dauphin.declarer": lambda m: geste(
        dauphin.declarer, papier_depose(m), DepotDauphin(numero="DA1", etat="saisie"), **DATE
    ),
    "decision.renonciations.renoncer": lambda m: geste(
        renonciations.renoncer, papier_depose(m), [m["etat_ferme"].pk], "Arrêt", **DATE
    ),
    "depot.arret.abandonner": lambda m: geste(arret.abandonner, m["papier"], **DATE),
    "depot.arret.retablir": lambda m: geste(arret.retablir, abandonne(m), **DATE),
    "depot.arret.retirer": lambda m: geste(arret.retirer, papier_depose(m), **DATE),
    "depot.correction.corriger": lambda m: geste(correction.corriger, papier_depose(m), **DATE),
    "depot.correction.integrer": lambda m: geste(
        correction.integrer, une_correction(m), Dossier.objects.get(pk=m["ferme"].pk), **DATE
    ),
    "depot.depot.deposer": lambda m: geste(
        depot.deposer, m["papier"], lu="", qualite="", declarations=[], **DATE
    ),
    "depot.depot.figer": lambda m: geste(
        depot.figer, papier_depose(m), qualite="", textes=[], le=PENDANT
    ),
    "redaction.accompagnement.ouvrir": lambda m: geste(accompagnement.ouvrir, m["papier"], **DATE),
    "redaction.accompagnement.refermer": lambda m: geste(
        accompagnement.refermer, m["papier"], **DATE
    ),
    "redaction.accompagnement.journaliser_la_lecture": lambda m: geste(
        accompagnement.journaliser_la_lecture, m["papier"], **DATE
    ),
    "redaction.codes.utiliser": lambda m: geste(codes.utiliser, m["papier"], "ABCD", **DATE),
    "redaction.parties.enregistrer": lambda m: geste(
        parties.enregistrer, m["papier"], "projet", ne_rien_ecrire, version_lue=0, **DATE
    ),
    "redaction.parties.enregistrer_ensemble": lambda m: geste(
        parties.enregistrer_ensemble,
        PartieDejaTypee(m["papier"]),
        version_lue=m["papier"].parties.get(nom="projet").version,
        en_partie=False,
        **DATE,
    ),
    "redaction.pieces.ajouter": lambda m: geste(
        pieces.ajouter, m["papier"], m["appel"].documents.first(), un_fichier(), **DATE
    ),
    "redaction.pieces.joindre": lambda m: geste(
        pieces.joindre, m["papier"], m["appel"].documents.first(), garde_de(m), **DATE
    ),
    "redaction.pieces.reprendre": lambda m: geste(
        pieces.reprendre, m["papier"], m["appel"].documents.first(), une_piece(m), **DATE
    ),
    "redaction.pieces.retirer": lambda m: geste(pieces.retirer, une_piece(m), **DATE),
    "redaction.pieces.poser_coordonnees": lambda m: geste(
        pieces.poser_coordonnees, m["papier"], titulaire="T", iban="FR76", bic="B", **DATE
    ),
    "redaction.redaction.ajouter_lieu": lambda m: geste(
        redaction.ajouter_lieu, m["papier"], Lieu(adresse="Ici"), **DATE
    ),
    "redaction.redaction.confirmer_fiche": lambda m: geste(
        redaction.confirmer_fiche, m["papier"], **DATE
    ),
    "redaction.redaction.demander_signature": lambda m: geste(
        redaction.demander_signature, m["papier"], a=m["agent"], **DATE
    ),
    "redaction.redaction.rouvrir": lambda m: geste(redaction.rouvrir, m["papier"], **DATE),
}
# What one asks of a dossier that one reads: a member of the organisation reads it too.
DE_QUI_LIT = {
    "depot.papiers.demander": lambda m: geste(papiers.demander, m["ferme"], "dossier", **DATE),
    "redaction.pieces.consigner_ouverture": lambda m: geste(
        pieces.consigner_ouverture, m["ferme"], quoi="RIB", **DATE
    ),
}
D_UN_FINANCEUR = {
    "decision.accords.dire": lambda m: geste(
        accords.dire, prise_de_la_caf(m), SensAccord.ACCORD, **DATE
    ),
    "decision.avis.donner": lambda m: geste(
        avis.donner,
        m["ferme"],
        m["caf_ferme"].partenaire,
        {"sens": "favorable"},
        partager=False,
        **DATE,
    ),
}
DES_DEUX = {
    "decision.lectures.coter": lambda m: geste(
        lectures.coter, m["ferme"], [], rendre=False, **DATE
    ),
    "instruction.deports.declarer": lambda m: geste(
        deports.declarer, m["ferme"], creer_utilisateur(), motif="m", **DATE
    ),
}
# What the service gives an organisation: not one's own.
D_UN_ORGANISME = {
    "instruction.echeances.accorder": lambda m: geste(
        echeances.accorder, m["appel"], m["porteur"], jusqu_a=ENSUITE, motif="m", **DATE
    ),
    "instruction.echeances.revoquer": lambda m: geste(echeances.revoquer, code_de(m), **DATE),
    "instruction.demandes_papier.saisir_papier": lambda m: geste(
        demandes_papier.saisir_papier,
        m["appel"],
        m["porteur"],
        intitule="P",
        cle=uuid4(),
        signataire="Ada",
        scan=un_fichier(),
        papier_recu_le=PENDANT,
        **DATE,
    ),
}
LIT_AUSSI_EN_MEMBRE = {nom: qui for nom, qui in SERVICE.items() if nom != "membre"}
QUI = [  # (acts, who must not)
    (DU_SERVICE, SERVICE | SANS_ROLE),
    (SUR_PAPIER, SERVICE | SANS_ROLE),
    (DE_QUI_LIT, LIT_AUSSI_EN_MEMBRE | SANS_ROLE),
    (D_UN_FINANCEUR, FINANCEURS | SANS_ROLE),
    (DES_DEUX, SERVICE | SANS_ROLE),
    (D_UN_ORGANISME, {"membre": SERVICE["membre"]}),
]
UN_A_UN = {}
for actes_du_groupe, gens in QUI:
    for nom_de_l_acte, preparation in actes_du_groupe.items():
        UN_A_UN[nom_de_l_acte] = (preparation, gens)


def ecritures(requetes) -> list[str]:
    """What was sent to be written, whatever became of it."""
    return [
        requete["sql"]
        for requete in requetes
        if requete["sql"].split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE")
    ]


@pytest.mark.parametrize("nom", UN_A_UN)
def test_un_acte_se_refuse_a_qui_ne_doit_pas_et_n_ecrit_rien(monde, nom):
    preparation, gens = UN_A_UN[nom]
    fautes = []
    for qui, creer in gens.items():
        point = transaction.savepoint()
        personne = creer(monde)
        acte = preparation(monde)
        with CaptureQueriesContext(connection) as requetes:
            try:
                acte(personne)
            except (Empeche, MembreDeLOrganisme):
                pass
            except Refus as autre:
                fautes.append(f"{qui} : {autre!r}")
            else:
                fautes.append(f"{qui} : fait")
        if ecrites := ecritures(requetes.captured_queries):
            fautes.append(f"{qui} : {ecrites}")
        transaction.savepoint_rollback(point)
    assert fautes == []


@pytest.mark.parametrize("nom", UN_A_UN)
def test_le_meme_acte_n_est_empeche_a_personne_d_autre(monde, nom):
    preparation, _ = UN_A_UN[nom]
    acte = preparation(monde)
    try:
        acte(monde["avis"] if nom in D_UN_FINANCEUR else monde["agent"])
    except (Empeche, MembreDeLOrganisme) as refus:
        pytest.fail(str(refus))
    except Refus:
        pass  # its own rules: tried beside them


# --- The acts on many: those are left aside, and named --------------------------------------------


def fige_de(monde):
    """A frozen scenario that proposes an amount for both."""
    Dossier.objects.filter(pk__in=[monde["ferme"].pk, monde["voisin"].pk]).update(etat="recevable")
    return scenarios.figer(scenario_de(monde, "ferme", "voisin"), par=monde["agent"], **DATE)


def deux_lettres(monde, *, pretes) -> None:
    for nom in ("ferme", "voisin"):
        lettre = lettre_de(monde, nom)
        if pretes:
            lettre.ranger(ContentFile(b"%PDF-essai"))
            lettre.etabli_le = PENDANT
            lettre.save()
        else:
            lettre.delete()


def affecter(monde, par):
    _, ecartes, _ = affectation.affecter(
        Dossier.objects.filter(pk__in=[monde["ferme"].pk, monde["voisin"].pk]),
        monde["agent"],
        par=par,
        **DATE,
    )
    return ecartes


def decider_selon_le_scenario(monde, par):
    reprise = decisions.decider_selon_le_scenario(
        Dossier.objects.get(pk=monde["ferme"].pk).appel.scenarios.get(fige_le__isnull=False),
        monde["etat_ferme"].partenaire,
        decide_le=PENDANT.date(),
        acte="Arrêté",
        motif="",
        par=par,
        **DATE,
    )
    return reprise.ecartes


def preparer(monde, par):
    return lettres.preparer(monde["appel"], par=par, **DATE).ecartes


def liberer(monde, par):
    cles = [lettre.pk for lettre in lettres.pretes(monde["appel"])]
    diffusion = lettres.liberer(monde["appel"], cles, len(cles), par=par, **DATE)
    return laisses_par(diffusion)


def laisses_par(diffusion) -> list[Dossier]:
    """Those that letters or a publication left aside, by their number."""
    return [Dossier.objects.get(numero=numero) for numero, *_ in diffusion.laissees]


def deux_annoncees(monde) -> list[int]:
    """The two decisions, told by letter: what may be public."""
    deux_lettres(monde, pretes=True)
    Lettre.objects.update(liberee_le=PENDANT, liberee_par=monde["agent"])
    return [prise.pk for prise in publications.publiables(monde["appel"])]


def deux_publiees(monde) -> None:
    publications.publier(monde["appel"], deux_annoncees(monde), 2, par=monde["agent"], **DATE)


def publier(monde, par):
    cles = [prise.pk for prise in publications.publiables(monde["appel"])]
    return laisses_par(publications.publier(monde["appel"], cles, len(cles), par=par, **DATE))


def depublier(monde, par):
    cles = list(Publication.objects.values_list("pk", flat=True))
    _, ecartes = publications.depublier(monde["appel"], cles, "Erreur", par=par, **DATE)
    return ecartes


def deroger(monde, par):
    cles = [monde["ferme"].pk, monde["voisin"].pk]
    _, _, ecartes = franchissements.deroger(cles, Barriere.RECEVABILITE, "Urgence", par=par, **DATE)
    return ecartes


def diffusion_de(monde) -> Diffusion:
    """A letter that waits for its instant."""
    lettre = lettre_de(monde)
    lettre.diffusion = Diffusion.objects.create(
        appel=monde["appel"],
        genre=GenreDiffusion.LETTRES,
        prevue_le=ENSUITE,
        demandee_le=PENDANT,
        par=monde["agent"],
    )
    lettre.save()
    return lettre.diffusion


def figer(monde, par):
    scenario = scenarios.figer(monde["appel"].scenarios.get(), par=par, **DATE)
    return scenarios.ecartes(scenario, par)


def copier(monde, par):
    source = monde["appel"].scenarios.get()
    scenarios.creer(monde["appel"], "Copie", depuis=source, par=par, **DATE)
    return scenarios.ecartes(source, par)


def appliquer(monde, par):
    recu = monde["appel"].imports_dauphin.get()
    laisses = [t for t in dauphin.rapprocher(recu, par) if monde["ferme"].numero in t.phrase]
    dauphin.appliquer(recu, par=par, **DATE)
    return [monde["ferme"] for laisse in laisses if not laisse.est_trouve]


def importer(monde) -> None:
    rangees = "".join(
        f"DA0000000{rang};{monde[nom].porteur.siret};2027;{monde[nom].intitule}\n"
        for rang, nom in enumerate(("ferme", "voisin"), 1)
    )
    dauphin.recevoir(
        monde["appel"],
        "x.csv",
        f"Numéro Dauphin;SIRET;Exercice;Intitulé\n{rangees}".encode(),
        par=monde["agent"],
        **DATE,
    )


LES_DEUX = ("ferme", "voisin")


def laisses(fait: en_nombre.CompteRendu) -> list[Dossier]:
    return [dossier for dossiers in fait.laisses.values() for dossier in dossiers]


def en_lot(action, *arguments, **nommes):
    """The act on both, which gives those that it left aside."""
    return lambda m, par: laisses(
        action([m[nom].pk for nom in LES_DEUX], *arguments, par=par, **DATE, **nommes)
    )


def deux_recevables(monde) -> None:
    cles = [monde[nom].pk for nom in LES_DEUX]
    Dossier.objects.filter(pk__in=cles).update(etat="recevable")


def a_inscrire(monde) -> None:
    deux_recevables(monde)
    comite_de(monde)


def inscrire(monde, par):
    cles = [monde[nom].pk for nom in LES_DEUX]
    return laisses(selections.inscrire(Comite.objects.get(), cles, par=par, **DATE))


LOTS = {  # {act: (what stands before, the act, which gives those that it left aside)}
    "instruction.affectation.affecter": (lambda m: None, affecter),
    "decision.decisions.decider_selon_le_scenario": (fige_de, decider_selon_le_scenario),
    "decision.lettres.preparer": (lambda m: deux_lettres(m, pretes=False), preparer),
    "decision.lettres.liberer": (lambda m: deux_lettres(m, pretes=True), liberer),
    "decision.publications.publier": (deux_annoncees, publier),
    "decision.publications.depublier": (deux_publiees, depublier),
    "decision.franchissements.deroger": (lambda m: None, deroger),
    "decision.scenarios.figer": (lambda m: scenario_de(m, "ferme", "voisin"), figer),
    "decision.scenarios.creer": (lambda m: scenario_de(m, "ferme", "voisin"), copier),
    "decision.dauphin.appliquer": (importer, appliquer),
    "decision.selections.demander_les_avis": (
        deux_recevables,
        en_lot(selections.demander_les_avis),
    ),
    "decision.selections.inscrire": (a_inscrire, inscrire),
    "instruction.en_nombre.admettre": (lambda m: None, en_lot(en_nombre.admettre)),
    "instruction.en_nombre.demander": (
        lambda m: None,
        en_lot(en_nombre.demander, Demande("budget", "?"), avant_le=ENSUITE, message=""),
    ),
    "instruction.en_nombre.ecrire": (
        lambda m: None,
        en_lot(en_nombre.ecrire, "Bonjour", attend_reponse=False, cle=uuid4()),
    ),
}
N_ECRIT_RIEN_D_UN_DOSSIER = {"decision.scenarios.figer", "decision.selections.demander_les_avis"}


def empreinte(dossier: Dossier) -> list:
    """Every row that belongs to a dossier, or to one of its requests."""
    rangees = [list(Dossier.objects.filter(pk=dossier.pk).values_list())]
    for modele in apps.get_app_config("appels").get_models():
        for champ in modele._meta.get_fields():
            if not isinstance(champ, models.ForeignKey):
                continue
            if champ.related_model is Dossier:
                siens = {champ.name: dossier}
            elif champ.related_model is Financement:
                siens = {f"{champ.name}__dossier": dossier}
            else:
                continue
            rangees.append(list(modele.objects.filter(**siens).order_by("pk").values_list()))
    return rangees


@pytest.mark.parametrize("nom", LOTS)
def test_un_lot_les_laisse_de_cote_et_les_nomme(monde, nom):
    avant_l_acte, acte = LOTS[nom]
    faits = []
    for qui, creer in SERVICE.items():
        point = transaction.savepoint()
        avant_l_acte(monde)
        personne = creer(monde)
        ferme = empreinte(monde["ferme"])
        voisin = empreinte(monde["voisin"])
        ecartes = acte(monde, personne)
        inchange = empreinte(monde["ferme"]) == ferme
        a_agi = empreinte(monde["voisin"]) != voisin
        faits.append((qui, ecartes, inchange, a_agi))
        transaction.savepoint_rollback(point)
    agit = nom not in N_ECRIT_RIEN_D_UN_DOSSIER
    assert faits == [(qui, [monde["ferme"]], True, agit) for qui in SERVICE]


@pytest.mark.parametrize("nom", LOTS)
def test_un_lot_ne_laisse_rien_a_qui_peut_tout(monde, nom):
    avant_l_acte, acte = LOTS[nom]
    avant_l_acte(monde)
    avant = empreinte(monde["ferme"])
    assert acte(monde, monde["agent"]) == []
    assert (empreinte(monde["ferme"]) != avant) == (nom not in N_ECRIT_RIEN_D_UN_DOSSIER)


@pytest.mark.parametrize("qui", FINANCEURS)
def test_un_lot_d_avis_laisse_de_cote_ce_qui_est_ferme(monde, qui):
    personne = FINANCEURS[qui](monde)
    avant = empreinte(monde["ferme"])
    caf = monde["caf_ferme"].partenaire
    fait = avis.donner_en_lot([monde["ferme"]], caf, par=personne, **DATE)
    assert (fait, empreinte(monde["ferme"]) == avant) == ((0, [monde["ferme"]]), True)


def test_un_lot_pose_autant_de_questions_pour_un_que_pour_mille(monde):
    def combien(dossiers) -> int:
        with CaptureQueriesContext(connection) as requetes:
            empechement.ecarter_les_empeches(dossiers, par=monde["agent"])
        return len(requetes)

    beaucoup = [poser(monde["appel"], f"P{n}", monde["porteur"]) for n in range(12)]
    assert combien([monde["ferme"]]) == combien(beaucoup)


# --- The list of the acts, read from the code -----------------------------------------------------


SANS_LE_CONTROLE = {
    "une année passée a son propre contrôle, `exiger_d_etre_dehors` : tests/appels/reprises": {
        "reprises.application.appliquer",
        "reprises.application.exiger_d_etre_dehors",
        "reprises.application.verrouiller_les_reprises",
        "reprises.publication.liberer",
        "reprises.publication.retirer",
        "reprises.reception.absents",
        "reprises.reception.dire_les_colonnes",
        "reprises.reception.dire_les_quartiers",
        "reprises.reception.feuille_de",
        "reprises.reception.lignes_de",
        "reprises.reception.plan_de",
        "reprises.reception.rattachements_de",
        "reprises.reception.rattacher",
        "reprises.reception.recevoir",
        "reprises.retour.defaire",
        "reprises.series.rattacher",
        "reprises.series.remettre",
    },
    "aucun dossier encore : qui suit le lien de son courriel": {
        "redaction.depart.garder",
        "redaction.depart.ouvrir_le_compte",
    },
    "l’organisme agit pour lui-même": {
        "decision.lettres.ouvrir",
        "redaction.codes.commencer",
        "redaction.depart.verser",
        "redaction.redaction.commencer",
        "redaction.redaction.creer",
        "redaction.redaction.deja_commence",
        "redaction.reprise.remplir",
        "redaction.reprise.non_repris",
    },
    "qui sort rend tout, et le repreneur est contrôlé : test_equipe.py": {
        "instruction.affectation.suivre",
        "instruction.affectation.transmettre",
        "instruction.equipe.changer_role",
        "instruction.equipe.confies_a",
        "instruction.equipe.repreneurs",
        "instruction.equipe.retirer",
        "instruction.equipe.suspendre",
    },
    "un lot de ceux qui donnent un avis : essayé ci-dessus": {"decision.avis.donner_en_lot"},
    "le verrou des saisies, qui se refuse lui-même sous `enregistrer`": {
        "redaction.parties.tenir",
    },
    "sous le verrou d’un acte contrôlé": {
        "instruction.en_nombre.appliquer",
        "instruction.en_nombre.exiger_peu",
        "decision.comites.verrouiller_ouvert",
        "decision.decisions.verrouiller_l_appel",
        "decision.decisions.exiger_dans_les_enveloppes",
        "decision.scenarios.inscrire",
        "decision.scenarios.verrouiller_libre",
        "depot.correction.reporter_les_demandes",
        "depot.reponse.repondre",
        "depot.reponse.rejet_est_ne",
        "depot.reponse.rejet_reporte",
        "depot.reponse.reporter_le_rejet",
        "depot.reponse.sans_suite",
        "instruction.examen.exiger_sans_signal",
        "redaction.codes.disponible",
        "redaction.copie.choix",
        "redaction.copie.coordonnees",
        "redaction.copie.demandes",
        "redaction.copie.piece",
        "redaction.copie.pieces",
        "redaction.copie.reponses",
        "redaction.copie.tables",
    },
    "lit, et chacun ce qu’il lit : test_memes_dossiers.py et test_journaux_longs.py": {
        "decision.avis.attendus",
        "decision.dauphin.empreinte",
        "decision.dauphin.rapprocher",
        "decision.feuilles_de_scenario.demander",
        "decision.feuilles_de_scenario.ecrire",
        "decision.decisions.a_decider",
        "decision.decisions.selon",
        "decision.decisions.votes",
        "decision.lectures_en_fichier.ecrire_les_lectures",
        "decision.lectures_en_fichier.les_lectures_se_relisent",
        "decision.lectures_en_fichier.lisibles",
        "decision.lettres.a_preparer",
        "decision.lettres.pour_partir",
        "decision.lettres.pretes",
        "decision.publications.publiables",
        "decision.renonciations.renoncables",
        "decision.lots.demander",
        "decision.lots.ecrire",
        "decision.proces_verbaux.demander",
        "decision.proces_verbaux.ecrire",
        "decision.scenarios.ecartes",
        "depot.correction.changements",
        "depot.depot.lecture",
        "instruction.affectation.dire_les_ecartes",
        "instruction.contacts.demander",
        "instruction.contacts.ecrire",
        "instruction.en_nombre.prevoir",
        "instruction.exports.a_venir",
        "instruction.exports.avancer",
        "instruction.exports.demander",
        "instruction.exports.ecrire_la_liste",
        "instruction.exports.effacer",
        "instruction.exports.lignes",
        "instruction.exports.se_relit",
        "instruction.exports.suivre",
        "instruction.exports.tous_parmi",
        "instruction.journaux.demander",
        "instruction.journaux.des_dossiers",
        "instruction.journaux.ecrire",
        "instruction.journaux.ecrire_le_journal",
        "instruction.journaux.ecrire_les_actes",
        "instruction.journaux.le_journal_se_relit",
        "instruction.journaux.les_actes_se_relisent",
        "instruction.page_de_campagne.demander",
        "instruction.page_de_campagne.ecrire",
        "instruction.vues_gardees.garder",
    },
    "d’un appel ou d’une séance, dont aucun dossier ne change": {
        "decision.auteurs.nommer",
        "decision.auteurs.nommer_chacun",
        "decision.avis.relancer",
        "decision.comites.clore",
        "decision.comites.convoquer",
        "decision.comites.pointer_les_presences",
        "decision.comites.regler",
        "decision.dauphin.colonnes_de",
        "decision.dauphin.dire_les_colonnes",
        "decision.dauphin.recevoir",
        "decision.lectures.proposer_une_grille",
        "decision.lettres.ecrire_un_gabarit",
        "decision.scenarios.doter",
        "decision.scenarios.doter_chacun",
        "decision.scenarios.rouvrir",
        "instruction.brouillons.apercu",
        "instruction.brouillons.comptees",
        "instruction.brouillons.envois",
        "instruction.brouillons.prevenir",
        "instruction.campagne.completer_les_regles",
        "instruction.campagne.enregistrer",
        "instruction.campagne.reconduire",
        "instruction.echeances.prolonger",
        "public.contact.ecrire",
        "instruction.tables.ecrire",
        "instruction.tables.exiger_ce_qui_etait_lu",
        "instruction.tables.est_tenue",
        "instruction.tables.retirer",
    },
    "du travailleur, que personne ne commande": {
        "decision.diffusions.executer",
        "decision.lettres.etablir",
        "decision.lettres.executer",
        "decision.publications.executer",
        "depot.papiers.etablir",
        "depot.recepisses.etablir",
        "instruction.exports.effacer_les_anciens",
        "instruction.exports.ensuite",
        "instruction.exports.etablir",
        "instruction.page_de_campagne.envoyer",
        "instruction.page_de_campagne.envoyer_le_lundi",
        "instruction.sceaux.sceller",
        "redaction.pieces.refuser",
        "redaction.rappels.annoncer_les_demandes",
        "redaction.rappels.dire_les_non_deposes",
        "redaction.rappels.palier_du",
        "redaction.rappels.paliers",
        "redaction.rappels.rappeler",
        "redaction.rappels.rappeler_complements",
        "redaction.rappels.rappeler_dauphin",
        "redaction.rappels.rappeler_les_prolonges",
        "redaction.rappels.rappeler_un_dossier",
        "redaction.depart.oublier",
        "redaction.effacements.abandonnes",
        "redaction.effacements.a_effacer",
        "redaction.effacements.autres_champs",
        "redaction.effacements.effacer",
    },
}


def actes_du_code() -> list[str]:
    """Every public function of a module of actions of the procedure: « wing.module.function »."""
    noms = []
    for chemin in sorted((RACINE / "appels").glob("*/actions/*.py")):
        aile = chemin.parent.parent.name
        module = importlib.import_module(f"appels.{aile}.actions.{chemin.stem}")
        for nom, objet in inspect.getmembers(module, inspect.isfunction):
            if objet.__module__ == module.__name__ and not nom.startswith("_"):
                noms.append(f"{aile}.{chemin.stem}.{nom}")
    return sorted(noms)


def test_chaque_acte_du_code_a_sa_ligne():
    """A new act is tried above on those who must not, or says why it needs no check."""
    sans = [nom for noms in SANS_LE_CONTROLE.values() for nom in noms]
    assert sorted([*UN_A_UN, *LOTS, *sans]) == actes_du_code()


# --- What the check says --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("creer", "attendu"),
    [
        (lambda monde: un_agent(), None),
        (lambda monde: un_financeur(), None),
        (SERVICE["membre"], Empechement.MEMBRE),
        (SERVICE["deport"], Empechement.DEPORT),
        (SERVICE["hors périmètre"], Empechement.PERIMETRE),
        (SERVICE["périmètre réduit page ouverte"], Empechement.PERIMETRE),
        (SANS_ROLE["parti"], Empechement.SANS_ROLE),
        (SANS_ROLE["étranger"], Empechement.SANS_ROLE),
        (FINANCEURS["membre"], Empechement.MEMBRE),
        (FINANCEURS["deport"], Empechement.DEPORT),
        (FINANCEURS["hors périmètre"], Empechement.PERIMETRE),
        (FINANCEURS["d’un autre financeur"], Empechement.PERIMETRE),
    ],
)
def test_pourquoi(monde, creer, attendu):
    assert empechement.empechement(creer(monde), monde["ferme"]) == attendu


def test_un_deport_ferme_aussi_la_correction(monde):
    personne = deporter(un_agent(), monde)
    monde["papier"].corrige = monde["ferme"]
    Deport.objects.filter(dossier=monde["papier"]).delete()
    monde["papier"].save()
    assert empechement.empechement(personne, monde["papier"]) == Empechement.DEPORT


def test_une_place_au_service_n_est_pas_etre_membre(monde):
    """The CUA carries a project too: its service instructs it, its own people of the project do
    not.
    """
    cua = Partenaire.objects.get(genre=Genre.CUA)
    Dossier.objects.filter(pk=monde["ferme"].pk).update(porteur=cua)
    assert empechement.empechement(un_agent(), monde["ferme"]) is None


def test_le_perimetre_est_celui_du_role_qui_agit(monde):
    """Limited as an agent, not as a funder: acts for the service where the agent may."""
    caf = Partenaire.objects.get(genre=Genre.CAF)
    personne = creer_membre(caf, Role.AVIS_FINANCEUR, utilisateur=un_agent(NULLE_PART))
    assert empechement.empechement(personne, monde["ferme"]) is None
    with pytest.raises(Empeche):
        examen.admettre(monde["ferme"], par=personne, recu_le=PENDANT)
