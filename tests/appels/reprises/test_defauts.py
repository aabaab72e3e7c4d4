"""A file with a thousand lines and every kind of defect: each is said by line and column."""

from itertools import cycle

import pytest

from appels.models import Dossier, Reprise
from appels.reprises.actions import application, reception
from partenaires.models import Partenaire, Role
from tests.appels.reprises.classeurs import en_csv, rangee
from tests.fabriques import PENDANT, creer_agent, creer_association

pytestmark = pytest.mark.django_db

# {kind: (cells of the row, column, the beginning or the whole of its sentence)}; « {bon} » is the
# SIRET of an organisation that is known, « {autre} » the RNA of another.
ARRETENT = {
    "organisme_absent": ({"siret": ""}, "A, Organisme", "L’organisme manque."),
    "organisme_sans_lettre": ({"organisme": "12"}, "A, Organisme", "« 12 » n’est pas le nom"),
    "organisme_long": ({"organisme": "a" * 201}, "A, Organisme", "« aaa"),
    "organisme_accents": (
        {"organisme": "ThÃ©Ã¢tre"},
        "A, Organisme",
        "« ThÃ©Ã¢tre » a des accents",
    ),
    "organisme_total": ({"organisme": "TOTAL général"}, "A, Organisme", "Cette ligne est un total"),
    "siret_illisible": ({"siret": "12345"}, "B, SIRET", "Ce numéro SIRET n’est pas valable"),
    "siret_siren": ({"siret": "732829320"}, "B, SIRET", "Ces neuf chiffres sont un numéro SIREN"),
    "siret_scientifique": ({"siret": "7,32829E+13"}, "B, SIRET", "Excel a abîmé ce SIRET, ligne"),
    "siret_erreur": ({"siret": "#N/A"}, "B, SIRET", "« #N/A » est une erreur du tableur"),
    "rna_illisible": ({"rna": "W12"}, "C, RNA", "Ce numéro RNA n’est pas valable"),
    "intitule_absent": ({"intitule": ""}, "D, Intitulé de l’action", "L’intitulé de l’action"),
    "intitule_long": ({"intitule": "é" * 257}, "D, Intitulé de l’action", "« ééé"),
    "intitule_erreur": ({"intitule": "#REF!"}, "D, Intitulé de l’action", "« #REF! » est une"),
    "annee_absente": ({"annee": ""}, "E, Année", "L’année manque."),
    "annee_illisible": ({"annee": "2024-2025"}, "E, Année", "« 2024-2025 » : écrivez une seule"),
    "annee_hors_bornes": ({"annee": "3025"}, "E, Année", "« 3025 » : écrivez une année entre"),
    "annee_a_venir": ({"annee": "2031"}, "E, Année", "2031 n’est pas une année passée."),
    "annee_ancienne": ({"annee": "1998"}, "E, Année", "1998 : le portail reprend les années"),
    "financeur_absent": ({"financeur": ""}, "F, Financeur", "Le financeur manque."),
    "financeur_plusieurs": ({"financeur": "État / CUA"}, "F, Financeur", "« État / CUA » nomme"),
    "demande_illisible": ({"demande": "beaucoup"}, "G, Montant demandé", "« beaucoup » n’est pas"),
    "demande_negatif": ({"demande": "-100"}, "G, Montant demandé", "« -100 » est négatif"),
    "demande_formule": ({"demande": "=A1+B2"}, "G, Montant demandé", "« =A1+B2 » est une formule"),
    "vote_deux_lectures": ({"vote": "1.234"}, "H, Montant voté", "« 1.234 » peut se lire de deux"),
    "vote_trop_grand": ({"vote": "9" * 15}, "H, Montant voté", "« 999"),
    "vote_erreur": ({"vote": "#DIV/0!"}, "H, Montant voté", "« #DIV/0! » est une erreur"),
    "vote_aucun": ({"demande": ""}, "H, Montant voté", "Ni montant demandé, ni montant voté"),
    "verse_illisible": ({"verse": "12/03/2025"}, "I, Montant versé", "« 12/03/2025 » n’est pas"),
    "justifie_illisible": ({"justifie": "oui"}, "J, Montant justifié", "« oui » n’est pas"),
    "decide_le_illisible": ({"decide_le": "31/02/2025"}, "K, Date de décision", ""),
    "acte_long": ({"acte": "d" * 151}, "L, Délibération", "« ddd"),
    "statut_inconnu": ({"statut": "peut-être"}, "M, Décision", "« peut-être » n’est pas une"),
    "statut_contraire": ({"statut": "refusé", "vote": "5"}, "M, Décision", "« refusé » et 5 €"),
    "statut_sans_montant": ({"statut": "accordé"}, "M, Décision", "« accordé » sans montant voté"),
    "quartier_formule": ({"quartier": "=VRAI"}, "N, QPV", "« =VRAI » est une formule"),
    "axe_erreur": ({"axe": "#NOM?"}, "O, Axe", "« #NOM? » est une erreur du tableur"),
}
DISENT = {
    "vote_depasse": ({"vote": "5 000"}, "H, Montant voté", "Le montant voté dépasse le montant"),
    "verse_depasse": ({"vote": "5", "verse": "6"}, "I, Montant versé", "Le montant versé dépasse"),
    "justifie_depasse": ({"verse": "5", "justifie": "6"}, "J, Montant justifié", "Le montant ju"),
    "vote_zero": ({"vote": "0"}, "H, Montant voté", "Zéro voté : le fichier ne dit pas"),
    "decide_le_loin": ({"decide_le": "01/02/2019"}, "K, Date de décision", "Une décision de 2019"),
    "quartier_ancien": ({"quartier": "Ouest"}, "", "« Ouest » n’est pas un quartier de 2024"),
    "axe_inconnu": ({"axe": "Cohésion sociale"}, "", "« Cohésion sociale » n’est pas un axe"),
}


