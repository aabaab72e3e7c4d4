"""Attest and deposit: one transaction, one number, one mail; the deadline to the second."""

import json
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from post_office.models import Email

from appels.demonstration import dossiers
from appels.depot import attestations
from appels.depot.actions import depot
from appels.models import (
    Appel,
    Attestation,
    Dossier,
    LigneBudget,
    Numerotation,
    Recepisse,
    Version,
)
from appels.models.etats import MODIFIABLES, TRANSITIONS, Etat, Transition, TransitionInterdite
from appels.redaction.actions import parties, redaction
from appels.socle import completude, figement, verrous
from partenaires.models import Envoi, Genre, Partenaire, Role
from tests.attente import BORNE, un_verrou
from tests.fabriques import (
    FERMETURE,
    OUVERTURE,
    PENDANT,
    creer_appel,
    creer_dossier,
    creer_dossier_complet,
    creer_membre,
    creer_signataire,
    deposer,
)

pytestmark = pytest.mark.django_db


def test_deposer_fige_numerote_et_ecrit_un_seul_courriel():
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)

    depose = deposer(dossier, signataire)

    assert (depose.etat, depose.numero, depose.depose_le, depose.depose_par) == (
        Etat.DEPOSE,
        "CV-2027-0001",
        PENDANT,
        signataire,
    )
    assert [e.destinataire for e in Envoi.objects.all()] == [signataire.email]
    assert [(p.acte, p.de, p.vers, p.par) for p in depose.passages.filter(acte="deposer")] == [
        (Transition.DEPOSER, Etat.BROUILLON, Etat.DEPOSE, signataire)
    ]
    version = depose.versions.get()
    assert version.empreinte == figement.empreinte(version.contenu)
    assert json.loads(version.contenu)["depot"]["numero"] == "CV-2027-0001"


def test_deposer_deux_fois_ne_depose_qu_une_fois():
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    premier, second = (
        deposer(dossier, signataire),
        deposer(dossier, signataire, PENDANT + timedelta(hours=1)),
    )
    assert (premier.numero, premier.depose_le) == (second.numero, second.depose_le)
    assert [
        Version.objects.count(),
        Envoi.objects.count(),
        Numerotation.objects.get().dernier_numero,
    ] == [
        1,
        1,
        1,
    ]


def test_les_numeros_se_suivent_sans_trou_meme_apres_un_refus():
    appel = creer_appel()
    incomplet = creer_dossier(appel)
    with pytest.raises(verrous.DossierIncomplet):
        deposer(incomplet)
    assert [deposer(creer_dossier_complet(appel)).numero for _ in range(3)] == [
        "CV-2027-0001",
        "CV-2027-0002",
        "CV-2027-0003",
    ]
    incomplet.refresh_from_db()
    assert (incomplet.etat, incomplet.numero) == (Etat.BROUILLON, None)


# --- The deadline (O6) ----------------------------------------------------------------------------
MS = timedelta(milliseconds=1)
FERMETURES = {
    "hiver": FERMETURE,
    "été": datetime(2027, 7, 1, 10, 0, tzinfo=UTC),
    "passage à l’heure d’été": datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
    "passage à l’heure d’hiver": datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    "29 février": datetime(2028, 2, 29, 22, 59, tzinfo=UTC),
    "fin d’année": datetime(2026, 12, 31, 23, 0, tzinfo=UTC),
}
ECARTS = [
    (timedelta(seconds=-1), True),
    (-MS, True),
    (timedelta(0), False),
    (MS, False),
    (timedelta(seconds=1), False),
]


@pytest.mark.parametrize("nom", FERMETURES)
@pytest.mark.parametrize(("ecart", "accepte"), ECARTS)
def test_l_echeance_a_la_milliseconde(nom, ecart, accepte):
    ferme_le = FERMETURES[nom]
    appel = creer_appel(ouvre_le=ferme_le - timedelta(days=40), ferme_le=ferme_le)
    dossier = creer_dossier(appel, cree_le=ferme_le - timedelta(days=30))
    for partie, ecrire in dossiers.ECRITURES.items():
        parties.enregistrer(
            dossier,
            partie,
            ecrire,
            version_lue=0,
            par=dossier.cree_par,
            recu_le=ferme_le - timedelta(days=2),
        )
    dossiers.joindre_les_pieces(dossier, ferme_le)
    # the sheet was confirmed now, whatever now is: it stays confirmed
    recu_le = ferme_le + ecart
    if accepte:
        assert deposer(dossier, recu_le=recu_le).depose_le == recu_le
    else:
        with pytest.raises(verrous.AppelFerme):
            deposer(dossier, recu_le=recu_le)
        assert Dossier.objects.get(pk=dossier.pk).etat == Etat.BROUILLON


