"""« Corriger »: the deposit stays until the correction is attested; then same number, same first
date, new receipt.
"""

import json
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from post_office.models import Email

from appels.depot import attestations
from appels.depot.actions import arret, correction, depot, recepisses
from appels.models import (
    Acte,
    Benevolat,
    Dossier,
    Financement,
    NomPartie,
    Passage,
    Piece,
    Recepisse,
    Version,
)
from appels.models.etats import Etat
from appels.redaction.actions import pieces, rappels, redaction
from appels.redaction.actions.copie import TABLES
from appels.socle import cerfa, figement, verrous
from partenaires.models import Role
from tests.attente import BORNE
from tests.fabriques import (
    FERMETURE,
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_lettre,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
PLUS_TARD = PENDANT + timedelta(hours=3)
QUARTIERS = {"QN06201M": "Quartier d’essai"}


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def signataire(porteur):
    return creer_signataire(porteur)


@pytest.fixture
def depose(porteur, signataire):
    return deposer(creer_dossier_complet(creer_appel(), porteur), signataire)


def corriger(depose, par, **champs) -> Dossier:
    """A correction whose title and need are changed."""
    brouillon = correction.corriger(depose, par=par, recu_le=PENDANT)
    Dossier.objects.filter(pk=brouillon.pk).update(**{"intitule": "Jardins corrigés", **champs})
    return Dossier.objects.get(pk=brouillon.pk)


def attester(brouillon, par, recu_le=PLUS_TARD) -> Dossier:
    return deposer(brouillon, par, recu_le)


def contenu(version: Version) -> dict:
    return json.loads(version.contenu)


# --- The act ------------------------------------------------------------------------------------
def test_la_correction_remplace_sans_changer_ni_numero_ni_premiere_date(depose, signataire):
    avant = depose.versions.get()
    rendu = attester(corriger(depose, signataire), signataire)
    premiere, seconde = depose.versions.order_by("rang")
    assert (rendu.pk, rendu.numero, rendu.depose_le, rendu.etat) == (
        depose.pk,
        "CV-2027-0001",
        PENDANT,
        Etat.DEPOSE,
    )
    assert (premiere.contenu, premiere.figee_le) == (avant.contenu, PENDANT)
    assert (seconde.rang, seconde.figee_le, contenu(seconde)["projet"]["intitule"]) == (
        2,
        PLUS_TARD,
        "Jardins corrigés",
    )
    assert contenu(seconde)["depot"]["remplace"] == premiere.empreinte
    assert contenu(seconde)["depot"]["recu_le"] == contenu(premiere)["depot"]["recu_le"]
    assert Dossier.objects.get(pk=depose.pk).intitule == "Jardins corrigés"
    assert depose.appel.dossiers.exclude(numero=None).count() == 1


def test_les_tables_suivent_sans_doubler_ni_rien_perdre(depose, signataire):
    avant = figement.canonique(
        figement.contenu(
            Dossier.objects.pour_completude().get(pk=depose.pk), depot={}, empreinte_personnes=""
        )
    )
    brouillon = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    recopie = figement.canonique(
        figement.contenu(
            Dossier.objects.pour_completude().get(pk=brouillon.pk), depot={}, empreinte_personnes=""
        )
    )
    assert json.loads(recopie) == json.loads(avant)
    attester(brouillon, signataire)
    apres = figement.canonique(
        figement.contenu(
            Dossier.objects.pour_completude().get(pk=depose.pk), depot={}, empreinte_personnes=""
        )
    )
    assert json.loads(apres) == json.loads(avant)
    modeles = (*TABLES, Financement)
    assert [modele.objects.filter(dossier=brouillon).count() for modele in modeles] == [0] * 9


# Rows of a dossier that `copie.TABLES` does not carry, and why.
AUTREMENT = {
    "coordonnees_bancaires": "copie.coordonnees",
    "financements": "copie.demandes",
    "parties": "correction._copier",
    "pieces": "copie.pieces",
}
DU_DEPOT = {  # of what was deposited, asked, said or decided: no part writes it
    *("complements", "corrections", "dauphin", "demande_papier", "derogation", "deports"),
    *("avis", "condense", "deliberations", "franchissements", "inscriptions", "lectures"),
    *("mentions", "messages", "notes", "papiers", "passages", "rappels", "rattachements"),
    *("signaux", "soutien", "versions"),
}


def test_toute_table_d_un_dossier_est_reprise_ou_dit_pourquoi():
    """A table that a part feeds and no list carries would be lost at the first correction."""
    relations = {
        relation.get_accessor_name(): relation.related_model
        for relation in Dossier._meta.related_objects
        if not relation.hidden
    }
    reprises = {nom for nom, modele in relations.items() if modele in TABLES}
    assert len(reprises) == len(TABLES)
    assert reprises | set(AUTREMENT) | DU_DEPOT == set(relations)


def test_les_heures_et_les_lignes_decochees_suivent_la_correction(depose, signataire):
    Benevolat.objects.create(dossier=depose, heures=Decimal("96"), valeur=1_500)
    depose.choix_du_budget.create(cle="601", montant=30_000)
    brouillon = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    assert (brouillon.benevolat.heures, brouillon.benevolat.valeur) == (96, 1_500)
    assert brouillon.choix_du_budget.values_list("cle", "montant").get() == ("601", 30_000)
    Benevolat.objects.filter(dossier=brouillon).update(heures=Decimal("80"))
    brouillon.choix_du_budget.update(montant=20_000)
    attester(brouillon, signataire)
    assert Benevolat.objects.get(dossier=depose).heures == 80
    assert depose.choix_du_budget.values_list("cle", "montant").get() == ("601", 20_000)


def test_chaque_acte_est_journalise(depose, signataire):
    brouillon = corriger(depose, signataire)
    attester(brouillon, signataire)
    assert list(depose.passages.values_list("acte", "vers")) == [
        ("deposer", Etat.DEPOSE),
        (Acte.CORRIGER, ""),
        ("redeposer", Etat.DEPOSE),
    ]
    assert list(brouillon.passages.values_list("acte", "vers")) == [("integrer", Etat.INTEGRE)]


def test_un_nouveau_recepisse_et_un_seul_message_par_version(depose, signataire):
    attester(corriger(depose, signataire), signataire)
    for recepisse in Recepisse.objects.a_etablir():
        recepisses.etablir(recepisse.version)
    sujets = sorted(Email.objects.values_list("subject", flat=True))
    assert (len(sujets), sum("Version 2 du dossier CV-2027-0001" in s for s in sujets)) == (4, 1)
    assert [r.nom for r in Recepisse.objects.order_by("pk")] == [
        "CV-2027-0001-recepisse.pdf",
        "CV-2027-0001-recepisse-version-2.pdf",
    ]


def test_deux_fois_le_meme_geste_ne_fait_qu_une_version(depose, signataire):
    brouillon = corriger(depose, signataire)
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=brouillon.pk))
    for _ in range(2):
        rendu = depot.deposer(
            brouillon,
            lu=lu,
            qualite="Présidente",
            par=signataire,
            recu_le=PLUS_TARD,
            declarations=attestations.declarations(brouillon, "moins"),
        )
        assert rendu.pk == depose.pk
    assert depose.versions.count() == 2


