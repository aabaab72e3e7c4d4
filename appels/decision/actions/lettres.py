"""Letters: prepared from the decisions, made by the worker, corrected, released together, read."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from django.db import transaction

from appels.decision import lettres
from appels.decision.actions.decisions import verrouiller_l_appel
from appels.decision.conflits import LettreCorrigee
from appels.models import Acte, Appel, Decision, Dossier, Financement, Gabarit, Lettre
from appels.models.dossiers import DossierQuerySet
from appels.models.financement import FinancementQuerySet
from appels.socle import courriels, empechement, fabrique, pdf, reveil
from partenaires.models import Partenaire, Utilisateur
from partenaires.socle.refus import Refus
from quartiers.francais import accorder


class SansTribunal(Refus):
    """The call does not say where to appeal.

    Without it the delays of appeal cannot be invoked (CJA art. R421-5).
    """

    phrase = (
        "Indiquez d’abord, dans l’appel, le tribunal administratif : une lettre sans voie de "
        "recours n’ouvre aucun délai. Rien n’est préparé."
    )


class DejaPartie(Refus):
    """The letter was released, or discarded, meanwhile: it does not change any more."""

    phrase = "Cette lettre est déjà partie, ou écartée : rien n’est enregistré."


class AutreNombre(Refus):
    """The letters ready are not as many as was confirmed; `nombre`: how many now."""

    champ = "nombre"

    def __init__(self, nombre: int):
        self.nombre = nombre
        super().__init__(
            f"{accorder(nombre, 'lettre est prête', 'lettres sont prêtes')} : vérifiez la liste, "
            "puis confirmez ce nombre. Rien n’est envoyé."
        )


@dataclass
class Preparation:
    """What was prepared, what was left aside, and the outcomes that have no template yet."""

    nombre: int = 0
    sans_gabarit: set[tuple[str, str]] = field(default_factory=set)  # (outcome in words, funder)
    ecartes: list[Dossier] = field(default_factory=list)


def ecrire_un_gabarit(
    decision: str,
    partenaire: Partenaire | None,
    donnees: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Gabarit:
    """A new row: letters already prepared keep the text that they had."""
    return Gabarit.objects.create(
        decision=decision,
        partenaire=partenaire,
        **donnees,
        par=par,
        le=recu_le,
    )


def a_preparer(appel: Appel) -> FinancementQuerySet:
    """The decisions of a call that no letter tells yet."""
    en_course = Dossier.objects.filter(appel=appel).deposes().en_course()
    vives = Lettre.objects.vives().filter(financement__dossier__appel=appel)
    return (
        Financement.objects.filter(dossier__in=en_course, partenaire__isnull=False)
        .exclude(decision="")
        .exclude(pk__in=vives.values("financement"))
        .select_related("dossier__appel", "dossier__porteur", "partenaire")
        .order_by("dossier__numero", "pk")
    )


@transaction.atomic
def preparer(
    appel: Appel,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Preparation:
    """A letter for each decision without one; twice makes none twice. Raises `SansTribunal`.

    The dossiers on which this person may not act are left aside.
    """
    verrouille = verrouiller_l_appel(appel.pk)
    if not verrouille.tribunal:
        raise SansTribunal
    gabarits = Gabarit.objects.en_vigueur()
    bilan = Preparation()
    neuves = []
    decides = Dossier.objects.filter(pk__in=a_preparer(verrouille).values("dossier"))
    gardes, bilan.ecartes = empechement.ecarter_les_empeches(decides.order_by("numero"), par=par)
    for demande in a_preparer(verrouille).filter(dossier__in=gardes):
        propre = gabarits.get((demande.decision, demande.partenaire_id))
        gabarit = propre or gabarits.get((demande.decision, None))
        if gabarit is None:
            bilan.sans_gabarit.add((Decision(demande.decision).label, demande.nom))
            continue
        neuves.append(
            Lettre(
                financement=demande,
                gabarit=gabarit,
                objet=lettres.remplir(gabarit.objet, demande)[:300],
                corps=lettres.remplir(gabarit.corps, demande)[:12000],
                decision=demande.empreinte,
                preparee_le=recu_le,
                preparee_par=par,
            )
        )
    Lettre.objects.bulk_create(neuves)
    for lettre in neuves:
        reveil.apres_commit("appels.fabriquer", "lettre", lettre.pk)
    bilan.nombre = len(neuves)
    return bilan


def _en_attente(lettre: Lettre, *, par: Utilisateur) -> Lettre:
    """Locked, neither released nor discarded; raises `DejaPartie` or `Empeche`."""
    empechement.verrouiller_pour_instruire(lettre.financement.dossier, par=par)
    verrouillee = Lettre.objects.select_for_update(of=("self",)).get(pk=lettre.pk)
    if verrouillee.liberee_le or verrouillee.ecartee_le:
        raise DejaPartie
    return verrouillee


@transaction.atomic
def corriger(
    lettre: Lettre,
    objet: str,
    corps: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
    vue: str | None = None,
) -> Lettre:
    """Another text for one letter; its PDF is made again.

    `vue`: the print of the text that the page showed. Raises `DejaPartie` or `LettreCorrigee`.
    """
    actuelle = _en_attente(lettre, par=par)
    if vue is not None and vue != actuelle.empreinte:
        raise LettreCorrigee(actuelle)
    actuelle.objet = objet
    actuelle.corps = corps
    actuelle.corrigee_le = recu_le
    actuelle.corrigee_par = par
    return _a_refaire(actuelle)


@transaction.atomic
def refaire(lettre: Lettre, *, par: Utilisateur) -> Lettre:
    """Try the PDF again after failures. Raises `DejaPartie`."""
    return _a_refaire(_en_attente(lettre, par=par))


def _a_refaire(lettre: Lettre) -> Lettre:
    """Saved under a new version: a PDF begun from the text of before is thrown away."""
    lettre.version += 1
    lettre.redemander()
    lettre.save()
    reveil.apres_commit("appels.fabriquer", "lettre", lettre.pk)
    return lettre


@transaction.atomic
def ecarter(
    lettre: Lettre,
    motif: str,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> None:
    """It will not leave; another may be prepared. Raises `DejaPartie`."""
    actuelle = _en_attente(lettre, par=par)
    actuelle.ecartee_le = recu_le
    actuelle.ecartee_par = par
    actuelle.motif_ecart = motif
    actuelle.save(update_fields=["ecartee_le", "ecartee_par", "motif_ecart"])


def etablir(lettre: Lettre) -> None:
    """Make the PDF; kept if nobody corrected the letter meanwhile."""
    fabrique.fabriquer(lettre, _rendre, echecs=(pdf.RenduImpossible,))


def _rendre(lettre: Lettre) -> closing[BytesIO]:
    return closing(BytesIO(pdf.lettre(lettre)))


def pretes(appel: Appel, parmi: DossierQuerySet | None = None) -> list[Lettre]:
    """Those that would leave now: made, and telling the decision as it stands.

    `parmi`: the dossiers that one may read; None for all.
    """
    dossiers = Dossier.objects.all() if parmi is None else parmi
    etablies = (
        Lettre.objects.en_attente()
        .filter(
            financement__dossier__in=dossiers.filter(appel=appel).en_course(),
            etabli_le__isnull=False,
        )
        .select_related("financement__dossier__porteur__fiche", "financement__partenaire")
    )
    return [lettre for lettre in etablies if lettre.est_prete]


def a_liberer(appel: Appel, par: Utilisateur) -> tuple[list[Lettre], list[Dossier]]:
    """(the letters that this person may let go now, the dossiers of those left to somebody else)"""
    toutes = pretes(appel)
    dossiers = {lettre.financement.dossier_id: lettre.financement.dossier for lettre in toutes}
    gardes, ecartes = empechement.ecarter_les_empeches(dossiers.values(), par=par)
    return [lettre for lettre in toutes if lettre.financement.dossier in gardes], ecartes


@transaction.atomic
def liberer(
    appel: Appel,
    confirme: int,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> int:
    """Let every letter that is ready reach its organisation, dated; how many.

    Those of the dossiers on which this person may not act wait for somebody else (`a_liberer`).
    Raises `AutreNombre` when that is not `confirme`.
    """
    attendent = Lettre.objects.en_attente().filter(financement__dossier__appel=appel)
    list(
        Dossier.objects.select_for_update(of=("self",))
        .filter(pk__in=attendent.values("financement__dossier"))
        .order_by("pk")
    )
    verrouiller_l_appel(appel.pk)  # after the dossiers, as everywhere
    # Nobody corrects or discards meanwhile.
    list(attendent.select_for_update(of=("self",)).order_by("pk"))
    parties, _ = a_liberer(appel, par)
    if not parties or len(parties) != confirme:
        raise AutreNombre(len(parties))
    Lettre.objects.filter(pk__in=[lettre.pk for lettre in parties]).update(
        liberee_le=recu_le, liberee_par=par
    )
    for lettre in parties:
        dossier = lettre.financement.dossier
        dossier.passages.create(
            acte=Acte.NOTIFIER,
            par=par,
            le=recu_le,
            motif=lettre.financement.nom[:300],
        )
        courriels.decision(lettre)
    return len(parties)


@transaction.atomic
def ouvrir(
    lettre: Lettre,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Lettre:
    """The organisation opens its letter: the first reading is dated, the others change nothing."""
    actuelle = Lettre.objects.select_for_update(of=("self",)).get(pk=lettre.pk)
    if actuelle.lue_le is None:
        actuelle.lue_le = recu_le
        actuelle.lue_par = par
        actuelle.save(update_fields=["lue_le", "lue_par"])
    return actuelle
