"""The questions of eligibility: an explained answer for each, never a refusal without a way on."""

from django import forms

OUI_NON = [("oui", "Oui"), ("non", "Non"), ("sais_pas", "Je ne sais pas")]


class EligibiliteForm(forms.Form):
    """Asked before starting; nothing is recorded (facts: page of the CUA, METIER §4.5)."""

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

    def reponses(self) -> list[tuple[bool, str]]:
        """(in order, sentence) for each answer, with the way on when it is not."""
        choisies = self.cleaned_data
        return [
            self._organisme(choisies["organisme"]),
            self._quartiers(choisies["quartiers"]),
            self._budget(choisies["budget"]),
            self._investissement(choisies["investissement"]),
            self._etat(choisies["etat"]),
        ]

    @staticmethod
    def _organisme(valeur: str) -> tuple[bool, str]:
        if valeur == "personne":
            return False, (
                "Un dossier est porté par un organisme. Rapprochez-vous d’une association ou d’un "
                "service de votre commune qui porterait le projet avec vous, ou "
                "contactez le service."
            )
        if valeur == "autre":
            return False, (
                "L’appel s’adresse aux associations et aux services des quatre communes. D’autres "
                "organismes peuvent parfois être aidés : contactez d’abord le service "
                "Cohésion Sociale."
            )
        return True, "Votre organisme peut répondre à l’appel à projets."

    @staticmethod
    def _quartiers(valeur: str) -> tuple[bool, str]:
        if valeur == "non":
            return False, (
                "Les aides vont aux projets qui profitent aux habitantes et aux habitants des "
                "quartiers prioritaires. Le lieu peut être ailleurs si le public en vient : "
                "contactez le service."
            )
        if valeur == "sais_pas":
            return False, (
                "Regardez la carte des six quartiers sur l’accueil ; le formulaire vous dira "
                "aussi si un point est dans un quartier."
            )
        return (
            True,
            "Le projet s’adresse aux habitantes et aux habitants des quartiers prioritaires.",
        )

    @staticmethod
    def _budget(valeur: str) -> tuple[bool, str]:
        if valeur == "oui":
            return True, "Le projet a son propre budget."
        return (
            False,
            "Chaque projet a son budget équilibré. Le formulaire vous aide à l’établir, "
            "ligne par ligne.",
        )

    @staticmethod
    def _investissement(valeur: str) -> tuple[bool, str]:
        if valeur == "non":
            return True, "La demande porte sur le fonctionnement du projet."
        return False, (
            "Ce formulaire ne sert pas à demander une aide à l’investissement. Séparez cette "
            "partie de votre projet, et demandez au service vers qui vous tourner pour elle."
        )

    @staticmethod
    def _etat(valeur: str) -> tuple[bool, str]:
        if valeur == "non":
            return True, "Tout se prépare ici."
        return True, (
            "Les crédits de l’État se demandent sur la plateforme nationale Dauphin. Le portail "
            "prépare votre dossier ; il ne l’envoie pas sur Dauphin à votre place."
        )
