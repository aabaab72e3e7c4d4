"""The funders of the call as ready rows: ticking one asks it, its amount opens beside it."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from appels.models import ChoixDeLigne, Dossier, Financement
from appels.models.financement import EtatFinancement
from appels.redaction.forms import cases
from appels.redaction.forms.financeurs import DANS_LES_SUBVENTIONS, DE_L_APPEL, DemandeSaisie
from appels.redaction.forms.lecture import lisible
from appels.socle import budget
from partenaires.socle.champs import MontantField
from quartiers.frappe import abrege

DITS = ("montant", "etat", "droit_commun", "credits_contrat", "commentaire")
PARTS = ("droit_commun", "credits_contrat")
REPLIES = ("etat", *PARTS, "commentaire")  # drawn in an open row only
PLUS_DEMANDE = (
    "Ce financeur n’est plus proposé dans cet appel : ce que vous aviez écrit est gardé, et ne "
    "peut plus lui être demandé. Décochez-le."
)
RANGEE = re.compile(
    r"p-(\d{1,9})-(?:oui|montant|droit_commun|credits_contrat|commentaire)", re.ASCII
)


@dataclass(frozen=True)
class Rangee:
    """A funder of the call on the page; `est_ouverte`: asked, or about to be."""

    nom: str
    ton: str
    est_ouverte: bool
    champs: dict[str, BoundField]

    @property
    def dit_ses_parts(self) -> bool:
        """How the amount is shared is said, zero too, or wrong: it is not folded."""
        parts = [self.champs[part] for part in PARTS]
        return any(champ.errors or champ.value() not in (None, "") for champ in parts)


class DemandesForm(forms.Form):
    """One row a funder; the first request to each stands here."""

    prefix = "p"

    def __init__(
        self,
        *args: Any,
        dossier: Dossier,
        choix: dict[str, str],
        proposes: dict[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.noms = {
            int(cle.removeprefix(DE_L_APPEL)): nom
            for cle, nom in choix.items()
            if cle.startswith(DE_L_APPEL)
        }
        premieres = _premieres_demandes(dossier)
        self.fermes = {
            partenaire
            for partenaire in self.noms.keys() - premieres.keys()
            if f"{DE_L_APPEL}{partenaire}" not in proposes
        }
        gardes = {ligne.cle: ligne for ligne in dossier.choix_du_budget.all()}
        for partenaire in self.noms:
            garde = gardes.get(f"{ChoixDeLigne.DEMANDE}{partenaire}")
            self._ajouter(partenaire, premieres.get(partenaire), garde)

    def _ajouter(
        self, partenaire: int, demande: Financement | None, garde: ChoixDeLigne | None
    ) -> None:
        """The fields of one funder."""
        nom = self.noms[partenaire]
        source: Any = demande or garde
        initiales = {dit: getattr(source, dit, None) for dit in DITS}
        self.fields[f"{partenaire}-oui"] = forms.BooleanField(
            label=nom, required=False, initial=demande is not None
        )
        montant = MontantField(label=f"Montant demandé, {nom}", initial=initiales["montant"])
        montant.widget.attrs |= {**DANS_LES_SUBVENTIONS, "aria-label": f"Montant demandé, {nom}"}
        self.fields[f"{partenaire}-montant"] = montant
        self.fields[f"{partenaire}-etat"] = forms.ChoiceField(
            label=f"Où en est-on, {nom} ?",
            choices=EtatFinancement.choices,
            required=False,
            initial=initiales["etat"] or EtatFinancement.DEMANDE,
        )
        for part, libelle in zip(
            PARTS, ("Dont droit commun", "Dont crédits du contrat"), strict=True
        ):
            self.fields[f"{partenaire}-{part}"] = MontantField(
                label=libelle, initial=initiales[part]
            )
        self.fields[f"{partenaire}-commentaire"] = forms.CharField(
            label=f"Commentaire, {nom}",
            max_length=200,
            required=False,
            initial=initiales["commentaire"] or "",
        )

    def rangees(self, tons: dict[int, str]) -> list[Rangee]:
        """What the page draws, in the order of the call."""
        return [
            Rangee(
                nom=nom,
                ton=tons.get(partenaire, "f6"),
                est_ouverte=bool(self[f"{partenaire}-oui"].value()),
                champs={dit: self[f"{partenaire}-{dit}"] for dit in ("oui", *DITS)},
            )
            for partenaire, nom in self.noms.items()
        ]

    def clean(self) -> dict[str, Any]:
        """What a closed row does not draw stays as it was; a funder withdrawn meanwhile is said."""
        super().clean()
        for partenaire in self.noms:
            for dit in REPLIES:
                nom = f"{partenaire}-{dit}"
                if self.add_prefix(nom) not in self.data:
                    self.cleaned_data[nom] = self.initial_de(nom)
        for partenaire in sorted(self.fermes):
            if self.cleaned_data.get(f"{partenaire}-oui"):
                self.add_error(f"{partenaire}-oui", PLUS_DEMANDE)
        for partenaire in sorted(self._retires()):
            ecrit = self.data.get(self.add_prefix(f"{partenaire}-montant")) or "votre demande"
            self.add_error(
                None,
                f"« {abrege(ecrit)} » n’est pas enregistré : ce financeur n’est plus proposé dans "
                "cet appel. Adressez cette demande à un autre.",
            )
        return self.cleaned_data

    def initial_de(self, nom: str) -> Any:
        return self.get_initial_for_field(self.fields[nom], nom)

    def _retires(self) -> set[int]:
        """The funders that the page had, asked something, and that the call does not have now."""
        trouves = (RANGEE.fullmatch(nom) for nom, valeur in self.data.items() if valeur)
        return {int(trouve[1]) for trouve in trouves if trouve} - set(self.noms)

    def _compte(self, partenaire: int) -> bool:
        if partenaire in self.fermes:
            return False
        return cases.compte(self, f"{partenaire}-oui", f"{partenaire}-montant")

    def gardes(self) -> list[DemandeSaisie]:
        """The requests to write."""
        return [
            {
                "cle": f"{DE_L_APPEL}{partenaire}",
                "libelle": "",
                **{dit: lisible(self).get(f"{partenaire}-{dit}") for dit in DITS},
            }
            for partenaire in self.noms
            if self._compte(partenaire)
        ]

    def en_attente(self) -> list[ChoixDeLigne]:
        """What was unticked, all that was said of it, not saved yet."""
        donnees = lisible(self)
        lignes = []
        for partenaire in self.noms:
            dits = {dit: donnees.get(f"{partenaire}-{dit}") for dit in DITS}
            if _dit_quelque_chose(dits) and not self._compte(partenaire):
                dits |= {"etat": dits["etat"] or "", "commentaire": dits["commentaire"] or ""}
                cle = f"{ChoixDeLigne.DEMANDE}{partenaire}"
                lignes.append(ChoixDeLigne(cle=cle, **dits))
        return lignes


def _dit_quelque_chose(dits: dict[str, Any]) -> bool:
    """Somebody wrote or chose: « Demandé » is what a row says before anybody."""
    return any(dits[dit] not in (None, "", EtatFinancement.DEMANDE) for dit in DITS)


def _premieres_demandes(dossier: Dossier) -> dict[int, Financement]:
    reperes = budget.reperes_des_demandes(dossier.financements.all())
    return {
        demande.partenaire_id: demande
        for repere, demande in reperes
        if repere.startswith("p-") and demande.partenaire_id
    }
