"""Changing what the public reads: written as a draft, looked at, published, undone.

Nothing is erased.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.serializers import serialize
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from partenaires.models import Revision, Utilisateur
from partenaires.socle.refus import Conflit, Refus
from quartiers.models import Parution

Valeurs = dict[str, Any]  # {field: its value as JSON keeps it}
# What a published change of a content must respect, by model: what stands above registers it here
# (a call under « guichet » says the telephone of the service). Called with what was, and the
# content changed, saved and locked; raises a `Refus`.
Exigence = Callable[[Valeurs, Any], None]
EXIGENCES: dict[type[models.Model], list[Exigence]] = defaultdict(list)


def exige(modele: type[models.Model]) -> Callable[[Exigence], Exigence]:
    """Registers what a change of this content must respect."""

    def inscrire(exigence: Exigence) -> Exigence:
        EXIGENCES[modele].append(exigence)
        return exigence

    return inscrire


class ContenuChange(Conflit):
    """Somebody published another change since this one was written."""

    phrase = (
        "Un autre changement de ce contenu a été publié entre-temps. Relisez-le, puis enregistrez "
        "à nouveau : rien n’a été publié."
    )


class RevisionFermee(Refus):
    """Already published, or dropped."""

    phrase = "Ce changement est déjà publié ou abandonné."


@contextmanager
def _si_rien_n_a_change() -> Iterator[None]:
    """What the database does not take (a rank, a key) was taken meanwhile: `ContenuChange`."""
    try:
        yield
    except IntegrityError as erreur:
        raise ContenuChange from erreur


def colonne(modele: type[models.Model], champ: str) -> models.Field:
    """What the model says of one of its columns."""
    trouvee = modele._meta.get_field(champ)
    assert isinstance(trouvee, models.Field)
    return trouvee


def etat(objet: models.Model, champs: tuple[str, ...]) -> Valeurs:
    """The values of these fields, as JSON keeps them."""
    lus = serialize("python", [objet], fields=champs)[0]["fields"]
    return json.loads(json.dumps({champ: lus[champ] for champ in champs}, cls=DjangoJSONEncoder))


def poser(objet: models.Model, valeurs: Valeurs) -> None:
    """The inverse of `etat`, without saving."""
    for champ, valeur in valeurs.items():
        posee = colonne(type(objet), champ)
        setattr(objet, posee.attname, posee.to_python(valeur))


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
    """Keep as a draft what `objet` (not saved) should become.

    It replaces the open draft of the same content, or `remplace`.
    """
    remplacees = models.Q(contenu=contenu, objet=objet.pk, objet__isnull=False)
    if remplace:
        remplacees |= models.Q(pk=remplace.pk)
    Revision.objects.ouvertes().filter(remplacees).update(abandonnee_le=recu_le)
    avant = {}
    if objet.pk:
        avant = etat(type(objet)._default_manager.get(pk=objet.pk), champs)
    return Revision.objects.create(
        contenu=contenu,
        objet=objet.pk,
        libelle=str(objet)[:300],
        avant=avant,
        apres=etat(objet, champs),
        ecrite_par=par,
        ecrite_le=recu_le,
    )


@_si_rien_n_a_change()
def appliquer(revision: Revision, modele: type[models.Model], vierge: models.Model) -> models.Model:
    """Write the change in the content; call it in a transaction.

    Raises `ContenuChange`, or what a requirement of this content refuses.

    `vierge` is a new row for a creation, with what the form does not ask (its key…).
    """
    objet = vierge
    if revision.objet:
        objet = modele._default_manager.select_for_update(of=("self",)).get(pk=revision.objet)
        if etat(objet, tuple(revision.avant)) != revision.avant:
            raise ContenuChange(objet)
    poser(objet, revision.apres)
    objet.save()
    for exigence in EXIGENCES[modele]:
        exigence(revision.avant, objet)
    return objet


@_si_rien_n_a_change()
@transaction.atomic
def publier(
    revision: Revision,
    modele: type[models.Model],
    vierge: models.Model,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Revision:
    """Everybody sees the change from now on.

    Raises `RevisionFermee`, `ContenuChange` or the refusal of a requirement; nothing is written
    then.
    """
    verrouillee = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if not verrouillee.est_ouverte:
        raise RevisionFermee
    verrouillee.objet = appliquer(verrouillee, modele, vierge).pk
    verrouillee.publiee_par = par
    verrouillee.publiee_le = recu_le
    verrouillee.save()
    Parution.avancer(recu_le)
    return verrouillee


@transaction.atomic
def abandonner(revision: Revision, *, recu_le: datetime) -> None:
    """Drop a draft; it stays in the journal."""
    Revision.objects.ouvertes().filter(pk=revision.pk).update(abandonnee_le=recu_le)


@_si_rien_n_a_change()
@transaction.atomic
def annuler(
    revision: Revision,
    modele: type[models.Model],
    retrait: Valeurs,
    *,
    par: Utilisateur,
    recu_le: datetime,
) -> Revision:
    """Give back what was before this published change, as a new published change.

    What a creation made is withdrawn from the public (`retrait`) rather than erased.
    Raises `RevisionFermee` when it is not published, or `ContenuChange`.
    """
    if revision.publiee_le is None:
        raise RevisionFermee
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
