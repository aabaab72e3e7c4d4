"""The outbox reviewed: lots with amounts, differences, a sample read again, stale releases refused;
the author by funder; the public check of a letter.
"""

import hashlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from appels.decision import boite
from appels.decision.actions import lettres as actes
from appels.models import Auteur, Diffusion, Dossier, Financement, Lettre
from appels.models.etats import Etat
from appels.socle import pdf
from partenaires.models import Partenaire, Role
from tests.appels.decision.test_lettres import ecrire, rendre_pretes
from tests.appels.instruction.test_liste import poser
from tests.fabriques import PENDANT, creer_agent, creer_appel, creer_association, poser_tribunal
from tests.feuilles import feuille

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(horloge_figee):
    """The State refuses three projects and grants two; the CAF grants one; all letters ready."""
    appel, agent = creer_appel(), creer_agent()
    porteur = creer_association()
    for decision in ("accorde", "refuse"):
        ecrire(decision, agent)
    etat, caf = (Partenaire.objects.get(genre=genre) for genre in ("etat", "caf"))
    cas = [
        *((etat, "refuse", None),) * 3,
        (etat, "accorde", 100_000),
        (etat, "accorde", 900_000),
        (caf, "accorde", 50_000),
    ]
    for rang, (partenaire, decision, montant) in enumerate(cas):
        dossier = poser(appel, f"Projet {rang}", porteur, etat=Etat.RECEVABLE)
        demande = Financement.objects.create(
            dossier=dossier,
            partenaire=partenaire,
            sous_poste="74etat",
            montant=1_000_000,
            decision=decision,
            montant_vote=montant,
            decide_le=PENDANT.date() if montant else None,
            motif="" if montant else "Hors du territoire.",
        )
        demande.prononcer(par=agent, le=PENDANT)
    actes.preparer(poser_tribunal(appel), par=agent, recu_le=PENDANT)
    rendre_pretes()
    return {
        "appel": appel,
        "agent": agent,
        "responsable": creer_agent(Role.RESPONSABLE),
        "etat": etat,
        "caf": caf,
        "boite": f"/instruction/appels/{appel.pk}/lettres/",
    }


def lot(client, monde, partenaire="etat", decision="refuse"):
    return client.get(monde["boite"], {"financeur": monde[partenaire].pk, "decision": decision})


def envoi(reponse, **champs) -> dict:
    """What the page of a lot sends when all of it is released."""
    form = reponse.context["form"]
    return {
        "toutes": "on",
        "relu": "on",
        "nombre": str(len(reponse.context["boite"].pretes)),
        "lot": reponse.context["boite"].repere,
        "echantillon": form["echantillon"].initial,
    } | champs


def adresse(monde, partenaire="etat", decision="refuse") -> str:
    return f"{monde['boite']}?financeur={monde[partenaire].pk}&decision={decision}"


def test_les_lots_disent_combien_et_pour_quel_montant(connecter, monde):
    retire = Lettre.objects.filter(prise__decision="refuse").first().financement.dossier
    Dossier.objects.filter(pk=retire.pk).update(etat=Etat.IRRECEVABLE)
    client = connecter(monde["agent"])
    reponse = client.get(monde["boite"])
    lots = [
        (lot.partenaire, lot.decision, lot.pretes, lot.montant, lot.retenues, lot.parties)
        for lot in reponse.context["lots"]
    ]
    assert lots == [
        (monde["caf"], "accorde", 1, 50_000, 0, 0),
        (monde["etat"], "accorde", 2, 1_000_000, 0, 0),
        (monde["etat"], "refuse", 2, 0, 1, 0),
    ]
    # What never leaves says why, and not « Prête »
    page = reponse.content.decode()
    assert page.count('<span class="etat apres">Retenue</span>') == 1
    assert page.count("le dossier n’est plus en course") == 1
    responsable = connecter(monde["responsable"])
    responsable.post(adresse(monde), envoi(lot(responsable, monde)))
    lots = {
        (lot.partenaire.genre, lot.decision): (lot.pretes, lot.parties)
        for lot in client.get(monde["boite"]).context["lots"]
    }
    assert lots["etat", "refuse"] == (0, 2)


def test_un_lot_part_en_trois_pages_et_garde_ce_qui_a_ete_relu(connecter, monde):
    """The outbox, the lot with its sample, what left: three loads."""
    client = connecter(monde["responsable"])
    page = client.get(monde["boite"]).content.decode()
    assert f"?financeur={monde['etat'].pk}&amp;decision=refuse" in page
    reponse = lot(client, monde)
    assert len(reponse.context["relecture"]) == 3
    suite = client.post(adresse(monde), envoi(reponse), follow=True)
    assert "3\u00a0lettres envoyées" in suite.content.decode()
    assert {lettre.prise.decision for lettre in Lettre.objects.liberees()} == {"refuse"}
    relues = Diffusion.objects.get().relues
    assert relues == [[lettre.pk, 1] for lettre in reponse.context["boite"].echantillon]


