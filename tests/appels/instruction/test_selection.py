"""Acts on the dossiers ticked: done where they may be, the others named; then nothing is ticked."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import openpyxl
import pytest
from post_office.models import Email

from appels.decision.actions import avis as avis_rendus
from appels.instruction import demandes
from appels.instruction.actions import (
    affectation,
    complements,
    deports,
    echanges,
    en_nombre,
    examen,
    exports,
)
from appels.instruction.files import CHOIX, REPONSES, File, de_la_file
from appels.instruction.listes import Liste
from appels.instruction.tours import tour
from appels.models import (
    Comite,
    Complement,
    Cote,
    Dossier,
    Export,
    Inscription,
    Message,
    Scenario,
)
from appels.models.liste import GenreExport
from partenaires.models import Densite, Genre, Partenaire, Role, Utilisateur
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_appel,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    deposer,
)

pytestmark = pytest.mark.django_db
TARD = PENDANT + timedelta(days=10)


@pytest.fixture
def agent(horloge_figee):
    return creer_agent()


@pytest.fixture
def quatre(agent):
    """Four deposited: to examine, receivable, flagged, and one from which the agent steps aside."""
    appel = creer_appel()
    a_voir, recevable, signale, ferme = [deposer(creer_dossier_complet(appel)) for _ in range(4)]
    examen.admettre(recevable, par=agent, recu_le=PENDANT)
    examen.signaler(signale, motif="x", par=agent, recu_le=PENDANT)
    deports.declarer(ferme, agent, motif="x", par=agent, recu_le=PENDANT)
    return a_voir, recevable, signale, ferme


def adresse(acte, dossiers, **plus):
    cles = "-".join(str(dossier.pk) for dossier in dossiers)
    suite = "".join(f"&{nom}={valeur}" for nom, valeur in plus.items())
    return f"/instruction/selection/{acte}choix={cles}{suite}"


def dits(client, reponse) -> list[str]:
    """The sentences of the page that an act leads to; nothing is ticked there any more."""
    assert reponse.status_code == 302, reponse.context["erreurs"]
    assert "choix" not in parse_qs(urlsplit(reponse.url).query)
    return [str(message) for message in client.get(reponse.url).context["messages"]]


def relu(dossier) -> Dossier:
    return Dossier.objects.get(pk=dossier.pk)


def test_admettre_ceux_qui_le_peuvent_et_nommer_les_autres(connecter, agent, quatre):
    a_voir, recevable, signale, ferme = quatre
    client = connecter(agent)
    chemin = adresse("?acte=admettre&", quatre, q="jardins", page=1)
    prevu = client.get(chemin).context["prevu"]
    assert (prevu.touches, len(prevu.laisses)) == ([a_voir, signale], 2)
    reponse = client.post(chemin)
    assert parse_qs(urlsplit(reponse.url).query)["q"] == ["jardins"]
    fait, *laisses = dits(client, reponse)
    assert fait == "1\u00a0dossier déclaré recevable."
    numeros = [str(dossier.numero) for dossier in (ferme, recevable, signale)]
    assert [sum(numero in phrase for phrase in laisses) for numero in numeros] == [1, 1, 1]
    etats = [Dossier.objects.get(pk=dossier.pk).etat for dossier in quatre]
    assert etats == ["recevable", "recevable", "depose", "depose"]


def test_rien_ne_se_laisse_de_cote_en_silence(connecter, agent, quatre):
    """Ten thousand keys, forged or not: the act refuses, and says how many it takes."""
    a_voir = quatre[0]
    client = connecter(agent)
    beaucoup = "-".join(map(str, range(a_voir.pk, a_voir.pk + 10_000)))
    ecrit = {"cle": str(uuid4()), "texte": "x", "agent": str(agent.pk)}
    for chemin in ("?acte=admettre", "?acte=confier", "?acte=ecrire", "?acte=contacts", "avis/?"):
        reponse = client.post(f"/instruction/selection/{chemin}&choix={beaucoup}", ecrit)
        page = reponse.content.decode().replace("\u00a0", " ")
        assert (chemin, reponse.status_code) == (chemin, 422)
        assert "Un acte porte sur 500 dossiers au plus" in page
    a_voir.refresh_from_db()
    assert (a_voir.etat, a_voir.confie_a, Message.objects.count()) == ("depose", None, 0)
    assert Export.objects.count() == 0
    forges = ("abc", "-999999", "999999--", "9" * 5000, "1%2C2", "")
    for forge in forges:
        reponse = client.post(f"/instruction/selection/?acte=admettre&choix={forge}")
        assert (forge, reponse.status_code in (200, 302)) == (forge, True)
    a_voir.refresh_from_db()
    assert a_voir.etat == "depose"
    inconnu = client.get(f"/instruction/selection/?acte=__class__&choix={a_voir.pk}")
    assert 'aria-current="page">Confier</a>' in inconnu.content.decode()


def test_ce_qui_est_confie_entre_temps_ne_change_pas_de_mains_en_silence(
    connecter, agent, quatre, monkeypatch
):
    """By the selection, by the dossier and by criterion: said, and left as it was given."""
    un, deux, *_ = quatre
    collegue, autre = creer_agent(), creer_agent()
    client = connecter(agent)

    def confier(dossier, a_qui):
        Dossier.objects.filter(pk=dossier.pk).update(confie_a=a_qui)

    chemin = adresse("?acte=confier&", [un, deux])
    page = client.get(chemin).content.decode()
    assert [f'name="c{d.pk}" value=""' in page for d in (un, deux)] == [True, True]
    montre = {f"c{un.pk}": "", f"c{deux.pk}": "", "agent": autre.pk}
    confier(un, collegue)
    assert dits(client, client.post(chemin, montre)) == [
        "1\u00a0dossier confié.",
        f"Laissés de côté : {un.numero}. Depuis que la page est ouverte, suivi par {collegue}.",
    ]
    assert [relu(d).confie_a for d in (un, deux)] == [collegue, autre]
    # One dossier: the page says who has it, and the same answer then replaces them knowingly
    chemin = f"/instruction/dossiers/{deux.pk}/confier/"
    form = client.get(chemin).context["form"]
    confier(deux, collegue)
    dispute = client.post(chemin, {"agent": agent.pk, "vu": form["vu"].value()})
    assert (dispute.status_code, relu(deux).confie_a) == (422, collegue)
    assert f"il est suivi par {collegue}." in dispute.content.decode()
    nouveau = dispute.context["form"]
    saisie = {"agent": nouveau["agent"].value(), "vu": nouveau["vu"].value()}
    assert client.post(chemin, saisie).status_code == 302
    assert relu(deux).confie_a == agent
    # By commune: given while the others are handed out
    Dossier.objects.update(confie_a=None)
    affecter = affectation.affecter

    def pendant(dossiers, *args, **nommes):
        confier(un, collegue)
        return affecter(dossiers, *args, **nommes)

    monkeypatch.setattr(affectation, "affecter", pendant)
    chemin = f"/instruction/appels/{un.appel_id}/repartir/?par=axe"
    axes = {f"v-{axe}": autre.pk for axe in {un.axe_id, deux.axe_id}}
    assert client.post(chemin, axes).status_code == 302
    assert [relu(d).confie_a for d in (un, deux)] == [collegue, autre]


def test_demander_la_meme_piece_une_fois_a_chacun(connecter, agent, quatre):
    a_voir, recevable, _, ferme = quatre
    document = a_voir.appel.documents.first()
    client = connecter(agent)
    chemin = adresse("?acte=demander&", [a_voir, recevable, ferme])
    saisie = {
        "quoi": f"doc-{document.pk}",
        "demande": "Le dernier.",
        "jour": "20/11/2026",
        "heure": "12:00",
        "message": "",
    }
    trop_tot = client.post(chemin, {**saisie, "jour": "01/01/2020"})
    assert (trop_tot.status_code, Complement.objects.count()) == (422, 0)
    trop_tard = client.post(chemin, {**saisie, "jour": "20/11/2062"})
    assert (trop_tard.status_code, Complement.objects.count()) == (422, 0)
    assert "vérifiez l’année" in trop_tard.content.decode()
    assert dits(client, client.post(chemin, saisie))[0] == "2\u00a0demandes envoyées."
    assert [
        (complement.dossier, complement.points.get().document, complement.points.get().demande)
        for complement in Complement.objects.order_by("dossier")
    ] == [(a_voir, document, "Le dernier."), (recevable, document, "Le dernier.")]
    encore = dits(client, client.post(chemin, saisie))
    assert (encore[0], Complement.objects.count()) == ("Rien n’a changé.", 2)
    with pytest.raises(demandes.DelaiPasse):
        en_nombre.demander(
            [a_voir.pk],
            complements.Demande("budget", "x"),
            avant_le=PENDANT,
            message="",
            par=agent,
            recu_le=PENDANT,
        )


def test_ecrire_a_plusieurs_ne_repond_a_personne(connecter, agent, quatre):
    """Sent twice, it is one message a dossier; what an organisation asked still waits."""
    a_voir, recevable, _, ferme = quatre
    echanges.ecrire(
        a_voir, Cote.ORGANISME, "Et ?", [], cle=uuid4(), par=a_voir.depose_par, recu_le=PENDANT
    )
    client = connecter(agent)
    chemin = adresse("?acte=ecrire&", [a_voir, recevable, ferme])
    envoye = {"cle": str(uuid4()), "texte": "Réunion le 3."}
    assert dits(client, client.post(chemin, envoye))[0] == "2\u00a0messages envoyés."
    client.post(chemin, envoye)
    du_service = Message.objects.filter(cote=Cote.SERVICE).order_by("dossier")
    assert [(m.dossier, m.attend_reponse) for m in du_service] == [
        (a_voir, False),
        (recevable, False),
    ]
    assert Message.objects.get(cote=Cote.ORGANISME).attend_reponse
    assert client.post(chemin, {"cle": str(uuid4()), "texte": ""}).status_code == 422


def test_les_contacts_de_ceux_que_l_on_instruit(connecter, agent, quatre):
    a_voir, _, _, ferme = quatre
    client = connecter(agent)
    reponse = client.post(adresse("?acte=contacts&", [a_voir, ferme]))
    assert reponse.status_code == 302
    export = Export.objects.get()
    exports.etablir(export)
    with Export.objects.get().fichier.open() as fichier:
        lignes = list(openpyxl.load_workbook(fichier).active.iter_rows(values_only=True))
    assert (lignes[0][0], {ligne[0] for ligne in lignes[1:]}) == (
        "Organisme",
        {a_voir.porteur.nom},
    )
    assert a_voir.depose_par.email in {ligne[6] for ligne in lignes[1:]}
    fait = Export.objects.get()
    assert fait.contenus == [a_voir.pk]
    assert (
        f"/instruction/exports/{fait.pk}/" in client.get("/instruction/exports/").content.decode()
    )


def test_ni_contacts_ni_matrice_ni_campagne_a_qui_n_est_plus_que_financeur(
    connecter, agent, quatre
):
    """Asked as an agent, made once a funder only: no telephone in it, and it opens to nobody."""
    a_voir = quatre[0]
    elle = creer_membre(
        creer_financeur(Genre.ETAT).appartenances.get().partenaire,
        Role.LECTEUR_FINANCEUR,
        utilisateur=creer_agent(),
    )
    client = connecter(elle)
    client.post(adresse("?acte=contacts&", [a_voir]))
    elle.appartenances.filter(partenaire__genre=Genre.CUA).update(terminee_le=PENDANT)
    exports.etablir(Export.objects.get())
    fait = Export.objects.get()
    assert (fait.contenus, fait.est_du_service) == ([], False)
    assert client.get(f"/instruction/exports/{fait.pk}/").status_code == 403
    fraiche = Utilisateur.objects.get(pk=elle.pk)
    ouverts = set()
    for genre in GenreExport.values:
        fait.genre = genre
        if exports.s_ouvre_encore(fraiche, fait):
            ouverts.add(genre)
    du_service = {"contacts", "matrice", "campagne", "journal", "actes"}
    assert ouverts == set(GenreExport.values) - du_service


def test_inscrire_au_comite_et_demander_les_avis(connecter, agent, quatre):
    a_voir, recevable, _, ferme = quatre
    client = connecter(agent)
    chemin = adresse("comite/?", [a_voir, recevable, ferme])
    assert "Aucune séance n’est ouverte" in client.get(chemin).content.decode()
    scenario = Scenario.objects.create(
        appel=recevable.appel, nom="A", cree_le=PENDANT, cree_par=agent
    )
    comite = Comite.objects.create(
        appel=recevable.appel, scenario=scenario, tenu_le=TARD, cree_par=agent
    )
    fait, *laisses = dits(client, client.post(chemin, {"comite": comite.pk}))
    assert (fait, len(laisses)) == ("1\u00a0dossier inscrit.", 2)
    assert [(une.dossier, une.ordre) for une in Inscription.objects.all()] == [(recevable, 1)]
    encore = dits(client, client.post(chemin, {"comite": comite.pk}))
    assert (encore[0], Inscription.objects.count()) == ("Rien n’a changé.", 1)

    creer_financeur("caf")
    Email.objects.all().delete()
    chemin = adresse("avis/?", [a_voir, recevable, ferme])
    fait, *laisses = dits(client, client.post(chemin))
    assert (fait, len(laisses)) == ("1\u00a0dossier dont les avis sont demandés.", 2)
    client.post(chemin)
    assert [mail.subject[:28] for mail in Email.objects.all()] == ["Votre avis est attendu sur 1"]


def test_une_selection_vide_ou_trop_longue_ne_fait_rien(connecter, agent, quatre, monkeypatch):
    client = connecter(agent)
    for acte in ("?acte=admettre&", "comite/?", "avis/?"):
        vide = client.post(f"/instruction/selection/{acte}choix=")
        dit = (vide.status_code in (200, 422), "coché" in vide.content.decode())
        assert (acte, dit) == (acte, (True, True))
    monkeypatch.setattr(en_nombre, "A_LA_FOIS", 1)
    trop = client.get("/instruction/selection/?acte=admettre&tous=1")
    assert [str(m) for m in client.get(trop.url).context["messages"]] == [
        en_nombre.TropALaFois.phrase
    ]
    with pytest.raises(en_nombre.TropALaFois):
        en_nombre.admettre([un.pk for un in quatre], par=agent, recu_le=PENDANT)
    assert Dossier.objects.filter(etat="recevable").count() == 1


# --- The queues ---------------------------------------------------------------------------------
def test_chaque_dossier_est_dans_une_file_et_une_seule(agent):
    """What a tab shows is what the column says, as each act moves a dossier from one to another."""
    appel = creer_appel()
    caf = Partenaire.objects.get(genre="caf")
    neuf, question, message, attendu, complet, ecarte, repondu, vu, ajourne = [
        deposer(creer_dossier_complet(appel)) for _ in range(9)
    ]
    for dossier, cote in ((question, Cote.SERVICE), (message, Cote.ORGANISME)):
        par = agent if cote == Cote.SERVICE else dossier.depose_par
        echanges.ecrire(dossier, cote, "?", [], cle=uuid4(), par=par, recu_le=PENDANT)
    for dossier in (attendu, complet, message, vu, ajourne):
        examen.admettre(dossier, par=agent, recu_le=PENDANT)
    examen.ecarter(ecarte, motif="x", par=agent, recu_le=PENDANT)
    complet.financements.filter(partenaire__isnull=False).exclude(partenaire=caf).delete()
    avis_rendus.donner(
        complet,
        caf,
        {"sens": "favorable"},
        partager=True,
        par=creer_financeur("caf"),
        recu_le=PENDANT,
    )
    complements.demander(
        repondu,
        [complements.Demande("budget", "x")],
        avant_le=TARD,
        message="",
        par=agent,
        recu_le=PENDANT,
    )
    scenario = Scenario.objects.create(appel=appel, nom="A", cree_le=PENDANT, cree_par=agent)
    comite = Comite.objects.create(appel=appel, scenario=scenario, tenu_le=PENDANT, cree_par=agent)
    for dossier, sens in ((vu, "favorable"), (ajourne, "ajourne")):
        comite.deliberations.create(dossier=dossier, sens=sens, par=agent, le=PENDANT)
    tous = Dossier.objects.instruits_par(agent)
    attendues = {
        neuf: (File.A_VOUS, "À vous : recevabilité aujourd’hui"),
        question: (File.PORTEUR, "Porteur : question du 10\u00a0nov."),
        message: (File.A_VOUS, "À vous : répondre au message aujourd’hui"),
        attendu: (File.AVIS, "Avis attendu : CAF, CUA, Région Hauts-de-France, …"),
        complet: (File.PRETS, "Prêt pour le comité"),
        vu: (File.VUS, "Vu en comité, décision à saisir"),
        ajourne: (File.AVIS, "Avis attendu : CAF, CUA, Région Hauts-de-France, …"),
        ecarte: (File.TERMINES, "Irrecevable"),
        repondu: (File.PORTEUR, "Porteur : compléments avant le 20\u00a0nov."),
    }
    liste = Liste(colonnes=("file", "tour"))
    lus = {dossier: dossier for dossier in liste.lire_page(tous, 0, PENDANT)}
    assert {un: (File(lus[un].file), tour(lus[un]).mots) for un in attendues} == attendues
    for cle, _ in CHOIX:
        dedans = set(tous.filter(de_la_file(cle, PENDANT)))
        ici = {un for un, (file, _) in attendues.items() if file == cle}
        assert (cle, dedans) == (cle, {message} if cle == REPONSES else ici)
    passe = set(tous.filter(de_la_file(File.A_VOUS, TARD)))
    assert passe == {neuf, message, repondu}
    assert tour(
        Liste(colonnes=("tour",)).lire_page(tous.filter(pk=repondu.pk), 0, TARD)[0]
    ).mots == ("À vous : délai de réponse passé aujourd’hui")


def test_la_densite_est_un_choix_garde_par_personne(connecter, agent, quatre):
    client = connecter(agent)
    retour = client.post("/instruction/densite/", {"densite": "confort", "liste": "q=jardins"})
    assert (retour.status_code, retour.url) == (302, "/instruction/?q=jardins")
    assert Utilisateur.objects.get(pk=agent.pk).densite == Densite.CONFORT
    client.post("/instruction/densite/", {"densite": "énorme"})
    assert Utilisateur.objects.get(pk=agent.pk).densite == Densite.CONFORT
    autre = connecter(creer_agent())
    assert "travail liste compact" in autre.get("/instruction/").content.decode()
    assert "travail liste confort" in client.get("/instruction/").content.decode()


# --- The list, through the acts -----------------------------------------------------------------
def test_recevable_et_suivant_mene_au_suivant_de_la_liste(connecter, agent):
    appel = creer_appel()
    premier, deuxieme = [deposer(creer_dossier_complet(appel)) for _ in range(2)]
    client = connecter(agent)
    lignes = client.get("/instruction/?file=a-vous&tri=numero").context["atelier"].lignes
    assert [ligne.dossier for ligne in lignes] == [premier, deuxieme]
    fait = client.post(
        f"/instruction/dossiers/{premier.pk}/recevable/?{lignes[0].suite}", {"suivant": "1"}
    )
    assert urlsplit(fait.url).path == f"/instruction/dossiers/{deuxieme.pk}/"
    reste = client.post(
        f"/instruction/dossiers/{deuxieme.pk}/irrecevable/?{urlsplit(fait.url).query}",
        {"motif": "x"},
    )
    assert parse_qs(urlsplit(reste.url).query)["liste"] == [
        parse_qs(urlsplit(fait.url).query)["liste"][0]
    ]
    fin = client.post(
        f"/instruction/dossiers/{deuxieme.pk}/recevable/?{urlsplit(fait.url).query}",
        {"suivant": "1"},
    )
    assert urlsplit(fin.url).path == f"/instruction/dossiers/{deuxieme.pk}/"  # refused: it stays
