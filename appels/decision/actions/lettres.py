"""Letters: prepared from the decisions, made by the worker, corrected, released together, read."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO

from django.db import models, transaction

from appels.decision import courriels, departs, lettres
from appels.decision.actions.decisions import verrouiller_l_appel
from appels.decision.conflits import GabaritChange, LettreCorrigee
from appels.decision.refus_des_lettres import (
    AutreNombre,
    CorrigeeEntreTemps,
    DejaPartie,
    EchantillonChange,
    RienALiberer,
    SansTribunal,
)
from appels.models import (
    Accord,
    Acte,
    Appel,
    Auteur,
    Barriere,
    Decision,
    DecisionPrise,
    Diffusion,
    Dossier,
    Financement,
    Gabarit,
    GenreDiffusion,
    Lettre,
)
from appels.models.dossiers import DossierQuerySet
from appels.models.etats import EN_COURSE
from appels.models.financement import FinancementQuerySet
from appels.models.lettre import LettreQuerySet
from appels.socle import barrieres, empechement, fabrique, pdf, reveil
from partenaires.models import Partenaire, Service, Utilisateur
from quartiers import suites


@dataclass
class Preparation:
    """What was prepared, what is left aside, and the outcomes that have no template yet."""

    nombre: int = 0
    laisses: list[tuple[Dossier, str]] = field(default_factory=list)  # and why
    sans_gabarit: set[tuple[str, str]] = field(default_factory=set)  # (outcome in words, funder)
    ecartes: list[Dossier] = field(default_factory=list)


@transaction.atomic
def ecrire_un_gabarit(
    decision: str,
    partenaire: Partenaire | None,
    donnees: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
    vu: str | None = None,
) -> Gabarit:
    """A new row: letters already prepared keep the text that they had.

    `vu`: the print of the text that the page began with, empty for none. Raises `GabaritChange`.
    """
    Service.verrouille()  # two agents at once write one after the other
    actuel = Gabarit.objects.filter(decision=decision, partenaire=partenaire).first()
    if actuel and vu is not None and vu != actuel.empreinte:
        raise GabaritChange(actuel)
    return Gabarit.objects.create(
        decision=decision,
        partenaire=partenaire,
        **donnees,
        par=par,
        le=recu_le,
    )


def a_preparer(appel: Appel) -> FinancementQuerySet:
    """The decisions of a call that no letter tells yet."""
    vives = Lettre.objects.vives().filter(financement=models.OuterRef("pk"))
    dites = vives.a_jour() | vives.en_attente()
    # Asked of the call and of each request: the database reads no other call for it
    return (
        Financement.objects.filter(
            dossier__appel=appel,
            dossier__depose_le__isnull=False,
            dossier__etat__in=EN_COURSE,
            partenaire__isnull=False,
        )
        .exclude(decision__in=["", Decision.RENONCE])
        .filter(~models.Exists(dites))
        .select_related("dossier__appel", "dossier__porteur__fiche", "partenaire")
        .prefetch_related("dossier__appel__financeurs")
        .order_by("dossier__numero", "pk")
    )


@transaction.atomic
@suites.en_une_fois()
def preparer(appel: Appel, *, par: Utilisateur, recu_le: datetime) -> Preparation:
    """A letter for each decision without one; twice makes none twice. Raises `SansTribunal`.

    A dossier that is not receivable any more waits, unless the head derogated; those on which this
    person may not act are left aside.
    """
    verrouille = verrouiller_l_appel(appel.pk)
    if not verrouille.tribunal:
        raise SansTribunal
    gabarits = Gabarit.objects.en_vigueur()
    auteurs = Auteur.objects.en_vigueur()
    service = Service.actuel()
    bilan = Preparation()
    neuves = []
    tous = a_preparer(verrouille)
    decides = Dossier.objects.filter(pk__in=tous.values("dossier")).order_by("numero")
    gardes, bilan.ecartes = empechement.ecarter_les_empeches(decides, par=par)
    demandes = list(tous.filter(dossier__in=gardes))
    courantes = DecisionPrise.objects.courantes().filter(financement__in=demandes)
    prises = {prise.financement_id: prise for prise in courantes}
    barres = barrieres.non_recevables([demande.dossier for demande in demandes])
    for demande in demandes:
        if demande.dossier_id in barres:
            bilan.laisses.append((demande.dossier, barrieres.RAISONS[Barriere.RECEVABILITE]))
            continue
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
                mentions=lettres.mentions(
                    demande, service, auteurs.get(demande.partenaire_id or 0)
                ),
                prise=prises[demande.pk],
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

    It does not leave any more with those that wait for an instant, and its funder, who had agreed
    to the former text, is asked anew.

    `vue`: the print of the text that the page showed. Raises `DejaPartie` or `LettreCorrigee`.
    """
    actuelle = _en_attente(lettre, par=par)
    if vue is not None and vue != actuelle.empreinte:
        raise LettreCorrigee(actuelle)
    if (objet, corps) != (actuelle.objet, actuelle.corps):
        _perimer_l_accord(actuelle, recu_le)
    actuelle.objet = objet
    actuelle.corps = corps
    actuelle.corrigee_le = recu_le
    actuelle.corrigee_par = par
    return _a_refaire(actuelle)


