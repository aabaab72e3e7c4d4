"""The script's half of docs/enregistrement.md, between two answers: the pace, the copy, the choice,
the session. Each rule is played with its control, as in `test_script_saisie.py`.
"""

import re

import pytest

from tests.navigateur.ecran_de_saisie import (
    GARDE,
    SESSION_FINIE,
    SITE,
    Ecran,
    conflit,
    coupe,
    ecrit,
    html,
    redirige,
)
from tests.navigateur.regles_de_script import Regle

pytestmark = pytest.mark.navigateur


def corps_envoye(ecran: Ecran):
    ecran.ouvrir().ecrire("Besoin écrit")
    ecran.onglet.check("[name=f-0-retirer]")
    ecran.onglet.check("[name=l-0-DELETE]")
    ecran.passer(1200)
    chaine = ecran.postes[0].pop("chaine")
    dit = (ecran.phrase, ecran.est_une_alerte, ecran.copie is not None)
    return (ecran.postes, chaine != [""], dit)


def appareil_sans_memoire(ecran: Ecran):
    """Storage refused: nothing is said kept, and the server still gets everything."""
    ecran.onglet.add_init_script(
        "Object.defineProperty(window, 'localStorage', "
        "{get() { throw new DOMException('', 'SecurityError'); }})"
    )
    plaintes: list[str] = []
    ecran.onglet.on("pageerror", lambda plainte: plaintes.append(str(plainte)))
    ecran.reponses = [coupe, ecrit()]
    ecran.ouvrir().ecrire("Besoin écrit")
    ecran.passer(1200)
    attente = ecran.phrase
    ecran.passer(2000)
    return (attente, ecran.phrase, plaintes)


def ligne_nouvelle(ecran: Ecran):
    """Typed in the empty row: it is a row of the table, another one follows, the focus stays."""
    ecran.reponses = [coupe, ecrit()]
    ecran.ouvrir().onglet.click("[name=nouveau-nom]")
    ecran.onglet.keyboard.type("Parc")
    ou = ecran.onglet.evaluate("document.activeElement.name")
    ecran.passer(1200)
    ecran.onglet.keyboard.type(" des Bonnettes")
    ecran.passer(2000)
    noms = ("l-TOTAL_FORMS", "l-1-nom", "l-2-nom", "nouveau-nom")
    partis = [[poste.get(nom) for nom in noms] for poste in ecran.postes]
    memes = len({poste["chaine"][0] for poste in ecran.postes})
    return (ou, partis, memes, ecran.phrase, ecran.copie)


def lignes_des_autres(ecran: Ecran):
    """A row came: the page shows it, so that the next saving does not take it away."""
    ecran.reponses = [
        ecrit(9, recus={"l-0-nom": "Lue", "l-1-nom": "De Bob", "l-1-etat": "acquis"}, auteur="Bob"),
        ecrit(10),
    ]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.passer(1200)
    noms = ("l-TOTAL_FORMS", "l-0-nom", "l-1-nom", "l-1-etat")
    return [ecran.postes[-1].get(nom) for nom in noms]


def erreur_sous_son_champ(ecran: Ecran):
    """An alert, and the sentence tied to its field; gone when it is read."""
    faute = {"ancre": "id_l-0-nom", "phrase": "Nom : illisible."}
    ecran.reponses = [ecrit(erreurs=[faute]), ecrit()]
    ecran.ouvrir().ecrire("1,2,3", "l-0-nom")
    ecran.passer(1200)
    lire = """() => {
        const champ = document.getElementById("id_l-0-nom");
        const id = champ.getAttribute("aria-describedby");
        return [
            champ.getAttribute("aria-invalid"),
            id && document.getElementById(id)?.textContent.replaceAll("\u00a0", " "),
            document.querySelector("[role=alert]").textContent !== "",
        ];
    }"""
    vu = ecran.onglet.evaluate(lire)
    ecran.passer(60_000)
    tentatives = len(ecran.postes)
    ecran.ecrire("1,2", "l-0-nom")
    ecran.passer(1200)
    return (vu, tentatives, ecran.onglet.evaluate(lire))


