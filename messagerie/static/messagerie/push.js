/* The switch of the settings: this browser is woken when a message comes, or not. */
(function () {
  "use strict";

  const bloc = document.querySelector("[data-push]");
  if (!bloc) return;

  const bouton = bloc.querySelector("[data-push-bouton]");
  const etat = bloc.querySelector("[data-push-etat]");
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    etat.textContent = "Ce navigateur ne sait pas le faire. Sur un iPhone ou un iPad, ajoutez d’abord Échange à "
      + "l’écran d’accueil (Partager, puis « Sur l’écran d’accueil ») et ouvrez-le de là.";
    return;
  }

  const jeton = document.querySelector("meta[name=jeton-csrf]").content;
  let abonnement = null;

  function montrer(phrase) {
    bouton.hidden = false;
    bouton.textContent = abonnement ? "Ne plus me prévenir sur cet appareil" : "Me prévenir sur cet appareil";
    etat.textContent = phrase || (abonnement ? "Cet appareil vous prévient des nouveaux messages." : "");
  }

  const dire = (champs) => fetch(bloc.dataset.push,
    { method: "POST", body: new URLSearchParams(champs), headers: { "X-CSRFToken": jeton } })
    .then((reponse) => { if (reponse.status !== 204) throw new Error(String(reponse.status)); });

  function cle() {
    const texte = atob(bloc.dataset.cle.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(texte, (lettre) => lettre.charCodeAt(0));
  }

  async function activer() {
    const permission = await Notification.requestPermission();
    if (permission === "default") {
      return montrer("Il reste à répondre à votre navigateur : touchez de nouveau ce bouton, puis « Autoriser ».");
    }
    if (permission !== "granted") {
      return montrer("Votre navigateur ne le permet pas\u00a0: autorisez les notifications dans ses réglages.");
    }
    const inscription = await navigator.serviceWorker.register(bloc.dataset.ouvriere, { scope: "/messages/" });
    abonnement = await inscription.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: cle() });
    await dire({ adresse: abonnement.endpoint });
    montrer();
  }

  async function arreter() {
    await dire({ adresse: abonnement.endpoint, stop: "1" });
    await abonnement.unsubscribe();
    abonnement = null;
    montrer();
  }

  bouton.addEventListener("click", () => (abonnement ? arreter() : activer())
    .catch(() => montrer("Cela n’a pas marché. Réessayez dans un instant.")));

  navigator.serviceWorker.getRegistration("/messages/")
    .then((inscription) => inscription && inscription.pushManager.getSubscription())
    .then((trouve) => { abonnement = trouve || null; montrer(); })
    .catch(() => montrer());
})();
