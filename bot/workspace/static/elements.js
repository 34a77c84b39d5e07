// Interactive elements. `use(action_id, value)` is called when one is used; in a form, `hold` keeps its value instead.

import { h, iconButton, isHere } from "./dom.js";
import { upload } from "./api.js";
import { inline, plain } from "./mrkdwn.js";
import { emoji } from "./emoji.js";
import { confirmed } from "./confirm.js";
import { menu } from "./menu.js";

export const words = (object, names) => (object.type === "mrkdwn" ? inline(object.text, names) : withEmoji(object.text));

// plain_text shows emoji names as emoji and nothing else.
export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => (/^:.+:$/.test(part) ? emoji(part.slice(1, -1)) : plain(part)));
}

const options = (element) => [...(element.options || []), ...(element.option_groups || []).flatMap((g) => g.options)];

export function element(part, context) {
  const use = async (value) => (await confirmed(part.confirm, context.names)) && context.use(part.action_id, value, part);
  const make = MAKERS[part.type];
  return make ? make(part, { ...context, use }) : h("span", { class: "unknown" }, `(${part.type})`);
}

function button(part, { use, names }) {
  const press = () => {
    if (part.url && isHere(part.url)) location.assign(part.url);
    else if (part.url && /^https?:/i.test(part.url)) window.open(part.url, "_blank", "noopener");
    use(part.value ?? null);
  };
  return h("button", { type: "button", class: `button ${part.style || ""}`, "aria-label": part.accessibility_label, onclick: press }, words(part.text, names));
}

function overflow(part, { use }) {
  return menu("More actions", "⋯", part.options.map((option) => [withEmoji(option.text.text), () => use(option.value)]), { look: "button" });
}

function select(part, context, entries, initial) {
  const blank = h("option", { value: "" }, part.placeholder?.text || "Choose…");
  const known = entries.map(([value, text]) => h("option", { value, selected: value === initial }, text));
  const changed = (event) => context.use(event.target.value || null);
  return h("select", { "aria-label": context.label || part.placeholder?.text || "Choose", onchange: changed }, blank, known);
}

function multi(part, context, entries, initial = []) {
  const chosen = new Set(initial);
  const boxes = entries.map(([value, text]) => check("checkbox", value, [text], chosen.has(value), (on) => {
    on ? chosen.add(value) : chosen.delete(value);
    context.use([...chosen]);
  }));
  return h("div", { class: "choices scroll", role: "group", "aria-label": context.label }, boxes);
}

function check(type, value, label, checked, changed, name = null) {
  const box = h("input", { type, value, checked, name, onchange: (event) => changed(event.target.checked) });
  return h("label", { class: "choice" }, box, h("span", {}, label));
}

let groups = 0;
function choices(part, context, type, initial) {
  const name = `choices-${groups++}`;
  const chosen = new Set(initial.map((o) => o.value));
  const boxes = part.options.map((option) => {
    const label = [words(option.text, context.names), option.description ? h("small", {}, words(option.description, context.names)) : null];
    return check(type, option.value, label, chosen.has(option.value), (on) => {
      if (type === "radio") return context.use(option.value);
      on ? chosen.add(option.value) : chosen.delete(option.value);
      return context.use([...chosen]);
    }, name);
  });
  return h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": context.label }, boxes);
}

function picker(part, context, type, initial, read = (text) => text || null) {
  return h("input", { type, value: initial || "", "aria-label": context.label || part.placeholder?.text || type, onchange: (event) => context.use(read(event.target.value)) });
}

function typed(part, context, type) {
  const shared = {
    "aria-label": context.label,
    placeholder: part.placeholder?.text,
    maxlength: part.max_length,
    minlength: part.min_length,
    autofocus: part.focus_on_load,
    autocomplete: "off",
    oninput: (event) => context.hold?.(event.target.value),
  };
  if (part.multiline) return h("textarea", { rows: 5, ...shared, value: part.initial_value || "" });
  const step = part.is_decimal_allowed ? "any" : null;
  return h("input", { type, step, min: part.min_value, max: part.max_value, ...shared, value: part.initial_value || "" });
}

