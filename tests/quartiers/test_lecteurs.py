"""Numbers, amounts, dates, hours and years as people type or paste them: read, or refused in
words."""

import json
import random
from datetime import date, time
from decimal import Decimal

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from partenaires.models import identifiants
from quartiers import dates, francais, nombres
from quartiers.frappe import LONGUEUR_MAX, Illisible, ne_dit_rien, nettoyer

MONTANTS = json.loads((settings.RACINE / "tests/donnees/montants.json").read_text())
PARTAGES = json.loads((settings.RACINE / "tests/donnees/decimaux.json").read_text())
INVISIBLES = "\u200b\u200c\u200e\u2060\ufeff\u00ad\u202a\ufe0f\u3164"
BLANCS = " \t\u00a0\u202f\u2009\u2007\u3000"
TIRETS = "-\u2010\u2011\u2013\u2014\u2212"


def lu(lire, texte):
    """The value, or the sentence that refuses it."""
    try:
        return lire(texte)
    except Illisible as erreur:
        return f"! {erreur}"


def bruite(texte: str, graine: int) -> str:
    """The same text as it comes out of a mail, a PDF or a sheet: nobody sees the difference."""
    hasard = random.Random(graine)
    lettres = []
    for lettre in texte:
        if hasard.random() < 0.3:
            lettres.append(hasard.choice(INVISIBLES))
        if lettre in " \u00a0":
            lettre = hasard.choice(BLANCS)
        elif lettre == "-":
            lettre = hasard.choice(TIRETS)
        lettres.append(lettre)
    return hasard.choice(["", "\ufeff", " \t", "\u202f"]) + "".join(lettres) + "\u200b\n"


@pytest.mark.parametrize("ligne", PARTAGES, ids=lambda ligne: ascii(ligne[0]))
def test_lire_un_decimal_comme_le_script(ligne):
    """The table that the script is tried on too, in hundredths."""
    texte, centiemes, *vide = ligne
    trouve = lu(nombres.lire_decimal, texte)
    if centiemes is None and not vide:
        assert str(trouve).startswith("! ")
    else:
        assert trouve == (None if vide else Decimal(centiemes) / 100)


@pytest.mark.parametrize("ligne", MONTANTS, ids=lambda ligne: ascii(ligne[0]))
def test_lire_un_montant(ligne):
    """The table that the script is tried on too; null is refused, « vide » is nothing typed."""
    texte, centimes, *vide = ligne
    trouve = lu(nombres.lire_montant, texte)
    if centimes is None and not vide:
        assert trouve.startswith("! « ")
    else:
        assert trouve == centimes


@pytest.mark.parametrize(
    ("tape", "debut"),
    [
        ("12O", "« 12O » n’est pas un montant : la lettre O remplace un zéro. Écrivez 120."),
        ("l2", "« l2 » n’est pas un montant : la lettre l remplace un 1. Écrivez 12."),
        ("-5", "« -5 » est négatif"),
        ("(500 €)", "« (500 €) » est négatif"),
        ("—", "« — » n’est pas un montant"),
        ("abc", "« abc » n’est pas un montant"),
        ("1.234", "« 1.234 » peut se lire"),
        ("1,2345", "« 1,2345 » a plus de deux décimales"),
        ("12,50,00", "« 12,50,00 » n’est pas un montant : les milliers vont par trois"),
        ("12 50", "« 12 50 » n’est pas un montant : les milliers vont par trois"),
        ("1e9", "« 1e9 » n’est pas un nombre complet : un tableur l’a abrégé"),
        ("9" * 16, f"« {'9' * 16} » est trop grand"),
        ("١٢", "« ١٢ » n’est pas un montant"),
        ("12\x00", "« 12� »"),
    ],
)
def test_un_montant_illisible_est_une_erreur_jamais_zero(tape, debut):
    assert lu(nombres.lire_montant, tape).startswith(f"! {debut}")


