"""Agreement with a number, and the small words before a name."""

import pytest

from quartiers import articles, francais

NB = "\u00a0"


@pytest.mark.parametrize(
    ("mots", "zero", "deux"),
    [
        ("pièce", "0 pièce", "2 pièces"),
        ("document demandé", "0 document demandé", "2 documents demandés"),
        ("lecture rendue", "0 lecture rendue", "2 lectures rendues"),
        ("lettre de décision", "0 lettre de décision", "2 lettres de décision"),
        ("fichier joint à envoyer", "0 fichier joint à envoyer", "2 fichiers joints à envoyer"),
        ("PDF", "0 PDF", "2 PDF"),
        ("avis", "0 avis", "2 avis"),
        ("choix", "0 choix", "2 choix"),
        ("montant total", "0 montant total", "2 montants totaux"),
        ("bureau", "0 bureau", "2 bureaux"),
        ("vœu", "0 vœu", "2 vœux"),
        ("bail", "0 bail", "2 bails"),
        ("demande d’un financeur", "0 demande d’un financeur", "2 demandes d’un financeur"),
    ],
)
def test_le_nombre_accorde_chaque_mot(mots, zero, deux):
    """Zero is singular; each word before a complement agrees."""
    un = zero.replace("0 ", "1 ", 1)
    dits = [francais.accorder(compte, mots) for compte in (0, 1, 2)]
    assert dits == [dit.replace(" ", NB, 1) for dit in (zero, un, deux)]


def test_un_verbe_donne_ses_deux_formes():
    assert [francais.accorder(n, "lettre attend", "lettres attendent") for n in (0, 1, 2)] == [
        f"0{NB}lettre attend",
        f"1{NB}lettre attend",
        f"2{NB}lettres attendent",
    ]
    assert [francais.forme(n, "elle", "elles") for n in (0, 1, 2)] == ["elle", "elle", "elles"]


@pytest.mark.parametrize(
    ("nom", "de", "a", "le"),
    [
        (
            "Appel à projets 2027",
            "de l’Appel à projets 2027",
            "à l’Appel à projets 2027",
            "l’Appel à projets 2027",
        ),
        ("Agent Fictif", "d’Agent Fictif", "à Agent Fictif", "Agent Fictif"),
        ("Nora", "de Nora", "à Nora", "Nora"),
        ("Hélène", "d’Hélène", "à Hélène", "Hélène"),
        ("Arras", "d’Arras", "à Arras", "Arras"),
        ("Département", "du Département", "au Département", "le Département"),
        ("Région", "de la Région", "à la Région", "la Région"),
        ("Hauts-de-France", "de Hauts-de-France", "à Hauts-de-France", "Hauts-de-France"),
        (
            "Bailleurs sociaux",
            "des Bailleurs sociaux",
            "aux Bailleurs sociaux",
            "les Bailleurs sociaux",
        ),
        (
            "Agence Régionale de Santé",
            "de l’Agence Régionale de Santé",
            "à l’Agence Régionale de Santé",
            "l’Agence Régionale de Santé",
        ),
        ("CAF", "de la CAF", "à la CAF", "la CAF"),
        ("ARS", "de l’ARS", "à l’ARS", "l’ARS"),
        ("DRAC", "de la DRAC", "à la DRAC", "la DRAC"),
        (
            "Ministère de la Ville",
            "du Ministère de la Ville",
            "au Ministère de la Ville",
            "le Ministère de la Ville",
        ),
        ("Sous-préfecture", "de la Sous-préfecture", "à la Sous-préfecture", "la Sous-préfecture"),
        ("Yasmine", "de Yasmine", "à Yasmine", "Yasmine"),
        ("Youssef", "de Youssef", "à Youssef", "Youssef"),
        ("Yves", "d’Yves", "à Yves", "Yves"),
        ("Le Relais", "du Relais", "au Relais", "Le Relais"),
        ("Les Amis", "des Amis", "aux Amis", "Les Amis"),
        ("La Vie Active", "de La Vie Active", "à La Vie Active", "La Vie Active"),
        ("", "de ", "à ", ""),
    ],
)
def test_le_petit_mot_devant_un_nom(nom, de, a, le):
    assert (articles.de(nom), articles.a(nom), articles.le(nom)) == (de, a, le)
