"""A new dossier from an old one: what still applies is carried, the rest is said."""

from appels.models import Appel, ChoixDeLigne, Dossier, Financement
from appels.models.contenu import Frequence
from appels.models.financement import EtatFinancement
from appels.redaction.actions import copie
from appels.socle import retraits


def remplir(dossier: Dossier, modele: Dossier) -> None:
    """The answers of `modele` in a dossier just begun; its title stays as typed."""
    appel = dossier.appel
    sauf = [*copie.DATES, "intitule", *retraits.non_posees(modele, appel)]
    if modele.axe not in appel.axes.all():
        sauf.append("axe")
    copie.reponses(modele, dossier, sauf=sauf)
    if modele.depose_le:
        dossier.frequence = Frequence.RENOUVELLEMENT
    dossier.save()
    dossier.objectifs_contrat.set(modele.objectifs_contrat.filter(axe__in=appel.axes.all()))
    dossier.themes.set(modele.themes.filter(appels=appel))
    copie.tables(modele, dossier)
    _oublier_les_absents(dossier)
    copie.demandes(modele, dossier, _offerts(modele, appel))
    dossier.financements.update(etat=EtatFinancement.DEMANDE)


def _oublier_les_absents(dossier: Dossier) -> None:
    """An unticked row of a funder that this call does not offer would wait for nothing."""
    offerts = [
        f"{ChoixDeLigne.DEMANDE}{partenaire}"
        for partenaire in dossier.appel.financeurs.proposes().values_list(
            "partenaire_id", flat=True
        )
    ]
    lignes = dossier.choix_du_budget.filter(cle__startswith=ChoixDeLigne.DEMANDE)
    lignes.exclude(cle__in=offerts).delete()


def non_repris(modele: Dossier, appel: Appel) -> list[str]:
    """In words, what a dossier of `appel` does not take from `modele`."""
    phrases = [
        "les dates du projet : elles sont à donner de nouveau",
        "les pièces : chacune se reprend d’un bouton, avec sa date, dans « Pièces à joindre »",
        "les attestations : elles se cochent à chaque dépôt",
    ]
    if modele.axe and modele.axe not in appel.axes.all():
        phrases.append(f"l’axe « {modele.axe} » : il n’est pas ouvert dans cet appel")
    themes = ", ".join(str(theme) for theme in modele.themes.exclude(appels=appel))
    if themes:
        phrases.append(f"les thèmes absents de cet appel : {themes}")
    questions = ", ".join(map(retraits.intitule_de, retraits.non_posees(modele, appel)))
    if questions:
        phrases.append(f"les réponses aux questions absentes de cet appel : {questions}")
    offerts = {financement.pk for financement in _offerts(modele, appel)}
    demandes = modele.financements.select_related("partenaire")
    financeurs = ", ".join(demande.nom for demande in demandes if demande.pk not in offerts)
    if financeurs:
        phrases.append(f"les demandes aux financeurs absents de cet appel : {financeurs}")
    return phrases


def _offerts(modele: Dossier, appel: Appel) -> list[Financement]:
    """The requests to funders of this call, and to those outside any call."""
    connus = {None, *appel.financeurs.proposes().values_list("partenaire_id", flat=True)}
    demandes = modele.financements.select_related("partenaire")
    return [demande for demande in demandes if demande.partenaire_id in connus]