def test_avant_l_ouverture_rien_ne_se_depose():
    appel = creer_appel()
    dossier = creer_dossier_complet(appel)
    with pytest.raises(verrous.AppelFerme):
        deposer(dossier, recu_le=OUVERTURE - MS)
    assert deposer(dossier, recu_le=OUVERTURE).depose_le == OUVERTURE


@pytest.mark.parametrize("sans", ["ouvre_le", "ferme_le"])
def test_sans_dates_l_appel_n_est_pas_ouvert(sans):
    dossier = creer_dossier_complet(creer_appel())
    Appel.objects.update(**{sans: None})
    with pytest.raises(verrous.AppelFerme):
        deposer(dossier)


# --- What blocks, and what was read ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("intitule", "", "Donnez un titre au projet."),
        ("besoin", "", "Décrivez le besoin auquel répond le projet."),
        (
            "politique_ville",
            None,
            "Dites si vous sollicitez un financement au titre de la politique de la ville.",
        ),
        (
            "beneficiaires",
            10,
            "Par quartier : la somme (60) dépasse le nombre total de personnes (10).",
        ),
        (
            "fiche_confirmee_le",
            None,
            "Relisez la fiche de l’organisme et confirmez qu’elle est à jour.",
        ),
    ],
)
def test_un_manque_bloque_et_se_dit(champ, valeur, phrase):
    dossier = creer_dossier_complet(creer_appel())
    Dossier.objects.filter(pk=dossier.pk).update(**{champ: valeur})
    with pytest.raises(verrous.DossierIncomplet) as refus:
        deposer(dossier)
    assert phrase in [manque.phrase for manque in refus.value.manques]


def test_un_budget_desequilibre_bloque_le_depot_et_lui_seul():
    dossier = creer_dossier_complet(creer_appel())
    LigneBudget.objects.filter(dossier=dossier, code="604").update(montant=180_001)
    LigneBudget.objects.filter(dossier=dossier, code="870").delete()
    with pytest.raises(verrous.DossierIncomplet) as refus:
        deposer(dossier)
    assert [m.phrase for m in refus.value.manques] == [
        "Le total des produits (11 580 €) est inférieur de 0,01 € à celui des charges "
        "(11 580,01 €).".replace(" €", "\u00a0€").replace("11 580", "11\u00a0580"),
        "Le total du compte 87 (0\u00a0€) doit être celui du compte 86 (3\u00a0600\u00a0€).",
    ]


def test_un_dossier_change_apres_lecture_se_relit():
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=dossier.pk))
    parties.enregistrer(
        dossier, "projet", lambda d: None, version_lue=1, par=signataire, recu_le=PENDANT
    )
    with pytest.raises(depot.DossierChange):
        depot.deposer(
            dossier,
            lu=lu,
            qualite="Présidente",
            declarations=attestations.declarations(dossier, "moins"),
            par=signataire,
            recu_le=PENDANT,
        )


@pytest.mark.parametrize("champ", ["droit_commun", "credits_contrat"])
def test_les_parts_d_un_financeur_font_son_montant(champ):
    dossier = creer_dossier_complet(creer_appel())
    demandes = dossier.financements.filter(montant=400_000)
    demandes.update(**{champ: 100_000})
    manques = completude.bloquants(Dossier.objects.pour_completude().get(pk=dossier.pk))
    assert [m.champ for m in manques] == [f"p-{demandes.get().partenaire_id}-droit_commun"]


