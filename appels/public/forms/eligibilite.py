"""The questions of eligibility: an explained answer for each, never a refusal without a way on."""

from dataclasses import dataclass

from django import forms

from quartiers.francais import accorder

OUI_NON = [("oui", "Oui"), ("non", "Non"), ("sais_pas", "Je ne sais pas")]


@dataclass(frozen=True)
class Reponse:
    """What an answer means; where to go next when it leaves a doubt (name of an address, words)."""

    phrase: str
    est_un_doute: bool = False
    lien: str = ""
    mots: str = ""


AU_SERVICE = {"lien": "appels:contact", "mots": "Demander au service"}


@dataclass(frozen=True)
class Verdict:
    """The one sentence that all the answers make, and what leaves a doubt."""

    phrase: str
    doutes: list[Reponse]


def verdict(reponses: list[Reponse]) -> Verdict:
    """What to think of all the answers."""
    doutes = [reponse for reponse in reponses if reponse.est_un_doute]
    if not doutes:
        return Verdict("Oui, votre projet peut répondre à l’appel.", [])
    return Verdict(f"Peut-être : {accorder(len(doutes), 'point')} à éclaircir d’abord.", doutes)


class EligibiliteForm(forms.Form):
    """Asked before starting; recorded with a draft that one keeps (facts: page of the CUA, METIER
    §4.5).
    """

    organisme = forms.ChoiceField(
        label="Qui porte le projet ?",
        widget=forms.RadioSelect,
        choices=[
            ("association", "Une association"),
            (
                "service",
                "Un service d’Achicourt, d’Arras, de Saint-Laurent-Blangy ou de "
                "Saint-Nicolas-lez-Arras",
            ),
            ("autre", "Un autre organisme"),
            ("personne", "Une personne ou un groupe sans statut"),
        ],
    )
    quartiers = forms.ChoiceField(
        label="Le projet profite-t-il aux habitantes et aux habitants d’un des six "
        "quartiers prioritaires ?",
        widget=forms.RadioSelect,
        choices=OUI_NON,
    )
    budget = forms.ChoiceField(
        label="Le projet a-t-il son propre budget, distinct de celui de l’organisme ?",
        widget=forms.RadioSelect,
        choices=OUI_NON,
    )
    investissement = forms.ChoiceField(
        label="Demandez-vous une aide pour acheter un équipement ou faire des travaux "
        "(investissement) ?",
        widget=forms.RadioSelect,
        choices=OUI_NON,
    )
    etat = forms.ChoiceField(
        label="Demandez-vous aussi des crédits de l’État ?",
        widget=forms.RadioSelect,
        choices=OUI_NON,
    )

    def reponses(self) -> list[Reponse]:
        """One for each question, in their order."""
        choisies = self.cleaned_data
        return [
            self._organisme(choisies["organisme"]),
            self._quartiers(choisies["quartiers"]),
            self._budget(choisies["budget"]),
            self._investissement(choisies["investissement"]),
            self._etat(choisies["etat"]),
        ]

    @staticmethod
    def _organisme(valeur: str) -> Reponse:
        if valeur == "personne":
            return Reponse(
                "Un dossier est porté par un organisme. Rapprochez-vous d’une association ou d’un "
                "service de votre commune qui porterait le projet avec vous, ou contactez le "
                "service.",
                est_un_doute=True,
                **AU_SERVICE,
            )
        if valeur == "autre":
            return Reponse(
                "L’appel s’adresse aux associations et aux services des quatre communes. D’autres "
                "organismes peuvent parfois être aidés : contactez d’abord le service Cohésion "
                "Sociale.",
                est_un_doute=True,
                **AU_SERVICE,
            )
        return Reponse("Votre organisme peut répondre à l’appel à projets.")

    @staticmethod
    def _quartiers(valeur: str) -> Reponse:
        if valeur == "non":
            return Reponse(
                "Les aides vont aux projets qui profitent aux habitantes et aux habitants des "
                "quartiers prioritaires. Le lieu peut être ailleurs si le public en vient.",
                est_un_doute=True,
                **AU_SERVICE,
            )
        if valeur == "sais_pas":
            return Reponse(
                "Cherchez une adresse ou touchez un lieu sur la carte : la page dit s’il est dans "
                "l’un des six quartiers.",
                est_un_doute=True,
                lien="appels:situer",
                mots="Situer un lieu",
            )
        return Reponse(
            "Le projet s’adresse aux habitantes et aux habitants des quartiers prioritaires."
        )

    @staticmethod
    def _budget(valeur: str) -> Reponse:
        if valeur == "oui":
            return Reponse("Le projet a son propre budget.")
        return Reponse(
            "Chaque projet a son budget équilibré. Le formulaire vous aide à l’établir, ligne par "
            "ligne.",
            est_un_doute=True,
            lien="appels:questions",
            mots="Lire les questions du budget",
        )

    @staticmethod
    def _investissement(valeur: str) -> Reponse:
        if valeur == "non":
            return Reponse("La demande porte sur le fonctionnement du projet.")
        return Reponse(
            "Ce formulaire ne sert pas à demander une aide à l’investissement. Séparez cette "
            "partie de votre projet, et demandez au service vers qui vous tourner pour elle.",
            est_un_doute=True,
            **AU_SERVICE,
        )

    @staticmethod
    def _etat(valeur: str) -> Reponse:
        if valeur == "non":
            return Reponse("Tout se prépare ici.")
        return Reponse(
            "Les crédits de l’État se demandent sur la plateforme nationale Dauphin. Le portail "
            "prépare votre dossier ; il ne l’envoie pas sur Dauphin à votre place.",
            lien="appels:appel",
            mots="Ce que le portail prépare pour Dauphin",
        )
