"""Letters: safe templates, made by the worker, corrected or discarded, released by the number,
opened once, dated.
"""

import threading
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from pypdf import PdfReader

from appels import tasks
from appels.decision import lettres
from appels.decision.actions import dauphin, decisions, scenarios
from appels.decision.actions import lettres as actes
from appels.depot.actions import arret
from appels.instruction.actions import deports
from appels.models import Acte, Appel, Dossier, Financement, Gabarit, Lettre, Passage
from appels.models.etats import Etat
from appels.socle import courriels, pdf
from partenaires.models import Envoi, Genre, Partenaire, Role, Service
from quartiers.francais import en_euros
from tests.appels.instruction.test_liste import poser as poser_un_dossier
from tests.attente import BORNE, jusqu_a, sessions_en_attente
from tests.fabriques import (
    PENDANT,
    admettre,
    creer_agent,
    creer_appel,
    creer_association,
    creer_dossier_complet,
    creer_financeur,
    creer_membre,
    creer_signataire,
    deposer,
    poser_tribunal,
)
from tests.feuilles import feuille, lisible

pytestmark = pytest.mark.django_db
CORPS = (
    "Madame, Monsieur,\n\nPour {projet} ({numero}), {financeur} a décidé : "
    "{decision}, {montant_accorde} sur {montant_demande}. {motif}"
)
CANARI = "Canari motif de refus"


@pytest.fixture
def monde(horloge_figee):
    """A dossier that two funders decided: the CAF refuses, the State grants a part; templates for
    both.
    """
    appel, porteur, agent = (
        creer_appel(),
        creer_association(nom="Association {numero} <b>"),
        creer_agent(),
    )
    signataire = creer_signataire(porteur)
    depose = admettre(deposer(creer_dossier_complet(appel, porteur), signataire))
    caf, etat = (
        depose.financements.filter(partenaire__genre=genre).first()
        for genre in (Genre.CAF, Genre.ETAT)
    )
    caf.decision, caf.motif = "refuse", CANARI
    etat.decision, etat.montant_vote, etat.decide_le, etat.acte = (
        "partiel",
        12_345,
        PENDANT.date(),
        "Arrêté fictif",
    )
    decisions.saisir(depose, [caf, etat], par=agent, recu_le=PENDANT)
    for decision in ("refuse", "partiel"):
        ecrire(decision, agent)
    return {
        "appel": poser_tribunal(appel),
        "porteur": porteur,
        "agent": agent,
        "responsable": creer_agent(Role.RESPONSABLE),
        "caf": caf,
        "etat": etat,
        "signataire": signataire,
        "depose": depose,
        "boite": f"/instruction/appels/{appel.pk}/lettres/",
        "recues": f"/dossiers/{depose.pk}/decisions-recues/",
    }


def ecrire(decision, par, partenaire=None, **champs) -> Gabarit:
    donnees = {
        "objet": "Votre demande {numero}",
        "corps": CORPS,
        "signataire": "Ada Fictive",
        "qualite": "Directrice, service fictif",
    } | champs
    return actes.ecrire_un_gabarit(decision, partenaire, donnees, par=par, recu_le=PENDANT)


def preparer(monde):
    return actes.preparer(monde["appel"], par=monde["agent"], recu_le=PENDANT)


def rendre_pretes(*lettres_) -> None:
    """As the worker would, without laying out."""
    for lettre in lettres_ or Lettre.objects.en_attente():
        lettre.ranger(ContentFile(b"%PDF-essai"))
        lettre.etabli_le = PENDANT
        lettre.save()


def contenu_de(lettre) -> bytes:
    with lettre.fichier.open("rb") as fichier:
        return fichier.read()


def cochees(monde) -> list[int]:
    """What the page offers to tick."""
    return [lettre.pk for lettre in actes.pretes(monde["appel"])]


def liberer(monde, n, lettres_=None):
    cles = cochees(monde) if lettres_ is None else lettres_
    diffusion = actes.liberer(monde["appel"], cles, n, par=monde["responsable"], recu_le=PENDANT)
    return diffusion.lettres.count()


