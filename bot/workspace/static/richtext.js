// rich_text and table blocks.

import { h, link } from "./dom.js";
import { dated, mention } from "./mrkdwn.js";
import { emoji } from "./emoji.js";

const TAGS = { code: "code", bold: "b", italic: "i", strike: "s", underline: "u" };

export function richText(block, names) {
  return h("div", { class: "rich-text" }, block.elements.map((part) => richPart(part, names)));
}

function richPart(part, names) {
  const leaves = () => part.elements.map((leaf) => styled(leaf, names));
  switch (part.type) {
    case "rich_text_section":
      return h("div", { class: "rich-section" }, leaves());
    case "rich_text_preformatted":
      return h("pre", {}, leaves());
    case "rich_text_quote":
      return h("blockquote", {}, leaves());
    case "rich_text_list":
      return list(part, names);
    default:
      return null;
  }
}

function list(part, names) {
  const ordered = part.style === "ordered";
  const items = part.elements.map((item) => h("li", {}, item.elements.map((leaf) => styled(leaf, names))));
  const start = ordered && part.offset ? part.offset + 1 : null;
  return h(ordered ? "ol" : "ul", { class: `indent-${part.indent || 0}`, start }, items);
}

function styled(leaf, names) {
  let node = bare(leaf, names);
  for (const [flag, tag] of Object.entries(TAGS)) if (leaf.style?.[flag]) node = h(tag, {}, node);
  return node;
}

function bare(leaf, names) {
  switch (leaf.type) {
    case "text":
      return leaf.text;
    case "link":
      return link(leaf.url, leaf.text || leaf.url);
    case "user":
      return mention("@" + names.person(leaf.user_id), leaf.user_id === names.me);
    case "channel":
      return mention("#" + names.channel(leaf.channel_id));
    case "usergroup":
      return mention("@" + names.group(leaf.usergroup_id));
    case "broadcast":
      return mention("@" + leaf.range, true);
    case "emoji":
      return emoji(leaf.name);
    case "date":
      return h("time", {}, dated(leaf.timestamp, leaf.format) || leaf.fallback || "");
    case "color":
      return h("code", {}, leaf.value);
    default:
      return "";
  }
}

export function table(block, names) {
  const align = (column) => `align-${block.column_settings?.[column]?.align || "left"}`;
  const cell = (tag, content, column) => h(tag, { class: align(column), scope: tag === "th" ? "col" : null }, cellContent(content, names));
  const [head, ...rows] = block.rows;
  const body = rows.map((row) => h("tr", {}, row.map((content, column) => cell("td", content, column))));
  const top = h("tr", {}, head.map((content, column) => cell("th", content, column)));
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", {}, h("thead", {}, top), h("tbody", {}, body)));
}

function cellContent(content, names) {
  if (content.type === "rich_text") return richText(content, names);
  return content.text ?? String(content.value ?? "");
}