# --- Attestations ---------------------------------------------------------------------------------
def test_l_association_souscrit_au_contrat_d_engagement_republicain():
    depose = deposer(creer_dossier_complet(creer_appel()))
    declarees = Attestation.objects.filter(version__dossier=depose)
    assert [a.cle for a in declarees] == [
        "pouvoir",
        "obligations",
        "exactitude",
        "engagement_republicain",
        "versement",
        "aides_publiques",
    ]
    assert {(a.qualite, a.le, a.version_texte, a.par) for a in declarees} == {
        ("Présidente", PENDANT, "2026-11", depose.depose_par)
    }


def test_un_service_municipal_n_a_ni_rna_ni_contrat_d_engagement():
    from quartiers.models import Commune

    arras = Commune.objects.get(nom="Arras")
    service = Partenaire.objects.create(
        genre=Genre.SERVICE, nom="Service Jeunesse", siret="21620041000015", commune=arras
    )
    from appels.demonstration import exemple

    exemple.remplir_fiche(
        service, PENDANT, service_porteur="Jeunesse", autorite_signataire="Le maire"
    )
    depose = deposer(creer_dossier_complet(creer_appel(), service))
    assert [a.cle for a in Attestation.objects.filter(version__dossier=depose)] == [
        "pouvoir",
        "exactitude",
        "versement",
    ]


def test_une_attestation_manquante_est_refusee_par_l_acte_aussi():
    dossier = creer_dossier_complet(creer_appel())
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=dossier.pk))
    for rang in range(6):
        declarations = attestations.declarations(dossier, "moins")
        del declarations[rang]
        with pytest.raises(depot.AttestationManquante):
            depot.deposer(
                dossier,
                lu=lu,
                qualite="Présidente",
                declarations=declarations,
                par=creer_signataire(dossier.porteur),
                recu_le=PENDANT,
            )
    assert Version.objects.count() == 0


def test_le_cote_des_500_000_euros_est_garde_mot_pour_mot(connecter):
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    donnees = formulaire_de_depot(client, dossier.pk)
    assert (
        client.post(
            f"/dossiers/{dossier.pk}/deposer/", {**donnees, "aides_publiques": ""}
        ).status_code
        == 422
    )
    client.post(f"/dossiers/{dossier.pk}/deposer/", donnees)
    assert Attestation.objects.get(cle="aides_publiques").texte.startswith(
        "L’association a reçu plus de 500 000 €"
    )


# --- States ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("etat", Etat)
@pytest.mark.parametrize("transition", Transition)
def test_chaque_transition_permise_ou_refusee(etat, transition):
    dossier = creer_dossier(creer_appel())
    dossier.etat = etat
    departs, arrivee = TRANSITIONS[transition]
    if etat in departs:
        if transition == Transition.INTEGRER:  # only what corrects another one is put in its place
            dossier.corrige = creer_dossier(dossier.appel)
        if arrivee not in (
            *MODIFIABLES,
            Etat.ABANDONNE,
            Etat.INTEGRE,
        ):  # the base asks the deposit of what is deposited
            dossier.numero, dossier.depose_le, dossier.depose_par = (
                "CV-2027-0009",
                PENDANT,
                dossier.cree_par,
            )
        dossier.franchir(transition, par=dossier.cree_par, le=PENDANT)
        assert (dossier.etat, dossier.passages.count()) == (arrivee, 1)
    else:
        with pytest.raises(TransitionInterdite):
            dossier.franchir(transition, par=dossier.cree_par, le=PENDANT)
        assert (dossier.etat, dossier.passages.count()) == (etat, 0)


def test_demander_la_signature_puis_reprendre():
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    redaction.demander_signature(dossier, a=signataire, par=dossier.cree_par, recu_le=PENDANT)
    redaction.demander_signature(dossier, a=signataire, par=dossier.cree_par, recu_le=PENDANT)
    dossier.refresh_from_db()
    assert (dossier.etat, Envoi.objects.get().destinataire) == (Etat.A_ATTESTER, signataire.email)
    assert (
        Email.objects.get().subject
        == "À faire avant le 27\u00a0novembre\u00a02026 à 12\u00a0h\u00a000 : attester et "
        "déposer « Jardins d’essai »"
    )
    redaction.rouvrir(dossier, par=dossier.cree_par, recu_le=PENDANT)
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.signature_demandee_a) == (Etat.BROUILLON, None)


