/* Files joined to a message, over a form that sends them without this file: their names before they leave, how
   much has left, and nothing lost when the network gives up. */
(function () {
  "use strict";

  const racine = document.querySelector("[data-conversation]");
  const formulaire = racine && racine.querySelector("[data-redaction]");
  const champ = formulaire && formulaire.querySelector("[data-pieces]");
  if (!champ) return;

  const zone = formulaire.querySelector("textarea");
  const choisies = racine.querySelector("[data-pieces-choisies]");
  const etat = racine.querySelector("[data-etat]");
  const bouton = formulaire.querySelector("[type=submit]");
  let fichiers = [];

  formulaire.classList.add("redaction__ligne--vivante");

  champ.addEventListener("change", () => {
    const choix = Array.from(champ.files);
    const lourds = choix.filter((fichier) => fichier.size > Number(champ.dataset.pieces));
    fichiers = fichiers.concat(choix.filter((fichier) => !lourds.includes(fichier)));
    champ.value = "";
    montrer();
    // Said at once: nobody pays for ten megabytes to be told no.
    if (lourds.length) refuser("Trop lourd, 10 Mo au plus : " + lourds.map((fichier) => fichier.name).join(", ") + ".");
    else dire("");
    zone.focus({ preventScroll: true });
  });

  function dire(phrase) { etat.textContent = phrase; etat.removeAttribute("data-refus"); }
  function refuser(phrase) { dire(phrase); etat.dataset.refus = ""; }

  function montrer() {
    choisies.replaceChildren(...fichiers.map((fichier, rang) => {
      const ligne = document.createElement("li");
      const retirer = Object.assign(document.createElement("button"), { type: "button", className: "pieces-choisies__retirer", textContent: "Retirer" });
      retirer.setAttribute("aria-label", "Retirer " + fichier.name);
      retirer.addEventListener("click", () => { fichiers.splice(rang, 1); montrer(); zone.focus({ preventScroll: true }); });
      ligne.append(Object.assign(document.createElement("span"), { textContent: fichier.name }), retirer);
      return ligne;
    }));
    choisies.hidden = fichiers.length === 0;
  }

  /* Before conversation.js, which sends words alone. */
  formulaire.addEventListener("submit", (evenement) => {
    if (!fichiers.length) return;
    evenement.preventDefault();
    evenement.stopImmediatePropagation();
    envoyer();
  }, { capture: true });

  function envoyer() {
    const donnees = new FormData(formulaire);
    donnees.delete(champ.name);
    fichiers.forEach((fichier) => donnees.append(champ.name, fichier));
    const requete = new XMLHttpRequest();
    requete.open("POST", formulaire.action);
    requete.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    requete.upload.addEventListener("progress", (avance) => {
      if (avance.lengthComputable) dire("Envoi… " + Math.round((100 * avance.loaded) / avance.total) + " %");
    });
    requete.upload.addEventListener("load", () => { dire("Envoi… encore un instant"); });
    requete.addEventListener("loadend", () => { bouton.disabled = false; conclure(requete); });
    bouton.disabled = true;
    requete.send(donnees);
  }

  function conclure(requete) {
    if (requete.status === 204) {
      fichiers = [];
      montrer();
      zone.value = "";
      dire("");
      racine.dispatchEvent(new CustomEvent("conversation:parti")); // a new key, and the lines asked for
    } else if (requete.status === 422) {
      refuser(requete.responseText);
    } else {
      refuser("Vos fichiers ne sont pas partis. Ils sont encore là\u00a0: touchez « Envoyer » pour réessayer.");
    }
    zone.focus({ preventScroll: true });
  }
})();