# --- The text -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "inconnus"),
    [
        ("{organisme} {projet}", []),
        ("{inconnu} {projet} {inconnu}", ["{inconnu}"]),
        ("{ projet }", ["{ projet }"]),
        ("{projet.appel}", ["{projet.appel}"]),
        ("{projet", ["{"]),
        ("projet}", ["}"]),
        ("{{projet}}", ["{", "}"]),
        ("{__class__}", ["{__class__}"]),
        ("{}", ["{}"]),
        ("sans champ", []),
    ],
)
def test_un_gabarit_ne_nomme_que_les_champs_de_la_liste(texte, inconnus):
    assert sorted(lettres.inconnus(texte)) == sorted(inconnus)


def test_ce_que_dit_un_champ_n_est_pas_relu_comme_un_champ(monde):
    assert (
        lettres.remplir("{organisme}|{motif}", monde["caf"])
        == f"Association {{numero}} <b>|{CANARI}"
    )


def test_le_gabarit_s_ecrit_se_voit_et_garde_ses_versions(connecter, monde):
    client, chemin = connecter(monde["agent"]), reverse("appels:gabarit", args=["partiel", 0])
    bon = {
        "objet": "Accord {numero}",
        "corps": "Vous recevez {montant_accorde}.",
        "signataire": "Ada Fictive",
        "qualite": "Directrice",
    }
    page = client.post(chemin, bon | {"apercu": "1", "exemple": monde["etat"].pk}).content.decode()
    assert ("Vous recevez 123,45\u00a0€." in page, Gabarit.objects.count()) == (True, 2)
    for mauvais, phrase in (
        ({"corps": "{truc}"}, "Champ inconnu : {truc}"),
        ({"objet": "{projet"}, "Champ inconnu : {."),
        ({"signataire": ""}, "obligatoire"),
    ):
        reponse = client.post(chemin, bon | mauvais)
        assert (
            reponse.status_code,
            phrase in reponse.content.decode().replace("&#x27;", "'"),
            Gabarit.objects.count(),
        ) == (422, True, 2), mauvais
    assert client.post(chemin, bon).status_code == 302
    assert Gabarit.objects.en_vigueur()[("partiel", None)].objet == "Accord {numero}"
    assert Gabarit.objects.filter(decision="partiel").count() == 2
    sans_motif = client.post(reverse("appels:gabarit", args=["refuse", 0]), bon)
    assert (sans_motif.status_code, "placez le champ {motif}" in sans_motif.content.decode()) == (
        422,
        True,
    )
    assert [
        client.get(f"/instruction/lettres/modeles/{decision}/{cle}/").status_code
        for decision, cle in (("rien", 0), ("refuse", 99999))
    ] == [404, 404]


def test_le_modele_d_un_financeur_passe_avant_le_commun(monde):
    ecrire("refuse", monde["agent"], partenaire=monde["caf"].partenaire, objet="De la CAF")
    preparer(monde)
    assert dict(Lettre.objects.values_list("financement", "objet")) == {
        monde["caf"].pk: "De la CAF",
        monde["etat"].pk: f"Votre demande {monde['depose'].numero}",
    }


# --- Preparing, making ----------------------------------------------------------------------------


def test_une_lettre_par_decision_et_pas_deux(connecter, monde):
    client = connecter(monde["agent"])
    for _ in range(2):
        client.post(monde["boite"], {"preparer": "1"})
    assert Lettre.objects.count() == 2
    assert Lettre.objects.get(financement=monde["etat"]).corps.endswith(
        f"({monde['depose'].numero}), {monde['etat'].nom} a décidé : accordé en partie, "
        f"123,45\u00a0€ sur {en_euros(monde['etat'].montant)}. "
    )
    double = Lettre.objects.first()
    double.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        double.save()


