// "Are you sure?" before an element that asks for it is used.

import { h } from "./dom.js";
import { words } from "./elements.js";

export function confirmed(confirm, names) {
  if (!confirm) return Promise.resolve(true);
  const dialog = document.getElementById("confirm");
  return new Promise((resolve) => {
    const done = (answer) => () => (dialog.close(), resolve(answer));
    dialog.replaceChildren(
      h("h2", {}, confirm.title.text),
      h("p", {}, words(confirm.text, names)),
      h("footer", {}, h("button", { type: "button", class: "button", onclick: done(false) }, confirm.deny.text), h("button", { type: "button", class: `button ${confirm.style || "primary"}`, onclick: done(true) }, confirm.confirm.text)),
    );
    dialog.oncancel = () => resolve(false);
    dialog.showModal();
  });
}
