/* A date that Wagtail's calendar does not understand stays as it was typed, and its field says so at once.
   The calendar alone would replace it by this very minute. The server says the same (`animation.champs_cms`). */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const JOUR = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/;
  const INSTANT = /^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2}) +(\d{1,2})(?::(\d{1,2})(?::\d{1,2})?| ?h(?: ?(\d{1,2}))?)$/;
  const REFUS_JOUR = "Nous ne comprenons pas cette date. Écrivez-la ainsi\u00a0: 03/12/2026.";
  const REFUS_INSTANT =
    "Nous ne comprenons pas cette date. Écrivez le jour, puis l’heure\u00a0: 03/12/2026 14:00.";

  window.jQuery.fn.datetimepicker.defaults.validateOnBlur = false;

  function calendrier(champ) {
    return champ instanceof HTMLInputElement && window.jQuery(champ).data("xdsoft_datetimepicker");
  }

  function seComprend(texte, avecHeure) {
    const lu = (avecHeure ? INSTANT : JOUR).exec(texte);
    if (!lu) return false;
    const [jour, mois, an, heure, minute] = [...lu.slice(1, 5), lu[5] || lu[6]].map((n) => Number(n || 0));
    const date = new Date(an < 100 ? 2000 + an : an, mois - 1, jour); // 31/02 would be 3 March
    const estUnJour = date.getDate() === jour && date.getMonth() === mois - 1;
    return estUnJour && (!avecHeure || (heure < 24 && minute < 60));
  }

  function icone() {
    const dessin = document.createElementNS(SVG, "svg");
    const trace = document.createElementNS(SVG, "use");
    dessin.setAttribute("class", "icon icon-warning w-field__errors-icon");
    dessin.setAttribute("aria-hidden", "true");
    trace.setAttribute("href", "#icon-warning");
    dessin.append(trace);
    return dessin;
  }

  function phrase(texte) {
    const ecrite = document.createElement("p");
    ecrite.className = "error-message";
    ecrite.setAttribute("role", "alert");
    ecrite.textContent = texte;
    return ecrite;
  }

  /* What the server said of another kind stays until it is asked again. */
  function dire(champ, refus, estComprise) {
    const bloc = champ.closest(".w-field");
    const erreurs = bloc && bloc.querySelector("[data-field-errors]");
    const estDit = erreurs && erreurs.textContent.trim() === refus;
    if (!erreurs || estDit !== estComprise) return;
    erreurs.replaceChildren(...(estComprise ? [] : [icone(), phrase(refus)]));
    bloc.classList.toggle("w-field--error", !estComprise);
    champ.setAttribute("aria-invalid", String(!estComprise));
  }

  function verifier(evenement) {
    const champ = evenement.target;
    const ouvert = calendrier(champ);
    if (!ouvert) return;
    const avecHeure = ouvert.find(".xdsoft_timepicker.active").length > 0;
    const texte = champ.value.trim();
    dire(champ, avecHeure ? REFUS_INSTANT : REFUS_JOUR, !texte || seComprend(texte, avecHeure));
  }

  document.addEventListener("focusout", verifier);
  document.addEventListener("change", verifier);
})();