def test_apres_la_cloture_la_version_deposee_compte(depose, signataire):
    brouillon = corriger(depose, signataire)
    with pytest.raises(verrous.AppelFerme):
        attester(brouillon, signataire, FERMETURE)
    assert (depose.versions.count(), Dossier.objects.get(pk=depose.pk).intitule) == (
        1,
        "Jardins d’essai",
    )
    with pytest.raises(verrous.AppelFerme):
        correction.corriger(
            deposer(creer_dossier_complet(depose.appel, depose.porteur), signataire),
            par=signataire,
            recu_le=FERMETURE,
        )


def test_une_correction_ne_remplace_pas_un_dossier_retire(depose, signataire):
    brouillon = corriger(depose, signataire)
    lu = Dossier.objects.get(pk=brouillon.pk)
    arret.retirer(depose, par=signataire, recu_le=PENDANT)
    assert Dossier.objects.get(pk=brouillon.pk).etat == Etat.ABANDONNE
    with pytest.raises(verrous.NonModifiable):
        attester(lu, signataire)
    assert depose.versions.count() == 1


def test_corriger_ne_dit_pas_si_un_financeur_a_decide(depose, signataire):
    """The right would end with the decision, and tell it before its release: it lasts until the
    closing, and what was decided stays on its line.
    """
    brouillon = corriger(depose, signataire)
    accord = creer_accord(depose)
    attester(Dossier.objects.get(pk=brouillon.pk), signataire)
    garde = depose.financements.get(partenaire=accord.partenaire)
    assert (depose.versions.count(), garde.decision, garde.montant_vote) == (
        2,
        "accorde",
        accord.montant_vote,
    )