# --- Through the pages ----------------------------------------------------------------------------
def formulaire_de_depot(client, pk: int) -> dict:
    form = client.get(f"/dossiers/{pk}/deposer/").context["form"]
    return {
        "lu": form["lu"].value(),
        "qualite": "Présidente",
        "aides_publiques": "plus",
        **{texte.cle: "on" for texte in form.textes},
    }


def test_la_personne_signataire_atteste_et_depose_en_un_geste(connecter):
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    donnees = formulaire_de_depot(client, dossier.pk)
    assert (
        client.post(f"/dossiers/{dossier.pk}/deposer/", {**donnees, "exactitude": ""}).status_code
        == 422
    )
    reponse = client.post(f"/dossiers/{dossier.pk}/deposer/", donnees)
    assert (reponse.status_code, reponse.url) == (302, f"/dossiers/{dossier.pk}/depose/")
    assert "CV-2027-0001" in client.get(reponse.url).content.decode()


def test_l_attestation_deja_demandee_dit_a_qui(connecter):
    """By the button of an older page, or pressed twice: a page that refuses would be a dead end."""
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    redaction.demander_signature(dossier, a=signataire, par=dossier.cree_par, recu_le=PENDANT)
    client = connecter(dossier.cree_par)
    reponse = client.get(f"/dossiers/{dossier.pk}/signature/", follow=True)
    assert reponse.redirect_chain == [(f"/dossiers/{dossier.pk}/", 302)]
    assert f"L’attestation est déjà demandée à {signataire}." in reponse.content.decode()


def test_le_pied_du_sommaire_mene_au_depot_et_a_la_signature(connecter):
    dossier = creer_dossier_complet(creer_appel())
    page = connecter(creer_signataire(dossier.porteur)).get(f"/dossiers/{dossier.pk}/")
    pied = page.content.decode().split('<p class="ligne-actions">')[1]
    for chemin, nom in (
        ("deposer", "Relire, attester et déposer"),
        ("signature", "Demander l’attestation"),
    ):
        assert re.search(rf'href="/dossiers/{dossier.pk}/{chemin}/">{nom}</a>', pied), nom


def test_un_dossier_change_pendant_la_lecture_se_montre_a_neuf_puis_se_depose(connecter):
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    donnees = formulaire_de_depot(client, dossier.pk)
    parties.enregistrer(
        dossier,
        "description",
        lambda d: Dossier.objects.filter(pk=d.pk).update(besoin="Besoin changé entre-temps"),
        version_lue=1,
        par=dossier.cree_par,
        recu_le=PENDANT,
    )
    reponse = client.post(f"/dossiers/{dossier.pk}/deposer/", donnees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Le dossier a changé depuis que vous l’avez lu" in page
    assert "Besoin changé entre-temps" in page
    assert client.post(f"/dossiers/{dossier.pk}/deposer/", donnees).status_code == 422
    donnees["lu"] = reponse.context["form"]["lu"].value()
    assert client.post(f"/dossiers/{dossier.pk}/deposer/", donnees).status_code == 302


@pytest.mark.parametrize("role", [Role.REDACTEUR, Role.ADMINISTRATEUR, Role.LECTEUR])
def test_seule_une_personne_signataire_depose(connecter, role):
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_membre(dossier.porteur, role))
    assert client.get(f"/dossiers/{dossier.pk}/deposer/").status_code == 403
    assert client.post(f"/dossiers/{dossier.pk}/deposer/", {}).status_code == 403
    assert Dossier.objects.get(pk=dossier.pk).etat == Etat.BROUILLON


def test_pret_mais_non_atteste_est_dit_non_depose_partout(connecter):
    dossier = creer_dossier_complet(creer_appel())
    redactrice = creer_membre(dossier.porteur)
    redaction.demander_signature(
        dossier, a=creer_signataire(dossier.porteur), par=redactrice, recu_le=PENDANT
    )
    client = connecter(redactrice)
    for chemin in (
        "/dossiers/",
        f"/dossiers/{dossier.pk}/",
        f"/dossiers/{dossier.pk}/relecture/",
        f"/dossiers/{dossier.pk}/partie/projet/",
        f"/dossiers/{dossier.pk}/pieces/",
    ):
        assert "pas encore déposé" in client.get(chemin).content.decode(), chemin


