// The matrix: each amount saved by itself, with its own word in its cell; envelopes, bars and totals
// counted again while one types; arrows and Enter that go up and down a column. The requests, the
// answers and their sentences are those of docs/enregistrement.md §11. Without script, the button
// saves what the page holds.

import {
  attendreLaSession,
  blocDuChoix,
  lienPourSeReconnecter,
  lier,
  posterOuRenouveler,
} from "./commun/champs.js";
import { centimes, euros } from "./commun/montants.js";

const PAUSE = 1200; // milliseconds without a key, and the amount leaves
const PREMIER_ESSAI = 2000; // then twice as long each time…
const DERNIER_ESSAI = 30000; // … up to this
const LARGEUR = 1000n; // of the drawing of a bar

const SANS_DROIT = "Pas enregistré : votre compte ne peut plus écrire dans ce scénario.";
const DISPARU = "Pas enregistré : ce scénario n’est plus là. Rouvrez la liste des scénarios.";
const IMPREVU = "Pas enregistré : le serveur n’a pas lu cette demande. Rechargez la page.";

const formulaire = document.querySelector("form[data-matrice]");
const annonce = formulaire.querySelector("[data-annonce]");
const champs = [...formulaire.querySelectorAll("[data-compte]")];

const etat = {
  file: [], // the amounts that wait to leave, one request at a time
  enVol: null,
  delai: PREMIER_ESSAI,
  minuteurs: new Map(), // by field: the pause after its last key
};

// --- Counted again ---------------------------------------------------------------------------

/** The cents that the server is known to hold for a field; null for nothing. */
function garde(champ) {
  return champ.dataset.avant === "" ? null : BigInt(champ.dataset.avant);
}

/** The cents typed; those kept while they cannot be read. */
function lu(champ) {
  return centimes(champ.value) ?? garde(champ) ?? 0n;
}

function ecartDe(cle) {
  let ecart = 0n;
  for (const champ of champs) {
    if (champ.dataset.compte === cle) ecart += lu(champ) - (garde(champ) ?? 0n);
  }
  return ecart;
}

function dessiner(tete, propose, enveloppe) {
  const demande = BigInt(tete.dataset.demande);
  const tout = [demande, propose, enveloppe ?? 0n, 1n].reduce((a, b) => (a > b ? a : b));
  const trop = enveloppe !== null && propose > enveloppe ? propose - enveloppe : 0n;
  const tenu = (LARGEUR * (propose - trop)) / tout;
  const longueur = (LARGEUR * trop) / tout;
  tete.querySelector(".part").setAttribute("d", `M0 0h${tenu}v10H0z`);
  tete.querySelector(".trop").setAttribute("d", `M${tenu} 0h${longueur}v10h-${longueur}z`);
  tete.querySelector(".dem").setAttribute("d", `M0 0h${(LARGEUR * demande) / tout}v10H0z`);
  const borne = enveloppe === null ? null : tete.querySelector(".borne");
  borne?.setAttribute("d", `M${(LARGEUR * enveloppe) / tout} -2v14`);
}

function recompterLesTetes() {
  let ensemble = 0n;
  let depassements = "";
  for (const tete of formulaire.querySelectorAll("[data-pour]")) {
    const propose = BigInt(tete.dataset.propose) + ecartDe(tete.dataset.pour);
    const enveloppe = tete.dataset.enveloppe === "" ? null : BigInt(tete.dataset.enveloppe);
    ensemble += propose;
    tete.querySelector("[data-somme]").textContent = euros(propose);
    dessiner(tete, propose, enveloppe);
    if (enveloppe === null) continue;
    const reste = enveloppe - propose;
    const sortie = tete.querySelector("[data-reste]");
    sortie.textContent = reste < 0n ? `${euros(-reste)} de trop` : `${euros(reste)} restants`;
    sortie.classList.toggle("trop", reste < 0n);
    if (reste < 0n) {
      depassements += `${tete.dataset.le} dépasse son enveloppe de ${euros(-reste)}. `;
    }
  }
  direLesDepassements(depassements);
  formulaire.querySelector("[data-ensemble]").textContent = euros(ensemble);
}

