/* The maps of a community's page: newest listings, where they are, on purpose blurred. */
(function () {
  "use strict";

  const FLOU = 800; // metres: how far from the truth a public position may be
  const TACHE_MIN = 9; // pixels: a spot stays visible when one looks from afar
  const texte = window.FondDeCarte.texte;

  function dessiner(boite) {
    const source = document.getElementById(boite.dataset.source);
    if (!source || !window.L) return;
    const donnees = JSON.parse(source.textContent);
    if (!donnees.points.length) return;

    const carte = window.FondDeCarte.ouvrir(boite, donnees);
    const cadre = L.latLngBounds(donnees.points.map(function (point) { return [point.lat, point.lon]; }));
    carte.fitBounds(cadre.pad(0.15), { maxZoom: 12 });

    const taches = donnees.points.map(function (point) {
      const contenu = document.createElement("div");
      const lien = texte("a", point.titre);
      lien.href = point.url;
      contenu.append(texte("strong", point.nom), lien);
      return L.circle([point.lat, point.lon], { radius: FLOU, className: "tache tache--" + point.genre }).addTo(carte)
        .bindPopup(contenu, { autoPanPadding: [16, 16], maxWidth: 220 });
    });
    function ajuster() {
      const latitude = cadre.getCenter().lat * Math.PI / 180;
      const metresParPixel = 40075016.7 * Math.cos(latitude) / Math.pow(2, carte.getZoom() + 8);
      taches.forEach(function (tache) { tache.setRadius(Math.max(FLOU, TACHE_MIN * metresParPixel)); });
    }
    carte.on("zoomend", ajuster);
    ajuster();
    if (!donnees.tuiles) window.FondDeCarte.nommer(carte, boite, null);
  }

  document.querySelectorAll(".carte-vive").forEach(dessiner);
})();
