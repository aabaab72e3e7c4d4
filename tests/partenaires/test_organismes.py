"""Organisations: created or joined by their numbers; claimants, members, invitations, the sheet."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from post_office.models import Email

from appels.demonstration.dossiers import pdf_fictif
from appels.models import Dossier
from partenaires.models import Appartenance, Genre, Invitation, Partenaire, Role, Service
from partenaires.organismes.actions import adhesions, invitations, qualites
from quartiers.models import Commune
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_membre,
    creer_utilisateur,
)

pytestmark = pytest.mark.django_db
VALIDE = {
    "genre": "association",
    "nom": "Association neuve",
    "siret": "732 829 320 00074",
    "rna": "w621000001",
    "qualite": "Présidente",
}


def test_creer_une_association_puis_administrer(connecter):
    personne = creer_utilisateur()
    client = connecter(personne)
    document = SimpleUploadedFile("récépissé.pdf", pdf_fictif("Récépissé"))
    assert (
        client.post("/organismes/nouveau/", {**VALIDE, "justificatif": document}).status_code == 302
    )
    organisme = Partenaire.objects.get(nom="Association neuve")
    assert (organisme.siret, organisme.rna) == ("73282932000074", "W621000001")
    appartenance = organisme.appartenances.get()
    assert (
        appartenance.roles,
        appartenance.est_premiere,
        appartenance.qualite_verifiee,
        appartenance.justificatif_nom,
    ) == (
        {Role.ADMINISTRATEUR, Role.SIGNATAIRE},
        True,
        False,
        "récépissé.pdf",
    )
    assert "qualité non vérifiée" in client.get("/organismes/").content.decode()


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"siret": "12345678900012"}, "Ce numéro SIRET n’est pas valable"),
        ({"rna": "W12"}, "Ce numéro RNA n’est pas valable"),
        ({"siret": "", "rna": ""}, "Indiquez le numéro SIRET ou le numéro RNA."),
        ({"nom": ""}, "obligatoire"),
        ({"genre": "cua"}, "choix valide"),
        ({"nom": "x" * 201}, "200 caractères"),
        ({"nom": "a\0b"}, "caract"),
        ({"genre": "autre", "siret": ""}, "Indiquez le numéro SIRET."),
        ({"genre": "service"}, "Un service municipal n’a pas de numéro RNA"),
        ({"genre": "service", "rna": "", "commune": "99999"}, "choix valide"),
        ({"genre": "service", "rna": "", "siret": ""}, "Indiquez le SIRET de la commune."),
    ],
)
def test_une_mauvaise_saisie_est_dite_et_gardee(connecter, champs, phrase):
    reponse = connecter(creer_utilisateur()).post("/organismes/nouveau/", {**VALIDE, **champs})
    page = reponse.content.decode()
    assert (reponse.status_code, phrase in page, "Présidente" in page) == (422, True, True)
    assert page.split("<title>")[1].startswith("Erreur : ")
    assert Partenaire.objects.porteurs().count() == 0


def test_la_poste_a_sa_propre_cle(connecter):
    assert (
        connecter(creer_utilisateur())
        .post(
            "/organismes/nouveau/",
            {**VALIDE, "genre": "autre", "rna": "", "siret": "35600000049837"},
        )
        .status_code
        == 302
    )


def test_un_service_est_celui_d_une_des_quatre_communes(connecter):
    client = connecter(creer_utilisateur())
    page = client.get("/organismes/nouveau/").content.decode()
    assert "Beaurains" not in page
    arras = Commune.objects.get(nom="Arras")
    from stdnum import luhn

    base = arras.siren + "0001"
    siret = base + luhn.calc_check_digit(base)
    donnees = {
        "genre": "service",
        "nom": "Service Jeunesse",
        "siret": siret,
        "qualite": "Cheffe",
        "commune": arras.pk,
    }
    assert (
        client.post("/organismes/nouveau/", {**donnees, "siret": "73282932000074"}).status_code
        == 422
    )
    assert client.post("/organismes/nouveau/", donnees).status_code == 302
    assert Partenaire.objects.get(genre=Genre.SERVICE).commune == arras


def test_rejoindre_demande_l_accord_d_un_administrateur(connecter):
    organisme = creer_association(siret="73282932000074", rna="W621000001")
    administrateur = creer_membre(organisme, Role.ADMINISTRATEUR)
    demandeur = creer_utilisateur()
    client = connecter(demandeur)
    client.post("/organismes/nouveau/", VALIDE)
    assert Partenaire.objects.porteurs().count() == 1
    assert demandeur.mes_appartenances == []
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 404
    assert Email.objects.get().to == [administrateur.email]
    demande = Appartenance.objects.demandees().get()
    assert client.post(f"/membres/{demande.pk}/repondre/", {"reponse": "oui"}).status_code == 404
    assert (
        connecter(creer_membre(organisme))
        .post(f"/membres/{demande.pk}/repondre/", {"reponse": "oui"})
        .status_code
        == 403
    )
    assert (
        connecter(administrateur)
        .post(f"/membres/{demande.pk}/repondre/", {"reponse": "oui"})
        .status_code
        == 302
    )
    assert client.get(f"/organismes/{organisme.pk}/fiche/").status_code == 200
    assert client.post("/organismes/nouveau/", VALIDE).status_code == 422


def test_le_numero_d_une_signataire_ne_cree_pas_un_second_organisme():
    """No applicant has this number, the database still refuses it: its error is not swallowed."""
    creer_association(est_signataire=True, rna="W621000001")
    donnees = {**VALIDE, "siret": "", "rna": "W621000001", "commune": None}
    assert adhesions.existant(donnees) is None
    with pytest.raises(IntegrityError):
        adhesions.creer(donnees, recu_le=PENDANT)


def test_une_premiere_personne_non_verifiee_ne_voit_rien_du_passe(connecter):
    organisme = creer_association()
    ancien = creer_membre(organisme)
    passe = creer_dossier(creer_appel(), organisme, par=ancien)
    Dossier.objects.filter(pk=passe.pk).update(cree_le=PENDANT - timedelta(days=200))
    nouvelle = creer_membre(organisme, Role.ADMINISTRATEUR, est_premiere=True, acceptee_le=PENDANT)
    recent = creer_dossier(porteur=organisme, par=nouvelle, cree_le=PENDANT + timedelta(hours=1))
    client = connecter(nouvelle)
    assert client.get(f"/dossiers/{passe.pk}/relecture/").status_code == 404
    assert client.get(f"/dossiers/{recent.pk}/relecture/").status_code == 200
    qualites.verifier(nouvelle.appartenances.get(), par=creer_agent(), recu_le=PENDANT)
    assert client.get(f"/dossiers/{passe.pk}/relecture/").status_code == 200


def test_un_agent_regarde_le_document_puis_verifie(connecter):
    client = connecter(creer_utilisateur())
    client.post(
        "/organismes/nouveau/",
        {**VALIDE, "justificatif": SimpleUploadedFile("a.pdf", pdf_fictif("x"))},
    )
    appartenance = Appartenance.objects.get(est_premiere=True)
    agent = connecter(creer_agent())
    assert "Association neuve" in agent.get("/instruction/qualites/").content.decode()
    reponse = agent.get(f"/membres/{appartenance.pk}/justificatif/")
    assert reponse.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(reponse).startswith(b"%PDF-")
    assert reponse.headers["Content-Security-Policy"].startswith("sandbox")
    agent.post(f"/instruction/qualites/{appartenance.pk}/")
    appartenance.refresh_from_db()
    assert appartenance.qualite_verifiee


def test_inviter_puis_rejoindre_une_seule_fois(connecter):
    organisme = creer_association()
    administrateur = creer_membre(organisme, Role.ADMINISTRATEUR)
    invitee = creer_utilisateur("invitee@example.org")
    connecter(administrateur).post(
        f"/organismes/{organisme.pk}/membres/",
        {"email": "Invitee@example.org", "roles": ["signataire", "redacteur"]},
    )
    jeton = Email.objects.get().message.split("/invitations/")[1].split("/")[0]
    assert jeton not in str(Invitation.objects.values())
    client = connecter(invitee)
    assert client.get(f"/invitations/{jeton}/").status_code == 200
    assert client.get(f"/invitations/{jeton}/").status_code == 200  # a GET consumes nothing
    assert connecter(creer_utilisateur()).post(f"/invitations/{jeton}/").status_code == 404
    assert client.post(f"/invitations/{jeton}/").status_code == 302
    assert invitee.appartenances.get().roles == {Role.SIGNATAIRE, Role.REDACTEUR}
    assert client.post(f"/invitations/{jeton}/").status_code == 404


def test_une_invitation_expire(horloge_figee, connecter):
    organisme = creer_association()
    _, jeton = invitations.inviter(
        organisme, email="x@example.org", roles={Role.LECTEUR}, par=None, recu_le=PENDANT
    )
    client = connecter(creer_utilisateur("x@example.org"))
    horloge_figee(PENDANT + timedelta(days=14, seconds=1))
    assert client.post(f"/invitations/{jeton}/").status_code == 404


def test_un_droit_retire_cesse_a_la_requete_suivante(connecter):
    organisme = creer_association()
    administrateur = creer_membre(organisme, Role.ADMINISTRATEUR)
    membre = creer_membre(organisme)
    dossier = creer_dossier(creer_appel(), organisme)
    client = connecter(membre)
    assert client.get(f"/dossiers/{dossier.pk}/").status_code == 200
    connecter(administrateur).post(
        f"/membres/{membre.appartenances.get().pk}/roles/", {"retirer": "1"}
    )
    assert client.get(f"/dossiers/{dossier.pk}/").status_code == 404


def test_il_reste_toujours_une_personne_qui_administre(connecter):
    organisme = creer_association()
    administrateur = creer_membre(organisme, Role.ADMINISTRATEUR)
    appartenance = administrateur.appartenances.get()
    client = connecter(administrateur)
    for donnees in ({"retirer": "1"}, {f"m{appartenance.pk}-roles": "lecteur"}):
        page = client.post(
            f"/membres/{appartenance.pk}/roles/", donnees, follow=True
        ).content.decode()
        assert "Il faut au moins une personne qui administre" in page
    appartenance.refresh_from_db()
    assert (appartenance.roles, appartenance.terminee_le) == ({Role.ADMINISTRATEUR}, None)


def test_un_role_forge_est_refuse(connecter):
    organisme = creer_association()
    administrateur = creer_membre(organisme, Role.ADMINISTRATEUR)
    membre = creer_membre(organisme)
    appartenance = membre.appartenances.get()
    client = connecter(administrateur)
    client.post(f"/membres/{appartenance.pk}/roles/", {f"m{appartenance.pk}-roles": "responsable"})
    client.post(
        f"/organismes/{organisme.pk}/membres/", {"email": "x@example.org", "roles": "agent"}
    )
    appartenance.refresh_from_db()
    assert (appartenance.roles, Invitation.objects.count()) == ({Role.REDACTEUR}, 0)


# --- The sheet ------------------------------------------------------------------------------------
def donnees_de_la_fiche(client, organisme, **champs) -> dict:
    contexte = client.get(f"/organismes/{organisme.pk}/fiche/").context
    donnees = {"version": contexte["fiche"].version}
    for formulaire in (
        contexte["form"],
        contexte["agrements"].management_form,
        *contexte["agrements"].forms,
    ):
        donnees |= {
            champ.html_name: champ.value()
            for champ in formulaire
            if champ.value() is not None and champ.value() is not False
        }
    return {**donnees, **champs}


def test_enregistrer_la_fiche_avec_son_budget_et_un_agrement(connecter):
    organisme = creer_association()
    client = connecter(creer_membre(organisme))
    donnees = donnees_de_la_fiche(
        client,
        organisme,
        benevoles="42",
        publication_jo_le="12/03/1998",
        **{"o-604": "1 234,50", "agrements-0-nature": "Jeunesse et éducation populaire"},
    )
    assert client.post(f"/organismes/{organisme.pk}/fiche/", donnees).status_code == 302
    organisme.fiche.refresh_from_db()
    assert (
        organisme.fiche.benevoles,
        str(organisme.fiche.publication_jo_le),
        organisme.fiche.version,
    ) == (42, "1998-03-12", 1)
    assert [(ligne.code, ligne.montant) for ligne in organisme.fiche.lignes_budget.all()] == [
        ("604", 123_450)
    ]
    assert organisme.fiche.agrements.get().nature == "Jeunesse et éducation populaire"


@pytest.mark.parametrize(
    ("retour", "arrivee"),
    [
        ("/dossiers/7/organisme/", "/dossiers/7/organisme/"),
        ("https://pirate.example/", "/organismes/"),
        ("//pirate.example/", "/organismes/"),
        ("/%09/pirate.example/", "/organismes/"),
        ("/%5Cpirate.example", "/organismes/"),
        ("javascript:alert(1)", "/organismes/"),
        ("", "/organismes/"),
    ],
)
def test_apres_la_fiche_on_revient_d_ou_l_on_vient_mais_jamais_ailleurs(connecter, retour, arrivee):
    organisme = creer_association()
    client = connecter(creer_membre(organisme))
    donnees = donnees_de_la_fiche(client, organisme)
    assert client.post(f"/organismes/{organisme.pk}/fiche/?retour={retour}", donnees).url == arrivee


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"representant_telephone": "12"}, "Ce numéro de téléphone n’est pas valable"),
        ({"representant_email": "x"}, "valide"),
        ({"code_postal": "62"}, "Un code postal a cinq chiffres."),
        ({"salaries": "2", "emplois_aides": "3"}, "Les emplois aidés font partie"),
        ({"benevoles": "-1"}, "0"),
        (
            {"adherents": "10", "adherents_femmes": "3", "adherents_hommes": "3"},
            "Femmes et hommes font 6, pas 10",
        ),
        (
            {"exercice_du": "2026-01-01", "exercice_au": "2025-01-01"},
            "La fin de l’exercice précède",
        ),
        ({"o-604": "douze"}, "« douze » n’est pas un montant"),
        ({"publication_jo_le": "hier"}, "Cette date ne se lit pas"),
        ({"objet_social": "a\0b"}, "caract"),
        ({"benevoles": "9" * 30}, "est trop grand"),
    ],
)
def test_une_fiche_mal_remplie_est_dite_et_gardee(connecter, champs, phrase):
    organisme = creer_association()
    client = connecter(creer_membre(organisme))
    reponse = client.post(
        f"/organismes/{organisme.pk}/fiche/", donnees_de_la_fiche(client, organisme, **champs)
    )
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    organisme.fiche.refresh_from_db()
    assert organisme.fiche.version == 0


def test_deux_personnes_sur_la_fiche_gardent_leurs_deux_textes(connecter):
    organisme = creer_association()
    premiere = connecter(creer_membre(organisme))
    seconde = connecter(creer_membre(organisme))
    d1 = donnees_de_la_fiche(premiere, organisme, objet_social="Texte de la première")
    d2 = donnees_de_la_fiche(seconde, organisme, objet_social="Texte de la seconde")
    assert premiere.post(f"/organismes/{organisme.pk}/fiche/", d1).status_code == 302
    reponse = seconde.post(f"/organismes/{organisme.pk}/fiche/", d2)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Texte de la première" in page
    assert "Texte de la seconde" in page
    organisme.fiche.refresh_from_db()
    assert organisme.fiche.objet_social == "Texte de la première"
    assert (
        seconde.post(f"/organismes/{organisme.pk}/fiche/", {**d2, "version": "1"}).status_code
        == 302
    )


def test_un_lecteur_lit_la_fiche_sans_la_changer(connecter):
    organisme = creer_association()
    client = connecter(creer_membre(organisme, Role.LECTEUR))
    donnees = donnees_de_la_fiche(client, organisme, objet_social="pirate")
    assert client.post(f"/organismes/{organisme.pk}/fiche/", donnees).status_code == 403


def test_la_responsable_invite_l_equipe_et_remplit_l_identite(connecter):
    client = connecter(creer_agent(Role.RESPONSABLE))
    cua = Partenaire.objects.get(genre=Genre.CUA)
    caf = Partenaire.objects.get(genre=Genre.CAF)
    assert (
        client.post(
            "/instruction/equipe/",
            {"email": "a@example.org", "partenaire": cua.pk, "role": "agent"},
        ).status_code
        == 302
    )
    assert (
        client.post(
            "/instruction/equipe/",
            {"email": "a@example.org", "partenaire": caf.pk, "role": "agent"},
        ).status_code
        == 422
    )
    assert "Démonstration" in client.get("/").content.decode()
    reponse = client.post(
        f"/instruction/contenus/service/{Service.actuel().pk}/",
        {
            "nom": "Cohésion Sociale",
            "editeur": "CUA",
            "email": "s@example.org",
            "contact_donnees": "dpo@example.org",
        },
    )
    assert "Démonstration" in client.get("/").content.decode()
    client.post(f"{reponse.url}publier/")
    assert "Démonstration" not in client.get("/").content.decode()


# --- The sheet saves by itself --------------------------------------------------------------------
def seule(client, organisme, donnees, base):
    """Autosave, as the script sends it: what the page had read is `base`."""
    lue = {nom: [str(valeur)] for nom, valeur in base.items() if nom != "version"}
    reponse = client.post(
        f"/organismes/{organisme.pk}/fiche/",
        {**donnees, "base": json.dumps(lue)},
        headers={"Accept": "application/json"},
    )
    return reponse.status_code, reponse.json()


def test_la_fiche_s_enregistre_seule_et_ne_change_que_ce_qui_est_tape(connecter):
    organisme = creer_association()
    une, autre = connecter(creer_membre(organisme)), connecter(creer_membre(organisme))
    lue = donnees_de_la_fiche(une, organisme)
    tapee = {**lue, "objet_social": "Jardiner", "benevoles": "12", "agrements-0-nature": "Jeunesse"}
    code, dit = seule(une, organisme, {**tapee, "chaine": "a"}, lue)
    assert (code, dit["version"], dit["erreurs"], dit["recus"]) == (200, 1, [], {})
    code, dit = seule(autre, organisme, {**lue, "ville": "Arras", "chaine": "b"}, lue)
    assert (code, dit["recus"]["objet_social"], dit["recus"]["agrements-0-nature"]) == (
        200,
        "Jardiner",
        "Jeunesse",
    )
    fiche = organisme.fiche
    fiche.refresh_from_db()
    assert (fiche.objet_social, fiche.benevoles, fiche.ville, fiche.agrements.count()) == (
        "Jardiner",
        12,
        "Arras",
        1,
    )


def test_la_fiche_dit_le_conflit_et_jamais_avec_soi_meme(connecter):
    organisme = creer_association()
    une, autre = connecter(creer_membre(organisme)), connecter(creer_membre(organisme))
    lue = donnees_de_la_fiche(une, organisme)
    seule(une, organisme, {**lue, "ville": "Dain", "chaine": "a", "agrements-0-nature": "J"}, lue)
    tapee = {**lue, "ville": "Dainville", "chaine": "a", "agrements-0-nature": "Jeunesse"}
    assert seule(une, organisme, tapee, lue)[0] == 200  # the first answer was lost
    assert [agrement.nature for agrement in organisme.fiche.agrements.all()] == ["Jeunesse"]
    code, dit = seule(autre, organisme, {**lue, "ville": "Achicourt", "chaine": "b"}, lue)
    assert (code, [(c["cle"], c["autre"]) for c in dit["conflits"]]) == (
        409,
        [("ville", "Dainville")],
    )
    organisme.fiche.refresh_from_db()
    assert organisme.fiche.ville == "Dainville"


def test_une_valeur_illisible_de_la_fiche_garde_l_ancienne(connecter):
    organisme = creer_association()
    client = connecter(creer_membre(organisme))
    lue = donnees_de_la_fiche(client, organisme)
    seule(client, organisme, {**lue, "benevoles": "12"}, lue)
    lue = donnees_de_la_fiche(client, organisme)
    code, dit = seule(client, organisme, {**lue, "benevoles": "beaucoup", "ville": "Arras"}, lue)
    assert (code, [e["ancre"] for e in dit["erreurs"]]) == (200, ["id_benevoles"])
    organisme.fiche.refresh_from_db()
    assert (organisme.fiche.benevoles, organisme.fiche.ville) == (12, "Arras")


def test_un_siret_ne_part_pas_seul(connecter):
    """It cannot be taken back: it waits for the button."""
    organisme = creer_association(siret="")
    client = connecter(creer_membre(organisme))
    lue = donnees_de_la_fiche(client, organisme)
    assert seule(client, organisme, {**lue, "siret": "73282932000074"}, lue)[0] == 200
    organisme.refresh_from_db()
    assert organisme.siret == ""


def test_une_base_forgee_ne_casse_rien(connecter):
    organisme = creer_association()
    client = connecter(creer_membre(organisme))
    lue = donnees_de_la_fiche(client, organisme)
    forgees = ("", "[]", "{", '{"ville": 3}', '{"ville": null}', '"x"', "9" * 5000, "[" * 50_000)
    for base in forgees:
        donnees = {**lue, "ville": "Arras", "base": base, "version": "7"}
        reponse = client.post(
            f"/organismes/{organisme.pk}/fiche/", donnees, headers={"Accept": "application/json"}
        )
        assert reponse.status_code in (200, 409)
