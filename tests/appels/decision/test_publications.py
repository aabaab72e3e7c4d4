"""Letters by line and at an instant; decisions public one by one, undone, corrected."""

from datetime import timedelta

import pytest
from django.urls import reverse

from appels import tasks
from appels.decision.actions import decisions, diffusions, lettres, publications
from appels.models import Acte, Diffusion, Dossier, Financement, Lettre, Passage, Publication
from appels.models.etats import Etat
from partenaires.models import Appartenance, Envoi, Genre, Role
from tests.appels.decision.test_etapes_franchies import accorder, demande, ensemble, refuser
from tests.appels.decision.test_lettres import ecrire, rendre_pretes
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_accord,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_lettre,
    creer_signataire,
    deposer,
    poser_tribunal,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db
DEMAIN = PENDANT + timedelta(days=1)


@pytest.fixture
def monde(horloge_figee) -> dict:
    """Two organisations, three dossiers; the CAF refuses all, the State refuses the first."""
    appel, agent = poser_tribunal(creer_appel()), creer_agent()
    porteur = creer_association()
    signataire = creer_signataire(porteur)
    dossiers = [
        admettre(deposer(creer_dossier_complet(appel, porteur), signataire)),
        admettre(deposer(creer_dossier_complet(appel, porteur), signataire)),
        admettre(deposer(creer_dossier_complet(appel))),
    ]
    for dossier in dossiers:
        refuser(dossier, agent)
    refuser(dossiers[0], agent, Genre.ETAT)
    ecrire("refuse", agent)
    ecrire("partiel", agent)
    lettres.preparer(appel, par=agent, recu_le=PENDANT)
    rendre_pretes()
    return {
        "appel": appel,
        "agent": agent,
        "responsable": creer_agent(Role.RESPONSABLE),
        "dossiers": dossiers,
        "boite": f"/instruction/appels/{appel.pk}/lettres/",
        "page": f"/instruction/appels/{appel.pk}/decisions/",
    }


def de(monde, genre: Genre) -> list[int]:
    """The letters ready of a funder."""
    return [
        lettre.pk
        for lettre in lettres.pretes(monde["appel"])
        if lettre.financement.partenaire.genre == genre
    ]


def liberer(monde, cles, **options) -> Diffusion:
    return lettres.liberer(
        monde["appel"], cles, len(cles), par=monde["responsable"], recu_le=PENDANT, **options
    )


# --- Letters by funder, by ticked lines, at an instant --------------------------------------------


def test_les_lettres_partent_par_financeur_un_courriel_par_organisme(monde):
    liberer(monde, de(monde, Genre.CAF))
    parties = Lettre.objects.liberees()
    assert [lettre.financement.partenaire.genre for lettre in parties] == ["caf"] * 3
    assert len(de(monde, Genre.ETAT)) == 1
    envois = Envoi.objects.filter(acte__startswith="lettres-").select_related("courriel")
    assert len({envoi.acte for envoi in envois}) == 2  # organisations
    double = next(e for e in envois if monde["dossiers"][0].numero in e.courriel.message)
    assert monde["dossiers"][1].numero in double.courriel.message
    assert "2\u00a0lettres à ouvrir" in double.courriel.subject
    assert "refus" not in double.courriel.message.lower()


def test_la_page_filtre_coche_et_dit_l_issue(connecter, monde):
    client, caf = connecter(monde["responsable"]), demande(monde["dossiers"][0]).partenaire
    reponse = client.get(f"{monde['boite']}?financeur={caf.pk}")
    page = reponse.content.decode()
    # The three lines, and the lots of each funder above them.
    assert (page.count('name="lignes"'), page.count('data-t="Décision">Refusé')) == (3, 5)
    etat = client.get(f"{monde['boite']}?decision=partiel").content.decode()
    assert etat.count('name="lignes"') == 0
    envoi = {"toutes": "on", "nombre": "3", "relu": "on", "lot": reponse.context["boite"].repere}
    assert client.post(monde["boite"], envoi).status_code == 422  # no switch of the whole call
    assert Lettre.objects.liberees().count() == 0
    client.post(f"{monde['boite']}?financeur={caf.pk}", envoi)
    assert Lettre.objects.liberees().count() == 3


