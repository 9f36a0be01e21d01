// The widgets of ipywidgets, for analysts' own notebooks: fetched only when a page shows one.
import sanitize from "sanitize-html/index.js";
import style from "@jupyter-widgets/controls/css/widgets.css";
import { cleanWith } from "./narrowed/sanitize.js";

cleanWith(sanitize);

const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
document.adoptedStyleSheets.push(sheet);

export * from "@jupyter-widgets/controls";
