"""The opinion of a funder: kept for itself, then shared with the others."""

from datetime import datetime

from django.db import transaction

from appels.decision.actions.decisions import HorsCourse, verrouiller_l_appel
from appels.decision.conflits import AvisChange
from appels.models import Acte, Appel, Avis, Dossier, Financement
from appels.models.dossiers import DossierQuerySet
from appels.socle import courriels, reveil
from appels.socle.verrous import verrouiller
from partenaires.models import Appartenance, Partenaire, Role, Utilisateur
from partenaires.socle.refus import Refus


class AvisIncomplet(Refus):
    """An opinion is shared once it says something."""

    phrase = "Choisissez un avis avant de le partager."
    champ = "sens"


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
    the page showed, empty for none. Raises `HorsCourse`, `AvisChange` or `AvisIncomplet`; nothing
    is then kept.
    """
    verrouille = verrouiller(dossier)
    if not verrouille.est_en_course:
        raise HorsCourse("Ce dossier n’est plus en course : l’avis n’est pas enregistré.")
    actuel = (
        Avis.objects.filter(dossier=verrouille, partenaire=partenaire)
        .select_related("auteur")
        .first()
    )
    if actuel and vue is not None and vue != actuel.empreinte:
        raise AvisChange(actuel)
    avis = actuel or Avis(dossier=verrouille, partenaire=partenaire)
    for champ, valeur in donnees.items():
        setattr(avis, champ, valeur)
    avis.auteur = par
    avis.modifie_le = recu_le
    if (partager or avis.partage_le) and not avis.sens:
        raise AvisIncomplet
    if partager and avis.partage_le is None:
        avis.partage_le = recu_le
        avis.partage_par = par
        verrouille.passages.create(acte=Acte.AVISER, par=par, le=recu_le, motif=str(avis)[:300])
    avis.save()
    return avis


def attendus(appel: Appel, partenaire: Partenaire, personne: Utilisateur) -> DossierQuerySet:
    """The dossiers of a call that wait for the opinion of a funder from this person.

    Its opinion is not shared yet, nor its decision taken.
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