@transaction.atomic
def refaire(lettre: Lettre, *, par: Utilisateur) -> Lettre:
    """Try the PDF again after failures. Raises `DejaPartie`."""
    return _a_refaire(_en_attente(lettre, par=par))


def _perimer_l_accord(lettre: Lettre, instant: datetime) -> None:
    """What its funder agreed to is not what it says any more."""
    if lettre.prise_id:
        Accord.objects.perimer(lettre.prise_id, instant)


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
    vue: str | None = None,
) -> None:
    """It will not leave; another may be prepared. Raises `DejaPartie`.

    `vue`: the print of the text that the page showed. Raises `CorrigeeEntreTemps`.
    """
    actuelle = _en_attente(lettre, par=par)
    if vue is not None and vue != actuelle.empreinte:
        raise CorrigeeEntreTemps
    _perimer_l_accord(actuelle, recu_le)
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
    """Those that would leave now: made, telling the decision as it stands, of a dossier in order.

    Those that wait for an instant already chosen are not among them. `parmi`: the dossiers that one
    may read; None for all.
    """
    dossiers = Dossier.objects.all() if parmi is None else parmi
    libres = Lettre.objects.en_attente().filter(
        financement__dossier__in=dossiers.filter(appel=appel), diffusion__isnull=True
    )
    lues = list(pour_partir(libres))
    retenues = departs.retenues(lues)
    return [lettre for lettre in lues if lettre.pk not in retenues]


def pour_partir(lettres: LettreQuerySet) -> LettreQuerySet:
    """With all that says whether each may leave, and to whom."""
    return lettres.select_related(
        "prise", "diffusion", "financement__dossier__porteur__fiche", "financement__partenaire"
    ).order_by("financement__dossier__numero", "pk")


@transaction.atomic
@suites.en_une_fois()
def liberer(
    appel: Appel,
    cochees: Collection[int],
    confirme: int,
    *,
    par: Utilisateur,
    recu_le: datetime,
    prevue_le: datetime | None = None,
    relues: Collection[tuple[int, int]] = (),
    versions: Mapping[int, int] | None = None,
) -> Diffusion:
    """Let the letters ticked reach their organisations: now, or when `prevue_le` comes.

    What cannot leave is left aside and named in `laissees`. `relues`: (letter, version) of the
    sample that was read again; `versions`: {letter: version} of those that the page showed, one
    corrected since is left aside. Raises `AutreNombre` when that many are not `confirme`,
    `EchantillonChange`, `RienALiberer`, or `PasDansLePasse`.
    """
    if len(set(cochees)) != confirme:
        raise AutreNombre(len(set(cochees)))
    departs.exiger_a_venir(prevue_le, recu_le)
    attendent = Lettre.objects.filter(financement__dossier__appel=appel, pk__in=cochees)
    trouvees = _verrouiller_les_departs(appel, attendent)
    _exiger_l_echantillon(appel, relues)
    retenues = departs.retenues(trouvees, par=par, versions=versions)
    partantes = [lettre for lettre in trouvees if lettre.pk not in retenues]
    if not partantes:
        raise RienALiberer
    diffusion = Diffusion.objects.create(
        appel=appel,
        genre=GenreDiffusion.LETTRES,
        prevue_le=prevue_le or recu_le,
        demandee_le=recu_le,
        par=par,
        laissees=departs.en_clair(trouvees, retenues),
        relues=[list(relue) for relue in relues],
        versions=[[lettre.pk, lettre.version] for lettre in partantes],
    )
    Lettre.objects.filter(pk__in=[lettre.pk for lettre in partantes]).update(diffusion=diffusion)
    if prevue_le is None:
        _partir(diffusion, partantes, recu_le)
    return diffusion


