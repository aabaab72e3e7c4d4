// The committee meeting, one project a page: the left and right arrows turn the pages.

const etat = { navigation: document.querySelector("[data-seance]") };

const SENS = { ArrowLeft: "prev", ArrowRight: "next" };
// In these the arrows already move the cursor or the choice.
const CHAMPS = "input, textarea, select, summary";

function tournerLaPage(evenement) {
  const sens = SENS[evenement.key];
  // With Alt, Ctrl or Command they belong to the browser.
  const avecTouche = evenement.altKey || evenement.ctrlKey || evenement.metaKey;
  if (sens === undefined || avecTouche || evenement.target.matches(CHAMPS)) return;
  const lien = etat.navigation.querySelector(`[rel=${sens}]`);
  if (lien === null) return;
  evenement.preventDefault();
  lien.click();
}

document.addEventListener("keydown", tournerLaPage);
