// Single keys on the page of a dossier: J, K, R, C, N, ?. They never act while somebody writes, nor
// with a modifier, and the page loads this only for who keeps them (« Mon compte »). Each key is
// said by what it opens: `data-touche`. An act is never done by one key: the button is reached, and
// Enter presses it.

// Where a letter is a letter, or moves a choice.
const SAISIE = "input, textarea, select, [contenteditable], iframe";

function cible(touche) {
  return document.querySelector(`[data-touche="${CSS.escape(touche)}"]`);
}

function ouvrir(element) {
  if (element.matches("details")) {
    element.open = true;
    element.querySelector("summary").focus();
  } else if (element.matches("a[rel], a[data-touche=c], a[data-touche=n]")) {
    element.click();
  } else {
    element.focus();
  }
}

document.addEventListener("keydown", (evenement) => {
  const avecTouche = evenement.altKey || evenement.ctrlKey || evenement.metaKey;
  const enSaisie = evenement.isComposing || evenement.target.closest(SAISIE) !== null;
  if (avecTouche || enSaisie || evenement.defaultPrevented || evenement.repeat) return;
  if (evenement.key.length !== 1) return;
  const element = cible(evenement.key.toLowerCase());
  if (element === null) return;
  evenement.preventDefault();
  ouvrir(element);
});
