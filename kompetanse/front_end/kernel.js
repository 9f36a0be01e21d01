// The line to the page's kernel: it comes back by itself, and tells the page how it is.
//
// The page and this file speak by events on the window, so that the page works with any front end:
// - `kompetanse:connection`, told to the page: `detail.state` is "connecting", "connected" or "lost".
// - `kompetanse:reconnect`, told by the page: come back now. Whoever can, cancels the event.
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";
import { supportedKernelWebSocketProtocols } from "@jupyterlab/services/lib/kernel/messages";
import { ServerConnection } from "@jupyterlab/services/lib/serverconnection";

/** A page that was away for longer than this (in ms) may hold a dead socket that looks alive. */
const AWAY = 20000;
/** Between two questions whether the server is back, in ms. */
const PAUSE = { first: 1000, longest: 15000 };

const STATES = { connected: "connected", disconnected: "lost" };

const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

/** Asked when a socket did not open: waits for the server, and fails only if it says that the kernel is gone. */
async function stillThere(id, isConnected) {
  for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.longest)) {
    // Somebody else has mended the line meanwhile; an answer would make the connection begin anew.
    if (isConnected()) return new Promise(() => {});
    const answer = await fetch(`/api/kernels/${id}`, { cache: "no-store", redirect: "manual" }).catch(() => undefined);
    if (answer?.ok) return answer.json();
    if (answer && answer.status < 500) throw new Error(`The kernel ${id} is gone.`);
    await wait(pause);
  }
}

/** A socket that always speaks as our server does: JupyterLab's forgets how after one that did not open. */
class Socket extends WebSocket {
  constructor(address) { super(address, Object.values(supportedKernelWebSocketProtocols)); }
}

/** The connection to this kernel, which opens by itself; what is sent before waits until it is open. */
export function connect(id) {
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: `${location.origin}/`,
    wsUrl: `${location.origin.replace(/^http/, "ws")}/`,
    appendToken: false,
    WebSocket: Socket,
  });
  const kernel = new KernelConnection({
    model: { id, name: "" },
    serverSettings,
    handleComms: true,
    // A subshell would need a message that our server lets nobody send.
    commsOverSubshells: "disabled",
    kernelAPIClient: { getModel: () => stillThere(id, () => kernel.connectionStatus === "connected") },
  });
  kernel.connectionStatusChanged.connect((_, status) => tell(STATES[status] ?? "connecting"));
  comeBack(kernel);
  return kernel;
}

function tell(state) {
  window.dispatchEvent(new CustomEvent("kompetanse:connection", { detail: { state } }));
}

/** Reconnect at once when the page is seen again or the network is there again, rather than after the next pause. */
function comeBack(kernel) {
  let hidden;
  const reconnect = ({ even = false } = {}) => {
    if (kernel.isDisposed) return false;
    if (even || kernel.connectionStatus !== "connected") kernel.reconnect().catch(() => {});
    return true;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      hidden = Date.now();
      return;
    }
    reconnect({ even: hidden !== undefined && Date.now() - hidden > AWAY });
    hidden = undefined;
  });
  window.addEventListener("online", () => reconnect());
  window.addEventListener("pageshow", (event) => event.persisted && reconnect({ even: true }));
  window.addEventListener("kompetanse:reconnect", (event) => { if (reconnect()) event.preventDefault(); });
}
