// A page with a script, before anybody signed in; afterwards `champs.js` does it.

// When the page comes back with errors, their summary is read first.
document.querySelector('.avis.danger[role="alert"]')?.focus();
