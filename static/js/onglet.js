// Without an account, where somebody writes more than a line: what is typed stays in this tab until
// it is sent or the tab is closed. Nothing of it stays on the device, which may be anybody's:
// docs/enregistrement.md §9. Whoever is signed in has the copy of copie.js.

const PREFIXE = "onglet:"; // of the copies of this tab
const { qui } = document.body.dataset;
// The page shows what was typed: the server gave it back with what it found wrong.
const MONTRE_LA_SAISIE = document.querySelector("#erreurs, .avis.danger") !== null;

/** What is typed and chosen, {name: list of texts}. */
function lire(formulaire) {
  const valeurs = {};
  for (const { name, type, value, checked } of formulaire.elements) {
    if (!name || ["hidden", "file", "submit", "button", "fieldset"].includes(type)) continue;
    valeurs[name] ??= [];
    if (checked || !["radio", "checkbox"].includes(type)) valeurs[name].push(value);
  }
  return valeurs;
}

const empreinte = JSON.stringify; // two equal prints, the same values

/** Always true: the field holds it. */
function remplir(formulaire, nom, valeurs) {
  for (const champ of formulaire.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
    if (["radio", "checkbox"].includes(champ.type)) champ.checked = valeurs.includes(champ.value);
    else champ.value = valeurs[0] ?? "";
  }
  return true;
}

function dire(etat, phrase, ...suite) {
  if (etat.annonce === undefined) {
    etat.annonce = document.createElement("p");
    etat.annonce.className = "sur";
    etat.annonce.setAttribute("role", "status");
    const actions = etat.formulaire.querySelector(".ligne-actions");
    if (actions) actions.before(etat.annonce);
    else etat.formulaire.append(etat.annonce);
  }
  if (etat.dit !== phrase) etat.annonce.replaceChildren(phrase, " ", ...suite);
  etat.dit = phrase;
}

function garder(etat, estEnvoye = false) {
  const champs = lire(etat.formulaire);
  try {
    const copie = { bases: etat.bases, champs, estEnvoye };
    sessionStorage.setItem(etat.cle, JSON.stringify(copie));
    return true;
  } catch {
    return false;
  }
}

function effacer(etat) {
  for (const [nom, valeurs] of Object.entries(etat.bases)) remplir(etat.formulaire, nom, valeurs);
  sessionStorage.removeItem(etat.cle);
  dire(etat, "Ce que vous aviez écrit est effacé.");
}

/** Put back where the page is as it was when it was typed: newer words are left as they are. What
 * the server gave back, with what it found wrong, is still to be kept.
 */
function reprendre(etat) {
  const copie = JSON.parse(sessionStorage.getItem(etat.cle));
  let estRepris = false;
  for (const [nom, valeurs] of Object.entries(copie?.champs ?? {})) {
    const [base, tapee, presente] = [copie.bases[nom], valeurs, etat.bases[nom]].map(empreinte);
    if (presente === tapee) etat.bases[nom] = copie.bases[nom];
    else if (presente === base) estRepris = remplir(etat.formulaire, nom, valeurs);
  }
  if (!estRepris) return;
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton second petit";
  bouton.textContent = "Effacer";
  bouton.addEventListener("click", () => effacer(etat));
  dire(etat, "Retrouvé\u00a0: ce que vous aviez écrit dans cet onglet, pas encore envoyé.", bouton);
}

/** The answer led here and says no error: what was sent is received, nothing of it stays. */
function oublierCeQuiEstArrive() {
  const [venue] = performance.getEntriesByType("navigation");
  if (venue.redirectCount === 0 || venue.type !== "navigate" || MONTRE_LA_SAISIE) return;
  for (const cle of Object.keys(sessionStorage)) {
    if (cle.startsWith(PREFIXE) && JSON.parse(sessionStorage.getItem(cle)).estEnvoye) {
      sessionStorage.removeItem(cle);
    }
  }
}

function surUneFrappe(etat) {
  const lieu = garder(etat)
    ? "gardé dans cet onglet, jusqu’à votre envoi ou jusqu’à sa fermeture"
    : "et cet appareil ne peut pas le garder";
  dire(etat, `Pas encore envoyé\u00a0: ${lieu}.`);
}

function brancher(formulaire, rang) {
  const cle = `${PREFIXE}${new URL(formulaire.action, location).pathname}#${rang}`;
  const etat = { formulaire, cle, bases: lire(formulaire) };
  formulaire.dataset.copie = cle;
  formulaire.addEventListener("input", () => surUneFrappe(etat));
  formulaire.addEventListener("submit", () => garder(etat, true));
  try {
    reprendre(etat);
  } catch {
    // Storage refused: the form still leaves by its button.
  }
}

if (!qui) {
  try {
    oublierCeQuiEstArrive();
  } catch {
    // Storage refused: nothing was kept.
  }
  const zones = [...document.querySelectorAll('form[method="post"] textarea')];
  [...new Set(zones.map((zone) => zone.form))].forEach(brancher);
}