def test_l_echantillon_commence_par_ce_qui_s_ecarte_du_modele(connecter, monde):
    lettre = Lettre.objects.filter(prise__decision="accorde", prise__montant_vote=100_000).get()
    actes.corriger(
        lettre, lettre.objet, f"{lettre.corps}\nBonne année.", par=monde["agent"], recu_le=PENDANT
    )
    rendre_pretes(Lettre.objects.get(pk=lettre.pk))
    client = connecter(monde["responsable"])
    reponse = lot(client, monde, decision="accorde")
    choisies = reponse.context["boite"].echantillon
    assert [(une.pk == lettre.pk, une.prise.montant_vote) for une in choisies] == [
        (True, 100_000),
        (False, 900_000),
    ]
    assert (
        reponse.content.decode().count("différente du modèle") == 2
    )  # in the table, in the sample
    (ecart,) = boite.ecarts(Lettre.objects.get(pk=lettre.pk))
    assert (ecart.est_ote, ecart.ligne) == (False, "Bonne année.")
    page = connecter(monde["agent"]).get(f"/instruction/lettres/{lettre.pk}/").content.decode()
    assert "<ins>Bonne année.</ins>" in page


def test_un_echantillon_corrige_depuis_se_refuse_et_se_dit(connecter, monde):
    client = connecter(monde["responsable"])
    reponse = lot(client, monde)
    lettre = reponse.context["boite"].echantillon[0]
    actes.corriger(lettre, "Autre objet", lettre.corps, par=monde["agent"], recu_le=PENDANT)
    rendre_pretes(Lettre.objects.get(pk=lettre.pk))
    autres = [une.pk for une in Lettre.objects.filter(prise__decision="refuse")]
    refus = client.post(
        adresse(monde), envoi(reponse, toutes="", lignes=autres, nombre="3"), follow=True
    )
    page = refus.content.decode()
    assert (refus.status_code, Lettre.objects.liberees().count()) == (422, 0)
    assert "L’échantillon a changé depuis" in page
    assert lettre.financement.dossier.numero in page
    # The page that tells it shows what there is now: read again, it leaves.
    encore = envoi(refus, toutes="", lignes=autres, nombre="3")
    encore["echantillon"] = refus.context["form"].fields["echantillon"].initial
    assert client.post(adresse(monde), encore).status_code == 302
    faux = envoi(lot(client, monde, decision="accorde"), echantillon="999999:1")
    assert client.post(adresse(monde, decision="accorde"), faux).status_code == 422


def test_un_lot_qui_change_de_nombre_ou_de_lettres_se_refuse(connecter, monde):
    client = connecter(monde["responsable"])
    reponse = lot(client, monde, decision="accorde")
    ecartee = Lettre.objects.filter(prise__montant_vote=100_000).get()
    actes.ecarter(ecartee, "Doublon", par=monde["agent"], recu_le=PENDANT)
    sur_deux = envoi(reponse, echantillon="")
    refus = client.post(adresse(monde, decision="accorde"), sur_deux)
    assert (refus.status_code, Lettre.objects.liberees().count()) == (422, 0)
    assert "Le lot a changé depuis que cette page est montrée : 1\u00a0lettre" in (
        refus.content.decode()
    )
    # The sample drawn now is not the one that was read again: its tick is to be given anew.
    loin = envoi(reponse, jour="01/12/2062", heure="8h")
    assert client.post(adresse(monde, decision="accorde"), loin).status_code == 422
    case = refus.content.decode().split('id="id_relu"')[1].split(">")[0]
    assert "checked" not in case
    for forge in ("9" * 5000, "²", "-1", "1e3"):
        envoye = envoi(reponse, toutes="", lignes=[forge], echantillon=f"{forge}:{forge}")
        assert client.post(adresse(monde, decision="accorde"), envoye).status_code == 422, forge
    # The same number of other letters is not the lot that was read.
    meme_nombre = envoi(reponse, echantillon="", nombre="1")
    assert client.post(adresse(monde, decision="accorde"), meme_nombre).status_code == 422
    assert Lettre.objects.liberees().count() == 0
    assert (
        client.post(
            adresse(monde, decision="accorde"), envoi(lot(client, monde, decision="accorde"))
        ).status_code
        == 302
    )
    assert Lettre.objects.liberees().count() == 1


