"""Two people on one part: different fields are put together, the same field is said, nothing is
overwritten in silence.
"""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appels.models import Dossier, LigneBudget, NomPartie, Saisie
from appels.redaction.forms.partie import PartieSaisie
from partenaires.socle import fusion
from partenaires.socle.fusion import fusionner
from tests.fabriques import (
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
)

CLES = ["a", "b", "c", "t-0-x", "t-0-y", "t-1-x"]
textes = st.sampled_from(["", "un", "deux", "trois"])
ecrits = st.fixed_dictionaries(dict.fromkeys(CLES, textes))


@settings(max_examples=1000, deadline=None)
@given(ecrits, ecrits, ecrits)
def test_mille_conflits_aucun_ecrasement_silencieux(base, eux, moi):
    """What either side changed is in the result, or named as a conflict."""
    reunie = fusionner(base, eux, moi, ("t-",))
    for unite in ("a", "b", "c", "t-"):
        groupe = [c for c in CLES if c.startswith(unite)]
        disputees = [c for c in groupe if len({base[c], moi[c], eux[c]}) == 3]
        assert (unite in reunie.conflits) == bool(disputees)
        if not disputees:
            voulu = {c: eux[c] if eux[c] != base[c] else moi[c] for c in groupe}
            assert {c: reunie.donnees[c] for c in groupe} == voulu
            vus = {c: reunie.recus.get(c, moi[c]) for c in groupe}
            assert vus == voulu  # the page shows what is written


def rangees(*noms: str) -> fusion.Valeurs:
    return {f"t-{rang}-x": nom for rang, nom in enumerate(noms)}


@pytest.mark.parametrize(
    ("eux", "moi", "reunies"),
    [
        (["un", "leur"], ["un", "mien"], ["un", "mien", "leur"]),
        (["un", "pareil"], ["un", "pareil"], ["un", "pareil"]),
        (["un", "leur", "pareil"], ["un", "pareil"], ["un", "pareil", "leur"]),
        (["un", "leur"], ["deux"], ["deux", "leur"]),
        (["un", "leur"], ["un"], ["un", "leur"]),
        (["un"], ["un", "mien"], ["un", "mien"]),
    ],
)
def test_des_lignes_ajoutees_des_deux_cotes_restent_toutes(eux, moi, reunies):
    """A place added on the map while another one is typed: both stay, mine where it is."""
    reunie = fusionner(rangees("un"), rangees(*eux), rangees(*moi), ("t-",))
    assert (reunie.donnees, reunie.conflits) == (rangees(*reunies), [])


@pytest.mark.parametrize(
    ("eux", "moi"), [(["leur"], ["mien"]), ([], ["un", "mien"]), (["un", "leur"], [])]
)
def test_une_ligne_changee_ou_retiree_des_deux_cotes_se_demande(eux, moi):
    reunie = fusionner(rangees("un"), rangees(*eux), rangees(*moi), ("t-",))
    assert (reunie.donnees, reunie.conflits) == (rangees(*eux), ["t-"])


def test_temoin_le_dernier_qui_parle_ecraserait():
    """The sabotaged control: keeping mine whatever happened loses theirs on most draws."""
    hasard, pertes = random.Random(2), 0
    for _ in range(1000):
        base, eux, moi = (
            {cle: hasard.choice(["un", "deux", "trois"]) for cle in CLES} for _ in range(3)
        )
        pertes += any(eux[c] != base[c] and moi[c] != eux[c] for c in CLES)
    assert pertes > 900


# --- Through the pages ----------------------------------------------------------------------------
@pytest.fixture
def deux(db, horloge_figee):
    """A dossier and two writers."""
    porteur = creer_association()
    dossier = creer_dossier_complet(creer_appel(), porteur)
    return dossier, creer_signataire(porteur), creer_membre(porteur)


def page(client, dossier, nom) -> dict:
    """What the form shows, as a browser would post it."""
    from contrat_ville.verification import Formulaires

    corps = client.get(f"/dossiers/{dossier.pk}/partie/{nom}/").content.decode()
    formulaire = next(f for f in Formulaires(corps).formulaires if "version" in f["champs"])
    return {cle: valeur for cle, valeur in formulaire["champs"].items() if valeur is not None}


def seul(client, dossier, nom, donnees):
    """Autosave."""
    reponse = client.post(
        f"/dossiers/{dossier.pk}/partie/{nom}/", donnees, headers={"Accept": "application/json"}
    )
    return reponse.status_code, json.loads(reponse.content)