def test_mille_lignes_et_toutes_les_fautes(horloge_figee):
    direction, connu = creer_agent(Role.RESPONSABLE), creer_association(nom="Les Pinsons")
    cas = {**ARRETENT, **DISENT}
    assert len(ARRETENT) >= 30
    rangees, attendus = [], []
    tous = cycle(cas.items())
    for rang in range(1000):
        genre, (cases, colonne, debut) = next(tous)
        defauts = {"siret": connu.siret, "intitule": f"Action {rang}"}
        rangees.append(rangee(**{**defauts, **cases}))
        attendus.append((rang + 2, genre, colonne, debut, genre in ARRETENT))
    rangees += [rangee(siret=connu.siret), rangee(siret=connu.siret, demande="7")]
    reprise = reception.recevoir("a.csv", en_csv(*rangees), par=direction, recu_le=PENDANT)
    plan = reception.plan_de(reprise)
    lus = plan.previsions
    ecarts = []
    for (rang, genre, colonne, debut, arrete), prevision in zip(attendus, lus, strict=False):
        dits = {(d.genre, d.colonne, d.arrete) for d in prevision.ligne.defauts}
        phrases = [d.phrase.replace("\u00a0", " ") for d in prevision.ligne.defauts]
        if (
            prevision.ligne.rang != rang
            or (genre, colonne, arrete) not in dits
            or not any(phrase.startswith(debut) for phrase in phrases)
            or prevision.est_prise is arrete
        ):
            ecarts.append((rang, genre, dits, phrases))
    assert ecarts == []
    assert [une.genre for une in lus[-1].ligne.defauts] == ["redite"]
    somme = {une.nom: une for une in plan.sommes()}["demandé"]
    assert somme.fichier == somme.prise + somme.laissee
    application.appliquer(reprise, plan.empreinte, par=direction, recu_le=PENDANT)
    reprises = Reprise.objects.get().lignes
    assert reprises.count() == 1002
    assert Dossier.objects.filter(etat="repris").count() == plan.neuves
    assert reprises.filter(sort="laissee").count() == plan.laissees
    ecrits = sum(
        demande.montant or 0
        for dossier in Dossier.objects.filter(etat="repris").prefetch_related("financements")
        for demande in dossier.financements.all()
    )
    assert ecrits == somme.prise  # to the cent
    assert Partenaire.objects.filter(nom__startswith="aaa").count() == 0


def test_des_titres_repetes_au_milieu_du_tableau(horloge_figee):
    connu = creer_association()
    octets = en_csv(rangee(siret=connu.siret))
    titres = octets.decode("utf-8-sig").splitlines()[0]
    octets += f"{titres}\r\n".encode()
    reprise = reception.recevoir("a.csv", octets, par=creer_agent(), recu_le=PENDANT)
    assert [
        [une.genre for une in prevision.ligne.defauts]
        for prevision in reception.plan_de(reprise).previsions
    ] == [[], ["titres"]]
