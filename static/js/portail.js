// Totaux du budget en direct, envoi des pièces une à une, enregistrement automatique. Sans ce script, tout marche par formulaires.
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

  const matrice = document.querySelector("[data-matrice]");
  if (matrice) {
    const champs = [...matrice.querySelectorAll("[data-compte]")];
    const recompter = () => {
      for (const li of document.querySelectorAll("[data-enveloppe]")) {
        if (!li.dataset.enveloppe) continue;
        let reste = BigInt(li.dataset.enveloppe) - BigInt(li.dataset.propose);
        for (const c of champs) if (c.dataset.compte === li.dataset.pour) reste += BigInt(c.dataset.avant) - BigInt(centimes(c.value) ?? c.dataset.avant);
        const mots = li.querySelector("output");
        mots.textContent = reste < 0n ? `${euros(-reste)} de trop` : `${euros(reste)} restants`;
        mots.parentElement.classList.toggle("trop", reste < 0n);
      }
    };
    recompter();
    matrice.addEventListener("input", recompter);
    matrice.addEventListener("keydown", (e) => {
      const pas = { ArrowUp: -1, ArrowDown: 1 }[e.key], colonne = champs.filter((c) => c.dataset.compte === e.target.dataset.compte);
      const voisin = pas && colonne[colonne.indexOf(e.target) + pas];
      if (voisin) { e.preventDefault(); voisin.select(); }
    });
  }

  const seance = document.querySelector("[data-seance]");
  if (seance) document.addEventListener("keydown", (e) => {
    const sens = { ArrowLeft: "prev", ArrowRight: "next" }[e.key];
    const lien = sens && !e.altKey && !e.ctrlKey && !e.metaKey && !e.target.matches("input, textarea, select, summary") && seance.querySelector(`[rel=${sens}]`);
    if (lien) { e.preventDefault(); lien.click(); }
  });

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
    formulaire.addEventListener("recalculer", recalculer);
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

  // Enregistrement automatique d’une partie : rien n’est dit enregistré avant que le serveur l’ait dit.
  const partie = document.querySelector("form[data-saisie]");
  const PREFIXE = "saisie:";
  for (const sortie of document.querySelectorAll('form[action*="logout"]')) {
    sortie.addEventListener("submit", () => {
      for (const cle of Object.keys(localStorage)) if (cle.startsWith(PREFIXE)) localStorage.removeItem(cle);
    });
  }
  if (partie) {
    const cle = PREFIXE + partie.dataset.saisie, etat = partie.querySelector("[data-etat]");
    const moi = Number(partie.dataset.saisie.split(":")[0]);
    const version = partie.elements.version;
    const lire = () => {
      const valeurs = {};
      for (const [nom, valeur] of new FormData(partie)) {
        if (!["csrfmiddlewaretoken", "version", "envoi"].includes(nom)) (valeurs[nom] ||= []).push(valeur);
      }
      return valeurs;
    };
    const texte = (valeurs) => JSON.stringify(valeurs);
    const poser = (nom, liste) => {
      for (const champ of partie.querySelectorAll(`[name="${CSS.escape(nom)}"]`)) {
        if (["checkbox", "radio"].includes(champ.type)) champ.checked = liste.includes(champ.value);
        else if (champ.type !== "hidden" || /-code$/.test(nom)) champ.value = liste[0] || "";
      }
      partie.dispatchEvent(new Event("recalculer"));
    };
    const depart = lire();
    let confirme = texte(depart), enVol = false, attente, delai = 2000, depuis = 0, parti = false, refuse = false, surveille;

    const dire = (phrase, alerte) => {
      etat.replaceChildren(document.createTextNode(phrase));
      etat.classList.toggle("erreur", Boolean(alerte));
    };
    const garder = () => {
      const valeurs = lire();
      try {
        if (texte(valeurs) === confirme) localStorage.removeItem(cle);
        else localStorage.setItem(cle, JSON.stringify({ valeurs, version: version.value, envoi: partie.elements.envoi.value, quand: new Date().toLocaleTimeString("fr-FR") }));
      } catch { /* pas de place : l’enregistrement au serveur reste */ }
    };
    const envoi = () => {
      const corps = new FormData(partie);
      for (const champ of partie.querySelectorAll("[data-a-part] [name], [name$='-DELETE'], [name$='-retirer']")) corps.delete(champ.name);
      return corps;
    };
    const plusTard = (ms) => { clearTimeout(attente); attente = setTimeout(sauver, ms); };
    const echec = (cause) => {
      dire(`Pas encore enregistré : ${cause} Votre texte est gardé sur cet appareil ; nouvel essai dans ${Math.round(delai / 1000)} s.`, true);
      plusTard(delai);
      delai = Math.min(delai * 2, 30000);
    };
    const attendreLaSession = () => {
      dire("Pas encore enregistré : votre session est finie. Votre texte est gardé sur cet appareil. ", true);
      const lien = document.createElement("a");
      lien.href = partie.dataset.connexion; lien.target = "_blank"; lien.rel = "noopener";
      lien.textContent = "Se reconnecter (nouvel onglet)";
      etat.append(lien, " : la suite s’enregistre ici toute seule.");
      clearInterval(surveille);
      surveille = setInterval(async () => { if (await renouveler()) { clearInterval(surveille); sauver(); } }, 3000);
    };
    const renouveler = async () => {
      try {
        const dit = await (await fetch(partie.dataset.session, { headers: { Accept: "application/json" } })).json();
        if (dit.qui !== moi) return false;
        for (const jeton of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) jeton.value = dit.jeton;
        return true;
      } catch { return false; }
    };
    const montrerConflits = (dit) => {
      dire(`${dit.auteur || "Une autre personne"} a changé la même réponse que vous. Rien n’est écrasé : choisissez.`, true);
      for (const conflit of dit.conflits) {
        const bloc = document.createElement("div"), titre = document.createElement("p");
        bloc.className = "autre-texte";
        titre.textContent = conflit.autre === null ? `${conflit.libelle} : rechargez la page pour voir les deux.` : `${conflit.libelle}, texte enregistré : ${conflit.texte || "(vide)"}`;
        bloc.append(titre);
        const choix = (mots, geste) => {
          const bouton = document.createElement("button");
          bouton.type = "button"; bouton.className = "bouton second petit"; bouton.textContent = mots;
          bouton.addEventListener("click", () => { geste(); bloc.remove(); if (!etat.querySelector(".autre-texte")) { dire(""); sauver(true); } });
          bloc.append(bouton, " ");
        };
        if (conflit.autre !== null) {
          choix(`Garder le mien : ${conflit.libelle}`, () => {});
          choix(`Prendre l’autre : ${conflit.libelle}`, () => poser(conflit.cle, [conflit.autre].flat()));
        }
        etat.append(bloc);
      }
    };

    async function sauver(force) {
      clearTimeout(attente);
      depuis = 0;
      const avant = lire();
      if (enVol || parti || (force !== true && (texte(avant) === confirme || etat.querySelector(".autre-texte")))) return;
      enVol = true;
      dire("Enregistrement…");
      let reponse, dit = {};
      try {
        reponse = await fetch(partie.action, { method: "POST", body: envoi(), redirect: "manual", headers: { Accept: "application/json" } });
        if ((reponse.headers.get("Content-Type") || "").includes("json")) dit = await reponse.json();
      } catch { enVol = false; garder(); return echec("le réseau ne répond pas."); }
      enVol = false;
      if (reponse.type === "opaqueredirect") { garder(); return attendreLaSession(); }
      if (reponse.status === 403) {
        garder();
        if (refuse) return dire("Pas enregistré : votre compte ne peut plus modifier ce dossier. Votre texte est gardé sur cet appareil.", true);
        refuse = true;
        return (await renouveler()) ? sauver(true) : attendreLaSession();
      }
      refuse = false;
      if ([400, 413].includes(reponse.status)) return echec("le texte est trop long pour le serveur.");
      if (reponse.status === 429) return echec("beaucoup de demandes en peu de temps.");
      if (dit.version === undefined) {
        garder();
        if (dit.phrase) return dire(dit.phrase, true);
        if (dit.erreurs) return dire(`Pas encore enregistré : ${dit.erreurs.map((e) => e.phrase).join(" ")}`, true);
        return echec("le serveur ne répond pas bien.");
      }
      delai = 2000;
      version.value = dit.version;
      const maintenant = lire();
      for (const [nom, valeur] of Object.entries(dit.recus)) {
        if (texte(maintenant[nom]) === texte(avant[nom])) { poser(nom, [valeur].flat()); avant[nom] = lire()[nom]; if (!avant[nom]) delete avant[nom]; }
      }
      confirme = texte(avant);
      if (dit.conflits) { confirme = ""; garder(); return montrerConflits(dit); }
      garder();
      if (dit.erreurs.length) dire(`Enregistré à ${dit.le}, sauf : ${dit.erreurs.map((e) => e.phrase).join(" ")}`, true);
      else dire(`Enregistré à ${dit.le}.${Object.keys(dit.recus).length ? ` Ce que ${dit.auteur} a changé est arrivé aussi.` : ""}`);
      if (texte(lire()) !== confirme) plusTard(800);
    }

    partie.addEventListener("input", () => {
      garder();
      depuis ||= Date.now();
      plusTard(Math.max(0, Math.min(1200, depuis + 2500 - Date.now())));
    });
    partie.addEventListener("change", garder);
    partie.addEventListener("submit", () => { parti = true; partie.elements.envoi.value = `${Date.now()}-${Math.random().toString(36).slice(2)}`; garder(); });
    addEventListener("online", () => sauver());
    addEventListener("beforeunload", (e) => { if (!parti && texte(lire()) !== confirme) { garder(); e.preventDefault(); } });

    const gardee = JSON.parse(localStorage.getItem(cle) || "null");
    const arrive = gardee && gardee.envoi && partie.dataset.envois.split(" ").includes(gardee.envoi);
    if (gardee && !arrive && texte(gardee.valeurs) !== confirme) {
      for (const nom of new Set([...Object.keys(depart), ...Object.keys(gardee.valeurs)])) poser(nom, gardee.valeurs[nom] || []);
      version.value = gardee.version;
      dire(`Retrouvé : ce que vous aviez écrit à ${gardee.quand} sur cet appareil. Enregistrement…`);
      plusTard(500);
    } else localStorage.removeItem(cle);
  }

  for (const source of document.querySelectorAll("[data-copier]")) {
    const bouton = document.createElement("button");
    bouton.type = "button"; bouton.className = "lien"; bouton.textContent = "Copier";
    bouton.setAttribute("aria-label", `Copier : ${source.dataset.copier}`);
    bouton.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(source.textContent); bouton.textContent = "Copié"; }
      catch { getSelection().selectAllChildren(source); bouton.textContent = "Sélectionné : copiez avec Ctrl C"; }
    });
    source.after(" ", bouton);
  }
})();
