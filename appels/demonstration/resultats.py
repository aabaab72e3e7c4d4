"""What past calls granted, told and published; and a document, visibly fictitious."""

from datetime import datetime, timedelta

from appels.decision.actions import decisions, lettres, publications
from appels.demonstration import dossiers, exemple, personnes, seances
from appels.demonstration.projets import TOUS
from appels.demonstration.projets.recit import Recit
from appels.demonstration.recits import edition
from appels.instruction.actions import examen
from appels.models import Appel, Decision, Dossier, Financement, Lettre, NatureAide
from appels.socle import reveil
from partenaires.models import Genre, Partenaire
from quartiers import horloge
from quartiers.horloge import a_paris
from quartiers.models import Document, Parution

# What each fictitious funder does with a request: the part that it grants, in hundredths.
PARTS = {"etat": 80, "cua": 100, "caf": 75, "region": 60, "departement": 90}
L_AN_PASSE = 1  # the year whose meeting is told
SEUIL = 100_000  # cents; below it, the fictitious Région refuses
REGLEMENT = """Ce document est inventé pour la démonstration : il n’engage personne.

Article 1. Un projet, un budget équilibré, un dossier.

Article 2. Les dates et les règles réelles de l’appel à projets seront publiées par la Communauté \
Urbaine d’Arras."""


def charger() -> None:
    """Fill what `exemple` left empty; does nothing the second time."""
    if Document.objects.filter(cle="reglement-fictif").exists():
        return
    instant = horloge.maintenant()
    publier_un_document(instant)
    ouvrir_les_subventions()
    for annees in exemple.ANNEES_PASSEES:
        appel = appel_passe(annees)
        assert appel.ferme_le  # `exemple` closed it
        depot_le = appel.ferme_le - timedelta(days=10)
        with reveil.en_silence():
            deposes = []
            recits = [recit for recit in TOUS if annees in recit.editions]
            for rang, recit in enumerate(recits):
                # One every other day, the last one ten days before the end
                quand = depot_le - timedelta(days=2 * (len(recits) - 1 - rang))
                dossier = deposer(appel, edition(recit, annees), 200 + 10 * annees + rang, quand)
                examiner(dossier, depot_le + timedelta(days=40))
                deposes.append(dossier)
            if annees == L_AN_PASSE:
                seances.tenir(appel, deposes, votes(deposes), depot_le + timedelta(days=90))
            for dossier in deposes:
                decider(dossier, depot_le + timedelta(days=120))
            notifier(appel, depot_le + timedelta(days=130))
        publier(appel, depot_le + timedelta(days=150))
    Parution.avancer(instant)


def appel_passe(annees: int) -> Appel:
    """The call of some years ago."""
    courant = Appel.objects.filter(est_publie=True).latest("annee")
    return Appel.objects.get(annee=courant.annee - annees)


def publier_un_document(instant: datetime) -> None:
    """A regulation of a page, to show what a document looks like."""
    document = Document(
        cle="reglement-fictif",
        nature="reglement",
        titre="Règlement fictif de l’appel à projets",
        resume="Un exemple inventé, pour montrer une page de document.",
        texte=REGLEMENT,
        date=a_paris(instant).date(),
        est_publie=True,
        position=1,
    )
    document.ranger(
        "reglement-fictif.pdf", "application/pdf", dossiers.pdf_fictif("Règlement fictif")
    )
    document.save()


def ouvrir_les_subventions() -> None:
    """The Communauté Urbaine alone publishes its grants here, under a fictitious number."""
    cua = Partenaire.objects.get(genre=Genre.CUA)
    cua.publie_ses_subventions = True
    cua.siret = exemple.siret_fictif(901)
    cua.save()


def deposer(appel: Appel, recit: Recit, rang: int, quand: datetime) -> Dossier:
    """A project of a past year, whole and deposited in time."""
    porteur = exemple.organisme(recit.porteur)
    signataire = personnes.signataire(porteur)
    dossier = exemple.commencer(appel, porteur, recit.titre, signataire, quand, rang)
    return exemple.deposer(dossiers.remplir(dossier, quand, recit=recit), signataire, quand)


def examiner(dossier: Dossier, quand: datetime) -> None:
    """Its documents conform; it is admissible."""
    agent = personnes.compte("agent")
    constats = {piece.pk: ("conforme", "") for piece in dossier.pieces.presentes()}
    examen.examiner_les_pieces(dossier, constats, par=agent, recu_le=quand)
    examen.admettre(dossier, par=agent, recu_le=quand)


def votes(deposes: list[Dossier]) -> dict[int, int]:
    """{request: what its funder grants, in cents}."""
    lignes = Financement.objects.filter(dossier__in=deposes).select_related("partenaire")
    return {ligne.pk: vote(ligne) for ligne in lignes}


def vote(ligne: Financement) -> int:
    """Its part, in tens of euros; nothing from the fictitious Région below its threshold; cents."""
    assert ligne.partenaire  # the stories ask funders of the call alone
    demande = ligne.montant or 0
    if ligne.partenaire.genre == "region" and demande < SEUIL:
        return 0
    return demande * PARTS[ligne.partenaire.genre] // 100_000 * 1_000


def decider(dossier: Dossier, quand: datetime) -> None:
    """Every funder answers: nobody is left « en cours d’examen » a year later."""
    lignes = list(dossier.financements.select_related("partenaire"))
    for ligne in lignes:
        accorde = vote(ligne)
        ligne.decide_le = quand.date()
        if not accorde:
            ligne.decision = Decision.REFUSE
            ligne.motif = "Demande inférieure au seuil fictif de mille euros."
            continue
        ligne.montant_vote = accorde
        est_entier = accorde == ligne.montant
        ligne.decision = Decision.ACCORDE if est_entier else Decision.PARTIEL
        ligne.acte = "Acte fictif"
        ligne.nature_aide = NatureAide.NUMERAIRE
        ligne.verse_des = quand.date() + timedelta(days=30)
    frais = Dossier.objects.get(pk=dossier.pk)  # admissible since `dossier` was read
    decisions.decider(frais, lignes, par=personnes.compte("agent"), recu_le=quand)


def notifier(appel: Appel, quand: datetime) -> None:
    """The letters made, released, and opened by who signs: the owners read what the public does."""
    responsable = personnes.compte("responsable")
    lettres.preparer(appel, par=responsable, recu_le=quand)
    a_partir = Lettre.objects.en_attente().filter(financement__dossier__appel=appel)
    for lettre in a_partir:
        lettres.etablir(lettre)
    partantes = [lettre.pk for lettre in lettres.pretes(appel)]
    lettres.liberer(appel, partantes, len(partantes), par=responsable, recu_le=quand)
    for lettre in Lettre.objects.liberees().filter(financement__dossier__appel=appel):
        porteur = lettre.financement.dossier.porteur
        lettres.ouvrir(lettre, par=personnes.signataire(porteur), recu_le=quand + timedelta(days=2))


def publier(appel: Appel, quand: datetime) -> None:
    """Everybody reads what was granted, once its letters left."""
    publiables = [prise.pk for prise in publications.publiables(appel)]
    publications.publier(
        appel, publiables, len(publiables), par=personnes.compte("responsable"), recu_le=quand
    )
