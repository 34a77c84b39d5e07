// One message: who, when, what, its files, reactions and thread, and what can be done with it.

import { h, icon, iconButton } from "./dom.js";
import { act } from "./api.js";
import { blocks } from "./blocks.js";
import { emoji } from "./emoji.js";
import { menu } from "./menu.js";
import { mrkdwn, plain } from "./mrkdwn.js";

const QUICK = ["eyes", "white_check_mark", "thumbsup"];
const time = (ts) => new Date(Number(ts) * 1000);
export const clock = (ts) => time(ts).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
export const day = (ts) => time(ts).toDateString();

export function avatar(person, small = false) {
  const size = small ? "avatar small" : "avatar";
  if (person.bot) return h("img", { class: size, src: "/static/locksmith.svg", alt: "" });
  const initials = person.real_name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  return h("span", { class: `${size} person-${person.name}`, "aria-hidden": "true" }, initials);
}

// `view` says how it is shown: {channel, me, names, inThread, compact, replies, openThread, shortcuts}.
export function message(told, view) {
  const person = view.names.user(told.user);
  const classes = ["message", view.compact ? "compact" : "", told.ephemeral ? "ephemeral" : "", mine(told, view) ? "to-me" : ""];
  const stamp = h("time", { class: "stamp", title: time(told.ts).toLocaleString(), datetime: time(told.ts).toISOString() }, clock(told.ts));
  const head = view.compact ? null : h("div", { class: "head" }, h("b", {}, person.real_name), person.bot ? h("span", { class: "badge" }, "APP") : null, stamp);
  return h(
    "article",
    { class: classes.filter(Boolean).join(" "), id: `${view.inThread ? "t" : "m"}${told.ts}`, "aria-label": `${person.real_name}, ${clock(told.ts)}` },
    h("div", { class: "gutter" }, view.compact ? stamp.cloneNode(true) : avatar(person)),
    h(
      "div",
      { class: "content" },
      told.ephemeral ? h("div", { class: "only-you" }, "Only visible to you") : null,
      told.broadcast && !view.inThread ? h("div", { class: "only-you" }, "replied to a thread") : null,
      head,
      h("div", { class: "body" }, body(told, view), told.streaming ? h("span", { class: "streaming", role: "status" }, "Locksmith is writing…") : null, told.edited ? h("time", { class: "edited", title: `Edited at ${clock(told.edited.ts)}`, datetime: time(told.edited.ts).toISOString() }, " (edited)") : null),
      files(told),
      reactions(told, view),
      view.replies?.length && !view.inThread ? summary(told, view) : null,
    ),
    told.ephemeral ? null : toolbar(told, view),
  );
}

const mine = (told, view) => told.text.includes(`<@${view.me}>`);

function body(told, view) {
  const use = (action_id, value) => act("click", { as: view.me, channel: view.channel, ts: told.ts, action_id, value });
  if (told.blocks?.length) return blocks(told.blocks, { names: view.names, use });
  return told.text ? h("div", { class: "text" }, mrkdwn(told.text, view.names)) : null;
}

function files(told) {
  if (!told.files?.length) return null;
  return h("div", { class: "files" }, told.files.map((file) => {
    const address = `/page/files/${file.id}`;
    if (/^image\/(png|jpeg|gif|webp)$/.test(file.mimetype)) {
      return h("a", { href: address, target: "_blank", rel: "noopener" }, h("img", { src: address, alt: file.title, class: "shot", loading: "lazy" }));
    }
    return h("a", { href: address, target: "_blank", rel: "noopener", class: "file" }, icon("file"), h("span", {}, h("b", {}, file.title), h("small", {}, `${file.mimetype}, ${size(file.size)}`)));
  }));
}

const size = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`);

function reactions(told, view) {
  if (!told.reactions?.length) return null;
  return h("div", { class: "reactions" }, told.reactions.map(({ name, users }) => {
    const own = users.includes(view.me);
    const toggle = () => act("react", { as: view.me, channel: view.channel, ts: told.ts, name, remove: own });
    const who = users.map((user) => view.names.person(user)).join(", ");
    return h("button", { type: "button", class: own ? "reaction own" : "reaction", title: `${who}: ${name}`, "aria-pressed": String(own), onclick: toggle }, emoji(name), ` ${users.length}`);
  }));
}

function summary(told, view) {
  const who = [...new Set(view.replies.map((r) => r.user))].slice(0, 4).map((user) => avatar(view.names.user(user), true));
  const count = `${view.replies.length} ${view.replies.length === 1 ? "reply" : "replies"}`;
  const last = h("span", { class: "last" }, `Last reply ${clock(view.replies.at(-1).ts)}`);
  return h("button", { type: "button", class: "thread-summary", onclick: () => view.openThread(told.ts) }, h("span", { class: "faces" }, who), h("b", {}, count), last);
}

function toolbar(told, view) {
  const where = { as: view.me, channel: view.channel, ts: told.ts };
  const quick = QUICK.filter((name) => !told.reactions?.some((r) => r.name === name && r.users.includes(view.me)));
  const marks = quick.map((name) => h("button", { type: "button", class: "icon-button", title: `React with ${name}`, "aria-label": `React with ${name}`, onclick: () => act("react", { ...where, name }) }, emoji(name)));
  const reply = view.inThread ? null : iconButton("reply", "Reply in thread", () => view.openThread(told.thread_ts || told.ts));
  const items = view.shortcuts.filter((s) => s.type === "message").map((s) => [s.name, () => act("message_shortcut", { ...where, callback_id: s.callback_id })]);
  if (told.user === view.me) items.push(["Edit message", () => edit(told, view)], ["Delete message", () => act("delete", where)]);
  return h("div", { class: "toolbar" }, marks, reply, items.length ? menu("More", icon("more"), items) : null);
}

// Back to what was typed: links lose their brackets, mentions get their names.
const typed = (text, names) => plain(text.replace(/<@([A-Z0-9]+)>/g, (_, id) => "@" + names.user(id).name).replace(/<#[A-Z0-9]+\|([\w-]+)>/g, "#$1").replace(/<(https?:[^|>]+)>/g, "$1"));

function edit(told, view) {
  const holder = document.querySelector(`#${view.inThread ? "t" : "m"}${CSS.escape(told.ts)} .body`);
  const box = h("textarea", { "aria-label": "Edit message", rows: 3, value: typed(told.text, view.names) });
  const save = () => act("edit", { as: view.me, channel: view.channel, ts: told.ts, text: box.value });
  const before = [...holder.childNodes];
  const cancel = () => holder.replaceChildren(...before);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") cancel();
    if (event.key === "Enter" && !event.shiftKey) (event.preventDefault(), save());
  });
  holder.replaceChildren(box, h("div", { class: "actions" }, h("button", { type: "button", class: "button", onclick: cancel }, "Cancel"), h("button", { type: "button", class: "button primary", onclick: save }, "Save")));
  box.focus();
}