def test_sans_modele_ou_sans_tribunal_la_page_dit_quoi_faire(connecter, monde):
    Gabarit.objects.filter(decision="refuse").delete()
    client = connecter(monde["agent"])
    page = client.post(monde["boite"], {"preparer": "1"}, follow=True).content.decode()
    assert (
        "Aucun modèle pour «\u00a0Refusé\u00a0»" in page or "Aucun modèle pour « Refusé »" in page,
        Lettre.objects.count(),
    ) == (True, 1)
    monde["appel"].tribunal = ""
    monde["appel"].save()
    ecrire("refuse", monde["agent"])
    page = client.post(monde["boite"], {"preparer": "1"}, follow=True).content.decode()
    assert ("le tribunal administratif" in page, Lettre.objects.count()) == (True, 1)


def test_le_pdf_porte_les_mentions_de_la_loi(monde):
    preparer(monde)
    tasks.rattraper_la_masse()  # what the worker runs when a wake-up is lost
    assert Lettre.objects.filter(etabli_le__isnull=False).count() == 2
    lettre = Lettre.objects.get(financement=monde["caf"])
    octets = contenu_de(lettre)
    lecteur = PdfReader(BytesIO(octets))
    texte = " ".join(" ".join(p.extract_text() for p in lecteur.pages).split()).replace(
        "\u00a0", " "
    )
    for mot in (
        CANARI,
        monde["depose"].numero,
        "Association {numero} <b>",
        "Ada Fictive",
        "Directrice, service fictif",
        "Signature :",
        "deux mois",
        "tribunal administratif de la Ville fictive",
        "articles R421-1 et R421-5",
    ):
        assert mot in texte, mot
    assert (
        lecteur.trailer["/Root"]["/MarkInfo"]["/Marked"],
        lecteur.trailer["/Root"]["/Lang"],
    ) == (True, "fr")
    assert pdf.lettre(lettre) == octets  # the same bytes again


@pytest.mark.parametrize(
    ("regime", "dispense", "attendu"),
    [
        ("guichet", True, (True, False)),
        ("guichet", False, (False, True)),
        ("preparation", True, (False, True)),
    ],
)
def test_la_dispense_de_signature_suit_le_financeur_et_le_regime(monde, regime, dispense, attendu):
    caf = monde["caf"]
    regler(caf, regime, dispense)
    preparer(monde)
    html = imprimee(caf)
    assert ("L212-2" in html, "Signature :" in html) == attendu
    assert "auprès du conseil fictif" in html


def test_la_page_d_une_lettre_dit_ce_que_dit_son_pdf_quoi_qui_change(monde, connecter):
    """Whom it is written to, before whom to appeal, its signature: as on the day it was made."""
    caf = monde["caf"]
    regler(caf, "guichet", True)
    preparer(monde)
    rendre_pretes()
    lettre = Lettre.objects.get(financement=caf)
    Lettre.objects.filter(pk=lettre.pk).update(
        liberee_le=PENDANT, liberee_par=monde["responsable"], lue_le=PENDANT, lue_par=monde["agent"]
    )
    client = connecter(monde["signataire"])
    du_service = connecter(monde["agent"])
    adresse = f"/instruction/lettres/{lettre.pk}/"

    def dits() -> list[str]:
        blocs = [client.get(monde["recues"]), du_service.get(adresse)]
        corps = [bloc.content.decode().split('<p class="note">', 1)[1] for bloc in blocs]
        return [imprimee(caf), *(texte.split("R421-5)", 1)[0] for texte in corps)]

    avant = dits()
    assert ["L212-2" in texte for texte in avant] == [True] * 3
    regler(caf, "preparation", False, autorite="Une autre autorité")
    Appel.objects.update(tribunal="Autre ville")
    Service.objects.update(nom="Autre service")
    Partenaire.objects.filter(pk=monde["porteur"].pk).update(nom="Autre nom")
    monde["porteur"].fiche.__class__.objects.update(adresse="Autre rue")
    assert dits() == avant


def regler(demande, regime: str, dispense: bool, autorite: str = "Le conseil fictif") -> None:
    """What the call says of a funder."""
    Appel.objects.filter(pk=demande.dossier.appel_id).update(regime=regime)
    demande.dossier.appel.financeurs.filter(partenaire=demande.partenaire).update(
        est_dispense_de_signature=dispense, autorite=autorite
    )