def test_une_lettre_recue_arrete_les_corrections(connecter, depose, signataire):
    """What was notified is not examined again because a new version came."""
    admettre(depose)
    brouillon = corriger(depose, signataire)
    accord = creer_accord(depose)
    creer_lettre(accord)
    with pytest.raises(verrous.NonModifiable, match="la lettre d’un financeur est arrivée"):
        attester(Dossier.objects.get(pk=brouillon.pk), signataire)
    arret.abandonner(Dossier.objects.get(pk=brouillon.pk), par=signataire, recu_le=PENDANT)
    with pytest.raises(verrous.NonModifiable, match="ce dossier ne se corrige plus de lui-même"):
        correction.corriger(depose, par=signataire, recu_le=PENDANT)
    client = connecter(signataire)
    lien = f"/dossiers/{depose.pk}/corriger/"
    assert client.post(lien).status_code == 403
    assert lien not in client.get(f"/dossiers/{depose.pk}/relecture/").content.decode()
    relu = Dossier.objects.get(pk=depose.pk)
    assert (relu.etat, relu.versions.count(), relu.corrections.non_deposes().count()) == (
        Etat.RECEVABLE,
        1,
        0,
    )


def test_abandonner_la_correction_ne_touche_pas_au_depot(depose, signataire):
    brouillon = corriger(depose, signataire)
    arret.abandonner(brouillon, par=signataire, recu_le=PENDANT)
    assert (Dossier.objects.get(pk=depose.pk).etat, depose.versions.count()) == (Etat.DEPOSE, 1)
    assert correction.corriger(depose, par=signataire, recu_le=PENDANT).pk != brouillon.pk


def test_une_piece_retiree_dans_la_correction_reste_dans_le_depot_jusqu_a_l_attestation(
    depose, signataire
):
    brouillon = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    agent = creer_agent()
    visibles = Dossier.objects.visibles_par(agent)
    gardee = Piece.objects.presentes().filter(dossier=depose, est_chiffree=False).first()
    copie = Piece.objects.presentes().get(
        dossier=brouillon, sha256=gardee.sha256, document=gardee.document
    )
    assert (copie.ajoutee_le, copie.ajoutee_par) == (gardee.ajoutee_le, gardee.ajoutee_par)
    pieces.retirer(copie, par=signataire, recu_le=PENDANT)
    assert Piece.objects.presentes().filter(dossier__in=visibles, pk=gardee.pk).exists()
    pieces.ajouter(
        brouillon,
        gardee.document,
        type(
            "F",
            (),
            {
                "nom": "nouveau.pdf",
                "mime": gardee.mime,
                "taille": 4,
                "sha256": "0" * 64,
                "contenu": b"%PDF",
            },
        )(),
        par=signataire,
        recu_le=PENDANT,
    )
    attester(brouillon, signataire)
    presentes = Piece.objects.presentes().filter(dossier=depose, document=gardee.document)
    assert [p.nom for p in presentes] == ["nouveau.pdf"]


