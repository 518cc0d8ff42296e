/* Around a conversation, live or not: the way up the history, who has read, lines that change an earlier line.
   conversation.js says what comes in by an event of the conversation's element; direct.js, who reads and writes. */
(function () {
  "use strict";

  const racine = document.querySelector("[data-conversation]");
  if (!racine) return;
  const fil = racine.querySelector("[data-fil]");

  /* ---- History: the page stays where the eye is, and a day is said once ---- */

  let hauteur = 0;
  racine.addEventListener("htmx:beforeSwap", () => { hauteur = document.documentElement.scrollHeight - window.scrollY; });
  racine.addEventListener("htmx:afterSwap", () => {
    window.scrollTo(0, document.documentElement.scrollHeight - hauteur);
    const jours = racine.querySelectorAll(".ligne-message__jour time");
    jours.forEach((jour, rang) => {
      if (rang && jour.dateTime === jours[rang - 1].dateTime) jour.parentElement.remove();
    });
  });

  /* ---- Read by ---- */

  const dernierDuFil = () => fil.lastElementChild;
  const enumerer = (noms) => [noms.slice(0, -1).join(", "), ...noms.slice(-1)].filter(Boolean).join(" et ");

  function direLectures() {
    const bloc = racine.querySelector("[data-lectures]");
    const ligne = dernierDuFil();
    if (!bloc || !ligne) return;
    const noms = Array.from(bloc.querySelectorAll("[data-lecteur]"))
      .filter((lecteur) => Number(lecteur.dataset.lu) >= Number(ligne.dataset.numero) && lecteur.dataset.lecteur !== ligne.dataset.qui)
      .map((lecteur) => lecteur.textContent);
    bloc.querySelector("[data-lu-par]").textContent = noms.length ? "Lu par " + enumerer(noms) : "";
  }

  document.addEventListener("direct:ecrit", (evenement) => direQuiEcrit(evenement.detail.prenom));
  document.addEventListener("direct:lu", (evenement) => {
    const trame = evenement.detail;
    const lecteur = racine.querySelector('[data-lecteur="' + CSS.escape(trame.qui) + '"]');
    if (lecteur) lecteur.dataset.lu = Math.max(trame.numero, Number(lecteur.dataset.lu));
    direLectures();
  });

  /* ---- « Brune écrit… », as long as she does; not for screen readers, which hear the message itself ---- */

  const OUBLI = 5000; // ms without a sign
  const ecrivent = new Map(); // first name → timer

  function direQuiEcrit(prenom) {
    clearTimeout(ecrivent.get(prenom));
    ecrivent.set(prenom, setTimeout(() => { ecrivent.delete(prenom); montrer(); }, OUBLI));
    montrer();
  }

  function montrer() {
    const noms = Array.from(ecrivent.keys());
    const verbe = noms.length > 1 ? " écrivent…" : " écrit…";
    racine.querySelector("[data-qui-ecrit]").textContent = noms.length ? enumerer(noms) + verbe : "";
  }

  /* ---- What has come in ---- */

  async function refaire(numero) {
    const actuelle = document.getElementById("m" + numero);
    if (!actuelle) return;
    const reponse = await fetch(racine.dataset.depuis + "?seul&n=" + (numero - 1));
    if (!reponse.ok || reponse.redirected) return;
    const modele = document.createElement("template");
    modele.innerHTML = await reponse.text(); // the very fragment of the page, escaped by the server
    const neuve = modele.content.querySelector("#m" + numero);
    if (neuve) actuelle.replaceWith(neuve);
  }

  racine.addEventListener("conversation:recu", (evenement) => {
    const { contenu, neuves } = evenement.detail;
    const lectures = contenu.querySelector("[data-lectures]"); // the answer to « depuis » brings it
    if (lectures) racine.querySelector("[data-lectures]").replaceWith(lectures);
    direLectures();
    if (neuves.length) {
      ecrivent.forEach(clearTimeout);
      ecrivent.clear();
      montrer();
    }
    for (const ligne of neuves) {
      if (ligne.dataset.refait) refaire(Number(ligne.dataset.refait)).catch(() => {});
    }
  });
})();
