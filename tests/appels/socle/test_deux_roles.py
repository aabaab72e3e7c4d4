"""An agent limited to a part of the territory who also gives the opinion of a funder: what is read
for the funder alone is read as the funder does.
"""

import pytest
from django.core.files.base import ContentFile

from appels.decision.etapes import Etape
from appels.models import Avis, Dossier
from appels.socle import droits
from partenaires.models import Genre, Partenaire, Role, Utilisateur
from tests.appels.decision.test_ordre_du_jour import preparer
from tests.appels.instruction.test_memes_dossiers import octets
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_lettre,
    creer_membre,
    deposer,
)

pytestmark = pytest.mark.django_db
AILLEURS = {"axes": ["nulle-part"]}


@pytest.fixture
def depose(horloge_figee) -> Dossier:
    """The State granted, the letter is not released; the CAF is asked too."""
    return admettre(deposer(creer_dossier_complet(creer_appel(), creer_association())))


@pytest.fixture
def lettre(depose):
    accord = creer_accord(depose, Genre.ETAT, 123_400)
    lettre = creer_lettre(accord, liberee_le=None, liberee_par=None)
    lettre.ranger(ContentFile(b"%PDF-essai"))
    lettre.save()
    return lettre


@pytest.fixture
def elle(depose) -> Utilisateur:
    caf = Partenaire.objects.get(genre=Genre.CAF)
    return creer_membre(caf, Role.AVIS_FINANCEUR, utilisateur=creer_agent())


def limiter(personne: Utilisateur, perimetre: dict) -> Utilisateur:
    personne.appartenances.filter(partenaire__genre=Genre.CUA).update(perimetre=perimetre)
    return Utilisateur.objects.get(pk=personne.pk)


def lu(connecter, personne: Utilisateur, depose: Dossier, lettre) -> dict:
    """What the pages open of the dossier, and say of the decision of the State."""
    client = connecter(personne)
    page = client.get(f"/instruction/dossiers/{depose.pk}/avis/")
    pdf = client.get(f"/lettres/{lettre.pk}.pdf")
    octets(pdf)  # to its end, or the file stays open
    etapes = {un.financement.partenaire.genre: un.etape for un in page.context["etapes"]}
    return {
        "rib": droits.peut_ouvrir_rib(personne, depose),
        "personnes": droits.peut_lire_les_personnes(personne, depose),
        "messages": client.get(f"/dossiers/{depose.pk}/echanges/").status_code,
        "lettre": client.get(f"/instruction/lettres/{lettre.pk}/").status_code,
        "pdf": pdf.status_code,
        "etat": etapes[Genre.ETAT],
        "vote": page.context["vu"].vote,
    }


def test_hors_de_son_perimetre_d_agent_elle_lit_en_financeur(connecter, depose, elle, lettre):
    autre = limiter(elle, AILLEURS)
    seule = creer_membre(Partenaire.objects.get(genre=Genre.CAF), Role.AVIS_FINANCEUR)
    attendu = lu(connecter, seule, depose, lettre)
    attendu["lettre"] = 404  # the door of agents opens, on nothing
    assert lu(connecter, autre, depose, lettre) == attendu
    assert (attendu["rib"], attendu["personnes"], attendu["vote"]) == (False, False, None)


def test_dans_son_perimetre_elle_lit_pour_le_service(connecter, depose, elle, lettre):
    lue = lu(connecter, limiter(elle, {"axes": [depose.axe.cle]}), depose, lettre)
    assert lue == {
        "rib": True,
        "personnes": True,
        "messages": 200,
        "lettre": 200,
        "pdf": 200,
        "etat": Etape.DECIDE,
        "vote": 123_400,
    }


def test_les_montants_et_la_seance_montrent_ce_que_suit_l_agent(connecter, horloge_figee):
    """A matrix and a meeting tell an agent all funders' amounts and words."""
    monde = preparer()
    etat = Partenaire.objects.get(genre=Genre.ETAT)
    elle = creer_membre(etat, Role.AVIS_FINANCEUR, utilisateur=creer_agent())

    def titres(personne: Utilisateur) -> dict[str, list[str]]:
        client = connecter(personne)
        chemins = (f"/instruction/scenarios/{monde['scenario'].pk}/", monde["page"])
        pages = {chemin: client.get(chemin).content.decode() for chemin in chemins}
        return {
            chemin: [un.intitule for un in monde["dossiers"] if un.intitule in page]
            for chemin, page in pages.items()
        }

    tous = {chemin: ["Alpha", "Bravo", "Charlie"] for chemin in titres(elle)}
    assert titres(elle) == tous
    assert titres(limiter(elle, AILLEURS)) == {chemin: [] for chemin in tous}


def test_un_avis_partage_attend_le_sien_hors_de_son_perimetre(depose, elle):
    """As for the other people of that funder: in the perimeter of the agent, the service reads."""
    etat, autre = Partenaire.objects.get(genre=Genre.ETAT), creer_agent()
    avis = Avis.objects.create(
        dossier=depose,
        partenaire=etat,
        sens="favorable",
        auteur=autre,
        partage_le=PENDANT,
        partage_par=autre,
        modifie_le=PENDANT,
    )
    seule = creer_membre(Partenaire.objects.get(genre=Genre.CAF), Role.AVIS_FINANCEUR)
    depose.appel.avis_apres_le_sien = True
    depose.appel.save()

    def lus(personne: Utilisateur) -> list[Avis]:
        return list(Avis.objects.visibles_par(personne))

    assert [lus(creer_agent()), lus(limiter(elle, {"axes": [depose.axe.cle]}))] == [[avis]] * 2
    assert [lus(seule), lus(limiter(elle, AILLEURS))] == [[], []]
