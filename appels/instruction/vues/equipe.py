"""The access of one person of the service or of a funder: what the head of the service may do."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from appels.instruction.actions import equipe as actes
from appels.instruction.forms import equipe as formulaires
from appels.socle.requete import Requete
from partenaires.models import Appartenance
from partenaires.organismes.actions import equipe
from partenaires.socle.vues.formulaire import afficher, refus_sur, saisie
from quartiers.articles import de
from quartiers.francais import accorder

PLUS_OFFERT = (
    "Cet accès a changé entre-temps : cet acte ne s’y fait plus. Rien n’est enregistré ; ce qui "
    "peut se faire est ci-dessous."
)


@require_http_methods(["GET", "HEAD", "POST"])
def acces(request: Requete, pk: int) -> HttpResponse:
    """Role, suspension, second factor, departure: a form each, and the acts already done."""
    appartenance = get_object_or_404(
        Appartenance.objects.de_l_equipe().select_related("utilisateur", "partenaire"), pk=pk
    )
    personne = appartenance.utilisateur
    confies = actes.confies_a(personne)
    second_facteur = is_mfa_enabled(personne)
    forms = _formulaires(request, appartenance, confies, second_facteur=second_facteur)
    for form in forms:
        if form.is_bound and form.is_valid():
            with refus_sur(form):
                messages.success(request, _agir(request, appartenance, form))
                return redirect("partenaires:equipe")
    return afficher(
        request,
        "appels/instruction/acces.html",
        {
            "erreurs": _plus_offert(request, forms),
            "appartenance": appartenance,
            "forms": forms,
            "confies": confies,
            "second_facteur": second_facteur,
        },
        *forms,
    )


def _formulaires(
    request: Requete, appartenance: Appartenance, confies: int, *, second_facteur: bool
) -> list[formulaires.AccesForm]:
    """What may be done to this access now; the one that was posted holds what was typed."""
    repreneurs = actes.repreneurs(appartenance.utilisateur) if confies else []
    if appartenance.suspendue_le:
        return [
            formulaires.RetablirForm(_postee(request, "retablir")),
            formulaires.RetirerForm(_postee(request, "retirer"), repreneurs=repreneurs),
        ]
    offerts: list[formulaires.AccesForm] = [
        formulaires.RoleForm(
            _postee(request, "role"),
            roles=equipe.roles_possibles(appartenance.partenaire),
            initial={"role": next(iter(appartenance.roles))},
        ),
        formulaires.SuspendreForm(_postee(request, "suspendre"), repreneurs=repreneurs),
    ]
    if second_facteur and appartenance.utilisateur != request.user:
        offerts.append(formulaires.FacteurForm(_postee(request, "facteur")))
    offerts.append(formulaires.RetirerForm(_postee(request, "retirer"), repreneurs=repreneurs))
    return offerts


def _postee(request: Requete, acte: str) -> QueryDict | None:
    """What was typed in the form of this act; None for the others."""
    typee = saisie(request)
    return typee if typee is not None and typee.get("acte") == acte else None


def _plus_offert(request: Requete, forms: list[formulaires.AccesForm]) -> list[dict[str, str]]:
    """What is said when the act posted is not offered any more: nobody is left without an answer.

    The reason is given back, to be copied.
    """
    if request.method != "POST" or any(form.is_bound for form in forms):
        return []
    motif = request.POST.get(f"{request.POST.get('acte', '')}-motif", "").strip()
    garde = f" Votre motif, à copier : « {motif} »." if motif else ""
    return [{"ancre": "", "phrase": f"{PLUS_OFFERT}{garde}"}]


def _agir(request: Requete, appartenance: Appartenance, form: formulaires.AccesForm) -> str:
    """Do what the form says; the sentence that tells it. Raises the `Refus` of the act."""
    personne = appartenance.utilisateur
    cadre = {
        "motif": form.cleaned_data["motif"],
        "par": request.user,
        "recu_le": request.recu_le,
    }
    if isinstance(form, formulaires.RoleForm):
        rendus = actes.changer_role(appartenance, form.cleaned_data["role"], **cadre)
        return f"Le rôle {de(personne)} est changé.{_sans_charge(rendus)}"
    if isinstance(form, formulaires.SuspendreForm):
        rendus = actes.suspendre(appartenance, repreneur=form.repris_par(), **cadre)
        return f"L’accès {de(personne)} est suspendu.{_sans_charge(rendus)}"
    if isinstance(form, formulaires.RetirerForm):
        rendus = actes.retirer(appartenance, repreneur=form.repris_par(), **cadre)
        return f"{personne} ne fait plus partie de l’équipe.{_sans_charge(rendus)}"
    if isinstance(form, formulaires.FacteurForm):
        equipe.oter_le_second_facteur(appartenance, **cadre)
        return f"Le second facteur {de(personne)} est remis à zéro."
    equipe.retablir(appartenance, **cadre)
    return f"L’accès {de(personne)} est rétabli."


def _sans_charge(combien: int) -> str:
    """What the head still has to hand out."""
    if not combien:
        return ""
    return f" À confier à quelqu’un : {accorder(combien, 'dossier')}."