ENTIERS = {
    "": None,
    "60": 60,
    "1 200": 1200,
    "1.200": 1200,
    "1.200.000": 1_200_000,
    "1’200": 1200,
    "60 personnes": 60,
    "60 bénéficiaires.": 60,
    "12 séances": 12,
    "12 seances": 12,
    "60 pers.": 60,
    "60 Élèves": 60,
    "60 spectateurs": 60,
    "12 mois": 12,
    "25 familles": 25,
    "1 200 hab.": 1200,
    "60 minutes": "! « 60 minutes » n’est pas un nombre. Exemple : 1 200.",
    "60 millions": "! « 60 millions » n’est pas un nombre. Exemple : 1 200.",
    "30 h": 30,
    "5 voix": 5,
    "2 avis": 2,
    "1 200 habitantes": 1200,
    "12,0": 12,
    "12,00": 12,
    "+7": 7,
    "１２": 12,
    '="60"': 60,
    "2 147 483 647": 2**31 - 1,
    "1,200": "! « 1,200 » peut se lire de deux façons : écrivez 1200 ou arrondissez.",
    "12,5": "! « 12,5 » n’est pas un nombre entier : écrivez-le sans virgule.",
    "6O": "! « 6O » n’est pas un nombre : la lettre O remplace un zéro. Écrivez 60.",
    "60 %": "! « 60 % » n’est pas un nombre. Exemple : 1 200.",
    "60 mille": "! « 60 mille » n’est pas un nombre. Exemple : 1 200.",
    "60 à 80": "! « 60 à 80 » n’est pas un nombre. Exemple : 1 200.",
    "-3": "! « -3 » est négatif : écrivez un nombre positif.",
    "—": "! « — » n’est pas un nombre. Exemple : 1 200.",
    "2 147 483 648": "! « 2 147 483 648 » est trop grand : vérifiez le nombre de zéros.",
    "1,2E+06": "! « 1,2E+06 » n’est pas un nombre complet : un tableur l’a abrégé. "
    "Recopiez tous ses chiffres.",
}


@pytest.mark.parametrize("tape", ENTIERS)
def test_lire_un_entier(tape):
    assert lu(nombres.lire_entier, tape) == ENTIERS[tape]


def test_lire_un_pourcentage():
    tapes = {
        "": None,
        "80": 80,
        "80\u202f%": 80,
        "80 pourcents": 80,
        "80 pour cent": 80,
        "80 personnes": "! « 80 personnes » n’est pas un nombre. Exemple : 80.",
        "quatre-vingts": "! « quatre-vingts » n’est pas un nombre. Exemple : 80.",
    }
    assert {tape: lu(nombres.lire_pourcent, tape) for tape in tapes} == tapes


def test_lire_des_euros_ronds():
    tapes = {
        "1 200 €": 1200,
        "€ 1200": 1200,
        "EUR 1 200": 1200,
        "60 personnes": "! « 60 personnes » n’est pas un nombre. Exemple : 1 200.",
        "€": "! « € » n’est pas un nombre. Exemple : 1 200.",
    }
    assert {tape: lu(nombres.lire_euros, tape) for tape in tapes} == tapes


DECIMAUX = {
    "": None,
    "0,5": Decimal("0.5"),
    ",5": Decimal("0.5"),
    "12.5": Decimal("12.5"),
    "1 234,50": Decimal("1234.5"),
    "38,4 %": Decimal("38.4"),
    "12,5 euros": Decimal("12.5"),
    "2 ETPT": Decimal(2),
    "0,500": Decimal("0.5"),
    "1.200": "! « 1.200 » peut se lire de deux façons : écrivez 1200 ou retirez les zéros "
    "inutiles.",
    "1,2345": "! « 1,2345 » a plus de 2 décimales : arrondissez.",
    "1.2345": "! « 1.2345 » a plus de 2 décimales : arrondissez.",
    "-1": "! « -1 » est négatif : écrivez un nombre positif.",
}


@pytest.mark.parametrize("tape", DECIMAUX)
def test_lire_un_decimal(tape):
    assert lu(nombres.lire_decimal, tape) == DECIMAUX[tape]


def test_une_coordonnee_n_a_qu_une_lecture():
    """No latitude reaches a thousand: « 50.292 » cannot be fifty thousand."""

    def lire(texte):
        return nombres.lire_decimal(texte, 6, minimum=-90, maximum=90)

    assert [lu(lire, texte) for texte in ("50.292", "−2,7771", "50,2925°")] == [
        Decimal("50.292"),
        Decimal("-2.7771"),
        Decimal("50.2925"),
    ]