/** Written only when it changes: the bar stays in sight while one types. */
function direLesDepassements(phrases) {
  const barre = formulaire.querySelector("[data-trop]");
  if (barre.textContent.trim() !== phrases.trim()) barre.textContent = phrases;
  const lien = formulaire.querySelector("[data-voir-trop]");
  if (lien !== null) lien.hidden = phrases === "";
}

function sommer(lesChamps, debut = 0n) {
  return lesChamps.reduce((somme, champ) => somme + lu(champ), debut);
}

function sommerLesGardes(lesChamps) {
  return lesChamps.reduce((somme, champ) => somme + (garde(champ) ?? 0n), 0n);
}

/** The totals of the rows, of the groups and of the columns; what the page does not hold stays. */
function recompterLesTotaux() {
  for (const total of formulaire.querySelectorAll("[data-ligne-total]")) {
    const siens = [...total.parentElement.querySelectorAll("[data-compte]")];
    if (siens.length > 0) total.querySelector("b").textContent = euros(sommer(siens));
  }
  for (const total of formulaire.querySelectorAll("[data-total]")) {
    const cle = total.dataset.total;
    const groupe = total.closest("tbody") ?? formulaire; // below the table: all of them
    const siens = champs.filter(
      (champ) => groupe.contains(champ) && (cle === "tous" || champ.dataset.compte === cle),
    );
    if (total.dataset.horsPage === undefined) {
      // As served: what is typed already is not of it.
      const montre = centimes(total.textContent) ?? 0n;
      total.dataset.horsPage = String(montre - sommerLesGardes(siens));
    }
    total.textContent = euros(sommer(siens, BigInt(total.dataset.horsPage)));
  }
}

function recompter() {
  recompterLesTetes();
  recompterLesTotaux();
  formulaire.querySelector("[data-ouverture]").hidden = false;
}

// --- The word of a cell ----------------------------------------------------------------------

function dire(champ, phrase, estUneErreur = false, ...suite) {
  const cle = `${champ.id}_mot`;
  let mot = document.getElementById(cle);
  if (mot === null) {
    mot = document.createElement("em");
    mot.id = cle;
    champ.parentElement.after(mot);
  }
  mot.replaceChildren(lier(phrase), ...suite);
  mot.className = estUneErreur ? "erreur" : "";
  if (estUneErreur) {
    champ.setAttribute("aria-invalid", "true");
    champ.setAttribute("aria-describedby", cle);
  } else {
    champ.removeAttribute("aria-invalid");
    champ.removeAttribute("aria-describedby");
  }
}

function annoncer(champ, phrase) {
  annonce.textContent = lier(`${phrase} ${champ.getAttribute("aria-label").split(",")[0]}.`);
}

// --- Sending ---------------------------------------------------------------------------------

function aChange(champ) {
  return champ.value !== champ.defaultValue;
}

/** Somebody must choose between two amounts: nothing leaves meanwhile. */
function unChoixEstAttendu(champ) {
  return champ.closest("td").querySelector("[data-choix]") !== null;
}

function demander(champ) {
  clearTimeout(etat.minuteurs.get(champ));
  // In flight: what was typed meanwhile leaves once its answer is known.
  if (champ === etat.enVol || etat.file.includes(champ)) return;
  if (!aChange(champ) || unChoixEstAttendu(champ)) return;
  etat.file.push(champ);
  vider();
}

async function vider() {
  if (etat.enVol !== null || etat.file.length === 0) return;
  const champ = etat.file.shift();
  etat.enVol = champ;
  dire(champ, "…");
  const envoye = champ.value;
  const adresse = formulaire.dataset.matrice;
  const recue = await posterOuRenouveler(adresse, () => corpsDeLEnvoi(champ, envoye));
  etat.enVol = null;
  suivre(champ, envoye, recue);
  if (champ.value !== envoye) demander(champ);
  vider();
}

function corpsDeLEnvoi(champ, envoye) {
  const corps = new FormData();
  corps.append("csrfmiddlewaretoken", formulaire.elements.csrfmiddlewaretoken.value);
  corps.append("demande", champ.name.slice(1));
  corps.append("montant", envoye);
  corps.append("vu", champ.dataset.avant);
  return corps;
}

