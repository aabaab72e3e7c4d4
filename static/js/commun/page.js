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

// When the page comes back with errors, their summary is read first.
document.querySelector('.avis.danger[role="alert"]')?.focus();
