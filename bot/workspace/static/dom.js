// Building the page. Data only ever becomes text nodes and checked attributes: there is no innerHTML anywhere.

const SAFE = /^(https?:|mailto:)/i;

export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value" || name === "checked" || name === "hidden" || name === "disabled") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

// Everything in a node, replaced; lists are flattened and what is not there is left out, as in `h`.
export function fill(node, ...children) {
  node.replaceChildren(...h("div", {}, ...children).childNodes);
}

export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// Whether an address is a place on this very page, as permalinks of messages are: it is gone to without a new window.
export const isHere = (url) => url.startsWith(`${location.origin}/#`);

// A link, or plain text where the address is nothing a browser should follow.
export function link(url, ...label) {
  const shown = label.length ? label : [url];
  if (!SAFE.test(url)) return h("span", {}, ...shown);
  if (isHere(url)) return h("a", { href: url }, ...shown);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...shown);
}

const PATHS = {
  reply: "M4 5h16v11H9l-4 4v-4H4z",
  smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.500 14.500c1 1.500 2 2 3.500 2s2.500-.5 3.500-2M9 9.500v.5M15 9.500v.5",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  attach: "M20 11.500 12.500 19a4.500 4.500 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-8 8a1.500 1.500 0 0 1-2.200-2.200l7.300-7.200",
  send: "M4 12 20 4l-5 16-3.500-6.500z",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14 6l-6 6 6 6",
  home: "M4 11l8-7 8 7M6 10v10h12V10",
  hash: "M9 4 7 20M17 4l-2 16M4 9h16M3 15h16",
  file: "M6 3h8l5 5v13H6zM14 3v5h5",
  bolt: "M13 3 5 14h6l-1 7 8-11h-6z",
  menu: "M4 7h16M4 12h16M4 17h16",
};

export function icon(name) {
  const shape = svg("path", { d: PATHS[name], fill: "none", stroke: "currentColor" });
  const drawn = svg("svg", { viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true" }, shape);
  return drawn;
}

export function iconButton(name, label, onclick, more = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}
