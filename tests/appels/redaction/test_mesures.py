"""Targets that can be compared: of the library or one's own, a number, its unit, a word more."""

import json

import pytest

from appels.instruction.colonnes import COLONNES
from appels.models import Dossier, Soutien
from appels.models.contenu import Indicateur
from appels.redaction.forms.mesures import MESURES_MAX
from appels.socle import completude, faits, figement
from partenaires.contenus.forms.registre import CONTENUS
from quartiers.models import Mesure
from tests.fabriques import (
    admettre,
    creer_accord,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    deposer,
    publier_les_decisions,
)

pytestmark = pytest.mark.django_db
LIGNE = ("mesure", "libelle", "cible", "unite", "commentaire")


@pytest.fixture
def appel(horloge_figee):
    return creer_appel()


@pytest.fixture
def seances():
    return Mesure.objects.create(libelle="Ateliers d’essai tenus", unite="ateliers", position=99)


def poster(client, dossier, *lignes, version=0):
    champs = {"indicateurs-TOTAL_FORMS": len(lignes), "indicateurs-INITIAL_FORMS": 0}
    for rang, ligne in enumerate(lignes):
        champs |= {f"indicateurs-{rang}-{nom}": valeur for nom, valeur in ligne.items()}
    return client.post(f"/dossiers/{dossier.pk}/partie/evaluation/", {"version": version, **champs})


def gardes(dossier):
    return list(dossier.indicateurs.values_list("mesure", "libelle", "cible", "unite"))


def test_la_liste_donne_le_nom_et_l_unite_ou_l_on_nomme_la_sienne(connecter, appel, seances):
    dossier = creer_dossier(appel)
    client = connecter(dossier.cree_par)
    reponse = poster(
        client,
        dossier,
        {"mesure": seances.pk, "cible": "1 040", "commentaire": "le mardi"},
        {"libelle": "Bancs posés", "cible": "9,5", "unite": "bancs"},
    )
    assert reponse.status_code == 302
    assert gardes(dossier) == [
        (seances.pk, "Ateliers d’essai tenus", 1040, "ateliers"),
        (None, "Bancs posés", 9.5, "bancs"),
    ]
    relu = Dossier.objects.pour_completude().get(pk=dossier.pk)
    fige = figement.brouillon(relu)
    assert fige["indicateurs"] == [
        ["Ateliers d’essai tenus", "1\u00a0040\u00a0ateliers, le mardi"],
        ["Bancs posés", "9,5\u00a0bancs"],
    ]
    assert fige["mesures"][0] == {
        "libelle": "Ateliers d’essai tenus",
        "est_de_la_liste": True,
        "cible": "1040.00",
        "unite": "ateliers",
        "commentaire": "le mardi",
    }
    page = client.get(f"/dossiers/{dossier.pk}/relecture/").content.decode()
    assert "9,5\u00a0bancs" in page


@pytest.mark.parametrize(
    ("lignes", "champ"),
    [
        ([{"cible": "60"}], "libelle"),
        ([{"unite": "séances"}], "libelle"),
        ([{"libelle": "Bancs", "cible": "12,50,00", "unite": "bancs"}], "cible"),
        ([{"libelle": "Bancs", "cible": "9"}], "unite"),
        ([{"libelle": "Bancs", "cible": "beaucoup"}], "cible"),
        ([{"libelle": "Bancs", "cible": "-3", "unite": "bancs"}], "cible"),
        ([{"mesure": "424242", "cible": "3"}], "mesure"),
        ([{"mesure": "x"}], "mesure"),
    ],
)
def test_ce_qui_ne_se_compare_pas_le_dit_a_cote_du_champ(connecter, appel, lignes, champ):
    dossier = creer_dossier(appel)
    reponse = poster(connecter(dossier.cree_par), dossier, *lignes)
    assert reponse.status_code == 422
    formulaires = reponse.context["indicateurs"].forms
    assert champ in formulaires[0].errors
    assert gardes(dossier) == []


def test_la_meme_mesure_deux_fois_ou_plus_de_cinq_se_refuse(connecter, appel, seances):
    dossier = creer_dossier(appel)
    client = connecter(dossier.cree_par)
    deux = poster(client, dossier, {"mesure": seances.pk}, {"mesure": seances.pk})
    assert deux.status_code == 422
    assert "Cette mesure est déjà choisie plus haut." in deux.content.decode()
    trop = [{"libelle": f"Mesure {rang}"} for rang in range(MESURES_MAX + 1)]
    assert poster(client, dossier, *trop).status_code == 422
    # what was written before the limit stays, and may be saved again
    Indicateur.objects.bulk_create(
        Indicateur(dossier=dossier, libelle=ligne["libelle"], commentaire="60") for ligne in trop
    )
    assert poster(client, dossier, *trop).status_code == 302
    assert dossier.indicateurs.count() == MESURES_MAX + 1