// Files of a form: {id, name} of each is held, as the workspace keeps their content already.
function files(part, context) {
  const most = part.max_files || 10;
  const kinds = part.filetypes?.map((kind) => `.${kind}`).join(",") || null;
  const tray = h("div", { class: "tray" });
  const picker = h("input", { type: "file", multiple: most > 1, accept: kinds, "aria-label": context.label, onchange: () => take([...picker.files]) });
  let chosen = part.initial_files || [];
  const show = () => {
    tray.hidden = !chosen.length;
    tray.replaceChildren(...chosen.map((file) => h("span", { class: "chip" }, file.name, iconButton("close", `Remove ${file.name}`, () => keep(chosen.filter((f) => f !== file))))));
  };
  const keep = (list) => ((chosen = list.slice(0, most)), context.hold?.(chosen), show());
  async function take(picked) {
    picker.value = "";
    const done = [];
    for (const file of picked) done.push(await upload(context.names.me, file));
    keep([...chosen, ...done.filter(Boolean)]);
  }
  show();
  const drop = (event) => (event.preventDefault(), take([...event.dataTransfer.files]));
  return h("div", { class: "file-input", ondragover: (event) => event.preventDefault(), ondrop: drop }, picker, tray);
}

function feedback(part, { use }) {
  const side = (given, glyph) => {
    const pressed = (event) => (use(given.value), event.currentTarget.setAttribute("aria-pressed", "true"));
    return h("button", { type: "button", class: "icon-button feedback", title: given.text.text, "aria-label": given.accessibility_label || given.text.text, onclick: pressed }, emoji(glyph));
  };
  return h("span", { class: "feedback-pair" }, side(part.positive_button, "+1"), side(part.negative_button, "-1"));
}

const local = (seconds) => {
  if (!seconds) return "";
  const when = new Date(seconds * 1000);
  return new Date(when - when.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};
const people = (names) => names.people.map((p) => [p.id, p.real_name]);
const rooms = (names) => names.channels.filter((c) => !c.dm).map((c) => [c.id, "#" + c.name]);
const listed = (part) => options(part).map((o) => [o.value, o.text.text]);

const MAKERS = {
  button,
  overflow,
  feedback_buttons: feedback,
  icon_button: (part, { use }) => h("button", { type: "button", class: "button small", onclick: () => use(part.value ?? null) }, part.text.text),
  static_select: (p, c) => select(p, c, listed(p), p.initial_option?.value),
  users_select: (p, c) => select(p, c, people(c.names), p.initial_user),
  channels_select: (p, c) => select(p, c, rooms(c.names), p.initial_channel),
  conversations_select: (p, c) => select(p, c, rooms(c.names), p.initial_conversation),
  multi_static_select: (p, c) => multi(p, c, listed(p), p.initial_options?.map((o) => o.value)),
  multi_users_select: (p, c) => multi(p, c, people(c.names), p.initial_users),
  multi_channels_select: (p, c) => multi(p, c, rooms(c.names), p.initial_channels),
  multi_conversations_select: (p, c) => multi(p, c, rooms(c.names), p.initial_conversations),
  checkboxes: (p, c) => choices(p, c, "checkbox", p.initial_options || []),
  radio_buttons: (p, c) => choices(p, c, "radio", p.initial_option ? [p.initial_option] : []),
  datepicker: (p, c) => picker(p, c, "date", p.initial_date),
  timepicker: (p, c) => picker(p, c, "time", p.initial_time),
  datetimepicker: (p, c) => picker(p, c, "datetime-local", local(p.initial_date_time), (text) => (text ? Math.floor(new Date(text) / 1000) : null)),
  plain_text_input: (p, c) => typed(p, c, "text"),
  email_text_input: (p, c) => typed(p, c, "email"),
  url_text_input: (p, c) => typed(p, c, "url"),
  number_input: (p, c) => typed(p, c, "number"),
  file_input: files,
};
