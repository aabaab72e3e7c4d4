"""Agents edit the public pages: draft, preview, publication, journal, undoing.

Nothing is lost nor done twice.
"""

import re
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from appels.demonstration.dossiers import pdf_fictif
from partenaires.contenus import revisions
from partenaires.contenus.forms.registre import CONTENUS
from partenaires.models import AideALaQuestion, Partenaire, Revision, Role, Service, Texte
from quartiers.models import (
    Axe,
    ChiffreCle,
    Document,
    IndicateurQuartier,
    Objectif,
    Quartier,
    Source,
)
from tests.attente import BORNE
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_association,
    creer_financeur,
    creer_membre,
)

pytestmark = pytest.mark.django_db
BASE = "/instruction/contenus"


@pytest.fixture
def responsable(connecter):
    return connecter(creer_agent(Role.RESPONSABLE))


def chiffre() -> ChiffreCle:
    return ChiffreCle.objects.get(cle="part-population-qpv")


def champs_du_chiffre(**champs) -> dict:
    actuel = chiffre()
    return {
        "libelle": actuel.libelle,
        "valeur": "12",
        "unite": "%",
        "territoire": actuel.territoire,
        "annee": "2026",
        "source": actuel.source_id,
        "note": "",
        "est_affiche": "on",
        "position": actuel.position,
        **champs,
    }


def ecrire(client, genre, pk, donnees) -> Revision:
    """Write a draft through the form; the revision that it made."""
    chemin = f"{BASE}/{genre}/{pk}/" if pk else f"{BASE}/{genre}/nouveau/"
    reponse = client.post(chemin, donnees)
    assert reponse.status_code == 302, reponse.content.decode()[-3000:]
    return Revision.objects.get(pk=int(reponse.url.strip("/").rsplit("/", 1)[-1]))


def publier(client, revision):
    return client.post(f"{BASE}/revisions/{revision.pk}/publier/", follow=True)


def annuler(client, revision):
    return client.post(f"{BASE}/revisions/{revision.pk}/annuler/", follow=True)


def exemples() -> dict:
    """For each content: (row or None, what is typed, page, what it then says, what it said)."""
    source = Source.objects.get(cle="grandarras")
    axe = Axe.objects.get(cle="apaise")
    objectif = Objectif.objects.first()
    texte = Texte.objects.get(cle="hebergement")
    service = Service.actuel()
    partenaire = Partenaire.objects.get(nom="Vivre Ensemble")
    quartier = Quartier.objects.get(code="QN06258M")
    return {
        "chiffres": (
            chiffre(),
            champs_du_chiffre(valeur="12,5"),
            "/chiffres/",
            "12,5\u00a0%",
            "12\u00a0%",
        ),
        "sources": (
            source,
            {
                "libelle": "Source relue",
                "url": "https://example.org/x",
                "date": "2026",
                "licence": "",
            },
            "/chiffres/",
            "Source relue",
            "page « Contrat de ville »",
        ),
        "axes": (
            axe,
            {"nom": axe.nom, "resume": axe.resume, "texte": "Présentation nouvelle"},
            "/contrat/axes/apaise/",
            "Présentation nouvelle",
            None,
        ),
        "objectifs": (
            objectif,
            {
                "axe": objectif.axe_id,
                "position": objectif.position,
                "libelle": "Objectif relu",
                "source": source.pk,
                "est_publie": "on",
            },
            "/contrat/axes/apaise/",
            "Objectif relu",
            objectif.libelle,
        ),
        "partenaires": (
            partenaire,
            {
                "nom": partenaire.nom,
                "sigle": "",
                "genre": "association",
                "source": "",
                "role_contrat": "Fait le lien entre voisins",
                "est_affiche": "on",
                "position": partenaire.position,
            },
            "/partenaires/",
            "Fait le lien entre voisins",
            None,
        ),
        "textes": (
            texte,
            {"contenu": "Hébergé chez nous."},
            "/mentions-legales/",
            "Hébergé chez nous.",
            None,
        ),
        "service": (
            service,
            {
                "nom": "Cohésion Sociale",
                "editeur": "",
                "adresse": "Place d’essai",
                "email": "",
                "telephone": "",
                "contact_donnees": "",
            },
            "/contact/",
            "Place d’essai",
            None,
        ),
        "mots": (
            None,
            {"mot": "trottinette", "code": "613", "est_propose": "on"},
            "/aide/associations/",
            "trottinette",
            None,
        ),
        "aides": (
            AideALaQuestion.objects.get(cle="besoin"),
            {"question": "Pourquoi donc ?", "conseil": "", "faible": "", "bon": "Un bon exemple"},
            "/aide/associations/",
            "Pourquoi donc ?",
            "Pourquoi ce projet, ici ?",
        ),
        "indicateurs": (
            None,
            {
                "quartier": quartier.pk,
                "libelle": "Taux d’essai",
                "valeur": "40,5",
                "unite": "%",
                "valeur_cua": "15",
                "annee": "2025",
                "source": source.pk,
                "est_publie": "on",
                "position": "1",
            },
            "/quartiers/QN06258M/",
            "Taux d’essai",
            None,
        ),
        "mesures": (
            None,
            {
                "libelle": "Essais réussis",
                "unite": "essais",
                "aide": "",
                "est_proposee": "on",
                "position": "1",
            },
            "/appel/questions/",
            "Essais réussis (essais)",
            None,
        ),
        "documents": (
            None,
            {
                "titre": "Guide d’essai",
                "nature": "autre",
                "resume": "",
                "date": "01/02/2026",
                "texte": "Le guide, en toutes lettres.",
                "est_publie": "on",
                "position": "3",
            },
            "/contrat/documents/",
            "Guide d’essai",
            None,
        ),
    }


