"""A living example, visibly fictitious: its calls, its organisations, its people, drafts."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from stdnum import luhn

from appels.demonstration import porte_documents
from appels.demonstration.brouillons import BROUILLONS
from appels.demonstration.dossiers import remplir
from appels.demonstration.personnes import DOMAINE, compte, creer_compte
from appels.depot import attestations
from appels.depot.actions import depot
from appels.instruction.actions import campagne
from appels.instruction.forms.appel import SOUS_POSTES
from appels.models import (
    Appel,
    DocumentDemande,
    Dossier,
    FinanceurAppel,
    NomPartie,
    Serie,
    Theme,
)
from appels.models.appel import Exigence
from appels.redaction.actions import redaction
from partenaires.models import Fiche, Genre, Partenaire, Role, Utilisateur
from quartiers import horloge
from quartiers.horloge import a_paris, depuis_paris
from quartiers.models import Axe, Commune

ASSOCIATIONS = [
    "Les Pinsons",
    "Le Vélo Bleu",
    "Les Mots Tissés",
    "La Marmite Ronde",
    "Cap Rebond",
    "Les Herbes Folles",
    "Le Pont Sonore",
    "Santé Colline",
    "Les Lucioles",
    "Terre et Toits",
    "La Voix des Tours",
    "Rebonds",
    "Le Fil Rouge",
    "Petits Pas",
    "Ensemble Ici",
    "La Fabrique Douce",
    "Les Passeurs",
    "Sport Partagé",
    "Numérique pour Tous",
    "Le Jardin Suspendu",
]
ANNEES_PASSEES = (3, 2, 1)
OUVERT_DEPUIS = -30  # days from today
FERME_DANS = 20
COMPTES = {  # shown at the end of `demo`
    "Rédaction (association)": ("redaction", Role.REDACTEUR),
    "Attestation (association)": ("signature", Role.SIGNATAIRE),
    "Administration (association)": ("administration", Role.ADMINISTRATEUR),
    "Service municipal": ("service", Role.SIGNATAIRE),
    "Agent": ("agent", Role.AGENT),
    "Responsable": ("responsable", Role.RESPONSABLE),
    "Financeur": ("financeur", Role.AVIS_FINANCEUR),
}
DOCUMENTS = [
    (Genre.ASSOCIATION, "Statuts de l’association", Exigence.RECEVABILITE, False),
    (Genre.ASSOCIATION, "Comptes approuvés du dernier exercice", Exigence.OBLIGATOIRE, False),
    (Genre.ASSOCIATION, "Rapport d’activité", Exigence.FACULTATIF, False),
    (Genre.SERVICE, "Délibération sollicitant l’aide", Exigence.OBLIGATOIRE, False),
    ("", "Relevé d’identité bancaire (RIB)", Exigence.OBLIGATOIRE, True),
]


def charger() -> None:
    """Fill an empty database; does nothing when people are there already."""
    if Utilisateur.objects.exists():
        return
    instant = horloge.maintenant()
    appel = ouvrir_appel(instant)
    for annees in ANNEES_PASSEES:
        clore_un_appel(appel, annees, instant)
    organismes = [creer_association(rang, nom, instant) for rang, nom in enumerate(ASSOCIATIONS, 1)]
    service = creer_service(instant)
    creer_equipe(organismes[0], service, instant)
    for rang, organisme in enumerate(organismes[1:], 2):
        creer_compte(f"signature{rang}", organisme, Role.SIGNATAIRE, instant)
    porte_documents.garder(organismes[0], compte("redaction"), instant)
    ecrire_les_brouillons(appel, organismes[0], instant)


def midi(instant: datetime, jours: int) -> datetime:
    """Noon in Paris, `jours` days away."""
    jour = a_paris(instant) + timedelta(days=jours)
    return depuis_paris(jour.replace(hour=12, minute=0, second=0, microsecond=0, tzinfo=None))


def ouvrir_appel(instant: datetime) -> Appel:
    """This year's call, open."""
    annee = (instant + timedelta(days=60)).year
    appel = Appel.objects.create(
        annee=annee,
        titre=f"Appel à projets {annee}",
        est_publie=True,
        ouvre_le=midi(instant, OUVERT_DEPUIS),
        ferme_le=midi(instant, FERME_DANS),
        presentation="Appel à projets fictif : ses dates, ses documents et ses financeurs "
        "servent à la démonstration et n’engagent personne.",
    )
    equiper(appel)
    return appel


def clore_un_appel(appel: Appel, annees: int, instant: datetime) -> None:
    """The call of some years ago, closed long since."""
    avant = timedelta(days=364 * annees)  # whole weeks: the same day of the week
    annee = appel.annee - annees
    passe = Appel.objects.create(
        annee=annee,
        titre=f"Appel à projets {annee}",
        est_publie=True,
        ouvre_le=midi(instant, OUVERT_DEPUIS) - avant,
        ferme_le=midi(instant, FERME_DANS) - avant,
    )
    equiper(passe)


