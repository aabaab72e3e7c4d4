"""The portal's own address sends no phishing: no link of what somebody typed, in any mail."""

import re
from datetime import timedelta
from functools import cache
from itertools import product

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.template.base import FilterExpression
from django.utils.html import urlize
from hypothesis import HealthCheck, example, given
from hypothesis import settings as reglages
from hypothesis import strategies as st
from post_office.models import Email

from partenaires.models import Cadence, Genre, Partenaire, Role, Utilisateur
from partenaires.organismes.actions import adhesions, invitations
from partenaires.socle import courriels, liens, resumes
from partenaires.socle.champs import sans_adresse
from tests.fabriques import (
    PENDANT,
    creer_agent,
    creer_association,
    creer_membre,
    creer_utilisateur,
)

GABARITS = sorted(
    chemin.name.removesuffix("_corps.txt")
    for chemin in (settings.RACINE / "templates/courriels").glob("*_corps.txt")
)
ADRESSES = [
    "https://evil.example/caf",
    "HTTP://EVIL.EXAMPLE",
    "www.evil.example",
    "evil.com",
    "x.com/caf",
    "a.evil.fr.",
    "«evil.fr»",
    "(evil.fr)",
    "evil。com",
    "e\u200bvil\u200b.\u200bcom",
    "\u202emoc.live",
    "ada@evil.fr",
    "ada＠evil.fr",
    "mailto:ada@evil.fr",
    "tel:+33899000000",
    "javascript:alert(1)",
    "//evil.fr/x",
    r"\\evil\partage",
    "http://127.0.0.1:8000/x",
    "http://93.184.216.34/",
    "93.184.216.34",
    "http://[::1]/",
    '<a href="https://evil.fr">ici</a>',
    f"{settings.URL_PUBLIQUE}/compte/logout/",
    f"{settings.URL_PUBLIQUE}@evil.fr/",
    f"{settings.URL_PUBLIQUE}.evil.fr/",
    "\ue0000123456789abcdef\ue001/organismes/",
]
hostiles = st.lists(
    st.sampled_from(ADRESSES) | st.text(max_size=12), min_size=1, max_size=4
).flatmap(lambda mots: st.sampled_from(["", " ", "\n"]).map(lambda lien: lien.join(mots)))
# Written by another hand than the rule: what a mail program takes for an address.
CLIQUABLE = re.compile(
    r"\w://|\S@\S|www\.\S|[^\s.]\.[a-z]{2,}|(mailto|tel|javascript):\S|(\d+\.){3}\d", re.IGNORECASE
)


def reste_des_adresses(texte: str) -> list[str]:
    """What a mail program would make a link of, our own pages put aside."""
    nos_pages = re.compile(re.escape(settings.URL_PUBLIQUE) + r"(/[\w/-]*)?(?=\s|$)")
    sans = nos_pages.sub("", texte)
    cliques = [trouve.group() for trouve in CLIQUABLE.finditer(sans)]
    return cliques + re.findall("<a ", urlize(sans, autoescape=True))


@given(hostiles)
@example("\\\\evil")
@reglages(max_examples=300)
def test_rien_de_ce_qui_se_tape_n_est_un_lien(texte):
    propre = liens.sans_lien(texte)
    assert reste_des_adresses(propre) == []
    assert liens.sans_lien(propre) == propre


@pytest.mark.parametrize(
    "texte",
    [
        "Jardins partagés de l’îlot Bon-Secours (QPV n° 12), 1 234,50 € le 10.11.2026 à 14 h 05.",
        "Trois points… ou trois ... et une fin.",
        "Réunion à 10:30 ; objet : le budget.",
        "L’association « A.B. » & Cie — n° W621000001",
    ],
)
def test_une_phrase_reste_une_phrase(texte):
    assert liens.sans_lien(texte) == texte


# What templates read several at a time: {name: how many}.
GROUPES = {
    nom: variables.count(",") + 1
    for chemin in (settings.RACINE / "templates/courriels").glob("*.txt")
    for variables, nom in re.findall(
        r"{% for (\w+(?:, \w+)+) in ([\w.]+) %}", chemin.read_text("utf-8")
    )
}


class Vrai(str):
    """A text for which every condition of a template holds."""

    def __eq__(self, autre: object) -> bool:
        return True

    __hash__ = str.__hash__


class Faux(str):
    """A text for which none holds."""

    def __bool__(self) -> bool:
        return False


