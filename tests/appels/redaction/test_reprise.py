"""A new dossier from an old one: what applies is there, what does not is said, documents come with
their date.
"""

import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from appels.demonstration import dossiers
from appels.depot.actions import arret
from appels.models import (
    Appel,
    Benevolat,
    CoordonneesBancaires,
    Dossier,
    Financement,
    FinanceurAppel,
    Piece,
    Theme,
)
from appels.redaction.actions import pieces, redaction, reprise
from appels.socle import verrous
from partenaires.models import Partenaire
from quartiers.models import Axe
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db
AN = timedelta(days=365)


@pytest.fixture
def porteur(horloge_figee):
    return creer_association()


@pytest.fixture
def ancien(porteur):
    """Deposited last year."""
    dossier = deposer(creer_dossier_complet(creer_appel(2026), porteur))
    Appel.objects.update(ouvre_le=OUVERTURE - AN, ferme_le=FERMETURE - AN)
    return Dossier.objects.get(pk=dossier.pk)


@pytest.fixture
def appel(ancien):
    return creer_appel(2027)


def reprendre(ancien, appel, par=None) -> Dossier:
    return redaction.commencer(
        appel,
        ancien.porteur,
        intitule="Jardins, deuxième année",
        cle=uuid4(),
        par=par or creer_membre(ancien.porteur),
        recu_le=PENDANT,
        modele=ancien,
    )


def test_les_reponses_sont_reprises_les_dates_et_les_decisions_non(ancien, appel):
    creer_accord(ancien)
    appel.themes.set(ancien.themes.all())
    nouveau = Dossier.objects.get(pk=reprendre(ancien, appel).pk)
    assert (
        nouveau.intitule,
        nouveau.besoin,
        nouveau.axe,
        nouveau.debut_le,
        nouveau.fin_le,
        nouveau.frequence,
    ) == ("Jardins, deuxième année", ancien.besoin, ancien.axe, None, None, "renouvellement")
    assert [
        getattr(nouveau, nom).count()
        for nom in ("lieux", "lignes", "indicateurs", "publics", "moyens", "themes")
    ] == [
        getattr(ancien, nom).count()
        for nom in ("lieux", "lignes", "indicateurs", "publics", "moyens", "themes")
    ]
    assert sorted(
        nouveau.financements.values_list("partenaire", "montant", "decision", "montant_vote")
    ) == sorted(
        (p, m, "", None) for p, m in ancien.financements.values_list("partenaire", "montant")
    )
    assert (nouveau.pieces.count(), nouveau.numero, nouveau.repris_de) == (0, None, ancien)


def test_les_projets_d_avant_viennent_d_abord_les_autres_se_deplient(connecter, ancien, appel):
    """What is written in this very call is no project of last year: it comes after."""
    personne = creer_signataire(ancien.porteur)
    for rang in range(3):
        creer_dossier(appel, ancien.porteur, intitule=f"De cette année {rang}")
    page = connecter(personne).get("/dossiers/nouveau/2027/").content.decode()
    montres, plies = page.split("Voir vos autres projets")
    assert re.findall("Reprendre « (.+?) »", montres) == [str(ancien), "De cette année 2"]
    assert re.findall("Reprendre « (.+?) »", plies) == ["De cette année 1", "De cette année 0"]


def test_ce_qui_n_est_plus_dans_l_appel_est_laisse_et_dit(ancien, appel):
    appel.axes.set(Axe.objects.exclude(pk=ancien.axe_id))
    caf = Partenaire.objects.get(genre="caf")
    Financement.objects.get_or_create(
        dossier=ancien, partenaire=caf, defaults={"sous_poste": "74orgasoc", "montant": 100}
    )
    FinanceurAppel.objects.filter(appel=appel, partenaire=caf).delete()
    ancien.themes.set([Theme.objects.first()])
    appel.themes.clear()
    ancien.moyens_materiels = "Un local"
    ancien.informations_complementaires = "La suite"
    ancien.save()
    appel.options = ["informations_complementaires"]
    appel.save()
    nouveau = Dossier.objects.get(pk=reprendre(ancien, appel).pk)
    phrases = " ".join(reprise.non_repris(ancien, appel))
    assert (
        nouveau.axe,
        nouveau.themes.count(),
        nouveau.financements.filter(partenaire=caf).exists(),
    ) == (None, 0, False)
    assert (nouveau.moyens_materiels, nouveau.informations_complementaires) == ("", "La suite")
    assert "aux questions absentes de cet appel : Moyens matériels du projet" in phrases
    for dit in (f"l’axe « {ancien.axe} »", str(Theme.objects.first()), str(caf)):
        assert dit in phrases
    assert ancien.financements.filter(partenaire=caf).exists()


