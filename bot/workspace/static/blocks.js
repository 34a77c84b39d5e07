// Block Kit as DOM nodes. `context` holds names, use(action_id, value, element) and, in forms, hold and errors.

import { h, link } from "./dom.js";
import { chart } from "./chart.js";
import { element, withEmoji, words } from "./elements.js";
import { markdown, mrkdwn } from "./mrkdwn.js";
import { richText, table } from "./richtext.js";

export function blocks(list, context) {
  return list.map((block) => {
    const make = MAKERS[block.type];
    const drawn = make ? make(block, context) : h("div", { class: "unknown" }, `(a block of type ${block.type})`);
    drawn.classList.add("block");
    return drawn;
  });
}

export const text = (object, names) => (object.type === "mrkdwn" ? mrkdwn(object.text, names) : withBreaks(object.text));

const withBreaks = (plainText) => plainText.split("\n").flatMap((line, i) => [i ? h("br") : "", ...withEmoji(line)]);

function section(block, context) {
  const said = block.text ? h("div", { class: "section-text" }, text(block.text, context.names)) : null;
  const fields = block.fields ? h("div", { class: "fields" }, block.fields.map((f) => h("div", {}, text(f, context.names)))) : null;
  const side = block.accessory ? h("div", { class: "accessory" }, accessory(block.accessory, within(context, block))) : null;
  return h("div", { class: "section" }, h("div", { class: "section-main" }, said, fields), side);
}

// Elements are told apart by block and action id, since several blocks may use one action id.
const within = (context, block, more = {}) => ({ ...context, ...more, use: (id, value, part) => context.use(id, value, part, block) });

function accessory(part, context) {
  return part.type === "image" ? picture(part) : element(part, context);
}

function picture(part) {
  const own = (part.image_url || "").startsWith(location.origin) || (part.image_url || "").startsWith("data:image/");
  if (own) return h("img", { src: part.image_url, alt: part.alt_text, loading: "lazy" });
  return h("span", { class: "picture-link" }, part.image_url ? link(part.image_url, `Picture: ${part.alt_text}`) : `Picture: ${part.alt_text}`);
}

function input(block, context) {
  const error = context.errors?.[block.block_id];
  const label = block.label.text;
  const hold = (value) => context.hold?.(block, block.element, value);
  const inner = within(context, block, { label, hold });
  const use = (id, value, part) => (hold(value), block.dispatch_action && context.use(id, value, part, block));
  const field = element(context.prefilled?.(block) ?? block.element, { ...inner, use });
  const told = [error ? "error" : null, block.hint ? "hint" : null].filter(Boolean).map((part) => `${part}-${block.block_id}`);
  if (error) field.setAttribute("aria-invalid", "true");
  if (told.length) field.setAttribute("aria-describedby", told.join(" "));
  return h(
    "div",
    { class: error ? "input wrong" : "input", "data-block": block.block_id },
    h("div", { class: "label" }, label, block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    field,
    error ? h("div", { class: "error", role: "alert", id: `error-${block.block_id}` }, error) : null,
    block.hint ? h("div", { class: "hint", id: `hint-${block.block_id}` }, withEmoji(block.hint.text)) : null,
  );
}

function context(block, outer) {
  const parts = block.elements.map((part) => (part.type === "image" ? picture(part) : h("span", {}, text(part, outer.names))));
  return h("div", { class: "context" }, parts);
}

function task(card, outer) {
  const marks = { pending: "○", in_progress: "◔", complete: "✓", error: "✕" };
  const details = [card.details, card.output].filter(Boolean).map((part) => richText(part, outer.names));
  const sources = (card.sources || []).map((source) => link(source.url, source.text || source.url));
  const mark = h("span", { class: "mark", role: "img", "aria-label": card.status.replace("_", " ") }, marks[card.status]);
  return h("div", { class: `task ${card.status}` }, mark, h("div", {}, card.title, details, sources.length ? h("div", { class: "sources" }, sources) : null));
}

const MAKERS = {
  header: (b) => h("div", { class: "header", role: "heading", "aria-level": "3" }, withEmoji(b.text.text)),
  section,
  divider: () => h("hr"),
  context,
  actions: (b, c) => h("div", { class: "actions" }, b.elements.map((part) => element(part, within(c, b)))),
  context_actions: (b, c) => h("div", { class: "actions context-actions" }, b.elements.map((part) => element(part, within(c, b)))),
  image: (b) => h("figure", { class: "image" }, b.title ? h("figcaption", {}, withEmoji(b.title.text)) : null, picture(b)),
  input,
  rich_text: (b, c) => richText(b, c.names),
  table: (b, c) => table(b, c.names),
  data_table: (b, c) => table(b, c.names),
  markdown: (b) => h("div", { class: "markdown" }, markdown(b.text)),
  data_visualization: chart,
  task_card: task,
  plan: (b, c) => h("div", { class: "plan" }, h("b", {}, b.title), (b.tasks || []).map((card) => task(card, c))),
  alert: (b, c) => h("div", { class: `alert ${b.level || "default"}` }, text(b.text, c.names)),
};
