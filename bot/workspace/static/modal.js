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
  const before = document.activeElement?.closest("[data-block]")?.dataset.block;
  const names = context.names;
  const me = names.me;
  const hold = (block, element, value) => (kept[key(block, element)] = value);
  const use = (action_id, value) => act("click_view", { as: me, view: view.id, action_id, value, values: values() });
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
  const fields = "input, textarea, select";
  const wrong = dialog.querySelector(`.input.wrong :is(${fields})`);
  (wrong || (before && dialog.querySelector(`[data-block="${CSS.escape(before)}"] :is(${fields})`)))?.focus();
}

// Of files, the workspace wants the ids.
const values = () => Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, Array.isArray(value) ? value.map((v) => v?.id ?? v) : value]));

async function send(view, me, button) {
  const inputs = view.blocks.filter((b) => b.type === "input");
  errors = Object.fromEntries(inputs.map((b) => [b.block_id, fault(b)]).filter(([, told]) => told));
  if (Object.keys(errors).length) return draw();
  button.disabled = true;
  const done = await act("submit", { as: me, view: view.id, values: values() });
  button.disabled = false;
  errors = done?.result || {};
  if (Object.keys(errors).length && current) draw();
  return undefined;
}

// What Slack itself says of an input before the app hears of it; nothing when all is well.
function fault(block) {
  const { element } = block;
  const value = key(block, element) in kept ? kept[key(block, element)] : Object.entries(element).find(([name]) => name.startsWith("initial_"))?.[1];
  if (value === null || value === undefined || value === "" || value.length === 0) return block.optional ? "" : "Please complete this required field.";
  return CHECKS[element.type]?.(value, element) || "";
}

const CHECKS = {
  plain_text_input: (value, { min_length: least }) => (value.length < (least || 0) ? `Please write at least ${least} characters.` : ""),
  url_text_input: (value) => (/^https?:\/\/[^\s/]+\S*$/i.test(value) ? "" : "Please enter a whole address; it begins with http or https."),
  email_text_input: (value) => (/^\S+@\S+\.\S+$/.test(value) ? "" : "Please enter an email address."),
  number_input: (value, element) => {
    if (!Number.isFinite(Number(value)) || (!element.is_decimal_allowed && !Number.isInteger(Number(value)))) return element.is_decimal_allowed ? "Please enter a number." : "Please enter a whole number.";
    if (Number(value) < Number(element.min_value ?? -Infinity)) return `Please enter ${element.min_value} or more.`;
    return Number(value) > Number(element.max_value ?? Infinity) ? `Please enter ${element.max_value} or less.` : "";
  },
};

const INITIAL = { datepicker: "initial_date", timepicker: "initial_time", datetimepicker: "initial_date_time", users_select: "initial_user", channels_select: "initial_channel", conversations_select: "initial_conversation", multi_users_select: "initial_users", multi_channels_select: "initial_channels", multi_conversations_select: "initial_conversations" };

// An element that starts with what was typed already, for a modal that is drawn again.
function withKept(element, value) {
  if (value === undefined) return element;
  if (element.type === "file_input") return { ...element, initial_files: value };
  if (INITIAL[element.type]) return { ...element, [INITIAL[element.type]]: value };
  if (!element.options && !element.option_groups) return { ...element, initial_value: value ?? "" };
  const options = [...(element.options || []), ...(element.option_groups || []).flatMap((g) => g.options)];
  if (Array.isArray(value)) return { ...element, initial_options: options.filter((o) => value.includes(o.value)) };
  return { ...element, initial_option: options.find((o) => o.value === value) };
}
