"""What committees and funders are asked of the dossiers ticked in the work list."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction

from appels.decision import courriels, ordre_du_jour
from appels.decision.actions.comites import verrouiller_ouvert
from appels.instruction.actions.en_nombre import EMPECHE, CompteRendu, exiger_peu
from appels.models import Appel, Avis, Comite, Dossier, Financement
from appels.models.etats import Etat
from appels.socle import barrieres, reveil
from appels.socle.empechement import ecarter_les_empeches
from partenaires.models import Appartenance, Role, Utilisateur

AUTRE_APPEL = "Cette séance examine un autre appel."
DEJA = "Déjà à l’ordre du jour."
SANS_ATTENTE = "Aucun avis n’y manque, ou le dossier n’est pas recevable."


def _tenir(cles: Iterable[int], *, par: Utilisateur) -> tuple[list[Dossier], CompteRendu]:
    """Those on which this person may act, locked in the order of their keys; the others named."""
    voulues = sorted(set(cles))
    exiger_peu(voulues)
    verrouilles = (
        Dossier.objects.deposes()
        .filter(pk__in=voulues)
        .select_related("appel", "porteur", "confie_a")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    gardes, ecartes = ecarter_les_empeches(verrouilles, par=par)
    fait = CompteRendu()
    fait.laisser(ecartes, EMPECHE)
    return gardes, fait


@transaction.atomic
def inscrire(
    comite: Comite, cles: Iterable[int], *, par: Utilisateur, recu_le: datetime
) -> CompteRendu:
    """Put these on the agenda of a meeting, after those that are there, by number.

    What does not pass stays out, with its reason. Raises `Clos` or `TropALaFois`.
    """
    gardes, fait = _tenir(cles, par=par)
    ouvert = verrouiller_ouvert(comite)  # after the dossiers, as everywhere
    inscrits = dict(ouvert.inscriptions.values_list("dossier", "ordre"))
    suivant = max(inscrits.values(), default=0)
    non_recevables = barrieres.non_recevables(gardes)
    for dossier in sorted(gardes, key=_par_numero):
        raison = _pourquoi_pas(dossier, ouvert, inscrits, non_recevables)
        if raison:
            fait.laisser([dossier], raison)
            continue
        suivant = min(suivant + 1, ordre_du_jour.ORDRE_MAX)
        ouvert.inscriptions.create(dossier=dossier, ordre=suivant, par=par, le=recu_le)
        fait.toucher(dossier)
    return fait


def _par_numero(dossier: Dossier) -> str:
    return str(dossier.numero)


def _pourquoi_pas(
    dossier: Dossier, comite: Comite, inscrits: dict[int, int], non_recevables: set[int]
) -> str:
    """Empty when it goes on the agenda."""
    if dossier.appel_id != comite.appel_id:
        return AUTRE_APPEL
    if dossier.pk in inscrits:
        return DEJA
    raison = ordre_du_jour.pourquoi_pas(dossier, non_recevables)
    return f"{raison[:1].upper()}{raison[1:]}." if raison else ""


@transaction.atomic
def demander_les_avis(cles: Iterable[int], *, par: Utilisateur, recu_le: datetime) -> CompteRendu:
    """Tell who gives the opinion of each funder asked how many of these wait; the others named.

    The same dossiers the same day are asked once. Raises `TropALaFois`.
    """
    gardes, fait = _tenir(cles, par=par)
    manquants = _avis_manquants(gardes)
    attendent = {dossier for par_financeur in manquants.values() for dossier in par_financeur}
    for dossier in gardes:
        if dossier.pk in attendent:
            fait.toucher(dossier)
        else:
            fait.laisser([dossier], SANS_ATTENTE)
    avisent = Appartenance.objects.actives().avec_role(Role.AVIS_FINANCEUR)
    for appartenance in (
        avisent.filter(
            utilisateur__is_active=True,
            partenaire__in={financeur for _, financeur in manquants},
        )
        .select_related("utilisateur", "partenaire")
        .order_by("pk")
    ):
        for (appel, financeur), siens in manquants.items():
            if financeur == appartenance.partenaire_id:
                _prevenir(appartenance, appel, siens, recu_le)
    reveil.apres_commit("appels.envoyer_courriels")
    return fait


def _prevenir(
    appartenance: Appartenance, appel: int, dossiers: set[int], recu_le: datetime
) -> None:
    """Only of what this person may read: a perimeter or a déport leaves the others out."""
    personne = appartenance.utilisateur
    ici = [Role.AVIS_FINANCEUR], appartenance.partenaire_id
    lisibles = Dossier.objects.instruits_par(personne).du_perimetre_de(personne, *ici)
    cles = list(lisibles.filter(pk__in=dossiers).order_by("pk").values_list("pk", flat=True))
    if cles:
        lot = hashlib.sha256(repr(cles).encode()).hexdigest()[:12]
        courriels.avis_demandes(
            Appel.objects.get(pk=appel), appartenance.partenaire, personne, len(cles), recu_le, lot
        )


def _avis_manquants(dossiers: list[Dossier]) -> dict[tuple[int, int], set[int]]:
    """{(call, funder): dossiers that wait for its opinion}, among those that are receivable."""
    recevables = [dossier.pk for dossier in dossiers if dossier.etat == Etat.RECEVABLE]
    partages = Avis.objects.partages().filter(
        dossier=models.OuterRef("dossier"), partenaire=models.OuterRef("partenaire")
    )
    demandes = Financement.objects.filter(
        ~models.Exists(partages), dossier__in=recevables, partenaire__isnull=False, decision=""
    )
    manquants: dict[tuple[int, int], set[int]] = {}
    for appel, financeur, dossier in demandes.values_list(
        "dossier__appel", "partenaire", "dossier"
    ):
        manquants.setdefault((appel, financeur), set()).add(dossier)
    return manquants
