// Answers to carry to Dauphin: a button beside each one copies it.

const etat = { sources: document.querySelectorAll("[data-copier]") };

async function copier(source, bouton) {
  try {
    await navigator.clipboard.writeText(source.textContent);
    bouton.textContent = "Copié";
  } catch {
    // The browser refuses the clipboard: the text is selected, one key copies it.
    getSelection().selectAllChildren(source);
    bouton.textContent = "Sélectionné : copiez avec Ctrl C";
  }
}

function poserUnBouton(source) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "lien";
  bouton.textContent = "Copier";
  bouton.setAttribute("aria-label", `Copier : ${source.dataset.copier}`);
  bouton.addEventListener("click", () => copier(source, bouton));
  source.after(" ", bouton);
}

for (const source of etat.sources) poserUnBouton(source);