def test_les_heures_et_les_lignes_decochees_sont_reprises(ancien, appel):
    """The hours stay hours; an unticked row of a funder that is offered no more has no place."""
    Benevolat.objects.create(dossier=ancien, heures=Decimal("96"), valeur=1_500)
    absent = Partenaire.objects.get(genre="caf")
    appel.financeurs.filter(partenaire=absent).delete()
    offert = appel.financeurs.proposes()[0].partenaire_id
    for cle in ("601", "prevu", f"demande:{absent.pk}", f"demande:{offert}"):
        ancien.choix_du_budget.create(cle=cle, montant=30_000)
    nouveau = reprendre(ancien, appel)
    assert (nouveau.benevolat.heures, nouveau.benevolat.valeur) == (96, 1_500)
    cles = set(nouveau.choix_du_budget.values_list("cle", flat=True))
    assert cles == {"601", "prevu", f"demande:{offert}"}


def test_par_la_page_reprendre_vient_avant_nouveau(connecter, ancien, appel):
    personne = creer_signataire(ancien.porteur)
    client = connecter(personne)
    page = client.get("/dossiers/nouveau/2027/").content.decode()
    assert page.index("Reprendre un de vos projets") < page.index("Ou commencer un dossier vide")
    page = client.get(f"/dossiers/nouveau/2027/?reprendre={ancien.pk}")
    assert "les dates du projet" in page.content.decode()
    form = page.context["form"]
    reponse = client.post(
        "/dossiers/nouveau/2027/",
        {
            "porteur": ancien.porteur_id,
            "intitule": "Suite",
            "cle": form["cle"].value(),
            "reprendre": ancien.pk,
        },
    )
    nouveau = Dossier.objects.get(appel=appel)
    assert (reponse.url, nouveau.repris_de, nouveau.besoin) == (
        f"/dossiers/{nouveau.pk}/",
        ancien,
        ancien.besoin,
    )
    sommaire = client.get(reponse.url).content.decode()
    assert f"/dossiers/{nouveau.pk}/changements/" in sommaire
    changements = client.get(f"/dossiers/{nouveau.pk}/changements/").content.decode()
    assert ("<ins>Suite</ins>" in changements, "Début du projet" in changements) == (True, True)


@pytest.mark.parametrize("saisi", ["0", "abc", "9" * 40, "-1", "²"])
def test_un_modele_forge_donne_un_dossier_vide(connecter, ancien, appel, saisi):
    page = connecter(creer_signataire(ancien.porteur)).get(
        "/dossiers/nouveau/2027/", {"reprendre": saisi}
    )
    assert (page.status_code, page.context["modele"]) == (200, None)


def test_on_ne_reprend_ni_celui_d_un_autre_ni_une_correction(connecter, ancien, appel):
    etranger = creer_signataire(creer_association())
    page = connecter(etranger).get(f"/dossiers/nouveau/2027/?reprendre={ancien.pk}")
    assert (page.context["modele"], ancien.intitule in page.content.decode()) == (None, False)
    brouillon = creer_dossier(appel, ancien.porteur)
    arret.abandonner(brouillon, par=brouillon.cree_par, recu_le=PENDANT)
    assert list(Dossier.objects.modeles()) == [ancien]


# --- Documents ----------------------------------------------------------------------------------
def test_une_piece_se_reprend_avec_sa_date_et_le_rib_avec_son_compte(connecter, ancien, appel):
    personne = creer_signataire(ancien.porteur)
    nouveau, client = reprendre(ancien, appel, personne), connecter(personne)
    rib = appel.documents.get(est_bancaire=True)
    ancienne = Piece.objects.get(dossier=ancien, document__est_bancaire=True)
    chemin = f"/dossiers/{nouveau.pk}/pieces/{rib.pk}/reprendre/{ancienne.pk}/"
    assert chemin in client.get(f"/dossiers/{nouveau.pk}/pieces/").content.decode()
    for _ in range(2):
        client.post(chemin)
    reprise_ = Piece.objects.get(dossier=nouveau)
    assert (reprise_.document, reprise_.ajoutee_le, reprise_.lire()) == (
        rib,
        ancienne.ajoutee_le,
        ancienne.lire(),
    )
    assert (
        CoordonneesBancaires.objects.get(dossier=nouveau).devoiler()
        == CoordonneesBancaires.objects.get(dossier=ancien).devoiler()
    )
    assert chemin not in client.get(f"/dossiers/{nouveau.pk}/pieces/").content.decode()
    pieces.retirer(reprise_, par=personne, recu_le=PENDANT)
    assert Piece.objects.presentes().filter(pk=ancienne.pk).exists()


