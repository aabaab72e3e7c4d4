"""A new dossier from an old one: what still applies is carried, the rest is said."""

from appels.models import Appel, Dossier, Financement, Piece
from appels.models.dossier import Frequence
from appels.models.financement import EtatFinancement
from appels.redaction.actions import copie


def remplir(dossier: Dossier, modele: Dossier) -> None:
    """The answers of `modele` in a dossier just begun; its title stays as typed."""
    appel = dossier.appel
    sauf = (*copie.DATES, "intitule") + (() if modele.axe in appel.axes.all() else ("axe",))
    copie.reponses(modele, dossier, sauf=sauf)
    if modele.depose_le:
        dossier.frequence = Frequence.RENOUVELLEMENT
    dossier.save()
    dossier.objectifs_contrat.set(modele.objectifs_contrat.filter(axe__in=appel.axes.all()))
    dossier.themes.set(modele.themes.filter(appels=appel))
    copie.tables(modele, dossier)
    copie.demandes(modele, dossier, _offerts(modele, appel))
    dossier.financements.update(etat=EtatFinancement.DEMANDE)


def non_repris(modele: Dossier, appel: Appel) -> list[str]:
    """In words, what a dossier of `appel` does not take from `modele`."""
    offerts = {f.pk for f in _offerts(modele, appel)}
    absents = [
        f.nom for f in modele.financements.select_related("partenaire") if f.pk not in offerts
    ]
    perdus = [str(theme) for theme in modele.themes.exclude(appels=appel)]
    return [
        phrase
        for phrase, dite in (
            ("les dates du projet : elles sont à donner de nouveau", True),
            (
                "les pièces : chacune se reprend d’un bouton, avec sa date, dans « "
                "Pièces à joindre »",
                True,
            ),
            ("les attestations : elles se signent à chaque dépôt", True),
            (
                f"l’axe « {modele.axe} » : il n’est pas ouvert dans cet appel",
                modele.axe and modele.axe not in appel.axes.all(),
            ),
            (f"les thèmes absents de cet appel : {', '.join(perdus)}", perdus),
            (f"les demandes aux financeurs absents de cet appel : {', '.join(absents)}", absents),
        )
        if dite
    ]


def _offerts(modele: Dossier, appel: Appel) -> list[Financement]:
    """The requests to funders of this call, and to those outside any call."""
    connus = set(appel.financeurs.values_list("partenaire_id", flat=True))
    return [
        f
        for f in modele.financements.select_related("partenaire")
        if f.partenaire_id in connus | {None}
    ]


def pieces_reprenables(dossier: Dossier, documents: list) -> dict[int, list[Piece]]:
    """{document: the organisation's own files given for the same document, the latest first, none
    twice}.
    """
    anciennes = (
        Piece.objects.presentes()
        .filter(dossier__porteur=dossier.porteur_id)
        .exclude(dossier=dossier)
        .select_related("document", "dossier__appel")
        .order_by("-ajoutee_le", "-pk")
    )
    ici = {piece.sha256 for piece in dossier.pieces.all() if piece.retiree_le is None}
    trouvees: dict[int, dict[str, Piece]] = {document.pk: {} for document in documents}
    for piece in anciennes:
        for document in documents:
            if meme_document(piece, document) and piece.sha256 not in ici:
                trouvees[document.pk].setdefault(piece.sha256, piece)
    return {pk: list(pieces.values())[:3] for pk, pieces in trouvees.items()}


def meme_document(piece: Piece, document) -> bool:
    """Asked under the same words, bank document or not alike."""
    ancien = piece.document
    return (ancien.libelle.casefold(), ancien.est_bancaire) == (
        document.libelle.casefold(),
        document.est_bancaire,
    )
