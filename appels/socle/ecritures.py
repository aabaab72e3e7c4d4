"""Who else is writing the same thing: told to the same side, renewed by renders and saves.

Nothing is locked. Two queries whenever a page is drawn (SUITES F16); a save of a part, none within
the same minute.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from appels.models import Dossier, EcritureEnCours, NomPartie, Ouvrage, Scenario
from appels.models.dossiers import DossierQuerySet
from appels.models.ecriture import DUREE
from appels.socle import droits as droits_des_dossiers
from appels.socle.requete import Requete
from partenaires.models import Partenaire, Utilisateur
from partenaires.models.appartenance import ROLES_FINANCEUR
from partenaires.socle import droits
from quartiers.francais import heure

MONTREES_MAX = 3
SERVICE = "service"
PRECISION = timedelta(minutes=1)  # of what a save says: of `DUREE`, the fifteenth
PARTIES: dict[str, str] = {
    NomPartie.ORGANISME: "la fiche de l’organisme",
    NomPartie.PROJET: "le projet en bref",
    NomPartie.DESCRIPTION: "les objectifs et la description",
    NomPartie.LIEUX: "les lieux et les publics",
    NomPartie.MOYENS: "les moyens",
    NomPartie.EVALUATION: "l’évaluation",
    NomPartie.BUDGET: "le budget",
    NomPartie.PIECES: "les pièces",
}


@dataclass(frozen=True)
class Ecriture:
    """Somebody of my side at work: « Ada Essai modifie ces montants depuis 14 h 05 »."""

    qui: str
    quoi: str
    depuis: datetime

    @property
    def phrase(self) -> str:
        return f"{self.qui} modifie {self.quoi} depuis {heure(self.depuis)}."


def camp(personne: Utilisateur, dossier: Dossier, pour: Partenaire | None = None) -> str:
    """Whose side this person writes on; empty for who only reads.

    A member of the organisation is one there, wherever else they work. `pour`: the funder in whose
    name they write, when they work for several.
    """
    if pour:
        return f"financeur-{pour.pk}"
    if droits.est_membre(personne, dossier.porteur_id):
        return f"porteur-{dossier.porteur_id}"
    if droits_des_dossiers.lit_pour_le_service(personne, dossier):
        return SERVICE
    for appartenance in personne.mes_appartenances:
        if appartenance.roles & set(ROLES_FINANCEUR):
            return f"financeur-{appartenance.partenaire_id}"
    return ""


def noter(
    request: Requete,
    dossier: Dossier,
    ouvrage: Ouvrage,
    cle: str = "",
    *,
    ecrit: bool = True,
    pour: Partenaire | None = None,
) -> list[Ecriture]:
    """Say that this person writes here now; the others of their side who do, the first first.

    `ecrit`: False where a page that is read holds a form beside, until it is sent. Kept on the
    request too: the component `composants/ecritures.html` draws them.
    """
    cote = camp(request.user, dossier, pour)
    if not cote:
        return []
    ici = {"dossier": dossier, "ouvrage": ouvrage, "cle": cle, "camp": cote}
    return _noter(request, ici, ecrit=ecrit)


def noter_dans_le_scenario(request: Requete, scenario: Scenario) -> list[Ecriture]:
    """The same of the amounts of a scenario, which the service alone writes."""
    return _noter(request, _du_scenario(scenario), ecrit=True)


def prolonger_dans_le_scenario(request: Requete, scenario: Scenario) -> None:
    """An amount saved by itself: this person still writes here. Nobody is told on the spot."""
    _renouveler(request.user, _du_scenario(scenario), request.recu_le)


def _du_scenario(scenario: Scenario) -> dict[str, Any]:
    return {"scenario": scenario, "ouvrage": Ouvrage.DECISIONS, "cle": "", "camp": SERVICE}


def _noter(request: Requete, ici: dict[str, Any], *, ecrit: bool) -> list[Ecriture]:
    """Two queries: that this person writes here, then who else does.

    Said before it is read: of two who open it in the same instant, one at least sees the other.
    """
    if request.method == "HEAD":
        return []
    if ecrit:
        _renouveler(request.user, ici, request.recu_le)
    autres = (
        EcritureEnCours.objects.vives(request.recu_le)
        .filter(**ici)
        .exclude(personne=request.user)
        .select_related("personne")
    )
    request.ecritures = [_lue(autre) for autre in autres[:MONTREES_MAX]]
    return request.ecritures


def avec_la_sienne(
    dossiers: DossierQuerySet, personne: Utilisateur, ouvrage: Ouvrage, cle: str
) -> DossierQuerySet:
    """Each with `ecriture_dite_le`, when it was last said that this person writes this of it."""
    siennes = EcritureEnCours.objects.filter(
        dossier=OuterRef("pk"), personne=personne, ouvrage=ouvrage, cle=cle
    )
    derniere = siennes.order_by("-vue_le").values("vue_le")[:1]
    return dossiers.annotate(ecriture_dite_le=Subquery(derniere))


def prolonger(request: Requete, dossier: Dossier, ouvrage: Ouvrage, cle: str = "") -> None:
    """A save of a dossier read `avec_la_sienne`: this person still writes here, to the minute.

    Nobody is told on the spot.
    """
    dite_le = dossier.ecriture_dite_le
    if dite_le and request.recu_le - dite_le < PRECISION:
        return
    if cote := camp(request.user, dossier):
        ici = {"dossier": dossier, "ouvrage": ouvrage, "cle": cle, "camp": cote}
        _renouveler(request.user, ici, request.recu_le)


def _renouveler(personne: Utilisateur, ici: dict[str, Any], instant: datetime) -> None:
    """One row a person and a thing, one query; one that had died begins again.

    Two pages opened at once make one row.
    """
    siennes = EcritureEnCours.objects.vives(instant).filter(personne=personne, **ici)
    depuis = Coalesce(Subquery(siennes.values("depuis")[:1]), instant)
    EcritureEnCours.objects.bulk_create(
        [EcritureEnCours(personne=personne, depuis=depuis, vue_le=instant, **ici)],
        update_conflicts=True,
        unique_fields=[*ici, "personne"],
        update_fields=["depuis", "vue_le"],
    )


def _lue(ecriture: EcritureEnCours) -> Ecriture:
    quoi = Ouvrage(ecriture.ouvrage).label
    if ecriture.ouvrage == Ouvrage.PARTIE:
        quoi = PARTIES.get(ecriture.cle, quoi)
    return Ecriture(str(ecriture.personne), quoi, ecriture.depuis)


def finir(request: Requete, dossier: Dossier, ouvrage: Ouvrage, cle: str = "") -> None:
    """The page was sent and left: nobody is told any more that this person writes it."""
    siennes = EcritureEnCours.objects.filter(personne=request.user, dossier=dossier)
    siennes.filter(ouvrage=ouvrage, cle=cle).delete()


def oublier(instant: datetime) -> None:
    """The rows that say nothing any more leave the table."""
    EcritureEnCours.objects.filter(vue_le__lte=instant - DUREE).delete()
