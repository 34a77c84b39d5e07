// Where people type: Enter sends, Shift+Enter breaks the line, / and @ suggest, files are attached or pasted.

import { h, icon, iconButton } from "./dom.js";
import { act, toast, upload } from "./api.js";
import { menu } from "./menu.js";

// `where` gives me, channel, thread_ts and what can be suggested, at the moment of sending.
export function composer(placeholder, where, sent = () => {}) {
  const box = h("textarea", { rows: 1, placeholder, "aria-label": placeholder, autocomplete: "off" });
  const list = h("div", { class: "suggestions", role: "listbox", hidden: true });
  const tray = h("div", { class: "tray", hidden: true });
  const picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => (attach([...picker.files]), (picker.value = "")) });
  const button = iconButton("send", "Send", () => send(), { disabled: true });
  let files = [];

  const refresh = () => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
    button.disabled = !box.value.trim() && !files.length;
    tray.hidden = !files.length;
    tray.replaceChildren(...files.map((file) => h("span", { class: "chip" }, file.name, iconButton("close", `Remove ${file.name}`, () => ((files = files.filter((f) => f !== file)), refresh())))));
  };

  async function attach(chosen) {
    for (const file of chosen) {
      const done = await upload(where().me, file);
      if (done) files.push(done);
    }
    refresh();
    box.focus();
  }

  async function send() {
    const { me, channel, thread_ts, commands } = where();
    const text = box.value.trim();
    if (!text && !files.length) return;
    const [, name, rest] = text.match(/^(\/[\w-]+)(?:\s+([\s\S]*))?$/) || [];
    if (name && thread_ts) return toast("Slash commands do not work in threads, as in Slack. Mention @Locksmith instead.");
    if (name && commands.length && !commands.some((c) => c.command === name)) return toast(`${name} is not a command here. There is ${commands.map((c) => c.command).join(", ")}.`);
    const given = [box.value, files];
    box.value = "";
    files = [];
    refresh();
    const done = name
      ? await act("command", { as: me, channel, name, text: rest || "" })
      : await act("post", { as: me, channel, thread_ts, text, files: given[1].map((f) => f.id) });
    if (!done) [box.value, files] = given;
    else if (!name) sent(done.result);
    refresh();
  }

  // Suggestions

  let found = [];
  let at = 0;
  function suggest() {
    const before = box.value.slice(0, box.selectionStart);
    const { commands, people, groups } = where();
    const slash = before.match(/^\/[\w-]*$/);
    const mention = before.match(/(?:^|\s)@([\w-]*)$/);
    if (slash) found = commands.filter((c) => c.command.startsWith(slash[0])).map((c) => [c.command, c.description || "", slash[0]]);
    else if (mention) {
      const names = [...people.map((p) => [p.bot ? "Locksmith" : p.name, p.bot ? "App" : p.real_name]), ...groups.map((g) => [g.handle, "User group"])];
      found = names.filter(([n]) => n.toLowerCase().startsWith(mention[1].toLowerCase())).map(([n, d]) => ["@" + n, d, "@" + mention[1]]);
    } else found = [];
    at = 0;
    draw();
  }
  function draw() {
    list.hidden = !found.length;
    list.replaceChildren(...found.map(([name, detail], index) => h("div", { role: "option", "aria-selected": String(index === at), onmousedown: (event) => (event.preventDefault(), take(index)) }, h("b", {}, name), " ", h("span", {}, detail))));
  }
  function take(index) {
    const [name, , typed] = found[index];
    const end = box.selectionStart;
    box.setRangeText(name + " ", end - typed.length, end, "end");
    found = [];
    draw();
    refresh();
  }
  function keyed(event) {
    if (found.length && ["ArrowDown", "ArrowUp", "Tab", "Escape"].includes(event.key)) {
      event.preventDefault();
      if (event.key === "Tab") return take(at);
      if (event.key === "Escape") found = [];
      else at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      return draw();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return undefined;
    event.preventDefault();
    if (found.length && found[at][0] !== found[at][2]) return take(at);
    found = [];
    draw();
    return send();
  }

  box.addEventListener("input", () => (refresh(), suggest()));
  box.addEventListener("keydown", keyed);
  box.addEventListener("blur", () => ((found = []), draw()));
  box.addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files];
    if (pasted.length) (event.preventDefault(), attach(pasted));
  });
  const { me: actor, shortcuts = [] } = where();
  const global = shortcuts.filter((s) => s.type === "global").map((s) => [s.name, () => act("shortcut", { as: actor, callback_id: s.callback_id })]);
  const root = h("form", { class: "composer", onsubmit: (event) => (event.preventDefault(), send()) }, list, tray, h("div", { class: "composer-row" }, iconButton("attach", "Attach a file", () => picker.click()), global.length ? menu("Shortcuts", icon("bolt"), global, { up: true }) : null, box, button), picker);
  // Files may be dropped anywhere on the pane that this is the composer of.
  root.catchDrops = (pane) => {
    pane.ondragover = (event) => (event.preventDefault(), root.classList.add("dropping"));
    pane.ondragleave = () => root.classList.remove("dropping");
    pane.ondrop = (event) => (event.preventDefault(), root.classList.remove("dropping"), attach([...event.dataTransfer.files]));
    return root;
  };
  root.fill = (text) => ((box.value = text), refresh(), box.focus());
  return root;
}