def choix_sous_le_champ(ecran: Ecran):
    """In the flow, under its field, focused; then the focus goes to the field."""
    ecran.reponses = [ecrit(8, conflits=[conflit()]), ecrit(9)]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ou = ecran.onglet.evaluate(
        "[document.activeElement.textContent.replaceAll('\u00a0', ' '), "
        "document.activeElement.previousElementSibling.name]"
    )
    ferme = ecran.copie["version"]  # a page closed now asks again
    ecran.cliquer("Garder le mien")
    return (ou, ferme, ecran.onglet.evaluate("document.activeElement.name"))


def au_rythme_des_frappes(ecran: Ecran):
    """A key each second: what has left after each one."""
    ecran.ouvrir()
    partis = []
    for rang in range(4):
        ecran.ecrire(f"Besoin {rang}")
        ecran.passer(1000)
        partis.append(len(ecran.postes))
    return partis


def une_demande_a_la_fois(ecran: Ecran):
    ecran.retient = True
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.passer(5000)
    pendant = (len(ecran.postes), ecran.phrase, ecran.copie["valeurs"]["besoin"])
    ecran.liberer()
    garde = ecran.copie is not None  # « Deux » is not saved yet
    ecran.passer(800)
    return (pendant, garde, [p["besoin"] for p in ecran.postes], ecran.postes[-1]["version"])


def delais(ecran: Ecran):
    """The seconds said by each failure, then by the first one after a success."""
    ecran.reponses = [*[coupe] * 6, ecrit(), coupe]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    dits = []
    while "nouvel essai" in ecran.phrase:
        dits.append(int(re.search(r"dans (\d+) s", ecran.phrase)[1]))
        ecran.passer(dits[-1] * 1000)
    ecran.ecrire("Deux")
    ecran.passer(1200)
    return (dits, ecran.phrase[-5:])


def session_retrouvee(qui: int):
    """The session is over, then somebody signs in in another tab."""

    def jouer(ecran: Ecran):
        ecran.reponses = [redirige, ecrit()]
        ecran.ouvrir().ecrire("Un")
        ecran.passer(1200)
        ecran.session = {"qui": qui, "jeton": "nouveau"}
        ecran.passer(3000)
        suite = (len(ecran.postes), ecran.postes[-1]["csrfmiddlewaretoken"][0])
        ecran.passer(10_000)
        return (*suite, len(ecran.postes), ecran.phrase)

    return jouer


def jeton_change(ecran: Ecran):
    ecran.reponses = [html(403), ecrit()]
    ecran.session = {"qui": 7, "jeton": "nouveau"}
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    return ([p["csrfmiddlewaretoken"] for p in ecran.postes], ecran.phrase)


def droit_retire(ecran: Ecran):
    """Twice a 403, with a good session; then nothing more until the next key."""
    ecran.reponses = [html(403), html(403), html(403), ecrit()]
    ecran.session = {"qui": 7, "jeton": "nouveau"}
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    vu = (ecran.phrase, len(ecran.postes), ecran.copie is not None)
    ecran.passer(60_000)
    immobile = len(ecran.postes)
    ecran.ecrire("Deux")
    ecran.passer(1200)
    return (*vu, immobile, len(ecran.postes), ecran.phrase)


def apport_des_autres(ecran: Ecran):
    """Two fields come: one that nobody touched here, one typed while the answer was on its way."""
    ecran.reponses = [
        ecrit(9, recus={"methode": "De Bob", "themes": ["b"], "besoin": "De Bob"}, auteur="Bob"),
        ecrit(10),
    ]
    ecran.retient = True
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.liberer()
    coches = ecran.onglet.evaluate(
        "[...document.querySelectorAll('[name=themes]')].map(e => e.checked)"
    )
    vu = (ecran.phrase, ecran.valeur("methode"), coches, ecran.valeur("besoin"))
    ecran.passer(800)
    return (*vu, ecran.postes[-1]["version"])


def sauf(ecran: Ecran):
    ecran.reponses = [ecrit(erreurs=[{"phrase": "Le besoin : trop long."}])]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    gardees = (ecran.copie or {"valeurs": {}})["valeurs"]
    return (ecran.phrase, ecran.est_une_alerte, gardees.get("besoin"))