@pytest.mark.parametrize("gabarit", GABARITS)
def test_aucun_courriel_ne_fait_un_lien_d_un_texte_tape(gabarit, monkeypatch):
    """Every template, every variable replaced by what is typed, every branch."""
    d_origine = FilterExpression.resolve
    tape = {}

    def resoudre(expression, contexte, ignore_failures=False):
        nom = expression.token
        if nom == "site" or isinstance(expression.var, str):
            return d_origine(expression, contexte, ignore_failures)
        if re.search(r"(\.pk|_id|jeton|code|depart\.cle|consultation\.adresse)$", nom):
            return "7"
        if nom in GROUPES:
            return [(tape["texte"],) * GROUPES[nom]]
        return tape["texte"]

    monkeypatch.setattr(FilterExpression, "resolve", resoudre)

    @given(hostiles)
    @reglages(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    def verifier(texte):
        for genre in (str, Vrai, Faux):
            tape["texte"] = genre(texte)
            objet, corps = courriels.composer(gabarit, {}, tels_quels={})
            html = courriels.liens.en_html(corps)
            assert (reste_des_adresses(objet), reste_des_adresses(corps)) == ([], [])
            assert settings.URL_PUBLIQUE in corps
            pages = set(re.findall('href="([^"]*)"', html))
            assert {page for page in pages if not nos_gabarits().fullmatch(page)} == set()

    verifier()


@cache
def nos_gabarits() -> re.Pattern[str]:
    """What our templates link to: pages named by keys and words of ours."""
    chemins = set()
    for chemin in (settings.RACINE / "templates/courriels").glob("*.txt"):
        chemins |= set(
            re.findall(r"\{\{ site \}\}((?:[\w/-]|\{\{[\w .]*\}\})*)", chemin.read_text("utf-8"))
        )
    motifs = [re.sub(r"\{\{.*?\}\}", "7", chemin) for chemin in chemins]
    return re.compile(
        re.escape(settings.URL_PUBLIQUE) + "(" + "|".join(re.escape(m) for m in motifs) + ")"
    )


@pytest.mark.django_db
def test_l_invitation_d_un_organisme_au_nom_hostile(horloge_figee):
    """The case that was reported: subject, text and HTML carry words, and one link of ours."""
    organisme = creer_association(
        nom="CAF : votre compte est suspendu, confirmez sur https://evil.example/caf"
    )
    par = creer_membre(organisme, Role.ADMINISTRATEUR)
    _, jeton = invitations.inviter(
        organisme, email="ada@example.org", roles={Role.REDACTEUR}, par=par, recu_le=PENDANT
    )
    courriel = Email.objects.get()
    lien = f"{settings.URL_PUBLIQUE}/invitations/{jeton}/"
    assert re.findall('href="([^"]*)"', courriel.html_message) == [lien, settings.URL_PUBLIQUE]
    assert reste_des_adresses(courriel.subject + courriel.message) == []


def test_l_adresse_ou_le_courriel_arrive_reste_entiere():
    texte = "Pour ada@example.org. Pas pour nada@example.org, ni ada@example.org.evil.fr"
    sur = liens.rendre_sur(texte, {liens.marque(): "x"}, ["ada@example.org"])
    assert sur.startswith("Pour ada@example.org. ")
    assert reste_des_adresses(sur.replace("ada@example.org. ", "", 1)) == []


@pytest.mark.django_db
def test_le_resume_garde_nos_liens_et_rien_d_autre(horloge_figee):
    patiente = creer_utilisateur(cadence=Cadence.QUOTIDIENNE)
    demandeur = creer_utilisateur(nom="evil.fr")
    organisme = creer_association()
    creer_membre(organisme, Role.ADMINISTRATEUR, utilisateur=patiente)
    adhesions.rejoindre_ou_creer(
        {
            "genre": Genre.ASSOCIATION,
            "nom": organisme.nom,
            "siret": organisme.siret,
            "rna": "",
            "commune": None,
            "qualite": "Trésorier",
        },
        par=demandeur,
        recu_le=PENDANT,
    )
    assert resumes.resumer(PENDANT + timedelta(days=1)) == 1
    courriel = Email.objects.get()
    membres = f"{settings.URL_PUBLIQUE}/organismes/{organisme.pk}/membres/"
    assert membres in re.findall('href="([^"]*)"', courriel.html_message)
    assert reste_des_adresses(courriel.message) == []


@pytest.mark.django_db
def test_ce_qu_une_bibliotheque_ecrit_passe_par_la_meme_porte():
    """allauth's own mails: our pages stay, the HTML given is made again."""
    site = settings.URL_PUBLIQUE
    message = EmailMultiAlternatives(
        "Bonjour evil.fr",
        f"Nora https://evil.fr vous écrit : {site}/compte/confirm-email/MQ:1wX:a-_b/ "
        f"{site}.evil.fr/ {site}@evil.fr",
        to=["a@example.org"],
    )
    message.attach_alternative('<a href="https://evil.fr">x</a>', "text/html")
    courriels.BoiteEnvoi().send_messages([message])
    courriel = Email.objects.get()
    assert re.findall('href="([^"]*)"', courriel.html_message) == [
        f"{site}/compte/confirm-email/MQ:1wX:a-_b/"
    ]
    assert "evil.fr" not in courriel.subject + courriel.message + courriel.html_message


# --- Names ---------------------------------------------------------------------------------------
REFUSES = [
    "CAF, confirmez sur https://evil.example/caf",
    "www.evil",
    "evil.fr",
    "x.com",
    "ada@evil",
    "e\u200bvil.fr",
    "evil。com",
]
ACCEPTES = [
    "S.A.R.L. Dupont",
    "M.Dupont",
    "Association sportive d’Arras n° 2 (A.S.A.)",
    "L’Œuvre & Cie, 1901",
    "Collectif « Tous ensemble ! »",
]


@pytest.mark.parametrize(
    ("nom", "est_refuse"), [*product(REFUSES, [True]), *product(ACCEPTES, [False])]
)
def test_un_nom_qui_tient_une_adresse_se_reconnait(nom, est_refuse):
    assert bool(liens.adresse_dans(nom)) == est_refuse


@pytest.mark.parametrize(
    ("nom", "numero"),
    [
        ("CAF : compte suspendu, appelez le 08 99 12 34 56", "08 99 12 34 56"),
        ("CAF 0.899.12.34.56", "0.899.12.34.56"),
        ("CAF +33(0)899-123-456", "+33(0)899-123-456"),
        ("CAF 08\u200b99\u200b123456", "0899123456"),
        ("Comité 1901-2026", ""),
        ("Amicale du 62 000, section 3", ""),
        ("M. Dupont", ""),
    ],
)
def test_un_nom_ne_tient_pas_de_numero_a_appeler(nom, numero):
    """The portal's own address has nobody call a stranger."""
    assert liens.telephone_dans(nom) == numero
    if numero:
        with pytest.raises(ValidationError, match="ressemble à un numéro de téléphone"):
            sans_adresse(nom)
    else:
        sans_adresse(nom)


@pytest.mark.parametrize("signe", ["x", "9", "a.", "1 ", "-", "@", "w", ":"])
@pytest.mark.parametrize("lire", [liens.adresse_dans, liens.telephone_dans, liens.sans_lien])
def test_un_texte_sans_fin_se_lit_en_une_passe(lire, signe):
    """Seventy thousand letters in a first name held a process for a minute and a half: read again
    from each letter, a million would hold it for hours.
    """
    lire(signe * 1_000_000)


IDENTITE = {"prenom": "Nora", "nom": "Benali", "cadence": "immediate"}


@pytest.mark.django_db
@pytest.mark.parametrize("champ", ["prenom", "nom"])
def test_un_nom_de_personne_ne_tient_pas_d_adresse(connecter, champ):
    personne = creer_utilisateur(nom="Avant")
    reponse = connecter(personne).post("/mon-compte/", {**IDENTITE, champ: "Nora evil.fr"})
    personne.refresh_from_db()
    page = reponse.content.decode()
    assert (reponse.status_code, personne.nom, "Nora evil.fr" in page) == (422, "Avant", True)
    assert "« evil.fr » ressemble à l’adresse" in page


@pytest.mark.django_db
@pytest.mark.parametrize("champ", ["prenom", "nom"])
def test_une_inscription_au_nom_qui_tient_une_adresse_est_refusee(connecter, champ):
    donnees = {
        **IDENTITE,
        "email": "nora@example.org",
        "password1": "une phrase assez longue",
        champ: "https://evil.fr",
    }
    page = connecter(None).post("/compte/signup/", donnees).content.decode()
    assert "ressemble à l’adresse" in page
    assert Utilisateur.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("chemin", ["/organismes/nouveau/", "/instruction/organismes/nouveau/"])
def test_un_nom_d_organisme_ne_tient_pas_d_adresse(connecter, chemin):
    donnees = {
        "genre": "association",
        "nom": "CAF, confirmez sur https://evil.example/caf",
        "siret": "73282932000074",
        "rna": "",
        "qualite": "Présidente",
    }
    reponse = connecter(creer_agent()).post(chemin, donnees)
    assert (reponse.status_code, Partenaire.objects.porteurs().count()) == (422, 0)
    assert "ressemble à l’adresse" in reponse.content.decode()
    assert connecter(creer_agent()).post(chemin, {**donnees, "nom": "S.A.R.L."}).status_code == 302
