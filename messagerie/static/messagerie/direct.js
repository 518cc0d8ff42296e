/* The live socket of a page, one per tab, and the unread count it keeps exact in the menu.
   Pages work without it. What it hears is said on `document` (`direct:<type of frame>`, `direct:ouvert`,
   `direct:ferme`); a conversation listens, and speaks by `window.direct.emettre`. */
(function () {
  "use strict";

  const TRAME_MAX = 8000; // bytes a socket takes
  const BATTEMENT = 45000; // ms of silence after which the socket of a page in view is tried
  const REPONSE_MAX = 10000; // ms without an answer: the network has gone without saying so
  const ATTENTE_MAX = 30000; // ms at most between two openings
  const REDEMARRAGE = 1012; // the server restarts: everybody comes back, not all at once
  const REFUS = [4401, 4404]; // signed out, or no longer of this conversation: nothing to come back to

  const racine = document.querySelector("[data-conversation]:not([data-ancienne])");
  const adresse = racine ? racine.dataset.socket : "/ws/moi/";
  const minuteurs = {}; // ouverture, battement, reponse
  const attendues = new Set(); // what the site has not answered: keys of messages, "battement"
  let socket = null, essais = 0, refuse = false;

  const estOuvert = () => socket !== null && socket.readyState === WebSocket.OPEN;
  const annoncer = (nom, detail) => document.dispatchEvent(new CustomEvent("direct:" + nom, { detail }));

  function oublier(nom) {
    clearTimeout(minuteurs[nom]);
    delete minuteurs[nom];
  }

  function plusTard(nom, action, delai) {
    oublier(nom);
    minuteurs[nom] = setTimeout(action, delai);
  }

  function emettre(trame) {
    const texte = JSON.stringify(trame);
    if (!estOuvert() || new TextEncoder().encode(texte).length > TRAME_MAX) return false;
    socket.send(texte);
    if (trame.type === "message") attendre(trame.cle);
    if (trame.type === "battement") attendre(trame.type);
    return true;
  }

  function attendre(reponse) {
    attendues.add(reponse);
    if (!minuteurs.reponse) plusTard("reponse", changer, REPONSE_MAX);
  }

  /* The network is there; what is still unanswered has as long again. */
  function entendre(trame) {
    for (const { cle } of trame.messages || [trame]) attendues.delete(cle || trame.type);
    oublier("reponse");
    if (attendues.size) plusTard("reponse", changer, REPONSE_MAX);
    battre();
    annoncer(trame.type, trame);
  }

  function ouvrir() {
    oublier("ouverture");
    if (refuse || (socket && socket.readyState <= WebSocket.OPEN)) return;
    const neuve = new WebSocket(location.origin.replace("http", "ws") + adresse);
    socket = neuve;
    neuve.addEventListener("open", () => { essais = 0; battre(); annoncer("ouvert"); });
    neuve.addEventListener("message", (evenement) => entendre(JSON.parse(evenement.data)));
    neuve.addEventListener("close", (evenement) => { if (socket === neuve) reprendre(evenement.code); });
  }

  function reprendre(code) {
    socket = null;
    oublier("battement");
    oublier("reponse");
    attendues.clear();
    refuse = REFUS.includes(code);
    const delai = code === REDEMARRAGE ? 500 + Math.random() * 7500
      : Math.min(ATTENTE_MAX, 1000 * 2 ** essais) * (0.5 + Math.random() / 2);
    essais += 1;
    if (!refuse) plusTard("ouverture", ouvrir, delai);
    annoncer("ferme", { refuse, essais });
  }

  /* Silence, on a page in view: ask. A page that nobody sees asks when it is seen again. */
  function battre() {
    plusTard("battement", document.hidden ? battre : sonder, BATTEMENT);
  }

  function sonder() {
    return emettre({ type: "battement" });
  }

  /* No answer at all: open another socket. */
  function changer() {
    const muette = socket;
    reprendre();
    if (muette) muette.close();
    ouvrir();
  }

  function reveiller() {
    if (document.hidden || sonder()) return;
    essais = 0;
    ouvrir();
  }

  /* ---- The unread count ---- */

  document.addEventListener("direct:non_lus", (evenement) => {
    const nombre = evenement.detail.nombre;
    for (const place of document.querySelectorAll("[data-non-lus]")) {
      place.hidden = nombre === 0;
      place.querySelector("[data-nombre]").textContent = nombre;
      place.querySelector("[data-unite]").textContent = nombre > 1 ? " non lus" : " non lu";
    }
  });

  document.addEventListener("visibilitychange", reveiller);
  window.addEventListener("online", reveiller);
  window.addEventListener("pageshow", (evenement) => { if (evenement.persisted) reveiller(); });
  window.addEventListener("pagehide", () => { if (socket) socket.close(); });

  window.direct = { emettre, estOuvert };
  /* A page one only goes through opens nothing: its count is fresh. */
  if (racine) document.addEventListener("DOMContentLoaded", ouvrir);
  else plusTard("ouverture", ouvrir, 2000);
})();
