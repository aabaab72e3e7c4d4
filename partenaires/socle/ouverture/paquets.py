"""ZIP packages: Office, OpenDocument; every other ZIP is refused with its own sentence."""

from partenaires.socle.ouverture import autres, odf, office
from partenaires.socle.ouverture.archives import Budget, Paquet
from partenaires.socle.ouverture.illisible import MOT_DE_PASSE, Illisible

DOCUMENTS = (".docx", ".xlsx", ".odt", ".ods")


def nature(contenu: bytes, nom: str) -> tuple[str, str]:
    """(extension, MIME type). Raises `Illisible`."""
    budget = Budget()
    try:
        paquet = Paquet(contenu, budget)
    except Illisible as refus:
        archive = nom.lower().endswith(".zip")
        if archive or (refus.phrase == MOT_DE_PASSE and not nom.lower().endswith(DOCUMENTS)):
            raise Illisible(autres.LOT) from refus
        raise
    if office.TYPES in paquet.parties:
        return office.nature(paquet, budget)
    if odf.BASE.encode() in paquet.parties.get("mimetype", b""):
        return odf.nature(paquet)
    raise Illisible(autres.phrase_zip(set(paquet.parties), nom))
