"""A member holds a set of roles; somebody always administers and signs, on every way out."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from partenaires.models import Appartenance, Passation, Role, Utilisateur
from partenaires.models.appartenance import dits
from partenaires.organismes.actions import invitations, membres, passations
from partenaires.socle import droits
from partenaires.socle.refus import AuMemeInstant
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_association,
    creer_membre,
    creer_utilisateur,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db
TOUT = {Role.ADMINISTRATEUR, Role.SIGNATAIRE}


def adhesion(personne) -> Appartenance:
    return Appartenance.objects.get(utilisateur=personne)


def changer(personne, *roles) -> None:
    membres.changer_roles(adhesion(personne), roles, par=personne, recu_le=PENDANT)


@pytest.mark.parametrize(
    ("cherche", "trouve"),
    [
        ([Role.SIGNATAIRE], True),
        ([Role.LECTEUR, Role.ADMINISTRATEUR], True),
        ([Role.LECTEUR], False),
        ([Role.LECTEUR_FINANCEUR], False),
        ([], False),
    ],
)
def test_un_role_se_trouve_parmi_d_autres(cherche, trouve):
    creer_membre(creer_association(), *TOUT)
    assert Appartenance.objects.avec_role(*cherche).exists() == trouve


def test_un_role_n_en_est_pas_un_autre_qui_le_contient():
    creer_membre(creer_association(), Role.LECTEUR_FINANCEUR)
    assert list(Appartenance.objects.avec_role(Role.LECTEUR)) == []


def test_personne_n_est_compte_deux_fois_pour_ses_deux_roles():
    creer_membre(creer_association(), *TOUT)
    assert Appartenance.objects.avec_role(*TOUT).count() == 1


def test_les_roles_se_relisent_et_se_disent_dans_l_ordre():
    personne = creer_membre(creer_association(), Role.SIGNATAIRE, Role.ADMINISTRATEUR)
    relus = adhesion(personne).roles
    assert (relus, dits(relus)) == (
        frozenset(TOUT),
        "Administration de l’organisme, Attestation et dépôt",
    )


def test_une_appartenance_a_au_moins_un_role():
    personne = creer_membre(creer_association())
    with pytest.raises(IntegrityError), transaction.atomic():
        Appartenance.objects.filter(utilisateur=personne).update(roles=set())


def test_un_role_inconnu_ne_s_ecrit_pas():
    with pytest.raises(ValueError, match="prince"):
        creer_membre(creer_association(), "prince")


# --- The guard, on every way ------------------------------------------------------------------
def test_le_dernier_role_indispensable_ne_se_decoche_pas(connecter):
    organisme = creer_association()
    seule = creer_membre(organisme, *TOUT)
    creer_membre(organisme)
    client = connecter(seule)
    for restants, phrase in (
        (["signataire"], "une personne qui administre"),
        (["administrateur"], "une personne qui signe"),
        ([], "Cochez au moins un rôle"),
    ):
        cle = adhesion(seule).pk
        page = client.post(f"/membres/{cle}/roles/", {f"m{cle}-roles": restants})
        html = page.content.decode()
        assert (page.status_code, phrase in html) == (422, True)
        (boites,) = [b for a, b in page.context["membres"] if a.pk == cle]
        assert boites["roles"].value() == restants  # as they were sent
        autres = [b["roles"].value() for a, b in page.context["membres"] if a.pk != cle]
        assert autres == [["redacteur"]]
        assert html.count("<details open>") == 1
    retrait = client.post(f"/membres/{cle}/roles/", {"retirer": "1", f"m{cle}-roles": [*TOUT]})
    assert (retrait.status_code, adhesion(seule).terminee_le) == (422, None)
    assert (adhesion(seule).roles, Passation.objects.count()) == (TOUT, 0)


def test_deux_personnes_administrent_et_la_page_plus_ancienne_ne_remet_rien(connecter):
    """The boxes travel with what the page showed; the act compares under its lock."""
    organisme = creer_association()
    un, autre = (creer_membre(organisme, *TOUT) for _ in range(2))
    cle = (adhesion(membre := creer_membre(organisme))).pk
    page, boites = f"/organismes/{organisme.pk}/membres/", f"m{cle}-roles"
    premier, second = connecter(un), connecter(autre)
    lu = adhesion(membre)
    ancienne = feuille(premier.get(page), boites)
    adresse = f"/membres/{cle}/roles/"
    assert second.post(adresse, {**ancienne, boites: ["signataire"]}).status_code == 302
    dispute = premier.post(adresse, {**ancienne, boites: ["lecteur"]})
    assert (dispute.status_code, adhesion(membre).roles) == (422, {Role.SIGNATAIRE})
    assert "Entre-temps, quelqu’un a enregistré : « Attester" in lisible(dispute)
    assert feuille(dispute, boites)[boites] == ["lecteur"]  # what was ticked is kept
    with pytest.raises(AuMemeInstant):
        membres.changer_roles(lu, {Role.LECTEUR}, par=un, recu_le=PENDANT)
    assert premier.post(adresse, feuille(dispute, boites)).status_code == 302
    assert adhesion(membre).roles == {Role.LECTEUR}


def test_les_roles_changes_sont_au_journal():
    organisme = creer_association()
    seule = creer_membre(organisme, *TOUT)
    autre = creer_membre(organisme)
    membres.changer_roles(
        adhesion(autre), {Role.REDACTEUR, Role.SIGNATAIRE}, par=seule, recu_le=PENDANT
    )
    ligne = Passation.objects.get()
    assert (ligne.acte, ligne.par, ligne.motif) == (
        "roles",
        seule,
        "Rédaction → Attestation et dépôt, Rédaction",
    )
    changer(seule, Role.ADMINISTRATEUR)  # the other signs now
    assert adhesion(seule).roles == {Role.ADMINISTRATEUR}


DEPARTS = {
    "retirer": lambda a: membres.retirer(a, par=a.utilisateur, recu_le=PENDANT),
    "quitter": lambda a: passations.quitter(a, recu_le=PENDANT),
    "fermer": lambda a: passations.fermer_compte(a.utilisateur, recu_le=PENDANT),
}


@pytest.mark.parametrize("role", sorted(TOUT))
@pytest.mark.parametrize("depart", DEPARTS)
def test_qui_administre_ou_signe_seul_ne_part_pas(depart, role):
    organisme = creer_association()
    seule = creer_membre(organisme, role)
    autre = creer_membre(organisme)
    with pytest.raises(membres.DernierePersonne):
        DEPARTS[depart](adhesion(seule))
    assert adhesion(seule).terminee_le is None
    Appartenance.objects.filter(utilisateur=autre).update(roles={role})
    DEPARTS[depart](adhesion(seule))
    assert adhesion(seule).terminee_le == PENDANT


def test_un_compte_ferme_ou_une_demande_non_verifiee_ne_remplacent_personne():
    organisme = creer_association()
    seule = creer_membre(organisme, *TOUT)
    fermee = creer_membre(organisme, *TOUT)
    Utilisateur.objects.filter(pk=fermee.pk).update(is_active=False)
    creer_membre(organisme, *TOUT, est_premiere=True)
    for restant in TOUT:
        with pytest.raises(membres.DernierePersonne):
            changer(seule, restant)
    passations.quitter(adhesion(seule), recu_le=PENDANT)  # nobody stays who could be handed it
    assert list(passations.a_confier()) == [organisme]


def test_accepter_une_invitation_ajoute_et_ne_retire_rien(connecter):
    organisme = creer_association()
    seule = creer_membre(organisme, *TOUT)
    _, jeton = invitations.inviter(
        organisme, email=seule.email, roles={Role.LECTEUR}, par=seule, recu_le=PENDANT
    )
    invitations.accepter(jeton, par=seule, recu_le=PENDANT)
    assert adhesion(seule).roles == TOUT | {Role.LECTEUR}


def test_le_service_constate_un_depart_meme_du_dernier():
    organisme = creer_association()
    seule = creer_membre(organisme, *TOUT)
    creer_membre(organisme)
    passations.constater_depart(adhesion(seule), motif="x", par=creer_agent(), recu_le=PENDANT)
    assert (adhesion(seule).terminee_le, list(passations.a_confier())) == (PENDANT, [organisme])


def test_une_personne_seule_tient_les_deux_roles_de_bout_en_bout(connecter):
    personne = creer_utilisateur()
    connecter(personne).post(
        "/organismes/nouveau/",
        {
            "genre": "association",
            "nom": "Association neuve",
            "rna": "W621000001",
            "qualite": "Présidente",
        },
    )
    organisme = adhesion(personne).partenaire
    personne = Utilisateur.objects.get(pk=personne.pk)
    assert (
        droits.roles(personne, organisme.pk),
        droits.peut_administrer(personne, organisme),
    ) == (TOUT, False)


# --- Two people at once -----------------------------------------------------------------------
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two writers at once")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("depart", DEPARTS)
def test_deux_personnes_qui_partent_ensemble_ne_laissent_pas_l_organisme_seul(depart):
    organisme = creer_association()
    gens = [creer_membre(organisme, *TOUT) for _ in range(2)]
    creer_membre(organisme)
    barriere = threading.Barrier(2)

    def partir(personne):
        barriere.wait()
        try:
            DEPARTS[depart](adhesion(personne))
        except membres.DernierePersonne:
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=partir, args=[personne]) for personne in gens]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    assert Appartenance.objects.administrent().count() == 1


def test_un_lien_perime_reste_a_renvoyer():
    organisme = creer_association()
    seule = creer_membre(organisme, *TOUT)
    invitation, jeton = invitations.inviter(
        organisme, email="x@example.org", roles={Role.LECTEUR}, par=seule, recu_le=PENDANT
    )
    tard = PENDANT + timedelta(days=15)
    nouvelle = invitations.renvoyer(invitation, par=seule, recu_le=tard)
    assert (nouvelle.expire_le, list(organisme.invitations.en_attente())) == (
        tard + timedelta(days=14),
        [nouvelle],
    )
    with pytest.raises(invitations.InvitationInutilisable):
        invitations.lire(jeton, recu_le=PENDANT)
