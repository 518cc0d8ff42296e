/* The ground of every map: its controls, the tiles of a setting, else communes' names from our own table. */
window.FondDeCarte = (function () {
  "use strict";

  const LETTRE = 5.5; // half of a letter's width, in pixels, at the largest size
  const PLACE = { x: 84, y: 26 }; // pixels that a commune's name keeps for itself

  function texte(balise, mots) {
    const element = document.createElement(balise);
    element.textContent = mots;
    return element;
  }

  /* `donnees`: tuiles and mention, both from the settings, "" for none. */
  function ouvrir(boite, donnees) {
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
    return carte;
  }

  /* Write communes' names, the biggest first, never one over another; `centre` (nom, lat, lon) before all. */
  function nommer(carte, boite, centre) {
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
      (centre ? [{ ...centre, est_centre: true }, ...reperes] : reperes).forEach(function (repere) {
        const point = dansLeCadre(carte.latLngToContainerPoint([repere.lat, repere.lon]), repere.nom);
        const libre = pris.every(function (p) { return Math.abs(p.x - point.x) > PLACE.x || Math.abs(p.y - point.y) > PLACE.y; });
        if (!libre) return;
        pris.push(point);
        ecrire(repere.nom, carte.containerPointToLatLng(point), repere.est_centre ? "repere repere--centre" : "repere");
      });
    }

    function demander() {
      const vue = carte.getBounds();
      const cadre = [vue.getWest(), vue.getSouth(), vue.getEast(), vue.getNorth()].map(function (v) { return v.toFixed(2); });
      const mienne = ++demande;
      fetch(boite.dataset.reperes + "?bbox=" + cadre.join(","))
        .then(function (reponse) { return reponse.ok ? reponse.json() : { reperes: [] }; })
        .catch(function () { return { reperes: [] }; }) // without the network, what is drawn is still there
        .then(function (recus) { if (mienne === demande) dessiner(recus.reperes); });
    }

    carte.on("moveend", demander);
    demander();
  }

  return { nommer: nommer, ouvrir: ouvrir, texte: texte };
})();