@pytest.mark.parametrize("genre", CONTENUS)
def test_ecrire_regarder_publier_annuler(connecter, responsable, genre):
    if genre == "mesures":
        creer_appel()  # its questions show them
    objet, donnees, page, apres, avant = exemples()[genre]
    public = connecter()
    debut = public.get(page).content.decode()
    assert apres not in debut
    revision = ecrire(responsable, genre, objet and objet.pk, donnees)
    assert apres not in public.get(page).content.decode()
    apercu = responsable.get(f"{BASE}/revisions/{revision.pk}/apercu/")
    assert (
        apercu.status_code,
        apres in apercu.content.decode(),
        "Aperçu" in apercu.content.decode(),
    ) == (200, True, True)
    assert public.get(page).content.decode() == debut  # the preview wrote nothing
    publier(responsable, revision)
    assert apres in public.get(page).content.decode()
    relue = responsable.get(f"{BASE}/revisions/{revision.pk}/").content.decode()
    assert "<strong>Publié</strong>" in relue
    annuler(responsable, revision)
    fin = public.get(page).content.decode()
    assert apres not in fin
    assert avant is None or avant in fin
    assert Revision.objects.publiees().count() == 2
    assert Revision.objects.publiees().first().annule == revision


def test_un_chiffre_demande_sa_source(responsable):
    pk = chiffre().pk
    reponse = responsable.post(f"{BASE}/chiffres/{pk}/", champs_du_chiffre(source=""))
    assert (reponse.status_code, "sans sa source" in reponse.content.decode()) == (422, True)
    for champs in (
        {"valeur": "douze"},
        {"annee": "20260"},
        {"valeur": "1e99"},
        {"unite": "licornes"},
        {"source": "999999"},
        {"source": "9" * 30},
    ):
        assert (
            responsable.post(f"{BASE}/chiffres/{pk}/", champs_du_chiffre(**champs)).status_code
            == 422
        )
    assert Revision.objects.count() == 0


def test_un_chiffre_dont_la_source_ne_dit_pas_l_annee_se_publie_sans_elle(responsable):
    """Nobody has to invent one; an indicator compares, and demands its year."""
    revision = ecrire(
        responsable, "chiffres", chiffre().pk, champs_du_chiffre(annee="", valeur="13 750")
    )
    publier(responsable, revision)
    publie = chiffre()
    assert (publie.annee, publie.valeur) == (None, 13_750)
    page = responsable.get(f"{BASE}/chiffres/{publie.pk}/").content.decode()
    assert ('value="13\u00a0750"' in page, "13750,00" in page) == (True, False)
    assert "année non précisée" in responsable.get("/chiffres/").content.decode()
    indicateur = CONTENUS["indicateurs"].form({"annee": ""})
    assert indicateur.errors["annee"] == ["Un chiffre ne se publie pas sans son année."]


def envoi_de(form) -> dict:
    """What a browser sends of a form that nobody touched."""
    valeurs = {nom: form[nom].value() for nom in form.fields}
    return {
        nom: "" if valeur is None else valeur
        for nom, valeur in valeurs.items()
        if valeur is not False
    }


def test_ce_que_le_portail_montre_s_enregistre_sans_y_toucher(db):
    """No rule is stricter than what is shipped: each row opened and sent again is accepted."""
    refus = {}
    essayes = 0
    for genre, contenu in CONTENUS.items():
        for objet in contenu.objets():
            form = contenu.form(envoi_de(contenu.form(instance=objet)), instance=objet)
            essayes += 1
            if not form.is_valid():
                refus[genre, str(objet)] = dict(form.errors)
            elif changes := form.changed_data:
                refus[genre, str(objet)] = changes
    assert refus == {}
    assert essayes > 40


