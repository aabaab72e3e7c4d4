// What every page with a script does, whatever it is for.

export const PREFIXE = "saisie:"; // of the copies kept in the browser

/** Nothing stays on a shared computer; the server asks the browser for the same (Clear-Site-Data). */
function effacerLesCopies() {
  for (const nom of Object.keys(localStorage)) {
    if (nom.startsWith(PREFIXE)) localStorage.removeItem(nom);
  }
}

for (const sortie of document.querySelectorAll('form[action*="logout"]')) {
  sortie.addEventListener("submit", effacerLesCopies);
}

// --- A length is counted live; nothing is cut -------------------------------------------------

const A_DIRE = 0.9; // of the length, before it is said
const PAUSE_DU_COMPTE = 600; // ms: said after a pause, not at each key
const enAttente = new WeakMap(); // by field, the timer of its count

function grouper(nombre) {
  return String(nombre).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
}

/** « 8 602 sur 5 000 : retirez 3 602 caractères. », in characters, as the server counts. */
function compte(longueur, maximum) {
  const sur = `${grouper(longueur)} sur ${grouper(maximum)}`;
  const deTrop = longueur - maximum;
  if (deTrop <= 0) return `${sur} caractères.`;
  return `${sur} : retirez ${grouper(deTrop)}\u00a0caractère${deTrop > 1 ? "s" : ""}.`;
}

function direLaLongueur(champ) {
  const longueur = [...champ.value].length;
  const maximum = Number(champ.dataset.max);
  let ligne = document.getElementById(`${champ.id}_compte`);
  if (ligne === null) {
    if (longueur < maximum * A_DIRE) return;
    ligne = document.createElement("p");
    ligne.id = `${champ.id}_compte`;
    ligne.setAttribute("role", "status");
    champ.after(ligne);
  }
  ligne.className = longueur > maximum ? "erreur" : "aide";
  ligne.textContent = longueur < maximum * A_DIRE ? "" : compte(longueur, maximum);
}

document.addEventListener("input", ({ target: champ }) => {
  if (!champ.dataset?.max) return;
  clearTimeout(enAttente.get(champ));
  enAttente.set(champ, setTimeout(() => direLaLongueur(champ), PAUSE_DU_COMPTE));
});
for (const champ of document.querySelectorAll("textarea[data-max]")) direLaLongueur(champ);

// When the page comes back with errors, their summary is read first.
document.querySelector('.avis.danger[role="alert"]')?.focus();