def choisir(bouton: str):
    """Two fields in conflict: nothing leaves while one is open, then at once on the new version."""

    def jouer(ecran: Ecran):
        deux = [conflit(), conflit("methode", "Méthode de Bob", "La méthode")]
        ecran.reponses = [ecrit(8, conflits=deux), ecrit(9)]
        ecran.ouvrir().ecrire("Un")
        ecran.ecrire("Ma méthode", "methode")
        ecran.passer(1200)
        ecran.cliquer(f"{bouton} : Le besoin")
        ecran.ecrire("Ma méthode encore", "methode")
        ecran.passer(5000)
        pendant = (len(ecran.postes), ecran.copie is not None)
        ecran.cliquer("Garder le mien : La méthode")
        dernier = ecran.postes[-1]
        return (
            pendant,
            [dernier[nom][0] for nom in ("version", "besoin", "methode")],
            ecran.phrase,
            ecran.copie,
        )

    return jouer


def conflit_de_tableau(ecran: Ecran):
    """Rows of a table: the same choice, the rows of the others are put in the page."""
    autre = {"l-0-nom": "De Bob", "l-1-nom": "De Bob aussi"}
    ligne = {"cle": "l-", "libelle": "Les lignes du tableau", "autre": autre, "texte": "De Bob"}
    ecran.reponses = [ecrit(8, conflits=[ligne]), ecrit(9)]
    ecran.ouvrir().ecrire("Mien", "l-0-nom")
    ecran.passer(1200)
    ecran.ecrire("Deux")
    ecran.passer(60_000)
    partis = len(ecran.postes)
    ecran.cliquer("Prendre l’autre : Les lignes du tableau")
    noms = ("version", "l-TOTAL_FORMS", "l-0-nom", "l-1-nom", "besoin")
    return (partis, [ecran.postes[-1].get(nom) for nom in noms])


def copie_du(besoin: str, **cles) -> dict:
    valeurs = {
        "besoin": [besoin],
        "methode": ["Méthode lue"],
        "themes": ["b"],
        "l-TOTAL_FORMS": ["2"],
        "l-MAX_NUM_FORMS": ["3"],
        "l-0-nom": ["Lue"],
        "l-1-nom": ["Tapée"],
        "nouveau-nom": [""],
        "nouveau-prix": [""],
    }
    base = {"version": "2", "envoi": "", "chaine": "hier", "quand": "2026-03-01T23:58:00"}
    return {"valeurs": valeurs, **base, **cles}


def copie_retrouvee(ecran: Ecran):
    ecran.ouvrir(copie_du("Écrit hier"))
    vu = (
        ecran.phrase,
        ecran.valeur("besoin"),
        ecran.onglet.is_checked("[name=themes][value=a]"),
        ecran.valeur("l-TOTAL_FORMS"),  # the row that was added is there again
    )
    ecran.passer(499)
    avant = len(ecran.postes)
    ecran.passer(1)
    noms = ("version", "chaine", "besoin", "l-1-nom")
    return (*vu, avant, [[p[nom][0] for nom in noms] for p in ecran.postes], ecran.copie)


def copie_deja_arrivee(ecran: Ecran):
    """Sent by a button, and the server says that it came: nothing is put back."""
    ecran.envois_recus = "1-abc 2-def"
    ecran.ouvrir(copie_du("Déjà enregistré", envoi="2-def"))
    ecran.passer(5000)
    return (ecran.phrase, ecran.valeur("besoin"), ecran.copie, ecran.postes)


def bouton(ecran: Ecran):
    """The copy stays, with the mark that the next page will compare; nothing leaves by itself."""
    ecran.ouvrir().ecrire("Un")
    ecran.onglet.evaluate(
        "document.addEventListener('submit', e => e.preventDefault(), {capture: true})"
    )
    ecran.cliquer("Enregistrer")
    ecran.passer(5000)
    marque = ecran.valeur("envoi")
    return (bool(marque), (ecran.copie or {}).get("envoi") == marque, len(ecran.postes))


