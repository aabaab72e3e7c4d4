"""The heaviest page of the service, full: EcoIndex B at least, its two other measures at their
budgets. The matrix is exempt (CONCEPTION §5): forty lines, as its mock-up.
"""

import lxml.html
import pytest

from appels.models import Piece
from contrat_ville import mesures
from partenaires.models import Role
from tests.fabriques import (
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
REQUETES, KO = 8, 60
DOCUMENTS = 20


def note(reponse) -> str:
    page = lxml.html.fromstring(reponse.content)
    elements = len(page.xpath("//*[not(ancestor::*[local-name()='svg'])]"))
    return mesures.note(mesures.ecoindex(elements, REQUETES, KO))


def test_l_examen_des_pieces_plein(horloge_figee, connecter):
    appel = creer_appel()
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    dossier = admettre(deposer(creer_dossier_complet(appel, porteur), signataire))
    modele = dossier.pieces.filter(est_chiffree=False).first()
    for rang in range(DOCUMENTS):
        document = appel.documents.create(libelle=f"Document {rang}", position=rang + 20)
        modele.pk, modele.document = None, document
        modele._state.adding = True
        modele.save()
    client = connecter(creer_agent(Role.RESPONSABLE))
    assert Piece.objects.filter(dossier=dossier).count() > DOCUMENTS
    assert note(client.get(f"/instruction/dossiers/{dossier.pk}/pieces/")) in "AB"