def cases(page: str) -> list[str]:
    """The documents that the page offers to join at once."""
    return re.findall(r'name="prendre"[^>]* value="([^"]+)"', page)


def test_tout_se_reprend_en_une_fois(connecter, ancien, appel):
    """What is ticked, and only that; the bank details come with the bank document."""
    personne = creer_signataire(ancien.porteur)
    nouveau, client = reprendre(ancien, appel, personne), connecter(personne)
    chemin = f"/dossiers/{nouveau.pk}/pieces/"
    offertes = cases(client.get(chemin).content.decode())
    assert len(offertes) == appel.documents.count() == 2
    rien = client.post(f"{chemin}prendre/", {})
    assert (rien.status_code, nouveau.pieces.count()) == (422, 0)
    assert "Cochez au moins un document." in rien.content.decode()
    page = client.post(f"{chemin}prendre/", {"prendre": offertes}, follow=True).content.decode()
    assert "2\u00a0documents sont joints, avec leur date :" in page
    assert sorted(nouveau.pieces.values_list("sha256", "ajoutee_le")) == sorted(
        ancien.pieces.values_list("sha256", "ajoutee_le")
    )
    assert CoordonneesBancaires.objects.filter(dossier=nouveau).count() == 1
    assert cases(page) == []
    encore = client.post(f"{chemin}prendre/", {"prendre": offertes})
    assert (encore.status_code, nouveau.pieces.count()) == (422, 2)
    assert "n’est plus à prendre ici" in encore.content.decode()


def test_seul_ce_qui_est_coche_se_prend_et_un_refus_n_arrete_pas_les_autres(
    connecter, ancien, appel, monkeypatch
):
    personne = creer_signataire(ancien.porteur)
    nouveau, client = reprendre(ancien, appel, personne), connecter(personne)
    chemin = f"/dossiers/{nouveau.pk}/pieces/"
    une, autre = cases(client.get(chemin).content.decode())
    reprise_ = pieces.reprendre

    def refuser_la_premiere(dossier, document, *arguments, **options):
        if une.startswith(f"{document.pk}-"):
            raise pieces.DejaRetiree(ancien.pieces.first())
        return reprise_(dossier, document, *arguments, **options)

    with monkeypatch.context() as refus:
        refus.setattr(pieces, "reprendre", refuser_la_premiere)
        reponse = client.post(f"{chemin}prendre/", {"prendre": [une, autre]})
    page = reponse.content.decode()
    assert (reponse.status_code, nouveau.pieces.count()) == (422, 1)
    assert ("était déjà retiré" in page, "1\u00a0document est joint" in page) == (True, True)
    autre_dossier = reprendre(ancien, appel, personne)
    une = cases(client.get(f"/dossiers/{autre_dossier.pk}/pieces/").content.decode())[0]
    client.post(f"/dossiers/{autre_dossier.pk}/pieces/prendre/", {"prendre": [une]})
    prise = autre_dossier.pieces.get()
    assert une.startswith(f"{prise.document_id}-")


def test_ce_qui_n_est_pas_a_soi_ne_se_prend_pas(connecter, ancien, appel):
    autre = creer_dossier(appel)
    client = connecter(creer_signataire(autre.porteur))
    piece = ancien.pieces.first()
    document = appel.documents.get(libelle=piece.document.libelle)
    forge = {"prendre": [f"{document.pk}-piece-{piece.pk}"]}
    reponse = client.post(f"/dossiers/{autre.pk}/pieces/prendre/", forge)
    assert (reponse.status_code, autre.pieces.count()) == (422, 0)
    assert client.post(f"/dossiers/{ancien.pk}/pieces/prendre/", forge).status_code == 404


def test_une_piece_ne_se_reprend_que_chez_soi_et_pour_le_meme_document(connecter, ancien, appel):
    ancienne = Piece.objects.get(dossier=ancien, document__est_bancaire=False)
    autre = creer_dossier(appel)
    client = connecter(creer_signataire(autre.porteur))
    document = appel.documents.get(est_bancaire=False)
    reponse = client.post(
        f"/dossiers/{autre.pk}/pieces/{document.pk}/reprendre/{ancienne.pk}/", follow=True
    )
    assert ("ne se reprend pas" in reponse.content.decode(), autre.pieces.count()) == (True, 0)
    nouveau = reprendre(ancien, appel)
    mauvais = appel.documents.get(est_bancaire=True)
    connecter(nouveau.cree_par).post(
        f"/dossiers/{nouveau.pk}/pieces/{mauvais.pk}/reprendre/{ancienne.pk}/"
    )
    assert nouveau.pieces.count() == 0
    with pytest.raises(verrous.NonModifiable):
        pieces.reprendre(nouveau, document, ancienne, par=nouveau.cree_par, recu_le=FERMETURE)