def test_l_auteur_d_un_financeur_s_ecrit_une_fois(connecter, monde):
    client, caf = connecter(monde["agent"]), monde["caf"].pk
    page = client.get("/instruction/lettres/auteurs/")
    vides = {
        f"{form.prefix}-{nom}": form[nom].value() or ""
        for _, form in page.context["lignes"]
        for nom in form.fields
    }
    sans_qualite = vides | {f"f{caf}-signataire": "Zoé Fictive"}
    refus = client.post("/instruction/lettres/auteurs/", sans_qualite)
    phrases = [erreur["phrase"] for erreur in refus.context["erreurs"]]
    dite = f"{monde['caf']}, Qualité et service : Dites aussi sa qualité et son service."
    assert (refus.status_code, [phrase.casefold() for phrase in phrases]) == (
        422,
        [dite.casefold()],
    )
    assert Auteur.objects.count() == 0
    entier = sans_qualite | {f"f{caf}-qualite": "Directrice fictive de la CAF"}
    assert client.post("/instruction/lettres/auteurs/", entier).status_code == 302
    assert client.post("/instruction/lettres/auteurs/", entier).status_code == 302
    assert Auteur.objects.count() == 1  # what did not change is not written again
    anciennes = Lettre.objects.filter(financement__partenaire=caf)
    assert {lettre.mentions["signataire"] for lettre in anciennes} == {""}
    actes.ecarter(anciennes.get(), "x", par=monde["agent"], recu_le=PENDANT)
    actes.preparer(monde["appel"], par=monde["agent"], recu_le=PENDANT)
    neuve = Lettre.objects.en_attente().get(financement__partenaire=caf)
    assert neuve.mentions["signataire"] == "Zoé Fictive"
    ecran = client.get(f"/instruction/lettres/{neuve.pk}/").content.decode()
    assert ("Zoé Fictive" in ecran, "Ada Fictive" in ecran) == (True, False)
    autre = Lettre.objects.filter(financement__partenaire=monde["etat"]).first()
    assert "Ada Fictive" in client.get(f"/instruction/lettres/{autre.pk}/").content.decode()
    # An older page that writes another funder does not empty this one
    etat, ici = monde["etat"].pk, "/instruction/lettres/auteurs/"
    autre = vides | {f"f{etat}-signataire": "Max Fictif", f"f{etat}-qualite": "Préfet fictif"}
    assert client.post(ici, autre).status_code == 302
    noms = {cle: un.signataire for cle, un in Auteur.objects.en_vigueur().items()}
    assert noms == {caf: "Zoé Fictive", etat: "Max Fictif"}
    fraiche = feuille(client.get(ici), f"f{caf}-signataire")
    vide = client.post(ici, fraiche | {f"f{caf}-signataire": "", f"f{caf}-qualite": ""})
    assert (vide.status_code, Auteur.objects.en_vigueur()[caf].signataire) == (302, "")


def test_chacun_verifie_une_lettre_une_fois_partie(client, connecter, monde):
    lettre = Lettre.objects.filter(prise__montant_vote=900_000).get()
    octets = pdf.lettre(lettre)
    texte = " ".join(PdfReader(BytesIO(octets)).pages[0].extract_text().split())
    assert lettre.code_lisible in texte
    page = f"/verifier/{lettre.code}/"
    assert client.get(page).status_code == 404  # nobody outside knows it yet
    reponse = lot(connecter(monde["responsable"]), monde, decision="accorde")
    connecter(monde["responsable"]).post(adresse(monde, decision="accorde"), envoi(reponse))
    lue = client.get(page)
    dite = lue.content.decode()
    assert lue.status_code == 200
    assert lettre.financement.dossier.numero in dite
    assert ("Accordé" in dite, "9\u00a0000" in dite) == (False, False)
    assert client.get("/verifier/", {"code": lettre.code_lisible}).url == page
    for contenu, resultat in ((b"%PDF-essai", True), (b"autre", False)):
        fichier = SimpleUploadedFile("lettre.pdf", contenu)
        assert client.post(page, {"fichier": fichier}).context["resultat"] is resultat
    assert client.post(page).status_code == 422
    lettre.refresh_from_db()
    assert lettre.sha256 == hashlib.sha256(b"%PDF-essai").hexdigest()


def test_une_lettre_d_avant_le_code_n_en_imprime_pas(monde):
    lettre = Lettre.objects.first()
    Lettre.objects.filter(pk=lettre.pk).update(code=None)
    lettre.refresh_from_db()
    contexte = pdf.contexte_de_la_lettre(lettre)
    assert (contexte["lien"], lettre.code_lisible) == ("", "")


@pytest.mark.parametrize("combien", [1, 20])
def test_un_lot_en_autant_de_requetes(connecter, monde, combien, django_assert_num_queries):
    agent = monde["agent"]
    porteur = Dossier.objects.first().porteur
    for rang in range(combien):
        dossier = poser(monde["appel"], f"Autre {rang}", porteur, etat=Etat.RECEVABLE)
        demande = Financement.objects.create(
            dossier=dossier,
            partenaire=monde["etat"],
            sous_poste="74etat",
            montant=5,
            decision="refuse",
            motif="x",
        )
        demande.prononcer(par=agent, le=PENDANT)
    actes.preparer(monde["appel"], par=agent, recu_le=PENDANT)
    rendre_pretes()
    client = connecter(monde["responsable"])
    client.get("/")
    with django_assert_num_queries(12):
        lot(client, monde)
