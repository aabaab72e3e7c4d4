"""The addresses of opinions, scenarios, meetings, decisions and letters."""

from django.urls import path

from appels.decision.vues import (
    avis,
    boite,
    comites,
    dauphin,
    decisions,
    donnees_publiees,
    financeurs,
    franchissements,
    grille,
    lettres,
    lots,
    matrice,
    publications,
    renonciations,
    scenarios,
    seances,
    selections,
)
from partenaires.socle import entree

urlpatterns = [
    path(
        "instruction/selection/avis/",
        entree.agent(selections.demander_les_avis),
        name="demander_les_avis",
    ),
    path("instruction/selection/comite/", entree.agent(selections.inscrire), name="inscrire"),
    path("dossiers/<int:pk>/dauphin/", entree.depose(dauphin.fiche), name="dauphin"),
    path(
        "instruction/donnees-publiees/",
        entree.agent(donnees_publiees.donnees_publiees),
        name="donnees_publiees",
    ),
    path("dossiers/<int:pk>/decisions/", entree.decisions(decisions.decisions), name="decisions"),
    path("instruction/dossiers/<int:pk>/avis/", entree.avis(avis.page), name="avis"),
    path(
        "instruction/en-notre-nom/",
        entree.instruction(financeurs.en_notre_nom),
        name="en_notre_nom",
    ),
    path(
        "instruction/appels/<int:pk>/matrice-ouverte/",
        entree.comite(financeurs.matrice),
        name="matrice_ouverte",
    ),
    path("instruction/avis/en-lot/", entree.instruction(avis.en_lot), name="avis_en_lot"),
    path(
        "instruction/appels/<int:pk>/grille/",
        entree.agent(grille.modifier),
        name="grille_de_l_appel",
    ),
    path(
        "instruction/appels/<int:pk>/lectures.csv",
        entree.instruction.sensible(grille.exporter),
        name="lectures_csv",
    ),
    path(
        "instruction/appels/<int:pk>/relancer-les-avis/",
        entree.agent.geste(avis.relancer),
        name="relancer_les_avis",
    ),
    path("instruction/dossiers/<int:pk>/lecture/", entree.avis(grille.lecture), name="lecture"),
    path(
        "instruction/appels/<int:pk>/enveloppes/",
        entree.agent(scenarios.enveloppes),
        name="enveloppes",
    ),
    path("instruction/appels/<int:pk>/scenarios/", entree.agent(scenarios.liste), name="scenarios"),
    path("instruction/scenarios/<int:pk>/", entree.agent(matrice.page), name="scenario"),
    path(
        "instruction/scenarios/<int:pk>/montant/",
        entree.agent.geste(matrice.montant),
        name="montant_du_scenario",
    ),
    path(
        "instruction/scenarios/<int:pk>/feuille/",
        entree.agent.geste(matrice.feuille),
        name="feuille_du_scenario",
    ),
    path(
        "instruction/scenarios/<int:pk>/matrice.xlsx",
        entree.agent.sensible(matrice.classeur),
        name="matrice_xlsx",
    ),
    path(
        "instruction/scenarios/<int:pk>/mouvements/",
        entree.agent(scenarios.mouvements),
        name="mouvements",
    ),
    path(
        "instruction/scenarios/<int:pk>/figer/",
        entree.responsable.geste(scenarios.figer),
        name="figer_scenario",
    ),
    path(
        "instruction/scenarios/<int:pk>/rouvrir/",
        entree.responsable.geste(scenarios.rouvrir),
        name="rouvrir_scenario",
    ),
    path(
        "instruction/mouvements/<int:pk>/annuler/",
        entree.agent.geste(scenarios.annuler),
        name="annuler_mouvement",
    ),
    path("instruction/appels/<int:pk>/comites/", entree.agent(comites.liste), name="comites"),
    path("instruction/comites/", entree.agent(comites.en_cours), name="comite_en_cours"),
    path("instruction/comites/<int:pk>/", entree.comite(comites.page), name="comite"),
    path(
        "instruction/comites/<int:pk>/reglages/",
        entree.agent(comites.reglages),
        name="reglages_du_comite",
    ),
    path(
        "instruction/comites/<int:pk>/ordre-du-jour/",
        entree.agent(comites.ordre),
        name="ordre_du_jour",
    ),
    path(
        "instruction/comites/<int:pk>/en-direct/",
        entree.comite(seances.en_direct),
        name="seance_en_direct",
    ),
    path(
        "instruction/comites/<int:pk>/projets/<int:rang>/",
        entree.comite(seances.seance),
        name="seance",
    ),
    path(
        "instruction/comites/<int:pk>/clore/",
        entree.responsable.geste(comites.clore),
        name="clore_comite",
    ),
    path(
        "instruction/comites/<int:pk>/proces-verbal/",
        entree.comite.geste(comites.proces_verbal),
        name="proces_verbal",
    ),
    path("instruction/appels/<int:pk>/decider/", entree.agent(decisions.decider), name="decider"),
    path(
        "instruction/appels/<int:pk>/lettres/",
        entree.agent.envoi_sensible(boite.boite),
        name="lettres",
    ),
    path(
        "instruction/appels/<int:pk>/lots/",
        entree.instruction.envoi_sensible(lots.lots),
        name="lots",
    ),
    path("instruction/lettres/modeles/", entree.agent(lettres.gabarits), name="gabarits"),
    path("instruction/lettres/auteurs/", entree.agent(lettres.auteurs), name="auteurs"),
    path(
        "instruction/lettres/modeles/<str:decision>/<int:partenaire>/",
        entree.agent(lettres.gabarit),
        name="gabarit",
    ),
    path("instruction/lettres/<int:pk>/", entree.agent(lettres.lettre), name="lettre"),
    path(
        "instruction/lettres/<int:pk>/refaire/",
        entree.agent.geste(lettres.refaire),
        name="refaire_lettre",
    ),
    path("lettres/<int:pk>.pdf", entree.lettre(lettres.fichier), name="lettre_pdf"),
    path("lettres/<int:pk>/ouvrir/", entree.organisme.geste(lettres.ouvrir), name="lire_lettre"),
    path(
        "dossiers/<int:pk>/decisions-recues/",
        entree.organisme(lettres.recues),
        name="decisions_recues",
    ),
    path(
        "instruction/appels/<int:pk>/decisions/",
        entree.responsable.envoi_sensible(publications.publier),
        name="publier_decisions",
    ),
    path(
        "instruction/diffusions/<int:pk>/annuler/",
        entree.responsable.geste(publications.annuler),
        name="annuler_diffusion",
    ),
    path(
        "instruction/dossiers/<int:pk>/derogation/",
        entree.responsable(franchissements.du_dossier),
        name="deroger",
    ),
    path(
        "instruction/appels/<int:pk>/retenus/",
        entree.responsable(franchissements.de_l_appel),
        name="derogations_de_l_appel",
    ),
    path(
        "dossiers/<int:pk>/renoncer/",
        entree.signataire(renonciations.renoncer),
        name="renoncer",
    ),
    path("instruction/dauphin/", entree.agent(dauphin.manquants), name="dauphin_manquants"),
    path(
        "instruction/appels/<int:pk>/dauphin/",
        entree.agent(dauphin.importer),
        name="importer_dauphin",
    ),
    path("instruction/dauphin/<int:pk>/", entree.agent(dauphin.lire_import), name="import_dauphin"),
    path(
        "instruction/dauphin/<int:pk>/colonnes/",
        entree.agent(dauphin.colonnes),
        name="colonnes_dauphin",
    ),
]
