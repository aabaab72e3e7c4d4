"""Why a letter is not prepared, does not change, or does not leave."""

from partenaires.socle.refus import Refus
from quartiers.francais import accorder


class SansTribunal(Refus):
    """The call does not say where to appeal.

    Without it the delays of appeal cannot be invoked (CJA art. R421-5).
    """

    phrase = (
        "Indiquez d’abord, dans l’appel, le tribunal administratif : une lettre sans voie de "
        "recours n’ouvre aucun délai. Rien n’est préparé."
    )


class DejaPartie(Refus):
    """The letter was released, or discarded, meanwhile: it does not change any more."""

    phrase = "Cette lettre est déjà partie, ou écartée : rien n’est enregistré."


class CorrigeeEntreTemps(Refus):
    """Somebody corrected the letter that is discarded here."""

    phrase = (
        "Cette lettre vient d’être corrigée : elle n’est pas écartée. Relisez-la, puis écartez-la "
        "si c’est encore voulu."
    )


class AutreNombre(Refus):
    """The number typed is not how many are ticked; `nombre`: how many are."""

    champ = "nombre"

    def __init__(self, nombre: int):
        self.nombre = nombre
        super().__init__(
            f"{accorder(nombre, 'lettre est cochée', 'lettres sont cochées')} : vérifiez la liste, "
            "puis confirmez ce nombre. Rien n’est envoyé."
        )


class LotChange(Refus):
    """The letters that may leave are not those that the page showed; `nombre`: how many now."""

    champ = "nombre"

    def __init__(self, nombre: int):
        self.nombre = nombre
        super().__init__(
            f"Le lot a changé depuis que cette page est montrée : {accorder(nombre, 'lettre')} "
            "maintenant. Relisez la liste, puis confirmez ce nombre. Rien n’est envoyé."
        )


class EchantillonChange(Refus):
    """A letter of the sample was corrected, or discarded, since it was read."""

    champ = "relu"

    def __init__(self, numeros: list[str]):
        super().__init__(
            f"L’échantillon a changé depuis que vous l’avez relu : {', '.join(numeros)}. "
            "Relisez-le ci-dessus. Rien n’est envoyé."
        )


class RienALiberer(Refus):
    """None of the letters ticked can leave."""

    phrase = "Aucune des lettres cochées ne peut partir maintenant. Rien n’est envoyé."
    champ = "nombre"