def depart(ecran: Ecran):
    """Leaving asks only when something is not confirmed."""
    ecran.ouvrir().onglet.click("[name=besoin]")
    ecran.onglet.keyboard.type("x")
    ecran.passer(1200)
    ecran.onglet.goto(f"{SITE}/ailleurs/")
    confirme = list(ecran.questions)
    ecran.reponses = [coupe]
    ecran.onglet.goto(f"{SITE}/partie/")
    ecran.onglet.click("[name=besoin]")
    ecran.onglet.keyboard.type("x")
    ecran.passer(1200)
    ecran.onglet.goto(f"{SITE}/ailleurs/")
    return (confirme, ecran.questions)


def sortie(ecran: Ecran):
    """Every copy goes, of every part; what is not ours stays."""
    ecran.reponses = [coupe]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.ranger("saisie:7:9:budget", "{}")
    ecran.ranger("autre", "reste")
    ecran.onglet.evaluate(
        "document.querySelector('[action*=logout]').addEventListener('submit', "
        "e => e.preventDefault())"
    )
    ecran.cliquer("Se déconnecter")
    return ecran.onglet.evaluate("Object.keys(localStorage)")


def stockage_refuse(ecran: Ecran):
    """No room in the browser: the server saves all the same."""
    ecran.ouvrir()
    ecran.onglet.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new Error('plein') } }"
    )
    ecran.ecrire("Un")
    ecran.passer(1200)
    return (ecran.phrase, len(ecran.postes))


def annulation(ecran: Ecran):
    """What was typed goes, rows too, and comes back; what others brought stays."""
    ecran.reponses = [ecrit(recus={"methode": "De Bob"}, auteur="Bob"), ecrit(5), ecrit(6)]
    ecran.ouvrir()
    lien = ecran.onglet.locator("[data-annuler]")
    avant = lien.is_visible()
    ecran.onglet.click("[name=nouveau-nom]")
    ecran.onglet.keyboard.type("Parc")
    ecran.ecrire("Un")
    ecran.passer(1200)
    ecran.cliquer("Annuler mes changements")
    ecran.calmer()
    lignes = "[...document.querySelectorAll('[name$=-nom]')].map(e => `${e.name} ${e.value}`)"
    annules = (ecran.valeur("besoin"), ecran.valeur("methode"), ecran.onglet.evaluate(lignes))
    ecran.cliquer("Remettre mes changements")
    ecran.calmer()
    remis = (ecran.valeur("besoin"), ecran.valeur("methode"), ecran.onglet.evaluate(lignes))
    return (avant, annules, remis, [p["besoin"] for p in ecran.postes], ecran.copie)


def annulation_apres_un_choix(ecran: Ecran):
    """Mine was kept over what Bob had saved: going back gives Bob's."""
    ecran.reponses = [ecrit(8, conflits=[conflit()]), ecrit(9), ecrit(10)]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.cliquer("Garder le mien")
    ecran.calmer()
    ecran.cliquer("Annuler mes changements")
    ecran.calmer()
    return (ecran.valeur("besoin"), ecran.postes[-1]["besoin"], ecran.postes[-1]["version"])


def retour_du_reseau(ecran: Ecran):
    ecran.reponses = [coupe, ecrit()]
    ecran.ouvrir().ecrire("Un")
    ecran.passer(1200)
    ecran.onglet.evaluate("dispatchEvent(new Event('online'))")
    ecran.calmer()
    return (len(ecran.postes), ecran.phrase)


