"""Who goes out of the service or of a funder keeps nothing; the service keeps one head."""

import threading
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from post_office.models import Email

from appels.instruction.actions import deports, echanges, exports
from appels.instruction.actions import equipe as sorties
from appels.instruction.listes import Liste
from appels.models import Acte, Cote, Export, Passage
from partenaires.models import (
    Appartenance,
    Cadence,
    Genre,
    Invitation,
    LigneResume,
    Partenaire,
    Passation,
    Role,
    SessionOuverte,
)
from partenaires.organismes import responsables
from partenaires.organismes.actions import equipe, invitations, membres, passations
from partenaires.socle import droits
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_utilisateur,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cua(horloge_figee) -> Partenaire:
    return Partenaire.objects.get(genre=Genre.CUA)


@pytest.fixture
def responsable(cua):
    return creer_agent(Role.RESPONSABLE)


@pytest.fixture
def agent(cua):
    return creer_agent()


def sienne(personne) -> Appartenance:
    return personne.appartenances.latest("pk")


def page(personne) -> str:
    return f"/instruction/equipe/{sienne(personne).pk}/acces/"


def confier(personne):
    dossier = deposer(creer_dossier_complet())
    dossier.confie_a = personne
    dossier.save(update_fields=["confie_a"])
    return dossier


def facteur(personne) -> Authenticator:
    return Authenticator.objects.create(user=personne, type=Authenticator.Type.TOTP, data={})


def journal() -> list[tuple]:
    return list(Passation.objects.order_by("pk").values_list("acte", "personne", "motif"))


# --- The list ------------------------------------------------------------------------------------
def test_la_liste_dit_qui_vient_quand_et_comment(connecter, responsable, agent):
    agent.last_login = PENDANT
    agent.save(update_fields=["last_login"])
    facteur(agent)
    limite = sienne(creer_financeur())
    limite.perimetre = {"axes": ["apaise"]}
    limite.save()
    texte = connecter(responsable).get("/instruction/equipe/").content.decode()
    texte = texte.replace("\xa0", " ")
    mots = (
        str(agent),
        "10 novembre 2026 à 10 h 30",
        '<td data-t="2d facteur">Oui</td>',
        '<td data-t="2d facteur">Non</td>',
        "Aucune",
        "Limité",
        "Périmètre",
        f"/instruction/equipe/{sienne(agent).pk}/acces/",
    )
    assert [mot for mot in mots if mot not in texte] == []


@pytest.mark.parametrize("combien", [1, 6])
def test_la_liste_coute_un_nombre_fixe_de_requetes(
    connecter, responsable, django_assert_num_queries, combien
):
    for rang in range(combien):
        creer_agent()
        equipe.inviter(
            sienne(responsable).partenaire,
            email=f"n{rang}@example.org",
            role=Role.AGENT,
            par=responsable,
            recu_le=PENDANT,
        )
    client = connecter(responsable)
    with django_assert_num_queries(11):
        client.get("/instruction/equipe/")


@pytest.mark.parametrize("combien", [1, 4])
def test_la_page_d_un_acces_coute_un_nombre_fixe_de_requetes(
    connecter, responsable, agent, django_assert_num_queries, combien
):
    for _ in range(combien):
        creer_agent()
        confier(agent)
    client = connecter(responsable)
    with django_assert_num_queries(12):
        client.get(page(agent))


# --- Going out -----------------------------------------------------------------------------------
DITS = {"suspendre": "couper", "retirer": "sortir"}  # in the log