def test_des_champs_differents_se_reunissent(connecter, deux):
    dossier, une, autre = deux
    a, b = connecter(une), connecter(autre)
    de_a, de_b = page(a, dossier, "description"), page(b, dossier, "description")
    code, dit = seul(a, dossier, "description", {**de_a, "besoin": "Besoin d’Ada"})
    assert (code, dit["recus"], dit["erreurs"]) == (200, {}, [])
    code, dit = seul(b, dossier, "description", {**de_b, "objectifs": "Objectifs de Bob"})
    assert (code, dit["recus"], dit["auteur"]) == (200, {"besoin": "Besoin d’Ada"}, str(une))
    reponse = a.post(
        f"/dossiers/{dossier.pk}/partie/description/",
        {**de_a, "besoin": "Besoin d’Ada", "methode": "Méthode d’Ada"},
    )
    assert reponse.status_code == 302  # by the button too, from a page that is two versions old
    dossier.refresh_from_db()
    assert (dossier.besoin, dossier.objectifs, dossier.methode) == (
        "Besoin d’Ada",
        "Objectifs de Bob",
        "Méthode d’Ada",
    )


def test_le_meme_champ_repond_409_avec_les_deux_textes_et_garde_le_reste(connecter, deux):
    dossier, une, autre = deux
    a, b = connecter(une), connecter(autre)
    de_b = page(b, dossier, "description")
    seul(a, dossier, "description", {**page(a, dossier, "description"), "besoin": "Texte d’Ada"})
    code, dit = seul(
        b, dossier, "description", {**de_b, "besoin": "Texte de Bob", "methode": "Méthode de Bob"}
    )
    assert code == 409
    assert [(c["cle"], c["autre"], c["texte"]) for c in dit["conflits"]] == [
        ("besoin", "Texte d’Ada", "Texte d’Ada")
    ]
    dossier.refresh_from_db()
    assert (dossier.besoin, dossier.methode) == ("Texte d’Ada", "Méthode de Bob")
    code, dit = seul(
        b,
        dossier,
        "description",
        {**de_b, "besoin": "Texte de Bob", "methode": "Méthode de Bob", "version": dit["version"]},
    )
    dossier.refresh_from_db()
    assert (code, dossier.besoin) == (200, "Texte de Bob")
    assert "Texte d’Ada" in [
        s.valeurs["besoin"] for s in Saisie.objects.all()
    ]  # still in what was kept


def test_par_le_bouton_un_vrai_conflit_montre_les_deux_et_n_ecrit_rien(connecter, deux):
    dossier, une, autre = deux
    a, b = connecter(une), connecter(autre)
    de_b = page(b, dossier, "description")
    seul(a, dossier, "description", {**page(a, dossier, "description"), "besoin": "Texte d’Ada"})
    reponse = b.post(
        f"/dossiers/{dossier.pk}/partie/description/", {**de_b, "besoin": "Texte de Bob"}
    )
    corps = reponse.content.decode()
    assert (reponse.status_code, "Texte d’Ada" in corps, "Texte de Bob" in corps) == (
        422,
        True,
        True,
    )
    assert Dossier.objects.get(pk=dossier.pk).besoin == "Texte d’Ada"


def test_un_montant_illisible_n_empeche_pas_les_autres(connecter, deux):
    dossier, une, _ = deux
    client = connecter(une)
    avant = dict(LigneBudget.objects.filter(dossier=dossier).values_list("code", "montant"))
    donnees = {**page(client, dossier, "budget"), "c-604": "12O", "c-601": "77,50"}
    code, dit = seul(client, dossier, "budget", donnees)
    assert (code, len(dit["erreurs"]), "la lettre O" in dit["erreurs"][0]["phrase"]) == (
        200,
        1,
        True,
    )
    apres = dict(LigneBudget.objects.filter(dossier=dossier).values_list("code", "montant"))
    assert apres == {**avant, "601": 7750}


