// Totaux du budget en direct et envoi des pièces une à une. Sans ce script, tout marche par formulaires.
"use strict";
(() => {
  const resume = document.querySelector('.avis.danger[role="alert"]');
  if (resume) resume.focus();

  const centimes = (texte) => {
    const brut = texte.replace(/[\s\u00a0\u202f\u2009'’]/g, "").replace(/(€|euros?|eur)$/i, "");
    let m;
    if (brut === "") return 0;
    if ((m = /^(\d+)(?:[.,](\d{0,2}))?$/.exec(brut))) return BigInt(m[1]) * 100n + BigInt((m[2] || "").padEnd(2, "0"));
    if ((m = /^(\d{1,3}(?:\.\d{3})+),(\d{1,2})$/.exec(brut))) return BigInt(m[1].replace(/\./g, "")) * 100n + BigInt(m[2].padEnd(2, "0"));
    if ((m = /^(\d{1,3}(?:,\d{3})+)\.(\d{1,2})$/.exec(brut))) return BigInt(m[1].replace(/,/g, "")) * 100n + BigInt(m[2].padEnd(2, "0"));
    return null;
  };
  const euros = (c) => {
    const a = c < 0n ? -c : c, reste = a % 100n;
    const entier = String(a / 100n).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return (c < 0n ? "−\u00a0" : "") + entier + (reste ? "," + String(reste).padStart(2, "0") : "") + "\u00a0€";
  };
  const phrase = (sujet, gauche, autre, droite) => gauche === droite ? "" :
    `${sujet} (${euros(gauche)}) est ${gauche < droite ? "inférieur" : "supérieur"} de ${euros(gauche < droite ? droite - gauche : gauche - droite)} à ${autre} (${euros(droite)}).`;

  const budget = document.querySelector("[data-budget]");
  if (budget) {
    const formulaire = budget.closest("form");
    const recalculer = () => {
      const t = { charges: 0n, produits: 0n, vcharges: 0n, vproduits: 0n }, postes = {};
      let f74 = 0n;
      for (const champ of formulaire.querySelectorAll("[data-cote]")) {
        const retire = champ.closest("fieldset").querySelector('input[name$="-retirer"]');
        const valeur = BigInt((retire && retire.checked ? 0 : centimes(champ.value)) || 0);
        t[champ.dataset.cote] += valeur;
        postes[champ.dataset.poste] = (postes[champ.dataset.poste] || 0n) + valeur;
        if (/^(f-\d+|nouveau)-montant$/.test(champ.name)) f74 += valeur;
      }
      const tous = { ...t, ecart: t.produits - t.charges, vecart: t.vproduits - t.vcharges,
        gcharges: t.charges + t.vcharges, gproduits: t.produits + t.vproduits, f74 };
      tous.gecart = tous.gproduits - tous.gcharges;
      for (const e of document.querySelectorAll("[data-total]")) e.textContent = euros(tous[e.dataset.total]);
      for (const e of document.querySelectorAll("[data-total-poste]")) e.textContent = euros(postes[e.dataset.totalPoste] || 0n);
      const taux = document.querySelector("[data-taux]");
      if (taux && t.produits) {
        const d = (f74 * 2000n + t.produits) / (2n * t.produits);
        taux.textContent = `${d / 10n}${d % 10n ? "," + (d % 10n) : ""}\u00a0%`;
      }
      const dit = [phrase("Le total des produits", t.produits, "celui des charges", t.charges),
        phrase("Le total du compte 87", t.vproduits, "celui du compte 86", t.vcharges)].filter(Boolean).join(" ");
      const verdict = document.querySelector("[data-verdict]"), texte = verdict.querySelector("[data-phrase]");
      const nouveau = dit || (tous.gcharges ? "Le budget est équilibré." : "Aucun montant pour le moment.");
      if (texte.textContent.trim() !== nouveau) texte.textContent = nouveau;
      verdict.classList.toggle("alerte", Boolean(dit));
    };
    let attente;
    formulaire.addEventListener("input", () => { clearTimeout(attente); attente = setTimeout(recalculer, 150); });
    formulaire.addEventListener("change", (e) => {
      const code = e.target.name === "ligne-code";
      if (code) {
        const poste = e.target.value && document.querySelector(`[name="c-${e.target.value}"]`);
        const montant = formulaire.querySelector('[name="ligne-montant"]');
        if (poste) { montant.dataset.cote = poste.dataset.cote; montant.dataset.poste = poste.dataset.poste; }
        else { delete montant.dataset.cote; }
      }
      recalculer();
    });
    recalculer();
  }

  for (const formulaire of document.querySelectorAll("form[data-envoi]")) {
    const champ = formulaire.querySelector('input[type="file"]'), suivi = formulaire.querySelector("[data-suivi]");
    champ.multiple = true;
    const envoyer = async (fichier, ligne) => {
      ligne.textContent = `${fichier.name} : envoi en cours…`;
      const corps = new FormData();
      corps.append("fichier", fichier);
      corps.append("csrfmiddlewaretoken", formulaire.querySelector('[name="csrfmiddlewaretoken"]').value);
      let erreur = "Le réseau n’a pas répondu.";
      if (fichier.size > Number(formulaire.dataset.envoi)) {
        ligne.textContent = `${fichier.name} : ce fichier dépasse la taille acceptée, il n’est pas envoyé.`;
        return false;
      }
      try {
        const reponse = await fetch(formulaire.action, { method: "POST", body: corps, headers: { Accept: "application/json" } });
        const recu = await reponse.json();
        if (reponse.ok) { ligne.textContent = `${recu.nom} : joint.`; return true; }
        erreur = recu.erreur || erreur;
      } catch { /* la phrase par défaut dit quoi faire */ }
      ligne.textContent = `${fichier.name} : ${erreur} `;
      const bouton = document.createElement("button");
      bouton.type = "button"; bouton.className = "bouton second petit";
      bouton.textContent = `Réessayer ${fichier.name}`;
      bouton.addEventListener("click", async () => { if (await envoyer(fichier, ligne)) location.reload(); });
      ligne.append(bouton);
      return false;
    };
    formulaire.addEventListener("submit", async (evenement) => {
      if (!champ.files.length) return;
      evenement.preventDefault();
      suivi.replaceChildren();
      const resultats = [];
      for (const fichier of champ.files) {
        const ligne = document.createElement("li");
        suivi.append(ligne);
        resultats.push(await envoyer(fichier, ligne));
      }
      champ.value = "";
      if (resultats.every(Boolean)) location.reload();
    });
  }
})();
