"""Changing what the public reads: written as a draft, looked at, published, undone. Nothing is
erased.
"""

import json
from datetime import datetime

from django.core.serializers import serialize
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from partenaires.models import Revision, Utilisateur
from quartiers.models import Parution


class ContenuChange(Exception):
    """Somebody published another change since this one was written."""


class RevisionFermee(Exception):
    """Already published, or dropped."""


def etat(objet: models.Model, champs: tuple[str, ...]) -> dict:
    """The values of these fields, as JSON keeps them."""
    lus = serialize("python", [objet], fields=champs)[0]["fields"]
    return json.loads(json.dumps({champ: lus[champ] for champ in champs}, cls=DjangoJSONEncoder))


def poser(objet: models.Model, valeurs: dict) -> None:
    """The inverse of `etat`, without saving."""
    for champ, valeur in valeurs.items():
        colonne = objet._meta.get_field(champ)
        setattr(objet, colonne.attname, colonne.to_python(valeur))


@transaction.atomic
def ecrire(
    contenu: str,
    objet: models.Model,
    champs: tuple[str, ...],
    *,
    par: Utilisateur,
    recu_le: datetime,
    remplace: Revision | None = None,
) -> Revision:
    """Keep as a draft what `objet` (not saved) should become; it replaces the open draft of the
    same content.
    """
    meme = models.Q(contenu=contenu, objet=objet.pk, objet__isnull=False)
    Revision.objects.ouvertes().filter(meme | models.Q(pk=remplace and remplace.pk)).update(
        abandonnee_le=recu_le
    )
    avant = etat(type(objet)._default_manager.get(pk=objet.pk), champs) if objet.pk else {}
    return Revision.objects.create(
        contenu=contenu,
        objet=objet.pk,
        libelle=str(objet)[:300],
        avant=avant,
        apres=etat(objet, champs),
        ecrite_par=par,
        ecrite_le=recu_le,
    )


def appliquer(revision: Revision, modele: type[models.Model], vierge: models.Model) -> models.Model:
    """Write the change in the content; call it in a transaction. Raises `ContenuChange`.

    `vierge` is a new row for a creation, with what the form does not ask (its key…).
    """
    objet = vierge
    if revision.objet:
        objet = modele._default_manager.select_for_update(of=("self",)).get(pk=revision.objet)
        if etat(objet, tuple(revision.avant)) != revision.avant:
            raise ContenuChange
    poser(objet, revision.apres)
    objet.save()
    return objet


@transaction.atomic
def publier(
    revision: Revision,
    modele: type[models.Model],
    vierge: models.Model,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Revision:
    """Everybody sees the change from now on. Raises `RevisionFermee` or `ContenuChange`; nothing is
    written then.
    """
    verrouillee = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if not verrouillee.est_ouverte:
        raise RevisionFermee
    verrouillee.objet = appliquer(verrouillee, modele, vierge).pk
    verrouillee.publiee_par, verrouillee.publiee_le = par, recu_le
    verrouillee.save()
    Parution.avancer(recu_le)
    return verrouillee


@transaction.atomic
def abandonner(revision: Revision, *, recu_le: datetime) -> None:
    """Drop a draft; it stays in the journal."""
    Revision.objects.ouvertes().filter(pk=revision.pk).update(abandonnee_le=recu_le)


@transaction.atomic
def annuler(
    revision: Revision,
    modele: type[models.Model],
    retrait: dict,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Revision:
    """Give back what was before this published change, as a new published change.

    What a creation made is withdrawn from the public (`retrait`) rather than erased.
    """
    objet = modele._default_manager.get(pk=revision.objet)
    champs = tuple(revision.apres)
    avant = etat(objet, champs)
    Revision.objects.ouvertes().filter(contenu=revision.contenu, objet=revision.objet).update(
        abandonnee_le=recu_le
    )
    nouvelle = Revision.objects.create(
        contenu=revision.contenu,
        objet=revision.objet,
        libelle=str(objet)[:300],
        avant=avant,
        apres={**avant, **(revision.avant or retrait)},
        ecrite_par=par,
        ecrite_le=recu_le,
        annule=revision,
    )
    return publier(nouvelle, modele, objet, par=par, recu_le=recu_le)