def test_un_instant_prevu_part_seul_et_une_fois(connecter, monde, horloge_figee):
    client = connecter(monde["responsable"])
    cles = de(monde, Genre.CAF)
    coches = {"lignes": cles, "nombre": "3", "relu": "on"}
    passe = coches | {"jour": "2026-11-09", "heure": "08:00"}
    assert client.post(monde["boite"], passe).status_code == 422
    sans_heure = coches | {"jour": "2026-11-11"}
    assert client.post(monde["boite"], sans_heure).status_code == 422
    client.post(monde["boite"], sans_heure | {"heure": "10:30"})
    assert (Lettre.objects.liberees().count(), len(de(monde, Genre.CAF))) == (0, 0)
    assert "Part le mercredi 11" in client.get(monde["boite"]).content.decode()
    tasks.diffuser()
    assert Lettre.objects.liberees().count() == 0  # the instant has not come
    horloge_figee(DEMAIN)
    tasks.diffuser()
    tasks.diffuser()
    assert Lettre.objects.liberees().count() == 3
    assert set(Lettre.objects.liberees().values_list("liberee_le", flat=True)) == {DEMAIN}
    assert Passage.objects.filter(acte=Acte.NOTIFIER).count() == 3
    (dit,) = Envoi.objects.filter(acte__startswith="diffusion-").select_related("courriel")
    assert (dit.destinataire, "3 sur 3" in dit.courriel.subject) == (
        monde["responsable"].email,
        True,
    )


def test_une_lettre_recrite_avant_son_instant_ne_part_pas(connecter, monde, horloge_figee):
    """What leaves is what the head let go: rewritten meanwhile, it waits to be read again."""
    cles = de(monde, Genre.CAF)
    liberer(monde, cles, prevue_le=DEMAIN)
    lettre = Lettre.objects.get(pk=cles[0])
    client, chemin = connecter(monde["agent"]), f"/instruction/lettres/{lettre.pk}/"
    assert "Elle part le mercredi 11" in lisible(client.get(chemin))
    lettres.corriger(lettre, lettre.objet, "Autre texte", par=monde["agent"], recu_le=PENDANT)
    rendre_pretes(Lettre.objects.get(pk=lettre.pk))
    assert "Elle part le mercredi 11" not in lisible(client.get(chemin))
    boite = lisible(client.get(monde["boite"]))
    assert boite.count("Corrigée depuis : ne part plus le mercredi 11") == 1
    horloge_figee(DEMAIN)
    tasks.diffuser()
    assert set(Lettre.objects.liberees().values_list("pk", flat=True)) == set(cles[1:])
    diffusion = Diffusion.objects.get()
    assert [pourquoi for _, _, pourquoi in diffusion.laissees] == ["corrigée depuis"]
    assert diffusion.versions == [[cle, 1] for cle in cles]
    (dit,) = Envoi.objects.filter(acte__startswith="diffusion-").select_related("courriel")
    assert ("2 sur 3" in dit.courriel.subject, "corrigée depuis" in dit.courriel.message) == (
        True,
        True,
    )
    assert de(monde, Genre.CAF) == [lettre.pk]  # it may be read again, then let go


def test_une_lettre_recrite_depuis_la_page_est_laissee_de_cote(connecter, monde):
    """Outside the sample too: what leaves is what the page of the head showed."""
    client = connecter(monde["responsable"])
    cles = de(monde, Genre.CAF)
    montree = feuille(client.get(monde["boite"]), "relu")
    lettre = Lettre.objects.get(pk=cles[0])
    lettres.corriger(lettre, lettre.objet, "Autre texte", par=monde["agent"], recu_le=PENDANT)
    rendre_pretes(Lettre.objects.get(pk=lettre.pk))
    envoi = montree | {"lignes": cles, "nombre": "3", "relu": "on", "echantillon": ""}
    client.post(monde["boite"], envoi)
    assert set(Lettre.objects.liberees().values_list("pk", flat=True)) == set(cles[1:])
    assert [pourquoi for *_, pourquoi in Diffusion.objects.get().laissees] == ["corrigée depuis"]