def test_apres_la_cloture_le_brouillon_est_non_depose_et_lisible(connecter, horloge_figee):
    dossier = creer_dossier_complet(creer_appel())
    client = connecter(creer_signataire(dossier.porteur))
    donnees = formulaire_de_depot(client, dossier.pk)
    horloge_figee(FERMETURE)
    reponse = client.post(f"/dossiers/{dossier.pk}/deposer/", donnees)
    assert reponse.status_code == 422
    assert "Le délai pour déposer est passé depuis le vendredi 27" in reponse.content.decode()
    page = client.get(f"/dossiers/{dossier.pk}/relecture/").content.decode()
    assert "<strong>Non déposé</strong>" in page
    reponse = client.post(
        f"/dossiers/{dossier.pk}/partie/description/",
        {"version": "1", "besoin": "Texte tapé trop tard"},
    )
    assert reponse.status_code == 422
    assert "Texte tapé trop tard" in reponse.content.decode()


# --- Races (PostgreSQL) ---------------------------------------------------------------------------
def en_meme_temps(nombre: int, faire) -> list:
    """Run `faire(rang)` in as many threads, released together; results or exceptions."""
    barriere, resultats = threading.Barrier(nombre), [None] * nombre

    def courir(rang):
        try:
            barriere.wait(BORNE)
            resultats[rang] = faire(rang)
        except Exception as erreur:
            resultats[rang] = erreur
        finally:
            connection.close()

    fils = [threading.Thread(target=courir, args=(rang,)) for rang in range(nombre)]
    [fil.start() for fil in fils]
    [fil.join(BORNE) for fil in fils]
    return resultats


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_dix_envois_simultanes_un_seul_depot(base_a_plusieurs, connecter):
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    clients = [connecter(signataire) for _ in range(10)]
    donnees = formulaire_de_depot(clients[0], dossier.pk)

    def poster(rang):
        reponse = clients[rang].post(f"/dossiers/{dossier.pk}/deposer/", donnees, follow=True)
        return reponse.status_code, "CV-2027-0001" in reponse.content.decode()

    assert en_meme_temps(10, poster) == [(200, True)] * 10
    assert [
        Version.objects.count(),
        Recepisse.objects.count(),
        Numerotation.objects.get().dernier_numero,
        Envoi.objects.filter(acte__startswith="enregistrement").count(),
        dossier.passages.filter(acte="deposer").count(),
    ] == [1, 1, 1, 1, 1]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_temoin_sans_verrou_ni_controle_la_course_existe(base_a_plusieurs, monkeypatch):
    """The sabotaged control: without the lock and its check, ten deposits are not one."""
    dossier = creer_dossier_complet(creer_appel())
    signataire = creer_signataire(dossier.porteur)
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=dossier.pk))
    attente = threading.Barrier(10)
    vrai = depot.completude.bloquants

    def ensemble(d):
        attente.wait(BORNE)  # all have passed where the lock used to be
        return vrai(d)

    monkeypatch.setattr(
        "django.db.models.query.QuerySet.select_for_update", lambda self, *a, **k: self
    )
    monkeypatch.setattr(depot.completude, "bloquants", ensemble)
    with connection.cursor() as curseur:  # and without the constraint that keeps one number
        curseur.execute("ALTER TABLE appels_dossier DROP CONSTRAINT appels_dossier_numero_key")
        curseur.execute("ALTER TABLE appels_version DROP CONSTRAINT une_version_par_rang")
        curseur.execute(
            "ALTER TABLE partenaires_envoi DROP CONSTRAINT un_courriel_par_acte_et_personne"
        )
    try:
        en_meme_temps(
            10,
            lambda rang: depot.deposer(
                dossier,
                lu=lu,
                qualite="Présidente",
                declarations=attestations.declarations(dossier, "moins"),
                par=signataire,
                recu_le=PENDANT,
            ),
        )
        assert Version.objects.count() > 1
    finally:
        Email.objects.all().delete()
        Attestation.objects.all().delete()
        Recepisse.objects.all().delete()
        Version.objects.all().delete()
        with connection.cursor() as curseur:
            curseur.execute(
                "ALTER TABLE appels_dossier ADD CONSTRAINT appels_dossier_numero_key "
                "UNIQUE (numero)"
            )
            curseur.execute(
                "ALTER TABLE appels_version ADD CONSTRAINT une_version_par_rang UNIQUE "
                "(dossier_id, rang)"
            )
            curseur.execute(
                "ALTER TABLE partenaires_envoi ADD CONSTRAINT "
                "un_courriel_par_acte_et_personne UNIQUE (acte, destinataire)"
            )


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_recu_a_temps_mais_en_attente_d_un_verrou_est_a_temps(base_a_plusieurs):
    from django.db import transaction

    appel = creer_appel()
    dossier = creer_dossier_complet(appel)
    signataire = creer_signataire(dossier.porteur)
    lu = depot.lecture(Dossier.objects.pour_completude().get(pk=dossier.pk))
    tenu, lache = threading.Event(), threading.Event()

    def tenir():
        with transaction.atomic():
            Appel.objects.select_for_update().get(pk=appel.pk)
            tenu.set()
            lache.wait(BORNE)
        connection.close()

    fil = threading.Thread(target=tenir)
    fil.start()
    tenu.wait(BORNE)

    def lacher():
        un_verrou()  # the request waits, beyond the deadline; the clock was read before
        lache.set()

    threading.Thread(target=lacher).start()
    depose = depot.deposer(
        dossier,
        lu=lu,
        qualite="Présidente",
        declarations=attestations.declarations(dossier, "moins"),
        par=signataire,
        recu_le=FERMETURE - MS,
    )
    fil.join(BORNE)
    assert depose.depose_le == FERMETURE - MS


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_vingt_dossiers_a_la_fois_vingt_numeros_sans_trou(base_a_plusieurs, sans_reveil):
    appel = creer_appel()
    dossiers = [creer_dossier_complet(appel) for _ in range(20)]
    signataires = [creer_signataire(d.porteur) for d in dossiers]
    resultats = en_meme_temps(20, lambda rang: deposer(dossiers[rang], signataires[rang]).numero)
    assert sorted(resultats) == [f"CV-2027-{n:04d}" for n in range(1, 21)]


