"""An organisation moves, changes its name, or was mistyped: it asks, the service agrees."""

from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from partenaires.models import ChampRectifie, Partenaire, Rectification, Utilisateur
from partenaires.socle import courriels, droits, fichiers, place, quarantaine
from partenaires.socle.refus import Conflit, Refus
from quartiers.francais import moment
from quartiers.models import Parution


class DejaDemandee(Refus):
    """One request at a time for each thing."""

    phrase = (
        "Une demande attend déjà une réponse du service pour cela : rien n’a été envoyé de plus."
    )
    champ = "champ"


class Inchangee(Refus):
    """What is asked is what is already there."""

    phrase = "C’est déjà ce qui est enregistré : rien n’est à changer."
    champ = "apres"


class NumeroPris(Refus):
    """Another organisation has this number; who, is not said."""

    phrase = (
        "Ce numéro est déjà celui d’un autre organisme du portail. Vérifiez-le ; s’il est bien le "
        "vôtre, écrivez au service depuis la page « Contact »."
    )
    champ = "apres"


class SonPropreOrganisme(Refus):
    """Nobody of the service answers their own organisation."""

    phrase = "Vous faites partie de cet organisme : une autre personne du service répond."


class HorsDuPerimetre(Refus):
    """Somebody of the service limited to other communes."""

    phrase = "Votre périmètre ne comprend pas cet organisme : une autre personne du service répond."


class DejaTranchee(Conflit):
    """Another agent answered meanwhile."""

    def __init__(self, rectification: Rectification):
        sens = "acceptée" if rectification.est_acceptee else "refusée"
        le = moment(rectification.tranchee_le) if rectification.tranchee_le else ""
        super().__init__(
            rectification,
            f"Cette demande a été {sens} le {le} par {rectification.tranchee_par}. Rien d’autre "
            "n’a changé.",
        )


@transaction.atomic
def demander(
    partenaire: Partenaire,
    champ: str,
    apres: str,
    *,
    motif: str,
    document: fichiers.Fichier | None,
    par: Utilisateur,
    recu_le: datetime,
) -> Rectification:
    """The request, told to the service.

    Raises `DejaDemandee`, `Inchangee`, `NumeroPris`, or `PlusDePlace` when the document is not
    kept.
    """
    verrouille = Partenaire.objects.select_for_update().get(pk=partenaire.pk)
    if verrouille.rectifications.en_attente().filter(champ=champ).exists():
        raise DejaDemandee
    avant = getattr(verrouille, champ)
    if avant == apres:
        raise Inchangee
    _exiger_libre(verrouille, champ, apres)
    rectification = Rectification(
        partenaire=verrouille,
        champ=champ,
        avant=avant,
        apres=apres,
        motif=motif,
        demandee_le=recu_le,
        demandee_par=par,
    )
    if document is not None:
        _ranger(rectification, document, recu_le)
    rectification.save()
    courriels.rectification_demandee(rectification)
    return rectification


def _ranger(rectification: Rectification, fichier: fichiers.Fichier, recu_le: datetime) -> None:
    """Keep the document under a name that tells nothing; the antivirus looks at it."""
    titulaire = place.Titulaire(rectification.demandee_par, rectification.partenaire)
    place.exiger(fichier.taille, titulaire, recu_le=recu_le)
    rectification.document_nom = fichier.nom
    rectification.document_sha256 = fichier.sha256
    with fichiers.s_il_se_garde("document"):
        rectification.document.save(
            f"{fichier.sha256[:16]}.bin", ContentFile(fichier.contenu), save=False
        )
    emplacement = str(rectification.document.name)
    quarantaine.confier(fichier, emplacement, titulaire, le=recu_le)


@transaction.atomic
def accepter(rectification: Rectification, *, par: Utilisateur, recu_le: datetime) -> None:
    """The new value from now on; what was deposited keeps the old one, search finds both.

    Raises `DejaTranchee`, `SonPropreOrganisme`, `HorsDuPerimetre` or `NumeroPris`.
    """
    verrouillee = _verrouiller(rectification, par)
    partenaire = verrouillee.partenaire
    _exiger_libre(partenaire, verrouillee.champ, verrouillee.apres)
    avant = getattr(partenaire, verrouillee.champ)
    setattr(partenaire, verrouillee.champ, verrouillee.apres)
    if avant:
        partenaire.anciens = "\n".join(filter(None, [avant, partenaire.anciens]))
    try:
        with transaction.atomic():
            partenaire.save(update_fields=[verrouillee.champ, "anciens"])
    except IntegrityError as erreur:
        # Somebody made an organisation with this number at this very instant.
        raise NumeroPris from erreur
    verrouillee.avant = avant
    verrouillee.est_acceptee = True
    _trancher(verrouillee, par, recu_le)
    Parution.avancer(recu_le)


@transaction.atomic
def refuser(
    rectification: Rectification, *, reponse: str, par: Utilisateur, recu_le: datetime
) -> None:
    """Nothing changes; the organisation reads why.

    Raises `DejaTranchee`, `SonPropreOrganisme` or `HorsDuPerimetre`.
    """
    verrouillee = _verrouiller(rectification, par)
    verrouillee.reponse = reponse
    _trancher(verrouillee, par, recu_le)


def _verrouiller(rectification: Rectification, par: Utilisateur) -> Rectification:
    """The request with its organisation, locked and fresh, that nobody has answered."""
    partenaire = Partenaire.objects.select_for_update().get(pk=rectification.partenaire_id)
    verrouillee = Rectification.objects.select_related("tranchee_par", "demandee_par").get(
        pk=rectification.pk
    )
    if verrouillee.tranchee_le:
        raise DejaTranchee(verrouillee)
    if partenaire.appartenances.actives().filter(utilisateur=par).exists():
        raise SonPropreOrganisme
    # As the database knows them now: the request read their roles before the lock.
    if not droits.peut_juger(Utilisateur.objects.get(pk=par.pk), partenaire):
        raise HorsDuPerimetre
    verrouillee.partenaire = partenaire
    return verrouillee


def _trancher(rectification: Rectification, par: Utilisateur, recu_le: datetime) -> None:
    rectification.tranchee_le = recu_le
    rectification.tranchee_par = par
    rectification.save()
    courriels.rectification_tranchee(rectification)


def _exiger_libre(partenaire: Partenaire, champ: str, valeur: str) -> None:
    """A number names one organisation; the services of a commune share its SIRET, not a name."""
    autres = Partenaire.objects.exclude(pk=partenaire.pk)
    if champ == ChampRectifie.RNA:
        pris = autres.filter(rna=valeur)
    elif partenaire.est_service:
        nom = valeur if champ == ChampRectifie.NOM else partenaire.nom
        siret = valeur if champ == ChampRectifie.SIRET else partenaire.siret
        pris = autres.filter(genre=partenaire.genre, siret=siret, nom__iexact=nom)
    elif champ == ChampRectifie.SIRET:
        pris = autres.filter(siret=valeur)
    else:
        pris = autres.none()
    if pris.exists():
        raise NumeroPris
