"""The filters of the work list, and what is kept of it under a name."""

from typing import Any

from django import forms

from appels.instruction.alertes import ALERTES
from appels.instruction.colonnes import Colonne
from appels.instruction.offres import DU_SERVICE, Choix, Offres
from appels.models import Dossier, FormatExport, ModeleExport, Vue
from appels.models.etats import MODIFIABLES, Etat
from appels.socle.stades import Attente, Stade
from partenaires.models import Utilisateur
from partenaires.socle.champs import MontantField, champ_de_choix
from partenaires.socle.forms.conflit import reecrire
from partenaires.socle.vues.formulaire import numero_lu
from quartiers.francais import en_euros

TOUS = [("", "Peu importe")]
ETATS = [
    (etat.value, etat.label)
    for etat in Etat
    if etat not in (*MODIFIABLES, Etat.ABANDONNE, Etat.INTEGRE, Etat.REPRIS)
]
STADES = [
    (stade.value, stade.label)
    for stade in Stade
    if stade not in (Stade.BROUILLON, Stade.ABANDONNE, Stade.INTEGRE)
]
CHOIX_ALERTE = [
    ("", "Avec ou sans"),
    ("toutes", "Avec une alerte"),
    *[(alerte.cle, alerte.mot) for alerte in ALERTES],
]