@pytest.mark.parametrize("acte", DITS)
def test_qui_sort_ne_garde_rien(connecter, responsable, agent, cua, acte):
    """Rights, sessions, links sent and received, dossiers in charge, files made: all at once."""
    collegue = creer_agent()
    dossier = confier(agent)
    dehors = connecter(agent)
    assert dehors.get("/instruction/").status_code == 200
    export = exports.demander(Liste(), ["porteur"], "csv", par=agent, recu_le=PENDANT, total=1)
    exports.etablir(export)
    _, jeton = invitations.inviter(
        cua, email="ami@example.org", roles={Role.AGENT}, par=agent, recu_le=PENDANT
    )
    invitations.inviter(
        Partenaire.objects.get(genre=Genre.CAF),
        email=agent.email,
        roles={Role.AVIS_FINANCEUR},
        par=responsable,
        recu_le=PENDANT,
    )
    Email.objects.all().delete()
    reponse = connecter(responsable).post(
        page(agent),
        {
            "acte": acte,
            f"{acte}-motif": "Mutation au 1er décembre",
            f"{acte}-repreneur": collegue.pk,
        },
    )
    assert (reponse.status_code, reponse.url) == (302, "/instruction/equipe/")
    assert not Appartenance.objects.actives().filter(utilisateur=agent).exists()
    assert list(SessionOuverte.objects.filter(utilisateur=agent)) == []
    assert dehors.get("/instruction/").status_code == 302  # to the page where one signs in
    assert connecter(agent).get("/instruction/").status_code == 403
    assert list(Invitation.objects.valables(PENDANT)) == []
    with pytest.raises(invitations.InvitationInutilisable):
        invitations.accepter(jeton, par=creer_utilisateur("ami@example.org"), recu_le=PENDANT)
    dossier.refresh_from_db()
    assert dossier.confie_a == collegue
    affecter = Passage.objects.get(dossier=dossier, acte=Acte.AFFECTER)
    assert (affecter.par, affecter.champs) == (
        responsable,
        [["agent chargé du dossier", str(agent), str(collegue)]],
    )
    assert Export.objects.count() == 0
    assert journal() == [(DITS[acte], str(agent), "Mutation au 1er décembre")]
    courriels = {courriel.to[0]: courriel.message for courriel in Email.objects.all()}
    assert set(courriels) == {agent.email, collegue.email}  # the colleague: what came to them
    assert "Mutation au 1er décembre" in courriels[agent.email]


def test_les_liens_de_sa_propre_association_restent(responsable, agent):
    """A clerk of the service may run an association: what it sends is its own business."""
    association = creer_association()
    creer_membre(association, Role.ADMINISTRATEUR, utilisateur=agent)
    du_service = agent.appartenances.exclude(partenaire=association).get()
    invitations.inviter(
        association, email="ami@example.org", roles={Role.REDACTEUR}, par=agent, recu_le=PENDANT
    )
    equipe.retirer(du_service, motif="x", par=responsable, recu_le=PENDANT)
    assert Invitation.objects.valables(PENDANT).count() == 1


def test_un_lien_vers_une_autre_adresse_de_la_meme_personne_meurt(responsable, agent, cua):
    EmailAddress.objects.create(user=agent, email="autre@example.org", verified=True)
    invitations.inviter(
        cua, email="autre@example.org", roles={Role.AGENT}, par=responsable, recu_le=PENDANT
    )
    equipe.retirer(sienne(agent), motif="x", par=responsable, recu_le=PENDANT)
    assert list(Invitation.objects.valables(PENDANT)) == []


def test_sans_repreneur_les_dossiers_ne_sont_a_personne(connecter, responsable, agent):
    dossier = confier(agent)
    reponse = connecter(responsable).post(
        page(agent), {"acte": "retirer", "retirer-motif": "Retraite"}, follow=True
    )
    dossier.refresh_from_db()
    assert dossier.confie_a is None
    assert "À confier à quelqu’un : 1 dossier." in reponse.content.decode().replace("\xa0", " ")


def test_le_repreneur_ne_recoit_que_ce_qu_il_peut_lire(responsable, agent):
    """A dossier of the colleague's own association goes to nobody."""
    collegue = creer_agent()
    dossier, autre = confier(agent), confier(agent)
    creer_membre(autre.porteur, utilisateur=collegue)
    sans = sorties.retirer(
        sienne(agent), motif="x", repreneur=collegue, par=responsable, recu_le=PENDANT
    )
    dossier.refresh_from_db()
    autre.refresh_from_db()
    assert (sans, dossier.confie_a, autre.confie_a) == (1, collegue, None)


def rejoindre(agent, dossier) -> None:
    invitant = creer_membre(dossier.porteur, Role.ADMINISTRATEUR)
    _, jeton = invitations.inviter(
        dossier.porteur, email=agent.email, roles={Role.LECTEUR}, par=invitant, recu_le=PENDANT
    )
    invitations.accepter(jeton, par=agent, recu_le=PENDANT)


CESSENT = {
    "fermer son compte": lambda agent, dossier: passations.fermer_compte(agent, recu_le=PENDANT),
    "être limité ailleurs": lambda agent, dossier: equipe.limiter(
        agent.appartenances.get(),
        {"communes": ["62099"]},
        par=creer_agent(Role.RESPONSABLE),
        recu_le=PENDANT,
    ),
    "rejoindre l’organisme": rejoindre,
}


