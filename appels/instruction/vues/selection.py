"""What to do with the dossiers ticked on any page, or with the whole list; then none is ticked."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from django.contrib import messages
from django.db.models import OuterRef
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from appels.instruction import listes
from appels.instruction.actions import affectation, contacts, en_nombre
from appels.instruction.actions.en_nombre import CompteRendu
from appels.instruction.forms.liste import AffectationForm, charge_lue
from appels.instruction.forms.selection import DemandeForm, MessageForm, SansRienForm
from appels.instruction.offres import Offres
from appels.instruction.vues.liste import avec_charge, lue
from appels.models import DocumentDemande, Dossier, Version
from appels.models.etats import Transition
from appels.socle.requete import Requete
from partenaires.socle.vues.formulaire import afficher, numero_lu, refus_sur, saisie
from quartiers.francais import accorder


@dataclass(frozen=True)
class Choisis:
    """The list of the address, and the keys of what is ticked in it, on whatever page."""

    liste: listes.Liste
    cles: list[int]
    offertes: Offres

    @property
    def retour(self) -> str:
        """The list, nothing ticked any more."""
        return f"{reverse('appels:instruction')}?{self.liste.adresse(choisis=frozenset())}"

    @property
    def encore(self) -> str:
        """The list, the same still ticked."""
        return f"{reverse('appels:instruction')}?{self.liste.adresse()}"

    @property
    def repere(self) -> str:
        """What is ticked, in one word: the reason typed for these is not that of others."""
        return sha256(repr(self.cles).encode()).hexdigest()[:16]

    def dossiers(self) -> list[Dossier]:
        """Those ticked, by number: what left the race or one's perimeter is still named.

        `version`: the rank of the one that counts.
        """
        rangs = Version.objects.filter(dossier=OuterRef("pk")).order_by("-rang").values("rang")
        deposes = Dossier.objects.deposes().filter(pk__in=self.cles).annotate(version=rangs[:1])
        return list(deposes.select_related("appel", "porteur", "confie_a").order_by("numero"))


def choisis(request: Requete) -> Choisis:
    """What the address ticks. A filter that cannot be read ticks nothing."""
    filtre, liste = lue(request)
    cles = sorted(liste.choisis) if filtre.is_valid() else []
    return Choisis(liste, cles, filtre.choix)


def figer_toute_la_liste(request: Requete, chemin: str) -> HttpResponse | None:
    """« Toute la liste » becomes its keys: what enters the list later is not touched by surprise.

    None when the address does not ask it.
    """
    if "tous" not in request.GET:
        return None
    filtre, liste = lue(request)
    cles: list[int] = []
    if filtre.is_valid():
        rangees = liste.dossiers(listes.lisibles_par(request.user), request.recu_le)
        cles = list(rangees.values_list("pk", flat=True)[: en_nombre.A_LA_FOIS + 1])
    if len(cles) > en_nombre.A_LA_FOIS:
        messages.error(request, en_nombre.TropALaFois.phrase)
        return redirect(f"{reverse('appels:instruction')}?{liste.a_garder}")
    suite = QueryDict(liste.adresse(choisis=frozenset(cles)), mutable=True)
    if request.GET.get("acte"):
        suite["acte"] = request.GET["acte"]
    return redirect(f"{chemin}?{suite.urlencode()}")


@dataclass(frozen=True)
class Acte:
    """An act on many: its words, what it may leave, its form, what it does, what is said then."""

    titre: str
    bouton: str
    fait: tuple[str, str]  # « 3 dossiers déclarés recevables »
    former: Callable[[Requete, Choisis], Form]
    faire: Callable[[Requete, Choisis, Form], CompteRendu]
    transition: Transition | None = None


def _sans_rien(request: Requete, choisis: Choisis) -> Form:
    return SansRienForm(saisie(request))


def _admettre(request: Requete, choisis: Choisis, form: Form) -> CompteRendu:
    montrees = {
        cle: numero_lu(request.POST[f"v{cle}"]) for cle in choisis.cles if f"v{cle}" in request.POST
    }
    return en_nombre.admettre(
        choisis.cles, par=request.user, recu_le=request.recu_le, montrees=montrees
    )


def _former_la_demande(request: Requete, choisis: Choisis) -> Form:
    appels = Dossier.objects.filter(pk__in=choisis.cles).order_by().values("appel")
    documents = DocumentDemande.objects.filter(appel__in=appels, retire_le__isnull=True)
    return DemandeForm(saisie(request), documents=list(documents), instant=request.recu_le)


def _demander(request: Requete, choisis: Choisis, form: Form) -> CompteRendu:
    assert isinstance(form, DemandeForm)
    return en_nombre.demander(
        choisis.cles,
        form.point(),
        avant_le=form.cleaned_data["avant_le"],
        message=form.cleaned_data["message"],
        par=request.user,
        recu_le=request.recu_le,
    )


def _former_l_affectation(request: Requete, choisis: Choisis) -> Form:
    return AffectationForm(saisie(request), agents=avec_charge(choisis.offertes, request.user))


def _confier(request: Requete, choisis: Choisis, form: Form) -> CompteRendu:
    """Give the ticked dossiers to an agent; those on which one of the two may not act are named."""
    assert isinstance(form, AffectationForm)
    agent = form.personne()
    dossiers = Dossier.objects.deposes().filter(pk__in=choisis.cles)
    montres = {
        cle: charge_lue(request.POST[f"c{cle}"])
        for cle in choisis.cles
        if f"c{cle}" in request.POST
    }
    confies = affectation.affecter(
        dossiers, agent, par=request.user, recu_le=request.recu_le, vus=montres
    )
    fait = CompteRendu(nombre=confies.nombre)
    fait.laisser(
        confies.ecartes,
        "Vous ou cette personne n’y agissez pas (organisme dont on est membre, déport, périmètre).",
    )
    for dossier in confies.deja:
        fait.laisser(
            [dossier],
            f"Depuis que la page est ouverte, suivi par {dossier.confie_a or 'personne'}.",
        )
    return fait


def _former_le_message(request: Requete, choisis: Choisis) -> Form:
    return MessageForm(saisie(request))


def _ecrire(request: Requete, choisis: Choisis, form: Form) -> CompteRendu:
    return en_nombre.ecrire(
        choisis.cles,
        form.cleaned_data["texte"],
        attend_reponse=form.cleaned_data["attend_reponse"],
        cle=form.cleaned_data["cle"],
        par=request.user,
        recu_le=request.recu_le,
    )


def _exporter(request: Requete, choisis: Choisis, form: Form) -> CompteRendu:
    return contacts.demander(choisis.cles, par=request.user, recu_le=request.recu_le)


ACTES = {
    "admettre": Acte(
        "Déclarer recevables",
        "Déclarer recevables",
        ("dossier déclaré recevable", "dossiers déclarés recevables"),
        _sans_rien,
        _admettre,
        Transition.ADMETTRE,
    ),
    "demander": Acte(
        "Demander la même pièce",
        "Envoyer la demande",
        ("demande envoyée", "demandes envoyées"),
        _former_la_demande,
        _demander,
        Transition.DEMANDER_COMPLEMENT,
    ),
    "confier": Acte(
        "Confier",
        "Confier",
        ("dossier confié", "dossiers confiés"),
        _former_l_affectation,
        _confier,
    ),
    "ecrire": Acte(
        "Écrire aux porteurs",
        "Envoyer le message",
        ("message envoyé", "messages envoyés"),
        _former_le_message,
        _ecrire,
    ),
    "contacts": Acte(
        "Exporter les contacts",
        "Préparer le fichier",
        ("dossier dans le fichier", "dossiers dans le fichier"),
        _sans_rien,
        _exporter,
    ),
}
PAR_DEFAUT = "confier"


@require_http_methods(["GET", "HEAD", "POST"])
def selection(request: Requete) -> HttpResponse:
    """What an act would do on each dossier ticked; then it does it, and nothing is ticked."""
    figee = figer_toute_la_liste(request, request.path)
    if figee:
        return figee
    coches = choisis(request)
    nom = request.GET.get("acte", "")
    if nom not in ACTES:
        nom = PAR_DEFAUT
    acte = ACTES[nom]
    form = acte.former(request, coches)
    if request.method == "POST" and coches.cles and form.is_valid():
        with refus_sur(form):
            en_nombre.exiger_peu(coches.cles)
            fait = acte.faire(request, coches, form)
            dire(request, fait, acte.fait)
            if nom == "contacts":
                return redirect("appels:exports")
            return redirect(coches.retour)
    prevu = en_nombre.prevoir(coches.dossiers(), acte.transition, par=request.user)
    return afficher(
        request,
        "appels/instruction/selection.html",
        {
            "acte": acte,
            "nom": nom,
            "actes": ACTES.items(),
            "form": form,
            "prevu": prevu,
            "retour": coches.encore,
            "choisis": coches,
        },
        form,
    )


def dire(request: Requete, fait: CompteRendu, mots: tuple[str, str]) -> None:
    """What was done, then each reason why the others were left aside."""
    if fait.nombre:
        messages.success(request, f"{accorder(fait.nombre, *mots)}.")
    else:
        messages.info(request, "Rien n’a changé.")
    for phrase in fait.phrases():
        messages.warning(request, phrase)
