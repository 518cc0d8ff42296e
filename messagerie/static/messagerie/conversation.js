/* A live conversation over a page that works without this file.
   The server's numbers are the truth: this script shows what comes after the last number it has, and asks
   again after any interruption. The socket is direct.js's. What it sends carries a key of its own (`cle`), so sending again is safe. */
(function () {
  "use strict";

  const racine = document.querySelector("[data-conversation]");
  if (!racine || "ancienne" in racine.dataset) return;

  const REPONSE_MAX = 10000; // ms without confirmation before « Non envoyé »
  const SONDAGE = 15000; // ms between two questions while there is no socket
  const ECRIT = 2000; // ms between two « écrit… »
  const DIFFICILE = "Connexion difficile : les messages arrivent avec un peu de retard.";

  const fil = racine.querySelector("[data-fil]");
  const attente = racine.querySelector("[data-attente]");
  const etat = racine.querySelector("[data-etat]");
  const nouveaux = racine.querySelector("[data-nouveaux]");
  const formulaire = racine.querySelector("[data-redaction]");
  const bas = document.getElementById("dernier");
  const zone = formulaire.querySelector("textarea");
  const jeton = formulaire.querySelector("[name=csrfmiddlewaretoken]").value;
  const brouillon = "brouillon:" + racine.dataset.conversation;
  const aEnvoyer = "attente:" + racine.dataset.conversation;

  const minuteurs = {}; // sondage, lu
  let dernierEcrit = 0;
  let luJusqua = Number(racine.dataset.luJusqua);
  let dernier = fil.lastElementChild ? Number(fil.lastElementChild.dataset.numero) : 0;
  const envois = new Map(); // cle → {texte, ligne, minuteur, refus}

  function plusTard(nom, action, delai) {
    clearTimeout(minuteurs[nom]);
    minuteurs[nom] = setTimeout(action, delai);
  }

  /* ---- What comes in ---- */

  function recevoir(html) {
    const modele = document.createElement("template");
    modele.innerHTML = html; // the very fragment of the page, escaped by the server
    const suivait = estEnBas();
    const avant = dernier, neuves = [];
    for (const ligne of modele.content.querySelectorAll("li[data-numero]")) {
      if (ligne.dataset.cle) confirmer(ligne.dataset.cle);
      if (Number(ligne.dataset.numero) !== dernier + 1) continue; // already shown
      fil.append(ligne);
      neuves.push(ligne);
      dernier += 1;
      if (!suivait && !ligne.querySelector(".bulle--moi")) nouveaux.hidden = false;
    }
    if (dernier > avant && suivait) descendre();
    marquerLu();
    annoncer("recu", { contenu: modele.content, neuves });
    return dernier > avant;
  }

  /* What surrounds the thread (fil.js) follows by these. */
  const annoncer = (nom, detail) => racine.dispatchEvent(new CustomEvent("conversation:" + nom, { detail }));

  /* How far the end of the thread is hidden behind the form, which sticks to the bottom of the screen. */
  const cache = () => bas.getBoundingClientRect().bottom - formulaire.parentElement.getBoundingClientRect().top;
  const estEnBas = () => cache() < 80;

  function descendre() {
    nouveaux.hidden = true;
    window.scrollBy(0, Math.max(0, cache() + 8));
  }

  function dire(phrase) {
    const suivait = estEnBas();
    etat.textContent = phrase;
    if (suivait) descendre();
  }

  function marquerLu() {
    if (dernier <= luJusqua || document.hidden || !estEnBas()) return;
    plusTard("lu", () => {
      luJusqua = dernier;
      if (!emettre({ type: "lu", numero: dernier })) poster(racine.dataset.lu, { numero: dernier }).catch(() => {});
    }, 500);
  }

  /* ---- The socket, and the questions asked without it ---- */

  const { emettre, estOuvert } = window.direct;
  const demander = () => emettre({ type: "depuis", numero: dernier });
  const entendre = (nom, action) => document.addEventListener("direct:" + nom, (evenement) => action(evenement.detail));

  entendre("ouvert", () => {
    clearTimeout(minuteurs.sondage);
    if (etat.textContent === DIFFICILE) dire("");
    demander();
    for (const [cle, envoi] of envois) if (!envoi.refus) envoyer(cle);
  });
  entendre("messages", (trame) => recevoir(trame.messages.map((message) => message.html).join("")));
  entendre("erreur", (trame) => (trame.cle ? echouer(trame.cle, trame.message) : dire(trame.message)));
  entendre("ferme", ({ refuse, essais }) => {
    if (refuse) {
      arreter();
      return;
    }
    if (essais > 1) dire(DIFFICILE);
    plusTard("sondage", sonder, essais > 1 ? 1000 : SONDAGE);
  });

  function arreter() { // signed out, or no longer of this conversation
    Object.values(minuteurs).forEach(clearTimeout);
    dire(DECONNECTE);
  }

  function sonder() {
    if (estOuvert()) return;
    plusTard("sondage", sonder, SONDAGE);
    if (!document.hidden) rattraper().catch(() => {});
  }

  async function rattraper() {
    const reponse = await fetch(racine.dataset.depuis + "?n=" + dernier);
    if (reponse.redirected || reponse.status === 404) arreter();
    else if (reponse.ok && recevoir(await reponse.text())) await rattraper();
  }

  const poster = (adresse, champs) => fetch(adresse,
    { method: "POST", body: new URLSearchParams(champs), headers: { "X-CSRFToken": jeton }, redirect: "manual" });

  /* ---- What goes out: shown at once, confirmed when it comes back with its number ---- */

  function ecrire(cle, texte) {
    const ligne = Object.assign(document.createElement("li"), { className: "ligne-message" });
    ligne.innerHTML = '<div class="bulle bulle--moi bulle--attente"><p class="bulle__texte"></p><p class="bulle__etat"></p></div>';
    ligne.querySelector(".bulle__texte").textContent = texte;
    attente.append(ligne);
    attente.hidden = false;
    envois.set(cle, { texte, ligne });
    garder();
    envoyer(cle);
  }

  let file = Promise.resolve(); // without a socket they leave one by one: in the order they were written

  function envoyer(cle) {
    const envoi = envois.get(cle);
    envoi.refus = false;
    envoi.ligne.firstElementChild.classList.remove("bulle--echec");
    envoi.ligne.querySelector(".bulle__etat").textContent = "Envoi…";
    clearTimeout(envoi.minuteur);
    envoi.minuteur = setTimeout(echouer, REPONSE_MAX, cle);
    if (emettre({ type: "message", texte: envoi.texte, cle: cle })) return;
    file = file
      .then(() => (envois.has(cle) ? poster(formulaire.action, { texte: envoi.texte, cle: cle }) : null))
      .then((reponse) => (!reponse || reponse.type === "opaqueredirect" ? rattraper() : echouer(cle)))
      .catch(() => echouer(cle));
  }

  function confirmer(cle) {
    const envoi = envois.get(cle);
    if (!envoi) return;
    clearTimeout(envoi.minuteur);
    envoi.ligne.remove();
    envois.delete(cle);
    attente.hidden = envois.size === 0;
    if (attente.hidden && etat.textContent !== DIFFICILE) dire("");
    garder();
  }

  function echouer(cle, raison) {
    const envoi = envois.get(cle);
    if (!envoi) return;
    clearTimeout(envoi.minuteur);
    envoi.refus = Boolean(raison); // the server said no: only a person sends it again
    envoi.ligne.firstElementChild.classList.add("bulle--echec");
    const proprietes = { type: "button", className: "bulle__renvoyer", textContent: "Renvoyer" };
    const bouton = Object.assign(document.createElement("button"), proprietes);
    bouton.addEventListener("click", () => { dire(""); zone.focus(); envoyer(cle); });
    envoi.ligne.querySelector(".bulle__etat").replaceChildren("Non envoyé · ", bouton);
    dire(raison || "Un message n’est pas parti. Vous pouvez le renvoyer.");
  }

  /* Kept for this tab: a page reloaded in a tunnel sends again what had not left. */
  function garder() {
    sessionStorage.setItem(aEnvoyer, JSON.stringify(Array.from(envois, ([cle, envoi]) => [cle, envoi.texte])));
  }

  function nouvelleCle() { // `crypto.randomUUID` needs https
    const octets = Array.from(crypto.getRandomValues(new Uint8Array(16)), (o) => o.toString(16).padStart(2, "0"));
    return octets.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  formulaire.addEventListener("submit", (evenement) => {
    evenement.preventDefault();
    const texte = zone.value.trim();
    zone.focus();
    if (!texte) return;
    formulaire.querySelectorAll(".redaction__erreur").forEach((erreur) => erreur.remove());
    zone.value = "";
    sessionStorage.removeItem(brouillon);
    ecrire(nouvelleCle(), texte); descendre();
  });
  racine.addEventListener("conversation:parti", () => { // files left by a request of their own
    formulaire.elements.cle.value = nouvelleCle();
    sessionStorage.removeItem(brouillon);
    if (!demander()) rattraper().catch(() => {});
  });
  zone.addEventListener("input", () => {
    sessionStorage.setItem(brouillon, zone.value);
    if (zone.value && Date.now() - dernierEcrit > ECRIT && emettre({ type: "ecrit" })) dernierEcrit = Date.now();
  });
  zone.addEventListener("keydown", (evenement) => {
    const seule = evenement.key === "Enter" && !evenement.shiftKey && !evenement.isComposing;
    if (!seule || !matchMedia("(pointer: fine)").matches) return; // under a thumb, Enter makes a new line
    evenement.preventDefault();
    formulaire.requestSubmit();
  });
  nouveaux.addEventListener("click", () => { descendre(); marquerLu(); zone.focus(); });
  window.addEventListener("scroll", () => { if (estEnBas()) nouveaux.hidden = true; marquerLu(); }, { passive: true });

  function revenir() {
    if (document.hidden) return;
    demander();
    marquerLu();
  }
  document.addEventListener("visibilitychange", revenir);
  window.addEventListener("online", revenir);

  if (!zone.value) zone.value = sessionStorage.getItem(brouillon) || "";
  for (const [cle, texte] of JSON.parse(sessionStorage.getItem(aEnvoyer) || "[]")) {
    if (!fil.querySelector('[data-cle="' + CSS.escape(cle) + '"]')) ecrire(cle, texte);
  }
  descendre();
})();