class FiltreForm(forms.Form):
    """Every filter is optional; what is typed is kept when it cannot be read."""

    use_required_attribute = False
    q = forms.CharField(
        label="Numéro, titre, organisme ou SIRET",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    file = forms.ChoiceField(label="File", required=False, widget=forms.HiddenInput)
    appel = forms.ChoiceField(label="Appel", required=False)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=TOUS + ETATS,
    )
    stade = forms.ChoiceField(
        label="Où il en est",
        required=False,
        choices=TOUS + STADES,
    )
    attend = forms.ChoiceField(
        label="Attend",
        required=False,
        choices=TOUS + Attente.choices,
    )
    charge = forms.ChoiceField(label="Chargé du dossier", required=False)
    alerte = forms.ChoiceField(
        label="Alerte",
        required=False,
        choices=CHOIX_ALERTE,
    )
    axe = forms.ChoiceField(label="Axe", required=False)
    theme = forms.ChoiceField(label="Thème", required=False)
    quartier = forms.ChoiceField(label="Quartier", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)
    financeur = forms.ChoiceField(label="Financeur sollicité", required=False)
    premiere = forms.ChoiceField(
        label="Premier dossier de l’organisme",
        required=False,
        choices=[*TOUS, ("oui", "Oui"), ("non", "Non")],
    )
    minimum = MontantField(label="Demandé, au moins (€)")
    maximum = MontantField(label="Demandé, au plus (€)")

    def __init__(self, *args: Any, choix: Offres, du_service: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choix = choix
        for nom in ("axe", "theme", "quartier", "commune", "financeur"):
            champ_de_choix(self, nom).choices = TOUS + choix.get(nom, [])
        champ_de_choix(self, "charge").choices = [
            *TOUS,
            ("aucun", "Personne"),
            *choix.get("charge", []),
        ]
        champ_de_choix(self, "appel").choices = [
            *choix.get("appel", []),
            ("tous", "Tous les appels"),
        ]
        champ_de_choix(self, "file").choices = [("", "Tous"), *choix.get("file", [])]
        if not du_service:
            for nom in DU_SERVICE:
                del self.fields[nom]

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        minimum = donnees.get("minimum")
        maximum = donnees.get("maximum")
        if minimum and maximum and minimum > maximum:
            self.add_error("maximum", "Ce montant est plus petit que le minimum.")
        return donnees

    def mot(self, nom: str, valeur: object) -> str:
        """« Quartier : Bonnettes », « Appel 2027 », « Demandé, au moins 1 000 € »."""
        champ = self.fields[nom]
        titre = str(champ.label)
        if isinstance(champ, MontantField) and isinstance(valeur, int):
            return f"{titre.removesuffix(' (€)')} {en_euros(valeur)}"
        if nom == "q":
            return f"« {valeur} »"
        mots = {str(cle): str(mot) for cle, mot in getattr(champ, "choices", [])}
        dit = mots.get(str(valeur), str(valeur))
        return f"{titre} {dit}" if nom == "appel" else f"{titre} : {dit}"

    def filtres(self) -> dict:
        """What was chosen, cleaned."""
        return {
            nom: valeur for nom, valeur in self.cleaned_data.items() if valeur not in ("", None)
        }


class AffectationForm(forms.Form):
    """Who takes the dossiers ticked, or all those of the list."""

    agent = forms.ChoiceField(label="Confier à")

    def __init__(self, *args: Any, agents: Choix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ_de_choix(self, "agent").choices = [("", "Choisir"), *agents, ("aucun", "Personne")]

    def personne(self) -> Utilisateur | None:
        """The agent chosen; None for « Personne »."""
        choisi = self.cleaned_data["agent"]
        if choisi == "aucun":
            return None
        return Utilisateur.objects.get(pk=choisi)


class ConfierForm(AffectationForm):
    """Who takes one dossier, which somebody else may hand out meanwhile."""

    vu = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, dossier: Dossier, **kwargs: Any) -> None:
        initial = {"agent": dossier.confie_a_id, "vu": dossier.confie_a_id}
        super().__init__(*args, initial=initial, **kwargs)

    @property
    def charge_montree(self) -> int | None:
        """Who had it on the page."""
        return charge_lue(self.cleaned_data["vu"])

    def montrer(self, dossier: Dossier) -> None:
        """Who has it now: sent again, the choice replaces them knowingly."""
        reecrire(self, "vu", dossier.confie_a_id or "")
        self.add_error(
            "agent",
            "Entre-temps, quelqu’un a confié ce dossier : il est suivi par "
            f"{dossier.confie_a or 'personne'}. Confiez à nouveau pour changer.",
        )


def charge_lue(texte: str) -> int | None:
    """Who had a dossier on a page, by its hidden field; None for nobody."""
    return numero_lu(texte) if texte else None


class RepartitionForm(forms.Form):
    """An agent, or nobody, for each commune, axis or quartier."""

    def __init__(self, *args: Any, agents: Choix, valeurs: Choix, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for cle, mots in valeurs:
            self.fields[f"v-{cle}"] = forms.ChoiceField(
                label=mots,
                required=False,
                choices=[("", "Ne rien changer"), *agents],
            )

    def attributions(self) -> Choix:
        """(value, agent) of each choice made."""
        return [
            (nom.removeprefix("v-"), agent) for nom, agent in self.cleaned_data.items() if agent
        ]


class RemplaceEnLeDisant(forms.BaseForm):
    """A name that one of one's own already has: replaced once the box that appears is ticked."""

    def exiger_le_remplacement(self, tenue: Vue | ModeleExport, quoi: str, autrement: str) -> None:
        """Ask, unless this very one was accepted; `quoi`, « une vue », holds something else."""
        if self.data.get("remplacer") == str(tenue.pk):
            return
        reecrire(self, "remplacer", "")
        self.fields["remplacer"] = forms.BooleanField(
            label=f"Remplacer « {tenue} »",
            required=False,
            widget=forms.CheckboxInput(attrs={"value": tenue.pk}),
        )
        self.add_error(
            "nom",
            f"Vous avez déjà {quoi} de ce nom, avec {autrement} : donnez un autre nom, ou cochez "
            "« Remplacer », plus bas.",
        )


class VueForm(RemplaceEnLeDisant, forms.ModelForm):
    """The name under which a list is kept."""

    class Meta:
        model = Vue
        fields = ("nom", "est_partage")

    def __init__(self, *args: Any, par: Utilisateur, requete: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.par = par
        self.requete = requete

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        tenue = Vue.objects.filter(par=self.par, nom=donnees.get("nom", "")).first()
        if tenue is not None and tenue.requete != self.requete:
            self.exiger_le_remplacement(tenue, "une vue", "d’autres filtres ou colonnes")
        return donnees


class ExportForm(RemplaceEnLeDisant, forms.Form):
    """The format and the columns of a file, in their order; given a name, they are a model."""

    format = forms.ChoiceField(
        label="Format",
        choices=FormatExport.choices[:2],
        initial=FormatExport.XLSX,
        widget=forms.RadioSelect,
    )
    colonnes = forms.MultipleChoiceField(label="Colonnes", widget=forms.CheckboxSelectMultiple)
    nom = forms.CharField(
        label="Garder ces colonnes sous ce nom",
        required=False,
        max_length=60,
    )
    est_partage = forms.BooleanField(label="Partager ce modèle avec le service", required=False)

    def __init__(
        self,
        *args: Any,
        offertes: dict[str, Colonne],
        par: Utilisateur,
        du_service: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.par = par
        if not du_service:
            self.fields["est_partage"].label = "Partager ce modèle avec mes collègues"
        champ_de_choix(self, "colonnes").choices = [
            (cle, colonne.titre) for cle, colonne in offertes.items()
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        donnees = self.cleaned_data
        tenu = ModeleExport.objects.filter(par=self.par, nom=donnees.get("nom", "")).first()
        if tenu is not None and tenu.colonnes != donnees.get("colonnes"):
            self.exiger_le_remplacement(tenu, "un modèle", "d’autres colonnes")
        return donnees

    def garder(self) -> ModeleExport | None:
        """The model of that name, made or changed."""
        nom = self.cleaned_data["nom"]
        if not nom:
            return None
        choix = {
            "colonnes": self.cleaned_data["colonnes"],
            "est_partage": self.cleaned_data["est_partage"],
        }
        modele, _ = ModeleExport.objects.update_or_create(
            par=self.par,
            nom=nom,
            defaults=choix,
        )
        return modele
