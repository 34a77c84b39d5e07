// The open modal: a native dialog, so that the browser keeps the focus inside and Escape closes it.

import { h, iconButton } from "./dom.js";
import { act } from "./api.js";
import { blocks } from "./blocks.js";

const dialog = document.getElementById("modal");
let shown = null; // {id, hash}
let kept = {}; // what was typed, by block and action id
let errors = {};
let current = null;

const key = (block, element) => `${block.block_id}/${element.action_id}`;

export function showModal(view, depth, context) {
  if (!view) {
    if (dialog.open) dialog.close();
    shown = current = null;
    return;
  }
  if (shown?.id === view.id && shown.hash === view.hash) return;
  if (shown?.id !== view.id) kept = {};
  errors = {};
  shown = { id: view.id, hash: view.hash };
  current = { view, depth, context };
  draw();
  if (!dialog.open) dialog.showModal();
}

function draw() {
  const { view, depth, context } = current;
  const names = context.names;
  const me = names.me;
  const hold = (block, element, value) => (kept[key(block, element)] = value);
  const use = (action_id, value) => act("click_view", { as: me, view: view.id, action_id, value, values: kept });
  const close = () => act("close", { as: me, view: view.id });
  const prefilled = (block) => withKept(block.element, kept[key(block, block.element)]);
  const submit = view.submit ? h("button", { type: "submit", class: "button primary" }, view.submit.text) : null;
  const form = h(
    "form",
    { onsubmit: (event) => (event.preventDefault(), send(view, me, submit)), novalidate: true },
    h("header", {}, h("h2", {}, view.title.text), iconButton("close", "Close", close)),
    errors[""] ? h("div", { class: "alert error", role: "alert" }, errors[""]) : null,
    h("div", { class: "modal-body" }, blocks(view.blocks, { names, use, hold, prefilled, errors })),
    h("footer", {}, h("button", { type: "button", class: "button", onclick: close }, view.close?.text || (depth > 1 ? "Back" : "Close")), submit),
  );
  dialog.replaceChildren(form);
  dialog.setAttribute("aria-label", view.title.text);
  dialog.oncancel = (event) => (event.preventDefault(), close());
}

async function send(view, me, button) {
  const missing = view.blocks.filter((b) => b.type === "input" && !b.optional && empty(b));
  errors = Object.fromEntries(missing.map((b) => [b.block_id, "Please complete this required field."]));
  if (missing.length) return draw();
  button.disabled = true;
  const done = await act("submit", { as: me, view: view.id, values: kept });
  button.disabled = false;
  errors = done?.result || {};
  if (Object.keys(errors).length && current) draw();
  return undefined;
}

function empty(block) {
  const { element } = block;
  const value = key(block, element) in kept ? kept[key(block, element)] : Object.entries(element).find(([name]) => name.startsWith("initial_"))?.[1];
  return value === null || value === undefined || value === "" || value.length === 0;
}

const INITIAL = { datepicker: "initial_date", timepicker: "initial_time", datetimepicker: "initial_date_time", users_select: "initial_user", channels_select: "initial_channel", conversations_select: "initial_conversation", multi_users_select: "initial_users", multi_channels_select: "initial_channels", multi_conversations_select: "initial_conversations" };

// An element that starts with what was typed already, for a modal that is drawn again.
function withKept(element, value) {
  if (value === undefined) return element;
  if (INITIAL[element.type]) return { ...element, [INITIAL[element.type]]: value };
  if (!element.options && !element.option_groups) return { ...element, initial_value: value ?? "" };
  const options = [...(element.options || []), ...(element.option_groups || []).flatMap((g) => g.options)];
  if (Array.isArray(value)) return { ...element, initial_options: options.filter((o) => value.includes(o.value)) };
  return { ...element, initial_option: options.find((o) => o.value === value) };
}
