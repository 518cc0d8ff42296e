/* Small comforts over pages that work without them: no state, no dependency, nothing inline. */
(function () {
  "use strict";

  const METHODES_SURES = new Set(["get", "head", "options"]);
  const PAR_HTMX = "[hx-post], [hx-put], [hx-patch], [hx-delete]";
  const PATIENCE = 10000; /* ms: after that the network is at fault, one may press again */
  const mots = new WeakMap();

  /* One press sends once. The button keeps its focus and its place: `aria-disabled`, not `disabled`,
     which would also drop its name and value from what is sent. */

  function occuper(formulaire, bouton) {
    formulaire.dataset.envoi = "1";
    if (!bouton || bouton.matches("input")) return;
    const place = bouton.querySelector("span") || bouton;
    mots.set(bouton, { place: place, contenu: Array.from(place.childNodes) });
    bouton.setAttribute("aria-disabled", "true");
    place.replaceChildren(bouton.dataset.attente || "Envoi…");
  }

  function liberer(formulaire) {
    delete formulaire.dataset.envoi;
    for (const bouton of formulaire.querySelectorAll("[aria-disabled]")) {
      const avant = mots.get(bouton);
      if (!avant) continue;
      avant.place.replaceChildren(...avant.contenu);
      bouton.removeAttribute("aria-disabled");
      mots.delete(bouton);
    }
  }

  document.addEventListener("submit", function (evenement) {
    const formulaire = evenement.target;
    if (formulaire.dataset.envoi) {
      evenement.preventDefault();
      evenement.stopImmediatePropagation();
    } else if (formulaire.method !== "get") {
      /* After the browser has read the form: the button's own words are not what is sent. */
      setTimeout(function () {
        if (evenement.defaultPrevented && !formulaire.closest(PAR_HTMX)) return;
        occuper(formulaire, evenement.submitter);
        setTimeout(function () { liberer(formulaire); }, PATIENCE);
      });
    }
  }, true);

  /* Coming back with the « previous » button: the page is as it was left, mid-sending. */
  window.addEventListener("pageshow", function (evenement) {
    if (evenement.persisted) document.querySelectorAll("form[data-envoi]").forEach(liberer);
  });

  /* Long texts: how many signs are left. Said aloud once one stops writing, near the end only. */
  function compter(compteur) {
    const zone = document.getElementById(compteur.dataset.compteur);
    if (!zone || compteur.dataset.pret) return;
    compteur.dataset.pret = "1";
    const maximum = zone.maxLength;
    const annonce = compteur.parentNode.appendChild(document.createElement("p"));
    annonce.className = "fr-sr-only";
    annonce.setAttribute("role", "status");
    let attente;
    function dire() {
      const reste = Math.max(0, maximum - zone.value.length);
      const phrase = reste ? "Encore " + reste + (reste > 1 ? "\u00a0signes" : "\u00a0signe") : "C’est plein\u00a0: " + maximum + "\u00a0signes au plus";
      compteur.textContent = phrase;
      compteur.classList.toggle("compteur--plein", reste === 0);
      clearTimeout(attente);
      if (reste <= 50) attente = setTimeout(function () { annonce.textContent = phrase; }, 1000);
    }
    zone.addEventListener("input", dire);
    if (zone.value) dire();
  }

  function preparer(racine) {
    racine.querySelectorAll("[data-compteur]").forEach(compter);
    const resume = racine.querySelector(".resume-erreurs");
    if (resume) resume.focus();
  }

  /* The menu closes with Escape, or when one presses elsewhere. */
  function fermerMenus(saufDans) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!saufDans || !menu.contains(saufDans)) menu.open = false;
    });
  }
  document.addEventListener("click", function (evenement) { fermerMenus(evenement.target); });
  document.addEventListener("keydown", function (evenement) {
    if (evenement.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  /* HTMX: the CSRF token (its cookie is closed to scripts), the same comforts on what it brings. */
  document.addEventListener("htmx:configRequest", function (evenement) {
    const jeton = document.querySelector('meta[name="jeton-csrf"]');
    if (jeton && !METHODES_SURES.has(evenement.detail.verb)) evenement.detail.headers["X-CSRFToken"] = jeton.content;
  });
  document.addEventListener("htmx:load", function (evenement) {
    if (evenement.detail.elt !== document.body) preparer(evenement.detail.elt.parentNode || document);
  });
  document.addEventListener("htmx:afterRequest", function (evenement) {
    const formulaire = evenement.detail.elt.closest("form");
    if (formulaire) liberer(formulaire);
  });

  preparer(document);
})();
