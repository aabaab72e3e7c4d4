"""The workplace of a dossier: at a glance, documents beside their verdict, one act, keys."""

from fractions import Fraction

import pytest

from appels.decision.actions import avis, lectures
from appels.instruction import annees_du_porteur, colonnes, coup_d_oeil
from appels.instruction.actions import examen
from appels.models import Conformite, Cotation, Dossier, LigneBudget, Passage, Piece
from appels.models.etats import Etat
from appels.socle import notes
from appels.socle.budget import par_personne
from appels.socle.vues import lecture
from partenaires.models import Genre, Partenaire, Role
from tests.fabriques import (
    PENDANT,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def appel(horloge_figee):
    return creer_appel(lectures_attendues=3)


@pytest.fixture
def depose(appel):
    return deposer(creer_dossier_complet(appel, creer_association()))


def a_juger(depose) -> list[int]:
    return list(depose.pieces.order_by("pk").values_list("pk", flat=True))


def test_un_montant_demande_est_le_meme_sur_chaque_page(connecter, appel):
    """A funder outside the call is told for information: no list, no glance counts it."""
    brouillon = creer_dossier_complet(appel, creer_association())
    ailleurs = brouillon.financements.filter(partenaire__isnull=False).first()
    ailleurs.pk, ailleurs.partenaire, ailleurs.libelle = None, None, "Fondation d’ailleurs"
    ailleurs.montant = 100_000
    ailleurs.save()
    LigneBudget.objects.filter(dossier=brouillon, code="604").update(montant=280_000)
    depose = deposer(brouillon)
    agent = creer_agent()
    vu = lu(depose, agent)
    demandes = depose.financements.filter(partenaire__isnull=False)
    attendu = sum(demande.montant for demande in demandes)
    ligne = colonnes.calculer(Dossier.objects.filter(pk=depose.pk), ["demande"], PENDANT).get()
    assert (vu.demande, ligne.demande, vu.subventions) == (attendu, attendu, attendu + 100_000)
    # what the applicant read beside its budget, what the service reads: rounded alike
    assert vu.par_personne == par_personne(vu.cout, depose.beneficiaires)
    assert par_personne(100, 3) == 33
    assert par_personne(200, 3) == 67


# --- One act --------------------------------------------------------------------------------------


def test_pieces_conformes_et_recevable_en_un_acte_puis_le_suivant(connecter, appel, depose):
    """What the page showed is what is judged; the list is still at hand after it."""
    suivant = deposer(creer_dossier_complet(appel, creer_association()))
    agent = creer_agent()
    client = connecter(agent)
    liste = f"liste=tri%3Dnumero%26appel%3D{appel.pk}&rang=0"
    lue = client.get(f"/instruction/dossiers/{depose.pk}/?{liste}").content.decode()
    assert "Pièces conformes, déclarer recevable" in lue.replace("\u00a0", " ")
    reponse = client.post(
        f"/instruction/dossiers/{depose.pk}/recevable/?{liste}",
        {"lue": a_juger(depose), "suivant": "1"},
    )
    assert reponse.url.startswith(f"/instruction/dossiers/{suivant.pk}/?liste=")
    depose.refresh_from_db()
    verdicts = set(depose.pieces.values_list("conformite", "conformite_par"))
    assert (depose.etat, verdicts) == (Etat.RECEVABLE, {("conforme", agent.pk)})
    assert Passage.objects.filter(dossier=depose, acte="conformite").count() == len(a_juger(depose))


@pytest.mark.parametrize("qui", [creer_agent, creer_financeur])
def test_qui_ecrit_aussi_pour_une_association_trouve_ses_dossiers(connecter, appel, qui):
    """Two roles: the volunteer of the service or of a funder has a page, and a way to it."""
    personne = qui()
    menus = [connecter(personne).get("/mon-compte/").content.decode()]
    creer_membre(creer_association(), utilisateur=personne)
    menus += [connecter(personne).get("/mon-compte/").content.decode()]
    assert ['href="/dossiers/"' in menu.split("</nav>")[0] for menu in menus] == [False, True]


def test_une_piece_remplacee_depuis_ne_passe_pas_pour_lue(depose):
    """Neither judged nor admitted: what came since was not read."""
    agent, lues = creer_agent(), a_juger(depose)
    Piece.objects.filter(pk=lues[0]).update(retiree_le=PENDANT)
    for acte in (examen.admettre, examen.declarer_conformes):
        with pytest.raises(examen.PieceChangee):
            acte(depose, lues=lues, par=agent, recu_le=PENDANT)
    depose.refresh_from_db()
    assert (depose.etat, set(depose.pieces.values_list("conformite", flat=True))) == (
        Etat.DEPOSE,
        {""},
    )


def test_conforme_d_un_bouton_laisse_ce_qui_est_deja_juge(connecter, depose):
    seule, autre = a_juger(depose)[:2]
    agent = connecter(creer_agent())
    Piece.objects.filter(pk=autre).update(
        conformite=Conformite.NON_CONFORME, conformite_motif="Illisible"
    )
    chemin = f"/instruction/dossiers/{depose.pk}/pieces/conformes/"
    agent.post(chemin, {"seule": seule, "lue": a_juger(depose)})
    assert Piece.objects.get(pk=seule).conformite == Conformite.CONFORME
    agent.post(chemin, {"lue": a_juger(depose)})
    assert Piece.objects.get(pk=autre).conformite == Conformite.NON_CONFORME
    assert connecter(creer_financeur()).post(chemin, {"lue": [seule]}).status_code == 403
    assert connecter(depose.depose_par).post(chemin, {"lue": [seule]}).status_code == 403


# --- Documents in a frame -------------------------------------------------------------------------


def test_une_piece_se_montre_dans_nos_pages_par_les_memes_droits(connecter, depose):
    """Sandboxed by its own answer, in no other site's frame; bank documents never."""
    piece = depose.pieces.filter(est_chiffree=False).first()
    Piece.objects.filter(pk=piece.pk).update(mime="application/pdf")
    chemin = f"/pieces/{piece.pk}/apercu/"
    reponse = connecter(creer_agent()).get(chemin)
    entetes = {nom: reponse[nom] for nom in ("X-Frame-Options", "Content-Security-Policy")}
    assert entetes == {
        "X-Frame-Options": "SAMEORIGIN",
        "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'self'",
    }
    assert reponse["Content-Disposition"].startswith("inline")
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert connecter(creer_financeur(Genre.DEPARTEMENT)).get(chemin).status_code == 404
    assert connecter().get(chemin).status_code == 302
    chiffree = depose.pieces.filter(est_chiffree=True).first()
    assert connecter(creer_agent()).get(f"/pieces/{chiffree.pk}/apercu/").status_code == 404
    Piece.objects.filter(pk=piece.pk).update(mime="text/html")
    assert connecter(creer_agent()).get(chemin).status_code == 404
    csp = connecter(creer_agent()).get(f"/instruction/dossiers/{depose.pk}/")
    assert "frame-src 'self'" in csp["Content-Security-Policy"]
    ailleurs = connecter(creer_agent()).get("/instruction/")
    assert "frame-src" not in ailleurs["Content-Security-Policy"]


# --- At a glance ----------------------------------------------------------------------------------


def lu(dossier, lecteur) -> coup_d_oeil.CoupDOeil:
    """As a page draws it."""
    [annote] = coup_d_oeil.avec_le_mot(
        Dossier.objects.filter(pk=dossier.pk)
        .select_related("appel")
        .prefetch_related("pieces", "appel__documents")
    )
    contenu = lecture.lisible(annote, lecture.figee(annote))["contenu"]
    passes = Dossier.objects.instruits_par(lecteur)
    annees = annees_du_porteur.lire(annote, passes, lecteur)
    return coup_d_oeil.regarder(annote, contenu, lecteur, annees=annees)


def test_le_coup_d_oeil_recompte_ce_que_dit_le_dossier(appel):
    """Every figure from rows added apart."""
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    ancien = deposer(creer_dossier_complet(creer_appel(2026), porteur), signataire)
    creer_accord(ancien, montant=123_400)
    depose = deposer(creer_dossier_complet(appel, porteur), signataire)
    demandes = list(depose.financements.all())
    vu = lu(depose, creer_agent())
    assert vu.subventions == sum(demande.montant for demande in demandes)
    assert sum(part.montant for part in vu.parts) == vu.produits
    assert vu.par_personne == round(vu.cout / depose.beneficiaires)
    qpv = depose.publics.filter(dimension="qpv").exclude(cle="hors_qpv")
    assert vu.personnes_des_quartiers == sum(public.nombre for public in qpv)
    anciennes = ancien.financements.filter(partenaire__isnull=False)
    assert [(une.annee, une.demande, une.vote, une.justifie) for une in vu.annees] == [
        (2026, sum(demande.montant for demande in anciennes), 123_400, None)
    ]
    assert (vu.pieces.a_voir, vu.pieces.conformes) == (depose.pieces.count(), 0)
    assert (vu.avis_donnes, len(vu.avis)) == (
        0,
        len({demande.partenaire_id for demande in demandes if demande.partenaire_id}),
    )
    assert (vu.mot, vu.vote) == (None, None)
    # A vote that its organisation has not received is not told to another funder
    [annee] = lu(depose, creer_financeur(Genre.ETAT)).annees
    assert annee.vote is None


def test_le_coup_d_oeil_cache_l_avis_des_autres_avant_le_sien(depose):
    caf = Partenaire.objects.get(genre=Genre.CAF)
    dit = {"recevable": True, "sens": "defavorable", "motif": "CANARI", "montant_propose": None}
    avis.donner(depose, caf, dit, partager=True, par=creer_financeur(), recu_le=PENDANT)

    def de_la_caf(lecteur) -> tuple[str, str]:
        [vue] = [vue for vue in lu(depose, lecteur).avis if vue.demande.partenaire_id == caf.pk]
        return vue.mot, vue.motif

    assert de_la_caf(creer_agent()) == ("Défavorable", "CANARI")
    assert de_la_caf(creer_financeur(Genre.ETAT)) == (coup_d_oeil.CACHE, "")
    assert lu(depose, creer_financeur(Genre.ETAT)).avis_caches == 1


def test_un_avis_n_est_plus_attendu_de_qui_a_decide(depose):
    """Told by the decision of each, to whoever reads it; the vote came without a meeting."""
    agent, autre = creer_agent(), creer_financeur(Genre.ETAT)
    avant, de_l_etat = lu(depose, agent), lu(depose, autre)
    assert {vu.mot for vu in avant.avis} == {"Attendu"}
    assert (avant.sans_mot, de_l_etat.sans_mot) == ("Pas encore dit", "Pas encore communiqué")
    creer_accord(depose, Genre.CAF)
    apres = {vu.demande.partenaire.genre: vu for vu in lu(depose, agent).avis}
    assert apres["caf"].mot == "Non donné"
    assert {vu.mot for genre, vu in apres.items() if genre != "caf"} == {"Attendu"}
    assert (lu(depose, agent).avis_donnes, lu(depose, agent).sans_mot) == (
        0,
        "Aucun mot du comité",
    )
    # what another funder decided is not told before its letter
    assert {vu.mot for vu in lu(depose, autre).avis} == {"Attendu"}
    Dossier.objects.filter(pk=depose.pk).update(etat=Etat.IRRECEVABLE)
    depose.refresh_from_db()
    assert {vu.mot for vu in lu(depose, autre).avis} == {"Non donné"}


def test_la_fiche_se_lit_par_qui_instruit(connecter, depose):
    chemin = f"/instruction/dossiers/{depose.pk}/fiche/"
    codes = [
        connecter(personne).get(chemin).status_code
        for personne in (creer_agent(), creer_financeur(), creer_financeur(Genre.DEPARTEMENT))
    ]
    assert codes == [200, 200, 404]


# --- Scores in the list ---------------------------------------------------------------------------


def noter(depose, *points) -> None:
    criteres = list(depose.appel.criteres.all())
    for valeur in points:
        lectures.coter(
            depose,
            [Cotation(critere=critere, motif="x", points=valeur) for critere in criteres],
            rendre=True,
            par=creer_agent(),
            recu_le=PENDANT,
        )


def test_la_note_se_trie_se_lit_apres_la_sienne_et_compte_ses_lectures(connecter, appel, depose):
    """The mean of the database is the exact one; it is told to who gave theirs, and to the head."""
    appel.criteres.create(libelle="Besoin", poids=3, maximum=5)
    appel.criteres.create(libelle="Budget", poids=1, maximum=10)
    autre = deposer(creer_dossier_complet(appel, creer_association()))
    noter(depose, 3, 4)
    noter(autre, 5)
    exactes = notes.par_dossier([depose, autre])
    en_base = dict(Dossier.objects.annotate(note=notes.en_base()).values_list("pk", "note"))
    for dossier in (depose, autre):
        moyenne = exactes[dossier.pk].ensemble.moyenne
        assert notes.arrondie(en_base[dossier.pk]) == moyenne
    assert exactes[depose.pk].ensemble.moyenne == Fraction(1, 2) * (
        Fraction(20) * (Fraction(9, 5) + Fraction(3, 10)) / 4
        + Fraction(20) * (Fraction(12, 5) + Fraction(4, 10)) / 4
    )
    assert exactes[depose.pk].lectures == "2 sur 3"
    adresse = f"/instruction/?appel={appel.pk}&col=note&col=lectures&tri=-note"
    du_chef = connecter(creer_agent(Role.RESPONSABLE)).get(adresse).context["atelier"].lignes
    assert [ligne.dossier.pk for ligne in du_chef] == [autre.pk, depose.pk]
    assert [cellule.texte for cellule in du_chef[1].cellules] == ["12,3", "2 sur 3"]
    d_un_agent = connecter(creer_agent()).get(adresse).context["atelier"].lignes
    assert {ligne.cellules[0].texte for ligne in d_un_agent} == {""}


# --- Keys -----------------------------------------------------------------------------------------


def test_les_touches_se_desactivent_dans_mon_compte(connecter, depose):
    agent = creer_agent()
    client, chemin = connecter(agent), f"/instruction/dossiers/{depose.pk}/"
    assert "js/raccourcis" in client.get(chemin).content.decode()
    client.post(
        "/mon-compte/", {"prenom": "A", "nom": "B", "cadence": "immediate", "densite": "compact"}
    )
    agent.refresh_from_db()
    lue = client.get(chemin).content.decode()
    assert (agent.a_des_raccourcis, "js/raccourcis" in lue, "Les activer" in lue) == (
        False,
        False,
        True,
    )


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("combien", [1, 6])
def test_le_dossier_en_quinze_requetes(
    connecter, appel, depose, combien, django_assert_max_num_queries
):
    """However many readings, opinions, documents, messages and years."""
    appel.criteres.create(libelle="Besoin")
    noter(depose, *[3] * combien)
    for genre in list(Genre)[: 3 * combien]:
        partenaire = Partenaire.objects.filter(genre=genre).first()
        if partenaire and depose.financements.filter(partenaire=partenaire).exists():
            dit = {"recevable": True, "sens": "favorable", "motif": "", "montant_propose": 5}
            par = creer_financeur(genre)
            avis.donner(depose, partenaire, dit, partager=True, par=par, recu_le=PENDANT)
    for annee in range(2027 - min(combien, 3), 2027):
        deposer(creer_dossier_complet(creer_appel(annee), depose.porteur))
    client = connecter(creer_agent())
    client.get("/")
    chemin = f"/instruction/dossiers/{depose.pk}/"
    with django_assert_max_num_queries(15):
        assert client.get(chemin).status_code == 200
    with django_assert_max_num_queries(17):  # its place in the list it was opened from
        assert client.get(f"{chemin}?liste=q%3D&rang=0").status_code == 200