def test_le_brouillon_se_reprend_et_un_seul_reste_ouvert(connecter, responsable):
    premier = ecrire(responsable, "chiffres", chiffre().pk, champs_du_chiffre(note="Première idée"))
    page = connecter(creer_agent()).get(f"{BASE}/chiffres/{chiffre().pk}/").content.decode()
    assert ('value="Première idée"' in page, "Vous reprenez le brouillon" in page) == (True, True)
    second = ecrire(responsable, "chiffres", chiffre().pk, champs_du_chiffre(note="Seconde idée"))
    assert list(Revision.objects.ouvertes()) == [second]
    assert "déjà publié ou abandonné" in publier(responsable, premier).content.decode()
    creation = ecrire(
        responsable,
        "sources",
        None,
        {"libelle": "Source neuve", "url": "", "date": "", "licence": ""},
    )
    page = responsable.get(f"{BASE}/sources/nouveau/?reprendre={creation.pk}").content.decode()
    assert "Source neuve" in page
    suite = responsable.post(
        f"{BASE}/sources/nouveau/?reprendre={creation.pk}",
        {"libelle": "Source mieux dite", "url": "", "date": "", "licence": ""},
    )
    assert suite.status_code == 302
    assert set(Revision.objects.ouvertes().values_list("libelle", flat=True)) == {
        "Source mieux dite",
        str(chiffre()),
    }


def test_un_brouillon_depasse_ne_remplace_pas_ce_qui_est_paru(connecter, responsable):
    """Somebody published meanwhile: said, nothing written over."""
    ancien = chiffre()
    ancien.note = "Écrit d’après l’ancien"
    revision = revisions.ecrire(
        "chiffres", ancien, CONTENUS["chiffres"].champs, par=creer_agent(), recu_le=PENDANT
    )
    ChiffreCle.objects.filter(pk=ancien.pk).update(note="Paru entre-temps")
    for reponse in (
        publier(responsable, revision),
        responsable.get(f"{BASE}/revisions/{revision.pk}/apercu/", follow=True),
    ):
        assert (
            "Un autre changement de ce contenu a été publié entre-temps" in reponse.content.decode()
        )
    assert chiffre().note == "Paru entre-temps"


def test_retirer_du_public_ce_qui_a_ete_cree_ne_l_efface_pas(responsable):
    revision = ecrire(responsable, "indicateurs", None, exemples()["indicateurs"][1])
    publier(responsable, revision)
    annuler(responsable, Revision.objects.get(pk=revision.pk))
    assert list(IndicateurQuartier.objects.values_list("libelle", "est_publie")) == [
        ("Taux d’essai", False)
    ]


def test_un_document_garde_ses_anciens_fichiers(connecter, responsable):
    donnees = exemples()["documents"][1]
    fichier = SimpleUploadedFile("../Guide v1.pdf", pdf_fictif("Premier"))
    publier(
        responsable, ecrire(responsable, "documents", None, {**donnees, "televersement": fichier})
    )
    document = Document.objects.get(titre="Guide d’essai")
    premier = b"".join(connecter().get(f"/contrat/documents/{document.cle}/fichier/"))
    seconde = ecrire(
        responsable,
        "documents",
        document.pk,
        {**donnees, "televersement": SimpleUploadedFile("v2.pdf", pdf_fictif("Second document"))},
    )
    publier(responsable, seconde)
    assert b"".join(connecter().get(f"/contrat/documents/{document.cle}/fichier/")) != premier
    annuler(responsable, seconde)
    reponse = connecter().get(f"/contrat/documents/{document.cle}/fichier/")
    assert (b"".join(reponse), reponse.headers["Content-Disposition"]) == (
        premier,
        'attachment; filename="Guide v1.pdf"',
    )
    assert document.cle == "guide-dessai"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"televersement": SimpleUploadedFile("a.pdf", b"MZ\x90")}, "Un programme ne se joint pas"),
        (
            {"televersement": SimpleUploadedFile("a.pdf", pdf_fictif("x")), "texte": ""},
            "avec son contenu en texte",
        ),
        ({"date": "32/13/2026"}, "le mois 13 n’existe pas"),
        ({"titre": ""}, "obligatoire"),
    ],
)
def test_un_document_mal_rempli_est_refuse_avec_une_phrase(responsable, champs, phrase):
    reponse = responsable.post(
        f"{BASE}/documents/nouveau/", {**exemples()["documents"][1], **champs}
    )
    assert (reponse.status_code, phrase in reponse.content.decode()) == (422, True)
    assert Revision.objects.count() == 0


