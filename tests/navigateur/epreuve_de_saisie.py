"""The play of a browser on the forms of a page: what somebody does, what is looked at, what is
reproached. `test_saisie_totale.py` says on which forms, for whom and how far.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from unittest.mock import patch

from allauth.core.internal import ratelimit
from django.conf import settings
from django.db import transaction
from django.test import Client

from partenaires.concertation import reperes
from partenaires.models import SessionOuverte
from tests.attente import jusqu_a
from tests.navigateur.conduites import Conduite
from tests.navigateur.frappes import LISIBLE, LONG, memes, remplissage
from tests.navigateur.inventaire import Vu, lire


def client_de(personne) -> Client:
    """A browser of this person; of nobody, not signed in."""
    client = Client()
    if personne is not None:
        entrer_aussi(client, personne)
    return client


def entrer_aussi(client: Client, personne) -> None:
    """Signed in, whatever this browser did before."""
    client.force_login(personne, backend="allauth.account.auth_backends.AuthenticationBackend")


# --- What is done on a page -------------------------------------------------------------------

SAISIR = """([rang, valeurs]) => {
    const formulaire = document.forms[rang];
    if (!formulaire) return null;
    for (let pli = formulaire.closest('details'); pli; pli = pli.parentElement.closest('details'))
        pli.open = true;
    for (const pli of formulaire.querySelectorAll('details')) pli.open = true;
    const tapes = {};
    // The row that begins is given a name of its own while one types in it.
    const champs = [...formulaire.elements].map(champ => [champ.name, champ]);
    for (const [nom, champ] of champs) {
        const voulu = valeurs[nom];
        if (!voulu || champ.disabled || champ.readOnly) continue;
        if (!champ.checkVisibility({ visibilityProperty: true })) continue;
        if (champ.type === 'checkbox') {
            if (champ.checked !== voulu.includes(champ.value)) champ.click();
        } else if (champ.type === 'radio') {
            if (voulu.includes(champ.value)) champ.click();
        } else if (champ.tagName === 'SELECT') {
            champ.value = voulu[0];
            champ.dispatchEvent(new Event('input', { bubbles: true }));
            champ.dispatchEvent(new Event('change', { bubbles: true }));
        } else {
            champ.focus();
            champ.select();
            document.execCommand('insertText', false, voulu[0]);
            champ.blur();
        }
        tapes[nom] = champ;
    }
    return Object.fromEntries(Object.entries(tapes).map(([nom, champ]) => [nom, champ.name]));
}"""
LIRE = """rang => {
    const lus = {};
    for (const champ of document.forms[rang]?.elements ?? []) {
        if (!champ.name || ['hidden', 'file', 'submit', 'button'].includes(champ.type)) continue;
        lus[champ.name] ??= [];
        const estUneBoite = champ.type === 'checkbox' || champ.type === 'radio';
        if (champ.tagName === 'SELECT')
            lus[champ.name].push(...[...champ.selectedOptions].map(choix => choix.value));
        else if (!estUneBoite || champ.checked) lus[champ.name].push(champ.value);
    }
    return lus;
}"""
DIT = """rang => {
    const formulaire = document.forms[rang];
    const etat = formulaire?.querySelector('[data-etat]')
        ?? formulaire?.querySelector('[role=status]');
    return etat?.textContent.trim() ?? '';
}"""
GARDE = "rang => 'copie' in (document.forms[rang]?.dataset ?? {})"
FAUTIFS = """rang => [...(document.forms[rang]?.elements ?? [])]
    .filter(champ => champ.getAttribute('aria-invalid') === 'true').map(champ => champ.name)"""
TOUT = """() => document.body.innerText
    + [...document.querySelectorAll('input, textarea')].map(champ => champ.value).join(' ')"""
ENREGISTRE = "Enregistré à"
EN_COURS = "Enregistrement…"
TABLEAU = "son tableau entier attend"
AILLEURS = "/accessibilite/"
SOUS_LES_YEUX = 12  # fields named in a failure


@dataclass
class Compte:
    """What was typed on one form by one role, and what of it came back."""

    tapes: int = 0
    perdus: set[tuple[int, str]] = field(default_factory=set)  # at which turn, which field


@dataclass
class Epreuve:
    """The play of a browser on the forms of everybody."""

    conduite: Conduite
    gens: dict
    envois: list[str]
    comptes: dict[tuple[str, str], Compte] = field(default_factory=lambda: defaultdict(Compte))
    fautes: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    cle: str = ""  # of the session of the browser
    tours: int = 0
    jamais_vus: Counter = field(default_factory=Counter)

    def reprocher(self, vu: Vu, quoi: str, detail: str = "") -> None:
        """What is wrong on a form, with the fields it is wrong of."""
        details = self.fautes.setdefault((vu.qui, vu.nom, quoi), [])
        if detail not in details:
            details.append(detail)

    def dites(self) -> str:
        """One line a fault; the first of its fields."""
        return "\n".join(
            f"{self.conduite.nom}, {qui}, {nom} : {quoi}, {len(vus)} : {vus[:SOUS_LES_YEUX]}"
            for (qui, nom, quoi), vus in self.fautes.items()
        )

    def entrer(self, qui: str) -> None:
        """Signed in, in this browser; nobody has no session."""
        cookie = client_de(self.gens[qui]).cookies.get(settings.SESSION_COOKIE_NAME)
        self.cle = cookie.value if cookie else ""
        self.conduite.entrer(self.cle)

    def couper(self) -> None:
        """The session of this browser is over; its cookie stays."""
        SessionOuverte.objects.filter(session_key=self.cle).delete()

    def servi(self, vu: Vu) -> dict[str, list[str]]:
        """What the database holds, as the page says it to somebody who opens it elsewhere."""
        if vu.qui not in self.clients:
            self.clients[vu.qui] = client_de(self.gens[vu.qui])
        for formulaire in lire(self.clients[vu.qui], vu.page):
            if formulaire.rang == vu.formulaire.rang:
                return {champ.nom: champ.valeurs for champ in formulaire.champs.values()}
        return {}

    def a_l_ecran(self, vu: Vu) -> dict[str, list[str]]:
        return self.conduite.demander(LIRE, vu.formulaire.rang)

    def taper(self, vu: Vu, manieres: tuple[str, ...]) -> tuple[str, list[str], dict]:
        """(the mark of this turn, the fields typed in, what the screen shows then)."""
        self.tours += 1
        marque = f"rep{self.tours:05d}"
        voulues = remplissage(vu.formulaire, manieres, marque)
        tapes = self.conduite.demander(SAISIR, [vu.formulaire.rang, voulues])
        assert tapes is not None, f"{vu.qui}, {vu.page} : le formulaire n’est pas dans la page"
        for nom in set(voulues) - set(tapes):
            self.jamais_vus[vu.nom, nom] += 1
        ecran = self.a_l_ecran(vu)
        compte = self.comptes[vu.qui, vu.nom]
        compte.tapes += len(tapes)
        for nom, devenu in tapes.items():
            est_un_texte = vu.formulaire.champs[nom].nature in ("texte", "zone")
            if est_un_texte and not memes(voulues[nom], ecran[devenu]):
                compte.perdus.add((self.tours, devenu))
                self.reprocher(vu, "coupé ou refusé par l’écran", f"{nom} : {dire(voulues[nom])}")
        return marque, list(tapes.values()), ecran

    def revoir(self, vu: Vu, tapes: list[str], ecran: dict, quand: str) -> None:
        """What was typed is on the screen again; a row may have another rank."""
        presents = self.a_l_ecran(vu)
        for nom in tapes:
            if not est_retrouve(nom, ecran[nom], presents):
                self.comptes[vu.qui, vu.nom].perdus.add((self.tours, nom))
                detail = f"{nom} : {dire(ecran[nom])} → {dire(presents.get(nom, []))}"
                self.reprocher(vu, f"perdu {quand}", detail)

    # --- A form that saves by itself -----------------------------------------------------------

    def attendre_la_reponse(self, vu: Vu) -> str:
        """What the page says, once it has said something of what was typed; it says nothing of a
        page that is as it was saved.
        """

        rien_a_dire = self.servi(vu) == self.a_l_ecran(vu)

        def est_dit() -> bool:
            self.conduite.patienter()
            dit = self.conduite.demander(DIT, vu.formulaire.rang)
            return (dit != "" or rien_a_dire) and not dit.endswith(EN_COURS)

        jusqu_a(est_dit, f"{vu.nom} dit si c’est enregistré")
        return self.conduite.demander(DIT, vu.formulaire.rang)

    def comparer(self, vu: Vu, avant: dict, ecran: dict) -> None:
        """Words, screen and database."""
        dit = self.attendre_la_reponse(vu)
        servi = self.servi(vu)
        fautifs = set(self.conduite.demander(FAUTIFS, vu.formulaire.rang))
        ecarts = {
            nom
            for nom, valeurs in ecran.items()
            if (nom in servi or any(valeurs)) and not est_retrouve(nom, valeurs, servi)
        }
        if dit.startswith(ENREGISTRE) and "sauf" not in dit and ecarts:
            detail = montrer(ecarts, ecran, servi)
            self.reprocher(vu, "« Enregistré » de ce que la base n’a pas", detail)
        for nom in ecarts:
            if nom in avant and not memes(avant[nom], servi.get(nom, [])):
                detail = f"{nom} : {dire(servi.get(nom, []))}"
                self.reprocher(vu, "ni l’ancienne valeur ni la tapée", detail)
            elif dit.startswith(ENREGISTRE) and not est_annonce(nom, fautifs, dit):
                detail = f"{nom} : {dire(ecran[nom])}"
                self.reprocher(vu, "pas enregistré, et le champ ne le dit pas", detail)

    def essayer_en_attendant(self, vu: Vu, manieres: tuple[str, ...]) -> None:
        """Typed, waited for, left, come back to."""
        avant = self.servi(vu)
        self.entrer(vu.qui)
        self.conduite.aller(vu.page)
        _, tapes, ecran = self.taper(vu, manieres)
        self.comparer(vu, avant, ecran)
        self.conduite.aller(AILLEURS)
        self.conduite.aller(vu.page)
        self.revoir(vu, tapes, ecran, "après l’attente")

    # --- A form whose copy stays in the browser ------------------------------------------------

    def essayer_sans_attendre(self, vu: Vu, manieres: tuple[str, ...]) -> None:
        """Typed, left at once, come back to; nothing is sent, nothing is said saved."""
        avant, deja = self.servi(vu), len(self.envois)
        self.entrer(vu.qui)
        self.conduite.aller(vu.page)
        _, tapes, ecran = self.taper(vu, manieres)
        if not vu.formulaire.s_enregistre_seul:
            self.rien_n_est_dit(vu, deja)
        self.conduite.aller(AILLEURS)
        if not vu.formulaire.s_envoie_seul:
            self.rien_n_a_bouge(vu, avant, deja)
        self.conduite.aller(vu.page)
        self.revoir(vu, tapes, ecran, "en partant sans attendre")
        if vu.formulaire.s_enregistre_seul:
            self.comparer(vu, avant, ecran)

    def rien_n_est_dit(self, vu: Vu, deja: int) -> None:
        """Kept in the browser; said saved only of a box that was sent."""
        if not self.conduite.demander(GARDE, vu.formulaire.rang):
            self.reprocher(vu, "rien ne garde ce qui est tapé")
        dit = self.conduite.demander(DIT, vu.formulaire.rang)
        est_envoye = vu.formulaire.s_envoie_par_case and len(self.envois) > deja
        if ENREGISTRE in dit and not est_envoye:
            self.reprocher(vu, "« Enregistré » de ce qui n’est pas envoyé", dit)

    def rien_n_a_bouge(self, vu: Vu, avant: dict, deja: int) -> None:
        if len(self.envois) > deja:
            self.reprocher(vu, "envoyé sans qu’on le demande", str(self.envois[deja:]))
        if self.servi(vu) != avant:
            self.reprocher(vu, "la base a changé sans qu’on le demande")

    # --- A session that ends -------------------------------------------------------------------

    def essayer_la_session_coupee(self, vu: Vu, manieres: tuple[str, ...], autre: str) -> None:
        """Cut while one types; somebody else signs in; then the same person."""
        avant = self.servi(vu)
        self.entrer(vu.qui)
        self.conduite.aller(vu.page)
        self.couper()
        marque, tapes, ecran = self.taper(vu, manieres)
        if vu.formulaire.s_enregistre_seul:
            dit = self.attendre_la_reponse(vu)
            if dit.startswith(ENREGISTRE):
                self.reprocher(vu, "« Enregistré » sans session", dit)
        if self.servi(vu) != avant:
            self.reprocher(vu, "la base a changé sans session")
        self.entrer(autre)
        self.conduite.aller(vu.page)
        if marque in self.conduite.demander(TOUT):
            self.reprocher(vu, "une autre personne le lit", autre)
        self.entrer(vu.qui)
        self.conduite.aller(vu.page)
        self.revoir(vu, tapes, ecran, "après une session coupée")
        if vu.formulaire.s_enregistre_seul:
            self.comparer(vu, avant, ecran)

    # --- Without script ------------------------------------------------------------------------

    def essayer_sans_script(self, vu: Vu, manieres: tuple[str, ...], autre: str) -> None:
        """Posted by its button when the session is over: it comes back to its person alone."""
        if vu.est_public:  # nothing there asks for a session: what is sent is received, or refused
            self.essayer_le_refus(vu)
            return
        for suivant in (autre, vu.qui):
            avant = self.servi(vu)
            marque, typees, client = self.poster_sans_session(vu, manieres)
            entrer_aussi(client, self.gens[suivant])
            page = client.get(vu.page)
            if suivant == vu.qui:
                self.revenues(vu, typees, client)
            elif marque in b"".join(page).decode("utf-8", "replace"):
                self.reprocher(vu, "sans script, une autre personne le lit", autre)
            if self.servi(vu) != avant:
                self.reprocher(vu, "sans script, la base a changé sans session")

    def essayer_le_refus(self, vu: Vu) -> None:
        """Too long, then one sending too many: the page says why, and gives back what was typed."""
        statut = self.refuser(vu, (LONG,), "trop long")
        if statut < 400:
            self.reprocher(vu, "trop long, et reçu", str(statut))
        with patch.object(ratelimit, "consume", return_value=None):
            self.refuser(vu, (LISIBLE,), "une limite est pleine")

    def refuser(self, vu: Vu, manieres: tuple[str, ...], raison: str) -> int:
        """Posted without script; nothing of it stays in the database. The status of the answer."""
        self.tours += 1
        client = client_de(self.gens[vu.qui])
        montre = lire(client, vu.page)[vu.formulaire.rang]
        typees = remplissage(montre, manieres, f"rep{self.tours:05d}")
        vers = montre.attributs.get("action") or vu.page
        donnees, ici = {**montre.caches, **typees}, {"Sec-Fetch-Site": "same-origin"}
        # Nobody waits in front of the page, and the next try finds it as it was.
        with patch.object(reperes, "ATTENTE", timedelta(0)), transaction.atomic():
            reponse = client.post(vers, donnees, headers=ici)
            transaction.set_rollback(True)
        if reponse.status_code == 302:  # it has no limit: received
            return reponse.status_code
        corps = en_une_ligne(unescape(reponse.content.decode()))
        compte = self.comptes[vu.qui, f"{vu.nom}, {raison}"]
        for nom, valeurs in typees.items():
            if montre.champs[nom].nature not in ("texte", "zone"):
                continue
            compte.tapes += 1
            if en_une_ligne(valeurs[0]) not in corps:
                compte.perdus.add((self.tours, nom))
                self.reprocher(vu, f"perdu quand c’est refusé : {raison}", nom)
        return reponse.status_code

    def poster_sans_session(self, vu: Vu, manieres: tuple[str, ...]) -> tuple[str, dict, Client]:
        self.tours += 1
        marque = f"rep{self.tours:05d}"
        client = client_de(self.gens[vu.qui])
        montre = lire(client, vu.page)[vu.formulaire.rang]
        typees = {nom: v for nom, v in remplissage(montre, manieres, marque).items() if v}
        cle = client.cookies[settings.SESSION_COOKIE_NAME].value
        SessionOuverte.objects.filter(session_key=cle).delete()
        vers = montre.attributs.get("action") or vu.page
        reponse = client.post(vers, {**montre.caches, **typees})
        if reponse.status_code != 302:
            self.reprocher(vu, "sans script et sans session", str(reponse.status_code))
        return marque, typees, client

    def revenues(self, vu: Vu, typees: dict, client: Client) -> None:
        """The same form, filled with what was posted."""
        rendus = lire(client, vu.page)
        noms = set(vu.formulaire.champs)
        semblables = [f for f in rendus if set(f.champs) == noms]
        compte = self.comptes[vu.qui, f"{vu.nom}, sans script"]
        compte.tapes += len(typees)
        for nom, valeurs in typees.items():
            if not any(memes(valeurs, rendu.champs[nom].valeurs) for rendu in semblables):
                compte.perdus.add((self.tours, nom))
                self.reprocher(vu, "sans script, perdu après une session coupée", nom)

    # --- What is printed -----------------------------------------------------------------------

    def table(self) -> str:
        lignes = [f"{self.conduite.nom} : champs tapés, retrouvés, perdus"]
        for (qui, nom), compte in sorted(self.comptes.items()):
            perdus = len(compte.perdus)
            lignes.append(f"  {qui}, {nom} : {compte.tapes}, {compte.tapes - perdus}, {perdus}")
        tapes = sum(compte.tapes for compte in self.comptes.values())
        perdus = sum(len(compte.perdus) for compte in self.comptes.values())
        if self.jamais_vus:
            cites = sorted({f"{nom} {champ}" for nom, champ in self.jamais_vus})
            lignes.append(f"  jamais à l’écran, donc jamais tapés : {', '.join(cites)}")
        lignes.append(f"  en tout : {tapes} tapés, {tapes - perdus} retrouvés, {perdus} perdus")
        return "\n".join(lignes)


def est_annonce(nom: str, fautifs: set[str], dit: str) -> bool:
    """The field says that it is wrong; or it stands in a table that waits whole, which is said."""
    tables = {fautif.split("-")[0] for fautif in fautifs if "-" in fautif}
    return nom in fautifs or (nom.split("-")[0] in tables and TABLEAU in dit)


def est_retrouve(nom: str, valeurs: list[str], autres: dict[str, list[str]]) -> bool:
    """The same value under that name; a row that has another rank now, in any row. What a row once
    saved says in words, the funder that was chosen, has no field any more: its row is there.
    """
    if nom in autres:
        return memes(valeurs, autres[nom])
    rangee, _, suite = nom.rpartition("-")
    if rangee and any(autre.startswith(f"{rangee}-") for autre in autres):
        return True
    return any(
        memes(valeurs, siennes)
        for autre, siennes in autres.items()
        if autre.rpartition("-")[2] == suite
    )


def en_une_ligne(texte: str) -> str:
    return re.sub(r"\s+", " ", texte).strip()


def dire(valeurs: list[str]) -> str:
    return " | ".join(valeur[:60] for valeur in valeurs)


def montrer(noms: set[str], ecran: dict, servi: dict) -> str:
    return ", ".join(
        f"{nom} ({dire(ecran[nom])} → {dire(servi.get(nom, []))})" for nom in sorted(noms)
    )