ENREGISTRE = "Enregistré à 12 h 00 min 01 s."
SANS_DROIT = f"Pas enregistré : votre compte ne peut plus modifier ce dossier. {GARDE}."
REGLES = {
    "annuler remet ce que la page montrait, et se défait": Regle(
        annulation,
        (
            False,
            ("Besoin lu", "De Bob", ["l-0-nom Lue", "nouveau-nom "]),
            ("Un", "De Bob", ["l-0-nom Lue", "l-1-nom Parc", "nouveau-nom "]),
            [["Un"], ["Besoin lu"], ["Un"]],
            None,
        ),
        ("retenirLeChamp(nom, etat.ouverture);", ";"),
    ),
    "annuler après un choix rend le texte de l’autre": Regle(
        annulation_apres_un_choix,
        ("Besoin de Bob", ["Besoin de Bob"], ["9"]),
        ("revenirA(table ? autre : { [nom]: autre });", ";"),
    ),
    "une ligne à retirer attend le bouton, et se dit": Regle(
        corps_envoye,
        (
            [
                {
                    "csrfmiddlewaretoken": ["ancien"],
                    "envoi": [""],
                    "version": ["3"],
                    "besoin": ["Besoin écrit"],
                    "methode": ["Méthode lue"],
                    "themes": ["a"],
                    "l-TOTAL_FORMS": ["1"],
                    "l-MAX_NUM_FORMS": ["3"],
                    "l-0-nom": ["Lue"],
                    "nouveau-nom": [""],
                    "nouveau-prix": [""],
                }
            ],
            True,
            (
                "Enregistré à 12 h 00 min 01 s, sauf : le bouton « Enregistrer » est attendu, pour "
                "une ligne à retirer ou un numéro SIRET.",
                True,
                True,
            ),
        ),
        ("if (AU_BOUTON.test(nom)) corps.delete(nom);", ";"),
    ),
    "un appareil qui ne garde rien le dit, et le serveur reçoit tout": Regle(
        appareil_sans_memoire,
        (
            "Pas encore enregistré : le réseau ne répond pas. Cet appareil ne garde rien : laissez "
            "cette page ouverte ; nouvel essai dans 2 s.",
            "Enregistré à 12 h 00 min 01 s.",
            [],
        ),
        ("etat.sansCopie = true;", ""),
    ),
    "une ligne nouvelle s’enregistre seule, la même à chaque essai": Regle(
        ligne_nouvelle,
        (
            "l-1-nom",
            [
                [["2"], ["Parc"], None, [""]],
                [["2"], ["Parc des Bonnettes"], None, [""]],
            ],
            1,
            "Enregistré à 12 h 00 min 01 s.",
            None,
        ),
        ("if (bloc && installer(tables[bloc.dataset.ligne], bloc))", "if (false)"),
    ),
    "les lignes des autres sont montrées, puis renvoyées": Regle(
        lignes_des_autres,
        [["2"], ["Lue"], ["De Bob"], ["acquis"]],
        ("    remplirLaTable(table, siennes);\n", ""),
    ),
    "une erreur est une alerte, liée à son champ": Regle(
        erreur_sous_son_champ,
        (["true", "Nom : illisible.", True], 1, [None, None, False]),
        ("    poserSous(champ, marque);\n", ""),
    ),
    "le choix est sous son champ, et prend le focus": Regle(
        choix_sous_le_champ,
        (
            [
                "Le besoin, texte enregistré : Besoin de Bob"
                "Garder le mien : Le besoin Prendre l’autre : Le besoin",
                "besoin",
            ],
            "3",
            "besoin",
        ),
        ("  blocs[0]?.focus();\n", ""),
    ),
    "qui ne s’arrête pas d’écrire est enregistré au bout de 2,5 s": Regle(
        au_rythme_des_frappes,
        [0, 0, 1, 1],
        ("Math.min(PAUSE, reste)", "PAUSE"),
    ),
    "une demande à la fois, et la suite 0,8 s après": Regle(
        une_demande_a_la_fois,
        ((1, "Enregistrement…", ["Deux"]), True, [["Un"], ["Deux"]], ["4"]),
        ("if (etat.enVol || etat.quitte || etat.exclu) return;", ""),
    ),
    "les essais s’espacent, puis recommencent à 2 s": Regle(
        delais,
        ([2, 4, 8, 16, 30, 30], " 2 s."),
        ("etat.delai * 2", "etat.delai"),
    ),
    "un succès remet l’attente à 2 s": Regle(
        delais,
        ([2, 4, 8, 16, 30, 30], " 2 s."),
        ("  etat.delai = PREMIER_ESSAI;\n", ""),
    ),
    "la session revenue, la suite part avec le nouveau jeton": Regle(
        session_retrouvee(7),
        (2, "nouveau", 2, ENREGISTRE),
        ("clearInterval(etat.veille);\n    reprendre();", "clearInterval(etat.veille);"),
    ),
    "la session d’une autre personne n’enregistre rien": Regle(
        session_retrouvee(8),
        (1, "ancien", 1, SESSION_FINIE),
        ("if (lue.qui !== Number(qui)) return false;", ""),
    ),
    "un jeton trop vieux est changé sans rien demander": Regle(
        jeton_change,
        ([["ancien"], ["nouveau"]], ENREGISTRE),
        ("champ.value = lue.jeton;", ";"),
    ),
    "un droit retiré se dit sans insister": Regle(
        droit_retire,
        (SANS_DROIT, 2, True, 2, 3, SANS_DROIT),
        ("  etat.jetonRefuse = true;\n", ""),
    ),
    "ce que les autres ont écrit arrive, sauf sur ce qui vient d’être tapé": Regle(
        apport_des_autres,
        (
            f"{ENREGISTRE} Ce que Bob a changé est arrivé aussi.",
            "De Bob",
            [False, True],
            "Deux",
            ["3"],
        ),
        ("empreinte(presentes[nom]) !== empreinte(envoyees[nom])", "false"),
    ),
    "une réponse illisible n’empêche pas les autres, et se dit": Regle(
        sauf,
        (
            "Enregistré à 12 h 00 min 01 s, sauf : Le besoin : trop long.",
            True,
            ["Un"],  # the server has not got it: the copy stays
        ),
        ('etat.confirme = illisibles ? "" :', "etat.confirme ="),
    ),
    "garder le mien": Regle(
        choisir("Garder le mien"),
        ((1, True), ["8", "Un", "Ma méthode encore"], ENREGISTRE, None),
        (" || unChoixEstAttendu()", ""),
    ),
    "prendre l’autre": Regle(
        choisir("Prendre l’autre"),
        ((1, True), ["8", "Besoin de Bob", "Ma méthode encore"], ENREGISTRE, None),
        ("    else if (!leMien) remplirLeChamp(nom, [autre].flat());\n", ""),
    ),
    "le dernier choix part tout de suite": Regle(
        choisir("Garder le mien"),
        ((1, True), ["8", "Un", "Ma méthode encore"], ENREGISTRE, None),
        ('    dire("");\n    sauver({ force: true });\n', ""),
    ),
    "les lignes d’un tableau se choisissent aussi": Regle(
        conflit_de_tableau,
        (1, [["8"], ["2"], ["De Bob"], ["De Bob aussi"], ["Deux"]]),
        ("if (!leMien && table) remplirLaTable(table, autre);", "if (!leMien && table) ;"),
    ),
    "la copie est remise dans la page, sur la version lue alors": Regle(
        copie_retrouvee,
        (
            "Retrouvé : ce que vous aviez écrit le 1er mars à 23 h 58 sur cet appareil. "
            "Enregistrement…",
            "Écrit hier",
            False,
            "2",
            0,
            [["2", "hier", "Écrit hier", "Tapée"]],
            None,
        ),
        ("partie.elements.version.value = copie.version;", ";"),
    ),
    "un bouton déjà arrivé n’est pas refait": Regle(
        copie_deja_arrivee,
        ("", "Besoin lu", None, []),
        ("copie === null || estArrivee ||", "copie === null ||"),
    ),
    "un bouton garde la copie, avec sa marque": Regle(
        bouton,
        (True, True, 0),
        ("  etat.quitte = true;\n", ""),
    ),
    "quitter ne demande que si quelque chose n’est pas enregistré": Regle(
        depart,
        ([], ["beforeunload"]),
        ("evenement.preventDefault(); // the browser", "// the browser"),
    ),
    "sortir efface toutes les copies": Regle(
        sortie,
        ["autre"],
        ('sortie.addEventListener("submit", effacerLesCopies);', ";"),
    ),
    "sans place sur l’appareil, le serveur enregistre": Regle(
        stockage_refuse,
        (ENREGISTRE, 1),
        (
            "etat.sansCopie = false;\n  } catch {",
            "etat.sansCopie = false;\n  } catch (e) { throw e;",
        ),
    ),
    "le réseau revenu, tout part": Regle(
        retour_du_reseau,
        (2, ENREGISTRE),
        ('addEventListener("online", () => sauver());', ""),
    ),
}


@pytest.mark.parametrize("nom", REGLES)
def test_chaque_regle_et_son_temoin(ecran, nom):
    regle = REGLES[nom]
    assert regle.jouer(ecran()) == regle.attendu
    assert regle.jouer(ecran(sans=regle.sans)) != regle.attendu
