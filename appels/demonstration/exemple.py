"""A living example, visibly fictitious: two calls, nine organisations, drafts and deposits."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from stdnum import luhn

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
]
OUVERT_DEPUIS = -30  # days from today
FERME_DANS = 20
COMPTES = {  # shown at the end of `demo`
    "Rédaction (association)": ("redaction", Role.REDACTEUR),
    "Signature (association)": ("signature", Role.SIGNATAIRE),
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
PROJETS = [
    "Jardins partagés fictifs des Bonnettes",
    "Atelier vélo imaginaire de Jean Jaurès",
    "Cuisine du monde inventée",
    "Théâtre fictif des Quatre As",
    "Numérique pour toutes, projet d’essai",
    "Chorale inventée des Cévennes",
    "Marche et santé, projet fictif",
    "Lecture en bas d’immeuble (essai)",
    "Repair café imaginaire",
    "Ludothèque fictive de quartier",
]


def charger() -> None:
    """Fill an empty database; does nothing when people are there already."""
    if Utilisateur.objects.exists():
        return
    instant = horloge.maintenant()
    appel = ouvrir_appel(instant)
    clore_appel_precedent(appel, instant)
    organismes = [creer_association(rang, nom, instant) for rang, nom in enumerate(ASSOCIATIONS, 1)]
    organismes.append(creer_service(instant))
    creer_equipe(organismes[0], organismes[-1], instant)
    ecrire_les_dossiers(appel, organismes, instant)


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


def clore_appel_precedent(appel: Appel, instant: datetime) -> None:
    """Last year's call, closed."""
    un_an = timedelta(days=364)  # whole weeks: the same day of the week
    precedent = Appel.objects.create(
        annee=appel.annee - 1,
        titre=f"Appel à projets {appel.annee - 1}",
        est_publie=True,
        ouvre_le=midi(instant, OUVERT_DEPUIS) - un_an,
        ferme_le=midi(instant, FERME_DANS) - un_an,
    )
    equiper(precedent)


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
            sous_poste=SOUS_POSTES[partenaire.genre],
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
        siret=siege(arras.siren),
    )
    remplir_fiche(
        service,
        instant,
        service_porteur="Service fictif Jeunesse",
        autorite_signataire="Camille Exemple, adjointe fictive par délégation",
    )
    return service


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
        representant_telephone="03 21 00 00 00",
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


def ecrire_les_dossiers(appel: Appel, organismes: list[Partenaire], instant: datetime) -> None:
    """Drafts at several stages, one waiting for its signature, some deposits."""
    ecrire_les_brouillons(appel, organismes[0], instant)
    for rang, organisme in enumerate(organismes[1:], 2):
        if organisme.est_service:
            personne = compte("service")
        else:
            personne = creer_compte(f"signature{rang}", organisme, Role.SIGNATAIRE, instant)
        dossier = commencer(appel, organisme, PROJETS[rang], personne, instant, rang)
        if rang % 3 == 0:
            remplir(dossier, instant, jusqu_a=NomPartie.LIEUX)
        else:
            quand = instant - timedelta(days=rang, minutes=rang * 7)
            deposer(remplir(dossier, instant), personne, quand)


def ecrire_les_brouillons(appel: Appel, organisme: Partenaire, instant: datetime) -> None:
    """Just begun, half written, and whole: the last one waits for its signature."""
    personne = compte("redaction")
    commencer(appel, organisme, "Un projet fictif à peine commencé", personne, instant, 90)
    a_moitie = commencer(appel, organisme, PROJETS[0], personne, instant, 91)
    remplir(a_moitie, instant, jusqu_a=NomPartie.MOYENS)
    entier = commencer(appel, organisme, PROJETS[1], personne, instant, 92)
    redaction.demander_signature(
        remplir(entier, instant),
        a=compte("signature"),
        par=personne,
        recu_le=instant - timedelta(hours=2),
    )


def commencer(
    appel: Appel, organisme: Partenaire, titre: str, par: Utilisateur, quand: datetime, rang: int
) -> Dossier:
    """A draft of three weeks ago; `rang` makes its key, so that it is begun once."""
    return redaction.commencer(
        appel,
        organisme,
        intitule=titre,
        cle=UUID(int=rang),
        par=par,
        recu_le=quand - timedelta(days=22),
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
