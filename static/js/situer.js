// « Me localiser »: an enhancement. Nothing is asked of the browser before the button is tapped.

const place = document.querySelector("[data-me-localiser]");
const formulaire = document.querySelector("[data-coordonnees]");
const etat = document.createElement("span");

function ecrire(degres) {
  return degres.toFixed(6).replace(".", ",");
}

function envoyer({ coords }) {
  formulaire.elements.lat.value = ecrire(coords.latitude);
  formulaire.elements.lon.value = ecrire(coords.longitude);
  formulaire.requestSubmit();
}

function dire() {
  etat.textContent = "Votre appareil ne donne pas sa position : montrez le lieu sur la carte.";
}

function demander() {
  etat.textContent = "Recherche de votre position…";
  navigator.geolocation.getCurrentPosition(envoyer, dire, { timeout: 10_000, maximumAge: 60_000 });
}

if (place && formulaire && "geolocation" in navigator) {
  const bouton = document.createElement("button");
  bouton.type = "button";
  bouton.className = "bouton second";
  bouton.textContent = "Me localiser";
  bouton.addEventListener("click", demander);
  etat.setAttribute("role", "status");
  place.hidden = false; // a line of its own, where no field stands before it
  place.append(" ", bouton, " ", etat);
}