@pytest.mark.parametrize("cesse", CESSENT)
def test_la_charge_ne_survit_pas_au_droit(responsable, agent, cesse):
    """However it ends: the messages would go to this person alone, who may not read them."""
    dossier = confier(agent)
    CESSENT[cesse](agent, dossier)
    dossier.refresh_from_db()
    rendu = dossier.passages.get(acte=Acte.AFFECTER)
    assert (dossier.confie_a, rendu.motif) == (None, "Personne")
    Email.objects.all().delete()
    echanges.ecrire(
        dossier, Cote.ORGANISME, "x", [], cle=uuid4(), par=dossier.depose_par, recu_le=PENDANT
    )
    ecrits = {adresse for courriel in Email.objects.all() for adresse in courriel.to}
    assert (responsable.email in ecrits, agent.email in ecrits) == (True, False)


@pytest.mark.parametrize(
    "cesse", ["fermer son compte", "être limité ailleurs", "être retiré", "se déporter"]
)
def test_le_resume_du_matin_ne_dit_rien_de_ce_qui_est_ferme(responsable, agent, cesse):
    """An association wrote in the day; the agent may not read it any more when the summary goes."""
    gestes = {
        **CESSENT,
        "être retiré": lambda agent, dossier: sorties.retirer(
            sienne(agent), motif="x", repreneur=None, par=responsable, recu_le=PENDANT
        ),
        "se déporter": lambda agent, dossier: deports.declarer(
            dossier, agent, motif="x", par=responsable, recu_le=PENDANT
        ),
    }
    for personne in (agent, responsable):
        personne.cadence = Cadence.QUOTIDIENNE
        personne.save()
    dossier = deposer(creer_dossier_complet())
    echanges.ecrire(
        dossier, Cote.ORGANISME, "x", [], cle=uuid4(), par=dossier.depose_par, recu_le=PENDANT
    )
    assert LigneResume.objects.count() == 2
    gestes[cesse](agent, dossier)
    assert LigneResume.objects.get(dossier=dossier.pk).destinataire == responsable


def test_ce_qui_se_lit_encore_reste_en_charge(responsable, agent):
    dossier = confier(agent)
    sienne = agent.appartenances.get()
    communes = list(dossier.lieux.values_list("commune__code_insee", flat=True))
    equipe.limiter(sienne, {"communes": communes}, par=responsable, recu_le=PENDANT)
    rejoindre(agent, confier(responsable))
    dossier.refresh_from_db()
    assert dossier.confie_a == agent


def test_un_repreneur_hors_du_service_est_refuse_et_rien_ne_change(responsable, agent):
    dossier = confier(agent)
    Email.objects.all().delete()
    with pytest.raises(sorties.RepreneurImpossible):
        sorties.retirer(
            sienne(agent),
            motif="x",
            repreneur=creer_utilisateur(),
            par=responsable,
            recu_le=PENDANT,
        )
    dossier.refresh_from_db()
    assert (dossier.confie_a, journal(), Email.objects.count()) == (agent, [], 0)


def test_un_acces_suspendu_se_retablit_comme_avant(connecter, responsable):
    financeur = creer_financeur()
    limitee = sienne(financeur)
    limitee.perimetre = {"axes": ["apaise"]}
    limitee.save()
    equipe.suspendre(limitee, motif="Congé", par=responsable, recu_le=PENDANT)
    assert connecter(financeur).get("/instruction/").status_code == 403
    client = connecter(responsable)
    texte = client.get(page(financeur)).content.decode()
    assert ("Rétablir l’accès" in texte, "Suspendre l’accès" in texte) == (True, False)
    client.post(page(financeur), {"acte": "retablir", "retablir-motif": "Retour"})
    assert connecter(financeur).get("/instruction/").status_code == 200
    assert sienne(financeur).perimetre == {"axes": ["apaise"]}
    assert [ligne[0] for ligne in journal()] == ["couper", "retablir"]


def test_une_invitation_acceptee_ne_leve_pas_une_suspension(responsable, agent, cua):
    equipe.suspendre(sienne(agent), motif="x", par=responsable, recu_le=PENDANT)
    _, jeton = invitations.inviter(
        cua, email=agent.email, roles={Role.AGENT}, par=responsable, recu_le=PENDANT
    )
    invitations.accepter(jeton, par=agent, recu_le=PENDANT)
    assert not Appartenance.objects.actives().filter(utilisateur=agent).exists()


