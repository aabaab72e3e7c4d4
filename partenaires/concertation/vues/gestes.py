"""What each button of a contribution's page does: its form, the act called, the sentence said."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.http import QueryDict
from django.shortcuts import get_object_or_404

from partenaires.concertation.actions import moderation, reponses
from partenaires.concertation.fiche import Fiche
from partenaires.concertation.forms.moderation import (
    ActeForm,
    AvanceForm,
    EcarterForm,
    EtapeForm,
    EtudeForm,
    RecoursForm,
    RecoursRecuForm,
    RegleDeLaCharteForm,
    ReponseForm,
    SignalementForm,
)
from partenaires.models import (
    Contribution,
    EtapeSuite,
    Signalement,
    SourceParole,
    Suite,
    VerbeParole,
)
from partenaires.socle.entree import Requete
from partenaires.socle.vues.formulaire import numero_lu, refus_sur

Donnees = dict[str, Any]  # what the form of the act read


@dataclass(frozen=True)
class Geste:
    """An act of the page. `reste`: the same page comes back, for another step."""

    formulaire: type[ActeForm]
    acte: Callable[[Requete, Contribution, Donnees], str]
    reste: bool = False


def formulaires(
    poste: QueryDict | None, nom: str, ligne: Contribution, vu: int
) -> dict[str, ActeForm]:
    """Every form of the page, by the name of its act; only that of the act posted is bound.

    `vu`: the last line of the log that the page shows.
    """
    tous = {}
    for acte, geste in GESTES.items():
        options: Donnees = {"prefix": acte, "initial": {"vu": vu, "theme": ligne.theme}}
        if issubclass(geste.formulaire, RegleDeLaCharteForm):
            options["consultation"] = ligne.consultation
        tous[acte] = geste.formulaire(poste if acte == nom else None, **options)
    return tous


def faire(request: Requete, geste: Geste, ligne: Contribution, formulaire: ActeForm) -> str:
    """The sentence of what is done; empty when the form or the rule refuses, and says so."""
    if not formulaire.is_valid():
        return ""
    with refus_sur(formulaire):
        return geste.acte(request, ligne, formulaire.cleaned_data)
    return ""


def ecrits_perdus(fiche: Fiche, nom: str, tous: dict[str, ActeForm]) -> list[tuple[str, str]]:
    """What was typed for an act, or a notice, that the page does not offer any more: shown, so as
    to keep it.
    """
    if nom not in tous or (nom in offerts(fiche) and not _est_d_un_autre(fiche, tous[nom])):
        return []
    return tous[nom].ecrits()


def _est_d_un_autre(fiche: Fiche, formulaire: ActeForm) -> bool:
    """Typed for a notice that somebody decided meanwhile: the page shows the next one."""
    if not isinstance(formulaire, SignalementForm) or not formulaire.is_bound:
        return False
    montre = fiche.signalements_en_attente[:1]
    return [formulaire["numero"].value()] != [str(signalement.pk) for signalement in montre]


def poser_le_signalement(
    fiche: Fiche, ligne: Contribution, tous: dict[str, ActeForm]
) -> dict[str, ActeForm]:
    """The form of the notice that the page shows carries its number, and no other's words."""
    if not fiche.signalements_en_attente:
        return tous
    formulaire = tous["signalement"]
    if _est_d_un_autre(fiche, formulaire):
        formulaire = formulaires(None, "", ligne, fiche.vu)["signalement"]
    formulaire.initial["numero"] = fiche.signalements_en_attente[0].pk
    return {**tous, "signalement": formulaire}


def suites_montrees(fiche: Fiche, tous: dict[str, ActeForm]) -> list[tuple[Suite, str]]:
    """Each step, and where its list of choices says that it is: what was just typed is kept."""
    avance = cast(AvanceForm, tous["avancer"])
    return [(suite, avance.choisie(suite)) for suite in fiche.suites]


def offerts(fiche: Fiche) -> set[str]:
    """The acts whose form the page shows."""
    actes = {"etape", "avancer"} if fiche.se_masque else set()
    if fiche.est_a_relire:
        actes |= {"publier", "refuser"}
    if fiche.est_a_relire_ensuite:
        actes |= {"relire"}
    if fiche.est_a_repondre:
        actes |= {"repondre"}
    if fiche.se_met_a_l_etude:
        actes |= {"etudier"}
    if fiche.se_masque:
        actes |= {"masquer"}
    if fiche.parole.est_repondue:
        actes |= {"reprendre"}
    if fiche.se_conteste:
        actes |= {"recours_recu"}
    if fiche.recours_en_attente:
        actes |= {"recours"}
    if fiche.signalements_en_attente:
        actes |= {"signalement"}
    return actes