JOUR = date(2026, 11, 27)
DATES = {
    "": None,
    "27/11/2026": JOUR,
    "27-11-2026": JOUR,
    "27.11.26": JOUR,
    "27 11 2026": JOUR,
    "2026-11-27": JOUR,
    "2026/11/27": JOUR,
    "27 novembre 2026": JOUR,
    "27 Nov. 26": JOUR,
    "vendredi 27 novembre 2026": JOUR,
    "ven. 27 nov. 2026": JOUR,
    "27 / 11 / 2026": JOUR,
    "27/11/2026.": JOUR,
    "2026 - 11 - 27": JOUR,
    "1er / 03 / 2027": date(2027, 3, 1),
    "mar. 2027": "! « mar. 2027 » : ajoutez le jour. Écrivez jj/mm/aaaa.",
    "46419,5": "! « 46419,5 » : un tableur a changé cette date en nombre. Écrivez jj/mm/aaaa.",
    "le 27/11/2026": JOUR,
    '="27/11/2026"': JOUR,
    "1er mars 2027": date(2027, 3, 1),
    "1er/03/2027": date(2027, 3, 1),
    "1ER MARS 2027": date(2027, 3, 1),
    "15 aout 2027": date(2027, 8, 15),
    "01/02/27": date(2027, 2, 1),
    "premier mars 2027": date(2027, 3, 1),
    "27 févr. 2027": date(2027, 2, 27),
    "15 avr. 2027": date(2027, 4, 15),
    "27-févr.-27": date(2027, 2, 27),  # as a sheet shows it
    "1er-avr.-2027": date(2027, 4, 1),
    "27/nov/2026": JOUR,
    "27nov2026": JOUR,
    "27 novembre2026": JOUR,
    "01022027": date(2027, 2, 1),
    "20270201": date(2027, 2, 1),
    "01/02/2027 00:00:00": date(2027, 2, 1),
    "2027-02-01T00:00:00": date(2027, 2, 1),
    "1⁄2⁄2027": date(2027, 2, 1),
    "01/02/2027 14:30": "! Cette date ne se lit pas : « 01/02/2027 14:30 ». Écrivez jj/mm/aaaa, "
    "par exemple 27/11/2026.",
    "20202020": "! Cette date ne se lit pas : « 20202020 ». Écrivez jj/mm/aaaa, par exemple "
    "27/11/2026.",
    "46419": "! « 46419 » : un tableur a changé cette date en nombre. Écrivez jj/mm/aaaa.",
    "février 2027": "! « février 2027 » : ajoutez le jour. Écrivez jj/mm/aaaa.",
    "02/2027": "! « 02/2027 » : ajoutez le jour. Écrivez jj/mm/aaaa.",
    "12/3/98": date(1998, 3, 12),
    "29/02/2028": date(2028, 2, 29),
    "30/02/2027": "! « 30/02/2027 » : février 2027 n’a que 28 jours.",
    "31/04/2027": "! « 31/04/2027 » : avril 2027 n’a que 30 jours.",
    "00/01/2027": "! « 00/01/2027 » : le jour 0 n’existe pas. Écrivez jj/mm/aaaa.",
    "11/27/2026": "! « 11/27/2026 » : le mois 27 n’existe pas. Écrivez jj/mm/aaaa.",
    "01/02/0027": "! « 01/02/0027 » : l’année 0027 est impossible, écrivez une année entre 1900 et "
    "2100.",
    "31/12/1899": "! « 31/12/1899 » : l’année 1899 est impossible, écrivez une année entre 1900 et "
    "2100.",
    "27/11": "! « 27/11 » : ajoutez l’année. Écrivez jj/mm/aaaa.",
    "1er mars": "! « 1er mars » : ajoutez l’année. Écrivez jj/mm/aaaa.",
    "27 nov.": "! « 27 nov. » : ajoutez l’année. Écrivez jj/mm/aaaa.",
    "2O/11/2026": "! « 2O/11/2026 » : la lettre O remplace un zéro. Écrivez 20/11/2026.",
    "demain": "! Cette date ne se lit pas : « demain ». Écrivez jj/mm/aaaa, par exemple "
    "27/11/2026.",
    "27 jui 2026": "! Cette date ne se lit pas : « 27 jui 2026 ». Écrivez jj/mm/aaaa, par exemple "
    "27/11/2026.",
    "01/02/227": "! Cette date ne se lit pas : « 01/02/227 ». Écrivez jj/mm/aaaa, par exemple "
    "27/11/2026.",
}


@pytest.mark.parametrize("tape", DATES)
def test_lire_une_date(tape):
    assert lu(dates.lire_date, tape) == DATES[tape]


HEURES = {
    "": None,
    "14:30": time(14, 30),
    "14h30": time(14, 30),
    "14h30.": time(14, 30),
    "14 h ;": time(14),
    "14 h 30": time(14, 30),
    "14 H 30 min": time(14, 30),
    "14 heures 30": time(14, 30),
    "14.30": time(14, 30),
    "1430": time(14, 30),
    "14 h": time(14),
    "14": time(14),
    "à 9 h": time(9),
    "2 h 30": time(2, 30),
    "14:30:15": time(14, 30, 15),
    "24:00": "! « 24:00 » : cette heure n’existe pas, de 00:00 à 23:59.",
    "14h60": "! « 14h60 » : cette heure n’existe pas, de 00:00 à 23:59.",
    "midi": "! Cette heure ne se lit pas : « midi ». Exemple : 14:30.",
    "2:30 pm": "! Cette heure ne se lit pas : « 2:30 pm ». Exemple : 14:30.",
}


