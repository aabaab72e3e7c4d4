"""What is made of a dossier for other hands: the whole as PDF, its documents in one lot."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.template.loader import render_to_string

from appels.models import Dossier, GenrePapier, Piece
from appels.socle import cerfa, fabrique, figement, pdf
from partenaires.socle import demonstration, noms, quarantaine
from quartiers.horloge import a_paris
from quartiers.models import Quartier

SANS_RIB = (
    "Le relevé d’identité bancaire n’est pas dans ce lot.\r\n"
    "Il s’ouvre depuis le dossier, sur le portail ; chaque ouverture y est notée.\r\n"
)


def marque(dossier: Dossier, genre: str) -> str:
    """Changes whenever the paper would: the frozen version, the parts of a draft, the documents."""
    version = dossier.versions.order_by("rang").last()
    if genre == GenrePapier.PIECES:
        texte = _marque_des_pieces(dossier)
    elif version:
        texte = version.empreinte
    else:
        texte = _marque_du_brouillon(dossier)
    return hashlib.sha256(f"{genre}|{texte}".encode()).hexdigest()


def _marque_des_pieces(dossier: Dossier) -> str:
    contenus = [piece.sha256 for piece in _pieces(dossier)]
    retenues = quarantaine.etats(contenus)
    return "|".join(f"{sha256}:{retenues.get(sha256, '')}" for sha256 in contenus)


def _marque_du_brouillon(dossier: Dossier) -> str:
    fiche = getattr(dossier.porteur, "fiche", None)
    parties = sorted(f"{partie.nom}:{partie.version}" for partie in dossier.parties.all())
    return "|".join([*parties, str(fiche.version if fiche else 0), dossier.etat])


@contextmanager
def fabriquer(dossier: Dossier, genre: str, marque: str) -> Iterator[BinaryIO]:
    """An open binary file with the paper; raises `pdf.RenduImpossible`."""
    with fabrique.sur_le_disque() as fichier:
        if genre == GenrePapier.PIECES:
            _lot(dossier, fichier)
        else:
            avec_personnes = genre == GenrePapier.DOSSIER
            fichier.write(_dossier(dossier, marque, avec_personnes=avec_personnes))
        fichier.seek(0)
        yield fichier


def _dossier(dossier: Dossier, marque: str, *, avec_personnes: bool) -> bytes:
    """The tagged PDF of what is deposited, or of the draft."""
    version = dossier.versions.order_by("rang").last()
    if version:
        contenu = json.loads(version.contenu)
        personnes = json.loads(version.personnes)
        date = version.figee_le
    else:
        contenu = figement.brouillon(dossier)
        personnes = figement.personnes(dossier)
        enregistrees = [partie.enregistree_le for partie in dossier.parties.all()]
        date = max(enregistrees, default=dossier.cree_le)
    quartiers = dict(Quartier.objects.values_list("code", "nom_court"))
    html = render_to_string(
        "pdf/dossier.html",
        {
            "contenu": contenu,
            "version": version,
            "dossier": dossier,
            "marque": pdf.marque(),
            "date": date,
            "rubriques": cerfa.rubriques(contenu, quartiers, personnes if avec_personnes else None),
            "plan": figement.lignes_du_plan(contenu),
            "totaux": contenu["budget"]["totaux"],
        },
    )
    return pdf.rendre(html, identifiant=marque[:32], cree_le=date.isoformat())


def _pieces(dossier: Dossier) -> list[Piece]:
    return list(
        Piece.objects.presentes()
        .filter(dossier=dossier)
        .select_related("document", "dossier")
        .order_by("document__position", "document_id", "pk")
    )


def _lot(dossier: Dossier, fichier: BinaryIO) -> None:
    """A ZIP whose names say what each document is; bank documents stay behind their logged act."""
    pris: set[str] = set()
    with zipfile.ZipFile(fichier, "w", zipfile.ZIP_STORED) as lot:
        demonstration.lot(lot)
        for piece in _pieces(dossier):
            if piece.est_chiffree:
                lot.writestr(_libre("Relevé d’identité bancaire, où le lire.txt", pris), SANS_RIB)
                continue
            try:
                contenu = piece.lire()
            except quarantaine.FichierRetenu as retenu:
                sans_extension = nom_de_lot(piece, pris).rsplit(".", 1)[0]
                lot.writestr(f"{sans_extension}, retenu.txt", f"{piece.nom} : {retenu}\r\n")
                continue
            date = a_paris(piece.ajoutee_le).timetuple()[:6]
            with lot.open(zipfile.ZipInfo(nom_de_lot(piece, pris), date), "w") as sortie:
                sortie.write(contenu)


def nom_de_lot(piece: Piece, pris: set[str]) -> str:
    """« CV-2027-0001 Comptes approuvés.pdf », « … (2).pdf »; it joins those taken."""
    extension = piece.nom.rsplit(".", 1)[-1]
    numero = piece.dossier.numero or "Brouillon"
    titre = f"{numero} {piece.document.libelle}".replace("/", "-")  # a label is no path
    return _libre(noms.nom_propre(titre, extension), pris)


def _libre(nom: str, pris: set[str]) -> str:
    """The name, with its rank when it is taken; it joins those taken."""
    libre = noms.distinct(nom, pris)
    pris.add(libre)
    return libre