def test_a_l_instant_prevu_ce_qui_a_change_est_laisse_et_dit(monde, horloge_figee):
    diffusion = liberer(monde, de(monde, Genre.CAF), prevue_le=DEMAIN)
    premier, second, tiers = monde["dossiers"]
    accorder(premier, monde["agent"], 100)
    Dossier.objects.filter(pk=second.pk).update(etat=Etat.DEPOSE)
    horloge_figee(DEMAIN)
    tasks.diffuser()
    (partie,) = Lettre.objects.liberees()
    assert partie.financement.dossier == tiers
    diffusion.refresh_from_db()
    assert diffusion.laissees == [
        [premier.numero, "Caisse d’allocations familiales", "la décision a changé"],
        [second.numero, "Caisse d’allocations familiales", "pas déclaré recevable"],
    ]
    (dit,) = Envoi.objects.filter(acte__startswith="diffusion-").select_related("courriel")
    assert (premier.numero in dit.courriel.message, second.numero in dit.courriel.message) == (
        True,
        True,
    )


def test_qui_n_est_plus_responsable_ne_libere_plus_par_avance(monde, horloge_figee):
    liberer(monde, de(monde, Genre.CAF), prevue_le=DEMAIN)
    Appartenance.objects.filter(utilisateur=monde["responsable"]).update(roles={Role.AGENT})
    horloge_figee(DEMAIN)
    tasks.diffuser()
    assert (Lettre.objects.liberees().count(), len(de(monde, Genre.CAF))) == (0, 3)


def test_une_diffusion_qui_echoue_n_arrete_pas_les_autres(monde, horloge_figee, monkeypatch):
    premiere = liberer(monde, de(monde, Genre.CAF), prevue_le=DEMAIN)
    liberer(monde, de(monde, Genre.ETAT), prevue_le=DEMAIN)
    executer = diffusions.executer

    def en_panne(diffusion, instant):
        if diffusion == premiere:
            raise OSError
        executer(diffusion, instant)

    monkeypatch.setattr(diffusions, "executer", en_panne)
    horloge_figee(DEMAIN)
    tasks.diffuser()
    assert Lettre.objects.liberees().count() == 1
    monkeypatch.undo()
    horloge_figee(DEMAIN)
    tasks.diffuser()
    assert Lettre.objects.liberees().count() == 4


def test_un_instant_prevu_s_annule(connecter, monde, horloge_figee):
    diffusion = liberer(monde, de(monde, Genre.CAF), prevue_le=DEMAIN)
    chemin = reverse("appels:annuler_diffusion", args=[diffusion.pk])
    assert connecter(monde["agent"]).post(chemin).status_code == 403
    connecter(monde["responsable"]).post(chemin)
    horloge_figee(DEMAIN)
    tasks.diffuser()
    assert (Lettre.objects.liberees().count(), len(de(monde, Genre.CAF))) == (0, 3)
    with pytest.raises(diffusions.DejaFaite):
        diffusions.annuler(diffusion, par=monde["responsable"], recu_le=DEMAIN)


# --- Decisions public one by one ------------------------------------------------------------------


def publiables(monde) -> list[int]:
    return [prise.pk for prise in publications.publiables(monde["appel"])]


def publier(monde, cles, **options) -> Diffusion:
    return publications.publier(
        monde["appel"], cles, len(cles), par=monde["responsable"], recu_le=PENDANT, **options
    )


@pytest.fixture
def accords(monde) -> list[Financement]:
    """Two grants of the CAF, the letter of the first gone."""
    dossiers = [admettre(deposer(creer_dossier_complet(monde["appel"]))) for _ in range(2)]
    accords = [
        creer_accord(dossier, montant=100_000 + rang) for rang, dossier in enumerate(dossiers)
    ]
    creer_lettre(accords[0])
    return accords


