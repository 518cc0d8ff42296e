/* The map of a perimeter being chosen: a dot for each commune. The figures beside say the same. */
(function () {
  "use strict";

  let carte = null;

  /* A map whose box has gone would go on asking for the names of a place without size. */
  function ranger() {
    if (carte) carte.remove();
    carte = null;
  }

  function dessiner() {
    const boite = document.querySelector("[data-perimetre]");
    if (!boite || !window.L || boite.dataset.dessinee) return;
    boite.dataset.dessinee = "1";
    const donnees = JSON.parse(boite.dataset.perimetre);
    if (!donnees.points.length) return;
    carte = window.FondDeCarte.ouvrir(boite, donnees);
    const cadre = L.latLngBounds(donnees.points.map(function (point) { return [point.lat, point.lon]; }));
    carte.fitBounds(cadre.pad(0.1), { maxZoom: 11 });
    donnees.points.forEach(function (point) {
      L.circleMarker([point.lat, point.lon], { radius: 4, interactive: false, className: point.pris ? "commune commune--prise" : "commune" }).addTo(carte);
    });
    if (!donnees.tuiles) window.FondDeCarte.nommer(carte, boite, null);
  }

  document.addEventListener("htmx:beforeSwap", ranger);
  document.addEventListener("htmx:afterSwap", dessiner);
  dessiner();
})();
