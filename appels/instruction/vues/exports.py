"""The work list as a file: at once when it is short, by the worker when it is long."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from appels.instruction import classeurs, colonnes, listes
from appels.instruction.actions import exports as actes
from appels.instruction.actions import journaux
from appels.instruction.forms.liste import ExportForm
from appels.instruction.vues.liste import lue
from appels.models import Appel, Export, FormatExport, GenreExport, ModeleExport
from appels.socle.requete import Requete
from partenaires.socle import droits
from partenaires.socle.erreurs import erreurs_de
from partenaires.socle.vues.formulaire import afficher, saisie
from quartiers.models.journalise import noter_l_ouverture

ICI = (GenreExport.LISTE, GenreExport.CONTACTS, GenreExport.CAMPAGNE)  # no page of their own
TOUT_DE_SUITE = 300  # rows: more are made by the worker
GENRES: dict[str, str] = {
    FormatExport.CSV: "text/csv; charset=utf-8",
    FormatExport.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FormatExport.ZIP: "application/zip",
    FormatExport.PDF: "application/pdf",
    FormatExport.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True)
class Demande:
    """A log that the worker may be asked: its kind, what it is about, which lines of it."""

    genre: GenreExport
    sur: str = ""
    appel: Appel | None = None
    filtres: dict[str, Any] = field(default_factory=dict)


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: Requete) -> HttpResponseBase:
    """Choose the format and the columns of the list that the address says; my files to come."""
    filtre, liste = lue(request)
    du_service = droits.est_agent(request.user)
    offertes = colonnes.permises(du_service=du_service)
    modeles = list(ModeleExport.objects.pour(request.user))
    form = ExportForm(
        saisie(request),
        offertes=offertes,
        par=request.user,
        du_service=du_service,
        initial={
            "colonnes": _precochees(modeles, request.GET.get("modele")) or _de_la_liste(liste)
        },
    )
    total = 0
    if filtre.is_valid():
        total = liste.dossiers(listes.lisibles_par(request.user), request.recu_le).count()
    if request.method == "POST" and form.is_valid() and filtre.is_valid():
        modele_garde = form.garder()
        if modele_garde:
            messages.success(request, f"Le modèle « {modele_garde} » est gardé.")
        choisies = form.cleaned_data["colonnes"]
        format = form.cleaned_data["format"]
        if total <= TOUT_DE_SUITE:
            return _tout_de_suite(request, liste, choisies, format)
        actes.demander(
            liste,
            choisies,
            format,
            par=request.user,
            recu_le=request.recu_le,
            total=total,
        )
        messages.success(request, "Le fichier est en préparation : il paraîtra ci-dessous.")
        return redirect(f"{request.path}?{liste.a_garder}")
    return afficher(
        request,
        "appels/instruction/exports.html",
        {
            "form": form,
            "liste": liste,
            "total": total,
            "modeles": modeles,
            "exports": a_moi(request, genre__in=ICI),
            "erreurs": [{**une, "ancre": ""} for une in erreurs_de(filtre)],  # of another page
        },
        form,
    )


def _precochees(modeles: list[ModeleExport], voulu: str | None) -> list[str]:
    """The columns of the model that the address names; none when it names none of mine."""
    for modele in modeles:
        if str(modele.pk) == voulu:
            return modele.colonnes
    return []


def _de_la_liste(liste: listes.Liste) -> list[str]:
    """What the list shows: it names the organisation beside the project, outside its columns."""
    return list(dict.fromkeys(["porteur", *liste.colonnes]))


def _tout_de_suite(
    request: Requete,
    liste: listes.Liste,
    choisies: list[str],
    format: str,
) -> HttpResponseBase:
    """The file itself."""
    dossiers, gardees = actes.lignes(liste, choisies, request.user, request.recu_le)
    nom = Export(demande_le=request.recu_le, format=format).nom
    if format == FormatExport.CSV:
        reponse = StreamingHttpResponse(
            classeurs.en_csv(dossiers, gardees), content_type=GENRES[format]
        )
        reponse["Content-Disposition"] = content_disposition_header(True, nom)
        return reponse
    fichier = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    classeurs.en_xlsx(dossiers, gardees, fichier)
    fichier.seek(0)
    return FileResponse(
        fichier,
        as_attachment=True,
        filename=nom,
        content_type=GENRES[format],
    )


def journal_en_fichier(
    request: Requete,
    journal: QuerySet,
    ecrire: Callable[[Any], Iterator[str]],
    nom: str,
    demande: Demande,
) -> HttpResponseBase:
    """A log: the file itself when it is short; when it is long, a page whose button asks for it.

    `ecrire` makes the file at once, `demande` says what the worker is asked.
    """
    if not journal[TOUT_DE_SUITE:].exists():
        reponse = StreamingHttpResponse(ecrire(journal), content_type=GENRES[FormatExport.CSV])
        reponse["Content-Disposition"] = content_disposition_header(True, nom)
        return reponse
    if request.method == "POST":
        journaux.demander(
            demande.genre,
            total=journal.count(),
            par=request.user,
            recu_le=request.recu_le,
            appel=demande.appel,
            filtres=demande.filtres,
        )
        messages.success(request, "Le fichier est en préparation : il paraîtra ci-dessous.")
        return redirect(request.get_full_path())
    return render(
        request,
        "appels/instruction/journal_long.html",
        {
            "titre": demande.genre.label,
            "sur": demande.sur,
            "exports": a_moi(request, genre=demande.genre),
            "tout_de_suite": TOUT_DE_SUITE,
        },
    )


@require_GET
def fichier(request: Requete, pk: int) -> FileResponse:
    """A file of mine, until its time is over, or my rights on what it shows."""
    export = get_object_or_404(
        Export,
        pk=pk,
        demande_par=request.user,
        etabli_le__isnull=False,
        demande_le__gt=request.recu_le - Export.DUREE,
    )
    actes.s_ouvre_encore.exiger(request.user, export)
    noter_l_ouverture(export, par=request.user.pk, le=request.recu_le)
    return FileResponse(
        export.fichier.open("rb"),
        as_attachment=True,
        filename=export.nom,
        content_type=GENRES[export.format],
    )


def a_moi(request: Requete, **filtres: object) -> list[Export]:
    """My files of this kind whose time is not over."""
    demandes = Export.objects.filter(demande_par=request.user, **filtres)
    return [
        export
        for export in demandes.select_related("partenaire")
        if export.expire_le > request.recu_le
    ]


def retirer_modele(request: Requete, pk: int) -> HttpResponseBase:
    """One of mine only."""
    modele = get_object_or_404(ModeleExport, pk=pk, par=request.user)
    modele.delete()
    messages.success(request, f"Le modèle « {modele} » est retiré.")
    return redirect("appels:exports")