def montants_publics(connecter) -> list[bool]:
    page = connecter().get("/projets/").content.decode().replace("\u00a0", " ")
    return [montant in page for montant in ("1 000 €", "1 000,01 €")]


def test_sans_lettre_rien_n_est_publiable(connecter, monde, accords):
    assert publiables(monde) == [accords[0].prises.get().pk]
    with pytest.raises(publications.RienAPublier):
        publier(monde, [accords[1].prises.get().pk])
    assert montants_publics(connecter) == [False, False]
    publier(monde, publiables(monde))
    assert montants_publics(connecter) == [True, False]
    creer_lettre(accords[1])
    assert montants_publics(connecter) == [True, False]  # its letter left, nobody published it
    publier(monde, publiables(monde))
    assert montants_publics(connecter) == [True, True]
    assert set(Financement.objects.publics()) == set(accords)


def test_seule_la_responsable_publie_coche_compte_et_retire(connecter, monde, accords):
    (cle,) = publiables(monde)
    assert connecter(monde["agent"]).post(monde["page"], {"lignes": cle}).status_code == 403
    client = connecter(monde["responsable"])
    assert "1 000" in client.get(monde["page"]).content.decode().replace("\u00a0", " ")
    for mauvais in (
        {"nombre": "2"},
        {"nombre": ""},
        {"lignes": []},
        {"lignes": ["99999999999999"]},
    ):
        envoi = {"lignes": [cle], "nombre": "1"} | mauvais
        assert client.post(monde["page"], envoi).status_code == 422, mauvais
    assert Publication.objects.count() == 0
    client.post(monde["page"], {"lignes": [cle], "nombre": "1"})
    assert montants_publics(connecter) == [True, False]
    (publication,) = Publication.objects.all()
    assert (publication.par, publication.le) == (monde["responsable"], PENDANT)
    retrait = {"retirees": [publication.pk], "motif": "Acte annulé"}
    assert client.post(monde["page"], retrait | {"motif": ""}).status_code == 422
    client.post(monde["page"], retrait)
    assert montants_publics(connecter) == [False, False]
    assert list(
        Passage.objects.filter(acte__in=[Acte.PUBLIER, Acte.DEPUBLIER]).values_list("acte")
    ) == [("publier",), ("depublier",)]
    assert publiables(monde) == [cle]


def test_ce_qui_est_publie_se_lit_et_se_retire_page_par_page(
    connecter, monde, accords, monkeypatch
):
    monkeypatch.setattr("appels.decision.vues.publications.PAR_PAGE", 1)
    creer_lettre(accords[1])
    client = connecter(monde["responsable"])
    premiere = client.get(monde["page"])
    assert (len(premiere.context["page"]), premiere.context["total"]) == (1, 200_001)
    publier(monde, publiables(monde))
    pages = [client.get(f"{monde['page']}?publiees={rang}").context["publiees"] for rang in (1, 2)]
    assert [page.paginator.count for page in pages] == [2, 2]
    lues = [[publication.pk for publication in page] for page in pages]
    assert sorted(lues[0] + lues[1]) == sorted(Publication.objects.values_list("pk", flat=True))
    retrait = {"retirees": lues[1], "motif": "Acte annulé"}
    assert client.post(f"{monde['page']}?publiees=2", retrait).status_code == 302
    assert [publication.pk for publication in Publication.objects.vives()] == lues[0]


def test_une_publication_nomme_ce_qui_a_change_depuis_la_page(connecter, monde, accords):
    """Ticked, then replaced: the others are published, this one is named."""
    creer_lettre(accords[1])
    cles = publiables(monde)
    assert len(cles) == 2
    change = accords[0].dossier
    accorder(change, monde["agent"], 50_000, pourquoi={accords[0].pk: "Erreur de saisie"})
    client = connecter(monde["responsable"])
    client.post(monde["page"], {"lignes": cles, "nombre": "2"})
    dits = [str(message) for message in client.get(monde["page"]).context["messages"]]
    nom = f"{change.numero}, {accords[0].nom}"
    assert dits == [
        "1\u00a0décision publiée.",
        f"Laissées de côté : {nom} (remplacée, ou déjà publiée, depuis que la page est montrée).",
    ]
    assert montants_publics(connecter) == [False, True]