def test_le_rappel_d_une_correction_dit_que_le_depot_compte(depose, signataire):
    corriger(depose, signataire)
    rappels.rappeler(FERMETURE - timedelta(hours=1))
    texte = Email.objects.filter(subject__contains="terminer et déposer").first().message
    assert "La correction du dossier CV-2027-0001" in texte
    assert "le dossier compte tel qu’il a été déposé" in texte


# --- Rights and pages -----------------------------------------------------------------------------
def test_le_parcours_par_les_pages(connecter, depose, signataire):
    client, chemin = connecter(signataire), f"/dossiers/{depose.pk}/"
    assert f"{chemin}corriger/" in client.get(f"{chemin}relecture/").content.decode()
    assert "reste déposée" in client.get(f"{chemin}corriger/").content.decode()
    assert Dossier.objects.filter(corrige=depose).count() == 0
    ouvert = client.post(f"{chemin}corriger/")
    brouillon = Dossier.objects.get(corrige=depose)
    assert ouvert.url == f"/dossiers/{brouillon.pk}/" == client.get(f"{chemin}corriger/").url
    assert "CV-2027-0001, qui reste déposé en l’état" in client.get(ouvert.url).content.decode()
    assert "Correction, pas encore déposée" in client.get("/dossiers/").content.decode()
    assert "Aucune réponse n’a changé" in client.get(f"{ouvert.url}changements/").content.decode()
    Dossier.objects.filter(pk=brouillon.pk).update(intitule="Jardins corrigés")
    page = client.get(f"{ouvert.url}deposer/").content.decode()
    assert ("<del>Jardins d’essai</del>" in page, "<ins>Jardins corrigés</ins>" in page) == (
        True,
        True,
    )
    form = client.get(f"{ouvert.url}deposer/").context["form"]
    reponse = client.post(
        f"{ouvert.url}deposer/",
        {
            "lu": form["lu"].value(),
            "qualite": "Présidente",
            "aides_publiques": "moins",
            **{texte.cle: "on" for texte in form.textes},
        },
    )
    assert reponse.url == f"{chemin}depose/"
    assert "Version 2, attestée le" in client.get(reponse.url).content.decode()
    assert client.get(f"{ouvert.url}deposer/").url == f"{chemin}depose/"
    assert client.get(ouvert.url, follow=True).redirect_chain[-1][0] == f"{chemin}relecture/"
    refus = client.post(f"{ouvert.url}partie/description/", {"besoin": "trop tard", "version": "1"})
    assert (refus.status_code, "Ce dossier vient d’être déposé" in refus.content.decode()) == (
        422,
        True,
    )
    for recepisse, attendu in (
        ("", "Version 2, attestée le"),
        ("?version=1", "Version 1."),
        ("?version=2", "Version 2."),
    ):
        assert attendu in client.get(f"{chemin}recepisse/{recepisse}").content.decode()
    assert client.get(f"{chemin}recepisse/?version=9").status_code == 404


def test_qui_corrige_et_qui_lit_les_versions(connecter, depose, signataire, porteur):
    chemin = f"/dossiers/{depose.pk}/"
    codes = {
        nom: [
            connecter(qui).get(f"{chemin}{page}/").status_code for page in ("corriger", "versions")
        ]
        for nom, qui in {
            "redacteur": creer_membre(porteur),
            "lecteur": creer_membre(porteur, Role.LECTEUR),
            "etranger": creer_signataire(creer_association()),
            "agent": creer_agent(),
            "financeur": creer_financeur(),
        }.items()
    }
    assert codes == {
        "redacteur": [200, 200],
        "lecteur": [403, 200],
        "etranger": [404, 404],
        "agent": [404, 200],
        "financeur": [404, 200],
    }
    brouillon = corriger(depose, signataire)
    assert connecter(creer_agent()).get(f"/dossiers/{brouillon.pk}/relecture/").status_code == 404
    assert (
        "Jardins corrigés"
        not in connecter(creer_agent()).get(f"{chemin}relecture/").content.decode()
    )
    assert "Jardins corrigés" not in connecter(creer_agent()).get("/instruction/").content.decode()


