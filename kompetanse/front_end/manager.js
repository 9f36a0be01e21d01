// The models of a page's components: made from what the page brings, kept true by their kernel.
import * as base from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import anywidget from "anywidget";
import { isOurs, withCode } from "./code.js";
import { Comm, TARGET } from "./comm.js";

const MODULES = {
  "@jupyter-widgets/base": async () => base,
  "@jupyter-widgets/controls": () => import("./controls.js"),
  anywidget: async () => anywidget(base),
};

const loaded = new Map();

/** In place of a component of a package that this front end does not have. */
class UnknownView extends base.DOMWidgetView {
  render() {
    this.el.append(this.model.widget_manager.inPlaceOfUnknown());
  }
}

export class Manager extends ManagerBase {
  states = new Map();
  comms = new Set();
  ours = new Set();

  /** `inPlaceOfUnknown()` makes what stands where a component cannot be shown. */
  constructor(inPlaceOfUnknown) {
    super();
    this.inPlaceOfUnknown = inPlaceOfUnknown;
  }

  /** Keep the models true to this kernel from now on. */
  connect(kernel) {
    this.kernel = kernel;
    kernel.registerCommTarget(TARGET, (comm, message) => this.handle_comm_open(new base.shims.services.Comm(comm), message));
    for (const comm of this.comms) comm.through(kernel);
    let again = false;
    kernel.connectionStatusChanged.connect((_, status) => {
      if (status !== "connected") return;
      this.refresh({ all: again });
      again = true;
    });
  }

  /** The way to a model that the kernel has already. */
  comm(id) {
    const comm = new Comm(id);
    this.comms.add(comm);
    if (this.kernel) comm.through(this.kernel);
    return comm;
  }

  /** Take in states that the page brings; a model is made of one when it is first asked for. */
  remember(states) {
    for (const [id, state] of Object.entries(states)) {
      if (!this.states.has(id)) this.states.set(id, state);
    }
  }

  /** Take in what later cells changed in states that the page had brought already. */
  async change(states) {
    for (const [id, state] of Object.entries(states)) {
      if (this.has_model(id)) {
        const model = await this.get_model(id);
        model.set_state(await model.constructor._deserialize_state(state, this));
      } else {
        Object.assign(this.states.get(id).state, state);
      }
    }
  }

  /** Make the models that nothing on the page has asked for, such as links between others. */
  makeAll() {
    for (const id of this.states.keys()) this.get_model(id).catch(console.error);
  }

  async get_model(id) {
    const brought = this.states.get(id);
    if (!brought || this.has_model(id)) return super.get_model(id);
    const { model_name, model_module, model_module_version, state, buffers = [] } = brought;
    base.put_buffers(state, buffers.map(({ path }) => path), buffers.map(({ data }) => fromBase64(data)));
    const kind = { model_name, model_module, model_module_version };
    return this.new_model({ ...kind, model_id: id, comm: this.comm(id) }, state);
  }

  /** Ask the kernel for what it holds now: what it said while the line was down has not been heard.
   *
   * Our components keep what is being filled in, so they are asked whenever the line opens; in others an answer would
   * undo what a person does in the same moment, so they are asked only when there was a line before. */
  async refresh({ all }) {
    for (const promise of Object.values(this._models)) {
      const model = await promise;
      // Ours tell their state without their code; the layouts of base never change under a page.
      if (this.ours.has(model.model_id)) model.send({ type: "state" });
      else if (all && model.module !== "@jupyter-widgets/base") model.comm?.send({ method: "request_state" });
    }
  }

  async _make_model(options, state = {}) {
    if (isOurs(state)) this.ours.add(options.model_id);
    return super._make_model(options, await withCode(state));
  }

  async loadClass(name, module) {
    if (!Object.hasOwn(MODULES, module)) return undefined;
    if (!loaded.has(module)) loaded.set(module, MODULES[module]());
    return (await loaded.get(module))[name];
  }

  async loadModelClass(name, module, version) {
    return (await this.loadClass(name, module, version)) ?? base.DOMWidgetModel;
  }

  async loadViewClass(name, module, version) {
    const found = await this.loadClass(name, module, version);
    if (!found) console.error(`This front end has no ${name} of "${module}": kompetanse serve --front-end voila has.`);
    return found ?? UnknownView;
  }

  async _create_comm(target, id, data, metadata, buffers) {
    const comm = new base.shims.services.Comm(this.kernel.createComm(target, id));
    if (data || metadata) comm.open(data, {}, metadata, buffers);
    return comm;
  }

  async _get_comm_info() {
    const reply = await this.kernel.requestCommInfo({ target_name: TARGET });
    return reply.content.status === "ok" ? reply.content.comms : {};
  }
}

function fromBase64(text) {
  return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}