def test_les_textes_de_loi_sont_publies_par_la_responsable(connecter):
    agent = connecter(creer_agent())
    for genre in ("textes", "service"):
        objet, donnees, page, apres, _ = exemples()[genre]
        revision = ecrire(agent, genre, objet.pk, donnees)
        assert publier(agent, revision).status_code == 403
        assert apres not in connecter().get(page).content.decode()


@pytest.mark.parametrize("qui", ["membre", "financeur"])
def test_les_autres_n_ecrivent_rien(connecter, responsable, qui):
    revision = ecrire(responsable, "chiffres", chiffre().pk, champs_du_chiffre(note="x"))
    client = connecter(creer_membre(creer_association()) if qui == "membre" else creer_financeur())
    for chemin in (
        "chiffres/nouveau/",
        f"chiffres/{chiffre().pk}/",
        f"revisions/{revision.pk}/publier/",
        f"revisions/{revision.pk}/annuler/",
        f"revisions/{revision.pk}/abandonner/",
    ):
        assert client.post(f"{BASE}/{chemin}", champs_du_chiffre()).status_code == 403, chemin
    assert list(Revision.objects.ouvertes()) == [revision]


def test_le_journal_et_l_abandon(responsable):
    revision = ecrire(responsable, "chiffres", chiffre().pk, champs_du_chiffre(note="À oublier"))
    assert (
        "rien à"
        not in responsable.post(
            f"{BASE}/revisions/{revision.pk}/abandonner/", follow=True
        ).content.decode()
    )
    assert Revision.objects.get().abandonnee_le == PENDANT
    assert "Rien n’a encore été publié" in responsable.get(f"{BASE}/journal/").content.decode()
    publier(
        responsable, ecrire(responsable, "chiffres", chiffre().pk, champs_du_chiffre(valeur="13"))
    )
    assert "13\u00a0%" in responsable.get(f"{BASE}/journal/").content.decode()
    page = responsable.get(
        f"{BASE}/revisions/{Revision.objects.publiees().get().pk}/"
    ).content.decode()
    assert re.findall(r'texte-long">([^<]+)<', page) == ["12", "13", "(vide)", "2026"]


@pytest.mark.parametrize(
    "chemin",
    [
        "rien/",
        "chiffres/999999/",
        "axes/nouveau/",
        "textes/nouveau/",
        "revisions/999999/",
        "chiffres/" + "9" * 30 + "/",
        "sources/nouveau/?reprendre=" + "9" * 30,
    ],
)
def test_une_adresse_forgee_ne_trouve_rien(responsable, chemin):
    assert responsable.get(f"{BASE}/{chemin}").status_code == (
        200 if "reprendre" in chemin else 404
    )


def test_recharger_les_references_ne_defait_pas_ce_que_les_agents_ont_ecrit(responsable):
    from tests.conftest import charger_references

    publier(
        responsable,
        ecrire(
            responsable,
            "axes",
            Axe.objects.get(cle="apaise").pk,
            {"nom": "Quartier apaisé", "resume": "Résumé relu", "texte": ""},
        ),
    )
    partenaire = Partenaire.objects.get(nom="Vivre Ensemble")
    Partenaire.objects.filter(pk=partenaire.pk).update(nom="Vivre Ensemble, renommée")
    charger_references()
    assert Axe.objects.get(cle="apaise").resume == "Résumé relu"
    assert Partenaire.objects.du_contrat().count() == 20
    assert not Partenaire.objects.filter(nom="Vivre Ensemble").exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sabote", [False, True])
def test_publier_a_dix_applique_une_fois(base_a_plusieurs, monkeypatch, sabote):
    """Ten clicks at once publish once; without the look at the locked row, ten times."""
    contenu = CONTENUS["chiffres"]
    objet = chiffre()
    objet.note = "À dix"
    agent = creer_agent()
    revision = revisions.ecrire("chiffres", objet, contenu.champs, par=agent, recu_le=PENDANT)
    if sabote:
        monkeypatch.setattr(Revision, "est_ouverte", property(lambda self: True))
        monkeypatch.setattr(revisions, "appliquer", lambda *arguments: objet)
    verdicts = []
    barriere = threading.Barrier(10)

    def essayer():
        barriere.wait(BORNE)
        try:
            with transaction.atomic():
                revisions.publier(revision, ChiffreCle, contenu.creer(), par=agent, recu_le=PENDANT)
            verdicts.append("publié")
        except (revisions.RevisionFermee, revisions.ContenuChange) as refus:
            verdicts.append(type(refus).__name__)
        finally:
            connection.close()

    fils = [threading.Thread(target=essayer) for _ in range(10)]
    [fil.start() for fil in fils]
    [fil.join() for fil in fils]
    publies = 10 if sabote else 1
    assert sorted(verdicts) == ["RevisionFermee"] * (10 - publies) + ["publié"] * publies