def test_les_differences_disent_avant_et_maintenant(depose, signataire):
    brouillon = corriger(depose, signataire, beneficiaires=77)
    brouillon.lignes.filter(code=brouillon.lignes.first().code).update(montant=123_456)
    brouillon.lieux.all().delete()
    avant = contenu(depose.versions.get())
    apres = figement.contenu(
        Dossier.objects.pour_completude().get(pk=brouillon.pk), depot={}, empreinte_personnes=""
    )
    ecarts = cerfa.differences(avant, json.loads(figement.canonique(apres)), QUARTIERS)
    dits = {(e.rubrique, e.libelle): (bool(e.avant), e.apres) for e in ecarts}
    assert dits[("6. Le projet", "Intitulé du projet")] == (True, "Jardins corrigés")
    assert dits[("6. Le projet", "Nombre total de personnes bénéficiaires")] == (True, "77")
    assert dits[("6. Le projet", "Lieu")] == (True, "")
    assert "1\u00a0234,56\u00a0€" in [
        apres for (rubrique, _), (_, apres) in dits.items() if "budget" in rubrique
    ]


def test_une_meme_reponse_n_est_pas_une_difference(depose):
    version = contenu(depose.versions.get())
    assert cerfa.differences(version, version, QUARTIERS) == []


# --- Races --------------------------------------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_dix_corrections_ensemble_n_en_ouvrent_qu_une(base_a_plusieurs):
    signataire = creer_signataire(creer_association())
    depose = deposer(
        creer_dossier_complet(creer_appel(), signataire.appartenances.get().partenaire), signataire
    )
    ouvertes = a_dix(lambda: correction.corriger(depose, par=signataire, recu_le=PENDANT).pk)
    assert (len(set(ouvertes)), Passage.objects.filter(acte=Acte.CORRIGER).count()) == (1, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_attester_et_retirer_ensemble_ne_laissent_jamais_les_deux(base_a_plusieurs):
    signataire = creer_signataire(creer_association())
    depose = deposer(
        creer_dossier_complet(creer_appel(), signataire.appartenances.get().partenaire), signataire
    )
    brouillon = correction.corriger(depose, par=signataire, recu_le=PENDANT)
    gestes = iter(
        [
            lambda: attester(brouillon, signataire),
            lambda: arret.retirer(depose, par=signataire, recu_le=PLUS_TARD),
        ]
        * 5
    )
    a_dix(lambda: next(gestes)())
    fini = Dossier.objects.get(pk=depose.pk)
    ordre = list(depose.passages.values_list("acte", flat=True))
    assert fini.etat == Etat.RETIRE
    assert "redeposer" not in ordre[ordre.index("retirer") :]
    assert depose.versions.count() == 1 + ordre.count("redeposer")


def a_dix(geste) -> list:
    """The same gesture from ten threads let go together; what each gave, errors of the trade
    apart.
    """
    barriere, rendus = threading.Barrier(10), []

    def courir():
        try:
            barriere.wait(BORNE)
            rendus.append(geste())
        except (verrous.NonModifiable, verrous.AppelFerme, arret.ChangeEntreTemps):
            pass
        finally:
            connection.close()

    fils = [threading.Thread(target=courir) for _ in range(10)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(BORNE)
    return rendus


def test_la_signature_se_demande_aussi_pour_une_correction(depose, signataire, porteur):
    brouillon = corriger(depose, signataire)
    redaction.demander_signature(
        brouillon, a=signataire, par=creer_membre(porteur), recu_le=PENDANT
    )
    attester(Dossier.objects.get(pk=brouillon.pk), signataire)
    assert (Dossier.objects.get(pk=brouillon.pk).etat, depose.versions.count()) == (Etat.INTEGRE, 2)
    assert NomPartie.PROJET in set(brouillon.parties.values_list("nom", flat=True))