def test_deux_budgets_se_reunissent_au_centime(connecter, deux):
    dossier, une, autre = deux
    a, b = connecter(une), connecter(autre)
    de_a, de_b = page(a, dossier, "budget"), page(b, dossier, "budget")
    seul(a, dossier, "budget", {**de_a, "c-604": "1 000"})
    financeurs = dossier.financements.count()
    demande = dossier.financements.get(montant=400_000)
    ecrit = {"c-613": "2000,5", "c-613-oui": "on", f"p-{demande.partenaire_id}-montant": "4 321"}
    code, dit = seul(b, dossier, "budget", {**de_b, **ecrit})
    assert (code, dit["recus"]) == (200, {"c-604": "1\u00a0000"})
    lignes = dict(LigneBudget.objects.filter(dossier=dossier).values_list("code", "montant"))
    assert (lignes["604"], lignes["613"]) == (100_000, 200_050)
    assert sorted(dossier.financements.values_list("montant", flat=True))[-1] == 432_100
    assert dossier.financements.count() == financeurs


# --- New rows, and an answer that was lost --------------------------------------------------------
NOUVELLES = {
    "lieux": (
        {"lieux-TOTAL_FORMS": "2", "lieux-1-adresse": "Parc"},
        {"lieux-1-adresse": "Parc des Bonnettes"},
        lambda dossier: [lieu.adresse for lieu in dossier.lieux.all()][1:],
        ["Parc des Bonnettes"],
    ),
    "budget": (
        {"f-0-cle": "hors:74etat", "f-0-libelle": "Un ministère", "f-0-montant": "5"},
        {"f-0-montant": "50"},
        lambda dossier: [(f.libelle, f.montant) for f in dossier.financements.all()][4:],
        [("Un ministère", 5000)],
    ),
    "evaluation": (
        {"indicateurs-0-libelle": "Personnes"},
        {"indicateurs-0-libelle": "Personnes présentes"},
        lambda dossier: [indicateur.libelle for indicateur in dossier.indicateurs.all()],
        ["Personnes présentes"],
    ),
}


@pytest.mark.parametrize("nom", NOUVELLES)
def test_une_ligne_nouvelle_s_enregistre_seule_et_une_seule_fois(connecter, deux, nom):
    """The answer is lost, one types on, the same page sends again: one row, no choice."""
    dossier, une, _ = deux
    ajout, suite, lues, voulues = NOUVELLES[nom]
    client = connecter(une)
    donnees = page(client, dossier, nom) | {"chaine": "page-1"}
    if nom == "budget":
        ajout = ajout | {"f-TOTAL_FORMS": str(int(donnees["f-TOTAL_FORMS"]) + 1)}
    assert seul(client, dossier, nom, {**donnees, **ajout})[0] == 200
    code, dit = seul(client, dossier, nom, {**donnees, **ajout, **suite})
    assert (code, dit["erreurs"], dit["recus"]) == (200, [], {})
    assert lues(dossier) == voulues


def test_on_n_est_jamais_en_conflit_avec_soi_meme(connecter, deux):
    """Saved, the answer lost, typed on or back; what somebody else wrote meanwhile stays."""
    dossier, une, autre = deux
    a, b = connecter(une), connecter(autre)
    de_a = {**page(a, dossier, "description"), "chaine": "page-1"}
    depart = de_a["methode"].strip()
    seul(b, dossier, "description", {**page(b, dossier, "description"), "objectifs": "De Bob"})
    seul(a, dossier, "description", {**de_a, "besoin": "Un", "methode": "Essai"})
    code, dit = seul(a, dossier, "description", {**de_a, "besoin": "Un deux", "methode": depart})
    assert (code, dit["recus"]) == (200, {"objectifs": "De Bob"})
    dossier.refresh_from_db()
    assert (dossier.besoin, dossier.methode, dossier.objectifs) == ("Un deux", depart, "De Bob")
    seul(b, dossier, "description", {**page(b, dossier, "description"), "besoin": "De Bob"})
    assert seul(a, dossier, "description", {**de_a, "besoin": "Un deux trois"})[0] == 409


def test_une_autre_page_de_la_meme_personne_choisit(connecter, deux):
    """Two tabs: what the first wrote is not overwritten by the second in silence."""
    dossier, une, _ = deux
    client = connecter(une)
    lues = page(client, dossier, "description")
    seul(client, dossier, "description", {**lues, "besoin": "Un", "chaine": "page-1"})
    autre = {**lues, "besoin": "Deux", "chaine": "page-2"}
    assert seul(client, dossier, "description", autre)[0] == 409


