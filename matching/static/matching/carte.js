/* The map beside the list of the search: the same savoir-faire, where they are, on purpose blurred. */
(function () {
  "use strict";

  const FLOU = 800; // metres: how far from the truth a public position may be
  const TACHE_MIN = 13; // pixels: a spot stays under a finger when one looks from afar
  const texte = window.FondDeCarte.texte;

  const boite = document.getElementById("carte");
  const source = document.getElementById("carte-donnees");
  if (!boite || !source || !window.L) return;
  const donnees = JSON.parse(source.textContent);
  const centre = L.latLng(donnees.centre.lat, donnees.centre.lon);
  const large = window.matchMedia("(min-width: 62em)");

  const carte = window.FondDeCarte.ouvrir(boite, donnees);

  const cadre = L.latLngBounds([centre]);
  donnees.points.forEach(function (point) { cadre.extend([point.lat, point.lon]); });
  carte.fitBounds(cadre.pad(0.15), { maxZoom: 12 });
  L.circle(centre, { radius: donnees.rayon_km * 1000, className: "perimetre", interactive: false }).addTo(carte);

  /* ---- the spots, each tied to its line in the list ---- */
  function bulle(point) {
    const contenu = document.createElement("div");
    const lien = texte("a", point.titre);
    lien.href = point.url;
    contenu.append(texte("strong", point.nom), lien);
    return contenu;
  }

  const taches = donnees.points.map(function (point) {
    const ligne = document.getElementById(point.id);
    const tache = L.circle([point.lat, point.lon], { radius: FLOU, className: "tache" }).addTo(carte);
    tache.bindPopup(bulle(point), { autoPanPadding: [16, 16], maxWidth: 220 });

    function eclairer(vive) {
      const trace = tache.getElement();
      if (trace) trace.classList.toggle("tache--vive", vive);
      if (vive) tache.bringToFront();
      if (ligne) ligne.classList.toggle("resultat--vif", vive);
    }
    tache.on("popupopen", function () {
      eclairer(true);
      if (ligne && large.matches) ligne.scrollIntoView({ block: "nearest" });
    });
    tache.on("popupclose", function () { eclairer(false); });
    if (ligne) {
      ligne.addEventListener("mouseenter", function () { eclairer(true); });
      ligne.addEventListener("mouseleave", function () { eclairer(tache.isPopupOpen()); });
      ligne.addEventListener("focusin", function () { eclairer(true); });
      ligne.addEventListener("focusout", function () { eclairer(tache.isPopupOpen()); });
    }
    return tache;
  });

  /* From afar 800 m would be a dot: a spot never gets smaller than a finger needs. */
  function ajuster() {
    const metresParPixel = 40075016.7 * Math.cos(centre.lat * Math.PI / 180) / Math.pow(2, carte.getZoom() + 8);
    taches.forEach(function (tache) { tache.setRadius(Math.max(FLOU, TACHE_MIN * metresParPixel)); });
  }
  carte.on("zoomend", ajuster);
  ajuster();

  if (!donnees.tuiles) window.FondDeCarte.nommer(carte, boite, donnees.centre);
})();
