// A button that opens a list of things to do. Enter or Space opens it, the arrows move, Escape closes it.

import { h } from "./dom.js";

// `items` are [what it says, what happens], `face` is what the button shows, `more` its class and direction.
export function menu(label, face, items, { look = "icon-button", up = false } = {}) {
  const head = h("summary", { class: look, "aria-label": label, title: label, "aria-haspopup": "menu" }, face);
  const details = h("details", { class: "overflow" }, head);
  const close = () => ((details.open = false), head.focus());
  const entry = ([says, chosen]) => h("button", { type: "button", role: "menuitem", onclick: () => (close(), chosen()) }, says);
  const list = h("div", { class: up ? "menu up" : "menu", role: "menu", "aria-label": label }, items.map(entry));
  details.append(list);
  details.addEventListener("keydown", (event) => keyed(event, details, list, close));
  details.addEventListener("focusout", (event) => details.contains(event.relatedTarget) || (details.open = false));
  return details;
}

function keyed(event, details, list, close) {
  if (event.key === "Escape" && details.open) return event.preventDefault(), event.stopPropagation(), close();
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return undefined;
  event.preventDefault();
  details.open = true;
  const all = [...list.children];
  const at = all.indexOf(document.activeElement);
  return all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length].focus();
}
