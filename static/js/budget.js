// The totals of the budget while one types. Without script, the button « Enregistrer et recalculer »
// counts them; the server's rules are in the forms and `budget.py`, this only shows sums.

import { centimes, euros } from "./commun/montants.js";

const DELAI = 150; // ms: a total that changes at each key cannot be read
const PAUSE = 1500; // ms without a key, then the balance is said: the only thing that is

const etat = {
  formulaire: document.querySelector("[data-budget]").closest("form"),
  attente: undefined, // the timer of the next count
  parole: undefined, // the timer of what is said of the balance
};

/** The amount of one field: nothing when its line is about to be removed. */
function montantDe(champ) {
  const retirer = champ.closest("fieldset").querySelector('input[name$="-retirer"]');
  if (retirer?.checked) return 0n;
  return centimes(champ.value) ?? 0n;
}

/** Sums of the page: by side, by heading, and of what is asked of the funders. */
function additionner() {
  const cotes = { charges: 0n, produits: 0n, vcharges: 0n, vproduits: 0n };
  const postes = {};
  let demandes = 0n;
  for (const champ of etat.formulaire.querySelectorAll("[data-cote]")) {
    const montant = montantDe(champ);
    const { cote, poste } = champ.dataset;
    cotes[cote] += montant;
    postes[poste] = (postes[poste] ?? 0n) + montant;
    if (/^(f-\d+|nouveau)-montant$/.test(champ.name)) demandes += montant;
  }
  return { cotes, postes, demandes };
}

function ecrireLesTotaux({ cotes, postes, demandes }) {
  const charges = cotes.charges + cotes.vcharges;
  const produits = cotes.produits + cotes.vproduits;
  const totaux = {
    ...cotes,
    ecart: cotes.produits - cotes.charges,
    vecart: cotes.vproduits - cotes.vcharges,
    gcharges: charges,
    gproduits: produits,
    gecart: produits - charges,
    f74: demandes,
  };
  for (const sortie of document.querySelectorAll("[data-total]")) {
    sortie.textContent = euros(totaux[sortie.dataset.total]);
  }
  for (const sortie of document.querySelectorAll("[data-total-poste]")) {
    sortie.textContent = euros(postes[sortie.dataset.totalPoste] ?? 0n);
  }
}

/** The share of the products that is asked, in tenths of a percent rounded half up. */
function ecrireLeTaux({ cotes, demandes }) {
  const sortie = document.querySelector("[data-taux]");
  if (sortie === null || cotes.produits === 0n) return;
  const dixiemes = (demandes * 2000n + cotes.produits) / (2n * cotes.produits);
  const decimale = dixiemes % 10n === 0n ? "" : `,${dixiemes % 10n}`;
  sortie.textContent = `${dixiemes / 10n}${decimale}\u00a0%`;
}

/** The sentence of `budget.py` on two totals that should be equal; "" when they are. */
function comparer(sujet, gauche, autre, droite) {
  if (gauche === droite) return "";
  const sens = gauche < droite ? "inférieur" : "supérieur";
  const ecart = gauche < droite ? droite - gauche : gauche - droite;
  return `${sujet} (${euros(gauche)}) est ${sens} de ${euros(ecart)} à ${autre} (${euros(droite)}).`;
}

function direLEquilibre({ cotes }) {
  const ecarts = [
    comparer("Le total des produits", cotes.produits, "celui des charges", cotes.charges),
    comparer("Le total du compte 87", cotes.vproduits, "celui du compte 86", cotes.vcharges),
  ].filter((phrase) => phrase !== "");
  const estVide = cotes.charges + cotes.vcharges === 0n;
  const accord = estVide ? "Aucun montant pour le moment." : "Le budget est équilibré.";
  const phrase = ecarts.length > 0 ? ecarts.join(" ") : accord;
  const verdict = document.querySelector("[data-verdict]");
  const texte = verdict.querySelector("[data-phrase]");
  // Written only when it changes: a screen reader says it each time.
  if (texte.textContent.trim() !== phrase) texte.textContent = phrase;
  verdict.classList.toggle("alerte", ecarts.length > 0);
}

function recalculer() {
  const sommes = additionner();
  ecrireLesTotaux(sommes);
  ecrireLeTaux(sommes);
  clearTimeout(etat.parole);
  etat.parole = setTimeout(() => direLEquilibre(sommes), PAUSE);
}

/** A new line counts on the side and under the heading of the account chosen for it. */
function rattacherLaLigne(choix) {
  const montant = choix.closest("fieldset").querySelector('[name$="-montant"]');
  const poste = choix.value && document.querySelector(`[name="c-${choix.value}"]`);
  if (poste) {
    montant.dataset.cote = poste.dataset.cote;
    montant.dataset.poste = poste.dataset.poste;
  } else {
    delete montant.dataset.cote;
  }
}

etat.formulaire.addEventListener("input", () => {
  clearTimeout(etat.attente);
  etat.attente = setTimeout(recalculer, DELAI);
});
etat.formulaire.addEventListener("change", (evenement) => {
  if (evenement.target.matches('select[name$="-code"]')) rattacherLaLigne(evenement.target);
  recalculer();
});
// Sent by `saisie.js` when it fills a field itself.
etat.formulaire.addEventListener("recalculer", recalculer);
recalculer();
