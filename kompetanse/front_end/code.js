// A component's own code and style: our components name files of the server, which browsers keep; an analyst's own
// widget brings them as text. The page's policy lets no style element in, so its style is put in force without one.

const OURS = /^\/statisk\/[\w./-]+$/;

const sheets = new Map();

/** Whether this state names files of ours instead of bringing its code. */
export const isOurs = (state) => OURS.test(state._esm);

/** The state with its code at hand, so that the component is drawn in one go, in its own style from the start. */
export async function withCode(state) {
  if (!isOurs(state)) return { ...state, _css: withoutElement(state._css) };
  const address = new URL(state._esm, location.href).href;
  await Promise.all([import(address), sheet(state._css)]);
  return { ...state, _esm: address, _css: "" };
}

/** Puts a style that came as text in force, once; an address is left to anywidget. */
function withoutElement(css) {
  if (!css || /^https?:/.test(css)) return css;
  if (!sheets.has(css)) {
    const own = new CSSStyleSheet();
    own.replaceSync(css);
    document.adoptedStyleSheets.push(own);
    sheets.set(css, own);
  }
  return "";
}

/** The style sheet, once in the page; one that does not come keeps no question back. */
function sheet(address) {
  if (!OURS.test(address) || inForce(address)) return undefined;
  if (!sheets.has(address)) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address });
    sheets.set(address, new Promise((resolve) => { link.onload = link.onerror = resolve; }));
    document.head.append(link);
  }
  return sheets.get(address);
}

/** Whether the page's head has brought the style sheet already. */
const inForce = (address) => [...document.styleSheets].some(({ href }) => href === new URL(address, location.href).href);