@pytest.mark.parametrize("cible", ["equipe", "organisme"])
def test_le_lien_de_qui_a_change_de_role_n_ouvre_plus_rien(responsable, cible):
    """A head invites into teams, an agent brings somebody to an organisation: while they are so."""
    if cible == "equipe":
        qui, devient = creer_agent(Role.RESPONSABLE), Role.AGENT
        chez, roles = sienne(creer_financeur()).partenaire, {Role.AVIS_FINANCEUR}
    else:
        qui, devient = creer_agent(), Role.LECTEUR_FINANCEUR
        chez, roles = creer_association(), {Role.ADMINISTRATEUR}
    jetons = [
        invitations.inviter(chez, email=email, roles=roles, par=qui, recu_le=PENDANT)[1]
        for email in ("avant@example.org", "apres@example.org")
    ]
    invitee = creer_utilisateur("avant@example.org")
    assert invitations.accepter(jetons[0], par=invitee, recu_le=PENDANT).roles == roles
    equipe.changer_role(sienne(qui), devient, motif="x", par=responsable, recu_le=PENDANT)
    with pytest.raises(invitations.InvitationInutilisable):
        invitations.lire(jetons[1], recu_le=PENDANT)


# --- Role and second factor ----------------------------------------------------------------------
def test_le_role_change_avec_son_motif(connecter, responsable, agent):
    connecter(responsable).post(
        page(agent), {"acte": "role", "role-role": "responsable", "role-motif": "Intérim"}
    )
    assert sienne(agent).roles == {Role.RESPONSABLE}
    assert journal() == [
        (
            "role",
            str(agent),
            "Agent du service Cohésion Sociale → Responsable du service Cohésion Sociale : Intérim",
        )
    ]
    assert Email.objects.get().to == [agent.email]


def test_qui_n_est_plus_agent_rend_ses_dossiers(responsable, agent):
    dossier = confier(agent)
    rendus = sorties.changer_role(
        sienne(agent), Role.LECTEUR_FINANCEUR, motif="x", par=responsable, recu_le=PENDANT
    )
    dossier.refresh_from_db()
    assert (rendus, dossier.confie_a) == (1, None)


def test_un_financeur_ne_devient_pas_agent(responsable):
    financeur = creer_financeur()
    with pytest.raises(equipe.RoleImpossible):
        equipe.changer_role(
            sienne(financeur), Role.AGENT, motif="x", par=responsable, recu_le=PENDANT
        )
    assert sienne(financeur).roles == {Role.AVIS_FINANCEUR}


def test_le_second_facteur_se_remet_a_zero_et_les_sessions_ferment(connecter, responsable, agent):
    facteur(agent)
    dehors = connecter(agent)
    connecter(responsable).post(
        page(agent), {"acte": "facteur", "facteur-motif": "Téléphone perdu"}
    )
    assert Authenticator.objects.count() == 0
    assert dehors.get("/instruction/").status_code == 302
    assert journal() == [("facteur", str(agent), "Téléphone perdu")]


def test_nul_ne_remet_a_zero_son_propre_second_facteur_par_la_page(connecter, responsable):
    facteur(responsable)
    client = connecter(responsable)
    assert "Remettre à zéro" not in client.get(page(responsable)).content.decode()
    client.post(page(responsable), {"acte": "facteur", "facteur-motif": "x"})
    assert Authenticator.objects.count() == 1


def test_sans_motif_rien_ne_se_fait_et_la_page_le_dit(connecter, responsable, agent):
    reponse = connecter(responsable).post(page(agent), {"acte": "retirer", "retirer-motif": " "})
    assert (reponse.status_code, droits.est_agent(agent), journal()) == (422, True, [])


@pytest.mark.parametrize("role", [Role.AGENT, None])
def test_la_page_d_un_acces_est_a_la_ou_au_responsable(connecter, responsable, agent, role):
    qui = creer_agent(role) if role else creer_membre(creer_association())
    client = connecter(qui)
    assert (client.get(page(agent)).status_code, client.post(page(agent)).status_code) == (403, 403)
    assert connecter(None).get(page(agent)).status_code == 302
    assert connecter(responsable).get("/instruction/equipe/999999/acces/").status_code == 404


