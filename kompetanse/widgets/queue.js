// The queue: drafts that the kernel has not acknowledged, kept where a closed page finds them again.

const ONE_MESSAGE = { drafts: 32, bytes: 100000 };

const keyOf = (subject, aspect) => `${subject}|${aspect}`;

/** A random id, also where the page is not served over https and randomUUID is missing. */
function draftId() {
  if (crypto.randomUUID) return crypto.randomUUID().replaceAll("-", "");
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Drafts that are not acknowledged: in memory, and in localStorage as long as it takes them. */
class Queue {
  constructor(scope, step) {
    this.place = `kompetanse:${scope}:${step}`;
    this.drafts = new Map(Object.entries(this.stored()));
  }

  stored() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.place) ?? "{}");
      return Object.fromEntries(Object.entries(kept).filter(([key, draft]) =>
        draft && typeof draft.id === "string" && "value" in draft && key === keyOf(draft.subject, draft.aspect)));
    } catch {
      return {};
    }
  }

  put(draft) {
    const key = keyOf(draft.subject, draft.aspect);
    this.drafts.set(key, draft);
    this.write((kept) => ({ ...kept, [key]: draft }));
  }

  /** The draft with this id, or the one that is written on top of it. */
  holder(id) {
    return [...this.drafts.values()].find((draft) => draft.id === id || draft.sent?.id === id);
  }

  /** Take out the draft with this id; a newer one for the same answer stays. */
  take(id) {
    const found = [...this.drafts].find(([, draft]) => draft.id === id);
    if (found) this.drafts.delete(found[0]);
    this.write((kept) => Object.fromEntries(Object.entries(kept).filter(([, draft]) => draft.id !== id)));
    return found?.[1];
  }

  /** Another tab may have its own drafts in the same place, so it is read again before each write. */
  write(change) {
    try {
      const kept = change(this.stored());
      if (Object.keys(kept).length) localStorage.setItem(this.place, JSON.stringify(kept));
      else localStorage.removeItem(this.place);
    } catch {
      // Storage is missing or full: memory still holds the drafts.
    }
  }
}

/** Drafts in messages small enough for the kernel to take. */
function parts(drafts) {
  const messages = [];
  let room = 0;
  for (const draft of drafts) {
    const size = new TextEncoder().encode(JSON.stringify(draft)).length;
    const last = messages.at(-1);
    if (last && last.length < ONE_MESSAGE.drafts && room >= size) last.push(draft);
    else {
      messages.push([draft]);
      room = ONE_MESSAGE.bytes;
    }
    room -= size;
  }
  return messages;
}
