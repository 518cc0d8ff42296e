/* Where an event takes place: one point. The page says the address in words. */
(function () {
  "use strict";

  const boite = document.getElementById("carte");
  const source = document.getElementById("carte-donnees");
  if (!boite || !source || !window.L) return;
  const donnees = JSON.parse(source.textContent);
  const lieu = [donnees.point.lat, donnees.point.lon];

  const carte = window.FondDeCarte.ouvrir(boite, donnees);
  carte.setView(lieu, donnees.est_precis ? 13 : 11);
  L.circleMarker(lieu, { radius: 10, className: "point", interactive: false })
    .bindTooltip(window.FondDeCarte.texte("strong", donnees.point.nom), { direction: "top", permanent: true })
    .addTo(carte);
  if (!donnees.tuiles) window.FondDeCarte.nommer(carte, boite, null);
})();