def test_un_membre_d_association_n_est_pas_de_l_equipe(connecter, responsable):
    membre = creer_membre(creer_association())
    assert connecter(responsable).get(page(membre)).status_code == 404


# --- The last head -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "geste",
    [
        lambda a, cadre: equipe.retirer(a, **cadre),
        lambda a, cadre: equipe.suspendre(a, **cadre),
        lambda a, cadre: equipe.changer_role(a, Role.AGENT, **cadre),
        lambda a, cadre: passations.fermer_compte(a.utilisateur, recu_le=PENDANT),
    ],
    ids=["retirer", "suspendre", "role", "fermer"],
)
def test_le_dernier_responsable_reste(responsable, geste):
    """A suspended head, or one whose account is closed, does not count."""
    suspendu, ferme = creer_agent(Role.RESPONSABLE), creer_agent(Role.RESPONSABLE)
    cadre = {"motif": "x", "par": responsable, "recu_le": PENDANT}
    equipe.suspendre(sienne(suspendu), **cadre)
    ferme.is_active = False
    ferme.save()
    with pytest.raises((responsables.DernierResponsable, membres.DernierePersonne)):
        geste(sienne(responsable), cadre)
    assert droits.est_responsable(type(responsable).objects.get(pk=responsable.pk))


def test_la_page_dit_pourquoi_le_dernier_responsable_reste(connecter, responsable):
    reponse = connecter(responsable).post(
        page(responsable), {"acte": "retirer", "retirer-motif": "Départ"}
    )
    assert reponse.status_code == 422
    assert "donnez d’abord ce rôle à quelqu’un d’autre" in reponse.content.decode()


def test_qui_n_est_plus_responsable_ne_fait_plus_rien(responsable, agent):
    """The page was open before: the act asks again, with the service locked."""
    sortie = creer_agent(Role.RESPONSABLE)
    assert droits.est_responsable(sortie)
    equipe.retirer(sienne(sortie), motif="x", par=responsable, recu_le=PENDANT)
    with pytest.raises(responsables.PlusResponsable):
        equipe.retirer(sienne(agent), motif="x", par=sortie, recu_le=PENDANT)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("combien", [2, 3])
def test_deux_responsables_qui_se_retirent_l_un_l_autre(base_a_plusieurs, combien):
    """One of the two acts only, whether a third head is there or not."""
    gens = [creer_agent(Role.RESPONSABLE) for _ in range(combien)]
    barriere = threading.Barrier(2)
    resultats = []

    def retirer(par, autre):
        barriere.wait(BORNE)
        try:
            equipe.retirer(sienne(autre), motif="x", par=par, recu_le=PENDANT)
            resultats.append("retiré")
        except responsables.PlusResponsable:
            resultats.append("refusé")
        finally:
            connection.close()

    fils = [
        threading.Thread(target=retirer, args=paire)
        for paire in ((gens[0], gens[1]), (gens[1], gens[0]))
    ]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert sorted(resultats) == ["refusé", "retiré"]
    assert responsables.en_poste().count() == combien - 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_deux_responsables_qui_ferment_leur_compte_ensemble(base_a_plusieurs):
    gens = [creer_agent(Role.RESPONSABLE) for _ in range(2)]
    barriere = threading.Barrier(2)

    def fermer(personne):
        barriere.wait(BORNE)
        try:
            passations.fermer_compte(personne, recu_le=PENDANT)
        except membres.DernierePersonne:
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=fermer, args=(personne,)) for personne in gens]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    assert responsables.en_poste().count() == 1


# --- Invitations ---------------------------------------------------------------------------------
INVITER = {"email": "Neuve@Example.org", "role": "agent"}


def test_une_invitation_se_voit_se_renvoie_et_s_annule(connecter, responsable, cua):
    client = connecter(responsable)
    client.post("/instruction/equipe/", {**INVITER, "partenaire": cua.pk})
    premiere = Invitation.objects.get()
    assert "neuve@example.org" in client.get("/instruction/equipe/").content.decode()
    client.post(f"/instruction/equipe/invitations/{premiere.pk}/renvoyer/")
    seconde = Invitation.objects.valables(PENDANT).get()
    assert (seconde.pk != premiere.pk, seconde.email) == (True, "neuve@example.org")
    assert Email.objects.filter(to=["neuve@example.org"]).count() == 2
    client.post(f"/instruction/equipe/invitations/{seconde.pk}/annuler/")
    assert list(Invitation.objects.valables(PENDANT)) == []
    reponse = client.post(f"/instruction/equipe/invitations/{seconde.pk}/annuler/", follow=True)
    assert "n’est plus en cours" in reponse.content.decode()
    assert [ligne[0] for ligne in journal()] == ["inviter", "renvoyer", "annuler"]


