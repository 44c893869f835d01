// Talks to the server: one stream of events in, one POST per deed out.

import { toast } from "./toasts.js";

const RETRY_MS = 1000;
const EVENTS = ["snapshot", "directory", "message", "deleted", "answer", "typing", "bot", "clock"];

/** Keep the stream open for ever: after a restart of the server it begins again with a fresh snapshot. */
export function listen(onEvent, onConnection) {
  let source;
  const open = () => {
    source = new EventSource("/page/events");
    for (const kind of EVENTS) {
      source.addEventListener(kind, (event) => {
        if (kind === "snapshot") onConnection(true);
        onEvent(kind, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      source.close();
      onConnection(false);
      setTimeout(open, RETRY_MS);
    };
  };
  open();
  addEventListener("pagehide", () => source.close());
}

/** Do something as a person. Returns the answer, or null after showing why it was refused. */
export async function act(what, fields) {
  try {
    const form = fields instanceof FormData;
    const headers = form ? {} : { "Content-Type": "application/json" };
    const answer = await fetch(`/page/do/${what}`, { method: "POST", headers, body: form ? fields : JSON.stringify(fields) });
    const body = await answer.json();
    if (answer.ok) return body;
    toast(body.error);
  } catch {
    // The banner says already that the connection is lost.
  }
  return null;
}

export async function olderMessages(chat, before) {
  const answer = await fetch(`/page/history?chat_id=${chat}&before=${before}`);
  return answer.ok ? answer.json() : [];
}

export function fileUrl(id, { save = false } = {}) {
  return `/page/file/${id}${save ? "?save" : ""}`;
}
