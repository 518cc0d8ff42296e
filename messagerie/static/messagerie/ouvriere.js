/* The service worker: shows « Nouveau message » when it is woken, opens the messages when that is pressed.
   It keeps nothing and answers no request: the site works the same without it. */
"use strict";

self.addEventListener("push", (evenement) => {
  evenement.waitUntil(self.registration.showNotification("Nouveau message", {
    body: "Quelqu’un vous a écrit sur Échange.",
    tag: "messages", // one at a time
    lang: "fr",
  }));
});

self.addEventListener("notificationclick", (evenement) => {
  evenement.notification.close();
  evenement.waitUntil(self.clients.openWindow("/messages/"));
});