@pytest.mark.parametrize("tape", HEURES)
def test_lire_une_heure(tape):
    assert lu(dates.lire_heure, tape) == HEURES[tape]


ANNEES = {
    "": None,
    "2027": 2027,
    "27": 2027,
    "98": 1998,
    "2 027": 2027,
    "année 2027": 2027,
    "Année : 2027.": 2027,
    "l’année 2027": 2027,
    "exercice 2027": 2027,
    "2027,0": 2027,
    "2027.00": 2027,
    "01/03/2027": 2027,
    "2027-03-01": 2027,
    "30/02/2027": "! « 30/02/2027 » : février 2027 n’a que 28 jours.",
    "2026-2027": "! « 2026-2027 » : écrivez une seule année, en quatre chiffres.",
    "202": "! « 202 » : écrivez une seule année, en quatre chiffres.",
    "1850": "! « 1850 » : écrivez une année entre 1900 et 2100.",
}


@pytest.mark.parametrize("tape", ANNEES)
def test_lire_une_annee(tape):
    assert lu(dates.lire_annee, tape) == ANNEES[tape]


@given(st.integers(0, 10**13 - 1), st.integers())
def test_un_montant_ecrit_se_relit(centimes, graine):
    for ecrit in (francais.en_euros(centimes), nombres.ecrire_un_montant(centimes)):
        assert nombres.lire_montant(bruite(ecrit, graine)) == centimes


@given(st.integers(0, 2**31 - 1), st.integers())
def test_un_entier_ecrit_se_relit(valeur, graine):
    ecrit = nombres.ecrire_un_nombre(valeur)
    assert nombres.lire_entier(bruite(ecrit, graine)) == valeur
    assert nombres.lire_entier(bruite(f"{ecrit} personnes", graine)) == valeur


@given(st.decimals(0, 99_999, places=2), st.integers())
def test_un_decimal_ecrit_se_relit(valeur, graine):
    assert nombres.lire_decimal(bruite(nombres.ecrire_un_nombre(valeur), graine)) == valeur


# The months as a French sheet abbreviates them.
ABREGES = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers())
def test_une_date_ecrite_se_relit(jour, graine):
    abrege = f"{jour.day}-{ABREGES[jour.month - 1]}-{jour.year}"
    ecrites = (
        *(dates.ecrire_une_date(jour), jour.isoformat(), francais.jour_de_semaine(jour)),
        *(abrege, abrege.replace("-", " ")),
    )
    for ecrite in ecrites:
        assert dates.lire_date(bruite(ecrite, graine)) == jour


@given(st.times(), st.integers())
def test_une_heure_ecrite_se_relit(heure, graine):
    a_la_seconde = heure.replace(microsecond=0)
    assert dates.lire_heure(bruite(dates.ecrire_une_heure(a_la_seconde), graine)) == a_la_seconde


ERREURS_DE_TABLEUR = (
    *("#REF!", "#VALEUR!", "#VALUE!", "#N/A", "#DIV/0!", "#NOM?", "#NOMBRE!", "#NUL!", "#####"),
    "Err:502",
)


@pytest.mark.parametrize("erreur", ERREURS_DE_TABLEUR)
def test_ce_qu_une_feuille_montre_au_lieu_d_une_valeur_est_nomme(erreur):
    phrase = f"! « {erreur} » est une erreur de la feuille de calcul : écrivez la valeur elle-même."
    lecteurs = (
        *(nombres.lire_entier, nombres.lire_decimal, nombres.lire_montant),
        *(dates.lire_date, dates.lire_annee, dates.lire_heure),
        *(identifiants.lire_siret, identifiants.lire_telephone, identifiants.lire_code_postal),
    )
    assert {lu(lire, f" {erreur}\u200b") for lire in lecteurs} == {phrase}


LECTEURS = [
    nombres.lire_montant,
    nombres.lire_entier,
    nombres.lire_decimal,
    dates.lire_date,
    dates.lire_heure,
    dates.lire_annee,
]


@given(st.text(max_size=LONGUEUR_MAX + 20))
def test_n_importe_quel_texte_donne_une_valeur_ou_une_phrase(texte):
    for lire in LECTEURS:
        trouve = lu(lire, texte)
        if isinstance(trouve, str):
            assert (trouve[:2], trouve[-1]) == ("! ", ".")
        elif trouve is None:
            assert nettoyer(texte).strip("+ '") == "" or not texte.strip()


@pytest.mark.parametrize("texte", ["", *INVISIBLES, *BLANCS, INVISIBLES + BLANCS + "\n"], ids=ascii)
def test_un_texte_que_personne_ne_voit_ne_dit_rien(texte):
    assert (ne_dit_rien(texte), ne_dit_rien(f"{texte}é{texte}")) == (True, False)
