// Slack's mrkdwn, and the standard Markdown of markdown blocks, as DOM nodes.

import { h, link } from "./dom.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
export const plain = (text) => text.replace(/&(lt|gt|amp);/g, (found) => ENTITIES[found]);

const INLINE =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])|:([a-z0-9_+-]+):/g;

export function mrkdwn(text, names) {
  const parts = text.split(/```/);
  const nodes = [];
  parts.forEach((part, index) => {
    const closed = index < parts.length - 1;
    if (index % 2 && closed) nodes.push(h("pre", {}, plain(strip(part))));
    else nodes.push(...lines(index % 2 ? "```" + part : part, names));
  });
  return nodes;
}

const strip = (code) => code.replace(/^\n/, "").replace(/\n$/, "").replace(/<((?:https?|mailto):[^|<>]+)(?:\|([^<>]+))?>/g, (_, url, label) => label || url);

function lines(text, names) {
  const nodes = [];
  let quoted = null;
  text.split("\n").forEach((line, index) => {
    const said = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (said) {
      if (!quoted) nodes.push((quoted = h("blockquote")));
      else quoted.append(h("br"));
      quoted.append(...inline(said[1], names));
      return;
    }
    if (index && !quoted) nodes.push(h("br"));
    quoted = null;
    nodes.push(...inline(line, names));
  });
  return nodes;
}

export function inline(text, names) {
  const nodes = [];
  let start = 0;
  for (const found of text.matchAll(INLINE)) {
    nodes.push(plain(text.slice(start, found.index)), token(found, names));
    start = found.index + found[0].length;
  }
  nodes.push(plain(text.slice(start)));
  return nodes.filter((node) => node !== "");
}

function token([whole, code, angle, bold, italic, strike, name], names) {
  if (code) return h("code", {}, plain(code));
  if (bold) return h("b", {}, ...inline(bold, names));
  if (italic) return h("i", {}, ...inline(italic, names));
  if (strike) return h("s", {}, ...inline(strike, names));
  if (name) return emoji(name);
  return angled(angle, whole, names);
}

function angled(inside, whole, names) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return mention("@" + names.person(target.slice(1)), target.slice(1) === names.me);
  if (target.startsWith("#")) return mention("#" + names.channel(target.slice(1)));
  if (target.startsWith("!subteam^")) return mention("@" + names.group(target.slice(9)));
  if (target.startsWith("!date^")) return date(target, plain(label || ""));
  if (target.startsWith("!")) return mention("@" + target.slice(1), true);
  if (/^(https?|mailto):/i.test(target)) return link(plain(target), plain(label || target.replace(/^mailto:/, "")));
  return plain(whole);
}

export function mention(text, mine = false) {
  return h("span", { class: mine ? "mention mine" : "mention" }, text);
}

function date(target, fallback) {
  const [, seconds, format] = target.split("^");
  return h("time", {}, dated(Number(seconds), format) || fallback);
}

export function dated(seconds, format) {
  const when = new Date(seconds * 1000);
  if (Number.isNaN(when.getTime())) return "";
  const parts = {
    date: () => when.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" }),
    date_short: () => when.toLocaleDateString([], { day: "numeric", month: "short", year: "numeric" }),
    date_long: () => when.toLocaleDateString([], { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    date_num: () => when.toLocaleDateString("sv"),
    time: () => when.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    time_secs: () => when.toLocaleTimeString(),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => {
    const near = name.endsWith("_pretty") && nearby(when);
    const part = parts[name.replace("_pretty", "")];
    return near || (part ? part() : whole);
  });
}

function nearby(when) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(when).setHours(0, 0, 0, 0)) / 86400000);
  return { 0: "today", 1: "yesterday" }[days];
}

// Markdown: headings, lists, quotes, fences, bold, italic, strike, code, links.

const MD = /`([^`\n]+)`|\[([^\]\n]+)\]\((https?:[^\s)]+)\)|\*\*(?=\S)(.+?)\*\*|(?<![\w*])\*(?=\S)([^*\n]+?)\*(?!\w)|(?<!\w)_(?=\S)([^_\n]+?)_(?!\w)|~~(.+?)~~|(https?:\/\/[^\s<>]+)/g;

export function markdown(text) {
  const nodes = [];
  let list = null;
  let fence = null;
  for (const line of text.split("\n")) {
    if (fence) {
      if (line.startsWith("```")) fence = null;
      else fence.append((fence.childNodes.length ? "\n" : "") + line);
      continue;
    }
    const heading = line.match(/^(#{1,6}) +(.*)$/);
    const item = line.match(/^\s*(?:[-*+]|(\d+)[.)]) +(.*)$/);
    const quote = line.match(/^> ?(.*)$/);
    if (line.startsWith("```")) nodes.push((fence = h("pre")));
    else if (heading) nodes.push(h("p", { class: "md-heading", role: "heading", "aria-level": heading[1].length + 2 }, ...md(heading[2])));
    else if (item) {
      const tag = item[1] ? "OL" : "UL";
      if (!list || list.tagName !== tag) nodes.push((list = h(tag.toLowerCase())));
      list.append(h("li", {}, ...md(item[2])));
      continue;
    } else if (quote) nodes.push(h("blockquote", {}, ...md(quote[1])));
    else if (/^(-{3,}|\*{3,})$/.test(line)) nodes.push(h("hr"));
    else if (line.trim()) nodes.push(h("p", {}, ...md(line)));
    list = null;
  }
  return nodes;
}

function md(text) {
  const nodes = [];
  let start = 0;
  for (const found of text.matchAll(MD)) {
    const [whole, code, label, url, bold, starred, lined, strike, bare] = found;
    nodes.push(text.slice(start, found.index));
    if (code) nodes.push(h("code", {}, code));
    else if (url) nodes.push(link(url, label));
    else if (bold) nodes.push(h("b", {}, ...md(bold)));
    else if (starred || lined) nodes.push(h("i", {}, ...md(starred || lined)));
    else if (strike) nodes.push(h("s", {}, ...md(strike)));
    else nodes.push(link(bare));
    start = found.index + whole.length;
  }
  return [...nodes, text.slice(start)].filter((node) => node !== "");
}
