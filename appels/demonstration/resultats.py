"""What last year's call granted, and a document, visibly fictitious."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from appels.decision.actions import decisions, lettres, publications
from appels.demonstration import dossiers, exemple, personnes
from appels.instruction.actions import examen
from appels.models import Appel, Decision, Dossier, Lettre
from partenaires.models import Partenaire, Role, Utilisateur
from quartiers import horloge
from quartiers.horloge import a_paris
from quartiers.models import Document, Parution

PROJETS = [
    "Potager fictif du Moulin",
    "Médiation de soirée, projet inventé",
    "Permanence emploi imaginaire",
    "Théâtre fictif des voisines et des voisins",
    "Ateliers vélo inventés du dimanche",
    "Club de lecture imaginaire",
    "Marches fictives au bord du Crinchon",
    "Cuisine partagée d’essai",
]
ACCORDS = {"etat": 250_000, "cua": 300_000, "caf": 120_000}  # cents
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
    precedent = Appel.objects.earliest("annee")
    assert precedent.ferme_le  # `exemple` closed it
    depot_le = precedent.ferme_le - timedelta(days=10)
    for rang, titre in enumerate(PROJETS):
        dossier = deposer(precedent, titre, 200 + rang, depot_le + timedelta(hours=rang))
        if rang % 4 != 3:  # one in four is refused
            accorder(dossier, rang, depot_le + timedelta(days=120))
    annoncer(precedent, depot_le + timedelta(days=150))
    Parution.avancer(instant)


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


def deposer(appel: Appel, titre: str, rang: int, quand: datetime) -> Dossier:
    """A project of last year, whole and deposited in time."""
    organismes = Partenaire.objects.porteurs().order_by("pk")
    porteur = organismes[rang % len(organismes)]
    signataire = Utilisateur.objects.filter(
        appartenances__in=porteur.appartenances.avec_role(Role.SIGNATAIRE)
    ).earliest("pk")
    dossier = exemple.commencer(appel, porteur, titre, signataire, quand, rang)
    depose = exemple.deposer(dossiers.remplir(dossier, quand), signataire, quand)
    examen.admettre(depose, par=personnes.compte("agent"), recu_le=quand + timedelta(days=20))
    return depose


def accorder(dossier: Dossier, rang: int, quand: datetime) -> None:
    """What three fictitious decisions grant, never more than what was asked."""
    demandes = dossier.financements.filter(partenaire__genre__in=ACCORDS)
    lignes = list(demandes.select_related("partenaire"))
    for ligne in lignes:
        assert ligne.partenaire  # filtered by its kind
        ligne.montant_vote = ACCORDS[ligne.partenaire.genre] - rang * 10_000
        est_entier = ligne.montant_vote == ligne.montant
        ligne.decision = Decision.ACCORDE if est_entier else Decision.PARTIEL
        ligne.decide_le = quand.date()
        ligne.acte = "Acte fictif"
    decisions.saisir(dossier, lignes, par=personnes.compte("agent"), recu_le=quand)


def annoncer(appel: Appel, quand: datetime) -> None:
    """Its letters left, were read, then its grants became public."""
    responsable = personnes.compte("responsable")
    lettres.preparer(appel, par=responsable, recu_le=quand)
    for lettre in Lettre.objects.en_attente().filter(financement__dossier__appel=appel):
        lettre.ranger(ContentFile(dossiers.pdf_fictif("Lettre fictive")))
        lettre.etabli_le = quand
        lettre.save()
    partantes = [lettre.pk for lettre in lettres.pretes(appel)]
    lettres.liberer(appel, partantes, len(partantes), par=responsable, recu_le=quand)
    for lettre in Lettre.objects.filter(pk__in=partantes).select_related("financement__dossier"):
        lu_par = lettre.financement.dossier.depose_par
        assert lu_par  # deposited
        lettres.ouvrir(lettre, par=lu_par, recu_le=quand + timedelta(days=1))
    publiables = list(publications.publiables(appel).values_list("pk", flat=True))
    publications.publier(appel, publiables, len(publiables), par=responsable, recu_le=quand)
