// Six questions without an account: the answers stay on this device, and are found again. Without
// script, they go from page to page in the form; without storage, the page says so.

const CLE = "depart";
const formulaire = document.querySelector("[data-depart]");

function lire() {
  return JSON.parse(localStorage.getItem(CLE) ?? "null");
}

/** What is typed, {name: value}; what the server put there is left to it. */
function reponses() {
  const champs = [...formulaire.elements].filter(
    ({ name, type }) => name && !["hidden", "submit"].includes(type),
  );
  const dites = champs.filter(({ type, checked }) => type !== "radio" || checked);
  return Object.fromEntries(dites.map(({ name, value }) => [name, value]));
}

function dire(phrase) {
  formulaire.querySelector("[data-garde]").textContent = phrase;
}

function garder() {
  try {
    localStorage.setItem(CLE, JSON.stringify(reponses()));
    dire(
      "Vos réponses sont gardées sur cet appareil ; en navigation privée, jusqu’à sa fermeture.",
    );
  } catch {
    dire("Cet appareil ne garde rien : allez au bout et gardez votre brouillon par courriel.");
  }
}

/** Put back what was answered here, where the page says nothing. */
function reprendre() {
  const gardees = lire();
  if (gardees === null) return;
  for (const [nom, valeur] of Object.entries(gardees)) {
    for (const champ of formulaire.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
      if (champ.type === "radio") champ.checked = champ.value === valeur;
      else champ.value ||= valeur;
    }
  }
  dire("Vos réponses de la dernière fois sont là.");
}

function commencer() {
  const estNeuf = document.querySelector("#erreurs") === null && reponses().intitule === "";
  try {
    if (estNeuf) reprendre();
  } catch {
    dire("Cet appareil ne garde rien : allez au bout et gardez votre brouillon par courriel.");
  }
  formulaire.addEventListener("input", garder);
}

/** The link of the mail was good, and the server holds the answers. */
function oublier() {
  try {
    localStorage.removeItem(CLE);
  } catch {
    // nothing was kept here
  }
}

if (formulaire) commencer();
document.querySelector("[data-depart-rangement]")?.addEventListener("submit", oublier);
