// The committee: what remains of each envelope while amounts are typed, the arrows that go up and
// down a column; in the meeting, one project a page, those that turn the pages. Without script, the
// page counts again when it is saved.

import { centimes, euros } from "./commun/montants.js";

const etat = {
  formulaire: document.querySelector("form[data-matrice]"),
  champs: [], // the amounts that can be typed, in the order of the page
};

/** What is typed over what was there when the page was read, for one funder. */
function ecartDuCompte(compte) {
  let ecart = 0n;
  for (const champ of etat.champs) {
    if (champ.dataset.compte !== compte) continue;
    const avant = BigInt(champ.dataset.avant);
    // An amount that cannot be read changes nothing until it is corrected.
    ecart += (centimes(champ.value) ?? avant) - avant;
  }
  return ecart;
}

function recompter() {
  for (const enveloppe of document.querySelectorAll("[data-enveloppe]")) {
    if (!enveloppe.dataset.enveloppe) continue; // nobody has said its amount
    const propose = BigInt(enveloppe.dataset.propose) + ecartDuCompte(enveloppe.dataset.pour);
    const reste = BigInt(enveloppe.dataset.enveloppe) - propose;
    const sortie = enveloppe.querySelector("[data-reste]");
    sortie.textContent = reste < 0n ? `${euros(-reste)} de trop` : `${euros(reste)} restants`;
    sortie.classList.toggle("trop", reste < 0n);
  }
}

function changerDeLigne(evenement) {
  const pas = { ArrowUp: -1, ArrowDown: 1 }[evenement.key];
  if (pas === undefined) return;
  const compte = evenement.target.dataset.compte;
  const colonne = etat.champs.filter((champ) => champ.dataset.compte === compte);
  const voisin = colonne[colonne.indexOf(evenement.target) + pas];
  if (voisin === undefined) return;
  evenement.preventDefault();
  voisin.select();
}

// A project closed to the reader has no amounts.
if (etat.formulaire !== null) {
  etat.champs = [...etat.formulaire.querySelectorAll("[data-compte]")];
  recompter();
  etat.formulaire.addEventListener("input", recompter);
  etat.formulaire.addEventListener("keydown", changerDeLigne);
}

// --- The pages of the meeting ----------------------------------------------------------------

const SENS = { ArrowLeft: "prev", ArrowRight: "next" };
// In these the arrows already move the cursor or the choice.
const CHAMPS = "input, textarea, select, summary";

function tournerLaPage(evenement) {
  const sens = SENS[evenement.key];
  // With Alt, Ctrl or Command they belong to the browser.
  const avecTouche = evenement.altKey || evenement.ctrlKey || evenement.metaKey;
  if (sens === undefined || avecTouche || evenement.target.matches(CHAMPS)) return;
  const lien = document.querySelector(`[data-seance] [rel=${sens}]`);
  if (lien === null) return;
  evenement.preventDefault();
  lien.click();
}

if (document.querySelector("[data-seance]")) document.addEventListener("keydown", tournerLaPage);
