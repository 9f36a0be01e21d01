// With --front-end voila: tells the page of the line to the kernel, in the page's own words (see workbook-page.js).
"use strict";

(function listen() {
  const kernel = window.jupyterapp?.widgetManager?.kernel;
  if (!kernel) {
    setTimeout(listen, 500);
    return;
  }
  const states = { connected: "connected", disconnected: "lost" };
  const tell = (status) => window.dispatchEvent(
    new CustomEvent("kompetanse:connection", { detail: { state: states[status] ?? "connecting" } }),
  );
  kernel.connectionStatusChanged.connect((_, status) => tell(status));
  tell(kernel.connectionStatus);
})();
