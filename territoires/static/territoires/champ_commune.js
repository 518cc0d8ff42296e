/* <champ-commune>: turns the commune's text field into a combobox (ARIA 1.2, list autocomplete, manual
   selection). The page works without it: the server reads the text. Upgraded wherever it appears,
   in the page or in what HTMX brings. */
(function () {
  "use strict";
  if (customElements.get("champ-commune")) return;

  const ATTENTE = 150; /* ms after the last letter */
  const MINIMUM = 2;

  class ChampCommune extends HTMLElement {
    connectedCallback() {
      if (this.liste) return;
      this.saisie = this.querySelector('input[type="text"]');
      this.liste = this.appendChild(document.createElement("ul"));
      this.liste.id = this.saisie.id + "_liste";
      this.liste.className = "champ-commune__liste";
      this.liste.hidden = true;
      this.liste.setAttribute("role", "listbox");
      this.liste.setAttribute("aria-label", "Communes proposées");
      this.etat = this.appendChild(document.createElement("p"));
      this.etat.className = "champ-commune__etat";
      this.etat.setAttribute("role", "status");
      for (const [nom, valeur] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.liste.id]]) {
        this.saisie.setAttribute(nom, valeur);
      }
      this.saisie.addEventListener("input", () => this.quandOnEcrit());
      this.saisie.addEventListener("keydown", (evenement) => this.quandOnAppuie(evenement));
      this.saisie.addEventListener("blur", () => this.fermer());
      /* Pressing an option must not take the focus away: « blur » would close the list first. */
      this.liste.addEventListener("mousedown", (evenement) => evenement.preventDefault());
      this.liste.addEventListener("click", (evenement) => {
        const option = evenement.target.closest('[role="option"]');
        if (option) this.choisir(option);
      });
    }

    get options() { return [...this.liste.children]; }
    get active() { return this.liste.querySelector('[aria-selected="true"]'); }

    quandOnEcrit() {
      this.retenir("");
      clearTimeout(this.minuteur);
      this.minuteur = setTimeout(() => this.chercher(), ATTENTE);
    }

    quandOnAppuie(evenement) {
      const ouverte = !this.liste.hidden;
      if (evenement.key === "ArrowDown" || evenement.key === "ArrowUp") {
        evenement.preventDefault();
        if (ouverte) this.avancer(evenement.key === "ArrowDown" ? 1 : -1);
        else this.rouvrir();
      } else if (evenement.key === "Enter" && ouverte && this.active) {
        evenement.preventDefault();
        this.choisir(this.active);
      } else if (evenement.key === "Escape" && ouverte) {
        evenement.preventDefault();
        evenement.stopPropagation();
        this.fermer();
      }
    }

    async chercher() {
      const texte = this.saisie.value.trim();
      this.demande?.abort();
      if (texte.length < MINIMUM) return this.fermer();
      this.demande = new AbortController();
      try {
        const reponse = await fetch(this.dataset.url + "?q=" + encodeURIComponent(texte), { signal: this.demande.signal });
        if (reponse.ok) this.montrer(await reponse.text(), texte);
      } catch (erreur) {
        /* No network, or another letter came: the text is still read when the form is sent. */
      }
    }

    /* What was proposed for these very words is there at once: the next key already finds it. */
    rouvrir() {
      if (!this.options.length || this.texte !== this.saisie.value.trim()) return this.chercher();
      this.options.forEach((option) => option.setAttribute("aria-selected", "false"));
      this.ouvrir(true);
    }

    montrer(html, texte) {
      if (document.activeElement !== this.saisie) return;
      this.texte = texte;
      this.liste.innerHTML = html;
      this.options.forEach((option, rang) => { option.id = this.liste.id + rang; });
      const nombre = this.options.length;
      this.ouvrir(nombre > 0);
      if (!nombre) this.dire("Aucune commune de ce nom. Essayez le code postal.", true);
      else this.dire(nombre > 1 ? nombre + " communes proposées" : "1 commune proposée");
    }

    ouvrir(est_ouverte) {
      this.liste.hidden = !est_ouverte;
      this.saisie.setAttribute("aria-expanded", String(est_ouverte));
      this.saisie.removeAttribute("aria-activedescendant");
      if (!est_ouverte) return;
      /* Behind a phone's keyboard nobody sees the list. */
      const bas = this.liste.getBoundingClientRect().bottom;
      if (bas > (window.visualViewport || { height: innerHeight }).height) (this.closest(".champ") || this).scrollIntoView();
    }

    fermer() {
      clearTimeout(this.minuteur);
      this.demande?.abort();
      this.ouvrir(false);
      this.dire("");
    }

    avancer(pas) {
      const options = this.options;
      const rang = options.indexOf(this.active);
      const suivant = rang < 0 && pas < 0 ? options.length - 1 : (rang + pas + options.length) % options.length;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === suivant)));
      this.saisie.setAttribute("aria-activedescendant", options[suivant].id);
      options[suivant].scrollIntoView({ block: "nearest" });
    }

    choisir(option) {
      this.saisie.value = option.dataset.texte;
      this.retenir(option.dataset.code);
      this.fermer();
      this.saisie.dispatchEvent(new Event("change", { bubbles: true }));
    }

    /* The radios of an ambiguous answer give way as soon as one writes something else. */
    retenir(code) {
      const nom = this.saisie.name + "_code";
      this.querySelector(".champ-commune__choix")?.remove();
      let champ = this.querySelector('input[type="hidden"]');
      if (!champ) {
        champ = this.appendChild(document.createElement("input"));
        champ.type = "hidden";
        champ.name = nom;
      }
      champ.value = code;
    }

    dire(phrase, est_visible = false) {
      this.etat.textContent = phrase;
      this.etat.classList.toggle("fr-sr-only", !est_visible);
    }
  }

  customElements.define("champ-commune", ChampCommune);
})();
