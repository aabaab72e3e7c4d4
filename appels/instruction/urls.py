"""The addresses where the service examines."""

from django.urls import path

from appels.instruction.vues import (
    brouillons,
    campagne,
    complements,
    courriels,
    delais,
    demandes_papier,
    deports,
    echanges,
    equipe,
    examen,
    exports,
    fiche,
    historique,
    journal,
    lieux,
    liste,
    rattachements,
    selection,
    series,
    tableau,
)
from partenaires.socle import entree

urlpatterns = [
    path(
        "instruction/paroles/<int:pk>/dossiers/",
        entree.agent(rattachements.parole),
        name="rattachements",
    ),
    path(
        "instruction/paroles/liens/<int:pk>/retirer/",
        entree.agent.geste(rattachements.detacher),
        name="detacher",
    ),
    path("dossiers/<int:pk>/echanges/", entree.echanges(echanges.page), name="echanges"),
    path(
        "dossiers/<int:pk>/echanges/sans-reponse/",
        entree.echanges.geste(echanges.sans_reponse),
        name="sans_reponse",
    ),
    path("dossiers/<int:pk>/historique/", entree.lecture(historique.page), name="historique"),
    path("messages/fichiers/<int:pk>/", entree.echanges(echanges.fichier), name="fichier_message"),
    path("instruction/", entree.instruction(liste.instruction), name="instruction"),
    path("instruction/selection/", entree.agent(selection.selection), name="selection"),
    path(
        "instruction/densite/",
        entree.instruction.geste(liste.changer_de_densite),
        name="densite",
    ),
    path("instruction/colonnes/", entree.instruction(liste.choisir_colonnes), name="colonnes"),
    path("instruction/tableau/", entree.agent(tableau.page), name="tableau"),
    path(
        "instruction/appels/<int:pk>/campagne-en-une-page/",
        entree.agent.geste(tableau.demander_la_page),
        name="campagne_en_une_page",
    ),
    path(
        "instruction/exports/", entree.instruction.envoi_sensible(exports.exports), name="exports"
    ),
    path("instruction/exports/<int:pk>/", entree.mien.sensible(exports.fichier), name="export"),
    path(
        "instruction/exports/modeles/<int:pk>/retirer/",
        entree.agent.geste(exports.retirer_modele),
        name="retirer_modele",
    ),
    path("instruction/appels/<int:pk>/repartir/", entree.agent(liste.repartir), name="repartir"),
    path(
        "instruction/appels/<int:pk>/reconduire/",
        entree.agent(tableau.reconduire),
        name="reconduire",
    ),
    path("instruction/vues/", entree.agent(liste.vues), name="vues"),
    path(
        "instruction/vues/<int:pk>/retirer/",
        entree.agent.geste(liste.retirer_vue),
        name="retirer_vue",
    ),
    path("instruction/dossiers/<int:pk>/", entree.examen(examen.page), name="examen"),
    path(
        "instruction/dossiers/<int:pk>/lieux/verifier/",
        entree.examen.geste(lieux.verifier),
        name="verifier_lieux",
    ),
    path("instruction/dossiers/<int:pk>/deport/", entree.avis(deports.declarer), name="deport"),
    path(
        "instruction/appels/<int:pk>/deports/", entree.responsable(deports.registre), name="deports"
    ),
    path(
        "instruction/deports/<int:pk>/lever/",
        entree.responsable(deports.lever),
        name="lever_deport",
    ),
    path(
        "instruction/dossiers/<int:pk>/recevable/",
        entree.examen.geste(examen.admettre),
        name="admettre",
    ),
    path(
        "instruction/dossiers/<int:pk>/irrecevable/", entree.examen(examen.ecarter), name="ecarter"
    ),
    path(
        "instruction/dossiers/<int:pk>/reprendre/",
        entree.examen(examen.reexaminer),
        name="reexaminer",
    ),
    path(
        "instruction/dossiers/<int:pk>/pieces/", entree.examen(examen.pieces), name="examen_pieces"
    ),
    path("instruction/dossiers/<int:pk>/fiche/", entree.avis(fiche.fiche), name="fiche_du_dossier"),
    path(
        "instruction/dossiers/<int:pk>/pieces/conformes/",
        entree.examen.geste(examen.conformes),
        name="pieces_conformes",
    ),
    path("instruction/dossiers/<int:pk>/confier/", entree.examen(examen.confier), name="confier"),
    path(
        "instruction/dossiers/<int:pk>/complements/",
        entree.examen(complements.demander),
        name="demander_complement",
    ),
    path(
        "instruction/dossiers/<int:pk>/complements/prolonger/",
        entree.examen(complements.prolonger),
        name="prolonger_complement",
    ),
    path(
        "instruction/dossiers/<int:pk>/complements/clore/",
        entree.examen(complements.clore),
        name="clore_complement",
    ),
    path("instruction/dossiers/<int:pk>/serie/", entree.decisions(series.page), name="serie"),
    path(
        "instruction/series/<int:pk>/annuler/",
        entree.agent.geste(series.annuler),
        name="annuler_serie",
    ),
    path("instruction/dossiers/<int:pk>/notes/", entree.examen(echanges.notes), name="notes"),
    path(
        "instruction/dossiers/<int:pk>/journal.csv",
        entree.agent.sensible(historique.journal),
        name="journal",
    ),
    path(
        "instruction/dossiers/<int:pk>/changements/",
        entree.agent(journal.du_dossier),
        name="changements_du_dossier",
    ),
    path(
        "instruction/organismes/<int:pk>/changements/",
        entree.agent(journal.de_l_organisme),
        name="changements_de_l_organisme",
    ),
    path("instruction/journal/", entree.responsable(journal.page), name="journal_du_portail"),
    path(
        "instruction/journal/journal.csv",
        entree.responsable.sensible(journal.fichier),
        name="journal_fichier",
    ),
    path("instruction/journal/sceaux/", entree.responsable(journal.sceaux), name="sceaux"),
    path(
        "instruction/signalements/<int:pk>/resoudre/",
        entree.agent.geste(echanges.resoudre),
        name="resoudre",
    ),
    path(
        "instruction/appels/<int:pk>/journal.csv",
        entree.agent.sensible(historique.journal_de_l_appel),
        name="journal_de_l_appel",
    ),
    path("instruction/appels/", entree.agent(campagne.appels), name="appels"),
    path(
        "instruction/appels/nouveau/",
        entree.agent.envoi_sensible(campagne.appel_nouveau),
        name="appel_nouveau",
    ),
    path(
        "instruction/appels/<int:pk>/",
        entree.agent.envoi_sensible(campagne.appel_modifier),
        name="appel_modifier",
    ),
    path(
        "instruction/appels/<int:pk>/brouillons/",
        entree.agent(brouillons.touches),
        name="brouillons_touches",
    ),
    path("instruction/appels/<int:pk>/rappels/", entree.agent(courriels.rappels), name="rappels"),
    path(
        "instruction/appels/<int:pk>/prolonger/",
        entree.responsable(delais.prolonger),
        name="prolonger",
    ),
    path(
        "instruction/appels/<int:pk>/delais/", entree.agent(delais.derogations), name="derogations"
    ),
    path(
        "instruction/delais/<int:pk>/revoquer/",
        entree.agent.geste(delais.revoquer),
        name="revoquer_code",
    ),
    path("instruction/ouverts/", entree.agent(demandes_papier.ouverts), name="ouverts"),
    path(
        "instruction/appels/<int:pk>/papier/",
        entree.agent(demandes_papier.papier),
        name="saisir_papier",
    ),
    path("instruction/equipe/<int:pk>/acces/", entree.responsable(equipe.acces), name="acces"),
    path("instruction/courriels/", entree.agent(courriels.courriels), name="courriels"),
    path(
        "instruction/courriels/<int:pk>/relancer/",
        entree.agent.geste(courriels.relancer_courriel),
        name="relancer_courriel",
    ),
]