def test_toutes_celles_d_un_financeur_sont_celles_que_la_page_comptait(connecter, monde, accords):
    """The same number of others is not the same list."""
    client, caf = connecter(monde["responsable"]), accords[0].partenaire_id
    chemin = f"{monde['page']}?financeur={caf}"
    ancienne = feuille(client.get(chemin), "nombre") | {"toutes": "on", "nombre": "1"}
    accorder(accords[0].dossier, monde["agent"], 50_000, pourquoi={accords[0].pk: "Erreur"})
    creer_lettre(accords[1])
    assert len(publiables(monde)) == 1  # another one
    refus = client.post(chemin, ancienne)
    assert (refus.status_code, Publication.objects.count()) == (422, 0)
    assert "La liste a changé depuis que cette page est montrée : 1 décision" in lisible(refus)
    assert client.post(chemin, feuille(refus, "nombre")).status_code == 302
    assert Publication.objects.count() == 1


def test_ce_qu_un_agent_enregistre_apres_la_publication_ne_parait_pas(connecter, monde, accords):
    """The fault of before: one switch of the call, then anything saved was public at once."""
    publier(monde, publiables(monde))
    dossier = accords[0].dossier
    accorder(dossier, monde["agent"], 50_000, pourquoi={accords[0].pk: "Erreur de saisie"})
    accorder(accords[1].dossier, monde["agent"], 70_000)
    assert montants_publics(connecter) == [True, False]
    page = connecter().get("/projets/").content.decode().replace("\u00a0", " ")
    assert ("500 €" in page, "700 €" in page) == (False, False)


@pytest.mark.parametrize("decision", ["meme", "partiel", "refuse"])
def test_une_ligne_retiree_puis_corrigee_demande_sa_note(monde, accords, decision):
    """The public has read another amount: undone first, it is corrected all the same."""
    publier(monde, publiables(monde))
    dossier, pourquoi = accords[0].dossier, {accords[0].pk: "Erreur de saisie"}
    publications.depublier(
        monde["appel"],
        [Publication.objects.get().pk],
        "Erreur",
        par=monde["responsable"],
        recu_le=PENDANT,
    )
    if decision == "partiel":
        accorder(dossier, monde["agent"], 50_000, pourquoi=pourquoi)
        creer_lettre(demande(dossier))
    elif decision == "refuse":
        refuser(dossier, monde["agent"], pourquoi=pourquoi)
        creer_lettre(demande(dossier))
    if decision == "refuse":
        assert publiables(monde) == []  # no grant, and nobody reads the former one
        return
    (cle,) = publiables(monde)
    if decision == "partiel":
        with pytest.raises(publications.SansNote):
            publier(monde, [cle])
        publier(monde, [cle], note="Le montant était faux.")
    else:
        publier(monde, [cle])
    publique = Publication.objects.parues().get()
    attendue = "Le montant était faux." if decision == "partiel" else ""
    assert (publique.prise_id, publique.note) == (cle, attendue)


@pytest.mark.parametrize("decision", ["partiel", "refuse"])
def test_une_ligne_publiee_se_corrige_avec_une_note(connecter, monde, accords, decision):
    publier(monde, publiables(monde))
    dossier, pourquoi = accords[0].dossier, {accords[0].pk: "Erreur de saisie"}
    if decision == "partiel":
        accorder(dossier, monde["agent"], 50_000, pourquoi=pourquoi)
    else:
        refuser(dossier, monde["agent"], pourquoi=pourquoi)
    assert publiables(monde) == []  # its new letter has not left
    creer_lettre(demande(dossier))
    (cle,) = publiables(monde)
    with pytest.raises(publications.SansNote):
        publier(monde, [cle])
    assert montants_publics(connecter)[0]
    publier(monde, [cle], note="Le montant était erroné.")
    page = connecter().get("/projets/").content.decode().replace("\u00a0", " ")
    assert ("Le montant était erroné." in page, "1 000 €" in page) == (True, False)
    assert ("500 €" in page) == (decision == "partiel")


