"""What is missing, and only this file says so: (part, field, sentence)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from appels.models import (
    CleRegle,
    Dossier,
    Financement,
    NomPartie,
    Regle,
)
from appels.models.contenu import HORS_QPV, Dimension
from appels.socle import budget, longueurs, parts_des_quartiers, pieces_demandees, retraits
from partenaires.models import Fiche, Partenaire
from quartiers.francais import en_euros, nombre, pour_cent

CHAMPS_REQUIS = {
    NomPartie.PROJET: {
        "intitule": "Donnez un titre au projet.",
        "axe_id": "Choisissez l’axe principal du contrat.",
        "forme": "Dites si l’aide est demandée en argent ou en nature.",
        "frequence": "Dites si c’est une première demande ou un renouvellement.",
        "periodicite": "Dites si l’aide est demandée pour une année ou pour plusieurs.",
        "politique_ville": "Dites si vous sollicitez un financement au titre de la "
        "politique de la ville.",
        "debut_le": "Indiquez la date de début du projet.",
        "fin_le": "Indiquez la date de fin du projet.",
    },
    NomPartie.DESCRIPTION: {
        "besoin": "Décrivez le besoin auquel répond le projet.",
        "objectifs": "Écrivez les objectifs du projet.",
        "description": "Décrivez les actions du projet.",
        "methode": "Expliquez la méthode et le calendrier.",
        "egalite": "Dites ce que le projet fait pour l’égalité entre les femmes et les hommes.",
        "participation": "Dites comment les habitantes et les habitants participent.",
    },
    NomPartie.LIEUX: {
        "public_vise": "Dites qui est concerné par le projet.",
        "beneficiaires": "Indiquez le nombre total de personnes bénéficiaires.",
    },
    NomPartie.EVALUATION: {
        "evaluation": "Expliquez comment le projet sera suivi et évalué.",
        "resultats_attendus": "Écrivez les résultats attendus.",
    },
}
FICHE_COMMUNE = {
    "adresse": "l’adresse du siège",
    "code_postal": "le code postal",
    "ville": "la commune",
    "representant_prenom": "le prénom de la personne qui représente l’organisme",
    "representant_nom": "le nom de la personne qui représente l’organisme",
    "representant_fonction": "la fonction de la personne qui représente l’organisme",
    "representant_telephone": "le téléphone de la personne qui représente l’organisme",
    "representant_email": "l’adresse électronique de la personne qui représente l’organisme",
}
FICHE_ASSOCIATION = {"objet_social": "l’objet de l’association", **FICHE_COMMUNE}
FICHE_SERVICE = {
    "service_porteur": "le service porteur",
    "autorite_signataire": "l’autorité signataire",
    **FICHE_COMMUNE,
}

LIGNES_EN_ATTENTE = (
    "Des lignes du budget ne comptent pas : décochées, ou cochées et sans montant. Vérifiez-les."
)


@dataclass(frozen=True)
class Manque:
    """Something to do before depositing (or only to know, when it does not block)."""

    partie: NomPartie
    champ: str
    phrase: str
    bloque: bool = True


def manques(dossier: Dossier) -> list[Manque]:
    """Everything missing or to know, part by part; `dossier` comes from `pour_completude()`."""
    return list(chain.from_iterable(controle(dossier) for controle in CONTROLES))


def bloquants(dossier: Dossier) -> list[Manque]:
    """What forbids the deposit."""
    return [manque for manque in manques(dossier) if manque.bloque]


def _champs(dossier: Dossier) -> Iterator[Manque]:
    for partie, champs in CHAMPS_REQUIS.items():
        for champ, phrase in champs.items():
            if getattr(dossier, champ) in (None, ""):
                yield Manque(partie, champ.removesuffix("_id"), phrase)


def _trop_longs(dossier: Dossier) -> Iterator[Manque]:
    """A draft keeps the whole of what was pasted; the deposit waits until it fits."""
    for partie, champ, phrase in longueurs.trop_longs(dossier):
        yield Manque(partie, champ, phrase)


def _fiche_requise(partenaire: Partenaire) -> dict[str, str]:
    if partenaire.est_service:
        return FICHE_SERVICE
    if partenaire.est_association:
        return FICHE_ASSOCIATION
    return FICHE_COMMUNE


def fiche_incomplete(fiche: Fiche | None, partenaire: Partenaire) -> dict[str, str]:
    """The fields of the sheet still empty: {field: its name in a sentence}."""
    requis = _fiche_requise(partenaire)
    return {champ: mots for champ, mots in requis.items() if not getattr(fiche, champ, "")}


def _organisme(dossier: Dossier) -> Iterator[Manque]:
    """The sheet, its numbers, and that somebody read it again since it changed."""
    porteur = dossier.porteur
    fiche = getattr(porteur, "fiche", None)
    for champ, mots in fiche_incomplete(fiche, porteur).items():
        yield Manque(NomPartie.ORGANISME, champ, f"Complétez {mots}.")
    if (
        porteur.est_association
        and not porteur.rna
        and not getattr(fiche, "recepisse_prefecture", "")
    ):
        yield Manque(
            NomPartie.ORGANISME,
            "recepisse_prefecture",
            "Indiquez le numéro RNA ou, à défaut, le numéro de récépissé en préfecture.",
        )
    if not porteur.siret:
        yield Manque(
            NomPartie.ORGANISME,
            "siret",
            "Le numéro SIRET sera nécessaire pour un versement : "
            "demandez-le à l’Insee dès maintenant.",
            bloque=False,
        )
    confirmee = dossier.fiche_confirmee_le
    if confirmee is None or (fiche and fiche.modifiee_le and fiche.modifiee_le > confirmee):
        yield Manque(
            NomPartie.ORGANISME,
            "confirmee",
            "Relisez la fiche de l’organisme et confirmez qu’elle est à jour.",
        )


def _projet(dossier: Dossier) -> Iterator[Manque]:
    """An objective of the contract at least, dates in their order and near the year."""
    if not dossier.a_objectifs:
        yield Manque(
            NomPartie.PROJET, "objectifs_contrat", "Choisissez au moins un objectif du contrat."
        )
    if dossier.debut_le and dossier.fin_le and dossier.fin_le < dossier.debut_le:
        yield Manque(
            NomPartie.PROJET,
            "fin_le",
            "La fin du projet précède son début : corrigez une des dates.",
        )
    yield from _annees(dossier)


def loin_de_l_annee(dates: Mapping[str, date | None], annee: int) -> dict[str, str]:
    """{field: sentence}: far from the year of the call, a date is more often a slip."""
    return {
        champ: f"{mots} du projet est en {jour.year}, loin de {annee}, l’année de l’appel : "
        "vérifiez cette date."
        for champ, mots in {"debut_le": "Le début", "fin_le": "La fin"}.items()
        if (jour := dates.get(champ)) and abs(jour.year - annee) > 1
    }


def _annees(dossier: Dossier) -> Iterator[Manque]:
    """Only said."""
    dates = {"debut_le": dossier.debut_le, "fin_le": dossier.fin_le}
    for champ, phrase in loin_de_l_annee(dates, dossier.appel.annee).items():
        yield Manque(NomPartie.PROJET, champ, phrase, bloque=False)


def _lieux(dossier: Dossier) -> Iterator[Manque]:
    """A place at least, people of the quartiers (rule R03), sums within the total."""
    if not dossier.a_lieux:
        yield Manque(NomPartie.LIEUX, "lieux-0-quartier", "Ajoutez au moins un lieu du projet.")
    publics = list(dossier.publics.all())
    des_qpv = sum(
        public.nombre
        for public in publics
        if public.dimension == Dimension.QPV and public.cle != HORS_QPV
    )
    if not des_qpv:  # R03
        yield Manque(
            NomPartie.LIEUX,
            "qpv",
            "Indiquez combien de personnes viennent des quartiers prioritaires.",
        )
    total = dossier.beneficiaires
    for dimension in Dimension:
        somme = sum(public.nombre for public in publics if public.dimension == dimension)
        if total is not None and somme > total:
            yield Manque(
                NomPartie.LIEUX,
                dimension.value,
                f"{dimension.label} : la somme ({nombre(somme)}) dépasse le nombre total "
                f"de personnes ({nombre(total)}).",
            )
    regle, seuil = _regle_chiffree(dossier, CleRegle.PART_QPV)
    if regle and total and des_qpv * 100 < seuil * total:
        part = pour_cent(des_qpv, total)
        yield _enfreinte(NomPartie.LIEUX, "qpv", regle, f"{part} de personnes des QPV")


def _parts_des_quartiers(dossier: Dossier) -> Iterator[Manque]:
    if phrase := parts_des_quartiers.phrase(dossier):
        yield Manque(NomPartie.LIEUX, parts_des_quartiers.champ(dossier), phrase)


def _moyens(dossier: Dossier) -> Iterator[Manque]:
    if not dossier.a_moyens:
        yield Manque(
            NomPartie.MOYENS, "benevoles-nombre", "Indiquez au moins une ligne de moyens humains."
        )


def _evaluation(dossier: Dossier) -> Iterator[Manque]:
    if not dossier.a_indicateurs:
        yield Manque(
            NomPartie.EVALUATION, "indicateurs-0-mesure", "Ajoutez au moins un indicateur."
        )
    elif dossier.a_indicateurs_sans_cible:
        yield Manque(
            NomPartie.EVALUATION,
            "indicateurs-0-cible",
            "Chiffrez vos indicateurs : un nombre visé et son unité se comparent au bilan.",
            bloque=False,
        )


def _budget(dossier: Dossier) -> Iterator[Manque]:
    plan = budget.du_dossier(dossier)
    if not plan.charges:
        yield Manque(NomPartie.BUDGET, "depenses", "Indiquez les charges du projet.")
    elif plan.phrase:
        yield Manque(NomPartie.BUDGET, "totaux", plan.phrase)
    if plan.phrase_volontaire:
        yield Manque(NomPartie.BUDGET, "totaux", plan.phrase_volontaire)
    financements = list(dossier.financements.all())
    if not financements:
        yield Manque(NomPartie.BUDGET, "financeurs", "Ajoutez au moins un financeur.")
    for repere, ligne in budget.reperes_des_demandes(financements):
        if ligne.montant is None:
            yield Manque(
                NomPartie.BUDGET, f"{repere}-montant", f"{ligne.nom} : indiquez le montant demandé."
            )
            continue
        parts = _parts(ligne)
        if parts is not None and parts != ligne.montant:
            yield Manque(
                NomPartie.BUDGET,
                f"{repere}-droit_commun",
                f"{ligne.nom} : droit commun et crédits du contrat font {en_euros(parts)} "
                f"au lieu de {en_euros(ligne.montant)}.",
            )
    if dossier.a_des_lignes_en_attente:
        yield Manque(NomPartie.BUDGET, "totaux", LIGNES_EN_ATTENTE, bloque=False)
    yield from _heures_benevoles(dossier)
    yield from _montants_trop_bas(dossier, financements)
    yield from _parts_du_plan(dossier, plan)
    yield from _centimes(dossier, financements)


def _heures_benevoles(dossier: Dossier) -> Iterator[Manque]:
    """Hours without a rate, or a rate without hours, count nowhere."""
    if manque := dossier.heures_a_completer:
        quoi = {"heures": "leur nombre", "valeur": "la valeur d’une heure"}[manque]
        phrase = f"Vos heures bénévoles ne comptent pas encore : dites {quoi}."
        yield Manque(NomPartie.BUDGET, f"b-{manque}", phrase, bloque=False)


def _parts(ligne: Financement) -> int | None:
    """Droit commun plus crédits du contrat, None when neither is given."""
    if ligne.droit_commun is None and ligne.credits_contrat is None:
        return None
    return (ligne.droit_commun or 0) + (ligne.credits_contrat or 0)


def _montants_trop_bas(dossier: Dossier, financements: list[Financement]) -> Iterator[Manque]:
    regle, seuil = _regle_chiffree(dossier, CleRegle.MONTANT_MINIMUM)
    if regle is None:
        return
    for repere, ligne in budget.reperes_des_demandes(financements):
        if ligne.partenaire_id and ligne.montant and ligne.montant < seuil * 100:
            constat = f"{ligne.nom} : {en_euros(ligne.montant)}"
            yield _enfreinte(NomPartie.BUDGET, f"{repere}-montant", regle, constat)


def _parts_du_plan(dossier: Dossier, plan: budget.Plan) -> Iterator[Manque]:
    """The shares of the plan that the call bounds."""
    regle, seuil = _regle_chiffree(dossier, CleRegle.AUTOFINANCEMENT)
    if regle and plan.ressources_propres * 100 < seuil * plan.produits:
        part = pour_cent(plan.ressources_propres, plan.produits)
        yield _enfreinte(NomPartie.BUDGET, "totaux", regle, f"ressources propres : {part}")
    regle, seuil = _regle_chiffree(dossier, CleRegle.AIDES_PUBLIQUES)
    if regle and plan.produits and plan.financements * 100 > seuil * plan.produits:
        constat = f"aides demandées : {plan.taux_demande}"
        yield _enfreinte(NomPartie.BUDGET, "totaux", regle, constat)


def _centimes(dossier: Dossier, financements: list[Financement]) -> Iterator[Manque]:
    regle = dossier.appel.regles_actives().get(CleRegle.EUROS_ENTIERS)
    if regle is None:
        return
    montants = [
        *(ligne.montant for ligne in dossier.lignes.all()),
        *(financement.montant for financement in financements),
    ]
    if any(montant and montant % 100 for montant in montants):
        yield _enfreinte(NomPartie.BUDGET, "totaux", regle, "des montants ont des centimes")


def _regle_chiffree(dossier: Dossier, cle: CleRegle) -> tuple[Regle | None, int]:
    """An active rule of the call and its threshold; (None, 0) when it has no threshold."""
    regle = dossier.appel.regles_actives().get(cle)
    if regle is None or not regle.seuil:
        return None, 0
    return regle, regle.seuil


def _enfreinte(partie: NomPartie, champ: str, regle: Regle, constat: str) -> Manque:
    """A rule of the call in its own words, after what was found."""
    texte = regle.texte or f"{regle.get_cle_display()} : {regle.seuil or 'oui'}."
    return Manque(partie, champ, f"{texte} (Ici, {constat}.)", bloque=regle.est_bloquante)


def _pieces(dossier: Dossier) -> Iterator[Manque]:
    fournies = {piece.document_id for piece in dossier.pieces.all() if piece.retiree_le is None}
    for document in pieces_demandees.demandees(dossier):
        if document.est_obligatoire and document.pk not in fournies:
            yield Manque(
                NomPartie.PIECES, f"document-{document.pk}", f"Joignez : {document.libelle}."
            )
        if (
            document.est_bancaire
            and document.est_obligatoire
            and not pieces_demandees.coordonnees(dossier)
        ):
            yield Manque(
                NomPartie.PIECES, "iban", "Indiquez l’IBAN et le BIC du compte à créditer."
            )


def _retires(dossier: Dossier) -> Iterator[Manque]:
    for retire in retraits.tenus(dossier):
        yield Manque(
            retire.partie,
            retire.champ,
            f"{retire.nom} {retraits.PLUS_PROPOSE} dans cet appel : gardez-le ou retirez-le.",
            bloque=False,
        )


Controle = Callable[[Dossier], Iterator[Manque]]
CONTROLES: tuple[Controle, ...] = (
    _organisme,
    _projet,
    _champs,
    _trop_longs,
    _lieux,
    _parts_des_quartiers,
    _moyens,
    _evaluation,
    _budget,
    _pieces,
    _retires,
)
# part: (its controls, the tables that they read)
PAR_PARTIE: dict[NomPartie, tuple[tuple[Controle, ...], tuple[str, ...]]] = {
    NomPartie.PROJET: ((_projet, _champs), ()),
    NomPartie.DESCRIPTION: ((_champs, _trop_longs), ()),
    NomPartie.LIEUX: (
        (_champs, _trop_longs, _lieux, _parts_des_quartiers),
        ("lieux", "publics", "parts", "appel__regles"),
    ),
    NomPartie.MOYENS: ((_trop_longs, _moyens), ()),
    NomPartie.EVALUATION: ((_champs, _trop_longs, _evaluation), ()),
    NomPartie.BUDGET: (
        (_budget,),
        ("lignes", "financements", "choix_du_budget", "benevolat", "appel__regles"),
    ),
}


def manques_de(dossier: Dossier, nom: NomPartie) -> list[Manque]:
    """What is missing in one part; `dossier` was read with at least its tables."""
    controles, _tables = PAR_PARTIE[nom]
    trouves = chain.from_iterable(controle(dossier) for controle in controles)
    return [manque for manque in trouves if manque.partie == nom]
