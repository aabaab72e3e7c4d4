"""The account of an address that a link has proved."""

from allauth.account.models import EmailAddress

from partenaires.models import Utilisateur
from partenaires.socle.refus import Refus


class CompteFerme(Refus):
    """The account of this address was closed, or suspended."""

    phrase = "Le compte de cette adresse est fermé : écrivez au service Cohésion Sociale."


def prouve(adresse: str) -> Utilisateur | None:
    """The account that signs in with this address, its main one or not; None when nobody proved
    it.
    """
    prouvees = EmailAddress.objects.filter(email__iexact=adresse, verified=True)
    return Utilisateur.objects.filter(pk__in=prouvees.values("user")).first()


def adresses(personne: Utilisateur, **lesquelles: bool) -> set[str]:
    """Every address of an account in lower case, proved or not; the main one first of all."""
    siennes = EmailAddress.objects.filter(user=personne, **lesquelles)
    return {personne.email.lower(), *(une.email.lower() for une in siennes)}


def adresses_prouvees(personne: Utilisateur) -> set[str]:
    """Those where what is sent is for this person, in lower case: who signs in proved the main
    one.
    """
    return adresses(personne, verified=True)


def ouvrir(adresse: str, *, prenom: str, nom: str, mot_de_passe: str) -> Utilisateur:
    """The link proves the address: one password, and the person is in.

    An account that nobody had confirmed is taken over by who holds the link: whoever opened it
    never proved that the address is theirs. Raises `CompteFerme`.
    """
    personne = Utilisateur.objects.filter(email__iexact=adresse).first()
    if personne is None:
        personne = Utilisateur(email=adresse)
    elif not personne.is_active:
        raise CompteFerme
    personne.prenom = prenom
    personne.nom = nom
    personne.set_password(mot_de_passe)
    personne.save()
    EmailAddress.objects.update_or_create(
        user=personne, email=adresse, defaults={"verified": True, "primary": True}
    )
    return personne