def test_une_adresse_n_a_qu_un_lien_vivant(responsable, cua):
    for role in (Role.AGENT, Role.RESPONSABLE):
        equipe.inviter(cua, email="neuve@example.org", role=role, par=responsable, recu_le=PENDANT)
    assert Invitation.objects.valables(PENDANT).get().roles == {Role.RESPONSABLE}


def test_qui_est_deja_la_ne_s_invite_pas(connecter, responsable, agent, cua):
    reponse = connecter(responsable).post(
        "/instruction/equipe/", {**INVITER, "email": agent.email, "partenaire": cua.pk}
    )
    assert (reponse.status_code, Invitation.objects.count()) == (422, 0)
    assert agent.email in reponse.content.decode()


def test_les_invitations_des_associations_ne_sont_pas_celles_de_l_equipe(connecter, responsable):
    invitation, _ = invitations.inviter(
        creer_association(),
        email="x@example.org",
        roles={Role.REDACTEUR},
        par=responsable,
        recu_le=PENDANT,
    )
    client = connecter(responsable)
    assert "x@example.org" not in client.get("/instruction/equipe/").content.decode()
    for geste in ("annuler", "renvoyer"):
        adresse = f"/instruction/equipe/invitations/{invitation.pk}/{geste}/"
        assert client.post(adresse).status_code == 404


def test_une_invitation_echue_ne_se_renvoie_pas(responsable, cua):
    invitation = equipe.inviter(
        cua, email="x@example.org", role=Role.AGENT, par=responsable, recu_le=PENDANT
    )
    with pytest.raises(equipe.InvitationPassee):
        equipe.renvoyer_l_invitation(
            invitation, par=responsable, recu_le=PENDANT + timedelta(days=15)
        )


# --- The commands --------------------------------------------------------------------------------
def commander(nom: str, *arguments: str) -> str:
    sortie = StringIO()
    call_command(nom, *arguments, stdout=sortie)
    return sortie.getvalue()


def test_les_commandes_font_ce_que_font_les_pages(responsable, agent):
    collegue = creer_agent()
    dossier = confier(agent)
    facteur(agent)
    cadre = (agent.email, "--par", responsable.email, "--motif", "Demande du service")
    assert "second facteur posé" in commander("lister_equipe")
    commander("remettre_second_facteur", *cadre)
    commander("changer_role", *cadre, "--role", "responsable")
    commander("suspendre_acces", *cadre, "--repreneur", collegue.email)
    dossier.refresh_from_db()
    assert dossier.confie_a == collegue
    assert "suspendu depuis" in commander("lister_equipe")
    commander("retablir_acces", *cadre)
    commander("retirer_acces", *cadre)
    assert [ligne[0] for ligne in journal()] == [
        "facteur",
        "role",
        "couper",
        "retablir",
        "sortir",
    ]
    assert agent.email not in commander("lister_equipe")


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        ({"email": "inconnu@example.org"}, "ne fait pas partie de l’équipe"),
        ({"--par": "inconnu@example.org"}, "Aucun compte ouvert"),
        ({"--motif": "  "}, "Écrivez un motif"),
        ({"--motif": "x" * 201}, "Écrivez un motif"),
        ({"--repreneur": "inconnu@example.org"}, "Aucun compte ouvert"),
        ({"--organisme": "Rien"}, "dans « Rien »"),
    ],
)
def test_une_commande_absurde_est_refusee_en_francais(responsable, agent, changes, phrase):
    mots = {"email": agent.email, "--par": responsable.email, "--motif": "x", **changes}
    arguments = [mots.pop("email")]
    for option, valeur in mots.items():
        arguments += [option, valeur]
    with pytest.raises(CommandError, match=phrase):
        commander("retirer_acces", *arguments)
    assert (droits.est_agent(agent), journal()) == (True, [])


def test_une_commande_ne_retire_pas_le_dernier_responsable(responsable):
    with pytest.raises(CommandError, match="donnez d’abord ce rôle"):
        commander(
            "retirer_acces", responsable.email, "--par", responsable.email, "--motif", "Départ"
        )
