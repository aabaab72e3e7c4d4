"""What is made of a dossier for other hands: the whole in the order of the CERFA, its documents in
one lot.
"""

import hashlib
import json
import zipfile
from contextlib import contextmanager

from django.template.loader import render_to_string

from appels.models import Dossier, GenrePapier, Piece
from appels.socle import cerfa, fabrique, figement, pdf
from partenaires.socle import fichiers, quarantaine
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
        pieces = [piece.sha256 for piece in _pieces(dossier)]
        retenues = quarantaine.etats(pieces)
        texte = "|".join(f"{sha256}:{retenues.get(sha256, '')}" for sha256 in pieces)
    elif version:
        texte = version.empreinte
    else:
        fiche = getattr(dossier.porteur, "fiche", None)
        parties = sorted(f"{p.nom}:{p.version}" for p in dossier.parties.all())
        texte = "|".join([*parties, str(fiche.version if fiche else 0), dossier.etat])
    return hashlib.sha256(f"{genre}|{texte}".encode()).hexdigest()


@contextmanager
def fabriquer(dossier: Dossier, genre: str, marque: str):
    """An open binary file with the paper; raises `pdf.RenduImpossible`."""
    with fabrique.sur_le_disque() as fichier:
        if genre == GenrePapier.PIECES:
            _lot(dossier, fichier)
        else:
            fichier.write(_dossier(dossier, marque, avec_personnes=genre == GenrePapier.DOSSIER))
        fichier.seek(0)
        yield fichier


def _dossier(dossier: Dossier, marque: str, *, avec_personnes: bool) -> bytes:
    """The tagged PDF of what is deposited, or of the draft."""
    version = dossier.versions.order_by("rang").last()
    if version:
        contenu, personnes, date = (
            json.loads(version.contenu),
            json.loads(version.personnes),
            version.figee_le,
        )
    else:
        contenu = json.loads(
            figement.canonique(figement.contenu(dossier, depot={}, empreinte_personnes=""))
        )
        personnes = figement.personnes(dossier)
        date = max((p.enregistree_le for p in dossier.parties.all()), default=dossier.cree_le)
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
        .select_related("document")
        .order_by("document__position", "document_id", "pk")
    )


def _lot(dossier: Dossier, fichier) -> None:
    """A ZIP whose names say what each document is; bank documents stay behind their logged act."""
    noms: set[str] = set()
    with zipfile.ZipFile(fichier, "w", zipfile.ZIP_STORED) as lot:
        for piece in _pieces(dossier):
            if piece.est_chiffree:
                lot.writestr("Relevé d’identité bancaire, où le lire.txt", SANS_RIB)
                continue
            try:
                contenu = piece.lire()
            except quarantaine.FichierRetenu as retenu:
                lot.writestr(
                    nom_de_lot(piece, noms).rsplit(".", 1)[0] + ", retenu.txt",
                    f"{piece.nom} : {retenu}\r\n",
                )
                continue
            date = a_paris(piece.ajoutee_le).timetuple()[:6]
            with lot.open(zipfile.ZipInfo(nom_de_lot(piece, noms), date), "w") as sortie:
                sortie.write(contenu)


def nom_de_lot(piece: Piece, pris: set[str]) -> str:
    """« Comptes approuvés.pdf », « Comptes approuvés (2).pdf »."""
    extension = piece.nom.rsplit(".", 1)[-1]
    for rang in range(1, len(pris) + 2):
        suite = f" ({rang})" if rang > 1 else ""
        nom = fichiers.nom_propre(f"{piece.document.libelle[:80]}{suite}.{extension}", extension)
        if nom not in pris:
            break
    pris.add(nom)
    return nom