def test_une_publication_prevue_attend_son_instant(connecter, monde, accords, horloge_figee):
    diffusion = publier(monde, publiables(monde), prevue_le=DEMAIN)
    assert (montants_publics(connecter)[0], publiables(monde)) == (False, [])
    horloge_figee(DEMAIN)
    tasks.diffuser()
    tasks.diffuser()
    assert montants_publics(connecter)[0]
    diffusion.refresh_from_db()
    assert (diffusion.faite_le, Publication.objects.get().le) == (DEMAIN, DEMAIN)


def test_une_publication_prevue_laisse_ce_qui_a_change(connecter, monde, accords, horloge_figee):
    publier(monde, publiables(monde), prevue_le=DEMAIN)
    accorder(accords[0].dossier, monde["agent"], 5, pourquoi={accords[0].pk: "x"})
    horloge_figee(DEMAIN)
    tasks.diffuser()
    assert (montants_publics(connecter)[0], Publication.objects.parues().count()) == (False, 0)
    (laissee,) = Diffusion.objects.get(genre="publication").laissees
    assert laissee[2] == "la décision a changé"


def test_la_page_de_publication_en_autant_de_requetes_quel_que_soit_le_nombre(
    connecter, monde, accords, django_assert_num_queries
):
    client = connecter(monde["responsable"])
    client.get("/")
    with django_assert_num_queries(9):
        client.get(monde["page"])
    for _ in range(4):
        creer_lettre(creer_accord(deposer(creer_dossier_complet(monde["appel"]))))
    with django_assert_num_queries(9):
        client.get(monde["page"])


# --- Two people at once ---------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_publier_a_plusieurs_ne_publie_qu_une_fois(base_a_plusieurs, monde, accords):
    cles = publiables(monde)
    assert ensemble(*[lambda: publier(monde, cles)] * 5) == ["RienAPublier"] * 4 + ["fait"]
    assert Publication.objects.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_executer_a_plusieurs_ne_libere_qu_une_fois(base_a_plusieurs, monde):
    diffusion = liberer(monde, de(monde, Genre.CAF), prevue_le=DEMAIN)
    dits = ensemble(*[lambda: diffusions.executer(diffusion, DEMAIN)] * 4)
    assert dits == ["fait"] * 4
    assert Passage.objects.filter(acte=Acte.NOTIFIER).count() == 3
    assert Envoi.objects.filter(acte__startswith="diffusion-").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_annuler_et_executer_a_la_fois_l_un_des_deux(base_a_plusieurs, monde):
    diffusion = liberer(monde, de(monde, Genre.CAF), prevue_le=DEMAIN)
    dits = ensemble(
        lambda: diffusions.executer(diffusion, DEMAIN),
        lambda: diffusions.annuler(diffusion, par=monde["responsable"], recu_le=DEMAIN),
    )
    diffusion.refresh_from_db()
    parties = Lettre.objects.liberees().count()
    assert (parties, diffusion.annulee_le is None, dits[0]) in (
        (3, True, "DejaFaite"),
        (0, False, "fait"),
    )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_decider_et_publier_a_la_fois_ne_publie_que_ce_qui_fut_annonce(
    base_a_plusieurs, monde, accords
):
    cles = publiables(monde)
    dits = ensemble(
        lambda: publier(monde, cles),
        lambda: accorder(accords[0].dossier, monde["agent"], 5, pourquoi={accords[0].pk: "Erreur"}),
    )
    assert dits in (["fait", "fait"], ["RienAPublier", "fait"])
    for publication in Publication.objects.parues().select_related("prise"):
        assert publication.prise.rang == 1
    assert decisions.votes(monde["appel"].pk)[accords[0].partenaire_id] == 5 + 100_001
