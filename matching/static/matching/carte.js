/* The map beside the list of the search: the same savoir-faire, where they are, on purpose blurred.
   Without tiles (the default) the ground is made of communes' names from our own table. */
(function () {
  "use strict";

  const FLOU = 800; // metres: how far from the truth a public position may be
  const TACHE_MIN = 13; // pixels: a spot stays under a finger when one looks from afar
  const LETTRE = 5.5; // half of a letter's width, in pixels, at the largest size
  const PLACE = { x: 84, y: 26 }; // pixels that a commune's name keeps for itself

  const boite = document.getElementById("carte");
  const source = document.getElementById("carte-donnees");
  if (!boite || !source || !window.L) return;
  const donnees = JSON.parse(source.textContent);
  const centre = L.latLng(donnees.centre.lat, donnees.centre.lon);
  const large = window.matchMedia("(min-width: 62em)");

  boite.hidden = false;
  boite.parentNode.querySelector(".resultats__note").hidden = false;
  const carte = L.map(boite, {
    attributionControl: Boolean(donnees.tuiles),
    dragging: !window.matchMedia("(pointer: coarse)").matches, // one finger scrolls the page, two move the map
    scrollWheelZoom: false,
    minZoom: 5,
    maxZoom: 15,
    zoomControl: false,
  });
  L.control.zoom({ position: "bottomright", zoomInTitle: "Plus près", zoomOutTitle: "Plus loin" }).addTo(carte);
  if (donnees.tuiles) L.tileLayer(donnees.tuiles, { attribution: donnees.mention }).addTo(carte);

  const cadre = L.latLngBounds([centre]);
  donnees.points.forEach(function (point) { cadre.extend([point.lat, point.lon]); });
  carte.fitBounds(cadre.pad(0.15), { maxZoom: 12 });
  L.circle(centre, { radius: donnees.rayon_km * 1000, className: "perimetre", interactive: false }).addTo(carte);

  /* ---- the spots, each tied to its line in the list ---- */
  function texte(balise, mots) {
    const element = document.createElement(balise);
    element.textContent = mots;
    return element;
  }

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

  /* ---- the ground: names of communes, the biggest first, never one over another ---- */
  const noms = L.layerGroup().addTo(carte);
  let demande = 0;

  function ecrire(nom, position, classe) {
    const icone = L.divIcon({ className: classe, html: texte("span", nom), iconSize: [PLACE.x * 2, 18] });
    L.marker(position, { icon: icone, interactive: false, keyboard: false }).addTo(noms);
  }

  // A name near the edge moves in rather than being cut.
  function dansLeCadre(point, nom) {
    const marge = Math.min(nom.length * LETTRE, carte.getSize().x / 2);
    return L.point(Math.min(Math.max(point.x, marge), carte.getSize().x - marge), point.y);
  }

  function dessiner(reperes) {
    noms.clearLayers();
    const pris = [];
    [{ nom: donnees.centre.nom, lat: centre.lat, lon: centre.lng, est_centre: true }, ...reperes].forEach(function (repere) {
      const point = dansLeCadre(carte.latLngToContainerPoint([repere.lat, repere.lon]), repere.nom);
      const libre = pris.every(function (p) { return Math.abs(p.x - point.x) > PLACE.x || Math.abs(p.y - point.y) > PLACE.y; });
      if (!libre) return;
      pris.push(point);
      ecrire(repere.nom, carte.containerPointToLatLng(point), repere.est_centre ? "repere repere--centre" : "repere");
    });
  }

  function nommer() {
    const vue = carte.getBounds();
    const cadre = [vue.getWest(), vue.getSouth(), vue.getEast(), vue.getNorth()].map(function (v) { return v.toFixed(2); });
    const mienne = ++demande;
    fetch(boite.dataset.reperes + "?bbox=" + cadre.join(","))
      .then(function (reponse) { return reponse.ok ? reponse.json() : { reperes: [] }; })
      .catch(function () { return { reperes: [] }; }) // without the network, the spots are still there
      .then(function (recus) { if (mienne === demande) dessiner(recus.reperes); });
  }

  if (!donnees.tuiles) {
    carte.on("moveend", nommer);
    nommer();
  }
})();
