// Merging: two changes to the same text, both kept. The log does the same (kompetanse/answers/merging.py).

const LONG = { words: 5000, changes: 100 };

/** `mine` with what `theirs` has changed since `base`: texts by their letters, fields one by one, else mine.
 * `goesOn`: mine goes on where its writer wrote last. `theirsFirst`: what the log has put before mine at one place.
 * `texts`: the fields that are texts, all where it is missing; of what is chosen in another, the last choice stands. */
function merged(base, theirs, mine, { texts, ...how } = {}) {
  if (same(base, theirs)) return mine;
  if (same(base, mine)) return theirs;
  const all = [base, theirs, mine];
  const none = (value) => value === null || value === undefined;
  if (all.every((each) => none(each) || typeof each === "string")) return mergedText(base ?? "", theirs ?? "", mine ?? "", how);
  if (!all.every((each) => each && typeof each === "object" && !Array.isArray(each))) return mine;
  const chosen = (name) => (none(mine[name]) || same(mine[name], base[name]) ? theirs[name] : mine[name]);
  const names = new Set([...Object.keys(theirs), ...Object.keys(mine)]);
  const fields = [...names].map((name) => [name, !texts || texts.has(name) ? merged(base[name], theirs[name], mine[name], how) : chosen(name)]);
  return Object.fromEntries(fields.filter(([, value]) => !none(value)));
}

/** Both changes. Where both have put something in at one place, theirs stands first, and mine if that goes on.
 * Two who have put in the same have both written it; two who have replaced the same by the same, once. */
function mergedText(base, theirs, mine, { goesOn = false, theirsFirst = false } = {}) {
  const come = theirsFirst ? leftmost(base, changes(base, theirs)) : changes(base, theirs);
  const own = changes(base, mine).filter((each) => each.start === each.end || !come.some((other) => same(each, other)));
  const both = (goesOn ? [...own, ...come] : [...come, ...own]).sort((one, other) => one.start - other.start);
  let text = "";
  let at = 0;
  for (const { start, end, put } of both) {
    text += base.slice(at, Math.max(at, start)) + put;
    at = Math.max(at, start, end);
  }
  return text + base.slice(at);
}

/** How one comes from `base` to `text`: what is put in place of `start` to `end`, in order. */
function changes(base, text) {
  const [start, end, last] = ends(base, text);
  const parts = inWords(base.slice(start, end));
  const others = inWords(text.slice(start, last));
  const found = [];
  let place = start;
  let other = start;
  for (const [kept, gone, come] of hunks(parts, others)) {
    place += kept;
    other += kept;
    const before = base.slice(place, place + gone);
    const after = text.slice(other, other + come);
    const [first, until, to] = ends(before, after);
    if (before !== after) found.push({ start: place + first, end: place + until, put: after.slice(first, to) });
    place += gone;
    other += come;
  }
  return found;
}

/** A place in `before` as a place in `after`: what others put in does not push the one who writes there.
 * `theirsFirst`: it does, where the log has put it before what was written here. */
function moved(place, before, after, { theirsFirst = false } = {}) {
  const come = changes(before, after);
  let at = place;
  for (const { start, end, put } of theirsFirst ? leftmost(before, come) : come) {
    if (end <= place && start < place) at += put.length - (end - start);
    else if (start < place) at = at - (place - start) + put.length;
  }
  return at;
}

/** The changes with what is put in as far to the left as the letters there allow: «Vi» before «Vi» is not one after it. */
function leftmost(base, found) {
  let last = 0;
  return found.map(({ start, end, put }) => {
    let from = start;
    let text = put;
    while (start === end && from > last && base[from - 1] === text.at(-1) && !half(text.charCodeAt(text.length - 1))) {
      text = text.at(-1) + text.slice(0, -1);
      from -= 1;
    }
    last = end;
    return { start: from, end: start === end ? from : end, put: text };
  });
}

function inWords(text) {
  return text.match(/[\p{L}\p{N}\p{M}_]+\s*|[^\p{L}\p{N}\p{M}_\s]\s*|\s+/gu) ?? [];
}

const half = (unit) => unit >= 0xd800 && unit <= 0xdfff;

/** From where on two texts differ, and until where in each: never in the midst of a character. */
function ends(base, text) {
  const most = Math.min(base.length, text.length);
  let start = 0;
  while (start < most && base[start] === text[start]) start += 1;
  while (start > 0 && half(base.charCodeAt(start - 1))) start -= 1;
  let tail = 0;
  while (tail < most - start && base.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  while (tail > 0 && half(base.charCodeAt(base.length - tail))) tail -= 1;
  return [start, base.length - tail, text.length - tail];
}

const letters = (list) => list.reduce((sum, word) => sum + word.length, 0);

/** How many letters are the same, then how many are gone and how many have come, again and again. */
function hunks(parts, others) {
  const steps = parts.length + others.length <= LONG.words ? shortest(parts, others) : null;
  if (!steps) return [[0, letters(parts), letters(others)]];
  const found = [];
  let [kept, gone, come] = [0, 0, 0];
  for (const [kind, length] of steps) {
    if (kind === "gone") gone += length;
    else if (kind === "come") come += length;
    else {
      if (gone || come) {
        found.push([kept, gone, come]);
        [kept, gone, come] = [0, 0, 0];
      }
      kept += length;
    }
  }
  if (gone || come) found.push([kept, gone, come]);
  return found;
}

/** The shortest way from one to the other, word by word (Myers, 1986); null where it is too long. */
function shortest(parts, others) {
  const reached = new Map([[1, 0]]);
  const trace = [];
  const isDown = (from, k, d) => k === -d || (k !== d && from.get(k - 1) < from.get(k + 1));
  for (let d = 0; d <= LONG.changes; d += 1) {
    trace.push(new Map(reached));
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(reached, k, d) ? reached.get(k + 1) : reached.get(k - 1) + 1;
      while (x < parts.length && x - k < others.length && parts[x] === others[x - k]) x += 1;
      reached.set(k, x);
      if (x >= parts.length && x - k >= others.length) return wayBack(parts, others, trace, isDown);
    }
  }
  return null;
}

function wayBack(parts, others, trace, isDown) {
  const steps = [];
  let [x, y] = [parts.length, others.length];
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const from = trace[d];
    const k = x - y;
    const down = isDown(from, k, d);
    const before = down ? k + 1 : k - 1;
    const start = d ? from.get(before) : 0;
    while (x > (d ? start : 0) && y > (d ? start - before : 0)) {
      if (d && (down ? x <= start : x <= start + 1)) break;
      x -= 1;
      y -= 1;
      steps.push(["kept", parts[x].length]);
    }
    if (!d) break;
    if (down) steps.push(["come", others[y - 1].length]);
    else steps.push(["gone", parts[x - 1].length]);
    [x, y] = [start, start - before];
  }
  return steps.reverse();
}