@pytest.fixture
def sans_reveil(monkeypatch):
    """The papers are another matter: eager tasks would render them inside the race."""
    monkeypatch.setattr("appels.socle.reveil.reveiller", lambda nom, *arguments: None)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("depots", "ecritures"), [(60, 40), pytest.param(300, 200, marks=pytest.mark.long)]
)
def test_l_heure_de_cloture(base_a_plusieurs, sans_reveil, depots, ecritures):
    """Deposits beside people who write, thirty at a time: nothing lost, nothing twice."""
    appel = creer_appel()
    a_deposer = [creer_dossier_complet(appel) for _ in range(depots)]
    signataires = [creer_signataire(d.porteur) for d in a_deposer]
    en_cours = [creer_dossier(appel) for _ in range(ecritures)]
    ecrits = []

    def agir(rang):
        if rang < 20:
            return [deposer(a_deposer[n], signataires[n]).numero for n in range(rang, depots, 20)]
        for n in range(rang - 20, ecritures, 10):
            for version in range(5):
                texte = f"Titre {n}, version {version}"
                parties.enregistrer(
                    en_cours[n],
                    "projet",
                    lambda d, t=texte: Dossier.objects.filter(pk=d.pk).update(intitule=t),
                    version_lue=version,
                    par=en_cours[n].cree_par,
                    recu_le=PENDANT,
                )
            ecrits.append((en_cours[n].pk, texte))
        return []

    numeros = [numero for liste in en_meme_temps(30, agir) for numero in liste]
    assert sorted(numeros) == [f"CV-2027-{n:04d}" for n in range(1, depots + 1)]
    assert [
        Version.objects.count(),
        Envoi.objects.filter(acte__startswith="enregistrement").count(),
    ] == [depots] * 2
    assert dict(
        Dossier.objects.filter(pk__in=[d.pk for d in en_cours]).values_list("pk", "intitule")
    ) == dict(ecrits)