function suivre(champ, envoye, { reponse, nom }) {
  if (nom === "sessionFinie") return attendreQuOnSeReconnecte(champ);
  if (nom === "sansDroit") return dire(champ, SANS_DROIT, true);
  const dit = reponse?.dit ?? {};
  if (reponse?.statut === 200 && dit.comptes) return enregistre(champ, envoye, dit);
  if (reponse?.statut === 409 && dit.texte !== undefined) return dispute(champ, dit);
  if (dit.phrase) return dire(champ, dit.phrase, true);
  if (reponse === null || reponse.statut >= 500 || reponse.statut === 429) return attendre(champ);
  return dire(champ, reponse.statut === 404 ? DISPARU : IMPREVU, true);
}

/** The amounts leave by themselves once the same person is signed in again. */
function attendreQuOnSeReconnecte(champ) {
  dire(champ, "Pas enregistré : votre session est finie. ", true, lienPourSeReconnecter());
  attendreLaSession(() => champs.forEach(demander));
}

function enregistre(champ, envoye, dit) {
  etat.delai = PREMIER_ESSAI;
  retenir(champ, dit.centimes, dit.texte);
  if (champ.value === envoye) champ.value = dit.texte;
  for (const tete of formulaire.querySelectorAll("[data-pour]")) {
    const propose = dit.comptes[tete.dataset.pour];
    if (propose !== undefined) tete.dataset.propose = propose;
  }
  dire(champ, dit.alerte ? `enregistré. ${dit.alerte}` : "enregistré");
  annoncer(champ, `Enregistré à ${dit.le} :`);
  recompter();
}

/** What the server holds: the page, the button and the copy of the browser know it. */
function retenir(champ, cents, texte) {
  champ.dataset.avant = cents ?? "";
  champ.defaultValue = texte;
  const nom = `v${champ.name.slice(1)}`;
  let vu = formulaire.elements[nom];
  if (vu === undefined) {
    vu = document.createElement("input");
    vu.type = "hidden";
    vu.name = nom;
    formulaire.append(vu);
  }
  vu.value = champ.dataset.avant;
  const detail = { nom: champ.name, valeurs: [texte] };
  formulaire.dispatchEvent(new CustomEvent("enregistre", { detail }));
}

/** Two people wrote this amount: nothing is laid over, the one who is here chooses. */
function dispute(champ, dit) {
  const mien = champ.value;
  dire(champ, dit.phrase, true);
  retenir(champ, dit.centimes, dit.texte);
  const libelle = champ.getAttribute("aria-label");
  const bloc = blocDuChoix(
    champ,
    libelle,
    `Maintenant : ${dit.texte || "aucun montant"}`,
    (leMien) => {
      champ.value = leMien ? mien : dit.texte;
      dire(champ, "");
      recompter();
      if (leMien) demander(champ);
    },
  );
  champ.parentElement.after(bloc);
  bloc.focus();
  recompter();
}

function attendre(champ) {
  const secondes = Math.round(etat.delai / 1000);
  dire(champ, `Pas enregistré : le serveur ne répond pas. Nouvel essai dans ${secondes} s.`, true);
  setTimeout(() => demander(champ), etat.delai);
  etat.delai = Math.min(etat.delai * 2, DERNIER_ESSAI);
}

// --- On the page -----------------------------------------------------------------------------

function surUneFrappe({ target: champ }) {
  recompter();
  const touches = champ.dataset?.compte === undefined ? champs.filter(aChange) : [champ];
  for (const touche of touches) {
    clearTimeout(etat.minuteurs.get(touche));
    etat.minuteurs.set(
      touche,
      setTimeout(() => demander(touche), PAUSE),
    );
  }
}

/** Up and down a column; Enter goes down, and throws nobody back to the top of the page. */
function changerDeLigne(evenement) {
  const pas = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[evenement.key];
  const champ = evenement.target;
  if (pas === undefined || champ.dataset.compte === undefined) return;
  const colonne = champs.filter((autre) => autre.dataset.compte === champ.dataset.compte);
  const voisin = colonne[colonne.indexOf(champ) + pas];
  if (evenement.key === "Enter") {
    evenement.preventDefault();
    demander(champ);
  }
  if (voisin === undefined) return;
  evenement.preventDefault();
  voisin.select();
}

if (champs.length > 0) {
  formulaire.addEventListener("input", surUneFrappe);
  formulaire.addEventListener("change", ({ target }) => demander(target));
  formulaire.addEventListener("keydown", changerDeLigne);
  addEventListener("online", () => champs.forEach(demander));
}