def imprimee(demande) -> str:
    """The letter of a request as it is laid out."""
    lettre = Lettre.objects.get(financement=demande)
    return render_to_string("pdf/lettre.html", pdf.contexte_de_la_lettre(lettre))


def test_l_autorite_de_la_cua_n_est_pas_celle_d_un_autre_financeur(monde):
    Appel.objects.update(autorite_recours="La présidente fictive de la CUA")
    preparer(monde)
    assert "La présidente fictive de la CUA" not in imprimee(monde["caf"])


def test_une_mise_en_page_qui_echoue_se_retente_puis_se_redemande(connecter, monde, monkeypatch):
    preparer(monde)
    lettre = Lettre.objects.get(financement=monde["caf"])

    def casser(lettre):
        raise pdf.RenduImpossible("Panne fictive.")

    with monkeypatch.context() as panne:
        panne.setattr(pdf, "lettre", casser)
        for _ in range(Lettre.ESSAIS_MAX + 2):
            actes.etablir(Lettre.objects.get(pk=lettre.pk))
    lettre.refresh_from_db()
    assert (lettre.essais, lettre.a_echoue, lettre.erreur, Lettre.objects.a_etablir().count()) == (
        5,
        True,
        "Panne fictive.",
        1,
    )
    client = connecter(monde["agent"])
    assert "Panne fictive." in client.get(f"/instruction/lettres/{lettre.pk}/").content.decode()
    client.post(f"/instruction/lettres/{lettre.pk}/refaire/")
    assert Lettre.objects.a_etablir().count() == 2


def test_une_lettre_corrigee_pendant_sa_mise_en_page_garde_le_dernier_texte(monde, monkeypatch):
    preparer(monde)
    ancienne = Lettre.objects.get(financement=monde["caf"])
    actes.corriger(ancienne, "Autre objet", "Autre texte", par=monde["agent"], recu_le=PENDANT)
    monkeypatch.setattr(pdf, "lettre", lambda lettre: lettre.objet.encode())
    actes.etablir(ancienne)  # the one that was being made
    assert Lettre.objects.get(pk=ancienne.pk).etabli_le is None
    actes.etablir(Lettre.objects.get(pk=ancienne.pk))
    assert contenu_de(Lettre.objects.get(pk=ancienne.pk)) == b"Autre objet"


# --- Reading, correcting, discarding, releasing ---------------------------------------------------


def test_deux_corrections_d_une_lettre_la_seconde_est_prevenue(connecter, monde):
    preparer(monde)
    lettre = Lettre.objects.get(financement=monde["caf"])
    client, chemin = connecter(monde["agent"]), f"/instruction/lettres/{lettre.pk}/"
    envoi = {
        "objet": "Le mien",
        "corps": "Mon texte",
        "vue": client.get(chemin).context["form"]["vue"].value(),
    }
    actes.corriger(lettre, "Le sien", "Son texte", par=monde["responsable"], recu_le=PENDANT)
    reponse = client.post(chemin, envoi)
    page = reponse.content.decode()
    assert (
        reponse.status_code,
        f"Entre-temps, {monde['responsable']} a corrigé" in page,
        "Son texte" in page,
        "Mon texte" in page,
    ) == (422, True, True, True)
    assert Lettre.objects.get(pk=lettre.pk).objet == "Le sien"
    assert (
        client.post(chemin, envoi | {"vue": reponse.context["form"]["vue"].value()}).status_code
        == 302
    )
    assert Lettre.objects.get(pk=lettre.pk).objet == "Le mien"


