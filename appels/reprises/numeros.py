"""The number of an action taken over: no deposit gave it one."""

import hashlib

from appels.models.reprise import PREFIXE_REPRIS

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without those that are read one for another
LONGUEUR = 7


def numero(annee: int, organisme: str, intitule: str, essai: int = 0) -> str:
    """« R-2024-7K3XQ2M »: of what the file says, so that the same action keeps its address when its
    file is undone and given again. `essai`: when two actions fall on the same one.
    """
    texte = "\n".join([str(annee), organisme, intitule, str(essai)])
    nombre = int.from_bytes(hashlib.sha256(texte.encode()).digest()[:8], "big")
    signes = []
    for _ in range(LONGUEUR):
        nombre, reste = divmod(nombre, len(ALPHABET))
        signes.append(ALPHABET[reste])
    return f"{PREFIXE_REPRIS}{annee}-{''.join(signes)}"
