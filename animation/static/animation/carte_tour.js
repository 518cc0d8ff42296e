/* The map beside the list of a tour: one arrow a gift, from who teaches to who learns. The list says the same. */
(function () {
  "use strict";

  const RAYON = 6; // pixels
  const COURBE = 0.16; // how far an arrow leaves the straight line: A to B and B to A stay apart
  const PAS = 16;
  const ZOOM = 12; // where arrows are drawn; the drawing scales with the map

  const boite = document.getElementById("carte");
  const source = document.getElementById("carte-donnees");
  if (!boite || !source || !window.L) return;
  const donnees = JSON.parse(source.textContent);
  const lieux = Object.values(donnees.entreprises);
  if (!lieux.length) return;
  const texte = window.FondDeCarte.texte;
  const large = window.matchMedia("(min-width: 62em)");

  const carte = window.FondDeCarte.ouvrir(boite, donnees);
  const cadre = L.latLngBounds(lieux.map(function (lieu) { return [lieu.lat, lieu.lon]; }));
  carte.fitBounds(cadre.pad(0.12), { maxZoom: 13 });

  /* A point of the arrow's heel to its head, bulging to the right of its way. */
  function courbe(de, a) {
    const debut = carte.project([de.lat, de.lon], ZOOM);
    const fin = carte.project([a.lat, a.lon], ZOOM);
    const cote = L.point(debut.y - fin.y, fin.x - debut.x).multiplyBy(COURBE);
    const sommet = debut.add(fin).divideBy(2).add(cote);
    const points = [];
    for (let i = 0; i <= PAS; i += 1) {
      const t = i / PAS;
      points.push(carte.unproject(debut.multiplyBy((1 - t) * (1 - t)).add(sommet.multiplyBy(2 * t * (1 - t))).add(fin.multiplyBy(t * t)), ZOOM));
    }
    return points;
  }

  /* Heads of arrows, in the drawing's own definitions; the sheet colours them. */
  function definirPointes(svg) {
    ["", "--vive"].forEach(function (suite) {
      const pointe = document.createElementNS("http://www.w3.org/2000/svg", "marker");
      Object.entries({ id: "pointe" + suite, viewBox: "0 0 10 10", refX: 15, refY: 5, markerWidth: 12, markerHeight: 12, markerUnits: "userSpaceOnUse", orient: "auto", class: "pointe" + suite })
        .forEach(function (attribut) { pointe.setAttribute(attribut[0], attribut[1]); });
      const trait = document.createElementNS("http://www.w3.org/2000/svg", "path");
      trait.setAttribute("d", "M0 0 10 5 0 10z");
      pointe.append(trait);
      svg.append(pointe);
    });
  }

  function bulle(titre, ancre, lignes) {
    const contenu = document.createElement("div");
    contenu.append(texte("strong", titre));
    lignes.forEach(function (ligne) { contenu.append(texte("p", ligne)); });
    if (ancre) {
      const lien = texte("a", "Voir dans la liste");
      lien.href = "#" + ancre;
      contenu.append(lien);
    }
    return contenu;
  }

  const parEchange = donnees.echanges.map(function (echange) {
    const ligne = document.getElementById(echange.id);
    const lignes = echange.dons.map(function (don) { return donnees.entreprises[don.de].nom + " apprend à " + donnees.entreprises[don.a].nom + "\u00a0: " + don.quoi; });
    const fleches = echange.dons.map(function (don) {
      return L.polyline(courbe(donnees.entreprises[don.de], donnees.entreprises[don.a]), { className: "fleche", smoothFactor: 0, weight: 2 }).addTo(carte);
    });

    function eclairer(vive) {
      fleches.forEach(function (fleche) {
        const trace = fleche.getElement();
        trace.classList.toggle("fleche--vive", vive);
        trace.setAttribute("marker-end", vive ? "url(#pointe--vive)" : "url(#pointe)");
        if (vive) fleche.bringToFront();
      });
      if (ligne) ligne.classList.toggle("resultat--vif", vive);
    }
    fleches.forEach(function (fleche) {
      fleche.bindPopup(bulle(echange.titre, echange.id, lignes), { autoPanPadding: [16, 16], maxWidth: 260 });
      fleche.on("popupopen", function () {
        eclairer(true);
        if (ligne && large.matches) ligne.scrollIntoView({ block: "nearest" });
      });
      fleche.on("popupclose", function () { eclairer(false); });
    });
    if (ligne) {
      ligne.addEventListener("mouseenter", function () { eclairer(true); });
      ligne.addEventListener("mouseleave", function () { eclairer(false); });
      ligne.addEventListener("focusin", function () { eclairer(true); });
      ligne.addEventListener("focusout", function () { eclairer(false); });
    }
    return eclairer;
  });

  lieux.forEach(function (lieu) {
    L.circleMarker([lieu.lat, lieu.lon], { radius: RAYON, className: "point" }).addTo(carte)
      .bindPopup(bulle(lieu.nom, "", [lieu.commune]), { autoPanPadding: [16, 16], maxWidth: 220 });
  });
  definirPointes(boite.querySelector(".leaflet-overlay-pane svg"));
  parEchange.forEach(function (eclairer) { eclairer(false); });
  if (!donnees.tuiles) window.FondDeCarte.nommer(carte, boite, null);
})();