def test_relire_corriger_ecarter(connecter, monde):
    preparer(monde)
    lettre = Lettre.objects.get(financement=monde["caf"])
    client, chemin = connecter(monde["agent"]), f"/instruction/lettres/{lettre.pk}/"
    assert CANARI in client.get(chemin).content.decode()
    assert client.post(chemin, {"objet": "", "corps": "x"}).status_code == 422
    vieux = {"objet": "Objet revu", "corps": "Texte revu", "vue": lettre.empreinte}
    assert client.post(chemin, vieux).status_code == 302
    lettre.refresh_from_db()
    assert (lettre.objet, lettre.corps, lettre.corrigee_par, lettre.version) == (
        "Objet revu",
        "Texte revu",
        monde["agent"],
        2,
    )
    assert client.post(chemin, {"motif": ""}).status_code == 422
    assert client.post(chemin, {"motif": "Erreur de montant"}).status_code == 302
    assert (Lettre.objects.vives().count(), preparer(monde).nombre) == (1, 1)
    reponse = client.post(chemin, {"objet": "Trop tard", "corps": "x"})
    assert (reponse.status_code, "déjà partie, ou écartée" in reponse.content.decode()) == (
        422,
        True,
    )


def test_on_n_ecarte_pas_une_lettre_corrigee_depuis_la_page(connecter, monde):
    preparer(monde)
    lettre = Lettre.objects.get(financement=monde["caf"])
    client, chemin = connecter(monde["agent"]), f"/instruction/lettres/{lettre.pk}/"
    ancienne = feuille(client.get(chemin), "motif")
    neuf = {"vue": lettre.empreinte, "par": creer_agent(), "recu_le": PENDANT}
    actes.corriger(lettre, "Objet revu", "Texte revu", **neuf)
    refus = client.post(chemin, ancienne | {"motif": "Faute de frappe"})
    assert (refus.status_code, Lettre.objects.vives().count()) == (422, 2)
    assert "Cette lettre vient d’être corrigée : elle n’est pas écartée" in lisible(refus)
    assert "Texte revu" in lisible(refus)
    assert client.post(chemin, feuille(refus, "motif")).status_code == 302
    assert Lettre.objects.vives().count() == 1


def test_un_modele_ecrit_par_deux_personnes_se_lit_avant_d_etre_remplace(connecter, monde):
    chemin = reverse("appels:gabarit", args=["partiel", 0])
    une, deux = connecter(monde["agent"]), connecter(autre := creer_agent())
    ancienne = feuille(une.get(chemin), "corps")
    assert deux.post(chemin, ancienne | {"corps": "Texte de l’autre"}).status_code == 302
    dispute = une.post(chemin, ancienne | {"corps": "Mon texte"})
    en_vigueur = Gabarit.objects.en_vigueur()[("partiel", None)].corps
    assert (dispute.status_code, en_vigueur) == (422, "Texte de l’autre")
    page = lisible(dispute)
    assert (f"Entre-temps, {autre} a enregistré ce modèle" in page, "Mon texte" in page) == (
        True,
        True,
    )
    assert une.post(chemin, feuille(dispute, "corps")).status_code == 302
    assert Gabarit.objects.en_vigueur()[("partiel", None)].corps == "Mon texte"


def test_liberer_demande_le_nombre_exact_et_la_responsable(connecter, monde):
    preparer(monde)
    rendre_pretes()
    assert connecter(monde["agent"]).post(monde["boite"], {"nombre": "2"}).status_code == 403
    client, deux = connecter(monde["responsable"]), cochees(monde)
    sans_relire = client.post(monde["boite"], {"lignes": deux, "nombre": "2"})
    assert (sans_relire.status_code, Lettre.objects.liberees().count()) == (422, 0)
    assert "Relisez l’échantillon" in sans_relire.content.decode()
    for nombre, phrase in (
        ("3", "2\u00a0lettres sont cochées"),
        ("deux", "« deux » n’est pas un nombre"),
        ("", "obligatoire"),
        ("-1", "négatif"),
    ):
        reponse = client.post(monde["boite"], {"lignes": deux, "nombre": nombre, "relu": "on"})
        assert (
            reponse.status_code,
            phrase in reponse.content.decode(),
            Lettre.objects.liberees().count(),
        ) == (422, True, 0), nombre
    assert Envoi.objects.filter(acte__startswith="lettres-").count() == 0
    envoi = {"lignes": deux, "nombre": "2", "relu": "on"}
    assert client.post(monde["boite"], envoi | {"lignes": []}).status_code == 422  # nothing ticked
    assert client.post(monde["boite"], envoi).status_code == 302
    assert set(Lettre.objects.values_list("liberee_le", "liberee_par")) == {
        (PENDANT, monde["responsable"].pk)
    }
    envois = Envoi.objects.filter(acte__startswith="lettres-").select_related("courriel")
    assert sorted(e.destinataire for e in envois) == sorted(courriels.equipe(monde["depose"]))
    assert [
        e
        for e in envois
        if CANARI in e.courriel.message
        or "refus" in e.courriel.message.lower()
        or "123,45" in e.courriel.message
    ] == []
    assert Passage.objects.filter(dossier=monde["depose"], acte=Acte.NOTIFIER).count() == 2
    reponse = client.post(monde["boite"], envoi)
    assert (reponse.status_code, Envoi.objects.filter(acte__startswith="lettres-").count()) == (
        422,
        len(envois),
    )


