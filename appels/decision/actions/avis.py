"""The opinion of a funder: kept for itself, then shared with the others."""

from datetime import datetime

from django.db import transaction

from appels.decision.actions.decisions import HorsCourse, verrouiller_l_appel
from appels.models import Acte, Appel, Avis, Dossier, Financement
from appels.socle import courriels, reveil
from appels.socle.verrous import verrouiller
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur


class AvisIncomplet(Exception):
    """An opinion is shared once it says something."""


class Entretemps(Exception):
    """A colleague changed the opinion since the page was shown: as it is now."""

    def __init__(self, actuel: Avis):
        self.actuel = actuel
        super().__init__(str(actuel))


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
) -> Avis:
    """Keep the opinion of this funder. What was shared stays shared.

    `donnees`: recevable, sens, motif, montant_propose (cents). `vue`: the print of the opinion that
    the page showed, empty for none. Raises `HorsCourse`, `Entretemps` or `AvisIncomplet`; nothing
    is then kept.
    """
    verrouille = verrouiller(dossier)
    if not verrouille.est_en_course:
        raise HorsCourse
    actuel = (
        Avis.objects.filter(dossier=verrouille, partenaire=partenaire)
        .select_related("auteur")
        .first()
    )
    if actuel and vue is not None and vue != actuel.empreinte:
        raise Entretemps(actuel)
    avis = actuel or Avis(dossier=verrouille, partenaire=partenaire)
    for champ, valeur in donnees.items():
        setattr(avis, champ, valeur)
    avis.auteur, avis.modifie_le = par, recu_le
    if (partager or avis.partage_le) and not avis.sens:
        raise AvisIncomplet
    if partager and avis.partage_le is None:
        avis.partage_le, avis.partage_par = recu_le, par
        verrouille.passages.create(acte=Acte.AVISER, par=par, le=recu_le, motif=str(avis)[:300])
    avis.save()
    return avis


def attendus(appel: Appel, partenaire: Partenaire, personne: Utilisateur):
    """The dossiers of a call on which this person may give the opinion of a funder, not shared nor
    decided yet.
    """
    demandes = Financement.objects.filter(partenaire=partenaire, decision="").values("dossier")
    partages = Avis.objects.partages().filter(partenaire=partenaire).values("dossier")
    return (
        Dossier.objects.instruits_par(personne)
        .filter(appel=appel, pk__in=demandes)
        .en_course()
        .exclude(pk__in=partages)
    )


@transaction.atomic
def relancer(appel: Appel, *, recu_le: datetime) -> int:
    """Tell each person who gives the opinion of a funder of the call how many dossiers wait; how
    many people told.

    Once a day for each: the same day again tells nobody.
    """
    verrouiller_l_appel(appel.pk)  # two agents at once remind once
    gens = Appartenance.objects.financeurs().filter(
        role=Role.AVIS_FINANCEUR,
        utilisateur__is_active=True,
        partenaire__in=appel.financeurs.values("partenaire"),
    )
    prevenus = 0
    for appartenance in gens.select_related("utilisateur", "partenaire").order_by("pk"):
        combien = attendus(appel, appartenance.partenaire, appartenance.utilisateur).count()
        prevenus += bool(combien) and courriels.avis_attendus(
            appel, appartenance.partenaire, appartenance.utilisateur, combien, recu_le
        )
    reveil.apres_commit("appels.envoyer_courriels")
    return prevenus
