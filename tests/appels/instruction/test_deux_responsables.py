"""Two heads of the service change the same access at once: the older page puts nothing back."""

import pytest

from partenaires.models import Appartenance, Passation, Role
from partenaires.organismes.actions import equipe
from partenaires.socle.refus import AuMemeInstant
from quartiers.models import Axe, Commune
from tests.fabriques import PENDANT, creer_agent, creer_financeur
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee, connecter):
    """The access of an agent, the browsers of two heads, and the second of them."""
    un, autre = creer_agent(Role.RESPONSABLE), creer_agent(Role.RESPONSABLE)
    acces = creer_agent().appartenances.get()
    return acces, connecter(un), connecter(autre), autre


def _role(page) -> dict:
    return {**feuille(page, "role-role"), "role-motif": "Réorganisation"}


def test_un_role_change_entre_temps_ne_revient_pas(monde):
    acces, un, deux, _ = monde
    adresse = f"/instruction/equipe/{acces.pk}/acces/"
    ancienne = _role(un.get(adresse))
    assert ancienne["role-role"] == ["agent"]
    nouveau = {**ancienne, "role-role": "responsable"}
    assert deux.post(adresse, nouveau).status_code == 302
    dispute = un.post(adresse, {**ancienne, "role-role": Role.LECTEUR_FINANCEUR.value})
    acces.refresh_from_db()
    assert (dispute.status_code, acces.roles) == (422, {Role.RESPONSABLE})
    assert "Entre-temps, quelqu’un a enregistré : « Responsable" in lisible(dispute)
    encore = _role(dispute)
    assert encore["role-role"] == [Role.LECTEUR_FINANCEUR]  # what was chosen is kept
    inchangee = un.post(adresse, ancienne)  # left as it was shown: nothing to put back
    acces.refresh_from_db()
    assert (inchangee.status_code, acces.roles) == (422, {Role.RESPONSABLE})
    assert un.post(adresse, encore).status_code == 302
    acces.refresh_from_db()
    assert acces.roles == {Role.LECTEUR_FINANCEUR}


def test_un_acte_qui_ne_s_offre_plus_est_dit_et_rend_son_motif(monde):
    """A role was being changed while a colleague suspended the access."""
    acces, un, _, autre = monde
    adresse = f"/instruction/equipe/{acces.pk}/acces/"
    ancienne = _role(un.get(adresse))
    equipe.suspendre(acces, motif="Absence", par=autre, recu_le=PENDANT)
    page = un.post(adresse, {**ancienne, "role-role": "responsable"})
    acces.refresh_from_db()
    assert (page.status_code, acces.roles) == (422, {Role.AGENT})
    assert "Cet accès a changé entre-temps" in lisible(page)
    assert "Votre motif, à copier : « Réorganisation »" in lisible(page)


def test_un_perimetre_change_entre_temps_ne_revient_pas(monde):
    """What each of the two limited stays, unless both limited the same thing."""
    acces, un, deux, _ = monde
    adresse = f"/instruction/equipe/{acces.pk}/"
    axe, *_ = Axe.objects.values_list("cle", flat=True)
    ici, ailleurs = Commune.objects.values_list("code_insee", flat=True)[:2]
    ancienne = {**feuille(un.get(adresse), "communes")}
    assert deux.post(adresse, {**ancienne, "communes": [ici]}).status_code == 302
    assert un.post(adresse, {**ancienne, "axes": [axe]}).status_code == 302
    acces.refresh_from_db()
    assert acces.perimetre == {"communes": [ici], "axes": [axe]}
    dispute = un.post(adresse, {**ancienne, "communes": [ailleurs]})
    acces.refresh_from_db()
    assert (dispute.status_code, acces.perimetre["communes"]) == (422, [ici])
    assert "Entre-temps, quelqu’un a enregistré" in lisible(dispute)
    encore = feuille(dispute, "communes")
    assert encore["communes"] == [ailleurs]
    assert un.post(adresse, encore).status_code == 302
    acces.refresh_from_db()
    assert acces.perimetre == {"communes": [ailleurs], "axes": [axe]}


def test_l_acte_compare_sous_son_verrou(monde):
    """Somebody wrote between the reading and the lock."""
    acces, _, _, autre = monde
    cadre = {"par": autre, "recu_le": PENDANT}
    Appartenance.objects.filter(pk=acces.pk).update(perimetre={"axes": ["x"]})
    with pytest.raises(AuMemeInstant):
        equipe.limiter(acces, {"communes": ["62041"]}, **cadre)
    frais = Appartenance.objects.get(pk=acces.pk)
    frais.roles = frozenset({Role.RESPONSABLE})
    frais.save(update_fields=["roles"])
    with pytest.raises(AuMemeInstant):
        equipe.changer_role(acces, Role.LECTEUR_FINANCEUR, motif="x", **cadre)
    assert Passation.objects.count() == 0


def test_qui_n_est_plus_responsable_ne_limite_plus_personne(monde):
    """Nor anybody who left the team since."""
    acces, _, _, autre = monde
    cadre = {"par": autre, "recu_le": PENDANT}
    ailleurs = creer_financeur().appartenances.get()
    Appartenance.objects.filter(pk=ailleurs.pk).update(terminee_le=PENDANT)
    with pytest.raises(equipe.DejaSortie):
        equipe.limiter(ailleurs, {"communes": ["62041"]}, **cadre)
    Appartenance.objects.filter(utilisateur=autre).update(suspendue_le=PENDANT)
    with pytest.raises(equipe.responsables.PlusResponsable):
        equipe.limiter(acces, {"communes": ["62041"]}, **cadre)
    assert Appartenance.objects.get(pk=acces.pk).perimetre == {}