def _publier(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    moderation.publier(ligne, vu=donnees["vu"], par=request.user, recu_le=request.recu_le)
    return "La contribution est publiée."


def _relire(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    moderation.relire(ligne, vu=donnees["vu"], par=request.user, recu_le=request.recu_le)
    return "La contribution est relue : elle reste en ligne."


def _refuser(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    _ecarter(request, ligne, VerbeParole.REFUSER, donnees)
    return f"La contribution est refusée ; {_prevenu(ligne)}"


def _masquer(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    _ecarter(request, ligne, VerbeParole.MASQUER, donnees)
    return f"La contribution est masquée ; {_prevenu(ligne)}"


def _ecarter(request: Requete, ligne: Contribution, verbe: VerbeParole, donnees: Donnees) -> None:
    moderation.ecarter(
        ligne,
        verbe,
        motif=donnees["motif"],
        texte=donnees["texte"],
        regle=donnees["regle"],
        vu=donnees["vu"],
        par=request.user,
        recu_le=request.recu_le,
    )


def _prevenu(ligne: Contribution) -> str:
    """Whom the reason reaches, and how: never said « prevenu » when nobody can be."""
    if ligne.courriel:
        return "un courriel dit pourquoi à son auteur ou son autrice, et comment contester."
    return (
        "la raison et le recours se lisent avec le code de suivi, personne n’a laissé de courriel."
    )


def _etudier(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    reponses.etudier(
        ligne,
        theme=donnees["theme"],
        vu=donnees["vu"],
        par=request.user,
        recu_le=request.recu_le,
    )
    return "La contribution est à l’étude."


def _repondre(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    reponse = reponses.repondre(
        ligne,
        VerbeParole(donnees["issue"]),
        texte=donnees["reponse"],
        transmise_a=donnees["transmise_a"],
        theme=donnees["theme"],
        vu=donnees["vu"],
        par=request.user,
        recu_le=request.recu_le,
    )
    return f"La réponse est publiée, signée « {reponse.signature} »."


def _reprendre(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    reponses.reprendre(ligne, vu=donnees["vu"], par=request.user, recu_le=request.recu_le)
    return "L’étude est reprise : une autre réponse est à donner."


def _etape(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    reponses.poser_une_etape(
        ligne,
        etape=EtapeSuite(donnees["etape"]),
        date=donnees["date"],
        texte=donnees["fait"],
        vu=donnees["vu"],
        par=request.user,
        recu_le=request.recu_le,
    )
    return "L’étape est publiée."


def _avancer(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    suite = ligne.suites.filter(pk=donnees["suite"]).first()
    if suite is None:
        raise reponses.EtapeRetiree
    vue = donnees["vue"]
    if donnees["etape"] == "retirer":
        reponses.retirer_une_etape(suite, vue=vue, par=request.user, recu_le=request.recu_le)
        return "L’étape est retirée de la page publique."
    etape = EtapeSuite(donnees["etape"])
    reponses.faire_avancer(suite, etape, vue=vue, par=request.user, recu_le=request.recu_le)
    return f"L’étape est « {etape.label} »."


def _recours_recu(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    moderation.recueillir_un_recours(
        ligne,
        donnees["texte"],
        source=SourceParole(donnees["source"]),
        arrive_le=donnees["arrive_le"],
        vu=donnees["vu"],
        par=request.user,
        recu_le=request.recu_le,
    )
    return "Le recours est enregistré : une personne qui n’a pas écarté ce texte le relira."


def _recours(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    """The one that the page showed: another may have come since."""
    montre = ligne.recours.filter(pk=numero_lu(request.POST.get("porte_sur", "")))
    recours = montre.first() or ligne.recours.en_attente().first()
    if recours is None:
        recours = get_object_or_404(ligne.recours.order_by("-pk")[:1])
    est_accepte = donnees["decision"] == "retablir"
    moderation.trancher_le_recours(
        recours,
        est_accepte=est_accepte,
        reponse=donnees["reponse"],
        par=request.user,
        recu_le=request.recu_le,
    )
    suite = "revient en ligne" if est_accepte else "reste hors de la page publique"
    return f"Le recours est tranché : le texte {suite}."


def _signalement(request: Requete, ligne: Contribution, donnees: Donnees) -> str:
    signalement = get_object_or_404(ligne.signalements, pk=numero_lu(donnees["numero"]))
    moderation.trancher_le_signalement(
        signalement,
        masquer=donnees["decision"] == "masquer",
        raison=donnees["raison"],
        voies=donnees["voies"],
        regle=donnees["regle"],
        par=request.user,
        recu_le=request.recu_le,
    )
    return f"Le signalement {signalement.numero} a sa décision ; {_dite(signalement)}"


def _dite(signalement: Signalement) -> str:
    """Whom the decision reaches: a notice about a minor may come without an address."""
    if signalement.courriel:
        return "un courriel la dit à qui a signalé."
    return "personne n’a laissé de courriel : elle reste dans le journal de cette page."


GESTES = {
    "publier": Geste(ActeForm, _publier),
    "relire": Geste(ActeForm, _relire),
    "refuser": Geste(EcarterForm, _refuser),
    "masquer": Geste(EcarterForm, _masquer),
    "etudier": Geste(EtudeForm, _etudier, reste=True),
    "repondre": Geste(ReponseForm, _repondre),
    "reprendre": Geste(ActeForm, _reprendre, reste=True),
    "etape": Geste(EtapeForm, _etape, reste=True),
    "avancer": Geste(AvanceForm, _avancer, reste=True),
    "recours_recu": Geste(RecoursRecuForm, _recours_recu, reste=True),
    "recours": Geste(RecoursForm, _recours),
    "signalement": Geste(SignalementForm, _signalement),
}
