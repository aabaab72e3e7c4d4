"""SIRET, RNA, IBAN, BIC, telephone, postal code: as people type, paste or export them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from partenaires.models import identifiants
from quartiers.frappe import LONGUEUR_MAX
from tests.quartiers.test_lecteurs import bruite, lu

SIRET = "73282932000074"
IBAN = "FR7630006000011234567890189"
FAUX = f"! {identifiants.SIRET_FAUX}"
SIRETS = {
    "": "",
    SIRET: SIRET,
    "732 829 320 00074": SIRET,
    "732.829.320.00074": SIRET,
    "732\u2011829\u2011320\u201100074": SIRET,
    "\ufeff732829320\u200b00074": SIRET,
    "SIRET : 732 829 320 00074": SIRET,
    "N° SIRET 73282932000074": SIRET,
    "SIRET n° 732 829 320 00074": SIRET,
    f'="{SIRET}"': SIRET,
    f"'{SIRET}": SIRET,
    f"{SIRET},00": SIRET,
    f"({SIRET})": SIRET,
    f"« {SIRET} » ;": SIRET,
    f"Num. SIRET {SIRET},": SIRET,
    "0" * 14: FAUX,  # its key is good, and everybody who has none types it
    "?": FAUX,
    "FR40732829320": "! C’est le numéro de TVA : ses neuf derniers chiffres sont le SIREN, et le "
    "SIRET en a cinq de plus, ceux de l’établissement.",
    "35600000049837": "35600000049837",  # La Poste: METIER §5
    "12345678900012": FAUX,
    "7328293200O074": f"{FAUX} Vouliez-vous dire 732\u00a0829\u00a0320\u00a000074 ?",
    "732829320": "! Ces neuf chiffres sont un numéro SIREN : le SIRET en a cinq de plus, ceux de "
    "l’établissement.",
    "2,60001E+06": "! Excel a abîmé ce SIRET : « 2,60001E+06 » n’a plus tous ses chiffres. Dans la "
    "feuille, mettez la colonne au format Texte et recopiez le numéro.",
}
RNAS = {
    "": "",
    "W621009990": "W621009990",
    "w 621 009 990": "W621009990",
    "RNA : W621009990": "W621009990",
    "rna: n°W621009990": "W621009990",
    "RNA no W621009990": "W621009990",
    "W9R2001234": "W9R2001234",
    "(W621009990) ;": "W621009990",
    "N° d’inscription au RNA : W621009990": "W621009990",
    "Numéro d’association W621009990": "W621009990",
    "W000000000": f"! {identifiants.RNA_FAUX}",
    "W62100999O": f"! {identifiants.RNA_FAUX} Vouliez-vous dire W621009990 ?",
    "W6O1009990": f"! {identifiants.RNA_FAUX} Vouliez-vous dire W601009990 ?",
    "621009990": f"! {identifiants.RNA_FAUX} Vouliez-vous dire W621009990 ?",
    "W62100999": f"! {identifiants.RNA_FAUX}",
    "WW21009990": f"! {identifiants.RNA_FAUX}",
    "W6AB009990": f"! {identifiants.RNA_FAUX}",
}
IBANS = {
    "": "",
    IBAN: IBAN,
    "IBAN FR76 3000 6000 0112 3456 7890 189": IBAN,
    f"IBAN{IBAN}": IBAN,
    "iban : fr76-3000-6000-0112-3456-7890-189": IBAN,
    "FR1420041010050500013M02606": "FR1420041010050500013M02606",
    "FR76 3OOO 6OOO O112 3456 789O 189": f"! {identifiants.IBAN_FAUX} Vouliez-vous dire "
    "FR76 3000 6000 0112 3456 7890 189 ?",
    f"Code IBAN : {IBAN}": IBAN,
    f"I.B.A.N. {IBAN} ;": IBAN,
    "30006 00001 12345678901 89": "! C’est un RIB : l’IBAN commence par FR. Vouliez-vous dire "
    "FR76 3000 6000 0112 3456 7890 189 ?",
    "FR7630006000011234567890188": f"! {identifiants.IBAN_FAUX}",
}
BICS = {
    "": "",
    "BNPAFRPP": "BNPAFRPP",
    "BNPA FR PP XXX": "BNPAFRPPXXX",
    "BIC : BNPAFRPP": "BNPAFRPP",
    "Code BIC/SWIFT BNPAFRPP": "BNPAFRPP",
    "BICIFRPP": "BICIFRPP",  # begins as the label does
    "BIC : n° BNPAFRPP": "BNPAFRPP",
    "BIC NORDFRPP": "NORDFRPP",  # no « n° » stands there
    "BIC (SWIFT) : BNPAFRPP": "BNPAFRPP",
    "Code B.I.C. : BNPAFRPP": "BNPAFRPP",
    "BNPAFRPP,": "BNPAFRPP",
    "BNPAFRP": f"! {identifiants.BIC_FAUX}",
}
TELEPHONES = {
    "": "",
    "0321000000": "03 21 00 00 00",
    "03.21.00.00.00": "03 21 00 00 00",
    "03\u201121\u201100\u201100\u201100": "03 21 00 00 00",
    "0033 3 21 00 00 00": "03 21 00 00 00",
    "+33 3 21 00 00 00": "03 21 00 00 00",
    "+33(0)3 21 00 00 00": "03 21 00 00 00",
    "+33 (0) 3 21 00 00 00": "03 21 00 00 00",
    "Tél. : 03 21 00 00 00": "03 21 00 00 00",
    "(+33) 3 21 00 00 00": "03 21 00 00 00",
    "(0033)3 21 00 00 00": "03 21 00 00 00",
    "(03) 21 00 00 00": "03 21 00 00 00",
    "☎ 03 21 00 00 00 ;": "03 21 00 00 00",
    "tél. fixe : 03 21 00 00 00": "03 21 00 00 00",
    "Téléphone portable 06 12 34 56 78,": "06 12 34 56 78",
    "N° de téléphone : 03 21 00 00 00": "03 21 00 00 00",
    "Mob. 06 12 34 56 78": "06 12 34 56 78",
    "T : 03 21 00 00 00": "03 21 00 00 00",
    "tel:+33321000000": "03 21 00 00 00",
    "33 3 21 00 00 00": f"! {identifiants.TELEPHONE_FAUX} Vouliez-vous dire 03 21 00 00 00 ?",
    "?": f"! {identifiants.TELEPHONE_FAUX}",
    "+32 2 123 45 67": "+3221234567",
    "0032 2 123 45 67": "+3221234567",
    "3975": "3975",
    "0321000000.0": "03 21 00 00 00",
    "321000000.0": f"! {identifiants.TELEPHONE_FAUX} Vouliez-vous dire 03 21 00 00 00 ?",
    "3,21E+08": f"! {identifiants.abime('ce numéro de téléphone', '3,21E+08')}",
    "O3 21 OO OO OO": f"! {identifiants.TELEPHONE_FAUX} Vouliez-vous dire 03 21 00 00 00 ?",
    "03 21 00 00": f"! {identifiants.TELEPHONE_FAUX}",
    "321000000": f"! {identifiants.TELEPHONE_FAUX} Vouliez-vous dire 03 21 00 00 00 ?",
    "03 21 00 00 00 / 06 12 34 56 78": "! Écrivez un seul numéro de téléphone.",
}
CODES = {
    "": "",
    "62000": "62000",
    "62 000": "62000",
    "F-62000": "62000",
    "FR-62000": "62000",
    "62000.0": "62000",
    "CP : 62000": "62000",
    "C.P. 62000,": "62000",
    "(62000)": "62000",
    "00000": "! Un code postal a cinq chiffres. Écrivez-les seuls, sans la ville.",
    "62OOO": "! Un code postal a cinq chiffres. Vouliez-vous dire 62000 ?",
    "2000": "! Un code postal a cinq chiffres. Vouliez-vous dire 02000 ?",
    "62000 Arras": "! Un code postal a cinq chiffres. Écrivez-les seuls, sans la ville.",
}
ADRESSES = {  # never refused here: Django says if it is one
    "ada@example.org": "ada@example.org",
    "Ada Fictive <ada@example.org>": "ada@example.org",
    "mailto:ada@example.org": "ada@example.org",
    "Courriel : ada@example.org": "ada@example.org",
    "E-mail: ada@example.org": "ada@example.org",
    "mail@example.org": "mail@example.org",
    "contact@example.org": "contact@example.org",
    "(ada@example.org)": "ada@example.org",
    "« ada@example.org »": "ada@example.org",
    "Adresse électronique : ada@example.org": "ada@example.org",
    "adresse mail ada@example.org": "ada@example.org",
    "mailto:ada@example.org?subject=Projet": "ada@example.org",
    "ada @ example.org": "ada@example.org",
    "ada@example.org, bob@example.org": "ada@example.org, bob@example.org",
    "ada@example.org.": "ada@example.org",
    "ada@exa\u200bmple.org ;": "ada@example.org",
    "ada@example,org": "ada@example,org",
}
TABLES = {
    identifiants.lire_adresse: ADRESSES,
    identifiants.lire_siret: SIRETS,
    identifiants.lire_rna: RNAS,
    identifiants.lire_iban: IBANS,
    identifiants.lire_bic: BICS,
    identifiants.lire_telephone: TELEPHONES,
    identifiants.lire_code_postal: CODES,
}


@pytest.mark.parametrize("lire", TABLES, ids=lambda lire: lire.__name__)
def test_chaque_ecriture_est_lue_ou_dite(lire):
    table = TABLES[lire]
    assert {texte: lu(lire, texte) for texte in table} == table


def sirets():
    """Numbers whose SIREN has its key, and the whole too."""
    nombres = st.tuples(st.integers(1, 10**8 - 1), st.integers(0, 9999))
    return nombres.map(
        lambda paire: avec_sa_cle(avec_sa_cle(f"{paire[0]:08d}") + f"{paire[1]:04d}")
    )


def avec_sa_cle(debut: str) -> str:
    return debut + luhn.calc_check_digit(debut)


def test_un_texte_trop_long_n_est_pas_coupe():
    """Cut, it would be read as what it does not say."""
    blancs = " " * LONGUEUR_MAX
    assert lu(identifiants.lire_siret, f"{SIRET}{blancs}9") == FAUX
    assert lu(identifiants.lire_telephone, f"0321000000{blancs}9")[0] == "!"


@given(sirets(), st.integers())
def test_un_siret_colle_de_n_importe_ou_se_relit(siret, graine):
    groupes = f"{siret[:3]} {siret[3:6]}-{siret[6:9]} {siret[9:]}"
    for ecrit in (siret, groupes, f"SIRET : {groupes}"):
        assert identifiants.lire_siret(bruite(ecrit, graine)) == siret


@given(sirets())
def test_le_tableur_rend_les_zeros_qu_il_a_pris(siret):
    """Twelve or thirteen digits that make a SIRET behind their zeros have one reading; a form
    proposes it, an import reads it."""
    coupe = siret.lstrip("0")
    if len(coupe) not in (12, 13):
        return
    assert identifiants.lire_siret(coupe, ligne=12) == siret
    assert "a perdu son premier zéro" in lu(identifiants.lire_siret, coupe)


@given(st.from_regex(identifiants.RNA, fullmatch=True), st.integers())
def test_un_rna_colle_se_relit(rna, graine):
    assert identifiants.lire_rna(bruite(f"RNA : {rna.lower()}", graine)) == rna


@given(st.integers(100_000_000, 999_999_999), st.integers())
def test_un_telephone_colle_se_relit(numero, graine):
    suite = str(numero)
    attendu = f"0{suite[0]} {suite[1:3]} {suite[3:5]} {suite[5:7]} {suite[7:]}"
    for ecrit in (attendu, f"+33 {suite}", f"0033{suite}", f"Tél. : +33(0){suite}"):
        assert identifiants.lire_telephone(bruite(ecrit, graine)) == attendu
    assert identifiants.lire_telephone(attendu) == attendu


@pytest.mark.parametrize(
    ("texte", "mots"),
    [
        ("732 829 320 00074", [SIRET]),
        ("SIRET n° 732 829 320 00074", [SIRET]),
        ("73282932 0000 74", [SIRET]),
        ("732 829 320", ["732829320"]),
        ("les jardins 732 829 320 00", ["les", "jardins", "73282932000"]),
        ("RNA : W 62 1009990", ["w621009990"]),
        ("w 6 2 1009990", ["w621009990"]),
        ("W621 009 990", ["w621009990"]),
        ("Été 2026 2027 à Saint\u2011Pol", ["ete", "2026", "2027", "a", "saint", "pol"]),
        ("\u200b — \u00a0", []),
        ("« Hochettes », (association) ;", ["hochettes", "association"]),
        ("C.A.F. Pinsons/Merles…", ["caf", "pinsons", "merles"]),
        ("pinsons,merles;geais…pies", ["pinsons", "merles", "geais", "pies"]),
        ("12,5", ["12,5"]),
        ("12/03/2027", ["12/03/2027"]),
        ("%", ["%"]),
    ],
)
def test_un_numero_tape_par_groupes_est_un_mot_de_la_recherche(texte, mots):
    assert identifiants.mots_cherches(texte) == mots


@given(st.text(max_size=LONGUEUR_MAX + 20))
def test_n_importe_quel_texte_donne_un_numero_ou_une_phrase(texte):
    for lire in TABLES:
        trouve = lu(lire, texte)
        assert trouve == "" or trouve[-1] in ".?" or lire(trouve) == trouve