def test_une_decision_changee_apres_coup_retient_sa_lettre(connecter, monde):
    preparer(monde)
    rendre_pretes()
    monde["etat"].montant_vote = 10_000
    decisions.saisir(monde["depose"], [monde["etat"]], par=monde["agent"], recu_le=PENDANT)
    assert [lettre.financement_id for lettre in actes.pretes(monde["appel"])] == [monde["caf"].pk]
    assert "La décision a changé" in connecter(monde["agent"]).get(monde["boite"]).content.decode()
    liberer(monde, 1)
    with pytest.raises(decisions.DejaLibere):
        decisions.saisir(monde["depose"], [monde["caf"]], par=monde["agent"], recu_le=PENDANT)


def test_un_fichier_de_dauphin_ne_change_pas_une_decision_notifiee_ni_ne_depasse_l_enveloppe(
    connecter, monde
):
    depose, client = monde["depose"], connecter(monde["agent"])
    recu = dauphin.recevoir(
        monde["appel"],
        "a.csv",
        "numero;siret;exercice;intitule;montant vote;date de decision\n"
        f"DA01234567;{monde['porteur'].siret};2027;{depose.intitule};200;12/03/2027\n".encode(),
        par=monde["agent"],
        recu_le=PENDANT,
    )
    scenarios.doter(
        monde["appel"],
        monde["etat"].partenaire,
        montant=15_000,
        plafond=None,
        par=monde["agent"],
        recu_le=PENDANT,
    )
    page = client.post(f"/instruction/dauphin/{recu.pk}/", follow=True).content.decode()
    assert (
        "dépasse son enveloppe" in page,
        Financement.objects.get(pk=monde["etat"].pk).montant_vote,
    ) == (True, 12_345)
    scenarios.doter(
        monde["appel"],
        monde["etat"].partenaire,
        montant=None,
        plafond=None,
        par=monde["agent"],
        recu_le=PENDANT,
    )
    preparer(monde)
    rendre_pretes()
    liberer(monde, 2)
    page = client.post(f"/instruction/dauphin/{recu.pk}/", follow=True).content.decode()
    assert (
        "une autre décision par lettre" in page,
        Financement.objects.get(pk=monde["etat"].pk).montant_vote,
    ) == (True, 12_345)


def test_un_dossier_retire_ne_recoit_plus_de_lettre(monde):
    preparer(monde)
    rendre_pretes()
    deux = cochees(monde)
    with pytest.raises(arret.DejaDecide):
        arret.retirer(monde["depose"], par=monde["signataire"], recu_le=PENDANT)
    Dossier.objects.filter(pk=monde["depose"].pk).update(etat=Etat.RETIRE)
    with pytest.raises(actes.RienALiberer):
        liberer(monde, 2, deux)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_liberer_a_dix_n_envoie_qu_une_fois(base_a_plusieurs, monde):
    preparer(monde)
    rendre_pretes()
    barriere, faits, deux = threading.Barrier(10), [], cochees(monde)

    def une():
        barriere.wait(BORNE)
        try:
            faits.append(liberer(monde, 2, deux))
        except actes.RienALiberer:
            faits.append("refusé")
        finally:
            connection.close()

    fils = [threading.Thread(target=une) for _ in range(10)]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    assert sorted(faits, key=str) == [2] + ["refusé"] * 9
    assert (
        Envoi.objects.filter(acte__startswith="lettres-").count(),
        Passage.objects.filter(acte=Acte.NOTIFIER).count(),
    ) == (len(courriels.equipe(monde["depose"])), 2)


