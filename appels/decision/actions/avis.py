"""The opinion of a funder: kept for itself, then shared with the others."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.text import Truncator

from appels.decision import financeurs
from appels.decision.actions.decisions import HorsCourse, verrouiller_l_appel
from appels.decision.conflits import AvisChange
from appels.decision.recueils import Recueil
from appels.instruction.actions import deports
from appels.models import Acte, Appel, Avis, AvisRemplace, Dossier, Financement, Sens
from appels.models.dossiers import DossierQuerySet
from appels.socle import courriels, reveil, versions
from appels.socle.empechement import ecarter_les_empeches, verrouiller_pour_instruire
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from partenaires.socle.refus import AuMemeInstant, Refus
from quartiers.articles import de
from quartiers.francais import en_euros, moment


class AvisIncomplet(Refus):
    """An opinion is shared once it says something."""

    phrase = "Choisissez un avis avant de le partager."
    champ = "sens"


class DemandeChangee(Refus):
    """A correction changed what is asked of this funder since the page was shown."""

    champ = "montant_propose"

    def __init__(self, partenaire: Partenaire, montant: int | None):
        dit = "sans montant" if montant is None else en_euros(montant)
        super().__init__(
            f"La demande à {partenaire} a changé depuis que cette page est montrée : {dit} "
            "maintenant. L’avis n’est pas enregistré : relisez-la, puis enregistrez à nouveau."
        )


class PlusDemande(Refus):
    """A correction asks this funder nothing any more, or it was never asked."""

    def __init__(self, partenaire: Partenaire):
        super().__init__(
            f"Ce dossier ne demande plus rien à {partenaire} : l’avis n’est pas enregistré."
        )


@transaction.atomic
def donner(
    dossier: Dossier,
    partenaire: Partenaire,
    donnees: dict,
    *,
    partager: bool,
    par: Utilisateur,
    recu_le: datetime,
    vue: str | None = None,
    demande: int | None = None,
    version: int | None = None,
) -> Avis:
    """Keep the opinion of this funder. What was shared stays shared, and what it said is kept;
    « Déport » declares it.

    `donnees`: recevable, sens, motif, montant_propose (cents). `vue`: the print of the opinion that
    the page showed, empty for none; `demande`: what it showed as asked, in cents; `version`: the
    rank of the one that it showed. Raises `HorsCourse`, `NouvelleVersion`, `PlusDemande`,
    `DemandeChangee`, `AvisChange` or `AvisIncomplet`; nothing is then kept.
    """
    verrouille = verrouiller_pour_instruire(
        dossier, par=par, roles=[Role.AVIS_FINANCEUR], pour=partenaire
    )
    _exiger_d_etre_demande(verrouille, partenaire, demande)
    versions.exiger_la_version(verrouille, version)
    avis = _l_avis(verrouille, partenaire)
    if avis.pk and vue is not None and vue != avis.empreinte:
        raise AvisChange(avis)
    ancien = _tel_que_partage(avis) if avis.partage_le else None
    for champ, valeur in donnees.items():
        setattr(avis, champ, valeur)
    avis.auteur = par
    avis.recueilli = ""
    avis.modifie_le = recu_le
    if (partager or avis.partage_le) and not avis.sens:
        raise AvisIncomplet
    if partager and avis.partage_le is None:
        avis.partage_le = recu_le
        avis.partage_par = par
        verrouille.passages.create(acte=Acte.AVISER, par=par, le=recu_le, motif=str(avis)[:300])
    avis.save()
    if ancien and ancien.differe(avis):
        _garder(ancien, verrouille, par=par, recu_le=recu_le)
    if avis.sens == Sens.DEPORT:
        _se_deporter(avis, verrouille, recu_le=recu_le)
    return avis


def _exiger_d_etre_demande(dossier: Dossier, partenaire: Partenaire, lue: int | None) -> None:
    """The dossier still runs, and asks this funder what the page showed (`lue`, in cents)."""
    if not dossier.est_en_course:
        raise HorsCourse("Ce dossier n’est plus en course : l’avis n’est pas enregistré.")
    if not dossier.financements.filter(partenaire=partenaire).exists():
        raise PlusDemande(partenaire)
    demandee = financeurs.demande_a(dossier, partenaire)["montant"]
    if lue is not None and lue != demandee:
        raise DemandeChangee(partenaire, demandee)


def _l_avis(dossier: Dossier, partenaire: Partenaire) -> Avis:
    """The opinion of this funder, or a new one."""
    donnes = Avis.objects.filter(dossier=dossier, partenaire=partenaire)
    return donnes.select_related("auteur").first() or Avis(dossier=dossier, partenaire=partenaire)


class AvisDejaDonne(Refus):
    """The funder shared its opinion itself: the service does not rewrite it."""

    def __init__(self, partenaire: Partenaire):
        super().__init__(
            f"{partenaire} vient de partager son avis sur le portail : il compte. Rien n’est "
            "enregistré."
        )


@transaction.atomic
def recueillir(
    dossier: Dossier,
    recus: list[Recueil],
    *,
    de_qui: str,
    par: Utilisateur,
    recu_le: datetime,
    version: int | None = None,
) -> int:
    """Keep, shared, the opinions that funders gave by letter or in a meeting: how many changed.

    `de_qui`: where they come from. A draft of the funder stays its own: kept, read by its people
    alone. `version`: as in `donner`. Raises `HorsCourse`, `NouvelleVersion`, `PlusDemande`,
    `AvisDejaDonne`, or `AuMemeInstant` when somebody entered one since the form was read; nothing
    is then kept.
    """
    verrouille = verrouiller_pour_instruire(dossier, par=par)
    if not verrouille.est_en_course:
        raise HorsCourse("Ce dossier n’est plus en course : les avis ne sont pas enregistrés.")
    versions.exiger_la_version(verrouille, version)
    actuels = {
        avis.partenaire_id: avis
        for avis in Avis.objects.filter(dossier=verrouille).select_related("auteur", "partenaire")
    }
    attendus_de = set(
        verrouille.financements.filter(decision="").values_list("partenaire", flat=True)
    )
    changes = 0
    for recu in recus:
        if recu.partenaire.pk not in attendus_de:
            raise PlusDemande(recu.partenaire)
        actuel = actuels.get(recu.partenaire.pk)
        if actuel and actuel.partage_le and not actuel.recueilli:
            raise AvisDejaDonne(recu.partenaire)
        if _a_bouge(recu, actuel):
            raise AuMemeInstant
        changes += _inscrire(verrouille, actuel, recu, de_qui, par=par, recu_le=recu_le)
    return changes


def _a_bouge(recu: Recueil, actuel: Avis | None) -> bool:
    """A shared opinion is not the one that was read."""
    partage = actuel if actuel and actuel.partage_le else None
    if partage is None or recu.lu is None:
        return partage is not recu.lu
    return partage.empreinte != recu.lu.empreinte


def _inscrire(
    dossier: Dossier,
    actuel: Avis | None,
    recu: Recueil,
    de_qui: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> bool:
    """One of them, on a locked dossier; False when it says what is there already."""
    ancien = _tel_que_partage(actuel) if actuel else None
    avis = actuel or Avis(dossier=dossier, partenaire=recu.partenaire)
    avis.sens = recu.sens
    avis.montant_propose = recu.montant_propose
    avis.motif = recu.motif
    if ancien and avis.partage_le and not ancien.differe(avis):
        return False
    if ancien:
        ancien.etait_partage = avis.partage_le is not None
    avis.recueilli = de_qui
    avis.auteur = par
    avis.modifie_le = recu_le
    avis.partage_le = avis.partage_le or recu_le
    avis.partage_par = avis.partage_par or par
    avis.save()
    if ancien:
        ancien.par = par
        ancien.le = recu_le
        ancien.save()
    motif = f"{avis}, reçu par {de_qui}"
    dossier.passages.create(acte=Acte.AVISER, par=par, le=recu_le, motif=motif[:300])
    return True


@transaction.atomic
def donner_en_lot(
    dossiers: list[Dossier],
    partenaire: Partenaire,
    *,
    par: Utilisateur,
    recu_le: datetime,
    vus: dict[int, tuple[int, int]] | None = None,
) -> tuple[int, list[Dossier]]:
    """« Favorable au montant demandé » on each: (how many, those left aside).

    Left aside: what is closed to this person, no longer waits for this opinion, does not ask what
    the page showed, or was corrected since (`vus`: {dossier: (cents, rank of its version)}; what is
    not named there was not shown).
    """
    # Locked first: a draft begun, or a dossier withdrawn, since the page was shown is left aside
    verrouilles = (
        Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers])
        .select_related("appel")
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    gardes, ecartes = ecarter_les_empeches(
        verrouilles, par=par, roles=[Role.AVIS_FINANCEUR], pour=partenaire
    )
    donnes = 0
    for dossier in gardes:
        est_montre = vus is None or dossier.pk in vus
        vu = (vus or {}).get(dossier.pk, (None, None))
        if est_montre and _favorable(dossier, partenaire, vu, par=par, recu_le=recu_le):
            donnes += 1
        else:
            ecartes.append(dossier)
    return donnes, ecartes


def _favorable(
    dossier: Dossier,
    partenaire: Partenaire,
    vu: tuple[int | None, int | None],
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> bool:
    """Given and shared, on a locked dossier; False, and nothing is written, when it is left aside.

    `vu`: the amount and the version that the page showed.
    """
    demande = Financement.objects.filter(
        dossier=dossier, partenaire=partenaire, decision=""
    ).aggregate(somme=Sum("montant"))
    # A draft says something that this would erase
    commence = Avis.objects.filter(dossier=dossier, partenaire=partenaire).exists()
    if demande["somme"] is None or commence or not dossier.est_en_course:
        return False
    favorable = {
        "recevable": True,
        "sens": Sens.FAVORABLE,
        "motif": "",
        "montant_propose": demande["somme"],
    }
    try:
        donner(
            dossier,
            partenaire,
            favorable,
            partager=True,
            par=par,
            recu_le=recu_le,
            demande=vu[0],
            version=vu[1],
        )
    except (DemandeChangee, versions.NouvelleVersion):
        return False
    return True


def _garder(ancien: AvisRemplace, dossier: Dossier, *, par: Utilisateur, recu_le: datetime) -> None:
    """What a shared opinion said before it changed, and its line in the log."""
    ancien.par = par
    ancien.le = recu_le
    ancien.save()
    dossier.passages.create(
        acte=Acte.AVISER,
        par=par,
        le=recu_le,
        motif=f"{ancien.avis.partenaire} : remplace l’avis du {moment(ancien.donne_le)}"[:300],
    )


def _se_deporter(avis: Avis, dossier: Dossier, *, recu_le: datetime) -> None:
    """The opinion « Déport » is one: the dossier closes to who gives it, not to their funder."""
    motif = f"Avis {de(avis.partenaire)} : déport. {avis.motif}".strip()
    deports.declarer(
        dossier,
        avis.auteur,
        motif=Truncator(motif).chars(300),
        par=avis.auteur,
        recu_le=recu_le,
    )


def _tel_que_partage(avis: Avis) -> AvisRemplace:
    """What its readers could read until now; not saved."""
    return AvisRemplace(
        avis=avis,
        recevable=avis.recevable,
        sens=avis.sens,
        motif=avis.motif,
        montant_propose=avis.montant_propose,
        auteur=avis.auteur,
        donne_le=avis.modifie_le,
    )


def attendus(appel: Appel, partenaire: Partenaire, personne: Utilisateur) -> DossierQuerySet:
    """The dossiers of a call that wait for the opinion of a funder from this person.

    Its opinion is not shared yet, nor its decision taken.
    """
    demandes = Financement.objects.filter(partenaire=partenaire, decision="").values("dossier")
    partages = Avis.objects.partages().filter(partenaire=partenaire).values("dossier")
    return (
        Dossier.objects.instruits_par(personne)
        .du_perimetre_de(personne, [Role.AVIS_FINANCEUR], partenaire.pk)
        .filter(appel=appel, pk__in=demandes)
        .en_course()
        .exclude(pk__in=partages)
    )


@transaction.atomic
def relancer(appel: Appel, *, recu_le: datetime) -> int:
    """Tell who gives the opinion of a funder how many dossiers wait; how many people were told.

    Once a day for each: the same day again tells nobody.
    """
    verrouiller_l_appel(appel.pk)  # two agents at once remind once
    avisent = Appartenance.objects.actives().avec_role(Role.AVIS_FINANCEUR)
    appartenances = avisent.filter(
        utilisateur__is_active=True,
        partenaire__in=appel.financeurs.values("partenaire"),
    )
    prevenus = 0
    for appartenance in appartenances.select_related("utilisateur", "partenaire").order_by("pk"):
        partenaire = appartenance.partenaire
        personne = appartenance.utilisateur
        combien = attendus(appel, partenaire, personne).count()
        if combien and courriels.avis_attendus(appel, partenaire, personne, combien, recu_le):
            prevenus += 1
    reveil.apres_commit("appels.envoyer_courriels")
    return prevenus
