// Asking the workspace, and telling people when it does not answer.

import { h } from "./dom.js";

export async function see(me) {
  const answer = await fetch(`/page/seen?as=${encodeURIComponent(me)}`);
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

export async function act(deed, body) {
  const answer = await fetch(`/page/do/${deed}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (!answer) return toast("The workspace does not answer. Is it still running?");
  const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : { error: await answer.text() };
  if (!answer.ok) return toast(`That did not work: ${told.error}`);
  return told;
}

export async function upload(me, file) {
  const form = new FormData();
  form.append("file", file, file.name || "pasted.txt");
  const answer = await fetch(`/page/upload?as=${encodeURIComponent(me)}`, { method: "POST", body: form });
  if (!answer.ok) return toast(`${file.name} could not be uploaded.`);
  return answer.json();
}

export function toast(text) {
  const note = h("div", { class: "toast" }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), 6000);
  return null;
}