def test_une_mesure_retiree_reste_dans_le_dossier_et_n_est_plus_proposee(connecter, appel, seances):
    tenu = creer_dossier(appel)
    Indicateur.objects.create(dossier=tenu, mesure=seances, libelle=seances.libelle, cible=3)
    Mesure.objects.filter(pk=seances.pk).update(est_proposee=False)
    option = f'<option value="{seances.pk}"'
    chemin = "/dossiers/{}/partie/evaluation/"
    assert option in connecter(tenu.cree_par).get(chemin.format(tenu.pk)).content.decode()
    autre = creer_dossier(appel, creer_association())
    assert option not in connecter(autre.cree_par).get(chemin.format(autre.pk)).content.decode()
    assert CONTENUS["mesures"].retrait == {"est_proposee": False}
    # moved to another row by who keeps it; withdrawn while somebody else was choosing it
    deux = [{"libelle": "Bancs", "cible": "9", "unite": "bancs"}, {"mesure": seances.pk}]
    assert poster(connecter(tenu.cree_par), tenu, *deux).status_code == 302
    assert [ligne[0] for ligne in gardes(tenu)] == [None, seances.pk]
    refus = poster(connecter(autre.cree_par), autre, {"mesure": seances.pk, "cible": "12 séances"})
    page = refus.content.decode().replace("\u00a0", " ")
    assert (refus.status_code, 'value="12 séances"' in page) == (422, True)
    assert "Cette mesure n’est pas, ou n’est plus, dans la liste : choisissez-en" in page


def test_un_indicateur_en_mots_seuls_se_dit_sans_empecher_le_depot(appel):
    dossier = creer_dossier_complet(appel)
    assert [m for m in completude.manques(relu(dossier)) if m.partie == "evaluation"] == []
    dossier.indicateurs.update(cible=None, unite="", commentaire="une soixantaine")
    manques = [m for m in completude.manques(relu(dossier)) if m.partie == "evaluation"]
    assert [(manque.champ, manque.bloque) for manque in manques] == [("indicateurs-0-cible", False)]


def relu(dossier):
    return Dossier.objects.pour_completude().get(pk=dossier.pk)


def test_publiees_avec_le_projet_et_rien_de_ce_qui_n_est_que_des_mots(connecter, client, appel):
    """Only a number: words typed before it was asked were not told to be public."""
    dossier = deposer(creer_dossier_complet(appel))
    Indicateur.objects.create(dossier=dossier, libelle="Dite en mots", commentaire="beaucoup")
    creer_accord(admettre(dossier))
    publier_les_decisions(appel)
    soutien = Soutien.objects.get(dossier=dossier)
    assert soutien.mesures == [["Personnes présentes", "60.00", "personnes"]]
    assert faits.lus([dossier.pk]) == faits.constater([dossier.pk])
    lu = json.loads(client.get(f"/api/v1/projets/{dossier.numero}").content)
    assert lu["mesures"] == [{"nom": "Personnes présentes", "cible": 60.0, "unite": "personnes"}]
    colonne = COLONNES["mesures"]
    assert (
        colonne.lue(dossier) == "Personnes présentes : 60\u00a0personnes ; Dite en mots : beaucoup"
    )


def test_reprises_d_une_annee_sur_l_autre(appel, seances):
    """A copy keeps the measure: two years compare."""
    from appels.redaction.actions import copie

    source, cible = creer_dossier(appel), creer_dossier(appel, creer_association())
    Indicateur.objects.create(
        dossier=source, mesure=seances, libelle=seances.libelle, cible=3, unite="ateliers"
    )
    copie.tables(source, cible, (Indicateur,))
    assert gardes(cible) == [(seances.pk, "Ateliers d’essai tenus", 3, "ateliers")]


def test_ce_qui_est_tape_a_cote_d_une_mesure_de_la_liste_se_garde(connecter, appel, seances):
    """Nothing typed is lost: own words and unit stay beside the measure that was chosen."""
    dossier = creer_dossier(appel)
    client = connecter(dossier.cree_par)
    ligne = {"mesure": seances.pk, "libelle": "Mardis musicaux", "cible": "9", "unite": "soirées"}
    assert poster(client, dossier, ligne).status_code == 302
    assert gardes(dossier) == [(seances.pk, "Mardis musicaux", 9, "soirées")]
    formulaire = client.get(f"/dossiers/{dossier.pk}/partie/evaluation/").context["indicateurs"]
    assert formulaire.initial[0]["libelle"] == "Mardis musicaux"
    assert formulaire.initial[0]["unite"] == "soirées"
    # emptied, they are those of the library, and the form shows them empty again
    sans = {"mesure": seances.pk, "libelle": "", "cible": "9", "unite": ""}
    assert poster(client, dossier, sans, version=1).status_code == 302
    assert gardes(dossier) == [(seances.pk, "Ateliers d’essai tenus", 9, "ateliers")]
    formulaire = client.get(f"/dossiers/{dossier.pk}/partie/evaluation/").context["indicateurs"]
    assert (formulaire.initial[0]["libelle"], formulaire.initial[0]["unite"]) == ("", "")