# --- The organisation -----------------------------------------------------------------------------


def test_rien_ne_parait_avant_d_etre_libere(connecter, monde):
    """Canary on every page of the organisation, its history and its data."""
    preparer(monde)
    rendre_pretes()
    client, lettre = connecter(monde["signataire"]), Lettre.objects.get(financement=monde["caf"])
    assert (
        "Aucune décision ne vous a encore été envoyée"
        in client.get(monde["recues"]).content.decode()
    )
    pages = [
        monde["recues"],
        "/dossiers/",
        f"/dossiers/{monde['depose'].pk}/relecture/",
        f"/dossiers/{monde['depose'].pk}/historique/",
        "/mes-donnees.json",
    ]
    for chemin in pages:
        page = client.get(chemin, follow=True)
        contenu = (
            b"".join(page.streaming_content).decode() if page.streaming else page.content.decode()
        )
        assert (CANARI in contenu, "123,45" in contenu, "Décision notifiée" in contenu) == (
            False,
            False,
            False,
        ), chemin
    assert [
        client.get(f"/lettres/{lettre.pk}.pdf").status_code,
        client.post(f"/lettres/{lettre.pk}/ouvrir/").status_code,
        client.get(f"/instruction/lettres/{lettre.pk}/").status_code,
    ] == [404, 404, 403]


def test_ouvrir_date_la_lecture_une_fois(connecter, monde, horloge_figee):
    preparer(monde)
    rendre_pretes()
    liberer(monde, 2)
    lettre = Lettre.objects.get(financement=monde["caf"])
    client = connecter(monde["signataire"])
    page = client.get(monde["recues"]).content.decode()
    assert (
        "Ouvrir la décision" in page,
        CANARI in page,
        client.get(f"/lettres/{lettre.pk}.pdf").status_code,
    ) == (True, False, 404)
    horloge_figee(PENDANT + timedelta(hours=3))
    client.post(f"/lettres/{lettre.pk}/ouvrir/")
    horloge_figee(PENDANT + timedelta(hours=9))
    client.post(f"/lettres/{lettre.pk}/ouvrir/")
    connecter(creer_membre(monde["porteur"])).post(f"/lettres/{lettre.pk}/ouvrir/")
    lettre.refresh_from_db()
    assert (lettre.lue_le, lettre.lue_par) == (PENDANT + timedelta(hours=3), monde["signataire"])
    page = client.get(monde["recues"]).content.decode()
    assert (
        CANARI in page,
        "tribunal administratif de la Ville fictive" in page,
        "&lt;b&gt;" in page,
    ) == (True, True, True)
    reponse = client.get(f"/lettres/{lettre.pk}.pdf")
    assert (
        reponse.status_code,
        b"".join(reponse.streaming_content),
        reponse["Content-Disposition"],
    ) == (200, b"%PDF-essai", f'attachment; filename="{lettre.nom}"')
    assert "Lue</span>" in connecter(monde["agent"]).get(monde["boite"]).content.decode()


def test_une_lettre_n_est_ni_pour_un_autre_organisme_ni_pour_un_financeur(connecter, monde):
    preparer(monde)
    rendre_pretes()
    liberer(monde, 2)
    lettre = Lettre.objects.get(financement=monde["caf"])
    actes.ouvrir(lettre, par=monde["signataire"], recu_le=PENDANT)
    for personne in (
        creer_signataire(creer_association()),
        creer_financeur(),
        creer_financeur(Genre.DEPARTEMENT),
    ):
        client = connecter(personne)
        assert [
            client.get(f"/lettres/{lettre.pk}.pdf").status_code,
            client.post(f"/lettres/{lettre.pk}/ouvrir/").status_code,
            client.get(monde["recues"]).status_code,
        ] == [404, 404, 404]