def equiper(appel: Appel) -> None:
    """Axes, themes, documents, funders; the rules stay off."""
    appel.axes.set(Axe.objects.all())
    appel.themes.set(Theme.objects.all())
    for rang, (genre, libelle, exigence, bancaire) in enumerate(DOCUMENTS):
        DocumentDemande.objects.create(
            appel=appel,
            genre=genre,
            libelle=libelle,
            exigence=exigence,
            est_bancaire=bancaire,
            position=rang,
        )
    financeurs = Partenaire.objects.du_contrat().filter(
        genre__in=[Genre.ETAT, Genre.CUA, Genre.COMMUNE, Genre.CAF, Genre.REGION, Genre.DEPARTEMENT]
    )
    for rang, partenaire in enumerate(financeurs):
        FinanceurAppel.objects.create(
            appel=appel,
            partenaire=partenaire,
            sous_poste=SOUS_POSTES[Genre(partenaire.genre)],
            position=rang,
            service="politique de la ville" if partenaire.genre == Genre.ETAT else "",
        )
    campagne.completer_les_regles(appel)


def siret_fictif(rang: int) -> str:
    """A number that begins with zeros and passes the check."""
    siren = f"{rang:08d}"
    return siege(siren + luhn.calc_check_digit(siren))


def siege(siren: str) -> str:
    """The SIRET of the first establishment of an organisation."""
    sans_cle = f"{siren}0001"
    return sans_cle + luhn.calc_check_digit(sans_cle)


def creer_association(rang: int, nom: str, instant: datetime) -> Partenaire:
    """A fictitious association with its whole sheet."""
    organisme = Partenaire.objects.create(
        genre=Genre.ASSOCIATION,
        nom=f"Association fictive {nom}",
        siret=siret_fictif(rang),
        rna=f"W{rang:09d}",
        est_fictif=True,
        cree_le=instant,
    )
    remplir_fiche(
        organisme, instant, objet_social="Association inventée pour la démonstration du portail."
    )
    return organisme


def creer_service(instant: datetime) -> Partenaire:
    """A fictitious municipal service of Arras."""
    arras = Commune.objects.get(code_insee="62041")
    service = Partenaire.objects.create(
        genre=Genre.SERVICE,
        nom="Service fictif Jeunesse",
        commune=arras,
        est_fictif=True,
        cree_le=instant,
        siret=siret_fictif(900),  # not on the real number of the commune
    )
    remplir_fiche(
        service,
        instant,
        service_porteur="Service fictif Jeunesse",
        autorite_signataire="Camille Exemple, adjointe fictive par délégation",
    )
    return service


def organisme(nom: str) -> Partenaire:
    """The fictitious organisation that a story names."""
    return Partenaire.objects.get(nom__endswith=nom, est_fictif=True)


def remplir_fiche(organisme: Partenaire, instant: datetime, **champs: str) -> Fiche:
    """The first sheet of an organisation; `champs`: what depends on its kind."""
    return Fiche.objects.create(
        partenaire=organisme,
        version=1,
        modifiee_le=instant - timedelta(days=20),
        adresse="1 rue de l’Exemple",
        code_postal="62000",
        ville="Arras",
        representant_prenom="Dominique",
        representant_nom="Exemple",
        representant_fonction="Présidence",
        representant_telephone="03 53 01 00 00",  # ARCEP: kept for fiction
        representant_email=f"presidence{organisme.pk}@{DOMAINE}",
        benevoles=12,
        salaries=2,
        salaries_etpt=Decimal("1.5"),
        **champs,
    )


def creer_equipe(association: Partenaire, service: Partenaire, instant: datetime) -> None:
    """One account of each role."""
    cua = Partenaire.objects.get(genre=Genre.CUA)
    caf = Partenaire.objects.get(genre=Genre.CAF)
    chez = {"service": service, "agent": cua, "responsable": cua, "financeur": caf}
    for identifiant, role in COMPTES.values():
        creer_compte(identifiant, chez.get(identifiant, association), role, instant)


def ecrire_les_brouillons(appel: Appel, organisme: Partenaire, instant: datetime) -> None:
    """Just begun, half written, and whole: the last one waits for its signature."""
    personne = compte("redaction")
    commencer(appel, organisme, "Un projet fictif à peine commencé", personne, instant, 90)
    verger, couture = BROUILLONS
    a_moitie = commencer(appel, organisme, verger.titre, personne, instant, 91)
    remplir(a_moitie, instant, jusqu_a=NomPartie.MOYENS, recit=verger)
    entier = commencer(appel, organisme, couture.titre, personne, instant, 92)
    redaction.demander_signature(
        remplir(entier, instant, recit=couture),
        a=compte("signature"),
        par=personne,
        recu_le=instant - timedelta(hours=2),
    )


def commencer(
    appel: Appel, organisme: Partenaire, titre: str, par: Utilisateur, quand: datetime, rang: int
) -> Dossier:
    """A draft of three weeks ago, the next year of what has its title already; `rang` makes its
    key, so that it is begun once.
    """
    return redaction.commencer(
        appel,
        organisme,
        intitule=titre,
        cle=UUID(int=rang),
        par=par,
        recu_le=quand - timedelta(days=22),
        suite_de=Serie.objects.filter(porteur=organisme, titre=titre).first(),
    )


def deposer(dossier: Dossier, par: Utilisateur, quand: datetime) -> Dossier:
    """Attest and deposit as a signatory would."""
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=dossier.pk))
    return depot.deposer(
        dossier,
        lu=lu,
        qualite="Présidence par délégation",
        par=par,
        recu_le=quand,
        declarations=attestations.declarations(dossier, "moins"),
    )