def _exiger_l_echantillon(appel: Appel, relues: Collection[tuple[int, int]]) -> None:
    """What was read again is what would leave: raises `EchantillonChange`."""
    versions = dict(relues)
    de_l_appel = Lettre.objects.filter(financement__dossier__appel=appel)
    lues = de_l_appel.filter(pk__in=versions).select_related("financement__dossier")
    changees = [
        lettre for lettre in lues if lettre.ecartee_le or lettre.version != versions[lettre.pk]
    ]
    if changees or len(lues) != len(versions):
        raise EchantillonChange(
            [lettre.financement.dossier.numero or "" for lettre in changees] or ["une lettre"]
        )


def _verrouiller_les_departs(appel: Appel, attendent: LettreQuerySet) -> list[Lettre]:
    """These letters and their dossiers, locked and fresh: nobody decides nor corrects meanwhile."""
    list(
        Dossier.objects.select_for_update(of=("self",))
        .filter(pk__in=attendent.values("financement__dossier"))
        .order_by("pk")
    )
    verrouiller_l_appel(appel.pk)  # after the dossiers, as everywhere
    list(attendent.select_for_update(of=("self",)).order_by("pk"))
    return list(pour_partir(attendent))


@transaction.atomic
@suites.en_une_fois()
def executer(diffusion: Diffusion, instant: datetime) -> None:
    """The instant chosen has come: what changed since is left aside, and the head is told.

    Does nothing when it was done, or cancelled, meanwhile.
    """
    trouvees = _verrouiller_les_departs(diffusion.appel, diffusion.lettres.all())
    actuelle = departs.encore_prevue(diffusion)
    if actuelle is None:
        return
    lues = dict(actuelle.versions)
    retenues = departs.retenues(trouvees, par=actuelle.par, dans=actuelle, versions=lues)
    laissees = departs.en_clair(trouvees, retenues)
    actuelle.laissees += laissees
    Lettre.objects.filter(pk__in=retenues).update(diffusion=None)
    _partir(actuelle, [lettre for lettre in trouvees if lettre.pk not in retenues], instant)
    courriels.diffusion_faite(actuelle, len(trouvees), laissees)


def _partir(diffusion: Diffusion, lettres: list[Lettre], instant: datetime) -> None:
    """These letters leave, one mail an organisation; those that they replace say so."""
    Lettre.objects.filter(pk__in=[lettre.pk for lettre in lettres]).update(
        liberee_le=instant, liberee_par=diffusion.par
    )
    diffusion.faite_le = instant
    diffusion.save(update_fields=["faite_le", "laissees"])
    par_organisme: dict[int, list[Lettre]] = defaultdict(list)
    for lettre in lettres:
        Lettre.objects.liberees().filter(
            financement=lettre.financement_id, remplacee_par__isnull=True
        ).exclude(pk=lettre.pk).update(remplacee_par=lettre)
        dossier = lettre.financement.dossier
        dossier.passages.create(
            acte=Acte.NOTIFIER,
            par=diffusion.par,
            le=instant,
            motif=lettre.financement.nom[:300],
        )
        par_organisme[dossier.porteur_id].append(lettre)
    for recues in par_organisme.values():
        courriels.lettres_a_ouvrir(diffusion, recues, instant)
    reveil.apres_commit("appels.envoyer_courriels")


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
