"""What refuses an act says why, and what to do next: one sentence, written beside the rule.

An action raises a `Refus`; the page gives its sentence to the person, under the field it names. A
right is a predicate that carries its sentence: `droits.peut_retirer(personne, dossier)` answers,
`droits.peut_retirer.exiger(personne, dossier)` refuses with it.
"""

from collections.abc import Callable
from typing import Generic, ParamSpec

from django.core.exceptions import PermissionDenied

P = ParamSpec("P")
GARDEE = "Votre saisie est gardée, pas enregistrée : enregistrez à nouveau pour la préférer."


class Refus(Exception):
    """An act refused; nothing of it is kept. `phrase` is French, for whoever asked."""

    phrase = ""
    champ: str | None = None  # the field of the form concerned; None: the whole of it

    def __init__(self, phrase: str = "", *, champ: str | None = None):
        self.phrase = phrase or self.phrase
        self.champ = champ or self.champ
        super().__init__(self.phrase)

    @property
    def phrases(self) -> list[str]:
        """One sentence, or several when the act lacks several things."""
        return [self.phrase]


class Conflit(Refus):
    """Somebody wrote meanwhile: `present` is what is there now, to show beside what was typed."""

    phrase = (
        "Quelqu’un a enregistré cette page pendant que vous écriviez. Rien n’est écrasé : comparez "
        "les deux textes, puis enregistrez à nouveau."
    )

    def __init__(self, present: object = None, phrase: str = ""):
        self.present = present
        super().__init__(phrase)


class AuMemeInstant(Conflit):
    """Somebody saved between the reading of the form and the lock: it is put together again."""

    phrase = (
        "Quelqu’un vient d’enregistrer cette page au même instant : rien n’est enregistré. Votre "
        "saisie est encore là : enregistrez à nouveau."
    )


class Droit(Generic[P]):
    """A predicate « may this person do that now », and the sentence of its refusal."""

    def __init__(self, regle: Callable[P, bool], phrase: str):
        self.regle = regle
        self.phrase = phrase
        self.__doc__ = regle.__doc__
        self.__name__ = regle.__name__

    def __call__(self, *arguments: P.args, **nommes: P.kwargs) -> bool:
        return self.regle(*arguments, **nommes)

    def exiger(self, *arguments: P.args, **nommes: P.kwargs) -> None:
        """Raises `PermissionDenied` (403) with the sentence when the answer is no."""
        if not self.regle(*arguments, **nommes):
            raise PermissionDenied(self.phrase)


def droit(phrase: str) -> Callable[[Callable[P, bool]], Droit[P]]:
    """Give a predicate the sentence of its refusal: the page 403 says it, and the page where the
    button is not there (`{% pourquoi %}`).
    """

    def avec_sa_phrase(regle: Callable[P, bool]) -> Droit[P]:
        return Droit(regle, phrase)

    return avec_sa_phrase
