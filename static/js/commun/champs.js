// What a person types in a form: read, put back, and chosen between two texts.

const ECRITURES = "textarea, input:not([type=checkbox], [type=radio], [type=hidden], [type=file])";
const A_ECRIRE = `:is(${ECRITURES}):not([type=submit], [type=button])`;
// Passwords, codes and bank data are never kept: their forms say so to the browser already.
const SECRETS = "[type=password], [autocomplete=off], [autocomplete=one-time-code]";

/** Somebody writes in it, and nothing of it is secret. */
export function seGarde(formulaire) {
  const estSecret = formulaire.matches(SECRETS) || formulaire.querySelector(SECRETS) !== null;
  return !estSecret && formulaire.querySelector(A_ECRIRE) !== null;
}

function estUneCase(champ) {
  return champ.type === "checkbox" || champ.type === "radio";
}

function valeursDe(champ) {
  if (estUneCase(champ)) return champ.checked ? [champ.value] : [];
  if (champ.selectedOptions) return [...champ.selectedOptions].map((choix) => choix.value);
  return [champ.value];
}

/** What is typed, ticked and chosen, {name: list of texts}; an empty list for what is unticked. */
export function lire(formulaire) {
  const valeurs = {};
  for (const champ of formulaire.elements) {
    const estTape = champ.name && !["hidden", "file", "submit", "button"].includes(champ.type);
    if (!estTape || champ.matches("fieldset, output")) continue;
    valeurs[champ.name] = [...(valeurs[champ.name] ?? []), ...valeursDe(champ)];
  }
  return valeurs;
}

/** What the page of the server shows, whatever was typed or put back by the browser since. */
export function montre(formulaire) {
  const neuf = formulaire.cloneNode(true);
  neuf.reset();
  return neuf;
}

/** Two equal prints, the same values. */
export function empreinte(valeurs) {
  return JSON.stringify(valeurs);
}

export function remplir(formulaire, nom, valeurs) {
  const restantes = [...valeurs];
  for (const champ of formulaire.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
    if (estUneCase(champ)) {
      champ.checked = valeurs.includes(champ.value);
    } else if (champ.type === "select-multiple") {
      for (const choix of champ.options) choix.selected = valeurs.includes(choix.value);
    } else if (champ.type !== "file") {
      champ.value = restantes.shift() ?? "";
    }
  }
}

/** The first control of that name; for a group, its first choice. */
export function champDe(formulaire, nom) {
  return formulaire.querySelector(`[name="${CSS.escape(nom)}"]:not([type=hidden])`);
}

export function libelleDe(champ) {
  return champ.labels?.[0]?.textContent.trim() || champ.getAttribute("aria-label") || champ.name;
}

export function bouton(intitule, agir) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "bouton second petit";
  element.textContent = intitule;
  element.addEventListener("click", agir);
  return element;
}

/** Two texts for one answer, in the flow under its field: `choisir(true)` keeps mine. */
export function blocDuChoix(champ, libelle, phrase, choisir) {
  const bloc = document.createElement("div");
  bloc.className = "autre-texte";
  bloc.dataset.choix = "";
  bloc.tabIndex = -1;
  bloc.setAttribute("role", "group");
  bloc.setAttribute("aria-label", libelle);
  const titre = document.createElement("p");
  titre.textContent = phrase;
  const trancher = (leMien) => {
    bloc.remove();
    champ?.focus();
    choisir(leMien);
  };
  bloc.append(
    titre,
    bouton(`Garder le mien : ${libelle}`, () => trancher(true)),
    " ",
    bouton(`Prendre l’autre : ${libelle}`, () => trancher(false)),
  );
  return bloc;
}

/** Under the field: after its group when it is one of several choices, after its row in a table. */
export function poserSous(champ, bloc) {
  const groupe = estUneCase(champ) ? champ.closest("fieldset") : null;
  (groupe ?? champ).after(bloc);
}

/** A text that has no field any more is shown, to be copied. */
export function texteACopier(texte) {
  const titre = document.createElement("label");
  titre.textContent = "Votre texte, à copier";
  const zone = document.createElement("textarea");
  zone.id = "texte-a-copier";
  titre.htmlFor = zone.id;
  zone.readOnly = true;
  zone.rows = 12;
  zone.value = texte;
  const bloc = document.createElement("div");
  bloc.className = "autre-texte";
  bloc.append(titre, zone);
  return bloc;
}