def test_les_deux_annees_se_lisent_pour_l_organisme_et_pour_qui_lit(connecter, ancien, appel):
    """Readers are told what changed, when they read both; nobody is shown the past of others."""
    signataire = creer_signataire(ancien.porteur)
    nouveau = reprendre(ancien, appel, signataire)
    nouveau.indicateurs.all().delete()
    for table in ("lieux", "publics", "parts", "moyens", "lignes", "financements"):
        getattr(nouveau, table).all().delete()
    dossiers.remplir(nouveau, PENDANT)
    Dossier.objects.filter(pk=nouveau.pk).update(besoin="Un besoin nouveau de cette année.")
    client = connecter(signataire)
    brouillon = client.get(f"/dossiers/{nouveau.pk}/changements/").content.decode()
    assert f'<th scope="col">{ancien.appel.annee}</th>' in brouillon
    chemin = f"/dossiers/{nouveau.pk}/depuis/"
    assert client.get(chemin).status_code == 302  # a draft has its own page
    depose = deposer(Dossier.objects.get(pk=nouveau.pk), signataire)
    annee = ancien.appel.annee
    financeur = creer_financeur()
    for personne in (signataire, creer_agent()):
        lu = connecter(personne)
        assert (
            f"Ce qui change depuis {annee}"
            in lu.get(f"/dossiers/{depose.pk}/relecture/").content.decode()
        ), personne
        page = lu.get(chemin).content.decode()
        assert f'<th scope="col">{annee}</th>' in page
        assert "<ins>Un besoin nouveau de cette année.</ins>" in page
    assert "Ce qui change depuis" in client.get(f"/dossiers/{depose.pk}/depose/").content.decode()
    ancien.financements.filter(partenaire__genre="caf").delete()
    lu = connecter(financeur)
    assert lu.get(f"/dossiers/{depose.pk}/relecture/").status_code == 200
    assert lu.get(f"/dossiers/{ancien.pk}/relecture/").status_code == 404
    assert lu.get(chemin).url == f"/dossiers/{depose.pk}/relecture/"
    inconnu = connecter(creer_signataire(creer_association()))
    assert inconnu.get(chemin).status_code == 404


def test_un_renouvellement_en_treize_pages_au_plus(connecter, ancien, appel):
    """From « Mes dossiers » to the deposit, every page that the browser loads counted."""
    signataire = creer_signataire(ancien.porteur)
    client = connecter(signataire)
    pages = []

    def lire(chemin):
        pages.append(chemin)
        return client.get(chemin)

    def envoyer(chemin, donnees):
        reponse = client.post(chemin, donnees)
        assert reponse.status_code == 302, reponse.content.decode()[-2000:]
        return lire(reponse.url)

    lire("/dossiers/")
    lire(f"/dossiers/nouveau/{appel.repere}/")
    form = lire(f"/dossiers/nouveau/{appel.repere}/?reprendre={ancien.pk}").context["form"]
    debut = {"porteur": ancien.porteur_id, "intitule": "Jardins, suite", "reprendre": ancien.pk}
    envoyer(f"/dossiers/nouveau/{appel.repere}/", {**debut, "cle": form["cle"].value()})
    nouveau = Dossier.objects.get(appel=appel)
    lire(f"/dossiers/{nouveau.pk}/organisme/")
    envoyer(f"/dossiers/{nouveau.pk}/organisme/", {"confirmee": "on"})
    lire(f"/dossiers/{nouveau.pk}/partie/projet/")
    nouveau.refresh_from_db()
    assert nouveau.debut_le is None  # the dates of a year are not those of another
    Dossier.objects.filter(pk=nouveau.pk).update(
        debut_le=PENDANT.date(), fin_le=PENDANT.date(), axe=ancien.axe
    )
    offertes = cases(lire(f"/dossiers/{nouveau.pk}/pieces/").content.decode())
    envoyer(f"/dossiers/{nouveau.pk}/pieces/prendre/", {"prendre": offertes})
    assert nouveau.pieces.count() == ancien.pieces.count()
    assert len(pages) + 2 <= 13, pages  # the check before attesting, and what follows it
