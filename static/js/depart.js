// Six questions without an account: the answers stay on this device, and are found again. Without
// script, they go from page to page in the form; without storage, the page says so. A device may
// be shared: they can be erased here, and those of somebody signed in are read by nobody else.

const SANS_COMPTE = "depart";
const formulaire = document.querySelector("[data-depart]");
const { qui } = document.body.dataset;
const CLE = qui ? `saisie:${qui}:depart` : SANS_COMPTE; // signing out erases what begins so

const SANS_MEMOIRE =
  "Cet appareil ne garde rien : allez au bout et gardez votre brouillon par courriel.";
const GARDE =
  "Vos réponses sont gardées sur cet appareil ; en navigation privée, jusqu’à sa fermeture.";

function lire(cle) {
  return JSON.parse(localStorage.getItem(cle) ?? "null");
}

/** The fields that somebody answers; what the server put there is left to it. */
function champs() {
  return [...formulaire.elements].filter(
    ({ name, type }) => name && !["hidden", "submit", "button"].includes(type),
  );
}

/** What is typed, {name: value}. */
function reponses() {
  const dites = champs().filter(({ type, checked }) => type !== "radio" || checked);
  return Object.fromEntries(dites.map(({ name, value }) => [name, value]));
}

// --- What is said -----------------------------------------------------------------------------

function bouton(mots, geste) {
  const pose = document.createElement("button");
  pose.type = "button";
  pose.className = "lien";
  pose.textContent = mots;
  pose.addEventListener("click", geste);
  return pose;
}

function dire(phrase, ...gestes) {
  const suite = gestes.flatMap((geste) => [" ", geste]);
  formulaire.querySelector("[data-garde]").replaceChildren(phrase, ...suite);
}

/** For who shares this device. */
function pourEffacer() {
  return bouton("Les effacer d’ici", () => {
    effacer(CLE);
    vider();
    dire("Plus rien de ces réponses n’est sur cet appareil.");
    formulaire.elements.intitule.focus();
  });
}

// --- Kept, put back, erased -------------------------------------------------------------------

function garder() {
  try {
    localStorage.setItem(CLE, JSON.stringify(reponses()));
    dire(GARDE, pourEffacer());
  } catch {
    dire(SANS_MEMOIRE);
  }
}

/** Put back what was answered here, where the page says nothing. */
function remettre(gardees) {
  for (const champ of champs()) {
    const valeur = gardees[champ.name];
    if (valeur === undefined) continue;
    if (champ.type === "radio") champ.checked = champ.value === valeur;
    else champ.value ||= valeur;
  }
}

function vider() {
  for (const champ of champs()) {
    if (champ.type === "radio") champ.checked = false;
    else champ.value = "";
  }
}

function effacer(cle) {
  try {
    localStorage.removeItem(cle);
  } catch {
    // nothing was kept here
  }
}

/** Signed in since, or somebody else: nothing of it is shown before it is asked for. */
function proposer(gardees) {
  dire(
    "Des réponses écrites sans compte sont sur cet appareil.",
    bouton("Les reprendre", () => {
      remettre(gardees);
      garder();
      effacer(SANS_COMPTE);
    }),
    bouton("Les effacer d’ici", () => {
      effacer(SANS_COMPTE);
      dire("Elles sont effacées de cet appareil.");
    }),
  );
}

function reprendre() {
  const gardees = lire(CLE);
  const dAvant = qui ? lire(SANS_COMPTE) : null;
  if (gardees !== null) {
    remettre(gardees);
    dire("Vos réponses de la dernière fois sont là, gardées sur cet appareil.", pourEffacer());
  } else if (dAvant !== null) {
    proposer(dAvant);
  }
}

function commencer() {
  const estNeuf = document.querySelector("#erreurs") === null && reponses().intitule === "";
  try {
    if (estNeuf) reprendre();
  } catch {
    dire(SANS_MEMOIRE);
  }
  formulaire.dataset.copie = CLE;
  formulaire.addEventListener("input", garder);
}

// --- The link of the mail was good, and the server holds the answers ---------------------------

const serre = (texte) =>
  String(texte ?? "")
    .replace(/\s+/g, " ")
    .trim();

/** The very answers that the server holds; others were typed here since, or by somebody else. */
function sontCelles(gardees, arrivees) {
  return Object.entries(arrivees).every(([nom, valeur]) => serre(gardees[nom]) === serre(valeur));
}

function oublier(arrivees) {
  for (const cle of [CLE, SANS_COMPTE]) {
    try {
      const gardees = lire(cle);
      if (gardees !== null && sontCelles(gardees, arrivees)) localStorage.removeItem(cle);
    } catch {
      // nothing was kept here
    }
  }
}

if (formulaire) commencer();
const rangement = document.querySelector("[data-depart-rangement]");
rangement?.addEventListener("submit", () => oublier(JSON.parse(rangement.dataset.departRangement)));
