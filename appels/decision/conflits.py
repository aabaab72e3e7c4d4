"""Somebody wrote while another person was deciding: what is there now, said where it was typed."""

from appels.models import Avis, Comite, Deliberation, Financement, Gabarit, Lecture, Lettre
from partenaires.socle.refus import GARDEE, Conflit
from quartiers.francais import en_euros, moment


class AvisChange(Conflit):
    """A colleague changed the opinion since the page was shown."""

    champ = "sens"

    def __init__(self, present: Avis):
        sens = present.get_sens_display() or "pas encore d’avis"
        montant = _a_la_suite(present.montant_propose)
        motif = f" « {present.motif} »" if present.motif else ""
        super().__init__(
            present,
            f"Entre-temps, {present.auteur} a enregistré : {sens}{montant}.{motif} {GARDEE}",
        )


class DecisionChangee(Conflit):
    """Somebody changed the decision of one funder since the page was shown."""

    champ = "decision"

    def __init__(self, present: Financement):
        decision = present.get_decision_display() or "aucune décision"
        montant = _a_la_suite(present.montant_vote)
        super().__init__(
            present, f"Entre-temps, quelqu’un a enregistré : {decision}{montant}. {GARDEE}"
        )


class DecisionsChangees(Conflit):
    """Somebody changed some of the decisions of a dossier: one conflict a request."""

    def __init__(self, presentes: list[Financement]):
        self.changees = {presente.pk: DecisionChangee(presente) for presente in presentes}
        super().__init__(presentes)


class LettreCorrigee(Conflit):
    """Somebody corrected the letter since the page was shown."""

    champ = "corps"

    def __init__(self, present: Lettre):
        super().__init__(
            present,
            f"Entre-temps, {present.corrigee_par} a corrigé cette lettre : son texte est montré "
            "sur cette page. Le vôtre est gardé, pas enregistré : enregistrez à nouveau "
            "pour le préférer.",
        )


class GabaritChange(Conflit):
    """Somebody wrote this template since the page was shown."""

    champ = "corps"

    def __init__(self, present: Gabarit):
        super().__init__(
            present,
            f"Entre-temps, {present.par} a enregistré ce modèle. Objet : « {present.objet} ». "
            f"Texte : « {present.corps} » {GARDEE}",
        )


class SeanceChangee(Conflit):
    """Somebody changed the settings of the meeting since the page was shown."""

    champ = "nom"

    def __init__(self, present: Comite):
        quorum = "sans quorum" if present.quorum is None else f"quorum {present.quorum}"
        super().__init__(
            present,
            f"Entre-temps, quelqu’un a enregistré : {present.nom}, {moment(present.tenu_le)}, "
            f"{present.lieu or 'sans lieu'}, {quorum}. {GARDEE}",
        )


class LectureChangee(Conflit):
    """The same person wrote these scores on another page since this one was shown."""

    def __init__(self, present: Lecture):
        super().__init__(
            present,
            "Vous avez enregistré d’autres notes de ce dossier depuis une autre page, "
            f"{moment(present.modifiee_le)}. {GARDEE}",
        )


class MotChange(Conflit):
    """Somebody wrote the word of the meeting on this project since the page was shown."""

    champ = "sens"

    def __init__(self, present: Deliberation):
        dit = f" « {present.observation} »" if present.observation else ""
        super().__init__(
            present,
            f"Entre-temps, {present.par} a enregistré : {present.get_sens_display()}.{dit} "
            f"{GARDEE}",
        )


class MontantsChanges(Conflit):
    """Somebody changed amounts of a scenario since the page was shown."""

    phrase = "Ce montant a changé depuis : rien n’est enregistré. Annulez le dernier changement."

    def __init__(self, presents: dict[int, int | None]):
        self.presents = presents  # {request: the amount of now}
        super().__init__(presents)

    def phrases_par_demande(self) -> dict[int, str]:
        """{request: what is there now}, for the page where each amount has its field."""
        return {
            demande: f"Entre-temps, quelqu’un a mis {_ou_rien(montant)}. {GARDEE}"
            for demande, montant in self.presents.items()
        }


def _a_la_suite(montant: int | None) -> str:
    """« , 1 200 € » after a word; nothing when there is no amount."""
    return "" if montant is None else f", {en_euros(montant)}"


def _ou_rien(montant: int | None) -> str:
    return "aucun montant" if montant is None else en_euros(montant)