def test_une_ligne_illisible_attend_sans_retenir_les_autres(connecter, deux):
    dossier, une, _ = deux
    client = connecter(une)
    donnees = page(client, dossier, "lieux")
    ajout = {"lieux-TOTAL_FORMS": "2", "lieux-1-adresse": "Parc", "lieux-1-latitude": "nord"}
    code, dit = seul(client, dossier, "lieux", {**donnees, **ajout, "public_vise": "Les jeunes"})
    dossier.refresh_from_db()
    assert (code, [e["ancre"] for e in dit["erreurs"]]) == (200, ["id_lieux-1-latitude"])
    assert (dossier.public_vise, dossier.lieux.count()) == ("Les jeunes", 1)


def test_le_lieu_de_la_carte_et_celui_qu_on_tapait_restent_tous_les_deux(connecter, deux):
    """P4: a page left unsaved, a place added on the map, the page put back."""
    dossier, une, _ = deux
    client = connecter(une)
    de_la_page = page(client, dossier, "lieux")
    dossier.lieux.all().delete()
    de_la_page = page(client, dossier, "lieux")
    point = {"adresse": "Rue de la carte", "latitude": "50,2981", "longitude": "2,7447"}
    client.post(f"/dossiers/{dossier.pk}/lieux/ajouter/", point)
    tapee = {**de_la_page, "lieux-0-adresse": "Parc des Bonnettes", "chaine": "page-1"}
    code, dit = seul(client, dossier, "lieux", tapee)
    assert (code, dit["erreurs"]) == (200, [])
    adresses = [lieu.adresse for lieu in dossier.lieux.all()]
    assert adresses == ["Parc des Bonnettes", "Rue de la carte"]
    assert dit["recus"]["lieux-1-adresse"] == "Rue de la carte"


@pytest.mark.parametrize(
    "nom", ["projet", "description", "lieux", "moyens", "evaluation", "budget"]
)
def test_enregistrer_sans_rien_changer_ne_change_rien_et_ne_demande_rien(connecter, deux, nom):
    """Ten autosaves in a row: same rows, no conflict, no received value."""
    dossier, une, _ = deux
    client = connecter(une)
    donnees = page(client, dossier, nom)
    partie = PartieSaisie(dossier, NomPartie(nom))
    avant = partie.enregistree().valeurs()
    for _ in range(10):
        code, dit = seul(client, dossier, nom, donnees)
        assert (code, dit["recus"], dit["erreurs"]) == (200, {}, [])
        donnees["version"] = dit["version"]
    assert partie.enregistree().valeurs() == avant


def test_les_saisies_gardees_sont_bornees(connecter, deux):
    dossier, une, _ = deux
    client = connecter(une)
    donnees = page(client, dossier, "evaluation")
    for rang in range(Saisie.GARDEES + 5):
        _, dit = seul(client, dossier, "evaluation", {**donnees, "evaluation": f"Essai {rang}"})
        donnees["version"] = dit["version"]
    assert Saisie.objects.filter(partie__nom="evaluation").count() == Saisie.GARDEES


def test_apres_la_cloture_l_enregistrement_seul_le_dit(connecter, deux, horloge_figee):
    from tests.fabriques import FERMETURE

    dossier, une, _ = deux
    client = connecter(une)
    donnees = page(client, dossier, "description")
    horloge_figee(FERMETURE)
    code, dit = seul(client, dossier, "description", {**donnees, "besoin": "Trop tard"})
    assert (code, "Le délai pour déposer est passé depuis" in dit["phrase"]) == (409, True)
    assert Dossier.objects.get(pk=dossier.pk).besoin != "Trop tard"


def test_la_session_dit_qui_et_donne_un_jeton_qui_marche(connecter, deux):
    _, une, _ = deux
    client = connecter(une)
    dit = client.get("/session/").json()
    assert (dit["qui"], len(dit["jeton"])) == (une.pk, 64)
    assert connecter().get("/session/").json() == {"qui": None, "jeton": ""}
    assert client.post("/compte/logout/").headers["Clear-Site-Data"] == '"storage"'


def test_ce_qu_on_voit_est_ecrit_d_une_seule_facon(deux):
    """Typed or saved, one writing for one value: else an untouched field would look changed."""
    from appels.redaction.forms.lignes import ComptesForm

    dossier, _, _ = deux
    tape = ComptesForm(fusion.en_envoi({"c-604": "1234.5", "c-601": "2 150,00 €"}), dossier=dossier)
    tape.is_valid()
    lues = fusion.valeurs([tape])
    assert (lues["c-604"], lues["c-601"]) == ("1\u00a0234,50", "2\u00a0150")