def test_qui_se_deporte_ne_voit_plus_la_lettre(connecter, monde):
    preparer(monde)
    rendre_pretes()
    lettre = Lettre.objects.get(financement=monde["caf"])
    deports.declarer(
        monde["depose"], monde["agent"], motif="x", par=monde["responsable"], recu_le=PENDANT
    )
    client = connecter(monde["agent"])
    assert [
        client.get(f"/instruction/lettres/{lettre.pk}/").status_code,
        client.get(f"/lettres/{lettre.pk}.pdf").status_code,
    ] == [404, 404]
    assert monde["depose"].numero not in client.get(monde["boite"]).content.decode()
    client = connecter(monde["responsable"])
    assert (
        client.get(f"/instruction/lettres/{lettre.pk}/").status_code,
        b"".join(client.get(f"/lettres/{lettre.pk}.pdf")),
    ) == (200, b"%PDF-essai")


def test_la_boite_en_autant_de_requetes_quel_que_soit_le_nombre(
    connecter, monde, django_assert_num_queries
):
    def poser(n):
        for _ in range(n):
            dossier = poser_un_dossier(monde["appel"], "x", monde["porteur"], etat=Etat.RECEVABLE)
            demande = Financement.objects.create(
                dossier=dossier,
                partenaire=Partenaire.objects.get(genre="caf"),
                sous_poste="74orgasoc",
                montant=5,
                decision="refuse",
                motif="x",
            )
            demande.prononcer(par=monde["agent"], le=PENDANT)
        preparer(monde)
        rendre_pretes()

    client = connecter(monde["responsable"])
    client.get("/")
    poser(1)
    with django_assert_num_queries(12):
        client.get(monde["boite"])
    poser(15)
    with django_assert_num_queries(12):
        client.get(monde["boite"])
    liberer(monde, 18)
    dossier = monde["depose"]
    for lettre in Lettre.objects.filter(financement__dossier=dossier):
        actes.ouvrir(lettre, par=monde["signataire"], recu_le=PENDANT)
    client = connecter(monde["signataire"])
    client.get("/")
    with django_assert_num_queries(6):
        client.get(monde["recues"])


# --- A decision typed while letters leave ---------------------------------------------------------
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_decider_pendant_que_les_lettres_partent_ne_bloque_personne(
    base_a_plusieurs, monde, monkeypatch
):
    """Each takes the dossier, then the call: in another order they would wait for one another, and
    one would fail.
    """
    preparer(monde)
    rendre_pretes()
    dossier_tenu, appel_tenu, dits = threading.Event(), threading.Event(), {}
    verrouiller = decisions.verrouiller_l_appel

    def pour_decider(pk):
        dossier_tenu.set()
        # The other one holds the call (the wrong order), or stands before the dossier (the right
        # one): only then ask for the call.
        jusqu_a(lambda: appel_tenu.is_set() or sessions_en_attente(), "l’autre geste")
        return verrouiller(pk)

    def pour_liberer(pk):
        appel = verrouiller(pk)
        appel_tenu.set()
        return appel

    monkeypatch.setattr(decisions, "verrouiller_l_appel", pour_decider)
    monkeypatch.setattr(actes, "verrouiller_l_appel", pour_liberer)

    def faire(nom, geste):
        try:
            dits[nom] = geste()
        except Exception as faute:
            dits[nom] = faute
        finally:
            connection.close()

    def apres_lui():
        dossier_tenu.wait(BORNE)
        return liberer(monde, 2)

    autre = monde["depose"].financements.filter(partenaire__isnull=False, decision="").first()
    autre.decision, autre.motif = "refuse", "Motif"
    fils = [
        threading.Thread(
            target=faire,
            args=(
                "saisir",
                lambda: decisions.saisir(
                    monde["depose"], [autre], par=monde["agent"], recu_le=PENDANT
                ),
            ),
        ),
        threading.Thread(target=faire, args=("liberer", apres_lui)),
    ]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    assert dits == {"saisir": None, "liberer": 2}
